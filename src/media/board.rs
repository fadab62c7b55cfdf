//! What this machine offers for encoding: its video devices and the installed elements.
//!
//! Behind a trait, so that tests ask the boards that we do not have.

use gst::prelude::*;
use serde::{Deserialize, Serialize};

use super::Result;

/// A machine to ask.
pub trait Board {
    /// Every `/dev/video*`, with what it answered, in the order of their numbers.
    fn video_devices(&self) -> Vec<VideoDevice>;
    /// GStreamer's element that encodes H.264 on this device.
    fn h264_element(&self, device: &str) -> Option<String>;
    /// Whether an element is installed.
    fn has_element(&self, element: &str) -> bool;
}

/// One `/dev/videoN`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoDevice {
    /// Its path.
    pub path: String,
    /// What it said of itself.
    pub answer: Result<DeviceAnswer, DeviceRefusal>,
}

/// What a device says of itself (`VIDIOC_QUERYCAP`, `VIDIOC_ENUM_FMT`, `VIDIOC_ENUM_FRAMESIZES`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceAnswer {
    /// Kernel driver, `bcm2835-codec` on a Raspberry Pi.
    pub driver: String,
    /// Name of the device for people.
    pub card: String,
    /// Takes pictures from memory and gives the result back to memory: a codec or a scaler, not a camera.
    pub memory_to_memory: bool,
    /// What comes out of it can be H.264. (A decoder takes H.264 in, which is another list.)
    pub encodes_h264: bool,
    /// Largest width and height of H.264, when it tells.
    pub largest: Option<(u32, u32)>,
}

/// Why a device did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceRefusal {
    /// Another program has it.
    Busy,
    /// This account may not open it.
    Denied,
    /// Anything else.
    Failed(String),
}

/// The machine to ask: this one, or the one that a test named in the environment.
pub fn here() -> Box<dyn Board> {
    #[cfg(any(test, debug_assertions))]
    if let Some(board) = super::standin::FakeBoard::from_environment() {
        return Box::new(board);
    }
    Box::new(ThisBoard)
}

/// The machine that we run on.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThisBoard;

/// Devices looked at; more than any board has, so that a strange `/dev` costs no time.
const MOST_DEVICES: usize = 64;
/// Formats and sizes asked of one device.
const MOST_ENTRIES: u32 = 256;

impl Board for ThisBoard {
    fn video_devices(&self) -> Vec<VideoDevice> {
        let mut numbers: Vec<u32> = std::fs::read_dir("/dev")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("video")?.parse().ok())
            .collect();
        numbers.sort_unstable();
        numbers
            .into_iter()
            .take(MOST_DEVICES)
            .map(|number| {
                let path = format!("/dev/video{number}");
                let answer = ask(&path);
                VideoDevice { path, answer }
            })
            .collect()
    }

    /// The plug-in makes one element for each device: `v4l2h264enc` for the first, `v4l2video31h264enc` and the like
    /// for others; which is which is in their read-only property `device`.
    fn h264_element(&self, device: &str) -> Option<String> {
        let encoders =
            gst::ElementFactory::factories_with_type(gst::ElementFactoryType::VIDEO_ENCODER, gst::Rank::NONE);
        encoders.iter().map(|factory| factory.name().to_string()).find(|name| {
            name.starts_with("v4l2")
                && name.ends_with("h264enc")
                && gst::ElementFactory::make(name).build().is_ok_and(|element| {
                    element.has_property_with_type("device", String::static_type())
                        && element.property::<Option<String>>("device").as_deref() == Some(device)
                })
        })
    }

    fn has_element(&self, element: &str) -> bool {
        gst::ElementFactory::find(element).is_some()
    }
}

fn ask(path: &str) -> Result<DeviceAnswer, DeviceRefusal> {
    let device = v4l::Device::with_path(path).map_err(|e| refusal(&e))?;
    let capabilities = device.query_caps().map_err(|e| refusal(&e))?;
    let flags = capabilities.capabilities;
    let multiplanar = flags.contains(v4l::capability::Flags::VIDEO_M2M_MPLANE);
    let memory_to_memory = multiplanar || flags.contains(v4l::capability::Flags::VIDEO_M2M);
    let queue =
        if multiplanar { v4l::buffer::Type::VideoCaptureMplane } else { v4l::buffer::Type::VideoCapture };
    let encodes_h264 = memory_to_memory && offers_h264(&device, queue);
    let largest = if encodes_h264 { largest_h264(&device) } else { None };
    Ok(DeviceAnswer {
        driver: capabilities.driver,
        card: capabilities.card,
        memory_to_memory,
        encodes_h264,
        largest,
    })
}

fn refusal(error: &std::io::Error) -> DeviceRefusal {
    match error.kind() {
        std::io::ErrorKind::ResourceBusy => DeviceRefusal::Busy,
        std::io::ErrorKind::PermissionDenied => DeviceRefusal::Denied,
        _ => DeviceRefusal::Failed(error.to_string()),
    }
}

/// Whether H.264 is among the formats of a queue. The crate enumerates single-planar capture only, and the encoder of
/// the Raspberry Pi is multi-planar, hence the call by hand.
#[allow(unsafe_code, reason = "one ioctl that the crate does not wrap for multi-planar queues")]
fn offers_h264(device: &v4l::Device, queue: v4l::buffer::Type) -> bool {
    for index in 0..MOST_ENTRIES {
        // SAFETY: `v4l2_fmtdesc` is a plain C structure of integers and byte arrays: all zeroes is a value of it.
        let mut format: v4l::v4l_sys::v4l2_fmtdesc = unsafe { std::mem::zeroed() };
        format.index = index;
        format.type_ = queue as u32;
        // SAFETY: the descriptor stays open while `device` is borrowed; VIDIOC_ENUM_FMT reads and writes exactly one
        // `v4l2_fmtdesc`, which is what the pointer points at, alone, for the length of the call.
        let answered = unsafe {
            v4l::v4l2::ioctl(
                device.handle().fd(),
                v4l::v4l2::vidioc::VIDIOC_ENUM_FMT,
                std::ptr::from_mut(&mut format).cast(),
            )
        };
        if answered.is_err() {
            return false;
        }
        if format.pixelformat.to_le_bytes() == *b"H264" {
            return true;
        }
    }
    false
}

fn largest_h264(device: &v4l::Device) -> Option<(u32, u32)> {
    let sizes = v4l::video::Capture::enum_framesizes(device, v4l::FourCC::new(b"H264")).ok()?;
    sizes
        .into_iter()
        .map(|size| match size.size {
            v4l::framesize::FrameSizeEnum::Discrete(one) => (one.width, one.height),
            v4l::framesize::FrameSizeEnum::Stepwise(range) => (range.max_width, range.max_height),
        })
        .max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}
