//! The index: a row for each thing, whose number says its kind and its number in its own table.

use super::Kind;
use crate::error::Result;
use rusqlite::{Connection, Transaction, params};

/// Numbers of one kind. Each kind has so many in a row, the newest last, so that the newest of one kind are read off in
/// order without looking at the others. The triggers of the schema count likewise.
const OF_ONE_KIND: i64 = 1 << 40;

fn first(kind: Kind) -> i64 {
    kind as i64 * OF_ONE_KIND
}

pub(super) fn remove(tx: &Transaction<'_>, kind: Kind, id: i64) -> Result<()> {
    tx.prepare_cached("delete from search_fts where rowid = ?1")?.execute([first(kind) + id])?;
    Ok(())
}

pub(super) fn insert(tx: &Transaction<'_>, kind: Kind, id: i64, columns: [&str; 4]) -> Result<()> {
    let [title, tags, names, text] = columns;
    tx.prepare_cached(
        "insert into search_fts (rowid, title, tags, names, text) values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![first(kind) + id, title, tags, names, text])?;
    Ok(())
}

pub(super) fn newest(conn: &Connection, kind: Kind, query: &str, most: usize) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select rowid - ?2 from search_fts where search_fts match ?1 and rowid between ?2 and ?3
         order by rowid desc limit ?4",
    )?;
    let (first, most) = (first(kind), i64::try_from(most).unwrap_or(i64::MAX));
    let rows = statement.query_map(params![query, first, first + OF_ONE_KIND - 1, most], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
