//! What a source holds, and what is to be made of it.

use super::{Outcome, Work, pictures};
use crate::{
    app::App,
    error::{Error, Result},
    ids,
    jobs::{self, Lane},
    media::{
        MediaError,
        child::Verb,
        hls,
        ladder::{LadderOptions, Plan, Treatment, rate},
        limits::Limits,
        probe::ProbeJob,
        source::SourceInfo,
    },
    storage::Storage,
    videos::making::{self, Probed, Rendition, Source},
};

pub(super) async fn run(work: &Work, video: i64) -> Result<Outcome> {
    let app = &work.app;
    let Some(source) = app.db.read(move |conn| making::source(conn, video)).await? else {
        return Ok(Outcome::Cancelled);
    };
    if source.plan.is_some() {
        // A run before this one got as far as this.
        return Ok(Outcome::Done);
    }
    let info = match &source.info {
        Some(info) => serde_json::from_value(info.clone())?,
        None => match probe(work, &source).await {
            Err(Error::Media(MediaError::Cancelled)) => {
                return Ok(if work.stop.is_cancelled() { Outcome::Parked } else { Outcome::Cancelled });
            }
            other => other?,
        },
    };
    let busy = app.db.read(|conn| jobs::is_busy(conn, Lane::Media)).await?;
    let probed = plan(app, &info, busy)?;
    pictures::at_once(work, video).await;
    let now = app.clock.now();
    app.db.write(move |tx| making::probed(tx, now, video, &probed)).await?;
    Ok(Outcome::Done)
}

async fn probe(work: &Work, source: &Source) -> Result<SourceInfo> {
    let Some(file) = &source.file else {
        return Err(MediaError::Damaged("the file is not here any more".to_owned()).into());
    };
    let job = ProbeJob::new(work.app.storage.path(&Storage::source(file))?);
    Ok(work.app.launcher.call(Verb::Probe, &job, Limits::look(), &work.ended).await?)
}

/// What the administrator chose, and what this machine can bear.
fn options(app: &App) -> LadderOptions {
    let settings = &app.settings().transcoding;
    LadderOptions {
        resolutions: settings.resolutions.clone(),
        max_frame_rate: settings.max_fps,
        copy_factor: settings.copy_factor,
        memory: app.launcher.shares().making,
        ..LadderOptions::default()
    }
}

/// `busy`: another film is being made. Then something small is made first, beside it, so that this one can be watched
/// without waiting for hours.
fn plan(app: &App, info: &SourceInfo, busy: bool) -> Result<Probed> {
    let options = options(app);
    let mut plan = Plan::new(info, &options);
    if busy && plan.passes.len() == 1 {
        plan = Plan::new(info, &LadderOptions { long_film_ms: 0, ..options });
    }
    if plan.renditions.is_empty() {
        let none = "it holds nothing of what this server makes renditions of";
        return Err(MediaError::Unsupported(none.to_owned()).into());
    }
    let renditions = plan
        .renditions
        .iter()
        .map(|rendition| {
            let uuid = ids::new_uuid();
            Rendition {
                resolution: rendition.resolution,
                width: rendition.width,
                height: rendition.height,
                fps: rate(rendition.frame_rate).round() as u32,
                file: hls::media_name(uuid, rendition.resolution),
                playlist: Some(hls::playlist_name(uuid, rendition.resolution)),
                codecs: None,
                has_video: rendition.video != Treatment::None,
                has_audio: rendition.audio != Treatment::None,
                copied: rendition.video == Treatment::Copy,
                size: None,
                bit_rate: None,
            }
        })
        .collect();
    Ok(Probed {
        duration_ms: info.duration_ms,
        displayed: info.video.as_ref().map(crate::media::source::VideoStream::displayed),
        info: serde_json::to_value(info)?,
        plan: serde_json::to_value(&plan)?,
        renditions,
        chapters: info.chapters.iter().map(|chapter| (chapter.start_ms, chapter.title.clone())).collect(),
        first_alone: plan.passes.len() > 1,
    })
}
