//! The kinds of work that there are, and how each is treated: where it runs, before what, how often it is tried.

use super::{Happening, Letter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is to be done. Each variant is named in `ARCHITECTURE.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "kebab-case")]
pub enum Job {
    /// Find out what an uploaded source holds, and plan its renditions.
    Probe {
        /// Id of the video.
        video: i64,
    },
    /// Make renditions of a source.
    Transcode {
        /// Id of the video.
        video: i64,
        /// Only what is needed to play it soon; the rest follows in a job of its own.
        first: bool,
    },
    /// Pictures that stand for a video: thumbnail and preview.
    Pictures {
        /// Id of the video.
        video: i64,
    },
    /// Pictures for the bar of the player, out of a small rendition.
    Storyboard {
        /// Id of the video.
        video: i64,
    },
    /// Progressive MP4 files for download and old players.
    Progressive {
        /// Id of the video.
        video: i64,
    },
    /// Hash what is whole of a video, for its torrents.
    Torrents {
        /// Id of the video.
        video: i64,
    },
    /// What was made takes the place of the film that it is to replace.
    Replace {
        /// Id of what was made.
        video: i64,
    },
    /// Remove files that no row names any more.
    RemoveFiles {
        /// Paths under the data folder.
        paths: Vec<String>,
    },
    /// Remove uploads that nobody went on with.
    ExpireUploads,
    /// Publish what was scheduled for now.
    PublishScheduled {
        /// Id of the video.
        video: i64,
    },
    /// Write to somebody.
    Mail {
        /// What about.
        letter: Letter,
    },
    /// Tell people of something.
    Notify {
        /// What happened.
        happening: Happening,
    },
    /// Forget what people were told long ago.
    ForgetNotifications,
    /// Tell a browser that shows no page of ours.
    Push {
        /// Its number among the devices.
        device: i64,
        /// What it is told.
        notification: i64,
    },
    /// Tell other servers what became of a video.
    Share {
        /// Which.
        video: Uuid,
    },
    /// Take over the newest videos of somebody of another server.
    Backlog {
        /// Number of the actor.
        actor: i64,
    },
    /// Fetch the pictures of a video of another server.
    FetchPictures {
        /// Id of the video.
        video: i64,
    },
    /// Understand what a peer brought, in the order in which it did.
    Receive {
        /// Number of the peer.
        peer: i64,
    },
    /// Bring a peer what waits for it, in order.
    Deliver {
        /// Number of the peer.
        peer: i64,
    },
}

/// Jobs of one lane never wait for those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// Hours of encoding, one at a time.
    Media,
    /// The first rendition of a long film, one at a time: it can be played while hours of encoding go on beside it.
    First,
    /// What makes a new upload visible within seconds: probing, pictures.
    Soon,
    /// Letters: a mail server that does not answer keeps nothing else waiting.
    Mail,
    /// Telling people what happened, one thing after the other, thousands of followers or not.
    News,
    /// Messages to push services: one that does not answer keeps nothing else waiting.
    Push,
    /// What other servers brought.
    Received,
    /// What other servers are brought: one that does not answer keeps the others waiting for a while at most.
    Deliveries,
    /// Everything else.
    Rest,
}

impl Lane {
    /// All lanes.
    pub const ALL: [Self; 9] = [
        Self::Media,
        Self::First,
        Self::Soon,
        Self::Mail,
        Self::News,
        Self::Push,
        Self::Received,
        Self::Deliveries,
        Self::Rest,
    ];

    /// Name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Media => "media",
            Self::First => "first",
            Self::Soon => "soon",
            Self::Mail => "mail",
            Self::News => "news",
            Self::Push => "push",
            Self::Received => "received",
            Self::Deliveries => "deliveries",
            Self::Rest => "rest",
        }
    }
}

impl Job {
    /// Where it runs.
    pub fn lane(&self) -> Lane {
        match self {
            Self::Transcode { first: false, .. } | Self::Progressive { .. } => Lane::Media,
            Self::Transcode { first: true, .. } => Lane::First,
            Self::Probe { .. } | Self::Pictures { .. } | Self::Storyboard { .. } => Lane::Soon,
            Self::Mail { .. } => Lane::Mail,
            Self::Notify { .. } | Self::Share { .. } => Lane::News,
            Self::Push { .. } => Lane::Push,
            Self::Receive { .. } | Self::Backlog { .. } | Self::FetchPictures { .. } => Lane::Received,
            Self::Deliver { .. } => Lane::Deliveries,
            Self::Torrents { .. }
            | Self::Replace { .. }
            | Self::RemoveFiles { .. }
            | Self::ExpireUploads
            | Self::ForgetNotifications
            | Self::PublishScheduled { .. } => Lane::Rest,
        }
    }

    /// Name of the kind, as in the JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Probe { .. } => "probe",
            Self::Transcode { .. } => "transcode",
            Self::Pictures { .. } => "pictures",
            Self::Storyboard { .. } => "storyboard",
            Self::Progressive { .. } => "progressive",
            Self::Torrents { .. } => "torrents",
            Self::Replace { .. } => "replace",
            Self::RemoveFiles { .. } => "remove-files",
            Self::ExpireUploads => "expire-uploads",
            Self::PublishScheduled { .. } => "publish-scheduled",
            Self::Mail { .. } => "mail",
            Self::Notify { .. } => "notify",
            Self::ForgetNotifications => "forget-notifications",
            Self::Push { .. } => "push",
            Self::Share { .. } => "share",
            Self::Backlog { .. } => "backlog",
            Self::FetchPictures { .. } => "fetch-pictures",
            Self::Receive { .. } => "receive",
            Self::Deliver { .. } => "deliver",
        }
    }

    /// What it is about, to find the jobs of one thing.
    pub fn subject(&self) -> Option<String> {
        match self {
            Self::Probe { video }
            | Self::Transcode { video, .. }
            | Self::Pictures { video }
            | Self::Storyboard { video }
            | Self::Progressive { video }
            | Self::Torrents { video }
            | Self::Replace { video }
            | Self::FetchPictures { video }
            | Self::PublishScheduled { video } => Some(video_subject(*video)),
            // So that it can be taken back.
            Self::Mail { letter: Letter::News { account } } => Some(format!("news:{account}")),
            Self::Share { video } => Some(format!("share:{video}")),
            Self::Backlog { actor } => Some(format!("backlog:{actor}")),
            Self::Receive { peer } => Some(format!("received:{peer}")),
            Self::Deliver { peer } => Some(format!("deliveries:{peer}")),
            Self::RemoveFiles { .. }
            | Self::ExpireUploads
            | Self::Mail { .. }
            | Self::Notify { .. }
            | Self::Push { .. }
            | Self::ForgetNotifications => None,
        }
    }

    /// Whether it is kept to be seen when it has ended well: that people were told of something would push all else out.
    pub(super) fn is_kept(&self) -> bool {
        !matches!(
            self,
            Self::Notify { .. }
                | Self::Push { .. }
                | Self::Share { .. }
                | Self::Backlog { .. }
                | Self::FetchPictures { .. }
                | Self::Receive { .. }
                | Self::Deliver { .. }
                | Self::Mail { letter: Letter::News { .. } }
        )
    }

    /// Smaller goes first within a lane.
    pub(super) fn priority(&self) -> i64 {
        match self {
            Self::Probe { .. } => 0,
            Self::Transcode { first: true, .. } => 1,
            Self::Pictures { .. } | Self::FetchPictures { .. } => 6,
            Self::Storyboard { .. } => 7,
            // Who forgot a password does not wait behind the news of a morning for thousands.
            Self::Mail { letter: Letter::News { .. } } => 8,
            Self::Transcode { first: false, .. }
            | Self::Replace { .. }
            | Self::RemoveFiles { .. }
            | Self::Mail { .. }
            | Self::Notify { .. }
            | Self::Push { .. }
            | Self::Share { .. }
            | Self::Backlog { .. }
            | Self::Receive { .. }
            | Self::Deliver { .. }
            | Self::PublishScheduled { .. } => 5,
            Self::Progressive { .. }
            | Self::Torrents { .. }
            | Self::ExpireUploads
            | Self::ForgetNotifications => 9,
        }
    }

    /// Tries before it is set aside as failed.
    pub fn max_attempts(&self) -> u32 {
        match self {
            Self::Probe { .. }
            | Self::Transcode { .. }
            | Self::Pictures { .. }
            | Self::Storyboard { .. }
            | Self::Progressive { .. }
            | Self::Torrents { .. }
            | Self::FetchPictures { .. } => 3,
            Self::RemoveFiles { .. }
            | Self::ExpireUploads
            | Self::PublishScheduled { .. }
            | Self::Replace { .. }
            | Self::Notify { .. }
            | Self::Share { .. }
            | Self::Backlog { .. }
            | Self::Receive { .. }
            | Self::Deliver { .. }
            | Self::ForgetNotifications => 12,
            // Three days: mail servers come back on Monday. What is pushed is no news any more long before.
            Self::Mail { .. } | Self::Push { .. } => 14,
        }
    }
}

/// Subject of the jobs of a video.
pub fn video_subject(video: i64) -> String {
    format!("video:{video}")
}
