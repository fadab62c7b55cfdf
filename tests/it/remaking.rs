//! A film is made again by the present settings, and the staff's list of all films.

use crate::{
    common::{Server, until},
    making::{made, send},
};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_made_and_what_is_whole_stays() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let sides = |sides: &[u32]| json!({"transcoding": {"resolutions": sides, "keepOriginal": true}});
    let settings = "/api/v1/server/settings";
    assert_eq!(admin.put(settings, &sides(&[144])).await.status(), 200);
    let (video, uuid) = send(&admin, "h264-aac.mp4", &[]).await;
    let first = made(&server, &admin, video).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(admin.put(settings, &sides(&[0, 144, 240])).await.status(), 200);
    let again = format!("/api/v1/videos/{uuid}/transcoding");
    assert_eq!(admin.post(&again, &json!({"transcodingType": "everything"})).await.status(), 400);
    assert_eq!(admin.post(&again, &json!({"transcodingType": "hls"})).await.status(), 204);
    let busy = admin.post(&again, &json!({"transcodingType": "hls"})).await;
    assert_eq!(busy.status(), 409);
    assert_eq!(busy.json::<Value>().await.unwrap()["code"], "video_already_being_transcoded");
    let all = until("the other renditions", || async {
        let all = made(&server, &admin, video).await;
        // The new ones are rows before they are files.
        (all.len() == 3 && all.iter().all(|rendition| rendition.size.is_some())).then_some(all)
    })
    .await;
    let kept = all.iter().find(|rendition| rendition.resolution == 144).unwrap();
    assert_eq!((&kept.file, kept.size), (&first[0].file, first[0].size), "it was not made anew");
    let details = server.json(&format!("/api/v1/videos/{uuid}")).await;
    assert_eq!(details["streamingPlaylists"][0]["files"].as_array().unwrap().len(), 3, "{details}");
    assert_eq!(details["state"]["id"], 1);
    let nothing = "/api/v1/videos/00000000-0000-4000-8000-000000000001/transcoding";
    assert_eq!(admin.post(nothing, &json!({"transcodingType": "hls"})).await.status(), 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_staff_sees_every_film_by_state_privacy_and_size() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.user("melanie").await;
    for (name, privacy) in [("Public", 1), ("Hidden", 3)] {
        server.db_video(&member, json!({"name": name, "privacy": privacy})).await;
    }
    server.db_unmade_video(&member, json!({"name": "Unmade", "privacy": 1})).await;
    let names = |query: &'static str| {
        let admin = admin.clone();
        async move {
            let list = admin.json(&format!("/api/v1/videos?{query}")).await;
            let names =
                list["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned());
            let mut names: Vec<_> = names.collect();
            names.sort();
            assert_eq!(list["total"], names.len(), "{list}");
            names
        }
    };
    assert_eq!(names("include=1").await, ["Hidden", "Public", "Unmade"]);
    assert_eq!(names("include=1&stateOneOf=2").await, ["Unmade"]);
    assert_eq!(names("include=1&privacyOneOf=3&stateOneOf=1").await, ["Hidden"]);
    assert_eq!(names("include=1&search=pub").await, ["Public"]);
    assert_eq!(names("include=1&isLocal=false").await, Vec::<String>::new());
    let sorted = admin.json("/api/v1/videos?include=9&sort=-localVideoFilesSize").await;
    assert_eq!(sorted["data"][2]["name"], "Unmade", "{sorted}");
    assert_eq!(member.get("/api/v1/videos?stateOneOf=2").await.status(), 401);
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_listed_by_role() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.user("melanie").await;
    let list = admin.json("/api/v1/users?role=0").await;
    assert_eq!((&list["total"], &list["data"][0]["username"]), (&json!(1), &json!("admin")), "{list}");
    assert_eq!(admin.json("/api/v1/users?role=2").await["total"], 1);
    assert_eq!(admin.get("/api/v1/users?role=7").await.status(), 400);
    server.stop().await;
}
