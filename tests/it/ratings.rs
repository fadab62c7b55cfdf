//! What people think of videos.

use crate::common::{Server, people::Person};
use kiosque::{
    clock::{Clock, Timestamp},
    videos::Video,
};
use serde_json::{Value, json};

async fn rate(person: &Person, video: &Video, rating: &str) -> u16 {
    person
        .put(&format!("/api/v1/videos/{}/rate", video.uuid), &json!({ "rating": rating }))
        .await
        .status()
        .into()
}

async fn figures(server: &Server, video: &Video) -> (Value, Value) {
    let details = server.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    (details["likes"].clone(), details["dislikes"].clone())
}

async fn names(person: &Person, query: &str) -> Vec<String> {
    let name = &person.name;
    let list = person.json(&format!("/api/v1/accounts/{name}/ratings{query}")).await;
    let rated = list["data"].as_array().unwrap();
    assert_eq!(list["total"], rated.len());
    let line = |one: &Value| {
        format!("{} {}", one["rating"].as_str().unwrap(), one["video"]["name"].as_str().unwrap())
    };
    rated.iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_follow_what_people_think_and_take_back() {
    let server = Server::start().await;
    let (one, two) = (server.user("one").await, server.user("two").await);
    let video = server.db_video(&one, json!({"name": "Rehearsal"})).await;
    for (person, rating, expected) in [
        (&one, "like", (1, 0)),
        (&one, "like", (1, 0)),
        (&two, "like", (2, 0)),
        (&two, "dislike", (1, 1)),
        (&one, "none", (0, 1)),
        (&one, "none", (0, 1)),
        (&one, "like", (1, 1)),
    ] {
        assert_eq!(rate(person, &video, rating).await, 204);
        assert_eq!(figures(&server, &video).await, (expected.0.into(), expected.1.into()), "{rating}");
    }
    let path = format!("/api/v1/users/me/videos/{}/rating", video.uuid);
    assert_eq!(two.json(&path).await["rating"], "dislike");
    // Who goes takes along what was said.
    assert_eq!(two.delete("/api/v1/users/me").await.status(), 204);
    assert_eq!(figures(&server, &video).await, (1.into(), 0.into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_see_a_video_rates_it() {
    let server = Server::start().await;
    let (owner, other) = (server.user("owner").await, server.user("other").await);
    let private = server.db_video(&owner, json!({"name": "Private", "privacy": 3})).await;
    let fields = json!({"name": "Locked", "privacy": 5, "videoPasswords": ["one two"]});
    let locked = server.db_video(&owner, fields).await;
    assert_eq!(rate(&other, &private, "like").await, 403);
    assert_eq!(rate(&owner, &private, "like").await, 204);
    assert_eq!(rate(&other, &locked, "like").await, 403);
    let path = format!("/api/v1/videos/{}/rate", locked.uuid);
    let body = json!({"rating": "like"});
    let with_password = other
        .request(reqwest::Method::PUT, &path)
        .header("x-peertube-video-password", "one two")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(with_password.status(), 204);
    let anonymous = server.http.put(server.url(&path)).json(&body).send().await.unwrap();
    assert_eq!(anonymous.status(), 401);
    for wrong in
        [json!({}), json!({"rating": null}), json!({"rating": "LIKE"}), json!({"rating": {"like": true}})]
    {
        assert_eq!(owner.put(&path, &wrong).await.status(), 400, "{wrong}");
    }
    assert_eq!(other.put("/api/v1/videos/999/rate", &body).await.status(), 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_what_one_rated_is_one_s_own() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (owner, other) = (server.user("owner").await, server.user("other").await);
    let mut videos = Vec::new();
    for name in ["Bees", "Crows", "Dunes"] {
        videos.push(server.db_video(&owner, json!({ "name": name })).await);
    }
    for (at, rating) in [(1, "like"), (0, "dislike"), (2, "like")] {
        clock.advance(60);
        assert_eq!(rate(&other, &videos[at], rating).await, 204);
    }
    assert_eq!(names(&other, "").await, ["like Dunes", "dislike Bees", "like Crows"]);
    assert_eq!(names(&other, "?rating=like&sort=createdAt").await, ["like Crows", "like Dunes"]);
    assert_eq!(names(&other, "?rating=dislike").await, ["dislike Bees"]);
    assert_eq!(names(&owner, "").await, Vec::<String>::new());
    assert_eq!(owner.get("/api/v1/accounts/other/ratings").await.status(), 403);
    assert_eq!(server.get("/api/v1/accounts/other/ratings").await.status(), 401);
    for wrong in ["?rating=none", "?sort=name"] {
        assert_eq!(
            other.get(&format!("/api/v1/accounts/other/ratings{wrong}")).await.status(),
            400,
            "{wrong}"
        );
    }
    // What became private is not shown to others any more.
    let path = format!("/api/v1/videos/{}", videos[2].uuid);
    assert_eq!(owner.put(&path, &json!({"privacy": 3})).await.status(), 204);
    assert_eq!(names(&other, "?rating=like").await, ["like Crows"]);
    server.stop().await;
}
