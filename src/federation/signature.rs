//! Signatures of requests between servers, as draft-cavage-http-signatures-12 describes them and the fediverse uses them: RSA
//! with SHA-256 over `(request-target) host date digest`. Without network and database: a request's head goes in, and what it
//! proves comes out.
//!
//! A signature that holds says who holds the key of which request. Whether that somebody may do what the body asks is
//! decided where the activity is understood.

use super::keys::{KeyFault, PrivateKey, PublicKey};
use crate::clock::Timestamp;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use thiserror::Error;

/// Seconds by which the clock of a peer may differ from ours. Mastodon allows an hour, PeerTube half of one.
pub const SKEW: i64 = 3600;

/// Bytes of a `Signature` header that are looked at: room for keys of 8192 bits and long addresses.
const LONGEST: usize = 8 * 1024;

/// Headers that one signature may cover.
const MOST_HEADERS: usize = 32;

/// Why a request is not believed to be from whom it names.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// No signature at all.
    #[error("The request is not signed. Sign it with the key of the actor (draft-cavage-http-signatures).")]
    Missing,
    /// The header cannot be read.
    #[error("The Signature header cannot be read: {0}.")]
    Malformed(&'static str),
    /// An algorithm that is not known here.
    #[error("Signatures with {0} are not understood; rsa-sha256 is.")]
    Algorithm(String),
    /// What must be covered is not.
    #[error("The signature does not cover {0}.")]
    Uncovered(&'static str),
    /// A header that is covered and not there.
    #[error("The signature covers the header {0}, which the request does not have.")]
    Absent(String),
    /// Made too long ago, or in the future.
    #[error("The signature is of another time: the clock of this server says {0}.")]
    Time(Timestamp),
    /// The body is not the one that was signed.
    #[error("The digest is not that of the body.")]
    Digest,
    /// The key is of no use.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The key did not make this signature.
    #[error("The signature was not made with the key of {0}.")]
    Wrong(String),
}

/// The part of a request that a signature is about.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Path and query as they were sent.
    pub target: &'a str,
    /// Host of this server, with its port unless it is the usual one; what peers dialled, whatever a proxy made of it.
    pub host: &'a str,
    /// All headers, names in any case.
    pub headers: &'a [(&'a str, &'a str)],
}

impl Head<'_> {
    /// All values of a header, in their order, as the draft joins them.
    fn header(&self, name: &str) -> Option<String> {
        let mut values = self
            .headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim());
        let mut joined = values.next()?.to_owned();
        for value in values {
            joined.push_str(", ");
            joined.push_str(value);
        }
        Some(joined)
    }
}

/// A signature as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Names the key: the actor's address, mostly with `#main-key`.
    pub key_id: String,
    algorithm: Algorithm,
    /// What is covered, lower case, in order.
    covered: Vec<String>,
    bytes: Vec<u8>,
    /// Seconds since 1970.
    created: Option<i64>,
    expires: Option<i64>,
}

/// What the header calls the algorithm. The key decides; a name that contradicts it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    /// `rsa-sha256`.
    Named,
    /// `hs2019`, or nothing.
    OfTheKey,
}

impl Signature {
    /// Reads the `Signature` header of a request; an older `Authorization: Signature …` is understood too.
    ///
    /// # Errors
    /// [`Fault::Missing`], [`Fault::Malformed`] or [`Fault::Algorithm`].
    pub fn of(head: &Head<'_>) -> Result<Self, Fault> {
        let value = |name| {
            head.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
        };
        let text = match (value("signature"), value("authorization")) {
            (Some(text), _) => text.strip_prefix("Signature ").unwrap_or(text),
            (None, Some(text)) => text.strip_prefix("Signature ").ok_or(Fault::Missing)?,
            (None, None) => return Err(Fault::Missing),
        };
        Self::parse(text)
    }

    /// Reads what stands in the header.
    ///
    /// # Errors
    /// [`Fault::Malformed`] or [`Fault::Algorithm`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            return Err(Fault::Malformed("it is too long"));
        }
        let (mut key_id, mut bytes, mut covered) = (None, None, None);
        let (mut created, mut expires) = (None, None);
        let mut algorithm = Algorithm::OfTheKey;
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (name, value, after) = parameter(rest)?;
            rest = after;
            match name {
                "keyId" => once(&mut key_id, value.to_owned())?,
                "signature" => {
                    let decoded = STANDARD
                        .decode(value)
                        .map_err(|_| Fault::Malformed("the signature is not base 64"))?;
                    once(&mut bytes, decoded)?;
                }
                "headers" => {
                    let names: Vec<String> =
                        value.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
                    if names.is_empty() || names.len() > MOST_HEADERS {
                        return Err(Fault::Malformed("it covers nothing, or too much"));
                    }
                    once(&mut covered, names)?;
                }
                "algorithm" => {
                    algorithm = match value.to_ascii_lowercase().as_str() {
                        "rsa-sha256" => Algorithm::Named,
                        "hs2019" => Algorithm::OfTheKey,
                        other => return Err(Fault::Algorithm(other.chars().take(40).collect())),
                    };
                }
                "created" => once(&mut created, seconds(value)?)?,
                "expires" => once(&mut expires, seconds(value)?)?,
                // What is not known is left to those who know it, as the draft says.
                _ => {}
            }
        }
        Ok(Self {
            key_id: key_id.filter(|id| !id.is_empty()).ok_or(Fault::Malformed("keyId is missing"))?,
            algorithm,
            // Without a list, only the date is covered (§2.1.6 of the draft).
            covered: covered.unwrap_or_else(|| vec!["date".to_owned()]),
            bytes: bytes.ok_or(Fault::Malformed("the signature itself is missing"))?,
            created,
            expires,
        })
    }

    /// Address of the actor whose key this is: the key's without its fragment.
    pub fn actor(&self) -> &str {
        self.key_id.split_once('#').map_or(self.key_id.as_str(), |(actor, _)| actor)
    }

    /// Whether the request could have been made just now, whoever has the key. `body` is that of a POST.
    ///
    /// # Errors
    /// The [`Fault`] that is met first.
    pub fn precheck(&self, head: &Head<'_>, body: Option<&[u8]>, now: Timestamp) -> Result<(), Fault> {
        self.check_covered(body.is_some())?;
        self.check_time(head, now)?;
        body.map_or(Ok(()), |body| check_digest(head, body))
    }

    /// Whether the request was made, just now, by who has the key. `body` is that of a POST.
    ///
    /// # Errors
    /// The [`Fault`] that is met first; nothing of the request may be believed then.
    pub fn verify(
        &self,
        head: &Head<'_>,
        body: Option<&[u8]>,
        key: &PublicKey,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.precheck(head, body, now)?;
        // PeerTube signs the path without its query, others with it.
        let path = head.target.split_once('?').map(|(path, _)| path);
        let held = [Some(head.target), path].into_iter().flatten();
        for target in held {
            if key.verifies(self.text(head, target)?.as_bytes(), &self.bytes)? {
                return Ok(());
            }
        }
        Err(Fault::Wrong(self.key_id.chars().take(200).collect()))
    }

    fn covers(&self, name: &str) -> bool {
        self.covered.iter().any(|covered| covered == name)
    }

    fn check_covered(&self, has_body: bool) -> Result<(), Fault> {
        if !self.covers("(request-target)") {
            return Err(Fault::Uncovered("the request target"));
        }
        if !self.covers("host") {
            return Err(Fault::Uncovered("the host"));
        }
        if has_body && !self.covers("digest") {
            return Err(Fault::Uncovered("the digest of the body"));
        }
        if !self.covers("date") && !self.covers("x-date") && !self.covers("(created)") {
            return Err(Fault::Uncovered("the date"));
        }
        // `(created)` with an algorithm by name is refused by the draft (§2.3): old signers cannot have meant it.
        if self.algorithm == Algorithm::Named && (self.covers("(created)") || self.covers("(expires)")) {
            return Err(Fault::Malformed("(created) goes with hs2019 only"));
        }
        Ok(())
    }

    fn check_time(&self, head: &Head<'_>, now: Timestamp) -> Result<(), Fault> {
        let now_seconds = now.0.div_euclid(1000);
        let near = |seconds: i64| (now_seconds - seconds).abs() <= SKEW;
        for name in ["date", "x-date"] {
            if self.covers(name) {
                let text = head.header(name).ok_or_else(|| Fault::Absent(name.to_owned()))?;
                let date =
                    chrono::DateTime::parse_from_rfc2822(&text).map_err(|_| Fault::Malformed("the date"))?;
                if !near(date.timestamp()) {
                    return Err(Fault::Time(now));
                }
            }
        }
        if self.covers("(created)") && !self.created.is_some_and(near) {
            return Err(Fault::Time(now));
        }
        if self.expires.is_some_and(|expires| expires < now_seconds - SKEW) {
            return Err(Fault::Time(now));
        }
        Ok(())
    }

    /// The text that was signed, if the request was made for `target`.
    fn text(&self, head: &Head<'_>, target: &str) -> Result<String, Fault> {
        let mut text = String::new();
        for name in &self.covered {
            if !text.is_empty() {
                text.push('\n');
            }
            let number = |part: Option<i64>| {
                part.map(|seconds| seconds.to_string()).ok_or_else(|| Fault::Absent(name.clone()))
            };
            let value = match name.as_str() {
                "(request-target)" => format!("{} {target}", head.method.to_ascii_lowercase()),
                "(created)" => number(self.created)?,
                "(expires)" => number(self.expires)?,
                // What peers dialled. A proxy may have put another name in its place.
                "host" => match head.header("host") {
                    Some(host) if host.eq_ignore_ascii_case(head.host) => host,
                    _ => head.host.to_owned(),
                },
                other => head.header(other).ok_or_else(|| Fault::Absent(other.to_owned()))?,
            };
            let _ = write!(text, "{name}: {value}");
        }
        Ok(text)
    }
}

/// The next `name="value"` or `name=number`, and what follows its comma.
fn parameter(text: &str) -> Result<(&str, &str, &str), Fault> {
    let (name, rest) = text.split_once('=').ok_or(Fault::Malformed("a part has no value"))?;
    let (value, rest) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or(Fault::Malformed("a quotation mark is missing"))?,
        None => match rest.find(',') {
            Some(end) => rest.split_at(end),
            None => (rest, ""),
        },
    };
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix(',') {
        Some(rest) => rest.trim_start(),
        None if rest.is_empty() => rest,
        None => return Err(Fault::Malformed("a comma is missing")),
    };
    Ok((name.trim(), value.trim(), rest))
}

/// Nothing may be said twice: two readers could choose differently.
fn once<T>(place: &mut Option<T>, value: T) -> Result<(), Fault> {
    if place.replace(value).is_some() { Err(Fault::Malformed("a part stands there twice")) } else { Ok(()) }
}

fn seconds(text: &str) -> Result<i64, Fault> {
    // Some write fractions of a second.
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    whole.parse().map_err(|_| Fault::Malformed("a time is no number"))
}

/// `Digest` of a body, as it stands in the header (RFC 3230).
pub fn digest(body: &[u8]) -> String {
    format!("SHA-256={}", STANDARD.encode(Sha256::digest(body)))
}

/// The digest that was signed must be that of the bytes that came; it is always made anew.
fn check_digest(head: &Head<'_>, body: &[u8]) -> Result<(), Fault> {
    let text = head.header("digest").ok_or_else(|| Fault::Absent("digest".to_owned()))?;
    let mine = STANDARD.encode(Sha256::digest(body));
    let mut named = text
        .split(',')
        .filter_map(|one| one.trim().split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("sha-256"));
    match (named.next(), named.next()) {
        (Some((_, value)), None) if value == mine => Ok(()),
        _ => Err(Fault::Digest),
    }
}

/// Headers that sign a request of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `Date`.
    pub date: String,
    /// `Digest`, of requests with a body.
    pub digest: Option<String>,
    /// `Signature`.
    pub signature: String,
}

/// Signs a request as PeerTube does: the path without its query, and `#main-key` after the actor.
///
/// # Errors
/// When the key cannot sign.
pub fn sign(
    (method, host, path): (&str, &str, &str),
    body: Option<&[u8]>,
    (key_id, key): (&str, &PrivateKey),
    now: Timestamp,
) -> Result<Signed, KeyFault> {
    let date = now.to_chrono().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let digest = body.map(digest);
    let mut text =
        format!("(request-target): {} {path}\nhost: {host}\ndate: {date}", method.to_ascii_lowercase());
    let mut covered = "(request-target) host date".to_owned();
    if let Some(digest) = &digest {
        let _ = write!(text, "\ndigest: {digest}");
        covered.push_str(" digest");
    }
    let bytes = STANDARD.encode(key.sign(text.as_bytes())?);
    let signature =
        format!(r#"keyId="{key_id}",algorithm="rsa-sha256",headers="{covered}",signature="{bytes}""#);
    Ok(Signed { date, digest, signature })
}
