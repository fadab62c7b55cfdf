//! How strangers get an account, and the links of letters.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};
use serde_json::{Value, json};

pub const SOURCE: &str = include_str!("people.rs");

const DIFFERENCES: Exceptions<'static> = super::NEWER_USERS;

async fn open(replay: &Replay, mode: &str) {
    let signup = json!({"signup": {"mode": mode, "verifyEmail": false}});
    let root = replay.world.person("root");
    assert_eq!(root.put("/api/v1/server/settings", &signup).await.status(), 200);
}

/// The world has had the third and the fourth stranger from the beginning.
fn somebody_else(name: &'static str) -> impl FnOnce(&mut Value) {
    move |request| {
        let body = &mut request["body"];
        body["username"] = name.into();
        body["email"] = format!("{name}@example.org").into();
        if body["channel"].is_object() {
            body["channel"]["name"] = format!("{name}_channel").into();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn registrations_are_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::people().await, DIFFERENCES);
    replay.one("people/register-closed.json").await;
    open(&replay, "approval").await;
    replay
        .all(&[
            "people/register-direct-refused.json",
            "people/registration-request-invalid.json",
            "people/registration-request.json",
            "people/registration-request-twice.json",
            "people/registration-request-with-channel.json",
        ])
        .await;
    replay.with("people/registration-request-third.json", &[], somebody_else("stranger8")).await;
    replay
        .all(&[
            "people/registrations-list.json",
            "people/registrations-forbidden.json",
            "people/registrations-search.json",
            "auth/token-waiting-approval.json",
            "people/registration-reject.json",
            "people/registration-accept.json",
            "people/registration-accept-twice.json",
            "people/registrations-list-after.json",
            "auth/token-rejected.json",
        ])
        .await;
    open(&replay, "open").await;
    replay.one("people/registration-request-not-needed.json").await;
    replay
        .but(
            "people/register-direct-invalid.json",
            &[("password.value", "what somebody chose as a password is not repeated")],
        )
        .await;
    replay.with("people/register-direct.json", &[], somebody_else("stranger9")).await;
    replay
        .all(&[
            "people/register-direct-taken.json",
            "people/register-channel-same-name.json",
            "people/ask-reset-password.json",
            "people/ask-verify-email.json",
            "people/reset-password-bad.json",
        ])
        .await;
    replay.end(SOURCE).await;
}
