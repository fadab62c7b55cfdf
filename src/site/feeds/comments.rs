//! Feeds of comments: of the instance, of a group or account, of one film.

use super::{
    ENTRIES, Whose,
    model::{Entry, Feed, Person},
};
use crate::{
    accounts,
    app::App,
    comments::{self, Comment, Scope, Subject},
    error::{Error, Kind, Result},
    text::markdown,
    urls::Urls,
    videos::{self, Key, Video, Viewer},
};
use axum::http::Uri;
use rusqlite::Connection;
use std::{collections::HashMap, sync::Arc};

/// Characters of a comment in the short form of an entry.
const EXCERPT: usize = 250;

/// What is asked for, and what was said there lately.
pub(super) async fn gather(app: &App, asked: super::Asked, uri: &Uri) -> Result<(Feed, Vec<Entry>)> {
    let (urls, settings) = (app.urls(), app.settings());
    let path = uri.path_and_query().map_or("/feeds/video-comments.xml", |path| path.as_str());
    let address = urls.absolute(path);
    let of = Arc::clone(&urls);
    let sensitive = asked.sensitive().unwrap_or(settings.instance.sensitive_policy.lists());
    let (whose, video, entries) = app
        .db
        .read(move |conn| {
            let video = asked.video_id.as_deref().map(|id| readable(conn, id)).transpose()?;
            let whose = super::whose(conn, &asked, &of)?;
            let found = match (&video, &whose) {
                (Some(video), _) => comments::newest_below(conn, video, ENTRIES)?,
                (None, Whose::Everyones | Whose::Follower { .. }) => {
                    comments::newest(conn, &Scope::All, sensitive, ENTRIES)?
                }
                (None, Whose::Groups { groups, .. }) => {
                    let groups = Scope::Groups(groups.iter().map(|group| group.id).collect());
                    comments::newest(conn, &groups, sensitive, ENTRIES)?
                }
            };
            let entries = entries(conn, &of, &found)?;
            Ok((whose, video, entries))
        })
        .await?;
    let mut feed = super::head(whose, None, &settings, &urls, address, app);
    if let Some(video) = video {
        feed.page = urls.video(video.uuid);
        feed.description =
            video.description.as_deref().map_or_else(String::new, |text| markdown::to_plain(text, 1000));
        feed.title = video.name;
    }
    Ok((feed, entries))
}

/// A film that anyone with its address may see.
fn readable(conn: &Connection, id: &str) -> Result<Video> {
    let key = Key::parse(id).ok_or_else(|| super::invalid("videoId", Some(id)))?;
    let hidden = |error| match error {
        Error::Refused(refusal) if refusal.kind != Kind::NotFound => {
            Error::forbidden("Video is not publicly available")
        }
        error => error,
    };
    videos::watch(conn, &key, &Viewer::ANYONE, None).map_err(hidden)
}

fn entries(conn: &Connection, urls: &Urls, found: &[Comment]) -> Result<Vec<Entry>> {
    let authors: Vec<i64> = found.iter().filter_map(|comment| comment.account).collect();
    let authors: HashMap<i64, _> =
        accounts::find_many(conn, &authors)?.into_iter().map(|account| (account.id, account)).collect();
    let films = videos::find_many(conn, &comments::videos_of(found))?;
    let mut entries = Vec::new();
    for comment in found {
        let Subject::Video(video) = comment.subject;
        let Some(video) = films.get(&video) else { continue };
        let Some(author) = comment.account.and_then(|account| authors.get(&account)) else { continue };
        let page = urls.comment_page(video.uuid, comment.id);
        entries.push(Entry {
            title: format!("{} - {}", video.name, author.display_name),
            id: urls.comment(video.uuid, comment.id),
            page,
            published: comment.created_at,
            updated: comment.updated_at,
            summary: markdown::to_plain(&comment.text, EXCERPT),
            html: markdown::to_html(&comment.text),
            author: Person {
                name: author.display_name.clone(),
                page: urls.account_page(&author.name),
                image: None,
            },
            ..Entry::default()
        });
    }
    Ok(entries)
}
