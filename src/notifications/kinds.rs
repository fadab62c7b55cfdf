//! What people can be told of, and what they can choose about it, with PeerTube's numbers and names where it has them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a notification tells. The numbers are PeerTube's `UserNotificationType`; those above a thousand are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What one follows has published a video.
    NewVideo = 1,
    /// Somebody comments one's video.
    NewComment = 2,
    /// To moderators: somebody reports something.
    Reported = 3,
    /// Moderators hide one's video.
    VideoHidden = 4,
    /// They show it again.
    VideoShown = 5,
    /// One's video can be watched.
    VideoPublished = 6,
    /// To the staff: there is a new account.
    NewAccount = 9,
    /// Somebody follows oneself, or a group that one looks after.
    NewFollower = 10,
    /// Somebody speaks to oneself in a comment, or answers one.
    Mention = 11,
    /// To the staff: a video waits for them.
    VideoHeld = 12,
    /// What one reported was decided.
    ReportDecided = 15,
    /// Somebody writes about a report that one wrote or looks after.
    ReportMessage = 16,
    /// To the staff: somebody wants an account.
    RegistrationAsked = 20,
    /// A group invites.
    Invited = 23,
    /// Somebody comes into a group whom one has invited.
    InvitationAccepted = 24,
    /// Somebody does not come into a group whom one has invited.
    InvitationRefused = 25,
    /// To those who look after a group: somebody asks to come in.
    JoinAsked = 1001,
    /// A group lets one in.
    JoinAccepted = 1002,
    /// A group does not let one in.
    JoinRefused = 1003,
    /// Somebody wants to give one a video.
    VideoOffered = 1004,
    /// Somebody takes the video that one has offered.
    OfferAccepted = 1005,
    /// Somebody does not take it.
    OfferRefused = 1006,
    /// Moderators write to one.
    Warned = 1007,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::NewVideo,
        Self::NewComment,
        Self::Reported,
        Self::VideoHidden,
        Self::VideoShown,
        Self::VideoPublished,
        Self::NewAccount,
        Self::NewFollower,
        Self::Mention,
        Self::VideoHeld,
        Self::ReportDecided,
        Self::ReportMessage,
        Self::RegistrationAsked,
        Self::Invited,
        Self::InvitationAccepted,
        Self::InvitationRefused,
        Self::JoinAsked,
        Self::JoinAccepted,
        Self::JoinRefused,
        Self::VideoOffered,
        Self::OfferAccepted,
        Self::OfferRefused,
        Self::Warned,
    ];

    /// Its number.
    pub fn id(self) -> i64 {
        self as i64
    }

    /// By its number.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// What is chosen about it; nothing about what moderators write: it reaches one in every way there is.
    pub fn choice(self) -> Option<Choice> {
        Some(match self {
            Self::NewVideo => Choice::NewVideoFromSubscription,
            Self::NewComment => Choice::NewCommentOnMyVideo,
            Self::Reported => Choice::AbuseAsModerator,
            Self::VideoHidden | Self::VideoShown => Choice::BlacklistOnMyVideo,
            Self::ReportDecided => Choice::AbuseStateChange,
            Self::ReportMessage => Choice::AbuseNewMessage,
            Self::VideoPublished => Choice::MyVideoPublished,
            Self::NewAccount | Self::RegistrationAsked => Choice::NewUserRegistration,
            Self::VideoHeld => Choice::VideoAutoBlacklistAsModerator,
            Self::NewFollower => Choice::NewFollow,
            Self::Mention => Choice::CommentMention,
            Self::Invited
            | Self::InvitationAccepted
            | Self::InvitationRefused
            | Self::JoinAsked
            | Self::JoinAccepted
            | Self::JoinRefused
            | Self::VideoOffered
            | Self::OfferAccepted
            | Self::OfferRefused => Choice::GroupPeople,
            Self::Warned => return None,
        })
    }

    /// How it is told where nothing is chosen about it.
    pub(super) fn usual(self) -> Channels {
        self.choice().map_or(Channels { web: true, mail: true, push: true }, Choice::usual)
    }
}

/// What a person chooses about: one of PeerTube's settings each, except the last. Some of them are about what is not here;
/// PeerTube's clients write them all the same, and read what they wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Choice {
    /// Videos of what one follows.
    NewVideoFromSubscription,
    /// Comments below one's videos.
    NewCommentOnMyVideo,
    /// To moderators: somebody reports something.
    AbuseAsModerator,
    /// To moderators: a video waits for them.
    VideoAutoBlacklistAsModerator,
    /// A moderator blocks one's video.
    BlacklistOnMyVideo,
    /// One's video was fetched from elsewhere.
    MyVideoImportFinished,
    /// One's video can be watched.
    MyVideoPublished,
    /// Somebody speaks to oneself.
    CommentMention,
    /// Somebody follows.
    NewFollow,
    /// To the staff: somebody has or wants an account.
    NewUserRegistration,
    /// To administrators: another server follows this one.
    NewInstanceFollower,
    /// To administrators: this server follows another by itself.
    AutoInstanceFollowing,
    /// Something became of one's report.
    AbuseStateChange,
    /// Somebody answers about a report.
    AbuseNewMessage,
    /// To administrators: PeerTube has a new version.
    NewPeerTubeVersion,
    /// To administrators: a plugin has a new version.
    NewPluginVersion,
    /// One's video was cut.
    MyVideoStudioEditionFinished,
    /// One's video was transcribed.
    MyVideoTranscriptionGenerated,
    /// Ours: who comes into one's groups, the groups that one comes into, and videos that go from one to another.
    GroupPeople,
}

impl Choice {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::NewVideoFromSubscription,
        Self::NewCommentOnMyVideo,
        Self::AbuseAsModerator,
        Self::VideoAutoBlacklistAsModerator,
        Self::BlacklistOnMyVideo,
        Self::MyVideoImportFinished,
        Self::MyVideoPublished,
        Self::CommentMention,
        Self::NewFollow,
        Self::NewUserRegistration,
        Self::NewInstanceFollower,
        Self::AutoInstanceFollowing,
        Self::AbuseStateChange,
        Self::AbuseNewMessage,
        Self::NewPeerTubeVersion,
        Self::NewPluginVersion,
        Self::MyVideoStudioEditionFinished,
        Self::MyVideoTranscriptionGenerated,
        Self::GroupPeople,
    ];

    /// Its name, in JSON and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewVideoFromSubscription => "newVideoFromSubscription",
            Self::NewCommentOnMyVideo => "newCommentOnMyVideo",
            Self::AbuseAsModerator => "abuseAsModerator",
            Self::VideoAutoBlacklistAsModerator => "videoAutoBlacklistAsModerator",
            Self::BlacklistOnMyVideo => "blacklistOnMyVideo",
            Self::MyVideoImportFinished => "myVideoImportFinished",
            Self::MyVideoPublished => "myVideoPublished",
            Self::CommentMention => "commentMention",
            Self::NewFollow => "newFollow",
            Self::NewUserRegistration => "newUserRegistration",
            Self::NewInstanceFollower => "newInstanceFollower",
            Self::AutoInstanceFollowing => "autoInstanceFollowing",
            Self::AbuseStateChange => "abuseStateChange",
            Self::AbuseNewMessage => "abuseNewMessage",
            Self::NewPeerTubeVersion => "newPeerTubeVersion",
            Self::NewPluginVersion => "newPluginVersion",
            Self::MyVideoStudioEditionFinished => "myVideoStudioEditionFinished",
            Self::MyVideoTranscriptionGenerated => "myVideoTranscriptionGenerated",
            Self::GroupPeople => "groupPeople",
        }
    }

    /// By its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }

    /// Whether PeerTube 6.3 wants it in whatever is written; later ones may be missing.
    pub fn is_needed(self) -> bool {
        self < Self::AbuseStateChange
    }

    /// What holds for who has chosen nothing. As PeerTube: what wants an answer of the staff comes by letter as well, and
    /// so do invitations, which wait for people who do not come by every day.
    pub fn usual(self) -> Channels {
        match self {
            Self::AbuseAsModerator
            | Self::VideoAutoBlacklistAsModerator
            | Self::BlacklistOnMyVideo
            | Self::AbuseStateChange
            | Self::AbuseNewMessage
            | Self::NewPeerTubeVersion
            | Self::NewUserRegistration
            | Self::GroupPeople => Channels { web: true, mail: true, push: true },
            // A device that lights up is for what concerns oneself.
            Self::NewFollow => Channels { web: true, mail: false, push: false },
            _ => Channels { web: true, mail: false, push: true },
        }
    }
}

/// Where somebody wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Channels {
    /// In the page.
    pub web: bool,
    /// By letter.
    pub mail: bool,
    /// On devices, also while no page is open. Not part of PeerTube's sum: its clients know nothing of it.
    pub push: bool,
}

impl Channels {
    /// PeerTube's sum: 1 in the page, 2 by letter.
    pub fn bits(self) -> i64 {
        i64::from(self.web) + 2 * i64::from(self.mail)
    }

    /// The same and 4 on devices, as it is kept.
    pub(super) fn all_bits(self) -> i64 {
        self.bits() + 4 * i64::from(self.push)
    }

    /// From what is kept.
    pub(super) fn from_all_bits(bits: i64) -> Self {
        Self { web: bits & 1 > 0, mail: bits & 2 > 0, push: bits & 4 > 0 }
    }

    /// From PeerTube's sum, which says nothing of devices.
    pub fn from_bits(bits: i64) -> Option<Self> {
        (0..=3).contains(&bits).then_some(Self { web: bits & 1 > 0, mail: bits & 2 > 0, push: false })
    }
}

/// What a person has chosen about everything.
pub type Choices = BTreeMap<Choice, Channels>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_found_again() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_id(kind.id()), Some(kind));
        }
        for choice in Choice::ALL {
            assert_eq!(Choice::from_name(choice.name()), Some(choice));
            assert_eq!(serde_json::to_value(choice).unwrap(), choice.name());
            let usual = choice.usual();
            assert_eq!(Channels::from_bits(usual.bits()), Some(Channels { push: false, ..usual }));
            assert_eq!(Channels::from_all_bits(usual.all_bits()), usual);
        }
        assert_eq!(Choice::ALL.iter().filter(|choice| choice.is_needed()).count(), 12);
        assert_eq!((Kind::from_id(99), Channels::from_bits(4)), (None, None));
    }
}
