use super::super::{Member, MemberFilter, MemberRole};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const COLUMNS: &str = "account_id, role, since, shown";

fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        account_id: row.get(0)?,
        role: MemberRole::from_id(row.get(1)?).unwrap_or(MemberRole::Member),
        since: row.get(2)?,
        shown: row.get(3)?,
    })
}

pub(in crate::groups) fn put(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    account: i64,
    role: MemberRole,
    shown: bool,
) -> Result<()> {
    tx.prepare_cached(
        "insert into members (group_id, account_id, role, since, shown) values (?1, ?2, ?3, ?4, ?5)
         on conflict (group_id, account_id) do update set role = excluded.role",
    )?
    .execute(params![group, account, role as i64, now, shown])?;
    Ok(())
}

pub(in crate::groups) fn list(
    conn: &Connection,
    group: i64,
    filter: &MemberFilter,
) -> Result<(u64, Vec<Member>)> {
    let role = if filter.publishers { MemberRole::Moderator } else { MemberRole::Member } as i64;
    let from = "from members where group_id = ?1 and role <= ?2 and (?3 = 0 or shown = 1)";
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {from}"))?
        .query_row(params![group, role, filter.shown], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS} {from} order by role, since, account_id limit ?4 offset ?5"
    ))?;
    let rows = statement.query_map(params![group, role, filter.shown, filter.count, filter.start], member)?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

pub(in crate::groups) fn of_account(
    conn: &Connection,
    account: i64,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<(i64, Member)>)> {
    let total = count_of_account(conn, account)?;
    let mut statement = conn.prepare_cached(&format!(
        "select {COLUMNS}, group_id from members where account_id = ?1
         order by role, since, group_id limit ?2 offset ?3"
    ))?;
    let rows = statement.query_map(params![account, count, start], |row| Ok((row.get(4)?, member(row)?)))?;
    Ok((total.into(), rows.collect::<rusqlite::Result<_>>()?))
}

pub(in crate::groups) fn find(conn: &Connection, group: i64, account: i64) -> Result<Option<Member>> {
    Ok(conn
        .prepare_cached(&format!("select {COLUMNS} from members where group_id = ?1 and account_id = ?2"))?
        .query_row([group, account], member)
        .optional()?)
}

pub(in crate::groups) fn role_of(conn: &Connection, group: i64, account: i64) -> Result<Option<MemberRole>> {
    Ok(find(conn, group, account)?.map(|member| member.role))
}

/// Members of a group, or only those who may publish.
pub(in crate::groups) fn count(conn: &Connection, group: i64, publishers: bool) -> Result<u32> {
    let role = if publishers { MemberRole::Moderator } else { MemberRole::Member } as i64;
    Ok(conn
        .prepare_cached("select count(*) from members where group_id = ?1 and role <= ?2")?
        .query_row([group, role], |row| row.get(0))?)
}

pub(in crate::groups) fn count_of_account(conn: &Connection, account: i64) -> Result<u32> {
    Ok(conn
        .prepare_cached("select count(*) from members where account_id = ?1")?
        .query_row([account], |row| row.get(0))?)
}

pub(in crate::groups) fn set_role(
    tx: &Transaction<'_>,
    group: i64,
    account: i64,
    role: MemberRole,
) -> Result<()> {
    tx.prepare_cached("update members set role = ?3 where group_id = ?1 and account_id = ?2")?
        .execute(params![group, account, role as i64])?;
    Ok(())
}

pub(in crate::groups) fn set_shown(
    tx: &Transaction<'_>,
    group: i64,
    account: i64,
    shown: bool,
) -> Result<()> {
    tx.prepare_cached("update members set shown = ?3 where group_id = ?1 and account_id = ?2")?
        .execute(params![group, account, shown])?;
    Ok(())
}

pub(in crate::groups) fn remove(tx: &Transaction<'_>, group: i64, account: i64) -> Result<()> {
    tx.prepare_cached("delete from members where group_id = ?1 and account_id = ?2")?
        .execute([group, account])?;
    Ok(())
}
