//! What the pages of accounts and groups show besides what PeerTube knows: links, and the banner of an account.

use super::{
    accounts::by_handle,
    auth::Caller,
    fields::Fields,
    groups::{act_in, look_at},
    shapes::{self, ActorImage},
};
use crate::{
    accounts::{
        images::{self, Kind, Whose},
        websites::{self, Website},
    },
    app::App,
    error::Result,
    groups::{
        self, Deed,
        log::{Action, Note},
    },
    urls::Urls,
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, put},
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/accounts/{name}/profile", get(of_account))
        .route("/groups/{handle}/profile", get(of_group))
        .route("/users/me/websites", put(set_mine))
        .route("/groups/{handle}/websites", put(set_of_group))
}

/// What a page shows besides name and description.
#[derive(Debug, Serialize, ToSchema)]
struct Profile {
    websites: Vec<Website>,
    banners: Vec<ActorImage>,
}

fn profile(conn: &Connection, urls: &Urls, whose: Whose) -> Result<Profile> {
    let images = images::of(conn, whose)?;
    let banners = images.iter().filter(|image| image.kind == Kind::Banner);
    Ok(Profile { websites: websites::of(conn, whose)?, banners: shapes::actor_images(urls, banners) })
}

#[utoipa::path(get, path = "/accounts/{name}/profile", tag = "accounts", responses((status = 200, body = Profile), (status = 404)))]
async fn of_account(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Profile>> {
    let urls = app.urls();
    let found = app
        .db
        .read(move |conn| {
            let account = by_handle(conn, &urls, &name)?;
            profile(conn, &urls, Whose::Account(account.id))
        })
        .await?;
    Ok(Json(found))
}

#[utoipa::path(get, path = "/groups/{handle}/profile", tag = "groups", responses((status = 200, body = Profile), (status = 404)))]
async fn of_group(State(app): State<App>, Path(handle): Path<String>) -> Result<Json<Profile>> {
    look_at(&app, handle, |conn, urls, group| profile(conn, urls, Whose::Group(group.id))).await
}

/// Reads `websites`: a list of `{label, url}`.
fn read(mut fields: Fields) -> Result<Vec<Website>> {
    let read = fields.value("websites").map(serde_json::from_value::<Vec<Website>>);
    let Some(Ok(websites)) = read else {
        fields.wrong("websites", "A list of { label, url }.");
        return fields.end().map(|()| Vec::new());
    };
    fields.end()?;
    Ok(websites)
}

/// Chooses the links of one's page.
#[utoipa::path(put, path = "/users/me/websites", tag = "me", security(("token" = [])), responses((status = 204), (status = 400)))]
async fn set_mine(State(app): State<App>, caller: Caller, fields: Fields) -> Result<StatusCode> {
    let websites = read(fields)?;
    app.db.write(move |tx| websites::replace(tx, Whose::Account(caller.account_id), &websites)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chooses the links of a group's page.
#[utoipa::path(put, path = "/groups/{handle}/websites", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403), (status = 404)))]
async fn set_of_group(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    fields: Fields,
) -> Result<StatusCode> {
    let websites = read(fields)?;
    act_in(&app, handle, move |tx, now, group| {
        groups::check(tx, group, caller.acting(), Deed::Describe)?;
        websites::replace(tx, Whose::Group(group.id), &websites)?;
        groups::log::write(tx, now, group.id, caller.account_id, Action::Described, &Note::default())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(of_account, of_group, set_mine, set_of_group))]
pub struct Doc;
