//! Requests per second of list, watch page's API and search, among a hundred and among a hundred thousand videos; and
//! two hundred viewers of one film.

use crate::{
    Figure, figure,
    load::{Outcome, load},
    server::Server,
};
use rusqlite::{Connection, params};
use std::{fs, path::Path, time::Duration};

/// As in the figures of PeerTube that these are compared with.
const CLIENTS: usize = 8;
const LENGTH: Duration = Duration::from_secs(10);

/// List, watch and search.
pub fn requests() -> Vec<Figure> {
    let mut figures = Vec::new();
    for videos in [100, 100_000] {
        let server = with_videos(videos);
        let address = server.address.clone();
        let mut measure = |what: &str, request: fn(usize, usize, usize) -> String| {
            let before = server.cpu();
            let outcome =
                load(&address, CLIENTS, LENGTH, move |client, nth| (request(videos, client, nth), None));
            let cpu = (server.cpu() - before) * 1e3 / outcome.count() as f64;
            figures.push(figure(format!("{what}, {videos} videos"), rates(&outcome, Some(cpu))));
        };
        measure("list of 15", |_, _, _| "/api/v1/videos?count=15&sort=-publishedAt".to_owned());
        measure("list of 15, tenth page", |_, _, _| {
            "/api/v1/videos?count=15&start=135&sort=-publishedAt".to_owned()
        });
        measure("one video with six renditions", |videos, client, nth| {
            format!("/api/v1/videos/{}", uuid(((client * 7919 + nth * 104_729) % videos) as u64))
        });
        measure("search for a word in one of a hundred titles", |_, client, nth| {
            format!("/api/v1/search/videos?count=15&search=mot{}", (client * 31 + nth) % 100)
        });
        figures.push(figure(format!("resident memory after that, {videos} videos"), resident(&server)));
    }
    figures
}

/// Two hundred viewers who read one rendition, segment by segment, as fast as they get it.
pub fn viewers() -> Vec<Figure> {
    const SIZE: u64 = 64 << 20;
    const SEGMENT: u64 = 512 << 10;
    let server = with_videos(1);
    let file = server.data().join(format!("media/hls/{}/{}", uuid(0), rendition(0, 720)));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::File::create(&file).unwrap().set_len(SIZE).unwrap();
    let path = format!("/static/streaming-playlists/hls/{}/{}", uuid(0), rendition(0, 720));
    let before = server.cpu();
    let outcome = load(&server.address, 200, LENGTH, move |client, nth| {
        let from = ((client + nth) as u64 * SEGMENT) % SIZE;
        (path.clone(), Some((from, from + SEGMENT - 1)))
    });
    let cpu = server.cpu() - before;
    vec![
        figure("200 viewers, segments of 512 KiB", rates(&outcome, None)),
        figure(
            "200 viewers, bytes",
            format!(
                "{:.0} MB/s, {:.2} CPU s per GB",
                outcome.bytes as f64 / 1e6 / outcome.seconds,
                cpu / (outcome.bytes as f64 / 1e9)
            ),
        ),
        figure("200 viewers, resident memory at most", format!("{:.1} MiB", server.peak() as f64 / 1024.0)),
    ]
}

fn rates(outcome: &Outcome, cpu: Option<f64>) -> String {
    let cpu = cpu.map_or_else(String::new, |cpu| format!(", {cpu:.3} CPU ms each"));
    format!(
        "{:.0}/s, p50 {:.1} ms, p99 {:.1} ms{cpu}",
        outcome.rate(),
        outcome.within(0.5),
        outcome.within(0.99)
    )
}

fn resident(server: &Server) -> String {
    format!("{:.1} MiB", server.resident() as f64 / 1024.0)
}

/// The nth video's.
fn uuid(nth: u64) -> uuid::Uuid {
    uuid::Uuid::from_u64_pair(0x6b69_6f73_7175_4000, 0x8000_0000_0000_0000 | nth)
}

fn rendition(nth: u64, resolution: u32) -> String {
    format!("{}-{resolution}-fragmented.mp4", uuid(nth))
}

/// A server whose database holds so many public videos of ten groups, each with six renditions and its pictures.
fn with_videos(count: usize) -> Server {
    let server = Server::start();
    let data = server.stop();
    fill(&data.path().join("kiosque.sqlite3"), count as u64).unwrap();
    Server::start_on(data)
}

fn fill(database: &Path, count: u64) -> rusqlite::Result<()> {
    const NOW: i64 = 1_790_000_000_000;
    let mut conn = Connection::open(database)?;
    let tx = conn.transaction()?;
    tx.execute(
        "insert into accounts (name, display_name, created_at, updated_at) values ('ada', 'Ada', ?1, ?1)",
        [NOW],
    )?;
    let account = tx.last_insert_rowid();
    for group in 0..10 {
        tx.execute(
            "insert into groups (name, display_name, owner_id, created_at, updated_at) values (?1, ?1, ?2, ?3, ?3)",
            params![format!("groupe{group}"), account, NOW],
        )?;
    }
    let first_group = tx.last_insert_rowid() - 9;
    {
        let mut video = tx.prepare(
            "insert into videos (uuid, group_id, name, description, category, language, privacy, state, duration_ms, width, height,
               views, created_at, updated_at, published_at)
             values (?1, ?2, ?3, ?4, 15, 'fr', 1, 1, 61000, 1920, 1080, ?5, ?6, ?6, ?6)",
        )?;
        let mut words = tx.prepare(
            "insert into search_fts (rowid, title, text, tags, names) values ((1 << 40) + ?1, ?2, ?3, '', '')",
        )?;
        let mut image = tx.prepare(
            "insert into video_images (video_id, kind, file, width, height, created_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let mut playlist = tx.prepare(
            "insert into hls_playlists (video_id, master, hashes, growing, updated_at) values (?1, ?2, ?3, 0, ?4)",
        )?;
        let mut rung = tx.prepare(
            "insert into renditions (video_id, kind, resolution, width, height, fps, file, playlist, codecs, has_video, has_audio,
               size, bit_rate, created_at, ready_at)
             values (?1, 'hls', ?2, ?3, ?2, 30, ?4, ?5, 'avc1.64001f,mp4a.40.2', 1, 1, 1000000, 130000, ?6, ?6)",
        )?;
        for nth in 0..count {
            let id = uuid(nth).to_string();
            let published = NOW - (nth as i64) * 60_000;
            let title = format!("Fanfare mot{} au kiosque, le {nth}", nth % 100);
            let text = "Le concert du dimanche, filmé depuis la place.";
            video.execute(params![
                id,
                first_group + (nth % 10) as i64,
                title,
                text,
                (nth % 977) as i64,
                published
            ])?;
            let row = tx.last_insert_rowid();
            words.execute(params![row, title, text])?;
            for (kind, width, height) in [("thumbnail", 280, 157), ("preview", 850, 480)] {
                image.execute(params![row, kind, format!("{id}-{kind}.jpg"), width, height, published])?;
            }
            playlist.execute(params![
                row,
                format!("{id}-master.m3u8"),
                format!("{id}-segments.json"),
                published
            ])?;
            for resolution in [144, 240, 360, 480, 720, 1080_u32] {
                let list = format!("{id}-{resolution}.m3u8");
                rung.execute(params![
                    row,
                    resolution,
                    resolution * 16 / 9,
                    rendition(nth, resolution),
                    list,
                    published
                ])?;
            }
        }
    }
    tx.commit()?;
    conn.execute_batch("analyze")
}
