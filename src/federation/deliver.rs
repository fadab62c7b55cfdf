//! Brings a peer what waits for it, one after the other, each signed by who says it.

use super::{
    keys::{self, PrivateKey},
    objects::{CONTENT_TYPE, actor},
    signature,
};
use crate::{
    accounts,
    actors::{self, Actor},
    app::App,
    error::{Error, Result},
    groups,
    outgoing::{Limits, OutgoingError},
    peers::{self, Delivery, Failure},
    urls::Urls,
};
use rusqlite::Connection;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// What bringing something may cost; the answer's body says nothing.
const LIMITS: Limits = Limits { body: 0, time: Duration::from_secs(10), redirects: 0 };

/// How it went.
enum Went {
    Taken,
    Refused(String),
    Failed { why: String, answered: bool, retry_after: Option<u32> },
}

/// Brings what waits until nothing does, the peer takes nothing more, or `ended`.
///
/// # Errors
/// When the database fails.
pub async fn run(app: &App, peer: i64, ended: &CancellationToken) -> Result<()> {
    while !ended.is_cancelled() {
        let now = app.clock.now();
        let (next, try_at) = app
            .db
            .read(move |conn| Ok((peers::next_delivery(conn, peer)?, peers::find(conn, peer)?.try_at)))
            .await?;
        let Some(delivery) = next.filter(|_| try_at <= now) else { return Ok(()) };
        let went = bring(app, &delivery).await?;
        let now = app.clock.now();
        let failed = matches!(went, Went::Failed { .. });
        app.db
            .write(move |tx| match went {
                Went::Taken => peers::taken(tx, now, peer, delivery.id),
                Went::Refused(why) => peers::refused(tx, now, peer, delivery.id, &why),
                Went::Failed { why, answered, retry_after } => {
                    peers::failed(tx, now, peer, delivery.id, &Failure { why: &why, answered, retry_after })
                }
            })
            .await?;
        if failed {
            return Ok(());
        }
    }
    Ok(())
}

async fn bring(app: &App, delivery: &Delivery) -> Result<Went> {
    let refused = |why: &str| Ok(Went::Refused(why.to_owned()));
    let Ok(url) = Url::parse(&delivery.inbox) else { return refused("Its inbox is no address.") };
    let Some(host) = actor::host_of(&url) else { return refused("Its inbox has no host.") };
    let (urls, by) = (app.urls(), delivery.by);
    let actor = app.db.read(move |conn| address_of(conn, &urls, by)).await?;
    let keys = keys::of(app, by).await?;
    let key = PrivateKey::from_pem(&keys.private_pem).map_err(Error::internal)?;
    let key_id = app.urls().key(&actor);
    let body = delivery.body.as_bytes();
    let signed = signature::sign(("POST", &host, url.path()), Some(body), (&key_id, &key), app.clock.now());
    let signed = signed.map_err(Error::internal)?;
    let headers = [
        ("content-type", CONTENT_TYPE.to_owned()),
        ("date", signed.date),
        ("digest", signed.digest.unwrap_or_default()),
        ("signature", signed.signature),
    ];
    Ok(match app.outgoing.post(&url, &headers, body.to_vec(), LIMITS).await {
        Ok(answer) if answer.is_good() => Went::Taken,
        Ok(answer) if matches!(answer.status, 408 | 425 | 429) || answer.status >= 500 => Went::Failed {
            why: format!("The answer is {}.", answer.status),
            answered: true,
            retry_after: answer.retry_after,
        },
        Ok(answer) => Went::Refused(format!("The answer is {}.", answer.status)),
        Err(OutgoingError::Forbidden(why)) => Went::Refused(why.to_owned()),
        Err(error) => Went::Failed { why: error.to_string(), answered: false, retry_after: None },
    })
}

/// Address of an actor of ours.
pub(super) fn address_of(conn: &Connection, urls: &Urls, actor: Actor) -> Result<String> {
    Ok(match actor {
        Actor::Account(id) => urls.account(&accounts::find(conn, id)?.name),
        Actor::Group(id) => urls.group(&groups::find(conn, id)?.name),
        Actor::Instance => urls.account(actors::INSTANCE),
    })
}
