//! Choices of a person that change nothing for others.

use serde::{Deserialize, Serialize};

/// What to do with videos that are marked as sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SensitivePolicy {
    /// Leave them out of lists.
    #[default]
    DoNotList,
    /// Show them behind a warning.
    Warn,
    /// Show their pictures blurred.
    Blur,
    /// Show them like others.
    Display,
}

/// Choices of a person. Names and meanings are PeerTube's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Preferences {
    /// Language of the interface; `None` follows the browser.
    pub language: Option<String>,
    /// Light, dark or the instance's.
    pub theme: String,
    /// Sensitive videos; `None` as the instance does.
    pub nsfw_policy: Option<SensitivePolicy>,
    /// Exchange segments with other viewers.
    pub p2p_enabled: bool,
    /// Remember where a video was left.
    pub videos_history_enabled: bool,
    /// Play at once.
    pub auto_play_video: bool,
    /// Go on with another video.
    pub auto_play_next_video: bool,
    /// Go on within a playlist.
    pub auto_play_next_video_playlist: bool,
    /// Only videos in these languages are listed; `None` for all.
    pub video_languages: Option<Vec<String>>,
    /// The address may be shown.
    pub email_public: bool,
    /// A hint that was closed for good.
    pub no_instance_config_warning_modal: bool,
    /// A hint that was closed for good.
    pub no_welcome_modal: bool,
    /// A hint that was closed for good.
    pub no_account_setup_warning_modal: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            theme: "instance-default".to_owned(),
            nsfw_policy: None,
            p2p_enabled: true,
            videos_history_enabled: true,
            auto_play_video: true,
            auto_play_next_video: false,
            auto_play_next_video_playlist: true,
            video_languages: None,
            email_public: false,
            no_instance_config_warning_modal: false,
            no_welcome_modal: false,
            no_account_setup_warning_modal: false,
        }
    }
}
