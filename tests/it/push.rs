//! Browsers that are told while no page is open, by way of a push service that stands in for theirs.

use crate::common::{Server, choir, people::Person};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiosque::jobs::{self, Job, Lane};
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    hmac,
    rand::SystemRandom,
    signature::{self, ECDSA_P256_SHA256_FIXED},
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

const PUSH: &str = "/api/v1/users/me/push";
const DEVICE: &str = "/api/v1/users/me/push/device";

/// What one browser was sent.
type Sent = (HeaderMap, Vec<u8>);

/// A push service: it keeps what comes, and answers what it was told to.
#[derive(Clone, Default)]
struct Service {
    base: String,
    sent: Arc<Mutex<HashMap<String, Vec<Sent>>>>,
    answers: Arc<Mutex<HashMap<String, (u16, Option<&'static str>)>>>,
}

impl Service {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Self { base: format!("http://{}", listener.local_addr().unwrap()), ..Self::default() };
        let router = Router::new().route("/send/{browser}", post(take)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    fn sent(&self, browser: &str) -> Vec<Sent> {
        self.sent.lock().unwrap().get(browser).cloned().unwrap_or_default()
    }

    fn answer(&self, browser: &str, status: u16) {
        self.answer_in(browser, status, None);
    }

    fn answer_in(&self, browser: &str, status: u16, retry_after: Option<&'static str>) {
        self.answers.lock().unwrap().insert(browser.to_owned(), (status, retry_after));
    }
}

async fn take(
    State(service): State<Service>,
    Path(browser): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (status, retry_after) = service.answers.lock().unwrap().get(&browser).copied().unwrap_or((201, None));
    service.sent.lock().unwrap().entry(browser).or_default().push((headers, body.to_vec()));
    let mut headers = HeaderMap::new();
    headers.extend(retry_after.map(|seconds| (RETRY_AFTER, HeaderValue::from_static(seconds))));
    (StatusCode::from_u16(status).unwrap(), headers).into_response()
}

/// A browser with its keys.
struct Browser {
    private: EphemeralPrivateKey,
    public: Vec<u8>,
    subscription: Value,
}

const AUTH: [u8; 16] = *b"sixteen letters.";

impl Browser {
    fn new(service: &Service, name: &str) -> Self {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let public = private.compute_public_key().unwrap().as_ref().to_vec();
        let keys = json!({"p256dh": URL_SAFE_NO_PAD.encode(&public), "auth": URL_SAFE_NO_PAD.encode(AUTH)});
        let subscription = json!({"endpoint": format!("{}/send/{name}", service.base), "expirationTime": null, "keys": keys});
        Self { private, public, subscription }
    }

    /// As browsers open what they get, written anew from RFC 8291 with nothing but HMAC.
    fn open(self, body: &[u8]) -> Value {
        let mac = |key: &[u8], parts: &[&[u8]]| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &parts.concat()).as_ref().to_vec()
        };
        let (salt, record_size) = (&body[..16], u32::from_be_bytes(body[16..20].try_into().unwrap()));
        assert_eq!((record_size, body[20]), (4096, 65));
        let theirs = &body[21..86];
        let shared =
            agree_ephemeral(self.private, &UnparsedPublicKey::new(&ECDH_P256, theirs), <[u8]>::to_vec);
        let first = mac(&AUTH, &[&shared.unwrap()]);
        let input = mac(&first, &[b"WebPush: info\0", &self.public, theirs, &[1]]);
        let second = mac(salt, &[&input]);
        let key = mac(&second, &[b"Content-Encoding: aes128gcm\0", &[1]]);
        let nonce = mac(&second, &[b"Content-Encoding: nonce\0", &[1]]);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).unwrap();
        let mut record = body[86..].to_vec();
        let (end, message) =
            key.open_in_place(nonce, Aad::empty(), &mut record).unwrap().split_last().unwrap();
        assert_eq!(*end, 2);
        serde_json::from_slice(message).unwrap()
    }
}

struct Scene {
    server: Server,
    service: Service,
    anne: Person,
    zoe: Person,
}

impl Scene {
    /// Zoe follows Anne and speaks English.
    async fn new() -> Self {
        let service = Service::start().await;
        let dir = tempfile::tempdir().unwrap();
        let server =
            Server::start_in(dir, choir::clock(), |config| config.federation.allow_insecure = true).await;
        let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
        let uri = format!("anne_channel@{}", server.base.strip_prefix("http://").unwrap());
        assert_eq!(zoe.post("/api/v1/users/me/subscriptions", &json!({ "uri": uri })).await.status(), 204);
        assert_eq!(zoe.put("/api/v1/users/me", &json!({"language": "en"})).await.status(), 204);
        // A browser needs the key, which is made now.
        assert!(zoe.json(PUSH).await["publicKey"].is_string());
        Self { server, service, anne, zoe }
    }

    /// Anne has a new film, and all that can be told of it at the moment is told.
    async fn film(&self, name: &str) -> i64 {
        let film = self.server.db_video(&self.anne, json!({ "name": name })).await;
        self.told().await;
        film.id
    }

    /// Waits until nothing is due that tells people.
    async fn told(&self) {
        // Whatever is written wakes the workers.
        self.server.app.db.write(|_| Ok(())).await.unwrap();
        for lane in [Lane::News, Lane::Push] {
            let now = self.server.app.clock.now();
            let due = move |conn: &Connection| {
                let active = "select count(*) from jobs where lane = ?1 and state = 'active'";
                let active: i64 = conn.query_row(active, [lane.name()], |row| row.get(0))?;
                Ok(jobs::is_due(conn, now, lane)? || active > 0)
            };
            crate::common::until("everybody to be told", || async {
                (!self.server.app.db.read(due).await.unwrap()).then_some(())
            })
            .await;
        }
    }

    /// What waits for a push service, and why.
    async fn waiting(&self) -> Vec<String> {
        let filter = jobs::Filter { count: 100, ..jobs::Filter::default() };
        let (_, entries) = self.server.app.db.read(move |conn| jobs::list(conn, &filter)).await.unwrap();
        let pushes = entries.into_iter().filter(|entry| matches!(entry.job, Job::Push { .. }));
        pushes.map(|entry| format!("{:?}: {}", entry.state, entry.error.unwrap_or_default())).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_told_and_only_it_can_read() {
    let scene = Scene::new().await;
    let (zoe, service) = (&scene.zoe, &scene.service);
    let push = zoe.json(PUSH).await;
    assert_eq!(push["endpoint"], Value::Null);
    assert!(push["choices"].as_array().unwrap().contains(&json!("newVideoFromSubscription")), "{push}");
    let browser = Browser::new(service, "zoe");
    assert_eq!(zoe.put(DEVICE, &browser.subscription).await.status(), 204);
    assert_eq!(zoe.json(PUSH).await["endpoint"], browser.subscription["endpoint"]);
    scene.film("One").await;
    let sent = service.sent("zoe");
    assert_eq!(sent.len(), 1);
    let (headers, body) = &sent[0];
    let header = |name: &str| headers[name].to_str().unwrap();
    assert_eq!((header("content-encoding"), header("ttl")), ("aes128gcm", "86400"));
    // The key that the browser was shown has signed, for this service.
    let (token, key) = header("authorization").strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, push["publicKey"]);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, URL_SAFE_NO_PAD.decode(key).unwrap())
        .verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();
    let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["aud"], service.base);
    let message = browser.open(body);
    assert_eq!(message["body"], "anne has a new video: One");
    assert!(message["url"].as_str().unwrap().starts_with(&format!("{}/w/", scene.server.base)), "{message}");
    // What was not chosen is not pushed, and stays in the page.
    assert_eq!(zoe.put(PUSH, &json!({"choices": ["commentMention"]})).await.status(), 204);
    assert_eq!(zoe.json(PUSH).await["choices"], json!(["commentMention"]));
    scene.film("Two").await;
    assert_eq!(service.sent("zoe").len(), 1);
    // A client that knows nothing of devices changes nothing about them.
    let settings = zoe.json("/api/v1/users/me").await["notificationSettings"].clone();
    assert_eq!(settings["newVideoFromSubscription"], 1);
    assert_eq!(zoe.put("/api/v1/users/me/notification-settings", &settings).await.status(), 204);
    assert_eq!(zoe.json(PUSH).await["choices"], json!(["commentMention"]));
    assert_eq!(zoe.put(PUSH, &json!({"choices": ["newVideoFromSubscription"]})).await.status(), 204);
    scene.film("Three").await;
    assert_eq!(service.sent("zoe").len(), 2);
    assert_eq!(zoe.delete(DEVICE).await.status(), 204);
    scene.film("Four").await;
    assert_eq!(service.sent("zoe").len(), 2);
    scene.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_left_is_forgotten() {
    let scene = Scene::new().await;
    let (zoe, service) = (&scene.zoe, &scene.service);
    for (name, status, kept) in [("gone", 410, false), ("unknown", 404, false), ("strange", 400, true)] {
        service.answer(name, status);
        assert_eq!(zoe.put(DEVICE, &Browser::new(service, name).subscription).await.status(), 204);
        scene.film(name).await;
        assert_eq!(service.sent(name).len(), 1);
        assert_eq!(zoe.json(PUSH).await["endpoint"] != Value::Null, kept, "{name}");
    }
    // Who signs out of a device is not told there.
    let browser = Browser::new(service, "out");
    assert_eq!(zoe.put(DEVICE, &browser.subscription).await.status(), 204);
    assert_eq!(zoe.post("/api/v1/users/revoke-token", &json!({})).await.status(), 200);
    scene.film("Last").await;
    assert_eq!(service.sent("out").len(), 0);
    scene.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_away_is_asked_later_and_no_sooner_than_it_says() {
    let scene = Scene::new().await;
    let (zoe, service, clock) = (&scene.zoe, &scene.service, &scene.server.app.clock);
    assert_eq!(zoe.put(DEVICE, &Browser::new(service, "zoe").subscription).await.status(), 204);
    // A minute, longer each time, and as long as the service says.
    for (tries, (status, retry_after, wait)) in
        [(503, None, 60), (429, Some("600"), 600), (500, Some("soon"), 120)].into_iter().enumerate()
    {
        service.answer_in("zoe", status, retry_after);
        if tries == 0 {
            scene.film("One").await;
        } else {
            scene.told().await;
        }
        assert_eq!(service.sent("zoe").len(), tries + 1);
        assert_eq!(scene.waiting().await, [format!("Waiting: the push service answers {status}")]);
        clock.advance(wait - 1);
        scene.told().await;
        assert_eq!(service.sent("zoe").len(), tries + 1, "{status}");
        clock.advance(1);
    }
    service.answer("zoe", 201);
    scene.told().await;
    assert_eq!((service.sent("zoe").len(), scene.waiting().await.len()), (4, 0));
    assert_ne!(zoe.json(PUSH).await["endpoint"], Value::Null);
    // What was read meanwhile, what may not be seen any more and what is old is not sent.
    service.answer("zoe", 500);
    for (name, sent) in [("read", 5), ("private", 6), ("old", 7)] {
        let film = scene.film(name).await;
        assert_eq!((service.sent("zoe").len(), scene.waiting().await.len()), (sent, 1), "{name}");
        match name {
            "read" => {
                let read = zoe.post("/api/v1/users/me/notifications/read-all", &json!({})).await;
                assert_eq!(read.status(), 204);
            }
            "private" => {
                let path = format!("/api/v1/videos/{film}");
                assert_eq!(scene.anne.put(&path, &json!({"privacy": 3})).await.status(), 204);
            }
            _ => clock.advance(6 * 3600),
        }
        clock.advance(60);
        scene.told().await;
        assert_eq!((service.sent("zoe").len(), scene.waiting().await.len()), (sent, 0), "{name}");
    }
    scene.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_or_blocked_is_not_told() {
    let scene = Scene::new().await;
    let (zoe, service) = (&scene.zoe, &scene.service);
    let admin = scene.server.admin().await;
    assert_eq!(zoe.put(DEVICE, &Browser::new(service, "zoe").subscription).await.status(), 204);
    let count = async || {
        let count = "select count(*) from push_devices";
        let db = &scene.server.app.db;
        db.read(move |conn| Ok(conn.query_row(count, [], |row| row.get::<_, i64>(0))?)).await.unwrap()
    };
    assert_eq!(count().await, 1);
    let id = zoe.json("/api/v1/users/me").await["id"].as_i64().unwrap();
    let path = format!("/api/v1/users/{id}");
    assert_eq!(admin.post(&format!("{path}/block"), &json!({})).await.status(), 204);
    scene.film("One").await;
    assert_eq!(service.sent("zoe").len(), 0);
    assert_eq!(admin.post(&format!("{path}/unblock"), &json!({})).await.status(), 204);
    assert_eq!(admin.delete(&path).await.status(), 204);
    assert_eq!(count().await, 0);
    scene.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_browser_is_refused() {
    let server = Server::start().await;
    let zoe = server.user("zoe").await;
    let service = Service { base: "https://push.example".to_owned(), ..Service::default() };
    let good = Browser::new(&service, "zoe").subscription;
    assert_eq!(zoe.put(DEVICE, &good).await.status(), 204);
    for endpoint in
        ["http://push.example/a", "https://127.0.0.1/a", "https://[::1]/a", "https://192.168.1.1/a", "no"]
    {
        let mut bad = good.clone();
        bad["endpoint"] = endpoint.into();
        assert_eq!(zoe.put(DEVICE, &bad).await.status(), 400, "{endpoint}");
    }
    for (name, value) in [("p256dh", "BBBB"), ("auth", "AA")] {
        let mut bad = good.clone();
        bad["keys"][name] = value.into();
        assert_eq!(zoe.put(DEVICE, &bad).await.status(), 400, "{name}");
    }
    assert_eq!(zoe.put(PUSH, &json!({"choices": ["everything"]})).await.status(), 400);
    // Ten devices, the newest.
    for at in 0..12 {
        let session = server.user("zoe").await;
        let browser = Browser::new(&service, &format!("zoe{at}"));
        assert_eq!(session.put(DEVICE, &browser.subscription).await.status(), 204);
    }
    let count = "select count(*) from push_devices";
    let count: i64 =
        server.app.db.read(move |conn| Ok(conn.query_row(count, [], |row| row.get(0))?)).await.unwrap();
    assert_eq!(count, 10);
    server.stop().await;
}
