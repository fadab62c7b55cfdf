//! What moderators tell a member.

use super::{
    accounts::by_handle,
    auth::Caller,
    fields::Fields,
    list_query::ListQuery,
    shapes::{Actors, List, Numbered, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    moderation::warnings::{self, Kind, Warning},
    notifications,
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Warnings that one request marks as read.
const MOST_READ: usize = 100;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/moderation/warnings", get(of_account).post(warn))
        .route("/users/me/warnings", get(mine))
        .route("/users/me/warnings/read", post(read))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(of_account, warn, mine, read))]
pub struct Doc;

/// What somebody is told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModeratorWarning)]
struct WarningJson {
    id: i64,
    kind: Kind,
    /// The words of a warning; empty of what is none.
    text: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(required, value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
    /// Which moderator; only moderators read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    by: Option<Summary>,
    /// Who was told; for moderators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    account: Option<Summary>,
}

impl WarningJson {
    fn of(warning: Warning, by: Option<Summary>, account: Option<Summary>) -> Self {
        Self {
            id: warning.id,
            kind: warning.kind,
            text: warning.text,
            created_at: warning.created_at,
            read_at: warning.read_at,
            by,
            account,
        }
    }
}

/// A warning.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModeratorWarningCreate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Create {
    /// Whom: `name`.
    account_name: String,
    text: String,
    /// The report that it is about.
    report: Option<i64>,
}

/// A warning that was just written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModeratorWarningMade)]
struct Made {
    warning: Numbered,
}

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ModeratorWarningsRead)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct ReadJson {
    ids: Vec<i64>,
}

/// Ours: warns a member, who reads it above every page.
#[utoipa::path(post, path = "/moderation/warnings", tag = "moderation", security(("token" = [])), request_body = Create,
    responses((status = 200, body = Made), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409)))]
async fn warn(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<Json<Made>> {
    caller.staff()?;
    let name = fields.handle("accountName");
    let text = fields.needed_text("text");
    let report = fields.integer("report");
    fields.end()?;
    let (now, urls) = (app.clock.now(), app.urls());
    let id = app
        .db
        .write(move |tx| {
            let account = by_handle(tx, &urls, &name)?;
            warnings::warn(tx, now, caller.acting(), account.id, report, &text)
        })
        .await?;
    Ok(Json(Made { warning: Numbered { id } }))
}

/// Ours: what moderators told an account, or everybody, newest first.
#[utoipa::path(get, path = "/moderation/warnings", tag = "moderation", security(("token" = [])),
    params(("account" = Option<String>, Query), ("start" = Option<u32>, Query), ("count" = Option<u32>, Query)),
    responses((status = 200, body = List<WarningJson>), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn of_account(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<List<WarningJson>>> {
    caller.staff()?;
    let (start, count) = query.page()?;
    let name = query.text("account").map(str::to_owned);
    let urls = app.urls();
    app.db
        .read(move |conn| {
            let account =
                name.map(|name| by_handle(conn, &urls, &name)).transpose()?.map(|account| account.id);
            let (total, found) = warnings::list(conn, account, false, start, count)?;
            let people: Vec<i64> =
                found.iter().flat_map(|warning| [warning.by, Some(warning.account)]).flatten().collect();
            let actors = Actors::load(conn, &urls, &people, &[])?;
            let one = |warning: Warning| {
                let by = warning.by.and_then(|by| actors.account_summary(by));
                let account = actors.account_summary(warning.account);
                WarningJson::of(warning, by, account)
            };
            Ok(Json(List { total, data: found.into_iter().map(one).collect() }))
        })
        .await
}

/// Ours: what moderators told oneself, newest first.
#[utoipa::path(get, path = "/users/me/warnings", tag = "me", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("unread" = Option<bool>, Query)),
    responses((status = 200, body = List<WarningJson>), (status = 400), (status = 401)))]
async fn mine(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<WarningJson>>> {
    let (start, count) = query.page()?;
    let unread = query.flag("unread")?.unwrap_or_default();
    app.db
        .read(move |conn| {
            let (total, found) = warnings::list(conn, Some(caller.account_id), unread, start, count)?;
            let data = found.into_iter().map(|warning| WarningJson::of(warning, None, None)).collect();
            Ok(Json(List { total, data }))
        })
        .await
}

/// Ours: some of it was read.
#[utoipa::path(post, path = "/users/me/warnings/read", tag = "me", security(("token" = [])), request_body = ReadJson,
    responses((status = 204), (status = 400), (status = 401)))]
async fn read(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let ids: Option<Vec<i64>> = fields.value("ids").and_then(|value| serde_json::from_value(value).ok());
    let ids = ids.filter(|ids| ids.len() <= MOST_READ).unwrap_or_else(|| {
        fields.wrong("ids", "At most 100 numbers.");
        Vec::new()
    });
    fields.end()?;
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            warnings::read(tx, now, caller.account_id, &ids)?;
            notifications::warnings_read(tx, now, caller.account_id, &ids)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
