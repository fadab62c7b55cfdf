//! MP4 files as we write them (ISO/IEC 14496-12, -14, -15): fragmented for HLS, in one piece for downloads, and reading
//! again what we wrote.
//!
//! The muxer is ours because a rendition must go on after a crash exactly where its record ends: which frame is in
//! which fragment, and at what time, is decided here and not in an element with a state that a restart loses. It also
//! puts one encoded sound into every rung without encoding or parsing it again.
//!
//! Time is counted in each track's own units. Decoding times start at 0 with the first picture. Pictures that are shown
//! in another order than decoded would need negative composition offsets, which common players misread: all offsets are
//! larger by a constant, which an edit list in the header takes away again.

mod progressive;
mod read;

use bytes::Bytes;

pub use progressive::{Keep, write_progressive};
pub use read::{Fragment, FragmentedFile, SampleInfo};

/// What a track holds, as its sample entry needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coding {
    /// H.264 with lengths before the units (`avc1`).
    H264 {
        /// AVCDecoderConfigurationRecord (14496-15, 5.3.3.1).
        avcc: Vec<u8>,
        /// Pixels as shown.
        width: u16,
        /// Pixels as shown.
        height: u16,
    },
    /// AAC without headers (`mp4a`).
    Aac {
        /// AudioSpecificConfig (14496-3, 1.6.2.1).
        config: Vec<u8>,
        /// Samples per second.
        rate: u32,
        /// Channels.
        channels: u16,
    },
}

/// One stream of a file. Tracks are numbered from 1 in the order in which they are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// What it holds.
    pub coding: Coding,
    /// Units of time per second.
    pub timescale: u32,
    /// All composition offsets are larger by this, and the edit list takes it away.
    pub shift: u32,
}

impl Track {
    /// Its part of a CODECS string (RFC 6381), read from the stream's own header.
    pub fn codec(&self) -> String {
        match &self.coding {
            Coding::H264 { avcc, .. } => {
                let at = |i: usize| avcc.get(i).copied().unwrap_or_default();
                format!("avc1.{:02x}{:02x}{:02x}", at(1), at(2), at(3))
            }
            Coding::Aac { config, .. } => {
                let first = config.first().copied().unwrap_or(0x10);
                let second = config.get(1).copied().unwrap_or_default();
                let object = first >> 3;
                let object = if object == 31 { 32 + ((first & 7) << 3 | second >> 5) } else { object };
                format!("mp4a.40.{object}")
            }
        }
    }

    /// Whether it holds pictures.
    pub fn is_video(&self) -> bool {
        matches!(self.coding, Coding::H264 { .. })
    }
}

/// One frame, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The coded frame.
    pub data: Bytes,
    /// How long it is, in units of its track.
    pub duration: u32,
    /// Time of showing minus time of decoding.
    pub composition: i32,
    /// Can be decoded without any other.
    pub key: bool,
}

/// The part of a track in one fragment.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Number of the track, from 1.
    pub track: u32,
    /// Decoding time of the first sample.
    pub start: u64,
    /// The frames, in decoding order.
    pub samples: &'a [Sample],
}

const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
const SYNC: u32 = 0x0200_0000;
const NOT_SYNC: u32 = 0x0101_0000;

/// Bytes in the making, with boxes that learn their length when they end.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_be_bytes());
    }
    fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_be_bytes());
    }
    fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_be_bytes());
    }
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
    fn zeros(&mut self, count: usize) {
        self.0.resize(self.0.len() + count, 0);
    }
    fn put_u32(&mut self, at: usize, value: u32) {
        if let Some(place) = self.0.get_mut(at..at + 4) {
            place.copy_from_slice(&value.to_be_bytes());
        }
    }
    fn boxed(&mut self, name: &[u8; 4], inside: impl FnOnce(&mut Self)) {
        let start = self.0.len();
        self.u32(0);
        self.bytes(name);
        inside(self);
        self.put_u32(start, (self.0.len() - start) as u32);
    }
    fn full(&mut self, name: &[u8; 4], version: u8, flags: u32, inside: impl FnOnce(&mut Self)) {
        self.boxed(name, |w| {
            w.u32(u32::from(version) << 24 | flags);
            inside(w);
        });
    }
}

/// The header of a fragmented file: always of the same length for the same tracks, so that it can be written again in
/// place when the duration is known.
pub fn header(tracks: &[Track], duration_ms: u64) -> Vec<u8> {
    let mut w = Writer::default();
    w.boxed(b"ftyp", |w| {
        w.bytes(b"iso6");
        w.u32(0);
        w.bytes(b"iso6mp41dash");
    });
    w.boxed(b"moov", |w| {
        movie_header(w, 0, tracks.len());
        for (index, track) in tracks.iter().enumerate() {
            w.boxed(b"trak", |w| {
                track_header(w, index as u32 + 1, track, 0);
                edits(w, track, 0, 0);
                media(w, track, 0, |w| {
                    w.full(b"stts", 0, 0, |w| w.u32(0));
                    w.full(b"stsc", 0, 0, |w| w.u32(0));
                    w.full(b"stsz", 0, 0, |w| w.zeros(8));
                    w.full(b"stco", 0, 0, |w| w.u32(0));
                });
            });
        }
        w.boxed(b"mvex", |w| {
            w.full(b"mehd", 1, 0, |w| w.u64(duration_ms));
            for index in 0..tracks.len() {
                w.full(b"trex", 0, 0, |w| {
                    w.u32(index as u32 + 1);
                    w.u32(1);
                    w.zeros(12);
                });
            }
        });
    });
    w.0
}

/// Everything of a fragment before the frames themselves: `moof` and the head of `mdat`. The frames follow in the order
/// of the runs.
pub fn fragment_head(sequence: u32, runs: &[Run<'_>]) -> Vec<u8> {
    let mut w = Writer::default();
    let mut offsets = Vec::new();
    let mut bytes = 0_u64;
    w.boxed(b"moof", |w| {
        w.full(b"mfhd", 0, 0, |w| w.u32(sequence));
        for run in runs {
            let first = run.samples.first().map_or(0, |s| s.duration);
            let even = run.samples.iter().all(|s| s.duration == first);
            let reordered = run.samples.iter().any(|s| s.composition != 0);
            let mixed = run.samples.iter().any(|s| !s.key);
            w.boxed(b"traf", |w| {
                // Offsets count from the start of moof; a default duration and default flags.
                w.full(b"tfhd", 0, 0x02_0000 | 0x08 | 0x20, |w| {
                    w.u32(run.track);
                    w.u32(first);
                    w.u32(SYNC);
                });
                w.full(b"tfdt", 1, 0, |w| w.u64(run.start));
                let mut flags = 0x01 | 0x200;
                flags |= if even { 0 } else { 0x100 };
                flags |= if mixed { 0x400 } else { 0 };
                flags |= if reordered { 0x800 } else { 0 };
                let version = u8::from(run.samples.iter().any(|s| s.composition < 0));
                w.full(b"trun", version, flags, |w| {
                    w.u32(run.samples.len() as u32);
                    offsets.push((w.0.len(), bytes));
                    w.u32(0);
                    for sample in run.samples {
                        if !even {
                            w.u32(sample.duration);
                        }
                        w.u32(sample.data.len() as u32);
                        bytes += sample.data.len() as u64;
                        if mixed {
                            w.u32(if sample.key { SYNC } else { NOT_SYNC });
                        }
                        if reordered {
                            w.u32(sample.composition.cast_unsigned());
                        }
                    }
                });
            });
        }
    });
    let payload = w.0.len() as u64 + 8;
    for (at, offset) in offsets {
        w.put_u32(at, (payload + offset) as u32);
    }
    w.u32((bytes + 8) as u32);
    w.bytes(b"mdat");
    w.0
}

/// `mvhd`; duration in milliseconds.
fn movie_header(w: &mut Writer, duration_ms: u64, tracks: usize) {
    w.full(b"mvhd", 1, 0, |w| {
        w.zeros(16);
        w.u32(1000);
        w.u64(duration_ms);
        w.u32(0x1_0000);
        w.u16(0x100);
        w.zeros(10);
        for value in MATRIX {
            w.u32(value);
        }
        w.zeros(24);
        w.u32(tracks as u32 + 1);
    });
}

/// `tkhd`; duration in milliseconds.
fn track_header(w: &mut Writer, id: u32, track: &Track, duration_ms: u64) {
    // Enabled, in the movie, in the preview.
    w.full(b"tkhd", 1, 7, |w| {
        w.zeros(16);
        w.u32(id);
        w.u32(0);
        w.u64(duration_ms);
        w.zeros(8);
        w.u16(0);
        w.u16(0);
        w.u16(if track.is_video() { 0 } else { 0x100 });
        w.u16(0);
        for value in MATRIX {
            w.u32(value);
        }
        let (width, height) = match track.coding {
            Coding::H264 { width, height, .. } => (width, height),
            Coding::Aac { .. } => (0, 0),
        };
        w.u32(u32::from(width) << 16);
        w.u32(u32::from(height) << 16);
    });
}

/// `edts`: silence or nothing for `late` milliseconds, then the track without its shift. In a fragmented file the length
/// is 0: all there will be.
fn edits(w: &mut Writer, track: &Track, late: u64, duration_ms: u64) {
    if track.shift == 0 && late == 0 {
        return;
    }
    w.boxed(b"edts", |w| {
        w.full(b"elst", 1, 0, |w| {
            w.u32(1 + u32::from(late != 0));
            if late != 0 {
                w.u64(late);
                w.u64(u64::MAX);
                w.u32(0x1_0000);
            }
            w.u64(duration_ms);
            w.u64(u64::from(track.shift));
            w.u32(0x1_0000);
        });
    });
}

/// `mdia`, with the sample tables as given; duration in the track's units.
fn media(w: &mut Writer, track: &Track, duration: u64, tables: impl FnOnce(&mut Writer)) {
    w.boxed(b"mdia", |w| {
        w.full(b"mdhd", 1, 0, |w| {
            w.zeros(16);
            w.u32(track.timescale);
            w.u64(duration);
            // "und", five bits a letter.
            w.u16(0x55c4);
            w.u16(0);
        });
        w.full(b"hdlr", 0, 0, |w| {
            w.u32(0);
            w.bytes(if track.is_video() { b"vide" } else { b"soun" });
            w.zeros(12);
            w.bytes(if track.is_video() { b"video\0" } else { b"sound\0" });
        });
        w.boxed(b"minf", |w| {
            if track.is_video() {
                w.full(b"vmhd", 0, 1, |w| w.zeros(8));
            } else {
                w.full(b"smhd", 0, 0, |w| w.zeros(4));
            }
            w.boxed(b"dinf", |w| {
                w.full(b"dref", 0, 0, |w| {
                    w.u32(1);
                    w.full(b"url ", 0, 1, |_| ());
                });
            });
            w.boxed(b"stbl", |w| {
                w.full(b"stsd", 0, 0, |w| {
                    w.u32(1);
                    sample_entry(w, track);
                });
                tables(w);
            });
        });
    });
}

fn sample_entry(w: &mut Writer, track: &Track) {
    match &track.coding {
        Coding::H264 { avcc, width, height } => w.boxed(b"avc1", |w| {
            w.zeros(6);
            w.u16(1);
            w.zeros(16);
            w.u16(*width);
            w.u16(*height);
            w.u32(0x48_0000);
            w.u32(0x48_0000);
            w.u32(0);
            w.u16(1);
            w.zeros(32);
            w.u16(24);
            w.u16(0xffff);
            w.boxed(b"avcC", |w| w.bytes(avcc));
            w.boxed(b"pasp", |w| {
                w.u32(1);
                w.u32(1);
            });
        }),
        Coding::Aac { config, rate, channels } => w.boxed(b"mp4a", |w| {
            w.zeros(6);
            w.u16(1);
            w.zeros(8);
            w.u16(*channels);
            w.u16(16);
            w.u32(0);
            w.u32(u32::from(u16::try_from(*rate).unwrap_or(0)) << 16);
            w.full(b"esds", 0, 0, |w| {
                let config_len = config.len().min(100) as u8;
                // ES descriptor, decoder configuration (audio, 14496-3), its specific part, synchronisation layer.
                w.bytes(&[3, 23 + config_len, 0, 0, 0]);
                w.bytes(&[4, 15 + config_len, 0x40, 0x15]);
                w.zeros(11);
                w.bytes(&[5, config_len]);
                w.bytes(config.get(..usize::from(config_len)).unwrap_or_default());
                w.bytes(&[6, 1, 2]);
            });
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn tracks() -> Vec<Track> {
        let avcc = vec![1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68];
        vec![
            Track { coding: Coding::H264 { avcc, width: 1280, height: 720 }, timescale: 30_000, shift: 1001 },
            Track {
                coding: Coding::Aac { config: vec![0x11, 0x90], rate: 48_000, channels: 2 },
                timescale: 48_000,
                shift: 0,
            },
        ]
    }

    #[test]
    fn codecs_come_from_the_streams() {
        let codecs: Vec<String> = tracks().iter().map(Track::codec).collect();
        assert_eq!(codecs, ["avc1.64001f", "mp4a.40.2"]);
        let he = Track {
            coding: Coding::Aac { config: vec![0x2b, 0x11], rate: 48_000, channels: 2 },
            timescale: 1,
            shift: 0,
        };
        assert_eq!(he.codec(), "mp4a.40.5");
    }

    #[test]
    fn the_header_has_one_length_whatever_the_duration() {
        assert_eq!(header(&tracks(), 0).len(), header(&tracks(), u64::MAX).len());
    }

    #[test]
    fn boxes_fill_the_header_exactly() {
        let header = header(&tracks(), 1000);
        let mut at = 0;
        let mut names = Vec::new();
        while at < header.len() {
            let len = u32::from_be_bytes(header[at..at + 4].try_into().unwrap()) as usize;
            names.push(String::from_utf8(header[at + 4..at + 8].to_vec()).unwrap());
            at += len;
        }
        assert_eq!(at, header.len());
        assert_eq!(names, ["ftyp", "moov"]);
    }
}
