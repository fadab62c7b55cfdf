//! What the pipelines of a transcode are put together with, and what their threads tell whoever watches them.

pub mod errors;
pub mod pictures;
pub mod sound;
pub mod source;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use gst::prelude::*;

use super::writer::RungWriter;
use crate::media::{MediaError, Result};

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

/// A copy of what a buffer holds.
pub fn bytes_of(buffer: &gst::BufferRef) -> Result<Bytes> {
    let map = buffer.map_readable().map_err(|_| MediaError::Internal("unreadable buffer".into()))?;
    Ok(Bytes::copy_from_slice(&map))
}

/// What a decoder has to know before the first frame.
pub fn header_of(caps: &gst::CapsRef) -> Option<Vec<u8>> {
    let header = caps.structure(0)?.get::<gst::Buffer>("codec_data").ok()?;
    Some(header.map_readable().ok()?.to_vec())
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
