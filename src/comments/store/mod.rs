//! The tables of comments. Private to the room.

pub(super) mod overview;
pub(super) mod thread;

use super::{Comment, Removal, RemovedBy, State, Subject};
use crate::{clock::Timestamp, error::Result, text::fold};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params, params};
use std::collections::HashMap;

/// In the order in which [`comment`] reads them.
const COLUMNS: &str =
    "comments.id, comments.video_id, comments.thread_id, comments.reply_to, comments.depth, comments.origin,
  comments.account_id, comments.text, comments.state, comments.pinned, comments.replies, comments.created_at,
  comments.updated_at, comments.edited_at, comments.removed_at, comments.removed_by";

fn comment(row: &Row<'_>) -> rusqlite::Result<Comment> {
    let replies: i64 = row.get(10)?;
    let removed_at: Option<Timestamp> = row.get(14)?;
    Ok(Comment {
        id: row.get(0)?,
        subject: Subject::Video(row.get(1)?),
        thread: row.get(2)?,
        reply_to: row.get(3)?,
        depth: row.get(4)?,
        origin: row.get(5)?,
        account: row.get(6)?,
        text: row.get(7)?,
        state: match row.get(8)? {
            1 => State::Shown,
            2 => State::Held,
            3 => State::Emptied,
            _ => State::Gone,
        },
        pinned: row.get(9)?,
        replies: replies.max(0).unsigned_abs(),
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        edited_at: row.get(13)?,
        removed: match removed_at {
            Some(at) => Some(Removal {
                at,
                by: match row.get(15)? {
                    Some(2) => RemovedBy::Group,
                    Some(3) => RemovedBy::Staff,
                    _ => RemovedBy::Author,
                },
            }),
            None => None,
        },
    })
}

/// How many comments of an account, but for one, are shown in groups that it does not belong to, counted up to `most`.
pub(super) fn shown_elsewhere(conn: &Connection, account: i64, but: Option<i64>, most: u32) -> Result<u32> {
    Ok(conn
        .prepare_cached(
            "select count(*) from (
               select 1 from comments where account_id = ?1 and state = 1 and id is not ?2 and not exists (
                 select 1 from members where members.group_id = comments.group_id and members.account_id = ?1)
               limit ?3)",
        )?
        .query_row(params![account, but, most], |row| row.get(0))?)
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Comment>> {
    let sql = format!("select {COLUMNS} from comments where id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], comment).optional()?)
}

/// What a new comment is.
pub(super) struct NewRow<'a> {
    pub video: i64,
    pub group: i64,
    pub thread: Option<i64>,
    pub reply_to: Option<i64>,
    pub depth: u32,
    pub origin: Option<&'a str>,
    pub account: i64,
    pub text: &'a str,
    pub held: bool,
}

pub(super) fn insert(tx: &Transaction<'_>, now: Timestamp, row: &NewRow<'_>) -> Result<i64> {
    let state = if row.held { State::Held } else { State::Shown };
    tx.prepare_cached(
        "insert into comments (video_id, group_id, thread_id, reply_to, depth, origin, account_id, text, state, created_at,
           updated_at)
         values (:video, :group, :thread, :reply_to, :depth, :origin, :account, :text, :state, :now, :now)",
    )?
    .execute(named_params! {
        ":video": row.video,
        ":group": row.group,
        ":thread": row.thread,
        ":reply_to": row.reply_to,
        ":depth": row.depth,
        ":origin": row.origin,
        ":account": row.account,
        ":text": row.text,
        ":state": state as i64,
        ":now": now,
    })?;
    let id = tx.last_insert_rowid();
    index(tx, id, row.text)?;
    Ok(id)
}

fn index(tx: &Transaction<'_>, id: i64, text: &str) -> Result<()> {
    tx.prepare_cached("insert into comments_fts (rowid, text) values (?1, ?2)")?
        .execute(params![id, fold(text)])?;
    Ok(())
}

fn unindex(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from comments_fts where rowid = ?1")?.execute([id])?;
    Ok(())
}

pub(super) fn set_text(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    text: &str,
    state: State,
) -> Result<()> {
    tx.prepare_cached(
        "update comments set text = ?2, state = ?3, pinned = pinned and ?3 = 1, edited_at = ?4, updated_at = ?4 where id = ?1",
    )?
    .execute(params![id, text, state as i64, now])?;
    unindex(tx, id)?;
    index(tx, id, text)
}

pub(super) fn set_state(tx: &Transaction<'_>, now: Timestamp, id: i64, state: State) -> Result<()> {
    tx.prepare_cached("update comments set state = ?2, updated_at = ?3 where id = ?1")?.execute(params![
        id,
        state as i64,
        now
    ])?;
    Ok(())
}

pub(super) fn pinned(conn: &Connection, video: i64) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached("select id from comments where video_id = ?1 and pinned = 1")?
        .query_row([video], |row| row.get(0))
        .optional()?)
}

pub(super) fn set_pinned(tx: &Transaction<'_>, now: Timestamp, id: i64, pinned: bool) -> Result<()> {
    tx.prepare_cached("update comments set pinned = ?2, updated_at = ?3 where id = ?1")?
        .execute(params![id, pinned, now])?;
    Ok(())
}

/// Comments below a video that everybody sees, oldest first.
pub(super) fn shown(conn: &Connection, video: i64, start: u32, count: u32) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select id from comments indexed by comments_of_video where video_id = ?1 and state = 1
         order by created_at, id limit ?2 offset ?3",
    )?;
    let rows = statement.query_map(params![video, count, start], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Empties a comment, and takes it out of sight when nothing answers it.
pub(super) fn remove(tx: &Transaction<'_>, now: Timestamp, id: i64, by: RemovedBy) -> Result<()> {
    tx.prepare_cached(
        "update comments set account_id = null, text = '', state = 3, pinned = 0, updated_at = ?2, removed_at = ?2,
           removed_by = ?3 where id = ?1",
    )?
    .execute(params![id, now, by as i64])?;
    tx.prepare_cached("delete from comment_mentions where comment_id = ?1")?.execute([id])?;
    unindex(tx, id)?;
    settle(tx, id)
}

/// Takes an emptied comment out of sight when nothing answers it, and what is above it then.
fn settle(tx: &Transaction<'_>, id: i64) -> Result<()> {
    let mut next = Some(id);
    while let Some(id) = next {
        next = tx
            .prepare_cached(
                "update comments set state = 4 where id = ?1 and state = 3
                   and not exists (select 1 from comments below where below.reply_to = ?1 and below.state < 4)
                 returning reply_to",
            )?
            .query_row([id], |row| row.get(0))
            .optional()?
            .flatten();
    }
    Ok(())
}

/// What an account said that is not removed, each with its video: below those of some groups, or everywhere.
pub(super) fn of_account(
    conn: &Connection,
    account: i64,
    groups: Option<&[i64]>,
    most: u32,
) -> Result<Vec<(i64, i64)>> {
    let groups = groups.map(serde_json::to_string).transpose()?;
    let mut statement = conn.prepare_cached(
        "select id, video_id from comments where account_id = ?1
           and (?2 is null or group_id in (select value from json_each(?2))) limit ?3",
    )?;
    let rows = statement.query_map(params![account, groups, most], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn count_of_account(conn: &Connection, account: i64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from comments where account_id = ?1")?
        .query_row([account], |row| row.get(0))?;
    Ok(count.max(0).unsigned_abs())
}

pub(super) fn figures(conn: &Connection) -> Result<(u64, u64)> {
    let (all, local): (i64, i64) = conn
        .prepare_cached(
            "select ifnull(sum(comments), 0), ifnull(sum(comments) filter (where local), 0) from comment_counts",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((all.max(0).unsigned_abs(), local.max(0).unsigned_abs()))
}

pub(super) fn set_mentions(tx: &Transaction<'_>, id: i64, accounts: &[i64]) -> Result<()> {
    tx.prepare_cached("delete from comment_mentions where comment_id = ?1")?.execute([id])?;
    let mut insert =
        tx.prepare_cached("insert into comment_mentions (comment_id, account_id) values (?1, ?2)")?;
    for account in accounts {
        insert.execute([id, *account])?;
    }
    Ok(())
}

pub(super) fn mentions(conn: &Connection, comments: &[i64]) -> Result<HashMap<i64, Vec<i64>>> {
    let mut statement = conn.prepare_cached(
        "select comment_id, account_id from comment_mentions
         where comment_id in (select value from json_each(?1))",
    )?;
    let mut found: HashMap<i64, Vec<i64>> = HashMap::new();
    for row in
        statement.query_map([serde_json::to_string(comments)?], |row| Ok((row.get(0)?, row.get(1)?)))?
    {
        let (comment, account) = row?;
        found.entry(comment).or_default().push(account);
    }
    Ok(found)
}
