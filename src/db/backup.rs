//! Copies of the database, made while the server runs, and the way back.

use crate::error::{Error, Result};
use rusqlite::{Connection, OpenFlags, backup::Backup};
use std::{fs, path::Path, time::Duration};

/// Copies the database to `to`, which must not exist. Other processes may read and write meanwhile; the copy is of
/// one moment, whole, and on the disk when this returns.
///
/// # Errors
/// When `to` exists, the disk is full, or the source is damaged.
pub fn backup(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        return Err(Error::conflict(format!("{} exists already; choose another name.", to.display())));
    }
    replace(from, to)
}

/// The same in the place of an older copy, which goes when the new one is whole.
///
/// # Errors
/// When the disk is full or the source is damaged; the older copy is still there then.
pub(super) fn replace(from: &Path, to: &Path) -> Result<()> {
    let part = to.with_extension("part");
    let _ = fs::remove_file(&part);
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut target = Connection::open(&part)?;
    // In one step: a copy in several would begin anew at each write of the server, perhaps for ever.
    Backup::new(&source, &mut target)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    super::check_integrity(&target)?;
    drop(target);
    let file = fs::File::open(&part).map_err(Error::io(&part))?;
    file.sync_all().map_err(Error::io(&part))?;
    fs::rename(&part, to).map_err(Error::io(to))?;
    sync_folder(to)
}

/// Puts a copy in the place of the database, which is kept beside it under `…replaced`. The server must be stopped.
///
/// # Errors
/// When the copy is damaged, newer than this program, or no database of Kiosque.
pub fn restore(from: &Path, to: &Path) -> Result<()> {
    let copy = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    super::check_integrity(&copy)?;
    let version = super::schema_version(&copy)?;
    if version == 0 || version > super::MIGRATIONS.len() {
        return Err(Error::conflict(format!(
            "{} is no database of this version of Kiosque (schema {version}).",
            from.display()
        )));
    }
    drop(copy);
    if to.exists() {
        // The log is folded into the file first, so that what is set aside is whole in one file. Exclusive: a
        // running server makes this fail instead of losing what it writes.
        let old = Connection::open(to)?;
        old.pragma_update(None, "locking_mode", "exclusive")?;
        old.execute_batch(
            "begin exclusive; commit; pragma wal_checkpoint(truncate); pragma journal_mode=delete",
        )
        .map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Error::conflict("The server is running. Stop it, then restore.")
            }
            _ => error.into(),
        })?;
        drop(old);
        let aside = to.with_extension("sqlite3.replaced");
        fs::rename(to, &aside).map_err(Error::io(to))?;
    }
    backup(from, to)
}

/// Makes a rename in the folder of `path` survive a power cut.
fn sync_folder(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io(folder))
}
