//! How much memory this machine has for media processes, and how it is shared out among them.
//!
//! Looking at files takes moments and must not wait for hours, so it has a part of its own; the rest is for making films.
//! The shares decide which renditions are made side by side, what a process may take at most, and how many run at once.

use std::path::{Path, PathBuf};

use super::child::Verb;

const MIB: u64 = 1 << 20;
/// Part of the memory that the system, the server and what waits to be written keep, and its bounds.
const KEPT_PART: u64 = 6;
const KEPT_LEAST: u64 = 160 * MIB;
const KEPT_MOST: u64 = 1 << 30;
/// A look at a film of 2160p in ten bits takes 300 MiB (measured).
const LOOK: u64 = 384 * MIB;
const LOOK_LEAST: u64 = 256 * MIB;
const LOOK_MOST: u64 = 2 << 30;
/// Looks at once: no more come from the worker and from uploads together in most hours.
const MOST_LOOKS: u64 = 4;
/// With less even one small rung of a film of 1080p cannot be made.
const MAKING_LEAST: u64 = 256 * MIB;
/// All rungs of a film of 2160p in ten bits take 1.9 GiB.
const MAKING_MOST: u64 = 3 << 30;
/// The limit of a process counts the stacks of its threads, used or not: eight megabytes each.
const STACKS: u64 = 192 * MIB;

/// What a machine says of its memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// All of it, or what the group of our processes may take where that is less.
    pub total: u64,
    /// What others leave of it now.
    pub available: u64,
}

impl Machine {
    /// This one, as it is now.
    pub fn here() -> Self {
        Self::read(Path::new("/"))
    }

    /// From the files of Linux below a folder.
    fn read(root: &Path) -> Self {
        let text = std::fs::read_to_string(root.join("proc/meminfo")).unwrap_or_default();
        // Linux always says; a machine that does not is taken for a small one.
        let total = line_of(&text, "MemTotal:").unwrap_or(1 << 30);
        let available = line_of(&text, "MemAvailable:").unwrap_or(total);
        let group = group_limit(root).unwrap_or(u64::MAX);
        Self { total: total.min(group), available: available.min(group) }
    }
}

/// Bytes of a line as `MemTotal:  948304 kB`.
fn line_of(meminfo: &str, name: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}

/// The least limit on memory of the control groups that this process is in, of either version.
fn group_limit(root: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mut least: Option<u64> = None;
    for line in text.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let (folder, files): (_, &[&str]) = match controllers {
            "" => ("sys/fs/cgroup", &["memory.max", "memory.high"]),
            names if names.split(',').any(|name| name == "memory") => {
                ("sys/fs/cgroup/memory", &["memory.limit_in_bytes"])
            }
            _ => continue,
        };
        // Where a container hides the groups above, the path leads nowhere; the folder itself is then the group.
        let path = PathBuf::from(path.trim_start_matches('/'));
        for group in path.ancestors() {
            for file in files {
                let file = root.join(folder).join(group).join(file);
                let limit = std::fs::read_to_string(file).ok().and_then(|text| text.trim().parse().ok());
                least = [least, limit].into_iter().flatten().min();
            }
        }
    }
    least
}

/// What media processes may take of a machine, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// Making films, all pipelines together.
    pub making: u64,
    /// One look at a file.
    pub look: u64,
    /// Looks at once.
    pub looks: u64,
}

impl Shares {
    /// Shares a machine out. `chosen` is what its administrator says that one pipeline may take.
    pub fn of(machine: &Machine, chosen: Option<u64>) -> Self {
        let kept = (machine.total / KEPT_PART).clamp(KEPT_LEAST, KEPT_MOST);
        let free = machine.total.saturating_sub(kept).min(machine.available);
        let looks = (free / 4 / LOOK).clamp(1, MOST_LOOKS);
        let look = (free / 4 / looks).clamp(LOOK_LEAST, LOOK_MOST);
        let left = free.saturating_sub(looks * look).clamp(MAKING_LEAST, MAKING_MOST);
        Self { making: chosen.unwrap_or(left), look, looks }
    }

    /// What a process may take before it is ended.
    pub fn most(&self, verb: Verb) -> u64 {
        STACKS + if makes(verb) { self.making.max(MAKING_LEAST) } else { self.look }
    }
}

/// Whether it takes its memory from the share for making films.
pub(super) fn makes(verb: Verb) -> bool {
    matches!(verb, Verb::Transcode | Verb::Remux)
}

/// Whole mebibytes, one at least: what a semaphore counts.
pub(super) fn mebibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(MIB)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MiB of making, of a look, and how many looks.
    fn shares(total: u64, available: u64) -> (u64, u64, u64) {
        let machine = Machine { total: total * MIB, available: available * MIB };
        let shares = Shares::of(&machine, None);
        (shares.making / MIB, shares.look / MIB, shares.looks)
    }

    #[test]
    fn machines_of_many_sizes_are_shared_out() {
        // As boards of 512 MiB, 1, 2, 4 and 8 GiB say of themselves with nothing else on them, and a server.
        assert_eq!(shares(430, 330), (256, 256, 1));
        assert_eq!(shares(910, 760), (494, 256, 1));
        assert_eq!(shares(1848, 1600), (1155, 385, 1));
        assert_eq!(shares(3792, 3500), (2370, 395, 2));
        assert_eq!(shares(7810, 7400), (3072, 424, 4));
        assert_eq!(shares(64 << 10, 60 << 10), (3072, 2048, 4));
        // Other services on the same board.
        assert_eq!(shares(1848, 900), (644, 256, 1));
        assert_eq!(shares(3792, 1200), (900, 300, 1));
    }

    #[test]
    fn all_at_once_leaves_room_for_the_rest() {
        for total in (700..16_000).step_by(37) {
            for available in [total, total * 9 / 10, total * 3 / 4] {
                let (making, look, looks) = shares(total, available);
                let kept = total - (making + look * looks).min(total);
                assert!(kept >= 150 && kept >= total - available, "{total} {available}: {kept}");
            }
        }
    }

    #[test]
    fn limits_follow_with_a_floor_and_a_ceiling() {
        let most = |total: u64, verb| {
            Shares::of(&Machine { total: total * MIB, available: total * MIB }, None).most(verb) / MIB
        };
        assert_eq!((most(430, Verb::Probe), most(430, Verb::Transcode)), (448, 448));
        assert_eq!((most(1848, Verb::Probe), most(1848, Verb::Transcode)), (577, 1347));
        assert_eq!((most(1 << 20, Verb::Thumbnail), most(1 << 20, Verb::Remux)), (2240, 3264));
        let chosen = Shares::of(&Machine { total: 8 << 30, available: 8 << 30 }, Some(600 * MIB));
        assert_eq!((chosen.making / MIB, chosen.most(Verb::Transcode) / MIB), (600, 792));
    }

    fn machine(files: &[(&str, &str)]) -> Machine {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Machine::read(dir.path())
    }

    const MEMINFO: (&str, &str) =
        ("proc/meminfo", "MemTotal:        1892352 kB\nMemFree: 1 kB\nMemAvailable:    1638400 kB\n");

    #[test]
    fn a_machine_says_what_it_has() {
        assert_eq!(machine(&[MEMINFO]), Machine { total: 1848 * MIB, available: 1600 * MIB });
        assert_eq!(machine(&[]).total, 1 << 30, "it does not say");
        let here = Machine::here();
        assert!(here.total > 100 * MIB && here.available <= here.total, "{here:?}");
    }

    #[test]
    fn the_tightest_of_the_groups_counts() {
        let second = machine(&[
            MEMINFO,
            ("proc/self/cgroup", "0::/system.slice/kiosque.service\n"),
            ("sys/fs/cgroup/system.slice/kiosque.service/memory.max", "max\n"),
            ("sys/fs/cgroup/system.slice/kiosque.service/memory.high", "943718400\n"),
            ("sys/fs/cgroup/system.slice/memory.max", "1073741824\n"),
        ]);
        assert_eq!(second, Machine { total: 900 * MIB, available: 900 * MIB });
        let container = machine(&[
            MEMINFO,
            ("proc/self/cgroup", "4:memory:/lxc/kiosque\n0::/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n"),
        ]);
        assert_eq!(container.total, 512 * MIB);
        let unbound = machine(&[
            MEMINFO,
            ("proc/self/cgroup", "4:cpu,memory:/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ]);
        assert_eq!(unbound.total, 1848 * MIB);
    }
}
