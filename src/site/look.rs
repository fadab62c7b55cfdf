//! How this instance looks: the colours, the style sheet and the icon that its administrator chose, and the sentence that
//! stands on every page. Each style sheet is a file of its own, whose address changes with what is in it.

use super::page::escape;
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
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

pub(super) fn router() -> Router<App> {
    Router::new().route(Urls::COLOURS, get(colours)).route(Urls::STYLE, get(style))
}

/// What a page shows of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    /// Elements at the end of the head.
    pub head: String,
    /// The page has an icon of the instance instead of ours.
    pub icon: bool,
    /// Colour of the browser around the page.
    pub roof: String,
    /// The sentence on every page, as HTML.
    pub notice: String,
}

impl Look {
    /// As it is now. The instance's own style sheet is left out of the pages on which it is mended.
    pub(super) fn of(app: &App, with_style: bool) -> Self {
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
        let mut sheet = |id: &str, path: &str, css: &str| {
            if !css.is_empty() {
                let _ =
                    write!(head, "<link rel=\"stylesheet\" id=\"{id}\" href=\"{path}?v={}\" />", tag(css));
            }
        };
        sheet("look-colours", Urls::COLOURS, &colours.css());
        if with_style {
            sheet("look-style", Urls::STYLE, &settings.look.css);
        }
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
        Self { head, icon, roof: escape(&colours.roof().css()), notice }
    }
}

/// Changes with the text.
fn tag(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}

async fn colours(State(app): State<App>) -> Response {
    sheet(Colours::of(&app.settings().look).css())
}

async fn style(State(app): State<App>) -> Response {
    sheet(app.settings().look.css.clone())
}

/// A style sheet. Pages name it with its tag; who asks without one is to ask again.
fn sheet(css: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, css).into_response()
}
