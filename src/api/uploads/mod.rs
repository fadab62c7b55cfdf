//! Sending files: PeerTube's resumable protocol (peertube-rest §5) and its multipart form. Bytes stream to the disk with
//! constant memory; what a `Range` answer names is safe there.

mod announce;
mod form;
mod piece;
mod under_way;

use crate::{
    app::App,
    error::{Error, Kind, Result},
};
use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Pictures beside a video.
const MOST_PICTURE: usize = 8 << 20;
/// A sender that is silent for so long has gone; the upload is free for whoever goes on.
const SILENCE: Duration = Duration::from_secs(30);

/// Addresses of this folder.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/upload", post(form::upload))
        .route("/videos/upload-resumable", post(announce::announce).put(piece::piece).delete(piece::cancel))
        .route(
            "/videos/{id}/source/replace-resumable",
            post(announce::announce_source).put(piece::source_piece).delete(piece::cancel_source),
        )
        .route("/uploads", get(under_way::list))
        .route("/uploads/room", get(under_way::room))
        .layer(DefaultBodyLimit::disable())
}

/// What this folder answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    announce::announce,
    announce::announce_source,
    piece::piece,
    piece::cancel,
    piece::source_piece,
    piece::cancel_source,
    form::upload,
    under_way::list,
    under_way::room
))]
pub struct Doc;

#[derive(Deserialize)]
struct UploadId {
    #[serde(default)]
    upload_id: String,
}

/// Errors in the form of the library that PeerTube uses for uploads.
fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({"error": {"code": code, "message": message}}))).into_response()
}

fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What has been received, as a `Range` header; none of nothing.
fn range(received: u64) -> Option<HeaderValue> {
    let last = received.checked_sub(1)?;
    HeaderValue::try_from(format!("bytes=0-{last}")).ok()
}

/// 308 "Resume Incomplete": so much is safe, send the rest.
fn incomplete(received: u64) -> Response {
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    if let Some(range) = range(received) {
        response.headers_mut().insert(header::RANGE, range);
    }
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(0));
    no_store(response)
}

/// What a client says itself to be no film is refused before its bytes are sent. Anything doubtful is let through and
/// probed: browsers do not know every film by name, and take some transport streams for translations.
fn refuse_by_type(content_type: &str, filename: &str) -> Result<()> {
    let told = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let other = ["text/", "image/", "font/"].iter().any(|kind| told.starts_with(kind))
        || ["application/pdf", "application/zip", "application/json"].contains(&told.as_str());
    let named = mime_guess::from_path(filename)
        .iter()
        .any(|mime| ["video", "audio"].contains(&mime.type_().as_str()));
    if other && !named {
        return Err(Error::refused(
            Kind::UnsupportedMedia,
            "This file is neither a film nor a sound recording. Please send for example MP4, MOV, MKV, WebM, AVI, OGV, MP3 or FLAC.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_itself_to_be_something_else_is_refused_by_type() {
        for (told, name) in [
            ("video/mp4", "a.mp4"),
            ("", "a"),
            ("application/octet-stream", "a.bin"),
            ("text/vnd.trolltech.linguist", "a.ts"),
        ] {
            assert!(refuse_by_type(told, name).is_ok(), "{told} {name}");
        }
        for (told, name) in [("text/plain", "a.txt"), ("image/png; x=y", "a.png"), ("application/pdf", "a")] {
            assert!(refuse_by_type(told, name).is_err(), "{told} {name}");
        }
    }
}
