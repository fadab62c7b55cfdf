//! The one thread that writes. It takes what waits, runs each piece of work in its own savepoint, and commits them
//! together: ten people who save at once cost the card one fsync instead of ten.

use crate::error::{Error, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};
use tokio::sync::{mpsc, oneshot};

/// Writes that may wait. Beyond it callers wait for a place, which slows them down instead of eating memory.
const WAITING: usize = 256;
/// Writes in one commit at most, so that the first of them does not wait long.
const GROUP: usize = 64;

/// Tells the caller how its work ended, once the commit is done or has failed.
type Answer = Box<dyn FnOnce(Result<()>) + Send>;
/// Work in a savepoint: whether it is to be kept, and whom to tell.
type Work = Box<dyn FnOnce(&Transaction<'_>) -> (bool, Answer) + Send>;

pub(super) struct Writer {
    queue: mpsc::Sender<Work>,
}

impl Writer {
    pub(super) fn start(mut conn: Connection) -> Result<Self> {
        let (queue, mut waiting) = mpsc::channel::<Work>(WAITING);
        thread::Builder::new()
            .name("db-write".to_owned())
            .spawn(move || {
                while let Some(first) = waiting.blocking_recv() {
                    let mut group = vec![first];
                    while group.len() < GROUP
                        && let Ok(next) = waiting.try_recv()
                    {
                        group.push(next);
                    }
                    commit_together(&mut conn, group);
                }
                // Leave the file with an empty log and fresh statistics. A failure here loses nothing.
                let _ = conn.execute_batch("pragma optimize; pragma wal_checkpoint(truncate)");
            })
            .map_err(|error| Error::internal(format!("cannot start the writer: {error}")))?;
        Ok(Self { queue })
    }

    pub(super) async fn run<T, F, S>(&self, work: F, see: S) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
        S: FnOnce(&T) + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let span = tracing::Span::current();
        let work: Work = Box::new(move |tx| {
            let _entered = span.entered();
            // A panic must not take the only writer with it.
            let done = catch_unwind(AssertUnwindSafe(|| work(tx)))
                .unwrap_or_else(|_| Err(Error::internal("panic while writing the database")));
            let keep = done.is_ok();
            let tell: Answer = Box::new(move |committed| {
                let done = committed.and(done);
                if let Ok(done) = &done {
                    see(done);
                }
                // Nobody listens when the request was dropped meanwhile.
                let _ = reply.send(done);
            });
            (keep, tell)
        });
        let closed = || Error::internal("the database is closed");
        self.queue.send(work).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

fn commit_together(conn: &mut Connection, group: Vec<Work>) {
    let mut answers = Vec::with_capacity(group.len());
    let done = run_group(conn, group, &mut answers);
    let failure = done.err().map(Failure::from);
    for answer in answers {
        answer(failure.as_ref().map_or(Ok(()), |failure| Err(failure.error())));
    }
}

fn run_group(conn: &mut Connection, group: Vec<Work>, answers: &mut Vec<Answer>) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for work in group {
        tx.execute_batch("savepoint work")?;
        let (keep, answer) = work(&tx);
        // The answer is kept before the savepoint is closed: whoever waits is told even if that fails.
        answers.push(answer);
        tx.execute_batch(if keep { "release work" } else { "rollback to work; release work" })?;
    }
    tx.commit()?;
    Ok(())
}

/// One failure told to several callers: errors of SQLite cannot be cloned.
enum Failure {
    DiskFull,
    Busy,
    Other(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::DiskFull => Self::DiskFull,
            Error::Busy { .. } => Self::Busy,
            other => Self::Other(other.to_string()),
        }
    }
}

impl Failure {
    fn error(&self) -> Error {
        match self {
            Self::DiskFull => Error::DiskFull,
            Self::Busy => Error::Busy {
                retry_after: 5,
                detail: "The database is busy, please try again in a moment.".into(),
            },
            Self::Other(text) => Error::Internal(text.clone()),
        }
    }
}
