//! Jobs about files alone.

use super::{Outcome, Work};
use crate::{
    error::{Error, Result},
    storage::Storage,
    uploads,
};

pub(super) async fn remove(work: &Work, paths: Vec<String>) -> Result<Outcome> {
    let storage = work.app.storage.clone();
    tokio::task::spawn_blocking(move || storage.remove_all(&paths)).await.map_err(Error::internal)??;
    Ok(Outcome::Done)
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
