//! What belongs to a video beside its row: files, pictures, captions, chapters.

use super::super::{Caption, Chapter, MediaFile, Pictures, Playlist};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::HashMap;

fn media_file(row: &Row<'_>) -> rusqlite::Result<MediaFile> {
    Ok(MediaFile {
        id: row.get(0)?,
        hls: row.get::<_, String>(1)? == "hls",
        resolution: row.get(2)?,
        width: row.get(3)?,
        height: row.get(4)?,
        fps: row.get(5)?,
        file: row.get(6)?,
        playlist: row.get(7)?,
        codecs: row.get(8)?,
        has_video: row.get(9)?,
        has_audio: row.get(10)?,
        size: row.get(11)?,
        bit_rate: row.get(12)?,
        info_hash: row.get(13)?,
    })
}

/// Whole ones, largest first.
pub(in crate::videos) fn media_files(conn: &Connection, video: i64) -> Result<Vec<MediaFile>> {
    let mut statement = conn.prepare_cached(
        "select id, kind, resolution, width, height, fps, file, playlist, codecs, has_video, has_audio, size,
           ifnull(bit_rate, 0), (select info_hash from torrents where rendition_id = renditions.id)
         from renditions where video_id = ?1 and size is not null order by resolution desc, kind",
    )?;
    let rows = statement.query_map([video], media_file)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Any file of a video, whole or not, by its name: who may have it is asked of its video.
pub(in crate::videos) fn video_of_file(conn: &Connection, file: &str) -> Result<Option<i64>> {
    let mut statement = conn.prepare_cached(
        "select video_id from renditions where file = ?1
         union all select video_id from renditions where playlist = ?1",
    )?;
    Ok(statement.query_row([file], |row| row.get(0)).optional()?)
}

pub(in crate::videos) fn video_of_source(conn: &Connection, file: &str) -> Result<Option<i64>> {
    let mut statement = conn.prepare_cached("select video_id from sources where file = ?1")?;
    Ok(statement.query_row([file], |row| row.get(0)).optional()?)
}

pub(in crate::videos) fn playlist(conn: &Connection, video: i64) -> Result<Option<Playlist>> {
    let mut statement =
        conn.prepare_cached("select master, hashes, growing from hls_playlists where video_id = ?1")?;
    let found = statement.query_row([video], |row| {
        Ok(Playlist { master: row.get(0)?, hashes: row.get(1)?, growing: row.get(2)? })
    });
    Ok(found.optional()?)
}

pub(in crate::videos) fn pictures(conn: &Connection, videos: &[i64]) -> Result<HashMap<i64, Pictures>> {
    let mut statement = conn.prepare_cached(
        "select video_id, kind, file, width, height, sprite_width, sprite_height, sprite_seconds
         from video_images where video_id in (select value from json_each(?1))",
    )?;
    let mut rows = statement.query([serde_json::to_string(videos)?])?;
    let mut found: HashMap<i64, Pictures> = HashMap::new();
    while let Some(row) = rows.next()? {
        let of = found.entry(row.get(0)?).or_default();
        let picture = super::super::Picture {
            file: row.get(2)?,
            width: row.get(3)?,
            height: row.get(4)?,
            sprite_width: row.get::<_, Option<u32>>(5)?.unwrap_or_default(),
            sprite_height: row.get::<_, Option<u32>>(6)?.unwrap_or_default(),
            sprite_seconds: row.get::<_, Option<u32>>(7)?.unwrap_or_default(),
        };
        match row.get::<_, String>(1)?.as_str() {
            "thumbnail" => of.thumbnail = Some(picture),
            "preview" => of.preview = Some(picture),
            _ => of.storyboard = Some(picture),
        }
    }
    Ok(found)
}

pub(in crate::videos) fn captions(conn: &Connection, video: i64) -> Result<Vec<Caption>> {
    let mut statement = conn.prepare_cached(
        "select language, file, generated, updated_at from captions where video_id = ?1 order by language",
    )?;
    let rows = statement.query_map([video], |row| {
        Ok(Caption {
            language: row.get(0)?,
            file: row.get(1)?,
            generated: row.get(2)?,
            updated_at: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::videos) fn put_caption(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    language: &str,
    file: &str,
) -> Result<()> {
    tx.prepare_cached(
        "insert into captions (video_id, language, file, updated_at) values (?1, ?2, ?3, ?4)
         on conflict (video_id, language)
           do update set file = excluded.file, generated = 0, updated_at = excluded.updated_at",
    )?
    .execute(params![video, language, file, now])?;
    Ok(())
}

pub(in crate::videos) fn remove_caption(tx: &Transaction<'_>, video: i64, language: &str) -> Result<()> {
    tx.prepare_cached("delete from captions where video_id = ?1 and language = ?2")?
        .execute(params![video, language])?;
    Ok(())
}

pub(in crate::videos) fn chapters(conn: &Connection, video: i64) -> Result<Vec<Chapter>> {
    let mut statement =
        conn.prepare_cached("select start_ms, title from chapters where video_id = ?1 order by start_ms")?;
    let rows = statement.query_map([video], |row| {
        Ok(Chapter { seconds: row.get::<_, i64>(0)? / 1000, title: row.get(1)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::videos) fn set_chapters(tx: &Transaction<'_>, video: i64, chapters: &[Chapter]) -> Result<()> {
    tx.prepare_cached("delete from chapters where video_id = ?1")?.execute([video])?;
    let mut insert =
        tx.prepare_cached("insert into chapters (video_id, start_ms, title) values (?1, ?2, ?3)")?;
    for chapter in chapters {
        insert.execute(params![video, chapter.seconds * 1000, chapter.title])?;
    }
    Ok(())
}

pub(in crate::videos) fn delete_password(tx: &Transaction<'_>, video: i64, password: i64) -> Result<bool> {
    let deleted = tx
        .prepare_cached("delete from video_passwords where id = ?1 and video_id = ?2")?
        .execute([password, video])?;
    Ok(deleted > 0)
}

pub(in crate::videos) fn add_views(tx: &Transaction<'_>, video: i64, views: i64, heat: f64) -> Result<()> {
    let before = tx
        .prepare_cached("select heat from videos where id = ?1")?
        .query_row([video], |row| row.get::<_, f64>(0))
        .optional()?;
    // It may have gone meanwhile.
    let Some(before) = before else { return Ok(()) };
    // log2(2^a + 2^b), the larger one taken out so that no power overflows.
    let (more, less) = (before.max(heat), before.min(heat));
    let after = more + (less - more).exp2().ln_1p() / std::f64::consts::LN_2;
    tx.prepare_cached("update videos set views = views + ?2, heat = ?3 where id = ?1")?
        .execute(params![video, views, after])?;
    Ok(())
}

/// Name of the source, of progressive files, pictures and captions: all that lies outside of the video's own folder.
pub(in crate::videos) fn file_names(conn: &Connection, video: i64) -> Result<Vec<(String, String)>> {
    let mut statement = conn.prepare_cached(
        "select 'source', file from sources where video_id = ?1 and file is not null
         union all select 'web', file from renditions where video_id = ?1 and kind = 'web'
         union all select 'picture', file from video_images where video_id = ?1
         union all select 'caption', file from captions where video_id = ?1",
    )?;
    let rows = statement.query_map([video], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::videos) fn delete(tx: &Transaction<'_>, video: i64) -> Result<()> {
    tx.prepare_cached("delete from videos where id = ?1")?.execute([video])?;
    Ok(())
}

pub(in crate::videos) fn signing_key(conn: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    let mut statement = conn.prepare_cached("select key from signing_keys where name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

pub(in crate::videos) fn make_signing_key(tx: &Transaction<'_>, name: &str, key: &[u8]) -> Result<()> {
    tx.prepare_cached("insert or ignore into signing_keys (name, key) values (?1, ?2)")?
        .execute(params![name, key])?;
    Ok(())
}
