//! Playlists: who makes them, what is in them, in what order, and who sees it.

use crate::common::{Server, people::Person, picture, until};
use kiosque::{groups, videos::Video};
use reqwest::{Method, multipart};
use serde_json::{Value, json};

const LISTS: &str = "/api/v1/video-playlists";

/// Makes a playlist; its short name.
async fn make(person: &Person, fields: Value) -> String {
    let made = person.post(LISTS, &fields).await;
    assert_eq!(made.status(), 200, "{fields}");
    let made: Value = made.json().await.unwrap();
    made["videoPlaylist"]["shortUUID"].as_str().unwrap().to_owned()
}

/// A public one of the first group.
async fn public(person: &Person, name: &str) -> String {
    make(person, json!({"displayName": name, "privacy": 1, "videoChannelId": person.group_id().await})).await
}

async fn add(person: &Person, list: &str, video: &Video) -> i64 {
    let path = format!("{LISTS}/{list}/videos");
    let made = person.post(&path, &json!({"videoId": video.uuid})).await;
    assert_eq!(made.status(), 200);
    made.json::<Value>().await.unwrap()["videoPlaylistElement"]["id"].as_i64().unwrap()
}

/// Names of the films in order, `?` for one that is not shown, with what it is.
fn names(list: &Value) -> Vec<String> {
    let mut position = 0;
    let name = |element: &Value| {
        position += 1;
        assert_eq!(element["position"], position, "places have no gap");
        match element["video"]["name"].as_str() {
            Some(name) => name.to_owned(),
            None => format!("?{}", element["type"]),
        }
    };
    list["data"].as_array().unwrap().iter().map(name).collect()
}

async fn films(server: &Server, person: &Person, names: &[&str]) -> Vec<Video> {
    let mut films = Vec::new();
    for name in names {
        films.push(server.db_video(person, json!({ "name": name })).await);
    }
    films
}

fn titles(list: &Value) -> Vec<&str> {
    let all = list["data"].as_array().unwrap();
    all.iter().map(|one| one["displayName"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn films_are_put_in_taken_out_and_moved() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let all = films(&server, &anne, &["Bees", "Crows", "Dunes", "Elms", "Foxes"]).await;
    let list = public(&anne, "Animals and others").await;
    let mut elements = Vec::new();
    for film in &all {
        elements.push(add(&anne, &list, film).await);
    }
    let path = format!("{LISTS}/{list}/videos");
    let read = || async { names(&server.json(&path).await) };
    assert_eq!(read().await, ["Bees", "Crows", "Dunes", "Elms", "Foxes"]);
    for (wish, expected) in [
        (json!({"startPosition": 5, "insertAfterPosition": 0}), ["Foxes", "Bees", "Crows", "Dunes", "Elms"]),
        (json!({"startPosition": 1, "insertAfterPosition": 5}), ["Bees", "Crows", "Dunes", "Elms", "Foxes"]),
        (
            json!({"startPosition": 2, "insertAfterPosition": 4, "reorderLength": 2}),
            ["Bees", "Elms", "Crows", "Dunes", "Foxes"],
        ),
        (json!({"startPosition": 2, "insertAfterPosition": 2}), ["Bees", "Elms", "Crows", "Dunes", "Foxes"]),
    ] {
        assert_eq!(anne.post(&format!("{path}/reorder"), &wish).await.status(), 204, "{wish}");
        assert_eq!(read().await, expected, "{wish}");
    }
    for wish in [
        json!({"startPosition": 6, "insertAfterPosition": 0}),
        json!({"startPosition": 1, "insertAfterPosition": 6}),
        json!({"startPosition": 4, "insertAfterPosition": 0, "reorderLength": 3}),
        json!({"startPosition": 0, "insertAfterPosition": 0}),
        json!({"insertAfterPosition": 0}),
    ] {
        assert_eq!(anne.post(&format!("{path}/reorder"), &wish).await.status(), 400, "{wish}");
    }
    // A page in the middle.
    let page = server.json(&format!("{path}?start=2&count=2")).await;
    assert_eq!(page["total"], 5);
    let places: Vec<i64> =
        page["data"].as_array().unwrap().iter().map(|one| one["position"].as_i64().unwrap()).collect();
    assert_eq!(places, [3, 4]);
    assert_eq!(anne.delete(&format!("{path}/{}", elements[3])).await.status(), 204);
    assert_eq!(anne.delete(&format!("{path}/{}", elements[3])).await.status(), 404);
    assert_eq!(read().await, ["Bees", "Crows", "Dunes", "Foxes"]);
    // The same film twice, another part of it.
    let twice = json!({"videoId": all[0].id, "startTimestamp": 3, "stopTimestamp": 7});
    assert_eq!(anne.post(&path, &twice).await.status(), 200);
    let last = server.json(&path).await["data"][4].clone();
    assert_eq!((last["startTimestamp"].as_i64(), last["stopTimestamp"].as_i64()), (Some(3), Some(7)));
    let times = |body: Value| {
        let (anne, path) = (anne.clone(), format!("{path}/{}", last["id"]));
        async move { anne.put(&path, &body).await.status().as_u16() }
    };
    assert_eq!(times(json!({"startTimestamp": 4})).await, 204);
    assert_eq!(times(json!({"startTimestamp": 8})).await, 400, "after the stop");
    assert_eq!(times(json!({"stopTimestamp": "soon"})).await, 400);
    assert_eq!(times(json!({"stopTimestamp": null})).await, 204);
    let last = server.json(&path).await["data"][4].clone();
    assert_eq!((last["startTimestamp"].as_i64(), last["stopTimestamp"].as_i64()), (Some(4), None));
    assert_eq!(server.json(&format!("{LISTS}/{list}")).await["videosLength"], 5);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_a_playlist_and_its_films() {
    let server = Server::start().await;
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    let list = public(&anne, "Evenings").await;
    let open = server.db_video(&anne, json!({"name": "Open"})).await;
    let unlisted = server.db_video(&anne, json!({"name": "Unlisted", "privacy": 2})).await;
    let private = server.db_video(&anne, json!({"name": "Private", "privacy": 3})).await;
    let internal = server.db_video(&anne, json!({"name": "Internal", "privacy": 4})).await;
    let fields = json!({"name": "Locked", "privacy": 5, "videoPasswords": ["one two"]});
    let locked = server.db_video(&anne, fields).await;
    let waiting = server.db_unmade_video(&anne, json!({"name": "Waiting"})).await;
    let gone = server.db_video(&anne, json!({"name": "Gone"})).await;
    for film in [&open, &unlisted, &private, &internal, &locked, &waiting, &gone] {
        add(&anne, &list, film).await;
    }
    assert_eq!(anne.delete(&format!("/api/v1/videos/{}", gone.uuid)).await.status(), 204);
    let path = format!("{LISTS}/{list}/videos");
    assert_eq!(names(&server.json(&path).await), ["Open", "Unlisted", "?2", "?2", "?2", "?3", "?1"]);
    assert_eq!(names(&zoe.json(&path).await), ["Open", "Unlisted", "?2", "Internal", "?2", "?3", "?1"]);
    assert_eq!(
        names(&anne.json(&path).await),
        ["Open", "Unlisted", "Private", "Internal", "Locked", "Waiting", "?1"]
    );
    assert_eq!(server.json(&format!("{LISTS}/{list}")).await["videosLength"], 7);
    // Nobody learns of a film by putting its number into a list: those of one's own groups are known already.
    let by_number = json!({"videoId": unlisted.id});
    let beside = make(&anne, json!({"displayName": "Beside"})).await;
    assert_eq!(anne.post(&format!("{LISTS}/{beside}/videos"), &by_number).await.status(), 200);
    let by_address = json!({"videoId": unlisted.uuid});
    let own = make(&zoe, json!({"displayName": "Mine"})).await;
    for (film, status) in [(&unlisted, 403), (&private, 403), (&internal, 200)] {
        let put = zoe.post(&format!("{LISTS}/{own}/videos"), &json!({"videoId": film.id})).await;
        assert_eq!(put.status(), status, "{}", film.name);
    }
    assert_eq!(zoe.post(&format!("{LISTS}/{own}/videos"), &by_address).await.status(), 200);

    // The playlist itself.
    let change = |body: Value| {
        let (anne, list) = (anne.clone(), list.clone());
        async move { anne.put(&format!("{LISTS}/{list}"), &body).await.status().as_u16() }
    };
    let one = anne.json(&format!("{LISTS}/{list}")).await;
    let by_number = format!("{LISTS}/{}", one["id"]);
    assert_eq!(server.get(&by_number).await.status(), 200);
    assert_eq!(change(json!({"privacy": 2})).await, 204);
    assert_eq!(server.get(&format!("{LISTS}/{list}")).await.status(), 200);
    assert_eq!(server.get(&by_number).await.status(), 404, "numbers can be guessed");
    assert_eq!(anne.get(&by_number).await.status(), 200);
    assert_eq!(change(json!({"privacy": 3, "videoChannelId": null})).await, 204);
    for path in [format!("{LISTS}/{list}"), path.clone()] {
        assert_eq!(server.get(&path).await.status(), 401);
        assert_eq!(zoe.get(&path).await.status(), 403);
        assert_eq!(anne.get(&path).await.status(), 200);
    }
    let one = anne.json(&format!("{LISTS}/{list}")).await;
    assert_eq!((&one["videoChannel"], &one["videoChannelPosition"]), (&Value::Null, &Value::Null));
    // What others see is published by a group, one's own.
    assert_eq!(change(json!({"privacy": 1})).await, 400);
    assert_eq!(change(json!({"privacy": 1, "videoChannelId": zoe.group_id().await})).await, 403);
    assert_eq!(change(json!({"privacy": 1, "videoChannelId": 999})).await, 404);
    assert_eq!(change(json!({"displayName": " "})).await, 400);
    assert_eq!(change(json!({"displayName": "x".repeat(121)})).await, 400);
    assert_eq!(change(json!({"description": "x".repeat(1001)})).await, 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_show_what_they_may_in_the_order_that_is_asked() {
    let server = Server::start().await;
    let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
    for name in ["Crows", "bees", "Été à l'Opéra"] {
        public(&anne, name).await;
    }
    let unlisted = make(
        &anne,
        json!({"displayName": "Unlisted", "privacy": 2, "videoChannelId": anne.group_id().await}),
    )
    .await;
    make(&anne, json!({"displayName": "Mine", "description": "of crows"})).await;
    let list = server.json(&format!("{LISTS}?sort=name")).await;
    assert_eq!(titles(&list), ["bees", "Crows", "Été à l'Opéra"]);
    assert_eq!(titles(&server.json(LISTS).await), ["Été à l'Opéra", "bees", "Crows"]);
    assert_eq!(server.json(&format!("{LISTS}?playlistType=2")).await["total"], 0);
    assert_eq!(server.get(&format!("{LISTS}?sort=views")).await.status(), 400);
    assert_eq!(server.get(&format!("{LISTS}?playlistType=9")).await.status(), 400);
    let account = "/api/v1/accounts/anne/video-playlists";
    assert_eq!(server.json(account).await["total"], 3);
    assert_eq!(zoe.json(account).await["total"], 3);
    assert_eq!(anne.json(account).await["total"], 6, "with what she wants to watch later");
    let later = anne.json(&format!("{account}?playlistType=2")).await;
    assert_eq!(titles(&later), ["Watch later"]);
    assert_eq!(anne.json(&format!("{account}?search=CROW")).await["total"], 1);
    let me = anne.json("/api/v1/users/me").await;
    assert_eq!(me["specialPlaylists"][0]["id"], later["data"][0]["id"]);
    assert_eq!(me["specialPlaylists"][0]["type"], 2);
    let id = &later["data"][0]["id"];
    assert_eq!(anne.delete(&format!("{LISTS}/{id}")).await.status(), 400);
    assert_eq!(anne.put(&format!("{LISTS}/{id}"), &json!({"displayName": "x"})).await.status(), 400);

    // Search.
    let found = |words: &str| {
        let path = format!("/api/v1/search/video-playlists?search={words}");
        let server = &server;
        async move { server.json(&path).await }
    };
    assert_eq!(titles(&found("ete%20opera").await), ["Été à l'Opéra"]);
    assert_eq!(titles(&found("crow").await), ["Crows"], "not the private one");
    public(&anne, "Two crows").await;
    for (sort, expected) in [
        ("match", ["Two crows", "Crows"]),
        ("-name", ["Two crows", "Crows"]),
        ("-match", ["Crows", "Two crows"]),
    ] {
        assert_eq!(titles(&found(&format!("crow&sort={sort}")).await), expected, "{sort}");
    }
    let second = found("crow&count=1&start=1").await;
    assert_eq!((titles(&second), &second["total"]), (vec!["Two crows"], &json!(2)));
    assert_eq!(server.get("/api/v1/search/video-playlists?search=crow&sort=views").await.status(), 400);
    assert_eq!(found("unlisted").await["total"], 0);
    assert_eq!(titles(&found(&format!("{}/w/p/{unlisted}", server.base)).await), ["Unlisted"]);
    let uuid = server.json(&format!("{LISTS}/{unlisted}")).await["uuid"].as_str().unwrap().to_owned();
    let by_uuid = server.json(&format!("/api/v1/search/video-playlists?uuids={uuid}")).await;
    assert_eq!(by_uuid["total"], 0, "an unlisted one is found by its address only");
    let public =
        anne.put(&format!("{LISTS}/{unlisted}"), &json!({"privacy": 1, "displayName": "Owls"})).await;
    assert_eq!(public.status(), 204);
    assert_eq!(titles(&found("owl").await), ["Owls"]);
    assert_eq!(found("unlisted").await["total"], 0);
    let stats = server.json("/api/v1/server/stats").await;
    assert_eq!(stats["totalLocalPlaylists"], 6);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_people_look_after_the_playlists_of_a_group() {
    let server = Server::start().await;
    let (anne, zoe, guest) =
        (server.user("anne").await, server.user("zoe").await, server.user("guest").await);
    let (group, now) = (anne.group_id().await, server.app.clock.now());
    let (member, role) = (zoe.account_id, groups::MemberRole::Moderator as i64);
    server
        .app
        .db
        .write(move |tx| {
            let sql = "insert into members (group_id, account_id, role, since) values (?1, ?2, ?3, ?4)";
            Ok(tx.execute(sql, rusqlite::params![group, member, role, now])?)
        })
        .await
        .unwrap();
    let mut lists = Vec::new();
    for name in ["One", "Two", "Three"] {
        let fields = json!({"displayName": name, "privacy": 1, "videoChannelId": group});
        lists.push(make(if name == "Two" { &zoe } else { &anne }, fields).await);
    }
    let path = "/api/v1/video-channels/anne_channel/video-playlists";
    let order = || async { server.json(&format!("{path}?sort=videoChannelPosition")).await };
    assert_eq!(titles(&order().await), ["One", "Two", "Three"]);
    let wish = json!({"startPosition": 3, "insertAfterPosition": 0});
    assert_eq!(zoe.post(&format!("{path}/reorder"), &wish).await.status(), 204);
    assert_eq!(titles(&order().await), ["Three", "One", "Two"]);
    assert_eq!(guest.post(&format!("{path}/reorder"), &wish).await.status(), 403);
    let places: Vec<i64> = order().await["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["videoChannelPosition"].as_i64().unwrap())
        .collect();
    assert_eq!(places, [1, 2, 3]);
    // Both change both; the lists that one manages are those of the group too.
    let film = server.db_video(&anne, json!({"name": "Bees"})).await;
    add(&zoe, &lists[0], &film).await;
    add(&anne, &lists[1], &film).await;
    let exist = format!("/api/v1/users/me/video-playlists/videos-exist?videoIds={}&videoIds=999", film.id);
    for person in [&anne, &zoe] {
        let held = person.json(&exist).await;
        assert_eq!(held[film.id.to_string()].as_array().unwrap().len(), 2, "{}", person.name);
        assert_eq!(held["999"], json!([]));
    }
    assert_eq!(guest.json(&exist).await[film.id.to_string()], json!([]));
    let own = "/api/v1/accounts/zoe/video-playlists?playlistType=1";
    assert_eq!(zoe.json(own).await["total"], 1);
    assert_eq!(zoe.json(&format!("{own}&includeCollaborations=true")).await["total"], 3);
    // Who only belongs to the group, or has left it, changes nothing that it publishes, not even what one put there.
    let hidden = make(&zoe, json!({"displayName": "Hidden", "privacy": 3, "videoChannelId": group})).await;
    let mine = "/api/v1/accounts/zoe/video-playlists";
    assert_eq!(titles(&zoe.json(&format!("{mine}?sort=name&playlistType=1")).await), ["Hidden", "Two"]);
    let now_is = |role: i64| {
        let server = &server;
        async move {
            let sql = "update members set role = ?1 where account_id = ?2";
            server.app.db.write(move |tx| Ok(tx.execute(sql, [role, member])?)).await.unwrap();
        }
    };
    now_is(groups::MemberRole::Member as i64).await;
    let two = format!("{LISTS}/{}", lists[1]);
    assert_eq!(zoe.put(&two, &json!({"displayName": "Zoe was here"})).await.status(), 403);
    assert_eq!(zoe.delete(&two).await.status(), 403);
    let more = json!({"videoId": film.uuid});
    assert_eq!(zoe.post(&format!("{two}/videos"), &more).await.status(), 403);
    assert_eq!(zoe.get(&format!("{LISTS}/{hidden}")).await.status(), 403);
    assert_eq!(titles(&zoe.json(&format!("{mine}?playlistType=1")).await), ["Two"], "it is public");
    assert_eq!(zoe.json(&format!("{mine}?playlistType=1&includeCollaborations=true")).await["total"], 0);
    assert_eq!(zoe.json(&exist).await[film.id.to_string()], json!([]));
    now_is(role).await;
    assert_eq!(zoe.delete(&format!("{LISTS}/{hidden}")).await.status(), 204);
    // One that leaves the group closes the gap.
    let leave = json!({"privacy": 3, "videoChannelId": "null"});
    assert_eq!(anne.put(&format!("{LISTS}/{}", lists[0]), &leave).await.status(), 204);
    assert_eq!(titles(&order().await), ["Three", "Two"]);

    // Who goes leaves to the group what is the group's, and is told what goes along.
    assert_eq!(zoe.json("/api/v1/users/me/deletion").await["playlists"], 0);
    make(&zoe, json!({"displayName": "Alone"})).await;
    assert_eq!(zoe.json("/api/v1/users/me/deletion").await["playlists"], 1);
    assert_eq!(zoe.delete("/api/v1/users/me").await.status(), 204);
    let two = server.json(&format!("{LISTS}/{}", lists[1])).await;
    assert_eq!(two["ownerAccount"]["name"], "anne");
    // With the group go its playlists.
    assert_eq!(anne.json("/api/v1/users/me/deletion").await["playlists"], 3);
    let second = json!({"name": "second", "displayName": "Second"});
    assert_eq!(anne.post("/api/v1/video-channels", &second).await.status(), 200);
    assert_eq!(anne.delete("/api/v1/video-channels/anne_channel").await.status(), 204);
    assert_eq!(server.get(&format!("{LISTS}/{}", lists[1])).await.status(), 404);
    assert_eq!(anne.get(&format!("{LISTS}/{}", lists[0])).await.status(), 200, "her own stays");
    assert_eq!(server.json("/api/v1/search/video-playlists?search=two").await["total"], 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_chosen_or_lent_by_the_first_film() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let list = public(&anne, "Pictures").await;
    let path = format!("{LISTS}/{list}");
    let shown = || async { server.json(&path).await["thumbnailPath"].clone() };
    assert_eq!(shown().await, Value::Null);
    let private = server.db_video(&anne, json!({"name": "Private", "privacy": 3})).await;
    let sensitive = server.db_video(&anne, json!({"name": "Sensitive", "nsfw": true})).await;
    let open = server.db_video(&anne, json!({"name": "Open"})).await;
    for film in [&private, &sensitive, &open] {
        add(&anne, &list, film).await;
    }
    let lent = server.json(&format!("/api/v1/videos/{}", open.uuid)).await["thumbnailPath"].clone();
    assert_eq!(shown().await, lent);
    let send = |bytes: Vec<u8>, name: &'static str| {
        let part = multipart::Part::bytes(bytes).file_name(name);
        anne.request(Method::PUT, &path).multipart(multipart::Form::new().part("thumbnailfile", part)).send()
    };
    assert_eq!(send(picture(1600, 900), "wide.png").await.unwrap().status(), 204);
    let chosen = shown().await.as_str().unwrap().to_owned();
    assert_ne!(Some(chosen.as_str()), lent.as_str());
    let bytes = server.get(&chosen).await;
    assert_eq!(bytes.headers()["content-type"], "image/jpeg");
    let size = image::load_from_memory(&bytes.bytes().await.unwrap()).unwrap();
    assert_eq!((size.width(), size.height()), (280, 157));
    assert_eq!(send(b"no picture".to_vec(), "a.png").await.unwrap().status(), 400);
    // Another takes its place, and its file goes; with the list goes the other.
    assert_eq!(send(picture(500, 500), "square.png").await.unwrap().status(), 204);
    let second = shown().await.as_str().unwrap().to_owned();
    let there = |path: String| {
        let server = &server;
        move || {
            let path = path.clone();
            async move { (server.get(&path).await.status() == 404).then_some(()) }
        }
    };
    until("the old picture to go", there(chosen)).await;
    assert_eq!(server.get(&second).await.status(), 200);
    assert_eq!(anne.delete(&path).await.status(), 204);
    until("the picture to go", there(second)).await;
    assert_eq!(server.get(&path).await.status(), 404);
    assert_eq!(server.get(&format!("/api/v1/videos/{}", open.uuid)).await.status(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_frames_and_maps_tell_of_public_ones() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let list = public(&anne, "Bals <de> l'été").await;
    let secret = make(&anne, json!({"displayName": "Secret"})).await;
    let open = server.db_video(&anne, json!({"name": "Open"})).await;
    let private = server.db_video(&anne, json!({"name": "Hidden", "privacy": 3})).await;
    add(&anne, &list, &private).await;
    add(&anne, &list, &open).await;
    let uuid = server.json(&format!("{LISTS}/{list}")).await["uuid"].as_str().unwrap().to_owned();
    let page = |path: String| {
        let server = &server;
        async move {
            let answer = server.get(&path).await;
            let status = answer.status().as_u16();
            let framed = answer.headers().get("x-frame-options").is_none();
            (status, framed, answer.text().await.unwrap())
        }
    };
    for path in [format!("/w/p/{list}"), format!("/w/p/{uuid}"), format!("/videos/watch/playlist/{uuid}")] {
        let (status, framed, html) = page(path).await;
        assert_eq!((status, framed), (200, false));
        for part in [
            "<title>Bals &lt;de&gt; l&#39;été".to_owned(),
            format!("<link rel=\"canonical\" href=\"{}/w/p/{list}\" />", server.base),
            "application/json+oembed".to_owned(),
            "\"@type\":\"ItemList\"".to_owned(),
            format!("<li value=\"2\"><a href=\"/w/{}\"", kiosque::ids::short(open.uuid)),
            "og:image".to_owned(),
        ] {
            assert!(html.contains(&part), "{part} in {html}");
        }
        assert!(!html.contains("Hidden"));
    }
    let (status, framed, html) = page(format!("/video-playlists/embed/{uuid}")).await;
    assert_eq!((status, framed), (200, true), "other sites may frame it");
    assert!(html.contains("noindex"));
    for path in [format!("/w/p/{secret}"), format!("/video-playlists/embed/{secret}"), "/w/p/nothing".into()]
    {
        let (status, _, html) = page(path.clone()).await;
        assert_eq!(status, 404, "{path}");
        assert!(!html.contains("Secret"));
    }
    let (_, _, html) = page("/@anne_channel/playlists".into()).await;
    assert!(html.contains(&format!("<a href=\"/w/p/{list}\"")) && !html.contains("Secret"), "{html}");
    let (_, _, html) = page("/a/anne/playlists".into()).await;
    assert!(html.contains(&format!("<a href=\"/w/p/{list}\"")) && !html.contains("Secret"));
    let (_, _, map) = page("/sitemap.xml".into()).await;
    assert!(map.contains(&format!("/w/p/{list}</loc>")) && !map.contains(&secret));
    let oembed = server.get(&format!("/services/oembed?url={}/w/p/{list}", server.base)).await;
    let oembed: Value = oembed.json().await.unwrap();
    assert_eq!(oembed["title"], "Bals <de> l'été");
    assert!(oembed["html"].as_str().unwrap().contains(&format!("/video-playlists/embed/{uuid}")));
    let refused = server.get(&format!("/services/oembed?url={}/w/p/{secret}", server.base)).await;
    assert_eq!(refused.status(), 403);
    server.stop().await;
}

/// A thousand films: the last page comes as quickly as the first, and moving one to the front is one request.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_films_are_no_trouble() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let film = server.db_video(&anne, json!({"name": "Bees"})).await;
    let list = public(&anne, "A thousand").await;
    let (key, viewer) = (
        kiosque::videos::Key::parse(&list).unwrap(),
        kiosque::videos::Viewer { account: Some(anne.account_id), moderates: false },
    );
    let (now, id) = (server.app.clock.now(), film.id);
    server
        .app
        .db
        .write(move |tx| {
            use kiosque::playlists;
            for second in 0..1000 {
                let playlist = playlists::managed(tx, &key, &viewer)?;
                let times = playlists::Times { start: Some(second), stop: None };
                playlists::add(tx, now, &viewer, &playlist, &kiosque::videos::Key::Id(id), times)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let path = format!("{LISTS}/{list}/videos");
    let page = server.json(&format!("{path}?start=900&count=100")).await;
    assert_eq!(page["total"], 1000);
    assert_eq!(page["data"].as_array().unwrap().len(), 100);
    assert_eq!(page["data"][99]["startTimestamp"], 999);
    let wish = json!({"startPosition": 1000, "insertAfterPosition": 0});
    assert_eq!(anne.post(&format!("{path}/reorder"), &wish).await.status(), 204);
    let first = server.json(&format!("{path}?count=2")).await;
    let seconds = |at: usize| first["data"][at]["startTimestamp"].as_i64().unwrap();
    assert_eq!((seconds(0), seconds(1)), (999, 0));
    let places = server.json(&format!("{path}?start=998&count=2")).await;
    assert_eq!(places["data"][1]["position"], 1000);
    assert_eq!(server.get(&format!("{path}?count=101")).await.status(), 400);
    server.stop().await;
}
