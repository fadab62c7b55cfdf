//! Videos that live on other servers: what is said about them is kept here, their bytes are not.

use super::{
    Kept, Video, changed,
    making::{Picture, PictureKind},
    parts, store,
};
use crate::{
    clock::Timestamp,
    error::{Error, Result},
    groups,
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

/// Seconds after its publication for which a video is news to those who follow.
const NEWS: f64 = 2.0 * 24.0 * 3600.0;

/// What another server tells of a public video.
#[derive(Debug, Clone, PartialEq)]
pub struct Film {
    /// Its address, which is its name everywhere.
    pub uri: String,
    /// Its name in addresses.
    pub uuid: Uuid,
    /// Title.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown.
    pub support: Option<String>,
    /// As in [`Video`].
    pub category: Option<i64>,
    /// As in [`Video`].
    pub licence: Option<i64>,
    /// As in [`Video`].
    pub language: Option<String>,
    /// Not for everyone's eyes.
    pub sensitive: bool,
    /// As in [`Video`].
    pub sensitive_flags: i64,
    /// What is sensitive in it.
    pub sensitive_summary: Option<String>,
    /// As in [`Video`].
    pub comments_policy: i64,
    /// Whether its files may be saved.
    pub download_enabled: bool,
    /// Seconds.
    pub seconds: u32,
    /// Times it was watched there.
    pub views: i64,
    /// When it could first be seen.
    pub published_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
    /// When it was first published anywhere.
    pub originally_published_at: Option<Timestamp>,
    /// Words it is found by.
    pub tags: Vec<String>,
    /// Where it lies.
    pub place: Place,
}

/// Where a video of another server lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Its page there.
    pub page: String,
    /// Playlist of HLS.
    pub master: Option<String>,
    /// Hashes of the parts of HLS.
    pub hashes: Option<String>,
    /// A small picture.
    pub thumbnail: Option<String>,
    /// A large picture.
    pub preview: Option<String>,
    /// Files, largest first.
    pub files: Vec<File>,
}

/// A file of another server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Number here; 0 before it is written down.
    pub id: i64,
    /// Fragmented, and named by the playlist.
    pub hls: bool,
    /// Where it is.
    pub url: String,
    /// As in [`super::MediaFile`].
    pub resolution: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// Bytes.
    pub size: i64,
    /// It has pictures.
    pub has_video: bool,
    /// It has sound.
    pub has_audio: bool,
}

/// Writes down what is told of a video of a group of another server, or what is told of it now. That the group may say so is to be
/// checked before. The number of the video.
///
/// # Errors
/// 409 when another video has its UUID.
pub fn put(tx: &Transaction<'_>, now: Timestamp, group: i64, film: &Film) -> Result<i64> {
    let group = groups::find(tx, group)?;
    let origin = group.origin.as_deref().ok_or_else(|| Error::internal("a group of this server"))?;
    let known = store::elsewhere::by_uri(tx, &film.uri)?;
    if let Some(other) = store::find_by_uuid(tx, film.uuid)?
        && known != Some(other.id)
    {
        return Err(Error::conflict("Another video has this UUID."));
    }
    let before = known.map(|id| store::elsewhere::place(tx, id)).transpose()?.flatten();
    let id = match known {
        Some(id) => {
            store::elsewhere::update(tx, id, (group.id, group.owner_id), film)?;
            id
        }
        None => {
            let id = store::elsewhere::insert(tx, now, origin, (group.id, group.owner_id), film)?;
            // Its author is told there. What is old is no news.
            let news = now.seconds_since(film.published_at) < NEWS;
            store::set_announced(tx, id, if news { super::WATCHABLE } else { super::LISTED })?;
            id
        }
    };
    store::set_tags(tx, id, &film.tags)?;
    store::elsewhere::put_place(tx, now, id, &film.uri, &film.place)?;
    let pictures = |place: &Place| (place.thumbnail.clone(), place.preview.clone());
    if before.as_ref().map(pictures) != Some(pictures(&film.place)) {
        jobs::enqueue_once(tx, now, &Job::FetchPictures { video: id })?;
    }
    changed(tx, now, id)?;
    Ok(id)
}

/// The number of a video of another server by its address.
pub fn by_uri(conn: &Connection, uri: &str) -> Result<Option<i64>> {
    store::elsewhere::by_uri(conn, uri)
}

/// The address of a video of another server.
pub fn uri(conn: &Connection, video: i64) -> Result<Option<String>> {
    store::elsewhere::uri(conn, video)
}

/// Where a video lies; `None` when it lies here.
pub fn place(conn: &Connection, video: &Video) -> Result<Option<Place>> {
    if video.is_local() { Ok(None) } else { store::elsewhere::place(conn, video.id) }
}

/// A picture of a video of another server was fetched. `false` when the video is gone.
pub fn put_picture(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    picture: &Picture,
    path: impl Fn(&str) -> String,
) -> Result<bool> {
    if store::find(tx, video)?.is_none_or(|video| video.is_local()) {
        return Ok(false);
    }
    let before = store::making::picture(tx, video, picture.kind)?;
    store::making::put_picture(tx, now, video, picture, false)?;
    if let Some((file, _)) = before {
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths: vec![path(&file)] })?;
    }
    Ok(true)
}

/// The kinds of pictures that are fetched, and where they are.
pub fn pictures(conn: &Connection, video: i64) -> Result<Vec<(PictureKind, String)>> {
    let Some(place) = store::elsewhere::place(conn, video)? else { return Ok(Vec::new()) };
    let all = [(PictureKind::Thumbnail, place.thumbnail), (PictureKind::Preview, place.preview)];
    Ok(all.into_iter().filter_map(|(kind, url)| Some((kind, url?))).collect())
}

/// Forgets a video of another server.
pub fn forget(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    path: impl Fn(&Kept) -> String,
) -> Result<()> {
    let video = super::by_id(tx, video)?;
    if video.is_local() {
        return Err(Error::internal("a video of this server is not forgotten so"));
    }
    parts::end(tx, now, &video, &path)
}
