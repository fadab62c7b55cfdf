//! People who want an account, and those who decide about them.

use super::{
    address::Client,
    auth::Caller,
    doors::Doors,
    fields::Fields,
    labels::one_of,
    list_query::{ListQuery, Slice},
    mail,
    passwords::HandedLink,
    shapes::{List, Numbered},
};
use crate::{
    accounts::{
        password,
        registrations::{self, Filter, NewRegistration, Registration, Rules, State as Stands},
    },
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
    limiter::Asker,
    settings::{LANGUAGES, SignupMode},
    text,
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{delete, get, post},
};
use rusqlite::Transaction;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/register", post(register))
        .route("/users/registrations", get(list))
        .route("/users/registrations/request", post(request))
        .route("/users/registrations/{id}", delete(forget))
        .route("/users/registrations/{id}/accept", post(accept))
        .route("/users/registrations/{id}/reject", post(reject))
        .route("/users/registrations/{id}/verify-email", post(prove))
        .route("/users/registrations/{id}/link", post(hand_over))
}

/// Somebody who wants an account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserRegistration)]
struct RegistrationJson {
    id: i64,
    state: RegistrationStateLabel,
    /// Empty for who needs no moderator and has yet to prove the address.
    registration_reason: String,
    #[schema(required)]
    moderation_response: Option<String>,
    username: String,
    email: String,
    #[schema(required)]
    email_verified: Option<bool>,
    #[schema(required)]
    account_display_name: Option<String>,
    #[schema(required)]
    channel_handle: Option<String>,
    #[schema(required)]
    channel_display_name: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(required)]
    user: Option<Numbered>,
}

/// Where it stands.
#[derive(Debug, Serialize, ToSchema)]
struct RegistrationStateLabel {
    #[schema(schema_with = states)]
    id: i64,
    label: &'static str,
}

fn states() -> utoipa::openapi::schema::Object {
    one_of([Stands::Pending.id(), Stands::Rejected.id(), Stands::Accepted.id()])
}

impl From<Stands> for RegistrationStateLabel {
    fn from(state: Stands) -> Self {
        let label = match state {
            Stands::Pending => "Pending",
            Stands::Rejected => "Rejected",
            Stands::Accepted => "Accepted",
        };
        Self { id: state.id(), label }
    }
}

impl From<Registration> for RegistrationJson {
    fn from(found: Registration) -> Self {
        let wanted = found.wanted;
        Self {
            id: found.id,
            state: found.state.into(),
            registration_reason: wanted.reason,
            moderation_response: found.answer,
            username: wanted.name,
            email: wanted.email,
            email_verified: found.email_verified,
            account_display_name: wanted.display_name,
            channel_handle: wanted.group_name,
            channel_display_name: wanted.group_display_name,
            created_at: found.created_at,
            updated_at: found.updated_at,
            user: found.account_id.map(|id| Numbered { id }),
        }
    }
}

/// What holds for those who come now.
fn rules(app: &App) -> Rules {
    let settings = app.settings();
    Rules {
        needs_approval: settings.signup.mode == SignupMode::Approval,
        verify_email: settings.signup.verify_email,
        mail: mail::is_on(app),
        limit: limit(app),
        video_quota: settings.uploads.default_quota,
        video_quota_daily: settings.uploads.default_quota_daily,
    }
}

/// Accounts at most; the settings write "without limit" as -1.
fn limit(app: &App) -> Option<u64> {
    u64::try_from(app.settings().signup.limit).ok()
}

/// Whether anybody may come: `/config` says the same.
pub(super) async fn is_open(app: &App) -> Result<bool> {
    if app.settings().signup.mode == SignupMode::Closed {
        return Ok(false);
    }
    let limit = limit(app);
    app.db.read(move |conn| registrations::has_room(conn, limit)).await
}

/// What somebody sent who wants an account, and the password; `None` from a machine.
fn read(
    mut fields: Fields,
    headers: &HeaderMap,
    needs_approval: bool,
) -> Result<Option<(NewRegistration, String)>> {
    let filled = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    let password = fields.text("password").unwrap_or_default();
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = wanted.map(|wanted| text::best_language(wanted, &LANGUAGES, ""));
    let channel = fields.object("channel");
    let inner = |name: &str| channel.get(name).and_then(Value::as_str).map(str::to_owned).and_then(filled);
    let mut new = NewRegistration {
        name: fields.text("username").unwrap_or_default().trim().to_owned(),
        email: fields.text("email").unwrap_or_default().trim().to_owned(),
        password_hash: String::new(),
        display_name: fields.text("displayName").and_then(filled),
        group_name: inner("name"),
        group_display_name: inner("displayName"),
        language: language.and_then(filled),
        reason: String::new(),
    };
    // No person sees this field; a machine fills in what it finds.
    let machine = fields.text("website").and_then(filled).is_some();
    fields.also(registrations::check(&new));
    fields.also(password::check(&password));
    if needs_approval {
        fields.text("registrationReason").unwrap_or_default().trim().clone_into(&mut new.reason);
        fields.also(registrations::check_reason(&new.reason));
    }
    fields.end()?;
    Ok((!machine).then_some((new, password)))
}

/// Lets somebody in who wants an account: what was sent, with the password hashed, and what holds for it. `None` is a
/// machine, which is to learn nothing.
async fn admit(
    app: &App,
    doors: &Doors,
    client: Client,
    headers: &HeaderMap,
    fields: Fields,
    mut rules: Rules,
) -> Result<Option<(NewRegistration, Rules)>> {
    let read = read(fields, headers, rules.needs_approval)?;
    let now = app.clock.now();
    doors.register(now, Asker::of(client.0))?;
    let Some((mut new, password)) = read else {
        tracing::info!("a machine wanted an account");
        return Ok(None);
    };
    if rules.verify_email {
        rules.mail &= doors.letter_to(now, &new.email);
    }
    new.password_hash = doors.hash(password).await?;
    Ok(Some((new, rules)))
}

/// Refuses who comes while nobody may.
async fn refuse_closed(app: &App) -> Result<()> {
    if is_open(app).await? {
        return Ok(());
    }
    Err(Error::forbidden("User registration is not allowed"))
}

/// An account for whoever wants one. Where addresses are proven it is made when that is done, and the answer is the
/// same whether the address has an account or not.
#[utoipa::path(post, path = "/users/register", tag = "registrations",
    responses((status = 204), (status = 400), (status = 403), (status = 409), (status = 429)))]
async fn register(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Result<StatusCode> {
    refuse_closed(&app).await?;
    let rules = rules(&app);
    if rules.needs_approval {
        return Err(Error::forbidden("User registration requires approval"));
    }
    let Some((new, rules)) = admit(&app, &doors, client, &headers, fields, rules).await? else {
        return Ok(StatusCode::NO_CONTENT);
    };
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            if rules.verify_email {
                registrations::request(tx, now, &new, &rules).map(drop)
            } else {
                registrations::register(tx, now, &new, &rules).map(drop)
            }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for an account where a moderator decides.
#[utoipa::path(post, path = "/users/registrations/request", tag = "registrations",
    responses((status = 200, body = RegistrationJson), (status = 400), (status = 403), (status = 409), (status = 429)))]
async fn request(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response> {
    refuse_closed(&app).await?;
    let rules = rules(&app);
    if !rules.needs_approval {
        return Err(Error::refused(Kind::Bad, "Signup approval is not enabled on this instance"));
    }
    let Some((new, rules)) = admit(&app, &doors, client, &headers, fields, rules).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let now = app.clock.now();
    let found = app.db.write(move |tx| registrations::request(tx, now, &new, &rules)).await?;
    Ok(Json(RegistrationJson::from(found)).into_response())
}

/// Those who came, for those who decide.
#[utoipa::path(get, path = "/users/registrations", tag = "registrations", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("search" = Option<String>, Query), ("pending" = Option<bool>, Query)),
    responses((status = 200, body = List<RegistrationJson>), (status = 401), (status = 403)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<List<RegistrationJson>>> {
    caller.staff()?;
    let Slice { start, count, sort, search } = query.slice()?;
    // Ours: only those who wait.
    let state = query.flag("pending")?.unwrap_or_default().then_some(Stands::Pending);
    let filter = Filter { search, state, sort, start, count };
    let (total, found) = app.db.read(move |conn| registrations::list(conn, &filter)).await?;
    Ok(Json(List { total, data: found.into_iter().map(RegistrationJson::from).collect() }))
}

/// A number in the path; what is none names nobody.
fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::not_found("Registration"))
}

/// What a moderator answers, and whether a letter goes.
fn answer(mut fields: Fields) -> Result<(Option<String>, bool)> {
    let answer = fields.text("moderationResponse").map(|text| text.trim().to_owned());
    let answer = answer.filter(|text| !text.is_empty());
    fields.also(answer.as_deref().and_then(registrations::check_answer));
    let silent = fields.boolean("preventEmailDelivery").unwrap_or_default();
    fields.end()?;
    Ok((answer, silent))
}

/// [`registrations::accept`] or [`registrations::reject`].
type Decision = fn(&Transaction<'_>, Timestamp, i64, Option<&str>, &Rules) -> Result<()>;

async fn decide(
    app: App,
    caller: Caller,
    id: String,
    fields: Fields,
    decision: Decision,
) -> Result<StatusCode> {
    caller.staff()?;
    let id = number(&id)?;
    let (answer, silent) = answer(fields)?;
    let (now, mut rules) = (app.clock.now(), rules(&app));
    rules.mail &= !silent;
    app.db.write(move |tx| decision(tx, now, id, answer.as_deref(), &rules)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes the account.
#[utoipa::path(post, path = "/users/registrations/{id}/accept", tag = "registrations", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 403), (status = 404), (status = 409)))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<StatusCode> {
    decide(app, caller, id, fields, registrations::accept).await
}

/// Refuses it.
#[utoipa::path(post, path = "/users/registrations/{id}/reject", tag = "registrations", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 403), (status = 404), (status = 409)))]
async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<StatusCode> {
    decide(app, caller, id, fields, registrations::reject).await
}

/// Forgets it; an account that was made stays.
#[utoipa::path(delete, path = "/users/registrations/{id}", tag = "registrations", security(("token" = [])),
    params(("id" = String, Path)), responses((status = 204), (status = 403), (status = 404)))]
async fn forget(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    caller.staff()?;
    let id = number(&id)?;
    app.db.write(move |tx| registrations::delete(tx, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Proves the address with the link of a letter.
#[utoipa::path(post, path = "/users/registrations/{id}/verify-email", tag = "registrations",
    params(("id" = String, Path)), responses((status = 204), (status = 400), (status = 403), (status = 409)))]
async fn prove(State(app): State<App>, Path(id): Path<String>, mut fields: Fields) -> Result<StatusCode> {
    let id = id.parse().map_err(|_| Error::forbidden("Invalid verification string."))?;
    let token = fields.needed_text("verificationString");
    fields.end()?;
    let (now, rules) = (app.clock.now(), rules(&app));
    app.db.write(move |tx| registrations::prove(tx, now, id, &token, &rules)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a link that proves the address, for somebody whom no letter reaches.
#[utoipa::path(post, path = "/users/registrations/{id}/link", tag = "registrations", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = HandedLink), (status = 403), (status = 404), (status = 409)))]
async fn hand_over(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<HandedLink>> {
    caller.staff()?;
    let id = number(&id)?;
    let (now, urls) = (app.clock.now(), app.urls());
    let made = app.db.write(move |tx| registrations::hand_over(tx, now, id)).await?;
    Ok(Json(HandedLink::new(urls.prove_registration(id, &made.token), &made)))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(register, request, list, accept, reject, forget, prove, hand_over))]
pub struct Doc;
