//! Videos that those who look after the instance hide.

use super::{
    auth::Caller,
    fields::Fields,
    labels::one_of,
    list_query::{ListQuery, invalid, video_key},
    shapes::List,
    video_shapes::VideoItem,
    videos::write_with,
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    moderation::blocks::{self, Filter, Kind, Sort},
    videos::{self, Video, Viewer},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{ToSchema, openapi::schema::Object};

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/blacklist", get(list))
        .route("/videos/{id}/blacklist", post(block).put(change).delete(unblock))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, block, change, unblock))]
pub struct Doc;

/// A hidden video.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoBlacklist)]
struct BlockJson {
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(required)]
    reason: Option<String>,
    unfederated: bool,
    #[serde(rename = "type")]
    #[schema(schema_with = kinds)]
    kind: i64,
    video: VideoItem,
}

fn kinds() -> Object {
    let mut kinds = one_of(Kind::ALL.map(|kind| kind as i64));
    kinds.description = Some("1 somebody hid it, 2 it waits to be looked at.".into());
    kinds
}

/// Why a video is hidden.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = VideoBlacklistCreate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Create {
    /// What its makers read.
    reason: Option<String>,
    /// Whether other instances are told that it is gone.
    #[serde(default)]
    unfederate: bool,
}

/// Hidden videos.
#[utoipa::path(get, path = "/videos/blacklist", tag = "blacklist", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query), ("type" = Option<i64>, Query)),
    responses((status = 200, body = List<BlockJson>), (status = 400), (status = 401), (status = 403)))]
async fn list(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<BlockJson>>> {
    caller.staff()?;
    let slice = query.slice()?;
    let sort = slice.sort.as_deref().unwrap_or("-createdAt");
    let (ascending, name) = sort.strip_prefix('-').map_or((true, sort), |name| (false, name));
    let column = match name {
        "createdAt" | "id" => Sort::CreatedAt,
        "name" => Sort::Name,
        "duration" => Sort::Duration,
        "views" => Sort::Views,
        "likes" => Sort::Likes,
        "dislikes" => Sort::Dislikes,
        _ => return Err(invalid("sort", "createdAt, name, duration, views, likes or dislikes.", sort)),
    };
    let kind = match query.text("type") {
        None => None,
        Some(text) => {
            let kind = text.parse().ok().and_then(Kind::from_id);
            Some(kind.ok_or_else(|| invalid("type", "1 hidden by somebody, 2 to be looked at.", text))?)
        }
    };
    let filter = Filter {
        kind,
        search: slice.search.map(|text| text.chars().take(200).collect()),
        sort: column,
        ascending,
        start: slice.start,
        count: slice.count,
    };
    write_with(&app, Viewer::from(&caller), move |conn, writing| {
        let (total, found) = blocks::list(conn, &filter)?;
        let ids: Vec<i64> = found.iter().map(|block| block.video).collect();
        let films = videos::find_many(conn, &ids)?;
        let films: Vec<Video> = films.into_values().collect();
        let mut items: HashMap<i64, VideoItem> =
            films.iter().map(|film| film.id).zip(writing.items(conn, &films)?).collect();
        let one = |block: blocks::Block| {
            let video = items.remove(&block.video);
            Ok(BlockJson {
                id: block.id,
                created_at: block.created_at,
                updated_at: block.updated_at,
                reason: block.told_reason().map(str::to_owned),
                unfederated: block.unfederated,
                kind: block.kind as i64,
                video: video.ok_or_else(|| Error::internal("a hidden video that is not there"))?,
            })
        };
        Ok(Json(List { total, data: found.into_iter().map(one).collect::<Result<_>>()? }))
    })
    .await
}

/// Hides a video: only those who look after it or the instance see it.
#[utoipa::path(post, path = "/videos/{id}/blacklist", tag = "blacklist", security(("token" = [])),
    params(("id" = String, Path)), request_body = Create,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409)))]
async fn block(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    caller.staff()?;
    let key = video_key(&id)?;
    let reason = fields.text("reason");
    let unfederate = fields.boolean("unfederate").unwrap_or_default();
    fields.end()?;
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            blocks::block(tx, now, caller.account_id, &video, reason.as_deref(), unfederate)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the reason for which a video is hidden.
#[utoipa::path(put, path = "/videos/{id}/blacklist", tag = "blacklist", security(("token" = [])),
    params(("id" = String, Path)), request_body = Create,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    caller.staff()?;
    let key = video_key(&id)?;
    let reason = fields.text("reason");
    fields.end()?;
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            blocks::set_reason(tx, now, &video, reason.as_deref())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a video again.
#[utoipa::path(delete, path = "/videos/{id}/blacklist", tag = "blacklist", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn unblock(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    caller.staff()?;
    let key = video_key(&id)?;
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            blocks::unblock(tx, now, caller.account_id, &video)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
