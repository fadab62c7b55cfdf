//! Hashes renditions for their torrents: one reading of each from front to back, when nothing else waits.

use super::{Outcome, Work};
use crate::{
    error::{Error, Result},
    jobs::Progress,
    storage::Storage,
    videos::torrents::{self, Pieces, Unhashed},
};

pub(super) async fn run(work: &Work, video: i64) -> Result<Outcome> {
    let files = work.app.db.read(move |conn| torrents::unhashed(conn, video)).await?;
    let all: u64 = files.iter().map(|file| file.size).sum();
    let mut before = 0;
    for file in files {
        let size = file.size;
        let Some(hashed) = hash(work, &file, before, all).await? else {
            return Ok(if work.stop.is_cancelled() { Outcome::Parked } else { Outcome::Cancelled });
        };
        before += size;
        match hashed {
            Some(pieces) => work.app.db.write(move |tx| torrents::hashed(tx, &file, &pieces)).await?,
            None => {
                tracing::warn!(file = file.file, "no torrent: the file has not the length that its row says");
            }
        }
    }
    Ok(Outcome::Done)
}

/// `None` when the work is to end; nothing in it when the file is not what its row says.
async fn hash(work: &Work, file: &Unhashed, before: u64, all: u64) -> Result<Option<Option<Pieces>>> {
    let relative =
        if file.hls { Storage::hls(file.uuid, &file.file) } else { Storage::web_video(&file.file) };
    let (size, length) = (file.size, torrents::piece_length(file.size));
    let (storage, ended) = (work.app.storage.clone(), work.ended.clone());
    let (board, id) = (work.app.board.clone(), work.id);
    let read = tokio::task::spawn_blocking(move || {
        storage.piece_hashes(&relative, length, |read| {
            let done = (before + read) as f64 / all.max(1) as f64;
            board.set(id, Progress { done, ..Progress::default() });
            !ended.is_cancelled()
        })
    });
    let Some((hashes, found)) = read.await.map_err(Error::internal)?? else { return Ok(None) };
    Ok(Some((found == size).then_some(Pieces { length, hashes })))
}
