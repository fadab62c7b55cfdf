//! Accounts as administrators and moderators look after them.

use super::{
    auth::Caller,
    doors::Doors,
    extract::Query,
    fields::Fields,
    list_query::{ListQuery, Slice, invalid},
    mail,
    shapes::{List, Numbered},
    users::{self, Detail, UserJson},
};
use crate::{
    accounts::{
        self, Login, LoginChange, LoginFilter, NewAccount, Role, Trust, forgotten::NO_PASSWORD, password,
    },
    app::App,
    comments::{self, RemovedBy},
    error::{Error, Kind, Result},
    groups,
    jobs::{self, Job, Letter},
    moderation::log::{self, About, Action},
    playlists,
    storage::Storage,
    uploads, videos,
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users", get(list).post(create))
        .route("/users/autocomplete", get(autocomplete))
        .route("/users/{id}", get(one).put(change).delete(remove))
        .route("/users/{id}/block", post(block))
        .route("/users/{id}/unblock", post(unblock))
}

/// A number in the path; what is none names nobody.
pub fn user_id(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::not_found("User"))
}

/// The login of somebody that the caller may look after.
pub(super) fn managed(conn: &Connection, caller: &Caller, id: i64) -> Result<Login> {
    let login = accounts::find_login(conn, id)?;
    if caller.role.may_manage(login.role) {
        return Ok(login);
    }
    // PeerTube's status for a moderator at an administrator's account.
    Err(Error::refused(Kind::Bad, "Only administrators can change this account."))
}

#[utoipa::path(get, path = "/users", tag = "users", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query), ("blocked" = Option<bool>, Query), ("role" = Option<i64>, Query)),
    responses((status = 200, body = List<UserJson>), (status = 401), (status = 403)))]
async fn list(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<UserJson>>> {
    caller.staff()?;
    let Slice { start, count, sort, search } = query.slice()?;
    let role = match query.text("role") {
        None => None,
        Some(id) => Some(
            id.parse()
                .ok()
                .and_then(Role::from_id)
                .ok_or_else(|| invalid("role", "0 administrator, 1 moderator or 2 user.", id))?,
        ),
    };
    let filter = LoginFilter { search, blocked: query.flag("blocked")?, role, sort, start, count };
    let (now, urls) = (app.clock.now(), app.urls());
    let otherwise = app.settings().instance.sensitive_policy;
    let (total, data) = app
        .db
        .read(move |conn| {
            let (total, logins) = accounts::list_logins(conn, &filter)?;
            let found = logins
                .into_iter()
                .map(|login| Ok((accounts::find(conn, login.account_id)?, login)))
                .collect::<Result<Vec<_>>>()?;
            Ok((total, users::users(conn, &urls, now, otherwise, &found, Detail::Listed)?))
        })
        .await?;
    Ok(Json(List { total, data }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneQuery {
    #[serde(default)]
    with_stats: bool,
}

#[utoipa::path(get, path = "/users/{id}", tag = "users", security(("token" = [])),
    responses((status = 200, body = UserJson), (status = 401), (status = 403), (status = 404)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<OneQuery>,
) -> Result<Json<UserJson>> {
    caller.staff()?;
    let id = user_id(&id)?;
    let (now, urls) = (app.clock.now(), app.urls());
    let otherwise = app.settings().instance.sensitive_policy;
    let detail = if query.with_stats { Detail::WithStats } else { Detail::One };
    let user = app
        .db
        .read(move |conn| {
            accounts::find_login(conn, id)?;
            users::user(conn, &urls, now, otherwise, id, detail)
        })
        .await?;
    Ok(Json(user))
}

/// Role, quotas and what else only the administration sets.
fn read_change(caller: &Caller, fields: &mut Fields) -> LoginChange {
    let mut change = LoginChange::default();
    if let Some(id) = fields.integer("role") {
        match Role::from_id(id) {
            Some(role) if caller.role.may_manage(role) => change.role = Some(role),
            Some(_) => fields.wrong("role", "Moderators make ordinary accounts only."),
            None => fields.wrong("role", "0 administrator, 1 moderator or 2 user."),
        }
    }
    change.email = fields.text("email");
    if change.email.as_deref().is_some_and(|email| !accounts::is_email(email)) {
        fields.wrong("email", "An address for letters, as in name@example.org.");
    }
    change.email_verified = fields.boolean("emailVerified");
    // As in PeerTube: 1 lets videos pass that would wait for a moderator.
    change.trust = match fields.integer("adminFlags") {
        None => None,
        Some(0) => Some(Trust::Known),
        Some(1) => Some(Trust::Trusted),
        Some(_) => {
            fields.wrong("adminFlags", "0 none, or 1 whose videos never wait for a moderator.");
            None
        }
    };
    change.video_quota = fields.integer("videoQuota");
    change.video_quota_daily = fields.integer("videoQuotaDaily");
    for (name, quota) in [("videoQuota", change.video_quota), ("videoQuotaDaily", change.video_quota_daily)] {
        if quota.is_some_and(|quota| quota < -1) {
            fields.wrong(name, "A number of bytes, or -1 for no limit.");
        }
    }
    change
}

#[utoipa::path(post, path = "/users", tag = "users", security(("token" = [])),
    responses((status = 200, body = UserMade), (status = 400), (status = 403), (status = 409)))]
async fn create(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Json<UserMade>> {
    caller.staff()?;
    let name = fields.needed_text("username");
    if !name.is_empty() && !accounts::is_name(&name) {
        fields.wrong(
            "username",
            "Lower case letters without accents, digits, dots and underscores; at most 50.",
        );
    }
    // Without a password the person is invited to choose one.
    let password = fields.text("password").filter(|password| !password.is_empty());
    fields.also(password.as_deref().and_then(password::check));
    let change = read_change(&caller, &mut fields);
    if change.email.is_none() {
        fields.wrong("email", "This is needed.");
    }
    if change.role.is_none() && !fields.is_wrong("role") {
        fields.wrong("role", "0 administrator, 1 moderator or 2 user.");
    }
    let group_name = fields.text("channelName").filter(|name| !name.is_empty());
    fields.end()?;
    let uploads = app.settings().uploads.clone();
    let new = NewAccount {
        name,
        email: change.email.unwrap_or_default(),
        password_hash: match password {
            Some(password) => doors.hash(password).await?,
            None => NO_PASSWORD.to_owned(),
        },
        role: change.role.unwrap_or(Role::User),
        video_quota: change.video_quota.unwrap_or(uploads.default_quota),
        video_quota_daily: change.video_quota_daily.unwrap_or(uploads.default_quota_daily),
        group_name,
        group_display_name: None,
    };
    let now = app.clock.now();
    let trust = change.trust;
    let invite = new.password_hash == NO_PASSWORD && mail::is_on(&app);
    let account = app
        .db
        .write(move |tx| {
            let account = accounts::create(tx, now, &new)?;
            if trust.is_some() {
                accounts::change_login(tx, account.id, &LoginChange { trust, ..LoginChange::default() })?;
            }
            if invite {
                jobs::enqueue(tx, now, &Job::Mail { letter: Letter::Invitation { account: account.id } })?;
            }
            Ok(account)
        })
        .await?;
    let account = Numbered { id: account.id };
    Ok(Json(UserMade { user: NewUser { id: account.id, account } }))
}

/// An account that was just made.
#[derive(Debug, Serialize, ToSchema)]
struct UserMade {
    user: NewUser,
}

/// Its numbers: here they are one.
#[derive(Debug, Serialize, ToSchema)]
struct NewUser {
    id: i64,
    account: Numbered,
}

#[utoipa::path(put, path = "/users/{id}", tag = "users", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403), (status = 404)))]
async fn change(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    caller.staff()?;
    let id = user_id(&id)?;
    let mut change = read_change(&caller, &mut fields);
    let password = fields.text("password").filter(|password| !password.is_empty());
    fields.also(password.as_deref().and_then(password::check));
    fields.end()?;
    if let Some(password) = password {
        change.password_hash = Some(doors.hash(password).await?);
        change.keep_session = (id == caller.account_id).then_some(caller.session_id);
    }
    app.db
        .write(move |tx| {
            managed(tx, &caller, id)?;
            accounts::change_login(tx, id, &change)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(delete, path = "/users/{id}", tag = "users", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403), (status = 404)))]
async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    caller.staff()?;
    let id = user_id(&id)?;
    let me = caller.account_id;
    app.db.read(move |conn| managed(conn, &caller, id)).await?;
    remove_account(&app, id, Some(me)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes an account with everything of it; `by` is the one of the staff who does, `None` oneself.
pub async fn remove_account(app: &App, id: i64, by: Option<i64>) -> Result<()> {
    let now = app.clock.now();
    let piece = move |tx: &Transaction<'_>| {
        accounts::check_may_go(tx, id)?;
        comments::remove_of_account(tx, now, id, None, RemovedBy::Author)
    };
    while app.db.write(piece).await? {}
    app.db
        .write(move |tx| {
            // What others look after too stays with them.
            groups::pass_on(tx, now, id)?;
            for group in groups::of_owner(tx, id)? {
                videos::delete_of_group(tx, now, group.id, App::place_of)?;
                playlists::delete_of_group(tx, now, group.id)?;
            }
            // What was said since.
            comments::remove_of_account(tx, now, id, None, RemovedBy::Author)?;
            playlists::leave(tx, now, id)?;
            uploads::leave(tx, now, id, |id| Storage::upload_files(id).to_vec())?;
            if let Some(by) = by {
                let about = About { detail: Some(accounts::find(tx, id)?.name), ..About::default() };
                log::write(tx, now, by, Action::AccountRemoved, &about)?;
            }
            accounts::delete(tx, now, id)
        })
        .await
}

#[utoipa::path(post, path = "/users/{id}/block", tag = "users", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403), (status = 404)))]
async fn block(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    caller.staff()?;
    let id = user_id(&id)?;
    let reason = fields.text("reason");
    fields.end()?;
    let (now, me) = (app.clock.now(), caller.account_id);
    app.db
        .write(move |tx| {
            managed(tx, &caller, id)?;
            if id == caller.account_id {
                return Err(Error::refused(Kind::Bad, "You cannot block yourself."));
            }
            accounts::block(tx, id, reason.as_deref())?;
            let about = About { account: Some(id), detail: reason, ..About::default() };
            log::write(tx, now, me, Action::AccountBlocked, &about)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/users/{id}/unblock", tag = "users", security(("token" = [])),
    responses((status = 204), (status = 403), (status = 404)))]
async fn unblock(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    caller.staff()?;
    let id = user_id(&id)?;
    let (now, me) = (app.clock.now(), caller.account_id);
    app.db
        .write(move |tx| {
            managed(tx, &caller, id)?;
            accounts::unblock(tx, id)?;
            let about = About { account: Some(id), ..About::default() };
            log::write(tx, now, me, Action::AccountUnblocked, &about)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Completion {
    search: String,
}

#[utoipa::path(get, path = "/users/autocomplete", tag = "users", responses((status = 200, body = Vec<String>)))]
async fn autocomplete(State(app): State<App>, Query(query): Query<Completion>) -> Result<Json<Vec<String>>> {
    let search = query.search.trim().to_owned();
    if search.is_empty() {
        return Ok(Json(Vec::new()));
    }
    Ok(Json(app.db.read(move |conn| accounts::names_like(conn, &search, 10)).await?))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, one, create, change, remove, block, unblock, autocomplete))]
pub struct Doc;
