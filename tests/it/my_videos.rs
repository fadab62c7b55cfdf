//! The list of one's own videos: how far each is, and what it takes on the disk.

use crate::{
    common::{Server, people::Person, until},
    making::{made, send},
};
use kiosque::{
    jobs::{self, Job},
    videos::{Video, making},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};

const MINE: &str = "/api/v1/users/me/videos";

/// A job that nobody takes up today.
async fn later(server: &Server, job: Job) {
    let now = server.app.clock.now();
    let at = now.plus_seconds(24 * 3600);
    server.app.db.write(move |tx| jobs::enqueue_at(tx, now, at, &job)).await.unwrap();
}

async fn fails(server: &Server, video: &Video, code: &'static str) {
    let (id, now) = (video.id, server.app.clock.now());
    server.app.db.write(move |tx| making::failed(tx, now, id, code)).await.unwrap();
}

/// A video of each kind, by title: in which list it is, and what its owner is told.
async fn one_of_each(
    server: &Server,
    person: &Person,
) -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let named = |name: &str| json!({"name": name});
    let work = |video: &Video| Job::Transcode { video: video.id, first: false };
    let mut expected = BTreeMap::new();

    let video = server.db_video(person, named("Whole")).await;
    later(server, Job::Torrents { video: video.id }).await;
    expected.insert("Whole", ("ready", "ready"));
    let video = server.db_video(person, named("Whole, with work that is not needed")).await;
    later(server, work(&video)).await;
    expected.insert("Whole, with work that is not needed", ("ready", "ready"));
    let video = server.db_unmade_video(person, named("Of another server")).await;
    let id = video.id;
    let online = "update videos set state = 1, origin = 'other.example' where id = ?1";
    server.app.db.write(move |tx| Ok(tx.execute(online, [id])?)).await.unwrap();
    expected.insert("Of another server", ("ready", "ready"));

    server.db_unmade_video(person, named("Just sent")).await;
    expected.insert("Just sent", ("making", "queued"));
    let video = server.db_unmade_video(person, named("To be read")).await;
    later(server, Job::Probe { video: video.id }).await;
    expected.insert("To be read", ("making", "probing"));
    let video = server.db_planned_video(person, named("To be made"), 0).await;
    later(server, work(&video)).await;
    expected.insert("To be made", ("making", "queued"));
    let video = server.db_planned_video(person, named("Half made"), 1).await;
    later(server, work(&video)).await;
    expected.insert("Half made", ("making", "queued"));
    let video = server.db_unmade_video(person, named("To be read once more")).await;
    fails(server, &video, "io").await;
    later(server, Job::Probe { video: video.id }).await;
    expected.insert("To be read once more", ("making", "probing"));

    let video = server.db_unmade_video(person, named("No film")).await;
    fails(server, &video, "not-media").await;
    expected.insert("No film", ("failed", "failed"));
    let video = server.db_planned_video(person, named("Failed in the middle"), 1).await;
    fails(server, &video, "encoder").await;
    expected.insert("Failed in the middle", ("failed", "failed"));
    let video = server.db_planned_video(person, named("Forgotten"), 0).await;
    later(server, Job::Pictures { video: video.id }).await;
    expected.insert("Forgotten", ("failed", "failed"));
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn each_video_is_in_one_list_by_how_far_it_is() {
    let server = Server::start().await;
    let (person, other) = (server.user("alice").await, server.user("bob").await);
    let expected = one_of_each(&server, &person).await;
    server.db_unmade_video(&other, json!({"name": "Of somebody else"})).await;

    let all = person.json(&format!("{MINE}?count=100")).await;
    assert_eq!(all["total"], expected.len());
    for video in all["data"].as_array().unwrap() {
        let name = video["name"].as_str().unwrap();
        let progress = person.json(&format!("/api/v1/videos/{}/progress", video["id"])).await;
        assert_eq!(progress["stage"], expected[name].1, "{name}: {progress}");
    }
    for stage in ["ready", "making", "failed"] {
        let list = person.json(&format!("{MINE}?stage={stage}&count=100")).await;
        let mut names: Vec<_> =
            list["data"].as_array().unwrap().iter().map(|video| video["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        let wanted: Vec<_> =
            expected.iter().filter(|(_, (list, _))| *list == stage).map(|(name, _)| *name).collect();
        assert_eq!(names, wanted, "{stage}");
        let counted = person.json(&format!("{MINE}?stage={stage}&count=0")).await;
        assert_eq!((&counted["total"], &counted["data"]), (&json!(wanted.len()), &json!([])), "{stage}");
    }
    let both = person.json(&format!("{MINE}?stage=making&search=read")).await;
    assert_eq!(both["total"], 2);
    assert_eq!(other.json(&format!("{MINE}?stage=making")).await["total"], 1);
    let refused = person.get(&format!("{MINE}?stage=else")).await;
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("ready, making or failed."));
    server.stop().await;
}

/// Bytes of the films under a folder.
fn films(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .map(Result::unwrap)
        .map(|entry| match entry.path() {
            path if path.is_dir() => films(&path),
            path if path.extension().is_some_and(|ending| ending == "mp4") => entry.metadata().unwrap().len(),
            _ => 0,
        })
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_video_takes_is_what_lies_on_the_disk() {
    let server = Server::start().await;
    let (person, other) = (server.user("alice").await, server.user("bob").await);
    let unmade = server.db_unmade_video(&other, json!({"name": "Only its source"})).await;
    let size = async |person: &Person, video: i64| {
        let list = person.json(MINE).await;
        let data: &Vec<Value> = list["data"].as_array().unwrap();
        data.iter().find(|one| one["id"] == video).unwrap()["sizeOnDisk"].as_u64().unwrap()
    };
    let all = async |person: &Person| {
        person.json("/api/v1/users/me/video-quota-used").await["sizeOnDisk"].as_u64().unwrap()
    };
    assert_eq!((size(&other, unmade.id).await, all(&other).await), (1_000_000, 1_000_000));
    assert_eq!(all(&person).await, 0);

    let (first, _) = send(&person, "h264-aac.mp4", &[]).await;
    made(&server, &person, first).await;
    let media = server.dir.path().join("media");
    // Other files may still be made. The source is not kept: it goes within minutes.
    until("the rows to say what lies there", || async {
        let said = size(&person, first).await;
        let lies = films(&media) - films(&media.join("sources"));
        (said == lies && all(&person).await == lies).then_some(())
    })
    .await;
    assert_eq!(all(&other).await, 1_000_000, "what others have is not one's own");
    server.stop().await;
}
