//! The figures of the instance that anyone may see.

use crate::{accounts, app::App, comments, error::Result, groups, moderation::reports, playlists, videos};
use axum::{Json, Router, extract::State, routing::get};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/server/stats", get(stats))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(stats))]
pub struct Doc;

/// Figures in PeerTube's keys. What Kiosque does not have yet is nought.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServerStats)]
struct Stats {
    total_users: u64,
    total_daily_active_users: u64,
    total_weekly_active_users: u64,
    total_monthly_active_users: u64,
    total_moderators: u64,
    total_admins: u64,
    total_local_videos: u64,
    total_local_video_views: u64,
    total_local_video_comments: u64,
    /// Bytes.
    total_local_video_files_size: u64,
    total_videos: u64,
    total_video_comments: u64,
    total_local_video_channels: u64,
    total_local_daily_active_video_channels: u64,
    total_local_weekly_active_video_channels: u64,
    total_local_monthly_active_video_channels: u64,
    total_local_playlists: u64,
    total_instance_followers: u64,
    total_instance_following: u64,
    #[schema(value_type = Vec<Object>, max_items = 0)]
    videos_redundancy: [(); 0],
    #[schema(required)]
    average_abuse_response_time_ms: Option<u64>,
    total_abuses: u64,
    total_abuses_processed: u64,
    #[schema(required)]
    average_registration_request_response_time_ms: Option<u64>,
    total_registration_requests: u64,
    total_registration_requests_processed: u64,
    activity_pub_messages_processed_per_second: u64,
    total_activity_pub_messages_waiting: u64,
    total_activity_pub_messages_processed: u64,
    total_activity_pub_messages_successes: u64,
    total_activity_pub_messages_errors: u64,
    total_activity_pub_create_messages_successes: u64,
    total_activity_pub_create_messages_errors: u64,
    total_activity_pub_update_messages_successes: u64,
    total_activity_pub_update_messages_errors: u64,
    total_activity_pub_delete_messages_successes: u64,
    total_activity_pub_delete_messages_errors: u64,
    total_activity_pub_follow_messages_successes: u64,
    total_activity_pub_follow_messages_errors: u64,
    total_activity_pub_accept_messages_successes: u64,
    total_activity_pub_accept_messages_errors: u64,
    total_activity_pub_reject_messages_successes: u64,
    total_activity_pub_reject_messages_errors: u64,
    total_activity_pub_announce_messages_successes: u64,
    total_activity_pub_announce_messages_errors: u64,
    total_activity_pub_undo_messages_successes: u64,
    total_activity_pub_undo_messages_errors: u64,
    total_activity_pub_like_messages_successes: u64,
    total_activity_pub_like_messages_errors: u64,
    total_activity_pub_dislike_messages_successes: u64,
    total_activity_pub_dislike_messages_errors: u64,
    total_activity_pub_flag_messages_successes: u64,
    total_activity_pub_flag_messages_errors: u64,
    total_activity_pub_view_messages_successes: u64,
    total_activity_pub_view_messages_errors: u64,
    total_activity_pub_approve_reply_messages_successes: u64,
    total_activity_pub_approve_reply_messages_errors: u64,
    total_activity_pub_reject_reply_messages_successes: u64,
    total_activity_pub_reject_reply_messages_errors: u64,
}

/// Figures of the instance.
#[utoipa::path(get, path = "/server/stats", tag = "server", responses((status = 200, body = Stats)))]
async fn stats(State(app): State<App>) -> Result<Json<Stats>> {
    let (people, groups, films, asked, playlists, said, reported) = app
        .db
        .read(|conn| {
            let asked = accounts::registrations::figures(conn)?;
            let playlists = playlists::count(conn)?;
            Ok((
                accounts::figures(conn)?,
                groups::count(conn)?,
                videos::figures::figures(conn)?,
                asked,
                playlists,
                comments::figures(conn)?,
                reports::figures(conn)?,
            ))
        })
        .await?;
    Ok(Json(Stats {
        total_users: people.accounts,
        total_moderators: people.moderators,
        total_admins: people.administrators,
        total_local_videos: films.videos,
        total_local_video_views: films.views,
        total_local_video_files_size: films.bytes,
        total_videos: films.videos,
        total_video_comments: said.0,
        total_local_video_comments: said.1,
        total_local_video_channels: groups,
        total_local_playlists: playlists,
        total_abuses: reported.0,
        total_abuses_processed: reported.1,
        average_abuse_response_time_ms: reported.2,
        total_registration_requests: asked.total,
        total_registration_requests_processed: asked.decided,
        average_registration_request_response_time_ms: asked.average_ms,
        ..Stats::default()
    }))
}
