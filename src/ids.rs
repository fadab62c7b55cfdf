//! Names of things: UUIDs, their short form, and random tokens.

use rand::RngCore;
use uuid::Uuid;

/// A new random UUID.
pub fn new_uuid() -> Uuid {
    Uuid::new_v4()
}

/// The 22-character form that PeerTube puts in links: base 58 with Flickr's alphabet, padded on the left with its
/// zero digit as the `short-uuid` library of its clients does.
pub fn short(uuid: Uuid) -> String {
    let text = bs58::encode(trim_zeros(uuid.as_bytes())).with_alphabet(bs58::Alphabet::FLICKR).into_string();
    format!("{text:1>22}")
}

/// Reads a UUID in either form; `None` for anything else.
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    match text.len() {
        36 => Uuid::try_parse(text).ok(),
        20..=22 if text.is_ascii() => {
            let digits = text.trim_start_matches('1');
            let bytes = bs58::decode(digits).with_alphabet(bs58::Alphabet::FLICKR).into_vec().ok()?;
            if bytes.len() > 16 {
                return None;
            }
            let mut whole = [0_u8; 16];
            whole[16 - bytes.len()..].copy_from_slice(&bytes);
            Some(Uuid::from_bytes(whole))
        }
        _ => None,
    }
}

fn trim_zeros(bytes: &[u8]) -> &[u8] {
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    &bytes[first..]
}

/// A secret of `bytes` random bytes, in lower-case hexadecimal.
pub fn secret(bytes: usize) -> String {
    hex::encode(random(bytes))
}

/// So many random bytes.
pub fn random(bytes: usize) -> Vec<u8> {
    let mut random = vec![0_u8; bytes];
    rand::rng().fill_bytes(&mut random);
    random
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_short_form_is_peertubes() {
        // The pair that PeerTube's own documentation shows.
        let uuid = Uuid::try_parse("9c9de5e8-0a1e-484a-b099-e80766180a6d").unwrap();
        assert_eq!(short(uuid), "kkGMgK9ZtnKfYAgnEtQxbv");
        assert_eq!(parse_uuid("kkGMgK9ZtnKfYAgnEtQxbv"), Some(uuid));
    }

    proptest! {
        #[test]
        fn both_forms_lead_back(bytes: [u8; 16], zeros in 0_usize..16) {
            let mut bytes = bytes;
            bytes[..zeros].fill(0);
            let uuid = Uuid::from_bytes(bytes);
            prop_assert_eq!(short(uuid).len(), 22);
            prop_assert_eq!(parse_uuid(&short(uuid)), Some(uuid));
            prop_assert_eq!(parse_uuid(&uuid.to_string()), Some(uuid));
        }

        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = parse_uuid(&text);
        }
    }
}
