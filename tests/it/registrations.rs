//! How strangers get an account.

use crate::common::{Server, letters::Letters, people::PASSWORD};
use kiosque::{
    accounts::Role,
    clock::{Clock, Timestamp},
};
use serde_json::{Value, json};

const REQUEST: &str = "/api/v1/users/registrations/request";
const REGISTER: &str = "/api/v1/users/register";

fn clock() -> Clock {
    Clock::stopped(Timestamp::parse("2026-11-23T01:00:00Z").unwrap())
}

fn stranger(name: &str) -> Value {
    json!({"username": name, "password": PASSWORD, "email": format!("{name}@example.org"),
        "registrationReason": "I sing in the choir"})
}

async fn open(server: &Server, mode: &str, verify: bool) {
    let admin = server.admin().await;
    let signup = json!({"signup": {"mode": mode, "verifyEmail": verify}});
    assert_eq!(admin.put("/api/v1/server/settings", &signup).await.status(), 200);
}

async fn prove(server: &Server, letters: &Letters, name: &str) -> u16 {
    let letter = letters.to(&format!("{name}@example.org")).await;
    let id = letter.part(&server.base, "registrationId");
    let token = json!({"verificationString": letter.part(&server.base, "verificationString")});
    server.post(&format!("/api/v1/users/registrations/{id}/verify-email"), &token).await.status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_asks_with_a_reason_and_a_moderator_answers() {
    let (server, letters) = Server::start_with_letters(clock()).await;
    open(&server, "approval", true).await;
    let moderator = server.person("mod", Role::Moderator).await;
    let asked: Value = server.post(REQUEST, &stranger("lea")).await.json().await.unwrap();
    assert_eq!(
        (asked["state"]["label"].as_str(), asked["emailVerified"].as_bool()),
        (Some("Pending"), Some(false))
    );
    // Nobody sees a person who is not here yet.
    assert_eq!(server.get("/api/v1/accounts/lea").await.status(), 404);
    let (status, body) = server.sign_in("lea", PASSWORD, None).await;
    assert_eq!((status, body["code"].as_str()), (400, Some("account_waiting_for_approval")));
    let (_, body) = server.sign_in("lea", "not this one", None).await;
    assert_eq!(body["code"], "invalid_grant");

    // Those who decide hear of it when the address is proven.
    assert!(letters.all().iter().all(|letter| letter.to == "lea@example.org"));
    assert_eq!(prove(&server, &letters, "lea").await, 204);
    let told = letters.to("mod@example.org").await;
    assert!(told.text.contains("> I sing in the choir") && told.link(&server.base) == "/admin/registrations");
    letters.to("admin@example.org").await;

    let list = moderator.json("/api/v1/users/registrations?pending=true").await;
    assert_eq!((list["total"].as_u64(), list["data"][0]["emailVerified"].as_bool()), (Some(1), Some(true)));
    let accept = format!("/api/v1/users/registrations/{}/accept", list["data"][0]["id"]);
    let answer = json!({"moderationResponse": "Come on Tuesday"});
    assert_eq!(moderator.post(&accept, &answer).await.status(), 204);
    assert_eq!(moderator.post(&accept, &answer).await.status(), 409);
    let welcome = letters.to("lea@example.org").await;
    assert!(welcome.text.contains("> Come on Tuesday"), "{}", welcome.text);
    assert_eq!(server.sign_in("lea", PASSWORD, None).await.0, 200);
    assert_eq!(server.json("/api/v1/video-channels/lea_channel").await["ownerAccount"]["name"], "lea");

    // A second one is refused, and told so only with the right password.
    let asked: Value = server.post(REQUEST, &stranger("tom")).await.json().await.unwrap();
    letters.to("tom@example.org").await;
    let reject = format!("/api/v1/users/registrations/{}/reject", asked["id"]);
    assert_eq!(moderator.post(&reject, &json!({"moderationResponse": "Not now"})).await.status(), 204);
    assert!(letters.to("tom@example.org").await.text.contains("> Not now"));
    let (_, body) = server.sign_in("tom", PASSWORD, None).await;
    assert_eq!(body["code"], "account_approval_rejected");
    let forget = format!("/api/v1/users/registrations/{}", asked["id"]);
    assert_eq!(moderator.delete(&forget).await.status(), 204);
    assert_eq!(moderator.delete(&forget).await.status(), 404);
    let stats = server.json("/api/v1/server/stats").await;
    assert_eq!(
        (stats["totalRegistrationRequests"].as_u64(), stats["totalUsers"].as_u64()),
        (Some(1), Some(3))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_door_makes_the_account_when_the_address_is_proven() {
    let clock = clock();
    let (server, letters) = Server::start_with_letters(clock.clone()).await;
    open(&server, "open", true).await;
    let config = server.json("/api/v1/config").await;
    assert_eq!(
        config["signup"],
        json!({"allowed": true, "allowedForCurrentIP": true, "minimumAge": 0, "requiresApproval": false, "requiresEmailVerification": true})
    );
    let new = json!({"username": "lea", "password": PASSWORD, "email": "lea@example.org", "displayName": "Léa",
        "channel": {"name": "chorale", "displayName": "La chorale"}});
    let asked = server.http.post(server.url(REGISTER)).header("accept-language", "en").json(&new);
    assert_eq!(asked.send().await.unwrap().status(), 204);
    let (_, body) = server.sign_in("lea", PASSWORD, None).await;
    assert_eq!(
        (body["code"].as_str(), body["detail"].as_str()),
        (Some("access_denied"), Some("User email is not verified."))
    );
    assert_eq!(server.get("/api/v1/accounts/lea").await.status(), 404);
    // Another letter, for who lost the first. The newest link is as good as those before.
    letters.to("lea@example.org").await;
    server.post("/api/v1/users/ask-send-verify-email", &json!({"email": "lea@example.org"})).await;
    assert_eq!(prove(&server, &letters, "lea").await, 204);
    assert_eq!(server.sign_in("lea", PASSWORD, None).await.0, 200);
    assert_eq!(server.json("/api/v1/accounts/lea").await["displayName"], "Léa");
    assert_eq!(server.json("/api/v1/video-channels/chorale").await["displayName"], "La chorale");
    let lea = server.user("lea").await;
    let me = lea.json("/api/v1/users/me").await;
    assert_eq!((me["emailVerified"].as_bool(), me["language"].as_str()), (Some(true), Some("en")));

    // With the address of somebody who is here the answer is the same, no account comes of it, and she is told.
    let asked = server
        .post(REGISTER, &json!({"username": "eve", "password": PASSWORD, "email": "LEA@example.org"}))
        .await;
    assert_eq!((asked.status().as_u16(), asked.text().await.unwrap().as_str()), (204, ""));
    let told = letters.to("lea@example.org").await;
    assert_eq!(told.link(&server.base), "/forgot-password", "{}", told.text);
    // Asking for the letter again brings no link either.
    server.post("/api/v1/users/ask-send-verify-email", &json!({"email": "lea@example.org"})).await;
    // The name is held for three days, then free again.
    let again = json!({"username": "eve", "password": PASSWORD, "email": "eve@example.org"});
    assert_eq!(server.post(REGISTER, &again).await.status(), 409);
    clock.advance(3 * 24 * 3600 + 1);
    assert_eq!(server.post(REGISTER, &again).await.status(), 204);
    letters.to("eve@example.org").await;
    assert!(letters.all().is_empty(), "{:?}", letters.all());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_letters_an_administrator_hands_the_proof_over() {
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock(), |_| {}).await;
    open(&server, "open", true).await;
    let admin = server.admin().await;
    assert_eq!(server.post(REGISTER, &stranger("lea")).await.status(), 204);
    let list = admin.json("/api/v1/users/registrations").await;
    assert_eq!(list["data"][0]["registrationReason"], "");
    let of = |verb: &str| format!("/api/v1/users/registrations/{}/{verb}", list["data"][0]["id"]);
    let handed: Value = admin.post(&of("link"), &json!({})).await.json().await.unwrap();
    let (_, token) = handed["url"].as_str().unwrap().split_once("verificationString=").unwrap();
    let proof = json!({"verificationString": token});
    assert_eq!(server.post(&of("verify-email"), &json!({"verificationString": "bad"})).await.status(), 403);
    assert_eq!(server.post(&of("verify-email"), &proof).await.status(), 204);
    assert_eq!(server.post(&of("verify-email"), &proof).await.status(), 403);
    assert_eq!(server.sign_in("lea", PASSWORD, None).await.0, 200);
    assert_eq!(admin.post(&of("link"), &json!({})).await.status(), 409);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_house_makes_no_account_for_who_proves_the_address_late() {
    let (server, letters) = Server::start_with_letters(clock()).await;
    open(&server, "open", true).await;
    let admin = server.admin().await;
    let limit = |limit: i64| json!({"signup": {"limit": limit}});
    assert_eq!(admin.put("/api/v1/server/settings", &limit(2)).await.status(), 200);
    for name in ["lea", "tom"] {
        assert_eq!(server.post(REGISTER, &stranger(name)).await.status(), 204);
    }
    assert_eq!(prove(&server, &letters, "lea").await, 204);
    let letter = letters.to("tom@example.org").await;
    let path =
        format!("/api/v1/users/registrations/{}/verify-email", letter.part(&server.base, "registrationId"));
    let token = json!({"verificationString": letter.part(&server.base, "verificationString")});
    let full = server.post(&path, &token).await;
    assert_eq!(full.status(), 403);
    assert_eq!(full.json::<Value>().await.unwrap()["code"], "signup_full");
    assert_eq!(server.get("/api/v1/accounts/tom").await.status(), 404);
    // The link is not used up: when there is room it opens.
    assert_eq!(admin.put("/api/v1/server/settings", &limit(3)).await.status(), 200);
    assert_eq!(server.post(&path, &token).await.status(), 204);
    assert_eq!(server.sign_in("tom", PASSWORD, None).await.0, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_comes_after_the_answer_counts_for_the_account() {
    let clock = clock();
    let (server, letters) = Server::start_with_letters(clock.clone()).await;
    open(&server, "approval", true).await;
    let admin = server.admin().await;
    let asked: Value = server.post(REQUEST, &stranger("lea")).await.json().await.unwrap();
    let letter = letters.to("lea@example.org").await;
    let of = |verb: &str| format!("/api/v1/users/registrations/{}/{verb}", asked["id"]);
    assert_eq!(admin.post(&of("accept"), &json!({})).await.status(), 204);
    let lea = || async { admin.json("/api/v1/users?search=lea").await["data"][0]["emailVerified"].clone() };
    assert_eq!(lea().await, Value::Null);
    clock.advance(3600);
    let token = json!({"verificationString": letter.part(&server.base, "verificationString")});
    assert_eq!(server.post(&of("verify-email"), &token).await.status(), 204);
    assert_eq!(lea().await, true);
    // The answer did not take an hour for that.
    let stats = server.json("/api/v1/server/stats").await;
    assert_eq!(stats["averageRegistrationRequestResponseTimeMs"], 0, "{stats}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_flooded_by_those_who_ask_in_her_name() {
    let letters = Letters::start();
    let change = |config: &mut kiosque::config::Config| letters.configure(config);
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock(), change).await;
    open(&server, "open", true).await;
    for number in 0..8 {
        let new =
            json!({"username": format!("eve{number}"), "password": PASSWORD, "email": "lea@example.org"});
        assert_eq!(server.post(REGISTER, &new).await.status(), 204);
    }
    // Letters go one after the other: when this one is there, so are all before.
    let admin = server.admin().await;
    let last = json!({"username": "last", "email": "last@example.org", "role": 2});
    assert_eq!(admin.post("/api/v1/users", &last).await.status(), 200);
    letters.to("last@example.org").await;
    assert_eq!(letters.all().iter().filter(|letter| letter.to == "lea@example.org").count(), 5);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_imposters_and_crowds_stay_outside() {
    let change = |config: &mut kiosque::config::Config| config.limits.registrations_per_hour = 4;
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock(), change).await;
    assert_eq!(server.post(REGISTER, &stranger("lea")).await.status(), 403);
    open(&server, "open", false).await;
    let mut machine = stranger("robot");
    machine["website"] = json!("https://example.org");
    assert_eq!(server.post(REGISTER, &machine).await.status(), 204);
    assert_eq!(server.get("/api/v1/accounts/robot").await.status(), 404);
    for name in ["support", "Lea", "kiosque"] {
        assert_eq!(server.post(REGISTER, &stranger(name)).await.status(), 400, "{name}");
    }
    assert_eq!(server.post(REGISTER, &stranger("lea")).await.status(), 204);
    assert_eq!(server.sign_in("lea", PASSWORD, None).await.0, 200);
    assert_eq!(server.post(REGISTER, &stranger("lea")).await.status(), 409);
    let admin = server.admin().await;
    assert_eq!(admin.put("/api/v1/server/settings", &json!({"signup": {"limit": 2}})).await.status(), 200);
    assert_eq!(server.json("/api/v1/config").await["signup"]["allowed"], false);
    assert_eq!(server.post(REGISTER, &stranger("tom")).await.status(), 403);
    assert_eq!(admin.put("/api/v1/server/settings", &json!({"signup": {"limit": -1}})).await.status(), 200);
    assert_eq!(server.post(REGISTER, &stranger("tom")).await.status(), 204);
    let late = server.post(REGISTER, &stranger("zoe")).await;
    assert_eq!(late.status(), 429);
    assert_eq!(late.headers()["retry-after"], "900");
    server.stop().await;
}
