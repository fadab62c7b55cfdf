//! Which letter a job sends: ids only. Words and addresses are found, and links made, when it is sent.

use serde::{Deserialize, Serialize};

/// A letter to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "kebab-case")]
pub enum Letter {
    /// A link to choose a new password, for who forgot it.
    Password {
        /// Whose.
        account: i64,
    },
    /// A link to choose the first password of an account that an administrator made.
    Invitation {
        /// Whose.
        account: i64,
    },
    /// A link that proves the address of an account.
    ConfirmAddress {
        /// Whose.
        account: i64,
    },
    /// A link that proves the address that an account wants to have.
    NewAddress {
        /// Whose.
        account: i64,
    },
    /// To the present address, when another is to take its place.
    AddressMoving {
        /// Whose.
        account: i64,
    },
    /// A link that proves the address of somebody who wants an account.
    ProveAddress {
        /// Who.
        registration: i64,
    },
    /// To the holder of an address with which somebody asked for another account.
    AlreadyHere {
        /// The account that is there.
        account: i64,
    },
    /// To one of those who decide: somebody wants an account.
    RegistrationArrived {
        /// Who.
        registration: i64,
        /// Who decides.
        account: i64,
    },
    /// The account is made.
    RegistrationAccepted {
        /// Of whom.
        registration: i64,
    },
    /// The account is not made.
    RegistrationRejected {
        /// Of whom.
        registration: i64,
    },
    /// What somebody is told.
    News {
        /// Who.
        account: i64,
    },
    /// From a stranger to those who run the instance.
    Contact {
        /// What the stranger wrote.
        message: i64,
    },
}
