//! Too much from one address.

use crate::common::Server;
use kiosque::{
    clock::{Clock, Timestamp},
    config::Config,
};
use reqwest::Response;
use serde_json::{Value, json};

async fn limited(clock: &Clock, change: impl FnOnce(&mut Config)) -> Server {
    Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), change).await
}

/// As a proxy on this machine hands it on.
async fn ask(server: &Server, address: &str, path: &str) -> Response {
    server.http.get(server.url(path)).header("x-forwarded-for", address).send().await.unwrap()
}

fn number(answer: &Response, name: &str) -> i64 {
    answer.headers()[name].to_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_often_waits_and_others_do_not() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = limited(&clock, |config| config.limits.api_per_10s = 5).await;
    let owner = server.user("owner").await;
    let video = server.db_video(&owner, json!({"name": "Film", "privacy": 1})).await;
    server.put_files(&video).await;
    let (one, other) = ("203.0.113.5", "203.0.113.6");
    for left in (0..5).rev() {
        let answer = ask(&server, one, "/api/v1/videos?count=0").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(number(&answer, "x-ratelimit-limit"), 5);
        assert_eq!(number(&answer, "x-ratelimit-remaining"), left);
        assert_eq!(number(&answer, "x-ratelimit-reset"), 1_800_000_000 + 10 - left * 2);
    }
    let refused = ask(&server, one, "/api/v1/videos?count=0").await;
    assert_eq!((refused.status().as_u16(), number(&refused, "retry-after")), (429, 2));
    assert_eq!(refused.headers()["content-type"], "application/problem+json; charset=utf-8");
    // A client on a page of another site is to see why.
    assert_eq!(refused.headers()["access-control-allow-origin"], "*");
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(
        (problem["status"].as_i64(), problem["title"].as_str()),
        (Some(429), Some("Too Many Requests"))
    );
    assert_eq!(problem["error"], problem["detail"]);
    // Not even what does not exist is answered.
    assert_eq!(ask(&server, one, "/api/v1/nothing").await.status(), 429);

    assert_eq!(ask(&server, other, "/api/v1/videos").await.status(), 200);
    let details = server.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    let film = details["files"][0]["fileUrl"].as_str().unwrap().strip_prefix(&server.base).unwrap();
    for _ in 0..20 {
        assert_eq!(ask(&server, one, film).await.status(), 200, "bytes are not counted");
        // What comes from the machine itself, neither.
        assert_eq!(server.get("/api/v1/videos?count=0").await.status(), 200);
    }
    clock.advance(2);
    assert_eq!(ask(&server, one, "/api/v1/videos").await.status(), 200);
    assert_eq!(ask(&server, one, "/api/v1/videos").await.status(), 429);
    clock.advance(10);
    assert_eq!(number(&ask(&server, one, "/api/v1/videos").await, "x-ratelimit-remaining"), 4);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_feeds_are_counted_apart() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = limited(&clock, |config| config.limits.pages_per_10s = 2).await;
    for path in ["/", "/feeds/videos.xml"] {
        assert_eq!(ask(&server, "2001:db8::1", path).await.status(), 200, "{path}");
    }
    // Neighbours behind one line count as one.
    let refused = ask(&server, "2001:db8::2", "/videos").await;
    assert_eq!((refused.status().as_u16(), number(&refused, "retry-after")), (429, 5));
    assert!(refused.text().await.unwrap().contains("<h1>Trop de demandes</h1>"));
    assert_eq!(ask(&server, "2001:db8::1", "/api/v1/videos").await.status(), 200);
    assert_eq!(ask(&server, "2001:db8:0:1::1", "/").await.status(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_of_videos_are_not_guessed() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = limited(&clock, |config| config.limits.logins_per_5min = 3).await;
    let owner = server.user("owner").await;
    let fields = json!({"name": "Locked", "privacy": 5, "videoPasswords": ["open sesame"]});
    let video = server.db_video(&owner, fields).await;
    server.put_files(&video).await;
    let shown = owner.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    let film = shown["files"][0]["fileUrl"].as_str().unwrap().strip_prefix(&server.base).unwrap().to_owned();
    let try_one = async |address: &str, path: &str, password: &str| {
        let request = server.http.get(server.url(path)).header("x-forwarded-for", address);
        request.header("x-peertube-video-password", password).send().await.unwrap().status().as_u16()
    };
    let (api, one) = (format!("/api/v1/videos/{}", video.uuid), "203.0.113.5");
    for _ in 0..10 {
        assert_eq!(try_one(one, &api, "open sesame").await, 200, "who knows it does not count");
    }
    assert_eq!(try_one(one, &api, "a guess").await, 403);
    assert_eq!(try_one(one, &film, "a guess").await, 403);
    assert_eq!(try_one(one, &api, "another").await, 403);
    assert_eq!(try_one(one, &api, "open sesame").await, 429);
    assert_eq!(try_one(one, &film, "open sesame").await, 429);
    assert_eq!(try_one("203.0.113.6", &film, "open sesame").await, 200);
    clock.advance(100);
    assert_eq!(try_one(one, &film, "open sesame").await, 200);
    server.stop().await;
}
