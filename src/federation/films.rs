//! Takes over what other servers say of their videos, of groups that somebody here follows.

use super::{
    fetch::{Fault, Fetcher, is_of_host},
    objects::{activity::Activity, foreign_video},
};
use crate::{
    actors::{Actor, remote, remote::Remote},
    app::App,
    error::{Error, Result},
    following::{self, Followed},
    groups,
    outgoing::Limits,
    peers,
    storage::Storage,
    videos::{
        elsewhere,
        making::{Picture, PictureKind},
    },
};
use rusqlite::Connection;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// Requests that taking the newest videos of a group may make.
const MOST_OF_BACKLOG: u32 = 30;
/// Videos of a group that are taken over when somebody begins to follow it.
const BACKLOG: usize = 10;
/// What a picture may cost.
const PICTURE: Limits = Limits { body: 4 * 1024 * 1024, time: Duration::from_secs(20), redirects: 2 };

fn later(error: &Error) -> Fault {
    Fault::Later(error.to_string())
}

/// Whether anybody here wants to know what an actor publishes.
fn is_wanted(conn: &Connection, actor: &Remote) -> Result<bool> {
    match actor.shown {
        Actor::Group(group) => {
            let owner = groups::find(conn, group)?.owner_id;
            Ok(following::anybody_here(conn, Followed::Group(group))?
                || following::anybody_here(conn, Followed::Account(owner))?)
        }
        Actor::Account(account) => following::anybody_here(conn, Followed::Account(account)),
        Actor::Instance => Ok(false),
    }
}

/// A group tells of a video, or an account says that it made or changed one. What it is, is asked of its address: nobody but its own server
/// says what is there.
pub(super) async fn told(
    fetcher: &mut Fetcher<'_>,
    app: &App,
    signer: Remote,
    activity: &Activity,
) -> Result<(), Fault> {
    let Some(uri) = activity.object_id().map(str::to_owned) else { return Ok(()) };
    let by_address = uri.clone();
    let (known, wanted, host) = app
        .db
        .read(move |conn| {
            let known = elsewhere::by_uri(conn, &by_address)?;
            Ok((known, is_wanted(conn, &signer)?, peers::find(conn, signer.peer)?.host))
        })
        .await
        .map_err(|error| later(&error))?;
    // What nobody follows fills no disk; what is known is kept as it is there.
    if (known.is_none() && !wanted) || !is_of_host(&uri, &host) {
        return Ok(());
    }
    take(fetcher, app, &uri).await
}

/// Asks for a video and writes down what is said of it.
async fn take(fetcher: &mut Fetcher<'_>, app: &App, uri: &str) -> Result<(), Fault> {
    let url = Url::parse(uri).map_err(|_| Fault::Wrong("its address is none".to_owned()))?;
    let document = match fetcher.document(&url).await {
        Err(Fault::Gone) => return gone(app, uri).await,
        other => other?,
    };
    let (film, whose) = foreign_video::read(&document, &url).map_err(|why| Fault::Wrong(why.to_owned()))?;
    for actor in whose.iter().filter(|actor| is_same_host(actor, &url)) {
        let actor = fetcher.actor(actor).await?;
        if let Actor::Group(group) = actor.shown {
            let now = app.clock.now();
            let put = app
                .db
                .write(move |tx| {
                    // A video that somebody here never heard of comes only of a group that is followed.
                    if elsewhere::by_uri(tx, &film.uri)?.is_none() && !is_wanted(tx, &actor)? {
                        return Ok(());
                    }
                    elsewhere::put(tx, now, group, &film).map(drop)
                })
                .await;
            return put.map_err(|error| match error {
                Error::Refused(refusal) => Fault::Wrong(refusal.detail.into_owned()),
                error => later(&error),
            });
        }
    }
    Err(Fault::Wrong("no group of its server publishes it".to_owned()))
}

fn is_same_host(uri: &str, url: &Url) -> bool {
    Url::parse(uri).is_ok_and(|other| other.origin() == url.origin())
}

/// Its server says that it is gone.
async fn gone(app: &App, uri: &str) -> Result<(), Fault> {
    let (uri, now) = (uri.to_owned(), app.clock.now());
    let forgotten = app.db.write(move |tx| match elsewhere::by_uri(tx, &uri)? {
        Some(video) => elsewhere::forget(tx, now, video, App::place_of),
        None => Ok(()),
    });
    forgotten.await.map_err(|error| later(&error))
}

/// Takes over the newest videos of a group or an account that somebody begins to follow.
///
/// # Errors
/// When its server does not answer.
pub async fn backlog(app: &App, actor: i64) -> Result<()> {
    let Some(actor) = app.db.read(move |conn| remote::by_id(conn, actor)).await? else { return Ok(()) };
    let mut fetcher = Fetcher::new(app, MOST_OF_BACKLOG);
    match newest(&mut fetcher, app, &actor).await {
        Ok(()) | Err(Fault::Gone | Fault::Wrong(_)) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}

async fn newest(fetcher: &mut Fetcher<'_>, app: &App, actor: &Remote) -> Result<(), Fault> {
    let Some(outbox) = actor.outbox.as_deref().and_then(|outbox| Url::parse(outbox).ok()) else {
        return Ok(());
    };
    let collection = fetcher.json(&outbox, super::fetch::ACCEPT).await?;
    let first = match collection.get("first") {
        Some(Value::String(first)) if is_same_host(first, &outbox) => {
            let first =
                Url::parse(first).map_err(|_| Fault::Wrong("its first page has no address".to_owned()))?;
            fetcher.json(&first, super::fetch::ACCEPT).await?
        }
        Some(page @ Value::Object(_)) => page.clone(),
        _ => collection,
    };
    let items = first.get("orderedItems").and_then(Value::as_array).cloned().unwrap_or_default();
    for item in items.into_iter().take(BACKLOG) {
        let Some(activity) = Activity::of(item) else { continue };
        let uri = activity.object_id().filter(|uri| is_same_host(uri, &outbox));
        let Some(uri) = uri.filter(|_| ["Announce", "Create"].contains(&activity.kind.as_str())) else {
            continue;
        };
        match take(fetcher, app, uri).await {
            Ok(()) | Err(Fault::Wrong(_) | Fault::Gone) => {}
            Err(later) => return Err(later),
        }
    }
    Ok(())
}

/// Fetches the pictures of a video of another server.
///
/// # Errors
/// When its server does not answer.
pub async fn pictures(app: &App, video: i64) -> Result<()> {
    for (kind, url) in app.db.read(move |conn| elsewhere::pictures(conn, video)).await? {
        let Ok(url) = Url::parse(&url) else { continue };
        let answer = match app.outgoing.get(&url, &[("accept", "image/*".to_owned())], PICTURE).await {
            Ok(answer) if answer.is_good() => answer,
            Ok(answer) if answer.status < 500 && answer.status != 429 => continue,
            Ok(answer) => return Err(Fault::Later(format!("the answer is {}", answer.status)).into()),
            Err(crate::outgoing::OutgoingError::Unreachable(why)) => return Err(Fault::Later(why).into()),
            Err(_) => continue,
        };
        // By what it is, not by what it is called: a page of somebody else must not be one of ours.
        let Some(end) = kind_of_picture(&answer.body) else { continue };
        let (width, height) = match kind {
            PictureKind::Preview => (850, 480),
            _ => (280, 157),
        };
        let file = format!("{}.{end}", crate::ids::new_uuid());
        let (storage, path, body) = (app.storage.clone(), Storage::picture(&file), answer.body);
        let written = tokio::task::spawn_blocking(move || storage.write_whole(&path, &body));
        written.await.map_err(Error::internal)??;
        let picture = Picture { kind, file: file.clone(), width, height, sprites: None };
        let now = app.clock.now();
        let taken = app
            .db
            .write(move |tx| elsewhere::put_picture(tx, now, video, &picture, Storage::picture))
            .await?;
        if !taken {
            let (storage, unwanted) = (app.storage.clone(), vec![Storage::picture(&file)]);
            let removed = tokio::task::spawn_blocking(move || storage.remove_all(&unwanted));
            removed.await.map_err(Error::internal)??;
        }
    }
    Ok(())
}

/// How the name of a picture ends, by its first bytes.
fn kind_of_picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("jpg"),
        [0x89, b'P', b'N', b'G', ..] => Some("png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("webp"),
        _ => None,
    }
}
