//! Tables `push_devices` and `push_key`.

use super::super::{Choice, Kind, devices::Device};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

pub(in super::super) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    session: i64,
    device: &Device,
) -> Result<()> {
    let Device { account, endpoint, key, auth, .. } = device;
    tx.prepare_cached(
        "insert into push_devices (account_id, session_id, endpoint, key, auth, created_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![account, session, endpoint, key, auth, now])?;
    Ok(())
}

pub(in super::super) fn find(conn: &Connection, id: i64) -> Result<Option<Device>> {
    let device = conn
        .prepare_cached("select id, account_id, endpoint, key, auth from push_devices where id = ?1")?
        .query_row([id], |row| {
            Ok(Device {
                id: row.get(0)?,
                account: row.get(1)?,
                endpoint: row.get(2)?,
                key: row.get(3)?,
                auth: row.get(4)?,
            })
        })
        .optional()?;
    Ok(device)
}

pub(in super::super) fn of_session(conn: &Connection, session: i64) -> Result<Option<String>> {
    Ok(conn
        .prepare_cached("select endpoint from push_devices where session_id = ?1")?
        .query_row([session], |row| row.get(0))
        .optional()?)
}

pub(in super::super) fn forget(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from push_devices where id = ?1")?.execute([id])?;
    Ok(())
}

pub(in super::super) fn forget_session(tx: &Transaction<'_>, session: i64) -> Result<()> {
    tx.prepare_cached("delete from push_devices where session_id = ?1")?.execute([session])?;
    Ok(())
}

pub(in super::super) fn forget_endpoint(tx: &Transaction<'_>, endpoint: &str) -> Result<()> {
    tx.prepare_cached("delete from push_devices where endpoint = ?1")?.execute([endpoint])?;
    Ok(())
}

/// Keeps the newest of an account.
pub(in super::super) fn forget_all_but(tx: &Transaction<'_>, account: i64, most: u32) -> Result<()> {
    tx.prepare_cached(
        "delete from push_devices where id in (
           select id from push_devices where account_id = ?1 order by id desc limit -1 offset ?2)",
    )?
    .execute(params![account, most])?;
    Ok(())
}

/// Devices of those who were told, where they want to be told so.
pub(in super::super) fn wanting(tx: &Transaction<'_>, kind: Kind, told: &[i64]) -> Result<Vec<(i64, i64)>> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = tx.prepare_cached(
        "select devices.id, told.id
         from json_each(?1) as new cross join notifications as told on told.id = new.value
           cross join push_devices as devices on devices.account_id = told.account_id
           left join notification_choices as chosen on chosen.account_id = told.account_id and chosen.choice = ?2
         where ifnull(chosen.channels, ?3) & 4 > 0",
    )?;
    let rows = statement.query_map(
        params![serde_json::to_string(told)?, kind.choice().map(Choice::name), kind.usual().all_bits()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in super::super) fn key(conn: &Connection) -> Result<Option<Vec<u8>>> {
    Ok(conn
        .prepare_cached("select pkcs8 from push_key where id = 1")?
        .query_row([], |row| row.get(0))
        .optional()?)
}

pub(in super::super) fn keep_key(tx: &Transaction<'_>, made: &[u8]) -> Result<Vec<u8>> {
    tx.prepare_cached("insert or ignore into push_key (id, pkcs8) values (1, ?1)")?.execute([made])?;
    Ok(tx.prepare_cached("select pkcs8 from push_key where id = 1")?.query_row([], |row| row.get(0))?)
}
