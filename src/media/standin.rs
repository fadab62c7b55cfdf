//! A board that is not there: fake video devices and an element under the name of the Raspberry Pi's encoder.
//!
//! In builds for development only (`debug_assertions`), so that nothing of it is in a release. It is here and not in
//! `tests/`, because transcoding runs in a child process of the real binary, which has to meet it too: a test sets
//! [`BOARD_VARIABLE`] for the child. It refuses what the driver refuses, so the whole way of the hardware is exercised,
//! with its fall-back and its messages, on any machine.

mod element;

use serde::{Deserialize, Serialize};

use super::board::{Board, DeviceAnswer, DeviceRefusal, VideoDevice};
pub use element::install;

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
    /// Takes so many frames and then neither goes on nor fails.
    pub hangs_after: Option<u32>,
    /// Bytes that the kernel has for the pictures of all sessions together (CMA).
    pub memory: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::NONE
    }
}

impl Limits {
    /// A chip in good health.
    const NONE: Self =
        Self { largest: (1920, 1920), sessions: 8, fails_after: None, hangs_after: None, memory: None };
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
            element::register(board.limits);
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
