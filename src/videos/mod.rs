//! Videos: what is said about them, who may see and change them. How they are made is in `making`.

pub mod elsewhere;
pub mod figures;
mod list;
pub mod making;
mod metadata;
pub mod offers;
mod parts;
pub mod ratings;
pub mod replacing;
mod store;
mod tokens;
pub mod torrents;
pub mod upkeep;
pub mod views;
mod watch;

pub use list::{Filter, Made, Page, Scope, Sort, explain, list};
pub use metadata::{Change, NewVideo, Schedule};
pub use parts::{
    Caption, Chapter, Kept, MediaFile, Picture, Pictures, Playlist, captions, chapters, count_elsewhere,
    count_of_author, count_of_group, delete, delete_of_group, delete_password, kept, media_files, of_file,
    of_source, passwords, pictures, playlist, put_caption, remove_caption, set_chapters, set_passwords, tags,
};
pub use tokens::{FileToken, Reach, file_token, file_token_holds, make_signing_key};
pub use views::commented;
pub use watch::{Key, Viewer, may_manage, may_watch, watch};

use crate::{
    clock::Timestamp,
    error::{Error, Kind, Result},
    groups::{
        self,
        log::{Action, Note},
    },
    ids,
    jobs::{self, Happening, Job},
    peers, search,
};
use rusqlite::{Connection, Transaction};
use std::collections::HashMap;
use uuid::Uuid;

/// Who may see a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Anyone, and lists show it.
    Public = 1,
    /// Whoever has the link.
    Unlisted = 2,
    /// Those who manage it.
    Private = 3,
    /// Who has an account here.
    Internal = 4,
    /// Whoever knows one of its passwords.
    Password = 5,
}

impl Privacy {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Public, Self::Unlisted, Self::Private, Self::Internal, Self::Password];

    /// PeerTube's number.
    pub fn id(self) -> i64 {
        self as i64
    }

    /// From PeerTube's number.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|privacy| privacy.id() == id)
    }

    /// Whether its files are only for those who show that they may watch.
    pub fn guards_files(self) -> bool {
        matches!(self, Self::Private | Self::Internal | Self::Password)
    }
}

/// How far a video is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Lists may show it.
    Published = 1,
    /// No rendition is whole yet, or its owner wants to wait for all.
    ToTranscode = 2,
    /// It cannot be played; `failure` says why.
    TranscodingFailed = 7,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Published, Self::ToTranscode, Self::TranscodingFailed];

    /// PeerTube's number.
    pub fn id(self) -> i64 {
        self as i64
    }

    /// From PeerTube's number.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }

    /// PeerTube's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Published => "Published",
            Self::ToTranscode => "To transcode",
            Self::TranscodingFailed => "Transcoding failed",
        }
    }
}

/// Why a video cannot be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Stable name for clients.
    pub code: String,
    /// A sentence for its owner.
    pub detail: String,
}

/// One of the passwords of a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    /// Its number.
    pub id: i64,
    /// In clear, as its owner wants to hand it on.
    pub password: String,
    /// When it was set.
    pub created_at: Timestamp,
}

/// One video, without its files.
#[derive(Debug, Clone, PartialEq)]
pub struct Video {
    /// Number on this instance.
    pub id: i64,
    /// Name in addresses.
    pub uuid: Uuid,
    /// The group that publishes it.
    pub group: i64,
    /// Who sent it; `None` when that account is gone.
    pub author: Option<i64>,
    /// Host of the instance where it lives; `None` is here.
    pub origin: Option<String>,
    /// Title.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown: how to support its makers.
    pub support: Option<String>,
    /// Of [`crate::text::tables::CATEGORIES`].
    pub category: Option<i64>,
    /// Of [`crate::text::tables::LICENCES`].
    pub licence: Option<i64>,
    /// Of [`crate::text::tables::LANGUAGES`].
    pub language: Option<String>,
    /// Who may see it; private while moderators hide it.
    pub privacy: Privacy,
    /// While moderators hide it, the privacy that it has when they show it again.
    pub blocked: Option<Privacy>,
    /// How far it is.
    pub state: State,
    /// Publish only when every rendition is there.
    pub wait_transcoding: bool,
    /// Not for everyone's eyes.
    pub sensitive: bool,
    /// PeerTube's bits: 1 violent, 2 explicit.
    pub sensitive_flags: i64,
    /// What is sensitive in it.
    pub sensitive_summary: Option<String>,
    /// 1 enabled, 2 disabled, 3 after approval.
    pub comments_policy: i64,
    /// Whether the interface offers its files for download.
    pub download_enabled: bool,
    /// Milliseconds; 0 until the source was probed.
    pub duration_ms: i64,
    /// Pixels as displayed.
    pub size: Option<(u32, u32)>,
    /// Times it was watched.
    pub views: i64,
    /// People who like it.
    pub likes: i64,
    /// People who do not.
    pub dislikes: i64,
    /// Comments that everybody sees.
    pub comments: i64,
    /// Why it cannot be played.
    pub failure: Option<Failure>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
    /// When it could first be seen.
    pub published_at: Option<Timestamp>,
    /// When it was first published, here or elsewhere, as its makers say.
    pub originally_published_at: Option<Timestamp>,
    /// When it is to get another privacy.
    pub schedule: Option<Schedule>,
    /// The video whose film it is to become: nobody sees it until then.
    pub replaces: Option<i64>,
}

impl Video {
    /// Seconds, rounded as PeerTube does.
    pub fn duration(&self) -> i64 {
        (self.duration_ms + 500) / 1000
    }

    /// Width by height, to four decimals; `None` of sound alone.
    pub fn aspect_ratio(&self) -> Option<f64> {
        let (width, height) = self.size.filter(|(_, height)| *height > 0)?;
        Some((f64::from(width) / f64::from(height) * 10_000.0).round() / 10_000.0)
    }

    /// The privacy that those who look after it chose, also while moderators hide it.
    pub fn chosen_privacy(&self) -> Privacy {
        self.blocked.unwrap_or(self.privacy)
    }

    /// Whether it lives here.
    pub fn is_local(&self) -> bool {
        self.origin.is_none()
    }

    /// Whether lists may show it to anyone or to those with an account.
    pub fn is_listed(&self) -> bool {
        self.state == State::Published && matches!(self.privacy, Privacy::Public | Privacy::Internal)
    }
}

/// Its author was told that it can be watched.
const WATCHABLE: i64 = 1;
/// Those who follow were told too.
const LISTED: i64 = 2;

/// The sentence PeerTube says when a video is to go to a group that its sender may not publish for.
const FOREIGN_GROUP: &str = "Unknown video \"video channel\" for this account.";

/// Puts a video down that an account sends. It waits for its source to be probed.
///
/// # Errors
/// 400 when the account may not publish for the group.
pub fn create(tx: &Transaction<'_>, now: Timestamp, account: i64, new: &NewVideo) -> Result<Video> {
    may_publish(tx, account, new.group)?;
    let id = store::insert(tx, now, ids::new_uuid(), account, new)?;
    store::set_tags(tx, id, &new.tags)?;
    store::set_passwords(tx, now, id, &new.passwords)?;
    schedule(tx, now, id, new.schedule)?;
    let video = by_id(tx, id)?;
    note(tx, now, video.group, account, Action::VideoSent, &video)?;
    Ok(video)
}

/// Changes what is said about a video; what the change leaves out stays.
///
/// # Errors
/// 403 for those who do not manage it; 400 for a group of others, or a password that is missing.
pub fn change(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    video: &Video,
    change: &Change,
) -> Result<Video> {
    let account = may_manage(tx, video, viewer)?;
    if let Some(group) = change.group
        && group != video.group
    {
        may_publish(tx, account, group)?;
    }
    let privacy = change.privacy.unwrap_or(video.chosen_privacy());
    if privacy == Privacy::Password
        && change.passwords.as_ref().is_none_or(Vec::is_empty)
        && store::passwords(tx, video.id)?.is_empty()
    {
        return Err(Error::refused(Kind::Bad, "Video passwords are missing."));
    }
    store::update(tx, now, video, change)?;
    if let Some(tags) = &change.tags {
        store::set_tags(tx, video.id, tags)?;
    }
    if privacy != Privacy::Password {
        store::set_passwords(tx, now, video.id, &[])?;
    } else if let Some(passwords) = change.passwords.as_ref().filter(|passwords| !passwords.is_empty()) {
        store::set_passwords(tx, now, video.id, passwords)?;
    }
    if let Some(wish) = change.schedule {
        schedule(tx, now, video.id, wish)?;
    }
    changed(tx, now, video.id)?;
    let changed = by_id(tx, video.id)?;
    if changed.group == video.group {
        note(tx, now, video.group, account, Action::VideoChanged, &changed)?;
    } else {
        note(tx, now, video.group, account, Action::VideoGiven, &changed)?;
        note(tx, now, changed.group, account, Action::VideoTaken, &changed)?;
    }
    Ok(changed)
}

/// Hides a video from all but those who look after it or the instance; `moderation` says why.
pub fn block(tx: &Transaction<'_>, now: Timestamp, video: &Video) -> Result<()> {
    store::set_blocked(tx, now, video.id, Some(video.chosen_privacy()))?;
    changed(tx, now, video.id)
}

/// Shows a video again to those who may see it. What nobody could see until now is published now, and told of; whether it is so.
pub fn unblock(tx: &Transaction<'_>, now: Timestamp, video: &Video) -> Result<bool> {
    let is_new = store::announced(tx, video.id)? == 0;
    store::set_blocked(tx, now, video.id, None)?;
    if is_new {
        store::publish_again(tx, now, video.id)?;
    }
    changed(tx, now, video.id)?;
    Ok(is_new)
}

/// Who sent a video; the owner of its group when that account is gone.
pub fn author(conn: &Connection, video: &Video) -> Result<i64> {
    match video.author {
        Some(author) => Ok(author),
        None => Ok(groups::find(conn, video.group)?.owner_id),
    }
}

/// Writes down in a group's log what somebody did with one of its videos.
fn note(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    account: i64,
    action: Action,
    video: &Video,
) -> Result<()> {
    let note = Note { video: Some(video.uuid), detail: Some(&video.name), ..Note::default() };
    groups::log::write(tx, now, group, account, action, &note)
}

/// Whether an account may publish for a group.
///
/// # Errors
/// 400 in PeerTube's words.
pub fn may_publish(conn: &Connection, account: i64, group: i64) -> Result<()> {
    if groups::may_publish(conn, group, account)? {
        return Ok(());
    }
    Err(Error::refused(Kind::Bad, FOREIGN_GROUP))
}

fn schedule(tx: &Transaction<'_>, now: Timestamp, video: i64, wish: Option<Schedule>) -> Result<()> {
    store::set_schedule(tx, video, wish)?;
    if let Some(wish) = wish {
        jobs::enqueue_at(tx, now, wish.at, &Job::PublishScheduled { video })?;
    }
    Ok(())
}

/// Gives a video the privacy that was scheduled for now. Does nothing when the schedule was changed meanwhile.
pub fn publish_scheduled(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    let Some(video) = store::find(tx, video)? else { return Ok(()) };
    let Some(due) = video.schedule.filter(|schedule| schedule.at <= now) else { return Ok(()) };
    store::set_schedule(tx, video.id, None)?;
    store::update(tx, now, &video, &Change { privacy: Some(due.privacy), ..Change::default() })?;
    changed(tx, now, video.id)
}

/// Tells how far a video is, and why it failed if it did. The first time that it can be seen is its publication.
pub fn set_state(
    tx: &Transaction<'_>,
    now: Timestamp,
    video: i64,
    state: State,
    failure: Option<&Failure>,
) -> Result<()> {
    store::set_state(tx, now, video, state, failure)?;
    changed(tx, now, video)
}

/// To be called after any change that lists or search could notice.
fn changed(tx: &Transaction<'_>, now: Timestamp, video: i64) -> Result<()> {
    // What is to take the place of another film is found by nobody, and nobody is told of it.
    let Some(video) = store::find(tx, video)?.filter(|video| video.replaces.is_none()) else { return Ok(()) };
    if video.is_listed() {
        let group = groups::find(tx, video.group)?;
        let entry = search::Entry {
            title: &video.name,
            tags: &store::tags(tx, video.id)?.join(" "),
            names: &format!("{} {}", group.display_name, group.name),
            text: video.description.as_deref().unwrap_or_default(),
        };
        search::put(tx, search::Kind::Video, video.id, &entry)?;
        // A new video begins as warm as if it had been seen once.
        store::warm(tx, video.id, views::heat_of_one_view(now))?;
        store::stirred(tx, video.id)?;
    } else {
        search::remove(tx, search::Kind::Video, video.id)?;
    }
    share(tx, now, &video)?;
    announce(tx, now, &video)
}

/// Has other servers told of a change, or that it goes.
fn share(tx: &Transaction<'_>, now: Timestamp, video: &Video) -> Result<()> {
    if !video.is_local() || video.replaces.is_some() {
        return Ok(());
    }
    let owner = groups::find(tx, video.group)?.owner_id;
    peers::told::changed(tx, now, video.uuid, video.group, owner)
}

/// Has people told of a video, each sort once: its author when it can be watched, those who follow when it can be found.
fn announce(tx: &Transaction<'_>, now: Timestamp, video: &Video) -> Result<()> {
    if video.state != State::Published || video.blocked.is_some() {
        return Ok(());
    }
    let (before, after) =
        (store::announced(tx, video.id)?, if video.is_listed() { LISTED } else { WATCHABLE });
    if after <= before {
        return Ok(());
    }
    let id = video.id;
    if before < WATCHABLE {
        jobs::enqueue(tx, now, &Job::Notify { happening: Happening::VideoPublished { video: id } })?;
    }
    if after == LISTED {
        jobs::enqueue(tx, now, &Job::Notify { happening: Happening::VideoListed { video: id } })?;
    }
    store::set_announced(tx, id, after)
}

/// A video was taken back before those who follow were told of it: they are told when it can be found again.
pub fn taken_back(tx: &Transaction<'_>, video: &Video) -> Result<()> {
    store::set_announced(tx, video.id, WATCHABLE)
}

/// One video by its number.
///
/// # Errors
/// 404.
pub fn by_id(conn: &Connection, id: i64) -> Result<Video> {
    store::find(conn, id)?.ok_or_else(not_found)
}

/// Several videos at once, by their numbers; numbers that nothing has are left out.
pub fn find_many(conn: &Connection, ids: &[i64]) -> Result<HashMap<i64, Video>> {
    Ok(store::find_many(conn, ids)?.into_iter().map(|video| (video.id, video)).collect())
}

/// One video, whoever asks.
///
/// # Errors
/// 404.
pub fn find(conn: &Connection, key: &Key) -> Result<Video> {
    match key {
        Key::Id(id) => store::find(conn, *id)?,
        Key::Uuid(uuid) => store::find_by_uuid(conn, *uuid)?,
    }
    .filter(|video| video.replaces.is_none())
    .ok_or_else(not_found)
}

/// The tags that most listed videos bear, most common first.
pub fn common_tags(conn: &Connection, count: u32) -> Result<Vec<String>> {
    store::common_tags(conn, count)
}

/// The groups with most listed videos, largest first.
pub fn busiest_groups(conn: &Connection, count: u32) -> Result<Vec<i64>> {
    store::busiest_groups(conn, count)
}

/// Writes a group's new name into the index of its videos. To be called when a group is renamed.
pub fn group_renamed(tx: &Transaction<'_>, now: Timestamp, group: i64) -> Result<()> {
    for video in store::of_group(tx, group)? {
        changed(tx, now, video)?;
    }
    Ok(())
}

/// Says of all videos of a group how it can be supported. To be called by who may change the group.
pub fn support_group(tx: &Transaction<'_>, now: Timestamp, group: i64, support: Option<&str>) -> Result<()> {
    store::set_support_of_group(tx, now, group, support)
}

fn not_found() -> Error {
    Error::not_found("Video")
}
