use super::{Website, Whose};
use crate::error::Result;
use rusqlite::{Connection, Transaction, params};

fn columns(whose: Whose) -> (Option<i64>, Option<i64>) {
    match whose {
        Whose::Account(id) => (Some(id), None),
        Whose::Group(id) => (None, Some(id)),
    }
}

pub(super) fn of(conn: &Connection, whose: Whose) -> Result<Vec<Website>> {
    let (sql, id) = match whose {
        Whose::Account(id) => ("select label, url from websites where account_id = ?1 order by position", id),
        Whose::Group(id) => ("select label, url from websites where group_id = ?1 order by position", id),
    };
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([id], |row| Ok(Website { label: row.get(0)?, url: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn replace(tx: &Transaction<'_>, whose: Whose, links: &[Website]) -> Result<()> {
    let (account, group) = columns(whose);
    match whose {
        Whose::Account(id) => {
            tx.prepare_cached("delete from websites where account_id = ?1")?.execute([id])?
        }
        Whose::Group(id) => tx.prepare_cached("delete from websites where group_id = ?1")?.execute([id])?,
    };
    let mut statement = tx.prepare_cached(
        "insert into websites (account_id, group_id, position, label, url) values (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, link) in (0_i64..).zip(links) {
        statement.execute(params![account, group, position, link.label, link.url])?;
    }
    Ok(())
}
