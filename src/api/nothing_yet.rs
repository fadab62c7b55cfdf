//! What PeerTube's clients ask for and Kiosque does not have yet: playlists, comments, ratings. Lists are empty, in
//! the right shape, so that clients show nothing instead of an error.

use super::{
    auth::{Caller, MaybeCaller},
    list_query::{ListQuery, video_key},
    shapes,
    videos::watched,
};
use crate::{
    accounts,
    app::App,
    error::{Error, Kind, Result},
    groups,
    videos::{self, Viewer},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::{get, post},
};
use serde_json::{Value, json};

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/video-playlists", get(empty))
        .route("/search/video-playlists", get(found))
        .route("/accounts/{name}/video-playlists", get(playlists_of_account))
        .route("/video-channels/{name}/video-playlists", get(playlists_of_group))
        .route("/videos/{id}/comment-threads", get(comments).post(comment))
        .route("/users/me/videos/{id}/rating", get(rating))
        .route("/videos/{id}/captions/generate", post(transcribe))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    empty,
    found,
    playlists_of_account,
    playlists_of_group,
    comments,
    comment,
    rating,
    transcribe
))]
pub struct Doc;

/// No playlists.
#[utoipa::path(get, path = "/video-playlists", tag = "none yet", responses((status = 200)))]
async fn empty(query: ListQuery) -> Result<Json<Value>> {
    query.page()?;
    Ok(Json(json!({ "total": 0, "data": [] })))
}

/// No playlists match.
#[utoipa::path(get, path = "/search/video-playlists", tag = "none yet", responses((status = 200)))]
async fn found(query: ListQuery) -> Result<Json<Value>> {
    empty(query).await
}

/// No playlists of an account.
#[utoipa::path(get, path = "/accounts/{name}/video-playlists", tag = "none yet", params(("name" = String, Path)), responses((status = 200)))]
async fn playlists_of_account(
    State(app): State<App>,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>> {
    let urls = app.urls();
    app.db
        .read(move |conn| {
            let (name, origin) = shapes::handle(&urls, &name);
            accounts::by_name(conn, name, origin)
        })
        .await?;
    empty(query).await
}

/// No playlists of a group.
#[utoipa::path(get, path = "/video-channels/{name}/video-playlists", tag = "none yet", params(("name" = String, Path)), responses((status = 200)))]
async fn playlists_of_group(
    State(app): State<App>,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<Value>> {
    let urls = app.urls();
    app.db
        .read(move |conn| {
            let (name, origin) = shapes::handle(&urls, &name);
            groups::by_name(conn, name, origin)
        })
        .await?;
    empty(query).await
}

/// No comments.
#[utoipa::path(get, path = "/videos/{id}/comment-threads", tag = "none yet", params(("id" = String, Path)), responses((status = 200)))]
async fn comments(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>> {
    watched(&app, &caller, &headers, &id, |_, _, _| {
        Ok(Json(json!({ "total": 0, "data": [], "totalNotDeletedComments": 0 })))
    })
    .await
}

/// Comments are disabled: 409.
#[utoipa::path(post, path = "/videos/{id}/comment-threads", tag = "none yet", params(("id" = String, Path)), responses((status = 200)))]
async fn comment(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>> {
    watched(&app, &MaybeCaller(Some(caller)), &headers, &id, |_, _, _| {
        Err(Error::conflict("Video comments are disabled for this video"))
    })
    .await
}

/// What the caller thinks of a video: nothing yet.
#[utoipa::path(get, path = "/users/me/videos/{id}/rating", tag = "none yet", params(("id" = String, Path)), responses((status = 200)))]
async fn rating(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Value>> {
    let (key, viewer) = (video_key(&id)?, Viewer::from(&caller));
    app.db
        .read(move |conn| {
            let video = videos::find(conn, &key)?;
            // Passwords do not matter for one's own opinion; privacy does.
            if video.privacy != videos::Privacy::Password {
                videos::may_watch(conn, &video, &viewer, None)?;
            }
            Ok(Json(json!({ "videoId": video.id, "rating": "none" })))
        })
        .await
}

/// Transcription is disabled: 400.
#[utoipa::path(post, path = "/videos/{id}/captions/generate", tag = "none yet", params(("id" = String, Path)), responses((status = 200)))]
async fn transcribe(_caller: Caller) -> Result<()> {
    Err(Error::refused(Kind::Bad, "Video transcription is disabled on this instance"))
}
