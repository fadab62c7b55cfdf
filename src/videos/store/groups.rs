//! What videos ask about groups.

use crate::error::Result;
use rusqlite::{Connection, OptionalExtension};

/// Whether an account may publish for a group: its owner and its members.
pub(in crate::videos) fn may_publish(conn: &Connection, account: i64, group: i64) -> Result<bool> {
    let mut statement = conn.prepare_cached(
        "select 1 from groups where id = ?1 and origin is null and owner_id = ?2
         union select 1 from members where group_id = ?1 and account_id = ?2",
    )?;
    Ok(statement.exists([group, account])?)
}

pub(in crate::videos) fn display_name(conn: &Connection, group: i64) -> Result<String> {
    let mut statement = conn.prepare_cached("select display_name from groups where id = ?1")?;
    Ok(statement.query_row([group], |row| row.get(0)).optional()?.unwrap_or_default())
}
