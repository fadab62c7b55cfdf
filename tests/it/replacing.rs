//! Another file for a video: the old film plays until the new one is whole, whatever happens meanwhile.

use crate::{
    common::{
        Server,
        clips::clip,
        people::Person,
        program::{Program, prepare},
        shape, until,
    },
    making::{made, send},
};
use kiosque::{
    app::App,
    error::Error,
    jobs::{self, Job},
    storage::Storage,
    videos::{
        self, Video,
        replacing::{self, Beside},
    },
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// Announces another file and sends it; answers how that ended.
async fn replace(person: &Person, uuid: &str, name: &str, bytes: Vec<u8>) -> Response {
    let path = format!("/api/v1/videos/{uuid}/source/replace-resumable");
    let announced = person
        .request(Method::POST, &path)
        .header("X-Upload-Content-Length", bytes.len())
        .json(&json!({"filename": name}))
        .send()
        .await
        .unwrap();
    if announced.status() != 201 {
        return announced;
    }
    let location = announced.headers()["location"].to_str().unwrap().to_owned();
    let at = &location[location.find("/api").unwrap()..];
    assert!(at.starts_with(&path), "{at}");
    person.request(Method::PUT, at).body(bytes).send().await.unwrap()
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(clip(name)).unwrap()
}

/// Path of the master playlist.
fn playlist(details: &Value) -> String {
    let url = details["streamingPlaylists"][0]["playlistUrl"].as_str().unwrap();
    url[url.find("/static").unwrap()..].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_film_takes_the_place_when_all_of_it_is_made() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let anne = server.user("anne").await;
    let (video, uuid) = send(&anne, "h264-aac.mp4", &[]).await;
    made(&server, &anne, video).await;
    let path = format!("/api/v1/videos/{uuid}");
    let old = server.json(&path).await;
    assert_eq!(old["duration"], 3);
    let chapters = json!({"chapters": [{"timecode": 0, "title": "Begin"}, {"timecode": 2, "title": "End"}]});
    assert_eq!(anne.put(&format!("{path}/chapters"), &chapters).await.status(), 204);

    let sent = replace(&anne, &uuid, "better.webm", bytes("long.webm")).await;
    let status = sent.status();
    let source: Value = sent.json().await.unwrap();
    assert_eq!(
        (status.as_u16(), &source["filename"], &source["height"]),
        (200, &json!("better.webm"), &json!(240))
    );
    if shape::folder().is_some() {
        let recorded = shape::recorded("upload/replace-02-end.json");
        let exceptions = &[
            ("metadata.streams[]", "another film"),
            ("metadata.format", ""),
            ("metadata", ""),
            ("fileDownloadUrl", "the file is there until all is made of it"),
        ];
        shape::same(&recorded["body"], &source, exceptions).unwrap();
    }
    let coming = format!("{path}/source/replacement");
    let told = anne.json(&coming).await;
    assert_eq!(told["replacement"]["filename"], "better.webm", "{told}");
    // Nobody sees two films.
    for (person, list) in [
        (&anne, "/api/v1/users/me/videos"),
        (&admin, "/api/v1/videos?include=1"),
        (&admin, "/api/v1/accounts/anne/videos?include=1"),
        (&anne, "/api/v1/video-channels/anne_channel/videos"),
    ] {
        let list = person.json(list).await;
        assert_eq!((&list["total"], &list["data"][0]["uuid"]), (&json!(1), &json!(uuid)), "{list}");
    }
    assert_eq!(admin.json("/api/v1/server/stats").await["totalLocalVideos"], 1);
    let hidden = server.app.db.read(move |conn| {
        let coming = kiosque::videos::replacing::of(conn, video)?;
        Ok(coming.map(|coming| (coming.id, coming.uuid)))
    });
    let (id, other) = hidden.await.unwrap().unwrap();
    for key in [id.to_string(), other.to_string()] {
        assert_eq!(anne.get(&format!("/api/v1/videos/{key}")).await.status(), 404);
    }
    assert_eq!(anne.get(&format!("/w/{other}")).await.status(), 404);

    let new = until("the new film", || async {
        let now = server.json(&path).await;
        assert_eq!((&now["state"]["id"], &now["privacy"]["id"]), (&json!(1), &json!(1)), "{now}");
        assert_eq!(server.get(&playlist(&now)).await.status(), 200, "there is always a film");
        (now["duration"] != old["duration"]).then_some(now)
    })
    .await;
    assert_eq!(new["duration"], 80);
    // The room that the account uses is that of the new film.
    let size = bytes("long.webm").len();
    assert_eq!(anne.json("/api/v1/users/me/video-quota-used").await["videoQuotaUsed"], size);
    let kept = server.app.db.read(|conn| {
        let kept = "select bytes_sent from logins join accounts on id = account_id where name = 'anne'";
        Ok(conn.query_row(kept, [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(kept.await.unwrap() as usize, size);
    for file in new["streamingPlaylists"][0]["files"].as_array().unwrap() {
        for key in ["fileUrl", "playlistUrl"] {
            let url = file[key].as_str().unwrap();
            assert_eq!(server.get(&url[url.find("/static").unwrap()..]).await.status(), 200, "{url}");
        }
    }
    // Who is in the middle of the old film sees it to its end.
    let mut names = vec![playlist(&old)];
    for file in old["streamingPlaylists"][0]["files"].as_array().unwrap() {
        names.extend(["fileUrl", "playlistUrl"].map(|key| {
            let url = file[key].as_str().unwrap();
            url[url.find("/static").unwrap()..].to_owned()
        }));
    }
    for path in &names {
        assert_eq!(server.get(path).await.status(), 200, "{path}");
    }
    let name = names[1].rsplit('/').next().unwrap().to_owned();
    let now = server.app.clock.now();
    let known = server.app.db.read(move |conn| {
        let at = |seconds| kiosque::videos::replacing::of_old_file(conn, now.plus_seconds(seconds), &name);
        Ok([at(0)?, at(3590)?, at(3610)?])
    });
    assert_eq!(known.await.unwrap(), [Some(video), Some(video), None]);
    assert_eq!(anne.json(&coming).await["replacement"], Value::Null);
    assert_eq!(anne.json(&format!("{path}/source")).await["filename"], "better.webm");
    assert_eq!((&new["publishedAt"], &new["name"]), (&old["publishedAt"], &old["name"]));
    assert_ne!(new["thumbnailPath"], old["thumbnailPath"]);
    assert_eq!(server.json(&format!("{path}/chapters")).await["chapters"].as_array().unwrap().len(), 2);

    // And back to a short one: chapters behind its end go; a picture that was chosen stays.
    until("the rest of the work", || async {
        let waiting = admin.json("/api/v1/jobs/active").await["total"] == 0;
        waiting.then_some(())
    })
    .await;
    assert_eq!(anne.put(&format!("{path}/thumbnail-frame"), &json!({"time": 1.0})).await.status(), 204);
    let chosen = server.json(&path).await["thumbnailPath"].clone();
    assert_eq!(replace(&anne, &uuid, "short.webm", bytes("wide.webm")).await.status(), 200);
    let short = until("the short film", || async {
        let now = server.json(&path).await;
        (now["duration"] == 2).then_some(now)
    })
    .await;
    assert_eq!(short["thumbnailPath"], chosen);
    assert_eq!(server.json(&format!("{path}/chapters")).await["chapters"].as_array().unwrap().len(), 1);
    assert_eq!(anne.delete(&path).await.status(), 204);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_become_a_film_leaves_the_old_one() {
    let server = Server::start().await;
    let (anne, berthe) = (server.user("anne").await, server.user("berthe").await);
    let (video, uuid) = send(&anne, "h264-aac.mp4", &[]).await;
    let path = format!("/api/v1/videos/{uuid}");
    let coming = format!("{path}/source/replacement");
    let busy = replace(&anne, &uuid, "other.mp4", bytes("h264-aac.mp4")).await;
    let made_at_once = anne.json(&format!("{path}/progress")).await["stage"] == "ready";
    assert!(busy.status() == 409 || made_at_once, "{}", busy.status());
    made(&server, &anne, video).await;
    let old = playlist(&server.json(&path).await);

    assert_eq!(replace(&berthe, &uuid, "other.mp4", bytes("h264-aac.mp4")).await.status(), 403);
    assert_eq!(berthe.get(&coming).await.status(), 403);
    assert_eq!(berthe.delete(&coming).await.status(), 403);
    let announcement = json!({"filename": "other.mp4"});
    let anonymous = server.post(&format!("{path}/source/replace-resumable"), &announcement).await;
    assert_eq!(anonymous.status(), 401);
    assert_eq!(replace(&anne, &uuid, "letter.txt", b"Dear Anne".to_vec()).await.status(), 422);
    assert_eq!(anne.json(&coming).await["replacement"], Value::Null);
    assert_eq!(anne.delete(&coming).await.status(), 404);

    // One that is given up, one that another takes the place of, and one that goes with its video.
    assert_eq!(replace(&anne, &uuid, "long.webm", bytes("long.webm")).await.status(), 200);
    let again = anne.post(&format!("{path}/transcoding"), &json!({"transcodingType": "hls"})).await;
    assert_eq!(again.status(), 403);
    assert_eq!(anne.delete(&coming).await.status(), 204);
    assert_eq!(anne.json(&coming).await["replacement"], Value::Null);
    assert_eq!(server.get(&old).await.status(), 200);
    for name in ["one.webm", "two.webm"] {
        assert_eq!(replace(&anne, &uuid, name, bytes("long.webm")).await.status(), 200);
        assert_eq!(anne.json(&coming).await["replacement"]["filename"], name);
    }
    // An unfinished upload of another file is not one of a new video.
    let begun = anne
        .request(Method::POST, &format!("{path}/source/replace-resumable"))
        .header("X-Upload-Content-Length", 5000)
        .json(&json!({"filename": "begun.webm"}))
        .send()
        .await
        .unwrap();
    assert_eq!(begun.status(), 201);
    assert_eq!(anne.json("/api/v1/uploads").await["total"], 0);
    let location = begun.headers()["location"].to_str().unwrap();
    let piece = anne.request(Method::PUT, &location[location.find("/api").unwrap()..]);
    let piece = piece.header("Content-Range", "bytes 0-999/5000").body(vec![7; 1000]).send().await.unwrap();
    assert_eq!(piece.status(), 308);
    assert_eq!(anne.delete(&path).await.status(), 204);
    until("the files to go", || async {
        let left = |folder: &str| std::fs::read_dir(server.dir.path().join(folder)).unwrap().count();
        // The file that the old film was made of is kept for a while.
        let all = left("media/hls") + left("tmp/uploads") == 0 && left("media/sources") <= 1;
        all.then_some(())
    })
    .await;
    server.stop_whatever_failed().await;
}

/// A film, and another that is whole and is to take its place.
async fn two_films(server: &Server, person: &Person) -> (Video, Video) {
    let video = server.db_video(person, json!({"name": "Concert", "privacy": 1})).await;
    let other = server.db_video(person, json!({"name": "Better", "privacy": 3})).await;
    for film in [&video, &other] {
        server.put_files(film).await;
    }
    let (id, coming) = (video.id, other.id);
    let write = server.app.db.write(move |tx| {
        tx.execute("update videos set replaces = ?1 where id = ?2", [id, coming])?;
        Ok((videos::by_id(tx, id)?, videos::by_id(tx, coming)?))
    });
    write.await.unwrap()
}

/// Names in the folder of a film.
fn folder(server: &Server, film: &Video) -> Vec<String> {
    let mut names = server.app.storage.names_in(&Storage::hls_folder(film.uuid)).unwrap();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sweeps_what_is_to_come_or_is_told_of_it() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let (_, coming) = two_films(&server, &anne).await;
    assert_eq!(server.app.left_by_a_crash().await.unwrap(), Vec::<String>::new());
    let future = server.app.clock.now().plus_seconds(1000);
    assert_eq!(server.app.nameless_files(future).await.unwrap(), []);
    let now = server.app.clock.now();
    let told = server.app.db.write(move |tx| {
        let news = || {
            let filter = jobs::Filter { kind: Some("notify".into()), count: 9, ..jobs::Filter::default() };
            Ok::<_, Error>(jobs::list(tx, &filter)?.0)
        };
        let before = news()?;
        tx.execute("update videos set announced = 0 where id = ?1", [coming.id])?;
        videos::set_state(tx, now, coming.id, videos::State::Published, None)?;
        Ok((before, news()?))
    });
    let (before, after) = told.await.unwrap();
    assert_eq!(after, before);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_of_which_a_file_is_missing_does_not_take_the_place() {
    let server = Server::start().await;
    let (admin, anne) = (server.admin().await, server.user("anne").await);
    let (video, coming) = two_films(&server, &anne).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let old = server.json(&path).await;
    let name = folder(&server, &coming).into_iter().find(|name| name.ends_with(".mp4")).unwrap();
    let missing = server.app.storage.path(&Storage::hls(coming.uuid, &name)).unwrap();
    std::fs::rename(&missing, missing.with_extension("away")).unwrap();
    let (now, id) = (server.app.clock.now(), coming.id);
    let write = server.app.db.write(move |tx| jobs::enqueue(tx, now, &Job::Replace { video: id }));
    let job = write.await.unwrap();
    let replacement = format!("{path}/source/replacement");
    let told = until("the trouble to be told", || async {
        let told = anne.json(&replacement).await["replacement"]["progress"].clone();
        (told["stage"] == "failed").then_some(told)
    })
    .await;
    assert_eq!(told["reasonCode"], "damaged");
    let kept = server.json(&path).await;
    assert_eq!(kept["streamingPlaylists"], old["streamingPlaylists"]);
    assert_eq!(server.get(&playlist(&kept)).await.status(), 200);

    // Tried again when the file is back.
    std::fs::rename(missing.with_extension("away"), &missing).unwrap();
    let failed = admin.json("/api/v1/jobs/failed").await["data"][0].clone();
    assert_eq!((&failed["id"], &failed["videoUUID"]), (&json!(job.to_string()), &json!(video.uuid)));
    assert_eq!(admin.post(&format!("/api/v1/jobs/{job}/retry"), &json!({})).await.status(), 204);
    let new = until("the new film", || async {
        let now = server.json(&path).await;
        (playlist(&now) != playlist(&old)).then_some(now)
    })
    .await;
    assert_eq!(server.get(&playlist(&new)).await.status(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_in_the_last_moment_leaves_no_files() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let (video, coming) = two_films(&server, &anne).await;
    let before = folder(&server, &video);
    let id = coming.id;
    let moves = server.app.db.read(move |conn| replacing::moves(conn, id)).await.unwrap().unwrap();
    for (from, to) in &moves {
        let place = |kept| server.app.storage.path(&App::place_of(kept)).unwrap();
        if place(from).exists() {
            std::fs::hard_link(place(from), place(to)).unwrap();
        }
    }
    assert_eq!(folder(&server, &video).len(), before.len() + folder(&server, &coming).len());
    let now = server.app.clock.now();
    let written = server.app.db.write(move |tx| {
        assert!(replacing::give_up(tx, now, video.id, App::place_of)?);
        let beside = Beside { keep_source: true, progressive: true };
        replacing::take_place(tx, now, coming.id, &moves, beside, App::place_of)?;
        videos::by_id(tx, video.id)
    });
    let video = written.await.unwrap();
    until("the files to go", || async { (folder(&server, &video) == before).then_some(()) }).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_there_is_always_one_whole_film() {
    let dir = prepare();
    let mut program = Program::start(dir.path()).await;
    let uuid = program.send("h264-aac.mp4").await;
    let path = format!("/api/v1/videos/{uuid}");
    until("the old film", || async {
        (program.json(&format!("{path}/progress")).await["stage"] == "ready").then_some(())
    })
    .await;
    let film = bytes("long.webm");
    // The work may not have ended when everything is made.
    let announced = until("the announcement to be taken", || async {
        let announced = program
            .request(Method::POST, &format!("{path}/source/replace-resumable"))
            .header("X-Upload-Content-Length", film.len())
            .json(&json!({"filename": "long.webm"}))
            .send()
            .await
            .unwrap();
        (announced.status() != 409).then_some(announced)
    })
    .await;
    let location = announced.headers()["location"].to_str().unwrap().to_owned();
    let at = &location[location.find("/api").unwrap()..];
    assert_eq!(program.piece(at, &film, 0, film.len()).await.status(), 200);
    let mut killed = 0;
    for wanted in [0.0, 0.02, 0.1, 0.2, 0.4, 0.8] {
        let done = until("some progress", || async {
            let told = program.json(&format!("{path}/source/replacement")).await["replacement"].clone();
            if told.is_null() {
                return Some(true);
            }
            let rungs = told["progress"]["renditions"].as_array().unwrap().iter();
            let most = rungs.filter_map(|rung| rung["done"].as_f64()).fold(0.0, f64::max);
            (most >= wanted).then_some(false)
        })
        .await;
        program.kill().await;
        program = Program::start(dir.path()).await;
        let now = program.json(&path).await;
        assert_eq!(now["state"]["id"], 1, "{now}");
        let there = program.request(Method::GET, &playlist(&now)).send().await.unwrap();
        assert_eq!(there.status(), 200);
        if done {
            break;
        }
        killed += 1;
    }
    assert!(killed >= 3, "it was made too quickly to be interrupted: {killed}");
    let new = until("the new film", || async {
        let now = program.json(&path).await;
        (now["duration"] == 80).then_some(now)
    })
    .await;
    for file in new["streamingPlaylists"][0]["files"].as_array().unwrap() {
        let url = file["fileUrl"].as_str().unwrap();
        let there = program.request(Method::GET, &url[url.find("/static").unwrap()..]).send().await.unwrap();
        assert_eq!(there.status(), 200, "{url}");
        assert_eq!(there.bytes().await.unwrap().len() as u64, file["size"].as_u64().unwrap());
    }
    assert_eq!(program.json("/api/v1/jobs/failed").await["total"], 0);
    program.kill().await;
}
