//! Jobs about files alone, and files that a job may leave behind.

use super::{Outcome, Work};
use crate::{
    error::{Error, Result},
    media::{child::Verb, limits::Limits},
    storage::Storage,
    uploads,
};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

pub(super) async fn remove(work: &Work, paths: Vec<String>) -> Result<Outcome> {
    let storage = work.app.storage.clone();
    tokio::task::spawn_blocking(move || storage.remove_all(&paths)).await.map_err(Error::internal)??;
    Ok(Outcome::Done)
}

/// Runs a child that writes files. When it fails or is stopped nothing of them is left, begun ones included.
pub(super) async fn written<J, D>(
    work: &Work,
    verb: Verb,
    job: &J,
    limits: Limits,
    files: &[String],
) -> Result<D>
where
    J: Serialize + Sync,
    D: DeserializeOwned + Send,
{
    let made = work.app.launcher.call(verb, job, limits, &work.ended).await;
    if made.is_err() {
        let partial = |file: &String| Path::new(file).with_extension("partial").display().to_string();
        let paths = files.iter().cloned().chain(files.iter().map(partial)).collect();
        remove(work, paths).await?;
    }
    Ok(made?)
}

pub(super) async fn expire_uploads(work: &Work) -> Result<Outcome> {
    loop {
        let now = work.app.clock.now();
        let expired = work
            .app
            .db
            .write(move |tx| {
                let expired = uploads::expire(tx, now)?;
                uploads::schedule_expiry(tx, now)?;
                Ok(expired)
            })
            .await?;
        if expired.is_empty() {
            return Ok(Outcome::Done);
        }
        let paths = expired.iter().flat_map(|id| Storage::upload_files(id)).collect();
        remove(work, paths).await?;
    }
}
