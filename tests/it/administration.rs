//! What administrators look at and choose.

use crate::common::Server;
use serde_json::json;

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
