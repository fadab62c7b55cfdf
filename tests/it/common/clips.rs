//! Small films and sounds as people have them, made by GStreamer: seconds long, 320×240 or so.
//!
//! `clips::clip("h264-aac.mp4")` gives the path; the first to ask makes the file, and later runs find it again: the
//! name holds a hash of how it was made.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(dead_code, reason = "shared by two test binaries, which need different ones")]

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use gst::prelude::*;

/// Every clip that is made with a pipeline, by name. `V` is a moving picture with text-like edges, `A` a tone.
const PIPELINES: &[(&str, &str)] = &[
    // What most files are.
    ("h264-aac.mp4", "{V} ! {H264} ! mp4mux name=m ! {OUT} {A} ! {AAC} ! m."),
    ("h264-aac.mov", "{V} ! {H264} ! qtmux name=m ! {OUT} {A} ! {AAC} ! m."),
    ("h264-aac-faststart.mp4", "{V} ! {H264} ! mp4mux name=m faststart=true ! {OUT} {A} ! {AAC} ! m."),
    (
        "h264-aac-fragmented.mp4",
        "{V} ! {H264} ! mp4mux name=m fragment-duration=1000 ! {OUT} {A} ! {AAC} ! m.",
    ),
    ("h264-aac.mkv", "{V} ! {H264} ! matroskamux name=m ! {OUT} {A} ! {AAC} ! m."),
    ("h264-streamed.mkv", "{V} ! {H264} ! matroskamux name=m streamable=true ! {OUT} {A} ! {AAC} ! m."),
    ("h264-aac.ts", "{V} ! {H264} ! mpegtsmux name=m ! {OUT} {A} ! {AAC} ! m."),
    ("hevc-aac.mp4", "{V} ! {H265} ! mp4mux name=m ! {OUT} {A} ! {AAC} ! m."),
    ("hevc-aac.mov", "{V} ! {H265} ! qtmux name=m ! {OUT} {A} ! {AAC} ! m."),
    ("vp8-vorbis.webm", "{V} ! vp8enc deadline=1 cpu-used=8 ! webmmux name=m ! {OUT} {A} ! vorbisenc ! m."),
    ("vp9-opus.webm", "{V} ! vp9enc deadline=1 cpu-used=8 ! webmmux name=m ! {OUT} {A} ! opusenc ! m."),
    ("av1-opus.webm", "{V1} ! av1enc cpu-used=8 usage-profile=realtime ! av1parse ! webmmux name=m ! {OUT}"),
    ("mpeg4-mp3.avi", "{V} ! avenc_mpeg4 ! avimux name=m ! {OUT} {A} ! lamemp3enc ! mpegaudioparse ! m."),
    ("theora-vorbis.ogv", "{V} ! theoraenc ! oggmux name=m ! {OUT} {A} ! vorbisenc ! m."),
    ("mjpeg.avi", "{V} ! jpegenc ! avimux ! {OUT}"),
    // Long enough to be interrupted.
    (
        "long.mp4",
        "videotestsrc num-buffers=600 pattern=ball ! {RAW} ! {H264} ! mp4mux name=m ! {OUT} \
         audiotestsrc num-buffers=600 samplesperbuffer=1600 volume=0.2 ! audioconvert ! \
         audio/x-raw,rate=48000,channels=2 ! {AAC} ! m.",
    ),
    (
        "long.mkv",
        "videotestsrc num-buffers=600 pattern=ball ! {RAW} ! {H264} ! matroskamux name=m ! {OUT} \
         audiotestsrc num-buffers=600 samplesperbuffer=1600 volume=0.2 ! audioconvert ! \
         audio/x-raw,rate=48000,channels=2 ! opusenc ! m.",
    ),
    (
        "long.webm",
        "videotestsrc num-buffers=2400 pattern=ball ! {RAW} ! vp8enc deadline=1 cpu-used=16 ! webmmux name=m ! {OUT} \
         audiotestsrc num-buffers=2400 samplesperbuffer=1600 ! audio/x-raw,rate=48000,channels=2 ! opusenc ! m.",
    ),
    // Enough work to be interrupted on a quick machine too.
    (
        "slow.webm",
        "videotestsrc num-buffers=900 pattern=ball ! video/x-raw,width=854,height=480,framerate=30/1,format=I420 ! \
         {VP8} ! webmmux name=m ! {OUT} \
         audiotestsrc num-buffers=900 samplesperbuffer=1600 ! audio/x-raw,rate=48000,channels=2 ! opusenc ! m.",
    ),
    // Pictures of all sorts.
    ("vertical.mp4", "{SRC},format=I420,width=240,height=320 ! {H264} ! mp4mux ! {OUT}"),
    (
        "anamorphic.mp4",
        "{SRC},format=I420,width=320,height=240,pixel-aspect-ratio=16/11 ! {H264} ! mp4mux ! {OUT}",
    ),
    ("odd.webm", "{SRC},format=I420,width=321,height=241 ! vp8enc deadline=1 cpu-used=8 ! webmmux ! {OUT}"),
    // Two seconds for encoders: sides that are no multiples of anything, lying and standing.
    ("wide.webm", "{SHORT},width=854,height=480 ! {VP8} ! webmmux ! {OUT}"),
    ("tall.webm", "{SHORT},width=480,height=854 ! {VP8} ! webmmux ! {OUT}"),
    ("odd-wide.webm", "{SHORT},width=603,height=359 ! {VP8} ! webmmux ! {OUT}"),
    ("variable.mp4", "{V} ! identity drop-probability=0.4 ! {H264} ! mp4mux ! {OUT}"),
    ("variable.mkv", "{V} ! identity drop-probability=0.4 ! {H264} ! matroskamux ! {OUT}"),
    ("ntsc.mp4", "{SRC},format=I420,width=320,height=240,framerate=30000/1001 ! {H264} ! mp4mux ! {OUT}"),
    ("fast.mp4", "{SRC},format=I420,width=320,height=240,framerate=60/1 ! {H264} ! mp4mux ! {OUT}"),
    (
        "ten-bit.mkv",
        "{SRC},width=320,height=240,format=I420_10LE ! x264enc speed-preset=ultrafast ! \
         video/x-h264,profile=high-10 ! h264parse ! matroskamux ! {OUT}",
    ),
    (
        "four-four-four.mkv",
        "{SRC},width=320,height=240,format=Y444 ! x264enc speed-preset=ultrafast ! h264parse ! matroskamux ! {OUT}",
    ),
    (
        "hlg.mov",
        "{SRC},width=320,height=240,format=I420_10LE ! capssetter caps=video/x-raw,colorimetry=bt2100-hlg ! \
         x265enc speed-preset=ultrafast ! h265parse ! qtmux ! {OUT}",
    ),
    (
        "pq.mp4",
        "{SRC},width=320,height=240,format=I420_10LE ! capssetter caps=video/x-raw,colorimetry=bt2100-pq ! \
         x265enc speed-preset=ultrafast ! h265parse ! mp4mux ! {OUT}",
    ),
    (
        "interlaced.mp4",
        "videotestsrc num-buffers=120 pattern=ball ! video/x-raw,width=320,height=240,framerate=60/1,format=I420 ! \
         interlace field-pattern=1:1 ! x264enc interlaced=true speed-preset=ultrafast ! h264parse ! mp4mux ! {OUT}",
    ),
    (
        "rare-key-frames.mp4",
        "videotestsrc num-buffers=360 pattern=ball ! video/x-raw,width=320,height=240,framerate=30/1,format=I420 ! \
         x264enc speed-preset=ultrafast key-int-max=900 option-string=scenecut=0 ! h264parse ! mp4mux ! {OUT}",
    ),
    (
        "rare-key-frames.mkv",
        "videotestsrc num-buffers=360 pattern=ball ! video/x-raw,width=320,height=240,framerate=30/1,format=I420 ! \
         x264enc speed-preset=ultrafast key-int-max=900 option-string=scenecut=0 ! h264parse ! matroskamux ! {OUT}",
    ),
    (
        "black-first.mp4",
        "concat name=c ! {H264} ! mp4mux ! {OUT} \
         videotestsrc num-buffers=120 pattern=black ! {RAW} ! c. videotestsrc num-buffers=120 ! {RAW} ! c.",
    ),
    // Sound of all sorts.
    ("silent.mp4", "{V} ! {H264} ! mp4mux ! {OUT}"),
    ("mono.mp4", "{V} ! {H264} ! mp4mux name=m ! {OUT} {ONE} ! {AAC} ! m."),
    ("surround.mp4", "{V} ! {H264} ! mp4mux name=m ! {OUT} {SIX} ! {AAC} ! m."),
    ("opus.mkv", "{V} ! {H264} ! matroskamux name=m ! {OUT} {A} ! opusenc ! m."),
    ("sound.m4a", "{A} ! {AAC} ! mp4mux ! {OUT}"),
    ("sound.mp3", "{A} ! lamemp3enc ! mpegaudioparse ! id3v2mux ! {OUT}"),
    ("sound.flac", "{A} ! flacenc ! flacparse ! {OUT}"),
    ("sound.ogg", "{A} ! vorbisenc ! oggmux ! {OUT}"),
    ("sound.opus", "{A} ! opusenc ! oggmux ! {OUT}"),
    ("sound.wav", "{A},format=S16LE ! wavenc ! {OUT}"),
    // Not films.
    ("picture.jpg", "videotestsrc num-buffers=1 ! video/x-raw,width=640,height=360 ! jpegenc ! {OUT}"),
    ("picture.png", "videotestsrc num-buffers=1 ! video/x-raw,width=640,height=360 ! pngenc ! {OUT}"),
];

/// Path of a clip by its name: one of the pipelines above, or one of the special ones of [`make_special`].
pub fn clip(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join("kiosque-clips");
    std::fs::create_dir_all(&folder).unwrap();
    let line = PIPELINES.iter().find(|(known, _)| *known == name).map(|(_, line)| expand(line));
    let mut hasher = DefaultHasher::new();
    (4, name, &line).hash(&mut hasher);
    let path = folder.join(format!("{:016x}-{name}", hasher.finish()));
    if path.exists() {
        return path;
    }
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let partial = folder.join(format!("partial-{}-{number}-{name}", std::process::id()));
    match line {
        Some(line) => launch(&line, &partial, |_| ()),
        None => make_special(name, &partial),
    }
    std::fs::rename(&partial, &path).unwrap();
    path
}

/// Names of all clips that are films or sounds and are whole.
pub fn whole() -> impl Iterator<Item = &'static str> {
    PIPELINES.iter().map(|(name, _)| *name).filter(|name| !name.starts_with("picture"))
}

fn expand(line: &str) -> String {
    line.replace("{V1}", "videotestsrc num-buffers=30 ! {RAW}")
        .replace("{V}", "videotestsrc num-buffers=90 pattern=ball ! {RAW}")
        .replace("{RAW}", "video/x-raw,width=320,height=240,framerate=30/1,format=I420")
        .replace("{SRC}", "videotestsrc num-buffers=90 pattern=ball ! video/x-raw")
        .replace("{SHORT}", "videotestsrc num-buffers=60 pattern=ball ! video/x-raw,framerate=30/1,format=I420")
        .replace("{VP8}", "vp8enc deadline=1 cpu-used=16")
        .replace("{A}", "{TONE},channels=2")
        .replace("{ONE}", "{TONE},channels=1")
        .replace("{SIX}", "{TONE},channels=6,channel-mask=(bitmask)0x3f")
        .replace(
            "{TONE}",
            "audiotestsrc num-buffers=90 samplesperbuffer=1600 volume=0.2 ! audioconvert ! audio/x-raw,rate=48000",
        )
        .replace("{H264}", "x264enc speed-preset=ultrafast key-int-max=60 ! h264parse")
        .replace("{H265}", "x265enc speed-preset=ultrafast key-int-max=60 ! h265parse")
        .replace("{AAC}", "avenc_aac ! aacparse")
        .replace("{OUT}", "filesink name=out")
}

fn launch(line: &str, to: &Path, set_up: impl FnOnce(&gst::Pipeline)) {
    gst::init().unwrap();
    let pipeline = gst::parse::launch(line)
        .unwrap_or_else(|e| panic!("{line}: {e}"))
        .downcast::<gst::Pipeline>()
        .unwrap();
    pipeline.by_name("out").unwrap().set_property("location", to.to_str().unwrap());
    set_up(&pipeline);
    pipeline.set_state(gst::State::Playing).unwrap_or_else(|e| panic!("{line}: {e}"));
    let message = pipeline.bus().unwrap().timed_pop_filtered(
        gst::ClockTime::from_seconds(60),
        &[gst::MessageType::Eos, gst::MessageType::Error],
    );
    pipeline.set_state(gst::State::Null).unwrap();
    match message.as_ref().map(|m| m.view()) {
        Some(gst::MessageView::Eos(_)) => {}
        other => panic!("{line}: {other:?}"),
    }
}

/// What no pipeline line can make alone: damaged files, chapters, cover pictures.
fn make_special(name: &str, to: &Path) {
    let part_of = |whole: &str, numerator: usize, denominator: usize| {
        let bytes = std::fs::read(clip(whole)).unwrap();
        bytes[..bytes.len() * numerator / denominator].to_vec()
    };
    let bytes = match name {
        // The index is at the end, and the end is missing.
        "truncated.mp4" => part_of("h264-aac.mp4", 6, 10),
        // The index is at the beginning and speaks of bytes that are not there.
        "truncated-faststart.mp4" => part_of("h264-aac-faststart.mp4", 6, 10),
        "truncated.mkv" => part_of("h264-aac.mkv", 6, 10),
        // As phones write it: the picture lies on its side and a matrix in the track's header sets it upright.
        "rotated.mp4" => turned([[0, 1], [-1, 0]]),
        "upside-down.mp4" => turned([[-1, 0], [0, -1]]),
        "rotated-left.mp4" => turned([[0, -1], [1, 0]]),
        "garbage.mp4" => {
            let mut state = 1_u32;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            };
            (0..200_000).map(|_| next()).collect()
        }
        "empty.mp4" => Vec::new(),
        "text.mp4" => "Dear members, the next meeting is on Tuesday.\n".repeat(200).into_bytes(),
        "page.mp4" => {
            format!("<!DOCTYPE html><html><body>{}</body></html>", "<p>Hello</p>".repeat(300)).into_bytes()
        }
        "archive.mp4" => [b"PK\x03\x04\x14\0\0\0\x08\0".as_slice(), &[7; 5000]].concat(),
        "document.mp4" => [b"%PDF-1.7\n".as_slice(), &[b' '; 5000]].concat(),
        // A playlist dressed up as a film: opening it must not open what it names.
        "playlist.mp4" => b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n\
                           http://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n"
            .to_vec(),
        "sound-named.mp4" => std::fs::read(clip("sound.mp3")).unwrap(),
        "chapters.mkv" => {
            return launch(
                &expand("{V} ! {H264} ! matroskamux name=m ! {OUT} {A} ! {AAC} ! m."),
                to,
                |pipeline| {
                    let muxer = pipeline.by_name("m").unwrap();
                    let setter = muxer.dynamic_cast_ref::<gst::TocSetter>().unwrap();
                    setter.set_toc(Some(&chapters()));
                    let tags = muxer.dynamic_cast_ref::<gst::TagSetter>().unwrap();
                    tags.add_tag::<gst::tags::Title>(&"Summer party", gst::TagMergeMode::Replace);
                },
            );
        }
        "cover.mp3" => {
            return launch(
                &expand("{A} ! lamemp3enc ! mpegaudioparse ! id3v2mux name=m ! {OUT}"),
                to,
                |pipeline| {
                    let muxer = pipeline.by_name("m").unwrap();
                    let tags = muxer.dynamic_cast_ref::<gst::TagSetter>().unwrap();
                    let picture = std::fs::read(clip("picture.jpg")).unwrap();
                    let sample = gst::Sample::builder()
                        .buffer(&gst::Buffer::from_slice(picture))
                        .caps(&gst::Caps::new_empty_simple("image/jpeg"))
                        .build();
                    tags.add_tag::<gst::tags::Image>(&sample, gst::TagMergeMode::Replace);
                    tags.add_tag::<gst::tags::Title>(&"Interview", gst::TagMergeMode::Replace);
                },
            );
        }
        other => panic!("no clip is called {other}"),
    };
    std::fs::write(to, bytes).unwrap();
}

/// The silent clip with another matrix in its track header (ISO/IEC 14496-12, 8.3.2), in 16.16 fixed point.
fn turned(matrix: [[i32; 2]; 2]) -> Vec<u8> {
    let mut bytes = std::fs::read(clip("silent.mp4")).unwrap();
    let header = bytes.windows(4).position(|four| four == b"tkhd").unwrap() + 4;
    for (at, value) in [(0, matrix[0][0]), (4, matrix[0][1]), (12, matrix[1][0]), (16, matrix[1][1])] {
        let place = header + 40 + at;
        bytes[place..place + 4].copy_from_slice(&(value << 16).to_be_bytes());
    }
    bytes
}

/// The folder of real files that tests try in addition, where there is one: `KIOSQUE_FIXTURES`, else beside the
/// repository. Says so when there is none.
pub fn fixtures() -> Option<PathBuf> {
    let folder = std::env::var_os("KIOSQUE_FIXTURES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("not run: {} does not exist (KIOSQUE_FIXTURES)", folder.display());
    None
}

fn chapters() -> gst::Toc {
    let mut toc = gst::Toc::new(gst::TocScope::Global);
    let mut edition = gst::TocEntry::new(gst::TocEntryType::Edition, "edition");
    for (at, (start, end, title)) in [(0, 1000, "Welcome"), (1000, 3000, "Speeches")].into_iter().enumerate()
    {
        let mut chapter = gst::TocEntry::new(gst::TocEntryType::Chapter, &format!("chapter{at}"));
        let chapter_ref = chapter.get_mut().unwrap();
        chapter_ref.set_start_stop_times(start * 1_000_000, end * 1_000_000);
        let mut tags = gst::TagList::new();
        tags.get_mut().unwrap().add::<gst::tags::Title>(&title, gst::TagMergeMode::Replace);
        chapter_ref.set_tags(tags);
        edition.get_mut().unwrap().append_sub_entry(chapter);
    }
    toc.get_mut().unwrap().append_entry(edition);
    toc
}

#[test]
fn every_clip_can_be_made() {
    for (name, _) in PIPELINES {
        assert!(clip(name).metadata().unwrap().len() > 500, "{name}");
    }
}
