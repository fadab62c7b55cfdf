//! Groups, under the name that PeerTube's clients know: video channels.

use super::{
    accounts,
    auth::Caller,
    fields::Fields,
    list_query::{ListQuery, Slice},
    shapes::{self, Actors, ChannelJson, List, Numbered},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    groups::{self, Group, GroupChange, GroupFilter, NewGroup},
    playlists,
    urls::Urls,
    videos,
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/video-channels", get(list).post(create))
        .route("/video-channels/{handle}", get(one).put(change).delete(remove))
}

/// A group that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChannelMade {
    video_channel: Numbered,
}

/// Groups in JSON, with their owners.
pub fn page(conn: &Connection, urls: &Urls, filter: &GroupFilter) -> Result<List<ChannelJson>> {
    let (total, found) = groups::list(conn, filter)?;
    let ids: Vec<i64> = found.iter().map(|group| group.id).collect();
    let actors = Actors::load(conn, urls, &[], &ids)?;
    Ok(List { total, data: ids.iter().filter_map(|id| actors.group(*id, true)).collect() })
}

/// What a list of groups is asked for, of all owners or of one.
pub fn filter(slice: Slice, owner: Option<i64>) -> GroupFilter {
    let Slice { start, count, sort, search } = slice;
    GroupFilter { owner, search, sort, start, count, ..GroupFilter::default() }
}

/// The group that a path names.
pub async fn named(app: &App, handle: String) -> Result<Group> {
    let urls = app.urls();
    app.db.read(move |conn| by_handle(conn, &urls, &handle)).await
}

/// The group that a handle names: `name` or `name@host`.
pub fn by_handle(conn: &Connection, urls: &Urls, handle: &str) -> Result<Group> {
    let (name, origin) = shapes::handle(urls, handle);
    groups::by_name(conn, name, origin)
}

/// Looks at the group that a path names, in one transaction.
pub async fn look_at<T: Send + 'static>(
    app: &App,
    handle: String,
    look: impl FnOnce(&Connection, &Urls, &Group) -> Result<T> + Send + 'static,
) -> Result<Json<T>> {
    let urls = app.urls();
    app.db.read(move |conn| look(conn, &urls, &by_handle(conn, &urls, &handle)?)).await.map(Json)
}

/// Does something in the group that a path names, in one transaction.
pub async fn act_in<T: Send + 'static>(
    app: &App,
    handle: String,
    act: impl FnOnce(&Transaction<'_>, Timestamp, &Group) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (now, urls) = (app.clock.now(), app.urls());
    app.db.write(move |tx| act(tx, now, &by_handle(tx, &urls, &handle)?)).await
}

/// Does something with an account that is named too.
pub async fn act_on<T: Send + 'static>(
    app: &App,
    (handle, name): (String, String),
    act: impl FnOnce(&Transaction<'_>, Timestamp, &Group, i64) -> Result<T> + Send + 'static,
) -> Result<T> {
    let urls = app.urls();
    act_in(app, handle, move |tx, now, group| act(tx, now, group, accounts::by_handle(tx, &urls, &name)?.id))
        .await
}

/// All groups; with `hasVideos=true` those that publish, for everyone who has an account has a group.
#[utoipa::path(get, path = "/video-channels", tag = "groups", params(("hasVideos" = Option<bool>, Query)),
    responses((status = 200, body = List<ChannelJson>)))]
async fn list(State(app): State<App>, query: ListQuery) -> Result<Json<List<ChannelJson>>> {
    let (slice, urls) = (query.slice()?, app.urls());
    let has_videos = query.flag("hasVideos")?.unwrap_or_default();
    let filter = GroupFilter { has_videos, ..filter(slice, None) };
    Ok(Json(app.db.read(move |conn| page(conn, &urls, &filter)).await?))
}

#[utoipa::path(get, path = "/video-channels/{handle}", tag = "groups", responses((status = 200, body = ChannelJson), (status = 404)))]
async fn one(State(app): State<App>, Path(handle): Path<String>) -> Result<Json<ChannelJson>> {
    look_at(&app, handle, |conn, urls, group| shapes::group(conn, urls, group.id)).await
}

#[utoipa::path(post, path = "/video-channels", tag = "groups", security(("token" = [])),
    responses((status = 200, body = ChannelMade), (status = 400), (status = 409)))]
async fn create(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<Json<ChannelMade>> {
    let new = NewGroup {
        name: fields.text("name").unwrap_or_default(),
        display_name: fields.text("displayName").unwrap_or_default(),
        description: fields.text("description"),
        support: fields.text("support"),
    };
    fields.end()?;
    let (now, most) = (app.clock.now(), app.settings().uploads.groups_per_account);
    let group = app.db.write(move |tx| groups::create(tx, now, caller.account_id, &new, most)).await?;
    Ok(Json(ChannelMade { video_channel: Numbered { id: group.id } }))
}

#[utoipa::path(put, path = "/video-channels/{handle}", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403), (status = 404)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let change = GroupChange {
        display_name: fields.text("displayName"),
        description: fields.text("description"),
        support: fields.text("support"),
    };
    let for_all_videos = fields.boolean("bulkVideosSupportUpdate").unwrap_or_default();
    fields.end()?;
    act_in(&app, handle, move |tx, now, group| {
        let changed = groups::change(tx, now, caller.acting(), group.id, &change)?;
        if changed.display_name != group.display_name {
            videos::group_renamed(tx, now, group.id)?;
            playlists::group_renamed(tx, group.id)?;
        }
        if for_all_videos {
            videos::support_group(tx, now, group.id, changed.support.as_deref())?;
        }
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(delete, path = "/video-channels/{handle}", tag = "groups", security(("token" = [])),
    responses((status = 204), (status = 403), (status = 404), (status = 409)))]
async fn remove(State(app): State<App>, caller: Caller, Path(handle): Path<String>) -> Result<StatusCode> {
    act_in(&app, handle, move |tx, now, group| {
        groups::check(tx, group, caller.acting(), groups::Deed::Own)?;
        videos::delete_of_group(tx, now, group.id, App::place_of)?;
        playlists::delete_of_group(tx, now, group.id)?;
        groups::delete(tx, now, caller.acting(), group.id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, one, create, change, remove))]
pub struct Doc;
