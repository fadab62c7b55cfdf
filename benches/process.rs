//! Other programs, and what they take.

use std::{
    collections::BTreeMap,
    fs,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// What a program took.
#[derive(Debug, Default, Clone, Copy)]
pub struct Spent {
    /// Seconds.
    pub wall: f64,
    /// Processor seconds, in and outside of the kernel.
    pub cpu: f64,
    /// Resident memory at most.
    pub peak_mib: f64,
}

/// Whether a program is on the path.
pub fn is_there(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Runs a program to its end, as the kernel accounts for it; a failure ends the bench.
#[allow(unsafe_code, clippy::zombie_processes, reason = "only wait4 tells what one child took, and it waits")]
pub fn run(command: &mut Command) -> Spent {
    let started = Instant::now();
    let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let pid = libc::pid_t::try_from(child.id()).unwrap();
    let mut status = 0;
    // SAFETY: `rusage` holds integers only, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to locals that outlive the call; the child is ours and nobody else waits for it.
    let waited = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    assert!(waited == pid && status == 0, "{command:?} failed ({status})");
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    Spent {
        wall: started.elapsed().as_secs_f64(),
        cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        peak_mib: usage.ru_maxrss as f64 / 1024.0,
    }
}

/// Watches the memory of a process and all its descendants until it is ended.
pub struct Watch {
    stop: Arc<AtomicBool>,
    watching: thread::JoinHandle<Peak>,
}

/// The moment at which a family of processes took most.
#[derive(Debug, Default)]
pub struct Peak {
    /// Of all together.
    pub mib: f64,
    /// Each by its words, as `transcode 310`.
    pub each: Vec<String>,
}

impl Watch {
    /// Looks five times a second.
    pub fn start(pid: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&stop);
        let watching = thread::spawn(move || {
            let mut most = Peak::default();
            while !over.load(Ordering::Relaxed) {
                let family: Vec<_> = family(pid).iter().map(|pid| (*pid, proportional_mib(*pid))).collect();
                let mib = family.iter().map(|(_, mib)| mib).sum::<f64>();
                if mib > most.mib {
                    let each =
                        family.iter().map(|(pid, mib)| format!("{} {mib:.0}", last_word(*pid))).collect();
                    most = Peak { mib, each };
                }
                thread::sleep(Duration::from_millis(200));
            }
            most
        });
        Self { stop, watching }
    }

    /// The most it was.
    pub fn end(self) -> Peak {
        self.stop.store(true, Ordering::Relaxed);
        self.watching.join().unwrap()
    }
}

/// What a process of ours does: `serve`, or the work of a child.
fn last_word(pid: u32) -> String {
    let words = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let mut words = words.split('\0').skip(1);
    match words.next() {
        Some("media") => words.next().unwrap_or_default().to_owned(),
        first => first.unwrap_or_default().to_owned(),
    }
}

/// A process and its descendants.
fn family(first: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The second field after the name in brackets is the parent.
        let parent = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
        if let Some(parent) = parent {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut family = vec![first];
    let mut at = 0;
    while at < family.len() {
        family.extend(children.remove(&family[at]).unwrap_or_default());
        at += 1;
    }
    family
}

/// Memory of its own and its share of what it shares; nothing of a process that has just ended.
fn proportional_mib(pid: u32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib: Option<f64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.unwrap_or_default() / 1024.0
}
