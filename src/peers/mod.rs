//! Other servers: what they brought, what waits for them, and how they do. What is in an activity is not known here.
//!
//! There is one job for all that a peer brought, and one for all that waits for it, so that each is done in its order and no peer waits
//! for another. A peer that takes nothing is tried again later and later; what waits too long for it is dropped.

mod store;
pub mod told;

use crate::{
    actors::Actor,
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};

/// Activities of one peer that wait to be understood.
pub const MOST_RECEIVED: u64 = 5000;
/// Deliveries that wait for one peer.
pub const MOST_WAITING: u64 = 5000;
/// Times that something that was brought is tried to be understood.
const MOST_TRIES: u32 = 5;
/// Times that a peer may answer and not take a thing.
const MOST_REFUSALS: u32 = 8;
/// Seconds for which a signature is remembered: twice as long as one holds, and some.
const SIGNATURE_KEPT: i64 = 3 * 3600;
/// Seconds after which what waits for a peer that takes nothing is dropped.
const GIVEN_UP: i64 = 7 * 24 * 3600;
/// Signatures that are forgotten at a time.
const FORGOTTEN_AT_ONCE: u32 = 200;

/// Another server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its number.
    pub id: i64,
    /// Its host, with the port unless it is the usual one.
    pub host: String,
    /// Since when it takes nothing.
    pub failing_since: Option<Timestamp>,
    /// Tries since then.
    pub failures: u32,
    /// Not before this moment the next.
    pub try_at: Timestamp,
    /// What went wrong last.
    pub error: Option<String>,
    /// Activities that it refused.
    pub refused: u64,
    /// Activities that came too late, or were too many.
    pub dropped: u64,
    /// When it last brought or took something.
    pub heard_at: Option<Timestamp>,
}

/// What was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its number.
    pub id: i64,
    /// Number of the actor who signed it.
    pub actor: i64,
    /// JSON.
    pub body: String,
    /// Times that it was tried.
    pub attempts: u32,
}

/// What is to be brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// Who says it.
    pub by: Actor,
    /// Where to.
    pub inbox: String,
    /// JSON.
    pub body: String,
}

/// The number of a host, which need not be known.
pub fn of_host(tx: &Transaction<'_>, host: &str) -> Result<i64> {
    store::of_host(tx, &host.to_lowercase())
}

/// A peer by its number.
///
/// # Errors
/// 404.
pub fn find(conn: &Connection, id: i64) -> Result<Peer> {
    store::find(conn, id)?.ok_or_else(|| Error::not_found("Server"))
}

/// A peer by its host.
pub fn by_host(conn: &Connection, host: &str) -> Result<Option<Peer>> {
    store::by_host(conn, &host.to_lowercase())
}

/// Writes down what an actor brought, whose signature holds, to be understood soon. `signature` is the SHA-256 of it. `false` when it
/// was brought before.
///
/// # Errors
/// Busy when too much waits from this peer.
pub fn receive(
    tx: &Transaction<'_>,
    now: Timestamp,
    peer: i64,
    actor: i64,
    signature: &[u8],
    body: &str,
) -> Result<bool> {
    store::forget_signatures(tx, now.minus_seconds(SIGNATURE_KEPT), FORGOTTEN_AT_ONCE)?;
    if !store::see_signature(tx, now, signature)? {
        return Ok(false);
    }
    if store::count_received(tx, peer, MOST_RECEIVED)? >= MOST_RECEIVED {
        return Err(Error::Busy {
            retry_after: 600,
            detail: "Too much of your server waits here already.".into(),
        });
    }
    store::insert_received(tx, now, peer, actor, body)?;
    // What could not be understood before, and waits for another try, keeps nothing new waiting.
    let job = Job::Receive { peer };
    jobs::withdraw(tx, &job)?;
    jobs::enqueue(tx, now, &job)?;
    heard(tx, now, peer)?;
    Ok(true)
}

/// A peer is there: what waits for it is brought now.
fn heard(tx: &Transaction<'_>, now: Timestamp, peer: i64) -> Result<()> {
    let failed = find(tx, peer)?.failures > 0;
    store::set_heard(tx, now, peer)?;
    if failed && store::next_delivery(tx, peer)?.is_some() {
        let job = Job::Deliver { peer };
        jobs::withdraw(tx, &job)?;
        jobs::enqueue_once(tx, now, &job)?;
    }
    Ok(())
}

/// The next thing of a peer that is to be understood now.
pub fn next_received(conn: &Connection, now: Timestamp, peer: i64) -> Result<Option<Received>> {
    store::next_received(conn, now, peer)
}

/// Sees to it that what is left of a peer, which was tried and put off, is tried again in its time.
pub fn try_rest_later(tx: &Transaction<'_>, now: Timestamp, peer: i64) -> Result<()> {
    match store::next_try(tx, peer)? {
        Some(at) => jobs::enqueue_once_at(tx, now, at.max(now), &Job::Receive { peer }),
        None => Ok(()),
    }
}

/// When the first of what is left of a peer is to be tried.
pub fn next_try(conn: &Connection, peer: i64) -> Result<Option<Timestamp>> {
    store::next_try(conn, peer)
}

/// It was understood, or never will be.
pub fn understood(tx: &Transaction<'_>, received: i64) -> Result<()> {
    store::delete_received(tx, received)
}

/// It could not be understood now, since somebody does not answer: it is put off, or left when it was tried often.
pub fn not_yet(tx: &Transaction<'_>, now: Timestamp, received: &Received) -> Result<()> {
    let attempts = received.attempts + 1;
    if attempts >= MOST_TRIES {
        return store::delete_received(tx, received.id);
    }
    store::put_off_received(tx, received.id, attempts, now.plus_seconds(wait(attempts)))
}

/// Sends an activity on its way: `inboxes` with the numbers of their peers. Who has too much waiting gets it not.
pub fn deliver(
    tx: &Transaction<'_>,
    now: Timestamp,
    by: Actor,
    body: &str,
    inboxes: &[(i64, String)],
) -> Result<()> {
    if inboxes.is_empty() {
        return Ok(());
    }
    let activity = store::insert_activity(tx, now, by, body)?;
    let mut sent = std::collections::HashSet::new();
    for (peer, inbox) in inboxes {
        if !sent.insert(inbox) {
            continue;
        }
        if store::count_deliveries(tx, *peer, MOST_WAITING)? >= MOST_WAITING {
            store::count_dropped(tx, *peer, 1)?;
            continue;
        }
        store::insert_delivery(tx, activity, *peer, inbox)?;
        let at = find(tx, *peer)?.try_at.max(now);
        jobs::enqueue_once_at(tx, now, at, &Job::Deliver { peer: *peer })?;
    }
    store::end_activity(tx, activity)
}

/// What is to be brought to a peer next.
pub fn next_delivery(conn: &Connection, peer: i64) -> Result<Option<Delivery>> {
    store::next_delivery(conn, peer)
}

/// How many deliveries wait for a peer.
pub fn waiting(conn: &Connection, peer: i64) -> Result<u64> {
    store::count_deliveries(conn, peer, u64::from(u32::MAX))
}

/// It was taken.
pub fn taken(tx: &Transaction<'_>, now: Timestamp, peer: i64, delivery: i64) -> Result<()> {
    store::delete_delivery(tx, delivery)?;
    store::set_heard(tx, now, peer)
}

/// It was refused for good: bringing it again would change nothing.
pub fn refused(tx: &Transaction<'_>, now: Timestamp, peer: i64, delivery: i64, why: &str) -> Result<()> {
    store::delete_delivery(tx, delivery)?;
    store::set_heard(tx, now, peer)?;
    store::set_refused(tx, peer, why)
}

/// Why a delivery failed and may be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure<'a> {
    /// A sentence.
    pub why: &'a str,
    /// The peer answered; after some times it is this thing that it does not take.
    pub answered: bool,
    /// Seconds that it wants to be left alone.
    pub retry_after: Option<u32>,
}

/// It was not taken: the peer is left alone for a while, longer each time, up to a day.
pub fn failed(
    tx: &Transaction<'_>,
    now: Timestamp,
    peer: i64,
    delivery: i64,
    failure: &Failure<'_>,
) -> Result<()> {
    if failure.answered && store::count_attempt(tx, delivery)? >= MOST_REFUSALS {
        store::delete_delivery(tx, delivery)?;
        store::count_dropped(tx, peer, 1)?;
    }
    let known = find(tx, peer)?;
    let seconds = wait(known.failures + 1).max(i64::from(failure.retry_after.unwrap_or(0)));
    let at = now.plus_seconds(seconds);
    store::set_failing(tx, now, peer, failure.why, at)?;
    if known.failing_since.is_some_and(|since| now.seconds_since(since) > GIVEN_UP as f64) {
        let dropped = store::drop_older(tx, peer, now.minus_seconds(GIVEN_UP))?;
        store::count_dropped(tx, peer, dropped)?;
    }
    if store::next_delivery(tx, peer)?.is_some() {
        jobs::enqueue_once_at(tx, now, at, &Job::Deliver { peer })?;
    }
    Ok(())
}

/// Half a minute, one, two, four … at most a day.
fn wait(failures: u32) -> i64 {
    (30_i64 << failures.saturating_sub(1).min(12)).min(24 * 3600)
}
