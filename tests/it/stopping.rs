//! Work that nobody wants any more: deleting and cancelling stop it at once, and leave nothing behind.

use crate::{
    common::{
        Server,
        program::{Program, children, is_running, prepare},
        until,
    },
    standstill::planned,
};
use kiosque::{
    jobs::Job,
    storage::Storage,
    videos::making::{self, Probed},
};
use reqwest::Method;
use serde_json::json;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// From the answer to the end of the process, on a machine that is busy with other tests.
const AT_ONCE: Duration = Duration::from_secs(3);

/// All files below the folders that hold what was made or is being made.
fn files(data: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![data.join("media"), data.join("tmp")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path.display().to_string()) }
        }
    }
    found
}

async fn until_gone(processes: &[u32]) -> Duration {
    let begun = Instant::now();
    until("the processes to be gone", || async {
        processes.iter().all(|process| !is_running(*process)).then_some(())
    })
    .await;
    begun.elapsed()
}

/// Sends a film and waits until renditions of it are written; gives its UUID and the processes at work.
async fn begun(program: &Program) -> (String, Vec<u32>) {
    let uuid = program.send("slow.webm").await;
    let path = format!("/api/v1/videos/{uuid}/progress");
    let working = until("the work to be under way", || async {
        let progress = program.json(&path).await;
        assert_ne!(progress["stage"], "ready", "the film was made too quickly to be stopped");
        (progress["playable"] == true).then(|| program.children()).filter(|working| !working.is_empty())
    })
    .await;
    (uuid, working)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_that_is_deleted_while_it_is_made_is_gone_with_all_its_files() {
    let dir = prepare();
    let program = Program::start(dir.path()).await;
    let (uuid, working) = begun(&program).await;
    assert!(files(dir.path()).iter().any(|file| file.contains(&uuid)));
    let deleted = program.request(Method::DELETE, &format!("/api/v1/videos/{uuid}")).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    let took = until_gone(&working).await;
    assert!(took < AT_ONCE, "{took:?}");
    until("its files to be gone", || async { files(dir.path()).is_empty().then_some(()) }).await;
    assert!(!dir.path().join("media/hls").join(&uuid).exists());
    assert_eq!(program.json("/api/v1/jobs/failed").await["total"], 0);
    assert_eq!(program.json("/api/v1/jobs/active").await["total"], 0);
    // The next film is made as if nothing had been.
    let (_, working) = begun(&program).await;
    program.terminate().await;
    assert!(until_gone(&working).await < AT_ONCE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_ends_at_once_and_goes_on_where_it_was_when_tried_again() {
    let dir = prepare();
    let program = Program::start(dir.path()).await;
    let (uuid, working) = begun(&program).await;
    let list = program.json("/api/v1/jobs/active?jobType=transcode").await;
    let job = list["data"][0]["id"].as_str().unwrap().to_owned();
    let act = async |what: &str| {
        let answer = program.request(Method::POST, &format!("/api/v1/jobs/{job}/{what}")).json(&json!({}));
        assert_eq!(answer.send().await.unwrap().status(), 204);
    };
    act("cancel").await;
    let took = until_gone(&working).await;
    assert!(took < AT_ONCE, "{took:?}");
    let path = format!("/api/v1/videos/{uuid}/progress");
    let progress = program.json(&path).await;
    assert_eq!((&progress["stage"], &progress["reasonCode"]), (&json!("failed"), &json!("cancelled")));
    let states: Vec<_> = progress["renditions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rung| rung["state"].as_str().unwrap())
        .collect();
    assert!(states.contains(&"stopped"), "{states:?}");
    assert!(states.iter().all(|state| ["ready", "stopped"].contains(state)), "nothing waits: {states:?}");
    let half: Vec<_> = files(dir.path()).into_iter().filter(|file| file.ends_with(".new")).collect();
    assert!(half.is_empty(), "{half:?}");
    act("retry").await;
    until("the whole ladder", || async { (program.json(&path).await["stage"] == "ready").then_some(()) })
        .await;
    program.kill().await;
}

/// Processes of ours that look at a file.
fn at_a_file(verb: &str) -> Vec<u32> {
    let looks = |process: &u32| {
        std::fs::read_to_string(format!("/proc/{process}/cmdline")).is_ok_and(|line| line.contains(verb))
    };
    children(std::process::id()).into_iter().filter(looks).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_that_is_deleted_while_its_source_is_looked_at_is_gone() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let video = server.db_unmade_video(&person, json!({"name": "Never seen"})).await;
    let id = video.id;
    let source = server.app.db.read(move |conn| making::source(conn, id)).await.unwrap().unwrap();
    // A pipe that nobody writes into: looking at it takes for ever.
    let pipe = server.dir.path().join(Storage::source(&source.file.unwrap()));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let now = server.app.clock.now();
    for (job, verb) in [(Job::Probe { video: id }, "probe"), (Job::Pictures { video: id }, "thumbnail")] {
        server.app.db.write(move |tx| kiosque::jobs::enqueue(tx, now, &job)).await.unwrap();
        until("it to be looked at", || async { (!at_a_file(verb).is_empty()).then_some(()) }).await;
    }
    let working = [at_a_file("probe"), at_a_file("thumbnail")].concat();
    assert_eq!(working.len(), 2);
    assert_eq!(person.delete(&format!("/api/v1/videos/{}", video.uuid)).await.status(), 204);
    let took = until_gone(&working).await;
    assert!(took < AT_ONCE, "{took:?}");
    until("its files to be gone", || async { files(server.dir.path()).is_empty().then_some(()) }).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_whole_in_the_last_moment_does_not_hide_that_the_work_was_cancelled() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let video = server.db_unmade_video(&person, json!({"name": "Half made"})).await;
    let (id, now) = (video.id, server.app.clock.now());
    let probed = Probed {
        duration_ms: 3000,
        displayed: Some((320, 240)),
        info: json!({}),
        plan: json!({}),
        renditions: vec![planned(144), planned(240)],
        chapters: Vec::new(),
        first_alone: false,
    };
    let whole = making::Whole {
        resolution: 144,
        width: 192,
        height: 144,
        fps: 30,
        codecs: "avc1.64000c".to_owned(),
        has_video: true,
        has_audio: false,
        size: 1000,
        bit_rate: 1000,
        duration_ms: 3000,
    };
    let write = move |tx: &rusqlite::Transaction<'_>| {
        making::probed(tx, now, id, &probed)?;
        kiosque::jobs::cancel_subject(tx, now, &kiosque::jobs::video_subject(id))?;
        making::failed(tx, now, id, "cancelled")?;
        making::rendition_ready(tx, now, id, &whole)?;
        making::stopped(tx, now, id)
    };
    server.app.db.write(write).await.unwrap();
    let progress = person.json(&format!("/api/v1/videos/{}/progress", video.uuid)).await;
    assert_eq!(
        (&progress["stage"], &progress["reasonCode"], &progress["state"]["id"]),
        (&json!("failed"), &json!("cancelled"), &json!(1)),
        "it can be watched, and is not all there"
    );
    assert_eq!(progress["renditions"][1]["state"], "stopped");
    let list = person.json("/api/v1/users/me/videos").await;
    assert_eq!(list["data"][0]["progress"]["reasonCode"], "cancelled");
    // While a job is under way for it, it is not called cancelled.
    let now = server.app.clock.now();
    let later = now.plus_seconds(3600);
    let write = move |tx: &rusqlite::Transaction<'_>| {
        making::tried_again(tx, now, id)?;
        kiosque::jobs::enqueue_at(tx, now, later, &Job::Transcode { video: id, first: false })?;
        making::stopped(tx, now, id)
    };
    server.app.db.write(write).await.unwrap();
    let progress = person.json(&format!("/api/v1/videos/{}/progress", video.uuid)).await;
    assert_eq!(
        (&progress["stage"], &progress["renditions"][1]["state"]),
        (&json!("queued"), &json!("waiting"))
    );
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_between_files_and_rows_is_swept() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let video = server.db_video(&person, json!({"name": "Stays"})).await;
    let dir = server.stop().await;
    let kept = [
        format!("media/hls/{}/a-240-fragmented.mp4", video.uuid),
        "media/pictures/0a0a.jpg".to_owned(),
        "media/hls/README".to_owned(),
    ];
    let orphans = [
        format!("media/hls/{}/a-240-fragmented.mp4", uuid::Uuid::new_v4()),
        "media/web-videos/orphan-240.mp4".to_owned(),
        "media/web-videos/orphan-240.partial".to_owned(),
        "media/pictures/0a0a.partial".to_owned(),
    ];
    for file in kept.iter().chain(&orphans) {
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x").unwrap();
    }
    let server = Server::start_in(dir, kiosque::clock::Clock::system(), |_| {}).await;
    until("the sweep", || async { server.get("/api/v1/ping").await.status().is_success().then_some(()) })
        .await;
    let mut found = files(server.dir.path());
    found.sort();
    let path = |file: &String| server.dir.path().join(file).display().to_string();
    let mut expected: Vec<_> = kept.iter().map(path).collect();
    expected.sort();
    assert_eq!(found, expected);
    server.stop().await;
}
