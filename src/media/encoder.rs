//! Which H.264 encoder this machine has, why it was chosen, how to set it up and how fast it is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gst::prelude::*;
use serde::{Deserialize, Serialize};

use super::board::{Board, DeviceRefusal};
use super::{MediaError, Result};

/// One encoder and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EncoderChoice {
    /// Stable name: `x264`, `openh264`, `v4l2:/dev/video11`. This is what the configuration can force.
    pub id: String,
    /// Which settings it understands.
    pub kind: EncoderKind,
    /// GStreamer's element.
    pub element: String,
    /// Name for people.
    pub name: String,
    /// A chip does the work, the processor stays free.
    pub hardware: bool,
    /// Path of the device, for hardware.
    pub device: Option<String>,
    /// Largest width and height; none where only memory and patience limit it.
    pub largest: Option<(u32, u32)>,
    /// Whether it can be used now.
    pub available: bool,
    /// Why it is chosen, or not, or cannot be used: an English sentence.
    pub reason: String,
    /// The same for the interface's translation.
    pub reason_code: ReasonCode,
}

/// Families of encoders, by the settings that they understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EncoderKind {
    /// A chip behind `/dev/video*`.
    V4l2,
    /// x264: the best software there is.
    X264,
    /// Cisco's openh264: less good and less quick, without licence questions.
    Openh264,
}

/// Reasons, stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonCode {
    /// Chosen: a chip that encodes H.264.
    Hardware,
    /// Chosen: software, as no chip was found.
    Software,
    /// Chosen: the configuration asks for it.
    Forced,
    /// Could be used; another one is better.
    SecondBest,
    /// The device is in use by another program.
    Busy,
    /// The account that runs Kiosque may not open the device.
    Denied,
    /// The device did not answer properly.
    Failed,
    /// GStreamer's element is not installed.
    NotInstalled,
}

/// What was found and what was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// The encoder to use; none when nothing is installed.
    pub selected: Option<EncoderChoice>,
    /// All, the best first, those that cannot be used too.
    pub candidates: Vec<EncoderChoice>,
    /// The configuration asked for one by name, and it is the one selected.
    pub forced: bool,
    /// What is wrong with the configured name, when it could not be honoured.
    pub warning: Option<String>,
}

impl Selection {
    /// The encoder to use.
    pub fn choice(&self) -> Result<&EncoderChoice> {
        self.selected.as_ref().ok_or_else(|| {
            MediaError::Internal(
                "no H.264 encoder: install gstreamer1.0-plugins-ugly (x264) or gstreamer1.0-plugins-bad (openh264)"
                    .into(),
            )
        })
    }

    /// The best software encoder, for what the chip refuses.
    pub fn software(&self) -> Option<&EncoderChoice> {
        self.candidates.iter().find(|c| !c.hardware && c.available)
    }
}

/// Looks for encoders. `forced` is the configured name: none or `auto` for the best, `v4l2` for any chip, else an id.
/// What is forced and not there is not an error: the best of the rest is taken, and `warning` says so.
pub fn select(board: &dyn Board, forced: Option<&str>) -> Selection {
    let mut candidates = candidates(board);
    let wanted = forced.map(str::trim).filter(|name| !name.is_empty() && *name != "auto");
    let by_name = wanted.and_then(|name| {
        candidates.iter().position(|c| c.available && (c.id == name || (name == "v4l2" && c.hardware)))
    });
    let taken = by_name.or_else(|| candidates.iter().position(|c| c.available));
    let warning = match (wanted, by_name) {
        (Some(name), None) => {
            let known = candidates.iter().find(|c| c.id == name).map(|c| c.reason.clone());
            Some(format!(
                "The configuration asks for the encoder “{name}”, which cannot be used: {}",
                known.unwrap_or_else(|| "there is none of this name on this machine.".into())
            ))
        }
        _ => None,
    };
    if by_name.is_some()
        && let Some(chosen) = taken.and_then(|at| candidates.get_mut(at))
    {
        chosen.reason = "The configuration asks for it.".into();
        chosen.reason_code = ReasonCode::Forced;
    } else if let Some(at) = taken {
        for other in candidates.iter_mut().skip(at + 1).filter(|c| c.available) {
            other.reason = "Could be used; the one above is better.".into();
            other.reason_code = ReasonCode::SecondBest;
        }
    }
    let selected = taken.and_then(|at| candidates.get(at)).cloned();
    Selection { selected, candidates, forced: by_name.is_some(), warning }
}

fn candidates(board: &dyn Board) -> Vec<EncoderChoice> {
    let mut chips = Vec::new();
    for found in board.video_devices() {
        let (name, largest, state) = match found.answer {
            Ok(answer) if answer.memory_to_memory && answer.encodes_h264 => {
                let name = format!("{} ({})", answer.driver, found.path);
                (name, answer.largest, Ok(answer.driver))
            }
            // Cameras, scalers and decoders are no encoders and of no interest here.
            Ok(_) => continue,
            Err(refusal) => (found.path.clone(), None, Err(refusal)),
        };
        let element = board.h264_element(&found.path);
        let (available, reason_code, reason) = match (&state, &element) {
            (Ok(driver), Some(_)) => (
                true,
                ReasonCode::Hardware,
                format!("{} encodes H.264 on its own chip (driver {driver}).", found.path),
            ),
            (Ok(_), None) => (
                false,
                ReasonCode::NotInstalled,
                format!(
                    "{} can encode H.264, but GStreamer has no element for it: install gstreamer1.0-plugins-good.",
                    found.path
                ),
            ),
            (Err(DeviceRefusal::Busy), _) => {
                (false, ReasonCode::Busy, format!("{} is in use by another program.", found.path))
            }
            (Err(DeviceRefusal::Denied), _) => (
                false,
                ReasonCode::Denied,
                format!(
                    "{} may not be opened by the account that runs Kiosque: add it to the group “video”.",
                    found.path
                ),
            ),
            (Err(DeviceRefusal::Failed(why)), _) => {
                (false, ReasonCode::Failed, format!("{} did not answer: {why}.", found.path))
            }
        };
        chips.push(EncoderChoice {
            id: format!("v4l2:{}", found.path),
            kind: EncoderKind::V4l2,
            element: element.unwrap_or_else(|| "v4l2h264enc".into()),
            name,
            hardware: true,
            device: Some(found.path),
            largest,
            available,
            reason,
            reason_code,
        });
    }
    chips.sort_by_key(|chip| !chip.available);
    let why_software = if chips.is_empty() {
        "This machine has no chip for H.264 (as a Raspberry Pi 5 or a plain PC): the processor does it."
    } else {
        "The chip cannot be used: the processor does it."
    };
    let software = [
        (EncoderKind::X264, "x264", "x264enc", "gstreamer1.0-plugins-ugly"),
        (EncoderKind::Openh264, "openh264", "openh264enc", "gstreamer1.0-plugins-bad"),
    ];
    for (kind, id, element, package) in software {
        let available = board.has_element(element);
        chips.push(EncoderChoice {
            id: id.into(),
            kind,
            element: element.into(),
            name: format!("{id} (software)"),
            hardware: false,
            device: None,
            largest: None,
            available,
            reason: if available {
                why_software.into()
            } else {
                format!("Not installed: it comes with the package {package}.")
            },
            reason_code: if available { ReasonCode::Software } else { ReasonCode::NotInstalled },
        });
    }
    chips
}

/// How one rung is to be encoded. Frame rate constant, groups of pictures closed and of one length, so that rungs
/// align and a rung can be continued later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncoderSettings {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second, a fraction.
    pub frame_rate: (u32, u32),
    /// Frames from one key frame to the next.
    pub gop: u32,
    /// Cap in bits per second; what is easy takes less.
    pub bit_rate: u32,
}

impl EncoderChoice {
    /// Whether pictures of this size can be given to it.
    pub fn fits(&self, width: u32, height: u32) -> bool {
        self.largest.is_none_or(|(w, h)| width <= w && height <= h)
    }

    /// Raw format to feed it with.
    pub fn raw_format(&self) -> &'static str {
        "I420"
    }

    /// The encoder and what must follow it at once, in the order to link them. What leaves the last is H.264 of any
    /// stream format: an `h264parse` after it makes AVC of it.
    pub fn elements(&self, settings: &EncoderSettings) -> Result<Vec<gst::Element>> {
        let make = |element: &str| {
            gst::ElementFactory::make(element)
                .build()
                .map_err(|e| MediaError::Encoder(format!("{element} cannot be made: {e}")))
        };
        let encoder = make(&self.element)?;
        let gop = settings.gop.max(1);
        let mut caps = gst::Caps::builder("video/x-h264");
        match self.kind {
            EncoderKind::X264 => {
                // One thread each: rungs run side by side, which is quicker than frame threads and takes less memory.
                encoder.set_property_from_str("pass", "qual");
                encoder.set_property("quantizer", 23_u32);
                encoder.set_property_from_str("speed-preset", "veryfast");
                encoder.set_property("bitrate", (settings.bit_rate / 1000).max(1));
                encoder.set_property("vbv-buf-capacity", 2000_u32);
                encoder.set_property("key-int-max", gop);
                encoder.set_property("threads", 1_u32);
                encoder.set_property("rc-lookahead", 5_i32);
                encoder.set_property("bframes", 2_u32);
                encoder.set_property(
                    "option-string",
                    format!("scenecut=0:min-keyint={gop}:open-gop=0:force-cfr=1:sync-lookahead=0"),
                );
                caps = caps.field("profile", "high");
            }
            EncoderKind::Openh264 => {
                encoder.set_property_from_str("rate-control", "bitrate");
                encoder.set_property("bitrate", settings.bit_rate);
                encoder.set_property("gop-size", gop);
                encoder.set_property_from_str("complexity", "low");
                encoder.set_property("scene-change-detection", false);
                encoder.set_property("multi-thread", 1_u32);
                caps = caps.field("profile", "constrained-baseline");
            }
            EncoderKind::V4l2 => {
                let controls = gst::Structure::builder("controls")
                    .field("video_bitrate_mode", 0_i32)
                    .field("video_bitrate", i32::try_from(settings.bit_rate).unwrap_or(i32::MAX))
                    .field("h264_i_frame_period", i32::try_from(gop).unwrap_or(i32::MAX))
                    .field("repeat_sequence_header", 1_i32)
                    .build();
                encoder.set_property("extra-controls", controls);
                // Without a level in the caps below the driver takes level 1 and refuses anything larger than a stamp.
                caps = caps.field("profile", "high").field("level", h264_level(settings));
            }
        }
        let filter = make("capsfilter")?;
        filter.set_property("caps", caps.build());
        Ok(vec![encoder, filter])
    }
}

/// The lowest H.264 level that holds a stream (ITU-T H.264, table A-1), as GStreamer writes it.
pub fn h264_level(settings: &EncoderSettings) -> &'static str {
    // Level, macroblocks per second, macroblocks per frame, kilobits per second of the High profile.
    const LEVELS: &[(&str, u64, u64, u64)] = &[
        ("1.3", 11_880, 396, 960),
        ("2", 11_880, 396, 2_500),
        ("2.1", 19_800, 792, 5_000),
        ("2.2", 20_250, 1_620, 5_000),
        ("3", 40_500, 1_620, 12_500),
        ("3.1", 108_000, 3_600, 17_500),
        ("3.2", 216_000, 5_120, 25_000),
        ("4", 245_760, 8_192, 25_000),
        ("4.2", 522_240, 8_704, 62_500),
        ("5", 589_824, 22_080, 168_750),
        ("5.1", 983_040, 36_864, 300_000),
    ];
    let frame = u64::from(settings.width.div_ceil(16)) * u64::from(settings.height.div_ceil(16));
    let (n, d) = settings.frame_rate;
    let second = (frame * u64::from(n)).div_ceil(u64::from(d.max(1)));
    let rate = u64::from(settings.bit_rate) / 1000;
    LEVELS
        .iter()
        .find(|(_, per_second, per_frame, kilobits)| {
            second <= *per_second && frame <= *per_frame && rate <= *kilobits
        })
        .map_or("5.2", |(level, ..)| level)
}

/// Result of really encoding some seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// Whom to look for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FindJob {
    /// As [`select`] takes it.
    pub forced: Option<String>,
}

/// Looks for the encoders of this machine, in a process that may start GStreamer: the server itself does not.
pub fn find(job: &FindJob) -> Result<Selection> {
    super::init::init()?;
    Ok(select(super::board::here().as_ref(), job.forced.as_deref()))
}

/// Chooses the encoder of this machine and tries it.
pub fn test(job: &TestJob) -> Result<EncoderTest> {
    super::init::init()?;
    let selection = select(super::board::here().as_ref(), job.forced.as_deref());
    test_encode(selection.choice()?, Duration::from_secs(job.film), Duration::from_secs(job.patience))
}

const TEST_SIZE: (u32, u32) = (1280, 720);
const TEST_RATE: u32 = 30;
/// Distinct pictures, shown again and again: made before the clock starts, so that only the encoder is measured.
const TEST_PICTURES: u32 = 12;

/// Encodes test pictures of 1280×720 with the settings of a real rung until `film` has been encoded or `patience` is
/// over, and measures. Blocks; give it to a child process or a blocking thread.
pub fn test_encode(choice: &EncoderChoice, film: Duration, patience: Duration) -> Result<EncoderTest> {
    super::init::init()?;
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
struct Ending<'a>(&'a gst::Pipeline);

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::standin::{self, FakeBoard, Limits};

    fn started() {
        crate::media::init::init().unwrap();
    }

    fn chosen(board: &FakeBoard, forced: Option<&str>) -> (String, ReasonCode) {
        let selection = select(board, forced);
        let choice = selection.choice().unwrap();
        (choice.id.clone(), choice.reason_code)
    }

    #[test]
    fn boards_with_a_chip_use_it_and_others_do_not() {
        started();
        let chip = ("v4l2:/dev/video11".to_owned(), ReasonCode::Hardware);
        let software = ("x264".to_owned(), ReasonCode::Software);
        assert_eq!(chosen(&FakeBoard::pi3(), None), chip);
        assert_eq!(chosen(&FakeBoard::pi4(), Some("auto")), chip);
        assert_eq!(chosen(&FakeBoard::pi5(), None), software);
        assert_eq!(chosen(&FakeBoard::plain_pc(), None), software);
        assert_eq!(select(&FakeBoard::pi5(), None).candidates.len(), 2, "a decoder is no candidate");
    }

    #[test]
    fn a_device_that_refuses_is_shown_with_what_to_do_and_software_takes_over() {
        started();
        for (refusal, code, word) in [
            (DeviceRefusal::Busy, ReasonCode::Busy, "in use"),
            (DeviceRefusal::Denied, ReasonCode::Denied, "group “video”"),
            (DeviceRefusal::Failed("No such device".into()), ReasonCode::Failed, "No such device"),
        ] {
            let selection = select(&FakeBoard::refusing(refusal), None);
            assert_eq!(selection.choice().unwrap().id, "x264");
            let device = selection.candidates.iter().find(|c| c.hardware).unwrap();
            assert_eq!((device.reason_code, device.available), (code, false));
            assert!(device.reason.contains(word), "{}", device.reason);
        }
    }

    #[test]
    fn a_missing_element_is_named_with_its_package() {
        started();
        let mut board = FakeBoard::pi4();
        board.lacks = vec!["v4l2h264enc".into(), "x264enc".into()];
        let selection = select(&board, None);
        assert_eq!(selection.choice().unwrap().id, "openh264");
        let reasons: Vec<_> = selection.candidates.iter().map(|c| c.reason.as_str()).collect();
        assert!(reasons.iter().any(|r| r.contains("gstreamer1.0-plugins-good")), "{reasons:?}");
        assert!(reasons.iter().any(|r| r.contains("gstreamer1.0-plugins-ugly")), "{reasons:?}");
        board.lacks.push("openh264enc".into());
        let error = select(&board, None).choice().unwrap_err();
        assert!(error.to_string().contains("install"), "{error}");
    }

    #[test]
    fn the_configuration_can_force_one_and_is_told_when_it_cannot() {
        started();
        assert_eq!(chosen(&FakeBoard::pi4(), Some("openh264")), ("openh264".into(), ReasonCode::Forced));
        assert_eq!(chosen(&FakeBoard::pi4(), Some("v4l2")), ("v4l2:/dev/video11".into(), ReasonCode::Forced));
        let selection = select(&FakeBoard::pi5(), Some("v4l2"));
        assert!(!selection.forced);
        assert_eq!(selection.choice().unwrap().id, "x264");
        assert!(selection.warning.unwrap().contains("“v4l2”"));
    }

    #[test]
    fn levels_follow_size_rate_and_bit_rate() {
        let level = |width, height, fps, bit_rate| {
            h264_level(&EncoderSettings { width, height, frame_rate: (fps, 1), gop: 60, bit_rate })
        };
        assert_eq!(level(1920, 1080, 30, 6_000_000), "4");
        assert_eq!(level(1920, 1080, 60, 9_000_000), "4.2");
        assert_eq!(level(1280, 720, 30, 3_000_000), "3.1");
        assert_eq!(level(256, 144, 30, 210_000), "1.3");
        assert_eq!(level(3840, 2160, 30, 30_000_000), "5.1");
    }

    fn quick(choice: &EncoderChoice) -> Result<EncoderTest> {
        test_encode(choice, Duration::from_millis(500), Duration::from_secs(20))
    }

    #[test]
    fn software_encoders_really_encode() {
        started();
        let selection = select(&FakeBoard::plain_pc(), None);
        for choice in selection.candidates {
            let test = quick(&choice).unwrap();
            assert!(test.speed > 0.0 && (test.seconds - 0.5).abs() < 0.01, "{test}");
        }
    }

    #[test]
    fn the_chip_gets_what_its_driver_demands() {
        started();
        let _chip = standin::install(Limits { sessions: 1, ..Limits::default() });
        let choice = select(&FakeBoard::pi4(), None).choice().unwrap().clone();
        for _ in 0..2 {
            let test = quick(&choice).unwrap();
            assert!(test.encoder.hardware, "{test}");
        }
    }

    #[test]
    fn what_the_chip_refuses_is_an_encoder_error_in_words() {
        started();
        let choice = select(&FakeBoard::pi4(), None).choice().unwrap().clone();
        for (limits, words) in [
            (Limits { largest: (640, 480), ..Limits::default() }, "does not support 1280x720"),
            (Limits { sessions: 0, ..Limits::default() }, "allocate"),
            (Limits { fails_after: Some(5), ..Limits::default() }, "Failed to process frame"),
        ] {
            let _chip = standin::install(limits);
            let error = quick(&choice).unwrap_err();
            assert!(matches!(error, MediaError::Encoder(_)) && error.to_string().contains(words), "{error}");
        }
    }

    #[test]
    fn the_stand_in_refuses_a_missing_level_and_missing_controls() {
        started();
        let _chip = standin::install(Limits::default());
        for (line, words) in [
            (
                "v4l2h264enc extra-controls=controls,video_bitrate=1000000,h264_i_frame_period=60",
                "level 1 is too low",
            ),
            ("v4l2h264enc ! video/x-h264,level=(string)4,profile=(string)high", "extra-controls"),
        ] {
            let line =
                format!("videotestsrc num-buffers=5 ! video/x-raw,width=1280,height=720 ! {line} ! fakesink");
            let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
            let _ended = Ending(&pipeline);
            let _ = pipeline.set_state(gst::State::Playing);
            let message = pipeline
                .bus()
                .unwrap()
                .timed_pop_filtered(
                    gst::ClockTime::from_seconds(10),
                    &[gst::MessageType::Eos, gst::MessageType::Error],
                )
                .unwrap();
            let gst::MessageView::Error(error) = message.view() else { panic!("{line} was accepted") };
            let text = format!("{} {:?}", error.error(), error.debug());
            assert!(text.contains(words), "{text}");
        }
    }
}
