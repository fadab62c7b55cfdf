//! Accounts as their owners and the administration see them: PeerTube's users.

use super::shapes::{AccountJson, Actors, ChannelJson};
use crate::{
    accounts::{self, Account, Login, Preferences, Role, SensitivePolicy},
    clock::Timestamp,
    error::Result,
    groups,
    urls::Urls,
    videos,
};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A number with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = UserRole)]
pub struct RoleJson {
    id: i64,
    label: &'static str,
}

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
    language: Option<String>,
    pending_email: Option<String>,
    email_public: bool,
    email_verified: Option<bool>,
    nsfw_policy: SensitivePolicy,
    nsfw_flags_displayed: u32,
    nsfw_flags_hidden: u32,
    nsfw_flags_blurred: u32,
    nsfw_flags_warned: u32,
    p2p_enabled: bool,
    videos_history_enabled: bool,
    auto_play_video: bool,
    auto_play_next_video: bool,
    auto_play_next_video_playlist: bool,
    video_languages: Option<Vec<String>>,
    role: RoleJson,
    /// Bytes; -1 without limit.
    video_quota: i64,
    /// Bytes in a day; -1 without limit.
    video_quota_daily: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_video_file_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video_quota_used: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video_quota_used_daily: Option<u64>,
    no_instance_config_warning_modal: bool,
    no_welcome_modal: bool,
    no_account_setup_warning_modal: bool,
    blocked: bool,
    blocked_reason: Option<String>,
    account: Option<AccountJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_settings: Option<Value>,
    video_channels: Vec<ChannelJson>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    plugin_auth: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_login_date: Option<Timestamp>,
    two_factor_enabled: bool,
    admin_flags: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    special_playlists: Option<Vec<Value>>,
}

/// How much of a user is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// In the list: with what it used, without groups.
    Listed,
    /// One of them, for the administration.
    One,
    /// One of them, with what it used.
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

/// One user in JSON.
pub fn user(
    conn: &Connection,
    urls: &Urls,
    now: Timestamp,
    account: i64,
    detail: Detail,
) -> Result<UserJson> {
    let found = accounts::find(conn, account)?;
    let login = accounts::find_login(conn, account)?;
    users(conn, urls, now, &[(found, login)], detail)?
        .pop()
        .ok_or_else(|| crate::error::Error::not_found("User"))
}

/// Several users in JSON.
pub fn users(
    conn: &Connection,
    urls: &Urls,
    now: Timestamp,
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
        let groups = group_ids.get(index).map(Vec::as_slice).unwrap_or_default();
        let Login { preferences, .. } = login;
        let Preferences { video_languages, .. } = preferences;
        users.push(UserJson {
            id: account.id,
            username: account.name.clone(),
            email: login.email.clone(),
            theme: preferences.theme.clone(),
            language: preferences.language.clone(),
            pending_email: None,
            email_public: preferences.email_public,
            email_verified: login.email_verified,
            nsfw_policy: preferences.nsfw_policy.unwrap_or_default(),
            nsfw_flags_displayed: 0,
            nsfw_flags_hidden: 0,
            nsfw_flags_blurred: 0,
            nsfw_flags_warned: 0,
            p2p_enabled: preferences.p2p_enabled,
            videos_history_enabled: preferences.videos_history_enabled,
            auto_play_video: preferences.auto_play_video,
            auto_play_next_video: preferences.auto_play_next_video,
            auto_play_next_video_playlist: preferences.auto_play_next_video_playlist,
            video_languages: video_languages.clone(),
            role: role(login.role),
            video_quota: login.video_quota,
            video_quota_daily: login.video_quota_daily,
            total_video_file_size: used,
            video_quota_used: used,
            video_quota_used_daily: used_daily,
            no_instance_config_warning_modal: preferences.no_instance_config_warning_modal,
            no_welcome_modal: preferences.no_welcome_modal,
            no_account_setup_warning_modal: preferences.no_account_setup_warning_modal,
            blocked: login.blocked,
            blocked_reason: login.blocked_reason.clone(),
            account: actors.account(account.id),
            notification_settings: matches!(detail, Detail::Listed | Detail::Me).then(notification_settings),
            video_channels: groups.iter().filter_map(|id| actors.group(*id, false)).collect(),
            created_at: account.created_at,
            plugin_auth: None,
            last_login_date: login.last_login_at,
            two_factor_enabled: login.two_factor,
            admin_flags: 0,
            special_playlists: (detail == Detail::Me).then(Vec::new),
        });
    }
    Ok(users)
}

fn role(role: Role) -> RoleJson {
    RoleJson { id: role.id(), label: role.label() }
}

/// Nobody is notified of anything yet; PeerTube's clients read these all the same. 1 is "on the web".
fn notification_settings() -> Value {
    json!({
        "newCommentOnMyVideo": 1, "newVideoFromSubscription": 1, "abuseAsModerator": 1,
        "videoAutoBlacklistAsModerator": 1, "blacklistOnMyVideo": 1, "myVideoPublished": 1,
        "myVideoImportFinished": 1, "newUserRegistration": 1, "commentMention": 1, "newFollow": 1,
        "newInstanceFollower": 1, "autoInstanceFollowing": 1, "abuseNewMessage": 1, "abuseStateChange": 1,
        "newPeerTubeVersion": 1, "myVideoStudioEditionFinished": 1, "myVideoTranscriptionGenerated": 1,
        "newPluginVersion": 1
    })
}
