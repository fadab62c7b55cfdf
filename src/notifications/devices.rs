//! Browsers that are told also while no page is open (Web Push): which there are, and which of them is told of what.

use super::{Choice, Choices, Kind, Notification, choices, store};
use crate::{
    clock::Timestamp,
    error::Result,
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};
use std::collections::BTreeSet;

/// Devices of one account; one more, and the one that came first is forgotten.
pub const MOST: u32 = 10;

/// A browser that wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub account: i64,
    /// Where its push service takes messages to it; nobody guesses it.
    pub endpoint: String,
    /// Its key, a point of P-256.
    pub key: Vec<u8>,
    /// The secret that it shares with who may write to it.
    pub auth: Vec<u8>,
}

/// Has the browser of a session told. It takes the place of what this session, and what this address, stood for before.
pub fn add(tx: &Transaction<'_>, now: Timestamp, session: i64, device: &Device) -> Result<()> {
    store::devices::forget_session(tx, session)?;
    store::devices::forget_endpoint(tx, &device.endpoint)?;
    store::devices::insert(tx, now, session, device)?;
    store::devices::forget_all_but(tx, device.account, MOST)
}

/// The browser of a session is told no more.
pub fn remove(tx: &Transaction<'_>, session: i64) -> Result<()> {
    store::devices::forget_session(tx, session)
}

/// A push service does not know a browser any more.
pub fn gone(tx: &Transaction<'_>, device: i64) -> Result<()> {
    store::devices::forget(tx, device)
}

/// The address that the browser of a session is told at.
pub fn of_session(conn: &Connection, session: i64) -> Result<Option<String>> {
    store::devices::of_session(conn, session)
}

/// A browser and what it is to be told; `None` when either is gone, or what it is about was read meanwhile.
pub fn pending(conn: &Connection, device: i64, notification: i64) -> Result<Option<(Device, Notification)>> {
    let Some(device) = store::devices::find(conn, device)? else { return Ok(None) };
    let told = store::find(conn, device.account, notification)?;
    Ok(told.filter(|told| !told.read).map(|told| (device, told)))
}

/// Of what somebody wants to be told on devices.
pub fn chosen(conn: &Connection, account: i64) -> Result<BTreeSet<Choice>> {
    Ok(choices(conn, account)?
        .into_iter()
        .filter(|(_, channels)| channels.push)
        .map(|(choice, _)| choice)
        .collect())
}

/// Changes that; what is not named is not told.
pub fn choose(tx: &Transaction<'_>, account: i64, wanted: &BTreeSet<Choice>) -> Result<()> {
    let all: Choices = choices(tx, account)?;
    for (choice, mut channels) in all {
        channels.push = wanted.contains(&choice);
        store::choose(tx, account, choice, channels)?;
    }
    Ok(())
}

/// The key that push services know this instance by, when there is one.
pub fn key(conn: &Connection) -> Result<Option<Vec<u8>>> {
    store::devices::key(conn)
}

/// Keeps `made` as that key, unless there is one already; the one that holds.
pub fn keep_key(tx: &Transaction<'_>, made: &[u8]) -> Result<Vec<u8>> {
    store::devices::keep_key(tx, made)
}

/// Has devices told of what some accounts were just told.
pub(super) fn plan(tx: &Transaction<'_>, now: Timestamp, kind: Kind, told: &[i64]) -> Result<()> {
    for (device, notification) in store::devices::wanting(tx, kind, told)? {
        jobs::enqueue(tx, now, &Job::Push { device, notification })?;
    }
    Ok(())
}
