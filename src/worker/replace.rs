//! A film that was made takes the place of another.

use super::{Outcome, Work};
use crate::{
    app::App,
    error::{Error, Result},
    media::MediaError,
    moderation::blocks,
    storage::Storage,
    videos::{
        self, Kept,
        replacing::{self, Beside, Move},
    },
};

/// First the files get a second name in the video's folder, then the rows move: a crash between leaves the old film as it
/// was, and the job does the same again.
pub(super) async fn run(work: &Work, coming: i64) -> Result<Outcome> {
    let app = &work.app;
    let Some(moves) = app.db.read(move |conn| replacing::moves(conn, coming)).await? else {
        return Ok(Outcome::Cancelled);
    };
    let (storage, files) = (app.storage.clone(), moves.clone());
    let linked = move || files.iter().try_for_each(|file| give(&storage, file));
    tokio::task::spawn_blocking(linked).await.map_err(Error::internal)??;
    let now = app.clock.now();
    let settings = app.settings();
    let (keep_source, progressive) = (settings.transcoding.keep_original, settings.transcoding.progressive);
    let beside = Beside { keep_source, progressive };
    let wanted = settings.review.new_videos;
    app.db
        .write(move |tx| {
            let taken = replacing::take_place(tx, now, coming, &moves, beside, App::place_of)?;
            if let Some((video, sender)) = taken {
                blocks::review(tx, now, sender, &videos::by_id(tx, video)?, wanted)?;
            }
            Ok(())
        })
        .await?;
    Ok(Outcome::Done)
}

/// Gives a file its second name.
///
/// # Errors
/// [`MediaError::Damaged`] when it is not there: the old film stays.
fn give(storage: &Storage, (from, to): &Move) -> Result<()> {
    let (from_path, to_path) = (App::place_of(from), App::place_of(to));
    let path = storage.path(&to_path)?;
    if storage.path(&from_path)?.exists() {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        }
        return storage.keep(&from_path, &to_path);
    }
    // Where files have one name only, a run before this one moved it. Playlists have no record beside them.
    if path.exists() || matches!(from, Kept::HlsRecord(..)) {
        return Ok(());
    }
    Err(MediaError::Damaged(format!("{from_path} is missing")).into())
}
