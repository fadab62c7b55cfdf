//! A board that is not there: fake video devices and an element under the name of the Raspberry Pi's encoder.
//!
//! In builds for development only (`debug_assertions`), so that nothing of it is in a release. It is here and not in
//! `tests/`, because transcoding runs in a child process of the real binary, which has to meet it too: a test sets
//! [`BOARD_VARIABLE`] for the child. It refuses what the driver refuses, so the whole way of the hardware is exercised,
//! with its fall-back and its messages, on any machine.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use serde::{Deserialize, Serialize};

use super::board::{Board, DeviceAnswer, DeviceRefusal, VideoDevice};
use super::encoder::{EncoderSettings, h264_level};

/// Environment variable with a [`FakeBoard`] as JSON: the process that has it believes to run on that board.
pub const BOARD_VARIABLE: &str = "KIOSQUE_TEST_BOARD";

/// What the stand-in refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Largest width and height.
    pub largest: (u32, u32),
    /// Encoders that may run at once.
    pub sessions: u32,
    /// Breaks down after so many frames.
    pub fails_after: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { largest: (1920, 1920), sessions: 8, fails_after: None }
    }
}

/// A machine as a test wants it. Software encoders are as this machine has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FakeBoard {
    /// `/dev/video*`.
    pub devices: Vec<VideoDevice>,
    /// What its encoder refuses.
    #[serde(default)]
    pub limits: Limits,
    /// Elements that are not installed.
    #[serde(default)]
    pub lacks: Vec<String>,
}

const ELEMENT: &str = "v4l2h264enc";
const ENCODER: &str = "/dev/video11";

fn device(path: &str, driver: &str, memory_to_memory: bool, h264: Option<(u32, u32)>) -> VideoDevice {
    VideoDevice {
        path: path.into(),
        answer: Ok(DeviceAnswer {
            driver: driver.into(),
            card: format!("{driver}-{}", path.trim_start_matches("/dev/video")),
            memory_to_memory,
            encodes_h264: h264.is_some(),
            largest: h264,
        }),
    }
}

impl FakeBoard {
    fn with(devices: Vec<VideoDevice>) -> Self {
        Self { devices, limits: Limits::default(), lacks: Vec::new() }
    }

    /// Raspberry Pi 3, Zero 2: decoder, encoder, scaler, camera pipeline.
    pub fn pi3() -> Self {
        Self::with(vec![
            device("/dev/video0", "unicam", false, None),
            device("/dev/video10", "bcm2835-codec", true, None),
            device(ENCODER, "bcm2835-codec", true, Some((1920, 1920))),
            device("/dev/video12", "bcm2835-codec", true, None),
        ])
    }

    /// Raspberry Pi 4: as 3, with an HEVC decoder and a JPEG encoder.
    pub fn pi4() -> Self {
        let mut board = Self::pi3();
        board.devices.push(device("/dev/video19", "rpivid", true, None));
        board.devices.push(device("/dev/video31", "bcm2835-codec", true, None));
        board
    }

    /// Raspberry Pi 5: an HEVC decoder and the camera's processor, no encoder.
    pub fn pi5() -> Self {
        Self::with(vec![
            device("/dev/video19", "rpi-hevc-dec", true, None),
            device("/dev/video20", "pispbe", false, None),
            device("/dev/video21", "pispbe", false, None),
        ])
    }

    /// A PC without anything.
    pub fn plain_pc() -> Self {
        Self::with(Vec::new())
    }

    /// The encoder of a Pi 4 that does not answer.
    pub fn refusing(refusal: DeviceRefusal) -> Self {
        let mut board = Self::pi4();
        if let Some(encoder) = board.devices.iter_mut().find(|d| d.path == ENCODER) {
            encoder.answer = Err(refusal);
        }
        board
    }

    /// The board that the environment asks for, with its encoder installed.
    pub fn from_environment() -> Option<Self> {
        let board: Self = serde_json::from_str(&std::env::var(BOARD_VARIABLE).ok()?).ok()?;
        if board.devices.iter().any(|d| matches!(&d.answer, Ok(a) if a.encodes_h264)) {
            set_limits(board.limits);
            register();
        }
        Some(board)
    }
}

impl Board for FakeBoard {
    fn video_devices(&self) -> Vec<VideoDevice> {
        self.devices.clone()
    }

    fn h264_element(&self, device: &str) -> Option<String> {
        (device == ENCODER && !self.lacks.iter().any(|l| l == ELEMENT)).then(|| ELEMENT.into())
    }

    fn has_element(&self, element: &str) -> bool {
        !self.lacks.iter().any(|l| l == element) && gst::ElementFactory::find(element).is_some()
    }
}

static LIMITS: Mutex<Limits> = Mutex::new(Limits { largest: (1920, 1920), sessions: 8, fails_after: None });
static SESSIONS: AtomicU32 = AtomicU32::new(0);

fn limits() -> Limits {
    *LIMITS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set_limits(limits: Limits) {
    *LIMITS.lock().unwrap_or_else(PoisonError::into_inner) = limits;
}

fn register() {
    let _ = super::init::init();
    let rank = gst::Rank::PRIMARY + 1;
    if let Err(error) = gst::Element::register(None, ELEMENT, rank, StandIn::type_()) {
        tracing::error!(%error, "the stand-in encoder does not register");
    }
}

/// Keeps the stand-in installed in this process. Only one at a time: a second test waits here.
pub struct Installed {
    _alone: std::sync::MutexGuard<'static, ()>,
}

/// Installs the stand-in under the encoder's name until the guard goes.
pub fn install(limits: Limits) -> Installed {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    set_limits(limits);
    register();
    Installed { _alone: alone }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if let Some(factory) = gst::ElementFactory::find(ELEMENT) {
            gst::Registry::get().remove_feature(&factory);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "KiosqueStandInIoMode")]
enum IoMode {
    #[default]
    Auto,
    Mmap,
    Dmabuf,
    DmabufImport,
}

#[derive(Default)]
struct State {
    extra_controls: Option<gst::Structure>,
    output_io_mode: IoMode,
    capture_io_mode: IoMode,
    streaming: bool,
    frames: u32,
}

/// The element: a bin around x264enc that speaks like the driver.
#[derive(Default)]
struct StandIn {
    state: Mutex<State>,
}

#[glib::object_subclass]
impl ObjectSubclass for StandIn {
    const NAME: &'static str = "KiosqueStandInEncoder";
    type Type = StandInEncoder;
    type ParentType = gst::Bin;
}

glib::wrapper! {
    #[doc = "The object of `StandIn`."]
    struct StandInEncoder(ObjectSubclass<StandIn>) @extends gst::Bin, gst::Element, gst::Object;
}

impl StandIn {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the driver does when the format is set and streaming begins.
    fn begin(&self, caps: &gst::CapsRef, downstream: Option<&gst::Caps>) -> Result<(), String> {
        let limits = limits();
        let info = gst_video::VideoInfo::from_caps(caps).map_err(|e| e.to_string())?;
        let (largest_width, largest_height) = limits.largest;
        if info.width() > largest_width || info.height() > largest_height {
            return Err(format!("Device '{ENCODER}' does not support {}x{}", info.width(), info.height()));
        }
        let below = downstream.and_then(|caps| caps.structure(0));
        let level = below.and_then(|s| s.get::<String>("level").ok()).unwrap_or_else(|| "1".into());
        let mut state = self.state();
        let Some(controls) = &state.extra_controls else {
            return Err("no extra-controls: bit rate and group of pictures would be the driver's".into());
        };
        let bit_rate = controls.get::<i32>("video_bitrate").map_err(|e| e.to_string())?;
        controls.get::<i32>("h264_i_frame_period").map_err(|e| e.to_string())?;
        let fps = info.fps();
        let needed = h264_level(&EncoderSettings {
            width: info.width(),
            height: info.height(),
            frame_rate: (fps.numer().unsigned_abs(), fps.denom().unsigned_abs()),
            gop: 1,
            bit_rate: bit_rate.unsigned_abs(),
        });
        if number(&level) < number(needed) {
            return Err(format!("level {level} is too low for this stream, {needed} is needed"));
        }
        if !state.streaming {
            if SESSIONS.fetch_add(1, Ordering::SeqCst) >= limits.sessions {
                SESSIONS.fetch_sub(1, Ordering::SeqCst);
                return Err(format!("Failed to allocate required memory on '{ENCODER}'"));
            }
            state.streaming = true;
        }
        Ok(())
    }

    fn end(&self) {
        let mut state = self.state();
        if state.streaming {
            state.streaming = false;
            SESSIONS.fetch_sub(1, Ordering::SeqCst);
        }
        state.frames = 0;
    }
}

fn number(level: &str) -> f64 {
    level.parse().unwrap_or(0.0)
}

impl ObjectImpl for StandIn {
    fn properties() -> &'static [glib::ParamSpec] {
        static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
            vec![
                glib::ParamSpecString::builder("device").read_only().build(),
                glib::ParamSpecBoxed::builder::<gst::Structure>("extra-controls").build(),
                glib::ParamSpecEnum::builder::<IoMode>("output-io-mode").build(),
                glib::ParamSpecEnum::builder::<IoMode>("capture-io-mode").build(),
            ]
        });
        &PROPERTIES
    }

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        let mut state = self.state();
        match spec.name() {
            "extra-controls" => state.extra_controls = value.get().ok().flatten(),
            "output-io-mode" => state.output_io_mode = value.get().unwrap_or_default(),
            "capture-io-mode" => state.capture_io_mode = value.get().unwrap_or_default(),
            _ => {}
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        let state = self.state();
        match spec.name() {
            "extra-controls" => state.extra_controls.to_value(),
            "output-io-mode" => state.output_io_mode.to_value(),
            "capture-io-mode" => state.capture_io_mode.to_value(),
            _ => ENCODER.to_value(),
        }
    }

    fn constructed(&self) {
        self.parent_constructed();
        let bin = self.obj();
        let parts = [("x264enc", "encoder"), ("capsfilter", "format")]
            .map(|(element, name)| gst::ElementFactory::make(element).name(name).build());
        let [Ok(encoder), Ok(format)] = parts else { return };
        encoder.set_property_from_str("speed-preset", "ultrafast");
        encoder.set_property_from_str("tune", "zerolatency");
        encoder.set_property("bframes", 0_u32);
        encoder.set_property("threads", 1_u32);
        format.set_property(
            "caps",
            gst::Caps::builder("video/x-h264")
                .field("stream-format", "byte-stream")
                .field("alignment", "au")
                .build(),
        );
        if bin.add_many([&encoder, &format]).is_err() || encoder.link(&format).is_err() {
            return;
        }
        let templates = StandIn::pad_templates();
        for template in templates {
            let (name, inner) = if template.direction() == gst::PadDirection::Sink {
                ("sink", encoder.static_pad("sink"))
            } else {
                ("src", format.static_pad("src"))
            };
            let Some(inner) = inner else { continue };
            let ghost = gst::GhostPad::builder_from_template_with_target(template, &inner);
            if let Ok(ghost) = ghost {
                let ghost = ghost.name(name).build();
                if name == "sink" {
                    self.watch(&ghost, &encoder);
                }
                let _ = bin.add_pad(&ghost);
            }
        }
    }
}

impl StandIn {
    /// Looks at every format and frame that comes in.
    fn watch(&self, sink: &gst::GhostPad, encoder: &gst::Element) {
        let element = self.obj().downgrade();
        let encoder = encoder.downgrade();
        let watched = gst::PadProbeType::EVENT_DOWNSTREAM | gst::PadProbeType::BUFFER;
        sink.add_probe(watched, move |_, info| {
            let Some(bin) = element.upgrade() else { return gst::PadProbeReturn::Ok };
            let this = bin.imp();
            match &info.data {
                Some(gst::PadProbeData::Event(event)) => {
                    let gst::EventView::Caps(caps) = event.view() else { return gst::PadProbeReturn::Ok };
                    let downstream = bin.static_pad("src").and_then(|pad| pad.peer_query_caps(None).into());
                    if let Err(why) = this.begin(caps.caps(), downstream.as_ref()) {
                        gst::element_error!(bin, gst::StreamError::Format, ["{}", why]);
                        info.data = None;
                        return gst::PadProbeReturn::Handled;
                    }
                    let state = this.state();
                    let period =
                        state.extra_controls.as_ref().and_then(|c| c.get::<i32>("h264_i_frame_period").ok());
                    let rate = state.extra_controls.as_ref().and_then(|c| c.get::<i32>("video_bitrate").ok());
                    if let (Some(encoder), Some(period), Some(rate)) = (encoder.upgrade(), period, rate) {
                        encoder.set_property("key-int-max", period.unsigned_abs());
                        encoder.set_property("bitrate", (rate.unsigned_abs() / 1000).max(1));
                        encoder.set_property(
                            "option-string",
                            format!("scenecut=0:min-keyint={period}:open-gop=0"),
                        );
                    }
                    gst::PadProbeReturn::Ok
                }
                Some(gst::PadProbeData::Buffer(_)) => {
                    let frames = {
                        let mut state = this.state();
                        state.frames += u32::from(state.streaming);
                        if state.streaming { Some(state.frames) } else { None }
                    };
                    let most = limits().fails_after.unwrap_or(u32::MAX);
                    if frames.is_some_and(|frames| frames <= most) {
                        return gst::PadProbeReturn::Ok;
                    }
                    if frames.is_some() {
                        gst::element_error!(bin, gst::StreamError::Encode, ["Failed to process frame."]);
                    }
                    info.data = None;
                    info.flow_res = Err(gst::FlowError::Error);
                    gst::PadProbeReturn::Handled
                }
                _ => gst::PadProbeReturn::Ok,
            }
        });
    }
}

impl GstObjectImpl for StandIn {}

impl ElementImpl for StandIn {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "V4L2 H.264 Encoder (stand-in)",
                "Codec/Encoder/Video/Hardware",
                "Acts like the encoder of a Raspberry Pi",
                "Kiosque",
            )
        });
        Some(&METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let raw = gst_video::VideoCapsBuilder::new()
                .format_list([gst_video::VideoFormat::I420, gst_video::VideoFormat::Nv12])
                .build();
            let h264 = gst::Caps::builder("video/x-h264")
                .field("stream-format", "byte-stream")
                .field("alignment", "au")
                .build();
            let template = |name, direction, caps: &gst::Caps| {
                gst::PadTemplate::new(name, direction, gst::PadPresence::Always, caps)
            };
            [template("sink", gst::PadDirection::Sink, &raw), template("src", gst::PadDirection::Src, &h264)]
                .into_iter()
                .flatten()
                .collect()
        });
        &TEMPLATES
    }

    fn change_state(
        &self,
        change: gst::StateChange,
    ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        let result = self.parent_change_state(change);
        if change == gst::StateChange::PausedToReady {
            self.end();
        }
        result
    }
}

impl BinImpl for StandIn {}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.end();
    }
}
