//! Tables `sources`, `renditions`, `hls_playlists`, `video_images`, and the columns of `videos` that say how far it is.

use crate::{
    clock::Timestamp,
    error::{Error, Result},
    ids,
    videos::making::{
        FAILED, PUBLISHED, Picture, PictureKind, Playlists, Probed, Rendition, Source, TO_TRANSCODE, Whole,
    },
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::HashMap;

pub(in crate::videos) fn insert_source(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    file: &str,
    filename: &str,
    size: u64,
    info: Option<&serde_json::Value>,
) -> Result<()> {
    tx.prepare_cached(
        "insert into sources (video_id, file, filename, size, info, created_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![video, file, filename, size as i64, info.map(ToString::to_string), now])?;
    Ok(())
}

pub(in crate::videos) fn set_plan(tx: &Transaction<'_>, video: i64, plan: &serde_json::Value) -> Result<()> {
    tx.prepare_cached("update sources set plan = ?2 where video_id = ?1")?
        .execute(params![video, plan.to_string()])?;
    Ok(())
}

pub(in crate::videos) fn set_copied(
    tx: &Transaction<'_>,
    video: i64,
    resolution: u32,
    copied: bool,
) -> Result<()> {
    tx.prepare_cached(
        "update renditions set copied = ?3 where video_id = ?1 and kind = 'hls' and resolution = ?2",
    )?
    .execute(params![video, resolution, copied])?;
    Ok(())
}

pub(in crate::videos) fn source(conn: &Connection, video: i64) -> Result<Option<Source>> {
    conn.prepare_cached(
        "select v.uuid, s.file, s.filename, s.size, s.info, s.plan, s.note, v.state, v.failure_code, v.failure,
                v.duration_ms
         from videos v join sources s on s.video_id = v.id where v.id = ?1",
    )?
    .query_row([video], |row| {
        let source = Source {
            video,
            uuid: ids::parse_uuid(&row.get::<_, String>(0)?).unwrap_or_default(),
            file: row.get(1)?,
            filename: row.get(2)?,
            size: row.get::<_, i64>(3)? as u64,
            info: None,
            plan: None,
            note: row.get(6)?,
            state: row.get(7)?,
            failure: row.get::<_, Option<String>>(8)?.zip(row.get(9)?),
            duration_ms: row.get::<_, i64>(10)? as u64,
        };
        Ok((source, row.get::<_, Option<String>>(4)?, row.get::<_, Option<String>>(5)?))
    })
    .optional()?
    .map(|(source, info, plan)| {
        let json = |text: Option<String>| text.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Source { info: json(info)?, plan: json(plan)?, ..source })
    })
    .transpose()
}

pub(in crate::videos) fn names_source(conn: &Connection, file: &str) -> Result<bool> {
    let found = conn
        .prepare_cached("select exists (select 1 from sources where file = ?1)")?
        .query_row([file], |row| row.get(0))?;
    Ok(found)
}

pub(in crate::videos) fn names_progressive(conn: &Connection, file: &str) -> Result<bool> {
    let found = conn
        .prepare_cached(
            "select exists (select 1 from renditions where file = ?1 and kind = 'web')
                 or exists (select 1 from old_files where file = ?1)",
        )?
        .query_row([file], |row| row.get(0))?;
    Ok(found)
}

pub(in crate::videos) fn set_probed(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    probed: &Probed,
) -> Result<()> {
    tx.prepare_cached("update sources set info = ?2, plan = ?3 where video_id = ?1")?.execute(params![
        video,
        probed.info.to_string(),
        probed.plan.to_string()
    ])?;
    let (width, height) = probed.displayed.unzip();
    let changed = tx
        .prepare_cached(
            "update videos set duration_ms = ?2, width = ?3, height = ?4, updated_at = ?5 where id = ?1",
        )?
        .execute(params![video, probed.duration_ms as i64, width, height, now])?;
    if changed == 0 { Err(Error::not_found("Video")) } else { Ok(()) }
}

/// Forgets renditions that are not in the plan any more and were not finished.
pub(in crate::videos) fn keep_only_renditions(
    tx: &Transaction<'_>,
    video: i64,
    probed: &Probed,
) -> Result<()> {
    let planned: Vec<_> = probed.renditions.iter().map(|rendition| rendition.resolution).collect();
    tx.prepare_cached(
        "delete from renditions where video_id = ?1 and kind = 'hls' and size is null
            and resolution not in (select value from json_each(?2))",
    )?
    .execute(params![video, serde_json::to_string(&planned)?])?;
    Ok(())
}

pub(in crate::videos) fn insert_rendition(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    kind: &str,
    rendition: &Rendition,
) -> Result<()> {
    tx.prepare_cached(
        "insert into renditions (video_id, kind, resolution, width, height, fps, file, playlist, codecs, has_video,
                                 has_audio, copied, size, bit_rate, created_at, ready_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, iif(?13 is null, null, ?15))
         on conflict (video_id, kind, resolution) do nothing",
    )?
    .execute(params![
        video,
        kind,
        rendition.resolution,
        rendition.width,
        rendition.height,
        rendition.fps,
        rendition.file,
        rendition.playlist,
        rendition.codecs,
        rendition.has_video,
        rendition.has_audio,
        rendition.copied,
        rendition.size.map(|size| size as i64),
        rendition.bit_rate.map(|rate| rate as i64),
        now
    ])?;
    Ok(())
}

fn rendition(row: &Row<'_>) -> rusqlite::Result<Rendition> {
    Ok(Rendition {
        resolution: row.get(0)?,
        width: row.get(1)?,
        height: row.get(2)?,
        fps: row.get(3)?,
        file: row.get(4)?,
        playlist: row.get(5)?,
        codecs: row.get(6)?,
        has_video: row.get(7)?,
        has_audio: row.get(8)?,
        copied: row.get(9)?,
        size: row.get::<_, Option<i64>>(10)?.map(|size| size as u64),
        bit_rate: row.get::<_, Option<i64>>(11)?.map(|rate| rate as u64),
    })
}

pub(in crate::videos) fn renditions(conn: &Connection, video: i64, kind: &str) -> Result<Vec<Rendition>> {
    let mut statement = conn.prepare_cached(
        "select resolution, width, height, fps, file, playlist, codecs, has_video, has_audio, copied, size, bit_rate
         from renditions where video_id = ?1 and kind = ?2 order by resolution",
    )?;
    let rows = statement.query_map(params![video, kind], rendition)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// `false` when there is no such rendition.
/// How long it is, once something of it is whole; a second more or less is left as it was told first.
pub(in crate::videos) fn correct_duration(tx: &Transaction<'_>, video: i64, duration_ms: u64) -> Result<()> {
    tx.prepare_cached("update videos set duration_ms = ?2 where id = ?1 and abs(duration_ms - ?2) > 1000")?
        .execute(params![video, duration_ms as i64])?;
    Ok(())
}

pub(in crate::videos) fn set_whole(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    whole: &Whole,
) -> Result<bool> {
    let changed = tx
        .prepare_cached(
            "update renditions set width = ?3, height = ?4, fps = ?5, codecs = ?6, has_video = ?7, has_audio = ?8,
                    size = ?9, bit_rate = ?10, ready_at = ifnull(ready_at, ?11)
             where video_id = ?1 and kind = 'hls' and resolution = ?2",
        )?
        .execute(params![
            video,
            whole.resolution,
            whole.width,
            whole.height,
            whole.fps,
            whole.codecs,
            whole.has_video,
            whole.has_audio,
            whole.size as i64,
            whole.bit_rate as i64,
            now
        ])?;
    Ok(changed == 1)
}

/// From "to transcode" to "published", when enough is there.
pub(in crate::videos) fn publish(tx: &Transaction<'_>, now: Timestamp, video: i64, all: bool) -> Result<()> {
    tx.prepare_cached(
        "update videos set state = ?3, failure_code = null, failure = null, updated_at = ?2,
                published_at = ifnull(published_at, ?2)
         where id = ?1 and state in (?4, ?5) and (wait_transcoding = 0 or ?6)",
    )?
    .execute(params![video, now, PUBLISHED, TO_TRANSCODE, FAILED, all])?;
    Ok(())
}

pub(in crate::videos) fn set_failed(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    code: &str,
    sentence: &str,
) -> Result<()> {
    // A film of which something is whole can be watched: it stays published, with the reason beside it.
    tx.prepare_cached(
        "update videos set failure_code = ?3, failure = ?4, updated_at = ?2,
                state = iif(state = ?5, ?6, state)
         where id = ?1",
    )?
    .execute(params![video, now, code, sentence, TO_TRANSCODE, FAILED])?;
    Ok(())
}

pub(in crate::videos) fn clear_failure(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    tx.prepare_cached(
        "update videos set failure_code = null, failure = null, updated_at = ?2, state = iif(state = ?3, ?4, state)
         where id = ?1",
    )?
    .execute(params![video, now, FAILED, TO_TRANSCODE])?;
    Ok(())
}

pub(in crate::videos) fn set_note(tx: &Transaction<'_>, video: i64, note: &str) -> Result<()> {
    tx.prepare_cached("update sources set note = ?2 where video_id = ?1")?.execute(params![video, note])?;
    Ok(())
}

pub(in crate::videos) fn playlists(conn: &Connection, video: i64) -> Result<Option<Playlists>> {
    let found = conn
        .prepare_cached("select master, hashes, growing from hls_playlists where video_id = ?1")?
        .query_row([video], |row| {
            Ok(Playlists { master: row.get(0)?, hashes: row.get(1)?, growing: row.get(2)? })
        })
        .optional()?;
    Ok(found)
}

pub(in crate::videos) fn put_playlists(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    playlists: &Playlists,
) -> Result<()> {
    tx.prepare_cached(
        "insert into hls_playlists (video_id, master, hashes, growing, updated_at) values (?1, ?2, ?3, ?4, ?5)
         on conflict (video_id) do update set master = excluded.master, hashes = excluded.hashes,
            growing = excluded.growing, updated_at = excluded.updated_at",
    )?
    .execute(params![video, playlists.master, playlists.hashes, playlists.growing, now])?;
    Ok(())
}

pub(in crate::videos) fn take_source_file(tx: &Transaction<'_>, video: i64) -> Result<Option<String>> {
    let file = tx
        .prepare_cached("select file from sources where video_id = ?1")?
        .query_row([video], |row| row.get::<_, Option<String>>(0))
        .optional()?
        .flatten();
    if file.is_some() {
        tx.prepare_cached("update sources set file = null where video_id = ?1")?.execute([video])?;
    }
    Ok(file)
}

pub(in crate::videos) fn insert_chapters(
    tx: &Transaction<'_>,
    video: i64,
    chapters: &[(u64, String)],
) -> Result<()> {
    let any: bool = tx
        .prepare_cached("select exists (select 1 from chapters where video_id = ?1)")?
        .query_row([video], |row| row.get(0))?;
    if any {
        return Ok(());
    }
    let mut statement =
        tx.prepare_cached("insert or ignore into chapters (video_id, start_ms, title) values (?1, ?2, ?3)")?;
    for (start, title) in chapters.iter().take(100) {
        statement.execute(params![video, *start as i64, title])?;
    }
    Ok(())
}

pub(in crate::videos) fn sent_bytes(
    conn: &Connection,
    account: i64,
    since: Option<Timestamp>,
) -> Result<u64> {
    let bytes: i64 = conn
        .prepare_cached(
            "select ifnull(sum(s.size), 0) from sources s
             join videos v on v.id = s.video_id
             where v.author_id = ?1 and s.created_at > ?2",
        )?
        .query_row(params![account, since.unwrap_or(Timestamp(i64::MIN))], |row| row.get(0))?;
    Ok(bytes as u64)
}

/// A source takes no room any more once it was removed.
const ON_DISK: &str = "videos.files_size + iif(sources.file is null, 0, sources.size)";

pub(in crate::videos) fn sizes(conn: &Connection, videos: &[i64]) -> Result<HashMap<i64, u64>> {
    let mut statement = conn.prepare_cached(&format!(
        "select videos.id, {ON_DISK} from videos left join sources on sources.video_id = videos.id
         where videos.id in (select value from json_each(?1))"
    ))?;
    let rows = statement
        .query_map([serde_json::to_string(videos)?], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::videos) fn size_of_groups(conn: &Connection, groups: &[i64]) -> Result<u64> {
    let bytes: i64 = conn
        .prepare_cached(&format!(
            "select ifnull(sum({ON_DISK}), 0) from videos left join sources on sources.video_id = videos.id
             where videos.group_id in (select value from json_each(?1))"
        ))?
        .query_row([serde_json::to_string(groups)?], |row| row.get(0))?;
    Ok(bytes as u64)
}

/// Name of a picture's file, and whether a person chose it.
pub(in crate::videos) fn picture(
    conn: &Connection,
    video: i64,
    kind: PictureKind,
) -> Result<Option<(String, bool)>> {
    let found = conn
        .prepare_cached("select file, chosen from video_images where video_id = ?1 and kind = ?2")?
        .query_row(params![video, kind.name()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found)
}

pub(in crate::videos) fn put_picture(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    picture: &Picture,
    chosen: bool,
) -> Result<()> {
    let (width, height, seconds) = match picture.sprites {
        Some((width, height, seconds)) => (Some(width), Some(height), Some(seconds)),
        None => (None, None, None),
    };
    tx.prepare_cached(
        "insert or replace into video_images (video_id, kind, file, width, height, sprite_width, sprite_height,
                                              sprite_seconds, chosen, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        video,
        picture.kind.name(),
        picture.file,
        picture.width,
        picture.height,
        width,
        height,
        seconds,
        chosen,
        now
    ])?;
    Ok(())
}
