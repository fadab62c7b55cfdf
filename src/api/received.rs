//! What becomes of a file that has been received: it is looked at, and becomes a video with its jobs in one transaction.

use super::{
    file_shapes::{self, SourceJson},
    form::Form,
};
use crate::{
    accounts,
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
    ids,
    media::{
        MediaError,
        child::Verb,
        limits::Limits,
        probe::ProbeJob,
        source::SourceInfo,
        thumbnail::{self, PictureOrigin, PictureOutput, ThumbnailJob, ThumbnailMade},
    },
    moderation::blocks,
    settings::PublishSettings,
    storage::Storage,
    uploads::{self, Room},
    videos::{
        self, NewVideo, Viewer,
        making::{self, Picture, PictureKind},
        replacing,
    },
};
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

/// Seconds for looking at a file while its sender waits for the answer. What takes longer is looked at in a job.
const PATIENCE: u64 = 5;
/// Who asks for an upload, or ends it, waits so long for another request to leave off.
const LEAVING_OFF: Duration = Duration::from_secs(5);

/// A file that is whole.
pub(super) struct Received {
    /// Who sent it.
    pub account: i64,
    /// Id of its upload, which names its files.
    pub id: String,
    /// What the sender calls it.
    pub filename: String,
    /// Bytes.
    pub size: u64,
    /// What was said about the video.
    pub metadata: Value,
}

/// What became of an upload.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Uploaded {
    video: VideoMade,
}

/// A video that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoCreateResult)]
struct VideoMade {
    id: i64,
    #[serde(rename = "shortUUID")]
    short_uuid: String,
    uuid: String,
}

/// Runs what blocks on files.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Bytes free on the disk.
pub(super) async fn disk_free(app: &App) -> Result<u64> {
    let storage = app.storage.clone();
    Ok(blocking(move || storage.disk_space()).await?.free)
}

/// What decides how much an account may send.
pub(super) fn limits(
    conn: &Connection,
    now: Timestamp,
    account: i64,
    disk_free: u64,
) -> Result<uploads::Limits> {
    let login = accounts::find_login(conn, account)?;
    Ok(uploads::Limits {
        quota: login.video_quota,
        quota_daily: login.video_quota_daily,
        used: making::sent_bytes(conn, account, None)?,
        used_daily: making::sent_bytes(conn, account, Some(now.minus_seconds(24 * 3600)))?,
        disk_free,
    })
}

/// How much an account may send now.
pub(super) async fn room(app: &App, account: i64) -> Result<Room> {
    let free = disk_free(app).await?;
    let (now, settings) = (app.clock.now(), app.settings());
    app.db
        .read(move |conn| {
            let limits = limits(conn, now, account, free)?;
            uploads::room(conn, now, account, &limits, &settings.uploads, None)
        })
        .await
}

/// Reads what was said about a video, with a title from the name of the file when none was given, and open to comments as
/// `usual` when nothing was said of it.
///
/// # Errors
/// 400 naming what breaks a rule, or the group of others.
pub(super) fn read_metadata(
    conn: &Connection,
    account: i64,
    metadata: &Value,
    filename: &str,
    usual: &PublishSettings,
) -> Result<NewVideo> {
    let mut metadata = metadata.clone();
    if let Value::Object(fields) = &mut metadata {
        let named = fields.get("name").is_some_and(|name| !name.is_null());
        if !named {
            fields.insert("name".to_owned(), title(filename).into());
        }
        // Clients before PeerTube 6.2 say it in their way.
        let said = |key| fields.get(key).is_some_and(|value| !value.is_null());
        if !said("commentsPolicy") && !said("commentsEnabled") {
            fields.insert("commentsPolicy".to_owned(), usual.comments_policy.into());
        }
    }
    let new = NewVideo::read(&metadata)?;
    videos::may_publish(conn, account, new.group)?;
    Ok(new)
}

/// `VID_2026-11-23.mp4` as a title.
fn title(filename: &str) -> String {
    let base = filename.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let words: Vec<&str> = stem.split(['_', ' ', '+']).filter(|word| !word.is_empty()).collect();
    let title: String = words.join(" ").chars().take(120).collect();
    if title.chars().count() < 3 { format!("Video {title}").trim().to_owned() } else { title }
}

/// The ending that the stored file gets: the sender's own when it is a plain one.
fn ending(filename: &str) -> String {
    let ending = filename.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let plain = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { ending } else { "bin".to_owned() }
}

/// Keeps the pictures that came with an upload, cut to their sizes, until it is finished.
///
/// # Errors
/// 400 for what is no picture.
pub(super) async fn keep_pictures(app: &App, id: &str, form: &Form) -> Result<()> {
    let kinds = [
        ("thumbnailfile", "thumbnail", thumbnail::MINIATURE),
        ("previewfile", "preview", thumbnail::PREVIEW),
    ];
    for (field, kind, size) in kinds {
        let Some(file) = form.files.get(field) else { continue };
        let (raw, to) = (Storage::upload_picture(id, "sent"), Storage::upload_picture(id, kind));
        let (storage, bytes, path) = (app.storage.clone(), file.bytes.clone(), raw.clone());
        blocking(move || storage.replace(&path, &bytes)).await?;
        let job = ThumbnailJob {
            from: PictureOrigin::Picture { file: app.storage.path(&raw)? },
            outputs: vec![PictureOutput::new(app.storage.path(&to)?, size)],
        };
        let made: Result<ThumbnailMade, MediaError> =
            app.launcher.call(Verb::Thumbnail, &job, Limits::look(), &CancellationToken::new()).await;
        let storage = app.storage.clone();
        blocking(move || storage.remove_all(&[raw])).await?;
        made.map_err(|error| {
            tracing::info!(%error, field, "a picture was refused");
            Error::invalid(field, "A picture: JPEG, PNG or WebP.")
        })?;
    }
    Ok(())
}

/// Looks at a whole file and makes it a video.
///
/// # Errors
/// 422 for what is no film; its bytes are gone then. Anything else leaves them, to be finished again.
pub(super) async fn finish(app: &App, received: Received) -> Result<Uploaded> {
    let info = look_or_forget(app, &received).await?;
    let file = format!("{}.{}", ids::new_uuid(), ending(&received.filename));
    let mut moves = vec![(Storage::upload(&received.id), Storage::source(&file))];
    let pictures = pictures(app, &received.id, &mut moves).await;
    let (now, settings) = (app.clock.now(), app.settings());
    let video = place(app, received, moves, move |tx, received| {
        let usual = &settings.publish;
        let new = read_metadata(tx, received.account, &received.metadata, &received.filename, usual)?;
        let video = videos::create(tx, now, received.account, &new)?;
        let (name, size) = (&received.filename, received.size);
        making::source_received(tx, now, video.id, &file, name, size, info.as_ref())?;
        for picture in &pictures {
            making::put_picture(tx, now, video.id, picture, true, Storage::picture)?;
        }
        blocks::review(tx, now, Some(received.account), &video, settings.review.new_videos)?;
        Ok(video)
    })
    .await?;
    let (id, uuid) = (video.id, video.uuid.to_string());
    Ok(Uploaded { video: VideoMade { id, short_uuid: ids::short(video.uuid), uuid } })
}

/// Looks at a whole file and has it made, to take the place of a video's film.
///
/// # Errors
/// As [`finish`]; 403 for who does not manage the video any more, 409 when something of it is being made meanwhile.
pub(super) async fn finish_source(
    app: &App,
    received: Received,
    of: i64,
    viewer: Viewer,
) -> Result<SourceJson> {
    let info = look_or_forget(app, &received).await?;
    let file = format!("{}.{}", ids::new_uuid(), ending(&received.filename));
    let moves = vec![(Storage::upload(&received.id), Storage::source(&file))];
    let (now, urls) = (app.clock.now(), app.urls());
    place(app, received, moves, move |tx, received| {
        let video = videos::by_id(tx, of)?;
        let account = videos::may_manage(tx, &video, &viewer)?;
        let coming = replacing::begin(tx, now, account, &video, App::place_of)?;
        let (name, size) = (&received.filename, received.size);
        making::source_received(tx, now, coming.id, &file, name, size, info.as_ref())?;
        let source = making::source(tx, coming.id)?.ok_or_else(|| Error::not_found("Video source"))?;
        Ok(file_shapes::source(&urls, &coming, &source))
    })
    .await
}

/// What a whole file holds, as far as that is known soon. What is no film is forgotten at once.
async fn look_or_forget(app: &App, received: &Received) -> Result<Option<Value>> {
    match look(app, received).await {
        Ok(info) => Ok(info.map(serde_json::to_value).transpose()?),
        Err(error) => {
            forget(app, received.id.clone()).await?;
            Err(error)
        }
    }
}

/// Gives files of an upload their places, and ends it with what `write` makes of it.
async fn place<T: Send + 'static>(
    app: &App,
    received: Received,
    moves: Vec<(String, String)>,
    write: impl FnOnce(&Transaction<'_>, &Received) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (storage, moving) = (app.storage.clone(), moves.clone());
    blocking(move || moving.iter().try_for_each(|(from, to)| storage.keep(from, to))).await?;
    let id = received.id.clone();
    let written = app
        .db
        .write(move |tx| {
            let written = write(tx, &received)?;
            uploads::end(tx, &received.id)?;
            Ok(written)
        })
        .await;
    match written {
        Ok(written) => {
            remove_files(app, &id).await;
            Ok(written)
        }
        Err(error) => {
            // The upload stays, to be finished again; its second name goes.
            let storage = app.storage.clone();
            blocking(move || moves.iter().try_for_each(|(from, to)| storage.give_back(from, to))).await?;
            Err(error)
        }
    }
}

/// What the file holds; nothing when that takes longer than its sender should wait.
async fn look(app: &App, received: &Received) -> Result<Option<SourceInfo>> {
    let file = app.storage.path(&Storage::upload(&received.id))?;
    let job = ProbeJob { patience: PATIENCE, ..ProbeJob::new(file) };
    let limits = Limits { wall_seconds: PATIENCE + 3, ..Limits::look() };
    match app.launcher.call(Verb::Probe, &job, limits, &CancellationToken::new()).await {
        Ok(info) => Ok(Some(info)),
        Err(
            error @ (MediaError::NotMedia(_)
            | MediaError::Damaged(_)
            | MediaError::Unsupported(_)
            | MediaError::Crashed(_)),
        ) => {
            tracing::info!(%error, "a file was refused");
            Err(Error::coded(Kind::Unprocessable, error.code(), making::sentence(error.code())))
        }
        Err(error) => {
            tracing::info!(%error, "a file is looked at in a job");
            Ok(None)
        }
    }
}

/// The pictures that came with an upload, with their final names.
async fn pictures(app: &App, id: &str, moves: &mut Vec<(String, String)>) -> Vec<Picture> {
    let mut pictures = Vec::new();
    let kinds = [(PictureKind::Thumbnail, thumbnail::MINIATURE), (PictureKind::Preview, thumbnail::PREVIEW)];
    for (kind, (width, height)) in kinds {
        let from = Storage::upload_picture(id, kind.name());
        let Ok(path) = app.storage.path(&from) else { continue };
        if tokio::fs::try_exists(&path).await.unwrap_or_default() {
            let file = format!("{}.jpg", ids::new_uuid());
            moves.push((from, Storage::picture(&file)));
            pictures.push(Picture { kind, file, width, height, sprites: None });
        }
    }
    pictures
}

/// Has the request that is at an upload leave off: its sender comes anew, so the connection that it waits for is lost.
pub(super) async fn leave_off(app: &App, id: &str) {
    // Who is finishing it does not leave off, and is found still at it.
    let _ = tokio::time::timeout(LEAVING_OFF, app.storage.interrupt(id)).await;
}

/// Ends an upload that nobody wants.
///
/// # Errors
/// 503 while it is being finished.
pub(super) async fn cancel(app: &App, id: String) -> Result<()> {
    leave_off(app, &id).await;
    let Some(hold) = app.storage.hold(&id) else {
        return Err(Error::Busy { retry_after: 5, detail: "Another request is at this upload.".into() });
    };
    forget(app, id).await?;
    drop(hold);
    Ok(())
}

async fn forget(app: &App, id: String) -> Result<()> {
    let ended = id.clone();
    app.db.write(move |tx| uploads::end(tx, &ended)).await?;
    remove_files(app, &id).await;
    Ok(())
}

/// Removes the files of an upload. What fails is swept at the next start.
pub(super) async fn remove_files(app: &App, id: &str) {
    let (storage, files) = (app.storage.clone(), Storage::upload_files(id));
    if let Err(error) = blocking(move || storage.remove_all(&files)).await {
        tracing::warn!(%error, "files of an upload stay");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_come_from_names_of_files() {
        for (name, expected) in [
            ("VID_2026-11-23.mp4", "VID 2026-11-23"),
            ("C:\\Films\\Le chœur.mov", "Le chœur"),
            ("a.mp4", "Video a"),
            (".mp4", "Video"),
            ("concert", "concert"),
        ] {
            assert_eq!(title(name), expected);
        }
        assert_eq!(title(&"x".repeat(300)).len(), 120);
    }

    #[test]
    fn endings_are_plain() {
        assert_eq!(ending("a.MP4"), "mp4");
        for odd in ["a", "a.", "a.m/4", "a.very-long"] {
            assert_eq!(ending(odd), "bin", "{odd}");
        }
    }
}
