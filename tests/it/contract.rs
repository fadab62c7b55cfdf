//! What the OpenAPI document says is what comes: the types that clients are checked against are made from it.

use crate::common::{Server, contract};
use serde_json::{Value, json};

/// Every address that the document lists for reading, asked in an instance with something in it.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_what_the_document_says() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let fields = json!({"name": "Rehearsal", "privacy": 5, "videoPasswords": ["sesame"], "tags": ["choir"], "category": 1,
        "description": "0:00 Warming up\n0:05 Song"});
    let locked = server.db_video(&admin, fields).await;
    for name in ["One", "Two"] {
        let fields = json!({"name": name, "tags": ["choir"], "category": 1, "language": "fr", "licence": 2});
        server.db_video(&admin, fields).await;
    }
    server.db_unmade_video(&admin, json!({"name": "Waits"})).await;
    let welcome = admin.put("/api/v1/server/settings", &json!({"home": {"welcome": "Come in."}})).await;
    assert_eq!(welcome.status(), 200);
    let announced = admin
        .request(reqwest::Method::POST, "/api/v1/videos/upload-resumable")
        .header("x-upload-content-length", "1000")
        .json(&json!({"filename": "film.mp4", "name": "On its way", "channelId": admin.group_id().await}))
        .send()
        .await
        .unwrap();
    assert_eq!(announced.status(), 201);
    server.user("singer").await;
    let host = server.base.strip_prefix("http://").unwrap();
    let followed = format!("singer_channel@{host}");
    for uri in [&followed, &format!("singer@{host}")] {
        let answer = admin.post("/api/v1/users/me/subscriptions", &json!({ "uri": uri })).await;
        assert_eq!(answer.status(), 204);
    }
    let said = admin
        .post(&format!("/api/v1/videos/{}/comment-threads", locked.uuid), &json!({"text": "Hello, @admin"}))
        .await;
    let said: serde_json::Value = said.json().await.unwrap();
    let said = said["comment"]["id"].to_string();
    let report = json!({"reason": "It is loud", "video": {"id": locked.id, "startAt": 1}});
    let report: Value = admin.post("/api/v1/abuses", &report).await.json().await.unwrap();
    let report = format!("/abuses/{}", report["abuse"]["id"]);
    assert_eq!(
        admin.post(&format!("/api/v1{report}/messages"), &json!({"message": "Loud"})).await.status(),
        200
    );
    let hide = json!({"reason": "Loud"});
    assert_eq!(admin.post(&format!("/api/v1/videos/{}/blacklist", locked.uuid), &hide).await.status(), 204);
    let details = admin.json(&format!("/api/v1/videos/{}", locked.uuid)).await;
    let file = details["files"][0]["id"].to_string();

    let fields = json!({"displayName": "Evenings", "privacy": 1, "videoChannelId": admin.group_id().await});
    let list: Value = admin.post("/api/v1/video-playlists", &fields).await.json().await.unwrap();
    let list = format!("/video-playlists/{}", list["videoPlaylist"]["id"]);
    for film in [locked.id, locked.id + 1] {
        let film = json!({"videoId": film, "startTimestamp": 1});
        assert_eq!(admin.post(&format!("/api/v1{list}/videos"), &film).await.status(), 200);
    }
    // People who come into the group, and one who asks.
    let token = admin.invitation_token("admin_channel").await;
    let group = "/api/v1/groups/admin_channel";
    for name in ["singer", "player"] {
        server.user(name).await;
        let invited = admin.post(&format!("{group}/invitations"), &json!({"account": name})).await;
        assert_eq!(invited.status(), 200);
    }
    let singer = server.user("singer").await;
    assert_eq!(
        singer.post(&format!("{group}/invitation/accept"), &json!({"shown": true})).await.status(),
        204
    );
    assert_eq!(admin.put(group, &json!({"joining": "request"})).await.status(), 204);
    let stranger = server.user("stranger").await;
    assert_eq!(stranger.post(&format!("{group}/requests"), &json!({"message": "Hello"})).await.status(), 200);
    let admins = json!({"account": "admin"});
    let into_another = singer.post("/api/v1/groups/singer_channel/invitations", &admins).await;
    assert_eq!(into_another.status(), 200);

    let exist = format!("?uris={followed}");
    let mut asked = 0;
    for (template, methods) in contract::document()["paths"].as_object().unwrap() {
        let Some(operation) = methods.get("get") else { continue };
        let json = operation["responses"]["200"]["content"].get("application/json").is_some();
        if !json || !template.starts_with("/api/v1/") {
            continue;
        }
        let number = admin.account_id.to_string();
        let path = template
            .replace("/users/me/subscriptions/{handle}", &format!("/users/me/subscriptions/{followed}"))
            .replace("/users/me/videos/{id}", &format!("/users/me/videos/{}", locked.uuid))
            .replace("/users/{id}", &format!("/users/{number}"))
            .replace("/accounts/{name}", "/accounts/admin")
            .replace("/video-channels/{name}", "/video-channels/admin_channel")
            .replace("/video-channels/{handle}", "/video-channels/admin_channel")
            .replace("/groups/{handle}", "/groups/admin_channel")
            .replace("{token}", &token)
            .replace("/jobs/{state}", "/jobs/waiting")
            .replace("/video-playlists/{id}", &list)
            .replace("/videos/{id}", &format!("/videos/{}", locked.uuid))
            .replace("/abuses/{id}", &report)
            .replace("{threadId}", &said)
            .replace("{commentId}", &said)
            .replace("{file}", &file);
        assert!(!path.contains('{'), "{template}: say here what stands for its parameters");
        let query = match path.as_str() {
            "/api/v1/users/autocomplete" => "?search=adm",
            "/api/v1/videos" => "?include=107",
            "/api/v1/users/me/video-playlists/videos-exist" => "?videoIds=1&videoIds=2",
            "/api/v1/users/me/subscriptions/exist" => exist.as_str(),
            _ => "",
        };
        // This compares.
        admin.json(&format!("{path}{query}")).await;
        asked += 1;
    }
    assert!(asked > 40, "{asked} addresses");
    server.stop().await;
}

/// What is refused is told in one form.
#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let answers = [
        server.get("/api/v1/videos/nothing-like-it").await,
        server.get("/api/v1/videos/99999").await,
        server.get("/api/v1/users/me").await,
        person.get("/api/v1/users").await,
        person.post("/api/v1/video-channels", &json!({})).await,
        person
            .post("/api/v1/video-channels", &json!({"name": "singer_channel", "displayName": "Again"}))
            .await,
    ];
    for answer in answers {
        let address = answer.url().to_string();
        assert_eq!(answer.headers()["content-type"], "application/problem+json; charset=utf-8", "{address}");
        contract::check_problem(&address, &answer.json().await.unwrap());
    }
    server.stop().await;
}
