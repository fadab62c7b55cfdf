//! The table `jobs`.

use super::{Claimed, Entry, Filter, Job, LEASE_SECONDS, Lane, State};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params, params};

const COLUMNS: &str = "id, job, state, priority, attempts, progress, seconds_left, error_code, error, run_at, created_at, started_at, finished_at";

fn entry(row: &Row<'_>) -> rusqlite::Result<(Entry, String, String)> {
    let entry = Entry {
        id: row.get(0)?,
        // Filled in by `whole`, where a fault can be told.
        job: Job::ExpireUploads,
        state: State::Waiting,
        priority: row.get(3)?,
        attempts: row.get(4)?,
        progress: row.get(5)?,
        seconds_left: row.get(6)?,
        error_code: row.get(7)?,
        error: row.get(8)?,
        run_at: row.get(9)?,
        created_at: row.get(10)?,
        started_at: row.get(11)?,
        finished_at: row.get(12)?,
    };
    Ok((entry, row.get(1)?, row.get(2)?))
}

fn whole((entry, job, state): (Entry, String, String)) -> Result<Entry> {
    Ok(Entry { job: serde_json::from_str(&job)?, state: State::parse(&state)?, ..entry })
}

pub(super) fn insert(tx: &Transaction<'_>, now: Timestamp, at: Timestamp, job: &Job) -> Result<i64> {
    tx.prepare_cached(
        "insert into jobs (kind, job, lane, priority, state, subject, run_at, created_at)
         values (?1, ?2, ?3, ?4, 'waiting', ?5, ?6, ?7)",
    )?
    .execute(params![
        job.kind(),
        serde_json::to_string(job)?,
        job.lane().name(),
        job.priority(),
        job.subject(),
        at,
        now
    ])?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn waits(conn: &Connection, job: &Job) -> Result<bool> {
    let waits = conn
        .prepare_cached("select exists (select 1 from jobs where job = ?1 and state = 'waiting')")?
        .query_row([serde_json::to_string(job)?], |row| row.get(0))?;
    Ok(waits)
}

/// Removes those that say this and that nobody holds, with what is known of earlier ones.
pub(super) fn withdraw(tx: &Transaction<'_>, job: &Job) -> Result<()> {
    // By its subject: the plus keeps SQLite from reading all that wait.
    tx.prepare_cached("delete from jobs where subject = ?1 and job = ?2 and +state <> 'active'")?
        .execute(params![job.subject(), serde_json::to_string(job)?])?;
    Ok(())
}

pub(super) fn release_expired(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "update jobs set state = 'waiting', lease_until = null where state = 'active' and lease_until < ?1",
    )?
    .execute([now])?;
    Ok(())
}

pub(super) fn claim(tx: &Transaction<'_>, now: Timestamp, lane: Lane) -> Result<Option<Claimed>> {
    let found = tx
        .prepare_cached(
            "update jobs set state = 'active', attempts = attempts + 1, started_at = :now, lease_until = :lease
             where id = (select id from jobs where state = 'waiting' and lane = :lane and +run_at <= :now
                         order by priority, run_at, id limit 1)
             returning id, job, attempts",
        )?
        .query_row(
            named_params! { ":now": now, ":lease": now.plus_seconds(LEASE_SECONDS), ":lane": lane.name() },
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?)),
        )
        .optional()?;
    let Some((id, job, attempts)) = found else { return Ok(None) };
    Ok(Some(Claimed { id, job: serde_json::from_str(&job)?, attempts }))
}

pub(super) fn is_due(conn: &Connection, now: Timestamp, lane: Lane) -> Result<bool> {
    let due = conn
        .prepare_cached(
            "select exists (select 1 from jobs where state = 'waiting' and lane = ?1 and run_at <= ?2)
                 or exists (select 1 from jobs where state = 'active' and lane = ?1 and lease_until < ?2)",
        )?
        .query_row(params![lane.name(), now], |row| row.get(0))?;
    Ok(due)
}

pub(super) fn next_moment(conn: &Connection) -> Result<Option<Timestamp>> {
    let next = conn
        .prepare_cached(
            "select min(at) from (
               select (select min(run_at) from jobs where state = 'waiting' and lane = lanes.value) as at
                 from json_each(?1) as lanes
               union all select min(lease_until) from jobs where state = 'active')",
        )?
        .query_row([serde_json::to_string(&Lane::ALL)?], |row| row.get(0))?;
    Ok(next)
}

pub(super) fn renew(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    progress: f64,
    seconds_left: Option<f64>,
) -> Result<bool> {
    let changed = tx
        .prepare_cached(
            "update jobs set lease_until = ?2, progress = ?3, seconds_left = ?4 where id = ?1 and state = 'active'",
        )?
        .execute(params![id, now.plus_seconds(LEASE_SECONDS), progress, seconds_left])?;
    Ok(changed == 1)
}

pub(super) fn is_held(conn: &Connection, id: i64) -> Result<bool> {
    let held = conn
        .prepare_cached("select exists (select 1 from jobs where id = ?1 and state = 'active')")?
        .query_row([id], |row| row.get(0))?;
    Ok(held)
}

pub(super) fn finish(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    state: State,
    error: Option<(&str, &str)>,
) -> Result<()> {
    // A job that was cancelled while its worker finished stays cancelled.
    tx.prepare_cached(
        "update jobs set state = ?2, finished_at = ?3, lease_until = null, seconds_left = null,
                progress = iif(?2 = 'done', 1, progress), error_code = ?4, error = ?5
         where id = ?1 and state in ('waiting', 'active')",
    )?
    .execute(params![
        id,
        state.name(),
        now,
        error.map(|(code, _)| code),
        error.map(|(_, text)| text)
    ])?;
    Ok(())
}

/// Removes one that has not ended.
pub(super) fn remove(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from jobs where id = ?1 and state in ('waiting', 'active')")?.execute([id])?;
    Ok(())
}

pub(super) fn put_back(
    tx: &Transaction<'_>,
    id: i64,
    at: Timestamp,
    error: Option<(&str, &str)>,
) -> Result<()> {
    tx.prepare_cached(
        "update jobs set state = 'waiting', run_at = ?2, lease_until = null,
                attempts = attempts - iif(?3 is null, 1, 0),
                error_code = ifnull(?3, error_code), error = ifnull(?4, error)
         where id = ?1 and state = 'active'",
    )?
    .execute(params![id, at, error.map(|(code, _)| code), error.map(|(_, text)| text)])?;
    Ok(())
}

pub(super) fn put_off(tx: &Transaction<'_>, id: i64, at: Timestamp, code: &str, error: &str) -> Result<()> {
    tx.prepare_cached(
        "update jobs set state = 'waiting', run_at = ?2, lease_until = null, attempts = attempts - 1,
                error_code = ?3, error = ?4
         where id = ?1 and state = 'active'",
    )?
    .execute(params![id, at, code, error])?;
    Ok(())
}

pub(super) fn waits_after(conn: &Connection, now: Timestamp, code: &str) -> Result<bool> {
    let waits = conn
        .prepare_cached(
            "select exists (select 1 from jobs where state = 'waiting' and run_at > ?1 and error_code = ?2)",
        )?
        .query_row(params![now, code], |row| row.get(0))?;
    Ok(waits)
}

pub(super) fn bring_forward(tx: &Transaction<'_>, now: Timestamp, code: &str) -> Result<()> {
    tx.prepare_cached(
        "update jobs set run_at = ?1 where state = 'waiting' and run_at > ?1 and error_code = ?2",
    )?
    .execute(params![now, code])?;
    Ok(())
}

pub(super) fn is_busy(conn: &Connection, lane: Lane) -> Result<bool> {
    let busy = conn
        .prepare_cached(
            "select exists (select 1 from jobs where state = 'waiting' and lane = ?1)
                 or exists (select 1 from jobs where state = 'active' and lane = ?1)",
        )?
        .query_row([lane.name()], |row| row.get(0))?;
    Ok(busy)
}

pub(super) fn recover(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "update jobs set state = 'waiting', run_at = ?1, lease_until = null, attempts = attempts - 1
         where state = 'active'",
    )?
    .execute([now])?;
    Ok(())
}

pub(super) fn cancel_subject(tx: &Transaction<'_>, now: Timestamp, subject: &str) -> Result<()> {
    tx.prepare_cached(
        "update jobs set state = 'cancelled', finished_at = ?2, lease_until = null, seconds_left = null
         where subject = ?1 and state in ('waiting', 'active')",
    )?
    .execute(params![subject, now])?;
    Ok(())
}

pub(super) fn reset(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    tx.prepare_cached(
        "update jobs set state = 'waiting', attempts = 0, run_at = ?2, finished_at = null, progress = 0,
                error_code = null, error = null
         where id = ?1",
    )?
    .execute(params![id, now])?;
    Ok(())
}

pub(super) fn prune(tx: &Transaction<'_>, kept: u32, state: State) -> Result<()> {
    tx.prepare_cached(
        "delete from jobs where state = ?2
            and id <= (select id from jobs where state = ?2 order by id desc limit 1 offset ?1)",
    )?
    .execute(params![kept, state.name()])?;
    Ok(())
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Entry>> {
    conn.prepare_cached(&format!("select {COLUMNS} from jobs where id = ?1"))?
        .query_row([id], entry)
        .optional()?
        .map(whole)
        .transpose()
}

pub(super) fn of_subject(conn: &Connection, subject: &str) -> Result<Vec<Entry>> {
    let mut statement =
        conn.prepare_cached(&format!("select {COLUMNS} from jobs where subject = ?1 order by id limit 100"))?;
    let rows = statement.query_map([subject], entry)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().map(whole).collect()
}

pub(super) fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Entry>)> {
    let states: Vec<_> = filter.states.iter().map(|state| state.name()).collect();
    let states = serde_json::to_string(&states)?;
    let (by, due) = filter.due.unzip();
    let matching = "(?1 = '[]' or state in (select value from json_each(?1))) and (?2 is null or kind = ?2)
        and (?3 is null or (run_at <= ?3) = ?4)";
    let total = conn
        .prepare_cached(&format!("select count(*) from jobs where {matching}"))?
        .query_row(params![states, filter.kind, by, due], |row| row.get::<_, i64>(0))?;
    let order = if filter.oldest_first { "id" } else { "id desc" };
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from jobs where {matching} order by {order} limit ?5 offset ?6"
    ))?;
    let rows = statement
        .query_map(params![states, filter.kind, by, due, filter.count, filter.start], entry)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok((total as u64, rows.into_iter().map(whole).collect::<Result<_>>()?))
}

pub(super) fn queue_position(conn: &Connection, id: i64) -> Result<Option<u32>> {
    let position = conn
        .prepare_cached(
            "select (select count(*) from jobs other
                     where other.lane = mine.lane and (other.state = 'active'
                        or other.state = 'waiting'
                           and (other.priority, other.run_at, other.id) < (mine.priority, mine.run_at, mine.id)))
             from jobs mine where mine.id = ?1 and mine.state = 'waiting'",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(position)
}
