//! Who is not heard.

use crate::{
    clock::Timestamp,
    error::Result,
    moderation::mutes::{By, Filter, Mute, Muting, Target},
};
use rusqlite::{Connection, Transaction, named_params, params, types::Value};

fn by_id(by: By) -> Option<i64> {
    match by {
        By::Account(account) => Some(account),
        By::Instance => None,
    }
}

/// The mute of just this one by just that one; `?1` is the one and `?2` the other.
fn this(target: &Target) -> (&'static str, Value) {
    match target {
        Target::Account(account) => {
            ("account_id = ?2 and ifnull(by_id, 0) = ifnull(?1, 0)", (*account).into())
        }
        Target::Host(host) => ("host = ?2 and ifnull(by_id, 0) = ifnull(?1, 0)", host.clone().into()),
    }
}

/// Whether it is new.
pub(in crate::moderation) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    by: By,
    target: &Target,
) -> Result<bool> {
    let (account, host) = match target {
        Target::Account(account) => (Some(*account), None),
        Target::Host(host) => (None, Some(host)),
    };
    let made = tx
        .prepare_cached(
            "insert or ignore into mutes (by_id, account_id, host, created_at) values (?1, ?2, ?3, ?4)",
        )?
        .execute(params![by_id(by), account, host, now])?;
    Ok(made > 0)
}

/// Whether there was one.
pub(in crate::moderation) fn remove(tx: &Transaction<'_>, by: By, target: &Target) -> Result<bool> {
    let (this, target) = this(target);
    let sql = format!("delete from mutes where {this}");
    Ok(tx.prepare_cached(&sql)?.execute(params![by_id(by), target])? > 0)
}

pub(in crate::moderation) fn is_there(conn: &Connection, by: By, target: &Target) -> Result<bool> {
    let (this, target) = this(target);
    let sql = format!("select exists (select 1 from mutes where {this})");
    Ok(conn.prepare_cached(&sql)?.query_row(params![by_id(by), target], |row| row.get(0))?)
}

pub(in crate::moderation) fn count(conn: &Connection, by: By) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from mutes where by_id is ?1")?
        .query_row([by_id(by)], |row| row.get(0))?;
    Ok(count.max(0).unsigned_abs())
}

pub(in crate::moderation) fn list(conn: &Connection, by: By, filter: &Filter) -> Result<(u64, Vec<Mute>)> {
    let from = "from mutes left join accounts on accounts.id = mutes.account_id
      where mutes.by_id is :by and (mutes.host is not null) = :hosts
        and (:search is null or instr(lower(ifnull(mutes.host, accounts.name || ' ' || accounts.display_name)), lower(:search)) > 0)";
    let (by, search) = (by_id(by), filter.search.as_deref());
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {from}"))?
        .query_row(named_params! { ":by": by, ":hosts": filter.hosts, ":search": search }, |row| {
            row.get(0)
        })?;
    let direction = if filter.oldest { "asc" } else { "desc" };
    let mut statement = conn.prepare_cached(&format!(
        "select mutes.id, mutes.account_id, mutes.host, mutes.created_at {from}
         order by mutes.id {direction} limit :count offset :start"
    ))?;
    let rows = statement.query_map(
        named_params! {
            ":by": by, ":hosts": filter.hosts, ":search": search, ":count": filter.count, ":start": filter.start,
        },
        |row| {
            let target = match row.get::<_, Option<i64>>(1)? {
                Some(account) => Target::Account(account),
                None => Target::Host(row.get(2)?),
            };
            Ok(Mute { id: row.get(0)?, target, created_at: row.get(3)? })
        },
    )?;
    Ok((total.max(0).unsigned_abs(), rows.collect::<rusqlite::Result<_>>()?))
}

pub(in crate::moderation) fn muting(conn: &Connection, viewer: Option<i64>) -> Result<Muting> {
    let muting = conn
        .prepare_cached(
            "select exists (select 1 from mutes where by_id is null and account_id is not null)
               or exists (select 1 from mutes where by_id = ?1 and account_id is not null),
               exists (select 1 from mutes where by_id is null and host is not null)
               or exists (select 1 from mutes where by_id = ?1 and host is not null)",
        )?
        .query_row([viewer], |row| Ok(Muting { accounts: row.get(0)?, hosts: row.get(1)? }))?;
    Ok(muting)
}

pub(in crate::moderation) fn hears(
    conn: &Connection,
    viewer: Option<i64>,
    account: i64,
    origin: Option<&str>,
) -> Result<bool> {
    let hears = conn
        .prepare_cached(
            "select not exists (select 1 from mutes where account_id = ?2 and (by_id is null or by_id = ?1))
               and not exists (select 1 from mutes where host = ?3 and (by_id is null or by_id = ?1))",
        )?
        .query_row(params![viewer, account, origin], |row| row.get(0))?;
    Ok(hears)
}

pub(in crate::moderation) fn who_hear(conn: &Connection, accounts: &[i64], by: i64) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select who.value from json_each(?1) as who
         where not exists (select 1 from mutes where account_id = ?2 and (by_id is null or by_id = who.value))
           and not exists (select 1 from mutes where host = (select origin from accounts where id = ?2)
             and (by_id is null or by_id = who.value))",
    )?;
    let rows = statement.query_map(params![serde_json::to_string(accounts)?, by], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::moderation) fn heard(
    conn: &Connection,
    viewer: Option<i64>,
    accounts: &[i64],
) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select whom.value from json_each(?1) as whom
         where whom.value is ?2
           or not exists (select 1 from mutes where account_id = whom.value and (by_id is null or by_id = ?2))
             and not exists (select 1 from mutes where host = (select origin from accounts where id = whom.value)
               and (by_id is null or by_id = ?2))
         order by whom.key",
    )?;
    let rows = statement.query_map(params![serde_json::to_string(accounts)?, viewer], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
