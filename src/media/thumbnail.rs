//! Pictures that stand for a video: out of the film, out of a picture that was sent, off the cover of a recording, or drawn.

use std::path::{Path, PathBuf};
use std::time::Duration;

use image::RgbImage;
use serde::{Deserialize, Serialize};

use super::frames::Frames;
use super::probe::{ProbeJob, probe};
use super::source::SourceInfo;
use super::{MediaError, Result, pictures, probe};

/// PeerTube's miniature, on lists.
pub const MINIATURE: (u32, u32) = (280, 157);
/// PeerTube's preview, before playing.
pub const PREVIEW: (u32, u32) = (850, 480);

/// What to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThumbnailJob {
    /// Where the picture comes from.
    pub from: PictureOrigin,
    /// What to write. Each file appears whole or not at all.
    pub outputs: Vec<PictureOutput>,
}

/// Where a picture comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", rename_all_fields = "camelCase")]
pub enum PictureOrigin {
    /// A film, a recording with a cover, or one without.
    Media {
        /// The source or a rendition.
        file: PathBuf,
        /// What is in the file; none to find out.
        #[serde(default)]
        info: Option<Box<SourceInfo>>,
        /// The moment somebody chose; none for a good one.
        #[serde(default)]
        moment_ms: Option<u64>,
    },
    /// A picture that somebody sent.
    Picture {
        /// The file.
        file: PathBuf,
    },
}

/// One file to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureOutput {
    /// A JPEG.
    pub file: PathBuf,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl PictureOutput {
    /// A file of one of the known sizes.
    pub fn new(file: impl Into<PathBuf>, (width, height): (u32, u32)) -> Self {
        Self { file: file.into(), width, height }
    }
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThumbnailMade {
    /// Where in the film the picture is, for one out of a film.
    pub moment_ms: Option<u64>,
    /// Out of a film, a cover or a picture; otherwise we drew it.
    pub real: bool,
    /// Bytes of each output, in order.
    pub sizes: Vec<u64>,
}

/// Where good pictures are, as parts of the length: the first that is not dull is taken.
const PLACES: &[f64] = &[0.2, 0.35, 0.5, 0.1, 0.65, 0.8, 0.02];
/// Spread of brightness from which on a picture is worth showing.
const INTERESTING: f64 = 22.0;
const LARGEST_OUTPUT: u32 = 4096;

/// Makes the pictures.
pub fn make(job: &ThumbnailJob) -> Result<ThumbnailMade> {
    if let Some(output) =
        job.outputs.iter().find(|o| o.width.max(o.height) > LARGEST_OUTPUT || o.width.min(o.height) == 0)
    {
        return Err(MediaError::Internal(format!("a picture of {}×{}", output.width, output.height)));
    }
    let side = job.outputs.iter().map(|output| output.width.max(output.height)).max().unwrap_or(0);
    let (picture, moment_ms, real) = match &job.from {
        PictureOrigin::Picture { file } => (pictures::open(file)?, None, true),
        PictureOrigin::Media { file, info, moment_ms } => {
            let info = match info {
                Some(info) => SourceInfo::clone(info),
                None => probe(&ProbeJob::new(file))?,
            };
            of_media(file, &info, *moment_ms, side)?
        }
    };
    let mut sizes = Vec::new();
    for output in &job.outputs {
        let filled = pictures::fill(&picture, output.width, output.height)?;
        sizes.push(pictures::write_jpeg(&filled, &output.file)?);
    }
    Ok(ThumbnailMade { moment_ms, real, sizes })
}

fn of_media(
    file: &Path,
    info: &SourceInfo,
    moment_ms: Option<u64>,
    side: u32,
) -> Result<(RgbImage, Option<u64>, bool)> {
    let Some(video) = &info.video else {
        let cover = if info.cover { probe::cover(file) } else { None };
        return Ok(match cover.and_then(|bytes| pictures::decode(std::io::Cursor::new(bytes)).ok()) {
            Some(cover) => (cover, None, true),
            None => {
                (pictures::drawn(info.size ^ (info.duration_ms << 20), PREVIEW.0, PREVIEW.1), None, false)
            }
        });
    };
    // A cut to another shape wants more than its own size.
    let frames = Frames::open(file, video, side.saturating_mul(2).max(64))?;
    if let Some(moment) = moment_ms {
        let frame = frames.near(Duration::from_millis(moment.min(info.duration_ms)))?;
        return Ok((frame.picture, Some(frame.moment_ms), true));
    }
    let mut best: Option<(f64, RgbImage, u64)> = None;
    let mut failure = None;
    for place in PLACES {
        let moment = Duration::from_millis((info.duration_ms as f64 * place) as u64);
        // A place that cannot be decoded spoils this place only.
        let frame = match frames.near(moment) {
            Ok(frame) => frame,
            Err(error) => {
                failure = Some(error);
                continue;
            }
        };
        let interest = pictures::interest(&frame.picture);
        if best.as_ref().is_none_or(|(most, ..)| interest > *most) {
            best = Some((interest, frame.picture, frame.moment_ms));
        }
        if interest > INTERESTING {
            break;
        }
    }
    let Some((_, picture, moment)) = best else {
        return Err(failure.unwrap_or_else(|| MediaError::Damaged("no picture of it can be decoded".into())));
    };
    Ok((picture, Some(moment), true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::clips::clip;

    fn made(name: &str, moment_ms: Option<u64>, size: (u32, u32)) -> (ThumbnailMade, RgbImage) {
        let folder = tempfile::tempdir().unwrap();
        let output = PictureOutput::new(folder.path().join("a.jpg"), size);
        let from = PictureOrigin::Media { file: clip(name), info: None, moment_ms };
        let made = make(&ThumbnailJob { from, outputs: vec![output.clone()] })
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        let picture = pictures::open(&output.file).unwrap();
        assert_eq!(picture.dimensions(), size, "{name}");
        (made, picture)
    }

    #[test]
    fn every_kind_of_film_gives_a_picture() {
        for name in [
            "h264-aac.mp4",
            "h264-aac.mkv",
            "h264-aac.ts",
            "hevc-aac.mov",
            "vp8-vorbis.webm",
            "vp9-opus.webm",
            "av1-opus.webm",
            "theora-vorbis.ogv",
            "mpeg4-mp3.avi",
            "mjpeg.avi",
            "ten-bit.mkv",
            "hlg.mov",
            "pq.mp4",
            "interlaced.mp4",
            "odd.webm",
            "variable.mkv",
        ] {
            let (made, _) = made(name, None, PREVIEW);
            assert!(made.real && made.moment_ms.is_some(), "{name}");
        }
    }

    #[test]
    fn black_beginnings_are_passed_over() {
        let (found, picture) = made("black-first.mp4", None, MINIATURE);
        assert!(found.moment_ms.unwrap() >= 4000, "{found:?}");
        assert!(pictures::interest(&picture) > INTERESTING);
        let (chosen, picture) = made("black-first.mp4", Some(1000), MINIATURE);
        assert!(chosen.moment_ms.unwrap() <= 2000 && pictures::interest(&picture) < 2.0, "{chosen:?}");
        let (chosen, _) = made("black-first.mp4", Some(u64::MAX), MINIATURE);
        assert!(chosen.moment_ms.unwrap() >= 6000, "{chosen:?}");
    }

    #[test]
    fn turned_films_are_upright_and_pixels_square() {
        let folder = tempfile::tempdir().unwrap();
        for (name, expected) in
            [("rotated.mp4", (240, 320)), ("upside-down.mp4", (320, 240)), ("anamorphic.mp4", (465, 240))]
        {
            let file = clip(name);
            let info = probe(&ProbeJob::new(&file)).unwrap();
            let frame =
                Frames::open(&file, &info.video.unwrap(), 10_000).unwrap().near(Duration::ZERO).unwrap();
            assert_eq!(frame.picture.dimensions(), expected, "{name}");
        }
        drop(folder);
    }

    #[test]
    fn sound_shows_its_cover_or_a_drawing() {
        let (cover, picture) = made("cover.mp3", None, PREVIEW);
        assert!(cover.real && cover.moment_ms.is_none());
        let (plain, drawn) = made("sound.mp3", None, PREVIEW);
        assert!(!plain.real && picture != drawn);
    }

    #[test]
    fn a_sent_picture_is_cut_to_all_sizes() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = vec![
            PictureOutput::new(folder.path().join("small.jpg"), MINIATURE),
            PictureOutput::new(folder.path().join("large.jpg"), PREVIEW),
        ];
        let from = PictureOrigin::Picture { file: clip("picture.png") };
        let made = make(&ThumbnailJob { from, outputs: outputs.clone() }).unwrap();
        assert_eq!(made.sizes.len(), 2);
        assert!(made.sizes[0] < made.sizes[1]);
        let from = PictureOrigin::Picture { file: clip("text.mp4") };
        let error = make(&ThumbnailJob { from, outputs }).unwrap_err();
        assert!(matches!(error, MediaError::NotMedia(_)), "{error:?}");
    }
}
