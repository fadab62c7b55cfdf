//! Coming back without the telephone, another address, and leaving for good.

use crate::common::{Server, people::PASSWORD, until};
use kiosque::{
    accounts::two_factor,
    clock::{Clock, Timestamp},
    groups::MemberRole,
};
use reqwest::Method;
use serde_json::{Value, json};

fn clock() -> Clock {
    Clock::stopped(Timestamp::parse("2026-11-23T01:00:00Z").unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_codes_stand_for_a_lost_telephone_each_once() {
    let clock = clock();
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let anne = server.user("anne").await;
    let path = |verb: &str| format!("/api/v1/users/{}/two-factor/{verb}", anne.account_id);
    let password = json!({"currentPassword": PASSWORD});
    // There is nothing to stand for yet.
    assert_eq!(anne.post(&path("recovery-codes"), &password).await.status(), 400);
    let asked: Value = anne.post(&path("request"), &password).await.json().await.unwrap();
    let asked = &asked["otpRequest"];
    let code = two_factor::code_at(asked["secret"].as_str().unwrap(), clock.now()).unwrap();
    let confirm = json!({"requestToken": asked["requestToken"], "otpToken": code});
    assert_eq!(anne.post(&path("confirm-request"), &confirm).await.status(), 204);
    assert_eq!(anne.json(&path("recovery-codes")).await["left"], 0);
    let wrong = anne.post(&path("recovery-codes"), &json!({"currentPassword": "no"})).await;
    assert_eq!(wrong.status(), 403);
    let made = anne.post(&path("recovery-codes"), &password).await;
    assert_eq!(made.headers()["cache-control"], "no-store");
    let made: Value = made.json().await.unwrap();
    let codes: Vec<&str> =
        made["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!(codes.len(), 10);
    assert_eq!(anne.json(&path("recovery-codes")).await["left"], 10);

    // A code alone opens nothing, nor does somebody else's.
    assert_eq!(server.sign_in("anne", "not this one", Some(codes[0])).await.0, 400);
    let (status, body) = server.sign_in("anne", PASSWORD, Some("0000-0000-0000-0000")).await;
    assert_eq!((status, body["code"].as_str()), (400, Some("invalid_two_factor")));
    assert_eq!(server.sign_in("anne", PASSWORD, Some(&codes[0].to_uppercase())).await.0, 200);
    assert_eq!(server.sign_in("anne", PASSWORD, Some(codes[0])).await.0, 400);
    assert_eq!(anne.json(&path("recovery-codes")).await["left"], 9);
    let zoe = server.user("zoe").await;
    assert_eq!(zoe.get(&path("recovery-codes")).await.status(), 403);
    assert_eq!(zoe.post(&path("recovery-codes"), &password).await.status(), 403);

    // New ones make the old ones worthless, and without a second factor there are none.
    let again: Value = anne.post(&path("recovery-codes"), &password).await.json().await.unwrap();
    assert_eq!(server.sign_in("anne", PASSWORD, Some(codes[1])).await.0, 400);
    assert_eq!(server.sign_in("anne", PASSWORD, again["codes"][0].as_str()).await.0, 200);
    // Nothing of a code is in the database.
    let stored = std::fs::read(server.dir.path().join("kiosque.sqlite3")).unwrap();
    let plain = again["codes"][1].as_str().unwrap().as_bytes();
    assert!(!stored.windows(plain.len()).any(|part| part == plain));
    assert_eq!(anne.post(&path("disable"), &password).await.status(), 204);
    assert_eq!(anne.json(&path("recovery-codes")).await["left"], 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_takes_the_place_of_the_old_one_when_it_is_proven() {
    let (server, letters) = Server::start_with_letters(clock()).await;
    let (anne, _zoe) = (server.user("anne").await, server.user("zoe").await);
    let me = "/api/v1/users/me";
    let wish = |email: &str| json!({"email": email, "currentPassword": PASSWORD});
    assert_eq!(anne.put(me, &json!({"email": "new@example.org"})).await.status(), 400);
    assert_eq!(anne.put(me, &wish("new@example.org")).await.status(), 204);
    let now = anne.json(me).await;
    assert_eq!(
        (now["email"].as_str(), now["pendingEmail"].as_str()),
        (Some("anne@example.org"), Some("new@example.org"))
    );
    let letter = letters.to("new@example.org").await;
    // The present address hears of it.
    letters.to("anne@example.org").await;
    assert!(letter.link(&server.base).ends_with("&isPendingEmail=true"), "{}", letter.text);
    let proof = json!({"verificationString": letter.part(&server.base, "verificationString"), "isPendingEmail": true});
    let prove = format!("/api/v1/users/{}/verify-email", anne.account_id);
    assert_eq!(server.post(&prove, &proof).await.status(), 204);
    assert_eq!(server.post(&prove, &proof).await.status(), 403);
    let now = anne.json(me).await;
    assert_eq!(
        (now["email"].as_str(), now["pendingEmail"].as_str(), now["emailVerified"].as_bool()),
        (Some("new@example.org"), None, Some(true))
    );

    // An address that somebody has: the same answer, and that person is told. Nothing comes of it.
    assert_eq!(anne.put(me, &wish("zoe@example.org")).await.status(), 204);
    assert_eq!(anne.json(me).await["pendingEmail"], "zoe@example.org");
    assert_eq!(letters.to("zoe@example.org").await.link(&server.base), "/forgot-password");
    letters.to("new@example.org").await;
    // The present address again is as if nothing had been asked.
    assert_eq!(anne.put(me, &wish("new@example.org")).await.status(), 204);
    assert_eq!(anne.json(me).await["pendingEmail"], Value::Null);
    // A link of a wish that is no more proves nothing.
    assert_eq!(anne.put(me, &wish("third@example.org")).await.status(), 204);
    let third = letters.to("third@example.org").await;
    assert_eq!(anne.put(me, &wish("fourth@example.org")).await.status(), 204);
    letters.to("fourth@example.org").await;
    let proof =
        json!({"verificationString": third.part(&server.base, "verificationString"), "isPendingEmail": true});
    assert_eq!(server.post(&prove, &proof).await.status(), 403);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_what_a_thief_began() {
    let (server, letters) = Server::start_with_letters(clock()).await;
    let anne = server.user("anne").await;
    let me = "/api/v1/users/me";
    // Who knows the password wants letters to go elsewhere. She is told, and does what the letter says.
    let wish = json!({"email": "thief@example.org", "currentPassword": PASSWORD});
    assert_eq!(anne.put(me, &wish).await.status(), 204);
    let theirs = letters.to("thief@example.org").await;
    letters.to("anne@example.org").await;
    let another = json!({"password": "another long evening", "currentPassword": PASSWORD});
    assert_eq!(anne.put(me, &another).await.status(), 204);
    assert_eq!(anne.json(me).await["pendingEmail"], Value::Null);
    let proof = json!({"verificationString": theirs.part(&server.base, "verificationString"), "isPendingEmail": true});
    let prove = format!("/api/v1/users/{}/verify-email", anne.account_id);
    assert_eq!(server.post(&prove, &proof).await.status(), 403);
    assert_eq!(anne.json(me).await["email"], "anne@example.org");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_to_an_address_that_was_left_open_nothing_any_more() {
    let (server, letters) = Server::start_with_letters(clock()).await;
    let (anne, admin) = (server.user("anne").await, server.admin().await);
    let me = "/api/v1/users/me";
    server.post("/api/v1/users/ask-reset-password", &json!({"email": "anne@example.org"})).await;
    let old = letters.to("anne@example.org").await.part(&server.base, "verificationString");
    let wish = json!({"email": "new@example.org", "currentPassword": PASSWORD});
    assert_eq!(anne.put(me, &wish).await.status(), 204);
    // Who looks after the account meanwhile does not undo the wish.
    let user = format!("/api/v1/users/{}", anne.account_id);
    let same = json!({"email": "anne@example.org", "videoQuota": 5});
    assert_eq!(admin.put(&user, &same).await.status(), 204);
    assert_eq!(anne.json(me).await["pendingEmail"], "new@example.org");
    let new = letters.to("new@example.org").await.part(&server.base, "verificationString");
    let proof = json!({"verificationString": new, "isPendingEmail": true});
    assert_eq!(server.post(&format!("{user}/verify-email"), &proof).await.status(), 204);
    let chosen = json!({"password": "another long evening", "verificationString": old});
    assert_eq!(server.post(&format!("{user}/reset-password"), &chosen).await.status(), 403);
    assert_eq!(server.sign_in("anne", PASSWORD, None).await.0, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_asked_for_the_password_and_told_what_goes() {
    let clock = clock();
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (anne, zoe, admin) = (server.user("anne").await, server.user("zoe").await, server.admin().await);
    server.db_video(&anne, json!({"name": "Alone"})).await;
    let choir = json!({"name": "choir", "displayName": "The choir"});
    assert_eq!(anne.post("/api/v1/video-channels", &choir).await.status(), 200);
    // Zoe looks after the choir too.
    let (group, member, now) = (
        server.json("/api/v1/video-channels/choir").await["id"].as_i64().unwrap(),
        zoe.account_id,
        clock.now(),
    );
    server
        .app
        .db
        .write(move |tx| {
            let sql = "insert into members (group_id, account_id, role, since) values (?1, ?2, ?3, ?4)";
            Ok(tx.execute(sql, rusqlite::params![group, member, MemberRole::Administrator as i64, now])?)
        })
        .await
        .unwrap();

    let film = json!({"filename": "begun.mp4", "channelId": anne.group_id().await, "name": "Begun"});
    let begun = anne.request(Method::POST, "/api/v1/videos/upload-resumable").json(&film);
    let begun = begun.header("X-Upload-Content-Length", 5000).send().await.unwrap();
    let location = begun.headers()["location"].to_str().unwrap();
    let piece = anne.request(Method::PUT, &location[location.find("/api").unwrap()..]);
    let piece = piece.header("Content-Range", "bytes 0-999/5000").body(vec![7; 1000]).send().await.unwrap();
    assert_eq!(piece.status(), 308);

    let told = anne.json("/api/v1/users/me/deletion").await;
    assert_eq!(
        told["groups"],
        json!([{"name": "anne_channel", "displayName": "anne", "videos": 1, "heir": null},
            {"name": "choir", "displayName": "The choir", "videos": 0, "heir": "zoe"}])
    );
    // A telephone that was left on a table.
    clock.advance(700);
    let me = "/api/v1/users/me";
    assert_eq!(anne.delete(me).await.status(), 400);
    let with =
        |password: &str| anne.request(Method::DELETE, me).json(&json!({"currentPassword": password})).send();
    assert_eq!(with("a guess").await.unwrap().status(), 403);
    assert_eq!(with(PASSWORD).await.unwrap().status(), 204);
    assert_eq!(server.sign_in("anne", PASSWORD, None).await.0, 400);
    assert_eq!(server.get("/api/v1/video-channels/anne_channel").await.status(), 404);
    assert_eq!(server.json("/api/v1/video-channels/choir").await["ownerAccount"]["name"], "zoe");
    assert_eq!(zoe.json("/api/v1/users/me").await["videoChannels"].as_array().unwrap().len(), 2);
    assert_eq!(server.json("/api/v1/videos").await["total"], 0);
    until("what was received to go", || async {
        let mut received = std::fs::read_dir(server.dir.path().join("tmp/uploads")).unwrap();
        received.next().is_none().then_some(())
    })
    .await;
    // Nobody goes who alone can look after everything.
    let last = admin.request(Method::DELETE, me).json(&json!({"currentPassword": PASSWORD}));
    assert_eq!(last.send().await.unwrap().status(), 400);
    server.stop().await;
}
