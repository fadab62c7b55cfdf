//! What `/config` and `/config/about` answer, in PeerTube's keys. Every key is there, also for what Kiosque does not
//! have, with a value that switches it off: generated clients fail on a key that is missing (peertube-rest §6).

pub(super) use crate::settings::BroadcastLevel;

use super::{
    labels::{comment_policies, privacies},
    shapes::ActorImage,
};
use crate::{comments::Policy, settings::Settings};
use serde::Serialize;
use utoipa::ToSchema;

/// Whether something is there.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub(super) struct Switch {
    pub enabled: bool,
}

impl Switch {
    pub const OFF: Self = Self { enabled: false };
    pub const ON: Self = Self { enabled: true };
}

/// How this instance is set up, as far as anyone may know.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServerConfig)]
pub(super) struct Config {
    pub client: Client,
    pub defaults: Defaults,
    pub webadmin: Webadmin,
    pub instance: Instance,
    pub search: Search,
    pub plugin: Plugins,
    pub theme: Themes,
    pub email: Switch,
    pub contact_form: Switch,
    pub server_version: &'static str,
    pub server_commit: &'static str,
    /// Ours: what really runs.
    pub kiosque_version: &'static str,
    pub transcoding: Transcoding,
    pub live: Live,
    pub video_studio: WithRunners,
    pub video_file: VideoFileConfig,
    pub video_transcription: WithRunners,
    pub import: Import,
    pub export: Export,
    pub auto_blacklist: AutoBlacklist,
    pub avatar: Upload,
    pub banner: Upload,
    pub logo: Upload,
    pub video: VideoUpload,
    pub video_caption: Upload,
    pub user: UserConfig,
    pub video_channels: ChannelsConfig,
    pub trending: Trending,
    pub tracker: Switch,
    pub followings: Followings,
    pub federation: Switch,
    /// Ours: plain http and private peers are permitted; the interface shows that it is on.
    pub allow_insecure: bool,
    pub broadcast_message: Broadcast,
    pub homepage: Switch,
    pub open_telemetry: OpenTelemetry,
    pub views: Views,
    pub storyboards: WithRunners,
    pub webrtc: WebRtc,
    pub nsfw_flags_settings: Switch,
    pub fields_constraints: FieldsConstraints,
    pub signup: Signup,
}

/// What people want to know of the instance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct About {
    pub instance: AboutInstance,
}

/// Objects within: `struct` with keys in camelCase, all public to this edge.
macro_rules! objects {
    ($($(#[$about:meta])* $name:ident { $($(#[$of:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        #[schema(as = config::$name)]
        #[allow(clippy::struct_field_names, reason = "PeerTube's keys")]
        pub(super) struct $name { $($(#[$of])* pub $field: $kind,)* }
    )*};
}

objects! {
    /// What PeerTube's own pages ask for.
    Client {
        new_features_info: bool,
        header: ClientHeader,
        videos: ClientVideos,
        browse_videos: BrowseVideos,
        menu: Menu,
        open_in_app: OpenInApp,
    }
    ClientHeader { hide_instance_name: bool, }
    ClientVideos { miniature: Miniature, resumable_upload: ResumableUpload, }
    Miniature {
        /// PeerTube 6.
        display_author_avatar: bool,
        prefer_author_display_name: bool,
    }
    ResumableUpload {
        /// Bytes of one piece; 0 leaves it to the client.
        max_chunk_size: u64,
    }
    BrowseVideos { default_sort: &'static str, default_scope: &'static str, }
    Menu { login: MenuLogin, }
    MenuLogin { redirect_on_single_external_auth: bool, }
    OpenInApp { android: AndroidApp, ios: IosApp, }
    AndroidApp { intent: AndroidIntent, }
    AndroidIntent { enabled: bool, host: &'static str, scheme: &'static str, fallback_url: &'static str, }
    IosApp { enabled: bool, host: &'static str, scheme: &'static str, fallback_url: &'static str, }

    /// What forms begin with.
    Defaults { publish: PublishDefaults, p2p: P2pDefaults, player: PlayerDefaults, }
    PublishDefaults {
        download_enabled: bool,
        #[schema(schema_with = comment_policies)]
        comments_policy: i64,
        /// PeerTube 6.
        comments_enabled: bool,
        #[schema(schema_with = privacies)]
        privacy: i64,
        #[schema(required)]
        licence: Option<i64>,
    }
    P2pDefaults { webapp: Switch, embed: Switch, }
    PlayerDefaults { theme: PlayerTheme, auto_play: bool, }

    Webadmin { configuration: WebadminConfiguration, }
    WebadminConfiguration { edition: Edition, }
    Edition { allowed: bool, }

    /// The instance.
    Instance {
        name: String,
        short_description: String,
        #[serde(rename = "isNSFW")]
        is_nsfw: bool,
        #[serde(rename = "defaultNSFWPolicy")]
        default_nsfw_policy: crate::accounts::SensitivePolicy,
        default_client_route: &'static str,
        /// Language of visitors who ask for none of the interface's.
        default_language: String,
        server_country: String,
        support: Support,
        social: Social,
        customizations: Customizations,
        avatars: Vec<ActorImage>,
        banners: Vec<ActorImage>,
        logo: Vec<Logo>,
    }
    Support { text: String, }
    Social {
        external_link: String,
        mastodon_link: String,
        bluesky_link: String,
        x_link: &'static str,
    }
    Customizations {
        /// Always empty: scripts of others are not run here.
        javascript: &'static str,
        css: String,
    }
    /// A picture of the instance.
    Logo {
        #[serde(rename = "type")]
        kind: LogoKind,
        width: u32,
        height: u32,
        file_url: String,
        /// It is Kiosque's own.
        is_fallback: bool,
    }

    Search { remote_uri: RemoteUri, search_index: SearchIndex, }
    RemoteUri { users: bool, anonymous: bool, }
    SearchIndex { enabled: bool, url: &'static str, disable_local_search: bool, is_default_search: bool, }

    /// There are none.
    Plugins {
        #[schema(value_type = Vec<Object>, max_items = 0)]
        registered: [(); 0],
        #[schema(value_type = Vec<Object>, max_items = 0)]
        registered_external_auths: [(); 0],
        #[schema(value_type = Vec<Object>, max_items = 0)]
        registered_id_and_pass_auths: [(); 0],
    }
    /// There are none of others.
    Themes {
        #[schema(value_type = Vec<Object>, max_items = 0)]
        registered: [(); 0],
        #[schema(value_type = Vec<Object>, max_items = 0)]
        built_in: [(); 0],
        default: &'static str,
        customization: ThemeCustomization,
    }
    /// Colours of PeerTube's pages.
    #[derive(Default)]
    ThemeCustomization {
        #[schema(required)]
        primary_color: Option<String>,
        #[schema(required)]
        on_primary_color: Option<String>,
        #[schema(required)]
        foreground_color: Option<String>,
        #[schema(required)]
        background_color: Option<String>,
        #[schema(required)]
        background_secondary_color: Option<String>,
        #[schema(required)]
        menu_foreground_color: Option<String>,
        #[schema(required)]
        menu_background_color: Option<String>,
        #[schema(required)]
        menu_border_radius: Option<String>,
        #[schema(required)]
        header_foreground_color: Option<String>,
        #[schema(required)]
        header_background_color: Option<String>,
        #[schema(required)]
        input_border_radius: Option<String>,
    }

    Transcoding {
        remote_runners: Switch,
        hls: Switch,
        #[serde(rename = "web_videos")]
        web_videos: Switch,
        enabled_resolutions: Vec<u32>,
        profile: &'static str,
        available_profiles: Vec<&'static str>,
    }
    Live {
        enabled: bool,
        allow_replay: bool,
        latency_setting: Switch,
        /// Milliseconds; -1 without limit.
        max_duration: i64,
        max_instance_lives: i64,
        max_user_lives: i64,
        transcoding: LiveTranscoding,
        rtmp: Rtmp,
    }
    LiveTranscoding {
        enabled: bool,
        remote_runners: Switch,
        enabled_resolutions: Vec<u32>,
        profile: &'static str,
        available_profiles: Vec<&'static str>,
    }
    Rtmp { port: u16, }
    /// Something that other computers could do.
    WithRunners { enabled: bool, remote_runners: Switch, }
    VideoFileConfig { update: Switch, }
    Import { videos: ImportVideos, video_channel_synchronization: Switch, users: Switch, }
    ImportVideos { http: Switch, torrent: Switch, }
    Export { users: ExportUsers, }
    ExportUsers { enabled: bool, export_expiration: u64, max_user_video_quota: u64, }
    AutoBlacklist { videos: AutoBlacklistVideos, }
    AutoBlacklistVideos { of_users: Switch, }

    /// Files that may be sent as something.
    Upload { file: FileConstraints, }
    FileConstraints { size: MostBytes, extensions: Vec<&'static str>, }
    MostBytes { max: u64, }
    VideoUpload { image: FileConstraints, file: Extensions, }
    Extensions { extensions: &'static [&'static str], }

    UserConfig { video_quota: i64, video_quota_daily: i64, }
    ChannelsConfig { max_per_user: u32, }
    Trending { videos: TrendingVideos, }
    TrendingVideos { interval_days: u32, algorithms: Algorithms, }
    Algorithms { enabled: Vec<&'static str>, default: &'static str, }
    Followings { instance: FollowingsInstance, }
    FollowingsInstance { auto_follow_index: AutoFollowIndex, }
    AutoFollowIndex { index_url: &'static str, }
    /// A sentence on every page.
    Broadcast { enabled: bool, message: String, level: BroadcastLevel, dismissable: bool, }
    OpenTelemetry { metrics: PlaybackMetrics, }
    PlaybackMetrics { enabled: bool, playback_stats_interval: u64, }
    Views { videos: VideoViews, }
    /// Milliseconds; -1 for ever.
    VideoViews { remote: MaxAge, local: MaxAge, watching_interval: WatchingInterval, }
    MaxAge { max_age: i64, }
    WatchingInterval { anonymous: u64, users: u64, }
    WebRtc {
        #[schema(value_type = Vec<String>)]
        stun_servers: [&'static str; 0],
    }
    FieldsConstraints { users: UserConstraints, }
    UserConstraints { password: LengthConstraint, }
    LengthConstraint { min_length: usize, max_length: usize, }
    Signup {
        allowed: bool,
        #[serde(rename = "allowedForCurrentIP")]
        allowed_for_current_ip: bool,
        minimum_age: u32,
        requires_approval: bool,
        requires_email_verification: bool,
    }

    AboutInstance {
        name: String,
        short_description: String,
        description: String,
        terms: String,
        code_of_conduct: String,
        hardware_information: String,
        creation_reason: String,
        moderation_information: String,
        administrator: String,
        maintenance_lifetime: String,
        business_model: String,
        languages: Vec<String>,
        categories: Vec<i64>,
        banners: Vec<ActorImage>,
        avatars: Vec<ActorImage>,
    }
}

impl Defaults {
    /// As an administrator chose.
    pub fn of(settings: &Settings) -> Self {
        let publish = &settings.publish;
        let p2p = |here: bool| Switch { enabled: settings.p2p.enabled && here };
        Self {
            publish: PublishDefaults {
                download_enabled: publish.download_enabled,
                comments_policy: publish.comments_policy,
                comments_enabled: Policy::from_id(publish.comments_policy) != Policy::Disabled,
                privacy: publish.privacy,
                licence: publish.licence,
            },
            p2p: P2pDefaults { webapp: p2p(settings.p2p.webapp), embed: p2p(settings.p2p.embed) },
            player: PlayerDefaults { theme: PlayerTheme::Galaxy, auto_play: false },
        }
    }
}

impl WithRunners {
    pub const OFF: Self = Self { enabled: false, remote_runners: Switch::OFF };
}

/// Looks of PeerTube's player.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum PlayerTheme {
    Galaxy,
}

/// Where a picture of the instance is shown.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LogoKind {
    Favicon,
    HeaderSquare,
    HeaderWide,
    Opengraph,
}

pub(super) use objects;
