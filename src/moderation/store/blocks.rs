//! Hidden videos.

use crate::{
    clock::Timestamp,
    error::Result,
    moderation::blocks::{Block, Filter, Kind, Sort},
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params, params};

const COLUMNS: &str = "video_blocks.id, video_blocks.video_id, video_blocks.kind, video_blocks.reason,
  video_blocks.unfederated, video_blocks.created_at, video_blocks.updated_at";

fn block(row: &Row<'_>) -> rusqlite::Result<Block> {
    Ok(Block {
        id: row.get(0)?,
        video: row.get(1)?,
        kind: Kind::from_id(row.get(2)?).unwrap_or(Kind::Manual),
        reason: row.get(3)?,
        unfederated: row.get(4)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
    })
}

pub(in crate::moderation) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    kind: Kind,
    reason: Option<&str>,
    unfederated: bool,
) -> Result<()> {
    tx.prepare_cached(
        "insert into video_blocks (video_id, kind, reason, unfederated, created_at, updated_at)
         values (?1, ?2, ?3, ?4, ?5, ?5)",
    )?
    .execute(params![video, kind as i64, reason, unfederated, now])?;
    Ok(())
}

/// What waited is hidden by somebody from now on.
pub(in crate::moderation) fn refuse(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    reason: Option<&str>,
) -> Result<()> {
    tx.prepare_cached("update video_blocks set kind = ?2, reason = ?3, updated_at = ?4 where video_id = ?1")?
        .execute(params![video, Kind::Manual as i64, reason, now])?;
    Ok(())
}

pub(in crate::moderation) fn set_reason(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    reason: Option<&str>,
) -> Result<()> {
    tx.prepare_cached("update video_blocks set reason = ?2, updated_at = ?3 where video_id = ?1")?
        .execute(params![video, reason, now])?;
    Ok(())
}

pub(in crate::moderation) fn remove(tx: &Transaction<'_>, video: i64) -> Result<()> {
    tx.prepare_cached("delete from video_blocks where video_id = ?1")?.execute([video])?;
    Ok(())
}

pub(in crate::moderation) fn find(conn: &Connection, video: i64) -> Result<Option<Block>> {
    let sql = format!("select {COLUMNS} from video_blocks where video_id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([video], block).optional()?)
}

const FOUND: &str = "(:kind is null or video_blocks.kind = :kind)
  and (:search is null or instr(lower(videos.name), lower(:search)) > 0)";

pub(in crate::moderation) fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Block>)> {
    let (kind, search) = (filter.kind.map(|kind| kind as i64), filter.search.as_deref());
    let total: i64 = conn
        .prepare_cached(&format!(
            "select count(*) from video_blocks join videos on videos.id = video_blocks.video_id where {FOUND}"
        ))?
        .query_row(named_params! { ":kind": kind, ":search": search }, |row| row.get(0))?;
    let column = match filter.sort {
        Sort::CreatedAt => "video_blocks.created_at",
        Sort::Name => "videos.name collate nocase",
        Sort::Duration => "videos.duration_ms",
        Sort::Views => "videos.views",
        Sort::Likes => "videos.likes",
        Sort::Dislikes => "videos.dislikes",
    };
    let direction = if filter.ascending { "asc" } else { "desc" };
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from video_blocks cross join videos on videos.id = video_blocks.video_id where {FOUND}
         order by {column} {direction}, video_blocks.id {direction} limit :count offset :start"
    ))?;
    let rows = statement.query_map(
        named_params! { ":kind": kind, ":search": search, ":count": filter.count, ":start": filter.start },
        block,
    )?;
    Ok((total.max(0).unsigned_abs(), rows.collect::<rusqlite::Result<_>>()?))
}
