//! Understands what peers brought: what an activity means here, and whether who signed it may do that. `FEDERATION.md` has the table.

use super::{
    address::Address,
    deliver,
    fetch::{Fault, Fetcher},
    films,
    objects::activity::{self, Activity},
};
use crate::{
    accounts,
    actors::{self, Actor, remote, remote::Remote},
    app::App,
    clock::Timestamp,
    error::{Error, Result, there},
    following::{self, Followed},
    groups,
    jobs::{self, Job},
    peers,
    urls::Urls,
    videos::{self, elsewhere},
};
use rusqlite::{Connection, Transaction};
use tokio_util::sync::CancellationToken;

/// Requests that one activity may have us make.
const MOST_FETCHES: u32 = 8;

/// Understands what a peer brought until nothing is left, or `ended`.
///
/// # Errors
/// When the database fails.
pub async fn run(app: &App, peer: i64, ended: &CancellationToken) -> Result<()> {
    while !ended.is_cancelled() {
        let now = app.clock.now();
        let Some(next) = app.db.read(move |conn| peers::next_received(conn, now, peer)).await? else {
            if app.db.read(move |conn| peers::next_try(conn, peer)).await?.is_some() {
                app.db.write(move |tx| peers::try_rest_later(tx, now, peer)).await?;
            }
            return Ok(());
        };
        let doing = tokio::spawn({
            use tracing::Instrument as _;
            let (app, body, actor) = (app.clone(), next.body.clone(), next.actor);
            async move { understand(&app, actor, &body).await }.in_current_span()
        });
        // In a task of its own: what makes it panic is tried a few times and then left, and the rest goes on.
        let ended = doing.await.unwrap_or_else(|error| Err(Fault::Later(format!("it panicked: {error}"))));
        let now = app.clock.now();
        match ended {
            Ok(()) => app.db.write(move |tx| peers::understood(tx, next.id)).await?,
            Err(Fault::Later(why)) => {
                tracing::info!(why, "an activity waits");
                app.db.write(move |tx| peers::not_yet(tx, now, &next)).await?;
            }
            Err(fault) => {
                tracing::info!(?fault, "an activity is left");
                app.db.write(move |tx| peers::understood(tx, next.id)).await?;
            }
        }
    }
    Ok(())
}

fn later(error: &Error) -> Fault {
    Fault::Later(error.to_string())
}

async fn understand(app: &App, signer: i64, body: &str) -> Result<(), Fault> {
    let Some(activity) = Activity::read(body.as_bytes()) else { return Ok(()) };
    let signer = app.db.read(move |conn| remote::by_id(conn, signer)).await.map_err(|error| later(&error))?;
    // Looked at when it was brought; what is written down must not be believed more.
    let Some(signer) = signer.filter(|signer| signer.uri == activity.actor) else { return Ok(()) };
    let (urls, now) = (app.urls(), app.clock.now());
    let done = match activity.kind.as_str() {
        "Follow" => app.db.write(move |tx| follow(tx, now, &urls, &signer, &activity)).await,
        "Undo" => app.db.write(move |tx| undo(tx, &urls, &signer, &activity)).await,
        "Accept" => app.db.write(move |tx| accept(tx, now, &urls, &signer, &activity)).await,
        "Reject" => app.db.write(move |tx| reject(tx, &urls, &signer, &activity)).await,
        "Delete" => {
            let place = App::place_of;
            app.db.write(move |tx| delete(tx, now, &signer, &activity, place)).await
        }
        "Update" if activity.object_id() == Some(&signer.uri) => {
            return Fetcher::new(app, MOST_FETCHES).fresh_actor(&signer.uri).await.map(drop);
        }
        "Announce" if matches!(signer.kind, remote::Kind::Group | remote::Kind::Application) => {
            return films::told(&mut Fetcher::new(app, MOST_FETCHES), app, signer, &activity).await;
        }
        "Create" | "Update" if activity.object_kind() == Some("Video") => {
            return films::told(&mut Fetcher::new(app, MOST_FETCHES), app, signer, &activity).await;
        }
        _ => Ok(()),
    };
    match done {
        Ok(()) => Ok(()),
        Err(Error::Refused(refusal)) => Err(Fault::Wrong(refusal.detail.into_owned())),
        Err(error) => Err(later(&error)),
    }
}

/// What an address of ours names, of what can be followed.
fn followable(conn: &Connection, urls: &Urls, uri: &str) -> Result<Option<Actor>> {
    Ok(match Address::of_url(urls, uri) {
        Some(Address::Account(name, None)) if name == actors::INSTANCE => Some(Actor::Instance),
        Some(Address::Account(name, None)) => {
            there(accounts::by_name(conn, &name, None))?.map(|account| Actor::Account(account.id))
        }
        Some(Address::Group(name, None)) => {
            there(groups::by_name(conn, &name, None))?.map(|group| Actor::Group(group.id))
        }
        _ => None,
    })
}

/// Somebody follows an account, a group or the instance: that is granted at once.
fn follow(
    tx: &Transaction<'_>,
    now: Timestamp,
    urls: &Urls,
    signer: &Remote,
    activity: &Activity,
) -> Result<()> {
    let followed = activity.object_id().map(|uri| followable(tx, urls, uri)).transpose()?.flatten();
    let (Some(followed), Actor::Account(follower)) = (followed, signer.shown) else { return Ok(()) };
    match followed {
        Actor::Group(group) => {
            following::follow_from_elsewhere(tx, now, follower, Followed::Group(group), &activity.id)?;
        }
        Actor::Account(account) => {
            following::follow_from_elsewhere(tx, now, follower, Followed::Account(account), &activity.id)?;
        }
        Actor::Instance => actors::remote::follow_instance(tx, now, signer.id, &activity.id)?,
    }
    let actor = deliver::address_of(tx, urls, followed)?;
    let accept = activity::accept(&urls.accept(&actor, signer.id), &actor, activity);
    // PeerTube wants this in the inbox of the one who follows, not in the shared one.
    peers::deliver(tx, now, followed, &accept.to_string(), &[(signer.peer, signer.inbox.clone())])
}

/// Somebody takes back that they follow. What else is taken back is not understood yet.
fn undo(tx: &Transaction<'_>, urls: &Urls, signer: &Remote, activity: &Activity) -> Result<()> {
    let Some(inner) = activity.inner().filter(|inner| inner.kind == "Follow" && inner.actor == signer.uri)
    else {
        return Ok(());
    };
    let followed = inner.object_id().map(|uri| followable(tx, urls, uri)).transpose()?.flatten();
    match (followed, signer.shown) {
        (Some(Actor::Group(group)), Actor::Account(follower)) => {
            following::unfollow(tx, follower, Followed::Group(group))?;
        }
        (Some(Actor::Account(account)), Actor::Account(follower)) => {
            following::unfollow(tx, follower, Followed::Account(account))?;
        }
        (Some(Actor::Instance), _) => actors::remote::unfollow_instance(tx, signer.id)?,
        _ => {}
    }
    Ok(())
}

/// Who of ours asked to follow the signer, as an answer to that names it. Some name the `Follow` by its address alone.
fn asked(
    conn: &Connection,
    urls: &Urls,
    signer: &Remote,
    activity: &Activity,
) -> Result<Option<(i64, Followed)>> {
    let followed = match signer.shown {
        Actor::Group(group) => Followed::Group(group),
        Actor::Account(account) => Followed::Account(account),
        Actor::Instance => return Ok(None),
    };
    let follower = match activity.inner() {
        Some(inner) if inner.kind == "Follow" && inner.object_id() == Some(&signer.uri) => Some(inner.actor),
        Some(_) => None,
        None => activity.object_id().and_then(|id| Some(id.rsplit_once("/follows/")?.0.to_owned())),
    };
    let Some(Actor::Account(follower)) =
        follower.map(|uri| followable(conn, urls, &uri)).transpose()?.flatten()
    else {
        return Ok(None);
    };
    Ok(following::between(conn, follower, followed)?.map(|_| (follower, followed)))
}

/// Who was asked agrees: its newest videos are taken over.
fn accept(
    tx: &Transaction<'_>,
    now: Timestamp,
    urls: &Urls,
    signer: &Remote,
    activity: &Activity,
) -> Result<()> {
    let Some((follower, followed)) = asked(tx, urls, signer, activity)? else { return Ok(()) };
    following::agreed(tx, follower, followed)?;
    jobs::enqueue_once(tx, now, &Job::Backlog { actor: signer.id })
}

fn reject(tx: &Transaction<'_>, urls: &Urls, signer: &Remote, activity: &Activity) -> Result<()> {
    match asked(tx, urls, signer, activity)? {
        Some((follower, followed)) => following::unfollow(tx, follower, followed).map(drop),
        None => Ok(()),
    }
}

/// Who signs goes, with all that is theirs; or a video of theirs does.
fn delete(
    tx: &Transaction<'_>,
    now: Timestamp,
    signer: &Remote,
    activity: &Activity,
    path: impl Fn(&videos::Kept) -> String,
) -> Result<()> {
    if activity.object_id() == Some(&signer.uri) {
        return forget(tx, now, signer, &path);
    }
    let Some(video) = activity.object_id().map(|uri| elsewhere::by_uri(tx, uri)).transpose()?.flatten()
    else {
        return Ok(());
    };
    let group = groups::find(tx, videos::by_id(tx, video)?.group)?;
    let may = match signer.shown {
        Actor::Account(account) => account == group.owner_id,
        Actor::Group(by) => by == group.id,
        Actor::Instance => false,
    };
    if may { elsewhere::forget(tx, now, video, path) } else { Ok(()) }
}

/// Forgets an actor of another server with its groups and videos.
fn forget(
    tx: &Transaction<'_>,
    now: Timestamp,
    actor: &Remote,
    path: &impl Fn(&videos::Kept) -> String,
) -> Result<()> {
    match actor.shown {
        Actor::Group(group) => {
            videos::delete_of_group(tx, now, group, path)?;
            groups::remove_elsewhere(tx, now, group)
        }
        Actor::Account(account) => {
            for group in groups::of_owner(tx, account)? {
                videos::delete_of_group(tx, now, group.id, path)?;
            }
            accounts::delete(tx, now, account)
        }
        Actor::Instance => Ok(()),
    }
}
