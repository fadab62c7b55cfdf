//! Videos that are given to somebody else: asked, accepted into a group, refused, taken back.

use crate::common::{Server, people::Person};
use kiosque::{
    jobs::{self, Lane},
    videos::Video,
};
use reqwest::Method;
use serde_json::{Value, json};

const OFFERS: &str = "/api/v1/videos/ownership";

fn give(video: &Video) -> String {
    format!("/api/v1/videos/{}/give-ownership", video.uuid)
}

async fn offer(from: &Person, video: &Video, to: &str) -> u16 {
    from.post(&give(video), &json!({ "username": to })).await.status().as_u16()
}

async fn answer(person: &Person, id: &Value, how: &str, group: i64) -> u16 {
    person.post(&format!("{OFFERS}/{id}/{how}"), &json!({ "channelId": group })).await.status().as_u16()
}

/// Whose a video is for everybody: its account and its group.
async fn owner(server: &Server, video: &Video) -> (String, String) {
    let details = server.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    let name = |of: &str| details[of]["name"].as_str().unwrap().to_owned();
    (name("account"), name("channel"))
}

/// Types of what somebody is told, and about which video.
async fn told(server: &Server, person: &Person) -> Vec<(i64, String)> {
    crate::common::until("everybody to be told", || async {
        let busy = server.app.db.read(|conn| jobs::is_busy(conn, Lane::News)).await.unwrap();
        (!busy).then_some(())
    })
    .await;
    let list = person
        .json("/api/v1/users/me/notifications?count=100&typeOneOf=1004&typeOneOf=1005&typeOneOf=1006")
        .await;
    let one =
        |one: &Value| (one["type"].as_i64().unwrap(), one["account"]["name"].as_str().unwrap().to_owned());
    list["data"].as_array().unwrap().iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_goes_to_who_accepts_it() {
    let server = Server::start().await;
    let (anne, berthe, carl) =
        (server.user("anne").await, server.user("berthe").await, server.user("carl").await);
    let video = server.db_video(&anne, json!({"name": "Concert"})).await;
    let other = server.db_video(&anne, json!({"name": "Rehearsal", "privacy": 3})).await;

    assert_eq!(offer(&berthe, &video, "carl").await, 403);
    for nobody in ["", "nobody", "anne", "somebody@elsewhere.example"] {
        assert_eq!(offer(&anne, &video, nobody).await, 400, "{nobody}");
    }
    assert_eq!(anne.json(&give(&video)).await, json!({"offer": null}));
    assert_eq!(anne.delete(&give(&video)).await.status(), 404);
    assert_eq!(offer(&anne, &video, "berthe").await, 204);
    assert_eq!(offer(&anne, &video, "@berthe").await, 204);
    let waiting = berthe.json(OFFERS).await;
    assert_eq!((&waiting["total"], &waiting["data"][0]["status"]), (&json!(1), &json!("WAITING")));
    assert_eq!(waiting["data"][0]["initiatorAccount"]["name"], "anne");
    assert_eq!(anne.json(&give(&video)).await["offer"]["nextOwnerAccount"]["name"], "berthe");
    assert_eq!(anne.json(OFFERS).await["total"], 0);
    assert_eq!(told(&server, &berthe).await, [(1004, "anne".to_owned())]);

    // To one person at a time.
    assert_eq!(offer(&anne, &video, "carl").await, 204);
    assert_eq!(berthe.json(OFFERS).await["total"], 0);
    let id = carl.json(OFFERS).await["data"][0]["id"].clone();
    let (mine, hers) = (carl.group_id().await, anne.group_id().await);
    assert_eq!(answer(&berthe, &id, "accept", berthe.group_id().await).await, 403);
    assert_eq!(answer(&anne, &id, "refuse", 0).await, 403);
    assert_eq!(answer(&carl, &id, "accept", hers).await, 400);
    assert_eq!(answer(&carl, &json!(999), "accept", mine).await, 404);
    assert_eq!(carl.post(&format!("{OFFERS}/{id}/accept"), &json!({})).await.status(), 400);
    assert_eq!(owner(&server, &video).await, ("anne".to_owned(), "anne_channel".to_owned()));
    assert_eq!(answer(&carl, &id, "accept", mine).await, 204);
    assert_eq!(owner(&server, &video).await, ("carl".to_owned(), "carl_channel".to_owned()));
    assert_eq!(answer(&carl, &id, "accept", mine).await, 403);
    assert_eq!(answer(&carl, &id, "refuse", mine).await, 403);
    assert_eq!(carl.json(OFFERS).await["data"][0]["status"], "ACCEPTED");
    assert_eq!(carl.json(&format!("{OFFERS}?status=WAITING")).await["total"], 0);
    assert_eq!(told(&server, &anne).await, [(1005, "carl".to_owned())]);
    let path = format!("/api/v1/videos/{}", video.uuid);
    assert_eq!(anne.put(&path, &json!({"name": "Mine again"})).await.status(), 403);
    assert_eq!(carl.put(&path, &json!({"name": "Our concert"})).await.status(), 204);
    assert_eq!(anne.json("/api/v1/users/me/videos").await["total"], 1);
    assert_eq!(carl.json("/api/v1/users/me/videos").await["data"][0]["name"], "Our concert");

    // Refused, offered again, taken back.
    assert_eq!(offer(&anne, &other, "berthe").await, 204);
    let id = berthe.json(OFFERS).await["data"][0]["id"].clone();
    assert_eq!(answer(&berthe, &id, "refuse", 0).await, 204);
    assert_eq!(told(&server, &anne).await, [(1006, "berthe".to_owned()), (1005, "carl".to_owned())]);
    assert_eq!(offer(&anne, &other, "berthe").await, 204);
    assert_eq!(told(&server, &berthe).await, [(1004, "anne".to_owned())]);
    assert_eq!(anne.delete(&give(&other)).await.status(), 204);
    assert_eq!(berthe.json(&format!("{OFFERS}?status=WAITING")).await["total"], 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_room_or_no_right_gets_and_gives_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (anne, berthe) = (server.user("anne").await, server.user("berthe").await);
    let video = server.db_video(&anne, json!({"name": "Concert"})).await;
    assert_eq!(offer(&anne, &video, "berthe").await, 204);
    let id = berthe.json(OFFERS).await["data"][0]["id"].clone();
    let group = berthe.group_id().await;
    let quota = |bytes: i64| {
        let (admin, path) = (&admin, format!("/api/v1/users/{}", berthe.account_id));
        async move {
            let change = json!({ "videoQuota": bytes });
            assert_eq!(admin.request(Method::PUT, &path).json(&change).send().await.unwrap().status(), 204);
        }
    };
    quota(1).await;
    let refused = berthe.post(&format!("{OFFERS}/{id}/accept"), &json!({ "channelId": group })).await;
    assert_eq!(refused.status(), 413);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "quota_reached");
    quota(-1).await;

    // The video went elsewhere meanwhile: who offered it has nothing to give any more.
    let away = admin.group_id().await;
    let moved = json!({ "channelId": away });
    assert_eq!(admin.put(&format!("/api/v1/videos/{}", video.uuid), &moved).await.status(), 204);
    assert_eq!(answer(&berthe, &id, "accept", group).await, 409);
    assert_eq!(answer(&berthe, &id, "refuse", group).await, 204);

    // Those who look after the instance give in place of others; what is deleted is offered no more.
    let lost = server.db_video(&anne, json!({"name": "Lost"})).await;
    assert_eq!(offer(&admin, &lost, "berthe").await, 204);
    assert_eq!(berthe.json(&format!("{OFFERS}?status=WAITING")).await["total"], 1);
    assert_eq!(anne.delete(&format!("/api/v1/videos/{}", lost.uuid)).await.status(), 204);
    assert_eq!(berthe.json(&format!("{OFFERS}?status=WAITING")).await["total"], 0);
    server.stop().await;
}
