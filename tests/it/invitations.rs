//! Invitations into a group: of one person, and by a link.

use crate::common::choir::{CHOIR, accept, acts, choir, choir_id, clock, invite, of, people};
use serde_json::{Value, json};

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
