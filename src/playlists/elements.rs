//! What is in a playlist, and in what order.

use super::{MOST_ELEMENTS, Playlist, check_managed, store};
use crate::{
    accounts::field,
    clock::Timestamp,
    error::{Error, Kind as Refused, Result},
    groups,
    videos::{self, Key, Privacy, State, Video, Viewer},
};
use rusqlite::{Connection, Transaction};
use uuid::Uuid;

/// A place in a playlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// Its number.
    pub id: i64,
    /// From 1, without a gap.
    pub position: i64,
    /// The film; `None` when it is gone.
    pub video: Option<i64>,
    /// What of it is played.
    pub times: Times,
}

/// The part of a film that is played, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// `None`: from its beginning.
    pub start: Option<i64>,
    /// `None`: to its end.
    pub stop: Option<i64>,
}

/// Seconds beyond which nothing is long.
const LATEST: i64 = i32::MAX as i64;

impl Times {
    fn check(self) -> Result<()> {
        let mut wrong = Vec::new();
        for (name, seconds) in [("startTimestamp", self.start), ("stopTimestamp", self.stop)] {
            if let Some(seconds) = seconds
                && !(0..=LATEST).contains(&seconds)
            {
                wrong.push(field(name, "Invalid value", Some(seconds.into())));
            }
        }
        if let (Some(start), Some(stop)) = (self.start, self.stop)
            && stop <= start
            && wrong.is_empty()
        {
            wrong.push(field("stopTimestamp", "Should be after the start.", Some(stop.into())));
        }
        if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
    }
}

/// Why a film of a playlist is shown to somebody, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It is there.
    Regular = 0,
    /// It is gone.
    Deleted = 1,
    /// It is for others.
    Private = 2,
    /// It is not to be seen at present.
    Unavailable = 3,
}

impl Availability {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Regular, Self::Deleted, Self::Private, Self::Unavailable];

    /// PeerTube's number.
    pub fn id(self) -> i64 {
        self as i64
    }
}

/// Whether a viewer of a playlist sees a film of it.
pub fn availability(conn: &Connection, video: Option<&Video>, viewer: &Viewer) -> Result<Availability> {
    let Some(video) = video else { return Ok(Availability::Deleted) };
    let open = matches!(video.privacy, Privacy::Public | Privacy::Unlisted);
    // Moderators too see others' private films on the pages of those, not in lists.
    let viewer = Viewer { moderates: false, ..*viewer };
    match videos::may_watch(conn, video, &viewer, None) {
        Ok(()) if video.state == State::Published => Ok(Availability::Regular),
        Ok(()) => {
            let own = match viewer.account {
                Some(account) => groups::may_publish(conn, video.group, account)?,
                None => false,
            };
            Ok(if own { Availability::Regular } else { Availability::Unavailable })
        }
        Err(Error::Refused(_)) if open => Ok(Availability::Unavailable),
        Err(Error::Refused(_)) => Ok(Availability::Private),
        Err(error) => Err(error),
    }
}

/// A page of the elements of a playlist, in order.
pub fn elements(conn: &Connection, playlist: i64, start: u32, count: u32) -> Result<Vec<Element>> {
    store::elements::page(conn, playlist, start, count)
}

/// Puts a film at the end of a playlist. A film that only some may see can be put there by those; it is not shown to others
/// who read the list. An unlisted one of others is put there by its UUID only, though PeerTube's clients send numbers: the
/// list shows it with its address, and numbers can be counted up.
///
/// # Errors
/// 400 for times that are none, or a full list; 403; 404 for a film that is not there.
pub fn add(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    playlist: &Playlist,
    video: &Key,
    times: Times,
) -> Result<i64> {
    check_managed(tx, playlist, viewer)?;
    times.check()?;
    let found = videos::find(tx, video)?;
    // Who knows a password has shown it when watching; clients do not send it again here.
    if found.privacy != Privacy::Password {
        videos::watch(tx, video, viewer, None)?;
    }
    if playlist.length >= MOST_ELEMENTS {
        return Err(Error::refused(
            Refused::Bad,
            format!("A playlist holds {MOST_ELEMENTS} videos. Begin another one."),
        ));
    }
    let id = store::elements::insert(tx, now, playlist.id, found.id, times)?;
    store::touch(tx, now, playlist.id)?;
    Ok(id)
}

/// Changes what of a film is played.
///
/// # Errors
/// 400, 403, 404.
pub fn set_times(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    playlist: &Playlist,
    element: i64,
    change: impl FnOnce(Times) -> Times,
) -> Result<()> {
    check_managed(tx, playlist, viewer)?;
    let element = in_playlist(tx, playlist, element)?;
    let times = change(element.times);
    times.check()?;
    store::elements::set_times(tx, element.id, times)?;
    store::touch(tx, now, playlist.id)
}

/// Takes an element out; those behind it move up.
///
/// # Errors
/// 403, 404.
pub fn remove(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    playlist: &Playlist,
    element: i64,
) -> Result<()> {
    check_managed(tx, playlist, viewer)?;
    let element = in_playlist(tx, playlist, element)?;
    store::elements::delete(tx, playlist.id, &element)?;
    store::touch(tx, now, playlist.id)
}

fn in_playlist(conn: &Connection, playlist: &Playlist, element: i64) -> Result<Element> {
    store::elements::find(conn, playlist.id, element)?
        .ok_or_else(|| Error::not_found("Video playlist element"))
}

/// Gives the elements of a playlist another order.
///
/// # Errors
/// 400 in PeerTube's words; 403.
pub fn reorder(
    tx: &Transaction<'_>,
    now: Timestamp,
    viewer: &Viewer,
    playlist: &Playlist,
    wish: Move,
) -> Result<()> {
    check_managed(tx, playlist, viewer)?;
    wish.check(i64::try_from(playlist.length).unwrap_or(i64::MAX))?;
    if let Some(shift) = wish.shift() {
        store::elements::shift(tx, playlist.id, &shift)?;
        store::touch(tx, now, playlist.id)?;
    }
    Ok(())
}

/// Takes some things that stand in a row to another place, as PeerTube's clients ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Place of the first that is moved, from 1.
    pub start: i64,
    /// How many are moved.
    pub length: i64,
    /// They come behind the one that stands here now; 0 is before all.
    pub after: i64,
}

/// Places that change: those from `from` to `to` by `by`, and the moved ones in between the other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    /// First and last place of what is moved, and by how much.
    pub moved: (i64, i64, i64),
    /// The same of what makes room.
    pub others: (i64, i64, i64),
}

impl Move {
    /// Whether this can be done among so many.
    pub(super) fn check(self, last: i64) -> Result<()> {
        let bad = |text: String| Err(Error::refused(Refused::Bad, text));
        if self.start > last || self.after > last {
            return bad(format!(
                "Start position or insert after position exceed the playlist limits (max: {last})"
            ));
        }
        if self.start - 1 > last - self.length {
            return bad(format!(
                "Reorder length with this start position exceeds the playlist limits (max: {})",
                last - self.start + 1
            ));
        }
        Ok(())
    }

    /// What changes; `None` when all stay where they are.
    pub(super) fn shift(self) -> Option<Shift> {
        let Self { start, length, after } = self;
        let end = start + length - 1;
        if after < start - 1 {
            // Up: those between make room downwards.
            return Some(Shift {
                moved: (start, end, after + 1 - start),
                others: (after + 1, start - 1, length),
            });
        }
        (after > end).then(|| Shift { moved: (start, end, after - end), others: (end + 1, after, -length) })
    }
}

/// A video in one of somebody's playlists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The video.
    pub video: i64,
    /// The element that it is.
    pub element: i64,
    /// The playlist.
    pub playlist: i64,
    /// Its name in addresses.
    pub uuid: Uuid,
    /// Its title.
    pub name: String,
    /// What of it is played.
    pub times: Times,
}

/// In which playlists that an account manages some videos are.
pub fn holding(conn: &Connection, account: i64, videos: &[i64]) -> Result<Vec<Held>> {
    let groups: Vec<i64> = groups::of_publisher(conn, account)?.into_iter().map(|group| group.id).collect();
    store::elements::holding(conn, account, &groups, videos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As one does it with cards.
    fn by_hand(count: i64, wish: Move) -> Vec<i64> {
        let all: Vec<i64> = (1..=count).collect();
        let (start, length) = (wish.start as usize - 1, wish.length as usize);
        let moved = &all[start..start + length];
        let mut ordered = Vec::new();
        // Behind one of those that move is where they are.
        let after = if (wish.start..wish.start + wish.length).contains(&wish.after) {
            wish.start - 1
        } else {
            wish.after
        };
        if after == 0 {
            ordered.extend(moved);
        }
        for one in all.iter().filter(|one| !moved.contains(one)) {
            ordered.push(*one);
            if *one == after {
                ordered.extend(moved);
            }
        }
        ordered
    }

    proptest! {
        #[test]
        fn moving_is_as_with_cards(count in 1_i64..30, start in 0_i64..30, length in 0_i64..30, after in 0_i64..31) {
            let start = 1 + start % count;
            let wish = Move { start, length: 1 + length % (count - start + 1), after: after % (count + 1) };
            prop_assert!(wish.check(count).is_ok());
            let place = |at: i64| match wish.shift() {
                None => at,
                Some(Shift { moved, others }) => {
                    let by = [moved, others].into_iter().find(|(from, to, _)| (*from..=*to).contains(&at));
                    at + by.map_or(0, |(.., by)| by)
                }
            };
            let mut ordered: Vec<i64> = (1..=count).collect();
            ordered.sort_by_key(|at| place(*at));
            prop_assert_eq!(ordered, by_hand(count, wish));
        }
    }

    #[test]
    fn what_is_not_there_cannot_be_moved() {
        for (wish, good) in [
            (Move { start: 3, length: 1, after: 0 }, true),
            (Move { start: 4, length: 1, after: 0 }, false),
            (Move { start: 1, length: 1, after: 4 }, false),
            (Move { start: 2, length: 3, after: 0 }, false),
            (Move { start: 1, length: i64::MAX, after: 0 }, false),
        ] {
            assert_eq!(wish.check(3).is_ok(), good, "{wish:?}");
        }
    }
}
