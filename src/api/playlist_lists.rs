//! Lists of playlists: of everybody, of an account, of a group, and those that match words.

use super::{
    accounts,
    auth::{Caller, MaybeCaller},
    fields::Fields,
    groups,
    list_query::{ListQuery, invalid},
    playlist_elements::{MoveJson, read_move},
    playlist_shapes::{self, PlaylistItem},
    search,
    shapes::List,
};
use crate::{
    app::App,
    error::{Error, Result},
    groups as teams, ids,
    playlists::{self, Filter, Kind, Scope},
    videos::{Key, Viewer},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

/// Addresses of this file; that of all public ones is in `playlists`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/search/video-playlists", get(found))
        .route("/accounts/{name}/video-playlists", get(of_account))
        .route("/video-channels/{name}/video-playlists", get(of_group))
        .route("/video-channels/{name}/video-playlists/reorder", post(reorder))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(found, of_account, of_group, reorder))]
pub struct Doc;

/// What a list is asked for, apart from its scope.
fn filter(query: &ListQuery, caller: &MaybeCaller) -> Result<Filter> {
    let slice = query.slice()?;
    let kind = match query.text("playlistType") {
        None => None,
        Some(text) => Some(
            text.parse()
                .ok()
                .and_then(Kind::from_id)
                .ok_or_else(|| invalid("playlistType", "Invalid value", text))?,
        ),
    };
    Ok(Filter {
        viewer: caller.account_id(),
        kind,
        search: slice.search,
        sort: slice.sort,
        start: slice.start,
        count: slice.count,
        ..Filter::default()
    })
}

/// Public playlists.
#[utoipa::path(get, path = "/video-playlists", tag = "playlists", responses((status = 200, body = List<PlaylistItem>)))]
pub(super) async fn public(
    State(app): State<App>,
    caller: MaybeCaller,
    query: ListQuery,
) -> Result<Json<List<PlaylistItem>>> {
    let (filter, urls) = (filter(&query, &caller)?, app.urls());
    let list =
        app.db.read(move |conn| playlist_shapes::page(conn, &urls, playlists::list(conn, &filter)?)).await?;
    Ok(Json(list))
}

/// Playlists of an account: its public ones, and for itself all of them. `includeCollaborations` adds those of the groups
/// that it publishes for.
#[utoipa::path(get, path = "/accounts/{name}/video-playlists", tag = "playlists", params(("name" = String, Path)),
    responses((status = 200, body = List<PlaylistItem>), (status = 404)))]
async fn of_account(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<List<PlaylistItem>>> {
    let (mut filter, urls) = (filter(&query, &caller)?, app.urls());
    let together = query.flag("includeCollaborations")?.unwrap_or(false);
    let handles = query.texts("channelNameOneOf");
    let list = app
        .db
        .read(move |conn| {
            let account = accounts::by_handle(conn, &urls, &name)?.id;
            filter.scope = match caller.account_id() {
                Some(own) if own == account && together => Scope::ManagedBy(own),
                Some(own) if own == account => Scope::OwnOfAccount(own),
                _ => Scope::PublicOfAccount(account),
            };
            for handle in &handles {
                filter.groups.push(groups::by_handle(conn, &urls, handle)?.id);
            }
            playlist_shapes::page(conn, &urls, playlists::list(conn, &filter)?)
        })
        .await?;
    Ok(Json(list))
}

/// Playlists that a group publishes: the public ones, and for those who publish for it all of them.
#[utoipa::path(get, path = "/video-channels/{name}/video-playlists", tag = "playlists", params(("name" = String, Path)),
    responses((status = 200, body = List<PlaylistItem>), (status = 404)))]
async fn of_group(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<List<PlaylistItem>>> {
    let (mut filter, urls) = (filter(&query, &caller)?, app.urls());
    let list = app
        .db
        .read(move |conn| {
            let group = groups::by_handle(conn, &urls, &name)?.id;
            let publishes = match caller.account_id() {
                Some(account) => teams::may_publish(conn, group, account)?,
                None => false,
            };
            filter.scope = if publishes { Scope::OwnOfGroup(group) } else { Scope::PublicOfGroup(group) };
            playlist_shapes::page(conn, &urls, playlists::list(conn, &filter)?)
        })
        .await?;
    Ok(Json(list))
}

/// Gives the playlists of a group another order.
#[utoipa::path(post, path = "/video-channels/{name}/video-playlists/reorder", tag = "playlists", security(("token" = [])),
    params(("name" = String, Path)), request_body = MoveJson,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn reorder(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<StatusCode> {
    let (wish, viewer, urls) = (read_move(fields)?, Viewer::from(&caller), app.urls());
    app.db
        .write(move |tx| {
            let group = groups::by_handle(tx, &urls, &name)?;
            playlists::reorder_of_group(tx, group.id, &viewer, wish)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Public playlists that match words, best first; or the one whose address was typed.
#[utoipa::path(get, path = "/search/video-playlists", tag = "search", params(("search" = Option<String>, Query)),
    responses((status = 200, body = List<PlaylistItem>)))]
async fn found(
    State(app): State<App>,
    caller: MaybeCaller,
    query: ListQuery,
) -> Result<Json<List<PlaylistItem>>> {
    search::target(&query)?;
    let (mut filter, urls, viewer) = (filter(&query, &caller)?, app.urls(), Viewer::from(&caller));
    let uuids = query.texts("uuids");
    filter.uuids = uuids.iter().filter_map(|uuid| ids::parse_uuid(uuid)).collect();
    let typed = query.text("search").and_then(|text| urls.playlist_of_address(text)).and_then(Key::parse);
    let elsewhere = query.text("host").is_some_and(|host| host != urls.host());
    let list = app
        .db
        .read(move |conn| {
            let page = if elsewhere {
                (0, Vec::new())
            } else if let Some(key) = typed {
                match playlists::see(conn, &key, &viewer) {
                    Ok(one) => (1, vec![one]),
                    Err(Error::Refused(_)) => (0, Vec::new()),
                    Err(error) => return Err(error),
                }
            } else if let Some(text) = filter.search.take() {
                playlists::search(conn, &text, &filter)?
            } else {
                playlists::list(conn, &filter)?
            };
            playlist_shapes::page(conn, &urls, page)
        })
        .await?;
    Ok(Json(list))
}
