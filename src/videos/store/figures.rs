//! Sums over all videos that live here.

use crate::{error::Result, videos::figures::Figures};
use rusqlite::Connection;

pub(in crate::videos) fn figures(conn: &Connection) -> Result<Figures> {
    let (videos, views) = conn
        .prepare_cached(
            "select count(*), ifnull(sum(views), 0) from videos where origin is null and replaces is null",
        )?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let bytes: i64 = conn
        .prepare_cached("select ifnull(sum(size), 0) from renditions")?
        .query_row([], |row| row.get(0))?;
    Ok(Figures { videos: videos as u64, views: views as u64, bytes: bytes as u64 })
}
