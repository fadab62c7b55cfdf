//! Who asks: the extractors [`Caller`] and [`MaybeCaller`], and OAuth as PeerTube's clients speak it (peertube-rest §3).

use super::{
    address::{Client, SeenFrom},
    doors::Doors,
    extract::text_header,
};
use crate::{
    accounts::{
        self, Account, Role, registrations,
        sessions::{self, Bearer, SignIn, Tokens},
    },
    app::App,
    error::{Error, Kind, Result},
    limiter::Asker,
};
use axum::{
    Extension, Form, Json, Router,
    extract::{FromRequest as _, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Six digits of the second factor, beside the password.
const OTP: &str = "x-peertube-otp";

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/oauth-clients/local", get(client))
        .route("/users/token", post(token))
        .route("/users/revoke-token", post(revoke))
}

/// Somebody who is signed in. 401 `unauthorized_request` without a token, `invalid_token` with one that is worth nothing.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Number of the account.
    pub account_id: i64,
    /// The account.
    pub account: Account,
    /// What it may.
    pub role: Role,
    /// The session that the token belongs to.
    pub session_id: i64,
}

impl Caller {
    /// Refuses all but administrators.
    ///
    /// # Errors
    /// 403.
    pub fn administrator(&self) -> Result<()> {
        if self.role.is_administrator() {
            return Ok(());
        }
        Err(Error::forbidden("Only administrators of this instance may do this."))
    }

    /// Refuses all but administrators and moderators.
    ///
    /// # Errors
    /// 403.
    pub fn staff(&self) -> Result<()> {
        if self.role.is_staff() {
            return Ok(());
        }
        Err(Error::forbidden("Only administrators and moderators of this instance may do this."))
    }

    /// The pair that domain functions take.
    pub fn acting(&self) -> (i64, Role) {
        (self.account_id, self.role)
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        match MaybeCaller::from_request_parts(parts, app).await? {
            MaybeCaller(Some(caller)) => Ok(caller),
            MaybeCaller(None) => Err(Error::coded(
                Kind::Unauthenticated,
                "unauthorized_request",
                "Please sign in: this request needs a token.",
            )),
        }
    }
}

/// Somebody who may be signed in. A token that is sent must be good (401 `invalid_token`), so that clients notice.
#[derive(Debug, Clone)]
pub struct MaybeCaller(pub Option<Caller>);

impl MaybeCaller {
    /// Number of the account.
    pub fn account_id(&self) -> Option<i64> {
        self.0.as_ref().map(|caller| caller.account_id)
    }

    /// Whether this is an administrator or moderator.
    pub fn is_staff(&self) -> bool {
        self.0.as_ref().is_some_and(|caller| caller.role.is_staff())
    }
}

impl FromRequestParts<App> for MaybeCaller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        // Extractors of one request share what the first found out.
        if let Some(known) = parts.extensions.get::<Caller>() {
            return Ok(Self(Some(known.clone())));
        }
        let Some(token) = bearer_token(&parts.headers)? else { return Ok(Self(None)) };
        let SeenFrom(device) = SeenFrom::from_request_parts(parts, app).await?;
        let caller = by_token(app, token, device).await?;
        parts.extensions.insert(caller.clone());
        Ok(Self(Some(caller)))
    }
}

/// The token of the `Authorization` header.
fn bearer_token(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty())
        .map(|(_, token)| Some(token.trim().to_owned()))
        .ok_or_else(|| {
            Error::coded(Kind::Bad, "invalid_request", "The Authorization header is no bearer token.")
        })
}

async fn by_token(app: &App, token: String, device: sessions::Device) -> Result<Caller> {
    let now = app.clock.now();
    let found = app.db.read(move |conn| sessions::bearer(conn, now, &token)).await?;
    let Some(bearer) = found else {
        return Err(Error::coded(
            Kind::Unauthenticated,
            "invalid_token",
            "This token is invalid or has expired. Please sign in again.",
        ));
    };
    if sessions::is_stale(&bearer, now) {
        let session = bearer.session_id;
        app.db.write(move |tx| sessions::used(tx, now, session, &device)).await?;
    }
    let Bearer { account, role, session_id, .. } = bearer;
    Ok(Caller { account_id: account.id, account, role, session_id })
}

/// What PeerTube's clients ask for before anything else.
#[derive(Debug, Serialize, ToSchema)]
pub struct OauthClientLocal {
    client_id: String,
    client_secret: String,
}

/// The client is the same for everyone and protects nothing, so it is given by whatever name this instance is reached.
#[utoipa::path(get, tag = "auth", path = "/oauth-clients/local", responses((status = 200, body = OauthClientLocal)))]
async fn client(State(app): State<App>) -> Result<Json<OauthClientLocal>> {
    let client = match app.db.read(accounts::oauth_client).await? {
        Some(client) => client,
        None => app.db.write(accounts::make_oauth_client).await?,
    };
    Ok(Json(OauthClientLocal { client_id: client.id, client_secret: client.secret }))
}

/// A pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenAnswer {
    token_type: &'static str,
    access_token: String,
    refresh_token: String,
    /// Seconds.
    expires_in: i64,
    /// Seconds.
    refresh_token_expires_in: i64,
}

/// The answer to a sign-in; no cache may keep it.
pub fn token_answer(tokens: Tokens) -> Response {
    let answer = TokenAnswer {
        token_type: "Bearer",
        access_token: tokens.access,
        refresh_token: tokens.refresh,
        expires_in: sessions::ACCESS_SECONDS,
        refresh_token_expires_in: sessions::REFRESH_SECONDS,
    };
    let no_store = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
    (no_store, Json(answer)).into_response()
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct TokenForm {
    client_id: String,
    client_secret: String,
    grant_type: String,
    username: String,
    password: String,
    refresh_token: String,
}

fn missing(parameter: &str) -> Error {
    Error::coded(Kind::Bad, "invalid_request", format!("Missing parameter: `{parameter}`"))
}

#[utoipa::path(
    post,
    tag = "auth", path = "/users/token",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenAnswer), (status = 400), (status = 401), (status = 429))
)]
async fn token(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    SeenFrom(device): SeenFrom,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let Ok(Form(form)) = Form::<TokenForm>::from_request(request, &app).await else {
        return Err(Error::coded(
            Kind::Bad,
            "invalid_request",
            "Invalid request: content must be application/x-www-form-urlencoded",
        ));
    };
    for (name, value) in [
        ("client_id", &form.client_id),
        ("client_secret", &form.client_secret),
        ("grant_type", &form.grant_type),
    ] {
        if value.is_empty() {
            return Err(missing(name));
        }
    }
    if !["password", "refresh_token"].contains(&form.grant_type.as_str()) {
        return Err(Error::coded(
            Kind::Bad,
            "unsupported_grant_type",
            "Unsupported grant type: `grant_type` is invalid",
        ));
    }
    let known = app.db.read(accounts::oauth_client).await?;
    if known.is_none_or(|known| known.id != form.client_id || known.secret != form.client_secret) {
        return Err(Error::coded(Kind::Bad, "invalid_client", "Invalid client: client is invalid"));
    }
    let now = app.clock.now();
    if form.grant_type == "refresh_token" {
        if form.refresh_token.is_empty() {
            return Err(missing("refresh_token"));
        }
        // Tokens of 160 bits are not guessed: no limit but that of all requests.
        let tokens = app.db.write(move |tx| sessions::refresh(tx, now, &form.refresh_token, &device)).await?;
        return Ok(token_answer(tokens));
    }
    for (name, value) in [("username", &form.username), ("password", &form.password)] {
        if value.is_empty() {
            return Err(missing(name));
        }
    }
    let attempt = doors.knock(now, Asker::of(client.0), &form.username)?;
    let code = text_header(&headers, OTP);
    let signed_in = sign_in(&app, &doors, form.username, form.password, code, device).await;
    match signed_in {
        Ok(tokens) => {
            doors.succeeded(&attempt);
            Ok(token_answer(tokens))
        }
        Err(error) => {
            let needs_code =
                matches!(&error, Error::Refused(refusal) if refusal.code == Some("missing_two_factor"));
            if needs_code {
                // The password was right; the code comes with the next request.
                doors.succeeded(&attempt);
            } else if matches!(error, Error::Refused(_)) {
                tracing::info!(address = ?client.0, "a sign-in was refused");
            }
            let mut response = error.into_response();
            if needs_code {
                response.headers_mut().insert(OTP, HeaderValue::from_static("required; app"));
            }
            Ok(response)
        }
    }
}

async fn sign_in(
    app: &App,
    doors: &Doors,
    name: String,
    password: String,
    code: Option<String>,
    device: sessions::Device,
) -> Result<Tokens> {
    let (login, registration) = app
        .db
        .read(move |conn| match sessions::login_named(conn, name.trim())? {
            Some(login) => Ok((Some(login), None)),
            None => Ok((None, registrations::of_name(conn, name.trim())?)),
        })
        .await?;
    let hash = match (&login, &registration) {
        (Some(login), _) => Some(login.password_hash.clone()),
        (None, waiting) => waiting.as_ref().map(|waiting| waiting.wanted.password_hash.clone()),
    };
    let fits = doors.verify(password, hash).await?;
    if let Some(waiting) = registration.filter(|_| fits) {
        return Err(sessions::not_yet(&waiting));
    }
    let Some(login) = login.filter(|_| fits) else { return Err(sessions::wrong_credentials()) };
    if app.settings().signup.verify_email && login.email_verified == Some(false) {
        return Err(sessions::unproven());
    }
    let now = app.clock.now();
    app.db
        .write(move |tx| sessions::sign_in(tx, now, &SignIn { login: &login, code: code.as_deref(), device }))
        .await
}

/// The token is worth nothing now.
#[derive(Debug, Serialize, ToSchema)]
struct Revoked {
    success: bool,
}

#[utoipa::path(post, tag = "auth", path = "/users/revoke-token", responses((status = 200, body = Revoked), (status = 401)))]
async fn revoke(State(app): State<App>, caller: Caller) -> Result<Json<Revoked>> {
    app.db.write(move |tx| sessions::revoke(tx, caller.account_id, caller.session_id)).await?;
    Ok(Json(Revoked { success: true }))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(client, token, revoke), components(schemas(TokenForm)))]
pub struct Doc;
