//! From a source to a whole ladder of renditions: what is known of the making, and what follows from each step.
//!
//! A video begins in state 2. Probing writes down what the source holds and one row per rendition to make. The first
//! one that is whole publishes the video, or the last one where the person asked to wait. What cannot be made ends in
//! state 7 with a reason. Files are the worker's affair: rows name them, and a file that no row names any more goes.

use super::store::{making as store, torrents};
use crate::{
    clock::Timestamp,
    error::Result,
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Published; PeerTube's number.
pub const PUBLISHED: i64 = 1;
/// To transcode.
pub const TO_TRANSCODE: i64 = 2;
/// Transcoding failed.
pub const FAILED: i64 = 7;

/// Seconds before files that were replaced go: whoever plays them asks for the new ones meanwhile.
const REPLACED_KEPT_SECONDS: i64 = 2 * 3600;
/// A storyboard needs no larger rendition than this.
const SMALL: u32 = 480;
/// Seconds before a source that is not needed any more goes.
const SOURCE_KEPT_SECONDS: i64 = 600;

/// The file as it was sent, and where its video stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Id of the video.
    pub video: i64,
    /// Its UUID.
    pub uuid: Uuid,
    /// Name under `media/sources`; none when it was removed.
    pub file: Option<String>,
    /// What the sender called it.
    pub filename: String,
    /// Bytes.
    pub size: u64,
    /// What it holds, as JSON of the media room; none until probed.
    pub info: Option<Value>,
    /// What is to be made of it, as JSON of the media room; none until probed.
    pub plan: Option<Value>,
    /// What was unusual about making it.
    pub note: Option<String>,
    /// State of the video.
    pub state: i64,
    /// Why it failed: a stable code and a sentence.
    pub failure: Option<(String, String)>,
    /// Milliseconds; 0 until probed.
    pub duration_ms: u64,
}

/// A rendition that is whole or to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendition {
    /// PeerTube's number: the short side, 0 for sound only.
    pub resolution: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// Name of the media file.
    pub file: String,
    /// Name of its playlist; none for a progressive file.
    pub playlist: Option<String>,
    /// CODECS, when it has begun.
    pub codecs: Option<String>,
    /// It has pictures.
    pub has_video: bool,
    /// It has sound.
    pub has_audio: bool,
    /// The pictures are the source's own.
    pub copied: bool,
    /// Bytes; none until it is whole.
    pub size: Option<u64>,
    /// Bits per second on average, when it is whole.
    pub bit_rate: Option<u64>,
}

/// What probing found, in the words of videos.
#[derive(Debug, Clone)]
pub struct Probed {
    /// Milliseconds.
    pub duration_ms: u64,
    /// Pixels as displayed; none for sound only.
    pub displayed: Option<(u32, u32)>,
    /// What the source holds, to be kept.
    pub info: Value,
    /// What is to be made, to be kept.
    pub plan: Value,
    /// One per rendition to make.
    pub renditions: Vec<Rendition>,
    /// Chapters that the container names: milliseconds and title.
    pub chapters: Vec<(u64, String)>,
    /// Begin with what can be played soon, in a lane of its own; the rest follows.
    pub first_alone: bool,
}

/// The figures of a rendition that is whole.
#[derive(Debug, Clone)]
pub struct Whole {
    /// PeerTube's number.
    pub resolution: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// CODECS.
    pub codecs: String,
    /// It has pictures.
    pub has_video: bool,
    /// It has sound.
    pub has_audio: bool,
    /// Bytes.
    pub size: u64,
    /// Bits per second on average.
    pub bit_rate: u64,
    /// Milliseconds.
    pub duration_ms: u64,
}

/// Names of the files that tie the renditions together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playlists {
    /// Name of the master playlist.
    pub master: String,
    /// Name of the list of hashes.
    pub hashes: Option<String>,
    /// Renditions are still being made.
    pub growing: bool,
}

/// Kinds of pictures of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    /// Small, for lists.
    Thumbnail,
    /// Large, before playing.
    Preview,
    /// Many small ones, for the bar of the player.
    Storyboard,
}

impl PictureKind {
    /// Name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Thumbnail => "thumbnail",
            Self::Preview => "preview",
            Self::Storyboard => "storyboard",
        }
    }
}

/// A picture of a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is for.
    pub kind: PictureKind,
    /// Name under `media/pictures`.
    pub file: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Of a storyboard: width and height of one sprite, seconds between two.
    pub sprites: Option<(u32, u32, u32)>,
}

/// Writes down the source of a new video, to be probed; `info` is what is known of it already.
pub fn source_received(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    file: &str,
    filename: &str,
    size: u64,
    info: Option<&Value>,
) -> Result<()> {
    store::insert_source(tx, now, video, file, filename, size, info)?;
    jobs::enqueue(tx, now, &Job::Probe { video })?;
    Ok(())
}

/// The source of a video, if it has one here.
pub fn source(conn: &Connection, video: i64) -> Result<Option<Source>> {
    store::source(conn, video)
}

/// The video whose source bears this name, for sweeping.
pub fn names_source(conn: &Connection, file: &str) -> Result<bool> {
    store::names_source(conn, file)
}

/// Whether a progressive file bears this name, for sweeping.
pub fn names_progressive(conn: &Connection, file: &str) -> Result<bool> {
    store::names_progressive(conn, file)
}

/// HLS renditions of a video, whole or to be made, smallest first.
pub fn renditions(conn: &Connection, video: i64) -> Result<Vec<Rendition>> {
    store::renditions(conn, video, "hls")
}

/// Progressive files of a video, whole or to be made.
pub fn progressive(conn: &Connection, video: i64) -> Result<Vec<Rendition>> {
    store::renditions(conn, video, "web")
}

/// Names of the playlists, when there are any.
pub fn playlists(conn: &Connection, video: i64) -> Result<Option<Playlists>> {
    store::playlists(conn, video)
}

/// Writes down what probing found and what is to be made, and has it made. Running it again changes nothing that was
/// begun with the same plan.
pub fn probed(tx: &Transaction<'_>, now: Timestamp, video: i64, probed: &Probed) -> Result<()> {
    store::set_probed(tx, now, video, probed)?;
    store::keep_only_renditions(tx, video, probed)?;
    for rendition in &probed.renditions {
        store::insert_rendition(tx, now, video, "hls", rendition)?;
    }
    store::insert_chapters(tx, video, &probed.chapters)?;
    jobs::enqueue(tx, now, &Job::Transcode { video, first: probed.first_alone })?;
    jobs::enqueue(tx, now, &Job::Pictures { video })?;
    Ok(())
}

/// What could be played soon is whole: the rest follows.
pub fn first_made(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    if store::renditions(tx, video, "hls")?.iter().any(|rendition| rendition.size.is_none()) {
        jobs::enqueue(tx, now, &Job::Transcode { video, first: false })?;
    }
    Ok(())
}

/// What a chip refused is made in software: says so beside the source, and in the plan, for after a restart.
pub fn note(tx: &Transaction<'_>, video: i64, note: &str, plan: Option<&Value>) -> Result<()> {
    if let Some(plan) = plan {
        store::set_plan(tx, video, plan)?;
    }
    store::set_note(tx, video, note)
}

/// A rendition that was to be copied is encoded after all; the plan says so from now on, also after a restart.
pub fn encoded_instead(tx: &Transaction<'_>, video: i64, resolution: u32, plan: &Value) -> Result<()> {
    store::set_plan(tx, video, plan)?;
    store::set_copied(tx, video, resolution, false)
}

/// What a failure means for the person who sent the film, in English; the interface translates by the code.
pub fn sentence(code: &str) -> &'static str {
    match code {
        "not-media" => "This file is neither a film nor a sound recording.",
        "damaged" => {
            "This file is damaged or incomplete: it ends too early or cannot be read. Please export it again and send it anew."
        }
        "unsupported" => {
            "This server cannot read this format. Please export the film as MP4 (H.264 and AAC) and send it anew."
        }
        "encoder" => {
            "The encoder of this server failed. Please tell the administrator, who can choose another one and try again."
        }
        "stalled" => {
            "The work on this film came to a standstill and was stopped. Please export it again, as MP4 if possible, and send it anew."
        }
        "limit" => {
            "This film needs more time or memory than this server can give. Please send a smaller version of it."
        }
        "crashed" => {
            "Reading this film made the media process crash. Please export it again, as MP4 if possible, and send it anew."
        }
        "disk-full" => "The disk of this server is full. The work goes on when there is room again.",
        "cancelled" => "An administrator cancelled the work on this film.",
        _ => {
            "Something went wrong while this film was made ready. Please tell the administrator, who can try again."
        }
    }
}

/// The playlists have new names. The files of the old ones go later, so that nobody's player breaks. `false` when the
/// video is gone: then the new ones are to be removed.
pub fn playlists_written(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    playlists: &Playlists,
    path: impl Fn(&str) -> String,
) -> Result<bool> {
    if store::source(tx, video)?.is_none() {
        return Ok(false);
    }
    if let Some(old) = store::playlists(tx, video)? {
        let names = [Some(&old.master), old.hashes.as_ref()];
        let paths: Vec<_> = names
            .into_iter()
            .flatten()
            .filter(|name| **name != playlists.master && Some(*name) != playlists.hashes.as_ref())
            .map(|name| path(name))
            .collect();
        if !paths.is_empty() {
            let later = now.plus_seconds(REPLACED_KEPT_SECONDS);
            jobs::enqueue_at(tx, now, later, &Job::RemoveFiles { paths })?;
        }
    }
    store::put_playlists(tx, now, video, playlists)?;
    Ok(true)
}

/// A rendition is whole and on the disk. The first one publishes the video, or the last one where the person asked to
/// wait. `false` when the video is gone.
pub fn rendition_ready(tx: &Transaction<'_>, now: Timestamp, video: i64, whole: &Whole) -> Result<bool> {
    if !store::set_whole(tx, now, video, whole)? {
        return Ok(false);
    }
    torrents::forget(tx, video, whole.resolution)?;
    jobs::enqueue_once(tx, now, &Job::Torrents { video })?;
    let renditions = store::renditions(tx, video, "hls")?;
    let rest = renditions.iter().filter(|other| other.size.is_none()).count();
    let only_sound = renditions.iter().all(|rendition| !rendition.has_video);
    // A storyboard is made of a small rendition, or, where there will be none, of whatever there is.
    let small = |made: &Rendition| made.size.is_some() && made.has_video && made.resolution <= SMALL;
    if (rest == 0 || renditions.iter().any(small))
        && store::picture(tx, video, PictureKind::Storyboard)?.is_none()
    {
        jobs::enqueue_once(tx, now, &Job::Storyboard { video })?;
    }
    // Of a film the sound alone, which is made first, is nothing to publish.
    let watchable = renditions.iter().any(|made| made.size.is_some() && (made.has_video || only_sound));
    if watchable {
        // Probing may have had to believe a header that said something else.
        store::correct_duration(tx, video, whole.duration_ms)?;
        store::publish(tx, now, video, rest == 0)?;
        super::changed(tx, now, video)?;
    }
    Ok(true)
}

/// Everything is made: what comes after. `keep_source` and `progressive` are the administrator's choices.
pub fn all_made(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    keep_source: bool,
    progressive: bool,
    path: impl Fn(&str) -> String,
) -> Result<()> {
    if super::replacing::made(tx, now, video)? {
        return Ok(());
    }
    if progressive && store::renditions(tx, video, "web")?.is_empty() {
        jobs::enqueue(tx, now, &Job::Progressive { video })?;
    }
    if !keep_source && let Some(file) = store::take_source_file(tx, video)? {
        let later = now.plus_seconds(SOURCE_KEPT_SECONDS);
        jobs::enqueue_at(tx, now, later, &Job::RemoveFiles { paths: vec![path(&file)] })?;
    }
    Ok(())
}

/// A progressive file is whole and on the disk. `false` when the video is gone.
pub fn progressive_ready(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    rendition: &Rendition,
) -> Result<bool> {
    if store::source(tx, video)?.is_none() {
        return Ok(false);
    }
    store::insert_rendition(tx, now, video, "web", rendition)?;
    jobs::enqueue_once(tx, now, &Job::Torrents { video })?;
    Ok(true)
}

/// It cannot be made: a code for the interface and a sentence. What is whole already stays published.
pub fn failed(tx: &Transaction<'_>, now: Timestamp, video: i64, code: &str) -> Result<()> {
    store::set_failed(tx, now, video, code, sentence(code))
}

/// Whoever worked at it has ended because the work was cancelled. Says so once more where something is missing that nothing
/// will make: what became whole in the last moment may have taken it back.
pub fn stopped(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    if store::source(tx, video)?.is_none() {
        return Ok(());
    }
    let renditions = store::renditions(tx, video, "hls")?;
    let missing = renditions.is_empty() || renditions.iter().any(|rendition| rendition.size.is_none());
    let open = |entry: &jobs::Entry| {
        matches!(entry.state, jobs::State::Waiting | jobs::State::Active)
            && matches!(entry.job, Job::Probe { .. } | Job::Transcode { .. })
    };
    if missing && !jobs::of_subject(tx, &jobs::video_subject(video))?.iter().any(open) {
        failed(tx, now, video, "cancelled")?;
    }
    Ok(())
}

/// Tries again what failed: the video waits as before, its failed job runs again.
pub fn tried_again(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    store::clear_failure(tx, now, video)
}

/// Bytes that an account's videos had when they were sent; `since` counts only later ones.
pub fn sent_bytes(conn: &Connection, account: i64, since: Option<Timestamp>) -> Result<u64> {
    store::sent_bytes(conn, account, since)
}

/// Bytes that each of these videos takes on the disk: what is whole of it, and its source while that is kept.
pub fn sizes(conn: &Connection, videos: &[i64]) -> Result<HashMap<i64, u64>> {
    store::sizes(conn, videos)
}

/// The same of all videos of some groups.
pub fn size_of_groups(conn: &Connection, groups: &[i64]) -> Result<u64> {
    store::size_of_groups(conn, groups)
}

/// A picture made or chosen. An automatic one does not replace one that a person chose; `false` says that it was not
/// taken. The file that it replaces is removed.
pub fn put_picture(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    picture: &Picture,
    chosen: bool,
    path: impl Fn(&str) -> String,
) -> Result<bool> {
    let before = store::picture(tx, video, picture.kind)?;
    if !chosen && before.as_ref().is_some_and(|(_, chosen)| *chosen) {
        return Ok(false);
    }
    if store::source(tx, video)?.is_none() {
        return Ok(false);
    }
    store::put_picture(tx, now, video, picture, chosen)?;
    if let Some((file, _)) = before
        && file != picture.file
    {
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths: vec![path(&file)] })?;
    }
    Ok(true)
}

/// Whether a picture is there that a person chose, or any at all.
pub fn has_picture(conn: &Connection, video: i64, kind: PictureKind) -> Result<bool> {
    Ok(store::picture(conn, video, kind)?.is_some())
}
