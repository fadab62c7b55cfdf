//! Walking through the packets of a file without decoding them: what containers without a full index (Matroska, AVI, Ogg,
//! MPEG-TS, fragmented MP4) do not tell.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gst::prelude::*;

use super::timing::{Distances, FrameTiming};
use super::{MediaError, Result};

/// What the packets told.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// The end was reached; otherwise the time was over and the rest holds for the beginning only.
    pub whole: bool,
    /// End of the last packet in milliseconds.
    pub duration_ms: u64,
    /// Bytes of the pictures.
    pub video_bytes: u64,
    /// Bytes of all pictures and sounds, also of further streams.
    pub bytes: u64,
    /// Distances of the pictures; rate 0 where too few of them have a time.
    pub timing: FrameTiming,
    /// Longest distance from one key frame to the next, or to the end.
    pub key_frame_gap_ms: u32,
}

/// What is collected on the way.
struct Seen {
    /// First stream of pictures; others are not counted.
    video: Option<gst::glib::GString>,
    /// Pictures come in the order of decoding: the earliest of the last few is next to be shown.
    waiting: BinaryHeap<Reverse<u64>>,
    last_shown: Option<u64>,
    distances: Distances,
    first_key: Option<u64>,
    last_key: Option<u64>,
    longest_gap: u64,
    first: Option<u64>,
    end: u64,
    video_end: u64,
    video_bytes: u64,
    bytes: u64,
    frames: u64,
    unstamped: u64,
}

/// More than H.264 or HEVC ever reorder.
const REORDERED: usize = 32;
const MICROSECONDS: u64 = 1_000_000;

/// Reads a file as fast as the disk allows, for at most `patience`. `rounding` is the grain of its timestamps.
pub fn walk(file: &Path, rounding: Duration, patience: Duration) -> Result<Walk> {
    let internal = |e: &dyn std::fmt::Display| MediaError::Internal(e.to_string());
    let pipeline = gst::Pipeline::new();
    let source =
        gst::ElementFactory::make("filesrc").property("location", file).build().map_err(|e| internal(&e))?;
    let parse = gst::ElementFactory::make("parsebin").build().map_err(|e| internal(&e))?;
    pipeline.add_many([&source, &parse]).map_err(|e| internal(&e))?;
    source.link(&parse).map_err(|e| internal(&e))?;

    let seen = Arc::new(Mutex::new(Seen {
        video: None,
        waiting: BinaryHeap::new(),
        last_shown: None,
        distances: Distances::new(MICROSECONDS, rounding.as_micros() as u64),
        first_key: None,
        last_key: None,
        longest_gap: 0,
        first: None,
        end: 0,
        video_end: 0,
        video_bytes: 0,
        bytes: 0,
        frames: 0,
        unstamped: 0,
    }));
    let weak = pipeline.downgrade();
    let collected = Arc::clone(&seen);
    parse.connect_pad_added(move |_, pad| {
        let Some(pipeline) = weak.upgrade() else { return };
        let sink =
            gst::ElementFactory::make("fakesink").property("sync", false).property("async", false).build();
        let Ok(sink) = sink else { return };
        if pipeline.add(&sink).is_err() || sink.sync_state_with_parent().is_err() {
            return;
        }
        if let Some(input) = sink.static_pad("sink") {
            let _ = pad.link(&input);
        }
        let seen = Arc::clone(&collected);
        pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
            if let Some(gst::PadProbeData::Buffer(buffer)) = &info.data {
                seen.lock().unwrap_or_else(PoisonError::into_inner).packet(pad, buffer);
            }
            gst::PadProbeReturn::Ok
        });
    });

    let whole = run(&pipeline, patience);
    let _ = pipeline.set_state(gst::State::Null);
    let whole = whole?;
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(seen.result(whole))
}

/// Whether the end was reached.
fn run(pipeline: &gst::Pipeline, patience: Duration) -> Result<bool> {
    let bus = pipeline.bus().ok_or_else(|| MediaError::Internal("a pipeline without a bus".into()))?;
    let start = Instant::now();
    if pipeline.set_state(gst::State::Playing).is_err() {
        return Err(MediaError::Damaged("its packets cannot be read".into()));
    }
    loop {
        let Some(left) = patience.checked_sub(start.elapsed()) else { return Ok(false) };
        let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
        let Some(message) = bus.timed_pop_filtered(gst::ClockTime::try_from(left).ok(), &wanted) else {
            return Ok(false);
        };
        match message.view() {
            gst::MessageView::Eos(_) => return Ok(true),
            gst::MessageView::Error(error) => {
                return Err(MediaError::Damaged(format!(
                    "{} ({})",
                    error.error(),
                    error.debug().unwrap_or_default()
                )));
            }
            _ => {}
        }
    }
}

impl Seen {
    fn packet(&mut self, pad: &gst::Pad, buffer: &gst::BufferRef) {
        let name = pad.name();
        // Known by now; what the stream says of itself earlier may be an earlier parser's word.
        let caps = pad.current_caps();
        let kind = caps.as_ref().and_then(|caps| caps.structure(0)).map_or("", |s| s.name().as_str());
        let picture = ["video/", "image/"].iter().any(|prefix| kind.starts_with(prefix));
        if !picture && !kind.starts_with("audio/") {
            // Subtitles may reach beyond the film, and say nothing about it.
            return;
        }
        if self.video.is_none() && picture {
            self.video = Some(name.clone());
        }
        let film = self.video.as_ref() == Some(&name);
        self.bytes = self.bytes.saturating_add(buffer.size() as u64);
        if film {
            self.video_bytes = self.video_bytes.saturating_add(buffer.size() as u64);
            self.frames += 1;
        }
        let stamped = buffer.pts().is_some();
        self.unstamped += u64::from(film && !stamped);
        let Some(at) = buffer.pts().or_else(|| buffer.dts()).map(gst::ClockTime::useconds) else { return };
        let end = at.saturating_add(buffer.duration().map_or(0, gst::ClockTime::useconds));
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.end = self.end.max(end);
        if !film {
            return;
        }
        self.video_end = self.video_end.max(end);
        if !buffer.flags().contains(gst::BufferFlags::DELTA_UNIT) {
            if let Some(last) = self.last_key {
                self.longest_gap = self.longest_gap.max(at.saturating_sub(last));
            }
            self.first_key.get_or_insert(at);
            self.last_key = Some(at);
        }
        if stamped {
            self.waiting.push(Reverse(at));
        }
        if self.waiting.len() > REORDERED {
            self.show();
        }
    }

    fn show(&mut self) {
        let Some(Reverse(at)) = self.waiting.pop() else { return };
        if let Some(last) = self.last_shown {
            self.distances.add(at.saturating_sub(last), 1);
        }
        self.last_shown = Some(at);
    }

    fn result(&self, whole: bool) -> Walk {
        let first = self.first.unwrap_or(0);
        let mut rest =
            Self { waiting: self.waiting.clone(), distances: self.distances.clone(), video: None, ..*self };
        while !rest.waiting.is_empty() {
            rest.show();
        }
        let before = self.first_key.unwrap_or(self.video_end).saturating_sub(first);
        let after = self.video_end.saturating_sub(self.last_key.unwrap_or(self.video_end));
        let gap = self.longest_gap.max(before).max(after);
        Walk {
            whole,
            duration_ms: self.end.saturating_sub(first) / 1000,
            video_bytes: self.video_bytes,
            bytes: self.bytes,
            // Program streams stamp only some pictures: their distances are not those of the film.
            timing: if self.unstamped > self.frames / 20 {
                FrameTiming { frame_rate: (0, 1), variable: false }
            } else {
                rest.distances.timing()
            },
            key_frame_gap_ms: u32::try_from(gap / 1000).unwrap_or(u32::MAX),
        }
    }
}
