//! People who ask to come into a group, and the answers.

use super::{
    address::Client,
    auth::Caller,
    doors::Doors,
    fields::Fields,
    groups::{act_in, act_on, look_at},
    list_query::ListQuery,
    members::role,
    shapes::{Actors, List, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    groups::{MemberRole, requests},
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete, get, post},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/groups/{handle}/requests", get(waiting).post(ask))
        .route("/groups/{handle}/requests/me", delete(withdraw))
        .route("/groups/{handle}/requests/{name}/accept", post(accept))
        .route("/groups/{handle}/requests/{name}/reject", post(reject))
}

/// Somebody who asks to come in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JoinRequest)]
struct RequestJson {
    account: Summary,
    message: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// How asking ended.
#[derive(Debug, Serialize, ToSchema)]
struct Asked {
    /// In at once; otherwise an administrator of the group answers.
    joined: bool,
}

/// Who waits for an answer, longest first.
#[utoipa::path(get, path = "/groups/{handle}/requests", tag = "groups", security(("token" = [])),
    responses((status = 200, body = List<RequestJson>), (status = 403), (status = 404)))]
async fn waiting(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    query: ListQuery,
) -> Result<Json<List<RequestJson>>> {
    let (start, count) = query.page()?;
    look_at(&app, handle, move |conn, urls, group| {
        let (total, found) = requests::list(conn, caller.acting(), group, start, count)?;
        let ids: Vec<i64> = found.iter().map(|request| request.account_id).collect();
        let actors = Actors::load(conn, urls, &ids, &[])?;
        let json = |request: requests::JoinRequest| {
            Some(RequestJson {
                account: actors.account_summary(request.account_id)?,
                message: request.message,
                created_at: request.created_at,
            })
        };
        Ok(List { total, data: found.into_iter().filter_map(json).collect() })
    })
    .await
}

/// Asks to come in, with a `message`; `shown` says whether the group's page may name one.
#[utoipa::path(post, path = "/groups/{handle}/requests", tag = "groups", security(("token" = [])),
    responses((status = 200, body = Asked), (status = 400), (status = 403), (status = 404), (status = 409), (status = 429)))]
async fn ask(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<Json<Asked>> {
    let message = fields.text("message").unwrap_or_default();
    let shown = fields.boolean("shown").unwrap_or_default();
    fields.end()?;
    let account = caller.account_id;
    doors.approach(app.clock.now(), client, account)?;
    let asked =
        act_in(&app, handle, move |tx, now, group| requests::ask(tx, now, account, group, &message, shown))
            .await?;
    Ok(Json(Asked { joined: asked == requests::Asked::In }))
}

/// Takes one's own request back.
#[utoipa::path(delete, path = "/groups/{handle}/requests/me", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 404)))]
async fn withdraw(State(app): State<App>, caller: Caller, Path(handle): Path<String>) -> Result<StatusCode> {
    act_in(&app, handle, move |tx, now, group| requests::withdraw(tx, now, caller.account_id, group)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets somebody in who asked, as a member or in another `role`.
#[utoipa::path(post, path = "/groups/{handle}/requests/{name}/accept", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("name" = String, Path)),
    responses((status = 204), (status = 400), (status = 403), (status = 404), (status = 409)))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path(who): Path<(String, String)>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let role = role(&mut fields).unwrap_or(MemberRole::Member);
    fields.end()?;
    act_on(&app, who, move |tx, now, group, account| {
        requests::accept(tx, now, caller.acting(), group, account, role)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turns somebody down who asked.
#[utoipa::path(post, path = "/groups/{handle}/requests/{name}/reject", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("name" = String, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path(who): Path<(String, String)>,
) -> Result<StatusCode> {
    act_on(&app, who, move |tx, now, group, account| {
        requests::reject(tx, now, caller.acting(), group, account)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(waiting, ask, withdraw, accept, reject))]
pub struct Doc;
