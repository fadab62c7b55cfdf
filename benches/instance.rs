//! A claimed server, and what its administrator asks of it.

use crate::server::Server;
use serde_json::{Value, json};
use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

const PASSWORD: &str = "a bench has no secrets";

/// A server with an administrator who is signed in.
pub struct Instance {
    server: Server,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
    token: String,
}

/// A client for servers of this machine, which have no certificates.
fn client() -> reqwest::Client {
    kiosque::outgoing::encrypted_by_ring();
    reqwest::Client::builder().tls_certs_only([]).build().unwrap()
}

impl Instance {
    /// Starts and claims.
    pub fn start() -> Self {
        Self::start_with(|_| ())
    }

    /// The same; `fill` puts things into its data folder before.
    pub fn start_with(fill: impl FnOnce(&Path)) -> Self {
        let data = Server::start().stop();
        let mut create = Command::new(env!("CARGO_BIN_EXE_kiosque"))
            .args([
                "user",
                "create",
                "--username",
                "ada",
                "--email",
                "ada@example.org",
                "--role",
                "administrator",
            ])
            .args(["--password-stdin", "--data-dir"])
            .arg(data.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(create.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(create.wait().unwrap().success());
        fill(data.path());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut instance =
            Self { server: Server::start_on(data), runtime, http: client(), token: String::new() };
        let client = instance.get("/api/v1/oauth-clients/local");
        let form = [
            ("client_id", client["client_id"].as_str().unwrap()),
            ("client_secret", client["client_secret"].as_str().unwrap()),
            ("grant_type", "password"),
            ("username", "ada"),
            ("password", PASSWORD),
        ];
        let signed_in = instance.answer(instance.http.post(instance.url("/api/v1/users/token")).form(&form));
        signed_in["access_token"].as_str().unwrap().clone_into(&mut instance.token);
        instance
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.server.address
    }

    /// The line of a request that says who asks.
    pub fn authorization(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.token)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// The most memory that the server itself took, in MiB.
    pub fn peak_mib(&self) -> f64 {
        self.server.peak() as f64 / 1024.0
    }

    /// Processor seconds of the server and of its children that have ended.
    pub fn cpu(&self) -> f64 {
        self.server.cpu_with_children()
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        self.server.data()
    }

    /// GET, as JSON.
    pub fn get(&self, path: &str) -> Value {
        self.answer(self.http.get(self.url(path)))
    }

    /// PUT of JSON.
    pub fn put(&self, path: &str, body: &Value) {
        self.answer(self.http.put(self.url(path)).json(body));
    }

    /// Sends a file by pieces and returns the video's UUID.
    pub fn upload(&self, file: &Path) -> String {
        let bytes = fs::read(file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        let address = self.announce(name, bytes.len() as u64);
        let mut last = Value::Null;
        let piece = 16 << 20;
        for (nth, part) in bytes.chunks(piece).enumerate() {
            last = self.send(&address, part.to_vec(), (nth * piece) as u64, bytes.len() as u64);
        }
        last["video"]["uuid"].as_str().unwrap_or_else(|| panic!("{name} was not taken: {last}")).to_owned()
    }

    /// Sends so many bytes by pieces, all but the last piece: what they hold is nobody's film.
    pub fn send_zeros(&self, size: u64, piece: u64) {
        let address = self.announce("zeros.mp4", size + 1);
        let mut sent = 0;
        while sent < size {
            let length = piece.min(size - sent);
            self.send(&address, vec![0; length as usize], sent, size + 1);
            sent += length;
        }
    }

    /// Whether the film can be watched: its master playlist, a media playlist and a first segment are there.
    pub fn plays(&self, uuid: &str) -> bool {
        let video = self.get(&format!("/api/v1/videos/{uuid}"));
        let Some(master) = video["streamingPlaylists"][0]["playlistUrl"].as_str() else { return false };
        let Some(list) = self.text(master) else { return false };
        let Some(media) = list.lines().find(|line| !line.is_empty() && !line.starts_with('#')) else {
            return false;
        };
        let base = master.rsplit_once('/').unwrap().0;
        let Some(media) = self.text(&format!("{base}/{media}")) else { return false };
        media.contains("#EXT-X-BYTERANGE")
    }

    fn text(&self, url: &str) -> Option<String> {
        // The public address is the default one; what counts is the path.
        let path = url.split_once("://")?.1.split_once('/')?.1;
        self.runtime.block_on(async {
            let request = self.http.get(self.url(&format!("/{path}"))).bearer_auth(&self.token);
            let answer = request.send().await.ok()?;
            answer.status().is_success().then_some(answer.text().await.ok()?)
        })
    }

    fn announce(&self, name: &str, size: u64) -> String {
        let channel = self.get("/api/v1/users/me")["videoChannels"][0]["id"].clone();
        let body = json!({"filename": name, "name": name, "channelId": channel, "privacy": 1});
        let request = self
            .http
            .post(self.url("/api/v1/videos/upload-resumable"))
            .header("X-Upload-Content-Length", size)
            .header("X-Upload-Content-Type", "video/mp4")
            .json(&body)
            .bearer_auth(&self.token);
        let answer = self.runtime.block_on(async { request.send().await.unwrap() });
        assert_eq!(answer.status(), 201);
        let location = answer.headers()["location"].to_str().unwrap();
        self.url(&format!("/api/{}", location.split_once("/api/").unwrap().1))
    }

    fn send(&self, address: &str, piece: Vec<u8>, from: u64, size: u64) -> Value {
        let to = from + piece.len() as u64 - 1;
        let request = self
            .http
            .put(address)
            .header("Content-Range", format!("bytes {from}-{to}/{size}"))
            .header("Content-Type", "application/octet-stream")
            .body(piece)
            .bearer_auth(&self.token);
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let text = answer.text().await.unwrap();
            assert!(status.is_success() || status == 308, "{status}: {text}");
            serde_json::from_str(&text).unwrap_or_default()
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address)
    }

    fn answer(&self, request: reqwest::RequestBuilder) -> Value {
        let request = if self.token.is_empty() { request } else { request.bearer_auth(&self.token) };
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let text = answer.text().await.unwrap();
            assert!(status.is_success(), "{status}: {text}");
            serde_json::from_str(&text).unwrap_or_default()
        })
    }
}
