//! Signed-in devices of an account, to be seen and ended (PeerTube 7.3).

use super::{administration::user_id, auth::Caller, list_query::ListQuery, shapes::List};
use crate::{
    accounts::sessions,
    app::App,
    clock::Timestamp,
    error::{Error, Result},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/{id}/token-sessions", get(list))
        .route("/users/{id}/token-sessions/{session}/revoke", post(revoke))
}

/// A signed-in device.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TokenSession {
    id: i64,
    current_session: bool,
    #[schema(required)]
    login_device: Option<String>,
    #[serde(rename = "loginIP")]
    #[schema(required)]
    login_ip: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    login_date: Timestamp,
    #[schema(required)]
    last_activity_device: Option<String>,
    #[serde(rename = "lastActivityIP")]
    #[schema(required)]
    last_activity_ip: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    last_activity_date: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Oneself, or anybody for administrators.
fn account(caller: &Caller, id: &str) -> Result<i64> {
    let id = user_id(id)?;
    if id == caller.account_id || caller.role.is_administrator() {
        return Ok(id);
    }
    Err(Error::forbidden("These are the devices of somebody else."))
}

#[utoipa::path(get, path = "/users/{id}/token-sessions", tag = "users", security(("token" = [])),
    responses((status = 200, body = List<TokenSession>), (status = 401), (status = 403)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<List<TokenSession>>> {
    let (id, now) = (account(&caller, &id)?, app.clock.now());
    let (start, count) = query.page()?;
    let (total, found) = app.db.read(move |conn| sessions::list(conn, now, id, start, count)).await?;
    let data: Vec<TokenSession> = found
        .into_iter()
        .map(|session| TokenSession {
            id: session.id,
            current_session: session.id == caller.session_id,
            login_device: session.device.program,
            login_ip: session.device.address,
            login_date: session.created_at,
            last_activity_device: session.last_device.program,
            last_activity_ip: session.last_device.address,
            last_activity_date: session.last_used_at,
            created_at: session.created_at,
        })
        .collect();
    Ok(Json(List { total, data }))
}

#[utoipa::path(post, path = "/users/{id}/token-sessions/{session}/revoke", tag = "users", security(("token" = [])),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path((id, session)): Path<(String, String)>,
) -> Result<StatusCode> {
    let id = account(&caller, &id)?;
    let session = session.parse().map_err(|_| Error::not_found("Session"))?;
    app.db.write(move |tx| sessions::revoke(tx, id, session)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, revoke))]
pub struct Doc;
