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

/// A server in a process of its own. Ends when dropped.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: String,
    /// From the start of the process to its first answer.
    pub first_answer: Duration,
    data: Option<tempfile::TempDir>,
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
            // What it writes into pages leads back to it.
            .args(["--public-url", &format!("http://{address}")])
            // A bench is one address that asks without end.
            .env("KIOSQUE_LIMITS__API_PER_10S", "1000000000")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { process, address, first_answer: Duration::ZERO, data: Some(data) };
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
        self.status("VmRSS:")
    }

    /// The most it ever was, in KiB.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, key: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Seconds of processor time spent so far, in and outside of the kernel.
    pub fn cpu(&self) -> f64 {
        self.ticks(11..13)
    }

    /// The same, with those of children that have ended.
    pub fn cpu_with_children(&self) -> f64 {
        self.ticks(11..15)
    }

    /// Fields of `/proc/PID/stat` after the name in brackets, in hundredths of a second; the 11th here is the 14th of all.
    fn ticks(&self, fields: std::ops::Range<usize>) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let all: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        all[fields].iter().map(|field| field.parse::<u64>().unwrap()).sum::<u64>() as f64 / 100.0
    }

    /// Bytes the process has caused to be written to disks so far, as the kernel counts them.
    pub fn written(&self) -> u64 {
        let io = fs::read_to_string(format!("/proc/{}/io", self.process.id())).unwrap();
        io.lines().find_map(|line| line.strip_prefix("write_bytes: ")).unwrap().parse().unwrap()
    }

    /// Its data folder.
    pub fn data(&self) -> &std::path::Path {
        self.data.as_ref().unwrap().path()
    }

    /// Stops it as a service manager does, and keeps the data.
    pub fn stop(mut self) -> tempfile::TempDir {
        let stopped = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(stopped.success());
        self.process.wait().unwrap();
        self.data.take().unwrap()
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
    let mut server = Server::start();
    let with_migration = server.first_answer;
    let mut least = Duration::MAX;
    for _ in 0..5 {
        server = Server::start_on(server.stop());
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
