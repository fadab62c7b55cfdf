use super::super::{
    MemberRole,
    invitations::{For, Invitation},
};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const COLUMNS: &str =
    "id, group_id, account_id, role, by_id, created_at, expires_at, rejected_at, uses, most_uses";

fn invitation(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    let account: Option<i64> = row.get(2)?;
    Ok(Invitation {
        id: row.get(0)?,
        group: row.get(1)?,
        whom: match account {
            Some(account) => For::Account(account),
            None => For::Link { uses: row.get(8)?, most: row.get(9)? },
        },
        role: MemberRole::from_id(row.get(3)?).unwrap_or(MemberRole::Member),
        by: row.get(4)?,
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
        rejected_at: row.get(7)?,
    })
}

/// Whom an invitation is written for.
pub(in crate::groups) enum Whom<'w> {
    Account(i64),
    Link { hash: &'w [u8], uses: u32 },
}

pub(in crate::groups) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    group: i64,
    whom: Whom<'_>,
    role: MemberRole,
    by: i64,
    expires_at: Timestamp,
) -> Result<i64> {
    let (account, hash, uses) = match whom {
        Whom::Account(account) => (Some(account), None, 1),
        Whom::Link { hash, uses } => (None, Some(hash), uses),
    };
    tx.prepare_cached(
        "insert into invitations (group_id, account_id, token_hash, role, by_id, created_at, expires_at, most_uses)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![group, account, hash, role as i64, by, now, expires_at, uses])?;
    Ok(tx.last_insert_rowid())
}

pub(in crate::groups) fn find(conn: &Connection, id: i64) -> Result<Option<Invitation>> {
    Ok(conn
        .prepare_cached(&format!("select {COLUMNS} from invitations where id = ?1"))?
        .query_row([id], invitation)
        .optional()?)
}

pub(in crate::groups) fn of_person(
    conn: &Connection,
    group: i64,
    account: i64,
) -> Result<Option<Invitation>> {
    Ok(conn
        .prepare_cached(&format!(
            "select {COLUMNS} from invitations where group_id = ?1 and account_id = ?2"
        ))?
        .query_row([group, account], invitation)
        .optional()?)
}

pub(in crate::groups) fn by_hash(conn: &Connection, hash: &[u8]) -> Result<Option<Invitation>> {
    Ok(conn
        .prepare_cached(&format!("select {COLUMNS} from invitations where token_hash = ?1"))?
        .query_row([hash], invitation)
        .optional()?)
}

/// Whose invitations are listed: those that can be accepted.
pub(in crate::groups) enum Of {
    Group(i64),
    Account(i64),
}

pub(in crate::groups) fn list(
    conn: &Connection,
    now: Timestamp,
    of: Of,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Invitation>)> {
    let (column, id) = match of {
        Of::Group(group) => ("group_id", group),
        Of::Account(account) => ("account_id", account),
    };
    let from = format!("from invitations where {column} = ?1 and rejected_at is null and expires_at > ?2");
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {from}"))?
        .query_row(params![id, now], |row| row.get(0))?;
    let mut statement =
        conn.prepare_cached(&format!("select {COLUMNS} {from} order by id desc limit ?3 offset ?4"))?;
    let rows = statement.query_map(params![id, now, count, start], invitation)?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

pub(in crate::groups) fn count(conn: &Connection, group: i64) -> Result<u32> {
    Ok(conn
        .prepare_cached("select count(*) from invitations where group_id = ?1 and rejected_at is null")?
        .query_row([group], |row| row.get(0))?)
}

/// Counts one more whom a link let in; one that has let in all goes.
pub(in crate::groups) fn used(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("update invitations set uses = uses + 1 where id = ?1")?.execute([id])?;
    tx.prepare_cached("delete from invitations where id = ?1 and uses >= most_uses")?.execute([id])?;
    Ok(())
}

pub(in crate::groups) fn reject(
    tx: &Transaction<'_>,
    id: i64,
    now: Timestamp,
    remembered_until: Timestamp,
) -> Result<()> {
    tx.prepare_cached("update invitations set rejected_at = ?2, expires_at = ?3 where id = ?1")?
        .execute(params![id, now, remembered_until])?;
    Ok(())
}

pub(in crate::groups) fn remove(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from invitations where id = ?1")?.execute([id])?;
    Ok(())
}

/// Forgets the invitation of somebody who is in.
pub(in crate::groups) fn forget(tx: &Transaction<'_>, group: i64, account: i64) -> Result<()> {
    tx.prepare_cached("delete from invitations where group_id = ?1 and account_id = ?2")?
        .execute([group, account])?;
    Ok(())
}

/// What is too old.
pub(in crate::groups) fn remove_expired(tx: &Transaction<'_>, now: Timestamp) -> Result<()> {
    tx.prepare_cached("delete from invitations where expires_at <= ?1")?.execute([now])?;
    Ok(())
}
