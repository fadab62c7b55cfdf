//! What others signed, and what we sign.

use kiosque::{
    actors::Keys,
    clock::Timestamp,
    federation::{
        keys::{self, PrivateKey, PublicKey},
        signature::{Fault, Head, Signature, digest, sign},
    },
};
use proptest::prelude::*;
use serde_json::Value;
use std::{collections::HashMap, sync::LazyLock};

/// A recorded request: method, target, headers, body, and when it was made.
struct Sent {
    name: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    at: Timestamp,
}

impl Sent {
    fn head<'a>(&'a self, headers: &'a [(&'a str, &'a str)]) -> Head<'a> {
        Head { method: "POST", target: &self.target, host: self.host(), headers }
    }

    fn host(&self) -> &str {
        self.headers.iter().find(|(name, _)| name == "host").map_or("", |(_, host)| host)
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// Everything that two PeerTube 6.3 said to one another, with the keys of their actors.
fn recorded() -> Option<(Vec<Sent>, HashMap<String, PublicKey>)> {
    let wire = crate::common::clips::fixtures()?.join("peertube-6.3-wire");
    let read =
        |path: &std::path::Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let files = |folder: &str| {
        let mut all: Vec<_> =
            std::fs::read_dir(wire.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        all.sort();
        all
    };
    // Those of the run that was recorded; the other documents are of another.
    let keys =
        files("docs").into_iter().filter(|path| path.to_string_lossy().contains("/actor-900")).map(|path| {
            let document = read(&path);
            let body = &document["response"]["body"];
            let actor: Value =
                body.as_str().map_or_else(|| body.clone(), |text| serde_json::from_str(text).unwrap());
            let key = &actor["publicKey"];
            let pem = key["publicKeyPem"].as_str().unwrap();
            (key["owner"].as_str().unwrap().to_owned(), PublicKey::from_pem(pem).unwrap())
        });
    let sent = files("inbox-posts").into_iter().map(|path| {
        let file = read(&path);
        let request = &file["request"];
        let target = request["line"].as_str().unwrap().split(' ').nth(1).unwrap().to_owned();
        let pair =
            |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
        Sent {
            name: path.display().to_string(),
            target,
            headers: request["headers"].as_array().unwrap().iter().map(pair).collect(),
            body: request["body_raw"].as_str().unwrap().to_owned(),
            at: Timestamp((file["when"].as_f64().unwrap() * 1000.0) as i64),
        }
    });
    Some((sent.collect(), keys.collect()))
}

#[test]
fn what_peertube_signed_is_believed_and_nothing_else() {
    let Some((all, keys)) = recorded() else { return };
    assert!(all.len() > 90, "{} recorded requests", all.len());
    for sent in &all {
        let headers = sent.headers();
        let head = sent.head(&headers);
        let signature = Signature::of(&head).unwrap_or_else(|fault| panic!("{}: {fault}", sent.name));
        let key = &keys[signature.actor()];
        let body = sent.body.as_bytes();
        signature
            .verify(&head, Some(body), key, sent.at)
            .unwrap_or_else(|fault| panic!("{}: {fault}", sent.name));
        // With another body, at another address, for another server, of another actor, at another time.
        let mut other = sent.body.clone();
        other.push(' ');
        assert_eq!(signature.verify(&head, Some(other.as_bytes()), key, sent.at), Err(Fault::Digest));
        let wrong = Err(Fault::Wrong(signature.key_id.clone()));
        let elsewhere = Head { target: "/accounts/nobody/inbox", ..head };
        assert_eq!(signature.verify(&elsewhere, Some(body), key, sent.at), wrong);
        let stranger = Head { host: "tube.example", ..head };
        assert_eq!(signature.verify(&stranger, Some(body), key, sent.at), wrong);
        let foreign = keys.iter().find(|(owner, _)| owner.as_str() != signature.actor()).unwrap().1;
        assert_eq!(signature.verify(&head, Some(body), foreign, sent.at), wrong);
        for hours in [-2, 2] {
            let then = sent.at.plus_seconds(hours * 3600);
            assert_eq!(signature.verify(&head, Some(body), key, then), Err(Fault::Time(then)));
        }
    }
}

/// Two keys: making one takes a while.
static KEYS: LazyLock<[Keys; 2]> = LazyLock::new(|| [keys::make().unwrap(), keys::make().unwrap()]);
const NOW: Timestamp = Timestamp(1_795_290_000_000);
const KEY: &str = "https://tube.example/accounts/anna#main-key";

fn private() -> PrivateKey {
    PrivateKey::from_pem(&KEYS[0].private_pem).unwrap()
}

fn public(n: usize) -> PublicKey {
    PublicKey::from_pem(&KEYS[n].public_pem).unwrap()
}

#[test]
fn what_we_sign_holds_with_and_without_the_query() {
    let body = br#"{"type":"Follow"}"#;
    let signed = sign(("POST", "peer.example", "/inbox"), Some(body), (KEY, &private()), NOW).unwrap();
    assert_eq!(signed.date, "Sat, 21 Nov 2026 19:40:00 GMT");
    let digest = signed.digest.unwrap();
    let headers = [("Date", signed.date.as_str()), ("digest", &digest), ("Signature", &signed.signature)];
    let head = Head { method: "POST", target: "/inbox", host: "peer.example", headers: &headers };
    let signature = Signature::of(&head).unwrap();
    assert_eq!((signature.key_id.as_str(), signature.actor()), (KEY, "https://tube.example/accounts/anna"));
    signature.verify(&head, Some(body), &public(0), NOW).unwrap();
    assert_eq!(signature.verify(&head, Some(body), &public(1), NOW), Err(Fault::Wrong(KEY.to_owned())));

    let signed = sign(("GET", "peer.example", "/outbox?page=2"), None, (KEY, &private()), NOW).unwrap();
    let headers = [("date", signed.date.as_str()), ("signature", &signed.signature)];
    for target in ["/outbox", "/outbox?page=2", "/outbox?page=3"] {
        let head = Head { method: "GET", target, host: "peer.example", headers: &headers };
        Signature::of(&head).unwrap().verify(&head, None, &public(0), NOW).unwrap();
    }
    let posted = Head { method: "POST", target: "/outbox", host: "peer.example", headers: &headers };
    assert_eq!(
        Signature::of(&posted).unwrap().verify(&posted, Some(b""), &public(0), NOW),
        Err(Fault::Uncovered("the digest of the body"))
    );
}

/// Signs a text of our choice and puts it into a header.
fn header(covered: &str, text: &str, more: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.encode(private().sign(text.as_bytes()).unwrap());
    format!(r#"keyId="{KEY}",{more}headers="{covered}",signature="{bytes}""#)
}

#[test]
fn a_signature_with_its_own_time_holds_while_it_is_young() {
    let seconds = NOW.0 / 1000;
    let text = format!(
        "(request-target): get /x?y=1\nhost: peer.example\n(created): {seconds}\n(expires): {}",
        seconds + 60
    );
    let covered = "(request-target) host (created) (expires)";
    let times = format!("created={seconds},expires={},", seconds + 60);
    for (algorithm, holds) in
        [(r#"algorithm="hs2019","#, true), ("", true), (r#"algorithm="rsa-sha256","#, false)]
    {
        let signature = header(covered, &text, &format!("{algorithm}{times}"));
        let headers = [("signature", signature.as_str())];
        let head = Head { method: "GET", target: "/x?y=1", host: "peer.example", headers: &headers };
        let held = Signature::of(&head).unwrap().verify(&head, None, &public(0), NOW);
        assert_eq!(held.is_ok(), holds, "{algorithm}: {held:?}");
        let late = NOW.plus_seconds(2 * 3600);
        assert!(Signature::of(&head).unwrap().verify(&head, None, &public(0), late).is_err());
    }
}

#[test]
fn what_is_not_covered_or_said_twice_is_refused() {
    let date = "Sat, 21 Nov 2026 19:40:00 GMT";
    let cases = [
        ("host date", format!("host: peer.example\ndate: {date}"), Fault::Uncovered("the request target")),
        (
            "(request-target) date",
            format!("(request-target): get /x\ndate: {date}"),
            Fault::Uncovered("the host"),
        ),
        (
            "(request-target) host",
            "(request-target): get /x\nhost: peer.example".to_owned(),
            Fault::Uncovered("the date"),
        ),
        (
            "(request-target) host date x-gone",
            format!("(request-target): get /x\nhost: peer.example\ndate: {date}\nx-gone: "),
            Fault::Absent("x-gone".to_owned()),
        ),
    ];
    for (covered, text, fault) in cases {
        let signature = header(covered, &text, "");
        let headers = [("date", date), ("signature", signature.as_str())];
        let head = Head { method: "GET", target: "/x", host: "peer.example", headers: &headers };
        assert_eq!(
            Signature::of(&head).unwrap().verify(&head, None, &public(0), NOW),
            Err(fault),
            "{covered}"
        );
    }
    for text in [
        "",
        "keyId",
        "keyId=\"a",
        "keyId=\"a\" signature=\"YQ==\"",
        "keyId=\"a\"",
        "signature=\"YQ==\"",
        "keyId=\"\",signature=\"YQ==\"",
        "keyId=\"a\",keyId=\"b\",signature=\"YQ==\"",
        "keyId=\"a\",signature=\"!\"",
        "keyId=\"a\",headers=\"\",signature=\"YQ==\"",
        "keyId=\"a\",created=soon,signature=\"YQ==\"",
    ] {
        assert!(matches!(Signature::parse(text), Err(Fault::Malformed(_))), "{text}");
    }
    assert!(matches!(
        Signature::parse("keyId=\"a\",algorithm=\"rsa-sha1\",signature=\"YQ==\""),
        Err(Fault::Algorithm(_))
    ));
    assert!(PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").is_err());
    assert_eq!(digest(b""), "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

proptest! {
    /// Whatever stands in the header, it is read or refused.
    #[test]
    fn no_header_is_too_wild(text in ".{0,400}", wild in proptest::collection::vec("(keyId|headers|signature|created|,|=|\"| |a|1)", 0..60)) {
        let _ = Signature::parse(&text);
        let _ = Signature::parse(&wild.concat());
    }
}
