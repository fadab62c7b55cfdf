//! The media process: the real binary, started as the server starts it.

use crate::common::clips::clip;
use kiosque::media::{
    MediaError,
    board::ThisBoard,
    child::{Child, Ended, Launcher, Said, Verb},
    encoder::{EncoderTest, ReasonCode, TestJob, select},
    hls,
    ladder::{LadderOptions, Plan},
    limits::Limits,
    probe::ProbeJob,
    record::Whole,
    source::SourceInfo,
    standin::{BOARD_VARIABLE, FakeBoard},
    storyboard::{Layout, StoryboardJob},
    thumbnail::{MINIATURE, PictureOrigin, PictureOutput, ThumbnailJob, ThumbnailMade},
    transcode::{self, MediaFile, TranscodeEvent, TranscodeJob},
};
use std::{
    io::Write as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kiosque");

async fn probe(name: &str, limits: Limits) -> Result<SourceInfo, MediaError> {
    let never = CancellationToken::new();
    Launcher::of(PROGRAM).call(Verb::Probe, &ProbeJob::new(clip(name)), limits, &never).await
}

#[tokio::test]
async fn a_file_is_probed_in_a_process_of_its_own() {
    let found = probe("h264-aac.mp4", Limits::look()).await.unwrap();
    assert_eq!(found.video.unwrap().displayed(), (320, 240));
    let refused = probe("text.mp4", Limits::look()).await.unwrap_err();
    assert_eq!(refused, MediaError::NotMedia("a text".into()));
}

#[tokio::test]
async fn a_server_inside_a_test_finds_the_program_too() {
    let launcher = Launcher::this_program().unwrap();
    let job = ProbeJob::new(clip("sound.mp3"));
    let never = CancellationToken::new();
    let found: SourceInfo = launcher.call(Verb::Probe, &job, Limits::look(), &never).await.unwrap();
    assert_eq!(found.container, "mp3");
}

#[tokio::test]
async fn a_playlist_behind_a_sound_tag_reaches_nobody() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.ts");
    std::fs::copy(clip("h264-aac.ts"), &secret).unwrap();
    for target in [format!("http://{address}/a.ts"), format!("file://{}", secret.display())] {
        let mut bytes = b"ID3\x04\0\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0".to_vec();
        bytes.extend(
            format!(
                "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{target}\n#EXT-X-ENDLIST\n"
            )
            .repeat(3)
            .bytes(),
        );
        let file = folder.path().join("song.mp3");
        std::fs::write(&file, bytes).unwrap();
        let never = CancellationToken::new();
        let launcher = Launcher::of(PROGRAM);
        let job = ProbeJob::new(&file);
        let probing = launcher.call::<_, SourceInfo>(Verb::Probe, &job, Limits::look(), &never);
        tokio::select! {
            _ = listener.accept() => panic!("it asked the network"),
            refused = probing => assert!(refused.is_err(), "{refused:?}"),
        }
    }
}

#[tokio::test]
async fn memory_has_a_limit() {
    let error = probe("h264-aac.mp4", Limits { memory: 3 << 20, ..Limits::look() }).await.unwrap_err();
    assert!(!matches!(error, MediaError::NotMedia(_) | MediaError::Damaged(_)), "{error:?}");
}

#[tokio::test]
async fn processor_time_has_a_limit() {
    let job = TestJob { film: 3600, patience: 3600, ..TestJob::default() };
    let limits = Limits { cpu_seconds: 1, ..Limits::look() };
    let never = CancellationToken::new();
    let ended: Result<EncoderTest, _> =
        Launcher::of(PROGRAM).call(Verb::EncoderTest, &job, limits, &never).await;
    let error = ended.unwrap_err();
    assert!(matches!(&error, MediaError::Limit(why) if why.contains("processor time")), "{error:?}");
}

#[tokio::test]
async fn pictures_are_made_in_a_process_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let output = PictureOutput::new(folder.path().join("miniature.jpg"), MINIATURE);
    let from = PictureOrigin::Media { file: clip("black-first.mp4"), info: None, moment_ms: None };
    let job = ThumbnailJob { from, outputs: vec![output.clone()] };
    let never = CancellationToken::new();
    let launcher = Launcher::of(PROGRAM).with_cache(folder.path());
    let made: ThumbnailMade = launcher.call(Verb::Thumbnail, &job, Limits::look(), &never).await.unwrap();
    assert!(made.real);
    assert_eq!(made.sizes, [output.file.metadata().unwrap().len()]);
    assert!(folder.path().join("gstreamer-registry.bin").exists());

    let to = folder.path().join("storyboard.jpg");
    let job = StoryboardJob { file: clip("black-first.mp4"), info: None, to: to.clone() };
    let layout: Option<Layout> = launcher.call(Verb::Storyboard, &job, Limits::look(), &never).await.unwrap();
    assert_eq!(layout.unwrap().sprites, 8);
    assert!(to.exists());
}

/// A transcode of a film of 80 seconds into two rungs, recorded every second.
fn long_job(folder: &std::path::Path) -> TranscodeJob {
    let source = clip("long.webm");
    let info = kiosque::media::probe::probe(&ProbeJob::new(&source)).unwrap();
    let options = LadderOptions { resolutions: vec![144, 240], ..LadderOptions::default() };
    let plan = Plan::new(&info, &options);
    let files = plan.renditions.iter().map(|r| MediaFile {
        resolution: r.resolution,
        name: hls::media_name(uuid::Uuid::from_u128(u128::from(r.resolution)), r.resolution),
    });
    TranscodeJob {
        files: files.collect(),
        source,
        info,
        plan,
        folder: folder.to_owned(),
        encoder: select(&ThisBoard, Some("x264")).selected.unwrap(),
        software: None,
        limits: transcode::Limits { record_every_ms: 1000, ..transcode::Limits::default() },
    }
}

type Transcode = Child<TranscodeEvent, Vec<Whole>>;

async fn transcode(job: &TranscodeJob) -> Transcode {
    transcode_on(&Launcher::of(PROGRAM), job).await
}

async fn transcode_on(launcher: &Launcher, job: &TranscodeJob) -> Transcode {
    let limits = Limits::transcode(Duration::from_millis(job.info.duration_ms), job.info.size, 0);
    launcher.start(Verb::Transcode, job, limits).await.unwrap()
}

/// Reads until a fragment after the first `seconds` is told.
async fn until(child: &mut Transcode, seconds: u64) {
    loop {
        match child.next().await.unwrap() {
            Said::Event(TranscodeEvent::Fragment { start_ms, .. }) if start_ms >= seconds * 1000 => return,
            Said::Event(_) => {}
            Said::Ended(ended) => panic!("it ended before second {seconds}: {ended:?}"),
        }
    }
}

async fn end(child: &mut Transcode) -> Ended<Vec<Whole>> {
    loop {
        if let Said::Ended(ended) = child.next().await.unwrap() {
            return ended;
        }
    }
}

#[tokio::test]
async fn a_transcode_is_parked_killed_and_terminated_and_comes_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let job = long_job(folder.path());

    let mut child = transcode(&job).await;
    until(&mut child, 8).await;
    child.park().await;
    assert_eq!(end(&mut child).await, Ended::Parked);

    let mut child = transcode(&job).await;
    until(&mut child, 16).await;
    drop(child);

    let mut child = transcode(&job).await;
    until(&mut child, 24).await;
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(end(&mut child).await, Ended::Parked);

    let Ended::Done(whole) = end(&mut transcode(&job).await).await else { panic!("not done") };
    assert_eq!(whole.len(), job.plan.renditions.len());
    for rendition in whole {
        assert!(rendition.duration_ms.abs_diff(80_000) < 100, "{rendition:?}");
    }
}

#[tokio::test]
async fn the_chip_of_another_board_encodes_and_says_what_it_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let mut board = FakeBoard::pi4();
    let mut job = long_job(folder.path());
    job.source = clip("vp8-vorbis.webm");
    job.info = kiosque::media::probe::probe(&ProbeJob::new(&job.source)).unwrap();
    job.plan =
        Plan::new(&job.info, &LadderOptions { resolutions: vec![144, 240], ..LadderOptions::default() });
    job.encoder = select(&board, None).selected.unwrap();
    assert!(job.encoder.hardware);
    let on = |board: &FakeBoard| {
        Launcher::of(PROGRAM).with_variable(BOARD_VARIABLE, serde_json::to_string(board).unwrap())
    };

    board.limits.fails_after = Some(30);
    let mut child = transcode_on(&on(&board), &job).await;
    let error = loop {
        match child.next().await {
            Ok(Said::Event(_)) => {}
            Ok(Said::Ended(ended)) => panic!("{ended:?}"),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(&error, MediaError::Encoder(why) if why.contains("Failed to process frame")),
        "{error:?}"
    );

    board.limits.fails_after = None;
    let Ended::Done(whole) = end(&mut transcode_on(&on(&board), &job).await).await else {
        panic!("not done")
    };
    assert_eq!(whole.len(), 2);
    assert!(whole.iter().all(|rendition| rendition.duration_ms.abs_diff(3000) < 100), "{whole:?}");
}

#[test]
fn the_encoder_of_another_board_is_tried() {
    let job = serde_json::json!({"job": TestJob { film: 1, ..TestJob::default() }});
    let output = run_by_hand("encoder-test", &job.to_string(), Some(&FakeBoard::pi4()));
    let line: serde_json::Value = serde_json::from_str(output.lines().last().unwrap()).unwrap();
    let test: EncoderTest =
        serde_json::from_value(line["done"].clone()).unwrap_or_else(|e| panic!("{e}: {output}"));
    assert_eq!((test.encoder.hardware, test.encoder.reason_code), (true, ReasonCode::Hardware));
    assert_eq!((test.width, test.height), (1280, 720));
    assert!(test.speed > 0.0);
}

#[test]
fn an_unknown_verb_is_refused_with_the_known_ones() {
    let output = Command::new(PROGRAM).args(["media", "juggle"]).stdin(Stdio::null()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("encoder-test"));
}

#[test]
fn no_child_outlives_its_server() {
    let job = TestJob { film: 3600, patience: 3600, ..TestJob::default() };
    let order = serde_json::json!({"limits": Limits::look(), "watched": true, "job": job});
    let mut child = Command::new(PROGRAM)
        .args(["media", "encoder-test"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{order}").unwrap();
    assert!(child.try_wait().unwrap().is_none());
    drop(input);
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it still runs");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn run_by_hand(verb: &str, order: &str, board: Option<&FakeBoard>) -> String {
    let mut command = Command::new(PROGRAM);
    command.args(["media", verb]).stdin(Stdio::piped()).stdout(Stdio::piped());
    if let Some(board) = board {
        command.env(BOARD_VARIABLE, serde_json::to_string(board).unwrap());
    }
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{order}").unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}
