//! Fills the database of a server that does not run, at sizes that nobody reaches by hand.

use rusqlite::{Connection, Transaction, params};
use std::path::Path;

/// When the newest thing was published, in milliseconds.
const NOW: i64 = 1_790_000_000_000;

/// The nth video's.
pub fn uuid(nth: u64) -> uuid::Uuid {
    uuid::Uuid::from_u64_pair(0x6b69_6f73_7175_4000, 0x8000_0000_0000_0000 | nth)
}

/// The file of a rendition of the nth video.
pub fn rendition(nth: u64, resolution: u32) -> String {
    format!("{}-{resolution}-fragmented.mp4", uuid(nth))
}

/// Writes rows. What triggers keep (counts) is kept by them here, too.
pub struct Generator {
    conn: Connection,
}

impl Generator {
    /// Opens the database of a data folder.
    pub fn open(data: &Path) -> Self {
        let conn = Connection::open(data.join("kiosque.sqlite3")).unwrap();
        // What a bench writes may be lost with the machine.
        conn.execute_batch(
            "pragma foreign_keys = on; pragma synchronous = off; pragma cache_size = -262144; pragma temp_store = memory",
        )
        .unwrap();
        Self { conn }
    }

    /// An account with a name, made unless there is one.
    pub fn account(&mut self, name: &str) -> i64 {
        self.write(|tx| {
            tx.execute(
                "insert into accounts (name, display_name, created_at, updated_at) values (?1, ?1, ?2, ?2)
                 on conflict do nothing",
                params![name, NOW],
            )?;
            tx.query_row("select id from accounts where name = ?1", [name], |row| row.get(0))
        })
    }

    /// So many people who can sign in; their numbers.
    pub fn members(&mut self, count: u64) -> Vec<i64> {
        self.write(|tx| {
            let mut account = tx.prepare(
                "insert into accounts (name, display_name, created_at, updated_at) values (?1, ?2, ?3, ?3)",
            )?;
            let mut login = tx.prepare(
                "insert into logins (account_id, email, email_verified, password_hash, role, video_quota,
                   video_quota_daily)
                 values (?1, ?2, 1, '', 2, -1, -1)",
            )?;
            let one = |nth: u64| {
                account.execute(params![format!("membre{nth}"), format!("Membre {nth}"), NOW])?;
                let id = tx.last_insert_rowid();
                login.execute(params![id, format!("membre{nth}@example.org")])?;
                Ok(id)
            };
            (0..count).map(one).collect()
        })
    }

    /// So many groups of one account; their numbers.
    pub fn groups(&mut self, owner: i64, count: u64) -> Vec<i64> {
        self.write(|tx| {
            let mut group = tx.prepare(
                "insert into groups (name, display_name, owner_id, created_at, updated_at)
                 values (?1, ?1, ?2, ?3, ?3)",
            )?;
            let one = |nth| {
                group.execute(params![format!("groupe{nth}"), owner, NOW])?;
                Ok(tx.last_insert_rowid())
            };
            (0..count).map(one).collect()
        })
    }

    /// So many public videos, of one group after the other, each with six renditions and its pictures, a minute apart;
    /// the newest is the first. Their numbers.
    pub fn videos(&mut self, author: i64, groups: &[i64], count: u64) -> Vec<i64> {
        self.write(|tx| {
            let mut video = tx.prepare(
                "insert into videos (uuid, group_id, author_id, name, description, category, language, privacy, state,
                   duration_ms, width, height, views, created_at, updated_at, published_at)
                 values (?1, ?2, ?3, ?4, ?5, 15, 'fr', 1, 1, 61000, 1920, 1080, ?6, ?7, ?7, ?7)",
            )?;
            let mut words = tx.prepare(
                "insert into search_fts (rowid, title, text, tags, names) values ((1 << 40) + ?1, ?2, ?3, '', '')",
            )?;
            let mut image = tx.prepare(
                "insert into video_images (video_id, kind, file, width, height, created_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let mut playlist = tx.prepare(
                "insert into hls_playlists (video_id, master, hashes, growing, updated_at) values (?1, ?2, ?3, 0, ?4)",
            )?;
            let mut rung = tx.prepare(
                "insert into renditions (video_id, kind, resolution, width, height, fps, file, playlist, codecs,
                   has_video, has_audio, size, bit_rate, created_at, ready_at)
                 values (?1, 'hls', ?2, ?3, ?2, 30, ?4, ?5, 'avc1.64001f,mp4a.40.2', 1, 1, 1000000, 130000, ?6, ?6)",
            )?;
            let one = |nth: u64| {
                let id = uuid(nth).to_string();
                let published = NOW - nth as i64 * 60_000;
                let title = format!("Fanfare mot{} au kiosque, le {nth}", nth % 100);
                let text = "Le concert du dimanche, filmé depuis la place.";
                let group = groups[nth as usize % groups.len()];
                video.execute(params![id, group, author, title, text, nth as i64 % 977, published])?;
                let row = tx.last_insert_rowid();
                words.execute(params![row, title, text])?;
                for (kind, width, height) in [("thumbnail", 280, 157), ("preview", 850, 480)] {
                    image.execute(params![row, kind, format!("{id}-{kind}.jpg"), width, height, published])?;
                }
                let (master, hashes) = (format!("{id}-master.m3u8"), format!("{id}-segments.json"));
                playlist.execute(params![row, master, hashes, published])?;
                for resolution in [144, 240, 360, 480, 720, 1080_u32] {
                    let (file, list) = (rendition(nth, resolution), format!("{id}-{resolution}.m3u8"));
                    rung.execute(params![row, resolution, resolution * 16 / 9, file, list, published])?;
                }
                Ok(row)
            };
            (0..count).map(one).collect()
        })
    }

    /// Each of these accounts follows the groups that `of` gives for it.
    pub fn follows<'a>(&mut self, accounts: &[i64], of: impl Fn(usize) -> Vec<&'a i64>) {
        self.write(|tx| {
            let mut follow = tx.prepare(
                "insert into follows (follower_id, group_id, state, created_at) values (?1, ?2, 'accepted', ?3)",
            )?;
            for (nth, account) in accounts.iter().enumerate() {
                for group in of(nth) {
                    follow.execute(params![account, group, NOW])?;
                }
            }
            Ok(())
        });
    }

    /// So many comments below each of these videos: `threads` begin one, the others answer the last of them. The numbers of
    /// those that begin a thread.
    pub fn comments(&mut self, videos: &[i64], accounts: &[i64], threads: u64, count: u64) -> Vec<i64> {
        self.write(|tx| {
            let mut comment = tx.prepare(
                "insert into comments (video_id, group_id, thread_id, reply_to, depth, account_id, text, state,
                   created_at, updated_at)
                 values (?1, (select group_id from videos where id = ?1), ?2, ?2, ?3, ?4, ?5, 1, ?6, ?6)",
            )?;
            let mut begun = Vec::new();
            for (nth, video) in videos.iter().enumerate() {
                for place in 0..count {
                    let above = if place < threads { None } else { begun.last().copied() };
                    let by = accounts[(nth + place as usize * 31) % accounts.len()];
                    let at = NOW - (count - place) as i64 * 1000;
                    let text = format!("Quelle belle fanfare, j'y étais : {place}.");
                    comment.execute(params![video, above, i64::from(above.is_some()), by, text, at])?;
                    if above.is_none() {
                        begun.push(tx.last_insert_rowid());
                    }
                }
            }
            Ok(begun)
        })
    }

    /// Tells SQLite what it holds, as the server does from time to time.
    pub fn finish(self) {
        self.conn.execute_batch("analyze").unwrap();
    }

    fn write<T>(&mut self, write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> T {
        let tx = self.conn.transaction().unwrap();
        let done = write(&tx).unwrap();
        tx.commit().unwrap();
        done
    }
}
