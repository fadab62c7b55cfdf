//! Before the work begins: removes what a crash left between a file and its row.

use crate::{
    app::App,
    error::{Error, Result},
};

/// Removes received bytes that no upload names, and sources, renditions and progressive files that no video names. To be
/// called before requests are answered and jobs run.
pub async fn sweep(app: &App) -> Result<()> {
    let orphans: Vec<String> = app.left_by_a_crash().await?;
    if orphans.is_empty() {
        return Ok(());
    }
    tracing::info!(files = orphans.len(), "removing what a crash left behind");
    let storage = app.storage.clone();
    tokio::task::spawn_blocking(move || storage.remove_all(&orphans)).await.map_err(Error::internal)?
}
