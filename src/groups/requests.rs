//! People who ask to come into a group, and the answers.

use super::{
    Deed, Group, Joining, MemberRole, invitations,
    log::{self, Action, Note},
    members, rights, store,
};
use crate::{
    accounts::Role,
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Happening, Job},
};
use rusqlite::{Connection, Transaction};

/// Letters of what somebody says when asking.
pub const MESSAGE_LONGEST: usize = 1000;
/// Requests that wait for one group at once.
const MOST_OF_GROUP: u32 = 1000;
/// Requests of one account that wait at once.
const MOST_OF_ACCOUNT: u32 = 20;
/// Days until somebody who was turned down may ask again.
const AGAIN_DAYS: i64 = 30;

/// Somebody who asks to come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// Into which group.
    pub group: i64,
    /// Who.
    pub account_id: i64,
    /// What they say.
    pub message: String,
    /// Whether the group's page may name them.
    pub shown: bool,
    /// When they asked.
    pub created_at: Timestamp,
    /// When they were turned down.
    pub rejected_at: Option<Timestamp>,
}

/// How asking ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// They are in: the group is open, or had invited them.
    In,
    /// An administrator of the group answers.
    Waits,
}

/// Asks to come into a group; who is invited, or asks an open group, is in at once.
///
/// # Errors
/// 403 for a group that invites only; 400 for a message that is too long; 409 for who is in, has asked, or was turned
/// down lately.
pub fn ask(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    group: &Group,
    message: &str,
    shown: bool,
) -> Result<Asked> {
    members::check_outside(tx, group.id, account)?;
    if invitations::waiting(tx, now, group.id, account)?.is_some() {
        invitations::accept(tx, now, account, group, shown)?;
        return Ok(Asked::In);
    }
    match group.joining {
        Joining::Open => {
            members::join(tx, now, account, group, shown)?;
            return Ok(Asked::In);
        }
        Joining::Invitation => {
            return Err(Error::forbidden("People come into this group by invitation only."));
        }
        Joining::Request => {}
    }
    let message = message.trim();
    if message.chars().count() > MESSAGE_LONGEST {
        return Err(Error::invalid("message", format!("At most {MESSAGE_LONGEST} characters.")));
    }
    if let Some(known) = store::requests::find(tx, group.id, account)? {
        let again_at = known.rejected_at.map(|at| at.plus_seconds(AGAIN_DAYS * 24 * 3600));
        match again_at {
            None => {
                return Err(Error::conflict(
                    "You have asked already. An administrator of the group answers.",
                ));
            }
            Some(again_at) if again_at > now => {
                return Err(Error::conflict(
                    "The group has said no lately. You can ask again in some weeks.",
                ));
            }
            Some(_) => store::requests::forget(tx, group.id, account)?,
        }
    }
    if store::requests::count_of_account(tx, account)? >= MOST_OF_ACCOUNT {
        return Err(Error::conflict(format!(
            "{MOST_OF_ACCOUNT} of your requests wait for an answer. Take one of them back first."
        )));
    }
    if store::requests::count(tx, group.id)? >= MOST_OF_GROUP {
        return Err(Error::conflict("Too many people wait for this group already. Please try again later."));
    }
    store::requests::insert(tx, now, group.id, account, message, shown)?;
    log::write(tx, now, group.id, account, Action::Asked, &Note::default())?;
    tell(tx, now, Happening::JoinAsked { group: group.id, account })?;
    Ok(Asked::Waits)
}

/// Those who wait for an answer, longest first, and how many there are.
///
/// # Errors
/// 403.
pub fn list(
    conn: &Connection,
    acting: (i64, Role),
    group: &Group,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<JoinRequest>)> {
    rights::check(conn, group, acting, Deed::People)?;
    store::requests::list(conn, group.id, start, count)
}

/// How many wait for an answer of a group.
pub fn count(conn: &Connection, group: i64) -> Result<u32> {
    store::requests::count(conn, group)
}

/// What an account has asked of a group.
pub fn of(conn: &Connection, group: i64, account: i64) -> Result<Option<JoinRequest>> {
    store::requests::find(conn, group, account)
}

fn waiting(conn: &Connection, group: i64, account: i64) -> Result<JoinRequest> {
    let found = store::requests::find(conn, group, account)?.filter(|found| found.rejected_at.is_none());
    found.ok_or_else(|| Error::not_found("Request"))
}

/// Lets somebody in who asked.
///
/// # Errors
/// 403 for those who may not; 404 for who has not asked.
pub fn accept(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    account: i64,
    role: MemberRole,
) -> Result<()> {
    rights::check(tx, group, acting, Deed::People)?;
    let found = waiting(tx, group.id, account)?;
    members::enter(tx, now, group.id, account, role, found.shown)?;
    tell(tx, now, Happening::JoinAnswered { group: group.id, account, accepted: true })?;
    let note = Note { subject: Some(account), detail: Some(role.name()), ..Note::default() };
    log::write(tx, now, group.id, acting.0, Action::Admitted, &note)
}

/// Turns somebody down who asked.
///
/// # Errors
/// 403 for those who may not; 404 for who has not asked.
pub fn reject(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    account: i64,
) -> Result<()> {
    rights::check(tx, group, acting, Deed::People)?;
    waiting(tx, group.id, account)?;
    store::requests::reject(tx, now, group.id, account)?;
    tell(tx, now, Happening::JoinAnswered { group: group.id, account, accepted: false })?;
    let note = Note { subject: Some(account), ..Note::default() };
    log::write(tx, now, group.id, acting.0, Action::TurnedDown, &note)
}

/// Takes one's own request back.
///
/// # Errors
/// 404 when there is none.
pub fn withdraw(tx: &Transaction<'_>, now: Timestamp, account: i64, group: &Group) -> Result<()> {
    waiting(tx, group.id, account)?;
    store::requests::forget(tx, group.id, account)?;
    log::write(tx, now, group.id, account, Action::Unasked, &Note::default())
}

fn tell(tx: &Transaction<'_>, now: Timestamp, happening: Happening) -> Result<()> {
    jobs::enqueue(tx, now, &Job::Notify { happening }).map(drop)
}
