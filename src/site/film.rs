//! A film as pages, feeds, oEmbed and the map for search engines tell of it.

use super::{
    discussion::{self, Discussion},
    page::{Page, escape},
};
use crate::{
    accounts::sensitive::Looking,
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
    groups,
    text::{markdown, tables},
    urls::Urls,
    videos::{self, Key, Privacy, State, Video, Viewer},
};
use rusqlite::Connection;
use serde_json::json;
use std::fmt::Write as _;
use uuid::Uuid;

/// What is told of a film that anyone may see.
#[derive(Debug, Clone, Default)]
pub(super) struct Film {
    /// Name in addresses.
    pub uuid: Uuid,
    /// Title.
    pub title: String,
    /// Plain text, a sentence or two.
    pub summary: String,
    /// HTML, clean.
    pub html: String,
    /// When it was published.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Seconds.
    pub duration: u64,
    /// Views.
    pub views: u64,
    /// Language of the film.
    pub language: Option<String>,
    /// Category in English.
    pub category: Option<&'static str>,
    /// Handle of the group.
    pub group: String,
    /// Name of the group.
    pub group_name: String,
    /// Number of the group.
    pub group_id: i64,
    /// Path of the group's picture, where it was looked for.
    pub group_picture: Option<String>,
    /// Somebody divided it, where that was looked for.
    pub has_chapters: bool,
    /// Marked as sensitive.
    pub sensitive: bool,
    /// What is to be read before it is seen, where the instance does not show such films like others. It has no picture then.
    pub warning: Option<Warning>,
    /// Large picture, its path and size.
    pub preview: Option<(String, u32, u32)>,
    /// Small picture, its path.
    pub thumbnail: Option<String>,
    /// Whole files, the best of each kind first.
    pub files: Vec<Saved>,
    /// Path of the master playlist, when it is whole.
    pub hls: Option<String>,
    /// Everyone may find it; else it is for those who have the link.
    pub listed: bool,
    /// Language and path of captions.
    pub captions: Vec<(String, String)>,
    /// What people say about it, where that was looked for.
    pub discussion: Option<Discussion>,
}

/// What may hurt or shock in a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Warning {
    /// PeerTube's bits: 1 violent, 2 explicit.
    pub kinds: i64,
    /// What those who sent it say of it.
    pub summary: Option<String>,
}

impl Warning {
    /// A sentence or two.
    fn text(&self, french: bool) -> String {
        let mut text =
            if french { "Ce film peut heurter ou choquer." } else { "This film may hurt or shock." }
                .to_owned();
        let names =
            if french { ["Violence.", "Scènes explicites."] } else { ["Violence.", "Explicit scenes."] };
        for (bit, name) in [1, 2].into_iter().zip(names) {
            if self.kinds & bit != 0 {
                let _ = write!(text, " {name}");
            }
        }
        if let Some(summary) = &self.summary {
            let _ = write!(text, " {summary}");
        }
        text
    }
}

/// A whole file of a film.
#[derive(Debug, Clone)]
pub(super) struct Saved {
    /// Its path.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Short side in pixels; 0 for sound.
    pub resolution: u32,
    /// It has a picture.
    pub has_video: bool,
    /// Frames per second.
    pub fps: u32,
    /// Path of its torrent and name of the swarm, when its pieces are hashed and anyone may have them.
    pub torrent: Option<(String, String)>,
}

impl Saved {
    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        if self.has_video { "video/mp4" } else { "audio/mp4" }
    }
}

/// Pixels of a frame on another site when nobody asks for others.
pub(super) const FRAME: (u32, u32) = (560, 315);

/// What anyone with the address of a film gets.
pub(super) enum Opened {
    /// The film.
    Film(Box<Film>),
    /// That there is one, for those who know its password.
    Locked,
}

/// Looks at a film as anyone may, with what people say about it where a page shows that.
///
/// # Errors
/// 404 when there is none, 403 when it is for some only.
pub(super) async fn open(app: &App, uuid: Uuid, with_comments: bool) -> Result<Opened> {
    let urls = app.urls();
    let policy = app.settings().instance.sensitive_policy;
    app.db
        .read(move |conn| {
            let video = videos::find(conn, &Key::Uuid(uuid))?;
            if video.privacy == Privacy::Password {
                return Ok(Opened::Locked);
            }
            videos::may_watch(conn, &video, &Viewer::ANYONE, None).map_err(|_| not_public())?;
            let mut film = load(conn, policy.into(), &video)?;
            if with_comments {
                film.discussion = discussion::load(conn, &urls, &video)?;
            }
            Ok(Opened::Film(Box::new(film)))
        })
        .await
}

/// A film that anyone with its address may see.
///
/// # Errors
/// 404 when there is none, 403 when it is for some only.
pub(super) async fn public(app: &App, uuid: Uuid) -> Result<Film> {
    match open(app, uuid, false).await? {
        Opened::Film(film) => Ok(*film),
        Opened::Locked => Err(not_public()),
    }
}

fn not_public() -> Error {
    Error::refused(Kind::Forbidden, "Video is not publicly available")
}

/// What is told of a video to those who want to see what may hurt this way.
pub(super) fn load(conn: &Connection, looking: Looking, video: &Video) -> Result<Film> {
    let group = groups::find(conn, video.group)?;
    let mut film = Film {
        uuid: video.uuid,
        title: video.name.clone(),
        published: video.published_at.unwrap_or(video.created_at),
        updated: video.updated_at,
        duration: video.duration().unsigned_abs(),
        views: video.views.unsigned_abs(),
        language: video.language.clone(),
        category: video.category.and_then(tables::category),
        group: group.name,
        group_id: group.id,
        group_name: group.display_name,
        sensitive: video.sensitive,
        listed: video.privacy == Privacy::Public && video.state == State::Published,
        ..Film::default()
    };
    if let Some(description) = &video.description {
        film.summary = markdown::to_plain(description, 250);
        film.html = markdown::to_html(description);
    }
    if video.sensitive && !looking.shows(video.sensitive_flags) {
        let summary = video.sensitive_summary.clone();
        film.warning = Some(Warning { kinds: video.sensitive_flags, summary });
    } else if let Some(pictures) = videos::pictures(conn, &[video.id])?.remove(&video.id) {
        film.preview = pictures.preview.map(|preview| {
            (Urls::lazy_static_path("previews", &preview.file), preview.width, preview.height)
        });
        film.thumbnail =
            pictures.thumbnail.map(|thumbnail| Urls::lazy_static_path("thumbnails", &thumbnail.file));
    }
    let guarded = video.privacy.guards_files();
    let mut files = videos::media_files(conn, video.id)?;
    // Progressive ones first; fragmented MP4 in one file plays and downloads like any other.
    files.sort_by_key(|file| file.hls);
    film.files = files
        .into_iter()
        .map(|file| Saved {
            path: if file.hls {
                Urls::hls_path(video.uuid, guarded, &file.file)
            } else {
                Urls::web_video_path(guarded, &file.file)
            },
            size: file.size.unsigned_abs(),
            resolution: file.resolution,
            has_video: file.has_video,
            fps: file.fps,
            torrent: file.info_hash.filter(|_| !guarded).map(|info_hash| {
                (Urls::lazy_static_path("torrents", &Urls::torrent_name(&file.file)), info_hash)
            }),
        })
        .collect();
    film.hls = videos::playlist(conn, video.id)?
        .filter(|playlist| !playlist.growing)
        .map(|playlist| Urls::hls_path(video.uuid, guarded, &playlist.master));
    film.captions = videos::captions(conn, video.id)?
        .into_iter()
        .map(|caption| (caption.language, Urls::lazy_static_path("video-captions", &caption.file)))
        .collect();
    Ok(film)
}

/// Short side of the file that a page without scripts plays: small enough for slow lines.
const PLAIN_SIDE: u32 = 720;

impl Film {
    /// A file that any browser plays: the best that is not too large.
    fn playable(&self) -> Option<&Saved> {
        let films = || self.files.iter().filter(|file| file.has_video);
        films()
            .find(|file| file.resolution <= PLAIN_SIDE)
            .or_else(|| films().next_back())
            .or_else(|| self.files.first())
    }
}

/// Fills head and core of the watch page.
pub(super) fn watch_page(page: &mut Page, film: &Film, urls: &Urls) {
    head(page, film, urls);
    let french = page.lang == "fr";
    let mut core = String::from("<main class=\"page stack\">");
    let (begin, end) = curtain(film, french);
    core.push_str(&begin);
    // Capitals mean nothing to browsers; but yt-dlp takes a `<video>` for a second film, beside the one that it finds
    // by the API.
    if let Some(file) = film.playable() {
        let poster = film
            .preview
            .as_ref()
            .map(|(path, ..)| format!(" poster=\"{}\"", escape(path)))
            .unwrap_or_default();
        let _ = write!(
            core,
            "<VIDEO controls preload=\"none\" width=\"850\"{poster}><source src=\"{}\" type=\"{}\">",
            escape(&file.path),
            file.media_type()
        );
        for (language, path) in &film.captions {
            let (language, path) = (escape(language), escape(path));
            let _ = write!(
                core,
                "<track kind=\"captions\" srclang=\"{language}\" label=\"{language}\" src=\"{path}\">"
            );
        }
        core.push_str("</VIDEO>");
    } else if let Some((path, width, height)) = &film.preview {
        let _ = write!(core, "<img src=\"{}\" alt=\"\" width=\"{width}\" height=\"{height}\">", escape(path));
    }
    core.push_str(end);
    let _ = write!(core, "<h1 dir=\"auto\">{}</h1>", escape(&film.title));
    let date = film.published.to_chrono().format("%Y-%m-%d");
    let by = if french { "Publié par" } else { "Published by" };
    let _ = write!(
        core,
        "<p>{by} <a href=\"{group}\" dir=\"auto\">{name}</a>, <time datetime=\"{iso}\">{date}</time></p>",
        group = escape(&urls.group_page(&film.group)),
        name = escape(&film.group_name),
        iso = film.published.iso()
    );
    if film.files.is_empty() {
        let sentence = if french {
            "La vidéo est encore en préparation."
        } else {
            "The video is still being prepared."
        };
        let _ = write!(core, "<p>{sentence}</p>");
    }
    if !film.html.is_empty() {
        let _ = write!(core, "<div dir=\"auto\">{}</div>", film.html);
    }
    if let Some(discussion) = &film.discussion {
        let feed = urls.comments_feed(film.uuid);
        discussion.write(&mut core, &feed, french);
        page.links.push(("alternate", "application/rss+xml", film.title.clone(), feed));
    }
    core.push_str("</main>");
    page.core = core;
}

/// What stands before and behind a film that may hurt: it is seen by who opens it.
fn curtain(film: &Film, french: bool) -> (String, &'static str) {
    let Some(warning) = &film.warning else { return (String::new(), "") };
    let show = if french { "Le voir quand même" } else { "Watch it anyway" };
    let text = escape(&warning.text(french));
    (format!("<details><summary><span dir=\"auto\">{text}</span> <b>{show}</b></summary>"), "</details>")
}

/// Fills head and core of the page for frames.
pub(super) fn embed_page(page: &mut Page, film: &Film, urls: &Urls) {
    head(page, film, urls);
    page.embed = true;
    page.hidden = true;
    let poster =
        film.preview.as_ref().map(|(path, ..)| format!(" poster=\"{}\"", escape(path))).unwrap_or_default();
    let (begin, end) = curtain(film, page.lang == "fr");
    page.core = match film.playable() {
        Some(file) => format!(
            "{begin}<VIDEO controls preload=\"none\"{poster}><source src=\"{}\" type=\"{}\"></VIDEO>{end}",
            escape(&file.path),
            file.media_type()
        ),
        None => format!("<p>{}</p>", escape(&film.title)),
    };
}

fn head(page: &mut Page, film: &Film, urls: &Urls) {
    let embed = urls.embed(film.uuid);
    let address = urls.watch(film.uuid);
    page.title.clone_from(&film.title);
    page.description = if film.summary.is_empty() { film.title.clone() } else { film.summary.clone() };
    page.kind = "video";
    page.hidden = !film.listed;
    page.canonical = Some(address.clone());
    page.image = film.preview.as_ref().map(|(path, width, height)| (urls.absolute(path), *width, *height));
    page.player = Some((embed.clone(), FRAME.0, FRAME.1));
    page.links.push(("alternate", "application/json+oembed", film.title.clone(), urls.oembed(&address)));
    page.links.push((
        "alternate",
        "application/rss+xml",
        film.group_name.clone(),
        urls.group_feed(&film.group),
    ));
    let mut json = json!({
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": film.title,
        "description": page.description,
        "url": address,
        "embedUrl": embed,
        "uploadDate": film.published,
        "duration": format!("PT{}S", film.duration),
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": { "@type": "WatchAction" },
            "userInteractionCount": film.views
        },
        "publisher": { "@type": "Organization", "name": film.group_name, "url": urls.group_page(&film.group) },
        "isFamilyFriendly": !film.sensitive
    });
    if let Some((image, ..)) = &page.image {
        json["thumbnailUrl"] = image.as_str().into();
        json["image"] = image.as_str().into();
    }
    if let Some(file) = film.playable() {
        json["contentUrl"] = urls.absolute(&file.path).into();
    }
    if let Some(language) = &film.language {
        json["inLanguage"] = language.as_str().into();
    }
    page.json_ld = Some(json);
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn a_page_reads_without_scripts() {
        let urls = Urls::new(&Url::parse("https://k.example").unwrap());
        let film = Film {
            title: "Bal <i>de</i> la place".into(),
            html: "<p>Deux heures</p>".into(),
            group: "fanfare".into(),
            group_name: "Fanfare".into(),
            files: vec![Saved {
                path: "/static/web-videos/x-480.mp4".into(),
                size: 1,
                resolution: 480,
                has_video: true,
                fps: 25,
                torrent: None,
            }],
            preview: Some(("/lazy-static/previews/p.jpg".into(), 850, 480)),
            captions: vec![("fr".into(), "/lazy-static/video-captions/c.vtt".into())],
            listed: true,
            ..Film::default()
        };
        let mut page = Page { lang: "fr".into(), ..Page::default() };
        watch_page(&mut page, &film, &urls);
        for part in [
            "<source src=\"/static/web-videos/x-480.mp4\" type=\"video/mp4\">",
            "poster=\"/lazy-static/previews/p.jpg\"",
            "<track kind=\"captions\" srclang=\"fr\"",
            "<h1 dir=\"auto\">Bal &lt;i&gt;de&lt;/i&gt; la place</h1>",
            "<p>Deux heures</p>",
            "href=\"https://k.example/@fanfare\"",
        ] {
            assert!(page.core.contains(part), "{part} in {}", page.core);
        }
        assert!(!page.hidden);
        let unlisted = Film { listed: false, files: Vec::new(), ..film };
        let mut page = Page { lang: "fr".into(), ..Page::default() };
        watch_page(&mut page, &unlisted, &urls);
        assert!(page.hidden && page.core.contains("encore en préparation"));
    }
}
