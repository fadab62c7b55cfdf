//! Those who publish in a group beside its owner, as PeerTube 8 knows them: its other administrators and moderators, and
//! who is invited to be one.

use super::{Deed, Group, rights, store};
use crate::{accounts::Role, clock::Timestamp, error::Result};
use rusqlite::Connection;

/// How far somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Invited, and has not answered.
    Invited,
    /// In the group.
    In,
    /// Has refused an invitation lately.
    Refused,
}

/// Somebody who publishes in a group, or is invited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collaborator {
    /// The account.
    pub account_id: i64,
    /// How far they are.
    pub standing: Standing,
    /// When they were invited; of those who are in, since when they are.
    pub created_at: Timestamp,
    /// When that last changed.
    pub updated_at: Timestamp,
}

/// A page of them, and how many there are: first those who are in, as members are listed, then the invited, newest first.
///
/// # Errors
/// 403 for those who do not publish in the group.
pub fn list(
    conn: &Connection,
    now: Timestamp,
    acting: (i64, Role),
    group: &Group,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Collaborator>)> {
    rights::check(conn, group, acting, Deed::EditVideos)?;
    store::collaborators::list(conn, now, group, start, count)
}
