//! Playlists in JSON, as PeerTube 8.1 writes them with what older clients read.

use super::{
    labels::one_of,
    shapes::{Actors, List, Summary},
    video_shapes::{ThumbnailJson, VideoItem},
};
use crate::{
    clock::Timestamp,
    error::{Error, Result},
    ids,
    media::thumbnail,
    playlists::{Availability, Kind, Playlist, Privacy},
    urls::Urls,
    videos,
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::{ToSchema, openapi::schema::Object};

/// Who may see a playlist.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaylistPrivacyLabel {
    #[schema(schema_with = privacies)]
    id: i64,
    label: &'static str,
}

/// How a playlist came to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaylistKindLabel {
    #[schema(schema_with = kinds)]
    id: i64,
    label: &'static str,
}

fn privacies() -> Object {
    one_of(Privacy::ALL.map(Privacy::id))
}

/// As [`Kind`] numbers them.
pub(super) fn kinds() -> Object {
    one_of(Kind::ALL.map(Kind::id))
}

fn availabilities() -> Object {
    one_of(Availability::ALL.map(Availability::id))
}

/// A playlist.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoPlaylist)]
pub struct PlaylistItem {
    id: i64,
    uuid: String,
    #[serde(rename = "shortUUID")]
    short_uuid: String,
    is_local: bool,
    url: String,
    display_name: String,
    #[schema(required)]
    description: Option<String>,
    privacy: PlaylistPrivacyLabel,
    #[schema(required)]
    thumbnail_path: Option<String>,
    thumbnails: Vec<ThumbnailJson>,
    embed_path: String,
    #[serde(rename = "type")]
    kind: PlaylistKindLabel,
    videos_length: u64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    owner_account: Summary,
    /// Place among those of its group, from 1.
    #[schema(required)]
    video_channel_position: Option<i64>,
    #[schema(required)]
    video_channel: Option<Summary>,
}

/// Playlists with their people and pictures, in a fixed number of queries.
pub fn items(conn: &Connection, urls: &Urls, found: &[Playlist]) -> Result<Vec<PlaylistItem>> {
    let accounts: Vec<i64> = found.iter().map(|one| one.account).collect();
    let groups: Vec<i64> = found.iter().filter_map(|one| one.group).collect();
    let covers: Vec<i64> = found.iter().filter_map(|one| one.cover).collect();
    let actors = Actors::load(conn, urls, &accounts, &groups)?;
    let lent = videos::pictures(conn, &covers)?;
    let item = |one: &Playlist| {
        let missing = || Error::internal("a playlist whose account is not there");
        let picture = match &one.picture {
            Some(file) => Some((file, thumbnail::MINIATURE)),
            None => one
                .cover
                .and_then(|cover| lent.get(&cover)?.thumbnail.as_ref())
                .map(|picture| (&picture.file, (picture.width, picture.height))),
        };
        let picture = picture.map(|(file, size)| (Urls::lazy_static_path("thumbnails", file), size));
        Ok(PlaylistItem {
            id: one.id,
            uuid: one.uuid.to_string(),
            short_uuid: ids::short(one.uuid),
            is_local: true,
            url: urls.playlist(one.uuid),
            display_name: one.name.clone(),
            description: one.description.clone(),
            privacy: PlaylistPrivacyLabel { id: one.privacy.id(), label: one.privacy.label() },
            thumbnails: picture
                .iter()
                .map(|(path, size)| ThumbnailJson::new(*size, urls.absolute(path)))
                .collect(),
            thumbnail_path: picture.map(|(path, _)| path),
            embed_path: Urls::playlist_embed_path(one.uuid),
            kind: PlaylistKindLabel { id: one.kind.id(), label: one.kind.label() },
            videos_length: one.length,
            created_at: one.created_at,
            updated_at: one.updated_at,
            owner_account: actors.account_summary(one.account).ok_or_else(missing)?,
            video_channel_position: one.group_position,
            video_channel: one.group.and_then(|group| actors.group_summary(group)),
        })
    };
    found.iter().map(item).collect()
}

/// A page of playlists.
pub fn page(
    conn: &Connection,
    urls: &Urls,
    (total, found): (u64, Vec<Playlist>),
) -> Result<List<PlaylistItem>> {
    Ok(List { total, data: items(conn, urls, &found)? })
}

/// A film in a playlist.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoPlaylistElement)]
pub struct ElementItem {
    pub(super) id: i64,
    pub(super) position: i64,
    #[schema(required)]
    pub(super) start_timestamp: Option<i64>,
    #[schema(required)]
    pub(super) stop_timestamp: Option<i64>,
    /// Whether it is there for who asks: 0 it is, 1 it is gone, 2 it is private, 3 it is not to be seen at present.
    #[serde(rename = "type")]
    #[schema(schema_with = availabilities)]
    pub(super) kind: i64,
    #[schema(required)]
    pub(super) video: Option<VideoItem>,
}
