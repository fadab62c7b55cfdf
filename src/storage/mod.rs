//! Where files lie: under `DATA/media` what must be kept, under `DATA/cache` and `DATA/tmp` what may be deleted at any time.
//!
//! ```text
//! media/sources/UUID.EXT      files as they were sent
//! media/hls/UUID/FILE         playlists, fragmented MP4, lists of hashes, records of fragments
//! media/web-videos/FILE       progressive MP4
//! media/pictures/FILE         thumbnails, previews, storyboards, avatars, banners (names are unique)
//! media/captions/FILE         WebVTT
//! tmp/uploads/ID              uploads that are not finished
//! ```

mod pieces;
mod receiving;
mod usage;

pub use receiving::{Hold, Receiving};
pub use usage::{Found, Usage};

use crate::error::{Error, Result};
use std::{
    collections::HashMap,
    fs,
    io::ErrorKind,
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex},
};
use uuid::Uuid;

/// The data folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage {
    root: PathBuf,
    /// Uploads that a request is writing or finishing.
    held: Arc<Mutex<HashMap<String, receiving::Held>>>,
}

/// Bytes of the disk that holds the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskSpace {
    /// All of it.
    pub total: u64,
    /// What we may still use.
    pub free: u64,
}

/// Made when they are missing.
const FOLDERS: [&str; 7] = [
    "media/sources",
    "media/hls",
    "media/web-videos",
    "media/pictures",
    "media/captions",
    "cache",
    "tmp/uploads",
];

impl Storage {
    /// Makes the folders that are missing.
    pub fn open(root: &Path) -> Result<Self> {
        for folder in FOLDERS {
            let path = root.join(folder);
            fs::create_dir_all(&path).map_err(Error::io(&path))?;
        }
        Ok(Self { root: root.to_owned(), held: Arc::default() })
    }

    /// A path under the data folder, from the form in which rows and jobs keep it.
    ///
    /// # Errors
    /// [`Error::Internal`] when it would lead out of the folder.
    pub fn path(&self, relative: &str) -> Result<PathBuf> {
        let path = Path::new(relative);
        if relative.is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(Error::internal(format!("{relative:?} is no path under the data folder")));
        }
        Ok(self.root.join(path))
    }

    /// Relative path of a source.
    pub fn source(file: &str) -> String {
        format!("media/sources/{file}")
    }

    /// Relative path of the folder of a video's HLS files.
    pub fn hls_folder(video: Uuid) -> String {
        format!("media/hls/{video}")
    }

    /// Relative path of one of a video's HLS files.
    pub fn hls(video: Uuid, file: &str) -> String {
        format!("media/hls/{video}/{file}")
    }

    /// Relative path of a progressive MP4.
    pub fn web_video(file: &str) -> String {
        format!("media/web-videos/{file}")
    }

    /// Relative path of a picture of any kind.
    pub fn picture(file: &str) -> String {
        format!("media/pictures/{file}")
    }

    /// Relative path of captions.
    pub fn caption(file: &str) -> String {
        format!("media/captions/{file}")
    }

    /// Relative path of the bytes received of an upload.
    pub fn upload(id: &str) -> String {
        format!("tmp/uploads/{id}")
    }

    /// Relative path of a picture that came with an upload: `kind` is `thumbnail` or `preview`.
    pub fn upload_picture(id: &str, kind: &str) -> String {
        format!("tmp/uploads/{id}-{kind}")
    }

    /// All files of an upload.
    pub fn upload_files(id: &str) -> [String; 4] {
        let picture = |kind| Self::upload_picture(id, kind);
        [Self::upload(id), picture("thumbnail"), picture("preview"), picture("sent")]
    }

    /// The data folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Gives what was received its place among what is kept: afterwards both names are there and safe on the disk. The
    /// first is to be removed when a row names the second, so that a crash between loses neither.
    pub fn keep(&self, received: &str, kept: &str) -> Result<()> {
        let (from, to) = (self.path(received)?, self.path(kept)?);
        // What was received days ago is new there: until a row names it, it is not to count as forgotten.
        touch(&from).map_err(|error| Error::io(&from)(error.into()))?;
        match fs::hard_link(&from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(Error::io(&from)(error)),
            // A file system without links (FAT on a USB stick).
            Err(_) => fs::rename(&from, &to).map_err(Error::io(&to))?,
        }
        self.sync(kept)
    }

    /// Makes a file that another process wrote, and its name, safe against a power cut.
    pub fn sync(&self, relative: &str) -> Result<()> {
        let path = self.path(relative)?;
        fs::File::open(&path).and_then(|file| file.sync_all()).map_err(Error::io(&path))?;
        self.sync_folder_of(relative)
    }

    /// Takes back what [`Self::keep`] did.
    pub fn give_back(&self, received: &str, kept: &str) -> Result<()> {
        let (to, from) = (self.path(received)?, self.path(kept)?);
        if to.exists() {
            return self.remove_all(&[kept.to_owned()]);
        }
        fs::rename(&from, &to).map_err(Error::io(&from))
    }

    /// Makes a new or removed name in a folder safe against a power cut.
    pub fn sync_folder_of(&self, relative: &str) -> Result<()> {
        let path = self.path(relative)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io(folder))
    }

    /// Writes a whole file under its final name: nobody ever sees a part of it.
    pub fn write_whole(&self, relative: &str, bytes: &[u8]) -> Result<()> {
        use std::io::Write as _;
        let path = self.path(relative)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(Error::io(folder))?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::io(folder))?;
        file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(Error::io(&path))?;
        // Temporary files are for their owner only; these are handed out, perhaps by another program.
        let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        fs::set_permissions(file.path(), readable).map_err(Error::io(&path))?;
        file.persist(&path).map_err(|error| Error::io(&path)(error.error))?;
        self.sync_folder_of(relative)
    }

    /// Names in a folder.
    pub fn names_in(&self, folder: &str) -> Result<Vec<String>> {
        let path = self.path(folder)?;
        let entries = fs::read_dir(&path).map_err(Error::io(&path))?;
        Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
    }

    /// Puts new contents in the place of a file whose contents change every few seconds: never seen in part, and not
    /// worth a sync each time.
    pub fn replace(&self, relative: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path(relative)?;
        let mut beside = path.clone().into_os_string();
        beside.push(".new");
        let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, &path));
        if written.is_err() {
            // A full disk: what is there of it is of no use.
            let _ = fs::remove_file(&beside);
        }
        written.map_err(Error::io(&path))
    }

    /// Removes files and folders with what is in them; what is not there is no fault.
    pub fn remove_all(&self, relative: &[String]) -> Result<()> {
        for relative in relative {
            let path = self.path(relative)?;
            let removed = match fs::symlink_metadata(&path) {
                Ok(found) if found.is_dir() => fs::remove_dir_all(&path),
                Ok(_) => fs::remove_file(&path),
                Err(error) => Err(error),
            };
            match removed {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(Error::io(&path)(error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Room on the disk.
    pub fn disk_space(&self) -> Result<DiskSpace> {
        let stat = rustix::fs::statvfs(&self.root).map_err(|error| Error::io(&self.root)(error.into()))?;
        Ok(DiskSpace {
            total: stat.f_blocks.saturating_mul(stat.f_frsize),
            free: stat.f_bavail.saturating_mul(stat.f_frsize),
        })
    }
}

/// Has a file changed at this moment.
fn touch(path: &Path) -> rustix::io::Result<()> {
    let at = |tv_nsec| rustix::fs::Timespec { tv_sec: 0, tv_nsec };
    let times = rustix::fs::Timestamps {
        last_access: at(rustix::fs::UTIME_OMIT),
        last_modification: at(rustix::fs::UTIME_NOW),
    };
    rustix::fs::utimensat(rustix::fs::CWD, path, &times, rustix::fs::AtFlags::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out() {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path()).unwrap();
        for bad in ["", "..", "media/../../x", "/etc/passwd", "media/./..", "."] {
            assert!(storage.path(bad).is_err(), "{bad}");
        }
        assert!(storage.path("media/hls/x.mp4").is_ok());
    }

    #[test]
    fn what_was_received_long_ago_is_new_where_it_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path()).unwrap();
        let (received, kept) = ("tmp/uploads/a", "media/sources/a.mp4");
        let file = fs::File::create(dir.path().join(received)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(86_400)).unwrap();
        let since_1970 = |days: i64| Some(days * 86_400_000);
        assert_eq!(storage.found_in("tmp/uploads", since_1970(2)).unwrap().len(), 1);
        storage.keep(received, kept).unwrap();
        assert_eq!(storage.found_in("media/sources", since_1970(10_000)).unwrap(), []);
        assert_eq!(storage.found_in("media/sources", None).unwrap().len(), 1);
    }

    #[test]
    fn removing_twice_is_no_fault() {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path()).unwrap();
        fs::create_dir_all(dir.path().join("media/hls/a")).unwrap();
        fs::write(dir.path().join("media/hls/a/b"), "x").unwrap();
        let paths = ["media/hls/a".to_owned(), "media/none".to_owned()];
        storage.remove_all(&paths).unwrap();
        storage.remove_all(&paths).unwrap();
        assert!(!dir.path().join("media/hls/a").exists());
    }
}
