//! The full-text index over listed videos.

use super::super::Video;
use crate::{error::Result, text};
use rusqlite::{Transaction, params};

pub(in crate::videos) fn unindex(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from videos_fts where rowid = ?1")?.execute([id])?;
    Ok(())
}

pub(in crate::videos) fn index(tx: &Transaction<'_>, video: &Video, group: &str) -> Result<()> {
    let tags = super::tags(tx, video.id)?.join(" ");
    tx.prepare_cached(
        "insert into videos_fts (rowid, name, description, tags, group_name) values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        video.id,
        text::fold(&video.name),
        text::fold(video.description.as_deref().unwrap_or_default()),
        text::fold(&tags),
        text::fold(group),
    ])?;
    Ok(())
}
