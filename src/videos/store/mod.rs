//! The tables of videos. Private to the room.

pub(super) mod elsewhere;
pub(super) mod figures;
pub(super) mod list;
pub(super) mod making;
mod merge;
pub(super) mod offers;
pub(super) mod parts;
pub(super) mod ratings;
pub(super) mod replacing;
mod row;
pub(super) mod torrents;
pub(super) mod upkeep;

pub(super) use parts::{make_signing_key, signing_key};

use super::{Change, Failure, NewVideo, Privacy, Schedule, State, Video, views::Deeds};
use crate::{clock::Timestamp, error::Result};
use row::{COLUMNS, video};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params, params};
use uuid::Uuid;

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Video>> {
    let sql = format!("select {COLUMNS} from videos where id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], video).optional()?)
}

pub(super) fn find_many(conn: &Connection, ids: &[i64]) -> Result<Vec<Video>> {
    let sql =
        format!("select {COLUMNS} from json_each(?1) wanted cross join videos on videos.id = wanted.value");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([serde_json::to_string(ids)?], video)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn find_by_uuid(conn: &Connection, uuid: Uuid) -> Result<Option<Video>> {
    let sql = format!("select {COLUMNS} from videos where uuid = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([uuid.to_string()], video).optional()?)
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    uuid: Uuid,
    author: i64,
    new: &NewVideo,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into videos (uuid, group_id, author_id, name, description, support, category, licence, language, privacy, state,
           wait_transcoding, sensitive, sensitive_flags, sensitive_summary, comments_policy, download_enabled,
           created_at, updated_at, originally_published_at)
         values (:uuid, :group, :author, :name, :description, :support, :category, :licence, :language, :privacy, 2,
           :wait, :sensitive, :flags, :summary, :comments, :download, :now, :now, :originally)",
    )?
    .execute(named_params! {
        ":uuid": uuid.to_string(),
        ":group": new.group,
        ":author": author,
        ":name": new.name,
        ":description": new.description,
        ":support": new.support,
        ":category": new.category,
        ":licence": new.licence,
        ":language": new.language,
        ":privacy": new.privacy.id(),
        ":wait": new.wait_transcoding,
        ":sensitive": new.sensitive,
        // Of what does not hurt there is nothing to say.
        ":flags": if new.sensitive { new.sensitive_flags } else { 0 },
        ":summary": new.sensitive_summary.as_ref().filter(|_| new.sensitive),
        ":comments": new.comments_policy,
        ":download": new.download_enabled,
        ":now": now,
        ":originally": new.originally_published_at,
    })?;
    Ok(tx.last_insert_rowid())
}

/// What a change leaves out is written as it was.
pub(super) fn update(tx: &Transaction<'_>, now: Timestamp, video: &Video, change: &Change) -> Result<()> {
    let sensitive = change.sensitive.unwrap_or(video.sensitive);
    let flags = change.sensitive_flags.unwrap_or(video.sensitive_flags);
    let summary = change.sensitive_summary.as_ref().unwrap_or(&video.sensitive_summary).as_ref();
    tx.prepare_cached(
        "update videos set group_id = :group, name = :name, description = :description, support = :support,
           category = :category, licence = :licence, language = :language,
           privacy = case when blocked_privacy is null then :privacy else privacy end,
           blocked_privacy = case when blocked_privacy is null then null else :privacy end,
           wait_transcoding = :wait, sensitive = :sensitive, sensitive_flags = :flags, sensitive_summary = :summary,
           comments_policy = :comments, download_enabled = :download, originally_published_at = :originally,
           updated_at = :now,
           published_at = case when :shown then :now else published_at end
         where id = :id",
    )?
    .execute(named_params! {
        ":id": video.id,
        ":group": change.group.unwrap_or(video.group),
        ":name": change.name.as_ref().unwrap_or(&video.name),
        ":description": change.description.as_ref().unwrap_or(&video.description),
        ":support": change.support.as_ref().unwrap_or(&video.support),
        ":category": change.category.unwrap_or(video.category),
        ":licence": change.licence.unwrap_or(video.licence),
        ":language": change.language.as_ref().unwrap_or(&video.language),
        ":privacy": change.privacy.unwrap_or(video.chosen_privacy()).id(),
        ":wait": change.wait_transcoding.unwrap_or(video.wait_transcoding),
        ":sensitive": sensitive,
        ":flags": if sensitive { flags } else { 0 },
        ":summary": summary.filter(|_| sensitive),
        ":comments": change.comments_policy.unwrap_or(video.comments_policy),
        ":download": change.download_enabled.unwrap_or(video.download_enabled),
        ":originally": change.originally_published_at.unwrap_or(video.originally_published_at),
        ":now": now,
        // As in PeerTube: what others could not see until now is published now.
        ":shown": change.privacy.is_some_and(|privacy| {
            video.chosen_privacy() == Privacy::Private && privacy != Privacy::Private
        }) && video.published_at.is_some(),
    })?;
    Ok(())
}

pub(super) fn set_state(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    state: State,
    failure: Option<&Failure>,
) -> Result<()> {
    tx.prepare_cached(
        "update videos set state = :state, failure_code = :code, failure = :failure, updated_at = :now,
           published_at = case when :state = 1 then ifnull(published_at, :now) else published_at end
         where id = :id",
    )?
    .execute(named_params! {
        ":id": id,
        ":state": state.id(),
        ":code": failure.map(|failure| &failure.code),
        ":failure": failure.map(|failure| &failure.detail),
        ":now": now,
    })?;
    Ok(())
}

/// While a video is hidden it is private to every list, and what it was is kept beside.
pub(super) fn set_blocked(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    chosen: Option<Privacy>,
) -> Result<()> {
    tx.prepare_cached(
        "update videos set privacy = case when :chosen is null then ifnull(blocked_privacy, privacy) else :private end,
           blocked_privacy = :chosen, updated_at = :now where id = :id",
    )?
    .execute(named_params! {
        ":id": id,
        ":chosen": chosen.map(Privacy::id),
        ":private": Privacy::Private.id(),
        ":now": now,
    })?;
    Ok(())
}

/// What was published already, as far as it could be, is published now.
pub(super) fn publish_again(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    tx.prepare_cached("update videos set published_at = ?2 where id = ?1 and published_at is not null")?
        .execute(params![id, now])?;
    Ok(())
}

/// Sets the heat of a video that has none yet.
pub(super) fn warm(tx: &Transaction<'_>, id: i64, heat: f64) -> Result<()> {
    tx.prepare_cached("update videos set heat = ?2 where id = ?1 and heat = 0")?
        .execute(params![id, heat])?;
    Ok(())
}

/// Its figures, or when it appeared, changed.
pub(super) fn stirred(tx: &Transaction<'_>, id: i64) -> Result<()> {
    let found = tx
        .prepare_cached(
            "select ifnull(published_at, created_at), views, likes, dislikes, comments from videos where id = ?1",
        )?
        .query_row([id], |row| {
            let (views, likes) = (row.get(1)?, row.get(2)?);
            let (dislikes, comments) = (row.get(3)?, row.get(4)?);
            Ok((row.get(0)?, Deeds { views, likes, dislikes, comments }))
        })
        .optional()?;
    // It may have gone meanwhile.
    let Some((published, deeds)) = found else { return Ok(()) };
    tx.prepare_cached("update videos set stir = ?2 where id = ?1")?
        .execute(params![id, super::views::stir(published, deeds)])?;
    Ok(())
}

/// Who was told of a video; see `announce`.
pub(super) fn announced(conn: &Connection, id: i64) -> Result<i64> {
    Ok(conn
        .prepare_cached("select announced from videos where id = ?1")?
        .query_row([id], |row| row.get(0))?)
}

pub(super) fn set_announced(tx: &Transaction<'_>, id: i64, announced: i64) -> Result<()> {
    tx.prepare_cached("update videos set announced = ?2 where id = ?1")?.execute([id, announced])?;
    Ok(())
}

pub(super) fn set_schedule(tx: &Transaction<'_>, id: i64, schedule: Option<Schedule>) -> Result<()> {
    tx.prepare_cached("update videos set scheduled_at = ?2, scheduled_privacy = ?3 where id = ?1")?
        .execute(params![id, schedule.map(|wish| wish.at), schedule.map(|wish| wish.privacy.id())])?;
    Ok(())
}

/// Something that belongs to a video changed.
pub(super) fn touch(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    tx.prepare_cached("update videos set updated_at = ?2 where id = ?1")?.execute(params![id, now])?;
    Ok(())
}

pub(super) fn set_support_of_group(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    support: Option<&str>,
) -> Result<()> {
    tx.prepare_cached("update videos set support = ?2, updated_at = ?3 where group_id = ?1")?
        .execute(params![group, support, now])?;
    Ok(())
}

pub(super) fn set_tags(tx: &Transaction<'_>, id: i64, tags: &[String]) -> Result<()> {
    tx.prepare_cached("delete from tags where video_id = ?1")?.execute([id])?;
    let mut insert = tx.prepare_cached("insert into tags (video_id, position, tag) values (?1, ?2, ?3)")?;
    for (position, tag) in tags.iter().enumerate() {
        insert.execute(params![id, position as i64, tag])?;
    }
    Ok(())
}

pub(super) fn tags(conn: &Connection, id: i64) -> Result<Vec<String>> {
    let mut statement = conn.prepare_cached("select tag from tags where video_id = ?1 order by position")?;
    let rows = statement.query_map([id], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn set_passwords(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    passwords: &[String],
) -> Result<()> {
    tx.prepare_cached("delete from video_passwords where video_id = ?1")?.execute([id])?;
    let mut insert = tx.prepare_cached(
        "insert or ignore into video_passwords (video_id, password, created_at) values (?1, ?2, ?3)",
    )?;
    for password in passwords {
        insert.execute(params![id, password, now])?;
    }
    Ok(())
}

pub(super) fn passwords(conn: &Connection, id: i64) -> Result<Vec<super::Password>> {
    let mut statement = conn.prepare_cached(
        "select id, password, created_at from video_passwords where video_id = ?1 order by id desc",
    )?;
    let rows = statement.query_map([id], |row| {
        Ok(super::Password { id: row.get(0)?, password: row.get(1)?, created_at: row.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn common_tags(conn: &Connection, count: u32) -> Result<Vec<String>> {
    let mut statement =
        conn.prepare_cached("select tag from tags group by tag order by count(*) desc, tag limit ?1")?;
    let rows = statement.query_map([count], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn busiest_groups(conn: &Connection, count: u32) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select group_id from video_counts where privacy = 1 and videos > 0
         group by group_id order by sum(videos) desc, group_id limit ?1",
    )?;
    let rows = statement.query_map([count], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What an account sent, without that in some groups.
pub(super) fn count_of_author(conn: &Connection, account: i64, but: &[i64]) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached(
            "select count(*) from videos
             where author_id = ?1 and replaces is null and group_id not in (select value from json_each(?2))",
        )?
        .query_row(params![account, serde_json::to_string(but)?], |row| row.get(0))?;
    Ok(count as u64)
}

pub(super) fn of_group(conn: &Connection, group: i64) -> Result<Vec<i64>> {
    let mut statement =
        conn.prepare_cached("select id from videos where group_id = ?1 and replaces is null")?;
    let rows = statement.query_map([group], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
