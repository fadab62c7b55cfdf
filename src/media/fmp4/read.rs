//! Reading fragmented files that we wrote ourselves: for remuxing, and to put finished sound into further rungs.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::{Coding, Track};
use crate::media::{MediaError, Result};

/// No header or `moof` of ours comes near this.
const MOST_BOX: u64 = 64 << 20;

/// A file of ours, open for reading.
#[derive(Debug)]
pub struct FragmentedFile {
    file: File,
    /// Its streams, in order.
    pub tracks: Vec<Track>,
    /// Bytes before the first fragment.
    pub header_len: u64,
    next: u64,
    len: u64,
}

/// One fragment's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// Where it starts in the file.
    pub offset: u64,
    /// Bytes, `moof` and `mdat`.
    pub len: u64,
    /// Per track of the file: decoding time of its first sample, and the samples. Tracks without samples here are empty.
    pub runs: Vec<(u64, Vec<SampleInfo>)>,
}

/// Where a frame is and how it is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleInfo {
    /// From the start of the file.
    pub offset: u64,
    /// Bytes.
    pub size: u32,
    /// Units of the track.
    pub duration: u32,
    /// Showing minus decoding.
    pub composition: i32,
    /// Can be decoded without another.
    pub key: bool,
}

fn strange(what: &str) -> MediaError {
    MediaError::Damaged(format!("a rendition of ours is not as it was written: {what}"))
}

impl FragmentedFile {
    /// Opens a file and reads its header.
    pub fn open(path: &Path) -> Result<Self> {
        let io = |e| MediaError::Io(format!("{}: {e}", path.display()));
        let file = File::open(path).map_err(io)?;
        let len = file.metadata().map_err(io)?.len();
        let mut opened = Self { file, tracks: Vec::new(), header_len: 0, next: 0, len };
        let (_, ftyp) = opened.box_at(0)?.ok_or_else(|| strange("empty"))?;
        let (name, moov) = opened.box_at(ftyp)?.ok_or_else(|| strange("no header"))?;
        if &name != b"moov" {
            return Err(strange("no header"));
        }
        let body = opened.bytes(ftyp + 8, moov.saturating_sub(8))?;
        opened.tracks = children(&body)
            .filter(|(name, _)| name == b"trak")
            .map(|(_, trak)| read_track(trak).ok_or_else(|| strange("unknown track")))
            .collect::<Result<_>>()?;
        opened.header_len = ftyp + moov;
        opened.next = opened.header_len;
        Ok(opened)
    }

    /// The next whole fragment, or nothing at the end of the file or of what is whole.
    pub fn next_fragment(&mut self) -> Result<Option<Fragment>> {
        let offset = self.next;
        let Some((name, moof_len)) = self.box_at(offset)? else { return Ok(None) };
        let Some((data, mdat_len)) = self.box_at(offset + moof_len)? else { return Ok(None) };
        if &name != b"moof" || &data != b"mdat" {
            return Err(strange("not a fragment"));
        }
        let len = moof_len + mdat_len;
        if offset + len > self.len {
            return Ok(None);
        }
        let moof = self.bytes(offset + 8, moof_len.saturating_sub(8))?;
        let mut runs = vec![(0, Vec::new()); self.tracks.len()];
        for (_, traf) in children(&moof).filter(|(name, _)| name == b"traf") {
            let (track, start, samples) = read_run(traf, offset).ok_or_else(|| strange("run"))?;
            let inside = samples.iter().all(|s| s.offset + u64::from(s.size) <= offset + len);
            match runs.get_mut((track as usize).wrapping_sub(1)) {
                Some(run) if inside => *run = (start, samples),
                _ => return Err(strange("run outside")),
            }
        }
        self.next = offset + len;
        Ok(Some(Fragment { offset, len, runs }))
    }

    /// Bytes of the file.
    pub fn bytes(&mut self, offset: u64, len: u64) -> Result<Vec<u8>> {
        if len > MOST_BOX {
            return Err(strange("too large"));
        }
        let mut bytes = vec![0; len as usize];
        self.file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|e| MediaError::Io(format!("reading a rendition: {e}")))?;
        Ok(bytes)
    }

    /// The open file, to copy from.
    pub(super) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Name and length of the box at a place; nothing at the end.
    fn box_at(&mut self, offset: u64) -> Result<Option<([u8; 4], u64)>> {
        if offset + 8 > self.len {
            return Ok(None);
        }
        let head = self.bytes(offset, 8)?;
        let (Some(len), Some(name)) = (u32_at(&head, 0), head.get(4..8)) else { return Ok(None) };
        if len < 8 {
            return Err(strange("box without length"));
        }
        let mut known = [0; 4];
        known.copy_from_slice(name);
        Ok(Some((known, u64::from(len))))
    }
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(data: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(data.get(at..at + 8)?.try_into().ok()?))
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

/// The boxes inside a box: names and contents.
fn children(data: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let len = u32_at(data, at)? as usize;
        let name: [u8; 4] = data.get(at + 4..at + 8)?.try_into().ok()?;
        let body = data.get(at + 8..at + len)?;
        at += len;
        Some((name, body))
    })
}

fn child<'a>(data: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    children(data).find(|(found, _)| found == name).map(|(_, body)| body)
}

fn read_track(trak: &[u8]) -> Option<Track> {
    let media = child(trak, b"mdia")?;
    let timescale = u32_at(child(media, b"mdhd")?, 20)?;
    let entries = child(child(child(media, b"minf")?, b"stbl")?, b"stsd")?;
    let (name, entry) = children(entries.get(8..)?).next()?;
    let coding = match &name {
        b"avc1" => Coding::H264 {
            avcc: child(entry.get(78..)?, b"avcC")?.to_vec(),
            width: u16_at(entry, 24)?,
            height: u16_at(entry, 26)?,
        },
        b"mp4a" => {
            let esds = child(entry.get(28..)?, b"esds")?;
            // Fixed lengths up to the specific part, as written above.
            let len = usize::from(*esds.get(25)?);
            Coding::Aac {
                config: esds.get(26..26 + len)?.to_vec(),
                rate: u32_at(entry, 24)? >> 16,
                channels: u16_at(entry, 16)?,
            }
        }
        _ => return None,
    };
    let shift = child(trak, b"edts").and_then(|e| child(e, b"elst")).and_then(|e| u64_at(e, 16));
    Some(Track { coding, timescale, shift: u32::try_from(shift.unwrap_or(0)).ok()? })
}

fn read_run(traf: &[u8], moof: u64) -> Option<(u32, u64, Vec<SampleInfo>)> {
    let head = child(traf, b"tfhd")?;
    let (track, duration) = (u32_at(head, 4)?, u32_at(head, 8)?);
    let start = u64_at(child(traf, b"tfdt")?, 4)?;
    let run = child(traf, b"trun")?;
    let flags = u32_at(run, 0)? & 0xff_ffff;
    let count = u32_at(run, 4)?;
    let mut offset = moof + u64::from(u32_at(run, 8)?);
    let mut at = 12;
    let mut take = |flag: u32, otherwise: u32| {
        if flags & flag == 0 {
            return Some(otherwise);
        }
        at += 4;
        u32_at(run, at - 4)
    };
    let mut samples = Vec::new();
    for _ in 0..count {
        let duration = take(0x100, duration)?;
        let size = take(0x200, 0)?;
        let key = take(0x400, super::SYNC)? == super::SYNC;
        let composition = take(0x800, 0)?.cast_signed();
        samples.push(SampleInfo { offset, size, duration, composition, key });
        offset += u64::from(size);
    }
    Some((track, start, samples))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bytes::Bytes;

    use super::super::{Run, Sample, fragment_head, header};
    use super::*;

    fn sample(byte: u8, len: usize, duration: u32, composition: i32, key: bool) -> Sample {
        Sample { data: Bytes::from(vec![byte; len]), duration, composition, key }
    }

    #[test]
    fn reads_what_was_written_and_stops_at_a_torn_end() {
        let tracks = super::super::tests::tracks();
        let pictures = [
            sample(1, 100, 1001, 0, true),
            sample(2, 50, 1001, 2002, false),
            sample(3, 10, 1001, -1001, false),
        ];
        let sound = [sample(9, 7, 1024, 0, true), sample(8, 6, 1024, 0, true), sample(8, 6, 900, 0, true)];
        let runs = [
            Run { track: 1, start: 5_000_000_000, samples: &pictures },
            Run { track: 2, start: 96_000, samples: &sound },
        ];
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let head = header(&tracks, 0);
        let fragment = fragment_head(7, &runs);
        file.write_all(&head).unwrap();
        for _ in 0..2 {
            file.write_all(&fragment).unwrap();
            for s in pictures.iter().chain(&sound) {
                file.write_all(&s.data).unwrap();
            }
        }
        let whole = file.as_file().metadata().unwrap().len();
        file.as_file().set_len(whole - 1).unwrap();

        let mut read = FragmentedFile::open(file.path()).unwrap();
        assert_eq!(read.tracks, tracks);
        assert_eq!(read.header_len, head.len() as u64);
        let first = read.next_fragment().unwrap().unwrap();
        assert_eq!(first.offset, head.len() as u64);
        assert_eq!(first.runs[0].0, 5_000_000_000);
        let timing: Vec<_> = first.runs[0].1.iter().map(|s| (s.size, s.composition, s.key)).collect();
        assert_eq!(timing, [(100, 0, true), (50, 2002, false), (10, -1001, false)]);
        assert_eq!(first.runs[1].1.iter().map(|s| s.duration).collect::<Vec<_>>(), [1024, 1024, 900]);
        let second = first.runs[1].1[1];
        assert_eq!(read.bytes(second.offset, u64::from(second.size)).unwrap(), [8; 6]);
        assert_eq!(read.next_fragment().unwrap(), None, "the second one is torn");
    }
}
