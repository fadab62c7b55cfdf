//! Before the work begins: removes what a crash left between a file and its row.

use crate::{
    app::App,
    error::{Error, Result},
    ids,
    storage::Storage,
    uploads,
    videos::{self, Key, making},
};
use rusqlite::Connection;
use std::collections::HashSet;

/// Removes received bytes that no upload names, and sources, renditions and progressive files that no video names. To be
/// called before requests are answered and jobs run.
pub async fn sweep(app: &App) -> Result<()> {
    let storage = app.storage.clone();
    let there = tokio::task::spawn_blocking({
        let storage = storage.clone();
        move || There::look(&storage)
    });
    let there = there.await.map_err(Error::internal)??;
    let orphans = app.db.read(move |conn| there.orphans(conn)).await?;
    if orphans.is_empty() {
        return Ok(());
    }
    tracing::info!(files = orphans.len(), "removing what a crash left behind");
    tokio::task::spawn_blocking(move || storage.remove_all(&orphans)).await.map_err(Error::internal)?
}

/// Names that are on the disk.
struct There {
    received: Vec<String>,
    sources: Vec<String>,
    renditions: Vec<String>,
    progressive: Vec<String>,
    pictures: Vec<String>,
}

impl There {
    fn look(storage: &Storage) -> Result<Self> {
        Ok(Self {
            received: storage.names_in("tmp/uploads")?,
            sources: storage.names_in("media/sources")?,
            renditions: storage.names_in("media/hls")?,
            progressive: storage.names_in("media/web-videos")?,
            pictures: storage.names_in("media/pictures")?,
        })
    }

    /// Paths of what no row names.
    fn orphans(self, conn: &Connection) -> Result<Vec<String>> {
        let known: HashSet<String> =
            uploads::ids(conn)?.iter().flat_map(|id| Storage::upload_files(id)).collect();
        let mut orphans: Vec<String> = self.received.iter().map(|name| Storage::upload(name)).collect();
        orphans.retain(|path| !known.contains(path));
        for name in self.sources {
            if !making::names_source(conn, &name)? {
                orphans.push(Storage::source(&name));
            }
        }
        for name in self.renditions {
            let Some(video) = ids::parse_uuid(&name) else { continue };
            match videos::find(conn, &Key::Uuid(video)) {
                Ok(_) => {}
                Err(error) if error.is_not_found() => orphans.push(Storage::hls_folder(video)),
                Err(error) => return Err(error),
            }
        }
        for name in self.progressive {
            if !making::names_progressive(conn, &name)? {
                orphans.push(Storage::web_video(&name));
            }
        }
        let half = self.pictures.iter().filter(|name| name.ends_with(".partial"));
        orphans.extend(half.map(|name| Storage::picture(name)));
        Ok(orphans)
    }
}
