//! The work that the server does, for administrators: PeerTube's list with what it lacks, and trying again.

use super::{auth::Caller, list_query::ListQuery, shapes::List};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, InvalidField, Location, Result},
    jobs::{self, Entry, Filter, Job},
    mail,
    videos::{self, making},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/jobs", get(all))
        .route("/jobs/{state}", get(of_state))
        .route("/jobs/pause", get(pause_state).post(pause))
        .route("/jobs/resume", post(resume))
        .route("/jobs/{id}/retry", post(retry))
        .route("/jobs/{id}/cancel", post(cancel))
}

/// Work, in PeerTube's keys and ours.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Job)]
struct JobJson {
    id: String,
    state: JobState,
    /// What it does; the names are ours.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What it is about.
    #[schema(value_type = HashMap<String, Value>)]
    data: Value,
    /// Hundredths.
    progress: f64,
    priority: i64,
    #[schema(required)]
    error: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    finished_on: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    processed_on: Option<Timestamp>,
    /// Ours: which worker takes it.
    lane: &'static str,
    /// Ours: how often it was tried.
    attempts: u32,
    /// Ours: not before.
    #[schema(value_type = String, format = DateTime)]
    run_at: Timestamp,
    /// Ours: why it failed, for people.
    #[schema(required)]
    reason: Option<&'static str>,
    /// Ours: the same for the interface's translation.
    #[schema(required)]
    reason_code: Option<String>,
    /// Ours: what was unusual about it.
    #[schema(required)]
    note: Option<String>,
    /// Ours.
    #[schema(required)]
    seconds_left: Option<f64>,
    /// Ours: the video that it is about.
    #[serde(rename = "videoUUID")]
    #[schema(required)]
    video_uuid: Option<String>,
    /// Ours.
    #[schema(required)]
    video_name: Option<String>,
}

/// How far work is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum JobState {
    Waiting,
    Delayed,
    Active,
    Completed,
    Failed,
    /// Ours.
    Cancelled,
}

/// Whether new work is begun.
#[derive(Debug, Serialize, ToSchema)]
struct JobsPause {
    paused: bool,
}

/// Ours: whether all work is paused.
#[utoipa::path(get, tag = "jobs", path = "/jobs/pause", security(("token" = [])),
    responses((status = 200, body = JobsPause), (status = 403)))]
async fn pause_state(State(app): State<App>, caller: Caller) -> Result<Json<JobsPause>> {
    caller.administrator()?;
    Ok(Json(JobsPause { paused: app.board.is_paused() }))
}

/// Begins no work until it is resumed, or the server starts anew. What runs goes on.
#[utoipa::path(post, tag = "jobs", path = "/jobs/pause", security(("token" = [])),
    responses((status = 204), (status = 403)))]
async fn pause(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    caller.administrator()?;
    app.board.pause();
    Ok(StatusCode::NO_CONTENT)
}

/// Begins work again.
#[utoipa::path(post, tag = "jobs", path = "/jobs/resume", security(("token" = [])),
    responses((status = 204), (status = 403)))]
async fn resume(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    caller.administrator()?;
    app.board.resume();
    Ok(StatusCode::NO_CONTENT)
}

/// Jobs in any state.
#[utoipa::path(get, tag = "jobs", path = "/jobs", security(("token" = [])), responses((status = 200, body = List<JobJson>), (status = 403)))]
async fn all(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<JobJson>>> {
    list(app, &caller, Vec::new(), None, &query).await
}

/// Jobs in one state.
#[utoipa::path(get, tag = "jobs", path = "/jobs/{state}", security(("token" = [])), params(("state" = String, Path)),
    responses((status = 200, body = List<JobJson>), (status = 400), (status = 403)))]
async fn of_state(
    State(app): State<App>,
    caller: Caller,
    Path(state): Path<String>,
    query: ListQuery,
) -> Result<Json<List<JobJson>>> {
    caller.administrator()?;
    // Waiting jobs are of two kinds: those for which a worker is wanted now, and those set for a later moment.
    let due = match state.as_str() {
        "waiting" | "prioritized" => Some(true),
        "delayed" => Some(false),
        _ => None,
    };
    let states = match state.as_str() {
        "waiting" | "delayed" | "prioritized" => vec![jobs::State::Waiting],
        "active" => vec![jobs::State::Active],
        "completed" => vec![jobs::State::Done],
        "failed" => vec![jobs::State::Failed],
        "cancelled" => vec![jobs::State::Cancelled],
        // Nothing of ours is ever in these.
        "waiting-children" | "paused" => return Ok(Json(List { total: 0, data: Vec::new() })),
        _ => {
            return Err(Error::Invalid(vec![InvalidField {
                field: "state".into(),
                rule: "One of waiting, delayed, active, completed, failed, cancelled.".into(),
                location: Location::Params,
                value: Some(state.chars().take(50).collect::<String>().into()),
            }]));
        }
    };
    list(app, &caller, states, due, &query).await
}

async fn list(
    app: App,
    caller: &Caller,
    states: Vec<jobs::State>,
    due: Option<bool>,
    query: &ListQuery,
) -> Result<Json<List<JobJson>>> {
    caller.administrator()?;
    let (now, (start, count)) = (app.clock.now(), query.page()?);
    let filter = Filter {
        states,
        kind: query.text("jobType").map(str::to_owned),
        due: due.map(|due| (now, due)),
        oldest_first: query.text("sort") == Some("createdAt"),
        start,
        count,
    };
    let board = app.board.clone();
    let (total, data) = app
        .db
        .read(move |conn| {
            let (total, entries) = jobs::list(conn, &filter)?;
            let data = entries
                .into_iter()
                .map(|entry| {
                    let entry = board.as_it_stands(entry, now);
                    let live = board.get(entry.id);
                    let (done, left) = live
                        .map_or((entry.progress, entry.seconds_left), |live| (live.done, live.seconds_left));
                    describe(conn, now, &entry, done, left)
                })
                .collect::<Result<Vec<_>>>()?;
            Ok((total, data))
        })
        .await?;
    Ok(Json(List { total, data }))
}

fn describe(
    conn: &Connection,
    now: Timestamp,
    entry: &Entry,
    done: f64,
    seconds_left: Option<f64>,
) -> Result<JobJson> {
    let video = match video_of(&entry.job) {
        // It may have been deleted since.
        Some(video) => match videos::by_id(conn, video).ok() {
            // Of another film for a video people know the video.
            Some(videos::Video { replaces: Some(video), .. }) => videos::by_id(conn, video).ok(),
            found => found,
        },
        None => None,
    };
    let note = match makes(&entry.job) {
        Some(video) => making::source(conn, video)?.and_then(|source| source.note),
        None => None,
    };
    let state = match entry.state {
        jobs::State::Waiting if entry.run_at > now => JobState::Delayed,
        jobs::State::Waiting => JobState::Waiting,
        jobs::State::Active => JobState::Active,
        jobs::State::Done => JobState::Completed,
        jobs::State::Failed => JobState::Failed,
        jobs::State::Cancelled => JobState::Cancelled,
    };
    Ok(JobJson {
        id: entry.id.to_string(),
        state,
        kind: entry.job.kind(),
        data: serde_json::to_value(&entry.job)?,
        progress: (done * 100.0).round(),
        priority: entry.priority,
        error: entry.error.clone(),
        created_at: entry.created_at,
        finished_on: entry.finished_at,
        processed_on: entry.started_at,
        lane: entry.job.lane().name(),
        attempts: entry.attempts,
        run_at: entry.run_at,
        reason: entry.error_code.as_deref().map(|code| sentence(&entry.job, code)),
        reason_code: entry.error_code.clone(),
        note,
        seconds_left: seconds_left.map(f64::round),
        video_uuid: video.as_ref().map(|video| video.uuid.to_string()),
        video_name: video.map(|video| video.name),
    })
}

fn sentence(job: &Job, code: &str) -> &'static str {
    match job {
        Job::Mail { .. } => mail::sentence(code),
        _ => making::sentence(code),
    }
}

fn video_of(job: &Job) -> Option<i64> {
    match job {
        Job::Probe { video }
        | Job::Transcode { video, .. }
        | Job::Pictures { video }
        | Job::Storyboard { video }
        | Job::Progressive { video }
        | Job::Torrents { video }
        | Job::Replace { video }
        | Job::FetchPictures { video }
        | Job::PublishScheduled { video } => Some(*video),
        Job::RemoveFiles { .. }
        | Job::ExpireUploads
        | Job::Mail { .. }
        | Job::Notify { .. }
        | Job::Push { .. }
        | Job::Share { .. }
        | Job::Backlog { .. }
        | Job::Receive { .. }
        | Job::Deliver { .. }
        | Job::ForgetNotifications => None,
    }
}

/// Whether a video waits for this job to be made.
fn makes(job: &Job) -> Option<i64> {
    video_of(job).filter(|_| matches!(job, Job::Probe { .. } | Job::Transcode { .. } | Job::Replace { .. }))
}

fn number(id: &str) -> Result<i64> {
    id.parse().map_err(|_| Error::not_found("Job"))
}

/// Tries a failed job again.
#[utoipa::path(post, tag = "jobs", path = "/jobs/{id}/retry", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 403), (status = 404), (status = 409)))]
async fn retry(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    caller.administrator()?;
    let (id, now) = (number(&id)?, app.clock.now());
    let again = move |tx: &Transaction<'_>| {
        let entry = jobs::find(tx, id)?;
        jobs::retry(tx, now, id)?;
        match makes(&entry.job) {
            Some(video) => making::tried_again(tx, now, video),
            None => Ok(()),
        }
    };
    app.db.write(again).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Cancels a job that waits or runs.
#[utoipa::path(post, tag = "jobs", path = "/jobs/{id}/cancel", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 403), (status = 404), (status = 409)))]
async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    caller.administrator()?;
    let (id, now) = (number(&id)?, app.clock.now());
    let cancel = move |tx: &Transaction<'_>| {
        let entry = jobs::find(tx, id)?;
        jobs::cancel(tx, now, id)?;
        match makes(&entry.job) {
            Some(video) => making::failed(tx, now, video, "cancelled"),
            None => Ok(()),
        }
    };
    app.db.write(cancel).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(all, of_state, pause_state, pause, resume, retry, cancel))]
pub struct Doc;
