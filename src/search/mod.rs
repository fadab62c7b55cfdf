//! Finding by words: one full-text index over everything that people look for, so that each kind is found by the same
//! rules. Who changes a thing puts it into the index in the same transaction; what is removed leaves it by itself (triggers).
//!
//! The index knows what a thing is called and what is said of it, not who may see it: its rooms put in what lists show, and
//! look at what was found once more.

mod store;
mod words;

use crate::{error::Result, text};
use rusqlite::{Connection, Transaction};

/// What can be found. The numbers stand in the index and in the triggers of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A video that lists show.
    Video = 1,
    /// A group.
    Group = 2,
    /// A public playlist.
    Playlist = 3,
    /// A person.
    Account = 4,
}

/// What the index is told of a thing. Words of the title say most of it, those of `text` least.
#[derive(Debug, Clone, Copy, Default)]
pub struct Entry<'e> {
    /// Its name.
    pub title: &'e str,
    /// Words that its makers chose for it to be found by.
    pub tags: &'e str,
    /// Whose it is, handles.
    pub names: &'e str,
    /// What is told of it, Markdown.
    pub text: &'e str,
}

/// Nobody pages beyond. Bounds the work of a search for a word that stands everywhere.
pub const MOST: usize = 1000;

/// As many as are looked through when there is more to ask than words. Of a word that stands in more, the newest are.
pub const MOST_SIFTED: usize = 10_000;

/// Puts a thing into the index in the place of what stood there of it.
pub fn put(tx: &Transaction<'_>, kind: Kind, id: i64, entry: &Entry<'_>) -> Result<()> {
    store::remove(tx, kind, id)?;
    let [title, tags, names, text] = [entry.title, entry.tags, entry.names, entry.text].map(text::fold);
    store::insert(tx, kind, id, [&title, &tags, &names, &text])
}

/// Takes a thing out of the index.
pub fn remove(tx: &Transaction<'_>, kind: Kind, id: i64) -> Result<()> {
    store::remove(tx, kind, id)
}

/// What somebody typed, as a query of a full-text index that a room has for itself: every word, at least as the beginning
/// of one. `None` when there is no word in it.
pub fn query(typed: &str) -> Option<String> {
    words::Words::of(typed).map(|words| words.begun())
}

/// Numbers of the things in which every word stands, at least as the beginning of one, best first and no more than `most`.
/// What is called so comes before what has these words in its tags, in names and in its text; of two that match as well the
/// newer comes first.
pub fn find(conn: &Connection, kind: Kind, typed: &str, most: usize) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    let Some(words) = words::Words::of(typed) else { return Ok(found) };
    let mut seen = std::collections::HashSet::new();
    // How rare a word is would have to be counted over all that match; how well it fits is read off the column it stands
    // in, and the newest of each column are read off the index in order.
    for query in words.best_first() {
        found.extend(store::newest(conn, kind, &query, most)?.into_iter().filter(|id| seen.insert(*id)));
        if found.len() >= most {
            found.truncate(most);
            break;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::db::migrate(&mut conn, std::path::Path::new("memory")).unwrap();
        let tx = conn.transaction().unwrap();
        let entry =
            Entry { title: "Chœur d’été", tags: "fanfare", names: "harmonie", text: "Répétition" };
        put(&tx, Kind::Video, 1, &entry).unwrap();
        put(&tx, Kind::Group, 1, &Entry { title: "e\u{301}cole", ..Entry::default() }).unwrap();
        tx.commit().unwrap();
        conn
    }

    #[test]
    fn an_accent_that_is_a_sign_of_its_own_is_an_accent() {
        let conn = index();
        for (kind, typed) in [
            (Kind::Group, "école"),
            (Kind::Group, "ecole"),
            (Kind::Group, "e\u{301}c"),
            (Kind::Video, "re\u{301}pe\u{301}tition e\u{301}te\u{301}"),
        ] {
            assert_eq!(find(&conn, kind, typed, MOST).unwrap(), [1], "{typed}");
        }
    }

    /// Whatever somebody types is words or nothing, never a query of its own.
    #[test]
    fn nothing_that_is_typed_breaks_a_query() {
        let conn = index();
        let signs = r#"([\^*"'():+{}\[\]\\, .\-\x00\u{301}’½①-]|AND|OR|NOT|NEAR|title|été|œ|\p{Any}){0,300}"#;
        proptest!(|(typed in prop_oneof![any::<String>(), signs])| {
            for kind in [Kind::Video, Kind::Group, Kind::Playlist] {
                let most = usize::from(kind != Kind::Playlist);
                prop_assert!(find(&conn, kind, &typed, MOST).unwrap().len() <= most);
            }
        });
    }
}
