use super::{Figures, Filter, NewRegistration, Registration, SORTS, State};
use crate::{clock::Timestamp, db::order_by, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params, params};

const REGISTRATION: &str =
    "id, name, email, password_hash, display_name, group_name, group_display_name, language, reason,
    email_verified, needs_approval, state, answer, account_id, created_at, updated_at";

fn registration(row: &Row<'_>) -> rusqlite::Result<Registration> {
    Ok(Registration {
        id: row.get(0)?,
        wanted: NewRegistration {
            name: row.get(1)?,
            email: row.get(2)?,
            password_hash: row.get(3)?,
            display_name: row.get(4)?,
            group_name: row.get(5)?,
            group_display_name: row.get(6)?,
            language: row.get(7)?,
            reason: row.get(8)?,
        },
        email_verified: row.get(9)?,
        needs_approval: row.get(10)?,
        state: State::from_id(row.get(11)?).unwrap_or(State::Rejected),
        answer: row.get(12)?,
        account_id: row.get(13)?,
        created_at: row.get(14)?,
        updated_at: row.get(15)?,
    })
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Registration>> {
    Ok(conn
        .prepare_cached(&format!("select {REGISTRATION} from registrations where id = ?1"))?
        .query_row([id], registration)
        .optional()?)
}

pub(super) fn pending_by_email(conn: &Connection, email: &str) -> Result<Option<Registration>> {
    Ok(conn
        .prepare_cached(&format!(
            "select {REGISTRATION} from registrations where email = ?1 and state = 1 order by id desc limit 1"
        ))?
        .query_row([email], registration)
        .optional()?)
}

pub(super) fn by_name_or_email(conn: &Connection, text: &str) -> Result<Option<Registration>> {
    Ok(conn
        .prepare_cached(&format!(
            "select {REGISTRATION} from registrations where state in (1, 2) and (name = lower(?1) or email = ?1)
             order by state, id desc limit 1"
        ))?
        .query_row([text], registration)
        .optional()?)
}

pub(super) fn is_wanted(conn: &Connection, name: &str) -> Result<bool> {
    Ok(conn
        .prepare_cached(
            "select exists (select 1 from registrations where state = 1 and (name = ?1 or group_name = ?1))",
        )?
        .query_row([name], |row| row.get(0))?)
}

pub(super) fn pending(conn: &Connection) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached("select count(*) from registrations where state = 1")?
        .query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

pub(super) fn figures(conn: &Connection) -> Result<Figures> {
    Ok(conn
        .prepare_cached(
            "select count(*), count(*) filter (where state <> 1),
               cast(avg(updated_at - created_at) filter (where state <> 1) as integer)
             from registrations where needs_approval = 1",
        )?
        .query_row([], |row| {
            Ok(Figures {
                total: row.get::<_, i64>(0)? as u64,
                decided: row.get::<_, i64>(1)? as u64,
                average_ms: row.get::<_, Option<i64>>(2)?.map(|ms| ms as u64),
            })
        })?)
}

pub(super) fn list(conn: &Connection, filter: &Filter) -> Result<(u64, Vec<Registration>)> {
    let order = order_by(filter.sort.as_deref(), &SORTS, "id")?;
    let from = "from registrations
        where (:state is null or state = :state)
          and (:search is null or instr(name, lower(:search)) > 0 or instr(lower(email), lower(:search)) > 0
            or instr(lower(reason), lower(:search)) > 0)";
    let state = filter.state.map(State::id);
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) {from}"))?
        .query_row(named_params! { ":search": filter.search, ":state": state }, |row| row.get(0))?;
    let mut statement =
        conn.prepare_cached(&format!("select {REGISTRATION} {from} {order} limit :count offset :start"))?;
    let rows = statement.query_map(
        named_params! { ":search": filter.search, ":state": state, ":count": filter.count, ":start": filter.start },
        registration,
    )?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    now: Timestamp,
    new: &NewRegistration,
    email_verified: Option<bool>,
    needs_approval: bool,
) -> Result<i64> {
    tx.prepare_cached(
        "insert into registrations (name, email, email_verified, password_hash, display_name, group_name,
           group_display_name, language, needs_approval, reason, state, created_at, updated_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, ?11, ?11)",
    )?
    .execute(params![
        new.name,
        new.email,
        email_verified,
        new.password_hash,
        new.display_name,
        new.group_name,
        new.group_display_name,
        new.language,
        needs_approval,
        new.reason,
        now
    ])?;
    Ok(tx.last_insert_rowid())
}

/// A registration that is decided keeps the time of its decision.
pub(super) fn set_verified(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    tx.prepare_cached(
        "update registrations set email_verified = 1, updated_at = case when state = 1 then ?2 else updated_at end
         where id = ?1",
    )?
    .execute(params![id, now])?;
    Ok(())
}

/// Somebody is still there.
pub(super) fn touch(tx: &Transaction<'_>, now: Timestamp, id: i64) -> Result<()> {
    tx.prepare_cached("update registrations set updated_at = ?2 where id = ?1")?.execute(params![id, now])?;
    Ok(())
}

/// Who was refused may still be told so at the door, by the password; who was accepted has it in the account.
pub(super) fn decide(
    tx: &Transaction<'_>,
    now: Timestamp,
    id: i64,
    state: State,
    answer: Option<&str>,
    account: Option<i64>,
) -> Result<()> {
    tx.prepare_cached(
        "update registrations set state = ?2, answer = ?3, account_id = ?4, updated_at = ?5,
           password_hash = case when ?2 = 3 then '' else password_hash end
         where id = ?1",
    )?
    .execute(params![id, state.id(), answer, account, now])?;
    Ok(())
}

pub(super) fn delete(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.prepare_cached("delete from registrations where id = ?1")?.execute([id])?;
    Ok(())
}

pub(super) fn delete_of_account(tx: &Transaction<'_>, account: i64) -> Result<()> {
    tx.prepare_cached("delete from registrations where account_id = ?1")?.execute([account])?;
    Ok(())
}

/// Removes those who never proved their address, and what is long over.
pub(super) fn prune(tx: &Transaction<'_>, unproven: Timestamp, over: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "delete from registrations
         where (state = 1 and needs_approval = 0 and updated_at < ?1) or (state <> 3 and updated_at < ?2)",
    )?
    .execute(params![unproven, over])?;
    Ok(())
}
