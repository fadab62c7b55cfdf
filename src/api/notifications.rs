//! What one is told of, and where one wants to be told, as PeerTube answers.

use super::{
    auth::Caller,
    fields::Fields,
    list_query::{ListQuery, Slice, invalid},
    notification_shapes::{NotificationJson, Writing},
    shapes::List,
};
use crate::{
    app::App,
    error::Result,
    mail,
    notifications::{
        self, Channels, Choice, Choices, Filter,
        letters::{self, Rhythm},
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post, put},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationLetters)]
struct LettersJson {
    /// At once, gathered, or never.
    rhythm: Rhythm,
    /// Whether letters can go at all: a mail server is configured.
    mail: bool,
}

/// How letters with notifications are to come to one.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NotificationLettersUpdate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Letters {
    /// At once, gathered, or never.
    rhythm: Rhythm,
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
#[utoipa::path(put, path = "/users/me/notification-letters", tag = "me", security(("token" = [])), request_body = Letters,
    responses((status = 204), (status = 400), (status = 401)))]
async fn set_rhythm(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let rhythm = fields.needed_word("rhythm", "at-once, daily, weekly or never.");
    fields.end()?;
    let (now, account) = (app.clock.now(), caller.account_id);
    app.db.write(move |tx| letters::set_rhythm(tx, now, account, rhythm.unwrap_or_default())).await?;
    Ok(StatusCode::NO_CONTENT)
}
