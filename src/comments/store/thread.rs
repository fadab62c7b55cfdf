//! What a page below a subject reads.

use super::{COLUMNS, comment};
use crate::{
    comments::{
        Comment, Order,
        thread::{Seen, Sight},
    },
    error::Result,
};
use rusqlite::{Connection, ToSql, named_params};
use std::collections::HashMap;

/// What the one who looks sees; with `:account` and `:manages`.
fn seen(sight: &Sight) -> String {
    let state =
        "comments.state in (1, 3) or (comments.state = 2 and (:manages or comments.account_id = :account))";
    match unheard(sight) {
        Some(unheard) => format!("({state}) and not ({unheard})"),
        None => format!("({state})"),
    }
}

/// That the one who looks does not hear who wrote it; with `:account`. Nothing is asked where nobody is muted.
fn unheard(sight: &Sight) -> Option<String> {
    let conditions = [(sight.muting.accounts, MUTED), (sight.muting.hosts, AWAY)];
    let asked: Vec<&str> = conditions.into_iter().filter_map(|(asked, sql)| asked.then_some(sql)).collect();
    (!asked.is_empty()).then(|| asked.join(" or "))
}

/// That the account is muted. Everybody hears oneself.
const MUTED: &str =
    "exists (select 1 from mutes where mutes.account_id = comments.account_id and mutes.account_id is not :account
       and (mutes.by_id is null or mutes.by_id = :account))";
/// That the server is muted that it comes from.
const AWAY: &str = "exists (select 1 from mutes where mutes.host = comments.origin and (mutes.by_id is null or mutes.by_id = :account))";

/// Answers of those who are not heard, with all that hangs on them, as `lost (id, thread_id, state)`.
fn lost(unheard: &str) -> String {
    format!(
        "with recursive lost (id, thread_id, state) as (
           select id, thread_id, state from comments
             where video_id = :video and thread_id is not null and state = 1 and ({unheard})
           union
           select below.id, lost.thread_id, below.state from lost cross join comments below on below.reply_to = lost.id)"
    )
}

fn collect(conn: &Connection, sql: &str, values: &[(&str, &dyn ToSql)]) -> Result<Vec<Comment>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(values, comment)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The first comments of threads; `but` is left out.
pub(in crate::comments) fn first(
    conn: &Connection,
    video: i64,
    sight: &Sight,
    order: Order,
    but: Option<i64>,
    (start, count): (u32, u32),
) -> Result<Vec<Comment>> {
    let (column, direction) = match order {
        Order::Newest => ("created_at", "desc"),
        Order::Oldest => ("created_at", "asc"),
        Order::Busiest => ("replies", "desc"),
        Order::Quietest => ("replies", "asc"),
    };
    let seen = seen(sight);
    // The page is counted off in an index; only its own rows are read.
    let sql = format!(
        "select {COLUMNS} from
           (select comments.id as page_id from comments
            where comments.video_id = :video and comments.reply_to is null and comments.state < 4 and {seen}
              and comments.id is not :but
            order by comments.{column} {direction}, comments.id {direction} limit :count offset :start)
         cross join comments on comments.id = page_id
         order by comments.{column} {direction}, comments.id {direction}"
    );
    collect(
        conn,
        &sql,
        named_params! {
            ":video": video, ":manages": sight.manages, ":account": sight.account, ":but": but, ":count": count,
            ":start": start,
        },
    )
}

pub(in crate::comments) fn count_first(conn: &Connection, video: i64, sight: &Sight) -> Result<u64> {
    let seen = seen(sight);
    let sql = format!(
        "select count(*) from comments
         where comments.video_id = :video and comments.reply_to is null and comments.state < 4 and {seen}"
    );
    count(conn, &sql, named_params! { ":video": video, ":manages": sight.manages, ":account": sight.account })
}

/// Answers to a comment, oldest first.
pub(in crate::comments) fn below(
    conn: &Connection,
    id: i64,
    sight: &Sight,
    (start, count): (u32, u32),
) -> Result<Vec<Comment>> {
    let seen = seen(sight);
    let sql = format!(
        "select {COLUMNS} from comments where comments.reply_to = :id and {seen}
         order by comments.id limit :count offset :start"
    );
    collect(
        conn,
        &sql,
        named_params! {
            ":id": id, ":manages": sight.manages, ":account": sight.account, ":count": count, ":start": start,
        },
    )
}

pub(in crate::comments) fn count_below(conn: &Connection, id: i64, sight: &Sight) -> Result<u64> {
    let seen = seen(sight);
    let sql = format!("select count(*) from comments where comments.reply_to = :id and {seen}");
    count(conn, &sql, named_params! { ":id": id, ":manages": sight.manages, ":account": sight.account })
}

/// Shown comments of a video, and the held ones that one sees.
pub(in crate::comments) fn count_all(conn: &Connection, video: i64, sight: &Sight) -> Result<u64> {
    let shown: i64 = conn
        .prepare_cached("select ifnull((select comments from videos where id = ?1), 0)")?
        .query_row([video], |row| row.get(0))?;
    let mut shown = shown.max(0).unsigned_abs();
    if let Some(unheard) = unheard(sight) {
        // A first comment takes its thread along, which is counted already.
        let sql = format!(
            "{} select (select ifnull(sum(1 + replies), 0) from comments
                 where video_id = :video and reply_to is null and state = 1 and ({unheard}))
               + (select count(*) from lost where state = 1 and not exists (select 1 from comments
                 where comments.id = lost.thread_id and comments.state = 1 and ({unheard})))",
            lost(&unheard)
        );
        let unheard = count(conn, &sql, named_params! { ":video": video, ":account": sight.account })?;
        shown = shown.saturating_sub(unheard);
    }
    if sight.account.is_none() {
        return Ok(shown);
    }
    let sql = format!("select count(*) from comments where {}", held(sight));
    let held = count(
        conn,
        &sql,
        named_params! { ":video": video, ":manages": sight.manages, ":account": sight.account },
    )?;
    Ok(shown + held)
}

/// What waits below a video and is seen; with `:video`, `:manages` and `:account`.
fn held(sight: &Sight) -> String {
    let unheard = unheard(sight).map_or(String::new(), |unheard| format!(" and not ({unheard})"));
    format!("video_id = :video and state = 2 and (:manages or account_id = :account){unheard}")
}

fn count(conn: &Connection, sql: &str, values: &[(&str, &dyn ToSql)]) -> Result<u64> {
    let count: i64 = conn.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    Ok(count.max(0).unsigned_abs())
}

/// Adds what has to be counted: held answers that one sees, and answers of the one who sent the video.
pub(in crate::comments) fn counted(
    conn: &Connection,
    video: i64,
    author: i64,
    sight: &Sight,
    comments: Vec<Comment>,
) -> Result<Vec<Seen>> {
    let by_author = by_thread(
        conn,
        "select thread_id, count(*) from comments
         where video_id = :video and account_id = :account and thread_id is not null and state = 1 group by thread_id",
        named_params! { ":video": video, ":account": author },
    )?;
    let held = match sight.account {
        Some(account) => {
            let sql = format!(
                "select thread_id, count(*) from comments where {} and thread_id is not null group by thread_id",
                held(sight)
            );
            let values = named_params! { ":video": video, ":account": account, ":manages": sight.manages };
            by_thread(conn, &sql, values)?
        }
        None => HashMap::new(),
    };
    let unheard = match unheard(sight) {
        Some(unheard) => {
            let sql = format!(
                "{} select thread_id, count(*) from lost where state = 1 group by thread_id",
                lost(&unheard)
            );
            by_thread(conn, &sql, named_params! { ":video": video, ":account": sight.account })?
        }
        None => HashMap::new(),
    };
    let seen = |comment: Comment| {
        let of = |counts: &HashMap<i64, u64>| counts.get(&comment.id).copied().unwrap_or_default();
        Seen {
            replies: (comment.replies + of(&held)).saturating_sub(of(&unheard)),
            replies_of_author: of(&by_author),
            comment,
        }
    };
    Ok(comments.into_iter().map(seen).collect())
}

fn by_thread(conn: &Connection, sql: &str, values: &[(&str, &dyn ToSql)]) -> Result<HashMap<i64, u64>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows =
        statement.query_map(values, |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.max(0).unsigned_abs())))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
