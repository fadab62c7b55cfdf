//! What is safely on disk of a rendition in the making: a file beside it, one line of JSON per entry.
//!
//! The first line says what is being made; then one line per fragment, written after the fragment's bytes were synced;
//! last, when the rendition is whole, a line with its figures. A torn last line is as if it had never been written.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::hls::Segment;
use super::{MediaError, Result};

/// What is being made. A record of anything else is not continued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heading {
    /// Sum of everything that decides about the bytes: source, size, rate, caps, encoder.
    pub recipe: String,
    /// PeerTube's id.
    pub resolution: u32,
    /// Bytes of the file's header.
    pub header_len: u64,
    /// SHA-256 of the header as first written: a continuation must have the same.
    pub header_sha256: String,
    /// CODECS.
    pub codecs: String,
    /// By how much the composition offsets of the film are larger, see [`super::fmp4::Track`].
    pub shift: u32,
}

/// One fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FragmentLine {
    /// From 0.
    pub index: u32,
    /// First byte in the media file.
    pub offset: u64,
    /// Bytes.
    pub len: u64,
    /// Milliseconds from the beginning of the film.
    pub start_ms: u64,
    /// Milliseconds.
    pub duration_ms: u64,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// Decoding time, in units of the film's track, at which the next fragment starts.
    pub next_video: u64,
    /// The same of the sound's track.
    pub next_audio: u64,
    /// Frames of the film up to the end of this fragment.
    pub frames: u64,
}

impl From<&FragmentLine> for Segment {
    fn from(line: &FragmentLine) -> Self {
        Self {
            offset: line.offset,
            len: line.len,
            duration_ms: line.duration_ms,
            sha256: line.sha256.clone(),
        }
    }
}

/// The figures of a whole rendition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Whole {
    /// PeerTube's id.
    pub resolution: u32,
    /// Bytes of the media file.
    pub size: u64,
    /// CODECS.
    pub codecs: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: f64,
    /// It has sound.
    pub has_audio: bool,
    /// It has pictures.
    pub has_video: bool,
    /// Bits per second on average.
    pub bit_rate: u64,
    /// Milliseconds.
    pub duration_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    Heading(Heading),
    Fragment(FragmentLine),
    Whole(Whole),
}

/// A record as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What is being made.
    pub heading: Heading,
    /// Its fragments, without a hole.
    pub fragments: Vec<FragmentLine>,
    /// Its figures, if it is whole.
    pub whole: Option<Whole>,
}

impl Record {
    /// Where the record of a media file is.
    pub fn path(media: &Path) -> PathBuf {
        media.with_extension("fragments")
    }

    /// Reads the text of a record up to the first line that is torn, strange or out of order. Nothing without heading.
    pub fn parse(text: &str) -> Option<Self> {
        // A line without its end may be torn in a way that still is JSON.
        let whole_lines = text.get(..text.rfind('\n')? + 1)?;
        let mut lines = whole_lines.lines().map_while(|line| serde_json::from_str::<Line>(line).ok());
        let Some(Line::Heading(heading)) = lines.next() else { return None };
        let mut record = Self { heading, fragments: Vec::new(), whole: None };
        let mut end = record.heading.header_len;
        for line in lines {
            match line {
                Line::Fragment(f) if f.index as usize == record.fragments.len() && f.offset == end => {
                    end = f.offset.saturating_add(f.len);
                    record.fragments.push(f);
                }
                Line::Whole(whole) => {
                    record.whole = Some(whole);
                    break;
                }
                _ => break,
            }
        }
        Some(record)
    }

    /// Reads the record of a media file and leaves out what the media file is too short for. Nothing when there is no
    /// record or no file.
    pub fn read(media: &Path) -> Option<Self> {
        let mut record = Self::parse(&std::fs::read_to_string(Self::path(media)).ok()?)?;
        let len = std::fs::metadata(media).ok()?.len();
        if len < record.heading.header_len {
            return None;
        }
        let there = record.fragments.iter().take_while(|f| f.offset + f.len <= len).count();
        if there < record.fragments.len() {
            record.fragments.truncate(there);
            record.whole = None;
        }
        Some(record)
    }

    /// Bytes of the media file that the record vouches for.
    pub fn end(&self) -> u64 {
        self.fragments.last().map_or(self.heading.header_len, |f| f.offset + f.len)
    }

    /// The fragments for playlists and hashes.
    pub fn segments(&self) -> Vec<Segment> {
        self.fragments.iter().map(Segment::from).collect()
    }
}

/// Appends to a record; each call returns when the disk has it.
#[derive(Debug)]
pub struct Recorder {
    file: File,
    path: PathBuf,
}

impl Recorder {
    /// Begins a record, or goes on with what was read of one: the file is written anew beside and takes its place.
    pub fn begin(media: &Path, heading: &Heading, fragments: &[FragmentLine]) -> Result<Self> {
        let path = Record::path(media);
        let fresh = media.with_extension("fragments-new");
        let io = |e: io::Error| MediaError::of_file(&path, &e);
        let mut text = line(&Line::Heading(heading.clone()))?;
        for fragment in fragments {
            text.push_str(&line(&Line::Fragment(fragment.clone()))?);
        }
        let mut file = OpenOptions::new().create(true).write(true).truncate(true).open(&fresh).map_err(io)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).map_err(io)?;
        std::fs::rename(&fresh, &path).map_err(io)?;
        if let Some(folder) = path.parent() {
            File::open(folder).and_then(|f| f.sync_all()).map_err(io)?;
        }
        Ok(Self { file, path })
    }

    /// Adds fragments. Their bytes must be synced already.
    pub fn fragments(&mut self, fragments: &[FragmentLine]) -> Result<()> {
        let mut text = String::new();
        for fragment in fragments {
            text.push_str(&line(&Line::Fragment(fragment.clone()))?);
        }
        self.append(&text)
    }

    /// Closes the record.
    pub fn whole(&mut self, whole: &Whole) -> Result<()> {
        let text = line(&Line::Whole(whole.clone()))?;
        self.append(&text)
    }

    fn append(&mut self, text: &str) -> Result<()> {
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .map_err(|e| MediaError::of_file(&self.path, &e))
    }
}

fn line(line: &Line) -> Result<String> {
    let mut text = serde_json::to_string(line).map_err(|e| MediaError::Internal(e.to_string()))?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading() -> Heading {
        Heading {
            recipe: "r".into(),
            resolution: 240,
            header_len: 100,
            header_sha256: "h".into(),
            codecs: "avc1.64001f".into(),
            shift: 0,
        }
    }

    fn fragment(index: u32) -> FragmentLine {
        FragmentLine {
            index,
            offset: 100 + u64::from(index) * 50,
            len: 50,
            start_ms: u64::from(index) * 4000,
            duration_ms: 4000,
            sha256: "00".into(),
            next_video: 1,
            next_audio: 2,
            frames: 3,
        }
    }

    #[test]
    fn a_record_survives_any_cut() {
        let folder = tempfile::tempdir().unwrap();
        let media = folder.path().join("u-240-fragmented.mp4");
        std::fs::write(&media, vec![0; 250]).unwrap();
        let mut recorder = Recorder::begin(&media, &heading(), &[fragment(0)]).unwrap();
        recorder.fragments(&[fragment(1), fragment(2)]).unwrap();
        let text = std::fs::read_to_string(Record::path(&media)).unwrap();
        let mut seen = 0;
        for cut in 0..=text.len() {
            let Some(record) = Record::parse(&text[..cut]) else {
                assert_eq!(seen, 0);
                continue;
            };
            assert!(record.fragments.len() >= seen);
            seen = record.fragments.len();
            assert_eq!(record.end(), 100 + 50 * seen as u64);
        }
        assert_eq!(seen, 3);
        std::fs::write(&media, vec![0; 249]).unwrap();
        assert_eq!(Record::read(&media).unwrap().fragments.len(), 2, "the last one is not in the file");
        std::fs::write(&media, vec![0; 9]).unwrap();
        assert_eq!(Record::read(&media), None);
    }

    #[test]
    fn holes_end_a_record() {
        let text = [
            Line::Heading(heading()),
            Line::Fragment(fragment(0)),
            Line::Fragment(fragment(2)),
            Line::Fragment(fragment(1)),
        ]
        .iter()
        .map(|l| line(l).unwrap())
        .collect::<String>();
        assert_eq!(Record::parse(&text).unwrap().fragments, [fragment(0)]);
        assert_eq!(Record::parse("{}\n"), None);
    }
}
