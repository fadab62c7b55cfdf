//! From coded frames to a growing file: one writer per rendition, fed by the pipeline's threads.
//!
//! A fragment is cut at the first key frame four seconds after its start. It is written when its sound has come too.
//! Writers never wait for one another, so that no order of streams inside a source can block the pipeline.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::TranscodeEvent;
use super::cutter::{Cutter, Part, Picture, samples};
use super::sound::{Sound, SoundFrame};
use crate::media::fmp4::{self, Run, Track};
use crate::media::ladder::{Rendition, Treatment, rate};
use crate::media::record::{FragmentLine, Heading, Record, Recorder, Whole};
use crate::media::{MediaError, Result};

/// Length of a fragment in milliseconds, as PeerTube's.
pub const FRAGMENT_MS: u64 = 4_000;
/// So many fragments wait for sound that does not come; then they are written without.
const MOST_WAITING: usize = 8;

/// What the pipeline is to do after a writer refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is over.
    Failed(MediaError),
    /// What is there cannot be continued: begin this rendition anew.
    BeginAnew,
    /// This source cannot be copied after all: encode it.
    EncodeInstead(String),
}

impl From<MediaError> for Refusal {
    fn from(error: MediaError) -> Self {
        Self::Failed(error)
    }
}

/// The maker of one file.
#[derive(Debug)]
pub struct RungWriter {
    rendition: Rendition,
    path: PathBuf,
    recipe: String,
    film_ms: u64,
    video: Option<Track>,
    pictures: Cutter,
    sound: Sound,
    tracks: Vec<Track>,
    file: Option<File>,
    recorder: Option<Recorder>,
    header: Vec<u8>,
    /// What an earlier run left, until the header is known to be the same.
    earlier: Option<Record>,
    /// Next fragment, next byte, next times, frames so far.
    next: FragmentLine,
    unrecorded: Vec<FragmentLine>,
    duration_ms: u64,
    news: Vec<TranscodeEvent>,
    refusal: Option<Refusal>,
}

impl RungWriter {
    /// A writer that goes on with what the record of the file vouches for, when it is of the same recipe.
    pub fn new(rendition: Rendition, path: PathBuf, recipe: String, film_ms: u64, sound: Sound) -> Self {
        let earlier = Record::read(&path).filter(|r| r.heading.recipe == recipe && r.whole.is_none());
        let mut writer = Self {
            pictures: Cutter::new(&rendition),
            rendition,
            path,
            recipe,
            film_ms,
            video: None,
            sound,
            tracks: Vec::new(),
            file: None,
            recorder: None,
            header: Vec::new(),
            earlier: None,
            next: FragmentLine {
                index: 0,
                offset: 0,
                len: 0,
                start_ms: 0,
                duration_ms: 0,
                sha256: String::new(),
                next_video: 0,
                next_audio: 0,
                frames: 0,
            },
            unrecorded: Vec::new(),
            duration_ms: 0,
            news: Vec::new(),
            refusal: None,
        };
        if let Some(last) = earlier.as_ref().and_then(|r| r.fragments.last()) {
            writer.next = FragmentLine {
                index: last.index + 1,
                offset: last.offset + last.len,
                start_ms: last.start_ms + last.duration_ms,
                ..last.clone()
            };
            writer.duration_ms = writer.next.start_ms;
            writer.pictures.resume(last.next_video);
            writer.sound.skip_to(last.next_audio);
        }
        writer.earlier = earlier.filter(|r| !r.fragments.is_empty());
        writer
    }

    /// PeerTube's id.
    pub fn resolution(&self) -> u32 {
        self.rendition.resolution
    }

    /// The first frame that is still to be made, counted at the rendition's own rate.
    pub fn next_frame(&self) -> u64 {
        self.pictures.next_frame()
    }

    /// Whether its sound is to come from the pipeline.
    pub fn listens(&self) -> bool {
        self.sound.is_live()
    }

    /// Milliseconds from which on the film is still to be made.
    pub fn resumes_at_ms(&self) -> u64 {
        self.next.start_ms
    }

    /// Milliseconds of the film that have come out of the encoder.
    pub fn reached_ms(&self) -> u64 {
        if self.rendition.video == Treatment::None {
            return self.sound.reached_ms().max(self.duration_ms);
        }
        self.pictures.reached_ms().max(self.duration_ms)
    }

    /// What happened since the last call.
    pub fn take_news(&mut self) -> Vec<TranscodeEvent> {
        std::mem::take(&mut self.news)
    }

    /// Why the pipeline was refused, if it was.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// Remembers why nothing more is accepted.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.refusal.get_or_insert(refusal);
    }

    /// The film's header is known.
    pub fn set_video(&mut self, track_coding: fmp4::Coding) -> Result<(), Refusal> {
        let track = Track { coding: track_coding, timescale: self.pictures.timescale(), shift: 0 };
        match &self.video {
            Some(known) if *known != track && self.rendition.video == Treatment::Copy => {
                Err(Refusal::EncodeInstead("the stream changes in the middle".into()))
            }
            Some(known) if *known != track => {
                Err(MediaError::Encoder("the encoder changed its header in the middle".into()).into())
            }
            _ => {
                self.video = Some(track);
                Ok(())
            }
        }
    }

    /// The sound's header is known (when it comes from the pipeline).
    pub fn set_sound(&mut self, track: Track) {
        self.sound.set_track(track);
    }

    /// Takes a picture, in decoding order.
    pub fn push_picture(&mut self, picture: Picture) -> Result<(), Refusal> {
        self.pictures.push(picture)?;
        self.write_ready()
    }

    /// Takes a frame of sound.
    pub fn push_sound(&mut self, frame: SoundFrame) -> Result<(), Refusal> {
        self.sound.push(frame);
        self.write_ready()
    }

    /// No more pictures will come.
    pub fn end_video(&mut self) -> Result<(), Refusal> {
        self.pictures.end();
        self.write_ready()
    }

    /// No more sound will come.
    pub fn end_sound(&mut self) -> Result<(), Refusal> {
        self.sound.end();
        self.write_ready()
    }

    fn write_ready(&mut self) -> Result<(), Refusal> {
        if self.rendition.video == Treatment::None {
            while let Some(end) = self.sound.whole_fragment(FRAGMENT_MS) {
                if !self.begin()? {
                    return Ok(());
                }
                self.write_fragment(None, end)?;
            }
            return Ok(());
        }
        while let Some((end, last)) = self.pictures.next_end() {
            // The last fragment takes all the sound that is left.
            let until = if last { u64::MAX } else { self.sound.units(end, self.pictures.timescale()) };
            if !self.sound.reaches(until)? && self.pictures.waiting() <= MOST_WAITING {
                return Ok(());
            }
            if !self.begin()? {
                return Ok(());
            }
            let Some(part) = self.pictures.take() else { return Ok(()) };
            self.write_fragment(Some((part, end)), until)?;
        }
        Ok(())
    }

    /// Makes sure that the file is open and its header written. False while the header is not known.
    fn begin(&mut self) -> Result<bool, Refusal> {
        if self.file.is_some() {
            return Ok(true);
        }
        if self.rendition.video != Treatment::None && self.video.is_none() {
            return Ok(false);
        }
        self.tracks = self.video.iter().cloned().chain(self.sound.track().cloned()).collect();
        let Some(track) = self.tracks.first_mut() else { return Ok(false) };
        if track.is_video() {
            track.shift = match &self.earlier {
                Some(record) => record.heading.shift,
                None => self.pictures.shift(),
            };
        }
        let shift = track.shift;
        self.header = fmp4::header(&self.tracks, self.film_ms);
        let heading = Heading {
            recipe: self.recipe.clone(),
            resolution: self.rendition.resolution,
            header_len: self.header.len() as u64,
            header_sha256: hex::encode(Sha256::digest(&self.header)),
            codecs: codecs(&self.tracks),
            shift,
        };
        let path = self.path.clone();
        let io = |e: std::io::Error| io_error(&path, &e);
        let earlier = self.earlier.take();
        if earlier.as_ref().is_some_and(|r| r.heading != heading) {
            return Err(Refusal::BeginAnew);
        }
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(earlier.is_none())
            .open(&self.path)
            .map_err(io)?;
        let lines = earlier.as_ref().map_or(&[][..], |r| &r.fragments);
        if let Some(record) = &earlier {
            file.set_len(record.end()).map_err(io)?;
            file.seek(SeekFrom::End(0)).map_err(io)?;
        } else {
            file.write_all(&self.header).map_err(io)?;
            file.sync_data().map_err(io)?;
            self.next.offset = heading.header_len;
        }
        self.recorder = Some(Recorder::begin(&self.path, &heading, lines)?);
        let (width, height) = (self.rendition.width, self.rendition.height);
        self.news.push(TranscodeEvent::Header {
            resolution: self.rendition.resolution,
            codecs: heading.codecs,
            width,
            height,
            fps: rate(self.rendition.frame_rate),
            init_len: heading.header_len,
        });
        for line in lines {
            self.news.push(TranscodeEvent::fragment(self.rendition.resolution, line));
        }
        self.file = Some(file);
        Ok(true)
    }

    /// Writes one fragment: the pictures up to `end`, the sound up to `until` (in units of the sound).
    fn write_fragment(&mut self, part: Option<(Part, u64)>, until: u64) -> Result<(), Refusal> {
        let (sound_start, sound) = self.sound.take(until);
        let (start_ms, end_ms) = match &part {
            Some((part, end)) => (self.pictures.ms(part.start), self.pictures.ms(*end)),
            None => (self.sound.ms(sound_start), self.sound.ms(self.sound.next())),
        };
        let shift = self.tracks.first().map_or(0, |t| t.shift);
        let pictures = part.map(|(part, end)| (part.start, end, samples(part, end, shift)));
        let mut runs = Vec::new();
        let mut number = 0;
        if let Some((start, end, samples)) = &pictures {
            number += 1;
            runs.push(Run { track: number, start: *start, samples });
            self.next.next_video = *end;
            self.next.frames += samples.len() as u64;
        }
        if !sound.is_empty() {
            runs.push(Run { track: number + 1, start: sound_start, samples: &sound });
            self.next.next_audio = self.sound.next();
        }
        let mut bytes = fmp4::fragment_head(self.next.index + 1, &runs);
        for sample in runs.iter().flat_map(|r| r.samples) {
            bytes.extend_from_slice(&sample.data);
        }
        if let Some(file) = &mut self.file {
            file.write_all(&bytes).map_err(|e| io_error(&self.path, &e))?;
        }
        let line = FragmentLine {
            len: bytes.len() as u64,
            start_ms,
            duration_ms: end_ms.saturating_sub(start_ms),
            sha256: hex::encode(Sha256::digest(&bytes)),
            ..self.next.clone()
        };
        self.next.index += 1;
        self.next.offset += line.len;
        self.next.start_ms = end_ms;
        self.duration_ms = end_ms;
        self.news.push(TranscodeEvent::fragment(self.rendition.resolution, &line));
        self.unrecorded.push(line);
        Ok(())
    }

    /// Syncs the file and then writes into the record what is safe now.
    pub fn record(&mut self) -> Result<()> {
        let (Some(file), Some(recorder)) = (&mut self.file, &mut self.recorder) else { return Ok(()) };
        if self.unrecorded.is_empty() {
            return Ok(());
        }
        file.sync_data().map_err(|e| io_error(&self.path, &e))?;
        recorder.fragments(&self.unrecorded)?;
        self.unrecorded.clear();
        self.news.push(TranscodeEvent::Recorded {
            resolution: self.rendition.resolution,
            fragments: self.next.index,
        });
        Ok(())
    }

    /// All is written: puts the true length into the header and closes the record.
    pub fn finish(&mut self) -> Result<Whole, Refusal> {
        // Nothing was left to do but to say so: the file still has to be opened.
        if self.file.is_none() && self.earlier.is_some() && !self.begin()? {
            return Err(Refusal::BeginAnew);
        }
        let Some(file) = &mut self.file else {
            return Err(MediaError::Damaged("no frame could be decoded".into()).into());
        };
        let io = |e: std::io::Error| io_error(&self.path, &e);
        let header = fmp4::header(&self.tracks, self.duration_ms);
        if header.len() == self.header.len() {
            file.seek(SeekFrom::Start(0)).map_err(io)?;
            file.write_all(&header).map_err(io)?;
        }
        file.sync_data().map_err(io)?;
        self.record()?;
        let size = self.next.offset;
        let whole = Whole {
            resolution: self.rendition.resolution,
            size,
            codecs: codecs(&self.tracks),
            width: self.rendition.width,
            height: self.rendition.height,
            fps: rate(self.rendition.frame_rate),
            has_audio: self.tracks.iter().any(|t| !t.is_video()),
            has_video: self.video.is_some(),
            bit_rate: size * 8_000 / self.duration_ms.max(1),
            duration_ms: self.duration_ms,
        };
        if let Some(recorder) = &mut self.recorder {
            recorder.whole(&whole)?;
        }
        Ok(whole)
    }
}

fn io_error(path: &Path, error: &std::io::Error) -> MediaError {
    MediaError::of_file(path, error)
}

fn codecs(tracks: &[Track]) -> String {
    tracks.iter().map(Track::codec).collect::<Vec<_>>().join(",")
}
