//! Comments: threads, answers, approval, lists and feeds.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};

pub const SOURCE: &str = include_str!("comments.rs");

const DIFFERENCES: Exceptions<'static> = &[
    ("editedAt", "ours: texts can be changed"),
    ("pinned", "ours: a comment can stand above the others"),
    ("removedBy", "ours: whose act a removal was"),
    ("mentions", "ours: whom the text speaks to"),
    ("totalChildren", "since PeerTube 8.3"),
    ("video.channel", "since PeerTube 8"),
    ("video.shortUUID", "ours: name in addresses"),
    // Of feeds.
    ("@xmlns:itunes", "all our RSS names the same vocabularies"),
    ("@xmlns:media", "all our RSS names the same vocabularies"),
    ("copyright", "no rights are claimed for others"),
    ("docs", "the address of the documentation of RSS says nothing about a feed"),
    ("channel[].language", "readers ask for it"),
    ("item[].description", "the text in short: readers ask for it"),
    ("items[].summary", "the text in short: readers ask for it"),
    ("date_published", "readers ask for it"),
    ("author", "whose feed it is: readers ask for it"),
];

/// What is held is held by watched words and automatic tags there.
const TAGS: Exceptions<'static> = &[("automaticTags[]", "not built: automatic tags")];

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::whole().await, DIFFERENCES);
    // Pictures, as the recorded people have.
    replay.all(&["me/avatar-pick.json"]).await;
    replay
        .all(&[
            "comments/thread-create.json",
            "comments/thread-create-second.json",
            "comments/thread-create-to-delete.json",
            "comments/reply-create.json",
            "comments/reply-create-deep.json",
            "comments/reply-create-deleted-parent.json",
            "comments/delete-own.json",
            "comments/delete-again.json",
            "comments/reply-to-deleted.json",
            "comments/thread.json",
            "comments/thread-deleted.json",
            "comments/thread-unknown.json",
            "comments/thread-create-held.json",
            "comments/thread-create-held-second.json",
            "comments/approve-not-owner.json",
            "comments/approve.json",
            "comments/threads-approval-anonymous.json",
            "comments/threads-approval-author.json",
            "comments/threads-approval-owner.json",
            "comments/thread-create-watched-word.json",
            "comments/thread-create-link.json",
            "comments/threads.json",
            "comments/threads-owner.json",
            "comments/threads-sort-replies.json",
            "comments/threads-held-anonymous.json",
            "comments/thread-create-rude-by-user.json",
            "comments/threads-held-author.json",
            "comments/threads-disabled.json",
            "comments/all-forbidden.json",
            "errors/comment-disabled.json",
            "errors/comment-anonymous.json",
            "errors/comment-unknown-video.json",
            "errors/comment-of-other-video.json",
            "errors/comment-empty.json",
            "errors/comment-delete-not-mine.json",
            "feeds/comments.json",
            "feeds/comments-video.json",
        ])
        .await;
    for file in [
        "comments/all-admin.json",
        "comments/all-admin-held.json",
        "comments/mine.json",
        "comments/mine-held.json",
        "comments/mine-auto-tag.json",
    ] {
        replay.but(file, TAGS).await;
    }
    let no_fault = &[("status", "no fault of the server's"), ("body", ""), ("header content-type", "")];
    replay.but("comments/mine-default-sort-500.json", no_fault).await;
    replay.one("admin/bulk-remove-comments.json").await;
    // The same figures, not only the same form.
    let uuid = replay.world.video("cf2356ad").uuid;
    let list = format!("/api/v1/videos/{uuid}/comment-threads?sort=-totalReplies");
    let list = replay.world.server.json(&list).await;
    let told: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["id"].clone(), one["totalReplies"].clone(), one["totalRepliesFromVideoAuthor"].clone())
        })
        .take(2)
        .collect();
    assert_eq!(told, [(3.into(), 2.into(), 0.into()), (1.into(), 2.into(), 1.into())]);
    replay.end(SOURCE).await;
}
