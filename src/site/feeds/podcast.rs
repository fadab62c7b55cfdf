//! RSS 2.0 for podcast clients: sound and picture of one group, with captions and chapters.

use super::{
    model::{Entry, Feed, Person},
    rss::{NAMESPACES, channel, item},
    xml::{Xml, document, empty, leaf, text_with},
};
use serde_json::{Value, json};
use std::io;

/// RSS 2.0 for podcast clients: sound and picture of one group, with captions and chapters.
pub fn write(feed: &Feed, entries: &[Entry]) -> io::Result<String> {
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
    text_with(xml, "podcast:person", &attributes, &person.name)
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
        empty(xml, "podcast:chapters", &[("url", chapters), ("type", CHAPTERS)])?;
    }
    if let Some(tracker) = &entry.tracker {
        leaf(xml, "podcast:tracker", tracker)?;
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
        xml.create_element("podcast:alternateEnclosure").with_attributes(attributes).write_inner_content(
            |xml| {
                empty(xml, "podcast:source", &[("uri", &file.address)])?;
                let Some(torrent) = &file.torrent else { return Ok(()) };
                let kind = ("contentType", "application/x-bittorrent");
                empty(xml, "podcast:source", &[("uri", &torrent.address), kind])?;
                empty(xml, "podcast:source", &[("uri", &torrent.magnet)])
            },
        )?;
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

/// Media type of [`chapters`].
pub const CHAPTERS: &str = "application/json+chapters";

/// Chapters as podcast clients read them (podcast namespace, JSON chapters 1.2): seconds and titles.
pub fn chapters(title: &str, chapters: &[(u64, String)]) -> Value {
    let list: Vec<_> =
        chapters.iter().map(|(start, title)| json!({ "startTime": start, "title": title })).collect();
    json!({ "version": "1.2.0", "title": title, "chapters": list })
}
