//! Feeds of videos at PeerTube's addresses: RSS, Atom, JSON, podcast, and the map for search engines.

mod write;

use super::film::{self, Film};
use crate::{
    accounts,
    app::App,
    error::{Error, InvalidField, Location, Result},
    groups::{self, Group},
    settings::Settings,
    urls::Urls,
    videos::{self, Filter, Scope, Sort},
};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use write::{Entry, Feed, File, Person};

/// Films in a feed.
const ENTRIES: u32 = 20;
/// Films in the map for search engines.
const MAPPED: u32 = 1000;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/feeds/{file}", get(videos))
        .route("/feeds/podcast/videos.xml", get(podcast))
        .route("/sitemap.xml", get(sitemap))
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
    sort: Option<String>,
    format: Option<String>,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Rss,
    Atom,
    Json,
}

impl Form {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "xml" | "rss" | "rss2" => Some(Self::Rss),
            "atom" | "atom1" => Some(Self::Atom),
            "json" | "json1" => Some(Self::Json),
            _ => None,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
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
) -> Response {
    let answered = async {
        let ending = match file.split_once('.') {
            Some(("videos", ending)) => ending,
            None if file == "videos" => asked.format.as_deref().unwrap_or("xml"),
            _ => return Err(Error::not_found("Feed")),
        };
        let form = Form::parse(ending).ok_or_else(|| invalid("format"))?;
        let (feed, films) = gather(&app, asked.clone(), &uri).await?;
        let urls = app.urls();
        let entries: Vec<_> = films.iter().map(|film| entry(film, &urls)).collect();
        let text = match form {
            Form::Rss => write::rss(&feed, &entries),
            Form::Atom => write::atom(&feed, &entries),
            Form::Json => Ok(write::json_feed(&feed, &entries).to_string()),
        };
        Ok(respond(text.map_err(Error::internal)?, form.media_type()))
    };
    answered.await.unwrap_or_else(IntoResponse::into_response)
}

async fn podcast(State(app): State<App>, Query(asked): Query<Asked>, uri: Uri) -> Response {
    let answered = async {
        if asked.video_channel_id.is_none() && asked.video_channel_name.is_none() {
            return Err(invalid("videoChannelId"));
        }
        let (feed, films) = gather(&app, asked, &uri).await?;
        let urls = app.urls();
        let entries: Vec<_> = films.iter().map(|film| entry(film, &urls)).collect();
        let text = write::podcast(&feed, &entries).map_err(Error::internal)?;
        Ok(respond(text, Form::Rss.media_type()))
    };
    answered.await.unwrap_or_else(IntoResponse::into_response)
}

async fn sitemap(State(app): State<App>) -> Response {
    let answered = async {
        let (films, groups) = app
            .db
            .read(|conn| {
                let filter =
                    Filter { descending: true, count: MAPPED, skip_total: true, ..Filter::default() };
                let page = videos::list(conn, &filter)?;
                let films =
                    page.videos.iter().map(|video| film::load(conn, video)).collect::<Result<Vec<_>>>()?;
                let filter = groups::GroupFilter { count: MAPPED, ..groups::GroupFilter::default() };
                let (_, groups) = groups::list(conn, &filter)?;
                Ok((films, groups))
            })
            .await?;
        let urls = app.urls();
        let mut pages = vec![urls.absolute("/"), urls.absolute("/about"), urls.absolute("/videos")];
        pages.extend(groups.iter().map(|group| urls.group_page(&group.name)));
        let entries: Vec<_> =
            films.iter().filter(|film| film.listed).map(|film| entry(film, &urls)).collect();
        let text = write::sitemap(&pages, &entries).map_err(Error::internal)?;
        Ok(respond(text, "application/xml; charset=utf-8"))
    };
    answered.await.unwrap_or_else(|error: Error| error.into_response())
}

fn respond(text: String, media_type: &'static str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=900"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn invalid(field: &'static str) -> Error {
    let rule = "Invalid value".into();
    Error::Invalid(vec![InvalidField { field: field.into(), rule, location: Location::Query, value: None }])
}

/// Whose feed it is.
enum Whose {
    Everyones,
    Groups { name: String, description: String, page: String, groups: Vec<Group> },
}

async fn gather(app: &App, asked: Asked, uri: &Uri) -> Result<(Feed, Vec<Film>)> {
    let urls = app.urls();
    let settings = app.settings();
    let address = urls.absolute(uri.path_and_query().map_or("/feeds/videos.xml", |path| path.as_str()));
    let (sort, descending) = match asked.sort.as_deref() {
        Some(sort) => Sort::parse(sort)?,
        None => (Sort::PublishedAt, true),
    };
    let sensitive = match asked.nsfw.as_deref() {
        Some("true") => Some(true),
        Some("both") => None,
        _ => Some(false),
    };
    let of = std::sync::Arc::clone(&urls);
    let (whose, films) = app
        .db
        .read(move |conn| {
            let whose = if let Some(id) = asked.video_channel_id {
                of_group(groups::find(conn, id)?, &of)
            } else if let Some(name) = &asked.video_channel_name {
                of_group(groups::by_name(conn, of.local_name(name), None)?, &of)
            } else if asked.account_id.is_some() || asked.account_name.is_some() {
                let account = match (asked.account_id, &asked.account_name) {
                    (Some(id), _) => accounts::find(conn, id)?,
                    (None, name) => {
                        accounts::by_name(conn, of.local_name(name.as_deref().unwrap_or_default()), None)?
                    }
                };
                Whose::Groups {
                    groups: groups::of_owner(conn, account.id)?,
                    page: of.account_page(&account.name),
                    name: account.display_name,
                    description: account.description.unwrap_or_default(),
                }
            } else {
                Whose::Everyones
            };
            let scope = match &whose {
                Whose::Everyones => Scope::Listed,
                Whose::Groups { groups, .. } => {
                    Scope::OfGroups(groups.iter().map(|group| group.id).collect())
                }
            };
            let filter = Filter {
                scope,
                sensitive,
                sort,
                descending,
                count: ENTRIES,
                skip_total: true,
                ..Filter::default()
            };
            let page = videos::list(conn, &filter)?;
            let films =
                page.videos.iter().map(|video| film::load(conn, video)).collect::<Result<Vec<_>>>()?;
            Ok((whose, films))
        })
        .await?;
    Ok((head(whose, &settings, &urls, address, app), films))
}

fn of_group(group: Group, urls: &Urls) -> Whose {
    Whose::Groups {
        name: group.display_name.clone(),
        description: group.description.clone().unwrap_or_default(),
        page: urls.group_page(&group.name),
        groups: vec![group],
    }
}

fn head(whose: Whose, settings: &Settings, urls: &Urls, address: String, app: &App) -> Feed {
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
    if let Whose::Groups { name, description, page, .. } = whose {
        feed.author = Some(Person { name: name.clone(), page: page.clone(), image: None });
        feed.title = name;
        feed.page = page;
        if !description.is_empty() {
            feed.description = description;
        }
    }
    feed
}

fn entry(film: &Film, urls: &Urls) -> Entry {
    // Clients take the first file: the largest that a phone plays without thinking.
    let mut files: Vec<_> = film
        .files
        .iter()
        .map(|file| File {
            address: urls.absolute(&file.path),
            size: file.size,
            media_type: file.media_type(),
            label: if file.has_video { format!("{}p", file.resolution) } else { "Audio only".to_owned() },
            height: file.resolution,
            fps: file.fps,
        })
        .collect();
    files.dedup_by_key(|file| file.height);
    Entry {
        title: film.title.clone(),
        page: urls.watch(film.uuid),
        embed: urls.embed(film.uuid),
        id: urls.video(film.uuid),
        published: film.published,
        updated: film.updated,
        summary: film.summary.clone(),
        html: film.html.clone(),
        author: Person { name: film.group_name.clone(), page: urls.group_page(&film.group), image: None },
        category: film.category.map(str::to_owned),
        language: film.language.clone(),
        duration: film.duration,
        views: film.views,
        sensitive: film.sensitive,
        files,
        hls: film.hls.as_ref().map(|path| urls.absolute(path)),
        preview: film.preview.as_ref().map(|(path, ..)| urls.absolute(path)),
        thumbnail: film.thumbnail.as_ref().map(|path| urls.absolute(path)),
        captions: film
            .captions
            .iter()
            .map(|(language, path)| (language.clone(), urls.absolute(path)))
            .collect(),
        chapters: None,
    }
}
