use super::{Proof, Whose};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

fn ids(whose: Whose) -> (Option<i64>, Option<i64>) {
    match whose {
        Whose::Account(id) => (Some(id), None),
        Whose::Registration(id) => (None, Some(id)),
    }
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    hash: &[u8],
    purpose: &str,
    whose: Whose,
    email: Option<&str>,
    expires_at: Timestamp,
) -> Result<()> {
    let (account, registration) = ids(whose);
    tx.prepare_cached(
        "insert into links (token_hash, purpose, account_id, registration_id, email, expires_at)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![hash, purpose, account, registration, email, expires_at])?;
    Ok(())
}

pub(super) fn find(
    conn: &Connection,
    now: Timestamp,
    hash: &[u8],
    purpose: &str,
    whose: Whose,
) -> Result<Option<Proof>> {
    let (account, registration) = ids(whose);
    Ok(conn
        .prepare_cached(
            "select email from links
             where token_hash = ?1 and purpose = ?2 and account_id is ?3 and registration_id is ?4 and expires_at > ?5",
        )?
        .query_row(params![hash, purpose, account, registration, now], |row| Ok(Proof { email: row.get(0)? }))
        .optional()?)
}

pub(super) fn remove(tx: &Transaction<'_>, purpose: &str, whose: Whose) -> Result<()> {
    let (account, registration) = ids(whose);
    tx.prepare_cached("delete from links where purpose = ?1 and account_id is ?2 and registration_id is ?3")?
        .execute(params![purpose, account, registration])?;
    Ok(())
}

pub(super) fn remove_expired(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.prepare_cached("delete from links where expires_at <= ?1")?.execute([now])?;
    Ok(())
}
