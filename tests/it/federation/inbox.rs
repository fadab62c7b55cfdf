//! What others bring: who is believed, who follows, and what comes back.

use super::stand_in::{StandIn, send, signed_by};
use crate::common::{Server, people::Person, until};
use axum::http::StatusCode;
use kiosque::{
    clock::{Clock, Timestamp},
    peers,
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};

/// An instance that speaks with others on this machine, its administrator, and the name of its group.
pub async fn world(clock: Clock) -> (Server, Person, String) {
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock, |config| {
        config.federation.enabled = true;
        config.federation.allow_insecure = true;
    })
    .await;
    let admin = server.admin().await;
    let group = admin.json("/api/v1/users/me").await["videoChannels"][0]["name"].as_str().unwrap().to_owned();
    (server, admin, group)
}

pub async fn document(server: &Server, path: &str) -> Value {
    let request = server.http.get(server.url(path)).header("accept", "application/activity+json");
    request.send().await.unwrap().json().await.unwrap()
}

async fn followers(server: &Server, path: &str) -> u64 {
    document(server, &format!("{path}/followers")).await["totalItems"].as_u64().unwrap()
}

/// Waits until everything that was brought is understood, and everything that is to be brought is.
async fn quiet(server: &Server, host: &str) {
    let host = host.to_owned();
    until("nothing waits", || async {
        let host = host.clone();
        let now = server.app.clock.now();
        let waits = server.app.db.read(move |conn| {
            let Some(peer) = peers::by_host(conn, &host)? else { return Ok(false) };
            Ok(peers::next_received(conn, now, peer.id)?.is_some()
                || peers::next_delivery(conn, peer.id)?.is_some())
        });
        (!waits.await.unwrap()).then_some(())
    })
    .await;
}

static NUMBER: AtomicI64 = AtomicI64::new(1_795_290_000_000);

fn follow(by: &StandIn, object: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Follow",
        // PeerTube's form: the same each time; what it signs within says when.
        "published": Timestamp(NUMBER.fetch_add(1, Ordering::Relaxed)),
        "id": by.url("/users/anna/follows/7"), "actor": by.url("/users/anna"), "object": object,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_public_is_followed_and_says_so() {
    let (server, admin, group) = world(Clock::system()).await;
    let peer = StandIn::start().await;
    for path in [
        format!("/video-channels/{group}"),
        format!("/accounts/{}", admin.name),
        "/accounts/peertube".to_owned(),
    ] {
        let follow = follow(&peer, &server.url(&path));
        let answer = peer.bring(&server, &format!("{path}/inbox"), &follow).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["connection"]),
            (202, &"close".parse::<axum::http::HeaderValue>().unwrap())
        );
        let accept = until("an answer", || async {
            peer.letters().into_iter().find(|letter| letter.body["actor"] == server.url(&path))
        })
        .await;
        assert_eq!(accept.path, "/users/anna/inbox", "not the shared one");
        assert_eq!((&accept.body["type"], &accept.body["object"]["id"]), (&json!("Accept"), &follow["id"]));
        let by = document(&server, &path).await;
        assert!(accept.holds(&by, peer.host(), server.app.clock.now()));
        super::checker::is_explained(&accept.body);
        assert_eq!(followers(&server, &path).await, 1, "{path}");

        let undo = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "type": "Undo", "id": peer.url("/users/anna/follows/7/undo"),
            "actor": peer.url("/users/anna"), "object": follow,
        });
        assert_eq!(peer.bring(&server, "/inbox", &undo).await.status(), 202);
        until("nobody to follow", || async { (followers(&server, &path).await == 0).then_some(()) }).await;
        // With the same id, as PeerTube does.
        let once_more = self::follow(&peer, &server.url(&path));
        assert_eq!(once_more["id"], follow["id"]);
        peer.bring(&server, &format!("{path}/inbox"), &once_more).await;
        until("somebody to follow again", || async { (followers(&server, &path).await == 1).then_some(()) })
            .await;
    }
    // The actor was asked for once, and nothing else.
    assert_eq!(peer.fetched(), ["/users/anna"]);
    // Who follows is shown as somebody of that server.
    let list = admin.json(&format!("/api/v1/video-channels/{group}/followers")).await;
    let follower = &list["data"][0]["follower"];
    assert_eq!((&follower["name"], &follower["host"]), (&json!("anna"), &json!(peer.host())));
    quiet(&server, peer.host()).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_taken_once() {
    let (server, _, group) = world(Clock::system()).await;
    let peer = StandIn::start().await;
    let path = format!("/video-channels/{group}");
    let inbox = format!("{path}/inbox");
    let body = follow(&peer, &server.url(&path)).to_string();
    let headers = signed_by(&server, &inbox, body.as_bytes(), &peer.url("/users/anna"), 0);
    assert_eq!(send(&server, &inbox, &headers, body.clone()).await.status(), 202);
    until("a follower", || async { (followers(&server, &path).await == 1).then_some(()) }).await;
    let undo = json!({
        "type": "Undo", "id": peer.url("/u/1"), "actor": peer.url("/users/anna"), "object": follow(&peer, &server.url(&path)),
    });
    peer.bring(&server, "/inbox", &undo).await;
    until("no follower", || async { (followers(&server, &path).await == 0).then_some(()) }).await;
    // Somebody who listened says it again, word by word.
    assert_eq!(send(&server, &inbox, &headers, body).await.status(), 202);
    quiet(&server, peer.host()).await;
    assert_eq!(followers(&server, &path).await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_believed() {
    let (server, admin, group) = world(Clock::system()).await;
    let peer = StandIn::start().await;
    peer.put_actor("bert", "Person", 1);
    let object = server.url(&format!("/video-channels/{group}"));
    let (anna, bert) = (peer.url("/users/anna"), peer.url("/users/bert"));
    let good = follow(&peer, &object);
    let text = good.to_string();
    let signed =
        |body: &str, actor: &str, key: usize| signed_by(&server, "/inbox", body.as_bytes(), actor, key);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        body.to_string()
    };
    let unsigned: Vec<_> =
        signed(&text, &anna, 0).into_iter().filter(|(name, _)| *name != "signature").collect();
    let mut html = signed(&text, &anna, 0);
    html[0].1 = "text/html".to_owned();
    let foreign_id = with(&|body| body["id"] = json!("https://other.example/follows/1"));
    let of_bert = with(&|body| body["actor"] = json!(bert));
    let nobody = peer.url("/users/nobody");
    let of_nobody = with(&|body| body["actor"] = json!(nobody));
    let no_id = with(&|body| drop(body.as_object_mut().unwrap().remove("id")));
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(1000), "]".repeat(1000));
    let long = with(&|body| body["content"] = json!("x".repeat(600_000)));
    let ours = server.url(&format!("/accounts/{}", admin.name));
    let from_ours = with(&|body| body["actor"] = json!(ours));
    let cases = [
        ("no signature", 401, unsigned, text.clone()),
        ("another key", 401, signed(&text, &anna, 1), text.clone()),
        ("another body", 401, signed(&text, &anna, 0), with(&|body| body["object"] = json!(bert))),
        ("another's activity", 403, signed(&of_bert, &anna, 0), of_bert.clone()),
        ("an id of another server", 403, signed(&foreign_id, &anna, 0), foreign_id),
        ("an actor of ours", 409, signed(&from_ours, &ours, 0), from_ours),
        ("an actor that is not there", 401, signed(&of_nobody, &nobody, 0), of_nobody),
        ("no id", 400, signed(&no_id, &anna, 0), no_id),
        ("too deep", 400, signed(&deep, &anna, 0), deep),
        ("too long", 413, signed(&long, &anna, 0), long),
        ("a page", 415, html, text.clone()),
    ];
    for (what, status, headers, body) in cases {
        let answer = send(&server, "/inbox", &headers, body).await;
        let (got, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        assert_eq!(got, status, "{what}: {text}");
    }
    assert_eq!(peer.bring(&server, "/accounts/nobody/inbox", &good).await.status(), 404);
    assert_eq!(peer.bring(&server, "/video-channels/nobody/inbox", &good).await.status(), 404);
    // A server that nobody wants to hear.
    admin.post("/api/v1/server/blocklist/servers", &json!({"host": peer.host()})).await;
    assert_eq!(peer.bring(&server, "/inbox", &good).await.status(), 403);
    assert_eq!(followers(&server, &format!("/video-channels/{group}")).await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_asked_for_once_in_a_while() {
    let clock = Clock::stopped(kiosque::clock::Timestamp(1_795_290_000_000));
    let (server, _, group) = world(clock.clone()).await;
    let peer = StandIn::start().await;
    let inbox = format!("/video-channels/{group}/inbox");
    let body = follow(&peer, &server.url(&format!("/video-channels/{group}"))).to_string();
    let anna = peer.url("/users/anna");
    let bring = async |key: usize| {
        let headers = signed_by(&server, &inbox, body.as_bytes(), &anna, key);
        send(&server, &inbox, &headers, body.clone()).await
    };
    assert_eq!(bring(0).await.status(), 202);
    peer.put_actor("anna", "Person", 1);
    // Not at once: who signs wrongly must not have us ask on and on.
    assert_eq!(bring(1).await.status(), 401);
    assert_eq!(peer.fetched().len(), 1);
    clock.advance(600);
    assert_eq!(bring(1).await.status(), 202);
    assert_eq!(peer.fetched().len(), 2);
    clock.advance(1);
    assert_eq!(bring(0).await.status(), 401);
    assert_eq!(peer.fetched().len(), 2);
    // Hours later a signature is of another time, whoever made it.
    let headers = signed_by(&server, &inbox, body.as_bytes(), &anna, 1);
    clock.advance(2 * 3600);
    assert_eq!(send(&server, &inbox, &headers, body.clone()).await.status(), 401);
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_is_forgotten() {
    let (server, _, group) = world(Clock::system()).await;
    let peer = StandIn::start().await;
    let path = format!("/video-channels/{group}");
    peer.bring(&server, &format!("{path}/inbox"), &follow(&peer, &server.url(&path))).await;
    peer.letter("Accept").await;
    let host = peer.host().to_owned();
    let known = server.json(&format!("/api/v1/accounts/anna@{host}")).await;
    assert_eq!(
        (&known["displayName"], &known["description"]),
        (&json!("anna of elsewhere"), &json!("Sings loud"))
    );
    // Others cannot have somebody forgotten.
    peer.put_actor("bert", "Person", 1);
    let anna = peer.url("/users/anna");
    let by = |actor: &str| json!({"type": "Delete", "id": format!("{actor}#delete"), "actor": actor, "to": ["https://www.w3.org/ns/activitystreams#Public"], "object": anna});
    let bert = peer.url("/users/bert");
    let body = by(&bert).to_string();
    assert_eq!(
        send(&server, "/inbox", &signed_by(&server, "/inbox", body.as_bytes(), &bert, 1), body)
            .await
            .status(),
        202
    );
    quiet(&server, &host).await;
    assert_eq!(followers(&server, &path).await, 1);
    peer.remove("/users/anna");
    assert_eq!(peer.bring(&server, "/inbox", &by(&anna)).await.status(), 202);
    until("nobody", || async { (followers(&server, &path).await == 0).then_some(()) }).await;
    assert_eq!(server.get(&format!("/api/v1/accounts/anna@{host}")).await.status(), 404);
    // Who was never known and is gone cannot be asked for a key.
    let body = json!({"type": "Delete", "id": peer.url("/users/carla#delete"), "actor": peer.url("/users/carla"), "object": peer.url("/users/carla")}).to_string();
    let headers = signed_by(&server, "/inbox", body.as_bytes(), &peer.url("/users/carla"), 0);
    assert_eq!(send(&server, "/inbox", &headers, body).await.status(), 202);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_nothing_keeps_nobody_waiting() {
    let clock = Clock::stopped(kiosque::clock::Timestamp(1_795_290_000_000));
    let (server, _, group) = world(clock.clone()).await;
    let (dead, well) = (StandIn::start().await, StandIn::start().await);
    dead.answer_with(Some(StatusCode::SERVICE_UNAVAILABLE));
    let path = format!("/video-channels/{group}");
    for peer in [&dead, &well] {
        let answer = peer.bring(&server, &format!("{path}/inbox"), &follow(peer, &server.url(&path))).await;
        assert_eq!(answer.status(), 202);
    }
    well.letter("Accept").await;
    let health = || {
        let host = dead.host().to_owned();
        server.app.db.read(move |conn| Ok(peers::by_host(conn, &host)?.unwrap()))
    };
    let failing =
        until("a failure", || async { Some(health().await.unwrap()).filter(|peer| peer.failures == 1) })
            .await;
    assert_eq!(failing.error.as_deref(), Some("The answer is 503."));
    assert_eq!(failing.try_at, clock.now().plus_seconds(30));
    // It comes back, and says something: what waits for it is brought at once.
    dead.answer_with(None);
    clock.advance(5);
    let undo = json!({"type": "Like", "id": dead.url("/l/1"), "actor": dead.url("/users/anna"), "object": server.url("/")});
    assert_eq!(dead.bring(&server, "/inbox", &undo).await.status(), 202);
    dead.letter("Accept").await;
    let well_again =
        until("health", || async { Some(health().await.unwrap()).filter(|peer| peer.failures == 0) }).await;
    assert_eq!((well_again.failing_since, well_again.refused), (None, 0));
    // What is refused for good is not brought again, and counted.
    dead.answer_with(Some(StatusCode::FORBIDDEN));
    clock.advance(5);
    dead.bring(&server, &format!("{path}/inbox"), &follow(&dead, &server.url(&path))).await;
    let refusing =
        until("a refusal", || async { Some(health().await.unwrap()).filter(|peer| peer.refused == 1) }).await;
    let waiting = server.app.db.read(move |conn| peers::waiting(conn, refusing.id)).await.unwrap();
    assert_eq!(waiting, 0);
    server.stop().await;
}
