//! Looking after what is kept: which files rows name, sources that nothing needs any more, and making a video again.

use super::store::{find_by_uuid, making as rows, upkeep as store};
use crate::{
    clock::Timestamp,
    error::{Error, Kind, Result},
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

/// Sources that are removed at once.
const AT_ONCE: u32 = 500;

/// Files of videos, by where they lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// As they were sent.
    Sources,
    /// Progressive files.
    Progressive,
    /// Thumbnails, previews, storyboards.
    Pictures,
    /// Captions.
    Captions,
}

/// Whether a row names this file.
pub fn names(conn: &Connection, folder: Folder, file: &str) -> Result<bool> {
    match folder {
        Folder::Sources => rows::names_source(conn, file),
        Folder::Progressive => rows::names_progressive(conn, file),
        Folder::Pictures => store::names_picture(conn, file),
        Folder::Captions => store::names_captions(conn, file),
    }
}

/// Whether a folder of renditions is that of a video, also of one that nobody sees yet.
pub fn names_folder(conn: &Connection, video: Uuid) -> Result<bool> {
    Ok(find_by_uuid(conn, video)?.is_some())
}

/// A source that nothing needs any more: every rendition of its video is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpareSource {
    /// Id of the video.
    pub video: i64,
    /// Name under `media/sources`.
    pub file: String,
    /// Bytes.
    pub size: u64,
}

/// How many spare sources there are, and their bytes in all.
pub fn spare(conn: &Connection) -> Result<(u64, u64)> {
    store::count_spare(conn)
}

/// Takes spare sources away, whose files go with a job; those of videos that are being made again stay. Answers how many,
/// and their bytes. `path` gives the path of a source under the data folder.
pub fn take_spare(tx: &Transaction<'_>, now: Timestamp, path: impl Fn(&str) -> String) -> Result<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    loop {
        let mut paths = Vec::new();
        for SpareSource { video, file, size } in store::spare(tx, AT_ONCE)? {
            rows::take_source_file(tx, video)?;
            paths.push(path(&file));
            bytes += size;
        }
        if paths.is_empty() {
            return Ok((files, bytes));
        }
        files += paths.len() as u64;
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
}

/// Has a video made again by the present settings: what is whole stays, what is missing is made.
///
/// # Errors
/// 409 while it is being made, and when the file as it was sent is not kept any more.
pub fn make_again(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    let source = rows::source(tx, video)?;
    if is_being_made(tx, video)? || super::replacing::of(tx, video)?.is_some() {
        return Err(Error::coded(
            Kind::Conflict,
            "video_already_being_transcoded",
            "This video is already being transcoded",
        ));
    }
    if source.is_none_or(|source| source.file.is_none()) {
        return Err(Error::coded(
            Kind::Conflict,
            "source_gone",
            "The file as it was sent is not kept any more, so nothing can be made of it. Send the film anew.",
        ));
    }
    store::forget_plan(tx, video)?;
    rows::clear_failure(tx, now, video)?;
    jobs::enqueue(tx, now, &Job::Probe { video })?;
    Ok(())
}

/// Has the progressive file of a video made, when there is none.
pub fn make_progressive(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    if rows::renditions(tx, video, "web")?.is_empty() {
        jobs::enqueue_once(tx, now, &Job::Progressive { video })?;
    }
    Ok(())
}

pub(super) fn is_being_made(conn: &Connection, video: i64) -> Result<bool> {
    let open = |entry: &jobs::Entry| {
        matches!(entry.state, jobs::State::Waiting | jobs::State::Active)
            && matches!(entry.job, Job::Probe { .. } | Job::Transcode { .. })
    };
    Ok(jobs::of_subject(conn, &jobs::video_subject(video))?.iter().any(open))
}
