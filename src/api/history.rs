//! What one watched.

use super::{
    auth::Caller,
    fields::Fields,
    list_query::{ListQuery, Slice, video_key},
    shapes::List,
    video_shapes::{VideoItem, lock},
    videos::write_with,
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    history::{self, Forget, HistoryFilter},
    videos::{self, Key, Viewer},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete, get, post},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/me/history/videos", get(list))
        .route("/users/me/history/videos/{id}", delete(forget_one))
        .route("/users/me/history/videos/remove", post(forget))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, forget_one, forget))]
pub struct Doc;

/// What to forget.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Remove {
    /// Only what was watched before; without it all.
    #[schema(value_type = Option<String>, format = DateTime)]
    before_date: Option<Timestamp>,
}

/// The videos that one watched and may still see, the last one first. `search` are words of titles.
#[utoipa::path(get, path = "/users/me/history/videos", tag = "me", security(("token" = [])),
    responses((status = 200, body = List<VideoItem>), (status = 401)))]
async fn list(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<VideoItem>>> {
    let Slice { start, count, search, .. } = query.slice()?;
    let filter = HistoryFilter { search, start, count };
    // What players told in the last seconds is in it as well.
    app.write_views().await?;
    let account = caller.account_id;
    let list = write_with(&app, Viewer::from(&caller), move |conn, writing| {
        let (total, found) = history::page(conn, account, &filter)?;
        Ok(List { total, data: writing.items(conn, &found)? })
    })
    .await?;
    Ok(Json(list))
}

/// Forgets one video. Nothing happens when it was not remembered.
#[utoipa::path(delete, path = "/users/me/history/videos/{id}", tag = "me", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 401)))]
async fn forget_one(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    let key = video_key(&id)?;
    let video = match key {
        Key::Id(id) => Some(id),
        Key::Uuid(_) => match app.db.read(move |conn| videos::find(conn, &key)).await {
            Ok(video) => Some(video.id),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        },
    };
    let Some(video) = video else { return Ok(StatusCode::NO_CONTENT) };
    let account = caller.account_id;
    lock(&app.viewers).forget_places(account, Some(video));
    app.db.write(move |tx| history::forget(tx, account, Forget::One(video))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets all, or what was watched before a moment.
#[utoipa::path(post, path = "/users/me/history/videos/remove", tag = "me", security(("token" = [])), request_body = Remove,
    responses((status = 204), (status = 400), (status = 401)))]
async fn forget(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let before = fields.text("beforeDate").filter(|text| !text.is_empty());
    let moment = before.as_deref().and_then(Timestamp::parse);
    if before.is_some() && moment.is_none() {
        fields.wrong("beforeDate", "Should have a before date that conforms to ISO 8601");
    }
    fields.end()?;
    let account = caller.account_id;
    if moment.is_none() {
        lock(&app.viewers).forget_places(account, None);
    } else {
        // What is not written down yet counts by its own moment.
        app.write_views().await?;
    }
    let what = moment.map_or(Forget::All, Forget::Before);
    app.db.write(move |tx| history::forget(tx, account, what)).await?;
    Ok(StatusCode::NO_CONTENT)
}
