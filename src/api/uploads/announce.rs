//! Announcing a file, or finding again what was sent of it.

use super::{MOST_PICTURE, no_store, range, refuse_by_type};
use crate::{
    api::{auth::Caller, form::Form, list_query::video_key, received, video_edit},
    app::App,
    error::{Error, InvalidField, Kind, Location, Result},
    uploads::{self, Announcement, Upload},
    urls::Urls,
    videos::{self, Viewer, replacing},
};
use axum::{
    extract::{FromRequest as _, Multipart, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use rusqlite::Transaction;
use serde_json::{Value, json};

/// Announces a file that will be sent by pieces to the address in `Location`.
#[utoipa::path(post, tag = "uploads", path = "/videos/upload-resumable", security(("token" = [])),
    request_body = Value,
    responses((status = 201), (status = 200), (status = 400), (status = 401), (status = 413), (status = 415), (status = 422)))]
pub(super) async fn announce(State(app): State<App>, caller: Caller, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let (announcement, form) = read(&app, request).await?;
    let (settings, account) = (app.settings(), caller.account_id);
    let upload = put_down(&app, account, announcement, move |tx, announcement| {
        let (metadata, filename) = (&announcement.metadata, &announcement.filename);
        received::read_metadata(tx, account, metadata, filename, &settings.publish).map(drop)
    })
    .await?;
    received::keep_pictures(&app, &upload.id, &form).await?;
    let address = |host: &str| Urls::resumable_upload(host, &upload.id);
    answer(&app, &headers, &upload, address).await
}

/// The same of another file for a video: it takes the place of the present one when all of it is made.
#[utoipa::path(post, tag = "uploads", path = "/videos/{id}/source/replace-resumable", security(("token" = [])),
    params(("id" = String, Path)), request_body = Value,
    responses((status = 201), (status = 200), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409), (status = 413),
        (status = 415), (status = 422)))]
pub(super) async fn announce_source(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response> {
    let video = video_edit::managed(&app, Viewer::from(&caller), video_key(&id)?).await?;
    let (headers, of) = (request.headers().clone(), video.id);
    let (mut announcement, _) = read(&app, request).await?;
    announcement.metadata = json!({});
    announcement.replaces = Some(of);
    let upload = put_down(&app, caller.account_id, announcement, move |tx, _| {
        replacing::check(tx, &videos::by_id(tx, of)?)
    })
    .await?;
    let address = |host: &str| Urls::resumable_source(host, video.uuid, &upload.id);
    answer(&app, &headers, &upload, address).await
}

/// What is said of a file before its bytes come.
async fn read(app: &App, request: Request) -> Result<(Announcement, Form)> {
    let headers = request.headers().clone();
    let size = announced_size(&headers)?;
    let form = read_metadata(request, app).await?;
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
    Ok((Announcement { filename, size, last_modified, metadata, replaces: None }, form))
}

/// Puts an upload down for which there is room, when `check` has nothing against it.
async fn put_down(
    app: &App,
    account: i64,
    announcement: Announcement,
    check: impl FnOnce(&Transaction<'_>, &Announcement) -> Result<()> + Send + 'static,
) -> Result<Upload> {
    let (now, settings) = (app.clock.now(), app.settings());
    let free = received::disk_free(app).await?;
    app.db
        .write(move |tx| {
            check(tx, &announcement)?;
            let limits = received::limits(tx, now, account, free)?;
            let upload = uploads::announce(tx, now, account, &announcement)?;
            // Checked after, so that an upload that is gone on with does not count twice.
            uploads::room(tx, now, account, &limits, &settings.uploads, Some(&upload))?.check(upload.size)?;
            Ok(upload)
        })
        .await
}

async fn answer(
    app: &App,
    headers: &HeaderMap,
    upload: &Upload,
    address: impl Fn(&str) -> String,
) -> Result<Response> {
    look_for_encoders(app);
    let received = app.storage.upload_length(&upload.id, upload.received).await?;
    let host = named_host(headers).unwrap_or_else(|| app.urls().host().to_owned());
    let location = HeaderValue::try_from(address(&host)).map_err(Error::internal)?;
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

/// Host and port as the client wrote them, when they look like such.
fn named_host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    (!host.is_empty() && host.len() <= 255 && host.bytes().all(plain)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_checked() {
        let with = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            named_host(&headers)
        };
        assert_eq!(with("[::1]:8080").as_deref(), Some("[::1]:8080"));
        assert_eq!(with("a/b"), None);
    }
}
