//! Media files at PeerTube's addresses, each byte for those who may have it.

use super::files::{self, Caching, Sending};
use crate::{
    accounts::{Role, sessions},
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
    storage::Storage,
    videos::{self, Key, Video, Viewer, making},
};
use axum::{
    Router,
    body::Body,
    extract::{Path, Query, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rusqlite::Connection;
use serde::Deserialize;
use std::fmt::Write as _;
use tower_http::cors::{AllowOrigin, CorsLayer};
use uuid::Uuid;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/lazy-static/{kind}/{file}", get(lazy))
        .route("/static/streaming-playlists/hls/{uuid}/{file}", get(public_hls))
        .route("/static/streaming-playlists/hls/private/{uuid}/{file}", get(private_hls))
        .route("/static/web-videos/{file}", get(public_progressive))
        .route("/static/web-videos/private/{file}", get(private_progressive))
        .route("/static/webseed/{file}", get(public_progressive))
        .route("/download/streaming-playlists/hls/videos/{file}", get(save_hls))
        .route("/download/web-videos/{file}", get(save_progressive))
        .layer(cors())
}

/// Players on other sites fetch our bytes (peertube-hls §5).
fn cors() -> CorsLayer {
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
async fn lazy(
    State(app): State<App>,
    Path((kind, file)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let relative = match kind.as_str() {
        _ if !files::is_plain_name(&file) => None,
        "thumbnails" | "previews" | "storyboards" | "avatars" | "banners" => Some(Storage::picture(&file)),
        "video-captions" => Some(Storage::caption(&file)),
        _ => None,
    };
    let Some(relative) = relative else { return StatusCode::NOT_FOUND.into_response() };
    let response =
        files::send(&app, request, Sending { relative, caching: Caching::Immutable, attachment: None }).await;
    // Empty, as in PeerTube.
    if response.status() == StatusCode::NOT_FOUND { StatusCode::NOT_FOUND.into_response() } else { response }
}

/// What a request for a private file shows.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Shown {
    /// Given by the API to those who may watch, for some hours.
    video_file_token: Option<String>,
    /// Write the token into the addresses of a playlist, for players that cannot send headers.
    reinject_video_file_token: Option<String>,
}

async fn public_hls(
    state: State<App>,
    Path((uuid, file)): Path<(String, String)>,
    Query(shown): Query<Shown>,
    request: Request<Body>,
) -> Response {
    hls(state.0, false, &uuid, file, shown, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn private_hls(
    state: State<App>,
    Path((uuid, file)): Path<(String, String)>,
    Query(shown): Query<Shown>,
    request: Request<Body>,
) -> Response {
    hls(state.0, true, &uuid, file, shown, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn hls(
    app: App,
    private: bool,
    uuid: &str,
    file: String,
    shown: Shown,
    request: Request<Body>,
) -> Result<Response> {
    let uuid = Uuid::try_parse(uuid).map_err(|_| Error::not_found("File"))?;
    if !files::is_plain_name(&file) {
        return Err(Error::not_found("File"));
    }
    let asking = Asking::new(&request, shown.video_file_token.clone());
    let now = app.clock.now();
    let name = file.clone();
    let growing = app
        .db
        .read(move |conn| {
            let video = videos::find(conn, &Key::Uuid(uuid))?;
            // Only names that the database knows: what else lies in the folder is nobody's business.
            let growing = growing_of(conn, video.id, &name)?.ok_or_else(|| Error::not_found("File"))?;
            check_right(conn, now, &video, private, &asking)?;
            Ok(growing)
        })
        .await?;
    let relative = Storage::hls(uuid, &file);
    if file.ends_with(".m3u8")
        && shown.reinject_video_file_token.as_deref() == Some("true")
        && let Some(token) = &shown.video_file_token
    {
        return with_token(&app, &relative, token).await;
    }
    let caching = match (growing, private) {
        (true, _) => Caching::Changing,
        (false, true) => Caching::Private,
        (false, false) => Caching::Immutable,
    };
    Ok(files::send(&app, request, Sending { relative, caching, attachment: None }).await)
}

async fn public_progressive(
    state: State<App>,
    Path(file): Path<String>,
    Query(shown): Query<Shown>,
    request: Request<Body>,
) -> Response {
    progressive(state.0, false, file, shown, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn private_progressive(
    state: State<App>,
    Path(file): Path<String>,
    Query(shown): Query<Shown>,
    request: Request<Body>,
) -> Response {
    progressive(state.0, true, file, shown, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn progressive(
    app: App,
    private: bool,
    file: String,
    shown: Shown,
    request: Request<Body>,
) -> Result<Response> {
    if !files::is_plain_name(&file) {
        return Err(Error::not_found("File"));
    }
    let asking = Asking::new(&request, shown.video_file_token);
    let now = app.clock.now();
    let name = file.clone();
    app.db
        .read(move |conn| {
            let video = videos::of_file(conn, &name)?.ok_or_else(|| Error::not_found("File"))?;
            check_right(conn, now, &video, private, &asking)
        })
        .await?;
    let caching = if private { Caching::Private } else { Caching::Immutable };
    let relative = Storage::web_video(&file);
    Ok(files::send(&app, request, Sending { relative, caching, attachment: None }).await)
}

/// `UUID-720-fragmented.mp4`: the video and the resolution, as PeerTube's download addresses name them.
async fn save_hls(
    state: State<App>,
    Path(file): Path<String>,
    Query(shown): Query<Shown>,
    request: Request<Body>,
) -> Response {
    save(state.0, true, file, shown, request).await.unwrap_or_else(IntoResponse::into_response)
}

/// `UUID-720.mp4`.
async fn save_progressive(
    state: State<App>,
    Path(file): Path<String>,
    Query(shown): Query<Shown>,
    request: Request<Body>,
) -> Response {
    save(state.0, false, file, shown, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn save(
    app: App,
    is_hls: bool,
    file: String,
    shown: Shown,
    request: Request<Body>,
) -> Result<Response> {
    let (uuid, resolution) = saved_name(&file).ok_or_else(|| Error::not_found("File"))?;
    let asking = Asking::new(&request, shown.video_file_token);
    let now = app.clock.now();
    let (video, rendition) = app
        .db
        .read(move |conn| {
            let video = videos::find(conn, &Key::Uuid(uuid))?;
            let guarded = video.privacy.guards_files();
            check_right(conn, now, &video, guarded, &asking)?;
            let rendition = videos::media_files(conn, video.id)?
                .into_iter()
                .find(|file| file.hls == is_hls && file.resolution == resolution)
                .ok_or_else(|| Error::not_found("File"))?;
            Ok((video, rendition))
        })
        .await?;
    let relative =
        if is_hls { Storage::hls(uuid, &rendition.file) } else { Storage::web_video(&rendition.file) };
    let (label, ending) = match (rendition.has_video, rendition.resolution) {
        (false, _) => ("audio".to_owned(), "m4a"),
        (true, side) => (format!("{side}p"), "mp4"),
    };
    let name = format!("{}-{label}.{ending}", video.name.replace(['/', '\\'], "_"));
    Ok(files::send(&app, request, Sending { relative, caching: Caching::Private, attachment: Some(&name) })
        .await)
}

fn saved_name(file: &str) -> Option<(Uuid, u32)> {
    let uuid = Uuid::try_parse(file.get(..36)?).ok()?;
    let rest = file.get(36..)?.strip_prefix('-')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let resolution = rest.get(..digits)?.parse().ok()?;
    matches!(rest.get(digits..)?, "-fragmented.mp4" | ".mp4" | ".m4a").then_some((uuid, resolution))
}

/// Whether a file of a video's HLS is known, and if so whether it still changes.
fn growing_of(conn: &Connection, video: i64, file: &str) -> Result<Option<bool>> {
    let Some(playlists) = making::playlists(conn, video)? else { return Ok(None) };
    if file == playlists.master || Some(file) == playlists.hashes.as_deref() {
        return Ok(Some(playlists.growing));
    }
    let made = making::renditions(conn, video)?;
    Ok(made
        .into_iter()
        .find(|made| made.file == file || made.playlist.as_deref() == Some(file))
        .map(|made| made.size.is_none()))
}

/// What the one who asks shows for a right.
struct Asking {
    token: Option<String>,
    bearer: Option<String>,
    password: Option<String>,
}

impl Asking {
    fn new(request: &Request<Body>, token: Option<String>) -> Self {
        let text =
            |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self {
            token,
            bearer: text("authorization").and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
            password: text("x-peertube-video-password"),
        }
    }
}

/// Files of private videos have addresses of their own, and each byte of them is for those who show a right to it.
fn check_right(
    conn: &Connection,
    now: Timestamp,
    video: &Video,
    private: bool,
    asking: &Asking,
) -> Result<()> {
    if video.privacy.guards_files() != private {
        // The address was right before somebody changed who may see the video.
        return Err(Error::not_found("File"));
    }
    if !private {
        return Ok(());
    }
    if let Some(token) = &asking.token {
        return if videos::file_token_holds(conn, now, video.uuid, token)? {
            Ok(())
        } else {
            Err(Error::forbidden("Cannot access this file: its token is wrong or too old."))
        };
    }
    if asking.bearer.is_none() && asking.password.is_none() {
        return Err(Error::forbidden(
            "Video password header, video file token query parameter and bearer token are all missing",
        ));
    }
    let viewer = match &asking.bearer {
        Some(token) => sessions::bearer(conn, now, token)?.map_or(Viewer::ANYONE, |bearer| Viewer {
            account: Some(bearer.account.id),
            moderates: bearer.role != Role::User,
        }),
        None => Viewer::ANYONE,
    };
    videos::may_watch(conn, video, &viewer, asking.password.as_deref())
        .map_err(|_| Error::refused(Kind::Forbidden, "You may not see this video."))
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

    #[test]
    fn saved_names_are_those_of_peertube() {
        let uuid = "9c9de5e8-0a1e-484a-b099-e80766180a6d";
        assert_eq!(saved_name(&format!("{uuid}-720-fragmented.mp4")).map(|(_, side)| side), Some(720));
        assert_eq!(saved_name(&format!("{uuid}-0.mp4")).map(|(_, side)| side), Some(0));
        for bad in ["x", "é".repeat(40).as_str(), &format!("{uuid}-720.exe"), &format!("{uuid}-.mp4"), uuid]
        {
            assert_eq!(saved_name(bad), None, "{bad}");
        }
    }
}
