//! Uploads by pieces that are not finished: who announced what, and how much of it is safe. The bytes themselves are
//! `storage`'s affair; what becomes of a whole file is that of `videos`.

mod store;

use crate::{
    clock::Timestamp,
    error::{Error, Kind, Result},
    ids,
    jobs::{self, Job},
    settings::UploadSettings,
};
use rusqlite::{Connection, Transaction};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// An upload that somebody announced.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// What the client was given as `upload_id`.
    pub id: String,
    /// Whose it is.
    pub account: i64,
    /// What the video is to be called and so on, as it was sent.
    pub metadata: Value,
    /// The video for which it is another file; none when it is to be a video of its own.
    pub replaces: Option<i64>,
    /// What the sender calls the file.
    pub filename: String,
    /// Bytes announced.
    pub size: u64,
    /// Bytes that are safe on the disk.
    pub received: u64,
    /// When it was announced.
    pub created_at: Timestamp,
    /// When it is forgotten, if nobody goes on with it.
    pub expires_at: Timestamp,
}

/// What a client says before it sends bytes.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// What the sender calls the file.
    pub filename: String,
    /// Bytes of the whole file.
    pub size: u64,
    /// When the file was last changed, as the client's system says it. The same file announced again goes on.
    pub last_modified: Option<String>,
    /// What the video is to be called and so on.
    pub metadata: Value,
    /// The video for which it is another file.
    pub replaces: Option<i64>,
}

/// An upload that nobody goes on with is kept so long: a phone that is found again after a weekend picks it up.
const KEPT_SECONDS: i64 = 7 * 24 * 3600;
/// Unfinished uploads of one account.
const AT_ONCE: u32 = 100;
/// An upload that got nothing for so long does not keep room on the disk from others.
const STALE_SECONDS: i64 = 3600;

/// Puts an upload down, or finds the one that the same person announced before for the same file.
///
/// # Errors
/// 429 when there are too many unfinished ones.
pub fn announce(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    announcement: &Announcement,
) -> Result<Upload> {
    let id = id_for(account, announcement);
    let before = store::find(tx, &id)?;
    if before.is_none() && store::count(tx, account)? >= AT_ONCE {
        return Err(Error::refused(
            Kind::TooMany,
            "There are too many unfinished uploads. Please finish or cancel some of them first.",
        ));
    }
    let upload = Upload {
        id,
        account,
        metadata: announcement.metadata.clone(),
        replaces: announcement.replaces,
        filename: announcement.filename.clone(),
        size: announcement.size,
        received: before.as_ref().map_or(0, |upload| upload.received),
        created_at: before.map_or(now, |upload| upload.created_at),
        expires_at: now.plus_seconds(KEPT_SECONDS),
    };
    store::put(tx, &upload)?;
    schedule_expiry(tx, now)?;
    Ok(upload)
}

/// Begins with the account, so that a foreign or invented id is told from one that has ended.
fn id_for(account: i64, announcement: &Announcement) -> String {
    let Some(last_modified) = &announcement.last_modified else {
        return format!("{account:x}-{}", ids::secret(16));
    };
    let mut file = format!("{}\n{}\n{last_modified}", announcement.filename, announcement.size);
    if let Some(video) = announcement.replaces {
        file.push_str(&format!("\nfor {video}"));
    }
    let digest = hex::encode(Sha256::digest(file));
    format!("{account:x}-{}", &digest[..32])
}

/// Whether an id was given to this account, ended or not.
pub fn is_of(account: i64, id: &str) -> bool {
    id.split_once('-').is_some_and(|(owner, _)| owner == format!("{account:x}"))
}

/// One upload, when it is not finished.
pub fn find(conn: &Connection, id: &str) -> Result<Option<Upload>> {
    store::find(conn, id)
}

/// The unfinished uploads of an account that are to be videos of their own, newest first.
pub fn of_account(conn: &Connection, account: i64) -> Result<Vec<Upload>> {
    store::of_account(conn, account)
}

/// So many bytes are safe on the disk: from now on they count as acknowledged.
pub fn received(tx: &Transaction<'_>, now: Timestamp, id: &str, bytes: u64) -> Result<()> {
    store::received(tx, id, bytes, now.plus_seconds(KEPT_SECONDS))
}

/// Ends an upload: it became a video, or nobody wants it. Its files are the caller's to remove. `false` when it had
/// ended before.
pub fn end(tx: &Transaction<'_>, id: &str) -> Result<bool> {
    store::remove(tx, id)
}

/// Forgets what nobody went on with, and answers their ids. To be called again when a hundred were answered.
pub fn expire(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<String>> {
    let expired = store::expired(tx, now)?;
    for id in &expired {
        store::remove(tx, id)?;
    }
    Ok(expired)
}

/// Uploads with which nobody has gone on for an hour: how many, and the bytes received of them.
pub fn idle(conn: &Connection, now: Timestamp) -> Result<(u64, u64)> {
    store::count_expiring(conn, idle_until(now))
}

/// Forgets them, whose files go with a job. Answers how many, and their bytes. `files` gives the paths of an upload under the
/// data folder.
pub fn forget_idle(
    tx: &Transaction<'_>,
    now: Timestamp,
    files: impl Fn(&str) -> Vec<String>,
) -> Result<(u64, u64)> {
    let forgotten = store::count_expiring(tx, idle_until(now))?;
    loop {
        let expired = expire(tx, idle_until(now))?;
        if expired.is_empty() {
            return Ok(forgotten);
        }
        let paths = expired.iter().flat_map(|id| files(id)).collect();
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
}

/// Ids of unfinished uploads that are to take the place of a video's film. They go with the video.
pub fn for_video(conn: &Connection, video: i64) -> Result<Vec<String>> {
    store::for_video(conn, video)
}

/// Has the files of an account's unfinished uploads removed. To be called before the account goes, and they with it. `files`
/// gives the paths of an upload under the data folder.
pub fn leave(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    files: impl Fn(&str) -> Vec<String>,
) -> Result<()> {
    let paths: Vec<String> = store::ids_of_account(tx, account)?.iter().flat_map(|id| files(id)).collect();
    if !paths.is_empty() {
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
    Ok(())
}

/// When uploads expire that nobody has gone on with for [`STALE_SECONDS`].
fn idle_until(now: Timestamp) -> Timestamp {
    now.plus_seconds(KEPT_SECONDS - STALE_SECONDS)
}

/// Sees to it that one job waits for the next upload to expire.
pub fn schedule_expiry(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    let waiting = jobs::Filter {
        states: vec![jobs::State::Waiting],
        kind: Some(Job::ExpireUploads.kind().to_owned()),
        count: 0,
        ..jobs::Filter::default()
    };
    match store::next_expiry(tx)? {
        Some(next) if jobs::list(tx, &waiting)?.0 == 0 => {
            jobs::enqueue_at(tx, now, next, &Job::ExpireUploads)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Ids of all unfinished uploads.
pub fn ids(conn: &Connection) -> Result<Vec<String>> {
    store::ids(conn)
}

/// What decides how much an account may still send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in all; -1 without limit.
    pub quota: i64,
    /// Bytes in a day; -1 without limit.
    pub quota_daily: i64,
    /// Bytes of all videos that the account sent.
    pub used: u64,
    /// The same of the last day.
    pub used_daily: u64,
    /// Bytes free on the disk.
    pub disk_free: u64,
}

/// How much an account may still send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes of the next file at most.
    pub bytes_left: u64,
    /// What keeps it from being more.
    pub limited_by: LimitedBy,
    /// Bytes of any one file.
    pub max_file_size: u64,
}

/// What keeps an upload from being larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitedBy {
    /// The account's quota.
    Quota,
    /// The account's quota of a day.
    DailyQuota,
    /// Room on the disk.
    Disk,
    /// Size of any one file.
    Size,
}

impl LimitedBy {
    /// Name for clients.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quota => "quota",
            Self::DailyQuota => "daily-quota",
            Self::Disk => "disk",
            Self::Size => "size",
        }
    }
}

/// How much an account may still send, its unfinished uploads counted as sent. `but_for` is one that does not count:
/// the one that is asked about.
pub fn room(
    conn: &Connection,
    now: Timestamp,
    account: i64,
    limits: &Limits,
    settings: &UploadSettings,
    but_for: Option<&Upload>,
) -> Result<Room> {
    let lately = now.plus_seconds(KEPT_SECONDS - STALE_SECONDS);
    let mut announced = store::announced(conn, account)?;
    let mut to_come = store::to_come(conn, lately)?;
    if let Some(upload) = but_for {
        announced = announced.saturating_sub(upload.size);
        if upload.expires_at > lately {
            to_come = to_come.saturating_sub(upload.size.saturating_sub(upload.received));
        }
    }
    let left = |quota: i64, used: u64| match u64::try_from(quota) {
        Ok(quota) => quota.saturating_sub(used).saturating_sub(announced),
        Err(_) => u64::MAX,
    };
    // What of it is here already needs no more room.
    let here = but_for.map_or(0, |upload| upload.received);
    let disk = limits.disk_free.saturating_sub(settings.reserve).saturating_sub(to_come).saturating_add(here);
    let (bytes_left, limited_by) = [
        (settings.max_file_size, LimitedBy::Size),
        (left(limits.quota, limits.used), LimitedBy::Quota),
        (left(limits.quota_daily, limits.used_daily), LimitedBy::DailyQuota),
        (disk, LimitedBy::Disk),
    ]
    .into_iter()
    .min_by_key(|(bytes, _)| *bytes)
    .unwrap_or((0, LimitedBy::Size));
    Ok(Room { bytes_left, limited_by, max_file_size: settings.max_file_size })
}

impl Room {
    /// Refuses what does not fit, before its bytes are sent.
    ///
    /// # Errors
    /// 413 with PeerTube's codes; the sentence says how much is left.
    pub fn check(&self, size: u64) -> Result<()> {
        if size > self.max_file_size {
            let most = in_words(self.max_file_size);
            return Err(Error::coded(
                Kind::TooLarge,
                "max_file_size_reached",
                format!("This file is too large: this server accepts files of up to {most}."),
            ));
        }
        if size <= self.bytes_left {
            return Ok(());
        }
        let left = in_words(self.bytes_left);
        Err(match self.limited_by {
            LimitedBy::Disk => Error::coded(
                Kind::TooLarge,
                "disk_full",
                format!("The disk of this server has room for {left} more. Please tell its administrator."),
            ),
            LimitedBy::DailyQuota => Error::coded(
                Kind::TooLarge,
                "quota_reached",
                format!("Your quota of a day has room for {left} more. Please go on tomorrow."),
            ),
            LimitedBy::Quota | LimitedBy::Size => Error::coded(
                Kind::TooLarge,
                "quota_reached",
                format!("Your quota has room for {left} more. Delete a video, or ask for a larger quota."),
            ),
        })
    }
}

/// Bytes as people read them.
fn in_words(bytes: u64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let found = units.iter().find(|(_, unit)| bytes as f64 >= *unit);
    found
        .map_or_else(|| format!("{bytes} bytes"), |(name, unit)| format!("{:.1} {name}", bytes as f64 / unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn open() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::db::migrate(&mut conn, std::path::Path::new("memory")).unwrap();
        conn.execute_batch(
            "insert into accounts (id, name, display_name, created_at, updated_at) values (1, 'a', 'A', 0, 0)",
        )
        .unwrap();
        conn
    }

    fn file(name: &str, size: u64, last_modified: Option<&str>) -> Announcement {
        Announcement {
            replaces: None,
            filename: name.to_owned(),
            size,
            last_modified: last_modified.map(str::to_owned),
            metadata: json!({"name": name}),
        }
    }

    const LIMITS: Limits =
        Limits { quota: -1, quota_daily: -1, used: 0, used_daily: 0, disk_free: 100 << 30 };

    #[test]
    fn the_same_file_announced_again_goes_on() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let first = announce(&tx, NOW, 1, &file("a.mp4", 10, Some("7"))).unwrap();
        received(&tx, NOW, &first.id, 4).unwrap();
        let again = announce(&tx, NOW.plus_seconds(60), 1, &file("a.mp4", 10, Some("7"))).unwrap();
        assert_eq!((again.id.as_str(), again.received, again.created_at), (first.id.as_str(), 4, NOW));
        for other in [file("a.mp4", 10, Some("8")), file("a.mp4", 11, Some("7")), file("a.mp4", 10, None)] {
            assert_ne!(announce(&tx, NOW, 1, &other).unwrap().id, first.id);
        }
        assert!(is_of(1, &first.id) && !is_of(17, &first.id) && !is_of(1, "0000-0000") && !is_of(1, ""));
        assert_eq!(of_account(&tx, 1).unwrap().len(), 4);
    }

    #[test]
    fn what_nobody_goes_on_with_expires_and_one_job_waits_for_it() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let old = announce(&tx, NOW, 1, &file("a", 10, None)).unwrap();
        let new = announce(&tx, NOW, 1, &file("b", 10, None)).unwrap();
        received(&tx, NOW.plus_seconds(3600), &new.id, 5).unwrap();
        let all = jobs::Filter { count: 10, ..jobs::Filter::default() };
        assert_eq!(jobs::list(&tx, &all).unwrap().0, 1);
        assert_eq!(expire(&tx, NOW.plus_seconds(KEPT_SECONDS - 1)).unwrap(), Vec::<String>::new());
        assert_eq!(expire(&tx, NOW.plus_seconds(KEPT_SECONDS)).unwrap(), [old.id]);
        assert_eq!(ids(&tx).unwrap(), [new.id]);
    }

    #[test]
    fn room_is_what_the_tightest_limit_leaves() {
        let mut conn = open();
        let tx = conn.transaction().unwrap();
        let settings = UploadSettings { max_file_size: 1000, reserve: 50, ..UploadSettings::default() };
        let ask = |limits: Limits, but_for: Option<&Upload>| {
            let room = room(&tx, NOW, 1, &limits, &settings, but_for).unwrap();
            (room.bytes_left, room.limited_by)
        };
        assert_eq!(ask(LIMITS, None), (1000, LimitedBy::Size));
        assert_eq!(ask(Limits { quota: 500, used: 100, ..LIMITS }, None), (400, LimitedBy::Quota));
        assert_eq!(
            ask(Limits { quota_daily: 300, used_daily: 100, ..LIMITS }, None),
            (200, LimitedBy::DailyQuota)
        );
        assert_eq!(ask(Limits { disk_free: 80, ..LIMITS }, None), (30, LimitedBy::Disk));
        let upload = announce(&tx, NOW, 1, &file("a", 20, None)).unwrap();
        assert_eq!(ask(Limits { disk_free: 80, ..LIMITS }, None), (10, LimitedBy::Disk));
        assert_eq!(ask(Limits { disk_free: 80, ..LIMITS }, Some(&upload)), (30, LimitedBy::Disk));
        assert_eq!(ask(Limits { quota: 100, ..LIMITS }, None), (80, LimitedBy::Quota));
        assert_eq!(ask(Limits { quota: 0, ..LIMITS }, None), (0, LimitedBy::Quota));
    }

    #[test]
    fn refusals_name_their_limit() {
        let room = Room { bytes_left: 1500, limited_by: LimitedBy::Quota, max_file_size: 2_000_000_000 };
        assert!(room.check(1500).is_ok());
        let error = room.check(1501).unwrap_err();
        assert!(matches!(&error, Error::Refused(refusal) if refusal.code == Some("quota_reached")));
        assert!(error.to_string().contains("1.5 kB"), "{error}");
        let error = room.check(3_000_000_000).unwrap_err();
        assert!(matches!(&error, Error::Refused(refusal) if refusal.code == Some("max_file_size_reached")));
    }
}
