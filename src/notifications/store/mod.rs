//! Tables `notifications`, `notification_choices` and `notification_letters`.

pub(super) mod devices;

use super::{About, Channels, Choice, Choices, Filter, Kind, Notification, letters::Rhythm};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params, params};

const COLUMNS: &str = "id, kind, read, video_id, comment_id, follow_id, registration_id, report_id, group_id, by_id, created_at, updated_at, account_id, warning_id";

/// Of a video one is told while one may see it, as `videos::may_watch` says: what is private, hidden or behind a password
/// is there for those who look after it. That one's video is hidden, and what became of an offer, is told in any case. Of what
/// moderators work at one is told while one is a moderator, or has reported it.
const MAY_SEE: &str = "(coalesce(report_id, registration_id) is null and kind <> 12
    or exists (select 1 from logins where logins.account_id = notifications.account_id and logins.role <= 1)
    or exists (select 1 from reports
      where reports.id = notifications.report_id and reports.reporter_id = notifications.account_id))
  and (coalesce(video_id, comment_id) is null or kind in (4, 12, 1004, 1006) or exists (
    select 1 from videos where videos.id = ifnull(notifications.video_id,
        (select comments.video_id from comments where comments.id = notifications.comment_id))
      and (videos.privacy in (1, 2, 4) or exists (
        select 1 from members where members.group_id = videos.group_id
          and members.account_id = notifications.account_id and members.role <= 1))))";

fn notification(row: &Row<'_>) -> rusqlite::Result<Option<Notification>> {
    let Some(kind) = Kind::from_id(row.get(1)?) else { return Ok(None) };
    Ok(Some(Notification {
        id: row.get(0)?,
        account: row.get(12)?,
        kind,
        read: row.get(2)?,
        about: About {
            video: row.get(3)?,
            comment: row.get(4)?,
            follow: row.get(5)?,
            registration: row.get(6)?,
            report: row.get(7)?,
            group: row.get(8)?,
            by: row.get(9)?,
            warning: row.get(13)?,
        },
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
    }))
}

/// Who is told, and of what.
pub(super) struct News<'a> {
    pub(super) kind: Kind,
    pub(super) about: About,
    pub(super) accounts: &'a [i64],
    /// Letters can go.
    pub(super) mail: bool,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Told {
    /// Numbers of the notifications.
    pub(super) ids: Vec<i64>,
    /// Accounts that want a letter.
    pub(super) written_to: Vec<i64>,
}

/// Tells some accounts that live here, those that want to be told. Nobody is told of the same thing twice. Who was.
pub(super) fn insert(tx: &Transaction<'_>, now: Timestamp, news: &News<'_>) -> Result<Told> {
    let News { kind, about, accounts, mail } = news;
    if accounts.is_empty() {
        return Ok(Told::default());
    }
    let mut statement = tx.prepare_cached(
        "insert or ignore into notifications (account_id, kind, video_id, comment_id, follow_id, registration_id, report_id,
           group_id, by_id, warning_id, web, mail, created_at, updated_at)
         select who.value, :kind, :video, :comment, :follow, :registration, :report, :group, :by, :warning,
           ifnull(chosen.channels, :usual) & 1,
           :mail and ifnull(chosen.channels, :usual) & 2 > 0 and ifnull(letters.rhythm, 0) <> 3, :now, :now
         from json_each(:accounts) as who cross join logins on logins.account_id = who.value
           left join notification_choices as chosen on chosen.account_id = who.value and chosen.choice = :choice
           left join notification_letters as letters on letters.account_id = who.value
         where ifnull(chosen.channels, :usual) > 0
         returning id, account_id, mail",
    )?;
    let mut rows = statement.query(named_params! {
        ":kind": kind.id(),
        ":video": about.video,
        ":comment": about.comment,
        ":follow": about.follow,
        ":registration": about.registration,
        ":report": about.report,
        ":group": about.group,
        ":by": about.by,
        ":warning": about.warning,
        ":mail": mail,
        ":now": now,
        ":accounts": serde_json::to_string(accounts)?,
        ":choice": kind.choice().map(Choice::name),
        ":usual": kind.usual().all_bits(),
    })?;
    let mut told = Told::default();
    while let Some(row) = rows.next()? {
        told.ids.push(row.get(0)?);
        if row.get(2)? {
            told.written_to.push(row.get(1)?);
        }
    }
    Ok(told)
}

/// Forgets what one account was told of a group's people before, so that it can be told again.
pub(super) fn forget_of_group(
    tx: &Transaction<'_>,
    account: i64,
    kind: Kind,
    group: i64,
    by: Option<i64>,
) -> Result<()> {
    tx.prepare_cached(
        "delete from notifications where group_id = ?1 and account_id = ?2 and kind = ?3 and by_id is ?4",
    )?
    .execute(params![group, account, kind.id(), by])?;
    Ok(())
}

/// Forgets what was told of a report before, so that it can be told again.
pub(super) fn forget_of_report(tx: &Transaction<'_>, report: i64, kind: Kind) -> Result<()> {
    tx.prepare_cached("delete from notifications where report_id = ?1 and kind = ?2")?
        .execute(params![report, kind.id()])?;
    Ok(())
}

/// The same of a video.
pub(super) fn forget_of_video(tx: &Transaction<'_>, video: i64, kind: Kind) -> Result<()> {
    tx.prepare_cached("delete from notifications where video_id = ?1 and kind = ?2")?
        .execute(params![video, kind.id()])?;
    Ok(())
}

/// What one person was told of an offer of a video.
pub(super) fn forget_of_offer(tx: &Transaction<'_>, account: i64, kind: Kind, video: i64) -> Result<()> {
    tx.prepare_cached("delete from notifications where video_id = ?1 and account_id = ?2 and kind = ?3")?
        .execute(params![video, account, kind.id()])?;
    Ok(())
}

/// One notification of an account, while it may be told.
pub(super) fn find(conn: &Connection, account: i64, id: i64) -> Result<Option<Notification>> {
    let sql = format!("select {COLUMNS} from notifications where id = ?1 and account_id = ?2 and {MAY_SEE}");
    Ok(conn.prepare_cached(&sql)?.query_row([id, account], notification).optional()?.flatten())
}

pub(super) fn list(conn: &Connection, account: i64, filter: &Filter) -> Result<(u64, Vec<Notification>)> {
    let unread = if filter.unread { "and read = 0" } else { "" };
    let from = format!(
        "from notifications where account_id = ?1 and web = 1 {unread} and {MAY_SEE}
           and (?2 is null or kind in (select value from json_each(?2)))"
    );
    let kinds = if filter.kinds.is_empty() { None } else { Some(serde_json::to_string(&filter.kinds)?) };
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {from}"))?
        .query_row(params![account, kinds], |row| row.get(0))?;
    let direction = if filter.oldest { "asc" } else { "desc" };
    let mut statement =
        conn.prepare_cached(&format!("select {COLUMNS} {from} order by id {direction} limit ?3 offset ?4"))?;
    let rows = statement.query_map(params![account, kinds, filter.count, filter.start], notification)?;
    let mut found = Vec::new();
    for row in rows {
        found.extend(row?);
    }
    Ok((total.max(0) as u64, found))
}

pub(super) fn fresh(conn: &Connection, ids: &[i64], accounts: &[i64]) -> Result<Vec<Notification>> {
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from notifications where id in (select value from json_each(?1)) and web = 1 and read = 0
           and account_id in (select value from json_each(?2)) and {MAY_SEE} order by id"
    ))?;
    let mut found = Vec::new();
    for row in
        statement.query_map([serde_json::to_string(ids)?, serde_json::to_string(accounts)?], notification)?
    {
        found.extend(row?);
    }
    Ok(found)
}

pub(super) fn unread(conn: &Connection, account: i64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached(&format!(
            "select count(*) from notifications where account_id = ?1 and web = 1 and read = 0 and {MAY_SEE}"
        ))?
        .query_row([account], |row| row.get(0))?;
    Ok(count.max(0) as u64)
}

/// What was read needs no letter.
pub(super) fn read(tx: &Transaction<'_>, now: Timestamp, account: i64, ids: &[i64]) -> Result<()> {
    tx.prepare_cached(
        "update notifications set read = 1, mail = 0, updated_at = ?3
         where id in (select value from json_each(?2)) and account_id = ?1 and read = 0",
    )?
    .execute(params![account, serde_json::to_string(ids)?, now])?;
    Ok(())
}

/// One's notifications of some warnings are read with these.
pub(super) fn warnings_read(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    warnings: &[i64],
) -> Result<()> {
    tx.prepare_cached(
        "update notifications set read = 1, mail = 0, updated_at = ?3
         where warning_id in (select value from json_each(?2)) and account_id = ?1 and read = 0",
    )?
    .execute(params![account, serde_json::to_string(warnings)?, now])?;
    Ok(())
}

pub(super) fn read_all(tx: &Transaction<'_>, now: Timestamp, account: i64) -> Result<()> {
    tx.prepare_cached(
        "update notifications set read = 1, mail = 0, updated_at = ?2 where account_id = ?1 and web = 1 and read = 0",
    )?
    .execute(params![account, now])?;
    Ok(())
}

/// What an account has chosen otherwise than usual, or once has.
pub(super) fn choices(conn: &Connection, account: i64) -> Result<Choices> {
    let mut statement =
        conn.prepare_cached("select choice, channels from notification_choices where account_id = ?1")?;
    let mut rows = statement.query([account])?;
    let mut choices = Choices::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if let Some(choice) = Choice::from_name(&name) {
            choices.insert(choice, Channels::from_all_bits(row.get(1)?));
        }
    }
    Ok(choices)
}

pub(super) fn choose(tx: &Transaction<'_>, account: i64, choice: Choice, channels: Channels) -> Result<()> {
    tx.prepare_cached(
        "insert into notification_choices (account_id, choice, channels) values (?1, ?2, ?3)
         on conflict (account_id, choice) do update set channels = excluded.channels",
    )?
    .execute(params![account, choice.name(), channels.all_bits()])?;
    Ok(())
}

/// How many were forgotten.
pub(super) fn forget(tx: &Transaction<'_>, before: Timestamp, most: u32) -> Result<usize> {
    let forgotten = tx
        .prepare_cached(
            "delete from notifications where id in (
               select id from notifications where created_at < ?1 order by created_at limit ?2)",
        )?
        .execute(params![before, most])?;
    Ok(forgotten)
}

/// The next account that is told something.
pub(super) fn next_account(conn: &Connection, after: i64) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached("select min(account_id) from notifications where account_id > ?1")?
        .query_row([after], |row| row.get(0))?)
}

/// Keeps the latest of what one account is told.
pub(super) fn keep_latest(tx: &Transaction<'_>, account: i64, kept: u32) -> Result<()> {
    // Each half by itself: so they lie in the index.
    for web in [false, true] {
        tx.prepare_cached(
            "delete from notifications where account_id = ?1 and web = ?2 and id <= (
               select id from notifications where account_id = ?1 and web = ?2 order by id desc limit 1 offset ?3)",
        )?
        .execute(params![account, web, kept])?;
    }
    Ok(())
}

/// How often letters go to an account, and when the last one went.
pub(super) fn letters(conn: &Connection, account: i64) -> Result<Option<(Rhythm, Option<Timestamp>)>> {
    Ok(conn
        .prepare_cached("select rhythm, written_at from notification_letters where account_id = ?1")?
        .query_row([account], |row| Ok((Rhythm::from_id(row.get(0)?), row.get(1)?)))
        .optional()?)
}

pub(super) fn set_rhythm(tx: &Transaction<'_>, account: i64, rhythm: Rhythm) -> Result<()> {
    tx.prepare_cached(
        "insert into notification_letters (account_id, rhythm) values (?1, ?2)
         on conflict (account_id) do update set rhythm = excluded.rhythm",
    )?
    .execute([account, rhythm as i64])?;
    Ok(())
}

pub(super) fn set_written_at(tx: &Transaction<'_>, account: i64, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "insert into notification_letters (account_id, written_at) values (?1, ?2)
         on conflict (account_id) do update set written_at = excluded.written_at",
    )?
    .execute(params![account, now])?;
    Ok(())
}

pub(super) fn stop_token(conn: &Connection, account: i64) -> Result<Option<String>> {
    Ok(conn
        .prepare_cached("select stop_token from notification_letters where account_id = ?1")?
        .query_row([account], |row| row.get(0))
        .optional()?
        .flatten())
}

pub(super) fn set_stop_token(tx: &Transaction<'_>, account: i64, token: &str) -> Result<()> {
    tx.prepare_cached(
        "insert into notification_letters (account_id, stop_token) values (?1, ?2)
         on conflict (account_id) do update set stop_token = excluded.stop_token",
    )?
    .execute(params![account, token])?;
    Ok(())
}

/// What waits to be told by letter and was not read, newest first, and how much there is.
pub(super) fn gathered(conn: &Connection, account: i64, most: u32) -> Result<(u64, Vec<Notification>)> {
    let from = format!("from notifications where account_id = ?1 and mail = 1 and read = 0 and {MAY_SEE}");
    let total: i64 =
        conn.prepare_cached(&format!("select count(*) {from}"))?.query_row([account], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(&format!("select {COLUMNS} {from} order by id desc limit ?2"))?;
    let mut found = Vec::new();
    for row in statement.query_map(params![account, most], notification)? {
        found.extend(row?);
    }
    Ok((total.max(0) as u64, found))
}

/// All up to a number are told by letter.
pub(super) fn written(tx: &Transaction<'_>, account: i64, last: i64) -> Result<()> {
    tx.prepare_cached("update notifications set mail = 0 where account_id = ?1 and mail = 1 and id <= ?2")?
        .execute([account, last])?;
    Ok(())
}
