//! What one follows, what one watched, and what one is offered.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};
use serde_json::json;

pub const SOURCE: &str = include_str!("following.rs");

const DIFFERENCES: Exceptions<'static> = &[
    ("comments", "since PeerTube 7.2"),
    ("nsfwFlags", "since PeerTube 7.2"),
    ("nsfwSummary", "since PeerTube 7.2"),
    ("thumbnails", "since PeerTube 8.1"),
    ("aspectRatio", "a recording of sound has no picture here; PeerTube makes one"),
];

/// As in the recorded feeds of videos.
const FEED: Exceptions<'static> = &[
    ("@xmlns:itunes", "all our RSS names the same vocabularies"),
    ("copyright", "no rights are claimed for others"),
    ("channel[].language", "readers ask for it"),
    ("channel[].description", "whose kiosk it is"),
];

#[tokio::test(flavor = "multi_thread")]
async fn following_is_like_the_recorded_one() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::whole().await, DIFFERENCES);
    // Pictures, as the recorded people have.
    replay.one("channels/avatar-pick.json").await;
    replay.one("me/subscribe.json").await;
    replay.one("errors/subscribe-invalid.json").await;
    let said = &[("status", "what is not here is said at once"), ("body", ""), ("header content-type", "")];
    replay.but("errors/subscribe-unknown.json", said).await;
    let host = replay.world.server.base.strip_prefix("http://").unwrap().to_owned();
    for (person, groups) in [
        ("root", &["member1_music"][..]),
        ("moderator1", &["member1_music"]),
        ("member1", &["root_channel", "root_second"]),
    ] {
        for group in groups {
            let uri = json!({"uri": format!("{group}@{host}")});
            let answer = replay.world.person(person).post("/api/v1/users/me/subscriptions", &uri).await;
            assert_eq!(answer.status(), 204, "{person} follows {group}");
        }
    }
    replay
        .all(&[
            "accounts/followers.json",
            "channels/followers.json",
            "channels/followers-other.json",
            "me/subscriptions.json",
            "me/subscriptions-search.json",
            "me/subscription.json",
            "me/subscription-none.json",
        ])
        .await;
    let names = &[("*", "the names of keys are handles, and our host is another")];
    let exist = replay.but("me/subscriptions-exist.json", names).await.body;
    assert_eq!(exist[format!("root_second@{host}")], true);
    assert_eq!(exist[format!("member1_talks@{host}")], false);
    // What the reader watched, of which lists tell.
    for (video, seconds) in [("cf2356ad", 6), ("8f44c1d5", 2), ("8b470d4f", 3)] {
        let path = format!("/api/v1/videos/{}/views", replay.world.video(video).uuid);
        let told = json!({ "currentTime": seconds });
        assert_eq!(replay.world.person("stranger3").post(&path, &told).await.status(), 204);
    }
    replay
        .all(&[
            "me/subscriptions-videos.json",
            "me/history.json",
            "me/history-search.json",
            "me/history-delete-one.json",
            "me/history-remove-bad.json",
            "me/history-remove-before.json",
            "me/unsubscribe.json",
            "me/unsubscribe-again.json",
        ])
        .await;
    let token = replay.one("me/scoped-tokens.json").await.body["feedToken"].as_str().unwrap().to_owned();
    replay.world.say("<FEED_TOKEN-1>", &token);
    let account = replay.world.person("stranger3").account_id;
    replay
        .with("feeds/subscriptions.json", FEED, |request| {
            request["path"] = format!("/feeds/subscriptions.xml?accountId={account}&token={token}").into();
        })
        .await;
    replay.one("feeds/subscriptions-bad-token.json").await;
    let renewed = replay.one("me/scoped-tokens-renew.json").await.body["feedToken"].clone();
    assert_ne!(renewed, token.as_str());
    // A video that is offered and refused.
    replay.one("me/ownership.json").await;
    replay.one("me/give-ownership.json").await;
    let undescribed = "by then the recorded video had been described";
    let bare = &[
        ("data[].video.category.id", undescribed),
        ("data[].video.language.id", undescribed),
        ("data[].video.description", undescribed),
        ("data[].video.truncatedDescription", undescribed),
    ];
    replay.but("me/ownership-waiting.json", bare).await;
    replay.one("me/ownership-refuse.json").await;
    replay.end(SOURCE).await;
}
