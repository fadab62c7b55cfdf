//! The real program, killed with `kill -9` in the middle of what it does: nothing that was acknowledged is lost, nothing
//! stays stuck, no child goes on alone.

use crate::common::{
    clips::clip,
    program::{Program, prepare},
    until,
};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::Duration;

const TIMES: usize = 10;

/// The part that is done of the rendition that is furthest.
fn furthest(progress: &Value) -> f64 {
    let rungs =
        progress["renditions"].as_array().unwrap().iter().filter(|rung| rung["resolution"]["id"] != 0);
    rungs.filter_map(|rung| rung["done"].as_f64()).fold(0.0, f64::max)
}

fn acknowledged(answer: &Response) -> usize {
    assert_eq!(answer.status(), 308);
    let range = answer.headers().get("range").map(|range| range.to_str().unwrap().to_owned());
    range.map_or(0, |range| range.rsplit('-').next().unwrap().parse::<usize>().unwrap() + 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_ten_times_while_a_film_arrives() {
    let dir = prepare();
    let film = std::fs::read(clip("long.mp4")).unwrap();
    let step = film.len() / (TIMES + 1);
    let mut program = Program::start(dir.path()).await;
    let path = program.announce("long.mp4", film.len()).await;
    let mut safe = 0;
    for time in 0..TIMES {
        let answer = program.piece(&path, &film, safe, safe + step).await;
        safe = acknowledged(&answer);
        // The next piece is under way when the program is killed: nothing, a little or all of it has come.
        let (sender, body) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(4);
        let body =
            futures::stream::unfold(body, |mut body| async { body.recv().await.map(|chunk| (chunk, body)) });
        let end = (safe + step).min(film.len() - 1);
        let request = program
            .request(Method::PUT, &path)
            .header("Content-Range", format!("bytes {safe}-{}/{}", end - 1, film.len()))
            .body(reqwest::Body::wrap_stream(body));
        let sending = tokio::spawn(request.send());
        let part = (end - safe) * time / TIMES;
        sender.send(Ok(film[safe..safe + part].to_vec())).await.unwrap();
        if time % 2 == 0 {
            let _ = tokio::time::timeout(Duration::from_millis(30), sender.closed()).await;
        }
        program.kill().await;
        drop(sender);
        let _ = sending.await;
        program = Program::start(dir.path()).await;
        let asked = program
            .request(Method::PUT, &path)
            .header("Content-Range", format!("bytes */{}", film.len()))
            .send()
            .await
            .unwrap();
        let there = acknowledged(&asked);
        assert!(there >= safe, "{there} of {safe} acknowledged bytes are left");
        safe = there;
    }
    let answer = program.piece(&path, &film, safe, film.len()).await;
    assert_eq!(answer.status(), 200);
    let sources: Vec<_> = std::fs::read_dir(dir.path().join("media/sources")).unwrap().collect();
    assert_eq!(sources.len(), 1);
    assert!(
        std::fs::read(sources[0].as_ref().unwrap().path()).unwrap() == film,
        "every byte is as it was sent"
    );
    assert_eq!(std::fs::read_dir(dir.path().join("tmp/uploads")).unwrap().count(), 0);
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_ten_times_while_renditions_are_made() {
    let dir = prepare();
    let mut program = Program::start(dir.path()).await;
    let uuid = program.send("long.webm").await;
    let path = format!("/api/v1/videos/{uuid}/progress");
    let mut interrupted = 0;
    for time in 0..TIMES {
        // Each time a little further: while it waits, is looked at, has begun, can be watched, is nearly done.
        let wanted = [0.0, 0.0, 0.02, 0.05, 0.1, 0.1, 0.2, 0.2, 0.3, 0.4][time];
        until("some progress", || async {
            let progress = program.json(&path).await;
            let done = progress["renditions"].as_array().unwrap().iter();
            let most = done.filter_map(|rung| rung["done"].as_f64()).fold(0.0, f64::max);
            (most >= wanted || progress["stage"] == "ready").then_some(())
        })
        .await;
        if program.json(&path).await["stage"] != "ready" {
            interrupted += 1;
        }
        program.kill().await;
        program = Program::start(dir.path()).await;
    }
    assert!(interrupted >= 3, "the film was made too quickly to be interrupted: {interrupted}");
    until("the whole ladder", || async {
        let progress = program.json(&path).await;
        assert_ne!(progress["stage"], "failed", "{progress}");
        (progress["stage"] == "ready").then_some(())
    })
    .await;
    let progress = program.json(&path).await;
    assert_eq!((&progress["state"]["id"], &progress["playable"]), (&json!(1), &json!(true)));
    until("no work to be left", || async {
        let left = program.json("/api/v1/jobs/active").await["total"].as_u64().unwrap();
        let waiting = program.json("/api/v1/jobs/waiting?count=50").await;
        // Replaced playlists and the source are kept for a while.
        let later = |job: &Value| job["type"] == "remove-files" || job["type"] == "expire-uploads";
        (left == 0 && waiting["data"].as_array().unwrap().iter().all(later)).then_some(())
    })
    .await;
    assert_eq!(program.json("/api/v1/jobs/failed").await["total"], 0);
    let folder = dir.path().join("media/hls").join(&uuid);
    let playlists = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    for playlist in playlists.filter(|path| path.to_string_lossy().ends_with("0.m3u8")) {
        let text = std::fs::read_to_string(&playlist).unwrap();
        assert!(text.ends_with("#EXT-X-ENDLIST\n"), "{playlist:?}: {text}");
        let seconds: f64 = text
            .lines()
            .filter_map(|line| line.strip_prefix("#EXTINF:")?.trim_end_matches(',').parse::<f64>().ok())
            .sum();
        assert!((79.0..82.0).contains(&seconds), "{playlist:?} is {seconds} s long");
    }
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polite_stop_keeps_what_was_made() {
    let dir = prepare();
    let mut program = Program::start(dir.path()).await;
    let uuid = program.send("long.webm").await;
    let path = format!("/api/v1/videos/{uuid}/progress");
    let before = until("a part to be made", || async {
        let progress = program.json(&path).await;
        let done = furthest(&progress);
        (done >= 0.2 || progress["stage"] == "ready").then_some(done)
    })
    .await;
    assert!(before < 1.0, "the film was made too quickly to be stopped");
    program.terminate().await;
    program = Program::start(dir.path()).await;
    let after = until("the work to go on", || async {
        let progress = program.json(&path).await;
        let done = furthest(&progress);
        (done > 0.0 || progress["stage"] == "ready").then_some(done)
    })
    .await;
    assert!(after > before - 0.1, "{after} is left of {before}");
    until("the whole ladder", || async { (program.json(&path).await["stage"] == "ready").then_some(()) })
        .await;
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_ten_times_after_an_edit_was_acknowledged() {
    let dir = prepare();
    let mut program = Program::start(dir.path()).await;
    let uuid = program.send("h264-aac.mp4").await;
    let path = format!("/api/v1/videos/{uuid}");
    for time in 0..TIMES {
        let name = format!("Title number {time}");
        let edit =
            program.request(Method::PUT, &path).json(&json!({"name": name, "tags": [format!("tag{time}")]}));
        assert_eq!(edit.send().await.unwrap().status(), 204);
        // One more that nobody waits for: it is there as a whole or not at all.
        let next = format!("Title number {}", time + 1);
        let other = program
            .request(Method::PUT, &path)
            .json(&json!({"name": next, "tags": [format!("tag{}", time + 1)]}));
        let other = tokio::spawn(other.send());
        program.kill().await;
        let _ = other.await;
        program = Program::start(dir.path()).await;
        let video = program.json(&path).await;
        let found = (video["name"].as_str().unwrap(), video["tags"][0].as_str().unwrap());
        let (tag, next_tag) = (format!("tag{time}"), format!("tag{}", time + 1));
        assert!(
            found == (name.as_str(), tag.as_str()) || found == (next.as_str(), next_tag.as_str()),
            "{found:?} after {time}"
        );
    }
    program.kill().await;
}
