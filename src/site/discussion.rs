//! What people say about a film, as a page without scripts shows it.

use super::page::escape;
use crate::{
    accounts,
    clock::Timestamp,
    comments::{self, Node, Order, Policy},
    error::Result,
    text::markdown,
    urls::Urls,
    videos::{Video, Viewer},
};
use rusqlite::Connection;
use std::{collections::HashMap, fmt::Write as _};

/// The comments that a page without scripts shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Discussion {
    /// How many there are.
    total: u64,
    /// The newest threads and what answers them.
    threads: Vec<Remark>,
}

/// A comment with what answers it.
#[derive(Debug, Clone, Default)]
struct Remark {
    /// Its number.
    id: i64,
    /// Name and page of who wrote it; `None` when it is removed.
    by: Option<(String, String)>,
    /// When.
    at: Timestamp,
    /// HTML, clean.
    html: String,
    /// Answers.
    below: Vec<Remark>,
}

/// Threads that a page without scripts shows.
const THREADS: u32 = 20;
/// Bytes of text after which it shows no other comment: the page is sent to everybody who opens the film.
const ROOM: usize = 100_000;

/// What people say about a video, for anyone; `None` where nobody may.
pub(super) fn load(conn: &Connection, urls: &Urls, video: &Video) -> Result<Option<Discussion>> {
    if Policy::of(video) == Policy::Disabled {
        return Ok(None);
    }
    let found = comments::threads(conn, &Viewer::ANYONE, video, Order::Newest, 0, THREADS)?;
    let (mut threads, mut text) = (Vec::new(), 0);
    for seen in &found.page {
        if text >= ROOM {
            break;
        }
        let thread = comments::thread(conn, &Viewer::ANYONE, video, seen.comment.id)?;
        text += length(&thread);
        threads.push(thread);
    }
    let (mut authors, mut open) = (Vec::new(), threads.iter().collect::<Vec<_>>());
    while let Some(node) = open.pop() {
        authors.extend(node.seen.comment.account);
        open.extend(&node.children);
    }
    let authors: HashMap<i64, _> = accounts::find_many(conn, &authors)?
        .into_iter()
        .map(|account| (account.id, (account.display_name, urls.account_page(&account.name))))
        .collect();
    let mut room = ROOM;
    let threads = threads.iter().map_while(|node| remark(node, &authors, &mut room)).collect();
    Ok(Some(Discussion { total: found.comments, threads }))
}

/// Bytes of what was said in a thread.
fn length(node: &Node) -> usize {
    node.seen.comment.text.len() + node.children.iter().map(length).sum::<usize>()
}

/// `None` where there is no room left.
fn remark(node: &Node, authors: &HashMap<i64, (String, String)>, room: &mut usize) -> Option<Remark> {
    if *room == 0 {
        return None;
    }
    let comment = &node.seen.comment;
    let html = markdown::to_html(&comment.text);
    *room = room.saturating_sub(html.len());
    Some(Remark {
        id: comment.id,
        by: comment.account.and_then(|account| authors.get(&account).cloned()),
        at: comment.created_at,
        html,
        below: node.children.iter().map_while(|child| remark(child, authors, room)).collect(),
    })
}

impl Discussion {
    /// Writes it as HTML; `feed` is the address of its feed.
    pub(super) fn write(&self, core: &mut String, feed: &str, french: bool) {
        let title = match (french, self.total) {
            (true, 0 | 1) => format!("{} commentaire", self.total),
            (true, total) => format!("{total} commentaires"),
            (false, 1) => "1 comment".to_owned(),
            (false, total) => format!("{total} comments"),
        };
        let _ = write!(core, "<section class=\"comments\"><h2>{title}</h2>");
        for thread in &self.threads {
            write_remark(core, thread, french);
        }
        if self.total > 0 {
            let words =
                if french { "Les derniers commentaires, en flux RSS" } else { "The latest comments as RSS" };
            let _ = write!(core, "<p><a href=\"{}\">{words}</a></p>", escape(feed));
        }
        core.push_str("</section>");
    }
}

fn write_remark(core: &mut String, remark: &Remark, french: bool) {
    let _ = write!(core, "<article class=\"comment\" id=\"comment-{}\"><span></span><div>", remark.id);
    match &remark.by {
        Some((name, page)) => {
            let date = remark.at.to_chrono().format("%Y-%m-%d");
            let _ = write!(
                core,
                "<p><a class=\"comment-by\" href=\"{}\" dir=\"auto\">{}</a>, <time datetime=\"{}\">{date}</time></p><div dir=\"auto\">{}</div>",
                escape(page),
                escape(name),
                remark.at.iso(),
                remark.html
            );
        }
        None => core.push_str(if french {
            "<p>Commentaire retiré.</p>"
        } else {
            "<p>This comment was removed.</p>"
        }),
    }
    for below in &remark.below {
        write_remark(core, below, french);
    }
    core.push_str("</div></article>");
}
