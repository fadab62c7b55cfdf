//! The table `video_offers`, and what moves with a video.

use super::super::offers::{Offer, State};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const COLUMNS: &str = "id, video_id, from_id, to_id, state, created_at";

fn offer(row: &Row<'_>) -> rusqlite::Result<Offer> {
    Ok(Offer {
        id: row.get(0)?,
        video: row.get(1)?,
        from: row.get(2)?,
        to: row.get(3)?,
        state: State::from_id(row.get(4)?),
        created_at: row.get(5)?,
    })
}

pub(in crate::videos) fn find(conn: &Connection, id: i64) -> Result<Option<Offer>> {
    let sql = format!("select {COLUMNS} from video_offers where id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], offer).optional()?)
}

pub(in crate::videos) fn waiting(conn: &Connection, video: i64) -> Result<Option<Offer>> {
    let sql = format!("select {COLUMNS} from video_offers where video_id = ?1 and state = 1");
    Ok(conn.prepare_cached(&sql)?.query_row([video], offer).optional()?)
}

pub(in crate::videos) fn count_waiting(conn: &Connection, to: i64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from video_offers where to_id = ?1 and state = 1")?
        .query_row([to], |row| row.get(0))?;
    Ok(count.max(0).unsigned_abs())
}

pub(in crate::videos) fn list(
    conn: &Connection,
    to: i64,
    waiting: bool,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Offer>)> {
    let from =
        if waiting { "video_offers where to_id = ?1 and state = 1" } else { "video_offers where to_id = ?1" };
    let total: i64 =
        conn.prepare_cached(&format!("select count(*) from {from}"))?.query_row([to], |row| row.get(0))?;
    // What waits comes first.
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from {from} order by state, created_at desc, id desc limit ?2 offset ?3"
    ))?;
    let rows = statement.query_map(params![to, count, start], offer)?;
    Ok((total.max(0).unsigned_abs(), rows.collect::<rusqlite::Result<_>>()?))
}

pub(in crate::videos) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    from: i64,
    to: i64,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into video_offers (video_id, from_id, to_id, created_at) values (?1, ?2, ?3, ?4)",
    )?
    .execute(params![video, from, to, now])?;
    Ok(tx.last_insert_rowid())
}

pub(in crate::videos) fn answer(tx: &Transaction<'_>, now: Timestamp, id: i64, state: State) -> Result<()> {
    tx.prepare_cached("update video_offers set state = ?2, answered_at = ?3 where id = ?1")?
        .execute(params![id, state as i64, now])?;
    Ok(())
}

pub(in crate::videos) fn remove(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from video_offers where id = ?1")?.execute([id])?;
    Ok(())
}

pub(in crate::videos) fn forget_answered(tx: &Transaction<'_>, before: Timestamp) -> Result<()> {
    tx.prepare_cached("delete from video_offers where answered_at < ?1")?.execute([before])?;
    Ok(())
}

/// Another group and another sender.
pub(in crate::videos) fn move_to(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    author: i64,
    group: i64,
) -> Result<()> {
    tx.prepare_cached("update videos set author_id = ?2, group_id = ?3, updated_at = ?4 where id = ?1")?
        .execute(params![video, author, group, now])?;
    Ok(())
}

/// Bytes of the file as it was sent, and when.
pub(in crate::videos) fn sent(conn: &Connection, video: i64) -> Result<Option<(u64, Timestamp)>> {
    let found = conn
        .prepare_cached("select size, created_at from sources where video_id = ?1")?
        .query_row([video], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(size, at)| (size.max(0).unsigned_abs(), at)))
}
