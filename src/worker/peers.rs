//! Speaks with other servers: one job at a time for each of them and each direction, so that all comes in its order.

use super::{Outcome, Work};
use crate::{
    app::App,
    error::Result,
    federation::{self, deliver, films, receive, share},
    jobs::{self, Job, State},
};
use uuid::Uuid;

/// Seconds until who found another at work looks again.
const LOOK_AGAIN: i64 = 2;

pub(super) async fn run(work: &Work, job: Job) -> Result<Outcome> {
    if !federation::is_on(&work.app) {
        return Ok(Outcome::Cancelled);
    }
    if another_is_at_it(&work.app, work.id, &job).await? {
        let now = work.app.clock.now();
        // What it may not have seen any more.
        work.app
            .db
            .write(move |tx| jobs::enqueue_once_at(tx, now, now.plus_seconds(LOOK_AGAIN), &job))
            .await?;
        return Ok(Outcome::Done);
    }
    match job {
        Job::Receive { peer } => receive::run(&work.app, peer, &work.ended).await?,
        Job::Deliver { peer } => deliver::run(&work.app, peer, &work.ended).await?,
        _ => {}
    }
    Ok(match (work.cancelled.is_cancelled(), work.ended.is_cancelled()) {
        (true, _) => Outcome::Cancelled,
        (false, true) => Outcome::Parked,
        (false, false) => Outcome::Done,
    })
}

/// Tells others what became of a video.
pub(super) async fn share(work: &Work, video: Uuid) -> Result<Outcome> {
    if !federation::is_on(&work.app) {
        return Ok(Outcome::Cancelled);
    }
    share::run(&work.app, video).await?;
    Ok(Outcome::Done)
}

/// Takes over the newest videos of somebody who is followed now.
pub(super) async fn backlog(work: &Work, actor: i64) -> Result<Outcome> {
    if !federation::is_on(&work.app) {
        return Ok(Outcome::Cancelled);
    }
    films::backlog(&work.app, actor).await?;
    Ok(Outcome::Done)
}

/// Fetches the pictures of a video of another server.
pub(super) async fn pictures(work: &Work, video: i64) -> Result<Outcome> {
    if !federation::is_on(&work.app) {
        return Ok(Outcome::Cancelled);
    }
    films::pictures(&work.app, video).await?;
    Ok(Outcome::Done)
}

async fn another_is_at_it(app: &App, id: i64, job: &Job) -> Result<bool> {
    let Some(subject) = job.subject() else { return Ok(false) };
    let all = app.db.read(move |conn| jobs::of_subject(conn, &subject)).await?;
    Ok(all.iter().any(|entry| entry.state == State::Active && entry.id < id))
}
