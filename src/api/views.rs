//! What players tell while somebody watches.

use super::{
    address::Client,
    auth::{Caller, MaybeCaller},
    extract::{Body, text_header},
    video_shapes::lock,
    videos::watched,
};
use crate::{
    app::App,
    error::{Error, Result},
    history,
    videos::views::Place,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    routing::{post, put},
};
use serde::Deserialize;
use std::{
    hash::{BuildHasher as _, RandomState},
    sync::LazyLock,
    time::Duration,
};
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/videos/{id}/views", post(view)).route("/videos/{id}/watching", put(watching))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(view, watching))]
pub struct Doc;

/// Where a player is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ViewJson {
    /// Seconds of the video.
    #[schema(value_type = f64)]
    current_time: Option<serde_json::Value>,
    /// `seek` when it jumped there.
    view_event: Option<String>,
    /// Tells players at the same address apart.
    session_id: Option<String>,
}

/// Views and positions are written together, so long after the first of them.
const WRITTEN_AFTER: Duration = Duration::from_secs(10);

/// Players are remembered by a number that nobody can lead back to an address.
static SALT: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// A player tells every few seconds where it is. Half a minute of watching, or the whole of a shorter video, makes a
/// view, once a day.
#[utoipa::path(post, path = "/videos/{id}/views", tag = "videos", params(("id" = String, Path)), request_body = ViewJson, responses((status = 204)))]
pub(super) async fn view(
    State(app): State<App>,
    caller: MaybeCaller,
    Client(address): Client,
    headers: HeaderMap,
    Path(id): Path<String>,
    Body(told): Body<ViewJson>,
) -> Result<StatusCode> {
    let position = told.current_time.as_ref().and_then(seconds).ok_or_else(no_position)?;
    let account = caller.account_id();
    let (video, duration, remembered) = watched(&app, &caller, &headers, &id, move |conn, _, video| {
        let remembered = account.map_or(Ok(false), |account| history::is_on(conn, account))?;
        Ok((video.id, video.duration(), remembered))
    })
    .await?;
    let browser = text_header(&headers, header::USER_AGENT.as_str());
    let player = SALT.hash_one((account, address, browser, &told.session_id));
    let seek = told.view_event.as_deref() == Some("seek");
    {
        let (mut viewers, now) = (lock(&app.viewers), app.clock.now());
        viewers.heard(now, (video, duration), player, position, seek);
        if let Some(account) = account.filter(|_| remembered) {
            viewers.stands_at(account, video, Place { seconds: position, at: now });
        }
    }
    write_later(&app);
    Ok(StatusCode::NO_CONTENT)
}

/// The same as older clients tell it.
#[utoipa::path(put, path = "/videos/{id}/watching", tag = "videos", params(("id" = String, Path)), request_body = ViewJson, responses((status = 204)))]
pub(super) async fn watching(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Body(told): Body<ViewJson>,
) -> Result<StatusCode> {
    let position = told.current_time.as_ref().and_then(seconds).ok_or_else(no_position)?;
    let account = caller.account_id;
    let (video, remembered) =
        watched(&app, &MaybeCaller(Some(caller)), &headers, &id, move |conn, _, video| {
            Ok((video.id, history::is_on(conn, account)?))
        })
        .await?;
    if remembered {
        let place = Place { seconds: position, at: app.clock.now() };
        lock(&app.viewers).stands_at(account, video, place);
        write_later(&app);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn seconds(value: &serde_json::Value) -> Option<i64> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    (0.0..=10_000_000.0).contains(&seconds).then_some(seconds as i64)
}

fn no_position() -> Error {
    Error::invalid("currentTime", "Invalid value")
}

/// One task waits for all that is told meanwhile.
fn write_later(app: &App) {
    if !lock(&app.viewers).begin_waiting() {
        return;
    }
    let app = app.clone();
    tokio::spawn(async move {
        tokio::time::sleep(WRITTEN_AFTER).await;
        if let Err(error) = app.write_views().await {
            tracing::warn!(%error, "views could not be written");
        }
    });
}
