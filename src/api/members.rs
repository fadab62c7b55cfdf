//! The people of a group: who is in it, how people come in, roles, leaving, handing over.

use super::{
    auth::{Caller, MaybeCaller},
    fields::Fields,
    groups::{act_in, act_on, look_at},
    list_query::ListQuery,
    shapes::{self, Actors, ChannelJson, List, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    groups::{self, Deed, Group, Joining, Member, MemberFilter, MemberRole, invitations, requests},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post, put},
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

/// The role that is named, if one is.
pub fn role(fields: &mut Fields) -> Option<MemberRole> {
    fields.word("role", "administrator, moderator or member.")
}

#[utoipa::path(get, path = "/groups/{handle}", tag = "groups", responses((status = 200, body = GroupJson), (status = 404)))]
async fn one(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(handle): Path<String>,
) -> Result<Json<GroupJson>> {
    let now = app.clock.now();
    look_at(&app, handle, move |conn, urls, group| {
        let filter = MemberFilter { shown: true, ..MemberFilter::default() };
        let (members, _) = groups::list_members(conn, group.id, &filter)?;
        let me = caller.0.map(|caller| place(conn, now, &caller, group)).transpose()?;
        Ok(GroupJson { group: shapes::group(conn, urls, group.id)?, joining: group.joining, members, me })
    })
    .await
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
    let joining: Option<Joining> = fields.needed_word("joining", "invitation, request or open.");
    fields.end()?;
    act_in(&app, handle, move |tx, now, group| {
        groups::set_joining(tx, now, caller.acting(), group, joining.unwrap_or(group.joining))
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
    let (start, count) = query.page()?;
    look_at(&app, handle, move |conn, urls, group| {
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
        let actors = Actors::load(conn, urls, &ids, &[])?;
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
    .await
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
    Path(who): Path<(String, String)>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let (role, shown) = (role(&mut fields), fields.boolean("shown"));
    fields.end()?;
    act_on(&app, who, move |tx, now, group, account| {
        if let Some(role) = role {
            groups::set_role(tx, now, caller.acting(), group, account, role)?;
        }
        if let Some(shown) = shown {
            if account != caller.account_id {
                return Err(crate::accounts::not_yours());
            }
            groups::show(tx, account, group, shown)?;
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
    Path(who): Path<(String, String)>,
) -> Result<StatusCode> {
    act_on(&app, who, move |tx, now, group, account| {
        groups::remove_member(tx, now, caller.acting(), group, account)
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
    let name = fields.handle("account");
    fields.end()?;
    act_on(&app, (handle, name), move |tx, now, group, account| {
        groups::hand_over(tx, now, caller.acting(), group, account)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(one, change, list, mine, change_member, remove, hand_over))]
pub struct Doc;
