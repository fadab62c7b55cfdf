//! What two real PeerTube said to one another, brought to us as it was, in the place of each of them.

use crate::common::{Server, clips, until};
use kiosque::{
    actors::{
        Actor,
        remote::{self, Kind},
    },
    clock::{Clock, Timestamp},
    federation::objects::actor,
    following::{self, Followed},
    groups,
};
use reqwest::StatusCode;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// A request as it was sent.
struct Sent {
    at: Timestamp,
    host: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

/// All requests to one of the two, in their order.
fn sent_to(wire: &Path, host: &str) -> Vec<Sent> {
    let mut all: Vec<Sent> = files(&wire.join("inbox-posts"))
        .iter()
        .map(|path| {
            let file = read(path);
            let request = &file["request"];
            let pair =
                |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
            let headers: Vec<_> = request["headers"].as_array().unwrap().iter().map(pair).collect();
            Sent {
                at: Timestamp((file["when"].as_f64().unwrap() * 1000.0) as i64),
                host: headers.iter().find(|(name, _)| name == "host").unwrap().1.clone(),
                path: request["line"].as_str().unwrap().split(' ').nth(1).unwrap().to_owned(),
                headers,
                body: request["body_raw"].as_str().unwrap().to_owned(),
            }
        })
        .filter(|sent| sent.host == host)
        .collect();
    all.sort_by_key(|sent| sent.at);
    all
}

/// An instance at the address of one of the two, at the time of the first request, that knows the actors of the other.
async fn in_place_of(wire: &Path, host: &str, other: &str, people: &[&str]) -> (Server, Clock, Vec<Sent>) {
    let all = sent_to(wire, host);
    let clock = Clock::stopped(all[0].at);
    let address = format!("http://{host}").parse().unwrap();
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |config| {
        config.public_url = Some(address);
        config.federation.enabled = true;
        config.federation.allow_insecure = true;
    })
    .await;
    for name in people {
        server.user(name).await;
    }
    let mut documents: Vec<Value> = files(&wire.join("docs"))
        .iter()
        .filter(|path| {
            path.to_string_lossy().contains(&format!("/actor-{}", other.rsplit(':').next().unwrap()))
        })
        .map(|path| {
            let body = read(path)["response"]["body"].clone();
            body.as_str().map_or(body.clone(), |text| serde_json::from_str(text).unwrap())
        })
        .collect();
    // People before the groups that they answer for.
    documents.sort_by_key(|document| document["type"] == "Group");
    let now = clock.now();
    server
        .app
        .db
        .write(move |tx| {
            for document in &documents {
                let uri = document["id"].as_str().unwrap().parse().unwrap();
                let (told, answering) = actor::read(document, &uri).unwrap();
                let mut owner = None;
                if told.kind == Kind::Group
                    && let Actor::Account(account) = remote::by_uri(tx, &answering[0])?.unwrap().shown
                {
                    owner = Some(account);
                }
                remote::put(tx, now, &told, owner)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    (server, clock, all)
}

async fn bring(server: &Server, clock: &Clock, sent: &Sent) -> StatusCode {
    clock.advance(((sent.at.0 - clock.now().0) / 1000).max(0));
    let mut request = server.http.post(server.url(&sent.path)).body(sent.body.clone());
    for (name, value) in &sent.headers {
        if !["content-length", "Connection", "accept-encoding"].contains(&name.as_str()) {
            request = request.header(name, value);
        }
    }
    request.send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_followed_a_peertube_follows_us() {
    let Some(fixtures) = clips::fixtures() else { return };
    let wire = fixtures.join("peertube-6.3-wire");
    let (server, clock, all) =
        in_place_of(&wire, "127.0.0.1:9001", "127.0.0.1:9002", &["alice", "root"]).await;
    // Who follows what in the end, as the recording has it.
    let mut follows: BTreeMap<(String, String), bool> = BTreeMap::new();
    for sent in &all {
        let activity: Value = serde_json::from_str(&sent.body).unwrap();
        let (follow, on) = match activity["type"].as_str().unwrap() {
            "Follow" => (&activity, true),
            "Undo" if activity["object"]["type"] == "Follow" => (&activity["object"], false),
            _ => continue,
        };
        let text = |name: &str| follow[name].as_str().unwrap().to_owned();
        follows.insert((text("actor"), text("object")), on);
    }
    assert!(follows.values().any(|on| *on) && follows.values().any(|on| !on), "{follows:?}");
    for sent in &all {
        assert_eq!(bring(&server, &clock, sent).await, 202, "{} {}", sent.path, sent.body);
        // One at a time: with a clock that stands, nobody comes back for what another has begun.
        quiet_received(&server, &clock, "127.0.0.1:9002").await;
    }
    let kept = follows.clone();
    let now_followed: BTreeMap<(String, String), bool> = server
        .app
        .db
        .read(move |conn| {
            let mut found = BTreeMap::new();
            for (follower, followed) in kept.keys() {
                let shown = remote::by_uri(conn, follower)?.unwrap();
                let Actor::Account(account) = shown.shown else { panic!("{follower}") };
                let name = followed.rsplit('/').next().unwrap();
                let on = if name == "peertube" {
                    remote::followers_of_instance(conn)? > 0
                } else {
                    let what = following::find(conn, name, None)?;
                    following::follows(conn, account, what)?
                };
                found.insert((follower.clone(), followed.clone()), on);
            }
            Ok(found)
        })
        .await
        .unwrap();
    assert_eq!(now_followed, follows);
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_peertube_let_follow_and_who_went_is_understood() {
    let Some(fixtures) = clips::fixtures() else { return };
    let wire = fixtures.join("peertube-6.3-wire");
    let (server, clock, all) = in_place_of(&wire, "127.0.0.1:9002", "127.0.0.1:9001", &["root"]).await;
    let now = clock.now();
    // Root asks for Alice's group, as it did.
    let (root, group) = server
        .app
        .db
        .write(move |tx| {
            let root = kiosque::accounts::by_name(tx, "root", None)?.id;
            let group = groups::by_name(tx, "alice_channel", Some("127.0.0.1:9001"))?.id;
            following::ask(tx, now, root, Followed::Group(group))?;
            Ok((root, group))
        })
        .await
        .unwrap();
    let agreed = || {
        server.app.db.read(move |conn| {
            Ok(following::feed(conn, root)?.groups.contains(&group)
                && groups::find(conn, group)?.followers == 1)
        })
    };
    assert!(!agreed().await.unwrap());
    for sent in &all {
        assert_eq!(bring(&server, &clock, sent).await, 202, "{} {}", sent.path, sent.body);
        quiet_received(&server, &clock, "127.0.0.1:9001").await;
    }
    assert!(agreed().await.unwrap());
    // Bob was deleted, with his group; Alice was not.
    for (name, status) in [("alice", 200), ("bob", 404)] {
        let account = server.get(&format!("/api/v1/accounts/{name}@127.0.0.1:9001")).await.status();
        let group =
            server.get(&format!("/api/v1/video-channels/{name}_channel@127.0.0.1:9001")).await.status();
        assert_eq!((account.as_u16(), group.as_u16()), (status, status), "{name}");
    }
    server.stop_whatever_failed().await;
}

/// Waits until nothing that was brought can be understood now. The clock goes on a little where that takes its time: a worker that found
/// another at it looks again in two seconds.
async fn quiet_received(server: &Server, clock: &Clock, host: &str) {
    let mut looks = 0;
    until("everything to be understood", || {
        looks += 1;
        if looks % 30 == 0 {
            clock.advance(3);
        }
        let (host, now) = (host.to_owned(), clock.now());
        let waits = server.app.db.read(move |conn| {
            let Some(peer) = kiosque::peers::by_host(conn, &host)? else { return Ok(false) };
            Ok(kiosque::peers::next_received(conn, now, peer.id)?.is_some())
        });
        async move { (!waits.await.unwrap()).then_some(()) }
    })
    .await;
}
