//! Captions and chapters.

use crate::common::{Server, people::Person, until};
use reqwest::{Method, multipart};
use serde_json::json;

async fn put(person: &Person, path: &str, name: &str, text: &'static str) -> u16 {
    let part = multipart::Part::bytes(text.as_bytes()).file_name(name.to_owned());
    let form = multipart::Form::new().part("captionfile", part);
    person.request(Method::PUT, path).multipart(form).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn captions_are_kept_as_webvtt_and_replaced() {
    let server = Server::start().await;
    let (owner, other) = (server.user("owner").await, server.user("other").await);
    let video = server.db_video(&owner, json!({"name": "Rehearsal"})).await;
    let path = format!("/api/v1/videos/{}/captions", video.uuid);
    let srt = "1\n00:00:01,000 --> 00:00:02,000\nBonjour\n";
    assert_eq!(put(&owner, &format!("{path}/fr"), "a.srt", srt).await, 204);
    assert_eq!(put(&other, &format!("{path}/fr"), "a.srt", srt).await, 403);
    assert_eq!(put(&owner, &format!("{path}/xyz"), "a.srt", srt).await, 400);
    assert_eq!(put(&owner, &format!("{path}/de"), "a.txt", "no subtitles").await, 422);
    let list = server.json(&path).await;
    assert_eq!(
        (&list["total"], &list["data"][0]["language"]),
        (&json!(1), &json!({"id": "fr", "label": "French"}))
    );
    let first = list["data"][0]["captionPath"].as_str().unwrap().to_owned();
    let text = server.get(&first).await.text().await.unwrap();
    assert_eq!(text, "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nBonjour\n");
    assert_eq!(
        put(&owner, &format!("{path}/fr"), "b.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nSalut\n").await,
        204
    );
    let second = server.json(&path).await["data"][0]["captionPath"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    until("the replaced file goes", || async { (server.get(&first).await.status() == 404).then_some(()) })
        .await;
    assert_eq!(owner.delete(&format!("{path}/fr")).await.status(), 204);
    assert_eq!(owner.delete(&format!("{path}/fr")).await.status(), 404);
    assert_eq!(server.json(&path).await, json!({"total": 0, "data": []}));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chapters_come_from_the_description_until_somebody_sets_them() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let video = server
        .db_video(
            &owner,
            json!({"name": "Rehearsal", "description": "0:00 Warming up\n0:04 Song\n9:00 Beyond the end"}),
        )
        .await;
    let path = format!("/api/v1/videos/{}/chapters", video.uuid);
    let told =
        json!({"chapters": [{"timecode": 0, "title": "Warming up"}, {"timecode": 4, "title": "Song"}]});
    assert_eq!(server.json(&path).await, told);
    let set = json!({"chapters": [{"timecode": 2, "title": "Set"}]});
    assert_eq!(owner.put(&path, &set).await.status(), 204);
    assert_eq!(server.json(&path).await, set);
    for bad in [
        json!({"chapters": [{"timecode": -1, "title": "x"}]}),
        json!({"chapters": [{"timecode": 1, "title": " "}]}),
        json!({}),
    ] {
        assert_eq!(owner.put(&path, &bad).await.status(), 400, "{bad}");
    }
    assert_eq!(owner.put(&path, &json!({"chapters": []})).await.status(), 204);
    assert_eq!(server.json(&path).await, told);
    server.stop().await;
}
