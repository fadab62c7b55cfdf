//! The people of a group: who is in it, asking to come in, roles, leaving, handing over, and what was done in it.

use super::{
    accounts,
    address::Client,
    auth::{Caller, MaybeCaller},
    doors::Doors,
    fields::Fields,
    groups::by_handle,
    list_query::ListQuery,
    shapes::{self, Actors, ChannelJson, List, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    groups::{
        self, Deed, Group, Joining, Member, MemberFilter, MemberRole, invitations,
        log::{Action, Entry},
        requests,
    },
    ids,
    urls::Urls,
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete, get, post, put},
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/groups/{handle}", get(one).put(change))
        .route("/groups/{handle}/members", get(list))
        .route("/groups/{handle}/members/{name}", put(change_member).delete(remove))
        .route("/groups/{handle}/hand-over", post(hand_over))
        .route("/groups/{handle}/requests", get(waiting).post(ask))
        .route("/groups/{handle}/requests/me", delete(withdraw))
        .route("/groups/{handle}/requests/{name}/accept", post(accept))
        .route("/groups/{handle}/requests/{name}/reject", post(reject))
        .route("/groups/{handle}/log", get(log))
        .route("/users/me/groups", get(mine))
}

/// A group with its people, as the one who asks sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Group)]
struct GroupJson {
    group: ChannelJson,
    /// How people come in.
    joining: Joining,
    /// How many people its page names.
    members: u64,
    /// What the one who asks is in it; null for those who are not signed in.
    #[schema(required)]
    me: Option<MyPlace>,
}

/// What somebody is in a group, and may.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MyPlace {
    /// Null for who is not in it.
    #[schema(required)]
    role: Option<MemberRole>,
    owner: bool,
    /// Whether the group's page names them.
    shown: bool,
    /// The role that they are invited to.
    #[schema(required)]
    invited: Option<MemberRole>,
    /// `waits` for who asked to come in, `refused` for who was turned down.
    #[schema(required)]
    asked: Option<AskedState>,
    /// People who ask to come in, for those who answer them.
    #[schema(required)]
    requests: Option<u32>,
    may: Vec<Deed>,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum AskedState {
    Waits,
    Refused,
}

/// Somebody in a group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
struct MemberJson {
    account: Summary,
    role: MemberRole,
    /// Answers for the group; PeerTube's ownerAccount.
    owner: bool,
    /// Whether the group's page names them to everyone.
    shown: bool,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// One's place in a group.
#[derive(Debug, Serialize, ToSchema)]
struct Membership {
    group: Summary,
    role: MemberRole,
    owner: bool,
    shown: bool,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// Somebody who asks to come in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JoinRequest)]
struct RequestJson {
    account: Summary,
    message: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// How asking ended.
#[derive(Debug, Serialize, ToSchema)]
struct Asked {
    /// In at once; otherwise an administrator of the group answers.
    joined: bool,
}

/// Something that was done in a group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GroupLogEntry)]
struct LogJson {
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    action: Action,
    /// Null when that account is gone.
    #[schema(required)]
    actor: Option<Summary>,
    /// To whom it was done.
    #[schema(required)]
    subject: Option<Summary>,
    /// Short UUID of the video, which may be gone.
    #[schema(required)]
    video: Option<String>,
    /// A role, a title, the kind of a picture.
    #[schema(required)]
    detail: Option<String>,
}

/// A group and the account of a handle.
fn pair(conn: &Connection, urls: &Urls, handle: &str, name: &str) -> Result<(Group, i64)> {
    Ok((by_handle(conn, urls, handle)?, accounts::by_handle(conn, urls, name)?.id))
}

fn role(fields: &mut Fields) -> Option<MemberRole> {
    let text = fields.text("role")?;
    let role = serde_json::from_value(text.into()).ok();
    if role.is_none() {
        fields.wrong("role", "administrator, moderator or member.");
    }
    role
}

#[utoipa::path(get, path = "/groups/{handle}", tag = "groups", responses((status = 200, body = GroupJson), (status = 404)))]
async fn one(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(handle): Path<String>,
) -> Result<Json<GroupJson>> {
    let (now, urls) = (app.clock.now(), app.urls());
    let json = app
        .db
        .read(move |conn| {
            let group = by_handle(conn, &urls, &handle)?;
            let filter = MemberFilter { shown: true, ..MemberFilter::default() };
            let (members, _) = groups::list_members(conn, group.id, &filter)?;
            let me = caller.0.map(|caller| place(conn, now, &caller, &group)).transpose()?;
            Ok(GroupJson {
                group: shapes::group(conn, &urls, group.id)?,
                joining: group.joining,
                members,
                me,
            })
        })
        .await?;
    Ok(Json(json))
}

fn place(conn: &Connection, now: Timestamp, caller: &Caller, group: &Group) -> Result<MyPlace> {
    let (account, staff) = (caller.account_id, caller.role.is_staff());
    let member = groups::member(conn, group.id, account)?;
    let asked = requests::of(conn, group.id, account)?;
    let mut may = Vec::new();
    for deed in Deed::ALL {
        if groups::may(conn, group.id, account, staff, deed)? {
            may.push(deed);
        }
    }
    let answers = may.contains(&Deed::People);
    Ok(MyPlace {
        role: member.map(|member| member.role),
        owner: group.owner_id == account,
        shown: member.is_some_and(|member| member.shown),
        invited: invitations::waiting(conn, now, group.id, account)?.map(|invitation| invitation.role),
        asked: asked.map(|asked| match asked.rejected_at {
            None => AskedState::Waits,
            Some(_) => AskedState::Refused,
        }),
        requests: if answers { Some(requests::count(conn, group.id)?) } else { None },
        may,
    })
}

/// Chooses how people come in (`joining`).
#[utoipa::path(put, path = "/groups/{handle}", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403), (status = 404)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let joining = fields.text("joining").and_then(|text| serde_json::from_value::<Joining>(text.into()).ok());
    if joining.is_none() {
        fields.wrong("joining", "invitation, request or open.");
    }
    fields.end()?;
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let group = by_handle(tx, &urls, &handle)?;
            groups::set_joining(tx, now, caller.acting(), &group, joining.unwrap_or(group.joining))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is in a group: those whom its page names; all of them for those who are in it.
#[utoipa::path(get, path = "/groups/{handle}/members", tag = "groups", responses((status = 200, body = List<MemberJson>), (status = 404)))]
async fn list(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(handle): Path<String>,
    query: ListQuery,
) -> Result<Json<List<MemberJson>>> {
    let ((start, count), urls) = (query.page()?, app.urls());
    let list = app
        .db
        .read(move |conn| {
            let group = by_handle(conn, &urls, &handle)?;
            let all = match &caller.0 {
                Some(caller) => {
                    let staff = caller.role.is_staff();
                    groups::may(conn, group.id, caller.account_id, staff, Deed::SeePeople)?
                }
                None => false,
            };
            let filter = MemberFilter { shown: !all, publishers: false, start, count };
            let (total, members) = groups::list_members(conn, group.id, &filter)?;
            let ids: Vec<i64> = members.iter().map(|member| member.account_id).collect();
            let actors = Actors::load(conn, &urls, &ids, &[])?;
            let json = |member: &Member| {
                Some(MemberJson {
                    account: actors.account_summary(member.account_id)?,
                    role: member.role,
                    owner: member.account_id == group.owner_id,
                    shown: member.shown,
                    since: member.since,
                })
            };
            Ok(List { total, data: members.iter().filter_map(json).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// Groups that one belongs to.
#[utoipa::path(get, path = "/users/me/groups", tag = "me", security(("token" = [])), responses((status = 200, body = List<Membership>)))]
async fn mine(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<Membership>>> {
    let ((start, count), urls, account) = (query.page()?, app.urls(), caller.account_id);
    let list = app
        .db
        .read(move |conn| {
            let (total, found) = groups::of_member(conn, account, start, count)?;
            let ids: Vec<i64> = found.iter().map(|(group, _)| *group).collect();
            let actors = Actors::load(conn, &urls, &[], &ids)?;
            let json = |(group, member): &(i64, Member)| {
                Some(Membership {
                    group: actors.group_summary(*group)?,
                    role: member.role,
                    owner: actors.owner_of(*group) == Some(account),
                    shown: member.shown,
                    since: member.since,
                })
            };
            Ok(List { total, data: found.iter().filter_map(json).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// Gives a member another role (`role`), or chooses whether the group's page names oneself (`shown`).
#[utoipa::path(put, path = "/groups/{handle}/members/{name}", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("name" = String, Path)),
    responses((status = 204), (status = 400), (status = 403), (status = 404), (status = 409)))]
async fn change_member(
    State(app): State<App>,
    caller: Caller,
    Path((handle, name)): Path<(String, String)>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let (role, shown) = (role(&mut fields), fields.boolean("shown"));
    fields.end()?;
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let (group, account) = pair(tx, &urls, &handle, &name)?;
            if let Some(role) = role {
                groups::set_role(tx, now, caller.acting(), &group, account, role)?;
            }
            if let Some(shown) = shown {
                if account != caller.account_id {
                    return Err(crate::accounts::not_yours());
                }
                groups::show(tx, account, &group, shown)?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a member; oneself leaves.
#[utoipa::path(delete, path = "/groups/{handle}/members/{name}", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("name" = String, Path)),
    responses((status = 204), (status = 403), (status = 404), (status = 409)))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((handle, name)): Path<(String, String)>,
) -> Result<StatusCode> {
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let (group, account) = pair(tx, &urls, &handle, &name)?;
            groups::remove_member(tx, now, caller.acting(), &group, account)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a member (`account`, a handle) the owner.
#[utoipa::path(post, path = "/groups/{handle}/hand-over", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403), (status = 404)))]
async fn hand_over(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let name = fields.text("account").unwrap_or_default();
    fields.end()?;
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let (group, account) = pair(tx, &urls, &handle, &name)?;
            groups::hand_over(tx, now, caller.acting(), &group, account)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who waits for an answer, longest first.
#[utoipa::path(get, path = "/groups/{handle}/requests", tag = "groups", security(("token" = [])),
    responses((status = 200, body = List<RequestJson>), (status = 403), (status = 404)))]
async fn waiting(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    query: ListQuery,
) -> Result<Json<List<RequestJson>>> {
    let ((start, count), urls) = (query.page()?, app.urls());
    let list = app
        .db
        .read(move |conn| {
            let group = by_handle(conn, &urls, &handle)?;
            let (total, found) = requests::list(conn, caller.acting(), &group, start, count)?;
            let ids: Vec<i64> = found.iter().map(|request| request.account_id).collect();
            let actors = Actors::load(conn, &urls, &ids, &[])?;
            let json = |request: requests::JoinRequest| {
                Some(RequestJson {
                    account: actors.account_summary(request.account_id)?,
                    message: request.message,
                    created_at: request.created_at,
                })
            };
            Ok(List { total, data: found.into_iter().filter_map(json).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// Asks to come in, with a `message`; `shown` says whether the group's page may name one.
#[utoipa::path(post, path = "/groups/{handle}/requests", tag = "groups", security(("token" = [])),
    responses((status = 200, body = Asked), (status = 400), (status = 403), (status = 404), (status = 409), (status = 429)))]
async fn ask(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<Json<Asked>> {
    let message = fields.text("message").unwrap_or_default();
    let shown = fields.boolean("shown").unwrap_or_default();
    fields.end()?;
    let (now, urls, account) = (app.clock.now(), app.urls(), caller.account_id);
    doors.approach(now, client, account)?;
    let asked = app
        .db
        .write(move |tx| {
            let group = by_handle(tx, &urls, &handle)?;
            requests::ask(tx, now, account, &group, &message, shown)
        })
        .await?;
    Ok(Json(Asked { joined: asked == requests::Asked::In }))
}

/// Takes one's own request back.
#[utoipa::path(delete, path = "/groups/{handle}/requests/me", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 404)))]
async fn withdraw(State(app): State<App>, caller: Caller, Path(handle): Path<String>) -> Result<StatusCode> {
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let group = by_handle(tx, &urls, &handle)?;
            requests::withdraw(tx, now, caller.account_id, &group)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets somebody in who asked, as a member or in another `role`.
#[utoipa::path(post, path = "/groups/{handle}/requests/{name}/accept", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("name" = String, Path)),
    responses((status = 204), (status = 400), (status = 403), (status = 404)))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path((handle, name)): Path<(String, String)>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let role = role(&mut fields).unwrap_or(MemberRole::Member);
    fields.end()?;
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let (group, account) = pair(tx, &urls, &handle, &name)?;
            requests::accept(tx, now, caller.acting(), &group, account, role)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turns somebody down who asked.
#[utoipa::path(post, path = "/groups/{handle}/requests/{name}/reject", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("name" = String, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path((handle, name)): Path<(String, String)>,
) -> Result<StatusCode> {
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let (group, account) = pair(tx, &urls, &handle, &name)?;
            requests::reject(tx, now, caller.acting(), &group, account)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who did what in a group, newest first; the newest thousand.
#[utoipa::path(get, path = "/groups/{handle}/log", tag = "groups", security(("token" = [])),
    responses((status = 200, body = List<LogJson>), (status = 403), (status = 404)))]
async fn log(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    query: ListQuery,
) -> Result<Json<List<LogJson>>> {
    let ((start, count), urls) = (query.page()?, app.urls());
    let list = app
        .db
        .read(move |conn| {
            let group = by_handle(conn, &urls, &handle)?;
            let (total, found) = groups::log::list(conn, caller.acting(), &group, start, count)?;
            let ids: Vec<i64> =
                found.iter().flat_map(|entry| [entry.actor, entry.subject]).flatten().collect();
            let actors = Actors::load(conn, &urls, &ids, &[])?;
            let summary = |id: Option<i64>| actors.account_summary(id?);
            let json = |entry: Entry| LogJson {
                id: entry.id,
                at: entry.at,
                action: entry.action,
                actor: summary(entry.actor),
                subject: summary(entry.subject),
                video: entry.video.map(ids::short),
                detail: entry.detail,
            };
            Ok(List { total, data: found.into_iter().map(json).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    one,
    change,
    list,
    mine,
    change_member,
    remove,
    hand_over,
    waiting,
    ask,
    withdraw,
    accept,
    reject,
    log
))]
pub struct Doc;
