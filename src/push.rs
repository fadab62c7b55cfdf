//! Web Push: a message for a browser that shows no page of ours at the moment, by way of its maker's push service
//! (RFC 8030). Only that browser can read it (RFC 8291 on top of RFC 8188), and the service can tell who sends it (RFC 8292).
//! The arithmetic is `ring`'s, which is in the program for TLS already.

use crate::clock::Timestamp;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    rand::{SecureRandom as _, SystemRandom},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::json;
use thiserror::Error;
use url::Url;

/// Bytes of a browser's key: a point of P-256, written out.
pub const KEY_BYTES: usize = 65;
/// Bytes of the secret that a browser shares with who may write to it.
pub const AUTH_BYTES: usize = 16;
/// Bytes of a message that every push service takes, before it is sealed.
pub const MOST: usize = 3000;
/// Size of a record, as its head tells it: the whole message is one.
const RECORD: u32 = 4096;
/// Seconds that a signature is good for; services take up to a day.
const SIGNED_FOR: i64 = 12 * 3600;

/// A key that is none, or an operation that failed; ring tells no more on purpose.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("the key for push messages is damaged")]
pub struct PushError;

impl From<Unspecified> for PushError {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

impl From<ring::error::KeyRejected> for PushError {
    fn from(_: ring::error::KeyRejected) -> Self {
        Self
    }
}

/// Seals a message for the browser with this key and this secret.
///
/// # Errors
/// When the key is no point of the curve, or the message is too long.
pub fn seal(key: &[u8], auth: &[u8], message: &[u8]) -> Result<Vec<u8>, PushError> {
    if message.len() > MOST || key.len() != KEY_BYTES || auth.len() != AUTH_BYTES {
        return Err(PushError);
    }
    let random = SystemRandom::new();
    let mine = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let public = mine.compute_public_key()?;
    let mut salt = [0; 16];
    random.fill(&mut salt)?;
    agreement::agree_ephemeral(mine, &UnparsedPublicKey::new(&ECDH_P256, key), |shared| {
        sealed(&Parties { shared, auth, key, mine: public.as_ref() }, salt, message)
    })?
}

/// What both ends of a message know.
struct Parties<'a> {
    /// The secret that the two keys agree upon.
    shared: &'a [u8],
    auth: &'a [u8],
    /// The browser's key.
    key: &'a [u8],
    /// The key that was made for this message.
    mine: &'a [u8],
}

impl Parties<'_> {
    /// The key of the content and its nonce (RFC 8291 §3.4, RFC 8188 §2.2 and §2.3).
    fn derive(&self, salt: [u8; 16]) -> Result<([u8; 16], [u8; 12]), PushError> {
        let first = Salt::new(HKDF_SHA256, self.auth).extract(self.shared);
        let input: [u8; 32] = expand(&first, &[b"WebPush: info\0", self.key, self.mine])?;
        let second = Salt::new(HKDF_SHA256, &salt).extract(&input);
        Ok((
            expand(&second, &[b"Content-Encoding: aes128gcm\0"])?,
            expand(&second, &[b"Content-Encoding: nonce\0"])?,
        ))
    }
}

/// How many bytes are wanted.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(from: &Prk, info: &[&[u8]]) -> Result<[u8; N], PushError> {
    let mut key = [0; N];
    from.expand(info, Length(N))?.fill(&mut key)?;
    Ok(key)
}

fn sealed(parties: &Parties<'_>, salt: [u8; 16], message: &[u8]) -> Result<Vec<u8>, PushError> {
    let (key, nonce) = parties.derive(salt)?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    // The last record ends with a two.
    let mut record = [message, &[2]].concat();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
    let length = u8::try_from(parties.mine.len()).map_err(|_| PushError)?;
    Ok([&salt[..], &RECORD.to_be_bytes(), &[length], parties.mine, &record].concat())
}

/// The key by which push services know this instance.
#[derive(Debug)]
pub struct Key(EcdsaKeyPair);

impl Key {
    /// A new one, to be kept, as PKCS #8.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn generate() -> Result<Vec<u8>, PushError> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())?;
        Ok(made.as_ref().to_vec())
    }

    /// One that was kept.
    ///
    /// # Errors
    /// When it is none.
    pub fn open(pkcs8: &[u8]) -> Result<Self, PushError> {
        Ok(Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new())?))
    }

    /// Its public half, as browsers want it.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref())
    }

    /// The `Authorization` header that goes with a message to `endpoint`. `contact` is an address, `mailto:` or `https:`, at
    /// which those who run the push service can complain.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn authorization(&self, endpoint: &Url, contact: &str, now: Timestamp) -> Result<String, PushError> {
        let claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": now.plus_seconds(SIGNED_FOR).0 / 1000,
            "sub": contact,
        });
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes())?;
        Ok(format!("vapid t={signed}.{}, k={}", URL_SAFE_NO_PAD.encode(signature.as_ref()), self.public()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{self, ECDSA_P256_SHA256_FIXED};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// The example of RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out() {
        let key =
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let mine =
            bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        let (shared, auth) =
            (bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"), bytes("BTBZMqHH6r4Tts7J_aSIgg"));
        let parties = Parties { shared: &shared, auth: &auth, key: &key, mine: &mine };
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let message = sealed(&parties, salt, b"When I grow up, I want to be a watermelon").unwrap();
        let example = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8\
            wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(message), example);
    }

    #[test]
    fn what_cannot_be_sealed_is_refused() {
        let (auth, mut key) = ([7; AUTH_BYTES], [4; KEY_BYTES]);
        assert_eq!(seal(&key, &auth, b"a"), Err(PushError));
        key[0] = 2;
        assert_eq!(seal(&key, &auth, b"a"), Err(PushError));
        assert_eq!(seal(&[], &auth, b"a"), Err(PushError));
    }

    #[test]
    fn services_can_tell_who_sends() {
        let key = Key::open(&Key::generate().unwrap()).unwrap();
        let endpoint = Url::parse("https://push.example:8443/send/abc").unwrap();
        let header =
            key.authorization(&endpoint, "mailto:anne@kiosque.example", Timestamp(1_000_000)).unwrap();
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&bytes(signed.split_once('.').unwrap().1)).unwrap();
        assert_eq!(
            claims,
            json!({"aud": "https://push.example:8443", "exp": 1000 + SIGNED_FOR, "sub": "mailto:anne@kiosque.example"})
        );
        let public = signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(public));
        public.verify(signed.as_bytes(), &bytes(signature)).unwrap();
        assert!(public.verify(b"another", &bytes(signature)).is_err());
    }
}
