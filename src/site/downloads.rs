//! The same files to be kept: sent as attachments, under the title of their video.

use super::{
    files::{self, Caching, Sending, Wanted},
    media, rights,
};
use crate::{
    app::App,
    error::{Error, InvalidField, Location, Result},
    storage::Storage,
    videos::{self, Key, MediaFile, Video, making},
};
use axum::{Router, extract::Path, response::Response, routing::get};
use axum_extra::extract::Query;
use rusqlite::Connection;
use serde::Deserialize;
use uuid::Uuid;

pub(super) fn router() -> Router<App> {
    let (hls, progressive) = (true, false);
    Router::new()
        .route(
            "/download/streaming-playlists/hls/videos/{file}",
            get(move |file, wanted| named(hls, file, wanted)),
        )
        .route("/download/web-videos/{file}", get(move |file, wanted| named(progressive, file, wanted)))
        .route("/download/videos/generate/{id}", get(chosen))
        .route("/download/original-video-files/{file}", get(original))
        .layer(media::cors())
}

/// `UUID-720-fragmented.mp4` or `UUID-720.mp4`: the video and the resolution, as PeerTube's download addresses name
/// them.
async fn named(hls: bool, Path(file): Path<String>, wanted: Wanted) -> Result<Response> {
    let (uuid, resolution) = saved_name(&file).ok_or_else(|| Error::not_found("File"))?;
    save(Key::Uuid(uuid), wanted, move |file| file.hls == hls && file.resolution == resolution).await
}

#[derive(Debug, Deserialize)]
struct Chosen {
    #[serde(default, rename = "videoFileIds")]
    ids: Vec<i64>,
}

/// The files that a client chose as one: a picture with its sound. PeerTube puts them together; here a rendition with
/// pictures has its sound, so that is the file that is sent, and the sound alone when nothing else was chosen.
async fn chosen(
    Path(id): Path<String>,
    chosen: Result<Query<Chosen>, axum_extra::extract::QueryRejection>,
    wanted: Wanted,
) -> Result<Response> {
    let key = Key::parse(&id).ok_or_else(|| Error::not_found("Video"))?;
    let ids = chosen.map(|Query(chosen)| chosen.ids).unwrap_or_default();
    if ids.is_empty() || ids.len() > 2 {
        return Err(Error::Invalid(vec![InvalidField {
            field: "videoFileIds".into(),
            rule: "Numbers of one or two files of this video.".into(),
            location: Location::Query,
            value: None,
        }]));
    }
    // Files are listed largest first and the sound last.
    save(key, wanted, move |file| ids.contains(&file.id)).await
}

/// Sends the first file of a video that fits.
async fn save(
    key: Key,
    wanted: Wanted,
    fits: impl Fn(&MediaFile) -> bool + Send + 'static,
) -> Result<Response> {
    let (video, file) = wanted
        .find(move |conn, now, asking| {
            // By number, unlisted videos are for their people only; a number can be guessed.
            let video = by_key(conn, &key)?;
            rights::check(conn, now, &video, video.privacy.guards_files(), asking)?;
            let file = videos::media_files(conn, video.id)?.into_iter().find(|file| fits(file));
            Ok((video, file.ok_or_else(|| Error::not_found("File"))?))
        })
        .await?;
    let relative =
        if file.hls { Storage::hls(video.uuid, &file.file) } else { Storage::web_video(&file.file) };
    let name = title(&video, &file);
    Ok(wanted.send(Sending { relative, caching: Caching::Changing, attachment: Some(&name) }).await)
}

fn by_key(conn: &Connection, key: &Key) -> Result<Video> {
    let video = videos::find(conn, key)?;
    if matches!(key, Key::Id(_)) && video.privacy == videos::Privacy::Unlisted {
        return Err(Error::not_found("Video"));
    }
    Ok(video)
}

/// What a browser is to call a file.
fn title(video: &Video, file: &MediaFile) -> String {
    let (label, ending) = match file.has_video {
        true => (format!("{}p", file.resolution), "mp4"),
        false => ("audio".to_owned(), "m4a"),
    };
    format!("{}-{label}.{ending}", files::plain(&video.name))
}

/// The file as it was sent, for those who manage the video.
async fn original(Path(file): Path<String>, wanted: Wanted) -> Result<Response> {
    let file = files::name(file)?;
    let relative = Storage::source(&file);
    let sent = wanted
        .find(move |conn, now, asking| {
            let video = videos::of_source(conn, &file)?.ok_or_else(|| Error::not_found("File"))?;
            rights::check_manages(conn, now, &video, asking)?;
            making::source(conn, video.id)?.ok_or_else(|| Error::not_found("File"))
        })
        .await?;
    let name = files::plain(&sent.filename);
    Ok(wanted.send(Sending { relative, caching: Caching::Private, attachment: Some(&name) }).await)
}

fn saved_name(file: &str) -> Option<(Uuid, u32)> {
    let uuid = Uuid::try_parse(file.get(..36)?).ok()?;
    let rest = file.get(36..)?.strip_prefix('-')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let resolution = rest.get(..digits)?.parse().ok()?;
    matches!(rest.get(digits..)?, "-fragmented.mp4" | ".mp4" | ".m4a").then_some((uuid, resolution))
}

#[cfg(test)]
mod tests {
    use super::*;

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
