//! Those who publish in a group beside its owner, as PeerTube 8 knows them: channel collaborators. They are the
//! administrators and moderators of `members`; who is invited this way is invited as a moderator. The number of a
//! collaborator is that of the account.

use super::{
    address::Client,
    auth::Caller,
    doors::Doors,
    fields::Fields,
    groups::{act_in, act_on, look_at},
    labels::one_of,
    list_query::ListQuery,
    shapes::{Actors, List, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    groups::{
        self, Group, MemberRole,
        collaborators::{self, Collaborator, Standing},
        invitations,
    },
    urls::Urls,
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete, get, post},
};
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use utoipa::{ToSchema, openapi::schema::Object};

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/video-channels/{handle}/collaborators", get(list))
        .route("/video-channels/{handle}/collaborators/invite", post(invite))
        .route("/video-channels/{handle}/collaborators/{id}", delete(remove))
        .route("/video-channels/{handle}/collaborators/{id}/accept", post(accept))
        .route("/video-channels/{handle}/collaborators/{id}/reject", post(reject))
}

/// Somebody who publishes in a group, or is invited to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoChannelCollaborator)]
struct CollaboratorJson {
    id: i64,
    account: Summary,
    state: CollaboratorState,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// PeerTube's number and word of how far an invitation is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(super) struct CollaboratorState {
    #[schema(schema_with = states)]
    id: u8,
    label: &'static str,
}

fn states() -> Object {
    one_of([1, 2, 3])
}

impl From<Standing> for CollaboratorState {
    fn from(standing: Standing) -> Self {
        let (id, label) = match standing {
            Standing::Invited => (1, "Pending"),
            Standing::In => (2, "Accepted"),
            Standing::Refused => (3, "Rejected"),
        };
        Self { id, label }
    }
}

/// The answer to an invitation that was made.
#[derive(Debug, Serialize, ToSchema)]
struct Invited {
    collaborator: CollaboratorJson,
}

fn json(conn: &Connection, urls: &Urls, found: &[Collaborator]) -> Result<Vec<CollaboratorJson>> {
    let ids: Vec<i64> = found.iter().map(|one| one.account_id).collect();
    let actors = Actors::load(conn, urls, &ids, &[])?;
    let one = |one: &Collaborator| {
        Some(CollaboratorJson {
            id: one.account_id,
            account: actors.account_summary(one.account_id)?,
            state: one.standing.into(),
            created_at: one.created_at,
            updated_at: one.updated_at,
        })
    };
    Ok(found.iter().filter_map(one).collect())
}

#[utoipa::path(get, path = "/video-channels/{handle}/collaborators", tag = "groups", security(("token" = [])),
    responses((status = 200, body = List<CollaboratorJson>), (status = 403), (status = 404)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    query: ListQuery,
) -> Result<Json<List<CollaboratorJson>>> {
    let ((start, count), now) = (query.page()?, app.clock.now());
    look_at(&app, handle, move |conn, urls, group| {
        let (total, found) = collaborators::list(conn, now, caller.acting(), group, start, count)?;
        Ok(List { total, data: json(conn, urls, &found)? })
    })
    .await
}

/// Invites an account (`accountHandle`) to publish in the group.
#[utoipa::path(post, path = "/video-channels/{handle}/collaborators/invite", tag = "groups", security(("token" = [])),
    responses((status = 200, body = Invited), (status = 400), (status = 403), (status = 404), (status = 409), (status = 429)))]
async fn invite(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<Json<Invited>> {
    let name = fields.handle("accountHandle");
    fields.end()?;
    doors.approach(app.clock.now(), client, caller.account_id)?;
    let urls = app.urls();
    let collaborator = act_on(&app, (handle, name), move |tx, now, group, account_id| {
        invitations::invite(tx, now, caller.acting(), group, account_id, MemberRole::Moderator)?;
        let standing = Standing::Invited;
        let invited = Collaborator { account_id, standing, created_at: now, updated_at: now };
        json(tx, &urls, &[invited])?.pop().ok_or_else(|| Error::not_found("Account"))
    })
    .await?;
    Ok(Json(Invited { collaborator }))
}

/// Answers an invitation. The number is one's own: nobody answers for somebody else.
async fn answer(
    app: &App,
    caller: &Caller,
    (handle, id): (String, i64),
    answer: impl FnOnce(&Transaction<'_>, Timestamp, &Group) -> Result<()> + Send + 'static,
) -> Result<StatusCode> {
    if caller.account_id != id {
        return Err(crate::accounts::not_yours());
    }
    act_in(app, handle, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/video-channels/{handle}/collaborators/{id}/accept", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("id" = i64, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<(String, i64)>,
) -> Result<StatusCode> {
    let account = caller.account_id;
    answer(&app, &caller, which, move |tx, now, group| invitations::accept(tx, now, account, group, false))
        .await
}

#[utoipa::path(post, path = "/video-channels/{handle}/collaborators/{id}/reject", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("id" = i64, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<(String, i64)>,
) -> Result<StatusCode> {
    let account = caller.account_id;
    answer(&app, &caller, which, move |tx, now, group| invitations::reject(tx, now, account, group)).await
}

/// Removes a collaborator, or takes the invitation back; oneself leaves.
#[utoipa::path(delete, path = "/video-channels/{handle}/collaborators/{id}", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("id" = i64, Path)),
    responses((status = 204), (status = 403), (status = 404), (status = 409)))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((handle, id)): Path<(String, i64)>,
) -> Result<StatusCode> {
    act_in(&app, handle, move |tx, now, group| match invitations::waiting(tx, now, group.id, id)? {
        Some(invitation) => invitations::withdraw(tx, now, caller.acting(), group, invitation.id),
        None => groups::remove_member(tx, now, caller.acting(), group, id),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, invite, accept, reject, remove))]
pub struct Doc;
