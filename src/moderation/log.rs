//! Who did what to keep order. Moderators and administrators read it; it holds the newest ten thousand.

use super::store;
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModerationAction)]
pub enum Action {
    /// A report was accepted.
    ReportAccepted,
    /// A report was rejected.
    ReportRejected,
    /// A report was opened again.
    ReportReopened,
    /// A report was removed.
    ReportRemoved,
    /// A video was hidden; `detail` is its title.
    VideoBlocked,
    /// A video was shown again; `detail` is its title.
    VideoUnblocked,
    /// A video of somebody else was deleted; `detail` is its title.
    VideoRemoved,
    /// A video that waited for a moderator may be seen.
    VideoAccepted,
    /// A comment was removed; `detail` is the title of its video.
    CommentRemoved,
    /// All comments of an account were removed.
    CommentsRemoved,
    /// An account was blocked; `detail` is the reason.
    AccountBlocked,
    /// An account was let in again.
    AccountUnblocked,
    /// An account was deleted; `detail` is its handle.
    AccountRemoved,
    /// What an account says is shown to nobody.
    AccountMuted,
    /// It is shown again.
    AccountUnmuted,
    /// What comes from a server is shown to nobody; `detail` is its name.
    ServerMuted,
    /// It is shown again; `detail` is its name.
    ServerUnmuted,
    /// An account was warned; `detail` is the warning.
    AccountWarned,
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
    /// About what.
    pub about: About,
}

/// What an entry is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// To whom it was done.
    pub account: Option<i64>,
    /// The report, which may be gone.
    pub report: Option<i64>,
    /// The video, which may be gone.
    pub video: Option<Uuid>,
    /// A title, a name, a reason, a warning.
    pub detail: Option<String>,
}

/// Writes down what somebody did.
pub fn write(tx: &Transaction<'_>, now: Timestamp, actor: i64, action: Action, about: &About) -> Result<()> {
    store::log::insert(tx, now, actor, action, about)
}

/// A page of what was done, newest first, and how much there is.
///
/// # Errors
/// A failure of the database.
pub fn list(conn: &Connection, start: u32, count: u32) -> Result<(u64, Vec<Entry>)> {
    store::log::list(conn, start, count)
}
