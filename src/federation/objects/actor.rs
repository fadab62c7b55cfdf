//! Who acts: a person (`Person`), a group (`Group`, PeerTube's channel), the instance (`Application`).

use super::{Context, document, image};
use crate::{accounts::images::Image, clock::Timestamp, urls::Urls};
use serde_json::{Map, Value, json};

/// What sort of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// An account.
    Person,
    /// A group, with the account that answers for it: PeerTube takes no group without a person of the same host.
    Group {
        /// Handle of that account.
        owner: &'a str,
        /// Markdown: how to help it.
        support: Option<&'a str>,
    },
    /// The instance itself.
    Application,
}

/// An actor of this instance, as others may know it.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// What sort.
    pub kind: Kind<'a>,
    /// The handle.
    pub name: &'a str,
    /// As it is shown.
    pub display_name: &'a str,
    /// Markdown.
    pub summary: Option<&'a str>,
    /// `BEGIN PUBLIC KEY`.
    pub public_pem: &'a str,
    /// Since when it is here.
    pub published: Timestamp,
    /// Pictures of any size.
    pub images: &'a [Image],
}

impl Actor<'_> {
    /// Its address, which is its name everywhere.
    pub fn id(&self, urls: &Urls) -> String {
        match self.kind {
            Kind::Group { .. } => urls.group(self.name),
            Kind::Person | Kind::Application => urls.account(self.name),
        }
    }

    /// Its document.
    pub fn json(&self, urls: &Urls) -> Value {
        let id = self.id(urls);
        let below = |part: &str| format!("{id}/{part}");
        let mut actor = Map::new();
        let kind = match self.kind {
            Kind::Person => "Person",
            Kind::Group { .. } => "Group",
            Kind::Application => "Application",
        };
        let mut put = |name: &str, value: Value| drop(actor.insert(name.to_owned(), value));
        put("type", json!(kind));
        put("id", json!(id));
        for part in ["following", "followers", "playlists", "inbox", "outbox"] {
            put(part, json!(below(part)));
        }
        put("preferredUsername", json!(self.name));
        // One address, not a list of links: the only form that PeerTube 6 to 9 all read.
        put("url", json!(id));
        put("name", json!(self.display_name));
        put("endpoints", json!({ "sharedInbox": urls.shared_inbox() }));
        put("publicKey", json!({ "id": urls.key(&id), "owner": id, "publicKeyPem": self.public_pem }));
        put("published", json!(self.published));
        put("summary", json!(self.summary));
        for (name, kind) in [
            ("icon", crate::accounts::images::Kind::Avatar),
            ("image", crate::accounts::images::Kind::Banner),
        ] {
            let mut of_kind: Vec<&Image> = self.images.iter().filter(|image| image.kind == kind).collect();
            of_kind.sort_by_key(|image| image.width);
            // An actor without a picture has no such key: an empty list is refused by some.
            if !of_kind.is_empty() {
                let all = of_kind.into_iter().map(|one| {
                    image(
                        &urls.absolute(&Urls::lazy_static_path(kind.folder(), &one.file)),
                        (one.width, one.height),
                    )
                });
                put(name, all.collect());
            }
        }
        if let Kind::Group { owner, support } = self.kind {
            put("support", json!(support));
            put("postingRestrictedToMods", json!(true));
            put("attributedTo", json!([{ "type": "Person", "id": urls.account(owner) }]));
        }
        document(Context::Actor, Value::Object(actor))
    }
}
