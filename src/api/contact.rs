//! The form by which strangers write to those who run the instance.

use super::{address::Client, doors::Doors, fields::Fields, mail};
use crate::{
    app::App,
    contact::{self, ContactLetter},
    error::{Error, Result},
    limiter::Asker,
};
use axum::{Extension, Router, extract::State, http::StatusCode, routing::post};

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/server/contact", post(write))
}

/// Whether there is such a form: it is wanted, and letters go.
pub(super) fn is_on(app: &App) -> bool {
    app.settings().contact.enabled && mail::is_on(app)
}

/// A letter to those who run the instance. `website` is a field that people do not see: who fills it in is a machine, and
/// is answered as if the letter went.
#[utoipa::path(post, path = "/server/contact", tag = "server",
    responses((status = 204), (status = 400), (status = 409), (status = 429)))]
async fn write(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    mut fields: Fields,
) -> Result<StatusCode> {
    if !is_on(&app) {
        return Err(Error::conflict("Contact form is not enabled on this instance."));
    }
    let trap = fields.text("website").unwrap_or_default();
    let letter = ContactLetter {
        from_name: fields.needed_text("fromName"),
        from_email: fields.needed_text("fromEmail").trim().to_owned(),
        subject: fields.needed_text("subject"),
        body: fields.needed_text("body"),
    };
    fields.end()?;
    let now = app.clock.now();
    doors.write_to_staff(now, Asker::of(client.0))?;
    if trap.trim().is_empty() {
        app.db.write(move |tx| contact::write(tx, now, &letter)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(write))]
pub struct Doc;
