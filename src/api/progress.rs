//! How far a video is: what its owner sees while renditions are made.

use super::auth::Caller;
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Board, Entry, Job, Progress},
    videos::{
        self, Key, State, Video, Viewer,
        making::{self, Rendition},
    },
};
use axum::{
    Json, Router,
    extract::{Path, State as Parts},
    routing::get,
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/videos/{id}/progress", get(show))
}

/// How far a video is.
#[utoipa::path(get, tag = "videos", path = "/videos/{id}/progress", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Value), (status = 401), (status = 403), (status = 404)))]
async fn show(Parts(app): Parts<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Value>> {
    let key = Key::parse(&id).ok_or_else(|| Error::not_found("Video"))?;
    let viewer = Viewer { account: Some(caller.account_id), moderates: caller.role.is_staff() };
    let (board, now) = (app.board.clone(), app.clock.now());
    let progress = app
        .db
        .read(move |conn| {
            let video = videos::find(conn, &key)?;
            videos::may_manage(conn, &video, &viewer)?;
            Making::read(conn, &board, now, &video)
        })
        .await?;
    Ok(Json(progress.json()))
}

/// The same object for lists; `None` when the video is wholly ready.
///
/// # Errors
/// A failure of the database.
pub fn of(conn: &Connection, board: &Board, now: Timestamp, video: &Video) -> Result<Option<Value>> {
    let making = Making::read(conn, board, now, video)?;
    Ok((making.stage != Stage::Ready).then(|| making.json()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Probing,
    Queued,
    Encoding,
    Paused,
    Ready,
    Failed,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Probing => "probing",
            Self::Queued => "queued",
            Self::Encoding => "encoding",
            Self::Paused => "paused",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// Everything that is told.
struct Making {
    state: State,
    stage: Stage,
    playable: bool,
    queue_position: Option<u32>,
    reason: Option<(String, String)>,
    seconds_left: Option<f64>,
    /// What is unusual about the making, in English.
    note: Option<String>,
    renditions: Vec<Value>,
}

impl Making {
    fn read(conn: &Connection, board: &Board, now: Timestamp, video: &Video) -> Result<Self> {
        let renditions = making::renditions(conn, video.id)?;
        let whole = !renditions.is_empty() && renditions.iter().all(|rendition| rendition.size.is_some());
        let work = jobs::of_subject(conn, &jobs::video_subject(video.id))?;
        let step = |entry: &&Entry| matches!(entry.job, Job::Probe { .. } | Job::Transcode { .. });
        let open = |entry: &&Entry| matches!(entry.state, jobs::State::Waiting | jobs::State::Active);
        let current =
            work.iter().filter(step).filter(open).min_by_key(|entry| (entry.state.name(), entry.id));
        let stage = stage(video, whole, current, now);
        let progress = current.and_then(|entry| board.get(entry.id)).unwrap_or_default();
        let reason = match (stage, current) {
            (Stage::Failed, _) => {
                video.failure.as_ref().map(|failure| (failure.code.clone(), failure.detail.clone()))
            }
            (Stage::Paused, Some(entry)) => entry.error_code.clone().map(|code| {
                let sentence = making::sentence(&code).to_owned();
                (code, sentence)
            }),
            _ => None,
        };
        let queue_position = match (stage, current) {
            (Stage::Queued, Some(entry)) => jobs::queue_position(conn, entry.id)?,
            _ => None,
        };
        Ok(Self {
            state: video.state,
            stage,
            playable: video.state == State::Published || making::playlists(conn, video.id)?.is_some(),
            queue_position,
            reason,
            seconds_left: progress
                .seconds_left
                .filter(|_| stage == Stage::Encoding && !more_follows(current)),
            note: making::source(conn, video.id)?.and_then(|source| source.note),
            renditions: renditions.iter().map(|made| rendition(made, &progress, stage)).collect(),
        })
    }

    fn json(&self) -> Value {
        json!({
            "state": {"id": self.state.id(), "label": self.state.label()},
            "stage": self.stage.name(),
            "playable": self.playable,
            "queuePosition": self.queue_position,
            "reason": self.reason.as_ref().map(|(_, sentence)| sentence),
            "reasonCode": self.reason.as_ref().map(|(code, _)| code),
            "secondsLeft": self.seconds_left.map(f64::round),
            "note": self.note,
            "renditions": self.renditions,
        })
    }
}

/// The first small rung of a long film says nothing of how long the rest takes.
fn more_follows(current: Option<&Entry>) -> bool {
    matches!(current.map(|entry| &entry.job), Some(Job::Transcode { first: true, .. }))
}

fn stage(video: &Video, whole: bool, current: Option<&Entry>, now: Timestamp) -> Stage {
    match current {
        _ if whole => Stage::Ready,
        Some(entry) if entry.state == jobs::State::Active => match entry.job {
            Job::Probe { .. } => Stage::Probing,
            _ => Stage::Encoding,
        },
        // It failed, and waits for its next try.
        Some(entry) if entry.error.is_some() && entry.run_at > now => Stage::Paused,
        Some(entry) => match entry.job {
            Job::Probe { .. } => Stage::Probing,
            _ => Stage::Queued,
        },
        None if video.failure.is_some() => Stage::Failed,
        // A video of another server, or one whose next job is being put down.
        None if video.state == State::Published => Stage::Ready,
        None => Stage::Queued,
    }
}

fn rendition(made: &Rendition, progress: &Progress, stage: Stage) -> Value {
    let told = progress.renditions.iter().find(|told| told.resolution == made.resolution);
    let done = if made.size.is_some() { 1.0 } else { told.map_or(0.0, |told| told.done.clamp(0.0, 1.0)) };
    let state = match (made.size, stage) {
        (Some(_), _) => "ready",
        (None, Stage::Encoding) if done > 0.0 => "encoding",
        _ => "waiting",
    };
    json!({
        "resolution": {"id": made.resolution, "label": label(made.resolution)},
        "state": state,
        "done": done,
        "secondsLeft": told.filter(|_| state == "encoding").and_then(|told| told.seconds_left).map(f64::round),
        "copied": made.copied,
    })
}

/// PeerTube's label of a resolution.
fn label(resolution: u32) -> String {
    if resolution == 0 { "Audio only".to_owned() } else { format!("{resolution}p") }
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(show))]
pub struct Doc;
