//! What people say below videos: threads, answers, approval, removal and figures.

mod overview;

use crate::common::{Server, people::Person};
use kiosque::{
    clock::{Clock, Timestamp},
    groups::MemberRole,
    videos::Video,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn threads_path(video: &Video) -> String {
    format!("/api/v1/videos/{}/comment-threads", video.uuid)
}

fn comment_path(video: &Video, id: i64) -> String {
    format!("/api/v1/videos/{}/comments/{id}", video.uuid)
}

/// Writes a comment, or fails; its JSON.
async fn say(person: &Person, video: &Video, reply_to: Option<i64>, text: &str) -> Value {
    let path = reply_to.map_or_else(|| threads_path(video), |id| comment_path(video, id));
    let answer = person.post(&path, &json!({ "text": text })).await;
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{body}");
    body["comment"].clone()
}

fn id(comment: &Value) -> i64 {
    comment["id"].as_i64().unwrap()
}

/// The texts of a list, those of removed comments as `-`.
fn texts(list: &Value) -> Vec<String> {
    let text = |one: &Value| match one["isDeleted"] == true {
        true => "-".to_owned(),
        false => one["text"].as_str().unwrap().to_owned(),
    };
    list["data"].as_array().unwrap().iter().map(text).collect()
}

/// A tree as `text(answers)`.
fn drawn(tree: &Value) -> String {
    let below: Vec<String> = tree["children"].as_array().unwrap().iter().map(drawn).collect();
    let text = match tree["comment"]["isDeleted"] == true {
        true => "-",
        false => tree["comment"]["text"].as_str().unwrap(),
    };
    if below.is_empty() { text.to_owned() } else { format!("{text}({})", below.join(" ")) }
}

/// Puts somebody into a group.
async fn member(server: &Server, group: i64, person: &Person, role: MemberRole) {
    let (account, now) = (person.account_id, server.app.clock.now());
    let sql = "insert into members (group_id, account_id, role, since) values (?1, ?2, ?3, ?4)";
    server
        .app
        .db
        .write(move |tx| Ok(tx.execute(sql, rusqlite::params![group, account, role as i64, now])?))
        .await
        .unwrap();
}

async fn stopped_at_noon() -> (Server, Clock) {
    let clock = Clock::stopped(Timestamp::parse("2026-11-23T12:00:00Z").unwrap());
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |config| {
        config.limits.comments_per_5min = 100_000;
        config.limits.api_per_10s = 100_000;
    })
    .await;
    (server, clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn people_talk_below_a_video_and_the_figures_follow() {
    let (server, clock) = stopped_at_noon().await;
    let (owner, zoe, ben) = (server.user("owner").await, server.user("zoe").await, server.user("ben").await);
    let video = server.db_video(&owner, json!({"name": "Rehearsal"})).await;
    clock.advance(60);
    server.db_video(&owner, json!({"name": "Newer"})).await;
    let hottest = async || server.json("/api/v1/videos?sort=-hot").await["data"][0]["name"].clone();
    assert_eq!(hottest().await, "Newer");
    let first = say(&zoe, &video, None, "  Bravo **all**, and @ben @nobody @owner@elsewhere.example  ").await;
    assert_eq!(first["text"], "Bravo **all**, and @ben @nobody @owner@elsewhere.example");
    assert_eq!(first["threadId"], first["id"]);
    assert_eq!(first["mentions"].as_array().unwrap().len(), 1);
    assert_eq!(first["mentions"][0]["name"], "ben");
    clock.advance(60);
    let second = say(&ben, &video, None, "Which hall is it?").await;
    clock.advance(60);
    let answer = say(&owner, &video, Some(id(&second)), "The small one").await;
    assert_eq!((&answer["threadId"], &answer["inReplyToCommentId"]), (&second["id"], &second["id"]));
    clock.advance(60);
    say(&ben, &video, Some(id(&answer)), "Thanks").await;
    let list = server.json(&threads_path(&video)).await;
    assert_eq!((&list["total"], &list["totalNotDeletedComments"]), (&2.into(), &4.into()));
    assert_eq!(texts(&list)[0], "Which hall is it?");
    assert_eq!(
        (&list["data"][0]["totalReplies"], &list["data"][0]["totalRepliesFromVideoAuthor"]),
        (&2.into(), &1.into())
    );
    let tree = server.json(&format!("{}/{}", threads_path(&video), id(&second))).await;
    assert_eq!(drawn(&tree), "Which hall is it?(The small one(Thanks))");
    for (sort, first) in [("createdAt", "Bravo"), ("-totalReplies", "Which"), ("totalReplies", "Bravo")] {
        let list = server.json(&format!("{}?sort={sort}", threads_path(&video))).await;
        assert!(texts(&list)[0].starts_with(first), "{sort}: {list}");
    }
    assert_eq!(server.get(&format!("{}?sort=name", threads_path(&video))).await.status(), 400);
    let found = server.json("/api/v1/videos?sort=-comments").await;
    assert_eq!(found["data"][0]["comments"], 4);
    let stats = server.json("/api/v1/server/stats").await;
    assert_eq!((&stats["totalVideoComments"], &stats["totalLocalVideoComments"]), (&4.into(), &4.into()));
    // What people talk about is hot, until it is quiet again.
    assert_eq!(hottest().await, "Rehearsal");
    let admin = server.admin().await;
    assert_eq!(admin.delete(&comment_path(&video, id(&first))).await.status(), 204);
    let all_of = |name: &str| json!({"accountName": name, "scope": "instance"});
    for name in ["ben", "owner"] {
        assert_eq!(hottest().await, "Rehearsal");
        assert_eq!(admin.post("/api/v1/bulk/remove-comments-of", &all_of(name)).await.status(), 204);
    }
    assert_eq!(hottest().await, "Newer");
    // What is no text, and what is too long.
    for wrong in
        [json!({}), json!({"text": "  \n "}), json!({"text": "x".repeat(10_001)}), json!({"text": {}})]
    {
        let answer = ben.post(&threads_path(&video), &wrong).await;
        assert_eq!(answer.status(), 400, "{wrong}");
    }
    assert_eq!(server.post(&threads_path(&video), &json!({"text": "x"})).await.status(), 401);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_comment_stays_as_an_empty_place_while_something_answers_it() {
    let (server, _) = stopped_at_noon().await;
    let (owner, zoe, ben) = (server.user("owner").await, server.user("zoe").await, server.user("ben").await);
    let admin = server.admin().await;
    let video = server.db_video(&owner, json!({"name": "Rehearsal"})).await;
    let one = id(&say(&zoe, &video, None, "one").await);
    let two = id(&say(&ben, &video, Some(one), "two").await);
    let three = id(&say(&zoe, &video, Some(two), "three").await);
    // Only its author, those who publish the video, and the staff.
    assert_eq!(zoe.delete(&comment_path(&video, two)).await.status(), 403);
    assert_eq!(zoe.delete(&comment_path(&video, one)).await.status(), 204);
    assert_eq!(zoe.delete(&comment_path(&video, one)).await.status(), 409);
    assert_eq!(owner.delete(&comment_path(&video, two)).await.status(), 204);
    let tree = server.json(&format!("{}/{one}", threads_path(&video))).await;
    assert_eq!(drawn(&tree), "-(-(three))");
    let removed = &tree["comment"];
    assert_eq!((&removed["account"], &removed["text"]), (&Value::Null, &"".into()));
    assert_eq!(
        (&removed["removedBy"], &tree["children"][0]["comment"]["removedBy"]),
        (&"author".into(), &"group".into())
    );
    let list = server.json(&threads_path(&video)).await;
    assert_eq!((&list["total"], &list["totalNotDeletedComments"]), (&1.into(), &1.into()));
    // Who asks for the text gets none, whatever the door.
    assert_eq!(admin.json("/api/v1/videos/comments").await["total"], 1);
    // With the last that was said the empty places go.
    assert_eq!(admin.delete(&comment_path(&video, three)).await.status(), 204);
    let list = server.json(&threads_path(&video)).await;
    assert_eq!((&list["total"], &list["totalNotDeletedComments"]), (&0.into(), &0.into()));
    assert_eq!(server.get(&format!("{}/{one}", threads_path(&video))).await.status(), 404);
    assert_eq!(ben.post(&comment_path(&video, one), &json!({"text": "late"})).await.status(), 404);
    let details = server.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    assert_eq!(details["comments"], 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_s_own_text_can_be_changed() {
    let (server, clock) = stopped_at_noon().await;
    let (owner, zoe) = (server.user("owner").await, server.user("zoe").await);
    let admin = server.admin().await;
    let video = server.db_video(&owner, json!({"name": "Rehearsal"})).await;
    let comment = id(&say(&zoe, &video, None, "Thursday, @owner").await);
    let path = comment_path(&video, comment);
    clock.advance(3600);
    let body = json!({"text": "Friday"});
    for other in [&owner, &admin] {
        assert_eq!(other.put(&path, &body).await.status(), 403);
    }
    let changed: Value = zoe.put(&path, &body).await.json().await.unwrap();
    let changed = &changed["comment"];
    assert_eq!(
        (&changed["text"], &changed["editedAt"], &changed["createdAt"]),
        (&"Friday".into(), &"2026-11-23T13:00:00.000Z".into(), &"2026-11-23T12:00:00.000Z".into())
    );
    assert_eq!(changed["mentions"], json!([]));
    // The search of the staff finds the new words only.
    assert_eq!(admin.json("/api/v1/videos/comments?search=friday").await["total"], 1);
    assert_eq!(admin.json("/api/v1/videos/comments?search=thursday").await["total"], 0);
    assert_eq!(zoe.put(&path, &json!({"text": ""})).await.status(), 400);
    assert_eq!(zoe.delete(&path).await.status(), 204);
    assert_eq!(zoe.put(&path, &body).await.status(), 409);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_seen_by_its_author_and_those_who_publish_the_video() {
    let (server, _) = stopped_at_noon().await;
    let (owner, zoe, ben) = (server.user("owner").await, server.user("zoe").await, server.user("ben").await);
    let (helper, admin) = (server.user("helper").await, server.admin().await);
    let video = server.db_video(&owner, json!({"name": "Concert", "commentsPolicy": 3})).await;
    member(&server, video.group, &helper, MemberRole::Moderator).await;
    let held = say(&zoe, &video, None, "Let me in").await;
    assert_eq!(held["heldForReview"], true);
    for (own, text) in [(&owner, "Mine"), (&helper, "Of the group"), (&admin, "Of the house")] {
        assert_eq!(say(own, &video, None, text).await["heldForReview"], false, "{text}");
    }
    let seen = async |person: Option<&Person>| match person {
        Some(person) => person.json(&threads_path(&video)).await["totalNotDeletedComments"].clone(),
        None => server.json(&threads_path(&video)).await["totalNotDeletedComments"].clone(),
    };
    assert_eq!((seen(None).await, seen(Some(&ben)).await), (3.into(), 3.into()));
    for person in [&zoe, &owner, &helper, &admin] {
        assert_eq!(seen(Some(person)).await, 4, "{}", person.name);
    }
    let path = comment_path(&video, id(&held));
    assert_eq!(server.get(&path).await.status(), 404);
    assert_eq!(ben.post(&path, &json!({"text": "And me"})).await.status(), 409);
    for (person, list) in [(&helper, "/api/v1/users/me/videos/comments"), (&admin, "/api/v1/videos/comments")]
    {
        let waiting = person.json(&format!("{list}?isHeldForReview=true")).await;
        assert_eq!((&waiting["total"], &waiting["data"][0]["text"]), (&1.into(), &"Let me in".into()));
        assert_eq!(person.json(&format!("{list}?isHeldForReview=false")).await["total"], 3);
    }
    let approve = format!("{path}/approve");
    for stranger in [&zoe, &ben] {
        assert_eq!(stranger.post(&approve, &json!({})).await.status(), 403);
    }
    for _ in 0..2 {
        assert_eq!(helper.post(&approve, &json!({})).await.status(), 204);
    }
    assert_eq!(seen(None).await, 4);
    // An answer is held too, and a changed text is held again.
    let answer = say(&zoe, &video, Some(id(&held)), "Thanks").await;
    assert_eq!(answer["heldForReview"], true);
    let first =
        |list: Value| list["data"].as_array().unwrap().iter().find(|one| one["id"] == held["id"]).cloned();
    let replies = |list: Value| first(list).unwrap()["totalReplies"].clone();
    assert_eq!(replies(server.json(&threads_path(&video)).await), 0);
    assert_eq!(replies(zoe.json(&threads_path(&video)).await), 1);
    assert_eq!(replies(owner.json(&threads_path(&video)).await), 1);
    zoe.put(&path, &json!({"text": "Something else"})).await;
    assert!(first(server.json(&threads_path(&video)).await).is_none());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_follow_the_choice_of_the_video_and_who_may_see_it() {
    let (server, _) = stopped_at_noon().await;
    let (owner, zoe) = (server.user("owner").await, server.user("zoe").await);
    let video = server.db_video(&owner, json!({"name": "Concert"})).await;
    let comment = id(&say(&zoe, &video, None, "Hello").await);
    let address = format!("/api/v1/videos/{}", video.uuid);
    // Clients before PeerTube 6.2 say it in their way.
    assert_eq!(owner.put(&address, &json!({"commentsEnabled": false})).await.status(), 204);
    let details = server.json(&address).await;
    assert_eq!((&details["commentsEnabled"], &details["commentsPolicy"]["id"]), (&false.into(), &2.into()));
    let list = server.json(&threads_path(&video)).await;
    assert_eq!((&list["total"], &list["data"]), (&0.into(), &json!([])));
    assert_eq!(server.get(&comment_path(&video, comment)).await.status(), 404);
    assert_eq!(zoe.post(&threads_path(&video), &json!({"text": "x"})).await.status(), 409);
    assert_eq!(owner.put(&address, &json!({"commentsPolicy": 1})).await.status(), 204);
    assert_eq!(texts(&server.json(&threads_path(&video)).await), ["Hello"]);
    // Of another video, of nothing, no number.
    let other = server.db_video(&owner, json!({"name": "Other"})).await;
    assert_eq!(zoe.post(&comment_path(&other, comment), &json!({"text": "x"})).await.status(), 400);
    assert_eq!(zoe.post(&comment_path(&video, 999), &json!({"text": "x"})).await.status(), 404);
    assert_eq!(server.get(&format!("{}/abc", threads_path(&video))).await.status(), 400);
    // A private video keeps what is said below it to itself.
    let private = server.db_video(&owner, json!({"name": "Ours", "privacy": 3})).await;
    say(&owner, &private, None, "Only for us").await;
    assert_eq!(zoe.get(&threads_path(&private)).await.status(), 403);
    assert_eq!(zoe.post(&threads_path(&private), &json!({"text": "x"})).await.status(), 403);
    let locked = json!({"name": "Locked", "privacy": 5, "videoPasswords": ["sesame"]});
    let locked = server.db_video(&owner, locked).await;
    assert_eq!(zoe.get(&threads_path(&locked)).await.status(), 403);
    let opened =
        zoe.request(Method::POST, &threads_path(&locked)).header("x-peertube-video-password", "sesame");
    assert_eq!(opened.json(&json!({"text": "x"})).send().await.unwrap().status(), 200);
    // A video takes along what was said below it.
    assert_eq!(owner.delete(&address).await.status(), 204);
    assert_eq!(server.json("/api/v1/server/stats").await["totalVideoComments"], 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_comment_stands_above_the_others() {
    let (server, clock) = stopped_at_noon().await;
    let (owner, zoe) = (server.user("owner").await, server.user("zoe").await);
    let video = server.db_video(&owner, json!({"name": "Concert"})).await;
    let mut ids = Vec::new();
    for text in ["a", "b", "c", "d"] {
        clock.advance(60);
        ids.push(id(&say(&zoe, &video, None, text).await));
    }
    let pin = |id: i64| format!("{}/pin", comment_path(&video, id));
    assert_eq!(zoe.put(&pin(ids[1]), &json!({})).await.status(), 403);
    assert_eq!(owner.put(&pin(ids[1]), &json!({})).await.status(), 204);
    assert_eq!(texts(&server.json(&threads_path(&video)).await), ["b", "d", "c", "a"]);
    // Another takes its place.
    assert_eq!(owner.put(&pin(ids[0]), &json!({})).await.status(), 204);
    let page = async |query: &str| texts(&server.json(&format!("{}?{query}", threads_path(&video))).await);
    assert_eq!(page("sort=createdAt").await, ["a", "b", "c", "d"]);
    assert_eq!(page("count=2").await, ["a", "d"]);
    assert_eq!(page("start=2&count=2").await, ["c", "b"]);
    assert_eq!(page("count=0").await, Vec::<String>::new());
    let answer = id(&say(&owner, &video, Some(ids[0]), "x").await);
    assert_eq!(owner.put(&pin(answer), &json!({})).await.status(), 409);
    assert_eq!(owner.delete(&pin(ids[0])).await.status(), 204);
    assert_eq!(page("").await, ["d", "c", "b", "a"]);
    // What is removed stands nowhere.
    assert_eq!(owner.put(&pin(ids[3]), &json!({})).await.status(), 204);
    assert_eq!(zoe.delete(&comment_path(&video, ids[3])).await.status(), 204);
    assert_eq!(page("").await, ["c", "b", "a"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_thread_comes_in_pieces_and_a_link_leads_to_its_end() {
    let (server, _) = stopped_at_noon().await;
    let owner = server.user("owner").await;
    let video = server.db_video(&owner, json!({"name": "Concert"})).await;
    let first = id(&say(&owner, &video, None, "first").await);
    // Two who answer one another for a long time: bounded depth, nothing lost.
    let mut last = first;
    for turn in 0..60 {
        last = id(&say(&owner, &video, Some(last), &format!("turn {turn}")).await);
    }
    let way = server.json(&comment_path(&video, last)).await;
    let (mut at, mut depth) = (&way, 0);
    while let Some(below) = at["children"].as_array().unwrap().first() {
        (at, depth) = (below, depth + 1);
    }
    assert_eq!((at["comment"]["id"].as_i64(), depth), (Some(last), 50));
    // Five thousand answers to one comment.
    let (sender, now) = (owner.account_id, server.app.clock.now());
    let of = video.clone();
    server
        .app
        .db
        .write(move |tx| {
            let viewer = kiosque::videos::Viewer { account: Some(sender), moderates: false };
            for n in 0..5000 {
                let new = kiosque::comments::NewComment {
                    text: format!("answer {n}"),
                    reply_to: Some(first),
                    origin: None,
                    first_wait: 0,
                };
                kiosque::comments::write(tx, now, &viewer, &of, &new, "localhost")?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let tree = server.json(&format!("{}/{first}", threads_path(&video))).await;
    assert_eq!(tree["comment"]["totalReplies"], 5060);
    assert_eq!((tree["children"].as_array().unwrap().len(), &tree["totalChildren"]), (10, &5001.into()));
    let replies = format!("{}/replies", comment_path(&video, first));
    let page = server.json(&format!("{replies}?start=4990&count=100")).await;
    assert_eq!((&page["total"], page["data"].as_array().unwrap().len()), (&5001.into(), 11));
    assert_eq!(page["data"][10]["comment"]["text"], "answer 4999");
    assert_eq!(server.get(&format!("{replies}?count=101")).await.status(), 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_takes_along_what_was_said() {
    let (server, _) = stopped_at_noon().await;
    let (owner, zoe, ben) = (server.user("owner").await, server.user("zoe").await, server.user("ben").await);
    let admin = server.admin().await;
    let video = server.db_video(&owner, json!({"name": "Concert"})).await;
    let one = id(&say(&zoe, &video, None, "A secret of mine").await);
    say(&ben, &video, Some(one), "I see, @zoe").await;
    say(&zoe, &video, None, "Another").await;
    assert_eq!(zoe.json("/api/v1/users/me/deletion").await["comments"], 2);
    assert_eq!(zoe.delete("/api/v1/users/me").await.status(), 204);
    let tree = server.json(&format!("{}/{one}", threads_path(&video))).await;
    assert_eq!(drawn(&tree), "-(I see, @zoe)");
    assert_eq!(tree["children"][0]["comment"]["mentions"], json!([]));
    assert_eq!(server.json(&threads_path(&video)).await["total"], 1);
    assert_eq!(admin.json("/api/v1/videos/comments?search=secret").await["total"], 0);
    assert_eq!(server.json(&format!("/api/v1/videos/{}", video.uuid)).await["comments"], 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_floods_a_page_with_comments() {
    let clock = Clock::stopped(Timestamp::parse("2026-11-23T12:00:00Z").unwrap());
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |config| {
        config.limits.comments_per_5min = 3;
    })
    .await;
    let (owner, zoe) = (server.user("owner").await, server.user("zoe").await);
    let admin = server.admin().await;
    let video = server.db_video(&owner, json!({"name": "Concert"})).await;
    for n in 0..3 {
        say(&zoe, &video, None, &format!("number {n}")).await;
    }
    let refused = zoe.post(&threads_path(&video), &json!({"text": "once more"})).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()["retry-after"], "100");
    // Others may, and moderators as often as they need.
    say(&owner, &video, None, "Calm down").await;
    for _ in 0..6 {
        say(&admin, &video, None, "A word of the house").await;
    }
    clock.advance(100);
    say(&zoe, &video, None, "sorry").await;
    server.stop().await;
}
