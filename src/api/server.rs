//! What administrators look at once a month: health, encoder, disk, settings; and the figures that anyone may see.

use super::{auth::Caller, extract::Body};
use crate::{
    accounts,
    app::App,
    doctor::{self, Finding, Patient},
    error::{Error, Kind, Result},
    groups,
    media::{
        self,
        child::Verb,
        encoder::{EncoderTest, TestJob},
        limits::Limits,
    },
    settings::{self, Settings},
    storage::Usage,
    videos,
};
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Serialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/server/health", get(health))
        .route("/server/encoder", get(encoder))
        .route("/server/encoder/test", post(encoder_test))
        .route("/server/disk", get(disk))
        .route("/server/settings", get(read_settings).put(change_settings))
        .route("/server/stats", get(stats))
        .route("/server/logs/client", post(drop_report))
        .route("/metrics/playback", post(drop_playback))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    health,
    disk,
    read_settings,
    change_settings,
    encoder,
    encoder_test,
    stats,
    drop_report,
    drop_playback
))]
pub struct Doc;

/// Address for Prometheus, outside of `/api`.
pub fn metrics_router() -> Router<App> {
    Router::new().route("/metrics", get(metrics))
}

/// What the doctor found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    findings: Vec<Finding>,
}

/// The doctor's findings, as `kiosque doctor` prints them.
#[utoipa::path(get, path = "/server/health", tag = "server", responses((status = 200, body = Health)))]
async fn health(State(app): State<App>, caller: Caller) -> Result<Json<Health>> {
    caller.administrator()?;
    let encoder = doctor::encoder(app.encoders().await?);
    let now = app.clock.now();
    let findings = tokio::task::spawn_blocking(move || {
        let public_url = app.public_url()?;
        let patient = Patient { config: &app.config, public_url: &public_url, now, serving: true };
        let mut findings = vec![encoder];
        findings.extend(doctor::examine_beside_media(&patient));
        Ok::<_, Error>(findings)
    })
    .await
    .map_err(Error::internal)??;
    Ok(Json(Health { findings }))
}

#[utoipa::path(
    get,
    path = "/server/encoder",
    tag = "server",
    responses((status = 200, body = serde_json::Value)),
    security(("token" = []))
)]
async fn encoder(State(app): State<App>, caller: Caller) -> Result<Json<media::encoder::Selection>> {
    caller.administrator()?;
    Ok(Json(app.encoders().await?.clone()))
}

/// Really encodes some seconds with the encoder in use.
#[utoipa::path(
    post,
    path = "/server/encoder/test",
    tag = "server",
    responses((status = 200, body = serde_json::Value), (status = 422)),
    security(("token" = []))
)]
async fn encoder_test(State(app): State<App>, caller: Caller) -> Result<Json<EncoderTest>> {
    caller.administrator()?;
    Ok(Json(try_encoder(&app).await?))
}

/// Encodes for some seconds in a child process, to know how quick this machine is.
pub async fn try_encoder(app: &App) -> Result<EncoderTest> {
    let forced = Some(app.config.transcoding.encoder.clone()).filter(|encoder| encoder != "auto");
    let job = TestJob { forced, ..TestJob::default() };
    app.launcher.call(Verb::EncoderTest, &job, Limits::look(), &CancellationToken::new()).await.map_err(
        |error| Error::refused(Kind::Unprocessable, format!("The encoder could not be tried: {error}")),
    )
}

/// Bytes on the disk.
#[utoipa::path(get, path = "/server/disk", tag = "server", responses((status = 200, body = Usage)))]
async fn disk(State(app): State<App>, caller: Caller) -> Result<Json<Usage>> {
    caller.administrator()?;
    let storage = app.storage.clone();
    let database = app.db.path().to_owned();
    let usage =
        tokio::task::spawn_blocking(move || storage.usage(&database)).await.map_err(Error::internal)??;
    Ok(Json(usage))
}

/// What was chosen.
#[utoipa::path(get, path = "/server/settings", tag = "server", responses((status = 200, body = Settings)))]
async fn read_settings(State(app): State<App>, caller: Caller) -> Result<Json<Settings>> {
    caller.administrator()?;
    Ok(Json(Settings::clone(&app.settings())))
}

/// Replaces the parts that the body names.
#[utoipa::path(put, path = "/server/settings", request_body = Settings, tag = "server", responses((status = 200, body = Settings)))]
async fn change_settings(
    State(app): State<App>,
    caller: Caller,
    Body(change): Body<Value>,
) -> Result<Json<Settings>> {
    caller.administrator()?;
    let changed = app
        .db
        .write(move |tx| {
            // From the rows, not from memory: of two administrators who save at once, neither undoes the other.
            let changed = settings::load(tx)?.changed(&change)?;
            settings::save(tx, &changed)?;
            Ok(changed)
        })
        .await?;
    app.settings_saved(changed.clone())?;
    Ok(Json(changed))
}

/// Figures of the instance. What Kiosque does not have yet is nought.
#[utoipa::path(
    get,
    path = "/server/stats",
    tag = "server",
    responses((status = 200, body = serde_json::Value))
)]
async fn stats(State(app): State<App>) -> Result<Json<Value>> {
    let (people, groups, films) = app
        .db
        .read(|conn| Ok((accounts::figures(conn)?, groups::count(conn)?, videos::figures::figures(conn)?)))
        .await?;
    let mut answer = json!({
        "totalUsers": people.accounts,
        "totalDailyActiveUsers": 0,
        "totalWeeklyActiveUsers": 0,
        "totalMonthlyActiveUsers": 0,
        "totalModerators": people.moderators,
        "totalAdmins": people.administrators,
        "totalLocalVideos": films.videos,
        "totalLocalVideoViews": films.views,
        "totalLocalVideoComments": 0,
        "totalLocalVideoFilesSize": films.bytes,
        "totalVideos": films.videos,
        "totalVideoComments": 0,
        "totalLocalVideoChannels": groups,
        "totalLocalDailyActiveVideoChannels": 0,
        "totalLocalWeeklyActiveVideoChannels": 0,
        "totalLocalMonthlyActiveVideoChannels": 0,
        "totalLocalPlaylists": 0,
        "totalInstanceFollowers": 0,
        "totalInstanceFollowing": 0,
        "videosRedundancy": [],
        "averageAbuseResponseTimeMs": null,
        "totalAbuses": 0,
        "totalAbusesProcessed": 0,
        "averageRegistrationRequestResponseTimeMs": null,
        "totalRegistrationRequests": 0,
        "totalRegistrationRequestsProcessed": 0,
        "activityPubMessagesProcessedPerSecond": 0,
        "totalActivityPubMessagesWaiting": 0
    });
    // Federation's counters, in PeerTube's names.
    let verbs = [
        "",
        "Create",
        "Update",
        "Delete",
        "Follow",
        "Accept",
        "Reject",
        "Announce",
        "Undo",
        "Like",
        "Dislike",
        "Flag",
        "View",
        "ApproveReply",
        "RejectReply",
    ];
    for verb in verbs {
        for end in ["Successes", "Errors"] {
            answer[format!("totalActivityPub{verb}Messages{end}")] = 0.into();
        }
    }
    answer["totalActivityPubMessagesProcessed"] = 0.into();
    Ok(Json(answer))
}

/// Clients report their errors and how they play; nobody here reads it, so nothing is kept.
#[utoipa::path(post, path = "/server/logs/client", tag = "server", responses((status = 204)))]
async fn drop_report() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// As [`drop_report`], of players.
#[utoipa::path(post, path = "/metrics/playback", tag = "server", responses((status = 204)))]
async fn drop_playback() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[utoipa::path(get, path = "/metrics", tag = "server", responses((status = 200, body = String, content_type = "text/plain")), security(("token" = [])))]
pub(super) async fn metrics(State(app): State<App>, caller: Caller) -> Result<Response> {
    caller.administrator()?;
    let text = app.metrics.render();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}
