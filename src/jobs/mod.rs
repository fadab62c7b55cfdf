//! Work to do later. A job is put down in the same transaction as the change that calls for it, so neither can be
//! lost without the other. Jobs carry ids only; who does the work is `worker`'s affair.
//!
//! Every job may run twice without harm: a worker that dies leaves its lease to run out, and another takes the job.

mod board;
mod happening;
mod job;
mod letter;
mod store;

pub use board::{Board, Progress, RenditionProgress};
pub use happening::Happening;
pub use job::{Job, Lane, video_subject};
pub use letter::Letter;

use crate::{
    clock::Timestamp,
    error::{Error, Result},
};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Waits for its moment and a worker.
    Waiting,
    /// A worker holds it.
    Active,
    /// Done; kept for a while to be seen.
    Done,
    /// Set aside; an administrator can try again.
    Failed,
    /// Cancelled by a person or because its subject went away.
    Cancelled,
}

impl State {
    /// Name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(name: &str) -> Result<Self> {
        [Self::Waiting, Self::Active, Self::Done, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| Error::internal(format!("a job in state {name}")))
    }
}

/// A job as the lists show it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// What is to be done.
    pub job: Job,
    /// Where it stands.
    pub state: State,
    /// Smaller goes first.
    pub priority: i64,
    /// Tries so far.
    pub attempts: u32,
    /// Part done, 0 to 1.
    pub progress: f64,
    /// Seconds left, when known.
    pub seconds_left: Option<f64>,
    /// Stable name of what went wrong last.
    pub error_code: Option<String>,
    /// What went wrong last, as a sentence.
    pub error: Option<String>,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// When it was put down.
    pub created_at: Timestamp,
    /// When a worker last took it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// A job that a worker holds until its lease runs out.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Its number.
    pub id: i64,
    /// What is to be done.
    pub job: Job,
    /// Tries, this one included.
    pub attempts: u32,
}

/// Seconds a worker may be silent before its job is given to another.
pub const LEASE_SECONDS: i64 = 90;

/// Name of the failure after which a job waits for room on the disk.
pub const DISK_FULL: &str = "disk-full";

/// Finished jobs that are kept to be seen.
const KEPT: u32 = 500;

/// Puts a job down, to run as soon as a worker is free.
pub fn enqueue(tx: &Transaction<'_>, now: Timestamp, job: &Job) -> Result<i64> {
    store::insert(tx, now, now, job)
}

/// Puts a job down unless the same one waits already.
pub fn enqueue_once(tx: &Transaction<'_>, now: Timestamp, job: &Job) -> Result<()> {
    enqueue_once_at(tx, now, now, job)
}

/// The same, to run not before `at`.
pub fn enqueue_once_at(tx: &Transaction<'_>, now: Timestamp, at: Timestamp, job: &Job) -> Result<()> {
    if store::waits(tx, job)? {
        return Ok(());
    }
    if !job.is_kept() {
        // One that failed is not kept beside it either.
        store::withdraw(tx, job)?;
    }
    store::insert(tx, now, at, job).map(drop)
}

/// Takes a job back that nobody has begun.
pub fn withdraw(tx: &Transaction<'_>, job: &Job) -> Result<()> {
    store::withdraw(tx, job)
}

/// Puts a job down, to run not before `at`.
pub fn enqueue_at(tx: &Transaction<'_>, now: Timestamp, at: Timestamp, job: &Job) -> Result<i64> {
    store::insert(tx, now, at, job)
}

/// Takes the next job of a lane that is due: first by priority, then by age. Jobs whose worker fell silent count as
/// waiting again.
pub fn claim(tx: &Transaction<'_>, now: Timestamp, lane: Lane) -> Result<Option<Claimed>> {
    store::release_expired(tx, now)?;
    store::claim(tx, now, lane)
}

/// Whether something waits or runs in a lane.
pub fn is_busy(conn: &Connection, lane: Lane) -> Result<bool> {
    store::is_busy(conn, lane)
}

/// Whether a lane has something due, without writing: an idle instance does not touch the card.
pub fn is_due(conn: &Connection, now: Timestamp, lane: Lane) -> Result<bool> {
    store::is_due(conn, now, lane)
}

/// When the next waiting job of any lane will be due, or the next lease runs out.
pub fn next_moment(conn: &Connection) -> Result<Option<Timestamp>> {
    store::next_moment(conn)
}

/// Renews the lease and notes how far the work is. `false` when the job was cancelled or given away meanwhile: the
/// worker must stop.
pub fn renew(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    progress: f64,
    seconds_left: Option<f64>,
) -> Result<bool> {
    store::renew(tx, now, id, progress.clamp(0.0, 1.0), seconds_left)
}

/// Whether a job is still to be done by whoever holds it.
pub fn is_held(conn: &Connection, id: i64) -> Result<bool> {
    store::is_held(conn, id)
}

/// Gives back what a server that died held. To be called once, before the workers start. The try is not counted: the
/// work runs in processes of its own, so it was not the job that took the server with it.
pub fn recover(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    store::recover(tx, now)
}

/// The job is done.
pub fn done(tx: &Transaction<'_>, now: Timestamp, job: &Claimed) -> Result<()> {
    if !job.job.is_kept() {
        return store::remove(tx, job.id);
    }
    store::finish(tx, now, job.id, State::Done, None)?;
    // Each sort by itself: what was cancelled can be taken up again, however much is done meanwhile.
    store::prune(tx, KEPT, State::Done)?;
    store::prune(tx, KEPT, State::Cancelled)
}

/// What the job is about went away. Does nothing when it was cancelled or given away meanwhile.
pub fn pointless(tx: &Transaction<'_>, now: Timestamp, job: &Claimed) -> Result<()> {
    if !store::is_held(tx, job.id)? {
        return Ok(());
    }
    if !job.job.is_kept() {
        return store::remove(tx, job.id);
    }
    store::finish(tx, now, job.id, State::Cancelled, None)
}

/// Puts a job back after a failure that may pass, later each time: half a minute, one, two, four … at most a day, and not
/// before `at_least` seconds. When its tries are used up it is set aside, and `false` is answered.
pub fn postpone(
    tx: &Transaction<'_>,
    now: Timestamp,
    job: &Claimed,
    at_least: u32,
    code: &str,
    error: &str,
) -> Result<bool> {
    if job.attempts >= job.job.max_attempts() {
        give_up(tx, now, job.id, code, error)?;
        return Ok(false);
    }
    let wait = (30_i64 << job.attempts.saturating_sub(1).min(12)).max(at_least.into()).min(24 * 3600);
    store::put_back(tx, job.id, now.plus_seconds(wait), Some((code, error)))?;
    Ok(true)
}

/// Puts a job back until there is room on the disk, without counting the try. It looks again at `at`, if nobody brings it
/// forward.
pub fn wait_for_room(tx: &Transaction<'_>, at: Timestamp, id: i64) -> Result<()> {
    store::put_off(tx, id, at, DISK_FULL, "The disk is full. The work goes on when there is room again.")
}

/// Whether a job waits for room on the disk.
pub fn one_waits_for_room(conn: &Connection, now: Timestamp) -> Result<bool> {
    store::waits_after(conn, now, DISK_FULL)
}

/// There is room on the disk: jobs that waited for it are due.
pub fn there_is_room(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    store::bring_forward(tx, now, DISK_FULL)
}

/// Puts a job back as it is, without counting the try: the server is stopping.
pub fn park(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    store::put_back(tx, id, now, None)
}

/// Sets a job aside that will not work however often it is tried.
pub fn give_up(tx: &Transaction<'_>, now: Timestamp, id: i64, code: &str, error: &str) -> Result<()> {
    store::finish(tx, now, id, State::Failed, Some((code, error)))
}

/// Cancels a job that waits or runs; its worker notices within seconds.
pub fn cancel(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    match find(tx, id)?.state {
        State::Waiting | State::Active => store::finish(tx, now, id, State::Cancelled, None),
        _ => Err(Error::conflict("This job has ended already.")),
    }
}

/// Cancels whatever is waiting or running for a subject.
pub fn cancel_subject(tx: &Transaction<'_>, now: Timestamp, subject: &str) -> Result<()> {
    store::cancel_subject(tx, now, subject)
}

/// Tries a failed or cancelled job again, now, with all its tries.
pub fn retry(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    match find(tx, id)?.state {
        State::Failed | State::Cancelled => store::reset(tx, now, id),
        _ => Err(Error::conflict("Only a job that failed or was cancelled can be tried again.")),
    }
}

/// One job.
pub fn find(conn: &Connection, id: i64) -> Result<Entry> {
    store::find(conn, id)?.ok_or_else(|| Error::not_found("Job"))
}

/// The jobs of a subject, oldest first.
pub fn of_subject(conn: &Connection, subject: &str) -> Result<Vec<Entry>> {
    store::of_subject(conn, subject)
}

/// Which jobs a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only these states; all when empty.
    pub states: Vec<State>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only those whose moment has come by then (`true`), or only those whose moment is ahead (`false`).
    pub due: Option<(Timestamp, bool)>,
    /// Oldest first instead of newest.
    pub oldest_first: bool,
    /// Skip so many.
    pub start: u32,
    /// At most so many.
    pub count: u32,
}

/// A page of jobs, with the number of all that match.
pub fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Entry>)> {
    store::list(conn, filter)
}

/// How many jobs of the lane of `id` will be taken before it; `None` when it does not wait.
pub fn queue_position(conn: &Connection, id: i64) -> Result<Option<u32>> {
    store::queue_position(conn, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::db::migrate(&mut conn, std::path::Path::new("memory")).unwrap();
        conn
    }

    fn transcode(video: i64) -> Job {
        Job::Transcode { video, first: false }
    }

    #[test]
    fn lanes_do_not_wait_for_each_other_and_order_is_by_priority_then_age() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let now = Timestamp(1_000_000);
        enqueue(&tx, now, &transcode(1)).unwrap();
        enqueue(&tx, now, &Job::Pictures { video: 1 }).unwrap();
        let probe = enqueue(&tx, now, &Job::Probe { video: 2 }).unwrap();
        let second = enqueue(&tx, now, &transcode(2)).unwrap();
        assert_eq!(claim(&tx, now, Lane::Soon).unwrap().unwrap().id, probe);
        assert_eq!(claim(&tx, now, Lane::Media).unwrap().unwrap().job, transcode(1));
        assert_eq!(queue_position(&tx, second).unwrap(), Some(1));
        assert_eq!(claim(&tx, now, Lane::Rest).unwrap().map(|job| job.id), None);
        assert!(is_due(&tx, now, Lane::Soon).unwrap());
    }

    #[test]
    fn what_waits_already_is_not_put_down_twice() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let now = Timestamp(1_000_000);
        for _ in 0..2 {
            for video in [1, 2] {
                enqueue_once(&tx, now, &Job::Torrents { video }).unwrap();
            }
        }
        claim(&tx, now, Lane::Rest).unwrap().unwrap();
        // The one that runs may have looked already.
        enqueue_once(&tx, now, &Job::Torrents { video: 1 }).unwrap();
        assert_eq!(list(&tx, &Filter { count: 9, ..Filter::default() }).unwrap().0, 3);
    }

    #[test]
    fn letters_with_news_let_others_go_first_and_leave_no_trace() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let now = Timestamp(1_000_000);
        let news = |account| Job::Mail { letter: Letter::News { account } };
        let password = Job::Mail { letter: Letter::Password { account: 1 } };
        let morning = now.plus_seconds(60);
        for account in [1, 2, 3, 1] {
            enqueue_once_at(&tx, now, morning, &news(account)).unwrap();
        }
        assert_eq!(next_moment(&tx).unwrap(), Some(morning));
        assert!(!is_due(&tx, now, Lane::Mail).unwrap() && is_due(&tx, morning, Lane::Mail).unwrap());
        enqueue(&tx, morning.plus_seconds(1), &password).unwrap();
        let later = morning.plus_seconds(2);
        assert_eq!(claim(&tx, later, Lane::Mail).unwrap().unwrap().job, password);
        let first = claim(&tx, later, Lane::Mail).unwrap().unwrap();
        assert_eq!(first.job, news(1));
        done(&tx, later, &first).unwrap();
        let second = claim(&tx, later, Lane::Mail).unwrap().unwrap();
        let third = claim(&tx, later, Lane::Mail).unwrap().unwrap();
        // Given away, because its worker fell silent: it is not the first one's to end.
        park(&tx, later, second.id).unwrap();
        pointless(&tx, later, &second).unwrap();
        let again = claim(&tx, later, Lane::Mail).unwrap().unwrap();
        assert_eq!(again.id, second.id);
        pointless(&tx, later, &again).unwrap();
        give_up(&tx, later, third.id, "mail-refused", "no").unwrap();
        // What failed makes way for the next one.
        enqueue_once(&tx, later, &news(3)).unwrap();
        let left = || list(&tx, &Filter { count: 9, ..Filter::default() }).unwrap().1;
        let jobs = |entries: Vec<Entry>| entries.into_iter().map(|entry| entry.job).collect::<Vec<_>>();
        assert_eq!(jobs(left()), [news(3), password.clone()]);
        withdraw(&tx, &news(3)).unwrap();
        assert_eq!(jobs(left()), [password]);
    }

    #[test]
    fn a_silent_worker_loses_its_job_and_notices() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let now = Timestamp(1_000_000);
        enqueue(&tx, now, &transcode(1)).unwrap();
        let first = claim(&tx, now, Lane::Media).unwrap().unwrap();
        assert!(claim(&tx, now.plus_seconds(LEASE_SECONDS), Lane::Media).unwrap().is_none());
        assert!(renew(&tx, now.plus_seconds(60), first.id, 0.5, Some(60.0)).unwrap());
        assert!(claim(&tx, now.plus_seconds(LEASE_SECONDS + 1), Lane::Media).unwrap().is_none());
        let later = now.plus_seconds(61 + LEASE_SECONDS);
        let again = claim(&tx, later, Lane::Media).unwrap().unwrap();
        assert_eq!((again.id, again.attempts), (first.id, 2));
        cancel_subject(&tx, later, &video_subject(1)).unwrap();
        assert!(!renew(&tx, later, first.id, 0.6, None).unwrap());
        assert!(!is_held(&tx, first.id).unwrap());
    }

    #[test]
    fn failures_wait_longer_each_time_and_are_then_set_aside_with_their_reason() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let mut now = Timestamp(1_000_000);
        let id = enqueue(&tx, now, &transcode(1)).unwrap();
        for (at_least, wait) in [(0, 30), (100, 100)] {
            let job = claim(&tx, now, Lane::Media).unwrap().unwrap();
            assert!(postpone(&tx, now, &job, at_least, "io", "the card is busy").unwrap());
            assert!(claim(&tx, now.plus_seconds(wait - 1), Lane::Media).unwrap().is_none());
            now = now.plus_seconds(wait);
        }
        let job = claim(&tx, now, Lane::Media).unwrap().unwrap();
        assert!(!postpone(&tx, now, &job, 0, "io", "the card is broken").unwrap());
        let entry = find(&tx, id).unwrap();
        assert_eq!((entry.state, entry.error.as_deref()), (State::Failed, Some("the card is broken")));
        retry(&tx, now, id).unwrap();
        assert_eq!(claim(&tx, now, Lane::Media).unwrap().unwrap().attempts, 1);
        assert!(retry(&tx, now, id).is_err());
    }

    #[test]
    fn who_waits_for_room_is_brought_forward_and_costs_no_try() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let now = Timestamp(1_000_000);
        enqueue(&tx, now, &transcode(1)).unwrap();
        enqueue(&tx, now, &Job::Probe { video: 2 }).unwrap();
        let job = claim(&tx, now, Lane::Media).unwrap().unwrap();
        let other = claim(&tx, now, Lane::Soon).unwrap().unwrap();
        assert!(!one_waits_for_room(&tx, now).unwrap());
        wait_for_room(&tx, now.plus_seconds(120), job.id).unwrap();
        postpone(&tx, now, &other, 0, "io", "the card is busy").unwrap();
        assert!(one_waits_for_room(&tx, now).unwrap());
        assert!(claim(&tx, now.plus_seconds(10), Lane::Media).unwrap().is_none());
        there_is_room(&tx, now.plus_seconds(10)).unwrap();
        assert_eq!(claim(&tx, now.plus_seconds(10), Lane::Media).unwrap().unwrap().attempts, 1);
        assert!(
            claim(&tx, now.plus_seconds(10), Lane::Soon).unwrap().is_none(),
            "it waits for something else"
        );
        assert!(!one_waits_for_room(&tx, now).unwrap());
    }

    #[test]
    fn what_no_room_is_left_to_write_down_is_told_from_memory() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let now = Timestamp(1_000_000);
        let id = enqueue(&tx, now, &transcode(1)).unwrap();
        claim(&tx, now, Lane::Media).unwrap().unwrap();
        let board = Board::default();
        board.set(id, Progress { done: 0.5, ..Progress::default() });
        let told = || board.as_it_stands(find(&tx, id).unwrap(), now);
        assert_eq!((told().state, told().error_code), (State::Active, None));
        board.waits_for_room(id);
        assert_eq!((told().state, told().error_code.as_deref()), (State::Waiting, Some(DISK_FULL)));
        assert!(told().run_at > now && board.get(id).is_none());
        wait_for_room(&tx, now.plus_seconds(2), id).unwrap();
        board.remove(id);
        assert_eq!(told().run_at, now.plus_seconds(2), "the table is right again");
    }

    #[test]
    fn a_stop_or_a_crash_of_the_server_costs_no_try() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let now = Timestamp(1_000_000);
        enqueue(&tx, now, &transcode(1)).unwrap();
        for _ in 0..10 {
            let job = claim(&tx, now, Lane::Media).unwrap().unwrap();
            assert_eq!(job.attempts, 1);
            park(&tx, now, job.id).unwrap();
            claim(&tx, now, Lane::Media).unwrap().unwrap();
            recover(&tx, now).unwrap();
        }
    }

    #[test]
    fn finished_jobs_are_kept_within_bounds() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let now = Timestamp(1_000_000);
        let cancelled = enqueue(&tx, now, &transcode(7)).unwrap();
        cancel(&tx, now, cancelled).unwrap();
        for video in 0..i64::from(KEPT) + 20 {
            enqueue(&tx, now, &transcode(video)).unwrap();
            let job = claim(&tx, now, Lane::Media).unwrap().unwrap();
            done(&tx, now, &job).unwrap();
        }
        let (total, page) = list(&tx, &Filter { count: 5, ..Filter::default() }).unwrap();
        assert_eq!((total, page.len()), (u64::from(KEPT) + 1, 5));
        retry(&tx, now, cancelled).unwrap();
    }
}
