//! Who may watch and who may manage a video: PeerTube's rules and answers.

use super::{Privacy, Video, find, store};
use crate::{
    error::{Error, Kind, Result},
    groups::{self, Deed},
    ids,
};
use rusqlite::Connection;
use uuid::Uuid;

/// How an address names a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// By its number on this instance, which anyone can count up.
    Id(i64),
    /// By its UUID, long or short.
    Uuid(Uuid),
}

impl Key {
    /// Reads a number, a UUID or a short UUID.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(Self::Id);
        }
        ids::parse_uuid(text).map(Self::Uuid)
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Viewer {
    /// The account, of those who are signed in.
    pub account: Option<i64>,
    /// Administrators and moderators see and manage all videos.
    pub moderates: bool,
}

impl Viewer {
    /// Someone without an account.
    pub const ANYONE: Self = Self { account: None, moderates: false };
}

fn manages(conn: &Connection, video: &Video, viewer: &Viewer) -> Result<bool> {
    let Some(account) = viewer.account else { return Ok(false) };
    groups::may(conn, video.group, account, viewer.moderates, Deed::EditVideos)
}

/// Whether someone may change a video, delete it, and see what only its owner sees; tells which account that is.
///
/// # Errors
/// 401 for those who are not signed in, 403 for others.
pub fn may_manage(conn: &Connection, video: &Video, viewer: &Viewer) -> Result<i64> {
    let Some(account) = viewer.account else {
        return Err(Error::refused(Kind::Unauthenticated, "Not authenticated"));
    };
    if manages(conn, video, viewer)? {
        return Ok(account);
    }
    Err(Error::forbidden("Cannot manage a video of another user."))
}

/// Whether someone may watch a video that was named by its UUID.
///
/// # Errors
/// 401 or 403 in PeerTube's words.
pub fn may_watch(conn: &Connection, video: &Video, viewer: &Viewer, password: Option<&str>) -> Result<()> {
    match video.privacy {
        Privacy::Public | Privacy::Unlisted => Ok(()),
        Privacy::Internal => signed_in(viewer),
        Privacy::Private => among_managers(conn, video, viewer),
        Privacy::Password => {
            if manages(conn, video, viewer)? {
                return Ok(());
            }
            let Some(password) = password else {
                return Err(Error::coded(
                    Kind::Forbidden,
                    "video_requires_password",
                    "Please provide a password to access this password protected video",
                ));
            };
            if store::passwords(conn, video.id)?.iter().any(|known| known.password == password) {
                return Ok(());
            }
            Err(Error::coded(
                Kind::Forbidden,
                "incorrect_video_password",
                "Incorrect video password. Access to the video is denied.",
            ))
        }
    }
}

fn signed_in(viewer: &Viewer) -> Result<()> {
    if viewer.account.is_some() {
        return Ok(());
    }
    Err(Error::refused(Kind::Unauthenticated, "Not authenticated"))
}

fn among_managers(conn: &Connection, video: &Video, viewer: &Viewer) -> Result<()> {
    signed_in(viewer)?;
    if manages(conn, video, viewer)? {
        return Ok(());
    }
    Err(Error::forbidden("Cannot fetch information of private/internal/blocked video"))
}

/// Finds a video for someone who wants to watch it. By number, unlisted ones are as private: numbers can be guessed.
///
/// # Errors
/// 404, or as [`may_watch`].
pub fn watch(conn: &Connection, key: &Key, viewer: &Viewer, password: Option<&str>) -> Result<Video> {
    let video = find(conn, key)?;
    if video.privacy == Privacy::Unlisted && matches!(key, Key::Id(_)) {
        among_managers(conn, &video, viewer)?;
    }
    may_watch(conn, &video, viewer, password)?;
    Ok(video)
}
