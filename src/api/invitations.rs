//! Invitations into groups: those of a group, those that one got, and what a link opens.

use super::{
    address::Client,
    auth::{Caller, MaybeCaller},
    doors::Doors,
    fields::Fields,
    groups::{act_in, act_on, look_at},
    list_query::ListQuery,
    members::role,
    shapes::{self, Actors, ChannelJson, List, Numbered, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    groups::{
        self, MemberRole,
        invitations::{self, For, Invitation},
    },
    urls::Urls,
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{delete, get, post},
};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// Days that a link is good for, when nothing is said.
const DAYS: i64 = 7;
/// People that a link lets in, when nothing is said.
const USES: u32 = 10;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/groups/{handle}/invitations", get(of_group).post(invite))
        .route("/groups/{handle}/invitations/{id}", delete(withdraw))
        .route("/groups/{handle}/invitation-links", post(link))
        .route("/groups/{handle}/invitation/accept", post(accept))
        .route("/groups/{handle}/invitation/reject", post(reject))
        .route("/users/me/invitations", get(mine))
        .route("/invitations/{token}", get(look))
        .route("/invitations/{token}/accept", post(follow))
}

/// An invitation into a group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Invitation)]
struct InvitationJson {
    id: i64,
    group: Summary,
    /// Who is invited; null of a link.
    #[schema(required)]
    account: Option<Summary>,
    role: MemberRole,
    /// Who invites; null when that account is gone.
    #[schema(required)]
    by: Option<Summary>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// People that a link has let in.
    uses: u32,
    /// People that a link may let in.
    most_uses: u32,
}

/// A link that was just made. It is not shown again.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InvitationLink {
    id: i64,
    url: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// What a link opens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenInvitation {
    group: ChannelJson,
    role: MemberRole,
    /// Who invites; null when that account is gone.
    #[schema(required)]
    by: Option<Summary>,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Whether the one who asks is in the group already.
    member: bool,
}

fn json(conn: &Connection, urls: &Urls, found: &[Invitation]) -> Result<Vec<InvitationJson>> {
    let account = |invitation: &Invitation| match invitation.whom {
        For::Account(account) => Some(account),
        For::Link { .. } => None,
    };
    let people: Vec<i64> = found.iter().flat_map(|one| [account(one), one.by]).flatten().collect();
    let group_ids: Vec<i64> = found.iter().map(|one| one.group).collect();
    let actors = Actors::load(conn, urls, &people, &group_ids)?;
    let summary = |id: Option<i64>| actors.account_summary(id?);
    let one = |invitation: &Invitation| {
        let (uses, most_uses) = match invitation.whom {
            For::Account(_) => (0, 1),
            For::Link { uses, most } => (uses, most),
        };
        Some(InvitationJson {
            id: invitation.id,
            group: actors.group_summary(invitation.group)?,
            account: summary(account(invitation)),
            role: invitation.role,
            by: summary(invitation.by),
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            uses,
            most_uses,
        })
    };
    Ok(found.iter().filter_map(one).collect())
}

/// Invitations of a group that can be accepted, newest first.
#[utoipa::path(get, path = "/groups/{handle}/invitations", tag = "groups", security(("token" = [])),
    responses((status = 200, body = List<InvitationJson>), (status = 403), (status = 404)))]
async fn of_group(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    query: ListQuery,
) -> Result<Json<List<InvitationJson>>> {
    let ((start, count), now) = (query.page()?, app.clock.now());
    look_at(&app, handle, move |conn, urls, group| {
        let (total, found) = invitations::of_group(conn, now, caller.acting(), group, start, count)?;
        Ok(List { total, data: json(conn, urls, &found)? })
    })
    .await
}

/// Invitations that wait for one's answer, newest first.
#[utoipa::path(get, path = "/users/me/invitations", tag = "me", security(("token" = [])), responses((status = 200, body = List<InvitationJson>)))]
async fn mine(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<List<InvitationJson>>> {
    let ((start, count), now, urls) = (query.page()?, app.clock.now(), app.urls());
    let list = app
        .db
        .read(move |conn| {
            let (total, found) = invitations::of_account(conn, now, caller.account_id, start, count)?;
            Ok(List { total, data: json(conn, &urls, &found)? })
        })
        .await?;
    Ok(Json(list))
}

/// Invites somebody (`account`, a handle) to be in the group, as a member or in another `role`.
#[utoipa::path(post, path = "/groups/{handle}/invitations", tag = "groups", security(("token" = [])),
    responses((status = 200, body = Numbered), (status = 400), (status = 403), (status = 404), (status = 409), (status = 429)))]
async fn invite(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<Json<Numbered>> {
    let name = fields.handle("account");
    let role = role(&mut fields).unwrap_or(MemberRole::Member);
    fields.end()?;
    doors.approach(app.clock.now(), client, caller.account_id)?;
    let id = act_on(&app, (handle, name), move |tx, now, group, account| {
        invitations::invite(tx, now, caller.acting(), group, account, role)
    })
    .await?;
    Ok(Json(Numbered { id }))
}

/// Makes a link for whoever has it, good for `days` and so many people (`uses`).
#[utoipa::path(post, path = "/groups/{handle}/invitation-links", tag = "groups", security(("token" = [])),
    responses((status = 200, body = InvitationLink), (status = 400), (status = 403), (status = 404), (status = 409), (status = 429)))]
async fn link(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<Response> {
    let role = role(&mut fields).unwrap_or(MemberRole::Member);
    let days = fields.integer("days").unwrap_or(DAYS);
    let uses = fields.integer("uses").unwrap_or(USES.into());
    fields.end()?;
    doors.approach(app.clock.now(), client, caller.account_id)?;
    let made = act_in(&app, handle, move |tx, now, group| {
        let limits = (days, u32::try_from(uses).unwrap_or_default());
        invitations::make_link(tx, now, caller.acting(), group, role, limits)
    })
    .await?;
    let url = app.urls().group_invitation(&made.token);
    let json = InvitationLink { id: made.id, url, expires_at: made.expires_at };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(json)).into_response())
}

/// Takes an invitation or a link back.
#[utoipa::path(delete, path = "/groups/{handle}/invitations/{id}", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("id" = i64, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path((handle, id)): Path<(String, i64)>,
) -> Result<StatusCode> {
    act_in(&app, handle, move |tx, now, group| invitations::withdraw(tx, now, caller.acting(), group, id))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts the invitation that one got; `shown` says whether the group's page may name one.
#[utoipa::path(post, path = "/groups/{handle}/invitation/accept", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 404), (status = 409)))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let shown = fields.boolean("shown").unwrap_or_default();
    fields.end()?;
    act_in(&app, handle, move |tx, now, group| invitations::accept(tx, now, caller.account_id, group, shown))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses the invitation that one got.
#[utoipa::path(post, path = "/groups/{handle}/invitation/reject", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 404)))]
async fn reject(State(app): State<App>, caller: Caller, Path(handle): Path<String>) -> Result<StatusCode> {
    act_in(&app, handle, move |tx, now, group| invitations::reject(tx, now, caller.account_id, group))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a link opens, for whoever has it.
#[utoipa::path(get, path = "/invitations/{token}", tag = "groups", responses((status = 200, body = OpenInvitation), (status = 404)))]
async fn look(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(token): Path<String>,
) -> Result<Json<OpenInvitation>> {
    let (now, urls) = (app.clock.now(), app.urls());
    let open = app
        .db
        .read(move |conn| {
            let found = invitations::by_token(conn, now, &token)?.ok_or_else(invitations::missing)?;
            let by: Vec<i64> = found.by.into_iter().collect();
            let actors = Actors::load(conn, &urls, &by, &[])?;
            let member = match caller.account_id() {
                Some(account) => groups::role_of(conn, found.group, account)?.is_some(),
                None => false,
            };
            Ok(OpenInvitation {
                group: shapes::group(conn, &urls, found.group)?,
                role: found.role,
                by: found.by.and_then(|id| actors.account_summary(id)),
                expires_at: found.expires_at,
                member,
            })
        })
        .await?;
    Ok(Json(open))
}

/// A group that one came into.
#[derive(Debug, Serialize, ToSchema)]
struct Entered {
    /// Its handle.
    group: String,
}

/// Comes into a group by a link; `shown` says whether the group's page may name one.
#[utoipa::path(post, path = "/invitations/{token}/accept", tag = "groups", security(("token" = [])),
    responses((status = 200, body = Entered), (status = 404), (status = 409)))]
async fn follow(
    State(app): State<App>,
    caller: Caller,
    Path(token): Path<String>,
    mut fields: Fields,
) -> Result<Json<Entered>> {
    let shown = fields.boolean("shown").unwrap_or_default();
    fields.end()?;
    let now = app.clock.now();
    let group =
        app.db.write(move |tx| invitations::follow(tx, now, caller.account_id, &token, shown)).await?;
    Ok(Json(Entered { group: group.name }))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(of_group, mine, invite, link, withdraw, accept, reject, look, follow))]
pub struct Doc;
