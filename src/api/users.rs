//! Accounts as their owners and the administration see them: PeerTube's users.

use super::{
    labels::{RoleLabel, one_of},
    notifications::NotificationSettings,
    shapes::{AccountJson, Actors, ChannelJson},
};
use crate::{
    accounts::{self, Account, Login, Preferences, SensitivePolicy, Trust},
    clock::Timestamp,
    comments,
    error::{Error, Result},
    groups,
    moderation::{
        reports::{self, Part},
        warnings,
    },
    notifications, playlists,
    urls::Urls,
    videos,
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::{ToSchema, openapi::schema::Object};

/// An account with its login.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct UserJson {
    id: i64,
    username: String,
    email: String,
    theme: String,
    /// Language of the interface; null follows the browser.
    #[schema(required)]
    language: Option<String>,
    #[schema(required)]
    pending_email: Option<String>,
    email_public: bool,
    #[schema(required)]
    email_verified: Option<bool>,
    nsfw_policy: SensitivePolicy,
    nsfw_flags_displayed: i64,
    nsfw_flags_hidden: i64,
    nsfw_flags_blurred: i64,
    nsfw_flags_warned: i64,
    p2p_enabled: bool,
    videos_history_enabled: bool,
    auto_play_video: bool,
    auto_play_next_video: bool,
    auto_play_next_video_playlist: bool,
    #[schema(required)]
    video_languages: Option<Vec<String>>,
    role: RoleLabel,
    /// Bytes; -1 without limit.
    video_quota: i64,
    /// Bytes in a day; -1 without limit.
    video_quota_daily: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total_video_file_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    video_quota_used: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    video_quota_used_daily: Option<u64>,
    /// Videos that it sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    videos_count: Option<u64>,
    /// Comments that it wrote and that were not removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    video_comments_count: Option<u64>,
    /// Reports about it, its videos and its comments.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    abuses_count: Option<u64>,
    /// Those of them that were found right.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    abuses_accepted_count: Option<u64>,
    /// Reports that it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    abuses_created_count: Option<u64>,
    no_instance_config_warning_modal: bool,
    no_welcome_modal: bool,
    no_account_setup_warning_modal: bool,
    blocked: bool,
    #[schema(required)]
    blocked_reason: Option<String>,
    account: AccountJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notification_settings: Option<NotificationSettings>,
    video_channels: Vec<OwnChannel>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(required)]
    plugin_auth: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_login_date: Option<Timestamp>,
    two_factor_enabled: bool,
    #[schema(schema_with = flags)]
    admin_flags: u32,
    /// Ours: when somebody asked for a new password and has not chosen one yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    password_asked_at: Option<Timestamp>,
    /// Ours: it was made without a password, and none was chosen yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    invited: bool,
    /// Nothing new is ever announced to users of PeerTube's pages.
    new_features_info_read: u32,
}

/// Oneself.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MyUser)]
pub struct MeJson {
    #[serde(flatten)]
    user: UserJson,
    special_playlists: Vec<SpecialPlaylist>,
    /// How much one was told that one has not read.
    unread_notifications_count: u64,
    /// Ours: how much of what moderators told one has not been read.
    unread_warnings: u64,
    /// Groups of others that one may publish in.
    video_channel_collaborations: Vec<OwnChannel>,
}

/// A playlist that everybody has.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MyUserSpecialPlaylist)]
struct SpecialPlaylist {
    id: i64,
    name: String,
    #[serde(rename = "type")]
    #[schema(schema_with = super::playlist_shapes::kinds)]
    kind: i64,
}

impl MeJson {
    /// Oneself, with what one wants to watch later. PeerTube tells one's own groups from those of others.
    pub fn of(conn: &Connection, mut user: UserJson) -> Result<Self> {
        let special = playlists::watch_later(conn, user.id)?.into_iter();
        let special = special.map(|one| SpecialPlaylist { id: one.id, name: one.name, kind: one.kind.id() });
        let (own, others) = std::mem::take(&mut user.video_channels)
            .into_iter()
            .partition(|group| group.owner_account_id == user.id);
        user.video_channels = own;
        let unread_notifications_count = notifications::unread(conn, user.id)?;
        let unread_warnings = warnings::unread(conn, user.id)?;
        Ok(Self {
            user,
            special_playlists: special.collect(),
            unread_notifications_count,
            unread_warnings,
            video_channel_collaborations: others,
        })
    }
}

/// A group that somebody may publish in, with the number of its owner.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserVideoChannel)]
pub struct OwnChannel {
    #[serde(flatten)]
    channel: ChannelJson,
    owner_account_id: i64,
}

impl OwnChannel {
    fn of(actors: &Actors<'_>, group: i64) -> Option<Self> {
        Some(Self { channel: actors.group(group, false)?, owner_account_id: actors.owner_of(group)? })
    }
}

/// PeerTube's rights beside the role: 1 if its videos never wait for a moderator.
fn flags() -> Object {
    one_of([0, 1])
}

/// How much of a user is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// In the list: with what it used, without groups.
    Listed,
    /// One of them, for the administration.
    One,
    /// One of them, with what it used and did.
    WithStats,
    /// Oneself.
    Me,
}

/// Bytes that an account's videos took, in all and in the last day.
pub fn used(conn: &Connection, now: Timestamp, account: i64) -> Result<(u64, u64)> {
    let day = now.minus_seconds(24 * 3600);
    Ok((
        videos::making::sent_bytes(conn, account, None)?,
        videos::making::sent_bytes(conn, account, Some(day))?,
    ))
}

/// What somebody did here.
struct Counts {
    videos: u64,
    comments: u64,
    reports: Part,
}

impl Counts {
    fn of(conn: &Connection, account: i64) -> Result<Self> {
        Ok(Self {
            videos: videos::count_of_author(conn, account)?,
            comments: comments::count_of_account(conn, account)?,
            reports: reports::part_of(conn, account)?,
        })
    }
}

/// One user in JSON. `otherwise` is what the instance does with what may hurt, for people who have not chosen.
pub fn user(
    conn: &Connection,
    urls: &Urls,
    now: Timestamp,
    otherwise: SensitivePolicy,
    account: i64,
    detail: Detail,
) -> Result<UserJson> {
    let found = accounts::find(conn, account)?;
    let login = accounts::find_login(conn, account)?;
    users(conn, urls, now, otherwise, &[(found, login)], detail)?
        .pop()
        .ok_or_else(|| Error::not_found("User"))
}

/// Several users in JSON.
pub fn users(
    conn: &Connection,
    urls: &Urls,
    now: Timestamp,
    otherwise: SensitivePolicy,
    found: &[(Account, Login)],
    detail: Detail,
) -> Result<Vec<UserJson>> {
    let ids: Vec<i64> = found.iter().map(|(account, _)| account.id).collect();
    let mut users = Vec::new();
    let mut group_ids = Vec::new();
    if detail != Detail::Listed {
        for id in &ids {
            group_ids.push(groups::of_publisher(conn, *id)?.iter().map(|group| group.id).collect::<Vec<_>>());
        }
    }
    let actors = Actors::load(conn, urls, &ids, &group_ids.concat())?;
    for (index, (account, login)) in found.iter().enumerate() {
        let wants_used = matches!(detail, Detail::Listed | Detail::WithStats);
        let (used, used_daily) = if wants_used {
            used(conn, now, account.id).map(|(all, day)| (Some(all), Some(day)))?
        } else {
            (None, None)
        };
        let counts = if detail == Detail::WithStats { Some(Counts::of(conn, account.id)?) } else { None };
        let groups = group_ids.get(index).map(Vec::as_slice).unwrap_or_default();
        let Login { preferences, .. } = login;
        let Preferences { video_languages, .. } = preferences;
        users.push(UserJson {
            id: account.id,
            username: account.name.clone(),
            email: login.email.clone(),
            theme: preferences.theme.clone(),
            language: preferences.language.clone(),
            pending_email: login.pending_email.clone(),
            email_public: preferences.email_public,
            email_verified: login.email_verified,
            nsfw_policy: preferences.nsfw_policy.unwrap_or(otherwise),
            nsfw_flags_displayed: preferences.nsfw_flags_displayed,
            nsfw_flags_hidden: preferences.nsfw_flags_hidden,
            nsfw_flags_blurred: preferences.nsfw_flags_blurred,
            nsfw_flags_warned: preferences.nsfw_flags_warned,
            p2p_enabled: preferences.p2p_enabled,
            videos_history_enabled: preferences.videos_history_enabled,
            auto_play_video: preferences.auto_play_video,
            auto_play_next_video: preferences.auto_play_next_video,
            auto_play_next_video_playlist: preferences.auto_play_next_video_playlist,
            video_languages: video_languages.clone(),
            role: login.role.into(),
            video_quota: login.video_quota,
            video_quota_daily: login.video_quota_daily,
            total_video_file_size: used,
            video_quota_used: used,
            video_quota_used_daily: used_daily,
            videos_count: counts.as_ref().map(|counts| counts.videos),
            video_comments_count: counts.as_ref().map(|counts| counts.comments),
            abuses_count: counts.as_ref().map(|counts| counts.reports.about),
            abuses_accepted_count: counts.as_ref().map(|counts| counts.reports.accepted),
            abuses_created_count: counts.as_ref().map(|counts| counts.reports.written),
            no_instance_config_warning_modal: preferences.no_instance_config_warning_modal,
            no_welcome_modal: preferences.no_welcome_modal,
            no_account_setup_warning_modal: preferences.no_account_setup_warning_modal,
            blocked: login.blocked,
            blocked_reason: login.blocked_reason.clone(),
            account: actors
                .account(account.id)
                .ok_or_else(|| Error::internal("an account that was not loaded"))?,
            notification_settings: match detail {
                Detail::Listed | Detail::Me => Some((&notifications::choices(conn, account.id)?).into()),
                Detail::One | Detail::WithStats => None,
            },
            video_channels: groups.iter().filter_map(|id| OwnChannel::of(&actors, *id)).collect(),
            created_at: account.created_at,
            plugin_auth: None,
            last_login_date: login.last_login_at,
            two_factor_enabled: login.two_factor,
            admin_flags: u32::from(login.trust == Trust::Trusted),
            password_asked_at: login.password_asked_at,
            invited: login.is_invited(),
            new_features_info_read: 0,
        });
    }
    Ok(users)
}
