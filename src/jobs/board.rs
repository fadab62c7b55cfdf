//! How far the work is that runs now. Kept in memory, so that a bar that moves every second does not write to the
//! card; what must survive is in the table.

use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
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
pub struct Board(Arc<Mutex<HashMap<i64, Progress>>>);

impl Board {
    /// Notes how far a job is.
    pub fn set(&self, job: i64, progress: Progress) {
        self.lock().insert(job, progress);
    }

    /// How far a job is, when it runs here.
    pub fn get(&self, job: i64) -> Option<Progress> {
        self.lock().get(&job).cloned()
    }

    /// The job ended.
    pub fn remove(&self, job: i64) {
        self.lock().remove(&job);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
