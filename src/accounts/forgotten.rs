//! Passwords that were forgotten, or not chosen yet.

use super::{
    Login,
    links::{self, Purpose, Whose},
    login, store,
};
use crate::{
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Job, Letter},
};
use rusqlite::Transaction;

/// Who asks again within this time gets no second letter.
const AGAIN_SECONDS: i64 = 300;

/// What stands for a password that was not chosen yet: no password fits.
pub const NO_PASSWORD: &str = "!";

/// Somebody says that the password of the account with this address is forgotten. `mail` tells whether letters go at
/// all; in any case an administrator sees that somebody asked. Nothing tells whether there is such an account.
pub fn ask(tx: &Transaction<'_>, now: Timestamp, email: &str, mail: bool) -> Result<()> {
    let Some(login) = store::login_by_name_or_email(tx, email)? else { return Ok(()) };
    let again =
        login.password_asked_at.is_some_and(|before| now.seconds_since(before) < AGAIN_SECONDS as f64);
    if login.blocked || again {
        return Ok(());
    }
    store::set_password_asked(tx, login.account_id, Some(now))?;
    if mail {
        jobs::enqueue_once(tx, now, &Job::Mail { letter: Letter::Password { account: login.account_id } })?;
    }
    Ok(())
}

/// Chooses a new password with a link; all sessions end. A link that came in a letter proves the address too.
///
/// # Errors
/// 403 for a link that is none any more.
pub fn choose(tx: &Transaction<'_>, now: Timestamp, account: i64, token: &str, hash: &str) -> Result<()> {
    let whose = Whose::Account(account);
    let Some(proof) = links::look(tx, now, whose, Purpose::Password, token)? else {
        return Err(invalid_link());
    };
    let login = login::find_login(tx, account)?;
    login::set_password(tx, account, hash, None)?;
    if proof.email.is_some_and(|email| email.eq_ignore_ascii_case(&login.email)) {
        store::set_email_verified(tx, account, true)?;
    }
    Ok(())
}

/// Makes a link for a new password, for an administrator to hand over.
pub fn hand_over(tx: &Transaction<'_>, now: Timestamp, login: &Login) -> Result<links::Made> {
    let whose = Whose::Account(login.account_id);
    links::make(tx, now, whose, Purpose::Password, None, links::INVITATION_SECONDS)
}

/// The refusal of a link that is unknown, too old or used; PeerTube's words.
pub(super) fn invalid_link() -> Error {
    Error::forbidden("Invalid verification string.")
}
