//! Two instances speak with one another.

use super::inbox::{document, world};
use crate::common::{Server, clips, people::Person, until};
use kiosque::clock::Clock;
use serde_json::{Value, json};

async fn feed(person: &Person) -> Vec<Value> {
    person.json("/api/v1/users/me/subscriptions/videos").await["data"].as_array().unwrap().clone()
}

fn host(server: &Server) -> &str {
    server.base.trim_start_matches("http://")
}

/// Waits until a feed has so many videos.
async fn feed_of(person: &Person, count: usize) -> Vec<Value> {
    until(&format!("{count} videos"), || async { Some(feed(person).await).filter(|all| all.len() == count) })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_follows_a_group_of_another_instance_and_sees_its_videos() {
    let (here, anna, _) = world(Clock::system()).await;
    let (there, bert, group) = world(Clock::system()).await;
    let handle = format!("{group}@{}", host(&there));
    // Something that is there before anybody follows, and something that nobody may see.
    let old = there
        .db_video(&bert, json!({"name": "Bal de la place", "privacy": 1, "tags": ["bal"], "language": "fr"}))
        .await;
    there.db_video(&bert, json!({"name": "Hidden", "privacy": 3})).await;
    there.put_files(&old).await;

    // Strangers do not make a server ask others; members find who lives there.
    let search = format!("/api/v1/search/video-channels?search={handle}");
    assert_eq!(here.json(&search).await["total"], 0);
    let found = anna.json(&search).await;
    assert_eq!((&found["data"][0]["name"], &found["data"][0]["host"]), (&json!(group), &json!(host(&there))));
    let nobody = format!("/api/v1/search/video-channels?search=nobody@{}", host(&there));
    assert_eq!(anna.json(&nobody).await["total"], 0);

    let answer = anna.post("/api/v1/users/me/subscriptions", &json!({"uri": handle})).await;
    assert_eq!(answer.status(), 204);
    let videos = feed_of(&anna, 1).await;
    assert_eq!((&videos[0]["name"], &videos[0]["isLocal"]), (&json!("Bal de la place"), &json!(false)));
    assert_eq!(
        (&videos[0]["channel"]["host"], &videos[0]["uuid"]),
        (&json!(host(&there)), &json!(old.uuid.to_string()))
    );
    assert_eq!(there.json(&format!("/api/v1/video-channels/{group}")).await["followersCount"], 1);
    // It is watched here, its bytes come from there.
    let details = anna.json(&format!("/api/v1/videos/{}", old.uuid)).await;
    let playlist = details["streamingPlaylists"][0]["playlistUrl"].as_str().unwrap();
    assert!(playlist.starts_with(&there.base), "{playlist}");
    assert_eq!(here.http.get(playlist).send().await.unwrap().status(), 200);
    assert_eq!((&details["tags"], &details["language"]["id"]), (&json!(["bal"]), &json!("fr")));
    assert_eq!(details["streamingPlaylists"][0]["files"].as_array().unwrap().len(), 2);

    // What is published now comes by itself, also for those who only search.
    let new = there.db_video(&bert, json!({"name": "Concert du soir", "privacy": 1})).await;
    feed_of(&anna, 2).await;
    assert_eq!(here.json("/api/v1/search/videos?search=concert").await["total"], 1);
    // Another name, and none at all.
    let path = format!("/api/v1/videos/{}", new.uuid);
    assert_eq!(bert.put(&path, &json!({"name": "Concert de nuit"})).await.status(), 204);
    until("the new name", || async {
        feed(&anna).await.iter().any(|video| video["name"] == "Concert de nuit").then_some(())
    })
    .await;
    assert_eq!(bert.put(&path, &json!({"privacy": 3})).await.status(), 204);
    feed_of(&anna, 1).await;
    assert_eq!(bert.put(&path, &json!({"privacy": 1})).await.status(), 204);
    feed_of(&anna, 2).await;
    assert_eq!(bert.delete(&path).await.status(), 204);
    feed_of(&anna, 1).await;
    assert_eq!(here.get(&path).await.status(), 404);

    // Whoever follows no more is not told any more.
    let answer = anna.delete(&format!("/api/v1/users/me/subscriptions/{handle}")).await;
    assert_eq!(answer.status(), 204);
    until("nobody who follows", || async {
        let group = there.json(&format!("/api/v1/video-channels/{group}")).await;
        (group["followersCount"] == 0).then_some(())
    })
    .await;
    here.stop().await;
    there.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_fetched_and_shown_from_here() {
    let (here, anna, _) = world(Clock::system()).await;
    let (there, bert, group) = world(Clock::system()).await;
    let video = there.db_video(&bert, json!({"name": "Bal de la place", "privacy": 1})).await;
    // Pictures whose bytes are none are not taken.
    there.put_files(&video).await;
    let id = video.id;
    let pictures = there
        .app
        .db
        .read(move |conn| Ok(kiosque::videos::pictures(conn, &[id])?.remove(&id).unwrap()))
        .await
        .unwrap();
    let thumbnail = pictures.thumbnail.unwrap().file;
    let path = there.app.storage.path(&kiosque::storage::Storage::picture(&thumbnail)).unwrap();
    let picture = [&[0xff, 0xd8, 0xff, 0xe0][..], &[7; 200]].concat();
    std::fs::write(path, &picture).unwrap();
    anna.post("/api/v1/users/me/subscriptions", &json!({"uri": format!("{group}@{}", host(&there))})).await;
    let shown = until("a picture", || async {
        let videos = feed(&anna).await;
        videos.first()?["thumbnailPath"].as_str().map(str::to_owned)
    })
    .await;
    let answer = here.get(&shown).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "image/jpeg");
    assert_eq!(answer.bytes().await.unwrap(), picture);
    assert_eq!(feed(&anna).await[0]["previewPath"], Value::Null);
    here.stop().await;
    there.stop().await;
}

/// What a PeerTube tells of a video is understood.
#[test]
fn videos_of_a_real_peertube_are_read() {
    let Some(fixtures) = clips::fixtures() else { return };
    let read = |name: &str| -> Value {
        let file = fixtures.join(format!("peertube-6.3-wire/docs/{name}.json"));
        serde_json::from_slice::<Value>(&std::fs::read(file).unwrap()).unwrap()["body"].clone()
    };
    for name in ["video", "video-replay-of-live"] {
        let document = read(name);
        let uri = document["id"].as_str().unwrap().parse().unwrap();
        let (film, whose) = kiosque::federation::objects::foreign_video::read(&document, &uri).unwrap();
        assert_eq!((film.name.as_str(), whose.len()), (document["name"].as_str().unwrap(), 2));
        assert!(
            film.place.master.is_some() && film.place.thumbnail.is_some() && film.seconds > 0,
            "{name}: {film:?}"
        );
        assert!(film.place.files.iter().all(|file| file.size > 0 && file.url.starts_with("http")));
    }
    for name in ["actor-account", "actor-channel", "actor-instance"] {
        let document = read(name);
        let uri = document["id"].as_str().unwrap().parse().unwrap();
        let (told, answering) = kiosque::federation::objects::actor::read(&document, &uri).unwrap();
        assert_eq!(told.name, document["preferredUsername"].as_str().unwrap());
        assert_eq!(answering.len(), usize::from(name == "actor-channel"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_tells_of_a_video() {
    use super::stand_in::StandIn;
    let (here, anna, _) = world(Clock::system()).await;
    let (there, bert, group) = world(Clock::system()).await;
    let video = there.db_video(&bert, json!({"name": "Bal de la place", "privacy": 1})).await;
    anna.post("/api/v1/users/me/subscriptions", &json!({"uri": format!("{group}@{}", host(&there))})).await;
    feed_of(&anna, 1).await;
    let stranger = StandIn::start().await;
    let uri = there.url(&format!("/videos/watch/{}", video.uuid));
    let by = stranger.url("/users/anna");
    let film = document(&there, &format!("/videos/watch/{}", video.uuid)).await;
    for (kind, object) in [
        ("Delete", json!(uri)),
        ("Delete", json!({"id": uri, "type": "Tombstone"})),
        ("Delete", json!(there.url(&format!("/video-channels/{group}")))),
        ("Update", json!({"id": uri, "type": "Video", "name": "Stolen"})),
        ("Update", film.clone()),
        ("Create", film.clone()),
        ("Announce", json!(uri)),
        ("Undo", json!({"id": uri, "type": "Create", "actor": by, "object": uri})),
    ] {
        let id = stranger.url(&format!("/acts/{}", uuid::Uuid::new_v4()));
        let act = json!({"type": kind, "id": id, "actor": by, "object": object, "to": ["https://www.w3.org/ns/activitystreams#Public"]});
        assert_eq!(stranger.bring(&here, "/inbox", &act).await.status(), 202, "{kind}");
    }
    until("all to be understood", || async {
        let host = stranger.host().to_owned();
        let now = here.app.clock.now();
        let waits = here.app.db.read(move |conn| {
            let peer = kiosque::peers::by_host(conn, &host)?.unwrap();
            Ok(kiosque::peers::next_received(conn, now, peer.id)?.is_some())
        });
        (!waits.await.unwrap()).then_some(())
    })
    .await;
    let videos = feed(&anna).await;
    assert_eq!((videos.len(), &videos[0]["name"]), (1, &json!("Bal de la place")));
    // Nobody here follows the stranger: its own videos are none of ours.
    assert_eq!(stranger.fetched(), ["/users/anna"]);
    here.stop().await;
    there.stop().await;
}
