//! Torrents of media files, with this server as their web seed.

use super::{
    files, media,
    rights::{self, Asking},
};
use crate::{
    app::App,
    error::{Error, Result},
    urls::Urls,
    videos::{self, torrents},
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/lazy-static/torrents/{file}", get(open))
        .route("/download/torrents/{file}", get(save))
        .layer(media::cors())
}

async fn open(State(app): State<App>, Path(file): Path<String>, asking: Asking) -> Result<Response> {
    Ok(torrent(&app, &file, asking).await?.0)
}

async fn save(State(app): State<App>, Path(file): Path<String>, asking: Asking) -> Result<Response> {
    let (mut response, title) = torrent(&app, &file, asking).await?;
    let disposition = HeaderValue::try_from(files::disposition(&title)).map_err(Error::internal)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

fn being_made() -> Error {
    Error::Busy {
        retry_after: 60,
        detail: "This torrent is being made. Please try again in a minute.".into(),
    }
}

/// The torrent, and what a browser is to call it.
async fn torrent(app: &App, name: &str, asking: Asking) -> Result<(Response, String)> {
    let missing = || Error::not_found("Torrent");
    let named = Urls::file_of_torrent(name).ok_or_else(missing)?;
    let sent = if named.contains('.') { name.trim_end_matches(".torrent").to_owned() } else { named.clone() };
    let now = app.clock.now();
    let found = app
        .db
        .read(move |conn| {
            let Some(found) = torrents::torrent(conn, &named)? else {
                // What was sent stands among the files until something is made of it; it never has a torrent.
                let video = videos::of_source(conn, &sent)?.ok_or_else(missing)?;
                rights::check_manages(conn, now, &video, &asking)?;
                return Err(being_made());
            };
            rights::check(conn, now, &found.video, found.video.privacy.guards_files(), &asking)?;
            Ok(found)
        })
        .await?;
    let info = found.info.ok_or_else(being_made)?;
    let (urls, private) = (app.urls(), found.video.privacy.guards_files());
    let path = if found.file.hls {
        Urls::hls_path(found.video.uuid, private, &found.file.file)
    } else {
        Urls::web_video_path(private, &found.file.file)
    };
    let tracker = app.settings().p2p.enabled.then(|| urls.tracker_socket());
    let maker = concat!("Kiosque ", env!("CARGO_PKG_VERSION"));
    let bytes = torrents::write(&info, tracker.as_deref(), maker, &urls.absolute(&path));
    let caching = if private { "private, max-age=3600" } else { "public, max-age=7200" };
    let headers = [(header::CONTENT_TYPE, "application/x-bittorrent"), (header::CACHE_CONTROL, caching)];
    let title = format!("{}-{}p.torrent", files::plain(&found.video.name), found.file.resolution);
    Ok(((headers, bytes).into_response(), title))
}
