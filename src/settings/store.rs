//! The tables `settings` and `instance_images`.

use super::pictures::{Kind, Picture};
use crate::error::Result;
use rusqlite::{Connection, Transaction, params};

pub(super) fn sections(conn: &Connection) -> Result<Vec<(String, String)>> {
    let mut statement = conn.prepare_cached("select section, document from settings")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn put(tx: &Transaction<'_>, section: &str, document: &str) -> Result<()> {
    tx.prepare_cached(
        "insert into settings (section, document) values (?1, ?2)
         on conflict (section) do update set document = excluded.document",
    )?
    .execute([section, document])?;
    Ok(())
}

pub(super) fn pictures(conn: &Connection) -> Result<Vec<Picture>> {
    let mut statement = conn
        .prepare_cached("select kind, file, width, height, created_at from instance_images order by width")?;
    let rows = statement.query_map([], |row| {
        let kind: String = row.get(0)?;
        Ok(Picture {
            kind: Kind::parse(&kind).unwrap_or(Kind::Avatar),
            file: row.get(1)?,
            width: row.get(2)?,
            height: row.get(3)?,
            created_at: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn names_picture(conn: &Connection, file: &str) -> Result<bool> {
    Ok(conn
        .prepare_cached("select exists (select 1 from instance_images where file = ?1)")?
        .query_row([file], |row| row.get(0))?)
}

pub(super) fn insert_picture(tx: &Transaction<'_>, picture: &Picture) -> Result<()> {
    tx.prepare_cached(
        "insert into instance_images (kind, file, width, height, created_at) values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        picture.kind.name(),
        picture.file,
        picture.width,
        picture.height,
        picture.created_at
    ])?;
    Ok(())
}

/// Removes the rows and answers the names of their files.
pub(super) fn remove_pictures(tx: &Transaction<'_>, kind: Kind) -> Result<Vec<String>> {
    let mut statement = tx.prepare_cached("delete from instance_images where kind = ?1 returning file")?;
    let rows = statement.query_map([kind.name()], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
