//! From a source to renditions, pictures and playlists.

use crate::common::{Server, clips::clip, until};
use kiosque::videos::making;

/// Puts a video down whose source is a clip, as an upload would.
async fn send(server: &Server, name: &str) -> (i64, uuid::Uuid) {
    let uuid = kiosque::ids::new_uuid();
    let path = clip(name);
    let ending = path.extension().unwrap().to_str().unwrap().to_owned();
    let file = format!("{uuid}.{ending}");
    std::fs::copy(&path, server.dir.path().join("media/sources").join(&file)).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    let (now, name) = (server.app.clock.now(), name.to_owned());
    let video = server
        .app
        .db
        .write(move |tx| {
            tx.execute_batch(
                "insert or ignore into accounts (id, name, display_name, created_at, updated_at) values (1, 'a', 'A', 0, 0);
                 insert or ignore into groups (id, name, display_name, owner_id, created_at, updated_at) values (1, 'g', 'G', 1, 0, 0);",
            )?;
            tx.execute(
                "insert into videos (uuid, group_id, name, privacy, state, created_at, updated_at) values (?1, 1, ?2, 1, 2, 0, 0)",
                rusqlite::params![uuid.to_string(), name],
            )?;
            let video = tx.last_insert_rowid();
            making::source_received(tx, now, video, &file, &name, size, None)?;
            Ok(video)
        })
        .await
        .unwrap();
    (video, uuid)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_becomes_its_ladder() {
    let server = Server::start().await;
    let (video, uuid) = send(&server, "h264-aac.mp4").await;
    until("all renditions", || async {
        let failed = server.failed_jobs().await;
        assert!(failed.is_empty(), "{failed:?}");
        let made = server.app.db.read(move |conn| making::renditions(conn, video)).await.unwrap();
        (!made.is_empty() && made.iter().all(|rendition| rendition.size.is_some())).then_some(())
    })
    .await;
    let made = server.app.db.read(move |conn| making::renditions(conn, video)).await.unwrap();
    println!("{made:#?}");
    let playlists = server.app.db.read(move |conn| making::playlists(conn, video)).await.unwrap().unwrap();
    let folder = server.dir.path().join("media/hls").join(uuid.to_string());
    println!("{}", std::fs::read_to_string(folder.join(&playlists.master)).unwrap());
    for entry in std::fs::read_dir(&folder).unwrap() {
        println!("{:?}", entry.unwrap().file_name());
    }
    assert!(!playlists.growing && playlists.hashes.is_some());
    server.stop().await;
}
