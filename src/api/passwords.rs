//! Links that come in letters: a forgotten password, the proof of an address; and the same links for an administrator
//! to hand over where no letter arrives.

use super::{
    address::Client,
    administration::{managed, user_id},
    auth::Caller,
    doors::{self, Doors},
    fields::Fields,
    mail,
};
use crate::{
    accounts::{self, address, forgotten, links, password, registrations},
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
    limiter::Asker,
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/ask-reset-password", post(ask_password))
        .route("/users/{id}/reset-password", post(choose_password))
        .route("/users/ask-send-verify-email", post(ask_proof))
        .route("/users/registrations/ask-send-verify-email", post(ask_proof_of_stranger))
        .route("/users/{id}/verify-email", post(prove))
        .route("/users/{id}/link", post(hand_over))
}

/// A link to be handed over. It is shown once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HandedLink {
    url: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl HandedLink {
    pub(super) fn new(url: String, made: &links::Made) -> Self {
        Self { url, expires_at: made.expires_at }
    }
}

/// The address that a stranger asks about.
fn email(mut fields: Fields) -> Result<String> {
    let email = fields.needed_text("email");
    if !email.is_empty() && !accounts::is_email(&email) {
        fields.wrong("email", "An address for letters, as in name@example.org.");
    }
    fields.end()?;
    Ok(email.trim().to_owned())
}

/// The password of an account was forgotten. The answer is the same whether there is such an account.
#[utoipa::path(post, path = "/users/ask-reset-password", tag = "users",
    responses((status = 204), (status = 400), (status = 429)))]
async fn ask_password(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    fields: Fields,
) -> Result<StatusCode> {
    let email = email(fields)?;
    let now = app.clock.now();
    let mail = doors.write_to(now, Asker::of(client.0), &email)? && mail::is_on(&app);
    doors::steadily(app.db.write(move |tx| forgotten::ask(tx, now, &email, mail))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new password with the link of a letter. All sessions end.
#[utoipa::path(post, path = "/users/{id}/reset-password", tag = "users", params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 403)))]
async fn choose_password(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let id = link_of(&id)?;
    let (password, token) =
        (fields.text("password").unwrap_or_default(), fields.needed_text("verificationString"));
    fields.also(password::check(&password));
    fields.end()?;
    let now = app.clock.now();
    // Hashing takes its time: not for who has no link.
    let whose = links::Whose::Account(id);
    let known = token.clone();
    let opens = app
        .db
        .read(move |conn| links::look(conn, now, whose, links::Purpose::Password, &known))
        .await?
        .is_some();
    if !opens {
        return Err(invalid_link());
    }
    let hash = doors.hash(password).await?;
    app.db.write(move |tx| forgotten::choose(tx, now, id, &token, &hash)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another letter that proves an address: of an account, or of somebody who wants one.
#[utoipa::path(post, path = "/users/ask-send-verify-email", tag = "users",
    responses((status = 204), (status = 400), (status = 429)))]
async fn ask_proof(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    fields: Fields,
) -> Result<StatusCode> {
    let email = email(fields)?;
    let now = app.clock.now();
    if doors.write_to(now, Asker::of(client.0), &email)? && mail::is_on(&app) {
        let asking = app.db.write(move |tx| {
            address::ask(tx, now, &email)?;
            registrations::ask(tx, now, &email)
        });
        doors::steadily(asking).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The same; PeerTube's newer clients ask here for those who have no account yet.
#[utoipa::path(post, path = "/users/registrations/ask-send-verify-email", tag = "users",
    responses((status = 204), (status = 400), (status = 429)))]
async fn ask_proof_of_stranger(
    state: State<App>,
    doors: Extension<Doors>,
    client: Client,
    fields: Fields,
) -> Result<StatusCode> {
    ask_proof(state, doors, client, fields).await
}

/// Proves an address with the link of a letter.
#[utoipa::path(post, path = "/users/{id}/verify-email", tag = "users", params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 403), (status = 409)))]
async fn prove(State(app): State<App>, Path(id): Path<String>, mut fields: Fields) -> Result<StatusCode> {
    let id = link_of(&id)?;
    let token = fields.needed_text("verificationString");
    let pending = fields.boolean("isPendingEmail").unwrap_or_default();
    fields.end()?;
    let now = app.clock.now();
    app.db.write(move |tx| address::prove(tx, now, id, &token, pending)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a link for somebody whom no letter reaches: `for` is `password`, or `email` for the proof of the address.
#[utoipa::path(post, path = "/users/{id}/link", tag = "users", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 200, body = HandedLink), (status = 400), (status = 403), (status = 404)))]
async fn hand_over(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Json<HandedLink>> {
    caller.staff()?;
    let id = user_id(&id)?;
    let what = fields.needed_text("for");
    if !what.is_empty() && !["password", "email"].contains(&what.as_str()) {
        fields.wrong("for", "password or email.");
    }
    fields.end()?;
    let (now, urls) = (app.clock.now(), app.urls());
    let link = app
        .db
        .write(move |tx| {
            let login = managed(tx, &caller, id)?;
            if what == "password" {
                let made = forgotten::hand_over(tx, now, &login)?;
                return Ok(HandedLink::new(urls.new_password(id, &made.token), &made));
            }
            if login.email_verified == Some(true) && login.pending_email.is_none() {
                return Err(Error::refused(Kind::Bad, "The address of this account is proven already."));
            }
            let (made, pending) = address::hand_over(tx, now, &login)?;
            Ok(HandedLink::new(urls.prove_email(id, &made.token, pending), &made))
        })
        .await?;
    Ok(Json(link))
}

/// The number in the address of a link. What is none opens nothing.
fn link_of(text: &str) -> Result<i64> {
    text.parse().map_err(|_| invalid_link())
}

fn invalid_link() -> Error {
    Error::forbidden("Invalid verification string.")
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(ask_password, choose_password, ask_proof, ask_proof_of_stranger, prove, hand_over))]
pub struct Doc;
