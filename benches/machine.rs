//! What is measured on. A figure without its machine means nothing.

use std::{fs, process::Command};

/// One line: date, board or processor, cores, memory, system.
pub fn describe() -> String {
    let date = output("date", &["--utc", "+%Y-%m-%d"]);
    // A Raspberry Pi names itself in the device tree.
    let board =
        fs::read_to_string("/proc/device-tree/model").ok().map(|model| model.trim_matches('\0').to_owned());
    let processor =
        board.or_else(|| line_of("/proc/cpuinfo", "model name")).unwrap_or_else(|| "unknown".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory: u64 = line_of("/proc/meminfo", "MemTotal")
        .and_then(|value| value.split(' ').next()?.parse().ok())
        .unwrap_or_default();
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .unwrap_or("unknown")
        .trim_matches('"');
    let commit = output("git", &["rev-parse", "--short", "HEAD"]);
    format!("{date}, {processor}, {cores} cores, {} MiB, {system}, commit {commit}", memory / 1024)
}

fn line_of(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| Some(line.strip_prefix(key)?.split_once(':')?.1.trim().to_owned()))
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
