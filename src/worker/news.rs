//! What stands in a letter that tells somebody what happened.

use super::mail::Found;
use crate::{
    accounts::{self, registrations},
    clock::Timestamp,
    comments::{self, Subject},
    error::{Result, there},
    following::{self, Followed},
    groups::{self, Group},
    mail::{
        letters::About as Letter,
        news::{Item, News, What},
    },
    moderation::reports::{self, State},
    notifications::{Kind, Notification, letters},
    urls::Urls,
    videos::{self, Video},
};
use rusqlite::{Connection, Transaction};

/// `None` when there is nothing to tell: all was read, or went away.
pub(super) fn prepare(
    tx: &Transaction<'_>,
    now: Timestamp,
    urls: &Urls,
    account: i64,
) -> Result<Option<Found>> {
    let Some(login) = there(accounts::find_login(tx, account))? else { return Ok(None) };
    if login.blocked || login.email_verified == Some(false) {
        return Ok(None);
    }
    let Some(gathered) = letters::gather(tx, account)? else { return Ok(None) };
    let mut items = Vec::new();
    for one in &gathered.latest {
        items.extend(item(tx, urls, one)?);
    }
    if items.is_empty() {
        letters::written(tx, now, account, gathered.last)?;
        return Ok(None);
    }
    let news = News {
        items,
        more: gathered.more,
        list: urls.notifications(),
        choices: urls.notification_choices(),
        stop: urls.stop_letters(account, &letters::stop_token(tx, account)?),
    };
    let lang = login.preferences.language;
    Ok(Some(Found { to: login.email, lang, about: Letter::News(news), told: Some(gathered.last) }))
}

/// A notification in words' parts; `None` when what it is about is gone.
pub(super) fn item(conn: &Connection, urls: &Urls, one: &Notification) -> Result<Option<Item>> {
    let about = &one.about;
    let name = match about.by {
        Some(by) => there(accounts::find(conn, by))?.map(|account| account.display_name),
        None => Some(String::new()),
    };
    let Some(name) = name else { return Ok(None) };
    let item =
        |what, link| Item { what, name: name.clone(), group: String::new(), video: String::new(), link };
    let of_group = |what, link: &dyn Fn(&Group) -> String| -> Result<Option<Item>> {
        let Some(group) = about.group else { return Ok(None) };
        let group = there(groups::find(conn, group))?;
        Ok(group.map(|group| Item { group: group.display_name.clone(), ..item(what, link(&group)) }))
    };
    match one.kind {
        Kind::NewVideo | Kind::VideoPublished => {
            let Some(video) = found_video(conn, about.video)? else { return Ok(None) };
            let what = if one.kind == Kind::NewVideo { What::NewVideo } else { What::Published };
            let group = groups::find(conn, video.group)?.display_name;
            Ok(Some(Item { group, video: video.name, ..item(what, urls.watch(video.uuid)) }))
        }
        Kind::NewComment | Kind::Mention => of_comment(conn, urls, one),
        Kind::NewFollower => of_follower(conn, urls, one),
        Kind::NewAccount => {
            let Some(by) = about.by else { return Ok(None) };
            let handle = accounts::find(conn, by)?.name;
            Ok(Some(item(What::Account, urls.account_page(&handle))))
        }
        Kind::VideoHidden | Kind::VideoShown => {
            let Some(video) = found_video(conn, about.video)? else { return Ok(None) };
            let what = if one.kind == Kind::VideoHidden { What::VideoHidden } else { What::VideoShown };
            Ok(Some(Item { video: video.name, ..item(what, urls.watch(video.uuid)) }))
        }
        Kind::Reported | Kind::ReportDecided | Kind::ReportMessage => of_report(conn, urls, one),
        Kind::RegistrationAsked => {
            let Some(registration) = about.registration else { return Ok(None) };
            let found = there(registrations::find(conn, registration))?;
            Ok(found.map(|found| Item {
                name: format!("@{}", found.wanted.name),
                ..item(What::Registration, urls.registrations())
            }))
        }
        Kind::Invited => of_group(What::Invited, &|_| urls.my_invitations()),
        Kind::InvitationAccepted => of_group(What::Accepted, &|group| urls.group_people(&group.name)),
        Kind::InvitationRefused => of_group(What::Refused, &|group| urls.group_people(&group.name)),
        Kind::JoinAsked => of_group(What::JoinAsked, &|group| urls.group_requests(&group.name)),
        Kind::JoinAccepted => of_group(What::JoinAccepted, &|group| urls.group_page(&group.name)),
        Kind::JoinRefused => of_group(What::JoinRefused, &|group| urls.group_page(&group.name)),
        Kind::VideoHeld => {
            let video = found_video(conn, about.video)?;
            Ok(video.map(|video| Item { video: video.name, ..item(What::VideoHeld, urls.hidden_videos()) }))
        }
        Kind::Warned => Ok(Some(item(What::Warned, urls.my_reports()))),
        Kind::VideoOffered | Kind::OfferAccepted | Kind::OfferRefused => {
            let Some(video) = found_video(conn, about.video)? else { return Ok(None) };
            let (what, link) = match one.kind {
                Kind::VideoOffered => (What::VideoOffered, urls.my_videos()),
                Kind::OfferAccepted => (What::OfferAccepted, urls.watch(video.uuid)),
                _ => (What::OfferRefused, urls.my_videos()),
            };
            Ok(Some(Item { video: video.name, ..item(what, link) }))
        }
    }
}

fn found_video(conn: &Connection, video: Option<i64>) -> Result<Option<Video>> {
    match video {
        Some(video) => there(videos::by_id(conn, video)),
        None => Ok(None),
    }
}

fn of_comment(conn: &Connection, urls: &Urls, one: &Notification) -> Result<Option<Item>> {
    let Some(comment) = one.about.comment else { return Ok(None) };
    let Some(comment) = there(comments::by_id(conn, comment))? else { return Ok(None) };
    let Subject::Video(video) = comment.subject;
    let (Some(writer), Some(video)) = (comment.account, found_video(conn, Some(video))?) else {
        return Ok(None);
    };
    let what = match one.kind {
        Kind::Mention => What::Mention,
        _ if comment.state == comments::State::Held => What::CommentHeld,
        _ => What::Comment,
    };
    Ok(Some(Item {
        what,
        name: accounts::find(conn, writer)?.display_name,
        group: String::new(),
        link: urls.comment_page(video.uuid, comment.id),
        video: video.name,
    }))
}

fn of_report(conn: &Connection, urls: &Urls, one: &Notification) -> Result<Option<Item>> {
    let Some(report) = one.about.report else { return Ok(None) };
    let Some(report) = there(reports::by_id(conn, report))? else { return Ok(None) };
    let video = found_video(conn, report.video)?.map(|video| video.name);
    let account = match report.account {
        Some(account) => there(accounts::find(conn, account))?.map(|account| account.display_name),
        None => None,
    };
    let what = match (one.kind, report.state) {
        (Kind::Reported, _) => match report.kind {
            reports::Kind::Video if video.is_some() => What::ReportedVideo,
            reports::Kind::Comment if video.is_some() => What::ReportedComment,
            reports::Kind::Account if account.is_some() => What::ReportedAccount,
            _ => What::Reported,
        },
        (Kind::ReportMessage, _) => What::ReportMessage,
        (_, State::Accepted) => What::ReportAccepted,
        (_, State::Rejected) => What::ReportRejected,
        (_, State::Pending) => return Ok(None),
    };
    let link = if report.reporter == Some(one.account) { urls.my_reports() } else { urls.report(report.id) };
    let (name, video) = (account.unwrap_or_default(), video.unwrap_or_default());
    Ok(Some(Item { what, name, group: String::new(), video, link }))
}

fn of_follower(conn: &Connection, urls: &Urls, one: &Notification) -> Result<Option<Item>> {
    let Some(follow) = one.about.follow else { return Ok(None) };
    let Some(follow) = following::by_id(conn, follow)? else { return Ok(None) };
    let follower = accounts::find(conn, follow.follower)?;
    let (what, group) = match follow.followed {
        Followed::Account(_) => (What::FollowsYou, String::new()),
        Followed::Group(group) => (What::FollowsGroup, groups::find(conn, group)?.display_name),
    };
    let link = urls.account_page(&follower.name);
    Ok(Some(Item { what, name: follower.display_name, group, video: String::new(), link }))
}
