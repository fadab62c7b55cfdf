//! What happened that people are told of: ids only. Who is told, and of what exactly, is found when the job runs.

use serde::{Deserialize, Serialize};

/// Something that people may want to be told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Happening {
    /// A video can be watched for the first time.
    VideoPublished {
        /// Its number.
        video: i64,
    },
    /// A video can be found for the first time, by everybody or by members.
    VideoListed {
        /// Its number.
        video: i64,
    },
    /// A comment was written, changed, or shown after it was held.
    Commented {
        /// Its number.
        comment: i64,
    },
    /// Somebody began to follow a group or a person.
    Followed {
        /// Number of the following.
        follow: i64,
    },
    /// Somebody reports something.
    Reported {
        /// Number of the report.
        report: i64,
    },
    /// A report was decided, or opened anew.
    ReportDecided {
        /// Its number.
        report: i64,
    },
    /// Somebody wrote about a report.
    ReportMessage {
        /// Its number.
        report: i64,
        /// Who wrote.
        by: i64,
    },
    /// Moderators hide a video, or show it again.
    VideoHidden {
        /// Its number.
        video: i64,
        /// Hidden, not shown.
        hidden: bool,
    },
    /// Somebody wants an account, and a moderator decides.
    RegistrationAsked {
        /// Its number.
        registration: i64,
    },
    /// Somebody has made an account.
    Registered {
        /// Whose.
        account: i64,
    },
    /// Somebody is invited into a group.
    Invited {
        /// Which group.
        group: i64,
        /// Who.
        account: i64,
        /// Who invites.
        by: i64,
    },
    /// An invitation was answered.
    InvitationAnswered {
        /// Into which group.
        group: i64,
        /// Who was invited.
        account: i64,
        /// Who had invited.
        by: i64,
        /// With yes.
        accepted: bool,
    },
    /// Somebody asks to come into a group.
    JoinAsked {
        /// Which group.
        group: i64,
        /// Who.
        account: i64,
    },
    /// A group has answered somebody who asked to come in.
    JoinAnswered {
        /// Which group.
        group: i64,
        /// Who asked.
        account: i64,
        /// With yes.
        accepted: bool,
    },
    /// A video waits for a moderator.
    VideoHeld {
        /// Its number.
        video: i64,
    },
    /// Somebody wants to give a video to somebody else.
    VideoOffered {
        /// Number of the offer.
        offer: i64,
    },
    /// Whom a video was offered to has answered.
    VideoOfferAnswered {
        /// Number of the offer.
        offer: i64,
    },
    /// Moderators write to somebody.
    Warned {
        /// Number of the warning.
        warning: i64,
    },
}
