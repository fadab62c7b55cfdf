//! Torrents of renditions (BEP 3), for clients that know nothing else and for whoever wants to pass a film on. The
//! server is their web seed (BEP 19). The hashes of a file are kept; addresses, which change with the public URL and
//! the privacy, are written around them when somebody asks.

use super::{MediaFile, Video, store::torrents as store};
use crate::error::Result;
use rusqlite::{Connection, Transaction};
use sha1::{Digest as _, Sha1};
use uuid::Uuid;

/// A whole rendition whose pieces are to be hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unhashed {
    /// Number of the rendition.
    pub rendition: i64,
    /// Of its video.
    pub uuid: Uuid,
    /// Fragmented with a playlist; otherwise progressive.
    pub hls: bool,
    /// Name of the file.
    pub file: String,
    /// Bytes.
    pub size: u64,
}

/// What a torrent says of a rendition, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Torrent {
    /// The video.
    pub video: Video,
    /// The rendition.
    pub file: MediaFile,
    /// The `info` dictionary, by whose hash the swarm is named; none while the file is not hashed yet.
    pub info: Option<Vec<u8>>,
}

/// Hashes of a file's pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces {
    /// Bytes of each piece but the last.
    pub length: u64,
    /// SHA-1 of each piece, one after the other.
    pub hashes: Vec<u8>,
}

/// Whole renditions of a video that are not hashed yet.
pub fn unhashed(conn: &Connection, video: i64) -> Result<Vec<Unhashed>> {
    store::unhashed(conn, video)
}

/// Bytes of a piece: as small as some thousand hashes allow, so that a torrent stays small, too.
pub fn piece_length(size: u64) -> u64 {
    const SMALLEST: u64 = 256 << 10;
    const LARGEST: u64 = 16 << 20;
    const PIECES: u64 = 1500;
    let mut length = SMALLEST;
    while length < LARGEST && size.div_ceil(length) > PIECES {
        length *= 2;
    }
    length
}

/// Keeps the hashes of a rendition's pieces. Nothing when it went away meanwhile.
pub fn hashed(tx: &Transaction<'_>, of: &Unhashed, pieces: &Pieces) -> Result<()> {
    let info = info(&of.file, of.size, pieces);
    store::put(tx, of, &hex::encode(Sha1::digest(&info)), pieces)
}

/// The torrent of a media file, whoever asks; none when there is no such file or it is not whole.
pub fn torrent(conn: &Connection, file: &str) -> Result<Option<Torrent>> {
    let Some((video, file, pieces)) = store::find(conn, file)? else { return Ok(None) };
    let info = pieces.map(|pieces| info(&file.file, file.size.unsigned_abs(), &pieces));
    Ok(Some(Torrent { video, file, info }))
}

/// The name in it is that of the file: a title could change, and its torrent would be another.
fn info(name: &str, size: u64, pieces: &Pieces) -> Vec<u8> {
    let mut dictionary = Bencoded::default();
    dictionary.begin();
    dictionary.text("length").number(size);
    dictionary.text("name").text(name);
    dictionary.text("piece length").number(pieces.length);
    dictionary.text("pieces").bytes(&pieces.hashes);
    dictionary.end();
    dictionary.0
}

/// A whole torrent: where viewers meet, who made it, what it holds, where the server gives it.
pub fn write(info: &[u8], tracker: Option<&str>, created_by: &str, seed: &str) -> Vec<u8> {
    let mut torrent = Bencoded::default();
    // Keys in the order of their bytes, as the format asks.
    torrent.begin();
    if let Some(tracker) = tracker {
        torrent.text("announce").text(tracker);
    }
    torrent.text("created by").text(created_by);
    torrent.text("info").0.extend_from_slice(info);
    torrent.text("url-list").text(seed);
    torrent.end();
    torrent.0
}

/// Bencoding, as much as torrents need.
#[derive(Default)]
struct Bencoded(Vec<u8>);

impl Bencoded {
    fn begin(&mut self) {
        self.0.push(b'd');
    }

    fn end(&mut self) {
        self.0.push(b'e');
    }

    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(format!("i{number}e").as_bytes());
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes());
        self
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(format!("{}:", bytes.len()).as_bytes());
        self.0.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torrent_is_written_as_the_format_says() {
        let pieces = Pieces { length: piece_length(5), hashes: vec![b'x'; 20] };
        let info = info("a.mp4", 5, &pieces);
        assert_eq!(
            String::from_utf8(info.clone()).unwrap(),
            "d6:lengthi5e4:name5:a.mp412:piece lengthi262144e6:pieces20:xxxxxxxxxxxxxxxxxxxxe"
        );
        assert_eq!(
            String::from_utf8(write(b"de", Some("ws://k/t"), "K", "http://k/a.mp4")).unwrap(),
            "d8:announce8:ws://k/t10:created by1:K4:infode8:url-list14:http://k/a.mp4e"
        );
    }

    #[test]
    fn torrents_stay_small() {
        assert_eq!(piece_length(1), 256 << 10);
        for size in [100_u64 << 20, 4 << 30, 20 << 30] {
            let pieces = size.div_ceil(piece_length(size));
            assert!((750..=1500).contains(&pieces) || piece_length(size) == 256 << 10, "{size}: {pieces}");
        }
    }
}
