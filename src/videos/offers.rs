//! Videos that somebody gives to somebody else: whoever is to have one accepts it into a group, or refuses. Until then
//! everything stays as it is. Within the groups that one publishes for, a video goes without being offered.

use super::{Video, Viewer, making, store::offers as rows};
use crate::{
    accounts,
    clock::Timestamp,
    error::{Error, Kind, Result},
    groups::{self, Deed, log::Action},
    jobs::{self, Happening, Job},
};
use rusqlite::{Connection, Transaction};

/// Offers that may wait for one person.
const WAITING_MOST: u64 = 100;
/// Days for which an answered offer is kept.
const KEPT_DAYS: i64 = 90;
/// Seconds of a day.
const DAY: i64 = 24 * 3600;

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has answered it.
    Waiting = 1,
    /// The video went to the one it was offered to.
    Accepted = 2,
    /// It did not.
    Refused = 3,
}

impl State {
    /// From its number.
    pub fn from_id(id: i64) -> Self {
        match id {
            1 => Self::Waiting,
            2 => Self::Accepted,
            _ => Self::Refused,
        }
    }
}

/// That somebody wants to give a video to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its number.
    pub id: i64,
    /// Which video.
    pub video: i64,
    /// Who gives.
    pub from: i64,
    /// Who is to have it.
    pub to: i64,
    /// What became of it.
    pub state: State,
    /// Since when.
    pub created_at: Timestamp,
}

/// Offers a video to somebody. What it was offered to somebody else before is taken back.
///
/// # Errors
/// 403 for who does not manage it; 400 for oneself, and for whom has no login here; 429 when too much waits for that person.
pub fn give(tx: &Transaction<'_>, now: Timestamp, viewer: &Viewer, video: &Video, to: i64) -> Result<Offer> {
    let from = super::may_manage(tx, video, viewer)?;
    if to == from {
        return Err(Error::invalid(
            "username",
            "This is you. A video goes to another group of yours by changing its group.",
        ));
    }
    let known = match accounts::find_login(tx, to) {
        Ok(login) => !login.blocked,
        Err(error) if error.is_not_found() => false,
        Err(error) => return Err(error),
    };
    if !known {
        return Err(Error::invalid("username", "Nobody of this name can sign in here."));
    }
    if let Some(before) = rows::waiting(tx, video.id)? {
        if before.to == to {
            return Ok(before);
        }
        rows::remove(tx, before.id)?;
    }
    if rows::count_waiting(tx, to)? >= WAITING_MOST {
        return Err(Error::refused(
            Kind::TooMany,
            "Many videos wait for this person already. Please try again later.",
        ));
    }
    rows::forget_answered(tx, now.minus_seconds(KEPT_DAYS * DAY))?;
    let offer = rows::insert(tx, now, video.id, from, to)?;
    jobs::enqueue(tx, now, &Job::Notify { happening: Happening::VideoOffered { offer } })?;
    by_id(tx, offer)
}

/// Takes an offer back that nobody has answered.
///
/// # Errors
/// 403 for who does not manage the video; 404 when it is not offered.
pub fn withdraw(tx: &Transaction<'_>, viewer: &Viewer, video: &Video) -> Result<()> {
    super::may_manage(tx, video, viewer)?;
    let offer = rows::waiting(tx, video.id)?.ok_or_else(not_found)?;
    rows::remove(tx, offer.id)
}

/// The offer of a video that waits for an answer.
pub fn waiting(conn: &Connection, video: i64) -> Result<Option<Offer>> {
    rows::waiting(conn, video)
}

/// One offer.
///
/// # Errors
/// 404.
pub fn by_id(conn: &Connection, id: i64) -> Result<Offer> {
    rows::find(conn, id)?.ok_or_else(not_found)
}

/// A page of what an account was offered, newest first, and how much there is: all of it, or what waits.
pub fn list(conn: &Connection, to: i64, waiting: bool, start: u32, count: u32) -> Result<(u64, Vec<Offer>)> {
    rows::list(conn, to, waiting, start, count)
}

/// Takes a video into a group for which one publishes. Its sender is from now on who accepts: it counts for his or her quota.
///
/// # Errors
/// 403 for an offer to somebody else, and one that was answered; 400 for a group of others; 404; 409 when who offers it does
/// not manage it any more; 413 when the quota has no room for it.
pub fn accept(tx: &Transaction<'_>, now: Timestamp, account: i64, id: i64, group: i64) -> Result<Video> {
    let offer = open(tx, account, id)?;
    let video = super::by_id(tx, offer.video)?;
    super::may_publish(tx, account, group)?;
    let staff = accounts::find_login(tx, offer.from)?.role.is_staff();
    if !groups::may(tx, video.group, offer.from, staff, Deed::EditVideos)? {
        return Err(Error::conflict(
            "Whoever offered this video does not look after it any more. You can refuse it.",
        ));
    }
    check_quota(tx, now, account, &video)?;
    rows::move_to(tx, now, video.id, account, group)?;
    rows::answer(tx, now, id, State::Accepted)?;
    super::changed(tx, now, video.id)?;
    let moved = super::by_id(tx, video.id)?;
    super::note(tx, now, video.group, offer.from, Action::VideoGiven, &moved)?;
    super::note(tx, now, group, account, Action::VideoTaken, &moved)?;
    answered(tx, now, id)?;
    Ok(moved)
}

/// Does not take a video.
///
/// # Errors
/// 403 for an offer to somebody else, and one that was answered; 404.
pub fn refuse(tx: &Transaction<'_>, now: Timestamp, account: i64, id: i64) -> Result<()> {
    open(tx, account, id)?;
    rows::answer(tx, now, id, State::Refused)?;
    answered(tx, now, id)
}

fn answered(tx: &Transaction<'_>, now: Timestamp, offer: i64) -> Result<()> {
    jobs::enqueue(tx, now, &Job::Notify { happening: Happening::VideoOfferAnswered { offer } }).map(drop)
}

/// An offer that this account may answer.
fn open(conn: &Connection, account: i64, id: i64) -> Result<Offer> {
    let offer = by_id(conn, id)?;
    if offer.to != account {
        return Err(Error::forbidden("Cannot terminate an ownership change of another user"));
    }
    if offer.state != State::Waiting {
        return Err(Error::forbidden("Ownership already accepted or refused"));
    }
    Ok(offer)
}

/// What one has sent oneself counts already.
fn check_quota(conn: &Connection, now: Timestamp, account: i64, video: &Video) -> Result<()> {
    if video.author == Some(account) {
        return Ok(());
    }
    let Some((size, sent_at)) = rows::sent(conn, video.id)? else { return Ok(()) };
    let login = accounts::find_login(conn, account)?;
    let yesterday = now.minus_seconds(DAY);
    for (quota, since) in [(login.video_quota, None), (login.video_quota_daily, Some(yesterday))] {
        let Ok(quota) = u64::try_from(quota) else { continue };
        if since.is_some_and(|since| sent_at <= since) {
            continue;
        }
        if making::sent_bytes(conn, account, since)?.saturating_add(size) > quota {
            return Err(Error::coded(
                Kind::TooLarge,
                "quota_reached",
                "Your quota has no room for this video. Make room, or ask an administrator for more.",
            ));
        }
    }
    Ok(())
}

fn not_found() -> Error {
    Error::not_found("Video ownership change")
}
