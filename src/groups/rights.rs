//! Who may do what for a group, in one place.

use super::{Group, MemberRole, find, store};
use crate::{
    accounts::{self, Role},
    error::Result,
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// What somebody wants to do for a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = GroupDeed)]
pub enum Deed {
    /// See all its people, also those whom its page does not name.
    SeePeople,
    /// Publish in its name, and take a video of another group in.
    Publish,
    /// Change and remove its videos, whoever sent them.
    EditVideos,
    /// Change its name, texts and pictures.
    Describe,
    /// Invite, let in, give roles, remove; choose how people come in.
    People,
    /// Read who did what in it.
    ReadLog,
    /// Hand it over, or remove it.
    Own,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::SeePeople,
        Self::Publish,
        Self::EditVideos,
        Self::Describe,
        Self::People,
        Self::ReadLog,
        Self::Own,
    ];
}

/// Whether an account may do something for a group. `staff` says that it looks after the whole server: that may
/// everything but speak in the name of a group that it does not belong to.
pub fn may(conn: &Connection, group: i64, account: i64, staff: bool, deed: Deed) -> Result<bool> {
    if staff && deed != Deed::Publish {
        return Ok(true);
    }
    let Some(role) = store::members::role_of(conn, group, account)? else { return Ok(false) };
    Ok(match deed {
        Deed::SeePeople => true,
        Deed::Publish | Deed::EditVideos => role <= MemberRole::Moderator,
        Deed::Describe | Deed::People | Deed::ReadLog => role == MemberRole::Administrator,
        Deed::Own => find(conn, group)?.owner_id == account,
    })
}

/// Refuses those who may not.
///
/// # Errors
/// 403.
pub fn check(conn: &Connection, group: &Group, (account, role): (i64, Role), deed: Deed) -> Result<()> {
    if may(conn, group.id, account, role.is_staff(), deed)? { Ok(()) } else { Err(accounts::not_yours()) }
}

/// Whether an account may publish in a group.
pub fn may_publish(conn: &Connection, group: i64, account: i64) -> Result<bool> {
    may(conn, group, account, false, Deed::Publish)
}
