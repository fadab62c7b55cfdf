//! Single pictures out of a film: seek to a key frame, decode it, take it. The sound is not touched.

use std::path::Path;
use std::time::{Duration, Instant};

use gst::prelude::*;
use gst_video::prelude::*;
use image::{RgbImage, imageops};

use super::pictures;
use super::source::VideoStream;
use super::{MediaError, Result, tonemap};

/// An open film that gives pictures, upright, with square pixels, in a small size.
pub struct Frames {
    pipeline: gst::Pipeline,
    sink: gst_app::AppSink,
    rotation: u16,
}

/// A picture and where in the film it is.
pub struct Frame {
    /// Milliseconds from the start.
    pub moment_ms: u64,
    /// The picture.
    pub picture: RgbImage,
}

/// Longest time for one picture. A key frame of 2160p takes a second on a small machine.
const PATIENCE: Duration = Duration::from_secs(20);

impl Frames {
    /// Opens a film. Pictures come as large as fits into a square of `side`, never larger than the film.
    pub fn open(file: &Path, video: &VideoStream, side: u32) -> Result<Self> {
        super::init::init()?;
        let internal = |e: &dyn std::fmt::Display| MediaError::Internal(e.to_string());
        let make = |name: &str| gst::ElementFactory::make(name).build().map_err(|e| internal(&e));
        let pipeline = gst::Pipeline::new();
        let source = make("filesrc")?;
        source.set_property("location", file);
        let parse = make("parsebin")?;
        let scale = make("videoconvertscale")?;
        scale.set_property("add-borders", false);
        // The size before turning, as the film is stored.
        let (shown_width, shown_height) = video.displayed();
        let side = side.min(shown_width.max(shown_height)).max(2);
        let (width, height) = pictures::fit((shown_width, shown_height), (side, side));
        let (width, height) = if video.rotation % 180 == 90 { (height, width) } else { (width, height) };
        let caps = |format| {
            gst_video::VideoCapsBuilder::new()
                .format(format)
                .width(width.max(2) as i32)
                .height(height.max(2) as i32)
                .pixel_aspect_ratio(gst::Fraction::new(1, 1))
                .build()
        };
        let rgb = caps(gst_video::VideoFormat::Rgb);
        let sink = gst_app::AppSink::builder().caps(&rgb).sync(false).max_buffers(1).build();

        let head = scale.clone();
        let mut row = vec![scale];
        if let Some(hdr) = video.hdr {
            let small = make("capsfilter")?;
            small.set_property("caps", caps(gst_video::VideoFormat::I42010le));
            row.extend([small, tonemap::element(hdr), make("videoconvertscale")?]);
        }
        row.push(sink.clone().upcast());
        pipeline.add_many([&source, &parse]).map_err(|e| internal(&e))?;
        pipeline.add_many(&row).map_err(|e| internal(&e))?;
        source.link(&parse).map_err(|e| internal(&e))?;
        gst::Element::link_many(&row).map_err(|e| internal(&e))?;

        let weak = pipeline.downgrade();
        parse.connect_pad_added(move |_, pad| {
            let Some(pipeline) = weak.upgrade() else { return };
            // Caps may not be there yet; the kind of stream is.
            let film =
                pad.stream().is_some_and(|stream| stream.stream_type().contains(gst::StreamType::VIDEO));
            let free = head.static_pad("sink").is_some_and(|pad| !pad.is_linked());
            if film && free {
                if let Some(next) = decoder(&pipeline, &head) {
                    let _ = pad.link(&next);
                }
                return;
            }
            // Not into a sink: in a paused pipeline that would hold up the thread that the film comes with.
            let all = gst::PadProbeType::BUFFER
                | gst::PadProbeType::BUFFER_LIST
                | gst::PadProbeType::EVENT_DOWNSTREAM;
            pad.add_probe(all, |_, info| {
                info.data = None;
                gst::PadProbeReturn::Handled
            });
        });
        let frames = Self { pipeline, sink, rotation: video.rotation };
        frames.pipeline.set_state(gst::State::Paused).map_err(|_| frames.failure())?;
        frames.settle()?;
        Ok(frames)
    }

    /// The key frame nearest to a moment; the picture that is there already when seeking does not work.
    pub fn near(&self, moment: Duration) -> Result<Frame> {
        let at = gst::ClockTime::try_from(moment).unwrap_or(gst::ClockTime::ZERO);
        let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::KEY_UNIT | gst::SeekFlags::SNAP_NEAREST;
        if self.sink.seek_simple(flags, at).is_ok() {
            self.settle()?;
        }
        let sample = self
            .sink
            .try_pull_preroll(gst::ClockTime::try_from(PATIENCE).ok())
            .ok_or_else(|| MediaError::Damaged("there is no picture at this moment".into()))?;
        self.frame(&sample)
    }

    /// Waits until a picture is there.
    fn settle(&self) -> Result<()> {
        let bus =
            self.pipeline.bus().ok_or_else(|| MediaError::Internal("a pipeline without a bus".into()))?;
        let begun = Instant::now();
        let wanted = [gst::MessageType::AsyncDone, gst::MessageType::Error, gst::MessageType::Eos];
        let left = PATIENCE.saturating_sub(begun.elapsed());
        let message = bus.timed_pop_filtered(gst::ClockTime::try_from(left).ok(), &wanted);
        match message.as_ref().map(|message| message.view()) {
            Some(gst::MessageView::Error(error)) => {
                Err(MediaError::Damaged(format!("{} ({})", error.error(), error.debug().unwrap_or_default())))
            }
            Some(_) => Ok(()),
            None => Err(MediaError::Limit("no picture came in time".into())),
        }
    }

    fn frame(&self, sample: &gst::Sample) -> Result<Frame> {
        let unusable = || MediaError::Internal("a picture that cannot be read".into());
        let buffer = sample.buffer().ok_or_else(unusable)?;
        let info =
            sample.caps().and_then(|caps| gst_video::VideoInfo::from_caps(caps).ok()).ok_or_else(unusable)?;
        let frame =
            gst_video::VideoFrameRef::from_buffer_ref_readable(buffer, &info).map_err(|_| unusable())?;
        let stride =
            frame.plane_stride().first().and_then(|s| usize::try_from(*s).ok()).ok_or_else(unusable)?;
        let data = frame.plane_data(0).map_err(|_| unusable())?;
        let row = info.width() as usize * 3;
        let mut packed = Vec::with_capacity(row * info.height() as usize);
        for line in data.chunks(stride).take(info.height() as usize) {
            packed.extend_from_slice(line.get(..row).ok_or_else(unusable)?);
        }
        let picture = RgbImage::from_raw(info.width(), info.height(), packed).ok_or_else(unusable)?;
        let moment = sample
            .segment()
            .and_then(|segment| segment.downcast_ref::<gst::ClockTime>()?.to_stream_time(buffer.pts()))
            .unwrap_or_default();
        Ok(Frame {
            moment_ms: moment.mseconds(),
            picture: match self.rotation {
                90 => imageops::rotate90(&picture),
                180 => imageops::rotate180(&picture),
                270 => imageops::rotate270(&picture),
                _ => picture,
            },
        })
    }

    fn failure(&self) -> MediaError {
        self.settle().err().unwrap_or_else(|| MediaError::Damaged("it cannot be opened".into()))
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

/// A decoder before `head`; its input.
fn decoder(pipeline: &gst::Pipeline, head: &gst::Element) -> Option<gst::Pad> {
    let decode = gst::ElementFactory::make("decodebin").build().ok()?;
    let bin = decode.downcast_ref::<gst::Bin>()?;
    // Also because frame threads want a dozen pictures before they give the first.
    super::init::one_thread_decoders(bin);
    let head = head.downgrade();
    decode.connect_pad_added(move |_, pad| {
        if let Some(input) = head.upgrade().and_then(|head| head.static_pad("sink")) {
            let _ = pad.link(&input);
        }
    });
    pipeline.add(&decode).ok()?;
    decode.sync_state_with_parent().ok()?;
    decode.static_pad("sink")
}
