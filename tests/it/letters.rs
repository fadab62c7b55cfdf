//! Letters, and the links in them.

use crate::common::{Server, people::PASSWORD, until};
use kiosque::{
    accounts::Role,
    clock::{Clock, Timestamp},
};
use serde_json::{Value, json};

fn clock() -> Clock {
    Clock::stopped(Timestamp::parse("2026-11-23T01:00:00Z").unwrap())
}

const NEW: &str = "another long evening";

#[tokio::test(flavor = "multi_thread")]
async fn a_test_letter_arrives_and_says_why_when_it_does_not() {
    let (server, letters) = Server::start_with_letters(clock()).await;
    let admin = server.admin().await;
    let sent = admin.post("/api/v1/server/mail/test", &json!({})).await;
    assert_eq!(sent.status(), 200);
    let letter = letters.to("admin@example.org").await;
    assert!(letter.header("from").contains("kiosque@example.org"), "{letter:?}");
    assert_eq!(letter.header("auto-submitted"), "auto-generated");
    assert!(letter.header("list-id").starts_with("<letters."), "{letter:?}");
    assert!(letter.header("message-id").ends_with("@127.0.0.1>"), "{letter:?}");
    assert!(letter.text.starts_with("Bonjour,") && letter.html.contains("<html lang=\"fr\">"), "{letter:?}");
    assert_eq!(admin.put("/api/v1/users/me", &json!({"language": "en"})).await.status(), 204);
    admin.post("/api/v1/server/mail/test", &json!({})).await;
    assert!(letters.to("admin@example.org").await.text.starts_with("Hello,"));

    // This mail server knows no addresses with accents: that is no matter of our password.
    let user = format!("/api/v1/users/{}", admin.account_id);
    assert_eq!(admin.put(&user, &json!({"email": "été@example.org"})).await.status(), 204);
    let accents = admin.post("/api/v1/server/mail/test", &json!({})).await;
    assert_eq!(accents.json::<Value>().await.unwrap()["code"], "mail-address");

    letters.refuse(Some("550 no such person"));
    assert_eq!(admin.put(&user, &json!({"email": "admin@example.org"})).await.status(), 204);
    let refused = admin.post("/api/v1/server/mail/test", &json!({})).await;
    assert_eq!(refused.status(), 422);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(refused["code"], "mail-refused");
    assert!(refused["detail"].as_str().unwrap().contains("no such person"), "{refused}");
    assert_eq!(server.user("anne").await.post("/api/v1/server/mail/test", &json!({})).await.status(), 403);
    let health = admin.json("/api/v1/server/health").await;
    let mail = health["findings"].as_array().unwrap().iter().find(|one| one["id"] == "mail").unwrap();
    assert_eq!(mail["code"], "answers", "{mail}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_chosen_anew_by_a_link_that_opens_once() {
    let clock = clock();
    let (server, letters) = Server::start_with_letters(clock.clone()).await;
    let anne = server.user("anne").await;
    let ask = |email: &str| {
        let body = json!({ "email": email });
        let server = &server;
        async move { server.post("/api/v1/users/ask-reset-password", &body).await }
    };
    // The answer is the same whether somebody has this address.
    for email in ["anne@example.org", "nobody@example.org"] {
        let answer = ask(email).await;
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (204, ""), "{email}");
    }
    let letter = letters.to("anne@example.org").await;
    assert!(letter.link(&server.base).starts_with("/reset-password?userId="), "{}", letter.text);
    let token = letter.part(&server.base, "verificationString");
    let reset = format!("/api/v1/users/{}/reset-password", anne.account_id);
    let choose = |path: String, token: String, password: &'static str| {
        let body = json!({"password": password, "verificationString": token});
        let server = &server;
        async move { server.post(&path, &body).await.status().as_u16() }
    };
    assert_eq!(choose(reset.clone(), "bad".into(), NEW).await, 403);
    assert_eq!(choose(reset.clone(), token.clone(), "short").await, 400);
    // Nobody else's account opens with it.
    let zoe = server.user("zoe").await;
    let theirs = format!("/api/v1/users/{}/reset-password", zoe.account_id);
    assert_eq!(choose(theirs, token.clone(), NEW).await, 403);
    assert_eq!(choose(reset.clone(), token.clone(), NEW).await, 204);
    assert_eq!(choose(reset.clone(), token, NEW).await, 403);
    assert_eq!(anne.get("/api/v1/users/me").await.status(), 401);
    assert_eq!(server.sign_in("anne", PASSWORD, None).await.0, 400);
    assert_eq!(server.sign_in("anne", NEW, None).await.0, 200);
    // Who read the letter has the address.
    let admin = server.admin().await;
    let user = admin.json(&format!("/api/v1/users/{}", anne.account_id)).await;
    assert_eq!(user["emailVerified"], true);

    // Too late.
    ask("anne@example.org").await;
    let token = letters.to("anne@example.org").await.part(&server.base, "verificationString");
    // Asked again at once: no second letter. A blocked account gets none either.
    ask("anne@example.org").await;
    assert_eq!(
        admin.post(&format!("/api/v1/users/{}/block", zoe.account_id), &json!({})).await.status(),
        204
    );
    ask("zoe@example.org").await;
    clock.advance(2 * 3600 + 1);
    assert_eq!(choose(reset, token, PASSWORD).await, 403);
    assert!(letters.all().is_empty(), "{:?}", letters.all());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_cannot_go_loses_nothing() {
    let (server, letters) = Server::start_with_letters(clock()).await;
    let (admin, anne) = (server.admin().await, server.user("anne").await);
    letters.refuse(Some("550 no such person"));
    server.post("/api/v1/users/ask-reset-password", &json!({"email": "anne@example.org"})).await;
    let failed = until("the letter to be set aside", || async {
        admin.json("/api/v1/jobs/failed").await["data"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!(
        (failed["type"].as_str(), failed["reasonCode"].as_str()),
        (Some("mail"), Some("mail-refused"))
    );
    assert!(failed["reason"].as_str().unwrap().contains("Is the address right?"), "{failed}");
    // The administrator sees who waits, and hands the link over.
    let users = admin.json("/api/v1/users?search=anne").await;
    assert!(users["data"][0]["passwordAskedAt"].is_string(), "{users}");
    let link = format!("/api/v1/users/{}/link", anne.account_id);
    assert_eq!(anne.post(&link, &json!({"for": "password"})).await.status(), 403);
    let handed: Value = admin.post(&link, &json!({"for": "password"})).await.json().await.unwrap();
    let (_, token) = handed["url"].as_str().unwrap().split_once("verificationString=").unwrap();
    let chosen = json!({"password": NEW, "verificationString": token});
    let reset = format!("/api/v1/users/{}/reset-password", anne.account_id);
    assert_eq!(server.post(&reset, &chosen).await.status(), 204);
    assert_eq!(server.sign_in("anne", NEW, None).await.0, 200);
    let users = admin.json("/api/v1/users?search=anne").await;
    assert!(users["data"][0].get("passwordAskedAt").is_none(), "{users}");
    // A link that was handed over proves no address.
    assert_eq!(users["data"][0]["emailVerified"], Value::Null);
    // A moderator hands over to ordinary accounts only.
    let moderator = server.person("mod", Role::Moderator).await;
    let of_admin = format!("/api/v1/users/{}/link", admin.account_id);
    assert_eq!(moderator.post(&of_admin, &json!({"for": "password"})).await.status(), 400);
    assert_eq!(moderator.post(&link, &json!({"for": "password"})).await.status(), 200);
    // When the mail server takes letters again, one click sends it.
    letters.refuse(None);
    let again = format!("/api/v1/jobs/{}/retry", failed["id"].as_str().unwrap());
    assert_eq!(admin.post(&again, &json!({})).await.status(), 204);
    letters.to("anne@example.org").await;
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_is_tried_again() {
    let clock = clock();
    let (server, letters) = Server::start_with_letters(clock.clone()).await;
    let admin = server.admin().await;
    server.user("anne").await;
    letters.refuse(Some("451 come back later"));
    server.post("/api/v1/users/ask-reset-password", &json!({"email": "anne@example.org"})).await;
    let waiting = until("the letter to be put back", || async {
        admin.json("/api/v1/jobs/delayed").await["data"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!(waiting["reasonCode"], "mail-later", "{waiting}");
    letters.refuse(None);
    clock.advance(31);
    // Any commit wakes the workers.
    admin.put("/api/v1/users/me", &json!({"language": "en"})).await;
    letters.to("anne@example.org").await;
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_was_invited_chooses_the_first_password() {
    let (server, letters) = Server::start_with_letters(clock()).await;
    let admin = server.admin().await;
    let new = json!({"username": "anne", "email": "anne@example.org", "role": 2});
    assert_eq!(admin.post("/api/v1/users", &new).await.status(), 200);
    assert_eq!(server.sign_in("anne", "!", None).await.0, 400);
    assert_eq!(admin.json("/api/v1/users?search=anne").await["data"][0]["invited"], true);
    let letter = letters.to("anne@example.org").await;
    let (user, token) =
        (letter.part(&server.base, "userId"), letter.part(&server.base, "verificationString"));
    let chosen = json!({"password": PASSWORD, "verificationString": token});
    let answer = server.post(&format!("/api/v1/users/{user}/reset-password"), &chosen).await;
    assert_eq!(answer.status(), 204);
    assert_eq!(server.sign_in("anne", PASSWORD, None).await.0, 200);
    assert!(admin.json("/api/v1/users?search=anne").await["data"][0].get("invited").is_none());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_what_was_asked_is_seen_and_handed_over() {
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock(), |_| {}).await;
    let (admin, anne) = (server.admin().await, server.user("anne").await);
    let tried = admin.post("/api/v1/server/mail/test", &json!({})).await;
    assert_eq!(tried.status(), 422);
    assert_eq!(tried.json::<Value>().await.unwrap()["code"], "mail-none");
    assert_eq!(server.json("/api/v1/config").await["email"]["enabled"], false);
    let asked = server.post("/api/v1/users/ask-reset-password", &json!({"email": "anne@example.org"})).await;
    assert_eq!(asked.status(), 204);
    let users = admin.json("/api/v1/users?search=anne").await;
    assert!(users["data"][0]["passwordAskedAt"].is_string(), "{users}");
    // Nothing was tried, so nothing failed.
    assert_eq!(admin.json("/api/v1/jobs").await["total"], 0);
    let link = format!("/api/v1/users/{}/link", anne.account_id);
    let handed: Value = admin.post(&link, &json!({"for": "email"})).await.json().await.unwrap();
    let (_, token) = handed["url"].as_str().unwrap().split_once("verificationString=").unwrap();
    let prove = format!("/api/v1/users/{}/verify-email", anne.account_id);
    assert_eq!(server.post(&prove, &json!({"verificationString": token})).await.status(), 204);
    assert_eq!(server.post(&prove, &json!({"verificationString": token})).await.status(), 403);
    assert_eq!(anne.json("/api/v1/users/me").await["emailVerified"], true);
    assert_eq!(admin.post(&link, &json!({"for": "email"})).await.status(), 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_flooded_with_letters_and_nobody_asks_without_end() {
    let clock = clock();
    let change = |config: &mut kiosque::config::Config| config.limits.letters_per_hour = 3;
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), change).await;
    for _ in 0..3 {
        let asked = server.post("/api/v1/users/ask-reset-password", &json!({"email": "a@example.org"})).await;
        assert_eq!(asked.status(), 204);
    }
    let asked = server.post("/api/v1/users/ask-send-verify-email", &json!({"email": "a@example.org"})).await;
    assert_eq!(asked.status(), 429);
    assert!(asked.headers().contains_key("retry-after"));
    clock.advance(3601);
    let asked = server.post("/api/v1/users/ask-send-verify-email", &json!({"email": "no address"})).await;
    assert_eq!(asked.status(), 400);
    server.stop().await;
}
