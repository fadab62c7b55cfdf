//! SQLite: one writer that groups concurrent writes into one commit, and a few readers.
//!
//! [`Db::write`] gives a closure the transaction; when it returns, its rows are on the disk (`synchronous=FULL`).
//! Writes that arrive while another is being committed share the next commit and its one fsync; each has its own
//! savepoint, so that one that fails takes nothing of its neighbours with it. [`Db::read`] runs on a read-only
//! connection. Nothing else opens the file while the server runs.

mod backup;
mod letters;
mod migrate;
mod order;
mod types;
mod writer;

use crate::error::{Error, Result};
use rusqlite::{Connection, OpenFlags, Transaction};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, Semaphore};

pub use backup::{backup, restore};
pub use migrate::{MIGRATIONS, migrate, schema_version};
pub use order::order_by;

/// Readers at once. More would only queue for the same two to four cores.
const READERS: usize = 4;

/// The database of one instance. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    path: PathBuf,
    writer: writer::Writer,
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
    committed: Notify,
}

impl Db {
    /// Opens the file, makes it if it is not there, and brings it to the newest schema (with a backup beside it first).
    ///
    /// # Errors
    /// When the file is no database, newer than this program, or cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        let mut conn = Connection::open(path)?;
        prepare(&conn)?;
        // The journal mode is kept in the file. The busy timeout must be set before it, or a second process that
        // starts at the same moment fails at once.
        conn.pragma_update(None, "journal_mode", "wal")?;
        migrate(&mut conn, path)?;
        // Fail now rather than at the first visitor when reading is not possible.
        let first = open_reader(path)?;
        Ok(Self(Arc::new(Inner {
            path: path.to_owned(),
            writer: writer::Writer::start(conn)?,
            permits: Semaphore::new(READERS),
            idle: Mutex::new(vec![first]),
            committed: Notify::new(),
        })))
    }

    /// Reads in one consistent snapshot.
    ///
    /// # Errors
    /// What `work` answers, or a failure of SQLite.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let inner = Arc::clone(&self.0);
        let span = tracing::Span::current();
        let permit = self.0.permits.acquire().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _entered = span.entered();
            let idle = lock(&inner.idle).pop();
            let mut conn = match idle {
                Some(conn) => conn,
                None => open_reader(&inner.path)?,
            };
            // A deferred transaction: everything `work` reads is of one moment.
            let tx = conn.transaction()?;
            let done = work(&tx);
            drop(tx);
            lock(&inner.idle).push(conn);
            done
        })
        .await;
        drop(permit);
        // A panic in `work` lost its connection; the next reader opens another.
        done.unwrap_or_else(|_| Err(Error::internal("panic while reading the database")))
    }

    /// Changes rows; when this returns `Ok` they are safe on the disk. On `Err` nothing of `work` remains.
    ///
    /// # Errors
    /// What `work` answers, or a failure of SQLite.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    {
        self.write_seen(work, |_| {}).await
    }

    /// The same for what is also kept in memory: `see` is shown what `work` answered as soon as it is safe, one change after
    /// another as they were written, and also when nobody waits for the answer any more. It must not block.
    ///
    /// # Errors
    /// What `work` answers, or a failure of SQLite.
    pub async fn write_seen<T, F, S>(&self, work: F, see: S) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
        S: FnOnce(&T) + Send + 'static,
    {
        let done = self.0.writer.run(work, see).await?;
        self.0.committed.notify_waiters();
        Ok(done)
    }

    /// Waits for the next commit. Make the future before looking at the rows, so that no commit between is missed.
    pub fn committed(&self) -> tokio::sync::futures::Notified<'_> {
        self.0.committed.notified()
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.0.path
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection that reads only, for looking at a file beside a running server.
pub fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    prepare(&conn)?;
    Ok(conn)
}

/// Settings of every connection.
fn prepare(conn: &Connection) -> Result<()> {
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // Each commit is on the disk before it is acknowledged.
    conn.pragma_update(None, "synchronous", "full")?;
    // 8 MiB of pages per connection; small enough for five of them on a Pi.
    conn.pragma_update(None, "cache_size", -8192)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.set_prepared_statement_cache_capacity(128);
    letters::register(conn)
}

/// Looks for damage, as `kiosque doctor` does.
///
/// # Errors
/// [`Error::Internal`] with SQLite's findings.
pub fn check_integrity(conn: &Connection) -> Result<()> {
    let mut findings = Vec::new();
    conn.pragma_query(None, "quick_check", |row| {
        findings.push(row.get::<_, String>(0)?);
        Ok(())
    })?;
    if findings != ["ok"] {
        return Err(Error::internal(findings.join("; ")));
    }
    let broken: i64 =
        conn.query_row("select count(*) from pragma_foreign_key_check", [], |row| row.get(0))?;
    if broken > 0 {
        return Err(Error::internal(format!("{broken} rows refer to rows that are not there")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> (tempfile::TempDir, Db) {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("kiosque.sqlite3")).unwrap();
        (dir, db)
    }

    async fn put(db: &Db, key: String) -> Result<()> {
        db.write(move |tx| {
            tx.execute("insert into settings (section, document) values (?1, '{}')", [&key])?;
            Ok(())
        })
        .await
    }

    async fn count(db: &Db) -> i64 {
        db.read(|conn| Ok(conn.query_row("select count(*) from settings", [], |row| row.get(0))?))
            .await
            .unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_written_is_seen_in_its_order_also_when_nobody_waits() {
        let (_dir, db) = open();
        let seen = Arc::new(Mutex::new(Vec::new()));
        for n in 0..40 {
            let list = Arc::clone(&seen);
            let work = move |_: &Transaction<'_>| {
                if n % 4 == 3 { Err(Error::conflict("changed my mind")) } else { Ok(n) }
            };
            let write = db.write_seen(work, move |n| lock(&list).push(*n));
            if n % 2 == 0 {
                // Handed over and dropped, as with the request of somebody who went away.
                tokio::select! { biased; _ = write => {}, () = std::future::ready(()) => {} }
            } else {
                assert_eq!(write.await.is_ok(), n % 4 != 3);
            }
        }
        db.write(|_| Ok(())).await.unwrap();
        assert_eq!(*lock(&seen), (0..40).filter(|n| n % 4 != 3).collect::<Vec<_>>());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_failed_write_takes_nothing_of_its_neighbours() {
        let (_dir, db) = open();
        let writes = (0..50).map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                if n % 5 == 0 {
                    db.write(move |tx| {
                        tx.execute(
                            "insert into settings (section, document) values (?1, '{}')",
                            [format!("bad{n}")],
                        )?;
                        Err::<(), _>(Error::conflict("changed my mind"))
                    })
                    .await
                    .is_err()
                } else if n % 7 == 0 {
                    db.write(move |_| -> Result<()> { panic!("a fault in a closure") }).await.is_err()
                } else {
                    put(&db, format!("good{n}")).await.is_ok()
                }
            })
        });
        for write in writes.collect::<Vec<_>>() {
            assert!(write.await.unwrap());
        }
        // 50 less every fifth (10) and every seventh that is no fifth (7 - 1 = 6: 7 14 21 28 42 49).
        assert_eq!(count(&db).await, 34);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn readers_survive_a_panic() {
        let (_dir, db) = open();
        for _ in 0..10 {
            let done = db.read(|_| -> Result<()> { panic!("a fault in a closure") }).await;
            assert!(done.is_err());
        }
        assert_eq!(count(&db).await, 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn readers_cannot_write() {
        let (_dir, db) = open();
        let done = db.read(|conn| Ok(conn.execute("delete from settings", [])?)).await;
        assert!(done.is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_copy_made_while_writing_is_whole() {
        let (dir, db) = open();
        for n in 0..20 {
            put(&db, format!("before{n}")).await.unwrap();
        }
        let copy = dir.path().join("copy.sqlite3");
        let (writing, path, to) = (db.clone(), db.path().to_owned(), copy.clone());
        let more = tokio::spawn(async move {
            for n in 0..20 {
                put(&writing, format!("during{n}")).await.unwrap();
            }
        });
        tokio::task::spawn_blocking(move || backup(&path, &to)).await.unwrap().unwrap();
        more.await.unwrap();
        let copied = Connection::open(&copy).unwrap();
        check_integrity(&copied).unwrap();
        let rows: i64 = copied.query_row("select count(*) from settings", [], |row| row.get(0)).unwrap();
        assert!((20..=40).contains(&rows), "{rows}");
    }
}
