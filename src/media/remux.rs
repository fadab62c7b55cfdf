//! One progressive MP4 out of renditions, for downloads and simple players: the same frames with the table in front.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::fmp4::{Keep, write_progressive};
use super::stop::Stop;
use super::{MediaError, Result};

/// What to put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemuxJob {
    /// A rendition's fragmented file.
    pub from: PathBuf,
    /// The sound-only rendition, where renditions of films have no sound.
    #[serde(default)]
    pub sound: Option<PathBuf>,
    /// Only the sound (an m4a).
    #[serde(default)]
    pub sound_only: bool,
    /// The file to make. It appears when it is whole.
    pub to: PathBuf,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remuxed {
    /// Bytes.
    pub size: u64,
}

/// Does the job. Takes as long as copying the file.
pub fn run(job: &RemuxJob, stop: &Stop) -> Result<Remuxed> {
    let mut from = vec![(job.from.as_path(), if job.sound_only { Keep::Sound } else { Keep::All })];
    if let Some(sound) = &job.sound {
        from = vec![(job.from.as_path(), Keep::Film), (sound.as_path(), Keep::Sound)];
        if job.sound_only {
            from.remove(0);
        }
    }
    let partial = job.to.with_extension("partial");
    let made = write_progressive(&from, &partial, stop).and_then(|size| {
        std::fs::rename(&partial, &job.to).map_err(|e| MediaError::of_file(&job.to, &e))?;
        Ok(Remuxed { size })
    });
    if made.is_err() {
        // What is there is of no use; that it may not go away is no second error.
        let _ = std::fs::remove_file(&partial);
    }
    made
}
