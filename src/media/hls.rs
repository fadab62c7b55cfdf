//! What HLS players read (RFC 8216), in PeerTube's layout: names, playlists, lists of hashes. Pure text.
//!
//! A resolution is one fragmented MP4 that grows; its playlist names byte ranges of it. Names of media files and their
//! playlists share a random uuid; the master playlist and the list of hashes get a new one each time they are
//! rewritten, so that no cache serves an old one.

use std::collections::BTreeMap;
use std::fmt::Write;

use uuid::Uuid;

/// One fragment of a media file, as playlists and hashes need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// First byte.
    pub offset: u64,
    /// Bytes.
    pub len: u64,
    /// Milliseconds.
    pub duration_ms: u64,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// One resolution in a master playlist.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// PeerTube's id; 0 is sound only.
    pub resolution: u32,
    /// File name of its playlist.
    pub playlist: String,
    /// Bits per second: the file's size over its length, or an estimate while it grows.
    pub bandwidth: u64,
    /// Pixels as encoded.
    pub width: u32,
    /// Pixels as encoded.
    pub height: u32,
    /// Frames per second.
    pub frame_rate: f64,
    /// CODECS, read from the stream.
    pub codecs: String,
}

/// `<uuid>-<resolution>-fragmented.mp4`
pub fn media_name(uuid: Uuid, resolution: u32) -> String {
    format!("{uuid}-{resolution}-fragmented.mp4")
}

/// `<uuid>-<resolution>.m3u8`
pub fn playlist_name(uuid: Uuid, resolution: u32) -> String {
    format!("{uuid}-{resolution}.m3u8")
}

/// `<uuid>-master.m3u8`; a new uuid for each version.
pub fn master_name(uuid: Uuid) -> String {
    format!("{uuid}-master.m3u8")
}

/// `<uuid>-segments-sha256.json`; a new uuid for each version.
pub fn hashes_name(uuid: Uuid) -> String {
    format!("{uuid}-segments-sha256.json")
}

/// `<uuid>-<resolution>.mp4`, a web video.
pub fn progressive_name(uuid: Uuid, resolution: u32) -> String {
    format!("{uuid}-{resolution}.mp4")
}

/// Whether this can be the name of a file in a video's folder: small letters, digits, dashes and one known ending.
/// Everything else is refused before the disk is asked.
pub fn is_name(name: &str) -> bool {
    let Some((stem, ending)) = name.split_once('.') else { return false };
    (1..=120).contains(&stem.len())
        && stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && matches!(ending, "m3u8" | "mp4" | "ts" | "json")
}

/// The playlist of one resolution. While the file grows (`whole` is false) it is of type EVENT: players come back for
/// more, and start at the beginning.
pub fn resolution_playlist(media: &str, header_len: u64, segments: &[Segment], whole: bool) -> String {
    let longest = segments.iter().map(|s| s.duration_ms).max().unwrap_or(0).div_ceil(1000).max(1);
    // The target must not change while a playlist grows: room for a copied source whose key frames are far apart.
    let target = if whole { longest } else { longest.max(10) };
    let mut text =
        format!("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:0\n");
    if whole {
        text.push_str("#EXT-X-PLAYLIST-TYPE:VOD\n");
    } else {
        text.push_str("#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-START:TIME-OFFSET=0\n");
    }
    let _ = writeln!(text, "#EXT-X-MAP:URI=\"{media}\",BYTERANGE=\"{header_len}@0\"");
    for Segment { offset, len, duration_ms, .. } in segments {
        let (seconds, rest) = (duration_ms / 1000, duration_ms % 1000);
        let _ = write!(text, "#EXTINF:{seconds}.{rest:03}000,\n#EXT-X-BYTERANGE:{len}@{offset}\n{media}\n");
    }
    if whole {
        text.push_str("#EXT-X-ENDLIST\n");
    }
    text
}

/// Lines of the picture to begin with: about a megabit per second.
const FIRST: u32 = 480;

/// The master playlist. `split_audio`: the variant 0 carries the sound of all others, which have none. Otherwise it is
/// a choice of its own.
///
/// Players of their own (Apple's devices) begin with the variant that comes first (HLS Authoring Specification for Apple
/// Devices, 9.14), so that is a middling picture. The others follow in rising order, the sound alone comes last: at the
/// beginning, as PeerTube has it, people would see nothing for some seconds.
pub fn master_playlist(variants: &[Variant], split_audio: bool) -> String {
    let mut variants: Vec<&Variant> = variants.iter().collect();
    let first = variants.iter().map(|v| v.resolution).filter(|r| (1..=FIRST).contains(r)).max();
    variants.sort_by_key(|v| (v.resolution == 0, Some(v.resolution) != first, v.resolution));
    let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:3\n\n");
    let only_sound = variants.iter().all(|v| v.resolution == 0);
    let sound = variants.iter().find(|v| v.resolution == 0 && split_audio && !only_sound).copied();
    if let Some(sound) = sound {
        let _ = writeln!(
            text,
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Audio\",AUTOSELECT=YES,DEFAULT=YES,URI=\"{}\"",
            sound.playlist
        );
    }
    for variant in variants.into_iter().filter(|v| sound.is_none() || v.resolution != 0) {
        let _ = write!(text, "#EXT-X-STREAM-INF:BANDWIDTH={}", variant.bandwidth.max(1));
        if variant.resolution != 0 {
            let _ = write!(text, ",RESOLUTION={}x{}", variant.width, variant.height);
            let rate = (variant.frame_rate * 1000.0).round() / 1000.0;
            let _ = write!(text, ",FRAME-RATE={rate}");
        }
        match sound {
            Some(sound) => {
                let _ = write!(text, ",CODECS=\"{},{}\",AUDIO=\"audio\"", variant.codecs, sound.codecs);
            }
            None => {
                let _ = write!(text, ",CODECS=\"{}\"", variant.codecs);
            }
        }
        let _ = writeln!(text, "\n{}", variant.playlist);
    }
    text
}

/// The list of hashes of all files: byte ranges with both ends included, without the headers.
pub fn hashes(files: &[(String, Vec<Segment>)]) -> String {
    let files: BTreeMap<&str, serde_json::Map<String, serde_json::Value>> = files
        .iter()
        .map(|(name, segments)| {
            let ranges = segments
                .iter()
                .map(|s| (format!("{}-{}", s.offset, s.offset + s.len.max(1) - 1), s.sha256.clone().into()))
                .collect();
            (name.as_str(), ranges)
        })
        .collect();
    serde_json::json!(files).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments() -> Vec<Segment> {
        vec![
            Segment { offset: 1200, len: 500, duration_ms: 4004, sha256: "aa".into() },
            Segment { offset: 1700, len: 300, duration_ms: 1966, sha256: "bb".into() },
        ]
    }

    #[test]
    fn a_whole_playlist() {
        let text = resolution_playlist("u-720-fragmented.mp4", 1200, &segments(), true);
        assert_eq!(
            text,
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n\
             #EXT-X-MAP:URI=\"u-720-fragmented.mp4\",BYTERANGE=\"1200@0\"\n\
             #EXTINF:4.004000,\n#EXT-X-BYTERANGE:500@1200\nu-720-fragmented.mp4\n\
             #EXTINF:1.966000,\n#EXT-X-BYTERANGE:300@1700\nu-720-fragmented.mp4\n#EXT-X-ENDLIST\n"
        );
    }

    #[test]
    fn a_growing_playlist_is_an_event_without_end() {
        let text = resolution_playlist("m.mp4", 10, &segments(), false);
        assert!(text.contains("#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-START:TIME-OFFSET=0\n"));
        assert!(!text.contains("ENDLIST"));
        let target = |text: &str| text.lines().nth(2).unwrap().to_owned();
        let begun = resolution_playlist("m.mp4", 10, &segments()[1..], false);
        assert_eq!(target(&text), target(&begun));
    }

    fn variant(resolution: u32) -> Variant {
        let sound = resolution == 0;
        Variant {
            resolution,
            playlist: format!("u-{resolution}.m3u8"),
            bandwidth: 1000 + u64::from(resolution),
            width: if sound { 0 } else { resolution * 16 / 9 },
            height: resolution,
            frame_rate: 30_000.0 / 1001.0,
            codecs: if sound { "mp4a.40.2".into() } else { "avc1.64001f,mp4a.40.2".into() },
        }
    }

    #[test]
    fn a_master_begins_with_a_middling_picture_and_ends_with_sound_alone() {
        let text = master_playlist(&[variant(720), variant(0), variant(240), variant(360)], false);
        assert_eq!(
            text,
            "#EXTM3U\n#EXT-X-VERSION:3\n\n\
             #EXT-X-STREAM-INF:BANDWIDTH=1360,RESOLUTION=640x360,FRAME-RATE=29.97,CODECS=\"avc1.64001f,mp4a.40.2\"\nu-360.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=1240,RESOLUTION=426x240,FRAME-RATE=29.97,CODECS=\"avc1.64001f,mp4a.40.2\"\nu-240.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=1720,RESOLUTION=1280x720,FRAME-RATE=29.97,CODECS=\"avc1.64001f,mp4a.40.2\"\nu-720.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS=\"mp4a.40.2\"\nu-0.m3u8\n"
        );
    }

    #[test]
    fn split_sound_is_a_group_and_no_choice() {
        let picture = Variant { codecs: "avc1.64001f".into(), ..variant(360) };
        let text = master_playlist(&[variant(0), picture], true);
        assert!(
            text.contains("GROUP-ID=\"audio\",NAME=\"Audio\",AUTOSELECT=YES,DEFAULT=YES,URI=\"u-0.m3u8\"\n")
        );
        assert!(text.contains("CODECS=\"avc1.64001f,mp4a.40.2\",AUDIO=\"audio\"\nu-360.m3u8\n"));
        assert_eq!(text.matches("STREAM-INF").count(), 1);
        assert_eq!(master_playlist(&[variant(0)], true).matches("STREAM-INF").count(), 1);
    }

    #[test]
    fn hashes_name_inclusive_ranges() {
        let text = hashes(&[("u-720-fragmented.mp4".into(), segments())]);
        assert_eq!(text, r#"{"u-720-fragmented.mp4":{"1200-1699":"aa","1700-1999":"bb"}}"#);
    }

    #[test]
    fn names_are_checked() {
        let uuid = Uuid::nil();
        for good in [
            media_name(uuid, 720),
            playlist_name(uuid, 0),
            master_name(uuid),
            hashes_name(uuid),
            progressive_name(uuid, 1080),
        ] {
            assert!(is_name(&good), "{good}");
        }
        for bad in [
            "",
            ".mp4",
            "a.b.mp4",
            "../x.mp4",
            "A.mp4",
            "a/b.ts",
            "a.mp4.exe",
            "a.exe",
            "a",
            "a\0.mp4",
            "é.mp4",
        ] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(!is_name(&format!("{}.mp4", "a".repeat(121))));
    }
}
