//! What people think of videos. The figures of a video follow by themselves.

use super::{Video, store};
use crate::{clock::Timestamp, error::Result, groups};
use rusqlite::{Connection, Transaction};

/// What somebody thinks of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rating {
    /// Thumb up.
    Like,
    /// Thumb down.
    Dislike,
}

/// What an account thinks of a video that it may see; `None` takes back what it thought. Saying the same again changes
/// nothing, not even its place in the list of what one likes.
///
/// # Errors
/// A failure of the database.
pub fn rate(
    tx: &Transaction<'_>,
    video: &Video,
    account: i64,
    rating: Option<Rating>,
    now: Timestamp,
) -> Result<()> {
    if store::ratings::of(tx, video.id, account)? == rating {
        return Ok(());
    }
    store::ratings::remove(tx, video.id, account)?;
    if let Some(rating) = rating {
        store::ratings::add(tx, video.id, account, rating, now)?;
    }
    store::stirred(tx, video.id)
}

/// What an account thinks of a video.
///
/// # Errors
/// A failure of the database.
pub fn rating(conn: &Connection, video: i64, account: i64) -> Result<Option<Rating>> {
    store::ratings::of(conn, video, account)
}

/// What to read of what an account thinks.
#[derive(Debug, Clone, Copy)]
pub struct RatingFilter {
    /// Only likes, or only dislikes.
    pub rating: Option<Rating>,
    /// Newest first.
    pub newest: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// The videos that an account rated and may still see, and how many there are.
///
/// # Errors
/// A failure of the database.
pub fn rated(conn: &Connection, account: i64, filter: &RatingFilter) -> Result<(u64, Vec<(Video, Rating)>)> {
    let own: Vec<i64> = groups::of_publisher(conn, account)?.into_iter().map(|group| group.id).collect();
    store::ratings::page(conn, account, &own, filter)
}
