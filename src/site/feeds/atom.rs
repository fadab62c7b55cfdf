//! Atom (RFC 4287).

use super::{
    model::{Entry, Feed},
    xml::{Xml, document, empty, leaf, text_with},
};
use std::io;

/// Atom (RFC 4287).
pub fn write(feed: &Feed, entries: &[Entry]) -> io::Result<String> {
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
        text_with(xml, "content", &[("type", "html")], &entry.html)?;
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
