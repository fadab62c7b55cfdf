//! Work that comes to a standstill every time ends, and says why.

use crate::common::{Server, clips::clip, until};
use kiosque::{
    clock::{Clock, Timestamp},
    jobs,
    media::{
        child::Verb,
        hls,
        ladder::{LadderOptions, Plan},
        limits::Limits,
        probe::ProbeJob,
        source::SourceInfo,
    },
    storage::Storage,
    videos::making::{self, Probed, Rendition},
};
use serde_json::{Value, json};

/// A rendition that is to be made.
pub fn planned(resolution: u32) -> Rendition {
    let name = uuid::Uuid::new_v4();
    Rendition {
        resolution,
        width: 192,
        height: 144,
        fps: 30,
        file: hls::media_name(name, resolution),
        playlist: Some(hls::playlist_name(name, resolution)),
        codecs: None,
        has_video: true,
        has_audio: true,
        copied: false,
        size: None,
        bit_rate: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_stalls_every_time_fails_with_a_sentence_and_is_not_tried_for_ever() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |config| {
        config.transcoding.stall_seconds = 1;
    })
    .await;
    let person = server.user("alice").await;
    let video = server.db_unmade_video(&person, json!({"name": "Stands still"})).await;
    let (id, never) = (video.id, tokio_util::sync::CancellationToken::new());
    let probe = ProbeJob::new(clip("h264-aac.mp4"));
    let info: SourceInfo =
        server.app.launcher.call(Verb::Probe, &probe, Limits::look(), &never).await.unwrap();
    let plan = Plan::new(&info, &LadderOptions { resolutions: vec![144], ..LadderOptions::default() });
    let source = server.app.db.read(move |conn| making::source(conn, id)).await.unwrap().unwrap();
    // A pipe that is open and that nothing ever comes out of.
    let pipe = server.dir.path().join(Storage::source(&source.file.unwrap()));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let held = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    let now = server.app.clock.now();
    let probed = Probed {
        duration_ms: info.duration_ms,
        displayed: Some((320, 240)),
        info: serde_json::to_value(&info).unwrap(),
        plan: serde_json::to_value(&plan).unwrap(),
        renditions: vec![planned(144)],
        chapters: Vec::new(),
        first_alone: false,
    };
    server.app.db.write(move |tx| making::probed(tx, now, id, &probed)).await.unwrap();

    let path = format!("/api/v1/videos/{}/progress", video.uuid);
    let tries = jobs::Job::Transcode { video: id, first: false }.max_attempts();
    for attempt in 1..tries {
        let progress = until("the work to stand still", || async {
            let progress = person.json(&path).await;
            (progress["stage"] == "paused").then_some(progress)
        })
        .await;
        assert_eq!(progress["reasonCode"], "stalled", "{attempt}: {progress}");
        clock.advance(120);
        server.app.db.write(|_| Ok(())).await.unwrap();
        until("it to be tried again", || async {
            (person.json(&path).await["stage"] != "paused").then_some(())
        })
        .await;
    }
    let progress = until("the end of it", || async {
        let progress = person.json(&path).await;
        (progress["stage"] == "failed").then_some(progress)
    })
    .await;
    assert_eq!((&progress["state"]["id"], &progress["reasonCode"]), (&json!(7), &json!("stalled")));
    assert!(progress["reason"].as_str().unwrap().contains("came to a standstill"), "{progress}");
    assert_eq!(progress["renditions"][0]["state"], "stopped", "{progress}");
    // Hours later nobody works at it.
    clock.advance(5 * 3600);
    server.app.db.write(|_| Ok(())).await.unwrap();
    let admin = server.admin().await;
    let list = admin.json("/api/v1/jobs/failed?jobType=transcode").await;
    assert_eq!((&list["total"], &list["data"][0]["attempts"]), (&json!(1), &json!(tries)));
    for state in ["active", "waiting", "delayed"] {
        let list = admin.json(&format!("/api/v1/jobs/{state}?jobType=transcode")).await;
        assert_eq!(list["total"], 0, "{state}");
    }
    assert_eq!(person.json(&path).await["stage"], Value::from("failed"));
    drop(held);
    server.stop_whatever_failed().await;
}
