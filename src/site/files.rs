//! Sends a file of the data folder: ranges, caching, open to players on other sites, or through nginx.

use super::rights::Asking;
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
};
use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts as _, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use rusqlite::Connection;
use std::{fs::Metadata, io, os::unix::fs::MetadataExt as _, path::PathBuf, sync::Arc};
use tower_http::services::ServeFile;

/// A request for a file.
pub(super) struct Wanted {
    pub app: App,
    /// What it shows for a right to the file.
    pub asking: Arc<Asking>,
    request: Request<Body>,
}

impl FromRequest<App> for Wanted {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let asking = Asking::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        Ok(Self { app: app.clone(), asking: Arc::new(asking), request })
    }
}

impl Wanted {
    /// Looks in the database for the file, and whether the one who asks has a right to it.
    pub fn find<T, F>(&self, find: F) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, Timestamp, &Asking) -> Result<T> + Send + 'static,
    {
        let (db, now, asking) = (self.app.db.clone(), self.app.clock.now(), Arc::clone(&self.asking));
        async move { db.read(move |conn| find(conn, now, &asking)).await }
    }

    /// Answers with a file whose reader has the right to it.
    pub async fn send(self, sending: Sending<'_>) -> Response {
        send(&self.app, self.request, sending).await
    }
}

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
        _ => "application/octet-stream",
    }
}

async fn send(app: &App, request: Request<Body>, sending: Sending<'_>) -> Response {
    let path = match app.storage.path(&sending.relative) {
        Ok(path) => path,
        Err(error) => return error.into_response(),
    };
    let kind = media_type(&sending.relative);
    let mut response = match &app.config.media.accel_redirect {
        Some(location) if request.method() == Method::GET => handed_over(location, &sending.relative),
        _ => match read(path, kind, request, sending.caching).await {
            Ok(response) => response,
            Err(error) => return error.into_response(),
        },
    };
    if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
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

/// The bytes that were asked for, 304 when they are known, 416 when they are not there.
async fn read(path: PathBuf, kind: &str, mut request: Request<Body>, caching: Caching) -> Result<Response> {
    let mime: mime_guess::Mime =
        kind.parse().map_err(|_| Error::internal(format!("{kind} is no media type")))?;
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::not_found("File"),
        _ => Error::io(&path)(error),
    };
    let found = tokio::fs::metadata(&path).await.map_err(missing)?;
    if !found.is_file() {
        return Err(Error::not_found("File"));
    }
    let tag = tag(&found);
    if is_known(request.headers_mut(), &tag, &found, caching) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let response = ServeFile::new_with_mime(&path, &mime).try_call(request).await.map_err(missing)?;
    let mut response = match response.status() {
        StatusCode::NOT_FOUND => return Err(Error::not_found("File")),
        StatusCode::RANGE_NOT_SATISFIABLE => {
            let mut refused = Error::coded(Kind::Range, "RangeNotSatisfiableError", "Range Not Satisfiable")
                .into_response();
            let headers = refused.headers_mut();
            headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
            if let Some(range) = response.headers().get(header::CONTENT_RANGE) {
                headers.insert(header::CONTENT_RANGE, range.clone());
            }
            return Ok(refused);
        }
        _ => response.map(Body::new),
    };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Whether the one who asks has these bytes already; else leaves only those conditions that [`ServeFile`] is to look at.
fn is_known(headers: &mut HeaderMap, tag: &str, found: &Metadata, caching: Caching) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let tags = text(header::IF_NONE_MATCH);
    if tags.is_some_and(|known| known.split(',').any(|one| is_tag(one, tag))) {
        return true;
    }
    // A download that goes on with a file that was made anew would be half of each: it begins again.
    let torn = text(header::IF_RANGE).is_some_and(|known| !is_tag(known, tag) && !is_date(known, found));
    // Dates have seconds: a playlist that grew twice in one would seem the same.
    let by_tag = tags.is_some() || caching == Caching::Changing;
    // Several at once are never asked for by players; another unit is to be passed over (RFC 9110 §14.2).
    let single = text(header::RANGE).is_none_or(|range| range.starts_with("bytes=") && !range.contains(','));
    // The end of a file that is shorter than what was asked for is the whole of it; [`ServeFile`] would refuse.
    let beyond = text(header::RANGE)
        .and_then(|range| range.strip_prefix("bytes=-")?.parse::<u64>().ok())
        .is_some_and(|last| last > found.len());
    if torn || !single {
        headers.remove(header::RANGE);
    } else if beyond {
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-"));
    }
    if by_tag {
        headers.remove(header::IF_MODIFIED_SINCE);
    }
    false
}

/// Another for other bytes: a file is replaced by another one, never written in place, but for one that grows.
fn tag(found: &Metadata) -> String {
    format!("\"{:x}-{:x}-{:x}.{:x}\"", found.ino(), found.len(), found.mtime(), found.mtime_nsec())
}

/// Whether a header names this tag; proxies may have made it a weak one.
fn is_tag(known: &str, tag: &str) -> bool {
    let known = known.trim();
    known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
}

/// Whether a header names the moment of the last change.
fn is_date(known: &str, found: &Metadata) -> bool {
    let date = chrono::DateTime::parse_from_rfc2822(known.trim());
    date.is_ok_and(|date| date.timestamp() == found.mtime())
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

/// A title without what separates folders.
pub(super) fn plain(title: &str) -> String {
    title.replace(['/', '\\'], "_")
}

/// RFC 6266: a plain name for old clients and the true one for the others.
pub(super) fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' })
        .collect();
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The name, when it can be one of ours.
///
/// # Errors
/// 404 when it cannot.
pub(super) fn name(file: String) -> Result<String> {
    if is_plain_name(&file) { Ok(file) } else { Err(Error::not_found("File")) }
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
