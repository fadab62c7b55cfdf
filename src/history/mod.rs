//! What people with an account watched, and where they stopped: for themselves, and only while they want it.

mod store;

use crate::{
    accounts,
    clock::Timestamp,
    error::Result,
    groups, text,
    videos::{self, Video, views::Seen},
};
use rusqlite::{Connection, Transaction};
use std::collections::HashMap;

/// Videos that are remembered of one person; the longest ago is forgotten first.
pub const MOST: u32 = 5000;

/// Which part of what somebody watched.
#[derive(Debug, Clone, Default)]
pub struct HistoryFilter {
    /// Words in the titles, whatever their case and accents.
    pub search: Option<String>,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// What to forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forget {
    /// One video, by its number.
    One(i64),
    /// What was watched before this moment.
    Before(Timestamp),
    /// All.
    All,
}

/// Whether an account wants to be told where it stopped.
pub fn is_on(conn: &Connection, account: i64) -> Result<bool> {
    Ok(accounts::find_login(conn, account)?.preferences.videos_history_enabled)
}

/// Writes down where people stand.
pub fn write(tx: &Transaction<'_>, seen: &Seen) -> Result<()> {
    for ((account, video), place) in seen.places() {
        if store::put(tx, account, video, place)? {
            store::forget_beyond(tx, account, MOST)?;
        }
    }
    Ok(())
}

/// Where somebody stopped, in seconds, by video.
pub fn positions(conn: &Connection, account: i64, videos: &[i64]) -> Result<HashMap<i64, i64>> {
    store::positions(conn, account, videos)
}

/// How many videos are remembered of somebody.
pub fn count(conn: &Connection, account: i64) -> Result<u64> {
    store::count(conn, account)
}

/// The videos that somebody watched and may still see, the last one first, and how many there are.
pub fn page(conn: &Connection, account: i64, filter: &HistoryFilter) -> Result<(u64, Vec<Video>)> {
    let own: Vec<i64> = groups::of_publisher(conn, account)?.iter().map(|group| group.id).collect();
    let (start, count) = (filter.start as usize, filter.count as usize);
    let words = filter.search.as_deref().map(text::bare).unwrap_or_default();
    let mut total = 0;
    let mut ids = Vec::new();
    for (id, name) in store::watched(conn, account, &own)? {
        let name = if words.is_empty() { String::new() } else { text::bare(&name) };
        if !words.split_whitespace().all(|word| name.contains(word)) {
            continue;
        }
        if total >= start && ids.len() < count {
            ids.push(id);
        }
        total += 1;
    }
    let mut found = videos::find_many(conn, &ids)?;
    Ok((total as u64, ids.iter().filter_map(|id| found.remove(id)).collect()))
}

/// Forgets.
pub fn forget(tx: &Transaction<'_>, account: i64, what: Forget) -> Result<()> {
    match what {
        Forget::One(video) => store::forget_one(tx, account, video),
        Forget::Before(moment) => store::forget_before(tx, account, Some(moment)),
        Forget::All => store::forget_before(tx, account, None),
    }
}
