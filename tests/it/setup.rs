//! Claiming a new instance.

use crate::common::Server;
use serde_json::{Value, json};

async fn post(server: &Server, path: &str, body: &Value) -> (u16, Value) {
    let response = server.http.post(server.url(path)).json(body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn answers(token: &str) -> Value {
    json!({
        "token": token, "language": "en", "name": "Le Grillon d’été", "publicUrl": "https://kiosque.example.org",
        "username": "anne", "email": "anne@example.org", "password": "a long walk at night"
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_opens_once() {
    let server = Server::start().await;
    let token = server.app.setup_token.clone();
    assert_eq!(server.json("/api/v1/setup").await, json!({"claimed": false}));
    assert_eq!(server.get("/api/v1/setup?token=nothing").await.status(), 403);
    let state = server.json(&format!("/api/v1/setup?token={token}")).await;
    assert_eq!(state["claimed"], false);
    assert_eq!(state["languages"], json!(["fr", "en"]));
    assert_eq!(state["suggestedUrl"], server.base);

    let (status, body) = post(&server, "/api/v1/setup", &answers("nothing")).await;
    assert_eq!(status, 403, "{body}");
    let mut wrong = answers(&token);
    wrong["username"] = "With Space".into();
    wrong["password"] = "short".into();
    wrong["publicUrl"] = "https://user:word@kiosque.example.org/path".into();
    let (status, body) = post(&server, "/api/v1/setup", &wrong).await;
    assert_eq!(status, 400);
    let named: Vec<_> = body["invalid-params"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(named, ["publicUrl", "username", "password"]);
    assert!(!body.to_string().contains("short"), "a password is repeated: {body}");

    let (status, tokens) = post(&server, "/api/v1/setup", &answers(&token)).await;
    assert_eq!(status, 200, "{tokens}");
    let me =
        server.http.get(server.url("/api/v1/users/me")).bearer_auth(tokens["access_token"].as_str().unwrap());
    let me: Value = me.send().await.unwrap().json().await.unwrap();
    assert_eq!(me["role"], json!({"id": 0, "label": "Administrator"}));
    assert_eq!(me["videoChannels"][0]["name"], "le_grillon_d_ete");
    assert_eq!(me["videoChannels"][0]["displayName"], "Le Grillon d’été");
    assert_eq!(server.json("/api/v1/config").await["instance"]["name"], "Le Grillon d’été");

    assert_eq!(server.json("/api/v1/setup").await, json!({"claimed": true}));
    assert_eq!(server.get(&format!("/api/v1/setup?token={token}")).await.status(), 409);
    for path in ["/api/v1/setup", "/api/v1/setup/address", "/api/v1/setup/encoder-test"] {
        assert_eq!(post(&server, path, &answers(&token)).await.0, 409, "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_browsers_with_the_link_make_one_administrator() {
    let server = Server::start().await;
    let token = server.app.setup_token.clone();
    let mut other = answers(&token);
    other["username"] = "zoe".into();
    other["email"] = "zoe@example.org".into();
    let first = answers(&token);
    let (one, two) =
        tokio::join!(post(&server, "/api/v1/setup", &first), post(&server, "/api/v1/setup", &other));
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{one:?} {two:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_tried_for_the_holder_of_the_link_only() {
    let server = Server::start().await;
    let token = server.app.setup_token.clone();
    let ask = |token: &str, url: &str| {
        let body = json!({"token": token, "publicUrl": url});
        let server = &server;
        async move { post(server, "/api/v1/setup/address", &body).await }
    };
    let (status, found) = ask(&token, &server.base).await;
    assert_eq!(
        (status, found["reachable"].clone(), found["code"].clone()),
        (200, json!(true), json!("local"))
    );
    let (_, found) = ask(&token, "http://nowhere.invalid").await;
    assert_eq!((found["code"].clone(), found["ok"].clone()), (json!("unresolved"), json!(false)));
    for bad in ["ftp://kiosque.example.org", "file:///etc/passwd", "kiosque", "http://a@b.example"] {
        assert_eq!(ask(&token, bad).await.0, 400, "{bad}");
    }
    // Somebody without the link makes no request, however often.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let trap = format!("http://{}", listener.local_addr().unwrap());
    let mut statuses = Vec::new();
    for _ in 0..25 {
        statuses.push(ask("nothing", &trap).await.0);
    }
    assert!(listener.accept().is_err(), "somebody came");
    assert_eq!(statuses[0], 403);
    assert_eq!(statuses[24], 429);
    // Guessing keeps its holder out no more than anybody lets the guesser in.
    assert_eq!(ask(&token, &server.base).await.0, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_encoder_is_really_tried() {
    let server = Server::start().await;
    let body = json!({"token": server.app.setup_token});
    let (status, test) = post(&server, "/api/v1/setup/encoder-test", &body).await;
    assert_eq!(status, 200, "{test}");
    assert!(test["speed"].as_f64().unwrap() > 0.0, "{test}");
    assert!(test["encoder"]["name"].is_string() && test["encoder"]["hardware"].is_boolean(), "{test}");
    server.stop().await;
}
