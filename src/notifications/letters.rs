//! What people are told by letter: at once, or gathered once a day or a week.

use super::{Notification, store};
use crate::{
    clock::Timestamp,
    error::Result,
    ids,
    jobs::{self, Job, Letter},
};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How often letters go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = LetterRhythm)]
pub enum Rhythm {
    /// As things happen; those of a minute in one.
    #[default]
    AtOnce = 0,
    /// One in the morning.
    Daily = 1,
    /// One on Monday morning.
    Weekly = 2,
    /// Not at all, whatever is chosen for each sort of thing.
    Never = 3,
}

impl Rhythm {
    pub(super) fn from_id(id: i64) -> Self {
        let all = [Self::AtOnce, Self::Daily, Self::Weekly, Self::Never];
        all.into_iter().find(|rhythm| *rhythm as i64 == id).unwrap_or_default()
    }
}

/// What stands in one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// The latest that nobody read yet.
    pub latest: Vec<Notification>,
    /// How many there are beside them.
    pub more: u64,
    /// The number of the last; all up to it are told by the letter.
    pub last: i64,
}

/// Notifications that one letter names; of more it tells the number.
const MOST: u32 = 30;
/// Seconds until a letter goes that goes at once: what happens together is told together.
const GATHER: i64 = 60;
/// Seconds between two such letters.
const PAUSE: i64 = 15 * 60;
const DAY: i64 = 24 * 3600;
/// Seconds of the day at which gathered letters go, in UTC: breakfast in Europe.
const MORNING: i64 = 5 * 3600;

/// How often somebody wants letters.
pub fn rhythm(conn: &Connection, account: i64) -> Result<Rhythm> {
    Ok(store::letters(conn, account)?.map(|(rhythm, _)| rhythm).unwrap_or_default())
}

/// Changes that, also for what waits already. Who wants none is not told later of what happened meanwhile.
pub fn set_rhythm(tx: &Transaction<'_>, now: Timestamp, account: i64, rhythm: Rhythm) -> Result<()> {
    store::set_rhythm(tx, account, rhythm)?;
    jobs::withdraw(tx, &letter(account))?;
    if rhythm == Rhythm::Never {
        return store::written(tx, account, i64::MAX);
    }
    if store::gathered(tx, account, 1)?.0 > 0 {
        plan(tx, now, &[account])?;
    }
    Ok(())
}

/// Has letters written to some accounts that were just told of something.
pub(super) fn plan(tx: &Transaction<'_>, now: Timestamp, accounts: &[i64]) -> Result<()> {
    for account in accounts {
        let (rhythm, last) = store::letters(tx, *account)?.unwrap_or_default();
        let Some(at) = moment(now, rhythm, last) else { continue };
        jobs::enqueue_once_at(tx, now, at, &letter(*account))?;
    }
    Ok(())
}

fn letter(account: i64) -> Job {
    Job::Mail { letter: Letter::News { account } }
}

/// When the next letter goes, `last` being the moment of the last one.
fn moment(now: Timestamp, rhythm: Rhythm, last: Option<Timestamp>) -> Option<Timestamp> {
    let morning = |days: i64| {
        let today = Timestamp((now.0.div_euclid(DAY * 1000)) * DAY * 1000);
        today.plus_seconds(days * DAY + MORNING)
    };
    match rhythm {
        Rhythm::AtOnce => {
            let soon = now.plus_seconds(GATHER);
            // Never later than that, also when the clock was ahead at the last one.
            Some(last.map_or(soon, |last| last.plus_seconds(PAUSE).clamp(soon, now.plus_seconds(PAUSE))))
        }
        Rhythm::Daily => (0..=1).map(morning).find(|at| *at > now),
        // The first of January 1970 was a Thursday.
        Rhythm::Weekly => (0..=7).map(morning).find(|at| *at > now && at.0.div_euclid(DAY * 1000) % 7 == 4),
        Rhythm::Never => None,
    }
}

/// What a letter to somebody says; `None` when all was read meanwhile.
pub fn gather(conn: &Connection, account: i64) -> Result<Option<Gathered>> {
    let (total, latest) = store::gathered(conn, account, MOST)?;
    let Some(last) = latest.first().map(|one| one.id) else { return Ok(None) };
    Ok(Some(Gathered { more: total - latest.len() as u64, last, latest }))
}

/// A letter went that told all up to a number.
pub fn written(tx: &Transaction<'_>, now: Timestamp, account: i64, last: i64) -> Result<()> {
    store::written(tx, account, last)?;
    store::set_written_at(tx, account, now)
}

/// What stops the letters to an account, for links in them. It opens nothing else.
pub fn stop_token(tx: &Transaction<'_>, account: i64) -> Result<String> {
    if let Some(token) = store::stop_token(tx, account)? {
        return Ok(token);
    }
    let token = ids::secret(20);
    store::set_stop_token(tx, account, &token)?;
    Ok(token)
}

/// Whether a token stops the letters to an account.
pub fn stops(conn: &Connection, account: i64, token: &str) -> Result<bool> {
    let Some(right) = store::stop_token(conn, account)? else { return Ok(false) };
    // In a time that does not tell how much is right.
    Ok(right.len() == token.len()
        && right.bytes().zip(token.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_when_they_are_wanted() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        // A Monday.
        let now = at("2026-11-23T04:00:00Z");
        let moment = |now, rhythm| moment(now, rhythm, None);
        assert_eq!(moment(now, Rhythm::AtOnce), Some(at("2026-11-23T04:01:00Z")));
        assert_eq!(moment(now, Rhythm::Daily), Some(at("2026-11-23T05:00:00Z")));
        assert_eq!(moment(now, Rhythm::Weekly), Some(at("2026-11-23T05:00:00Z")));
        let later = at("2026-11-23T05:00:00Z");
        assert_eq!(moment(later, Rhythm::Daily), Some(at("2026-11-24T05:00:00Z")));
        assert_eq!(moment(later, Rhythm::Weekly), Some(at("2026-11-30T05:00:00Z")));
        assert_eq!(moment(now, Rhythm::Never), None);
        // Not more often than every quarter of an hour.
        let last = Some(now.minus_seconds(60));
        assert_eq!(super::moment(now, Rhythm::AtOnce, last), Some(at("2026-11-23T04:14:00Z")));
        // A clock that was a year ahead keeps nothing back for a year.
        let last = Some(at("2027-11-23T04:00:00Z"));
        assert_eq!(super::moment(now, Rhythm::AtOnce, last), Some(at("2026-11-23T04:15:00Z")));
    }
}
