//! Who may have the bytes of a video that is not for everyone: each request shows a token, a session or a password.

use crate::{
    accounts::{Role, sessions},
    app::App,
    clock::Timestamp,
    error::{Error, Kind, Result},
    text,
    videos::{self, Reach, Video, Viewer},
};
use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use rusqlite::Connection;
use serde::Deserialize;

/// What a request shows for a right.
#[derive(Debug, Default)]
pub(super) struct Asking {
    /// Given by the API to those who may watch, for some hours; in the address, where players cannot send headers.
    pub token: Option<String>,
    /// Write the token into the addresses of a playlist.
    pub reinject: bool,
    bearer: Option<String>,
    password: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Shown {
    video_file_token: Option<String>,
    reinject_video_file_token: Option<String>,
}

impl FromRequestParts<App> for Asking {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self> {
        let Query(shown) = Query::<Shown>::try_from_uri(&parts.uri)
            .map_err(|_| Error::refused(Kind::Bad, "The query string of this address cannot be read."))?;
        let text = |name: &str| parts.headers.get(name).map(|value| text::of_header(value.as_bytes()));
        let authorization = text("authorization").unwrap_or_default();
        let bearer = authorization.split_once(' ').filter(|(scheme, _)| {
            // As the API reads it.
            scheme.eq_ignore_ascii_case("bearer")
        });
        Ok(Self {
            token: shown.video_file_token,
            reinject: shown.reinject_video_file_token.as_deref() == Some("true"),
            bearer: bearer.map(|(_, token)| token.trim().to_owned()),
            password: text("x-peertube-video-password"),
        })
    }
}

/// Files of private videos have addresses of their own (`at_private`), and each byte of them is for those who show a
/// right to it.
///
/// # Errors
/// 404 at the address of the other kind; 403 without a right.
pub(super) fn check(
    conn: &Connection,
    now: Timestamp,
    video: &Video,
    at_private: bool,
    asking: &Asking,
) -> Result<()> {
    if video.privacy.guards_files() != at_private {
        // The address was right before somebody changed who may see the video.
        return Err(Error::not_found("File"));
    }
    if !at_private {
        return Ok(());
    }
    if let Some(token) = &asking.token {
        return by_token(conn, now, video, token, Reach::Watch);
    }
    if asking.bearer.is_none() && asking.password.is_none() {
        return Err(Error::forbidden(
            "Video password header, video file token query parameter and bearer token are all missing",
        ));
    }
    let viewer = viewer(conn, now, asking)?;
    videos::may_watch(conn, video, &viewer, asking.password.as_deref())
        .map_err(|_| Error::forbidden("You may not see this video."))
}

/// The file as it was sent is for those who manage the video, whoever may watch it.
///
/// # Errors
/// 403.
pub(super) fn check_manages(conn: &Connection, now: Timestamp, video: &Video, asking: &Asking) -> Result<()> {
    if let Some(token) = &asking.token {
        return by_token(conn, now, video, token, Reach::Manage);
    }
    let viewer = viewer(conn, now, asking)?;
    videos::may_manage(conn, video, &viewer)
        .map(drop)
        .map_err(|_| Error::forbidden("Only those who manage this video may have the file that was sent."))
}

fn by_token(conn: &Connection, now: Timestamp, video: &Video, token: &str, reach: Reach) -> Result<()> {
    if videos::file_token_holds(conn, now, video.uuid, token, reach)? {
        return Ok(());
    }
    Err(Error::forbidden("Cannot access this file: its token is wrong or too old."))
}

fn viewer(conn: &Connection, now: Timestamp, asking: &Asking) -> Result<Viewer> {
    let Some(token) = &asking.bearer else { return Ok(Viewer::ANYONE) };
    Ok(sessions::bearer(conn, now, token)?.map_or(Viewer::ANYONE, |bearer| Viewer {
        account: Some(bearer.account.id),
        moderates: bearer.role != Role::User,
    }))
}
