//! Reports: what can be reported, who reads it, what is written about it, and what becomes of it.

use crate::common::{Server, people::Person};
use kiosque::accounts::Role;
use serde_json::{Value, json};

async fn report(person: &Person, target: Value) -> (u16, Value) {
    let mut body = json!({"reason": "The sound hurts", "predefinedReasons": ["spamOrMisleading", "rights"]});
    body.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
    let answer = person.post("/api/v1/abuses", &body).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn reported(person: &Person, target: Value) -> i64 {
    let (status, body) = report(person, target).await;
    assert_eq!(status, 200, "{body}");
    body["abuse"]["id"].as_i64().unwrap()
}

fn ids(list: &Value) -> Vec<i64> {
    list["data"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_written_talked_about_and_decided() {
    let server = Server::start().await;
    let (owner, zoe, ben) = (server.user("owner").await, server.user("zoe").await, server.user("ben").await);
    let moderator = server.person("marie", Role::Moderator).await;
    let video = server.db_video(&owner, json!({"name": "Rehearsal"})).await;
    let threads = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let said: Value = ben.post(&threads, &json!({"text": "Fools"})).await.json().await.unwrap();
    let comment = said["comment"]["id"].as_i64().unwrap();

    let film =
        reported(&zoe, json!({"video": {"id": video.uuid.to_string(), "startAt": 1, "endAt": 3}})).await;
    let words = reported(&zoe, json!({"comment": {"id": comment}})).await;
    let account = reported(&owner, json!({"account": {"id": ben.account_id}})).await;
    // The same once more, while nobody has decided.
    assert_eq!(report(&zoe, json!({"video": {"id": video.id}})).await.0, 409);

    let mine = zoe.json("/api/v1/users/me/abuses").await;
    assert_eq!((mine["total"].as_i64(), ids(&mine)), (Some(2), vec![words, film]));
    assert!(mine["data"][0].get("moderationComment").is_none(), "notes are for moderators");
    assert_eq!(mine["data"][0]["comment"]["text"], "Fools");
    assert_eq!(mine["data"][1]["video"]["startAt"], 1);
    assert_eq!(mine["data"][1]["predefinedReasons"], json!(["spamOrMisleading", "rights"]));
    assert_eq!(mine["data"][1]["flaggedAccount"]["name"], "owner");
    assert_eq!(zoe.json("/api/v1/users/me/deletion").await["reports"], 2);

    let all = moderator.json("/api/v1/abuses").await;
    assert_eq!(ids(&all), [account, words, film]);
    assert_eq!(all["data"][1]["reporterAccount"]["name"], "zoe");
    assert_eq!(all["data"][1]["countReportsForReporter"], 2);
    assert_eq!(all["data"][1]["countReportsForReportee"], 2);
    for (query, found) in [
        ("filter=account", vec![account]),
        ("filter=comment", vec![words]),
        ("filter=video", vec![film]),
        ("state=1", vec![account, words, film]),
        ("state=3", vec![]),
        ("predefinedReason=rights&sort=createdAt", vec![film, words, account]),
        ("predefinedReason=captions", vec![]),
        ("searchReporter=ZO", vec![words, film]),
        ("searchReportee=ben", vec![account, words]),
        ("searchVideo=hears", vec![words, film]),
        ("searchVideoChannel=owner", vec![words, film]),
        ("search=zoe", vec![words, film]),
        ("search=sound", vec![account, words, film]),
        ("videoIs=deleted", vec![]),
        ("count=1&start=1", vec![words]),
    ] {
        assert_eq!(ids(&moderator.json(&format!("/api/v1/abuses?{query}")).await), found, "{query}");
    }
    for wrong in ["filter=planet", "state=9", "sort=colour", "predefinedReason=none", "videoIs=small"] {
        assert_eq!(moderator.get(&format!("/api/v1/abuses?{wrong}")).await.status(), 400, "{wrong}");
    }

    // They write to each other; others do not.
    let messages = format!("/api/v1/abuses/{film}/messages");
    assert_eq!(moderator.post(&messages, &json!({"message": "Which second?"})).await.status(), 200);
    assert_eq!(zoe.post(&messages, &json!({"message": "The second one"})).await.status(), 200);
    assert_eq!(zoe.post(&messages, &json!({"message": "x"})).await.status(), 400);
    assert_eq!(ben.post(&messages, &json!({"message": "What is this?"})).await.status(), 403);
    let read = zoe.json(&messages).await;
    let lines: Vec<_> = read["data"].as_array().unwrap().iter().map(|one| &one["byModerator"]).collect();
    assert_eq!(lines, [true, false]);
    let hers = format!("{messages}/{}", read["data"][1]["id"]);
    let theirs = format!("{messages}/{}", read["data"][0]["id"]);
    assert_eq!(zoe.delete(&theirs).await.status(), 403);
    assert_eq!(zoe.delete(&hers).await.status(), 204);
    assert_eq!(zoe.delete(&hers).await.status(), 404);
    assert_eq!(zoe.json("/api/v1/users/me/abuses").await["data"][1]["countMessages"], 1);

    // A decision, with a note for colleagues.
    let decide = json!({"state": 3, "moderationComment": "Cut at 2 s"});
    assert_eq!(moderator.put(&format!("/api/v1/abuses/{film}"), &decide).await.status(), 204);
    let mine = zoe.json(&format!("/api/v1/users/me/abuses?id={film}")).await;
    assert_eq!(mine["data"][0]["state"], json!({"id": 3, "label": "Accepted"}));
    let told = moderator.json(&format!("/api/v1/abuses?id={film}")).await;
    assert_eq!(told["data"][0]["moderationComment"], "Cut at 2 s");
    let stats = server.json("/api/v1/server/stats").await;
    assert_eq!((stats["totalAbuses"].as_i64(), stats["totalAbusesProcessed"].as_i64()), (Some(3), Some(1)));
    // What the administration reads of somebody.
    let mut counts = Vec::new();
    for person in [&owner, &zoe, &ben] {
        let path = format!("/api/v1/users/{}", person.account_id);
        assert_eq!(moderator.json(&path).await.get("videosCount"), None);
        let user = moderator.json(&format!("{path}?withStats=true")).await;
        let of = |name: &str| user[name].as_i64().unwrap();
        let names =
            ["videosCount", "videoCommentsCount", "abusesCount", "abusesAcceptedCount", "abusesCreatedCount"];
        counts.push(names.map(of));
    }
    assert_eq!(counts, [[1, 0, 1, 1, 1], [0, 0, 0, 0, 2], [0, 1, 2, 0, 0]]);
    // Decided: the same may be reported again.
    reported(&zoe, json!({"video": {"id": video.id}})).await;

    // What it is about goes, the report stays; with the author goes what was said.
    assert_eq!(owner.delete(&format!("/api/v1/videos/{}", video.uuid)).await.status(), 204);
    let gone = moderator.json(&format!("/api/v1/abuses?id={film}")).await;
    assert_eq!(
        (&gone["data"][0]["video"]["deleted"], &gone["data"][0]["video"]["name"]),
        (&json!(true), &json!("Rehearsal"))
    );
    assert_eq!(ids(&moderator.json("/api/v1/abuses?videoIs=deleted&filter=video&state=3").await), [film]);
    let kept = moderator.json(&format!("/api/v1/abuses?id={words}")).await;
    assert_eq!(
        (&kept["data"][0]["comment"]["text"], &kept["data"][0]["comment"]["deleted"]),
        (&json!("Fools"), &json!(true))
    );
    let admin = server.admin().await;
    assert_eq!(admin.delete(&format!("/api/v1/users/{}", ben.account_id)).await.status(), 204);
    let kept = moderator.json(&format!("/api/v1/abuses?id={words}")).await;
    assert_eq!(
        (&kept["data"][0]["comment"]["text"], &kept["data"][0]["flaggedAccount"]),
        (&json!(""), &Value::Null)
    );
    assert_eq!(admin.delete(&format!("/api/v1/users/{}", zoe.account_id)).await.status(), 204);
    assert_eq!(
        moderator.json(&format!("/api/v1/abuses?id={film}")).await["data"][0]["reporterAccount"],
        Value::Null
    );

    assert_eq!(moderator.delete(&format!("/api/v1/abuses/{film}")).await.status(), 204);
    assert_eq!(moderator.delete(&format!("/api/v1/abuses/{film}")).await.status(), 404);
    let lines = log(&moderator).await;
    let (first, last) = ("marie reportAccepted Rehearsal", "marie reportRemoved Rehearsal");
    assert_eq!(lines, [last, "admin accountRemoved zoe", "admin accountRemoved ben", first]);
}

/// Who did what, newest first.
async fn log(person: &Person) -> Vec<String> {
    let list = person.json("/api/v1/moderation/log").await;
    let line = |one: &Value| {
        let detail = one["detail"].as_str().unwrap_or_default();
        format!("{} {} {detail}", one["actor"]["name"].as_str().unwrap(), one["action"].as_str().unwrap())
    };
    list["data"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_order_is_written_down() {
    let server = Server::start().await;
    let (owner, ben) = (server.user("owner").await, server.user("ben").await);
    let moderator = server.person("marie", Role::Moderator).await;
    let video = server.db_video(&owner, json!({"name": "Rehearsal"})).await;
    let threads = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let mut comments = Vec::new();
    for text in ["Fools", "All of you", "Sorry"] {
        let said: Value = ben.post(&threads, &json!({ "text": text })).await.json().await.unwrap();
        comments.push(format!("/api/v1/videos/{}/comments/{}", video.uuid, said["comment"]["id"]));
    }
    // One's own, and that below one's own video, are nobody else's business.
    assert_eq!(ben.delete(&comments[2]).await.status(), 204);
    assert_eq!(owner.delete(&comments[1]).await.status(), 204);
    assert_eq!(log(&moderator).await, [""; 0]);
    assert_eq!(moderator.delete(&comments[0]).await.status(), 204);
    let all = json!({"accountName": "ben", "scope": "instance"});
    assert_eq!(moderator.post("/api/v1/bulk/remove-comments-of", &all).await.status(), 204);
    let block = format!("/api/v1/users/{}/block", ben.account_id);
    assert_eq!(moderator.post(&block, &json!({"reason": "Rude"})).await.status(), 204);
    let unblock = format!("/api/v1/users/{}/unblock", ben.account_id);
    assert_eq!(moderator.post(&unblock, &json!({})).await.status(), 204);
    let hide = format!("/api/v1/videos/{}/blacklist", video.uuid);
    assert_eq!(moderator.post(&hide, &json!({})).await.status(), 204);
    assert_eq!(moderator.delete(&hide).await.status(), 204);
    // One's own film is nobody else's business either.
    let own = server.db_video(&moderator, json!({"name": "Mine"})).await;
    assert_eq!(moderator.delete(&format!("/api/v1/videos/{}", own.uuid)).await.status(), 204);
    assert_eq!(moderator.delete(&format!("/api/v1/videos/{}", video.uuid)).await.status(), 204);
    let lines = log(&moderator).await;
    let expected = [
        "marie videoRemoved Rehearsal",
        "marie videoUnblocked Rehearsal",
        "marie videoBlocked Rehearsal",
        "marie accountUnblocked ",
        "marie accountBlocked Rude",
        "marie commentsRemoved ",
        "marie commentRemoved Rehearsal",
    ];
    assert_eq!(lines, expected);
    assert_eq!(ben.get("/api/v1/moderation/log").await.status(), 401, "blocking ended the session");
    assert_eq!(owner.get("/api/v1/moderation/log").await.status(), 403);
    assert_eq!(moderator.delete(&format!("/api/v1/users/{}", ben.account_id)).await.status(), 204);
    assert_eq!(log(&moderator).await[0], "marie accountRemoved ben");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reports_what_they_do_not_see() {
    let server = Server::start().await;
    let (owner, zoe, ben) = (server.user("owner").await, server.user("zoe").await, server.user("ben").await);
    let private = server.db_video(&owner, json!({"name": "Ours", "privacy": 3})).await;
    let unlisted = server.db_video(&owner, json!({"name": "For friends", "privacy": 2})).await;
    let locked = json!({"name": "Locked", "privacy": 5, "videoPasswords": ["open sesame"]});
    let locked = server.db_video(&owner, locked).await;
    let strict = server.db_video(&owner, json!({"name": "Strict", "commentsPolicy": 3})).await;
    let threads = format!("/api/v1/videos/{}/comment-threads", strict.uuid);
    let held: Value = ben.post(&threads, &json!({"text": "Waits"})).await.json().await.unwrap();
    for (target, status) in [
        (json!({"video": {"id": private.uuid.to_string()}}), 403),
        // Numbers can be counted up.
        (json!({"video": {"id": unlisted.id}}), 403),
        (json!({"video": {"id": locked.uuid.to_string()}}), 403),
        (json!({"video": {"id": 99_999}}), 404),
        (json!({"comment": {"id": held["comment"]["id"]}}), 404),
        (json!({"comment": {"id": 99_999}}), 404),
        (json!({"account": {"id": 99_999}}), 404),
        (json!({}), 400),
        (json!({"video": {"id": strict.id}, "account": {"id": 1}}), 400),
        (json!({"video": {"id": strict.id, "startAt": 5, "endAt": 2}}), 400),
        (json!({"video": {"id": strict.id}, "reason": "x"}), 400),
        (json!({"video": {"id": strict.id}, "reason": "x".repeat(3001)}), 400),
        (json!({"video": {"id": strict.id}, "predefinedReasons": ["planet"]}), 400),
    ] {
        assert_eq!(report(&zoe, target.clone()).await.0, status, "{target}");
    }
    reported(&zoe, json!({"video": {"id": unlisted.uuid.to_string()}})).await;
    assert_eq!(
        server.post("/api/v1/abuses", &json!({"reason": "Loud", "account": {"id": 1}})).await.status(),
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_video_is_for_its_makers_until_it_is_shown_again() {
    let server = Server::start().await;
    let (owner, zoe) = (server.user("owner").await, server.user("zoe").await);
    let moderator = server.person("marie", Role::Moderator).await;
    let video = server.db_video(&owner, json!({"name": "Rehearsal", "description": "A long evening"})).await;
    let (_, master) = server.put_files(&video).await;
    let master = format!("/static/streaming-playlists/hls/{}/{master}", video.uuid);
    let path = format!("/api/v1/videos/{}", video.uuid);
    let block = format!("{path}/blacklist");
    let group = kiosque::groups::first_name("owner");
    let lists = [
        "/api/v1/videos".to_owned(),
        "/api/v1/search/videos?search=rehearsal".to_owned(),
        format!("/api/v1/video-channels/{group}/videos"),
        "/api/v1/accounts/owner/videos".to_owned(),
    ];
    let counts = async |person: Option<&Person>| {
        let mut counts = Vec::new();
        for list in &lists {
            let found = match person {
                Some(person) => person.json(list).await,
                None => server.json(list).await,
            };
            counts.push((found["total"].as_i64().unwrap(), found["data"].as_array().unwrap().len()));
        }
        counts
    };
    assert_eq!(counts(None).await, [(1, 1); 4]);
    let feed = async || server.get("/feeds/videos.xml").await.text().await.unwrap().contains("Rehearsal");
    assert!(feed().await);
    assert_eq!(server.get(&master).await.status(), 200);

    let reason = json!({"reason": "Off topic", "unfederate": true});
    assert_eq!(zoe.post(&block, &reason).await.status(), 403);
    assert_eq!(moderator.post(&block, &reason).await.status(), 204);
    assert_eq!(moderator.post(&block, &reason).await.status(), 409);
    assert_eq!(counts(None).await, [(0, 0); 4]);
    assert_eq!(counts(Some(&zoe)).await, [(0, 0); 4]);
    assert!(!feed().await);
    assert_eq!(server.get(&path).await.status(), 401);
    assert_eq!(zoe.get(&path).await.status(), 403);
    assert_eq!(server.get(&format!("/videos/watch/{}", video.uuid)).await.status(), 404);
    assert_ne!(server.get(&master).await.status(), 200, "its files are as private as it is");
    // Its makers see it, and why.
    let seen = owner.json(&path).await;
    assert_eq!((&seen["blacklisted"], &seen["blacklistedReason"]), (&json!(true), &json!("Off topic")));
    assert_eq!(seen["privacy"]["id"], 1, "what it is to be again");
    let mine = owner.json("/api/v1/users/me/videos").await;
    assert_eq!(
        (&mine["data"][0]["blacklisted"], &mine["data"][0]["blacklistedReason"]),
        (&json!(true), &json!("Off topic"))
    );
    let all = moderator.json("/api/v1/videos?include=3").await;
    assert_eq!((&all["total"], &all["data"][0]["blacklisted"]), (&json!(1), &json!(true)));

    // Changing it does not free it.
    assert_eq!(owner.put(&path, &json!({"privacy": 4, "name": "Rehearsal of May"})).await.status(), 204);
    assert_eq!(zoe.get(&path).await.status(), 403);
    assert_eq!(owner.json(&path).await["privacy"]["id"], 4);
    assert_eq!(owner.post(&block, &json!({})).await.status(), 403);
    assert_eq!(owner.delete(&block).await.status(), 403);
    assert_eq!(owner.put(&path, &json!({"privacy": 1})).await.status(), 204);
    assert_eq!(server.get(&path).await.status(), 401);

    assert_eq!(moderator.put(&block, &json!({"reason": "Off topic, see the rules"})).await.status(), 204);
    let list = moderator.json("/api/v1/videos/blacklist?search=may&type=1&sort=name").await;
    assert_eq!((&list["total"], &list["data"][0]["reason"]), (&json!(1), &json!("Off topic, see the rules")));
    assert_eq!(
        (&list["data"][0]["unfederated"], &list["data"][0]["video"]["name"]),
        (&json!(true), &json!("Rehearsal of May"))
    );
    assert_eq!(moderator.json("/api/v1/videos/blacklist?type=2").await["total"], 0);
    assert_eq!(zoe.get("/api/v1/videos/blacklist").await.status(), 403);

    assert_eq!(moderator.delete(&block).await.status(), 204);
    assert_eq!(moderator.delete(&block).await.status(), 404);
    assert_eq!(moderator.put(&block, &json!({"reason": "Late"})).await.status(), 404);
    assert_eq!(counts(None).await, [(1, 1); 4]);
    assert!(server.get(&path).await.status().is_success());
    assert_eq!(server.get(&master).await.status(), 200);
    // A hidden one can be removed, and one that was private stays so.
    let private = server.db_video(&owner, json!({"name": "Ours", "privacy": 3})).await;
    let path = format!("/api/v1/videos/{}", private.uuid);
    assert_eq!(moderator.post(&format!("{path}/blacklist"), &json!({})).await.status(), 204);
    assert_eq!(moderator.delete(&format!("{path}/blacklist")).await.status(), 204);
    assert_eq!(zoe.get(&path).await.status(), 403);
    assert_eq!(moderator.post(&format!("{path}/blacklist"), &json!({})).await.status(), 204);
    assert_eq!(owner.delete(&path).await.status(), 204);
    assert_eq!(moderator.json("/api/v1/videos/blacklist").await["total"], 0);
}
