//! Comments in JSON, as PeerTube 8.1 writes them, with trees as 8.3 cuts them.

use super::shapes::{AccountJson, Actors, Summary};
use crate::{
    clock::Timestamp,
    comments::{self, Comment, Node, RemovedBy, Seen, State, Subject},
    error::{Error, Result},
    urls::Urls,
    videos::{self, Video},
};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// What a comment has wherever it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Common {
    id: i64,
    url: String,
    /// Markdown; empty when the comment was removed.
    text: String,
    /// The first comment of the thread.
    thread_id: i64,
    #[schema(required)]
    in_reply_to_comment_id: Option<i64>,
    video_id: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    held_for_review: bool,
    /// Ours: when its author last changed the text.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    edited_at: Option<Timestamp>,
    /// Ours: stands above the others of its video.
    pinned: bool,
}

/// A comment below a video.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoComment)]
pub struct CommentJson {
    #[serde(flatten)]
    common: Common,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    deleted_at: Option<Timestamp>,
    is_deleted: bool,
    total_replies_from_video_author: u64,
    total_replies: u64,
    /// Who wrote it; null when the comment was removed.
    #[schema(required)]
    account: Option<AccountJson>,
    /// Ours: whose act the removal was.
    #[schema(required)]
    removed_by: Option<RemovedByJson>,
    /// Ours: the accounts that the text speaks to.
    mentions: Vec<Mention>,
}

/// Whose act a removal was.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CommentRemovedBy)]
enum RemovedByJson {
    Author,
    Group,
    Staff,
}

/// An account that a text speaks to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CommentMention)]
struct Mention {
    name: String,
    host: String,
}

/// A comment with what answers it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoCommentThreadTree)]
pub struct TreeJson {
    comment: CommentJson,
    /// Oldest first; where there are many, not all of them (`/videos/{id}/comments/{commentId}/replies` has the others).
    #[schema(no_recursion)]
    children: Vec<TreeJson>,
    total_children: u64,
}

/// A comment in the lists of those who look after comments.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoCommentForAdminOrUser)]
pub struct ListedComment {
    #[serde(flatten)]
    common: Common,
    /// Tags that comments get by themselves, of which there are none.
    automatic_tags: Vec<String>,
    video: CommentedVideo,
    account: AccountJson,
}

/// The video of a comment.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CommentedVideo {
    id: i64,
    uuid: String,
    /// Ours: name in addresses.
    #[serde(rename = "shortUUID")]
    short_uuid: String,
    name: String,
    channel: Summary,
}

fn common(urls: &Urls, video: &Video, comment: &Comment) -> Common {
    Common {
        id: comment.id,
        url: urls.comment(video.uuid, comment.id),
        text: comment.text.clone(),
        thread_id: comment.thread.unwrap_or(comment.id),
        in_reply_to_comment_id: comment.reply_to,
        video_id: video.id,
        created_at: comment.created_at,
        updated_at: comment.updated_at,
        held_for_review: comment.state == State::Held,
        edited_at: comment.edited_at,
        pinned: comment.pinned,
    }
}

/// What the comments of one answer share, loaded together.
struct Loaded<'a> {
    urls: &'a Urls,
    video: &'a Video,
    actors: Actors<'a>,
    mentions: HashMap<i64, Vec<i64>>,
}

impl<'a> Loaded<'a> {
    fn new(conn: &Connection, urls: &'a Urls, video: &'a Video, comments: &[&Comment]) -> Result<Self> {
        let ids: Vec<i64> = comments.iter().map(|comment| comment.id).collect();
        let mentions = comments::mentions(conn, &ids)?;
        let mut accounts: Vec<i64> = comments.iter().filter_map(|comment| comment.account).collect();
        accounts.extend(mentions.values().flatten());
        accounts.sort_unstable();
        accounts.dedup();
        Ok(Self { urls, video, actors: Actors::load(conn, urls, &accounts, &[])?, mentions })
    }

    fn comment(&self, seen: &Seen) -> CommentJson {
        let comment = &seen.comment;
        let mentions = self.mentions.get(&comment.id).map(Vec::as_slice).unwrap_or_default();
        CommentJson {
            common: common(self.urls, self.video, comment),
            deleted_at: comment.removed.map(|removal| removal.at),
            is_deleted: comment.removed.is_some(),
            total_replies_from_video_author: seen.replies_of_author,
            total_replies: seen.replies,
            account: comment.account.and_then(|account| self.actors.account(account)),
            removed_by: comment.removed.map(|removal| match removal.by {
                RemovedBy::Author => RemovedByJson::Author,
                RemovedBy::Group => RemovedByJson::Group,
                RemovedBy::Staff => RemovedByJson::Staff,
            }),
            mentions: mentions
                .iter()
                .filter_map(|account| self.actors.handle_of(*account))
                .map(|(name, host)| Mention { name, host })
                .collect(),
        }
    }

    fn tree(&self, node: &Node) -> TreeJson {
        TreeJson {
            comment: self.comment(&node.seen),
            children: node.children.iter().map(|child| self.tree(child)).collect(),
            total_children: node.total_children,
        }
    }
}

/// Comments below one video.
pub fn comments(conn: &Connection, urls: &Urls, video: &Video, found: &[Seen]) -> Result<Vec<CommentJson>> {
    let all: Vec<&Comment> = found.iter().map(|seen| &seen.comment).collect();
    let loaded = Loaded::new(conn, urls, video, &all)?;
    Ok(found.iter().map(|seen| loaded.comment(seen)).collect())
}

/// One comment below a video.
pub fn one(conn: &Connection, urls: &Urls, video: &Video, comment: Comment) -> Result<CommentJson> {
    let seen = Seen { replies: comment.replies, replies_of_author: 0, comment };
    let loaded = Loaded::new(conn, urls, video, &[&seen.comment])?;
    Ok(loaded.comment(&seen))
}

/// Trees below one video.
pub fn trees(conn: &Connection, urls: &Urls, video: &Video, nodes: &[Node]) -> Result<Vec<TreeJson>> {
    let mut all = Vec::new();
    let mut open: Vec<&Node> = nodes.iter().collect();
    while let Some(node) = open.pop() {
        all.push(&node.seen.comment);
        open.extend(&node.children);
    }
    let loaded = Loaded::new(conn, urls, video, &all)?;
    Ok(nodes.iter().map(|node| loaded.tree(node)).collect())
}

/// Comments of many videos, none of them removed.
pub fn listed(conn: &Connection, urls: &Urls, found: &[Comment]) -> Result<Vec<ListedComment>> {
    let films = videos::find_many(conn, &comments::videos_of(found))?;
    let accounts: Vec<i64> = found.iter().filter_map(|comment| comment.account).collect();
    let groups: Vec<i64> = films.values().map(|video| video.group).collect();
    let actors = Actors::load(conn, urls, &accounts, &groups)?;
    let item = |comment: &Comment| {
        let missing = || Error::internal("a comment whose video, group or author is not there");
        let Subject::Video(id) = comment.subject;
        let video = films.get(&id).ok_or_else(missing)?;
        Ok(ListedComment {
            common: common(urls, video, comment),
            automatic_tags: Vec::new(),
            video: CommentedVideo {
                id: video.id,
                uuid: video.uuid.to_string(),
                short_uuid: crate::ids::short(video.uuid),
                name: video.name.clone(),
                channel: actors.group_summary(video.group).ok_or_else(missing)?,
            },
            account: comment.account.and_then(|account| actors.account(account)).ok_or_else(missing)?,
        })
    };
    found.iter().map(item).collect()
}
