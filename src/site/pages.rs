//! Which page stands at which address, and what its head says. The client has the same table in `web/src/routes.ts`.

use super::{
    assets,
    page::{self, Page, escape},
};
use crate::{app::App, settings::LANGUAGES};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};

pub(super) fn router() -> Router<App> {
    let mut router = Router::new().route("/", get(home)).fallback(other);
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
    "/about",
    "/sign-in",
    "/login",
    "/setup",
    "/upload",
    "/my/videos",
    "/my/settings",
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
        ..Page::default()
    }
}

async fn home(State(app): State<App>, headers: HeaderMap) -> Response {
    let mut page = begin(&app, &headers);
    page.canonical = Some(app.urls().absolute("/"));
    page.core = format!("<h1>{}</h1><p>{}</p>", escape(&page.site), escape(&page.description));
    page.respond()
}

async fn client_page(State(app): State<App>, headers: HeaderMap) -> Response {
    let mut page = begin(&app, &headers);
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
