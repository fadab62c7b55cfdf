//! What one watched: remembered for oneself, while one wants it, and forgotten when one asks.

use crate::common::{Server, people::Person};
use kiosque::{
    clock::{Clock, Timestamp},
    videos::Video,
};
use serde_json::{Value, json};

const HISTORY: &str = "/api/v1/users/me/history/videos";

async fn watch(person: &Person, video: &Video, seconds: u32) {
    let path = format!("/api/v1/videos/{}/views", video.uuid);
    assert_eq!(person.post(&path, &json!({ "currentTime": seconds })).await.status(), 204);
}

async fn watched(person: &Person, query: &str) -> Vec<(String, i64)> {
    let list = person.json(&format!("{HISTORY}{query}")).await;
    let one = |one: &Value| {
        let name = one["name"].as_str().unwrap().to_owned();
        (name, one["userHistory"]["currentTime"].as_i64().unwrap())
    };
    let data: Vec<_> = list["data"].as_array().unwrap().iter().map(one).collect();
    if !query.contains("count=") {
        assert_eq!(list["total"], data.len());
    }
    data
}

fn pairs(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(name, seconds)| ((*name).to_owned(), *seconds)).collect()
}

async fn place(person: &Person, video: &Video) -> Value {
    person.json(&format!("/api/v1/videos/{}", video.uuid)).await["userHistory"]["currentTime"].clone()
}

async fn switch(person: &Person, on: bool) {
    let body = json!({ "videosHistoryEnabled": on });
    assert_eq!(person.put("/api/v1/users/me", &body).await.status(), 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_watched_is_there_at_once_and_stays() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (owner, reader) = (server.user("owner").await, server.user("reader").await);
    let mut videos = Vec::new();
    for name in ["Été aux bois", "Bees", "Crows"] {
        videos.push(server.db_video(&owner, json!({ "name": name })).await);
    }
    for (at, seconds) in [(0, 3), (1, 4), (2, 5), (0, 7)] {
        clock.advance(60);
        watch(&reader, &videos[at], seconds).await;
        assert_eq!(place(&reader, &videos[at]).await, seconds);
    }
    let all = pairs(&[("Été aux bois", 7), ("Crows", 5), ("Bees", 4)]);
    assert_eq!(watched(&reader, "").await, all);
    assert_eq!(watched(&reader, "?start=1&count=1").await, pairs(&[("Crows", 5)]));
    assert_eq!(watched(&reader, "?search=ETE").await, pairs(&[("Été aux bois", 7)]));
    assert_eq!(watched(&reader, "?search=bois%20été").await, pairs(&[("Été aux bois", 7)]));
    // An accent as a sign of its own; and nobody reads on without end.
    assert_eq!(watched(&reader, "?search=E%CC%81te%CC%81").await, pairs(&[("Été aux bois", 7)]));
    let long = format!("?search={}nothing", "s+".repeat(100));
    assert_eq!(watched(&reader, &long).await, all);
    assert_eq!(watched(&reader, "?search=nothing").await, pairs(&[]));
    assert_eq!(watched(&owner, "").await, pairs(&[]), "nobody else's");
    assert_eq!(server.get(HISTORY).await.status(), 401);
    // As older clients tell it, and by a number.
    let path = format!("/api/v1/videos/{}/watching", videos[1].id);
    clock.advance(60);
    assert_eq!(reader.put(&path, &json!({"currentTime": 8})).await.status(), 204);
    assert_eq!(watched(&reader, "?count=1").await, pairs(&[("Bees", 8)]));
    // Lists tell it too, and leave out what was watched where that is asked.
    let list = reader.json("/api/v1/videos?sort=name").await;
    assert_eq!(list["data"][0]["userHistory"]["currentTime"], 8);
    assert_eq!(reader.json("/api/v1/videos?excludeAlreadyWatched=true").await["total"], 0);
    // What others may not see any more is not shown to them; what is gone is gone.
    let private = json!({"privacy": 3});
    assert_eq!(owner.put(&format!("/api/v1/videos/{}", videos[1].uuid), &private).await.status(), 204);
    assert_eq!(owner.delete(&format!("/api/v1/videos/{}", videos[2].uuid)).await.status(), 204);
    assert_eq!(watched(&reader, "").await, pairs(&[("Été aux bois", 7)]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_switches_it_off_leaves_no_trace() {
    let server = Server::start().await;
    let (owner, reader) = (server.user("owner").await, server.user("reader").await);
    let video = server.db_video(&owner, json!({"name": "Bees"})).await;
    switch(&reader, false).await;
    watch(&reader, &video, 5).await;
    let path = format!("/api/v1/videos/{}/watching", video.uuid);
    assert_eq!(reader.put(&path, &json!({"currentTime": 6})).await.status(), 204);
    assert_eq!(place(&reader, &video).await, Value::Null);
    assert_eq!(watched(&reader, "").await, pairs(&[]));
    switch(&reader, true).await;
    watch(&reader, &video, 5).await;
    assert_eq!(watched(&reader, "").await, pairs(&[("Bees", 5)]));
    // What was remembered before stays until it is forgotten.
    switch(&reader, false).await;
    watch(&reader, &video, 9).await;
    assert_eq!(watched(&reader, "").await, pairs(&[("Bees", 5)]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forgotten_does_not_come_back() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (owner, reader, other) =
        (server.user("owner").await, server.user("reader").await, server.user("other").await);
    let mut videos = Vec::new();
    for name in ["Ants", "Bees", "Crows", "Dunes"] {
        let video = server.db_video(&owner, json!({ "name": name })).await;
        clock.advance(60);
        watch(&reader, &video, 5).await;
        watch(&other, &video, 6).await;
        videos.push(video);
    }
    let one = |id: String| format!("{HISTORY}/{id}");
    // Nothing is written down yet: what waits is forgotten as well.
    assert_eq!(reader.delete(&one(videos[3].id.to_string())).await.status(), 204);
    assert_eq!(place(&reader, &videos[3]).await, Value::Null);
    assert_eq!(watched(&reader, "").await, pairs(&[("Crows", 5), ("Bees", 5), ("Ants", 5)]));
    assert_eq!(reader.delete(&one(videos[2].uuid.to_string())).await.status(), 204);
    assert_eq!(reader.delete(&one("999999".to_owned())).await.status(), 204);
    assert_eq!(reader.delete(&one("nothing".to_owned())).await.status(), 400);
    assert_eq!(watched(&reader, "").await, pairs(&[("Bees", 5), ("Ants", 5)]));
    let remove = format!("{HISTORY}/remove");
    let before = Timestamp(1_800_000_000_000 + 100_000).iso();
    assert_eq!(reader.post(&remove, &json!({"beforeDate": before})).await.status(), 204);
    assert_eq!(watched(&reader, "").await, pairs(&[("Bees", 5)]));
    for wrong in [json!({"beforeDate": "x"}), json!({"beforeDate": 7})] {
        assert_eq!(reader.post(&remove, &wrong).await.status(), 400, "{wrong}");
    }
    watch(&reader, &videos[0], 7).await;
    let told = reader.json("/api/v1/users/me/deletion").await;
    assert_eq!((&told["watched"], &told["subscriptions"]), (&json!(1), &json!(0)));
    assert_eq!(reader.post(&remove, &json!({})).await.status(), 204);
    server.app.write_views().await.unwrap();
    assert_eq!(watched(&reader, "").await, pairs(&[]));
    assert_eq!(watched(&other, "").await.len(), 4, "those of others stay");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_much_is_remembered() {
    let clock = Clock::stopped(Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let (owner, reader) = (server.user("owner").await, server.user("reader").await);
    let (group, account, most) = (owner.group_id().await, reader.account_id, kiosque::history::MOST);
    let films = move |tx: &rusqlite::Transaction<'_>| {
        tx.execute_batch(&format!(
            "with recursive n(n) as (select 1 union all select n + 1 from n where n < {most})
             insert into videos (uuid, group_id, name, privacy, state, created_at, updated_at, published_at)
               select printf('00000000-0000-4000-8000-%012d', n), {group}, 'Film ' || n, 1, 1, n, n, n from n;
             insert into watch_positions (account_id, video_id, seconds, updated_at)
               select {account}, id, 3, created_at from videos"
        ))?;
        Ok(())
    };
    server.app.db.write(films).await.unwrap();
    let video = server.db_video(&owner, json!({"name": "The last"})).await;
    watch(&reader, &video, 5).await;
    let list = reader.json(&format!("{HISTORY}?count=1")).await;
    assert_eq!((&list["total"], &list["data"][0]["name"]), (&json!(most), &json!("The last")));
    let oldest = reader.json(&format!("{HISTORY}?start={}", most - 1)).await;
    assert_eq!(oldest["data"][0]["name"], "Film 2");
    server.stop().await;
}
