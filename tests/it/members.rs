//! The people of a group: roles, leaving, handing over, and what was done.

use crate::common::{
    choir::{CHOIR, accept, acts, choir, choir_id, clock, invite, of, people, take_in},
    people::Person,
};
use serde_json::{Value, json};

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
