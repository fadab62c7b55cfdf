//! Videos of other servers.

use super::super::elsewhere::{File, Film, Place};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params, params};

pub(in crate::videos) fn by_uri(conn: &Connection, uri: &str) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached("select video_id from remote_videos where uri = ?1")?
        .query_row([uri], |row| row.get(0))
        .optional()?)
}

pub(in crate::videos) fn uri(conn: &Connection, video: i64) -> Result<Option<String>> {
    Ok(conn
        .prepare_cached("select uri from remote_videos where video_id = ?1")?
        .query_row([video], |row| row.get(0))
        .optional()?)
}

pub(in crate::videos) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    origin: &str,
    (group, author): (i64, i64),
    film: &Film,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into videos (uuid, group_id, author_id, origin, name, privacy, state, created_at, updated_at, published_at)
         values (?1, ?2, ?3, ?4, ?5, 1, 1, ?6, ?7, ?8)",
    )?
    .execute(params![
        film.uuid.to_string(),
        group,
        author,
        origin,
        film.name,
        now,
        film.updated_at,
        film.published_at
    ])?;
    let id = tx.last_insert_rowid();
    update(tx, id, (group, author), film)?;
    Ok(id)
}

pub(in crate::videos) fn update(
    tx: &Transaction<'_>,
    id: i64,
    (group, author): (i64, i64),
    film: &Film,
) -> Result<()> {
    let largest = film.place.files.iter().filter(|file| file.has_video).max_by_key(|file| file.resolution);
    tx.prepare_cached(
        "update videos set group_id = :group, author_id = :author, name = :name, description = :description, support = :support,
           category = :category, licence = :licence, language = :language, sensitive = :sensitive, sensitive_flags = :flags,
           sensitive_summary = :summary, comments_policy = :comments, download_enabled = :download, duration_ms = :duration,
           width = :width, height = :height, views = :views, updated_at = :updated, published_at = :published,
           originally_published_at = :originally
         where id = :id",
    )?
    .execute(named_params! {
        ":id": id,
        ":group": group,
        ":author": author,
        ":name": film.name,
        ":description": film.description,
        ":support": film.support,
        ":category": film.category,
        ":licence": film.licence,
        ":language": film.language,
        ":sensitive": film.sensitive,
        ":flags": film.sensitive_flags,
        ":summary": film.sensitive_summary,
        ":comments": film.comments_policy,
        ":download": film.download_enabled,
        ":duration": i64::from(film.seconds) * 1000,
        ":width": largest.map(|file| file.width),
        ":height": largest.map(|file| file.height),
        ":views": film.views,
        ":updated": film.updated_at,
        ":published": film.published_at,
        ":originally": film.originally_published_at,
    })?;
    Ok(())
}

pub(in crate::videos) fn put_place(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    uri: &str,
    place: &Place,
) -> Result<()> {
    tx.prepare_cached(
        "insert into remote_videos (video_id, uri, page_url, master_url, hashes_url, thumbnail_url, preview_url, fetched_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (video_id) do update set page_url = excluded.page_url, master_url = excluded.master_url,
           hashes_url = excluded.hashes_url, thumbnail_url = excluded.thumbnail_url, preview_url = excluded.preview_url,
           fetched_at = excluded.fetched_at",
    )?
    .execute(params![
        video,
        uri,
        place.page,
        place.master,
        place.hashes,
        place.thumbnail,
        place.preview,
        now
    ])?;
    tx.prepare_cached("delete from remote_files where video_id = ?1")?.execute([video])?;
    let mut insert = tx.prepare_cached(
        "insert into remote_files (video_id, hls, url, resolution, width, height, fps, size, has_video, has_audio)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for file in &place.files {
        insert.execute(params![
            video,
            file.hls,
            file.url,
            file.resolution,
            file.width,
            file.height,
            file.fps,
            file.size,
            file.has_video,
            file.has_audio
        ])?;
    }
    Ok(())
}

pub(in crate::videos) fn place(conn: &Connection, video: i64) -> Result<Option<Place>> {
    let found = conn
        .prepare_cached(
            "select page_url, master_url, hashes_url, thumbnail_url, preview_url from remote_videos where video_id = ?1",
        )?
        .query_row([video], |row| {
            Ok(Place {
                page: row.get(0)?,
                master: row.get(1)?,
                hashes: row.get(2)?,
                thumbnail: row.get(3)?,
                preview: row.get(4)?,
                files: Vec::new(),
            })
        })
        .optional()?;
    let Some(mut place) = found else { return Ok(None) };
    let mut statement = conn.prepare_cached(
        "select id, hls, url, resolution, width, height, fps, size, has_video, has_audio
         from remote_files where video_id = ?1 order by resolution desc, id",
    )?;
    let rows = statement.query_map([video], |row| {
        Ok(File {
            id: row.get(0)?,
            hls: row.get(1)?,
            url: row.get(2)?,
            resolution: row.get(3)?,
            width: row.get(4)?,
            height: row.get(5)?,
            fps: row.get(6)?,
            size: row.get(7)?,
            has_video: row.get(8)?,
            has_audio: row.get(9)?,
        })
    })?;
    place.files = rows.collect::<rusqlite::Result<_>>()?;
    Ok(Some(place))
}
