//! What belongs to a video: files, pictures, captions, chapters, passwords; and its end.

use super::{Password, Privacy, Video, Viewer, may_manage, note, store};
use crate::{
    clock::Timestamp,
    error::{Error, Kind, Result},
    groups::{self, log::Action},
    jobs::{self, Job},
    text, uploads,
};
use rusqlite::{Connection, Transaction};
use std::collections::HashMap;
use uuid::Uuid;

/// A rendition that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// Its number.
    pub id: i64,
    /// Fragmented with a playlist; otherwise progressive.
    pub hls: bool,
    /// PeerTube's number: the short side, 0 for sound only.
    pub resolution: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// Name of the file.
    pub file: String,
    /// Name of its playlist.
    pub playlist: Option<String>,
    /// CODECS.
    pub codecs: Option<String>,
    /// It has pictures.
    pub has_video: bool,
    /// It has sound.
    pub has_audio: bool,
    /// Bytes.
    pub size: i64,
    /// Bits per second on average; 0 when unknown.
    pub bit_rate: i64,
    /// Names the swarm of its torrent: 40 hexadecimal digits, once its pieces are hashed.
    pub info_hash: Option<String>,
}

/// What ties HLS renditions together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playlist {
    /// Name of the master playlist.
    pub master: String,
    /// Name of the list of hashes.
    pub hashes: Option<String>,
    /// Renditions are still being made.
    pub growing: bool,
}

/// One picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of the file.
    pub file: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pixels of one sprite of a storyboard.
    pub sprite_width: u32,
    /// Pixels of one sprite of a storyboard.
    pub sprite_height: u32,
    /// Seconds between two sprites.
    pub sprite_seconds: u32,
}

/// The pictures of a video.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pictures {
    /// Small, for lists.
    pub thumbnail: Option<Picture>,
    /// Large, before playing.
    pub preview: Option<Picture>,
    /// Many small ones, for the bar of the player.
    pub storyboard: Option<Picture>,
}

/// Subtitles in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// Of PeerTube's table.
    pub language: String,
    /// Name of the WebVTT file.
    pub file: String,
    /// Made by a machine.
    pub generated: bool,
    /// When it was put.
    pub updated_at: Timestamp,
}

/// A named place in a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Where it begins.
    pub seconds: i64,
    /// Its name.
    pub title: String,
}

/// Something on the disk that goes with its video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The file as it was sent.
    Source(String),
    /// The folder of its HLS files.
    Hls(Uuid),
    /// One of them.
    HlsFile(Uuid, String),
    /// What stands beside one while it is made.
    HlsRecord(Uuid, String),
    /// A progressive file.
    Progressive(String),
    /// A picture.
    Picture(String),
    /// Subtitles.
    Caption(String),
    /// What was received of another file for it.
    Upload(String),
}

/// The whole files of a video, largest first.
pub fn media_files(conn: &Connection, video: i64) -> Result<Vec<MediaFile>> {
    store::parts::media_files(conn, video)
}

/// The video that a media file or playlist of a rendition belongs to.
pub fn of_file(conn: &Connection, file: &str) -> Result<Option<Video>> {
    match store::parts::video_of_file(conn, file)? {
        Some(id) => store::find(conn, id),
        None => Ok(None),
    }
}

/// The video that was made from a source.
pub fn of_source(conn: &Connection, file: &str) -> Result<Option<Video>> {
    match store::parts::video_of_source(conn, file)? {
        Some(id) => store::find(conn, id),
        None => Ok(None),
    }
}

/// Its HLS, as soon as there is something to play.
pub fn playlist(conn: &Connection, video: i64) -> Result<Option<Playlist>> {
    store::parts::playlist(conn, video)
}

/// Pictures of several videos.
pub fn pictures(conn: &Connection, videos: &[i64]) -> Result<HashMap<i64, Pictures>> {
    store::parts::pictures(conn, videos)
}

/// Tags in the order in which they were given.
pub fn tags(conn: &Connection, video: i64) -> Result<Vec<String>> {
    store::tags(conn, video)
}

/// Subtitles by language.
pub fn captions(conn: &Connection, video: i64) -> Result<Vec<Caption>> {
    store::parts::captions(conn, video)
}

/// Puts subtitles whose file lies there already, in place of others in this language.
pub fn put_caption(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    video: &Video,
    (language, file): (&str, &str),
    path: impl Fn(&Kept) -> String,
) -> Result<()> {
    let account = may_manage(tx, video, viewer)?;
    let before = captions(tx, video.id)?.into_iter().find(|caption| caption.language == language);
    store::parts::put_caption(tx, now, video.id, language, file)?;
    if let Some(before) = before {
        remove(tx, now, vec![path(&Kept::Caption(before.file))])?;
    }
    touched(tx, now, account, video)
}

/// Removes subtitles.
///
/// # Errors
/// 404 when there are none in this language.
pub fn remove_caption(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    video: &Video,
    language: &str,
    path: impl Fn(&Kept) -> String,
) -> Result<()> {
    let account = may_manage(tx, video, viewer)?;
    let Some(caption) = captions(tx, video.id)?.into_iter().find(|caption| caption.language == language)
    else {
        return Err(Error::not_found("Video caption"));
    };
    store::parts::remove_caption(tx, video.id, language)?;
    remove(tx, now, vec![path(&Kept::Caption(caption.file))])?;
    touched(tx, now, account, video)
}

/// A part of a video was changed by somebody.
fn touched(tx: &Transaction<'_>, now: Timestamp, account: i64, video: &Video) -> Result<()> {
    store::touch(tx, now, video.id)?;
    super::share(tx, now, video)?;
    note(tx, now, video.group, account, Action::VideoChanged, video)
}

fn remove(tx: &Transaction<'_>, now: Timestamp, paths: Vec<String>) -> Result<()> {
    jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    Ok(())
}

/// Chapters that somebody set or the container names; else those that time codes in the description make.
pub fn chapters(conn: &Connection, video: &Video) -> Result<Vec<Chapter>> {
    let set = store::parts::chapters(conn, video.id)?;
    if !set.is_empty() {
        return Ok(set);
    }
    let told = text::timecodes::chapters(video.description.as_deref().unwrap_or_default());
    let within = told.into_iter().filter(|(at, _)| *at == 0 || *at < video.duration().max(1));
    Ok(within.map(|(seconds, title)| Chapter { seconds, title }).collect())
}

/// Sets all chapters; none at all leaves it to the description.
///
/// # Errors
/// 400 when two begin at once, or a title is empty or too long.
pub fn set_chapters(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    video: &Video,
    chapters: &[Chapter],
) -> Result<()> {
    let account = may_manage(tx, video, viewer)?;
    let mut moments: Vec<i64> = chapters.iter().map(|chapter| chapter.seconds).collect();
    moments.sort_unstable();
    moments.dedup();
    let titled = |chapter: &Chapter| (1..=100).contains(&chapter.title.trim().chars().count());
    let fits = moments.len() == chapters.len()
        && chapters.len() <= 1000
        && moments.first().is_none_or(|first| *first >= 0)
        && chapters.iter().all(titled);
    if !fits {
        return Err(Error::invalid(
            "chapters",
            "Chapters must have a valid title and timecode, and each timecode must be unique",
        ));
    }
    store::parts::set_chapters(tx, video.id, chapters)?;
    touched(tx, now, account, video)
}

/// The passwords of a video, for who manages it.
pub fn passwords(conn: &Connection, viewer: &Viewer, video: &Video) -> Result<Vec<Password>> {
    may_manage(conn, video, viewer)?;
    store::passwords(conn, video.id)
}

/// Sets all passwords; they hold when the privacy asks for one.
pub fn set_passwords(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    video: &Video,
    passwords: &[String],
) -> Result<()> {
    let account = may_manage(tx, video, viewer)?;
    store::set_passwords(tx, now, video.id, passwords)?;
    note(tx, now, video.group, account, Action::VideoChanged, video)
}

/// Removes one password.
///
/// # Errors
/// 404; 400 for the last one of a video that needs it.
pub fn delete_password(tx: &Transaction<'_>, viewer: &Viewer, video: &Video, password: i64) -> Result<()> {
    may_manage(tx, video, viewer)?;
    let known = store::passwords(tx, video.id)?;
    if !known.iter().any(|known| known.id == password) {
        return Err(Error::not_found("Video password"));
    }
    if known.len() == 1 && video.privacy == Privacy::Password {
        return Err(Error::refused(Kind::Bad, "Cannot delete the last password of the protected video"));
    }
    store::parts::delete_password(tx, video.id, password)?;
    Ok(())
}

/// Ends a video: its jobs are cancelled at once, its files go by a job.
pub fn delete(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    video: &Video,
    path: impl Fn(&Kept) -> String,
) -> Result<()> {
    let account = may_manage(tx, video, viewer)?;
    note(tx, now, video.group, account, Action::VideoRemoved, video)?;
    end(tx, now, video, &path)
}

/// Ends all videos of a group that goes. Who may do that is asked of the group.
pub fn delete_of_group(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    path: impl Fn(&Kept) -> String,
) -> Result<()> {
    for id in store::of_group(tx, group)? {
        end(tx, now, &super::by_id(tx, id)?, &path)?;
    }
    Ok(())
}

/// How many videos go with a group, whoever may see them.
pub fn count_of_group(conn: &Connection, group: i64) -> Result<u64> {
    Ok(store::of_group(conn, group)?.len() as u64)
}

/// How many videos an account sent, wherever they are.
pub fn count_of_author(conn: &Connection, account: i64) -> Result<u64> {
    store::count_of_author(conn, account, &[])
}

/// How many videos an account sent to groups of others: they stay when it goes.
pub fn count_elsewhere(conn: &Connection, account: i64) -> Result<u64> {
    let own: Vec<i64> = groups::of_owner(conn, account)?.into_iter().map(|group| group.id).collect();
    store::count_of_author(conn, account, &own)
}

/// Ends a video, and what was to come in its place.
pub(super) fn end(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: &Video,
    path: &dyn Fn(&Kept) -> String,
) -> Result<()> {
    if let Some(coming) = super::replacing::of(tx, video.id)? {
        end(tx, now, &coming, path)?;
    }
    super::share(tx, now, video)?;
    jobs::cancel_subject(tx, now, &jobs::video_subject(video.id))?;
    remove(tx, now, kept(tx, video)?.iter().map(path).collect())?;
    store::parts::delete(tx, video.id)
}

/// Everything of a video that lies on the disk.
pub fn kept(conn: &Connection, video: &Video) -> Result<Vec<Kept>> {
    let mut kept = vec![Kept::Hls(video.uuid)];
    for (kind, file) in store::parts::file_names(conn, video.id)? {
        kept.push(match kind.as_str() {
            "source" => Kept::Source(file),
            "web" => Kept::Progressive(file),
            "picture" => Kept::Picture(file),
            _ => Kept::Caption(file),
        });
    }
    kept.extend(uploads::for_video(conn, video.id)?.into_iter().map(Kept::Upload));
    Ok(kept)
}
