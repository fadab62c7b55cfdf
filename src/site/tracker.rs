//! Where viewers of one film find each other: the WebTorrent signalling that p2p-media-loader speaks
//! (peertube-hls §4.3). It passes offers and answers between browsers and forgets everything with the socket.
//!
//! PeerTube's tracker knows which hashes are its own; ours is open but bounded, because the way players compute the
//! hash has changed three times: numbers of swarms, peers, sockets and messages are limited instead.

use crate::{app::App, limiter::Asker};
use axum::{
    Extension,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// Sockets at once over all films.
const SOCKETS: usize = 1000;
/// Sockets at once from one address: the visitors of a hall behind one.
const SOCKETS_PER_ADDRESS: usize = 250;
/// Swarms one socket may be in: the renditions of a film, sound and picture.
const SWARMS_PER_SOCKET: usize = 24;
/// Peers of one swarm that are remembered.
const PEERS: usize = 200;
/// Offers passed on from one announcement.
const OFFERS: usize = 10;
/// Bytes of one message; an offer with many candidates has some ten thousand.
const MESSAGE: usize = 256 * 1024;
/// Messages in ten seconds from one socket.
const MESSAGES: u32 = 120;
/// Seconds after which clients announce again.
const INTERVAL: u32 = 120;

/// All swarms. Cheap to clone.
#[derive(Clone, Default)]
pub struct Tracker(Arc<Mutex<Swarms>>);

#[derive(Default)]
struct Swarms {
    sockets: HashMap<Asker, usize>,
    swarms: HashMap<String, HashMap<String, Peer>>,
}

struct Peer {
    socket: u64,
    complete: bool,
    send: mpsc::Sender<String>,
}

#[derive(Deserialize)]
struct Incoming {
    action: String,
    #[serde(default)]
    info_hash: Value,
    #[serde(default)]
    peer_id: Option<String>,
    #[serde(default)]
    event: Option<String>,
    #[serde(default)]
    left: Option<f64>,
    #[serde(default)]
    offers: Vec<Offer>,
    #[serde(default)]
    offer_id: Option<String>,
    #[serde(default)]
    to_peer_id: Option<String>,
    #[serde(default)]
    answer: Option<Value>,
}

#[derive(Deserialize)]
struct Offer {
    offer: Value,
    offer_id: String,
}

/// `GET /tracker/socket`
pub(super) async fn socket(
    State(app): State<App>,
    Extension(tracker): Extension<Tracker>,
    Extension(asker): Extension<Asker>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !app.settings().p2p.enabled {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !tracker.enter(asker) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    // Left again when the socket ends, or when the upgrade never happens.
    let place = Place { tracker: tracker.clone(), id: rand::random(), asker };
    upgrade.max_message_size(MESSAGE).on_upgrade(move |socket| serve(place, socket))
}

struct Place {
    tracker: Tracker,
    id: u64,
    asker: Asker,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.tracker.leave(self.id, self.asker);
    }
}

async fn serve(place: Place, mut socket: WebSocket) {
    let (send, mut outgoing) = mpsc::channel::<String>(64);
    let mut window = (Instant::now(), 0_u32);
    let mut joined = 0_usize;
    loop {
        let message = tokio::select! {
            message = outgoing.recv() => {
                let Some(text) = message else { return };
                if socket.send(Message::Text(text.into())).await.is_err() { return }
                continue;
            }
            message = tokio::time::timeout(Duration::from_secs(u64::from(INTERVAL) * 3), socket.recv()) => message,
        };
        let Ok(Some(Ok(message))) = message else { return };
        let Message::Text(text) = message else { continue };
        if window.0.elapsed() > Duration::from_secs(10) {
            window = (Instant::now(), 0);
        }
        window.1 += 1;
        if window.1 > MESSAGES {
            return;
        }
        if let Some(answer) = place.tracker.receive(place.id, &text, &send, &mut joined)
            && socket.send(Message::Text(answer.to_string().into())).await.is_err()
        {
            return;
        }
    }
}

impl Tracker {
    fn lock(&self) -> std::sync::MutexGuard<'_, Swarms> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, asker: Asker) -> bool {
        let mut state = self.lock();
        if state.sockets.values().sum::<usize>() >= SOCKETS {
            return false;
        }
        let its = state.sockets.entry(asker).or_default();
        let room = *its < SOCKETS_PER_ADDRESS;
        *its += usize::from(room);
        room
    }

    fn leave(&self, socket: u64, asker: Asker) {
        let mut state = self.lock();
        if let Some(its) = state.sockets.get_mut(&asker) {
            *its = its.saturating_sub(1);
        }
        state.sockets.retain(|_, its| *its > 0);
        for swarm in state.swarms.values_mut() {
            swarm.retain(|_, peer| peer.socket != socket);
        }
        state.swarms.retain(|_, swarm| !swarm.is_empty());
    }

    fn receive(
        &self,
        socket: u64,
        text: &str,
        send: &mpsc::Sender<String>,
        joined: &mut usize,
    ) -> Option<Value> {
        let message: Incoming = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(_) => return Some(json!({"failure reason": "not understood"})),
        };
        match message.action.as_str() {
            "announce" => self.announce(socket, message, send, joined),
            "scrape" => Some(self.scrape(&message.info_hash)),
            _ => Some(json!({"action": message.action, "failure reason": "unknown action"})),
        }
    }

    fn announce(
        &self,
        socket: u64,
        message: Incoming,
        send: &mpsc::Sender<String>,
        joined: &mut usize,
    ) -> Option<Value> {
        let fail = |reason: &str| {
            Some(json!({"action": "announce", "failure reason": reason, "info_hash": message.info_hash}))
        };
        // Twenty binary bytes, each written as one character.
        let twenty = |text: &str| text.chars().count() == 20 && text.chars().all(|c| u32::from(c) < 256);
        let (Some(hash), Some(peer_id)) = (message.info_hash.as_str(), message.peer_id.as_deref()) else {
            return fail("info_hash and peer_id are needed");
        };
        if !twenty(hash) || !twenty(peer_id) {
            return fail("info_hash and peer_id have 20 characters");
        }
        let mut state = self.lock();
        if let (Some(to), Some(answer)) = (&message.to_peer_id, &message.answer) {
            // From one viewer to the one who offered; nobody is told when that one has gone.
            if let Some(peer) = state.swarms.get(hash).and_then(|swarm| swarm.get(to)) {
                let passed = json!({"action": "announce", "info_hash": hash, "answer": answer, "offer_id": message.offer_id, "peer_id": peer_id});
                let _ = peer.send.try_send(passed.to_string());
            }
            return None;
        }
        if message.event.as_deref() == Some("stopped") {
            if let Some(swarm) = state.swarms.get_mut(hash)
                && swarm.get(peer_id).is_some_and(|peer| peer.socket == socket)
            {
                swarm.remove(peer_id);
                *joined = joined.saturating_sub(1);
                if swarm.is_empty() {
                    state.swarms.remove(hash);
                }
            }
            return None;
        }
        let swarm = state.swarms.entry(hash.to_owned()).or_default();
        let complete = message.event.as_deref() == Some("completed") || message.left == Some(0.0);
        let full = swarm.len() >= PEERS;
        match swarm.get_mut(peer_id) {
            Some(peer) if peer.socket == socket => peer.complete |= complete,
            Some(_) => return fail("this peer_id is another's"),
            None if *joined >= SWARMS_PER_SOCKET => return fail("too many films at once"),
            None if full => return fail("this film has its fill of viewers"),
            None => {
                *joined += 1;
                swarm.insert(peer_id.to_owned(), Peer { socket, complete, send: send.clone() });
            }
        }
        let complete = swarm.values().filter(|peer| peer.complete).count();
        let incomplete = swarm.len() - complete;
        let others = swarm.iter().filter(|(id, peer)| id.as_str() != peer_id && peer.socket != socket);
        for ((_, peer), offer) in others.zip(message.offers.iter().take(OFFERS)) {
            let passed = json!({"action": "announce", "info_hash": hash, "offer": offer.offer, "offer_id": offer.offer_id, "peer_id": peer_id});
            // A viewer whose socket lags misses an offer; the next announcement brings another.
            let _ = peer.send.try_send(passed.to_string());
        }
        Some(
            json!({"action": "announce", "interval": INTERVAL, "info_hash": hash, "complete": complete, "incomplete": incomplete}),
        )
    }

    fn scrape(&self, hashes: &Value) -> Value {
        let asked: Vec<&str> = match hashes {
            Value::String(hash) => vec![hash.as_str()],
            Value::Array(list) => list.iter().filter_map(Value::as_str).take(50).collect(),
            _ => Vec::new(),
        };
        let state = self.lock();
        let mut files = serde_json::Map::new();
        for hash in asked {
            let swarm = state.swarms.get(hash);
            let complete = swarm.map_or(0, |swarm| swarm.values().filter(|peer| peer.complete).count());
            let incomplete = swarm.map_or(0, HashMap::len) - complete;
            files.insert(
                hash.to_owned(),
                json!({"complete": complete, "incomplete": incomplete, "downloaded": complete}),
            );
        }
        json!({"action": "scrape", "files": files})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HASH: &str = "aaaaaaaaaaaaaaaaaaaa";

    fn someone(number: u8) -> Asker {
        Asker::of(Some(std::net::Ipv4Addr::new(192, 0, 2, number).into()))
    }

    struct Viewer {
        id: u64,
        peer: String,
        send: mpsc::Sender<String>,
        got: mpsc::Receiver<String>,
        joined: usize,
    }

    impl Viewer {
        fn enter(tracker: &Tracker, id: u64) -> Self {
            assert!(tracker.enter(someone(1)));
            let (send, got) = mpsc::channel(64);
            Self { id, peer: format!("{id:020}"), send, got, joined: 0 }
        }

        fn say(&mut self, tracker: &Tracker, mut message: Value) -> Option<Value> {
            message["peer_id"] = self.peer.clone().into();
            tracker.receive(self.id, &message.to_string(), &self.send, &mut self.joined)
        }
    }

    fn announce(offers: usize) -> Value {
        let offers: Vec<_> = (0..offers)
            .map(|n| json!({"offer": {"type": "offer", "sdp": "v=0"}, "offer_id": format!("{n:020}")}))
            .collect();
        json!({"action": "announce", "info_hash": HASH, "numwant": 10, "offers": offers})
    }

    #[test]
    fn an_offer_reaches_the_other_and_the_answer_comes_back() {
        let tracker = Tracker::default();
        let mut first = Viewer::enter(&tracker, 1);
        let mut second = Viewer::enter(&tracker, 2);
        let told = first.say(&tracker, announce(2)).unwrap();
        assert_eq!((told["complete"].as_u64(), told["incomplete"].as_u64()), (Some(0), Some(1)));
        let told = second.say(&tracker, announce(2)).unwrap();
        assert_eq!(told["incomplete"], 2);
        let offer: Value = serde_json::from_str(&first.got.try_recv().unwrap()).unwrap();
        assert_eq!(
            (offer["peer_id"].as_str(), offer["offer"]["sdp"].as_str()),
            (Some(second.peer.as_str()), Some("v=0"))
        );
        assert!(first.got.try_recv().is_err());
        let answer = json!({"action": "announce", "info_hash": HASH, "to_peer_id": second.peer, "offer_id": offer["offer_id"], "answer": {"type": "answer", "sdp": "v=1"}});
        assert_eq!(first.say(&tracker, answer), None);
        let answer: Value = serde_json::from_str(&second.got.try_recv().unwrap()).unwrap();
        assert_eq!(
            (answer["answer"]["sdp"].as_str(), answer["peer_id"].as_str()),
            (Some("v=1"), Some(first.peer.as_str()))
        );
        tracker.leave(1, someone(1));
        assert_eq!(tracker.lock().swarms.values().map(HashMap::len).sum::<usize>(), 1);
        tracker.leave(2, someone(1));
        let state = tracker.lock();
        assert_eq!((state.swarms.len(), state.sockets.len()), (0, 0));
    }

    #[test]
    fn nobody_speaks_for_another_and_everything_is_bounded() {
        let tracker = Tracker::default();
        let mut first = Viewer::enter(&tracker, 1);
        let mut second = Viewer::enter(&tracker, 2);
        first.say(&tracker, announce(0));
        second.peer.clone_from(&first.peer);
        let told = second.say(&tracker, announce(1)).unwrap();
        assert!(told["failure reason"].is_string(), "{told}");
        for n in 0..SWARMS_PER_SOCKET + 5 {
            first.say(&tracker, json!({"action": "announce", "info_hash": format!("{n:020}")}));
        }
        assert_eq!(tracker.lock().swarms.values().map(HashMap::len).sum::<usize>(), SWARMS_PER_SOCKET);
        while tracker.enter(someone(1)) {}
        assert_eq!(tracker.lock().sockets[&someone(1)], SOCKETS_PER_ADDRESS);
        for other in 2..9 {
            while tracker.enter(someone(other)) {}
        }
        assert_eq!(tracker.lock().sockets.values().sum::<usize>(), SOCKETS);
    }

    proptest! {
        #[test]
        fn no_message_is_its_end(text in ".*", action in "announce|scrape|x", hash in ".{0,24}", peer in ".{0,24}") {
            let tracker = Tracker::default();
            let mut viewer = Viewer::enter(&tracker, 1);
            tracker.receive(1, &text, &viewer.send, &mut viewer.joined);
            viewer.peer = peer;
            viewer.say(&tracker, json!({"action": action, "info_hash": hash, "offers": [{"offer": 1, "offer_id": text}]}));
        }
    }
}
