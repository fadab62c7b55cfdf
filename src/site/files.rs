//! Sends a file of the data folder: ranges, caching, open to players on other sites, or through nginx.

use crate::{
    app::App,
    error::{Error, Kind},
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use tower_http::services::ServeFile;

/// How a file is sent.
pub(super) struct Sending<'a> {
    /// Path under the data folder.
    pub relative: String,
    /// How long others may keep it.
    pub caching: Caching,
    /// The name under which a browser saves it, when it is to be saved.
    pub attachment: Option<&'a str>,
}

/// How long others may keep a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caching {
    /// The name is new whenever the content is.
    Immutable,
    /// The same, for those who may see it only.
    Private,
    /// Grows while it is made.
    Changing,
}

/// Media types that players ask for by ending.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "m3u8" => "application/vnd.apple.mpegurl",
        "mp4" => "video/mp4",
        "m4a" => "audio/mp4",
        "ts" => "video/mp2t",
        "json" => "application/json",
        "vtt" => "text/vtt; charset=utf-8",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "torrent" => "application/x-bittorrent",
        _ => "application/octet-stream",
    }
}

/// Answers `request` with a file whose reader has the right to it.
pub(super) async fn send(app: &App, request: Request<Body>, sending: Sending<'_>) -> Response {
    let path = match app.storage.path(&sending.relative) {
        Ok(path) => path,
        Err(error) => return error.into_response(),
    };
    let kind = media_type(&sending.relative);
    let mut response = match &app.config.media.accel_redirect {
        Some(location) if request.method() == Method::GET => handed_over(location, &sending.relative),
        _ => read(path, kind, request).await,
    };
    if response.status() == StatusCode::NOT_FOUND {
        return Error::not_found("File").into_response();
    }
    if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
        let range = response.headers().get(header::CONTENT_RANGE).cloned();
        response =
            Error::coded(Kind::Range, "RangeNotSatisfiableError", "Range Not Satisfiable").into_response();
        if let Some(range) = range {
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        return response;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let caching = match sending.caching {
        Caching::Immutable => "public, max-age=31536000, immutable",
        Caching::Private => "private, max-age=3600",
        Caching::Changing => "no-cache",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Some(name) = sending.attachment
        && let Ok(disposition) = HeaderValue::from_str(&disposition(name))
    {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

async fn read(path: std::path::PathBuf, kind: &str, request: Request<Body>) -> Response {
    let Ok(mime) = kind.parse::<mime_guess::Mime>() else {
        return Error::internal(format!("{kind} is no media type")).into_response();
    };
    match ServeFile::new_with_mime(path, &mime).try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => StatusCode::NOT_FOUND.into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}

/// nginx sends the bytes itself, with ranges, when it finds this header; the location is `internal` there.
fn handed_over(location: &str, relative: &str) -> Response {
    let file = relative.strip_prefix("media/").unwrap_or(relative);
    let place = format!("{}/{file}", location.trim_end_matches('/'));
    match HeaderValue::from_str(&place) {
        Ok(place) => ([("x-accel-redirect", place)], Body::empty()).into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}

/// RFC 6266: a plain name for old clients and the true one for the others.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' })
        .collect();
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Whether this can be the name of a file that we gave out: one segment, no way out (CVE-2025-32943 was a way out).
pub(super) fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 120
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && !name.starts_with('.')
        && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_none_of_ours() {
        for bad in ["", "..", "../x", "a/b", ".x", "a..b", "a\\b", "a\0b", "é.mp4"] {
            assert!(!is_plain_name(bad), "{bad:?}");
        }
        assert!(is_plain_name("9c9de5e8-0a1e-484a-b099-e80766180a6d-720-fragmented.mp4"));
    }

    #[test]
    fn saved_names_keep_their_accents() {
        assert_eq!(
            disposition("Été.mp4"),
            "attachment; filename=\"_t_.mp4\"; filename*=UTF-8''%C3%89t%C3%A9%2Emp4"
        );
    }
}
