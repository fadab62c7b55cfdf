use crate::error::Result;
use rusqlite::{Connection, Transaction, params};

pub(super) fn insert(tx: &Transaction<'_>, account: i64, hash: &[u8]) -> Result<()> {
    tx.prepare_cached("insert into recovery_codes (account_id, code_hash) values (?1, ?2)")?
        .execute(params![account, hash])?;
    Ok(())
}

pub(super) fn count(conn: &Connection, account: i64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from recovery_codes where account_id = ?1")?
        .query_row([account], |row| row.get(0))?;
    Ok(count as u64)
}

pub(super) fn take(tx: &Transaction<'_>, account: i64, hash: &[u8]) -> Result<bool> {
    let taken = tx
        .prepare_cached("delete from recovery_codes where account_id = ?1 and code_hash = ?2")?
        .execute(params![account, hash])?;
    Ok(taken > 0)
}

pub(super) fn remove(tx: &Transaction<'_>, account: i64) -> Result<()> {
    tx.prepare_cached("delete from recovery_codes where account_id = ?1")?.execute([account])?;
    Ok(())
}
