//! What guards signing in: how often an address or an account may try, and how many passwords are hashed at once.

use super::address::Client;
use crate::{
    accounts::password,
    clock::Timestamp,
    config::LimitsConfig,
    error::{Error, Result},
    limiter::{Asker, Limiter},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Passwords hashed at once: each takes 19 MiB.
const AT_ONCE: usize = 2;
/// Those that wait for their turn; more are sent away.
const WAITING: usize = 30;
/// Five minutes.
const WINDOW_SECONDS: u32 = 300;
/// Failures that one account bears, from all addresses together, for each that one address may make.
/// Large enough that one stranger does not keep an account's owner out.
const ACCOUNT_FACTOR: u32 = 10;
/// People who write comments from one address, as in a room where a film is watched together.
const ROOM_FACTOR: u32 = 5;
/// An hour.
const HOUR_SECONDS: u32 = 3600;
/// Letters that strangers may have written to one person in an hour.
const LETTERS_TO_ONE: u32 = 5;
/// Of the letters that an address may make us write in an hour, one in so many may be to those who run the instance.
const TO_STAFF: u32 = 4;
/// People whom one account may approach in an hour: whom it invites, whose groups it asks to come into.
const APPROACHES: u32 = 60;
/// The same of all accounts at one address.
const APPROACHES_OF_ADDRESS: u32 = 200;
/// Things that one account may begin to follow in an hour: a list from elsewhere fits in, and who is followed is not told
/// of it over and over.
const FOLLOWS: u32 = 600;
/// Answers that must not tell whether there is an account take this long, found or not.
const STEADY: Duration = Duration::from_millis(400);

/// The guards. Cheap to clone.
#[derive(Clone)]
pub struct Doors(Arc<Inner>);

struct Inner {
    addresses: Limiter<Asker>,
    accounts: Limiter<String>,
    registrations: Limiter<Asker>,
    letters: Limiter<Asker>,
    comments: Limiter<i64>,
    comments_from: Limiter<Asker>,
    written_to: Limiter<String>,
    to_staff: Limiter<Asker>,
    approaches: Limiter<i64>,
    approaches_of_address: Limiter<Asker>,
    follows: Limiter<i64>,
    hashing: Semaphore,
    waiting: Semaphore,
}

/// An attempt that counts until it is [`Doors::succeeded`].
pub struct Attempt {
    address: Asker,
    account: String,
}

impl Doors {
    /// Guards with these limits per address.
    pub fn new(limits: &LimitsConfig) -> Self {
        let logins = limits.logins_per_5min;
        Self(Arc::new(Inner {
            addresses: Limiter::new(logins, WINDOW_SECONDS),
            accounts: Limiter::new(logins.saturating_mul(ACCOUNT_FACTOR), WINDOW_SECONDS),
            registrations: Limiter::new(limits.registrations_per_hour, HOUR_SECONDS),
            letters: Limiter::new(limits.letters_per_hour, HOUR_SECONDS),
            comments: Limiter::new(limits.comments_per_5min, WINDOW_SECONDS),
            comments_from: Limiter::new(limits.comments_per_5min.saturating_mul(ROOM_FACTOR), WINDOW_SECONDS),
            written_to: Limiter::new(LETTERS_TO_ONE, HOUR_SECONDS),
            to_staff: Limiter::new(limits.letters_per_hour.div_ceil(TO_STAFF), HOUR_SECONDS),
            approaches: Limiter::new(APPROACHES, HOUR_SECONDS),
            approaches_of_address: Limiter::new(APPROACHES_OF_ADDRESS, HOUR_SECONDS),
            follows: Limiter::new(FOLLOWS, HOUR_SECONDS),
            hashing: Semaphore::new(AT_ONCE),
            waiting: Semaphore::new(WAITING),
        }))
    }

    /// Counts an attempt to get in.
    ///
    /// # Errors
    /// 429 after too many.
    pub fn knock(&self, now: Timestamp, address: Asker, account: &str) -> Result<Attempt> {
        self.0.addresses.take(now, &address).map_err(too_often)?;
        // Long names are no names; keeping them would be keeping what a stranger sends.
        let account: String = account.to_lowercase().chars().take(100).collect();
        self.0.accounts.take(now, &account).map_err(too_often)?;
        Ok(Attempt { address, account })
    }

    /// An attempt that got in does not count.
    pub fn succeeded(&self, attempt: &Attempt) {
        self.0.addresses.give_back(&attempt.address);
        self.0.accounts.give_back(&attempt.account);
    }

    /// Counts somebody who asks for an account.
    ///
    /// # Errors
    /// 429 after too many.
    pub fn register(&self, now: Timestamp, address: Asker) -> Result<()> {
        self.0.registrations.take(now, &address).map(drop).map_err(too_often)
    }

    /// Counts a letter that a stranger causes, and tells whether it may go: nobody gets more than a few, whoever asks, and
    /// who asks does not learn of it.
    pub fn letter_to(&self, now: Timestamp, email: &str) -> bool {
        self.0.written_to.take(now, &email.to_lowercase().chars().take(254).collect()).is_ok()
    }

    /// Counts somebody who asks for a letter to `email`, and tells whether it may go, as [`Doors::letter_to`] does.
    ///
    /// # Errors
    /// 429 after too many.
    pub fn write_to(&self, now: Timestamp, address: Asker, email: &str) -> Result<bool> {
        self.0.letters.take(now, &address).map_err(too_often)?;
        Ok(self.letter_to(now, email))
    }

    /// Counts a stranger who writes to those who run the instance.
    ///
    /// # Errors
    /// 429 after too many.
    pub fn write_to_staff(&self, now: Timestamp, address: Asker) -> Result<()> {
        self.0.to_staff.take(now, &address).map(drop).map_err(too_often)
    }

    /// Counts somebody who approaches others.
    ///
    /// # Errors
    /// 429 after too many.
    pub fn approach(&self, now: Timestamp, client: Client, account: i64) -> Result<()> {
        self.0.approaches.take(now, &account).map_err(too_often)?;
        self.0.approaches_of_address.take(now, &Asker::of(client.0)).map(drop).map_err(too_often)
    }

    /// Counts an account that begins to follow something.
    ///
    /// # Errors
    /// 429 after too many.
    pub fn follow(&self, now: Timestamp, account: i64) -> Result<()> {
        self.0.follows.take(now, &account).map(drop).map_err(too_often)
    }

    /// Counts a comment of an account.
    ///
    /// # Errors
    /// 429 after too many.
    pub fn comment(&self, now: Timestamp, address: Asker, account: i64) -> Result<()> {
        self.0.comments_from.take(now, &address).map_err(too_often)?;
        self.0.comments.take(now, &account).map(drop).map_err(too_often)
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

/// Does work whose time would tell what it found: the answer comes no sooner than [`STEADY`].
pub async fn steadily<T>(work: impl Future<Output = T>) -> T {
    let begun = tokio::time::Instant::now();
    let answer = work.await;
    tokio::time::sleep_until(begun + STEADY).await;
    answer
}

fn too_often(retry_after: u32) -> Error {
    Error::TooOften { retry_after }
}
