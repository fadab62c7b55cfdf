//! Tells other servers what became of a video of ours: that it is public, that it changed, that it is gone. What they were told is
//! compared with what is, so that it does not matter how often, or why, this runs.

use super::{
    deliver,
    documents::{self, Told as Whole},
    objects::{Context, activity, document, video},
};
use crate::{
    actors::{self, Actor, remote},
    app::App,
    clock::Timestamp,
    error::{Result, there},
    peers::{self, told, told::Told},
    urls::Urls,
    videos::{self, Key},
};
use rusqlite::{Connection, Transaction};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Seconds until it is looked again whether the pictures are made.
const PICTURES_IN: i64 = 20;
/// Seconds for which pictures are waited for.
const PICTURES_AWAITED: f64 = 6.0 * 3600.0;

/// Tells others of a video, if there is something to tell.
///
/// # Errors
/// When the database fails.
pub async fn run(app: &App, uuid: Uuid) -> Result<()> {
    let (urls, now) = (app.urls(), app.clock.now());
    app.db.write(move |tx| share(tx, now, &urls, uuid)).await
}

fn share(tx: &Transaction<'_>, now: Timestamp, urls: &Urls, uuid: Uuid) -> Result<()> {
    let before = told::of(tx, uuid)?;
    let video = there(videos::find(tx, &Key::Uuid(uuid)))?.filter(video::federates);
    let Some(video) = video else {
        let Some(before) = before else { return Ok(()) };
        told::end(tx, uuid)?;
        let by = Actor::Account(before.account);
        let delete = activity::delete(&deliver::address_of(tx, urls, by)?, &urls.video(uuid));
        return peers::deliver(tx, now, by, &delete.to_string(), &everybody(tx, &before)?);
    };
    let whole = Whole::of(tx, video)?;
    if whole.pictures.thumbnail.is_none() {
        // PeerTube drops a video without a picture, in silence.
        let since = whole.video.published_at.unwrap_or(whole.video.created_at);
        if now.seconds_since(since) < PICTURES_AWAITED {
            told::not_yet(tx, now, uuid, PICTURES_IN)?;
        }
        return Ok(());
    }
    let present = Told {
        account: whole.owner,
        group: Some(whole.video.group),
        hash: Sha256::digest(lasting(&whole.film().json(urls)).to_string()).to_vec(),
    };
    match before {
        None => publish(tx, now, urls, &whole, &present)?,
        Some(before) if before.hash == present.hash => return Ok(()),
        Some(before) => {
            let by = Actor::Account(present.account);
            let update = update(urls, &whole);
            let mut to = everybody(tx, &present)?;
            to.extend(everybody(tx, &before)?);
            peers::deliver(tx, now, by, &update.to_string(), &to)?;
        }
    }
    told::put(tx, now, uuid, &present)
}

/// The account says that it made it; to those who follow the group or the instance these say that it is there.
fn publish(tx: &Transaction<'_>, now: Timestamp, urls: &Urls, whole: &Whole, told: &Told) -> Result<()> {
    let account = Actor::Account(told.account);
    let create = document(Context::Video, documents::create(urls, whole));
    let followers = remote::inboxes_of_followers(tx, None, Some(told.account))?;
    peers::deliver(tx, now, account, &create.to_string(), &followers)?;

    let group = Actor::Group(whole.video.group);
    let address = deliver::address_of(tx, urls, group)?;
    let announce = document(Context::Base, documents::announce(urls, &whole.video, &address, &whole.group));
    let followers = remote::inboxes_of_followers(tx, Some(whole.video.group), Some(told.account))?;
    peers::deliver(tx, now, group, &announce.to_string(), &followers)?;

    let address = deliver::address_of(tx, urls, Actor::Instance)?;
    let announce =
        document(Context::Base, documents::announce(urls, &whole.video, &address, actors::INSTANCE));
    peers::deliver(tx, now, Actor::Instance, &announce.to_string(), &remote::inboxes_of_instance(tx)?)
}

fn update(urls: &Urls, whole: &Whole) -> Value {
    let film = whole.film();
    let object = film.json(urls);
    let update = json!({
        "type": "Update",
        "id": format!("{}/updates/{}", film.id(urls), whole.video.updated_at.iso()),
        "actor": urls.account(&whole.account),
        "to": object["to"],
        "cc": object["cc"],
        "object": object,
    });
    document(Context::Video, update)
}

/// All who may know of it: who follows its group, its account or the instance.
fn everybody(conn: &Connection, told: &Told) -> Result<Vec<(i64, String)>> {
    let mut all = remote::inboxes_of_followers(conn, told.group, Some(told.account))?;
    all.extend(remote::inboxes_of_instance(conn)?);
    Ok(all)
}

/// What of a video does not change by itself: that somebody watched or liked it is told when there is more to tell.
fn lasting(film: &Value) -> Value {
    let mut film = film.clone();
    if let Some(film) = film.as_object_mut() {
        film.remove("views");
        film.remove("updated");
    }
    film
}
