use super::{Actor, columns};
use crate::{
    actors::remote::{Kind, Remote, Told},
    clock::Timestamp,
    error::Result,
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const REMOTE: &str =
    "id, uri, peer_id, account_id, group_id, kind, inbox, shared_inbox, outbox, public_pem, fetched_at";

fn remote(row: &Row<'_>) -> rusqlite::Result<Remote> {
    let account: Option<i64> = row.get(3)?;
    let kind: String = row.get(5)?;
    Ok(Remote {
        id: row.get(0)?,
        uri: row.get(1)?,
        peer: row.get(2)?,
        shown: match account {
            Some(account) => Actor::Account(account),
            None => Actor::Group(row.get(4)?),
        },
        kind: Kind::parse(&kind).unwrap_or(Kind::Person),
        inbox: row.get(6)?,
        shared_inbox: row.get(7)?,
        outbox: row.get(8)?,
        public_pem: row.get(9)?,
        fetched_at: row.get(10)?,
    })
}

pub(in crate::actors) fn by_uri(conn: &Connection, uri: &str) -> Result<Option<Remote>> {
    Ok(conn
        .prepare_cached(&format!("select {REMOTE} from remote_actors where uri = ?1"))?
        .query_row([uri], remote)
        .optional()?)
}

pub(in crate::actors) fn by_id(conn: &Connection, id: i64) -> Result<Option<Remote>> {
    Ok(conn
        .prepare_cached(&format!("select {REMOTE} from remote_actors where id = ?1"))?
        .query_row([id], remote)
        .optional()?)
}

pub(in crate::actors) fn of(conn: &Connection, shown: Actor) -> Result<Option<Remote>> {
    let (account, group) = columns(shown);
    Ok(conn
        .prepare_cached(&format!(
            "select {REMOTE} from remote_actors where account_id = ?1
             union all select {REMOTE} from remote_actors where group_id = ?2"
        ))?
        .query_row([account, group], remote)
        .optional()?)
}

/// Somebody of the same handle who has another address now is the same: a server has one of each name.
pub(in crate::actors) fn put(
    tx: &Transaction<'_>,
    now: Timestamp,
    peer: i64,
    told: &Told,
    shown: Actor,
) -> Result<Remote> {
    let (account, group) = columns(shown);
    tx.prepare_cached(
        "delete from remote_actors where uri <> ?1 and (account_id = ?2 or group_id = ?3)
           or uri = ?1 and (account_id is not ?2 or group_id is not ?3)",
    )?
    .execute(params![told.uri, account, group])?;
    let sql = format!(
        "insert into remote_actors
           (uri, peer_id, account_id, group_id, kind, inbox, shared_inbox, outbox, public_pem, fetched_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         on conflict (uri) do update set kind = excluded.kind, inbox = excluded.inbox,
           shared_inbox = excluded.shared_inbox, outbox = excluded.outbox, public_pem = excluded.public_pem,
           fetched_at = excluded.fetched_at
         returning {REMOTE}"
    );
    Ok(tx.prepare_cached(&sql)?.query_row(
        params![
            told.uri,
            peer,
            account,
            group,
            told.kind.name(),
            told.inbox,
            told.shared_inbox,
            told.outbox,
            told.public_pem,
            now
        ],
        remote,
    )?)
}

pub(in crate::actors) fn follow_instance(
    tx: &Transaction<'_>,
    now: Timestamp,
    actor: i64,
    uri: &str,
) -> Result<()> {
    tx.prepare_cached(
        "insert into instance_follows (actor_id, uri, created_at) values (?1, ?2, ?3)
         on conflict (actor_id) do update set uri = excluded.uri",
    )?
    .execute(params![actor, uri, now])?;
    Ok(())
}

pub(in crate::actors) fn unfollow_instance(tx: &Transaction<'_>, actor: i64) -> Result<()> {
    tx.prepare_cached("delete from instance_follows where actor_id = ?1")?.execute([actor])?;
    Ok(())
}

pub(in crate::actors) fn followers_of_instance(conn: &Connection) -> Result<u64> {
    let count: i64 =
        conn.prepare_cached("select count(*) from instance_follows")?.query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

pub(in crate::actors) fn inboxes_of_followers(
    conn: &Connection,
    group: Option<i64>,
    account: Option<i64>,
) -> Result<Vec<(i64, String)>> {
    let mut statement = conn.prepare_cached(
        "select distinct peer_id, ifnull(shared_inbox, inbox) from (
           select follower_id from follows indexed by follows_of_group_from_elsewhere
             where group_id = ?1 and uri is not null and state = 'accepted'
           union
           select follower_id from follows indexed by follows_of_account_from_elsewhere
             where follows.account_id = ?2 and uri is not null and state = 'accepted')
         cross join remote_actors on remote_actors.account_id = follower_id",
    )?;
    let rows = statement.query_map(params![group, account], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::actors) fn inboxes_of_instance(conn: &Connection) -> Result<Vec<(i64, String)>> {
    let mut statement = conn.prepare_cached(
        "select distinct peer_id, ifnull(shared_inbox, inbox)
         from instance_follows cross join remote_actors on remote_actors.id = actor_id",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
