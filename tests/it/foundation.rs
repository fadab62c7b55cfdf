//! What everything stands on: answers, errors, jobs, stopping.

use crate::common::{Server, until};
use kiosque::jobs::{self, Job};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_instance_answers() {
    let server = Server::start().await;
    let pong = server.get("/api/v1/ping").await;
    assert_eq!(pong.status(), 200);
    assert_eq!(pong.headers()["access-control-allow-origin"], "*");
    assert_eq!(pong.text().await.unwrap(), "pong");
    let ask = server.http.request(reqwest::Method::OPTIONS, server.url("/api/v1/ping"));
    let ask = ask.header("origin", "https://app.example").header("access-control-request-method", "GET");
    assert_eq!(ask.send().await.unwrap().status(), 204);
    let unknown = server.get("/api/v1/nothing").await;
    assert_eq!((unknown.status().as_u16(), unknown.text().await.unwrap()), (400, String::new()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_put_down_is_done_at_once() {
    let server = Server::start().await;
    let file = server.dir.path().join("media/old.txt");
    std::fs::write(&file, "x").unwrap();
    let now = server.app.clock.now();
    let job = Job::RemoveFiles { paths: vec!["media/old.txt".into()] };
    let id = server.app.db.write(move |tx| jobs::enqueue(tx, now, &job)).await.unwrap();
    until("the job to be done", || async {
        let entry = server.app.db.read(move |conn| jobs::find(conn, id)).await.unwrap();
        (entry.state == jobs::State::Done).then_some(())
    })
    .await;
    assert!(!file.exists());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_speak_the_readers_language_and_refuse_frames() {
    let server = Server::start().await;
    let page = server.http.get(server.url("/videos")).header("accept-language", "en").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    // The last keeps a style sheet of one's own from telling another server anything.
    for rule in ["default-src 'self';", "script-src 'self';", "img-src 'self' data: blob:;"] {
        assert!(policy.contains(rule), "{rule} in {policy}");
    }
    assert!(page.text().await.unwrap().contains("<html lang=\"en\" dir=\"ltr\">"));
    for nowhere in
        ["/nowhere", "/index.html", "/assets/../Cargo.toml", "/assets/none.js", "/.vite/manifest.json"]
    {
        assert_eq!(server.get(nowhere).await.status(), 404, "{nowhere}");
    }
    assert!(server.get("/nowhere").await.text().await.unwrap().contains("Rien à cette adresse"));
    server.stop().await;
}
