//! People who want an account: those who wait for a moderator, and those who have yet to prove their address. The account
//! is made when nothing is missing any more, so nobody sees it before, and a name is not lost to somebody who never comes.

mod store;

use super::{
    Account, NewAccount, Role, check_display_name, field, forgotten,
    links::{self, Purpose, Whose},
    login,
};
use crate::{
    clock::Timestamp,
    error::{Error, InvalidField, Kind, Result},
    groups,
    jobs::{self, Happening, Job, Letter},
};
use rusqlite::{Connection, Transaction};

/// Where a registration stands, with PeerTube's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for a moderator, or for the proof of the address.
    Pending = 1,
    /// A moderator said no.
    Rejected = 2,
    /// The account is made.
    Accepted = 3,
}

impl State {
    /// PeerTube's number.
    pub fn id(self) -> i64 {
        self as i64
    }

    fn from_id(id: i64) -> Option<Self> {
        [Self::Pending, Self::Rejected, Self::Accepted].into_iter().find(|state| state.id() == id)
    }
}

/// Somebody who wants an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its number.
    pub id: i64,
    /// What was sent.
    pub wanted: NewRegistration,
    /// Whether a letter arrived at the address; `None` when nobody asked.
    pub email_verified: Option<bool>,
    /// A moderator decides.
    pub needs_approval: bool,
    /// Where it stands.
    pub state: State,
    /// What the moderator said.
    pub answer: Option<String>,
    /// The account that was made.
    pub account_id: Option<i64>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What somebody sends who wants an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewRegistration {
    /// The handle.
    pub name: String,
    /// Where letters go.
    pub email: String,
    /// What [`super::password::hash`] made; empty when the account is made.
    pub password_hash: String,
    /// As the account is to be shown.
    pub display_name: Option<String>,
    /// The group that it wants to begin with.
    pub group_name: Option<String>,
    /// What that is called.
    pub group_display_name: Option<String>,
    /// Language of letters.
    pub language: Option<String>,
    /// Why; where a moderator decides.
    pub reason: String,
}

/// What holds for those who come.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// A moderator decides.
    pub needs_approval: bool,
    /// The address is to be proven.
    pub verify_email: bool,
    /// Letters can go.
    pub mail: bool,
    /// Accounts at most, for those who come without a moderator's yes; `None` without limit.
    pub limit: Option<u64>,
    /// Bytes of a new account; -1 without limit.
    pub video_quota: i64,
    /// Bytes of a new account in a day; -1 without limit.
    pub video_quota_daily: i64,
}

/// Which registrations to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of the name, the address or the reason.
    pub search: Option<String>,
    /// Only these.
    pub state: Option<State>,
    /// Field as PeerTube names it, `-` before it for downwards.
    pub sort: Option<String>,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// Fields that lists of registrations can be sorted by.
const SORTS: [(&str, &str); 5] =
    [("id", "id"), ("username", "name"), ("email", "email"), ("state", "state"), ("createdAt", "created_at")];

/// Names by which a stranger would pass for somebody who looks after the instance; an administrator may give them.
const IMPOSING: [&str; 12] = [
    "abuse",
    "admin",
    "administrateur",
    "administrator",
    "hostmaster",
    "mailer_daemon",
    "moderator",
    "postmaster",
    "root",
    "security",
    "support",
    "webmaster",
];

/// Those who wait at once, so that a flood of them fills neither the disk nor the list.
const MOST_PENDING: u64 = 500;
/// Who does not prove the address within this time has to ask again.
const UNPROVEN_SECONDS: i64 = links::PROOF_SECONDS;
/// Who was refused, or never answered, is forgotten after this time.
const KEPT_SECONDS: i64 = 90 * 24 * 3600;
/// Characters of a reason, and of the answer to it; PeerTube's.
const REASON: std::ops::RangeInclusive<usize> = 2..=3000;

/// The rule of reasons.
pub fn check_reason(reason: &str) -> Option<InvalidField> {
    (!REASON.contains(&reason.trim().chars().count()))
        .then(|| field("registrationReason", "2 to 3000 characters.", None))
}

/// The rule of answers.
pub fn check_answer(answer: &str) -> Option<InvalidField> {
    (!REASON.contains(&answer.trim().chars().count()))
        .then(|| field("moderationResponse", "2 to 3000 characters.", None))
}

/// What is wrong with what somebody sent, apart from password and reason.
pub fn check(new: &NewRegistration) -> Vec<InvalidField> {
    let mut wrong = Vec::new();
    let value = |text: &str| Some(text.into()).filter(|_| text.len() <= 200);
    if !super::is_name(&new.name) {
        wrong.push(field("username", super::NAME_RULE, value(&new.name)));
    } else if IMPOSING.contains(&new.name.as_str()) {
        wrong.push(field(
            "username",
            "This name is kept for those who look after the instance.",
            value(&new.name),
        ));
    }
    if !super::is_email(&new.email) {
        wrong.push(field("email", super::EMAIL_RULE, value(&new.email)));
    }
    wrong.extend(new.display_name.as_deref().and_then(check_display_name));
    if let Some(group) = &new.group_name
        && !super::is_name(group)
    {
        wrong.push(field("channel.name", super::NAME_RULE, value(group)));
    }
    if let Some(found) = new.group_display_name.as_deref().and_then(check_display_name) {
        wrong.push(InvalidField { field: "channel.displayName".into(), ..found });
    }
    wrong
}

/// Makes an account at once: where neither a moderator nor a letter is needed.
///
/// # Errors
/// 403 when there are as many accounts as may be, 409 when name or address are taken.
pub fn register(
    tx: &Transaction<'_>,
    now: Timestamp,
    new: &NewRegistration,
    rules: &Rules,
) -> Result<Account> {
    check_room(tx, rules)?;
    check_group(new)?;
    check_names(tx, now, new)?;
    if super::store::email_taken(tx, &new.email, None)? {
        return Err(taken());
    }
    let account = make_account(tx, now, new, None, rules)?;
    tell(tx, now, Happening::Registered { account: account.id })?;
    Ok(account)
}

/// Puts somebody down who wants an account. The answer is the same whether the address has an account or not: only
/// who reads its letters learns that.
///
/// # Errors
/// 409 when the name is taken, 429 when too many wait.
pub fn request(
    tx: &Transaction<'_>,
    now: Timestamp,
    new: &NewRegistration,
    rules: &Rules,
) -> Result<Registration> {
    check_group(new)?;
    check_names(tx, now, new)?;
    if store::pending(tx)? >= MOST_PENDING {
        return Err(Error::refused(
            Kind::TooMany,
            "Too many people wait for an account already. Please try again in some days.",
        ));
    }
    let verified = rules.verify_email.then_some(false);
    let id = store::insert(tx, now, new, verified, rules.needs_approval)?;
    let holder = super::store::login_by_name_or_email(tx, &new.email)?;
    if rules.mail && rules.verify_email {
        let letter = match holder {
            Some(holder) => Letter::AlreadyHere { account: holder.account_id },
            None => Letter::ProveAddress { registration: id },
        };
        jobs::enqueue_once(tx, now, &Job::Mail { letter })?;
    }
    if rules.needs_approval && !rules.verify_email {
        tell(tx, now, Happening::RegistrationAsked { registration: id })?;
    }
    find(tx, id)
}

/// Somebody asks for another letter that proves the address. Nothing tells whether anybody waits with it.
pub fn ask(tx: &Transaction<'_>, now: Timestamp, email: &str) -> Result<()> {
    let Some(found) = store::pending_by_email(tx, email)? else { return Ok(()) };
    if found.email_verified != Some(false) || super::store::email_taken(tx, email, None)? {
        return Ok(());
    }
    store::touch(tx, now, found.id)?;
    jobs::enqueue_once(tx, now, &Job::Mail { letter: Letter::ProveAddress { registration: found.id } })
}

/// Proves the address with a link. Where no moderator decides, the account is made with that.
///
/// # Errors
/// 403 for a link that is none any more, or when there are as many accounts as may be; 409 when name or address were taken
/// meanwhile. The link stays good then.
pub fn prove(tx: &Transaction<'_>, now: Timestamp, id: i64, token: &str, rules: &Rules) -> Result<()> {
    let whose = Whose::Registration(id);
    if links::look(tx, now, whose, Purpose::Registration, token)?.is_none() {
        return Err(forgotten::invalid_link());
    }
    let found = find(tx, id)?;
    links::forget(tx, whose, Purpose::Registration)?;
    store::set_verified(tx, now, id)?;
    if found.state != State::Pending {
        return prove_late(tx, &found);
    }
    if found.needs_approval {
        return tell(tx, now, Happening::RegistrationAsked { registration: id });
    }
    check_room(tx, rules)?;
    let account = make_account(tx, now, &found.wanted, Some(true), rules)?;
    tell(tx, now, Happening::Registered { account: account.id })?;
    store::decide(tx, now, id, State::Accepted, None, Some(account.id))
}

/// A moderator was quicker than the letter: the proof counts for the account that was made.
fn prove_late(tx: &Transaction<'_>, found: &Registration) -> Result<()> {
    let Some(account) = found.account_id else { return Ok(()) };
    if login::find_login(tx, account)?.email.eq_ignore_ascii_case(&found.wanted.email) {
        super::store::set_email_verified(tx, account, true)?;
    }
    Ok(())
}

/// Makes the account of somebody who waits.
///
/// # Errors
/// 409 when it was decided before, or name or address were taken meanwhile.
pub fn accept(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    answer: Option<&str>,
    rules: &Rules,
) -> Result<()> {
    let found = undecided(tx, id)?;
    let verified = found.email_verified.filter(|verified| *verified);
    let account = make_account(tx, now, &found.wanted, verified, rules)?;
    store::decide(tx, now, id, State::Accepted, answer, Some(account.id))?;
    if rules.mail {
        jobs::enqueue(tx, now, &Job::Mail { letter: Letter::RegistrationAccepted { registration: id } })?;
    }
    Ok(())
}

/// Refuses somebody who waits.
///
/// # Errors
/// 409 when it was decided before.
pub fn reject(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    answer: Option<&str>,
    rules: &Rules,
) -> Result<()> {
    undecided(tx, id)?;
    store::decide(tx, now, id, State::Rejected, answer, None)?;
    if rules.mail {
        jobs::enqueue(tx, now, &Job::Mail { letter: Letter::RegistrationRejected { registration: id } })?;
    }
    Ok(())
}

/// Forgets a registration. An account that was made of it stays.
///
/// # Errors
/// 404.
pub fn delete(tx: &Transaction<'_>, id: i64) -> Result<()> {
    find(tx, id)?;
    store::delete(tx, id)
}

/// Forgets what an account came from, with its address and reason.
pub(super) fn forget_account(tx: &Transaction<'_>, account: i64) -> Result<()> {
    store::delete_of_account(tx, account)
}

/// Makes a link that proves the address, for an administrator to hand over.
///
/// # Errors
/// 409 when there is nothing to prove.
pub fn hand_over(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<links::Made> {
    let found = undecided(tx, id)?;
    if found.email_verified != Some(false) {
        return Err(Error::conflict("The address of this registration needs no proof."));
    }
    store::touch(tx, now, id)?;
    let whose = Whose::Registration(id);
    links::make(tx, now, whose, Purpose::Registration, None, links::PROOF_SECONDS)
}

/// One registration.
///
/// # Errors
/// 404 as PeerTube words it.
pub fn find(conn: &Connection, id: i64) -> Result<Registration> {
    store::find(conn, id)?.ok_or_else(|| Error::not_found("Registration"))
}

/// Registrations with a filter, and how many there are in all.
///
/// # Errors
/// 400 for a sort that is none.
pub fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Registration>)> {
    store::list(conn, filter)
}

/// Who waits or was refused under a name or an address, for somebody who tries to sign in.
pub fn of_name(conn: &Connection, name_or_email: &str) -> Result<Option<Registration>> {
    store::by_name_or_email(conn, name_or_email)
}

/// How many asked a moderator, and how long they waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// All of them.
    pub total: u64,
    /// Of them, those that are decided.
    pub decided: u64,
    /// Milliseconds until a decision, on average.
    pub average_ms: Option<u64>,
}

/// Counts for the page of figures.
pub fn figures(conn: &Connection) -> Result<Figures> {
    store::figures(conn)
}

fn undecided(conn: &Connection, id: i64) -> Result<Registration> {
    let found = find(conn, id)?;
    if found.state == State::Pending {
        return Ok(found);
    }
    Err(Error::conflict("This registration is already accepted or rejected."))
}

/// Whether another account may be made for somebody whom no moderator let in.
pub fn has_room(conn: &Connection, limit: Option<u64>) -> Result<bool> {
    Ok(match limit {
        Some(limit) => super::count(conn)? < limit,
        None => true,
    })
}

fn check_room(conn: &Connection, rules: &Rules) -> Result<()> {
    if has_room(conn, rules.limit)? {
        return Ok(());
    }
    Err(Error::coded(
        Kind::Forbidden,
        "signup_full",
        "There are as many accounts here as there may be. Ask those who look after the instance to make room.",
    ))
}

fn check_group(new: &NewRegistration) -> Result<()> {
    if new.group_name.as_deref() == Some(new.name.as_str()) {
        return Err(Error::refused(Kind::Bad, "Channel name cannot be the same as user username."));
    }
    Ok(())
}

/// Names are seen by everyone, so that one is taken may be said.
fn check_names(tx: &Transaction<'_>, now: Timestamp, new: &NewRegistration) -> Result<()> {
    store::prune(tx, now.minus_seconds(UNPROVEN_SECONDS), now.minus_seconds(KEPT_SECONDS))?;
    if super::store::name_taken(tx, &new.name)? {
        return Err(taken());
    }
    if let Some(group) = &new.group_name {
        super::check_name_free(tx, group)?;
    }
    let names = [Some(new.name.as_str()), new.group_name.as_deref()];
    for name in names.into_iter().flatten() {
        if store::is_wanted(tx, name)? {
            return Err(Error::conflict(
                "Registration with this username, channel name or email already exists.",
            ));
        }
    }
    Ok(())
}

fn taken() -> Error {
    Error::conflict("User with this username or email already exists.")
}

fn tell(tx: &Transaction<'_>, now: Timestamp, happening: Happening) -> Result<()> {
    jobs::enqueue(tx, now, &Job::Notify { happening }).map(drop)
}

fn make_account(
    tx: &Transaction<'_>,
    now: Timestamp,
    new: &NewRegistration,
    email_verified: Option<bool>,
    rules: &Rules,
) -> Result<Account> {
    let account = super::create(
        tx,
        now,
        &NewAccount {
            name: new.name.clone(),
            email: new.email.clone(),
            password_hash: new.password_hash.clone(),
            role: Role::User,
            video_quota: rules.video_quota,
            video_quota_daily: rules.video_quota_daily,
            group_name: Some(new.group_name.clone().unwrap_or_else(|| groups::first_name(&new.name))),
            group_display_name: new.group_display_name.clone(),
        },
    )?;
    if let Some(display_name) = &new.display_name {
        super::change_profile(tx, now, account.id, Some(display_name), None)?;
    }
    let mut preferences = login::find_login(tx, account.id)?.preferences;
    preferences.language.clone_from(&new.language);
    let change = super::LoginChange {
        email_verified,
        preferences: Some(preferences),
        // Where a moderator decides somebody has looked.
        trust: (!rules.needs_approval).then_some(super::Trust::Stranger),
        ..super::LoginChange::default()
    };
    login::change_login(tx, account.id, &change)?;
    Ok(account)
}
