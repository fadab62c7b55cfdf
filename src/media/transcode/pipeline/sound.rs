//! The sound's part of a pipeline: copied or encoded once, into every writer that listens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gst::prelude::*;

use super::{
    SharedWriter, Signs, bytes_of, chain, element, film_time, filter, header_of, link_when_decoded, lock,
    queue, sink,
};
use crate::media::Result;
use crate::media::fmp4::{Coding, Track};
use crate::media::transcode::sound::SoundFrame;

/// Takes the sound over as it is, or decodes and encodes it. Returns the element to link the source to.
pub fn listen(
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
    // What libav decides from frame to frame GStreamer only knows as "always": then half of what is on one side is heard
    // on the other.
    if encoder.has_property_with_type("aac-ms", bool::static_type()) {
        encoder.set_property("aac-ms", false);
    }
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
