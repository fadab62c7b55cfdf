//! Files that rows name, and sources that nothing needs.

use super::super::upkeep::SpareSource;
use crate::error::Result;
use rusqlite::{Connection, Transaction};

/// Published, nothing to make, and no job that would read it.
const SPARE: &str = "from sources s join videos v on v.id = s.video_id
    where s.file is not null and v.state = 1
      and exists (select 1 from renditions r where r.video_id = v.id and r.kind = 'hls')
      and not exists (select 1 from renditions r where r.video_id = v.id and r.kind = 'hls' and r.size is null)
      and not exists (select 1 from jobs j where j.subject = 'video:' || v.id
        and j.state in ('waiting', 'active') and j.kind in ('probe', 'transcode', 'pictures'))";

pub(in crate::videos) fn names_picture(conn: &Connection, file: &str) -> Result<bool> {
    Ok(conn
        .prepare_cached("select exists (select 1 from video_images where file = ?1)")?
        .query_row([file], |row| row.get(0))?)
}

pub(in crate::videos) fn names_captions(conn: &Connection, file: &str) -> Result<bool> {
    Ok(conn
        .prepare_cached("select exists (select 1 from captions where file = ?1)")?
        .query_row([file], |row| row.get(0))?)
}

pub(in crate::videos) fn count_spare(conn: &Connection) -> Result<(u64, u64)> {
    let (files, bytes): (i64, i64) = conn
        .prepare_cached(&format!("select count(*), ifnull(sum(s.size), 0) {SPARE}"))?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((files as u64, bytes as u64))
}

pub(in crate::videos) fn spare(conn: &Connection, most: u32) -> Result<Vec<SpareSource>> {
    let mut statement =
        conn.prepare_cached(&format!("select s.video_id, s.file, s.size {SPARE} limit ?1"))?;
    let rows = statement.query_map([most], |row| {
        Ok(SpareSource { video: row.get(0)?, file: row.get(1)?, size: row.get::<_, i64>(2)? as u64 })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::videos) fn forget_plan(tx: &Transaction<'_>, video: i64) -> Result<()> {
    tx.prepare_cached("update sources set plan = null where video_id = ?1")?.execute([video])?;
    Ok(())
}
