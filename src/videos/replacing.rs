//! Another file for a video. It is made beside the present one, as a video that nobody sees, and takes its place in one
//! transaction when all of it is whole: until then the old film plays, and whatever happens meanwhile leaves it as it was.

use super::{
    Kept, Video, changed, making,
    parts::end,
    store::{self, replacing as rows},
    upkeep,
};
use crate::{
    clock::Timestamp,
    error::{Error, Kind, Result},
    ids,
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};

/// Seconds, beside its length, before the files of the old film go: who is in the middle of it sees it to its end.
const OLD_KEPT_SECONDS: i64 = 3600;

/// What is to come in the place of a video's film, whole or not.
pub fn of(conn: &Connection, video: i64) -> Result<Option<Video>> {
    rows::of(conn, video)?.map(|id| super::by_id(conn, id)).transpose()
}

/// Whether a video may get another file now.
///
/// # Errors
/// 409 while its present one is being made; 404 for a video of another server.
pub fn check(conn: &Connection, video: &Video) -> Result<()> {
    if !video.is_local() {
        return Err(Error::not_found("Video source"));
    }
    if upkeep::is_being_made(conn, video.id)? {
        return Err(Error::coded(
            Kind::Conflict,
            "video_already_being_transcoded",
            "This video is being made. Wait until that is done, or cancel it, then send the other file.",
        ));
    }
    Ok(())
}

/// Puts down what is to become the film of a video; one that was begun before goes. The caller has checked who sends it, and
/// writes down its source.
pub fn begin(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    video: &Video,
    path: impl Fn(&Kept) -> String,
) -> Result<Video> {
    check(tx, video)?;
    give_up(tx, now, video.id, path)?;
    let id = rows::insert(tx, now, ids::new_uuid(), account, video.id)?;
    super::note(tx, now, video.group, account, crate::groups::log::Action::VideoChanged, video)?;
    super::by_id(tx, id)
}

/// Ends what was to come in the place of a video's film, if anything was. `false` when nothing was.
pub fn give_up(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    path: impl Fn(&Kept) -> String,
) -> Result<bool> {
    let Some(coming) = of(tx, video)? else { return Ok(false) };
    end(tx, now, &coming, &path)?;
    Ok(true)
}

/// All of a film is made. When it is to take the place of another it does so now; `false` when it is a video of its own.
pub(super) fn made(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<bool> {
    let replaces = store::find(tx, video)?.and_then(|video| video.replaces);
    if replaces.is_some() {
        jobs::enqueue_once(tx, now, &Job::Replace { video })?;
    }
    Ok(replaces.is_some())
}

/// What was made, and the video that gets it; nothing when either went away.
fn both(conn: &Connection, coming: i64) -> Result<Option<(Video, Video)>> {
    let Some(coming) = store::find(conn, coming)? else { return Ok(None) };
    let video = coming.replaces.map(|id| store::find(conn, id)).transpose()?.flatten();
    Ok(video.map(|video| (coming, video)))
}

/// A file that lies in the folder of its video, and its place in the folder of the one that gets it.
pub type Move = (Kept, Kept);

/// The files that are given away. Nothing when what was made, or the video, went away.
pub fn moves(conn: &Connection, coming: i64) -> Result<Option<Vec<Move>>> {
    let Some((coming, video)) = both(conn, coming)? else { return Ok(None) };
    let places = |(kind, file): (String, String)| {
        kept(&coming, &kind, file.clone()).into_iter().zip(kept(&video, &kind, file))
    };
    let moves = rows::files(conn, coming.id)?.into_iter().flat_map(places);
    Ok(Some(moves.filter(|(from, to)| from != to).collect()))
}

/// The administrator's choices about what is made beside the renditions.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    /// The file as it was sent stays.
    pub keep_source: bool,
    /// A progressive file is made.
    pub progressive: bool,
}

/// Takes the place of the old film. The new files are in the video's folder already, where `moved` says. What belongs to the
/// video (its words, comments, captions, a picture that a person chose) stays. When either went away meanwhile the files go.
/// What comes back is the video, and who sent its new film: somebody may have to look at it.
pub fn take_place(
    tx: &Transaction<'_>,
    now: Timestamp,
    coming: i64,
    moved: &[Move],
    beside: Beside,
    path: impl Fn(&Kept) -> String,
) -> Result<Option<(i64, Option<i64>)>> {
    let Some((coming, video)) = both(tx, coming)? else {
        take_back(tx, now, moved, path)?;
        return Ok(None);
    };
    stop_old(tx, now, video.id)?;
    let mut old = rows::files(tx, video.id)?;
    rows::give(tx, now, &coming, video.id)?;
    // Pictures that the video does not want: it has some that a person chose.
    old.extend(rows::files(tx, coming.id)?);
    let mut old: Vec<Kept> = old.into_iter().flat_map(|(kind, file)| kept(&video, &kind, file)).collect();
    old.push(Kept::Hls(coming.uuid));
    store::parts::delete(tx, coming.id)?;
    let until = now.plus_seconds(OLD_KEPT_SECONDS + video.duration_ms / 1000);
    rows::forget_old(tx, now)?;
    for file in old.iter().filter_map(played) {
        rows::keep_old(tx, video.id, file, until)?;
    }
    let paths = old.iter().map(&path).collect();
    jobs::enqueue_at(tx, now, until, &Job::RemoveFiles { paths })?;
    jobs::enqueue_once(tx, now, &Job::Torrents { video: video.id })?;
    for (kind, job) in [
        (making::PictureKind::Thumbnail, Job::Pictures { video: video.id }),
        (making::PictureKind::Storyboard, Job::Storyboard { video: video.id }),
    ] {
        if !making::has_picture(tx, video.id, kind)? {
            jobs::enqueue_once(tx, now, &job)?;
        }
    }
    let source = |file: &str| path(&Kept::Source(file.to_owned()));
    making::all_made(tx, now, video.id, beside.keep_source, beside.progressive, source)?;
    changed(tx, now, video.id)?;
    Ok(Some((video.id, coming.author)))
}

/// Removes what nobody wants any more, unless a run of the same job that was thought dead has done all of it.
fn take_back(
    tx: &Transaction<'_>,
    now: Timestamp,
    moved: &[Move],
    path: impl Fn(&Kept) -> String,
) -> Result<()> {
    for (_, to) in moved {
        if let Kept::HlsFile(_, file) = to
            && store::parts::video_of_file(tx, file)?.is_some()
        {
            return Ok(());
        }
    }
    let paths = moved.iter().map(|(_, to)| path(to)).collect();
    jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    Ok(())
}

/// What is still made of the old film is not wanted any more.
fn stop_old(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    for entry in jobs::of_subject(tx, &jobs::video_subject(video))? {
        let open = matches!(entry.state, jobs::State::Waiting | jobs::State::Active);
        if open && !matches!(entry.job, Job::PublishScheduled { .. }) {
            jobs::cancel(tx, now, entry.id)?;
        }
    }
    Ok(())
}

/// The video whose film a file belonged to until lately.
pub fn of_old_file(conn: &Connection, now: Timestamp, file: &str) -> Result<Option<i64>> {
    rows::of_old_file(conn, now, file)
}

/// The name by which players fetch a file.
fn played(kept: &Kept) -> Option<&str> {
    match kept {
        Kept::HlsFile(_, file) | Kept::Progressive(file) => Some(file),
        _ => None,
    }
}

fn kept(video: &Video, kind: &str, file: String) -> Vec<Kept> {
    match kind {
        "source" => vec![Kept::Source(file)],
        "web" => vec![Kept::Progressive(file)],
        "hls" => vec![Kept::HlsRecord(video.uuid, file.clone()), Kept::HlsFile(video.uuid, file)],
        _ => vec![Kept::Picture(file)],
    }
}
