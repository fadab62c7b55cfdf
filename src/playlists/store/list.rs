//! Pages of playlists. Conditions are put together from fixed texts; values are always bound.

use super::super::{
    Playlist,
    list::{Filter, Scope, Sort},
};
use super::{COLUMNS, playlist};
use crate::{error::Result, text};
use rusqlite::{Connection, params, params_from_iter, types::Value};

/// The condition of the partial indexes, word by word. What is watched later is never public.
const PUBLIC: &str = "p.privacy = 1";
/// Nobody pages beyond; bounds the work of a search for a word that stands everywhere.
const MOST_FOUND: usize = 1000;

/// `published` are the groups that the account of [`Scope::OwnOfAccount`] and [`Scope::ManagedBy`] publishes for.
pub(in crate::playlists) fn page(
    conn: &Connection,
    filter: &Filter,
    published: &[i64],
) -> Result<(u64, Vec<Playlist>)> {
    let (conditions, mut values) = conditions(filter, published)?;
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) from playlists p where {conditions}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    let direction = if filter.descending { "desc" } else { "asc" };
    let sort = match filter.sort {
        Sort::CreatedAt => "p.created_at",
        Sort::UpdatedAt => "p.updated_at",
        Sort::Name => "p.name collate nocase",
        Sort::GroupPosition => "p.group_position",
    };
    values.extend([Value::from(i64::from(filter.count)), Value::from(i64::from(filter.start))]);
    // The page is counted off in an index; only its own rows look for their covers.
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from
           (select p.id as page_id from playlists p where {conditions}
            order by {sort} {direction}, p.id {direction} limit ? offset ?)
         cross join playlists p on p.id = page_id
         order by {sort} {direction}, p.id {direction}"
    ))?;
    let rows = statement.query_map(params_from_iter(&values), playlist)?;
    Ok((total.max(0).unsigned_abs(), rows.collect::<rusqlite::Result<_>>()?))
}

fn conditions(filter: &Filter, published: &[i64]) -> Result<(String, Vec<Value>)> {
    let mut conditions: Vec<&str> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    match filter.scope {
        Scope::Public => conditions.push(PUBLIC),
        Scope::PublicOfAccount(account) => {
            conditions.extend(["p.account_id = ?", PUBLIC]);
            values.push(account.into());
        }
        Scope::PublicOfGroup(group) => {
            conditions.extend(["p.group_id = ?", PUBLIC]);
            values.push(group.into());
        }
        Scope::OwnOfAccount(account) => {
            conditions.push(
                "p.account_id = ? and (p.group_id is null or p.privacy = 1 or p.group_id in (select value from json_each(?)))",
            );
            values.extend([account.into(), serde_json::to_string(published)?.into()]);
        }
        Scope::ManagedBy(account) => {
            conditions.push(
                "(p.account_id = ? and p.group_id is null or p.group_id in (select value from json_each(?)))",
            );
            values.extend([account.into(), serde_json::to_string(published)?.into()]);
        }
        Scope::OwnOfGroup(group) => {
            conditions.push("p.group_id = ?");
            values.push(group.into());
        }
    }
    if let Some(kind) = filter.kind {
        conditions.push("p.kind = ?");
        values.push(kind.id().into());
    }
    if let Some(text) = filter.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        conditions.push("instr(lower(p.name), lower(?)) > 0");
        values.push(text.to_owned().into());
    }
    if !filter.groups.is_empty() {
        conditions.push("p.group_id in (select value from json_each(?))");
        values.push(serde_json::to_string(&filter.groups)?.into());
    }
    if !filter.uuids.is_empty() {
        conditions.push("p.uuid in (select value from json_each(?))");
        values.push(serde_json::to_string(&filter.uuids)?.into());
    }
    Ok((conditions.join(" and "), values))
}

pub(in crate::playlists) fn search(
    conn: &Connection,
    typed: &str,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Playlist>)> {
    let Some(words) = text::search_words(typed) else { return Ok((0, Vec::new())) };
    let mut newest = conn.prepare_cached(
        "select rowid from playlists_fts where playlists_fts match ?1 order by rowid desc limit ?2",
    )?;
    let mut found: Vec<i64> = newest
        .query_map(params![words, MOST_FOUND as i64], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // How rare a word is, is counted over all that match: of many the newest will do.
    if found.len() < MOST_FOUND {
        let mut ranked = conn.prepare_cached(
            "select rowid from playlists_fts where playlists_fts match ?1 order by bm25(playlists_fts, 10.0, 1.0), rowid desc",
        )?;
        found = ranked.query_map([&words], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    }
    let page: Vec<i64> = found.iter().copied().skip(start as usize).take(count as usize).collect();
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from json_each(?1) found cross join playlists p on p.id = found.value order by found.key"
    ))?;
    let rows = statement.query_map([serde_json::to_string(&page)?], playlist)?;
    Ok((found.len() as u64, rows.collect::<rusqlite::Result<_>>()?))
}
