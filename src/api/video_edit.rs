//! Changing and deleting videos, and their pictures.

use super::{
    auth::Caller,
    extract::Body,
    form::{Form, FormFile},
    list_query::video_key,
};
use crate::{
    app::App,
    error::{Error, Kind, Result},
    ids,
    media::{
        child::Verb,
        limits::Limits,
        source::SourceInfo,
        thumbnail::{self, PictureOrigin, PictureOutput, ThumbnailJob, ThumbnailMade},
    },
    moderation::log::{self, About, Action},
    storage::Storage,
    videos::{
        self, Change, Key, Video, Viewer,
        making::{self, Picture, PictureKind},
    },
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Request, State},
    http::{StatusCode, header},
    routing::{get, put},
};
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

/// Bytes of a picture.
const MOST_PICTURE: usize = super::config::MAX_PICTURE as usize;

/// Addresses of this file; reading is in `videos`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/{id}", get(super::videos::one).put(change).delete(delete))
        .route("/videos/{id}/thumbnail-frame", put(frame))
        .layer(DefaultBodyLimit::max(3 * MOST_PICTURE))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(super::videos::one, change, delete, frame))]
pub struct Doc;

/// Finds a video that the caller manages.
pub(super) async fn managed(app: &App, viewer: Viewer, key: Key) -> Result<Video> {
    app.db
        .read(move |conn| {
            let video = videos::find(conn, &key)?;
            videos::may_manage(conn, &video, &viewer)?;
            Ok(video)
        })
        .await
}

/// Changes what is said about a video; what the body leaves out stays. A form may carry `thumbnailfile` and
/// `previewfile`.
#[utoipa::path(put, path = "/videos/{id}", tag = "videos", params(("id" = String, Path)), responses((status = 204)))]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode> {
    let (key, viewer) = (video_key(&id)?, Viewer::from(&caller));
    let (fields, files) = read(request, &app).await?;
    let change = Change::read(&fields)?;
    let video = managed(&app, viewer, key).await?;
    let mut pictures = Vec::new();
    for (field, kind, size) in [
        ("thumbnailfile", PictureKind::Thumbnail, thumbnail::MINIATURE),
        ("previewfile", PictureKind::Preview, thumbnail::PREVIEW),
    ] {
        if let Some(file) = files.get(field) {
            pictures.push(sent_picture(&app, file, field, kind, size).await?);
        }
    }
    let (now, id) = (app.clock.now(), video.id);
    app.db
        .write(move |tx| {
            // Read again: another edit may have come between.
            let video = videos::by_id(tx, id)?;
            videos::change(tx, now, &viewer, &video, &change)?;
            for picture in &pictures {
                making::put_picture(tx, now, id, picture, true, Storage::picture)?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) type Files = std::collections::HashMap<String, FormFile>;

/// A JSON body or a form, whichever was sent.
pub(super) async fn read(request: Request, app: &App) -> Result<(Value, Files)> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|value| value.starts_with("multipart/")) {
        let mut multipart = Multipart::from_request(request, app).await.map_err(|error| {
            Error::refused(Kind::Bad, format!("The form cannot be read: {}.", error.body_text()))
        })?;
        let mut form = Form::read(&mut multipart, MOST_PICTURE).await?;
        let files = std::mem::take(&mut form.files);
        return Ok((form.fields(), files));
    }
    let Body(fields) = Body::<Value>::from_request(request, app).await?;
    if !fields.is_object() {
        return Err(Error::refused(Kind::Bad, "The body is an object with the fields to change."));
    }
    Ok((fields, Files::new()))
}

/// A picture that was sent, cut to its size by a process of its own.
pub(super) async fn sent_picture(
    app: &App,
    sent: &FormFile,
    field: &'static str,
    kind: PictureKind,
    size: (u32, u32),
) -> Result<Picture> {
    let raw = format!("tmp/{}", ids::new_uuid());
    let (storage, bytes, to) = (app.storage.clone(), sent.bytes.clone(), raw.clone());
    tokio::task::spawn_blocking(move || storage.write_whole(&to, &bytes))
        .await
        .map_err(Error::internal)??;
    let made =
        pictures_of(app, PictureOrigin::Picture { file: app.storage.path(&raw)? }, &[(kind, size)]).await;
    let (storage, raw) = (app.storage.clone(), vec![raw]);
    tokio::task::spawn_blocking(move || storage.remove_all(&raw)).await.map_err(Error::internal)??;
    let mut made = made.map_err(|error| match error {
        Error::Media(_) => Error::invalid(field, "A picture: JPEG, PNG or WebP."),
        other => other,
    })?;
    made.pop().ok_or_else(|| Error::internal("no picture was made"))
}

async fn pictures_of(
    app: &App,
    from: PictureOrigin,
    kinds: &[(PictureKind, (u32, u32))],
) -> Result<Vec<Picture>> {
    let mut outputs = Vec::new();
    let mut pictures = Vec::new();
    for (kind, (width, height)) in kinds {
        let file = format!("{}.jpg", ids::new_uuid());
        outputs.push(PictureOutput::new(app.storage.path(&Storage::picture(&file))?, (*width, *height)));
        pictures.push(Picture { kind: *kind, file, width: *width, height: *height, sprites: None });
    }
    let job = ThumbnailJob { from, outputs };
    let _: ThumbnailMade =
        app.launcher.call(Verb::Thumbnail, &job, Limits::look(), &CancellationToken::new()).await?;
    Ok(pictures)
}

/// Deletes a video: its jobs are cancelled at once, its files go soon.
#[utoipa::path(delete, path = "/videos/{id}", tag = "videos", params(("id" = String, Path)), responses((status = 204)))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let (key, viewer, now) = (video_key(&id)?, Viewer::from(&caller), app.clock.now());
    let me = caller.account_id;
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            let about = About {
                account: Some(videos::author(tx, &video)?),
                video: Some(video.uuid),
                detail: Some(video.name.clone()),
                ..About::default()
            };
            let by_staff = match videos::may_manage(tx, &video, &Viewer { moderates: false, ..viewer }) {
                Ok(_) => false,
                Err(Error::Refused(_)) => true,
                Err(error) => return Err(error),
            };
            videos::delete(tx, now, &viewer, &video, App::place_of)?;
            if by_staff {
                log::write(tx, now, me, Action::VideoRemoved, &about)?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A moment of a video.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Moment {
    /// Seconds.
    time: f64,
}

/// Takes thumbnail and preview from a moment of the video.
#[utoipa::path(put, path = "/videos/{id}/thumbnail-frame", tag = "videos", params(("id" = String, Path)), request_body = Moment, responses((status = 204)))]
pub(super) async fn frame(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(moment): Body<Moment>,
) -> Result<StatusCode> {
    let (key, viewer) = (video_key(&id)?, Viewer::from(&caller));
    let video = managed(&app, viewer, key).await?;
    let ms = (moment.time * 1000.0).round();
    if !(0.0..=video.duration_ms as f64).contains(&ms) {
        return Err(Error::invalid("time", "Seconds from the beginning, not beyond the end."));
    }
    let (file, info) = film(&app, &video).await?;
    let from = PictureOrigin::Media { file, info: info.map(Box::new), moment_ms: Some(ms as u64) };
    let kinds = [(PictureKind::Thumbnail, thumbnail::MINIATURE), (PictureKind::Preview, thumbnail::PREVIEW)];
    let pictures = pictures_of(&app, from, &kinds).await?;
    let (now, id) = (app.clock.now(), video.id);
    app.db
        .write(move |tx| {
            for picture in &pictures {
                making::put_picture(tx, now, id, picture, true, Storage::picture)?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The source, or the largest whole rendition when that is gone.
async fn film(app: &App, video: &Video) -> Result<(PathBuf, Option<SourceInfo>)> {
    let id = video.id;
    let (source, files) =
        app.db.read(move |conn| Ok((making::source(conn, id)?, videos::media_files(conn, id)?))).await?;
    if let Some(source) = source
        && let Some(file) = source.file
    {
        let info = source.info.map(serde_json::from_value).transpose()?;
        return Ok((app.storage.path(&Storage::source(&file))?, info));
    }
    let largest = files
        .into_iter()
        .find(|file| file.has_video)
        .ok_or_else(|| Error::conflict("This video has no pictures yet to take one from."))?;
    let path =
        if largest.hls { Storage::hls(video.uuid, &largest.file) } else { Storage::web_video(&largest.file) };
    Ok((app.storage.path(&path)?, None))
}
