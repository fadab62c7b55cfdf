use super::super::{
    Group,
    collaborators::{Collaborator, Standing},
};
use crate::{clock::Timestamp, error::Result};
use rusqlite::{Connection, Row, params};

/// Members first, with their role and day; then invitations, whose larger number is newer.
const ALL: &str = "from (
    select account_id, 0 invited, since created_at, null rejected_at, role place
      from members where group_id = ?1 and role <= 1 and account_id <> ?2
    union all
    select account_id, 1, created_at, rejected_at, -id
      from invitations where group_id = ?1 and account_id is not null and role <= 1 and expires_at > ?3)";

fn collaborator(row: &Row<'_>) -> rusqlite::Result<Collaborator> {
    let (invited, created_at): (bool, Timestamp) = (row.get(1)?, row.get(2)?);
    let rejected_at: Option<Timestamp> = row.get(3)?;
    Ok(Collaborator {
        account_id: row.get(0)?,
        standing: match (invited, rejected_at) {
            (false, _) => Standing::In,
            (true, None) => Standing::Invited,
            (true, Some(_)) => Standing::Refused,
        },
        created_at,
        updated_at: rejected_at.unwrap_or(created_at),
    })
}

pub(in crate::groups) fn list(
    conn: &Connection,
    now: Timestamp,
    group: &Group,
    start: u32,
    count: u32,
) -> Result<(u64, Vec<Collaborator>)> {
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {ALL}"))?
        .query_row(params![group.id, group.owner_id, now], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(&format!(
        "select account_id, invited, created_at, rejected_at {ALL}
         order by invited, place, created_at, account_id limit ?4 offset ?5"
    ))?;
    let rows = statement.query_map(params![group.id, group.owner_id, now, count, start], collaborator)?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}
