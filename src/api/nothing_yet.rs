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
        .route("/search/video-playlists", get(empty))
        .route("/accounts/{name}/video-playlists", get(playlists_of_account))
        .route("/video-channels/{name}/video-playlists", get(playlists_of_group))
        .route("/videos/{id}/comment-threads", get(comments).post(comment))
        .route("/users/me/videos/{id}/rating", get(rating))
        .route("/videos/{id}/captions/generate", post(transcribe))
}

async fn empty(query: ListQuery) -> Result<Json<Value>> {
    query.page()?;
    Ok(Json(json!({ "total": 0, "data": [] })))
}

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

async fn transcribe(_caller: Caller) -> Result<()> {
    Err(Error::refused(Kind::Bad, "Video transcription is disabled on this instance"))
}
