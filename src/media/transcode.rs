//! Making all renditions of a source: one decode, the rungs side by side, fragments told as they are written.
//!
//! A run is a list of passes (see [`crate::media::ladder`]); each is one pipeline. What is made is synced and recorded
//! about once a minute, and a later run with the same job goes on from there. Runs in a child process.

mod cutter;
mod pace;
mod pass;
mod pipeline;
mod sound;
mod writer;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use serde::{Deserialize, Serialize};

pub use pace::RungProgress;

use self::pace::Pace;
use self::pass::{Pass, PassEnd};
use self::sound::Sound;
use self::writer::{Refusal, RungWriter};
use super::child::Ended;
use super::encoder::EncoderChoice;
use super::ladder::{Plan, Rendition, Treatment, rate};
use super::record::{FragmentLine, Record, Whole};
use super::source::SourceInfo;
use super::stop::{Stop, StopReason};
use super::{MediaError, Result};

/// What is to be done, as the child process reads it from its standard input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscodeJob {
    /// The file that was sent.
    pub source: PathBuf,
    /// What probing found in it.
    pub info: SourceInfo,
    /// What to make of it.
    pub plan: Plan,
    /// Where the media files go; it exists.
    pub folder: PathBuf,
    /// The names of the media files, one per rendition of the plan. Records go beside them.
    pub files: Vec<MediaFile>,
    /// Who encodes.
    pub encoder: EncoderChoice,
    /// Who encodes what the chip does not take, when `encoder` is one.
    #[serde(default)]
    pub software: Option<EncoderChoice>,
    /// Bounds.
    #[serde(default)]
    pub limits: Limits,
}

impl TranscodeJob {
    /// Who encodes a rung. A chip gets the largest that fit into it of those that are made side by side, as many as it
    /// bears; software makes the others.
    pub fn encoder_of(&self, plan: &Plan, resolution: u32) -> &EncoderChoice {
        let Some(software) = self.software.as_ref().filter(|_| self.encoder.hardware) else {
            return &self.encoder;
        };
        let pass = plan.passes.iter().find(|pass| pass.contains(&resolution));
        let mut chip = pass.map_or_else(Vec::new, |pass| self.for_the_chip(plan, pass));
        chip.truncate(plan.chip_at_once.map_or(usize::MAX, |most| most as usize));
        if chip.contains(&resolution) { &self.encoder } else { software }
    }

    /// Rungs that a chip makes side by side at most; 0 when it has no part in it.
    pub fn chip_at_once(&self) -> u32 {
        if !self.encoder.hardware {
            return 0;
        }
        let most = self.plan.passes.iter().map(|pass| self.for_the_chip(&self.plan, pass).len()).max();
        let most = u32::try_from(most.unwrap_or(0)).unwrap_or(u32::MAX);
        self.plan.chip_at_once.map_or(most, |allowed| allowed.min(most))
    }

    /// The rungs of a pass that a chip could make, largest first.
    fn for_the_chip(&self, plan: &Plan, pass: &[u32]) -> Vec<u32> {
        let mut fit: Vec<u32> = pass
            .iter()
            .filter_map(|resolution| plan.rendition(*resolution))
            .filter(|r| r.video == Treatment::Encode && self.encoder.fits(r.width, r.height))
            .map(|r| r.resolution)
            .collect();
        fit.sort_unstable_by(|a, b| b.cmp(a));
        fit
    }
}

/// Where a rendition goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaFile {
    /// PeerTube's id.
    pub resolution: u32,
    /// Name in the folder, see [`super::hls::media_name`].
    pub name: String,
}

/// Bounds in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// How often what is made is synced and recorded: this much work a power cut may cost.
    pub record_every_ms: u64,
    /// Without any progress for so long, the work is given up.
    pub stall_ms: u64,
    /// Films longer than this are given up.
    pub longest_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_every_ms: 60_000, stall_ms: 180_000, longest_ms: 24 * 3_600_000 }
    }
}

/// What happens, one line of JSON each. Every run tells all fragments of a rendition from the first, also those that an
/// earlier run made: who listens starts from nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum TranscodeEvent {
    /// The file of a rendition is there and has its header.
    Header {
        /// PeerTube's id.
        resolution: u32,
        /// CODECS.
        codecs: String,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Frames per second.
        fps: f64,
        /// Bytes of the header.
        init_len: u64,
    },
    /// A fragment is in the file and can be played. It may be lost in a power cut until `Recorded` covers it.
    Fragment {
        /// PeerTube's id.
        resolution: u32,
        /// From 0.
        index: u32,
        /// First byte.
        offset: u64,
        /// Bytes.
        len: u64,
        /// Milliseconds from the beginning.
        start_ms: u64,
        /// Milliseconds.
        duration_ms: u64,
        /// Of its bytes.
        sha256: String,
    },
    /// So many fragments are safe on disk.
    Recorded {
        /// PeerTube's id.
        resolution: u32,
        /// Their number.
        fragments: u32,
    },
    /// About once a second.
    Progress {
        /// 0 to 1, of all renditions together.
        done: f64,
        /// Until all are whole; nothing while that cannot be said.
        seconds_left: Option<u64>,
        /// Each.
        renditions: Vec<RungProgress>,
    },
    /// A rendition is whole and synced.
    RenditionDone(Whole),
    /// A rendition that was to be copied has to be encoded: this source is not as it seemed.
    EncodedInstead {
        /// PeerTube's id.
        resolution: u32,
        /// Why, in English, for the log.
        reason: String,
    },
}

impl TranscodeEvent {
    fn fragment(resolution: u32, line: &FragmentLine) -> Self {
        Self::Fragment {
            resolution,
            index: line.index,
            offset: line.offset,
            len: line.len,
            start_ms: line.start_ms,
            duration_ms: line.duration_ms,
            sha256: line.sha256.clone(),
        }
    }
}

/// Does the job. Blocks until all renditions are whole (their figures are the result), or it is parked because `stop`
/// asks for that, or it is cancelled or fails.
pub fn run(
    job: &TranscodeJob,
    out: &mut dyn FnMut(TranscodeEvent),
    stop: &Stop,
) -> Result<Ended<Vec<Whole>>> {
    super::init::init()?;
    if job.plan.chip_at_once == Some(0) {
        super::init::leave_chips_alone();
    }
    let mut run = Run { job, plan: job.plan.clone(), told: HashSet::new(), out, stop };
    if !run.all()? {
        return Ok(Ended::Parked);
    }
    let whole = run.plan.renditions.iter().filter_map(|r| run.record_of(r)?.whole).collect();
    Ok(Ended::Done(whole))
}

/// A source that refuses again and again what it was thought to allow is not worth more tries.
const MOST_NEW_BEGINNINGS: usize = 12;

struct Run<'a> {
    job: &'a TranscodeJob,
    plan: Plan,
    told: HashSet<u32>,
    out: &'a mut dyn FnMut(TranscodeEvent),
    stop: &'a Stop,
}

impl Run<'_> {
    /// All passes. True when everything is whole, false when parked.
    fn all(&mut self) -> Result<bool> {
        for _ in 0..MOST_NEW_BEGINNINGS {
            match self.passes()? {
                PassEnd::Whole => return Ok(true),
                PassEnd::Parked => return Ok(false),
                PassEnd::Refused(_, Refusal::Failed(error)) => return Err(error),
                PassEnd::Refused(resolution, Refusal::BeginAnew) => self.forget(resolution)?,
                PassEnd::Refused(resolution, Refusal::EncodeInstead(reason)) => {
                    if let Some(r) = self.plan.renditions.iter_mut().find(|r| r.resolution == resolution) {
                        r.video = Treatment::Encode;
                        r.frame_rate = sensible(r.frame_rate);
                    }
                    self.forget(resolution)?;
                    (self.out)(TranscodeEvent::EncodedInstead { resolution, reason });
                }
            }
        }
        Err(MediaError::Internal("the renditions had to be begun anew too often".into()))
    }

    fn passes(&mut self) -> Result<PassEnd> {
        let video = self.job.info.video.as_ref();
        let decoding = video.map_or(0.0, |v| {
            // Decoding costs about a fifth of encoding the same picture.
            f64::from(v.width) * f64::from(v.height) * rate(v.frame_rate).clamp(1.0, 60.0) * 0.2
        });
        let mut pace = Pace::new(&self.plan, decoding);
        let begun = Instant::now();
        for rendition in &self.plan.renditions {
            if let Some(record) = self.record_of(rendition) {
                let done = match (&record.whole, record.fragments.last()) {
                    (Some(_), _) => 1.0,
                    (None, Some(f)) => self.part_of(f.start_ms + f.duration_ms),
                    (None, None) => 0.0,
                };
                pace.found(rendition.resolution, done);
            }
        }
        for resolutions in self.plan.passes.clone() {
            let mut writers = Vec::new();
            for resolution in resolutions {
                let Some(rendition) = self.plan.rendition(resolution).cloned() else { continue };
                if let Some((record, whole)) =
                    self.record_of(&rendition).and_then(|r| Some((r.clone(), r.whole?)))
                {
                    self.tell_whole(&record, whole);
                    continue;
                }
                let sound = self.sound_for(&rendition)?;
                writers.push(RungWriter::new(
                    rendition.clone(),
                    self.path_of(resolution)?,
                    self.recipe_of(&rendition),
                    self.job.info.duration_ms,
                    sound,
                ));
            }
            if writers.is_empty() {
                continue;
            }
            if let Some(reason) = self.stop.reason() {
                return match reason {
                    StopReason::Park => Ok(PassEnd::Parked),
                    StopReason::Cancel => Err(MediaError::Cancelled),
                };
            }
            let mut pass = Pass::new(self.job, &self.plan, writers)?;
            let end = pass.run(&mut pace, begun, self.out, self.stop)?;
            if end != PassEnd::Whole {
                return Ok(end);
            }
        }
        Ok(PassEnd::Whole)
    }

    /// Tells everything of a rendition that an earlier run finished, once.
    fn tell_whole(&mut self, record: &Record, whole: Whole) {
        let resolution = whole.resolution;
        if !self.told.insert(resolution) {
            return;
        }
        (self.out)(TranscodeEvent::Header {
            resolution,
            codecs: whole.codecs.clone(),
            width: whole.width,
            height: whole.height,
            fps: whole.fps,
            init_len: record.heading.header_len,
        });
        for line in &record.fragments {
            (self.out)(TranscodeEvent::fragment(resolution, line));
        }
        (self.out)(TranscodeEvent::RenditionDone(whole));
    }

    fn part_of(&self, ms: u64) -> f64 {
        ms as f64 / self.job.info.duration_ms.max(1) as f64
    }

    fn sound_for(&self, rendition: &Rendition) -> Result<Sound> {
        if rendition.audio == Treatment::None {
            return Ok(Sound::none());
        }
        let alone = self.plan.rendition(0).filter(|_| rendition.resolution != 0);
        match alone {
            Some(alone) if self.record_of(alone).is_some_and(|r| r.whole.is_some()) => {
                Sound::from_file(&self.path_of(0)?)
            }
            _ => Ok(Sound::from_pipeline()),
        }
    }

    fn path_of(&self, resolution: u32) -> Result<PathBuf> {
        let file = self.job.files.iter().find(|f| f.resolution == resolution);
        let file = file.filter(|f| super::hls::is_name(&f.name));
        file.map(|f| self.job.folder.join(&f.name))
            .ok_or_else(|| MediaError::Internal(format!("no file name for resolution {resolution}")))
    }

    fn record_of(&self, rendition: &Rendition) -> Option<Record> {
        let record = Record::read(&self.path_of(rendition.resolution).ok()?)?;
        (record.heading.recipe == self.recipe_of(rendition)).then_some(record)
    }

    /// Everything that decides about the bytes of a rendition.
    fn recipe_of(&self, r: &Rendition) -> String {
        let (n, d) = r.frame_rate;
        let info = &self.job.info;
        let encoder = match r.video {
            Treatment::Encode => self.job.encoder_of(&self.plan, r.resolution).id.as_str(),
            _ => "none",
        };
        format!(
            "1 {} {} {}x{} {n}/{d} {} {} {:?} {:?} {encoder}",
            info.size, info.duration_ms, r.width, r.height, r.gop, r.bit_rate, r.video, r.audio
        )
    }

    fn forget(&mut self, resolution: u32) -> Result<()> {
        let record = Record::path(&self.path_of(resolution)?);
        match std::fs::remove_file(&record) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(MediaError::Io(format!("{}: {e}", record.display())))
            }
            _ => Ok(()),
        }
    }
}

/// A rate that a source only has on average, made one that can be kept.
pub fn sensible((n, d): (u32, u32)) -> (u32, u32) {
    if n <= 120_000 && d <= 1001 { (n, d) } else { ((rate((n, d)) * 100.0).round() as u32, 100) }
}

#[cfg(test)]
#[path = "transcode/tests.rs"]
mod tests;
