//! What a file holds, as probing found it. Plain data: stored as JSON beside the video, handed to child processes.

use serde::{Deserialize, Serialize};

/// A file that can be played. At least one of `video` and `audio` is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceInfo {
    /// Short name of the container: `mp4`, `matroska`, `webm`, `avi`, `ogg`, `mpegts`, `wav`, `flac`, `mp3`, or the media type.
    pub container: String,
    /// Length in milliseconds of the longest stream.
    pub duration_ms: u64,
    /// Bytes.
    pub size: u64,
    /// First picture stream that is a film (a cover picture is not one).
    pub video: Option<VideoStream>,
    /// First sound stream.
    pub audio: Option<AudioStream>,
    /// Chapters that the container names, in order.
    #[serde(default)]
    pub chapters: Vec<Chapter>,
    /// Title that the container names.
    #[serde(default)]
    pub title: Option<String>,
    /// The file carries a cover picture.
    #[serde(default)]
    pub cover: bool,
}

/// The film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoStream {
    /// How it is coded.
    pub codec: VideoCodec,
    /// Profile as the stream names it, for example `high`.
    pub profile: Option<String>,
    /// Level as the stream names it, for example `4.1`.
    pub level: Option<String>,
    /// Coded width in pixels, before rotation and without pixel aspect ratio.
    pub width: u32,
    /// Coded height in pixels, before rotation.
    pub height: u32,
    /// Pixel aspect ratio, 1/1 for square pixels.
    pub pixel_aspect: (u32, u32),
    /// Degrees to turn clockwise for upright display: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Usual frames per second as a fraction (the commonest distance, not the average); 0/1 when unknown.
    pub frame_rate: (u32, u32),
    /// Frames do not come at a constant distance.
    pub variable_frame_rate: bool,
    /// Bits per sample: 8, 10, 12.
    pub bit_depth: u8,
    /// `4:2:0`, `4:2:2`, `4:4:4`.
    pub chroma: String,
    /// High dynamic range transfer.
    pub hdr: Option<Hdr>,
    /// Two fields per frame.
    pub interlaced: bool,
    /// Bits per second, measured or as declared.
    pub bit_rate: Option<u64>,
    /// Longest distance between two key frames in milliseconds; only measured for H.264, where it decides about copying.
    pub key_frame_gap_ms: Option<u32>,
}

impl VideoStream {
    /// Width and height as displayed: pixels made square, turned upright.
    pub fn displayed(&self) -> (u32, u32) {
        let (n, d) = self.pixel_aspect;
        let width = if n == 0 || d == 0 {
            u64::from(self.width)
        } else {
            (u64::from(self.width) * u64::from(n) + u64::from(d) / 2) / u64::from(d)
        };
        let width = u32::try_from(width).unwrap_or(u32::MAX).max(1);
        if self.rotation % 180 == 90 { (self.height, width) } else { (width, self.height) }
    }
}

/// The sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AudioStream {
    /// How it is coded.
    pub codec: AudioCodec,
    /// Number of channels.
    pub channels: u32,
    /// Samples per second.
    pub sample_rate: u32,
    /// Bits per second, when known.
    pub bit_rate: Option<u64>,
}

/// A named moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chapter {
    /// Start in milliseconds.
    pub start_ms: u64,
    /// Its name.
    pub title: String,
}

/// Codecs of pictures that matter to decisions; anything else is named in `Other`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VideoCodec {
    /// H.264, the one that may be copied.
    H264,
    /// HEVC.
    H265,
    /// VP8.
    Vp8,
    /// VP9.
    Vp9,
    /// AV1.
    Av1,
    /// MPEG-4 part 2 (DivX, Xvid).
    Mpeg4,
    /// MPEG-1 or -2.
    Mpeg2,
    /// Theora.
    Theora,
    /// Motion JPEG.
    Mjpeg,
    /// Anything else, by its media type.
    Other(String),
}

/// Codecs of sound that matter to decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AudioCodec {
    /// AAC, the one that may be copied.
    Aac,
    /// Anything else, by its media type.
    Other(String),
}

/// High dynamic range transfer functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hdr {
    /// Hybrid log-gamma (ARIB STD-B67), as iPhones record.
    Hlg,
    /// Perceptual quantizer (SMPTE ST 2084), HDR10.
    Pq,
}
