//! Reading, editing, listing videos.

use crate::common::{Server, films::Film, until};
use kiosque::{
    clock::{Clock, Timestamp},
    jobs, videos,
};
use reqwest::{Method, multipart};
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|video| video["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_is_found_by_number_uuid_and_short_uuid() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let video = server.db_video(&person, json!({"name": "Rehearsal"})).await;
    let short = kiosque::ids::short(video.uuid);
    for id in [video.id.to_string(), video.uuid.to_string(), video.uuid.to_string().to_uppercase(), short] {
        let found = server.json(&format!("/api/v1/videos/{id}")).await;
        assert_eq!(found["uuid"], video.uuid.to_string(), "{id}");
    }
    for (id, status) in [
        ("99999", 404),
        ("4a000000-0000-4000-8000-000000000000", 404),
        ("nothing-like-it", 400),
        ("99999999999", 404),
    ] {
        assert_eq!(server.get(&format!("/api/v1/videos/{id}")).await.status(), status, "{id}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn details_say_what_was_written() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let long = "la ".repeat(200);
    let video = server
        .db_video(&person, json!({"name": "Rehearsal", "description": long, "tags": ["choir"], "licence": 1}))
        .await;
    let details = server.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    assert_eq!(details["duration"], 10);
    assert_eq!(details["aspectRatio"], 1.7778);
    assert_eq!(details["tags"], json!(["choir"]));
    assert_eq!(details["licence"]["label"], "Attribution");
    assert_eq!(details["description"].as_str().unwrap().len(), long.len());
    assert_eq!(details["truncatedDescription"].as_str().unwrap().chars().count(), 250);
    assert!(details["descriptionHtml"].as_str().unwrap().starts_with("<p>la"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_sort_filter_and_count() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (one, two) = (server.user("one").await, server.user("two").await);
    for (person, fields) in [
        (&one, json!({"name": "Bees", "category": 16, "tags": ["insects", "garden"]})),
        (&two, json!({"name": "anemones", "language": "fr", "tags": ["garden"]})),
        (&one, json!({"name": "Crows", "nsfw": true})),
        (&one, json!({"name": "Dunes", "privacy": 4})),
        (&two, json!({"name": "Elms", "privacy": 2})),
    ] {
        server.db_video(person, fields).await;
        clock.advance(60);
    }
    server.db_unmade_video(&one, json!({"name": "Unmade"})).await;
    let ask = async |query: &str| server.json(&format!("/api/v1/videos{query}")).await;
    for (query, total, expected) in [
        ("", 2, vec!["anemones", "Bees"]),
        ("?nsfw=both", 3, vec!["Crows", "anemones", "Bees"]),
        ("?nsfw=true", 1, vec!["Crows"]),
        ("?sort=publishedAt&nsfw=both", 3, vec!["Bees", "anemones", "Crows"]),
        ("?sort=name&nsfw=both", 3, vec!["anemones", "Bees", "Crows"]),
        ("?sort=-name&nsfw=both&count=1&start=1", 3, vec!["Bees"]),
        ("?categoryOneOf=16", 1, vec!["Bees"]),
        ("?languageOneOf=fr", 1, vec!["anemones"]),
        ("?languageOneOf=_unknown", 1, vec!["Bees"]),
        ("?languageOneOf=fr&languageOneOf=_unknown", 2, vec!["anemones", "Bees"]),
        ("?tagsOneOf=insects&tagsOneOf=none", 1, vec!["Bees"]),
        ("?tagsAllOf=Insects&tagsAllOf=garden", 1, vec!["Bees"]),
        ("?tagsAllOf=insects&tagsAllOf=none", 0, vec![]),
        ("?filter=local", 2, vec!["anemones", "Bees"]),
        ("?isLocal=false", 0, vec![]),
        ("?isLive=true", 0, vec![]),
        ("?hasHLSFiles=true&hasWebVideoFiles=true", 2, vec!["anemones", "Bees"]),
        ("?hasHLSFiles=false", 0, vec![]),
        ("?host=elsewhere.example", 0, vec![]),
        ("?search=anem", 1, vec!["anemones"]),
        ("?sort=-trending", 2, vec!["anemones", "Bees"]),
    ] {
        let list = ask(query).await;
        assert_eq!((list["total"].as_i64(), names(&list)), (Some(total), expected), "{query}");
    }
    assert_eq!(names(&one.json("/api/v1/videos").await), ["Dunes", "anemones", "Bees"]);
    assert_eq!(names(&one.json("/api/v1/accounts/one/videos").await), ["Dunes", "Bees"]);
    assert_eq!(names(&server.json("/api/v1/video-channels/two_channel/videos").await), ["anemones"]);
    let mine = one.json("/api/v1/users/me/videos").await;
    assert_eq!(names(&mine), ["Unmade", "Dunes", "Crows", "Bees"]);
    assert_eq!(mine["total"], 4);
    assert_eq!(names(&one.json("/api/v1/users/me/videos?search=UNM").await), ["Unmade"]);
    let admin = server.admin().await;
    let all = admin.json("/api/v1/videos?include=9&nsfw=both&privacyOneOf=1&privacyOneOf=2").await;
    assert_eq!(names(&all), ["Elms", "Crows", "anemones", "Bees", "Unmade"]);
    assert_eq!(all["data"][0]["state"]["id"], 1);
    assert!(all["data"][0]["files"].is_array());
    assert_eq!(one.get("/api/v1/videos?include=9").await.status(), 401);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_what_it_names() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let video =
        server.db_video(&person, json!({"name": "Rehearsal", "tags": ["choir"], "language": "fr"})).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let form = multipart::Form::new()
        .text("name", "Rehearsal, renamed")
        .text("tags[0]", "book")
        .text("tags[1]", "voice")
        .text("category", "13")
        .text("nsfw", "true");
    let response = person.request(Method::PUT, &path).multipart(form).send().await.unwrap();
    assert_eq!(response.status(), 204);
    let now = server.json(&path).await;
    assert_eq!(
        (&now["name"], &now["tags"], &now["category"]["id"]),
        (&json!("Rehearsal, renamed"), &json!(["book", "voice"]), &json!(13))
    );
    assert_eq!((&now["language"]["id"], &now["nsfw"]), (&json!("fr"), &json!(true)));
    assert_eq!(person.put(&path, &json!({"language": null, "nsfw": false})).await.status(), 204);
    assert_eq!(server.json(&path).await["language"]["id"], Value::Null);
    let moved = server.user("other").await;
    assert_eq!(person.put(&path, &json!({"channelId": moved.group_id().await})).await.status(), 400);
    assert_eq!(person.put(&path, &json!({"privacy": 5})).await.status(), 400, "a password is missing");
    assert_eq!(
        server.http.put(server.url(&path)).json(&json!({"name": "None"})).send().await.unwrap().status(),
        401
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_scheduled_is_published_in_time() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let person = server.user("singer").await;
    let at = Timestamp(1_800_000_000_000).plus_seconds(3600).iso();
    let fields = json!({"name": "Concert", "privacy": 3, "scheduleUpdate": {"updateAt": at}});
    let video = server.db_video(&person, fields).await;
    // Making it cancelled its jobs; the wish is put down again as an edit does.
    let path = format!("/api/v1/videos/{}", video.uuid);
    assert_eq!(
        person.put(&path, &json!({"scheduleUpdate": {"updateAt": at, "privacy": 1}})).await.status(),
        204
    );
    assert_eq!(person.json(&path).await["scheduledUpdate"]["privacy"], 1);
    assert_eq!(server.json("/api/v1/videos").await["total"], 0);
    clock.advance(3601);
    // Any commit wakes the workers, whose clock stands still otherwise.
    until("the video is public", || async {
        person.put(&path, &json!({"support": "cake"})).await;
        (server.json("/api/v1/videos").await["total"] == 1).then_some(())
    })
    .await;
    assert_eq!(server.json(&path).await.get("scheduledUpdate"), None);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_takes_files_and_counts_along() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let video = server.db_video(&person, json!({"name": "Rehearsal"})).await;
    let folder = server.dir.path().join(kiosque::storage::Storage::hls_folder(video.uuid));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("segment.mp4"), "x").unwrap();
    assert_eq!(person.delete(&format!("/api/v1/videos/{}", video.id)).await.status(), 204);
    assert_eq!(server.json("/api/v1/videos").await, json!({"total": 0, "data": []}));
    assert_eq!(server.json("/api/v1/search/videos?search=rehearsal").await["total"], 0);
    until("files are removed", || async { (!folder.exists()).then_some(()) }).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_videos_of_a_group_or_account_go_with_it() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let second = json!({"name": "second_group", "displayName": "Second"});
    let made: Value = person.post("/api/v1/video-channels", &second).await.json().await.unwrap();
    let group = made["videoChannel"]["id"].clone();
    let videos = [
        server.db_video(&person, json!({"name": "Of the second", "channelId": group})).await,
        server.db_video(&person, json!({"name": "Of the first"})).await,
    ];
    let folders =
        videos.map(|video| server.dir.path().join(kiosque::storage::Storage::hls_folder(video.uuid)));
    for folder in &folders {
        std::fs::create_dir_all(folder).unwrap();
    }
    assert_eq!(person.delete("/api/v1/video-channels/second_group").await.status(), 204);
    assert_eq!(names(&server.json("/api/v1/videos").await), ["Of the first"]);
    until("the files of the group go", || async { (!folders[0].exists()).then_some(()) }).await;
    let admin = server.admin().await;
    assert_eq!(admin.delete(&format!("/api/v1/users/{}", person.account_id)).await.status(), 204);
    assert_eq!(server.json("/api/v1/videos").await["total"], 0);
    until("the files of the account go", || async { (!folders[1].exists()).then_some(()) }).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_makes_a_view_and_is_resumed() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let person = server.user("singer").await;
    let video = server.db_video(&person, json!({"name": "Rehearsal"})).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    for second in [0, 5, 10] {
        let told = json!({"currentTime": second, "client": "test"});
        assert_eq!(person.post(&format!("{path}/views"), &told).await.status(), 204);
        let anyone = server.http.post(server.url(&format!("{path}/views"))).json(&told).send().await.unwrap();
        assert_eq!(anyone.status(), 204);
        clock.advance(5);
    }
    let there = person.json(&path).await;
    assert_eq!((&there["viewers"], &there["userHistory"]), (&json!(2), &json!({"currentTime": 10})));
    assert_eq!(there["views"], 0, "views are written together, later");
    server.app.write_views().await.unwrap();
    assert_eq!(server.json(&path).await["views"], 2);
    assert_eq!(person.json("/api/v1/videos").await["data"][0]["userHistory"]["currentTime"], 10);
    assert_eq!(names(&person.json("/api/v1/videos?excludeAlreadyWatched=true").await), Vec::<&str>::new());
    let dir = server.stop().await;
    let server = Server::start_in(dir, clock, |_| {}).await;
    assert_eq!(server.json(&path).await["views"], 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_use_indexes() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    server.db_video(&person, json!({"name": "Rehearsal"})).await;
    let group = person.group_id().await;
    server
        .app
        .db
        .read(move |conn| {
            for (sort, index) in [
                (videos::Sort::PublishedAt, "videos_published"),
                (videos::Sort::CreatedAt, "videos_created"),
                (videos::Sort::OriginallyPublishedAt, "videos_originally"),
                (videos::Sort::Views, "videos_viewed"),
                (videos::Sort::Likes, "videos_liked"),
                (videos::Sort::Heat, "videos_hot"),
                (videos::Sort::Name, "videos_named"),
                (videos::Sort::Duration, "videos_long"),
                (videos::Sort::Size, "videos_large"),
            ] {
                for descending in [true, false] {
                    let filter = videos::Filter {
                        sort,
                        descending,
                        count: 15,
                        sensitive: Some(false),
                        local: Some(true),
                        ..videos::Filter::default()
                    };
                    let plan = videos::explain(conn, &filter)?.join("\n");
                    assert!(plan.contains(&format!("COVERING INDEX {index}")), "{sort:?}: {plan}");
                    assert!(plan.contains("SEARCH videos USING INTEGER PRIMARY KEY"), "{sort:?}: {plan}");
                }
            }
            let scope = videos::Scope::OfGroups(vec![group]);
            let plan = videos::explain(
                conn,
                &videos::Filter { scope, descending: true, count: 15, ..videos::Filter::default() },
            )?
            .join("\n");
            assert!(plan.contains("videos_of_group"), "{plan}");
            Ok(())
        })
        .await
        .unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_come_first_whatever_is_added_and_removed() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    server.db_film(&person, json!({"name": "Sound"}), Film::Sound).await;
    let wide = server.db_film(&person, json!({"name": "Wide"}), Film::Wide).await;
    let ask = async || names(&server.json("/api/v1/videos?sort=-localVideoFilesSize").await).join(" ");
    assert_eq!(ask().await, "Wide Sound");
    let remove = move |tx: &rusqlite::Transaction<'_>| {
        Ok(tx.execute("delete from renditions where video_id = ?1 and kind = 'hls'", [wide.id])?)
    };
    assert_eq!(server.app.db.write(remove).await.unwrap(), 2);
    assert_eq!(ask().await, "Sound Wide");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_by_looking() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let video = server.db_video(&person, json!({"name": "Rehearsal"})).await;
    let list = |filter| server.app.db.read(move |conn| Ok(jobs::list(conn, &filter)?.0));
    let changes = || list(jobs::Filter::default());
    // That the video is there is told to those who follow, which takes a moment.
    let due = jobs::Filter {
        states: vec![jobs::State::Waiting, jobs::State::Active],
        due: Some((server.app.clock.now(), true)),
        ..jobs::Filter::default()
    };
    until("all work that is due is done", || async { (list(due.clone()).await.unwrap() == 0).then_some(()) })
        .await;
    let before = changes().await.unwrap();
    let wal = server.dir.path().join("kiosque.sqlite3-wal");
    let size = || std::fs::metadata(&wal).map_or(0, |found| found.len());
    let written = size();
    for _ in 0..20 {
        server.json(&format!("/api/v1/videos/{}", video.uuid)).await;
        server.json("/api/v1/videos").await;
        server.json("/api/v1/search/videos?search=rehearsal").await;
    }
    assert_eq!((changes().await.unwrap(), size()), (before, written));
    server.stop().await;
}
