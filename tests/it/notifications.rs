//! Who is told of what: the page's list, what was read, and what one chooses.

use crate::common::{Server, choir, people::Person};
use kiosque::{
    accounts::{Role, SensitivePolicy},
    clock::Clock,
    jobs::{self, Happening, Job, Lane},
    notifications::{self, Manner},
    videos::Video,
};
use reqwest::Method;
use serde_json::{Value, json};

const MINE: &str = "/api/v1/users/me/notifications";
const CHOICES: &str = "/api/v1/users/me/notification-settings";
const MANNER: Manner = Manner { mail: true, policy: SensitivePolicy::DoNotList };

/// Waits until everybody is told.
async fn settled(server: &Server) {
    crate::common::until("everybody to be told", || async {
        let busy = server.app.db.read(|conn| jobs::is_busy(conn, Lane::News)).await.unwrap();
        (!busy).then_some(())
    })
    .await;
}

/// Types and what they are about, newest first.
async fn told(server: &Server, person: &Person) -> Vec<(i64, String)> {
    settled(server).await;
    let list = person.json(&format!("{MINE}?count=100")).await;
    let data = list["data"].as_array().unwrap();
    assert_eq!(list["total"], data.len());
    data.iter().map(|one| (one["type"].as_i64().unwrap(), about(one))).collect()
}

fn about(one: &Value) -> String {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    [
        &one["video"]["name"],
        &one["comment"]["video"]["name"],
        &one["actorFollow"]["follower"]["name"],
        &one["registration"]["username"],
        &one["account"]["name"],
        &one["group"]["name"],
    ]
    .into_iter()
    .find_map(text)
    .unwrap_or_default()
}

fn pairs(expected: &[(i64, &str)]) -> Vec<(i64, String)> {
    expected.iter().map(|(kind, about)| (*kind, (*about).to_owned())).collect()
}

async fn follow(server: &Server, person: &Person, name: &str) {
    let uri = format!("{name}@{}", server.base.strip_prefix("http://").unwrap());
    let answer = person.post("/api/v1/users/me/subscriptions", &json!({ "uri": uri })).await;
    assert_eq!(answer.status(), 204);
}

async fn set_privacy(person: &Person, video: &Video, privacy: u8) {
    let answer = person.put(&format!("/api/v1/videos/{}", video.uuid), &json!({ "privacy": privacy })).await;
    assert_eq!(answer.status(), 204);
}

async fn choose(person: &Person, name: &str, value: u8) {
    let mut all = person.json("/api/v1/users/me").await["notificationSettings"].clone();
    all[name] = value.into();
    assert_eq!(person.put(CHOICES, &all).await.status(), 204);
}

async fn comment(person: &Person, video: &Video, text: &str, above: Option<i64>) -> i64 {
    let threads = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let path = above.map_or(threads, |above| format!("/api/v1/videos/{}/comments/{above}", video.uuid));
    let answer: Value = person.post(&path, &json!({ "text": text })).await.json().await.unwrap();
    answer["comment"]["id"].as_i64().unwrap_or_else(|| panic!("{answer}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_follow_are_told_of_a_video_once() {
    let server = Server::start().await;
    let (anne, zoe, max, lea) = (
        server.user("anne").await,
        server.user("zoe").await,
        server.user("max").await,
        server.user("lea").await,
    );
    follow(&server, &zoe, "anne_channel").await;
    follow(&server, &zoe, "anne").await;
    follow(&server, &max, "anne").await;
    follow(&server, &lea, "anne_channel").await;
    follow(&server, &anne, "anne_channel").await;
    choose(&lea, "newVideoFromSubscription", 0).await;
    let film = server.db_video(&anne, json!({"name": "Open"})).await;
    let hidden = server.db_video(&anne, json!({"name": "Hidden", "privacy": 3})).await;
    server.db_video(&anne, json!({"name": "Unlisted", "privacy": 2})).await;
    server.db_video(&anne, json!({"name": "Internal", "privacy": 4})).await;
    assert_eq!(told(&server, &zoe).await, pairs(&[(1, "Internal"), (1, "Open")]));
    assert_eq!(told(&server, &max).await, pairs(&[(1, "Internal"), (1, "Open")]));
    assert_eq!(told(&server, &lea).await, []);
    // Its author is told that it can be watched.
    let published: Vec<_> = told(&server, &anne).await.into_iter().filter(|(kind, _)| *kind != 10).collect();
    assert_eq!(published, pairs(&[(6, "Internal"), (6, "Unlisted"), (6, "Hidden"), (6, "Open")]));
    // When it can be found, and not again when that was taken back in between.
    for (video, privacy) in [(&hidden, 1), (&film, 3), (&film, 1)] {
        set_privacy(&anne, video, privacy).await;
    }
    assert_eq!(told(&server, &zoe).await, pairs(&[(1, "Hidden"), (1, "Internal"), (1, "Open")]));
    let one = zoe.json(&format!("{MINE}?count=1")).await["data"][0].clone();
    assert_eq!((&one["read"], &one["video"]["channel"]["name"]), (&json!(false), &json!("anne_channel")));
    // What is sensitive is told to those who want to see such things among others.
    let policy = json!({"nsfwPolicy": SensitivePolicy::Warn});
    assert_eq!(max.put("/api/v1/users/me", &policy).await.status(), 204);
    server.db_video(&anne, json!({"name": "Bare", "nsfw": true})).await;
    assert_eq!(told(&server, &max).await[0], (1, "Bare".to_owned()));
    assert_eq!(told(&server, &zoe).await.len(), 3);
    // What goes takes along that it was told.
    assert_eq!(anne.delete(&format!("/api/v1/videos/{}", film.uuid)).await.status(), 204);
    assert_eq!(told(&server, &zoe).await, pairs(&[(1, "Hidden"), (1, "Internal")]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_may_not_be_seen() {
    let server = Server::start().await;
    let (admin, anne) = (server.admin().await, server.user("anne").await);
    let (zoe, max) = (server.user("zoe").await, server.user("max").await);
    follow(&server, &zoe, "anne_channel").await;
    let film = server.db_video(&anne, json!({"name": "Surprise"})).await;
    comment(&anne, &film, "@max look", None).await;
    let unread =
        async |person: &Person| person.json("/api/v1/users/me").await["unreadNotificationsCount"].clone();
    let all = async || {
        let (zoe_is, max_is) = (told(&server, &zoe).await, told(&server, &max).await);
        assert_eq!((unread(&zoe).await, unread(&max).await), (zoe_is.len().into(), max_is.len().into()));
        (zoe_is, max_is)
    };
    let seen = (pairs(&[(1, "Surprise")]), pairs(&[(11, "Surprise")]));
    assert_eq!(all().await, seen);
    let renamed = json!({"privacy": 3, "name": "A secret"});
    assert_eq!(anne.put(&format!("/api/v1/videos/{}", film.uuid), &renamed).await.status(), 204);
    assert_eq!(all().await, (vec![], vec![]));
    assert!(told(&server, &anne).await.contains(&(6, "A secret".to_owned())), "it is hers");
    let back = json!({"privacy": 1, "name": "Surprise"});
    assert_eq!(anne.put(&format!("/api/v1/videos/{}", film.uuid), &back).await.status(), 204);
    assert_eq!(all().await, seen);
    // Hidden by moderators: its author is told, the others of nothing.
    let block = format!("/api/v1/videos/{}/blacklist", film.uuid);
    assert_eq!(admin.post(&block, &json!({"reason": "Not ours"})).await.status(), 204);
    assert_eq!(all().await, (vec![], vec![]));
    assert_eq!(told(&server, &anne).await[0].0, 4);
    assert_eq!(admin.delete(&block).await.status(), 204);
    assert_eq!(all().await, seen);
    // Taken back before anybody was told: then it is told when it comes back.
    let late = server.db_video(&anne, json!({"name": "Late", "privacy": 3})).await;
    let (now, video) = (server.app.clock.now(), late.id);
    let job = Job::Notify { happening: Happening::VideoListed { video } };
    let write = move |tx: &rusqlite::Transaction<'_>| {
        tx.execute("update videos set announced = 2 where id = ?1", [video])?;
        jobs::enqueue(tx, now, &job).map(drop)
    };
    server.app.db.write(write).await.unwrap();
    assert_eq!(all().await, seen);
    set_privacy(&anne, &late, 1).await;
    assert_eq!(told(&server, &zoe).await[0], (1, "Late".to_owned()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_told_to_those_they_concern() {
    let server = Server::start().await;
    let (anne, zoe, max) = (server.user("anne").await, server.user("zoe").await, server.user("max").await);
    let film = server.db_video(&anne, json!({"name": "Film"})).await;
    let mine = |list: Vec<(i64, String)>| -> Vec<i64> {
        list.into_iter().map(|(kind, _)| kind).filter(|kind| *kind != 6).collect()
    };
    let first = comment(&zoe, &film, "What a song", None).await;
    assert_eq!(mine(told(&server, &anne).await), [2]);
    // An answer speaks to who wrote what is answered, and to who is named; nobody is told of what they said.
    comment(&anne, &film, "Thank you, @max sang it", Some(first)).await;
    assert_eq!(mine(told(&server, &zoe).await), [11]);
    assert_eq!(mine(told(&server, &max).await), [11]);
    assert_eq!(mine(told(&server, &anne).await), [2]);
    // Whose video it is hears of a comment once, also when named in it.
    let named = comment(&max, &film, "@anne @max I did", Some(first)).await;
    assert_eq!(mine(told(&server, &anne).await), [2, 2]);
    assert_eq!(mine(told(&server, &zoe).await), [11, 11]);
    let newest = anne.json(&format!("{MINE}?count=1")).await["data"][0]["comment"].clone();
    assert_eq!((newest["id"].as_i64(), newest["threadId"].as_i64()), (Some(named), Some(first)));
    // What is removed leads nobody there.
    let path = format!("/api/v1/videos/{}/comments/{named}", film.uuid);
    assert_eq!(max.delete(&path).await.status(), 204);
    assert_eq!(mine(told(&server, &anne).await), [2]);
    assert_eq!(mine(told(&server, &zoe).await), [11]);
    // Of a private video, those who cannot see it learn nothing.
    set_privacy(&anne, &film, 3).await;
    comment(&anne, &film, "@max look", None).await;
    assert_eq!(mine(told(&server, &max).await), [0; 0]);
    set_privacy(&anne, &film, 1).await;
    assert_eq!(mine(told(&server, &max).await), [11]);
    // Held comments are told to those who may let them pass, and to the others when they have passed.
    let strict = server.db_video(&anne, json!({"name": "Strict", "commentsPolicy": 3})).await;
    let held = comment(&zoe, &strict, "@max come", None).await;
    assert_eq!(told(&server, &anne).await[0], (2, "Strict".to_owned()));
    let newest = anne.json(&format!("{MINE}?count=1")).await["data"][0]["comment"].clone();
    assert_eq!(newest["heldForReview"], true);
    assert_eq!(mine(told(&server, &max).await), [11]);
    let approve = format!("/api/v1/videos/{}/comments/{held}/approve", strict.uuid);
    assert_eq!(anne.post(&approve, &json!({})).await.status(), 204);
    assert_eq!(told(&server, &max).await[0], (11, "Strict".to_owned()));
    assert_eq!(mine(told(&server, &anne).await).len(), 2, "and not once more");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_and_people_of_groups_are_told_of() {
    let (server, anne, zoe, max) = choir::choir(choir::clock()).await;
    follow(&server, &zoe, "anne").await;
    follow(&server, &max, "choir").await;
    assert_eq!(told(&server, &anne).await, pairs(&[(10, "max"), (10, "zoe")]));
    let newest = anne.json(&format!("{MINE}?count=1")).await["data"][0]["actorFollow"]["following"].clone();
    assert_eq!((newest["type"].as_str(), newest["name"].as_str()), (Some("channel"), Some("choir")));
    // Who leaves off was never there.
    let host = server.base.strip_prefix("http://").unwrap();
    assert_eq!(zoe.delete(&format!("/api/v1/users/me/subscriptions/anne@{host}")).await.status(), 204);
    assert_eq!(told(&server, &anne).await, pairs(&[(10, "max")]));

    assert_eq!(choir::invite(&anne, "zoe", "moderator").await, 200);
    assert_eq!(told(&server, &zoe).await, pairs(&[(23, "anne")]));
    let invited = zoe.json(MINE).await["data"][0]["videoChannelCollaborator"].clone();
    assert_eq!((&invited["channel"]["name"], &invited["state"]["id"]), (&json!("choir"), &json!(1)));
    assert_eq!(choir::accept(&zoe).await, 204);
    assert_eq!(told(&server, &anne).await[0], (24, "zoe".to_owned()));
    assert_eq!(choir::invite(&anne, "max", "member").await, 200);
    assert_eq!(max.post(&choir::of("invitation/reject"), &json!({})).await.status(), 204);
    assert_eq!(told(&server, &anne).await[0], (25, "max".to_owned()));
    // Who mutes somebody is not told of being invited by him or her.
    let tom = server.user("tom").await;
    let mute = json!({"accountName": "anne"});
    assert_eq!(tom.post("/api/v1/users/me/blocklist/accounts", &mute).await.status(), 204);
    assert_eq!(choir::invite(&anne, "tom", "member").await, 200);
    assert!(told(&server, &tom).await.is_empty());

    let lea = server.user("lea").await;
    let open = json!({"joining": "request"});
    assert_eq!(anne.put(choir::CHOIR, &open).await.status(), 204);
    let ask = choir::of("requests");
    assert_eq!(lea.post(&ask, &json!({"message": "I sing"})).await.status(), 200);
    assert_eq!(told(&server, &anne).await[0], (1001, "lea".to_owned()));
    assert_eq!(told(&server, &zoe).await.len(), 1, "moderators of a group let nobody in");
    let accept = choir::of("requests/lea/accept");
    assert_eq!(anne.post(&accept, &json!({"role": "member"})).await.status(), 204);
    assert_eq!(told(&server, &lea).await, pairs(&[(1002, "choir")]));
    // Who goes takes along what was told of them.
    assert_eq!(lea.delete("/api/v1/users/me").await.status(), 204);
    assert!(!told(&server, &anne).await.contains(&(1001, "lea".to_owned())));
    assert_eq!(anne.delete("/api/v1/video-channels/choir").await.status(), 204);
    assert_eq!(told(&server, &zoe).await, []);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_muted_invites_nobody_by_notification() {
    let (server, anne, zoe, max) = choir::choir(choir::clock()).await;
    let mute = json!({"accountName": "anne"});
    assert_eq!(zoe.post("/api/v1/users/me/blocklist/accounts", &mute).await.status(), 204);
    let film = server.db_video(&anne, json!({"name": "Gift"})).await;
    for (person, name) in [(&zoe, "zoe"), (&max, "max")] {
        assert_eq!(choir::invite(&anne, name, "member").await, 200);
        let give = format!("/api/v1/videos/{}/give-ownership", film.uuid);
        assert_eq!(anne.post(&give, &json!({ "username": name })).await.status(), 204);
        let told = told(&server, person).await;
        assert_eq!(told.len(), if name == "zoe" { 0 } else { 2 }, "{name}: {told:?}");
    }
    // An answer to her is told all the same.
    assert_eq!(max.post(&choir::of("invitation/reject"), &json!({})).await.status(), 204);
    assert_eq!(told(&server, &anne).await[0], (25, "max".to_owned()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_is_ones_own_affair() {
    let server = Server::start().await;
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    follow(&server, &zoe, "anne_channel").await;
    for name in ["One", "Two", "Three"] {
        server.db_video(&anne, json!({ "name": name })).await;
    }
    assert_eq!(told(&server, &zoe).await.len(), 3);
    let unread = async |person: &Person| {
        let me = person.json("/api/v1/users/me").await["unreadNotificationsCount"].clone();
        assert_eq!(me, person.json(&format!("{MINE}?unread=true&count=0")).await["total"]);
        me.as_u64().unwrap()
    };
    assert_eq!(unread(&zoe).await, 3);
    let list = zoe.json(MINE).await;
    let ids: Vec<i64> =
        list["data"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    // Numbers of others are passed over.
    assert_eq!(anne.post(&format!("{MINE}/read"), &json!({ "ids": ids })).await.status(), 204);
    assert_eq!(unread(&zoe).await, 3);
    assert_eq!(zoe.post(&format!("{MINE}/read"), &json!({"ids": [ids[0], 999_999]})).await.status(), 204);
    assert_eq!(unread(&zoe).await, 2);
    let names = async |query: &str| -> Vec<String> {
        let list = zoe.json(&format!("{MINE}{query}")).await;
        list["data"].as_array().unwrap().iter().map(about).collect()
    };
    assert_eq!(names("?unread=true").await, ["Two", "One"]);
    assert_eq!(names("?sort=createdAt&start=1&count=1").await, ["Two"]);
    assert_eq!(names("?typeOneOf=2&typeOneOf=11").await, Vec::<String>::new());
    assert_eq!(names("?typeOneOf=1").await, ["Three", "Two", "One"]);
    for ids in [json!([]), json!("x"), json!(null), json!(vec![1; 101])] {
        assert_eq!(zoe.post(&format!("{MINE}/read"), &json!({ "ids": ids })).await.status(), 400);
    }
    assert_eq!(zoe.get(&format!("{MINE}?sort=name")).await.status(), 400);
    assert_eq!(zoe.post(&format!("{MINE}/read-all"), &json!({})).await.status(), 204);
    assert_eq!((unread(&zoe).await, unread(&anne).await), (0, 4));
    for (method, path) in [
        (Method::GET, MINE.to_owned()),
        (Method::POST, format!("{MINE}/read-all")),
        (Method::PUT, CHOICES.into()),
    ] {
        let request = server.http.request(method, server.url(&path)).json(&json!({}));
        assert_eq!(request.send().await.unwrap().status(), 401, "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_are_kept_and_partly_changed() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let read = async || anne.json("/api/v1/users/me").await["notificationSettings"].clone();
    let before = read().await;
    assert_eq!((&before["newFollow"], &before["groupPeople"]), (&json!(1), &json!(3)));
    // As older clients write them: what they do not know stays.
    let mut older = before.clone();
    for newer in ["groupPeople", "newPluginVersion", "abuseStateChange", "myVideoTranscriptionGenerated"] {
        older.as_object_mut().unwrap().remove(newer);
    }
    older["newFollow"] = 2.into();
    assert_eq!(anne.put(CHOICES, &older).await.status(), 204);
    let mut expected = before.clone();
    expected["newFollow"] = 2.into();
    assert_eq!(read().await, expected);
    for (name, value) in [("newFollow", json!(4)), ("groupPeople", json!("1")), ("commentMention", json!(-1))]
    {
        let mut wrong = before.clone();
        wrong[name] = value;
        assert_eq!(anne.put(CHOICES, &wrong).await.status(), 400, "{name}");
    }
    assert_eq!(read().await, expected);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_is_told_of_accounts() {
    let server = Server::start().await;
    let (admin, anne) = (server.admin().await, server.user("anne").await);
    let open = async |mode: &str| {
        let signup = json!({"signup": {"mode": mode, "verifyEmail": false}});
        assert_eq!(admin.put("/api/v1/server/settings", &signup).await.status(), 200);
    };
    open("open").await;
    let register =
        json!({"username": "nora", "email": "nora@example.org", "password": "a long walk at night"});
    let answer = server.http.post(server.url("/api/v1/users/register")).json(&register).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(told(&server, &admin).await, pairs(&[(9, "nora")]));
    open("approval").await;
    let mut request = register.clone();
    for (key, value) in
        [("username", "omar"), ("email", "omar@example.org"), ("registrationReason", "I sing in the choir")]
    {
        request[key] = value.into();
    }
    let path = server.url("/api/v1/users/registrations/request");
    assert_eq!(server.http.post(path).json(&request).send().await.unwrap().status(), 200);
    assert_eq!(told(&server, &admin).await, pairs(&[(20, "omar"), (9, "nora")]));
    assert_eq!(told(&server, &anne).await, []);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_is_forgotten() {
    let clock = choir::clock();
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    follow(&server, &zoe, "anne_channel").await;
    server.db_video(&anne, json!({"name": "Old"})).await;
    assert_eq!(told(&server, &zoe).await.len(), 1);
    clock.advance(91 * 24 * 3600);
    let zoe = server.user("zoe").await;
    // Whatever happens next has it looked for.
    let anne = server.user("anne").await;
    server.db_video(&anne, json!({"name": "New"})).await;
    crate::common::until("the old one to be forgotten", || async {
        (told(&server, &zoe).await == pairs(&[(1, "New")])).then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_are_kept_of_each() {
    let server = Server::start().await;
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    let most = i64::from(notifications::MOST_KEPT);
    let fill = async |who: &Person, rows: i64| {
        let account = account_of(who).await;
        let sql = "with recursive n(n) as (select 1 union all select n + 1 from n where n < ?2)
            insert into notifications (account_id, kind, by_id, web, created_at, updated_at)
              select ?1, 9, null, n % 2, n, n from n";
        server.app.db.write(move |tx| Ok(tx.execute(sql, [account, 2 * rows])?)).await.unwrap();
    };
    fill(&anne, most + 200).await;
    fill(&zoe, most - 1).await;
    let next = server.app.db.write(|tx| notifications::forget_excess(tx, 0)).await.unwrap();
    assert_eq!(next, None);
    assert_eq!(kept(&server, &anne).await, (most, 402, most, 401));
    assert_eq!(kept(&server, &zoe).await, (most - 1, 2, most - 1, 1));
    server.stop().await;
}

async fn account_of(person: &Person) -> i64 {
    person.json("/api/v1/users/me").await["account"]["id"].as_i64().unwrap()
}

/// How many are kept that are told by letter, and the time of the first; the same in the page.
async fn kept(server: &Server, who: &Person) -> (i64, i64, i64, i64) {
    let account = account_of(who).await;
    let sql =
        "select sum(web = 0), min(iif(web = 0, created_at, null)), sum(web), min(iif(web, created_at, null))
        from notifications where account_id = ?1";
    let read = move |conn: &rusqlite::Connection| {
        Ok(conn.query_row(sql, [account], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?)
    };
    server.app.db.read(read).await.unwrap()
}

/// Five thousand are told in batches, and nobody twice when the work is done again after a crash.
#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_are_told_at_little_cost() {
    const MANY: i64 = 5_000;
    let server = Server::start_in(tempfile::tempdir().unwrap(), Clock::system(), |_| {}).await;
    let anne = server.user("anne").await;
    let group = anne.group_id().await;
    // All of them want a letter as well.
    let fill = format!(
        "with recursive n(n) as (select 1 union all select n + 1 from n where n < {MANY})
         insert into accounts (name, display_name, created_at, updated_at) select 'f' || n, 'F', 1, 1 from n;
         insert into logins (account_id, email, password_hash, role, video_quota, video_quota_daily)
           select id, name || '@example.org', 'x', 2, -1, -1 from accounts where name glob 'f[0-9]*';
         insert into follows (follower_id, group_id, state, created_at)
           select id, {group}, 'accepted', 1 from accounts where name glob 'f[0-9]*';
         insert into notification_choices (account_id, choice, channels)
           select id, 'newVideoFromSubscription', 3 from accounts where name glob 'f[0-9]*';
         insert into notification_letters (account_id, rhythm) select id, 1 from accounts where name glob 'f[0-9]*'"
    );
    server.app.db.write(move |tx| Ok(tx.execute_batch(&fill)?)).await.unwrap();
    let film = server.db_video(&anne, json!({"name": "Film"})).await;
    settled(&server).await;
    let count = async || {
        let sql = "select count(*) from notifications where kind = 1";
        server.app.db.read(|conn| Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?)).await.unwrap()
    };
    assert_eq!(count().await, MANY);
    let (now, video) = (server.app.clock.now(), film.id);
    let job = Job::Notify { happening: Happening::VideoListed { video } };
    server.app.db.write(move |tx| jobs::enqueue(tx, now, &job).map(drop)).await.unwrap();
    settled(&server).await;
    assert_eq!(count().await, MANY);
    // One batch holds others up for a moment only.
    let sql = "delete from notifications where kind = 1";
    server.app.db.write(move |tx| Ok(tx.execute(sql, [])?)).await.unwrap();
    let (mut after, mut batches, mut longest) = (Some(0), 0, std::time::Duration::ZERO);
    while let Some(from) = after {
        let begun = std::time::Instant::now();
        let happening = Happening::VideoListed { video };
        after = server
            .app
            .db
            .write(move |tx| Ok(notifications::tell(tx, now, &happening, from, MANNER)?.next))
            .await
            .unwrap();
        longest = longest.max(begun.elapsed());
        batches += 1;
    }
    assert_eq!((count().await, batches), (MANY, MANY / i64::from(notifications::BATCH) + 1));
    eprintln!("{batches} batches, the longest {longest:?}");
    let letters = "select count(*) from jobs where kind = 'mail'";
    let letters = server
        .app
        .db
        .read(|conn| Ok(conn.query_row(letters, [], |row| row.get::<_, i64>(0))?))
        .await
        .unwrap();
    assert_eq!(MANY, letters, "a letter for each");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_order_and_who_asks_for_it_are_told() {
    let server = Server::start_in(tempfile::tempdir().unwrap(), choir::clock(), |_| {}).await;
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    let marie = server.person("marie", Role::Moderator).await;
    let video = server.db_video(&anne, json!({"name": "Rehearsal"})).await;
    settled(&server).await;
    assert_eq!(anne.post("/api/v1/users/me/notifications/read-all", &json!({})).await.status(), 204);
    let types = async |person: &Person| {
        settled(&server).await;
        let list = person.json(&format!("{MINE}?count=100&unread=true")).await;
        let data = list["data"].as_array().unwrap().clone();
        data.iter().map(|one| one["type"].as_i64().unwrap()).collect::<Vec<i64>>()
    };
    let report = json!({"reason": "The sound hurts", "video": {"id": video.id}});
    let made: Value = zoe.post("/api/v1/abuses", &report).await.json().await.unwrap();
    let abuse = format!("/api/v1/abuses/{}", made["abuse"]["id"]);
    assert_eq!((types(&marie).await, types(&zoe).await, types(&anne).await), (vec![3], vec![], vec![]));
    let told = marie.json(MINE).await["data"][0].clone();
    assert_eq!(told["abuse"]["video"]["name"], "Rehearsal", "{told}");
    // What they write to each other: the last of it, and never to who writes.
    let say = async |person: &Person, text: &str| {
        let said = person.post(&format!("{abuse}/messages"), &json!({ "message": text })).await;
        assert_eq!(said.status(), 200);
    };
    say(&zoe, "From the third minute on").await;
    assert_eq!(types(&marie).await, [16, 3]);
    say(&marie, "I hear it").await;
    assert_eq!((types(&marie).await, types(&zoe).await), (vec![3], vec![16]));
    // Hidden, and shown again: of both, the last.
    let block = format!("/api/v1/videos/{}/blacklist", video.uuid);
    assert_eq!(marie.post(&block, &json!({"reason": "Loud"})).await.status(), 204);
    assert_eq!(types(&anne).await, [4]);
    let told = anne.json(&format!("{MINE}?unread=true")).await["data"][0].clone();
    assert_eq!(told["videoBlacklist"]["video"]["name"], "Rehearsal", "{told}");
    assert_eq!(marie.delete(&block).await.status(), 204);
    assert_eq!(types(&anne).await, [5]);
    // Decided, and decided otherwise.
    for state in [3, 2] {
        assert_eq!(marie.put(&abuse, &json!({ "state": state })).await.status(), 204);
        assert_eq!(types(&zoe).await, [15, 16]);
        assert_eq!(zoe.json(MINE).await["data"][0]["abuse"]["state"], state);
    }
    // Who looks after the kiosque no more is told no more of that.
    assert_eq!(types(&marie).await, [3]);
    let sql = "update logins set role = 2 where email = 'marie@example.org'";
    assert_eq!(server.app.db.write(|tx| Ok(tx.execute(sql, [])?)).await.unwrap(), 1);
    assert_eq!(types(&marie).await, [0; 0]);
    server.stop().await;
}
