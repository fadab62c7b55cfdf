//! Sends recorded requests and compares what comes back.

use super::{markup, named, world::World};
use crate::common::{
    clips::clip,
    shape::{self, Exceptions},
};
use reqwest::{Method, RequestBuilder, header::HeaderMap, multipart};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a request got.
pub struct Answer {
    pub headers: HeaderMap,
    /// JSON, or a text.
    pub body: Value,
}

/// One area of recorded answers, compared in the order in which they follow from one another.
pub struct Replay {
    pub world: World,
    /// Opens a connection for each request: after a refusal in the middle of a body the server closes it.
    http: reqwest::Client,
    /// Holds for the whole area.
    differences: Exceptions<'static>,
    found: Vec<String>,
    compared: BTreeSet<String>,
}

impl Replay {
    pub fn new(world: World, differences: Exceptions<'static>) -> Self {
        let http = crate::common::http().pool_max_idle_per_host(0).build().unwrap();
        Self { world, http, differences, found: Vec::new(), compared: BTreeSet::new() }
    }

    /// Sends a recorded request as it was.
    pub async fn one(&mut self, file: &str) -> Answer {
        self.with(file, &[], |_| {}).await
    }

    /// Several in a row.
    pub async fn all(&mut self, files: &[&str]) {
        for file in files {
            self.one(file).await;
        }
    }

    /// Sends a recorded request as it was; its answer differs further.
    pub async fn but(&mut self, file: &str, differences: Exceptions<'_>) -> Answer {
        self.with(file, differences, |_| {}).await
    }

    /// Sends a recorded request to another path of this world.
    pub async fn at(&mut self, file: &str, path: &str) -> Answer {
        let path = path.to_owned();
        self.with(file, &[], move |request| request["path"] = path.into()).await
    }

    /// Sends a recorded request after `change`.
    pub async fn with(
        &mut self,
        file: &str,
        differences: Exceptions<'_>,
        change: impl FnOnce(&mut Value),
    ) -> Answer {
        let recorded = shape::recorded(file);
        let mut request = recorded["request"].clone();
        change(&mut request);
        let answer = self.send(&request).send().await.unwrap();
        self.compared.insert(file.to_owned());
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let bytes = answer.bytes().await.unwrap();
        let body = match serde_json::from_slice(&bytes) {
            Ok(json) => json,
            Err(_) if bytes.is_empty() => Value::Null,
            Err(_) => String::from_utf8_lossy(&bytes).into_owned().into(),
        };
        let differences = [self.differences, differences].concat();
        let found = differences_of(&recorded, status, &headers, &body, &differences);
        self.found.extend(found.into_iter().map(|line| format!("{file}: {line}")));
        Answer { headers, body }
    }

    /// Fails when something differed, or when the source names an answer that was not compared.
    pub async fn end(self, source: &str) {
        let mut found = self.found;
        for file in named(source) {
            if !self.compared.contains(file) {
                found.push(format!("{file}: named, but never asked for"));
            }
        }
        assert!(found.is_empty(), "{} compared, differences:\n{}", self.compared.len(), found.join("\n"));
        eprintln!("{} answers are like the recorded ones", self.compared.len());
        self.world.server.stop().await;
    }

    fn send(&self, request: &Value) -> RequestBuilder {
        let world = &self.world;
        let method = Method::from_bytes(request["method"].as_str().unwrap().as_bytes()).unwrap();
        let path = world.ours(request["path"].as_str().unwrap());
        // As from outside, so that it is counted.
        let mut sent = self
            .http
            .request(method, format!("{}{path}", world.server.base))
            .header("x-forwarded-for", "203.0.113.9");
        let form = request.get("form").is_some() || request.get("multipart").is_some();
        for (name, value) in request["headers"].as_object().into_iter().flatten() {
            let (name, value) = (name.to_lowercase(), world.ours(value.as_str().unwrap()));
            let made_here = ["content-length"].contains(&name.as_str())
                || (form && name == "content-type")
                || (name == "authorization" && value.contains('<'));
            if !made_here {
                sent = sent.header(name, value);
            }
        }
        match request["as"].as_str() {
            None | Some("anonymous") => {}
            Some("bad token") => sent = sent.bearer_auth("not-a-token"),
            Some(name) => sent = sent.bearer_auth(&world.person(name).access),
        }
        if let Some(fields) = request.get("form") {
            let fields = fields.as_object().unwrap().iter();
            let fields: Vec<_> =
                fields.map(|(name, value)| (name.clone(), world.ours(value.as_str().unwrap()))).collect();
            return sent.form(&fields);
        }
        if let Some(parts) = request.get("multipart") {
            return sent.multipart(self.form(parts.as_array().unwrap()));
        }
        match request.get("body") {
            None | Some(Value::Null) => sent,
            // Pieces of an upload.
            Some(Value::Object(body)) if body.contains_key("bytes") && body.len() == 1 => {
                sent.body(piece(request, body["bytes"].as_u64().unwrap() as usize))
            }
            Some(Value::String(text)) => sent.body(world.ours(text)),
            Some(body) => sent.body(world.ours(&body.to_string())),
        }
    }

    fn form(&self, parts: &[Value]) -> multipart::Form {
        let mut form = multipart::Form::new();
        for part in parts {
            let name = part["name"].as_str().unwrap().to_owned();
            form = match part["filename"].as_str() {
                Some(file) => {
                    let bytes = sent_file(file, part["bytes"].as_u64().unwrap() as usize);
                    let mut sent = multipart::Part::bytes(bytes).file_name(file.to_owned());
                    if let Some(kind) = mime_guess::from_path(file).first_raw() {
                        sent = sent.mime_str(kind).unwrap();
                    }
                    form.part(name, sent)
                }
                None => form.text(name, self.world.ours(part["value"].as_str().unwrap())),
            };
        }
        form
    }
}

/// A film of exactly so many bytes: what is missing is a box that players skip.
fn film(size: usize) -> Vec<u8> {
    let mut film = std::fs::read(clip("h264-aac.mp4")).unwrap();
    let free = size.checked_sub(film.len()).filter(|free| *free >= 8).expect("larger than the clip");
    film.extend_from_slice(&u32::try_from(free).unwrap().to_be_bytes());
    film.extend_from_slice(b"free");
    film.resize(size, 0);
    film
}

/// What was sent under a name.
fn sent_file(name: &str, bytes: usize) -> Vec<u8> {
    let ending = name.rsplit('.').next().unwrap();
    match ending {
        "png" | "jpg" => crate::common::picture(1600, 1600),
        "vtt" => b"WEBVTT\n\n00:01.000 --> 00:04.000\nSubtitle good 1.\n".to_vec(),
        "srt" => b"1\n00:00:01,600 --> 00:00:04,200\nEnglish (US)\n".to_vec(),
        "txt" => b"This is no subtitle.\n".to_vec(),
        _ if name == "noise.mp4" => noise(bytes),
        _ => std::fs::read(clip("h264-aac.mp4")).unwrap(),
    }
}

/// Bytes that are no film.
fn noise(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at * 73 % 251) as u8).collect()
}

/// The part of a film that `Content-Range` names.
fn piece(request: &Value, bytes: usize) -> Vec<u8> {
    let Some(range) = request["headers"]["Content-Range"].as_str() else { return noise(bytes) };
    let (range, total) = range.trim_start_matches("bytes ").split_once('/').unwrap();
    let start: usize = range.split('-').next().unwrap().parse().unwrap();
    let total: usize = total.parse().unwrap();
    let whole = if total < 100_000 { noise(total) } else { film(total) };
    whole[start..start + bytes].to_vec()
}

fn differences_of(
    recorded: &Value,
    status: u16,
    headers: &HeaderMap,
    body: &Value,
    differences: Exceptions<'_>,
) -> Vec<String> {
    let their_status = recorded["status"].as_u64().unwrap();
    let is_excepted = |what: &str| differences.iter().any(|(name, _)| *name == what);
    if u64::from(status) != their_status && !is_excepted("status") {
        return vec![format!("status is {status}, recorded {their_status}: {body}")];
    }
    let theirs = &recorded["headers"];
    // Of bytes only the length and a hash were kept.
    let whole = recorded["body_note"].is_null() || !recorded["body"].is_null();
    let mut found: Vec<String> = HEADERS
        .iter()
        .filter(|(name, _)| !is_excepted(&format!("header {name}")))
        // PeerTube names a type of some empty bodies.
        .filter(|(name, _)| *name != "content-type" || !recorded["body"].is_null() || !whole)
        .filter_map(|(name, rule)| {
            let ours = headers.get(*name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            let theirs = all_of(theirs, name)?;
            let wrong = !rule.holds(&theirs, ours.as_deref().unwrap_or_default());
            wrong.then(|| format!("header {name} is {ours:?}, recorded {theirs:?}"))
        })
        .collect();
    let kind = all_of(theirs, "content-type").unwrap_or_default();
    if is_excepted("body") || !whole {
        return found;
    }
    let compared = if kind.starts_with("text/html") {
        shape::same(&markup::head(&recorded["body"]), &markup::head(body), differences)
    } else if kind.contains("xml") {
        shape::same(&markup::xml(&recorded["body"]), &markup::xml(body), differences)
    } else {
        shape::same(&recorded["body"], body, differences)
    };
    // A head may say more than the recorded one.
    let more = |line: &String| {
        kind.starts_with("text/html") && line.ends_with("the recorded answer has no such key")
    };
    found.extend(compared.err().into_iter().flatten().filter(|line| !more(line)));
    found
}

/// The values of a header, in one.
fn all_of(headers: &Value, name: &str) -> Option<String> {
    let values: Vec<&str> = headers
        .as_array()
        .unwrap()
        .iter()
        .filter(|header| header[0].as_str().unwrap().eq_ignore_ascii_case(name))
        .map(|header| header[1].as_str().unwrap())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// How a header is to be like the recorded one.
#[derive(Clone, Copy)]
enum Rule {
    Same,
    /// Whatever it says.
    There,
    /// The part before the first semicolon.
    Begin,
    /// All that the recorded one lists, in any case.
    AtLeast,
    /// But for digits and names, and the id of an upload.
    Form,
    /// What is not to be stored is not to be stored.
    NotStored,
}

impl Rule {
    fn holds(self, theirs: &str, ours: &str) -> bool {
        let list =
            |text: &str| text.split(',').map(|item| item.trim().to_lowercase()).collect::<BTreeSet<_>>();
        let form = |text: &str| {
            let text = text.replace("127.0.0.1", "localhost");
            let mut form: String = text
                .split_inclusive("upload_id=")
                .next()
                .unwrap_or_default()
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { 'a' } else { c })
                .collect();
            while form.contains("aa") {
                form = form.replace("aa", "a");
            }
            form
        };
        match self {
            Self::Same => theirs == ours,
            Self::There => !ours.is_empty(),
            Self::Begin => theirs.split(';').next().map(str::trim) == ours.split(';').next().map(str::trim),
            Self::AtLeast => list(theirs).is_subset(&list(ours)),
            Self::Form => form(theirs) == form(ours),
            Self::NotStored => !theirs.contains("no-store") || ours.contains("no-store"),
        }
    }
}

/// Headers that clients act on. Not among them: what names the server (`x-powered-by`, `tk`), what only means something
/// with cookies (`access-control-allow-credentials`), and `x-frame-options` and `etag`, looked at where they matter.
const HEADERS: &[(&str, Rule)] = &[
    ("content-type", Rule::Begin),
    ("cache-control", Rule::NotStored),
    ("location", Rule::Form),
    ("range", Rule::Same),
    ("content-range", Rule::Form),
    ("accept-ranges", Rule::Same),
    ("content-disposition", Rule::Begin),
    ("retry-after", Rule::There),
    ("last-modified", Rule::There),
    ("x-peertube-otp", Rule::Same),
    ("x-ratelimit-limit", Rule::There),
    ("x-ratelimit-remaining", Rule::There),
    ("x-ratelimit-reset", Rule::There),
    ("access-control-allow-origin", Rule::Same),
    ("access-control-allow-methods", Rule::AtLeast),
    ("access-control-allow-headers", Rule::AtLeast),
    ("access-control-expose-headers", Rule::AtLeast),
];
