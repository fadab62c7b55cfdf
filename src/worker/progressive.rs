//! A progressive MP4 of a video, for download and for players that know nothing else: the frames of one rendition with
//! the table in front. One, of a size that any player bears; see `docs/decisions`.

use super::{Outcome, Work, files, room::has_room};
use crate::{
    error::{Error, Result},
    ids, jobs,
    media::{
        MediaError,
        child::Verb,
        hls,
        limits::Limits,
        remux::{RemuxJob, Remuxed},
    },
    storage::Storage,
    videos::making::{self, Rendition},
};
use std::time::Duration;

/// The largest short side that is made of a film that has larger ones too.
const LARGEST: u32 = 720;

/// Bytes of memory: the table of a long film.
const MEMORY: u64 = 64 << 20;

pub(super) async fn run(work: &Work, video: i64) -> Result<Outcome> {
    let app = &work.app;
    let found = app
        .db
        .read(move |conn| {
            let source = making::source(conn, video)?;
            let there = !making::progressive(conn, video)?.is_empty();
            Ok(source.filter(|_| !there).map(|source| (source, making::renditions(conn, video))))
        })
        .await?;
    let Some((source, renditions)) = found else { return Ok(Outcome::Done) };
    let Some(from) = choose(&renditions?).cloned() else { return Ok(Outcome::Done) };
    if !has_room(app, from.size.unwrap_or_default()).await? {
        return Err(Error::DiskFull);
    }
    let file = hls::progressive_name(ids::new_uuid(), from.resolution);
    let media = app.storage.path(&Storage::hls(source.uuid, &from.file))?;
    let job = RemuxJob {
        from: media,
        sound: None,
        sound_only: false,
        to: app.storage.path(&Storage::web_video(&file))?,
    };
    let limits =
        Limits::transcode(Duration::from_millis(source.duration_ms), from.size.unwrap_or_default(), MEMORY);
    let path = Storage::web_video(&file);
    let made = files::written(work, Verb::Remux, &job, limits, std::slice::from_ref(&path)).await;
    let made: Remuxed = match made {
        Err(Error::Media(MediaError::Cancelled)) if work.stop.is_cancelled() => return Ok(Outcome::Parked),
        Err(Error::Media(MediaError::Cancelled)) => return Ok(Outcome::Cancelled),
        other => other?,
    };
    // The bytes and the name are safe before a row names them.
    let storage = app.storage.clone();
    let synced = path.clone();
    tokio::task::spawn_blocking(move || storage.sync(&synced)).await.map_err(Error::internal)??;
    let rendition = Rendition {
        file,
        playlist: None,
        size: Some(made.size),
        bit_rate: Some(made.size.saturating_mul(8000) / source.duration_ms.max(1)),
        ..from
    };
    let (now, job) = (app.clock.now(), work.id);
    let wanted = app
        .db
        .write(move |tx| {
            // Cancelled when another film took the place of this one.
            Ok(jobs::is_held(tx, job)? && making::progressive_ready(tx, now, video, &rendition)?)
        })
        .await?;
    if !wanted {
        let storage = app.storage.clone();
        tokio::task::spawn_blocking(move || storage.remove_all(&[path])).await.map_err(Error::internal)??;
    }
    Ok(Outcome::Done)
}

/// The largest that is not above [`LARGEST`], else the smallest; the sound when there is nothing else.
fn choose(renditions: &[Rendition]) -> Option<&Rendition> {
    let whole = || renditions.iter().filter(|rendition| rendition.size.is_some());
    let films = || whole().filter(|rendition| rendition.has_video);
    films()
        .filter(|film| film.resolution <= LARGEST)
        .max_by_key(|film| film.resolution)
        .or_else(|| films().min_by_key(|film| film.resolution))
        .or_else(|| whole().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendition(resolution: u32, whole: bool) -> Rendition {
        Rendition {
            resolution,
            width: resolution,
            height: resolution,
            fps: 30,
            file: String::new(),
            playlist: None,
            codecs: None,
            has_video: resolution > 0,
            has_audio: true,
            copied: false,
            size: whole.then_some(1),
            bit_rate: None,
        }
    }

    #[test]
    fn one_of_a_size_that_any_player_bears() {
        let chosen = |sides: &[(u32, bool)]| {
            let renditions: Vec<_> = sides.iter().map(|(side, whole)| rendition(*side, *whole)).collect();
            choose(&renditions).map(|chosen| chosen.resolution)
        };
        assert_eq!(chosen(&[(0, true), (360, true), (720, true), (1080, true)]), Some(720));
        assert_eq!(chosen(&[(0, true), (360, true), (720, false)]), Some(360));
        assert_eq!(chosen(&[(0, true), (1080, true), (2160, true)]), Some(1080));
        assert_eq!(chosen(&[(0, true)]), Some(0));
        assert_eq!(chosen(&[(0, false)]), None);
    }
}
