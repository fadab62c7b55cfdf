//! Accounts as everyone sees them.

use super::{
    extract::Query,
    shapes::{self, AccountJson, Actors, ChannelJson, List},
};
use crate::{
    accounts,
    app::App,
    error::{Error, InvalidField, Location, Result},
    groups::{self, GroupFilter},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    routing::get,
};
use serde::Deserialize;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/accounts", get(list))
        .route("/accounts/{name}", get(one))
        .route("/accounts/{name}/video-channels", get(groups_of))
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    start: u32,
    #[serde(default = "fifteen")]
    count: u32,
    sort: Option<String>,
    search: Option<String>,
}

fn fifteen() -> u32 {
    15
}

#[utoipa::path(get, path = "/accounts", tag = "accounts", responses((status = 200, body = List<AccountJson>)))]
async fn list(State(app): State<App>, Query(page): Query<Page>) -> Result<Json<List<AccountJson>>> {
    let newest = match page.sort.as_deref() {
        Some("createdAt" | "id") => false,
        None | Some("-createdAt" | "-id") => true,
        Some(other) => {
            return Err(Error::Invalid(vec![InvalidField {
                field: "sort".into(),
                rule: "Accounts are sorted by createdAt or id.".into(),
                location: Location::Query,
                value: Some(other.into()),
            }]));
        }
    };
    let urls = app.urls();
    let (total, data) = app
        .db
        .read(move |conn| {
            let (total, found) = accounts::list(conn, newest, page.start, page.count.min(100))?;
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
            let (name, origin) = shapes::handle(&urls, &name);
            let account = accounts::by_name(conn, name, origin)?;
            shapes::account(conn, &urls, account.id)
        })
        .await?;
    Ok(Json(account))
}

#[utoipa::path(get, path = "/accounts/{name}/video-channels", tag = "accounts", responses((status = 200, body = List<ChannelJson>), (status = 404)))]
async fn groups_of(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(page): Query<Page>,
) -> Result<Json<List<ChannelJson>>> {
    let urls = app.urls();
    let (total, data) = app
        .db
        .read(move |conn| {
            let (name, origin) = shapes::handle(&urls, &name);
            let account = accounts::by_name(conn, name, origin)?;
            let filter = GroupFilter {
                owner: Some(account.id),
                search: page.search.filter(|text| !text.trim().is_empty()),
                sort: page.sort,
                start: page.start,
                count: page.count.min(100),
                ..GroupFilter::default()
            };
            super::groups::page(conn, &urls, &groups::list(conn, &filter)?)
        })
        .await?;
    Ok(Json(List { total, data }))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, one, groups_of))]
pub struct Doc;
