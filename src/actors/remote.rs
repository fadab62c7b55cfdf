//! Actors of other servers: where they are reached, and with which key they sign. How they are shown is an account or a group
//! with the host that it lives on.

use super::{Actor, store};
use crate::{
    accounts::{self, Elsewhere},
    clock::Timestamp,
    error::Result,
    groups, peers,
};
use rusqlite::{Connection, Transaction};

/// Seconds after which what is known of an actor is asked for anew.
pub const FRESH: i64 = 2 * 24 * 3600;

/// What sort of actor it says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person.
    Person,
    /// A group, or a channel.
    Group,
    /// A server.
    Application,
    /// A robot.
    Service,
    /// Another word for a group, shown as a person.
    Organization,
}

impl Kind {
    /// Its word in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Group => "Group",
            Self::Application => "Application",
            Self::Service => "Service",
            Self::Organization => "Organization",
        }
    }

    /// From its word in documents.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Person, Self::Group, Self::Application, Self::Service, Self::Organization]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// An actor of another server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its number.
    pub id: i64,
    /// Its address, which is its name everywhere.
    pub uri: String,
    /// Number of the server that it lives on.
    pub peer: i64,
    /// The account or group that stands for it here.
    pub shown: Actor,
    /// What sort it is.
    pub kind: Kind,
    /// Where it is reached.
    pub inbox: String,
    /// Where several of its server are reached at once.
    pub shared_inbox: Option<String>,
    /// What it did, page by page.
    pub outbox: Option<String>,
    /// `BEGIN PUBLIC KEY`.
    pub public_pem: String,
    /// When this was asked for.
    pub fetched_at: Timestamp,
}

impl Remote {
    /// Where to bring what is not for it alone.
    pub fn any_inbox(&self) -> &str {
        self.shared_inbox.as_deref().unwrap_or(&self.inbox)
    }
}

/// What the document of an actor says, cut to what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its address.
    pub uri: String,
    /// Host of that, with the port unless it is the usual one.
    pub host: String,
    /// What sort it is.
    pub kind: Kind,
    /// The handle without host, in small letters.
    pub name: String,
    /// As it is shown.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown: how to help a group.
    pub support: Option<String>,
    /// Where it is reached.
    pub inbox: String,
    /// Where several of its server are reached at once.
    pub shared_inbox: Option<String>,
    /// What it did.
    pub outbox: Option<String>,
    /// `BEGIN PUBLIC KEY`.
    pub public_pem: String,
    /// When it was made.
    pub published: Option<Timestamp>,
}

/// An actor by its address.
pub fn by_uri(conn: &Connection, uri: &str) -> Result<Option<Remote>> {
    store::remote::by_uri(conn, uri)
}

/// An actor by its number.
pub fn by_id(conn: &Connection, id: i64) -> Result<Option<Remote>> {
    store::remote::by_id(conn, id)
}

/// The actor that an account or group of another server stands for.
pub fn of(conn: &Connection, shown: Actor) -> Result<Option<Remote>> {
    store::remote::of(conn, shown)
}

/// Writes down what an actor says of itself. `owner` is the account that answers for it: with one, a `Group` is shown as a group,
/// and everything else as an account.
pub fn put(tx: &Transaction<'_>, now: Timestamp, told: &Told, owner: Option<i64>) -> Result<Remote> {
    let peer = peers::of_host(tx, &told.host)?;
    let shown = Elsewhere {
        name: &told.name,
        origin: &told.host,
        display_name: &told.display_name,
        description: told.description.as_deref(),
        created_at: told.published.unwrap_or(now),
    };
    let shown = match owner.filter(|_| told.kind == Kind::Group) {
        Some(owner) => Actor::Group(groups::put_elsewhere(tx, now, &shown, told.support.as_deref(), owner)?),
        None => Actor::Account(accounts::put_elsewhere(tx, now, &shown)?),
    };
    store::remote::put(tx, now, peer, told, shown)
}

/// Whether what is known of an actor should be asked for anew.
pub fn is_stale(remote: &Remote, now: Timestamp) -> bool {
    now.seconds_since(remote.fetched_at) > FRESH as f64
}

/// Somebody follows all that the instance shows. Doing so again changes nothing but the activity that says so.
pub fn follow_instance(tx: &Transaction<'_>, now: Timestamp, actor: i64, uri: &str) -> Result<()> {
    store::remote::follow_instance(tx, now, actor, uri)
}

/// Follows the instance no more.
pub fn unfollow_instance(tx: &Transaction<'_>, actor: i64) -> Result<()> {
    store::remote::unfollow_instance(tx, actor)
}

/// How many follow the instance.
pub fn followers_of_instance(conn: &Connection) -> Result<u64> {
    store::remote::followers_of_instance(conn)
}

/// Where to bring what those should know of other servers who follow a group or an account, with the numbers of their peers: each
/// inbox once.
pub fn inboxes_of_followers(
    conn: &Connection,
    group: Option<i64>,
    account: Option<i64>,
) -> Result<Vec<(i64, String)>> {
    store::remote::inboxes_of_followers(conn, group, account)
}

/// The same of those who follow the instance.
pub fn inboxes_of_instance(conn: &Connection) -> Result<Vec<(i64, String)>> {
    store::remote::inboxes_of_instance(conn)
}
