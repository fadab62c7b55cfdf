//! People here follow groups and accounts of other servers.

use super::{
    deliver,
    fetch::{Fault, Fetcher, is_of_host},
    objects::activity,
};
use crate::{
    actors::{Actor, remote, remote::Remote},
    app::App,
    error::{Error, Kind, Result},
    following::{self, Followed},
    peers,
    urls::Urls,
};
use rusqlite::{Connection, Transaction};
use serde_json::Value;
use url::Url;

/// Requests to find out who has a handle: the handle, the actor, who answers for it.
const MOST_FETCHES: u32 = 6;

/// Follows what a handle names on another server, which is asked whether one may.
///
/// # Errors
/// 404 when there is nothing of this name there; busy when it does not answer.
pub async fn follow(app: &App, account: i64, name: &str, host: &str) -> Result<()> {
    let remote = find(app, name, host).await?;
    let (urls, now) = (app.urls(), app.clock.now());
    app.db
        .write(move |tx| {
            let Some(followed) = followed(&remote) else { return Ok(()) };
            let (follow, new) = following::ask(tx, now, account, followed)?;
            if !new {
                return Ok(());
            }
            let body = said(tx, &urls, account, follow, &remote)?;
            // PeerTube wants this in the inbox of the one who is followed.
            peers::deliver(
                tx,
                now,
                Actor::Account(account),
                &body.to_string(),
                &[(remote.peer, remote.inbox.clone())],
            )
        })
        .await
}

/// Follows no more; tells the other server, if what is followed lives on one. Whether it did before.
///
/// # Errors
/// When the database fails.
pub fn unfollow(app: &App, tx: &Transaction<'_>, account: i64, followed: Followed) -> Result<bool> {
    let shown = match followed {
        Followed::Group(group) => Actor::Group(group),
        Followed::Account(account) => Actor::Account(account),
    };
    let remote = remote::of(tx, shown)?;
    let before = following::between(tx, account, followed)?;
    if let (Some(remote), Some(follow), true) = (remote, before, super::is_on(app)) {
        let (urls, now) = (app.urls(), app.clock.now());
        let follow = said(tx, &urls, account, follow.id, &remote)?;
        let by = Actor::Account(account);
        let undo = activity::undo(&deliver::address_of(tx, &urls, by)?, &follow);
        peers::deliver(tx, now, by, &undo.to_string(), &[(remote.peer, remote.inbox)])?;
    }
    following::unfollow(tx, account, followed)
}

/// What a handle names on another server, as it is known or as that server says.
///
/// # Errors
/// 404 when there is nothing of this name there; busy when it does not answer.
pub async fn find(app: &App, name: &str, host: &str) -> Result<Remote> {
    let missing =
        || Error::refused(Kind::NotFound, "There is no group and no account of this name on that server.");
    let (name, host) = (name.to_lowercase(), host.to_lowercase());
    let (known_name, known_host) = (name.clone(), host.clone());
    let known = app
        .db
        .read(move |conn| {
            let followed = crate::error::there(following::find(conn, &known_name, Some(&known_host)))?;
            match followed {
                Some(Followed::Group(group)) => remote::of(conn, Actor::Group(group)),
                Some(Followed::Account(account)) => remote::of(conn, Actor::Account(account)),
                None => Ok(None),
            }
        })
        .await?;
    let mut fetcher = Fetcher::new(app, MOST_FETCHES);
    let uri = match known {
        Some(known) => known.uri,
        None => match ask(app, &mut fetcher, &name, &host).await {
            Ok(uri) => uri,
            Err(Fault::Gone | Fault::Wrong(_)) => return Err(missing()),
            Err(later) => return Err(later.into()),
        },
    };
    match fetcher.actor(&uri).await {
        Ok(remote) => Ok(remote),
        Err(Fault::Gone) => Err(missing()),
        Err(fault) => Err(fault.into()),
    }
}

/// Address of the actor that a handle names, as WebFinger of its server says.
async fn ask(app: &App, fetcher: &mut Fetcher<'_>, name: &str, host: &str) -> Result<String, Fault> {
    let none = || Fault::Wrong("it names no actor".to_owned());
    let url = Urls::webfinger(host, &format!("acct:{name}@{host}"), !app.config.federation.allow_insecure);
    let url = url.ok_or_else(none)?;
    let found = fetcher.json(&url, "application/jrd+json, application/json").await?;
    let links = found.get("links").and_then(Value::as_array).ok_or_else(none)?;
    let text = |link: &Value, name: &str| link.get(name).and_then(Value::as_str).map(str::to_owned);
    let own = links.iter().take(50).find(|link| {
        let kind = text(link, "type").unwrap_or_default();
        text(link, "rel").as_deref() == Some("self")
            && ["application/activity+json", "application/ld+json"]
                .iter()
                .any(|known| kind.starts_with(known))
    });
    let uri = own.and_then(|link| text(link, "href")).ok_or_else(none)?;
    // A server says who its own people are, and nobody else's.
    if is_of_host(&uri, host) && Url::parse(&uri).is_ok() { Ok(uri) } else { Err(none()) }
}

fn followed(remote: &Remote) -> Option<Followed> {
    match remote.shown {
        Actor::Group(group) => Some(Followed::Group(group)),
        Actor::Account(account) => Some(Followed::Account(account)),
        Actor::Instance => None,
    }
}

fn said(conn: &Connection, urls: &Urls, account: i64, follow: i64, remote: &Remote) -> Result<Value> {
    let name = crate::accounts::find(conn, account)?.name;
    Ok(activity::follow(&urls.follow(&name, follow), &urls.account(&name), &remote.uri))
}
