//! What people are told of. A job comes after each thing that happens ([`crate::jobs::Happening`]) and finds who wants to
//! know; it writes a row for each of them, which the page shows.

pub mod devices;
mod kinds;
pub mod letters;
mod store;
mod tell;

pub use kinds::{Channels, Choice, Choices, Kind};
pub use tell::{BATCH, Manner, Told, tell};

use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, Transaction};

/// Days that a notification is kept.
const KEPT_DAYS: i64 = 90;
/// Notifications in the page that are kept of one account, and as many that were told by letter only.
pub const MOST_KEPT: u32 = 1000;
/// Rows that are forgotten in one transaction.
const SWEPT: u32 = 2000;
/// Accounts that are looked at in one transaction.
const SWEPT_ACCOUNTS: usize = 50;

/// That somebody is told of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its number; larger is later.
    pub id: i64,
    /// Who is told.
    pub account: i64,
    /// What it tells.
    pub kind: Kind,
    /// Whether it was read.
    pub read: bool,
    /// What it is about.
    pub about: About,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was made or read.
    pub updated_at: Timestamp,
}

/// What a notification is about: what of these its kind has, by number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct About {
    /// A video.
    pub video: Option<i64>,
    /// A comment.
    pub comment: Option<i64>,
    /// That somebody follows something.
    pub follow: Option<i64>,
    /// Somebody who wants an account.
    pub registration: Option<i64>,
    /// A report.
    pub report: Option<i64>,
    /// A group.
    pub group: Option<i64>,
    /// An account: who did it.
    pub by: Option<i64>,
    /// What moderators write.
    pub warning: Option<i64>,
}

/// Which notifications to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that were not read.
    pub unread: bool,
    /// Only these kinds, by number; all when empty.
    pub kinds: Vec<i64>,
    /// The oldest first.
    pub oldest: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// A page of what an account is told in the page, and how much there is in all.
pub fn list(conn: &Connection, account: i64, filter: &Filter) -> Result<(u64, Vec<Notification>)> {
    store::list(conn, account, filter)
}

/// Those of some notifications that these accounts are told in the page now.
pub fn fresh(conn: &Connection, ids: &[i64], accounts: &[i64]) -> Result<Vec<Notification>> {
    store::fresh(conn, ids, accounts)
}

/// How much an account has not read.
pub fn unread(conn: &Connection, account: i64) -> Result<u64> {
    store::unread(conn, account)
}

/// Some were read; those of others, and those that are gone, are passed over.
pub fn read(tx: &Transaction<'_>, now: Timestamp, account: i64, ids: &[i64]) -> Result<()> {
    store::read(tx, now, account, ids)
}

/// What moderators wrote was read, and with it that it was told.
pub fn warnings_read(tx: &Transaction<'_>, now: Timestamp, account: i64, warnings: &[i64]) -> Result<()> {
    store::warnings_read(tx, now, account, warnings)
}

/// All were read.
pub fn read_all(tx: &Transaction<'_>, now: Timestamp, account: i64) -> Result<()> {
    store::read_all(tx, now, account)
}

/// What an account has chosen, with what holds where it has chosen nothing.
pub fn choices(conn: &Connection, account: i64) -> Result<Choices> {
    let mut choices: Choices = Choice::ALL.into_iter().map(|choice| (choice, choice.usual())).collect();
    choices.extend(store::choices(conn, account)?);
    Ok(choices)
}

/// Writes down what an account chooses for the page and letters; what it does not name stays as it is.
pub fn choose(tx: &Transaction<'_>, account: i64, choices: &Choices) -> Result<()> {
    let before = self::choices(tx, account)?;
    for (choice, channels) in choices {
        let push = before.get(choice).is_some_and(|before| before.push);
        store::choose(tx, account, *choice, Channels { push, ..*channels })?;
    }
    Ok(())
}

/// Forgets what some accounts have too much of, the oldest first. `after` is where the last call ended; `None` when all
/// were looked at.
pub fn forget_excess(tx: &Transaction<'_>, after: i64) -> Result<Option<i64>> {
    let mut after = after;
    for _ in 0..SWEPT_ACCOUNTS {
        let Some(account) = store::next_account(tx, after)? else { return Ok(None) };
        store::keep_latest(tx, account, MOST_KEPT)?;
        after = account;
    }
    Ok(Some(after))
}

/// Forgets some of what is too old; whether there may be more of it.
pub fn forget_old(tx: &Transaction<'_>, now: Timestamp) -> Result<bool> {
    Ok(store::forget(tx, now.minus_seconds(KEPT_DAYS * 24 * 3600), SWEPT)? == SWEPT as usize)
}
