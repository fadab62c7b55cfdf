//! Torrents of films, with the server as their web seed.

use crate::common::Server;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

/// What stands at the beginning of bencoded bytes, and the bytes behind it.
fn decode(bytes: &[u8]) -> (Value, &[u8]) {
    match bytes[0] {
        b'd' => {
            let (mut map, mut rest) = (serde_json::Map::new(), &bytes[1..]);
            while rest[0] != b'e' {
                let (key, behind) = decode(rest);
                let key = key.as_str().unwrap().to_owned();
                assert!(map.keys().next_back().is_none_or(|last| *last < key), "keys are in order");
                let (value, after) = decode(behind);
                if key == "info" {
                    let info = &behind[..behind.len() - after.len()];
                    map.insert("hash".to_owned(), hex::encode(Sha1::digest(info)).into());
                }
                map.insert(key, value);
                rest = after;
            }
            (map.into(), &rest[1..])
        }
        b'i' => {
            let end = bytes.iter().position(|byte| *byte == b'e').unwrap();
            (String::from_utf8_lossy(&bytes[1..end]).parse::<u64>().unwrap().into(), &bytes[end + 1..])
        }
        _ => {
            let colon = bytes.iter().position(|byte| *byte == b':').unwrap();
            let length: usize = String::from_utf8_lossy(&bytes[..colon]).parse().unwrap();
            let (text, rest) = bytes[colon + 1..].split_at(length);
            let text = String::from_utf8(text.to_vec()).unwrap_or_else(|_| hex::encode(text));
            (text.into(), rest)
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torrent_holds_what_its_web_seed_sends() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let video = server.db_video(&owner, json!({"name": "Bal & fête", "privacy": 1})).await;
    server.put_files(&video).await;
    let shown = async || server.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    let before = &shown().await["files"][0];
    assert_eq!(before["magnetUri"], Value::Null);
    let path = before["torrentUrl"].as_str().unwrap().strip_prefix(&server.base).unwrap().to_owned();
    let early = server.get(&path).await;
    assert_eq!((early.status().as_u16(), &early.headers()["retry-after"]), (503, &"60".parse().unwrap()));

    server.hash_files(&video).await;
    let shown = shown().await;
    for file in [&shown["files"][0], &shown["streamingPlaylists"][0]["files"][1]] {
        let address = file["torrentUrl"].as_str().unwrap();
        let answer = server.http.get(address).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/x-bittorrent");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let bytes = answer.bytes().await.unwrap();
        let (torrent, rest) = decode(&bytes);
        assert!(rest.is_empty());
        assert_eq!(torrent["url-list"], file["fileUrl"]);
        assert_eq!(torrent["info"]["length"], file["size"]);
        assert!(file["fileUrl"].as_str().unwrap().ends_with(torrent["info"]["name"].as_str().unwrap()));
        let film = server.http.get(file["fileUrl"].as_str().unwrap()).send().await.unwrap();
        let film = film.bytes().await.unwrap();
        // Shorter than a piece, so there is one.
        assert_eq!(torrent["info"]["pieces"], hex::encode(Sha1::digest(&film)));
        let magnet = url::Url::parse(file["magnetUri"].as_str().unwrap()).unwrap();
        let of = |key: &str| magnet.query_pairs().find(|(name, _)| name == key).unwrap().1.into_owned();
        assert_eq!(of("xt"), format!("urn:btih:{}", torrent["hash"].as_str().unwrap()));
        assert_eq!((of("dn"), of("xs")), ("Bal & fête".to_owned(), address.to_owned()));
        assert_eq!(of("ws"), file["fileUrl"].as_str().unwrap());
        let saved = server.http.get(file["torrentDownloadUrl"].as_str().unwrap()).send().await.unwrap();
        assert!(saved.headers()["content-disposition"].to_str().unwrap().contains("p.torrent"));
        assert_eq!(saved.bytes().await.unwrap(), bytes);
    }
    for none in ["none.torrent", "x", "..%2f..%2fkiosque.sqlite3"] {
        assert_eq!(server.get(&format!("/lazy-static/torrents/{none}")).await.status(), 404, "{none}");
    }
    assert_eq!(owner.delete(&format!("/api/v1/videos/{}", video.uuid)).await.status(), 204);
    assert_eq!(server.get(&path).await.status(), 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn torrents_of_private_films_need_a_right() {
    let server = Server::start().await;
    let owner = server.user("owner").await;
    let video = server.db_video(&owner, json!({"name": "Ours", "privacy": 3})).await;
    server.put_files(&video).await;
    server.hash_files(&video).await;
    let shown = owner.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    let file = &shown["files"][0];
    assert_eq!(file["magnetUri"], Value::Null, "a magnet would lead to what nobody may fetch");
    for key in ["torrentUrl", "torrentDownloadUrl"] {
        let path = file[key].as_str().unwrap().strip_prefix(&server.base).unwrap();
        assert_eq!(server.get(path).await.status(), 403, "{key}");
        assert_eq!(server.user("other").await.get(path).await.status(), 403, "{key}");
        assert_eq!(owner.get(path).await.status(), 200, "{key}");
    }
    server.stop().await;
}
