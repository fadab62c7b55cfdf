//! The page about this instance, readable without scripts. The client draws the same from `/config/about`.

use super::{
    page::escape,
    pages::{begin, preview},
};
use crate::{app::App, settings::AboutSettings, text::markdown};
use axum::{extract::State, http::HeaderMap, response::Response};
use std::fmt::Write as _;

/// Headings of the texts: French, English.
type Headings = (&'static str, &'static str);

/// The texts in the order of the page.
fn texts<'t>(about: &'t AboutSettings, terms: &'t str) -> [(Headings, &'t str); 9] {
    [
        (("Qui tient ce kiosque", "Who looks after it"), &about.administrator),
        (("Pourquoi ce kiosque", "Why it is here"), &about.creation_reason),
        (("Pour combien de temps", "How long it will be here"), &about.maintenance_lifetime),
        (("Qui paie", "Who pays"), &about.business_model),
        (("Aider ce kiosque", "Help this kiosk"), &about.support),
        (("Conditions d’utilisation", "Terms of use"), terms),
        (("Règles de conduite", "How to treat each other"), &about.code_of_conduct),
        (("Modération", "Moderation"), &about.moderation_information),
        (("La machine", "The machine"), &about.hardware_information),
    ]
}

pub(super) async fn page(State(app): State<App>, headers: HeaderMap) -> Response {
    let mut page = begin(&app, &headers);
    let settings = app.settings();
    let french = page.lang == "fr";
    let mut core = format!(
        "<main class=\"page page-narrow stack\"><h1 dir=\"auto\">{}</h1><p dir=\"auto\">{}</p><div dir=\"auto\">{}</div>",
        escape(&page.site),
        escape(&page.description),
        markdown::to_html(&settings.instance.description)
    );
    for ((fr, en), text) in texts(&settings.about, &settings.instance.terms) {
        if !text.trim().is_empty() {
            let heading = if french { fr } else { en };
            let _ = write!(core, "<h2>{heading}</h2><div dir=\"auto\">{}</div>", markdown::to_html(text));
        }
    }
    for link in [&settings.about.website, &settings.about.mastodon, &settings.about.bluesky] {
        if !link.is_empty() {
            let link = escape(link);
            let _ = write!(core, "<p><a href=\"{link}\" rel=\"me noopener\">{link}</a></p>");
        }
    }
    core.push_str("</main>");
    page.core = core;
    (if french { "À propos" } else { "About" }).clone_into(&mut page.title);
    page.canonical = Some(app.urls().absolute("/about"));
    page.image = Some(preview(&app));
    page.respond()
}
