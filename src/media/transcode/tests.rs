#[path = "quality_tests.rs"]
mod quality;

use std::collections::BTreeMap;
use std::path::Path;

use gst::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::media::board::ThisBoard;
use crate::media::clips::clip;
use crate::media::ladder::LadderOptions;
use crate::media::probe::{ProbeJob, probe};
use crate::media::{encoder, hls};

/// A job for a clip, in a folder of its own.
struct Bench {
    folder: tempfile::TempDir,
    job: TranscodeJob,
    events: Vec<TranscodeEvent>,
}

fn x264() -> EncoderChoice {
    encoder::select(&ThisBoard, Some("x264")).selected.unwrap()
}

fn bench(name: &str, resolutions: &[u32]) -> Bench {
    bench_of(&clip(name), LadderOptions { resolutions: resolutions.to_vec(), ..LadderOptions::default() })
}

fn bench_of(source: &Path, options: LadderOptions) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let info = probe(&ProbeJob::new(source)).unwrap();
    let plan = Plan::new(&info, &options);
    let files = plan.renditions.iter().map(|r| MediaFile {
        resolution: r.resolution,
        name: hls::media_name(uuid::Uuid::from_u128(u128::from(r.resolution)), r.resolution),
    });
    let job = TranscodeJob {
        source: source.to_owned(),
        files: files.collect(),
        info,
        plan,
        folder: folder.path().to_owned(),
        encoder: x264(),
        software: None,
        limits: Limits { stall_ms: 20_000, ..Limits::default() },
    };
    Bench { folder, job, events: Vec::new() }
}

impl Bench {
    fn encode_all(mut self) -> Self {
        for rendition in &mut self.job.plan.renditions {
            if rendition.video == Treatment::Copy {
                rendition.video = Treatment::Encode;
            }
        }
        self
    }

    fn run(&mut self) -> Result<Ended<Vec<Whole>>> {
        let events = &mut self.events;
        run(&self.job, &mut |event| events.push(event), &Stop::new())
    }

    fn done(mut self) -> Self {
        match self.run() {
            Ok(Ended::Done(whole)) => assert_eq!(whole.len(), self.job.plan.renditions.len()),
            other => panic!("{:?}: {other:?} {:?}", self.job.source, self.job.plan),
        }
        self.check_files();
        self
    }

    fn path(&self, resolution: u32) -> PathBuf {
        self.folder.path().join(&self.job.files.iter().find(|f| f.resolution == resolution).unwrap().name)
    }

    fn whole(&self, resolution: u32) -> Whole {
        let mut found = self.events.iter().filter_map(|e| match e {
            TranscodeEvent::RenditionDone(whole) if whole.resolution == resolution => Some(whole.clone()),
            _ => None,
        });
        let whole = found.next().unwrap();
        assert!(found.next().is_none(), "told once");
        whole
    }

    /// Fragments told last for each rendition, which must be exactly what is in its file.
    fn check_files(&self) {
        let mut fragments: BTreeMap<u32, Vec<(u64, u64, String, u64, u64)>> = BTreeMap::new();
        for event in &self.events {
            match event {
                TranscodeEvent::Header { resolution, .. } => {
                    fragments.insert(*resolution, Vec::new());
                }
                TranscodeEvent::Fragment {
                    resolution,
                    index,
                    offset,
                    len,
                    sha256,
                    start_ms,
                    duration_ms,
                } => {
                    let list = fragments.get_mut(resolution).unwrap();
                    assert_eq!(list.len(), *index as usize);
                    list.push((*offset, *len, sha256.clone(), *start_ms, *duration_ms));
                }
                _ => {}
            }
        }
        assert_eq!(fragments.len(), self.job.plan.renditions.len());
        for (resolution, list) in fragments {
            let bytes = std::fs::read(self.path(resolution)).unwrap();
            let (mut end, mut time) = (list[0].0, list[0].3);
            for (offset, len, hash, start_ms, duration_ms) in &list {
                assert_eq!((*offset, *start_ms), (end, time), "{resolution}");
                end += len;
                time += duration_ms;
                let part = &bytes[*offset as usize..end as usize];
                assert_eq!(&hex::encode(Sha256::digest(part)), hash);
            }
            assert_eq!(end, bytes.len() as u64);
            let record = Record::read(&self.path(resolution)).unwrap();
            assert_eq!(record.fragments.len(), list.len());
            assert_eq!(record.whole, Some(self.whole(resolution)));
        }
    }

    fn seen(&self, resolution: u32) -> Seen {
        look(&self.path(resolution))
    }
}

/// What a player finds in a file.
#[derive(Debug, Default, Clone, PartialEq)]
struct Seen {
    size: (i32, i32),
    frames: usize,
    /// Milliseconds of the first frame and of the end of the last.
    film: (u64, u64),
    key_frames: Vec<u64>,
    channels: i32,
    rate: i32,
    /// Milliseconds of sound.
    sound: (u64, u64),
    /// Light in the left, right, upper and lower third of the last frame, in hundredths of a pixel.
    light: [u64; 4],
    gaps: usize,
    /// Of the last frame.
    brightest: u8,
    /// Where the light of each frame is, in hundredths of a pixel from the left.
    ball: Vec<i64>,
}

/// Decodes a whole file.
fn look(path: &Path) -> Seen {
    use std::sync::{Arc, Mutex};
    crate::media::init::init().unwrap();
    let pipeline = gst::parse::launch("filesrc name=in ! decodebin name=d")
        .unwrap()
        .downcast::<gst::Pipeline>()
        .unwrap();
    crate::media::init::one_thread_decoders(&pipeline);
    pipeline.by_name("in").unwrap().set_property("location", path.to_str().unwrap());
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (weak, noting) = (pipeline.downgrade(), seen.clone());
    pipeline.by_name("d").unwrap().connect_pad_added(move |_, pad| {
        let pipeline = weak.upgrade().unwrap();
        let video = pad.current_caps().unwrap().structure(0).unwrap().name() == "video/x-raw";
        let text = if video {
            "videoconvert ! video/x-raw,format=GRAY8 ! fakesink name=s"
        } else {
            "fakesink name=s"
        };
        let bin = gst::parse::bin_from_description(text, true).unwrap();
        let sink = bin.by_name("s").unwrap();
        sink.set_property("sync", false);
        let noting = noting.clone();
        sink.static_pad("sink").unwrap().add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
            let Some(gst::PadProbeData::Buffer(buffer)) = &info.data else { unreachable!() };
            let caps = pad.current_caps().unwrap();
            let s = caps.structure(0).unwrap();
            let segment = pad.sticky_event::<gst::event::Segment>(0).unwrap();
            let time = segment
                .segment()
                .downcast_ref::<gst::ClockTime>()
                .unwrap()
                .to_stream_time(buffer.pts())
                .unwrap();
            let start = (time.nseconds() + 500_000) / 1_000_000;
            let end = ((time + buffer.duration().unwrap_or_default()).nseconds() + 500_000) / 1_000_000;
            let mut seen = noting.lock().unwrap();
            if video {
                let size = (s.get::<i32>("width").unwrap(), s.get::<i32>("height").unwrap());
                if seen.frames == 0 {
                    seen.film.0 = start;
                    seen.size = size;
                } else if start > seen.film.1 + 2 {
                    seen.gaps += 1;
                }
                seen.frames += 1;
                let map = buffer.map_readable().unwrap();
                let size = (s.get::<i32>("width").unwrap(), s.get::<i32>("height").unwrap());
                seen.ball.push(ball(&map, size));
                seen.brightest = map.iter().copied().max().unwrap();
                seen.light = light(&map, size);
                seen.film.1 = end;
            } else {
                if seen.channels == 0 {
                    seen.sound.0 = start;
                }
                seen.channels = s.get("channels").unwrap();
                seen.rate = s.get("rate").unwrap();
                seen.sound.1 = end;
            }
            gst::PadProbeReturn::Ok
        });
        pipeline.add(&bin).unwrap();
        bin.sync_state_with_parent().unwrap();
        pad.link(&bin.static_pad("sink").unwrap()).unwrap();
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let message = pipeline.bus().unwrap().timed_pop_filtered(
        gst::ClockTime::from_seconds(30),
        &[gst::MessageType::Eos, gst::MessageType::Error],
    );
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(
        matches!(message.as_ref().map(|m| m.view()), Some(gst::MessageView::Eos(_))),
        "{path:?} {message:?}"
    );
    let mut seen = seen.lock().unwrap().clone();
    let mut file = crate::media::fmp4::FragmentedFile::open(path).ok();
    while let Some(fragment) = file.as_mut().and_then(|f| f.next_fragment().unwrap()) {
        let file = file.as_ref().unwrap();
        if file.tracks[0].is_video() {
            let (start, samples) = &fragment.runs[0];
            let mut at = *start;
            for sample in samples {
                if sample.key {
                    let shown = at as i64 + i64::from(sample.composition) - i64::from(file.tracks[0].shift);
                    seen.key_frames.push(shown as u64 * 1000 / u64::from(file.tracks[0].timescale));
                }
                at += u64::from(sample.duration);
            }
        }
    }
    seen
}

fn ball(grey: &[u8], (width, height): (i32, i32)) -> i64 {
    let stride = (width as usize).div_ceil(4) * 4;
    let (mut sum, mut all) = (0, 1);
    for row in grey.chunks(stride).take(height as usize) {
        for (column, light) in row.iter().take(width as usize).enumerate().filter(|(_, light)| **light > 60) {
            sum += 100 * column as i64 * i64::from(*light);
            all += i64::from(*light);
        }
    }
    sum / all
}

fn light(grey: &[u8], (width, height): (i32, i32)) -> [u64; 4] {
    let (width, height) = (width as usize, height as usize);
    let stride = width.div_ceil(4) * 4;
    let mean = |columns: std::ops::Range<usize>, rows: std::ops::Range<usize>| {
        let (mut sum, mut count) = (0, 0);
        for row in rows {
            for column in columns.clone() {
                sum += u64::from(grey[row * stride + column]);
                count += 1;
            }
        }
        sum * 100 / count
    };
    [
        mean(0..width / 3, 0..height),
        mean(width * 2 / 3..width, 0..height),
        mean(0..width, 0..height / 3),
        mean(0..width, height * 2 / 3..height),
    ]
}

#[test]
fn one_decode_feeds_the_ladder_and_the_sound_alone() {
    let bench = bench("h264-aac.mp4", &[0, 144, 240]).encode_all().done();
    let top = bench.seen(240);
    assert_eq!((top.size, top.frames, top.film), ((320, 240), 90, (0, 3000)), "{top:?}");
    assert_eq!((top.channels, top.rate, top.gaps), (2, 48_000, 0));
    assert_eq!(top.key_frames, [0, 2000]);
    let small = bench.seen(144);
    assert_eq!((small.size, small.frames), ((192, 144), 90));
    assert_eq!(small.key_frames, top.key_frames, "aligned");
    let sound = bench.seen(0);
    assert_eq!((sound.frames, sound.channels), (0, 2));
    assert!(sound.sound.1 >= 2_950, "{sound:?}");
    let whole = bench.whole(240);
    assert!(whole.codecs.starts_with("avc1.64") && whole.codecs.ends_with(",mp4a.40.2"), "{}", whole.codecs);
    assert_eq!((whole.duration_ms, whole.has_audio, whole.has_video), (3000, true, true));
}

#[test]
fn a_fit_source_is_copied() {
    let bench = bench("h264-aac.mp4", &[0, 240]).done();
    assert_eq!(bench.job.plan.rendition(240).unwrap().video, Treatment::Copy);
    let source = look(&bench.job.source);
    let copy = bench.seen(240);
    assert_eq!((copy.size, copy.frames, copy.film), (source.size, source.frames, source.film));
    assert_eq!(copy.channels, 2);
}

/// Runs a job that is asked to stop when it has written so many fragments, then once more to the end.
fn interrupted(bench: &mut Bench, after: usize, cancel: bool) {
    let stop = Stop::new();
    let mut fragments = 0;
    bench.job.limits.record_every_ms = 1;
    let ended = run(
        &bench.job,
        &mut |event| {
            if let TranscodeEvent::Fragment { .. } = event {
                fragments += 1;
                if fragments == after {
                    if cancel { stop.cancel() } else { stop.park() }
                }
            }
        },
        &stop,
    );
    match ended {
        Ok(Ended::Parked) if !cancel => {}
        Err(MediaError::Cancelled) if cancel => {}
        other => panic!("{other:?}"),
    }
}

fn same_film(one: &Seen, other: &Seen) {
    assert_eq!((one.frames, one.film, one.gaps), (other.frames, other.film, other.gaps));
    assert_eq!(one.key_frames, other.key_frames);
    let moved = one.ball.iter().zip(&other.ball).map(|(a, b)| (a - b).abs()).max().unwrap();
    assert!(moved < 60, "the ball is {moved} hundredths of a pixel elsewhere");
}

#[test]
fn an_interrupted_encode_ends_the_same_to_the_frame() {
    for (name, cancel) in [("long.mp4", false), ("long.mkv", true)] {
        let unbroken = bench(name, &[0, 144, 240]).encode_all().done();
        let mut broken = bench(name, &[0, 144, 240]).encode_all();
        interrupted(&mut broken, 7, cancel);
        let kept: Vec<_> =
            broken.job.plan.renditions.iter().map(|r| Record::read(&broken.path(r.resolution))).collect();
        let fragments = |r: &Option<Record>| r.as_ref().map_or(0, |r| r.fragments.len());
        assert!(kept.iter().map(fragments).sum::<usize>() >= 4, "{name}: {kept:?}");
        // What came after the last record is torn, where the stop was not too late for a rung.
        let half = |r: &u32| Record::read(&broken.path(*r)).is_some_and(|r| r.whole.is_none());
        for rung in [240, 144].into_iter().filter(half) {
            let file = std::fs::OpenOptions::new().append(true).open(broken.path(rung)).unwrap();
            file.set_len(file.metadata().unwrap().len() + 1000).unwrap();
        }
        let broken = broken.done();
        for rendition in &broken.job.plan.renditions {
            let (one, other) = (unbroken.seen(rendition.resolution), broken.seen(rendition.resolution));
            // One frame of sound, where the decoder of the source starts with a run-up of its own.
            assert!(one.sound.1.abs_diff(other.sound.1) <= 22, "{name}: {:?} {:?}", one.sound, other.sound);
            if rendition.resolution > 0 {
                same_film(&one, &other);
                assert_eq!(one.frames, 600);
            }
        }
        for (rendition, before) in broken.job.plan.renditions.iter().zip(kept) {
            let after = Record::read(&broken.path(rendition.resolution)).unwrap();
            let before = before.map(|r| r.fragments).unwrap_or_default();
            assert_eq!(after.fragments[..before.len()], before, "{name}: what was safe is not made again");
        }
    }
}

#[test]
fn an_interrupted_copy_goes_on() {
    let unbroken = bench("long.mp4", &[0, 240]).done();
    let mut broken = bench("long.mp4", &[0, 240]);
    // Pretend that a run ended after two fragments of each.
    broken.run().unwrap();
    broken.events.clear();
    for resolution in [0, 240] {
        let record = Record::path(&broken.path(resolution));
        let text = std::fs::read_to_string(&record).unwrap();
        let lines: Vec<&str> = text.lines().take(3).collect();
        std::fs::write(&record, lines.join("\n") + "\n{\"fragm").unwrap();
    }
    let broken = broken.done();
    for resolution in [0, 240] {
        assert_eq!(
            std::fs::read(unbroken.path(resolution)).unwrap(),
            std::fs::read(broken.path(resolution)).unwrap(),
            "a copy is the same to the byte"
        );
    }
}

#[test]
fn what_only_had_to_be_said_to_be_whole_is_not_made_again() {
    for cut in [&[240][..], &[0, 240]] {
        let mut bench = bench("long.mp4", &[0, 240]).encode_all();
        bench.run().unwrap();
        let unbroken = Record::read(&bench.path(240)).unwrap();
        bench.events.clear();
        // A power cut between the last fragment and the last line.
        for resolution in cut {
            let path = Record::path(&bench.path(*resolution));
            let text = std::fs::read_to_string(&path).unwrap();
            let lines: Vec<&str> = text.lines().filter(|line| !line.contains("\"whole\"")).collect();
            std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        }
        let bench = bench.done();
        let made = |event: &TranscodeEvent| matches!(event, TranscodeEvent::Recorded { resolution: 240, .. });
        assert!(!bench.events.iter().any(made), "{cut:?}: it was all there");
        assert_eq!(Record::read(&bench.path(240)).unwrap(), unbroken);
    }
}

#[test]
fn a_record_of_other_settings_is_not_continued() {
    let mut bench = bench("h264-aac.mp4", &[240]).encode_all();
    bench.run().unwrap();
    bench.events.clear();
    bench.job.plan.renditions[0].bit_rate += 1000;
    let bench = bench.done();
    assert_eq!(bench.seen(240).frames, 90);
}

#[test]
fn a_rendition_becomes_one_progressive_file() {
    use crate::media::remux::{RemuxJob, run};
    for split_audio in [false, true] {
        let options = LadderOptions { resolutions: vec![0, 144], split_audio, ..LadderOptions::default() };
        let bench = bench_of(&clip("long.mp4"), options).done();
        let to = bench.folder.path().join("film.mp4");
        let sound = split_audio.then(|| bench.path(0));
        let mut job = RemuxJob { from: bench.path(144), sound, sound_only: false, to: to.clone() };
        let made = run(&job, &Stop::new()).unwrap();
        assert_eq!(made.size, std::fs::metadata(&to).unwrap().len());
        let (fragmented, film) = (bench.seen(144), look(&to));
        assert_eq!((film.frames, film.film, film.gaps, film.size), (600, (0, 20_000), 0, (192, 144)));
        assert_eq!(film.ball, fragmented.ball);
        assert_eq!((film.channels, film.sound), (2, bench.seen(0).sound));
        assert_eq!(&std::fs::read(&to).unwrap()[36..40], b"moov", "the table is in front");
        job.sound_only = true;
        job.to = bench.folder.path().join("sound.m4a");
        run(&job, &Stop::new()).unwrap();
        let sound = look(&job.to);
        assert_eq!((sound.frames, sound.channels), (0, 2));
        let stop = Stop::new();
        stop.cancel();
        job.to = bench.folder.path().join("never.mp4");
        assert_eq!(run(&job, &stop), Err(MediaError::Cancelled));
        assert!(!job.to.exists() && !job.to.with_extension("partial").exists());
    }
}

/// Tries a clip; the third field is what must be seen of the top rung: width, height, frames, channels.
fn seen_of(name: &str, resolution: u32) -> (Bench, Seen) {
    let bench = bench(name, &[0, 144, 240]).encode_all().done();
    let seen = bench.seen(resolution);
    // A transport stream whose sound begins first keeps that distance.
    assert!(seen.film.0 == 0 || name.ends_with(".ts") && seen.film.0 < 200, "{name}: {:?}", seen.film);
    assert_eq!(seen.gaps, 0, "{name}");
    (bench, seen)
}

#[test]
fn films_come_out_upright() {
    let (_, plain) = seen_of("silent.mp4", 240);
    let (_, turned) = seen_of("rotated.mp4", 240);
    assert_eq!((plain.size, turned.size), ((320, 240), (240, 320)));
    let (_, around) = seen_of("upside-down.mp4", 240);
    let (_, left) = seen_of("rotated-left.mp4", 240);
    let near = |a: u64, b: u64| a.abs_diff(b) <= 60;
    let [west, east, north, south] = plain.light;
    assert!(plain.light.iter().any(|l| !near(*l, west)), "the ball is somewhere: {plain:?}");
    let check = |what: &str, seen: &Seen, wanted: [u64; 4]| {
        assert!(
            seen.light.iter().zip(wanted).all(|(a, b)| near(*a, b)),
            "{what}: {:?} {wanted:?}",
            seen.light
        );
    };
    check("upside down", &around, [east, west, south, north]);
    // Turned clockwise: the left becomes the top.
    check("clockwise", &turned, [south, north, west, east]);
    check("counterclockwise", &left, [north, south, east, west]);
}

#[test]
fn pictures_of_all_sorts_get_a_constant_rate_and_even_sizes() {
    for (name, resolution, size, frames) in [
        ("vertical.mp4", 240, (240, 320), 90..=90),
        ("odd.webm", 240, (320, 240), 90..=91),
        ("anamorphic.mp4", 240, (464, 240), 90..=90),
        ("variable.mp4", 240, (320, 240), 50..=92),
        ("variable.mkv", 240, (320, 240), 50..=92),
        ("ntsc.mp4", 144, (192, 144), 90..=90),
        ("fast.mp4", 144, (192, 144), 45..=45),
        ("ten-bit.mkv", 240, (320, 240), 90..=90),
        ("four-four-four.mkv", 240, (320, 240), 90..=90),
        ("interlaced.mp4", 240, (320, 240), 60..=61),
        ("hevc-aac.mp4", 240, (320, 240), 90..=90),
        ("mpeg4-mp3.avi", 240, (320, 240), 89..=91),
        ("mjpeg.avi", 240, (320, 240), 89..=91),
        ("h264-aac.ts", 240, (320, 240), 86..=92),
        ("vp8-vorbis.webm", 240, (320, 240), 90..=91),
        ("theora-vorbis.ogv", 240, (320, 240), 89..=91),
    ] {
        let (bench, seen) = seen_of(name, resolution);
        assert_eq!(seen.size, size, "{name}");
        assert!(frames.contains(&seen.frames), "{name}: {} frames", seen.frames);
        let whole = bench.whole(resolution);
        assert!(whole.codecs.starts_with("avc1.64"), "{name}: {}", whole.codecs);
    }
}

#[test]
fn high_dynamic_range_becomes_ordinary() {
    for name in ["hlg.mov", "pq.mp4"] {
        let (bench, seen) = seen_of(name, 240);
        assert!(bench.job.info.video.as_ref().unwrap().hdr.is_some());
        assert_eq!((seen.size, seen.frames), ((320, 240), 90), "{name}");
        // The white of the ball is the brightest there is; left alone it would be as bright, but grey in the middle.
        assert!(seen.brightest >= 225, "{name}: {}", seen.brightest);
        assert!(bench.whole(240).codecs.starts_with("avc1.64"), "{name}: eight bits");
    }
}

#[test]
fn sound_of_all_sorts_becomes_stereo_aac() {
    for (name, channels) in [
        ("mono.mp4", 1),
        ("surround.mp4", 2),
        ("opus.mkv", 2),
        ("sound.mp3", 2),
        ("sound.flac", 2),
        ("sound.wav", 2),
    ] {
        let bench = bench(name, &[0, 144]).done();
        let sound = bench.seen(0);
        assert_eq!(sound.channels, channels, "{name}");
        assert!(sound.sound.0 <= 25 && (2_900..=3_100).contains(&sound.sound.1), "{name}: {:?}", sound.sound);
        assert_eq!(bench.job.plan.rendition(144).is_some(), bench.job.info.video.is_some(), "{name}");
    }
}

#[test]
fn a_silent_film_has_no_sound() {
    let (bench, seen) = seen_of("silent.mp4", 240);
    assert_eq!((seen.channels, seen.frames), (0, 90));
    assert!(!bench.whole(240).has_audio);
}

#[test]
fn a_torn_or_false_source_fails_with_a_reason() {
    // The index promises more than is there.
    let mut torn = bench("h264-aac-faststart.mp4", &[0, 144]);
    let bytes = std::fs::read(&torn.job.source).unwrap();
    torn.job.source = torn.folder.path().join("torn.mp4");
    std::fs::write(&torn.job.source, &bytes[..bytes.len() / 2]).unwrap();
    assert!(torn.run().is_err());
    // Something else has taken its place.
    std::fs::write(&torn.job.source, [7; 4000]).unwrap();
    assert!(torn.run().is_err());
    std::fs::remove_file(&torn.job.source).unwrap();
    assert!(torn.run().is_err());
}

#[test]
fn a_full_disk_is_told_from_other_failures() {
    let mut bench = bench("h264-aac.mp4", &[144]);
    std::os::unix::fs::symlink("/dev/full", bench.path(144)).unwrap();
    assert!(matches!(bench.run(), Err(MediaError::DiskFull(_))));
    std::fs::remove_file(bench.path(144)).unwrap();
    let bench = bench.done();
    assert_eq!(bench.seen(144).frames, 90);
}

#[test]
fn nothing_goes_on_for_ever() {
    let mut long = bench("long.mp4", &[144]).encode_all();
    long.job.limits.longest_ms = 1;
    long.job.info.duration_ms = 1_000_000;
    assert!(matches!(long.run(), Err(MediaError::Limit(_) | MediaError::Damaged(_))));
}

#[test]
fn progress_rises_and_ends_with_everything_done() {
    let bench = bench("long.mp4", &[0, 144, 240]).encode_all().done();
    let done: Vec<f64> = bench
        .events
        .iter()
        .filter_map(|e| match e {
            TranscodeEvent::Progress { done, .. } => Some(*done),
            _ => None,
        })
        .collect();
    assert!(done.windows(2).all(|w| w[0] <= w[1]) && done.iter().all(|d| (0.0..1.0).contains(d)), "{done:?}");
}

#[test]
fn other_encoders_make_the_same_ladder() {
    let mut bench = bench("h264-aac.mp4", &[144, 240]).encode_all();
    bench.job.encoder = encoder::select(&ThisBoard, Some("openh264")).selected.unwrap();
    let bench = bench.done();
    let (top, small) = (bench.seen(240), bench.seen(144));
    assert_eq!((top.frames, small.frames, top.film), (90, 90, (0, 3000)));
    assert_eq!((&top.key_frames[..], &small.key_frames[..]), (&[0, 2000][..], &[0, 2000][..]));
    assert!(bench.whole(240).codecs.starts_with("avc1.42"), "{}", bench.whole(240).codecs);
}

#[test]
fn a_chip_that_takes_whole_blocks_shows_the_film_and_no_more() {
    use crate::media::standin::{self, FakeBoard};
    let _chip = standin::install(standin::Limits::default());
    for (name, size) in [("wide.webm", (854, 480)), ("odd-wide.webm", (602, 358))] {
        let resolution = size.1 as u32;
        let software = bench(name, &[480]).done().seen(resolution);
        let mut bench = bench(name, &[480]);
        bench.job.encoder = encoder::select(&FakeBoard::pi4(), None).selected.unwrap();
        let bench = bench.done();
        let chip = bench.seen(resolution);
        assert_eq!((chip.size, chip.frames, chip.film), (size, 60, (0, 2000)), "{name}");
        same_film(&software, &chip);
        // A fringe at the right or lower edge would be seen here.
        let near = |(a, b): (&u64, &u64)| a.abs_diff(*b) <= 30;
        assert!(software.light.iter().zip(&chip.light).all(near), "{:?} {:?}", software.light, chip.light);
    }
}

#[test]
fn an_encoder_that_cannot_be_made_is_named() {
    let mut bench = bench("h264-aac.mp4", &[144]);
    bench.job.encoder.element = "kiosque-no-such-encoder".into();
    assert!(matches!(bench.run(), Err(MediaError::Encoder(_))));
}
