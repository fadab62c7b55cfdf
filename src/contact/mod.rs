//! Letters that strangers write to those who run the instance, by the form of the page about it. One is kept until the mail
//! server has taken it, and not longer.

mod store;

use crate::{
    accounts::{self, Role},
    clock::Timestamp,
    error::{Error, InvalidField, Location, Result},
    jobs::{self, Job, Letter},
};
use rusqlite::{Connection, Transaction};

/// Letters that wait at most: more are a flood, or a mail server that has been away for long.
const MOST: u64 = 200;
/// Seconds after which one that never went is forgotten.
const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// What a stranger writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLetter {
    /// As the stranger wants to be called.
    pub from_name: String,
    /// Where an answer goes.
    pub from_email: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

impl ContactLetter {
    /// Every field that breaks a rule.
    fn faults(&self) -> Vec<InvalidField> {
        let length = |text: &str| text.trim().chars().count();
        let line = |text: &str| !text.chars().any(char::is_control);
        // PeerTube's bounds.
        [
            (
                (1..=120).contains(&length(&self.from_name)) && line(&self.from_name),
                "fromName",
                "A name of 1 to 120 characters.",
            ),
            (
                accounts::is_email(&self.from_email),
                "fromEmail",
                "An address for letters, as in name@example.org.",
            ),
            (
                (1..=120).contains(&length(&self.subject)) && line(&self.subject),
                "subject",
                "A line of 1 to 120 characters.",
            ),
            ((3..=5000).contains(&length(&self.body)), "body", "A text of 3 to 5000 characters."),
        ]
        .into_iter()
        .filter(|(holds, ..)| !holds)
        .map(|(_, field, rule)| InvalidField {
            field: field.into(),
            rule: rule.into(),
            location: Location::Body,
            value: None,
        })
        .collect()
    }
}

/// Puts a letter down, to be sent.
///
/// # Errors
/// [`Error::Invalid`] for fields that break a rule, [`Error::Busy`] when too many wait already.
pub fn write(tx: &Transaction<'_>, now: Timestamp, letter: &ContactLetter) -> Result<()> {
    let faults = letter.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    store::forget_before(tx, now.plus_seconds(-KEPT_SECONDS))?;
    if store::count(tx)? >= MOST {
        return Err(Error::Busy {
            retry_after: 3600,
            detail: "Many letters wait for the mail server. Please try again in some hours.".into(),
        });
    }
    let message = store::insert(tx, now, letter)?;
    jobs::enqueue(tx, now, &Job::Mail { letter: Letter::Contact { message } })?;
    Ok(())
}

/// A letter that waits.
pub fn find(conn: &Connection, id: i64) -> Result<Option<ContactLetter>> {
    store::find(conn, id)
}

/// The mail server has taken it: nothing of it is kept.
pub fn sent(tx: &Transaction<'_>, id: i64) -> Result<()> {
    store::remove(tx, id)
}

/// Address and language of the one who gets these letters when the settings name nobody: the first administrator.
pub fn receiver(conn: &Connection) -> Result<Option<(String, Option<String>)>> {
    for account in accounts::staff(conn)? {
        let login = accounts::find_login(conn, account)?;
        if login.role == Role::Administrator {
            return Ok(Some((login.email, login.preferences.language)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn letter() -> ContactLetter {
        ContactLetter {
            from_name: "Anne".into(),
            from_email: "anne@example.org".into(),
            subject: "Hello".into(),
            body: "Is the hall open?".into(),
        }
    }

    fn open() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::db::migrate(&mut conn, std::path::Path::new("memory")).unwrap();
        conn
    }

    #[test]
    fn a_letter_waits_until_it_is_sent() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        write(&tx, NOW, &letter()).unwrap();
        assert_eq!(find(&tx, 1).unwrap(), Some(letter()));
        sent(&tx, 1).unwrap();
        assert_eq!(find(&tx, 1).unwrap(), None);
    }

    #[test]
    fn each_fault_is_named_and_a_line_has_no_second_one() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let bad = ContactLetter {
            from_name: " ".into(),
            from_email: "anne".into(),
            subject: "Hello\r\nBcc: a@b.example".into(),
            body: "a".into(),
        };
        let Err(Error::Invalid(wrong)) = write(&tx, NOW, &bad) else { panic!("refused") };
        let fields: Vec<_> = wrong.iter().map(|wrong| wrong.field.as_ref()).collect();
        assert_eq!(fields, ["fromName", "fromEmail", "subject", "body"]);
    }

    #[test]
    fn a_flood_ends_and_what_never_went_is_forgotten() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        for _ in 0..MOST {
            write(&tx, NOW, &letter()).unwrap();
        }
        assert!(matches!(write(&tx, NOW, &letter()), Err(Error::Busy { .. })));
        write(&tx, NOW.plus_seconds(KEPT_SECONDS + 1), &letter()).unwrap();
    }
}
