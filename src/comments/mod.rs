//! What people say about a subject: a video, later events and posts. A comment begins a thread or answers one; whoever looks
//! after the subject may hold, pin and remove.

mod mentions;
mod overview;
mod store;
mod thread;

pub use overview::{Filter, Scope, list, newest, newest_below};
pub use thread::{Node, Order, Seen, Threads, replies, seen, thread, threads, way_to};

use crate::{
    accounts::{self, Trust},
    clock::Timestamp,
    error::{Error, InvalidField, Kind, Location, Result},
    groups::{self, Deed},
    jobs::{self, Happening, Job},
    videos::{self, Video, Viewer},
};
use rusqlite::{Connection, Transaction};
use std::collections::{BTreeSet, HashMap};

/// What a comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A video, by its number.
    Video(i64),
}

/// Who may comment a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Everybody who may see the subject.
    Open = 1,
    /// Nobody, and what was said is not shown.
    Disabled = 2,
    /// Everybody; others see it when those who look after the subject agree.
    Approval = 3,
}

impl Policy {
    /// From PeerTube's number; what is none lets nobody.
    pub fn from_id(id: i64) -> Self {
        match id {
            1 => Self::Open,
            3 => Self::Approval,
            _ => Self::Disabled,
        }
    }

    /// That of a video.
    pub fn of(video: &Video) -> Self {
        Self::from_id(video.comments_policy)
    }
}

/// Who sees a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Everybody who may see the subject.
    Shown = 1,
    /// Its author, and those who look after the subject.
    Held = 2,
    /// Its text is gone; that there was something is shown because of what answers it.
    Emptied = 3,
    /// Nobody.
    Gone = 4,
}

/// Whose act a removal was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovedBy {
    /// Its author's.
    Author = 1,
    /// That of those who look after the subject.
    Group = 2,
    /// That of those who look after the instance.
    Staff = 3,
}

/// That a comment is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// Since when.
    pub at: Timestamp,
    /// By whom.
    pub by: RemovedBy,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number here.
    pub id: i64,
    /// What it is about.
    pub subject: Subject,
    /// The comment that began the thread; `None` when it is this one.
    pub thread: Option<i64>,
    /// What it answers.
    pub reply_to: Option<i64>,
    /// Host of another server; `None` when it was written here.
    pub origin: Option<String>,
    /// Who wrote it; `None` when it is removed.
    pub account: Option<i64>,
    /// Markdown; empty when it is removed.
    pub text: String,
    /// Who sees it.
    pub state: State,
    /// Stands above the others.
    pub pinned: bool,
    /// Of the first of a thread: shown comments below it.
    pub replies: u64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
    /// When its author last changed the text.
    pub edited_at: Option<Timestamp>,
    /// When it was removed, and by whom.
    pub removed: Option<Removal>,
    /// How many answers lead to it.
    depth: u32,
}

/// What somebody has to say.
#[derive(Debug, Clone, Default)]
pub struct NewComment {
    /// Markdown.
    pub text: String,
    /// The comment that it answers.
    pub reply_to: Option<i64>,
    /// Host of another server, when it was written there.
    pub origin: Option<String>,
    /// What a stranger says waits until so many comments of his or hers were shown; 0: it does not.
    pub first_wait: u32,
}

/// Characters of a comment.
pub const TEXT_LONGEST: usize = 10_000;
/// Answers to answers: deeper ones stand beside what they answer, so that nothing recurses without end.
const DEEPEST: u32 = 50;

/// Puts down what somebody says about a video that he or she may see. `host` is that of this instance, for `@name@host`.
///
/// # Errors
/// 400 for a text that is none, or an answer to a comment of something else; 401 without an account; 404 for an answer to
/// what is not there; 409 where comments are disabled, and for an answer to what is still held.
pub fn write(
    tx: &Transaction<'_>,
    now: Timestamp,
    author: &Viewer,
    video: &Video,
    new: &NewComment,
    host: &str,
) -> Result<Comment> {
    let account = signed_in(author)?;
    let text = check_text(&new.text)?;
    check_open(video)?;
    let parent = match new.reply_to {
        Some(id) => Some(find(tx, video, id)?).filter(|parent| parent.state != State::Gone),
        None => None,
    };
    if new.reply_to.is_some() && parent.is_none() {
        return Err(not_found());
    }
    if parent.as_ref().is_some_and(|parent| parent.state == State::Held) {
        return Err(Error::conflict(
            "This comment waits for approval. It can be answered once it is approved.",
        ));
    }
    let row = store::NewRow {
        video: video.id,
        group: video.group,
        thread: parent.as_ref().map(|parent| parent.thread.unwrap_or(parent.id)),
        // Beside the other, where the way is long already.
        reply_to: parent.as_ref().map(|parent| match parent.reply_to {
            Some(above) if parent.depth >= DEEPEST => above,
            _ => parent.id,
        }),
        depth: parent.as_ref().map_or(0, |parent| (parent.depth + 1).min(DEEPEST)),
        origin: new.origin.as_deref(),
        account,
        text,
        held: is_held(tx, video, author)? || is_first(tx, video, author, new.first_wait, None)?,
    };
    let id = store::insert(tx, now, &row)?;
    store::set_mentions(tx, id, &mentions::accounts(tx, text, host)?)?;
    videos::commented(tx, video.id)?;
    tell(tx, now, id)?;
    by_id(tx, id)
}

/// Has those told whom a comment concerns; nobody is told of one twice.
fn tell(tx: &Transaction<'_>, now: Timestamp, comment: i64) -> Result<()> {
    jobs::enqueue(tx, now, &Job::Notify { happening: Happening::Commented { comment } }).map(drop)
}

/// Changes the text of one's own comment; what it answers stays. Where comments are held for approval it is held again, and so
/// are the first ones of a stranger.
///
/// # Errors
/// As [`write`]; 403 for others than its author; 409 when it is removed.
pub fn edit(
    tx: &Transaction<'_>,
    now: Timestamp,
    author: &Viewer,
    video: &Video,
    id: i64,
    new: &NewComment,
    host: &str,
) -> Result<Comment> {
    let account = signed_in(author)?;
    let text = check_text(&new.text)?;
    let comment = find(tx, video, id)?;
    check_there(&comment)?;
    if comment.account != Some(account) {
        return Err(Error::forbidden("Cannot change video comment of another user"));
    }
    check_open(video)?;
    if text != comment.text {
        let waits = is_held(tx, video, author)? || is_first(tx, video, author, new.first_wait, Some(id))?;
        let state = if waits { State::Held } else { comment.state };
        store::set_text(tx, now, id, text, state)?;
        store::set_mentions(tx, id, &mentions::accounts(tx, text, host)?)?;
        videos::commented(tx, video.id)?;
        tell(tx, now, id)?;
    }
    by_id(tx, id)
}

/// Shows a held comment to everybody. Does nothing when somebody else did before.
///
/// # Errors
/// 403 for others than those who look after the video; 404; 409 when it is removed.
pub fn approve(tx: &Transaction<'_>, now: Timestamp, viewer: &Viewer, video: &Video, id: i64) -> Result<()> {
    let comment = find(tx, video, id)?;
    if !manages(tx, video, viewer)? {
        return Err(Error::forbidden("Cannot approve video comment of another user"));
    }
    check_there(&comment)?;
    if comment.state == State::Held {
        store::set_state(tx, now, id, State::Shown)?;
        videos::commented(tx, video.id)?;
        tell(tx, now, id)?;
    }
    Ok(())
}

/// Puts the first comment of a thread above all others of its video, in the place of another; or takes it down.
///
/// # Errors
/// 403 for others than those who look after the video; 404; 409 for what is removed, held or an answer.
pub fn pin(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    video: &Video,
    id: i64,
    pinned: bool,
) -> Result<()> {
    let comment = find(tx, video, id)?;
    if !manages(tx, video, viewer)? {
        return Err(Error::forbidden("Cannot pin comments below a video of another user"));
    }
    if !pinned {
        return store::set_pinned(tx, now, id, false);
    }
    check_there(&comment)?;
    if comment.reply_to.is_some() || comment.state == State::Held {
        return Err(Error::conflict(
            "Only a comment that everybody sees and that answers no other can be pinned.",
        ));
    }
    if let Some(before) = store::pinned(tx, video.id)? {
        store::set_pinned(tx, now, before, false)?;
    }
    store::set_pinned(tx, now, id, true)
}

/// Removes a comment: its text goes; that there was one is shown as long as something answers it. Tells who wrote it, and
/// whose act this is.
///
/// # Errors
/// 403 for others than its author and those who look after the video; 404; 409 when it is removed already.
pub fn remove(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    video: &Video,
    id: i64,
) -> Result<(Option<i64>, RemovedBy)> {
    let account = signed_in(viewer)?;
    let comment = find(tx, video, id)?;
    check_there(&comment)?;
    let by = if comment.account == Some(account) {
        RemovedBy::Author
    } else if videos::may_manage(tx, video, &Viewer { moderates: false, ..*viewer }).is_ok() {
        RemovedBy::Group
    } else if viewer.moderates {
        RemovedBy::Staff
    } else {
        return Err(Error::forbidden("Cannot remove video comment of another user"));
    };
    store::remove(tx, now, id, by)?;
    videos::commented(tx, video.id)?;
    Ok((comment.account, by))
}

/// Comments of an account that are removed in one transaction: others write in between.
const PIECE: u32 = 500;

/// Removes some of what an account said, below the videos of some groups or everywhere; whether there is more of it.
pub fn remove_of_account(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    groups: Option<&[i64]>,
    by: RemovedBy,
) -> Result<bool> {
    let mut below = BTreeSet::new();
    let some = store::of_account(tx, account, groups, PIECE)?;
    let more = some.len() == PIECE as usize;
    for (id, video) in some {
        store::remove(tx, now, id, by)?;
        below.insert(video);
    }
    below.into_iter().try_for_each(|video| videos::commented(tx, video))?;
    Ok(more)
}

/// The videos that some comments are about, each once.
pub fn videos_of(comments: &[Comment]) -> Vec<i64> {
    let ids: BTreeSet<i64> = comments.iter().map(|Comment { subject: Subject::Video(id), .. }| *id).collect();
    ids.into_iter().collect()
}

/// How many comments of an account are not removed.
pub fn count_of_account(conn: &Connection, account: i64) -> Result<u64> {
    store::count_of_account(conn, account)
}

/// How many comments are shown in all, and how many of them were written here.
pub fn figures(conn: &Connection) -> Result<(u64, u64)> {
    store::figures(conn)
}

/// The accounts that each of some comments speaks to.
pub fn mentions(conn: &Connection, comments: &[i64]) -> Result<HashMap<i64, Vec<i64>>> {
    store::mentions(conn, comments)
}

/// One comment by its number, whatever became of it.
///
/// # Errors
/// 404.
pub fn by_id(conn: &Connection, id: i64) -> Result<Comment> {
    store::find(conn, id)?.ok_or_else(not_found)
}

/// A comment below a video, whatever its state.
///
/// # Errors
/// 404; 400 when it is below another.
pub fn of_video(conn: &Connection, video: &Video, id: i64) -> Result<Comment> {
    find(conn, video, id)
}

/// Comments below a video that everybody sees, oldest first, by number; how many there are. None where they are disabled.
pub fn shown(conn: &Connection, video: &Video, start: u32, count: u32) -> Result<(u64, Vec<i64>)> {
    if Policy::of(video) == Policy::Disabled {
        return Ok((0, Vec::new()));
    }
    Ok((video.comments.max(0).unsigned_abs(), store::shown(conn, video.id, start, count)?))
}

/// A comment below a video.
fn find(conn: &Connection, video: &Video, id: i64) -> Result<Comment> {
    let comment = by_id(conn, id)?;
    if comment.subject != Subject::Video(video.id) {
        return Err(Error::coded(
            Kind::Bad,
            "comment_not_associated_to_video",
            "Video comment is not associated to this video.",
        ));
    }
    Ok(comment)
}

fn not_found() -> Error {
    Error::not_found("Video comment thread")
}

fn signed_in(viewer: &Viewer) -> Result<i64> {
    viewer.account.ok_or_else(|| Error::refused(Kind::Unauthenticated, "Not authenticated"))
}

/// Whether somebody looks after the comments of a video.
fn manages(conn: &Connection, video: &Video, viewer: &Viewer) -> Result<bool> {
    match videos::may_manage(conn, video, viewer) {
        Ok(_) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether what somebody says waits for approval.
fn is_held(conn: &Connection, video: &Video, author: &Viewer) -> Result<bool> {
    Ok(Policy::of(video) == Policy::Approval && !manages(conn, video, author)?)
}

/// Whether somebody whom nobody knows has said too little here, beside this comment, for it to be shown at once. In groups that one
/// belongs to one is known; what one said there makes one known nowhere else, since anybody can make a group.
fn is_first(
    conn: &Connection,
    video: &Video,
    author: &Viewer,
    most: u32,
    comment: Option<i64>,
) -> Result<bool> {
    let Some(account) = author.account.filter(|_| most > 0) else { return Ok(false) };
    let stranger = accounts::find_login(conn, account)?.trust == Trust::Stranger;
    Ok(stranger
        && !groups::may(conn, video.group, account, author.moderates, Deed::SeePeople)?
        && store::shown_elsewhere(conn, account, comment, most)? < most)
}

fn check_open(video: &Video) -> Result<()> {
    if Policy::of(video) == Policy::Disabled {
        return Err(Error::conflict("Video comments are disabled for this video."));
    }
    Ok(())
}

fn check_there(comment: &Comment) -> Result<()> {
    if comment.removed.is_some() {
        return Err(Error::conflict("This comment is already deleted"));
    }
    Ok(())
}

/// The text without the space around it.
fn check_text(text: &str) -> Result<&str> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.chars().count() > TEXT_LONGEST {
        return Err(Error::Invalid(vec![InvalidField {
            field: "text".into(),
            rule: "Invalid value".into(),
            location: Location::Body,
            value: trimmed.is_empty().then(|| text.chars().take(20).collect::<String>().into()),
        }]));
    }
    Ok(trimmed)
}
