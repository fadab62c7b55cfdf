//! Files that no row names: what a crash left between a file and its row, and what was copied into the folder by hand.

use super::App;
use crate::{
    accounts::images,
    clock::Timestamp,
    error::{Error, Result},
    ids, playlists, settings,
    storage::{Found, Storage},
    uploads,
    videos::upkeep::{self, Folder},
};
use rusqlite::Connection;
use std::collections::HashSet;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Before anything runs: what a crash leaves. Quick, also on a full disk.
    AfterCrash,
    /// Everything that has not been touched since this moment: what is younger may get its row yet.
    NotTouchedSince(Timestamp),
}

impl App {
    /// Paths of what a crash left. To be asked before anything runs.
    ///
    /// # Errors
    /// When a folder cannot be read or the database fails.
    pub async fn left_by_a_crash(&self) -> Result<Vec<String>> {
        let orphans = self.orphans(Look::AfterCrash).await?;
        Ok(orphans.into_iter().map(|found| found.path).collect())
    }

    /// Files and folders that no row names and that have not been touched since `at`, with their bytes.
    ///
    /// # Errors
    /// When a folder cannot be read or the database fails.
    pub async fn nameless_files(&self, at: Timestamp) -> Result<Vec<Found>> {
        self.orphans(Look::NotTouchedSince(at)).await
    }

    async fn orphans(&self, look: Look) -> Result<Vec<Found>> {
        let storage = self.storage.clone();
        let there = tokio::task::spawn_blocking(move || There::look(&storage, look));
        let there = there.await.map_err(Error::internal)??;
        self.db.read(move |conn| there.orphans(conn, look)).await
    }
}

/// What is on the disk.
struct There {
    received: Vec<Found>,
    sources: Vec<Found>,
    renditions: Vec<Found>,
    progressive: Vec<Found>,
    pictures: Vec<Found>,
    captions: Vec<Found>,
}

impl There {
    fn look(storage: &Storage, look: Look) -> Result<Self> {
        let before = match look {
            Look::AfterCrash => None,
            Look::NotTouchedSince(at) => Some(at.0),
        };
        let found = |folder| storage.found_in(folder, before);
        Ok(Self {
            received: found("tmp/uploads")?,
            sources: found("media/sources")?,
            renditions: found("media/hls")?,
            progressive: found("media/web-videos")?,
            pictures: found("media/pictures")?,
            captions: found("media/captions")?,
        })
    }

    /// Paths of what no row names.
    fn orphans(self, conn: &Connection, look: Look) -> Result<Vec<Found>> {
        let known: HashSet<String> =
            uploads::ids(conn)?.iter().flat_map(|id| Storage::upload_files(id)).collect();
        let mut orphans = self.received;
        orphans.retain(|found| !known.contains(&found.path));
        let mut unless = |all: Vec<Found>, named: &dyn Fn(&str) -> Result<bool>| {
            for found in all {
                if !named(found.name())? {
                    orphans.push(found);
                }
            }
            Ok::<_, Error>(())
        };
        unless(self.sources, &|file| upkeep::names(conn, Folder::Sources, file))?;
        unless(self.renditions, &|folder| names_renditions(conn, folder))?;
        unless(self.progressive, &|file| upkeep::names(conn, Folder::Progressive, file))?;
        match look {
            // There are many of them, and a crash leaves halves.
            Look::AfterCrash => unless(self.pictures, &|file| Ok(!file.ends_with(".partial")))?,
            Look::NotTouchedSince(_) => {
                unless(self.pictures, &|file| names_picture(conn, file))?;
                unless(self.captions, &|file| upkeep::names(conn, Folder::Captions, file))?;
            }
        }
        Ok(orphans)
    }
}

/// Whether a folder of renditions is that of a video; what is not called like one is not ours.
fn names_renditions(conn: &Connection, folder: &str) -> Result<bool> {
    ids::parse_uuid(folder).map_or(Ok(true), |video| upkeep::names_folder(conn, video))
}

/// Whether any row names a picture. Every table with names of pictures is asked; a test finds tables that are not.
fn names_picture(conn: &Connection, file: &str) -> Result<bool> {
    Ok(upkeep::names(conn, Folder::Pictures, file)?
        || images::names(conn, file)?
        || playlists::names_picture(conn, file)?
        || settings::pictures::names(conn, file)?)
}
