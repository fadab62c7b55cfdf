//! Associations and teams: what PeerTube calls channels. A group has members with roles; one of its administrators is
//! its owner: the account that made it, or to which it was handed over. What they may is decided in `rights`.

pub mod collaborators;
pub mod invitations;
pub mod log;
mod members;
pub mod requests;
mod rights;
mod store;

use self::log::{Action, Note};
pub use members::{
    Member, MemberFilter, MemberRole, find_member, hand_over, heir, join, list as list_members, member,
    of_account as of_member, pass_on, remove as remove_member, role_of, set_joining, set_role, show,
};
pub use rights::{Deed, check, may, may_publish};

use crate::{
    accounts::{self, Elsewhere, Role, check_description, check_display_name, field, images},
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Job},
    search::{self, Entry},
};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How people come into a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Joining {
    /// Who is invited.
    Invitation = 0,
    /// Who asks and is let in; who is invited too.
    Request = 1,
    /// Whoever wants.
    Open = 2,
}

impl Joining {
    fn from_id(id: i64) -> Option<Self> {
        [Self::Invitation, Self::Request, Self::Open].into_iter().find(|joining| *joining as i64 == id)
    }

    /// As it is written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Request => "request",
            Self::Open => "open",
        }
    }
}

/// An association or team, of this server or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Number here; PeerTube's channel id.
    pub id: i64,
    /// The handle without host.
    pub name: String,
    /// Host of another server; `None` when it lives here.
    pub origin: Option<String>,
    /// As it is shown.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// How to help it, Markdown.
    pub support: Option<String>,
    /// The account that answers for it: who made it, or to whom it was handed over.
    pub owner_id: i64,
    /// How people come in.
    pub joining: Joining,
    /// How many follow it.
    pub followers: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When name, texts or pictures last changed.
    pub updated_at: Timestamp,
}

/// What is needed to make a group.
#[derive(Debug, Clone, Default)]
pub struct NewGroup {
    /// The handle.
    pub name: String,
    /// As it is shown.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// How to help it, Markdown.
    pub support: Option<String>,
}

/// Parts of a group to change; `None` leaves one as it is, an empty text removes it.
#[derive(Debug, Clone, Default)]
pub struct GroupChange {
    /// As it is shown.
    pub display_name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// How to help it, Markdown.
    pub support: Option<String>,
}

/// Which groups to list.
#[derive(Debug, Clone, Default)]
pub struct GroupFilter {
    /// Those that this account made.
    pub owner: Option<i64>,
    /// Those in which this account may publish, whoever made them.
    pub publisher: Option<i64>,
    /// Only those with a video that everyone finds in lists.
    pub has_videos: bool,
    /// Part of the name or display name.
    pub search: Option<String>,
    /// Field as PeerTube names it, `-` before it for downwards.
    pub sort: Option<String>,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// Fields that lists of groups can be sorted by.
const SORTS: [(&str, &str); 5] = [
    ("id", "g.id"),
    ("name", "g.name"),
    ("displayName", "g.display_name collate nocase"),
    ("createdAt", "g.created_at"),
    ("updatedAt", "g.updated_at"),
];

/// One group by its number.
///
/// # Errors
/// 404 as PeerTube words it.
pub fn find(conn: &Connection, id: i64) -> Result<Group> {
    store::find(conn, id)?.ok_or_else(|| Error::not_found("Video channel"))
}

/// One group by its handle; `origin` is the host of another server.
///
/// # Errors
/// 404.
pub fn by_name(conn: &Connection, name: &str, origin: Option<&str>) -> Result<Group> {
    store::by_name(conn, &name.to_lowercase(), origin)?.ok_or_else(|| Error::not_found("Video channel"))
}

/// Several groups at once, in no order; numbers that nothing has are left out.
pub fn find_many(conn: &Connection, ids: &[i64]) -> Result<Vec<Group>> {
    store::find_many(conn, ids)
}

/// Groups with a filter, and how many there are in all.
///
/// # Errors
/// 400 for a sort that is none.
pub fn list(conn: &Connection, filter: &GroupFilter) -> Result<(u64, Vec<Group>)> {
    store::list(conn, filter)
}

/// Numbers of a page of the groups in whose name, handle or description words stand, best first unless the filter names
/// an order, and how many there are.
///
/// # Errors
/// 400 for a sort that is none.
pub fn matching(conn: &Connection, typed: &str, filter: &GroupFilter) -> Result<(u64, Vec<i64>)> {
    let mut found = search::find(conn, search::Kind::Group, typed, search::MOST)?;
    if let Some(sort) = filter.sort.as_deref() {
        found = store::sorted(conn, &found, sort)?;
    }
    let total = found.len() as u64;
    // A search finds a limited number, best first: which page is asked for changes nothing in its work.
    Ok((total, found.into_iter().skip(filter.start as usize).take(filter.count as usize).collect()))
}

/// How many groups live here.
pub fn count(conn: &Connection) -> Result<u64> {
    store::count(conn)
}

/// The groups that an account made, oldest first.
pub fn of_owner(conn: &Connection, account: i64) -> Result<Vec<Group>> {
    store::of_owner(conn, account)
}

/// The groups that an account made or may publish in, oldest first: those that it can send videos to.
pub fn of_publisher(conn: &Connection, account: i64) -> Result<Vec<Group>> {
    store::of_publisher(conn, account)
}

/// Handle of the group that an account begins with.
pub fn first_name(account: &str) -> String {
    let room = accounts::NAME_LONGEST - FIRST_SUFFIX.len();
    // Names are ASCII; one of another sort is refused later.
    let stem: String = account.chars().take(room).collect();
    format!("{stem}{FIRST_SUFFIX}")
}

const FIRST_SUFFIX: &str = "_channel";

/// Makes the group that an account begins with. Where its name is taken a number follows it.
pub(crate) fn create_first(
    tx: &Transaction<'_>,
    now: Timestamp,
    owner: i64,
    name: &str,
    display_name: &str,
) -> Result<Group> {
    let mut free = name.to_owned();
    for number in 2..1000 {
        if accounts::check_name_free(tx, &free).is_ok() {
            break;
        }
        free = format!("{}{number}", &name[..name.len().min(accounts::NAME_LONGEST - 3)]);
    }
    let new = NewGroup { name: free, display_name: display_name.to_owned(), ..NewGroup::default() };
    insert(tx, now, owner, &new)
}

/// Makes a group. `most` is how many an account may make.
///
/// # Errors
/// 400 naming every field that breaks a rule, or when the account has too many; 409 when the name is taken.
pub fn create(tx: &Transaction<'_>, now: Timestamp, owner: i64, new: &NewGroup, most: u32) -> Result<Group> {
    let mut wrong = Vec::new();
    if !accounts::is_name(&new.name) {
        wrong.push(field(
            "name",
            "Lower case letters without accents, digits, dots and underscores; at most 50.",
            Some(new.name.as_str().into()),
        ));
    }
    wrong.extend(check_display_name(&new.display_name));
    wrong.extend(new.description.as_deref().and_then(check_description));
    wrong.extend(new.support.as_deref().and_then(check_support));
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    if store::count_of_owner(tx, owner)? >= most {
        return Err(Error::refused(
            crate::error::Kind::Bad,
            format!("An account can make {most} groups here. Ask an administrator if you need more."),
        ));
    }
    insert(tx, now, owner, new)
}

fn insert(tx: &Transaction<'_>, now: Timestamp, owner: i64, new: &NewGroup) -> Result<Group> {
    accounts::check_name_free(tx, &new.name)?;
    let text = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let id = store::insert(
        tx,
        now,
        owner,
        &NewGroup {
            name: new.name.clone(),
            display_name: new.display_name.trim().to_owned(),
            description: text(&new.description),
            support: text(&new.support),
        },
    )?;
    // Who makes a group answers for it in public.
    store::members::put(tx, now, id, owner, MemberRole::Administrator, true)?;
    log::write(tx, now, id, owner, Action::Made, &Note::default())?;
    let group = find(tx, id)?;
    index(tx, &group)?;
    Ok(group)
}

/// Writes down a group of another server, or how it is shown now; its number here. It has no members: who may act for it is
/// known there.
pub fn put_elsewhere(
    tx: &Transaction<'_>,
    now: Timestamp,
    shown: &Elsewhere<'_>,
    support: Option<&str>,
    owner: i64,
) -> Result<i64> {
    let id = store::put_elsewhere(tx, now, shown, support, owner)?;
    index(tx, &find(tx, id)?)?;
    Ok(id)
}

/// To be called after any change that search could notice.
fn index(tx: &Transaction<'_>, group: &Group) -> Result<()> {
    let entry = Entry {
        title: &group.display_name,
        names: &group.name,
        text: group.description.as_deref().unwrap_or_default(),
        ..Entry::default()
    };
    search::put(tx, search::Kind::Group, group.id, &entry)
}

/// Changes how a group is shown.
///
/// # Errors
/// 403 for those who may not; 400 naming what breaks a rule.
pub fn change(
    tx: &Transaction<'_>,
    now: Timestamp,
    (account, role): (i64, Role),
    id: i64,
    change: &GroupChange,
) -> Result<Group> {
    let mut group = find(tx, id)?;
    check(tx, &group, (account, role), Deed::Describe)?;
    let mut wrong = Vec::new();
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(display_name) = &change.display_name {
        wrong.extend(check_display_name(display_name));
        display_name.trim().clone_into(&mut group.display_name);
    }
    if let Some(description) = &change.description {
        wrong.extend(check_description(description));
        group.description = text(description);
    }
    if let Some(support) = &change.support {
        wrong.extend(check_support(support));
        group.support = text(support);
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    store::update(tx, now, &group)?;
    index(tx, &group)?;
    log::write(tx, now, id, account, Action::Described, &Note::default())?;
    find(tx, id)
}

/// Removes a group that somebody no longer wants. Its videos are to be removed before (`videos` knows their files).
///
/// # Errors
/// 403 for those who may not; 409 for the last group of its owner.
pub fn delete(tx: &Transaction<'_>, now: Timestamp, (account, role): (i64, Role), id: i64) -> Result<()> {
    let group = find(tx, id)?;
    check(tx, &group, (account, role), Deed::Own)?;
    if store::count_of_owner(tx, group.owner_id)? <= 1 {
        return Err(Error::conflict("This is the only group of its owner. Make another one first."));
    }
    remove(tx, now, &group)
}

/// Forgets a group of another server. Its videos are to be removed before.
pub fn remove_elsewhere(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    let group = find(tx, id)?;
    if group.origin.is_none() {
        return Err(Error::internal("a group of this server is not forgotten so"));
    }
    remove(tx, now, &group)
}

/// Removes a group with its members and pictures.
pub(crate) fn remove(tx: &Transaction<'_>, now: Timestamp, group: &Group) -> Result<()> {
    let paths = images::files_of(tx, images::Whose::Group(group.id))?;
    store::delete(tx, now, group)?;
    if !paths.is_empty() {
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
    Ok(())
}

fn check_support(text: &str) -> Option<crate::error::InvalidField> {
    (text.chars().count() > 1000).then(|| field("support", "At most 1000 characters.", None))
}
