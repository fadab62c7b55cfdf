//! Single files of a video: the one as it was sent, and what is in those that were made.

use super::{
    auth::{Caller, MaybeCaller},
    fields::Fields,
    file_shapes::{self, SourceJson},
    list_query::video_key,
    metadata::Metadata,
    progress::{self, ProgressJson},
    videos::watched,
};
use crate::{
    app::App,
    error::{Error, Result},
    videos::{self, Viewer, making, replacing, upkeep},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/{id}/source", get(source))
        .route("/videos/{id}/source/replacement", get(replacement).delete(give_up))
        .route("/videos/{id}/metadata/{file}", get(metadata))
        .route("/videos/{id}/transcoding", post(again))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(source, replacement, give_up, metadata, again))]
pub struct Doc;

/// The file as it was sent.
#[utoipa::path(get, path = "/videos/{id}/source", tag = "videos", params(("id" = String, Path)), responses((status = 200, body = SourceJson)))]
async fn source(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<SourceJson>> {
    let (key, viewer, urls) = (video_key(&id)?, Viewer::from(&caller), app.urls());
    app.db
        .read(move |conn| {
            let video = videos::find(conn, &key)?;
            videos::may_manage(conn, &video, &viewer)?;
            let source = making::source(conn, video.id)?.ok_or_else(|| Error::not_found("Video source"))?;
            Ok(Json(file_shapes::source(&urls, &video, &source)))
        })
        .await
}

/// What is to take the place of a video's film.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoReplacementAnswer)]
struct Coming {
    /// Null when nothing is.
    #[schema(required)]
    replacement: Option<Replacement>,
}

/// A file that is to take the place of another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoReplacement)]
struct Replacement {
    filename: String,
    /// How far its making is.
    progress: ProgressJson,
}

/// The file that is being made to take the place of the present one.
#[utoipa::path(get, path = "/videos/{id}/source/replacement", tag = "videos", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Coming), (status = 403), (status = 404)))]
async fn replacement(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Coming>> {
    let (key, viewer, now) = (video_key(&id)?, Viewer::from(&caller), app.clock.now());
    let board = app.board.clone();
    app.db
        .read(move |conn| {
            let video = videos::find(conn, &key)?;
            videos::may_manage(conn, &video, &viewer)?;
            let Some(coming) = replacing::of(conn, video.id)? else {
                return Ok(Json(Coming { replacement: None }));
            };
            let source = making::source(conn, coming.id)?.ok_or_else(|| Error::not_found("Video source"))?;
            let progress = progress::told(conn, &board, now, &coming)?;
            Ok(Json(Coming { replacement: Some(Replacement { filename: source.filename, progress }) }))
        })
        .await
}

/// Ends what was to take the place of the present film; that stays.
#[utoipa::path(delete, path = "/videos/{id}/source/replacement", tag = "videos", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn give_up(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    let (key, viewer, now) = (video_key(&id)?, Viewer::from(&caller), app.clock.now());
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            videos::may_manage(tx, &video, &viewer)?;
            if replacing::give_up(tx, now, video.id, App::place_of)? {
                return Ok(StatusCode::NO_CONTENT);
            }
            Err(Error::not_found("Video source"))
        })
        .await
}

/// What a media file holds.
#[utoipa::path(get, path = "/videos/{id}/metadata/{file}", tag = "videos", params(("id" = String, Path), ("file" = i64, Path)), responses((status = 200, body = Metadata)))]
async fn metadata(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path((id, file)): Path<(String, i64)>,
) -> Result<Json<Metadata>> {
    watched(&app, &caller, &headers, &id, move |conn, _, video| {
        let files = videos::media_files(conn, video.id)?;
        let file =
            files.iter().find(|known| known.id == file).ok_or_else(|| Error::not_found("Video file"))?;
        Ok(Json(Metadata::of_made(video, file)))
    })
    .await
}

/// Has a video made again by the present settings: `hls` makes the renditions that are missing, `web-video` the
/// progressive file.
#[utoipa::path(post, path = "/videos/{id}/transcoding", tag = "videos", params(("id" = String, Path)), security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403), (status = 404), (status = 409)))]
async fn again(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    caller.administrator()?;
    let key = video_key(&id)?;
    let kind = fields.needed_text("transcodingType");
    if !["", "hls", "web-video"].contains(&kind.as_str()) {
        fields.wrong("transcodingType", "hls or web-video.");
    }
    fields.end()?;
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            if kind == "hls" {
                upkeep::make_again(tx, now, video.id)
            } else {
                upkeep::make_progressive(tx, now, video.id)
            }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
