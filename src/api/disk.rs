//! What takes how much of the disk, and what may go.

use super::{auth::Caller, fields::Fields};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    jobs::{self, Job},
    storage::{Found, Storage, Usage},
    uploads,
    videos::upkeep,
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use rusqlite::Transaction;
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/server/disk", get(usage))
        .route("/server/disk/spare", get(spare))
        .route("/server/disk/clean", post(clean))
}

/// A file without a row is left alone for so long: it may be one that is being made.
const NAMELESS_SECONDS: i64 = 24 * 3600;
/// Files that one job removes.
const AT_ONCE: usize = 500;

/// Files, and their bytes in all.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
struct Heap {
    files: u64,
    bytes: u64,
}

/// What may go.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Spare {
    /// Sources whose renditions are all whole.
    sources: Heap,
    /// Sources are kept because the settings say so: none of them goes.
    sources_are_kept: bool,
    /// Unfinished uploads with which nobody has gone on for an hour.
    uploads: Heap,
    /// What may be deleted at any time.
    cache: Heap,
    /// Files that no row names and that are older than a day.
    nameless: Heap,
}

/// Bytes on the disk.
#[utoipa::path(get, path = "/server/disk", tag = "server", security(("token" = [])), responses((status = 200, body = Usage)))]
async fn usage(State(app): State<App>, caller: Caller) -> Result<Json<Usage>> {
    caller.administrator()?;
    let storage = app.storage.clone();
    let database = app.db.path().to_owned();
    let usage =
        tokio::task::spawn_blocking(move || storage.usage(&database)).await.map_err(Error::internal)??;
    Ok(Json(usage))
}

fn nameless_since(now: Timestamp) -> Timestamp {
    now.plus_seconds(-NAMELESS_SECONDS)
}

impl From<(u64, u64)> for Heap {
    fn from((files, bytes): (u64, u64)) -> Self {
        Self { files, bytes }
    }
}

impl From<&[Found]> for Heap {
    fn from(found: &[Found]) -> Self {
        Self { files: found.len() as u64, bytes: found.iter().map(|found| found.bytes).sum() }
    }
}

/// What may go. Looks at every file: for a page that is looked at now and then.
#[utoipa::path(get, path = "/server/disk/spare", tag = "server", security(("token" = [])), responses((status = 200, body = Spare), (status = 403)))]
async fn spare(State(app): State<App>, caller: Caller) -> Result<Json<Spare>> {
    caller.administrator()?;
    let now = app.clock.now();
    let nameless = app.nameless_files(nameless_since(now)).await?;
    let storage = app.storage.clone();
    let cache = tokio::task::spawn_blocking(move || storage.found_in("cache", Some(now.0)))
        .await
        .map_err(Error::internal)??;
    let keep = app.settings().transcoding.keep_original;
    let (sources, uploads) =
        app.db.read(move |conn| Ok((upkeep::spare(conn)?, uploads::idle(conn, now)?))).await?;
    Ok(Json(Spare {
        sources: if keep { Heap::default() } else { sources.into() },
        sources_are_kept: keep,
        uploads: uploads.into(),
        cache: cache.as_slice().into(),
        nameless: nameless.as_slice().into(),
    }))
}

/// Removes one kind of what may go, and answers what that was. `what` is `sources`, `uploads`, `cache` or `nameless`.
#[utoipa::path(post, path = "/server/disk/clean", tag = "server", security(("token" = [])),
    responses((status = 200, body = Heap), (status = 400), (status = 403), (status = 409)))]
async fn clean(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<Json<Heap>> {
    caller.administrator()?;
    let what = fields.needed_text("what");
    fields.end()?;
    let now = app.clock.now();
    let gone = match what.as_str() {
        "sources" => {
            if app.settings().transcoding.keep_original {
                return Err(Error::conflict("The settings say that sources are kept. Change that first."));
            }
            app.db.write(move |tx| upkeep::take_spare(tx, now, Storage::source)).await?.into()
        }
        "uploads" => {
            let path = |id: &str| Storage::upload_files(id).to_vec();
            app.db.write(move |tx| uploads::forget_idle(tx, now, path)).await?.into()
        }
        "cache" => {
            let storage = app.storage.clone();
            let there = tokio::task::spawn_blocking(move || {
                let there = storage.found_in("cache", Some(now.0))?;
                storage.empty_cache()?;
                Ok::<_, Error>(there)
            });
            there.await.map_err(Error::internal)??.as_slice().into()
        }
        "nameless" => {
            let nameless = app.nameless_files(nameless_since(now)).await?;
            let gone = nameless.as_slice().into();
            app.db.write(move |tx| remove(tx, now, &nameless)).await?;
            gone
        }
        _ => return Err(Error::invalid("what", "One of sources, uploads, cache, nameless.")),
    };
    Ok(Json(gone))
}

fn remove(tx: &Transaction<'_>, now: Timestamp, found: &[Found]) -> Result<()> {
    for found in found.chunks(AT_ONCE) {
        let paths = found.iter().map(|found| found.path.clone()).collect();
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
    Ok(())
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(usage, spare, clean))]
pub struct Doc;
