//! What machines ask for first: robots, the manifest of the installable page, where a password is changed, whom to tell of
//! a hole.

use crate::{
    app::App,
    settings::{Colours, pictures::Kind},
    urls::Urls,
};
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/manifest.webmanifest", get(manifest))
        .route("/.well-known/change-password", get(change_password))
        .route("/.well-known/security.txt", get(security))
        .route("/security.txt", get(|| async { moved(StatusCode::MOVED_PERMANENTLY, SECURITY) }))
}

/// Where RFC 9116 wants it.
const SECURITY: &str = "/.well-known/security.txt";

fn moved(status: StatusCode, to: &'static str) -> Response {
    (status, [(header::LOCATION, to)]).into_response()
}

/// Where keepers of passwords lead people to change one (W3C, "A Well-Known URL for Changing Passwords").
async fn change_password() -> Response {
    moved(StatusCode::FOUND, "/my/settings?part=security")
}

/// Whom to tell of a hole (RFC 9116): those who hold this kiosk, on its page about it. It must say when it is out of date.
async fn security(State(app): State<App>) -> Response {
    let text = format!(
        "Contact: {}\nExpires: {}\n",
        app.urls().absolute("/about"),
        app.clock.now().plus_seconds(180 * 24 * 3600).iso()
    );
    (
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=7200"),
        ],
        text,
    )
        .into_response()
}

async fn robots(State(app): State<App>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /admin\nDisallow: /my/\nDisallow: /setup\nDisallow: /upload\n\nSitemap: {}\n",
        app.urls().absolute("/sitemap.xml")
    );
    ([(header::CACHE_CONTROL, "public, max-age=7200")], text).into_response()
}

/// The icon that was chosen, else ours.
fn icons(app: &App) -> Value {
    let all = app.pictures();
    let chosen: Vec<Value> = all
        .iter()
        .filter(|picture| picture.kind == Kind::Favicon)
        .map(|picture| {
            let src = Urls::lazy_static_path("upload-images", &picture.file);
            json!({ "src": src, "sizes": format!("{0}x{0}", picture.width), "type": "image/png" })
        })
        .collect();
    if !chosen.is_empty() {
        return chosen.into();
    }
    json!([
        { "src": "/icon-192.png", "sizes": "192x192", "type": "image/png" },
        { "src": "/icon-512.png", "sizes": "512x512", "type": "image/png" },
        { "src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml" }
    ])
}

async fn manifest(State(app): State<App>) -> Response {
    let instance = &app.settings().instance;
    let manifest = json!({
        "name": instance.name,
        "short_name": instance.name,
        "description": instance.short_description,
        "lang": instance.language,
        "start_url": "/",
        "display": "standalone",
        "background_color": "#f3f2ec",
        "theme_color": Colours::of(&app.settings().look).roof().css(),
        "icons": icons(&app)
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], Json(manifest).into_response().into_body())
        .into_response()
}
