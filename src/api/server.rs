//! What administrators look at once a month: health, encoder, disk, settings.

use super::{auth::Caller, extract::Body};
use crate::{
    app::App,
    config::KeyInForce,
    doctor::{self, Finding, Patient},
    error::{Error, Kind, Result},
    media::{
        self,
        child::Verb,
        encoder::{EncoderTest, TestJob},
        limits::Limits,
    },
    settings::{self, Colours, LookSettings, Settings, colours::Pair},
};
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/server/health", get(health))
        .route("/server/encoder", get(encoder))
        .route("/server/encoder/test", post(encoder_test))
        .route("/server/settings", get(read_settings).put(change_settings))
        .route("/server/machine", get(machine))
        .route("/server/look/preview", post(preview))
        .route("/server/logs/client", post(drop_report))
        .route("/metrics/playback", post(drop_playback))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    health,
    read_settings,
    change_settings,
    machine,
    preview,
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
        let mail = app.mail();
        let patient =
            Patient { config: &app.config, public_url: &public_url, mail: &mail, now, serving: true };
        let mut findings = vec![encoder];
        findings.extend(doctor::examine_beside_media(&patient));
        findings.extend(app.board.is_paused().then(doctor::paused));
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

/// What was chosen. The password of the mail server is not told.
#[utoipa::path(get, path = "/server/settings", tag = "server", responses((status = 200, body = Settings)))]
async fn read_settings(State(app): State<App>, caller: Caller) -> Result<Json<Settings>> {
    caller.administrator()?;
    Ok(Json(app.settings().told()))
}

/// Replaces the parts that the body names.
#[utoipa::path(put, path = "/server/settings", request_body = Settings, tag = "server", responses((status = 200, body = Settings)))]
async fn change_settings(
    State(app): State<App>,
    caller: Caller,
    Body(change): Body<Value>,
) -> Result<Json<Settings>> {
    caller.administrator()?;
    Ok(Json(choose(&app, move |settings| settings.changed(&change)).await?.told()))
}

/// Changes the settings; from then on everyone sees the new ones.
pub(super) async fn choose(
    app: &App,
    change: impl FnOnce(&Settings) -> Result<Settings> + Send + 'static,
) -> Result<Settings> {
    app.change_settings(move |tx| {
        // From the rows, not from memory: of two administrators who save at once, neither undoes the other.
        let changed = change(&settings::load(tx)?)?;
        Ok((changed.clone(), changed))
    })
    .await
}

/// What the machine's administrator wrote down, to be looked at.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Machine {
    /// Each key of the file with what is in force.
    keys: Vec<KeyInForce>,
    /// The mail server of the file counts, whatever was chosen in the browser.
    mail_is_written_down: bool,
    /// The public address of the file counts.
    address_is_written_down: bool,
}

/// What can only be changed on the machine itself.
#[utoipa::path(get, path = "/server/machine", tag = "server", security(("token" = [])), responses((status = 200, body = Machine), (status = 403)))]
async fn machine(State(app): State<App>, caller: Caller) -> Result<Json<Machine>> {
    caller.administrator()?;
    Ok(Json(Machine {
        keys: app.config.in_force(),
        mail_is_written_down: app.config.mail.host.is_some(),
        address_is_written_down: app.config.public_url.is_some(),
    }))
}

/// Colours before they are chosen.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
struct Wish {
    roof: Option<String>,
    action: Option<String>,
    action_dark: Option<String>,
}

/// What would follow from them.
#[derive(Debug, Serialize, ToSchema)]
struct LookPreview {
    /// Every pair of text and ground.
    pairs: Vec<Pair>,
    /// The style sheet that shows them.
    css: String,
}

/// Computes the contrast of colours, without choosing them.
#[utoipa::path(post, path = "/server/look/preview", request_body = Wish, tag = "server", security(("token" = [])),
    responses((status = 200, body = LookPreview), (status = 400), (status = 403)))]
async fn preview(caller: Caller, Body(wish): Body<Wish>) -> Result<Json<LookPreview>> {
    caller.administrator()?;
    let Wish { roof, action, action_dark } = wish;
    let colours = Colours::of(&LookSettings { roof, action, action_dark, css: String::new() });
    Ok(Json(LookPreview { pairs: colours.pairs(), css: colours.css() }))
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
