//! Thumbnail and preview of a video.

use super::{Outcome, Work, files};
use crate::{
    app::App,
    error::{Error, Result},
    ids, jobs,
    media::{
        MediaError,
        child::Verb,
        limits::Limits,
        source::SourceInfo,
        thumbnail::{self, PictureOrigin, PictureOutput, ThumbnailJob, ThumbnailMade},
    },
    storage::Storage,
    videos::making::{self, Picture, PictureKind},
};
use std::path::PathBuf;

pub(super) async fn run(work: &Work, video: i64) -> Result<Outcome> {
    match make(work, video, Limits::look()).await {
        Err(Error::Media(MediaError::Cancelled)) if work.stop.is_cancelled() => Ok(Outcome::Parked),
        Err(Error::Media(MediaError::Cancelled)) => Ok(Outcome::Cancelled),
        other => other,
    }
}

/// Makes them before the renditions are begun, if that takes no longer than a moment: beside them it would take its memory
/// when they take most. What fails is tried again by the job.
pub(super) async fn at_once(work: &Work, video: i64) {
    const MOMENT_SECONDS: u64 = 3;
    let limits = Limits { wall_seconds: MOMENT_SECONDS, ..Limits::look() };
    if let Err(error) = make(work, video, limits).await {
        tracing::info!(video, %error, "no pictures yet");
    }
}

async fn make(work: &Work, video: i64, limits: Limits) -> Result<Outcome> {
    let app = &work.app;
    let Some((file, info)) = film(app, video).await? else { return Ok(Outcome::Done) };
    let missing = app
        .db
        .read(move |conn| {
            let missing = |kind| Ok::<_, Error>(!making::has_picture(conn, video, kind)?);
            Ok(missing(PictureKind::Thumbnail)? || missing(PictureKind::Preview)?)
        })
        .await?;
    if missing {
        still(work, video, file, info, limits).await?;
    }
    Ok(Outcome::Done)
}

/// The source, or the largest whole rendition when that is gone.
async fn film(app: &App, video: i64) -> Result<Option<(PathBuf, Option<SourceInfo>)>> {
    let found =
        app.db.read(move |conn| Ok((making::source(conn, video)?, making::renditions(conn, video)?))).await?;
    let (Some(source), renditions) = found else { return Ok(None) };
    if let Some(file) = source.file {
        let info = source.info.map(serde_json::from_value).transpose()?;
        return Ok(Some((app.storage.path(&Storage::source(&file))?, info)));
    }
    let largest = renditions.into_iter().rfind(|rendition| rendition.size.is_some());
    let path = largest.map(|rendition| app.storage.path(&Storage::hls(source.uuid, &rendition.file)));
    Ok(path.transpose()?.map(|path| (path, None)))
}

async fn still(
    work: &Work,
    video: i64,
    file: PathBuf,
    info: Option<SourceInfo>,
    limits: Limits,
) -> Result<()> {
    let app = &work.app;
    let kinds = [(PictureKind::Thumbnail, thumbnail::MINIATURE), (PictureKind::Preview, thumbnail::PREVIEW)];
    let mut outputs = Vec::new();
    let mut pictures = Vec::new();
    for (kind, (width, height)) in kinds {
        let name = format!("{}.jpg", ids::new_uuid());
        outputs.push(PictureOutput::new(app.storage.path(&Storage::picture(&name))?, (width, height)));
        pictures.push(Picture { kind, file: name, width, height, sprites: None });
    }
    let job = ThumbnailJob {
        from: PictureOrigin::Media { file, info: info.map(Box::new), moment_ms: None },
        outputs,
    };
    let files: Vec<String> = pictures.iter().map(|picture| Storage::picture(&picture.file)).collect();
    let _: ThumbnailMade = files::written(work, Verb::Thumbnail, &job, limits, &files).await?;
    take(work, video, pictures).await
}

/// Gives pictures to their video; those that it does not want are removed again.
pub(super) async fn take(work: &Work, video: i64, pictures: Vec<Picture>) -> Result<()> {
    let app = &work.app;
    let (now, job) = (app.clock.now(), work.id);
    let (storage, made) = (app.storage.clone(), pictures.clone());
    let sync = move || made.iter().try_for_each(|picture| storage.sync(&Storage::picture(&picture.file)));
    tokio::task::spawn_blocking(sync).await.map_err(Error::internal)??;
    let unwanted = app
        .db
        .write(move |tx| {
            let mut unwanted = Vec::new();
            // Cancelled when another film took the place of the one that they are of.
            let held = jobs::is_held(tx, job)?;
            for picture in pictures {
                let taken = held
                    && !making::has_picture(tx, video, picture.kind)?
                    && making::put_picture(tx, now, video, &picture, false, Storage::picture)?;
                if !taken {
                    unwanted.push(Storage::picture(&picture.file));
                }
            }
            Ok(unwanted)
        })
        .await?;
    let storage = app.storage.clone();
    tokio::task::spawn_blocking(move || storage.remove_all(&unwanted)).await.map_err(Error::internal)?
}
