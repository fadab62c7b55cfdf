//! Finding videos and groups by words.

use crate::common::Server;
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|video| video["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_as_people_type_them() {
    let server = Server::start().await;
    let person = server.user("harmonie").await;
    server.db_video(&person, json!({"name": "Chœur : répétition générale", "tags": ["été"]})).await;
    server
        .db_video(&person, json!({"name": "L’école en fête", "description": "The choir sings in summer."}))
        .await;
    server.db_video(&person, json!({"name": "Vide", "privacy": 2, "description": "choir"})).await;
    for (typed, expected) in [
        ("repetition", vec!["Chœur : répétition générale"]),
        ("RÉPÉT", vec!["Chœur : répétition générale"]),
        ("choeur", vec!["Chœur : répétition générale"]),
        ("chœur générale", vec!["Chœur : répétition générale"]),
        ("ecole", vec!["L’école en fête"]),
        ("l'ecole", vec!["L’école en fête"]),
        ("d’école", vec!["L’école en fête"]),
        ("choir", vec!["L’école en fête"]),
        ("ete", vec!["Chœur : répétition générale"]),
        ("harmonie fete", vec!["L’école en fête"]),
        ("fête répétition", vec![]),
        ("\" OR name:*", vec![]),
        ("--", vec![]),
    ] {
        let response = server
            .http
            .get(server.url("/api/v1/search/videos"))
            .query(&[("search", typed)])
            .send()
            .await
            .unwrap();
        let list: Value = response.json().await.unwrap();
        assert_eq!(
            (names(&list), list["total"].as_u64()),
            (expected.clone(), Some(expected.len() as u64)),
            "{typed}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_come_before_descriptions_and_addresses_lead_there() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    server.db_video(&person, json!({"name": "Something", "description": "about a garden"})).await;
    let garden = server.db_video(&person, json!({"name": "The garden"})).await;
    server
        .db_video(&person, json!({"name": "Another", "description": "garden again, and more words about it"}))
        .await;
    let list = server.json("/api/v1/search/videos?search=garden").await;
    assert_eq!(names(&list)[0], "The garden");
    assert_eq!(
        names(&server.json("/api/v1/search/videos?search=garden&sort=name").await),
        ["Another", "Something", "The garden"]
    );
    let urls = server.app.urls();
    for address in
        [urls.watch(garden.uuid), urls.video(garden.uuid), format!("{}?start=3s", urls.embed(garden.uuid))]
    {
        let response = server
            .http
            .get(server.url("/api/v1/search/videos"))
            .query(&[("search", &address)])
            .send()
            .await
            .unwrap();
        assert_eq!(names(&response.json().await.unwrap()), ["The garden"], "{address}");
    }
    let filtered = format!("/api/v1/search/videos?uuids={}&durationMin=3&durationMax=20", garden.uuid);
    assert_eq!(names(&server.json(&filtered).await), ["The garden"]);
    assert_eq!(server.json("/api/v1/search/videos?durationMax=3").await["total"], 0);
    let handle = format!("singer_channel@{}", urls.host());
    let found = server.json(&format!("/api/v1/search/video-channels?search={handle}")).await;
    assert_eq!((&found["total"], &found["data"][0]["name"]), (&json!(1), &json!("singer_channel")));
    assert_eq!(server.json("/api/v1/search/video-playlists?search=x").await, json!({"total": 0, "data": []}));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_found_by_its_new_words() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let video = server.db_video(&person, json!({"name": "Rehearsal"})).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let found = async |word: &str| {
        server.json(&format!("/api/v1/search/videos?search={word}")).await["total"].clone()
    };
    assert_eq!(person.put(&path, &json!({"name": "Concert", "tags": ["autumn"]})).await.status(), 204);
    assert_eq!(
        (found("rehearsal").await, found("concert").await, found("autumn").await),
        (json!(0), json!(1), json!(1))
    );
    assert_eq!(person.put(&path, &json!({"privacy": 3})).await.status(), 204);
    assert_eq!(
        (found("concert").await, server.json("/api/v1/videos").await["total"].clone()),
        (json!(0), json!(0))
    );
    assert_eq!(person.put(&path, &json!({"privacy": 1})).await.status(), 204);
    assert_eq!(found("concert").await, json!(1));
    let renamed = json!({"displayName": "Les Grillons"});
    assert_eq!(person.put("/api/v1/video-channels/singer_channel", &renamed).await.status(), 204);
    assert_eq!(found("grillons").await, json!(1));
    server.stop().await;
}
