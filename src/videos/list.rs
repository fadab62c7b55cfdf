//! Lists of videos and search: which ones, in what order, how many.

use super::{Privacy, Video, Viewer, store};
use crate::{
    clock::Timestamp,
    error::{Error, InvalidField, Location, Result},
    moderation::mutes::{self, Muting},
    search,
};
use rusqlite::Connection;
use uuid::Uuid;

/// Which videos to look at, before any filter.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scope {
    /// What anyone may find, and the internal ones for those who are signed in.
    #[default]
    Listed,
    /// The same of some groups.
    OfGroups(Vec<i64>),
    /// The same of what one account sent, in whichever groups.
    OfAuthor(i64),
    /// The same of some groups and of what some accounts sent: a feed. A video of both comes once.
    Feed {
        /// Groups, by number.
        groups: Vec<i64>,
        /// Accounts, by number.
        authors: Vec<i64>,
    },
    /// Everything that one account sent: for the staff.
    AllOfAuthor(i64),
    /// Everything of some groups, whatever its privacy and state: for those who publish there.
    Managed(Vec<i64>),
    /// Everything, for the staff.
    All,
}

/// How far a video is; each is one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// All of it is made.
    Ready,
    /// Something is still to be made, and there is a job for it.
    UnderWay,
    /// Something was not made, and nobody will make it unless a person does something.
    Failed,
}

impl Scope {
    /// Whether only what is listed is looked at.
    pub(super) fn is_of_listed(&self) -> bool {
        match self {
            Self::Listed | Self::OfGroups(_) | Self::OfAuthor(_) | Self::Feed { .. } => true,
            Self::AllOfAuthor(_) | Self::Managed(_) | Self::All => false,
        }
    }

    /// The same with what is not listed, for those who may see it.
    #[must_use]
    pub fn unlisted_too(self) -> Self {
        match self {
            Self::Listed => Self::All,
            Self::OfGroups(groups) => Self::Managed(groups),
            Self::OfAuthor(account) => Self::AllOfAuthor(account),
            all => all,
        }
    }
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// When it could first be seen.
    #[default]
    PublishedAt,
    /// When it was sent.
    CreatedAt,
    /// When its makers say that it first appeared.
    OriginallyPublishedAt,
    /// Times watched.
    Views,
    /// People who like it.
    Likes,
    /// Comments that everybody sees.
    Comments,
    /// Times watched lately.
    Heat,
    /// What people do with it, and how new it is.
    Stir,
    /// Title.
    Name,
    /// Length.
    Duration,
    /// Bytes of its files.
    Size,
    /// How well it matches what is searched for.
    Match,
}

impl Sort {
    /// Reads PeerTube's name of a sort, `-` before it for the largest first.
    ///
    /// # Errors
    /// 400 naming `sort`.
    pub fn parse(text: &str) -> Result<(Self, bool)> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let sort = match name {
            "publishedAt" => Self::PublishedAt,
            "comments" => Self::Comments,
            "createdAt" => Self::CreatedAt,
            "originallyPublishedAt" => Self::OriginallyPublishedAt,
            "views" => Self::Views,
            "likes" => Self::Likes,
            "trending" => Self::Heat,
            "hot" | "best" => Self::Stir,
            "name" => Self::Name,
            "duration" => Self::Duration,
            "localVideoFilesSize" => Self::Size,
            "match" => Self::Match,
            _ => {
                return Err(Error::Invalid(vec![InvalidField {
                    field: "sort".into(),
                    rule: "Invalid value".into(),
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
    /// Which videos at all.
    pub scope: Scope,
    /// Who asks.
    pub viewer: Viewer,
    /// Whom the one who asks does not hear; [`list`] finds it out.
    pub muting: Muting,
    /// Those of people whom the one who asks does not hear are there too, for those who look after the instance.
    pub muted_too: bool,
    /// Only sensitive ones, or only others.
    pub sensitive: Option<bool>,
    /// Kinds of sensitive ones (PeerTube's bits) that are there although only others were asked for.
    pub kinds_too: i64,
    /// Kinds that are left out in any case.
    pub kinds_not: i64,
    /// Only those that live here, or only others.
    pub local: Option<bool>,
    /// Lives, of which there are none yet; `Some(false)` leaves them out.
    pub live: Option<bool>,
    /// Only with one of these kinds of privacy.
    pub privacies: Vec<Privacy>,
    /// Only in one of these states, by PeerTube's numbers.
    pub states: Vec<i64>,
    /// Only of these categories.
    pub categories: Vec<i64>,
    /// Only with these licences.
    pub licences: Vec<i64>,
    /// Only in these languages; `_unknown` for those that name none.
    pub languages: Vec<String>,
    /// With at least one of these tags.
    pub tags_one_of: Vec<String>,
    /// With all of these tags.
    pub tags_all_of: Vec<String>,
    /// With at least one of the tags that videos get by themselves, of which there are none yet.
    pub automatic_tags: Vec<String>,
    /// Only these.
    pub uuids: Vec<Uuid>,
    /// Only from this host.
    pub origin: Option<Option<String>>,
    /// Not what this account has watched.
    pub not_watched_by: Option<i64>,
    /// With (or without) HLS.
    pub hls: Option<bool>,
    /// With (or without) progressive files.
    pub progressive: Option<bool>,
    /// Only what is as far as this.
    pub made: Option<Made>,
    /// Words to find.
    pub search: Option<String>,
    /// Seconds at least and at most.
    pub duration: (Option<i64>, Option<i64>),
    /// Published not before and not after.
    pub published: (Option<Timestamp>, Option<Timestamp>),
    /// First published not before and not after.
    pub originally: (Option<Timestamp>, Option<Timestamp>),
    /// In what order.
    pub sort: Sort,
    /// Largest first.
    pub descending: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
    /// Do not count all.
    pub skip_total: bool,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many there are in all, when that was asked.
    pub total: Option<u64>,
    /// The videos.
    pub videos: Vec<Video>,
}

/// A page of videos.
pub fn list(conn: &Connection, filter: &Filter) -> Result<Page> {
    let mut filter = filter.clone();
    if filter.scope.is_of_listed() && !filter.muted_too {
        filter.muting = mutes::muting(conn, filter.viewer.account)?;
    }
    let filter = &filter;
    let found = match filter.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        // The index holds what is listed; managers also look for what is not.
        Some(text) if filter.scope.is_of_listed() => {
            // What is best is among the first; what else is asked may leave few of many.
            let most = if store::list::is_sifted(filter)? || filter.sort != Sort::Match {
                search::MOST_SIFTED
            } else {
                search::MOST
            };
            search::find(conn, search::Kind::Video, text, most)?
        }
        _ => return store::list::page(conn, filter),
    };
    store::list::page_of_found(conn, filter, &found)
}

/// How a page of the plain list, of a search and of one video are found, for a test that indexes are used.
pub fn explain(conn: &Connection, filter: &Filter) -> Result<Vec<String>> {
    store::list::explain(conn, filter)
}
