//! From a file to a film: what is made of what was sent, and what its owner sees meanwhile.

use crate::common::{Server, clips::clip, people::Person, until};
use kiosque::videos::making::{self, PictureKind, Rendition};
use reqwest::{Method, multipart};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Sends a clip and gives the number and UUID of its video.
pub async fn send(person: &Person, name: &str, fields: &[(&'static str, &'static str)]) -> (i64, String) {
    let film = multipart::Part::bytes(std::fs::read(clip(name)).unwrap()).file_name(name.to_owned());
    let mut form = multipart::Form::new()
        .text("name", format!("Film {name}"))
        .text("channelId", person.group_id().await.to_string())
        .text("privacy", "1");
    for (field, text) in fields {
        form = form.text(*field, *text);
    }
    let request = person.request(Method::POST, "/api/v1/videos/upload");
    let answer = request.multipart(form.part("videofile", film)).send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{name}: {body}");
    (body["video"]["id"].as_i64().unwrap(), body["video"]["uuid"].as_str().unwrap().to_owned())
}

/// Waits until every rendition is whole.
pub async fn made(server: &Server, person: &Person, video: i64) -> Vec<Rendition> {
    until("all renditions", || async {
        let progress = person.json(&format!("/api/v1/videos/{video}/progress")).await;
        assert_ne!(progress["stage"], "failed", "{progress}");
        (progress["stage"] == "ready").then_some(())
    })
    .await;
    server.app.db.read(move |conn| making::renditions(conn, video)).await.unwrap()
}

fn folder(server: &Server, uuid: &str) -> PathBuf {
    server.dir.path().join("media/hls").join(uuid)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_becomes_its_ladder() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let (video, uuid) = send(&person, "h264-aac.mp4", &[]).await;
    let renditions = made(&server, &person, video).await;
    let sides: Vec<_> = renditions.iter().map(|rendition| (rendition.resolution, rendition.copied)).collect();
    assert_eq!(sides, [(0, false), (144, false), (240, true)]);

    let playlists = server.app.db.read(move |conn| making::playlists(conn, video)).await.unwrap().unwrap();
    assert!(!playlists.growing);
    let folder = folder(&server, &uuid);
    let master = std::fs::read_to_string(folder.join(&playlists.master)).unwrap();
    let hashes: Value =
        serde_json::from_slice(&std::fs::read(folder.join(playlists.hashes.unwrap())).unwrap()).unwrap();
    for rendition in &renditions {
        let playlist = rendition.playlist.as_ref().unwrap();
        assert!(master.contains(playlist.as_str()), "{master}");
        let text = std::fs::read_to_string(folder.join(playlist)).unwrap();
        assert!(text.contains("#EXT-X-PLAYLIST-TYPE:VOD") && text.ends_with("#EXT-X-ENDLIST\n"), "{text}");
        let ranges = hashes[&rendition.file].as_object().unwrap();
        assert_eq!(ranges.len(), text.matches("#EXTINF").count());
        assert_eq!(std::fs::metadata(folder.join(&rendition.file)).unwrap().len(), rendition.size.unwrap());
    }
    let row = server.app.db.read(move |conn| kiosque::videos::by_id(conn, video)).await.unwrap();
    assert!(row.state == kiosque::videos::State::Published && row.published_at.is_some());
    assert!(row.duration_ms > 1000 && row.size == Some((320, 240)));

    until("pictures", || async {
        let have = server.app.db.read(move |conn| {
            Ok(making::has_picture(conn, video, PictureKind::Thumbnail)?
                && making::has_picture(conn, video, PictureKind::Preview)?)
        });
        have.await.unwrap().then_some(())
    })
    .await;
    let progressive = until("a progressive file", || async {
        let files = server.app.db.read(move |conn| making::progressive(conn, video)).await.unwrap();
        files.into_iter().next()
    })
    .await;
    assert_eq!(progressive.resolution, 240);
    let path = server.dir.path().join("media/web-videos").join(&progressive.file);
    assert_eq!(std::fs::metadata(path).unwrap().len(), progressive.size.unwrap());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_alone_is_published_too() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let (video, _) = send(&person, "sound.mp3", &[]).await;
    let renditions = made(&server, &person, video).await;
    assert_eq!(renditions.iter().map(|made| made.resolution).collect::<Vec<_>>(), [0]);
    let row = server.app.db.read(move |conn| kiosque::videos::by_id(conn, video)).await.unwrap();
    assert_eq!((row.state, row.size), (kiosque::videos::State::Published, None));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_owner_and_the_staff_see_how_far_it_is() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let (video, uuid) = send(&person, "h264-aac.mp4", &[("waitTranscoding", "true")]).await;
    let path = format!("/api/v1/videos/{uuid}/progress");
    assert_eq!(server.get(&path).await.status(), 401);
    assert_eq!(server.user("bob").await.get(&path).await.status(), 403);
    let progress = server.admin().await.json(&path).await;
    for key in
        ["state", "stage", "playable", "queuePosition", "reason", "reasonCode", "secondsLeft", "renditions"]
    {
        assert!(progress.get(key).is_some(), "{key} in {progress}");
    }
    made(&server, &person, video).await;
    let progress = person.json(&path).await;
    assert_eq!((&progress["state"]["id"], &progress["playable"]), (&json!(1), &json!(true)));
    assert_eq!(
        progress["renditions"][0],
        json!({
            "resolution": {"id": 0, "label": "Audio only"}, "state": "ready", "done": 1.0, "secondsLeft": null, "copied": false
        })
    );
    assert_eq!(person.get("/api/v1/videos/999/progress").await.status(), 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_is_seen_cancelled_and_tried_again_by_administrators() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let admin = server.admin().await;
    let (video, _) = send(&person, "h264-aac.mp4", &[]).await;
    made(&server, &person, video).await;
    assert_eq!(person.get("/api/v1/jobs").await.status(), 403);
    assert_eq!(admin.get("/api/v1/jobs/sleeping").await.status(), 400);
    // The copy first, in a lane of its own; then what is encoded.
    let done = until("the list of what is done", || async {
        let list = admin.json("/api/v1/jobs/completed?jobType=transcode").await;
        (list["total"] == 2).then_some(list)
    })
    .await;
    let job = &done["data"][0];
    assert_eq!(
        (&job["state"], &job["progress"], &job["lane"]),
        (&json!("completed"), &json!(100.0), &json!("media"))
    );
    assert!(job["videoUUID"].is_string());
    let id = job["id"].as_str().unwrap();
    assert_eq!(admin.post(&format!("/api/v1/jobs/{id}/retry"), &json!({})).await.status(), 409);
    assert_eq!(admin.post(&format!("/api/v1/jobs/{id}/cancel"), &json!({})).await.status(), 409);

    // A source that disappears before its job runs: the job fails at once, the video says so, trying again is offered.
    let now = server.app.clock.now();
    let job = server
        .app
        .db
        .write(move |tx| {
            tx.execute("update renditions set size = null where video_id = ?1", [video])?;
            tx.execute("update videos set state = 2 where id = ?1", [video])?;
            tx.execute("update sources set file = null where video_id = ?1", [video])?;
            kiosque::jobs::enqueue(tx, now, &kiosque::jobs::Job::Transcode { video, first: false })
        })
        .await
        .unwrap();
    let path = format!("/api/v1/videos/{video}/progress");
    until("the failure to be told", || async {
        let progress = person.json(&path).await;
        (progress["stage"] == "failed" && progress["reasonCode"] == "damaged").then_some(())
    })
    .await;
    assert_eq!(person.json(&path).await["state"]["id"], 7);
    assert_eq!(admin.json("/api/v1/jobs/failed").await["data"][0]["id"], job.to_string());
    assert_eq!(admin.post(&format!("/api/v1/jobs/{job}/retry"), &json!({})).await.status(), 204);
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_can_be_watched_while_it_grows_and_stopped_and_made_after_all() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let admin = server.admin().await;
    let (video, uuid) = send(&person, "long.webm", &[]).await;
    let path = format!("/api/v1/videos/{uuid}/progress");
    let progress = until("the film to be playable", || async {
        let progress = person.json(&path).await;
        (progress["playable"] == true).then_some(progress)
    })
    .await;
    assert_eq!((&progress["stage"], &progress["state"]["id"]), (&json!("encoding"), &json!(2)));
    let playlists = server.app.db.read(move |conn| making::playlists(conn, video)).await.unwrap().unwrap();
    assert!(playlists.growing && playlists.hashes.is_none());
    let folder = folder(&server, &uuid);
    let master = std::fs::read_to_string(folder.join(&playlists.master)).unwrap();
    for rung in master.lines().filter(|line| line.ends_with(".m3u8")) {
        let text = std::fs::read_to_string(folder.join(rung)).unwrap();
        let growing = text.contains("#EXT-X-PLAYLIST-TYPE:EVENT") && !text.contains("ENDLIST");
        // The sound is made first.
        assert!(text.contains("#EXTINF") && (growing || rung.ends_with("-0.m3u8")), "{rung}: {text}");
    }

    // A second film does not wait for the first: something small of it is made beside.
    let (_, second) = send(&person, "long.mkv", &[]).await;
    until("the second film to be playable", || async {
        let other = person.json(&format!("/api/v1/videos/{second}/progress")).await;
        (other["playable"] == true).then_some(())
    })
    .await;

    let active = admin.json("/api/v1/jobs/active?jobType=transcode").await;
    let mine = active["data"].as_array().unwrap().iter().find(|job| job["videoUUID"] == uuid.as_str());
    let Some(mine) = mine else {
        // A quick machine has made it already: nothing is left to be stopped.
        server.stop().await;
        return;
    };
    let job = mine["id"].as_str().unwrap();
    assert_eq!(admin.post(&format!("/api/v1/jobs/{job}/cancel"), &json!({})).await.status(), 204);
    until("the film to be stopped", || async {
        let progress = person.json(&path).await;
        (progress["stage"] == "failed" && progress["reasonCode"] == "cancelled").then_some(())
    })
    .await;
    let stopped = person.json(&path).await;
    let ready = stopped["renditions"].as_array().unwrap().iter().any(|made| made["state"] == "ready");
    assert_eq!(stopped["playable"], ready, "{stopped}");
    assert_eq!(admin.post(&format!("/api/v1/jobs/{job}/retry"), &json!({})).await.status(), 204);
    made(&server, &person, video).await;
    server.stop().await;
}
