//! What a child process may take, and how it humbles itself before it opens a foreign file.

use std::time::Duration;

use rustix::process::{Resource, Rlimit};
use serde::{Deserialize, Serialize};

/// Limits of one child process. All are ends of patience, not budgets: ordinary files stay far below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Bytes of memory of its own (`RLIMIT_DATA`: heap and stacks, not the libraries).
    pub memory: u64,
    /// Seconds of processor time, all threads together.
    pub cpu_seconds: u64,
    /// Bytes of the largest file that it may write.
    pub file_size: u64,
    /// Seconds by the clock; the parent ends it then.
    pub wall_seconds: u64,
    /// Bytes of memory that it is expected to take, of those for making films; a process for which there are not so many
    /// now waits.
    #[serde(default)]
    pub expected: u64,
}

impl Limits {
    /// For looking at a file: probing, a thumbnail, a storyboard, trying the encoder. Its memory is what the machine has for
    /// a look, see [`super::memory`].
    pub fn look() -> Self {
        Self { memory: u64::MAX, cpu_seconds: 600, file_size: 256 << 20, wall_seconds: 900, expected: 0 }
    }

    /// For making renditions of `film` out of a file of `size` bytes, expected to take so many bytes of memory. A Raspberry
    /// Pi 3 in software needs some forty seconds of processor time for each second of 1080p.
    pub fn transcode(film: Duration, size: u64, expected: u64) -> Self {
        let seconds = film.as_secs().max(1);
        Self {
            memory: u64::MAX,
            cpu_seconds: 1800 + seconds.saturating_mul(240),
            file_size: (16 << 30) + size.saturating_mul(4),
            wall_seconds: 3600 + seconds.saturating_mul(240),
            expected,
        }
    }
}

/// How much a child leaves to everybody else on the machine. It is less than the most there is, so that among its own threads
/// some can leave more to the others.
const NICE: i32 = 15;

/// Lets the thread that calls this leave the processor to the other threads of the child, as long as these have something to
/// do. (On Linux niceness is a thread's own, whatever POSIX says: sched(7).)
pub fn step_back() {
    // As below: where it is refused, the work goes on.
    let _ = rustix::process::nice(19 - NICE);
}

/// Applied by the child to itself, before anything else: little priority for processor and least for the disk, first to go when memory
/// is short, no new privileges, no core file, and the limits.
pub fn apply(limits: Option<&Limits>) {
    // Each of these is a courtesy or a belt beside braces: where a kernel refuses one, the work goes on.
    let _ = rustix::process::nice(NICE);
    idle_disk_priority();
    let _ = std::fs::write("/proc/self/oom_score_adj", "700");
    let _ = rustix::thread::set_no_new_privs(true);
    let limit = |resource, most: u64, hard: u64| {
        let _ = rustix::process::setrlimit(resource, Rlimit { current: Some(most), maximum: Some(hard) });
    };
    limit(Resource::Core, 0, 0);
    if let Some(limits) = limits {
        limit(Resource::Data, limits.memory, limits.memory);
        limit(Resource::Cpu, limits.cpu_seconds, limits.cpu_seconds.saturating_add(10));
        limit(Resource::Fsize, limits.file_size, limits.file_size);
    }
}

/// `ioprio_set(IOPRIO_WHO_PROCESS, this thread, IOPRIO_CLASS_IDLE)`; threads made later inherit it.
#[allow(unsafe_code, reason = "no crate among ours wraps ioprio_set")]
fn idle_disk_priority() {
    const WHO_PROCESS: libc::c_int = 1;
    const CLASS_IDLE: libc::c_int = 3 << 13;
    // SAFETY: the call takes three integers by value and touches no memory of ours; whatever it answers is ignored.
    unsafe {
        libc::syscall(libc::SYS_ioprio_set, WHO_PROCESS, 0, CLASS_IDLE);
    }
}
