//! The web client, built by Vite into `web/dist` and carried in the binary with its compressed forms.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// In debug builds the files are read from the folder at each request.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// Answers one file of the client, in the best form the browser takes; `None` when there is no such file.
pub(super) fn file(path: &str, request: &HeaderMap) -> Option<Response> {
    let whole = Dist::get(path)?;
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let compressed = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(name, ending)| {
        let offered =
            accepted.split(',').any(|one| one.split(';').next().is_some_and(|one| one.trim() == name));
        offered.then(|| Dist::get(&format!("{path}.{ending}"))).flatten().map(|file| (name, file))
    });
    let tag = format!("\"{}\"", hex::encode(&whole.metadata.sha256_hash()[..12]));
    let known = request.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut headers = HeaderMap::new();
    // Names below assets/ carry a hash of their content; the others may change with the next version.
    let caching = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if known {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = if kind.type_() == "text" || kind.subtype() == "javascript" {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    let file = match compressed {
        Some((encoding, file)) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            file
        }
        None => whole,
    };
    Some((headers, bytes(file)).into_response())
}

/// A page of the client (`index.html`, `embed.html`) as text, with the markers still in it.
pub(super) fn shell(name: &str) -> Option<String> {
    String::from_utf8(Dist::get(name)?.data.into_owned()).ok()
}

fn bytes(file: EmbeddedFile) -> axum::body::Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(data) => axum::body::Bytes::from_static(data),
        std::borrow::Cow::Owned(data) => axum::body::Bytes::from(data),
    }
}
