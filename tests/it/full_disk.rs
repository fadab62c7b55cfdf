//! A disk without room: refused in words before bytes are wasted, waited for where work is under way, and nothing half
//! written stays.

use crate::{
    common::{
        Server,
        clips::clip,
        people::Person,
        program::{PROGRAM, Program, prepare},
        until,
    },
    making::send,
};
use kiosque::{
    clock::{Clock, Timestamp},
    videos::making,
};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::{path::Path, process::Command};

const RESUMABLE: &str = "/api/v1/videos/upload-resumable";

/// Lets the server believe that so many bytes of the disk are not for films.
async fn reserve(server: &Server, bytes: u64) {
    let change = json!({"uploads": {"reserve": bytes}});
    assert_eq!(server.admin().await.put("/api/v1/server/settings", &change).await.status(), 200);
}

/// More than there is on any disk.
const EVERYTHING: u64 = 1 << 52;

async fn piece(person: &Person, path: &str, film: &[u8], from: usize, to: usize) -> Response {
    let range = format!("bytes {from}-{}/{}", to - 1, film.len());
    let request = person.request(Method::PUT, path).header("Content-Range", range);
    request.body(film[from..to].to_vec()).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_refused_in_words_and_go_on_when_there_is_room_again() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let film = std::fs::read(clip("h264-aac.mp4")).unwrap();
    let metadata =
        json!({"name": "By pieces", "channelId": person.group_id().await, "filename": "a.mp4", "privacy": 1});
    let announce = async || {
        let request = person.request(Method::POST, RESUMABLE).json(&metadata);
        request.header("X-Upload-Content-Length", film.len()).send().await.unwrap()
    };
    reserve(&server, EVERYTHING).await;
    let refused = announce().await;
    assert_eq!(refused.status(), 413);
    let body: Value = refused.json().await.unwrap();
    assert!(body["detail"].as_str().unwrap().contains("disk"), "{body}");
    let room = person.json("/api/v1/uploads/room").await;
    assert_eq!((&room["bytesLeft"], &room["limitedBy"]), (&json!(0), &json!("disk")));

    reserve(&server, 0).await;
    let location = announce().await.headers()["location"].to_str().unwrap().to_owned();
    let path = location[location.find("/api").unwrap()..].to_owned();
    assert_eq!(piece(&person, &path, &film, 0, 1000).await.status(), 308);
    reserve(&server, EVERYTHING).await;
    let refused = piece(&person, &path, &film, 1000, film.len()).await;
    assert_eq!(refused.status(), 507);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["code"], "disk_full");
    assert!(body["detail"].as_str().unwrap().contains("The disk of this server is full"), "{body}");

    reserve(&server, 0).await;
    assert_eq!(piece(&person, &path, &film, 1000, film.len()).await.status(), 200);
    until("the film", || async {
        let list = person.json("/api/v1/users/me/videos").await;
        (list["data"][0]["progress"] == Value::Null && list["total"] == 1).then_some(())
    })
    .await;
    server.stop().await;
}

/// The part that is done of the rendition that is furthest.
fn furthest(progress: &Value) -> f64 {
    let rungs = progress["renditions"].as_array().unwrap().iter();
    let films = rungs.filter(|rung| rung["resolution"]["id"] != 0);
    films.filter_map(|rung| rung["done"].as_f64()).fold(0.0, f64::max)
}

#[tokio::test(flavor = "multi_thread")]
async fn making_a_film_waits_for_room_and_goes_on_where_it_was() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let person = server.user("alice").await;
    let (video, uuid) = send(&person, "slow.webm", &[]).await;
    let path = format!("/api/v1/videos/{uuid}/progress");
    let before = until("a part to be made", || async {
        let done = furthest(&person.json(&path).await);
        (done >= 0.1).then_some(done)
    })
    .await;
    assert!(before < 1.0, "the film was made too quickly to be stopped");
    reserve(&server, EVERYTHING).await;
    let progress = until("the work to wait", || async {
        let progress = person.json(&path).await;
        (progress["stage"] == "paused").then_some(progress)
    })
    .await;
    assert_eq!(progress["reasonCode"], "disk-full");
    assert!(progress["reason"].as_str().unwrap().contains("goes on when there is room"), "{progress}");
    whole_files_only(&server.dir.path().join("media/hls").join(&uuid));
    let delayed = async || server.admin().await.json("/api/v1/jobs/delayed?jobType=transcode").await;
    let list = delayed().await;
    assert_eq!(
        (&list["data"][0]["attempts"], &list["data"][0]["reasonCode"]),
        (&json!(0), &json!("disk-full"))
    );

    // It looks again now and then: there is still none.
    let look = async || {
        clock.advance(130);
        server.app.db.write(|_| Ok(())).await.unwrap();
    };
    look().await;
    until("it to have looked", || async {
        let now = clock.now().iso();
        (delayed().await["data"][0]["runAt"].as_str() > Some(now.as_str())).then_some(())
    })
    .await;
    reserve(&server, 0).await;
    look().await;
    let after = until("the work to go on", || async {
        let progress = person.json(&path).await;
        let done = furthest(&progress);
        (done > 0.0 && progress["stage"] != "paused").then_some(done)
    })
    .await;
    assert!(after > before - 0.1, "{after} is left of {before}");
    until("the whole ladder", || async {
        server.app.db.write(|_| Ok(())).await.unwrap();
        (person.json(&path).await["stage"] == "ready").then_some(())
    })
    .await;
    let renditions = server.app.db.read(move |conn| making::renditions(conn, video)).await.unwrap();
    for rendition in renditions {
        let file = server.dir.path().join("media/hls").join(&uuid).join(&rendition.file);
        assert_eq!(std::fs::metadata(file).unwrap().len(), rendition.size.unwrap());
    }
    server.stop_whatever_failed().await;
}

/// Playlists end with a line, and nothing of a file that was begun and not finished is there.
fn whole_files_only(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.ends_with(".new") && !name.contains(".tmp"), "{name}");
        if name.ends_with(".m3u8") {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.starts_with("#EXTM3U\n") && text.ends_with('\n'), "{name}: {text}");
        }
    }
}

/// Starts the program with its data on a disk of some megabytes that it fills. None where this machine does not let its
/// users mount anything.
async fn on_a_small_disk(data: &Path, megabytes: u32) -> Option<Program> {
    let mount = format!("mount -t tmpfs -o size={megabytes}m none \"$0\"");
    let run = |line: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", line]).arg(data);
        command
    };
    if !run(&mount).output().is_ok_and(|tried| tried.status.success()) {
        eprintln!("not run: this machine does not let its users mount a small disk");
        return None;
    }
    // What `prepare` made would be under the mount: it is kept aside meanwhile.
    let line = format!(
        "cp -a \"$0\" \"$0.aside\" && {mount} && cp -a \"$0.aside/.\" \"$0/\" && rm -r \"$0.aside\" && \
         exec \"$1\" serve --listen 127.0.0.1:0 --data-dir \"$0\""
    );
    let mut command = run(&line);
    command.arg(PROGRAM);
    Some(Program::run(command).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_really_full_stops_nothing_for_good() {
    let dir = prepare();
    let Some(program) = on_a_small_disk(dir.path(), 64).await else { return };
    // As this process sees the other's files.
    let data = program.sees(dir.path());
    let reserve = async |megabytes: u64| {
        let change = json!({"uploads": {"reserve": megabytes << 20}});
        let request = program.request(Method::PUT, "/api/v1/server/settings").json(&change);
        assert_eq!(request.send().await.unwrap().status(), 200);
    };
    reserve(0).await;
    let uuid = program.send("slow.webm").await;
    let path = format!("/api/v1/videos/{uuid}/progress");
    until("a part to be made", || async { (furthest(&program.json(&path).await) > 0.0).then_some(()) }).await;
    // Less than the six megabytes that are left for the database.
    reserve(96).await;
    let filler = data.join("filler");
    let free = rustix::fs::statvfs(&data).map(|disk| disk.f_bavail * disk.f_frsize).unwrap();
    std::fs::write(&filler, vec![1; free as usize - (5 << 20)]).unwrap();
    let progress = until("the work to wait", || async {
        let progress = program.json(&path).await;
        (progress["stage"] == "paused").then_some(progress)
    })
    .await;
    assert_eq!(progress["reasonCode"], "disk-full", "{progress}");
    whole_files_only(&data.join("media/hls").join(&uuid));

    // Then another program takes the rest.
    assert!(std::fs::write(data.join("rest"), vec![1; 8 << 20]).is_err(), "it is full");
    let film = format!("/api/v1/videos/{uuid}");
    assert_eq!(program.json(&film).await["uuid"], uuid.as_str(), "it still answers");
    let edit = async |name: String| {
        let change = json!({"name": name, "description": name.repeat(200)});
        program.request(Method::PUT, &film).json(&change).send().await.unwrap()
    };
    let refused = until("the database to need room", || async {
        let answer = edit(uuid::Uuid::new_v4().to_string()).await;
        (answer.status() != 204).then_some(answer)
    })
    .await;
    assert_eq!(refused.status(), 507);
    let before = program.json(&film).await["name"].clone();
    std::fs::remove_file(data.join("rest")).unwrap();
    std::fs::remove_file(&filler).unwrap();
    assert_eq!(program.json(&film).await["name"], before, "what was refused is not there");
    assert_eq!(edit("Room again".to_owned()).await.status(), 204);

    // Nobody wants to wait two minutes for it to look.
    let job = program.json("/api/v1/jobs/delayed?jobType=transcode").await["data"][0]["id"].clone();
    for what in ["cancel", "retry"] {
        let act = format!("/api/v1/jobs/{}/{what}", job.as_str().unwrap());
        let answer = program.request(Method::POST, &act).json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status(), 204, "{what}");
    }
    until("the whole ladder", || async {
        let progress = program.json(&path).await;
        (progress["stage"] == "ready").then_some(())
    })
    .await;
    assert_eq!(program.json("/api/v1/jobs/failed").await["total"], 0);
    program.kill().await;
}
