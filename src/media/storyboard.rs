//! Pictures for the bar of the player: one JPEG with small pictures of the whole film, PeerTube's layout
//! (longest side 192 pixels, at most 11 × 11, row after row).

use std::path::PathBuf;
use std::time::Duration;

use image::{RgbImage, imageops};
use serde::{Deserialize, Serialize};

use super::frames::Frames;
use super::probe::{ProbeJob, probe};
use super::source::SourceInfo;
use super::{MediaError, Result, pictures};

/// What to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoryboardJob {
    /// The source or a rendition; the smaller, the quicker.
    pub file: PathBuf,
    /// What is in that file; none to find out.
    #[serde(default)]
    pub info: Option<SourceInfo>,
    /// The JPEG to write; it appears whole or not at all.
    pub to: PathBuf,
}

/// Where which picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// Pixels of the whole.
    pub total_width: u32,
    /// Pixels of the whole.
    pub total_height: u32,
    /// Pixels of one picture.
    pub sprite_width: u32,
    /// Pixels of one picture.
    pub sprite_height: u32,
    /// Seconds that one picture stands for.
    pub sprite_duration: u32,
    /// Number of pictures.
    pub sprites: u32,
}

/// Pixels of the longer side of one picture.
pub const LONGEST_SIDE: u32 = 192;
const EDGE: u32 = 11;
const SHORTEST_FILM_MS: u64 = 3000;

/// The layout for a film; none for one too short to need it.
pub fn layout(duration_ms: u64, displayed: (u32, u32)) -> Option<Layout> {
    if duration_ms < SHORTEST_FILM_MS {
        return None;
    }
    let seconds = duration_ms.div_ceil(1000);
    let sprite_duration = seconds.div_ceil(u64::from(EDGE * EDGE)).max(1);
    let sprites = u32::try_from(seconds.div_ceil(sprite_duration)).unwrap_or(EDGE * EDGE);
    let columns = (1..=EDGE).find(|edge| edge * edge >= sprites).unwrap_or(EDGE);
    let rows = sprites.div_ceil(columns);
    let (width, height) = pictures::fit(displayed, (LONGEST_SIDE, LONGEST_SIDE));
    Some(Layout {
        total_width: columns * width,
        total_height: rows * height,
        sprite_width: width,
        sprite_height: height,
        sprite_duration: u32::try_from(sprite_duration).unwrap_or(u32::MAX),
        sprites,
    })
}

/// Makes the storyboard; none where there is nothing to see, or too little.
pub fn make(job: &StoryboardJob) -> Result<Option<Layout>> {
    let info = match &job.info {
        Some(info) => info.clone(),
        None => probe(&ProbeJob::new(&job.file))?,
    };
    let Some(video) = &info.video else { return Ok(None) };
    let Some(layout) = layout(info.duration_ms, video.displayed()) else { return Ok(None) };
    let frames = Frames::open(&job.file, video, LONGEST_SIDE)?;
    let columns = layout.total_width / layout.sprite_width.max(1);
    let mut whole = RgbImage::new(layout.total_width, layout.total_height);
    let mut last = RgbImage::new(layout.sprite_width, layout.sprite_height);
    let mut failures = 0;
    for sprite in 0..layout.sprites {
        let middle = u64::from(sprite) * 1000 * u64::from(layout.sprite_duration)
            + u64::from(layout.sprite_duration) * 500;
        let moment = Duration::from_millis(middle.min(info.duration_ms.saturating_sub(1)));
        match frames.near(moment) {
            Ok(frame) if frame.picture.dimensions() == last.dimensions() => last = frame.picture,
            Ok(frame) => last = pictures::fill(&frame.picture, layout.sprite_width, layout.sprite_height)?,
            // A damaged stretch shows the picture before it; a film that is damaged all over has no storyboard.
            Err(error) => {
                failures += 1;
                if failures > 5 || sprite == 0 && layout.sprites == 1 {
                    return Err(error);
                }
            }
        }
        let (x, y) = (sprite % columns * layout.sprite_width, sprite / columns * layout.sprite_height);
        imageops::replace(&mut whole, &last, i64::from(x), i64::from(y));
    }
    if failures >= layout.sprites {
        return Err(MediaError::Damaged("no picture of it can be decoded".into()));
    }
    pictures::write_jpeg(&whole, &job.to)?;
    Ok(Some(layout))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::clips::clip;

    #[test]
    fn the_layout_is_that_of_peertube() {
        assert_eq!(layout(2_900, (640, 360)), None);
        let short = layout(10_000, (1920, 1080)).unwrap();
        assert_eq!((short.sprite_width, short.sprite_height, short.sprite_duration), (192, 108, 1));
        assert_eq!((short.sprites, short.total_width, short.total_height), (10, 4 * 192, 3 * 108));
        let long = layout(3_600_000, (1080, 1920)).unwrap();
        assert_eq!((long.sprite_width, long.sprite_height, long.sprite_duration), (108, 192, 30));
        assert_eq!((long.sprites, long.total_width, long.total_height), (120, 11 * 108, 11 * 192));
        for seconds in [3, 11, 120, 121, 122, 242, 243, 7_777, 100_000_u64] {
            let layout = layout(seconds * 1000, (1280, 720)).unwrap();
            let columns = layout.total_width / layout.sprite_width;
            let rows = layout.total_height / layout.sprite_height;
            assert!(columns <= 11 && rows <= 11 && columns * rows >= layout.sprites, "{seconds}: {layout:?}");
            assert!(u64::from(layout.sprites * layout.sprite_duration) >= seconds, "{seconds}: {layout:?}");
        }
    }

    #[test]
    fn the_film_is_seen_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("board.jpg");
        let job = StoryboardJob { file: clip("black-first.mp4"), info: None, to: to.clone() };
        let layout = make(&job).unwrap().unwrap();
        let board = pictures::open(&to).unwrap();
        assert_eq!(board.dimensions(), (layout.total_width, layout.total_height));
        let sprite = |at: u32| {
            let columns = layout.total_width / layout.sprite_width;
            let (x, y) = (at % columns * layout.sprite_width, at / columns * layout.sprite_height);
            imageops::crop_imm(&board, x, y, layout.sprite_width, layout.sprite_height).to_image()
        };
        assert!(pictures::interest(&sprite(0)) < 5.0, "the beginning is black");
        assert!(pictures::interest(&sprite(layout.sprites - 1)) > 20.0, "the end is not");
    }

    #[test]
    fn sound_and_short_films_have_none() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("board.jpg");
        for name in ["sound.mp3", "fast.mp4"] {
            assert_eq!(
                make(&StoryboardJob { file: clip(name), info: None, to: to.clone() }).unwrap(),
                None,
                "{name}"
            );
        }
        assert!(!to.exists());
    }
}
