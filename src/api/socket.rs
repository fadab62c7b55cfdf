//! Socket.IO, by which PeerTube's clients are told of notifications at once (peertube-rest §8): they connect to the
//! namespace `/user-notifications` with their access token, and get the event `new-notification` with what the list of
//! notifications would hold. Nothing is taken from them.
//!
//! Another task than the worker's tells them: what was just made is sent to whoever is connected, after a look whether the
//! session goes on. With every commit, once a second at most, those whose session has ended are sent away.

use super::notification_shapes::Writing;
use crate::{
    accounts::sessions,
    app::App,
    error::{Error, Result},
    limiter::Asker,
    notifications,
};
use axum::{Router, http::StatusCode, routing::any};
use serde::Deserialize;
use serde_json::Value;
use socketioxide::{
    SocketIo,
    extract::{SocketRef, TryData},
    handler::ConnectHandler as _,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// Where it is.
pub const PATH: &str = "/socket.io";
const NEWS: &str = "/user-notifications";

/// Sockets at once in all.
const MOST: usize = 500;
/// Sockets at once of one account.
const MOST_OF_ACCOUNT: usize = 10;
/// Sockets at once from one address: the members in a hall behind one.
const MOST_OF_ADDRESS: usize = 50;
/// Messages that wait for one socket; who takes no more is sent away.
const WAITING: usize = 32;
/// Bytes of anything that a client sends.
const MESSAGE: usize = 16 * 1024;
/// Who has not said who it is within this time is sent away.
const INTRODUCTION: Duration = Duration::from_secs(10);
/// Sessions are looked at no more often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The addresses of this file, and what tells those who connect, until `stop`.
pub fn router(app: &App, stop: &CancellationToken) -> Router<App> {
    let (layer, io) = SocketIo::builder()
        .req_path(PATH)
        .max_buffer_size(WAITING)
        .max_payload(MESSAGE as u64)
        .ws_max_message_size(MESSAGE)
        .ws_max_frame_size(MESSAGE)
        .connect_timeout(INTRODUCTION)
        .build_layer();
    let (sockets, of) = (Sockets::default(), app.clone());
    let enter = move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let (app, sockets) = (of.clone(), sockets.clone());
        async move {
            let who = of_token(&app, token_of(&socket, auth.ok())).await?;
            let asker = socket.req_parts().extensions.get::<Asker>().copied().unwrap_or(Asker::of(None));
            // Left again when the socket is no more.
            let place = sockets.enter(who.account, asker).ok_or(Refusal("Too many connections."))?;
            socket.extensions.insert(who);
            socket.extensions.insert(Arc::new(place));
            Ok::<(), Refusal>(())
        }
    };
    io.ns(NEWS, (async |_: SocketRef| {}).with(enter));
    tokio::spawn(serve(app.clone(), io, stop.clone()));
    Router::new().route(PATH, any(StatusCode::NOT_FOUND)).route_layer(layer)
}

/// What clients say when they connect.
#[derive(Debug, Default, Deserialize)]
struct Auth {
    #[serde(rename = "accessToken")]
    access_token: Option<String>,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy)]
struct Refusal(&'static str);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Who is at a socket.
#[derive(Debug, Clone, Copy)]
struct Who {
    account: i64,
    session: i64,
}

/// PeerTube's client writes the token into the query of the address, others into what is said at the connection.
fn token_of(socket: &SocketRef, auth: Option<Auth>) -> Option<String> {
    let query = socket.req_parts().uri.query().unwrap_or_default();
    let in_query = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "accessToken");
    auth.and_then(|auth| auth.access_token).or_else(|| in_query.map(|(_, token)| token.into_owned()))
}

async fn of_token(app: &App, token: Option<String>) -> Result<Who, Refusal> {
    let token = token.filter(|token| !token.is_empty()).ok_or(Refusal("No access token provided"))?;
    let now = app.clock.now();
    let found = app.db.read(move |conn| sessions::bearer(conn, now, &token)).await;
    match found {
        Ok(Some(bearer)) => Ok(Who { account: bearer.account.id, session: bearer.session_id }),
        Ok(None) => Err(Refusal("Invalid access token.")),
        Err(error) => {
            tracing::error!(%error, "cannot look who connects");
            Err(Refusal("Please try again later."))
        }
    }
}

/// How many sockets there are.
#[derive(Clone, Default)]
struct Sockets(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    all: usize,
    of_account: HashMap<i64, usize>,
    of_address: HashMap<Asker, usize>,
}

/// The place of one socket.
struct Place {
    sockets: Sockets,
    account: i64,
    asker: Asker,
}

impl Sockets {
    /// `None` when there are too many already.
    fn enter(&self, account: i64, asker: Asker) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_account = counts.of_account.get(&account).copied().unwrap_or_default();
        let of_address = counts.of_address.get(&asker).copied().unwrap_or_default();
        if counts.all >= MOST || of_account >= MOST_OF_ACCOUNT || of_address >= MOST_OF_ADDRESS {
            return None;
        }
        counts.all += 1;
        counts.of_account.insert(account, of_account + 1);
        counts.of_address.insert(asker, of_address + 1);
        Some(Place { sockets: self.clone(), account, asker })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.sockets.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all = counts.all.saturating_sub(1);
        one_less(&mut counts.of_account, &self.account);
        one_less(&mut counts.of_address, &self.asker);
    }
}

fn one_less<K: Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// Tells those who are connected, and sends those away whose session has ended.
async fn serve(app: App, io: SocketIo, stop: CancellationToken) {
    let mut told = app.told.subscribe();
    let mut looked = tokio::time::Instant::now();
    let mut may_have_ended = false;
    let mut committed = std::pin::pin!(app.db.committed());
    loop {
        // What is committed while others are told counts.
        committed.as_mut().enable();
        let done = tokio::select! {
            ids = told.recv() => match ids {
                Ok(ids) if !ids.is_empty() => tell(&app, &io, &ids).await,
                // Who missed something finds it in the list.
                Ok(_) | Err(RecvError::Lagged(_)) => Ok(()),
                Err(RecvError::Closed) => break,
            },
            () = committed.as_mut(), if !may_have_ended => {
                committed.set(app.db.committed());
                may_have_ended = true;
                Ok(())
            }
            () = tokio::time::sleep_until(looked + LOOK_EVERY), if may_have_ended => {
                may_have_ended = false;
                looked = tokio::time::Instant::now();
                tell(&app, &io, &[]).await
            }
            () = stop.cancelled() => break,
        };
        if let Err(error) = done {
            tracing::error!(%error, "cannot tell those who are connected");
        }
    }
    io.close().await;
}

/// Those who are connected, and who they are.
fn connected(io: &SocketIo) -> Vec<(SocketRef, Who)> {
    let Some(news) = io.of(NEWS) else { return Vec::new() };
    let whose = |socket: SocketRef| socket.extensions.get::<Who>().map(|who| (socket, who));
    news.sockets().into_iter().filter_map(whose).collect()
}

async fn tell(app: &App, io: &SocketIo, ids: &[i64]) -> Result<()> {
    let connected = connected(io);
    if connected.is_empty() {
        return Ok(());
    }
    let (urls, now, ids) = (app.urls(), app.clock.now(), ids.to_vec());
    let whose: Vec<Who> = connected.iter().map(|(_, who)| *who).collect();
    let (living, news) = app
        .db
        .read(move |conn| {
            let their_sessions: Vec<i64> = whose.iter().map(|who| who.session).collect();
            let living: BTreeSet<i64> = sessions::living(conn, &their_sessions, now)?.into_iter().collect();
            let accounts: BTreeSet<i64> = whose.iter().map(|who| who.account).collect();
            let accounts: Vec<i64> = accounts.into_iter().collect();
            let mut found: BTreeMap<i64, Vec<_>> = BTreeMap::new();
            if !ids.is_empty() {
                for one in notifications::fresh(conn, &ids, &accounts)? {
                    found.entry(one.account).or_default().push(one);
                }
            }
            let mut news: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
            for (account, found) in found {
                let writing = Writing::load(conn, &urls, account, &found)?;
                let written = found.iter().filter_map(|one| writing.one(one));
                let written: Result<_, _> = written.map(serde_json::to_value).collect();
                news.insert(account, written.map_err(Error::internal)?);
            }
            Ok((living, news))
        })
        .await?;
    for (socket, who) in connected {
        let mine = news.get(&who.account).map(Vec::as_slice).unwrap_or_default();
        let stays = living.contains(&who.session)
            && mine.iter().all(|one| socket.emit("new-notification", one).is_ok());
        if !stays {
            let _ = socket.disconnect();
        }
    }
    Ok(())
}
