//! Choices of a person that change nothing for others.

use super::sensitive::{Looking, SensitivePolicy};
use serde::{Deserialize, Serialize};

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
    /// Kinds of what may hurt (PeerTube's bits) that are shown like others, whatever the policy says.
    pub nsfw_flags_displayed: i64,
    /// Kinds that are left out of lists.
    pub nsfw_flags_hidden: i64,
    /// Kinds whose pictures are blurred.
    pub nsfw_flags_blurred: i64,
    /// Kinds that are shown behind a warning.
    pub nsfw_flags_warned: i64,
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
            nsfw_flags_displayed: 0,
            nsfw_flags_hidden: 0,
            nsfw_flags_blurred: 0,
            nsfw_flags_warned: 0,
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

impl Preferences {
    /// How this person wants to see what may hurt, where the instance does `otherwise` for those who have not chosen.
    pub fn looking(&self, otherwise: SensitivePolicy) -> Looking {
        Looking {
            policy: self.nsfw_policy.unwrap_or(otherwise),
            plain: self.nsfw_flags_displayed,
            veiled: self.nsfw_flags_blurred | self.nsfw_flags_warned,
            hidden: self.nsfw_flags_hidden,
        }
    }
}
