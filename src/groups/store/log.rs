use super::super::log::{Action, Entry, Note};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, types::Type};
use uuid::Uuid;

/// Entries that are kept of a group.
const MOST: u32 = 1000;

const COLUMNS: &str = "id, at, actor_id, action, subject_id, video, detail";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let action: String = row.get(3)?;
    let video: Option<String> = row.get(5)?;
    Ok(Entry {
        id: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        action: serde_json::from_value(action.clone().into())
            .map_err(|_| rusqlite::Error::InvalidColumnType(3, action, Type::Text))?,
        subject: row.get(4)?,
        video: video.and_then(|video| Uuid::try_parse(&video).ok()),
        detail: row.get(6)?,
    })
}

fn name(action: Action) -> Result<String> {
    let name = serde_json::to_value(action)?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

pub(in crate::groups) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    actor: i64,
    action: Action,
    note: &Note<'_>,
) -> Result<()> {
    tx.prepare_cached(
        "insert into group_log (group_id, at, actor_id, action, subject_id, video, detail)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        group,
        now,
        actor,
        name(action)?,
        note.subject,
        note.video.map(|video| video.to_string()),
        note.detail
    ])?;
    tx.prepare_cached(
        "delete from group_log where group_id = ?1 and id <=
           (select id from group_log where group_id = ?1 order by id desc limit 1 offset ?2)",
    )?
    .execute(params![group, MOST])?;
    Ok(())
}

pub(in crate::groups) fn last(conn: &Connection, group: i64) -> Result<Option<Entry>> {
    Ok(conn
        .prepare_cached(&format!(
            "select {COLUMNS} from group_log where group_id = ?1 order by id desc limit 1"
        ))?
        .query_row([group], entry)
        .optional()?)
}

pub(in crate::groups) fn again(
    tx: &Transaction<'_>,
    id: i64,
    now: Timestamp,
    detail: Option<&str>,
) -> Result<()> {
    tx.prepare_cached("update group_log set at = ?2, detail = ?3 where id = ?1")?
        .execute(params![id, now, detail])?;
    Ok(())
}

pub(in crate::groups) fn list(
    conn: &Connection,
    group: i64,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Entry>)> {
    let total: i64 = conn
        .prepare_cached("select count(*) from group_log where group_id = ?1")?
        .query_row([group], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from group_log where group_id = ?1 order by id desc limit ?2 offset ?3"
    ))?;
    let rows = statement.query_map(params![group, count, start], entry)?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}
