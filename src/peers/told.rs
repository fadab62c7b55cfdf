//! Of which videos others were told: they are told again when something changes, and when it goes.

use super::store;
use crate::{
    actors::remote,
    clock::Timestamp,
    error::Result,
    following,
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

/// Seconds until others are told of a change: what is changed in one go is told in one.
const SOON: i64 = 3;

/// What others were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The account that said so.
    pub account: i64,
    /// The group that did too, while there is one.
    pub group: Option<i64>,
    /// SHA-256 of what was said.
    pub hash: Vec<u8>,
}

/// To be called when a video of this server changed, appeared or goes: has others told, if anybody listens or was told before.
/// `account` is the owner of its group.
pub fn changed(tx: &Transaction<'_>, now: Timestamp, uuid: Uuid, group: i64, account: i64) -> Result<()> {
    let wanted = store::told(tx, uuid)?.is_some()
        || following::anybody_elsewhere(tx, group, account)?
        || remote::followers_of_instance(tx)? > 0;
    if wanted {
        jobs::enqueue_once_at(tx, now, now.plus_seconds(SOON), &Job::Share { video: uuid })?;
    }
    Ok(())
}

/// To be tried again, when what is needed to tell of it is made.
pub fn not_yet(tx: &Transaction<'_>, now: Timestamp, uuid: Uuid, seconds: i64) -> Result<()> {
    jobs::enqueue_once_at(tx, now, now.plus_seconds(seconds), &Job::Share { video: uuid })
}

/// What others were told of a video.
pub fn of(conn: &Connection, uuid: Uuid) -> Result<Option<Told>> {
    store::told(conn, uuid)
}

/// They are told now.
pub fn put(tx: &Transaction<'_>, now: Timestamp, uuid: Uuid, told: &Told) -> Result<()> {
    store::put_told(tx, now, uuid, told)
}

/// They are told that it is gone.
pub fn end(tx: &Transaction<'_>, uuid: Uuid) -> Result<()> {
    store::delete_told(tx, uuid)
}
