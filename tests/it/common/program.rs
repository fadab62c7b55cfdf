//! The real program, as a process of its own.

use super::{clips::clip, people::PASSWORD, until};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

/// The binary.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_kiosque");
const RESUMABLE: &str = "/api/v1/videos/upload-resumable";

/// The server as a process of its own.
pub struct Program {
    process: Child,
    base: String,
    http: reqwest::Client,
    token: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Program {
    /// Starts on a data folder that [`prepare`] made, and signs in.
    pub async fn start(data: &Path) -> Self {
        Self::start_with(data, &[]).await
    }

    /// The same with variables in its environment.
    pub async fn start_with(data: &Path, environment: &[(&str, String)]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        Self::run(command).await
    }

    /// Runs a command that starts the program on a data folder that [`prepare`] made, and signs in.
    pub async fn run(mut command: Command) -> Self {
        let mut process = command
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
        let http = super::http().build().unwrap();
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

    /// An address below it.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request of `alice`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(&self.token)
    }

    /// GET as JSON; anything but 200 fails.
    pub async fn json(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// `kill -9`, and whoever worked for it is gone soon after.
    pub async fn kill(mut self) {
        let children = children(self.process.id());
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        until("no child to go on alone", || async {
            children.iter().all(|child| !is_running(*child)).then_some(())
        })
        .await;
    }

    /// Stops as systemd does, and fails when that takes longer than it has.
    pub async fn terminate(mut self) {
        rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.process),
            rustix::process::Signal::TERM,
        )
        .unwrap();
        let status = tokio::time::timeout(Duration::from_secs(10), async {
            loop {
                if let Some(status) = self.process.try_wait().unwrap() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let status = status.await.expect("ends in time");
        assert!(status.success(), "{status}");
    }

    /// A path as it sees it, when it has mounted something of its own there.
    pub fn sees(&self, path: &Path) -> std::path::PathBuf {
        Path::new(&format!("/proc/{}/root", self.process.id())).join(path.strip_prefix("/").unwrap())
    }

    /// Media processes that work for it.
    pub fn children(&self) -> Vec<u32> {
        children(self.process.id())
    }

    /// Sends a part of a file.
    pub async fn piece(&self, path: &str, film: &[u8], from: usize, to: usize) -> Response {
        self.request(Method::PUT, path)
            .header("Content-Range", format!("bytes {from}-{}/{}", to - 1, film.len()))
            .body(film[from..to].to_vec())
            .send()
            .await
            .unwrap()
    }

    /// Announces a file, whatever comes of it.
    pub async fn announcement(&self, name: &str, size: usize) -> Response {
        let me = self.json("/api/v1/users/me").await;
        let group = &me["videoChannels"][0]["id"];
        assert!(group.is_number(), "{me}");
        self.request(Method::POST, RESUMABLE)
            .header("X-Upload-Content-Length", size)
            .json(&json!({"name": "Killed again and again", "channelId": group, "filename": name, "privacy": 1}))
            .send()
            .await
            .unwrap()
    }

    /// Announces a file and gives where to send it.
    pub async fn announce(&self, name: &str, size: usize) -> String {
        let answer = self.announcement(name, size).await;
        assert_eq!(answer.status(), 201);
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        location[location.find("/api").unwrap()..].to_owned()
    }

    /// Sends a whole clip; gives the UUID of its video.
    pub async fn send(&self, name: &str) -> String {
        let film = std::fs::read(clip(name)).unwrap();
        let path = self.announce(name, film.len()).await;
        let answer = self.piece(&path, &film, 0, film.len()).await;
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()["video"]["uuid"].as_str().unwrap().to_owned()
    }
}

/// Processes that a process started.
pub fn children(parent: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// A process that ended and that nobody asked for its end does not run any more.
pub fn is_running(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| {
        stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with(['Z', 'X']))
    })
}

/// A data folder with the account `alice`.
pub fn prepare() -> tempfile::TempDir {
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
