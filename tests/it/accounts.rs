//! Accounts: one's own, and those that the administration looks after.

use crate::common::{Server, people::PASSWORD, picture};
use kiosque::{
    accounts::{Role, two_factor},
    clock::{Clock, Timestamp},
};
use reqwest::multipart;
use serde_json::{Value, json};

async fn status_and_code(response: reqwest::Response) -> (u16, Option<String>) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap_or_default();
    (status, body["code"].as_str().map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_has_a_group_and_its_name_is_taken() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let new = |name: &str, email: &str| json!({"username": name, "email": email, "password": PASSWORD, "role": 2, "videoQuota": 1000, "videoQuotaDaily": -1});
    let made = admin.post("/api/v1/users", &new("anne", "anne@example.org")).await;
    assert_eq!(made.status(), 200);
    let group = server.json("/api/v1/video-channels/anne_channel").await;
    assert_eq!(group["ownerAccount"]["name"], "anne");
    for (name, email) in
        [("anne", "other@example.org"), ("other", "ANNE@example.org"), ("anne_channel", "x@example.org")]
    {
        let refused = admin.post("/api/v1/users", &new(name, email)).await;
        assert_eq!(refused.status(), 409, "{name} {email}");
    }
    // The name of what is gone is not given again.
    let anne = server.user("anne").await;
    assert_eq!(anne.delete("/api/v1/users/me").await.status(), 204);
    assert_eq!(server.get("/api/v1/video-channels/anne_channel").await.status(), 404);
    assert_eq!(anne.get("/api/v1/users/me").await.status(), 401);
    assert_eq!(admin.post("/api/v1/users", &new("anne", "anne@example.org")).await.status(), 409);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_locks_the_last_administrator_out() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let id = admin.account_id;
    let user = format!("/api/v1/users/{id}");
    assert_eq!(admin.put(&user, &json!({"role": 2})).await.status(), 400);
    assert_eq!(admin.delete("/api/v1/users/me").await.status(), 400);
    assert_eq!(admin.delete(&user).await.status(), 400);
    assert_eq!(admin.post(&format!("{user}/block"), &json!({})).await.status(), 400);

    let moderator = server.person("mod", Role::Moderator).await;
    assert_eq!(moderator.post(&format!("{user}/block"), &json!({})).await.status(), 400);
    assert_eq!(moderator.put(&user, &json!({"password": "another long one"})).await.status(), 400);
    let promoted =
        moderator.put(&format!("/api/v1/users/{}", moderator.account_id), &json!({"role": 0})).await;
    assert_eq!(promoted.status(), 400);

    let second = server.person("second", Role::Administrator).await;
    assert_eq!(second.put(&user, &json!({"role": 2})).await.status(), 204);
    assert_eq!(second.delete("/api/v1/users/me").await.status(), 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_account_is_out_at_once() {
    let server = Server::start().await;
    let (admin, anne) = (server.admin().await, server.user("anne").await);
    let user = format!("/api/v1/users/{}", anne.account_id);
    assert_eq!(anne.get("/api/v1/users").await.status(), 403);
    assert_eq!(admin.post(&format!("{user}/block"), &json!({"reason": "Robot"})).await.status(), 204);
    assert_eq!(anne.get("/api/v1/users/me").await.status(), 401);
    let (status, body) = server.sign_in("anne", PASSWORD, None).await;
    assert_eq!((status, body["code"].as_str()), (400, Some("access_denied")));
    // A wrong password learns nothing about that.
    let (_, body) = server.sign_in("anne", "not this one", None).await;
    assert_eq!(body["code"], "invalid_grant");
    let listed = admin.json("/api/v1/users?blocked=true").await;
    assert_eq!(
        (listed["total"].as_u64(), listed["data"][0]["blockedReason"].as_str()),
        (Some(1), Some("Robot"))
    );
    assert_eq!(admin.post(&format!("{user}/unblock"), &json!({})).await.status(), 204);
    assert_eq!(server.sign_in("anne", PASSWORD, None).await.0, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    let server = Server::start().await;
    let (anne, telephone) = (server.user("anne").await, server.user("anne").await);
    let me = "/api/v1/users/me";
    let sessions = anne.json(&format!("/api/v1/users/{}/token-sessions", anne.account_id)).await;
    assert_eq!(sessions["total"], 2);
    assert_eq!(
        sessions["data"].as_array().unwrap().iter().filter(|one| one["currentSession"] == true).count(),
        1
    );

    let new = "another long evening";
    assert_eq!(anne.put(me, &json!({"password": new})).await.status(), 400);
    let wrong =
        status_and_code(anne.put(me, &json!({"password": new, "currentPassword": "wrong"})).await).await;
    assert_eq!(wrong, (401, Some("current_password_is_invalid".to_owned())));
    let done = anne.put(me, &json!({"password": new, "currentPassword": PASSWORD})).await;
    assert_eq!(done.status(), 204);
    assert_eq!(anne.get(me).await.status(), 200);
    assert_eq!(telephone.get(me).await.status(), 401);
    assert_eq!(server.sign_in("anne", PASSWORD, None).await.0, 400);
    assert_eq!(server.sign_in("anne@example.org", new, None).await.0, 200);

    // A stranger cannot look at sessions, nor end them.
    let zoe = server.user("zoe").await;
    let theirs = format!("/api/v1/users/{}/token-sessions", anne.account_id);
    assert_eq!(zoe.get(&theirs).await.status(), 403);
    let sessions = anne.json(&theirs).await;
    let other =
        sessions["data"].as_array().unwrap().iter().find(|one| one["currentSession"] == false).unwrap();
    let revoke = format!("{theirs}/{}/revoke", other["id"]);
    assert_eq!(zoe.post(&revoke, &json!({})).await.status(), 403);
    assert_eq!(anne.post(&revoke, &json!({})).await.status(), 204);
    assert_eq!(anne.post(&revoke, &json!({})).await.status(), 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_and_each_code_opens_once() {
    let clock = Clock::stopped(Timestamp::parse("2026-11-23T01:00:00Z").unwrap());
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let anne = server.user("anne").await;
    let path = |verb: &str| format!("/api/v1/users/{}/two-factor/{verb}", anne.account_id);
    let wrong = status_and_code(anne.post(&path("request"), &json!({"currentPassword": "no"})).await).await;
    assert_eq!(wrong, (403, Some("current_password_is_invalid".to_owned())));
    let asked: Value =
        anne.post(&path("request"), &json!({"currentPassword": PASSWORD})).await.json().await.unwrap();
    let asked = &asked["otpRequest"];
    let secret = asked["secret"].as_str().unwrap();
    assert!(asked["uri"].as_str().unwrap().starts_with("otpauth://totp/"), "{asked}");
    let code = || two_factor::code_at(secret, clock.now()).unwrap();
    let confirm = |code: String| json!({"requestToken": asked["requestToken"], "otpToken": code});
    assert_eq!(anne.post(&path("confirm-request"), &confirm("000000".to_owned())).await.status(), 403);
    assert_eq!(anne.post(&path("confirm-request"), &confirm(code())).await.status(), 204);
    assert_eq!(anne.json("/api/v1/users/me").await["twoFactorEnabled"], true);

    let fields = [("grant_type", "password"), ("username", "anne"), ("password", PASSWORD)];
    let missing = server.token_request(&fields, None).await;
    assert_eq!(missing.headers()["x-peertube-otp"], "required; app");
    assert_eq!(status_and_code(missing).await, (401, Some("missing_two_factor".to_owned())));
    // The code that confirmed does not open as well.
    let (status, body) = server.sign_in("anne", PASSWORD, Some(&code())).await;
    assert_eq!((status, body["code"].as_str()), (400, Some("invalid_two_factor")));
    clock.advance(31);
    assert_eq!(server.sign_in("anne", PASSWORD, Some(&code())).await.0, 200);
    assert_eq!(server.sign_in("anne", PASSWORD, Some(&code())).await.0, 400);

    assert_eq!(anne.post(&path("disable"), &json!({"currentPassword": PASSWORD})).await.status(), 204);
    assert_eq!(server.sign_in("anne", PASSWORD, None).await.0, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_ends_soon() {
    let clock = Clock::stopped(Timestamp::parse("2026-11-23T01:00:00Z").unwrap());
    let change = |config: &mut kiosque::config::Config| config.limits.logins_per_5min = 3;
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), change).await;
    server.user("anne").await;
    for _ in 0..3 {
        assert_eq!(server.sign_in("anne", "a guess", None).await.0, 400);
    }
    let fields = [("grant_type", "password"), ("username", "anne"), ("password", PASSWORD)];
    let refused = server.token_request(&fields, None).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "100");
    // Another address, told by a proxy that is trusted, is not kept out by that.
    let client = server.json("/api/v1/oauth-clients/local").await;
    let mut form = fields.to_vec();
    form.push(("client_id", client["client_id"].as_str().unwrap()));
    form.push(("client_secret", client["client_secret"].as_str().unwrap()));
    let elsewhere =
        server.http.post(server.url("/api/v1/users/token")).header("x-forwarded-for", "203.0.113.5");
    assert_eq!(elsewhere.form(&form).send().await.unwrap().status(), 200);
    clock.advance(301);
    assert_eq!(server.token_request(&fields, None).await.status(), 200);
    server.stop().await;
}

fn form(field: &'static str, bytes: Vec<u8>) -> multipart::Form {
    multipart::Form::new().part(field, multipart::Part::bytes(bytes).file_name("picture.png"))
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_made_anew_in_their_sizes_and_go_with_their_group() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let post = |path: &'static str, form: multipart::Form| {
        anne.request(reqwest::Method::POST, path).multipart(form).send()
    };
    let mine = "/api/v1/users/me/avatar/pick";
    let picked: Value =
        post(mine, form("avatarfile", picture(700, 900))).await.unwrap().json().await.unwrap();
    let widths: Vec<_> =
        picked["avatars"].as_array().unwrap().iter().map(|one| one["width"].as_u64().unwrap()).collect();
    assert_eq!(widths, [48, 120, 600]);
    let served = server.get(picked["avatars"][2]["path"].as_str().unwrap()).await;
    assert_eq!(
        (served.status().as_u16(), served.headers()["content-type"].to_str().unwrap()),
        (200, "image/jpeg")
    );
    let decoded = image::load_from_memory(&served.bytes().await.unwrap()).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (600, 600));

    for bad in [
        form("avatarfile", b"no picture".to_vec()),
        form("other", picture(10, 10)),
        form("avatarfile", bomb()),
    ] {
        let refused = post(mine, bad).await.unwrap();
        assert_eq!(refused.status(), 400);
        let body: Value = refused.json().await.unwrap();
        assert!(body["invalid-params"]["avatarfile"]["msg"].is_string(), "{body}");
    }

    let banner = "/api/v1/video-channels/anne_channel/banner/pick";
    let picked: Value =
        post(banner, form("bannerfile", picture(2000, 500))).await.unwrap().json().await.unwrap();
    assert_eq!(picked["banners"][1]["width"], 1920);
    let zoe = server.user("zoe").await;
    let stranger = zoe.request(reqwest::Method::POST, banner).multipart(form("bannerfile", picture(20, 5)));
    assert_eq!(stranger.send().await.unwrap().status(), 403);

    assert_eq!(anne.delete("/api/v1/users/me").await.status(), 204);
    let folder = server.dir.path().join("media/pictures");
    crate::common::until("the files to be removed", || async {
        (std::fs::read_dir(&folder).unwrap().count() == 0).then_some(())
    })
    .await;
    server.stop().await;
}

/// A PNG of some bytes that says it has 60 000 by 60 000 pixels.
fn bomb() -> Vec<u8> {
    let mut png = picture(1, 1);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    // The checksum over the header.
    let mut crc = !0_u32;
    for byte in &png[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    png
}
