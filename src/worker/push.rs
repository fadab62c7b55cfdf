//! Hands what a browser is to be told to its push service.

use super::{Outcome, Work, news};
use crate::{
    accounts,
    app::App,
    error::{Error, Result},
    mail,
    notifications::devices::{self, Device},
    outgoing::{Limits, OutgoingError},
    push::{self, Key},
};
use serde_json::json;
use std::time::Duration;
use url::Url;

/// Seconds that a service keeps a message for a browser that is off.
const KEPT: u32 = 24 * 3600;
/// Seconds after which what happened is no news.
const NEWS_FOR: i64 = 6 * 3600;
/// What a push service answers beside its head is of no interest.
const LIMITS: Limits = Limits { body: 0, time: Duration::from_secs(20), redirects: 0 };
/// Letters of a line: a whole message has room for them, whatever they are.
const MOST_LETTERS: usize = 300;

pub(super) async fn run(work: &Work, device: i64, notification: i64) -> Result<Outcome> {
    let Some(message) = prepare(&work.app, device, notification).await? else {
        return Ok(Outcome::Cancelled);
    };
    tokio::select! {
        sent = send(&work.app, &message) => sent.map(|()| Outcome::Done),
        () = work.stop.cancelled() => Ok(Outcome::Parked),
        () = work.cancelled.cancelled() => Ok(Outcome::Cancelled),
    }
}

/// One message.
struct Message {
    device: Device,
    key: Vec<u8>,
    text: String,
}

/// `None` when there is nothing to tell any more.
async fn prepare(app: &App, device: i64, notification: i64) -> Result<Option<Message>> {
    let (urls, settings, now) = (app.urls(), app.settings(), app.clock.now());
    app.db
        .read(move |conn| {
            let Some((device, told)) = devices::pending(conn, device, notification)? else { return Ok(None) };
            let login = accounts::find_login(conn, device.account)?;
            let (Some(item), Some(key)) = (news::item(conn, &urls, &told)?, devices::key(conn)?) else {
                return Ok(None);
            };
            if login.blocked || told.created_at.plus_seconds(NEWS_FOR) < now {
                return Ok(None);
            }
            let lang = login.preferences.language.as_deref().unwrap_or(&settings.instance.language);
            let line: String = mail::news::line(lang, &item).chars().take(MOST_LETTERS).collect();
            let text = json!({
                "title": settings.instance.name,
                "body": line,
                "lang": lang,
                "url": item.link,
                // Told twice, it is shown once.
                "tag": format!("notification-{}", told.id),
            });
            Ok(Some(Message { device, key, text: text.to_string() }))
        })
        .await
}

async fn send(app: &App, message: &Message) -> Result<()> {
    let Message { device, key, text } = message;
    let endpoint = Url::parse(&device.endpoint).map_err(Error::internal)?;
    let sealed = push::seal(&device.key, &device.auth, text.as_bytes()).map_err(Error::internal)?;
    let contact = match app.settings().contact.email.as_str() {
        "" => app.urls().base().to_owned(),
        email => format!("mailto:{email}"),
    };
    let key = Key::open(key).map_err(Error::internal)?;
    let authorization = key.authorization(&endpoint, &contact, app.clock.now()).map_err(Error::internal)?;
    let headers = [
        ("authorization", authorization),
        ("content-encoding", "aes128gcm".to_owned()),
        ("content-type", "application/octet-stream".to_owned()),
        ("ttl", KEPT.to_string()),
        ("urgency", "normal".to_owned()),
    ];
    match app.outgoing.post(&endpoint, &headers, sealed, LIMITS).await {
        Ok(answer) if answer.is_good() => Ok(()),
        // The browser has left the service, or the service has another key of it.
        Ok(answer) if [403, 404, 410].contains(&answer.status) => forget(app, device.id).await,
        Ok(answer) if answer.status == 429 || answer.status >= 500 => Err(Error::Busy {
            retry_after: answer.retry_after.unwrap_or(60),
            detail: format!("the push service answers {}", answer.status).into(),
        }),
        Ok(answer) => {
            tracing::warn!(status = answer.status, "a push service does not take a message");
            Ok(())
        }
        // Its name leads elsewhere now.
        Err(OutgoingError::Forbidden(_)) => forget(app, device.id).await,
        Err(error) => Err(Error::Busy { retry_after: 60, detail: error.to_string().into() }),
    }
}

async fn forget(app: &App, device: i64) -> Result<()> {
    app.db.write(move |tx| devices::gone(tx, device)).await
}
