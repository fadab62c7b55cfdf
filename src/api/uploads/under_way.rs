//! What is being sent, and how much room is left.

use crate::{
    api::{auth::Caller, received, shapes::List},
    app::App,
    clock::Timestamp,
    error::Result,
    uploads::{self, LimitedBy},
};
use axum::{Json, extract::State};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A file that is still coming in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Upload)]
pub(super) struct UploadJson {
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
pub(super) struct UploadRoom {
    bytes_left: u64,
    limited_by: LimitedBy,
    max_file_size: u64,
}

/// The caller's unfinished uploads.
#[utoipa::path(get, tag = "uploads", path = "/uploads", security(("token" = [])), responses((status = 200, body = List<UploadJson>)))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<List<UploadJson>>> {
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
pub(super) async fn room(State(app): State<App>, caller: Caller) -> Result<Json<UploadRoom>> {
    let room = received::room(&app, caller.account_id).await?;
    Ok(Json(UploadRoom {
        bytes_left: room.bytes_left,
        limited_by: room.limited_by,
        max_file_size: room.max_file_size,
    }))
}
