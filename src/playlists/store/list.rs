//! Pages of playlists. Conditions are put together from fixed texts; values are always bound.

use super::super::{
    Playlist,
    list::{Filter, Scope},
};
use super::{COLUMNS, playlist};
use crate::{db::order_by, error::Result};
use rusqlite::{Connection, params, params_from_iter, types::Value};

/// The condition of the partial indexes, word by word. What is watched later is never public.
const PUBLIC: &str = "p.privacy = 1";
/// That the one who asks hears who made it; takes the asking account twice. Everybody hears oneself.
const HEARD: &str =
    "not exists (select 1 from mutes where mutes.account_id = p.account_id and mutes.account_id is not ?
       and (mutes.by_id is null or mutes.by_id = ?))";
/// What playlists are sorted by. How well one matches is known of what was searched only.
const SORTS: [(&str, &str); 7] = [
    ("createdAt", "p.created_at"),
    ("updatedAt", "p.updated_at"),
    ("name", "p.name collate nocase"),
    ("displayName", "p.name collate nocase"),
    ("videoChannelPosition", "p.group_position"),
    ("id", "p.id"),
    ("match", "p.created_at"),
];

/// `published` are the groups that the account of [`Scope::OwnOfAccount`] and [`Scope::ManagedBy`] publishes for;
/// `mutes` asks who made them.
pub(in crate::playlists) fn page(
    conn: &Connection,
    filter: &Filter,
    published: &[i64],
    mutes: bool,
) -> Result<(u64, Vec<Playlist>)> {
    let order = order_by(filter.sort.as_deref(), &SORTS, "p.id")?;
    let (conditions, mut values) = conditions(filter, published, mutes)?;
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) from playlists p where {conditions}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    values.extend([Value::from(i64::from(filter.count)), Value::from(i64::from(filter.start))]);
    // The page is counted off in an index; only its own rows look for their covers.
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from
           (select p.id as page_id from playlists p where {conditions} {order} limit ? offset ?)
         cross join playlists p on p.id = page_id
         {order}"
    ))?;
    let rows = statement.query_map(params_from_iter(&values), playlist)?;
    Ok((total.max(0).unsigned_abs(), rows.collect::<rusqlite::Result<_>>()?))
}

fn conditions(filter: &Filter, published: &[i64], mutes: bool) -> Result<(String, Vec<Value>)> {
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
    if mutes {
        conditions.push(HEARD);
        values.extend([Value::from(filter.viewer), Value::from(filter.viewer)]);
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

/// Those of what was found that the one who asks hears, in their order.
pub(in crate::playlists) fn heard(conn: &Connection, found: &[i64], viewer: Option<i64>) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(&format!(
        "select p.id from json_each(?) found cross join playlists p on p.id = found.value where {HEARD} order by found.key"
    ))?;
    let rows =
        statement.query_map(params![serde_json::to_string(found)?, viewer, viewer], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A page of what was found, best first.
pub(in crate::playlists) fn page_of_found(
    conn: &Connection,
    found: &[i64],
    filter: &Filter,
) -> Result<(u64, Vec<Playlist>)> {
    // The best stands first among what was found.
    let sorts = SORTS.map(|(name, column)| (name, if name == "match" { "-found.key" } else { column }));
    let order = order_by(Some(filter.sort.as_deref().unwrap_or("-match")), &sorts, "p.id")?;
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} from
           (select found.key, found.value from json_each(?1) found cross join playlists p on p.id = found.value
            {order} limit ?2 offset ?3) found
         cross join playlists p on p.id = found.value
         {order}"
    ))?;
    let rows =
        statement.query_map(params![serde_json::to_string(found)?, filter.count, filter.start], playlist)?;
    Ok((found.len() as u64, rows.collect::<rusqlite::Result<_>>()?))
}
