//! How much videos are watched. Players tell every few seconds where they are; that is kept in memory, within bounds,
//! and written in groups: a view per viewer and day, and where people with an account stopped (by `history`).

use super::store;
use crate::{clock::Timestamp, error::Result};
use rusqlite::Transaction;
use std::collections::HashMap;

/// Days after which a view weighs half as much in what is hot.
const HALF_LIFE_DAYS: f64 = 3.0;
/// Seconds of watching that make a view, or the whole of a shorter video.
const VIEW_SECONDS: i64 = 30;
/// A viewer makes one view of a video in this time.
const ONCE_IN_SECONDS: i64 = 24 * 3600;
/// A player that is silent for so long has gone.
const GONE_AFTER_SECONDS: i64 = 60;
/// All players are not looked through more often than this, however many more knock.
const SWEPT_AGAIN_AFTER_SECONDS: i64 = 10;
/// Players that are remembered at once.
const MOST: usize = 50_000;

/// Heat of a video that was seen once, now. Heat is log2 of a sum over all views, each weighing 2^(its day / half-life):
/// old views fade against new ones without any row being touched.
pub(super) fn heat_of_one_view(now: Timestamp) -> f64 {
    now.0 as f64 / (86_400_000.0 * HALF_LIFE_DAYS)
}

/// How much a video stirs people, in days: when it appeared, moved up by what they do with it. Ten times as many likes are worth
/// three days, ten times as many comments two, ten times as many views one. It changes only when the figures do, so it can be an
/// index.
pub(super) fn stir(published: Timestamp, deeds: Deeds) -> f64 {
    let tens = |count: i64| (count.max(0) as f64 + 1.0).log10();
    published.0 as f64 / 86_400_000.0
        + 3.0 * (tens(deeds.likes) - tens(deeds.dislikes))
        + 2.0 * tens(deeds.comments)
        + tens(deeds.views)
}

/// What people do with a video, counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Deeds {
    pub views: i64,
    pub likes: i64,
    pub dislikes: i64,
    /// Shown ones.
    pub comments: i64,
}

/// More comments are shown below a video than before, or fewer: it stirs people more, or less.
///
/// # Errors
/// A failure of the database.
pub fn commented(tx: &Transaction<'_>, video: i64) -> Result<()> {
    store::stirred(tx, video)
}

/// One player of one video.
#[derive(Debug, Clone, Copy)]
struct Watching {
    /// Where it was last, in seconds of the video.
    position: i64,
    /// Milliseconds watched since the last view.
    watched_ms: i64,
    /// When it told so.
    heard_at: Timestamp,
    /// When it last made a view.
    viewed_at: Option<Timestamp>,
}

/// Where somebody stands in a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Seconds of the video.
    pub seconds: i64,
    /// When the player told so.
    pub at: Timestamp,
}

/// Who watches what now, and what is to be written down.
#[derive(Debug, Default)]
pub struct Viewers {
    watching: HashMap<(i64, u64), Watching>,
    /// Players by video, for counting those that are there now.
    of_video: HashMap<i64, Vec<u64>>,
    views: HashMap<i64, i64>,
    /// By account and video.
    places: HashMap<(i64, i64), Place>,
    /// Somebody will come and take them.
    waiting: bool,
    /// When those that have gone were last looked for.
    swept_at: Option<Timestamp>,
}

/// What [`Viewers`] gives out to be written.
#[derive(Debug, Default)]
pub struct Seen {
    views: HashMap<i64, i64>,
    places: HashMap<(i64, i64), Place>,
}

impl Seen {
    /// Where people stand, by account and video.
    pub fn places(&self) -> impl Iterator<Item = ((i64, i64), Place)> + '_ {
        self.places.iter().map(|(of, place)| (*of, *place))
    }
}

impl Viewers {
    /// A player is at `position`. `seek` says that it jumped there. Answers whether this made a view.
    pub fn heard(
        &mut self,
        now: Timestamp,
        (video, duration): (i64, i64),
        player: u64,
        position: i64,
        seek: bool,
    ) -> bool {
        let key = (video, player);
        if !self.watching.contains_key(&key) {
            let swept =
                self.swept_at.is_some_and(|at| now.seconds_since(at) < SWEPT_AGAIN_AFTER_SECONDS as f64);
            if self.watching.len() >= MOST && !swept {
                self.forget(now);
            }
            if self.watching.len() >= MOST {
                return false;
            }
            self.of_video.entry(video).or_default().push(player);
        }
        let before = self.watching.get(&key).copied();
        let mut watching =
            before.unwrap_or(Watching { position, watched_ms: 0, heard_at: now, viewed_at: None });
        if before.is_some() && !seek {
            // What was played cannot be more than the time that passed, at double speed and a little late.
            let passed = (now.0 - watching.heard_at.0).max(0) * 2 + 5_000;
            watching.watched_ms += ((position - watching.position).max(0) * 1000).min(passed);
        }
        watching.position = position;
        watching.heard_at = now;
        let enough = watching.watched_ms >= VIEW_SECONDS.min(duration.max(1)) * 1000;
        let due = watching.viewed_at.is_none_or(|at| now.seconds_since(at) >= ONCE_IN_SECONDS as f64);
        let view = enough && due;
        if view {
            watching.viewed_at = Some(now);
            watching.watched_ms = 0;
            *self.views.entry(video).or_default() += 1;
        }
        self.watching.insert(key, watching);
        view
    }

    /// Someone with an account is at this second of a video.
    pub fn stands_at(&mut self, account: i64, video: i64, place: Place) {
        if self.places.len() < MOST || self.places.contains_key(&(account, video)) {
            self.places.insert((account, video), place);
        }
    }

    /// Forgets where someone stands that is not written down yet, in one video or in all.
    pub fn forget_places(&mut self, account: i64, video: Option<i64>) {
        self.places.retain(|(of, at), _| *of != account || video.is_some_and(|video| video != *at));
    }

    /// Where someone stands that is not written down yet.
    pub fn position(&self, account: i64, video: i64) -> Option<i64> {
        self.places.get(&(account, video)).map(|place| place.seconds)
    }

    /// Players that watch a video now.
    pub fn now_watching(&self, now: Timestamp, video: i64) -> u64 {
        let players = self.of_video.get(&video).map(Vec::as_slice).unwrap_or_default();
        let there = |player: &&u64| {
            self.watching
                .get(&(video, **player))
                .is_some_and(|watching| now.seconds_since(watching.heard_at) < GONE_AFTER_SECONDS as f64)
        };
        players.iter().filter(there).count() as u64
    }

    /// Whether there is something to write and nobody will come for it: the caller is to, in a while.
    pub fn begin_waiting(&mut self) -> bool {
        let begin = !self.waiting && self.has_news();
        self.waiting |= begin;
        begin
    }

    /// Whether there is something to write, for who has come for it.
    pub fn begin_writing(&mut self) -> bool {
        self.waiting = false;
        self.has_news()
    }

    fn has_news(&self) -> bool {
        !self.views.is_empty() || !self.places.is_empty()
    }

    /// Takes what is to be written; `None` when there is nothing.
    pub fn take(&mut self) -> Option<Seen> {
        if !self.has_news() {
            return None;
        }
        Some(Seen { views: std::mem::take(&mut self.views), places: std::mem::take(&mut self.places) })
    }

    /// Drops players that could make a view again anyway.
    fn forget(&mut self, now: Timestamp) {
        self.swept_at = Some(now);
        self.watching.retain(|_, watching| {
            let since = if watching.viewed_at.is_some() { ONCE_IN_SECONDS } else { GONE_AFTER_SECONDS };
            now.seconds_since(watching.heard_at) < since as f64
        });
        self.of_video.clear();
        for (video, player) in self.watching.keys() {
            self.of_video.entry(*video).or_default().push(*player);
        }
    }
}

/// Writes down how often videos were seen.
pub fn write(tx: &Transaction<'_>, now: Timestamp, seen: &Seen) -> Result<()> {
    for (video, views) in &seen.views {
        let heat = heat_of_one_view(now) + (*views as f64).log2();
        store::parts::add_views(tx, *video, *views, heat)?;
        store::stirred(tx, *video)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    /// Plays from one second to another, telling every five seconds; answers the views it made.
    fn play(
        viewers: &mut Viewers,
        begun: Timestamp,
        player: u64,
        from: i64,
        to: i64,
        duration: i64,
    ) -> usize {
        (from..=to)
            .step_by(5)
            .filter(|at| viewers.heard(begun.plus_seconds(at - from), (1, duration), player, *at, false))
            .count()
    }

    #[test]
    fn a_viewer_makes_one_view_a_day_after_half_a_minute() {
        let mut viewers = Viewers::default();
        assert_eq!(play(&mut viewers, NOW, 7, 0, 25, 600), 0);
        assert_eq!(play(&mut viewers, NOW.plus_seconds(25), 7, 25, 600, 600), 1);
        assert_eq!(play(&mut viewers, NOW.plus_seconds(3600), 7, 0, 600, 600), 0);
        assert_eq!(play(&mut viewers, NOW.plus_seconds(90_000), 7, 0, 600, 600), 1);
        assert_eq!(play(&mut viewers, NOW, 8, 0, 10, 10), 1);
        assert_eq!(viewers.take().unwrap().views[&1], 3);
        assert!(viewers.take().is_none());
    }

    #[test]
    fn who_forgets_before_it_is_written_stops_nothing_else() {
        let mut viewers = Viewers::default();
        let place = Place { seconds: 3, at: NOW };
        viewers.stands_at(1, 1, place);
        assert!(viewers.begin_waiting() && !viewers.begin_waiting());
        viewers.forget_places(1, None);
        assert!(!viewers.begin_writing() && viewers.take().is_none());
        viewers.stands_at(2, 1, place);
        assert!(viewers.begin_waiting(), "somebody comes for what is told later");
        assert!(viewers.begin_writing());
        assert_eq!(viewers.take().unwrap().places().collect::<Vec<_>>(), [((2, 1), place)]);
    }

    #[test]
    fn what_stirs_people_stands_above_what_is_a_little_newer() {
        let days = |days: i64| NOW.plus_seconds(days * 86_400);
        let seen = |views| Deeds { views, ..Deeds::default() };
        let quiet = stir(days(1), seen(3));
        assert!(stir(days(0), Deeds { likes: 9, ..seen(3) }) > quiet, "nine like it");
        assert!(stir(days(0), Deeds { likes: 9, dislikes: 9, ..seen(3) }) < quiet, "as many do not");
        assert!(stir(days(0), Deeds { comments: 9, ..seen(3) }) > quiet, "people talk about it");
        assert!(stir(days(0), seen(99)) > quiet, "many see it");
        assert!(stir(days(-30), Deeds { likes: 99, ..seen(99) }) < quiet, "it was last month");
    }

    #[test]
    fn jumping_is_not_watching() {
        let mut viewers = Viewers::default();
        viewers.heard(NOW, (1, 600), 7, 0, false);
        assert!(!viewers.heard(NOW.plus_seconds(5), (1, 600), 7, 500, true));
        assert!(!viewers.heard(NOW.plus_seconds(6), (1, 600), 7, 590, false));
        assert_eq!(viewers.now_watching(NOW.plus_seconds(6), 1), 1);
        assert_eq!(viewers.now_watching(NOW.plus_seconds(600), 1), 0);
    }

    #[test]
    fn a_flood_of_players_is_bounded() {
        let mut viewers = Viewers::default();
        for player in 0..(MOST as u64 + 1000) {
            viewers.heard(NOW, (1, 600), player, 0, false);
        }
        assert_eq!(viewers.watching.len(), MOST);
        viewers.heard(NOW.plus_seconds(61), (1, 600), u64::MAX, 0, false);
        assert_eq!((viewers.watching.len(), viewers.of_video[&1].len()), (1, 1));
    }
}
