//! The page of a playlist, its frame for other sites, and the lists of playlists of a group or an account.

use super::{
    film::FRAME,
    page::{Page, escape},
};
use crate::{
    app::App,
    clock::Timestamp,
    error::Result,
    groups,
    media::thumbnail,
    playlists::{self, Availability, Filter, Playlist, Privacy, Scope},
    text::markdown,
    urls::Urls,
    videos::{self, Key, Viewer},
};
use rusqlite::Connection;
use serde_json::json;
use std::fmt::Write as _;
use uuid::Uuid;

/// Films that a page names for readers without scripts, and playlists that a list names.
const LISTED: u32 = 100;

/// What is told of a playlist that anyone with its address may see.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Name in addresses.
    pub uuid: Uuid,
    /// Title.
    pub title: String,
    /// Plain text, a sentence or two.
    summary: String,
    /// HTML, clean.
    html: String,
    /// Handle and name of the group that publishes it.
    pub group: Option<(String, String)>,
    /// Path of its picture, with its size.
    pub image: Option<(String, u32, u32)>,
    /// How many films are in it.
    length: u64,
    created: Timestamp,
    /// Everyone may find it; else it is for those who have the link.
    listed: bool,
    /// The first films that anyone may see: place, name in addresses, title, name of the group.
    films: Vec<(i64, Uuid, String, String)>,
}

/// A playlist that anyone with its address may see.
///
/// # Errors
/// 404 when there is none, 401 when it is for some only.
pub(super) async fn open(app: &App, uuid: Uuid) -> Result<Row> {
    app.db
        .read(move |conn| {
            let playlist = playlists::see(conn, &Key::Uuid(uuid), &Viewer::ANYONE)?;
            load(conn, &playlist)
        })
        .await
}

fn load(conn: &Connection, playlist: &Playlist) -> Result<Row> {
    let mut row = Row {
        uuid: playlist.uuid,
        title: playlist.name.clone(),
        length: playlist.length,
        created: playlist.created_at,
        listed: playlist.privacy == Privacy::Public,
        image: image(conn, playlist)?,
        ..Row::default()
    };
    if let Some(group) = playlist.group {
        let group = groups::find(conn, group)?;
        row.group = Some((group.name, group.display_name));
    }
    if let Some(description) = &playlist.description {
        row.summary = markdown::to_plain(description, 250);
        row.html = markdown::to_html(description);
    }
    let elements = playlists::elements(conn, playlist.id, 0, LISTED)?;
    let ids: Vec<i64> = elements.iter().filter_map(|element| element.video).collect();
    let films = videos::find_many(conn, &ids)?;
    for element in elements {
        let Some(film) = element.video.and_then(|id| films.get(&id)) else { continue };
        if playlists::availability(conn, Some(film), &Viewer::ANYONE)? == Availability::Regular {
            let group = groups::find(conn, film.group)?.display_name;
            row.films.push((element.position, film.uuid, film.name.clone(), group));
        }
    }
    Ok(row)
}

/// The picture for previews: that which was chosen, else the large one of the first film.
fn image(conn: &Connection, playlist: &Playlist) -> Result<Option<(String, u32, u32)>> {
    if let Some(file) = &playlist.picture {
        let (width, height) = thumbnail::MINIATURE;
        return Ok(Some((Urls::lazy_static_path("thumbnails", file), width, height)));
    }
    let Some(cover) = playlist.cover else { return Ok(None) };
    let preview = videos::pictures(conn, &[cover])?.remove(&cover).and_then(|pictures| pictures.preview);
    Ok(preview.map(|one| (Urls::lazy_static_path("previews", &one.file), one.width, one.height)))
}

/// Addresses of public playlists for the map of search engines, newest first.
pub(super) fn mapped(conn: &Connection, urls: &Urls, most: u32) -> Result<Vec<String>> {
    let filter = Filter { sort: Some("-updatedAt".into()), count: most, ..Filter::default() };
    Ok(playlists::list(conn, &filter)?.1.iter().map(|one| urls.playlist_page(one.uuid)).collect())
}

/// Fills head and core of the page.
pub(super) fn watch_page(page: &mut Page, row: &Row, urls: &Urls) {
    head(page, row, urls);
    let french = page.lang == "fr";
    let mut core = format!("<main class=\"page stack\"><h1 dir=\"auto\">{}</h1>", escape(&row.title));
    if let Some((name, shown)) = &row.group {
        let by = if french { "Publié par" } else { "Published by" };
        let _ = write!(
            core,
            "<p>{by} <a href=\"{}\" dir=\"auto\">{}</a></p>",
            escape(&urls.group_page(name)),
            escape(shown)
        );
    }
    if !row.html.is_empty() {
        let _ = write!(core, "<div dir=\"auto\">{}</div>", row.html);
    }
    if row.films.is_empty() {
        let nothing = if french {
            "Il n’y a rien à voir dans cette liste."
        } else {
            "There is nothing to watch in this list."
        };
        let _ = write!(core, "<p>{nothing}</p>");
    }
    core.push_str("<ol>");
    for (position, uuid, title, group) in &row.films {
        let _ = write!(
            core,
            "<li value=\"{position}\"><a href=\"{}\" dir=\"auto\">{}</a> <span dir=\"auto\">{}</span></li>",
            escape(&Urls::watch_path(*uuid)),
            escape(title),
            escape(group)
        );
    }
    core.push_str("</ol>");
    if row.length > u64::from(LISTED) {
        let more = if french {
            format!("Les {LISTED} premières vidéos sur {}.", row.length)
        } else {
            format!("The first {LISTED} of {} videos.", row.length)
        };
        let _ = write!(core, "<p>{more}</p>");
    }
    core.push_str("</main>");
    page.core = core;
}

/// Fills head and core of the page for frames.
pub(super) fn embed_page(page: &mut Page, row: &Row, urls: &Urls) {
    head(page, row, urls);
    page.embed = true;
    page.hidden = true;
    page.core = format!(
        "<p><a href=\"{}\" target=\"_blank\" rel=\"noopener\">{}</a></p>",
        escape(&Urls::playlist_page_path(row.uuid)),
        escape(&row.title)
    );
}

fn head(page: &mut Page, row: &Row, urls: &Urls) {
    let address = urls.playlist_page(row.uuid);
    let embed = urls.absolute(&Urls::playlist_embed_path(row.uuid));
    page.title.clone_from(&row.title);
    page.description = if row.summary.is_empty() { row.title.clone() } else { row.summary.clone() };
    page.kind = "video";
    page.hidden = !row.listed;
    page.canonical = Some(address.clone());
    page.image = row.image.as_ref().map(|(path, width, height)| (urls.absolute(path), *width, *height));
    page.player = Some((embed.clone(), FRAME.0, FRAME.1));
    page.links.push(("alternate", "application/json+oembed", row.title.clone(), urls.oembed(&address)));
    let films: Vec<_> = row
        .films
        .iter()
        .take(15)
        .map(|(position, uuid, title, _)| {
            json!({ "@type": "ListItem", "position": position, "name": title, "url": urls.watch(*uuid) })
        })
        .collect();
    let mut json = json!({
        "@context": "https://schema.org",
        "@type": "ItemList",
        "name": row.title,
        "description": page.description,
        "url": address,
        "embedUrl": embed,
        "uploadDate": row.created,
        "numberOfItems": row.length,
        "itemListElement": films
    });
    if let Some((image, ..)) = &page.image {
        json["image"] = image.as_str().into();
        json["thumbnailUrl"] = image.as_str().into();
    }
    page.json_ld = Some(json);
}

/// The public playlists of a group or an account, for readers without scripts.
pub(super) fn listing(conn: &Connection, scope: Scope) -> Result<String> {
    let sort = match scope {
        Scope::PublicOfGroup(_) => "videoChannelPosition",
        _ => "-updatedAt",
    };
    let filter = Filter { scope, sort: Some(sort.into()), count: LISTED, ..Filter::default() };
    let mut text = String::from("<ul>");
    for one in playlists::list(conn, &filter)?.1 {
        let _ = write!(
            text,
            "<li><a href=\"{}\" dir=\"auto\">{}</a> ({})</li>",
            escape(&Urls::playlist_page_path(one.uuid)),
            escape(&one.name),
            one.length
        );
    }
    text.push_str("</ul>");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn a_playlist_reads_without_scripts_and_stays_text() {
        let urls = Urls::new(&Url::parse("https://k.example").unwrap());
        let row = Row {
            title: "Bals <i>de</i> l'été".into(),
            summary: "Trois soirs".into(),
            html: "<p>Trois soirs</p>".into(),
            group: Some(("fanfare".into(), "La fanfare".into())),
            length: 101,
            listed: true,
            films: vec![(2, Uuid::from_u128(9), "Le <b>bal</b>".into(), "La fanfare".into())],
            ..Row::default()
        };
        let mut page = Page { lang: "fr".into(), ..Page::default() };
        watch_page(&mut page, &row, &urls);
        for part in [
            "<h1 dir=\"auto\">Bals &lt;i&gt;de&lt;/i&gt; l&#39;été</h1>",
            "<li value=\"2\"><a href=\"/w/",
            "Le &lt;b&gt;bal&lt;/b&gt;",
            "href=\"https://k.example/@fanfare\"",
            "Les 100 premières vidéos sur 101.",
        ] {
            assert!(page.core.contains(part), "{part} in {}", page.core);
        }
        assert!(!page.hidden);
        assert_eq!(page.json_ld.as_ref().unwrap()["numberOfItems"], 101);
        let unlisted = Row { listed: false, ..row };
        let mut page = Page { lang: "en".into(), ..Page::default() };
        watch_page(&mut page, &unlisted, &urls);
        assert!(page.hidden);
    }
}
