//! Who acts: a person (`Person`), a group (`Group`, PeerTube's channel), the instance (`Application`).

use super::{Context, document, image};
use crate::{
    accounts::images::Image,
    actors::remote::{self, Told},
    clock::Timestamp,
    federation::keys::PublicKey,
    text::html,
    urls::Urls,
};
use serde_json::{Map, Value, json};
use url::Url;

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

/// Characters of the texts that are kept of actors of other servers.
const NAME_LONGEST: usize = 120;
const TEXT_LONGEST: usize = 5000;
/// Characters of an address.
const URL_LONGEST: usize = 2000;

/// What the document of an actor of another server says; with the addresses of those who answer for it, where it is a group. `uri` is
/// where it was read.
///
/// # Errors
/// A sentence that says what is missing.
pub fn read(document: &Value, uri: &Url) -> Result<(Told, Vec<String>), &'static str> {
    let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let cut = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
    let id = text("id").filter(|id| *id == uri.as_str()).ok_or("its id is another address")?;
    let kind = remote::Kind::parse(text("type").unwrap_or_default()).ok_or("it is no actor")?;
    let name = text("preferredUsername").ok_or("it has no preferredUsername")?.to_lowercase();
    let is_of_name = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
    if name.chars().count() > 100 || !name.chars().all(is_of_name) {
        return Err("its preferredUsername has other letters than names have");
    }
    // What it says is its own must be on its own server.
    let own = |value: Option<&Value>| {
        let url = Url::parse(value?.as_str().filter(|url| url.len() <= URL_LONGEST)?).ok()?;
        (url.origin() == uri.origin()).then(|| url.to_string())
    };
    let key = document.get("publicKey").ok_or("it has no key")?;
    if super::activity::id_of(key.get("owner").unwrap_or(&Value::Null)) != Some(id) {
        return Err("its key is somebody else's");
    }
    let public_pem = key.get("publicKeyPem").and_then(Value::as_str).ok_or("it has no key")?;
    PublicKey::from_pem(public_pem).map_err(|_| "its key cannot be read")?;
    let answering = match document.get("attributedTo") {
        Some(Value::Array(all)) => {
            all.iter().take(5).filter_map(super::activity::id_of).map(str::to_owned).collect()
        }
        Some(one) => super::activity::id_of(one).map(str::to_owned).into_iter().collect(),
        None => Vec::new(),
    };
    let told = Told {
        uri: id.to_owned(),
        host: host_of(uri).ok_or("its address has no host")?,
        kind,
        display_name: cut(text("name").unwrap_or(&name), NAME_LONGEST),
        name,
        description: text("summary").map(|summary| cut(&html::to_text(summary), TEXT_LONGEST)),
        support: text("support").map(|support| cut(support, 1000)),
        inbox: own(document.get("inbox")).ok_or("it has no inbox")?,
        shared_inbox: own(document.pointer("/endpoints/sharedInbox")),
        outbox: own(document.get("outbox")),
        public_pem: public_pem.to_owned(),
        published: text("published").and_then(Timestamp::parse),
    };
    Ok((told, answering))
}

/// Host of an address, with the port unless it is the usual one, as it stands in handles.
pub fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_lowercase();
    Some(url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}
