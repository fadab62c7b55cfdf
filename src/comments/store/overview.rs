//! Lists over many subjects. Conditions are put together from fixed texts; values are always bound.

use super::{COLUMNS, comment, figures};
use crate::{
    comments::{Comment, Filter, Scope},
    error::Result,
    search,
};
use rusqlite::{Connection, params, params_from_iter, types::Value};

/// Hits of a search that are looked at: the newest.
const HITS: u32 = 1000;
/// Accounts, or videos, whose names a search finds.
const NAMED: u32 = 100;

/// What everybody sees, with the condition of the partial indexes, word by word.
const SHOWN: &str = "comments.state < 3 and comments.state = 1";
/// Nor did the instance mute who wrote it, or the server that it comes from.
const HEARD: &str =
    "not exists (select 1 from mutes where mutes.account_id = comments.account_id and mutes.by_id is null)
  and not exists (select 1 from mutes where mutes.host = comments.origin and mutes.by_id is null)";

/// Conditions with their values.
#[derive(Default)]
struct Query {
    conditions: Vec<String>,
    values: Vec<Value>,
    /// They leave what was found by its words or its author, of which there is not much.
    is_narrow: bool,
}

impl Query {
    fn also(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    fn with(&mut self, condition: &str, value: impl Into<Value>) {
        self.also(condition);
        self.values.push(value.into());
    }

    fn with_found(&mut self, condition: &str, found: &[i64]) -> Result<()> {
        self.with(condition, serde_json::to_string(found)?);
        self.is_narrow = true;
        Ok(())
    }

    /// The conditions and their values, with that of a scope behind them.
    fn within(&self, scope: &Scope) -> Result<(String, Vec<Value>)> {
        let (mut conditions, mut values) = (self.conditions.join(" and "), self.values.clone());
        match scope {
            Scope::All => {}
            Scope::Groups(groups) => {
                if let [group] = groups.as_slice() {
                    conditions.push_str(" and comments.group_id = ?");
                    values.push(Value::from(*group));
                } else {
                    conditions.push_str(" and comments.group_id in (select value from json_each(?))");
                    values.push(Value::from(serde_json::to_string(groups)?));
                }
            }
        }
        Ok((conditions, values))
    }
}

pub(in crate::comments) fn page(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Comment>)> {
    let query = conditions(conn, filter)?;
    let is_plain = filter.scope == Scope::All && query.conditions.len() == 1;
    let total = match filter.held {
        // Nobody has to count a million.
        None | Some(false) if is_plain => count_all(conn, filter.held.is_none())?,
        _ => {
            let (conditions, values) = query.within(&filter.scope)?;
            conn.prepare_cached(&format!("select count(*) from comments where {conditions}"))?
                .query_row(params_from_iter(values), |row| row.get::<_, i64>(0))?
        }
    };
    let page = (filter.start, filter.count);
    Ok((total.max(0).unsigned_abs(), read(conn, &filter.scope, &query, filter.oldest, page)?))
}

/// Comments in the order of time.
fn read(
    conn: &Connection,
    scope: &Scope,
    query: &Query,
    oldest: bool,
    (start, count): (u32, u32),
) -> Result<Vec<Comment>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let direction = if oldest { "asc" } else { "desc" };
    let order = format!("order by comments.created_at {direction}, comments.id {direction}");
    let (page, mut values) = match scope {
        Scope::Groups(groups) if groups.len() > 1 && !query.is_narrow => {
            merged(groups, query, oldest, &order)?
        }
        _ => {
            let (conditions, values) = query.within(scope)?;
            let page = format!(
                "select comments.id as page_id from comments where {conditions} {order} limit ? offset ?"
            );
            (page, values)
        }
    };
    values.extend([Value::from(count), Value::from(start)]);
    // The page is counted off in an index; only its own rows are read.
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from ({page}) cross join comments on comments.id = page_id {order}"
    ))?;
    let rows = statement.query_map(params_from_iter(values), comment)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The page of several groups: each has its comments in the order of time in an index, and they are merged like sorted heaps
/// of paper, as videos are (`src/videos/store/merge.rs`).
fn merged(groups: &[i64], query: &Query, oldest: bool, order: &str) -> Result<(String, Vec<Value>)> {
    let (direction, beyond) = if oldest { ("asc", ">") } else { ("desc", "<") };
    let conditions = query.conditions.join(" and ");
    let page = format!(
        "with recursive merged (at, id, group_id) as (
           select comments.created_at, comments.id, comments.group_id
             from json_each(?) as heap cross join comments on comments.id = (
               select comments.id from comments where comments.group_id = heap.value and {conditions} {order} limit 1)
           union all
           select comments.created_at, comments.id, comments.group_id
             from merged cross join comments on comments.id = (
               select comments.id from comments where comments.group_id = merged.group_id
                 and (comments.created_at, comments.id) {beyond} (merged.at, merged.id) and {conditions} {order} limit 1)
           order by 1 {direction}, 2 {direction} limit ? offset ?)
         select id as page_id from merged"
    );
    let mut values = vec![Value::from(serde_json::to_string(groups)?)];
    values.extend(query.values.clone());
    values.extend(query.values.clone());
    Ok((page, values))
}

/// Shown ones, and the held ones with them.
fn count_all(conn: &Connection, with_held: bool) -> Result<i64> {
    let shown = i64::try_from(figures(conn)?.0).unwrap_or(i64::MAX);
    if !with_held {
        return Ok(shown);
    }
    let held: i64 = conn
        .prepare_cached("select count(*) from comments where state = 2")?
        .query_row([], |row| row.get(0))?;
    Ok(shown.saturating_add(held))
}

fn conditions(conn: &Connection, filter: &Filter) -> Result<Query> {
    let mut query = Query::default();
    // The conditions of the partial indexes, word by word.
    query.also(match filter.held {
        Some(true) => "comments.state = 2",
        Some(false) => SHOWN,
        None => "comments.state < 3",
    });
    if let Some(video) = filter.video {
        query.with("comments.video_id = ?", video);
    }
    match filter.local {
        Some(true) => query.also("comments.origin is null"),
        Some(false) => query.also("comments.origin is not null"),
        None => {}
    }
    if let Some(local) = filter.on_local_video {
        query.with(
            "exists (select 1 from videos where videos.id = comments.video_id and (videos.origin is null) = ?)",
            local,
        );
    }
    let typed = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    if let Some(text) = typed(&filter.search) {
        let mut ids = containing(conn, &text)?;
        ids.extend(of_accounts(conn, &accounts_named(conn, &text)?)?);
        query.with_found("comments.id in (select value from json_each(?))", &ids)?;
    }
    if let Some(text) = typed(&filter.search_account) {
        let accounts = accounts_named(conn, &text)?;
        query.with_found("comments.account_id in (select value from json_each(?))", &accounts)?;
    }
    if let Some(text) = typed(&filter.search_video) {
        let videos = videos_named(conn, &text)?;
        query.with_found("comments.video_id in (select value from json_each(?))", &videos)?;
    }
    Ok(query)
}

/// The newest comments with these words.
fn containing(conn: &Connection, text: &str) -> Result<Vec<i64>> {
    let Some(words) = search::query(text) else { return Ok(Vec::new()) };
    let mut statement = conn.prepare_cached(
        "select rowid from comments_fts where comments_fts match ?1 order by rowid desc limit ?2",
    )?;
    let rows = statement.query_map(params![words, HITS], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The newest comments of some accounts.
fn of_accounts(conn: &Connection, accounts: &[i64]) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select id from comments where account_id = ?1 order by created_at desc, id desc limit ?2",
    )?;
    let mut found = Vec::new();
    for account in accounts {
        for id in statement.query_map(params![account, HITS / NAMED], |row| row.get(0))? {
            found.push(id?);
        }
    }
    Ok(found)
}

fn accounts_named(conn: &Connection, text: &str) -> Result<Vec<i64>> {
    let text = text.trim_start_matches('@').to_lowercase();
    let (name, host) = text.split_once('@').unwrap_or((&text, ""));
    let mut statement = conn.prepare_cached(
        "select id from accounts
         where (instr(name, ?1) > 0 or instr(lower(display_name), ?1) > 0) and instr(ifnull(origin, ?2), ?2) > 0
         order by name = ?1 desc limit ?3",
    )?;
    let rows = statement.query_map(params![name, host, NAMED], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn videos_named(conn: &Connection, text: &str) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select id from videos where comments > 0 and instr(lower(name), lower(?1)) > 0 order by comments desc limit ?2",
    )?;
    let rows = statement.query_map(params![text, NAMED], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The newest below what anybody may find; `sensitive` leaves out those below films that are, or below others.
pub(in crate::comments) fn newest(
    conn: &Connection,
    scope: &Scope,
    sensitive: Option<bool>,
    count: u32,
) -> Result<Vec<Comment>> {
    let mut query = Query::default();
    query.also(SHOWN);
    query.also(HEARD);
    query.with(
        "exists (select 1 from videos where videos.id = comments.video_id and videos.privacy = 1 and videos.state = 1
           and videos.comments_policy <> 2 and videos.sensitive = ifnull(?, videos.sensitive))",
        sensitive,
    );
    read(conn, scope, &query, false, (0, count))
}

/// The newest below one video.
pub(in crate::comments) fn newest_below(conn: &Connection, video: i64, count: u32) -> Result<Vec<Comment>> {
    let mut query = Query::default();
    query.also(SHOWN);
    query.also(HEARD);
    query.with("comments.video_id = ?", video);
    read(conn, &Scope::All, &query, false, (0, count))
}
