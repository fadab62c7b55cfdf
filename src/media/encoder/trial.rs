//! Really encoding some seconds, to know how fast an encoder is here.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gst::prelude::*;
use serde::{Deserialize, Serialize};

use super::{EncoderChoice, EncoderSettings, select};
use crate::media::{MediaError, Result, board, init};

/// Result of really encoding some seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EncoderTest {
    /// What was tested.
    pub encoder: EncoderChoice,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Seconds of video that were encoded.
    pub seconds: f64,
    /// Seconds of video per second of the clock.
    pub speed: f64,
}

impl fmt::Display for EncoderTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}×{} at {:.1} × real time", self.encoder.name, self.width, self.height, self.speed)
    }
}

/// Which encoder to try, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestJob {
    /// As [`select`] takes it.
    pub forced: Option<String>,
    /// Seconds of film to encode.
    pub film: u64,
    /// Seconds by the clock after which it is enough.
    pub patience: u64,
}

impl Default for TestJob {
    fn default() -> Self {
        Self { forced: None, film: 4, patience: 8 }
    }
}

/// Chooses the encoder of this machine and tries it.
pub fn test(job: &TestJob) -> Result<EncoderTest> {
    init::init()?;
    let selection = select(board::here().as_ref(), job.forced.as_deref());
    test_encode(selection.choice()?, Duration::from_secs(job.film), Duration::from_secs(job.patience))
}

const TEST_SIZE: (u32, u32) = (1280, 720);
const TEST_RATE: u32 = 30;
/// Distinct pictures, shown again and again: made before the clock starts, so that only the encoder is measured.
const TEST_PICTURES: u32 = 12;

/// Encodes test pictures of 1280×720 with the settings of a real rung until `film` has been encoded or `patience` is
/// over, and measures. Blocks; give it to a child process or a blocking thread.
pub fn test_encode(choice: &EncoderChoice, film: Duration, patience: Duration) -> Result<EncoderTest> {
    init::init()?;
    let (width, height) = TEST_SIZE;
    let settings = EncoderSettings {
        width,
        height,
        frame_rate: (TEST_RATE, 1),
        gop: TEST_RATE * 2,
        bit_rate: 3_000_000,
    };
    let pictures: Vec<gst::Buffer> =
        (0..TEST_PICTURES).map(|at| gst::Buffer::from_slice(test_picture(width, height, at))).collect();

    let pipeline = gst::Pipeline::new();
    let info = gst_video::VideoInfo::builder(gst_video::VideoFormat::I420, width, height)
        .fps(gst::Fraction::new(TEST_RATE as i32, 1))
        .build()
        .map_err(|e| MediaError::Internal(e.to_string()))?;
    let caps = info.to_caps().map_err(|e| MediaError::Internal(e.to_string()))?;
    let source = gst_app::AppSrc::builder().caps(&caps).format(gst::Format::Time).build();
    let sink = gst::ElementFactory::make("fakesink")
        .property("sync", false)
        .build()
        .map_err(|e| MediaError::Internal(e.to_string()))?;
    let mut chain = vec![source.clone().upcast::<gst::Element>()];
    chain.extend(choice.elements(&settings)?);
    let frames_out = Arc::new(AtomicU64::new(0));
    if let Some(pad) = sink.static_pad("sink") {
        let frames_out = Arc::clone(&frames_out);
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
            frames_out.fetch_add(1, Ordering::Relaxed);
            gst::PadProbeReturn::Ok
        });
    }
    chain.push(sink);
    pipeline.add_many(&chain).map_err(|e| MediaError::Internal(e.to_string()))?;
    gst::Element::link_many(&chain).map_err(|e| MediaError::Encoder(format!("{}: {e}", choice.name)))?;

    let bus = pipeline.bus().ok_or_else(|| MediaError::Internal("a pipeline without a bus".into()))?;
    let ended = Ending(&pipeline);
    let start = Instant::now();
    pipeline.set_state(gst::State::Playing).map_err(|_| failure(choice, &bus))?;
    let wanted = (film.as_secs_f64() * f64::from(TEST_RATE)).ceil() as u64;
    let mut given = 0_u64;
    while given < wanted && start.elapsed() < patience {
        // Waiting on the bus and not inside the source: an encoder that broke down takes nothing ever again.
        let full = source.current_level_buffers() >= 4;
        let wait = gst::ClockTime::from_mseconds(if full { 2 } else { 0 });
        if let Some(message) = bus.timed_pop_filtered(wait, &[gst::MessageType::Error])
            && let gst::MessageView::Error(error) = message.view()
        {
            return Err(encoder_error(choice, error));
        }
        if full {
            continue;
        }
        let Some(picture) = pictures.get((given % u64::from(TEST_PICTURES)) as usize) else { break };
        let mut buffer = picture.copy();
        let time = |frame: u64| gst::ClockTime::from_nseconds(frame * 1_000_000_000 / u64::from(TEST_RATE));
        if let Some(buffer) = buffer.get_mut() {
            buffer.set_pts(time(given));
            buffer.set_duration(time(1));
        }
        if source.push_buffer(buffer).is_err() {
            return Err(failure(choice, &bus));
        }
        given += 1;
    }
    source.end_of_stream().map_err(|_| failure(choice, &bus))?;
    let left = (patience * 2).saturating_sub(start.elapsed());
    let message = bus.timed_pop_filtered(
        gst::ClockTime::try_from(left).ok(),
        &[gst::MessageType::Eos, gst::MessageType::Error],
    );
    let took = start.elapsed().as_secs_f64();
    match message.as_ref().map(|m| m.view()) {
        Some(gst::MessageView::Eos(_)) => {}
        Some(gst::MessageView::Error(error)) => return Err(encoder_error(choice, error)),
        _ => return Err(MediaError::Encoder(format!("{} gave nothing for {took:.0} s", choice.name))),
    }
    drop(ended);
    let given_back = frames_out.load(Ordering::Relaxed);
    if given_back != given {
        return Err(MediaError::Encoder(format!("{} gave {given_back} of {given} frames", choice.name)));
    }
    let seconds = given as f64 / f64::from(TEST_RATE);
    Ok(EncoderTest { encoder: choice.clone(), width, height, seconds, speed: seconds / took.max(0.001) })
}

/// Stops a pipeline however its scope ends.
pub(super) struct Ending<'a>(pub(super) &'a gst::Pipeline);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let _ = self.0.set_state(gst::State::Null);
    }
}

fn failure(choice: &EncoderChoice, bus: &gst::Bus) -> MediaError {
    match bus.timed_pop_filtered(gst::ClockTime::from_mseconds(500), &[gst::MessageType::Error]) {
        Some(message) => match message.view() {
            gst::MessageView::Error(error) => encoder_error(choice, error),
            _ => MediaError::Encoder(choice.name.clone()),
        },
        None => MediaError::Encoder(format!("{} does not start", choice.name)),
    }
}

fn encoder_error(choice: &EncoderChoice, error: &gst::message::Error) -> MediaError {
    MediaError::Encoder(format!("{}: {} ({})", choice.name, error.error(), error.debug().unwrap_or_default()))
}

/// A moving picture with soft shapes and the noise of a small camera: neither a gift nor a torture for an encoder.
fn test_picture(width: u32, height: u32, at: u32) -> Vec<u8> {
    let (w, h) = (width as usize, height as usize);
    let mut bytes = Vec::with_capacity(w * h * 3 / 2);
    let mut random = 0x9e37_79b9_u32 ^ at.wrapping_mul(0x85eb_ca6b);
    for y in 0..h {
        for x in 0..w {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let shape = ((x + 4 * at as usize) / 3 + y / 2) % 160;
            bytes.push(40 + shape as u8 + (random >> 29) as u8);
        }
    }
    for plane in 0..2_usize {
        for y in 0..h / 2 {
            for x in 0..w / 2 {
                bytes.push(96 + ((x + y * plane + at as usize) / 12 % 64) as u8);
            }
        }
    }
    bytes
}
