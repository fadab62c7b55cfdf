//! One pass: one pipeline from the source to some writers, and watching it.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use gst::prelude::*;

use super::pace::Pace;
use super::pictures;
use super::sound::SoundFrame;
use super::writer::{Picture, Refusal, RungWriter};
use super::{TranscodeEvent, TranscodeJob};
use crate::media::fmp4::{Coding, Track};
use crate::media::ladder::{Plan, Rendition, Treatment, rate};
use crate::media::source::VideoCodec;
use crate::media::stop::{Stop, StopReason};
use crate::media::{MediaError, Result};

/// How a pass ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassEnd {
    /// All its renditions are whole.
    Whole,
    /// Asked to stop; everything is recorded.
    Parked,
    /// A writer refused.
    Refused(u32, Refusal),
}

/// A writer, as the pipeline's threads and the watcher share it.
pub type SharedWriter = Arc<Mutex<RungWriter>>;

/// What the pipeline's threads tell the watcher.
#[derive(Debug, Default)]
pub struct Signs {
    /// Counts everything that moves.
    pub activity: AtomicU64,
    /// Films that have not ended yet.
    pub films_left: AtomicUsize,
    /// Sound is still to come.
    pub sound_left: AtomicBool,
}

/// A lock that a panicking thread does not take with it: writers refuse what does not fit.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One pipeline and its writers.
pub struct Pass<'a> {
    job: &'a TranscodeJob,
    writers: Vec<SharedWriter>,
    pipeline: gst::Pipeline,
    signs: Arc<Signs>,
    /// Where to seek to before anything flows.
    seek_to: Option<gst::ClockTime>,
    /// Pads of the source that are held until then.
    held: Arc<Mutex<Vec<(gst::Pad, gst::PadProbeId)>>>,
    expected: usize,
    begun: Instant,
    /// Started after everything else.
    source: [gst::Element; 2],
    /// Where the source's streams go.
    film: Option<gst::Element>,
    heard: Option<gst::Element>,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

impl<'a> Pass<'a> {
    /// Builds the pipeline.
    pub fn new(job: &'a TranscodeJob, plan: &Plan, writers: Vec<RungWriter>) -> Result<Self> {
        let renditions: Vec<Rendition> =
            writers.iter().filter_map(|w| plan.rendition(w.resolution()).cloned()).collect();
        let from_pipeline = writers.iter().any(RungWriter::listens);
        let pipeline = gst::Pipeline::new();
        let signs = Arc::new(Signs::default());
        let seek_to = seek_target(&renditions, &writers);
        let writers: Vec<SharedWriter> = writers.into_iter().map(|w| Arc::new(Mutex::new(w))).collect();
        let with = |treatment| -> Vec<(Rendition, SharedWriter)> {
            renditions
                .iter()
                .zip(&writers)
                .filter(|(r, _)| r.video == treatment)
                .map(|(r, w)| (r.clone(), w.clone()))
                .collect()
        };
        crate::media::init::one_thread_decoders(&pipeline);

        let (copied, encoded) = (with(Treatment::Copy), with(Treatment::Encode));
        signs.films_left.store(copied.len() + encoded.len(), Ordering::SeqCst);
        let mut film = None;
        if let Some((_, writer)) = copied.first() {
            film = Some(pictures::copy(&pipeline, writer, &signs)?);
        } else if !encoded.is_empty() {
            film = Some(pictures::encode(&pipeline, job, encoded, &signs)?);
        }
        let mut heard = None;
        if from_pipeline {
            signs.sound_left.store(true, Ordering::SeqCst);
            let copy = renditions.iter().any(|r| r.audio == Treatment::Copy);
            heard = Some(sound_chain(&pipeline, copy, &writers, &signs)?);
        }
        let expected = usize::from(film.is_some()) + usize::from(heard.is_some());
        let held = Arc::default();
        let hold = seek_to.is_some().then_some(&held);
        let source = open_source(&pipeline, job, film.clone(), heard.clone(), &signs, hold)?;
        Ok(Self {
            job,
            writers,
            pipeline,
            signs,
            seek_to,
            held,
            expected,
            begun: Instant::now(),
            source,
            film,
            heard,
        })
    }

    /// Runs until the pass is over.
    pub fn run(
        &mut self,
        pace: &mut Pace,
        begun: Instant,
        out: &mut dyn FnMut(TranscodeEvent),
        stop: &Stop,
    ) -> Result<PassEnd> {
        let bus = self.pipeline.bus().ok_or_else(|| MediaError::Internal("no bus".into()))?;
        self.pipeline
            .set_state(gst::State::Playing)
            .map_err(|_| first_error(&bus, "the pipeline does not start"))?;
        for element in &self.source {
            element.set_locked_state(false);
            element.sync_state_with_parent().map_err(|_| first_error(&bus, "the source does not open"))?;
        }
        let limits = self.job.limits;
        let stall = Duration::from_millis(limits.stall_ms.max(1));
        let record_every = Duration::from_millis(limits.record_every_ms.max(1));
        let (mut recorded, mut told) = (Instant::now(), Instant::now());
        let (mut moved, mut activity) = (Instant::now(), 0);
        loop {
            let message = bus.timed_pop_filtered(
                gst::ClockTime::from_mseconds(40),
                &[gst::MessageType::Error, gst::MessageType::Element],
            );
            self.seek_when_ready()?;
            self.end_what_never_came();
            let over = self.is_over();
            for writer in &self.writers {
                lock(writer).take_news().into_iter().for_each(&mut *out);
            }
            if let Some(refused) = self.refusal() {
                return Ok(refused);
            }
            if let Some(error) = message.and_then(|m| error_of(&m)) {
                // What is made stays made: another try may go on from here.
                self.record(out)?;
                return Err(error);
            }
            if over {
                return self.finish(pace, out);
            }
            match stop.reason() {
                Some(StopReason::Cancel) => return Err(MediaError::Cancelled),
                Some(StopReason::Park) => {
                    let _ = self.pipeline.set_state(gst::State::Null);
                    self.record(out)?;
                    return Ok(PassEnd::Parked);
                }
                None => {}
            }
            let now = self.signs.activity.load(Ordering::Relaxed);
            if now != activity {
                (moved, activity) = (Instant::now(), now);
            } else if moved.elapsed() > stall {
                self.record(out)?;
                let seconds = stall.as_secs();
                return Err(MediaError::Limit(format!("nothing has moved for {seconds} seconds")));
            }
            if recorded.elapsed() >= record_every {
                self.record(out)?;
                recorded = Instant::now();
            }
            if told.elapsed() >= Duration::from_millis(1000) {
                told = Instant::now();
                let longest = self.tell_progress(pace, begun, out);
                if longest > limits.longest_ms {
                    return Err(MediaError::Limit("the film is longer than allowed".into()));
                }
            }
        }
    }

    /// A stream that was promised and never came ends with the others.
    fn end_what_never_came(&self) {
        let came = |entry: &Option<gst::Element>| {
            entry.as_ref().is_none_or(|e| e.static_pad("sink").is_none_or(|p| p.is_linked()))
        };
        let films_over = self.signs.films_left.load(Ordering::SeqCst) == 0;
        if self.film.is_some()
            && films_over
            && !came(&self.heard)
            && self.signs.sound_left.swap(false, Ordering::SeqCst)
        {
            for writer in &self.writers {
                let mut writer = lock(writer);
                if let Err(refusal) = writer.end_sound() {
                    writer.refuse(refusal);
                }
            }
        }
        let sound_over = !self.signs.sound_left.load(Ordering::SeqCst);
        if !films_over && sound_over && self.heard.is_some() && !came(&self.film) {
            let refusal = MediaError::Damaged("the pictures cannot be found in the file".into());
            self.writers.iter().for_each(|w| lock(w).refuse(refusal.clone().into()));
        }
    }

    fn is_over(&self) -> bool {
        self.signs.films_left.load(Ordering::SeqCst) == 0 && !self.signs.sound_left.load(Ordering::SeqCst)
    }

    fn refusal(&self) -> Option<PassEnd> {
        self.writers.iter().find_map(|writer| {
            let writer = lock(writer);
            writer.refusal().map(|refusal| PassEnd::Refused(writer.resolution(), refusal.clone()))
        })
    }

    /// Tells how far the renditions are; returns the milliseconds that the furthest has reached.
    fn tell_progress(&self, pace: &mut Pace, begun: Instant, out: &mut dyn FnMut(TranscodeEvent)) -> u64 {
        let length = self.job.info.duration_ms.max(1) as f64;
        let mut longest = 0;
        for writer in &self.writers {
            let writer = lock(writer);
            longest = longest.max(writer.reached_ms());
            // Not whole before it is finished.
            pace.reached(writer.resolution(), (writer.reached_ms() as f64 / length).min(0.999));
        }
        let (done, seconds_left, renditions) = pace.now(begun.elapsed());
        out(TranscodeEvent::Progress { done, seconds_left, renditions });
        longest
    }

    fn record(&self, out: &mut dyn FnMut(TranscodeEvent)) -> Result<()> {
        for writer in &self.writers {
            let mut writer = lock(writer);
            writer.record()?;
            writer.take_news().into_iter().for_each(&mut *out);
        }
        Ok(())
    }

    fn finish(&mut self, pace: &mut Pace, out: &mut dyn FnMut(TranscodeEvent)) -> Result<PassEnd> {
        let _ = self.pipeline.set_state(gst::State::Null);
        let reached = self.writers.iter().map(|w| lock(w).reached_ms()).max().unwrap_or(0);
        let promised = self.job.info.duration_ms;
        if reached + 500 < promised && reached * 10 < promised * 9 {
            self.record(out)?;
            return Err(MediaError::Damaged(format!(
                "it stops after {} of {} seconds",
                reached / 1000,
                promised / 1000
            )));
        }
        for writer in &self.writers {
            let mut writer = lock(writer);
            match writer.finish() {
                Ok(whole) => {
                    writer.take_news().into_iter().for_each(&mut *out);
                    pace.reached(whole.resolution, 1.0);
                    out(TranscodeEvent::RenditionDone(whole));
                }
                Err(refusal) => return Ok(PassEnd::Refused(writer.resolution(), refusal)),
            }
        }
        Ok(PassEnd::Whole)
    }

    /// Seeks once all streams that matter are there and held. A source that cannot seek is read from its beginning: the
    /// writers and gates drop what an earlier run has made.
    fn seek_when_ready(&mut self) -> Result<()> {
        let Some(target) = self.seek_to else { return Ok(()) };
        let mut held = lock(&self.held);
        // What does not come within seconds was promised in vain.
        let waited = self.begun.elapsed() > Duration::from_secs(10) && !held.is_empty();
        if held.len() < self.expected && !waited {
            return Ok(());
        }
        self.seek_to = None;
        let event = gst::event::Seek::new(
            1.0,
            gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE,
            gst::SeekType::Set,
            target,
            gst::SeekType::None,
            gst::ClockTime::NONE,
        );
        if let Some((pad, _)) = held.first()
            && !pad.send_event(event)
        {
            tracing::warn!("the source cannot seek to {target}: reading it from its beginning");
        }
        for (pad, probe) in held.drain(..) {
            pad.remove_probe(probe);
        }
        Ok(())
    }
}

/// Where to seek to: a little before the first frame that any writer still needs, on a frame of the largest rung.
fn seek_target(renditions: &[Rendition], writers: &[RungWriter]) -> Option<gst::ClockTime> {
    let first_ms = writers.iter().map(RungWriter::resumes_at_ms).min()?;
    // Further back than sound encoders need to come to rest.
    let wanted = first_ms.checked_sub(500).filter(|ms| *ms >= 1_500)?;
    let (n, d) = renditions
        .iter()
        .filter(|r| r.video == Treatment::Encode)
        .map(|r| r.frame_rate)
        .max_by(|a, b| rate(*a).total_cmp(&rate(*b)))
        .unwrap_or((1000, 1));
    let frame = u128::from(wanted) * u128::from(n) / (u128::from(d.max(1)) * 1000);
    let nanoseconds = frame * u128::from(d) * 1_000_000_000 / u128::from(n.max(1));
    Some(gst::ClockTime::from_nseconds(nanoseconds as u64))
}

/// Makes an element.
pub fn element(name: &str) -> Result<gst::Element> {
    gst::ElementFactory::make(name)
        .build()
        .map_err(|_| MediaError::Internal(format!("the GStreamer element {name} is not installed")))
}

/// Adds elements and links them in a row.
pub fn chain(pipeline: &gst::Pipeline, elements: &[gst::Element]) -> Result<()> {
    let wrong = |e: gst::glib::BoolError| MediaError::Internal(format!("building the pipeline: {e}"));
    pipeline.add_many(elements).map_err(wrong)?;
    gst::Element::link_many(elements).map_err(wrong)
}

/// A filter for these caps.
pub fn filter(caps: &gst::Caps) -> Result<gst::Element> {
    let filter = element("capsfilter")?;
    filter.set_property("caps", caps);
    Ok(filter)
}

/// A queue bounded by buffers and bytes; 0 is no bound.
pub fn queue(buffers: u32, bytes: u32) -> Result<gst::Element> {
    let queue = element("queue")?;
    queue.set_property("max-size-buffers", buffers);
    queue.set_property("max-size-bytes", bytes);
    queue.set_property("max-size-time", 0_u64);
    Ok(queue)
}

/// Nanoseconds from the beginning of the film, negative before it.
pub fn film_time(segment: &gst::Segment, time: Option<gst::ClockTime>) -> Option<i64> {
    let segment = segment.downcast_ref::<gst::ClockTime>()?;
    match segment.to_stream_time_full(time?)? {
        gst::Signed::Positive(t) => i64::try_from(t.nseconds()).ok(),
        gst::Signed::Negative(t) => i64::try_from(t.nseconds()).ok().map(|t| -t),
    }
}

/// An appsink that hands each sample to `take` and tells when the stream has ended.
pub fn sink(
    signs: &Arc<Signs>,
    mut take: impl FnMut(&gst::SampleRef) -> Result<(), ()> + Send + 'static,
    mut end: impl FnMut() + Send + 'static,
) -> gst::Element {
    let signs = signs.clone();
    let sink = gst_app::AppSink::builder()
        .sync(false)
        .max_buffers(4)
        .callbacks(
            gst_app::AppSinkCallbacks::builder()
                .new_sample(move |sink| {
                    signs.activity.fetch_add(1, Ordering::Relaxed);
                    let sample = sink.pull_sample().map_err(|_| gst::FlowError::Eos)?;
                    take(&sample).map(|()| gst::FlowSuccess::Ok).map_err(|()| gst::FlowError::Error)
                })
                .eos(move |_| end())
                .build(),
        )
        .build();
    sink.set_async(false);
    sink.upcast()
}

/// A picture of a sample from `h264parse`, with its header the first time and when it changes.
pub fn push_picture(
    writer: &SharedWriter,
    known: &mut Option<gst::Caps>,
    sample: &gst::SampleRef,
) -> Result<(), ()> {
    let pushed = take_picture(writer, known, sample);
    pushed.map_err(|refusal| lock(writer).refuse(refusal))
}

fn take_picture(
    writer: &SharedWriter,
    known: &mut Option<gst::Caps>,
    sample: &gst::SampleRef,
) -> Result<(), Refusal> {
    let (Some(buffer), Some(caps), Some(segment)) = (sample.buffer(), sample.caps(), sample.segment()) else {
        return Ok(());
    };
    let mut writer = lock(writer);
    if known.as_deref() != Some(caps) {
        let coding = film_coding(caps).ok_or_else(|| MediaError::Internal("H.264 without header".into()))?;
        writer.set_video(coding)?;
        *known = Some(caps.to_owned());
    }
    let Some(time) = film_time(segment, buffer.pts()) else {
        return Err(Refusal::EncodeInstead("a picture has no time".into()));
    };
    let key = !buffer.flags().contains(gst::BufferFlags::DELTA_UNIT);
    writer.push_picture(Picture { data: bytes_of(buffer)?, time, key })
}

fn bytes_of(buffer: &gst::BufferRef) -> Result<Bytes> {
    let map = buffer.map_readable().map_err(|_| MediaError::Internal("unreadable buffer".into()))?;
    Ok(Bytes::copy_from_slice(&map))
}

fn header_of(caps: &gst::CapsRef) -> Option<Vec<u8>> {
    let header = caps.structure(0)?.get::<gst::Buffer>("codec_data").ok()?;
    Some(header.map_readable().ok()?.to_vec())
}

fn film_coding(caps: &gst::CapsRef) -> Option<Coding> {
    let structure = caps.structure(0)?;
    let side = |name| structure.get::<i32>(name).ok().and_then(|s| u16::try_from(s).ok());
    Some(Coding::H264 { avcc: header_of(caps)?, width: side("width")?, height: side("height")? })
}

/// The sound, copied or encoded once, into every writer that listens. Returns the element to link the source to.
fn sound_chain(
    pipeline: &gst::Pipeline,
    copy: bool,
    writers: &[SharedWriter],
    signs: &Arc<Signs>,
) -> Result<gst::Element> {
    // Coded sound is small: a source that stores it far from its pictures must not block.
    let entry = queue(0, 256 << 20)?;
    let raw = gst::Caps::builder("audio/mpeg").field("mpegversion", 4).field("stream-format", "raw").build();
    let listening: Vec<SharedWriter> = writers.iter().filter(|w| lock(w).listens()).cloned().collect();
    let ended = (listening.clone(), signs.clone());
    // The first frame that an encoder gives only holds its run-up: what is heard comes one frame later.
    let mut ahead = 0_i64;
    let mut known: Option<gst::Caps> = None;
    let sink = sink(
        signs,
        move |sample| {
            let (Some(buffer), Some(caps), Some(segment)) =
                (sample.buffer(), sample.caps(), sample.segment())
            else {
                return Ok(());
            };
            if known.as_deref() != Some(caps) {
                known = Some(caps.to_owned());
                if let Some(track) = sound_track(caps) {
                    if !copy {
                        ahead = 1024 * 1_000_000_000 / i64::from(track.timescale);
                    }
                    listening.iter().for_each(|w| lock(w).set_sound(track.clone()));
                }
            }
            let rate = caps.structure(0).and_then(|s| s.get::<i32>("rate").ok()).unwrap_or(48_000);
            let Some(time) = film_time(segment, buffer.pts()) else { return Ok(()) };
            let frame = SoundFrame {
                time: time - ahead,
                samples: frame_length(buffer.duration(), rate),
                data: bytes_of(buffer).map_err(|_| ())?,
            };
            for writer in &listening {
                let mut writer = lock(writer);
                if let Err(refusal) = writer.push_sound(frame.clone()) {
                    writer.refuse(refusal);
                    return Err(());
                }
            }
            Ok(())
        },
        move || {
            let (listening, signs) = &ended;
            for writer in listening {
                let mut writer = lock(writer);
                if let Err(refusal) = writer.end_sound() {
                    writer.refuse(refusal);
                }
            }
            signs.sound_left.store(false, Ordering::SeqCst);
        },
    );
    if copy {
        chain(pipeline, &[entry.clone(), element("aacparse")?, filter(&raw)?, sink])?;
        return Ok(entry);
    }
    let decoder = element("decodebin")?;
    let convert = element("audioconvert")?;
    let plain = gst::Caps::builder("audio/x-raw")
        .field("format", "F32LE")
        .field("layout", "interleaved")
        .field("rate", 48_000)
        .field("channels", 2)
        .build();
    let aligned = filter(&plain)?;
    if let Some(pad) = aligned.static_pad("sink") {
        align_sound(&pad);
    }
    let encoder = element("avenc_aac").or_else(|_| element("voaacenc"))?;
    encoder.set_property_from_str("bitrate", "128000");
    chain(pipeline, &[entry.clone(), decoder.clone()])?;
    chain(
        pipeline,
        &[
            convert.clone(),
            element("audioresample")?,
            filter(&plain)?,
            element("audiorate")?,
            aligned,
            element("audioconvert")?,
            encoder,
            filter(&raw)?,
            sink,
        ],
    )?;
    link_when_decoded(&decoder, &convert, "audio/");
    Ok(entry)
}

/// Links a decoder's stream when it is known.
pub fn link_when_decoded(decoder: &gst::Element, next: &gst::Element, kind: &'static str) {
    let next = next.downgrade();
    decoder.connect_pad_added(move |_, pad| {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let fits = caps.structure(0).is_some_and(|s| s.name().starts_with(kind));
        let entry = next.upgrade().and_then(|n| n.static_pad("sink")).filter(|e| !e.is_linked());
        if let Some(entry) = entry.filter(|_| fits)
            && let Err(e) = pad.link(&entry)
        {
            tracing::warn!("a decoded stream does not fit: {e}");
        }
    });
}

/// Lets encoded sound begin on a multiple of 1024 samples of the film, so that frames of a continuation fall on the same
/// places as if there had been no interruption.
fn align_sound(pad: &gst::Pad) {
    let begun = AtomicBool::new(false);
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        if begun.load(Ordering::Relaxed) {
            return gst::PadProbeReturn::Ok;
        }
        let Some(gst::PadProbeData::Buffer(buffer)) = &mut info.data else { return gst::PadProbeReturn::Ok };
        let segment = pad.sticky_event::<gst::event::Segment>(0).map(|e| e.segment().clone());
        let Some(time) = segment.and_then(|s| film_time(&s, buffer.pts())) else {
            return gst::PadProbeReturn::Ok;
        };
        const BYTES: usize = 8;
        let first = (i128::from(time) * 48_000 + 500_000_000).div_euclid(1_000_000_000);
        let drop = (-first).rem_euclid(1024) as usize;
        let there = buffer.size() / BYTES;
        if drop >= there {
            return gst::PadProbeReturn::Handled;
        }
        if drop > 0 {
            let Ok(mut rest) = buffer.copy_region(gst::BufferCopyFlags::MEMORY, drop * BYTES..) else {
                return gst::PadProbeReturn::Ok;
            };
            let later = gst::ClockTime::from_nseconds(drop as u64 * 1_000_000_000 / 48_000);
            if let Some(fresh) = rest.get_mut() {
                fresh.set_pts(buffer.pts().map(|t| t + later));
                fresh.set_duration(buffer.duration().map(|d| d.saturating_sub(later)));
            }
            *buffer = rest;
        }
        begun.store(true, Ordering::Relaxed);
        gst::PadProbeReturn::Ok
    });
}

fn sound_track(caps: &gst::CapsRef) -> Option<Track> {
    let structure = caps.structure(0)?;
    let rate = u32::try_from(structure.get::<i32>("rate").ok()?).ok()?;
    let channels = u16::try_from(structure.get::<i32>("channels").ok()?).ok()?;
    let coding = Coding::Aac { config: header_of(caps)?, rate, channels };
    Some(Track { coding, timescale: rate, shift: 0 })
}

/// Samples of one coded frame: AAC knows only these lengths.
fn frame_length(duration: Option<gst::ClockTime>, rate: i32) -> u32 {
    let Some(duration) = duration else { return 1024 };
    let samples = duration.nseconds().saturating_mul(rate.max(1) as u64) / 1_000_000_000;
    [960, 1024, 2048].into_iter().min_by_key(|known| samples.abs_diff(u64::from(*known))).unwrap_or(1024)
}

/// The file, taken apart; its first film and its first sound go where they are wanted, everything else nowhere.
fn open_source(
    pipeline: &gst::Pipeline,
    job: &TranscodeJob,
    film: Option<gst::Element>,
    heard: Option<gst::Element>,
    signs: &Arc<Signs>,
    hold: Option<&Arc<Mutex<Vec<(gst::Pad, gst::PadProbeId)>>>>,
) -> Result<[gst::Element; 2]> {
    let file = element("filesrc")?;
    file.set_property("location", &job.source);
    let parse = element("parsebin")?;
    chain(pipeline, &[file.clone(), parse.clone()])?;
    // Started last: what it would push into elements that do not run yet would be lost.
    file.set_locked_state(true);
    parse.set_locked_state(true);
    let still_pictures = job.info.video.as_ref().is_some_and(|v| v.codec == VideoCodec::Mjpeg);
    let (entries, weak, hold) = ((film, heard), pipeline.downgrade(), hold.cloned());
    let moving = signs.clone();
    parse.connect_pad_added(move |_, pad| {
        let caps = pad
            .current_caps()
            .or_else(|| pad.stream().and_then(|s| s.caps()))
            .unwrap_or_else(|| pad.query_caps(None));
        let name = caps.structure(0).map(|s| s.name().to_string()).unwrap_or_default();
        let entry = if name.starts_with("video/") || (still_pictures && name == "image/jpeg") {
            &entries.0
        } else if name.starts_with("audio/") {
            &entries.1
        } else {
            &None
        };
        let entry = entry.as_ref().and_then(|e| e.static_pad("sink")).filter(|p| !p.is_linked());
        match entry {
            Some(entry) => {
                let signs = moving.clone();
                pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
                    signs.activity.fetch_add(1, Ordering::Relaxed);
                    gst::PadProbeReturn::Ok
                });
                if let Some(hold) = &hold {
                    let probe =
                        pad.add_probe(gst::PadProbeType::BLOCK_DOWNSTREAM, |_, _| gst::PadProbeReturn::Ok);
                    lock(hold).extend(probe.map(|probe| (pad.clone(), probe)));
                }
                if let Err(e) = pad.link(&entry) {
                    tracing::warn!("a stream of the source does not fit: {e}");
                }
            }
            None => {
                tracing::debug!("a stream of {name} is left out");
                if let Some(pipeline) = weak.upgrade() {
                    let _ = discard(&pipeline, pad);
                }
            }
        }
    });
    Ok([parse, file])
}

fn discard(pipeline: &gst::Pipeline, pad: &gst::Pad) -> Result<()> {
    let sink = element("fakesink")?;
    sink.set_property("sync", false);
    sink.set_property("async", false);
    pipeline.add(&sink).map_err(|e| MediaError::Internal(e.to_string()))?;
    let _ = sink.sync_state_with_parent();
    if let Some(entry) = sink.static_pad("sink") {
        let _ = pad.link(&entry);
    }
    Ok(())
}

fn first_error(bus: &gst::Bus, otherwise: &str) -> MediaError {
    bus.pop_filtered(&[gst::MessageType::Error])
        .and_then(|m| error_of(&m))
        .unwrap_or_else(|| MediaError::Internal(otherwise.to_owned()))
}

/// What an error on the bus means for us.
fn error_of(message: &gst::Message) -> Option<MediaError> {
    let gst::MessageView::Error(error) = message.view() else { return None };
    let from = error.src().map(|s| s.path_string().to_string()).unwrap_or_default();
    let name = error.src().map(|s| s.name().to_string()).unwrap_or_default();
    let debug = error.debug().map(|d| d.to_string()).unwrap_or_default();
    let text = format!("{} ({from}: {debug})", error.error());
    let error = error.error();
    if name.starts_with(pictures::ENCODER)
        || ["x264enc", "openh264enc", "v4l2h264enc"].iter().any(|e| name.starts_with(e))
    {
        return Some(MediaError::Encoder(text));
    }
    Some(match (error.kind::<gst::StreamError>(), error.kind::<gst::ResourceError>()) {
        (Some(gst::StreamError::CodecNotFound), _) => MediaError::Unsupported(text),
        (Some(gst::StreamError::TypeNotFound | gst::StreamError::WrongType), _) => MediaError::NotMedia(text),
        (Some(gst::StreamError::Encode), _) => MediaError::Encoder(text),
        (Some(gst::StreamError::Failed), _) if text.contains("not-negotiated") => {
            MediaError::Unsupported(text)
        }
        (Some(_), _) => MediaError::Damaged(text),
        (_, Some(_)) => MediaError::Io(text),
        _ => MediaError::Internal(text),
    })
}
