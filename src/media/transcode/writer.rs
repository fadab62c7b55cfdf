//! From coded frames to a growing file: one writer per rendition, fed by the pipeline's threads.
//!
//! A fragment is cut at the first key frame four seconds after its start. It is written when its sound has come too.
//! Writers never wait for one another, so that no order of streams inside a source can block the pipeline.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::TranscodeEvent;
use super::sound::{Sound, SoundFrame};
use crate::media::fmp4::{self, Run, Sample, Track};
use crate::media::ladder::{Rendition, Treatment, rate};
use crate::media::record::{FragmentLine, Heading, Record, Recorder, Whole};
use crate::media::{MediaError, Result};

/// Length of a fragment in milliseconds, as PeerTube's.
pub const FRAGMENT_MS: u64 = 4_000;
/// Units per second for copied films, whose frames come when they come.
const COPY_TIMESCALE: u32 = 90_000;
/// So many fragments wait for sound that does not come; then they are written without.
const MOST_WAITING: usize = 8;
/// A copied source must give a key frame within this time.
const MOST_GROUP_MS: u64 = 20_000;

/// One coded picture as it comes from the pipeline.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its bytes, with lengths before the units.
    pub data: Bytes,
    /// When it is shown: nanoseconds from the beginning of the film; may be slightly negative.
    pub time: i64,
    /// Can be decoded without another.
    pub key: bool,
}

/// A picture on the track's own time.
#[derive(Debug)]
struct Placed {
    data: Bytes,
    time: u64,
    key: bool,
}

/// Pictures from one key frame up to another, ready but for the sound.
#[derive(Debug)]
struct Part {
    pictures: Vec<Placed>,
    start: u64,
    /// Start of the next part; not yet known for the last part of a copy.
    end: Option<u64>,
}

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
    timescale: u32,
    /// Units per frame when encoding.
    frame: u64,
    video: Option<Track>,
    sound: Sound,
    tracks: Vec<Track>,
    file: Option<File>,
    recorder: Option<Recorder>,
    header: Vec<u8>,
    /// What an earlier run left, until the header is known to be the same.
    earlier: Option<Record>,
    current: Vec<Placed>,
    ready: VecDeque<Part>,
    over: bool,
    /// Next fragment, next byte, next times, frames so far.
    next: FragmentLine,
    position: u64,
    unrecorded: Vec<FragmentLine>,
    duration_ms: u64,
    news: Vec<TranscodeEvent>,
    refusal: Option<Refusal>,
}

impl RungWriter {
    /// A writer that goes on with what the record of the file vouches for, when it is of the same recipe.
    pub fn new(rendition: Rendition, path: PathBuf, recipe: String, film_ms: u64, sound: Sound) -> Self {
        let earlier = Record::read(&path).filter(|r| r.heading.recipe == recipe && r.whole.is_none());
        let (n, d) = rendition.frame_rate;
        let (timescale, frame) = match rendition.video {
            Treatment::Encode => {
                let fine = 10_000_u32.div_ceil(n.max(1));
                (n.max(1).saturating_mul(fine), u64::from(d) * u64::from(fine))
            }
            _ => (COPY_TIMESCALE, u64::from(COPY_TIMESCALE) * u64::from(d) / u64::from(n.max(1))),
        };
        let mut writer = Self {
            rendition,
            path,
            recipe,
            film_ms,
            timescale,
            frame: frame.max(1),
            video: None,
            sound,
            tracks: Vec::new(),
            file: None,
            recorder: None,
            header: Vec::new(),
            earlier: None,
            current: Vec::new(),
            ready: VecDeque::new(),
            over: false,
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
            position: 0,
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
            writer.position = last.next_video;
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
        self.next.next_video / self.frame
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
        (self.position * 1000 / u64::from(self.timescale)).max(self.duration_ms)
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
        let track = Track { coding: track_coding, timescale: self.timescale, shift: 0 };
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
        let Some(placed) = self.place(picture)? else { return Ok(()) };
        let start = self.current.iter().map(|p| p.time).min();
        if let Some(start) = start.filter(|_| placed.key) {
            let first = self.next.index == 0 && self.ready.is_empty();
            let wanted = match self.rendition.video {
                // The first is half as long: there is something to watch sooner.
                Treatment::Encode => {
                    u64::from(self.rendition.gop.max(1)) * if first { 1 } else { 2 } * self.frame
                }
                // A copied key frame a moment early is better than a fragment of twice the length.
                _ => FRAGMENT_MS * u64::from(self.timescale) / 1000 - self.frame,
            };
            if placed.time >= start + wanted {
                self.cut(Some(placed.time));
            }
        }
        self.position = self.position.max(placed.time + self.frame);
        if self.rendition.video == Treatment::Copy {
            let waiting = placed.time.saturating_sub(start.unwrap_or(placed.time));
            if waiting > MOST_GROUP_MS * u64::from(self.timescale) / 1000 {
                return Err(Refusal::EncodeInstead("key frames are too far apart".into()));
            }
        }
        self.current.push(placed);
        self.write_ready()
    }

    /// Puts a picture on the track's time; nothing for what an earlier run has written.
    fn place(&mut self, picture: Picture) -> Result<Option<Placed>, Refusal> {
        let Picture { data, time, key } = picture;
        let units = i128::from(time) * i128::from(self.timescale);
        let nearest = |unit: i128| (units + unit / 2).div_euclid(unit);
        let copying = self.rendition.video == Treatment::Copy;
        let time = if copying {
            nearest(1_000_000_000)
        } else {
            nearest(1_000_000_000 * i128::from(self.frame)) * i128::from(self.frame)
        };
        if copying && time < -i128::from(self.frame) {
            return Err(Refusal::EncodeInstead("it begins before its own beginning".into()));
        }
        let time = u64::try_from(time.max(0)).unwrap_or(u64::MAX / 4);
        let begun = !self.current.is_empty() || !self.ready.is_empty();
        if !begun {
            let due = self.next.next_video;
            let early = if copying { time + self.frame / 2 < due } else { time < due };
            if early {
                return Ok(None);
            }
            if !key {
                return if copying && self.next.index == 0 {
                    Err(Refusal::EncodeInstead("it does not begin with a key frame".into()))
                } else if copying {
                    Ok(None)
                } else {
                    Err(MediaError::Encoder("no key frame where one was due".into()).into())
                };
            }
            if self.next.index > 0 && time > due + self.frame {
                // The seek went too far: what lies between would be missing.
                return Err(Refusal::BeginAnew);
            }
        }
        Ok(Some(Placed { data, time, key }))
    }

    /// Ends the current part; `next` is the time of the key frame that begins the following one.
    fn cut(&mut self, next: Option<u64>) {
        let pictures = std::mem::take(&mut self.current);
        let Some(start) = pictures.iter().map(|p| p.time).min() else { return };
        // A copied group may show pictures before its key frame: where it starts is known when it is complete.
        let start = if self.ready.is_empty() && self.next.index == 0 {
            start
        } else {
            start.max(self.next.next_video)
        };
        if let Some(last) = self.ready.back_mut().filter(|p| p.end.is_none()) {
            last.end = Some(start);
        }
        let end = match self.rendition.video {
            Treatment::Copy => None,
            _ => next,
        };
        self.ready.push_back(Part { pictures, start, end });
    }

    /// Takes a frame of sound.
    pub fn push_sound(&mut self, frame: SoundFrame) -> Result<(), Refusal> {
        self.sound.push(frame);
        self.write_ready()
    }

    /// No more pictures will come.
    pub fn end_video(&mut self) -> Result<(), Refusal> {
        self.cut(None);
        let end = self.position;
        if let Some(last) = self.ready.back_mut() {
            last.end = Some(end);
        }
        self.over = true;
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
        while let Some(end) = self.ready.front().and_then(|p| p.end) {
            // The last fragment takes all the sound that is left.
            let last = self.over && self.ready.len() == 1;
            let until = if last { u64::MAX } else { self.sound.units(end, self.timescale) };
            if !self.sound.reaches(until)? && self.ready.len() <= MOST_WAITING {
                return Ok(());
            }
            if !self.begin()? {
                return Ok(());
            }
            let Some(part) = self.ready.pop_front() else { return Ok(()) };
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
                None => self.ready.front().map_or(0, shift_of),
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
            Some((part, end)) => (self.film_ms_of(part.start), self.film_ms_of(*end)),
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

    fn film_ms_of(&self, units: u64) -> u64 {
        units * 1000 / u64::from(self.timescale)
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
    MediaError::Io(format!("{}: {error}", path.display()))
}

fn codecs(tracks: &[Track]) -> String {
    tracks.iter().map(Track::codec).collect::<Vec<_>>().join(",")
}

/// Times of decoding: the times of showing in rising order.
fn decoding_times(part: &Part) -> Vec<u64> {
    let mut times: Vec<u64> = part.pictures.iter().map(|p| p.time.max(part.start)).collect();
    times.sort_unstable();
    times
}

/// By how much the offsets have to be larger for none of this part to be negative.
fn shift_of(part: &Part) -> u32 {
    let times = decoding_times(part);
    let late =
        part.pictures.iter().zip(times).map(|(picture, decoded)| decoded.saturating_sub(picture.time)).max();
    u32::try_from(late.unwrap_or(0)).unwrap_or(0)
}

fn samples(part: Part, end: u64, shift: u32) -> Vec<Sample> {
    let times = decoding_times(&part);
    let after = times.iter().skip(1).copied().chain([end]).collect::<Vec<_>>();
    part.pictures
        .into_iter()
        .zip(times.into_iter().zip(after))
        .map(|(picture, (decoded, next))| {
            let composition = picture.time.cast_signed() - decoded.cast_signed() + i64::from(shift);
            Sample {
                data: picture.data,
                duration: u32::try_from(next.saturating_sub(decoded)).unwrap_or(0),
                composition: i32::try_from(composition).unwrap_or(0),
                key: picture.key,
            }
        })
        .collect()
}
