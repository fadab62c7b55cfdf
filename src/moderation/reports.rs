//! Reports: somebody thinks that a video, a comment or an account breaks the rules of the instance. Those who look after it
//! decide, and may write with the one who reported.

use super::{
    TEXT, check_text,
    log::{self, About, Action},
    store,
};
use crate::{
    accounts::{self, Account, Role},
    clock::Timestamp,
    comments::Comment,
    error::{Error, InvalidField, Location, Result},
    jobs::{self, Happening, Job},
    videos::{self, Video},
};
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A video.
    Video = 1,
    /// A comment.
    Comment = 2,
    /// An account.
    Account = 3,
}

/// Why somebody reports; several may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Violent or repulsive.
    ViolentOrRepulsive = 1,
    /// Hateful or abusive.
    HatefulOrAbusive = 2,
    /// Spam, or misleading.
    SpamOrMisleading = 3,
    /// Somebody's privacy.
    Privacy = 4,
    /// Rights of authors.
    Rights = 5,
    /// Breaks the rules of the instance.
    ServerRules = 6,
    /// What the picture shows is not in the video.
    Thumbnails = 7,
    /// Wrong captions.
    Captions = 8,
}

impl Reason {
    /// All of them, by PeerTube's numbers.
    pub const ALL: [Self; 8] = [
        Self::ViolentOrRepulsive,
        Self::HatefulOrAbusive,
        Self::SpamOrMisleading,
        Self::Privacy,
        Self::Rights,
        Self::ServerRules,
        Self::Thumbnails,
        Self::Captions,
    ];

    /// PeerTube's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::ViolentOrRepulsive => "violentOrRepulsive",
            Self::HatefulOrAbusive => "hatefulOrAbusive",
            Self::SpamOrMisleading => "spamOrMisleading",
            Self::Privacy => "privacy",
            Self::Rights => "rights",
            Self::ServerRules => "serverRules",
            Self::Thumbnails => "thumbnails",
            Self::Captions => "captions",
        }
    }

    /// From PeerTube's name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    pub(super) fn bit(self) -> i64 {
        1 << (self as i64 - 1)
    }
}

/// How far a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Pending = 1,
    /// Nothing was wrong.
    Rejected = 2,
    /// Something was wrong.
    Accepted = 3,
}

impl State {
    /// All.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Rejected, Self::Accepted];

    /// From PeerTube's number.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as i64 == id)
    }

    /// PeerTube's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Rejected => "Rejected",
            Self::Accepted => "Accepted",
        }
    }
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub id: i64,
    /// Who reports; `None` when that account is gone.
    pub reporter: Option<i64>,
    /// In his or her words.
    pub reason: String,
    /// And in ours.
    pub predefined: Vec<Reason>,
    /// What it is about.
    pub kind: Kind,
    /// The video, also that of a comment; `None` when it is gone.
    pub video: Option<i64>,
    /// Name and title of the video, as they were.
    pub video_was: Option<(Uuid, String)>,
    /// The part of the video, in seconds.
    pub part: (Option<i64>, Option<i64>),
    /// The comment.
    pub comment: Option<i64>,
    /// What the comment said.
    pub quoted: String,
    /// Who is reported; `None` when that account is gone.
    pub account: Option<i64>,
    /// How far it is.
    pub state: State,
    /// What moderators note for themselves.
    pub note: Option<String>,
    /// How many messages were written about it.
    pub messages: u64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
}

/// How often those of a report were part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Reports by the one who reports.
    pub by_reporter: u64,
    /// Reports about the one who is reported.
    pub about_account: u64,
    /// Reports about the video.
    pub about_video: u64,
    /// The how-manieth of these it is.
    pub nth: u64,
}

/// What is reported.
#[derive(Debug, Clone, Copy)]
pub enum Target<'t> {
    /// A video, or a part of it.
    Video(&'t Video, (Option<i64>, Option<i64>)),
    /// A comment below a video.
    Comment(&'t Comment, &'t Video),
    /// An account.
    Account(&'t Account),
}

/// What somebody writes to the others of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number.
    pub id: i64,
    /// Who wrote it; `None` when that account is gone.
    pub account: Option<i64>,
    /// Whether a moderator wrote it.
    pub by_staff: bool,
    /// The text.
    pub text: String,
    /// When.
    pub created_at: Timestamp,
}

/// What reports are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// When they were written.
    #[default]
    CreatedAt,
    /// How far they are.
    State,
}

/// Which reports to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that this account wrote.
    pub reporter: Option<i64>,
    /// Only this one.
    pub id: Option<i64>,
    /// Only about this kind of thing.
    pub kind: Option<Kind>,
    /// Only those that are so far.
    pub state: Option<State>,
    /// Only for this reason.
    pub predefined: Option<Reason>,
    /// Part of the reason, of the title of the video, or of the name of one of both.
    pub search: Option<String>,
    /// Part of the name of the one who reports.
    pub search_reporter: Option<String>,
    /// Part of the name of the one who is reported.
    pub search_account: Option<String>,
    /// Part of the title of the video.
    pub search_video: Option<String>,
    /// Part of the name of the group of the video.
    pub search_group: Option<String>,
    /// Only about videos that are gone.
    pub video_gone: bool,
    /// Only about videos that are hidden.
    pub video_blocked: bool,
    /// In what order.
    pub sort: Sort,
    /// Oldest first.
    pub ascending: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// Messages about one report at most.
const MOST_MESSAGES: u64 = 500;

/// Puts a report down. Whoever writes it sees what it is about; the edge asks.
///
/// # Errors
/// 400 for a reason that is too short or too long, and for a part that ends before it begins; 409 when the same account
/// reported the same and nobody has decided yet.
pub fn create(
    tx: &Transaction<'_>,
    now: Timestamp,
    reporter: i64,
    target: Target<'_>,
    reason: &str,
    predefined: &[Reason],
) -> Result<i64> {
    let reason = check_text("reason", reason, *TEXT.start())?;
    let row = match target {
        Target::Video(video, part) => {
            check_part(part)?;
            store::reports::NewRow {
                kind: Kind::Video,
                video: Some(video),
                part,
                comment: None,
                quoted: "",
                account: Some(videos::author(tx, video)?),
            }
        }
        Target::Comment(comment, video) => store::reports::NewRow {
            kind: Kind::Comment,
            video: Some(video),
            part: (None, None),
            comment: Some(comment.id),
            quoted: &comment.text,
            account: comment.account,
        },
        Target::Account(account) => store::reports::NewRow {
            kind: Kind::Account,
            video: None,
            part: (None, None),
            comment: None,
            quoted: "",
            account: Some(account.id),
        },
    };
    if store::reports::waits(tx, reporter, &row)? {
        return Err(Error::conflict(
            "You have reported this already. Your report is being looked at; you can add to it under your reports.",
        ));
    }
    let report = store::reports::insert(tx, now, reporter, &row, reason, predefined)?;
    tell(tx, now, Happening::Reported { report })?;
    Ok(report)
}

/// Has people told of what happened.
fn tell(tx: &Transaction<'_>, now: Timestamp, happening: Happening) -> Result<()> {
    jobs::enqueue(tx, now, &Job::Notify { happening }).map(drop)
}

fn check_part((start, end): (Option<i64>, Option<i64>)) -> Result<()> {
    let begins = start.is_none_or(|start| start >= 0);
    let ends = end.is_none_or(|end| end >= 0 && start.is_none_or(|start| end > start));
    for (good, field, rule) in [
        (begins, "video.startAt", "Seconds from the beginning."),
        (ends, "video.endAt", "Seconds from the beginning, behind the start."),
    ] {
        if !good {
            return Err(Error::Invalid(vec![InvalidField {
                field: field.into(),
                rule: rule.into(),
                location: Location::Body,
                value: None,
            }]));
        }
    }
    Ok(())
}

/// Decides a report, or notes something about it.
///
/// # Errors
/// 404; 400 for a note that is too long.
pub fn change(
    tx: &Transaction<'_>,
    now: Timestamp,
    actor: i64,
    id: i64,
    state: Option<State>,
    note: Option<&str>,
) -> Result<()> {
    let report = by_id(tx, id)?;
    if let Some(note) = note {
        let note = note.trim();
        let note =
            if note.is_empty() { None } else { Some(check_text("moderationComment", note, *TEXT.start())?) };
        store::reports::set_note(tx, now, id, note)?;
    }
    if let Some(state) = state.filter(|state| *state != report.state) {
        store::reports::set_state(tx, now, id, state)?;
        let action = match state {
            State::Accepted => Action::ReportAccepted,
            State::Rejected => Action::ReportRejected,
            State::Pending => Action::ReportReopened,
        };
        log::write(tx, now, actor, action, &about(&report))?;
        tell(tx, now, Happening::ReportDecided { report: id })?;
    }
    Ok(())
}

/// Removes a report with its messages.
///
/// # Errors
/// 404.
pub fn remove(tx: &Transaction<'_>, now: Timestamp, actor: i64, id: i64) -> Result<()> {
    let report = by_id(tx, id)?;
    store::reports::remove(tx, id)?;
    log::write(tx, now, actor, Action::ReportRemoved, &about(&report))
}

fn about(report: &Report) -> About {
    let (video, detail) = report.video_was.clone().unzip();
    About { account: report.account, report: Some(report.id), video, detail }
}

/// One report.
///
/// # Errors
/// 404.
pub fn by_id(conn: &Connection, id: i64) -> Result<Report> {
    store::reports::find(conn, id)?.ok_or_else(|| Error::not_found("Abuse"))
}

/// Reports, newest first where nothing else is asked, and how many there are.
///
/// # Errors
/// A failure of the database.
pub fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Report>)> {
    store::reports::list(conn, filter)
}

/// How often those of a report were part of one.
pub fn tally(conn: &Connection, report: &Report) -> Result<Tally> {
    store::reports::tally(conn, report)
}

/// What somebody has to do with reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Reports about the account, its videos and what it says.
    pub about: u64,
    /// Those of them that were found right.
    pub accepted: u64,
    /// Reports that it wrote.
    pub written: u64,
}

/// What an account has to do with reports.
pub fn part_of(conn: &Connection, account: i64) -> Result<Part> {
    store::reports::part_of(conn, account)
}

/// How many reports there are, how many are decided, and after how many milliseconds on average.
pub fn figures(conn: &Connection) -> Result<(u64, u64, Option<u64>)> {
    store::reports::figures(conn)
}

/// Messages about a report, oldest first.
///
/// # Errors
/// 404; 403 for others than the one who reported and those who look after the instance.
pub fn messages(conn: &Connection, acting: (i64, Role), id: i64) -> Result<Vec<Message>> {
    takes_part(conn, acting, id, "get")?;
    store::reports::messages(conn, id)
}

/// Writes to the others of a report.
///
/// # Errors
/// As [`messages`]; 400 for a text that is too short or too long; 409 when too much was written.
pub fn say(tx: &Transaction<'_>, now: Timestamp, acting: (i64, Role), id: i64, text: &str) -> Result<i64> {
    let report = takes_part(tx, acting, id, "add a message to")?;
    let text = check_text("message", text, *TEXT.start())?;
    if report.messages >= MOST_MESSAGES {
        return Err(Error::conflict(
            "There are 500 messages about this report. Please write a letter instead.",
        ));
    }
    let message = store::reports::say(tx, now, id, acting.0, acting.1.is_staff(), text)?;
    tell(tx, now, Happening::ReportMessage { report: id, by: acting.0 })?;
    Ok(message)
}

/// Takes a message back.
///
/// # Errors
/// As [`messages`]; 404; 403 for that of somebody else.
pub fn unsay(tx: &Transaction<'_>, acting: (i64, Role), id: i64, message: i64) -> Result<()> {
    takes_part(tx, acting, id, "delete a message of")?;
    let found = store::reports::messages(tx, id)?.into_iter().find(|one| one.id == message);
    let found = found.ok_or_else(|| Error::not_found("Abuse message"))?;
    if found.account != Some(acting.0) && !acting.1.is_staff() {
        return Err(Error::forbidden("Cannot delete a message of somebody else."));
    }
    store::reports::unsay(tx, message)
}

fn takes_part(conn: &Connection, (account, role): (i64, Role), id: i64, deed: &str) -> Result<Report> {
    let report = by_id(conn, id)?;
    if role.is_staff() || report.reporter == Some(account) {
        return Ok(report);
    }
    let name = accounts::find(conn, account)?.name;
    Err(Error::forbidden(format!("User {name} does not have right to {deed} abuse {id}")))
}
