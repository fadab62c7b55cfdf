//! Signed-in devices. A session has an access token for a day and a refresh token for two weeks, which is exchanged for
//! a new pair and then worth nothing. Only their SHA-256 is stored.

mod store;

use super::{
    Account, Login, Role,
    registrations::{self, Registration},
    two_factor,
};
use crate::{
    clock::Timestamp,
    error::{Error, Kind, Result},
    ids,
};
use rusqlite::{Connection, Transaction};
use sha2::{Digest as _, Sha256};

/// Seconds that an access token is good for.
pub const ACCESS_SECONDS: i64 = 24 * 3600;
/// Seconds that a refresh token is good for.
pub const REFRESH_SECONDS: i64 = 14 * 24 * 3600;
/// Sessions of one account; the one that was used least recently makes room.
const MOST: u32 = 50;
/// Seconds after signing in in which nobody is asked for the password again.
const FRESH_SECONDS: f64 = 600.0;
/// The last use of a session is noted this seldom.
const COARSE_SECONDS: i64 = 3600;

/// From where somebody asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// What the program calls itself.
    pub program: Option<String>,
    /// Its address.
    pub address: Option<String>,
}

/// A pair of tokens, as given to the client and nowhere kept.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// For requests.
    pub access: String,
    /// For the next pair.
    pub refresh: String,
}

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Number.
    pub id: i64,
    /// Whose.
    pub account_id: i64,
    /// When it signed in.
    pub created_at: Timestamp,
    /// From where.
    pub device: Device,
    /// About when it was last used.
    pub last_used_at: Timestamp,
    /// From where.
    pub last_device: Device,
}

/// Who a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The person.
    pub account: Account,
    /// What it may.
    pub role: Role,
    /// The session.
    pub session_id: i64,
    /// When the session was last noted as used.
    pub last_used_at: Timestamp,
}

/// What a client shows to sign in, after its password was found right outside of the transaction.
#[derive(Debug, Clone)]
pub struct SignIn<'a> {
    /// The login whose password fitted.
    pub login: &'a Login,
    /// Six digits, when it has sent some.
    pub code: Option<&'a str>,
    /// From where.
    pub device: Device,
}

/// The login that a client means by a name or an address.
pub fn login_named(conn: &Connection, name_or_email: &str) -> Result<Option<Login>> {
    super::store::login_by_name_or_email(conn, name_or_email)
}

/// Opens a session.
///
/// # Errors
/// `access_denied` for blocked accounts, `missing_two_factor` and `invalid_two_factor` (peertube-rest §3), `invalid_grant` when
/// the password was changed meanwhile.
pub fn sign_in(tx: &Transaction<'_>, now: Timestamp, sign_in: &SignIn<'_>) -> Result<Tokens> {
    let SignIn { login, code, device } = sign_in;
    let account = login.account_id;
    let current = super::store::login_of(tx, account)?;
    let Some(current) = current.filter(|current| current.password_hash == login.password_hash) else {
        return Err(wrong_credentials());
    };
    if current.blocked {
        return Err(Error::coded(Kind::Bad, "access_denied", "This account is blocked."));
    }
    if current.two_factor {
        let Some(code) = code else {
            return Err(Error::coded(
                Kind::Unauthenticated,
                "missing_two_factor",
                "This account has a second factor: send the code too.",
            ));
        };
        if !two_factor::use_code(tx, now, account, code)? {
            return Err(Error::coded(
                Kind::Bad,
                "invalid_two_factor",
                "This code is wrong, too old or was used already.",
            ));
        }
    }
    open(tx, now, account, device)
}

/// Opens a session without asking for anything; for an account that was made in the same transaction.
pub fn open(tx: &Transaction<'_>, now: Timestamp, account: i64, device: &Device) -> Result<Tokens> {
    store::remove_expired(tx, now)?;
    store::make_room(tx, account, MOST - 1)?;
    let tokens = new_tokens();
    store::insert(tx, now, account, &hashes(&tokens), device)?;
    Ok(tokens)
}

/// The refusal of a name or password that is wrong; it does not say which.
pub fn wrong_credentials() -> Error {
    Error::coded(Kind::Bad, "invalid_grant", "This name, address or password is wrong.")
}

/// The refusal of somebody whose account is not made yet, with PeerTube's codes. To be told only to who knows the password.
pub fn not_yet(waiting: &Registration) -> Error {
    match waiting.state {
        registrations::State::Rejected => Error::coded(
            Kind::Bad,
            "account_approval_rejected",
            "Registration approval for this account has been rejected",
        ),
        _ if waiting.needs_approval => Error::coded(
            Kind::Bad,
            "account_waiting_for_approval",
            "Registration for this account is awaiting approval",
        ),
        _ => unproven(),
    }
}

/// The refusal of somebody whose address is not proven; PeerTube's clients know it by these words.
pub fn unproven() -> Error {
    Error::coded(Kind::Bad, "access_denied", "User email is not verified.")
}

/// Exchanges a refresh token for a new pair; the old pair is worth nothing from then on.
///
/// # Errors
/// `invalid_grant`.
pub fn refresh(tx: &Transaction<'_>, now: Timestamp, refresh_token: &str, device: &Device) -> Result<Tokens> {
    let Some(session) = store::by_refresh(tx, &digest(refresh_token), now)? else {
        return Err(Error::coded(
            Kind::Bad,
            "invalid_grant",
            "This sign-in has ended. Please sign in again.",
        ));
    };
    let tokens = new_tokens();
    store::rotate(tx, now, session, &hashes(&tokens), device)?;
    Ok(tokens)
}

/// Who an access token belongs to; `None` when it is unknown, too old or revoked, or the account is blocked.
pub fn bearer(conn: &Connection, now: Timestamp, access_token: &str) -> Result<Option<Bearer>> {
    store::bearer(conn, &digest(access_token), now)
}

/// Those of some sessions that go on, and whose accounts may come in.
pub fn living(conn: &Connection, sessions: &[i64], now: Timestamp) -> Result<Vec<i64>> {
    store::living(conn, sessions, now)
}

/// Whether the use of a session is to be noted again.
pub fn is_stale(bearer: &Bearer, now: Timestamp) -> bool {
    now.seconds_since(bearer.last_used_at) > COARSE_SECONDS as f64
}

/// Notes that a session was used.
pub fn used(tx: &Transaction<'_>, now: Timestamp, session: i64, device: &Device) -> Result<()> {
    store::used(tx, now, session, device)
}

/// The sessions of an account, newest first, and how many there are.
pub fn list(
    conn: &Connection,
    now: Timestamp,
    account: i64,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Session>)> {
    store::list(conn, now, account, start, count)
}

/// Whether somebody signed in with this session just now, so that it is they who ask and not who found their telephone.
pub fn is_fresh(conn: &Connection, now: Timestamp, session: i64) -> Result<bool> {
    let since = store::signed_in_at(conn, session)?;
    Ok(since.is_some_and(|since| now.seconds_since(since) < FRESH_SECONDS))
}

/// Ends a session.
///
/// # Errors
/// 404 when the account has none of that number.
pub fn revoke(tx: &Transaction<'_>, account: i64, session: i64) -> Result<()> {
    if store::remove(tx, account, session)? { Ok(()) } else { Err(Error::not_found("Session")) }
}

/// Ends all sessions of an account but one.
pub fn revoke_all(tx: &Transaction<'_>, account: i64, keep: Option<i64>) -> Result<()> {
    store::remove_all(tx, account, keep)
}

fn new_tokens() -> Tokens {
    Tokens { access: ids::secret(20), refresh: ids::secret(20) }
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// What of a pair of tokens is stored.
struct Hashes {
    access: Vec<u8>,
    refresh: Vec<u8>,
}

fn hashes(tokens: &Tokens) -> Hashes {
    Hashes { access: digest(&tokens.access), refresh: digest(&tokens.refresh) }
}
