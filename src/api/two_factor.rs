//! Setting up the second factor, and taking it away.

use super::{address::Client, administration::user_id, auth::Caller, doors::Doors, fields::Fields, me};
use crate::{
    accounts::{self, recovery, two_factor},
    app::App,
    error::{Error, Kind, Result},
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/{id}/two-factor/request", post(request))
        .route("/users/{id}/two-factor/confirm-request", post(confirm))
        .route("/users/{id}/two-factor/disable", post(disable))
        .route("/users/{id}/two-factor/recovery-codes", get(codes_left).post(make_codes))
}

/// What an authenticator app needs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TwoFactorEnableResult)]
struct TwoFactorAnswer {
    otp_request: OtpRequest,
}

/// The secret, and the token with which its first code is to be sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OtpRequest {
    request_token: String,
    secret: String,
    uri: String,
}

/// Only oneself sets a second factor up.
fn oneself(caller: &Caller, id: &str) -> Result<i64> {
    let id = user_id(id)?;
    if id == caller.account_id {
        Ok(id)
    } else {
        Err(Error::forbidden("This is the account of somebody else."))
    }
}

#[utoipa::path(post, path = "/users/{id}/two-factor/request", tag = "users", security(("token" = [])),
    responses((status = 200, body = TwoFactorAnswer), (status = 400), (status = 403)))]
async fn request(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Json<TwoFactorAnswer>> {
    let id = oneself(&caller, &id)?;
    let current = fields.text("currentPassword");
    me::confirm(&app, &doors, client, &caller, current, Kind::Forbidden).await?;
    let (now, urls) = (app.clock.now(), app.urls());
    let asked = app
        .db
        .write(move |tx| {
            let login = accounts::find_login(tx, id)?;
            two_factor::request(tx, now, &login, urls.host())
        })
        .await?;
    let otp_request = OtpRequest { request_token: asked.token, secret: asked.secret, uri: asked.uri };
    Ok(Json(TwoFactorAnswer { otp_request }))
}

#[utoipa::path(post, path = "/users/{id}/two-factor/confirm-request", tag = "users", security(("token" = [])),
    responses((status = 204), (status = 403)))]
async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let id = oneself(&caller, &id)?;
    let (token, code) = (fields.needed_text("requestToken"), fields.needed_text("otpToken"));
    fields.end()?;
    let now = app.clock.now();
    app.db.write(move |tx| two_factor::confirm(tx, now, id, &token, &code)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// With one's password; staff without for those whom they look after: a telephone that is lost.
#[utoipa::path(post, path = "/users/{id}/two-factor/disable", tag = "users", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403)))]
async fn disable(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let id = user_id(&id)?;
    let current = fields.text("currentPassword");
    let login = app.db.read(move |conn| accounts::find_login(conn, id)).await?;
    if id == caller.account_id {
        me::confirm(&app, &doors, client, &caller, current, Kind::Forbidden).await?;
    } else if !caller.role.may_manage(login.role) {
        return Err(Error::forbidden("This is the account of somebody else."));
    }
    app.db.write(move |tx| two_factor::disable(tx, &login)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Codes that stand for a lost telephone. They are shown this once.
#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    codes: Vec<String>,
}

/// How many of them are left.
#[derive(Serialize, ToSchema)]
struct RecoveryCodesLeft {
    left: u64,
}

#[utoipa::path(get, path = "/users/{id}/two-factor/recovery-codes", tag = "users", security(("token" = [])),
    params(("id" = String, Path)), responses((status = 200, body = RecoveryCodesLeft), (status = 403)))]
async fn codes_left(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RecoveryCodesLeft>> {
    let id = oneself(&caller, &id)?;
    let left = app.db.read(move |conn| recovery::left(conn, id)).await?;
    Ok(Json(RecoveryCodesLeft { left }))
}

/// Makes ten codes, with one's password; those from before are worth nothing.
#[utoipa::path(post, path = "/users/{id}/two-factor/recovery-codes", tag = "users", security(("token" = [])),
    params(("id" = String, Path)), responses((status = 200, body = RecoveryCodes), (status = 400), (status = 403)))]
async fn make_codes(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response> {
    let id = oneself(&caller, &id)?;
    let current = fields.text("currentPassword");
    me::confirm(&app, &doors, client, &caller, current, Kind::Forbidden).await?;
    let codes = app.db.write(move |tx| recovery::make(tx, &accounts::find_login(tx, id)?)).await?;
    let mut response = Json(RecoveryCodes { codes }).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(request, confirm, disable, codes_left, make_codes))]
pub struct Doc;
