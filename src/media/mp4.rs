//! Reading the index of an MP4 or MOV file (ISO/IEC 14496-12): exact lengths, frame distances, key frames and chapters
//! without reading the film itself, and a clear word on what is wrong with a file that has no index.
//!
//! The input is hostile until shown otherwise: every number is checked against what is there, nothing recurses, and what
//! does not parse is left out rather than guessed.

use std::io::{Read, Seek, SeekFrom};

use super::source::Chapter;
use super::timing::{Distances, FrameTiming};
use super::{MediaError, Result};

/// What the index says.
#[derive(Debug, Clone, Default)]
pub struct Mp4 {
    /// Its tracks, in order.
    pub tracks: Vec<Track>,
    /// Samples are in fragments behind the index, which then says nothing about them.
    pub fragmented: bool,
    /// Chapters, in order.
    pub chapters: Vec<Chapter>,
    /// Bytes that the file says to have and has not.
    pub missing_bytes: u64,
}

/// One track.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// What it is: `vide`, `soun`, `text`, `meta` …
    pub handler: [u8; 4],
    /// How it is coded: `avc1`, `hvc1`, `mp4a`, `encv` …
    pub coding: [u8; 4],
    /// Milliseconds.
    pub duration_ms: u64,
    /// Number of samples (frames).
    pub samples: u64,
    /// Bytes of all samples.
    pub bytes: u64,
    /// Distances of its frames.
    pub timing: FrameTiming,
    /// Longest distance from one key frame to the next, or to the end.
    pub key_frame_gap_ms: Option<u32>,
}

impl Track {
    /// Sound and pictures that nobody can decode without a key.
    pub fn encrypted(&self) -> bool {
        matches!(&self.coding, b"encv" | b"enca" | b"drmi" | b"drms")
    }
}

/// Largest index that is read. Ten hours at 60 frames per second with sound take about 40 MB.
const LARGEST_INDEX: u64 = 128 << 20;
/// Boxes looked at on the top level: a fragmented file has two for each fragment.
const MOST_BOXES: usize = 200_000;
const MOST_TRACKS: usize = 64;
const MOST_CHAPTERS: usize = 500;
const LONGEST_TITLE: usize = 1024;

/// Reads the index. `size` is that of the whole file.
pub fn read(file: &mut (impl Read + Seek), size: u64) -> Result<Mp4> {
    let mut mp4 = Mp4::default();
    let mut index = None;
    let mut at = 0_u64;
    for _ in 0..MOST_BOXES {
        if at.saturating_add(8) > size {
            break;
        }
        let Some((name, header, length)) = box_header(file, at, size)? else { break };
        let end = at.saturating_add(length);
        mp4.missing_bytes = mp4.missing_bytes.max(end.saturating_sub(size));
        match &name {
            b"moov" if end <= size => {
                if length > LARGEST_INDEX {
                    return Err(MediaError::Limit(format!(
                        "the index of the film is {} MB large",
                        length >> 20
                    )));
                }
                index = Some(bytes(file, at + header, (length - header) as usize)?);
            }
            b"moof" => mp4.fragmented = true,
            _ => {}
        }
        at = end;
    }
    let Some(index) = index else {
        return Err(MediaError::Damaged(
            "the index at the end of the film is missing: the recording was cut off, or the file was not copied whole"
                .into(),
        ));
    };
    if find(&index, *b"rmra").is_some() {
        return Err(MediaError::Unsupported("a reference movie, which only names other files".into()));
    }
    mp4.fragmented |= find(&index, *b"mvex").is_some();
    let mut chapter_tracks = Vec::new();
    let mut text_tracks = Vec::new();
    for trak in boxes(&index).filter(|(name, _)| *name == b"trak").map(|(_, data)| data).take(MOST_TRACKS) {
        if let Some(references) = find(trak, *b"tref").and_then(|tref| find(tref, *b"chap")) {
            chapter_tracks.extend(references.chunks_exact(4).filter_map(|id| u32_at(id, 0)));
        }
        if let Some(track) = track(trak) {
            if matches!(&track.handler, b"text" | b"sbtl") {
                text_tracks.push((track_id(trak), trak));
            }
            mp4.tracks.push(track);
        }
    }
    mp4.chapters = text_tracks
        .iter()
        .find(|(id, _)| id.is_some_and(|id| chapter_tracks.contains(&id)))
        .map(|(_, trak)| chapters_of_track(file, trak))
        .filter(|chapters| !chapters.is_empty())
        .or_else(|| find(&index, *b"udta").and_then(|udta| find(udta, *b"chpl")).map(chapters_of_list))
        .unwrap_or_default();
    Ok(mp4)
}

/// Name, length of the header and of the whole box at an offset; none where there is no box.
fn box_header(file: &mut (impl Read + Seek), at: u64, size: u64) -> Result<Option<([u8; 4], u64, u64)>> {
    let header = bytes(file, at, 16.min(size.saturating_sub(at)) as usize)?;
    let (Some(length), Some(name)) = (u32_at(&header, 0), header.get(4..8)) else { return Ok(None) };
    let name = [name[0], name[1], name[2], name[3]];
    let (header_length, length) = match length {
        0 => (8, size - at),
        1 => match u64_at(&header, 8) {
            Some(length) => (16, length),
            None => return Ok(None),
        },
        length => (8, u64::from(length)),
    };
    Ok((length >= header_length).then_some((name, header_length, length)))
}

fn bytes(file: &mut (impl Read + Seek), at: u64, length: usize) -> Result<Vec<u8>> {
    let io = |e: std::io::Error| MediaError::Io(e.to_string());
    let mut data = vec![0; length];
    file.seek(SeekFrom::Start(at)).map_err(io)?;
    file.read_exact(&mut data).map_err(io)?;
    Ok(data)
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_be_bytes)
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_be_bytes)
}

fn u64_at(data: &[u8], at: usize) -> Option<u64> {
    data.get(at..at.checked_add(8)?)?.try_into().ok().map(u64::from_be_bytes)
}

/// The boxes in a piece of the index, as far as they are whole.
fn boxes(data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let name = rest.get(4..8)?;
        let (header, length) = match u32_at(rest, 0)? {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64_at(rest, 8)?).ok()?),
            length => (8, length as usize),
        };
        let content = rest.get(header..length)?;
        rest = rest.get(length..)?;
        Some((name, content))
    })
}

fn find(data: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    boxes(data).find(|(found, _)| *found == name).map(|(_, content)| content)
}

fn path<'a>(data: &'a [u8], names: &[&[u8; 4]]) -> Option<&'a [u8]> {
    names.iter().try_fold(data, |data, name| find(data, **name))
}

fn track_id(trak: &[u8]) -> Option<u32> {
    let header = find(trak, *b"tkhd")?;
    u32_at(header, if header.first() == Some(&1) { 20 } else { 12 })
}

/// Ticks per second and length in ticks.
fn media_header(trak: &[u8]) -> Option<(u64, u64)> {
    let header = path(trak, &[b"mdia", b"mdhd"])?;
    let (scale, length) = if header.first() == Some(&1) {
        (u32_at(header, 20)?, u64_at(header, 24)?)
    } else {
        (u32_at(header, 12)?, u64::from(u32_at(header, 16)?))
    };
    (scale > 0).then_some((u64::from(scale), length))
}

/// Runs of the table of times: how many samples, how long each.
fn runs(table: &[u8]) -> impl Iterator<Item = (u64, u64)> {
    let count = u32_at(table, 4).unwrap_or(0) as usize;
    table
        .get(8..)
        .unwrap_or_default()
        .chunks_exact(8)
        .take(count)
        .filter_map(|entry| Some((u64::from(u32_at(entry, 0)?), u64::from(u32_at(entry, 4)?))))
}

fn track(trak: &[u8]) -> Option<Track> {
    let handler = path(trak, &[b"mdia", b"hdlr"])?.get(8..12)?.try_into().ok()?;
    let (scale, length) = media_header(trak)?;
    let samples = path(trak, &[b"mdia", b"minf", b"stbl"])?;
    let coding = find(samples, *b"stsd")?.get(12..16)?.try_into().ok()?;

    let times = find(samples, *b"stts").unwrap_or_default();
    let mut distances = Distances::new(scale, 0);
    let (mut count, mut ticks) = (0_u64, 0_u64);
    for (times, each) in runs(times) {
        distances.add(each, times);
        count = count.saturating_add(times);
        ticks = ticks.saturating_add(times.saturating_mul(each));
    }
    let ticks = ticks.max(length);
    let to_ms = |ticks: u64| (u128::from(ticks) * 1000 / u128::from(scale)).min(u128::from(u64::MAX)) as u64;
    let key_frames = find(samples, *b"stss");
    Some(Track {
        handler,
        coding,
        duration_ms: to_ms(ticks),
        samples: count,
        bytes: find(samples, *b"stsz").map_or(0, bytes_of_samples),
        timing: distances.timing(),
        key_frame_gap_ms: (count > 0)
            .then(|| match key_frames {
                Some(table) => longest_gap(table, times, ticks),
                // Without the table every frame is a key frame.
                None => runs(times).map(|(_, each)| each).max().unwrap_or(0),
            })
            .map(|gap| u32::try_from(to_ms(gap)).unwrap_or(u32::MAX)),
    })
}

fn bytes_of_samples(table: &[u8]) -> u64 {
    let (Some(one_size), Some(count)) = (u32_at(table, 4), u32_at(table, 8)) else { return 0 };
    if one_size > 0 {
        return u64::from(one_size).saturating_mul(u64::from(count));
    }
    let sizes = table.get(12..).unwrap_or_default().chunks_exact(4).take(count as usize);
    sizes.filter_map(|size| u32_at(size, 0)).fold(0, |sum, size| sum.saturating_add(u64::from(size)))
}

/// Ticks between the two key frames that are farthest apart; the end counts as one.
fn longest_gap(key_frames: &[u8], times: &[u8], end: u64) -> u64 {
    let count = u32_at(key_frames, 4).unwrap_or(0) as usize;
    let numbers = key_frames
        .get(8..)
        .unwrap_or_default()
        .chunks_exact(4)
        .take(count)
        .filter_map(|number| u32_at(number, 0));
    let mut runs = runs(times);
    let (mut run_first, mut run_start, mut run) = (1_u64, 0_u64, runs.next());
    let (mut last, mut longest) = (0_u64, 0_u64);
    for number in numbers.map(u64::from) {
        while let Some((length, each)) = run {
            if number < run_first.saturating_add(length) {
                break;
            }
            run_first = run_first.saturating_add(length);
            run_start = run_start.saturating_add(length.saturating_mul(each));
            run = runs.next();
        }
        let Some((_, each)) = run else { break };
        let at = run_start.saturating_add(number.saturating_sub(run_first).saturating_mul(each));
        longest = longest.max(at.saturating_sub(last));
        last = last.max(at);
    }
    longest.max(end.saturating_sub(last))
}

/// Nero's list: start in units of 100 ns, then a title with its length in one byte.
fn chapters_of_list(list: &[u8]) -> Vec<Chapter> {
    let mut rest = match list.first() {
        Some(1) => list.get(8..).unwrap_or_default(),
        _ => list.get(4..).unwrap_or_default(),
    };
    let count = usize::from(rest.first().copied().unwrap_or(0));
    rest = rest.get(1..).unwrap_or_default();
    let mut chapters = Vec::new();
    for _ in 0..count.min(MOST_CHAPTERS) {
        let (Some(start), Some(length)) = (u64_at(rest, 0), rest.get(8)) else { break };
        let end = 9 + usize::from(*length);
        let Some(title) = rest.get(9..end) else { break };
        chapters.push(Chapter { start_ms: start / 10_000, title: text(title) });
        rest = rest.get(end..).unwrap_or_default();
    }
    named(chapters)
}

/// QuickTime's: a track of texts whose samples are the titles and whose times are the starts.
fn chapters_of_track(file: &mut (impl Read + Seek), trak: &[u8]) -> Vec<Chapter> {
    let (Some((scale, _)), Some(samples)) = (media_header(trak), path(trak, &[b"mdia", b"minf", b"stbl"]))
    else {
        return Vec::new();
    };
    let mut starts = Vec::new();
    let mut at = 0_u64;
    for (times, each) in runs(find(samples, *b"stts").unwrap_or_default()) {
        for _ in 0..times.min((MOST_CHAPTERS - starts.len()) as u64) {
            starts.push((u128::from(at) * 1000 / u128::from(scale)) as u64);
            at = at.saturating_add(each);
        }
    }
    let places = places(samples, starts.len());
    let mut chapters = Vec::new();
    for (start_ms, (offset, size)) in starts.into_iter().zip(places) {
        let Ok(sample) = bytes(file, offset, size.min(LONGEST_TITLE)) else { break };
        let length = usize::from(u16_at(&sample, 0).unwrap_or(0));
        let title = sample.get(2..(2 + length).min(sample.len())).unwrap_or_default();
        chapters.push(Chapter { start_ms, title: text(title) });
    }
    named(chapters)
}

/// Offset and size of the first samples of a track.
fn places(samples: &[u8], most: usize) -> Vec<(u64, usize)> {
    let sizes = find(samples, *b"stsz").unwrap_or_default();
    let one_size = u32_at(sizes, 4).unwrap_or(0);
    let size_of = |sample: usize| match one_size {
        0 => u32_at(sizes, 12 + sample * 4),
        same => Some(same),
    };
    let chunk_at = |chunk: usize| match (find(samples, *b"stco"), find(samples, *b"co64")) {
        (Some(table), _) => u32_at(table, 8 + chunk * 4).map(u64::from),
        (_, Some(table)) => u64_at(table, 8 + chunk * 8),
        _ => None,
    };
    let groups = find(samples, *b"stsc").unwrap_or_default();
    let group = |at: usize| Some((u32_at(groups, 8 + at * 12)?, u32_at(groups, 12 + at * 12)?));
    let mut places = Vec::new();
    let (mut chunk, mut at_group) = (0_usize, 0_usize);
    while places.len() < most {
        // The group that this chunk belongs to: entries say from which chunk (counted from one) they hold.
        while group(at_group + 1).is_some_and(|(first, _)| first as usize <= chunk + 1) {
            at_group += 1;
        }
        let (Some(mut offset), Some((_, in_chunk))) = (chunk_at(chunk), group(at_group)) else { break };
        if in_chunk == 0 {
            break;
        }
        for _ in 0..in_chunk.min(u32::try_from(most - places.len()).unwrap_or(u32::MAX)) {
            let Some(size) = size_of(places.len()) else { return places };
            places.push((offset, size as usize));
            offset = offset.saturating_add(u64::from(size));
        }
        chunk += 1;
    }
    places
}

/// UTF-8, or UTF-16 where it begins with a byte order mark.
fn text(bytes: &[u8]) -> String {
    let decoded = match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    decoded.trim_matches(|c: char| c == '\0' || c.is_whitespace()).to_owned()
}

fn named(mut chapters: Vec<Chapter>) -> Vec<Chapter> {
    chapters.retain(|chapter| !chapter.title.is_empty());
    chapters.sort_by_key(|chapter| chapter.start_ms);
    chapters
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::media::clips::clip;

    fn read_clip(name: &str) -> Result<Mp4> {
        let bytes = std::fs::read(clip(name)).unwrap();
        read(&mut Cursor::new(&bytes), bytes.len() as u64)
    }

    fn video(name: &str) -> Track {
        read_clip(name).unwrap().tracks.into_iter().find(|t| &t.handler == b"vide").unwrap()
    }

    #[test]
    fn the_index_tells_length_rate_and_key_frames() {
        let film = video("h264-aac.mp4");
        assert_eq!((&film.coding, film.samples, film.duration_ms), (b"avc1", 90, 3000));
        assert_eq!(film.timing, FrameTiming { frame_rate: (30, 1), variable: false });
        assert_eq!(film.key_frame_gap_ms, Some(2000));
        assert!(film.bytes > 10_000);
        assert_eq!(video("ntsc.mp4").timing.frame_rate, (30000, 1001));
        assert_eq!(video("fast.mp4").timing.frame_rate, (60, 1));
        assert!(video("variable.mp4").timing.variable);
        assert_eq!(video("rare-key-frames.mp4").key_frame_gap_ms, Some(12_000));
    }

    #[test]
    fn damaged_files_are_told_apart() {
        let cut = read_clip("truncated.mp4").unwrap_err();
        assert!(matches!(&cut, MediaError::Damaged(why) if why.contains("index")), "{cut}");
        assert!(read_clip("truncated-faststart.mp4").unwrap().missing_bytes > 10_000);
        assert_eq!(read_clip("h264-aac-faststart.mp4").unwrap().missing_bytes, 0);
        assert!(read_clip("h264-aac-fragmented.mp4").unwrap().fragmented);
    }

    #[test]
    fn both_ways_of_writing_chapters_are_read() {
        let mut list = vec![1, 0, 0, 0, 0, 0, 0, 0, 2];
        for (start, title) in [(0_u64, "Welcome"), (125_000_000, "The choir")] {
            list.extend(start.to_be_bytes());
            list.push(title.len() as u8);
            list.extend(title.as_bytes());
        }
        let chapters = chapters_of_list(&list);
        assert_eq!(chapters.len(), 2);
        assert_eq!((chapters[1].start_ms, chapters[1].title.as_str()), (12_500, "The choir"));
        assert_eq!(text(&[0xfe, 0xff, 0, b'A', 0, 0xe9]), "Aé");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut file = vec![0, 0, 0, 0, b'm', b'o', b'o', b'v'];
            file.extend(&bytes);
            let _ = read(&mut Cursor::new(&file), file.len() as u64);
            let _ = read(&mut Cursor::new(&bytes), bytes.len() as u64);
            let _ = chapters_of_list(&bytes);
            let _ = (track(&bytes), longest_gap(&bytes, &bytes, 7), places(&bytes, 9), bytes_of_samples(&bytes));
        }

        #[test]
        fn a_damaged_index_does_not_make_it_panic(hits in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..40)) {
            let mut bytes = std::fs::read(clip("h264-aac-faststart.mp4")).unwrap();
            bytes.truncate(8000);
            for (at, byte) in hits {
                let at = usize::from(at) % bytes.len();
                bytes[at] = byte;
            }
            let _ = read(&mut Cursor::new(&bytes), bytes.len() as u64);
        }
    }
}
