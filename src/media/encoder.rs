//! Which H.264 encoder this machine has, why it was chosen, how to set it up and how fast it is.

mod trial;

use gst::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::board::{Board, DeviceRefusal};
use super::{MediaError, Result};
pub use trial::{EncoderTest, TestJob, test, test_encode};

/// Names of encoders inside pipelines begin like this, so that their errors are known as theirs.
pub const NAME: &str = "kiosque-encoder";

/// One encoder and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    #[schema(required)]
    pub device: Option<String>,
    /// Largest width and height; none where only memory and patience limit it.
    #[schema(required)]
    pub largest: Option<(u32, u32)>,
    /// Whether it can be used now.
    pub available: bool,
    /// Why it is chosen, or not, or cannot be used: an English sentence.
    pub reason: String,
    /// The same for the interface's translation.
    pub reason_code: ReasonCode,
}

/// Families of encoders, by the settings that they understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = EncoderReason)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EncoderSelection)]
pub struct Selection {
    /// The encoder to use; none when nothing is installed.
    #[schema(required)]
    pub selected: Option<EncoderChoice>,
    /// All, the best first, those that cannot be used too.
    pub candidates: Vec<EncoderChoice>,
    /// The configuration asked for one by name, and it is the one selected.
    pub forced: bool,
    /// What is wrong with the configured name, when it could not be honoured.
    #[schema(required)]
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

    /// Pixels of the pictures as it takes them, at least those that are to be seen: a chip reads columns by 32 and
    /// lines by 16, and what it makes of others is torn or green. What is added is hidden again, see [`super::h264`].
    pub fn taken_size(&self, width: u32, height: u32) -> (u32, u32) {
        if self.kind != EncoderKind::V4l2 {
            return (width, height);
        }
        let (most_wide, most_high) = self.largest.unwrap_or((u32::MAX, u32::MAX));
        // Its own largest size is one that it takes.
        let wide = width.next_multiple_of(32).min(most_wide.max(width));
        let high = height.next_multiple_of(16).min(most_high.max(height));
        (wide, high)
    }

    /// The encoder, what must come before it and what must follow it at once, in the order to link them. What enters is
    /// I420; what leaves is H.264 of any stream format: an `h264parse` after it makes AVC of it.
    pub fn elements(&self, settings: &EncoderSettings) -> Result<Vec<gst::Element>> {
        let make = |element: &str, name: &str| {
            gst::ElementFactory::make(element)
                .name(name)
                .build()
                .map_err(|e| MediaError::Encoder(format!("{element} cannot be made: {e}")))
        };
        let mut row = Vec::new();
        let (wide, high) = self.taken_size(settings.width, settings.height);
        if (wide, high) != (settings.width, settings.height) {
            row.push(super::padding::element(wide, high));
        }
        let encoder = make(&self.element, &format!("{NAME}-{}x{}", settings.width, settings.height))?;
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
                let taken = EncoderSettings { width: wide, height: high, ..settings.clone() };
                caps = caps.field("profile", "high").field("level", h264_level(&taken));
            }
        }
        let filter = gst::ElementFactory::make("capsfilter")
            .property("caps", caps.build())
            .build()
            .map_err(|e| MediaError::Internal(e.to_string()))?;
        row.extend([encoder, filter]);
        Ok(row)
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

#[cfg(test)]
mod tests;
