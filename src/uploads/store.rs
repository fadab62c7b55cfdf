//! The table `uploads`.

use super::Upload;
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const COLUMNS: &str = "id, account_id, metadata, filename, size, received, created_at, expires_at, replaces";

fn upload(row: &Row<'_>) -> rusqlite::Result<(Upload, String)> {
    let upload = Upload {
        id: row.get(0)?,
        account: row.get(1)?,
        metadata: serde_json::Value::Null,
        filename: row.get(3)?,
        size: row.get::<_, i64>(4)? as u64,
        received: row.get::<_, i64>(5)? as u64,
        created_at: row.get(6)?,
        expires_at: row.get(7)?,
        replaces: row.get(8)?,
    };
    Ok((upload, row.get(2)?))
}

fn whole((upload, metadata): (Upload, String)) -> Result<Upload> {
    Ok(Upload { metadata: serde_json::from_str(&metadata)?, ..upload })
}

pub(super) fn put(tx: &Transaction<'_>, upload: &Upload) -> Result<()> {
    tx.prepare_cached(
        "insert into uploads (id, account_id, metadata, filename, size, received, created_at, expires_at, replaces)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         on conflict (id) do update set metadata = excluded.metadata, expires_at = excluded.expires_at",
    )?
    .execute(params![
        upload.id,
        upload.account,
        upload.metadata.to_string(),
        upload.filename,
        upload.size as i64,
        upload.received as i64,
        upload.created_at,
        upload.expires_at,
        upload.replaces
    ])?;
    Ok(())
}

pub(super) fn find(conn: &Connection, id: &str) -> Result<Option<Upload>> {
    conn.prepare_cached(&format!("select {COLUMNS} from uploads where id = ?1"))?
        .query_row([id], upload)
        .optional()?
        .map(whole)
        .transpose()
}

pub(super) fn of_account(conn: &Connection, account: i64) -> Result<Vec<Upload>> {
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from uploads where account_id = ?1 and replaces is null order by created_at desc, id limit 1000"
    ))?;
    let rows = statement.query_map([account], upload)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().map(whole).collect()
}

pub(super) fn count(conn: &Connection, account: i64) -> Result<u32> {
    let count = conn
        .prepare_cached("select count(*) from uploads where account_id = ?1")?
        .query_row([account], |row| row.get(0))?;
    Ok(count)
}

pub(super) fn received(tx: &Transaction<'_>, id: &str, bytes: u64, expires_at: Timestamp) -> Result<()> {
    tx.prepare_cached("update uploads set received = ?2, expires_at = ?3 where id = ?1")?
        .execute(params![id, bytes as i64, expires_at])?;
    Ok(())
}

pub(super) fn remove(tx: &Transaction<'_>, id: &str) -> Result<bool> {
    Ok(tx.prepare_cached("delete from uploads where id = ?1")?.execute([id])? == 1)
}

pub(super) fn expired(conn: &Connection, now: Timestamp) -> Result<Vec<String>> {
    let mut statement =
        conn.prepare_cached("select id from uploads where expires_at <= ?1 order by expires_at limit 100")?;
    let rows = statement.query_map([now], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many there are that expire by then, and the bytes received of them.
pub(super) fn count_expiring(conn: &Connection, by: Timestamp) -> Result<(u64, u64)> {
    let (count, bytes): (i64, i64) = conn
        .prepare_cached("select count(*), ifnull(sum(received), 0) from uploads where expires_at <= ?1")?
        .query_row([by], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((count as u64, bytes as u64))
}

pub(super) fn next_expiry(conn: &Connection) -> Result<Option<Timestamp>> {
    let next = conn.prepare_cached("select min(expires_at) from uploads")?.query_row([], |row| row.get(0))?;
    Ok(next)
}

pub(super) fn ids(conn: &Connection) -> Result<Vec<String>> {
    let mut statement = conn.prepare_cached("select id from uploads")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn ids_of_account(conn: &Connection, account: i64) -> Result<Vec<String>> {
    let mut statement = conn.prepare_cached("select id from uploads where account_id = ?1")?;
    let rows = statement.query_map([account], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn for_video(conn: &Connection, video: i64) -> Result<Vec<String>> {
    let mut statement = conn.prepare_cached("select id from uploads where replaces = ?1")?;
    let rows = statement.query_map([video], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Bytes announced by an account's unfinished uploads.
pub(super) fn announced(conn: &Connection, account: i64) -> Result<u64> {
    let bytes: i64 = conn
        .prepare_cached("select ifnull(sum(size), 0) from uploads where account_id = ?1")?
        .query_row([account], |row| row.get(0))?;
    Ok(bytes as u64)
}

/// Bytes still to come of everyone's uploads that were gone on with lately.
pub(super) fn to_come(conn: &Connection, expiring_after: Timestamp) -> Result<u64> {
    let bytes: i64 = conn
        .prepare_cached("select ifnull(sum(size - received), 0) from uploads where expires_at > ?1")?
        .query_row([expiring_after], |row| row.get(0))?;
    Ok(bytes as u64)
}
