//! What takes how much of the disk, and what may go.

use crate::common::{Server, until};
use kiosque::{clock::Clock, storage::Storage};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

const CLEAN: &str = "/api/v1/server/disk/clean";
const SPARE: &str = "/api/v1/server/disk/spare";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(Clock::system().now().0 as u64)
}

impl Server {
    fn put(&self, path: &str, days_old: u64) -> PathBuf {
        let file = self.dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, [7; 1000]).unwrap();
        let age = Duration::from_secs(days_old * 86_400);
        let handle = fs::File::options().write(true).open(&file).unwrap();
        handle.set_modified(now() - age).unwrap();
        file
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_row_names_goes_and_what_is_named_or_new_stays() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let video = server.db_video(&admin, json!({"name": "Fanfare", "privacy": 1})).await;
    server.put_files(&video).await;
    let old = [
        "media/sources/left.mp4",
        "media/web-videos/left.mp4",
        "media/pictures/left.jpg",
        "media/captions/left.vtt",
        "media/hls/00000000-0000-4000-8000-000000000001/left.mp4",
    ]
    .map(|path| server.put(path, 3));
    // A folder's age is that of its last change.
    let folder = fs::File::open(old[4].parent().unwrap()).unwrap();
    folder.set_modified(now() - Duration::from_secs(3 * 86_400)).unwrap();
    let new = server.put("media/pictures/new.jpg", 0);
    let pictures: Vec<PathBuf> = server
        .app
        .storage
        .names_in("media/pictures")
        .unwrap()
        .iter()
        .map(|name| server.dir.path().join(Storage::picture(name)))
        .collect();
    let spare = admin.json(SPARE).await;
    assert_eq!(spare["nameless"], json!({"files": 5, "bytes": 5000}), "{spare}");
    let usage = admin.json("/api/v1/server/disk").await;
    assert!(usage["pictures"].as_u64() >= Some(2000) && usage["renditions"].as_u64() > Some(0), "{usage}");
    let removed: Value = admin.post(CLEAN, &json!({"what": "nameless"})).await.json().await.unwrap();
    assert_eq!(removed["files"], 5);
    until("files that no row names are gone", || async {
        old.iter().all(|file| !file.exists()).then_some(())
    })
    .await;
    assert!(new.exists());
    assert!(pictures.iter().filter(|file| !file.ends_with("left.jpg")).all(|file| file.exists()));
    assert_eq!(admin.post(CLEAN, &json!({"what": "everything"})).await.status(), 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_go_when_everything_is_made_of_them_and_nobody_wants_them() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let video = server.db_video(&admin, json!({"name": "Fanfare", "privacy": 1})).await;
    let unmade = server.db_unmade_video(&admin, json!({"name": "Waits", "privacy": 1})).await;
    let keep = |keep: bool| json!({"transcoding": {"keepOriginal": keep}});
    assert_eq!(admin.put("/api/v1/server/settings", &keep(true)).await.status(), 200);
    let spare = admin.json(SPARE).await;
    assert_eq!((&spare["sourcesAreKept"], &spare["sources"]["files"]), (&json!(true), &json!(0)));
    assert_eq!(admin.post(CLEAN, &json!({"what": "sources"})).await.status(), 409);
    assert_eq!(admin.put("/api/v1/server/settings", &keep(false)).await.status(), 200);
    assert_eq!(admin.json(SPARE).await["sources"]["files"], 1);
    let removed: Value = admin.post(CLEAN, &json!({"what": "sources"})).await.json().await.unwrap();
    assert_eq!(removed["files"], 1);
    let file = |id| {
        let db = server.app.db.clone();
        async move { db.read(move |conn| kiosque::videos::making::source(conn, id)).await.unwrap().unwrap().file }
    };
    assert!(file(video.id).await.is_none() && file(unmade.id).await.is_some());
    // Nothing can be made of it any more, and that is said.
    let again = format!("/api/v1/videos/{}/transcoding", video.uuid);
    let refused = admin.post(&again, &json!({"transcodingType": "hls"})).await;
    assert_eq!(refused.status(), 409);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "source_gone");
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_nobody_goes_on_with_can_go_early() {
    let clock = Clock::stopped(Clock::system().now());
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let admin = server.admin().await;
    let announced = admin
        .request(Method::POST, "/api/v1/videos/upload-resumable")
        .header("X-Upload-Content-Length", 5000)
        .header("X-Upload-Content-Type", "video/mp4")
        .json(&json!({"name": "Old", "filename": "a.mp4", "channelId": admin.group_id().await}))
        .send()
        .await
        .unwrap();
    assert_eq!(announced.status(), 201);
    clock.advance(1800);
    assert_eq!(admin.json(SPARE).await["uploads"]["files"], 0);
    // Nobody's session lasts that long without being used in between.
    clock.advance(1900);
    assert_eq!(admin.json(SPARE).await["uploads"]["files"], 1);
    let removed: Value = admin.post(CLEAN, &json!({"what": "uploads"})).await.json().await.unwrap();
    assert_eq!(removed["files"], 1);
    assert_eq!(admin.json("/api/v1/uploads").await["total"], 0);
    server.put("cache/registry.bin", 0);
    let removed: Value = admin.post(CLEAN, &json!({"what": "cache"})).await.json().await.unwrap();
    assert!(removed["bytes"].as_u64() >= Some(1000), "{removed}");
    assert!(!server.dir.path().join("cache/registry.bin").exists());
    server.stop().await;
}

/// Columns with names of files, each asked by `src/app/orphans.rs` in some way: a picture of a table that it does not know
/// would be removed as nobody's.
const NAMING: [&str; 12] = [
    "actor_images.file",
    "captions.file",
    "hls_playlists.hashes",
    "hls_playlists.master",
    "instance_images.file",
    "playlists.picture",
    "renditions.file",
    "renditions.playlist",
    "sources.file",
    "sources.filename",
    "uploads.filename",
    "video_images.file",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_table_that_names_files_is_known_to_the_sweeping() {
    let server = Server::start().await;
    let found = server
        .app
        .db
        .read(|conn| {
            let mut statement = conn.prepare(
                "select m.name || '.' || c.name from sqlite_schema m join pragma_table_info(m.name) c
                 where m.type = 'table' and m.name not like 'videos_fts%'
                   and (c.name like '%file%' or c.name like '%image%' or c.name like '%picture%'
                     or c.name like '%thumbnail%' or c.name in ('playlist', 'master', 'hashes', 'avatar', 'banner'))
                   and c.name <> 'files_size'
                 order by 1",
            )?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
        .await
        .unwrap();
    assert_eq!(found, NAMING, "a new name of a file: have src/app/orphans.rs ask for it, then write it here");
    server.stop().await;
}
