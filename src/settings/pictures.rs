//! Pictures of the instance itself: its avatar and banner, its sign in the head of pages, its favicon, and the picture that
//! other sites show beside a link. The files are `storage`'s.

use super::store;
use crate::{
    clock::Timestamp,
    error::Result,
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};

/// What a picture is for; the names are PeerTube's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Square, beside the name on the page about the instance.
    Avatar,
    /// Wide, above it.
    Banner,
    /// In the tab of a browser.
    Favicon,
    /// In the head of every page, before the name.
    Sign,
    /// In the head of every page, in the place of sign and name.
    WideSign,
    /// What other sites show beside a link to a page that has no picture of its own.
    Preview,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Avatar, Self::Banner, Self::Favicon, Self::Sign, Self::WideSign, Self::Preview];

    /// PeerTube's name, also in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avatar => "avatar",
            Self::Banner => "banner",
            Self::Favicon => "favicon",
            Self::Sign => "header-square",
            Self::WideSign => "header-wide",
            Self::Preview => "opengraph",
        }
    }

    /// Reads PeerTube's name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One size of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is for.
    pub kind: Kind,
    /// Name under `media/pictures`.
    pub file: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// When it was chosen.
    pub created_at: Timestamp,
}

/// All of them, smallest first.
pub fn load(conn: &Connection) -> Result<Vec<Picture>> {
    store::pictures(conn)
}

/// Whether one of them has this file, for sweeping.
pub fn names(conn: &Connection, file: &str) -> Result<bool> {
    store::names_picture(conn, file)
}

/// Puts new sizes of a picture in the place of the old ones, whose files go; without new ones it is taken away. Answers
/// all that there are then. `path` gives the path of a file under the data folder.
pub fn replace(
    tx: &Transaction<'_>,
    now: Timestamp,
    kind: Kind,
    pictures: &[Picture],
    path: impl Fn(&str) -> String,
) -> Result<Vec<Picture>> {
    let old = store::remove_pictures(tx, kind)?;
    for picture in pictures {
        store::insert_picture(tx, picture)?;
    }
    if !old.is_empty() {
        let paths = old.iter().map(|file| path(file)).collect();
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
    store::pictures(tx)
}
