//! What one is told of, and where one wants to be told, as PeerTube answers.

use super::{
    auth::Caller,
    collaborators::CollaboratorState,
    fields::Fields,
    labels::{StateLabel, one_of},
    list_query::{ListQuery, Slice, invalid},
    shapes::{ActorInfo, Actors, List},
    subscriptions::FollowState,
};
use crate::{
    accounts::registrations,
    app::App,
    clock::Timestamp,
    comments::{self, Comment, Subject},
    error::Result,
    following::{self, Follow, Followed},
    groups::collaborators::Standing,
    ids, mail,
    notifications::{
        self, Channels, Choice, Choices, Filter, Kind, Notification,
        letters::{self, Rhythm},
    },
    urls::Urls,
    videos::{self, Video},
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post, put},
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{ToSchema, openapi::schema::Object};

/// Notifications that one request marks as read.
const MOST_READ: usize = 100;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/me/notifications", get(list))
        .route("/users/me/notifications/read", post(read))
        .route("/users/me/notifications/read-all", post(read_all))
        .route("/users/me/notification-settings", put(choose))
        .route("/users/me/notification-letters", get(rhythm).put(set_rhythm))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, read, read_all, choose, rhythm, set_rhythm))]
pub struct Doc;

/// That one is told of something. Which of the parts there are depends on the type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserNotification)]
struct NotificationJson {
    id: i64,
    /// PeerTube's numbers; those above a thousand are ours: 1001 somebody asks to come into a group, 1002 a group lets
    /// one in, 1003 it does not, 1004 somebody wants to give one a video, 1005 and 1006 it was taken or not.
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
struct Writing<'a> {
    /// Whose notifications.
    account: i64,
    actors: Actors<'a>,
    videos: HashMap<i64, Video>,
    comments: HashMap<i64, Comment>,
    follows: HashMap<i64, Follow>,
    registrations: HashMap<i64, String>,
}

fn there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

impl<'a> Writing<'a> {
    fn load(conn: &Connection, urls: &'a Urls, account: i64, found: &[Notification]) -> Result<Self> {
        let (mut accounts, mut groups, mut of_videos) = (vec![account], Vec::new(), Vec::new());
        let (mut said, mut follows) = (HashMap::new(), HashMap::new());
        let mut wanted = HashMap::new();
        for Notification { about, .. } in found {
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
            if let Some(id) = about.registration
                && let Some(registration) = there(registrations::find(conn, id))?
            {
                wanted.insert(id, registration.wanted.name);
            }
        }
        let videos = videos::find_many(conn, &of_videos)?;
        groups.extend(videos.values().map(|video| video.group));
        let actors = Actors::load(conn, urls, &accounts, &groups)?;
        Ok(Self { account, actors, videos, comments: said, follows, registrations: wanted })
    }

    /// `None` when what it is about went away meanwhile.
    fn one(&self, found: &Notification) -> Option<NotificationJson> {
        let about = &found.about;
        let mut json = NotificationJson {
            id: found.id,
            kind: found.kind.id(),
            read: found.read,
            data: Nothing {},
            video: None,
            comment: None,
            account: about.by.and_then(|by| self.actors.account_info(by)),
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
            | Kind::VideoOffered
            | Kind::OfferAccepted
            | Kind::OfferRefused => {
                let video = self.videos.get(&about.video?)?;
                let channel = self.actors.group_info(video.group)?;
                json.video = Some(ChannelVideo { video: video_info(video), channel });
            }
            Kind::NewComment | Kind::Mention => json.comment = Some(self.comment(about.comment?)?),
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

/// Where one wants to be told of what, as PeerTube writes it: the sum of 1 in the page and 2 by letter.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserNotificationSetting)]
pub struct NotificationSettings {
    new_video_from_subscription: i64,
    new_comment_on_my_video: i64,
    abuse_as_moderator: i64,
    video_auto_blacklist_as_moderator: i64,
    blacklist_on_my_video: i64,
    my_video_import_finished: i64,
    my_video_published: i64,
    comment_mention: i64,
    new_follow: i64,
    new_user_registration: i64,
    new_instance_follower: i64,
    auto_instance_following: i64,
    abuse_state_change: i64,
    abuse_new_message: i64,
    new_peer_tube_version: i64,
    new_plugin_version: i64,
    my_video_studio_edition_finished: i64,
    my_video_transcription_generated: i64,
    /// Ours: who comes into one's groups, and the groups that one comes into.
    group_people: i64,
}

impl From<&Choices> for NotificationSettings {
    fn from(choices: &Choices) -> Self {
        let of = |choice: Choice| choices.get(&choice).copied().unwrap_or_else(|| choice.usual()).bits();
        Self {
            new_video_from_subscription: of(Choice::NewVideoFromSubscription),
            new_comment_on_my_video: of(Choice::NewCommentOnMyVideo),
            abuse_as_moderator: of(Choice::AbuseAsModerator),
            video_auto_blacklist_as_moderator: of(Choice::VideoAutoBlacklistAsModerator),
            blacklist_on_my_video: of(Choice::BlacklistOnMyVideo),
            my_video_import_finished: of(Choice::MyVideoImportFinished),
            my_video_published: of(Choice::MyVideoPublished),
            comment_mention: of(Choice::CommentMention),
            new_follow: of(Choice::NewFollow),
            new_user_registration: of(Choice::NewUserRegistration),
            new_instance_follower: of(Choice::NewInstanceFollower),
            auto_instance_following: of(Choice::AutoInstanceFollowing),
            abuse_state_change: of(Choice::AbuseStateChange),
            abuse_new_message: of(Choice::AbuseNewMessage),
            new_peer_tube_version: of(Choice::NewPeerTubeVersion),
            new_plugin_version: of(Choice::NewPluginVersion),
            my_video_studio_edition_finished: of(Choice::MyVideoStudioEditionFinished),
            my_video_transcription_generated: of(Choice::MyVideoTranscriptionGenerated),
            group_people: of(Choice::GroupPeople),
        }
    }
}

/// A page of what one is told, newest first.
#[utoipa::path(get, path = "/users/me/notifications", tag = "me", security(("token" = [])),
    responses((status = 200, body = List<NotificationJson>), (status = 400), (status = 401)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<List<NotificationJson>>> {
    let Slice { start, count, sort, .. } = query.slice()?;
    let oldest = match sort.as_deref() {
        None | Some("-createdAt") => false,
        Some("createdAt") => true,
        Some(other) => return Err(invalid("sort", "Invalid value", other)),
    };
    let filter = Filter {
        unread: query.flag("unread")? == Some(true),
        kinds: query.numbers("typeOneOf")?,
        oldest,
        start,
        count,
    };
    let (urls, account) = (app.urls(), caller.account_id);
    let list = app
        .db
        .read(move |conn| {
            let (total, found) = notifications::list(conn, account, &filter)?;
            let writing = Writing::load(conn, &urls, account, &found)?;
            Ok(List { total, data: found.iter().filter_map(|one| writing.one(one)).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// Which were read.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Read {
    /// Numbers, a hundred at most.
    ids: Vec<i64>,
}

/// Some were read.
#[utoipa::path(post, path = "/users/me/notifications/read", tag = "me", security(("token" = [])), request_body = Read,
    responses((status = 204), (status = 400), (status = 401)))]
async fn read(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let ids: Option<Vec<i64>> = fields.value("ids").and_then(|ids| serde_json::from_value(ids).ok());
    let ids = ids.filter(|ids| (1..=MOST_READ).contains(&ids.len()));
    if ids.is_none() {
        fields.wrong("ids", "Should have a valid array of notification ids");
    }
    fields.end()?;
    let (now, account, ids) = (app.clock.now(), caller.account_id, ids.unwrap_or_default());
    app.db.write(move |tx| notifications::read(tx, now, account, &ids)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All were read.
#[utoipa::path(post, path = "/users/me/notifications/read-all", tag = "me", security(("token" = [])),
    responses((status = 204), (status = 401)))]
async fn read_all(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    let (now, account) = (app.clock.now(), caller.account_id);
    app.db.write(move |tx| notifications::read_all(tx, now, account)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where one wants to be told of what: 0 nowhere, 1 in the page, 2 by letter, 3 both. What PeerTube has not had from the
/// beginning may be left out, and stays as it is.
#[utoipa::path(put, path = "/users/me/notification-settings", tag = "me", security(("token" = [])),
    request_body = NotificationSettings, responses((status = 204), (status = 400), (status = 401)))]
async fn choose(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let mut choices = Choices::new();
    for choice in Choice::ALL {
        let value = fields.value(choice.name());
        let channels = value.as_ref().and_then(serde_json::Value::as_i64).and_then(Channels::from_bits);
        match channels {
            Some(channels) => {
                choices.insert(choice, channels);
            }
            None if value.is_some() || choice.is_needed() => fields.wrong(choice.name(), "Invalid value"),
            None => {}
        }
    }
    fields.end()?;
    let account = caller.account_id;
    app.db.write(move |tx| notifications::choose(tx, account, &choices)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How letters with notifications come to one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = NotificationLetters)]
struct LettersJson {
    /// At once, gathered, or never.
    rhythm: Rhythm,
    /// Whether letters can go at all: a mail server is configured. Not read.
    #[serde(default)]
    mail: bool,
}

/// Ours: how letters come to one.
#[utoipa::path(get, path = "/users/me/notification-letters", tag = "me", security(("token" = [])),
    responses((status = 200, body = LettersJson), (status = 401)))]
async fn rhythm(State(app): State<App>, caller: Caller) -> Result<Json<LettersJson>> {
    let account = caller.account_id;
    let rhythm = app.db.read(move |conn| letters::rhythm(conn, account)).await?;
    Ok(Json(LettersJson { rhythm, mail: mail::is_configured(&app.mail()) }))
}

/// Ours: changes that.
#[utoipa::path(put, path = "/users/me/notification-letters", tag = "me", security(("token" = [])), request_body = LettersJson,
    responses((status = 204), (status = 400), (status = 401)))]
async fn set_rhythm(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let rhythm = fields.needed_word("rhythm", "at-once, daily, weekly or never.");
    fields.end()?;
    let (now, account) = (app.clock.now(), caller.account_id);
    app.db.write(move |tx| letters::set_rhythm(tx, now, account, rhythm.unwrap_or_default())).await?;
    Ok(StatusCode::NO_CONTENT)
}
