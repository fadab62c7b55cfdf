//! Which room does which job.

use super::{
    Outcome, Work, files, mail, notify, peers, pictures, probe, progressive, push, replace, storyboard,
    torrents, transcode,
};
use crate::{
    clock::Timestamp,
    error::Result,
    jobs::Job,
    videos::{self, making},
};
use rusqlite::Transaction;

pub(super) async fn run(work: &Work, job: Job) -> Result<Outcome> {
    match job {
        Job::Probe { video } => probe::run(work, video).await,
        Job::Transcode { video, first } => transcode::run(work, video, first).await,
        Job::Pictures { video } => pictures::run(work, video).await,
        Job::Storyboard { video } => storyboard::run(work, video).await,
        Job::Progressive { video } => progressive::run(work, video).await,
        Job::Torrents { video } => torrents::run(work, video).await,
        Job::Replace { video } => replace::run(work, video).await,
        Job::RemoveFiles { paths } => files::remove(work, paths).await,
        Job::ExpireUploads => files::expire_uploads(work).await,
        Job::Mail { letter } => mail::run(work, letter).await,
        Job::Notify { happening } => notify::run(work, happening).await,
        Job::Push { device, notification } => push::run(work, device, notification).await,
        Job::ForgetNotifications => notify::forget(work).await,
        Job::Backlog { actor } => peers::backlog(work, actor).await,
        Job::FetchPictures { video } => peers::pictures(work, video).await,
        Job::Share { video } => peers::share(work, video).await,
        Job::Receive { .. } | Job::Deliver { .. } => peers::run(work, job).await,
        Job::PublishScheduled { video } => {
            let now = work.app.clock.now();
            work.app.db.write(move |tx| videos::publish_scheduled(tx, now, video)).await?;
            Ok(Outcome::Done)
        }
    }
}

/// Tells the subject of a job that was cancelled, when nobody works at it any more.
pub(super) fn cancelled(tx: &Transaction<'_>, now: Timestamp, job: &Job) -> Result<()> {
    match job {
        Job::Probe { video } | Job::Transcode { video, .. } => making::stopped(tx, now, *video),
        Job::Replace { video } => making::failed(tx, now, *video, "cancelled"),
        _ => Ok(()),
    }
}

/// Tells the subject of a job that was set aside.
pub(super) fn gave_up(tx: &Transaction<'_>, now: Timestamp, job: &Job, code: &str) -> Result<()> {
    match job {
        Job::Probe { video } | Job::Transcode { video, .. } | Job::Replace { video } => {
            making::failed(tx, now, *video, code)
        }
        // A video without a storyboard, a progressive file or a torrent is still a video.
        _ => Ok(()),
    }
}
