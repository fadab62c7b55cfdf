//! The welcome of the home page, at PeerTube's address of a page of one's own.

use super::{auth::Caller, fields::Fields};
use crate::{
    app::App,
    error::{Error, Result},
    settings::HomeBlock,
};
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/custom-pages/homepage/instance", get(read).put(change))
}

/// A page that is written by hand.
#[derive(Debug, Serialize, ToSchema)]
struct CustomPage {
    /// Markdown.
    content: String,
}

/// The welcome, when there is one.
#[utoipa::path(get, path = "/custom-pages/homepage/instance", tag = "config", responses((status = 200, body = CustomPage), (status = 404)))]
async fn read(State(app): State<App>) -> Result<Json<CustomPage>> {
    let content = app.settings().home.welcome.clone();
    if content.trim().is_empty() {
        return Err(Error::refused(crate::error::Kind::NotFound, "Instance homepage could not be found"));
    }
    Ok(Json(CustomPage { content }))
}

/// Writes it anew; an empty one takes it away.
#[utoipa::path(put, path = "/custom-pages/homepage/instance", tag = "config", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403)))]
async fn change(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    caller.administrator()?;
    let content = fields.text("content");
    if content.is_none() {
        fields.wrong("content", "This is needed.");
    }
    fields.end()?;
    super::server::choose(&app, move |settings| {
        let mut changed = settings.changed(&json!({"home": {"welcome": content}}))?;
        // Whoever writes it wants it seen.
        if !changed.home.blocks.contains(&HomeBlock::Welcome {}) {
            changed.home.blocks.insert(0, HomeBlock::Welcome {});
            changed.check()?;
        }
        Ok(changed)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(read, change))]
pub struct Doc;
