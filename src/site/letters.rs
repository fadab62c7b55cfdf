//! Stopping the letters that tell somebody what happened: with the link in each of them, without signing in and without
//! scripts. Mail programs send the request by themselves when their button is pressed (RFC 8058).

use super::{page::escape, pages};
use crate::{
    app::App,
    notifications::letters::{self, Rhythm},
    urls::Urls,
};
use axum::{
    Router,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

pub(super) fn router() -> Router<App> {
    Router::new().route("/letters/stop", get(ask).post(stop))
}

/// Whose letters, and what shows that the one who asks has one of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    account: i64,
    token: String,
}

/// A link that a mail program has mangled is one that nobody knows.
type Link = Result<Query<Asked>, QueryRejection>;

/// How far it is.
#[derive(Debug, Clone, Copy)]
enum Step {
    Asks,
    Stopped,
    Unknown,
}

/// Only asks: programs that look at what links lead to stop nothing.
async fn ask(State(app): State<App>, asked: Link, headers: HeaderMap) -> Response {
    let Query(asked) = asked.unwrap_or_default();
    match app.db.read(move |conn| letters::stops(conn, asked.account, &asked.token)).await {
        Ok(true) => page(&app, &headers, Step::Asks),
        Ok(false) => page(&app, &headers, Step::Unknown),
        Err(error) => error.into_response(),
    }
}

async fn stop(State(app): State<App>, asked: Link, headers: HeaderMap) -> Response {
    let Query(asked) = asked.unwrap_or_default();
    let now = app.clock.now();
    let stopped = app
        .db
        .write(move |tx| {
            let stops = letters::stops(tx, asked.account, &asked.token)?;
            if stops {
                letters::set_rhythm(tx, now, asked.account, Rhythm::Never)?;
            }
            Ok(stops)
        })
        .await;
    match stopped {
        Ok(true) => page(&app, &headers, Step::Stopped),
        Ok(false) => page(&app, &headers, Step::Unknown),
        Err(error) => error.into_response(),
    }
}

fn page(app: &App, headers: &HeaderMap, step: Step) -> Response {
    let mut page = pages::begin(app, headers);
    page.hidden = true;
    page.still = true;
    let french = page.lang == "fr";
    let (title, text, button) = match (step, french) {
        (Step::Asks, true) => (
            "Ne plus recevoir de messages ?",
            "Vous ne recevrez plus les notifications par courriel. Vous les trouverez toujours sur le site, et vous pourrez les demander à nouveau dans vos choix.",
            Some("Ne plus en recevoir"),
        ),
        (Step::Asks, false) => (
            "No more messages?",
            "You will get no more notifications by mail. You still find them on the site, and can ask for them again in your choices.",
            Some("No more of them"),
        ),
        (Step::Stopped, true) => ("C'est fait", "Vous ne recevrez plus de notifications par courriel.", None),
        (Step::Stopped, false) => ("Done", "You will get no more notifications by mail.", None),
        (Step::Unknown, true) => (
            "Ce lien ne sert plus",
            "Prenez celui d'un message plus récent, ou connectez-vous et changez vos choix.",
            None,
        ),
        (Step::Unknown, false) => (
            "This link is not good any more",
            "Take that of a newer message, or sign in and change your choices.",
            None,
        ),
    };
    if matches!(step, Step::Unknown) {
        page.status = Some(StatusCode::NOT_FOUND);
    }
    title.clone_into(&mut page.title);
    // The form goes to where it stands.
    let form = button.map_or_else(String::new, |button| {
        format!(
            "<form method=\"post\"><button class=\"button button-full\">{}</button></form>",
            escape(button)
        )
    });
    page.core = format!(
        "<main class=\"page page-middle stack\"><h1>{}</h1><p>{}</p>{form}<p><a href=\"{}\">{}</a></p></main>",
        escape(title),
        escape(text),
        escape(&Urls::notification_choices_path()),
        escape(if french { "Mes choix" } else { "My choices" })
    );
    page.respond()
}
