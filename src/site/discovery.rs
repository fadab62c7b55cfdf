//! What machines ask for first: robots, the manifest of the installable page.

use crate::app::App;
use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

pub(super) fn router() -> Router<App> {
    Router::new().route("/robots.txt", get(robots)).route("/manifest.webmanifest", get(manifest))
}

async fn robots(State(app): State<App>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /admin\nDisallow: /my/\nDisallow: /setup\nDisallow: /upload\n\nSitemap: {}\n",
        app.urls().absolute("/sitemap.xml")
    );
    ([(header::CACHE_CONTROL, "public, max-age=7200")], text).into_response()
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
        "theme_color": "#14483a",
        "icons": [
            { "src": "/icon-192.png", "sizes": "192x192", "type": "image/png" },
            { "src": "/icon-512.png", "sizes": "512x512", "type": "image/png" },
            { "src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml" }
        ]
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], Json(manifest).into_response().into_body())
        .into_response()
}
