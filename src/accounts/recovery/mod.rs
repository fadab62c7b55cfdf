//! Codes that stand for the telephone with the second factor when it is lost: ten, each good once. They are shown when
//! they are made, and only their SHA-256 is stored.

mod store;

use super::Login;
use crate::{
    error::{Error, Kind, Result},
    ids,
};
use rusqlite::{Connection, Transaction};
use sha2::{Digest as _, Sha256};

/// How many are made.
pub const HOW_MANY: usize = 10;

/// Letters and digits that nobody takes for one another (Crockford's base 32).
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Signs of a code: 80 bits, too many to try even for who has stolen the database.
const LENGTH: usize = 16;
/// Signs between two hyphens.
const GROUP: usize = 4;

/// Makes new codes; those from before are worth nothing.
///
/// # Errors
/// 400 for an account without a second factor.
pub fn make(tx: &Transaction<'_>, login: &Login) -> Result<Vec<String>> {
    if !login.two_factor {
        return Err(Error::refused(Kind::Bad, "This account has no second factor."));
    }
    forget(tx, login.account_id)?;
    let codes: Vec<String> = (0..HOW_MANY).map(|_| code(&ids::random(LENGTH))).collect();
    for code in &codes {
        store::insert(tx, login.account_id, &digest(code))?;
    }
    Ok(codes)
}

/// How many are left.
pub fn left(conn: &Connection, account: i64) -> Result<u64> {
    store::count(conn, account)
}

/// Whether a code is one of the account's. It is used from then on.
pub fn use_code(tx: &Transaction<'_>, account: i64, code: &str) -> Result<bool> {
    store::take(tx, account, &digest(code))
}

/// Takes all codes away.
pub fn forget(tx: &Transaction<'_>, account: i64) -> Result<()> {
    store::remove(tx, account)
}

fn code(random: &[u8]) -> String {
    let signs = random.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)]));
    let mut code = String::new();
    for (at, sign) in signs.enumerate() {
        if at > 0 && at % GROUP == 0 {
            code.push('-');
        }
        code.push(sign);
    }
    code
}

/// Of what somebody typed: capitals, spaces and hyphens do not count, and signs that look alike are one.
fn digest(typed: &str) -> Vec<u8> {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| match sign.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            sign => sign,
        })
        .collect();
    Sha256::digest(plain).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let one = code(&[0, 1, 10, 31, 32, 33, 42, 63, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(one, "01az-01az-0000-0000");
        assert_eq!(digest(&one), digest(" OLAZ oiaz 00000000 "));
        assert_ne!(digest(&one), digest("01az-01az-0000-0001"));
    }
}
