//! Whom one does not want to hear: what muted accounts say and publish is in no list of the one who mutes them. What
//! the instance mutes is shown to nobody but its own author.

use super::{
    log::{self, About, Action},
    store,
    warnings::{self, Kind},
};
use crate::{
    accounts::{self, Role},
    clock::Timestamp,
    error::{Error, Kind as Refusal, Result},
};
use rusqlite::{Connection, Transaction};

/// Accounts and servers that one person can mute.
pub const MOST: u64 = 1000;
/// Accounts and servers that the instance can mute.
pub const MOST_OF_INSTANCE: u64 = 10_000;

/// Who does not want to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// One account, for itself.
    Account(i64),
    /// The instance, for everybody.
    Instance,
}

/// Who is not heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An account.
    Account(i64),
    /// Everybody of another server.
    Host(String),
}

/// That somebody is not heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mute {
    /// Its number; larger is later.
    pub id: i64,
    /// Who.
    pub target: Target,
    /// Since when.
    pub created_at: Timestamp,
}

/// Which kinds of mutes there are for the one who looks: where there are none, nothing is asked of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Muting {
    /// Of accounts.
    pub accounts: bool,
    /// Of servers.
    pub hosts: bool,
}

/// Which mutes to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of servers, not of accounts.
    pub hosts: bool,
    /// Part of the name.
    pub search: Option<String>,
    /// The oldest first.
    pub oldest: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// Mutes somebody. Muting again changes nothing. `host` is that of this instance.
///
/// # Errors
/// 409 for oneself, for this server, and when there are [`MOST`].
pub fn mute(tx: &Transaction<'_>, now: Timestamp, by: By, target: &Target, host: &str) -> Result<bool> {
    match target {
        Target::Account(account) if by == By::Account(*account) => {
            return Err(Error::conflict("You cannot block yourself."));
        }
        Target::Host(other) if other == host => {
            return Err(Error::conflict("You cannot block your own server."));
        }
        _ => {}
    }
    let most = if by == By::Instance { MOST_OF_INSTANCE } else { MOST };
    if !store::mutes::is_there(tx, by, target)? && store::mutes::count(tx, by)? >= most {
        return Err(Error::conflict(format!(
            "There is room for {most} muted accounts and servers. Hear some of them again to mute others."
        )));
    }
    store::mutes::insert(tx, now, by, target)
}

/// Hears somebody again.
///
/// # Errors
/// 404 when nobody was muted.
pub fn unmute(tx: &Transaction<'_>, by: By, target: &Target) -> Result<()> {
    if store::mutes::remove(tx, by, target)? {
        return Ok(());
    }
    Err(Error::refused(
        Refusal::NotFound,
        match target {
            Target::Account(_) => "Account block entry not found.",
            Target::Host(_) => "Server block entry not found.",
        },
    ))
}

/// Mutes somebody for everybody, writes it down, and tells the one who is not heard.
///
/// # Errors
/// As [`mute`]; 403 for a moderator who mutes somebody of the staff; 409 for oneself.
pub fn mute_for_all(
    tx: &Transaction<'_>,
    now: Timestamp,
    actor: (i64, Role),
    target: &Target,
    host: &str,
) -> Result<()> {
    if let Target::Account(account) = target {
        may_judge(tx, actor, *account)?;
    }
    if mute(tx, now, By::Instance, target, host)? {
        for_all(tx, now, actor.0, target, true)?;
    }
    Ok(())
}

/// Lets everybody hear somebody again.
///
/// # Errors
/// As [`unmute`]; 403 for a moderator about the staff; 409 for oneself.
pub fn unmute_for_all(
    tx: &Transaction<'_>,
    now: Timestamp,
    actor: (i64, Role),
    target: &Target,
) -> Result<()> {
    if let Target::Account(account) = target {
        may_judge(tx, actor, *account)?;
    }
    unmute(tx, By::Instance, target)?;
    for_all(tx, now, actor.0, target, false)
}

/// Whether somebody of the staff may warn an account, mute it for everybody, or undo that.
///
/// # Errors
/// 403 for a moderator about the staff; 409 for oneself.
pub fn may_judge(conn: &Connection, (actor, role): (i64, Role), account: i64) -> Result<()> {
    if actor == account {
        return Err(Error::conflict("You cannot do this to yourself."));
    }
    if accounts::find(conn, account)?.origin.is_none()
        && accounts::find_login(conn, account)?.role.is_staff()
        && role != Role::Administrator
    {
        return Err(Error::forbidden("Only administrators may do this to moderators and administrators."));
    }
    Ok(())
}

/// Writes down what the instance did, and tells the one it was done to.
fn for_all(tx: &Transaction<'_>, now: Timestamp, actor: i64, target: &Target, muted: bool) -> Result<()> {
    let (account, detail, action, kind) = match target {
        Target::Account(account) if muted => (Some(*account), None, Action::AccountMuted, Kind::Muted),
        Target::Account(account) => (Some(*account), None, Action::AccountUnmuted, Kind::Heard),
        Target::Host(host) if muted => (None, Some(host.clone()), Action::ServerMuted, Kind::Muted),
        Target::Host(host) => (None, Some(host.clone()), Action::ServerUnmuted, Kind::Heard),
    };
    log::write(tx, now, actor, action, &About { account, detail, ..About::default() })?;
    match account {
        Some(account) => warnings::tell(tx, now, actor, account, kind),
        None => Ok(()),
    }
}

/// Who is muted, latest first where nothing else is asked, and how many there are.
pub fn list(conn: &Connection, by: By, filter: &Filter) -> Result<(u64, Vec<Mute>)> {
    store::mutes::list(conn, by, filter)
}

/// Whether somebody is muted by just this one.
pub fn is_muted(conn: &Connection, by: By, target: &Target) -> Result<bool> {
    store::mutes::is_there(conn, by, target)
}

/// Which kinds of mutes there are for the one who looks.
pub fn muting(conn: &Connection, viewer: Option<i64>) -> Result<Muting> {
    store::mutes::muting(conn, viewer)
}

/// Whether somebody hears an account of a host (`None` here): neither the viewer nor the instance has muted it. Everybody
/// hears oneself.
pub fn hears(
    conn: &Connection,
    viewer: Option<i64>,
    account: Option<i64>,
    origin: Option<&str>,
) -> Result<bool> {
    let Some(account) = account else { return Ok(true) };
    if viewer == Some(account) {
        return Ok(true);
    }
    store::mutes::hears(conn, viewer, account, origin)
}

/// Those of some accounts that hear another one.
pub fn who_hear(conn: &Connection, accounts: &[i64], by: i64) -> Result<Vec<i64>> {
    store::mutes::who_hear(conn, accounts, by)
}

/// Those of some accounts that somebody hears, in their order.
pub fn heard(conn: &Connection, viewer: Option<i64>, accounts: Vec<i64>) -> Result<Vec<i64>> {
    if muting(conn, viewer)? == Muting::default() {
        return Ok(accounts);
    }
    store::mutes::heard(conn, viewer, &accounts)
}
