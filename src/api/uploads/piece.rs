//! A piece of a file, the question how much is there, and the end of an upload that nobody wants.

use super::{SILENCE, UploadId, incomplete, no_store, refuse};
use crate::{
    api::{auth::Caller, extract::Query, file_shapes::SourceJson, received},
    app::App,
    error::{Error, Kind, Result},
    storage::{Hold, Receiving},
    uploads::{self, Upload},
    videos::Viewer,
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::Engine as _;
use futures::StreamExt as _;
use sha1::{Digest as _, Sha1};
use tracing::Instrument as _;

/// After so many bytes what came is made safe, also in the middle of a piece.
const CHECKPOINT: u64 = 32 << 20;
/// Seconds to wait when another request is at the same upload.
const RETRY_AFTER: u32 = 10;

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
pub(super) async fn piece(
    State(app): State<App>,
    caller: Caller,
    Query(UploadId { upload_id: id }): Query<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let mut upload = match own(&app, &caller, &id).await? {
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
    if matches!(piece, Piece::Question { .. }) && upload.received < upload.size {
        // What came by the connection that is lost is made safe, and the next piece need not wait for its end.
        received::leave_off(&app, &id).await;
        upload = match own(&app, &caller, &id).await? {
            Ok(upload) => upload,
            Err(refusal) => return Ok(no_store(refusal)),
        };
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

/// Takes a piece of another file for a video; the last one answers with what was sent.
#[utoipa::path(put, tag = "uploads", path = "/videos/{id}/source/replace-resumable", security(("token" = [])),
    params(("id" = String, Path), ("upload_id" = String, Query)), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = SourceJson), (status = 308), (status = 403), (status = 404), (status = 409), (status = 422),
        (status = 460), (status = 503)))]
pub(super) async fn source_piece(
    app: State<App>,
    caller: Caller,
    upload: Query<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    // For which video it is was said when it was announced.
    piece(app, caller, upload, headers, body).await
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
        Some(taken) => match take(&app, &upload, taken, &hold).await? {
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
    let answer = match upload.replaces {
        Some(video) => received::finish_source(&app, finished, video, Viewer::from(&caller))
            .await
            .map(|source| Json(source).into_response()),
        None => received::finish(&app, finished).await.map(|video| Json(video).into_response()),
    };
    drop(hold);
    answer
}

async fn take(app: &App, upload: &Upload, taken: Taken, hold: &Hold) -> Result<Result<u64, Response>> {
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
        // At the end, after a lost connection, when nothing comes any more or somebody asks: what came counts.
        let next = tokio::select! {
            biased;
            next = tokio::time::timeout(SILENCE, body.next()) => next,
            () = hold.wanted() => break,
        };
        let Ok(Some(Ok(chunk))) = next else { break };
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

/// Ends an upload that nobody wants.
#[utoipa::path(delete, tag = "uploads", path = "/videos/upload-resumable", security(("token" = [])),
    params(("upload_id" = String, Query)), responses((status = 204), (status = 403)))]
pub(super) async fn cancel(
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

/// Ends an upload of another file that nobody wants.
#[utoipa::path(delete, tag = "uploads", path = "/videos/{id}/source/replace-resumable", security(("token" = [])),
    params(("id" = String, Path), ("upload_id" = String, Query)), responses((status = 204), (status = 403)))]
pub(super) async fn cancel_source(
    app: State<App>,
    caller: Caller,
    upload: Query<UploadId>,
) -> Result<Response> {
    cancel(app, caller, upload).await
}

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
}
