//! Lists of playlists, and search.

use super::{Kind, Playlist, store};
use crate::{error::Result, groups, moderation::mutes, search};
use rusqlite::Connection;
use uuid::Uuid;

/// Whose playlists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Those that anyone may find.
    #[default]
    Public,
    /// Those of them that an account made.
    PublicOfAccount(i64),
    /// Those of them that a group publishes.
    PublicOfGroup(i64),
    /// Those that an account made, whatever their privacy: for itself. Of groups that it does not publish for any more only
    /// the public ones.
    OwnOfAccount(i64),
    /// All that an account manages: its own, and those of the groups that it publishes for.
    ManagedBy(i64),
    /// All of a group: for those who publish for it.
    OwnOfGroup(i64),
}

impl Scope {
    /// Whether it is a list of what anyone may find: whom one does not hear is not in it.
    fn is_public(self) -> bool {
        matches!(self, Self::Public | Self::PublicOfAccount(_) | Self::PublicOfGroup(_))
    }
}

/// What is asked of a list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whose.
    pub scope: Scope,
    /// Which account asks; `None` is anyone.
    pub viewer: Option<i64>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Part of the title.
    pub search: Option<String>,
    /// Only published by one of these groups.
    pub groups: Vec<i64>,
    /// Only these.
    pub uuids: Vec<Uuid>,
    /// In what order, in PeerTube's words: when nothing is said the newest first, of what was searched the best.
    pub sort: Option<String>,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// A page of playlists, and how many there are in all.
///
/// # Errors
/// 400 for an order that there is not.
pub fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Playlist>)> {
    let published: Vec<i64> = match filter.scope {
        Scope::OwnOfAccount(account) | Scope::ManagedBy(account) => {
            groups::of_publisher(conn, account)?.into_iter().map(|group| group.id).collect()
        }
        _ => Vec::new(),
    };
    let mutes = filter.scope.is_public() && mutes::muting(conn, filter.viewer)?.accounts;
    store::list::page(conn, filter, &published, mutes)
}

/// A page of the public playlists that match what was typed, and how many there are. Of the filter only who asks, order
/// and page count.
///
/// # Errors
/// 400 for an order that there is not.
pub fn search(conn: &Connection, typed: &str, filter: &Filter) -> Result<(u64, Vec<Playlist>)> {
    let mut found = search::find(conn, search::Kind::Playlist, typed, search::MOST)?;
    if mutes::muting(conn, filter.viewer)?.accounts {
        found = store::list::heard(conn, &found, filter.viewer)?;
    }
    store::list::page_of_found(conn, &found, filter)
}
