//! Links that open something once: a new password, the proof of an address. Only the SHA-256 of what makes them is
//! stored, so a link is made when its letter is sent, and made anew when the letter goes again.

mod store;

use crate::{clock::Timestamp, error::Result, ids};
use rusqlite::{Connection, Transaction};
use sha2::{Digest as _, Sha256};

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new password.
    Password,
    /// The proof of the address that an account has.
    Email,
    /// The proof of the address that an account wants to have.
    NewEmail,
    /// The proof of the address of somebody who wants an account.
    Registration,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Email => "email",
            Self::NewEmail => "new-email",
            Self::Registration => "registration",
        }
    }
}

/// Whose link it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Somebody who has an account.
    Account(i64),
    /// Somebody who wants one.
    Registration(i64),
}

/// Seconds that a link for a forgotten password is good for.
pub const FORGOTTEN_SECONDS: i64 = 2 * 3600;
/// Seconds that a link is good for that proves an address.
pub const PROOF_SECONDS: i64 = 3 * 24 * 3600;
/// Seconds that a link is good for that invites somebody, or that an administrator hands over.
pub const INVITATION_SECONDS: i64 = 7 * 24 * 3600;

/// A link that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What makes it: nowhere kept.
    pub token: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// What a good link proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The address to which it went; `None` when an administrator handed it over.
    pub email: Option<String>,
}

/// Makes a link. Those that were made before stay good, in case their letter arrives later.
pub fn make(
    tx: &Transaction<'_>,
    now: Timestamp,
    whose: Whose,
    purpose: Purpose,
    email: Option<&str>,
    seconds: i64,
) -> Result<Made> {
    store::remove_expired(tx, now)?;
    let made = Made { token: ids::secret(20), expires_at: now.plus_seconds(seconds) };
    store::insert(tx, &digest(&made.token), purpose.name(), whose, email, made.expires_at)?;
    Ok(made)
}

/// What a link proves; `None` when it is unknown, too old, used, or another's.
pub fn look(
    conn: &Connection,
    now: Timestamp,
    whose: Whose,
    purpose: Purpose,
    token: &str,
) -> Result<Option<Proof>> {
    store::find(conn, now, &digest(token), purpose.name(), whose)
}

/// Takes all links of a purpose away: one of them was used, or what they are about has changed.
pub fn forget(tx: &Transaction<'_>, whose: Whose, purpose: Purpose) -> Result<()> {
    store::remove(tx, purpose.name(), whose)
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}
