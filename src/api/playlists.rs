//! Playlists: making, reading, changing and deleting them.

use super::{
    auth::{Caller, MaybeCaller},
    fields::Fields,
    list_query::{ListQuery, invalid},
    playlist_shapes::{self, PlaylistItem},
    video_edit::{Files, read, sent_picture},
};
use crate::{
    app::App,
    error::{Error, InvalidField, Kind, Location, Result},
    ids,
    media::thumbnail,
    playlists::{self, Change, NewPlaylist, Playlist, Privacy},
    videos::{Key, Viewer, making::PictureKind},
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/video-playlists", post(create).get(super::playlist_lists::public))
        .route("/video-playlists/privacies", get(privacies))
        .route("/video-playlists/{id}", get(one).put(change).delete(remove))
        .route("/users/me/video-playlists/videos-exist", get(exist))
        // The form has some hundred bytes around the picture.
        .layer(DefaultBodyLimit::max(super::config::MAX_PICTURE as usize + (64 << 10)))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(privacies, super::playlist_lists::public, one, create, change, remove, exist))]
pub struct Doc;

/// Reads the part of a path that names a playlist.
///
/// # Errors
/// 400 when it is neither a number nor a UUID of either length.
pub(super) fn playlist_key(text: &str) -> Result<Key> {
    Key::parse(text).ok_or_else(|| {
        Error::Invalid(vec![InvalidField {
            field: "playlistId".into(),
            rule: "Should have a valid playlist id (id, short UUID or UUID)".into(),
            location: Location::Params,
            value: Some(text.chars().take(200).collect::<String>().into()),
        }])
    })
}

/// Labels of privacies.
#[utoipa::path(get, path = "/video-playlists/privacies", tag = "playlists",
    responses((status = 200, body = BTreeMap<String, String>)))]
async fn privacies() -> Json<BTreeMap<String, &'static str>> {
    Json(Privacy::ALL.map(|privacy| (privacy.id().to_string(), privacy.label())).into())
}

/// A playlist without its elements.
#[utoipa::path(get, path = "/video-playlists/{id}", tag = "playlists", params(("id" = String, Path)),
    responses((status = 200, body = PlaylistItem), (status = 401), (status = 403), (status = 404)))]
async fn one(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(id): Path<String>,
) -> Result<Json<PlaylistItem>> {
    let (key, viewer, urls) = (playlist_key(&id)?, Viewer::from(&caller), app.urls());
    let item = app
        .db
        .read(move |conn| {
            let playlist = playlists::see(conn, &key, &viewer)?;
            let mut items = playlist_shapes::items(conn, &urls, &[playlist])?;
            items.pop().ok_or_else(|| Error::internal("a playlist without a form"))
        })
        .await?;
    Ok(Json(item))
}

/// A playlist that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlaylistMade {
    video_playlist: PlaylistName,
}

/// By what a playlist is found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoPlaylistCreateResult)]
struct PlaylistName {
    id: i64,
    uuid: String,
    #[serde(rename = "shortUUID")]
    short_uuid: String,
}

impl From<&Playlist> for PlaylistName {
    fn from(one: &Playlist) -> Self {
        Self { id: one.id, uuid: one.uuid.to_string(), short_uuid: ids::short(one.uuid) }
    }
}

fn privacy(fields: &mut Fields) -> Option<Privacy> {
    let asked = fields.integer("privacy")?;
    let privacy = Privacy::from_id(asked);
    if privacy.is_none() {
        fields.wrong("privacy", "1 public, 2 unlisted or 3 private.");
    }
    privacy
}

/// Picture and fields of a body.
async fn body(app: &App, request: Request) -> Result<(Fields, Files)> {
    let (fields, files) = read(request, app).await?;
    let Value::Object(map) = fields else { return Err(Error::refused(Kind::Bad, "An object with fields.")) };
    Ok((Fields::of(map), files))
}

/// Cuts the picture that was sent; the name of its file.
async fn picture(app: &App, files: &Files) -> Result<Option<String>> {
    let field = "thumbnailfile";
    let Some(file) = files.get(field) else { return Ok(None) };
    let made = sent_picture(app, file, field, PictureKind::Thumbnail, thumbnail::MINIATURE).await?;
    Ok(Some(made.file))
}

/// Makes a playlist. A form may carry `thumbnailfile`.
#[utoipa::path(post, path = "/video-playlists", tag = "playlists", security(("token" = [])),
    responses((status = 200, body = PlaylistMade), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn create(State(app): State<App>, caller: Caller, request: Request) -> Result<Json<PlaylistMade>> {
    let (mut fields, files) = body(&app, request).await?;
    let mut new = NewPlaylist {
        name: fields.needed_text("displayName"),
        description: fields.text("description"),
        privacy: privacy(&mut fields).unwrap_or(Privacy::Private),
        group: fields.integer_or_null("videoChannelId").flatten(),
        picture: None,
    };
    fields.end()?;
    new.picture = picture(&app, &files).await?;
    let now = app.clock.now();
    let made = app.db.write(move |tx| playlists::create(tx, now, caller.account_id, &new)).await?;
    Ok(Json(PlaylistMade { video_playlist: (&made).into() }))
}

/// Changes what is said of a playlist; what the body leaves out stays. A form may carry `thumbnailfile`.
#[utoipa::path(put, path = "/video-playlists/{id}", tag = "playlists", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode> {
    let (key, viewer) = (playlist_key(&id)?, Viewer::from(&caller));
    let (mut fields, files) = body(&app, request).await?;
    let mut change = Change {
        name: fields.text("displayName"),
        description: fields.text("description").map(Some),
        privacy: privacy(&mut fields),
        group: fields.integer_or_null("videoChannelId"),
        picture: None,
    };
    fields.end()?;
    // Nobody's picture is cut for nothing.
    app.db.read(move |conn| playlists::managed(conn, &key, &viewer)).await?;
    change.picture = picture(&app, &files).await?;
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let playlist = playlists::managed(tx, &key, &viewer)?;
            playlists::change(tx, now, &viewer, &playlist, &change)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a playlist; its videos stay.
#[utoipa::path(delete, path = "/video-playlists/{id}", tag = "playlists", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    let (key, viewer, now) = (playlist_key(&id)?, Viewer::from(&caller), app.clock.now());
    app.db
        .write(move |tx| {
            let playlist = playlists::find(tx, &key)?;
            playlists::delete(tx, now, &viewer, &playlist)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A playlist that a video is in, with its place there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoExistInPlaylist)]
struct HeldJson {
    playlist_element_id: i64,
    playlist_id: i64,
    playlist_display_name: String,
    #[serde(rename = "playlistShortUUID")]
    playlist_short_uuid: String,
    #[schema(required)]
    start_timestamp: Option<i64>,
    #[schema(required)]
    stop_timestamp: Option<i64>,
}

/// In which playlists of the caller some videos are, by the number of the video.
#[utoipa::path(get, path = "/users/me/video-playlists/videos-exist", tag = "playlists", security(("token" = [])),
    params(("videoIds" = Vec<i64>, Query)),
    responses((status = 200, body = BTreeMap<String, Vec<HeldJson>>), (status = 400), (status = 401)))]
async fn exist(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<BTreeMap<String, Vec<HeldJson>>>> {
    let asked = query.texts("videoIds");
    let wrong = |text: &str| invalid("videoIds", "Should have a valid video ids array", text);
    let ids: Vec<i64> =
        asked.iter().map(|text| text.parse().map_err(|_| wrong(text))).collect::<Result<_>>()?;
    if ids.is_empty() {
        return Err(wrong(""));
    }
    let mut all: BTreeMap<String, Vec<HeldJson>> =
        ids.iter().map(|id| (id.to_string(), Vec::new())).collect();
    let held = app.db.read(move |conn| playlists::holding(conn, caller.account_id, &ids)).await?;
    for one in held {
        all.entry(one.video.to_string()).or_default().push(HeldJson {
            playlist_element_id: one.element,
            playlist_id: one.playlist,
            playlist_display_name: one.name,
            playlist_short_uuid: ids::short(one.uuid),
            start_timestamp: one.times.start,
            stop_timestamp: one.times.stop,
        });
    }
    Ok(Json(all))
}
