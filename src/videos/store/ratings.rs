//! Table `ratings`.

use super::row::{COLUMNS, video};
use crate::{
    clock::Timestamp,
    error::Result,
    videos::{
        Video,
        ratings::{Rating, RatingFilter},
    },
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

fn value(rating: Rating) -> i64 {
    match rating {
        Rating::Like => 1,
        Rating::Dislike => -1,
    }
}

fn rating(value: i64) -> Rating {
    if value > 0 { Rating::Like } else { Rating::Dislike }
}

pub(in crate::videos) fn of(conn: &Connection, video: i64, account: i64) -> Result<Option<Rating>> {
    let found = conn
        .prepare_cached("select value from ratings where video_id = ?1 and account_id = ?2")?
        .query_row([video, account], |row| row.get(0))
        .optional()?;
    Ok(found.map(rating))
}

pub(in crate::videos) fn add(
    tx: &Transaction<'_>,
    video: i64,
    account: i64,
    rating: Rating,
    now: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "insert into ratings (video_id, account_id, value, created_at) values (?1, ?2, ?3, ?4)",
    )?
    .execute(params![video, account, value(rating), now])?;
    Ok(())
}

pub(in crate::videos) fn remove(tx: &Transaction<'_>, video: i64, account: i64) -> Result<()> {
    tx.prepare_cached("delete from ratings where video_id = ?1 and account_id = ?2")?
        .execute([video, account])?;
    Ok(())
}

/// `own` are the groups whose private videos the account may see.
pub(in crate::videos) fn page(
    conn: &Connection,
    account: i64,
    own: &[i64],
    filter: &RatingFilter,
) -> Result<(u64, Vec<(Video, Rating)>)> {
    const SEEN: &str = "from ratings join videos on videos.id = ratings.video_id
         where ratings.account_id = ?1 and (?2 is null or ratings.value = ?2) and videos.state = 1
           and (videos.privacy <> 3 or videos.group_id in (select value from json_each(?3)))";
    let (own, wanted) = (serde_json::to_string(own)?, filter.rating.map(value));
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {SEEN}"))?
        .query_row(params![account, wanted, own], |row| row.get(0))?;
    let direction = if filter.newest { "desc" } else { "asc" };
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS}, ratings.value as rating {SEEN}
         order by ratings.created_at {direction}, ratings.video_id {direction} limit ?4 offset ?5"
    ))?;
    let rows = statement.query_map(params![account, wanted, own, filter.count, filter.start], |row| {
        Ok((video(row)?, rating(row.get("rating")?)))
    })?;
    Ok((total.max(0) as u64, rows.collect::<rusqlite::Result<_>>()?))
}
