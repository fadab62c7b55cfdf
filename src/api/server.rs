//! What administrators look at once a month: health, encoder, disk, settings.

use super::{auth::Caller, extract::Body};
use crate::{
    app::App,
    doctor::{self, Finding, Patient},
    error::{Error, Kind, Result},
    media::{
        self,
        child::Verb,
        encoder::{EncoderTest, TestJob},
        limits::Limits,
    },
    settings::{self, Settings},
    storage::Usage,
};
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Serialize;
use serde_json::Value;
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
    responses((status = 200, body = media::encoder::Selection)),
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
    responses((status = 200, body = EncoderTest), (status = 422)),
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
