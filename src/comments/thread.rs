//! Threads below a video, as somebody sees them: pages of first comments, and what answers them.

use super::{Comment, DEEPEST, Policy, State, by_id, find, manages, not_found, store};
use crate::{
    error::{Error, Kind, Result},
    moderation::mutes::{self, Muting},
    videos::{self, Video, Viewer},
};
use rusqlite::Connection;

/// In which order threads come. A pinned one is before all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Those that were begun last.
    #[default]
    Newest,
    /// Those that were begun first.
    Oldest,
    /// Those with most answers.
    Busiest,
    /// Those with fewest answers.
    Quietest,
}

/// A comment with what is counted of its thread, for the one who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The comment.
    pub comment: Comment,
    /// Of the first of a thread: comments below it.
    pub replies: u64,
    /// Of them, those of the one who sent the video.
    pub replies_of_author: u64,
}

/// A page of threads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Threads {
    /// How many threads there are.
    pub total: u64,
    /// How many comments there are in all.
    pub comments: u64,
    /// The first of each.
    pub page: Vec<Seen>,
}

/// A comment with what answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The comment.
    pub seen: Seen,
    /// Answers to it, oldest first; not all of them where there are many.
    pub children: Vec<Node>,
    /// How many answers there are.
    pub total_children: u64,
}

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    pub account: Option<i64>,
    /// Sees what is held.
    pub manages: bool,
    /// Whom the one who looks does not hear.
    pub muting: Muting,
}

/// Comments of one answer; a thread with no more is told whole.
const MOST: usize = 200;
/// Where there are more: answers to one comment, and levels (PeerTube 8.3's).
const WIDTH: u32 = 10;
/// See [`WIDTH`].
const LEVELS: u32 = 5;

fn sight(conn: &Connection, video: &Video, viewer: &Viewer) -> Result<Sight> {
    let manages = viewer.account.is_some() && manages(conn, video, viewer)?;
    let muting = mutes::muting(conn, viewer.account)?;
    Ok(Sight { account: viewer.account, manages, muting })
}

/// A page of the threads of a video. None where comments are disabled.
///
/// # Errors
/// A failure of the database.
pub fn threads(
    conn: &Connection,
    viewer: &Viewer,
    video: &Video,
    order: Order,
    start: u32,
    count: u32,
) -> Result<Threads> {
    if Policy::of(video) == Policy::Disabled {
        return Ok(Threads::default());
    }
    let sight = sight(conn, video, viewer)?;
    let mut pinned = match store::pinned(conn, video.id)? {
        Some(id) => Some(by_id(conn, id)?),
        None => None,
    };
    if let Some(comment) = &pinned
        && !sees(conn, &sight, comment)?
    {
        pinned = None;
    }
    let but = pinned.as_ref().map(|pinned| pinned.id);
    // The pinned one has the first place, whatever the order.
    let (mut first, mut rest) = (Vec::new(), (start, count));
    if let Some(pinned) = pinned {
        if start > 0 {
            rest = (start - 1, count);
        } else if count > 0 {
            first.push(pinned);
            rest = (0, count - 1);
        }
    }
    first.extend(store::thread::first(conn, video.id, &sight, order, but, rest)?);
    Ok(Threads {
        total: store::thread::count_first(conn, video.id, &sight)?,
        comments: store::thread::count_all(conn, video.id, &sight)?,
        page: counted(conn, video, &sight, first)?,
    })
}

/// A thread by its first comment. It is whole while it is not long; else the oldest answers to each comment, to be
/// continued by [`replies`].
///
/// # Errors
/// 404 for what the one who looks does not see; 400 for a comment of another video and for an answer.
pub fn thread(conn: &Connection, viewer: &Viewer, video: &Video, id: i64) -> Result<Node> {
    let (sight, first) = visible(conn, viewer, video, id)?;
    if first.reply_to.is_some() {
        return Err(Error::refused(Kind::Bad, "Video comment is not a thread."));
    }
    let whole = first.replies < MOST as u64;
    let (width, levels) = if whole { (MOST as u32, DEEPEST + 1) } else { (WIDTH, LEVELS) };
    let nodes = grow(conn, video, &sight, vec![first], width, levels)?;
    nodes.into_iter().next().ok_or_else(not_found)
}

/// Answers to a comment, oldest first, each with some of what answers it; and how many there are.
///
/// # Errors
/// As [`thread`], but for answers.
pub fn replies(
    conn: &Connection,
    viewer: &Viewer,
    video: &Video,
    id: i64,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Node>)> {
    let (sight, _) = visible(conn, viewer, video, id)?;
    let page = store::thread::below(conn, id, &sight, (start, count))?;
    let total = store::thread::count_below(conn, id, &sight)?;
    Ok((total, grow(conn, video, &sight, page, WIDTH, LEVELS)?))
}

/// A comment at the end of the way from the first of its thread: of what is beside the way nothing is told but how much
/// there is. For links to one comment.
///
/// # Errors
/// As [`thread`], but for answers.
pub fn way_to(conn: &Connection, viewer: &Viewer, video: &Video, id: i64) -> Result<Node> {
    let (sight, last) = visible(conn, viewer, video, id)?;
    let mut above = last.reply_to;
    let mut nodes = grow(conn, video, &sight, vec![last], WIDTH, LEVELS)?;
    while let Some(id) = above {
        let (_, comment) = visible(conn, viewer, video, id)?;
        above = comment.reply_to;
        let total_children = store::thread::count_below(conn, comment.id, &sight)?;
        let seen = counted(conn, video, &sight, vec![comment])?;
        let seen = seen.into_iter().next().ok_or_else(not_found)?;
        nodes = vec![Node { seen, children: nodes, total_children }];
    }
    nodes.into_iter().next().ok_or_else(not_found)
}

/// A comment that somebody sees.
///
/// # Errors
/// 404 for what the one who looks does not see; 400 for a comment of another video.
pub fn seen(conn: &Connection, viewer: &Viewer, video: &Video, id: i64) -> Result<Comment> {
    let (_, comment) = visible(conn, viewer, video, id)?;
    if comment.removed.is_some() {
        return Err(not_found());
    }
    Ok(comment)
}

/// A comment that the one who looks sees.
fn visible(conn: &Connection, viewer: &Viewer, video: &Video, id: i64) -> Result<(Sight, Comment)> {
    let sight = sight(conn, video, viewer)?;
    let comment = find(conn, video, id)?;
    if !sees(conn, &sight, &comment)? || Policy::of(video) == Policy::Disabled {
        return Err(not_found());
    }
    Ok((sight, comment))
}

fn sees(conn: &Connection, sight: &Sight, comment: &Comment) -> Result<bool> {
    let seen = match comment.state {
        State::Shown | State::Emptied => true,
        State::Held => sight.manages || (comment.account.is_some() && comment.account == sight.account),
        State::Gone => false,
    };
    Ok(seen && mutes::hears(conn, sight.account, comment.account, comment.origin.as_deref())?)
}

fn counted(conn: &Connection, video: &Video, sight: &Sight, comments: Vec<Comment>) -> Result<Vec<Seen>> {
    let author = videos::author(conn, video)?;
    store::thread::counted(conn, video.id, author, sight, comments)
}

/// Comments with what is below them, level by level: so many levels, at most `width` answers to one comment, and at most
/// [`MOST`] comments in all.
fn grow(
    conn: &Connection,
    video: &Video,
    sight: &Sight,
    roots: Vec<Comment>,
    width: u32,
    levels: u32,
) -> Result<Vec<Node>> {
    struct Grown {
        comment: Comment,
        parent: Option<usize>,
        level: u32,
        total: u64,
    }
    let mut all: Vec<Grown> =
        roots.into_iter().map(|comment| Grown { comment, parent: None, level: 0, total: 0 }).collect();
    let mut at = 0;
    while at < all.len() {
        let (id, level) = (all[at].comment.id, all[at].level);
        let room = MOST.saturating_sub(all.len()) as u32;
        let wanted = if level < levels { width.min(room) } else { 0 };
        let below = store::thread::below(conn, id, sight, (0, wanted))?;
        let told = below.len() as u64;
        all[at].total =
            if told < u64::from(wanted) { told } else { store::thread::count_below(conn, id, sight)? };
        all.extend(below.into_iter().map(|comment| Grown {
            comment,
            parent: Some(at),
            level: level + 1,
            total: 0,
        }));
        at += 1;
    }
    let (ways, comments): (Vec<_>, Vec<_>) =
        all.into_iter().map(|grown| ((grown.parent, grown.total), grown.comment)).unzip();
    let mut nodes: Vec<Option<Node>> = counted(conn, video, sight, comments)?
        .into_iter()
        .zip(&ways)
        .map(|(seen, (_, total_children))| {
            Some(Node { seen, children: Vec::new(), total_children: *total_children })
        })
        .collect();
    // From the last: what is below a comment comes behind it.
    for at in (0..nodes.len()).rev() {
        let Some(parent) = ways[at].0 else { continue };
        if let Some(mut node) = nodes[at].take()
            && let Some(parent) = nodes[parent].as_mut()
        {
            node.children.reverse();
            parent.children.push(node);
        }
    }
    let finished = |mut node: Node| {
        node.children.reverse();
        node
    };
    Ok(nodes.into_iter().flatten().map(finished).collect())
}
