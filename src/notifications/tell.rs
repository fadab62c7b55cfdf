//! Who is told of what happened.

use super::{About, Choice, Kind, choices, devices, letters, store};
use crate::{
    accounts::{
        self, SensitivePolicy,
        registrations::{self, State},
    },
    clock::Timestamp,
    comments,
    error::{Error, Result, there},
    following::{self, Followed},
    groups::{self, MemberFilter, MemberRole},
    jobs::{self, Happening, Job, Letter},
    moderation::{mutes, reports, warnings},
    videos::{self, Video, Viewer, offers},
};
use rusqlite::{Connection, Transaction};
use std::cell::RefCell;

/// Followers that are told in one transaction: others write in between.
pub const BATCH: u32 = 500;
/// People of a group who are told of something that all of them may do.
const MOST_OF_GROUP: u32 = 100;
/// Seconds until what is too old is looked for.
const DAY: i64 = 24 * 3600;

/// What the instance is able and wants to do.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Letters can go.
    pub mail: bool,
    /// What is done with sensitive videos for those who have chosen nothing.
    pub policy: SensitivePolicy,
}

/// What came of one telling.
#[derive(Debug, Default)]
pub struct Told {
    /// Where the next call begins; `None` when all were told.
    pub next: Option<i64>,
    /// Numbers of the notifications that were made.
    pub ids: Vec<i64>,
}

/// Tells those who want to know, beginning `after` where the last call ended. What went away meanwhile is told to nobody. May run twice: nobody is told twice.
pub fn tell(
    tx: &Transaction<'_>,
    now: Timestamp,
    happening: &Happening,
    after: i64,
    manner: Manner,
) -> Result<Told> {
    let to = To { tx, now, manner, ids: RefCell::default() };
    let next = tell_some(&to, happening, after)?;
    Ok(Told { next, ids: to.ids.into_inner() })
}

fn tell_some(to: &To<'_>, happening: &Happening, after: i64) -> Result<Option<i64>> {
    let To { tx, now, .. } = *to;
    if after == 0 {
        jobs::enqueue_once_at(tx, now, now.plus_seconds(DAY), &Job::ForgetNotifications)?;
    }
    match happening {
        Happening::VideoListed { video } => return followers(to, *video, after),
        Happening::VideoPublished { video } => published(to, *video)?,
        Happening::Commented { comment } => commented(to, *comment)?,
        Happening::Followed { follow } => followed(to, *follow)?,
        Happening::Reported { report } => reported(to, *report)?,
        Happening::ReportDecided { report } => decided(to, *report)?,
        Happening::ReportMessage { report, by } => said(to, *report, *by)?,
        Happening::VideoHidden { video, hidden } => hid(to, *video, *hidden)?,
        Happening::RegistrationAsked { registration } => asked(to, *registration)?,
        Happening::Registered { account } => {
            if there(accounts::find(tx, *account))?.is_some() {
                let about = About { by: Some(*account), ..About::default() };
                let staff = but(accounts::staff(tx)?, *account);
                // It asks for nothing: no letter.
                to.put(&store::News { kind: Kind::NewAccount, about, accounts: &staff, mail: false })?;
            }
        }
        Happening::Invited { group, account, by } => {
            let told = mutes::who_hear(tx, &[*account], *by)?;
            of_group(to, Kind::Invited, *group, &told, Some(*by))?;
        }
        Happening::InvitationAnswered { group, account, by, accepted } => {
            let kind = if *accepted { Kind::InvitationAccepted } else { Kind::InvitationRefused };
            of_group(to, kind, *group, &[*by], Some(*account))?;
        }
        Happening::JoinAsked { group, account } => {
            let told = looking_after(tx, *group, MemberRole::Administrator)?;
            let told = mutes::who_hear(tx, &told, *account)?;
            of_group(to, Kind::JoinAsked, *group, &told, Some(*account))?;
        }
        Happening::JoinAnswered { group, account, accepted } => {
            let kind = if *accepted { Kind::JoinAccepted } else { Kind::JoinRefused };
            of_group(to, kind, *group, &[*account], None)?;
        }
        Happening::VideoHeld { video } => {
            if let Some(video) = there(videos::by_id(tx, *video))?.filter(|video| video.blocked.is_some()) {
                let about = About { video: Some(video.id), ..About::default() };
                to.tell(Kind::VideoHeld, about, &accounts::staff(tx)?)?;
            }
        }
        Happening::VideoOffered { offer } | Happening::VideoOfferAnswered { offer } => {
            offered(to, *offer)?;
        }
        Happening::Warned { warning } => {
            if let Some(account) = warnings::whom(tx, *warning)? {
                let about = About { warning: Some(*warning), ..About::default() };
                to.tell(Kind::Warned, about, &[account])?;
            }
        }
    }
    Ok(None)
}

/// One telling.
struct To<'a> {
    tx: &'a Transaction<'a>,
    now: Timestamp,
    manner: Manner,
    /// What was made.
    ids: RefCell<Vec<i64>>,
}

impl To<'_> {
    fn tell(&self, kind: Kind, about: About, accounts: &[i64]) -> Result<()> {
        self.put(&store::News { kind, about, accounts, mail: self.manner.mail })
    }

    fn put(&self, news: &store::News<'_>) -> Result<()> {
        let told = store::insert(self.tx, self.now, news)?;
        letters::plan(self.tx, self.now, &told.written_to)?;
        devices::plan(self.tx, self.now, news.kind, &told.ids)?;
        self.ids.borrow_mut().extend(told.ids);
        Ok(())
    }
}

/// All but one.
fn but(mut accounts: Vec<i64>, one: i64) -> Vec<i64> {
    accounts.retain(|account| *account != one);
    accounts
}

/// Those who have at least this role in a group.
fn looking_after(conn: &Connection, group: i64, role: MemberRole) -> Result<Vec<i64>> {
    let filter = MemberFilter { publishers: true, count: MOST_OF_GROUP, ..MemberFilter::default() };
    let (_, members) = groups::list_members(conn, group, &filter)?;
    Ok(members.into_iter().filter(|member| member.role <= role).map(|member| member.account_id).collect())
}

/// Those who follow the group or the author of a video, some at a time.
fn followers(to: &To<'_>, video: i64, after: i64) -> Result<Option<i64>> {
    let tx = to.tx;
    let Some(video) = there(videos::by_id(tx, video))? else { return Ok(None) };
    if !video.is_listed() {
        videos::taken_back(tx, &video)?;
        return Ok(None);
    }
    let batch = following::followers_after(tx, video.group, video.author, after, BATCH)?;
    let about = About { video: Some(video.id), ..About::default() };
    let mut accounts = Vec::with_capacity(batch.len());
    for follower in batch.iter().map(|follow| follow.follower) {
        if Some(follower) != video.author
            && (!video.sensitive || looks(tx, follower, &video, to.manner.policy)?)
        {
            accounts.push(follower);
        }
    }
    if let Some(author) = video.author {
        accounts = mutes::who_hear(tx, &accounts, author)?;
    }
    to.tell(Kind::NewVideo, about, &accounts)?;
    Ok(batch.last().filter(|_| batch.len() == BATCH as usize).map(|last| last.id))
}

/// Whether somebody has sensitive videos like this one in lists.
fn looks(conn: &Connection, account: i64, video: &Video, policy: SensitivePolicy) -> Result<bool> {
    let login = there(accounts::find_login(conn, account))?;
    Ok(login.is_some_and(|login| login.preferences.looking(policy).lists(video.sensitive_flags)))
}

fn published(to: &To<'_>, video: i64) -> Result<()> {
    let Some(video) = there(videos::by_id(to.tx, video))? else { return Ok(()) };
    let Some(author) = video.author else { return Ok(()) };
    let about = About { video: Some(video.id), ..About::default() };
    to.tell(Kind::VideoPublished, about, &[author])
}

/// Whose video it is, and whom the comment speaks to. What is held is told to those who may let it pass, and to nobody else.
fn commented(to: &To<'_>, comment: i64) -> Result<()> {
    let tx = to.tx;
    let Some(comment) = there(comments::by_id(tx, comment))? else { return Ok(()) };
    let (Some(writer), comments::Subject::Video(video)) = (comment.account, comment.subject) else {
        return Ok(());
    };
    let Some(video) = there(videos::by_id(tx, video))? else { return Ok(()) };
    let about = About { comment: Some(comment.id), ..About::default() };
    let held = comment.state == comments::State::Held;
    let owners = match video.author {
        _ if held => looking_after(tx, video.group, MemberRole::Moderator)?,
        Some(author) if groups::may_publish(tx, video.group, author)? => vec![author],
        _ => vec![groups::find(tx, video.group)?.owner_id],
    };
    let owners = mutes::who_hear(tx, &but(owners, writer), writer)?;
    to.tell(Kind::NewComment, about, &owners)?;
    if comment.state != comments::State::Shown {
        return Ok(());
    }
    let mut spoken_to = comments::mentions(tx, &[comment.id])?.remove(&comment.id).unwrap_or_default();
    if let Some(above) = comment.reply_to {
        spoken_to.extend(there(comments::by_id(tx, above))?.and_then(|above| above.account));
    }
    let mut told = Vec::new();
    for account in mutes::who_hear(tx, &but(spoken_to, writer), writer)? {
        let viewer = Viewer { account: Some(account), moderates: false };
        let may = match videos::may_watch(tx, &video, &viewer, None) {
            Ok(()) => true,
            Err(Error::Refused(_)) => false,
            Err(error) => return Err(error),
        };
        if may && !owners.contains(&account) {
            told.push(account);
        }
    }
    to.tell(Kind::Mention, about, &told)
}

fn followed(to: &To<'_>, follow: i64) -> Result<()> {
    let tx = to.tx;
    let Some(follow) = following::by_id(tx, follow)? else { return Ok(()) };
    let told = match follow.followed {
        Followed::Group(group) => looking_after(tx, group, MemberRole::Administrator)?,
        Followed::Account(account) => vec![account],
    };
    let told = mutes::who_hear(tx, &told, follow.follower)?;
    let about = About { follow: Some(follow.id), ..About::default() };
    to.tell(Kind::NewFollower, about, &but(told, follow.follower))
}

/// Who asks for an account is told of by a letter of its own, at once, with the reason.
fn asked(to: &To<'_>, registration: i64) -> Result<()> {
    let tx = to.tx;
    let found = there(registrations::find(tx, registration))?;
    if found.is_none_or(|found| found.state != State::Pending) {
        return Ok(());
    }
    let (about, staff) =
        (About { registration: Some(registration), ..About::default() }, accounts::staff(tx)?);
    let kind = Kind::RegistrationAsked;
    to.put(&store::News { kind, about, accounts: &staff, mail: false })?;
    for account in staff.into_iter().filter(|_| to.manner.mail) {
        let wants = choices(tx, account)?.get(&Choice::NewUserRegistration).is_some_and(|chosen| chosen.mail);
        if wants && letters::rhythm(tx, account)? != letters::Rhythm::Never {
            let letter = Letter::RegistrationArrived { registration, account };
            jobs::enqueue_once(tx, to.now, &Job::Mail { letter })?;
        }
    }
    Ok(())
}

/// As far as the offer is now. The same video may be offered again, and then is told again.
fn offered(to: &To<'_>, offer: i64) -> Result<()> {
    let tx = to.tx;
    let Some(offer) = there(offers::by_id(tx, offer))? else { return Ok(()) };
    let (kind, told, by) = match offer.state {
        offers::State::Waiting => (Kind::VideoOffered, offer.to, offer.from),
        offers::State::Accepted => (Kind::OfferAccepted, offer.from, offer.to),
        offers::State::Refused => (Kind::OfferRefused, offer.from, offer.to),
    };
    store::forget_of_offer(tx, told, kind, offer.video)?;
    let about = About { video: Some(offer.video), by: Some(by), ..About::default() };
    let told = match offer.state {
        offers::State::Waiting => mutes::who_hear(tx, &[told], by)?,
        _ => vec![told],
    };
    to.tell(kind, about, &told)
}

/// Those who look after the instance, but for the one who reports.
fn reported(to: &To<'_>, report: i64) -> Result<()> {
    let Some(report) = there(reports::by_id(to.tx, report))? else { return Ok(()) };
    if report.state != reports::State::Pending {
        return Ok(());
    }
    let about = About { report: Some(report.id), ..About::default() };
    let mut staff = accounts::staff(to.tx)?;
    staff.retain(|account| Some(*account) != report.reporter);
    to.tell(Kind::Reported, about, &staff)
}

/// Whoever reported it. A report may be opened and decided anew.
fn decided(to: &To<'_>, report: i64) -> Result<()> {
    let Some(report) = there(reports::by_id(to.tx, report))? else { return Ok(()) };
    store::forget_of_report(to.tx, report.id, Kind::ReportDecided)?;
    let Some(reporter) = report.reporter.filter(|_| report.state != reports::State::Pending) else {
        return Ok(());
    };
    let about = About { report: Some(report.id), ..About::default() };
    to.tell(Kind::ReportDecided, about, &[reporter])
}

/// All who may read the message but its author; of several, the last.
fn said(to: &To<'_>, report: i64, by: i64) -> Result<()> {
    let Some(report) = there(reports::by_id(to.tx, report))? else { return Ok(()) };
    let mut told = accounts::staff(to.tx)?;
    told.extend(report.reporter.filter(|reporter| !told.contains(reporter)));
    store::forget_of_report(to.tx, report.id, Kind::ReportMessage)?;
    let about = About { report: Some(report.id), ..About::default() };
    to.tell(Kind::ReportMessage, about, &but(told, by))
}

/// The author of a video that moderators hide or show again; of both, the last.
fn hid(to: &To<'_>, video: i64, hidden: bool) -> Result<()> {
    let Some(video) = there(videos::by_id(to.tx, video))? else { return Ok(()) };
    for kind in [Kind::VideoHidden, Kind::VideoShown] {
        store::forget_of_video(to.tx, video.id, kind)?;
    }
    let kind = if hidden { Kind::VideoHidden } else { Kind::VideoShown };
    let about = About { video: Some(video.id), ..About::default() };
    to.tell(kind, about, &[videos::author(to.tx, &video)?])
}

/// Something about the people of a group: it may happen again, and then is told again.
fn of_group(to: &To<'_>, kind: Kind, group: i64, accounts: &[i64], by: Option<i64>) -> Result<()> {
    let tx = to.tx;
    if there(groups::find(tx, group))?.is_none() {
        return Ok(());
    }
    if let Some(by) = by
        && there(accounts::find(tx, by))?.is_none()
    {
        return Ok(());
    }
    for account in accounts {
        store::forget_of_group(tx, *account, kind, group, by)?;
    }
    to.tell(kind, About { group: Some(group), by, ..About::default() }, accounts)
}
