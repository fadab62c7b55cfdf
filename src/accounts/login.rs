//! How local accounts sign in and what they may.

use super::{
    Preferences, address, field,
    forgotten::NO_PASSWORD,
    links::{self, Purpose, Whose},
    store,
};
use crate::{
    clock::Timestamp,
    error::{Error, Kind, Result},
};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

/// What an account may, with PeerTube's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Administrator = 0,
    /// Looks after videos, comments and ordinary accounts.
    Moderator = 1,
    /// Its own things.
    User = 2,
}

impl Role {
    /// PeerTube's number.
    pub fn id(self) -> i64 {
        self as i64
    }

    /// By PeerTube's number.
    pub fn from_id(id: i64) -> Option<Self> {
        [Self::Administrator, Self::Moderator, Self::User].into_iter().find(|role| role.id() == id)
    }

    /// By its name on the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "administrator" => Some(Self::Administrator),
            "moderator" => Some(Self::Moderator),
            "user" => Some(Self::User),
            _ => None,
        }
    }

    /// PeerTube's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::Moderator => "Moderator",
            Self::User => "User",
        }
    }

    /// Whether it may change the configuration.
    pub fn is_administrator(self) -> bool {
        self == Self::Administrator
    }

    /// Whether it may see and change the videos, groups and comments of everyone.
    pub fn is_staff(self) -> bool {
        self != Self::User
    }

    /// Whether it may change accounts of another role: moderators look after ordinary ones only.
    pub fn may_manage(self, other: Self) -> bool {
        match self {
            Self::Administrator => true,
            Self::Moderator => other == Self::User,
            Self::User => false,
        }
    }
}

/// How far what an account publishes is looked at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It came in by open registration, and nobody knows it.
    Stranger = 0,
    /// Somebody made it, or let it in.
    Known = 1,
    /// Its videos never wait for a moderator.
    Trusted = 2,
}

impl Trust {
    /// From its number.
    pub fn from_id(id: i64) -> Self {
        match id {
            0 => Self::Stranger,
            2 => Self::Trusted,
            _ => Self::Known,
        }
    }
}

/// How a local account signs in, and what it may.
#[derive(Debug, Clone, PartialEq)]
pub struct Login {
    /// Whose.
    pub account_id: i64,
    /// Where letters go.
    pub email: String,
    /// Whether a letter arrived there; `None` when nobody asked.
    pub email_verified: Option<bool>,
    /// PHC string of argon2id.
    pub password_hash: String,
    /// What it may.
    pub role: Role,
    /// Bytes; -1 without limit.
    pub video_quota: i64,
    /// Bytes in a day; -1 without limit.
    pub video_quota_daily: i64,
    /// It cannot sign in.
    pub blocked: bool,
    /// Why.
    pub blocked_reason: Option<String>,
    /// It has a second factor.
    pub two_factor: bool,
    /// Further choices of the person.
    pub preferences: Preferences,
    /// When it last signed in.
    pub last_login_at: Option<Timestamp>,
    /// The address that the person wants to have, until a letter arrived there.
    pub pending_email: Option<String>,
    /// When a link for a new password was asked for that nobody used yet.
    pub password_asked_at: Option<Timestamp>,
    /// How far what it publishes is looked at first.
    pub trust: Trust,
}

impl Login {
    /// Whether somebody was invited who has not chosen a password yet.
    pub fn is_invited(&self) -> bool {
        self.password_hash == NO_PASSWORD
    }
}

/// Parts of a login to change; `None` leaves one as it is.
#[derive(Debug, Clone, Default)]
pub struct LoginChange {
    /// New address.
    pub email: Option<String>,
    /// Whether the address is believed.
    pub email_verified: Option<bool>,
    /// New hash; ends all sessions but `keep_session`.
    pub password_hash: Option<String>,
    /// The session that goes on when the password changes: the one that changes it.
    pub keep_session: Option<i64>,
    /// New role.
    pub role: Option<Role>,
    /// Bytes; -1 without limit.
    pub video_quota: Option<i64>,
    /// Bytes in a day; -1 without limit.
    pub video_quota_daily: Option<i64>,
    /// All further choices.
    pub preferences: Option<Preferences>,
    /// How far what it publishes is looked at first.
    pub trust: Option<Trust>,
}

/// Which logins to list.
#[derive(Debug, Clone, Default)]
pub struct LoginFilter {
    /// Part of the name or address.
    pub search: Option<String>,
    /// Blocked ones only, or others only.
    pub blocked: Option<bool>,
    /// Only with this role.
    pub role: Option<Role>,
    /// Field as PeerTube names it, `-` before it for downwards.
    pub sort: Option<String>,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// Fields that lists of accounts can be sorted by.
pub(super) const SORTS: [(&str, &str); 8] = [
    ("id", "a.id"),
    ("username", "a.name"),
    ("createdAt", "a.created_at"),
    ("email", "l.email"),
    ("role", "l.role"),
    ("videoQuota", "l.video_quota"),
    ("videoQuotaUsed", "l.bytes_sent"),
    ("lastLoginDate", "l.last_login_at"),
];

/// The login of an account that lives here.
///
/// # Errors
/// 404 as PeerTube words it.
pub fn find_login(conn: &Connection, account: i64) -> Result<Login> {
    store::login_of(conn, account)?.ok_or_else(|| Error::not_found("User"))
}

/// Logins with a filter, and how many there are in all.
///
/// # Errors
/// 400 for a sort that is none.
pub fn list_logins(conn: &Connection, filter: &LoginFilter) -> Result<(u64, Vec<Login>)> {
    store::logins(conn, filter)
}

/// Changes a login.
///
/// # Errors
/// 400 for broken rules and the last administrator, 409 for an address that another account has.
pub fn change_login(tx: &Transaction<'_>, account: i64, change: &LoginChange) -> Result<()> {
    let mut login = find_login(tx, account)?;
    if let Some(role) = change.role {
        if role != Role::Administrator {
            keep_an_administrator(tx, account, "made anything else")?;
        }
        login.role = role;
    }
    if let Some(email) = &change.email {
        if !super::is_email(email) {
            return Err(Error::Invalid(vec![field(
                "email",
                "An address for letters, as in name@example.org.",
                Some(email.as_str().into()),
            )]));
        }
        if store::email_taken(tx, email, Some(account))? {
            return Err(Error::conflict("Another account has this address."));
        }
        if !login.email.eq_ignore_ascii_case(email) {
            login.email_verified = None;
            login.pending_email = None;
            address::forget_links(tx, account)?;
        }
        login.email.clone_from(email);
    }
    if change.email_verified.is_some() {
        login.email_verified = change.email_verified;
    }
    for (name, quota, place) in [
        ("videoQuota", change.video_quota, &mut login.video_quota),
        ("videoQuotaDaily", change.video_quota_daily, &mut login.video_quota_daily),
    ] {
        if let Some(quota) = quota {
            if quota < -1 {
                return Err(Error::invalid(name, "A number of bytes, or -1 for no limit."));
            }
            *place = quota;
        }
    }
    login.trust = match change.trust {
        // Who is trusted no more is known all the same; a stranger does not become known by it.
        Some(Trust::Known) if login.trust == Trust::Stranger => Trust::Stranger,
        trust => trust.unwrap_or(login.trust),
    };
    if let Some(preferences) = &change.preferences {
        login.preferences = preferences.clone();
    }
    store::update_login(tx, &login)?;
    if let Some(hash) = &change.password_hash {
        set_password(tx, account, hash, change.keep_session)?;
    }
    Ok(())
}

/// Sets a password and ends all sessions but one. Links for another new password are worth nothing then, and another
/// address that was wished is wished no more: it may have been a thief who knew the password.
pub fn set_password(tx: &Transaction<'_>, account: i64, hash: &str, keep_session: Option<i64>) -> Result<()> {
    store::set_password(tx, account, hash)?;
    store::set_password_asked(tx, account, None)?;
    links::forget(tx, Whose::Account(account), Purpose::Password)?;
    address::forget_wish(tx, account)?;
    super::sessions::revoke_all(tx, account, keep_session)
}

/// Sets the password of an account by its name, for the person at the machine.
///
/// # Errors
/// 404 when there is none of that name.
pub fn reset_password(tx: &Transaction<'_>, name: &str, hash: &str) -> Result<()> {
    let account = super::by_name(tx, name, None)?;
    find_login(tx, account.id)?;
    set_password(tx, account.id, hash, None)
}

/// Keeps an account from signing in and ends its sessions.
///
/// # Errors
/// 400 for the last administrator.
pub fn block(tx: &Transaction<'_>, account: i64, reason: Option<&str>) -> Result<()> {
    find_login(tx, account)?;
    keep_an_administrator(tx, account, "blocked")?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > 250) {
        return Err(Error::invalid("reason", "At most 250 characters."));
    }
    store::set_blocked(tx, account, true, reason)?;
    super::sessions::revoke_all(tx, account, None)
}

/// Lets an account sign in again.
pub fn unblock(tx: &Transaction<'_>, account: i64) -> Result<()> {
    find_login(tx, account)?;
    store::set_blocked(tx, account, false, None)
}

/// Refuses what would leave nobody who can administrate.
pub(super) fn keep_an_administrator(conn: &Connection, account: i64, what: &str) -> Result<()> {
    let Some(login) = store::login_of(conn, account)? else { return Ok(()) };
    if login.role == Role::Administrator && !login.blocked && store::administrators(conn)? <= 1 {
        return Err(Error::refused(
            Kind::Bad,
            format!("This is the only administrator and cannot be {what}. Make another administrator first."),
        ));
    }
    Ok(())
}
