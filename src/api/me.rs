//! One's own account.

use super::{
    address::Client,
    auth::Caller,
    doors::Doors,
    fields::Fields,
    mail,
    users::{self, Detail, MeJson},
};
use crate::{
    accounts::{
        self, LoginChange, Preferences, SensitivePolicy, address, password, sensitive::KINDS, sessions,
    },
    app::App,
    comments,
    error::{Error, Kind, Result},
    following, groups, history,
    limiter::Asker,
    moderation::reports,
    playlists,
    settings::LANGUAGES,
    videos::{self, making},
};
use axum::{Extension, Json, Router, extract::State, http::StatusCode, routing::get};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/me", get(me).put(change).delete(remove))
        .route("/users/me/deletion", get(deletion))
        .route("/users/me/video-quota-used", get(quota_used))
}

#[utoipa::path(get, path = "/users/me", tag = "me", security(("token" = [])),
    responses((status = 200, body = MeJson), (status = 401)))]
async fn me(State(app): State<App>, caller: Caller) -> Result<Json<MeJson>> {
    let (now, urls) = (app.clock.now(), app.urls());
    let otherwise = app.settings().instance.sensitive_policy;
    let me = app.db.read(move |conn| {
        let user = users::user(conn, &urls, now, otherwise, caller.account_id, Detail::Me)?;
        MeJson::of(conn, user)
    });
    Ok(Json(me.await?))
}

/// Bytes that one's videos took.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the fields have PeerTube's names")]
struct QuotaUsed {
    video_quota_used: u64,
    video_quota_used_daily: u64,
    /// Ours: bytes that the videos of one's groups take on the disk now.
    size_on_disk: u64,
}

#[utoipa::path(get, path = "/users/me/video-quota-used", tag = "me", security(("token" = [])),
    responses((status = 200, body = QuotaUsed), (status = 401)))]
async fn quota_used(State(app): State<App>, caller: Caller) -> Result<Json<QuotaUsed>> {
    let now = app.clock.now();
    let account = caller.account_id;
    let used = app
        .db
        .read(move |conn| {
            let (video_quota_used, video_quota_used_daily) = users::used(conn, now, account)?;
            let groups: Vec<i64> =
                groups::of_publisher(conn, account)?.iter().map(|group| group.id).collect();
            let size_on_disk = making::size_of_groups(conn, &groups)?;
            Ok(QuotaUsed { video_quota_used, video_quota_used_daily, size_on_disk })
        })
        .await?;
    Ok(Json(used))
}

/// Asks for the present password before something that a borrowed telephone must not do.
///
/// # Errors
/// 400 without it, `refusal` when it is wrong, 429 after too many wrong ones.
pub async fn confirm(
    app: &App,
    doors: &Doors,
    client: Client,
    caller: &Caller,
    current: Option<String>,
    refusal: Kind,
) -> Result<()> {
    let Some(current) = current.filter(|current| !current.is_empty()) else {
        return Err(Error::refused(Kind::Bad, "currentPassword parameter is missing"));
    };
    let attempt = doors.knock(app.clock.now(), Asker::of(client.0), &caller.account.name)?;
    let account = caller.account_id;
    let login = app.db.read(move |conn| accounts::find_login(conn, account)).await?;
    if !doors.verify(current, Some(login.password_hash)).await? {
        return Err(Error::coded(refusal, "current_password_is_invalid", "The present password is wrong."));
    }
    doors.succeeded(&attempt);
    Ok(())
}

/// How one wants to see what may hurt or shock.
fn sensitive(fields: &mut Fields, preferences: &mut Preferences) {
    let policy: Option<SensitivePolicy> = fields.word("nsfwPolicy", "do_not_list, warn, blur or display.");
    preferences.nsfw_policy = policy.or(preferences.nsfw_policy);
    let mut chosen = 0;
    for (name, place) in [
        ("nsfwFlagsDisplayed", &mut preferences.nsfw_flags_displayed),
        ("nsfwFlagsHidden", &mut preferences.nsfw_flags_hidden),
        ("nsfwFlagsBlurred", &mut preferences.nsfw_flags_blurred),
        ("nsfwFlagsWarned", &mut preferences.nsfw_flags_warned),
    ] {
        *place = fields.integer(name).unwrap_or(*place);
        if !(0..=KINDS).contains(place) {
            fields.wrong(name, "1 violent, 2 explicit, 3 both, or 0.");
        } else if *place & chosen != 0 {
            fields.wrong(name, "Each kind is shown in one way.");
        }
        chosen |= *place;
    }
}

#[utoipa::path(put, path = "/users/me", tag = "me", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 401)))]
async fn change(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    mut fields: Fields,
) -> Result<StatusCode> {
    let account = caller.account_id;
    let mut preferences =
        app.db.read(move |conn| Ok(accounts::find_login(conn, account)?.preferences)).await?;
    let display_name = fields.text("displayName");
    fields.also(display_name.as_deref().and_then(accounts::check_display_name));
    let description = fields.text("description");
    fields.also(description.as_deref().and_then(accounts::check_description));
    sensitive(&mut fields, &mut preferences);
    if let Some(language) = fields.text("language") {
        if !language.is_empty() && !LANGUAGES.contains(&language.as_str()) {
            fields.wrong("language", "The interface speaks fr and en.");
        }
        preferences.language = Some(language).filter(|language| !language.is_empty());
    }
    if let Some(theme) = fields.text("theme") {
        if theme.is_empty() || theme.len() > 50 {
            fields.wrong("theme", "The name of a theme.");
        }
        preferences.theme = theme;
    }
    if let Some(languages) = fields.texts("videoLanguages") {
        if languages.len() > 500 || languages.iter().any(|language| language.len() > 20) {
            fields.wrong("videoLanguages", "A list of languages.");
        }
        preferences.video_languages = Some(languages).filter(|languages| !languages.is_empty());
    }
    for (name, place) in [
        ("p2pEnabled", &mut preferences.p2p_enabled),
        ("videosHistoryEnabled", &mut preferences.videos_history_enabled),
        ("autoPlayVideo", &mut preferences.auto_play_video),
        ("autoPlayNextVideo", &mut preferences.auto_play_next_video),
        ("autoPlayNextVideoPlaylist", &mut preferences.auto_play_next_video_playlist),
        ("emailPublic", &mut preferences.email_public),
        ("noInstanceConfigWarningModal", &mut preferences.no_instance_config_warning_modal),
        ("noWelcomeModal", &mut preferences.no_welcome_modal),
        ("noAccountSetupWarningModal", &mut preferences.no_account_setup_warning_modal),
    ] {
        if let Some(value) = fields.boolean(name) {
            *place = value;
        }
    }
    let email = fields.text("email");
    if email.as_deref().is_some_and(|email| !accounts::is_email(email)) {
        fields.wrong("email", "An address for letters, as in name@example.org.");
    }
    let new_password = fields.text("password");
    fields.also(new_password.as_deref().and_then(password::check));
    let current = fields.text("currentPassword");
    fields.end()?;

    if email.is_some() || new_password.is_some() {
        confirm(&app, &doors, client, &caller, current, Kind::Unauthenticated).await?;
    }
    let password_hash = match new_password {
        Some(password) => Some(doors.hash(password).await?),
        None => None,
    };
    let now = app.clock.now();
    // Where letters go, another address takes the place of the present one when it is proven.
    let (email, wanted) = if mail::is_on(&app) { (None, email) } else { (email, None) };
    if let Some(wanted) = &wanted
        && !doors.write_to(now, Asker::of(client.0), wanted)?
    {
        return Err(Error::TooOften { retry_after: 3600 });
    }
    let change = LoginChange {
        email,
        password_hash,
        keep_session: Some(caller.session_id),
        preferences: Some(preferences),
        ..LoginChange::default()
    };
    app.db
        .write(move |tx| {
            accounts::change_login(tx, account, &change)?;
            if let Some(wanted) = &wanted {
                address::ask_for_another(tx, now, account, wanted)?;
            }
            if display_name.is_some() || description.is_some() {
                accounts::change_profile(tx, now, account, display_name.as_deref(), description.as_deref())?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What goes when somebody deletes the account, and what stays.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Deletion {
    /// Groups that this account made.
    groups: Vec<DeletedGroup>,
    /// Playlists that go with it: all but those that a group publishes which stays.
    playlists: u64,
    /// Videos that this account sent to groups of others: they stay.
    videos_of_others: u64,
    /// How many groups and people it follows.
    subscriptions: u64,
    /// How many videos are remembered as watched by it.
    watched: u64,
    /// Comments that it wrote: their texts go.
    comments: u64,
    /// Reports that it wrote: moderators keep them, without its name.
    reports: u64,
}

/// A group of somebody who goes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeletedGroup {
    name: String,
    display_name: String,
    /// Its videos.
    videos: u64,
    /// Who takes it over; null when it goes with its videos, because nobody else looks after it.
    #[schema(required)]
    heir: Option<String>,
}

/// What would become of one's things, to be read before.
#[utoipa::path(get, path = "/users/me/deletion", tag = "me", security(("token" = [])),
    responses((status = 200, body = Deletion), (status = 401)))]
async fn deletion(State(app): State<App>, caller: Caller) -> Result<Json<Deletion>> {
    let deletion = app
        .db
        .read(move |conn| {
            let (mut told, mut going) = (Vec::new(), Vec::new());
            for group in groups::of_owner(conn, caller.account_id)? {
                let heir = match groups::heir(conn, &group)? {
                    Some(heir) => Some(accounts::find(conn, heir)?.display_name),
                    None => None,
                };
                let videos = videos::count_of_group(conn, group.id)?;
                if heir.is_none() {
                    going.push(group.id);
                }
                told.push(DeletedGroup { name: group.name, display_name: group.display_name, videos, heir });
            }
            let playlists = playlists::count_leaving(conn, caller.account_id, &going)?;
            let written = reports::Filter { reporter: Some(caller.account_id), ..reports::Filter::default() };
            Ok(Deletion {
                groups: told,
                playlists,
                videos_of_others: videos::count_elsewhere(conn, caller.account_id)?,
                subscriptions: following::count_of(conn, caller.account_id)?,
                comments: comments::count_of_account(conn, caller.account_id)?,
                watched: history::count(conn, caller.account_id)?,
                reports: reports::list(conn, &written)?.0,
            })
        })
        .await?;
    Ok(Json(deletion))
}

/// Deletes one's account. Needs the password (`currentPassword`), except within ten minutes after signing in, as
/// PeerTube's clients send none.
#[utoipa::path(delete, path = "/users/me", tag = "me", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 401), (status = 403)))]
async fn remove(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    mut fields: Fields,
) -> Result<StatusCode> {
    let current = fields.text("currentPassword");
    fields.end()?;
    let (now, session) = (app.clock.now(), caller.session_id);
    let fresh = current.is_none() && app.db.read(move |conn| sessions::is_fresh(conn, now, session)).await?;
    if !fresh {
        confirm(&app, &doors, client, &caller, current, Kind::Forbidden).await?;
    }
    super::administration::remove_account(&app, caller.account_id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(me, quota_used, change, deletion, remove))]
pub struct Doc;
