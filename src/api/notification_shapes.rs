//! Notifications in JSON, as PeerTube writes them.

use super::{
    collaborators::CollaboratorState,
    labels::{StateLabel, one_of},
    shapes::{ActorInfo, Actors},
    subscriptions::FollowState,
};
use crate::{
    accounts::registrations,
    clock::Timestamp,
    comments::{self, Comment, Subject},
    error::{Result, there},
    following::{self, Follow, Followed},
    groups::collaborators::Standing,
    ids,
    moderation::{
        blocks,
        reports::{self, Report},
    },
    notifications::{Kind, Notification},
    urls::Urls,
    videos::{self, Video},
};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::{ToSchema, openapi::schema::Object};

/// That one is told of something. Which of the parts there are depends on the type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserNotification)]
pub struct NotificationJson {
    id: i64,
    /// PeerTube's numbers; those above a thousand are ours: 1001 somebody asks to come into a group, 1002 a group lets
    /// one in, 1003 it does not, 1004 somebody wants to give one a video, 1005 and 1006 it was taken or not,
    /// 1007 moderators write to one.
    #[serde(rename = "type")]
    #[schema(schema_with = kinds)]
    kind: i64,
    read: bool,
    /// Of plugins, of which there are none.
    data: Nothing,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    video: Option<ChannelVideo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    comment: Option<CommentInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    account: Option<ActorInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    abuse: Option<AbuseInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    video_blacklist: Option<BlacklistInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    actor_follow: Option<FollowInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    registration: Option<RegistrationInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    video_channel_collaborator: Option<CollaboratorInfo>,
    /// Ours: the group whose people it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    group: Option<ActorInfo>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

fn kinds() -> Object {
    one_of(Kind::ALL.map(Kind::id))
}

/// An empty object.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserNotificationData)]
struct Nothing {}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserNotificationVideo)]
struct VideoInfo {
    id: i64,
    uuid: String,
    #[serde(rename = "shortUUID")]
    short_uuid: String,
    name: String,
    state: StateLabel,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserNotificationChannelVideo)]
struct ChannelVideo {
    #[serde(flatten)]
    video: VideoInfo,
    channel: ActorInfo,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserNotificationComment)]
struct CommentInfo {
    id: i64,
    thread_id: i64,
    account: ActorInfo,
    video: VideoInfo,
    held_for_review: bool,
}

/// A report. What of the parts there is depends on what it is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserNotificationAbuse)]
struct AbuseInfo {
    id: i64,
    /// PeerTube's number: 1 pending, 2 rejected, 3 accepted.
    #[schema(schema_with = super::abuse_shapes::states)]
    state: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    video: Option<VideoInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    comment: Option<AbuseCommentInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    account: Option<ActorInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserNotificationAbuseComment)]
struct AbuseCommentInfo {
    thread_id: i64,
    video: VideoInfo,
}

/// A video that moderators hide.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserNotificationBlacklist)]
struct BlacklistInfo {
    id: i64,
    video: VideoInfo,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserNotificationFollow)]
struct FollowInfo {
    id: i64,
    follower: ActorInfo,
    state: FollowState,
    following: FollowedInfo,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserNotificationFollowed)]
struct FollowedInfo {
    #[serde(rename = "type")]
    kind: FollowedKind,
    name: String,
    display_name: String,
    host: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = UserNotificationFollowedType)]
enum FollowedKind {
    Account,
    Channel,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserNotificationRegistration)]
struct RegistrationInfo {
    id: i64,
    username: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserNotificationCollaborator)]
struct CollaboratorInfo {
    /// The number of the account, as in the collaborators of a channel.
    id: i64,
    state: CollaboratorState,
    channel: ActorInfo,
    channel_owner: ActorInfo,
    account: ActorInfo,
}

/// What is told of, and in which order it is loaded.
pub struct Writing<'a> {
    /// Whose notifications.
    account: i64,
    actors: Actors<'a>,
    videos: HashMap<i64, Video>,
    comments: HashMap<i64, Comment>,
    follows: HashMap<i64, Follow>,
    registrations: HashMap<i64, String>,
    reports: HashMap<i64, Report>,
    /// Numbers of the blocks of videos.
    hidden: HashMap<i64, i64>,
}

impl<'a> Writing<'a> {
    /// Loads what some notifications of an account are about.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn load(conn: &Connection, urls: &'a Urls, account: i64, found: &[Notification]) -> Result<Self> {
        let (mut accounts, mut groups, mut of_videos) = (vec![account], Vec::new(), Vec::new());
        let (mut said, mut follows) = (HashMap::new(), HashMap::new());
        let (mut wanted, mut reported, mut hidden) = (HashMap::new(), HashMap::new(), HashMap::new());
        for Notification { kind, about, .. } in found {
            accounts.extend(about.by);
            groups.extend(about.group);
            of_videos.extend(about.video);
            if let Some(id) = about.comment
                && let Some(comment) = there(comments::by_id(conn, id))?
            {
                let Subject::Video(video) = comment.subject;
                of_videos.push(video);
                accounts.extend(comment.account);
                said.insert(id, comment);
            }
            if let Some(id) = about.follow
                && let Some(follow) = following::by_id(conn, id)?
            {
                accounts.push(follow.follower);
                match follow.followed {
                    Followed::Group(group) => groups.push(group),
                    Followed::Account(account) => accounts.push(account),
                }
                follows.insert(id, follow);
            }
            if let Some(id) = about.report
                && let Some(report) = there(reports::by_id(conn, id))?
            {
                of_videos.extend(report.video);
                accounts.extend(report.account);
                reported.insert(id, report);
            }
            if matches!(kind, Kind::VideoHidden | Kind::VideoHeld)
                && let Some(video) = about.video
                && let Some(block) = blocks::of_video(conn, video)?
            {
                hidden.insert(video, block.id);
            }
            if let Some(id) = about.registration
                && let Some(registration) = there(registrations::find(conn, id))?
            {
                wanted.insert(id, registration.wanted.name);
            }
        }
        for report in reported.values().filter_map(|report: &Report| report.comment) {
            if let Some(comment) = there(comments::by_id(conn, report))? {
                said.insert(comment.id, comment);
            }
        }
        let videos = videos::find_many(conn, &of_videos)?;
        groups.extend(videos.values().map(|video| video.group));
        let actors = Actors::load(conn, urls, &accounts, &groups)?;
        Ok(Self {
            account,
            actors,
            videos,
            comments: said,
            follows,
            registrations: wanted,
            reports: reported,
            hidden,
        })
    }

    /// `None` when what it is about went away meanwhile.
    pub fn one(&self, found: &Notification) -> Option<NotificationJson> {
        let about = &found.about;
        let mut json = NotificationJson {
            id: found.id,
            kind: found.kind.id(),
            read: found.read,
            data: Nothing {},
            video: None,
            comment: None,
            account: about.by.and_then(|by| self.actors.account_info(by)),
            abuse: None,
            video_blacklist: None,
            actor_follow: None,
            registration: None,
            video_channel_collaborator: None,
            group: about.group.and_then(|group| self.actors.group_info(group)),
            created_at: found.created_at,
            updated_at: found.updated_at,
        };
        match found.kind {
            Kind::NewVideo
            | Kind::VideoPublished
            | Kind::VideoShown
            | Kind::VideoOffered
            | Kind::OfferAccepted
            | Kind::OfferRefused => {
                let video = self.videos.get(&about.video?)?;
                let channel = self.actors.group_info(video.group)?;
                json.video = Some(ChannelVideo { video: video_info(video), channel });
            }
            Kind::NewComment | Kind::Mention => json.comment = Some(self.comment(about.comment?)?),
            Kind::VideoHidden | Kind::VideoHeld => {
                let video = self.videos.get(&about.video?)?;
                let id = *self.hidden.get(&video.id)?;
                json.video_blacklist = Some(BlacklistInfo { id, video: video_info(video) });
            }
            Kind::Reported | Kind::ReportDecided | Kind::ReportMessage => {
                json.abuse = Some(self.abuse(about.report?)?);
            }
            Kind::NewFollower => json.actor_follow = Some(self.follow(about.follow?)?),
            Kind::RegistrationAsked => {
                let (id, username) = self.registrations.get_key_value(&about.registration?)?;
                json.registration = Some(RegistrationInfo { id: *id, username: username.clone() });
            }
            Kind::NewAccount => {
                json.account.as_ref()?;
            }
            Kind::Invited => {
                json.video_channel_collaborator =
                    Some(self.collaborator(about.group?, self.account, Standing::Invited)?);
            }
            Kind::InvitationAccepted => {
                json.video_channel_collaborator =
                    Some(self.collaborator(about.group?, about.by?, Standing::In)?);
            }
            Kind::InvitationRefused => {
                json.video_channel_collaborator =
                    Some(self.collaborator(about.group?, about.by?, Standing::Refused)?);
            }
            Kind::JoinAsked | Kind::JoinAccepted | Kind::JoinRefused => {
                json.group.as_ref()?;
            }
            // What they write stands above every page, and in a list of its own.
            Kind::Warned => {}
        }
        Some(json)
    }

    fn comment(&self, id: i64) -> Option<CommentInfo> {
        let comment = self.comments.get(&id)?;
        let Subject::Video(video) = comment.subject;
        Some(CommentInfo {
            id,
            thread_id: comment.thread.unwrap_or(id),
            account: self.actors.account_info(comment.account?)?,
            video: video_info(self.videos.get(&video)?),
            held_for_review: comment.state == comments::State::Held,
        })
    }

    fn abuse(&self, id: i64) -> Option<AbuseInfo> {
        let report = self.reports.get(&id)?;
        let video = report.video.and_then(|video| self.videos.get(&video));
        let account = report.account.and_then(|account| self.actors.account_info(account));
        let state = report.state as i64;
        let bare = AbuseInfo { id, state, video: None, comment: None, account: None };
        Some(match report.kind {
            reports::Kind::Video => AbuseInfo { video: video.map(video_info), ..bare },
            reports::Kind::Account => AbuseInfo { account, ..bare },
            reports::Kind::Comment => {
                let comment = report.comment.and_then(|comment| self.comments.get(&comment)).zip(video);
                let comment = comment.map(|(comment, video)| AbuseCommentInfo {
                    thread_id: comment.thread.unwrap_or(comment.id),
                    video: video_info(video),
                });
                AbuseInfo { comment, ..bare }
            }
        })
    }

    fn follow(&self, id: i64) -> Option<FollowInfo> {
        let follow = self.follows.get(&id)?;
        let (kind, followed) = match follow.followed {
            Followed::Group(group) => (FollowedKind::Channel, self.actors.group_info(group)?),
            Followed::Account(account) => (FollowedKind::Account, self.actors.account_info(account)?),
        };
        let ActorInfo { name, display_name, host, .. } = followed;
        Some(FollowInfo {
            id,
            follower: self.actors.account_info(follow.follower)?,
            state: FollowState::Accepted,
            following: FollowedInfo { kind, name, display_name, host },
        })
    }

    fn collaborator(&self, group: i64, account: i64, standing: Standing) -> Option<CollaboratorInfo> {
        Some(CollaboratorInfo {
            id: account,
            state: standing.into(),
            channel: self.actors.group_info(group)?,
            channel_owner: self.actors.account_info(self.actors.owner_of(group)?)?,
            account: self.actors.account_info(account)?,
        })
    }
}

fn video_info(video: &Video) -> VideoInfo {
    VideoInfo {
        id: video.id,
        uuid: video.uuid.to_string(),
        short_uuid: ids::short(video.uuid),
        name: video.name.clone(),
        state: video.state.into(),
    }
}
