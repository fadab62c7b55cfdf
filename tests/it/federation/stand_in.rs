//! Another server: it has actors, signs what it says, and keeps what it is brought.

use crate::common::Server;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use kiosque::{
    actors::Keys,
    clock::Timestamp,
    federation::{
        keys::{self, PrivateKey, PublicKey},
        signature::{self, Head, Signature},
    },
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

/// Two keys: making one takes a while.
pub static KEYS: LazyLock<[Keys; 2]> = LazyLock::new(|| [keys::make().unwrap(), keys::make().unwrap()]);

/// What it was brought.
#[derive(Debug, Clone)]
pub struct Letter {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
    raw: Bytes,
}

#[derive(Default)]
struct Inner {
    documents: HashMap<String, Value>,
    letters: Vec<Letter>,
    fetched: Vec<(String, HeaderMap)>,
    answer: Option<StatusCode>,
}

/// A server that says what a test wants.
#[derive(Clone)]
pub struct StandIn {
    pub base: String,
    inner: Arc<Mutex<Inner>>,
}

impl StandIn {
    /// Starts one with an actor `anna`, who signs with the first key.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stand_in = Self { base, inner: Arc::default() };
        let router = Router::new().fallback(answer).with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in.put_actor("anna", "Person", 0);
        stand_in
    }

    pub fn host(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// An actor at `/users/NAME` with one of [`KEYS`].
    pub fn put_actor(&self, name: &str, kind: &str, key: usize) {
        let id = self.url(&format!("/users/{name}"));
        let document = json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "type": kind, "id": id, "preferredUsername": name, "name": format!("{name} of elsewhere"),
            "summary": "<p>Sings <b>loud</b></p>", "url": id,
            "inbox": format!("{id}/inbox"), "outbox": format!("{id}/outbox"), "followers": format!("{id}/followers"),
            "endpoints": {"sharedInbox": self.url("/inbox")},
            "publicKey": {"id": format!("{id}#main-key"), "owner": id, "publicKeyPem": KEYS[key].public_pem},
        });
        self.put(&format!("/users/{name}"), document);
    }

    pub fn put(&self, path: &str, document: Value) {
        self.inner.lock().unwrap().documents.insert(path.to_owned(), document);
    }

    pub fn remove(&self, path: &str) {
        self.inner.lock().unwrap().documents.remove(path);
    }

    /// What its inboxes answer from now on; `None` takes everything.
    pub fn answer_with(&self, status: Option<StatusCode>) {
        self.inner.lock().unwrap().answer = status;
    }

    pub fn letters(&self) -> Vec<Letter> {
        self.inner.lock().unwrap().letters.clone()
    }

    /// Paths that were asked for.
    pub fn fetched(&self) -> Vec<String> {
        self.inner.lock().unwrap().fetched.iter().map(|(path, _)| path.clone()).collect()
    }

    /// The first letter of a kind, when it has come.
    pub async fn letter(&self, kind: &str) -> Letter {
        crate::common::until(kind, || async {
            self.letters().into_iter().find(|letter| letter.body["type"] == kind)
        })
        .await
    }

    /// Brings something to an inbox as `anna`.
    pub async fn bring(&self, to: &Server, path: &str, body: &Value) -> reqwest::Response {
        let body = body.to_string();
        let headers = signed_by(to, path, body.as_bytes(), &self.url("/users/anna"), 0);
        send(to, path, &headers, body).await
    }
}

/// Headers that sign a body as an actor with one of [`KEYS`].
pub fn signed_by(
    to: &Server,
    path: &str,
    body: &[u8],
    actor: &str,
    key: usize,
) -> Vec<(&'static str, String)> {
    let key = PrivateKey::from_pem(&KEYS[key].private_pem).unwrap();
    let host = to.base.trim_start_matches("http://");
    let signed = signature::sign(
        ("POST", host, path),
        Some(body),
        (&format!("{actor}#main-key"), &key),
        to.app.clock.now(),
    )
    .unwrap();
    vec![
        ("content-type", "application/activity+json".to_owned()),
        ("date", signed.date),
        ("digest", signed.digest.unwrap()),
        ("signature", signed.signature),
    ]
}

/// Sends a request as it is.
pub async fn send(
    to: &Server,
    path: &str,
    headers: &[(&'static str, String)],
    body: String,
) -> reqwest::Response {
    let mut request = to.http.post(to.url(path)).body(body);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.send().await.unwrap()
}

impl Letter {
    /// Whether who says it signed it, with the key that its document has.
    pub fn holds(&self, by: &Value, host: &str, now: Timestamp) -> bool {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        let head = Head { method: "POST", target: &self.path, host, headers: &headers };
        let key = PublicKey::from_pem(by["publicKey"]["publicKeyPem"].as_str().unwrap()).unwrap();
        let signature = Signature::of(&head).unwrap();
        signature.actor() == by["id"] && signature.verify(&head, Some(&self.raw), &key, now).is_ok()
    }
}

async fn answer(
    State(stand_in): State<StandIn>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().unwrap().as_str().to_owned();
    let mut inner = stand_in.inner.lock().unwrap();
    if method == Method::POST {
        let status = inner.answer.unwrap_or(StatusCode::ACCEPTED);
        if status.is_success() {
            let json = serde_json::from_slice(&body).unwrap();
            inner.letters.push(Letter { path, headers, body: json, raw: body });
        }
        return status.into_response();
    }
    inner.fetched.push((path.clone(), headers));
    match inner.documents.get(&path) {
        Some(document) => {
            ([(header::CONTENT_TYPE, "application/activity+json")], document.to_string()).into_response()
        }
        None => StatusCode::GONE.into_response(),
    }
}
