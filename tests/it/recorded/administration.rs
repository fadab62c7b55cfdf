//! What administrators and moderators do.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};
use serde_json::json;

pub const SOURCE: &str = include_str!("administration.rs");

const DIFFERENCES: Exceptions<'static> = super::NEWER_USERS;

/// Accounts that are made; the recorded names are taken here.
pub const MADE: [&str; 4] = [
    "admin/user-create-member1.json",
    "admin/user-create-member2.json",
    "admin/user-create-moderator1.json",
    "admin/user-create-small1.json",
];

#[tokio::test(flavor = "multi_thread")]
async fn administration_is_like_the_recorded_one() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::people().await, DIFFERENCES);
    replay
        .all(&[
            "errors/user-create-taken.json",
            "errors/user-create-forbidden.json",
            "admin/user-update.json",
            "admin/user-block.json",
            "admin/user-blocked.json",
            "admin/user-unblock.json",
            "admin/users.json",
            "admin/users-end.json",
            "admin/users-search.json",
            "admin/users-forbidden.json",
            "admin/user-unknown.json",
            "admin/user-delete-root.json",
            "errors/moderator-blocks-admin.json",
            "admin/client-log.json",
            "admin/playback-metrics.json",
            "admin/jobs-forbidden.json",
            "admin/jobs-bad-state.json",
            "admin/jobs-waiting-children.json",
            "admin/jobs-failed.json",
            "admin/jobs-active.json",
            "admin/jobs-completed.json",
            "admin/jobs-pause.json",
            "admin/jobs-resume.json",
        ])
        .await;
    let endless = &[
        ("status", "clients may report as often as they ask"),
        ("body", ""),
        ("header content-type", ""),
        ("header retry-after", ""),
    ];
    replay.but("admin/client-log-429.json", endless).await;
    replay.but("errors/user-create-invalid.json", &[("password.value", "a password is not repeated")]).await;
    replay
        .but(
            "admin/user.json",
            &[
                ("description", "nothing was described here"),
                ("support", "nothing was described here"),
                ("videoLanguages", "nothing was chosen here"),
            ],
        )
        .await;
    for (number, file) in MADE.into_iter().enumerate() {
        replay
            .with(file, &[], |request| {
                request["body"]["username"] = format!("another{number}").into();
                request["body"]["email"] = format!("another{number}@example.org").into();
                if request["body"]["channelName"].is_string() {
                    request["body"]["channelName"] = json!("another_music");
                }
            })
            .await;
    }
    replay.end(SOURCE).await;
}
