//! The storyboard of a video. It is made of the smallest rendition that is whole: decoding that takes a fraction of what the
//! source takes, and its key frames are close together.

use super::{Outcome, Work, files, pictures};
use crate::{
    error::{Error, Result},
    ids,
    media::{
        MediaError,
        child::Verb,
        limits::Limits,
        storyboard::{self, Layout, StoryboardJob},
    },
    storage::Storage,
    videos::making::{self, Picture, PictureKind, Rendition},
};

pub(super) async fn run(work: &Work, video: i64) -> Result<Outcome> {
    match make(work, video).await {
        Err(Error::Media(MediaError::Cancelled)) if work.stop.is_cancelled() => Ok(Outcome::Parked),
        Err(Error::Media(MediaError::Cancelled)) => Ok(Outcome::Cancelled),
        other => other,
    }
}

async fn make(work: &Work, video: i64) -> Result<Outcome> {
    let app = &work.app;
    let (source, renditions, there) = app
        .db
        .read(move |conn| {
            let there = making::has_picture(conn, video, PictureKind::Storyboard)?;
            Ok((making::source(conn, video)?, making::renditions(conn, video)?, there))
        })
        .await?;
    let (Some(source), Some(rendition), false) = (source, small_enough(&renditions), there) else {
        return Ok(Outcome::Done);
    };
    let name = format!("{}.jpg", ids::new_uuid());
    let job = StoryboardJob {
        file: app.storage.path(&Storage::hls(source.uuid, &rendition.file))?,
        info: None,
        to: app.storage.path(&Storage::picture(&name))?,
    };
    let layout: Option<Layout> =
        files::written(work, Verb::Storyboard, &job, Limits::look(), &[Storage::picture(&name)]).await?;
    let Some(layout) = layout else { return Ok(Outcome::Done) };
    let picture = Picture {
        kind: PictureKind::Storyboard,
        file: name,
        width: layout.total_width,
        height: layout.total_height,
        sprites: Some((layout.sprite_width, layout.sprite_height, layout.sprite_duration)),
    };
    pictures::take(work, video, vec![picture]).await?;
    Ok(Outcome::Done)
}

/// The smallest whole rendition that is no smaller than a sprite, else the largest.
fn small_enough(renditions: &[Rendition]) -> Option<&Rendition> {
    let mut whole = renditions.iter().filter(|rendition| rendition.size.is_some() && rendition.has_video);
    let fits = |rendition: &&Rendition| rendition.width.max(rendition.height) >= storyboard::LONGEST_SIDE;
    whole.clone().find(fits).or_else(|| whole.next_back())
}
