//! The files of a video in JSON: its HLS, its progressive file, and the file as it was sent.

use super::{
    labels::{ResolutionLabel, one_of},
    metadata::Metadata,
    video_shapes::Writing,
};
use crate::{
    clock::Timestamp,
    error::Result,
    media::source::SourceInfo,
    urls::Urls,
    videos::{self, MediaFile, State, Video, elsewhere, making},
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::{ToSchema, openapi::schema::Object};

/// A media file.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoFile)]
pub struct FileJson {
    id: i64,
    resolution: ResolutionLabel,
    width: u32,
    height: u32,
    #[schema(required)]
    magnet_uri: Option<String>,
    size: i64,
    fps: u32,
    /// Null for what lies on another server.
    #[schema(required)]
    torrent_url: Option<String>,
    #[schema(required)]
    torrent_download_url: Option<String>,
    file_url: String,
    file_download_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    metadata_url: Option<String>,
    has_audio: bool,
    has_video: bool,
    #[schema(schema_with = on_the_disk)]
    storage: u8,
    /// Ours: this is the file as it was sent, see [`Writing::files_for`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_source: bool,
}

/// A file of HLS, with the playlist of its rendition.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HlsFile)]
pub struct HlsFileJson {
    #[serde(flatten)]
    file: FileJson,
    #[schema(required)]
    playlist_url: Option<String>,
}

/// PeerTube's number of files that no other machine keeps.
fn on_the_disk() -> Object {
    one_of([0])
}

/// PeerTube's number of HLS.
fn hls() -> Object {
    one_of([1])
}

/// HLS of a video.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoStreamingPlaylist)]
pub struct PlaylistJson {
    id: i64,
    #[serde(rename = "type")]
    #[schema(schema_with = hls)]
    kind: u8,
    playlist_url: String,
    #[schema(required)]
    segments_sha256_url: Option<String>,
    redundancies: Vec<Redundancy>,
    files: Vec<HlsFileJson>,
}

/// Somewhere else the same segments lie.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Redundancy {
    base_url: String,
}

/// The file of a video as it was sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoSource)]
pub struct SourceJson {
    /// What its sender called it; older clients read this.
    filename: String,
    input_filename: String,
    /// It is never public.
    #[schema(required)]
    file_url: Option<String>,
    /// For those who manage the video; null when the file was not kept.
    #[schema(required)]
    file_download_url: Option<String>,
    resolution: ResolutionLabel,
    size: u64,
    width: u32,
    height: u32,
    fps: u32,
    /// Null until the file was probed.
    #[schema(required)]
    metadata: Option<Metadata>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// What the probe found, when it was there.
fn info(source: &making::Source) -> Option<SourceInfo> {
    serde_json::from_value(source.info.clone()?).ok()
}

/// Width and height as displayed, and frames per second; noughts until the file was probed, or of sound alone.
fn measures(info: Option<&SourceInfo>) -> (u32, u32, u32) {
    let Some(film) = info.and_then(|info| info.video.as_ref()) else { return (0, 0, 0) };
    let (width, height) = film.displayed();
    let (frames, seconds) = film.frame_rate;
    (width, height, if seconds == 0 { 0 } else { (frames + seconds / 2) / seconds })
}

/// The file as it was sent.
pub fn source(urls: &Urls, video: &Video, source: &making::Source) -> SourceJson {
    let info = info(source);
    let (width, height, fps) = measures(info.as_ref());
    SourceJson {
        filename: source.filename.clone(),
        input_filename: source.filename.clone(),
        file_url: None,
        file_download_url: source
            .file
            .as_ref()
            .map(|file| urls.absolute(&Urls::original_download_path(file))),
        resolution: ResolutionLabel::of(width.min(height)),
        size: source.size,
        width,
        height,
        fps,
        metadata: info.as_ref().map(Metadata::of_source),
        created_at: video.created_at,
    }
}

/// The same of a video of another server: all of it is fetched from there.
fn files_elsewhere(video: &Video, place: &elsewhere::Place) -> (Vec<PlaylistJson>, Vec<FileJson>) {
    let file = |file: &elsewhere::File| FileJson {
        id: file.id,
        resolution: ResolutionLabel::of(file.resolution),
        width: file.width,
        height: file.height,
        magnet_uri: None,
        size: file.size,
        fps: file.fps,
        torrent_url: None,
        torrent_download_url: None,
        file_url: file.url.clone(),
        file_download_url: file.url.clone(),
        metadata_url: None,
        has_audio: file.has_audio,
        has_video: file.has_video,
        storage: 0,
        is_source: false,
    };
    let (hls, web): (Vec<_>, Vec<_>) = place.files.iter().partition(|file| file.hls);
    let playlist = place.master.as_ref().map(|master| PlaylistJson {
        id: video.id,
        kind: 1,
        playlist_url: master.clone(),
        segments_sha256_url: place.hashes.clone(),
        redundancies: Vec::new(),
        files: hls.into_iter().map(|one| HlsFileJson { file: file(one), playlist_url: None }).collect(),
    });
    (playlist.into_iter().collect(), web.into_iter().map(file).collect())
}

impl Writing<'_> {
    /// HLS and progressive files of a video.
    pub fn files(&self, conn: &Connection, video: &Video) -> Result<(Vec<PlaylistJson>, Vec<FileJson>)> {
        if let Some(place) = elsewhere::place(conn, video)? {
            return Ok(files_elsewhere(video, &place));
        }
        let files = videos::media_files(conn, video.id)?;
        let (hls, web): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.hls);
        let private = video.privacy.guards_files();
        let playlist = videos::playlist(conn, video.id)?.map(|playlist| PlaylistJson {
            id: video.id,
            kind: 1,
            playlist_url: self.urls.absolute(&Urls::hls_path(video.uuid, private, &playlist.master)),
            segments_sha256_url: playlist
                .hashes
                .map(|file| self.urls.absolute(&Urls::hls_path(video.uuid, private, &file))),
            redundancies: Vec::new(),
            files: hls
                .into_iter()
                .map(|file| HlsFileJson {
                    file: self.file(video, file),
                    playlist_url: file
                        .playlist
                        .as_ref()
                        .map(|playlist| self.urls.absolute(&Urls::hls_path(video.uuid, private, playlist))),
                })
                .collect(),
        });
        Ok((playlist.into_iter().collect(), web.into_iter().map(|file| self.file(video, file)).collect()))
    }

    fn file(&self, video: &Video, file: &MediaFile) -> FileJson {
        let private = video.privacy.guards_files();
        let absolute = |path: String| self.urls.absolute(&path);
        let (path, download) = if file.hls {
            (
                Urls::hls_path(video.uuid, private, &file.file),
                Urls::hls_download_path(video.uuid, file.resolution),
            )
        } else {
            (
                Urls::web_video_path(private, &file.file),
                Urls::web_video_download_path(video.uuid, file.resolution),
            )
        };
        let torrent = Urls::torrent_name(&file.file);
        let torrent_url = absolute(Urls::lazy_static_path("torrents", &torrent));
        let file_url = absolute(path);
        // Nobody without a right could fetch anything of a guarded one.
        let info_hash = file.info_hash.as_ref().filter(|_| !private);
        let tracker = self.tracker.then(|| self.urls.tracker_socket());
        FileJson {
            id: file.id,
            resolution: ResolutionLabel::of(file.resolution),
            width: file.width,
            height: file.height,
            magnet_uri: info_hash.map(|info_hash| {
                Urls::magnet(info_hash, &video.name, &torrent_url, &file_url, tracker.as_deref())
            }),
            size: file.size,
            fps: file.fps,
            torrent_url: Some(torrent_url),
            torrent_download_url: Some(absolute(Urls::torrent_download_path(&torrent))),
            file_url,
            file_download_url: absolute(download),
            metadata_url: Some(absolute(Urls::video_metadata_path(video.uuid, file.id))),
            has_audio: file.has_audio,
            has_video: file.has_video,
            storage: 0,
            is_source: false,
        }
    }

    /// The same for one who asks for the details of a video. While nothing is made of it, those who manage it get the
    /// file as it was sent in place of a progressive one, as PeerTube does for everybody: its own clients read
    /// `files[0]` of what they just sent. Nobody else does: a telephone writes into its films where it was.
    pub fn files_for(
        &self,
        conn: &Connection,
        video: &Video,
        manages: bool,
    ) -> Result<(Vec<PlaylistJson>, Vec<FileJson>)> {
        let (playlists, mut files) = self.files(conn, video)?;
        if manages && files.is_empty() && video.state == State::ToTranscode {
            files.extend(making::source(conn, video.id)?.and_then(|source| self.sent(&source)));
        }
        Ok((playlists, files))
    }

    fn sent(&self, source: &making::Source) -> Option<FileJson> {
        let file = source.file.as_ref()?;
        let info = info(source);
        let (width, height, fps) = measures(info.as_ref());
        let url = self.urls.absolute(&Urls::original_download_path(file));
        let torrent = Urls::torrent_name(file);
        Some(FileJson {
            id: 0,
            resolution: ResolutionLabel::of(width.min(height)),
            width,
            height,
            magnet_uri: None,
            size: i64::try_from(source.size).unwrap_or(i64::MAX),
            fps,
            // Never null: PeerTube's own client asks again and again until it is there.
            torrent_url: Some(self.urls.absolute(&Urls::lazy_static_path("torrents", &torrent))),
            torrent_download_url: Some(self.urls.absolute(&Urls::torrent_download_path(&torrent))),
            file_url: url.clone(),
            file_download_url: url,
            metadata_url: None,
            has_audio: info.as_ref().is_none_or(|info| info.audio.is_some()),
            has_video: info.as_ref().is_none_or(|info| info.video.is_some()),
            storage: 0,
            is_source: true,
        })
    }
}
