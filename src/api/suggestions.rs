//! What somebody may be looking for who types: a few groups, people, videos and playlists, for the search box.

use super::{auth::MaybeCaller, list_query::ListQuery, search};
use crate::{
    accounts,
    app::App,
    error::Result,
    groups::{self, GroupFilter},
    playlists,
    urls::Urls,
    videos::{self, Viewer},
};
use axum::{Json, Router, extract::State, routing::get};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/search/suggestions", get(suggestions))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(suggestions))]
pub struct Doc;

/// As many of each kind.
const GROUPS: u32 = 2;
const PEOPLE: u32 = 2;
const VIDEOS: u32 = 5;
const PLAYLISTS: u32 = 2;

/// What a suggestion leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SuggestionKind {
    Group,
    Account,
    Video,
    Playlist,
}

/// Something with a page of its own whose name, or what is said of it, begins like what was typed.
#[derive(Debug, Serialize, ToSchema)]
struct Suggestion {
    kind: SuggestionKind,
    name: String,
    /// Path of its page.
    path: String,
}

/// Suggestions, the likeliest of each kind first.
#[derive(Debug, Serialize, ToSchema)]
struct Suggestions {
    data: Vec<Suggestion>,
}

#[utoipa::path(get, path = "/search/suggestions", tag = "search", params(("search" = Option<String>, Query)),
    responses((status = 200, body = Suggestions), (status = 400)))]
async fn suggestions(
    State(app): State<App>,
    caller: MaybeCaller,
    query: ListQuery,
) -> Result<Json<Suggestions>> {
    search::target(&query)?;
    let viewer = Viewer::from(&caller);
    let mut filter = query.filter(viewer, "-match")?;
    let typed = filter.search.clone().unwrap_or_default();
    if typed.trim().is_empty() {
        return Ok(Json(Suggestions { data: Vec::new() }));
    }
    (filter.count, filter.start, filter.skip_total) = (VIDEOS, 0, true);
    query.sensitive(&app, &caller, &mut filter).await?;
    let data = app.db.read(move |conn| named(conn, &typed, &filter)).await?;
    Ok(Json(Suggestions { data }))
}

fn named(conn: &Connection, typed: &str, filter: &videos::Filter) -> Result<Vec<Suggestion>> {
    let of_groups = GroupFilter { count: GROUPS, ..GroupFilter::default() };
    let found = groups::matching(conn, typed, &of_groups)?.1;
    let mut data = Vec::new();
    for group in found.iter().map(|id| groups::find(conn, *id)) {
        let group = group?;
        let path = Urls::group_page_path(&group.name);
        data.push(Suggestion { kind: SuggestionKind::Group, name: group.display_name, path });
    }
    for account in accounts::matching(conn, filter.viewer.account, typed, 0, PEOPLE)?.1 {
        let account = accounts::find(conn, account)?;
        let path = Urls::account_page_path(&account.name);
        data.push(Suggestion { kind: SuggestionKind::Account, name: account.display_name, path });
    }
    for video in videos::list(conn, filter)?.videos {
        let path = Urls::watch_path(video.uuid);
        data.push(Suggestion { kind: SuggestionKind::Video, name: video.name, path });
    }
    let of_playlists =
        playlists::Filter { viewer: filter.viewer.account, count: PLAYLISTS, ..playlists::Filter::default() };
    for playlist in playlists::search(conn, typed, &of_playlists)?.1 {
        let path = Urls::playlist_page_path(playlist.uuid);
        data.push(Suggestion { kind: SuggestionKind::Playlist, name: playlist.name, path });
    }
    Ok(data)
}
