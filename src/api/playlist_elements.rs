//! The films of a playlist, and their order.

use super::{
    auth::{Caller, MaybeCaller},
    fields::Fields,
    list_query::ListQuery,
    playlist_shapes::ElementItem,
    playlists::playlist_key,
    shapes::{List, Numbered},
    video_shapes::Writing,
    videos::write_with,
};
use crate::{
    app::App,
    error::Result,
    playlists::{self, Availability, Element, Move, Times},
    videos::{self, Key, Viewer},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post, put},
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/video-playlists/{id}/videos", get(list).post(add))
        .route("/video-playlists/{id}/videos/reorder", post(reorder))
        .route("/video-playlists/{id}/videos/{element}", put(change).delete(remove))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, add, reorder, change, remove))]
pub struct Doc;

/// The films of a playlist in order. One that who asks may not see keeps its place, and says why.
#[utoipa::path(get, path = "/video-playlists/{id}/videos", tag = "playlists", params(("id" = String, Path)),
    responses((status = 200, body = List<ElementItem>), (status = 401), (status = 403), (status = 404)))]
async fn list(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<List<ElementItem>>> {
    let (key, viewer, (start, count)) = (playlist_key(&id)?, Viewer::from(&caller), query.page()?);
    write_with(&app, viewer, move |conn, writing| {
        let playlist = playlists::see(conn, &key, &viewer)?;
        let found = playlists::elements(conn, playlist.id, start, count)?;
        Ok(Json(List { total: playlist.length, data: items(conn, writing, &found)? }))
    })
    .await
}

fn items(conn: &Connection, writing: &Writing<'_>, found: &[Element]) -> Result<Vec<ElementItem>> {
    let ids: Vec<i64> = found.iter().filter_map(|element| element.video).collect();
    let films = videos::find_many(conn, &ids)?;
    let mut kinds = HashMap::new();
    for film in films.values() {
        kinds.insert(film.id, playlists::availability(conn, Some(film), &writing.viewer)?);
    }
    let shown: Vec<_> =
        films.values().filter(|film| kinds.get(&film.id) == Some(&Availability::Regular)).cloned().collect();
    let items: HashMap<i64, _> =
        writing.items(conn, &shown)?.into_iter().map(|item| (item.base.id, item)).collect();
    let element = |element: &Element| ElementItem {
        id: element.id,
        position: element.position,
        start_timestamp: element.times.start,
        stop_timestamp: element.times.stop,
        kind: element
            .video
            .and_then(|video| kinds.get(&video).copied())
            .unwrap_or(Availability::Deleted)
            .id(),
        video: element.video.and_then(|video| items.get(&video).cloned()),
    };
    Ok(found.iter().map(element).collect())
}

/// A film for a playlist.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoPlaylistElementCreate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct NewElement {
    /// Number, UUID or short UUID.
    #[schema(value_type = String)]
    video_id: String,
    start_timestamp: Option<i64>,
    stop_timestamp: Option<i64>,
}

/// An element that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ElementMade {
    video_playlist_element: Numbered,
}

/// Puts a film at the end.
#[utoipa::path(post, path = "/video-playlists/{id}/videos", tag = "playlists", security(("token" = [])),
    params(("id" = String, Path)), request_body = NewElement,
    responses((status = 200, body = ElementMade), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Json<ElementMade>> {
    let (key, viewer) = (playlist_key(&id)?, Viewer::from(&caller));
    let video = fields.text("videoId").as_deref().and_then(Key::parse);
    if video.is_none() {
        fields.wrong("videoId", "Should have a valid video id (id, short UUID or UUID)");
    }
    let times = Times {
        start: fields.integer_or_null("startTimestamp").flatten(),
        stop: fields.integer_or_null("stopTimestamp").flatten(),
    };
    fields.end()?;
    // None was refused above.
    let video = video.unwrap_or(Key::Id(0));
    let now = app.clock.now();
    let made = app
        .db
        .write(move |tx| {
            let playlist = playlists::managed(tx, &key, &viewer)?;
            playlists::add(tx, now, &viewer, &playlist, &video, times)
        })
        .await?;
    Ok(Json(ElementMade { video_playlist_element: Numbered { id: made } }))
}

/// Where some things of a row are to stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoPlaylistReorder)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
pub(super) struct MoveJson {
    /// Place of the first that is moved, from 1.
    start_position: i64,
    /// They come behind the one that stands here now; 0 is before all.
    insert_after_position: i64,
    /// How many are moved; one when nothing is said.
    reorder_length: Option<i64>,
}

/// Reads [`MoveJson`].
///
/// # Errors
/// 400 naming all that is wrong.
pub(super) fn read_move(mut fields: Fields) -> Result<Move> {
    let mut number = |name, least: i64| match fields.integer(name) {
        Some(number) if number >= least => number,
        _ => {
            if !fields.is_wrong(name) {
                fields.wrong(name, "A whole number.");
            }
            least
        }
    };
    let (start, after) = (number("startPosition", 1), number("insertAfterPosition", 0));
    let length = fields.integer("reorderLength").unwrap_or(1);
    if length < 1 {
        fields.wrong("reorderLength", "At least 1.");
    }
    fields.end()?;
    Ok(Move { start, length, after })
}

/// Gives the films another order.
#[utoipa::path(post, path = "/video-playlists/{id}/videos/reorder", tag = "playlists", security(("token" = [])),
    params(("id" = String, Path)), request_body = MoveJson,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn reorder(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<StatusCode> {
    let (key, viewer, wish) = (playlist_key(&id)?, Viewer::from(&caller), read_move(fields)?);
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let playlist = playlists::managed(tx, &key, &viewer)?;
            playlists::reorder(tx, now, &viewer, &playlist, wish)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What of a film is played.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoPlaylistElementUpdate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct ElementChange {
    start_timestamp: Option<i64>,
    stop_timestamp: Option<i64>,
}

/// Changes what of a film is played; what the body leaves out stays.
#[utoipa::path(put, path = "/video-playlists/{id}/videos/{element}", tag = "playlists", security(("token" = [])),
    params(("id" = String, Path), ("element" = i64, Path)), request_body = ElementChange,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path((id, element)): Path<(String, i64)>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let (key, viewer) = (playlist_key(&id)?, Viewer::from(&caller));
    let start = fields.integer_or_null("startTimestamp");
    let stop = fields.integer_or_null("stopTimestamp");
    fields.end()?;
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let playlist = playlists::managed(tx, &key, &viewer)?;
            playlists::set_times(tx, now, &viewer, &playlist, element, |times| Times {
                start: start.unwrap_or(times.start),
                stop: stop.unwrap_or(times.stop),
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a film out.
#[utoipa::path(delete, path = "/video-playlists/{id}/videos/{element}", tag = "playlists", security(("token" = [])),
    params(("id" = String, Path), ("element" = i64, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((id, element)): Path<(String, i64)>,
) -> Result<StatusCode> {
    let (key, viewer, now) = (playlist_key(&id)?, Viewer::from(&caller), app.clock.now());
    app.db
        .write(move |tx| {
            let playlist = playlists::managed(tx, &key, &viewer)?;
            playlists::remove(tx, now, &viewer, &playlist, element)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
