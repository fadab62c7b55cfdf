//! Keeping order: reports, and videos that are hidden.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};

pub const SOURCE: &str = include_str!("moderation.rs");

/// Accounts beside a report are whole here, as the types of PeerTube say; it leaves out what it does not load.
const DIFFERENCES: Exceptions<'static> = &[
    ("editedAt", "ours: texts can be changed"),
    ("pinned", "ours: a comment can stand above the others"),
    ("removedBy", "ours: whose act a removal was"),
    ("mentions", "ours: whom the text speaks to"),
    ("comments", "since PeerTube 7.2"),
    ("nsfwFlags", "since PeerTube 7.2"),
    ("nsfwSummary", "since PeerTube 7.2"),
    ("thumbnails", "since PeerTube 8.1"),
    ("descriptionHtml", "ours: safe HTML, so that pages need no Markdown"),
    ("embedPrivacyPolicy", "since PeerTube 8"),
    ("waitsForReview", "ours: whether a moderator is still to look at it"),
    ("mayManage", "ours: whether to show the way to the editor"),
    ("files[].magnetUri", "a hidden video has no swarm that others could find"),
    ("flaggedAccount.followingCount", "accounts are whole"),
    ("flaggedAccount.followersCount", "accounts are whole"),
    ("flaggedAccount.createdAt", "accounts are whole"),
    ("flaggedAccount.updatedAt", "accounts are whole"),
    ("flaggedAccount.description", "accounts are whole"),
    ("flaggedAccount.userId", "accounts are whole"),
    ("reporterAccount.followingCount", "accounts are whole"),
    ("reporterAccount.followersCount", "accounts are whole"),
    ("reporterAccount.createdAt", "accounts are whole"),
    ("reporterAccount.updatedAt", "accounts are whole"),
    ("reporterAccount.description", "accounts are whole"),
    ("reporterAccount.userId", "accounts are whole"),
    ("channel.followingCount", "groups are whole"),
    ("channel.followersCount", "groups are whole"),
    ("channel.createdAt", "groups are whole"),
    ("channel.updatedAt", "groups are whole"),
    ("channel.support", "groups are whole"),
];

#[tokio::test(flavor = "multi_thread")]
async fn keeping_order_is_like_the_recorded_one() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::whole().await, DIFFERENCES);
    replay
        .all(&["me/avatar-pick.json", "comments/thread-create.json", "comments/thread-create-second.json"])
        .await;
    replay
        .all(&[
            "moderation/abuse-video.json",
            "moderation/abuse-comment.json",
            "moderation/abuse-account.json",
            "errors/abuse-unknown-video.json",
            "moderation/abuses-forbidden.json",
            "moderation/abuse-message-moderator.json",
            "moderation/abuse-message-reporter.json",
            "moderation/abuse-messages.json",
            "moderation/abuse-messages-forbidden.json",
            "moderation/abuse-update.json",
            "moderation/abuse-update-invalid.json",
            "moderation/abuses.json",
            "moderation/abuses-video.json",
            "moderation/abuses-comment.json",
            "moderation/abuses-mine.json",
            "moderation/abuse-message-delete.json",
            "moderation/abuse-delete.json",
            "moderation/abuse-delete-unknown.json",
        ])
        .await;
    let named = &[("instance", "what is missing is named"), ("invalid-params", "what is missing is named")];
    replay.but("errors/abuse-invalid.json", named).await;
    // The video that is hidden there.
    let film = replay.world.video("14a5286c");
    let (uuid, short) = (film.uuid.to_string(), kiosque::ids::short(film.uuid));
    replay.world.say("a5314556-78a6-4aea-8d1d-26bb14353de2", &uuid);
    replay.world.say("mp88fwa6RtGX6efZfq4JZq", &short);
    replay.all(&["moderation/blacklist-add.json"]).await;
    let no_fault = &[("status", "no fault of the server's"), ("body", ""), ("header content-type", "")];
    replay.but("moderation/blacklist-add-twice.json", no_fault).await;
    replay
        .all(&[
            "moderation/blacklist-update.json",
            "moderation/blacklist.json",
            "moderation/blacklist-forbidden.json",
            "moderation/blacklisted-anonymous.json",
            "moderation/blacklisted-owner.json",
            "moderation/blacklisted-moderator.json",
            "moderation/blacklist-remove.json",
        ])
        .await;
    replay
        .all(&[
            "moderation/block-me-account.json",
            "moderation/blocklist-me-accounts.json",
            "moderation/block-server-server.json",
            "moderation/block-me-server.json",
            "moderation/blocklist-me-servers.json",
            "moderation/block-server-account.json",
            "moderation/block-self.json",
            "moderation/block-own-server.json",
            "moderation/block-unknown.json",
            "moderation/unblock-me-account.json",
            "moderation/unblock-me-account-again.json",
            "errors/blocklist-status-no-host.json",
        ])
        .await;
    let handles =
        &[("accounts", "the keys are handles with the host of the server; tests/it/mutes compares them")];
    replay.but("moderation/blocklist-status.json", handles).await;
    replay.but("moderation/blocklist-status-anonymous.json", handles).await;
    let by = &[("byAccount", "the instance is no account")];
    replay.but("moderation/blocklist-server-accounts.json", by).await;
    replay.but("moderation/blocklist-server-servers.json", by).await;
    // Where new videos wait for a moderator.
    let wait = serde_json::json!({"review": {"newVideos": true}});
    assert_eq!(replay.world.person("root").put("/api/v1/server/settings", &wait).await.status(), 200);
    let group = replay.world.person("stranger4").group_id().await;
    let into =
        move |request: &mut serde_json::Value| request["multipart"][1]["value"] = group.to_string().into();
    let sent = replay.with("upload/legacy-auto-blocked.json", &[], into).await.body;
    let path = format!("/api/v1/videos/{}", sent["video"]["uuid"].as_str().unwrap());
    assert_eq!(replay.world.person("stranger4").json(&path).await["waitsForReview"], true);
    assert_eq!(replay.world.person("root").delete(&path).await.status(), 204);
    // One that is made, as the recorded one was when it was asked for.
    let held = serde_json::json!({"name": "Held for moderators"});
    let film = replay.world.server.db_video(replay.world.person("stranger4"), held).await;
    let (id, now) = (film.id, replay.world.server.app.clock.now());
    let account = replay.world.person("stranger4").account_id;
    let hidden = replay.world.server.app.db.write(move |tx| {
        kiosque::moderation::blocks::review(tx, now, Some(account), &kiosque::videos::by_id(tx, id)?, true)
    });
    assert!(hidden.await.unwrap());
    replay.world.say("24177635-e170-4987-a73e-e663e72202e0", &film.uuid.to_string());
    replay.world.say("5suvvd24GePSYXe9YfBmp3", &kiosque::ids::short(film.uuid));
    replay.one("moderation/auto-blocked-owner.json").await;
    replay.one("moderation/auto-blocked-list.json").await;
    replay.one("moderation/auto-blocked-release.json").await;
    replay.end(SOURCE).await;
}
