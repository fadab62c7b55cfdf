//! REST. `/api/v1` answers as PeerTube's does for everything both have; one file per noun, each listing its own routes.

mod abuse_shapes;
pub mod abuses;
pub mod accounts;
pub mod address;
pub mod administration;
pub mod auth;
pub mod blacklist;
pub mod blocklist;
mod collaborators;
pub mod comment_lists;
pub mod comment_shapes;
pub mod comments;
pub mod config;
pub mod config_custom;
mod config_shapes;
pub mod contact;
pub mod disk;
pub mod doors;
pub mod extract;
pub mod fields;
pub mod file_shapes;
pub mod form;
mod group_log;
pub mod groups;
pub mod history;
pub mod home;
pub mod homepage;
pub mod instance_pictures;
mod invitations;
pub mod jobs;
mod join_requests;
pub mod labels;
pub mod list_query;
pub mod mail;
pub mod me;
mod members;
mod metadata;
pub mod moderation_log;
pub mod nothing_yet;
mod notification_shapes;
pub mod notifications;
pub mod offers;
pub mod openapi;
pub mod passwords;
pub mod pictures;
pub mod playlist_elements;
pub mod playlist_lists;
pub mod playlist_shapes;
pub mod playlists;
pub mod problem;
mod profiles;
pub mod progress;
mod push;
pub mod ratings;
mod received;
pub mod registrations;
pub mod search;
pub mod server;
pub mod sessions;
pub mod setup;
pub mod shapes;
pub mod socket;
pub mod stats;
pub mod subscriptions;
pub mod suggestions;
pub mod two_factor;
pub mod uploads;
pub mod users;
pub mod video_edit;
pub mod video_files;
pub mod video_parts;
pub mod video_shapes;
pub mod videos;
pub mod views;
pub mod warnings;

use crate::app::App;
use axum::{Extension, Router, http::StatusCode, routing::get};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// All addresses of this edge.
pub fn router(app: &App) -> Router<App> {
    let v1 = Router::new()
        .route("/ping", get(ping))
        .merge(abuses::router())
        .merge(accounts::router())
        .merge(administration::router())
        .merge(auth::router())
        .merge(groups::router())
        .merge(members::router())
        .merge(join_requests::router())
        .merge(group_log::router())
        .merge(invitations::router())
        .merge(collaborators::router())
        .merge(history::router())
        .merge(notifications::router())
        .merge(push::router())
        .merge(me::router())
        .merge(mail::router())
        .merge(passwords::router())
        .merge(pictures::router())
        .merge(registrations::router())
        .merge(sessions::router())
        .merge(subscriptions::router())
        .merge(setup::router())
        .merge(two_factor::router())
        .merge(blacklist::router())
        .merge(blocklist::router())
        .merge(warnings::router())
        .merge(moderation_log::router())
        .merge(comments::router())
        .merge(comment_lists::router())
        .merge(config::router())
        .merge(config_custom::router())
        .merge(contact::router())
        .merge(disk::router())
        .merge(home::router())
        .merge(homepage::router())
        .merge(server::router())
        .merge(stats::router())
        .merge(jobs::router())
        .merge(profiles::router())
        .merge(progress::router())
        .merge(uploads::router())
        .merge(videos::router())
        .merge(video_edit::router())
        .merge(video_files::router())
        .merge(video_parts::router())
        .merge(offers::router())
        .merge(ratings::router())
        .merge(playlists::router())
        .merge(playlist_elements::router())
        .merge(playlist_lists::router())
        .merge(views::router())
        .merge(search::router())
        .merge(suggestions::router())
        .merge(nothing_yet::router())
        // An unknown path or method is 400 with an empty body, as in PeerTube.
        .fallback(|| async { StatusCode::BAD_REQUEST })
        .method_not_allowed_fallback(|| async { StatusCode::BAD_REQUEST });
    let doors = doors::Doors::new(&app.config.limits);
    Router::new().merge(server::metrics_router()).nest("/api/v1", v1.layer(Extension(doors)).layer(cors()))
}

/// Says that the server is there.
#[utoipa::path(get, path = "/ping", tag = "server", responses((status = 200, body = String)))]
async fn ping() -> &'static str {
    "pong"
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(ping))]
pub struct Doc;

/// Any page may call the API: who asks is told by a header, never by a cookie.
fn cors() -> CorsLayer {
    use axum::http::{HeaderName, Method, header};
    CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::CONTENT_RANGE,
            header::RANGE,
            HeaderName::from_static("x-peertube-otp"),
            HeaderName::from_static("x-peertube-video-password"),
            HeaderName::from_static("x-upload-content-length"),
            HeaderName::from_static("x-upload-content-type"),
            HeaderName::from_static("digest"),
        ])
        .expose_headers([
            header::RETRY_AFTER,
            header::LOCATION,
            header::RANGE,
            HeaderName::from_static("x-peertube-otp"),
        ])
        .max_age(std::time::Duration::from_secs(86_400))
}
