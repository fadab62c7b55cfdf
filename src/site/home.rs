//! The home page as it is read without scripts: the blocks that an administrator arranged.

use super::{
    page::{Page, escape},
    pages::{begin, preview},
};
use crate::{
    app::App,
    home::{self, Home, Reader, Shown},
    settings::BlockOrder,
    text::markdown,
    urls::Urls,
    videos::{Filter, Video},
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use std::fmt::Write as _;

pub(super) async fn home(State(app): State<App>, headers: HeaderMap) -> Response {
    let mut page = begin(&app, &headers);
    let urls = app.urls();
    page.canonical = Some(urls.absolute("/"));
    page.image = Some(preview(&app));
    page.links.push(("alternate", "application/rss+xml", page.site.clone(), urls.feed()));
    let settings = app.settings();
    let lists = Filter { sensitive: settings.instance.sensitive_policy.lists(), ..Filter::default() };
    let reader = Reader { lists, order: None };
    let seen = app.db.read(move |conn| home::look(conn, &settings.home, &reader)).await;
    match seen {
        Ok(seen) => page.core = core(&page, &seen),
        Err(error) => return error.into_response(),
    }
    page.respond()
}

fn core(page: &Page, seen: &Home) -> String {
    let french = page.lang == "fr";
    let say = |fr: &'static str, en: &'static str| if french { fr } else { en };
    let mut core = format!(
        "<main class=\"page stack\"><h1>{}</h1><p>{}</p>",
        escape(&page.site),
        escape(&page.description)
    );
    if let Some(group) = &seen.only {
        let _ = write!(core, "<p>{}</p>", group_link(&group.name, &group.display_name));
    }
    for block in &seen.blocks {
        match block {
            Shown::Welcome(words) => {
                let _ = write!(core, "<div dir=\"auto\">{}</div>", markdown::to_html(words));
            }
            Shown::Billboard(video, order) => {
                let title = if order.is_some() {
                    say("Nouvelle vidéo", "Newest video")
                } else {
                    say("À l’affiche", "Featured")
                };
                section(&mut core, title, std::slice::from_ref(&**video));
            }
            Shown::Videos(heading, order, videos) => {
                let usual = match order {
                    BlockOrder::PublishedAt => say("Nouvelles vidéos", "New videos"),
                    BlockOrder::Trending => say("Regardées ces jours-ci", "Watched these days"),
                    BlockOrder::Hot => say("Celles qui plaisent", "What people like now"),
                    BlockOrder::Likes => say("Les plus aimées", "Most liked"),
                    BlockOrder::Views => say("Les plus regardées", "Most watched"),
                };
                section(&mut core, if heading.is_empty() { usual } else { heading }, videos);
            }
            Shown::Featured(heading, videos) => {
                let usual = say("À l’affiche", "Featured");
                section(&mut core, if heading.is_empty() { usual } else { heading }, videos);
            }
            Shown::Groups(_, groups) => {
                let _ = write!(core, "<h2>{}</h2><ul>", say("Groupes", "Groups"));
                for group in groups {
                    let _ = write!(core, "<li>{}</li>", group_link(&group.name, &group.display_name));
                }
                core.push_str("</ul>");
            }
            Shown::Group(group, videos) => {
                let _ = write!(core, "<h2>{}</h2>", group_link(&group.name, &group.display_name));
                list(&mut core, videos);
            }
            Shown::Playlist(playlist, videos) => {
                let path = Urls::playlist_page_path(playlist.uuid);
                let _ = write!(
                    core,
                    "<h2><a href=\"{}\" dir=\"auto\">{}</a></h2>",
                    escape(&path),
                    escape(&playlist.name)
                );
                list(&mut core, videos);
            }
        }
    }
    core.push_str("</main>");
    core
}

fn group_link(name: &str, shown: &str) -> String {
    format!("<a href=\"{}\" dir=\"auto\">{}</a>", escape(&Urls::group_page_path(name)), escape(shown))
}

fn section(core: &mut String, heading: &str, videos: &[Video]) {
    let _ = write!(core, "<h2 dir=\"auto\">{}</h2>", escape(heading));
    list(core, videos);
}

fn list(core: &mut String, videos: &[Video]) {
    core.push_str("<ul>");
    for video in videos {
        let path = Urls::watch_path(video.uuid);
        let _ =
            write!(core, "<li><a href=\"{}\" dir=\"auto\">{}</a></li>", escape(&path), escape(&video.name));
    }
    core.push_str("</ul>");
}
