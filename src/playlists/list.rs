//! Lists of playlists, and search.

use super::{Kind, Playlist, store};
use crate::{
    error::{Error, InvalidField, Location, Result},
    groups,
};
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

/// What playlists are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// When they were made.
    #[default]
    CreatedAt,
    /// When they or their elements last changed.
    UpdatedAt,
    /// Title.
    Name,
    /// As the group that publishes them put them.
    GroupPosition,
}

impl Sort {
    /// Reads PeerTube's name of a sort, `-` before it for the largest first.
    ///
    /// # Errors
    /// 400 naming `sort`.
    pub fn parse(text: &str) -> Result<(Self, bool)> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let sort = match name {
            // What search finds has an order of its own where none of these is asked for.
            "createdAt" | "id" | "match" => Self::CreatedAt,
            "updatedAt" => Self::UpdatedAt,
            "name" | "displayName" => Self::Name,
            "videoChannelPosition" => Self::GroupPosition,
            _ => {
                return Err(Error::Invalid(vec![InvalidField {
                    field: "sort".into(),
                    rule: "Playlists are sorted by createdAt, updatedAt, name or videoChannelPosition."
                        .into(),
                    location: Location::Query,
                    value: Some(text.chars().take(100).collect::<String>().into()),
                }]));
            }
        };
        Ok((sort, descending))
    }
}

/// What is asked of a list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whose.
    pub scope: Scope,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Part of the title.
    pub search: Option<String>,
    /// Only published by one of these groups.
    pub groups: Vec<i64>,
    /// Only these.
    pub uuids: Vec<Uuid>,
    /// In what order.
    pub sort: Sort,
    /// Largest first.
    pub descending: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// A page of playlists, and how many there are in all.
pub fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Playlist>)> {
    let published: Vec<i64> = match filter.scope {
        Scope::OwnOfAccount(account) | Scope::ManagedBy(account) => {
            groups::of_publisher(conn, account)?.into_iter().map(|group| group.id).collect()
        }
        _ => Vec::new(),
    };
    store::list::page(conn, filter, &published)
}

/// Public playlists that match words, best first, and how many there are. Without a word to look for, the newest.
pub fn search(conn: &Connection, typed: &str, start: u32, count: u32) -> Result<(u64, Vec<Playlist>)> {
    store::list::search(conn, typed, start, count)
}
