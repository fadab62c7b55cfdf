//! Finding videos and groups by words.

use crate::common::Server;
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|video| video["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_as_people_type_them() {
    let server = Server::start().await;
    let person = server.user("harmonie").await;
    server.db_video(&person, json!({"name": "Chœur : répétition générale", "tags": ["été"]})).await;
    server
        .db_video(&person, json!({"name": "L’école en fête", "description": "The choir sings in summer."}))
        .await;
    server.db_video(&person, json!({"name": "Vide", "privacy": 2, "description": "choir"})).await;
    for (typed, expected) in [
        ("repetition", vec!["Chœur : répétition générale"]),
        ("RÉPÉT", vec!["Chœur : répétition générale"]),
        ("choeur", vec!["Chœur : répétition générale"]),
        ("chœur générale", vec!["Chœur : répétition générale"]),
        ("ecole", vec!["L’école en fête"]),
        ("l'ecole", vec!["L’école en fête"]),
        ("d’école", vec!["L’école en fête"]),
        ("choir", vec!["L’école en fête"]),
        ("ete", vec!["Chœur : répétition générale"]),
        ("harmonie fete", vec!["L’école en fête"]),
        ("fête répétition", vec![]),
        ("\" OR name:*", vec![]),
        ("--", vec![]),
    ] {
        let response = server
            .http
            .get(server.url("/api/v1/search/videos"))
            .query(&[("search", typed)])
            .send()
            .await
            .unwrap();
        let list: Value = response.json().await.unwrap();
        assert_eq!(
            (names(&list), list["total"].as_u64()),
            (expected.clone(), Some(expected.len() as u64)),
            "{typed}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_come_before_descriptions_and_addresses_lead_there() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    server.db_video(&person, json!({"name": "Something", "description": "about a garden"})).await;
    let garden = server.db_video(&person, json!({"name": "The garden"})).await;
    server
        .db_video(&person, json!({"name": "Another", "description": "garden again, and more words about it"}))
        .await;
    let list = server.json("/api/v1/search/videos?search=garden").await;
    assert_eq!(names(&list)[0], "The garden");
    assert_eq!(
        names(&server.json("/api/v1/search/videos?search=garden&sort=name").await),
        ["Another", "Something", "The garden"]
    );
    let urls = server.app.urls();
    for address in
        [urls.watch(garden.uuid), urls.video(garden.uuid), format!("{}?start=3s", urls.embed(garden.uuid))]
    {
        let response = server
            .http
            .get(server.url("/api/v1/search/videos"))
            .query(&[("search", &address)])
            .send()
            .await
            .unwrap();
        assert_eq!(names(&response.json().await.unwrap()), ["The garden"], "{address}");
    }
    let filtered = format!("/api/v1/search/videos?uuids={}&durationMin=3&durationMax=20", garden.uuid);
    assert_eq!(names(&server.json(&filtered).await), ["The garden"]);
    assert_eq!(server.json("/api/v1/search/videos?durationMax=3").await["total"], 0);
    // However much somebody asks for.
    let (least, most) = (i64::MIN, i64::MAX);
    for (lengths, total) in [
        (format!("durationMin={least}&durationMax={most}"), 3),
        (format!("durationMin={most}"), 0),
        (format!("durationMax={least}"), 0),
        (format!("start={}&count=100", u32::MAX), 3),
    ] {
        let list = server.json(&format!("/api/v1/search/videos?search=garden&{lengths}")).await;
        assert_eq!(list["total"], total, "{lengths}");
    }
    let handle = format!("singer_channel@{}", urls.host());
    let found = server.json(&format!("/api/v1/search/video-channels?search={handle}")).await;
    assert_eq!((&found["total"], &found["data"][0]["name"]), (&json!(1), &json!("singer_channel")));
    assert_eq!(server.json("/api/v1/search/video-playlists?search=x").await, json!({"total": 0, "data": []}));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_is_found_by_its_new_words() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    let video = server.db_video(&person, json!({"name": "Rehearsal"})).await;
    let path = format!("/api/v1/videos/{}", video.uuid);
    let found = async |word: &str| {
        server.json(&format!("/api/v1/search/videos?search={word}")).await["total"].clone()
    };
    assert_eq!(person.put(&path, &json!({"name": "Concert", "tags": ["autumn"]})).await.status(), 204);
    assert_eq!(
        (found("rehearsal").await, found("concert").await, found("autumn").await),
        (json!(0), json!(1), json!(1))
    );
    assert_eq!(person.put(&path, &json!({"privacy": 3})).await.status(), 204);
    assert_eq!(
        (found("concert").await, server.json("/api/v1/videos").await["total"].clone()),
        (json!(0), json!(0))
    );
    assert_eq!(person.put(&path, &json!({"privacy": 1})).await.status(), 204);
    assert_eq!(found("concert").await, json!(1));
    let renamed = json!({"displayName": "Les Grillons"});
    assert_eq!(person.put("/api/v1/video-channels/singer_channel", &renamed).await.status(), 204);
    assert_eq!(found("grillons").await, json!(1));
    server.stop().await;
}

impl Server {
    /// What is found where, one name a line.
    async fn found(&self, path: &str, query: &[(&str, &str)]) -> Vec<String> {
        let request = self.http.get(self.url(&format!("/api/v1/search/{path}"))).query(query);
        let list: Value = request.send().await.unwrap().json().await.unwrap();
        let name = |one: &Value| {
            let name = one.get("displayName").or_else(|| one.get("name")).and_then(Value::as_str);
            name.unwrap_or_else(|| panic!("{list}")).to_owned()
        };
        list["data"].as_array().unwrap_or_else(|| panic!("{list}")).iter().map(name).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_so_comes_before_what_speaks_of_it() {
    let server = Server::start().await;
    let person = server.user("harmonie").await;
    for (name, tags, description) in [
        ("Fête de quartier", json!(["fanfare"]), ""),
        ("La grande fanfare", json!([]), ""),
        ("Goûter", json!([]), "avec la fanfare, et la fanfare encore"),
        ("Fanfarons au théâtre", json!([]), ""),
        ("Fanfare d’été", json!([]), ""),
        ("Fanfare d'hiver", json!([]), ""),
    ] {
        server.db_video(&person, json!({"name": name, "tags": tags, "description": description})).await;
    }
    // Of two as good the newer is first.
    let best = [
        "Fanfare d'hiver",
        "Fanfare d’été",
        "Fanfarons au théâtre",
        "La grande fanfare",
        "Fête de quartier",
        "Goûter",
    ];
    assert_eq!(server.found("videos", &[("search", "fanfar")]).await, best);
    let whole = ["Fanfare d'hiver", "Fanfare d’été", "La grande fanfare", "Fête de quartier", "Goûter"];
    assert_eq!(server.found("videos", &[("search", "FANFARE")]).await, whole);
    let page = [("search", "fanfare"), ("start", "1"), ("count", "2")];
    assert_eq!(server.found("videos", &page).await, whole[1..3]);
    let mut named = whole;
    named.sort_unstable_by_key(|name| name.to_lowercase());
    assert_eq!(server.found("videos", &[("search", "fanfare"), ("sort", "name")]).await, named);
    assert_eq!(
        server.found("videos", &[("search", "fanfare"), ("tagsOneOf", "fanfare")]).await,
        ["Fête de quartier"]
    );
    for word in ["l'été", "d’été", "ETE", "été f", "fanf été"] {
        assert_eq!(server.found("videos", &[("search", word)]).await, ["Fanfare d’été"], "{word}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_playlists_are_found_by_the_same_rules() {
    let server = Server::start().await;
    let person = server.user("singer").await;
    for (name, shown, description) in [
        ("chorale", "Chorale du Midi", "Chanter ensemble"),
        ("oeuvres", "Œuvres d’été", "La chorale y vient"),
        ("elsewhere", "Ailleurs", ""),
    ] {
        let new = json!({"name": name, "displayName": shown, "description": description});
        assert_eq!(person.post("/api/v1/video-channels", &new).await.status(), 200);
    }
    let groups = async |word: &str| server.found("video-channels", &[("search", word)]).await;
    assert_eq!(groups("chorale").await, ["Chorale du Midi", "Œuvres d’été"]);
    assert_eq!(groups("oeuvr").await, ["Œuvres d’été"]);
    assert_eq!(groups("d'ete").await, ["Œuvres d’été"]);
    assert_eq!(groups("elsew").await, ["Ailleurs"]);
    let sorted = [("search", "chorale"), ("sort", "-displayName")];
    assert_eq!(server.found("video-channels", &sorted).await, ["Œuvres d’été", "Chorale du Midi"]);
    assert!(
        server.found("video-channels", &[("search", "chorale"), ("host", "other.example")]).await.is_empty()
    );

    let group = person.json("/api/v1/video-channels/chorale").await["id"].as_i64().unwrap();
    let list = |name: &str, privacy: u8| json!({"displayName": name, "privacy": privacy, "videoChannelId": group, "description": "Tous les concerts"});
    let made =
        person.post("/api/v1/video-playlists", &list("L’année", 1)).await.json::<Value>().await.unwrap();
    person.post("/api/v1/video-playlists", &list("Année cachée", 2)).await;
    person.post("/api/v1/video-playlists", &list("Concerts", 1)).await;
    let lists = async |word: &str| server.found("video-playlists", &[("search", word)]).await;
    assert_eq!(lists("l'annee").await, ["L’année"]);
    assert_eq!(lists("concert").await, ["Concerts", "L’année"]);
    assert_eq!(lists("midi année").await, ["L’année"]);
    let sorted = [("search", "concert"), ("sort", "createdAt")];
    assert_eq!(server.found("video-playlists", &sorted).await, ["L’année", "Concerts"]);

    // By the new name, in the whole of what it names.
    let renamed = json!({"displayName": "Voix du Nord"});
    assert_eq!(person.put("/api/v1/video-channels/chorale", &renamed).await.status(), 204);
    assert_eq!(
        (groups("nord").await, groups("midi").await),
        (vec!["Voix du Nord".to_owned()], Vec::<String>::new())
    );
    assert_eq!((lists("nord année").await.len(), lists("midi").await.len()), (1, 0));
    // What goes is no longer found, nor what is hidden.
    let path = format!("/api/v1/video-playlists/{}", made["videoPlaylist"]["uuid"].as_str().unwrap());
    assert_eq!(person.put(&path, &json!({"privacy": 2})).await.status(), 204);
    assert!(lists("année").await.is_empty());
    let deleted =
        person.request(reqwest::Method::DELETE, "/api/v1/video-channels/chorale").send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert!(groups("nord").await.is_empty() && lists("concerts").await.is_empty());
    let left: i64 = server
        .app
        .db
        .read(|conn| {
            Ok(conn.query_row(
                "select count(*) from search_fts where rowid between 3 << 40 and (4 << 40) - 1",
                [],
                |row| row.get(0),
            )?)
        })
        .await
        .unwrap();
    assert_eq!(left, 0, "nothing stays in the index of what is gone");
    server.stop().await;
}

impl Server {
    /// Every word of the index with the number and the column it stands in.
    async fn indexed(&self) -> Vec<(String, i64, String)> {
        self.app
            .db
            .write(|tx| {
                tx.execute_batch(
                    "create virtual table temp.vocabulary using fts5vocab (main, search_fts, instance)",
                )?;
                let mut statement = tx
                    .prepare("select distinct term, doc, col from temp.vocabulary order by doc, col, term")?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                let words = rows.collect::<rusqlite::Result<_>>()?;
                drop(statement);
                tx.execute_batch("drop table temp.vocabulary")?;
                Ok(words)
            })
            .await
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_before_the_index_is_in_it_like_what_came_after() {
    let server = Server::start().await;
    let person = server.user("harmonie").await;
    let long = "Un été à l’œuvre. ".repeat(50);
    for fields in [
        json!({"name": "Œdipe et L’Æther", "tags": ["l’été", "straße"], "description": long}),
        json!({"name": "E\u{301}cole", "privacy": 4}),
        json!({"name": "Cachée", "privacy": 2}),
        json!({"name": "Secrète", "privacy": 3, "tags": ["été"]}),
    ] {
        server.db_video(&person, fields).await;
    }
    let group = person.group_id().await;
    let described = json!({"displayName": "Harmonie d’Œuvres", "description": "Ça joue"});
    assert_eq!(person.put("/api/v1/video-channels/harmonie_channel", &described).await.status(), 204);
    for (name, privacy) in [("L’année", 1), ("Sans lien", 2), ("Privée", 3)] {
        let list = json!({"displayName": name, "privacy": privacy, "videoChannelId": group, "description": "Œuvres"});
        assert_eq!(person.post("/api/v1/video-playlists", &list).await.status(), 200);
    }
    let me = json!({"displayName": "L’Œil", "description": "Æther à l’été"});
    assert_eq!(person.put("/api/v1/users/me", &me).await.status(), 204);
    let written = server.indexed().await;
    assert!(written.iter().any(|(word, _, column)| word == "oedipe" && column == "title"), "{written:?}");
    // As if the index were only made now.
    let step = |name: &str| {
        kiosque::db::MIGRATIONS.iter().find(|(one, _)| one.ends_with(name)).expect("a step of the index").1
    };
    let (things, people) = (step("_search"), step("_search_people"));
    let again = format!(
        "drop table search_fts;
         drop trigger search_leaves_account; drop trigger search_leaves_video; drop trigger search_leaves_group; drop trigger search_leaves_playlist;
         create table videos_fts (text); create table playlists_fts (text);
         {things} {people}"
    );
    server.app.db.write(move |tx| Ok(tx.execute_batch(&again)?)).await.unwrap();
    assert_eq!(server.indexed().await, written);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_types_is_told_what_there_may_be() {
    let server = Server::start().await;
    let person = server.user("harmonie").await;
    let film = server.db_video(&person, json!({"name": "Harmonie au parc"})).await;
    server.db_video(&person, json!({"name": "Harmonie en secret", "privacy": 2})).await;
    server.db_video(&person, json!({"name": "Harmonie sensible", "nsfw": true})).await;
    server.db_video(&person, json!({"name": "Harmonie entre nous", "privacy": 4})).await;
    let list = json!({"displayName": "Harmonies", "privacy": 1, "videoChannelId": person.group_id().await});
    let list = person.post("/api/v1/video-playlists", &list).await.json::<Value>().await.unwrap();
    let told = server.json("/api/v1/search/suggestions?search=harm").await;
    let uuid = list["videoPlaylist"]["shortUUID"].as_str().unwrap();
    let group = server.json("/api/v1/video-channels/harmonie_channel").await["displayName"].clone();
    assert_eq!(
        told["data"],
        json!([
            {"kind": "group", "name": group, "path": "/@harmonie_channel"},
            {"kind": "account", "name": "harmonie", "path": "/a/harmonie"},
            {"kind": "video", "name": "Harmonie au parc", "path": format!("/w/{}", kiosque::ids::short(film.uuid))},
            {"kind": "playlist", "name": "Harmonies", "path": format!("/w/p/{uuid}")},
        ])
    );
    let mine = person.json("/api/v1/search/suggestions?search=harm").await;
    assert!(mine["data"].to_string().contains("Harmonie entre nous"), "{mine}");
    for (path, status) in
        [("?search=qqqq", 200), ("?search=%20", 200), ("", 200), ("?search=a&start=-1", 400)]
    {
        assert_eq!(server.get(&format!("/api/v1/search/suggestions{path}")).await.status(), status, "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_stands_everywhere_costs_no_more_than_one_that_is_rare() {
    let server = Server::start().await;
    let person = server.user("harmonie").await;
    let group = person.group_id().await;
    let fill = format!(
        "with recursive n(n) as (select 1 union all select n + 1 from n where n < 12000)
         insert into videos (uuid, group_id, name, privacy, state, duration_ms, category, created_at, updated_at, published_at)
           select printf('00000000-0000-4000-8000-%012d', n), {group}, 'Film ' || n, 1, 1, 60000, case when n = 500 then 3 end, n, n, n from n;
         insert into search_fts (rowid, title, tags, names, text) select (1 << 40) + id, name, '', '', '' from videos;"
    );
    server.app.db.write(move |tx| Ok(tx.execute_batch(&fill)?)).await.unwrap();
    let list = server.json("/api/v1/search/videos?search=film&start=998&count=5").await;
    assert_eq!((names(&list), &list["total"]), (vec!["Film 11002", "Film 11001"], &json!(1000)));
    // One that is to be sifted out of many: of the newest ten thousand.
    let most_seen = server.json("/api/v1/search/videos?search=film&sort=publishedAt&count=1").await;
    assert_eq!((names(&most_seen), &most_seen["total"]), (vec!["Film 2001"], &json!(10_000)));
    assert_eq!(server.json("/api/v1/search/videos?search=film&categoryOneOf=3").await["total"], 0);
    assert_eq!(server.json("/api/v1/search/videos?search=500&categoryOneOf=3").await["total"], 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_what_they_are_called_and_what_they_say_of_themselves() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let person = server.user("singer").await;
    let other = server.user("piper").await;
    let change = json!({"displayName": "Éloïse Chœur", "description": "Soprano, le jeudi."});
    assert_eq!(person.put("/api/v1/users/me", &change).await.status(), 204);
    let found = async |query: &str| {
        let list = server.json(&format!("/api/v1/search/accounts?{query}")).await;
        (names(&list).into_iter().map(str::to_owned).collect::<Vec<_>>(), list["total"].as_u64().unwrap())
    };
    for query in ["search=eloise", "search=CHOEUR", "search=soprano", "search=%40singer", "search=singer"] {
        assert_eq!(found(query).await, (vec!["singer".to_owned()], 1), "{query}");
    }
    let host = server.app.urls().host().to_owned();
    assert_eq!(found(&format!("search=@singer@{host}")).await, (vec!["singer".to_owned()], 1));
    assert_eq!(found("search=@singer@elsewhere.example").await, (vec![], 0));
    assert_eq!(found("").await, (vec![], 0));
    assert_eq!(found("search=eloise&start=1").await, (vec![], 1));
    // Who is blocked is not found, and who is gone has left the index.
    let blocked = format!("/api/v1/users/{}/block", other.account_id);
    assert_eq!(found("search=piper").await.1, 1);
    assert_eq!(admin.post(&blocked, &json!({})).await.status(), 204);
    assert_eq!(found("search=piper").await.1, 0);
    assert_eq!(admin.delete(&format!("/api/v1/users/{}", person.account_id)).await.status(), 204);
    assert_eq!(found("search=eloise").await.1, 0);
    server.stop().await;
}
