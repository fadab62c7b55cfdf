//! Tokens for the files of a video that is not for everyone: players put them into addresses, where headers cannot go.
//! They are signed, not stored: handing one out writes nothing.

use super::store;
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, Transaction};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Hours a token is good for, as in PeerTube.
const SECONDS: i64 = 8 * 3600;
/// Bytes of SHA-256's blocks.
const BLOCK: usize = 64;

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What those get who may watch.
    Watch,
    /// That, and the file as it was sent: for those who manage the video.
    Manage,
}

/// A token for the files of one video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileToken {
    /// The token.
    pub token: String,
    /// Until when it is good.
    pub expires: Timestamp,
}

/// Hands out a token. That the one who asks may watch the video, or manages it, is to be checked before.
pub fn file_token(conn: &Connection, now: Timestamp, video: Uuid, reach: Reach) -> Result<Option<FileToken>> {
    let Some(key) = store::signing_key(conn, NAME)? else { return Ok(None) };
    let expires = now.plus_seconds(SECONDS);
    Ok(Some(FileToken { token: format!("{:x}-{}", expires.0, sign(&key, video, expires, reach)), expires }))
}

/// Makes the key that signs tokens, when there is none.
pub fn make_signing_key(tx: &Transaction<'_>) -> Result<()> {
    store::make_signing_key(tx, NAME, crate::ids::secret(32).as_bytes())
}

/// Whether a token opens this much of the files of a video now.
pub fn file_token_holds(
    conn: &Connection,
    now: Timestamp,
    video: Uuid,
    token: &str,
    reach: Reach,
) -> Result<bool> {
    let Some((expires, signature)) = token.split_once('-') else { return Ok(false) };
    let Ok(expires) = i64::from_str_radix(expires, 16).map(Timestamp) else { return Ok(false) };
    let Some(key) = store::signing_key(conn, NAME)? else { return Ok(false) };
    let opens = |granted| equal(&sign(&key, video, expires, granted), signature);
    // Who manages may watch.
    Ok(expires > now && (opens(Reach::Manage) || (reach == Reach::Watch && opens(Reach::Watch))))
}

const NAME: &str = "video-files";

/// HMAC-SHA256 (RFC 2104) over the video, the moment and the reach, in hexadecimal.
fn sign(key: &[u8], video: Uuid, expires: Timestamp, reach: Reach) -> String {
    let mut inner = [0x36_u8; BLOCK];
    let mut outer = [0x5c_u8; BLOCK];
    for (at, byte) in key.iter().take(BLOCK).enumerate() {
        inner[at] ^= byte;
        outer[at] ^= byte;
    }
    let first = Sha256::new()
        .chain_update(inner)
        .chain_update(video.as_bytes())
        .chain_update(expires.0.to_be_bytes())
        .chain_update([u8::from(reach == Reach::Manage)])
        .finalize();
    hex::encode(Sha256::new().chain_update(outer).chain_update(first).finalize())
}

/// Compares in a time that does not tell how much is right.
fn equal(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_video_and_its_time() {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::db::migrate(&mut conn, std::path::Path::new("memory")).unwrap();
        let (now, video) = (Timestamp(1_800_000_000_000), Uuid::from_u128(7));
        assert_eq!(file_token(&conn, now, video, Reach::Watch).unwrap(), None);
        let tx = conn.transaction().unwrap();
        make_signing_key(&tx).unwrap();
        make_signing_key(&tx).unwrap();
        let token = file_token(&tx, now, video, Reach::Watch).unwrap().unwrap();
        let reaches = |token: &str, reach| file_token_holds(&tx, now, video, token, reach).unwrap();
        assert!(!reaches(&token.token, Reach::Manage));
        let managers = file_token(&tx, now, video, Reach::Manage).unwrap().unwrap();
        assert!(reaches(&managers.token, Reach::Manage) && reaches(&managers.token, Reach::Watch));
        let holds = |now, video, token: &str| file_token_holds(&tx, now, video, token, Reach::Watch).unwrap();
        assert!(holds(now, video, &token.token));
        assert!(holds(now.plus_seconds(SECONDS - 1), video, &token.token));
        assert!(!holds(now.plus_seconds(SECONDS), video, &token.token));
        assert!(!holds(now, Uuid::from_u128(8), &token.token));
        for forged in ["", "-", "x-y", &format!("f{}", token.token), &token.token[..token.token.len() - 1]] {
            assert!(!holds(now, video, forged), "{forged}");
        }
    }

    #[test]
    fn signatures_are_hmac() {
        // RFC 4231, case 2, with the same construction: key "Jefe".
        let mut inner = [0x36_u8; BLOCK];
        let mut outer = [0x5c_u8; BLOCK];
        for (at, byte) in b"Jefe".iter().enumerate() {
            inner[at] ^= byte;
            outer[at] ^= byte;
        }
        let first = Sha256::new().chain_update(inner).chain_update("what do ya want for nothing?").finalize();
        let mac = hex::encode(Sha256::new().chain_update(outer).chain_update(first).finalize());
        assert!(mac.starts_with("5bdcc146bf60754e6a042426089575c7"));
    }
}
