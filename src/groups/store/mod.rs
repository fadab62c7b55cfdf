pub(super) mod collaborators;
pub(super) mod invitations;
pub(super) mod log;
pub(super) mod members;
pub(super) mod requests;

use super::{Group, GroupFilter, Joining, NewGroup, SORTS};
use crate::{accounts::Elsewhere, clock::Timestamp, db::order_by, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params, params};

const GROUP: &str = "g.id, g.name, g.origin, g.display_name, g.description, g.support, g.owner_id, g.created_at, g.updated_at,
  g.joining, g.followers";

fn group(row: &Row<'_>) -> rusqlite::Result<Group> {
    Ok(Group {
        id: row.get(0)?,
        name: row.get(1)?,
        origin: row.get(2)?,
        display_name: row.get(3)?,
        description: row.get(4)?,
        support: row.get(5)?,
        owner_id: row.get(6)?,
        created_at: row.get(7)?,
        updated_at: row.get(8)?,
        joining: Joining::from_id(row.get(9)?).unwrap_or(Joining::Invitation),
        followers: row.get::<_, i64>(10)?.unsigned_abs(),
    })
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Group>> {
    Ok(conn
        .prepare_cached(&format!("select {GROUP} from groups g where id = ?1"))?
        .query_row([id], group)
        .optional()?)
}

pub(super) fn find_many(conn: &Connection, ids: &[i64]) -> Result<Vec<Group>> {
    let ids = serde_json::to_string(ids)?;
    let mut statement = conn.prepare_cached(&format!(
        "select {GROUP} from groups g where id in (select value from json_each(?1))"
    ))?;
    let rows = statement.query_map([ids], group)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn by_name(conn: &Connection, name: &str, origin: Option<&str>) -> Result<Option<Group>> {
    Ok(conn
        .prepare_cached(&format!(
            "select {GROUP} from groups g where name = ?1 and ifnull(origin, '') = ifnull(?2, '')"
        ))?
        .query_row(params![name, origin], group)
        .optional()?)
}

pub(super) fn list(conn: &Connection, filter: &GroupFilter) -> Result<(u64, Vec<Group>)> {
    let order = order_by(filter.sort.as_deref(), &SORTS, "g.id")?;
    let from = "from groups g
        where (:owner is null or g.owner_id = :owner)
          and (:publisher is null or exists (
            select 1 from members m where m.group_id = g.id and m.account_id = :publisher and m.role <= 1))
          and (not :has_videos or exists (
            select 1 from video_counts c where c.group_id = g.id and c.privacy = 1 and c.videos > 0))
          and (:search is null or instr(g.name, folded(:search)) > 0 or instr(folded(g.display_name), folded(:search)) > 0)";
    let total: i64 = conn.prepare_cached(&format!("select count(*) {from}"))?.query_row(
        named_params! {
            ":owner": filter.owner, ":publisher": filter.publisher, ":has_videos": filter.has_videos,
            ":search": filter.search
        },
        |row| row.get(0),
    )?;
    let mut statement =
        conn.prepare_cached(&format!("select {GROUP} {from} {order} limit :count offset :start"))?;
    let rows = statement.query_map(
        named_params! {
            ":owner": filter.owner, ":publisher": filter.publisher, ":has_videos": filter.has_videos,
            ":search": filter.search, ":count": filter.count, ":start": filter.start
        },
        group,
    )?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

/// Groups in an order of their own.
pub(super) fn sorted(conn: &Connection, ids: &[i64], sort: &str) -> Result<Vec<i64>> {
    let order = order_by(Some(sort), &SORTS, "g.id")?;
    let mut statement = conn.prepare_cached(&format!(
        "select g.id from json_each(?1) found cross join groups g on g.id = found.value {order}"
    ))?;
    let rows = statement.query_map([serde_json::to_string(ids)?], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn of_owner(conn: &Connection, account: i64) -> Result<Vec<Group>> {
    let mut statement =
        conn.prepare_cached(&format!("select {GROUP} from groups g where owner_id = ?1 order by id"))?;
    let rows = statement.query_map([account], group)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn of_publisher(conn: &Connection, account: i64) -> Result<Vec<Group>> {
    let mut statement = conn.prepare_cached(&format!(
        "select {GROUP} from groups g join members m on m.group_id = g.id
         where m.account_id = ?1 and m.role <= 1 order by g.owner_id = ?1 desc, g.id"
    ))?;
    let rows = statement.query_map([account], group)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn count(conn: &Connection) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from groups where origin is null")?
        .query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

pub(super) fn count_of_owner(conn: &Connection, account: i64) -> Result<u32> {
    Ok(conn
        .prepare_cached("select count(*) from groups where owner_id = ?1")?
        .query_row([account], |row| row.get(0))?)
}

pub(super) fn insert(tx: &Transaction<'_>, now: Timestamp, owner: i64, new: &NewGroup) -> Result<i64> {
    tx.prepare_cached(
        "insert into groups (name, display_name, description, support, owner_id, created_at, updated_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    )?
    .execute(params![new.name, new.display_name, new.description, new.support, owner, now])?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn put_elsewhere(
    tx: &Transaction<'_>,
    now: Timestamp,
    shown: &Elsewhere<'_>,
    support: Option<&str>,
    owner: i64,
) -> Result<i64> {
    Ok(tx
        .prepare_cached(
            "insert into groups (name, origin, display_name, description, support, owner_id, created_at, updated_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             on conflict (name, ifnull(origin, '')) do update set display_name = excluded.display_name,
               description = excluded.description, support = excluded.support, owner_id = excluded.owner_id,
               updated_at = excluded.updated_at
             returning id",
        )?
        .query_row(
            params![
                shown.name,
                shown.origin,
                shown.display_name,
                shown.description,
                support,
                owner,
                shown.created_at,
                now
            ],
            |row| row.get(0),
        )?)
}

pub(super) fn update(tx: &Transaction<'_>, now: Timestamp, group: &Group) -> Result<()> {
    tx.prepare_cached(
        "update groups set display_name = ?2, description = ?3, support = ?4, updated_at = ?5 where id = ?1",
    )?
    .execute(params![group.id, group.display_name, group.description, group.support, now])?;
    Ok(())
}

pub(super) fn set_owner(tx: &Transaction<'_>, now: Timestamp, group: i64, owner: i64) -> Result<()> {
    tx.prepare_cached("update groups set owner_id = ?2, updated_at = ?3 where id = ?1")?
        .execute(params![group, owner, now])?;
    Ok(())
}

pub(super) fn set_joining(tx: &Transaction<'_>, group: i64, joining: Joining) -> Result<()> {
    tx.prepare_cached("update groups set joining = ?2 where id = ?1")?
        .execute(params![group, joining as i64])?;
    Ok(())
}

pub(super) fn delete(tx: &Transaction<'_>, now: Timestamp, group: &Group) -> Result<()> {
    tx.prepare_cached("delete from groups where id = ?1")?.execute([group.id])?;
    if group.origin.is_none() {
        tx.prepare_cached("insert into gone_names (name, gone_at) values (?1, ?2) on conflict do nothing")?
            .execute(params![group.name, now])?;
    }
    Ok(())
}
