//! Which renditions to make of a source, and in which order: pure arithmetic, no files, no pipelines.

use serde::{Deserialize, Serialize};

use super::source::{AudioCodec, AudioStream, SourceInfo, VideoCodec, VideoStream};

/// Sizes that can be switched on, named by their short side, with the most bits per second that a rendition of that
/// size may take at 30 frames a second (about what PeerTube allows).
const SIZES: &[(u32, u64)] = &[
    (144, 210_000),
    (240, 520_000),
    (360, 1_040_000),
    (480, 1_470_000),
    (720, 3_040_000),
    (1080, 6_220_000),
    (1440, 10_800_000),
    (2160, 22_000_000),
];

/// Frame rates that a variable one is rounded to.
const SENSIBLE_RATES: &[(u32, u32)] = &[
    (5, 1),
    (10, 1),
    (12, 1),
    (15, 1),
    (20, 1),
    (24_000, 1001),
    (24, 1),
    (25, 1),
    (30_000, 1001),
    (30, 1),
    (48, 1),
    (50, 1),
    (60_000, 1001),
    (60, 1),
];

/// From this size on a rendition keeps 50 or 60 frames a second.
const QUICK_FROM: u32 = 720;
/// Up to this rate no rendition gives up frames.
const SLOW_RATE: f64 = 31.0;
/// Key frames further apart than this make seeking and quality switches tiresome: such a source is encoded.
const MOST_KEY_FRAME_GAP_MS: u32 = 5_000;
/// The small rung that a long film gets first.
const FIRST_RUNG: u32 = 360;
/// Memory of an encoder (x264, veryfast, look-ahead 5) per pixel of its pictures, with its queues, measured.
const BYTES_PER_PIXEL: u64 = 74;
/// Memory of the process, the reader and the sound beside decoder and encoders.
const BYTES_BESIDE: u64 = 64 << 20;
/// Pictures of the source's size that a decoder and what waits behind it hold, at most (measured: H.264 and HEVC with many
/// references 21 to 24, others half as many).
const DECODED_PICTURES: u64 = 24;

/// What the administrator chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LadderOptions {
    /// Resolutions switched on, by short side; 0 is sound only.
    pub resolutions: Vec<u32>,
    /// Frames per second that no rendition exceeds.
    pub max_frame_rate: u32,
    /// Other caps than ours: bits per second at 30 frames a second.
    pub caps: Vec<BitRateCap>,
    /// A source is copied up to this many times the cap of its size.
    pub copy_factor: f64,
    /// Sound in a file of its own only. Off, because simple players take one file and would play it silent.
    pub split_audio: bool,
    /// Bytes that one process may take, decoder included.
    pub memory: u64,
    /// From this length on (milliseconds) a small rung is made first, so that there is soon something whole to watch.
    pub long_film_ms: u64,
}

impl Default for LadderOptions {
    fn default() -> Self {
        Self {
            resolutions: vec![0, 144, 240, 360, 480, 720, 1080],
            max_frame_rate: 60,
            caps: Vec::new(),
            copy_factor: 1.5,
            split_audio: false,
            memory: 420 << 20,
            long_film_ms: 10 * 60 * 1000,
        }
    }
}

/// A cap for one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BitRateCap {
    /// Short side.
    pub resolution: u32,
    /// Bits per second at 30 frames a second.
    pub bit_rate: u64,
}

/// How a stream gets into a rendition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Treatment {
    /// Decoded and encoded again.
    Encode,
    /// Taken over as it is.
    Copy,
    /// Not in it.
    None,
}

/// One file to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendition {
    /// PeerTube's id: the short side of the encoded picture, 0 for sound only.
    pub resolution: u32,
    /// Pixels, even; 0 for sound only.
    pub width: u32,
    /// Pixels, even; 0 for sound only.
    pub height: u32,
    /// Frames per second as a fraction; for a copy the source's average.
    pub frame_rate: (u32, u32),
    /// Frames from one key frame to the next, about two seconds and the same time in every rung.
    pub gop: u32,
    /// Bits per second that the pictures may take.
    pub bit_rate: u64,
    /// The pictures.
    pub video: Treatment,
    /// The sound.
    pub audio: Treatment,
}

impl Rendition {
    /// What making it costs, in pixels per second of film: what encoding time follows on one machine.
    pub fn cost(&self) -> f64 {
        match self.video {
            Treatment::Encode => {
                f64::from(self.width) * f64::from(self.height) * rate(self.frame_rate).max(1.0)
            }
            Treatment::Copy | Treatment::None => 100_000.0,
        }
    }
}

/// Everything that is to be made of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// In rising order of resolution. Empty when the source holds nothing that is switched on.
    ///
    /// A source with sound and no film gives one rendition, of resolution 0. A picture to look at meanwhile is the
    /// video's thumbnail, which the player shows; no film of a still picture is made.
    pub renditions: Vec<Rendition>,
    /// Resolutions that are made side by side from one decode, in the order to make them.
    pub passes: Vec<Vec<u32>>,
    /// As many of them as a chip bears at once, after it refused more; 0 when software is to do everything.
    #[serde(default)]
    pub chip_at_once: Option<u32>,
}

impl Plan {
    /// What is to be made for a source.
    pub fn new(source: &SourceInfo, options: &LadderOptions) -> Self {
        let audio = source.audio.as_ref().map_or(Treatment::None, audio_treatment);
        let mut renditions = source.video.as_ref().map_or_else(Vec::new, |v| films(source, v, options));
        if !options.split_audio {
            for rendition in &mut renditions {
                rendition.audio = audio;
            }
        }
        let wanted = options.resolutions.contains(&0) || options.split_audio || renditions.is_empty();
        if wanted && audio != Treatment::None {
            renditions.insert(0, sound_only(audio));
        }
        let passes = passes(source, &renditions, options);
        Self { renditions, passes, chip_at_once: None }
    }

    /// Bytes of memory that making it is expected to take at most.
    pub fn memory(&self, source: &SourceInfo) -> u64 {
        let of = |pass: &Vec<u32>| {
            let encoded = pass
                .iter()
                .filter_map(|resolution| self.rendition(*resolution))
                .filter(|rendition| rendition.video == Treatment::Encode);
            let encoders: u64 = encoded.clone().map(encoder_memory).sum();
            BYTES_BESIDE + encoders + if encoded.count() > 0 { decoder_memory(source) } else { 0 }
        };
        self.passes.iter().map(of).max().unwrap_or(BYTES_BESIDE)
    }

    /// The rendition of a resolution.
    pub fn rendition(&self, resolution: u32) -> Option<&Rendition> {
        self.renditions.iter().find(|r| r.resolution == resolution)
    }
}

/// Frames per second as a number.
pub fn rate((n, d): (u32, u32)) -> f64 {
    if d == 0 { 0.0 } else { f64::from(n) / f64::from(d) }
}

fn sound_only(audio: Treatment) -> Rendition {
    Rendition {
        resolution: 0,
        width: 0,
        height: 0,
        frame_rate: (0, 1),
        gop: 0,
        bit_rate: 0,
        video: Treatment::None,
        audio,
    }
}

fn audio_treatment(audio: &AudioStream) -> Treatment {
    let plain = audio.codec == AudioCodec::Aac
        && (1..=2).contains(&audio.channels)
        && (22_050..=48_000).contains(&audio.sample_rate)
        && audio.bit_rate.is_none_or(|b| b <= 320_000);
    if plain { Treatment::Copy } else { Treatment::Encode }
}

/// The rungs with pictures, in rising order.
fn films(source: &SourceInfo, video: &VideoStream, options: &LadderOptions) -> Vec<Rendition> {
    let (width, height) = video.displayed();
    let (width, height) = (even(width), even(height));
    let own = width.min(height);
    let mut enabled: Vec<u32> = options.resolutions.iter().copied().filter(|r| *r >= 16).collect();
    enabled.sort_unstable();
    enabled.dedup();
    let Some(&largest) = enabled.last() else { return Vec::new() };

    let mut sides: Vec<u32> = enabled.into_iter().filter(|side| *side <= own).collect();
    if own <= largest {
        // The source's own size is the top; a rung hardly smaller would cost much and help nobody.
        sides.retain(|side| side * 10 < own * 9);
        sides.push(own);
    }
    let full = frame_rate(video, options.max_frame_rate);
    let quick = rate(full) > SLOW_RATE;
    // Twice the rounded rate is even, so that half of it is the same time at half the rate.
    let full_gop = (rate(full).round() as u32).max(1) * 2;
    let halves = |side: u32| quick && side < QUICK_FROM;
    sides
        .into_iter()
        .map(|side| {
            let (width, height) = scaled(width, height, side);
            let frame_rate = if halves(side) { reduced(full.0, full.1 * 2) } else { full };
            let bit_rate = cap(width, height, frame_rate, options);
            let copy =
                side == own && own <= largest && may_copy(source, video, (width, height), bit_rate, options);
            Rendition {
                resolution: width.min(height),
                width,
                height,
                frame_rate: if copy { copied_rate(video, full) } else { frame_rate },
                gop: if halves(side) { full_gop / 2 } else { full_gop },
                bit_rate,
                video: if copy { Treatment::Copy } else { Treatment::Encode },
                audio: Treatment::None,
            }
        })
        .collect()
}

fn copied_rate(video: &VideoStream, sensible: (u32, u32)) -> (u32, u32) {
    if video.variable_frame_rate || rate(video.frame_rate) < 1.0 { sensible } else { video.frame_rate }
}

fn even(side: u32) -> u32 {
    (side & !1).max(2)
}

/// The picture's size when its short side is `side`.
fn scaled(width: u32, height: u32, side: u32) -> (u32, u32) {
    let short = width.min(height);
    if side >= short {
        return (width, height);
    }
    let long = u64::from(width.max(height));
    let long = (long * u64::from(side) + u64::from(short)) / (2 * u64::from(short)) * 2;
    let long = u32::try_from(long).unwrap_or(u32::MAX).max(even(side));
    if width <= height { (even(side), even(long)) } else { (even(long), even(side)) }
}

fn reduced(n: u32, d: u32) -> (u32, u32) {
    let (mut a, mut b) = (n, d);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    if a == 0 { (n, d) } else { (n / a, d / a) }
}

/// The constant frame rate of the largest rung.
fn frame_rate(video: &VideoStream, most: u32) -> (u32, u32) {
    let most = f64::from(most.clamp(5, 60)) + 0.5;
    let found = rate(video.frame_rate);
    let unknown = found < 0.01 || !found.is_finite();
    let mut wanted = if unknown { 30.0 } else { found };
    while wanted > most {
        wanted /= 2.0;
    }
    let nearest = SENSIBLE_RATES
        .iter()
        .copied()
        .filter(|r| rate(*r) <= most)
        .min_by(|a, b| (rate(*a) - wanted).abs().total_cmp(&(rate(*b) - wanted).abs()))
        .unwrap_or((5, 1));
    let close = (rate(nearest) - wanted).abs() <= wanted * 0.002;
    if unknown || video.variable_frame_rate || close || wanted < 5.0 {
        return nearest;
    }
    // A constant rate of its own kind: kept, in thousandths where its fraction is unwieldy.
    let (n, d) = reduced(video.frame_rate.0, video.frame_rate.1);
    if (found - wanted).abs() < f64::EPSILON && n <= 120_000 && d <= 1001 {
        return (n, d);
    }
    reduced((wanted * 1000.0).round() as u32, 1000)
}

/// Most bits per second for a picture size: between the sizes of the table, in proportion to the pixels.
fn cap(width: u32, height: u32, frame_rate: (u32, u32), options: &LadderOptions) -> u64 {
    let pixels_of = |side: u32| f64::from(side) * f64::from(side) * 16.0 / 9.0;
    let bits_of = |side: u32, ours: u64| {
        let theirs = options.caps.iter().find(|c| c.resolution == side);
        theirs.map_or(ours, |c| c.bit_rate).max(10_000) as f64
    };
    let pixels = f64::from(width) * f64::from(height);
    let mut below: Option<(f64, f64)> = None;
    let mut bits = None;
    for (side, ours) in SIZES {
        let here = (pixels_of(*side), bits_of(*side, *ours));
        if pixels <= here.0 * 1.02 {
            bits = Some(match below {
                Some((p, b)) if pixels < here.0 => b + (here.1 - b) * (pixels - p) / (here.0 - p),
                Some(_) => here.1,
                None => here.1 * (pixels / here.0).clamp(0.2, 1.0),
            });
            break;
        }
        below = Some(here);
    }
    let bits = bits.or(below.map(|(p, b)| b * pixels / p)).unwrap_or(1_000_000.0);
    // Twice the frames take half as much again: neighbours are alike.
    let quick = 1.0 + (rate(frame_rate) - 30.0).max(0.0) / 60.0;
    (bits * quick) as u64
}

/// Whether the pictures can be taken over as they are into the rendition of their own size.
fn may_copy(
    source: &SourceInfo,
    video: &VideoStream,
    size: (u32, u32),
    cap: u64,
    options: &LadderOptions,
) -> bool {
    let bit_rate = video
        .bit_rate
        .or_else(|| (source.duration_ms > 0).then(|| source.size.saturating_mul(8_000) / source.duration_ms));
    let plays_anywhere = video.profile.as_deref().is_some_and(|p| {
        ["constrained-baseline", "baseline", "main", "high", "progressive-high", "constrained-high"]
            .contains(&p)
    });
    let level = video.level.as_deref().and_then(|l| l.parse::<f64>().ok());
    video.codec == VideoCodec::H264
        && plays_anywhere
        && level.is_some_and(|l| l <= 4.2)
        && video.bit_depth == 8
        && video.chroma == "4:2:0"
        && video.hdr.is_none()
        && !video.interlaced
        && video.rotation == 0
        && video.pixel_aspect.0 == video.pixel_aspect.1
        && (video.width, video.height) == size
        && rate(video.frame_rate) <= f64::from(options.max_frame_rate) + 0.5
        && video.key_frame_gap_ms.is_some_and(|gap| gap <= MOST_KEY_FRAME_GAP_MS)
        && bit_rate.is_some_and(|b| b as f64 <= cap as f64 * options.copy_factor)
}

fn encoder_memory(rendition: &Rendition) -> u64 {
    u64::from(rendition.width) * u64::from(rendition.height) * BYTES_PER_PIXEL
}

fn decoder_memory(source: &SourceInfo) -> u64 {
    let Some(video) = &source.video else { return 0 };
    // Samples of a picture, in halves of its pixels.
    let halves = match video.chroma.as_str() {
        "4:4:4" => 6,
        "4:2:2" => 4,
        _ => 3,
    };
    let bytes = if video.bit_depth > 8 { 2 } else { 1 };
    let picture = u64::from(video.width) * u64::from(video.height) * halves * bytes / 2;
    picture.saturating_mul(DECODED_PICTURES)
}

/// In which order, and what side by side. A copy is first: it takes as long as reading the file. Then a small rung of a
/// long film. Then the rest from one decode, in as many groups as the memory asks for, the small ones first.
fn passes(source: &SourceInfo, renditions: &[Rendition], options: &LadderOptions) -> Vec<Vec<u32>> {
    let mut passes: Vec<Vec<u32>> = Vec::new();
    let copied: Vec<u32> =
        renditions.iter().filter(|r| r.video == Treatment::Copy).map(|r| r.resolution).collect();
    let mut encoded: Vec<&Rendition> = renditions.iter().filter(|r| r.video == Treatment::Encode).collect();
    if !copied.is_empty() {
        passes.push(copied);
    } else if source.duration_ms >= options.long_film_ms && encoded.len() > 1 {
        let small = encoded.iter().rposition(|r| r.resolution <= FIRST_RUNG).unwrap_or(0);
        passes.push(vec![encoded.remove(small).resolution]);
    }
    // Each pass decodes anew, in as much memory. What the largest rung takes alone the others may take together.
    let beside = BYTES_BESIDE.saturating_add(decoder_memory(source));
    let largest = encoded.iter().map(|rendition| encoder_memory(rendition)).max().unwrap_or(0);
    let memory = options.memory.max(beside.saturating_add(largest));
    let mut groups: Vec<(u64, Vec<u32>)> = Vec::new();
    for rendition in encoded.into_iter().rev() {
        let own = encoder_memory(rendition);
        match groups.iter_mut().find(|(taken, _)| taken.saturating_add(own) <= memory) {
            Some((taken, group)) => {
                *taken += own;
                group.push(rendition.resolution);
            }
            None => groups.push((beside + own, vec![rendition.resolution])),
        }
    }
    for (_, mut group) in groups.into_iter().rev() {
        group.sort_unstable();
        passes.push(group);
    }
    if renditions.iter().any(|r| r.video == Treatment::None) {
        match passes.first_mut() {
            Some(first) => first.insert(0, 0),
            None => passes.push(vec![0]),
        }
    }
    passes
}

#[cfg(test)]
#[path = "ladder_tests.rs"]
mod tests;
