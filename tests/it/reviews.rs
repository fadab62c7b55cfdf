//! What waits for a moderator: new videos where that is wanted, and the first comments of people whom nobody knows.

use crate::{
    common::{Server, clips::clip, people::Person, until},
    making::{made, send},
};
use kiosque::{
    accounts::{self, LoginChange, Trust},
    clock::{Clock, Timestamp},
    jobs::{self, Lane},
    moderation::blocks,
    videos::Video,
};
use reqwest::Method;
use serde_json::{Value, json};

const BLACKLIST: &str = "/api/v1/videos/blacklist";

async fn choose(admin: &Person, review: Value) {
    let answer = admin.put("/api/v1/server/settings", &json!({ "review": review })).await;
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

/// A video that came in by the form of uploads, without a film in it that could be made.
async fn sent(server: &Server, person: &Person, name: &str) -> Video {
    let video = server.db_video(person, json!({ "name": name })).await;
    let (id, account, now) = (video.id, person.account_id, server.app.clock.now());
    let wanted = server.app.settings().review.new_videos;
    let written = server.app.db.write(move |tx| {
        blocks::review(tx, now, Some(account), &kiosque::videos::by_id(tx, id)?, wanted)?;
        kiosque::videos::by_id(tx, id)
    });
    written.await.unwrap()
}

async fn told(server: &Server, person: &Person, kinds: &str) -> Vec<i64> {
    until("everybody to be told", || async {
        let busy = server.app.db.read(|conn| jobs::is_busy(conn, Lane::News)).await.unwrap();
        (!busy).then_some(())
    })
    .await;
    let list = person.json(&format!("/api/v1/users/me/notifications?{kinds}")).await;
    list["data"].as_array().unwrap().iter().map(|one| one["type"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_video_waits_until_somebody_has_looked() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let moderator = server.person("mo", accounts::Role::Moderator).await;
    let (anne, berthe) = (server.user("anne").await, server.user("berthe").await);
    assert_eq!(server.json("/api/v1/config").await["autoBlacklist"]["videos"]["ofUsers"]["enabled"], false);
    let before = sent(&server, &anne, "Before").await;
    assert_eq!(before.blocked, None);
    choose(&admin, json!({"newVideos": true})).await;
    assert_eq!(server.json("/api/v1/config").await["autoBlacklist"]["videos"]["ofUsers"]["enabled"], true);
    let custom = admin.json("/api/v1/config/custom").await;
    assert_eq!(custom["autoBlacklist"]["videos"]["ofUsers"]["enabled"], true);

    let (good, bad) = (sent(&server, &anne, "Good").await, sent(&server, &anne, "Bad").await);
    let path = |video: &Video| format!("/api/v1/videos/{}", video.uuid);
    let hide = |video: &Video| format!("{}/blacklist", path(video));
    let names = |list: &Value| -> Vec<String> {
        list["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&server.json("/api/v1/videos").await), ["Before"]);
    assert!(server.get(&path(&good)).await.status().is_client_error());
    assert!(berthe.get(&path(&good)).await.status().is_client_error());
    let own = anne.json(&path(&good)).await;
    assert_eq!(
        (&own["blacklisted"], &own["waitsForReview"], &own["privacy"]["id"]),
        (&json!(true), &json!(true), &json!(1))
    );
    let mine = anne.json("/api/v1/users/me/videos").await;
    assert_eq!(mine["data"][0]["waitsForReview"], true);
    assert_eq!(mine["data"][2].get("waitsForReview"), None);
    assert_eq!(anne.get(&format!("{BLACKLIST}?type=2")).await.status(), 403);
    let waiting = moderator.json(&format!("{BLACKLIST}?type=2&sort=createdAt")).await;
    assert_eq!((&waiting["total"], &waiting["data"][0]["video"]["name"]), (&json!(2), &json!("Good")));
    assert_eq!(moderator.get(&path(&good)).await.status(), 200);
    assert_eq!(told(&server, &moderator, "typeOneOf=12").await, [12, 12]);
    assert_eq!(told(&server, &berthe, "typeOneOf=12").await, [0; 0]);

    // The sender does not let it pass, neither by the door of moderators nor by changing it.
    assert_eq!(anne.delete(&hide(&good)).await.status(), 403);
    assert_eq!(anne.put(&path(&good), &json!({"privacy": 1, "name": "Better"})).await.status(), 204);
    assert!(server.get(&path(&good)).await.status().is_client_error());
    assert_eq!(moderator.delete(&hide(&good)).await.status(), 204);
    assert_eq!(server.get(&path(&good)).await.status(), 200);
    assert_eq!(names(&server.json("/api/v1/videos?sort=name").await), ["Before", "Better"]);
    assert_eq!(told(&server, &moderator, "typeOneOf=12").await, [12]);

    let refused = json!({"reason": "Whose music is this?"});
    assert_eq!(moderator.post(&hide(&bad), &refused).await.status(), 204);
    assert_eq!(moderator.post(&hide(&bad), &refused).await.status(), 409);
    assert_eq!(moderator.json(&format!("{BLACKLIST}?type=2")).await["total"], 0);
    let own = anne.json(&path(&bad)).await;
    assert_eq!(
        (own.get("waitsForReview"), &own["blacklistedReason"]),
        (None, &json!("Whose music is this?"))
    );
    assert_eq!(told(&server, &moderator, "typeOneOf=12").await, [0; 0]);
    let log = moderator.json("/api/v1/moderation/log").await;
    let acts: Vec<&str> =
        log["data"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    assert_eq!(acts, ["videoBlocked", "videoAccepted"]);

    // Those who are trusted, and those who would look, do not wait.
    let user = format!("/api/v1/users/{}", anne.account_id);
    assert_eq!(admin.json(&user).await["adminFlags"], 0);
    assert_eq!(admin.put(&user, &json!({"adminFlags": 7})).await.status(), 400);
    assert_eq!(moderator.put(&user, &json!({"adminFlags": 1})).await.status(), 204);
    assert_eq!(admin.json(&user).await["adminFlags"], 1);
    assert_eq!(sent(&server, &anne, "Trusted").await.blocked, None);
    assert_eq!(sent(&server, &moderator, "Mine").await.blocked, None);
    assert_eq!(admin.put(&user, &json!({"adminFlags": 0})).await.status(), 204);
    assert!(sent(&server, &anne, "Again").await.blocked.is_some());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_comment_of_a_stranger_waits() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (anne, berthe) = (server.user("anne").await, server.user("berthe").await);
    let video = server.db_video(&anne, json!({"name": "Concert"})).await;
    let threads = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let say = |person: &'static str, who: Person| {
        let threads = threads.clone();
        async move {
            let answer = who.post(&threads, &json!({"text": format!("Bravo from {person}")})).await;
            assert_eq!(answer.status(), 200);
            let made: Value = answer.json().await.unwrap();
            (
                who,
                made["comment"]["heldForReview"].as_bool().unwrap(),
                made["comment"]["id"].as_i64().unwrap(),
            )
        }
    };
    // Somebody made this account.
    let (berthe, held, _) = say("berthe", berthe).await;
    assert!(!held);
    let id = berthe.account_id;
    let stranger = LoginChange { trust: Some(Trust::Stranger), ..LoginChange::default() };
    server.app.db.write(move |tx| accounts::change_login(tx, id, &stranger)).await.unwrap();
    // What was shown before counts.
    let (berthe, held, _) = say("berthe", berthe).await;
    assert!(!held);
    choose(&admin, json!({"firstComments": 3})).await;
    let (berthe, held, comment) = say("berthe", berthe).await;
    assert!(held);
    assert_eq!(server.json(&threads).await["total"], 2);
    assert_eq!(
        anne.post(&format!("/api/v1/videos/{}/comments/{comment}/approve", video.uuid), &json!({}))
            .await
            .status(),
        204
    );
    let (berthe, held, mine) = say("berthe", berthe).await;
    assert!(!held);
    // Saving the form of the account makes nobody known.
    let user = format!("/api/v1/users/{id}");
    assert_eq!(admin.put(&user, &json!({"adminFlags": 0})).await.status(), 204);
    choose(&admin, json!({"firstComments": 20})).await;
    let (berthe, held, _) = say("berthe", berthe).await;
    assert!(held);
    // What was shown waits again when it says something else.
    let mine = format!("/api/v1/videos/{}/comments/{mine}", video.uuid);
    let changed: Value = berthe.put(&mine, &json!({"text": "Buy this"})).await.json().await.unwrap();
    assert_eq!(changed["comment"]["heldForReview"], true);
    let refused = admin.put("/api/v1/server/settings", &json!({"review": {"firstComments": 21}})).await;
    assert_eq!(refused.status(), 400);
    assert_eq!(admin.put(&user, &json!({"adminFlags": 1})).await.status(), 204);
    let (berthe, held, _) = say("berthe", berthe).await;
    assert!(!held);
    // What somebody says in a group of his or her own makes nobody known elsewhere.
    let chloe = server.user("chloe").await;
    let stranger = LoginChange { trust: Some(Trust::Stranger), ..LoginChange::default() };
    let id = chloe.account_id;
    server.app.db.write(move |tx| accounts::change_login(tx, id, &stranger)).await.unwrap();
    choose(&admin, json!({"firstComments": 1})).await;
    let own = server.db_video(&chloe, json!({"name": "Mine"})).await;
    let below = format!("/api/v1/videos/{}/comment-threads", own.uuid);
    let answer: Value = chloe.post(&below, &json!({"text": "Look"})).await.json().await.unwrap();
    assert_eq!(answer["comment"]["heldForReview"], false);
    let (_, held, _) = say("chloe", chloe).await;
    assert!(held);
    drop(berthe);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_in_by_open_registration_is_a_stranger() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let trust = |name: &'static str| {
        let db = server.app.db.clone();
        async move {
            db.read(move |conn| {
                let account = accounts::by_name(conn, name, None)?;
                Ok(accounts::find_login(conn, account.id)?.trust)
            })
            .await
            .unwrap()
        }
    };
    let open = json!({"signup": {"mode": "open", "verifyEmail": false}});
    assert_eq!(admin.put("/api/v1/server/settings", &open).await.status(), 200);
    let new = |name: &str| json!({"username": name, "email": format!("{name}@example.org"), "password": "three long words"});
    assert_eq!(server.post("/api/v1/users/register", &new("zoe")).await.status(), 204);
    assert_eq!(trust("zoe").await, Trust::Stranger);
    let asked = json!({"signup": {"mode": "approval", "verifyEmail": false}});
    assert_eq!(admin.put("/api/v1/server/settings", &asked).await.status(), 200);
    let mut request = new("max");
    request["registrationReason"] = json!("I sing");
    assert_eq!(server.post("/api/v1/users/registrations/request", &request).await.status(), 200);
    let id = admin.json("/api/v1/users/registrations").await["data"][0]["id"].clone();
    let accepted = admin
        .post(&format!("/api/v1/users/registrations/{id}/accept"), &json!({"moderationResponse": "Welcome"}))
        .await;
    assert_eq!(accepted.status(), 204);
    assert_eq!(trust("max").await, Trust::Known);
    server.stop().await;
}

/// Sends another film for a video, and waits until it has taken the place.
async fn replace(person: &Person, uuid: &str, film: &str, seconds: u64) {
    let bytes = std::fs::read(clip(film)).unwrap();
    let path = format!("/api/v1/videos/{uuid}/source/replace-resumable");
    let announced = person
        .request(Method::POST, &path)
        .header("X-Upload-Content-Length", bytes.len())
        .json(&json!({"filename": film}))
        .send()
        .await
        .unwrap();
    let location = announced.headers()["location"].to_str().unwrap().to_owned();
    let at = &location[location.find("/api").unwrap()..];
    assert_eq!(person.request(Method::PUT, at).body(bytes).send().await.unwrap().status(), 200);
    until("the other film", || async {
        let now = person.json(&format!("/api/v1/videos/{uuid}")).await;
        (now["duration"] == seconds).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_announced_when_it_may_be_seen() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let moderator = server.person("mo", accounts::Role::Moderator).await;
    let (anne, berthe) = (server.user("anne").await, server.user("berthe").await);
    let follow = json!({"uri": format!("anne_channel@{}", server.app.urls().host())});
    assert_eq!(berthe.post("/api/v1/users/me/subscriptions", &follow).await.status(), 204);
    choose(&admin, json!({"newVideos": true})).await;
    let (id, uuid) = send(&anne, "h264-aac.mp4", &[]).await;
    let (path, hide) = (format!("/api/v1/videos/{uuid}"), format!("/api/v1/videos/{uuid}/blacklist"));
    made(&server, &anne, id).await;
    assert_eq!(told(&server, &moderator, "typeOneOf=12").await, [12]);
    assert_eq!(told(&server, &berthe, "").await, [0; 0]);
    assert_eq!(told(&server, &anne, "typeOneOf=4&typeOneOf=5&typeOneOf=6").await, [0; 0]);
    for page in ["/feeds/videos.xml".to_owned(), "/sitemap.xml".to_owned(), format!("/w/{uuid}")] {
        let text = server.get(&page).await.text().await.unwrap();
        assert!(!text.contains("Film h264"), "{page}: {text}");
    }
    let file = anne.json(&path).await["streamingPlaylists"][0]["playlistUrl"].as_str().unwrap().to_owned();
    let file = &file[file.find("/static").unwrap()..];
    assert_eq!(server.get(file).await.status(), 403);
    assert_eq!(moderator.get(file).await.status(), 200);

    let made_at = anne.json(&path).await["publishedAt"].clone();
    assert_eq!(moderator.delete(&hide).await.status(), 204);
    let published = server.json(&path).await["publishedAt"].clone();
    assert!(published.as_str() > made_at.as_str(), "{published} {made_at}");
    assert_eq!(told(&server, &berthe, "").await, [1]);
    assert_eq!(told(&server, &anne, "typeOneOf=4&typeOneOf=5&typeOneOf=6").await, [6]);

    // Another film waits again, and is no new video.
    replace(&anne, &uuid, "long.webm", 80).await;
    assert!(server.get(&path).await.status().is_client_error());
    assert_eq!(anne.json(&path).await["waitsForReview"], true);
    assert_eq!(told(&server, &moderator, "typeOneOf=12").await, [12]);
    assert_eq!(told(&server, &berthe, "").await, [0; 0], "what one may not see");
    assert_eq!(moderator.delete(&hide).await.status(), 204);
    assert_eq!(server.json(&path).await["publishedAt"], published);
    assert_eq!(told(&server, &berthe, "").await, [1]);
    assert_eq!(told(&server, &anne, "typeOneOf=4&typeOneOf=5&typeOneOf=6").await, [5, 6]);

    // What moderators send they have seen.
    replace(&moderator, &uuid, "h264-aac.mp4", 3).await;
    assert_eq!(server.get(&path).await.status(), 200);
    // What was hidden by hand stays so, for its own reason.
    assert_eq!(moderator.post(&hide, &json!({"reason": "Whose music is this?"})).await.status(), 204);
    replace(&anne, &uuid, "long.webm", 80).await;
    let own = anne.json(&path).await;
    assert_eq!(
        (own.get("waitsForReview"), &own["blacklistedReason"]),
        (None, &json!("Whose music is this?"))
    );
    assert_eq!(told(&server, &moderator, "typeOneOf=12").await, [0; 0]);
    // Who is no moderator any more is told nothing of what waits.
    let (_, other) = send(&anne, "h264-aac.mp4", &[]).await;
    assert_eq!(told(&server, &moderator, "typeOneOf=12").await, [12]);
    let demoted = admin.put(&format!("/api/v1/users/{}", moderator.account_id), &json!({"role": 2})).await;
    assert_eq!(demoted.status(), 204);
    assert_eq!(told(&server, &moderator, "typeOneOf=12").await, [0; 0]);
    assert_eq!(admin.delete(&format!("/api/v1/videos/{other}")).await.status(), 204);
    assert_eq!(told(&server, &admin, "typeOneOf=12").await, [0; 0]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_keeps_the_privacy_that_was_chosen() {
    let clock = Clock::stopped(Timestamp(1_790_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let admin = server.admin().await;
    let (anne, berthe) = (server.user("anne").await, server.user("berthe").await);
    choose(&admin, json!({"newVideos": true})).await;
    let wait = |fields: Value| {
        let (server, anne) = (&server, &anne);
        async move {
            let video = server.db_unmade_video(anne, fields).await;
            let (id, account, now) = (video.id, anne.account_id, server.app.clock.now());
            let held =
                server.app.db.write(move |tx| blocks::review(tx, now, Some(account), &video, true)).await;
            assert!(held.unwrap());
            let made = server.app.db.write(move |tx| {
                kiosque::videos::set_state(tx, now, id, kiosque::videos::State::Published, None)?;
                kiosque::videos::by_id(tx, id)
            });
            made.await.unwrap()
        }
    };
    let path = |video: &Video| format!("/api/v1/videos/{}", video.uuid);
    let statuses = |video: &Video| {
        let path = path(video);
        let (server, anne, berthe) = (&server, &anne, &berthe);
        async move {
            [server.get(&path).await, berthe.get(&path).await, anne.get(&path).await]
                .map(|answer| answer.status().as_u16())
        }
    };
    let private = wait(json!({"name": "Private", "privacy": 3})).await;
    let internal = wait(json!({"name": "Internal", "privacy": 4})).await;
    let later = wait(json!({"name": "Later", "privacy": 3,
        "scheduleUpdate": {"updateAt": Timestamp(1_790_000_060_000).iso(), "privacy": 1}}))
    .await;
    for video in [&private, &internal, &later] {
        assert_eq!(statuses(video).await, [401, 403, 200], "{}", video.name);
    }
    // When its time comes while it waits it is not seen, but will be.
    clock.advance(120);
    let (id, now) = (later.id, server.app.clock.now());
    server.app.db.write(move |tx| kiosque::videos::publish_scheduled(tx, now, id)).await.unwrap();
    assert_eq!(statuses(&later).await, [401, 403, 200]);
    assert_eq!(anne.json(&path(&later)).await["privacy"]["id"], 1);
    // Making it public shows nothing either.
    assert_eq!(anne.put(&path(&private), &json!({"privacy": 2})).await.status(), 204);
    assert_eq!(statuses(&private).await, [401, 403, 200]);
    assert_eq!(anne.put(&path(&private), &json!({"privacy": 3})).await.status(), 204);
    // Somebody else who takes it has not looked at it for the moderators.
    let give = format!("/api/v1/videos/{}/give-ownership", internal.uuid);
    assert_eq!(anne.post(&give, &json!({"username": "berthe"})).await.status(), 204);
    let offer = berthe.json("/api/v1/videos/ownership").await;
    let offer = offer["data"].as_array().and_then(|all| all.first().cloned());
    let Some(offer) = offer else { panic!("an offer") };
    let take = format!("/api/v1/videos/ownership/{}/accept", offer["id"]);
    let taken = berthe.post(&take, &json!({"channelId": berthe.group_id().await})).await;
    assert_eq!(taken.status(), 204);
    assert_eq!(statuses(&internal).await, [401, 200, 403]);

    for video in [&private, &internal, &later] {
        assert_eq!(admin.delete(&format!("{}/blacklist", path(video))).await.status(), 204);
    }
    assert_eq!(statuses(&private).await, [401, 403, 200]);
    assert_eq!(statuses(&internal).await, [401, 200, 200]);
    assert_eq!(statuses(&later).await, [200, 200, 200]);
    assert_eq!(told(&server, &berthe, "typeOneOf=6").await, [6], "hers now");
    server.stop().await;
}
