//! What PeerTube's clients ask for and Kiosque does not have yet: comments. Lists are empty, in
//! the right shape, so that clients show nothing instead of an error.

use super::{
    auth::{Caller, MaybeCaller},
    videos::watched,
};
use crate::{
    app::App,
    error::{Error, Kind, Result},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::{get, post},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/{id}/comment-threads", get(comments).post(comment))
        .route("/videos/{id}/captions/generate", post(transcribe))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(comments, comment, transcribe))]
pub struct Doc;

/// A list of what there is none of.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Empty {
    total: u64,
    #[schema(value_type = Vec<Object>, max_items = 0)]
    data: [(); 0],
}

/// The comments of a video, of which there are none.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EmptyThreads {
    #[serde(flatten)]
    list: Empty,
    total_not_deleted_comments: u64,
}

/// No comments.
#[utoipa::path(get, path = "/videos/{id}/comment-threads", tag = "none yet", params(("id" = String, Path)), responses((status = 200, body = EmptyThreads)))]
async fn comments(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<EmptyThreads>> {
    watched(&app, &caller, &headers, &id, |_, _, _| Ok(Json(EmptyThreads::default()))).await
}

/// Comments are disabled: 409.
#[utoipa::path(post, path = "/videos/{id}/comment-threads", tag = "none yet", params(("id" = String, Path)), responses((status = 409)))]
async fn comment(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<()> {
    watched(&app, &MaybeCaller(Some(caller)), &headers, &id, |_, _, _| {
        Err(Error::conflict("Video comments are disabled for this video"))
    })
    .await
}

/// Transcription is disabled: 400.
#[utoipa::path(post, path = "/videos/{id}/captions/generate", tag = "none yet", params(("id" = String, Path)), responses((status = 400)))]
async fn transcribe(_caller: Caller) -> Result<()> {
    Err(Error::refused(Kind::Bad, "Video transcription is disabled on this instance"))
}
