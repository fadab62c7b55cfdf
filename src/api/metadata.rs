//! What a media file holds, in the words of ffprobe as far as clients show them.

use crate::{
    media::source::{AudioCodec, SourceInfo, VideoCodec},
    videos::{MediaFile, Video},
};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// What a media file holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = VideoFileMetadata)]
pub struct Metadata {
    format: Container,
    streams: Vec<Stream>,
    #[schema(value_type = Vec<Object>, max_items = 0)]
    chapters: [(); 0],
}

/// The container.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MetadataFormat)]
struct Container {
    size: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bit_rate: Option<i64>,
    /// Seconds.
    duration: f64,
    nb_streams: usize,
    format_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    format_long_name: Option<&'static str>,
    tags: HashMap<String, String>,
}

/// Pictures or sound.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = MetadataStream)]
struct Stream {
    index: usize,
    codec_type: &'static str,
    codec_name: String,
    /// Seconds.
    duration: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    height: Option<u32>,
    /// As in `30000/1001`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    avg_frame_rate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    r_frame_rate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    channels: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sample_rate: Option<String>,
}

impl Metadata {
    fn new(mut format: Container, film: Option<Stream>, sound: Option<Stream>) -> Self {
        let duration = format.duration;
        let place = |(index, stream): (usize, Stream)| Stream { index, duration, ..stream };
        let streams: Vec<_> = film.into_iter().chain(sound).enumerate().map(place).collect();
        format.nb_streams = streams.len();
        Self { format, streams, chapters: [] }
    }

    /// Of a file that we made: H.264 and AAC in MP4.
    pub fn of_made(video: &Video, file: &MediaFile) -> Self {
        let format = Container {
            size: file.size,
            bit_rate: Some(file.bit_rate),
            duration: video.duration_ms as f64 / 1000.0,
            nb_streams: 0,
            format_name: "mov,mp4,m4a,3gp,3g2,mj2".to_owned(),
            format_long_name: Some("QuickTime / MOV"),
            tags: HashMap::new(),
        };
        let film = Stream::film("h264", file.width, file.height, (file.fps, 1));
        let sound = Stream { codec_type: "audio", codec_name: "aac".to_owned(), ..Stream::default() };
        Self::new(format, file.has_video.then_some(film), file.has_audio.then_some(sound))
    }

    /// Of a file as it was sent.
    pub fn of_source(info: &SourceInfo) -> Self {
        let format = Container {
            size: i64::try_from(info.size).unwrap_or(i64::MAX),
            bit_rate: None,
            duration: info.duration_ms as f64 / 1000.0,
            nb_streams: 0,
            format_name: info.container.clone(),
            format_long_name: None,
            tags: info.title.iter().map(|title| ("title".to_owned(), title.clone())).collect(),
        };
        let film = info
            .video
            .as_ref()
            .map(|video| Stream::film(film_codec(&video.codec), video.width, video.height, video.frame_rate));
        let sound = info.audio.as_ref().map(|audio| Stream {
            codec_type: "audio",
            codec_name: sound_codec(&audio.codec).to_owned(),
            channels: Some(audio.channels),
            sample_rate: Some(audio.sample_rate.to_string()),
            ..Stream::default()
        });
        Self::new(format, film, sound)
    }
}

impl Stream {
    fn film(codec: &str, width: u32, height: u32, (frames, seconds): (u32, u32)) -> Self {
        let rate = Some(format!("{frames}/{seconds}"));
        Self {
            codec_type: "video",
            codec_name: codec.to_owned(),
            width: Some(width),
            height: Some(height),
            avg_frame_rate: rate.clone(),
            r_frame_rate: rate,
            ..Self::default()
        }
    }
}

/// ffprobe's name of a codec; our own for what neither of us knows.
fn film_codec(codec: &VideoCodec) -> &str {
    match codec {
        VideoCodec::H264 => "h264",
        VideoCodec::H265 => "hevc",
        VideoCodec::Vp8 => "vp8",
        VideoCodec::Vp9 => "vp9",
        VideoCodec::Av1 => "av1",
        VideoCodec::Mpeg4 => "mpeg4",
        VideoCodec::Mpeg2 => "mpeg2video",
        VideoCodec::Theora => "theora",
        VideoCodec::Mjpeg => "mjpeg",
        VideoCodec::Other(name) => name,
    }
}

fn sound_codec(codec: &AudioCodec) -> &str {
    match codec {
        AudioCodec::Aac => "aac",
        AudioCodec::Other(name) => name,
    }
}
