//! Who is not heard: by one person, by everybody; and what moderators tell a member.

use crate::common::{Server, people::Person, until};
use kiosque::accounts::Role;
use serde_json::{Value, json};

async fn said(person: &Person, path: &str, text: &str) -> i64 {
    let answer: Value = person.post(path, &json!({ "text": text })).await.json().await.unwrap();
    answer["comment"]["id"].as_i64().unwrap_or_else(|| panic!("{answer}"))
}

/// How many comments and threads are counted, and which texts are seen of the first page.
fn threads(list: &Value) -> (i64, i64, Vec<&str>) {
    let texts = list["data"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    (list["totalNotDeletedComments"].as_i64().unwrap(), list["total"].as_i64().unwrap(), texts)
}

fn names(list: &Value) -> (i64, Vec<&str>) {
    let names = list["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    (list["total"].as_i64().unwrap(), names)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_person_vanishes_for_the_one_who_mutes() {
    let server = Server::start().await;
    let (owner, zoe, ben) = (server.user("owner").await, server.user("zoe").await, server.user("ben").await);
    let video = server.db_video(&owner, json!({"name": "Rehearsal", "privacy": 1})).await;
    server.db_video(&ben, json!({"name": "Noise", "privacy": 1})).await;
    let path = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let first = said(&owner, &path, "Welcome").await;
    let rude = said(&ben, &path, "Fools").await;
    let answers = format!("/api/v1/videos/{}/comments/{first}", video.uuid);
    said(&ben, &answers, "Fools again").await;
    said(&owner, &format!("/api/v1/videos/{}/comments/{rude}", video.uuid), "Please").await;

    assert_eq!(threads(&zoe.json(&path).await), (4, 2, vec!["Fools", "Welcome"]));
    assert_eq!(zoe.json(&path).await["data"][1]["totalReplies"], 1);
    assert_eq!(names(&zoe.json("/api/v1/videos").await), (2, vec!["Noise", "Rehearsal"]));

    let mine = "/api/v1/users/me/blocklist/accounts";
    assert_eq!(zoe.post(mine, &json!({"accountName": "ben"})).await.status(), 204);
    // Once more changes nothing.
    assert_eq!(zoe.post(mine, &json!({"accountName": "@ben"})).await.status(), 204);
    assert_eq!(zoe.json(mine).await["total"], 1);
    assert_eq!(threads(&zoe.json(&path).await), (1, 1, vec!["Welcome"]));
    assert_eq!(zoe.json(&path).await["data"][0]["totalReplies"], 0);
    assert_eq!(zoe.json(&format!("{answers}/replies")).await["total"], 0);
    assert_eq!(zoe.get(&format!("{path}/{rude}")).await.status(), 404);
    assert_eq!(names(&zoe.json("/api/v1/videos").await), (1, vec!["Rehearsal"]));
    assert_eq!(names(&zoe.json("/api/v1/search/videos?search=noise").await), (0, vec![]));
    // The others hear him; he does not learn of it.
    for person in [&owner, &ben] {
        assert_eq!(threads(&person.json(&path).await), (4, 2, vec!["Fools", "Welcome"]));
        assert_eq!(names(&person.json("/api/v1/videos").await).0, 2);
    }
    assert_eq!(ben.json("/api/v1/users/me/warnings").await["total"], 0);
    let host = server.base.strip_prefix("http://").unwrap();
    let status =
        format!("/api/v1/blocklist/status?accounts=ben@{host}&accounts=nobody@{host}&hosts=far.example");
    let told = zoe.json(&status).await;
    assert_eq!(
        told["accounts"][format!("ben@{host}")],
        json!({"blockedByServer": false, "blockedByUser": true})
    );
    assert_eq!(told["accounts"][format!("nobody@{host}")]["blockedByUser"], false);

    // A pin does not bring it back.
    let pin = format!("/api/v1/videos/{}/comments/{rude}/pin", video.uuid);
    assert_eq!(owner.put(&pin, &json!({})).await.status(), 204);
    assert_eq!(threads(&ben.json(&path).await).2, ["Fools", "Welcome"]);
    assert_eq!(threads(&zoe.json(&path).await), (1, 1, vec!["Welcome"]));
    assert_eq!(threads(&zoe.json(&format!("{path}?start=1")).await).2, [""; 0]);

    // What he says from now on is not told to her.
    let last = said(&ben, &path, "@zoe hear me").await;
    // One job tells the author of the film and whom the text speaks to.
    until("the author is told", async || {
        let told = owner.json("/api/v1/users/me/notifications").await;
        told["data"].as_array().unwrap().iter().any(|one| one["comment"]["id"] == last).then_some(())
    })
    .await;
    assert_eq!(zoe.json("/api/v1/users/me/notifications").await["total"], 0);

    for (wrong, status) in [("zoe", 409), ("nobody", 404), ("", 400)] {
        assert_eq!(zoe.post(mine, &json!({ "accountName": wrong })).await.status(), status, "{wrong}");
    }
    let servers = "/api/v1/users/me/blocklist/servers";
    for (name, status) in [("Far.example", 204), ("far.example", 204), (host, 409), ("not a host", 400)] {
        assert_eq!(zoe.post(servers, &json!({ "host": name })).await.status(), status, "{name}");
    }
    assert_eq!(zoe.json(servers).await["data"][0]["blockedServer"]["host"], "far.example");
    assert_eq!(zoe.delete(&format!("{servers}/far.example")).await.status(), 204);
    assert_eq!(zoe.delete(&format!("{servers}/far.example")).await.status(), 404);

    assert_eq!(zoe.delete(&format!("{mine}/ben")).await.status(), 204);
    assert_eq!(zoe.delete(&format!("{mine}/ben")).await.status(), 404);
    assert_eq!(threads(&zoe.json(&path).await).0, 5);
    assert_eq!(names(&zoe.json("/api/v1/videos").await).0, 2);
}

/// What hangs on a muted answer is seen by nobody who mutes, so it is not counted either.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_is_what_is_seen() {
    let server = Server::start().await;
    let (owner, zoe, ben) = (server.user("owner").await, server.user("zoe").await, server.user("ben").await);
    let video = server.db_video(&owner, json!({"name": "Rehearsal", "privacy": 1})).await;
    let path = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let below = |id: i64| format!("/api/v1/videos/{}/comments/{id}", video.uuid);
    let first = said(&owner, &path, "Welcome").await;
    let rude = said(&ben, &below(first), "Fools").await;
    let why = said(&owner, &below(rude), "Why?").await;
    said(&ben, &below(why), "Because").await;
    said(&zoe, &below(why), "Stop it").await;
    said(&zoe, &below(first), "Thank you").await;
    let his = said(&ben, &path, "Listen").await;
    let no = said(&zoe, &below(his), "No").await;
    said(&ben, &below(no), "Do").await;
    let replies = async |person: &Person| {
        let list = person.json(&format!("{path}?sort=createdAt")).await;
        let of = |one: &Value| one["totalReplies"].as_i64().unwrap();
        (threads(&list).0, list["data"].as_array().unwrap().iter().map(of).collect::<Vec<_>>())
    };
    assert_eq!(replies(&zoe).await, (9, vec![5, 2]));
    let mine = "/api/v1/users/me/blocklist/accounts";
    assert_eq!(zoe.post(mine, &json!({"accountName": "ben"})).await.status(), 204);
    assert_eq!(replies(&zoe).await, (2, vec![1]));
    assert_eq!(replies(&ben).await, (9, vec![5, 2]));
    // What waits is not counted for the one who looks after it and does not hear him.
    let strict = server.db_video(&owner, json!({"name": "Strict", "commentsPolicy": 3})).await;
    let path = format!("/api/v1/videos/{}/comment-threads", strict.uuid);
    said(&ben, &path, "Waits").await;
    said(&zoe, &path, "Waits too").await;
    assert_eq!(threads(&owner.json(&path).await).0, 2);
    assert_eq!(owner.post(mine, &json!({"accountName": "ben"})).await.status(), 204);
    assert_eq!(threads(&owner.json(&path).await), (1, 1, vec!["Waits too"]));
}

/// Lists of playlists and of people leave out whom one does not hear; lists of everything say who is not heard.
#[tokio::test(flavor = "multi_thread")]
async fn a_muted_person_is_not_found() {
    let server = Server::start().await;
    let (zoe, ben) = (server.user("zoe").await, server.user("ben").await);
    let moderator = server.person("marie", Role::Moderator).await;
    let group = ben.group_id().await;
    let noise = json!({"displayName": "Noise of Ben", "privacy": 1, "videoChannelId": group});
    assert_eq!(ben.post("/api/v1/video-playlists", &noise).await.status(), 200);
    let handle = kiosque::groups::first_name("ben");
    let lists = [
        "/api/v1/video-playlists".to_owned(),
        "/api/v1/search/video-playlists?search=noise".to_owned(),
        "/api/v1/accounts/ben/video-playlists".to_owned(),
        format!("/api/v1/video-channels/{handle}/video-playlists"),
        "/api/v1/search/accounts?search=ben".to_owned(),
    ];
    let found = async |person: Option<&Person>| {
        let mut found = Vec::new();
        for path in &lists {
            let list = match person {
                Some(person) => person.json(path).await,
                None => server.json(path).await,
            };
            let seen = list["data"].as_array().unwrap().len();
            assert_eq!(list["total"], seen, "{path}");
            found.push(seen);
        }
        found
    };
    assert_eq!(found(Some(&zoe)).await, [1; 5]);
    let mine = "/api/v1/users/me/blocklist/accounts";
    assert_eq!(zoe.post(mine, &json!({"accountName": "ben"})).await.status(), 204);
    assert_eq!(found(Some(&zoe)).await, [0; 5]);
    assert_eq!(found(None).await, [1; 5]);
    let all = "/api/v1/server/blocklist/accounts";
    assert_eq!(moderator.post(all, &json!({"accountName": "ben"})).await.status(), 204);
    assert_eq!(found(None).await, [0; 5]);
    assert_eq!(found(Some(&ben)).await[..2], [1; 2], "he sees what is his");

    server.db_video(&ben, json!({"name": "Noise", "privacy": 1})).await;
    let seen = moderator.json("/api/v1/videos?include=4").await;
    assert_eq!((&seen["total"], &seen["data"][0]["blockedOwner"]), (&json!(1), &json!(true)));
    assert_eq!(names(&moderator.json("/api/v1/videos").await), (0, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_warn_and_mute_for_everybody_and_the_member_reads_it() {
    let server = Server::start().await;
    let (owner, ben) = (server.user("owner").await, server.user("ben").await);
    let marie = server.person("marie", Role::Moderator).await;
    let paul = server.person("paul", Role::Moderator).await;
    let video = server.db_video(&owner, json!({"name": "Rehearsal", "privacy": 1})).await;
    server.db_video(&ben, json!({"name": "Noise", "privacy": 1})).await;
    let path = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    said(&ben, &path, "Fools").await;

    let warn = |name: &str, text: &str| json!({"accountName": name, "text": text});
    let warnings = "/api/v1/moderation/warnings";
    assert_eq!(marie.post(warnings, &warn("ben", "Be kind.")).await.status(), 200);
    for (name, text, status) in [
        ("ben", "x", 400),
        ("nobody", "Be kind.", 404),
        ("marie", "I", 400),
        ("marie", "Me.", 409),
        ("paul", "You.", 403),
    ] {
        assert_eq!(marie.post(warnings, &warn(name, text)).await.status(), status, "{name} {text}");
    }
    assert_eq!(ben.json("/api/v1/users/me").await["unreadWarnings"], 1);
    let told = ben.json("/api/v1/users/me/warnings?unread=true").await;
    assert_eq!((&told["data"][0]["text"], &told["data"][0]["kind"]), (&json!("Be kind."), &json!("warning")));
    assert!(told["data"][0].get("by").is_none(), "members do not learn which moderator: {told}");
    let read = json!({"ids": [told["data"][0]["id"]]});
    // That of somebody else stays unread.
    assert_eq!(owner.post("/api/v1/users/me/warnings/read", &read).await.status(), 204);
    assert_eq!(ben.json("/api/v1/users/me").await["unreadWarnings"], 1);
    assert_eq!(ben.post("/api/v1/users/me/warnings/read", &read).await.status(), 204);
    assert_eq!(ben.json("/api/v1/users/me").await["unreadWarnings"], 0);
    let known = paul.json("/api/v1/moderation/warnings?account=ben").await;
    assert_eq!(
        (&known["data"][0]["by"]["name"], known["data"][0]["readAt"].is_string()),
        (&json!("marie"), true)
    );

    let all = "/api/v1/server/blocklist/accounts";
    assert_eq!(marie.post(all, &json!({"accountName": "ben"})).await.status(), 204);
    assert_eq!(marie.post(all, &json!({"accountName": "ben"})).await.status(), 204);
    assert_eq!(marie.post(all, &json!({"accountName": "paul"})).await.status(), 403);
    assert_eq!(threads(&owner.json(&path).await), (0, 0, vec![]));
    assert_eq!(threads(&server.json(&path).await), (0, 0, vec![]));
    assert_eq!(names(&server.json("/api/v1/videos").await), (1, vec!["Rehearsal"]));
    assert_eq!(names(&server.json("/api/v1/search/videos?search=noise").await), (0, vec![]));
    let feed = server.get("/feeds/video-comments.xml").await.text().await.unwrap();
    assert!(!feed.contains("Fools"), "{feed}");
    // He sees what he says, and reads that nobody else does.
    assert_eq!(threads(&ben.json(&path).await), (1, 1, vec!["Fools"]));
    assert_eq!(names(&ben.json("/api/v1/videos").await).0, 2);
    let told = ben.json("/api/v1/users/me/warnings?unread=true").await;
    assert_eq!((told["total"].as_i64(), &told["data"][0]["kind"]), (Some(1), &json!("muted")));
    // Moderators find his words where they look after comments.
    assert_eq!(marie.json("/api/v1/videos/comments").await["total"], 1);
    let list = paul.json(all).await;
    assert_eq!(
        (list["total"].as_i64(), &list["data"][0]["blockedAccount"]["name"]),
        (Some(1), &json!("ben"))
    );

    // Whom an administrator muted among the staff does not undo that, nor does a colleague.
    let admin = server.admin().await;
    assert_eq!(admin.post(all, &json!({"accountName": "paul"})).await.status(), 204);
    assert_eq!(paul.delete(&format!("{all}/paul")).await.status(), 409);
    assert_eq!(marie.delete(&format!("{all}/paul")).await.status(), 403);
    assert_eq!(admin.delete(&format!("{all}/paul")).await.status(), 204);

    assert_eq!(paul.delete(&format!("{all}/ben")).await.status(), 204);
    assert_eq!(threads(&server.json(&path).await), (1, 1, vec!["Fools"]));
    assert_eq!(names(&server.json("/api/v1/videos").await).0, 2);
    let told = ben.json("/api/v1/users/me/warnings?unread=true").await;
    assert_eq!((told["total"].as_i64(), &told["data"][0]["kind"]), (Some(2), &json!("heard")));
    let log = marie.json("/api/v1/moderation/log").await;
    let acts: Vec<_> = log["data"].as_array().unwrap().iter().map(|one| &one["action"]).collect();
    assert_eq!(acts, ["accountUnmuted", "accountUnmuted", "accountMuted", "accountMuted", "accountWarned"]);

    // With the account goes what was about it.
    assert_eq!(marie.post(all, &json!({"accountName": "ben"})).await.status(), 204);
    assert_eq!(admin.delete(&format!("/api/v1/users/{}", ben.account_id)).await.status(), 204);
    assert_eq!(marie.json(all).await["total"], 0);
}
