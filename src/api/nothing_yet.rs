//! What PeerTube's clients ask for and Kiosque does not have yet.

use super::auth::Caller;
use crate::{
    app::App,
    error::{Error, Kind, Result},
};
use axum::{Router, routing::post};

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/videos/{id}/captions/generate", post(transcribe))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(transcribe))]
pub struct Doc;

/// Transcription is disabled: 400.
#[utoipa::path(post, path = "/videos/{id}/captions/generate", tag = "none yet", params(("id" = String, Path)), responses((status = 400)))]
async fn transcribe(_caller: Caller) -> Result<()> {
    Err(Error::refused(Kind::Bad, "Video transcription is disabled on this instance"))
}
