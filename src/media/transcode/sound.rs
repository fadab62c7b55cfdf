//! The sound of a rendition: from the pipeline while it is encoded or copied, or from the sound-only rendition that is
//! already whole.

use std::collections::VecDeque;
use std::path::Path;

use bytes::Bytes;

use crate::media::Result;
use crate::media::fmp4::{FragmentedFile, Sample, Track};

/// One coded frame of sound.
#[derive(Debug, Clone)]
pub struct SoundFrame {
    /// Nanoseconds from the beginning; may be negative for what the encoder needs before the beginning.
    pub time: i64,
    /// How many samples it decodes to.
    pub samples: u32,
    /// Its bytes.
    pub data: Bytes,
}

/// Where the sound of one rendition comes from, and what of it waits to be written. Time is counted in the units of the
/// sound's track, one per sample.
#[derive(Debug)]
pub struct Sound {
    from: From,
    track: Option<Track>,
    /// Frames that wait: start, length, bytes.
    queue: VecDeque<(u64, u32, Bytes)>,
    /// Where the last frame that came ends.
    reached: u64,
    /// Where the last frame that was taken ends.
    next: u64,
    over: bool,
}

#[derive(Debug)]
enum From {
    Nowhere,
    Pipeline,
    File(Box<FragmentedFile>),
}

impl Sound {
    fn new(from: From, track: Option<Track>) -> Self {
        let over = matches!(from, From::Nowhere);
        Self { from, track, queue: VecDeque::new(), reached: 0, next: 0, over }
    }

    /// A rendition without sound.
    pub fn none() -> Self {
        Self::new(From::Nowhere, None)
    }

    /// Sound that the pipeline will push.
    pub fn from_pipeline() -> Self {
        Self::new(From::Pipeline, None)
    }

    /// Sound of a rendition that is whole.
    pub fn from_file(path: &Path) -> Result<Self> {
        let file = FragmentedFile::open(path)?;
        let track = file.tracks.iter().find(|t| !t.is_video()).cloned();
        Ok(Self::new(From::File(Box::new(file)), track))
    }

    /// Its track, when known.
    pub fn track(&self) -> Option<&Track> {
        self.track.as_ref()
    }

    /// The pipeline knows the track.
    pub fn set_track(&mut self, track: Track) {
        self.track.get_or_insert(track);
    }

    /// What ends before or at this time has been written by an earlier run.
    pub fn skip_to(&mut self, next: u64) {
        self.next = next;
        self.reached = next;
    }

    /// A frame from the pipeline.
    pub fn push(&mut self, frame: SoundFrame) {
        let scale = self.track.as_ref().map_or(48_000, |t| t.timescale);
        let start = (i128::from(frame.time) * i128::from(scale) + 500_000_000).div_euclid(1_000_000_000);
        let slack = i128::from(frame.samples / 2);
        let due = i128::from(self.reached);
        if start + slack < due {
            return;
        }
        // Time stamps of containers are rounded; only a real hole moves what follows.
        let start = if start <= due + slack && (self.reached > 0 || start < slack) {
            self.reached
        } else {
            start as u64
        };
        self.reached = start + u64::from(frame.samples);
        self.queue.push_back((start, frame.samples, frame.data));
    }

    /// No more will come.
    pub fn end(&mut self) {
        self.over = true;
    }

    /// Whether the pipeline is to push it.
    pub fn is_live(&self) -> bool {
        matches!(self.from, From::Pipeline)
    }

    /// Whether everything up to a time has come, or nothing more will.
    pub fn reaches(&mut self, until: u64) -> Result<bool> {
        while !self.over && self.reached < until {
            let From::File(file) = &mut self.from else { return Ok(false) };
            let Some(fragment) = file.next_fragment()? else {
                self.over = true;
                break;
            };
            let Some((start, samples)) = fragment.runs.into_iter().next() else { continue };
            let mut at = start;
            for sample in samples {
                let end = at + u64::from(sample.duration);
                if at >= self.next {
                    let data = Bytes::from(file.bytes(sample.offset, u64::from(sample.size))?);
                    self.queue.push_back((at, sample.duration, data));
                }
                at = end;
            }
            self.reached = self.reached.max(at);
        }
        Ok(self.over || self.reached >= until)
    }

    /// The end of the next fragment of sound alone, when it is complete: multiples of the fragment's length.
    pub fn whole_fragment(&self, fragment_ms: u64) -> Option<u64> {
        let (first, ..) = self.queue.front()?;
        let scale = u64::from(self.track.as_ref()?.timescale);
        let step = (fragment_ms * scale / 1000).max(1);
        // A frame that starts just before the boundary ends after it: what it covers counts for where it began.
        let end = ((first + 1) / step + 1) * step;
        (self.over || self.reached >= end).then_some(end)
    }

    /// Takes the frames that start before a time: where the first starts, and the frames.
    pub fn take(&mut self, until: u64) -> (u64, Vec<Sample>) {
        let start = self.queue.front().map_or(self.next, |(start, ..)| *start);
        let mut samples: Vec<Sample> = Vec::new();
        while let Some((at, length, data)) = self.queue.pop_front_if(|(at, ..)| *at < until) {
            if let Some(last) = samples.last_mut() {
                // A hole is silence as long as the frame before it.
                last.duration += u32::try_from(at.saturating_sub(self.next)).unwrap_or(0);
            }
            self.next = at + u64::from(length);
            samples.push(Sample { data, duration: length, composition: 0, key: true });
        }
        (start, samples)
    }

    /// Where the last frame that was taken ends.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// A time of the film in units of the sound.
    pub fn units(&self, film: u64, film_scale: u32) -> u64 {
        let scale = self.track.as_ref().map_or(48_000, |t| t.timescale);
        (u128::from(film) * u128::from(scale) / u128::from(film_scale.max(1))) as u64
    }

    /// Milliseconds of a time of the sound.
    pub fn ms(&self, units: u64) -> u64 {
        let scale = self.track.as_ref().map_or(48_000, |t| t.timescale);
        units * 1000 / u64::from(scale.max(1))
    }

    /// Milliseconds that have come.
    pub fn reached_ms(&self) -> u64 {
        self.ms(self.reached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::fmp4::Coding;

    fn live() -> Sound {
        let mut sound = Sound::from_pipeline();
        let coding = Coding::Aac { config: vec![0x11, 0x90], rate: 48_000, channels: 2 };
        sound.set_track(Track { coding, timescale: 48_000, shift: 0 });
        sound
    }

    fn frame(time: i64) -> SoundFrame {
        SoundFrame { time, samples: 1024, data: Bytes::from_static(b"x") }
    }

    #[test]
    fn rounded_stamps_are_put_right_and_holes_kept() {
        let mut sound = live();
        for time in [-21_333_333, 0, 21_000_000, 43_000_000, 64_000_000, 1_000_000_000] {
            sound.push(frame(time));
        }
        let (start, samples) = sound.take(u64::MAX);
        assert_eq!(start, 0);
        let durations: Vec<u32> = samples.iter().map(|s| s.duration).collect();
        assert_eq!(durations, [1024, 1024, 1024, 48_000 - 3 * 1024, 1024]);
        assert_eq!(sound.next(), 49_024);
    }

    #[test]
    fn a_continuation_drops_what_was_written() {
        let mut sound = live();
        sound.skip_to(2048);
        for time in [0, 21_333_333, 42_666_666, 64_000_000] {
            sound.push(frame(time));
        }
        let (start, samples) = sound.take(u64::MAX);
        assert_eq!((start, samples.len()), (2048, 2));
    }

    #[test]
    fn fragments_of_sound_end_at_multiples() {
        let mut sound = live();
        for index in 0..400 {
            sound.push(frame(index * 21_333_333));
        }
        assert_eq!(sound.whole_fragment(4000), Some(192_000));
        let (_, samples) = sound.take(192_000);
        assert_eq!(samples.len(), 188);
        assert_eq!(sound.whole_fragment(4000), Some(384_000));
        sound.take(384_000);
        assert_eq!(sound.whole_fragment(4000), None);
        sound.end();
        assert_eq!(sound.whole_fragment(4000), Some(576_000));
    }
}
