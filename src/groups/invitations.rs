//! Invitations into a group: of one person, or by a link for whoever has it. A link is good for some days and some
//! people and can be taken back; only its SHA-256 is stored, so it is shown once.

use super::{
    Deed, Group, MemberRole, find,
    log::{self, Action, Note},
    members, rights, store,
};
use crate::{
    accounts::{self, Role},
    clock::Timestamp,
    error::{Error, Kind, Result},
    ids,
    jobs::{self, Happening, Job},
};
use rusqlite::{Connection, Transaction};
use sha2::{Digest as _, Sha256};

/// Invitations of one group that wait at once, links included.
const MOST_OF_GROUP: u32 = 200;
/// Days that an invitation of a person is good for, and days that a refusal is remembered.
const PERSON_DAYS: i64 = 30;
/// Days that a link is good for at most.
pub const LINK_DAYS: i64 = 30;
/// People that a link lets in at most.
pub const LINK_USES: u32 = 500;

const DAY: i64 = 24 * 3600;

/// Whom an invitation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// One account.
    Account(i64),
    /// Whoever has the link.
    Link {
        /// People it has let in.
        uses: u32,
        /// People it may let in.
        most: u32,
    },
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its number.
    pub id: i64,
    /// Into which group.
    pub group: i64,
    /// Whom it is for.
    pub whom: For,
    /// What they will be.
    pub role: MemberRole,
    /// Who invites; `None` when that account is gone.
    pub by: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it can be accepted; of one that was refused, until when it is remembered.
    pub expires_at: Timestamp,
    /// When it was refused.
    pub rejected_at: Option<Timestamp>,
}

/// A link that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The invitation.
    pub id: i64,
    /// What makes it: nowhere kept.
    pub token: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Invites one person.
///
/// # Errors
/// 403 for those who may not; 400 for who lives elsewhere; 409 for who is in, is invited, or said no lately.
pub fn invite(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    account: i64,
    role: MemberRole,
) -> Result<i64> {
    rights::check(tx, group, acting, Deed::People)?;
    if accounts::find(tx, account)?.origin.is_some() {
        return Err(Error::refused(Kind::Bad, "This person has no account here. Send them a link instead."));
    }
    members::check_outside(tx, group.id, account)?;
    clear(tx, now)?;
    if let Some(known) = store::invitations::of_person(tx, group.id, account)? {
        return Err(Error::conflict(if known.rejected_at.is_some() {
            "This person has refused an invitation lately. Ask in person, or wait some weeks."
        } else {
            "This person is invited already."
        }));
    }
    check_room(tx, group.id)?;
    let id = store::invitations::insert(
        tx,
        now,
        group.id,
        store::invitations::Whom::Account(account),
        role,
        acting.0,
        now.plus_seconds(PERSON_DAYS * DAY),
    )?;
    let note = Note { subject: Some(account), detail: Some(role.name()), ..Note::default() };
    log::write(tx, now, group.id, acting.0, Action::Invited, &note)?;
    let happening = Happening::Invited { group: group.id, account, by: acting.0 };
    jobs::enqueue(tx, now, &Job::Notify { happening })?;
    Ok(id)
}

/// Makes a link that invites whoever has it. It makes nobody an administrator.
///
/// # Errors
/// 403 for those who may not; 400 naming what breaks a rule.
pub fn make_link(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    role: MemberRole,
    (days, uses): (i64, u32),
) -> Result<Link> {
    rights::check(tx, group, acting, Deed::People)?;
    if role == MemberRole::Administrator {
        return Err(Error::invalid(
            "role",
            "A link makes members or moderators: it may fall into other hands.",
        ));
    }
    if !(1..=LINK_DAYS).contains(&days) {
        return Err(Error::invalid("days", format!("From 1 to {LINK_DAYS} days.")));
    }
    if !(1..=LINK_USES).contains(&uses) {
        return Err(Error::invalid("uses", format!("From 1 to {LINK_USES} people.")));
    }
    clear(tx, now)?;
    check_room(tx, group.id)?;
    let (token, expires_at) = (ids::secret(20), now.plus_seconds(days * DAY));
    let id = store::invitations::insert(
        tx,
        now,
        group.id,
        store::invitations::Whom::Link { hash: &digest(&token), uses },
        role,
        acting.0,
        expires_at,
    )?;
    let note = Note { detail: Some(role.name()), ..Note::default() };
    log::write(tx, now, group.id, acting.0, Action::LinkMade, &note)?;
    Ok(Link { id, token, expires_at })
}

fn check_room(conn: &Connection, group: i64) -> Result<()> {
    if store::invitations::count(conn, group)? >= MOST_OF_GROUP {
        return Err(Error::conflict(
            "Too many invitations of this group are open. Take some of them back first.",
        ));
    }
    Ok(())
}

/// Forgets what is too old.
fn clear(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    store::invitations::remove_expired(tx, now)
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// A page of a group's invitations that can be accepted, newest first, and how many there are.
///
/// # Errors
/// 403 for those who may not.
pub fn of_group(
    conn: &Connection,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Invitation>)> {
    rights::check(conn, group, acting, Deed::People)?;
    store::invitations::list(conn, now, store::invitations::Of::Group(group.id), start, count)
}

/// A page of those that wait for an account's answer, newest first, and how many there are.
pub fn of_account(
    conn: &Connection,
    now: Timestamp,
    account: i64,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Invitation>)> {
    store::invitations::list(conn, now, store::invitations::Of::Account(account), start, count)
}

/// The invitation of an account into a group that waits for an answer.
pub fn waiting(conn: &Connection, now: Timestamp, group: i64, account: i64) -> Result<Option<Invitation>> {
    let found = store::invitations::of_person(conn, group, account)?;
    Ok(found.filter(|found| found.expires_at > now && found.rejected_at.is_none()))
}

/// What a link invites to; `None` when it is unknown, too old, used up or taken back.
pub fn by_token(conn: &Connection, now: Timestamp, token: &str) -> Result<Option<Invitation>> {
    let found = store::invitations::by_hash(conn, &digest(token))?;
    Ok(found.filter(|found| {
        found.expires_at > now && matches!(found.whom, For::Link { uses, most } if uses < most)
    }))
}

/// Takes an invitation back. One that was refused stays remembered.
///
/// # Errors
/// 403 for those who may not; 404 for one of another group, one that is gone or refused.
pub fn withdraw(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    id: i64,
) -> Result<()> {
    rights::check(tx, group, acting, Deed::People)?;
    let found = store::invitations::find(tx, id)?;
    let Some(found) = found.filter(|found| found.group == group.id && found.rejected_at.is_none()) else {
        return Err(missing());
    };
    store::invitations::remove(tx, id)?;
    let (action, subject) = match found.whom {
        For::Account(account) => (Action::Uninvited, Some(account)),
        For::Link { .. } => (Action::LinkEnded, None),
    };
    log::write(tx, now, group.id, acting.0, action, &Note { subject, ..Note::default() })
}

/// Accepts the invitation that one got.
///
/// # Errors
/// 404 when there is none, or it is too old.
pub fn accept(tx: &Transaction<'_>, now: Timestamp, account: i64, group: &Group, shown: bool) -> Result<()> {
    let found = waiting(tx, now, group.id, account)?.ok_or_else(missing)?;
    members::enter(tx, now, group.id, account, found.role, shown)?;
    answered(tx, now, account, &found, true)?;
    log::write(tx, now, group.id, account, Action::Accepted, &role_note(&found))
}

/// Has who invited told of the answer.
fn answered(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    found: &Invitation,
    accepted: bool,
) -> Result<()> {
    let Some(by) = found.by else { return Ok(()) };
    let happening = Happening::InvitationAnswered { group: found.group, account, by, accepted };
    jobs::enqueue(tx, now, &Job::Notify { happening }).map(drop)
}

/// Refuses the invitation that one got. The group cannot invite again for some weeks.
///
/// # Errors
/// 404 when there is none.
pub fn reject(tx: &Transaction<'_>, now: Timestamp, account: i64, group: &Group) -> Result<()> {
    let found = waiting(tx, now, group.id, account)?.ok_or_else(missing)?;
    store::invitations::reject(tx, found.id, now, now.plus_seconds(PERSON_DAYS * DAY))?;
    answered(tx, now, account, &found, false)?;
    log::write(tx, now, group.id, account, Action::Refused, &Note::default())
}

/// Comes into a group by a link, and tells which group that is.
///
/// # Errors
/// 404 for a link that opens nothing; 409 for those who are in.
pub fn follow(tx: &Transaction<'_>, now: Timestamp, account: i64, token: &str, shown: bool) -> Result<Group> {
    let found = by_token(tx, now, token)?.ok_or_else(missing)?;
    let group = find(tx, found.group)?;
    if members::role_of(tx, group.id, account)?.is_some() {
        return Err(Error::conflict("You are in this group already."));
    }
    members::enter(tx, now, group.id, account, found.role, shown)?;
    store::invitations::used(tx, found.id)?;
    log::write(tx, now, group.id, account, Action::Followed, &role_note(&found))?;
    Ok(group)
}

fn role_note(found: &Invitation) -> Note<'static> {
    Note { detail: Some(found.role.name()), ..Note::default() }
}

/// What is said of an invitation that cannot be accepted.
pub fn missing() -> Error {
    Error::refused(
        Kind::NotFound,
        "This invitation is not good any more: it was used, taken back, or is too old. Ask the group for another one.",
    )
}
