//! A film that was made takes the place of another.

use super::{Outcome, Work};
use crate::{
    app::App,
    error::{Error, Result},
    storage::Storage,
    videos::replacing::{self, Beside},
};

/// First the files get a second name in the video's folder, then the rows move: a crash between leaves the old film as it
/// was, and the job does the same again.
pub(super) async fn run(work: &Work, coming: i64) -> Result<Outcome> {
    let app = &work.app;
    let Some((from, to)) = app.db.read(move |conn| replacing::folders(conn, coming)).await? else {
        return Ok(Outcome::Cancelled);
    };
    let storage = app.storage.clone();
    let linked = move || {
        let folder = storage.path(&Storage::hls_folder(to))?;
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        for name in storage.names_in(&Storage::hls_folder(from))? {
            storage.keep(&Storage::hls(from, &name), &Storage::hls(to, &name))?;
        }
        Ok::<_, Error>(())
    };
    tokio::task::spawn_blocking(linked).await.map_err(Error::internal)??;
    let now = app.clock.now();
    let settings = app.settings();
    let (keep_source, progressive) = (settings.transcoding.keep_original, settings.transcoding.progressive);
    let beside = Beside { keep_source, progressive };
    app.db.write(move |tx| replacing::take_place(tx, now, coming, beside, App::place_of)).await?;
    Ok(Outcome::Done)
}
