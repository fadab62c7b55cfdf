use super::super::requests::JoinRequest;
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const COLUMNS: &str = "group_id, account_id, message, shown, created_at, rejected_at";

fn request(row: &Row<'_>) -> rusqlite::Result<JoinRequest> {
    Ok(JoinRequest {
        group: row.get(0)?,
        account_id: row.get(1)?,
        message: row.get(2)?,
        shown: row.get(3)?,
        created_at: row.get(4)?,
        rejected_at: row.get(5)?,
    })
}

pub(in crate::groups) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    account: i64,
    message: &str,
    shown: bool,
) -> Result<()> {
    tx.prepare_cached(
        "insert into join_requests (group_id, account_id, message, shown, created_at) values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![group, account, message, shown, now])?;
    Ok(())
}

pub(in crate::groups) fn find(conn: &Connection, group: i64, account: i64) -> Result<Option<JoinRequest>> {
    Ok(conn
        .prepare_cached(&format!(
            "select {COLUMNS} from join_requests where group_id = ?1 and account_id = ?2"
        ))?
        .query_row([group, account], request)
        .optional()?)
}

pub(in crate::groups) fn list(
    conn: &Connection,
    group: i64,
    start: u32,
    limit: u32,
) -> Result<(u64, Vec<JoinRequest>)> {
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from join_requests where group_id = ?1 and rejected_at is null
         order by created_at, account_id limit ?2 offset ?3"
    ))?;
    let rows = statement.query_map(params![group, limit, start], request)?;
    Ok((count(conn, group)?.into(), rows.collect::<rusqlite::Result<_>>()?))
}

pub(in crate::groups) fn count(conn: &Connection, group: i64) -> Result<u32> {
    Ok(conn
        .prepare_cached("select count(*) from join_requests where group_id = ?1 and rejected_at is null")?
        .query_row([group], |row| row.get(0))?)
}

pub(in crate::groups) fn count_of_account(conn: &Connection, account: i64) -> Result<u32> {
    Ok(conn
        .prepare_cached("select count(*) from join_requests where account_id = ?1 and rejected_at is null")?
        .query_row([account], |row| row.get(0))?)
}

pub(in crate::groups) fn reject(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    account: i64,
) -> Result<()> {
    tx.prepare_cached("update join_requests set rejected_at = ?3 where group_id = ?1 and account_id = ?2")?
        .execute(params![group, account, now])?;
    Ok(())
}

pub(in crate::groups) fn forget(tx: &Transaction<'_>, group: i64, account: i64) -> Result<()> {
    tx.prepare_cached("delete from join_requests where group_id = ?1 and account_id = ?2")?
        .execute([group, account])?;
    Ok(())
}
