//! Who did what in a group.

use super::{
    auth::Caller,
    groups::look_at,
    list_query::ListQuery,
    shapes::{Actors, List, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    groups::log::{self, Action, Entry},
    ids,
};
use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/groups/{handle}/log", get(list))
}

/// Something that was done in a group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GroupLogEntry)]
struct LogJson {
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    action: Action,
    /// Null when that account is gone.
    #[schema(required)]
    actor: Option<Summary>,
    /// To whom it was done.
    #[schema(required)]
    subject: Option<Summary>,
    /// Short UUID of the video, which may be gone.
    #[schema(required)]
    video: Option<String>,
    /// A role, a title, the kind of a picture.
    #[schema(required)]
    detail: Option<String>,
}

/// Who did what in a group, newest first; the newest thousand.
#[utoipa::path(get, path = "/groups/{handle}/log", tag = "groups", security(("token" = [])),
    responses((status = 200, body = List<LogJson>), (status = 403), (status = 404)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    query: ListQuery,
) -> Result<Json<List<LogJson>>> {
    let (start, count) = query.page()?;
    look_at(&app, handle, move |conn, urls, group| {
        let (total, found) = log::list(conn, caller.acting(), group, start, count)?;
        let ids: Vec<i64> = found.iter().flat_map(|entry| [entry.actor, entry.subject]).flatten().collect();
        let actors = Actors::load(conn, urls, &ids, &[])?;
        let summary = |id: Option<i64>| actors.account_summary(id?);
        let json = |entry: Entry| LogJson {
            id: entry.id,
            at: entry.at,
            action: entry.action,
            actor: summary(entry.actor),
            subject: summary(entry.subject),
            video: entry.video.map(ids::short),
            detail: entry.detail,
        };
        Ok(List { total, data: found.into_iter().map(json).collect() })
    })
    .await
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Doc;
