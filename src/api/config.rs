//! `/config` and what describes this instance. Every key is there, also for what Kiosque does not have, with a value
//! that switches it off: generated clients fail on a key that is missing (peertube-rest §6).

use crate::{app::App, error::Result};
use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

/// The level of PeerTube's API that we answer like.
pub const SERVER_VERSION: &str = "8.1.0";

/// Endings of files that the upload form offers. What a file really is, probing finds out.
pub const MEDIA_EXTENSIONS: &[&str] = &[
    ".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".ogv", ".ogg", ".mts", ".m2ts", ".ts", ".mpg", ".mpeg",
    ".3gp", ".qt", ".flv", ".mp3", ".m4a", ".aac", ".flac", ".wav", ".opus", ".oga",
];

/// Bytes of a picture that may be sent.
pub const MAX_PICTURE: u64 = 8 << 20;

/// Bytes of captions that may be sent.
pub const MAX_CAPTION: u64 = 20 << 20;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/config", get(config)).route("/config/about", get(about))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(config, about))]
pub struct Doc;

#[utoipa::path(get, path = "/config", tag = "config", responses((status = 200, body = serde_json::Value)))]
async fn config(State(app): State<App>) -> Json<Value> {
    let settings = app.settings();
    let resolutions: Vec<u32> =
        settings.transcoding.resolutions.iter().copied().filter(|side| *side > 0).collect();
    let off = json!({ "enabled": false });
    let pictures =
        json!({ "size": { "max": MAX_PICTURE }, "extensions": [".png", ".jpeg", ".jpg", ".gif", ".webp"] });
    Json(json!({
        "client": {
            "header": { "hideInstanceName": false },
            "videos": {
                "miniature": { "displayAuthorAvatar": false, "preferAuthorDisplayName": false },
                "resumableUpload": { "maxChunkSize": 0 }
            },
            "menu": { "login": { "redirectOnSingleExternalAuth": false } },
            "newFeaturesInfo": false
        },
        "defaults": {
            "publish": { "downloadEnabled": true, "commentsPolicy": 2, "commentsEnabled": false, "privacy": 1, "licence": null },
            "p2p": {
                "webapp": { "enabled": settings.p2p.enabled && settings.p2p.webapp },
                "embed": { "enabled": settings.p2p.enabled && settings.p2p.embed }
            },
            "player": { "theme": "galaxy", "autoPlay": false }
        },
        "webadmin": { "configuration": { "edition": { "allowed": true } } },
        "instance": {
            "name": settings.instance.name,
            "shortDescription": settings.instance.short_description,
            "isNSFW": false,
            "defaultNSFWPolicy": "do_not_list",
            "defaultClientRoute": "/",
            "serverCountry": "",
            "support": { "text": "" },
            "social": { "externalLink": "", "mastodonLink": "", "blueskyLink": "", "xLink": "" },
            "customizations": { "javascript": "", "css": "" },
            "avatars": [],
            "banners": [],
            "logo": [],
            // Ours: the language of visitors who ask for none of the interface's.
            "language": settings.instance.language
        },
        "search": {
            "remoteUri": { "users": false, "anonymous": false },
            "searchIndex": { "enabled": false, "url": "", "disableLocalSearch": false, "isDefaultSearch": false }
        },
        "plugin": { "registered": [], "registeredExternalAuths": [], "registeredIdAndPassAuths": [] },
        "theme": { "registered": [], "builtIn": [], "default": "default", "customization": {} },
        "email": { "enabled": app.config.mail.host.is_some() },
        "contactForm": off,
        "serverVersion": SERVER_VERSION,
        "serverCommit": "",
        // Ours: what really runs.
        "kiosqueVersion": env!("CARGO_PKG_VERSION"),
        "transcoding": {
            "remoteRunners": off,
            "hls": { "enabled": true },
            "web_videos": { "enabled": settings.transcoding.progressive },
            "enabledResolutions": resolutions,
            "profile": "default",
            "availableProfiles": ["default"]
        },
        "live": {
            "enabled": false,
            "allowReplay": false,
            "latencySetting": off,
            "maxDuration": -1,
            "maxInstanceLives": 0,
            "maxUserLives": 0,
            "transcoding": {
                "enabled": false,
                "remoteRunners": off,
                "enabledResolutions": [],
                "profile": "default",
                "availableProfiles": ["default"]
            },
            "rtmp": { "port": 1935 }
        },
        "videoStudio": { "enabled": false, "remoteRunners": off },
        "videoFile": { "update": off },
        "videoTranscription": { "enabled": false, "remoteRunners": off },
        "import": {
            "videos": { "http": off, "torrent": off },
            "videoChannelSynchronization": off,
            "users": off
        },
        "export": { "users": { "enabled": false, "exportExpiration": 172_800_000, "maxUserVideoQuota": 0 } },
        "autoBlacklist": { "videos": { "ofUsers": off } },
        "avatar": { "file": pictures },
        "banner": { "file": pictures },
        "video": {
            "image": { "extensions": [".png", ".jpg", ".jpeg", ".webp"], "size": { "max": MAX_PICTURE } },
            "file": { "extensions": MEDIA_EXTENSIONS }
        },
        "videoCaption": { "file": { "size": { "max": MAX_CAPTION }, "extensions": [".vtt", ".srt"] } },
        "user": {
            "videoQuota": settings.uploads.default_quota,
            "videoQuotaDaily": settings.uploads.default_quota_daily
        },
        "videoChannels": { "maxPerUser": settings.uploads.groups_per_account },
        "trending": { "videos": { "intervalDays": 7, "algorithms": { "enabled": ["most-viewed"], "default": "most-viewed" } } },
        "tracker": { "enabled": settings.p2p.enabled },
        "followings": { "instance": { "autoFollowIndex": { "indexUrl": "" } } },
        "federation": { "enabled": false },
        // Ours: plain http and private peers are permitted; the interface shows that it is on.
        "allowInsecure": app.config.federation.allow_insecure,
        "broadcastMessage": { "enabled": false, "message": "", "level": "info", "dismissable": false },
        "homepage": off,
        "openTelemetry": { "metrics": { "enabled": false, "playbackStatsInterval": 15_000 } },
        "views": { "videos": { "watchingInterval": { "anonymous": 5000, "users": 5000 } } },
        "storyboards": { "enabled": true },
        "webrtc": { "stunServers": [] },
        "nsfwFlagsSettings": off,
        "fieldsConstraints": { "users": { "password": { "minLength": 8, "maxLength": 255 } } },
        "signup": {
            "allowed": false,
            "allowedForCurrentIP": false,
            "minimumAge": 0,
            "requiresApproval": false,
            "requiresEmailVerification": false
        }
    }))
}

#[utoipa::path(
    get,
    path = "/config/about",
    tag = "config",
    responses((status = 200, body = serde_json::Value))
)]
async fn about(State(app): State<App>) -> Result<Json<Value>> {
    let instance = &app.settings().instance;
    Ok(Json(json!({
        "instance": {
            "name": instance.name,
            "shortDescription": instance.short_description,
            "description": instance.description,
            "terms": instance.terms,
            "codeOfConduct": "",
            "hardwareInformation": "",
            "creationReason": "",
            "moderationInformation": "",
            "administrator": "",
            "maintenanceLifetime": "",
            "businessModel": "",
            "languages": [instance.language],
            "categories": [],
            "banners": [],
            "avatars": []
        }
    })))
}
