//! Who acts towards other servers, and with which key.

pub mod remote;
mod store;

use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, Transaction};
use std::fmt;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person of this server.
    Account(i64),
    /// A group of this server.
    Group(i64),
    /// The server.
    Instance,
}

/// Name of the instance as an actor. PeerTube follows nobody by another name.
pub const INSTANCE: &str = "peertube";

/// A key, in PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// `BEGIN PUBLIC KEY`.
    pub public_pem: String,
    /// `BEGIN PRIVATE KEY`.
    pub private_pem: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// The key of an actor, once it has one.
pub fn keys(conn: &Connection, actor: Actor) -> Result<Option<Keys>> {
    store::keys(conn, actor)
}

/// Gives an actor a key; one that it has already stays. Tells which one it has.
pub fn give_keys(tx: &Transaction<'_>, now: Timestamp, actor: Actor, keys: &Keys) -> Result<Keys> {
    if let Some(known) = store::keys(tx, actor)? {
        return Ok(known);
    }
    store::insert(tx, now, actor, keys)?;
    Ok(keys.clone())
}
