//! Who did what to keep order.

use super::{
    auth::Caller,
    list_query::ListQuery,
    shapes::{Actors, List, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    ids,
    moderation::log::{self, Action, Entry},
};
use axum::{Json, Router, extract::State, routing::get};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/moderation/log", get(list))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Doc;

/// Something that was done to keep order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModerationLogEntry)]
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
    account: Option<Summary>,
    /// The report, which may be gone.
    #[schema(required)]
    report: Option<i64>,
    /// Short UUID of the video, which may be gone.
    #[schema(required)]
    video: Option<String>,
    /// A title, a reason.
    #[schema(required)]
    detail: Option<String>,
}

/// Ours: who did what to keep order, newest first; the newest ten thousand.
#[utoipa::path(get, path = "/moderation/log", tag = "moderation", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query)),
    responses((status = 200, body = List<LogJson>), (status = 400), (status = 401), (status = 403)))]
async fn list(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<LogJson>>> {
    caller.staff()?;
    let (start, count) = query.page()?;
    let urls = app.urls();
    app.db
        .read(move |conn| {
            let (total, found) = log::list(conn, start, count)?;
            let people: Vec<i64> =
                found.iter().flat_map(|entry| [entry.actor, entry.about.account]).flatten().collect();
            let actors = Actors::load(conn, &urls, &people, &[])?;
            let summary = |id: Option<i64>| actors.account_summary(id?);
            let json = |entry: Entry| LogJson {
                id: entry.id,
                at: entry.at,
                action: entry.action,
                actor: summary(entry.actor),
                account: summary(entry.about.account),
                report: entry.about.report,
                video: entry.about.video.map(ids::short),
                detail: entry.about.detail,
            };
            Ok(Json(List { total, data: found.into_iter().map(json).collect() }))
        })
        .await
}
