//! Tables `follows` and `feed_tokens`.

use super::{Feed, Follow, FollowFilter, Followed, State};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// The group and the account of a row, of which one is null.
fn columns(followed: Followed) -> (Option<i64>, Option<i64>) {
    match followed {
        Followed::Group(id) => (Some(id), None),
        Followed::Account(id) => (None, Some(id)),
    }
}

fn column(followed: Followed) -> &'static str {
    match followed {
        Followed::Group(_) => "group_id",
        Followed::Account(_) => "account_id",
    }
}

fn number(followed: Followed) -> i64 {
    match followed {
        Followed::Group(id) | Followed::Account(id) => id,
    }
}

fn follow(row: &Row<'_>) -> rusqlite::Result<Follow> {
    let group: Option<i64> = row.get(2)?;
    Ok(Follow {
        id: row.get(0)?,
        follower: row.get(1)?,
        followed: match group {
            Some(group) => Followed::Group(group),
            None => Followed::Account(row.get(3)?),
        },
        created_at: row.get(4)?,
    })
}

pub(super) fn named(conn: &Connection, name: &str, origin: Option<&str>) -> Result<Option<Followed>> {
    let mut statement = conn.prepare_cached(
        "select id, null from groups where name = ?1 and ifnull(origin, '') = ifnull(?2, '')
         union all select null, id from accounts where name = ?1 and ifnull(origin, '') = ifnull(?2, '')
         limit 1",
    )?;
    let found = statement.query_row(params![name, origin], |row| {
        Ok(match row.get::<_, Option<i64>>(0)? {
            Some(group) => Followed::Group(group),
            None => Followed::Account(row.get(1)?),
        })
    });
    Ok(found.optional()?)
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    account: i64,
    followed: Followed,
    state: State,
) -> Result<i64> {
    let (group, followed) = columns(followed);
    let state = match state {
        State::Pending => "pending",
        State::Accepted => "accepted",
    };
    tx.prepare_cached(
        "insert into follows (follower_id, group_id, account_id, state, created_at) values (?1, ?2, ?3, ?5, ?4)",
    )?
    .execute(params![account, group, followed, now, state])?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn set_uri(tx: &Transaction<'_>, account: i64, followed: Followed, uri: &str) -> Result<()> {
    let sql = format!("update follows set uri = ?3 where follower_id = ?1 and {} = ?2", column(followed));
    tx.prepare_cached(&sql)?.execute(params![account, number(followed), uri])?;
    Ok(())
}

pub(super) fn set_accepted(tx: &Transaction<'_>, account: i64, followed: Followed) -> Result<()> {
    let sql = format!(
        "update follows set state = 'accepted' where follower_id = ?1 and {} = ?2 and state = 'pending'",
        column(followed)
    );
    tx.prepare_cached(&sql)?.execute([account, number(followed)])?;
    Ok(())
}

pub(super) fn between(conn: &Connection, account: i64, followed: Followed) -> Result<Option<Follow>> {
    let sql = format!(
        "select id, follower_id, group_id, account_id, created_at from follows where follower_id = ?1 and {} = ?2",
        column(followed)
    );
    Ok(conn.prepare_cached(&sql)?.query_row([account, number(followed)], follow).optional()?)
}

pub(super) fn anybody_here(conn: &Connection, followed: Followed) -> Result<bool> {
    let sql = format!(
        "select exists (select 1 from follows cross join accounts on accounts.id = follower_id
                        where follows.{} = ?1 and accounts.origin is null)",
        column(followed)
    );
    Ok(conn.prepare_cached(&sql)?.query_row([number(followed)], |row| row.get(0))?)
}

/// Only who came from elsewhere has an activity that says so.
pub(super) fn anybody_elsewhere(conn: &Connection, group: i64, account: i64) -> Result<bool> {
    Ok(conn
        .prepare_cached(
            "select exists (select 1 from follows indexed by follows_of_group_from_elsewhere
                            where group_id = ?1 and uri is not null)
                 or exists (select 1 from follows indexed by follows_of_account_from_elsewhere
                            where account_id = ?2 and uri is not null)",
        )?
        .query_row([group, account], |row| row.get(0))?)
}

pub(super) fn delete(tx: &Transaction<'_>, account: i64, followed: Followed) -> Result<bool> {
    let sql = format!("delete from follows where follower_id = ?1 and {} = ?2", column(followed));
    Ok(tx.prepare_cached(&sql)?.execute([account, number(followed)])? > 0)
}

pub(super) fn follows(conn: &Connection, account: i64, followed: Followed) -> Result<bool> {
    let sql =
        format!("select exists (select 1 from follows where follower_id = ?1 and {} = ?2)", column(followed));
    Ok(conn.prepare_cached(&sql)?.query_row([account, number(followed)], |row| row.get(0))?)
}

pub(super) fn count_of(conn: &Connection, account: i64) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from follows where follower_id = ?1")?
        .query_row([account], |row| row.get(0))?;
    Ok(count as u64)
}

pub(super) fn groups_of(conn: &Connection, account: i64, filter: &FollowFilter) -> Result<(u64, Vec<i64>)> {
    followed_of(conn, "groups", "group_id", account, filter)
}

pub(super) fn accounts_of(conn: &Connection, account: i64, filter: &FollowFilter) -> Result<(u64, Vec<i64>)> {
    followed_of(conn, "accounts", "account_id", account, filter)
}

/// Read off in the order in which they began to be followed; at most as many as one may follow.
fn followed_of(
    conn: &Connection,
    table: &str,
    column: &str,
    account: i64,
    filter: &FollowFilter,
) -> Result<(u64, Vec<i64>)> {
    let from = format!(
        "from follows indexed by follows_of_follower cross join {table} as followed on followed.id = follows.{column}
         where follows.follower_id = ?1 and follows.{column} is not null
           and (?2 is null or instr(followed.name, folded(?2)) > 0
                or instr(folded(followed.display_name), folded(?2)) > 0)"
    );
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {from}"))?
        .query_row(params![account, filter.search], |row| row.get(0))?;
    let direction = direction(filter);
    let mut statement = conn.prepare_cached(&format!(
        "select follows.{column} {from} order by follows.id {direction} limit ?3 offset ?4"
    ))?;
    let rows =
        statement.query_map(params![account, filter.search, filter.count, filter.start], |row| row.get(0))?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

fn direction(filter: &FollowFilter) -> &'static str {
    if filter.oldest { "asc" } else { "desc" }
}

pub(super) fn feed(conn: &Connection, account: i64) -> Result<Feed> {
    let mut statement = conn.prepare_cached(
        "select group_id, account_id from follows where follower_id = ?1 and state = 'accepted'",
    )?;
    let mut rows = statement.query([account])?;
    let mut feed = Feed::default();
    while let Some(row) = rows.next()? {
        feed.groups.extend(row.get::<_, Option<i64>>(0)?);
        feed.authors.extend(row.get::<_, Option<i64>>(1)?);
    }
    Ok(feed)
}

pub(super) fn followers(
    conn: &Connection,
    groups: &[i64],
    account: Option<i64>,
    filter: &FollowFilter,
) -> Result<(u64, Vec<Follow>)> {
    // One group is read off its index in order; several have to be put in order.
    let condition = match (groups, account) {
        ([_], None) => "follows.group_id = (select value from json_each(?1)) and ?2 is null",
        _ => "(follows.group_id in (select value from json_each(?1)) or follows.account_id = ?2)",
    };
    let from = format!(
        "from follows cross join accounts on accounts.id = follows.follower_id
         where follows.state = 'accepted' and {condition}
           and (?3 is null or instr(accounts.name, folded(?3)) > 0
                or instr(folded(accounts.display_name), folded(?3)) > 0)"
    );
    let groups = serde_json::to_string(groups)?;
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {from}"))?
        .query_row(params![groups, account, filter.search], |row| row.get(0))?;
    let direction = direction(filter);
    let mut statement = conn.prepare_cached(&format!(
        "select follows.id, follows.follower_id, follows.group_id, follows.account_id, follows.created_at {from}
         order by follows.id {direction} limit ?4 offset ?5"
    ))?;
    let rows =
        statement.query_map(params![groups, account, filter.search, filter.count, filter.start], follow)?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Follow>> {
    Ok(conn
        .prepare_cached(
            "select id, follower_id, group_id, account_id, created_at from follows where id = ?1",
        )?
        .query_row([id], follow)
        .optional()?)
}

/// Read off two indexes in order, and merged.
pub(super) fn followers_after(
    conn: &Connection,
    group: i64,
    account: Option<i64>,
    after: i64,
    count: u32,
) -> Result<Vec<Follow>> {
    const COLUMNS: &str = "id, follower_id, group_id, account_id, created_at";
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from (select {COLUMNS} from follows where group_id = ?1 and id > ?3 and state = 'accepted'
           order by id limit ?4)
         union all
         select {COLUMNS} from (select {COLUMNS} from follows where account_id = ?2 and id > ?3 and state = 'accepted'
           order by id limit ?4)
         order by 1 limit ?4"
    ))?;
    let rows = statement.query_map(params![group, account, after, count], follow)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn feed_token(conn: &Connection, account: i64) -> Result<Option<String>> {
    Ok(conn
        .prepare_cached("select token from feed_tokens where account_id = ?1")?
        .query_row([account], |row| row.get(0))
        .optional()?)
}

pub(super) fn put_feed_token(tx: &Transaction<'_>, now: Timestamp, account: i64, token: &str) -> Result<()> {
    tx.prepare_cached(
        "insert into feed_tokens (account_id, token, created_at) values (?1, ?2, ?3)
         on conflict (account_id) do update set token = excluded.token, created_at = excluded.created_at",
    )?
    .execute(params![account, token, now])?;
    Ok(())
}
