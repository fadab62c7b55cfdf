//! Accounts as everyone sees them.

use super::{
    list_query::{ListQuery, invalid},
    shapes::{self, AccountJson, Actors, ChannelJson, List},
};
use crate::{
    accounts::{self, Account},
    app::App,
    error::Result,
    urls::Urls,
};
use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use rusqlite::Connection;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/accounts", get(list))
        .route("/accounts/{name}", get(one))
        .route("/accounts/{name}/video-channels", get(groups_of))
}

/// The account that a handle names: `name` or `name@host`.
pub fn by_handle(conn: &Connection, urls: &Urls, handle: &str) -> Result<Account> {
    let (name, origin) = shapes::handle(urls, handle);
    accounts::by_name(conn, name, origin)
}

/// The same, of a path.
pub async fn named(app: &App, handle: String) -> Result<Account> {
    let urls = app.urls();
    app.db.read(move |conn| by_handle(conn, &urls, &handle)).await
}

#[utoipa::path(get, path = "/accounts", tag = "accounts", responses((status = 200, body = List<AccountJson>)))]
async fn list(State(app): State<App>, query: ListQuery) -> Result<Json<List<AccountJson>>> {
    let page = query.slice()?;
    let newest = match page.sort.as_deref() {
        Some("createdAt" | "id") => false,
        None | Some("-createdAt" | "-id") => true,
        Some(other) => {
            return Err(invalid("sort", "Accounts are sorted by createdAt or id.", other));
        }
    };
    let urls = app.urls();
    let (total, data) = app
        .db
        .read(move |conn| {
            let (total, found) = accounts::list(conn, newest, page.start, page.count)?;
            let ids: Vec<i64> = found.iter().map(|account| account.id).collect();
            let actors = Actors::load(conn, &urls, &ids, &[])?;
            Ok((total, ids.iter().filter_map(|id| actors.account(*id)).collect::<Vec<_>>()))
        })
        .await?;
    Ok(Json(List { total, data }))
}

#[utoipa::path(get, path = "/accounts/{name}", tag = "accounts", responses((status = 200, body = AccountJson), (status = 404)))]
async fn one(State(app): State<App>, Path(name): Path<String>) -> Result<Json<AccountJson>> {
    let urls = app.urls();
    let account = app
        .db
        .read(move |conn| {
            let account = by_handle(conn, &urls, &name)?;
            shapes::account(conn, &urls, account.id)
        })
        .await?;
    Ok(Json(account))
}

#[utoipa::path(get, path = "/accounts/{name}/video-channels", tag = "accounts", responses((status = 200, body = List<ChannelJson>), (status = 404)))]
async fn groups_of(
    State(app): State<App>,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<List<ChannelJson>>> {
    let (slice, urls) = (query.slice()?, app.urls());
    let list = app
        .db
        .read(move |conn| {
            let account = by_handle(conn, &urls, &name)?;
            super::groups::page(conn, &urls, &super::groups::filter(slice, Some(account.id)))
        })
        .await?;
    Ok(Json(list))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, one, groups_of))]
pub struct Doc;
