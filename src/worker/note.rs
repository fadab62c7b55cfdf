//! Writing down how a job ended, however long that takes: on a full disk the row waits for room as the job does.

use super::{
    Outcome,
    room::{LOOK_EVERY, Room},
    run,
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Claimed},
    media::MediaError,
};
use rusqlite::Transaction;
use tokio_util::sync::CancellationToken;

/// How long a job waits before it looks for itself whether a full disk has room, if nobody saw that there is.
const LOOK_AGAIN_SECONDS: i64 = 120;

/// What is to be written about the end of a job.
#[derive(Clone)]
pub(super) enum Note {
    Done,
    Parked,
    Cancelled,
    WaitsForRoom { seconds: i64 },
    Failed { code: &'static str, text: String, may_pass: bool, wait: u32 },
}

impl Note {
    pub(super) fn of(ended: Result<Outcome>) -> Self {
        match ended {
            Ok(Outcome::Done) => Self::Done,
            Ok(Outcome::Parked) => Self::Parked,
            Ok(Outcome::Cancelled) => Self::Cancelled,
            Err(Error::DiskFull | Error::Media(MediaError::DiskFull(_))) => {
                tracing::warn!("the disk is full: the job waits");
                Self::WaitsForRoom { seconds: LOOK_AGAIN_SECONDS }
            }
            Err(error) => {
                let code = code(&error);
                tracing::warn!(%error, code, "job failed");
                // Who is asked too often may say when to come again.
                let wait = if let Error::Busy { retry_after, .. } = error { retry_after } else { 0 };
                Self::Failed { code, text: error.to_string(), may_pass: error.may_pass(), wait }
            }
        }
    }

    fn put_down(&self, tx: &Transaction<'_>, now: Timestamp, job: &Claimed) -> Result<()> {
        match self {
            Self::Done => jobs::done(tx, now, job),
            Self::Parked => jobs::park(tx, now, job.id),
            Self::Cancelled => {
                jobs::pointless(tx, now, job)?;
                run::cancelled(tx, now, &job.job)
            }
            Self::WaitsForRoom { seconds } => jobs::wait_for_room(tx, now.plus_seconds(*seconds), job.id),
            Self::Failed { code, text, may_pass, wait } => {
                let again = *may_pass && jobs::postpone(tx, now, job, *wait, code, text)?;
                if again {
                    return Ok(());
                }
                if !may_pass {
                    jobs::give_up(tx, now, job.id, code, text)?;
                }
                run::gave_up(tx, now, &job.job, code)
            }
        }
    }
}

/// Stable name of a failure, for the interface.
fn code(error: &Error) -> &'static str {
    match error {
        Error::Media(error) => error.code(),
        Error::Mail(error) => error.code(),
        Error::DiskFull => jobs::DISK_FULL,
        Error::Io { .. } => "io",
        Error::Refused(_) | Error::Invalid(_) | Error::TooOften { .. } => "refused",
        Error::Busy { .. } => "busy",
        Error::Database(_) | Error::Internal(_) => "internal",
    }
}

/// Writes it down, and tries until there is room to. A server that is stopped meanwhile finds the job as it was when it
/// began, and does it again, which does no harm.
pub(super) async fn write(app: &App, job: Claimed, mut note: Note, room: &Room, stop: &CancellationToken) {
    if matches!(note, Note::WaitsForRoom { .. }) {
        room.look(app).await;
    }
    loop {
        let (written, about, now) = (note.clone(), job.clone(), app.clock.now());
        match app.db.write(move |tx| written.put_down(tx, now, &about)).await {
            Err(Error::DiskFull | Error::Busy { .. }) => {
                tracing::warn!("no room to write down how the job ended");
                app.board.waits_for_room(job.id);
            }
            Err(error) => {
                tracing::error!(%error, "cannot note how a job ended");
                break;
            }
            Ok(()) => break,
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => break,
        }
        if matches!(note, Note::WaitsForRoom { .. }) {
            // Once this can be written there is room.
            note = Note::WaitsForRoom { seconds: 0 };
        }
    }
    app.board.remove(job.id);
}
