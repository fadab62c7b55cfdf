use super::*;
use crate::media::clips::{self, clip};
use crate::media::source::Hdr;

fn probe_clip(name: &str) -> Result<SourceInfo> {
    probe(&ProbeJob::new(clip(name)))
}

fn film(name: &str) -> VideoStream {
    probe_clip(name)
        .unwrap_or_else(|e| panic!("{name}: {e}"))
        .video
        .unwrap_or_else(|| panic!("{name}: no video"))
}

#[test]
fn every_container_and_codec_is_known() {
    let expected = [
        ("h264-aac.mp4", "mp4", VideoCodec::H264, true),
        ("h264-aac.mov", "mp4", VideoCodec::H264, true),
        ("h264-aac-fragmented.mp4", "mp4", VideoCodec::H264, true),
        ("h264-aac.mkv", "matroska", VideoCodec::H264, true),
        ("h264-aac.ts", "mpegts", VideoCodec::H264, true),
        ("hevc-aac.mp4", "mp4", VideoCodec::H265, true),
        ("vp8-vorbis.webm", "webm", VideoCodec::Vp8, true),
        ("vp9-opus.webm", "webm", VideoCodec::Vp9, true),
        ("av1-opus.webm", "webm", VideoCodec::Av1, false),
        ("mpeg4-mp3.avi", "avi", VideoCodec::Mpeg4, true),
        ("theora-vorbis.ogv", "ogg", VideoCodec::Theora, true),
        ("mjpeg.avi", "avi", VideoCodec::Mjpeg, false),
        ("silent.mp4", "mp4", VideoCodec::H264, false),
    ];
    for (name, container, codec, sound) in expected {
        let found = probe_clip(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        let film = found.video.unwrap_or_else(|| panic!("{name}"));
        assert_eq!((found.container.as_str(), &film.codec), (container, &codec), "{name}");
        assert_eq!((film.width, film.height, film.frame_rate), (320, 240, (30, 1)), "{name}");
        assert_eq!(found.audio.is_some(), sound, "{name}");
        assert!(!film.variable_frame_rate && !film.interlaced && film.hdr.is_none(), "{name}: {film:?}");
        assert!(film.bit_rate.is_some_and(|rate| (10_000..3_000_000).contains(&rate)), "{name}: {film:?}");
        let expected = if name.starts_with("av1") { 1000 } else { 3000 };
        assert!(found.duration_ms.abs_diff(expected) < 60, "{name}: {}", found.duration_ms);
        assert_eq!(film.key_frame_gap_ms, (codec == VideoCodec::H264).then_some(2000), "{name}");
    }
}

#[test]
fn every_clip_has_a_length_and_something_to_play() {
    for name in clips::whole() {
        let found = probe_clip(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(
            found.duration_ms >= 1000 && (found.video.is_some() || found.audio.is_some()),
            "{name}: {found:?}"
        );
        assert_eq!(found.size, clip(name).metadata().unwrap().len(), "{name}");
    }
}

#[test]
fn pictures_of_all_sorts_are_described() {
    let turned = film("rotated.mp4");
    assert_eq!((turned.rotation, turned.displayed()), (90, (240, 320)));
    assert_eq!(film("rotated-left.mp4").rotation, 270);
    assert_eq!(film("upside-down.mp4").rotation, 180);
    assert_eq!(film("vertical.mp4").displayed(), (240, 320));
    let wide = film("anamorphic.mp4");
    assert_eq!((wide.pixel_aspect, wide.displayed()), ((16, 11), (465, 240)));
    assert_eq!(film("odd.webm").displayed(), (321, 241));
    assert!(film("interlaced.mp4").interlaced);
    let deep = film("ten-bit.mkv");
    assert_eq!(
        (deep.bit_depth, deep.chroma.as_str(), deep.profile.as_deref()),
        (10, "4:2:0", Some("high-10"))
    );
    assert_eq!(film("four-four-four.mkv").chroma, "4:4:4");
    assert_eq!((film("hlg.mov").hdr, film("hlg.mov").bit_depth), (Some(Hdr::Hlg), 10));
    assert_eq!(film("pq.mp4").hdr, Some(Hdr::Pq));
    assert_eq!(film("h264-aac.mp4").hdr, None);
}

#[test]
fn frame_rates_and_key_frames_are_measured() {
    assert_eq!(film("ntsc.mp4").frame_rate, (30000, 1001));
    assert_eq!(film("fast.mp4").frame_rate, (60, 1));
    for name in ["variable.mp4", "variable.mkv"] {
        let film = film(name);
        assert_eq!((film.variable_frame_rate, film.frame_rate), (true, (30, 1)), "{name}");
    }
    for name in ["rare-key-frames.mp4", "rare-key-frames.mkv"] {
        assert_eq!(film(name).key_frame_gap_ms, Some(12_000), "{name}");
    }
}

#[test]
fn sound_alone_is_media_too_whatever_its_name() {
    for (name, container, channels) in [
        ("sound.m4a", "mp4", 2),
        ("sound.mp3", "mp3", 2),
        ("sound-named.mp4", "mp3", 2),
        ("sound.flac", "flac", 2),
        ("sound.ogg", "ogg", 2),
        ("sound.opus", "ogg", 2),
        ("sound.wav", "wav", 2),
    ] {
        let found = probe_clip(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        let sound = found.audio.unwrap_or_else(|| panic!("{name}"));
        assert_eq!(
            (found.container.as_str(), sound.channels, sound.sample_rate),
            (container, channels, 48_000)
        );
        assert!(found.video.is_none() && found.duration_ms.abs_diff(3000) < 100, "{name}");
    }
    assert_eq!(probe_clip("mono.mp4").unwrap().audio.unwrap().channels, 1);
    assert_eq!(probe_clip("surround.mp4").unwrap().audio.unwrap().channels, 6);
}

#[test]
fn titles_chapters_and_covers_are_found() {
    let found = probe_clip("chapters.mkv").unwrap();
    assert_eq!(found.title.as_deref(), Some("Summer party"));
    let chapters: Vec<_> = found.chapters.iter().map(|c| (c.start_ms, c.title.as_str())).collect();
    assert_eq!(chapters, [(0, "Welcome"), (1000, "Speeches")]);
    let found = probe_clip("cover.mp3").unwrap();
    assert_eq!((found.title.as_deref(), found.cover, found.video.is_none()), (Some("Interview"), true, true));
    assert_eq!(probe_clip("h264-aac.mkv").unwrap().title, None, "names of tracks are no titles");
}

#[test]
fn what_is_not_media_is_refused_in_words() {
    for (name, words) in [
        ("empty.mp4", "empty"),
        ("garbage.mp4", "no known kind"),
        ("text.mp4", "a text"),
        ("page.mp4", "web page"),
        ("archive.mp4", "unpack"),
        ("document.mp4", "PDF"),
        ("playlist.mp4", "playlist"),
        ("picture.jpg", "picture"),
        ("picture.png", "picture"),
    ] {
        let error = probe_clip(name).expect_err(name);
        assert!(
            matches!(error, MediaError::NotMedia(_)) && error.to_string().contains(words),
            "{name}: {error}"
        );
    }
}

#[test]
fn what_ends_too_early_is_told_apart_from_what_is_not_media() {
    for name in ["truncated.mp4", "truncated-faststart.mp4", "truncated.mkv"] {
        let error = probe_clip(name).expect_err(name);
        assert!(matches!(error, MediaError::Damaged(_)), "{name}: {error:?}");
    }
}

#[test]
fn protected_films_are_refused() {
    let mut bytes = std::fs::read(clip("silent.mp4")).unwrap();
    let coding = bytes.windows(4).rposition(|four| four == b"avc1").unwrap();
    bytes[coding..coding + 4].copy_from_slice(b"encv");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let error = probe(&ProbeJob::new(file.path())).unwrap_err();
    assert!(matches!(&error, MediaError::Unsupported(why) if why.contains("copy-protected")), "{error:?}");
}

#[test]
fn a_file_that_is_gone_is_not_the_senders_fault() {
    let error = probe(&ProbeJob::new("/nowhere/film.mp4")).unwrap_err();
    assert!(matches!(error, MediaError::Io(_)), "{error:?}");
}

#[test]
fn damage_inside_never_hangs_or_panics() {
    for (name, step) in [("h264-aac-faststart.mp4", 97), ("h264-aac.mkv", 61), ("vp8-vorbis.webm", 53)] {
        let whole = std::fs::read(clip(name)).unwrap();
        for round in 0..6_usize {
            let mut bytes = whole.clone();
            for at in (round * 31 + 40..bytes.len().min(20_000)).step_by(step * (round + 1)) {
                bytes[at] ^= 0x55;
            }
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), bytes).unwrap();
            let _ = probe(&ProbeJob { file: file.path().into(), patience: 1 });
        }
    }
}

#[test]
fn real_files_of_peertube_are_read() {
    let Some(folder) = clips::fixtures() else { return };
    for (name, container, displayed) in [
        ("video_short.mp4", "mp4", Some((1365, 720))),
        ("video_short.mkv", "matroska", Some((1365, 720))),
        ("video_short.webm", "webm", Some((1365, 720))),
        ("video_short.ogv", "ogg", Some((1365, 720))),
        ("60fps_720p_small.mp4", "mp4", Some((1280, 720))),
        ("sample.ogg", "ogg", None),
    ] {
        let found = probe(&ProbeJob::new(folder.join("media").join(name))).unwrap();
        assert_eq!(found.container, container, "{name}");
        assert_eq!(found.video.as_ref().map(VideoStream::displayed), displayed, "{name}");
    }
    let chapters = probe(&ProbeJob::new(folder.join("media/video_chapters.mp4"))).unwrap().chapters;
    assert_eq!(chapters.iter().map(|c| c.start_ms).collect::<Vec<_>>(), [0, 2000, 4000]);
    assert_eq!(chapters[2].title, "Chapter 3");
}
