//! Media files at PeerTube's addresses, each byte for those who may have it.

use super::files::{self, Caching, Sending};
use crate::{app::App, storage::Storage};
use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderName, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::cors::{AllowOrigin, CorsLayer};

pub(super) fn router() -> Router<App> {
    Router::new().route("/lazy-static/{kind}/{file}", get(lazy)).layer(cors())
}

/// Players on other sites fetch our bytes (peertube-hls §5).
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers([
            header::RANGE,
            header::DNT,
            header::USER_AGENT,
            header::IF_MODIFIED_SINCE,
            header::CACHE_CONTROL,
            header::CONTENT_TYPE,
            header::AUTHORIZATION,
            HeaderName::from_static("x-customheader"),
            HeaderName::from_static("keep-alive"),
            HeaderName::from_static("x-requested-with"),
            HeaderName::from_static("x-peertube-video-password"),
        ])
        .expose_headers([header::CONTENT_LENGTH, header::CONTENT_RANGE, header::ACCEPT_RANGES])
        .max_age(std::time::Duration::from_secs(86_400))
}

/// Pictures and captions. Their names are random and given out with what they belong to.
async fn lazy(
    State(app): State<App>,
    Path((kind, file)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let relative = match kind.as_str() {
        _ if !files::is_plain_name(&file) => None,
        "thumbnails" | "previews" | "storyboards" | "avatars" | "banners" => Some(Storage::picture(&file)),
        "video-captions" => Some(Storage::caption(&file)),
        _ => None,
    };
    let Some(relative) = relative else { return StatusCode::NOT_FOUND.into_response() };
    let response =
        files::send(&app, request, Sending { relative, caching: Caching::Immutable, attachment: None }).await;
    // Empty, as in PeerTube.
    if response.status() == StatusCode::NOT_FOUND { StatusCode::NOT_FOUND.into_response() } else { response }
}
