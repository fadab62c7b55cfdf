//! The people of a group: who is in it, coming in, roles, leaving, handing over.

use super::{
    Deed, Group, Joining, find,
    log::{self, Action, Note},
    rights, store,
};
use crate::{
    accounts::{self, Role},
    clock::Timestamp,
    error::{Error, Result},
};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Groups that one account belongs to at most.
const MOST_GROUPS: u32 = 200;
/// People in a group at most.
const MOST_MEMBERS: u32 = 20_000;
/// Administrators and moderators of a group at most.
const MOST_PUBLISHERS: u32 = 100;

/// What an account may in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    /// Everything, people included.
    Administrator = 0,
    /// Publishes, and changes what others of the group published.
    Moderator = 1,
    /// Belongs to it.
    Member = 2,
}

impl MemberRole {
    pub(super) fn from_id(id: i64) -> Option<Self> {
        [Self::Administrator, Self::Moderator, Self::Member].into_iter().find(|role| *role as i64 == id)
    }

    /// As it is written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Moderator => "moderator",
            Self::Member => "member",
        }
    }
}

/// An account in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account_id: i64,
    /// What it may.
    pub role: MemberRole,
    /// Since when.
    pub since: Timestamp,
    /// Whether the group's page names it to everyone.
    pub shown: bool,
}

/// Which members of a group to list.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Only those whom the group's page names.
    pub shown: bool,
    /// Only those who may publish.
    pub publishers: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// The members of a group, by role and then longest first, and how many there are.
pub fn list(conn: &Connection, group: i64, filter: &MemberFilter) -> Result<(u64, Vec<Member>)> {
    store::members::list(conn, group, filter)
}

/// One member; `None` for those who are none.
pub fn member(conn: &Connection, group: i64, account: i64) -> Result<Option<Member>> {
    store::members::find(conn, group, account)
}

/// The groups that an account belongs to, by role and then longest first, and how many there are.
pub fn of_account(
    conn: &Connection,
    account: i64,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<(i64, Member)>)> {
    store::members::of_account(conn, account, start, count)
}

/// One member of a group.
///
/// # Errors
/// 404.
pub fn find_member(conn: &Connection, group: i64, account: i64) -> Result<Member> {
    member(conn, group, account)?.ok_or_else(|| Error::not_found("Member"))
}

/// Makes somebody a member; whatever invited the account or asked for it is done with.
pub(super) fn enter(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    account: i64,
    role: MemberRole,
    shown: bool,
) -> Result<()> {
    if store::members::count_of_account(tx, account)? >= MOST_GROUPS {
        return Err(Error::conflict(format!(
            "An account can belong to {MOST_GROUPS} groups. Leave one of them first."
        )));
    }
    check_room(tx, group, role)?;
    store::members::put(tx, now, group, account, role, shown)?;
    store::invitations::forget(tx, group, account)?;
    store::requests::forget(tx, group, account)
}

/// Refuses what would make a group too large.
fn check_room(conn: &Connection, group: i64, role: MemberRole) -> Result<()> {
    let most = if role == MemberRole::Member { MOST_MEMBERS } else { MOST_PUBLISHERS };
    if store::members::count(conn, group, role != MemberRole::Member)? >= most {
        return Err(Error::conflict(format!(
            "This group is full: {most} people are the most in this role. Remove somebody first."
        )));
    }
    Ok(())
}

/// Refuses those who are in already.
pub(super) fn check_outside(conn: &Connection, group: i64, account: i64) -> Result<()> {
    if store::members::role_of(conn, group, account)?.is_some() {
        return Err(Error::conflict("This person is in the group already."));
    }
    Ok(())
}

/// Comes into a group that is open to everybody.
///
/// # Errors
/// 403 for a group that is not; 409 for those who are in.
pub fn join(tx: &Transaction<'_>, now: Timestamp, account: i64, group: &Group, shown: bool) -> Result<()> {
    if group.joining != Joining::Open {
        return Err(Error::forbidden("This group does not let people in by themselves."));
    }
    check_outside(tx, group.id, account)?;
    enter(tx, now, group.id, account, MemberRole::Member, shown)?;
    log::write(tx, now, group.id, account, Action::Joined, &Note::default())
}

/// Chooses whether the group's page names oneself.
///
/// # Errors
/// 404 for those who are not in it.
pub fn show(tx: &Transaction<'_>, account: i64, group: &Group, shown: bool) -> Result<()> {
    find_member(tx, group.id, account)?;
    store::members::set_shown(tx, group.id, account, shown)
}

/// Gives somebody another role.
///
/// # Errors
/// 403 for those who may not; 404 for who is no member; 409 for the owner, who hands over first.
pub fn set_role(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    account: i64,
    role: MemberRole,
) -> Result<()> {
    rights::check(tx, group, acting, Deed::People)?;
    let member = find_member(tx, group.id, account)?;
    if member.role == role {
        return Ok(());
    }
    if account == group.owner_id {
        return Err(Error::conflict("The owner stays an administrator. Hand the group over first."));
    }
    if role != MemberRole::Member && member.role == MemberRole::Member {
        check_room(tx, group.id, role)?;
    }
    store::members::set_role(tx, group.id, account, role)?;
    let note = Note { subject: Some(account), detail: Some(role.name()), ..Note::default() };
    log::write(tx, now, group.id, acting.0, Action::Roled, &note)
}

/// Removes somebody from a group, or leaves it. When its owner leaves, the administrator who has been in it longest
/// is the owner.
///
/// # Errors
/// 403 for those who may not; 404 for who is no member; 409 for the owner, who is removed by nobody and leaves nobody
/// without an administrator.
pub fn remove(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    account: i64,
) -> Result<()> {
    let leaves = acting.0 == account;
    if !leaves {
        rights::check(tx, group, acting, Deed::People)?;
    }
    find_member(tx, group.id, account)?;
    if account == group.owner_id {
        if !leaves {
            return Err(Error::conflict("The owner cannot be removed. Hand the group over first."));
        }
        let next = heirs(tx, group)?.into_iter().find(|heir| heir.role == MemberRole::Administrator);
        let Some(next) = next else {
            return Err(Error::conflict(
                "You are the last administrator of this group. Hand it over to somebody first, or delete it.",
            ));
        };
        own(tx, now, group, next.account_id)?;
        let note = Note { subject: Some(next.account_id), ..Note::default() };
        log::write(tx, now, group.id, account, Action::HandedOver, &note)?;
    }
    store::members::remove(tx, group.id, account)?;
    let (action, subject) = if leaves { (Action::Left, None) } else { (Action::Removed, Some(account)) };
    log::write(tx, now, group.id, acting.0, action, &Note { subject, ..Note::default() })
}

/// Makes a member the owner of a group. Who owned it stays an administrator.
///
/// # Errors
/// 403 for all but the owner and the staff of the server; 404 for who is no member; 400 for who cannot sign in.
pub fn hand_over(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    account: i64,
) -> Result<()> {
    rights::check(tx, group, acting, Deed::Own)?;
    find_member(tx, group.id, account)?;
    if account == group.owner_id {
        return Ok(());
    }
    if !can_look_after(tx, account)? {
        return Err(Error::refused(
            crate::error::Kind::Bad,
            "This account is blocked and cannot look after a group.",
        ));
    }
    own(tx, now, group, account)?;
    let note = Note { subject: Some(account), ..Note::default() };
    log::write(tx, now, group.id, acting.0, Action::HandedOver, &note)
}

fn own(tx: &Transaction<'_>, now: Timestamp, group: &Group, account: i64) -> Result<()> {
    store::set_owner(tx, now, group.id, account)?;
    store::members::set_role(tx, group.id, account, MemberRole::Administrator)
}

/// Those who could take a group over, who is next first: its other administrators, then its moderators, each longest
/// first.
fn heirs(conn: &Connection, group: &Group) -> Result<Vec<Member>> {
    let filter = MemberFilter { publishers: true, count: MOST_PUBLISHERS, ..MemberFilter::default() };
    let (_, members) = list(conn, group.id, &filter)?;
    let mut able = Vec::new();
    for member in members {
        if member.account_id != group.owner_id && can_look_after(conn, member.account_id)? {
            able.push(member);
        }
    }
    Ok(able)
}

fn can_look_after(conn: &Connection, account: i64) -> Result<bool> {
    match accounts::find_login(conn, account) {
        Ok(login) => Ok(!login.blocked),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Who takes a group over when its owner deletes the account: the administrator who has been in it longest, else the
/// moderator. `None` when the group goes too.
pub fn heir(conn: &Connection, group: &Group) -> Result<Option<i64>> {
    Ok(heirs(conn, group)?.first().map(|heir| heir.account_id))
}

/// Gives the groups of somebody who goes to those who look after them too. Groups that nobody else looks after stay
/// with their owner.
pub fn pass_on(tx: &Transaction<'_>, now: Timestamp, owner: i64) -> Result<()> {
    for group in super::of_owner(tx, owner)? {
        if let Some(heir) = heir(tx, &group)? {
            own(tx, now, &group, heir)?;
            log::write(tx, now, group.id, heir, Action::Inherited, &Note::default())?;
        }
    }
    Ok(())
}

/// What an account may in a group; `None` when it is no member.
pub fn role_of(conn: &Connection, group: i64, account: i64) -> Result<Option<MemberRole>> {
    store::members::role_of(conn, group, account)
}

/// Chooses how people come into a group. Those who wait when it opens stay in the list.
///
/// # Errors
/// 403.
pub fn set_joining(
    tx: &Transaction<'_>,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    joining: Joining,
) -> Result<Group> {
    rights::check(tx, group, acting, Deed::People)?;
    if group.joining != joining {
        store::set_joining(tx, group.id, joining)?;
        let note = Note { detail: Some(joining.name()), ..Note::default() };
        log::write(tx, now, group.id, acting.0, Action::Opened, &note)?;
    }
    find(tx, group.id)
}
