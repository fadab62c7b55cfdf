//! What may hurt or shock, and how people want to see it.

use serde::{Deserialize, Serialize};

/// All kinds of it that have a name, as PeerTube's bits: 1 violent, 2 explicit.
pub const KINDS: i64 = 3;

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

impl SensitivePolicy {
    /// What a list is asked for: only others, or all.
    pub fn lists(self) -> Option<bool> {
        (self == Self::DoNotList).then_some(false)
    }
}

/// What lists show to somebody: by the policy, and by what was chosen for single kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looking {
    /// For kinds of which nothing was said.
    pub policy: SensitivePolicy,
    /// Kinds that are shown like what does not hurt, whatever the policy says.
    pub plain: i64,
    /// Kinds that are listed with something before their pictures. Of a video that is plain too, this counts.
    pub veiled: i64,
    /// Kinds that are left out. Of a video that is of others too, this counts.
    pub hidden: i64,
}

impl Looking {
    /// Kinds that are listed whatever the policy says.
    pub fn listed(&self) -> i64 {
        self.plain | self.veiled
    }

    /// Whether the pictures of something that may hurt, of these kinds, are shown like others.
    pub fn shows(&self, kinds: i64) -> bool {
        if kinds & (self.hidden | self.veiled) != 0 {
            return false;
        }
        kinds & self.plain != 0 || self.policy == SensitivePolicy::Display
    }

    /// Whether a sensitive video of some kinds is listed.
    pub fn lists(&self, kinds: i64) -> bool {
        kinds & self.hidden == 0 && (kinds & self.listed() != 0 || self.policy != SensitivePolicy::DoNotList)
    }
}

impl From<SensitivePolicy> for Looking {
    fn from(policy: SensitivePolicy) -> Self {
        Self { policy, plain: 0, veiled: 0, hidden: 0 }
    }
}
