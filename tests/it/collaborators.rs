//! PeerTube's view on those who publish in a group.

use crate::common::{
    choir::{choir, choir_id, clock, invite, people},
    people::Person,
};
use kiosque::{
    accounts::{self, NewAccount, Role},
    groups::{self, MemberRole, invitations},
};
use serde_json::{Value, json};

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
    let second = anne.json(&format!("{list}?start=1&count=1")).await;
    assert_eq!(
        (second["total"].as_u64(), second["data"].as_array().unwrap().len(), &second["data"][0]),
        (Some(2), 1, &found["data"][1])
    );
    assert_eq!(people(&anne).await[1], ("zoe".to_owned(), "moderator".to_owned()));
    assert_eq!(zoe.json("/api/v1/users/me").await["videoChannelCollaborations"][0]["name"], "choir");
    // Removed by the owner; by oneself it would be leaving.
    let removed = anne.delete(&format!("{list}/{}", zoe.account_id)).await;
    assert_eq!(removed.status(), 204);
    assert_eq!(people(&anne).await.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_invitations_hide_no_collaborator() {
    let (server, anne, ..) = choir(clock()).await;
    let (id, now, acting) = (choir_id(&server).await, server.app.clock.now(), (anne.account_id, Role::User));
    assert_eq!(invite(&anne, "zoe", "moderator").await, 200);
    // Plain members, invited later: more of them than a page has.
    server
        .app
        .db
        .write(move |tx| {
            let group = groups::find(tx, id)?;
            for number in 0..120 {
                let new = NewAccount {
                    name: format!("singer{number}"),
                    email: format!("singer{number}@example.org"),
                    password_hash: "none".to_owned(),
                    role: Role::User,
                    video_quota: -1,
                    video_quota_daily: -1,
                    group_name: None,
                    group_display_name: None,
                };
                let account = accounts::create(tx, now, &new)?.id;
                let role = if number < 110 { MemberRole::Member } else { MemberRole::Moderator };
                invitations::invite(tx, now, acting, &group, account, role)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let list = "/api/v1/video-channels/choir/collaborators";
    let mut names = Vec::new();
    for start in [0, 8] {
        let page = anne.json(&format!("{list}?start={start}&count=8")).await;
        assert_eq!(page["total"], 11);
        let found = page["data"].as_array().unwrap();
        names.extend(found.iter().map(|one| one["account"]["name"].as_str().unwrap().to_owned()));
    }
    let mut expected: Vec<String> = (110..120).rev().map(|number| format!("singer{number}")).collect();
    expected.push("zoe".to_owned());
    assert_eq!(names, expected);
    server.stop().await;
}
