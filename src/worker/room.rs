//! Room on the disk: what work leaves free of it, and going on as soon as there is some again.

use crate::{
    app::App,
    error::{Error, Result},
    jobs,
};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How often a full disk is looked at while something waits for it.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(2);
/// What the database needs in any case for a few changes.
const LEAST: u64 = 4 << 20;

/// Whether there is room to write `more` bytes of films: a sixteenth of what uploads leave free stays, 64 MB if nobody
/// chose otherwise. The database and the log must go on when films do not.
pub(super) async fn has_room(app: &App, more: u64) -> Result<bool> {
    let (storage, reserve) = (app.storage.clone(), app.settings().uploads.reserve);
    let space =
        tokio::task::spawn_blocking(move || storage.disk_space()).await.map_err(Error::internal)??;
    Ok(space.free >= (reserve / 16).max(LEAST).saturating_add(more))
}

/// Sees when a disk that was full has room again.
#[derive(Default)]
pub(super) struct Room {
    /// It was full when it was last looked at.
    full: AtomicBool,
}

impl Room {
    /// To be called when a job begins to wait. Where the disk says that there is room and yet refuses (a quota), nobody sees
    /// when that ends, and the job looks for itself.
    pub(super) async fn look(&self, app: &App) {
        let room = has_room(app, 0).await.unwrap_or(false);
        self.full.store(!room, Ordering::SeqCst);
    }

    /// Brings forward what waits, until `stop`. While nothing waits it neither reads the disk nor writes.
    pub(super) async fn watch(&self, app: App, stop: CancellationToken) {
        // What waits from before a restart is let go on at once where there is room.
        self.full.store(true, Ordering::SeqCst);
        loop {
            let mut committed = std::pin::pin!(app.db.committed());
            committed.as_mut().enable();
            let now = app.clock.now();
            let waits = app.db.read(move |conn| jobs::one_waits_for_room(conn, now)).await.unwrap_or(true);
            if waits {
                self.bring_forward(&app).await;
            }
            tokio::select! {
                () = committed, if !waits => {}
                () = tokio::time::sleep(LOOK_EVERY), if waits => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn bring_forward(&self, app: &App) {
        // Twice what stops the work, so that it does not stop at the next fragment.
        let room = match has_room(app, 0).await {
            Ok(true) => has_room(app, LEAST).await.unwrap_or(false),
            _ => {
                self.full.store(true, Ordering::SeqCst);
                return;
            }
        };
        if !room || !self.full.swap(false, Ordering::SeqCst) {
            return;
        }
        tracing::info!("there is room on the disk again");
        let now = app.clock.now();
        if let Err(error) = app.db.write(move |tx| jobs::there_is_room(tx, now)).await {
            tracing::warn!(%error, "what waits for room is not brought forward yet");
            self.full.store(true, Ordering::SeqCst);
        }
    }
}
