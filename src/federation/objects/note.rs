//! Comments: `Note`, or a `Tombstone` where one was removed and something answers it.

use super::{Context, PUBLIC, document};
use crate::{clock::Timestamp, text::markdown, urls::Urls};
use serde_json::{Value, json};

/// A comment of this instance, as others may read it.
#[derive(Debug, Clone, Copy)]
pub struct Note<'a> {
    /// Its address.
    pub id: &'a str,
    /// What it answers: a video or a comment, here or elsewhere.
    pub reply_to: &'a str,
    /// Address of who wrote it.
    pub author: &'a str,
    /// Markdown.
    pub text: &'a str,
    /// When it was written.
    pub published: Timestamp,
    /// When its text last changed.
    pub updated: Timestamp,
    /// Handle and address of who wrote what it answers, and above.
    pub mentions: &'a [(String, String)],
}

impl Note<'_> {
    /// The comment.
    pub fn json(&self) -> Value {
        let (to, cc) = self.audience();
        json!({
            "type": "Note",
            "id": self.id,
            // HTML is what all but PeerTube read; PeerTube takes it too.
            "content": markdown::to_html(self.text),
            "mediaType": "text/html",
            "source": { "content": self.text, "mediaType": "text/markdown" },
            "inReplyTo": self.reply_to,
            "published": self.published,
            "updated": self.updated,
            "url": self.id,
            "attributedTo": self.author,
            "tag": self.mentions.iter().map(|(name, href)| json!({ "type": "Mention", "name": name, "href": href })).collect::<Vec<_>>(),
            "to": to,
            "cc": cc,
        })
    }

    /// Who it is for: everybody, and those whom it answers, and who follows its author.
    pub fn audience(&self) -> (Vec<String>, Vec<String>) {
        let mut cc = vec![format!("{}/followers", self.author)];
        cc.extend(self.mentions.iter().map(|(_, href)| href.clone()).filter(|href| href != self.author));
        (vec![PUBLIC.to_owned()], cc)
    }

    /// The comment on its own.
    pub fn document(&self) -> Value {
        document(Context::Comment, self.json())
    }
}

/// What is left of a comment that was removed.
pub fn removed(id: &str, reply_to: &str, published: Timestamp, removed: Timestamp) -> Value {
    document(
        Context::Base,
        json!({
            "type": "Tombstone",
            "id": id,
            "formerType": "Note",
            "inReplyTo": reply_to,
            "published": published,
            "updated": removed,
            "deleted": removed,
        }),
    )
}

/// How a handle stands in a text.
pub fn handle(urls: &Urls, name: &str, origin: Option<&str>) -> String {
    format!("@{name}@{}", origin.unwrap_or(urls.host()))
}
