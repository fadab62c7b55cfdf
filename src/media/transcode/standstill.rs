//! Whether a pipeline stands still for good. Not by the clock alone: children have the least priority, and on a busy
//! machine seconds pass in which their threads could go on but get no processor. Such seconds do not count.

use std::time::{Duration, Instant};

/// How often it is looked where the time went, while nothing moves.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A look that comes later counts for so much: the whole process was stopped, or who looks had to wait for the disk.
const LONGEST_LOOK: Duration = Duration::from_secs(1);

/// Counts the time in which nothing moves though it could.
#[derive(Debug)]
pub struct Standstill {
    most: Duration,
    activity: u64,
    counted: Duration,
    /// When it was looked last, and how long threads had waited by then.
    looked: Instant,
    waited: Option<Duration>,
}

impl Standstill {
    /// From `now` on; more than `most` of it is for good.
    pub fn new(most: Duration, now: Instant) -> Self {
        Self { most, activity: 0, counted: Duration::ZERO, looked: now, waited: None }
    }

    /// Whether it is for good. `activity` changes whenever something moves; `waited` tells how long threads have waited
    /// for a processor so far, as [`waited_for_processor`] does.
    pub fn is_for_good(&mut self, activity: u64, now: Instant, waited: impl FnOnce() -> Duration) -> bool {
        if activity != self.activity {
            *self = Self { activity, ..Self::new(self.most, now) };
            return false;
        }
        let passed = now.saturating_duration_since(self.looked);
        if passed < LOOK_EVERY {
            return false;
        }
        let waited = waited();
        // The first look only tells where counting begins.
        if let Some(before) = self.waited {
            // A thread's waiting is told when it is over: it is taken off what was counted meanwhile.
            let passed = passed.min(LONGEST_LOOK);
            self.counted = (self.counted + passed).saturating_sub(waited.saturating_sub(before));
        }
        (self.looked, self.waited) = (now, Some(waited));
        self.counted > self.most
    }
}

/// How long the other threads of this process have waited for a processor while they had something to do, all together,
/// since they began. Zero on a kernel that does not say.
pub fn waited_for_processor() -> Duration {
    let me = rustix::thread::gettid().as_raw_nonzero().to_string();
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Duration::ZERO };
    let waits = threads.flatten().filter(|thread| thread.file_name() != me.as_str()).filter_map(|thread| {
        // Nanoseconds with a processor, nanoseconds of waiting for one, how often it got one.
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    Duration::from_nanos(waits.sum())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Seconds until it is for good, when of each second threads wait for so much.
    fn seconds(waits: Duration) -> Option<u64> {
        let begun = Instant::now();
        let mut standstill = Standstill::new(Duration::from_secs(10), begun);
        (1..=100).find(|second| {
            let now = begun + Duration::from_secs(*second);
            standstill.is_for_good(0, now, || waits * u32::try_from(*second).unwrap())
        })
    }

    #[test]
    fn time_without_a_processor_does_not_count() {
        assert_eq!(seconds(Duration::ZERO), Some(12));
        assert_eq!(seconds(Duration::from_millis(750)), Some(42));
        assert_eq!(seconds(Duration::from_secs(3)), None, "three threads that get none");
    }

    #[test]
    fn waiting_that_is_told_late_does_not_count_either() {
        let begun = Instant::now();
        let mut standstill = Standstill::new(Duration::from_secs(10), begun);
        let over = (1..=100).find(|second| {
            let told = Duration::from_secs(second / 8 * 8);
            standstill.is_for_good(0, begun + Duration::from_secs(*second), || told)
        });
        assert_eq!(over, None);
    }

    #[test]
    fn a_process_that_was_stopped_is_not_given_up() {
        let begun = Instant::now();
        let mut standstill = Standstill::new(Duration::from_secs(10), begun);
        let mut at =
            |second| standstill.is_for_good(0, begun + Duration::from_secs(second), || Duration::ZERO);
        assert!(!at(1) && !at(2) && !at(3600));
        assert!((3601..=3608).all(|second| !at(second)) && at(3609));
    }

    #[test]
    fn whatever_moves_begins_anew() {
        let begun = Instant::now();
        let mut standstill = Standstill::new(Duration::from_secs(10), begun);
        let mut at = |activity, second| {
            standstill.is_for_good(activity, begun + Duration::from_secs(second), || Duration::ZERO)
        };
        assert!((1..=11).all(|second| !at(0, second)));
        assert!(!at(1, 12));
        assert!((13..=23).all(|second| !at(1, second)));
        assert!(at(1, 24));
    }

    #[test]
    fn a_thread_that_ended_takes_its_waiting_along() {
        let begun = Instant::now();
        let mut standstill = Standstill::new(Duration::from_secs(2), begun);
        let mut at = |second, waited| {
            standstill.is_for_good(0, begun + Duration::from_secs(second), || Duration::from_secs(waited))
        };
        assert!(!at(1, 100) && !at(2, 1) && !at(3, 1));
        assert!(at(4, 1));
    }

    #[test]
    fn the_kernel_tells_of_threads_that_wait() {
        let over = AtomicBool::new(false);
        let threads = 2 * std::thread::available_parallelism().unwrap().get() + 2;
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        std::hint::spin_loop();
                    }
                });
            }
            let (before, begun) = (waited_for_processor(), Instant::now());
            let told = || waited_for_processor().saturating_sub(before) > Duration::from_millis(20);
            while !told() && begun.elapsed() < Duration::from_secs(30) {
                std::thread::sleep(Duration::from_millis(5));
            }
            over.store(true, Ordering::Relaxed);
            assert!(begun.elapsed() < Duration::from_secs(30));
        });
    }
}
