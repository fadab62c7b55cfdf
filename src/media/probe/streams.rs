//! From what GStreamer's discoverer tells of streams and tags to our words for it.

use gst_pbutils::prelude::*;

use crate::media::source::{AudioCodec, AudioStream, Chapter, Hdr, VideoCodec, VideoStream};

const LONGEST_TEXT: usize = 500;

/// A cover, or a single picture in a container.
pub(super) fn is_picture(stream: &gst_pbutils::DiscovererVideoInfo) -> bool {
    stream.is_image()
        || stream
            .caps()
            .and_then(|caps| {
                caps.structure(0).map(|s| s.name().starts_with("image/") && !s.has_field("framerate"))
            })
            .unwrap_or(false)
}

/// The film.
pub(super) fn video_stream(
    stream: &gst_pbutils::DiscovererVideoInfo,
    found: &gst_pbutils::DiscovererInfo,
) -> VideoStream {
    let caps = stream.caps();
    let coded = caps.as_ref().and_then(|caps| caps.structure(0));
    let text = |field: &str| coded.and_then(|s| s.get::<String>(field).ok());
    let number = |field: &str| coded.and_then(|s| s.get::<u32>(field).ok());
    let name = coded.map(|s| s.name().to_string()).unwrap_or_default();
    let codec = video_codec(&name, coded);
    let profile = text("profile");
    let par = stream.par();
    let positive = |n: i32| u32::try_from(n).unwrap_or(0);
    let bit_depth =
        number("bit-depth-luma").and_then(|bits| u8::try_from(bits).ok()).unwrap_or(match &codec {
            // Formats of cameras and cutting rooms, whose headers are not parsed: what they usually are.
            VideoCodec::Other(name) if name.contains("prores") || name.contains("dnxhd") => 10,
            VideoCodec::Vp9 if matches!(profile.as_deref(), Some("2" | "3")) => 10,
            _ => 8,
        });
    let frame_rate = stream.framerate();
    VideoStream {
        pixel_aspect: if par.numer() > 0 && par.denom() > 0 {
            (positive(par.numer()), positive(par.denom()))
        } else {
            (1, 1)
        },
        rotation: rotation(stream.tags().into_iter().chain(file_tags(found))),
        frame_rate: (positive(frame_rate.numer()), positive(frame_rate.denom()).max(1)),
        variable_frame_rate: false,
        bit_depth,
        chroma: text("chroma-format").unwrap_or_else(|| match &codec {
            VideoCodec::Other(name) if name.contains("prores") || name.contains("dnxhd") => "4:2:2".into(),
            _ => "4:2:0".into(),
        }),
        hdr: text("colorimetry").as_deref().and_then(hdr),
        interlaced: stream.is_interlaced()
            || text("interlace-mode").is_some_and(|mode| !mode.is_empty() && mode != "progressive"),
        bit_rate: (stream.bitrate() > 0).then(|| u64::from(stream.bitrate())),
        key_frame_gap_ms: None,
        width: stream.width(),
        height: stream.height(),
        level: text("level"),
        profile,
        codec,
    }
}

fn video_codec(name: &str, coded: Option<&gst::StructureRef>) -> VideoCodec {
    match name {
        "video/x-h264" => VideoCodec::H264,
        "video/x-h265" => VideoCodec::H265,
        "video/x-vp8" => VideoCodec::Vp8,
        "video/x-vp9" => VideoCodec::Vp9,
        "video/x-av1" => VideoCodec::Av1,
        "video/x-theora" => VideoCodec::Theora,
        "image/jpeg" => VideoCodec::Mjpeg,
        "video/x-divx" | "video/x-xvid" => VideoCodec::Mpeg4,
        "video/mpeg" => match coded.and_then(|s| s.get::<i32>("mpegversion").ok()) {
            Some(4) => VideoCodec::Mpeg4,
            _ => VideoCodec::Mpeg2,
        },
        other => VideoCodec::Other(other.to_owned()),
    }
}

/// The sound.
pub(super) fn audio_stream(stream: &gst_pbutils::DiscovererAudioInfo) -> AudioStream {
    let caps = stream.caps();
    let coded = caps.as_ref().and_then(|caps| caps.structure(0));
    let name = coded.map(|s| s.name().to_string()).unwrap_or_default();
    let version = coded.and_then(|s| s.get::<i32>("mpegversion").ok());
    AudioStream {
        codec: match (name.as_str(), version) {
            ("audio/mpeg", Some(2 | 4)) => AudioCodec::Aac,
            ("audio/mpeg", _) => AudioCodec::Other("audio/mpeg".into()),
            _ => AudioCodec::Other(name),
        },
        channels: stream.channels(),
        sample_rate: stream.sample_rate(),
        bit_rate: (stream.bitrate() > 0).then(|| u64::from(stream.bitrate())),
    }
}

/// Transfer function out of GStreamer's colorimetry: a name, or `range:matrix:transfer:primaries` in numbers.
fn hdr(colorimetry: &str) -> Option<Hdr> {
    match colorimetry.parse::<gst_video::VideoColorimetry>().ok()?.transfer() {
        gst_video::VideoTransferFunction::Smpte2084 => Some(Hdr::Pq),
        gst_video::VideoTransferFunction::AribStdB67 => Some(Hdr::Hlg),
        _ => None,
    }
}

fn rotation(tags: impl Iterator<Item = gst::TagList>) -> u16 {
    let orientation = tags
        .into_iter()
        .find_map(|tags| tags.get::<gst::tags::ImageOrientation>().map(|value| value.get().to_owned()));
    match orientation.as_deref() {
        Some("rotate-90" | "flip-rotate-90") => 90,
        Some("rotate-180" | "flip-rotate-180") => 180,
        Some("rotate-270" | "flip-rotate-270") => 270,
        _ => 0,
    }
}

/// Tags of the file as a whole. Those of Matroska are in the merged list only, which is why it is asked although it is
/// deprecated.
#[allow(deprecated, reason = "nothing else has the tags of a Matroska file")]
fn file_tags(found: &gst_pbutils::DiscovererInfo) -> impl Iterator<Item = gst::TagList> + use<> {
    let containers = found.container_streams().into_iter().filter_map(|stream| stream.tags());
    containers.chain(found.tags())
}

/// Tags of the file and of its streams.
pub(super) fn all_tags(found: &gst_pbutils::DiscovererInfo) -> Vec<gst::TagList> {
    file_tags(found).chain(found.stream_list().into_iter().filter_map(|stream| stream.tags())).collect()
}

/// The first title that is more than the name of a track.
pub(super) fn title(tags: &gst::TagList) -> Option<String> {
    (0..tags.size::<gst::tags::Title>()).filter_map(|at| tags.index::<gst::tags::Title>(at)).find_map(
        |title| {
            let title: String = title.get().trim().chars().take(LONGEST_TEXT).collect();
            (!matches!(title.as_str(), "" | "Audio" | "Video" | "Stereo" | "Mono" | "Surround"))
                .then_some(title)
        },
    )
}

/// The chapters of a table of contents, in order.
pub(super) fn chapters_of(toc: &gst::Toc) -> Vec<Chapter> {
    const MOST: usize = 500;
    let mut chapters = Vec::new();
    for entry in toc.entries() {
        // Chapters are directly in the list, or one level down in an edition.
        let below = entry.sub_entries();
        let list = if below.is_empty() { vec![entry] } else { below };
        for chapter in list.iter().filter(|e| e.entry_type() == gst::TocEntryType::Chapter) {
            let start = chapter.start_stop_times().map_or(-1, |(start, _)| start);
            let (Ok(start), Some(title)) = (u64::try_from(start), chapter.tags().as_ref().and_then(title))
            else {
                continue;
            };
            if chapters.len() < MOST {
                chapters.push(Chapter { start_ms: start / 1_000_000, title });
            }
        }
        if !chapters.is_empty() {
            break;
        }
    }
    chapters.sort_by_key(|chapter| chapter.start_ms);
    chapters
}
