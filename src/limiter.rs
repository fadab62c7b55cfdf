//! How often somebody may do something: so many times at once, and then as often as the window allows on average.
//! One moment is remembered per key (the generic cell rate algorithm), so that a flood of keys fills no memory.

use crate::clock::Timestamp;
use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

/// Who asks, as far as limits go: one household or machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asker(IpAddr);

impl Asker {
    /// An IPv4 address, or the /64 that an IPv6 address is in; all that come without one count as one.
    pub fn of(address: Option<IpAddr>) -> Self {
        Self(match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V6(address)) => {
                let mut segments = address.segments();
                segments[4..].fill(0);
                IpAddr::V6(Ipv6Addr::from(segments))
            }
            Some(address) => address,
            None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        })
    }
}

/// Keys that are remembered at once.
const MOST_KEYS: usize = 10_000;

/// Lets each key through `most` times in a window.
pub struct Limiter<K> {
    most: u32,
    window: i64,
    /// Until when what a key has taken is paid for, in microseconds.
    paid_at: Mutex<HashMap<K, i64>>,
}

/// What is left to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Times that it may at once.
    pub times: u32,
    /// Seconds until it may as often as ever.
    pub whole_in: u32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// `most` times in `seconds`.
    pub fn new(most: u32, seconds: u32) -> Self {
        Self { most, window: i64::from(seconds) * 1_000_000, paid_at: Mutex::new(HashMap::new()) }
    }

    /// Times that a key may at most.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// Takes one time.
    ///
    /// # Errors
    /// Seconds until another is welcome.
    pub fn take(&self, now: Timestamp, key: &K) -> Result<Left, u32> {
        let mut paid_at = self.paid_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = micros(now);
        let paid = paid_at.get(key).copied().unwrap_or(now).max(now);
        let after = self.admit(now, paid)?;
        if paid_at.len() >= MOST_KEYS && !paid_at.contains_key(key) {
            make_room(&mut paid_at, now);
        }
        paid_at.insert(key.clone(), after);
        Ok(Left { times: self.times(now, after), whole_in: seconds(after - now) })
    }

    /// Whether a key may, without taking a time.
    ///
    /// # Errors
    /// Seconds until it may.
    pub fn look(&self, now: Timestamp, key: &K) -> Result<(), u32> {
        let paid_at = self.paid_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = micros(now);
        self.admit(now, paid_at.get(key).copied().unwrap_or(now).max(now)).map(drop)
    }

    /// Gives one time back.
    pub fn give_back(&self, key: &K) {
        let mut paid_at = self.paid_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(paid) = paid_at.get_mut(key) {
            *paid -= self.step();
        }
    }

    /// What one time costs.
    fn step(&self) -> i64 {
        self.window / i64::from(self.most.max(1))
    }

    fn admit(&self, now: i64, paid: i64) -> Result<i64, u32> {
        if self.most == 0 {
            return Err(seconds(self.window));
        }
        let after = paid + self.step();
        if after - now > self.window { Err(seconds(after - now - self.window)) } else { Ok(after) }
    }

    fn times(&self, now: i64, after: i64) -> u32 {
        let times = (self.window - (after - now)) / self.step().max(1);
        u32::try_from(times).unwrap_or_default().min(self.most)
    }
}

fn micros(at: Timestamp) -> i64 {
    at.0.saturating_mul(1000)
}

fn seconds(micros: i64) -> u32 {
    u32::try_from((micros.max(1) + 999_999) / 1_000_000).unwrap_or(u32::MAX)
}

/// Forgets those who have paid; of a flood of keys the half that took least.
fn make_room<K: Hash + Eq>(paid_at: &mut HashMap<K, i64>, now: i64) {
    paid_at.retain(|_, paid| *paid > now);
    if paid_at.len() < MOST_KEYS {
        return;
    }
    let mut all: Vec<i64> = paid_at.values().copied().collect();
    let middle = all.len() / 2;
    let (_, median, _) = all.select_nth_unstable(middle);
    let median = *median;
    paid_at.retain(|_, paid| *paid > median);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn so_many_at_once_and_then_as_the_window_allows() {
        let limiter = Limiter::new(3, 300);
        for left in [2, 1, 0] {
            let found = limiter.take(NOW, &"a").unwrap();
            assert_eq!((found.times, found.whole_in), (left, 300 - left * 100));
        }
        assert_eq!(limiter.take(NOW, &"a"), Err(100));
        assert_eq!(limiter.look(NOW.plus_seconds(99), &"a"), Err(1));
        limiter.take(NOW, &"b").unwrap();
        assert_eq!(limiter.take(NOW.plus_seconds(100), &"a").unwrap().times, 0);
        assert_eq!(limiter.take(NOW.plus_seconds(150), &"a"), Err(50));
        // After a window all is as before.
        assert_eq!(limiter.take(NOW.plus_seconds(400), &"a").unwrap().times, 2);
    }

    #[test]
    fn neighbours_of_ipv6_count_as_one() {
        let of = |text: &str| Asker::of(text.parse().ok());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn what_is_given_back_does_not_count() {
        let limiter = Limiter::new(3, 300);
        for _ in 0..10 {
            limiter.take(NOW, &"a").unwrap();
            limiter.give_back(&"a");
        }
        assert_eq!(limiter.take(NOW, &"a").unwrap().times, 2);
        assert_eq!(Limiter::new(0, 10).take(NOW, &"a"), Err(10));
        assert!(Limiter::new(u32::MAX, 10).take(NOW, &"a").is_ok());
    }

    #[test]
    fn a_flood_of_keys_fills_no_memory_and_frees_nobody_who_took_more() {
        let limiter = Limiter::new(3, 300);
        for _ in 0..3 {
            limiter.take(NOW, &0).unwrap();
        }
        for key in 1..3 * MOST_KEYS {
            limiter.take(NOW, &key).unwrap();
        }
        assert!(limiter.paid_at.lock().unwrap().len() <= MOST_KEYS);
        assert!(limiter.take(NOW, &0).is_err());
    }
}
