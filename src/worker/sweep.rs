//! Before the work begins: removes what a crash left between a file and its row.

use crate::{
    app::App,
    error::{Error, Result},
    storage::Storage,
    uploads,
    videos::making,
};
use std::collections::HashSet;

/// Removes received bytes that no upload names, and sources that no video names. To be called before requests are
/// answered and jobs run.
pub async fn sweep(app: &App) -> Result<()> {
    let storage = app.storage.clone();
    let received = tokio::task::spawn_blocking({
        let storage = storage.clone();
        move || storage.names_in("tmp/uploads")
    });
    let received = received.await.map_err(Error::internal)??;
    let sources = tokio::task::spawn_blocking({
        let storage = storage.clone();
        move || storage.names_in("media/sources")
    });
    let sources = sources.await.map_err(Error::internal)??;
    if received.is_empty() && sources.is_empty() {
        return Ok(());
    }
    let orphans = app
        .db
        .read(move |conn| {
            let known: HashSet<String> =
                uploads::ids(conn)?.iter().flat_map(|id| Storage::upload_files(id)).collect();
            let mut orphans: Vec<String> = received
                .iter()
                .map(|name| Storage::upload(name))
                .filter(|path| !known.contains(path))
                .collect();
            for name in sources {
                if !making::names_source(conn, &name)? {
                    orphans.push(Storage::source(&name));
                }
            }
            Ok(orphans)
        })
        .await?;
    if !orphans.is_empty() {
        tracing::info!(files = orphans.len(), "removing what a crash left behind");
    }
    tokio::task::spawn_blocking(move || storage.remove_all(&orphans)).await.map_err(Error::internal)?
}
