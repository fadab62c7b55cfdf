use super::{
    Account, Elsewhere, Figures, Login, LoginFilter, NewAccount, OauthClient, Role, Trust, login::SORTS,
};
use crate::{clock::Timestamp, db::order_by, error::Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params, params};

const ACCOUNT: &str =
    "id, name, origin, display_name, description, created_at, updated_at, followers, following";

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get(0)?,
        name: row.get(1)?,
        origin: row.get(2)?,
        display_name: row.get(3)?,
        description: row.get(4)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
        followers: row.get::<_, i64>(7)?.unsigned_abs(),
        following: row.get::<_, i64>(8)?.unsigned_abs(),
    })
}

pub(super) fn find(conn: &Connection, id: i64) -> Result<Option<Account>> {
    Ok(conn
        .prepare_cached(&format!("select {ACCOUNT} from accounts where id = ?1"))?
        .query_row([id], account)
        .optional()?)
}

pub(super) fn find_many(conn: &Connection, ids: &[i64]) -> Result<Vec<Account>> {
    let ids = serde_json::to_string(ids)?;
    let mut statement = conn.prepare_cached(&format!(
        "select {ACCOUNT} from accounts where id in (select value from json_each(?1))"
    ))?;
    let rows = statement.query_map([ids], account)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Those of these whose login is blocked.
pub(super) fn blocked(conn: &Connection, ids: &[i64]) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select account_id from logins where account_id in (select value from json_each(?1)) and blocked",
    )?;
    let rows = statement.query_map([serde_json::to_string(ids)?], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn by_name(conn: &Connection, name: &str, origin: Option<&str>) -> Result<Option<Account>> {
    Ok(conn
        .prepare_cached(&format!(
            "select {ACCOUNT} from accounts where name = ?1 and ifnull(origin, '') = ifnull(?2, '')"
        ))?
        .query_row(params![name, origin], account)
        .optional()?)
}

pub(super) fn list(conn: &Connection, newest: bool, start: u32, count: u32) -> Result<(u64, Vec<Account>)> {
    let total =
        conn.prepare_cached("select count(*) from accounts")?.query_row([], |row| row.get::<_, i64>(0))?;
    let order = if newest { "desc" } else { "asc" };
    let mut statement = conn
        .prepare_cached(&format!("select {ACCOUNT} from accounts order by id {order} limit ?1 offset ?2"))?;
    let rows = statement.query_map([count, start], account)?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

pub(super) fn names_like(conn: &Connection, text: &str, count: u32) -> Result<Vec<String>> {
    let mut statement = conn.prepare_cached(
        "select name from accounts where origin is null and instr(name, ?1) > 0 order by name limit ?2",
    )?;
    let rows = statement.query_map(params![text.to_lowercase(), count], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn count(conn: &Connection) -> Result<u64> {
    let count: i64 = conn.prepare_cached("select count(*) from logins")?.query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

pub(super) fn figures(conn: &Connection) -> Result<Figures> {
    let counted = conn
        .prepare_cached(
            "select count(*), count(*) filter (where role = 1), count(*) filter (where role = 0) from logins",
        )?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?;
    Ok(Figures { accounts: counted.0 as u64, moderators: counted.1 as u64, administrators: counted.2 as u64 })
}

pub(super) fn administrators(conn: &Connection) -> Result<i64> {
    Ok(conn
        .prepare_cached("select count(*) from logins where role = 0 and blocked = 0")?
        .query_row([], |row| row.get(0))?)
}

pub(super) fn name_taken(conn: &Connection, name: &str) -> Result<bool> {
    Ok(conn
        .prepare_cached(
            "select exists (select 1 from accounts where name = ?1 and origin is null)
                 or exists (select 1 from groups where name = ?1 and origin is null)
                 or exists (select 1 from gone_names where name = ?1)",
        )?
        .query_row([name], |row| row.get(0))?)
}

pub(super) fn is_gone(conn: &Connection, name: &str) -> Result<bool> {
    Ok(conn
        .prepare_cached("select exists (select 1 from gone_names where name = ?1)")?
        .query_row([name], |row| row.get(0))?)
}

pub(super) fn email_taken(conn: &Connection, email: &str, but: Option<i64>) -> Result<bool> {
    Ok(conn
        .prepare_cached("select exists (select 1 from logins where email = ?1 and account_id is not ?2)")?
        .query_row(params![email, but], |row| row.get(0))?)
}

pub(super) fn insert(tx: &Transaction<'_>, now: Timestamp, name: &str, display_name: &str) -> Result<i64> {
    tx.prepare_cached(
        "insert into accounts (name, display_name, created_at, updated_at) values (?1, ?2, ?3, ?3)",
    )?
    .execute(params![name, display_name, now])?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn put_elsewhere(tx: &Transaction<'_>, now: Timestamp, shown: &Elsewhere<'_>) -> Result<i64> {
    Ok(tx
        .prepare_cached(
            "insert into accounts (name, origin, display_name, description, created_at, updated_at)
             values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict (name, ifnull(origin, '')) do update set display_name = excluded.display_name,
               description = excluded.description, updated_at = excluded.updated_at
             returning id",
        )?
        .query_row(
            params![shown.name, shown.origin, shown.display_name, shown.description, shown.created_at, now],
            |row| row.get(0),
        )?)
}

pub(super) fn update(tx: &Transaction<'_>, now: Timestamp, account: &Account) -> Result<()> {
    tx.prepare_cached(
        "update accounts set display_name = ?2, description = ?3, updated_at = ?4 where id = ?1",
    )?
    .execute(params![account.id, account.display_name, account.description, now])?;
    Ok(())
}

pub(super) fn delete(tx: &Transaction<'_>, now: Timestamp, account: &Account) -> Result<()> {
    tx.prepare_cached("delete from accounts where id = ?1")?.execute([account.id])?;
    if account.origin.is_none() {
        tx.prepare_cached("insert into gone_names (name, gone_at) values (?1, ?2) on conflict do nothing")?
            .execute(params![account.name, now])?;
    }
    Ok(())
}

// -- logins --

const LOGIN: &str =
    "l.account_id, l.email, l.email_verified, l.password_hash, l.role, l.video_quota, l.video_quota_daily,
    l.blocked, l.blocked_reason, l.otp_secret is not null, l.preferences, l.last_login_at, l.pending_email,
    l.password_asked_at, l.trust";

fn login(row: &Row<'_>) -> rusqlite::Result<Login> {
    let preferences: String = row.get(10)?;
    Ok(Login {
        account_id: row.get(0)?,
        email: row.get(1)?,
        email_verified: row.get(2)?,
        password_hash: row.get(3)?,
        role: Role::from_id(row.get(4)?).unwrap_or(Role::User),
        video_quota: row.get(5)?,
        video_quota_daily: row.get(6)?,
        blocked: row.get(7)?,
        blocked_reason: row.get(8)?,
        two_factor: row.get(9)?,
        // A choice that a newer version wrote and this one does not know is not worth refusing to sign in.
        preferences: serde_json::from_str(&preferences).unwrap_or_default(),
        last_login_at: row.get(11)?,
        pending_email: row.get(12)?,
        password_asked_at: row.get(13)?,
        trust: Trust::from_id(row.get(14)?),
    })
}

pub(super) fn login_of(conn: &Connection, account: i64) -> Result<Option<Login>> {
    Ok(conn
        .prepare_cached(&format!("select {LOGIN} from logins l where account_id = ?1"))?
        .query_row([account], login)
        .optional()?)
}

pub(super) fn login_by_name_or_email(conn: &Connection, text: &str) -> Result<Option<Login>> {
    Ok(conn
        .prepare_cached(&format!(
            "select {LOGIN} from logins l join accounts a on a.id = l.account_id
             where (a.name = lower(?1) and a.origin is null) or l.email = ?1
             order by l.email = ?1 limit 1"
        ))?
        .query_row([text], login)
        .optional()?)
}

pub(super) fn logins(conn: &Connection, filter: &LoginFilter) -> Result<(u64, Vec<Login>)> {
    let order = order_by(filter.sort.as_deref(), &SORTS, "a.id")?;
    let from = "from logins l join accounts a on a.id = l.account_id
        where (:search is null or instr(a.name, lower(:search)) > 0 or instr(lower(l.email), lower(:search)) > 0)
          and (:blocked is null or l.blocked = :blocked) and (:role is null or l.role = :role)";
    let role = filter.role.map(Role::id);
    let total: i64 = conn.prepare_cached(&format!("select count(*) {from}"))?.query_row(
        named_params! { ":search": filter.search, ":blocked": filter.blocked, ":role": role },
        |row| row.get(0),
    )?;
    let mut statement =
        conn.prepare_cached(&format!("select {LOGIN} {from} {order} limit :count offset :start"))?;
    let rows = statement.query_map(
        named_params! {
            ":search": filter.search, ":blocked": filter.blocked, ":role": role,
            ":count": filter.count, ":start": filter.start
        },
        login,
    )?;
    Ok((total as u64, rows.collect::<rusqlite::Result<_>>()?))
}

pub(super) fn insert_login(tx: &Transaction<'_>, account: i64, new: &NewAccount) -> Result<()> {
    tx.prepare_cached(
        "insert into logins (account_id, email, password_hash, role, video_quota, video_quota_daily)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        account,
        new.email,
        new.password_hash,
        new.role.id(),
        new.video_quota,
        new.video_quota_daily
    ])?;
    Ok(())
}

pub(super) fn update_login(tx: &Transaction<'_>, login: &Login) -> Result<()> {
    tx.prepare_cached(
        "update logins set email = ?2, email_verified = ?3, role = ?4, video_quota = ?5, video_quota_daily = ?6,
           preferences = ?7, pending_email = ?8, trust = ?9
         where account_id = ?1",
    )?
    .execute(params![
        login.account_id,
        login.email,
        login.email_verified,
        login.role.id(),
        login.video_quota,
        login.video_quota_daily,
        serde_json::to_string(&login.preferences)?,
        login.pending_email,
        login.trust as i64,
    ])?;
    Ok(())
}

pub(super) fn set_password_asked(tx: &Transaction<'_>, account: i64, at: Option<Timestamp>) -> Result<()> {
    tx.prepare_cached("update logins set password_asked_at = ?2 where account_id = ?1")?
        .execute(params![account, at])?;
    Ok(())
}

pub(super) fn set_email_verified(tx: &Transaction<'_>, account: i64, verified: bool) -> Result<()> {
    tx.prepare_cached("update logins set email_verified = ?2 where account_id = ?1")?
        .execute(params![account, verified])?;
    Ok(())
}

/// Those who look after the instance.
pub(super) fn staff(conn: &Connection) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select account_id from logins where role <= 1 and blocked = 0 order by account_id",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn set_password(tx: &Transaction<'_>, account: i64, hash: &str) -> Result<()> {
    tx.prepare_cached("update logins set password_hash = ?2 where account_id = ?1")?
        .execute(params![account, hash])?;
    Ok(())
}

pub(super) fn set_blocked(
    tx: &Transaction<'_>,
    account: i64,
    blocked: bool,
    reason: Option<&str>,
) -> Result<()> {
    tx.prepare_cached("update logins set blocked = ?2, blocked_reason = ?3 where account_id = ?1")?
        .execute(params![account, blocked, reason])?;
    Ok(())
}

// -- second factor --

/// Secret and the newest step whose code was used.
pub(super) fn otp(conn: &Connection, account: i64) -> Result<Option<(String, u64)>> {
    let found: Option<(Option<String>, i64)> = conn
        .prepare_cached("select otp_secret, otp_step from logins where account_id = ?1")?
        .query_row([account], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.and_then(|(secret, step)| Some((secret?, step as u64))))
}

pub(super) fn set_otp(tx: &Transaction<'_>, account: i64, secret: Option<&str>, step: u64) -> Result<()> {
    tx.prepare_cached("update logins set otp_secret = ?2, otp_step = ?3 where account_id = ?1")?
        .execute(params![account, secret, step as i64])?;
    Ok(())
}

pub(super) fn put_otp_request(
    tx: &Transaction<'_>,
    account: i64,
    token_hash: &[u8],
    secret: &str,
    expires_at: Timestamp,
) -> Result<()> {
    tx.prepare_cached(
        "insert into otp_requests (account_id, token_hash, secret, expires_at) values (?1, ?2, ?3, ?4)
         on conflict (account_id) do update
         set token_hash = excluded.token_hash, secret = excluded.secret, expires_at = excluded.expires_at",
    )?
    .execute(params![account, token_hash, secret, expires_at])?;
    Ok(())
}

pub(super) fn otp_request(
    conn: &Connection,
    account: i64,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<String>> {
    Ok(conn
        .prepare_cached(
            "select secret from otp_requests where account_id = ?1 and token_hash = ?2 and expires_at > ?3",
        )?
        .query_row(params![account, token_hash, now], |row| row.get(0))
        .optional()?)
}

pub(super) fn remove_otp_request(tx: &Transaction<'_>, account: i64) -> Result<()> {
    tx.prepare_cached("delete from otp_requests where account_id = ?1")?.execute([account])?;
    Ok(())
}

// -- the client that everyone is --

pub(super) fn oauth_client(conn: &Connection) -> Result<Option<OauthClient>> {
    Ok(conn
        .prepare_cached("select client_id, client_secret from oauth_client")?
        .query_row([], |row| Ok(OauthClient { id: row.get(0)?, secret: row.get(1)? }))
        .optional()?)
}

pub(super) fn put_oauth_client(tx: &Transaction<'_>, client: &OauthClient) -> Result<()> {
    tx.prepare_cached("insert into oauth_client (only, client_id, client_secret) values (1, ?1, ?2)")?
        .execute([&client.id, &client.secret])?;
    Ok(())
}
