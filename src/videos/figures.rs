//! How many videos there are, how often they were watched, how large they are.

use super::store;
use crate::error::Result;
use rusqlite::Connection;

/// Sums over all videos that live here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Videos of any privacy and state.
    pub videos: u64,
    /// Times they were watched.
    pub views: u64,
    /// Bytes of their renditions.
    pub bytes: u64,
}

/// Counts for the page of figures.
pub fn figures(conn: &Connection) -> Result<Figures> {
    store::figures::figures(conn)
}
