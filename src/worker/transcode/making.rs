//! One run of the encoding process: what it tells becomes playlists, rows and progress.

use super::growing::Growing;
use crate::{
    error::{Error, Result},
    jobs::{self, Progress, RenditionProgress},
    media::{
        MediaError,
        child::{Child, Ended, Said, Verb},
        ladder::{Plan, Treatment},
        limits::Limits,
        record::Whole,
        transcode::{self, TranscodeEvent, TranscodeJob},
    },
    storage::Storage,
    videos::making::{self, Rendition, Source},
    worker::{Work, room::has_room},
};
use serde_json::Value;
use std::time::{Duration, Instant};

/// How often growing playlists are written at most, and room on the disk is looked for.
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// Renditions that are whole within so short a time share one new master playlist.
const GATHER: Duration = Duration::from_millis(150);
/// A child that waits for a slow disk says nothing meanwhile.
const FSYNC: Duration = Duration::from_secs(60);

/// One run of the encoding process, from the side of the rows.
pub(super) struct Making<'a> {
    work: &'a Work,
    source: &'a Source,
    /// What is whole has its figures.
    pub renditions: Vec<Rendition>,
    /// As it is stored.
    plan: Option<Value>,
}

type Encoding = Child<TranscodeEvent, Vec<Whole>>;

impl<'a> Making<'a> {
    /// Nothing of it runs yet.
    pub(super) fn new(work: &'a Work, source: &'a Source, renditions: Vec<Rendition>) -> Self {
        Self { work, source, renditions, plan: source.plan.clone() }
    }

    /// Runs the process to its end. However this ends, the process has ended before.
    pub(super) async fn run(&mut self, job: &TranscodeJob) -> Result<Ended<Vec<Whole>>> {
        let film = Duration::from_millis(job.info.duration_ms);
        let limits = Limits::transcode(film, job.info.size, job.plan.memory(&job.info));
        let mut child: Encoding = tokio::select! {
            biased;
            () = self.work.cancelled.cancelled() => return Err(MediaError::Cancelled.into()),
            () = self.work.stop.cancelled() => return Ok(Ended::Parked),
            child = self.work.app.launcher.start(Verb::Transcode, job, limits) => child?,
        };
        let ended = self.follow(&mut child, job).await;
        if ended.is_err() {
            child.kill().await;
        }
        ended
    }

    /// Does what is to be done about each thing that the process tells.
    async fn follow(&mut self, child: &mut Encoding, job: &TranscodeJob) -> Result<Ended<Vec<Whole>>> {
        let app = &self.work.app;
        let folder = Storage::hls_folder(self.source.uuid);
        let mut growing = Growing::new(app.storage.clone(), folder, &self.renditions, &job.plan);
        let mut whole: Vec<Whole> = Vec::new();
        let (mut parking, mut full) = (false, false);
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
                () = self.work.cancelled.cancelled() => return Err(MediaError::Cancelled.into()),
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
                        let seconds = silence.as_secs();
                        return Err(MediaError::Stalled(format!("not a word for {seconds} seconds")).into());
                    }
                    if !parking && !has_room(app, 0).await? {
                        (parking, full) = (true, true);
                        child.park().await;
                        continue;
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
                    let parked = matches!(ended, Ended::Parked);
                    return if parked && full { Err(Error::DiskFull) } else { Ok(ended) };
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
        let (video, now, job) = (self.source.video, self.work.app.clock.now(), self.work.id);
        let folder = self.source.uuid;
        let wanted = self
            .work
            .app
            .db
            .write(move |tx| {
                // Cancelled when another film took the place of this one.
                Ok(jobs::is_held(tx, job)?
                    && making::playlists_written(tx, now, video, &names, |name| Storage::hls(folder, name))?)
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
        let job = self.work.id;
        let wanted = self
            .work
            .app
            .db
            .write(move |tx| {
                if !jobs::is_held(tx, job)? {
                    return Ok(false);
                }
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
    pub(super) async fn fall_back(
        &mut self,
        job: &mut TranscodeJob,
        fewer: u32,
        error: &MediaError,
    ) -> Result<()> {
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
    pub(super) async fn clean_up(&self) -> Result<()> {
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
