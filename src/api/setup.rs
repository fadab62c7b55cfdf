//! Claiming a new instance in the browser. Only who has the one-time link that the server printed may; it closes for
//! good when an administrator exists.

use super::{
    address::{Client, SeenFrom},
    auth,
    doors::Doors,
    extract::{Query, text_header},
    fields::Fields,
    server,
};
use crate::{
    accounts::{self, NewAccount, Role, password, sessions},
    app::App,
    doctor::{self, Reach},
    error::{Error, Result},
    limiter::Asker,
    media::encoder::EncoderTest,
    settings::LANGUAGES,
    text,
    urls::Urls,
};
use axum::{
    Extension, Json, Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::{Host, Url};
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/setup", get(state).post(claim))
        .route("/setup/address", post(address))
        .route("/setup/encoder-test", post(encoder_test))
}

/// How far set-up is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SetupState {
    /// An administrator exists.
    claimed: bool,
    /// Those of the interface; with a token only, like what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    languages: Option<Vec<&'static str>>,
    /// The address by which this request came, or the configured one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    suggested_url: Option<String>,
    /// Of Kiosque.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<&'static str>,
}

#[derive(Deserialize)]
struct TokenQuery {
    token: Option<String>,
}

/// Lets in who has the token of an instance that nobody has claimed.
async fn open(app: &App, doors: &Doors, client: Client, token: &str) -> Result<()> {
    if app.db.read(accounts::is_claimed).await? {
        return Err(already());
    }
    // Digests are compared: how long that takes tells nothing about the token. The right one always opens, so that
    // nobody keeps its holder out by guessing.
    if Sha256::digest(token) == Sha256::digest(&app.setup_token) {
        return Ok(());
    }
    doors.knock(app.clock.now(), Asker::of(client.0), " set-up")?;
    Err(Error::forbidden(
        "This link is not the one that the server printed last. Look for it in its log, or start it again.",
    ))
}

fn already() -> Error {
    Error::conflict("This instance is set up already. Sign in instead.")
}

#[utoipa::path(get, path = "/setup", tag = "setup", params(("token" = Option<String>, Query)),
    responses((status = 200, body = SetupState), (status = 403), (status = 409)))]
async fn state(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    headers: HeaderMap,
    Query(query): Query<TokenQuery>,
) -> Result<Json<SetupState>> {
    let Some(token) = query.token else {
        let claimed = app.db.read(accounts::is_claimed).await?;
        return Ok(Json(SetupState { claimed, languages: None, suggested_url: None, version: None }));
    };
    open(&app, &doors, client, &token).await?;
    Ok(Json(SetupState {
        claimed: false,
        languages: Some(LANGUAGES.to_vec()),
        suggested_url: Some(suggested_url(&app, &headers)),
        version: Some(env!("CARGO_PKG_VERSION")),
    }))
}

/// The configured address, else the one that the browser has in its bar.
fn suggested_url(app: &App, headers: &HeaderMap) -> String {
    if let Some(url) = &app.config.public_url {
        return url.as_str().trim_end_matches('/').to_owned();
    }
    // It is only proposed to the one who asks, so a forged header deceives nobody else.
    let https = text_header(headers, "x-forwarded-proto").is_some_and(|proto| proto.starts_with("https"));
    text_header(headers, "host")
        .and_then(|host| Urls::of_host(&host, https))
        .map_or_else(|| app.urls().base().to_owned(), |urls| urls.base().to_owned())
}

/// What became of trying an address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AddressCheck {
    /// It can be used as it is.
    ok: bool,
    /// Kiosque answered there; null when that cannot be seen from here.
    #[schema(required)]
    reachable: Option<bool>,
    /// `good`, `warn` or `bad`.
    level: doctor::Level,
    /// Stable name of the finding.
    code: &'static str,
    /// The finding as a sentence.
    detail: String,
}

/// The only request to the outside that set-up makes: to the address that the holder of the token typed, `/api/v1/ping`
/// there, for three seconds, without following a redirection.
#[utoipa::path(post, path = "/setup/address", tag = "setup", responses((status = 200, body = AddressCheck)))]
async fn address(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    mut fields: Fields,
) -> Result<Json<AddressCheck>> {
    open(&app, &doors, client, &fields.text("token").unwrap_or_default()).await?;
    let url = read_url(&mut fields);
    fields.end()?;
    let Some(url) = url else { return Err(Error::internal("an address without a finding")) };
    let looked_at = url.clone();
    let reach =
        tokio::task::spawn_blocking(move || doctor::reach(&looked_at)).await.map_err(Error::internal)?;
    Ok(Json(finding(&url, &reach)))
}

/// Scheme, host and port of a public address; anything more is a mistake.
fn read_url(fields: &mut Fields) -> Option<Url> {
    let text = fields.needed_text("publicUrl");
    if fields.is_wrong("publicUrl") {
        return None;
    }
    let url = Url::parse(text.trim()).ok().filter(|url| {
        ["http", "https"].contains(&url.scheme())
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if url.is_none() {
        fields.wrong(
            "publicUrl",
            "An address with http:// or https:// and a host, as in https://kiosque.example.org.",
        );
    }
    url
}

fn finding(url: &Url, reach: &Reach) -> AddressCheck {
    let check = |reachable, level, code, detail: String| AddressCheck {
        ok: level != doctor::Level::Bad,
        reachable,
        level,
        code,
        detail,
    };
    use doctor::Level::{Bad, Good, Warn};
    let local = is_local(url);
    match reach {
        Reach::Unresolved => check(
            Some(false),
            Bad,
            "unresolved",
            "This name leads to no machine. It must point to this one.".to_owned(),
        ),
        Reach::Elsewhere => {
            check(Some(false), Bad, "elsewhere", "Something else answers at this address.".to_owned())
        }
        Reach::Here | Reach::Silent(_) if local => check(
            matches!(reach, Reach::Here).then_some(true),
            Warn,
            "local",
            "Only your own network reaches this address.".to_owned(),
        ),
        Reach::Here if url.scheme() == "http" => check(
            Some(true),
            Warn,
            "plain",
            "The address leads here, but without encryption: passwords travel readable.".to_owned(),
        ),
        Reach::Here => check(Some(true), Good, "reachable", "The address leads here.".to_owned()),
        Reach::Silent(why) => check(
            None,
            Warn,
            "silent",
            format!(
                "Nothing answers at this address as seen from here ({why}). Some networks cannot see themselves from inside; try from a phone."
            ),
        ),
    }
}

/// Whether an address is one that the Internet does not know.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => {
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
        }
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
        Some(Host::Domain(name)) => {
            !name.contains('.')
                || [".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa"]
                    .iter()
                    .any(|end| name.ends_with(end))
        }
        None => false,
    }
}

#[utoipa::path(post, path = "/setup/encoder-test", tag = "setup", responses((status = 200, body = EncoderTest)))]
async fn encoder_test(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    mut fields: Fields,
) -> Result<Json<EncoderTest>> {
    open(&app, &doors, client, &fields.text("token").unwrap_or_default()).await?;
    Ok(Json(server::try_encoder(&app).await?))
}

#[utoipa::path(post, path = "/setup", tag = "setup", responses((status = 200, body = auth::TokenAnswer), (status = 400), (status = 403), (status = 409)))]
async fn claim(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    SeenFrom(device): SeenFrom,
    mut fields: Fields,
) -> Result<Response> {
    open(&app, &doors, client, &fields.text("token").unwrap_or_default()).await?;
    let language = fields.text("language").unwrap_or_else(|| "fr".to_owned());
    if !LANGUAGES.contains(&language.as_str()) {
        fields.wrong("language", "The interface speaks fr and en.");
    }
    let name = fields.needed_text("name").trim().to_owned();
    if name.chars().count() > 80 {
        fields.wrong("name", "At most 80 characters.");
    }
    let url = read_url(&mut fields);
    let username = fields.needed_text("username").trim().to_owned();
    if !username.is_empty() && !accounts::is_name(&username) {
        fields.wrong(
            "username",
            "Lower case letters without accents, digits, dots and underscores; at most 50.",
        );
    }
    let email = fields.needed_text("email").trim().to_owned();
    if !email.is_empty() && !accounts::is_email(&email) {
        fields.wrong("email", "An address for letters, as in name@example.org.");
    }
    let password = fields.text("password").unwrap_or_default();
    fields.also(password::check(&password));
    fields.end()?;

    let password_hash = doors.hash(password).await?;
    let change = json!({"instance": {"name": name, "language": language, "publicUrl": url}});
    let settings = app.settings().changed(&change)?;
    let new = NewAccount {
        group_name: Some(group_name(&name, &username)),
        group_display_name: Some(name),
        name: username,
        email,
        password_hash,
        role: Role::Administrator,
        video_quota: -1,
        video_quota_daily: -1,
    };
    let now = app.clock.now();
    let tokens = app
        .change_settings(move |tx| {
            // Two browsers with the link: one of them wins.
            if accounts::is_claimed(tx)? {
                return Err(already());
            }
            let account = accounts::create(tx, now, &new)?;
            Ok((settings, sessions::open(tx, now, account.id, &device)?))
        })
        .await?;
    tracing::info!("the instance is claimed");
    Ok(auth::token_answer(tokens).into_response())
}

/// Handle of the association's group: its name, where that can be one.
fn group_name(name: &str, username: &str) -> String {
    // Room for a number behind it.
    let handle = text::handle(name, accounts::NAME_LONGEST - 5);
    if accounts::is_name(&handle) && handle.len() > 1 && handle != username {
        handle
    } else {
        crate::groups::first_name(username)
    }
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(state, address, encoder_test, claim))]
pub struct Doc;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_called_as_the_association_is() {
        assert_eq!(group_name("Le Grillon d’été", "anne"), "le_grillon_d_ete");
        assert_eq!(group_name("  Chœur & Fanfare!  ", "anne"), "choeur_fanfare");
        assert_eq!(group_name("合唱団", "anne"), "anne_channel");
        assert_eq!(group_name("Anne", "anne"), "anne_channel");
        assert!(accounts::is_name(&group_name(&"très long ".repeat(20), "anne")));
    }

    #[test]
    fn findings_tell_the_network_at_home_from_the_world() {
        let of = |url: &str, reach| {
            let check = finding(&Url::parse(url).unwrap(), &reach);
            (check.code, check.ok)
        };
        assert_eq!(of("http://192.168.1.20:8080", Reach::Here), ("local", true));
        assert_eq!(of("http://kiosque.local", Reach::Silent("refused".into())), ("local", true));
        assert_eq!(of("https://kiosque.example.org", Reach::Here), ("reachable", true));
        assert_eq!(of("http://kiosque.example.org", Reach::Here), ("plain", true));
        assert_eq!(of("https://kiosque.example.org", Reach::Silent("timed out".into())), ("silent", true));
        assert_eq!(of("https://kiosque.example.org", Reach::Elsewhere), ("elsewhere", false));
        assert_eq!(of("https://kiosqe.example.org", Reach::Unresolved), ("unresolved", false));
    }
}
