//! Comments of many subjects in one list: for those who look after some groups or the instance, and for feeds.

use super::{Comment, Policy, store};
use crate::{error::Result, videos::Video};
use rusqlite::Connection;

/// Whose subjects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scope {
    /// Everybody's.
    #[default]
    All,
    /// Those that some groups look after.
    Groups(Vec<i64>),
}

/// Which comments to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Below what.
    pub scope: Scope,
    /// Only below this video.
    pub video: Option<i64>,
    /// Only held ones, or only shown ones.
    pub held: Option<bool>,
    /// Only those that were written here, or only others.
    pub local: Option<bool>,
    /// Only below videos that live here, or only others.
    pub on_local_video: Option<bool>,
    /// Words of the text, or part of the name of the author.
    pub search: Option<String>,
    /// Part of the name of the author.
    pub search_account: Option<String>,
    /// Words of the title of the video.
    pub search_video: Option<String>,
    /// Oldest first.
    pub oldest: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// Comments that are not removed, newest first, and how many there are. Searches look at the newest hits only.
///
/// # Errors
/// A failure of the database.
pub fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Comment>)> {
    store::overview::page(conn, filter)
}

/// The newest comments that anybody may read below what anybody may find. `sensitive` asks for those below sensitive videos only,
/// or below others only.
///
/// # Errors
/// A failure of the database.
pub fn newest(conn: &Connection, scope: &Scope, sensitive: Option<bool>, count: u32) -> Result<Vec<Comment>> {
    store::overview::newest(conn, scope, sensitive, count)
}

/// The newest comments below one video, for whoever may see it. None where comments are disabled.
///
/// # Errors
/// A failure of the database.
pub fn newest_below(conn: &Connection, video: &Video, count: u32) -> Result<Vec<Comment>> {
    if Policy::of(video) == Policy::Disabled {
        return Ok(Vec::new());
    }
    store::overview::newest_below(conn, video.id, count)
}
