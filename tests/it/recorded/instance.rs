//! What an instance says of itself, and errors that fit nowhere else.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};

pub const SOURCE: &str = include_str!("instance.rs");

const DIFFERENCES: Exceptions<'static> = &[
    ("allowInsecure", "ours: whether peers may be insecure, for tests"),
    ("kiosqueVersion", "ours: beside the version of PeerTube that we speak like"),
    ("client.browseVideos", "since PeerTube 8"),
    ("client.header", "since PeerTube 8"),
    ("client.newFeaturesInfo", "since PeerTube 8"),
    ("client.openInApp", "since PeerTube 8"),
    ("defaults.player", "since PeerTube 8"),
    ("federation", "since PeerTube 7.1"),
    ("fieldsConstraints", "since PeerTube 8"),
    ("instance.defaultLanguage", "since PeerTube 8"),
    ("instance.language", "ours: what the interface speaks by itself"),
    ("instance.logo", "since PeerTube 7.3"),
    ("instance.serverCountry", "since PeerTube 7.3"),
    ("instance.social", "since PeerTube 7.3"),
    ("instance.support", "since PeerTube 7.3"),
    ("logo", "since PeerTube 8"),
    ("nsfwFlagsSettings", "since PeerTube 7.2"),
    ("storyboards.remoteRunners", "since PeerTube 8"),
    ("theme.builtIn", "since PeerTube 7.3"),
    ("theme.customization", "since PeerTube 7.3"),
    ("views.videos.local", "since PeerTube 8"),
    ("views.videos.remote", "since PeerTube 8"),
    ("webrtc", "since PeerTube 7"),
    ("8", "a licence since PeerTube 7.3"),
    ("9", "a licence since PeerTube 7.3"),
];

/// What `/config/custom` has had since the recorded version.
const NEWER_SETTINGS: Exceptions<'static> = &[
    ("client.browseVideos", "since PeerTube 8"),
    ("client.header", "since PeerTube 8"),
    ("defaults", "since PeerTube 7"),
    ("email", "since PeerTube 8"),
    ("followers.channels", "since PeerTube 8"),
    ("transcoding.alwaysTranscodePodcastOptimizedAudio", "since PeerTube 8"),
    ("videoComments", "since PeerTube 7"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_speaks_of_itself_like_the_recorded_one() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::people().await, DIFFERENCES);
    replay
        .all(&[
            "config/config.json",
            "config/config-user.json",
            "config/about.json",
            "config/about-images.json",
            "config/categories.json",
            "config/languages.json",
            "config/licences.json",
            "config/privacies.json",
            "config/overview.json",
            "config/overview-page-11.json",
            "config/overview-page-bad.json",
            "config/stats.json",
            "config/stats-end.json",
            "fresh/stats.json",
            "fresh/videos-empty.json",
            "fresh/overview-empty.json",
            "pages/api-unknown.json",
            "errors/method-unknown.json",
            "errors/page-below-api.json",
            "errors/video-bad-id.json",
            "errors/video-unknown-number.json",
            "errors/video-unknown-uuid.json",
            "errors/rate-limit-headers.json",
        ])
        .await;
    replay
        .all(&[
            "config/contact-off.json",
            "fresh/homepage-none.json",
            "config/homepage-put.json",
            "config/homepage.json",
            "config/instance-avatar.json",
            "config/instance-banner.json",
            "config/custom-anonymous.json",
            "config/custom-forbidden.json",
        ])
        .await;
    replay.but("config/custom.json", NEWER_SETTINGS).await;
    replay.but("config/custom-put.json", NEWER_SETTINGS).await;
    replay.but("config/custom-put-invalid.json", &[]).await;
    replay.but("config/ping.json", &[("header content-type", "it is a text and no page")]).await;
    replay.end(SOURCE).await;
}
