//! Files of films to be kept, under the title of their film.

use crate::common::{Server, people::Person};
use kiosque::videos::Video;
use reqwest::Response;
use serde_json::{Value, json};

async fn details(person: &Person, video: &Video) -> Value {
    person.json(&format!("/api/v1/videos/{}", video.uuid)).await
}

/// The path of an address of ours.
fn path<'a>(server: &Server, address: &'a Value) -> &'a str {
    address.as_str().unwrap().strip_prefix(&server.base).expect("an address of this server")
}

fn saved_as(answer: &Response) -> &str {
    answer.headers()["content-disposition"].to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_answers_name_for_download_is_sent_under_the_title() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let video = server.db_video(&owner, json!({"name": "Bal / été", "privacy": 1})).await;
    server.put_files(&video).await;
    let shown = details(&owner, &video).await;
    let (hls, web) = (&shown["streamingPlaylists"][0]["files"][0], &shown["files"][0]);
    for (file, bytes) in [(hls, 1000), (web, 900)] {
        let answer = server.get(path(&server, &file["fileDownloadUrl"])).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(
            saved_as(&answer),
            "attachment; filename=\"Bal _ _t_-720p.mp4\"; filename*=UTF-8''Bal%20%5F%20%C3%A9t%C3%A9%2D720p%2Emp4"
        );
        assert_eq!((answer.headers()["cache-control"].to_str().unwrap()), "no-cache");
        assert_eq!(answer.bytes().await.unwrap().len(), bytes);
    }
    // As PeerTube's page asks: one file, or a picture with its sound.
    let generate = format!("/download/videos/generate/{}", video.uuid);
    let other = &shown["streamingPlaylists"][0]["files"][1]["id"];
    for (query, label) in [
        (format!("?videoFileIds={}", web["id"]), "720p"),
        (format!("?videoFileIds={other}"), "360p"),
        (format!("?videoFileIds={other}&videoFileIds={}", hls["id"]), "720p"),
    ] {
        let answer = server.get(&format!("{generate}{query}")).await;
        assert_eq!(answer.status(), 200, "{query}");
        assert!(saved_as(&answer).contains(label), "{query}: {}", saved_as(&answer));
    }
    for (query, status) in
        [("", 400), ("?videoFileIds=x", 400), ("?videoFileIds=1&videoFileIds=2&videoFileIds=3", 400)]
    {
        assert_eq!(server.get(&format!("{generate}{query}")).await.status(), status, "{query}");
    }
    assert_eq!(server.get(&format!("{generate}?videoFileIds=99999")).await.status(), 404);
    for none in ["/download/web-videos/x.mp4", "/download/web-videos/..%2Fkiosque.sqlite3"] {
        assert_eq!(server.get(none).await.status(), 404, "{none}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_only_with_the_same_file() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let video = server.db_video(&owner, json!({"name": "Film", "privacy": 1})).await;
    server.put_files(&video).await;
    let address = path(&server, &details(&owner, &video).await["files"][0]["fileDownloadUrl"]).to_owned();
    let first = server.get(&address).await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let date = first.headers()["last-modified"].to_str().unwrap().to_owned();
    let rest = async |condition: &str| {
        let request = server.http.get(server.url(&address)).header("range", "bytes=800-");
        let answer = request.header("if-range", condition).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().len())
    };
    assert_eq!(rest(&tag).await, (206, 100));
    assert_eq!(rest(&date).await, (206, 100));
    assert_eq!(rest("\"another\"").await, (200, 900));
    assert_eq!(rest("Sun, 06 Nov 1994 08:49:37 GMT").await, (200, 900));
    let known = server.http.get(server.url(&address)).header("if-none-match", format!("\"x\", W/{tag}"));
    assert_eq!(known.send().await.unwrap().status(), 304);
    // Made anew under the same address.
    server.put_files(&video).await;
    assert_eq!(rest(&tag).await, (200, 900));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_private_films_are_saved_by_those_who_may_watch_and_the_sent_one_by_those_who_manage() {
    let server = Server::start().await;
    let (owner, other) = (server.user("owner").await, server.user("other").await);
    let fields = json!({"name": "Locked", "privacy": 5, "videoPasswords": ["open sesame"]});
    let video = server.db_video(&owner, fields).await;
    server.put_files(&video).await;
    let shown = details(&owner, &video).await;
    let film = path(&server, &shown["files"][0]["fileDownloadUrl"]).to_owned();
    let generated =
        format!("/download/videos/generate/{}?videoFileIds={}", video.uuid, shown["files"][0]["id"]);
    let source = owner.json(&format!("/api/v1/videos/{}/source", video.uuid)).await;
    let sent = path(&server, &source["fileDownloadUrl"]).to_owned();

    let token = async |person: Option<&Person>| {
        let address = format!("/api/v1/videos/{}/token", video.uuid);
        let request = match person {
            Some(person) => person.request(reqwest::Method::POST, &address),
            None => server.http.post(server.url(&address)).header("x-peertube-video-password", "open sesame"),
        };
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["files"]["token"].as_str().unwrap().to_owned()
    };
    let (watching, managing) = (token(None).await, token(Some(&owner)).await);
    for path in [&film, &generated] {
        let with = |token: &str| {
            format!("{path}{}videoFileToken={token}", if path.contains('?') { '&' } else { '?' })
        };
        assert_eq!(server.get(path).await.status(), 403, "{path}");
        assert_eq!(other.get(path).await.status(), 403, "{path}");
        assert_eq!(owner.get(path).await.status(), 200, "{path}");
        assert_eq!(server.get(&with(&watching)).await.status(), 200, "{path}");
        assert_eq!(server.get(&with(&managing)).await.status(), 200, "{path}");
        let opened = server.http.get(server.url(path)).header("x-peertube-video-password", "open sesame");
        assert_eq!(opened.send().await.unwrap().status(), 200, "{path}");
    }
    // Who may watch may not have the file as it was sent.
    assert_eq!(server.get(&sent).await.status(), 403);
    assert_eq!(other.get(&sent).await.status(), 403);
    let opened = server.http.get(server.url(&sent)).header("x-peertube-video-password", "open sesame");
    assert_eq!(opened.send().await.unwrap().status(), 403);
    assert_eq!(server.get(&format!("{sent}?videoFileToken={watching}")).await.status(), 403);
    let answer = server.get(&format!("{sent}?videoFileToken={managing}")).await;
    assert_eq!(answer.status(), 200);
    assert!(saved_as(&answer).contains("filename=\"choir.mp4\""), "{}", saved_as(&answer));
    assert_eq!(owner.get(&sent).await.bytes().await.unwrap().len(), 1000);
    assert_eq!(server.admin().await.get(&sent).await.status(), 200);
    assert_eq!(owner.get("/download/original-video-files/none.mp4").await.status(), 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_manage_a_film_have_what_was_sent_until_something_is_made() {
    let server = Server::start().await;
    let (owner, other) = (server.user("owner").await, server.user("other").await);
    let video = server.db_unmade_video(&owner, json!({"name": "Bal", "privacy": 1})).await;
    let path_of = format!("/api/v1/videos/{}", video.uuid);
    let shown = details(&owner, &video).await;
    let sent = &shown["files"][0];
    assert_eq!((&sent["isSource"], &sent["size"]), (&json!(true), &json!(1_000_000)));
    // PeerTube's own client asks until this is there.
    assert!(sent["torrentUrl"].is_string(), "{sent}");
    let file = path(&server, &sent["fileUrl"]).to_owned();
    assert!(file.starts_with("/download/original-video-files/"), "{file}");
    assert_eq!(owner.get(&file).await.status(), 404, "its row has no file in this test");
    assert_eq!(other.get(&file).await.status(), 403);
    for files in [&other.json(&path_of).await["files"], &server.json(&path_of).await["files"]] {
        assert_eq!(*files, json!([]), "its place and time are nobody's business");
    }
    let made = server.db_video(&owner, json!({"name": "Made", "privacy": 1})).await;
    assert_eq!(details(&owner, &made).await["files"][0].get("isSource"), None);
    server.stop().await;
}
