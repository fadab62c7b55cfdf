//! Which room does which job.

use super::{Outcome, Work};
use crate::{
    clock::Timestamp,
    error::{Error, Result},
    jobs::Job,
};
use rusqlite::Transaction;

pub(super) async fn run(work: &Work, job: Job) -> Result<Outcome> {
    match job {
        Job::RemoveFiles { paths } => {
            let storage = work.app.storage.clone();
            tokio::task::spawn_blocking(move || storage.remove_all(&paths))
                .await
                .map_err(Error::internal)??;
            Ok(Outcome::Done)
        }
        other => Err(Error::internal(format!("nobody does {}", other.kind()))),
    }
}

/// Tells the subject of a job that was set aside.
pub(super) fn gave_up(
    _tx: &Transaction<'_>,
    _now: Timestamp,
    _job: &Job,
    _code: &str,
    _text: &str,
) -> Result<()> {
    Ok(())
}
