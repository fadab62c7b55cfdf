//! What others read of us.

use super::checker;
use crate::common::{Server, clips, people::Person};
use kiosque::clock::Clock;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn ask(server: &Server, path: &str, accept: &str) -> reqwest::Response {
    server.http.get(server.url(path)).header("accept", accept).send().await.unwrap()
}

/// The document at a path.
async fn read(server: &Server, path: &str) -> Value {
    let answer = ask(server, path, "application/activity+json, application/ld+json").await;
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.headers()["content-type"], "application/activity+json; charset=utf-8", "{path}");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    answer.json().await.unwrap()
}

async fn world() -> (Server, Person) {
    let server = Server::start_in(tempfile::tempdir().unwrap(), Clock::system(), |config| {
        config.federation.enabled = true;
    })
    .await;
    let admin = server.admin().await;
    (server, admin)
}

#[tokio::test(flavor = "multi_thread")]
async fn actors_are_found_by_name_and_described_as_peertube_reads_them() {
    let (server, admin) = world().await;
    let group = admin.json("/api/v1/users/me").await["videoChannels"][0]["name"].as_str().unwrap().to_owned();
    let host = server.base.trim_start_matches("http://").to_owned();
    for (name, kind, path) in [
        (admin.name.as_str(), "Person", format!("/accounts/{}", admin.name)),
        (&group, "Group", format!("/video-channels/{group}")),
        ("peertube", "Application", "/accounts/peertube".to_owned()),
        ("relay", "Application", "/accounts/peertube".to_owned()),
    ] {
        let found = server.json(&format!("/.well-known/webfinger?resource=acct:{name}@{host}")).await;
        assert_eq!(found["subject"], format!("acct:{name}@{host}"));
        let link = &found["links"][0];
        assert_eq!(
            (link["rel"].as_str(), link["href"].as_str()),
            (Some("self"), Some(server.url(&path).as_str()))
        );
        let actor = read(&server, &path).await;
        checker::actor(&actor);
        assert_eq!((&actor["type"], &actor["id"]), (&json!(kind), &json!(server.url(&path))));
        // The key that was made stays.
        assert_eq!(read(&server, &path).await["publicKey"], actor["publicKey"]);
        for list in ["followers", "following", "outbox", "playlists"] {
            let list = read(&server, &format!("{path}/{list}")).await;
            assert!(list["totalItems"].is_u64() && list["type"] == "OrderedCollection");
        }
    }
    for wrong in
        ["acct:nobody@HOST", "acct:peertube@other.example", "nobody", "", "https://other.example/accounts/x"]
    {
        let path = format!("/.well-known/webfinger?resource={}", wrong.replace("HOST", &host));
        assert!([400, 404].contains(&server.get(&path).await.status().as_u16()), "{wrong}");
    }
    let index = server.json("/.well-known/nodeinfo").await;
    let links = index["links"].as_array().unwrap();
    let instance =
        links.iter().find(|link| link["rel"] == "https://www.w3.org/ns/activitystreams#Application").unwrap();
    assert_eq!(instance["href"], server.url("/accounts/peertube"));
    for version in ["2.0", "2.1"] {
        let info = server.json(&format!("/nodeinfo/{version}.json")).await;
        assert_eq!((&info["version"], &info["software"]["name"]), (&json!(version), &json!("kiosque")));
        assert_eq!(info["usage"]["users"]["total"], 1);
    }
    let meta = server.get("/.well-known/host-meta").await.text().await.unwrap();
    assert!(meta.contains("rel=\"lrdd\"") && meta.contains("/.well-known/webfinger?resource={uri}"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_where_federation_is_off() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let host = server.base.trim_start_matches("http://");
    for path in [
        &format!("/.well-known/webfinger?resource=acct:{}@{host}", admin.name),
        "/.well-known/nodeinfo",
        "/.well-known/host-meta",
        "/nodeinfo/2.0.json",
        "/accounts/peertube/outbox",
    ] {
        assert_eq!(server.get(path).await.status(), 404, "{path}");
    }
    let page = ask(&server, &format!("/accounts/{}", admin.name), "application/activity+json").await;
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_video_is_told_and_no_other_is() {
    let (server, admin) = world().await;
    let fields = json!({
        "name": "Bal de la place", "description": "Deux **heures** de bal.", "privacy": 1, "category": 1, "licence": 2,
        "language": "fr", "tags": ["bal", "place"], "nsfw": true, "nsfwFlags": 1, "nsfwSummary": "Pétards",
    });
    let video = server.db_video(&admin, fields).await;
    let film = read(&server, &format!("/videos/watch/{}", video.uuid)).await;
    checker::is_explained(&film);
    checker::video(&film);
    assert_eq!(
        film["tag"],
        json!([
            {"type": "Hashtag", "name": "bal"}, {"type": "Hashtag", "name": "place"}, {"type": "SensitiveTag", "name": "violent"},
        ])
    );
    // The page's address leads to the same.
    let short = kiosque::ids::short(video.uuid);
    assert_eq!(read(&server, &format!("/w/{short}")).await, film);
    // Readers of pages get pages, and caches know that there are two answers.
    for (accept, kind) in [
        ("text/html", "text/html"),
        ("*/*", "text/html"),
        ("application/activity+json", "application/activity+json"),
    ] {
        let answer = ask(&server, &format!("/w/{short}"), accept).await;
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(kind), "{accept}");
        let vary: Vec<_> = answer
            .headers()
            .get_all("vary")
            .iter()
            .map(|value| value.to_str().unwrap().to_lowercase())
            .collect();
        assert!(vary.join(",").contains("accept"), "{accept}: {vary:?}");
    }
    let activity = read(&server, &format!("/videos/watch/{}/activity", video.uuid)).await;
    checker::is_explained(&activity);
    checker::video(&activity["object"]);
    assert_eq!(activity["actor"], server.url(&format!("/accounts/{}", admin.name)));
    for below in ["likes", "dislikes", "comments", "announces", "chapters"] {
        let list = read(&server, &format!("/videos/watch/{}/{below}", video.uuid)).await;
        checker::is_explained(&list);
    }
    // Every outbox tells of it.
    let group = film["attributedTo"][1]["id"].as_str().unwrap().trim_start_matches(&server.base).to_owned();
    for (actor, kind) in [
        (group.as_str(), "Announce"),
        ("/accounts/peertube", "Announce"),
        (&format!("/accounts/{}", admin.name), "Create"),
    ] {
        let outbox = read(&server, &format!("{actor}/outbox")).await;
        assert_eq!(outbox["totalItems"], 1, "{actor}");
        let first = outbox["first"].as_str().unwrap().trim_start_matches(&server.base).to_owned();
        let page = read(&server, &first).await;
        let item = &page["orderedItems"][0];
        assert_eq!(item["type"], kind);
        let object = if kind == "Create" { item["object"]["id"].clone() } else { item["object"].clone() };
        assert_eq!(object, film["id"]);
    }
    for privacy in [2, 3, 4] {
        let hidden = server.db_video(&admin, json!({"name": "Hidden", "privacy": privacy})).await;
        for path in ["", "/activity", "/likes", "/comments", "/chapters", "/announces"] {
            let answer =
                ask(&server, &format!("/videos/watch/{}{path}", hidden.uuid), "application/activity+json")
                    .await;
            assert!(
                [401, 403, 404].contains(&answer.status().as_u16()),
                "{privacy} {path}: {}",
                answer.status()
            );
        }
    }
    assert_eq!(read(&server, "/accounts/peertube/outbox").await["totalItems"], 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_notes_and_leave_tombstones() {
    let (server, admin) = world().await;
    let anna = server.user("anna").await;
    let video = server.db_video(&admin, json!({"name": "Bal de la place", "privacy": 1})).await;
    let threads = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let said: Value =
        anna.post(&threads, &json!({"text": "Quel **bal**, @root !"})).await.json().await.unwrap();
    let id = said["comment"]["id"].as_i64().unwrap();
    let reply = format!("/api/v1/videos/{}/comments/{id}", video.uuid);
    admin.post(&reply, &json!({"text": "Merci"})).await;
    let path = format!("/videos/watch/{}/comments/{id}", video.uuid);
    let note = read(&server, &path).await;
    checker::is_explained(&note);
    assert_eq!(note["id"], server.url(&path));
    assert_eq!(note["inReplyTo"], server.url(&format!("/videos/watch/{}", video.uuid)));
    assert_eq!(note["attributedTo"], server.url("/accounts/anna"));
    assert!(note["content"].as_str().unwrap().contains("<strong>bal</strong>"));
    assert_eq!(note["to"], json!(["https://www.w3.org/ns/activitystreams#Public"]));
    let list = read(&server, &format!("/videos/watch/{}/comments", video.uuid)).await;
    assert_eq!(list["totalItems"], 2);
    let page = read(&server, &format!("/videos/watch/{}/comments?page=1", video.uuid)).await;
    assert_eq!(page["orderedItems"][0], note["id"]);
    // Removed, and answered: something is left. A browser is led to the page.
    assert_eq!(anna.delete(&format!("/api/v1/videos/{}/comments/{id}", video.uuid)).await.status(), 204);
    let left = read(&server, &path).await;
    checker::is_explained(&left);
    assert_eq!((&left["type"], &left["formerType"]), (&json!("Tombstone"), &json!("Note")));
    assert_eq!(ask(&server, &path, "text/html").await.status(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_for_good_is_said_to_be() {
    let (server, admin) = world().await;
    let anna = server.user("anna").await;
    let path = "/accounts/anna";
    read(&server, path).await;
    let id = anna.json("/api/v1/users/me").await["id"].as_i64().unwrap();
    assert_eq!(admin.delete(&format!("/api/v1/users/{id}")).await.status(), 204);
    let answer = ask(&server, path, "application/activity+json").await;
    assert_eq!(answer.status(), 410);
    let left: Value = answer.json().await.unwrap();
    assert_eq!((&left["type"], &left["id"]), (&json!("Tombstone"), &json!(server.url(path))));
    assert_eq!(ask(&server, "/accounts/nobody", "application/activity+json").await.status(), 404);
    server.stop().await;
}

/// Words that a document has, with those of all that is in it.
fn words(value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(word, value)| {
            all.insert(word.clone());
            words(value, all);
        }),
        Value::Array(list) => list.iter().for_each(|value| words(value, all)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_have_the_words_of_a_real_peertube() {
    let Some(fixtures) = clips::fixtures() else { return };
    let (server, admin) = world().await;
    let video = server
        .db_video(&admin, json!({"name": "Bal de la place", "description": "Deux heures", "privacy": 1, "category": 1, "language": "fr"}))
        .await;
    let group = admin.json("/api/v1/users/me").await["videoChannels"][0]["name"].as_str().unwrap().to_owned();
    for (recorded, path, without) in [
        ("video", format!("/videos/watch/{}", video.uuid), &["Infohash", "name"][..]),
        (
            "actor-channel",
            format!("/video-channels/{group}"),
            &["icons", "icon", "image", "mediaType", "width", "height"],
        ),
        (
            "actor-account",
            format!("/accounts/{}", admin.name),
            &["icons", "icon", "image", "mediaType", "width", "height"],
        ),
        ("actor-instance", "/accounts/peertube".to_owned(), &["icons"]),
    ] {
        let file = fixtures.join(format!("peertube-6.3-wire/docs/{recorded}.json"));
        let theirs: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let (mut wanted, mut had) = (BTreeSet::new(), BTreeSet::new());
        words(&theirs["body"], &mut wanted);
        words(&read(&server, &path).await, &mut had);
        let missing: Vec<_> =
            wanted.difference(&had).filter(|word| !without.contains(&word.as_str())).collect();
        assert!(missing.is_empty(), "{recorded}: {missing:?}");
    }
    server.stop().await;
}
