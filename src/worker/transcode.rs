//! Making the renditions of a source: starts the process that encodes, and turns what it tells into playlists and rows.
//!
//! A film can be watched as soon as every rung of a pass has its first fragment: its playlists grow then. Each rendition
//! that is whole gets its final playlist and its row, and the master playlist a new name, so that no cache serves an old
//! one. Everything told may be told again after a restart.

mod growing;

use self::growing::Growing;
use super::{Outcome, Work};
use crate::{
    error::{Error, Result},
    jobs::{Progress, RenditionProgress},
    media::{
        MediaError,
        child::{Child, Ended, Said, Verb},
        ladder::{Plan, Treatment},
        limits::Limits,
        record::Whole,
        source::SourceInfo,
        transcode::{self, MediaFile, TranscodeEvent, TranscodeJob},
    },
    storage::Storage,
    videos::making::{self, Rendition, Source},
};
use serde_json::Value;
use std::time::{Duration, Instant};

/// How often growing playlists are written at most.
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// Renditions that are whole within so short a time share one new master playlist.
const GATHER: Duration = Duration::from_millis(150);
/// A child that waits for a slow disk says nothing meanwhile.
const FSYNC: Duration = Duration::from_secs(60);
/// Less room than this on the disk is what made writing fail.
const HARDLY_ANY: u64 = 64 << 20;

pub(super) async fn run(work: &Work, video: i64, first: bool) -> Result<Outcome> {
    let app = &work.app;
    let found =
        app.db.read(move |conn| Ok((making::source(conn, video)?, making::renditions(conn, video)?))).await?;
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
    if app.storage.disk_space()?.free < HARDLY_ANY {
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
    let mut made = Making { work, source: &source, renditions, plan: source.plan.clone() };
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
        Err(Error::Media(MediaError::DiskFull(reason))) => {
            tracing::warn!(reason, "writing failed for want of room");
            Err(Error::DiskFull)
        }
        Err(error) => Err(error),
    }
}

/// What is whole is whole, whatever encoder made it.
fn leave_out_whole(plan: &mut Plan, renditions: &[Rendition]) {
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
            let rest = making::renditions(tx, video)?.iter().any(|rendition| rendition.size.is_none());
            if rest && first {
                making::first_made(tx, now, video)
            } else {
                making::all_made(tx, now, video, keep, progressive, Storage::source)
            }
        })
        .await?;
    Ok(Outcome::Done)
}

fn files(renditions: &[Rendition]) -> Vec<MediaFile> {
    renditions
        .iter()
        .map(|rendition| MediaFile { resolution: rendition.resolution, name: rendition.file.clone() })
        .collect()
}

/// One run of the encoding process, from the side of the rows.
struct Making<'a> {
    work: &'a Work,
    source: &'a Source,
    renditions: Vec<Rendition>,
    plan: Option<Value>,
}

impl Making<'_> {
    /// Runs the process to its end.
    async fn run(&mut self, job: &TranscodeJob) -> Result<Ended<Vec<Whole>>> {
        let app = &self.work.app;
        let film = Duration::from_millis(job.info.duration_ms);
        let limits = Limits::transcode(film, job.info.size);
        let mut child: Child<TranscodeEvent, Vec<Whole>> =
            app.launcher.start(Verb::Transcode, job, limits).await?;
        let folder = Storage::hls_folder(self.source.uuid);
        let mut growing = Growing::new(app.storage.clone(), folder, &self.renditions, &job.plan);
        let mut whole: Vec<Whole> = Vec::new();
        let mut parking = false;
        // It tells something every second, unless not even its watchdog goes on.
        let silence = Duration::from_millis(job.limits.stall_ms) + FSYNC;
        let mut heard = Instant::now();
        let mut tick = tokio::time::interval(WRITE_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let gathered = async {
                if whole.is_empty() { std::future::pending().await } else { tokio::time::sleep(GATHER).await }
            };
            let said = tokio::select! {
                biased;
                () = self.work.cancelled.cancelled() => {
                    child.kill().await;
                    return Err(MediaError::Cancelled.into());
                }
                () = self.work.stop.cancelled(), if !parking => {
                    parking = true;
                    child.park().await;
                    continue;
                }
                said = child.next() => said,
                () = gathered => {
                    self.ready(&mut growing, std::mem::take(&mut whole)).await?;
                    continue;
                }
                _ = tick.tick() => {
                    if heard.elapsed() > silence {
                        child.kill().await;
                        let seconds = silence.as_secs();
                        return Err(MediaError::Stalled(format!("not a word for {seconds} seconds")).into());
                    }
                    self.show(&mut growing).await?;
                    continue;
                }
            };
            heard = Instant::now();
            match said {
                Ok(Said::Event(TranscodeEvent::RenditionDone(done))) => {
                    growing.whole(done.resolution);
                    whole.push(done);
                }
                Ok(Said::Event(event)) => {
                    if self.take(&mut growing, event).await? {
                        self.show(&mut growing).await?;
                    }
                }
                Ok(Said::Ended(ended)) => {
                    self.ready(&mut growing, whole).await?;
                    return Ok(ended);
                }
                Err(error) => {
                    // What was finished before it failed is finished.
                    self.ready(&mut growing, whole).await?;
                    return Err(error.into());
                }
            }
        }
    }

    /// Whether there is something new to show at once: every rung of a pass has begun.
    async fn take(&mut self, growing: &mut Growing, event: TranscodeEvent) -> Result<bool> {
        match event {
            TranscodeEvent::Header { resolution, codecs, width, height, fps, init_len } => {
                growing.header(resolution, codecs, (width, height), fps, init_len);
            }
            TranscodeEvent::Fragment { resolution, offset, len, duration_ms, sha256, .. } => {
                return Ok(growing.fragment(resolution, offset, len, duration_ms, sha256));
            }
            TranscodeEvent::Progress { done, seconds_left, renditions } => {
                let renditions = renditions
                    .into_iter()
                    .map(|rung| RenditionProgress {
                        resolution: rung.resolution,
                        done: rung.done,
                        seconds_left: rung.seconds_left.map(|seconds| seconds as f64),
                    })
                    .collect();
                let seconds_left = seconds_left.map(|seconds| seconds as f64);
                self.work.report(Progress { done, seconds_left, renditions });
            }
            TranscodeEvent::EncodedInstead { resolution, reason } => {
                tracing::info!(resolution, reason, "cannot be copied: it is encoded");
                growing.begin_anew(resolution);
                self.encode_instead(resolution).await?;
            }
            TranscodeEvent::Recorded { .. } | TranscodeEvent::RenditionDone(_) => {}
        }
        Ok(false)
    }

    /// Writes what has grown, and the master playlist when there is more to choose from.
    async fn show(&mut self, growing: &mut Growing) -> Result<()> {
        let Some(names) = growing.write_growing().await? else { return Ok(()) };
        let (video, now) = (self.source.video, self.work.app.clock.now());
        let folder = self.source.uuid;
        let wanted = self
            .work
            .app
            .db
            .write(move |tx| {
                making::playlists_written(tx, now, video, &names, |name| Storage::hls(folder, name))
            })
            .await?;
        if wanted { Ok(()) } else { Err(MediaError::Cancelled.into()) }
    }

    /// Gives renditions that are whole their final playlists and rows.
    async fn ready(&mut self, growing: &mut Growing, whole: Vec<Whole>) -> Result<()> {
        let fresh: Vec<Whole> = whole
            .into_iter()
            .filter(|whole| {
                self.renditions
                    .iter()
                    .any(|known| known.resolution == whole.resolution && known.size.is_none())
            })
            .collect();
        if fresh.is_empty() {
            return Ok(());
        }
        for whole in &fresh {
            if let Some(known) = self.renditions.iter_mut().find(|known| known.resolution == whole.resolution)
            {
                known.size = Some(whole.size);
                known.bit_rate = Some(whole.bit_rate);
            }
        }
        let names = growing.write_whole(&fresh).await?;
        let (video, now, folder) = (self.source.video, self.work.app.clock.now(), self.source.uuid);
        let wanted = self
            .work
            .app
            .db
            .write(move |tx| {
                for whole in &fresh {
                    if !making::rendition_ready(tx, now, video, &figures(whole))? {
                        return Ok(false);
                    }
                }
                match names {
                    Some(names) => {
                        making::playlists_written(tx, now, video, &names, |name| Storage::hls(folder, name))
                    }
                    None => Ok(true),
                }
            })
            .await?;
        if wanted { Ok(()) } else { Err(MediaError::Cancelled.into()) }
    }

    /// A rendition that was to be copied is encoded: also after a restart.
    async fn encode_instead(&mut self, resolution: u32) -> Result<()> {
        let Some(plan) = &self.plan else { return Ok(()) };
        let mut plan: Plan = serde_json::from_value(plan.clone())?;
        for rendition in plan.renditions.iter_mut().filter(|r| r.resolution == resolution) {
            rendition.video = Treatment::Encode;
            rendition.frame_rate = transcode::sensible(rendition.frame_rate);
        }
        let plan = serde_json::to_value(&plan)?;
        self.plan = Some(plan.clone());
        let video = self.source.video;
        self.work.app.db.write(move |tx| making::encoded_instead(tx, video, resolution, &plan)).await
    }

    /// Gives the chip fewer rungs from now on, also after a restart, and says so beside the source.
    async fn fall_back(&mut self, job: &mut TranscodeJob, fewer: u32, error: &MediaError) -> Result<()> {
        let Some(software) = &job.software else { return Ok(()) };
        let (chip, software) = (job.encoder.name.as_str(), software.name.as_str());
        tracing::warn!(chip, software, fewer, %error, "the chip does not do it all");
        let note = match fewer {
            0 => format!("{chip} could not make this film, {software} makes it instead: {error}."),
            _ => format!("{chip} makes {fewer} qualities at once, {software} the others: {error}."),
        };
        job.plan.chip_at_once = Some(fewer);
        if let Some(plan) = &self.plan {
            let mut plan: Plan = serde_json::from_value(plan.clone())?;
            plan.chip_at_once = Some(fewer);
            self.plan = Some(serde_json::to_value(&plan)?);
        }
        let (video, plan) = (self.source.video, self.plan.clone());
        self.work.app.db.write(move |tx| making::note(tx, video, &note, plan.as_ref())).await
    }

    /// After a cancel: when the video is gone, so is what this run wrote after its files were removed.
    async fn clean_up(&self) -> Result<()> {
        let video = self.source.video;
        let app = &self.work.app;
        if app.db.read(move |conn| making::source(conn, video)).await?.is_some() {
            return Ok(());
        }
        let (storage, paths) = (app.storage.clone(), vec![Storage::hls_folder(self.source.uuid)]);
        tokio::task::spawn_blocking(move || storage.remove_all(&paths)).await.map_err(Error::internal)?
    }
}

fn figures(whole: &Whole) -> making::Whole {
    making::Whole {
        resolution: whole.resolution,
        width: whole.width,
        height: whole.height,
        fps: whole.fps.round() as u32,
        codecs: whole.codecs.clone(),
        has_video: whole.has_video,
        has_audio: whole.has_audio,
        size: whole.size,
        bit_rate: whole.bit_rate,
        duration_ms: whole.duration_ms,
    }
}
