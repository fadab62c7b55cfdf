//! How far a video is: what its owner sees while renditions are made.

use super::{
    auth::Caller,
    labels::{ResolutionLabel, StateLabel},
};
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
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/videos/{id}/progress", get(show))
}

/// How far a video is.
#[utoipa::path(get, tag = "videos", path = "/videos/{id}/progress", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ProgressJson), (status = 401), (status = 403), (status = 404)))]
async fn show(Parts(app): Parts<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<ProgressJson>> {
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
pub fn of(conn: &Connection, board: &Board, now: Timestamp, video: &Video) -> Result<Option<ProgressJson>> {
    let making = Making::read(conn, board, now, video)?;
    Ok((making.stage != Stage::Ready).then(|| making.json()))
}

/// The same, ready or not.
///
/// # Errors
/// A failure of the database.
pub fn told(conn: &Connection, board: &Board, now: Timestamp, video: &Video) -> Result<ProgressJson> {
    Ok(Making::read(conn, board, now, video)?.json())
}

/// What a video waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MakingStage)]
enum Stage {
    Probing,
    Queued,
    Encoding,
    Paused,
    Ready,
    Failed,
}

/// How far a video is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Progress)]
pub struct ProgressJson {
    state: StateLabel,
    stage: Stage,
    playable: bool,
    #[schema(required)]
    queue_position: Option<u32>,
    /// Why it failed or waits, for people.
    #[schema(required)]
    reason: Option<String>,
    /// The same for the interface's translation.
    #[schema(required)]
    reason_code: Option<String>,
    #[schema(required)]
    seconds_left: Option<f64>,
    /// What is unusual about the making, in English.
    #[schema(required)]
    note: Option<String>,
    renditions: Vec<RenditionJson>,
}

/// How far a rendition is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RenditionProgress)]
struct RenditionJson {
    resolution: ResolutionLabel,
    state: RenditionState,
    /// From 0 to 1.
    done: f64,
    #[schema(required)]
    seconds_left: Option<f64>,
    /// It is taken over from the source, not encoded.
    copied: bool,
}

/// What a rendition waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum RenditionState {
    Waiting,
    Encoding,
    Ready,
    /// The work ended without it: nobody will make it unless it is taken up again.
    Stopped,
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
    renditions: Vec<RenditionJson>,
}

impl Making {
    fn read(conn: &Connection, board: &Board, now: Timestamp, video: &Video) -> Result<Self> {
        let renditions = making::renditions(conn, video.id)?;
        let made = renditions.iter().filter(|rendition| rendition.size.is_some()).count();
        let whole = made > 0 && made == renditions.len();
        let work = jobs::of_subject(conn, &jobs::video_subject(video.id))?;
        let work: Vec<_> = work.into_iter().map(|entry| board.as_it_stands(entry, now)).collect();
        let step = |entry: &&Entry| matches!(entry.job, Job::Probe { .. } | Job::Transcode { .. });
        let open = |entry: &&Entry| matches!(entry.state, jobs::State::Waiting | jobs::State::Active);
        let current =
            work.iter().filter(step).filter(open).min_by_key(|entry| (entry.state.name(), entry.id));
        let stage = stage(video, whole, !renditions.is_empty(), current, now);
        let progress = current.and_then(|entry| board.get(entry.id)).unwrap_or_default();
        let reason = match (stage, current) {
            (Stage::Failed, _) => {
                let known = video.failure.as_ref();
                let known = known.map(|failure| (failure.code.clone(), failure.detail.clone()));
                known.or_else(|| Some(("internal".to_owned(), making::sentence("internal").to_owned())))
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
            // What grew, and that nobody makes any more, ends in the middle.
            playable: video.state == State::Published
                || ((stage != Stage::Failed || made > 0) && making::playlists(conn, video.id)?.is_some()),
            queue_position,
            reason,
            seconds_left: progress
                .seconds_left
                .filter(|_| stage == Stage::Encoding && !more_follows(current)),
            note: making::source(conn, video.id)?.and_then(|source| source.note),
            renditions: renditions.iter().map(|made| rendition(made, &progress, stage)).collect(),
        })
    }

    fn json(self) -> ProgressJson {
        let (reason_code, reason) = self.reason.unzip();
        ProgressJson {
            state: self.state.into(),
            stage: self.stage,
            playable: self.playable,
            queue_position: self.queue_position,
            reason,
            reason_code,
            seconds_left: self.seconds_left.map(f64::round),
            note: self.note,
            renditions: self.renditions,
        }
    }
}

/// The first small rung of a long film says nothing of how long the rest takes.
fn more_follows(current: Option<&Entry>) -> bool {
    matches!(current.map(|entry| &entry.job), Some(Job::Transcode { first: true, .. }))
}

/// `planned`: it is known what is to be made. What is not whole of it then and has no job will never be. Lists that are
/// asked for one of [`videos::Made`] find the same.
fn stage(video: &Video, whole: bool, planned: bool, current: Option<&Entry>, now: Timestamp) -> Stage {
    match current {
        // All of it is made, and it could not take the place of the other film.
        _ if whole && video.replaces.is_some() && video.failure.is_some() => Stage::Failed,
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
        None if video.failure.is_some() || planned => Stage::Failed,
        // A video of another server, or one whose next job is being put down.
        None if video.state == State::Published => Stage::Ready,
        None => Stage::Queued,
    }
}

fn rendition(made: &Rendition, progress: &Progress, stage: Stage) -> RenditionJson {
    let told = progress.renditions.iter().find(|told| told.resolution == made.resolution);
    let done = if made.size.is_some() { 1.0 } else { told.map_or(0.0, |told| told.done.clamp(0.0, 1.0)) };
    let state = match (made.size, stage) {
        (Some(_), _) => RenditionState::Ready,
        (None, Stage::Encoding) if done > 0.0 => RenditionState::Encoding,
        (None, Stage::Failed) => RenditionState::Stopped,
        _ => RenditionState::Waiting,
    };
    let told = told.filter(|_| state == RenditionState::Encoding);
    RenditionJson {
        resolution: ResolutionLabel::of(made.resolution),
        state,
        done,
        seconds_left: told.and_then(|told| told.seconds_left).map(f64::round),
        copied: made.copied,
    }
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(show))]
pub struct Doc;
