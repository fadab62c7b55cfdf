//! How far the work is that runs now. Kept in memory, so that a bar that moves every second does not write to the
//! card; what must survive is in the table. So is what a full disk keeps out of the table.

use super::{DISK_FULL, Entry, State};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

/// How far one job is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Part done, 0 to 1.
    pub done: f64,
    /// Seconds left, when known.
    pub seconds_left: Option<f64>,
    /// The same per rendition, for work on several at once.
    #[serde(default)]
    pub renditions: Vec<RenditionProgress>,
}

/// How far one rendition is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenditionProgress {
    /// PeerTube's resolution id.
    pub resolution: u32,
    /// Part done, 0 to 1.
    pub done: f64,
    /// Seconds left, when known.
    pub seconds_left: Option<f64>,
}

/// The progress of all running jobs. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    running: HashMap<i64, Progress>,
    /// Ended, which there is no room to write down.
    unwritten: HashSet<i64>,
    /// Nothing new is begun.
    paused: bool,
}

/// Seconds from now for which a job is said to wait that nothing could be written down of.
const A_MOMENT: i64 = 5;

impl Board {
    /// Notes how far a job is.
    pub fn set(&self, job: i64, progress: Progress) {
        self.lock().running.insert(job, progress);
    }

    /// How far a job is, when it runs here.
    pub fn get(&self, job: i64) -> Option<Progress> {
        self.lock().running.get(&job).cloned()
    }

    /// The job does not run any more, and the disk is too full to write that down.
    pub fn waits_for_room(&self, job: i64) {
        let mut inner = self.lock();
        inner.running.remove(&job);
        inner.unwritten.insert(job);
    }

    /// The job ended, and the table says how.
    pub fn remove(&self, job: i64) {
        let mut inner = self.lock();
        inner.running.remove(&job);
        inner.unwritten.remove(&job);
    }

    /// Nothing new is begun until [`Self::resume`] or the next start, as in PeerTube; what runs goes on to its end.
    pub fn pause(&self) {
        self.lock().paused = true;
    }

    /// Work is begun again.
    pub fn resume(&self) {
        self.lock().paused = false;
    }

    /// Whether nothing new is begun.
    pub fn is_paused(&self) -> bool {
        self.lock().paused
    }

    /// A row of the table as it would be if there were room to write it.
    #[must_use]
    pub fn as_it_stands(&self, entry: Entry, now: Timestamp) -> Entry {
        if entry.state != State::Active || !self.lock().unwritten.contains(&entry.id) {
            return entry;
        }
        Entry {
            state: State::Waiting,
            run_at: now.plus_seconds(A_MOMENT),
            error_code: Some(DISK_FULL.to_owned()),
            error: Some("the disk is too full for the database".to_owned()),
            ..entry
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
