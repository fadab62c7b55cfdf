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

use crate::{
    app::App,
    federation::{self, address::Address, documents},
};
use axum::{
    Extension, Router,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};

/// All addresses of this edge.
pub fn router(app: &App) -> Router<App> {
    let all = Router::new()
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
        .merge(torrents::router());
    let all = if federation::is_on(app) {
        all.layer(from_fn_with_state(app.clone(), document_or_page))
    } else {
        all
    };
    all.layer(Extension(tracker::Tracker::default()))
}

pub use pages::too_many;

/// Who wants the document of something rather than its page gets that, at the same address.
async fn document_or_page(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let Some(address) = reads.then(|| Address::of_path(request.uri().path())).flatten() else {
        return next.run(request).await;
    };
    if documents::wanted(request.headers()) || !address.has_page() {
        let query = request.uri().query().unwrap_or_default();
        let page = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
        let page =
            page.and_then(|(_, number)| number.parse().ok()).filter(|page| (1..=MOST_PAGES).contains(page));
        return documents::answer(&app, address, page).await;
    }
    let mut response = next.run(request).await;
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// The last page of a list that is looked for: PeerTube crawls no further.
const MOST_PAGES: u32 = 2000;

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::file(&format!("assets/{file}"), &headers).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}
