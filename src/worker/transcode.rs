//! Making the renditions of a source: starts the process that encodes, and turns what it tells into playlists and rows.
//!
//! A film can be watched as soon as every rung of a pass has its first fragment: its playlists grow then. Each rendition
//! that is whole gets its final playlist and its row, and the master playlist a new name, so that no cache serves an old
//! one. Everything told may be told again after a restart.

mod growing;
mod making;

use self::making::Making;
use super::{Outcome, Work, room::has_room};
use crate::{
    error::{Error, Result},
    media::{
        MediaError,
        child::Ended,
        ladder::Plan,
        source::SourceInfo,
        transcode::{self, MediaFile, TranscodeJob},
    },
    storage::Storage,
    videos::making as rows,
};

pub(super) async fn run(work: &Work, video: i64, first: bool) -> Result<Outcome> {
    let app = &work.app;
    let found =
        app.db.read(move |conn| Ok((rows::source(conn, video)?, rows::renditions(conn, video)?))).await?;
    let (Some(source), renditions) = found else { return Ok(Outcome::Cancelled) };
    let whole = renditions.iter().all(|rendition| rendition.size.is_some());
    if whole && !renditions.is_empty() {
        return finish(work, video, first).await;
    }
    let (Some(info), Some(plan), Some(file)) = (&source.info, &source.plan, &source.file) else {
        return Err(MediaError::Damaged("the file is not here any more".to_owned()).into());
    };
    let info: SourceInfo = serde_json::from_value(info.clone())?;
    let mut plan: Plan = serde_json::from_value(plan.clone())?;
    if first {
        plan.passes.truncate(1);
        let now: Vec<u32> = plan.passes.concat();
        plan.renditions.retain(|rendition| now.contains(&rendition.resolution));
    }
    leave_out_whole(&mut plan, &renditions);
    if !has_room(app, 0).await? {
        return Err(Error::DiskFull);
    }
    let folder = app.storage.path(&Storage::hls_folder(source.uuid))?;
    tokio::fs::create_dir_all(&folder).await.map_err(Error::io(&folder))?;
    let encoders = app.encoders().await?;
    let mut job = TranscodeJob {
        source: app.storage.path(&Storage::source(file))?,
        info,
        plan,
        folder,
        files: files(&renditions),
        encoder: encoders.choice()?.clone(),
        software: encoders.software().cloned(),
        limits: transcode::Limits {
            stall_ms: u64::from(app.config.transcoding.stall_seconds) * 1000,
            ..transcode::Limits::default()
        },
    };
    let mut made = Making::new(work, &source, renditions);
    let mut ended = made.run(&job).await;
    while let Err(Error::Media(error)) = &ended
        && let Some(fewer) = fewer_on_the_chip(&job, error)
    {
        made.fall_back(&mut job, fewer, error).await?;
        leave_out_whole(&mut job.plan, &made.renditions);
        ended = made.run(&job).await;
    }
    match ended {
        Ok(Ended::Done(_)) => finish(work, video, first).await,
        Ok(Ended::Parked) => Ok(Outcome::Parked),
        Err(Error::Media(MediaError::Cancelled)) => {
            made.clean_up().await?;
            Ok(Outcome::Cancelled)
        }
        Err(error) => Err(error),
    }
}

/// What is whole is whole, whatever encoder made it.
fn leave_out_whole(plan: &mut Plan, renditions: &[rows::Rendition]) {
    let is_whole = |resolution: &u32| {
        renditions.iter().any(|rendition| rendition.resolution == *resolution && rendition.size.is_some())
    };
    for pass in &mut plan.passes {
        pass.retain(|resolution| !is_whole(resolution));
    }
    plan.passes.retain(|pass| !pass.is_empty());
}

/// How many rungs to give to the chip at once after a run that failed; nothing when the failure is not the chip's.
///
/// A chip without room gets half as many. Any other trouble while it takes part ends its part in this film: what broke
/// down, hung or crashed may well have been its driver, and software then tells whether it was the film.
fn fewer_on_the_chip(job: &TranscodeJob, error: &MediaError) -> Option<u32> {
    let now = job.chip_at_once();
    if job.plan.chip_at_once == Some(0) || job.software.is_none() {
        return None;
    }
    match error {
        // No rung is its; but it may have been decoding.
        MediaError::EncoderFull(_) | MediaError::Encoder(_) if now == 0 => Some(0),
        _ if now == 0 => None,
        MediaError::EncoderFull(_) => Some(now / 2),
        MediaError::Encoder(_)
        | MediaError::Stalled(_)
        | MediaError::Crashed(_)
        | MediaError::Unsupported(_)
        | MediaError::Internal(_) => Some(0),
        MediaError::NotMedia(_)
        | MediaError::Damaged(_)
        | MediaError::Limit(_)
        | MediaError::DiskFull(_)
        | MediaError::Io(_)
        | MediaError::Cancelled => None,
    }
}

async fn finish(work: &Work, video: i64, first: bool) -> Result<Outcome> {
    let app = &work.app;
    let now = app.clock.now();
    let settings = app.settings();
    let (keep, progressive) = (settings.transcoding.keep_original, settings.transcoding.progressive);
    app.db
        .write(move |tx| {
            let rest = rows::renditions(tx, video)?.iter().any(|rendition| rendition.size.is_none());
            if rest && first {
                rows::first_made(tx, now, video)
            } else {
                rows::all_made(tx, now, video, keep, progressive, Storage::source)
            }
        })
        .await?;
    Ok(Outcome::Done)
}

fn files(renditions: &[rows::Rendition]) -> Vec<MediaFile> {
    renditions
        .iter()
        .map(|rendition| MediaFile { resolution: rendition.resolution, name: rendition.file.clone() })
        .collect()
}
