//! Feeds of videos and of comments at PeerTube's addresses: RSS, Atom, JSON, podcast, what somebody follows, and the map for
//! search engines.

mod atom;
mod comments;
mod json;
mod model;
mod podcast;
mod rss;
mod sitemap;
#[cfg(test)]
mod tests;
mod xml;

use super::{film, media, playlist, query::Query};
use crate::{
    accounts::{
        self, Looking, SensitivePolicy,
        images::{self, Image},
    },
    app::App,
    error::{Error, InvalidField, Kind, Location, Result},
    following,
    groups::{self, Group},
    settings::Settings,
    urls::Urls,
    videos::{self, Filter, Key, Scope, Sort},
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, Uri, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use model::{Entry, Feed, Person, entry};
use rusqlite::Connection;
use serde::Deserialize;
use uuid::Uuid;

/// Films in a feed.
const ENTRIES: u32 = 20;
/// Films in the map for search engines.
const MAPPED: u32 = 1000;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/feeds/{file}", get(videos))
        .route("/feeds/podcast/videos.xml", get(podcast))
        .route("/feeds/podcast/chapters/{uuid}", get(chapters))
        .layer(media::cors())
        .route("/sitemap.xml", get(map))
}

/// Whose films.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    account_id: Option<i64>,
    account_name: Option<String>,
    video_channel_id: Option<i64>,
    video_channel_name: Option<String>,
    nsfw: Option<String>,
    video_id: Option<String>,
    sort: Option<String>,
    format: Option<String>,
    /// Opens the feed of what an account follows.
    token: Option<String>,
}

impl Asked {
    /// Only sensitive films, only others, or both; `None` when nothing was said of it.
    fn sensitive(&self) -> Option<Option<bool>> {
        match self.nsfw.as_deref() {
            Some("true") => Some(Some(true)),
            Some("false") => Some(Some(false)),
            Some("both") => Some(None),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Form {
    /// RSS at the ending that PeerTube gives another media type.
    Xml,
    Rss,
    Atom,
    Json,
}

impl Form {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "xml" => Some(Self::Xml),
            "rss" | "rss2" => Some(Self::Rss),
            "atom" | "atom1" => Some(Self::Atom),
            "json" | "json1" => Some(Self::Json),
            _ => None,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Xml => "application/xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

async fn videos(
    State(app): State<App>,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
    uri: Uri,
) -> Result<Response> {
    let (name, ending) = match file.split_once('.') {
        Some((name, ending)) => (name, ending),
        None => (file.as_str(), asked.format.as_deref().unwrap_or("xml")),
    };
    let of = match name {
        "videos" => Of::Asked,
        "subscriptions" => Of::Follower,
        "video-comments" => Of::Comments,
        _ => return Err(Error::not_found("Feed")),
    };
    let form = Form::parse(ending).ok_or_else(|| invalid("format", Some(ending)))?;
    let (feed, entries) = match of {
        Of::Comments => comments::gather(&app, asked.clone(), &uri).await?,
        _ => gather(&app, asked.clone(), &uri, of).await?,
    };
    let text = match form {
        Form::Xml | Form::Rss => rss::write(&feed, &entries),
        Form::Atom => atom::write(&feed, &entries),
        Form::Json => Ok(json::write(&feed, &entries).to_string()),
    };
    let mut response = respond(text.map_err(Error::internal)?, form.media_type());
    if of == Of::Follower {
        let own = HeaderValue::from_static("private, max-age=900");
        response.headers_mut().insert(header::CACHE_CONTROL, own);
    }
    Ok(response)
}

async fn podcast(State(app): State<App>, Query(asked): Query<Asked>, uri: Uri) -> Result<Response> {
    if asked.video_channel_id.is_none() && asked.video_channel_name.is_none() {
        return Err(invalid("videoChannelId", None));
    }
    let (feed, entries) = gather(&app, asked, &uri, Of::Podcast).await?;
    let text = podcast::write(&feed, &entries).map_err(Error::internal)?;
    Ok(respond(text, Form::Rss.media_type()))
}

/// Chapters of a film that anyone may see.
async fn chapters(State(app): State<App>, Path(uuid): Path<String>) -> Result<Response> {
    let uuid = Uuid::try_parse(&uuid).map_err(|_| Error::not_found("Chapters"))?;
    let film = film::public(&app, uuid).await?;
    let chapters = app
        .db
        .read(move |conn| videos::chapters(conn, &videos::find(conn, &Key::Uuid(uuid))?))
        .await?
        .into_iter()
        .map(|chapter| (chapter.seconds.unsigned_abs(), chapter.title))
        .collect::<Vec<_>>();
    if chapters.is_empty() {
        return Err(Error::not_found("Chapters"));
    }
    Ok(respond(podcast::chapters(&film.title, &chapters).to_string(), podcast::CHAPTERS))
}

async fn map(State(app): State<App>) -> Result<Response> {
    let (of, policy) = (app.urls(), app.settings().instance.sensitive_policy);
    let (films, groups, playlists) = app
        .db
        .read(move |conn| {
            let filter = Filter {
                sensitive: policy.lists(),
                descending: true,
                count: MAPPED,
                skip_total: true,
                ..Filter::default()
            };
            let page = videos::list(conn, &filter)?;
            let films = page
                .videos
                .iter()
                .map(|video| film::load(conn, policy.into(), video))
                .collect::<Result<Vec<_>>>()?;
            let filter = groups::GroupFilter { count: MAPPED, ..groups::GroupFilter::default() };
            let (_, groups) = groups::list(conn, &filter)?;
            Ok((films, groups, playlist::mapped(conn, &of, MAPPED)?))
        })
        .await?;
    let urls = app.urls();
    let mut pages = vec![urls.absolute("/"), urls.absolute("/about"), urls.absolute("/videos")];
    pages.extend(groups.iter().map(|group| urls.group_page(&group.name)));
    pages.extend(playlists);
    let entries: Vec<_> =
        films.iter().filter(|film| film.listed).map(|film| entry(film, &urls, false)).collect();
    let text = sitemap::write(&pages, &entries).map_err(Error::internal)?;
    Ok(respond(text, "application/xml; charset=utf-8"))
}

fn respond(text: String, media_type: &'static str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=900"));
    response
}

fn invalid(field: &'static str, value: Option<&str>) -> Error {
    Error::Invalid(vec![InvalidField {
        field: field.into(),
        rule: "Invalid value".into(),
        location: Location::Query,
        value: value.map(|value| value.chars().take(50).collect::<String>().into()),
    }])
}

/// Which feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Of the group or account that is asked for, or of all.
    Asked,
    /// The same, with what only podcast clients read.
    Podcast,
    /// Of what an account follows.
    Follower,
    /// Of what is said below a film, those of a group, or all.
    Comments,
}

/// Whose feed it is.
enum Whose {
    Everyones,
    Groups {
        name: String,
        description: String,
        page: String,
        groups: Vec<Group>,
        /// The account, where it is an account's: its films are those that it sent.
        author: Option<i64>,
    },
    Follower {
        name: String,
        page: String,
        feed: following::Feed,
    },
}

fn whose(conn: &Connection, asked: &Asked, urls: &Urls) -> Result<Whose> {
    if let Some(id) = asked.video_channel_id {
        return Ok(of_group(groups::find(conn, id)?, urls));
    }
    if let Some(name) = &asked.video_channel_name {
        return Ok(of_group(groups::by_name(conn, urls.local_name(name), None)?, urls));
    }
    let account = match (asked.account_id, &asked.account_name) {
        (None, None) => return Ok(Whose::Everyones),
        (Some(id), _) => accounts::find(conn, id)?,
        (None, Some(name)) => accounts::by_name(conn, urls.local_name(name), None)?,
    };
    Ok(Whose::Groups {
        groups: groups::of_owner(conn, account.id)?,
        author: Some(account.id),
        page: urls.account_page(&account.name),
        name: account.display_name,
        description: account.description.unwrap_or_default(),
    })
}

/// What an account follows, for who has the token of its feed.
///
/// # Errors
/// 403 in PeerTube's words.
fn of_follower(
    conn: &Connection,
    asked: &Asked,
    urls: &Urls,
    otherwise: SensitivePolicy,
) -> Result<(Whose, Looking)> {
    let refused = || Error::refused(Kind::Forbidden, "User and token mismatch");
    let (Some(account), Some(token)) = (asked.account_id, &asked.token) else { return Err(refused()) };
    if !following::opens_feed(conn, account, token)? {
        return Err(refused());
    }
    let looking = accounts::find_login(conn, account)?.preferences.looking(otherwise);
    let account = accounts::find(conn, account)?;
    let feed = following::feed(conn, account.id)?;
    Ok((
        Whose::Follower { page: urls.account_page(&account.name), name: account.display_name, feed },
        looking,
    ))
}

async fn gather(app: &App, asked: Asked, uri: &Uri, of: Of) -> Result<(Feed, Vec<Entry>)> {
    let urls = app.urls();
    let settings = app.settings();
    let address = urls.absolute(uri.path_and_query().map_or("/feeds/videos.xml", |path| path.as_str()));
    let (sort, descending) = match asked.sort.as_deref() {
        Some(sort) => Sort::parse(sort)?,
        None => (Sort::PublishedAt, true),
    };
    let policy = settings.instance.sensitive_policy;
    let addresses = std::sync::Arc::clone(&urls);
    let (whose, own, films) = app
        .db
        .read(move |conn| {
            let mut looking = Looking::from(policy);
            let whose = if of == Of::Follower {
                let whose;
                (whose, looking) = of_follower(conn, &asked, &addresses, policy)?;
                whose
            } else {
                whose(conn, &asked, &addresses)?
            };
            let scope = match &whose {
                Whose::Everyones => Scope::Listed,
                // Only what anyone may see: readers have the token of the feed, and none for files.
                Whose::Follower { feed, .. } => {
                    Scope::Feed { groups: feed.groups.clone(), authors: feed.authors.clone() }
                }
                Whose::Groups { author: Some(account), .. } => Scope::OfAuthor(*account),
                Whose::Groups { groups, .. } => {
                    Scope::OfGroups(groups.iter().map(|group| group.id).collect())
                }
            };
            let (sensitive, kinds_too, kinds_not) = match asked.sensitive() {
                Some(said) => (said, 0, 0),
                None => (looking.policy.lists(), looking.listed(), looking.hidden),
            };
            let filter = Filter {
                scope,
                sensitive,
                kinds_too,
                kinds_not,
                sort,
                descending,
                count: ENTRIES,
                skip_total: true,
                ..Filter::default()
            };
            let page = videos::list(conn, &filter)?;
            let mut films = page
                .videos
                .iter()
                .map(|video| film::load(conn, looking, video))
                .collect::<Result<Vec<_>>>()?;
            let mut groups: Vec<i64> = films.iter().map(|film| film.group_id).collect();
            groups.extend(whose.groups().iter().map(|group| group.id));
            let pictures = images::of_groups(conn, &groups)?;
            for (film, video) in films.iter_mut().zip(&page.videos) {
                film.group_picture = picture(pictures.get(&film.group_id));
                film.has_chapters = of == Of::Podcast && !videos::chapters(conn, video)?.is_empty();
            }
            let own = whose.groups().first().and_then(|group| picture(pictures.get(&group.id)));
            Ok((whose, own, films))
        })
        .await?;
    let tracker = settings.p2p.enabled;
    let entries = films.iter().map(|film| entry(film, &urls, tracker)).collect();
    Ok((head(whose, own, &settings, &urls, address, app), entries))
}

/// Path of a picture that is large enough for every client.
fn picture(images: Option<&Vec<Image>>) -> Option<String> {
    let avatars = images?.iter().filter(|image| image.kind == images::Kind::Avatar);
    let largest = avatars.max_by_key(|image| image.width)?;
    Some(Urls::lazy_static_path(largest.kind.folder(), &largest.file))
}

impl Whose {
    fn groups(&self) -> &[Group] {
        match self {
            Self::Everyones | Self::Follower { .. } => &[],
            Self::Groups { groups, .. } => groups,
        }
    }
}

fn of_group(group: Group, urls: &Urls) -> Whose {
    Whose::Groups {
        name: group.display_name.clone(),
        description: group.description.clone().unwrap_or_default(),
        page: urls.group_page(&group.name),
        groups: vec![group],
        author: None,
    }
}

fn head(
    whose: Whose,
    picture: Option<String>,
    settings: &Settings,
    urls: &Urls,
    address: String,
    app: &App,
) -> Feed {
    let instance = &settings.instance;
    let mut feed = Feed {
        title: instance.name.clone(),
        description: instance.short_description.clone(),
        page: urls.absolute("/"),
        address,
        image: Some(urls.absolute("/icon-512.png")),
        language: instance.language.clone(),
        author: None,
        now: app.clock.now(),
        generator: format!("Kiosque {}", env!("CARGO_PKG_VERSION")),
    };
    if let Whose::Follower { name, page, .. } = whose {
        feed.title = name;
        feed.page = page;
    } else if let Whose::Groups { name, description, page, .. } = whose {
        let image = picture.map(|path| urls.absolute(&path));
        if image.is_some() {
            feed.image.clone_from(&image);
        }
        feed.author = Some(Person { name: name.clone(), page: page.clone(), image });
        feed.title = name;
        feed.page = page;
        if !description.is_empty() {
            feed.description = description;
        }
    }
    feed
}
