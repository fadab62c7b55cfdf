//! Answers who wants to read one of our things as ActivityStreams.

use super::{
    address::{Address, Below, List},
    keys,
    objects::{
        self, CONTENT_TYPE,
        actor::{self, Actor as ActorDocument},
        collection::{self, PAGE},
        note::{self, Note},
        video::{self, Film},
    },
};
use crate::{
    accounts::{self, images},
    actors::{self, Actor, remote},
    app::App,
    clock::Timestamp,
    comments::{self, State},
    error::{Error, Kind, Result},
    groups::{self, Group},
    urls::Urls,
    videos::{self, Filter, Key, Scope, Sort, Video, Viewer},
};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Whether a reader would rather have the document than the page.
pub fn wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut best: Option<(bool, f32)> = None;
    for one in accepted.flat_map(|value| value.split(',')) {
        let mut parts = one.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        let document = match kind.as_str() {
            "application/activity+json" | "application/ld+json" => true,
            "text/html" | "application/xhtml+xml" => false,
            _ => continue,
        };
        // The first of equals: who names both in this order wants the first.
        if weight > 0.0 && best.is_none_or(|(_, other)| weight > other) {
            best = Some((document, weight));
        }
    }
    best.is_some_and(|(document, _)| document)
}

/// The document at an address. `page` is that of a list, from 1.
pub async fn answer(app: &App, address: Address, page: Option<u32>) -> Response {
    let found = find(app, address, page).await;
    let mut response = match found {
        Ok(document) => (StatusCode::OK, document.to_string()).into_response(),
        Err(Error::Refused(refusal)) if refusal.kind == Kind::Gone => {
            (StatusCode::GONE, objects::tombstone(&refusal.detail).to_string()).into_response()
        }
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/problem+json") {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    response
}

async fn find(app: &App, address: Address, page: Option<u32>) -> Result<Value> {
    let urls = app.urls();
    match address {
        Address::Account(name, None) => person(app, urls, name).await,
        Address::Group(name, None) => group(app, urls, name).await,
        Address::Account(name, Some(list)) => {
            app.db.read(move |conn| list_of_account(conn, &urls, &name, list, page)).await
        }
        Address::Group(name, Some(list)) => {
            app.db.read(move |conn| list_of_group(conn, &urls, &name, list, page)).await
        }
        Address::Video(uuid) => {
            app.db
                .read(move |conn| {
                    let told = Told::of(conn, public(conn, uuid)?)?;
                    Ok(told.film().document(&urls))
                })
                .await
        }
        Address::BelowVideo(uuid, below) => {
            app.db.read(move |conn| below_video(conn, &urls, uuid, below, page)).await
        }
        Address::Comment(uuid, id) => app.db.read(move |conn| comment(conn, &urls, uuid, id)).await,
    }
}

async fn person(app: &App, urls: Arc<Urls>, name: String) -> Result<Value> {
    if name == actors::INSTANCE {
        let keys = keys::of(app, Actor::Instance).await?;
        let settings = app.settings();
        let document = ActorDocument {
            kind: actor::Kind::Application,
            name: actors::INSTANCE,
            display_name: &settings.instance.name,
            summary: Some(&settings.instance.short_description),
            public_pem: &keys.public_pem,
            published: Timestamp(0),
            images: &[],
        };
        return Ok(document.json(&urls));
    }
    let (account, images) = app
        .db
        .read({
            let urls = Arc::clone(&urls);
            move |conn| {
                let account =
                    accounts::by_name(conn, &name, None).map_err(gone(conn, &name, urls.account(&name)))?;
                let images = images::of(conn, images::Whose::Account(account.id))?;
                Ok((account, images))
            }
        })
        .await?;
    let keys = keys::of(app, Actor::Account(account.id)).await?;
    let document = ActorDocument {
        kind: actor::Kind::Person,
        name: &account.name,
        display_name: &account.display_name,
        summary: account.description.as_deref(),
        public_pem: &keys.public_pem,
        published: account.created_at,
        images: &images,
    };
    Ok(document.json(&urls))
}

async fn group(app: &App, urls: Arc<Urls>, name: String) -> Result<Value> {
    let (group, owner, images) = app
        .db
        .read({
            let urls = Arc::clone(&urls);
            move |conn| {
                let group =
                    groups::by_name(conn, &name, None).map_err(gone(conn, &name, urls.group(&name)))?;
                let owner = accounts::find(conn, group.owner_id)?.name;
                let images = images::of(conn, images::Whose::Group(group.id))?;
                Ok((group, owner, images))
            }
        })
        .await?;
    let keys = keys::of(app, Actor::Group(group.id)).await?;
    let document = ActorDocument {
        kind: actor::Kind::Group { owner: &owner, support: group.support.as_deref() },
        name: &group.name,
        display_name: &group.display_name,
        summary: group.description.as_deref(),
        public_pem: &keys.public_pem,
        published: group.created_at,
        images: &images,
    };
    Ok(document.json(&urls))
}

/// What was here and is gone for ever is told apart from what never was: others may forget it.
fn gone<'c>(conn: &'c Connection, name: &'c str, id: String) -> impl FnOnce(Error) -> Error + 'c {
    move |error| match accounts::is_gone(conn, name) {
        Ok(true) => Error::refused(Kind::Gone, id),
        _ => error,
    }
}

/// A video that others may be told of.
fn public(conn: &Connection, uuid: Uuid) -> Result<Video> {
    let video = videos::watch(conn, &Key::Uuid(uuid), &Viewer::ANYONE, None)?;
    if video::federates(&video) { Ok(video) } else { Err(Error::not_found("Video")) }
}

/// All that others are told of a video, as it is read.
pub(super) struct Told {
    pub(super) video: Video,
    /// Handle of its group.
    pub(super) group: String,
    /// Number and handle of the account that acts for it.
    pub(super) owner: i64,
    pub(super) account: String,
    tags: Vec<String>,
    pub(super) pictures: videos::Pictures,
    captions: Vec<videos::Caption>,
    files: Vec<videos::MediaFile>,
    playlist: Option<videos::Playlist>,
}

impl Told {
    /// Reads it.
    pub(super) fn of(conn: &Connection, video: Video) -> Result<Self> {
        let group = groups::find(conn, video.group)?;
        Ok(Self {
            // Others know whose a group is, and take what is done with its videos from that account only.
            account: accounts::find(conn, group.owner_id)?.name,
            owner: group.owner_id,
            group: group.name,
            tags: videos::tags(conn, video.id)?,
            pictures: videos::pictures(conn, &[video.id])?.remove(&video.id).unwrap_or_default(),
            captions: videos::captions(conn, video.id)?,
            files: videos::media_files(conn, video.id)?,
            playlist: videos::playlist(conn, video.id)?,
            video,
        })
    }

    /// As it is written.
    pub(super) fn film(&self) -> Film<'_> {
        Film {
            video: &self.video,
            group: &self.group,
            account: &self.account,
            tags: &self.tags,
            pictures: &self.pictures,
            captions: &self.captions,
            files: &self.files,
            playlist: self.playlist.as_ref(),
        }
    }
}

/// The newest public videos of a page of a list.
fn newest(conn: &Connection, scope: Scope, page: Option<u32>) -> Result<(u64, Vec<Video>)> {
    let filter = Filter {
        scope,
        privacies: vec![videos::Privacy::Public],
        local: Some(true),
        sort: Sort::PublishedAt,
        descending: true,
        start: page.map_or(0, |page| page.saturating_sub(1).saturating_mul(PAGE)),
        count: if page.is_some() { PAGE } else { 0 },
        ..Filter::default()
    };
    let found = videos::list(conn, &filter)?;
    Ok((found.total.unwrap_or_default(), found.videos))
}

fn in_pages(id: &str, total: u64, page: Option<u32>, items: Vec<Value>) -> Value {
    match page {
        Some(number) => collection::page(id, number, total, items),
        None => collection::collection(id, total),
    }
}

fn list_of_account(
    conn: &Connection,
    urls: &Urls,
    name: &str,
    list: List,
    page: Option<u32>,
) -> Result<Value> {
    if name == actors::INSTANCE {
        let id = format!("{}/{}", urls.account(name), list.name());
        match list {
            List::Outbox => {}
            List::Followers => return Ok(count_only(&id, remote::followers_of_instance(conn)?)),
            List::Following | List::Playlists => return Ok(collection::collection(&id, 0)),
        }
        let (total, videos) = newest(conn, Scope::Listed, page)?;
        let actor = urls.account(actors::INSTANCE);
        let items = videos.iter().map(|video| announce(urls, video, &actor, actors::INSTANCE)).collect();
        return Ok(in_pages(&id, total, page, items));
    }
    let account = accounts::by_name(conn, name, None)?;
    let id = format!("{}/{}", urls.account(&account.name), list.name());
    match list {
        List::Outbox => {
            let owned: Vec<i64> = groups::of_owner(conn, account.id)?.iter().map(|group| group.id).collect();
            let (total, videos) = newest(conn, Scope::OfGroups(owned), page)?;
            let items: Result<Vec<Value>> =
                videos.into_iter().map(|video| Ok(create(urls, &Told::of(conn, video)?))).collect();
            Ok(in_pages(&id, total, page, items?))
        }
        // How many, and not who: people have not chosen to show it.
        List::Followers => Ok(count_only(&id, account.followers)),
        List::Following => Ok(count_only(&id, account.following)),
        List::Playlists => Ok(collection::collection(&id, 0)),
    }
}

fn list_of_group(conn: &Connection, urls: &Urls, name: &str, list: List, page: Option<u32>) -> Result<Value> {
    let group: Group = groups::by_name(conn, name, None)?;
    let actor = urls.group(&group.name);
    let id = format!("{actor}/{}", list.name());
    match list {
        List::Outbox => {
            let (total, videos) = newest(conn, Scope::OfGroups(vec![group.id]), page)?;
            let items = videos.iter().map(|video| announce(urls, video, &actor, &group.name)).collect();
            Ok(in_pages(&id, total, page, items))
        }
        List::Followers => Ok(count_only(&id, group.followers)),
        List::Following | List::Playlists => Ok(collection::collection(&id, 0)),
    }
}

fn count_only(id: &str, total: u64) -> Value {
    let mut list = collection::collection(id, 0);
    list["totalItems"] = json!(total);
    list
}

/// The act by which a group or the instance tells its followers of a video.
pub(super) fn announce(urls: &Urls, video: &Video, actor: &str, name: &str) -> Value {
    json!({
        "to": [objects::PUBLIC],
        "cc": [format!("{actor}/followers")],
        "type": "Announce",
        "id": urls.announce(video.uuid, name),
        "actor": actor,
        "object": urls.video(video.uuid),
    })
}

/// The act by which a video came to be.
pub(super) fn create(urls: &Urls, told: &Told) -> Value {
    let film = told.film();
    let object = film.json(urls);
    json!({
        "type": "Create",
        "id": format!("{}/activity", film.id(urls)),
        "actor": urls.account(&told.account),
        "published": object["published"],
        "to": object["to"],
        "cc": object["cc"],
        "object": object,
    })
}

fn below_video(conn: &Connection, urls: &Urls, uuid: Uuid, below: Below, page: Option<u32>) -> Result<Value> {
    let video = public(conn, uuid)?;
    let id = format!("{}/{}", urls.video(uuid), below.name());
    match below {
        Below::Activity => {
            Ok(objects::document(objects::Context::Video, create(urls, &Told::of(conn, video)?)))
        }
        // Who likes what is nobody's business; how many do is.
        Below::Likes => Ok(count_only(&id, video.likes.unsigned_abs())),
        Below::Dislikes => Ok(count_only(&id, video.dislikes.unsigned_abs())),
        Below::Announces => {
            let group = groups::find(conn, video.group)?.name;
            let all = vec![json!(urls.announce(uuid, &group)), json!(urls.announce(uuid, actors::INSTANCE))];
            Ok(in_pages(&id, 2, page, if page.is_some_and(|page| page > 1) { Vec::new() } else { all }))
        }
        Below::Comments => {
            let start = page.map_or(0, |page| page.saturating_sub(1).saturating_mul(PAGE));
            let (total, ids) = comments::shown(conn, &video, start, if page.is_some() { PAGE } else { 0 })?;
            let items = ids.into_iter().map(|comment| json!(urls.comment(uuid, comment))).collect();
            Ok(in_pages(&id, total, page, items))
        }
        Below::Chapters => {
            let chapters = videos::chapters(conn, &video)?;
            let mut parts = Vec::with_capacity(chapters.len());
            for (n, chapter) in chapters.iter().enumerate() {
                let end = chapters.get(n + 1).map_or(video.duration(), |next| next.seconds);
                parts
                    .push(json!({ "name": chapter.title, "startOffset": chapter.seconds, "endOffset": end }));
            }
            Ok(objects::document(objects::Context::Chapters, json!({ "id": id, "hasPart": parts })))
        }
    }
}

fn comment(conn: &Connection, urls: &Urls, uuid: Uuid, id: i64) -> Result<Value> {
    let video = public(conn, uuid)?;
    let comment = comments::of_video(conn, &video, id)?;
    let address = |id: i64| urls.comment(uuid, id);
    let reply_to = comment.reply_to.map_or_else(|| urls.video(uuid), address);
    let missing = || Error::not_found("Video comment");
    match (comment.state, comment.account) {
        (State::Shown, Some(author)) if comment.origin.is_none() => {
            let author = accounts::find(conn, author)?;
            let mentioned = comments::mentions(conn, &[id])?.remove(&id).unwrap_or_default();
            let mentions: Vec<(String, String)> = accounts::find_many(conn, &mentioned)?
                .iter()
                .filter(|account| account.origin.is_none())
                .map(|account| (note::handle(urls, &account.name, None), urls.account(&account.name)))
                .collect();
            let document = Note {
                id: &address(id),
                reply_to: &reply_to,
                author: &urls.account(&author.name),
                text: &comment.text,
                published: comment.created_at,
                updated: comment.edited_at.unwrap_or(comment.created_at),
                mentions: &mentions,
            };
            Ok(document.document())
        }
        (State::Emptied, _) => {
            let at = comment.removed.map_or(comment.updated_at, |removal| removal.at);
            Ok(note::removed(&address(id), &reply_to, comment.created_at, at))
        }
        (State::Gone, _) => Err(Error::refused(Kind::Gone, address(id))),
        _ => Err(missing()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_pages_and_servers_documents() {
        for (accept, document) in [
            ("", false),
            ("*/*", false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
            ("application/activity+json", true),
            ("application/activity+json, application/ld+json", true),
            ("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", true),
            ("application/activity+json, text/html;q=0.1", true),
            ("text/html, application/activity+json", false),
            ("text/html;q=0.5, application/activity+json;q=0.9", true),
            ("application/activity+json;q=0", false),
            ("application/json", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
            assert_eq!(wanted(&headers), document, "{accept}");
        }
    }
}
