//! The real program, killed with `kill -9` in the middle of what it does: nothing that was acknowledged is lost, nothing
//! stays stuck, no child goes on alone.

use crate::common::{clips::clip, people::PASSWORD, until};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kiosque");
const RESUMABLE: &str = "/api/v1/videos/upload-resumable";
const TIMES: usize = 10;

/// The server as a process of its own.
struct Program {
    process: Child,
    base: String,
    http: reqwest::Client,
    token: String,
}

impl Program {
    /// Starts on a data folder that `prepare` made, and signs in.
    async fn start(data: &Path) -> Self {
        let mut process = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .env("KIOSQUE_LOG", "info")
            .env_remove("JOURNAL_STREAM")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (told, listening) = mpsc::channel();
        let lines = BufReader::new(process.stderr.take().unwrap());
        // Reads on to the end, so that the program never waits for us.
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                if let Some((_, url)) = line.split_once("listening on ") {
                    let _ = told.send(url.trim().to_owned());
                }
            }
        });
        let base = tokio::task::spawn_blocking(move || listening.recv_timeout(Duration::from_secs(30)));
        let base = base.await.unwrap().expect("listens");
        let http = reqwest::Client::new();
        let mut program = Self { process, base, http, token: String::new() };
        program.token = program.sign_in().await;
        program
    }

    async fn sign_in(&self) -> String {
        let client: Value = self
            .http
            .get(self.url("/api/v1/oauth-clients/local"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let form = [
            ("client_id", client["client_id"].as_str().unwrap_or_else(|| panic!("{client}"))),
            ("client_secret", client["client_secret"].as_str().unwrap()),
            ("grant_type", "password"),
            ("response_type", "code"),
            ("username", "alice"),
            ("password", PASSWORD),
        ];
        let answer = self.http.post(self.url("/api/v1/users/token")).form(&form).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        body["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(&self.token)
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// `kill -9`, and whoever worked for it is gone soon after.
    async fn kill(mut self) {
        let children = children(self.process.id());
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        until("no child to go on alone", || async {
            children.iter().all(|child| !is_running(*child)).then_some(())
        })
        .await;
    }

    async fn piece(&self, path: &str, film: &[u8], from: usize, to: usize) -> Response {
        self.request(Method::PUT, path)
            .header("Content-Range", format!("bytes {from}-{}/{}", to - 1, film.len()))
            .body(film[from..to].to_vec())
            .send()
            .await
            .unwrap()
    }

    /// Announces a file and gives where to send it.
    async fn announce(&self, name: &str, size: usize) -> String {
        let me = self.json("/api/v1/users/me").await;
        let group = &me["videoChannels"][0]["id"];
        assert!(group.is_number(), "{me}");
        let answer = self
            .request(Method::POST, RESUMABLE)
            .header("X-Upload-Content-Length", size)
            .json(&json!({"name": "Killed again and again", "channelId": group, "filename": name, "privacy": 1}))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 201);
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        location[location.find("/api").unwrap()..].to_owned()
    }

    /// Sends a whole clip; gives the UUID of its video.
    async fn send(&self, name: &str) -> String {
        let film = std::fs::read(clip(name)).unwrap();
        let path = self.announce(name, film.len()).await;
        let answer = self.piece(&path, &film, 0, film.len()).await;
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()["video"]["uuid"].as_str().unwrap().to_owned()
    }
}

fn children(parent: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// A process that ended and that nobody asked for its end does not run any more.
fn is_running(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| {
        stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with(['Z', 'X']))
    })
}

/// A data folder with the account `alice`.
fn prepare() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut create = Command::new(PROGRAM)
        .args(["user", "create", "--username", "alice", "--email", "alice@example.org"])
        .args(["--role", "administrator", "--password-stdin", "--data-dir"])
        .arg(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    create.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(create.wait().unwrap().success());
    dir
}

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
    let id = rustix::process::Pid::from_child(&program.process);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    let mut process = program.process;
    let ended = tokio::task::spawn_blocking(move || process.wait().unwrap());
    let status = tokio::time::timeout(Duration::from_secs(10), ended).await.expect("ends in time").unwrap();
    assert!(status.success(), "{status}");
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
