//! What moderators tell somebody.

use crate::{
    clock::Timestamp,
    error::Result,
    moderation::warnings::{Kind, Warning},
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// What is kept for one account.
const KEPT: i64 = 200;

pub(in crate::moderation) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    by: i64,
    account: i64,
    kind: Kind,
    report: Option<i64>,
    text: &str,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into warnings (account_id, by_id, kind, report, text, created_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![account, by, kind as i64, report, text, now])?;
    let id = tx.last_insert_rowid();
    tx.prepare_cached(
        "delete from warnings where account_id = ?1 and id <= (
           select id from warnings where account_id = ?1 order by id desc limit 1 offset ?2)",
    )?
    .execute([account, KEPT])?;
    Ok(id)
}

pub(in crate::moderation) fn whom(conn: &Connection, warning: i64) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached("select account_id from warnings where id = ?1 and read_at is null")?
        .query_row([warning], |row| row.get(0))
        .optional()?)
}

pub(in crate::moderation) fn list(
    conn: &Connection,
    account: Option<i64>,
    unread: bool,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Warning>)> {
    let of = match (account, unread) {
        (None, _) => "?1 is null",
        (Some(_), true) => "account_id = ?1 and read_at is null",
        (Some(_), false) => "account_id = ?1",
    };
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) from warnings where {of}"))?
        .query_row([account], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(&format!(
        "select id, by_id, kind, text, created_at, read_at, account_id from warnings where {of} order by id desc limit ?2 offset ?3"
    ))?;
    let rows = statement.query_map(params![account, count, start], |row| {
        Ok(Warning {
            id: row.get(0)?,
            account: row.get(6)?,
            by: row.get(1)?,
            kind: Kind::from_id(row.get(2)?).unwrap_or(Kind::Warning),
            text: row.get(3)?,
            created_at: row.get(4)?,
            read_at: row.get(5)?,
        })
    })?;
    Ok((total.max(0).unsigned_abs(), rows.collect::<rusqlite::Result<_>>()?))
}

pub(in crate::moderation) fn unread(conn: &Connection, account: i64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from warnings where account_id = ?1 and read_at is null")?
        .query_row([account], |row| row.get(0))?;
    Ok(count.max(0).unsigned_abs())
}

pub(in crate::moderation) fn read(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    ids: &[i64],
) -> Result<()> {
    tx.prepare_cached(
        "update warnings set read_at = ?3 where id in (select value from json_each(?2)) and account_id = ?1
           and read_at is null",
    )?
    .execute(params![account, serde_json::to_string(ids)?, now])?;
    Ok(())
}
