//! What browsers get besides the API: page heads and readable cores, the embedded client, embeds, feeds, media files.

mod about;
mod assets;
mod discovery;
mod discussion;
mod downloads;
mod feeds;
mod files;
mod film;
mod home;
mod letters;
mod look;
mod media;
mod oembed;
mod page;
mod pages;
mod playlist;
mod query;
mod rights;
mod torrents;
mod tracker;

use crate::app::App;
use axum::{
    Extension, Router,
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};

/// All addresses of this edge.
pub fn router(_app: &App) -> Router<App> {
    Router::new()
        .route("/assets/{*file}", get(asset))
        .route("/tracker/socket", get(tracker::socket))
        .merge(discovery::router())
        .merge(downloads::router())
        .merge(feeds::router())
        .merge(letters::router())
        .merge(look::router())
        .merge(media::router())
        .merge(oembed::router())
        .merge(pages::router())
        .merge(torrents::router())
        .layer(Extension(tracker::Tracker::default()))
}

pub use pages::too_many;

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::file(&format!("assets/{file}"), &headers).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}
