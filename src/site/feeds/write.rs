//! Feeds as text. Pure: what to write comes in, XML or JSON comes out.

use crate::clock::Timestamp;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use serde_json::{Value, json};
use std::io;

/// What a feed says of itself.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    /// Its title.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Page that shows the same.
    pub page: String,
    /// Its own address.
    pub address: String,
    /// Picture of the group or instance, absolute.
    pub image: Option<String>,
    /// Two letters.
    pub language: String,
    /// Who answers for it.
    pub author: Option<Person>,
    /// When it was written.
    pub now: Timestamp,
    /// Name and version of this program.
    pub generator: String,
}

/// An account or group with its page.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Name for people.
    pub name: String,
    /// Page.
    pub page: String,
    /// Picture, absolute.
    pub image: Option<String>,
}

/// One film in a feed.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Title.
    pub title: String,
    /// Page, which is also its id.
    pub page: String,
    /// Page for frames.
    pub embed: String,
    /// ActivityPub id.
    pub id: String,
    /// When it was published.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Plain text, short.
    pub summary: String,
    /// HTML, clean.
    pub html: String,
    /// The group.
    pub author: Person,
    /// Category in English, as in PeerTube's feeds.
    pub category: Option<String>,
    /// Language of the film.
    pub language: Option<String>,
    /// Seconds.
    pub duration: u64,
    /// Views.
    pub views: u64,
    /// Marked as sensitive.
    pub sensitive: bool,
    /// Files, the best first; the first is the enclosure.
    pub files: Vec<File>,
    /// Master playlist, absolute.
    pub hls: Option<String>,
    /// Large picture, absolute.
    pub preview: Option<String>,
    /// Small picture, absolute.
    pub thumbnail: Option<String>,
    /// Language and address of captions.
    pub captions: Vec<(String, String)>,
    /// Address of the chapters as JSON, when there are any.
    pub chapters: Option<String>,
}

/// A file that can be downloaded.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Absolute address.
    pub address: String,
    /// Bytes.
    pub size: u64,
    /// `video/mp4` or `audio/mp4`.
    pub media_type: &'static str,
    /// `720p`, or `Audio only`.
    pub label: String,
    /// Pixels; 0 for sound.
    pub height: u32,
    /// Frames per second; 0 for sound.
    pub fps: u32,
}

type Xml<'a> = &'a mut Writer<Vec<u8>>;

fn leaf(xml: Xml<'_>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

fn empty<'a>(xml: Xml<'_>, name: &str, attributes: &[(&'a str, &'a str)]) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_empty()?;
    Ok(())
}

/// Without the control characters that XML 1.0 cannot hold, even escaped.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r')).collect()
}

fn rfc822(at: Timestamp) -> String {
    at.to_chrono().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn document(write: impl FnOnce(Xml<'_>) -> io::Result<()>) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    write(&mut xml)?;
    String::from_utf8(xml.into_inner()).map_err(io::Error::other)
}

const NAMESPACES: [(&str, &str); 6] = [
    ("version", "2.0"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
    ("xmlns:itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
];

/// RSS 2.0 with Media RSS, as PeerTube's.
pub fn rss(feed: &Feed, entries: &[Entry]) -> io::Result<String> {
    document(|xml| {
        xml.create_element("rss").with_attributes(NAMESPACES).write_inner_content(|xml| {
            xml.create_element("channel").write_inner_content(|xml| {
                channel(xml, feed)?;
                for entry in entries {
                    xml.create_element("item").write_inner_content(|xml| {
                        item(xml, entry, false)?;
                        media_rss(xml, entry)
                    })?;
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })
}

fn channel(xml: Xml<'_>, feed: &Feed) -> io::Result<()> {
    leaf(xml, "title", &feed.title)?;
    leaf(xml, "link", &feed.page)?;
    leaf(xml, "description", &feed.description)?;
    leaf(xml, "language", &feed.language)?;
    leaf(xml, "lastBuildDate", &rfc822(feed.now))?;
    leaf(xml, "generator", &feed.generator)?;
    if let Some(image) = &feed.image {
        xml.create_element("image").write_inner_content(|xml| {
            leaf(xml, "title", &feed.title)?;
            leaf(xml, "url", image)?;
            leaf(xml, "link", &feed.page)
        })?;
    }
    empty(
        xml,
        "atom:link",
        &[("href", feed.address.as_str()), ("rel", "self"), ("type", "application/rss+xml")],
    )
}

fn item(xml: Xml<'_>, entry: &Entry, permanent: bool) -> io::Result<()> {
    leaf(xml, "title", &entry.title)?;
    leaf(xml, "link", &entry.page)?;
    if permanent {
        xml.create_element("guid")
            .with_attribute(("isPermaLink", "true"))
            .write_text_content(BytesText::new(&entry.page))?;
    } else {
        leaf(xml, "guid", &entry.page)?;
    }
    leaf(xml, "pubDate", &rfc822(entry.published))?;
    if !entry.summary.is_empty() {
        leaf(xml, "description", &entry.summary)?;
        leaf(xml, "content:encoded", &entry.html)?;
    }
    leaf(xml, "dc:creator", &entry.author.name)?;
    if let Some(category) = &entry.category {
        leaf(xml, "category", category)?;
    }
    if let Some(file) = entry.files.first() {
        let size = file.size.to_string();
        empty(xml, "enclosure", &[("url", &file.address), ("length", &size), ("type", file.media_type)])?;
    }
    Ok(())
}

fn media_rss(xml: Xml<'_>, entry: &Entry) -> io::Result<()> {
    let views = entry.views.to_string();
    xml.create_element("media:community")
        .write_inner_content(|xml| empty(xml, "media:statistics", &[("views", &views)]))?;
    empty(xml, "media:embed", &[("url", &entry.embed)])?;
    empty(xml, "media:player", &[("url", &entry.page)])?;
    let duration = entry.duration.to_string();
    if !entry.files.is_empty() {
        xml.create_element("media:group").write_inner_content(|xml| {
            for (number, file) in entry.files.iter().enumerate() {
                let (size, height, fps) =
                    (file.size.to_string(), file.height.to_string(), file.fps.to_string());
                let medium = if file.height == 0 { "audio" } else { "video" };
                let mut attributes = vec![
                    ("url", file.address.as_str()),
                    ("type", file.media_type),
                    ("medium", medium),
                    ("fileSize", &size),
                    ("duration", &duration),
                    ("isDefault", if number == 0 { "true" } else { "false" }),
                ];
                if file.height > 0 {
                    attributes.extend([("height", height.as_str()), ("framerate", fps.as_str())]);
                }
                empty(xml, "media:content", &attributes)?;
            }
            Ok(())
        })?;
    }
    for picture in [&entry.preview, &entry.thumbnail].into_iter().flatten() {
        empty(xml, "media:thumbnail", &[("url", picture)])?;
    }
    leaf(xml, "media:rating", if entry.sensitive { "adult" } else { "nonadult" })?;
    leaf(xml, "media:title", &entry.title)
}

/// RSS 2.0 for podcast clients: sound and picture of one group, with captions and chapters.
pub fn podcast(feed: &Feed, entries: &[Entry]) -> io::Result<String> {
    document(|xml| {
        xml.create_element("rss")
            .with_attributes(NAMESPACES)
            .with_attribute((
                "xmlns:podcast",
                "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
            ))
            .write_inner_content(|xml| {
                xml.create_element("channel").write_inner_content(|xml| {
                    channel(xml, feed)?;
                    leaf(xml, "podcast:medium", "video")?;
                    if let Some(author) = &feed.author {
                        podcast_person(xml, author)?;
                        leaf(xml, "itunes:author", &author.name)?;
                    }
                    if let Some(image) = &feed.image {
                        empty(xml, "itunes:image", &[("href", image)])?;
                    }
                    leaf(xml, "itunes:explicit", "no")?;
                    for entry in entries {
                        xml.create_element("item").write_inner_content(|xml| episode(xml, entry))?;
                    }
                    Ok(())
                })?;
                Ok(())
            })?;
        Ok(())
    })
}

fn podcast_person(xml: Xml<'_>, person: &Person) -> io::Result<()> {
    let mut attributes = vec![("href", person.page.as_str())];
    if let Some(image) = &person.image {
        attributes.push(("img", image));
    }
    xml.create_element("podcast:person")
        .with_attributes(attributes)
        .write_text_content(BytesText::new(&clean(&person.name)))?;
    Ok(())
}

fn episode(xml: Xml<'_>, entry: &Entry) -> io::Result<()> {
    item(xml, entry, true)?;
    podcast_person(xml, &entry.author)?;
    empty(
        xml,
        "podcast:socialInteract",
        &[("uri", &entry.id), ("protocol", "activitypub"), ("accountUrl", &entry.author.page)],
    )?;
    for (language, address) in &entry.captions {
        empty(
            xml,
            "podcast:transcript",
            &[("url", address), ("type", "text/vtt"), ("language", language), ("rel", "captions")],
        )?;
    }
    if let Some(chapters) = &entry.chapters {
        empty(xml, "podcast:chapters", &[("url", chapters), ("type", "application/json+chapters")])?;
    }
    for (number, file) in entry.files.iter().enumerate() {
        let size = file.size.to_string();
        let rate = (file.size * 8).checked_div(entry.duration).unwrap_or(0).to_string();
        let mut attributes = vec![
            ("type", file.media_type),
            ("length", &size),
            ("bitrate", &rate),
            ("title", &file.label),
            ("default", if number == 0 { "true" } else { "false" }),
        ];
        if let Some(language) = &entry.language {
            attributes.push(("lang", language));
        }
        xml.create_element("podcast:alternateEnclosure")
            .with_attributes(attributes)
            .write_inner_content(|xml| empty(xml, "podcast:source", &[("uri", &file.address)]))?;
    }
    if let Some(hls) = &entry.hls {
        xml.create_element("podcast:alternateEnclosure")
            .with_attributes([("type", "application/x-mpegURL"), ("title", "HLS"), ("default", "false")])
            .write_inner_content(|xml| empty(xml, "podcast:source", &[("uri", hls)]))?;
    }
    leaf(xml, "itunes:duration", &entry.duration.to_string())?;
    if let Some(image) = entry.preview.as_ref().or(entry.thumbnail.as_ref()) {
        empty(xml, "itunes:image", &[("href", image)])?;
    }
    leaf(xml, "itunes:explicit", if entry.sensitive { "yes" } else { "no" })
}

/// Atom (RFC 4287).
pub fn atom(feed: &Feed, entries: &[Entry]) -> io::Result<String> {
    document(|xml| {
        xml.create_element("feed")
            .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
            .write_inner_content(|xml| {
                leaf(xml, "id", &feed.page)?;
                leaf(xml, "title", &feed.title)?;
                let updated = entries.iter().map(|entry| entry.updated).max().unwrap_or(feed.now);
                leaf(xml, "updated", &updated.iso())?;
                leaf(xml, "generator", &feed.generator)?;
                let author = feed.author.as_ref().map_or(feed.title.as_str(), |author| &author.name);
                xml.create_element("author").write_inner_content(|xml| leaf(xml, "name", author))?;
                empty(xml, "link", &[("rel", "alternate"), ("href", &feed.page)])?;
                empty(xml, "link", &[("rel", "self"), ("href", &feed.address)])?;
                leaf(xml, "subtitle", &feed.description)?;
                if let Some(image) = &feed.image {
                    leaf(xml, "logo", image)?;
                }
                for entry in entries {
                    xml.create_element("entry").write_inner_content(|xml| atom_entry(xml, entry))?;
                }
                Ok(())
            })?;
        Ok(())
    })
}

fn atom_entry(xml: Xml<'_>, entry: &Entry) -> io::Result<()> {
    leaf(xml, "title", &entry.title)?;
    leaf(xml, "id", &entry.page)?;
    empty(xml, "link", &[("href", &entry.page)])?;
    for file in &entry.files {
        let size = file.size.to_string();
        let attributes = [
            ("rel", "enclosure"),
            ("href", file.address.as_str()),
            ("type", file.media_type),
            ("length", &size),
        ];
        empty(xml, "link", &attributes)?;
    }
    leaf(xml, "published", &entry.published.iso())?;
    leaf(xml, "updated", &entry.updated.iso())?;
    if !entry.summary.is_empty() {
        leaf(xml, "summary", &entry.summary)?;
        xml.create_element("content")
            .with_attribute(("type", "html"))
            .write_text_content(BytesText::new(&clean(&entry.html)))?;
    }
    xml.create_element("author").write_inner_content(|xml| {
        leaf(xml, "name", &entry.author.name)?;
        leaf(xml, "uri", &entry.author.page)
    })?;
    if let Some(category) = &entry.category {
        empty(xml, "category", &[("term", category), ("label", category)])?;
    }
    Ok(())
}

/// JSON Feed 1.0, as PeerTube writes it.
pub fn json_feed(feed: &Feed, entries: &[Entry]) -> Value {
    let items: Vec<_> = entries
        .iter()
        .map(|entry| {
            let attachments: Vec<_> = entry
                .files
                .iter()
                .map(|file| {
                    json!({
                        "title": entry.title,
                        "url": file.address,
                        "size_in_bytes": file.size,
                        "mime_type": file.media_type,
                        "duration_in_seconds": entry.duration
                    })
                })
                .collect();
            let mut item = json!({
                "id": entry.page,
                "content_html": entry.html,
                "url": entry.page,
                "title": entry.title,
                "attachments": attachments,
                "date_published": entry.published,
                "date_modified": entry.updated,
                "author": { "name": entry.author.name, "url": entry.author.page }
            });
            if !entry.summary.is_empty() {
                item["summary"] = entry.summary.as_str().into();
            }
            if let Some(image) = &entry.preview {
                item["image"] = image.as_str().into();
            }
            item
        })
        .collect();
    let mut whole = json!({
        "version": "https://jsonfeed.org/version/1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "description": feed.description,
        "author": { "name": feed.author.as_ref().map_or(feed.title.as_str(), |author| &author.name) },
        "items": items
    });
    if let Some(image) = &feed.image {
        whole["icon"] = image.as_str().into();
    }
    whole
}

/// The addresses that search engines are to know, with the films among them.
pub fn sitemap(pages: &[String], entries: &[Entry]) -> io::Result<String> {
    document(|xml| {
        xml.create_element("urlset")
            .with_attributes([
                ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"),
                ("xmlns:video", "http://www.google.com/schemas/sitemap-video/1.1"),
            ])
            .write_inner_content(|xml| {
                for page in pages {
                    xml.create_element("url").write_inner_content(|xml| leaf(xml, "loc", page))?;
                }
                for entry in entries {
                    xml.create_element("url").write_inner_content(|xml| {
                        leaf(xml, "loc", &entry.page)?;
                        leaf(xml, "lastmod", &entry.updated.iso())?;
                        let Some(thumbnail) = &entry.thumbnail else { return Ok(()) };
                        xml.create_element("video:video").write_inner_content(|xml| {
                            leaf(xml, "video:thumbnail_loc", thumbnail)?;
                            leaf(xml, "video:title", &entry.title)?;
                            // Engines refuse a film without one.
                            let text = if entry.summary.is_empty() { &entry.title } else { &entry.summary };
                            leaf(xml, "video:description", text)?;
                            leaf(xml, "video:player_loc", &entry.embed)?;
                            leaf(xml, "video:duration", &entry.duration.to_string())
                        })?;
                        Ok(())
                    })?;
                }
                Ok(())
            })?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_xml::Reader;

    fn world() -> (Feed, Vec<Entry>) {
        let feed = Feed {
            title: "Fanfare & <compagnie>".into(),
            page: "https://k.example/@fanfare".into(),
            address: "https://k.example/feeds/videos.xml?a=1&b=2".into(),
            image: Some("https://k.example/a.jpg".into()),
            author: Some(Person {
                name: "Fanfare".into(),
                page: "https://k.example/@fanfare".into(),
                image: None,
            }),
            ..Feed::default()
        };
        let entry = Entry {
            title: "]]> & <b>\u{0}\u{b}".into(),
            page: "https://k.example/w/x".into(),
            summary: "Été".into(),
            html: "<p>Été ]]&gt;</p>".into(),
            duration: 10,
            published: Timestamp(1_795_351_048_000),
            files: vec![File {
                address: "https://k.example/f.mp4".into(),
                size: 1000,
                media_type: "video/mp4",
                label: "720p".into(),
                height: 720,
                fps: 30,
            }],
            captions: vec![("fr".into(), "https://k.example/c.vtt".into())],
            chapters: Some("https://k.example/ch.json".into()),
            thumbnail: Some("https://k.example/t.jpg".into()),
            hls: Some("https://k.example/m.m3u8".into()),
            ..Entry::default()
        };
        (feed, vec![entry])
    }

    /// Reads the text whole; names of elements in order.
    fn names(xml: &str) -> Vec<String> {
        let mut reader = Reader::from_str(xml);
        let mut names = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    names.push(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
                }
                Event::Eof => return names,
                _ => {}
            }
        }
    }

    #[test]
    fn every_feed_is_well_formed_whatever_the_title() {
        let (feed, entries) = world();
        for text in [
            rss(&feed, &entries).unwrap(),
            podcast(&feed, &entries).unwrap(),
            atom(&feed, &entries).unwrap(),
            sitemap(std::slice::from_ref(&feed.page), &entries).unwrap(),
        ] {
            assert!(names(&text).len() > 5, "{text}");
            assert!(
                !text.contains('\u{0}') && !text.contains("<b>") && !text.contains("<compagnie>"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_podcast_has_what_its_clients_read() {
        let (feed, entries) = world();
        let text = podcast(&feed, &entries).unwrap();
        let names = names(&text);
        for name in [
            "enclosure",
            "podcast:alternateEnclosure",
            "podcast:transcript",
            "podcast:chapters",
            "podcast:person",
            "itunes:duration",
            "itunes:explicit",
        ] {
            assert!(names.iter().any(|found| found == name), "{name} in {text}");
        }
        assert!(text.contains("Sun, 22 Nov 2026 12:37:28 GMT"), "{text}");
        assert!(text.contains("bitrate=\"800\""), "{text}");
    }
}
