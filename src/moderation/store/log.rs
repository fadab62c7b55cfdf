//! The log.

use crate::{
    clock::Timestamp,
    error::Result,
    moderation::log::{About, Action, Entry},
};
use rusqlite::{Connection, Transaction, params, types::Type};
use uuid::Uuid;

/// Entries that are kept.
const KEPT: i64 = 10_000;

pub(in crate::moderation) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    actor: i64,
    action: Action,
    about: &About,
) -> Result<()> {
    let action = serde_json::to_value(action)?;
    tx.prepare_cached(
        "insert into moderation_log (at, actor_id, action, account_id, report, video, detail)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        now,
        actor,
        action.as_str(),
        about.account,
        about.report,
        about.video.map(|uuid| uuid.to_string()),
        about.detail,
    ])?;
    let newest = tx.last_insert_rowid();
    tx.prepare_cached("delete from moderation_log where id <= ?1")?.execute([newest - KEPT])?;
    Ok(())
}

pub(in crate::moderation) fn list(conn: &Connection, start: u32, count: u32) -> Result<(u64, Vec<Entry>)> {
    let total: i64 =
        conn.prepare_cached("select count(*) from moderation_log")?.query_row([], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(
        "select id, at, actor_id, action, account_id, report, video, detail from moderation_log
         order by id desc limit ?1 offset ?2",
    )?;
    let rows = statement.query_map([count, start], |row| {
        let wrong =
            |column| rusqlite::Error::InvalidColumnType(column, "moderation_log".to_owned(), Type::Text);
        let action: String = row.get(3)?;
        let video: Option<String> = row.get(6)?;
        Ok(Entry {
            id: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            action: serde_json::from_value(action.into()).map_err(|_| wrong(3))?,
            about: About {
                account: row.get(4)?,
                report: row.get(5)?,
                video: video.map(|uuid| Uuid::try_parse(&uuid)).transpose().map_err(|_| wrong(6))?,
                detail: row.get(7)?,
            },
        })
    })?;
    Ok((total.max(0).unsigned_abs(), rows.collect::<rusqlite::Result<_>>()?))
}
