//! What administrators look at and choose.

use crate::common::Server;
use kiosque::jobs::{self, Job};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_in_part_and_seen_at_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let changed = admin
        .put("/api/v1/server/settings", &json!({"instance": {"name": "Le Grillon"}, "p2p": {"embed": true}}))
        .await;
    assert_eq!(changed.status(), 200);
    let config = server.json("/api/v1/config").await;
    assert_eq!(config["instance"]["name"], "Le Grillon");
    assert_eq!(config["defaults"]["p2p"]["embed"]["enabled"], true);
    let refused = admin.put("/api/v1/server/settings", &json!({"instance": {"name": ""}})).await;
    assert_eq!(refused.status(), 400);
    let problem: serde_json::Value = refused.json().await.unwrap();
    assert!(problem["invalid-params"]["instance.name"]["msg"].is_string(), "{problem}");
    assert_eq!(server.json("/api/v1/config").await["instance"]["name"], "Le Grillon");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_see_the_machine() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.user("melanie").await;
    for path in [
        "/api/v1/server/health",
        "/api/v1/server/encoder",
        "/api/v1/server/disk",
        "/api/v1/server/settings",
        "/metrics",
    ] {
        assert_eq!(server.get(path).await.status(), 401, "{path}");
        assert_eq!(member.get(path).await.status(), 403, "{path}");
        let seen = admin.get(path).await;
        assert_eq!(seen.status(), 200, "{path}: {}", seen.text().await.unwrap());
    }
    let health: serde_json::Value = admin.get("/api/v1/server/health").await.json().await.unwrap();
    let findings = health["findings"].as_array().unwrap();
    for id in ["encoder", "disk", "write-speed", "database", "clock", "public-url", "mail"] {
        assert!(findings.iter().any(|finding| finding["id"] == id), "{id} in {health}");
    }
    // Who says it in another language has names and figures to do it with.
    let of = |id| findings.iter().find(|finding| finding["id"] == id).unwrap();
    assert!(of("disk")["params"]["free"].as_u64() > Some(0), "{health}");
    assert_eq!(
        (&of("mail")["code"], &of("public-url")["code"]),
        (&json!("none"), &json!("local")),
        "{health}"
    );
    let disk: serde_json::Value = admin.get("/api/v1/server/disk").await.json().await.unwrap();
    assert!(disk["total"].as_u64() > disk["free"].as_u64() && disk["database"].as_u64() > Some(0), "{disk}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_those_of_the_rows() {
    let server = Server::start().await;
    server.admin().await;
    server.user("melanie").await;
    let stats = server.json("/api/v1/server/stats").await;
    assert_eq!((stats["totalUsers"].as_u64(), stats["totalAdmins"].as_u64()), (Some(2), Some(1)));
    assert_eq!(
        (stats["totalLocalVideoChannels"].as_u64(), stats["totalLocalVideos"].as_u64()),
        (Some(2), Some(0))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_try_the_encoder_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.user("melanie").await;
    let path = "/api/v1/server/encoder/test";
    assert_eq!(member.post(path, &json!({})).await.status(), 403);
    let answer = admin.post(path, &json!({})).await;
    assert_eq!(answer.status(), 200);
    let test: serde_json::Value = answer.json().await.unwrap();
    assert!(test["speed"].as_f64() > Some(0.0) && test["encoder"]["id"].is_string(), "{test}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_for_a_later_moment_is_told_from_work_that_waits_for_a_worker() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let now = server.app.clock.now();
    let job = Job::RemoveFiles { paths: vec!["media/none".into()] };
    let id =
        server.app.db.write(move |tx| jobs::enqueue_at(tx, now, now.plus_seconds(3600), &job)).await.unwrap();
    assert_eq!(admin.json("/api/v1/jobs/waiting").await["total"], 0);
    let later = admin.json("/api/v1/jobs/delayed").await;
    assert_eq!((&later["total"], &later["data"][0]["state"]), (&json!(1), &json!("delayed")), "{later}");
    assert!(later["data"][0]["runAt"].is_string(), "{later}");
    assert_eq!(admin.post(&format!("/api/v1/jobs/{id}/cancel"), &json!({})).await.status(), 204);
    assert_eq!(admin.json("/api/v1/jobs/delayed").await["total"], 0);
    let cancelled = admin.json("/api/v1/jobs/cancelled").await;
    assert_eq!(cancelled["data"][0]["id"], id.to_string(), "{cancelled}");
    assert_eq!(admin.post(&format!("/api/v1/jobs/{id}/retry"), &json!({})).await.status(), 204);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_listed_by_the_room_that_they_use() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (anne, berthe, carl) =
        (server.user("anne").await, server.user("berthe").await, server.user("carl").await);
    // Each account with what its videos had when they were sent, which is added up for it.
    let listed = |sort: &'static str| {
        let admin = &admin;
        async move {
            let list = admin.json(&format!("/api/v1/users?sort={sort}")).await;
            let one = |user: &Value| {
                (user["username"].as_str().unwrap().to_owned(), user["videoQuotaUsed"].as_u64().unwrap())
            };
            list["data"].as_array().unwrap().iter().map(one).collect::<Vec<_>>()
        }
    };
    let of = |name: &str, millions: u64| (name.to_owned(), millions * 1_000_000);
    let given = server.db_video(&anne, json!({"name": "Given"})).await;
    let removed = server.db_video(&anne, json!({"name": "Removed"})).await;
    server.db_video(&berthe, json!({"name": "Kept"})).await;
    assert_eq!(
        listed("-videoQuotaUsed").await,
        [of("anne", 2), of("berthe", 1), of("carl", 0), of("admin", 0)]
    );

    let path = format!("/api/v1/videos/{}", given.uuid);
    let offered = anne.post(&format!("{path}/give-ownership"), &json!({"username": "carl"})).await;
    assert_eq!(offered.status(), 204);
    let offer = carl.json("/api/v1/videos/ownership").await["data"][0]["id"].clone();
    let into = json!({"channelId": carl.group_id().await});
    let taken = carl.post(&format!("/api/v1/videos/ownership/{offer}/accept"), &into).await;
    assert_eq!(taken.status(), 204);
    assert_eq!(listed("videoQuotaUsed").await[1..], [of("anne", 1), of("berthe", 1), of("carl", 1)]);
    assert_eq!(anne.delete(&format!("/api/v1/videos/{}", removed.uuid)).await.status(), 204);
    assert_eq!(listed("videoQuotaUsed").await[1..], [of("anne", 0), of("berthe", 1), of("carl", 1)]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_paused_and_goes_on() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let found = |health: Value| {
        let findings = health["findings"].as_array().unwrap().clone();
        findings.into_iter().find(|one| one["id"] == "jobs").map(|one| one["code"].clone())
    };
    assert_eq!(admin.json("/api/v1/jobs/pause").await, json!({"paused": false}));
    assert_eq!(found(admin.json("/api/v1/server/health").await), None);
    assert_eq!(admin.post("/api/v1/jobs/pause", &json!({})).await.status(), 204);
    assert_eq!(admin.post("/api/v1/jobs/pause", &json!({})).await.status(), 204);
    assert_eq!(admin.json("/api/v1/jobs/pause").await, json!({"paused": true}));
    assert_eq!(found(admin.json("/api/v1/server/health").await), Some(json!("paused")));
    let now = server.app.clock.now();
    let job = Job::RemoveFiles { paths: Vec::new() };
    let id = server.app.db.write(move |tx| jobs::enqueue(tx, now, &job)).await.unwrap().to_string();
    let state = |of: &Value| {
        let found = of["data"].as_array().unwrap().iter().find(|one| one["id"] == id).cloned();
        found.map(|one| one["state"].clone())
    };
    // Each commit wakes the workers.
    for _ in 0..50 {
        server.app.db.write(|_| Ok(())).await.unwrap();
        assert_eq!(state(&admin.json("/api/v1/jobs").await), Some(json!("waiting")));
    }
    assert_eq!(admin.post("/api/v1/jobs/resume", &json!({})).await.status(), 204);
    crate::common::until("the work", || async {
        (state(&admin.json("/api/v1/jobs").await) == Some(json!("completed"))).then_some(())
    })
    .await;
    server.stop().await;
}
