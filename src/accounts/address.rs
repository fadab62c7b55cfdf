//! Addresses for letters: the proof that somebody reads them, and another taking its place.

use super::{
    Login, forgotten,
    links::{self, Purpose, Whose},
    login, store,
};
use crate::{
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Job, Letter},
};
use rusqlite::Transaction;

/// Somebody asks for another letter that proves the address of an account. Nothing tells whether there is one.
pub fn ask(tx: &Transaction<'_>, now: Timestamp, email: &str) -> Result<()> {
    let Some(login) = store::login_by_name_or_email(tx, email)? else { return Ok(()) };
    if login.blocked || login.email_verified == Some(true) {
        return Ok(());
    }
    jobs::enqueue_once(tx, now, &Job::Mail { letter: Letter::ConfirmAddress { account: login.account_id } })
}

/// A person wants another address. It takes the place of the present one when it is proven; the present one is told.
/// Whether another account has it, only who reads its letters learns.
pub fn ask_for_another(tx: &Transaction<'_>, now: Timestamp, account: i64, email: &str) -> Result<()> {
    let mut login = login::find_login(tx, account)?;
    links::forget(tx, Whose::Account(account), Purpose::NewEmail)?;
    if login.email.eq_ignore_ascii_case(email) {
        login.pending_email = None;
        email.clone_into(&mut login.email);
        return store::update_login(tx, &login);
    }
    login.pending_email = Some(email.to_owned());
    store::update_login(tx, &login)?;
    let letter = match store::login_by_name_or_email(tx, email)? {
        Some(holder) => Letter::AlreadyHere { account: holder.account_id },
        None => Letter::NewAddress { account },
    };
    jobs::enqueue_once(tx, now, &Job::Mail { letter })?;
    jobs::enqueue_once(tx, now, &Job::Mail { letter: Letter::AddressMoving { account } })
}

/// Proves an address with a link: that which the account has, or with `pending` that which it wants.
///
/// # Errors
/// 403 for a link that is none any more, 409 when another account has taken the address meanwhile.
pub fn prove(tx: &Transaction<'_>, now: Timestamp, account: i64, token: &str, pending: bool) -> Result<()> {
    let purpose = if pending { Purpose::NewEmail } else { Purpose::Email };
    let whose = Whose::Account(account);
    let Some(proof) = links::look(tx, now, whose, purpose, token)? else {
        return Err(forgotten::invalid_link());
    };
    let mut login = login::find_login(tx, account)?;
    if pending {
        let wanted = login.pending_email.take();
        let same =
            |email: &String| proof.email.as_ref().is_none_or(|other| other.eq_ignore_ascii_case(email));
        let Some(wanted) = wanted.filter(same) else { return Err(forgotten::invalid_link()) };
        if store::email_taken(tx, &wanted, Some(account))? {
            return Err(Error::conflict("Another account has this address."));
        }
        login.email = wanted;
    } else if proof.email.is_some_and(|email| !email.eq_ignore_ascii_case(&login.email)) {
        return Err(forgotten::invalid_link());
    }
    login.email_verified = Some(true);
    store::update_login(tx, &login)?;
    // Letters to the address that was left open nothing any more.
    if pending { forget_links(tx, account) } else { links::forget(tx, whose, purpose) }
}

/// Makes a link that proves the address which an account has or wants, for an administrator to hand over.
pub fn hand_over(tx: &Transaction<'_>, now: Timestamp, login: &Login) -> Result<(links::Made, bool)> {
    let pending = login.pending_email.is_some();
    let purpose = if pending { Purpose::NewEmail } else { Purpose::Email };
    let email = login.pending_email.as_deref().unwrap_or(&login.email);
    let whose = Whose::Account(login.account_id);
    links::make(tx, now, whose, purpose, Some(email), links::INVITATION_SECONDS).map(|made| (made, pending))
}

/// Ends the wish for another address.
pub(super) fn forget_wish(tx: &Transaction<'_>, account: i64) -> Result<()> {
    let mut login = login::find_login(tx, account)?;
    if login.pending_email.take().is_some() {
        store::update_login(tx, &login)?;
    }
    links::forget(tx, Whose::Account(account), Purpose::NewEmail)
}

/// Takes away the links of an address that changed.
pub(super) fn forget_links(tx: &Transaction<'_>, account: i64) -> Result<()> {
    for purpose in [Purpose::Email, Purpose::NewEmail, Purpose::Password] {
        links::forget(tx, Whose::Account(account), purpose)?;
    }
    Ok(())
}
