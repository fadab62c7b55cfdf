//! Bytes of an upload as they come in. Constant memory at any size; what was acknowledged is on the disk.

use super::Storage;
use crate::error::{Error, Result};
use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt as _,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// Bytes gathered before they are written: network packets are small, writes cost a change of thread.
const GATHERED: usize = 1 << 20;

/// A request that is at an upload.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// It is to leave off.
    wanted: CancellationToken,
    /// It has left.
    given_back: CancellationToken,
}

/// One request's right to write or finish an upload; given back when dropped.
#[derive(Debug)]
pub struct Hold {
    held: Arc<Mutex<HashMap<String, Held>>>,
    id: String,
    this: Held,
}

impl Hold {
    /// Waits until somebody else wants to know what came ([`Storage::interrupt`]).
    pub async fn wanted(&self) {
        self.this.wanted.cancelled().await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
        self.this.given_back.cancel();
    }
}

/// An upload's file, open at its end.
#[derive(Debug)]
pub struct Receiving {
    file: Arc<File>,
    path: PathBuf,
    gathered: Vec<u8>,
    length: u64,
}

impl Storage {
    /// Takes hold of an upload; `None` while another request has it.
    pub fn hold(&self, id: &str) -> Option<Hold> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.contains_key(id) {
            return None;
        }
        let this = Held::default();
        held.insert(id.to_owned(), this.clone());
        Some(Hold { held: Arc::clone(&self.held), id: id.to_owned(), this })
    }

    /// Has the request that is at this upload leave off, and waits until it has made safe what came.
    pub async fn interrupt(&self, id: &str) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        if let Some(held) = held {
            held.wanted.cancel();
            held.given_back.cancelled().await;
        }
    }

    /// Whether a request is at this upload.
    pub fn is_held(&self, id: &str) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    /// Bytes of an upload that are really there: what was acknowledged, less when somebody emptied `tmp`.
    pub async fn upload_length(&self, id: &str, acknowledged: u64) -> Result<u64> {
        let path = self.path(&Self::upload(id))?;
        match tokio::fs::metadata(&path).await {
            Ok(found) => Ok(found.len().min(acknowledged)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(Error::io(&path)(error)),
        }
    }

    /// Opens an upload's file to go on after `acknowledged` bytes; what a crash left behind them is cut off.
    pub async fn receive(&self, id: &str, acknowledged: u64) -> Result<Receiving> {
        let path = self.path(&Self::upload(id))?;
        let folder = path.parent().unwrap_or(self.root());
        // `tmp` may be deleted at any time.
        tokio::fs::create_dir_all(folder).await.map_err(Error::io(folder))?;
        let (storage, relative) = (self.clone(), Self::upload(id));
        let opened = move || {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(false);
            let file = options.open(&path).map_err(Error::io(&path))?;
            let length = file.metadata().map_err(Error::io(&path))?.len().min(acknowledged);
            file.set_len(length).map_err(Error::io(&path))?;
            if acknowledged == 0 {
                storage.sync_folder_of(&relative)?;
            }
            let gathered = Vec::with_capacity(2 * GATHERED);
            Ok(Receiving { file: Arc::new(file), path, gathered, length })
        };
        tokio::task::spawn_blocking(opened).await.map_err(Error::internal)?
    }
}

impl Receiving {
    /// Bytes so far, those not yet synced included.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.gathered.extend_from_slice(bytes);
        self.length += bytes.len() as u64;
        if self.gathered.len() >= GATHERED { self.write(|_| Ok(())).await } else { Ok(()) }
    }

    /// Makes everything so far safe against a power cut, and tells how much that is.
    pub async fn sync(&mut self) -> Result<u64> {
        self.write(File::sync_data).await?;
        Ok(self.length)
    }

    /// Forgets everything after `length` bytes.
    pub async fn cut(&mut self, length: u64) -> Result<()> {
        self.gathered.clear();
        self.length = length;
        self.write(move |file| file.set_len(length)).await
    }

    /// Writes what was gathered, and does more to the file, off the runtime. What could not be written is gone, and so is
    /// what this request brought.
    async fn write(&mut self, then: impl FnOnce(&File) -> io::Result<()> + Send + 'static) -> Result<()> {
        let mut gathered = std::mem::take(&mut self.gathered);
        let (file, at) = (Arc::clone(&self.file), self.length - gathered.len() as u64);
        let written = move || {
            file.write_all_at(&gathered, at)?;
            gathered.clear();
            then(&file)?;
            Ok(gathered)
        };
        let written = tokio::task::spawn_blocking(written).await.map_err(Error::internal)?;
        self.gathered = written.map_err(Error::io(&self.path))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn goes_on_after_what_was_acknowledged_and_cuts_off_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path()).unwrap();
        let mut receiving = storage.receive("a", 0).await.unwrap();
        receiving.add(b"acknowledged").await.unwrap();
        assert_eq!(receiving.sync().await.unwrap(), 12);
        receiving.add(b" and lost").await.unwrap();
        receiving.write(|_| Ok(())).await.unwrap();
        drop(receiving);

        assert_eq!(storage.upload_length("a", 12).await.unwrap(), 12);
        let mut receiving = storage.receive("a", 12).await.unwrap();
        receiving.add(b", again").await.unwrap();
        receiving.sync().await.unwrap();
        assert_eq!(std::fs::read(dir.path().join("tmp/uploads/a")).unwrap(), b"acknowledged, again");
    }

    #[tokio::test]
    async fn an_emptied_folder_is_begun_again() {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path()).unwrap();
        std::fs::remove_dir_all(dir.path().join("tmp")).unwrap();
        assert_eq!(storage.upload_length("a", 7).await.unwrap(), 0);
        assert_eq!(storage.receive("a", 7).await.unwrap().length(), 0);
    }

    #[test]
    fn one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path()).unwrap();
        let hold = storage.hold("a").unwrap();
        assert!(storage.hold("a").is_none() && storage.hold("b").is_some());
        drop(hold);
        assert!(storage.hold("a").is_some());
    }
}
