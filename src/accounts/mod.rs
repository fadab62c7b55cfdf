//! People: who they are ([`Account`]) and how those who live here sign in ([`Login`]). An account of another server has
//! no login.

pub mod address;
pub mod forgotten;
pub mod images;
pub mod links;
mod login;
pub mod password;
mod preferences;
pub mod recovery;
pub mod registrations;
pub mod sensitive;
pub mod sessions;
mod store;
pub mod two_factor;
pub mod websites;

pub use login::{
    Login, LoginChange, LoginFilter, Role, Trust, block, change_login, find_login, list_logins,
    reset_password, set_password, unblock,
};
pub use preferences::Preferences;
pub use sensitive::{Looking, SensitivePolicy};

use crate::{
    clock::Timestamp,
    error::{Error, InvalidField, Kind, Location, Result},
    groups, ids,
    jobs::{self, Job},
    moderation::mutes,
    playlists,
    search::{self, Entry},
};
use rusqlite::{Connection, Transaction};

/// A person, of this server or another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Number here. PeerTube's user id and account id are both this.
    pub id: i64,
    /// The handle without host.
    pub name: String,
    /// Host of another server; `None` when it lives here.
    pub origin: Option<String>,
    /// As it is shown.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// How many follow it.
    pub followers: u64,
    /// How many groups and accounts it follows.
    pub following: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When name, texts or pictures last changed.
    pub updated_at: Timestamp,
}

/// What is needed to make an account that lives here.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The handle.
    pub name: String,
    /// Where letters go.
    pub email: String,
    /// What [`password::hash`] made.
    pub password_hash: String,
    /// What it may.
    pub role: Role,
    /// Bytes; -1 without limit.
    pub video_quota: i64,
    /// Bytes in a day; -1 without limit.
    pub video_quota_daily: i64,
    /// Handle of its first group; `None` for the account's own with `_channel` behind it.
    pub group_name: Option<String>,
    /// What that group is called; `None` for the account's name.
    pub group_display_name: Option<String>,
}

/// Characters of a handle. PeerTube allows 1 to 50 for accounts and groups.
pub const NAME_LONGEST: usize = 50;
/// Characters of a display name.
pub const DISPLAY_NAME_LONGEST: usize = 120;
/// Characters of a description.
pub const DESCRIPTION_LONGEST: usize = 1000;

/// The rule of handles, for who broke it.
const NAME_RULE: &str = "Lower case letters without accents, digits, dots and underscores; at most 50.";
/// The rule of addresses, for who broke it.
const EMAIL_RULE: &str = "An address for letters, as in name@example.org.";

/// Names that the server itself needs.
const RESERVED: [&str; 4] = ["peertube", "relay", "instance", "kiosque"];

/// Whether somebody of this name was here and is gone for good.
pub fn is_gone(conn: &Connection, name: &str) -> Result<bool> {
    store::is_gone(conn, name)
}

/// Whether a text can be the handle of an account or group: lower case letters, digits, `.` and `_`.
pub fn is_name(name: &str) -> bool {
    (1..=NAME_LONGEST).contains(&name.len())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_'))
        && name.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && !RESERVED.contains(&name)
}

/// Whether a text looks like an address for letters. Whether it is one shows when a letter arrives.
pub fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    email.len() <= 254
        && (1..=64).contains(&local.len())
        && !domain.is_empty()
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with(['.', '-'])
        && !email.chars().any(|char| char.is_whitespace() || char.is_control() || "<>,;\"".contains(char))
}

/// Numbers of those who look after the instance and are not blocked, the first one first.
pub fn staff(conn: &Connection) -> Result<Vec<i64>> {
    store::staff(conn)
}

/// Numbers of a page of the people in whose name, handle or description words stand, best first, and how many there are.
/// Those who are blocked are not found, nor those whom the viewer does not hear.
///
/// # Errors
/// [`Error::Internal`] only.
pub fn matching(
    conn: &Connection,
    viewer: Option<i64>,
    typed: &str,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<i64>)> {
    let found = search::find(conn, search::Kind::Account, typed, search::MOST)?;
    let blocked = store::blocked(conn, &found)?;
    let shown: Vec<i64> = found.into_iter().filter(|id| !blocked.contains(id)).collect();
    let shown = mutes::heard(conn, viewer, shown)?;
    // A search finds a limited number, best first: which page is asked for changes nothing in its work.
    let total = shown.len() as u64;
    Ok((total, shown.into_iter().skip(start as usize).take(count as usize).collect()))
}

/// One account by its number.
///
/// # Errors
/// 404.
pub fn find(conn: &Connection, id: i64) -> Result<Account> {
    store::find(conn, id)?.ok_or_else(|| Error::not_found("Account"))
}

/// One account by its handle; `origin` is the host of another server.
///
/// # Errors
/// 404.
pub fn by_name(conn: &Connection, name: &str, origin: Option<&str>) -> Result<Account> {
    store::by_name(conn, &name.to_lowercase(), origin)?.ok_or_else(|| Error::not_found("Account"))
}

/// Several accounts at once, in no order; numbers that nobody has are left out.
pub fn find_many(conn: &Connection, ids: &[i64]) -> Result<Vec<Account>> {
    store::find_many(conn, ids)
}

/// Accounts, of here and elsewhere, oldest first (newest first when `newest`), and how many there are.
pub fn list(conn: &Connection, newest: bool, start: u32, count: u32) -> Result<(u64, Vec<Account>)> {
    store::list(conn, newest, start, count)
}

/// Names of accounts that begin with or contain a text, for completion.
pub fn names_like(conn: &Connection, text: &str, count: u32) -> Result<Vec<String>> {
    store::names_like(conn, text, count)
}

/// Whether somebody who may set this instance up has an account.
pub fn is_claimed(conn: &Connection) -> Result<bool> {
    Ok(store::administrators(conn)? > 0)
}

/// How many people live here, and what they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// All of them.
    pub accounts: u64,
    /// Of them, moderators.
    pub moderators: u64,
    /// Of them, administrators.
    pub administrators: u64,
}

/// Counts for the page of figures.
pub fn figures(conn: &Connection) -> Result<Figures> {
    store::figures(conn)
}

/// How many accounts live here.
pub fn count(conn: &Connection) -> Result<u64> {
    store::count(conn)
}

/// Refuses a name that an account or group has or had.
///
/// # Errors
/// 409.
pub fn check_name_free(conn: &Connection, name: &str) -> Result<()> {
    if store::name_taken(conn, name)? {
        return Err(Error::conflict(
            "This name belongs to an account or a group already, or did once. Please choose another.",
        ));
    }
    Ok(())
}

/// Makes an account with its login and its first group.
///
/// # Errors
/// 400 naming every field that breaks a rule; 409 when name or address are taken.
pub fn create(tx: &Transaction<'_>, now: Timestamp, new: &NewAccount) -> Result<Account> {
    let group_name = new.group_name.clone().unwrap_or_else(|| groups::first_name(&new.name));
    let mut wrong = Vec::new();
    let value = |text: &str| Some(serde_json::Value::from(text));
    if !is_name(&new.name) {
        wrong.push(field("username", NAME_RULE, value(&new.name)));
    }
    if !is_email(&new.email) {
        wrong.push(field("email", EMAIL_RULE, value(&new.email)));
    }
    if !is_name(&group_name) || group_name == new.name {
        wrong.push(field(
            "channelName",
            "Lower case letters without accents, digits, dots and underscores; not the name of the account.",
            value(&group_name),
        ));
    }
    for (name, quota) in [("videoQuota", new.video_quota), ("videoQuotaDaily", new.video_quota_daily)] {
        if quota < -1 {
            wrong.push(field(name, "A number of bytes, or -1 for no limit.", Some(quota.into())));
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    if store::name_taken(tx, &new.name)? || store::email_taken(tx, &new.email, None)? {
        return Err(Error::conflict(
            "An account with this name or this address exists already. Please choose another.",
        ));
    }
    let id = store::insert(tx, now, &new.name, &new.name)?;
    store::insert_login(tx, id, new)?;
    let display = new.group_display_name.as_deref().unwrap_or(&new.name);
    groups::create_first(tx, now, id, &group_name, display)?;
    playlists::create_watch_later(tx, now, id)?;
    let account = find(tx, id)?;
    index(tx, &account)?;
    Ok(account)
}

/// To be called after any change that search could notice.
fn index(tx: &Transaction<'_>, account: &Account) -> Result<()> {
    let entry = Entry {
        title: &account.display_name,
        names: &account.name,
        text: account.description.as_deref().unwrap_or_default(),
        ..Entry::default()
    };
    search::put(tx, search::Kind::Account, account.id, &entry)
}

/// Changes how a person is shown. `None` leaves a part as it is; an empty description removes it.
///
/// # Errors
/// 400 naming what breaks a rule.
pub fn change_profile(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    display_name: Option<&str>,
    description: Option<&str>,
) -> Result<()> {
    let mut account = find(tx, id)?;
    let mut wrong = Vec::new();
    if let Some(display_name) = display_name {
        wrong.extend(check_display_name(display_name));
        display_name.trim().clone_into(&mut account.display_name);
    }
    if let Some(description) = description {
        wrong.extend(check_description(description));
        account.description = Some(description.trim().to_owned()).filter(|text| !text.is_empty());
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    store::update(tx, now, &account)?;
    index(tx, &account)
}

/// Whether an account can be removed.
///
/// # Errors
/// 400 for the last administrator.
pub fn check_may_go(conn: &Connection, id: i64) -> Result<()> {
    login::keep_an_administrator(conn, id, "removed")
}

/// How somebody of another server is to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Elsewhere<'a> {
    /// The handle without host, in small letters.
    pub name: &'a str,
    /// Host of the other server.
    pub origin: &'a str,
    /// As it is shown.
    pub display_name: &'a str,
    /// Markdown.
    pub description: Option<&'a str>,
    /// When it was made there.
    pub created_at: Timestamp,
}

/// Writes down an account of another server, or how it is shown now; its number here.
pub fn put_elsewhere(tx: &Transaction<'_>, now: Timestamp, shown: &Elsewhere<'_>) -> Result<i64> {
    store::put_elsewhere(tx, now, shown)
}

/// Removes an account with its login, sessions and groups. Its videos are to be removed before
/// (`videos` knows their files).
///
/// # Errors
/// 400 for the last administrator.
pub fn delete(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    let account = find(tx, id)?;
    check_may_go(tx, id)?;
    for group in groups::of_owner(tx, id)? {
        groups::remove(tx, now, &group)?;
    }
    let paths = images::files_of(tx, images::Whose::Account(id))?;
    registrations::forget_account(tx, id)?;
    store::delete(tx, now, &account)?;
    if !paths.is_empty() {
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
    Ok(())
}

/// What PeerTube's clients send along when they sign in. It is the same for everyone and protects nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthClient {
    /// Its name.
    pub id: String,
    /// Its so-called secret.
    pub secret: String,
}

/// The client, when there is one.
pub fn oauth_client(conn: &Connection) -> Result<Option<OauthClient>> {
    store::oauth_client(conn)
}

/// The client, made when there is none.
pub fn make_oauth_client(tx: &Transaction<'_>) -> Result<OauthClient> {
    if let Some(client) = store::oauth_client(tx)? {
        return Ok(client);
    }
    let client = OauthClient { id: ids::secret(16), secret: ids::secret(16) };
    store::put_oauth_client(tx, &client)?;
    Ok(client)
}

/// The rule of display names, of accounts and groups.
pub fn check_display_name(text: &str) -> Option<InvalidField> {
    let length = text.trim().chars().count();
    (!(1..=DISPLAY_NAME_LONGEST).contains(&length))
        .then(|| field("displayName", "1 to 120 characters.", Some(text.into())))
}

/// The rule of descriptions, of accounts and groups.
pub fn check_description(text: &str) -> Option<InvalidField> {
    (text.chars().count() > DESCRIPTION_LONGEST)
        .then(|| field("description", "At most 1000 characters.", None))
}

/// A part of the body that breaks a rule.
pub(crate) fn field(
    name: &'static str,
    rule: &'static str,
    value: Option<serde_json::Value>,
) -> InvalidField {
    InvalidField { field: name.into(), rule: rule.into(), location: Location::Body, value }
}

/// The refusal of what only some may do.
pub(crate) fn not_yours() -> Error {
    Error::refused(
        Kind::Forbidden,
        "This belongs to somebody else. Only they, and those who look after this instance, can change it.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_those_that_addresses_can_carry() {
        for good in ["a", "le_grillon", "choeur.2026", "0"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "A", "é", "with space", "a-b", "a@b", "..", "_", "peertube", &"a".repeat(51)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_for_letters_are_told_from_other_texts() {
        for good in ["a@b", "first.last+tag@example.org", "é@example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b\nBcc: c@d", "a@.b", "<a@b>"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
