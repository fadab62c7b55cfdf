//! The document of `/config/custom`, in PeerTube's keys. What Kiosque does not have has a value that switches it off.

#[allow(clippy::wildcard_imports, reason = "the objects of one document")]
use super::super::config_shapes::*;
use crate::{
    accounts::SensitivePolicy,
    settings::{Settings, SignupMode},
};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The settings in PeerTube's words.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct CustomConfig {
    instance: CustomInstance,
    theme: CustomTheme,
    services: Services,
    client: CustomClient,
    /// PeerTube 6.
    cache: Cache,
    signup: CustomSignup,
    admin: Admin,
    email: CustomEmail,
    contact_form: Switch,
    user: CustomUser,
    video_channels: ChannelsConfig,
    transcoding: CustomTranscoding,
    live: CustomLive,
    video_studio: WithRunners,
    video_transcription: WithRunners,
    video_file: VideoFileConfig,
    import: CustomImport,
    export: Export,
    trending: CustomTrending,
    auto_blacklist: AutoBlacklist,
    followers: CustomFollowers,
    followings: CustomFollowings,
    broadcast_message: Broadcast,
    search: Search,
    storyboards: WithRunners,
    defaults: Defaults,
    video_comments: CustomComments,
}

/// Which sides there are, by names as `720p`.
type Sides = BTreeMap<String, bool>;

objects! {
    CustomInstance {
        name: String,
        short_description: String,
        description: String,
        terms: String,
        code_of_conduct: String,
        creation_reason: String,
        moderation_information: String,
        administrator: String,
        maintenance_lifetime: String,
        business_model: String,
        hardware_information: String,
        default_language: String,
        languages: Vec<String>,
        categories: Vec<i64>,
        #[serde(rename = "isNSFW")]
        is_nsfw: bool,
        #[serde(rename = "defaultNSFWPolicy")]
        default_nsfw_policy: SensitivePolicy,
        server_country: String,
        support: Support,
        social: Social,
        default_client_route: &'static str,
        customizations: Customizations,
    }
    CustomTheme { default: &'static str, customization: ThemeCustomization, }
    Services { twitter: Twitter, }
    Twitter { username: &'static str, }
    CustomClient {
        header: ClientHeader,
        videos: CustomClientVideos,
        browse_videos: BrowseVideos,
        menu: Menu,
    }
    CustomClientVideos { miniature: CustomMiniature, }
    CustomMiniature { prefer_author_display_name: bool, }
    /// Nothing of other servers is kept.
    Cache { previews: CacheSize, captions: CacheSize, torrents: CacheSize, storyboards: CacheSize, }
    CacheSize { size: u32, }
    CustomSignup {
        enabled: bool,
        limit: i64,
        requires_approval: bool,
        requires_email_verification: bool,
        minimum_age: u32,
    }
    Admin { email: String, }
    CustomEmail { body: EmailBody, subject: EmailSubject, }
    EmailBody { signature: String, }
    EmailSubject { prefix: String, }
    CustomUser {
        history: UserHistory,
        video_quota: i64,
        video_quota_daily: i64,
        default_channel_name: &'static str,
    }
    UserHistory { videos: Switch, }
    CustomTranscoding {
        enabled: bool,
        original_file: OriginalFile,
        allow_additional_extensions: bool,
        allow_audio_files: bool,
        remote_runners: Switch,
        /// 0: as many as help.
        threads: u32,
        concurrency: u32,
        profile: &'static str,
        #[schema(value_type = CustomSides)]
        resolutions: Sides,
        always_transcode_original_resolution: bool,
        always_transcode_podcast_optimized_audio: bool,
        fps: MostFps,
        web_videos: Switch,
        hls: CustomHls,
    }
    OriginalFile { keep: bool, }
    MostFps { max: u32, }
    CustomHls { enabled: bool, split_audio_and_video: bool, }
    CustomLive {
        enabled: bool,
        allow_replay: bool,
        latency_setting: Switch,
        max_duration: i64,
        max_instance_lives: i64,
        max_user_lives: i64,
        transcoding: CustomLiveTranscoding,
    }
    CustomLiveTranscoding {
        enabled: bool,
        remote_runners: Switch,
        threads: u32,
        profile: &'static str,
        #[schema(value_type = CustomSides)]
        resolutions: Sides,
        always_transcode_original_resolution: bool,
        fps: MostFps,
    }
    CustomImport {
        videos: CustomImportVideos,
        video_channel_synchronization: Synchronization,
        users: Switch,
    }
    CustomImportVideos { concurrency: u32, http: Switch, torrent: Switch, }
    Synchronization { enabled: bool, max_per_user: u32, }
    CustomTrending { videos: CustomTrendingVideos, }
    CustomTrendingVideos { algorithms: Algorithms, }
    CustomFollowers { instance: FollowersOfInstance, channels: Switch, }
    FollowersOfInstance { enabled: bool, manual_approval: bool, }
    CustomFollowings { instance: CustomFollowingsInstance, }
    CustomFollowingsInstance { auto_follow_back: Switch, auto_follow_index: CustomAutoFollow, }
    CustomAutoFollow { enabled: bool, index_url: &'static str, }
    CustomComments { accept_remote_comments: bool, }
}

/// Which sides there are, for the document.
#[derive(ToSchema)]
#[allow(dead_code, reason = "stands for a map in the document")]
struct CustomSides {
    #[schema(rename = "0p")]
    none: bool,
    #[schema(rename = "144p")]
    p144: bool,
    #[schema(rename = "240p")]
    p240: bool,
    #[schema(rename = "360p")]
    p360: bool,
    #[schema(rename = "480p")]
    p480: bool,
    #[schema(rename = "720p")]
    p720: bool,
    #[schema(rename = "1080p")]
    p1080: bool,
    #[schema(rename = "1440p")]
    p1440: bool,
    #[schema(rename = "2160p")]
    p2160: bool,
}

fn sides(has: impl Fn(u32) -> bool) -> Sides {
    crate::settings::RESOLUTIONS.into_iter().map(|side| (format!("{side}p"), has(side))).collect()
}

/// The settings in PeerTube's words.
pub(super) fn of(settings: &Settings) -> CustomConfig {
    CustomConfig {
        instance: instance(settings),
        theme: CustomTheme {
            default: "default",
            customization: ThemeCustomization {
                primary_color: settings.look.action.clone(),
                header_background_color: settings.look.roof.clone(),
                ..ThemeCustomization::default()
            },
        },
        services: Services { twitter: Twitter { username: "" } },
        client: CustomClient {
            header: ClientHeader { hide_instance_name: false },
            videos: CustomClientVideos { miniature: CustomMiniature { prefer_author_display_name: false } },
            browse_videos: BrowseVideos { default_sort: "-publishedAt", default_scope: "local" },
            menu: Menu { login: MenuLogin { redirect_on_single_external_auth: false } },
        },
        cache: Cache {
            previews: CacheSize { size: 0 },
            captions: CacheSize { size: 0 },
            torrents: CacheSize { size: 0 },
            storyboards: CacheSize { size: 0 },
        },
        signup: CustomSignup {
            enabled: settings.signup.mode != SignupMode::Closed,
            limit: settings.signup.limit,
            requires_approval: settings.signup.mode == SignupMode::Approval,
            requires_email_verification: settings.signup.verify_email,
            minimum_age: settings.signup.minimum_age,
        },
        admin: Admin { email: settings.contact.email.clone() },
        email: CustomEmail {
            body: EmailBody { signature: settings.instance.name.clone() },
            subject: EmailSubject { prefix: String::new() },
        },
        contact_form: Switch { enabled: settings.contact.enabled },
        user: CustomUser {
            history: UserHistory { videos: Switch::ON },
            video_quota: settings.uploads.default_quota,
            video_quota_daily: settings.uploads.default_quota_daily,
            default_channel_name: "$1",
        },
        video_channels: ChannelsConfig { max_per_user: settings.uploads.groups_per_account },
        transcoding: transcoding(settings),
        live: live(),
        video_studio: WithRunners::OFF,
        video_transcription: WithRunners::OFF,
        video_file: VideoFileConfig { update: Switch { enabled: true } },
        import: CustomImport {
            videos: CustomImportVideos { concurrency: 0, http: Switch::OFF, torrent: Switch::OFF },
            video_channel_synchronization: Synchronization { enabled: false, max_per_user: 0 },
            users: Switch::OFF,
        },
        export: Export {
            users: ExportUsers { enabled: false, export_expiration: 172_800_000, max_user_video_quota: 0 },
        },
        trending: CustomTrending {
            videos: CustomTrendingVideos {
                algorithms: Algorithms { enabled: vec!["most-viewed"], default: "most-viewed" },
            },
        },
        auto_blacklist: AutoBlacklist {
            videos: AutoBlacklistVideos { of_users: Switch { enabled: settings.review.new_videos } },
        },
        followers: CustomFollowers {
            instance: FollowersOfInstance { enabled: false, manual_approval: false },
            channels: Switch::OFF,
        },
        followings: CustomFollowings {
            instance: CustomFollowingsInstance {
                auto_follow_back: Switch::OFF,
                auto_follow_index: CustomAutoFollow { enabled: false, index_url: "" },
            },
        },
        broadcast_message: Broadcast {
            enabled: settings.broadcast.enabled,
            message: settings.broadcast.message.clone(),
            level: settings.broadcast.level,
            dismissable: settings.broadcast.dismissable,
        },
        search: Search {
            remote_uri: RemoteUri { users: false, anonymous: false },
            search_index: SearchIndex {
                enabled: false,
                url: "",
                disable_local_search: false,
                is_default_search: false,
            },
        },
        storyboards: WithRunners { enabled: true, remote_runners: Switch::OFF },
        defaults: Defaults::of(settings),
        video_comments: CustomComments { accept_remote_comments: false },
    }
}

fn instance(settings: &Settings) -> CustomInstance {
    let (instance, about) = (settings.instance.clone(), settings.about.clone());
    CustomInstance {
        name: instance.name,
        short_description: instance.short_description,
        description: instance.description,
        terms: instance.terms,
        code_of_conduct: about.code_of_conduct,
        creation_reason: about.creation_reason,
        moderation_information: about.moderation_information,
        administrator: about.administrator,
        maintenance_lifetime: about.maintenance_lifetime,
        business_model: about.business_model,
        hardware_information: about.hardware_information,
        default_language: instance.language,
        languages: about.languages,
        categories: about.categories,
        is_nsfw: instance.sensitive,
        default_nsfw_policy: instance.sensitive_policy,
        server_country: about.country,
        support: Support { text: about.support },
        social: Social {
            external_link: about.website,
            mastodon_link: about.mastodon,
            bluesky_link: about.bluesky,
            x_link: "",
        },
        default_client_route: "/",
        customizations: Customizations { javascript: "", css: settings.look.css.clone() },
    }
}

fn transcoding(settings: &Settings) -> CustomTranscoding {
    let transcoding = &settings.transcoding;
    CustomTranscoding {
        enabled: true,
        original_file: OriginalFile { keep: transcoding.keep_original },
        allow_additional_extensions: true,
        allow_audio_files: true,
        remote_runners: Switch::OFF,
        threads: 0,
        concurrency: 1,
        profile: "default",
        resolutions: sides(|side| transcoding.resolutions.contains(&side)),
        always_transcode_original_resolution: false,
        always_transcode_podcast_optimized_audio: false,
        fps: MostFps { max: transcoding.max_fps },
        web_videos: Switch { enabled: transcoding.progressive },
        hls: CustomHls { enabled: true, split_audio_and_video: false },
    }
}

fn live() -> CustomLive {
    CustomLive {
        enabled: false,
        allow_replay: false,
        latency_setting: Switch::OFF,
        max_duration: -1,
        max_instance_lives: 0,
        max_user_lives: 0,
        transcoding: CustomLiveTranscoding {
            enabled: false,
            remote_runners: Switch::OFF,
            threads: 0,
            profile: "default",
            resolutions: sides(|_| false),
            always_transcode_original_resolution: false,
            fps: MostFps { max: 60 },
        },
    }
}
