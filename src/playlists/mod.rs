//! Playlists: films that an account, or a group, put in a row. Each account has one of what it wants to watch later.

mod elements;
mod list;
mod store;

pub use elements::{
    Availability, Element, Held, Move, Times, add, availability, elements, holding, remove, reorder,
    set_times,
};
pub use list::{Filter, Scope, list, search};

use crate::{
    accounts::{field, not_yours},
    clock::Timestamp,
    error::{Error, Kind as Refused, Result},
    groups, ids,
    jobs::{self, Job},
    search::{self, Entry},
    videos::{Key, Viewer},
};
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

/// Who may see a playlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Anyone, and lists show it.
    Public = 1,
    /// Whoever has the link.
    Unlisted = 2,
    /// Those who manage it.
    Private = 3,
}

impl Privacy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Public, Self::Unlisted, Self::Private];

    /// PeerTube's number.
    pub fn id(self) -> i64 {
        self as i64
    }

    /// From PeerTube's number.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|privacy| privacy.id() == id)
    }

    /// PeerTube's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Unlisted => "Unlisted",
            Self::Private => "Private",
        }
    }
}

/// How a playlist came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody made it.
    Regular = 1,
    /// What its account wants to watch later.
    WatchLater = 2,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Regular, Self::WatchLater];

    /// PeerTube's number.
    pub fn id(self) -> i64 {
        self as i64
    }

    /// From PeerTube's number.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// PeerTube's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Regular => "Regular",
            Self::WatchLater => WATCH_LATER,
        }
    }
}

/// A playlist without its elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playlist {
    /// Number on this instance.
    pub id: i64,
    /// Name in addresses.
    pub uuid: Uuid,
    /// Who made it; whose it is while no group publishes it.
    pub account: i64,
    /// The group that publishes it.
    pub group: Option<i64>,
    /// Place among those of the group, from 1.
    pub group_position: Option<i64>,
    /// Its title.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Who may see it.
    pub privacy: Privacy,
    /// How it came to be.
    pub kind: Kind,
    /// File of the picture that somebody chose.
    pub picture: Option<String>,
    /// Where none was chosen, the first film whose picture anyone may see.
    pub cover: Option<i64>,
    /// How many elements it has, those that are gone among them.
    pub length: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it or its elements last changed.
    pub updated_at: Timestamp,
}

/// What a playlist is made of.
#[derive(Debug, Clone)]
pub struct NewPlaylist {
    /// Its title.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Who may see it.
    pub privacy: Privacy,
    /// The group that publishes it.
    pub group: Option<i64>,
    /// File of its picture.
    pub picture: Option<String>,
}

/// Parts of a playlist to change; `None` leaves one as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Its title.
    pub name: Option<String>,
    /// Markdown.
    pub description: Option<Option<String>>,
    /// Who may see it.
    pub privacy: Option<Privacy>,
    /// The group that publishes it.
    pub group: Option<Option<i64>>,
    /// File of its picture.
    pub picture: Option<String>,
}

/// Letters of a title.
const NAME_LONGEST: usize = 120;
/// Letters of a description.
const DESCRIPTION_LONGEST: usize = 1000;
/// Playlists that an account can make.
pub const MOST_PLAYLISTS: u64 = 500;
/// Elements of a playlist.
pub const MOST_ELEMENTS: u64 = 5000;
/// Title of what is watched later, as PeerTube names it; clients go by its kind.
const WATCH_LATER: &str = "Watch later";

/// One playlist by its number.
///
/// # Errors
/// 404.
pub fn by_id(conn: &Connection, id: i64) -> Result<Playlist> {
    store::find(conn, id)?.ok_or_else(not_found)
}

/// One playlist, whoever asks.
///
/// # Errors
/// 404.
pub fn find(conn: &Connection, key: &Key) -> Result<Playlist> {
    match key {
        Key::Id(id) => store::find(conn, *id)?,
        Key::Uuid(uuid) => store::find_by_uuid(conn, *uuid)?,
    }
    .ok_or_else(not_found)
}

/// A playlist for who wants to see it. By number, unlisted ones are as private: numbers can be guessed.
///
/// # Errors
/// 401, 403 or 404 in PeerTube's words.
pub fn see(conn: &Connection, key: &Key, viewer: &Viewer) -> Result<Playlist> {
    let playlist = find(conn, key)?;
    match playlist.privacy {
        Privacy::Public => {}
        Privacy::Unlisted => {
            if matches!(key, Key::Id(_)) && !manages(conn, &playlist, viewer)? {
                return Err(Error::not_found("Playlist"));
            }
        }
        Privacy::Private => {
            if viewer.account.is_none() {
                return Err(Error::coded(
                    Refused::Unauthenticated,
                    "unauthorized_request",
                    "Please sign in: this request needs a token.",
                ));
            }
            if !manages(conn, &playlist, viewer)? {
                return Err(Error::forbidden("Cannot get this private video playlist."));
            }
        }
    }
    Ok(playlist)
}

/// Whether a playlist is somebody's to change: one's own, or of a group that one publishes for. What a group publishes
/// stays with it when who made it leaves.
pub fn manages(conn: &Connection, playlist: &Playlist, viewer: &Viewer) -> Result<bool> {
    let Some(account) = viewer.account else { return Ok(false) };
    match playlist.group {
        Some(group) => groups::may_publish(conn, group, account),
        None => Ok(playlist.account == account),
    }
}

/// A playlist for who wants to change it.
///
/// # Errors
/// 403, 404.
pub fn managed(conn: &Connection, key: &Key, viewer: &Viewer) -> Result<Playlist> {
    let playlist = find(conn, key)?;
    if manages(conn, &playlist, viewer)? { Ok(playlist) } else { Err(not_mine()) }
}

/// Makes the playlist of what an account wants to watch later. To be called when an account is made.
pub(crate) fn create_watch_later(tx: &Transaction<'_>, now: Timestamp, account: i64) -> Result<()> {
    let new = NewPlaylist {
        name: WATCH_LATER.to_owned(),
        description: None,
        privacy: Privacy::Private,
        group: None,
        picture: None,
    };
    store::insert(tx, now, ids::new_uuid(), account, Kind::WatchLater, &new)?;
    Ok(())
}

/// What an account wants to watch later.
pub fn watch_later(conn: &Connection, account: i64) -> Result<Option<Playlist>> {
    store::watch_later(conn, account)
}

/// Makes a playlist.
///
/// # Errors
/// 400 naming what breaks a rule, or when the account has too many; 403 for a group of others.
pub fn create(tx: &Transaction<'_>, now: Timestamp, account: i64, new: &NewPlaylist) -> Result<Playlist> {
    let new = NewPlaylist {
        name: new.name.trim().to_owned(),
        description: tidy(new.description.as_deref()),
        ..new.clone()
    };
    check(&new.name, new.description.as_deref())?;
    check_place(new.privacy, new.group)?;
    if let Some(group) = new.group {
        may_publish(tx, group, account)?;
    }
    if store::count_of_account(tx, account)? > MOST_PLAYLISTS {
        return Err(Error::refused(
            Refused::Bad,
            format!("An account can have {MOST_PLAYLISTS} playlists. Delete one that you no longer need."),
        ));
    }
    let id = store::insert(tx, now, ids::new_uuid(), account, Kind::Regular, &new)?;
    changed(tx, id)?;
    by_id(tx, id)
}

/// Changes what is said of a playlist.
///
/// # Errors
/// 400 naming what breaks a rule, and for what is watched later; 403 for those who do not manage it.
pub fn change(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    playlist: &Playlist,
    change: &Change,
) -> Result<()> {
    check_managed(tx, playlist, viewer)?;
    if playlist.kind == Kind::WatchLater {
        return Err(Error::refused(Refused::Bad, "Cannot update a watch later playlist."));
    }
    let next = NewPlaylist {
        name: change.name.as_deref().unwrap_or(&playlist.name).trim().to_owned(),
        description: match &change.description {
            Some(description) => tidy(description.as_deref()),
            None => playlist.description.clone(),
        },
        privacy: change.privacy.unwrap_or(playlist.privacy),
        group: change.group.unwrap_or(playlist.group),
        picture: change.picture.clone().or_else(|| playlist.picture.clone()),
    };
    check(&next.name, next.description.as_deref())?;
    check_place(next.privacy, next.group)?;
    if next.group != playlist.group {
        if let Some(group) = next.group {
            may_publish(tx, group, viewer.account.unwrap_or_default())?;
        }
        store::move_to_group(tx, playlist, next.group)?;
    }
    store::update(tx, now, playlist.id, &next)?;
    if next.picture != playlist.picture {
        remove_pictures(tx, now, playlist.picture.iter())?;
    }
    changed(tx, playlist.id)
}

/// Deletes a playlist. The staff may do so with what others can see.
///
/// # Errors
/// 400 for what is watched later; 403.
pub fn delete(tx: &Transaction<'_>, now: Timestamp, viewer: &Viewer, playlist: &Playlist) -> Result<()> {
    let by_staff = viewer.moderates && playlist.privacy != Privacy::Private;
    if !by_staff {
        check_managed(tx, playlist, viewer)?;
    }
    if playlist.kind == Kind::WatchLater {
        return Err(Error::refused(Refused::Bad, "Cannot delete a watch later playlist."));
    }
    end(tx, now, playlist)
}

/// Deletes the playlists of a group that goes. Who may do that is asked of the group.
pub fn delete_of_group(tx: &Transaction<'_>, now: Timestamp, group: i64) -> Result<()> {
    for playlist in store::of_group(tx, group)? {
        end(tx, now, &playlist)?;
    }
    Ok(())
}

/// Deletes the playlists of an account that goes. Those that a group of others publishes stay, with the owner of that
/// group: to be called when it is clear which groups stay.
pub fn leave(tx: &Transaction<'_>, now: Timestamp, account: i64) -> Result<()> {
    for playlist in store::of_account(tx, account)? {
        match heir(tx, &playlist)? {
            Some(heir) => store::set_account(tx, playlist.id, heir)?,
            None => end(tx, now, &playlist)?,
        }
    }
    Ok(())
}

/// How many playlists go with an account; `going` are the groups that go with it.
pub fn count_leaving(conn: &Connection, account: i64, going: &[i64]) -> Result<u64> {
    let goes = |playlist: &Playlist| playlist.group.is_none_or(|group| going.contains(&group));
    let all = store::of_account(conn, account)?;
    Ok(all.iter().filter(|one| one.kind == Kind::Regular && goes(one)).count() as u64)
}

/// Who keeps a playlist when its account goes.
fn heir(conn: &Connection, playlist: &Playlist) -> Result<Option<i64>> {
    let Some(group) = playlist.group else { return Ok(None) };
    Ok(Some(groups::find(conn, group)?.owner_id).filter(|owner| *owner != playlist.account))
}

/// Whether a playlist has this picture, for sweeping.
pub fn names_picture(conn: &Connection, file: &str) -> Result<bool> {
    store::names_picture(conn, file)
}

/// How many playlists people made here.
pub fn count(conn: &Connection) -> Result<u64> {
    store::count(conn)
}

/// Gives the playlists of a group another order: those from `start`, so many, come behind the one at `after`, where 0 is
/// before all.
///
/// # Errors
/// 400 in PeerTube's words; 403 for those who do not publish for the group.
pub fn reorder_of_group(tx: &Transaction<'_>, group: i64, viewer: &Viewer, wish: Move) -> Result<()> {
    if !groups::may_publish(tx, group, viewer.account.unwrap_or_default())? {
        return Err(not_yours());
    }
    wish.check(store::last_position_in_group(tx, group)?)?;
    match wish.shift() {
        Some(shift) => store::shift_in_group(tx, group, &shift),
        None => Ok(()),
    }
}

/// Writes a group's new name into the index of its playlists. To be called when a group is renamed.
pub fn group_renamed(tx: &Transaction<'_>, group: i64) -> Result<()> {
    for playlist in store::of_group(tx, group)? {
        changed(tx, playlist.id)?;
    }
    Ok(())
}

fn end(tx: &Transaction<'_>, now: Timestamp, playlist: &Playlist) -> Result<()> {
    store::move_to_group(tx, playlist, None)?;
    store::delete(tx, playlist.id)?;
    remove_pictures(tx, now, playlist.picture.iter())
}

fn remove_pictures<'a>(
    tx: &Transaction<'_>,
    now: Timestamp,
    files: impl Iterator<Item = &'a String>,
) -> Result<()> {
    let paths: Vec<String> = files.map(|file| format!("media/pictures/{file}")).collect();
    if !paths.is_empty() {
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
    Ok(())
}

/// To be called after any change that search could notice.
fn changed(tx: &Transaction<'_>, id: i64) -> Result<()> {
    let playlist = by_id(tx, id)?;
    if playlist.privacy != Privacy::Public {
        return search::remove(tx, search::Kind::Playlist, id);
    }
    let group = playlist.group.map(|group| groups::find(tx, group)).transpose()?;
    let entry = Entry {
        title: &playlist.name,
        names: &group.map(|group| format!("{} {}", group.display_name, group.name)).unwrap_or_default(),
        text: playlist.description.as_deref().unwrap_or_default(),
        ..Entry::default()
    };
    search::put(tx, search::Kind::Playlist, id, &entry)
}

fn check_managed(conn: &Connection, playlist: &Playlist, viewer: &Viewer) -> Result<()> {
    if manages(conn, playlist, viewer)? { Ok(()) } else { Err(not_mine()) }
}

fn check(name: &str, description: Option<&str>) -> Result<()> {
    let mut wrong = Vec::new();
    if !(1..=NAME_LONGEST).contains(&name.chars().count()) {
        wrong.push(field("displayName", "1 to 120 characters.", Some(name.into())));
    }
    if description.is_some_and(|text| text.chars().count() > DESCRIPTION_LONGEST) {
        wrong.push(field("description", "At most 1000 characters.", None));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// What others can see is published by a group, as in PeerTube.
fn check_place(privacy: Privacy, group: Option<i64>) -> Result<()> {
    if privacy == Privacy::Private || group.is_some() {
        return Ok(());
    }
    Err(Error::refused(
        Refused::Bad,
        "Cannot set \"public\" or \"unlisted\" a playlist that is not assigned to a channel.",
    ))
}

fn may_publish(conn: &Connection, group: i64, account: i64) -> Result<()> {
    groups::find(conn, group)?;
    if groups::may_publish(conn, group, account)? { Ok(()) } else { Err(not_yours()) }
}

fn tidy(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn not_found() -> Error {
    Error::not_found("Video playlist")
}

fn not_mine() -> Error {
    Error::forbidden("Cannot manage video playlist of another user")
}
