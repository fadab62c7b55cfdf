//! Passwords as argon2id. Each call takes some 19 MiB and up to half a second on a small machine: never on the
//! runtime, never inside a transaction.

use crate::error::{Error, InvalidField, Result};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

/// Fewest characters.
pub const SHORTEST: usize = 8;
/// Most bytes; more would only cost time.
pub const LONGEST: usize = 255;

/// The rule of new passwords.
pub fn check(password: &str) -> Option<InvalidField> {
    let fine = password.chars().count() >= SHORTEST && password.len() <= LONGEST;
    // The value stays out of the answer.
    (!fine).then(|| super::field("password", "8 characters or more, at most 255.", None))
}

/// Hashes a password for `password_hash`, with a salt of its own.
pub fn hash(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::internal(format!("hashing a password: {error}")))
}

/// Whether a password is the one that was hashed. Without a hash (nobody has that name) it takes the same time and
/// answers no, so that nobody learns from a clock who has an account.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
    match (known, PasswordHash::new(NOBODY)) {
        (Some(hash), _) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
        (None, Ok(nobody)) => {
            let _ = Argon2::default().verify_password(password.as_bytes(), &nobody);
            false
        }
        (None, Err(_)) => false,
    }
}

/// A hash with the parameters of [`hash`] that belongs to no account.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$a2lvc3F1ZS1ub2JvZHk$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_only() {
        let one = hash("bonne nuit 22").unwrap();
        assert!(one.starts_with("$argon2id$"));
        assert!(verify("bonne nuit 22", Some(&one)));
        assert!(!verify("bonne nuit 23", Some(&one)));
        assert!(!verify("bonne nuit 22", None));
        assert!(!verify("bonne nuit 22", Some("no hash")));
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let real = hash("x").unwrap();
        let real = PasswordHash::new(&real).unwrap();
        assert_eq!(nobody.params, real.params);
        assert_eq!(nobody.algorithm, real.algorithm);
    }
}
