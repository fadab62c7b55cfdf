//! Sending files: PeerTube's resumable protocol (peertube-rest §5) and its multipart form. Bytes stream to the disk with
//! constant memory; what a `Range` answer names is safe there.

use super::{auth::Caller, extract::Query, form::Form, received, shapes::List};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, InvalidField, Kind, Location, Result},
    ids,
    storage::{Hold, Receiving},
    uploads::{self, Announcement, LimitedBy, Upload},
    urls::Urls,
};
use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::Engine as _;
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use std::time::Duration;
use tracing::Instrument as _;
use utoipa::ToSchema;

/// Pictures beside a video.
const MOST_PICTURE: usize = 8 << 20;
/// After so many bytes what came is made safe, also in the middle of a piece.
const CHECKPOINT: u64 = 32 << 20;
/// A sender that is silent for so long has gone; the upload is free for whoever goes on.
const SILENCE: Duration = Duration::from_secs(30);
/// Seconds to wait when another request is at the same upload.
const RETRY_AFTER: u32 = 10;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/upload", post(upload))
        .route("/videos/upload-resumable", post(announce).put(piece).delete(cancel))
        .route("/uploads", get(list))
        .route("/uploads/room", get(room))
        .layer(DefaultBodyLimit::disable())
}

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

// -- POST: announcing a file --

/// Announces a file that will be sent by pieces to the address in `Location`.
#[utoipa::path(post, tag = "uploads", path = "/videos/upload-resumable", security(("token" = [])),
    request_body = Value,
    responses((status = 201), (status = 200), (status = 400), (status = 401), (status = 413), (status = 415), (status = 422)))]
async fn announce(State(app): State<App>, caller: Caller, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let size = announced_size(&headers)?;
    let form = read_metadata(request, &app).await?;
    let mut metadata = form.fields();
    let filename = text(&metadata, "filename")
        .map(|name| name.chars().take(255).collect::<String>())
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| Error::invalid("filename", "The name of the file."))?;
    if size == 0 {
        return Err(Error::refused(Kind::Unprocessable, "This file is empty."));
    }
    let content_type = headers.get("x-upload-content-type").and_then(|value| value.to_str().ok());
    refuse_by_type(content_type.unwrap_or_default(), &filename)?;
    let last_modified = text(&metadata, "lastModified");
    if let Value::Object(fields) = &mut metadata {
        fields.retain(|key, _| !["filename", "lastModified", "size", "mimeType"].contains(&key.as_str()));
    }
    let announcement = Announcement { filename, size, last_modified, metadata };
    let now = app.clock.now();
    let free = received::disk_free(&app).await?;
    let (settings, account) = (app.settings(), caller.account_id);
    let uploads = settings.uploads.clone();
    let upload = app
        .db
        .write(move |tx| {
            received::read_metadata(tx, account, &announcement.metadata, &announcement.filename)?;
            let limits = received::limits(tx, now, account, free)?;
            let upload = uploads::announce(tx, now, account, &announcement)?;
            // Checked after, so that an upload that is gone on with does not count twice.
            uploads::room(tx, now, account, &limits, &uploads, Some(&upload))?.check(upload.size)?;
            Ok(upload)
        })
        .await?;
    received::keep_pictures(&app, &upload.id, &form).await?;
    look_for_encoders(&app);
    let received = app.storage.upload_length(&upload.id, upload.received).await?;
    let host = host(&headers).unwrap_or_else(|| app.urls().host().to_owned());
    let location =
        HeaderValue::try_from(Urls::resumable_upload(&host, &upload.id)).map_err(Error::internal)?;
    let status = if received > 0 { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = status.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(0));
    if let Some(range) = range(received) {
        response.headers_mut().insert(header::RANGE, range);
    }
    Ok(no_store(response))
}

/// While bytes flow, so that the first film after a start need not wait for it.
fn look_for_encoders(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = app.encoders().await {
            tracing::warn!(%error, "cannot look for encoders");
        }
    });
}

fn announced_size(headers: &HeaderMap) -> Result<u64> {
    let size = headers.get("x-upload-content-length").and_then(|value| value.to_str().ok()?.parse().ok());
    size.filter(|size| i64::try_from(*size).is_ok()).ok_or_else(|| {
        Error::Invalid(vec![InvalidField {
            field: "x-upload-content-length".into(),
            rule: "The number of bytes of the file.".into(),
            location: Location::Headers,
            value: None,
        }])
    })
}

async fn read_metadata(request: Request, app: &App) -> Result<Form> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|value| value.starts_with("multipart/")) {
        let mut multipart = Multipart::from_request(request, app).await.map_err(|error| {
            Error::refused(Kind::Bad, format!("The form cannot be read: {}.", error.body_text()))
        })?;
        return Form::read(&mut multipart, MOST_PICTURE).await;
    }
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .map_err(|_| Error::refused(Kind::TooLarge, "The description of the file is too large."))?;
    let fields = serde_json::from_slice::<Value>(&bytes)
        .map_err(|error| Error::refused(Kind::Bad, format!("The body is no JSON: {error}.")))?;
    Form::of(fields)
}

/// A text or number of the metadata, as a text.
fn text(metadata: &Value, key: &str) -> Option<String> {
    match metadata.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
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

/// Host and port as the client wrote them, when they look like such.
fn host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    (!host.is_empty() && host.len() <= 255 && host.bytes().all(plain)).then(|| host.to_owned())
}

// -- PUT: a piece, or a question how much is there --

/// What a PUT is about, from its `Content-Range`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// `bytes */TOTAL`: how much is there?
    Question { total: Option<u64> },
    /// `bytes START-END/TOTAL`.
    Bytes { start: u64, length: u64, total: Option<u64> },
}

impl Piece {
    fn parse(text: &str) -> Option<Self> {
        let (range, total) =
            text.trim().strip_prefix("bytes")?.trim_start_matches([' ', '=']).split_once('/')?;
        let total = if total == "*" { None } else { Some(total.parse().ok()?) };
        if range == "*" {
            return Some(Self::Question { total });
        }
        let (start, end) = range.split_once('-')?;
        let (start, end): (u64, u64) = (start.parse().ok()?, end.parse().ok()?);
        let length = end.checked_sub(start)?.checked_add(1)?;
        (total.is_none_or(|total| end < total)).then_some(Self::Bytes { start, length, total })
    }

    fn total(self) -> Option<u64> {
        match self {
            Self::Question { total } | Self::Bytes { total, .. } => total,
        }
    }
}

/// Takes a piece, or tells how much is there; the last one makes the video.
#[utoipa::path(put, tag = "uploads", path = "/videos/upload-resumable", security(("token" = [])),
    params(("upload_id" = String, Query)), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = received::Uploaded), (status = 308), (status = 403), (status = 404), (status = 409), (status = 422),
        (status = 460), (status = 503)))]
async fn piece(
    State(app): State<App>,
    caller: Caller,
    Query(UploadId { upload_id: id }): Query<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let upload = match own(&app, &caller, &id).await? {
        Ok(upload) => upload,
        Err(refusal) => return Ok(no_store(refusal)),
    };
    let length: Option<u64> =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let piece = match headers.get(header::CONTENT_RANGE) {
        Some(range) => range.to_str().ok().and_then(Piece::parse),
        // The whole file in one go.
        None if length == Some(upload.size) => {
            Some(Piece::Bytes { start: 0, length: upload.size, total: Some(upload.size) })
        }
        None => None,
    };
    let Some(piece) = piece else {
        return Err(Error::refused(Kind::Bad, "Content-Range is to be as in bytes 0-999/5000."));
    };
    if piece.total().is_some_and(|total| total != upload.size) {
        return Ok(no_store(refuse(StatusCode::CONFLICT, "FileConflict", "File conflict")));
    }
    let received = app.storage.upload_length(&id, upload.received).await?;
    let taken = match piece {
        Piece::Question { .. } if received < upload.size => return Ok(incomplete(received)),
        // All is there: the answer to the last piece, or the server, was lost before it was told.
        Piece::Question { .. } => None,
        Piece::Bytes { start, .. } if start > received => return Ok(incomplete(received)),
        Piece::Bytes { start, length: named, .. } => {
            if length.is_some_and(|length| length != named) || start + named > upload.size {
                return Err(Error::refused(Kind::Bad, "Content-Range and Content-Length differ."));
            }
            Some(Taken { start, length: named, sha1: digest(&headers)?, body })
        }
    };
    let Some(hold) = app.storage.hold(&id) else {
        return Err(Error::Busy {
            retry_after: RETRY_AFTER,
            detail: "Another request is at this upload. Please try again in a moment.".into(),
        });
    };
    // In a task of its own: when the client goes away, what came is still made safe, and a whole file becomes a video.
    let task = tokio::spawn(go_on(app, caller, id, taken, hold).in_current_span());
    task.await.map_err(Error::internal)?.map(no_store)
}

/// The caller's upload; or the answer to one that is another's, unknown or ended.
async fn own(app: &App, caller: &Caller, id: &str) -> Result<Result<Upload, Response>> {
    let forbidden = || refuse(StatusCode::FORBIDDEN, "Forbidden", "Authenticated user is not allowed access");
    if !uploads::is_of(caller.account_id, id) {
        return Ok(Err(forbidden()));
    }
    let wanted = id.to_owned();
    let account = caller.account_id;
    Ok(match app.db.read(move |conn| uploads::find(conn, &wanted)).await? {
        Some(upload) if upload.account == account => Ok(upload),
        Some(_) => Err(forbidden()),
        None => Err(refuse(StatusCode::NOT_FOUND, "FileNotFound", "Not found")),
    })
}

/// `Digest: sha1=BASE64` of the piece.
fn digest(headers: &HeaderMap) -> Result<Option<Vec<u8>>> {
    let Some(value) = headers.get("digest").and_then(|value| value.to_str().ok()) else { return Ok(None) };
    let Some((name, sum)) = value.split_once('=') else { return Ok(None) };
    if !["sha1", "sha"].contains(&name.trim().to_ascii_lowercase().as_str()) {
        return Ok(None);
    }
    let sum = base64::engine::general_purpose::STANDARD
        .decode(sum.trim())
        .map_err(|_| Error::refused(Kind::Bad, "Digest is to be as in sha1=BASE64."))?;
    Ok(Some(sum))
}

/// Bytes to be taken.
struct Taken {
    start: u64,
    length: u64,
    sha1: Option<Vec<u8>>,
    body: Body,
}

async fn go_on(app: App, caller: Caller, id: String, taken: Option<Taken>, hold: Hold) -> Result<Response> {
    // Read again under the hold: the request before us may have moved or ended it.
    let upload = match own(&app, &caller, &id).await? {
        Ok(upload) => upload,
        Err(refusal) => return Ok(refusal),
    };
    let received = match taken {
        Some(taken) => match take(&app, &upload, taken).await? {
            Ok(received) => received,
            Err(refusal) => return Ok(refusal),
        },
        None => app.storage.upload_length(&id, upload.received).await?,
    };
    if received < upload.size {
        return Ok(incomplete(received));
    }
    let finished = received::Received {
        account: caller.account_id,
        id,
        filename: upload.filename,
        size: upload.size,
        metadata: upload.metadata,
    };
    let answer = received::finish(&app, finished).await;
    drop(hold);
    answer.map(|video| Json(video).into_response())
}

async fn take(app: &App, upload: &Upload, taken: Taken) -> Result<Result<u64, Response>> {
    let mut receiving = app.storage.receive(&upload.id, upload.received).await?;
    let before = receiving.length();
    if taken.start > before {
        return Ok(Ok(before));
    }
    let free = received::disk_free(app).await?;
    if free.saturating_sub(app.settings().uploads.reserve) < taken.length {
        return Err(Error::DiskFull);
    }
    // What is there already is not taken again: what was acknowledged never changes.
    let mut known = before - taken.start;
    let mut left = taken.length;
    let mut safe = before;
    let mut sum = taken.sha1.as_ref().map(|_| Sha1::new());
    let mut body = taken.body.into_data_stream();
    let mut too_long = false;
    loop {
        // At the end, after a lost connection, or when nothing comes any more: what came counts.
        let Ok(Some(Ok(chunk))) = tokio::time::timeout(SILENCE, body.next()).await else { break };
        if chunk.len() as u64 > left {
            too_long = true;
            break;
        }
        left -= chunk.len() as u64;
        if let Some(sum) = &mut sum {
            sum.update(&chunk);
        }
        let skipped = known.min(chunk.len() as u64);
        known -= skipped;
        receiving.add(&chunk[skipped as usize..]).await?;
        // A piece with a sum counts when the sum is right, not before.
        if sum.is_none() && receiving.length() - safe >= CHECKPOINT {
            safe = acknowledge(app, upload, &mut receiving).await?;
        }
    }
    let wrong = match (&sum, &taken.sha1) {
        (Some(sum), Some(expected)) => left > 0 || sum.clone().finalize().as_slice() != expected.as_slice(),
        _ => false,
    };
    if too_long || wrong {
        receiving.cut(safe).await?;
        return if too_long {
            Err(Error::refused(Kind::Bad, "The body is longer than Content-Range says."))
        } else if left > 0 {
            // The connection was lost.
            Ok(Ok(safe))
        } else {
            Ok(Err(refuse(checksum_mismatch(), "ChecksumMismatch", "Checksum mismatch")))
        };
    }
    acknowledge(app, upload, &mut receiving).await.map(Ok)
}

/// 460, as the library of PeerTube's uploads has it.
fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST)
}

/// Makes what came safe, first the bytes, then the row.
async fn acknowledge(app: &App, upload: &Upload, receiving: &mut Receiving) -> Result<u64> {
    let received = receiving.sync().await?;
    let (now, id) = (app.clock.now(), upload.id.clone());
    app.db.write(move |tx| uploads::received(tx, now, &id, received)).await?;
    Ok(received)
}

// -- DELETE --

/// Ends an upload that nobody wants.
#[utoipa::path(delete, tag = "uploads", path = "/videos/upload-resumable", security(("token" = [])),
    params(("upload_id" = String, Query)), responses((status = 204), (status = 403)))]
async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Query(UploadId { upload_id: id }): Query<UploadId>,
) -> Result<Response> {
    if !uploads::is_of(caller.account_id, &id) {
        let message = "Authenticated user is not allowed access";
        return Ok(no_store(refuse(StatusCode::FORBIDDEN, "Forbidden", message)));
    }
    received::cancel(&app, id).await?;
    Ok(no_store(StatusCode::NO_CONTENT.into_response()))
}

// -- The multipart form --

/// Takes a video in one form.
#[utoipa::path(post, tag = "uploads", path = "/videos/upload", security(("token" = [])),
    request_body(content = Value, content_type = "multipart/form-data"),
    responses((status = 200, body = received::Uploaded), (status = 400), (status = 413), (status = 415), (status = 422)))]
async fn upload(State(app): State<App>, caller: Caller, request: Request) -> Result<Response> {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    // The form is a little longer than its file, so what does not fit now does not fit at all.
    let room = received::room(&app, caller.account_id).await?;
    let pictures = 2 * MOST_PICTURE as u64 + (1 << 20);
    room.check(length.unwrap_or(0_u64).saturating_sub(pictures))?;
    let multipart = Multipart::from_request(request, &app)
        .await
        .map_err(|error| Error::refused(Kind::Bad, error.body_text()))?;
    let account = caller.account_id;
    let id = format!("form-{}", ids::secret(16));
    let task = tokio::spawn(take_form(app.clone(), account, id.clone(), multipart, room).in_current_span());
    let answer = task.await.map_err(Error::internal)?;
    if answer.is_err() {
        received::remove_files(&app, &id).await;
    }
    answer.map(|video| Json(video).into_response())
}

async fn take_form(
    app: App,
    account: i64,
    id: String,
    mut multipart: Multipart,
    room: uploads::Room,
) -> Result<received::Uploaded> {
    let broken = |error: axum::extract::multipart::MultipartError| {
        Error::refused(Kind::Bad, format!("The form cannot be read: {}.", error.body_text()))
    };
    let _hold = app.storage.hold(&id);
    let mut form = Form::default();
    let mut file = None;
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        if field.name() != Some("videofile") {
            form.take(field, MOST_PICTURE).await?;
            continue;
        }
        let filename: String = field.file_name().unwrap_or("video").chars().take(255).collect();
        refuse_by_type(field.content_type().unwrap_or_default(), &filename)?;
        let mut receiving = app.storage.receive(&id, 0).await?;
        loop {
            let chunk = tokio::time::timeout(SILENCE, field.chunk())
                .await
                .map_err(|_| Error::refused(Kind::Timeout, "Nothing came for half a minute."))?
                .map_err(broken)?;
            let Some(chunk) = chunk else { break };
            room.check(receiving.length() + chunk.len() as u64)?;
            receiving.add(&chunk).await?;
        }
        file = Some((filename, receiving.sync().await?));
    }
    let Some((filename, size)) = file.filter(|(_, size)| *size > 0) else {
        return Err(Error::invalid("videofile", "A file that is not empty."));
    };
    received::keep_pictures(&app, &id, &form).await?;
    let finished = received::Received { account, id, filename, size, metadata: form.fields() };
    received::finish(&app, finished).await
}

// -- What is under way --

/// A file that is still coming in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Upload)]
struct UploadJson {
    upload_id: String,
    filename: String,
    /// Bytes of the whole file.
    size: u64,
    /// Bytes that are safe.
    received: u64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What was said of the video.
    #[schema(value_type = HashMap<String, Value>)]
    metadata: Value,
}

/// How much may be sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UploadRoom {
    bytes_left: u64,
    limited_by: LimitedBy,
    max_file_size: u64,
}

/// The caller's unfinished uploads.
#[utoipa::path(get, tag = "uploads", path = "/uploads", security(("token" = [])), responses((status = 200, body = List<UploadJson>)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<List<UploadJson>>> {
    let account = caller.account_id;
    let uploads = app.db.read(move |conn| uploads::of_account(conn, account)).await?;
    let mut data = Vec::with_capacity(uploads.len());
    for upload in uploads {
        let received = app.storage.upload_length(&upload.id, upload.received).await?;
        data.push(UploadJson {
            upload_id: upload.id,
            filename: upload.filename,
            size: upload.size,
            received,
            created_at: upload.created_at,
            expires_at: upload.expires_at,
            metadata: upload.metadata,
        });
    }
    Ok(Json(List { total: data.len() as u64, data }))
}

/// How much the caller may send.
#[utoipa::path(get, tag = "uploads", path = "/uploads/room", security(("token" = [])), responses((status = 200, body = UploadRoom)))]
async fn room(State(app): State<App>, caller: Caller) -> Result<Json<UploadRoom>> {
    let room = received::room(&app, caller.account_id).await?;
    Ok(Json(UploadRoom {
        bytes_left: room.bytes_left,
        limited_by: room.limited_by,
        max_file_size: room.max_file_size,
    }))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(announce, piece, cancel, upload, list, room))]
pub struct Doc;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges() {
        let bytes = |start, length, total| Some(Piece::Bytes { start, length, total });
        assert_eq!(Piece::parse("bytes 0-99/1000"), bytes(0, 100, Some(1000)));
        assert_eq!(Piece::parse("bytes=100-199/*"), bytes(100, 100, None));
        assert_eq!(Piece::parse("bytes */1000"), Some(Piece::Question { total: Some(1000) }));
        for bad in [
            "",
            "bytes",
            "bytes 5-4/10",
            "bytes 0-10/10",
            "bytes -1-4/10",
            "items 0-1/2",
            "bytes 0-18446744073709551615/*",
            "bytes 0-1",
        ] {
            assert_eq!(Piece::parse(bad), None, "{bad}");
        }
    }

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

    #[test]
    fn hosts_are_checked() {
        let with = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            super::host(&headers)
        };
        assert_eq!(with("[::1]:8080").as_deref(), Some("[::1]:8080"));
        assert_eq!(with("a/b"), None);
    }
}
