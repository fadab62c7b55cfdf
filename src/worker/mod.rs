//! Runs the jobs, in lanes. Each lane has a few slots; a slot sleeps until a commit puts something down or a moment
//! comes, so that an idle instance neither reads nor writes.

mod files;
mod mail;
mod news;
mod note;
mod notify;
mod peers;
mod pictures;
mod probe;
mod progressive;
mod push;
mod replace;
mod room;
mod run;
mod storyboard;
mod sweep;
mod torrents;
mod transcode;

pub use sweep::sweep;

use crate::{
    app::App,
    error::{Error, Result},
    jobs::{self, Claimed, Lane, Progress},
};
use note::Note;
use room::Room;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Jobs of a lane that run side by side.
fn slots(lane: Lane) -> usize {
    match lane {
        Lane::Media | Lane::First | Lane::News => 1,
        Lane::Soon | Lane::Mail | Lane::Push | Lane::Received | Lane::Rest => 2,
        // Mostly they wait for somebody who is slow, or not there.
        Lane::Deliveries => 6,
    }
}

/// How often is looked whether a pause is over.
const PAUSED: Duration = Duration::from_millis(500);

/// Works until `stop`, then parks what runs.
pub async fn run(app: App, stop: CancellationToken) {
    if !recover(&app, &stop).await {
        return;
    }
    let room = Arc::new(Room::default());
    let mut slots_running = tokio::task::JoinSet::new();
    for lane in Lane::ALL {
        for _ in 0..slots(lane) {
            slots_running.spawn(slot(app.clone(), lane, room.clone(), stop.clone()));
        }
    }
    slots_running.spawn(async move { room.watch(app, stop).await });
    while slots_running.join_next().await.is_some() {}
}

/// Gives back what a server that died held; a disk that is full at the start is waited for. `false` when it is to stop.
async fn recover(app: &App, stop: &CancellationToken) -> bool {
    loop {
        let now = app.clock.now();
        let Err(error) = app.db.write(move |tx| jobs::recover(tx, now)).await else { return true };
        tracing::error!(%error, "cannot begin to work");
        tokio::select! {
            () = tokio::time::sleep(room::LOOK_EVERY) => {}
            () = stop.cancelled() => return false,
        }
    }
}

async fn slot(app: App, lane: Lane, room: Arc<Room>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if app.board.is_paused() {
            tokio::select! {
                () = tokio::time::sleep(PAUSED) => {}
                () = stop.cancelled() => {}
            }
            continue;
        }
        // Before looking, so that a job put down in between wakes us.
        let mut committed = std::pin::pin!(app.db.committed());
        committed.as_mut().enable();
        match next(&app, lane).await {
            Ok(Some(job)) => work(&app, job, &room, &stop).await,
            Ok(None) => {
                tokio::select! {
                    () = committed => {}
                    () = moment(&app) => {}
                    () = stop.cancelled() => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, lane = lane.name(), "cannot take a job");
                let full = matches!(error, Error::DiskFull);
                let pause = if full { room::LOOK_EVERY } else { Duration::from_secs(10) };
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = stop.cancelled() => {}
                }
            }
        }
    }
}

async fn next(app: &App, lane: Lane) -> Result<Option<Claimed>> {
    let now = app.clock.now();
    if !app.db.read(move |conn| jobs::is_due(conn, now, lane)).await? {
        return Ok(None);
    }
    let board = app.board.clone();
    // What is put down after a pause began is not taken, also by who looked before.
    app.db.write(move |tx| if board.is_paused() { Ok(None) } else { jobs::claim(tx, now, lane) }).await
}

/// Sleeps until the next job that waits for its moment is due; an hour at most, in case the clock is set.
async fn moment(app: &App) {
    let next = app.db.read(jobs::next_moment).await.ok().flatten();
    let seconds = next.map_or(3600.0, |next| next.seconds_since(app.clock.now()).clamp(0.2, 3600.0));
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
}

/// How a job ended.
pub(crate) enum Outcome {
    /// As it should.
    Done,
    /// The server is stopping; go on at the next start.
    Parked,
    /// Somebody cancelled it, or what it is about went away.
    Cancelled,
}

/// What a job needs to know while it runs.
pub(crate) struct Work {
    /// All parts.
    pub app: App,
    /// Number of the job.
    pub id: i64,
    /// The server is stopping: record what is done and return [`Outcome::Parked`] within seconds.
    pub stop: CancellationToken,
    /// The job was cancelled: stop at once and return [`Outcome::Cancelled`].
    pub cancelled: CancellationToken,
    /// Either of both, for work that is short enough to begin anew.
    pub ended: CancellationToken,
}

impl Work {
    /// Tells how far the work is. Cheap; call it as often as there is news.
    pub fn report(&self, progress: Progress) {
        self.app.board.set(self.id, progress);
    }
}

#[tracing::instrument(name = "job", skip_all, fields(job.id = job.id, job.kind = job.job.kind(), job.attempts = job.attempts))]
async fn work(app: &App, job: Claimed, room: &Room, stop: &CancellationToken) {
    let begun = app.clock.now();
    let cancelled = CancellationToken::new();
    let work = Work {
        app: app.clone(),
        id: job.id,
        stop: stop.clone(),
        cancelled: cancelled.clone(),
        ended: cancelled.child_token(),
    };
    let stopping = tokio::spawn({
        let (stop, ended) = (stop.clone(), work.ended.clone());
        async move {
            stop.cancelled().await;
            ended.cancel();
        }
    });
    let watch = tokio::spawn(keep_lease(app.clone(), job.id, cancelled.clone()));
    // In a task of its own: a panic ends the job, not the lane.
    let doing = tokio::spawn({
        let job = job.job.clone();
        use tracing::Instrument as _;
        async move { run::run(&work, job).await }.in_current_span()
    });
    let ended =
        doing.await.unwrap_or_else(|error| Err(Error::internal(format!("the job panicked: {error}"))));
    watch.abort();
    stopping.abort();
    let seconds = app.clock.now().seconds_since(begun);
    let kind = job.job.kind();
    let outcome = label(&ended);
    tracing::info!(seconds, outcome, "job ended");
    metrics::counter!("kiosque_jobs_total", "kind" => kind, "outcome" => outcome).increment(1);
    metrics::histogram!("kiosque_job_seconds", "kind" => kind).record(seconds);
    note::write(app, job, Note::of(ended), room, stop).await;
}

fn label(ended: &Result<Outcome>) -> &'static str {
    match ended {
        Ok(Outcome::Done) => "done",
        Ok(Outcome::Parked) => "parked",
        Ok(Outcome::Cancelled) => "cancelled",
        Err(_) => "failed",
    }
}

/// Renews the lease while the job runs, and notices when it was cancelled.
async fn keep_lease(app: App, id: i64, cancelled: CancellationToken) {
    let mut renewed = tokio::time::Instant::now();
    loop {
        let mut committed = std::pin::pin!(app.db.committed());
        committed.as_mut().enable();
        let held = app.db.read(move |conn| jobs::is_held(conn, id)).await;
        if matches!(held, Ok(false)) {
            cancelled.cancel();
            return;
        }
        // At most a look a second, however busy the database is.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let rest = Duration::from_secs((jobs::LEASE_SECONDS / 3) as u64).saturating_sub(renewed.elapsed());
        tokio::select! {
            () = committed => {}
            () = tokio::time::sleep(rest) => {
                let now = app.clock.now();
                let progress = app.board.get(id).unwrap_or_default();
                let held = app.db.write(move |tx| jobs::renew(tx, now, id, progress.done, progress.seconds_left)).await;
                match held {
                    Ok(true) => renewed = tokio::time::Instant::now(),
                    Ok(false) => {
                        cancelled.cancel();
                        return;
                    }
                    // A full disk, say: again in a moment, before the lease runs out.
                    Err(_) => tokio::time::sleep(room::LOOK_EVERY).await,
                }
            }
        }
    }
}
