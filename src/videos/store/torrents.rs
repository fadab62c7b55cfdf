//! Table `torrents`.

use super::parts;
use crate::{
    error::Result,
    ids,
    videos::{
        MediaFile, Video,
        torrents::{Pieces, Unhashed},
    },
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

pub(in crate::videos) fn unhashed(conn: &Connection, video: i64) -> Result<Vec<Unhashed>> {
    let mut statement = conn.prepare_cached(
        "select r.id, v.uuid, r.kind, r.file, r.size from renditions r join videos v on v.id = r.video_id
         where r.video_id = ?1 and r.size is not null
           and not exists (select 1 from torrents where rendition_id = r.id)
         order by r.resolution",
    )?;
    let rows = statement.query_map([video], |row| {
        Ok(Unhashed {
            rendition: row.get(0)?,
            uuid: ids::parse_uuid(&row.get::<_, String>(1)?).unwrap_or_default(),
            hls: row.get::<_, String>(2)? == "hls",
            file: row.get(3)?,
            size: row.get::<_, i64>(4)? as u64,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::videos) fn put(
    tx: &Transaction<'_>,
    of: &Unhashed,
    info_hash: &str,
    pieces: &Pieces,
) -> Result<()> {
    // Only for the bytes that were hashed.
    tx.prepare_cached(
        "insert or replace into torrents (rendition_id, info_hash, piece_length, pieces)
         select id, ?4, ?5, ?6 from renditions where id = ?1 and file = ?2 and size = ?3",
    )?
    .execute(params![
        of.rendition,
        of.file,
        of.size as i64,
        info_hash,
        pieces.length as i64,
        pieces.hashes
    ])?;
    Ok(())
}

/// The bytes of a rendition may be others now.
pub(in crate::videos) fn forget(tx: &Transaction<'_>, video: i64, resolution: u32) -> Result<()> {
    tx.prepare_cached(
        "delete from torrents where rendition_id in
           (select id from renditions where video_id = ?1 and kind = 'hls' and resolution = ?2)",
    )?
    .execute(params![video, resolution])?;
    Ok(())
}

/// The video and the whole rendition that a file belongs to, with the hashes of its pieces.
pub(in crate::videos) fn find(
    conn: &Connection,
    file: &str,
) -> Result<Option<(Video, MediaFile, Option<Pieces>)>> {
    let found = conn
        .prepare_cached(
            "select r.video_id, r.id, t.piece_length, t.pieces from renditions r left join torrents t on t.rendition_id = r.id
             where r.file = ?1 and r.size is not null",
        )?
        .query_row([file], |row| {
            let pieces = row.get::<_, Option<i64>>(2)?.zip(row.get(3)?);
            let pieces = pieces.map(|(length, hashes)| Pieces { length: length as u64, hashes });
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, pieces))
        })
        .optional()?;
    let Some((video, rendition, pieces)) = found else { return Ok(None) };
    let file = parts::media_files(conn, video)?.into_iter().find(|file| file.id == rendition);
    Ok(super::find(conn, video)?.zip(file).map(|(video, file)| (video, file, pieces)))
}
