//! Following groups and people, the feed of it, and who may know.

use crate::common::{Server, choir, people::Person};
use kiosque::clock::{Clock, Timestamp};
use serde_json::{Value, json};

const MINE: &str = "/api/v1/users/me/subscriptions";

fn host(server: &Server) -> &str {
    server.base.strip_prefix("http://").unwrap()
}

async fn follow(server: &Server, person: &Person, name: &str) -> u16 {
    let uri = format!("{name}@{}", host(server));
    person.post(MINE, &json!({ "uri": uri })).await.status().into()
}

async fn unfollow(server: &Server, person: &Person, name: &str) -> u16 {
    person.delete(&format!("{MINE}/{name}@{}", host(server))).await.status().into()
}

/// The values of a key in a list, checked against its total.
async fn texts(person: &Person, path: &str, key: &str) -> Vec<String> {
    let list = person.json(path).await;
    let data = list["data"].as_array().unwrap();
    if !path.contains("count=") {
        assert_eq!(list["total"], data.len(), "{path}");
    }
    data.iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
}

async fn followers_of(server: &Server, path: &str) -> Value {
    server.json(path).await["followersCount"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_people_are_followed_and_counted() {
    let server = Server::start().await;
    let (choir, reader, other) =
        (server.user("choir").await, server.user("reader").await, server.user("other").await);
    let group = "/api/v1/video-channels/choir_channel";
    assert_eq!(follow(&server, &reader, "choir_channel").await, 204);
    // Again changes nothing, in any case of letters.
    assert_eq!(follow(&server, &reader, "Choir_Channel").await, 204);
    assert_eq!(follow(&server, &other, "choir_channel").await, 204);
    assert_eq!(follow(&server, &reader, "choir").await, 204);
    assert_eq!(followers_of(&server, group).await, 2);
    assert_eq!(followers_of(&server, "/api/v1/accounts/choir").await, 1);
    assert_eq!(server.json("/api/v1/accounts/reader").await["followingCount"], 2);

    assert_eq!(texts(&reader, MINE, "name").await, ["choir_channel"]);
    assert_eq!(texts(&reader, &format!("{MINE}/accounts"), "name").await, ["choir"]);
    assert_eq!(texts(&choir, MINE, "name").await, Vec::<String>::new());
    let host = host(&server);
    let path = format!(
        "{MINE}/exist?uris=choir_channel@{host}&uris=choir@{host}&uris=other_channel@{host}&uris=x@y.z"
    );
    let exist = reader.json(&path).await;
    assert_eq!(
        exist,
        json!({
            format!("choir_channel@{host}"): true,
            format!("choir@{host}"): true,
            format!("other_channel@{host}"): false,
            "x@y.z": false,
        })
    );
    assert_eq!(reader.json(&format!("{MINE}/choir_channel@{host}")).await["displayName"], "choir");
    assert_eq!(reader.json(&format!("{MINE}/choir@{host}")).await["name"], "choir");
    assert_eq!(reader.get(&format!("{MINE}/other_channel@{host}")).await.status(), 404);

    assert_eq!(unfollow(&server, &reader, "choir_channel").await, 204);
    assert_eq!(unfollow(&server, &reader, "choir_channel").await, 404);
    assert_eq!(followers_of(&server, group).await, 1);
    // Who goes follows no more; what goes is followed no more.
    assert_eq!(other.delete("/api/v1/users/me").await.status(), 204);
    assert_eq!(followers_of(&server, group).await, 0);
    assert_eq!(choir.delete("/api/v1/users/me").await.status(), 204);
    assert_eq!(server.json("/api/v1/accounts/reader").await["followingCount"], 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_followed_is_said_at_once() {
    let server = Server::start().await;
    let reader = server.user("reader").await;
    assert_eq!(follow(&server, &reader, "nobody_here").await, 404);
    assert_eq!(follow(&server, &reader, "reader").await, 409);
    for uri in ["reader_channel", "@host", "name@", "a@b@c", ""] {
        assert_eq!(reader.post(MINE, &json!({ "uri": uri })).await.status(), 400, "{uri}");
    }
    assert_eq!(reader.post(MINE, &json!({"uri": "choir@elsewhere.example"})).await.status(), 404);
    let anonymous = server.http.post(server.url(MINE)).json(&json!({"uri": "a@b"})).send().await.unwrap();
    assert_eq!(anonymous.status(), 401);
    for path in ["?sort=name", "/exist?uris=reader_channel", "/videos?sort=nothing", "?count=101"] {
        assert_eq!(reader.get(&format!("{MINE}{path}")).await.status(), 400, "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_what_one_follows_are_searched_and_turned_over() {
    let server = Server::start().await;
    let (anne, reader) = (server.user("anne").await, server.user("reader").await);
    for (name, shown) in [("bees", "The Bees"), ("crows", "Crows"), ("dunes", "Dunes and bees")] {
        let fields = json!({"name": name, "displayName": shown});
        assert_eq!(anne.post("/api/v1/video-channels", &fields).await.status(), 200);
        assert_eq!(follow(&server, &reader, name).await, 204);
    }
    assert_eq!(texts(&reader, MINE, "name").await, ["dunes", "crows", "bees"]);
    assert_eq!(texts(&reader, &format!("{MINE}?sort=createdAt"), "name").await, ["bees", "crows", "dunes"]);
    assert_eq!(texts(&reader, &format!("{MINE}?search=BEES"), "name").await, ["dunes", "bees"]);
    assert_eq!(texts(&reader, &format!("{MINE}?start=1&count=1"), "name").await, ["crows"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_look_after_a_group_see_who_follows_it() {
    let server = Server::start().await;
    let (choir, reader, other) =
        (server.user("choir").await, server.user("reader").await, server.user("other").await);
    assert_eq!(follow(&server, &reader, "choir_channel").await, 204);
    assert_eq!(follow(&server, &other, "choir_channel").await, 204);
    assert_eq!(follow(&server, &other, "choir").await, 204);
    let of_group = "/api/v1/video-channels/choir_channel/followers";
    let names = |list: &Value| -> Vec<(String, String)> {
        let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (name(&one["follower"]), name(&one["following"])))
            .collect()
    };
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    let list = choir.json(of_group).await;
    assert_eq!(list["total"], 2);
    assert_eq!(names(&list), [pair("other", "choir_channel"), pair("reader", "choir_channel")]);
    assert_eq!(
        names(&choir.json(&format!("{of_group}?search=read")).await),
        [pair("reader", "choir_channel")]
    );
    // Accents and capitals do not count, also beyond ASCII.
    assert_eq!(reader.put("/api/v1/users/me", &json!({"displayName": "ÉLOÏSE"})).await.status(), 204);
    for words in ["%C3%A9lo%C3%AF", "eloise"] {
        let found = choir.json(&format!("{of_group}?search={words}")).await;
        assert_eq!(names(&found), [pair("reader", "choir_channel")], "{words}");
    }
    assert_eq!(
        names(&choir.json(&format!("{of_group}?sort=createdAt&count=1")).await),
        [pair("reader", "choir_channel")]
    );
    let of_account = "/api/v1/accounts/choir/followers";
    let all = names(&choir.json(of_account).await);
    let expected = [pair("other", "choir"), pair("other", "choir_channel"), pair("reader", "choir_channel")];
    assert_eq!(all, expected);
    for path in [of_group, of_account] {
        assert_eq!(reader.get(path).await.status(), 403, "{path}");
        assert_eq!(server.get(path).await.status(), 401, "{path}");
    }
    assert_eq!(server.admin().await.get(of_group).await.status(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_is_what_was_published_in_the_order_of_time() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (anne, zoe, reader) =
        (server.user("anne").await, server.user("zoe").await, server.user("reader").await);
    let feed = format!("{MINE}/videos");
    // Nobody is followed.
    assert_eq!(texts(&reader, &feed, "name").await, Vec::<String>::new());
    assert_eq!(follow(&server, &reader, "anne_channel").await, 204);
    // Of people one gets what they send, in whichever groups.
    assert_eq!(follow(&server, &reader, "zoe").await, 204);
    let second = json!({"name": "second", "displayName": "Second"});
    let second: Value = zoe.post("/api/v1/video-channels", &second).await.json().await.unwrap();
    let stranger = server.user("stranger").await;
    let films = [
        (&anne, "Anne 1", json!({})),
        (&zoe, "Zoe 1", json!({})),
        (&stranger, "Not followed", json!({})),
        (&zoe, "Second 1", json!({"channelId": second["videoChannel"]["id"]})),
        (&anne, "Internal", json!({"privacy": 4})),
        (&anne, "Unlisted", json!({"privacy": 2})),
        (&anne, "Private", json!({"privacy": 3})),
        (&zoe, "Sensitive", json!({"nsfw": true})),
        (&anne, "Anne 2", json!({"category": 1})),
    ];
    for (person, name, mut fields) in films {
        clock.advance(60);
        fields["name"] = name.into();
        server.db_video(person, fields).await;
    }
    let all = ["Anne 2", "Internal", "Second 1", "Zoe 1", "Anne 1"];
    assert_eq!(texts(&reader, &feed, "name").await, all);
    for (start, count) in [(0, 2), (1, 3), (4, 5), (5, 5), (0, 0)] {
        let part: Vec<&str> = all.into_iter().skip(start).take(count).collect();
        let path = format!("{feed}?start={start}&count={count}");
        assert_eq!(texts(&reader, &path, "name").await, part, "{path}");
        assert_eq!(reader.json(&path).await["total"], 5);
    }
    let reversed: Vec<&str> = all.into_iter().rev().collect();
    assert_eq!(texts(&reader, &format!("{feed}?sort=publishedAt"), "name").await, reversed);
    assert_eq!(texts(&reader, &format!("{feed}?sort=-createdAt"), "name").await, all);
    assert_eq!(
        texts(&reader, &format!("{feed}?sort=name"), "name").await,
        ["Anne 1", "Anne 2", "Internal", "Second 1", "Zoe 1"]
    );
    assert_eq!(texts(&reader, &format!("{feed}?categoryOneOf=1"), "name").await, ["Anne 2"]);
    assert_eq!(texts(&reader, &format!("{feed}?search=second"), "name").await, ["Second 1"]);
    assert_eq!(texts(&reader, &format!("{feed}?nsfw=true"), "name").await, ["Sensitive"]);
    // In both ways at once, a video comes once.
    assert_eq!(follow(&server, &reader, "zoe_channel").await, 204);
    assert_eq!(texts(&reader, &feed, "name").await, all);
    assert_eq!(reader.json(&format!("{feed}?start=1&count=2")).await["total"], 5);
    assert_eq!(unfollow(&server, &reader, "zoe").await, 204);
    assert_eq!(texts(&reader, &feed, "name").await, ["Anne 2", "Internal", "Zoe 1", "Anne 1"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_people_one_gets_what_they_sent_not_what_others_sent_to_their_groups() {
    let clock = choir::clock();
    let (server, anne, zoe, max) = choir::choir(clock.clone()).await;
    let other = server.user("other").await;
    choir::take_in(&anne, &zoe, "moderator").await;
    let group = choir::choir_id(&server).await;
    for (person, name) in [(&anne, "Anne in the choir"), (&zoe, "Zoe in the choir")] {
        clock.advance(60);
        server.db_video(person, json!({"name": name, "channelId": group})).await;
    }
    assert_eq!(follow(&server, &max, "choir").await, 204);
    assert_eq!(follow(&server, &other, "zoe").await, 204);
    let feed = format!("{MINE}/videos");
    assert_eq!(texts(&max, &feed, "name").await, ["Zoe in the choir", "Anne in the choir"]);
    assert_eq!(texts(&other, &feed, "name").await, ["Zoe in the choir"]);
    assert_eq!(follow(&server, &other, "anne").await, 204);
    assert_eq!(texts(&other, &feed, "name").await, ["Zoe in the choir", "Anne in the choir"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_for_readers_opens_with_its_token_alone() {
    let server = Server::start().await;
    let (anne, reader, other) =
        (server.user("anne").await, server.user("reader").await, server.user("other").await);
    for (name, privacy) in [("Open", 1), ("For members", 4)] {
        server.db_video(&anne, json!({"name": name, "privacy": privacy})).await;
    }
    server.db_video(&other, json!({"name": "Elsewhere"})).await;
    assert_eq!(follow(&server, &reader, "anne_channel").await, 204);
    let tokens = "/api/v1/users/scoped-tokens";
    let token = reader.json(tokens).await["feedToken"].as_str().unwrap().to_owned();
    assert_eq!(reader.json(tokens).await["feedToken"], token.as_str(), "it stays the same");
    let path = |form: &str, account: i64, token: &str| {
        format!("/feeds/subscriptions.{form}?accountId={account}&token={token}")
    };
    for form in ["xml", "rss", "atom", "json"] {
        let answer = server.get(&path(form, reader.account_id, &token)).await;
        assert_eq!(answer.status(), 200, "{form}");
        assert_eq!(answer.headers()["cache-control"], "private, max-age=900");
        let text = answer.text().await.unwrap();
        assert!(text.contains("Open"), "{form}: {text}");
        assert!(!text.contains("For members") && !text.contains("Elsewhere"), "{form}: {text}");
    }
    let refused = [
        path("xml", other.account_id, &token),
        path("xml", reader.account_id, "guess"),
        path("xml", reader.account_id, ""),
        "/feeds/subscriptions.xml".to_owned(),
        format!("/feeds/subscriptions.xml?token={token}"),
    ];
    for path in refused {
        assert_eq!(server.get(&path).await.status(), 403, "{path}");
    }
    let renewed: Value = reader.post(tokens, &json!({})).await.json().await.unwrap();
    let renewed = renewed["feedToken"].as_str().unwrap();
    assert_ne!(renewed, token);
    assert_eq!(server.get(&path("xml", reader.account_id, &token)).await.status(), 403);
    assert_eq!(server.get(&path("xml", reader.account_id, renewed)).await.status(), 200);
    // Who is blocked reads no more.
    let block = format!("/api/v1/users/{}/block", reader.account_id);
    assert_eq!(server.admin().await.post(&block, &json!({})).await.status(), 204);
    assert_eq!(server.get(&path("xml", reader.account_id, renewed)).await.status(), 403);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_follows_without_end() {
    let server = Server::start().await;
    let (anne, reader) = (server.user("anne").await, server.user("reader").await);
    let owner = anne.account_id;
    server
        .app
        .db
        .write(move |tx| {
            tx.execute_batch(&format!(
                "with recursive n(n) as (select 1 union all select n + 1 from n where n < {most})
                 insert into groups (name, display_name, owner_id, created_at, updated_at)
                   select 'g' || n, 'G', {owner}, 1, 1 from n;
                 insert into follows (follower_id, group_id, state, created_at)
                   select {follower}, id, 'accepted', 1 from groups where name glob 'g[0-9]*'",
                most = kiosque::following::MOST,
                follower = reader.account_id,
            ))?;
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(follow(&server, &reader, "anne_channel").await, 409);
    assert_eq!(follow(&server, &reader, "g7").await, 204, "what is followed already");
    assert_eq!(unfollow(&server, &reader, "g8").await, 204);
    assert_eq!(follow(&server, &reader, "anne_channel").await, 204);
    // Nor in a flood.
    let mut refused = false;
    for _ in 0..700 {
        refused = follow(&server, &reader, "anne_channel").await == 429;
        if refused {
            break;
        }
    }
    assert!(refused);
    server.stop().await;
}
