//! `/config` and what describes this instance.

#[allow(clippy::wildcard_imports, reason = "the objects of one document")]
use super::config_shapes::*;
use super::{contact, instance_pictures, mail, registrations};
use crate::{
    accounts::password,
    app::App,
    error::Result,
    settings::{Settings, SignupMode, pictures::Kind},
    urls::Urls,
};
use axum::{Json, Router, extract::State, routing::get};

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

/// How this instance is set up, as far as anyone may know.
#[utoipa::path(get, path = "/config", tag = "config", responses((status = 200, body = Config)))]
async fn config(State(app): State<App>) -> Result<Json<Config>> {
    let settings = app.settings();
    let open = registrations::is_open(&app).await?;
    let resolutions = settings.transcoding.resolutions.iter().copied().filter(|side| *side > 0).collect();
    let pictures = || Upload {
        file: FileConstraints {
            size: MostBytes { max: MAX_PICTURE },
            extensions: vec![".png", ".jpeg", ".jpg", ".gif", ".webp"],
        },
    };
    Ok(Json(Config {
        client: client(),
        defaults: Defaults::of(&settings),
        webadmin: Webadmin { configuration: WebadminConfiguration { edition: Edition { allowed: true } } },
        instance: instance(&app, &settings),
        search: Search {
            remote_uri: RemoteUri { users: false, anonymous: false },
            search_index: SearchIndex {
                enabled: false,
                url: "",
                disable_local_search: false,
                is_default_search: false,
            },
        },
        plugin: Plugins { registered: [], registered_external_auths: [], registered_id_and_pass_auths: [] },
        theme: Themes { registered: [], built_in: [], default: "default", customization: colours(&settings) },
        email: Switch { enabled: mail::is_on(&app) },
        contact_form: Switch { enabled: contact::is_on(&app) },
        server_version: SERVER_VERSION,
        server_commit: "",
        kiosque_version: env!("CARGO_PKG_VERSION"),
        transcoding: Transcoding {
            remote_runners: Switch::OFF,
            hls: Switch::ON,
            web_videos: Switch { enabled: settings.transcoding.progressive },
            enabled_resolutions: resolutions,
            profile: "default",
            available_profiles: vec!["default"],
        },
        live: live(),
        video_studio: WithRunners::OFF,
        video_file: VideoFileConfig { update: Switch { enabled: true } },
        video_transcription: WithRunners::OFF,
        import: Import {
            videos: ImportVideos { http: Switch::OFF, torrent: Switch::OFF },
            video_channel_synchronization: Switch::OFF,
            users: Switch::OFF,
        },
        export: Export {
            users: ExportUsers { enabled: false, export_expiration: 172_800_000, max_user_video_quota: 0 },
        },
        auto_blacklist: AutoBlacklist {
            videos: AutoBlacklistVideos { of_users: Switch { enabled: settings.review.new_videos } },
        },
        avatar: pictures(),
        banner: pictures(),
        logo: pictures(),
        video: VideoUpload {
            image: FileConstraints {
                size: MostBytes { max: MAX_PICTURE },
                extensions: vec![".png", ".jpg", ".jpeg", ".webp"],
            },
            file: Extensions { extensions: MEDIA_EXTENSIONS },
        },
        video_caption: Upload {
            file: FileConstraints { size: MostBytes { max: MAX_CAPTION }, extensions: vec![".vtt", ".srt"] },
        },
        user: UserConfig {
            video_quota: settings.uploads.default_quota,
            video_quota_daily: settings.uploads.default_quota_daily,
        },
        video_channels: ChannelsConfig { max_per_user: settings.uploads.groups_per_account },
        trending: Trending {
            videos: TrendingVideos {
                interval_days: 7,
                algorithms: Algorithms { enabled: vec!["most-viewed"], default: "most-viewed" },
            },
        },
        tracker: Switch { enabled: settings.p2p.enabled },
        followings: Followings {
            instance: FollowingsInstance { auto_follow_index: AutoFollowIndex { index_url: "" } },
        },
        federation: Switch::OFF,
        allow_insecure: app.config.federation.allow_insecure,
        broadcast_message: Broadcast {
            enabled: settings.broadcast.enabled,
            message: settings.broadcast.message.clone(),
            level: settings.broadcast.level,
            dismissable: settings.broadcast.dismissable,
        },
        homepage: Switch { enabled: !settings.home.welcome.trim().is_empty() },
        open_telemetry: OpenTelemetry {
            metrics: PlaybackMetrics { enabled: false, playback_stats_interval: 15_000 },
        },
        views: Views {
            videos: VideoViews {
                remote: MaxAge { max_age: -1 },
                local: MaxAge { max_age: -1 },
                watching_interval: WatchingInterval { anonymous: 5000, users: 5000 },
            },
        },
        storyboards: WithRunners { enabled: true, remote_runners: Switch::OFF },
        webrtc: WebRtc { stun_servers: [] },
        nsfw_flags_settings: Switch { enabled: true },
        fields_constraints: FieldsConstraints {
            users: UserConstraints {
                password: LengthConstraint { min_length: password::SHORTEST, max_length: password::LONGEST },
            },
        },
        signup: Signup {
            allowed: open,
            allowed_for_current_ip: open,
            minimum_age: settings.signup.minimum_age,
            requires_approval: settings.signup.mode == SignupMode::Approval,
            requires_email_verification: settings.signup.verify_email,
        },
    }))
}

/// What PeerTube's own pages ask for; ours have no use for it.
fn client() -> Client {
    let intent = AndroidIntent { enabled: false, host: "", scheme: "", fallback_url: "" };
    Client {
        new_features_info: false,
        header: ClientHeader { hide_instance_name: false },
        videos: ClientVideos {
            miniature: Miniature { display_author_avatar: false, prefer_author_display_name: false },
            resumable_upload: ResumableUpload { max_chunk_size: 0 },
        },
        browse_videos: BrowseVideos { default_sort: "-publishedAt", default_scope: "local" },
        menu: Menu { login: MenuLogin { redirect_on_single_external_auth: false } },
        open_in_app: OpenInApp {
            android: AndroidApp { intent },
            ios: IosApp { enabled: false, host: "", scheme: "", fallback_url: "" },
        },
    }
}

fn instance(app: &App, settings: &Settings) -> Instance {
    let about = &settings.about;
    Instance {
        name: settings.instance.name.clone(),
        short_description: settings.instance.short_description.clone(),
        is_nsfw: settings.instance.sensitive,
        default_nsfw_policy: settings.instance.sensitive_policy,
        default_client_route: "/",
        default_language: settings.instance.language.clone(),
        server_country: about.country.clone(),
        support: Support { text: about.support.clone() },
        social: Social {
            external_link: about.website.clone(),
            mastodon_link: about.mastodon.clone(),
            bluesky_link: about.bluesky.clone(),
            x_link: "",
        },
        customizations: Customizations { javascript: "", css: settings.look.css.clone() },
        avatars: instance_pictures::shown(app, Kind::Avatar),
        banners: instance_pictures::shown(app, Kind::Banner),
        logo: logos(app),
    }
}

/// Logos that were chosen, and Kiosque's own for those that were not.
fn logos(app: &App) -> Vec<Logo> {
    let (urls, all) = (app.urls(), app.pictures());
    let kinds = [
        (Kind::Favicon, LogoKind::Favicon, Some((192, "/icon-192.png"))),
        (Kind::Sign, LogoKind::HeaderSquare, Some((512, "/icon-512.png"))),
        (Kind::WideSign, LogoKind::HeaderWide, None),
        (Kind::Preview, LogoKind::Opengraph, None),
    ];
    let mut logos = Vec::new();
    for (kind, type_, own) in kinds {
        let chosen = all.iter().filter(|picture| picture.kind == kind).map(|picture| Logo {
            kind: type_,
            width: picture.width,
            height: picture.height,
            file_url: urls.absolute(&Urls::lazy_static_path("upload-images", &picture.file)),
            is_fallback: false,
        });
        let before = logos.len();
        logos.extend(chosen);
        if let Some((side, path)) = own.filter(|_| logos.len() == before) {
            let file_url = urls.absolute(path);
            logos.push(Logo { kind: type_, width: side, height: side, file_url, is_fallback: true });
        }
    }
    logos
}

/// The colours that were chosen, where PeerTube has them.
fn colours(settings: &Settings) -> ThemeCustomization {
    ThemeCustomization {
        primary_color: settings.look.action.clone(),
        header_background_color: settings.look.roof.clone(),
        ..ThemeCustomization::default()
    }
}

fn live() -> Live {
    Live {
        enabled: false,
        allow_replay: false,
        latency_setting: Switch::OFF,
        max_duration: -1,
        max_instance_lives: 0,
        max_user_lives: 0,
        transcoding: LiveTranscoding {
            enabled: false,
            remote_runners: Switch::OFF,
            enabled_resolutions: Vec::new(),
            profile: "default",
            available_profiles: vec!["default"],
        },
        rtmp: Rtmp { port: 1935 },
    }
}

/// What people want to know of the instance.
#[utoipa::path(get, path = "/config/about", tag = "config", responses((status = 200, body = About)))]
async fn about(State(app): State<App>) -> Json<About> {
    let settings = app.settings();
    let (instance, about) = (&settings.instance, settings.about.clone());
    let languages =
        if about.languages.is_empty() { vec![instance.language.clone()] } else { about.languages };
    Json(About {
        instance: AboutInstance {
            name: instance.name.clone(),
            short_description: instance.short_description.clone(),
            description: instance.description.clone(),
            terms: instance.terms.clone(),
            code_of_conduct: about.code_of_conduct,
            hardware_information: about.hardware_information,
            creation_reason: about.creation_reason,
            moderation_information: about.moderation_information,
            administrator: about.administrator,
            maintenance_lifetime: about.maintenance_lifetime,
            business_model: about.business_model,
            languages,
            categories: about.categories,
            banners: instance_pictures::shown(&app, Kind::Banner),
            avatars: instance_pictures::shown(&app, Kind::Avatar),
        },
    })
}
