//! How other servers find us: WebFinger, host-meta, NodeInfo.

use crate::{
    accounts, actors,
    app::App,
    comments,
    error::{Error, Kind, Result},
    groups,
    settings::SignupMode,
    urls::Urls,
    videos,
};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/.well-known/webfinger", get(webfinger))
        .route("/.well-known/host-meta", get(host_meta))
        .route("/.well-known/nodeinfo", get(nodeinfo_index))
        .route("/nodeinfo/2.0.json", get(nodeinfo_2_0))
        .route("/nodeinfo/2.1.json", get(nodeinfo_2_1))
}

const OPEN: (HeaderName, HeaderValue) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));

#[derive(Deserialize)]
struct Wanted {
    resource: Option<String>,
}

/// Which actor a handle names. `acct:NAME@HOST`, a handle as people write it, or the address itself.
async fn webfinger(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let resource = wanted.resource.unwrap_or_default();
    let urls = app.urls();
    let unknown = || Error::not_found("Actor");
    let handle = resource.strip_prefix("acct:").unwrap_or(&resource).trim_start_matches('@');
    let name = match handle.rsplit_once('@') {
        Some((name, host)) if host.eq_ignore_ascii_case(urls.host()) => name.to_lowercase(),
        Some(_) => return Err(unknown()),
        None => match super::address::Address::of_url(&urls, &resource) {
            Some(
                super::address::Address::Account(name, None) | super::address::Address::Group(name, None),
            ) => name,
            _ => {
                return Err(Error::refused(
                    Kind::Bad,
                    "The parameter `resource` must be `acct:NAME@HOST` with the host of this server.",
                ));
            }
        },
    };
    let actor = if [actors::INSTANCE, "relay"].contains(&name.as_str()) {
        urls.account(actors::INSTANCE)
    } else {
        let (name, urls) = (name.clone(), app.urls());
        app.db
            .read(move |conn| {
                if let Ok(account) = accounts::by_name(conn, &name, None) {
                    return Ok(urls.account(&account.name));
                }
                let group = groups::by_name(conn, &name, None).map_err(|_| unknown())?;
                Ok(urls.group(&group.name))
            })
            .await?
    };
    let document = json!({
        "subject": format!("acct:{name}@{}", urls.host()),
        "aliases": [actor],
        "links": [
            { "rel": "self", "type": "application/activity+json", "href": actor },
            { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": actor },
        ],
    });
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/jrd+json; charset=utf-8"));
    Ok(([kind, OPEN], document.to_string()).into_response())
}

async fn host_meta(State(app): State<App>) -> Response {
    let template = app.urls().absolute("/.well-known/webfinger?resource={uri}");
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"application/jrd+json\" template=\"{template}\"/>\n</XRD>\n"
    );
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/xrd+xml; charset=utf-8"));
    ([kind, OPEN], text).into_response()
}

async fn nodeinfo_index(State(app): State<App>) -> Response {
    let urls = app.urls();
    let schema = |version: &str| {
        json!({
            "rel": Urls::nodeinfo_schema(version),
            "href": urls.absolute(&format!("/nodeinfo/{version}.json")),
        })
    };
    // PeerTube follows a bare host through this link.
    let instance = json!({
        "rel": "https://www.w3.org/ns/activitystreams#Application",
        "href": urls.account(actors::INSTANCE),
    });
    ([OPEN], Json(json!({ "links": [schema("2.0"), schema("2.1"), instance] }))).into_response()
}

async fn nodeinfo_2_0(State(app): State<App>) -> Result<Response> {
    nodeinfo(&app, "2.0").await
}

async fn nodeinfo_2_1(State(app): State<App>) -> Result<Response> {
    nodeinfo(&app, "2.1").await
}

async fn nodeinfo(app: &App, version: &str) -> Result<Response> {
    let (users, videos, comments) = app
        .db
        .read(|conn| {
            let videos = videos::figures::figures(conn)?;
            Ok((accounts::count(conn)?, videos.videos, comments::figures(conn)?.1))
        })
        .await?;
    let settings = app.settings();
    let document: Value = json!({
        "version": version,
        "software": { "name": "kiosque", "version": env!("CARGO_PKG_VERSION") },
        "protocols": ["activitypub"],
        "services": { "inbound": [], "outbound": ["atom1.0", "rss2.0"] },
        "openRegistrations": settings.signup.mode != SignupMode::Closed,
        "usage": { "users": { "total": users }, "localPosts": videos, "localComments": comments },
        "metadata": {
            "nodeName": settings.instance.name,
            "nodeDescription": settings.instance.short_description,
            "taxonomy": { "postsName": "Videos" },
        },
    });
    let kind = format!("application/json; charset=utf-8; profile=\"{}#\"", Urls::nodeinfo_schema(version));
    let kind = HeaderValue::from_str(&kind).map_err(Error::internal)?;
    Ok(([(header::CONTENT_TYPE, kind), OPEN], document.to_string()).into_response())
}
