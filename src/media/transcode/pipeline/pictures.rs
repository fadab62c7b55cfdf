//! The pictures' part of a pipeline: either taken over as they are, or decoded once and encoded for several rungs.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use gst::prelude::*;

use super::{
    SharedWriter, Signs, bytes_of, chain, element, film_time, filter, header_of, link_when_decoded, lock,
    queue, sink,
};
use crate::media::encoder::{EncoderChoice, EncoderSettings};
use crate::media::fmp4::Coding;
use crate::media::ladder::{Rendition, rate};
use crate::media::source::VideoStream;
use crate::media::transcode::TranscodeJob;
use crate::media::transcode::cutter::Picture;
use crate::media::transcode::writer::Refusal;
use crate::media::{MediaError, Result, h264, limits, scaler, tonemap};

/// Bytes of coded film between reading and decoding.
const CODED_AHEAD: u32 = 8 << 20;
/// Raw pictures that wait before an encoder. One of 1080p takes 3 MB.
const RAW_AHEAD: u32 = 2;
/// What all encoders take.
const RAW_FORMAT: &str = "I420";

/// One rendition to encode.
pub struct Rung {
    /// What it is to be.
    pub rendition: Rendition,
    /// Who makes it.
    pub encoder: EncoderChoice,
    /// Where it goes.
    pub writer: SharedWriter,
}

fn avc() -> gst::Caps {
    gst::Caps::builder("video/x-h264").field("stream-format", "avc").field("alignment", "au").build()
}

/// `shown` is the size of what was encoded here; a copy shows what its own header says.
fn picture_sink(writer: &SharedWriter, shown: Option<(u32, u32)>, signs: &Arc<Signs>) -> gst::Element {
    let (into, ended, left) = (writer.clone(), writer.clone(), signs.clone());
    let mut known = None;
    sink(
        signs,
        move |sample| push_picture(&into, shown, &mut known, sample),
        move || {
            let mut writer = lock(&ended);
            if let Err(refusal) = writer.end_video() {
                writer.refuse(refusal);
            }
            left.films_left.fetch_sub(1, Ordering::SeqCst);
        },
    )
}

/// Takes the pictures over as they are. Returns the element to link the source to.
pub fn copy(pipeline: &gst::Pipeline, writer: &SharedWriter, signs: &Arc<Signs>) -> Result<gst::Element> {
    let entry = queue(0, CODED_AHEAD)?;
    let sink = picture_sink(writer, None, signs);
    chain(pipeline, &[entry.clone(), element("h264parse")?, filter(&avc())?, sink])?;
    Ok(entry)
}

/// Decodes once and encodes for each rung: the largest is scaled from the source, each other from a larger one.
/// Returns the element to link the source to.
pub fn encode(
    pipeline: &gst::Pipeline,
    job: &TranscodeJob,
    mut rungs: Vec<Rung>,
    signs: &Arc<Signs>,
) -> Result<gst::Element> {
    let video =
        job.info.video.as_ref().ok_or_else(|| MediaError::Internal("a film without pictures".into()))?;
    rungs.sort_by_key(|rung| std::cmp::Reverse(rung.rendition.resolution));
    let entry = queue(0, CODED_AHEAD)?;
    let decoder = element("decodebin")?;
    chain(pipeline, &[entry.clone(), decoder.clone()])?;
    let Some(top) = rungs.first().map(|rung| rung.rendition.clone()) else {
        return Err(MediaError::Internal("no rungs to encode".into()));
    };
    let row = upright(video, &top)?;
    chain(pipeline, &row)?;
    if let Some(first) = row.first() {
        link_when_decoded(&decoder, first, "video/");
    }
    let sizes: Vec<_> = rungs.iter().map(|rung| (rung.rendition.width, rung.rendition.height)).collect();
    let rates: Vec<_> = rungs.iter().map(|rung| rung.rendition.frame_rate).collect();
    // Where each rung's pictures can be had.
    let mut tees: Vec<gst::Element> = Vec::new();
    for (nth, Rung { rendition: rung, encoder, writer }) in rungs.into_iter().enumerate() {
        let origin = origin(&sizes, nth);
        let mut row: Vec<gst::Element> =
            origin.map_or_else(|| row.last(), |origin| tees.get(origin)).cloned().into_iter().collect();
        let joined = row.len();
        if let Some(origin) = origin {
            if rates[origin] != rung.frame_rate {
                row.push(element("videorate")?);
            }
            row.push(scaler::element(rung.width, rung.height));
            row.push(filter(&raw(&rung, video))?);
        }
        let tee = element("tee")?;
        tees.push(tee.clone());
        let waiting = queue(RAW_AHEAD, 0)?;
        if let Some(pad) = waiting.static_pad("sink") {
            // A group that is there already is made again and dropped: so the header is known even when nothing is left.
            let first = lock(&writer).next_frame().saturating_sub(u64::from(rung.gop));
            gate(&pad, rung.frame_rate, first, signs);
        }
        if nth > 0
            && let Some(pad) = waiting.static_pad("src")
        {
            largest_first(&pad);
        }
        row.extend([tee, waiting]);
        let settings = EncoderSettings {
            width: rung.width,
            height: rung.height,
            frame_rate: rung.frame_rate,
            gop: rung.gop,
            bit_rate: u32::try_from(rung.bit_rate).unwrap_or(u32::MAX),
        };
        row.extend(encoder.elements(&settings)?);
        let sink = picture_sink(&writer, Some((rung.width, rung.height)), signs);
        row.extend([element("h264parse")?, filter(&avc())?, sink]);
        let wrong = |e: gst::glib::BoolError| MediaError::Encoder(format!("building a rung: {e}"));
        pipeline.add_many(row.iter().skip(joined)).map_err(wrong)?;
        gst::Element::link_many(&row).map_err(wrong)?;
    }
    Ok(entry)
}

/// The rung that another is scaled from: one of exactly twice its size where there is one, because a step less keeps more
/// and takes hardly longer (measured: 0.14 ms for 720p to 360p, 0.10 ms for 480p to 360p), else the next larger. Sizes are in
/// falling order.
fn origin(sizes: &[(u32, u32)], nth: usize) -> Option<usize> {
    let (width, height) = *sizes.get(nth)?;
    let twice = sizes[..nth].iter().rposition(|size| *size == (2 * width, 2 * height));
    twice.or(nth.checked_sub(1))
}

/// Scales in ten bits, with as many taps as the step needs. The element's own default takes two whatever the step: noise passes through
/// to the small rungs, which then look worse and take more to encode.
fn scale() -> Result<gst::Element> {
    let scale = element("videoconvertscale")?;
    scale.set_property_from_str("method", "bilinear2");
    // The size is exact already: bars would come from rounding only.
    scale.set_property("add-borders", false);
    Ok(scale)
}

fn raw(rung: &Rendition, video: &VideoStream) -> gst::Caps {
    gst::Caps::builder("video/x-raw")
        .field("format", RAW_FORMAT)
        .field("width", rung.width as i32)
        .field("height", rung.height as i32)
        .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
        .field("framerate", gst::Fraction::new(rung.frame_rate.0 as i32, rung.frame_rate.1 as i32))
        .field("colorimetry", colours(video))
        .build()
}

/// One way to code colours in all rungs, so that they look the same when a player changes between them and nothing is
/// computed on the way down: what pictures of the source's size usually have. Left open, each rung gets the usual one of its
/// own size.
fn colours(video: &VideoStream) -> &'static str {
    const HIGH_DEFINITION: u32 = 720;
    // What was tone-mapped is in BT.709.
    let high = video.hdr.is_some() || video.width.min(video.height) >= HIGH_DEFINITION;
    if high { "bt709" } else { "bt601" }
}

/// From decoded pictures to upright, progressive ones of the largest rung's size and rate, in eight bits.
fn upright(video: &VideoStream, top: &Rendition) -> Result<Vec<gst::Element>> {
    let mut row = vec![queue(RAW_AHEAD, 0)?];
    if video.interlaced {
        let deinterlace = element("deinterlace")?;
        // One picture per frame: the rate stays as the ladder knows it.
        deinterlace.set_property_from_str("fields", "top");
        row.push(deinterlace);
    }
    let videorate = element("videorate")?;
    if let Some(pad) = videorate.static_pad("sink") {
        stand_still(&pad, top.frame_rate);
    }
    // What is dropped need not be scaled; what is doubled need not be scaled twice.
    let drops = rate(video.frame_rate) >= rate(top.frame_rate) * 0.98;
    let (n, d) = top.frame_rate;
    let steady =
        gst::Caps::builder("video/x-raw").field("framerate", gst::Fraction::new(n as i32, d as i32)).build();
    if drops {
        row.extend([videorate.clone(), filter(&steady)?]);
    }
    let turned = video.rotation % 180 == 90;
    let (width, height) = if turned { (top.height, top.width) } else { (top.width, top.height) };
    if let Some(hdr) = video.hdr {
        let lying = gst::Caps::builder("video/x-raw")
            .field("format", "I420_10LE")
            .field("width", width as i32)
            .field("height", height as i32)
            .field("pixel-aspect-ratio", gst::Fraction::new(1, 1))
            .build();
        row.extend([scale()?, filter(&lying)?, tonemap::element(hdr)]);
    } else {
        // Colours are made those of the ladder after scaling: there are fewer of them.
        row.extend([element("videoconvert")?, scaler::element(width, height), element("videoconvert")?]);
    }
    let method = match video.rotation {
        90 => Some("clockwise"),
        180 => Some("rotate-180"),
        270 => Some("counterclockwise"),
        _ => None,
    };
    if let Some(method) = method {
        let flip = element("videoflip")?;
        flip.set_property_from_str("method", method);
        row.push(flip);
    }
    if !drops {
        row.push(videorate);
    }
    row.push(filter(&raw(top, video))?);
    Ok(row)
}

/// Shows a picture until the next one is due, and the last one until the end. `videorate` takes the one that is nearest
/// in time and ends with the last: in the recording of a talk, whose pictures are seconds apart, half of these seconds
/// would show the next one already. So what stands longer than a frame is repeated each frame.
fn stand_still(pad: &gst::Pad, (n, d): (u32, u32)) {
    let second = gst::ClockTime::SECOND;
    let frame = second.mul_div_floor(u64::from(d), u64::from(n.max(1))).unwrap_or(second);
    let last: Mutex<Option<gst::Buffer>> = Mutex::new(None);
    let kinds = gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM;
    pad.add_probe(kinds, move |pad, info| {
        let ends = info.event().map(|event| event.type_());
        let before = match (info.buffer(), ends) {
            (Some(_), _) | (_, Some(gst::EventType::Eos)) => lock(&last).take(),
            // After a seek, what was shown before has no part in what comes.
            (_, Some(gst::EventType::Segment)) => {
                *lock(&last) = None;
                None
            }
            _ => None,
        };
        let due = match info.buffer() {
            Some(buffer) => buffer.pts(),
            None => before.as_ref().and_then(|last| Some(last.pts()? + last.duration()?)),
        };
        if let Some((mut repeated, due)) = before.zip(due) {
            // Each comes by here too, and is the last while it does.
            while let Some(next) = repeated.pts().map(|shown| shown + frame)
                && next + frame / 2 < due
            {
                let again = repeated.make_mut();
                again.set_pts(next);
                again.set_duration(frame);
                if pad.chain(repeated.clone()).is_err() {
                    break;
                }
                *lock(&last) = None;
            }
        }
        if let Some(buffer) = info.buffer() {
            *lock(&last) = Some(buffer.clone());
        }
        gst::PadProbeReturn::Ok
    });
}

/// Has the thread that encodes what comes out here leave the processor to those of the largest rung and of the decoder. The
/// largest takes about as long as all others together: where all have the same share, they wait for it in the end,
/// and a processor core with them.
fn largest_first(pad: &gst::Pad) {
    pad.add_probe(gst::PadProbeType::BUFFER, |_, _| {
        limits::step_back();
        gst::PadProbeReturn::Remove
    });
}

/// Drops what an earlier run has encoded, up to the frame `first`.
fn gate(pad: &gst::Pad, (n, d): (u32, u32), first: u64, signs: &Arc<Signs>) {
    let signs = signs.clone();
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        signs.activity.fetch_add(1, Ordering::Relaxed);
        if first == 0 {
            return gst::PadProbeReturn::Ok;
        }
        let Some(gst::PadProbeData::Buffer(buffer)) = &info.data else { return gst::PadProbeReturn::Ok };
        let segment = pad.sticky_event::<gst::event::Segment>(0).map(|e| e.segment().clone());
        let Some(time) = segment.and_then(|s| film_time(&s, buffer.pts())) else {
            return gst::PadProbeReturn::Ok;
        };
        let unit = 1_000_000_000 * i128::from(d);
        let frame = (i128::from(time) * i128::from(n) + unit / 2).div_euclid(unit);
        if frame < i128::from(first) { gst::PadProbeReturn::Handled } else { gst::PadProbeReturn::Ok }
    });
}

/// A picture of a sample from `h264parse`, with its header the first time and when it changes.
fn push_picture(
    writer: &SharedWriter,
    shown: Option<(u32, u32)>,
    known: &mut Option<gst::Caps>,
    sample: &gst::SampleRef,
) -> Result<(), ()> {
    let pushed = take_picture(writer, shown, known, sample);
    pushed.map_err(|refusal| lock(writer).refuse(refusal))
}

fn take_picture(
    writer: &SharedWriter,
    shown: Option<(u32, u32)>,
    known: &mut Option<gst::Caps>,
    sample: &gst::SampleRef,
) -> Result<(), Refusal> {
    let (Some(buffer), Some(caps), Some(segment)) = (sample.buffer(), sample.caps(), sample.segment()) else {
        return Ok(());
    };
    let mut writer = lock(writer);
    if known.as_deref() != Some(caps) {
        writer.set_video(film_coding(caps, shown)?)?;
        *known = Some(caps.to_owned());
    }
    let Some(time) = film_time(segment, buffer.pts()) else {
        return Err(Refusal::EncodeInstead("a picture has no time".into()));
    };
    let key = !buffer.flags().contains(gst::BufferFlags::DELTA_UNIT);
    let data = bytes_of(buffer)?;
    let data = if shown.is_some() { h264::without_headers(data) } else { data };
    writer.push_picture(Picture { data, time, key })
}

fn film_coding(caps: &gst::CapsRef, shown: Option<(u32, u32)>) -> Result<Coding> {
    let side = |name| caps.structure(0).and_then(|s| u16::try_from(s.get::<i32>(name).ok()?).ok());
    let (Some(avcc), Some(width), Some(height)) = (header_of(caps), side("width"), side("height")) else {
        return Err(MediaError::Internal("H.264 without header".into()));
    };
    match shown {
        // A chip was given larger pictures than are to be seen.
        Some((wide, high)) if (u32::from(width), u32::from(height)) != (wide, high) => {
            let avcc = h264::with_visible_size(&avcc, wide, high)
                .ok_or_else(|| MediaError::Encoder(format!("it made {width}×{height} of {wide}×{high}")))?;
            let short = |side| u16::try_from(side).unwrap_or(u16::MAX);
            Ok(Coding::H264 { avcc, width: short(wide), height: short(high) })
        }
        _ => Ok(Coding::H264 { avcc, width, height }),
    }
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn a_rung_is_scaled_from_one_of_twice_its_size_or_from_the_next() {
        let sizes = [(1920, 1080), (1280, 720), (854, 480), (640, 360), (426, 240), (256, 144)];
        let origins: Vec<_> = (0..sizes.len()).map(|nth| origin(&sizes, nth)).collect();
        assert_eq!(origins, [None, Some(0), Some(1), Some(1), Some(3), Some(4)]);
    }
}
