//! Comments of many videos: below one's own, of the whole instance, and removing all that somebody said.

use super::{
    auth::Caller,
    comment_shapes::{self, ListedComment},
    fields::Fields,
    list_query::{ListQuery, invalid},
    shapes::List,
};
use crate::{
    app::App,
    comments::{self, Filter, RemovedBy, Scope},
    error::{Error, Result},
    groups,
    moderation::log::{self, About, Action},
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use rusqlite::Transaction;
use serde::Deserialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/comments", get(all))
        .route("/users/me/videos/comments", get(mine))
        .route("/bulk/remove-comments-of", post(remove_of))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(all, mine, remove_of))]
pub struct Doc;

/// What both lists are asked for.
fn filter(query: &ListQuery) -> Result<Filter> {
    let slice = query.slice()?;
    let oldest = match slice.sort.as_deref() {
        None | Some("-createdAt") => false,
        Some("createdAt") => true,
        Some(other) => return Err(invalid("sort", "Comments are sorted by createdAt.", other)),
    };
    let text = |key| query.text(key).map(|text| text.chars().take(200).collect());
    Ok(Filter {
        scope: Scope::All,
        video: number(query, "videoId")?,
        held: query.flag("isHeldForReview")?,
        local: query.flag("isLocal")?,
        on_local_video: query.flag("onLocalVideo")?,
        search: slice.search,
        search_account: text("searchAccount"),
        search_video: text("searchVideo"),
        oldest,
        start: slice.start,
        count: slice.count,
    })
}

fn number(query: &ListQuery, key: &'static str) -> Result<Option<i64>> {
    let Some(text) = query.text(key) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| invalid(key, "Invalid value", text))
}

async fn answer(app: &App, query: &ListQuery, mut filter: Filter) -> Result<Json<List<ListedComment>>> {
    if !query.texts("autoTagOneOf").is_empty() {
        // Comments get no tags by themselves.
        filter.scope = Scope::Groups(Vec::new());
    }
    let urls = app.urls();
    app.db
        .read(move |conn| {
            let (total, found) = comments::list(conn, &filter)?;
            Ok(Json(List { total, data: comment_shapes::listed(conn, &urls, &found)? }))
        })
        .await
}

/// Comments of the instance.
#[utoipa::path(get, path = "/videos/comments", tag = "comments", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query), ("searchAccount" = Option<String>, Query), ("searchVideo" = Option<String>, Query),
        ("videoId" = Option<i64>, Query), ("videoChannelId" = Option<i64>, Query),
        ("isHeldForReview" = Option<bool>, Query), ("isLocal" = Option<bool>, Query), ("onLocalVideo" = Option<bool>, Query)),
    responses((status = 200, body = List<ListedComment>), (status = 400), (status = 401), (status = 403)))]
async fn all(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<ListedComment>>> {
    caller.staff()?;
    let mut filter = filter(&query)?;
    if let Some(group) = number(&query, "videoChannelId")? {
        filter.scope = Scope::Groups(vec![group]);
    }
    answer(&app, &query, filter).await
}

/// Comments below the videos of the groups that the caller publishes for.
#[utoipa::path(get, path = "/users/me/videos/comments", tag = "comments", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query), ("searchAccount" = Option<String>, Query), ("searchVideo" = Option<String>, Query),
        ("videoId" = Option<i64>, Query), ("videoChannelId" = Option<i64>, Query),
        ("isHeldForReview" = Option<bool>, Query)),
    responses((status = 200, body = List<ListedComment>), (status = 400), (status = 401)))]
async fn mine(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<ListedComment>>> {
    let mut filter = filter(&query)?;
    let wanted = number(&query, "videoChannelId")?;
    let account = caller.account_id;
    let mut groups = app.db.read(move |conn| managed(conn, account)).await?;
    if let Some(wanted) = wanted {
        groups.retain(|group| *group == wanted);
    }
    filter.scope = Scope::Groups(groups);
    answer(&app, &query, filter).await
}

fn managed(conn: &rusqlite::Connection, account: i64) -> Result<Vec<i64>> {
    Ok(groups::of_publisher(conn, account)?.into_iter().map(|group| group.id).collect())
}

/// Whose comments, and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BulkRemoveCommentsOfBody)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct RemoveOf {
    /// The handle.
    account_name: String,
    /// `my-videos`, `my-videos-and-collaborations` or, for those who look after the instance, `instance`.
    scope: String,
}

/// Removes all that an account said, below the videos that the caller looks after or in the whole instance.
#[utoipa::path(post, path = "/bulk/remove-comments-of", tag = "comments", security(("token" = [])), request_body = RemoveOf,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn remove_of(State(app): State<App>, caller: Caller, mut fields: Fields) -> Result<StatusCode> {
    let name = fields.needed_text("accountName");
    let scope = fields.needed_text("scope");
    if !["my-videos", "my-videos-and-collaborations", "instance"].contains(&scope.as_str()) {
        fields.wrong("scope", "my-videos, my-videos-and-collaborations or instance.");
    }
    fields.end()?;
    let everywhere = scope == "instance";
    if everywhere && !caller.role.is_staff() {
        return Err(Error::forbidden("User cannot remove any comments of this instance."));
    }
    let (now, urls, me) = (app.clock.now(), app.urls(), caller.account_id);
    let (account, groups) = app
        .db
        .write(move |tx| {
            let account = super::accounts::by_handle(tx, &urls, &name)?.id;
            if everywhere {
                let about = About { account: Some(account), ..About::default() };
                log::write(tx, now, me, Action::CommentsRemoved, &about)?;
                return Ok((account, None));
            }
            let groups = match scope.as_str() {
                "my-videos" => groups::of_owner(tx, me)?.into_iter().map(|group| group.id).collect(),
                _ => managed(tx, me)?,
            };
            Ok((account, Some(groups)))
        })
        .await?;
    let by = if everywhere { RemovedBy::Staff } else { RemovedBy::Group };
    loop {
        let groups: Option<Vec<i64>> = groups.clone();
        let piece =
            move |tx: &Transaction<'_>| comments::remove_of_account(tx, now, account, groups.as_deref(), by);
        if !app.db.write(piece).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
    }
}
