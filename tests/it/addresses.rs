//! No answer names an address that leads nowhere: of a small world, every address that stands in JSON, in heads and
//! bodies of pages, in feeds, frames and playlists is asked for, and what comes back is read in its turn.

use crate::common::{Server, people::Person};
use kiosque::videos::Video;
use quick_xml::{Reader, events::Event};
use reqwest::{Method, multipart};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// More would be a mistake: the world is small.
const MOST: usize = 2000;

/// Walks from address to address as one person, staying on the server.
struct Walk<'a> {
    server: &'a Server,
    person: &'a Person,
    waiting: VecDeque<String>,
    /// Each path with where it was found.
    found: BTreeMap<String, String>,
    wrong: Vec<String>,
    sockets: BTreeSet<String>,
    /// Pages of what is not for everyone.
    hidden: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn new(server: &'a Server, person: &'a Person) -> Self {
        Self {
            server,
            person,
            waiting: VecDeque::new(),
            found: BTreeMap::new(),
            wrong: Vec::new(),
            sockets: BTreeSet::new(),
            hidden: BTreeSet::new(),
        }
    }

    /// An address, absolute or from the root, or relative to the path where it stands. Others' addresses are theirs.
    fn note(&mut self, text: &str, at: &str) {
        let address = text.trim();
        let sockets = self.server.base.replacen("http", "ws", 1);
        if address.starts_with(&sockets) {
            self.sockets.insert(address.replacen("ws", "http", 1));
            return;
        }
        let path = match address.strip_prefix(&self.server.base) {
            Some(path) => path,
            None if address.starts_with("//") || address.contains("://") => return,
            None => address,
        };
        let path = if path.is_empty() { "/" } else { path };
        let path = path.split('#').next().unwrap_or_default();
        // Sentences are no addresses.
        if path.starts_with('/') && !path.contains(' ') && !self.found.contains_key(path) {
            assert!(self.found.len() < MOST, "too many addresses: {:?}", self.waiting);
            self.found.insert(path.to_owned(), at.to_owned());
            self.waiting.push_back(path.to_owned());
        }
    }

    async fn walk(&mut self) {
        while let Some(path) = self.waiting.pop_front() {
            let answer = self.person.get(&path).await;
            let (status, kind) = (answer.status().as_u16(), header(&answer, "content-type"));
            if self.hidden.contains(&path) {
                // The page comes all the same, and its client asks with the token.
                assert_eq!((status, kind.as_str()), (404, "text/html; charset=utf-8"), "{path}");
                continue;
            }
            if ![200, 206].contains(&status) {
                self.wrong.push(format!("{status} {path} (in {})", self.found[&path]));
                continue;
            }
            let bytes = answer.bytes().await.unwrap();
            let text = || String::from_utf8(bytes.to_vec()).unwrap();
            match kind.split(';').next().unwrap_or_default() {
                "application/json" | "application/manifest+json" | "application/json+chapters" => {
                    self.json(&serde_json::from_slice(&bytes).unwrap(), &path);
                }
                "text/html" => self.html(&text(), &path),
                "application/rss+xml" | "application/atom+xml" | "application/xml" => {
                    self.xml(&text(), &path);
                }
                "application/vnd.apple.mpegurl" => self.playlist(&text(), &path),
                "text/plain" => text()
                    .lines()
                    .filter_map(|line| line.strip_prefix("Sitemap: "))
                    .for_each(|address| self.note(address, &path)),
                _ => {}
            }
        }
        let sockets = std::mem::take(&mut self.sockets);
        assert!(!sockets.is_empty(), "the tracker is named somewhere");
        for address in sockets {
            let request = self.server.http.get(&address).header("connection", "upgrade");
            let request = request.header("upgrade", "websocket").header("sec-websocket-version", "13");
            let status =
                request.header("sec-websocket-key", "x3JJHMbDL1EzLkh9GBhXDw==").send().await.unwrap();
            assert_eq!(status.status(), 101, "{address}");
        }
    }

    fn json(&mut self, value: &Value, at: &str) {
        match value {
            Value::String(text) if text.trim_start().starts_with('<') => self.html(text, at),
            Value::String(text) if text.starts_with("magnet:?") => {
                let magnet = url::Url::parse(text).unwrap();
                magnet.query_pairs().for_each(|(_, value)| self.note(&value, at));
            }
            Value::String(text) => self.note(text, at),
            Value::Array(list) => list.iter().for_each(|value| self.json(value, at)),
            Value::Object(map) => map.values().for_each(|value| self.json(value, at)),
            _ => {}
        }
    }

    /// Attributes that hold addresses, and the descriptions for search engines.
    fn html(&mut self, text: &str, at: &str) {
        for begin in ["href=\"", "src=\"", "poster=\"", "content=\"http", "content=\"/"] {
            let quoted = begin.find('"').unwrap() + 1;
            for (place, _) in text.match_indices(begin) {
                let value = &text[place + quoted..];
                let value = value[..value.find('"').unwrap()].replace("&amp;", "&");
                self.note(&value, at);
            }
        }
        if let Some((_, rest)) = text.split_once("application/ld+json\">") {
            let json = rest.split("</script>").next().unwrap();
            self.json(&serde_json::from_str(json).unwrap(), at);
        }
    }

    fn xml(&mut self, text: &str, at: &str) {
        let mut reader = Reader::from_str(text);
        let mut content = String::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    content.clear();
                    for attribute in tag.attributes() {
                        let attribute = attribute.unwrap();
                        // Names of vocabularies are no addresses.
                        if !attribute.key.as_ref().starts_with(b"xmlns") {
                            let value = String::from_utf8_lossy(&attribute.value).replace("&amp;", "&");
                            self.note(&value, at);
                        }
                    }
                }
                Event::Text(text) => content.push_str(&String::from_utf8_lossy(&text)),
                Event::GeneralRef(name) if *name == *b"amp" => content.push('&'),
                Event::CData(text) => content.push_str(&String::from_utf8_lossy(&text)),
                Event::End(_) => {
                    let whole = std::mem::take(&mut content);
                    self.note(&whole, at);
                }
                Event::Eof => break,
                _ => {}
            }
        }
    }

    fn playlist(&mut self, text: &str, at: &str) {
        let folder = &at[..=at.rfind('/').unwrap()];
        for line in text.lines().filter(|line| !line.is_empty()) {
            let name = match line.split_once("URI=\"") {
                Some((_, rest)) => rest.split('"').next().unwrap(),
                None if line.starts_with('#') => continue,
                None => line,
            };
            self.note(&format!("{folder}{name}"), at);
        }
    }
}

fn header(answer: &reqwest::Response, name: &str) -> String {
    answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Every GET of the document, for this video and its people.
async fn documented(server: &Server, person: &Person, video: &Video) -> Vec<String> {
    let document: Value = serde_json::from_str(&kiosque::api::openapi::document().unwrap()).unwrap();
    let file = person.json(&format!("/api/v1/videos/{}", video.uuid)).await["files"][0]["id"].to_string();
    let group = kiosque::groups::first_name(&person.name);
    let invitation = person.invitation_token(&group).await;
    let followed = format!("{group}@{}", server.base.strip_prefix("http://").unwrap());
    let follow = json!({"uri": followed});
    assert_eq!(person.post("/api/v1/users/me/subscriptions", &follow).await.status(), 204);
    let list = json!({"displayName": "Evenings", "privacy": 1, "videoChannelId": person.group_id().await});
    let list: Value = person.post("/api/v1/video-playlists", &list).await.json().await.unwrap();
    let list = list["videoPlaylist"]["id"].to_string();
    let threads = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let said =
        json!({"text": format!("At [ten seconds]({}/w/{}), @{}.", server.base, video.uuid, person.name)});
    let said: Value = person.post(&threads, &said).await.json().await.unwrap();
    let comment = said["comment"]["id"].to_string();
    let report = json!({"reason": "It is loud", "video": {"id": video.uuid}});
    let report: Value = person.post("/api/v1/abuses", &report).await.json().await.unwrap();
    let report = report["abuse"]["id"].to_string();
    let paths =
        document["paths"].as_object().unwrap().iter().filter(|(_, methods)| methods["get"].is_object());
    let filled = paths.map(|(path, _)| {
        let mut filled = path.clone();
        for (part, value) in [
            ("/videos/{id}", format!("/videos/{}", video.uuid)),
            ("/users/{id}", format!("/users/{}", person.account_id)),
            ("/accounts/{name}", format!("/accounts/{}", person.name)),
            ("/video-channels/{name}", format!("/video-channels/{group}")),
            ("/video-channels/{handle}", format!("/video-channels/{group}")),
            ("/subscriptions/{handle}", format!("/subscriptions/{followed}")),
            ("/groups/{handle}", format!("/groups/{group}")),
            ("/invitations/{token}", format!("/invitations/{invitation}")),
            ("/comment-threads/{threadId}", format!("/comment-threads/{comment}")),
            ("/comments/{commentId}", format!("/comments/{comment}")),
            ("/abuses/{id}", format!("/abuses/{report}")),
            ("/video-playlists/{id}", format!("/video-playlists/{list}")),
            ("/metadata/{file}", format!("/metadata/{file}")),
            ("/jobs/{state}", "/jobs/completed".to_owned()),
        ] {
            filled = filled.replace(part, &value);
        }
        assert!(!filled.contains('{'), "this test does not know what to put into {path}");
        // What needs a word to look for.
        match filled.as_str() {
            "/api/v1/users/autocomplete" => format!("{filled}?search={}", person.name),
            "/api/v1/users/me/video-playlists/videos-exist" => format!("{filled}?videoIds={}", video.id),
            _ => filled,
        }
    });
    let mut all: Vec<String> = filled.collect();
    all.push(format!("/api/v1/videos/{}", video.uuid));
    all.push("/api/v1/videos?include=127&nsfw=both&privacyOneOf=1&privacyOneOf=3&privacyOneOf=5".to_owned());
    all.push(format!("/api/v1/search/videos?search={}", video.uuid));
    all.push(format!("/services/oembed?url={}/w/{}", server.base, kiosque::ids::short(video.uuid)));
    all
}

async fn put_parts(server: &Server, person: &Person, video: &Video) {
    server.put_files(video).await;
    server.hash_files(video).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let part = multipart::Part::bytes(&b"1\n00:00:01,000 --> 00:00:02,000\nBonjour\n"[..]).file_name("a.srt");
    let form = multipart::Form::new().part("captionfile", part);
    let put = person.request(Method::PUT, &format!("{path}/captions/fr")).multipart(form).send().await;
    assert_eq!(put.unwrap().status(), 204);
    let chapters = json!({"chapters": [{"timecode": 0, "title": "Doors"}, {"timecode": 5, "title": "Song"}]});
    assert_eq!(person.put(&format!("{path}/chapters"), &chapters).await.status(), 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_in_an_answer_leads_somewhere() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let group = kiosque::groups::first_name(&admin.name);
    let fields = json!({"name": "Bal & fête", "description": "A **long** evening, see https://example.org/.", "privacy": 1,
        "tags": ["choir"], "category": 1, "licence": 1, "language": "fr"});
    let public = server.db_video(&admin, fields).await;
    put_parts(&server, &admin, &public).await;
    let private = server.db_video(&admin, json!({"name": "Ours", "privacy": 3})).await;
    put_parts(&server, &admin, &private).await;
    let locked = json!({"name": "Locked", "privacy": 5, "videoPasswords": ["open sesame"]});
    let locked = server.db_video(&admin, locked).await;
    put_parts(&server, &admin, &locked).await;
    for (path, field) in [
        ("/api/v1/users/me/avatar/pick".to_owned(), "avatarfile"),
        (format!("/api/v1/video-channels/{group}/avatar/pick"), "avatarfile"),
        (format!("/api/v1/video-channels/{group}/banner/pick"), "bannerfile"),
    ] {
        let part = multipart::Part::bytes(crate::common::picture(600, 200)).file_name("p.png");
        let form = multipart::Form::new().part(field, part);
        assert_eq!(admin.request(Method::POST, &path).multipart(form).send().await.unwrap().status(), 200);
    }

    let welcome = json!({"content": "Come in: [what we sang](/videos)."});
    assert_eq!(admin.put("/api/v1/custom-pages/homepage/instance", &welcome).await.status(), 204);
    let lists = admin.json(&format!("/api/v1/accounts/{}/video-playlists", admin.name)).await;
    // What one keeps to watch later is one's own.
    let later = lists["data"][0]["uuid"].as_str().unwrap();

    let mut walk = Walk::new(&server, &admin);
    for page in ["watch", "embed"] {
        walk.hidden.insert(format!("/videos/{page}/{}", private.uuid));
    }
    // The second of the three videos that something is said below.
    walk.hidden.insert(format!("/videos/watch/{}/comments/2", private.uuid));
    walk.hidden.insert(format!("/video-playlists/{later}"));
    walk.hidden.insert(format!("/video-playlists/embed/{later}"));
    for video in [&public, &private, &locked] {
        let api = documented(&server, &admin, video).await;
        // No frame for what is not for everyone.
        let api = api.into_iter().filter(|path| video.id == public.id || !path.contains("oembed"));
        api.for_each(|path| walk.note(&path, "the document"));
    }
    let short = kiosque::ids::short(public.uuid);
    for path in [
        "/".to_owned(),
        format!("/w/{short}"),
        format!("/videos/embed/{}", public.uuid),
        format!("/@{group}"),
        format!("/a/{}", admin.name),
        "/about".to_owned(),
        "/robots.txt".to_owned(),
        "/manifest.webmanifest".to_owned(),
        "/feeds/videos.xml".to_owned(),
        "/feeds/videos.atom".to_owned(),
        "/feeds/videos.json".to_owned(),
        format!("/feeds/videos.xml?videoChannelName={group}"),
        format!("/feeds/podcast/videos.xml?videoChannelName={group}"),
    ] {
        walk.note(&path, "here");
    }
    walk.walk().await;
    assert!(
        walk.wrong.is_empty(),
        "{} of {}:\n{}",
        walk.wrong.len(),
        walk.found.len(),
        walk.wrong.join("\n")
    );
    // It went where it was to go.
    for part in [
        "/lazy-static/thumbnails/",
        "/lazy-static/previews/",
        "/lazy-static/storyboards/",
        "/lazy-static/avatars/",
        "/lazy-static/banners/",
        "/lazy-static/video-captions/",
        "/lazy-static/torrents/",
        "/download/torrents/",
        "/download/web-videos/",
        "/download/streaming-playlists/hls/videos/",
        "/download/original-video-files/",
        "/static/web-videos/private/",
        "/static/streaming-playlists/hls/private/",
        "-720-fragmented.mp4",
        "-segments-sha256.json",
        "/sitemap.xml",
        "/services/oembed?url=",
        "/metadata/",
    ] {
        assert!(walk.found.keys().any(|path| path.contains(part)), "no address with {part}");
    }
    eprintln!("{} addresses", walk.found.len());
    server.stop().await;
}
