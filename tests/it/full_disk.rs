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
use std::{
    io::Write as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

const RESUMABLE: &str = "/api/v1/videos/upload-resumable";

/// Lets the server believe that so many bytes of the disk are not for films.
async fn reserve(server: &Server, bytes: u64) {
    let change = json!({"uploads": {"reserve": bytes}});
    assert_eq!(server.admin().await.put("/api/v1/server/settings", &change).await.status(), 200);
}

/// Within so long after there is room work goes on, on a machine that is busy with other tests.
const SECONDS: Duration = Duration::from_secs(10);

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

    // Nobody tells it: it sees for itself, and the clock stands still.
    reserve(&server, 0).await;
    let begun = Instant::now();
    let after = until("the work to go on", || async {
        let progress = person.json(&path).await;
        let done = furthest(&progress);
        (done > 0.0 && progress["stage"] != "paused").then_some(done)
    })
    .await;
    assert!(begun.elapsed() < SECONDS, "{:?}", begun.elapsed());
    assert!(after > before - 0.1, "{after} is left of {before}");
    until("the whole ladder", || async {
        // The clock stands still: what is set for a moment is due when somebody writes.
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
    // Another program takes everything, to the last byte.
    let fill = || {
        let filler = std::fs::OpenOptions::new().append(true).create(true).open(data.join("filler"));
        let mut filler = filler.unwrap();
        while filler.write_all(&[1; 4096]).is_ok() {}
    };
    fill();
    let film = format!("/api/v1/videos/{uuid}");
    let edit = async |name: String| {
        let change = json!({"name": name, "description": name.repeat(200)});
        program.request(Method::PUT, &film).json(&change).send().await.unwrap()
    };
    let refused = until("the database to need room", || async {
        let answer = edit(uuid::Uuid::new_v4().to_string()).await;
        fill();
        (answer.status() != 204).then_some(answer)
    })
    .await;
    assert_eq!(refused.status(), 507);
    let progress = until("the work to wait", || async {
        let progress = program.json(&path).await;
        (progress["stage"] == "paused").then_some(progress)
    })
    .await;
    assert_eq!(progress["reasonCode"], "disk-full", "{progress}");
    assert!(progress["reason"].as_str().unwrap().contains("goes on when there is room"), "{progress}");
    until("the process to have ended", || async { program.children().is_empty().then_some(()) }).await;
    whole_files_only(&data.join("media/hls").join(&uuid));

    // It still answers, and takes nothing that it could not keep.
    let before = program.json(&film).await["name"].clone();
    for answer in [program.announcement("more.mp4", 1000).await, edit("Too much".to_owned()).await] {
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert!([413, 507].contains(&status.as_u16()), "{status} {body}");
        assert!(body["detail"].as_str().unwrap().contains("disk of this server"), "{body}");
    }

    std::fs::remove_file(data.join("filler")).unwrap();
    let begun = Instant::now();
    until("the work to go on", || async { (program.json(&path).await["stage"] == "encoding").then_some(()) })
        .await;
    assert!(begun.elapsed() < SECONDS, "{:?}", begun.elapsed());
    assert_eq!(program.json(&film).await["name"], before, "what was refused is not there");
    assert_eq!(edit("Room again".to_owned()).await.status(), 204);
    until("the whole ladder", || async { (program.json(&path).await["stage"] == "ready").then_some(()) })
        .await;
    assert_eq!(program.json("/api/v1/jobs/failed").await["total"], 0);
    program.kill().await;
}
