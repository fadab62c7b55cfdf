//! People who use a server in a test: signed in, with their requests.

use super::{Server, contract};
use kiosque::accounts::{self, NewAccount, Role, password};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// The password of everyone in tests.
pub const PASSWORD: &str = "a long walk at night";

/// Somebody who is signed in. All requests carry the token.
#[derive(Clone)]
pub struct Person {
    pub account_id: i64,
    pub name: String,
    pub access: String,
    pub refresh: String,
    app: kiosque::app::App,
    http: reqwest::Client,
    base: String,
}

impl Server {
    /// The administrator `admin`, made at the first call.
    pub async fn admin(&self) -> Person {
        self.person("admin", Role::Administrator).await
    }

    /// An ordinary account, made at the first call.
    pub async fn user(&self, name: &str) -> Person {
        self.person(name, Role::User).await
    }

    /// An account of any role, made at the first call, and signed in.
    pub async fn person(&self, name: &str, role: Role) -> Person {
        let new = NewAccount {
            name: name.to_owned(),
            email: format!("{name}@example.org"),
            password_hash: password::hash(PASSWORD).unwrap(),
            role,
            video_quota: -1,
            video_quota_daily: -1,
            group_name: None,
            group_display_name: None,
        };
        let now = self.app.clock.now();
        let account_id = self
            .app
            .db
            .write(move |tx| match accounts::by_name(tx, &new.name, None) {
                Ok(account) => Ok(account.id),
                Err(_) => Ok(accounts::create(tx, now, &new)?.id),
            })
            .await
            .unwrap();
        let (status, tokens) = self.sign_in(name, PASSWORD, None).await;
        assert_eq!(status, 200, "{name} signs in: {tokens}");
        Person {
            account_id,
            name: name.to_owned(),
            access: tokens["access_token"].as_str().unwrap().to_owned(),
            refresh: tokens["refresh_token"].as_str().unwrap().to_owned(),
            app: self.app.clone(),
            http: self.http.clone(),
            base: self.base.clone(),
        }
    }

    /// Asks for tokens as PeerTube's clients do.
    pub async fn sign_in(&self, name: &str, password: &str, code: Option<&str>) -> (u16, Value) {
        let fields = [
            ("grant_type", "password"),
            ("response_type", "code"),
            ("username", name),
            ("password", password),
        ];
        let response = self.token_request(&fields, code).await;
        let status = response.status().as_u16();
        (status, response.json().await.unwrap())
    }

    /// `POST /users/token` with these fields and the client's.
    pub async fn token_request(&self, fields: &[(&str, &str)], code: Option<&str>) -> Response {
        let client = self.json("/api/v1/oauth-clients/local").await;
        let (id, secret) = (client["client_id"].as_str().unwrap(), client["client_secret"].as_str().unwrap());
        let mut form = vec![("client_id", id), ("client_secret", secret)];
        // What the test says counts more.
        form.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
        form.extend_from_slice(fields);
        let mut request = self.http.post(self.url("/api/v1/users/token")).form(&form);
        if let Some(code) = code {
            request = request.header("x-peertube-otp", code);
        }
        request.send().await.unwrap()
    }
}

impl Person {
    /// A request to be added to: `path` from the root, as in `/api/v1/users/me`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.access)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// GET as JSON; anything but 200, and anything but what the API says it is, fails.
    pub async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        let body = serde_json::from_str(&text).unwrap();
        contract::check(path, 200, &body);
        body
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    pub async fn put(&self, path: &str, body: &Value) -> Response {
        self.request(Method::PUT, path).json(body).send().await.unwrap()
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path).send().await.unwrap()
    }

    /// What makes a link into one of this person's groups.
    pub async fn invitation_token(&self, group: &str) -> String {
        let made =
            self.post(&format!("/api/v1/groups/{group}/invitation-links"), &serde_json::json!({})).await;
        assert_eq!(made.status(), 200);
        let made: Value = made.json().await.unwrap();
        made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    /// Number of the group that the account began with.
    pub async fn group_id(&self) -> i64 {
        let name = kiosque::groups::first_name(&self.name);
        self.app.db.read(move |conn| Ok(kiosque::groups::by_name(conn, &name, None)?.id)).await.unwrap()
    }
}
