//! The element: a bin around `x264enc` that speaks like the encoder of a Raspberry Pi and refuses what it refuses. Sizes
//! that come out torn or green there are refused too.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::{ELEMENT, ENCODER, Limits};
use crate::media::encoder::{EncoderSettings, h264_level};

static LIMITS: Mutex<Limits> = Mutex::new(Limits::NONE);
/// Of all encoders in this process.
static SESSIONS: AtomicU32 = AtomicU32::new(0);
static MEMORY: AtomicU64 = AtomicU64::new(0);
/// Pictures that the kernel holds for a session: the queues of both ends.
const PICTURES: u64 = 8;

fn limits() -> Limits {
    *LIMITS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the element under the encoder's name into this process.
pub(super) fn register(limits: Limits) {
    *LIMITS.lock().unwrap_or_else(PoisonError::into_inner) = limits;
    let _ = crate::media::init::init();
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
    register(limits);
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
    /// Bytes that this session holds.
    memory: u64,
}

/// Why the driver does not begin.
enum Refusal {
    /// It does not take this.
    Format(String),
    /// It has no room.
    Full,
}

impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Self::Format(why)
    }
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
    fn begin(&self, caps: &gst::CapsRef, downstream: Option<&gst::Caps>) -> Result<(), Refusal> {
        let limits = limits();
        let info = gst_video::VideoInfo::from_caps(caps).map_err(|e| e.to_string())?;
        let (width, height) = (info.width(), info.height());
        let (most_wide, most_high) = limits.largest;
        if width > most_wide || height > most_high {
            return Err(format!("Device '{ENCODER}' does not support {width}x{height}").into());
        }
        let whole = |side: u32, block: u32, most: u32| side.is_multiple_of(block) || side == most;
        if !whole(width, 32, most_wide) || !whole(height, 16, most_high) {
            return Err(format!("{width}x{height} would be torn: not in blocks of 32x16").into());
        }
        let below = downstream.and_then(|caps| caps.structure(0));
        let below = |name| below.and_then(|s| s.get::<String>(name).ok());
        let level = below("level").unwrap_or_else(|| "1".into());
        if below("profile").is_none() {
            return Err("no profile in the caps below".to_owned().into());
        }
        let mut state = self.state();
        let Some(controls) = &state.extra_controls else {
            return Err("no extra-controls: bit rate and group of pictures would be the driver's"
                .to_owned()
                .into());
        };
        let control = |name| controls.get::<i32>(name).map_err(|e| e.to_string());
        let bit_rate = control("video_bitrate")?;
        let others = ["video_bitrate_mode", "h264_i_frame_period", "repeat_sequence_header"];
        for name in others {
            control(name)?;
        }
        let fps = info.fps();
        let needed = h264_level(&EncoderSettings {
            width,
            height,
            frame_rate: (fps.numer().unsigned_abs(), fps.denom().unsigned_abs()),
            gop: 1,
            bit_rate: bit_rate.unsigned_abs(),
        });
        if number(&level) < number(needed) {
            return Err(format!("level {level} is too low for this stream, {needed} is needed").into());
        }
        if !state.streaming {
            state.memory = u64::from(width) * u64::from(height) * 3 / 2 * PICTURES;
            let memory = MEMORY.fetch_add(state.memory, Ordering::SeqCst) + state.memory;
            let sessions = SESSIONS.fetch_add(1, Ordering::SeqCst) + 1;
            state.streaming = true;
            if sessions > limits.sessions || limits.memory.is_some_and(|most| memory > most) {
                state.give_back();
                return Err(Refusal::Full);
            }
        }
        Ok(())
    }

    fn end(&self) {
        let mut state = self.state();
        state.give_back();
        state.frames = 0;
    }
}

impl State {
    fn give_back(&mut self) {
        if self.streaming {
            self.streaming = false;
            SESSIONS.fetch_sub(1, Ordering::SeqCst);
            MEMORY.fetch_sub(self.memory, Ordering::SeqCst);
        }
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
                        match why {
                            Refusal::Format(why) => {
                                gst::element_error!(bin, gst::StreamError::Format, ["{}", why]);
                            }
                            // As gstv4l2videoenc.c says it.
                            Refusal::Full => gst::element_error!(
                                bin,
                                gst::ResourceError::Settings,
                                ("Failed to allocate required memory."),
                                ["Buffer pool activation failed"]
                            ),
                        }
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
                    let limits = limits();
                    if frames.zip(limits.hangs_after).is_some_and(|(frames, most)| frames > most) {
                        loop {
                            std::thread::park();
                        }
                    }
                    let most = limits.fails_after.unwrap_or(u32::MAX);
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
