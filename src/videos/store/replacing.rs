//! The column `replaces`, and what moves from one video to another.

use super::super::Video;
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use uuid::Uuid;

pub(in crate::videos) fn of(conn: &Connection, video: i64) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached("select id from videos where replaces = ?1")?
        .query_row([video], |row| row.get(0))
        .optional()?)
}

/// Private, so that nothing lists or counts it; waits for all, so that it takes the place of the other in one go.
pub(in crate::videos) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    uuid: Uuid,
    author: i64,
    video: i64,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into videos (uuid, group_id, author_id, name, privacy, state, wait_transcoding, created_at, updated_at, replaces)
         select ?1, group_id, ?2, name, 3, 2, 1, ?3, ?3, id from videos where id = ?4",
    )?
    .execute(params![uuid.to_string(), author, now, video])?;
    Ok(tx.last_insert_rowid())
}

/// What goes when a video gets another film, by kind: source, progressive and HLS files, and pictures that nobody chose.
pub(in crate::videos) fn files(conn: &Connection, video: i64) -> Result<Vec<(String, String)>> {
    let mut statement = conn.prepare_cached(
        "select 'source', file from sources where video_id = ?1 and file is not null
         union all select kind, file from renditions where video_id = ?1
         union all select 'hls', playlist from renditions where video_id = ?1 and playlist is not null
         union all select 'hls', master from hls_playlists where video_id = ?1
         union all select 'hls', hashes from hls_playlists where video_id = ?1 and hashes is not null
         union all select 'picture', file from video_images
           where video_id = ?1 and (not chosen or kind = 'storyboard')",
    )?;
    let rows = statement.query_map([video], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Puts down that a file is still played until then.
pub(in crate::videos) fn keep_old(
    tx: &Transaction<'_>,
    video: i64,
    file: &str,
    until: Timestamp,
) -> Result<()> {
    tx.prepare_cached("insert or ignore into old_files (file, video_id, kept_until) values (?1, ?2, ?3)")?
        .execute(params![file, video, until])?;
    Ok(())
}

/// Forgets those whose time is over.
pub(in crate::videos) fn forget_old(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.prepare_cached("delete from old_files where kept_until <= ?1")?.execute([now])?;
    Ok(())
}

pub(in crate::videos) fn of_old_file(conn: &Connection, now: Timestamp, file: &str) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached("select video_id from old_files where file = ?1 and kept_until > ?2")?
        .query_row(params![file, now], |row| row.get(0))
        .optional()?)
}

/// The video has the files of the other from now on, and is published if it was not.
pub(in crate::videos) fn give(tx: &Transaction<'_>, now: Timestamp, from: &Video, to: i64) -> Result<()> {
    for forget in [
        "delete from renditions where video_id = ?1",
        "delete from hls_playlists where video_id = ?1",
        "delete from sources where video_id = ?1",
        "delete from video_images where video_id = ?1 and (not chosen or kind = 'storyboard')",
    ] {
        tx.prepare_cached(forget)?.execute([to])?;
    }
    for give in [
        "update renditions set video_id = ?2 where video_id = ?1",
        "update hls_playlists set video_id = ?2 where video_id = ?1",
        "update sources set video_id = ?2 where video_id = ?1",
        // A picture that somebody chose for the video stays.
        "update or ignore video_images set video_id = ?2 where video_id = ?1",
    ] {
        tx.prepare_cached(give)?.execute([from.id, to])?;
    }
    // A chapter is no place in a film that ends before it.
    tx.prepare_cached("delete from chapters where video_id = ?1 and start_ms >= ?2")?
        .execute([to, from.duration_ms])?;
    let (width, height) = from.size.unzip();
    tx.prepare_cached(
        "update videos set duration_ms = ?2, width = ?3, height = ?4, state = 1, failure_code = null, failure = null,
           updated_at = ?5, published_at = ifnull(published_at, ?5)
         where id = ?1",
    )?
    .execute(params![to, from.duration_ms, width, height, now])?;
    Ok(())
}
