use super::{Delivery, Peer, Received, told::Told};
use crate::{actors::Actor, clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

const PEER: &str = "id, host, failing_since, failures, try_at, error, refused, dropped, heard_at";

fn peer(row: &Row<'_>) -> rusqlite::Result<Peer> {
    Ok(Peer {
        id: row.get(0)?,
        host: row.get(1)?,
        failing_since: row.get(2)?,
        failures: row.get(3)?,
        try_at: row.get(4)?,
        error: row.get(5)?,
        refused: row.get::<_, i64>(6)?.unsigned_abs(),
        dropped: row.get::<_, i64>(7)?.unsigned_abs(),
        heard_at: row.get(8)?,
    })
}

pub(super) fn of_host(tx: &Transaction<'_>, host: &str) -> Result<i64> {
    tx.prepare_cached("insert into peers (host) values (?1) on conflict do nothing")?.execute([host])?;
    Ok(tx.prepare_cached("select id from peers where host = ?1")?.query_row([host], |row| row.get(0))?)
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Peer>> {
    Ok(conn
        .prepare_cached(&format!("select {PEER} from peers where id = ?1"))?
        .query_row([id], peer)
        .optional()?)
}

pub(super) fn by_host(conn: &Connection, host: &str) -> Result<Option<Peer>> {
    Ok(conn
        .prepare_cached(&format!("select {PEER} from peers where host = ?1"))?
        .query_row([host], peer)
        .optional()?)
}

pub(super) fn set_heard(tx: &Transaction<'_>, now: Timestamp, peer: i64) -> Result<()> {
    tx.prepare_cached(
        "update peers set heard_at = ?2, failing_since = null, failures = 0, try_at = 0, error = null where id = ?1",
    )?
    .execute(params![peer, now])?;
    Ok(())
}

pub(super) fn set_failing(
    tx: &Transaction<'_>,
    now: Timestamp,
    peer: i64,
    why: &str,
    at: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "update peers set failing_since = ifnull(failing_since, ?2), failures = failures + 1, error = ?3, try_at = ?4
         where id = ?1",
    )?
    .execute(params![peer, now, why, at])?;
    Ok(())
}

pub(super) fn set_refused(tx: &Transaction<'_>, peer: i64, why: &str) -> Result<()> {
    tx.prepare_cached("update peers set refused = refused + 1, error = ?2 where id = ?1")?
        .execute(params![peer, why])?;
    Ok(())
}

pub(super) fn count_dropped(tx: &Transaction<'_>, peer: i64, dropped: usize) -> Result<()> {
    tx.prepare_cached("update peers set dropped = dropped + ?2 where id = ?1")?
        .execute(params![peer, dropped as i64])?;
    Ok(())
}

// -- what was brought --

/// `false` when it was seen before.
pub(super) fn see_signature(tx: &Transaction<'_>, now: Timestamp, hash: &[u8]) -> Result<bool> {
    Ok(tx
        .prepare_cached("insert into seen_signatures (hash, seen_at) values (?1, ?2) on conflict do nothing")?
        .execute(params![hash, now])?
        > 0)
}

pub(super) fn forget_signatures(tx: &Transaction<'_>, before: Timestamp, count: u32) -> Result<()> {
    tx.prepare_cached(
        "delete from seen_signatures where hash in
           (select hash from seen_signatures indexed by seen_signatures_by_time where seen_at < ?1 limit ?2)",
    )?
    .execute(params![before, count])?;
    Ok(())
}

pub(super) fn count_received(conn: &Connection, peer: i64, most: u64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from (select 1 from received where peer_id = ?1 limit ?2)")?
        .query_row(params![peer, most as i64], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

pub(super) fn insert_received(
    tx: &Transaction<'_>,
    now: Timestamp,
    peer: i64,
    actor: i64,
    body: &str,
) -> Result<()> {
    tx.prepare_cached("insert into received (peer_id, actor_id, body, received_at) values (?1, ?2, ?3, ?4)")?
        .execute(params![peer, actor, body, now])?;
    Ok(())
}

pub(super) fn next_received(conn: &Connection, now: Timestamp, peer: i64) -> Result<Option<Received>> {
    Ok(conn
        .prepare_cached(
            "select id, actor_id, body, attempts from received where peer_id = ?1 and try_at <= ?2 order by id limit 1",
        )?
        .query_row(params![peer, now], |row| {
            Ok(Received { id: row.get(0)?, actor: row.get(1)?, body: row.get(2)?, attempts: row.get(3)? })
        })
        .optional()?)
}

pub(super) fn next_try(conn: &Connection, peer: i64) -> Result<Option<Timestamp>> {
    Ok(conn
        .prepare_cached("select min(try_at) from received where peer_id = ?1")?
        .query_row([peer], |row| row.get(0))?)
}

pub(super) fn delete_received(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from received where id = ?1")?.execute([id])?;
    Ok(())
}

pub(super) fn put_off_received(tx: &Transaction<'_>, id: i64, attempts: u32, at: Timestamp) -> Result<()> {
    tx.prepare_cached("update received set attempts = ?2, try_at = ?3 where id = ?1")?
        .execute(params![id, attempts, at])?;
    Ok(())
}

// -- what is to be brought --

pub(super) fn insert_activity(tx: &Transaction<'_>, now: Timestamp, by: Actor, body: &str) -> Result<i64> {
    let (account, group) = match by {
        Actor::Account(id) => (Some(id), None),
        Actor::Group(id) => (None, Some(id)),
        Actor::Instance => (None, None),
    };
    tx.prepare_cached(
        "insert into activities (account_id, group_id, body, created_at) values (?1, ?2, ?3, ?4)",
    )?
    .execute(params![account, group, body, now])?;
    Ok(tx.last_insert_rowid())
}

/// Nobody gets it.
pub(super) fn end_activity(tx: &Transaction<'_>, activity: i64) -> Result<()> {
    tx.prepare_cached(
        "delete from activities where id = ?1 and not exists (select 1 from deliveries where activity_id = ?1)",
    )?
    .execute([activity])?;
    Ok(())
}

pub(super) fn count_deliveries(conn: &Connection, peer: i64, most: u64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from (select 1 from deliveries where peer_id = ?1 limit ?2)")?
        .query_row(params![peer, most as i64], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

pub(super) fn insert_delivery(tx: &Transaction<'_>, activity: i64, peer: i64, inbox: &str) -> Result<()> {
    tx.prepare_cached("insert into deliveries (activity_id, peer_id, inbox) values (?1, ?2, ?3)")?
        .execute(params![activity, peer, inbox])?;
    Ok(())
}

pub(super) fn next_delivery(conn: &Connection, peer: i64) -> Result<Option<Delivery>> {
    Ok(conn
        .prepare_cached(
            "select deliveries.id, account_id, group_id, inbox, body
             from deliveries cross join activities on activities.id = deliveries.activity_id
             where peer_id = ?1 order by deliveries.id limit 1",
        )?
        .query_row([peer], |row| {
            let by = match (row.get::<_, Option<i64>>(1)?, row.get::<_, Option<i64>>(2)?) {
                (Some(account), _) => Actor::Account(account),
                (None, Some(group)) => Actor::Group(group),
                (None, None) => Actor::Instance,
            };
            Ok(Delivery { id: row.get(0)?, by, inbox: row.get(3)?, body: row.get(4)? })
        })
        .optional()?)
}

/// Counts an answer that was no; how many there were.
pub(super) fn count_attempt(tx: &Transaction<'_>, delivery: i64) -> Result<u32> {
    Ok(tx
        .prepare_cached("update deliveries set attempts = attempts + 1 where id = ?1 returning attempts")?
        .query_row([delivery], |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

pub(super) fn delete_delivery(tx: &Transaction<'_>, delivery: i64) -> Result<()> {
    tx.prepare_cached("delete from deliveries where id = ?1")?.execute([delivery])?;
    Ok(())
}

pub(super) fn drop_older(tx: &Transaction<'_>, peer: i64, than: Timestamp) -> Result<usize> {
    Ok(tx
        .prepare_cached(
            "delete from deliveries where peer_id = ?1
               and (select created_at from activities where activities.id = activity_id) < ?2",
        )?
        .execute(params![peer, than])?)
}

// -- what they were told --

pub(super) fn told(conn: &Connection, uuid: Uuid) -> Result<Option<Told>> {
    Ok(conn
        .prepare_cached("select account_id, group_id, hash from told_videos where uuid = ?1")?
        .query_row([uuid.to_string()], |row| {
            Ok(Told { account: row.get(0)?, group: row.get(1)?, hash: row.get(2)? })
        })
        .optional()?)
}

pub(super) fn put_told(tx: &Transaction<'_>, now: Timestamp, uuid: Uuid, told: &Told) -> Result<()> {
    tx.prepare_cached(
        "insert into told_videos (uuid, account_id, group_id, hash, told_at) values (?1, ?2, ?3, ?4, ?5)
         on conflict (uuid) do update set account_id = excluded.account_id, group_id = excluded.group_id,
           hash = excluded.hash, told_at = excluded.told_at",
    )?
    .execute(params![uuid.to_string(), told.account, told.group, told.hash, now])?;
    Ok(())
}

pub(super) fn delete_told(tx: &Transaction<'_>, uuid: Uuid) -> Result<()> {
    tx.prepare_cached("delete from told_videos where uuid = ?1")?.execute([uuid.to_string()])?;
    Ok(())
}
