pub(super) mod remote;

use super::{Actor, Keys};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Account and group of an actor, as columns.
pub(super) fn columns(actor: Actor) -> (Option<i64>, Option<i64>) {
    match actor {
        Actor::Account(id) => (Some(id), None),
        Actor::Group(id) => (None, Some(id)),
        Actor::Instance => (None, None),
    }
}

pub(super) fn keys(conn: &Connection, actor: Actor) -> Result<Option<Keys>> {
    let which = match actor {
        Actor::Account(_) => "account_id = ?1",
        Actor::Group(_) => "group_id = ?1",
        Actor::Instance => "account_id is null and group_id is null and ?1 is null",
    };
    let (account, group) = columns(actor);
    Ok(conn
        .prepare_cached(&format!("select public_pem, private_pem from actor_keys where {which}"))?
        .query_row([account.or(group)], |row| Ok(Keys { public_pem: row.get(0)?, private_pem: row.get(1)? }))
        .optional()?)
}

pub(super) fn insert(tx: &Transaction<'_>, now: Timestamp, actor: Actor, keys: &Keys) -> Result<()> {
    let (account, group) = columns(actor);
    tx.prepare_cached(
        "insert into actor_keys (account_id, group_id, public_pem, private_pem, created_at) values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![account, group, keys.public_pem, keys.private_pem, now])?;
    Ok(())
}
