//! JSON Feed 1.0, as PeerTube writes it.

use super::model::{Entry, Feed};
use serde_json::{Value, json};

/// JSON Feed 1.0, as PeerTube writes it.
pub fn write(feed: &Feed, entries: &[Entry]) -> Value {
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
                "date_published": entry.published,
                "date_modified": entry.updated,
                "author": { "name": entry.author.name, "url": entry.author.page }
            });
            if entry.film {
                item["attachments"] = attachments.into();
            }
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
