//! Asks other servers for documents, signed by the instance, through the one way out.

use super::{
    keys::{self, PrivateKey},
    objects::{activity, actor},
    signature,
};
use crate::{
    actors::{self, Actor, remote, remote::Remote},
    app::App,
    error::{Error, Result},
    outgoing::{Answer, Limits, OutgoingError},
};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// What is asked for.
pub(super) const ACCEPT: &str = "application/activity+json, application/ld+json";

/// What a document may cost.
const LIMITS: Limits = Limits { body: 1024 * 1024, time: Duration::from_secs(10), redirects: 0 };

/// Why a document could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is gone for good.
    Gone,
    /// It is not what it should be, or may not be asked for: asking again does not help.
    Wrong(String),
    /// Nobody answers now.
    Later(String),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        use crate::error::Kind;
        match fault {
            Fault::Gone => Self::refused(Kind::NotFound, "The other server says that it is gone."),
            Fault::Wrong(why) => {
                Self::refused(Kind::Unprocessable, format!("The other server sent nothing of use: {why}."))
            }
            Fault::Later(_) => Self::Busy {
                retry_after: 60,
                detail: "The other server does not answer. Please try again later.".into(),
            },
        }
    }
}

/// Asks a limited number of times: one activity must not have us ask the whole world.
pub(super) struct Fetcher<'a> {
    app: &'a App,
    left: u32,
}

impl<'a> Fetcher<'a> {
    /// May ask so many times.
    pub(super) fn new(app: &'a App, most: u32) -> Self {
        Self { app, left: most }
    }

    /// The JSON at an address, whatever it is.
    pub(super) async fn json(&mut self, url: &Url, accept: &str) -> Result<Value, Fault> {
        let answer = self.ask(url, accept).await?;
        if !activity::is_shallow(&answer.body) {
            return Err(Fault::Wrong("its document is too deep".to_owned()));
        }
        serde_json::from_slice(&answer.body).map_err(|_| Fault::Wrong("its document is no JSON".to_owned()))
    }

    /// The document of a thing. It says itself that it lives where it was found.
    pub(super) async fn document(&mut self, url: &Url) -> Result<Value, Fault> {
        let document = self.json(url, ACCEPT).await?;
        let id = document.get("id").and_then(Value::as_str).and_then(|id| Url::parse(id).ok());
        match id {
            Some(id) if id == *url => Ok(document),
            // A page's address leads to a thing of the same server: that is asked where it says that it is.
            Some(id) if id.origin() == url.origin() => {
                let again = self.json(&id, ACCEPT).await?;
                if again.get("id").and_then(Value::as_str) == Some(id.as_str()) {
                    return Ok(again);
                }
                Err(Fault::Wrong("its document names another".to_owned()))
            }
            _ => Err(Fault::Wrong("its document is of another server".to_owned())),
        }
    }

    async fn ask(&mut self, url: &Url, accept: &str) -> Result<Answer, Fault> {
        let mut url = url.clone();
        url.set_fragment(None);
        // One step, to an address of the same server: `/@NAME` and the like.
        for _ in 0..2 {
            if self.left == 0 {
                return Err(Fault::Wrong("it takes too many requests to understand".to_owned()));
            }
            self.left -= 1;
            let answer = self.once(&url, accept).await?;
            match (answer.status, answer.leads_to()) {
                (200, _) => return Ok(answer),
                (_, Some(next)) if next.origin() == url.origin() => url = next,
                (_, Some(_)) => return Err(Fault::Wrong("its address leads to another server".to_owned())),
                (404 | 410, _) => return Err(Fault::Gone),
                (status @ (400..=407 | 409 | 411..=424 | 426..=428 | 430..=499), _) => {
                    return Err(Fault::Wrong(format!("the answer is {status}")));
                }
                (status, _) => return Err(Fault::Later(format!("the answer is {status}"))),
            }
        }
        Err(Fault::Wrong("its address leads on and on".to_owned()))
    }

    async fn once(&self, url: &Url, accept: &str) -> Result<Answer, Fault> {
        let app = self.app;
        let later = |error: &dyn std::fmt::Display| Fault::Later(error.to_string());
        let host = actor::host_of(url).ok_or_else(|| Fault::Wrong("its address has no host".to_owned()))?;
        if host == app.urls().host() {
            return Err(Fault::Wrong("it is an address of this server".to_owned()));
        }
        let keys = keys::of(app, Actor::Instance).await.map_err(|error| later(&error))?;
        let key = PrivateKey::from_pem(&keys.private_pem).map_err(|error| later(&error))?;
        let key_id = app.urls().key(&app.urls().account(actors::INSTANCE));
        let now = app.clock.now();
        let signed = signature::sign(("GET", &host, url.path()), None, (&key_id, &key), now)
            .map_err(|error| later(&error))?;
        let headers = [("accept", accept.to_owned()), ("date", signed.date), ("signature", signed.signature)];
        app.outgoing.get(url, &headers, LIMITS).await.map_err(|error| match error {
            OutgoingError::Unreachable(_) => Fault::Later(error.to_string()),
            _ => Fault::Wrong(error.to_string()),
        })
    }

    /// An actor as it is known, or as it says that it is when it was not asked for long.
    pub(super) async fn actor(&mut self, uri: &str) -> Result<Remote, Fault> {
        let now = self.app.clock.now();
        let known = self.known(uri).await?;
        match known {
            Some(known) if !remote::is_stale(&known, now) => Ok(known),
            Some(known) => match self.fresh_actor(uri).await {
                // What is known is better than nothing.
                Err(Fault::Later(_)) => Ok(known),
                other => other,
            },
            None => self.fresh_actor(uri).await,
        }
    }

    /// What is written down of an actor.
    pub(super) async fn known(&self, uri: &str) -> Result<Option<Remote>, Fault> {
        let uri = uri.to_owned();
        let known = self.app.db.read(move |conn| remote::by_uri(conn, &uri)).await;
        known.map_err(|error| Fault::Later(error.to_string()))
    }

    /// An actor as it says now that it is.
    pub(super) async fn fresh_actor(&mut self, uri: &str) -> Result<Remote, Fault> {
        let (told, answering) = self.told(uri).await?;
        let mut owner = None;
        if told.kind == remote::Kind::Group {
            for uri in answering.iter().filter(|uri| is_of_host(uri, &told.host)).take(2) {
                // Who answers for a group is asked once and no further.
                let (person, _) = match self.known(uri).await? {
                    Some(known) if known.kind == remote::Kind::Person => {
                        owner = Some(known.shown);
                        break;
                    }
                    _ => self.told(uri).await?,
                };
                if person.kind == remote::Kind::Person {
                    let now = self.app.clock.now();
                    let put = self.app.db.write(move |tx| remote::put(tx, now, &person, None)).await;
                    owner = Some(put.map_err(|error| Fault::Later(error.to_string()))?.shown);
                    break;
                }
            }
        }
        let owner = match owner {
            Some(Actor::Account(account)) => Some(account),
            _ => None,
        };
        let now = self.app.clock.now();
        let put = self.app.db.write(move |tx| remote::put(tx, now, &told, owner)).await;
        put.map_err(|error| Fault::Later(error.to_string()))
    }

    async fn told(&mut self, uri: &str) -> Result<(remote::Told, Vec<String>), Fault> {
        let url = Url::parse(uri).map_err(|_| Fault::Wrong("its address is none".to_owned()))?;
        let document = self.document(&url).await?;
        let id = document.get("id").and_then(Value::as_str).and_then(|id| Url::parse(id).ok()).unwrap_or(url);
        actor::read(&document, &id).map_err(|why| Fault::Wrong(why.to_owned()))
    }
}

/// Whether an address is of a host, written as in handles.
pub(super) fn is_of_host(uri: &str, host: &str) -> bool {
    Url::parse(uri).ok().and_then(|url| actor::host_of(&url)).is_some_and(|its| its == host)
}
