//! The people of a group: coming in, roles, leaving, handing over, publishing as one, and what was done.

use crate::common::{Server, people::Person};
use kiosque::clock::{Clock, Timestamp};
use serde_json::{Value, json};

fn clock() -> Clock {
    Clock::stopped(Timestamp::parse("2026-11-23T01:00:00Z").unwrap())
}

const CHOIR: &str = "/api/v1/groups/choir";

fn of(path: &str) -> String {
    format!("{CHOIR}/{path}")
}

/// A server with Anne, who has made a choir, Zoe and Max.
async fn choir(clock: Clock) -> (Server, Person, Person, Person) {
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock, |_| {}).await;
    let (anne, zoe, max) = (server.user("anne").await, server.user("zoe").await, server.user("max").await);
    let made =
        anne.post("/api/v1/video-channels", &json!({"name": "choir", "displayName": "The choir"})).await;
    assert_eq!(made.status(), 200);
    (server, anne, zoe, max)
}

async fn choir_id(server: &Server) -> i64 {
    server.json("/api/v1/video-channels/choir").await["id"].as_i64().unwrap()
}

/// Names and roles of who is in the choir, as this person sees it.
async fn people(person: &Person) -> Vec<(String, String)> {
    let list = person.json(&of("members")).await;
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let members = list["data"].as_array().unwrap();
    members.iter().map(|member| (word(&member["account"]["name"]), word(&member["role"]))).collect()
}

async fn invite(by: &Person, whom: &str, role: &str) -> u16 {
    by.post(&of("invitations"), &json!({"account": whom, "role": role})).await.status().as_u16()
}

async fn accept(person: &Person) -> u16 {
    person.post(&of("invitation/accept"), &json!({})).await.status().as_u16()
}

/// Invites and accepts.
async fn take_in(by: &Person, whom: &Person, role: &str) {
    assert_eq!(invite(by, &whom.name, role).await, 200);
    assert_eq!(accept(whom).await, 204);
}

/// Acts of the choir's log, newest first.
async fn acts(person: &Person) -> Vec<String> {
    let log = person.json(&of("log?count=100")).await;
    log["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_publishes_in_the_groups_name() {
    let (server, anne, zoe, max) = choir(clock()).await;
    let id = choir_id(&server).await;
    // Nobody invites into a group of others, nor comes in without being asked.
    assert_eq!(invite(&zoe, "max", "member").await, 403);
    assert_eq!(accept(&zoe).await, 404);
    assert_eq!(invite(&anne, "nobody", "member").await, 404);
    assert_eq!(invite(&anne, "zoe", "king").await, 400);
    assert_eq!(invite(&anne, "@zoe", "moderator").await, 200);
    assert_eq!(invite(&anne, "zoe", "moderator").await, 409);
    assert_eq!(invite(&anne, "anne", "moderator").await, 409);
    // Zoe finds it among her things, Max does not.
    let mine = zoe.json("/api/v1/users/me/invitations").await;
    assert_eq!(
        (
            mine["total"].as_u64(),
            mine["data"][0]["group"]["name"].as_str(),
            mine["data"][0]["by"]["name"].as_str()
        ),
        (Some(1), Some("choir"), Some("anne"))
    );
    assert_eq!(max.json("/api/v1/users/me/invitations").await["total"], 0);
    assert_eq!(zoe.json(CHOIR).await["me"]["invited"], "moderator");
    assert_eq!(anne.json(&of("invitations")).await["total"], 1);
    assert_eq!(zoe.get(&of("invitations")).await.status(), 403);
    assert_eq!(accept(&zoe).await, 204);
    assert_eq!(accept(&zoe).await, 404);
    assert_eq!(anne.json(&of("invitations")).await["total"], 0);

    // What Zoe sends is hers, and the choir's.
    let film = server.db_video(&zoe, json!({"name": "Rehearsal", "channelId": id, "privacy": 1})).await;
    let shown = server.json(&format!("/api/v1/videos/{}", film.uuid)).await;
    assert_eq!(
        (shown["account"]["name"].as_str(), shown["channel"]["ownerAccount"]["name"].as_str()),
        (Some("zoe"), Some("anne"))
    );
    // Both see it among theirs and may change it; Max neither.
    for person in [&anne, &zoe] {
        assert_eq!(person.json("/api/v1/users/me/videos").await["total"], 1, "{}", person.name);
    }
    assert_eq!(max.json("/api/v1/users/me/videos").await["total"], 0);
    let path = format!("/api/v1/videos/{}", film.uuid);
    assert_eq!(anne.put(&path, &json!({"name": "First rehearsal"})).await.status(), 204);
    assert_eq!(zoe.put(&path, &json!({"description": "In the old hall"})).await.status(), 204);
    assert_eq!(max.put(&path, &json!({"name": "Mine now"})).await.status(), 403);
    // PeerTube's word for a group of others that one publishes in.
    let me = zoe.json("/api/v1/users/me").await;
    assert_eq!(
        (me["videoChannels"].as_array().unwrap().len(), me["videoChannelCollaborations"][0]["name"].as_str()),
        (1, Some("choir"))
    );
    // The list of an account shows what it sent, wherever.
    assert_eq!(server.json("/api/v1/accounts/zoe/videos").await["total"], 1);
    assert_eq!(server.json("/api/v1/accounts/anne/videos").await["total"], 0);
    // A moderator publishes and no more.
    assert_eq!(zoe.put("/api/v1/video-channels/choir", &json!({"displayName": "Zoe's"})).await.status(), 403);
    assert_eq!(invite(&zoe, "max", "member").await, 403);
    assert_eq!(zoe.get(&of("log")).await.status(), 403);
    assert_eq!(
        acts(&anne).await,
        ["videoChanged", "videoChanged", "videoSent", "accepted", "invited", "made"]
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_member_belongs_and_does_not_publish() {
    let (server, anne, zoe, max) = choir(clock()).await;
    let id = choir_id(&server).await;
    take_in(&anne, &zoe, "member").await;
    let film = server.db_video(&anne, json!({"name": "Concert", "channelId": id, "privacy": 3})).await;
    let path = format!("/api/v1/videos/{}", film.uuid);
    assert_eq!(zoe.put(&path, &json!({"name": "Mine"})).await.status(), 403);
    assert_eq!(zoe.get(&path).await.status(), 403);
    let own = server.db_video(&zoe, json!({"name": "Solo", "privacy": 1})).await;
    let give = json!({"channelId": id});
    assert_eq!(zoe.put(&format!("/api/v1/videos/{}", own.uuid), &give).await.status(), 400);
    // She sees the people, and is seen only when she wants to be.
    let all = [("anne".to_owned(), "administrator".to_owned()), ("zoe".to_owned(), "member".to_owned())];
    assert_eq!(people(&zoe).await, all);
    assert_eq!(people(&max).await, all[..1]);
    assert_eq!(server.json(&of("members")).await["total"], 1);
    assert_eq!(anne.put(&of("members/zoe"), &json!({"shown": true})).await.status(), 403);
    assert_eq!(zoe.put(&of("members/zoe"), &json!({"shown": true})).await.status(), 204);
    assert_eq!(people(&max).await, all);
    assert_eq!(server.json(CHOIR).await["members"], 2);

    // Another role opens the door, and shuts it again.
    assert_eq!(zoe.put(&of("members/zoe"), &json!({"role": "moderator"})).await.status(), 403);
    assert_eq!(anne.put(&of("members/zoe"), &json!({"role": "moderator"})).await.status(), 204);
    assert_eq!(zoe.put(&path, &json!({"name": "Our concert"})).await.status(), 204);
    // A video goes to another group in which one may publish, and its author stays.
    assert_eq!(zoe.put(&format!("/api/v1/videos/{}", own.uuid), &give).await.status(), 204);
    let moved = server.json(&format!("/api/v1/videos/{}", own.uuid)).await;
    assert_eq!(
        (moved["channel"]["name"].as_str(), moved["account"]["name"].as_str()),
        (Some("choir"), Some("zoe"))
    );
    assert_eq!(server.json("/api/v1/video-channels/choir/videos").await["total"], 1);
    assert_eq!(acts(&anne).await[0], "videoTaken");
    let left = zoe.json("/api/v1/groups/zoe_channel/log").await;
    assert_eq!(
        (left["data"][0]["action"].as_str(), left["data"][0]["detail"].as_str()),
        (Some("videoGiven"), Some("Solo"))
    );
    assert_eq!(anne.put(&of("members/zoe"), &json!({"role": "member"})).await.status(), 204);
    assert_eq!(zoe.put(&path, &json!({"name": "Mine"})).await.status(), 403);
    // What she sent stays with the choir when she leaves, and is still hers by name.
    assert_eq!(zoe.delete(&of("members/zoe")).await.status(), 204);
    assert_eq!(zoe.delete(&of("members/zoe")).await.status(), 404);
    assert_eq!(server.json("/api/v1/video-channels/choir/videos").await["total"], 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_lets_in_so_many_for_so_long_until_it_is_taken_back() {
    let clock = clock();
    let (server, anne, zoe, max) = choir(clock.clone()).await;
    let links = of("invitation-links");
    assert_eq!(zoe.post(&links, &json!({})).await.status(), 403);
    for bad in [json!({"role": "administrator"}), json!({"days": 31}), json!({"days": 0}), json!({"uses": 0})]
    {
        assert_eq!(anne.post(&links, &bad).await.status(), 400, "{bad}");
    }
    let make = async |body: Value| -> (i64, String) {
        let made = anne.post(&links, &body).await;
        assert_eq!(
            (made.status().as_u16(), &made.headers()["cache-control"]),
            (200, &"no-store".parse().unwrap())
        );
        let made: Value = made.json().await.unwrap();
        let url = made["url"].as_str().unwrap();
        let token = url.strip_prefix(&format!("{}/join/", server.base)).unwrap_or_else(|| panic!("{url}"));
        (made["id"].as_i64().unwrap(), format!("/api/v1/invitations/{token}"))
    };
    let (_, once) = make(json!({"role": "moderator", "uses": 1, "days": 2})).await;
    // Anybody who has it sees what it opens; only who is signed in goes through.
    let open = server.json(&once).await;
    assert_eq!(
        (
            open["group"]["name"].as_str(),
            open["role"].as_str(),
            open["by"]["name"].as_str(),
            open["member"].as_bool()
        ),
        (Some("choir"), Some("moderator"), Some("anne"), Some(false))
    );
    let through = format!("{once}/accept");
    assert_eq!(server.post(&through, &json!({})).await.status(), 401);
    // Who is in already takes nobody's place.
    assert_eq!(anne.post(&through, &json!({})).await.status(), 409);
    let entered = zoe.post(&through, &json!({"shown": true})).await;
    assert_eq!(entered.status(), 200);
    assert_eq!(entered.json::<Value>().await.unwrap()["group"], "choir");
    assert_eq!(max.post(&through, &json!({})).await.status(), 404);
    assert_eq!(server.get(&once).await.status(), 404);
    assert_eq!(people(&max).await.len(), 2);

    let (id, many) = make(json!({"uses": 3})).await;
    let listed = anne.json(&of("invitations")).await;
    assert_eq!(
        (
            listed["data"][0]["id"].as_i64(),
            listed["data"][0]["mostUses"].as_u64(),
            &listed["data"][0]["account"]
        ),
        (Some(id), Some(3), &Value::Null)
    );
    let ended = of(&format!("invitations/{id}"));
    assert_eq!(zoe.delete(&ended).await.status(), 403);
    assert_eq!(max.delete(&format!("/api/v1/groups/max_channel/invitations/{id}")).await.status(), 404);
    assert_eq!(anne.delete(&ended).await.status(), 204);
    assert_eq!(anne.delete(&ended).await.status(), 404);
    assert_eq!(max.post(&format!("{many}/accept"), &json!({})).await.status(), 404);

    let (_, late) = make(json!({"days": 2})).await;
    clock.advance(2 * 24 * 3600 + 1);
    assert_eq!(server.get(&late).await.status(), 404);
    let stored = std::fs::read(server.dir.path().join("kiosque.sqlite3")).unwrap();
    let token = late.rsplit('/').next().unwrap().as_bytes();
    assert!(!stored.windows(token.len()).any(|part| part == token), "a link is nowhere kept");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_closed_asked_for_or_open() {
    let clock = clock();
    let (server, anne, zoe, max) = choir(clock.clone()).await;
    let ask = async |person: &Person, message: &str| {
        let answer = person.post(&of("requests"), &json!({"message": message, "shown": true})).await;
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.ok().and_then(|body| body["joined"].as_bool()))
    };
    assert_eq!(server.json(CHOIR).await["joining"], "invitation");
    assert_eq!(ask(&zoe, "I sing").await.0, 403);
    let open = async |joining: &str| anne.put(CHOIR, &json!({"joining": joining})).await.status().as_u16();
    assert_eq!(zoe.put(CHOIR, &json!({"joining": "open"})).await.status(), 403);
    assert_eq!(open("wide").await, 400);
    assert_eq!(open("request").await, 204);
    assert_eq!(ask(&zoe, &"la ".repeat(400)).await.0, 400);
    assert_eq!(ask(&zoe, "I sing").await, (200, Some(false)));
    assert_eq!(ask(&zoe, "I sing").await.0, 409);
    assert_eq!(ask(&max, "So do I").await, (200, Some(false)));
    assert_eq!(zoe.json(CHOIR).await["me"]["asked"], "waits");
    assert_eq!(zoe.get(&of("requests")).await.status(), 403);
    let waiting = anne.json(&of("requests")).await;
    assert_eq!(
        (
            waiting["total"].as_u64(),
            waiting["data"][0]["account"]["name"].as_str(),
            waiting["data"][0]["message"].as_str()
        ),
        (Some(2), Some("zoe"), Some("I sing"))
    );
    assert_eq!(anne.json(CHOIR).await["me"]["requests"], 2);
    // One is let in, one is not and may not ask again at once.
    assert_eq!(zoe.post(&of("requests/zoe/accept"), &json!({})).await.status(), 403);
    assert_eq!(anne.post(&of("requests/zoe/accept"), &json!({"role": "moderator"})).await.status(), 204);
    assert_eq!(anne.post(&of("requests/max/reject"), &json!({})).await.status(), 204);
    assert_eq!(anne.post(&of("requests/max/accept"), &json!({})).await.status(), 404);
    assert_eq!(max.json(CHOIR).await["me"]["asked"], "refused");
    assert_eq!(ask(&max, "Please").await.0, 409);
    assert_eq!(people(&max).await.len(), 2, "Zoe wanted to be named");
    clock.advance(31 * 24 * 3600);
    let max = server.user("max").await;
    assert_eq!(ask(&max, "Please").await, (200, Some(false)));
    // What was asked can be taken back.
    assert_eq!(max.delete(&of("requests/me")).await.status(), 204);
    assert_eq!(max.delete(&of("requests/me")).await.status(), 404);
    let anne = server.user("anne").await;
    assert_eq!(anne.put(CHOIR, &json!({"joining": "open"})).await.status(), 204);
    assert_eq!(ask(&max, "").await, (200, Some(true)));
    assert_eq!(people(&max).await.len(), 3);
    // Who came by themselves publishes nothing.
    assert_eq!(max.json("/api/v1/users/me").await["videoChannelCollaborations"], json!([]));
    let log = acts(&anne).await;
    assert_eq!(log[..4], ["joined", "opened", "unasked", "asked"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_refused_once_and_for_a_while() {
    let clock = clock();
    let (server, anne, zoe, _) = choir(clock.clone()).await;
    assert_eq!(invite(&anne, "zoe", "member").await, 200);
    assert_eq!(zoe.post(&of("invitation/reject"), &json!({})).await.status(), 204);
    assert_eq!(accept(&zoe).await, 404);
    assert_eq!(zoe.json("/api/v1/users/me/invitations").await["total"], 0);
    assert_eq!(invite(&anne, "zoe", "member").await, 409);
    clock.advance(31 * 24 * 3600);
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    assert_eq!(invite(&anne, "zoe", "member").await, 200);
    // Taken back before it was read.
    let id = anne.json(&of("invitations")).await["data"][0]["id"].as_i64().unwrap();
    assert_eq!(anne.delete(&of(&format!("invitations/{id}"))).await.status(), 204);
    assert_eq!(accept(&zoe).await, 404);
    // Who is invited comes in by asking, too.
    assert_eq!(invite(&anne, "zoe", "moderator").await, 200);
    let asked: Value = zoe.post(&of("requests"), &json!({})).await.json().await.unwrap();
    assert_eq!(asked["joined"], true);
    assert_eq!(people(&anne).await[1], ("zoe".to_owned(), "moderator".to_owned()));
    // One who was not read is too old after a month.
    assert_eq!(invite(&anne, "max", "moderator").await, 200);
    clock.advance(31 * 24 * 3600);
    assert_eq!(accept(&server.user("max").await).await, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_leaves_a_group_without_an_administrator() {
    let (server, anne, zoe, max) = choir(clock()).await;
    let admin = server.admin().await;
    let leave =
        async |person: &Person| person.delete(&of(&format!("members/{}", person.name))).await.status();
    assert_eq!(leave(&anne).await, 409);
    take_in(&anne, &zoe, "moderator").await;
    assert_eq!(leave(&anne).await, 409, "a moderator is no administrator");
    take_in(&anne, &max, "administrator").await;
    // Administrators are equal but for the owner.
    assert_eq!(max.delete(&of("members/anne")).await.status(), 409);
    assert_eq!(max.put(&of("members/anne"), &json!({"role": "member"})).await.status(), 409);
    assert_eq!(max.post(&of("hand-over"), &json!({"account": "max"})).await.status(), 403);
    assert_eq!(max.delete("/api/v1/video-channels/choir").await.status(), 403);
    assert_eq!(max.put(&of("members/zoe"), &json!({"role": "member"})).await.status(), 204);
    // Handed over to one who is in it, and who stays an administrator.
    assert_eq!(anne.post(&of("hand-over"), &json!({"account": "admin"})).await.status(), 404);
    assert_eq!(anne.post(&of("hand-over"), &json!({"account": "zoe"})).await.status(), 204);
    assert_eq!(server.json("/api/v1/video-channels/choir").await["ownerAccount"]["name"], "zoe");
    assert_eq!(anne.post(&of("hand-over"), &json!({"account": "anne"})).await.status(), 403);
    assert_eq!(zoe.put(&of("members/anne"), &json!({"role": "member"})).await.status(), 204);
    assert_eq!(leave(&anne).await, 204);
    // The owner leaves: the administrator who is left answers for it.
    assert_eq!(leave(&zoe).await, 204);
    assert_eq!(server.json("/api/v1/video-channels/choir").await["ownerAccount"]["name"], "max");
    assert_eq!(people(&max).await, [("max".to_owned(), "administrator".to_owned())]);
    assert_eq!(leave(&max).await, 409);
    // Who looks after the server helps, and does not speak in the group's name.
    assert_eq!(acts(&admin).await[0], "left");
    assert_eq!(invite(&admin, "zoe", "administrator").await, 200);
    assert_eq!(accept(&zoe).await, 204);
    let id = choir_id(&server).await;
    let film = server.db_video(&admin, json!({"name": "Fanfare", "privacy": 1})).await;
    let give = admin.put(&format!("/api/v1/videos/{}", film.uuid), &json!({"channelId": id})).await;
    assert_eq!(give.status(), 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_looks_after_a_group_whose_owner_goes() {
    let (server, anne, zoe, max) = choir(clock()).await;
    let admin = server.admin().await;
    let id = choir_id(&server).await;
    take_in(&anne, &max, "member").await;
    server.db_video(&anne, json!({"name": "Concert", "channelId": id, "privacy": 1})).await;
    let told = async || {
        let told = anne.json("/api/v1/users/me/deletion").await;
        let groups = told["groups"].as_array().unwrap().clone();
        groups.into_iter().find(|group| group["name"] == "choir").unwrap()["heir"].clone()
    };
    // A plain member does not speak for the group, so it would go.
    assert_eq!(told().await, Value::Null);
    take_in(&anne, &zoe, "moderator").await;
    assert_eq!(told().await, "zoe");
    let block = |id: i64, verb: &str| format!("/api/v1/users/{id}/{verb}");
    assert_eq!(admin.post(&block(zoe.account_id, "block"), &json!({})).await.status(), 204);
    assert_eq!(told().await, Value::Null, "who cannot sign in looks after nothing");
    assert_eq!(admin.post(&block(zoe.account_id, "unblock"), &json!({})).await.status(), 204);
    let zoe = server.user("zoe").await;
    let sent = server.db_video(&zoe, json!({"name": "Rehearsal", "channelId": id, "privacy": 3})).await;
    assert_eq!(zoe.json("/api/v1/users/me/deletion").await["videosOfOthers"], 1);
    assert_eq!(zoe.delete(&format!("/api/v1/videos/{}", sent.uuid)).await.status(), 204);
    assert_eq!(admin.delete(&format!("/api/v1/users/{}", anne.account_id)).await.status(), 204);
    assert_eq!(server.json("/api/v1/video-channels/choir").await["ownerAccount"]["name"], "zoe");
    assert_eq!(
        people(&zoe).await,
        [("zoe".to_owned(), "administrator".to_owned()), ("max".to_owned(), "member".to_owned())]
    );
    // Her film stays with the choir, under the name of who answers for it now.
    let films = server.json("/api/v1/video-channels/choir/videos").await;
    assert_eq!(
        (films["total"].as_u64(), films["data"][0]["account"]["name"].as_str()),
        (Some(1), Some("zoe"))
    );
    let log = zoe.json(&of("log")).await;
    assert_eq!(
        (log["data"][0]["action"].as_str(), log["data"][0]["actor"]["name"].as_str()),
        (Some("inherited"), Some("zoe"))
    );
    let entries = log["data"].as_array().unwrap();
    let made = entries.iter().find(|entry| entry["action"] == "made").unwrap();
    assert_eq!(made["actor"], Value::Null, "Anne is gone, what she did is not");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peertubes_collaborators_are_those_who_publish() {
    let (server, anne, zoe, max) = choir(clock()).await;
    let list = "/api/v1/video-channels/choir/collaborators";
    let invite = format!("{list}/invite");
    assert_eq!(zoe.get(list).await.status(), 403);
    assert_eq!(zoe.post(&invite, &json!({"accountHandle": "max"})).await.status(), 403);
    assert_eq!(anne.post(&invite, &json!({"accountHandle": "nobody"})).await.status(), 404);
    assert_eq!(anne.post(&invite, &json!({})).await.status(), 400);
    for name in ["zoe", "max"] {
        let invited = anne.post(&invite, &json!({"accountHandle": name})).await;
        assert_eq!(invited.status(), 200);
        let invited: Value = invited.json().await.unwrap();
        let collaborator = &invited["collaborator"];
        assert_eq!(
            (collaborator["account"]["name"].as_str(), collaborator["state"]["id"].as_u64()),
            (Some(name), Some(1))
        );
    }
    let verb = |person: &Person, verb: &str| format!("{list}/{}/{verb}", person.account_id);
    assert_eq!(max.post(&verb(&zoe, "accept"), &json!({})).await.status(), 403);
    assert_eq!(zoe.post(&verb(&zoe, "accept"), &json!({})).await.status(), 204);
    assert_eq!(max.post(&verb(&max, "reject"), &json!({})).await.status(), 204);
    let found = anne.json(list).await;
    let states: Vec<(&str, u64)> = found["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["account"]["name"].as_str().unwrap(), one["state"]["id"].as_u64().unwrap()))
        .collect();
    assert_eq!(states, [("zoe", 2), ("max", 3)]);
    assert_eq!(people(&anne).await[1], ("zoe".to_owned(), "moderator".to_owned()));
    assert_eq!(zoe.json("/api/v1/users/me").await["videoChannelCollaborations"][0]["name"], "choir");
    // Removed by the owner; by oneself it would be leaving.
    let removed = anne.delete(&format!("{list}/{}", zoe.account_id)).await;
    assert_eq!(removed.status(), 204);
    assert_eq!(people(&anne).await.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_keeps_the_newest_thousand() {
    let clock = clock();
    let (server, anne, ..) = choir(clock.clone()).await;
    let id = choir_id(&server).await;
    let (now, account) = (clock.now(), anne.account_id);
    server
        .app
        .db
        .write(move |tx| {
            use kiosque::groups::log::{self, Action, Note};
            for number in 0..1010 {
                let name = number.to_string();
                let note = Note { detail: Some(&name), ..Note::default() };
                log::write(tx, now, id, account, Action::VideoSent, &note)?;
            }
            // The same act twice within an hour is one entry, later it is two.
            for seconds in [0, 3599, 2 * 3599, 3 * 3600] {
                log::write(tx, now.plus_seconds(seconds), id, account, Action::Described, &Note::default())?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let log = anne.json(&of("log?count=4")).await;
    assert_eq!(log["total"], 1000);
    let found: Vec<&str> =
        log["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(found, ["described", "described", "videoSent", "videoSent"]);
    assert_eq!(anne.get(&of("log?count=101")).await.status(), 400);
    server.stop().await;
}
