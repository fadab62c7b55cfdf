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

fn heap(found: &[Found]) -> Heap {
    Heap { files: found.len() as u64, bytes: found.iter().map(|found| found.bytes).sum() }
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
    let of = |(files, bytes): (u64, u64)| Heap { files, bytes };
    Ok(Json(Spare {
        sources: if keep { Heap::default() } else { of(sources) },
        sources_are_kept: keep,
        uploads: of(uploads),
        cache: heap(&cache),
        nameless: heap(&nameless),
    }))
}

/// Removes one kind of what may go, and answers what that was. `what` is `sources`, `uploads`, `cache` or `nameless`.
#[utoipa::path(post, path = "/server/disk/clean", tag = "server", security(("token" = [])),
    responses((status = 200, body = Heap), (status = 400), (status = 403), (status = 409)))]
async fn clean(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<Json<Heap>> {
    caller.administrator()?;
    let what = fields.needed_text("what");
    if !["sources", "uploads", "cache", "nameless"].contains(&what.as_str()) && !what.is_empty() {
        fields.wrong("what", "One of sources, uploads, cache, nameless.");
    }
    fields.end()?;
    let now = app.clock.now();
    let of = |(files, bytes): (u64, u64)| Heap { files, bytes };
    Ok(Json(match what.as_str() {
        "sources" => {
            if app.settings().transcoding.keep_original {
                return Err(Error::conflict("The settings say that sources are kept. Change that first."));
            }
            of(app.db.write(move |tx| upkeep::take_spare(tx, now, Storage::source)).await?)
        }
        "uploads" => {
            let path = |id: &str| Storage::upload_files(id).to_vec();
            of(app.db.write(move |tx| uploads::forget_idle(tx, now, path)).await?)
        }
        "cache" => {
            let storage = app.storage.clone();
            let there = tokio::task::spawn_blocking(move || {
                let there = storage.found_in("cache", Some(now.0))?;
                storage.empty_cache()?;
                Ok::<_, Error>(there)
            });
            heap(&there.await.map_err(Error::internal)??)
        }
        _ => {
            let nameless = app.nameless_files(nameless_since(now)).await?;
            let removed = heap(&nameless);
            let paths: Vec<String> = nameless.into_iter().map(|found| found.path).collect();
            app.db
                .write(move |tx| {
                    for paths in paths.chunks(AT_ONCE) {
                        jobs::enqueue(tx, now, &Job::RemoveFiles { paths: paths.to_vec() })?;
                    }
                    Ok(())
                })
                .await?;
            removed
        }
    }))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(usage, spare, clean))]
pub struct Doc;
