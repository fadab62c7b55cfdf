//! Looks at the machine as a careful volunteer would, and says what to do about each finding. `kiosque doctor` and the
//! administration page show the same.

use crate::{
    clock::Timestamp,
    config::{Config, MailConfig},
    db,
    error::{Error, Result},
    mail::{self, MailError},
    media::{board, encoder, init},
    storage::Storage,
    urls,
};
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream, ToSocketAddrs as _},
    path::Path,
    time::{Duration, Instant},
};
use url::Url;
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, SchemaType, Type},
};

/// One thing that was looked at. The sentences are English; `id`, `code` and `params` are for those who say the same in
/// another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// What was looked at: a stable name.
    pub id: &'static str,
    /// What was found: a stable name within `id`.
    pub code: &'static str,
    /// Figures and names of what was found. Bytes are `free`, `total` and `speed` (per second); moments are `at`.
    #[schema(schema_with = texts_and_numbers)]
    pub params: BTreeMap<&'static str, Value>,
    /// How it stands.
    pub level: Level,
    /// What was looked at.
    pub title: String,
    /// What was found, as a sentence.
    pub detail: String,
    /// What to do about it.
    #[schema(required)]
    pub todo: Option<String>,
}

fn texts_and_numbers() -> Object {
    let either = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Number]));
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(either)).build()
}

/// How a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Good,
    /// Works, and could be better or soon be worse.
    Warn,
    /// Something does not work.
    Bad,
}

impl Finding {
    fn new(id: &'static str, code: &'static str, level: Level, detail: impl Into<String>) -> Self {
        let title = title(id).to_owned();
        Self { id, code, params: BTreeMap::new(), level, title, detail: detail.into(), todo: None }
    }

    fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.params.insert(name, value.into());
        self
    }

    fn todo(mut self, todo: impl Into<String>) -> Self {
        self.todo = Some(todo.into());
        self
    }
}

fn title(id: &str) -> &str {
    match id {
        "encoder" => "Video encoder",
        "plug-ins" => "GStreamer plug-ins",
        "disk" => "Room on the disk",
        "write-speed" => "Writing speed",
        "database" => "Database",
        "clock" => "Clock",
        "port" => "Port",
        "public-url" => "Public address",
        "mail" => "Mail",
        "jobs" => "Work",
        other => other,
    }
}

/// Where the doctor looks.
pub struct Patient<'a> {
    /// What the machine's administrator wrote down.
    pub config: &'a Config,
    /// The address in force, from configuration or set-up.
    pub public_url: &'a Url,
    /// The mail server in force, from configuration or browser.
    pub mail: &'a MailConfig,
    /// The present moment as the machine has it.
    pub now: Timestamp,
    /// Kiosque runs here: its port is taken, by itself.
    pub serving: bool,
}

/// Looks at everything. Takes seconds: it encodes nothing, writes 16 MiB and asks the mail server.
pub fn examine(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match init::init() {
        Ok(()) => {
            let forced = &patient.config.transcoding.encoder;
            findings.push(encoder(&encoder::select(board::here().as_ref(), Some(forced))));
            findings.extend(plug_ins());
        }
        Err(error) => findings.push(
            Finding::new("encoder", "broken", Level::Bad, format!("GStreamer does not start: {error}."))
                .with("why", error.to_string())
                .todo("Install libgstreamer1.0-0 and its plug-ins again."),
        ),
    }
    findings.extend(examine_beside_media(patient));
    findings
}

/// Looks at everything but GStreamer, which the server itself never starts: it would keep its memory for ever.
pub fn examine_beside_media(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = vec![
        disk(&patient.config.data_dir),
        write_speed(&patient.config.data_dir),
        database(&patient.config.database()),
        clock(patient.now),
    ];
    if !patient.serving {
        findings.push(port(&patient.config.listen));
    }
    findings.push(public_url(patient.public_url));
    findings.push(mail(patient.mail, patient.public_url.host_str().unwrap_or("localhost")));
    findings
}

/// What is to be said of the encoders that were found.
pub fn encoder(selection: &encoder::Selection) -> Finding {
    let Some(chosen) = &selection.selected else {
        return Finding::new("encoder", "none", Level::Bad, "There is none: no video can be made.")
            .todo("Install gstreamer1.0-plugins-ugly (x264) or gstreamer1.0-plugins-bad (openh264).");
    };
    let (code, level) = match (&selection.warning, selection.forced, chosen.hardware) {
        (Some(_), ..) => ("not-as-asked", Level::Warn),
        (None, true, _) => ("forced", Level::Good),
        (None, false, true) => ("hardware", Level::Good),
        (None, false, false) => ("software", Level::Good),
    };
    let finding = Finding::new("encoder", code, level, format!("{}. {}", chosen.name, chosen.reason))
        .with("name", chosen.name.as_str());
    match &selection.warning {
        Some(warning) => finding.todo(warning.clone()),
        None => finding,
    }
}

/// An administrator paused all work.
pub fn paused() -> Finding {
    Finding::new("jobs", "paused", Level::Warn, "All work is paused: no film is made, no letter goes.")
        .todo("Resume it on the page of jobs. It goes on by itself when the server starts anew.")
}

fn plug_ins() -> Vec<Finding> {
    let missing = init::missing_elements();
    if missing.is_empty() {
        return vec![Finding::new("plug-ins", "all", Level::Good, "All are installed.")];
    }
    missing
        .into_iter()
        .map(|missing| {
            let (code, level) =
                if missing.essential { ("needed", Level::Bad) } else { ("missing", Level::Warn) };
            let detail = format!("{} is missing; without it: {}.", missing.element, missing.needed_for);
            Finding::new("plug-ins", code, level, detail)
                .with("element", missing.element)
                .with("package", missing.package.as_str())
                .todo(format!("Install the package {}.", missing.package))
        })
        .collect()
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

fn disk(data_dir: &Path) -> Finding {
    let space = match Storage::open(data_dir).and_then(|storage| storage.disk_space()) {
        Ok(space) => space,
        Err(error) => {
            return Finding::new("disk", "closed", Level::Bad, error.to_string())
                .with("why", error.to_string())
                .todo("Make the data folder writable for the account that runs Kiosque.");
        }
    };
    // An hour of 1080p with its ladder takes about four gigabytes.
    let (code, level, todo) = if space.free < 1 << 30 {
        ("full", Level::Bad, Some("Remove videos, or move the data folder to a larger disk."))
    } else if space.free < 10 << 30 {
        ("short", Level::Warn, Some("Plan for a larger disk: this is room for two or three hours of film."))
    } else {
        ("roomy", Level::Good, None)
    };
    let detail = format!("{} free of {}.", gigabytes(space.free), gigabytes(space.total));
    let finding =
        Finding::new("disk", code, level, detail).with("free", space.free).with("total", space.total);
    Finding { todo: todo.map(str::to_owned), ..finding }
}

/// Bytes that the write test puts on the disk and takes away again.
const TEST_BYTES: usize = 16 << 20;

fn write_speed(data_dir: &Path) -> Finding {
    match measure_writing(&data_dir.join("tmp")) {
        Ok(speed) => {
            let detail = format!("{:.0} MB/s, with the data really on the disk.", speed / 1e6);
            if speed < 4e6 {
                Finding::new("write-speed", "slow", Level::Warn, detail)
                    .todo("Use a faster card (class A2) or a disk on USB 3: a live stream and an upload together need more.")
            } else {
                Finding::new("write-speed", "quick", Level::Good, detail)
            }
            .with("speed", speed.round())
        }
        Err(error) => Finding::new("write-speed", "refused", Level::Bad, error.to_string())
            .with("why", error.to_string())
            .todo(
                "Make the data folder writable, and see that the disk is neither full nor mounted read-only.",
            ),
    }
}

fn measure_writing(folder: &Path) -> Result<f64> {
    let mut file = tempfile::tempfile_in(folder).map_err(Error::io(folder))?;
    let block = vec![0x5a_u8; 1 << 20];
    let begun = Instant::now();
    for _ in 0..TEST_BYTES / block.len() {
        file.write_all(&block).map_err(Error::io(folder))?;
    }
    file.sync_all().map_err(Error::io(folder))?;
    Ok(TEST_BYTES as f64 / begun.elapsed().as_secs_f64().max(1e-6))
}

fn database(path: &Path) -> Finding {
    if !path.exists() {
        return Finding::new("database", "new", Level::Good, "Not made yet; the first start makes it.");
    }
    let checked = db::open_reader(path).and_then(|conn| db::check_integrity(&conn));
    match checked {
        Ok(()) => Finding::new("database", "whole", Level::Good, "Whole, every row in its place."),
        Err(error) => Finding::new("database", "damaged", Level::Bad, error.to_string())
            .with("why", error.to_string())
            .todo("Stop the server and restore the last copy: kiosque restore FILE."),
    }
}

/// This program was not built before this moment: 2026-11-01.
const BUILT_AFTER: Timestamp = Timestamp(1_793_491_200_000);

fn clock(now: Timestamp) -> Finding {
    if now < BUILT_AFTER {
        return Finding::new("clock", "past", Level::Bad, format!("It says {now}, which is in the past."))
            .with("at", now.to_string())
            .todo("Connect the machine to the network, or give it a clock module; sign-ins and other servers need the right time.");
    }
    // A Pi has no battery: without the network it wakes up at the moment it was switched off.
    let synchronized = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid"]
        .iter()
        .any(|file| Path::new(file).exists());
    if synchronized {
        return Finding::new("clock", "kept", Level::Good, "Set by the network.");
    }
    let detail = format!("It says {now}, and nothing on this machine keeps it right.");
    Finding::new("clock", "unkept", Level::Warn, detail)
        .with("at", now.to_string())
        .todo("Install systemd-timesyncd or chrony, unless the machine that hosts this one keeps its clock.")
}

fn port(listen: &str) -> Finding {
    if listen.starts_with("unix:") {
        return Finding::new("port", "socket", Level::Good, format!("Will listen on {listen}."))
            .with("listen", listen);
    }
    match TcpListener::bind(listen) {
        Ok(_) => Finding::new("port", "free", Level::Good, format!("{listen} is free.")),
        Err(error) => Finding::new("port", "taken", Level::Warn, format!("{listen} cannot be used: {error}."))
            .with("why", error.to_string())
            .todo("If Kiosque is running, all is well. Else stop what uses the port, or choose another with --listen."),
    }
    .with("listen", listen)
}

fn public_url(url: &Url) -> Finding {
    let host = url.host_str().unwrap_or_default();
    let found = |code, level, detail: String| {
        Finding::new("public-url", code, level, detail).with("url", url.as_str().trim_end_matches('/'))
    };
    if host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]" {
        return found("local", Level::Warn, format!("{url} is known on this machine only."))
            .todo("Choose the address under which others find it, in the settings or with --public-url.");
    }
    let port = url.port_or_known_default().unwrap_or(80);
    match answers(url, host, port) {
        Ok(true) if url.scheme() == "https" => {
            found("reached", Level::Good, format!("{url} can be reached from here."))
        }
        Ok(true) => found("plain", Level::Warn, format!("{url} can be reached, without encryption."))
            .todo("Passwords travel readable on the network: put a proxy with a certificate before it when it is open to the world."),
        Ok(false) => found("elsewhere", Level::Bad, format!("{url} is answered by something else."))
            .todo("Let the proxy pass every path to Kiosque, and the name point to this machine."),
        Err(error) => found("silent", Level::Warn, format!("{url} cannot be reached from here: {error}."))
            .with("why", error.to_string())
            .todo("Check the name's record and the router's forwarding. From inside some networks one's own public address never answers; then try from a phone."),
    }
}

/// What is found at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Kiosque, or over https at least an open port.
    Here,
    /// Something else.
    Elsewhere,
    /// The name has no address.
    Unresolved,
    /// Nothing answers as seen from here; why.
    Silent(String),
}

/// Looks who answers at an address: one request for `ping`, three seconds each for connecting and reading, no
/// redirection followed, the answer not passed on. Blocks.
pub fn reach(url: &Url) -> Reach {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    let found = (host.trim_matches(['[', ']']), port).to_socket_addrs();
    if found.map_or(true, |mut addresses| addresses.next().is_none()) {
        return Reach::Unresolved;
    }
    match answers(url, host, port) {
        Ok(true) => Reach::Here,
        Ok(false) => Reach::Elsewhere,
        Err(error) => Reach::Silent(error.to_string()),
    }
}

/// Whether Kiosque answers at an address. Over https only that the port is open is looked at.
fn answers(url: &Url, host: &str, port: u16) -> std::io::Result<bool> {
    let wait = Duration::from_secs(3);
    let address = (host.trim_matches(['[', ']']), port)
        .to_socket_addrs()?
        .next()
        .ok_or_else(|| std::io::Error::other("the name has no address"))?;
    let mut stream = TcpStream::connect_timeout(&address, wait)?;
    if url.scheme() == "https" {
        return Ok(true);
    }
    stream.set_read_timeout(Some(wait))?;
    stream.set_write_timeout(Some(wait))?;
    // In one piece: whoever answers early and closes must not find half a request unread.
    let request = format!("GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", urls::PING);
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(answer.ends_with(b"pong"))
}

fn mail(config: &MailConfig, ours: &str) -> Finding {
    let Some(host) = &config.host else {
        let detail = "No mail server is configured; nobody gets letters.";
        return Finding::new("mail", "none", Level::Warn, detail)
            .todo("Name the mail server in the settings, or hand links over by other ways.");
    };
    if config.from.is_none() {
        return Finding::new("mail", "no-sender", Level::Bad, "The sender's address is missing.")
            .todo("Name the sender in the settings of the mail server.");
    }
    let server = format!("{host}:{}", config.port());
    match mail::check(config, ours, Duration::from_secs(5)) {
        Ok(()) => Finding::new(
            "mail",
            "answers",
            Level::Good,
            format!("{server} answers and takes letters from us."),
        ),
        Err(error @ MailError::NoSender) => {
            Finding::new("mail", "wrong-sender", Level::Bad, "The sender's address is none.")
                .with("why", error.to_string())
                .todo("Write an address as the sender, as in kiosque@example.org.")
        }
        Err(error @ MailError::Login(_)) => {
            let detail = format!("{server} does not let us in: {error}.");
            Finding::new("mail", "login", Level::Bad, detail).with("why", error.to_string()).todo(
                "Check the user name, the password and the encryption in the settings of the mail server.",
            )
        }
        Err(error @ MailError::Tls(_)) => {
            let detail = format!("{server} offers no encryption that holds: {error}.");
            Finding::new("mail", "tls", Level::Bad, detail)
                .with("why", error.to_string())
                .todo("Check the encryption and the port.")
        }
        Err(error @ MailError::Certificate(_)) => {
            let detail = format!("The certificate of {server} is refused: {error}.");
            Finding::new("mail", "certificate", Level::Bad, detail)
                .with("why", error.to_string())
                .todo("Name the mail server as its certificate does, and have that renewed or signed by somebody whom this machine trusts.")
        }
        Err(error) => {
            let detail = format!("{server} cannot be reached: {error}.");
            Finding::new("mail", "silent", Level::Bad, detail)
                .with("why", error.to_string())
                .todo("Check name and port of the mail server, and that this network may send mail.")
        }
    }
    .with("server", server.clone())
}

/// The findings as `kiosque doctor` prints them.
pub fn report(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let mark = match finding.level {
            Level::Good => "  ok ",
            Level::Warn => "  !  ",
            Level::Bad => "  X  ",
        };
        let _ = writeln!(text, "{mark} {}: {}", finding.title, finding.detail);
        if let Some(todo) = &finding.todo {
            let _ = writeln!(text, "       → {todo}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_folder_is_examined_without_harm() {
        let dir = tempfile::tempdir().unwrap();
        let config =
            Config { data_dir: dir.path().join("data"), listen: "127.0.0.1:0".into(), ..Config::default() };
        let url = Url::parse("http://localhost:8080").unwrap();
        let findings = examine(&Patient {
            config: &config,
            public_url: &url,
            mail: &config.mail,
            now: BUILT_AFTER.plus_seconds(60),
            serving: false,
        });
        let level = |id: &str| findings.iter().find(|finding| finding.id == id).map(|finding| finding.level);
        assert_eq!(level("database"), Some(Level::Good));
        assert_eq!(level("port"), Some(Level::Good));
        assert_eq!(level("public-url"), Some(Level::Warn));
        assert_eq!(level("mail"), Some(Level::Warn));
        assert!(level("write-speed").is_some());
        for finding in &findings {
            assert!(finding.level == Level::Good || finding.todo.is_some(), "{finding:?} says what to do");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let damaged = dir.path().join("kiosque.sqlite3");
        std::fs::write(&damaged, "no database at all, though long enough to have a header of its own")
            .unwrap();
        assert_eq!(database(&damaged).level, Level::Bad);
        assert_eq!(clock(Timestamp(0)).level, Level::Bad);
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(port(&taken.local_addr().unwrap().to_string()).level, Level::Warn);
        drop(taken);
        let config = MailConfig { host: Some("localhost".into()), ..MailConfig::default() };
        assert_eq!(mail(&config, "localhost").level, Level::Bad);
    }

    #[test]
    fn an_address_that_something_else_answers_is_no_good() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            for answer in ["pong", "hello"] {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0_u8; 1024];
                let _ = stream.read(&mut request).unwrap();
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{answer}", answer.len())
                    .unwrap();
            }
        });
        let url = Url::parse("http://machine.example").unwrap();
        assert!(answers(&url, "127.0.0.1", port).unwrap());
        assert!(!answers(&url, "127.0.0.1", port).unwrap());
        server.join().unwrap();
    }
}
