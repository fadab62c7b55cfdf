//! Groups, as PeerTube's clients know them: video channels.

use crate::common::Server;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_made_changed_and_removed_by_its_people() {
    let server = Server::start().await;
    let (anne, zoe, admin) = (server.user("anne").await, server.user("zoe").await, server.admin().await);
    let groups = "/api/v1/video-channels";
    let made = anne.post(groups, &json!({"name": "choir", "displayName": "The choir"})).await;
    assert_eq!(made.status(), 200);
    let choir = "/api/v1/video-channels/choir";
    assert_eq!(zoe.put(choir, &json!({"displayName": "Mine"})).await.status(), 403);
    assert_eq!(zoe.delete(choir).await.status(), 403);
    let change = json!({"description": "We sing.", "support": "Bring cake"});
    assert_eq!(anne.put(choir, &change).await.status(), 204);
    let shown = server.json(choir).await;
    assert_eq!(
        (shown["displayName"].as_str(), shown["description"].as_str()),
        (Some("The choir"), Some("We sing."))
    );
    // null takes a text away; what is not sent stays.
    assert_eq!(anne.put(choir, &json!({"support": null})).await.status(), 204);
    let shown = server.json(choir).await;
    assert_eq!((shown["support"].clone(), shown["description"].as_str()), (json!(null), Some("We sing.")));

    assert_eq!(admin.put(choir, &json!({"displayName": "Chorale"})).await.status(), 204);
    assert_eq!(server.json("/api/v1/video-channels?search=chora&sort=name").await["total"], 1);
    assert_eq!(anne.delete(choir).await.status(), 204);
    assert_eq!(server.get(choir).await.status(), 404);
    let again = anne.post(groups, &json!({"name": "choir", "displayName": "Again"})).await;
    assert_eq!(again.status(), 409, "other servers remember the old one");
    // The last group stays: without one nothing can be published.
    assert_eq!(anne.delete("/api/v1/video-channels/anne_channel").await.status(), 409);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_without_a_video_is_no_publisher() {
    let server = Server::start().await;
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    let names = async |query: &str| {
        let list = server.json(&format!("/api/v1/video-channels{query}")).await;
        let data = list["data"].as_array().unwrap().clone();
        assert_eq!(list["total"], data.len());
        data.iter().map(|group| group["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    server.db_video(&zoe, json!({"name": "For us", "privacy": 4})).await;
    server.db_unmade_video(&zoe, json!({"name": "Unmade"})).await;
    assert_eq!(names("?hasVideos=true").await, Vec::<String>::new());
    let video = server.db_video(&anne, json!({"name": "Rehearsal"})).await;
    assert_eq!(names("?hasVideos=true").await, ["anne_channel"]);
    assert_eq!(names("?hasVideos=false&sort=name").await, ["anne_channel", "zoe_channel"]);
    assert_eq!(server.get("/api/v1/video-channels?hasVideos=often").await.status(), 400);
    assert_eq!(anne.delete(&format!("/api/v1/videos/{}", video.uuid)).await.status(), 204);
    assert_eq!(names("?hasVideos=true").await, Vec::<String>::new());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_an_end_to_groups() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let most = server.app.settings().uploads.groups_per_account;
    for number in 1..most {
        let made = anne
            .post("/api/v1/video-channels", &json!({"name": format!("g{number}"), "displayName": "x"}))
            .await;
        assert_eq!(made.status(), 200);
    }
    let more = anne.post("/api/v1/video-channels", &json!({"name": "more", "displayName": "x"})).await;
    assert_eq!(more.status(), 400);
    server.stop().await;
}
