//! Where other servers bring what they did. A request is believed when its signature holds and is that of the actor whom its body
//! names; it is written down then, and understood later by a job.
//!
//! A request is taken once: its signature is remembered for as long as it would hold. Ids are not remembered, since PeerTube uses the id
//! of a Follow again after it was taken back; what comes twice with two signatures changes nothing the second time.

use super::{
    fetch::{Fault as FetchFault, Fetcher},
    keys::PublicKey,
    objects::{activity::Activity, actor},
    signature::{self, Head, Signature},
};
use crate::{
    accounts, actors,
    actors::remote::Remote,
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
    groups,
    limiter::{Asker, Limiter},
    moderation::mutes::{self, By, Target},
    peers,
};
use axum::{
    Extension, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;
use url::Url;

/// Bytes of a body; PeerTube's limit.
const LONGEST: usize = 500_000;
/// Requests that one address may bring in a minute, whoever signed them.
const FROM_ADDRESS: u32 = 600;
/// Activities that one server may bring in a minute.
const FROM_PEER: u32 = 600;
/// Actors that are asked for their keys at once, while who signed waits.
const ASKED_AT_ONCE: usize = 8;
/// Requests for a key: the actor, who answers for it, and a step to the right address.
const MOST_FETCHES: u32 = 4;
/// Seconds after which a signature that does not hold is a reason to ask for the key anew.
const KEY_KEPT: f64 = 300.0;

/// How much others bring.
struct Doors {
    addresses: Limiter<Asker>,
    peers: Limiter<i64>,
    asking: Semaphore,
}

pub(super) fn router() -> Router<App> {
    let doors = Doors {
        addresses: Limiter::new(FROM_ADDRESS, 60),
        peers: Limiter::new(FROM_PEER, 60),
        asking: Semaphore::new(ASKED_AT_ONCE),
    };
    Router::new()
        .route("/inbox", post(shared))
        .route("/accounts/{name}/inbox", post(of_account))
        .route("/video-channels/{name}/inbox", post(of_group))
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(Extension(Arc::new(doors)))
}

/// One request.
struct Brought {
    app: App,
    doors: Arc<Doors>,
    asker: Option<Asker>,
    target: String,
    headers: HeaderMap,
    body: Bytes,
}

async fn shared(
    State(app): State<App>,
    Extension(doors): Extension<Arc<Doors>>,
    asker: Option<Extension<Asker>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = uri.path_and_query().map_or("/inbox", |target| target.as_str()).to_owned();
    let asker = asker.map(|Extension(asker)| asker);
    closed(Brought { app, doors, asker, target, headers, body }.take().await)
}

async fn of_account(
    State(app): State<App>,
    Path(name): Path<String>,
    doors: Extension<Arc<Doors>>,
    asker: Option<Extension<Asker>>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let known = name == actors::INSTANCE
        || app.db.read(move |conn| accounts::by_name(conn, &name.to_lowercase(), None)).await.is_ok();
    if !known {
        return closed(Err(Error::not_found("Account")));
    }
    shared(State(app), doors, asker, uri, headers, body).await
}

async fn of_group(
    State(app): State<App>,
    Path(name): Path<String>,
    doors: Extension<Arc<Doors>>,
    asker: Option<Extension<Asker>>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(error) = app.db.read(move |conn| groups::by_name(conn, &name, None)).await {
        return closed(Err(error));
    }
    shared(State(app), doors, asker, uri, headers, body).await
}

/// PeerTube on Node 20 sends its next request into a connection that was closed meanwhile, and loses it: we say that we close.
fn closed(result: Result<StatusCode>) -> Response {
    let mut response = result.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

impl Brought {
    async fn take(self) -> Result<StatusCode> {
        let now = self.app.clock.now();
        if let Some(asker) = self.asker {
            let taken = self.doors.addresses.take(now, &asker);
            taken.map_err(|retry_after| Error::TooOften { retry_after })?;
        }
        self.check_kind()?;
        let urls = self.app.urls();
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        let head = Head { method: "POST", target: &self.target, host: urls.host(), headers: &headers };
        let signature = Signature::of(&head).map_err(unsigned)?;
        let url = Url::parse(signature.actor())
            .map_err(|_| unsigned(signature::Fault::Malformed("keyId is no address")))?;
        let host = actor::host_of(&url).unwrap_or_default();
        if host == urls.host() {
            return Err(Error::conflict("Actors of this server do not bring letters to it."));
        }
        self.check_muted(&host).await?;
        let activity = Activity::read(&self.body)
            .ok_or_else(|| Error::refused(Kind::Bad, "The body is no activity with type, id and actor."))?;
        if activity.actor != signature.actor() {
            return Err(Error::forbidden(
                "The activity is somebody else's than the signature. Forwarded ones are not understood.",
            ));
        }
        // PeerTube makes the id of a Delete out of that of the thing, which a moderator may have deleted elsewhere.
        if activity.kind != "Delete" && !super::fetch::is_of_host(&activity.id, &host) {
            return Err(Error::forbidden("The id of the activity is of another server than its actor."));
        }
        let goes = activity.kind == "Delete" && activity.object_id() == Some(&activity.actor);
        if activity.kind == "Delete" && Fetcher::new(&self.app, 0).known(&activity.actor).await?.is_none() {
            // Servers tell everybody who leaves them, and what goes along: of somebody unknown nothing is to be forgotten.
            return Ok(StatusCode::ACCEPTED);
        }
        let signer = match self.signer(&signature, &head, now).await? {
            Some(signer) => signer,
            // Who is gone says so, and cannot be asked for a key any more.
            None if goes => return Ok(StatusCode::ACCEPTED),
            None => return Err(unsigned(signature::Fault::Wrong(activity.actor))),
        };
        let taken = self.doors.peers.take(now, &signer.peer);
        taken.map_err(|retry_after| Error::TooOften { retry_after })?;
        let hash =
            Sha256::digest(self.headers.get("signature").map_or(&[][..], HeaderValue::as_bytes)).to_vec();
        let body = String::from_utf8(self.body.to_vec())
            .map_err(|_| Error::refused(Kind::Bad, "The body is no text."))?;
        self.app.db.write(move |tx| peers::receive(tx, now, signer.peer, signer.id, &hash, &body)).await?;
        Ok(StatusCode::ACCEPTED)
    }

    fn check_kind(&self) -> Result<()> {
        let kind =
            self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if ["application/activity+json", "application/ld+json", "application/json"].contains(&kind) {
            return Ok(());
        }
        Err(Error::refused(Kind::UnsupportedMedia, "Send application/activity+json."))
    }

    async fn check_muted(&self, host: &str) -> Result<()> {
        let target = Target::Host(host.to_owned());
        if self.app.db.read(move |conn| mutes::is_muted(conn, By::Instance, &target)).await? {
            return Err(Error::forbidden("This server does not listen to yours."));
        }
        Ok(())
    }

    /// Who signed; `None` when the actor is gone.
    async fn signer(&self, signature: &Signature, head: &Head<'_>, now: Timestamp) -> Result<Option<Remote>> {
        let mut fetcher = Fetcher::new(&self.app, MOST_FETCHES);
        let verified = |signer: &Remote| {
            let key = PublicKey::from_pem(&signer.public_pem).map_err(signature::Fault::Key)?;
            signature.verify(head, Some(&self.body), &key, now)
        };
        let known = fetcher.known(signature.actor()).await?;
        if let Some(known) = known {
            match verified(&known) {
                Ok(()) => return Ok(Some(known)),
                // Keys change: once in a while it is worth asking.
                Err(signature::Fault::Wrong(_)) if now.seconds_since(known.fetched_at) > KEY_KEPT => {}
                Err(fault) => return Err(unsigned(fault)),
            }
        } else {
            // What fails whatever the key is not worth a request.
            signature.precheck(head, Some(&self.body), now).map_err(unsigned)?;
        }
        let _asking = self.doors.asking.try_acquire().map_err(|_| Error::Busy {
            retry_after: 30,
            detail: "Many strangers write at once. Please come back.".into(),
        })?;
        let signer = match fetcher.fresh_actor(signature.actor()).await {
            Ok(signer) => signer,
            Err(FetchFault::Gone) => return Ok(None),
            Err(FetchFault::Wrong(why)) => {
                return Err(Error::refused(
                    Kind::Unauthenticated,
                    format!("The key of the actor cannot be had: {why}."),
                ));
            }
            Err(later @ FetchFault::Later(_)) => return Err(later.into()),
        };
        if signer.uri != signature.actor() {
            return Err(unsigned(signature::Fault::Wrong(signer.uri)));
        }
        verified(&signer).map_err(unsigned)?;
        Ok(Some(signer))
    }
}

fn unsigned(fault: signature::Fault) -> Error {
    Error::refused(Kind::Unauthenticated, fault.to_string())
}
