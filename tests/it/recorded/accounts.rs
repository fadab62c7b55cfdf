//! Accounts and groups, one's own and those of others.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};

pub const SOURCE: &str = include_str!("accounts.rs");

const DIFFERENCES: Exceptions<'static> = super::NEWER_USERS;

#[tokio::test(flavor = "multi_thread")]
async fn accounts_and_groups_are_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::people().await, DIFFERENCES);
    replay
        .all(&[
            "me/update.json",
            "me/avatar-pick.json",
            "errors/avatar-missing.json",
            "errors/avatar-bad-type.json",
            "channels/update.json",
            "channels/avatar-pick.json",
            "channels/banner-pick.json",
            "me/me.json",
            "me/me-new.json",
            "me/me-registered.json",
            "me/update-email-no-password.json",
            "errors/me-update-password-wrong.json",
            "errors/me-update-bad.json",
            "errors/unknown-field.json",
            "errors/json-broken.json",
            "accounts/get.json",
            "accounts/get-full-handle.json",
            "accounts/get-unknown.json",
            "accounts/get-bad.json",
            "accounts/get-name-with-bang.json",
            "accounts/list.json",
            "accounts/channels.json",
            "channels/get.json",
            "channels/get-owner.json",
            "channels/get-no-images.json",
            "channels/get-unknown.json",
            "channels/list.json",
            "channels/bad-sort.json",
            "people/autocomplete.json",
            "search/channels.json",
            "search/channels-handle.json",
            "search/channels-handles.json",
            "channels/create-member1_gone.json",
            "errors/channel-invalid.json",
            "errors/channel-name-taken.json",
            "channels/update-not-owner.json",
            "channels/delete-not-owner.json",
            "channels/delete.json",
            "channels/gone.json",
            "channels/avatar-delete.json",
            "channels/banner-delete.json",
            "me/avatar-delete.json",
            "me/delete-root.json",
            "me/delete-me.json",
            "me/me-deleted.json",
        ])
        .await;
    replay.but("me/me-admin.json", &[("emailVerified", "nobody was asked")]).await;
    replay.but("me/quota.json", &[("sizeOnDisk", "ours: what one's videos take")]).await;
    replay
        .but(
            "accounts/channels-stats.json",
            &[
                ("data[].totalViews", "not built: statistics of a group"),
                ("data[].videosCount", "not built: statistics of a group"),
                ("data[].viewsPerDay", "not built: statistics of a group"),
            ],
        )
        .await;
    // Their names are taken: the world has them from the beginning.
    for (file, name) in
        [("channels/create-root_second.json", "third"), ("channels/create-member1_talks.json", "fourth")]
    {
        replay.with(file, &[], |request| request["body"]["name"] = name.into()).await;
    }
    replay.end(SOURCE).await;
}
