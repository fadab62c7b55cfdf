//! Table `playlist_elements`.

use super::super::elements::{Element, Held, Shift, Times};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{
    Connection, OptionalExtension, Row, Transaction, params,
    types::{FromSqlError, Type},
};
use uuid::Uuid;

const ELEMENT: &str = "id, position, video_id, start_seconds, stop_seconds";

fn element(row: &Row<'_>) -> rusqlite::Result<Element> {
    Ok(Element {
        id: row.get(0)?,
        position: row.get(1)?,
        video: row.get(2)?,
        times: Times { start: row.get(3)?, stop: row.get(4)? },
    })
}

pub(in crate::playlists) fn page(
    conn: &Connection,
    playlist: i64,
    start: u32,
    count: u32,
) -> Result<Vec<Element>> {
    // Places have no gap: a page is read off the index, however far down.
    let mut statement = conn.prepare_cached(&format!(
        "select {ELEMENT} from playlist_elements where playlist_id = ?1 and position > ?2 order by position limit ?3"
    ))?;
    let rows = statement.query_map(params![playlist, start, count], element)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::playlists) fn find(conn: &Connection, playlist: i64, id: i64) -> Result<Option<Element>> {
    let sql = format!("select {ELEMENT} from playlist_elements where id = ?2 and playlist_id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([playlist, id], element).optional()?)
}

pub(in crate::playlists) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    playlist: i64,
    video: i64,
    times: Times,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into playlist_elements (playlist_id, position, video_id, start_seconds, stop_seconds, created_at)
         values (?1, (select ifnull(max(position), 0) + 1 from playlist_elements where playlist_id = ?1), ?2, ?3, ?4, ?5)",
    )?
    .execute(params![playlist, video, times.start, times.stop, now])?;
    Ok(tx.last_insert_rowid())
}

pub(in crate::playlists) fn set_times(tx: &Transaction<'_>, id: i64, times: Times) -> Result<()> {
    tx.prepare_cached("update playlist_elements set start_seconds = ?2, stop_seconds = ?3 where id = ?1")?
        .execute(params![id, times.start, times.stop])?;
    Ok(())
}

pub(in crate::playlists) fn delete(tx: &Transaction<'_>, playlist: i64, element: &Element) -> Result<()> {
    tx.prepare_cached("delete from playlist_elements where id = ?1")?.execute([element.id])?;
    tx.prepare_cached(
        "update playlist_elements set position = position - 1 where playlist_id = ?1 and position > ?2",
    )?
    .execute([playlist, element.position])?;
    Ok(())
}

pub(in crate::playlists) fn shift(tx: &Transaction<'_>, playlist: i64, shift: &Shift) -> Result<()> {
    let Shift { moved, others } = *shift;
    tx.prepare_cached(
        "update playlist_elements set position = position
           + case when position between ?2 and ?3 then ?4 else ?5 end
         where playlist_id = ?1 and position between ?6 and ?7",
    )?
    .execute(params![
        playlist,
        moved.0,
        moved.1,
        moved.2,
        others.2,
        moved.0.min(others.0),
        moved.1.max(others.1)
    ])?;
    Ok(())
}

/// `groups` are those that the account publishes for.
pub(in crate::playlists) fn holding(
    conn: &Connection,
    account: i64,
    groups: &[i64],
    videos: &[i64],
) -> Result<Vec<Held>> {
    let mut statement = conn.prepare_cached(
        "with mine as (
           select id from playlists where account_id = ?1 and group_id is null
           union select id from playlists where group_id in (select value from json_each(?2)))
         select e.video_id, e.id, p.id, p.uuid, p.name, e.start_seconds, e.stop_seconds
         from json_each(?3) wanted
         cross join mine
         cross join playlist_elements e on e.video_id = wanted.value and e.playlist_id = mine.id
         cross join playlists p on p.id = mine.id
         order by p.id, e.position",
    )?;
    let rows = statement.query_map(
        params![account, serde_json::to_string(groups)?, serde_json::to_string(videos)?],
        |row| {
            let uuid: String = row.get(3)?;
            Ok(Held {
                video: row.get(0)?,
                element: row.get(1)?,
                playlist: row.get(2)?,
                uuid: Uuid::try_parse(&uuid).map_err(|_| {
                    rusqlite::Error::FromSqlConversionFailure(
                        3,
                        Type::Text,
                        Box::new(FromSqlError::InvalidType),
                    )
                })?,
                name: row.get(4)?,
                times: Times { start: row.get(5)?, stop: row.get(6)? },
            })
        },
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
