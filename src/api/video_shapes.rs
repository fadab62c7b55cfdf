//! Videos in JSON, as PeerTube 8.1 writes them with what older clients read. Lists load all that they need in a fixed
//! number of queries, however many videos they have.

use super::{
    file_shapes::{FileJson, PlaylistJson, SourceJson},
    labels::{CommentsLabel, FramesLabel, NumberLabel, PrivacyLabel, StateLabel, TextLabel, one_of},
    progress::ProgressJson,
    shapes::{AccountJson, Actors, ChannelJson, Summary},
};
use crate::{
    clock::Timestamp,
    comments::Policy,
    error::{Error, Result},
    history, ids,
    moderation::blocks::{self, Block},
    text::markdown,
    urls::Urls,
    videos::{self, Picture, Pictures, Video, Viewer, views::Viewers},
};
use rusqlite::Connection;
use serde::Serialize;
use std::{collections::HashMap, sync::Mutex};
use utoipa::{ToSchema, openapi::schema::Object};

/// Characters of a description in lists.
const EXCERPT: usize = 250;

/// One size of the picture of a video.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThumbnailJson {
    width: u32,
    height: u32,
    aspect_ratio: AspectRatio,
    file_url: String,
}

impl ThumbnailJson {
    /// A picture at an address.
    pub(super) fn new((width, height): (u32, u32), file_url: String) -> Self {
        Self { width, height, aspect_ratio: AspectRatio::Wide, file_url }
    }
}

/// Width to height of a picture.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = ThumbnailAspectRatio)]
pub enum AspectRatio {
    /// As films of today are.
    #[serde(rename = "16:9")]
    Wide,
}

/// Where somebody stopped watching.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    current_time: i64,
}

/// A privacy to come.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScheduledUpdate {
    #[schema(value_type = String, format = DateTime)]
    update_at: Timestamp,
    #[schema(schema_with = privacies_to_come)]
    privacy: i64,
}

/// Nobody waits for a video to become private, or to need a password.
fn privacies_to_come() -> Object {
    one_of([1, 2, 4])
}

/// What lists and details have in common.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoBase {
    pub(super) id: i64,
    pub(super) uuid: String,
    #[serde(rename = "shortUUID")]
    short_uuid: String,
    url: String,
    name: String,
    category: NumberLabel,
    licence: NumberLabel,
    language: TextLabel,
    privacy: PrivacyLabel,
    nsfw: bool,
    nsfw_flags: i64,
    #[schema(required)]
    nsfw_summary: Option<String>,
    #[schema(required)]
    truncated_description: Option<String>,
    #[schema(required)]
    description: Option<String>,
    is_local: bool,
    duration: i64,
    #[schema(required)]
    aspect_ratio: Option<f64>,
    views: i64,
    viewers: u64,
    likes: i64,
    dislikes: i64,
    comments: u64,
    #[schema(required)]
    thumbnail_path: Option<String>,
    #[schema(required)]
    preview_path: Option<String>,
    thumbnails: Vec<ThumbnailJson>,
    embed_path: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    originally_published_at: Option<Timestamp>,
    is_live: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user_history: Option<History>,
}

/// A video in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoItem {
    #[serde(flatten)]
    pub(super) base: VideoBase,
    account: Summary,
    channel: Summary,
    #[serde(flatten)]
    pub(super) more: More,
}

/// What a list item has beyond, where it was asked for or the list is one's own.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct More {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) state: Option<StateLabel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) wait_transcoding: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) scheduled_update: Option<ScheduledUpdate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) blacklisted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) blacklisted_reason: Option<Option<String>>,
    /// Ours: it is hidden because no moderator has looked at it yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub(super) waits_for_review: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) blocked_owner: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) blocked_server: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) streaming_playlists: Option<Vec<PlaylistJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) files: Option<Vec<FileJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) video_source: Option<Option<SourceJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) automatic_tags: Option<Vec<String>>,
    /// Ours: bytes of what is whole of it, and of its source while that is kept, in one's own list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) size_on_disk: Option<u64>,
    /// Ours: how its making goes, in one's own list; null when it is wholly ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) progress: Option<Option<ProgressJson>>,
}

/// A video with all that is known about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoDetails {
    #[serde(flatten)]
    base: VideoBase,
    account: AccountJson,
    channel: ChannelJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scheduled_update: Option<ScheduledUpdate>,
    blacklisted: bool,
    #[schema(required)]
    blacklisted_reason: Option<String>,
    /// Ours: it is hidden because no moderator has looked at it yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    waits_for_review: bool,
    streaming_playlists: Vec<PlaylistJson>,
    files: Vec<FileJson>,
    #[schema(required)]
    support: Option<String>,
    description_path: String,
    /// Ours: the description as safe HTML.
    description_html: String,
    tags: Vec<String>,
    comments_enabled: bool,
    comments_policy: CommentsLabel,
    download_enabled: bool,
    wait_transcoding: bool,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    input_file_updated_at: Option<Timestamp>,
    state: StateLabel,
    embed_privacy_policy: FramesLabel,
    tracker_urls: Vec<String>,
    /// Ours: whether the one who asks may change it.
    may_manage: bool,
}

/// What is needed to write videos.
pub struct Writing<'a> {
    /// Writes addresses.
    pub urls: &'a Urls,
    /// Who asks.
    pub viewer: Viewer,
    /// What time it is.
    pub now: Timestamp,
    /// Who watches what now.
    pub viewers: &'a Mutex<Viewers>,
    /// Whether the tracker answers.
    pub tracker: bool,
}

/// What all videos of an answer share, loaded together.
struct Loaded<'a> {
    actors: Actors<'a>,
    pictures: HashMap<i64, Pictures>,
    positions: HashMap<i64, i64>,
}

impl Loaded<'_> {
    /// Who sent a video; the owner of its group when that account is gone.
    fn author(&self, video: &Video) -> Option<i64> {
        video.author.or_else(|| self.actors.owner_of(video.group))
    }
}

impl Writing<'_> {
    fn load(&self, conn: &Connection, found: &[Video]) -> Result<Loaded<'_>> {
        let ids: Vec<i64> = found.iter().map(|video| video.id).collect();
        let groups: Vec<i64> = found.iter().map(|video| video.group).collect();
        let authors: Vec<i64> = found.iter().filter_map(|video| video.author).collect();
        let mut positions = match self.viewer.account {
            Some(account) => history::positions(conn, account, &ids)?,
            None => HashMap::new(),
        };
        if let Some(account) = self.viewer.account {
            let viewers = lock(self.viewers);
            for id in &ids {
                positions.extend(viewers.position(account, *id).map(|seconds| (*id, seconds)));
            }
        }
        Ok(Loaded {
            actors: Actors::load(conn, self.urls, &authors, &groups)?,
            pictures: videos::pictures(conn, &ids)?,
            positions,
        })
    }

    fn base(&self, video: &Video, loaded: &Loaded<'_>, excerpt: bool) -> VideoBase {
        let pictures = loaded.pictures.get(&video.id);
        let thumbnail = pictures.and_then(|pictures| pictures.thumbnail.as_ref());
        let preview = pictures.and_then(|pictures| pictures.preview.as_ref());
        let path = |kind: &str, picture: Option<&Picture>| {
            picture.map(|picture| Urls::lazy_static_path(kind, &picture.file))
        };
        let (thumbnail_path, preview_path) = (path("thumbnails", thumbnail), path("previews", preview));
        let size = |picture: Option<&Picture>, path: &Option<String>| {
            let picture = picture?;
            Some(ThumbnailJson::new((picture.width, picture.height), self.urls.absolute(path.as_deref()?)))
        };
        let short = video.description.as_deref().map(|text| markdown::excerpt(text, EXCERPT));
        VideoBase {
            id: video.id,
            uuid: video.uuid.to_string(),
            short_uuid: ids::short(video.uuid),
            url: match &video.origin {
                Some(origin) => self.urls.elsewhere(origin).video(video.uuid),
                None => self.urls.video(video.uuid),
            },
            name: video.name.clone(),
            category: NumberLabel::category(video.category),
            licence: NumberLabel::licence(video.licence),
            language: TextLabel::language(video.language.as_deref()),
            privacy: video.chosen_privacy().into(),
            nsfw: video.sensitive,
            nsfw_flags: video.sensitive_flags,
            nsfw_summary: video.sensitive_summary.clone(),
            description: if excerpt { short.clone() } else { video.description.clone() },
            truncated_description: short,
            is_local: video.is_local(),
            duration: video.duration(),
            aspect_ratio: video.aspect_ratio(),
            views: video.views,
            viewers: lock(self.viewers).now_watching(self.now, video.id),
            likes: video.likes,
            dislikes: video.dislikes,
            comments: video.comments.max(0).unsigned_abs(),
            thumbnails: [size(thumbnail, &thumbnail_path), size(preview, &preview_path)]
                .into_iter()
                .flatten()
                .collect(),
            thumbnail_path,
            preview_path,
            embed_path: Urls::embed_path(video.uuid),
            created_at: video.created_at,
            updated_at: video.updated_at,
            published_at: video.published_at.unwrap_or(video.created_at),
            originally_published_at: video.originally_published_at,
            is_live: false,
            user_history: loaded.positions.get(&video.id).map(|seconds| History { current_time: *seconds }),
        }
    }

    /// Videos as lists show them.
    pub fn items(&self, conn: &Connection, found: &[Video]) -> Result<Vec<VideoItem>> {
        let loaded = self.load(conn, found)?;
        let item = |video: &Video| {
            let missing = || Error::internal("a video whose group is not there");
            let author = loaded.author(video).ok_or_else(missing)?;
            Ok(VideoItem {
                base: self.base(video, &loaded, true),
                account: loaded.actors.account_summary(author).ok_or_else(missing)?,
                channel: loaded.actors.group_summary(video.group).ok_or_else(missing)?,
                more: More::default(),
            })
        };
        found.iter().map(item).collect()
    }

    /// A video with all that is known about it.
    pub fn details(&self, conn: &Connection, video: &Video) -> Result<VideoDetails> {
        let loaded = self.load(conn, std::slice::from_ref(video))?;
        let missing = || Error::internal("a video whose group is not there");
        let author = loaded.author(video).ok_or_else(missing)?;
        let may_manage = videos::may_manage(conn, video, &self.viewer).is_ok();
        let (streaming_playlists, files) = self.files_for(conn, video, may_manage)?;
        let block = if video.blocked.is_some() { blocks::of_video(conn, video.id)? } else { None };
        Ok(VideoDetails {
            base: self.base(video, &loaded, false),
            account: loaded.actors.account(author).ok_or_else(missing)?,
            channel: loaded.actors.group(video.group, true).ok_or_else(missing)?,
            scheduled_update: scheduled(video),
            blacklisted: block.is_some(),
            blacklisted_reason: block.as_ref().and_then(Block::told_reason).map(str::to_owned),
            waits_for_review: block.is_some_and(|block| block.waits()),
            streaming_playlists,
            files,
            support: video.support.clone(),
            description_path: Urls::video_description_path(video.uuid),
            description_html: markdown::to_html(video.description.as_deref().unwrap_or_default()),
            tags: videos::tags(conn, video.id)?,
            comments_enabled: Policy::of(video) != Policy::Disabled,
            comments_policy: Policy::of(video).into(),
            download_enabled: video.download_enabled,
            wait_transcoding: video.wait_transcoding,
            input_file_updated_at: None,
            state: video.state.into(),
            embed_privacy_policy: FramesLabel::ALL,
            // Viewers meet by WebSocket; there is no tracker for other BitTorrent clients.
            tracker_urls: self.tracker.then(|| self.urls.tracker_socket()).into_iter().collect(),
            may_manage,
        })
    }
}

/// The privacy to come, if there is one.
pub fn scheduled(video: &Video) -> Option<ScheduledUpdate> {
    video.schedule.map(|wish| ScheduledUpdate { update_at: wish.at, privacy: wish.privacy.id() })
}

/// Nobody panics while holding it.
pub(super) fn lock(viewers: &Mutex<Viewers>) -> std::sync::MutexGuard<'_, Viewers> {
    viewers.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
