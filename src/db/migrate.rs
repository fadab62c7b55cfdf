//! Numbered steps from an empty file to the newest schema, forward only. A file that is not empty is copied beside
//! itself before it is changed. See `migrations/README.md` for the rules.

use crate::error::{Error, Result};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Every step, in order. The number of steps done is kept in the file's `user_version`.
pub const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_settings_jobs", include_str!("../../migrations/0001_settings_jobs.sql")),
    ("0002_accounts", include_str!("../../migrations/0002_accounts.sql")),
    ("0003_groups", include_str!("../../migrations/0003_groups.sql")),
    ("0004_videos", include_str!("../../migrations/0004_videos.sql")),
    ("0005_uploads", include_str!("../../migrations/0005_uploads.sql")),
    ("0006_files", include_str!("../../migrations/0006_files.sql")),
    ("0007_orders", include_str!("../../migrations/0007_orders.sql")),
    ("0008_sizes", include_str!("../../migrations/0008_sizes.sql")),
    ("0009_ratings", include_str!("../../migrations/0009_ratings.sql")),
    ("0010_people", include_str!("../../migrations/0010_people.sql")),
    ("0011_playlists", include_str!("../../migrations/0011_playlists.sql")),
    ("0012_administration", include_str!("../../migrations/0012_administration.sql")),
    ("0013_how_far", include_str!("../../migrations/0013_how_far.sql")),
    ("0014_group_people", include_str!("../../migrations/0014_group_people.sql")),
    ("0015_websites", include_str!("../../migrations/0015_websites.sql")),
    ("0016_following", include_str!("../../migrations/0016_following.sql")),
    ("0017_search", include_str!("../../migrations/0017_search.sql")),
    ("0018_comments", include_str!("../../migrations/0018_comments.sql")),
    ("0019_sensitive_kinds", include_str!("../../migrations/0019_sensitive_kinds.sql")),
    ("0020_stir", include_str!("../../migrations/0020_stir.sql")),
    ("0021_notifications", include_str!("../../migrations/0021_notifications.sql")),
    ("0022_moderation", include_str!("../../migrations/0022_moderation.sql")),
    ("0023_search_people", include_str!("../../migrations/0023_search_people.sql")),
    ("0024_notification_letters", include_str!("../../migrations/0024_notification_letters.sql")),
    ("0025_wide_sign", include_str!("../../migrations/0025_wide_sign.sql")),
    ("0026_replacing", include_str!("../../migrations/0026_replacing.sql")),
    ("0027_offers", include_str!("../../migrations/0027_offers.sql")),
    ("0028_notifications_of_order", include_str!("../../migrations/0028_notifications_of_order.sql")),
    ("0029_mutes", include_str!("../../migrations/0029_mutes.sql")),
    ("0030_jobs_by_thousands", include_str!("../../migrations/0030_jobs_by_thousands.sql")),
    ("0031_actors", include_str!("../../migrations/0031_actors.sql")),
    ("0032_review", include_str!("../../migrations/0032_review.sql")),
    ("0033_push", include_str!("../../migrations/0033_push.sql")),
    ("0034_told_of_warnings", include_str!("../../migrations/0034_told_of_warnings.sql")),
    ("0035_peers", include_str!("../../migrations/0035_peers.sql")),
    ("0036_told", include_str!("../../migrations/0036_told.sql")),
    ("0037_remote_videos", include_str!("../../migrations/0037_remote_videos.sql")),
    ("0038_bytes_sent", include_str!("../../migrations/0038_bytes_sent.sql")),
];

/// Steps done in this file.
pub fn schema_version(conn: &Connection) -> Result<usize> {
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(version).map_err(|_| Error::internal("the database has a negative version"))
}

/// Does the steps that are missing, each in a transaction of its own.
///
/// # Errors
/// When the file is newer than this program, or a step fails; the file then is as after the last whole step.
pub fn migrate(conn: &mut Connection, path: &Path) -> Result<()> {
    let done = schema_version(conn)?;
    if done > MIGRATIONS.len() {
        return Err(Error::internal(format!(
            "{} was written by a newer Kiosque (schema {done}, this program knows {}). Install that version or a newer one, or restore a backup.",
            path.display(),
            MIGRATIONS.len()
        )));
    }
    if done == MIGRATIONS.len() {
        return Ok(());
    }
    if done > 0 {
        let copy = path.with_extension(format!("sqlite3.before-{done}-to-{}", MIGRATIONS.len()));
        // Who went back to the version before has written more since the last try.
        super::backup::replace(path, &copy)?;
        tracing::info!(backup = %copy.display(), from = done, to = MIGRATIONS.len(), "bringing the database to the newest schema");
    }
    for (number, (name, sql)) in MIGRATIONS.iter().enumerate().skip(done) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(sql).map_err(|error| Error::internal(format!("migration {name}: {error}")))?;
        tx.pragma_update(None, "user_version", number as i64 + 1)?;
        tx.commit()?;
    }
    conn.execute_batch("pragma wal_checkpoint(truncate); pragma optimize")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A video with a file of seven bytes.
    const VIDEO: &str = "
        insert into accounts (name, display_name, created_at, updated_at) values ('a', 'A', 1, 1);
        insert into groups (name, display_name, owner_id, created_at, updated_at) values ('g', 'G', 1, 1, 1);
        insert into videos (uuid, group_id, name, privacy, state, duration_ms, created_at, updated_at, published_at)
          values ('00000000-0000-4000-8000-000000000001', 1, 'Œuvre d’Été', 1, 1, 1, 1, 1, 1),
                 ('00000000-0000-4000-8000-000000000002', 1, 'Œuvre cachée', 3, 1, 1, 1, 1, 1);
        insert into renditions (video_id, kind, resolution, width, height, fps, file, has_video, has_audio, size, created_at)
          values (1, 'web', 720, 1280, 720, 30, 'a-720.mp4', 1, 1, 7, 1);";

    /// The schema as text, in a fixed order.
    fn schema(conn: &Connection) -> Vec<String> {
        let mut statement =
            conn.prepare("select sql from sqlite_schema where sql is not null order by type, name").unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn from_every_older_schema_the_same_is_reached() {
        let dir = tempfile::tempdir().unwrap();
        let mut fresh = Connection::open(dir.path().join("fresh.sqlite3")).unwrap();
        migrate(&mut fresh, &dir.path().join("fresh.sqlite3")).unwrap();
        for older in 1..MIGRATIONS.len() {
            let path = dir.path().join(format!("from-{older}.sqlite3"));
            let mut conn = Connection::open(&path).unwrap();
            for (_, sql) in &MIGRATIONS[..older] {
                conn.execute_batch(sql).unwrap();
            }
            conn.pragma_update(None, "user_version", older as i64).unwrap();
            conn.execute("insert into settings (section, document) values ('kept', '{}')", []).unwrap();
            if older >= 4 {
                conn.execute_batch(VIDEO).unwrap();
            }
            migrate(&mut conn, &path).unwrap();
            assert_eq!(schema(&conn), schema(&fresh), "from {older}");
            let kept: i64 = conn.query_row("select count(*) from settings", [], |row| row.get(0)).unwrap();
            assert_eq!(kept, 1);
            let weighed: Vec<i64> = conn
                .prepare("select files_size from videos where privacy = 1")
                .unwrap()
                .query_map([], |row| row.get(0))
                .unwrap()
                .map(Result::unwrap)
                .collect();
            assert_eq!(weighed, if older >= 4 { vec![7] } else { vec![] }, "from {older}");
            // What lists show was put into the index of words when that was made; later the rooms do it.
            let found: Vec<i64> = conn
                .prepare("select rowid - (1 << 40) from search_fts where search_fts match 'oeuvre'")
                .unwrap()
                .query_map([], |row| row.get(0))
                .unwrap()
                .map(Result::unwrap)
                .collect();
            assert_eq!(found, if (4..17).contains(&older) { vec![1] } else { vec![] }, "from {older}");
            let copy = path.with_extension(format!("sqlite3.before-{older}-to-{}", MIGRATIONS.len()));
            let copy = Connection::open(copy).unwrap();
            assert_eq!(schema_version(&copy).unwrap(), older);
        }
    }

    #[test]
    fn who_went_back_and_wrote_more_finds_that_in_the_next_copy() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kiosque.sqlite3");
        let older = MIGRATIONS.len() - 1;
        let copy = path.with_extension(format!("sqlite3.before-{older}-to-{}", MIGRATIONS.len()));
        let mut conn = Connection::open(&path).unwrap();
        for (_, sql) in &MIGRATIONS[..older] {
            conn.execute_batch(sql).unwrap();
        }
        conn.pragma_update(None, "user_version", older as i64).unwrap();
        migrate(&mut conn, &path).unwrap();
        drop(conn);
        std::fs::copy(&copy, &path).unwrap();
        let mut conn = Connection::open(&path).unwrap();
        conn.execute("insert into settings (section, document) values ('later', '{}')", []).unwrap();
        migrate(&mut conn, &path).unwrap();
        let later: i64 = Connection::open(&copy)
            .unwrap()
            .query_row("select count(*) from settings where section = 'later'", [], |row| row.get(0))
            .unwrap();
        assert_eq!((later, schema_version(&conn).unwrap()), (1, MIGRATIONS.len()));
    }

    #[test]
    fn every_file_is_a_step() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|file| Some(file.unwrap().file_name().to_str()?.strip_suffix(".sql")?.to_owned()))
            .collect();
        files.sort();
        assert_eq!(files, MIGRATIONS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn every_table_is_strict() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, Path::new("memory")).unwrap();
        let mut statement = conn
            .prepare("select name from pragma_table_list where schema = 'main' and type = 'table' and strict = 0 and name not like 'sqlite_%' and name not like '%_fts%'")
            .unwrap();
        let loose: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(loose.is_empty(), "{loose:?}");
    }

    #[test]
    fn a_newer_file_is_left_alone() {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.pragma_update(None, "user_version", MIGRATIONS.len() as i64 + 1).unwrap();
        let error = migrate(&mut conn, Path::new("kiosque.sqlite3")).unwrap_err();
        assert!(error.to_string().contains("newer Kiosque"), "{error}");
    }
}
