//! Who did what in a group. Its administrators and the staff of the server read it; it holds the newest thousand.

use super::{Deed, Group, rights, store};
use crate::{accounts::Role, clock::Timestamp, error::Result};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = GroupAction)]
pub enum Action {
    /// The group was made.
    Made,
    /// Its name or texts were changed.
    Described,
    /// A picture of it was chosen or taken away; `detail` says which.
    Pictured,
    /// How people come in was changed; `detail` says to what.
    Opened,
    /// Somebody was invited; `detail` is the role.
    Invited,
    /// An invitation was withdrawn.
    Uninvited,
    /// Somebody accepted an invitation.
    Accepted,
    /// Somebody refused one.
    Refused,
    /// A link was made; `detail` is the role.
    LinkMade,
    /// A link was withdrawn.
    LinkEnded,
    /// Somebody came in by a link.
    Followed,
    /// Somebody came in by themselves.
    Joined,
    /// Somebody asked to come in.
    Asked,
    /// A request was taken back.
    Unasked,
    /// A request was granted.
    Admitted,
    /// A request was turned down.
    TurnedDown,
    /// Somebody got another role; `detail` is the new one.
    Roled,
    /// Somebody left.
    Left,
    /// Somebody was removed.
    Removed,
    /// It was handed over.
    HandedOver,
    /// It fell to somebody because its owner deleted the account.
    Inherited,
    /// A video was sent; `detail` is its title, as in all that follow.
    VideoSent,
    /// A video was changed.
    VideoChanged,
    /// A video was removed.
    VideoRemoved,
    /// A video was given to another group.
    VideoGiven,
    /// A video came from another group.
    VideoTaken,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number; larger is later.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// By whom; `None` when that account is gone.
    pub actor: Option<i64>,
    /// What.
    pub action: Action,
    /// To whom.
    pub subject: Option<i64>,
    /// The video that it is about, which may be gone.
    pub video: Option<Uuid>,
    /// A role, a title, the name of a picture.
    pub detail: Option<String>,
}

/// What is written down.
#[derive(Debug, Clone, Default)]
pub struct Note<'n> {
    /// To whom it was done.
    pub subject: Option<i64>,
    /// The video that it is about.
    pub video: Option<Uuid>,
    /// A role, a title, the name of a picture.
    pub detail: Option<&'n str>,
}

/// The same act on the same thing within this time is one entry.
const ONE_GO_SECONDS: i64 = 3600;

/// Writes down what somebody did in a group.
pub fn write(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    actor: i64,
    action: Action,
    note: &Note<'_>,
) -> Result<()> {
    let repeats = matches!(action, Action::Described | Action::Pictured | Action::VideoChanged);
    if repeats && let Some(last) = store::log::last(tx, group)? {
        let same = (last.actor, last.action, last.video) == (Some(actor), action, note.video);
        if same && last.at.plus_seconds(ONE_GO_SECONDS) > now {
            return store::log::again(tx, last.id, now, note.detail);
        }
    }
    store::log::insert(tx, now, group, actor, action, note)
}

/// A page of what was done in a group, newest first, and how much there is.
///
/// # Errors
/// 403 for those who may not read it.
pub fn list(
    conn: &Connection,
    acting: (i64, Role),
    group: &Group,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Entry>)> {
    rights::check(conn, group, acting, Deed::ReadLog)?;
    store::log::list(conn, group.id, start, count)
}
