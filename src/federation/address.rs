//! Which of our things an address names. Pages and documents share addresses: what is answered depends on what the reader
//! wants.

use crate::{ids, urls::Urls};
use uuid::Uuid;

/// A thing of this server that has a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// An account or the instance, or a list of theirs.
    Account(String, Option<List>),
    /// A group, or a list of its.
    Group(String, Option<List>),
    /// A video.
    Video(Uuid),
    /// Something below a video.
    BelowVideo(Uuid, Below),
    /// A comment below a video.
    Comment(Uuid, i64),
}

/// A list of an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// What it did.
    Outbox,
    /// Who follows it.
    Followers,
    /// Whom it follows.
    Following,
    /// Its playlists.
    Playlists,
}

/// Something below a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Below {
    /// Its publication.
    Activity,
    /// Who liked it.
    Likes,
    /// Who did not.
    Dislikes,
    /// Who told others of it.
    Announces,
    /// What is said about it.
    Comments,
    /// Its parts.
    Chapters,
}

impl List {
    /// Its part of the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Followers => "followers",
            Self::Following => "following",
            Self::Playlists => "playlists",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "outbox" => Self::Outbox,
            "followers" => Self::Followers,
            "following" => Self::Following,
            "playlists" => Self::Playlists,
            _ => return None,
        })
    }
}

impl Below {
    /// Its part of the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Likes => "likes",
            Self::Dislikes => "dislikes",
            Self::Announces => "announces",
            Self::Comments => "comments",
            Self::Chapters => "chapters",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "activity" => Self::Activity,
            "likes" => Self::Likes,
            "dislikes" => Self::Dislikes,
            "announces" => Self::Announces,
            "comments" => Self::Comments,
            "chapters" => Self::Chapters,
            _ => return None,
        })
    }
}

impl Address {
    /// Reads the path of an address, whose query is no part of it. `None` for what has no document.
    pub fn of_path(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.trim_end_matches('/').split('/').collect();
        let named = |name: &str| (!name.is_empty() && name.len() <= 100).then(|| name.to_lowercase());
        Some(match parts.as_slice() {
            ["accounts" | "a", name] | ["a", name, "video-channels" | "videos"] => {
                Self::Account(named(name)?, None)
            }
            ["accounts", name, list] => Self::Account(named(name)?, Some(List::parse(list)?)),
            ["video-channels" | "c", name] | ["c", name, "videos"] => Self::Group(named(name)?, None),
            ["video-channels", name, list] => Self::Group(named(name)?, Some(List::parse(list)?)),
            [at] if at.starts_with('@') => Self::Group(named(at.strip_prefix('@')?)?, None),
            ["w", id] | ["videos", "watch", id] => Self::Video(ids::parse_uuid(id)?),
            ["videos", "watch", id, below] => Self::BelowVideo(ids::parse_uuid(id)?, Below::parse(below)?),
            ["videos", "watch", id, "comments", comment] => {
                let number = comment.len() <= 18 && comment.bytes().all(|byte| byte.is_ascii_digit());
                Self::Comment(ids::parse_uuid(id)?, number.then(|| comment.parse().ok()).flatten()?)
            }
            _ => return None,
        })
    }

    /// Whether browsers find a page there.
    pub fn has_page(&self) -> bool {
        match self {
            Self::Account(name, None) => name != crate::actors::INSTANCE,
            Self::Group(_, None) | Self::Video(_) | Self::Comment(..) => true,
            Self::Account(_, Some(_)) | Self::Group(_, Some(_)) | Self::BelowVideo(..) => false,
        }
    }

    /// Reads an address under ours; `None` when it is of another server.
    pub fn of_url(urls: &Urls, url: &str) -> Option<Self> {
        let path = url.strip_prefix(urls.base())?;
        Self::of_path(path.split(['?', '#']).next()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_that_peers_use_is_understood() {
        let uuid = Uuid::from_u128(0xa52c_319e_ba98_49c5_9a92_7de5_b4ba_199f);
        let short = ids::short(uuid);
        let anna = || "anna".to_owned();
        for (path, address) in [
            ("/accounts/Anna", Address::Account(anna(), None)),
            ("/a/anna", Address::Account(anna(), None)),
            ("/a/anna/video-channels", Address::Account(anna(), None)),
            ("/accounts/anna/outbox", Address::Account(anna(), Some(List::Outbox))),
            ("/video-channels/anna", Address::Group(anna(), None)),
            ("/@anna", Address::Group(anna(), None)),
            ("/c/anna/videos", Address::Group(anna(), None)),
            ("/video-channels/anna/followers", Address::Group(anna(), Some(List::Followers))),
            (&format!("/w/{short}"), Address::Video(uuid)),
            (&format!("/videos/watch/{uuid}/"), Address::Video(uuid)),
            (&format!("/videos/watch/{uuid}/announces"), Address::BelowVideo(uuid, Below::Announces)),
            (&format!("/videos/watch/{uuid}/comments/12"), Address::Comment(uuid, 12)),
        ] {
            assert_eq!(Address::of_path(path), Some(address), "{path}");
        }
        for path in [
            "",
            "/",
            "/about",
            "/accounts/",
            "/accounts/anna/passwords",
            "/w/12",
            "/@",
            "/videos/watch/1/x",
            "/videos/watch/x/comments/-1",
        ] {
            assert_eq!(Address::of_path(path), None, "{path}");
        }
        let urls = Urls::new(&url::Url::parse("https://tube.example").unwrap());
        assert_eq!(
            Address::of_url(&urls, "https://tube.example/accounts/anna#main-key"),
            Some(Address::Account(anna(), None))
        );
        assert_eq!(Address::of_url(&urls, "https://tube.example.org/accounts/anna"), None);
        assert_eq!(Address::of_url(&urls, "https://other.example/accounts/anna"), None);
    }
}
