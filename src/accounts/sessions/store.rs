use super::{ACCESS_SECONDS, Bearer, Device, Hashes, REFRESH_SECONDS, Session};
use crate::{
    accounts::{Account, Role},
    clock::Timestamp,
    error::Result,
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

pub(super) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    hashes: &Hashes,
    device: &Device,
) -> Result<()> {
    tx.prepare_cached(
        "insert into sessions (account_id, access_hash, refresh_hash, access_expires_at, refresh_expires_at,
           created_at, last_used_at, device, address, last_device, last_address)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?7, ?8)",
    )?
    .execute(params![
        account,
        hashes.access,
        hashes.refresh,
        now.plus_seconds(ACCESS_SECONDS),
        now.plus_seconds(REFRESH_SECONDS),
        now,
        device.program,
        device.address,
    ])?;
    tx.prepare_cached("update logins set last_login_at = ?2 where account_id = ?1")?
        .execute(params![account, now])?;
    Ok(())
}

pub(super) fn rotate(
    tx: &Transaction<'_>,
    now: Timestamp,
    session: i64,
    hashes: &Hashes,
    device: &Device,
) -> Result<()> {
    tx.prepare_cached(
        "update sessions set access_hash = ?2, refresh_hash = ?3, access_expires_at = ?4, refresh_expires_at = ?5,
           last_used_at = ?6, last_device = ?7, last_address = ?8
         where id = ?1",
    )?
    .execute(params![
        session,
        hashes.access,
        hashes.refresh,
        now.plus_seconds(ACCESS_SECONDS),
        now.plus_seconds(REFRESH_SECONDS),
        now,
        device.program,
        device.address,
    ])?;
    Ok(())
}

pub(super) fn by_refresh(conn: &Connection, hash: &[u8], now: Timestamp) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached(
            "select s.id from sessions s join logins l on l.account_id = s.account_id
             where s.refresh_hash = ?1 and s.refresh_expires_at > ?2 and l.blocked = 0",
        )?
        .query_row(params![hash, now], |row| row.get(0))
        .optional()?)
}

pub(super) fn living(conn: &Connection, sessions: &[i64], now: Timestamp) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select s.id from json_each(?1) as asked join sessions s on s.id = asked.value
           join logins l on l.account_id = s.account_id
         where s.refresh_expires_at > ?2 and l.blocked = 0",
    )?;
    let rows = statement.query_map(params![serde_json::to_string(sessions)?, now], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn bearer(conn: &Connection, hash: &[u8], now: Timestamp) -> Result<Option<Bearer>> {
    Ok(conn
        .prepare_cached(
            "select a.id, a.name, a.origin, a.display_name, a.description, a.created_at, a.updated_at,
               l.role, s.id, s.last_used_at, a.followers, a.following
             from sessions s
               join logins l on l.account_id = s.account_id
               join accounts a on a.id = s.account_id
             where s.access_hash = ?1 and s.access_expires_at > ?2 and l.blocked = 0",
        )?
        .query_row(params![hash, now], |row| {
            Ok(Bearer {
                account: Account {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    origin: row.get(2)?,
                    display_name: row.get(3)?,
                    description: row.get(4)?,
                    created_at: row.get(5)?,
                    updated_at: row.get(6)?,
                    followers: row.get::<_, i64>(10)?.unsigned_abs(),
                    following: row.get::<_, i64>(11)?.unsigned_abs(),
                },
                role: Role::from_id(row.get(7)?).unwrap_or(Role::User),
                session_id: row.get(8)?,
                last_used_at: row.get(9)?,
            })
        })
        .optional()?)
}

pub(super) fn used(tx: &Transaction<'_>, now: Timestamp, session: i64, device: &Device) -> Result<()> {
    tx.prepare_cached(
        "update sessions set last_used_at = ?2, last_device = ?3, last_address = ?4 where id = ?1",
    )?
    .execute(params![session, now, device.program, device.address])?;
    Ok(())
}

pub(super) fn list(
    conn: &Connection,
    now: Timestamp,
    account: i64,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Session>)> {
    let total: i64 = conn
        .prepare_cached("select count(*) from sessions where account_id = ?1 and refresh_expires_at > ?2")?
        .query_row(params![account, now], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(
        "select id, account_id, created_at, device, address, last_used_at, last_device, last_address
         from sessions where account_id = ?1 and refresh_expires_at > ?2
         order by created_at desc, id desc limit ?3 offset ?4",
    )?;
    let rows = statement.query_map(params![account, now, count, start], |row| {
        Ok(Session {
            id: row.get(0)?,
            account_id: row.get(1)?,
            created_at: row.get(2)?,
            device: Device { program: row.get(3)?, address: row.get(4)? },
            last_used_at: row.get(5)?,
            last_device: Device { program: row.get(6)?, address: row.get(7)? },
        })
    })?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

pub(super) fn signed_in_at(conn: &Connection, session: i64) -> Result<Option<Timestamp>> {
    Ok(conn
        .prepare_cached("select created_at from sessions where id = ?1")?
        .query_row([session], |row| row.get(0))
        .optional()?)
}

pub(super) fn remove(tx: &Transaction<'_>, account: i64, session: i64) -> Result<bool> {
    let removed = tx
        .prepare_cached("delete from sessions where id = ?1 and account_id = ?2")?
        .execute([session, account])?;
    Ok(removed > 0)
}

pub(super) fn remove_all(tx: &Transaction<'_>, account: i64, keep: Option<i64>) -> Result<()> {
    tx.prepare_cached("delete from sessions where account_id = ?1 and id is not ?2")?
        .execute(params![account, keep])?;
    Ok(())
}

pub(super) fn remove_expired(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.prepare_cached("delete from sessions where refresh_expires_at <= ?1")?.execute(params![now])?;
    Ok(())
}

pub(super) fn make_room(tx: &Transaction<'_>, account: i64, most: u32) -> Result<()> {
    tx.prepare_cached(
        "delete from sessions where id in (
           select id from sessions where account_id = ?1 order by last_used_at desc, id desc limit -1 offset ?2
         )",
    )?
    .execute(params![account, most])?;
    Ok(())
}
