//! Writes letters: finds out what a letter says and to whom, makes its link, and hands it to the mail server.

use super::{Outcome, Work, news};
use crate::{
    accounts::{
        self,
        links::{self, Purpose, Whose},
        registrations::{self, NewRegistration, Registration, State},
    },
    app::App,
    clock::Timestamp,
    contact::{self, ContactLetter},
    error::{Result, there},
    ids,
    jobs::Letter,
    mail::{
        self, MailError, Sender,
        letters::{About, Between},
    },
    notifications::letters,
    settings::Settings,
    urls::Urls,
};
use rusqlite::Transaction;

pub(super) async fn run(work: &Work, letter: Letter) -> Result<Outcome> {
    let app = &work.app;
    // Before a link is made that nobody gets.
    if app.mail().host.is_none() {
        return Err(MailError::NoServer.into());
    }
    let (now, urls, settings) = (app.clock.now(), app.urls(), app.settings());
    let asked = letter.clone();
    let Some(found) = app.db.write(move |tx| prepare(tx, now, &urls, &settings, &asked)).await? else {
        return Ok(Outcome::Cancelled);
    };
    tokio::select! {
        sent = send(app, &found) => {
            sent?;
            match (letter, found.told) {
                (Letter::Contact { message }, _) => app.db.write(move |tx| contact::sent(tx, message)).await?,
                (Letter::News { account }, Some(last)) => {
                    let now = app.clock.now();
                    app.db.write(move |tx| letters::written(tx, now, account, last)).await?;
                }
                _ => {}
            }
            Ok(Outcome::Done)
        }
        () = work.stop.cancelled() => Ok(Outcome::Parked),
        () = work.cancelled.cancelled() => Ok(Outcome::Cancelled),
    }
}

/// Hands one letter over.
async fn send(app: &App, found: &Found) -> Result<()> {
    let (settings, urls) = (app.settings(), app.urls());
    let lang = found.lang.as_deref().unwrap_or(&settings.instance.language);
    let site = &settings.instance.name;
    let letter = mail::letters::write(Between { lang, site, base: urls.base(), to: &found.to }, &found.about);
    let server = app.mail();
    let sender = Sender { config: &server, site, host: urls.name() };
    Ok(mail::send(sender, app.clock.now(), &ids::secret(16), &letter).await?)
}

/// What a letter says, to whom, in which language.
pub(super) struct Found {
    pub(super) to: String,
    pub(super) lang: Option<String>,
    pub(super) about: About,
    /// The last notification that it tells.
    pub(super) told: Option<i64>,
}

/// `None` when there is nothing to say any more.
fn prepare(
    tx: &Transaction<'_>,
    now: Timestamp,
    urls: &Urls,
    settings: &Settings,
    letter: &Letter,
) -> Result<Option<Found>> {
    match letter {
        Letter::Password { account }
        | Letter::Invitation { account }
        | Letter::ConfirmAddress { account }
        | Letter::NewAddress { account }
        | Letter::AddressMoving { account }
        | Letter::AlreadyHere { account } => to_account(tx, now, urls, letter, *account),
        Letter::ProveAddress { registration }
        | Letter::RegistrationAccepted { registration }
        | Letter::RegistrationRejected { registration } => {
            match there(registrations::find(tx, *registration))? {
                Some(found) => to_registration(tx, now, urls, letter, found),
                None => Ok(None),
            }
        }
        Letter::News { account } => news::prepare(tx, now, urls, *account),
        Letter::Contact { message } => to_those_who_run_it(tx, &settings.contact.email, *message),
        Letter::RegistrationArrived { registration, account } => {
            let found = there(registrations::find(tx, *registration))?;
            let Some(found) = found.filter(|found| found.state == State::Pending) else { return Ok(None) };
            let Some(login) =
                there(accounts::find_login(tx, *account))?.filter(|login| login.role.is_staff())
            else {
                return Ok(None);
            };
            let about = About::RegistrationArrived {
                name: found.wanted.name,
                reason: found.wanted.reason,
                link: urls.registrations(),
            };
            Ok(Some(Found { to: login.email, lang: login.preferences.language, about, told: None }))
        }
    }
}

/// `email` is whom the settings name.
fn to_those_who_run_it(tx: &Transaction<'_>, email: &str, letter: i64) -> Result<Option<Found>> {
    let Some(ContactLetter { from_name, from_email, subject, body }) = contact::find(tx, letter)? else {
        return Ok(None);
    };
    let named = Some((email.to_owned(), None)).filter(|_| !email.is_empty());
    let receiver = match named {
        Some(named) => Some(named),
        None => contact::receiver(tx)?,
    };
    let about = About::Contact { name: from_name, email: from_email, subject, body };
    Ok(receiver.map(|(to, lang)| Found { to, lang, about, told: None }))
}

fn to_account(
    tx: &Transaction<'_>,
    now: Timestamp,
    urls: &Urls,
    letter: &Letter,
    account: i64,
) -> Result<Option<Found>> {
    let Some(login) = there(accounts::find_login(tx, account))? else { return Ok(None) };
    if login.blocked {
        return Ok(None);
    }
    let name = accounts::find(tx, account)?.name;
    let mut to = login.email.clone();
    let link = |purpose, email: &str, seconds| {
        links::make(tx, now, Whose::Account(account), purpose, Some(email), seconds)
    };
    let about = match letter {
        Letter::Password { .. } => {
            let made = link(Purpose::Password, &to, links::FORGOTTEN_SECONDS)?;
            About::Password { name, link: urls.new_password(account, &made.token) }
        }
        Letter::Invitation { .. } if login.is_invited() => {
            let made = link(Purpose::Password, &to, links::INVITATION_SECONDS)?;
            About::Invitation { name, link: urls.new_password(account, &made.token) }
        }
        Letter::ConfirmAddress { .. } if login.email_verified != Some(true) => {
            let made = link(Purpose::Email, &to, links::PROOF_SECONDS)?;
            About::ConfirmAddress { name, link: urls.prove_email(account, &made.token, false) }
        }
        Letter::NewAddress { .. } => {
            let Some(pending) = login.pending_email else { return Ok(None) };
            let made = link(Purpose::NewEmail, &pending, links::PROOF_SECONDS)?;
            to = pending;
            About::NewAddress { name, link: urls.prove_email(account, &made.token, true) }
        }
        Letter::AddressMoving { .. } if login.pending_email.is_some() => About::AddressMoving { name },
        Letter::AlreadyHere { .. } => About::AlreadyHere { name, link: urls.forgotten_password() },
        _ => return Ok(None),
    };
    Ok(Some(Found { to, lang: login.preferences.language, about, told: None }))
}

fn to_registration(
    tx: &Transaction<'_>,
    now: Timestamp,
    urls: &Urls,
    letter: &Letter,
    found: Registration,
) -> Result<Option<Found>> {
    let Registration { id, wanted, answer, needs_approval, state, .. } = found;
    let NewRegistration { name, email, language, .. } = wanted;
    let about = match (letter, state) {
        (Letter::ProveAddress { .. }, State::Pending) if found.email_verified == Some(false) => {
            let whose = Whose::Registration(id);
            let made =
                links::make(tx, now, whose, Purpose::Registration, Some(&email), links::PROOF_SECONDS)?;
            About::ProveAddress { name, link: urls.prove_registration(id, &made.token), needs_approval }
        }
        (Letter::RegistrationAccepted { .. }, State::Accepted) => {
            About::RegistrationAccepted { name, answer, link: urls.sign_in() }
        }
        (Letter::RegistrationRejected { .. }, State::Rejected) => About::RegistrationRejected { answer },
        _ => return Ok(None),
    };
    Ok(Some(Found { to: email, lang: language, about, told: None }))
}
