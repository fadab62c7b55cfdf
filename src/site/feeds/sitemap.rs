//! The map for search engines.

use super::{
    model::Entry,
    xml::{document, leaf},
};
use std::io;

/// The addresses that search engines are to know, with the films among them.
pub fn write(pages: &[String], entries: &[Entry]) -> io::Result<String> {
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
