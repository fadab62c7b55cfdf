//! RSA keys of actors: made once, kept as PEM, and used through `ring`, whose arithmetic takes the same time whatever the key.

use crate::{
    actors::{self, Actor, Keys},
    app::App,
    error::{Error, Result},
};
use ring::{
    rand::SystemRandom,
    signature::{
        RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
    },
};
use rsa::{
    RsaPrivateKey, RsaPublicKey,
    pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _},
    pkcs8::{
        DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding,
    },
};
use std::fmt;

/// Bits of the keys that are made here, as of PeerTube and Mastodon.
const BITS: usize = 2048;

/// Characters of a key in PEM that are looked at, as in PeerTube.
const LONGEST: usize = 5000;

/// Why a key is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// It is no RSA key in PEM.
    #[error("The key of the actor is no RSA key in PEM (BEGIN PUBLIC KEY).")]
    Unreadable,
    /// Too short or too long to be believed.
    #[error("The key of the actor must have between 1024 and 8192 bits.")]
    Size,
    /// Signing or making one failed.
    #[error("A key could not be made or used.")]
    Unusable,
}

/// Makes a key. Takes a good part of a second on a small machine: not for the async runtime.
///
/// # Errors
/// When the system has no randomness.
pub fn make() -> Result<Keys, KeyFault> {
    let private = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS).map_err(|_| KeyFault::Unusable)?;
    let public = RsaPublicKey::from(&private);
    Ok(Keys {
        public_pem: public.to_public_key_pem(LineEnding::LF).map_err(|_| KeyFault::Unusable)?,
        private_pem: private.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyFault::Unusable)?.to_string(),
    })
}

/// The key of an actor, made now if it has none.
pub(super) async fn of(app: &App, actor: Actor) -> Result<Keys> {
    if let Some(keys) = app.db.read(move |conn| actors::keys(conn, actor)).await? {
        return Ok(keys);
    }
    let made = tokio::task::spawn_blocking(make).await.map_err(Error::internal)?.map_err(Error::internal)?;
    let now = app.clock.now();
    // Somebody else may have made one meanwhile: the first stays.
    app.db.write(move |tx| actors::give_keys(tx, now, actor, &made)).await
}

/// A key that signs.
pub struct PrivateKey(RsaKeyPair);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey")
    }
}

impl PrivateKey {
    /// Reads `BEGIN PRIVATE KEY`.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_pem(pem: &str) -> Result<Self, KeyFault> {
        let key = RsaPrivateKey::from_pkcs8_pem(pem).map_err(|_| KeyFault::Unreadable)?;
        let der = key.to_pkcs8_der().map_err(|_| KeyFault::Unreadable)?;
        RsaKeyPair::from_pkcs8(der.as_bytes()).map(Self).map_err(|_| KeyFault::Unreadable)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn sign(&self, text: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
            .map_err(|_| KeyFault::Unusable)?;
        Ok(signature)
    }
}

/// A key that verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// PKCS #1, as `ring` wants it.
    der: Vec<u8>,
}

impl PublicKey {
    /// Reads `BEGIN PUBLIC KEY`, or the older `BEGIN RSA PUBLIC KEY` that a few servers publish.
    ///
    /// # Errors
    /// When it is neither, or of a length that nobody uses.
    pub fn from_pem(pem: &str) -> Result<Self, KeyFault> {
        if pem.len() > LONGEST {
            return Err(KeyFault::Unreadable);
        }
        let pem = pem.trim();
        let key = RsaPublicKey::from_public_key_pem(pem)
            .or_else(|_| RsaPublicKey::from_pkcs1_pem(pem))
            .map_err(|_| KeyFault::Unreadable)?;
        let bits = rsa::traits::PublicKeyParts::size(&key) * 8;
        if !(1024..=8192).contains(&bits) {
            return Err(KeyFault::Size);
        }
        let der = key.to_pkcs1_der().map_err(|_| KeyFault::Unreadable)?.as_bytes().to_vec();
        Ok(Self { der })
    }

    /// Whether the other half of this key signed `text`.
    ///
    /// # Errors
    /// Never at present; a key of another kind may have to say that it cannot tell.
    pub fn verifies(&self, text: &[u8], signature: &[u8]) -> Result<bool, KeyFault> {
        // "Legacy" are the keys of 1024 bits that old actors have.
        let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &self.der);
        Ok(key.verify(text, signature).is_ok())
    }
}
