//! The server as a process: how soon it answers, and what it weighs.

use crate::{Figure, figure};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A server in a process of its own, on an empty data folder. Ends when dropped.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: String,
    /// From the start of the process to its first answer.
    pub first_answer: Duration,
    data: tempfile::TempDir,
}

impl Server {
    /// Starts the release binary.
    pub fn start() -> Self {
        Self::start_on(tempfile::tempdir().unwrap())
    }

    /// The same on a folder that may hold data.
    pub fn start_on(data: tempfile::TempDir) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let started = Instant::now();
        let process = Command::new(env!("CARGO_BIN_EXE_kiosque"))
            .args(["serve", "--listen", &address, "--data-dir"])
            .arg(data.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { process, address, first_answer: Duration::ZERO, data };
        while server.get("/api/v1/ping").is_none() {
            assert!(server.process.try_wait().unwrap().is_none(), "the server ended before its first answer");
            assert!(started.elapsed() < Duration::from_mins(1), "no answer within a minute");
            thread::sleep(Duration::from_millis(1));
        }
        server.first_answer = started.elapsed();
        server
    }

    /// The answer to one request on a connection of its own, head and body; nothing when nobody listens.
    pub fn get(&self, path: &str) -> Option<Vec<u8>> {
        let mut connection = TcpStream::connect(&self.address).ok()?;
        write!(connection, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)
            .ok()?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).ok()?;
        (!answer.is_empty()).then_some(answer)
    }

    /// Resident memory in KiB.
    pub fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Bytes the process has caused to be written to disks so far, as the kernel counts them.
    pub fn written(&self) -> u64 {
        let io = fs::read_to_string(format!("/proc/{}/io", self.process.id())).unwrap();
        io.lines().find_map(|line| line.strip_prefix("write_bytes: ")).unwrap().parse().unwrap()
    }

    /// Its data folder.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Start to first answer (the least of five, on a database that exists), idle memory, idle writes, size of the binary.
pub fn start() -> Vec<Figure> {
    let first = Server::start();
    let with_migration = first.first_answer;
    let data = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(first.data()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), data.path().join(entry.file_name())).unwrap();
    }
    drop(first);
    let mut server = Server::start_on(data);
    let mut least = server.first_answer;
    for _ in 0..4 {
        let data = std::mem::replace(&mut server.data, tempfile::tempdir().unwrap());
        drop(server);
        server = Server::start_on(data);
        least = least.min(server.first_answer);
    }
    // A first page, so that what is loaded on demand is there.
    server.get("/");
    thread::sleep(Duration::from_secs(5));
    let before = server.written();
    thread::sleep(Duration::from_secs(20));
    let binary = fs::metadata(env!("CARGO_BIN_EXE_kiosque")).unwrap().len();
    vec![
        figure("start to first answer, new data folder", format!("{} ms", with_migration.as_millis())),
        figure("start to first answer, existing data, least of five", format!("{} ms", least.as_millis())),
        figure("resident memory, idle", format!("{:.1} MiB", server.resident() as f64 / 1024.0)),
        figure("written to disk in 20 s of idling", format!("{} bytes", server.written() - before)),
        figure("binary, release profile", format!("{:.1} MB", binary as f64 / 1e6)),
    ]
}
