//! Table `watch_positions`.

use crate::{clock::Timestamp, error::Result, videos::views::Place};
use rusqlite::{Connection, Transaction, params};
use std::collections::HashMap;

/// Whether it was not there before. Nothing when the account or the video went away meanwhile.
pub(super) fn put(tx: &Transaction<'_>, account: i64, video: i64, place: Place) -> Result<bool> {
    let changed = tx
        .prepare_cached(
            "update watch_positions set seconds = ?3, updated_at = ?4 where account_id = ?1 and video_id = ?2",
        )?
        .execute(params![account, video, place.seconds, place.at])?;
    if changed > 0 {
        return Ok(false);
    }
    let inserted = tx
        .prepare_cached(
            "insert into watch_positions (account_id, video_id, seconds, updated_at)
             select accounts.id, videos.id, ?3, ?4 from accounts, videos
             where accounts.id = ?1 and videos.id = ?2",
        )?
        .execute(params![account, video, place.seconds, place.at])?;
    Ok(inserted > 0)
}

pub(super) fn forget_beyond(tx: &Transaction<'_>, account: i64, most: u32) -> Result<()> {
    tx.prepare_cached(
        "delete from watch_positions where account_id = ?1 and updated_at < (
           select updated_at from watch_positions where account_id = ?1
           order by updated_at desc limit 1 offset ?2)",
    )?
    .execute(params![account, most - 1])?;
    Ok(())
}

pub(super) fn positions(conn: &Connection, account: i64, videos: &[i64]) -> Result<HashMap<i64, i64>> {
    let mut statement = conn.prepare_cached(
        "select video_id, seconds from watch_positions
         where account_id = ?1 and video_id in (select value from json_each(?2))",
    )?;
    let rows = statement
        .query_map(params![account, serde_json::to_string(videos)?], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn count(conn: &Connection, account: i64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from watch_positions where account_id = ?1")?
        .query_row([account], |row| row.get(0))?;
    Ok(count as u64)
}

/// Number and title of what an account watched and may still see, the last one first. `own` are the groups whose private
/// videos it may see. At most as many as are remembered of one account.
pub(super) fn watched(conn: &Connection, account: i64, own: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut statement = conn.prepare_cached(
        "select videos.id, videos.name
         from watch_positions cross join videos on videos.id = watch_positions.video_id
         where watch_positions.account_id = ?1 and videos.state = 1
           and (videos.privacy <> 3 or videos.group_id in (select value from json_each(?2)))
         order by watch_positions.updated_at desc",
    )?;
    let rows = statement
        .query_map(params![account, serde_json::to_string(own)?], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn forget_one(tx: &Transaction<'_>, account: i64, video: i64) -> Result<()> {
    tx.prepare_cached("delete from watch_positions where account_id = ?1 and video_id = ?2")?
        .execute([account, video])?;
    Ok(())
}

pub(super) fn forget_before(tx: &Transaction<'_>, account: i64, moment: Option<Timestamp>) -> Result<()> {
    tx.prepare_cached(
        "delete from watch_positions where account_id = ?1 and updated_at < ifnull(?2, 9223372036854775807)",
    )?
    .execute(params![account, moment])?;
    Ok(())
}
