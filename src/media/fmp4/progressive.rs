//! The same frames in one piece: a file that starts with its whole table, for downloads and simple players.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::read::SampleInfo;
use super::{FragmentedFile, Track, Writer, edits, media, movie_header, track_header};
use crate::media::stop::Stop;
use crate::media::{MediaError, Result};

/// What is known of a track when all fragments have been read.
struct Table {
    track: Track,
    /// Time of the first sample, in units of the track.
    start: u64,
    samples: Vec<SampleInfo>,
    /// Number of samples and place in the new `mdat`, per fragment.
    chunks: Vec<(u32, u64)>,
}

impl Table {
    fn duration(&self) -> u64 {
        self.samples.iter().map(|s| u64::from(s.duration)).sum()
    }

    fn duration_ms(&self) -> u64 {
        self.duration() * 1000 / u64::from(self.track.timescale.max(1))
    }

    fn start_ms(&self) -> u64 {
        self.start * 1000 / u64::from(self.track.timescale.max(1))
    }
}

/// Which tracks of a file are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All.
    All,
    /// The film without its sound.
    Film,
    /// The sound alone.
    Sound,
}

impl Keep {
    fn wants(self, track: &Track) -> bool {
        match self {
            Self::All => true,
            Self::Film => track.is_video(),
            Self::Sound => !track.is_video(),
        }
    }
}

/// Writes tracks of renditions' fragmented files as one progressive MP4 with the table in front. Nothing is encoded;
/// memory grows with the number of frames only. Returns the bytes written, which are synced.
pub fn write_progressive(from: &[(&Path, Keep)], to: &Path, stop: &Stop) -> Result<u64> {
    let mut sources = Vec::new();
    // Per table: the source, the track in it.
    let mut kept: Vec<(usize, usize)> = Vec::new();
    let mut tables: Vec<Table> = Vec::new();
    for (number, (path, keep)) in from.iter().enumerate() {
        let source = FragmentedFile::open(path)?;
        for (index, track) in source.tracks.iter().enumerate().filter(|(_, t)| keep.wants(t)) {
            kept.push((number, index));
            tables.push(Table { track: track.clone(), start: 0, samples: Vec::new(), chunks: Vec::new() });
        }
        sources.push(source);
    }
    if tables.is_empty() {
        return Err(MediaError::Internal("nothing of these renditions is wanted".into()));
    }
    // Ranges of the sources in the order in which they are written.
    let mut pieces: Vec<(usize, u64, u64)> = Vec::new();
    let mut written = 0_u64;
    let mut more = true;
    while more {
        more = false;
        for (number, source) in sources.iter_mut().enumerate() {
            if stop.is_set() {
                return Err(MediaError::Cancelled);
            }
            let Some(mut fragment) = source.next_fragment()? else { continue };
            more = true;
            for (table, (from, index)) in
                tables.iter_mut().zip(&kept).filter(|(_, (from, _))| *from == number)
            {
                let Some((start, samples)) = fragment.runs.get_mut(*index) else { continue };
                let Some(first) = samples.first() else { continue };
                if table.samples.is_empty() {
                    table.start = *start;
                }
                let len = samples.iter().map(|s| u64::from(s.size)).sum();
                pieces.push((*from, first.offset, len));
                table.chunks.push((samples.len() as u32, written));
                written += len;
                table.samples.append(samples);
            }
        }
    }

    // The head of mdat is 16 bytes long where 32 bits do not hold its length.
    let start = head(&tables, 0).len() as u64 + 8;
    let large = written > u64::from(u32::MAX) - 16;
    let mut top = head(&tables, if large { start + 8 } else { start });
    top.extend_from_slice(&if large { 1_u32 } else { (written + 8) as u32 }.to_be_bytes());
    top.extend_from_slice(b"mdat");
    if large {
        top.extend_from_slice(&(written + 16).to_be_bytes());
    }
    let io = |e: io::Error| MediaError::of_file(to, &e);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(to).map_err(io)?);
    out.write_all(&top).map_err(io)?;
    for (number, offset, len) in pieces {
        if stop.is_set() {
            return Err(MediaError::Cancelled);
        }
        let Some(source) = sources.get_mut(number) else { continue };
        let file = source.file();
        file.seek(SeekFrom::Start(offset)).map_err(io)?;
        io::copy(&mut file.take(len), &mut out).map_err(io)?;
    }
    let file = out.into_inner().map_err(|e| io(e.into_error()))?;
    file.sync_data().map_err(io)?;
    Ok(file.metadata().map_err(io)?.len())
}

/// `ftyp` and `moov` for frames that start at `data`.
fn head(tables: &[Table], data: u64) -> Vec<u8> {
    let mut w = Writer::default();
    w.boxed(b"ftyp", |w| {
        w.bytes(b"isom");
        w.u32(0x200);
        w.bytes(b"isomiso2avc1mp41");
    });
    w.boxed(b"moov", |w| {
        let longest = tables.iter().map(|t| t.start_ms() + t.duration_ms()).max().unwrap_or(0);
        movie_header(w, longest, tables.len());
        for (index, table) in tables.iter().enumerate() {
            w.boxed(b"trak", |w| {
                track_header(w, index as u32 + 1, &table.track, table.duration_ms());
                edits(w, &table.track, table.start_ms(), table.duration_ms());
                media(w, &table.track, table.duration(), |w| sample_tables(w, table, data));
            });
        }
    });
    w.0
}

fn sample_tables(w: &mut Writer, table: &Table, data: u64) {
    run_table(w, b"stts", 0, table.samples.iter().map(|s| s.duration));
    if table.samples.iter().any(|s| s.composition != 0) {
        let version = u8::from(table.samples.iter().any(|s| s.composition < 0));
        run_table(w, b"ctts", version, table.samples.iter().map(|s| s.composition.cast_unsigned()));
    }
    if table.samples.iter().any(|s| !s.key) {
        let keys: Vec<u32> =
            (1..).zip(&table.samples).filter(|(_, s)| s.key).map(|(number, _)| number).collect();
        w.full(b"stss", 0, 0, |w| {
            w.u32(keys.len() as u32);
            keys.iter().for_each(|number| w.u32(*number));
        });
    }
    w.full(b"stsc", 0, 0, |w| {
        let mut entries: Vec<(u32, u32)> = Vec::new();
        for (number, (count, _)) in (1..).zip(&table.chunks) {
            if entries.last().is_none_or(|(_, last)| last != count) {
                entries.push((number, *count));
            }
        }
        w.u32(entries.len() as u32);
        for (number, count) in entries {
            w.u32(number);
            w.u32(count);
            w.u32(1);
        }
    });
    w.full(b"stsz", 0, 0, |w| {
        w.u32(0);
        w.u32(table.samples.len() as u32);
        table.samples.iter().for_each(|s| w.u32(s.size));
    });
    // Always 64 bits wide, so that the length of the table does not depend on the offsets in it.
    w.full(b"co64", 0, 0, |w| {
        w.u32(table.chunks.len() as u32);
        table.chunks.iter().for_each(|(_, offset)| w.u64(data + offset));
    });
}

/// A table of runs of equal values.
fn run_table(w: &mut Writer, name: &[u8; 4], version: u8, values: impl Iterator<Item = u32>) {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((count, last)) if *last == value => *count += 1,
            _ => runs.push((1, value)),
        }
    }
    w.full(name, version, 0, |w| {
        w.u32(runs.len() as u32);
        for (count, value) in runs {
            w.u32(count);
            w.u32(value);
        }
    });
}
