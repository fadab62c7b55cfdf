//! Files as they come out of a failing card, a torn connection or a malicious hand: each is refused in words, or becomes a
//! film of what can be read. Nothing hangs, and nothing of it is the server's fault.

use crate::common::{clips::clip, program::PROGRAM};
use gst::prelude::*;
use kiosque::media::{
    MediaError,
    board::ThisBoard,
    child::{Child, Ended, Launcher, Said, Verb},
    encoder::select,
    hls,
    ladder::{LadderOptions, Plan},
    limits::Limits,
    probe::ProbeJob,
    record::{Record, Whole},
    source::SourceInfo,
    transcode::{self, MediaFile, TranscodeEvent, TranscodeJob},
};
use std::{path::Path, time::Duration};
use tokio_util::sync::CancellationToken;

/// Seconds in which a file of three seconds is refused or made on any machine that runs tests.
const PATIENCE: u64 = 60;

/// What became of a file.
#[derive(Debug)]
enum Became {
    Refused(MediaError),
    Failed(MediaError),
    /// Milliseconds that probing promised, and that the longest rendition has.
    Film(u64, u64),
}

async fn probe(file: &Path) -> Result<SourceInfo, MediaError> {
    let limits = Limits { wall_seconds: PATIENCE, ..Limits::look() };
    Launcher::of(PROGRAM).call(Verb::Probe, &ProbeJob::new(file), limits, &CancellationToken::new()).await
}

/// Probes and makes a file as the server does.
async fn become_film(source: &Path, folder: &Path) -> Became {
    let info = match probe(source).await {
        Ok(info) => info,
        Err(error) => return Became::Refused(error),
    };
    let promised = info.duration_ms;
    let options = LadderOptions { resolutions: vec![0, 144], ..LadderOptions::default() };
    let job = job_for(source, info, &options, folder);
    match end_of(&job).await {
        Ok(whole) => {
            let longest = whole.iter().map(|one| one.duration_ms).max().unwrap();
            for one in &job.files {
                let made = probe(&folder.join(&one.name)).await.unwrap();
                assert!(made.duration_ms.abs_diff(longest) < 1500, "{made:?} of {longest}");
            }
            Became::Film(promised, longest)
        }
        Err(error) => Became::Failed(error),
    }
}

fn job_for(source: &Path, info: SourceInfo, options: &LadderOptions, folder: &Path) -> TranscodeJob {
    let plan = Plan::new(&info, options);
    let files = plan.renditions.iter().map(|r| MediaFile {
        resolution: r.resolution,
        name: hls::media_name(uuid::Uuid::from_u128(u128::from(r.resolution)), r.resolution),
    });
    TranscodeJob {
        files: files.collect(),
        source: source.to_owned(),
        plan,
        folder: folder.to_owned(),
        encoder: select(&ThisBoard, Some("x264")).selected.unwrap(),
        software: None,
        limits: transcode::Limits { stall_ms: 10_000, ..transcode::Limits::default() },
        info,
    }
}

/// Does a job in a process of its own.
async fn end_of(job: &TranscodeJob) -> Result<Vec<Whole>, MediaError> {
    let film = Duration::from_millis(job.info.duration_ms);
    let limits = Limits { wall_seconds: PATIENCE, ..Limits::transcode(film, job.info.size, 0) };
    let mut child: Child<TranscodeEvent, Vec<Whole>> =
        Launcher::of(PROGRAM).start(Verb::Transcode, job, limits).await.unwrap();
    loop {
        match child.next().await {
            Ok(Said::Event(_)) => {}
            Ok(Said::Ended(Ended::Done(whole))) => return Ok(whole),
            Ok(Said::Ended(Ended::Parked)) => panic!("nobody asked for that"),
            Err(error) => return Err(error),
        }
    }
}

struct Random(u64);

impl Random {
    /// Below `most`.
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

/// What is done to a file of a kind: cut at several places, bytes changed here and there, a hole in the middle.
fn damaged(whole: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for percent in [5, 40, 75, 97] {
        all.push((format!("cut at {percent} %"), whole[..whole.len() * percent / 100].to_vec()));
    }
    for (seed, every) in [(1, 40_000), (2, 5_000), (3, 400)] {
        let (mut bytes, mut random) = (whole.to_vec(), Random(seed));
        for _ in 0..(whole.len() / every).max(1) {
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
        }
        all.push((format!("one bit in {every} bytes"), bytes));
    }
    let (mut bytes, mut random) = (whole.to_vec(), Random(4));
    for _ in 0..8 {
        let at = random.below(bytes.len().min(1500));
        bytes[at] ^= 0xff;
    }
    all.push(("eight bytes of its beginning".to_owned(), bytes));
    let mut bytes = whole.to_vec();
    let hole = bytes.len() / 2..bytes.len() * 11 / 20;
    bytes[hole].fill(0);
    all.push(("a twentieth of it zeroes".to_owned(), bytes));
    all
}

/// Tries everything on some clips. Of those that say how long they are, a part is refused before anything is made of it.
async fn try_all(names: &[(&str, bool)]) {
    kiosque::media::init::init().unwrap();
    for (name, says_its_size) in names {
        let whole = std::fs::read(clip(name)).unwrap();
        for (what, bytes) in damaged(&whole) {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join(name);
            std::fs::write(&file, bytes).unwrap();
            let became = become_film(&file, folder.path()).await;
            let about = format!("{name}, {what}: {became:?}");
            match became {
                Became::Refused(error) => assert!(of_the_file(&error), "{about}"),
                Became::Failed(error) => {
                    assert!(of_the_file(&error), "{about}");
                    assert!(!what.starts_with("cut") || !says_its_size, "noticed too late: {about}");
                }
                Became::Film(promised, made) => {
                    assert!(!what.starts_with("cut") || !says_its_size, "half a film: {about}");
                    let least = promised * 9 / 10;
                    assert!((least..promised + 500).contains(&made) || promised < 500, "{about}");
                }
            }
        }
    }
}

/// Nothing to do with the server: the sentence asks for another file, and nobody tries again.
fn of_the_file(error: &MediaError) -> bool {
    matches!(error, MediaError::Damaged(_) | MediaError::NotMedia(_) | MediaError::Unsupported(_))
}

#[tokio::test]
async fn mp4_with_its_index_behind_or_in_front() {
    try_all(&[("h264-aac.mp4", true), ("h264-aac-faststart.mp4", true)]).await;
}

#[tokio::test]
async fn mp4_in_fragments_and_mov() {
    try_all(&[("h264-aac-fragmented.mp4", true), ("hevc-aac.mov", true)]).await;
}

#[tokio::test]
async fn matroska_and_webm() {
    try_all(&[("h264-aac.mkv", true), ("h264-streamed.mkv", false), ("vp8-vorbis.webm", true)]).await;
}

#[tokio::test]
async fn avi_ogg_and_transport_streams() {
    try_all(&[("mpeg4-mp3.avi", true), ("theora-vorbis.ogv", false), ("h264-aac.ts", false)]).await;
}

#[tokio::test]
async fn sounds() {
    let names = [("sound.mp3", false), ("sound.flac", false), ("sound.ogg", false)];
    try_all(&names).await;
    try_all(&[("sound.wav", true), ("sound.m4a", true)]).await;
}

/// A film that comes out of a pipe as fast as it is taken, ten seconds of it or for ever. The pipe stays open.
fn pour(pipe: &Path, frames: i32) -> impl Drop {
    struct Pouring(gst::Pipeline, Option<std::fs::File>);
    impl Drop for Pouring {
        fn drop(&mut self) {
            // Without a reader, what waits for room in the pipe comes back.
            self.1 = None;
            let _ = self.0.set_state(gst::State::Null);
        }
    }
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    // `filesrc` opens a file, looks whether it can seek in it, and opens it once more. Were there nobody else who reads,
    // whatever is written in between would find the pipe closed, and the film would end there.
    let held = std::fs::OpenOptions::new().read(true).write(true).open(pipe).unwrap();
    let line = format!(
        "videotestsrc num-buffers={frames} ! video/x-raw,width=320,height=240,framerate=30/1,format=I420 ! \
         x264enc speed-preset=ultrafast key-int-max=30 ! h264parse ! matroskamux streamable=true ! filesink name=out sync=false"
    );
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    pipeline.by_name("out").unwrap().set_property("location", pipe.to_str().unwrap());
    pipeline.set_state(gst::State::Playing).unwrap();
    Pouring(pipeline, Some(held))
}

/// A job for what comes out of a pipe, as if probing had found ten seconds.
async fn job_of_pipe(pipe: &Path, folder: &Path) -> TranscodeJob {
    let mut info = probe(&clip("h264-streamed.mkv")).await.unwrap();
    info.duration_ms = 10_000;
    info.audio = None;
    let options = LadderOptions { resolutions: vec![144], ..LadderOptions::default() };
    let mut job = job_for(pipe, info, &options, folder);
    job.limits.record_every_ms = 1;
    job
}

#[tokio::test]
async fn a_source_that_stops_moving_is_given_up_in_time_and_what_came_is_kept() {
    kiosque::media::init::init().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.mkv");
    let _pouring = pour(&pipe, 200);
    let mut job = job_of_pipe(&pipe, folder.path()).await;
    job.limits.stall_ms = 2_000;
    let begun = std::time::Instant::now();
    let error = end_of(&job).await.unwrap_err();
    assert!(matches!(&error, MediaError::Stalled(why) if why.contains("2 seconds")), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let record = Record::read(&folder.path().join(&job.files[0].name)).unwrap();
    assert!(!record.fragments.is_empty() && record.whole.is_none());
}

#[tokio::test]
async fn a_source_without_end_is_given_up() {
    kiosque::media::init::init().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.mkv");
    let _pouring = pour(&pipe, -1);
    let mut job = job_of_pipe(&pipe, folder.path()).await;
    job.limits.longest_ms = 20_000;
    let error = end_of(&job).await.unwrap_err();
    assert!(matches!(&error, MediaError::Limit(why) if why.contains("longer")), "{error:?}");
}

/// Puts `value` behind the first `mark`, `skip` bytes after its end.
fn put(bytes: &mut [u8], mark: &[u8], skip: usize, value: &[u8]) {
    let at = bytes.windows(mark.len()).position(|found| found == mark).unwrap() + mark.len() + skip;
    bytes[at..at + value.len()].copy_from_slice(value);
}

/// Lets a header say another length than the film has.
fn lie(name: &str, bytes: &mut [u8], milliseconds: u32) {
    match name.rsplit('.').next().unwrap() {
        // Duration in milliseconds (RFC 9559).
        "mkv" | "webm" => put(bytes, b"\x44\x89\x88", 0, &f64::from(milliseconds).to_be_bytes()),
        // Of the movie and of its tracks, each in units of its own.
        "mp4" => {
            let at = bytes.windows(4).position(|found| found == b"mvhd").unwrap() + 16;
            let units = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
            let value = (u64::from(units) * u64::from(milliseconds) / 1000) as u32;
            put(bytes, b"mvhd", 16, &value.to_be_bytes());
            put(bytes, b"tkhd", 20, &value.to_be_bytes());
        }
        // Frames, thirty a second.
        "avi" => put(bytes, b"avih", 4 + 16, &(milliseconds * 30 / 1000).to_le_bytes()),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_a_header_says_of_its_length_is_not_believed() {
    kiosque::media::init::init().unwrap();
    for (name, milliseconds) in [
        ("h264-aac.mkv", 3_600_000),
        ("h264-aac.mkv", 100),
        ("vp8-vorbis.webm", 3_600_000),
        ("h264-aac.mp4", 3_600_000),
        ("h264-aac.mp4", 100),
        ("h264-aac-fragmented.mp4", 3_600_000),
        ("mpeg4-mp3.avi", 3_600_000),
        ("mpeg4-mp3.avi", 100),
    ] {
        let mut bytes = std::fs::read(clip(name)).unwrap();
        lie(name, &mut bytes, milliseconds);
        assert!(bytes != std::fs::read(clip(name)).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let became = become_film(&file, folder.path()).await;
        let about = format!("{name}, {milliseconds}: {became:?}");
        match became {
            Became::Film(promised, made) => {
                assert!(promised.abs_diff(3000) < 100 && made.abs_diff(3000) < 100, "{about}");
            }
            // GStreamer takes tracks that are much shorter than the whole for previews, and finds nothing else.
            Became::Refused(error) => {
                assert!(
                    of_the_file(&error) && (name, milliseconds) == ("h264-aac.mp4", 3_600_000),
                    "{about}"
                );
            }
            Became::Failed(_) => panic!("{about}"),
        }
    }
}
