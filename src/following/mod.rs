//! Who follows which group or account. Nobody needs to be a member to follow; what one follows makes one's feed.

mod store;

use crate::{
    accounts,
    clock::Timestamp,
    error::{Error, Kind, Result},
    groups, ids,
    jobs::{self, Happening, Job},
};
use rusqlite::{Connection, Transaction};

/// Groups and accounts that one account can follow.
pub const MOST: u64 = 2000;

/// What is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// A group: its videos.
    Group(i64),
    /// An account: the videos that it sent, in whichever groups.
    Account(i64),
}

/// Whether what is followed has agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It lives on another server, which has not answered yet.
    Pending,
    /// It has, or nobody needed to be asked.
    Accepted,
}

/// Whose videos make a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// Groups, by number.
    pub groups: Vec<i64>,
    /// Accounts, by number: what they sent, in whichever groups.
    pub authors: Vec<i64>,
}

/// That somebody follows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Its number; larger is later.
    pub id: i64,
    /// The account that follows.
    pub follower: i64,
    /// What it follows.
    pub followed: Followed,
    /// Since when.
    pub created_at: Timestamp,
}

/// Which of the things that an account follows to list, or which of the followers of something.
#[derive(Debug, Clone, Default)]
pub struct FollowFilter {
    /// Part of the name or display name.
    pub search: Option<String>,
    /// The oldest first.
    pub oldest: bool,
    /// How many to leave out.
    pub start: u32,
    /// How many at most.
    pub count: u32,
}

/// What a handle names: a group, else an account. `origin` is the host of another server.
///
/// # Errors
/// 404 when it is neither.
pub fn find(conn: &Connection, name: &str, origin: Option<&str>) -> Result<Followed> {
    store::named(conn, &name.to_lowercase(), origin)?.ok_or_else(|| {
        Error::refused(
            Kind::NotFound,
            "There is no group and no account of this name here. Look at its spelling.",
        )
    })
}

/// Begins to follow. Following again changes nothing.
///
/// # Errors
/// 409 for oneself, and for who follows [`MOST`].
pub fn follow(tx: &Transaction<'_>, now: Timestamp, account: i64, followed: Followed) -> Result<()> {
    if followed == Followed::Account(account) {
        return Err(Error::conflict("This is your own account: your videos are under \"My videos\"."));
    }
    if store::follows(tx, account, followed)? {
        return Ok(());
    }
    check_room(tx, account)?;
    let follow = store::insert(tx, now, account, followed, State::Accepted)?;
    jobs::enqueue(tx, now, &Job::Notify { happening: Happening::Followed { follow } })?;
    Ok(())
}

fn check_room(conn: &Connection, account: i64) -> Result<()> {
    if store::count_of(conn, account)? >= MOST {
        return Err(Error::conflict(format!(
            "One account can follow {MOST} groups and people. Leave out some that you do not watch any more."
        )));
    }
    Ok(())
}

/// Somebody of another server begins to follow; `uri` is the activity that says so. Following again changes nothing but that. Whoever
/// is public may be followed.
pub fn follow_from_elsewhere(
    tx: &Transaction<'_>,
    now: Timestamp,
    follower: i64,
    followed: Followed,
    uri: &str,
) -> Result<()> {
    let known = store::follows(tx, follower, followed)?;
    if !known {
        let follow = store::insert(tx, now, follower, followed, State::Accepted)?;
        jobs::enqueue(tx, now, &Job::Notify { happening: Happening::Followed { follow } })?;
    }
    store::set_uri(tx, follower, followed, uri)
}

/// Asks another server whether an account may follow something there; the number of the following, and whether it is new.
///
/// # Errors
/// 409 for who follows [`MOST`].
pub fn ask(tx: &Transaction<'_>, now: Timestamp, account: i64, followed: Followed) -> Result<(i64, bool)> {
    if let Some(known) = store::between(tx, account, followed)? {
        return Ok((known.id, false));
    }
    check_room(tx, account)?;
    Ok((store::insert(tx, now, account, followed, State::Pending)?, true))
}

/// The other server agrees.
pub fn agreed(tx: &Transaction<'_>, account: i64, followed: Followed) -> Result<()> {
    store::set_accepted(tx, account, followed)
}

/// That one follows the other, also while nobody has agreed.
pub fn between(conn: &Connection, account: i64, followed: Followed) -> Result<Option<Follow>> {
    store::between(conn, account, followed)
}

/// Whether anybody who lives here follows something.
pub fn anybody_here(conn: &Connection, followed: Followed) -> Result<bool> {
    store::anybody_here(conn, followed)
}

/// Whether somebody of another server follows a group, or an account.
pub fn anybody_elsewhere(conn: &Connection, group: i64, account: i64) -> Result<bool> {
    store::anybody_elsewhere(conn, group, account)
}

/// Follows no more; whether it did before.
pub fn unfollow(tx: &Transaction<'_>, account: i64, followed: Followed) -> Result<bool> {
    store::delete(tx, account, followed)
}

/// Whether an account follows something.
pub fn follows(conn: &Connection, account: i64, followed: Followed) -> Result<bool> {
    store::follows(conn, account, followed)
}

/// One following by its number, while it lasts.
pub fn by_id(conn: &Connection, id: i64) -> Result<Option<Follow>> {
    store::find(conn, id)
}

/// Some of those who follow a group or an account, in the order in which they began: `count` at most, that began later
/// than the one of number `after`.
pub fn followers_after(
    conn: &Connection,
    group: i64,
    account: Option<i64>,
    after: i64,
    count: u32,
) -> Result<Vec<Follow>> {
    store::followers_after(conn, group, account, after, count)
}

/// How many groups and accounts an account follows.
pub fn count_of(conn: &Connection, account: i64) -> Result<u64> {
    store::count_of(conn, account)
}

/// The groups that an account follows, by number, and how many there are.
pub fn groups_of(conn: &Connection, account: i64, filter: &FollowFilter) -> Result<(u64, Vec<i64>)> {
    store::groups_of(conn, account, filter)
}

/// The accounts that an account follows, by number, and how many there are.
pub fn accounts_of(conn: &Connection, account: i64, filter: &FollowFilter) -> Result<(u64, Vec<i64>)> {
    store::accounts_of(conn, account, filter)
}

/// Whose videos are in the feed of an account.
pub fn feed(conn: &Connection, account: i64) -> Result<Feed> {
    store::feed(conn, account)
}

/// Who follows a group, latest first, and how many there are. That the one who asks looks after the group is to be
/// checked before.
pub fn followers_of_group(
    conn: &Connection,
    group: i64,
    filter: &FollowFilter,
) -> Result<(u64, Vec<Follow>)> {
    store::followers(conn, &[group], None, filter)
}

/// Who follows an account or a group that it made. That it is the one who asks is to be checked before.
pub fn followers_of_account(
    conn: &Connection,
    account: i64,
    filter: &FollowFilter,
) -> Result<(u64, Vec<Follow>)> {
    let groups: Vec<i64> = groups::of_owner(conn, account)?.iter().map(|group| group.id).collect();
    store::followers(conn, &groups, Some(account), filter)
}

/// What opens the feed of an account for readers that cannot sign in; `None` until somebody asked for it.
pub fn feed_token(conn: &Connection, account: i64) -> Result<Option<String>> {
    store::feed_token(conn, account)
}

/// Makes what opens the feed of an account. What was handed out before opens nothing any more.
pub fn renew_feed_token(tx: &Transaction<'_>, now: Timestamp, account: i64) -> Result<String> {
    let token = ids::new_uuid().to_string();
    store::put_feed_token(tx, now, account, &token)?;
    Ok(token)
}

/// Whether a token opens the feed of an account, which is not blocked.
pub fn opens_feed(conn: &Connection, account: i64, token: &str) -> Result<bool> {
    let Some(right) = store::feed_token(conn, account)? else { return Ok(false) };
    let same = right.len() == token.len()
        // In a time that does not tell how much is right.
        && right.bytes().zip(token.bytes()).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0;
    Ok(same && !accounts::find_login(conn, account)?.blocked)
}
