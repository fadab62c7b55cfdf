//! From a file to what it holds, or to a refusal in words.
//!
//! Runs in a child process: it opens what people send. It trusts neither the name nor the media type that came with it.

mod streams;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::source::{SourceInfo, VideoCodec, VideoStream};
use super::timing::FrameTiming;
use super::{MediaError, Result, matroska, mp4, walk};
use streams::{all_tags, audio_stream, chapters_of, is_picture, title, video_stream};

/// What to probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProbeJob {
    /// The file.
    pub file: PathBuf,
    /// Longest time for looking through packets, in seconds. What is not seen by then is unknown, not an error.
    #[serde(default = "ProbeJob::default_patience")]
    pub patience: u64,
}

impl ProbeJob {
    fn default_patience() -> u64 {
        30
    }

    /// Probes a file with the usual patience.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), patience: Self::default_patience() }
    }
}

/// Bytes that the type of a file is read from. Transport streams and files with large tags want some.
const HEAD: u64 = 256 << 10;
/// Longest time for opening a file and decoding its first pictures, in seconds; never more than the job's patience.
const OPENING: u64 = 15;
/// Most files take a tenth of a second.
const FIRST_TRY: gst::ClockTime = gst::ClockTime::from_seconds(5);
/// What is shorter is not a film.
const SHORTEST_MS: u64 = 40;
/// What claims to be longer is a mistake or an attack: filling its gaps with frames would never end.
const LONGEST_MS: u64 = 24 * 3600 * 1000;
const LARGEST_SIDE: u32 = 16_384;
const UNKNOWN_FORMAT: &str =
    "there is nothing installed here that can read it; convert it to MP4 (H.264) first";

/// Reads what a file holds. Takes well under a second for MP4 and as long as reading the file once for containers
/// without an index, bounded by the job's patience.
pub fn probe(job: &ProbeJob) -> Result<SourceInfo> {
    super::init::init()?;
    let mut file = File::open(&job.file).map_err(|e| MediaError::Io(e.to_string()))?;
    let size = file.metadata().map_err(|e| MediaError::Io(e.to_string()))?.len();
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head).map_err(|e| MediaError::Io(e.to_string()))?;
    let container = container(&head)?;
    let matroska = matroska::read(&head);
    if let Some(whole) = matroska.as_ref().and_then(|found| found.size).or_else(|| riff_size(&head))
        && whole > size
    {
        return Err(too_early(size, whole));
    }
    let index = if container == "mp4" { Some(mp4::read(&mut file, size)?) } else { None };
    drop(file);
    if let Some(index) = &index {
        check_index(index, size)?;
    }

    let found = discover(&job.file, gst::ClockTime::from_seconds(OPENING.min(job.patience.max(1))))?;
    let film = found.video_streams().into_iter().find(|stream| !is_picture(stream));
    let sound = found.audio_streams().into_iter().next();
    if film.is_none() && sound.is_none() {
        return Err(nothing_to_play(&found));
    }

    let mut video = film.as_ref().map(|stream| video_stream(stream, &found));
    let mut audio = sound.as_ref().map(audio_stream);
    let mut duration_ms = found.duration().map_or(0, gst::ClockTime::mseconds);
    let wanted: &[u8; 4] = if video.is_some() { b"vide" } else { b"soun" };
    let track = index.as_ref().and_then(|index| {
        index.tracks.iter().find(|t| !index.fragmented && &t.handler == wanted && t.samples > 1)
    });
    let mut stream_bytes = None;
    if let Some(track) = track {
        // Not the demuxer's: that of a file with subtitles may be theirs.
        let tracks = index.iter().flat_map(|index| &index.tracks);
        let heard_or_seen = tracks.filter(|t| matches!(&t.handler, b"vide" | b"soun"));
        duration_ms = heard_or_seen.map(|t| t.duration_ms).max().unwrap_or(duration_ms);
        stream_bytes = Some((track.bytes, track.duration_ms));
        if let Some(video) = &mut video {
            apply_timing(video, track.timing, track.key_frame_gap_ms);
        }
    } else {
        let rounding =
            Duration::from_micros(if matches!(container, "matroska" | "webm") { 1000 } else { 100 });
        let walk = walk::walk(&job.file, rounding, Duration::from_secs(job.patience))?;
        if walk.whole {
            refuse_half(&walk, duration_ms, size)?;
            duration_ms = walk.duration_ms;
            stream_bytes = Some((walk.video_bytes, walk.duration_ms));
        }
        if let Some(video) = &mut video {
            apply_timing(video, walk.timing, walk.whole.then_some(walk.key_frame_gap_ms));
        }
    }
    if duration_ms == 0 {
        return Err(MediaError::Damaged("it does not say how long it is, and its end was not found".into()));
    }
    if duration_ms > LONGEST_MS {
        return Err(MediaError::Limit("it claims to be longer than a day".into()));
    }
    if let Some(video) = &video
        && (video.width == 0 || video.height == 0 || video.width.max(video.height) > LARGEST_SIDE)
    {
        return Err(MediaError::Limit(format!("its pictures are {}×{} large", video.width, video.height)));
    }
    if duration_ms < SHORTEST_MS {
        return Err(MediaError::NotMedia("a single picture, not a film".into()));
    }
    if let (Some(video), Some((bytes, ms))) = (&mut video, stream_bytes)
        && ms > 0
        && bytes > 0
    {
        video.bit_rate = Some(bytes.saturating_mul(8000) / ms);
    }
    if let Some(audio) = &mut audio
        && audio.bit_rate.is_none()
        && video.is_none()
    {
        audio.bit_rate = Some(size.saturating_mul(8000) / duration_ms);
    }

    let tags = all_tags(&found);
    let mut chapters = index.map(|index| index.chapters).unwrap_or_default();
    if chapters.is_empty() {
        chapters = found.toc().map(|toc| chapters_of(&toc)).unwrap_or_default();
    }
    chapters.retain(|chapter| chapter.start_ms < duration_ms);
    Ok(SourceInfo {
        container: container.to_owned(),
        duration_ms,
        size,
        video,
        audio,
        chapters,
        title: matroska.and_then(|found| found.title).or_else(|| tags.iter().find_map(title)),
        cover: tags.iter().any(|tags| tags.get::<gst::tags::Image>().is_some())
            || found.video_streams().iter().any(is_picture),
    })
}

/// Name of the container, or a refusal. Only what is listed here is ever given to a demuxer: playlists and descriptions
/// of streams (HLS, DASH, SMIL, SDP) are small texts that name other files and addresses, and are not opened.
fn container(head: &[u8]) -> Result<&'static str> {
    if head.is_empty() {
        return Err(MediaError::NotMedia("the file is empty".into()));
    }
    let not = |what: &str| Err(MediaError::NotMedia(what.into()));
    let Ok((caps, _)) = gst_base::type_find_helper_for_data(None::<&gst::Object>, head) else {
        return not("its content is of no known kind");
    };
    let Some(found) = caps.structure(0) else { return not("its content is of no known kind") };
    Ok(match found.name().as_str() {
        "video/quicktime" | "application/x-3gp" | "audio/x-m4a" | "video/x-mp4" | "audio/mp4" => "mp4",
        "video/x-matroska" | "audio/x-matroska" | "video/x-matroska-3d" => "matroska",
        "video/webm" | "audio/webm" => "webm",
        "video/x-msvideo" => "avi",
        "application/ogg" | "video/ogg" | "audio/ogg" | "application/x-annodex" => "ogg",
        "video/mpegts" => "mpegts",
        "video/mpeg" if found.get::<bool>("systemstream") == Ok(true) => "mpeg",
        "video/x-flv" => "flv",
        "video/x-ms-asf" => "asf",
        "application/mxf" => "mxf",
        "audio/x-wav" => "wav",
        "audio/x-flac" => "flac",
        "audio/x-aiff" => "aiff",
        "audio/mpeg" if found.get::<i32>("mpegversion").is_ok_and(|version| version != 1) => "aac",
        "audio/mpeg" | "application/x-id3" | "application/x-apetag" => "mp3",
        "audio/x-ac3" => "ac3",
        "text/html" => return not("a web page"),
        "application/x-hls"
        | "application/dash+xml"
        | "application/vnd.ms-sstr+xml"
        | "application/smil"
        | "application/sdp"
        | "text/uri-list" => {
            return not("a playlist that names other files; send the film itself");
        }
        "application/pdf" => return not("a PDF document"),
        "application/zip"
        | "application/x-gzip"
        | "application/x-bzip"
        | "application/x-rar"
        | "application/x-tar"
        | "application/x-7z-compressed"
        | "application/x-xz" => return not("an archive; unpack it first"),
        "application/x-executable" => return not("a program"),
        name if name.starts_with("text/") || name.starts_with("application/xml") => return not("a text"),
        name if name.starts_with("image/") => return not("a picture, not a film"),
        name if name.starts_with("subtitle/") || name.starts_with("application/x-subtitle") => {
            return not("subtitles; add them to a video as captions");
        }
        name if name.starts_with("video/") || name.starts_with("audio/") => {
            return Err(MediaError::NotMedia(format!(
                "a bare stream ({name}) without a container; put it into MP4 or MKV first"
            )));
        }
        name => return Err(MediaError::NotMedia(format!("its content is of the kind {name}"))),
    })
}

/// Refuses what the index already shows to be useless.
fn check_index(index: &mp4::Mp4, size: u64) -> Result<()> {
    if index.tracks.iter().any(mp4::Track::encrypted) {
        return Err(MediaError::Unsupported(
            "it is copy-protected (encrypted) and can only be played by the shop that sold it".into(),
        ));
    }
    if index.missing_bytes > 0 {
        let whole = size.saturating_add(index.missing_bytes);
        return Err(too_early(size, whole));
    }
    Ok(())
}

/// Bytes that a RIFF file (AVI, WAV) says to have. None where it says nothing, as recordings that were cut off and
/// streams do, or where a hundredth more or less decides.
fn riff_size(head: &[u8]) -> Option<u64> {
    let said = head.strip_prefix(b"RIFF")?.first_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes))?;
    // All ones, or all but the sign and the length of a header, stand for "not known".
    let unknown = said & 0x7fff_f000 == 0x7fff_f000;
    (!unknown).then(|| u64::from(said) * 99 / 100)
}

/// Refuses a file whose demuxer gave up in the middle: it says to be longer, and much of it was not read. (A header may
/// say what it likes when everything was read.)
fn refuse_half(walk: &walk::Walk, said_ms: u64, size: u64) -> Result<()> {
    let much_longer = said_ms > walk.duration_ms / 9 * 10 + 500;
    if much_longer && walk.bytes < size / 10 * 8 {
        return Err(MediaError::Damaged(format!(
            "only {} of its {} seconds can be read",
            walk.duration_ms / 1000,
            said_ms / 1000
        )));
    }
    Ok(())
}

fn too_early(size: u64, whole: u64) -> MediaError {
    let percent = u128::from(size) * 100 / u128::from(whole.max(1));
    MediaError::Damaged(format!(
        "it ends too early: only {percent} % of it are there; copy it again from where it was recorded"
    ))
}

/// The cover picture of a recording, as it is in the file.
pub fn cover(file: &Path) -> Option<Vec<u8>> {
    let found = discover(file, gst::ClockTime::from_seconds(OPENING)).ok()?;
    let sample =
        all_tags(&found).iter().find_map(|tags| tags.get::<gst::tags::Image>().map(|image| image.get()))?;
    let map = sample.buffer()?.map_readable().ok()?;
    Some(map.to_vec())
}

/// Opens the file and decodes its first pictures and sounds, so that what cannot be decoded is known now. Tries twice: a
/// decoder of libav hangs now and then ([`super::init::one_thread_decoders`]), and the discoverer does not let us
/// set it up.
fn discover(file: &Path, patience: gst::ClockTime) -> Result<gst_pbutils::DiscovererInfo> {
    match discover_once(file, patience.min(FIRST_TRY)) {
        Err(MediaError::Limit(_)) => {}
        found => return found,
    }
    match discover_once(file, patience) {
        // Whoever is in a hurry does not know yet.
        Err(MediaError::Limit(why)) if patience.seconds() >= OPENING => Err(MediaError::Damaged(why)),
        found => found,
    }
}

fn discover_once(file: &Path, patience: gst::ClockTime) -> Result<gst_pbutils::DiscovererInfo> {
    let internal = |e: &dyn std::fmt::Display| MediaError::Internal(e.to_string());
    let path = file.canonicalize().map_err(|e| MediaError::Io(e.to_string()))?;
    let uri = gst::glib::filename_to_uri(&path, None).map_err(|e| internal(&e))?;
    let discoverer = gst_pbutils::Discoverer::new(patience).map_err(|e| internal(&e))?;
    let found = discoverer.discover_uri(&uri).map_err(|error| refusal(&error))?;
    match found.result() {
        gst_pbutils::DiscovererResult::Timeout => {
            Err(MediaError::Limit("it is so damaged that opening it never ends".into()))
        }
        gst_pbutils::DiscovererResult::MissingPlugins => match missing_decoder(&found) {
            Some(what) => Err(MediaError::Unsupported(what)),
            None => Ok(found),
        },
        _ => Ok(found),
    }
}

fn refusal(error: &gst::glib::Error) -> MediaError {
    let text = error.message().to_owned();
    if let Some(kind) = error.kind::<gst::StreamError>() {
        return match kind {
            gst::StreamError::TypeNotFound | gst::StreamError::WrongType => {
                MediaError::NotMedia("its content is not what its beginning says".into())
            }
            gst::StreamError::CodecNotFound => MediaError::Unsupported(UNKNOWN_FORMAT.into()),
            gst::StreamError::Decrypt | gst::StreamError::DecryptNokey => {
                MediaError::Unsupported("it is copy-protected (encrypted)".into())
            }
            _ => MediaError::Damaged(text),
        };
    }
    if let Some(kind) = error.kind::<gst::ResourceError>() {
        return match kind {
            gst::ResourceError::NotFound | gst::ResourceError::OpenRead => MediaError::Io(text),
            _ => MediaError::Damaged(text),
        };
    }
    if error.kind::<gst::CoreError>() == Some(gst::CoreError::MissingPlugin) {
        return MediaError::Unsupported(UNKNOWN_FORMAT.into());
    }
    MediaError::Damaged(text)
}

/// What pictures or sound cannot be decoded here, by its usual name. Other tracks (positions, subtitles) do not matter.
fn missing_decoder(found: &gst_pbutils::DiscovererInfo) -> Option<String> {
    let missing: Vec<String> = found
        .missing_elements_installer_details()
        .iter()
        // "gstreamer|1.0|program|description|decoder-video/x-h265, …"
        .filter_map(|detail| {
            let mut parts = detail.split('|').skip(3);
            let (what, kind) = (parts.next()?, parts.next()?);
            let matters =
                ["decoder-video/", "decoder-audio/", "decoder-image/"].iter().any(|p| kind.starts_with(p));
            matters.then(|| what.to_owned())
        })
        .collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

fn nothing_to_play(found: &gst_pbutils::DiscovererInfo) -> MediaError {
    if found.video_streams().is_empty() {
        MediaError::NotMedia("there is neither a film nor sound in it".into())
    } else {
        MediaError::NotMedia("a picture, not a film".into())
    }
}

fn apply_timing(video: &mut VideoStream, timing: FrameTiming, key_frame_gap_ms: Option<u32>) {
    if timing.frame_rate.0 > 0 {
        video.frame_rate = timing.frame_rate;
        video.variable_frame_rate = timing.variable;
    }
    if video.codec == VideoCodec::H264 {
        video.key_frame_gap_ms = key_frame_gap_ms;
    }
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
