//! What guards signing in: how often an address or an account may try, and how many passwords are hashed at once.

use super::problem;
use crate::{
    accounts::password,
    clock::Timestamp,
    error::{Error, Result},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::Map;
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Semaphore;

/// Passwords hashed at once: each takes 19 MiB.
const AT_ONCE: usize = 2;
/// Those that wait for their turn; more are sent away.
const WAITING: usize = 30;
/// Five minutes.
const WINDOW_SECONDS: i64 = 300;
/// Failures that one account bears, from all addresses together, for each that one address may make.
/// Large enough that one stranger does not keep an account's owner out.
const ACCOUNT_FACTOR: u32 = 10;
/// Addresses and accounts that are remembered at once.
const MOST_KEYS: usize = 10_000;

/// The guards. Cheap to clone.
#[derive(Clone)]
pub struct Doors(Arc<Inner>);

struct Inner {
    addresses: Limiter<IpAddr>,
    accounts: Limiter<String>,
    hashing: Semaphore,
    waiting: Semaphore,
}

/// An attempt that counts until it is [`Doors::succeeded`].
pub struct Attempt {
    address: IpAddr,
    account: String,
}

impl Doors {
    /// Guards that let an address fail `per_address` times in five minutes.
    pub fn new(per_address: u32) -> Self {
        Self(Arc::new(Inner {
            addresses: Limiter::new(per_address),
            accounts: Limiter::new(per_address.saturating_mul(ACCOUNT_FACTOR)),
            hashing: Semaphore::new(AT_ONCE),
            waiting: Semaphore::new(WAITING),
        }))
    }

    /// Counts an attempt to get in, or answers after how many seconds another is welcome.
    pub fn knock(&self, now: Timestamp, address: IpAddr, account: &str) -> Result<Attempt, u32> {
        self.0.addresses.take(now, &address)?;
        // Long names are no names; keeping them would be keeping what a stranger sends.
        let account: String = account.to_lowercase().chars().take(100).collect();
        self.0.accounts.take(now, &account)?;
        Ok(Attempt { address, account })
    }

    /// An attempt that got in does not count.
    pub fn succeeded(&self, attempt: &Attempt) {
        self.0.addresses.give_back(&attempt.address);
        self.0.accounts.give_back(&attempt.account);
    }

    /// Whether a password fits, in the time that it takes whether there is a hash or not.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.hashing(move || Ok(password::verify(&password, hash.as_deref()))).await
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.hashing(move || password::hash(&password)).await
    }

    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _waiting = self.0.waiting.try_acquire().map_err(|_| Error::Busy {
            retry_after: 10,
            detail: "Many people are signing in at this moment. Please try again in some seconds.".into(),
        })?;
        let _permit = self.0.hashing.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

/// The answer to those who tried too often.
pub fn too_many(retry_after: u32) -> Response {
    let minutes = retry_after.div_ceil(60);
    let detail = format!("Too many attempts. Please wait {minutes} minutes and try again.");
    let mut response = problem::respond(StatusCode::TOO_MANY_REQUESTS, None, &detail, Map::new());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

/// Counts attempts by key in windows of five minutes. Bounded: when too many keys are remembered at once the oldest
/// windows go, then all.
struct Limiter<K> {
    most: u32,
    windows: Mutex<HashMap<K, Window>>,
}

struct Window {
    until: Timestamp,
    attempts: u32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(most: u32) -> Self {
        Self { most, windows: Mutex::new(HashMap::new()) }
    }

    fn take(&self, now: Timestamp, key: &K) -> Result<(), u32> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST_KEYS && !windows.contains_key(key) {
            windows.retain(|_, window| window.until > now);
            if windows.len() >= MOST_KEYS {
                windows.clear();
            }
        }
        let fresh = Window { until: now.plus_seconds(WINDOW_SECONDS), attempts: 0 };
        let window = windows.entry(key.clone()).or_insert(fresh);
        if window.until <= now {
            *window = Window { until: now.plus_seconds(WINDOW_SECONDS), attempts: 0 };
        }
        if window.attempts >= self.most {
            return Err((window.until.seconds_since(now).ceil() as u32).max(1));
        }
        window.attempts += 1;
        Ok(())
    }

    fn give_back(&self, key: &K) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = windows.get_mut(key) {
            window.attempts = window.attempts.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_count_and_successes_do_not() {
        let limiter = Limiter::new(3);
        let now = Timestamp(0);
        for _ in 0..10 {
            limiter.take(now, &"a").unwrap();
            limiter.give_back(&"a");
        }
        for _ in 0..3 {
            limiter.take(now, &"a").unwrap();
        }
        assert_eq!(limiter.take(now.plus_seconds(100), &"a"), Err(200));
        limiter.take(now, &"b").unwrap();
        limiter.take(now.plus_seconds(300), &"a").unwrap();
    }

    #[test]
    fn a_flood_of_names_does_not_fill_the_memory() {
        let limiter = Limiter::new(3);
        for number in 0..3 * MOST_KEYS {
            limiter.take(Timestamp(0), &number).unwrap();
        }
        assert!(limiter.windows.lock().unwrap().len() <= MOST_KEYS);
    }
}
