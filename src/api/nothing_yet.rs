//! What PeerTube's clients ask for and Kiosque does not have yet: playlists, comments. Lists are empty, in
//! the right shape, so that clients show nothing instead of an error.

use super::{
    accounts,
    auth::{Caller, MaybeCaller},
    groups,
    list_query::ListQuery,
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
        .route("/video-playlists", get(empty))
        .route("/search/video-playlists", get(found))
        .route("/accounts/{name}/video-playlists", get(playlists_of_account))
        .route("/video-channels/{name}/video-playlists", get(playlists_of_group))
        .route("/videos/{id}/comment-threads", get(comments).post(comment))
        .route("/videos/{id}/captions/generate", post(transcribe))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(empty, found, playlists_of_account, playlists_of_group, comments, comment, transcribe))]
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

/// No playlists.
#[utoipa::path(get, path = "/video-playlists", tag = "none yet", responses((status = 200, body = Empty)))]
async fn empty(query: ListQuery) -> Result<Json<Empty>> {
    query.page()?;
    Ok(Json(Empty::default()))
}

/// No playlists match.
#[utoipa::path(get, path = "/search/video-playlists", tag = "none yet", responses((status = 200, body = Empty)))]
async fn found(query: ListQuery) -> Result<Json<Empty>> {
    empty(query).await
}

/// No playlists of an account.
#[utoipa::path(get, path = "/accounts/{name}/video-playlists", tag = "none yet", params(("name" = String, Path)), responses((status = 200, body = Empty)))]
async fn playlists_of_account(
    State(app): State<App>,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<Empty>> {
    accounts::named(&app, name).await?;
    empty(query).await
}

/// No playlists of a group.
#[utoipa::path(get, path = "/video-channels/{name}/video-playlists", tag = "none yet", params(("name" = String, Path)), responses((status = 200, body = Empty)))]
async fn playlists_of_group(
    State(app): State<App>,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<Empty>> {
    groups::named(&app, name).await?;
    empty(query).await
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
