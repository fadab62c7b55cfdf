//! Media files at the addresses that players know.

use crate::common::Server;

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_sent_in_parts_and_kept_for_long() {
    let server = Server::start().await;
    std::fs::write(server.dir.path().join("media/pictures/a1.jpg"), [7_u8; 1000]).unwrap();
    let path = server.url("/lazy-static/thumbnails/a1.jpg");
    let whole = server.http.get(&path).send().await.unwrap();
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.headers()["content-type"], "image/jpeg");
    assert_eq!(whole.headers()["access-control-allow-origin"], "*");
    assert!(whole.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(whole.bytes().await.unwrap().len(), 1000);
    let part = server.http.get(&path).header("range", "bytes=990-").send().await.unwrap();
    assert_eq!(
        (part.status().as_u16(), &part.headers()["content-range"]),
        (206, &"bytes 990-999/1000".parse().unwrap())
    );
    for silly in ["bytes=5000-", "bytes=9-3", "bytes=-0"] {
        let refused = server.http.get(&path).header("range", silly).send().await.unwrap();
        assert_eq!(refused.status(), 416, "{silly}");
        assert_eq!(refused.headers()["content-range"], "bytes */1000");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_leads_out_of_the_folder() {
    let server = Server::start().await;
    for path in [
        "/lazy-static/thumbnails/..%2f..%2fkiosque.sqlite3",
        "/lazy-static/thumbnails/%2e%2e%2fkiosque.sqlite3",
        "/lazy-static/thumbnails/..",
        "/lazy-static/../kiosque.sqlite3",
        "/lazy-static/nothing/a1.jpg",
        "/lazy-static/thumbnails/none.jpg",
        "/static/kiosque.sqlite3",
    ] {
        assert_eq!(server.get(path).await.status(), 404, "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_may_send_the_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let clock = kiosque::clock::Clock::system();
    let server =
        Server::start_in(dir, clock, |config| config.media.accel_redirect = Some("/kiosque-media/".into()))
            .await;
    let answer = server.get("/lazy-static/previews/a1.jpg").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["x-accel-redirect"], "/kiosque-media/pictures/a1.jpg");
    server.stop().await;
}
