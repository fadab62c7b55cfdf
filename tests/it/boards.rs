//! Films on boards that we do not have: the real program believes to run on one, and an element that refuses what the
//! driver refuses stands in for its encoder.

use crate::common::{
    program::{PROGRAM, Program, prepare},
    until,
};
use kiosque::media::{
    board::DeviceRefusal,
    h264,
    probe::{ProbeJob, probe},
    record::Record,
    standin::{BOARD_VARIABLE, FakeBoard, Limits},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The program on a board, with a film that it has made of a clip.
struct Made {
    dir: tempfile::TempDir,
    program: Program,
    uuid: String,
    progress: Value,
}

/// Sends a clip to a board and waits until all of it is made. Nothing is copied.
async fn made_on(board: &FakeBoard, clip: &str, resolutions: &[u32]) -> Made {
    let dir = prepare();
    let environment = [
        (BOARD_VARIABLE, serde_json::to_string(board).unwrap()),
        ("KIOSQUE_TRANSCODING__STALL_SECONDS", "3".to_owned()),
    ];
    let program = Program::start_with(dir.path(), &environment).await;
    let change = json!({"transcoding": {"resolutions": resolutions, "copyFactor": 0.0}});
    let changed = program.request(Method::PUT, "/api/v1/server/settings").json(&change).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    let uuid = program.send(clip).await;
    let path = format!("/api/v1/videos/{uuid}/progress");
    let progress = until("the whole ladder", || async {
        let progress = program.json(&path).await;
        assert_ne!(progress["stage"], "failed", "{progress}");
        (progress["stage"] == "ready").then_some(progress)
    })
    .await;
    assert_eq!(program.json("/api/v1/jobs/failed").await["total"], 0);
    Made { dir, program, uuid, progress }
}

/// One rendition as it lies on the disk.
#[derive(Debug, PartialEq)]
struct OnDisk {
    resolution: u32,
    /// Who made it.
    encoder: String,
    /// What a player sees.
    size: (u32, u32),
}

impl Made {
    fn files(&self) -> Vec<PathBuf> {
        let folder = self.dir.path().join("media/hls").join(&self.uuid);
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "mp4")).collect()
    }

    /// Its renditions with pictures, smallest first.
    fn renditions(&self) -> Vec<OnDisk> {
        let mut found: Vec<OnDisk> = self.files().iter().filter_map(|path| on_disk(path)).collect();
        found.sort_by_key(|one| one.resolution);
        found
    }

    /// What is said of its making, to its owner and to administrators.
    async fn note(&self) -> Option<String> {
        let list = self.program.json("/api/v1/jobs/completed?jobType=transcode").await;
        let of_job = list["data"][0]["note"].clone();
        assert_eq!(of_job, self.progress["note"]);
        of_job.as_str().map(str::to_owned)
    }
}

fn on_disk(path: &Path) -> Option<OnDisk> {
    let heading = Record::read(path).unwrap().heading;
    if heading.resolution == 0 {
        return None;
    }
    let bytes = std::fs::read(path).unwrap();
    let configuration = bytes.windows(4).position(|four| four == b"avcC").unwrap() + 4;
    // The header's sizes and the one in the stream itself, which a player obeys.
    let size = h264::visible_size(&bytes[configuration..]).unwrap();
    let found = probe(&ProbeJob::new(path)).unwrap();
    assert_eq!(found.video.unwrap().displayed(), size, "{}", path.display());
    assert!(found.duration_ms.abs_diff(2000) < 100, "{}: {} ms", path.display(), found.duration_ms);
    let encoder = heading.recipe.rsplit(' ').next().unwrap().to_owned();
    Some(OnDisk { resolution: heading.resolution, encoder, size })
}

const CHIP: &str = "v4l2:/dev/video11";

fn rendition(resolution: u32, encoder: &str, width: u32, height: u32) -> OnDisk {
    OnDisk { resolution, encoder: encoder.to_owned(), size: (width, height) }
}

fn pi4(limits: Limits) -> FakeBoard {
    FakeBoard { limits, ..FakeBoard::pi4() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chip_makes_films_of_any_shape_and_shows_no_more_than_the_film() {
    for (clip, top, small) in [
        ("wide.webm", rendition(480, CHIP, 854, 480), rendition(144, CHIP, 256, 144)),
        ("tall.webm", rendition(480, CHIP, 480, 854), rendition(144, CHIP, 144, 256)),
        ("odd-wide.webm", rendition(358, CHIP, 602, 358), rendition(144, CHIP, 242, 144)),
    ] {
        let made = made_on(&pi4(Limits::default()), clip, &[0, 144, 480]).await;
        assert_eq!(made.renditions(), [small, top], "{clip}");
        assert_eq!(made.note().await, None);
        made.program.kill().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_for_the_chip_is_made_in_software_beside_it() {
    let chip = Limits { largest: (640, 640), ..Limits::default() };
    let mut board = pi4(chip);
    for device in &mut board.devices {
        if let Ok(answer) = &mut device.answer
            && answer.encodes_h264
        {
            answer.largest = Some((640, 640));
        }
    }
    let made = made_on(&board, "wide.webm", &[240, 480]).await;
    assert_eq!(made.renditions(), [rendition(240, CHIP, 428, 240), rendition(480, "x264", 854, 480)]);
    assert_eq!(made.note().await, None, "nothing went wrong");
    made.program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chip_with_few_sessions_makes_the_largest_and_software_the_rest() {
    let made =
        made_on(&pi4(Limits { sessions: 2, ..Limits::default() }), "wide.webm", &[144, 240, 360, 480]).await;
    let encoders: Vec<String> = made.renditions().into_iter().map(|one| one.encoder).collect();
    assert_eq!(encoders, ["x264", "x264", CHIP, CHIP]);
    let note = made.note().await.unwrap();
    assert!(note.contains("makes 2 qualities at once") && note.contains("Failed to allocate"), "{note}");
    made.program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kernel_without_memory_for_the_chip_leaves_it_to_software() {
    // Enough for the largest alone; and for none.
    for (memory, expected, words) in [
        (6 << 20, ["x264", "x264", "x264", CHIP], "makes 1 qualities at once"),
        (0, ["x264"; 4], "could not make this film"),
    ] {
        let limits = Limits { memory: Some(memory), ..Limits::default() };
        let made = made_on(&pi4(limits), "wide.webm", &[144, 240, 360, 480]).await;
        let encoders: Vec<String> = made.renditions().into_iter().map(|one| one.encoder).collect();
        assert_eq!(encoders, expected);
        let note = made.note().await.unwrap();
        assert!(note.contains(words) && note.contains("Failed to allocate required memory"), "{note}");
        made.program.kill().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chip_that_breaks_down_or_hangs_in_the_middle_leaves_the_film_to_software() {
    for (limits, words) in [
        (Limits { fails_after: Some(40), ..Limits::default() }, "Failed to process frame"),
        (Limits { hangs_after: Some(40), ..Limits::default() }, "standstill"),
    ] {
        let made = made_on(&pi4(limits), "wide.webm", &[0, 240, 480]).await;
        assert_eq!(
            made.renditions(),
            [rendition(240, "x264", 428, 240), rendition(480, "x264", 854, 480)],
            "{words}"
        );
        let note = made.note().await.unwrap();
        assert!(note.contains("bcm2835-codec") && note.contains(words), "{note}");
        made.program.kill().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standstill_that_nothing_else_can_take_over_ends_with_a_reason() {
    let limits = Limits { hangs_after: Some(40), ..Limits::default() };
    let lacks = vec!["x264enc".to_owned(), "openh264enc".to_owned()];
    let board = FakeBoard { lacks, ..pi4(limits) };
    let dir = prepare();
    let environment = [
        (BOARD_VARIABLE, serde_json::to_string(&board).unwrap()),
        ("KIOSQUE_TRANSCODING__STALL_SECONDS", "2".to_owned()),
    ];
    let program = Program::start_with(dir.path(), &environment).await;
    let uuid = program.send("wide.webm").await;
    let begun = std::time::Instant::now();
    let path = format!("/api/v1/videos/{uuid}/progress");
    let progress = until("the standstill to be noticed", || async {
        let progress = program.json(&path).await;
        (progress["stage"] == "paused").then_some(progress)
    })
    .await;
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    assert_eq!(progress["reasonCode"], "stalled");
    assert!(progress["reason"].as_str().unwrap().contains("standstill"), "{progress}");
    let list = program.json("/api/v1/jobs/delayed?jobType=transcode").await;
    let job = &list["data"][0];
    assert_eq!((&job["attempts"], &job["reasonCode"]), (&json!(1), &json!("stalled")));
    assert!(job["error"].as_str().unwrap().contains("nothing has moved for 2 seconds"), "{job}");
    program.terminate().await;
}

/// What the page of administrators and `kiosque doctor` say of the encoder of a board.
async fn said(board: &FakeBoard, forced: Option<&str>) -> (Value, String) {
    let dir = prepare();
    let mut environment = vec![(BOARD_VARIABLE, serde_json::to_string(board).unwrap())];
    environment.extend(forced.map(|name| ("KIOSQUE_TRANSCODING__ENCODER", name.to_owned())));
    let program = Program::start_with(dir.path(), &environment).await;
    let page = program.json("/api/v1/server/encoder").await;
    let health = program.json("/api/v1/server/health").await;
    program.kill().await;
    let mut doctor = Command::new(PROGRAM);
    doctor.args(["doctor", "--data-dir"]).arg(dir.path()).envs(environment.iter().map(|(n, v)| (n, v)));
    let printed = String::from_utf8(doctor.output().unwrap().stdout).unwrap();
    let finding = health["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "encoder");
    let detail = finding.unwrap()["detail"].as_str().unwrap();
    assert!(printed.contains(detail), "{detail} is not in {printed}");
    (page, printed)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_board_says_what_it_encodes_with_and_why() {
    for (board, forced, chosen, code, words) in [
        (FakeBoard::pi3(), None, CHIP, "hardware", "encodes H.264 on its own chip"),
        (FakeBoard::pi4(), Some("auto"), CHIP, "hardware", "driver bcm2835-codec"),
        (FakeBoard::pi5(), None, "x264", "software", "no chip for H.264"),
        (FakeBoard::plain_pc(), None, "x264", "software", "no chip for H.264"),
        (FakeBoard::refusing(DeviceRefusal::Denied), None, "x264", "software", "The chip cannot be used"),
        (FakeBoard::pi4(), Some("x264"), "x264", "forced", "The configuration asks for it"),
        (FakeBoard::pi4(), Some("openh264"), "openh264", "forced", "The configuration asks for it"),
        (
            FakeBoard::pi5(),
            Some("v4l2"),
            "x264",
            "software",
            "asks for the encoder “v4l2”, which cannot be used",
        ),
    ] {
        let (page, printed) = said(&board, forced).await;
        let selected = &page["selected"];
        assert_eq!((&selected["id"], &selected["reasonCode"]), (&json!(chosen), &json!(code)), "{page}");
        assert!(printed.contains(words), "{words} is not in {printed}");
        assert_eq!(page["warning"].is_string(), forced == Some("v4l2"), "{page}");
    }
}
