//! Playlists: made, filled, put in order, and read by those who may and those who may not.

use super::{pages, replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};
use serde_json::{Value, json};

pub const SOURCE: &str = include_str!("playlists.rs");

const DIFFERENCES: Exceptions<'static> = &[
    ("videoChannelPosition", "since PeerTube 7.3"),
    ("thumbnails", "since PeerTube 8.1"),
    ("comments", "since PeerTube 7.2"),
    ("nsfwFlags", "since PeerTube 7.2"),
    ("nsfwSummary", "since PeerTube 7.2"),
    ("aspectRatio", "a recording of sound has no picture here; PeerTube makes one"),
];

const LISTS: &str = "/api/v1/video-playlists";

/// What a request of ours makes, by the key of its answer.
async fn made(replay: &Replay, who: &str, path: &str, fields: Value, key: &str) -> Value {
    let answer = replay.world.person(who).post(path, &fields).await;
    assert_eq!(answer.status(), 200, "{path} {fields}");
    let mut answer: Value = answer.json().await.unwrap();
    answer[key].take()
}

fn text<'v>(made: &'v Value, key: &str) -> &'v str {
    made[key].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn playlists_are_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::whole().await, DIFFERENCES);
    replay.all(&["me/avatar-pick.json", "channels/avatar-pick.json", "config/playlist-privacies.json"]).await;
    replay.all(&["errors/playlist-no-name.json", "errors/playlist-public-no-channel.json"]).await;
    let concerts = replay.one("playlists/create.json").await.body["videoPlaylist"].clone();
    let own = replay.one("playlists/create-private.json").await.body["videoPlaylist"].clone();
    let fields = json!({"displayName": "Unlisted list", "privacy": 2, "videoChannelId": 1});
    let unlisted = made(&replay, "root", LISTS, fields, "videoPlaylist").await;
    let short =
        made(&replay, "member1", LISTS, json!({"displayName": "To be removed"}), "videoPlaylist").await;
    // The fourth stranger came before these, with what is watched later.
    let concerts_path = format!("video-playlists/{}", concerts["id"]);
    replay.world.say("video-playlists/7/", &format!("{concerts_path}/"));
    for (theirs, ours) in [
        ("3391cf0f-903c-44d1-9c86-bb4ca5f82876", text(&concerts, "uuid")),
        ("7nm437AHhSsLHtxnLyynCs", text(&concerts, "shortUUID")),
        ("cb7519c3-1671-4e04-8688-4b0e84be9907", text(&own, "uuid")),
        ("ed855108-b789-4287-a738-676b1a66bfc3", text(&unlisted, "uuid")),
    ] {
        replay.world.say(theirs, ours);
    }
    // What is in it, in the recorded order; one that is not published yet stands for the blocked one.
    replay.all(&["playlists/element-add.json", "playlists/element-add-by-uuid.json"]).await;
    let films = format!("/api/v1/{concerts_path}/videos");
    for begin in ["9bbd5456", "a5d6bd97", "20731cc9", "8f44c1d5"] {
        let film = json!({"videoId": replay.world.video(begin).uuid});
        // Who publishes for the group of a film may put it there; the one to be deleted is root's, and public.
        made(&replay, "member1", &films, film, "videoPlaylistElement").await;
    }
    let doomed = format!("/api/v1/videos/{}", replay.world.video("a5d6bd97").uuid);
    assert_eq!(replay.world.person("root").delete(&doomed).await.status(), 204);
    for (who, list) in [("member1", &own["id"]), ("root", &unlisted["id"]), ("stranger3", &json!(6))] {
        let path = format!("{LISTS}/{list}/videos");
        made(&replay, who, &path, json!({"videoId": 1}), "videoPlaylistElement").await;
    }
    replay
        .all(&[
            "playlists/element-update.json",
            "playlists/element-update-invalid.json",
            "playlists/element-unknown.json",
            "playlists/add-unknown-video.json",
            "errors/playlist-add-not-owner.json",
            "playlists/reorder.json",
        ])
        .await;
    replay.at("playlists/update.json", &format!("/api/v1/{concerts_path}")).await;
    replay
        .all(&[
            "playlists/get.json",
            "playlists/get-short.json",
            "playlists/get-unlisted.json",
            "playlists/get-unknown.json",
            "playlists/get-private-anonymous.json",
            "playlists/get-private-other.json",
            "playlists/videos.json",
            "playlists/exist.json",
            "playlists/list.json",
            "playlists/list-search.json",
            "playlists/watch-later.json",
            "accounts/playlists.json",
            "accounts/playlists-owner.json",
            "channels/playlists.json",
            "search/playlists.json",
            "search/playlists-uuids.json",
        ])
        .await;
    let waiting = &[
        ("data[].video.thumbnailPath", "of one of ours nothing is made yet"),
        ("data[].video.previewPath", "of one of ours nothing is made yet"),
    ];
    replay.but("playlists/videos-owner.json", waiting).await;
    replay.at("playlists/get-unlisted-number.json", &format!("{LISTS}/{}", unlisted["id"])).await;
    for file in ["pages/watch-playlist.json", "pages/embed-playlist.json", "pages/oembed-playlist.json"] {
        replay.but(file, pages::DIFFERENCES).await;
    }
    // Taking out and removing.
    let path = format!("{LISTS}/{}", short["id"]);
    let element =
        made(&replay, "member1", &format!("{path}/videos"), json!({"videoId": 1}), "videoPlaylistElement")
            .await;
    replay.at("playlists/element-delete.json", &format!("{path}/videos/{}", element["id"])).await;
    replay.at("playlists/delete.json", &path).await;
    replay.one("playlists/delete-watch-later.json").await;
    replay.end(SOURCE).await;
}
