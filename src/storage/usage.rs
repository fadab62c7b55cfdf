//! What takes how much of the disk, and what may go.

use super::Storage;
use crate::error::{Error, Result};
use std::{
    fs,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

/// What takes how much of the disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Usage {
    /// The disk.
    pub total: u64,
    /// Of it, what we may still use.
    pub free: u64,
    /// Videos, pictures, captions; the five that follow together.
    pub media: u64,
    /// Files as they were sent.
    pub sources: u64,
    /// What is watched, in all its sizes.
    pub renditions: u64,
    /// Files for download and old players.
    pub progressive: u64,
    /// Thumbnails, previews, storyboards, avatars, banners.
    pub pictures: u64,
    /// Captions.
    pub captions: u64,
    /// What may be deleted at any time.
    pub cache: u64,
    /// Work that is going on.
    pub tmp: u64,
    /// Uploads that are not finished.
    pub uploads: u64,
    /// The database with its log.
    pub database: u64,
}

/// A file, or a folder with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Path under the data folder.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
}

impl Found {
    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// Bytes of all files below a folder; what vanishes meanwhile counts nothing. Links are not followed.
fn bytes_in(folder: &Path) -> u64 {
    let mut bytes = 0_u64;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => folders.push(entry.path()),
                Ok(found) if found.is_file() => bytes += found.len(),
                _ => {}
            }
        }
    }
    bytes
}

impl Storage {
    /// What takes how much of the disk. Walks over every file: for a page that is looked at now and then.
    pub fn usage(&self, database: &Path) -> Result<Usage> {
        let space = self.disk_space()?;
        // The log of SQLite counts with it.
        let log = database.with_extension("sqlite3-wal");
        let size = |path: &Path| fs::metadata(path).map_or(0, |found| found.len());
        let below = |folder: &str| bytes_in(&self.root.join(folder));
        let uploads = below("tmp/uploads");
        let (sources, renditions, progressive) =
            (below("media/sources"), below("media/hls"), below("media/web-videos"));
        let (pictures, captions) = (below("media/pictures"), below("media/captions"));
        Ok(Usage {
            total: space.total,
            free: space.free,
            media: sources + renditions + progressive + pictures + captions,
            sources,
            renditions,
            progressive,
            pictures,
            captions,
            cache: below("cache"),
            tmp: below("tmp") - uploads,
            uploads,
            database: size(database) + size(&log),
        })
    }

    /// What is in a folder; with `before`, only what has not been touched since, in milliseconds since 1970. Bytes are
    /// counted only then.
    pub fn found_in(&self, folder: &str, before: Option<i64>) -> Result<Vec<Found>> {
        let top = self.path(folder)?;
        let mut all = Vec::new();
        for entry in fs::read_dir(&top).map_err(Error::io(&top))?.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = format!("{folder}/{name}");
            let Some(before) = before else {
                all.push(Found { path, bytes: 0 });
                continue;
            };
            // What vanishes meanwhile is no finding.
            let Ok(found) = entry.metadata() else { continue };
            let moment = UNIX_EPOCH + Duration::from_millis(before.max(0) as u64);
            if found.modified().is_ok_and(|modified| modified < moment) {
                let bytes = if found.is_dir() { bytes_in(&entry.path()) } else { found.len() };
                all.push(Found { path, bytes });
            }
        }
        Ok(all)
    }

    /// Empties the folder of what may be deleted at any time.
    pub fn empty_cache(&self) -> Result<()> {
        let paths: Vec<_> = self.found_in("cache", None)?.into_iter().map(|found| found.path).collect();
        self.remove_all(&paths)
    }
}
