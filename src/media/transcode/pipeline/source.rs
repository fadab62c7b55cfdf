//! The file, taken apart: its first film and its first sound go where they are wanted, everything else nowhere.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gst::prelude::*;

use super::errors::first_error;
use super::{Signs, chain, element, lock};
use crate::media::ladder::{Rendition, Treatment, rate};
use crate::media::source::VideoCodec;
use crate::media::transcode::TranscodeJob;
use crate::media::transcode::writer::RungWriter;
use crate::media::{MediaError, Result};

/// Where the streams of a file go.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// Into which the film goes, when it is wanted.
    pub film: Option<gst::Element>,
    /// Into which the sound goes, when it is wanted.
    pub sound: Option<gst::Element>,
}

/// The beginning of a pipeline.
pub struct Source {
    /// Started after everything else, in this order.
    elements: [gst::Element; 2],
    entries: Entries,
    /// Where to seek to before anything flows.
    seek_to: Option<gst::ClockTime>,
    /// Pads that are held until then.
    held: Held,
    begun: Instant,
    /// Everything has been read.
    drained: Arc<AtomicBool>,
}

type Held = Arc<Mutex<Vec<(gst::Pad, gst::PadProbeId)>>>;

/// What does not come within so long was promised in vain.
const PATIENCE: Duration = Duration::from_secs(10);

impl Source {
    /// Builds it. `seek_to` is where to begin, if not at the beginning.
    pub fn new(
        pipeline: &gst::Pipeline,
        job: &TranscodeJob,
        entries: Entries,
        seek_to: Option<gst::ClockTime>,
        signs: &Arc<Signs>,
    ) -> Result<Self> {
        let held = Held::default();
        let hold = seek_to.is_some().then_some(&held);
        let elements = open(pipeline, job, &entries, signs, hold)?;
        let drained = Arc::<AtomicBool>::default();
        let flag = drained.clone();
        elements[0].connect("drained", false, move |_| {
            flag.store(true, Ordering::SeqCst);
            None
        });
        Ok(Self { elements, entries, seek_to, held, begun: Instant::now(), drained })
    }

    /// Lets it flow, into elements that run already.
    pub fn start(&self, bus: &gst::Bus) -> Result<()> {
        for element in &self.elements {
            element.set_locked_state(false);
            element.sync_state_with_parent().map_err(|_| first_error(bus, "the source does not open"))?;
        }
        Ok(())
    }

    /// Whether pictures are wanted of it.
    pub fn wants_film(&self) -> bool {
        self.entries.film.is_some()
    }

    /// Whether sound is wanted of it.
    pub fn wants_sound(&self) -> bool {
        self.entries.sound.is_some()
    }

    /// Whether a film came, or none was wanted.
    pub fn has_film(&self) -> bool {
        is_linked(self.entries.film.as_ref())
    }

    /// Whether sound came, or none was wanted.
    pub fn has_sound(&self) -> bool {
        is_linked(self.entries.sound.as_ref())
    }

    /// Whether everything has been read: what has not come by now never does.
    pub fn is_drained(&self) -> bool {
        self.drained.load(Ordering::SeqCst)
    }

    /// Seeks once all streams that matter are there and held. A source that cannot seek is read from its beginning: the
    /// writers and gates drop what an earlier run has made.
    pub fn seek_when_ready(&mut self) {
        let Some(target) = self.seek_to else { return };
        let expected = usize::from(self.entries.film.is_some()) + usize::from(self.entries.sound.is_some());
        let mut held = lock(&self.held);
        let waited = self.begun.elapsed() > PATIENCE && !held.is_empty();
        if held.len() < expected && !waited {
            return;
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
    }
}

fn is_linked(entry: Option<&gst::Element>) -> bool {
    entry.and_then(|entry| entry.static_pad("sink")).is_none_or(|pad| pad.is_linked())
}

/// Where to seek to: a group of pictures and a little before the first frame that any writer still needs, on a frame of
/// the largest rung.
pub fn seek_target(renditions: &[Rendition], writers: &[RungWriter]) -> Option<gst::ClockTime> {
    let first_ms = writers.iter().map(RungWriter::resumes_at_ms).min()?;
    let encoded = || renditions.iter().filter(|r| r.video == Treatment::Encode);
    let group = encoded().map(|r| f64::from(r.gop) * 1000.0 / rate(r.frame_rate)).fold(0.0, f64::max);
    // Further back than sound encoders need to come to rest.
    let wanted = first_ms.checked_sub((group as u64).saturating_add(500)).filter(|ms| *ms >= 1_500)?;
    let (n, d) =
        encoded().map(|r| r.frame_rate).max_by(|a, b| rate(*a).total_cmp(&rate(*b))).unwrap_or((1000, 1));
    let frame = u128::from(wanted) * u128::from(n) / (u128::from(d.max(1)) * 1000);
    let nanoseconds = frame * u128::from(d) * 1_000_000_000 / u128::from(n.max(1));
    Some(gst::ClockTime::from_nseconds(nanoseconds as u64))
}

fn open(
    pipeline: &gst::Pipeline,
    job: &TranscodeJob,
    entries: &Entries,
    signs: &Arc<Signs>,
    hold: Option<&Held>,
) -> Result<[gst::Element; 2]> {
    let file = element("filesrc")?;
    file.set_property("location", &job.source);
    let parse = element("parsebin")?;
    chain(pipeline, &[file.clone(), parse.clone()])?;
    // Started last: what it would push into elements that do not run yet would be lost.
    file.set_locked_state(true);
    parse.set_locked_state(true);
    let still_pictures = job.info.video.as_ref().is_some_and(|v| v.codec == VideoCodec::Mjpeg);
    let (entries, weak, hold) = (entries.clone(), pipeline.downgrade(), hold.cloned());
    let moving = signs.clone();
    parse.connect_pad_added(move |_, pad| {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let name = caps.structure(0).map(|s| s.name().to_string()).unwrap_or_default();
        // Caps may not be there yet, and those of the stream may be an earlier parser's; what it is holds.
        let kind = pad.stream().map_or(gst::StreamType::UNKNOWN, |stream| stream.stream_type());
        let still = name.starts_with("image/") && !(still_pictures && name == "image/jpeg");
        let entry = if (kind.contains(gst::StreamType::VIDEO) || name.starts_with("video/")) && !still {
            &entries.film
        } else if kind.contains(gst::StreamType::AUDIO) || name.starts_with("audio/") {
            &entries.sound
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
