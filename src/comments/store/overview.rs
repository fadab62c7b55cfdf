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

/// Conditions with their values.
#[derive(Default)]
struct Query {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Query {
    fn also(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    fn with(&mut self, condition: &str, value: impl Into<Value>) {
        self.also(condition);
        self.values.push(value.into());
    }

    fn with_list(&mut self, condition: &str, list: &[i64]) -> Result<()> {
        self.with(condition, serde_json::to_string(list)?);
        Ok(())
    }
}

pub(in crate::comments) fn page(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Comment>)> {
    let query = conditions(conn, filter)?;
    let common = query.conditions.join(" and ");
    // One arm for each group, so that each is read off its index in order.
    let arms: Vec<(String, Option<i64>)> = match &filter.scope {
        Scope::All => vec![(common, None)],
        Scope::Video(video) => vec![(format!("{common} and comments.video_id = ?"), Some(*video))],
        Scope::Groups(groups) => {
            groups.iter().map(|group| (format!("{common} and comments.group_id = ?"), Some(*group))).collect()
        }
    };
    let is_plain = filter.scope == Scope::All && query.conditions.len() == 1;
    let direction = if filter.oldest { "asc" } else { "desc" };
    // Of several groups each may have the whole page.
    let (skip, most) = match arms.len() {
        1 => (filter.start, filter.count),
        _ => (0, filter.start.saturating_add(filter.count)),
    };
    let mut total = 0;
    let mut keys: Vec<(i64, i64)> = Vec::new();
    let left_out = filter.start - skip;
    for (conditions, of) in arms {
        let mut values = query.values.clone();
        values.extend(of.map(Value::from));
        total += match filter.held {
            // Nobody has to count a million.
            None | Some(false) if is_plain => count_all(conn, filter.held.is_none())?,
            _ => conn
                .prepare_cached(&format!("select count(*) from comments where {conditions}"))?
                .query_row(params_from_iter(&values), |row| row.get::<_, i64>(0))?,
        };
        values.extend([Value::from(most), Value::from(skip)]);
        let mut statement = conn.prepare_cached(&format!(
            "select comments.created_at, comments.id from comments where {conditions}
             order by comments.created_at {direction}, comments.id {direction} limit ? offset ?"
        ))?;
        for row in statement.query_map(params_from_iter(&values), |row| Ok((row.get(0)?, row.get(1)?)))? {
            keys.push(row?);
        }
    }
    keys.sort_unstable();
    if !filter.oldest {
        keys.reverse();
    }
    let find = |(_, id): (i64, i64)| super::find(conn, id);
    let shown = keys.into_iter().skip(left_out as usize).take(filter.count as usize).map(find);
    let found: Vec<Option<Comment>> = shown.collect::<Result<_>>()?;
    Ok((total.max(0).unsigned_abs(), found.into_iter().flatten().collect()))
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
        Some(false) => "comments.state < 3 and comments.state = 1",
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
        query.with_list("comments.id in (select value from json_each(?))", &ids)?;
    }
    if let Some(text) = typed(&filter.search_account) {
        let accounts = accounts_named(conn, &text)?;
        query.with_list("comments.account_id in (select value from json_each(?))", &accounts)?;
    }
    if let Some(text) = typed(&filter.search_video) {
        let videos = videos_named(conn, &text)?;
        query.with_list("comments.video_id in (select value from json_each(?))", &videos)?;
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

pub(in crate::comments) fn newest(conn: &Connection, scope: &Scope, count: u32) -> Result<Vec<Comment>> {
    const LISTED: &str = "comments.state < 3 and comments.state = 1 and exists (select 1 from videos
        where videos.id = comments.video_id and videos.privacy = 1 and videos.state = 1 and videos.comments_policy <> 2)";
    let mut found = Vec::new();
    let mut read = |condition: &str, of: Option<i64>| -> Result<()> {
        let mut statement = conn.prepare_cached(&format!(
            "select {COLUMNS} from comments where {condition}
             order by comments.created_at desc, comments.id desc limit {count}"
        ))?;
        for row in statement.query_map(params_from_iter(of), comment)? {
            found.push(row?);
        }
        Ok(())
    };
    match scope {
        Scope::All => read(LISTED, None)?,
        // Whoever has the address of the video may read what is below it.
        Scope::Video(video) => {
            read("comments.state < 3 and comments.state = 1 and comments.video_id = ?", Some(*video))?;
        }
        Scope::Groups(groups) => {
            for group in groups {
                read(&format!("{LISTED} and comments.group_id = ?"), Some(*group))?;
            }
        }
    }
    found.sort_by_key(|comment| std::cmp::Reverse((comment.created_at, comment.id)));
    found.truncate(count as usize);
    Ok(found)
}
