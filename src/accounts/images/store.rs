use super::{Image, Kind, Whose};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, Row, Transaction, params};
use std::collections::HashMap;

fn image(row: &Row<'_>) -> rusqlite::Result<(i64, Image)> {
    let kind: String = row.get(1)?;
    Ok((
        row.get(0)?,
        Image {
            kind: if kind == "banner" { Kind::Banner } else { Kind::Avatar },
            file: row.get(2)?,
            width: row.get(3)?,
            height: row.get(4)?,
            created_at: row.get(5)?,
        },
    ))
}

fn of(conn: &Connection, sql: &str, ids: &[i64]) -> Result<HashMap<i64, Vec<Image>>> {
    let mut all: HashMap<i64, Vec<Image>> = HashMap::new();
    if ids.is_empty() {
        return Ok(all);
    }
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([serde_json::to_string(ids)?], image)?;
    for row in rows {
        let (id, image) = row?;
        all.entry(id).or_default().push(image);
    }
    Ok(all)
}

pub(super) fn of_accounts(conn: &Connection, ids: &[i64]) -> Result<HashMap<i64, Vec<Image>>> {
    of(
        conn,
        "select account_id, kind, file, width, height, created_at from actor_images
         where account_id in (select value from json_each(?1)) order by width",
        ids,
    )
}

pub(super) fn of_groups(conn: &Connection, ids: &[i64]) -> Result<HashMap<i64, Vec<Image>>> {
    of(
        conn,
        "select group_id, kind, file, width, height, created_at from actor_images
         where group_id in (select value from json_each(?1)) order by width",
        ids,
    )
}

pub(super) fn names(conn: &Connection, file: &str) -> Result<bool> {
    Ok(conn
        .prepare_cached("select exists (select 1 from actor_images where file = ?1)")?
        .query_row([file], |row| row.get(0))?)
}

pub(super) fn insert(tx: &Transaction<'_>, now: Timestamp, whose: Whose, image: &Image) -> Result<()> {
    let (account, group) = columns(whose);
    tx.prepare_cached(
        "insert into actor_images (account_id, group_id, kind, file, width, height, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![account, group, image.kind.name(), image.file, image.width, image.height, now])?;
    Ok(())
}

/// Removes the rows and answers the names of their files.
pub(super) fn remove(tx: &Transaction<'_>, whose: Whose, kind: Kind) -> Result<Vec<String>> {
    let (account, group) = columns(whose);
    let mut statement = tx.prepare_cached(
        "delete from actor_images where account_id is ?1 and group_id is ?2 and kind = ?3 returning file",
    )?;
    let rows = statement.query_map(params![account, group, kind.name()], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn columns(whose: Whose) -> (Option<i64>, Option<i64>) {
    match whose {
        Whose::Account(id) => (Some(id), None),
        Whose::Group(id) => (None, Some(id)),
    }
}
