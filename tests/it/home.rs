//! The home page: blocks that an administrator arranges.

use crate::common::Server;
use serde_json::{Value, json};

const SETTINGS: &str = "/api/v1/server/settings";

fn kinds(home: &Value) -> Vec<&str> {
    home["blocks"].as_array().unwrap().iter().map(|block| block["kind"].as_str().unwrap()).collect()
}

fn names(block: &Value) -> Vec<&str> {
    block["videos"].as_array().unwrap().iter().map(|video| video["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_home_page_shows_who_is_there_and_what_is_new() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let home = server.json("/api/v1/home").await;
    // The page of the only group there is.
    let only = admin.json("/api/v1/video-channels").await["data"][0]["name"].clone();
    assert_eq!((&home["opensOn"], &home["films"], &home["claimed"]), (&only, &json!(0), &json!(true)));
    let singer = server.user("singer").await;
    for name in ["Une", "Deux", "Trois"] {
        server.db_video(&singer, json!({"name": name})).await;
    }
    let other = server.user("piper").await;
    server.db_video(&other, json!({"name": "Quatre"})).await;
    server.db_video(&other, json!({"name": "Sensible", "nsfw": true})).await;
    server.db_video(&other, json!({"name": "Secret", "privacy": 3})).await;
    let home = server.json("/api/v1/home").await;
    assert_eq!((&home["opensOn"], kinds(&home)), (&Value::Null, vec!["billboard", "groups", "videos"]));
    assert_eq!(home["blocks"][0]["video"]["name"], "Quatre");
    // The newest is not shown twice.
    assert_eq!(names(&home["blocks"][2]), ["Trois", "Deux", "Une"]);
    assert_eq!((&home["blocks"][1]["total"], &home["films"]), (&json!(2), &json!(4)));
    // In another order, both the large one and those below.
    let liked = server.json("/api/v1/home?order=likes").await;
    assert_eq!(
        (&liked["blocks"][0]["order"], &liked["blocks"][2]["order"]),
        (&json!("likes"), &json!("likes"))
    );
    assert_eq!(names(&liked["blocks"][2]).len(), 3);
    assert_eq!(server.get("/api/v1/home?order=worst").await.status(), 400);
    let both = server.json("/api/v1/home?nsfw=both").await;
    assert_eq!(both["blocks"][0]["video"]["name"], "Sensible");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_show_what_there_is_for_them_and_no_more() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let singer = server.user("singer").await;
    let mut films = Vec::new();
    for name in ["Une", "Deux", "Trois"] {
        films.push(server.db_video(&singer, json!({"name": name})).await);
    }
    let secret = server.db_video(&singer, json!({"name": "Secret", "privacy": 3})).await;
    let list = json!({"displayName": "Le soir", "privacy": 1, "videoChannelId": singer.group_id().await});
    let list: Value = singer.post("/api/v1/video-playlists", &list).await.json().await.unwrap();
    let list = list["videoPlaylist"]["uuid"].as_str().unwrap().to_owned();
    for film in [&films[0], &secret, &films[2]] {
        let path = format!("/api/v1/video-playlists/{list}/videos");
        assert_eq!(singer.post(&path, &json!({"videoId": film.uuid})).await.status(), 200);
    }
    let gone = "00000000-0000-4000-8000-000000000001";
    let blocks = json!([
        {"kind": "featured", "heading": "Choisies", "videos": [films[2].uuid, gone, secret.uuid, films[0].uuid]},
        {"kind": "playlist", "playlist": list, "count": 24},
        {"kind": "playlist", "playlist": gone, "count": 4},
        {"kind": "group", "name": "singer_channel", "count": 2},
        {"kind": "group", "name": "nobody", "count": 2},
        {"kind": "billboard", "video": films[1].uuid},
        {"kind": "billboard", "video": secret.uuid},
        {"kind": "videos", "heading": "", "order": "likes", "count": 1},
        {"kind": "welcome"},
    ]);
    let changed = admin.put(SETTINGS, &json!({"home": {"blocks": blocks}})).await;
    assert_eq!(changed.status(), 200, "{}", changed.text().await.unwrap());
    let home = server.json("/api/v1/home").await;
    assert_eq!(kinds(&home), ["featured", "playlist", "group", "billboard", "videos"]);
    assert_eq!(names(&home["blocks"][0]), ["Trois", "Une"]);
    assert_eq!((&home["blocks"][0]["heading"], &home["opensOn"]), (&json!("Choisies"), &Value::Null));
    assert_eq!(
        (names(&home["blocks"][1]), &home["blocks"][1]["playlist"]["displayName"]),
        (vec!["Une", "Trois"], &json!("Le soir"))
    );
    assert_eq!(
        (names(&home["blocks"][2]), &home["blocks"][2]["group"]["name"]),
        (vec!["Trois", "Deux"], &json!("singer_channel"))
    );
    assert_eq!(
        (&home["blocks"][3]["video"]["name"], &home["blocks"][3]["order"]),
        (&json!("Deux"), &Value::Null)
    );
    assert_eq!(home["blocks"][4]["videos"].as_array().unwrap().len(), 1);
    // The same without scripts, in the same order.
    let page = server.get("/").await.text().await.unwrap();
    let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} in {page}"));
    assert!(at("Choisies") < at("Le soir") && at("Le soir") < at("/@singer_channel"));
    assert!(!page.contains("Secret"), "{page}");
    // Words that come by PeerTube's address are shown, wherever blocks stand.
    let page = "/api/v1/custom-pages/homepage/instance";
    let without = json!({"home": {"blocks": [{"kind": "groups", "count": 3}]}});
    assert_eq!(admin.put(SETTINGS, &without).await.status(), 200);
    assert_eq!(admin.put(page, &json!({"content": "# Entrez"})).await.status(), 204);
    let home = server.json("/api/v1/home").await;
    assert_eq!(
        (kinds(&home), &home["blocks"][0]["content"]),
        (vec!["welcome", "groups"], &json!("# Entrez"))
    );
    assert_eq!(server.json(page).await, json!({"content": "# Entrez"}));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_have_limits_and_only_administrators_arrange_them() {
    let server = Server::start().await;
    let (admin, member) = (server.admin().await, server.user("member").await);
    let group = json!({"kind": "groups", "count": 3});
    for (blocks, field) in [
        (
            json!([group, {"kind": "videos", "heading": "", "order": "publishedAt", "count": 25}]),
            "home.blocks.1",
        ),
        (json!([{"kind": "featured", "heading": "", "videos": []}]), "home.blocks.0"),
        (json!(vec![group.clone(); 21]), "home.blocks"),
        (json!([{"kind": "weather"}]), "settings"),
        (json!([{"kind": "groups", "count": 3, "colour": "red"}]), "settings"),
    ] {
        let refused = admin.put(SETTINGS, &json!({"home": {"blocks": blocks}})).await;
        assert_eq!(refused.status(), 400);
        let answer: Value = refused.json().await.unwrap();
        assert!(answer["invalid-params"].get(field).is_some(), "{field}: {answer}");
    }
    assert_eq!(
        admin.put(SETTINGS, &json!({"home": {"blocks": vec![group.clone(); 20]}})).await.status(),
        200
    );
    assert_eq!(member.put(SETTINGS, &json!({"home": {"blocks": []}})).await.status(), 403);
    assert_eq!(admin.json(SETTINGS).await["home"]["blocks"].as_array().unwrap().len(), 20);
    // Settings of before there were blocks have the usual ones.
    let old = |tx: &rusqlite::Transaction<'_>| {
        tx.execute("update settings set document = '{\"welcome\": \"Entrez\"}' where section = 'home'", [])?;
        kiosque::settings::load(tx)
    };
    let loaded = server.app.db.write(old).await.unwrap();
    assert_eq!((loaded.home.welcome.as_str(), loaded.home.blocks.len()), ("Entrez", 4));
    server.stop().await;
}
