//! Videos that moderators hide: only those who look after them see them, until somebody shows them again. Where new videos wait
//! for a moderator they are hidden from the beginning.

use super::{
    check_text,
    log::{self, About, Action},
    store,
};
use crate::{
    accounts::{self, Trust},
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Happening, Job},
    videos::{self, Video},
};
use rusqlite::{Connection, Transaction};

/// Why a video is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody hid it.
    Manual = 1,
    /// It waits for a moderator who looks at it.
    Review = 2,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 2] = [Self::Manual, Self::Review];

    /// From PeerTube's number.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == id)
    }
}

/// Why a video waits, in PeerTube's words for its clients.
const WAITS: &str = "Auto-blacklisted. Moderator review required.";

/// That a video is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its number.
    pub id: i64,
    /// The video.
    pub video: i64,
    /// Why.
    pub kind: Kind,
    /// What its makers and the moderators read.
    pub reason: Option<String>,
    /// Whether others are told that the video is gone.
    pub unfederated: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// When the reason last changed.
    pub updated_at: Timestamp,
}

/// In which order hidden videos come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// When they were hidden.
    #[default]
    CreatedAt,
    /// Title.
    Name,
    /// Length.
    Duration,
    /// Times watched.
    Views,
    /// People who like them.
    Likes,
    /// People who do not.
    Dislikes,
}

/// Which hidden videos to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that are hidden for this.
    pub kind: Option<Kind>,
    /// Part of the title.
    pub search: Option<String>,
    /// In what order.
    pub sort: Sort,
    /// Smallest or oldest first.
    pub ascending: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

impl Block {
    /// Whether it waits for a moderator who looks at it.
    pub fn waits(&self) -> bool {
        self.kind == Kind::Review
    }

    /// What its makers and the moderators are told.
    pub fn told_reason(&self) -> Option<&str> {
        self.reason.as_deref().or_else(|| self.waits().then_some(WAITS))
    }
}

/// Has a video that is new, or has another film, wait for a moderator where that is `wanted`. Those who look after the instance
/// and those who are trusted do not wait; a sender who is gone is not trusted. Whether it begins to wait.
pub fn review(
    tx: &Transaction<'_>,
    now: Timestamp,
    sender: Option<i64>,
    video: &Video,
    wanted: bool,
) -> Result<bool> {
    if !wanted || of_video(tx, video.id)?.is_some() {
        return Ok(false);
    }
    if let Some(sender) = sender {
        let login = accounts::find_login(tx, sender)?;
        if login.role.is_staff() || login.trust == Trust::Trusted {
            return Ok(false);
        }
    }
    store::blocks::insert(tx, now, video.id, Kind::Review, None, true)?;
    videos::block(tx, now, video)?;
    jobs::enqueue(tx, now, &Job::Notify { happening: Happening::VideoHeld { video: video.id } })?;
    Ok(true)
}

/// Hides a video, or goes on hiding one that waits. Whoever does it must look after the instance; the edge asks.
///
/// # Errors
/// 409 when it is hidden already; 400 for a reason that is too long.
pub fn block(
    tx: &Transaction<'_>,
    now: Timestamp,
    actor: i64,
    video: &Video,
    reason: Option<&str>,
    unfederated: bool,
) -> Result<()> {
    let reason = checked(reason)?;
    match of_video(tx, video.id)? {
        None => {
            store::blocks::insert(tx, now, video.id, Kind::Manual, reason, unfederated)?;
            videos::block(tx, now, video)?;
        }
        Some(before) if before.waits() => store::blocks::refuse(tx, now, video.id, reason)?,
        Some(_) => {
            return Err(Error::conflict("This video is hidden already. You can change the reason instead."));
        }
    }
    let about = About {
        account: Some(videos::author(tx, video)?),
        video: Some(video.uuid),
        detail: Some(video.name.clone()),
        ..About::default()
    };
    log::write(tx, now, actor, Action::VideoBlocked, &about)?;
    tell(tx, now, video.id, true)
}

/// Has the author told.
fn tell(tx: &Transaction<'_>, now: Timestamp, video: i64, hidden: bool) -> Result<()> {
    let happening = Happening::VideoHidden { video, hidden };
    jobs::enqueue(tx, now, &Job::Notify { happening }).map(drop)
}

/// Changes the reason for which a video is hidden.
///
/// # Errors
/// 404 when it is not hidden; 400 for a reason that is too long.
pub fn set_reason(tx: &Transaction<'_>, now: Timestamp, video: &Video, reason: Option<&str>) -> Result<()> {
    of_video(tx, video.id)?.ok_or_else(not_blocked)?;
    store::blocks::set_reason(tx, now, video.id, checked(reason)?)
}

/// Shows a video again.
///
/// # Errors
/// 404 when it is not hidden.
pub fn unblock(tx: &Transaction<'_>, now: Timestamp, actor: i64, video: &Video) -> Result<()> {
    let before = of_video(tx, video.id)?.ok_or_else(not_blocked)?;
    store::blocks::remove(tx, video.id)?;
    let is_new = videos::unblock(tx, now, video)?;
    let about = About {
        account: Some(videos::author(tx, video)?),
        video: Some(video.uuid),
        detail: Some(video.name.clone()),
        ..About::default()
    };
    let action = if before.waits() { Action::VideoAccepted } else { Action::VideoUnblocked };
    log::write(tx, now, actor, action, &about)?;
    // Of what is new people are told as of any other new video.
    if is_new && before.waits() { Ok(()) } else { tell(tx, now, video.id, false) }
}

/// Why a video is hidden, when it is.
pub fn of_video(conn: &Connection, video: i64) -> Result<Option<Block>> {
    store::blocks::find(conn, video)
}

/// Hidden videos, and how many there are.
///
/// # Errors
/// A failure of the database.
pub fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Block>)> {
    store::blocks::list(conn, filter)
}

/// A reason, which may be none.
fn checked(reason: Option<&str>) -> Result<Option<&str>> {
    reason.filter(|text| !text.trim().is_empty()).map(|text| check_text("reason", text, 2)).transpose()
}

fn not_blocked() -> Error {
    Error::not_found("Blocked video")
}
