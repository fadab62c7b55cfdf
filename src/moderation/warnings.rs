//! What moderators tell a member: a warning, that nobody hears him or her any more, that everybody does again. It stands
//! above every page until it is read.

use super::{
    check_text,
    log::{self, About, Action},
    mutes::may_judge,
    store,
};
use crate::{
    accounts::{self, Role},
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Happening, Job},
};
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use utoipa::ToSchema;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WarningKind)]
pub enum Kind {
    /// A warning, in the words of a moderator.
    Warning = 1,
    /// What one says and publishes is shown to nobody.
    Muted = 2,
    /// It is shown again.
    Heard = 3,
}

impl Kind {
    /// By its number.
    pub(super) fn from_id(id: i64) -> Option<Self> {
        [Self::Warning, Self::Muted, Self::Heard].into_iter().find(|kind| *kind as i64 == id)
    }
}

/// Something that somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Its number; larger is later.
    pub id: i64,
    /// Whom it is told.
    pub account: i64,
    /// Which moderator tells it; `None` when that account is gone.
    pub by: Option<i64>,
    /// What.
    pub kind: Kind,
    /// In which words; empty of what is no warning.
    pub text: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

/// Warns a member in one's own words, about a report or not.
///
/// # Errors
/// 400 for a text that is too short or too long; 403 for a moderator about the staff; 404; 409 for oneself and for somebody
/// of another server.
pub fn warn(
    tx: &Transaction<'_>,
    now: Timestamp,
    actor: (i64, Role),
    account: i64,
    report: Option<i64>,
    text: &str,
) -> Result<i64> {
    let text = check_text("text", text, 2)?;
    may_judge(tx, actor, account)?;
    if accounts::find(tx, account)?.origin.is_some() {
        return Err(Error::conflict(
            "This person lives on another server: write to those who look after it.",
        ));
    }
    let id = store::warnings::insert(tx, now, actor.0, account, Kind::Warning, report, text)?;
    announce(tx, now, id)?;
    let about = About { account: Some(account), report, detail: Some(text.to_owned()), ..About::default() };
    log::write(tx, now, actor.0, Action::AccountWarned, &about)?;
    Ok(id)
}

/// Tells a member what was done, without words of one's own. Who lives elsewhere is not told.
pub(super) fn tell(tx: &Transaction<'_>, now: Timestamp, actor: i64, account: i64, kind: Kind) -> Result<()> {
    if accounts::find(tx, account)?.origin.is_none() {
        let id = store::warnings::insert(tx, now, actor, account, kind, None, "")?;
        announce(tx, now, id)?;
    }
    Ok(())
}

/// Who is not here reads it above a page only when coming by: the bell and a letter tell of it.
fn announce(tx: &Transaction<'_>, now: Timestamp, warning: i64) -> Result<()> {
    let happening = Happening::Warned { warning };
    jobs::enqueue(tx, now, &Job::Notify { happening }).map(drop)
}

/// Who is told a warning that was not read yet.
pub fn whom(conn: &Connection, warning: i64) -> Result<Option<i64>> {
    store::warnings::whom(conn, warning)
}

/// What an account was told, or everybody, newest first, and how much it was.
pub fn list(
    conn: &Connection,
    account: Option<i64>,
    unread: bool,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Warning>)> {
    store::warnings::list(conn, account, unread, start, count)
}

/// How much of it an account has not read.
pub fn unread(conn: &Connection, account: i64) -> Result<u64> {
    store::warnings::unread(conn, account)
}

/// Some were read; those of others are passed over.
pub fn read(tx: &Transaction<'_>, now: Timestamp, account: i64, ids: &[i64]) -> Result<()> {
    store::warnings::read(tx, now, account, ids)
}
