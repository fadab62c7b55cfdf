//! Ours: having a browser told while no page is open (Web Push).

use super::{auth::Caller, fields::Fields};
use crate::{
    app::App,
    error::{Error, Result},
    notifications::{Choice, devices},
    outgoing::OutgoingError,
    push::{self, Key, PushError},
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, put},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use url::Url;
use utoipa::ToSchema;

/// Letters of the address at a push service. Those of today have some hundred.
const MOST_ENDPOINT: usize = 1000;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/me/push", get(see).put(choose))
        .route("/users/me/push/device", put(add).delete(remove))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(see, choose, add, remove))]
pub struct Doc;

/// What a browser needs to know to be told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Push)]
struct PushJson {
    /// The key of this instance, for `PushManager.subscribe`.
    public_key: String,
    /// The address at which the browser that asks is told; null when it is not.
    #[schema(required)]
    endpoint: Option<String>,
    /// Of what one wants to be told on devices; names as in the notification settings.
    #[schema(value_type = Vec<String>)]
    choices: BTreeSet<Choice>,
}

/// How browsers are told.
#[utoipa::path(get, path = "/users/me/push", tag = "me", security(("token" = [])),
    responses((status = 200, body = PushJson), (status = 401)))]
async fn see(State(app): State<App>, caller: Caller) -> Result<Json<PushJson>> {
    let (kept, endpoint, choices) = app
        .db
        .read(move |conn| {
            Ok((
                devices::key(conn)?,
                devices::of_session(conn, caller.session_id)?,
                devices::chosen(conn, caller.account_id)?,
            ))
        })
        .await?;
    let kept = match kept {
        Some(kept) => kept,
        None => {
            let made = Key::generate().map_err(Error::internal)?;
            app.db.write(move |tx| devices::keep_key(tx, &made)).await?
        }
    };
    let public_key = Key::open(&kept).map_err(Error::internal)?.public();
    Ok(Json(PushJson { public_key, endpoint, choices }))
}

/// Of what to be told.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PushChoices)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct ChoicesJson {
    /// Names as in the notification settings; what is not named is not told.
    #[schema(value_type = Vec<String>)]
    choices: Vec<Choice>,
}

/// Chooses of what one is told on devices.
#[utoipa::path(put, path = "/users/me/push", tag = "me", security(("token" = [])), request_body = ChoicesJson,
    responses((status = 204), (status = 400), (status = 401)))]
async fn choose(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let wanted =
        fields.value("choices").and_then(|value| serde_json::from_value::<BTreeSet<Choice>>(value).ok());
    if wanted.is_none() {
        fields.wrong("choices", "Should be a list of names of notification settings.");
    }
    fields.end()?;
    let (account, wanted) = (caller.account_id, wanted.unwrap_or_default());
    app.db.write(move |tx| devices::choose(tx, account, &wanted)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A browser's subscription, as `PushSubscription.toJSON` writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PushDevice)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct DeviceJson {
    /// Where its push service takes messages.
    endpoint: String,
    keys: DeviceKeys,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PushDeviceKeys)]
struct DeviceKeys {
    /// A point of P-256, in URL-safe base 64.
    p256dh: String,
    /// Sixteen bytes, in the same.
    auth: String,
}

/// Has the browser that asks told, until its session ends. Of one's devices the ten newest are.
#[utoipa::path(put, path = "/users/me/push/device", tag = "me", security(("token" = [])), request_body = DeviceJson,
    responses((status = 204), (status = 400), (status = 401)))]
async fn add(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let endpoint = fields.needed_text("endpoint");
    let keys = fields.value("keys").and_then(|keys| serde_json::from_value::<DeviceKeys>(keys).ok());
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).unwrap_or_default();
    let (key, auth) = keys.map(|keys| (bytes(&keys.p256dh), bytes(&keys.auth))).unwrap_or_default();
    match Url::parse(&endpoint).ok().filter(|_| endpoint.len() <= MOST_ENDPOINT) {
        None => fields.wrong("endpoint", "Should be the address of a push service."),
        Some(url) => {
            if let Err(OutgoingError::Forbidden(why)) = app.outgoing.check(&url) {
                fields.wrong("endpoint", why);
            }
        }
    }
    // What can be sealed for is a key.
    if push::seal(&key, &auth, b"") == Err(PushError) {
        fields.wrong("keys", "Should be the keys of a browser.");
    }
    fields.end()?;
    let device = devices::Device { id: 0, account: caller.account_id, endpoint, key, auth };
    let (now, session) = (app.clock.now(), caller.session_id);
    app.db.write(move |tx| devices::add(tx, now, session, &device)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The browser that asks is told no more.
#[utoipa::path(delete, path = "/users/me/push/device", tag = "me", security(("token" = [])),
    responses((status = 204), (status = 401)))]
async fn remove(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    app.db.write(move |tx| devices::remove(tx, caller.session_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
