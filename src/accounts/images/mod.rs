//! Pictures of accounts and groups: avatars and banners. The files are `storage`'s.

mod store;

use crate::{
    clock::Timestamp,
    error::Result,
    jobs::{self, Job},
};
use rusqlite::{Connection, Transaction};
use std::collections::HashMap;

/// Whose picture it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Of an account.
    Account(i64),
    /// Of a group.
    Group(i64),
}

/// What a picture is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Square, beside the name.
    Avatar,
    /// Wide, above the page.
    Banner,
}

impl Kind {
    /// Name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avatar => "avatar",
            Self::Banner => "banner",
        }
    }

    /// Folder in addresses.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Avatar => "avatars",
            Self::Banner => "banners",
        }
    }
}

/// One size of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// What it is for.
    pub kind: Kind,
    /// Name of the file.
    pub file: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// When it was chosen.
    pub created_at: Timestamp,
}

/// All pictures of one, smallest first.
pub fn of(conn: &Connection, whose: Whose) -> Result<Vec<Image>> {
    let mut all = match whose {
        Whose::Account(id) => of_accounts(conn, &[id])?,
        Whose::Group(id) => of_groups(conn, &[id])?,
    };
    Ok(all.drain().next().map(|(_, images)| images).unwrap_or_default())
}

/// Pictures of several accounts.
pub fn of_accounts(conn: &Connection, ids: &[i64]) -> Result<HashMap<i64, Vec<Image>>> {
    store::of_accounts(conn, ids)
}

/// Pictures of several groups.
pub fn of_groups(conn: &Connection, ids: &[i64]) -> Result<HashMap<i64, Vec<Image>>> {
    store::of_groups(conn, ids)
}

/// Whether a picture of anybody has this file, for sweeping.
pub fn names(conn: &Connection, file: &str) -> Result<bool> {
    store::names(conn, file)
}

/// Puts new sizes of a picture in the place of the old ones, whose files go. `to_path` gives the path of a file under
/// the data folder.
pub fn replace(
    tx: &Transaction<'_>,
    now: Timestamp,
    whose: Whose,
    kind: Kind,
    images: &[Image],
) -> Result<()> {
    let old = store::remove(tx, whose, kind)?;
    for image in images {
        store::insert(tx, now, whose, image)?;
    }
    if !old.is_empty() {
        let paths = old.iter().map(|file| path(file)).collect();
        jobs::enqueue(tx, now, &Job::RemoveFiles { paths })?;
    }
    Ok(())
}

/// Paths under the data folder of all files of one; to be removed with it.
pub fn files_of(conn: &Connection, whose: Whose) -> Result<Vec<String>> {
    Ok(of(conn, whose)?.iter().map(|image| path(&image.file)).collect())
}

/// Where `storage` keeps pictures.
fn path(file: &str) -> String {
    format!("media/pictures/{file}")
}
