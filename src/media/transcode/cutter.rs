//! Coded pictures of one rendition, put on its track's own time and cut into parts: each from a key frame up to
//! another, about as long as a fragment.

use std::collections::VecDeque;

use bytes::Bytes;

use super::writer::{FRAGMENT_MS, Refusal};
use crate::media::MediaError;
use crate::media::fmp4::Sample;
use crate::media::ladder::{Rendition, Treatment};

/// Units per second for copied films, whose frames come when they come.
const COPY_TIMESCALE: u32 = 90_000;
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
pub struct Part {
    pictures: Vec<Placed>,
    /// Where it begins, in units of the track.
    pub start: u64,
    /// Start of the next part; not yet known for the last part of a copy.
    pub end: Option<u64>,
}

/// Takes pictures in decoding order, gives parts.
#[derive(Debug)]
pub struct Cutter {
    copying: bool,
    /// Frames from one key frame to the next.
    gop: u64,
    timescale: u32,
    /// Units per frame; of a copy, as it is on average.
    frame: u64,
    /// The first picture that is still wanted.
    due: u64,
    /// Nothing of the film has been given yet, now or by an earlier run.
    fresh: bool,
    current: Vec<Placed>,
    ready: VecDeque<Part>,
    over: bool,
    /// Where the last picture that came ends.
    reached: u64,
}

impl Cutter {
    /// For a rendition from its beginning.
    pub fn new(rendition: &Rendition) -> Self {
        let (n, d) = rendition.frame_rate;
        let copying = rendition.video == Treatment::Copy;
        let (timescale, frame) = if rendition.video == Treatment::Encode {
            let fine = 10_000_u32.div_ceil(n.max(1));
            (n.max(1).saturating_mul(fine), u64::from(d) * u64::from(fine))
        } else {
            (COPY_TIMESCALE, u64::from(COPY_TIMESCALE) * u64::from(d) / u64::from(n.max(1)))
        };
        Self {
            copying,
            gop: u64::from(rendition.gop.max(1)),
            timescale,
            frame: frame.max(1),
            due: 0,
            fresh: true,
            current: Vec::new(),
            ready: VecDeque::new(),
            over: false,
            reached: 0,
        }
    }

    /// Goes on where an earlier run ended.
    pub fn resume(&mut self, due: u64) {
        self.due = due;
        self.fresh = false;
        self.reached = due;
    }

    /// Units per second of the track.
    pub fn timescale(&self) -> u32 {
        self.timescale
    }

    /// The first frame that is still to be made, counted at the rendition's own rate.
    pub fn next_frame(&self) -> u64 {
        self.due / self.frame
    }

    /// Milliseconds of a time of the track.
    pub fn ms(&self, units: u64) -> u64 {
        units * 1000 / u64::from(self.timescale)
    }

    /// Milliseconds of the film that have come.
    pub fn reached_ms(&self) -> u64 {
        self.ms(self.reached)
    }

    /// Takes a picture.
    pub fn push(&mut self, picture: Picture) -> Result<(), Refusal> {
        let Some(placed) = self.place(picture)? else { return Ok(()) };
        let start = self.current.iter().map(|p| p.time).min();
        if let Some(start) = start.filter(|_| placed.key) {
            let wanted = if self.copying {
                // A copied key frame a moment early is better than a fragment of twice the length.
                FRAGMENT_MS * u64::from(self.timescale) / 1000 - self.frame
            } else {
                // The first is half as long: there is something to watch sooner.
                let first = self.fresh && self.ready.is_empty();
                self.gop * if first { 1 } else { 2 } * self.frame
            };
            if placed.time >= start + wanted {
                self.cut(Some(placed.time));
            }
        }
        self.reached = self.reached.max(placed.time + self.frame);
        if self.copying {
            let waiting = placed.time.saturating_sub(start.unwrap_or(placed.time));
            if waiting > MOST_GROUP_MS * u64::from(self.timescale) / 1000 {
                return Err(Refusal::EncodeInstead("key frames are too far apart".into()));
            }
        }
        self.current.push(placed);
        Ok(())
    }

    /// Puts a picture on the track's time; nothing for what an earlier run has written.
    fn place(&self, picture: Picture) -> Result<Option<Placed>, Refusal> {
        let Picture { data, time, key } = picture;
        let units = i128::from(time) * i128::from(self.timescale);
        let nearest = |unit: i128| (units + unit / 2).div_euclid(unit);
        let time = if self.copying {
            nearest(1_000_000_000)
        } else {
            nearest(1_000_000_000 * i128::from(self.frame)) * i128::from(self.frame)
        };
        if self.copying && time < -i128::from(self.frame) {
            return Err(Refusal::EncodeInstead("it begins before its own beginning".into()));
        }
        let time = u64::try_from(time.max(0)).unwrap_or(u64::MAX / 4);
        let begun = !self.current.is_empty() || !self.ready.is_empty();
        if !begun {
            let early = if self.copying { time + self.frame / 2 < self.due } else { time < self.due };
            if early {
                return Ok(None);
            }
            if !key {
                return if self.copying && self.fresh {
                    Err(Refusal::EncodeInstead("it does not begin with a key frame".into()))
                } else if self.copying {
                    Ok(None)
                } else {
                    Err(MediaError::Encoder("no key frame where one was due".into()).into())
                };
            }
            if !self.fresh && time > self.due + self.frame {
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
        let start = if self.ready.is_empty() && self.fresh { start } else { start.max(self.due) };
        if let Some(last) = self.ready.back_mut().filter(|p| p.end.is_none()) {
            last.end = Some(start);
        }
        self.ready.push_back(Part { pictures, start, end: next.filter(|_| !self.copying) });
    }

    /// No more pictures will come.
    pub fn end(&mut self) {
        self.cut(None);
        if let Some(last) = self.ready.back_mut() {
            last.end = Some(self.reached);
        }
        self.over = true;
    }

    /// Where the next part ends, once that is known, and whether it is the last.
    pub fn next_end(&self) -> Option<(u64, bool)> {
        let end = self.ready.front()?.end?;
        Some((end, self.over && self.ready.len() == 1))
    }

    /// Parts that wait.
    pub fn waiting(&self) -> usize {
        self.ready.len()
    }

    /// By how much the offsets of the first part have to be larger for none of them to be negative.
    pub fn shift(&self) -> u32 {
        self.ready.front().map_or(0, shift_of)
    }

    /// Takes the next part, whose end must be known.
    pub fn take(&mut self) -> Option<Part> {
        let part = self.ready.pop_front()?;
        self.due = part.end?;
        self.fresh = false;
        Some(part)
    }
}

/// Times of decoding: the times of showing in rising order.
fn decoding_times(part: &Part) -> Vec<u64> {
    let mut times: Vec<u64> = part.pictures.iter().map(|p| p.time.max(part.start)).collect();
    times.sort_unstable();
    times
}

fn shift_of(part: &Part) -> u32 {
    let times = decoding_times(part);
    let late =
        part.pictures.iter().zip(times).map(|(picture, decoded)| decoded.saturating_sub(picture.time)).max();
    u32::try_from(late.unwrap_or(0)).unwrap_or(0)
}

/// What goes into the file for a part that ends at `end`.
pub fn samples(part: Part, end: u64, shift: u32) -> Vec<Sample> {
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
