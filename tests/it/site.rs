//! Pages, feeds and films as browsers, players and other sites get them.

use crate::common::Server;
use kiosque::videos::Video;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_public_film_has_a_page_a_frame_and_open_bytes() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let fields = json!({"name": "Bal <de> la place", "description": "Deux **heures** de bal.", "privacy": 1});
    let video = server.db_video(&admin, fields).await;
    let (file, master) = server.put_files(&video).await;
    let short = kiosque::ids::short(video.uuid);

    let page = server.get(&format!("/w/{short}")).await;
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    // What yt-dlp looks for, word for word (peertube-rest §1).
    assert!(html.contains("meta property=\"og:platform\" content=\"PeerTube\""));
    for part in [
        "<h1 dir=\"auto\">Bal &lt;de&gt; la place</h1>",
        "<strong>heures</strong>",
        "application/json+oembed",
        "application/ld+json",
        &format!("<link rel=\"canonical\" href=\"{}/w/{short}\"", server.base),
        "<source src=\"/static/web-videos/",
        "og:video:url",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    // yt-dlp takes each of these for a film of its own.
    assert!(!html.contains("<video"));
    for slash in [format!("/w/{short}/"), format!("/api/v1/videos/{short}/")] {
        assert_eq!(server.get(&slash).await.status(), 200, "{slash}");
    }
    let frame = server.get(&format!("/videos/embed/{}", video.uuid)).await;
    assert_eq!(frame.status(), 200);
    assert!(frame.headers().get("x-frame-options").is_none());

    let folder = format!("/static/streaming-playlists/hls/{}", video.uuid);
    let playlist = server.get(&format!("{folder}/{master}")).await;
    assert_eq!(playlist.headers()["content-type"], "application/vnd.apple.mpegurl");
    assert_eq!(playlist.headers()["access-control-allow-origin"], "*");
    let bytes = server.http.get(server.url(&format!("{folder}/{file}"))).header("range", "bytes=0-9").send();
    let bytes = bytes.await.unwrap();
    assert_eq!(
        (bytes.status().as_u16(), bytes.headers()["content-type"].as_bytes()),
        (206, &b"video/mp4"[..])
    );
    // Not of this video, not in the rows, not a name.
    let other = server.db_video(&admin, json!({"name": "Another", "privacy": 1})).await;
    for wrong in [
        format!("/static/streaming-playlists/hls/{}/{file}", other.uuid),
        format!("{folder}/none.m3u8"),
        format!("{folder}/..%2f{}%2f{file}", video.uuid),
        format!("/static/streaming-playlists/hls/private/{}/{file}", video.uuid),
    ] {
        assert_eq!(server.get(&wrong).await.status(), 404, "{wrong}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_locked_film_says_that_it_is_locked_and_no_more() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let fields = json!({"name": "Only for us", "privacy": 5, "videoPasswords": ["do re mi"]});
    let video = server.db_video(&admin, fields).await;
    for path in [format!("/w/{}", video.uuid), format!("/videos/embed/{}", video.uuid)] {
        let page = server.get(&path).await;
        assert_eq!(page.status(), 200, "{path}");
        let html = page.text().await.unwrap();
        assert!(
            html.contains("property=\"og:platform\" content=\"PeerTube\"") && html.contains("noindex"),
            "{html}"
        );
        assert!(
            !html.contains("Only for us") && !html.contains("do re mi") && !html.contains(".mp4"),
            "{html}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_byte_of_a_private_film_needs_a_right() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let melanie = server.user("melanie").await;
    let video = server.db_video(&melanie, json!({"name": "Only for us", "privacy": 3})).await;
    let (file, master) = server.put_files(&video).await;
    let page = server.get(&format!("/w/{}", video.uuid)).await;
    assert_eq!(page.status(), 404);
    assert!(!page.text().await.unwrap().contains("Only for us"));

    let folder = format!("/static/streaming-playlists/hls/private/{}", video.uuid);
    let path = format!("{folder}/{file}");
    assert_eq!(server.get(&path).await.status(), 403);
    assert_eq!(server.get(&format!("{path}?videoFileToken=wrong")).await.status(), 403);
    assert_eq!(server.user("other").await.get(&path).await.status(), 403);
    assert_eq!(melanie.get(&path).await.status(), 200);
    assert_eq!(admin.get(&path).await.status(), 200);
    let public = format!("/static/streaming-playlists/hls/{}/{file}", video.uuid);
    assert_eq!(melanie.get(&public).await.status(), 404);

    let token: Value =
        melanie.post(&format!("/api/v1/videos/{}/token", video.uuid), &json!({})).await.json().await.unwrap();
    let token = token["files"]["token"].as_str().unwrap();
    let open = server.get(&format!("{path}?videoFileToken={token}")).await;
    assert_eq!(open.status(), 200);
    assert!(open.headers()["cache-control"].to_str().unwrap().starts_with("private"));
    let list =
        server.get(&format!("{folder}/{master}?videoFileToken={token}&reinjectVideoFileToken=true")).await;
    let list = list.text().await.unwrap();
    assert!(list.contains(".m3u8?videoFileToken=") && list.contains("reinjectVideoFileToken=true"), "{list}");
    // A token is for one video only.
    let second = server.db_video(&melanie, json!({"name": "Another", "privacy": 3})).await;
    let (other_file, _) = server.put_files(&second).await;
    let elsewhere = format!(
        "/static/streaming-playlists/hls/private/{}/{other_file}?videoFileToken={token}",
        second.uuid
    );
    assert_eq!(server.get(&elsewhere).await.status(), 403);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_and_frames_tell_what_anyone_may_see() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let seen =
        server.db_video(&admin, json!({"name": "Seen by all", "description": "Words", "privacy": 1})).await;
    let hidden = server.db_video(&admin, json!({"name": "For the family", "privacy": 2})).await;
    let private = server.db_video(&admin, json!({"name": "For me", "privacy": 3})).await;
    for (path, kind) in [
        ("/feeds/videos.xml", "application/xml; charset=utf-8"),
        ("/feeds/videos.rss2", "application/rss+xml; charset=utf-8"),
        ("/feeds/videos.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/videos.json1", "application/json; charset=utf-8"),
        ("/feeds/videos.xml?videoChannelName=admin_channel", "application/xml; charset=utf-8"),
        ("/feeds/videos.rss?accountName=admin", "application/rss+xml; charset=utf-8"),
        ("/feeds/podcast/videos.xml?videoChannelName=admin_channel", "application/rss+xml; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
    ] {
        let feed = server.get(path).await;
        assert_eq!(
            (feed.status().as_u16(), feed.headers()["content-type"].to_str().unwrap()),
            (200, kind),
            "{path}"
        );
        let text = feed.text().await.unwrap();
        assert!(text.contains("Seen by all"), "{path}: {text}");
        assert!(!text.contains("For the family") && !text.contains("For me"), "{path}: {text}");
    }
    for (path, status) in [
        ("/feeds/videos.exe", 400),
        ("/feeds/videos.xml?videoChannelName=nobody", 404),
        ("/feeds/podcast/videos.xml", 400),
        ("/feeds/else.xml", 404),
        ("/feeds/videos.xml?accountId=admin", 400),
        ("/feeds/podcast/videos.xml?videoChannelId=1&videoChannelId=2", 400),
        ("/services/oembed", 400),
        ("/services/oembed?url=a&url=b", 400),
    ] {
        let refused = server.get(path).await;
        assert_eq!(refused.status(), status, "{path}");
        let header = |name| refused.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("content-type"), Some("application/problem+json; charset=utf-8"), "{path}");
        assert_eq!(header("cache-control"), Some("no-store"), "{path}: nobody is to remember");
    }
    let oembed =
        |video: &Video| format!("/services/oembed?url={}/w/{}", server.base, kiosque::ids::short(video.uuid));
    let frame = server.json(&oembed(&seen)).await;
    assert_eq!((frame["type"].as_str(), frame["title"].as_str()), (Some("video"), Some("Seen by all")));
    assert_eq!(server.get(&oembed(&hidden)).await.status(), 200);
    assert_eq!(server.get(&oembed(&private)).await.status(), 403);
    assert_eq!(server.get(&format!("{}&format=xml", oembed(&seen))).await.status(), 501);
    assert_eq!(server.get("/services/oembed?url=https://other.example/w/x").await.status(), 400);
    let unlisted = server.get(&format!("/w/{}", hidden.uuid)).await.text().await.unwrap();
    assert!(unlisted.contains("<meta name=\"robots\" content=\"noindex\" />"));
    let group = server.get("/@admin_channel").await.text().await.unwrap();
    assert!(group.contains("Seen by all") && !group.contains("For me"));
    assert_eq!(server.get("/@nobody").await.status(), 404);
    for shared in ["/a/admin/video-channels", "/a/admin/videos", "/c/admin_channel/video-playlists"] {
        assert_eq!(server.get(shared).await.status(), 200, "{shared} leads on");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_find_where_a_password_is_changed_and_whom_to_tell_of_a_hole() {
    let server = Server::start().await;
    let http = crate::common::http().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (path, status, to) in [
        ("/.well-known/change-password", 302, "/my/settings?part=security"),
        ("/security.txt", 301, "/.well-known/security.txt"),
    ] {
        let answer = http.get(server.url(path)).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (status, &to.parse().unwrap()));
    }
    let text = server.get("/.well-known/security.txt").await.text().await.unwrap();
    assert!(text.starts_with(&format!("Contact: {}\n", server.app.urls().absolute("/about"))), "{text}");
    let expires = text.lines().find_map(|line| line.strip_prefix("Expires: ")).unwrap();
    let expires = kiosque::clock::Timestamp::parse(expires).unwrap();
    assert!(expires.seconds_since(server.app.clock.now()) > 86_400.0, "{text}");
    server.stop().await;
}
