//! The table `contact_letters`.

use super::ContactLetter;
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

pub(super) fn insert(tx: &Transaction<'_>, now: Timestamp, letter: &ContactLetter) -> Result<i64> {
    tx.prepare_cached(
        "insert into contact_letters (from_name, from_email, subject, body, created_at)
         values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        letter.from_name.trim(),
        letter.from_email,
        letter.subject.trim(),
        letter.body.trim(),
        now
    ])?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<ContactLetter>> {
    Ok(conn
        .prepare_cached("select from_name, from_email, subject, body from contact_letters where id = ?1")?
        .query_row([id], |row| {
            Ok(ContactLetter {
                from_name: row.get(0)?,
                from_email: row.get(1)?,
                subject: row.get(2)?,
                body: row.get(3)?,
            })
        })
        .optional()?)
}

pub(super) fn count(conn: &Connection) -> Result<u64> {
    let count: i64 =
        conn.prepare_cached("select count(*) from contact_letters")?.query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

pub(super) fn remove(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from contact_letters where id = ?1")?.execute([id])?;
    Ok(())
}

pub(super) fn forget_before(tx: &Transaction<'_>, at: Timestamp) -> Result<()> {
    tx.prepare_cached("delete from contact_letters where created_at < ?1")?.execute([at])?;
    Ok(())
}
