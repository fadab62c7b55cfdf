//! RSS 2.0 with Media RSS, as PeerTube's.

use super::{
    model::{Entry, Feed},
    xml::{Xml, document, empty, leaf, rfc822, text_with},
};
use std::io;

/// Version and vocabularies of all our RSS.
pub const NAMESPACES: [(&str, &str); 6] = [
    ("version", "2.0"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
    ("xmlns:itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
];

/// RSS 2.0 with Media RSS, as PeerTube's.
pub fn write(feed: &Feed, entries: &[Entry]) -> io::Result<String> {
    document(|xml| {
        xml.create_element("rss").with_attributes(NAMESPACES).write_inner_content(|xml| {
            xml.create_element("channel").write_inner_content(|xml| {
                channel(xml, feed)?;
                for entry in entries {
                    xml.create_element("item").write_inner_content(|xml| {
                        item(xml, entry, false)?;
                        if entry.film { media_rss(xml, entry) } else { Ok(()) }
                    })?;
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })
}

/// What a channel begins with.
pub fn channel(xml: Xml<'_>, feed: &Feed) -> io::Result<()> {
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

/// What every item has.
pub fn item(xml: Xml<'_>, entry: &Entry, permanent: bool) -> io::Result<()> {
    leaf(xml, "title", &entry.title)?;
    leaf(xml, "link", &entry.page)?;
    if permanent {
        text_with(xml, "guid", &[("isPermaLink", "true")], &entry.page)?;
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
            for torrent in entry.files.iter().filter_map(|file| file.torrent.as_ref()) {
                let attributes = [
                    ("type", "application/x-bittorrent"),
                    ("href", torrent.address.as_str()),
                    ("isDefault", "false"),
                ];
                empty(xml, "media:peerLink", &attributes)?;
            }
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
    text_with(xml, "media:title", &[("type", "plain")], &entry.title)
}
