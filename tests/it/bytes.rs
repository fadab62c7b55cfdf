//! Bytes of films and pictures: ranges, caching, other sites, nginx, and what is refused.

use crate::common::{Server, people::Person};
use kiosque::{clock::Clock, videos::Video};
use reqwest::{Method, Response};
use serde_json::{Value, json};

fn path(server: &Server, address: &Value) -> String {
    address.as_str().unwrap().strip_prefix(&server.base).unwrap().to_owned()
}

async fn film(server: &Server, owner: &Person, privacy: i64) -> (Video, Value) {
    let video = server.db_video(owner, json!({"name": "Film", "privacy": privacy})).await;
    server.put_files(&video).await;
    let details = owner.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    (video, details)
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_are_sent_and_silly_ones_are_not() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let (_, details) = film(&server, &owner, 1).await;
    // A thousand bytes.
    let path = path(&server, &details["streamingPlaylists"][0]["files"][0]["fileUrl"]);
    for (range, status, content_range, length) in [
        ("bytes=0-0", 206, "bytes 0-0/1000", 1),
        ("bytes=10-19", 206, "bytes 10-19/1000", 10),
        ("bytes=990-", 206, "bytes 990-999/1000", 10),
        ("bytes=-5", 206, "bytes 995-999/1000", 5),
        ("bytes=0-99999999999", 206, "bytes 0-999/1000", 1000),
        ("bytes=-99999", 206, "bytes 0-999/1000", 1000),
        ("bytes=1000-", 416, "bytes */1000", 0),
        ("bytes=99999999999999999999-", 416, "bytes */1000", 0),
        ("bytes=9-5", 416, "bytes */1000", 0),
        ("bytes=-0", 416, "bytes */1000", 0),
        ("bytes=x-y", 416, "bytes */1000", 0),
        // Several at once, and what is counted in something else, are as if nothing was said.
        ("bytes=0-1,5-6", 200, "", 1000),
        ("bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0", 200, "", 1000),
        ("pages=1-2", 200, "", 1000),
        ("", 200, "", 1000),
    ] {
        let answer = server.http.get(server.url(&path)).header("range", range).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "content-range")),
            (status, content_range),
            "{range}"
        );
        assert_eq!(header(&answer, "accept-ranges"), "bytes", "{range}");
        if status == 416 {
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], "RangeNotSatisfiableError", "{range}");
        } else {
            assert_eq!(answer.bytes().await.unwrap().len(), length, "{range}");
        }
    }
    let head = server.http.head(server.url(&path)).send().await.unwrap();
    assert_eq!((header(&head, "content-length"), header(&head, "content-type")), ("1000", "video/mp4"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_changes_is_kept_for_ever_and_what_is_not_for_all_by_nobody_between() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let (_, details) = film(&server, &owner, 1).await;
    let list = &details["streamingPlaylists"][0];
    for address in [
        &list["playlistUrl"],
        &list["segmentsSha256Url"],
        &list["files"][0]["fileUrl"],
        &list["files"][0]["playlistUrl"],
        &details["files"][0]["fileUrl"],
        &details["thumbnails"][0]["fileUrl"],
    ] {
        let path = path(&server, address);
        let answer = server.get(&path).await;
        assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable", "{path}");
        assert!(!header(&answer, "last-modified").is_empty(), "{path}");
        // Players and pages of other sites (peertube-hls §5).
        assert_eq!(header(&answer, "access-control-allow-origin"), "*", "{path}");
        let exposed = header(&answer, "access-control-expose-headers").to_lowercase();
        assert!(exposed.contains("content-length") && exposed.contains("content-range"), "{exposed}");
        let tag = header(&answer, "etag").to_owned();
        let known = server.http.get(server.url(&path)).header("if-none-match", &tag).send().await.unwrap();
        assert_eq!((known.status().as_u16(), header(&known, "etag")), (304, tag.as_str()), "{path}");
        let date = header(&answer, "last-modified").to_owned();
        let known =
            server.http.get(server.url(&path)).header("if-modified-since", date).send().await.unwrap();
        assert_eq!(known.status(), 304, "{path}");
    }
    let ask = server.http.request(Method::OPTIONS, server.url(&path(&server, &list["playlistUrl"])));
    let ask =
        ask.header("origin", "https://elsewhere.example").header("access-control-request-method", "GET");
    let asked =
        ask.header("access-control-request-headers", "range,x-peertube-video-password").send().await.unwrap();
    assert_eq!(asked.status(), 204);
    let allowed = header(&asked, "access-control-allow-headers").to_lowercase();
    assert!(allowed.contains("range") && allowed.contains("x-peertube-video-password"), "{allowed}");
    assert!(header(&asked, "access-control-max-age").parse::<u32>().unwrap() >= 3600);

    let (_, details) = film(&server, &owner, 3).await;
    let private = owner.get(&path(&server, &details["files"][0]["fileUrl"])).await;
    assert_eq!(header(&private, "cache-control"), "private, max-age=3600");
    let refused = server.get(&path(&server, &details["files"][0]["fileUrl"])).await;
    assert_eq!((refused.status().as_u16(), header(&refused, "cache-control")), (403, "no-store"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_sends_what_it_is_told_to() {
    let server = Server::start_in(tempfile::tempdir().unwrap(), Clock::system(), |config| {
        config.media.accel_redirect = Some("/kiosque-media/".to_owned());
    })
    .await;
    let owner = server.user("owner").await;
    let (video, details) = film(&server, &owner, 1).await;
    let list = &details["streamingPlaylists"][0];
    let told = async |address: &Value| {
        let answer = server.get(&path(&server, address)).await;
        assert_eq!(answer.status(), 200);
        let headers =
            ["x-accel-redirect", "content-type", "access-control-allow-origin", "content-disposition"];
        let headers = headers.map(|name| header(&answer, name).to_owned());
        assert_eq!(answer.bytes().await.unwrap().len(), 0, "nginx sends the bytes");
        headers
    };
    let name = |address: &Value| address.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let file = &list["files"][0]["fileUrl"];
    let redirect = format!("/kiosque-media/hls/{}/{}", video.uuid, name(file));
    assert_eq!(told(file).await, [redirect.as_str(), "video/mp4", "*", ""]);
    let web = &details["files"][0];
    let redirect = format!("/kiosque-media/web-videos/{}", name(&web["fileUrl"]));
    assert_eq!(told(&web["fileUrl"]).await, [redirect.as_str(), "video/mp4", "*", ""]);
    let saved = told(&web["fileDownloadUrl"]).await;
    assert_eq!(saved[0], redirect);
    assert!(saved[3].starts_with("attachment; "), "{saved:?}");
    // A playlist with tokens in it is no file.
    let (_, details) = film(&server, &owner, 3).await;
    let path = path(&server, &details["streamingPlaylists"][0]["playlistUrl"]);
    let refused = server.get(&path).await;
    assert_eq!((refused.status().as_u16(), header(&refused, "x-accel-redirect")), (403, ""));
    assert!(header(&owner.get(&path).await, "x-accel-redirect").starts_with("/kiosque-media/hls/"));
    let token: Value = owner
        .post(&format!("/api/v1/videos/{}/token", details["uuid"].as_str().unwrap()), &json!({}))
        .await
        .json()
        .await
        .unwrap();
    let token = token["files"]["token"].as_str().unwrap();
    let injected = server.get(&format!("{path}?videoFileToken={token}&reinjectVideoFileToken=true")).await;
    assert_eq!(header(&injected, "x-accel-redirect"), "");
    assert!(injected.text().await.unwrap().contains("videoFileToken="));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_leads_out_of_the_media() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let (video, _) = film(&server, &owner, 1).await;
    let secret = server.dir.path().join("media/hls").join(video.uuid.to_string()).join("secret.mp4");
    std::fs::write(secret, "not in the rows").unwrap();
    let hls = format!("/static/streaming-playlists/hls/{}", video.uuid);
    for path in [
        format!("{hls}/secret.mp4"),
        format!("{hls}/..%2f..%2f..%2fkiosque.sqlite3"),
        format!("{hls}/%2e%2e/%2e%2e/kiosque.sqlite3"),
        format!("{hls}/..\\..\\kiosque.sqlite3"),
        format!("{hls}/%00"),
        "/static/streaming-playlists/hls/../../../kiosque.sqlite3".to_owned(),
        "/static/web-videos/..%2f..%2fkiosque.sqlite3".to_owned(),
        "/static/web-videos/%2fetc%2fpasswd".to_owned(),
        "/lazy-static/thumbnails/..%2f..%2fkiosque.sqlite3".to_owned(),
        "/lazy-static/nothing/x.jpg".to_owned(),
        "/lazy-static/torrents/..%2f..%2fkiosque.sqlite3.torrent".to_owned(),
        "/download/original-video-files/..%2f..%2fkiosque.sqlite3".to_owned(),
        "/download/web-videos/..%2f..%2fkiosque.sqlite3".to_owned(),
        "/assets/..%2f..%2fCargo.toml".to_owned(),
    ] {
        // As it stands: clients tidy addresses up before they send them.
        let answer = raw(&server, &path, "localhost").await;
        let status = answer.split(' ').nth(1).unwrap().to_owned();
        assert!(["404", "400", "403"].contains(&status.as_str()), "{path}: {answer}");
        assert!(!answer.contains("SQLite format") && !answer.contains("not in the rows"), "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_host_stands_in_no_answer() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let (video, details) = film(&server, &owner, 1).await;
    for path in [
        "/".to_owned(),
        format!("/w/{}", video.uuid),
        format!("/videos/embed/{}", video.uuid),
        format!("/api/v1/videos/{}", video.uuid),
        "/api/v1/videos".to_owned(),
        "/api/v1/config".to_owned(),
        "/api/v1/nothing".to_owned(),
        "/feeds/videos.xml".to_owned(),
        "/sitemap.xml".to_owned(),
        "/robots.txt".to_owned(),
        "/nowhere".to_owned(),
        path(&server, &details["files"][0]["torrentUrl"]),
        format!("/services/oembed?url=http://evil.example/w/{}", video.uuid),
        "/a/owner/video-channels".to_owned(),
    ] {
        let answer = raw(&server, &path, "evil.example").await;
        let answer = answer.replace("url=http://evil.example", "");
        assert!(!answer.contains("evil.example"), "{path}: {answer}");
    }
    server.stop().await;
}

/// An answer with its head, to a request whose address nobody tidied up.
async fn raw(server: &Server, path: &str, host: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let address = server.base.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
