//! Reports, which PeerTube calls abuses: writing one, one's own, and what those who look after the instance do with them.

use super::{
    abuse_shapes::{self, AdminAbuse, MessageJson, UserAbuse},
    address::Client,
    auth::Caller,
    comments::comment_id,
    doors::Doors,
    fields::Fields,
    list_query::{ListQuery, invalid},
    shapes::{List, Numbered},
    videos::password,
};
use crate::{
    accounts,
    app::App,
    comments::{self, Subject},
    error::{Error, Result},
    moderation::reports::{self, Filter, Kind, Reason, Report, Sort, State as ReportState, Target},
    videos::{self, Key, Viewer},
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{delete, get, put},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/abuses", get(all).post(create))
        .route("/abuses/{id}", put(change).delete(remove))
        .route("/abuses/{id}/messages", get(messages).post(say))
        .route("/abuses/{id}/messages/{messageId}", delete(unsay))
        .route("/users/me/abuses", get(mine))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(all, create, change, remove, messages, say, unsay, mine))]
pub struct Doc;

/// What is reported, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AbuseCreate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Create {
    /// In one's own words.
    reason: String,
    /// Any of PeerTube's reasons.
    #[schema(required = false)]
    predefined_reasons: Vec<PredefinedReason>,
    /// The account, when it is about one.
    account: Option<AccountTarget>,
    /// The video, when it is about one.
    video: Option<VideoTarget>,
    /// The comment, when it is about one.
    comment: Option<AccountTarget>,
}

/// Why somebody reports.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AbusePredefinedReason)]
pub(super) enum PredefinedReason {
    ViolentOrRepulsive,
    HatefulOrAbusive,
    SpamOrMisleading,
    Privacy,
    Rights,
    ServerRules,
    Thumbnails,
    Captions,
}

/// A comment or account.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AbuseTarget)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct AccountTarget {
    id: i64,
}

/// A video, or a part of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AbuseVideoTarget)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct VideoTarget {
    /// Number or UUID.
    id: String,
    start_at: Option<i64>,
    end_at: Option<i64>,
}

/// A report that was just written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AbuseMade)]
struct Made {
    abuse: Numbered,
}

/// A message that was just written.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AbuseMessageMade)]
struct Said {
    abuse_message: Numbered,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AbuseUpdate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Update {
    /// 1 pending, 2 rejected, 3 accepted.
    state: Option<i64>,
    /// What moderators note for themselves.
    moderation_comment: Option<String>,
}

/// A message.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AbuseMessageCreate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct NewMessage {
    message: String,
}

/// What the body names.
enum Wanted {
    Video(Key, (Option<i64>, Option<i64>)),
    Comment(i64),
    Account(i64),
}

/// Reads which one thing is reported.
fn wanted(fields: &mut Fields) -> Option<Wanted> {
    let number = |map: &Map<String, Value>, name: &str| match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => number.as_i64().map(Some).ok_or(()),
        Some(Value::String(text)) => text.parse().map(Some).map_err(|_| ()),
        Some(_) => Err(()),
    };
    let mut found = Vec::new();
    let video = fields.object("video");
    if !video.is_empty() {
        let key = match video.get("id") {
            Some(Value::Number(id)) => id.as_i64().map(Key::Id),
            Some(Value::String(id)) => Key::parse(id),
            _ => None,
        };
        let part = number(&video, "startAt").and_then(|start| Ok((start, number(&video, "endAt")?)));
        match (key, part) {
            (Some(key), Ok(part)) => found.push(Wanted::Video(key, part)),
            _ => fields.wrong("video", "The number or UUID of a video, and seconds."),
        }
    }
    let kinds: [(&'static str, fn(i64) -> Wanted); 2] =
        [("comment", Wanted::Comment), ("account", Wanted::Account)];
    for (name, of) in kinds {
        let target = fields.object(name);
        if !target.is_empty() {
            match number(&target, "id") {
                Ok(Some(id)) => found.push(of(id)),
                _ => fields.wrong(name, "The number of what is reported."),
            }
        }
    }
    if found.len() != 1 && !["video", "comment", "account"].into_iter().any(|name| fields.is_wrong(name)) {
        fields.wrong("video", "A video, a comment or an account.");
    }
    found.pop()
}

fn reasons(fields: &mut Fields) -> Vec<Reason> {
    let names = fields.texts("predefinedReasons").unwrap_or_default();
    let found: Vec<Reason> = names.iter().filter_map(|name| Reason::from_name(name)).collect();
    if found.len() != names.len() {
        fields.wrong("predefinedReasons", "Names of reasons.");
    }
    found
}

/// Reports a video, a comment or an account to those who look after the instance.
#[utoipa::path(post, path = "/abuses", tag = "abuses", security(("token" = [])), request_body = Create,
    responses((status = 200, body = Made), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 429)))]
async fn create(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Json<Made>> {
    let reason = fields.needed_text("reason");
    let predefined = reasons(&mut fields);
    let wanted = wanted(&mut fields);
    fields.end()?;
    let Some(wanted) = wanted else { return Err(Error::internal("a target that nobody found wrong")) };
    let (now, viewer, password) = (app.clock.now(), Viewer::from(&caller), password(&headers));
    doors.approach(now, client, caller.account_id)?;
    let me = caller.account_id;
    let id = app
        .db
        .write(move |tx| {
            let report = |target: Target<'_>| reports::create(tx, now, me, target, &reason, &predefined);
            match wanted {
                Wanted::Video(key, part) => {
                    report(Target::Video(&videos::watch(tx, &key, &viewer, password.as_deref())?, part))
                }
                Wanted::Comment(id) => {
                    let Subject::Video(video) = comments::by_id(tx, id)?.subject;
                    let uuid = videos::by_id(tx, video)?.uuid;
                    let video = videos::watch(tx, &Key::Uuid(uuid), &viewer, password.as_deref())?;
                    let comment = comments::seen(tx, &viewer, &video, id)?;
                    report(Target::Comment(&comment, &video))
                }
                Wanted::Account(id) => report(Target::Account(&accounts::find(tx, id)?)),
            }
        })
        .await?;
    Ok(Json(Made { abuse: Numbered { id } }))
}

fn filter(query: &ListQuery) -> Result<Filter> {
    let slice = query.slice()?;
    let (sort, ascending) = match slice.sort.as_deref() {
        None | Some("-createdAt" | "-id") => (Sort::CreatedAt, false),
        Some("createdAt" | "id") => (Sort::CreatedAt, true),
        Some("-state") => (Sort::State, false),
        Some("state") => (Sort::State, true),
        Some(other) => return Err(invalid("sort", "Reports are sorted by createdAt or state.", other)),
    };
    let text = |key| query.text(key).map(|text| text.chars().take(200).collect());
    let kind = match query.text("filter") {
        None => None,
        Some("video") => Some(Kind::Video),
        Some("comment") => Some(Kind::Comment),
        Some("account") => Some(Kind::Account),
        Some(other) => return Err(invalid("filter", "video, comment or account.", other)),
    };
    let state = match query.text("state") {
        None => None,
        Some(text) => Some(
            text.parse()
                .ok()
                .and_then(ReportState::from_id)
                .ok_or_else(|| invalid("state", "1 pending, 2 rejected or 3 accepted.", text))?,
        ),
    };
    let predefined = match query.text("predefinedReason") {
        None => None,
        Some(name) => Some(
            Reason::from_name(name).ok_or_else(|| invalid("predefinedReason", "Name of a reason.", name))?,
        ),
    };
    let id = match query.text("id") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| invalid("id", "A number.", text))?),
    };
    let (video_gone, video_blocked) = match query.text("videoIs") {
        None => (false, false),
        Some("deleted") => (true, false),
        Some("blacklisted") => (false, true),
        Some(other) => return Err(invalid("videoIs", "deleted or blacklisted.", other)),
    };
    Ok(Filter {
        reporter: None,
        id,
        kind,
        state,
        predefined,
        search: slice.search.map(|text| text.chars().take(200).collect()),
        search_reporter: text("searchReporter"),
        search_account: text("searchReportee"),
        search_video: text("searchVideo"),
        search_group: text("searchVideoChannel"),
        video_gone,
        video_blocked,
        sort,
        ascending,
        start: slice.start,
        count: slice.count,
    })
}

/// Reports, for those who look after the instance.
#[utoipa::path(get, path = "/abuses", tag = "abuses", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("id" = Option<i64>, Query), ("filter" = Option<String>, Query, description = "video, comment or account"),
        ("state" = Option<i64>, Query), ("predefinedReason" = Option<String>, Query), ("search" = Option<String>, Query),
        ("searchReporter" = Option<String>, Query), ("searchReportee" = Option<String>, Query),
        ("searchVideo" = Option<String>, Query), ("searchVideoChannel" = Option<String>, Query),
        ("videoIs" = Option<String>, Query, description = "deleted or blacklisted")),
    responses((status = 200, body = List<AdminAbuse>), (status = 400), (status = 401), (status = 403)))]
async fn all(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<AdminAbuse>>> {
    caller.staff()?;
    let filter = filter(&query)?;
    let urls = app.urls();
    app.db
        .read(move |conn| {
            let (total, found): (u64, Vec<Report>) = reports::list(conn, &filter)?;
            Ok(Json(List { total, data: abuse_shapes::for_staff(conn, &urls, &found)? }))
        })
        .await
}

/// One's own reports.
#[utoipa::path(get, path = "/users/me/abuses", tag = "abuses", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("id" = Option<i64>, Query), ("state" = Option<i64>, Query), ("search" = Option<String>, Query)),
    responses((status = 200, body = List<UserAbuse>), (status = 400), (status = 401)))]
async fn mine(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<UserAbuse>>> {
    let asked = filter(&query)?;
    let filter = Filter {
        reporter: Some(caller.account_id),
        id: asked.id,
        state: asked.state,
        search: asked.search,
        sort: asked.sort,
        ascending: asked.ascending,
        start: asked.start,
        count: asked.count,
        ..Filter::default()
    };
    let urls = app.urls();
    app.db
        .read(move |conn| {
            let (total, found) = reports::list(conn, &filter)?;
            Ok(Json(List { total, data: abuse_shapes::for_reporter(conn, &urls, &found)? }))
        })
        .await
}

/// Decides a report, or notes something about it.
#[utoipa::path(put, path = "/abuses/{id}", tag = "abuses", security(("token" = [])), params(("id" = i64, Path)),
    request_body = Update,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    caller.staff()?;
    let id = comment_id("id", &id)?;
    let state = fields.integer("state").map(|state| {
        let known = ReportState::from_id(state);
        if known.is_none() {
            fields.wrong("state", "Invalid value");
        }
        known
    });
    let note = fields.text("moderationComment");
    fields.end()?;
    let now = app.clock.now();
    app.db
        .write(move |tx| reports::change(tx, now, caller.account_id, id, state.flatten(), note.as_deref()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a report with its messages.
#[utoipa::path(delete, path = "/abuses/{id}", tag = "abuses", security(("token" = [])), params(("id" = i64, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    caller.staff()?;
    let id = comment_id("id", &id)?;
    let now = app.clock.now();
    app.db.write(move |tx| reports::remove(tx, now, caller.account_id, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Messages about a report, oldest first, for the one who wrote it and for those who look after the instance.
#[utoipa::path(get, path = "/abuses/{id}/messages", tag = "abuses", security(("token" = [])), params(("id" = i64, Path)),
    responses((status = 200, body = List<MessageJson>), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn messages(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<List<MessageJson>>> {
    let id = comment_id("id", &id)?;
    let urls = app.urls();
    app.db
        .read(move |conn| {
            let found = reports::messages(conn, caller.acting(), id)?;
            let data = abuse_shapes::messages(conn, &urls, &found)?;
            Ok(Json(List { total: data.len() as u64, data }))
        })
        .await
}

/// Writes to the others of a report.
#[utoipa::path(post, path = "/abuses/{id}/messages", tag = "abuses", security(("token" = [])), params(("id" = i64, Path)),
    request_body = NewMessage,
    responses((status = 200, body = Said), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 429)))]
async fn say(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Json<Said>> {
    let id = comment_id("id", &id)?;
    let text = fields.needed_text("message");
    fields.end()?;
    let now = app.clock.now();
    if !caller.role.is_staff() {
        doors.approach(now, client, caller.account_id)?;
    }
    let message = app.db.write(move |tx| reports::say(tx, now, caller.acting(), id, &text)).await?;
    Ok(Json(Said { abuse_message: Numbered { id: message } }))
}

/// Takes a message back.
#[utoipa::path(delete, path = "/abuses/{id}/messages/{messageId}", tag = "abuses", security(("token" = [])),
    params(("id" = i64, Path), ("messageId" = i64, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn unsay(
    State(app): State<App>,
    caller: Caller,
    Path((id, message)): Path<(String, String)>,
) -> Result<StatusCode> {
    let (id, message) = (comment_id("id", &id)?, comment_id("messageId", &message)?);
    app.db.write(move |tx| reports::unsay(tx, caller.acting(), id, message)).await?;
    Ok(StatusCode::NO_CONTENT)
}
