//! A row of `videos` as a [`Video`].

use super::super::{Failure, Privacy, Schedule, State, Video};
use rusqlite::{Result, Row, types::Type};
use uuid::Uuid;

/// In the order in which [`video`] reads them.
pub(super) const COLUMNS: &str = "videos.id, videos.uuid, videos.group_id, videos.origin, videos.name,
  videos.description, videos.support, videos.category, videos.licence, videos.language, videos.privacy, videos.state,
  videos.wait_transcoding, videos.sensitive, videos.sensitive_flags, videos.sensitive_summary, videos.comments_policy,
  videos.download_enabled, videos.duration_ms, videos.width, videos.height, videos.views, videos.likes,
  videos.dislikes, videos.failure_code, videos.failure, videos.created_at, videos.updated_at, videos.published_at,
  videos.originally_published_at, videos.scheduled_at, videos.scheduled_privacy, videos.author_id, videos.comments,
  videos.blocked_privacy, videos.replaces";

pub(super) fn video(row: &Row<'_>) -> Result<Video> {
    let uuid: String = row.get(1)?;
    let width: Option<u32> = row.get(19)?;
    let code: Option<String> = row.get(24)?;
    let scheduled: Option<i64> = row.get(31)?;
    let blocked: Option<i64> = row.get(34)?;
    Ok(Video {
        id: row.get(0)?,
        uuid: Uuid::try_parse(&uuid).map_err(|_| wrong(1))?,
        group: row.get(2)?,
        author: row.get(32)?,
        origin: row.get(3)?,
        name: row.get(4)?,
        description: row.get(5)?,
        support: row.get(6)?,
        category: row.get(7)?,
        licence: row.get(8)?,
        language: row.get(9)?,
        privacy: Privacy::from_id(row.get(10)?).ok_or_else(|| wrong(10))?,
        blocked: blocked.map(|id| Privacy::from_id(id).ok_or_else(|| wrong(34))).transpose()?,
        state: State::from_id(row.get(11)?).ok_or_else(|| wrong(11))?,
        wait_transcoding: row.get(12)?,
        sensitive: row.get(13)?,
        sensitive_flags: row.get(14)?,
        sensitive_summary: row.get(15)?,
        comments_policy: row.get(16)?,
        download_enabled: row.get(17)?,
        duration_ms: row.get(18)?,
        size: match width {
            Some(width) => Some((width, row.get(20)?)),
            None => None,
        },
        views: row.get(21)?,
        likes: row.get(22)?,
        dislikes: row.get(23)?,
        comments: row.get(33)?,
        failure: match code {
            Some(code) => Some(Failure { code, detail: row.get(25)? }),
            None => None,
        },
        created_at: row.get(26)?,
        updated_at: row.get(27)?,
        published_at: row.get(28)?,
        originally_published_at: row.get(29)?,
        schedule: match scheduled {
            Some(privacy) => Some(Schedule {
                at: row.get(30)?,
                privacy: Privacy::from_id(privacy).ok_or_else(|| wrong(31))?,
            }),
            None => None,
        },
        replaces: row.get(35)?,
    })
}

/// A value that this program did not write.
fn wrong(column: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, "videos".to_owned(), Type::Null)
}
