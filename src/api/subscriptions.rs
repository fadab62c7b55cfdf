//! What one follows, who follows oneself, and the feed of it. PeerTube's clients call it subscriptions.

use super::{
    accounts,
    auth::Caller,
    doors::Doors,
    fields::Fields,
    groups,
    list_query::{ListQuery, Slice, invalid},
    shapes::{AccountJson, ActorJson, Actors, ChannelJson, List},
    videos::{VideoList, page},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
    federation,
    following::{self, Follow, FollowFilter, Followed},
    groups::Deed,
    urls::Urls,
    videos::{Scope, Viewer},
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/me/subscriptions", get(list).post(follow))
        .route("/users/me/subscriptions/accounts", get(people))
        .route("/users/me/subscriptions/exist", get(exist))
        .route("/users/me/subscriptions/videos", get(feed))
        .route("/users/me/subscriptions/{handle}", get(one).delete(unfollow))
        .route("/video-channels/{handle}/followers", get(followers_of_group))
        .route("/accounts/{name}/followers", get(followers_of_account))
        .route("/users/scoped-tokens", get(feed_token).post(renew_feed_token))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    list,
    follow,
    people,
    exist,
    feed,
    one,
    unfollow,
    followers_of_group,
    followers_of_account,
    feed_token,
    renew_feed_token
))]
pub struct Doc;

/// Somebody who follows a group or an account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ActorFollow)]
struct FollowJson {
    id: i64,
    follower: ActorJson,
    following: ActorJson,
    /// How well another server answers; ours always do.
    score: u32,
    state: FollowState,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Whether what is followed has agreed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum FollowState {
    Accepted,
}

/// What to follow.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Subscribe {
    /// `name@host` of a group or an account.
    uri: String,
}

/// What opens one's feed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ScopedToken)]
struct FeedToken {
    feed_token: String,
}

/// Reads `name@host`.
fn whole_handle<'h>(urls: &Urls, handle: &'h str) -> Option<(&'h str, Option<&'h str>)> {
    let (name, host) = handle.trim().split_once('@')?;
    let fits = !name.is_empty() && !host.is_empty() && handle.len() <= 300 && !host.contains(['@', '/', ' ']);
    fits.then(|| (name, (host != urls.host()).then_some(host)))
}

fn filter(slice: Slice) -> Result<FollowFilter> {
    let oldest = match slice.sort.as_deref() {
        None | Some("-createdAt" | "-id") => false,
        Some("createdAt" | "id") => true,
        Some(other) => return Err(invalid("sort", "Follows are sorted by createdAt.", other)),
    };
    Ok(FollowFilter { search: slice.search, oldest, start: slice.start, count: slice.count })
}

/// The groups that one follows.
#[utoipa::path(get, path = "/users/me/subscriptions", tag = "me", security(("token" = [])),
    responses((status = 200, body = List<ChannelJson>), (status = 401)))]
async fn list(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<ChannelJson>>> {
    let (filter, urls) = (filter(query.slice()?)?, app.urls());
    let list = app
        .db
        .read(move |conn| {
            let (total, ids) = following::groups_of(conn, caller.account_id, &filter)?;
            let actors = Actors::load(conn, &urls, &[], &ids)?;
            Ok(List { total, data: ids.iter().filter_map(|id| actors.group(*id, true)).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// Ours: the accounts that one follows.
#[utoipa::path(get, path = "/users/me/subscriptions/accounts", tag = "me", security(("token" = [])),
    responses((status = 200, body = List<AccountJson>), (status = 401)))]
async fn people(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<AccountJson>>> {
    let (filter, urls) = (filter(query.slice()?)?, app.urls());
    let list = app
        .db
        .read(move |conn| {
            let (total, ids) = following::accounts_of(conn, caller.account_id, &filter)?;
            let actors = Actors::load(conn, &urls, &ids, &[])?;
            Ok(List { total, data: ids.iter().filter_map(|id| actors.account(*id)).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// Follows a group or an account. Following again changes nothing.
#[utoipa::path(post, path = "/users/me/subscriptions", tag = "me", security(("token" = [])), request_body = Subscribe,
    responses((status = 204), (status = 400), (status = 401), (status = 404), (status = 409), (status = 429)))]
async fn follow(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    caller: Caller,
    mut fields: Fields,
) -> Result<StatusCode> {
    let uri = fields.text("uri").unwrap_or_default();
    let (urls, now, account) = (app.urls(), app.clock.now(), caller.account_id);
    if whole_handle(&urls, &uri).is_none() {
        fields.wrong("uri", "Should have a valid URI to follow (username@domain)");
    }
    fields.end()?;
    doors.follow(now, account)?;
    if let Some((name, Some(host))) = whole_handle(&urls, &uri)
        && federation::is_on(&app)
    {
        federation::follow::follow(&app, account, name, host).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    app.db
        .write(move |tx| {
            let (name, origin) = whole_handle(&urls, &uri).unwrap_or_default();
            let followed = following::find(tx, name, origin)?;
            following::follow(tx, now, account, followed)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which of some handles one follows.
#[utoipa::path(get, path = "/users/me/subscriptions/exist", tag = "me", security(("token" = [])),
    params(("uris" = Vec<String>, Query)),
    responses((status = 200, body = BTreeMap<String, bool>), (status = 400), (status = 401)))]
async fn exist(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<BTreeMap<String, bool>>> {
    let (uris, urls, account) = (query.texts("uris"), app.urls(), caller.account_id);
    if let Some(wrong) = uris.iter().find(|uri| whole_handle(&urls, uri).is_none()) {
        return Err(invalid("uris", "Should have a valid array of URIs (username@domain)", wrong));
    }
    let found = app
        .db
        .read(move |conn| {
            uris.into_iter()
                .map(|uri| {
                    let follows = followed(conn, &urls, account, &uri)?.is_some();
                    Ok((uri, follows))
                })
                .collect::<Result<_>>()
        })
        .await?;
    Ok(Json(found))
}

/// What a handle names, when an account follows it.
fn followed(conn: &Connection, urls: &Urls, account: i64, handle: &str) -> Result<Option<Followed>> {
    let Some((name, origin)) = whole_handle(urls, handle) else { return Ok(None) };
    match following::find(conn, name, origin) {
        Ok(what) => Ok(following::follows(conn, account, what)?.then_some(what)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn not_followed(handle: &str) -> Error {
    let handle: String = handle.chars().take(200).collect();
    Error::refused(Kind::NotFound, format!("Subscription {handle} not found."))
}

/// A group or an account that one follows.
#[utoipa::path(get, path = "/users/me/subscriptions/{handle}", tag = "me", security(("token" = [])),
    params(("handle" = String, Path)),
    responses((status = 200, body = Subscription), (status = 401), (status = 404)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
) -> Result<Json<Subscription>> {
    let (urls, account) = (app.urls(), caller.account_id);
    let found = app
        .db
        .read(move |conn| match followed(conn, &urls, account, &handle)? {
            Some(Followed::Group(id)) => {
                Ok(Subscription::Group(Box::new(super::shapes::group(conn, &urls, id)?)))
            }
            Some(Followed::Account(id)) => {
                Ok(Subscription::Account(Box::new(super::shapes::account(conn, &urls, id)?)))
            }
            None => Err(not_followed(&handle)),
        })
        .await?;
    Ok(Json(found))
}

/// What one follows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Subscription {
    /// A group.
    Group(Box<ChannelJson>),
    /// An account.
    Account(Box<AccountJson>),
}

/// Follows no more.
#[utoipa::path(delete, path = "/users/me/subscriptions/{handle}", tag = "me", security(("token" = [])),
    params(("handle" = String, Path)), responses((status = 204), (status = 401), (status = 404)))]
async fn unfollow(State(app): State<App>, caller: Caller, Path(handle): Path<String>) -> Result<StatusCode> {
    let (own, urls, account) = (app.clone(), app.urls(), caller.account_id);
    app.db
        .write(move |tx| match followed(tx, &urls, account, &handle)? {
            Some(what) => federation::follow::unfollow(&own, tx, account, what).map(drop),
            None => Err(not_followed(&handle)),
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The videos of what one follows.
#[utoipa::path(get, path = "/users/me/subscriptions/videos", tag = "me", security(("token" = [])),
    responses((status = 200, body = VideoList), (status = 401)))]
async fn feed(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<VideoList>> {
    let (account, viewer) = (caller.account_id, Viewer::from(&caller));
    let mut filter = query.filter(viewer, "-publishedAt")?;
    let following::Feed { groups, authors } = app.db.read(move |conn| following::feed(conn, account)).await?;
    filter.scope = Scope::Feed { groups, authors };
    query.sensitive(&app, &super::auth::MaybeCaller(Some(caller)), &mut filter).await?;
    page(&app, filter, 0).await
}

/// The page of those whom `find` finds.
async fn followers(
    app: &App,
    query: &ListQuery,
    find: impl FnOnce(&Connection, &Urls, &FollowFilter) -> Result<(u64, Vec<Follow>)> + Send + 'static,
) -> Result<Json<List<FollowJson>>> {
    let (filter, urls) = (filter(query.slice()?)?, app.urls());
    let list = app
        .db
        .read(move |conn| {
            let found = find(conn, &urls, &filter)?;
            follows(conn, &urls, found)
        })
        .await?;
    Ok(Json(list))
}

fn follows(conn: &Connection, urls: &Urls, (total, found): (u64, Vec<Follow>)) -> Result<List<FollowJson>> {
    let mut accounts: Vec<i64> = found.iter().map(|follow| follow.follower).collect();
    let mut groups = Vec::new();
    for follow in &found {
        match follow.followed {
            Followed::Group(id) => groups.push(id),
            Followed::Account(id) => accounts.push(id),
        }
    }
    let actors = Actors::load(conn, urls, &accounts, &groups)?;
    let data = found.iter().filter_map(|follow| {
        Some(FollowJson {
            id: follow.id,
            follower: actors.account_actor(follow.follower)?,
            following: match follow.followed {
                Followed::Group(id) => actors.group_actor(id)?,
                Followed::Account(id) => actors.account_actor(id)?,
            },
            score: 1000,
            state: FollowState::Accepted,
            created_at: follow.created_at,
            updated_at: follow.created_at,
        })
    });
    Ok(List { total, data: data.collect() })
}

/// Who follows a group; for those who look after it.
#[utoipa::path(get, path = "/video-channels/{handle}/followers", tag = "groups", security(("token" = [])),
    params(("handle" = String, Path)),
    responses((status = 200, body = List<FollowJson>), (status = 401), (status = 403), (status = 404)))]
async fn followers_of_group(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
    query: ListQuery,
) -> Result<Json<List<FollowJson>>> {
    followers(&app, &query, move |conn, urls, filter| {
        let group = groups::by_handle(conn, urls, &handle)?;
        crate::groups::check(conn, &group, caller.acting(), Deed::People)?;
        following::followers_of_group(conn, group.id, filter)
    })
    .await
}

/// Who follows oneself or one of the groups that one made; nobody else may ask.
#[utoipa::path(get, path = "/accounts/{name}/followers", tag = "accounts", security(("token" = [])),
    params(("name" = String, Path)),
    responses((status = 200, body = List<FollowJson>), (status = 401), (status = 403), (status = 404)))]
async fn followers_of_account(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<List<FollowJson>>> {
    followers(&app, &query, move |conn, urls, filter| {
        let account = accounts::by_handle(conn, urls, &name)?.id;
        if account != caller.account_id {
            return Err(Error::forbidden("Only the owner of this account can manage this account resource."));
        }
        following::followers_of_account(conn, account, filter)
    })
    .await
}

/// What opens one's feed in a reader that cannot sign in. Made when it is first asked for.
#[utoipa::path(get, path = "/users/scoped-tokens", tag = "me", security(("token" = [])),
    responses((status = 200, body = FeedToken), (status = 401)))]
async fn feed_token(State(app): State<App>, caller: Caller) -> Result<Json<FeedToken>> {
    let (now, account) = (app.clock.now(), caller.account_id);
    let feed_token = match app.db.read(move |conn| following::feed_token(conn, account)).await? {
        Some(token) => token,
        None => {
            app.db
                .write(move |tx| match following::feed_token(tx, account)? {
                    Some(token) => Ok(token),
                    None => following::renew_feed_token(tx, now, account),
                })
                .await?
        }
    };
    Ok(Json(FeedToken { feed_token }))
}

/// Another one; what was handed out before opens nothing any more.
#[utoipa::path(post, path = "/users/scoped-tokens", tag = "me", security(("token" = [])),
    responses((status = 200, body = FeedToken), (status = 401)))]
async fn renew_feed_token(State(app): State<App>, caller: Caller) -> Result<Json<FeedToken>> {
    let now = app.clock.now();
    let token = app.db.write(move |tx| following::renew_feed_token(tx, now, caller.account_id)).await?;
    Ok(Json(FeedToken { feed_token: token }))
}
