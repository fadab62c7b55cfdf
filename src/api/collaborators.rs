//! Those who publish in a group beside its owner, as PeerTube 8 knows them: channel collaborators. They are the
//! administrators and moderators of `members`; who is invited this way is invited as a moderator. The number of a
//! collaborator is that of the account.

use super::{
    accounts,
    address::Client,
    auth::Caller,
    doors::Doors,
    fields::Fields,
    groups::by_handle,
    labels::one_of,
    list_query::ListQuery,
    shapes::{Actors, List, Summary},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    groups::{
        self, Deed, MemberRole,
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
use rusqlite::Connection;
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
struct CollaboratorState {
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
    let ((start, count), now, urls) = (query.page()?, app.clock.now(), app.urls());
    let list = app
        .db
        .read(move |conn| {
            let group = by_handle(conn, &urls, &handle)?;
            let (total, found) = collaborators::list(conn, now, caller.acting(), &group, start, count)?;
            Ok(List { total, data: json(conn, &urls, &found)? })
        })
        .await?;
    Ok(Json(list))
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
    let name = fields.text("accountHandle").unwrap_or_default();
    if name.trim().is_empty() {
        fields.wrong("accountHandle", "The name of an account.");
    }
    fields.end()?;
    let (now, urls) = (app.clock.now(), app.urls());
    doors.approach(now, client, caller.account_id)?;
    let collaborator = app
        .db
        .write(move |tx| {
            let group = by_handle(tx, &urls, &handle)?;
            groups::check(tx, &group, caller.acting(), Deed::People)?;
            let account = accounts::by_handle(tx, &urls, name.trim().trim_start_matches('@'))?.id;
            invitations::invite(tx, now, caller.acting(), &group, account, MemberRole::Moderator)?;
            let invited = Collaborator {
                account_id: account,
                standing: Standing::Invited,
                created_at: now,
                updated_at: now,
            };
            let invited = json(tx, &urls, &[invited])?.pop();
            invited.ok_or_else(|| Error::not_found("Account"))
        })
        .await?;
    Ok(Json(Invited { collaborator }))
}

/// Refuses the numbers of others: nobody answers for somebody else.
fn oneself(caller: &Caller, id: i64) -> Result<()> {
    if caller.account_id == id { Ok(()) } else { Err(crate::accounts::not_yours()) }
}

#[utoipa::path(post, path = "/video-channels/{handle}/collaborators/{id}/accept", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("id" = i64, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path((handle, id)): Path<(String, i64)>,
) -> Result<StatusCode> {
    oneself(&caller, id)?;
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let group = by_handle(tx, &urls, &handle)?;
            invitations::accept(tx, now, id, &group, false)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/video-channels/{handle}/collaborators/{id}/reject", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path), ("id" = i64, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path((handle, id)): Path<(String, i64)>,
) -> Result<StatusCode> {
    oneself(&caller, id)?;
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let group = by_handle(tx, &urls, &handle)?;
            invitations::reject(tx, now, id, &group)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
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
    let (now, urls) = (app.clock.now(), app.urls());
    app.db
        .write(move |tx| {
            let group = by_handle(tx, &urls, &handle)?;
            match invitations::waiting(tx, now, group.id, id)? {
                Some(invitation) => invitations::withdraw(tx, now, caller.acting(), &group, invitation.id),
                None => groups::remove_member(tx, now, caller.acting(), &group, id),
            }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, invite, accept, reject, remove))]
pub struct Doc;
