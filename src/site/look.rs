//! How this instance looks: the colours, the style sheet and the icon that its administrator chose, and the sentence that
//! stands on every page. Each style sheet is a file of its own, whose address changes with what is in it.

use super::{page::escape, query::Query};
use crate::{
    app::App,
    settings::{BroadcastLevel, Colours, pictures::Kind},
    text::markdown,
    urls::Urls,
};
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

pub(super) fn router() -> Router<App> {
    Router::new().route(Urls::COLOURS, get(colours)).route(Urls::STYLE, get(style))
}

/// What a page shows of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    /// Elements at the end of the head: icons and colours.
    pub head: String,
    /// The element after these that links the instance's own style sheet.
    pub style: String,
    /// The page has an icon of the instance instead of ours.
    pub icon: bool,
    /// Colour of the browser around the page.
    pub roof: String,
    /// The sentence on every page, as HTML.
    pub notice: String,
}

impl Look {
    /// As it is now.
    pub(super) fn of(app: &App) -> Self {
        let settings = app.settings();
        let colours = Colours::of(&settings.look);
        let mut head = String::new();
        for picture in app.pictures().iter().filter(|picture| picture.kind == Kind::Favicon) {
            let href = Urls::lazy_static_path("upload-images", &picture.file);
            let rel = if picture.width == 192 { "icon apple-touch-icon" } else { "icon" };
            let side = picture.width;
            let _ = write!(
                head,
                "<link rel=\"{rel}\" type=\"image/png\" sizes=\"{side}x{side}\" href=\"{href}\" />"
            );
        }
        let icon = !head.is_empty();
        head.push_str(&link("look-colours", Urls::COLOURS, &colours.css()));
        let style = link("look-style", Urls::STYLE, &settings.look.css);
        let broadcast = &settings.broadcast;
        let notice = if broadcast.enabled {
            let kind = match broadcast.level {
                BroadcastLevel::Info => "",
                BroadcastLevel::Warning => " notice-warn",
                BroadcastLevel::Error => " notice-bad",
            };
            format!(
                "<div class=\"notice{kind}\" dir=\"auto\">{}</div>",
                markdown::to_html(&broadcast.message)
            )
        } else {
            String::new()
        };
        Self { head, style, icon, roof: escape(&colours.roof().css()), notice }
    }
}

/// The element that links a style sheet; nothing for an empty one.
fn link(id: &str, path: &str, css: &str) -> String {
    if css.is_empty() {
        return String::new();
    }
    format!("<link rel=\"stylesheet\" id=\"{id}\" href=\"{path}?v={}\" />", tag(css))
}

/// Changes with the text.
fn tag(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}

#[derive(Deserialize)]
struct Version {
    v: Option<String>,
}

async fn colours(State(app): State<App>, Query(version): Query<Version>) -> Response {
    sheet(Colours::of(&app.settings().look).css(), &version)
}

async fn style(State(app): State<App>, Query(version): Query<Version>) -> Response {
    sheet(app.settings().look.css.clone(), &version)
}

/// A style sheet. Who names it with its tag may keep it; who asks for another, or without, is to ask again.
fn sheet(css: String, version: &Version) -> Response {
    let cache = match &version.v {
        Some(v) if *v == tag(&css) => "public, max-age=31536000, immutable",
        _ => "no-cache",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ];
    (headers, css).into_response()
}
