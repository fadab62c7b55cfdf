//! What takes how much of the disk, and what may go.

use crate::common::{Server, people::Person, picture, until};
use kiosque::clock::Clock;
use reqwest::{Method, multipart};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

const CLEAN: &str = "/api/v1/server/disk/clean";
const SPARE: &str = "/api/v1/server/disk/spare";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(Clock::system().now().0 as u64)
}

/// Has a file or a folder last changed so many days ago.
fn age(path: &Path, days: u64) {
    let handle = fs::File::open(path).unwrap();
    handle.set_modified(now() - Duration::from_secs(days * 86_400)).unwrap();
}

/// What lies directly in the folders of media.
fn media(server: &Server) -> Vec<PathBuf> {
    let inside = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside(server.dir.path().join("media")).flat_map(inside).collect()
}

impl Server {
    fn put(&self, path: &str, days_old: u64) -> PathBuf {
        let file = self.dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, [7; 1000]).unwrap();
        age(&file, days_old);
        file
    }
}

/// Gives the instance something of every kind that names a file: a film with its captions, and each picture.
async fn fill(server: &Server, admin: &Person) {
    let video = server.db_video(admin, json!({"name": "Fanfare", "privacy": 1})).await;
    server.put_files(&video).await;
    // As when the film was replaced a while ago: who began to watch before sees it to its end.
    server.put("media/web-videos/before-720.mp4", 0);
    server
        .app
        .db
        .write(move |tx| {
            tx.execute("insert into old_files values ('before-720.mp4', ?1, 9000000000000000)", [video.id])?;
            Ok(())
        })
        .await
        .unwrap();
    let group = kiosque::groups::first_name(&admin.name);
    let list = json!({"displayName": "Films", "privacy": 1, "videoChannelId": admin.group_id().await});
    let list: Value = admin.post("/api/v1/video-playlists", &list).await.json().await.unwrap();
    let list = format!("/api/v1/video-playlists/{}", list["videoPlaylist"]["uuid"].as_str().unwrap());
    let (post, put) = (Method::POST, Method::PUT);
    let srt = b"1\n00:00:01,000 --> 00:00:02,000\nBonjour\n".to_vec();
    for (method, path, part, bytes) in [
        (&put, format!("/api/v1/videos/{}/captions/fr", video.uuid), "captionfile", srt),
        (&put, list, "thumbnailfile", picture(640, 360)),
        (&post, "/api/v1/users/me/avatar/pick".to_owned(), "avatarfile", picture(300, 300)),
        (&post, "/api/v1/users/me/banner/pick".to_owned(), "bannerfile", picture(600, 99)),
        (&post, format!("/api/v1/video-channels/{group}/avatar/pick"), "avatarfile", picture(300, 300)),
        (&post, format!("/api/v1/video-channels/{group}/banner/pick"), "bannerfile", picture(600, 99)),
        (&post, "/api/v1/config/instance-avatar/pick".to_owned(), "avatarfile", picture(300, 300)),
        (&post, "/api/v1/config/instance-banner/pick".to_owned(), "bannerfile", picture(600, 99)),
        (&post, "/api/v1/config/instance-logo/favicon/pick".to_owned(), "logofile", picture(300, 300)),
        (&post, "/api/v1/config/instance-logo/header-square/pick".to_owned(), "logofile", picture(90, 90)),
        (&post, "/api/v1/config/instance-logo/opengraph/pick".to_owned(), "logofile", picture(300, 300)),
    ] {
        let name = if part == "captionfile" { "a.srt" } else { "a.png" };
        let form = multipart::Form::new().part(part, multipart::Part::bytes(bytes).file_name(name));
        let sent = admin.request(method.clone(), &path).multipart(form).send().await.unwrap();
        assert!(sent.status().is_success(), "{path}: {}", sent.text().await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_row_names_goes_and_what_is_named_or_new_stays() {
    let server = Server::start().await;
    let admin = server.admin().await;
    fill(&server, &admin).await;
    let named = media(&server);
    for folder in ["sources", "hls", "web-videos", "pictures", "captions"] {
        assert!(named.iter().any(|path| path.parent().unwrap().ends_with(folder)), "{folder} in {named:?}");
    }
    for path in &named {
        age(path, 3);
    }
    let old = [
        "media/sources/left.mp4",
        "media/web-videos/left.mp4",
        "media/pictures/left.jpg",
        "media/captions/left.vtt",
        "media/hls/00000000-0000-4000-8000-000000000001/left.mp4",
    ]
    .map(|path| server.put(path, 3));
    // A folder's age is that of its last change.
    age(old[4].parent().unwrap(), 3);
    let new = server.put("media/pictures/new.jpg", 0);
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
    let gone: Vec<_> = named.iter().filter(|path| !path.exists()).collect();
    assert!(gone.is_empty(), "{gone:?}");
    assert_eq!(admin.post(CLEAN, &json!({"what": "everything"})).await.status(), 400);
    server.stop_whatever_failed().await;
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
/// would be removed as nobody's. That they are asked is seen above, of what [`fill`] makes.
const NAMING: [&str; 13] = [
    "actor_images.file",
    "captions.file",
    "hls_playlists.hashes",
    "hls_playlists.master",
    "instance_images.file",
    "old_files.file",
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
                 where m.type = 'table'
                   and (c.name like '%file%' or c.name like '%image%' or c.name like '%picture%'
                     or c.name like '%thumbnail%' or c.name like '%cover%' or c.name like '%poster%'
                     or c.name like '%logo%' or c.name like '%icon%' or c.name like '%photo%' or c.name like '%path%' or c.name in ('playlist', 'master', 'hashes', 'avatar', 'banner'))
                   and c.name <> 'files_size' and c.name not like '%!_url' escape '!'
                 order by 1",
            )?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
        .await
        .unwrap();
    assert_eq!(
        found, NAMING,
        "a new name of a file: have src/app/orphans.rs ask for it, make one in `fill`, then write it here"
    );
    server.stop().await;
}
