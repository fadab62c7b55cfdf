//! How often one address may ask: the API, pages and feeds, and with how many wrong passwords of videos. Files are not
//! counted: a player asks for many, and a file costs less to send than to refuse.

use super::App;
use crate::{
    api::{address::Client, problem, socket},
    config::LimitsConfig,
    limiter::{Asker, Left, Limiter},
    site,
};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::Map;
use std::sync::Arc;

/// The password of a video, with any request about it.
const VIDEO_PASSWORD: &str = "x-peertube-video-password";

/// What was asked lately, by address.
pub struct Floods {
    api: Limiter<Asker>,
    pages: Limiter<Asker>,
    passwords: Limiter<Asker>,
}

impl Floods {
    /// Nobody has asked yet.
    pub fn new(limits: &LimitsConfig) -> Self {
        Self {
            api: Limiter::new(limits.api_per_10s, 10),
            pages: Limiter::new(limits.pages_per_10s, 10),
            passwords: Limiter::new(limits.logins_per_5min, 300),
        }
    }
}

/// What a request is for, as far as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Api,
    Page,
    Bytes,
}

fn what_for(method: &Method, path: &str) -> For {
    const FILES: [&str; 5] = ["/static/", "/lazy-static/", "/download/", "/assets/", "/tracker/"];
    // A piece of an upload, and the question that browsers ask before another.
    let pieces =
        |path: &str| path == "/api/v1/videos/upload-resumable" || path.ends_with("/source/replace-resumable");
    let piece = method == Method::PUT && pieces(path);
    if method == Method::OPTIONS || piece || FILES.iter().any(|begin| path.starts_with(begin)) {
        For::Bytes
    } else if path.starts_with("/api/") || path == socket::PATH {
        For::Api
    } else {
        For::Page
    }
}

/// Counts requests and refuses what is too much, before anything else is done for it.
pub async fn guard(
    State((app, floods)): State<(App, Arc<Floods>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let trusted = &app.config.trusted_proxies;
    let Client(address) = Client::of(request.extensions(), request.headers(), trusted);
    let (now, asker) = (app.clock.now(), Asker::of(address));
    request.extensions_mut().insert(asker);
    // A proxy that names nobody speaks for this machine: the health check of a service, a test, a bench.
    let stranger = address.filter(|address| !trusted.contains(&address.to_canonical()));
    let what_for = what_for(request.method(), request.uri().path());
    let counted = match (what_for, stranger) {
        (For::Bytes, _) | (_, None) => None,
        (For::Api, _) => Some(&floods.api),
        (For::Page, _) => Some(&floods.pages),
    };
    let left = match counted.map(|limiter| limiter.take(now, &asker)).transpose() {
        Ok(left) => left,
        Err(retry_after) if what_for == For::Page => {
            return site::too_many(&app, request.headers(), retry_after);
        }
        Err(retry_after) => return too_many(retry_after, "Too many requests"),
    };
    let guesses = request.headers().contains_key(VIDEO_PASSWORD);
    if guesses && let Err(retry_after) = floods.passwords.look(now, &asker) {
        return too_many(retry_after, "Too many wrong passwords");
    }
    let mut response = next.run(request).await;
    if guesses && response.status() == StatusCode::FORBIDDEN {
        let _ = floods.passwords.take(now, &asker);
    }
    if let (Some(limiter), Some(left)) = (counted, left) {
        tell(&mut response, limiter.most(), left, now.0 / 1000);
    }
    response
}

/// As PeerTube tells it.
fn tell(response: &mut Response, most: u32, left: Left, now: i64) {
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(most));
    headers.insert(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(left.times));
    let whole_at = now + i64::from(left.whole_in);
    headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(whole_at));
}

fn too_many(retry_after: u32, what: &str) -> Response {
    let detail = format!("{what} from your address. Please try again in {retry_after} seconds.");
    let mut response =
        problem::respond(StatusCode::TOO_MANY_REQUESTS, None, &detail, Map::new()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    // Pages of other sites are to see why.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_not_counted() {
        for (method, path, expected) in [
            (Method::GET, "/api/v1/videos", For::Api),
            (Method::POST, "/api/v1/videos/upload-resumable", For::Api),
            (Method::PUT, "/api/v1/videos/upload-resumable", For::Bytes),
            (Method::PUT, "/api/v1/videos/7", For::Api),
            (Method::OPTIONS, "/api/v1/videos", For::Bytes),
            (Method::GET, "/static/web-videos/a.mp4", For::Bytes),
            (Method::GET, "/lazy-static/avatars/a.jpg", For::Bytes),
            (Method::GET, "/assets/a.js", For::Bytes),
            (Method::GET, "/feeds/videos.xml", For::Page),
            (Method::GET, "/", For::Page),
        ] {
            assert_eq!(what_for(&method, path), expected, "{method} {path}");
        }
    }
}
