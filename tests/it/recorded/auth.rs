//! Signing in and out.

use super::{replay::Replay, world::World};
use crate::common::{people::PASSWORD, shape};
use kiosque::accounts::two_factor;
use serde_json::json;

pub const SOURCE: &str = include_str!("auth.rs");

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_like_the_recorded_one() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::people().await, super::NEWER_USERS);
    replay
        .all(&[
            "auth/oauth-client.json",
            "auth/token-password.json",
            "auth/token-by-email.json",
            "auth/token-wrong-password.json",
            "auth/token-unknown-user.json",
            "auth/token-wrong-client.json",
            "auth/token-wrong-client-id.json",
            "auth/token-unknown-grant.json",
            "auth/token-no-grant.json",
            "auth/token-no-username.json",
            "auth/token-json.json",
            "auth/token-refresh-unknown.json",
            "auth/token-malformed-header.json",
            "auth/bad-token-optional.json",
            "me/me-anonymous.json",
            "me/me-bad-token.json",
            "auth/revoke-anonymous.json",
        ])
        .await;
    let any = &[
        ("status", "the client is given by whatever name the instance is reached"),
        ("body", ""),
        ("header content-type", ""),
    ];
    replay.but("auth/oauth-client-wrong-host.json", any).await;

    // A session that is renewed and ended.
    let session = replay.one("auth/session-login.json").await.body;
    replay.world.say("<REFRESH-9>", session["refresh_token"].as_str().unwrap());
    replay.one("auth/token-refresh.json").await;
    replay.one("auth/token-refresh-reused.json").await;
    replay.one("auth/token-old-after-refresh.json").await;
    replay.world.sign_in_again("stranger3", "session").await;
    replay.one("auth/revoke.json").await;
    replay.one("auth/token-after-revoke.json").await;

    // The second factor.
    replay.one("auth/two-factor-request-wrong.json").await;
    let asked = replay.one("auth/two-factor-request.json").await.body;
    let asked = &asked["otpRequest"];
    replay.world.say("<OTP_REQUEST_TOKEN-1>", asked["requestToken"].as_str().unwrap());
    replay.one("auth/two-factor-confirm-wrong.json").await;
    let app = replay.world.server.app.clone();
    let code = || two_factor::code_at(asked["secret"].as_str().unwrap(), app.clock.now()).unwrap();
    replay
        .with("auth/two-factor-confirm.json", &[], |request| request["body"]["otpToken"] = code().into())
        .await;
    replay
        .all(&[
            "auth/two-factor-request-again.json",
            "me/me-two-factor.json",
            "auth/token-two-factor-missing.json",
        ])
        .await;
    replay.one("auth/token-two-factor-wrong.json").await;
    // The code that confirmed opens nothing; the next one does.
    let later =
        two_factor::code_at(asked["secret"].as_str().unwrap(), app.clock.now().plus_seconds(30)).unwrap();
    replay
        .with("auth/token-two-factor.json", &[], |request| {
            request["headers"]["x-peertube-otp"] = later.into();
        })
        .await;
    replay.one("auth/two-factor-disable.json").await;

    // Blocked.
    let root = replay.world.person("root").clone();
    assert_eq!(root.post("/api/v1/users/5/block", &json!({})).await.status(), 204);
    replay.one("auth/token-blocked-user.json").await;

    // A new password.
    replay.world.say("<PASSWORD-stranger>", PASSWORD);
    replay.world.say("<PASSWORD-stranger-new>", "another long evening");
    replay.one("me/update-password.json").await;
    replay.one("auth/token-after-password-change.json").await;
    replay.end(SOURCE).await;
}
