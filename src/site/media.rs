//! Media files at PeerTube's addresses, each byte for those who may have it.

use super::{
    files::{self, Caching, Sending, Wanted},
    rights,
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    storage::Storage,
    videos::{self, Key, making, replacing},
};
use axum::{
    Router,
    extract::Path,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rusqlite::Connection;
use std::fmt::Write as _;
use tower_http::cors::{AllowOrigin, CorsLayer};
use uuid::Uuid;

pub(super) fn router() -> Router<App> {
    let (public, private) = (false, true);
    Router::new()
        .route("/lazy-static/{kind}/{file}", get(lazy))
        .route(
            "/static/streaming-playlists/hls/{uuid}/{file}",
            get(move |file, wanted| hls(public, file, wanted)),
        )
        .route(
            "/static/streaming-playlists/hls/private/{uuid}/{file}",
            get(move |file, wanted| hls(private, file, wanted)),
        )
        .route("/static/web-videos/{file}", get(move |file, wanted| progressive(public, file, wanted)))
        .route(
            "/static/web-videos/private/{file}",
            get(move |file, wanted| progressive(private, file, wanted)),
        )
        .route("/static/webseed/{file}", get(move |file, wanted| progressive(public, file, wanted)))
        .layer(cors())
}

/// Players on other sites fetch our bytes (peertube-hls §5).
pub(super) fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers([
            header::RANGE,
            header::DNT,
            header::USER_AGENT,
            header::IF_MODIFIED_SINCE,
            header::CACHE_CONTROL,
            header::CONTENT_TYPE,
            header::AUTHORIZATION,
            HeaderName::from_static("x-customheader"),
            HeaderName::from_static("keep-alive"),
            HeaderName::from_static("x-requested-with"),
            HeaderName::from_static("x-peertube-video-password"),
        ])
        .expose_headers([header::CONTENT_LENGTH, header::CONTENT_RANGE, header::ACCEPT_RANGES])
        .max_age(std::time::Duration::from_secs(86_400))
}

/// Pictures and captions. Their names are random and given out with what they belong to.
async fn lazy(Path((kind, file)): Path<(String, String)>, wanted: Wanted) -> Response {
    let relative = match kind.as_str() {
        _ if !files::is_plain_name(&file) => None,
        "thumbnails" | "previews" | "storyboards" | "avatars" | "banners" | "upload-images" => {
            Some(Storage::picture(&file))
        }
        "video-captions" => Some(Storage::caption(&file)),
        _ => None,
    };
    let Some(relative) = relative else { return StatusCode::NOT_FOUND.into_response() };
    let response = wanted.send(Sending { relative, caching: Caching::Immutable, attachment: None }).await;
    // Empty, as in PeerTube.
    if response.status() == StatusCode::NOT_FOUND { StatusCode::NOT_FOUND.into_response() } else { response }
}

async fn hls(private: bool, Path((uuid, file)): Path<(String, String)>, wanted: Wanted) -> Result<Response> {
    let uuid = Uuid::try_parse(&uuid).map_err(|_| Error::not_found("File"))?;
    let file = files::name(file)?;
    let relative = Storage::hls(uuid, &file);
    let playlist = file.ends_with(".m3u8");
    let growing = wanted
        .find(move |conn, now, asking| {
            let video = videos::find(conn, &Key::Uuid(uuid))?;
            // Only names that the database knows: what else lies in the folder is nobody's business.
            let growing = growing_of(conn, now, video.id, &file)?.ok_or_else(|| Error::not_found("File"))?;
            rights::check(conn, now, &video, private, asking)?;
            Ok(growing)
        })
        .await?;
    if playlist
        && wanted.asking.reinject
        && let Some(token) = &wanted.asking.token
    {
        return with_token(&wanted.app, &relative, token).await;
    }
    let caching = match (growing, private) {
        (true, _) => Caching::Changing,
        (false, true) => Caching::Private,
        (false, false) => Caching::Immutable,
    };
    Ok(wanted.send(Sending { relative, caching, attachment: None }).await)
}

async fn progressive(private: bool, Path(file): Path<String>, wanted: Wanted) -> Result<Response> {
    let file = files::name(file)?;
    let relative = Storage::web_video(&file);
    wanted
        .find(move |conn, now, asking| {
            let mut video = videos::of_file(conn, &file)?;
            if video.is_none()
                && let Some(id) = replacing::of_old_file(conn, now, &file)?
            {
                video = Some(videos::by_id(conn, id)?);
            }
            rights::check(conn, now, &video.ok_or_else(|| Error::not_found("File"))?, private, asking)
        })
        .await?;
    let caching = if private { Caching::Private } else { Caching::Immutable };
    Ok(wanted.send(Sending { relative, caching, attachment: None }).await)
}

/// Whether a file of a video's HLS is known, and if so whether it still changes.
fn growing_of(conn: &Connection, now: Timestamp, video: i64, file: &str) -> Result<Option<bool>> {
    let Some(playlists) = making::playlists(conn, video)? else { return Ok(None) };
    if file == playlists.master || Some(file) == playlists.hashes.as_deref() {
        return Ok(Some(playlists.growing));
    }
    let made = making::renditions(conn, video)?;
    if let Some(made) =
        made.into_iter().find(|made| made.file == file || made.playlist.as_deref() == Some(file))
    {
        return Ok(Some(made.size.is_none()));
    }
    // Of the film that was there before; who is in the middle of it goes on.
    Ok((replacing::of_old_file(conn, now, file)? == Some(video)).then_some(false))
}

/// A playlist whose addresses carry the token on, for players that cannot send headers.
async fn with_token(app: &App, relative: &str, token: &str) -> Result<Response> {
    let path = app.storage.path(relative)?;
    let read = tokio::fs::read_to_string(&path).await;
    let text = match read {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Error::not_found("File")),
        read => read.map_err(Error::io(&path))?,
    };
    let token: String =
        percent_encoding::utf8_percent_encode(token, percent_encoding::NON_ALPHANUMERIC).collect();
    let mut response = reinjected(&text, &token).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.apple.mpegurl"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Lines that are addresses, and addresses in `URI="…"`, get the token.
fn reinjected(playlist: &str, token: &str) -> String {
    let mut text = String::with_capacity(playlist.len() * 2);
    for line in playlist.lines() {
        let query = |address: &str| {
            let further = if address.ends_with(".m3u8") { "&reinjectVideoFileToken=true" } else { "" };
            format!("{address}?videoFileToken={token}{further}")
        };
        if line.is_empty() || (line.starts_with('#') && !line.contains("URI=\"")) {
            text.push_str(line);
        } else if let Some((before, rest)) = line.split_once("URI=\"")
            && let Some((address, after)) = rest.split_once('"')
        {
            let _ = write!(text, "{before}URI=\"{}\"{after}", query(address));
        } else {
            text.push_str(&query(line));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_carries_the_token_on() {
        let playlist = "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"a-0.m3u8\",NAME=\"x\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\na-720.m3u8\n";
        assert_eq!(
            reinjected(playlist, "t"),
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"a-0.m3u8?videoFileToken=t&reinjectVideoFileToken=true\",NAME=\"x\"\n\
             #EXT-X-STREAM-INF:BANDWIDTH=1\na-720.m3u8?videoFileToken=t&reinjectVideoFileToken=true\n"
        );
        let playlist = "#EXT-X-MAP:URI=\"a.mp4\",BYTERANGE=\"9@0\"\n#EXTINF:4,\n#EXT-X-BYTERANGE:5@9\na.mp4\n#EXT-X-ENDLIST\n";
        assert_eq!(
            reinjected(playlist, "t"),
            "#EXT-X-MAP:URI=\"a.mp4?videoFileToken=t\",BYTERANGE=\"9@0\"\n#EXTINF:4,\n#EXT-X-BYTERANGE:5@9\na.mp4?videoFileToken=t\n#EXT-X-ENDLIST\n"
        );
    }
}
