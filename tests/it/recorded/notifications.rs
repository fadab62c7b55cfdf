//! What one is told of.

use super::{replay::Replay, world::World};
use crate::common::{
    shape::{self, Exceptions},
    until,
};
use kiosque::jobs::{self, Lane};
use serde_json::json;

pub const SOURCE: &str = include_str!("notifications.rs");

const DIFFERENCES: Exceptions<'static> = &[
    ("data[].data", "since PeerTube 7"),
    ("video.state", "since PeerTube 7"),
    ("actorFollow.follower.avatar", "the recorded follower has a picture"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_one_is_told_is_like_the_recorded() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::whole().await, DIFFERENCES);
    // Pictures, as the recorded people have.
    replay.one("channels/avatar-pick.json").await;
    let host = replay.world.server.base.strip_prefix("http://").unwrap().to_owned();
    let world = &replay.world;
    for (person, group) in [
        ("root", "member1_music"),
        ("moderator1", "member1_music"),
        ("stranger3", "member1_music"),
        ("member1", "root_channel"),
    ] {
        let uri = json!({"uri": format!("{group}@{host}")});
        let answer = world.person(person).post("/api/v1/users/me/subscriptions", &uri).await;
        assert_eq!(answer.status(), 204, "{person} follows {group}");
    }
    for (person, video, text) in [
        ("stranger3", "cf2356ad", "What a song"),
        ("member1", "cf2356ad", "Hear that, @root"),
        ("stranger3", "8b470d4f", "This waits"),
    ] {
        let path = format!("/api/v1/videos/{}/comment-threads", world.video(video).uuid);
        assert_eq!(world.person(person).post(&path, &json!({ "text": text })).await.status(), 200, "{text}");
    }
    for (person, group) in [("root", 1), ("member1", 2)] {
        let fields = json!({"name": "One more", "channelId": group});
        world.server.db_video(world.person(person), fields).await;
    }
    let server = &world.server;
    until("everybody to be told", || async {
        let busy = server.app.db.read(|conn| jobs::is_busy(conn, Lane::News)).await.unwrap();
        (!busy).then_some(())
    })
    .await;
    let told = world.person("member1").json("/api/v1/users/me/notifications?count=100").await;
    let types: Vec<i64> =
        told["data"].as_array().unwrap().iter().map(|one| one["type"].as_i64().unwrap()).collect();
    assert!([1, 2, 6, 10].iter().all(|kind| types.contains(kind)), "{types:?}");
    replay
        .all(&[
            "me/notifications-member1.json",
            "me/notifications-member1-later.json",
            "me/notifications-root.json",
            "me/notifications-root-later.json",
            "me/notifications-moderator1.json",
            "me/notifications-stranger3.json",
            "me/notifications-unread.json",
        ])
        .await;
    // The recorded version did not look at the types; since then only those are listed.
    replay.one("me/notifications-type.json").await;
    replay.with("me/notifications-stranger4.json", &[], |request| request["as"] = "member2".into()).await;
    replay
        .all(&[
            "me/notifications-read.json",
            "me/notifications-read-all.json",
            "me/notification-settings-bad.json",
            "me/notification-settings.json",
        ])
        .await;
    let me = replay.world.person("member1").json("/api/v1/users/me").await;
    assert_eq!(
        (&me["unreadNotificationsCount"], &me["notificationSettings"]["newFollow"]),
        (&json!(0), &json!(1))
    );
    replay.end(SOURCE).await;
}
