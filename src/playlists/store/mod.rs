//! The tables of playlists. Private to the room.

pub(super) mod elements;
pub(super) mod list;

use super::{Kind, NewPlaylist, Playlist, Privacy, elements::Shift};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{
    Connection, OptionalExtension, Row, Transaction, named_params, params,
    types::{FromSqlError, Type},
};
use uuid::Uuid;

/// In the order in which [`playlist`] reads them. The cover is the first film whose picture is for all eyes.
const COLUMNS: &str =
    "p.id, p.uuid, p.account_id, p.group_id, p.group_position, p.name, p.description, p.privacy, p.kind,
  p.picture, p.length, p.created_at, p.updated_at,
  case when p.picture is null then (
    select v.id from playlist_elements e cross join videos v on v.id = e.video_id
    where e.playlist_id = p.id and v.privacy in (1, 2) and v.state = 1 and not v.sensitive
    order by e.position limit 1) end";

fn playlist(row: &Row<'_>) -> rusqlite::Result<Playlist> {
    let uuid: String = row.get(1)?;
    let wrong = |column| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Null, Box::new(FromSqlError::InvalidType))
    };
    let length: i64 = row.get(10)?;
    Ok(Playlist {
        id: row.get(0)?,
        uuid: Uuid::try_parse(&uuid).map_err(|_| wrong(1))?,
        account: row.get(2)?,
        group: row.get(3)?,
        group_position: row.get(4)?,
        name: row.get(5)?,
        description: row.get(6)?,
        privacy: Privacy::from_id(row.get(7)?).ok_or_else(|| wrong(7))?,
        kind: Kind::from_id(row.get(8)?).ok_or_else(|| wrong(8))?,
        picture: row.get(9)?,
        length: length.max(0).unsigned_abs(),
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        cover: row.get(13)?,
    })
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Playlist>> {
    let sql = format!("select {COLUMNS} from playlists p where p.id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], playlist).optional()?)
}

pub(super) fn find_by_uuid(conn: &Connection, uuid: Uuid) -> Result<Option<Playlist>> {
    let sql = format!("select {COLUMNS} from playlists p where p.uuid = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([uuid.to_string()], playlist).optional()?)
}

pub(super) fn watch_later(conn: &Connection, account: i64) -> Result<Option<Playlist>> {
    let sql = format!("select {COLUMNS} from playlists p where p.account_id = ?1 and p.kind = 2");
    Ok(conn.prepare_cached(&sql)?.query_row([account], playlist).optional()?)
}

pub(super) fn of_account(conn: &Connection, account: i64) -> Result<Vec<Playlist>> {
    all(
        conn,
        &format!("select {COLUMNS} from playlists p where p.account_id = ?1 order by p.created_at"),
        account,
    )
}

pub(super) fn of_group(conn: &Connection, group: i64) -> Result<Vec<Playlist>> {
    all(
        conn,
        &format!("select {COLUMNS} from playlists p where p.group_id = ?1 order by p.group_position"),
        group,
    )
}

fn all(conn: &Connection, sql: &str, of: i64) -> Result<Vec<Playlist>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([of], playlist)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn count(conn: &Connection) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from playlists where kind = 1")?
        .query_row([], |row| row.get(0))?;
    Ok(count.max(0).unsigned_abs())
}

pub(super) fn count_of_account(conn: &Connection, account: i64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from playlists where account_id = ?1")?
        .query_row([account], |row| row.get(0))?;
    Ok(count.max(0).unsigned_abs())
}

pub(super) fn names_picture(conn: &Connection, file: &str) -> Result<bool> {
    Ok(conn
        .prepare_cached("select exists (select 1 from playlists where picture = ?1)")?
        .query_row([file], |row| row.get(0))?)
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    uuid: Uuid,
    account: i64,
    kind: Kind,
    new: &NewPlaylist,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into playlists (uuid, account_id, group_id, group_position, name, description, privacy, kind, picture,
           created_at, updated_at)
         values (:uuid, :account, :group,
           case when :group is not null
             then (select ifnull(max(group_position), 0) + 1 from playlists where group_id = :group) end,
           :name, :description, :privacy, :kind, :picture, :now, :now)",
    )?
    .execute(named_params! {
        ":uuid": uuid.to_string(),
        ":account": account,
        ":group": new.group,
        ":name": new.name,
        ":description": new.description,
        ":privacy": new.privacy.id(),
        ":kind": kind.id(),
        ":picture": new.picture,
        ":now": now,
    })?;
    Ok(tx.last_insert_rowid())
}

/// All but its group.
pub(super) fn update(tx: &Transaction<'_>, now: Timestamp, id: i64, next: &NewPlaylist) -> Result<()> {
    tx.prepare_cached(
        "update playlists set name = ?2, description = ?3, privacy = ?4, picture = ?5, updated_at = ?6 where id = ?1",
    )?
    .execute(params![id, next.name, next.description, next.privacy.id(), next.picture, now])?;
    Ok(())
}

/// Takes a playlist out of its group, where those behind it move up, and puts it at the end of another's.
pub(super) fn move_to_group(tx: &Transaction<'_>, playlist: &Playlist, group: Option<i64>) -> Result<()> {
    if let (Some(old), Some(position)) = (playlist.group, playlist.group_position) {
        tx.prepare_cached(
            "update playlists set group_position = group_position - 1 where group_id = ?1 and group_position > ?2",
        )?
        .execute([old, position])?;
    }
    // What no group publishes is for nobody else.
    tx.prepare_cached(
        "update playlists set group_id = ?2, privacy = case when ?2 is null then 3 else privacy end,
           group_position = case when ?2 is not null
             then (select ifnull(max(group_position), 0) + 1 from playlists where group_id = ?2 and id <> ?1) end
         where id = ?1",
    )?
    .execute(params![playlist.id, group])?;
    Ok(())
}

pub(super) fn last_position_in_group(conn: &Connection, group: i64) -> Result<i64> {
    Ok(conn
        .prepare_cached("select ifnull(max(group_position), 0) from playlists where group_id = ?1")?
        .query_row([group], |row| row.get(0))?)
}

pub(super) fn shift_in_group(tx: &Transaction<'_>, group: i64, shift: &Shift) -> Result<()> {
    let Shift { moved, others } = *shift;
    tx.prepare_cached(
        "update playlists set group_position = group_position
           + case when group_position between ?2 and ?3 then ?4 else ?7 end
         where group_id = ?1 and (group_position between ?2 and ?3 or group_position between ?5 and ?6)",
    )?
    .execute(params![group, moved.0, moved.1, moved.2, others.0, others.1, others.2])?;
    Ok(())
}

pub(super) fn set_account(tx: &Transaction<'_>, id: i64, account: i64) -> Result<()> {
    tx.prepare_cached("update playlists set account_id = ?2 where id = ?1")?.execute([id, account])?;
    Ok(())
}

/// Something of its elements changed.
pub(super) fn touch(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    tx.prepare_cached("update playlists set updated_at = ?2 where id = ?1")?.execute(params![id, now])?;
    Ok(())
}

pub(super) fn delete(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from playlists where id = ?1")?.execute([id])?;
    Ok(())
}
