//! The second factor: six digits that an application on the person's telephone makes every half minute (RFC 6238).

use super::{Login, recovery, store};
use crate::{
    clock::Timestamp,
    error::{Error, Kind, Result},
    ids,
};
use rusqlite::{Connection, Transaction};
use sha2::{Digest as _, Sha256};
use totp_rs::{Builder, Secret, Totp};

/// Somebody who sets a second factor up has so long.
const REQUEST_SECONDS: i64 = 600;

/// What the application on the telephone needs.
#[derive(Debug, Clone)]
pub struct Request {
    /// To be sent back with the first code.
    pub token: String,
    /// For typing, in base 32.
    pub secret: String,
    /// For a QR code: an `otpauth:` address.
    pub uri: String,
}

/// Begins: makes a secret that counts once a code made with it came back.
///
/// # Errors
/// 400 when there is a second factor already.
pub fn request(tx: &Transaction<'_>, now: Timestamp, login: &Login, issuer: &str) -> Result<Request> {
    if login.two_factor {
        return Err(Error::refused(Kind::Bad, "Two factor is already enabled."));
    }
    let secret = Secret::generate().to_base32();
    let uri = generator(&secret, issuer, &login.email)?.to_url().map_err(Error::internal)?;
    let token = ids::secret(20);
    store::put_otp_request(
        tx,
        login.account_id,
        &digest(&token),
        &secret,
        now.plus_seconds(REQUEST_SECONDS),
    )?;
    Ok(Request { token, secret, uri })
}

/// Ends the set-up with the first code.
///
/// # Errors
/// 403 for a wrong code, or a request that is unknown or too old.
pub fn confirm(tx: &Transaction<'_>, now: Timestamp, account: i64, token: &str, code: &str) -> Result<()> {
    let Some(secret) = store::otp_request(tx, account, &digest(token), now)? else {
        return Err(Error::forbidden("Invalid request token"));
    };
    let Some(step) = matching_step(&secret, code, now)? else {
        return Err(Error::forbidden("Invalid OTP token"));
    };
    store::set_otp(tx, account, Some(&secret), step)?;
    store::remove_otp_request(tx, account)
}

/// Takes the second factor away.
///
/// # Errors
/// 400 when there is none.
pub fn disable(tx: &Transaction<'_>, login: &Login) -> Result<()> {
    if !login.two_factor {
        return Err(Error::refused(Kind::Bad, "Two factor is already disabled."));
    }
    recovery::forget(tx, login.account_id)?;
    store::set_otp(tx, login.account_id, None, 0)
}

/// Whether a code is right for the account and was not used before: that of the telephone, or one of those that stand for
/// it when it is lost. It is used from then on.
pub fn use_code(tx: &Transaction<'_>, now: Timestamp, account: i64, code: &str) -> Result<bool> {
    let Some((secret, used)) = store::otp(tx, account)? else { return Ok(false) };
    if code.trim().len() > 8 {
        return recovery::use_code(tx, account, code);
    }
    match matching_step(&secret, code, now)? {
        Some(step) if step > used => {
            store::set_otp(tx, account, Some(&secret), step)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// The code that the telephone shows at a moment; for tests.
#[doc(hidden)]
pub fn code_at(secret: &str, now: Timestamp) -> Result<String> {
    Ok(generator(secret, "", "")?.generate(seconds(now)).to_string())
}

/// Whether an account has a second factor.
pub fn is_on(conn: &Connection, account: i64) -> Result<bool> {
    Ok(store::otp(conn, account)?.is_some())
}

fn matching_step(secret: &str, code: &str, now: Timestamp) -> Result<Option<u64>> {
    Ok(generator(secret, "", "")?.check(code.trim(), seconds(now)))
}

fn seconds(now: Timestamp) -> u64 {
    (now.0 / 1000).max(0) as u64
}

fn generator(secret: &str, issuer: &str, name: &str) -> Result<Totp> {
    let secret = Secret::try_from_base32(secret)
        .map_err(|_| Error::internal("the secret of a second factor is not in base 32"))?;
    // A colon separates issuer and name in the address.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(secret)
        .with_issuer(Some(plain(issuer)))
        .with_account_name(plain(name))
        .build()
        .map_err(|error| Error::internal(format!("second factor: {error}")))
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // Test vectors of RFC 6238, appendix B, for SHA-1; the last six of their eight digits.
        let secret = Secret::new(Box::from(*b"12345678901234567890")).to_base32();
        assert_eq!(code_at(&secret, Timestamp(59_000)).unwrap(), "287082");
        assert_eq!(code_at(&secret, Timestamp(1_111_111_109_000)).unwrap(), "081804");
        assert_eq!(matching_step(&secret, "287082", Timestamp(59_000)).unwrap(), Some(1));
        // A clock that is half a minute off is common; two minutes are too much.
        assert_eq!(matching_step(&secret, "287082", Timestamp(80_000)).unwrap(), Some(1));
        assert_eq!(matching_step(&secret, "287082", Timestamp(180_000)).unwrap(), None);
        assert_eq!(matching_step(&secret, "no digits", Timestamp(59_000)).unwrap(), None);
    }
}
