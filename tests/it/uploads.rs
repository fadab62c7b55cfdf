//! Sending files, as PeerTube's clients do it.

use crate::common::{Server, clips::clip, people::Person, until};
use base64::Engine as _;
use kiosque::{clock::Clock, storage::Storage, videos::making};
use reqwest::{Method, Response, multipart};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use tokio::sync::mpsc::{Receiver, Sender};

const RESUMABLE: &str = "/api/v1/videos/upload-resumable";

/// What a client says before it sends.
async fn announcement(person: &Person) -> Value {
    json!({"name": "By pieces", "channelId": person.group_id().await, "filename": "pieces.mp4", "privacy": 1})
}

async fn announce(person: &Person, size: u64, metadata: &Value) -> Response {
    person
        .request(Method::POST, RESUMABLE)
        .header("X-Upload-Content-Length", size)
        .header("X-Upload-Content-Type", "video/mp4")
        .json(metadata)
        .send()
        .await
        .unwrap()
}

/// Announces and gives the path to send to.
async fn begin(person: &Person, size: u64) -> String {
    let answer = announce(person, size, &announcement(person).await).await;
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    path_of(&answer)
}

/// `//HOST/PATH` → `/PATH`
fn path_of(answer: &Response) -> String {
    let location = answer.headers()["location"].to_str().unwrap();
    let rest = location.strip_prefix("//").expect("relative to the scheme");
    rest[rest.find('/').unwrap()..].to_owned()
}

fn id_of(path: &str) -> String {
    path.split_once("upload_id=").unwrap().1.to_owned()
}

async fn put(person: &Person, path: &str, range: &str, body: &[u8]) -> Response {
    let request = person.request(Method::PUT, path).header("Content-Range", range);
    request.header("Content-Type", "application/octet-stream").body(body.to_vec()).send().await.unwrap()
}

async fn piece(person: &Person, path: &str, whole: &[u8], from: usize, to: usize) -> Response {
    put(person, path, &format!("bytes {from}-{}/{}", to - 1, whole.len()), &whole[from..to]).await
}

/// A body whose bytes are given while it is sent.
fn by_and_by() -> (Sender<std::io::Result<Vec<u8>>>, reqwest::Body) {
    let (sender, body) = tokio::sync::mpsc::channel(1);
    let body = futures::stream::unfold(body, |mut body: Receiver<_>| async {
        body.recv().await.map(|chunk| (chunk, body))
    });
    (sender, reqwest::Body::wrap_stream(body))
}

fn range(answer: &Response) -> (u16, Option<&str>) {
    (answer.status().as_u16(), answer.headers().get("range").map(|range| range.to_str().unwrap()))
}

async fn code(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    let code = body["error"]["code"].as_str().or(body["code"].as_str()).or(body["detail"].as_str());
    (status, code.unwrap_or_default().to_owned())
}

fn film() -> Vec<u8> {
    std::fs::read(clip("h264-aac.mp4")).unwrap()
}

/// Files of uploads that are not finished, and sources.
fn files(server: &Server) -> (usize, usize) {
    let count = |folder| std::fs::read_dir(server.dir.path().join(folder)).unwrap().count();
    (count("tmp/uploads"), count("media/sources"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_arrives_by_pieces_through_a_restart_of_the_server() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let film = film();
    let third = film.len() / 3;
    let answer = announce(&person, film.len() as u64, &announcement(&person).await).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-length"]), (201, &"0".parse().unwrap()));
    let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap().to_lowercase();
    assert!(exposed.contains("location") && exposed.contains("range"), "{exposed}");
    let path = path_of(&answer);

    let first = piece(&person, &path, &film, 0, third).await;
    let safe = format!("bytes=0-{}", third - 1);
    assert_eq!(range(&first), (308, Some(safe.as_str())));
    // A gap is not taken; the same again changes nothing.
    assert_eq!(range(&piece(&person, &path, &film, 2 * third, film.len()).await), (308, Some(safe.as_str())));
    assert_eq!(range(&piece(&person, &path, &film, 0, third).await), (308, Some(safe.as_str())));

    let dir = server.stop().await;
    // As after a power cut: bytes that were written and never acknowledged.
    let file = dir.path().join(Storage::upload(&id_of(&path)));
    let mut torn = std::fs::read(&file).unwrap();
    torn.extend_from_slice(b"torn");
    std::fs::write(&file, torn).unwrap();
    std::fs::write(dir.path().join("tmp/uploads/orphan"), "x").unwrap();
    std::fs::write(dir.path().join("media/sources/orphan.mp4"), "x").unwrap();
    let server = Server::start_in(dir, Clock::system(), |_| {}).await;
    let person = server.user("alice").await;
    assert_eq!(files(&server), (1, 0), "orphans are swept");

    let asked = put(&person, &path, &format!("bytes */{}", film.len()), b"").await;
    assert_eq!(range(&asked), (308, Some(safe.as_str())));
    // A piece that overlaps what is there.
    assert_eq!(piece(&person, &path, &film, third - 100, 2 * third).await.status(), 308);
    let done = piece(&person, &path, &film, 2 * third, film.len()).await;
    assert_eq!(done.status(), 200);
    let video = done.json::<Value>().await.unwrap()["video"].clone();
    let uuid = kiosque::ids::parse_uuid(video["shortUUID"].as_str().unwrap()).unwrap();
    assert_eq!(video["uuid"], uuid.to_string());
    let id = video["id"].as_i64().unwrap();
    let source = server.app.db.read(move |conn| making::source(conn, id)).await.unwrap().unwrap();
    let kept = server.dir.path().join(Storage::source(&source.file.unwrap()));
    assert!(std::fs::read(kept).unwrap() == film, "the bytes are those that were sent");

    assert_eq!(
        code(piece(&person, &path, &film, 2 * third, film.len()).await).await,
        (404, "FileNotFound".into())
    );
    assert_eq!(person.delete(&path).await.status(), 204);
    assert_eq!(files(&server), (0, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_announced_again_goes_on() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let film = film();
    let mut metadata = announcement(&person).await;
    metadata["lastModified"] = 1_700_000_000_000_u64.into();
    let first = announce(&person, film.len() as u64, &metadata).await;
    assert_eq!(first.status(), 201);
    let path = path_of(&first);
    assert_eq!(announce(&person, film.len() as u64, &metadata).await.status(), 201);
    piece(&person, &path, &film, 0, 1000).await;
    let again = announce(&person, film.len() as u64, &metadata).await;
    assert_eq!((range(&again), path_of(&again)), ((200, Some("bytes=0-999")), path.clone()));

    let list = person.json("/api/v1/uploads").await;
    assert_eq!((&list["total"], &list["data"][0]["received"]), (&json!(1), &json!(1000)));
    assert_eq!(list["data"][0]["uploadId"], id_of(&path));
    assert_eq!(list["data"][0]["metadata"]["name"], "By pieces");
    assert_eq!(server.user("bob").await.json("/api/v1/uploads").await["total"], 0);
    assert_eq!(person.delete(&path).await.status(), 204);
    assert_eq!(person.json("/api/v1/uploads").await["total"], 0);
    assert_eq!(files(&server), (0, 0));
    assert_eq!(code(piece(&person, &path, &film, 0, 10).await).await.0, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_before_bytes_are_wasted() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let metadata = announcement(&person).await;
    let (status, _) = code(announce(&person, 1 << 50, &metadata).await).await;
    assert_eq!(status, 413);
    let account = person.account_id;
    server
        .app
        .db
        .write(move |tx| {
            tx.execute("update logins set video_quota = 5000 where account_id = ?1", [account])?;
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(code(announce(&person, 6000, &metadata).await).await, (413, "quota_reached".into()));
    let room = person.json("/api/v1/uploads/room").await;
    assert_eq!((&room["bytesLeft"], &room["limitedBy"]), (&json!(5000), &json!("quota")));
    let path = begin(&person, 4000).await;
    assert_eq!(
        code(announce(&person, 4000, &metadata).await).await.1,
        "quota_reached",
        "announced bytes count"
    );

    let bare = |headers: &[(&'static str, &'static str)], body: Value| {
        let mut request = person.request(Method::POST, RESUMABLE).json(&body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        async { code(request.send().await.unwrap()).await }
    };
    let (status, detail) = bare(&[], metadata.clone()).await;
    assert_eq!((status, detail.contains("x-upload-content-length")), (400, true), "{detail}");
    let sized = ("x-upload-content-length", "100");
    let mut nameless = metadata.clone();
    nameless.as_object_mut().unwrap().remove("filename");
    let (status, detail) = bare(&[sized], nameless).await;
    assert_eq!((status, detail.contains("filename")), (400, true), "{detail}");
    let mut text = metadata.clone();
    text["filename"] = "a.txt".into();
    assert_eq!(bare(&[sized, ("x-upload-content-type", "text/plain")], text).await.0, 415);
    assert_eq!(bare(&[("x-upload-content-length", "0")], metadata.clone()).await.0, 422);
    assert_eq!(bare(&[("x-upload-content-length", "-1")], metadata.clone()).await.0, 400);
    let mut foreign = metadata.clone();
    foreign["channelId"] = server.user("bob").await.group_id().await.into();
    assert_eq!(bare(&[sized], foreign).await.0, 400);
    let anonymous =
        server.http.post(server.url(RESUMABLE)).header("x-upload-content-length", 9).json(&metadata);
    assert_eq!(anonymous.send().await.unwrap().status(), 401);

    let bob = server.user("bob").await;
    for (who, path, expected) in [
        (&bob, path.as_str(), (403, "Forbidden".to_owned())),
        (&person, &format!("{RESUMABLE}?upload_id=0000-0000"), (403, "Forbidden".to_owned())),
        (&person, RESUMABLE, (403, "Forbidden".to_owned())),
    ] {
        assert_eq!(code(put(who, path, "bytes 0-9/4000", &[0; 10]).await).await, expected);
        assert_eq!(code(who.delete(path).await).await, expected);
    }
    assert_eq!(
        code(put(&person, &path, "bytes 0-9/4001", &[0; 10]).await).await,
        (409, "FileConflict".into())
    );
    assert_eq!(put(&person, &path, "bytes 0-8/4000", &[0; 10]).await.status(), 400);
    assert_eq!(put(&person, &path, "bytes 0-10/4000", &[0; 10]).await.status(), 400);
    assert_eq!(put(&person, &path, "items 0-9/4000", &[0; 10]).await.status(), 400);
    assert_eq!(put(&person, &path, "bytes 3999-4008/4000", &[0; 10]).await.status(), 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_sum_is_told_and_nothing_of_the_piece_is_kept() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let path = begin(&person, 4000).await;
    let send = |sum: [u8; 20]| {
        let sum = base64::engine::general_purpose::STANDARD.encode(sum);
        let request = person.request(Method::PUT, &path).header("Content-Range", "bytes 0-99/4000");
        request.header("Digest", format!("sha1={sum}")).body(vec![7; 100]).send()
    };
    assert_eq!(code(send([1; 20]).await.unwrap()).await, (460, "ChecksumMismatch".into()));
    assert_eq!(range(&put(&person, &path, "bytes */4000", b"").await), (308, None));
    let right = Sha1::digest([7; 100]).into();
    assert_eq!(range(&send(right).await.unwrap()), (308, Some("bytes=0-99")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_at_a_time_and_a_lost_connection_keeps_what_came() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let path = begin(&person, 4000).await;
    let id = id_of(&path);
    let (sender, body) = by_and_by();
    let request = person
        .request(Method::PUT, &path)
        .header("Content-Range", "bytes 0-3999/4000")
        .header("Content-Length", 4000)
        .body(body);
    let sending = tokio::spawn(request.send());
    sender.send(Ok(vec![1; 500])).await.unwrap();
    until("the first request to be at it", || async { server.app.storage.is_held(&id).then_some(()) }).await;
    let second = put(&person, &path, "bytes 0-99/4000", &[1; 100]).await;
    assert_eq!(second.status(), 503);
    assert!(second.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    // Sent, and then the connection is lost.
    sender.send(Ok(vec![1; 500])).await.unwrap();
    sender.send(Err(std::io::Error::other("the tunnel"))).await.unwrap();
    assert!(sending.await.unwrap().is_err());
    until("what came to be safe", || async {
        let asked = put(&person, &path, "bytes */4000", b"").await;
        // A client that fails at once may never hand its last piece to the network; the first had arrived.
        let kept = [(308, Some("bytes=0-499")), (308, Some("bytes=0-999"))];
        (!server.app.storage.is_held(&id) && kept.contains(&range(&asked))).then_some(())
    })
    .await;
    server.stop().await;
}

/// A telephone that has left one network and asks through another: the server does not know that the first connection
/// is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_with_what_came_by_a_connection_that_is_lost() {
    const SIZE: usize = 4 << 20;
    const SENT: usize = 2 << 20;
    let server = Server::start().await;
    let person = server.user("alice").await;
    let path = begin(&person, SIZE as u64).await;
    let id = id_of(&path);
    let (sender, body) = by_and_by();
    let request = person
        .request(Method::PUT, &path)
        .header("Content-Range", format!("bytes 0-{}/{SIZE}", SIZE - 1))
        .header("Content-Length", SIZE)
        .body(body);
    let silent = tokio::spawn(request.send());
    sender.send(Ok(vec![1; SENT])).await.unwrap();
    // Bytes are gathered before they are written.
    let file = server.app.storage.path(&Storage::upload(&id)).unwrap();
    until("bytes to arrive", || async {
        (std::fs::metadata(&file).map_or(0, |found| found.len()) >= SENT as u64 / 2).then_some(())
    })
    .await;
    let asked = put(&person, &path, &format!("bytes */{SIZE}"), b"").await;
    let (308, Some(told)) = range(&asked) else { panic!("what came is told: {asked:?}") };
    let received = told.strip_prefix("bytes=0-").unwrap().parse::<usize>().unwrap() + 1;
    assert!((SENT / 2..=SENT).contains(&received), "{received}");
    assert_eq!(
        server.app.storage.upload_length(&id, u64::MAX).await.unwrap(),
        received as u64,
        "on the disk"
    );
    // The next piece need not wait.
    let answer = put(&person, &path, &format!("bytes {received}-{}/{SIZE}", received + 9), &[2; 10]).await;
    assert_eq!(range(&answer), (308, Some(format!("bytes=0-{}", received + 9).as_str())));
    drop(sender);
    drop(silent.await.unwrap());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_ends_though_a_connection_that_is_lost_has_it() {
    const SIZE: usize = 4 << 20;
    let server = Server::start().await;
    let person = server.user("alice").await;
    let path = begin(&person, SIZE as u64).await;
    let id = id_of(&path);
    let (sender, body) = by_and_by();
    let request = person
        .request(Method::PUT, &path)
        .header("Content-Range", format!("bytes 0-{}/{SIZE}", SIZE - 1))
        .header("Content-Length", SIZE)
        .body(body);
    let silent = tokio::spawn(request.send());
    sender.send(Ok(vec![1; SIZE / 2])).await.unwrap();
    until("the request to be at it", || async { server.app.storage.is_held(&id).then_some(()) }).await;
    let ended = person.delete(&path).await;
    assert_eq!(ended.status(), 204, "{}", ended.text().await.unwrap());
    assert_eq!(person.json("/api/v1/uploads").await["total"], 0);
    assert_eq!(files(&server), (0, 0));
    assert_eq!(code(put(&person, &path, &format!("bytes */{SIZE}"), b"").await).await.0, 404);
    drop(sender);
    drop(silent.await.unwrap());
    assert_eq!(files(&server), (0, 0), "nothing of it comes back");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_whose_sender_goes_away_leaves_nothing() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let (sender, body) = by_and_by();
    let form = multipart::Form::new()
        .text("channelId", person.group_id().await.to_string())
        .part("videofile", multipart::Part::stream(body).file_name("film.mp4"));
    let sending = tokio::spawn(person.request(Method::POST, "/api/v1/videos/upload").multipart(form).send());
    sender.send(Ok(vec![1; 2 << 20])).await.unwrap();
    until("bytes to arrive", || async { (files(&server) == (1, 0)).then_some(()) }).await;
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    until("its bytes to be removed", || async { (files(&server) == (0, 0)).then_some(()) }).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_film_is_refused_in_words_and_leaves_nothing() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    for (garbage, name, word) in
        [(vec![0x5a; 10_240], "not-media", "neither"), (film()[..20_000].to_vec(), "damaged", "damaged")]
    {
        let path = begin(&person, garbage.len() as u64).await;
        let answer = piece(&person, &path, &garbage, 0, garbage.len()).await;
        assert_eq!(answer.status(), 422);
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], name, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(word), "{problem}");
        assert_eq!(piece(&person, &path, &garbage, 0, garbage.len()).await.status(), 404);
    }
    let form = multipart::Form::new()
        .text("name", "A letter")
        .text("channelId", person.group_id().await.to_string())
        .part("videofile", multipart::Part::bytes(vec![0x5a; 5000]).file_name("film.mp4"));
    let answer = person.request(Method::POST, "/api/v1/videos/upload").multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 422);
    assert_eq!(files(&server), (0, 0));
    assert_eq!(person.json("/api/v1/uploads").await["total"], 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_takes_a_film_with_its_pictures() {
    let server = Server::start().await;
    let person = server.user("alice").await;
    let picture = std::fs::read(clip("picture.png")).unwrap();
    let form = |film: Vec<u8>, group: i64| {
        multipart::Form::new()
            .part(
                "videofile",
                multipart::Part::bytes(film).file_name("Le_chœur.mp4").mime_str("video/mp4").unwrap(),
            )
            .text("channelId", group.to_string())
            .text("tags[0]", "chœur")
            .text("privacy", "1")
            .part("thumbnailfile", multipart::Part::bytes(picture.clone()).file_name("a.png"))
    };
    let group = person.group_id().await;
    let send = |form| person.request(Method::POST, "/api/v1/videos/upload").multipart(form).send();
    let answer = send(form(film(), group)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let id = answer.json::<Value>().await.unwrap()["video"]["id"].as_i64().unwrap();
    let (video, chosen) = server
        .app
        .db
        .read(move |conn| {
            let chosen = conn.query_row(
                "select chosen from video_images where video_id = ?1 and kind = 'thumbnail'",
                [id],
                |row| row.get::<_, bool>(0),
            )?;
            Ok((kiosque::videos::by_id(conn, id)?, chosen))
        })
        .await
        .unwrap();
    assert_eq!((video.name.as_str(), chosen), ("Le chœur", true));

    let none = multipart::Form::new().text("name", "Nothing").text("channelId", group.to_string());
    assert_eq!(send(none).await.unwrap().status(), 400);
    let no_picture =
        form(film(), group).part("previewfile", multipart::Part::bytes(vec![1; 99]).file_name("a.jpg"));
    let answer = send(no_picture).await.unwrap();
    assert_eq!(code(answer).await, (400, "Incorrect request parameters: previewfile".into()));
    assert_eq!(files(&server), (0, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_nobody_goes_on_with_expires() {
    let clock = Clock::stopped(kiosque::clock::Timestamp(1_800_000_000_000));
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock.clone(), |_| {}).await;
    let person = server.user("alice").await;
    let path = begin(&person, 4000).await;
    put(&person, &path, "bytes 0-99/4000", &[1; 100]).await;
    assert_eq!(files(&server).0, 1);
    clock.advance(8 * 24 * 3600);
    until("its file to be removed", || async {
        // A commit wakes the workers, whose clock stands still.
        server.app.db.write(|_| Ok(())).await.unwrap();
        (files(&server).0 == 0).then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_below_a_new_video_are_as_an_administrator_chose() {
    let server = Server::start().await;
    let (admin, person) = (server.admin().await, server.user("alice").await);
    let change = |policy: i64| json!({"defaults": {"publish": {"commentsPolicy": policy}}});
    assert_eq!(admin.put("/api/v1/config/custom", &change(4)).await.status(), 400);
    assert_eq!(admin.put("/api/v1/config/custom", &change(3)).await.status(), 200);
    let defaults = server.json("/api/v1/config").await["defaults"]["publish"].clone();
    assert_eq!((&defaults["commentsPolicy"], &defaults["commentsEnabled"]), (&3.into(), &true.into()));
    let group = person.group_id().await;
    for (said, policy) in
        [(None, 3), (Some(("commentsPolicy", "1")), 1), (Some(("commentsEnabled", "false")), 2)]
    {
        let mut form = multipart::Form::new()
            .part("videofile", multipart::Part::bytes(film()).file_name("film.mp4"))
            .text("channelId", group.to_string());
        if let Some((key, value)) = said {
            form = form.text(key, value);
        }
        let answer =
            person.request(Method::POST, "/api/v1/videos/upload").multipart(form).send().await.unwrap();
        let video = answer.json::<Value>().await.unwrap()["video"]["uuid"].as_str().unwrap().to_owned();
        let video = person.json(&format!("/api/v1/videos/{video}")).await;
        assert_eq!(video["commentsPolicy"]["id"], policy, "{said:?}");
    }
    server.stop().await;
}
