//! Full text: from what people type to a bounded number of videos with a rank.

use crate::{error::Result, text};
use rusqlite::Connection;
use serde::Serialize;

/// A video that matches, and how well: larger is better.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(in crate::videos) struct Found(pub(in crate::videos) i64, pub(in crate::videos) f64);

/// Nobody pages beyond; bounds the work of a search for a word that stands everywhere.
const MOST: usize = 1000;

/// Finds listed videos. Up to a thousand matches are ranked by relevance; where there are more, the thousand newest, those
/// that match in their title first: counting how rare a word is would read all of them.
pub(in crate::videos) fn find(conn: &Connection, typed: &str) -> Result<Vec<Found>> {
    let Some(words) = text::search_words(typed) else { return Ok(Vec::new()) };
    let newest = newest(conn, &words)?;
    if newest.len() < MOST {
        // Title, description, tags, group.
        let mut statement = conn.prepare_cached(
            "select rowid, -bm25(videos_fts, 10.0, 1.0, 6.0, 4.0) from videos_fts where videos_fts match ?1",
        )?;
        let rows = statement.query_map([&words], |row| Ok(Found(row.get(0)?, row.get(1)?)))?;
        return Ok(rows.collect::<rusqlite::Result<_>>()?);
    }
    let titled: std::collections::HashSet<i64> =
        self::newest(conn, &format!("name : ({words})"))?.into_iter().collect();
    let mut found: Vec<Found> = titled.iter().map(|id| Found(*id, 2.0)).collect();
    found.extend(newest.into_iter().filter(|id| !titled.contains(id)).map(|id| Found(id, 1.0)));
    found.truncate(MOST);
    Ok(found)
}

fn newest(conn: &Connection, words: &str) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(
        "select rowid from videos_fts where videos_fts match ?1 order by rowid desc limit ?2",
    )?;
    let rows = statement.query_map((words, MOST as i64), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
