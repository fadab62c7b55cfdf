//! Trying the mail server.

use super::{auth::Caller, problem};
use crate::{
    accounts,
    app::App,
    error::Result,
    ids,
    mail::{
        self, Sender,
        letters::{About, Between},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde::Serialize;
use serde_json::Map;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/server/mail/test", post(test))
}

/// A letter that the mail server took.
#[derive(Debug, Serialize, ToSchema)]
struct TestLetter {
    /// Where it went.
    to: String,
}

/// Sends a letter to the administrator who asks, at once, so that the answer says what is wrong.
#[utoipa::path(post, path = "/server/mail/test", tag = "server", security(("token" = [])),
    responses((status = 200, body = TestLetter), (status = 403), (status = 422)))]
async fn test(State(app): State<App>, caller: Caller) -> Result<Response> {
    caller.administrator()?;
    let login = app.db.read(move |conn| accounts::find_login(conn, caller.account_id)).await?;
    let (settings, urls) = (app.settings(), app.urls());
    let lang = login.preferences.language.as_deref().unwrap_or(&settings.instance.language);
    let site = &settings.instance.name;
    let letter =
        mail::letters::write(Between { lang, site, base: urls.base(), to: &login.email }, &About::Test);
    let server = app.mail();
    let sender = Sender { config: &server, site, host: urls.name() };
    match mail::send(sender, app.clock.now(), &ids::secret(16), &letter).await {
        Ok(()) => Ok(Json(TestLetter { to: login.email }).into_response()),
        Err(error) => {
            let (code, detail) = (error.code(), error.to_string());
            tracing::warn!(code, detail, "a test letter did not go");
            Ok(problem::respond(StatusCode::UNPROCESSABLE_ENTITY, Some(code), &detail, Map::new()))
        }
    }
}

/// Whether letters go at all.
pub(super) fn is_on(app: &App) -> bool {
    mail::is_configured(&app.mail())
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(test))]
pub struct Doc;
