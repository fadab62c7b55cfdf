//! Reports in JSON, as PeerTube 8.1 writes them.

use super::{
    labels::one_of,
    shapes::{AccountJson, Actors, ChannelJson, Summary},
};
use crate::{
    clock::Timestamp,
    comments::{self, Comment},
    error::{Error, Result},
    moderation::{
        blocks,
        reports::{self, Kind, Message, Report, State},
    },
    urls::Urls,
    videos::{self, Video},
};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::{ToSchema, openapi::schema::Object};

/// How far a report is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = AbuseStateLabel)]
pub struct StateJson {
    #[schema(schema_with = states)]
    id: i64,
    label: &'static str,
}

/// As [`State`] numbers them.
pub(super) fn states() -> Object {
    one_of(State::ALL.map(|state| state as i64))
}

impl From<State> for StateJson {
    fn from(state: State) -> Self {
        Self { id: state as i64, label: state.label() }
    }
}

/// The video of a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AbuseVideo)]
struct VideoJson {
    /// Null when the video is gone.
    #[schema(required)]
    id: Option<i64>,
    uuid: String,
    name: String,
    nsfw: bool,
    #[schema(required)]
    start_at: Option<i64>,
    #[schema(required)]
    end_at: Option<i64>,
    deleted: bool,
    blacklisted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    thumbnail_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    channel: Option<ChannelJson>,
    /// For those who look after the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    count_reports: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    nth_report: Option<u64>,
}

/// The comment of a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AbuseComment)]
struct CommentJson {
    /// Null when it is gone with its video.
    #[schema(required)]
    id: Option<i64>,
    #[schema(required)]
    thread_id: Option<i64>,
    /// What it said when it was reported.
    text: String,
    deleted: bool,
    video: NamedVideo,
}

/// A video in short.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AbuseCommentVideo)]
struct NamedVideo {
    #[schema(required)]
    id: Option<i64>,
    name: String,
    uuid: String,
}

/// A report, for the one who wrote it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserAbuse {
    id: i64,
    reason: String,
    #[schema(value_type = Vec<super::abuses::PredefinedReason>)]
    predefined_reasons: Vec<&'static str>,
    /// Who is reported; null when that account is gone.
    #[schema(required)]
    flagged_account: Option<AccountJson>,
    state: StateJson,
    count_messages: u64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(required)]
    video: Option<VideoJson>,
    #[schema(required)]
    comment: Option<CommentJson>,
}

/// A report, for those who look after the instance.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminAbuse {
    #[serde(flatten)]
    common: UserAbuse,
    #[schema(required)]
    moderation_comment: Option<String>,
    /// Who reports; null when that account is gone.
    #[schema(required)]
    reporter_account: Option<AccountJson>,
    count_reports_for_reporter: u64,
    count_reports_for_reportee: u64,
}

/// What somebody writes to the others of a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AbuseMessage)]
pub struct MessageJson {
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    by_moderator: bool,
    message: String,
    /// Null when that account is gone.
    #[schema(required)]
    account: Option<Summary>,
}

/// What the reports of one answer share, loaded together.
struct Loaded<'a> {
    actors: Actors<'a>,
    films: HashMap<i64, Video>,
    pictures: HashMap<i64, videos::Pictures>,
    comments: HashMap<i64, Comment>,
}

impl<'a> Loaded<'a> {
    fn new(conn: &Connection, urls: &'a Urls, found: &[Report]) -> Result<Self> {
        let ids: Vec<i64> = found.iter().filter_map(|report| report.video).collect();
        let films = videos::find_many(conn, &ids)?;
        let groups: Vec<i64> = films.values().map(|video| video.group).collect();
        let mut people: Vec<i64> =
            found.iter().flat_map(|report| [report.account, report.reporter]).flatten().collect();
        people.sort_unstable();
        people.dedup();
        let mut comments = HashMap::new();
        for id in found.iter().filter_map(|report| report.comment) {
            comments.insert(id, comments::by_id(conn, id)?);
        }
        Ok(Self {
            actors: Actors::load(conn, urls, &people, &groups)?,
            pictures: videos::pictures(conn, &ids)?,
            films,
            comments,
        })
    }

    fn common(&self, conn: &Connection, report: &Report) -> Result<UserAbuse> {
        Ok(UserAbuse {
            id: report.id,
            reason: report.reason.clone(),
            predefined_reasons: report.predefined.iter().map(|reason| reason.name()).collect(),
            flagged_account: report.account.and_then(|account| self.actors.account(account)),
            state: report.state.into(),
            count_messages: report.messages,
            created_at: report.created_at,
            updated_at: report.updated_at,
            video: if report.kind == Kind::Video { Some(self.video(conn, report)?) } else { None },
            comment: if report.kind == Kind::Comment { Some(self.comment(report)?) } else { None },
        })
    }

    fn video(&self, conn: &Connection, report: &Report) -> Result<VideoJson> {
        let (uuid, name) = was(report)?;
        let film = report.video.and_then(|id| self.films.get(&id));
        let picture = report.video.and_then(|id| self.pictures.get(&id)).and_then(|of| of.thumbnail.as_ref());
        let blacklisted = match report.video {
            Some(id) => blocks::of_video(conn, id)?.is_some(),
            None => false,
        };
        Ok(VideoJson {
            id: report.video,
            uuid,
            name: film.map_or(name, |film| film.name.clone()),
            nsfw: film.is_some_and(|film| film.sensitive),
            start_at: report.part.0,
            end_at: report.part.1,
            deleted: film.is_none(),
            blacklisted,
            thumbnail_path: picture.map(|picture| Urls::lazy_static_path("thumbnails", &picture.file)),
            channel: film.and_then(|film| self.actors.group(film.group, false)),
            count_reports: None,
            nth_report: None,
        })
    }

    fn comment(&self, report: &Report) -> Result<CommentJson> {
        let (uuid, name) = was(report)?;
        let comment = report.comment.and_then(|id| self.comments.get(&id));
        Ok(CommentJson {
            id: report.comment,
            thread_id: comment.map(|comment| comment.thread.unwrap_or(comment.id)),
            text: report.quoted.clone(),
            deleted: comment.is_none_or(|comment| comment.removed.is_some()),
            video: NamedVideo { id: report.video, name, uuid },
        })
    }
}

fn was(report: &Report) -> Result<(String, String)> {
    let (uuid, name) = report
        .video_was
        .clone()
        .ok_or_else(|| Error::internal("a report on a video without the name of the video"))?;
    Ok((uuid.to_string(), name))
}

/// Reports, for the one who wrote them.
pub fn for_reporter(conn: &Connection, urls: &Urls, found: &[Report]) -> Result<Vec<UserAbuse>> {
    let loaded = Loaded::new(conn, urls, found)?;
    found.iter().map(|report| loaded.common(conn, report)).collect()
}

/// Reports, for those who look after the instance.
pub fn for_staff(conn: &Connection, urls: &Urls, found: &[Report]) -> Result<Vec<AdminAbuse>> {
    let loaded = Loaded::new(conn, urls, found)?;
    let one = |report: &Report| {
        let tally = reports::tally(conn, report)?;
        let mut common = loaded.common(conn, report)?;
        if let Some(video) = &mut common.video {
            video.count_reports = Some(tally.about_video);
            video.nth_report = Some(tally.nth);
        }
        Ok(AdminAbuse {
            common,
            moderation_comment: report.note.clone(),
            reporter_account: report.reporter.and_then(|account| loaded.actors.account(account)),
            count_reports_for_reporter: tally.by_reporter,
            count_reports_for_reportee: tally.about_account,
        })
    };
    found.iter().map(one).collect()
}

/// Messages about a report.
pub fn messages(conn: &Connection, urls: &Urls, found: &[Message]) -> Result<Vec<MessageJson>> {
    let people: Vec<i64> = found.iter().filter_map(|message| message.account).collect();
    let actors = Actors::load(conn, urls, &people, &[])?;
    Ok(found
        .iter()
        .map(|message| MessageJson {
            id: message.id,
            created_at: message.created_at,
            by_moderator: message.by_staff,
            message: message.text.clone(),
            account: message.account.and_then(|account| actors.account_summary(account)),
        })
        .collect())
}
