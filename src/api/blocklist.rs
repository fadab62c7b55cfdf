//! Whom one does not want to hear, and whom nobody hears: PeerTube's block lists, which the interface calls muting.

use super::{
    accounts::by_handle,
    auth::{Caller, MaybeCaller},
    fields::Fields,
    list_query::{ListQuery, invalid},
    shapes::{AccountJson, Actors, List},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, InvalidField, Location, Result},
    moderation::mutes::{self, By, Filter, Mute, Target},
    urls::Urls,
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete, get},
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Characters of the name of a server at most.
const HOST_LONGEST: usize = 253;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/blocklist/status", get(status))
        .route("/users/me/blocklist/accounts", get(my_accounts).post(mute_account))
        .route("/users/me/blocklist/accounts/{accountName}", delete(unmute_account))
        .route("/users/me/blocklist/servers", get(my_servers).post(mute_server))
        .route("/users/me/blocklist/servers/{host}", delete(unmute_server))
        .route("/server/blocklist/accounts", get(accounts_for_all).post(mute_account_for_all))
        .route("/server/blocklist/accounts/{accountName}", delete(unmute_account_for_all))
        .route("/server/blocklist/servers", get(servers_for_all).post(mute_server_for_all))
        .route("/server/blocklist/servers/{host}", delete(unmute_server_for_all))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    status,
    my_accounts,
    mute_account,
    unmute_account,
    my_servers,
    mute_server,
    unmute_server,
    accounts_for_all,
    mute_account_for_all,
    unmute_account_for_all,
    servers_for_all,
    mute_server_for_all,
    unmute_server_for_all
))]
pub struct Doc;

/// That an account is muted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountBlock)]
struct AccountBlock {
    /// Who does not want to hear; not there when it is the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    by_account: Option<AccountJson>,
    blocked_account: AccountJson,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// That a server is muted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServerBlock)]
struct ServerBlock {
    /// Who does not want to hear; not there when it is the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    by_account: Option<AccountJson>,
    blocked_server: BlockedServer,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Another server.
#[derive(Debug, Serialize, ToSchema)]
struct BlockedServer {
    host: String,
}

/// Whom to mute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountBlockCreate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct AccountName {
    /// `name` or `name@host`.
    account_name: String,
}

/// Which server to mute.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ServerBlockCreate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct HostName {
    host: String,
}

/// Who mutes one.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BlockedBy {
    blocked_by_server: bool,
    blocked_by_user: bool,
}

/// Of what was asked for, who mutes it.
#[derive(Debug, Default, Serialize, ToSchema)]
struct BlockStatus {
    accounts: BTreeMap<String, BlockedBy>,
    hosts: BTreeMap<String, BlockedBy>,
}

/// Whether accounts and servers are muted, by oneself and by the instance.
#[utoipa::path(get, path = "/blocklist/status", tag = "blocklist", security((), ("token" = [])),
    params(("accounts" = Option<Vec<String>>, Query, description = "name@host"),
        ("hosts" = Option<Vec<String>>, Query)),
    responses((status = 200, body = BlockStatus), (status = 400)))]
async fn status(State(app): State<App>, caller: MaybeCaller, query: ListQuery) -> Result<Json<BlockStatus>> {
    let (names, hosts) = (query.texts("accounts"), query.texts("hosts"));
    if names.iter().any(|name| !name.contains('@')) {
        return Err(Error::Invalid(vec![InvalidField {
            field: "accounts".into(),
            rule: "Should have a valid accounts array: name@host".into(),
            location: Location::Query,
            value: Some(names.into()),
        }]));
    }
    let (urls, me) = (app.urls(), caller.account_id());
    app.db
        .read(move |conn| {
            let by = |target: &Target| {
                Ok::<_, Error>(BlockedBy {
                    blocked_by_server: mutes::is_muted(conn, By::Instance, target)?,
                    blocked_by_user: match me {
                        Some(me) => mutes::is_muted(conn, By::Account(me), target)?,
                        None => false,
                    },
                })
            };
            let mut found = BlockStatus::default();
            for name in names {
                let of = match by_handle(conn, &urls, &name) {
                    Ok(account) => by(&Target::Account(account.id))?,
                    Err(error) if error.is_not_found() => BlockedBy::default(),
                    Err(error) => return Err(error),
                };
                found.accounts.insert(name, of);
            }
            for host in hosts {
                let of = by(&Target::Host(host.to_lowercase()))?;
                found.hosts.insert(host, of);
            }
            Ok(Json(found))
        })
        .await
}

fn filter(query: &ListQuery, hosts: bool) -> Result<Filter> {
    let slice = query.slice()?;
    let oldest = match slice.sort.as_deref() {
        None | Some("-createdAt") => false,
        Some("createdAt") => true,
        Some(other) => return Err(invalid("sort", "Block lists are sorted by createdAt.", other)),
    };
    Ok(Filter { hosts, search: slice.search, oldest, start: slice.start, count: slice.count })
}

/// Finds mutes, and the accounts that are named in them.
fn found<T>(
    conn: &Connection,
    urls: &Urls,
    by: By,
    filter: &Filter,
    json: impl Fn(&Actors<'_>, Option<AccountJson>, Mute) -> Option<T>,
) -> Result<Json<List<T>>> {
    let (total, found) = mutes::list(conn, by, filter)?;
    let mut people: Vec<i64> = Vec::new();
    for mute in &found {
        if let Target::Account(account) = mute.target {
            people.push(account);
        }
    }
    if let By::Account(me) = by {
        people.push(me);
    }
    let actors = Actors::load(conn, urls, &people, &[])?;
    let by_account = || match by {
        By::Account(me) => actors.account(me),
        By::Instance => None,
    };
    let data = found.into_iter().filter_map(|mute| json(&actors, by_account(), mute)).collect();
    Ok(Json(List { total, data }))
}

async fn list_accounts(app: &App, by: By, query: &ListQuery) -> Result<Json<List<AccountBlock>>> {
    let (filter, urls) = (filter(query, false)?, app.urls());
    app.db
        .read(move |conn| {
            found(conn, &urls, by, &filter, |actors, by_account, mute| {
                let Target::Account(account) = mute.target else { return None };
                let blocked_account = actors.account(account)?;
                Some(AccountBlock { by_account, blocked_account, created_at: mute.created_at })
            })
        })
        .await
}

async fn list_servers(app: &App, by: By, query: &ListQuery) -> Result<Json<List<ServerBlock>>> {
    let (filter, urls) = (filter(query, true)?, app.urls());
    app.db
        .read(move |conn| {
            found(conn, &urls, by, &filter, |_, by_account, mute| {
                let Target::Host(host) = mute.target else { return None };
                let blocked_server = BlockedServer { host };
                Some(ServerBlock { by_account, blocked_server, created_at: mute.created_at })
            })
        })
        .await
}

/// Whom a request is about.
enum Named {
    Account(String),
    Host(String),
}

impl Named {
    fn account(mut fields: Fields) -> Result<Self> {
        let name = fields.handle("accountName");
        fields.end()?;
        Ok(Self::Account(name))
    }

    fn host(mut fields: Fields) -> Result<Self> {
        let host = fields.needed_text("host").trim().to_lowercase();
        let letters = |letter: char| letter.is_alphanumeric() || ".-:[]".contains(letter);
        if !fields.is_wrong("host")
            && (host.is_empty() || host.chars().count() > HOST_LONGEST || !host.chars().all(letters))
        {
            fields.wrong("host", "The name of a server, without https.");
        }
        fields.end()?;
        Ok(Self::Host(host))
    }

    fn find(&self, conn: &Connection, urls: &Urls) -> Result<Target> {
        Ok(match self {
            Self::Account(name) => Target::Account(by_handle(conn, urls, name)?.id),
            Self::Host(host) => Target::Host(host.to_lowercase()),
        })
    }
}

/// For oneself.
async fn mine(app: &App, caller: &Caller, named: Named, muted: bool) -> Result<StatusCode> {
    let (now, urls, by) = (app.clock.now(), app.urls(), By::Account(caller.account_id));
    app.db
        .write(move |tx| {
            let target = named.find(tx, &urls)?;
            if muted {
                mutes::mute(tx, now, by, &target, urls.host()).map(drop)
            } else {
                mutes::unmute(tx, by, &target)
            }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For everybody.
async fn for_all(app: &App, caller: &Caller, named: Named, muted: bool) -> Result<StatusCode> {
    let (now, urls, actor) = (app.clock.now(), app.urls(), caller.acting());
    app.db
        .write(move |tx| {
            let target = named.find(tx, &urls)?;
            if muted {
                mutes::mute_for_all(tx, now, actor, &target, urls.host())
            } else {
                mutes::unmute_for_all(tx, now, actor, &target)
            }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accounts that one has muted.
#[utoipa::path(get, path = "/users/me/blocklist/accounts", tag = "blocklist", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query)),
    responses((status = 200, body = List<AccountBlock>), (status = 400), (status = 401)))]
async fn my_accounts(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<List<AccountBlock>>> {
    list_accounts(&app, By::Account(caller.account_id), &query).await
}

/// Servers that one has muted.
#[utoipa::path(get, path = "/users/me/blocklist/servers", tag = "blocklist", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query)),
    responses((status = 200, body = List<ServerBlock>), (status = 400), (status = 401)))]
async fn my_servers(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<List<ServerBlock>>> {
    list_servers(&app, By::Account(caller.account_id), &query).await
}

/// Accounts that the instance has muted.
#[utoipa::path(get, path = "/server/blocklist/accounts", tag = "blocklist", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query)),
    responses((status = 200, body = List<AccountBlock>), (status = 400), (status = 401), (status = 403)))]
async fn accounts_for_all(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<List<AccountBlock>>> {
    caller.staff()?;
    list_accounts(&app, By::Instance, &query).await
}

/// Servers that the instance has muted.
#[utoipa::path(get, path = "/server/blocklist/servers", tag = "blocklist", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query)),
    responses((status = 200, body = List<ServerBlock>), (status = 400), (status = 401), (status = 403)))]
async fn servers_for_all(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<List<ServerBlock>>> {
    caller.staff()?;
    list_servers(&app, By::Instance, &query).await
}

/// Mutes an account for oneself.
#[utoipa::path(post, path = "/users/me/blocklist/accounts", tag = "blocklist", security(("token" = [])),
    request_body = AccountName,
    responses((status = 204), (status = 400), (status = 401), (status = 404), (status = 409)))]
async fn mute_account(State(app): State<App>, caller: Caller, fields: Fields) -> Result<StatusCode> {
    mine(&app, &caller, Named::account(fields)?, true).await
}

/// Hears an account again.
#[utoipa::path(delete, path = "/users/me/blocklist/accounts/{accountName}", tag = "blocklist", security(("token" = [])),
    params(("accountName" = String, Path)), responses((status = 204), (status = 401), (status = 404)))]
async fn unmute_account(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    mine(&app, &caller, Named::Account(name), false).await
}

/// Mutes a server for oneself.
#[utoipa::path(post, path = "/users/me/blocklist/servers", tag = "blocklist", security(("token" = [])),
    request_body = HostName, responses((status = 204), (status = 400), (status = 401), (status = 409)))]
async fn mute_server(State(app): State<App>, caller: Caller, fields: Fields) -> Result<StatusCode> {
    mine(&app, &caller, Named::host(fields)?, true).await
}

/// Hears a server again.
#[utoipa::path(delete, path = "/users/me/blocklist/servers/{host}", tag = "blocklist", security(("token" = [])),
    params(("host" = String, Path)), responses((status = 204), (status = 401), (status = 404)))]
async fn unmute_server(
    State(app): State<App>,
    caller: Caller,
    Path(host): Path<String>,
) -> Result<StatusCode> {
    mine(&app, &caller, Named::Host(host), false).await
}

/// Mutes an account for everybody; it is told.
#[utoipa::path(post, path = "/server/blocklist/accounts", tag = "blocklist", security(("token" = [])),
    request_body = AccountName,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409)))]
async fn mute_account_for_all(State(app): State<App>, caller: Caller, fields: Fields) -> Result<StatusCode> {
    caller.staff()?;
    for_all(&app, &caller, Named::account(fields)?, true).await
}

/// Lets everybody hear an account again; it is told.
#[utoipa::path(delete, path = "/server/blocklist/accounts/{accountName}", tag = "blocklist", security(("token" = [])),
    params(("accountName" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 409)))]
async fn unmute_account_for_all(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    caller.staff()?;
    for_all(&app, &caller, Named::Account(name), false).await
}

/// Mutes a server for everybody.
#[utoipa::path(post, path = "/server/blocklist/servers", tag = "blocklist", security(("token" = [])),
    request_body = HostName,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 409)))]
async fn mute_server_for_all(State(app): State<App>, caller: Caller, fields: Fields) -> Result<StatusCode> {
    caller.staff()?;
    for_all(&app, &caller, Named::host(fields)?, true).await
}

/// Lets everybody hear a server again.
#[utoipa::path(delete, path = "/server/blocklist/servers/{host}", tag = "blocklist", security(("token" = [])),
    params(("host" = String, Path)), responses((status = 204), (status = 401), (status = 403), (status = 404)))]
async fn unmute_server_for_all(
    State(app): State<App>,
    caller: Caller,
    Path(host): Path<String>,
) -> Result<StatusCode> {
    caller.staff()?;
    for_all(&app, &caller, Named::Host(host), false).await
}
