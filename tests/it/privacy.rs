//! Who may see what.

use crate::common::Server;
use kiosque::{
    clock::{Clock, Timestamp},
    videos::{self, Reach},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn each_privacy_opens_to_those_it_names() {
    let server = Server::start().await;
    let (owner, other, admin) =
        (server.user("owner").await, server.user("other").await, server.admin().await);
    // Public, unlisted, private, internal, password: anyone, another account, the owner, the staff.
    for (privacy, expected) in [
        (1, [200, 200, 200, 200]),
        (2, [200, 200, 200, 200]),
        (3, [401, 403, 200, 200]),
        (4, [401, 200, 200, 200]),
        (5, [403, 403, 200, 200]),
    ] {
        let video = server
            .db_video(
                &owner,
                json!({"name": "Rehearsal", "privacy": privacy, "videoPasswords": ["open sesame"]}),
            )
            .await;
        for rest in ["", "/description", "/captions", "/chapters", "/storyboards", "/comment-threads"] {
            let path = format!("/api/v1/videos/{}{rest}", video.uuid);
            let found = [
                server.get(&path).await.status().as_u16(),
                other.get(&path).await.status().as_u16(),
                owner.get(&path).await.status().as_u16(),
                admin.get(&path).await.status().as_u16(),
            ];
            assert_eq!(found, expected, "privacy {privacy}: {path}");
        }
        let playlist = owner.json(&format!("/api/v1/videos/{}", video.uuid)).await;
        let address = playlist["streamingPlaylists"][0]["playlistUrl"].as_str().unwrap().to_owned();
        assert_eq!(address.contains("/hls/private/"), privacy > 2, "{address}");
    }
    let lists = server.json("/api/v1/videos").await;
    assert_eq!(lists["total"], 1);
    assert_eq!(other.json("/api/v1/videos").await["total"], 2);
    assert_eq!(server.json("/api/v1/search/videos?search=rehearsal").await["total"], 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_and_the_last_one_stays() {
    let server = Server::start().await;
    let (owner, other) = (server.user("owner").await, server.user("other").await);
    let fields = json!({"name": "Locked", "privacy": 5, "videoPasswords": ["one two", "été"]});
    let video = server.db_video(&owner, fields).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let ask = async |password: &[u8]| {
        let response = server
            .http
            .get(server.url(&path))
            .header("x-peertube-video-password", password)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json::<serde_json::Value>().await.unwrap())
    };
    assert_eq!(ask(b"one two").await.0, 200);
    // As curl and our own pages write it, and as browsers and yt-dlp do.
    assert_eq!(ask("été".as_bytes()).await.0, 200);
    assert_eq!(ask(b"\xe9t\xe9").await.0, 200);
    let (status, body) = ask(b"two").await;
    assert_eq!((status, &body["code"]), (403, &json!("incorrect_video_password")));
    assert_eq!(
        server.get(&path).await.json::<serde_json::Value>().await.unwrap()["code"],
        "video_requires_password"
    );
    let list = owner.json(&format!("{path}/passwords")).await;
    assert_eq!(list["total"], 2);
    assert_eq!(other.get(&format!("{path}/passwords")).await.status(), 403);
    let ids: Vec<i64> =
        list["data"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    assert_eq!(owner.delete(&format!("{path}/passwords/{}", ids[0])).await.status(), 204);
    assert_eq!(owner.delete(&format!("{path}/passwords/{}", ids[1])).await.status(), 400);
    assert_eq!(owner.put(&path, &json!({"privacy": 1})).await.status(), 204);
    assert_eq!(server.get(&path).await.status(), 200);
    assert_eq!(
        owner.put(&path, &json!({"privacy": 5})).await.status(),
        400,
        "the passwords went with the privacy"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_for_files_are_given_to_those_who_may_watch() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (owner, other) = (server.user("owner").await, server.user("other").await);
    let video = server.db_video(&owner, json!({"name": "Private", "privacy": 3})).await;
    let path = format!("/api/v1/videos/{}/token", video.uuid);
    assert_eq!(other.post(&path, &json!({})).await.status(), 403);
    let answer: serde_json::Value = owner.post(&path, &json!({})).await.json().await.unwrap();
    let token = answer["files"]["token"].as_str().unwrap().to_owned();
    assert_eq!(answer["files"]["expires"], clock.now().plus_seconds(8 * 3600).iso());
    let holds = async |uuid: uuid::Uuid| {
        let (now, token) = (clock.now(), token.clone());
        server
            .app
            .db
            .read(move |conn| videos::file_token_holds(conn, now, uuid, &token, Reach::Watch))
            .await
            .unwrap()
    };
    assert!(holds(video.uuid).await);
    assert!(!holds(uuid::Uuid::new_v4()).await);
    clock.advance(8 * 3600);
    assert!(!holds(video.uuid).await);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_manage_what_their_group_publishes() {
    let server = Server::start().await;
    let (owner, other) = (server.user("owner").await, server.user("other").await);
    let video = server.db_video(&owner, json!({"name": "Ours"})).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    assert_eq!(other.put(&path, &json!({"name": "Mine now"})).await.status(), 403);
    assert_eq!(other.delete(&path).await.status(), 403);
    assert_eq!(server.http.delete(server.url(&path)).send().await.unwrap().status(), 401);
    assert_eq!(server.admin().await.put(&path, &json!({"name": "Corrected"})).await.status(), 204);
    assert_eq!(server.json(&path).await["name"], "Corrected");
    server.stop().await;
}
