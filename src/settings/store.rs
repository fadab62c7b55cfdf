//! The table `settings`.

use crate::error::Result;
use rusqlite::{Connection, Transaction};

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
