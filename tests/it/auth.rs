//! Signing in, as PeerTube's clients do it.

use crate::common::{Server, people::PASSWORD};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn tokens_open_are_renewed_and_revoked() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let again = |grant: &'static str, token: String| {
        let server = &server;
        async move {
            let response =
                server.token_request(&[("grant_type", grant), ("refresh_token", token.as_str())], None).await;
            (response.status().as_u16(), response.json::<serde_json::Value>().await.unwrap())
        }
    };
    let (status, renewed) = again("refresh_token", admin.refresh.clone()).await;
    assert_eq!(status, 200, "{renewed}");
    // The old pair is worth nothing from then on.
    let (status, body) = again("refresh_token", admin.refresh.clone()).await;
    assert_eq!((status, body["code"].as_str()), (400, Some("invalid_grant")));
    let old = admin.post("/api/v1/users/revoke-token", &serde_json::json!({})).await;
    assert_eq!(old.status(), 401);

    let new = renewed["access_token"].as_str().unwrap();
    let revoke = || {
        server.http.request(Method::POST, server.url("/api/v1/users/revoke-token")).bearer_auth(new).send()
    };
    assert_eq!(revoke().await.unwrap().status(), 200);
    let gone = revoke().await.unwrap();
    assert_eq!(gone.status(), 401);
    assert_eq!(gone.json::<serde_json::Value>().await.unwrap()["code"], "invalid_token");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_lies_in_the_database() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let dir = server.stop().await;
    for file in ["kiosque.sqlite3", "kiosque.sqlite3-wal"] {
        let Ok(bytes) = std::fs::read(dir.path().join(file)) else { continue };
        for secret in [&admin.access, &admin.refresh, PASSWORD] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{file}");
        }
    }
}
