//! Which page stands at which address, and what its head says. The client has the same table in `web/src/routes.ts`.

use super::{
    about, assets,
    film::{self, Film, Opened},
    home,
    look::Look,
    page::{self, Page, escape},
    playlist,
};
use crate::{
    accounts::{
        self, SensitivePolicy,
        images::{self, Image},
    },
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    groups, ids,
    playlists::Scope,
    settings::{LANGUAGES, pictures::Kind},
    text::markdown,
    urls::Urls,
    videos::{self, Filter},
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use rusqlite::Connection;
use std::fmt::Write as _;

pub(super) fn router() -> Router<App> {
    let mut router = Router::new()
        .route("/", get(home::home))
        .route("/w/{id}", get(watch))
        .route("/videos/watch/{id}", get(watch))
        .route("/about", get(about::page))
        .route("/videos/watch/{id}/comments/{comment}", get(to_comment))
        .route("/videos/embed/{id}", get(embed))
        .route("/w/p/{id}", get(playlist))
        .route("/videos/watch/playlist/{id}", get(playlist))
        .route("/video-playlists/embed/{id}", get(playlist_embed))
        .route("/video-playlists/{id}", get(to_playlist))
        .route("/@{name}", get(group))
        .route("/@{name}/playlists", get(group_playlists))
        .route("/a/{name}/playlists", get(account_playlists))
        .route("/c/{name}", get(group))
        .route("/c/{name}/videos", get(group))
        .route("/video-channels/{name}", get(group))
        .route("/a/{name}", get(account))
        // Addresses that people shared from a PeerTube.
        .route("/a/{name}/video-channels", get(to_account))
        .route("/a/{name}/videos", get(to_account))
        .route("/c/{name}/video-playlists", get(to_group_playlists))
        .route("/accounts/{name}", get(account))
        .fallback(other);
    for path in CLIENT_PAGES {
        router = router.route(path, get(client_page));
    }
    router
}

/// Pages that only the client can draw: they need an account, or are lists that it fetches.
const CLIENT_PAGES: &[&str] = &[
    "/videos",
    "/groups",
    "/search",
    "/sign-in",
    "/login",
    "/signup",
    "/forgot-password",
    "/reset-password",
    "/verify-account/email",
    "/verify-account/ask-send-email",
    "/setup",
    "/upload",
    "/my/videos",
    "/my/comments",
    "/my/playlists",
    "/my/playlists/{id}",
    "/my/reports",
    "/my/mutes",
    "/my/subscriptions",
    "/my/history",
    "/my/notifications",
    "/my/settings",
    "/my/groups/{name}",
    "/my/groups/{name}/{part}",
    "/join/{token}",
    "/videos/edit/{id}",
    "/admin",
    "/admin/{part}",
];

/// A page with the name and language of the instance, for others to fill.
pub(super) fn begin(app: &App, headers: &HeaderMap) -> Page {
    let settings = app.settings();
    Page {
        lang: page::language(headers, &LANGUAGES, &settings.instance.language),
        site: settings.instance.name.clone(),
        description: settings.instance.short_description.clone(),
        look: Look::of(app),
        ..Page::default()
    }
}

/// The same for a frame on another site: it looks as its own player does, whatever the pages look like.
fn begin_embed(app: &App, headers: &HeaderMap) -> Page {
    Page { embed: true, look: Look::default(), ..begin(app, headers) }
}

/// What other sites show beside a link to this instance.
pub(super) fn preview(app: &App) -> (String, u32, u32) {
    let (urls, all) = (app.urls(), app.pictures());
    match all.iter().find(|picture| picture.kind == Kind::Preview) {
        Some(picture) => {
            let path = Urls::lazy_static_path("upload-images", &picture.file);
            (urls.absolute(&path), picture.width, picture.height)
        }
        None => (urls.absolute("/icon-512.png"), 512, 512),
    }
}

/// Films that a page lists for readers without scripts.
const LISTED: u32 = 15;

fn films(conn: &Connection, policy: SensitivePolicy, scope: videos::Scope) -> Result<Vec<Film>> {
    let filter = Filter {
        scope,
        sensitive: policy.lists(),
        descending: true,
        count: LISTED,
        skip_total: true,
        ..Filter::default()
    };
    videos::list(conn, &filter)?.videos.iter().map(|video| film::load(conn, policy.into(), video)).collect()
}

fn listing(films: &[Film]) -> String {
    let mut text = String::from("<ul>");
    for film in films {
        let _ = write!(
            text,
            "<li><a href=\"{}\" dir=\"auto\">{}</a> <span dir=\"auto\">{}</span></li>",
            escape(&Urls::watch_path(film.uuid)),
            escape(&film.title),
            escape(&film.group_name)
        );
    }
    text.push_str("</ul>");
    text
}

/// The page of a film. What is not for everyone is 404 with the page, as in PeerTube: the client then asks with its
/// token. What a password opens is 200, unlike PeerTube: yt-dlp reads the page before it sends the password.
async fn watch(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let mut page = begin(&app, &headers);
    match opened(&app, &id, true).await {
        Ok(Opened::Film(film)) => film::watch_page(&mut page, &film, &app.urls()),
        Ok(Opened::Locked) => locked(&mut page),
        Err(error) => return hidden(page, error),
    }
    page.respond()
}

/// The address of a comment leads to its place on the page.
async fn to_comment(
    State(app): State<App>,
    Path((id, comment)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match (ids::parse_uuid(&id), comment.parse::<i64>()) {
        (Some(uuid), Ok(comment)) => {
            Redirect::permanent(&app.urls().comment_page(uuid, comment)).into_response()
        }
        _ => not_found(&app, &headers),
    }
}

async fn embed(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let mut page = begin_embed(&app, &headers);
    match opened(&app, &id, false).await {
        Ok(Opened::Film(film)) => film::embed_page(&mut page, &film, &app.urls()),
        Ok(Opened::Locked) => locked(&mut page),
        Err(error) => return hidden(page, error),
    }
    page.respond()
}

async fn opened(app: &App, id: &str, with_comments: bool) -> Result<Opened> {
    // PeerTube names a thread behind a semicolon.
    let id = id.split(';').next().unwrap_or_default();
    let uuid = ids::parse_uuid(id).ok_or_else(|| Error::not_found("Video"))?;
    film::open(app, uuid, with_comments).await
}

/// The page of a film that a password opens: nothing of it but that.
fn locked(page: &mut Page) {
    page.hidden = true;
    let sentence = match page.lang.as_str() {
        "fr" => "Cette vidéo s’ouvre avec un mot de passe. La page a besoin de JavaScript pour le demander.",
        _ => "This video opens with a password. The page needs JavaScript to ask for it.",
    };
    page.core = format!("<main class=\"page\"><h1>{}</h1><p>{sentence}</p></main>", escape(&page.site));
}

/// The page without anything of what was asked for.
fn hidden(mut page: Page, error: Error) -> Response {
    if !matches!(&error, Error::Refused(_)) {
        return error.into_response();
    }
    page.status = Some(StatusCode::NOT_FOUND);
    page.hidden = true;
    let sentence = match page.lang.as_str() {
        "fr" => "Cette vidéo n’existe pas, ou n’est pas pour tout le monde.",
        _ => "This video does not exist, or is not for everyone.",
    };
    page.core = format!("<main class=\"page\"><h1>{}</h1><p>{sentence}</p></main>", escape(&page.site));
    page.respond()
}

async fn group(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    profile(&app, &name, &headers, |conn, urls, policy, name| match of_group(conn, urls, policy, name) {
        // `/@name` is also the page of an account, as on Mastodon.
        Err(error) if error.is_not_found() => of_account(conn, urls, policy, name),
        found => found,
    })
    .await
}

async fn account(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    profile(&app, &name, &headers, of_account).await
}

async fn to_account(State(app): State<App>, Path(name): Path<String>) -> Redirect {
    Redirect::permanent(&app.urls().account_page(&name))
}

async fn to_group_playlists(State(app): State<App>, Path(name): Path<String>) -> Redirect {
    Redirect::permanent(&app.urls().group_playlists_page(&name))
}

async fn to_playlist(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    match ids::parse_uuid(&id) {
        Some(uuid) => Redirect::permanent(&app.urls().playlist_page(uuid)).into_response(),
        None => not_found(&app, &headers),
    }
}

/// The page of a playlist. What is not for everyone is 404 with the page, as that of a film.
async fn playlist(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let mut page = begin(&app, &headers);
    match open_playlist(&app, &id).await {
        Ok(row) => playlist::watch_page(&mut page, &row, &app.urls()),
        Err(error) => return hidden(page, error),
    }
    page.respond()
}

async fn playlist_embed(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let mut page = begin_embed(&app, &headers);
    match open_playlist(&app, &id).await {
        Ok(row) => playlist::embed_page(&mut page, &row, &app.urls()),
        Err(error) => return hidden(page, error),
    }
    page.respond()
}

async fn open_playlist(app: &App, id: &str) -> Result<playlist::Row> {
    let uuid = ids::parse_uuid(id).ok_or_else(|| Error::not_found("Video playlist"))?;
    playlist::open(app, uuid).await
}

/// What the page of a group or an account tells.
struct Profile {
    name: String,
    description: Option<String>,
    address: String,
    /// Of schema.org.
    kind: &'static str,
    created: Timestamp,
    updated: Timestamp,
    /// Path and size of the picture.
    picture: Option<(String, u32, u32)>,
    /// Its films, or its playlists, as HTML.
    listing: String,
    /// Address of its feed.
    feed: Option<String>,
}

async fn group_playlists(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    profile(&app, &name, &headers, |conn, urls, policy, name| {
        let group = groups::by_name(conn, name, None)?;
        Ok(Profile {
            address: urls.group_playlists_page(&group.name),
            listing: playlist::listing(conn, Scope::PublicOfGroup(group.id))?,
            ..of_group(conn, urls, policy, name)?
        })
    })
    .await
}

async fn account_playlists(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    profile(&app, &name, &headers, |conn, urls, policy, name| {
        let account = accounts::by_name(conn, name, None)?;
        Ok(Profile {
            address: urls.account_playlists_page(&account.name),
            listing: playlist::listing(conn, Scope::PublicOfAccount(account.id))?,
            ..of_account(conn, urls, policy, name)?
        })
    })
    .await
}

fn of_group(conn: &Connection, urls: &Urls, policy: SensitivePolicy, name: &str) -> Result<Profile> {
    let group = groups::by_name(conn, name, None)?;
    Ok(Profile {
        address: urls.group_page(&group.name),
        kind: "Organization",
        picture: picture(&images::of(conn, images::Whose::Group(group.id))?),
        listing: listing(&films(conn, policy, videos::Scope::OfGroups(vec![group.id]))?),
        feed: Some(urls.group_feed(&group.name)),
        name: group.display_name,
        description: group.description,
        created: group.created_at,
        updated: group.updated_at,
    })
}

fn of_account(conn: &Connection, urls: &Urls, policy: SensitivePolicy, name: &str) -> Result<Profile> {
    let account = accounts::by_name(conn, name, None)?;
    Ok(Profile {
        address: urls.account_page(&account.name),
        kind: "Person",
        picture: picture(&images::of(conn, images::Whose::Account(account.id))?),
        listing: listing(&films(conn, policy, videos::Scope::OfAuthor(account.id))?),
        feed: None,
        name: account.display_name,
        description: account.description,
        created: account.created_at,
        updated: account.updated_at,
    })
}

/// The picture for previews: the largest.
fn picture(images: &[Image]) -> Option<(String, u32, u32)> {
    let avatars = images.iter().filter(|image| image.kind == images::Kind::Avatar);
    let largest = avatars.max_by_key(|image| image.width)?;
    let path = Urls::lazy_static_path(largest.kind.folder(), &largest.file);
    Some((path, largest.width, largest.height))
}

async fn profile(
    app: &App,
    name: &str,
    headers: &HeaderMap,
    find: fn(&Connection, &Urls, SensitivePolicy, &str) -> Result<Profile>,
) -> Response {
    let urls = app.urls();
    let (of, name) = (std::sync::Arc::clone(&urls), urls.local_name(name).to_owned());
    let policy = app.settings().instance.sensitive_policy;
    let found = match app.db.read(move |conn| find(conn, &of, policy, &name)).await {
        Ok(found) => found,
        Err(error) if error.is_not_found() => return not_found(app, headers),
        Err(error) => return error.into_response(),
    };
    let Profile { name, description, address, kind, created, updated, picture, listing, feed } = found;
    let mut page = begin(app, headers);
    if let Some(feed) = feed {
        page.links.push(("alternate", "application/rss+xml", name.clone(), feed));
    }
    let description = description.unwrap_or_default();
    page.title.clone_from(&name);
    page.kind = "profile";
    page.description = markdown::to_plain(&description, 250);
    page.image = picture.map(|(path, width, height)| (urls.absolute(&path), width, height));
    let mut entity = serde_json::json!({
        "@id": address,
        "@type": kind,
        "name": name,
        "description": page.description,
        "url": address
    });
    if let Some((picture, ..)) = &page.image {
        entity["image"] = picture.as_str().into();
    }
    page.json_ld = Some(serde_json::json!({
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "dateCreated": created,
        "dateModified": updated,
        "mainEntity": entity
    }));
    page.canonical = Some(address);
    page.core = format!(
        "<main class=\"page stack\"><h1 dir=\"auto\">{}</h1><div dir=\"auto\">{}</div>{}</main>",
        escape(&name),
        markdown::to_html(&description),
        listing
    );
    page.respond()
}

async fn client_page(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let mut page = begin(&app, &headers);
    // A style sheet that hides everything is taken away again on these.
    if ["/admin", "/sign-in", "/login"].iter().any(|path| uri.path().starts_with(path)) {
        page.look.style.clear();
    }
    page.hidden = true;
    page.core =
        format!("<h1>{}</h1><noscript><p>{}</p></noscript>", escape(&page.site), needs_script(&page.lang));
    page.respond()
}

fn needs_script(lang: &str) -> &'static str {
    match lang {
        "fr" => "Cette page a besoin de JavaScript. Les vidéos et les groupes se lisent sans.",
        _ => "This page needs JavaScript. Videos and groups can be read without.",
    }
}

/// Files that lie at the root of the client (icons), else a page that says that there is nothing here.
async fn other(State(app): State<App>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = uri.path().trim_start_matches('/');
    // Shells are pages with holes, and compressed forms are no addresses.
    let servable =
        !name.contains('/') && !name.is_empty() && !name.ends_with(".html") && !name.starts_with('.');
    if servable && let Some(file) = assets::file(name, &headers) {
        return file;
    }
    not_found(&app, &headers)
}

/// The page for who asks too often.
pub fn too_many(app: &App, headers: &HeaderMap, retry_after: u32) -> Response {
    let mut page = begin(app, headers);
    let (title, sentence) = match page.lang.as_str() {
        "fr" => (
            "Trop de demandes",
            format!(
                "Votre adresse a demandé trop de pages à la fois. Réessayez dans {retry_after} secondes."
            ),
        ),
        _ => (
            "Too many requests",
            format!(
                "Your address asked for too many pages at once. Please try again in {retry_after} seconds."
            ),
        ),
    };
    page.status = Some(StatusCode::TOO_MANY_REQUESTS);
    page.hidden = true;
    title.clone_into(&mut page.title);
    page.core = format!("<h1>{title}</h1><p>{sentence}</p>");
    let mut response = page.respond();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

/// The page for whatever is not here.
pub(super) fn not_found(app: &App, headers: &HeaderMap) -> Response {
    let mut page = begin(app, headers);
    let (title, sentence, home) = match page.lang.as_str() {
        "fr" => (
            "Rien à cette adresse",
            "La page a pu être retirée, ou l’adresse être incomplète.",
            "Retour à l’accueil",
        ),
        _ => (
            "Nothing at this address",
            "The page may have been removed, or the address be incomplete.",
            "Back to the home page",
        ),
    };
    page.status = Some(StatusCode::NOT_FOUND);
    page.hidden = true;
    title.clone_into(&mut page.title);
    page.core = format!("<h1>{title}</h1><p>{sentence}</p><p><a href=\"/\">{home}</a></p>");
    page.respond()
}
