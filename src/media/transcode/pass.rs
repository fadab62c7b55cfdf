//! One pass: one pipeline from the source to some writers, and watching it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gst::prelude::*;

use super::pace::Pace;
use super::pipeline::errors::{error_of, first_error};
use super::pipeline::pictures::Rung;
use super::pipeline::source::{Entries, Source, seek_target};
use super::pipeline::{SharedWriter, Signs, lock, pictures, sound};
use super::writer::{Refusal, RungWriter};
use super::{TranscodeEvent, TranscodeJob};
use crate::media::ladder::{Plan, Rendition, Treatment};
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

/// One pipeline and its writers.
pub struct Pass<'a> {
    job: &'a TranscodeJob,
    writers: Vec<SharedWriter>,
    pipeline: gst::Pipeline,
    signs: Arc<Signs>,
    source: Source,
    /// One of its threads does not come back.
    stuck: bool,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.stuck {
            // Stopping it would wait for the thread that hangs. It ends with the process.
            std::mem::forget(self.pipeline.clone());
            return;
        }
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
        let with = |treatment| {
            let treated = move |(r, _): &(&Rendition, &SharedWriter)| r.video == treatment;
            renditions.iter().zip(&writers).filter(treated)
        };
        crate::media::init::one_thread_decoders(&pipeline);

        let encoded: Vec<Rung> = with(Treatment::Encode)
            .map(|(rendition, writer)| Rung {
                rendition: rendition.clone(),
                encoder: job.encoder_of(plan, rendition.resolution).clone(),
                writer: writer.clone(),
            })
            .collect();
        let copied = with(Treatment::Copy).map(|(_, writer)| writer).next();
        signs.films_left.store(encoded.len() + usize::from(copied.is_some()), Ordering::SeqCst);
        let mut entries = Entries::default();
        if let Some(writer) = copied {
            entries.film = Some(pictures::copy(&pipeline, writer, &signs)?);
        } else if !encoded.is_empty() {
            entries.film = Some(pictures::encode(&pipeline, job, encoded, &signs)?);
        }
        if from_pipeline {
            signs.sound_left.store(true, Ordering::SeqCst);
            let copy = renditions.iter().any(|r| r.audio == Treatment::Copy);
            entries.sound = Some(sound::listen(&pipeline, copy, &writers, &signs)?);
        }
        let source = Source::new(&pipeline, job, entries, seek_to, &signs)?;
        Ok(Self { job, writers, pipeline, signs, source, stuck: false })
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
        self.source.start(&bus)?;
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
            self.source.seek_when_ready();
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
                self.stuck = true;
                let seconds = stall.as_secs();
                return Err(MediaError::Stalled(format!("nothing has moved for {seconds} seconds")));
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
        let films_over = self.signs.films_left.load(Ordering::SeqCst) == 0;
        let sound_over = !self.signs.sound_left.load(Ordering::SeqCst);
        if films_over && !sound_over && !self.source.has_sound() && self.source.wants_film() {
            self.signs.sound_left.store(false, Ordering::SeqCst);
            for writer in &self.writers {
                let mut writer = lock(writer);
                if let Err(refusal) = writer.end_sound() {
                    writer.refuse(refusal);
                }
            }
        }
        let read = self.source.is_drained();
        let missing =
            if !films_over && !self.source.has_film() && (read || sound_over && self.source.wants_sound()) {
                "the pictures cannot be found in the file"
            } else if read && !sound_over && !self.source.has_sound() && !self.source.wants_film() {
                "the sound cannot be found in the file"
            } else {
                return;
            };
        let refusal = MediaError::Damaged(missing.into());
        self.writers.iter().for_each(|w| lock(w).refuse(refusal.clone().into()));
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
}
