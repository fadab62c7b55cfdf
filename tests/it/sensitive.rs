//! What may hurt or shock: who sees it listed, and what is said before it is seen.

use crate::common::Server;
use serde_json::{Value, json};

fn names(list: &Value) -> (i64, Vec<&str>) {
    let names = list["data"].as_array().unwrap().iter().map(|video| video["name"].as_str().unwrap());
    (list["total"].as_i64().unwrap(), names.collect())
}

async fn four_films(server: &Server) {
    let person = server.user("anne").await;
    for fields in [
        json!({"name": "Bees"}),
        json!({"name": "Crows", "nsfw": true, "nsfwFlags": 1, "nsfwSummary": "They die."}),
        json!({"name": "Dunes", "nsfw": true, "nsfwFlags": 2}),
        json!({"name": "Elms", "nsfw": true, "nsfwFlags": 3}),
        json!({"name": "Ferns", "nsfw": true}),
    ] {
        server.db_video(&person, fields).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_show_what_each_wants_to_see() {
    let server = Server::start().await;
    four_films(&server).await;
    let sorted = async |query: &str| server.json(&format!("/api/v1/videos?sort=name{query}")).await;
    for (query, expected) in [
        ("", vec!["Bees"]),
        ("&nsfw=both", vec!["Bees", "Crows", "Dunes", "Elms", "Ferns"]),
        ("&nsfw=true", vec!["Crows", "Dunes", "Elms", "Ferns"]),
        ("&nsfw=true&nsfwFlagsExcluded=1", vec!["Dunes", "Ferns"]),
        ("&nsfw=false&nsfwFlagsIncluded=2", vec!["Bees", "Dunes", "Elms"]),
        ("&nsfw=false&nsfwFlagsIncluded=2&nsfwFlagsExcluded=1", vec!["Bees", "Dunes"]),
        ("&nsfw=both&nsfwFlagsExcluded=3", vec!["Bees", "Ferns"]),
        ("&nsfwFlagsIncluded=1", vec!["Bees", "Crows", "Elms"]),
        // Counted in the table itself, where more is asked for than the counts know.
        ("&nsfw=false&nsfwFlagsIncluded=2&durationMin=1", vec!["Bees", "Dunes", "Elms"]),
    ] {
        let list = sorted(query).await;
        assert_eq!(names(&list), (expected.len() as i64, expected), "{query}");
    }
    for bad in ["nsfwFlagsIncluded=4", "nsfwFlagsExcluded=-1", "nsfwFlagsExcluded=both"] {
        assert_eq!(server.get(&format!("/api/v1/videos?{bad}")).await.status(), 400, "{bad}");
    }

    // An account says it once.
    let berthe = server.user("berthe").await;
    let list = async || berthe.json("/api/v1/videos?sort=name").await;
    assert_eq!(names(&list().await), (1, vec!["Bees"]));
    let choices = json!({"nsfwPolicy": "warn", "nsfwFlagsHidden": 1, "nsfwFlagsBlurred": 2});
    assert_eq!(berthe.put("/api/v1/users/me", &choices).await.status(), 204);
    assert_eq!(names(&list().await), (3, vec!["Bees", "Dunes", "Ferns"]));
    let me = berthe.json("/api/v1/users/me").await;
    let told = ["nsfwPolicy", "nsfwFlagsDisplayed", "nsfwFlagsHidden", "nsfwFlagsBlurred", "nsfwFlagsWarned"];
    assert_eq!(told.map(|key| me[key].clone()), [json!("warn"), json!(0), json!(1), json!(2), json!(0)]);
    assert_eq!(berthe.put("/api/v1/users/me", &json!({"nsfwPolicy": "do_not_list"})).await.status(), 204);
    assert_eq!(names(&list().await), (2, vec!["Bees", "Dunes"]));
    assert_eq!(names(&berthe.json("/api/v1/search/videos?search=elms").await).0, 0);
    assert_eq!(names(&berthe.json("/api/v1/search/videos?search=dunes").await).0, 1);
    for bad in [
        json!({"nsfwPolicy": "never"}),
        json!({"nsfwFlagsHidden": 4}),
        json!({"nsfwFlagsHidden": 1, "nsfwFlagsWarned": 3, "nsfwFlagsBlurred": 0}),
    ] {
        assert_eq!(berthe.put("/api/v1/users/me", &bad).await.status(), 400, "{bad}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_instance_chooses_for_those_who_have_not() {
    let server = Server::start().await;
    four_films(&server).await;
    let admin = server.admin().await;
    let berthe = server.user("berthe").await;
    let everywhere = async |title: &str| {
        let mut found = Vec::new();
        for path in ["/", "/@anne_channel", "/feeds/videos.xml", "/feeds/videos.json", "/sitemap.xml"] {
            let text = server.get(path).await.text().await.unwrap();
            let listed = if path == "/sitemap.xml" {
                server.json("/api/v1/videos?nsfw=both&search=crows").await["data"][0]["shortUUID"]
                    .as_str()
                    .is_some_and(|id| text.contains(id))
            } else {
                text.contains(title)
            };
            found.push(listed);
        }
        found
    };
    assert_eq!(everywhere("Crows").await, [false; 5]);
    let choice = json!({"instance": {"defaultNSFWPolicy": "blur"}});
    assert_eq!(admin.put("/api/v1/config/custom", &choice).await.status(), 200);
    let config = server.json("/api/v1/config").await;
    assert_eq!(config["instance"]["defaultNSFWPolicy"], "blur");
    assert_eq!(config["nsfwFlagsSettings"]["enabled"], true);
    assert_eq!(everywhere("Crows").await, [true; 5]);
    assert_eq!(names(&server.json("/api/v1/videos").await).0, 5);
    assert_eq!(names(&berthe.json("/api/v1/videos").await).0, 5);
    assert_eq!(berthe.json("/api/v1/users/me").await["nsfwPolicy"], "blur");
    let feed = server.get("/feeds/videos.json?nsfw=false").await.text().await.unwrap();
    assert!(!feed.contains("Crows"), "{feed}");
    let wrong = json!({"instance": {"defaultNSFWPolicy": "never"}});
    assert_eq!(admin.put("/api/v1/config/custom", &wrong).await.status(), 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_feed_looks_as_one_chose() {
    let server = Server::start().await;
    four_films(&server).await;
    let berthe = server.user("berthe").await;
    let uri = format!("anne_channel@{}", server.base.strip_prefix("http://").unwrap());
    let follow = berthe.post("/api/v1/users/me/subscriptions", &json!({ "uri": uri })).await;
    assert_eq!(follow.status(), 204);
    let token = berthe.json("/api/v1/users/scoped-tokens").await["feedToken"].as_str().unwrap().to_owned();
    let feed = format!("/feeds/subscriptions.json?accountId={}&token={token}", berthe.account_id);
    for (policy, [displayed, hidden, blurred, warned], expected) in [
        // What is there; in brackets without its picture.
        ("do_not_list", [0, 0, 0, 0], "Bees"),
        ("do_not_list", [2, 0, 0, 1], "Bees (Crows) Dunes (Elms)"),
        ("display", [0, 0, 2, 0], "Bees Crows (Dunes) (Elms) Ferns"),
        ("display", [0, 1, 0, 2], "Bees (Dunes) Ferns"),
        ("warn", [1, 0, 0, 0], "Bees Crows (Dunes) Elms (Ferns)"),
    ] {
        let choices = json!({"nsfwPolicy": policy, "nsfwFlagsDisplayed": displayed, "nsfwFlagsHidden": hidden,
            "nsfwFlagsBlurred": blurred, "nsfwFlagsWarned": warned});
        assert_eq!(berthe.put("/api/v1/users/me", &choices).await.status(), 204, "{choices}");
        let list = server.json(&feed).await;
        let mut items = list["items"].as_array().unwrap_or_else(|| panic!("{list}")).clone();
        items.sort_by_key(|item| item["title"].to_string());
        let told: Vec<String> = items
            .iter()
            .map(|item| (item["title"].as_str().unwrap(), item.get("image").is_some()))
            .map(|(title, shown)| if shown { title.to_owned() } else { format!("({title})") })
            .collect();
        assert_eq!(told.join(" "), expected, "{choices}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_one_reads_before_one_sees() {
    let server = Server::start().await;
    let anne = server.user("anne").await;
    let fields = json!({"name": "Crows", "nsfw": true, "nsfwFlags": 1, "nsfwSummary": "They <die>."});
    let film = server.db_video(&anne, fields).await;
    let id = kiosque::ids::short(film.uuid);
    let oembed = format!("/services/oembed?url={}/w/{id}", server.base);
    let texts = async || {
        let page = server.get(&format!("/w/{id}")).await.text().await.unwrap();
        let embed = server.get(&format!("/videos/embed/{}", film.uuid)).await.text().await.unwrap();
        [page, embed]
    };
    for text in texts().await {
        let (before, after) = text.split_once("<VIDEO").expect("a film");
        assert!(before.contains("<details><summary>"), "{before}");
        assert!(before.contains("Violence. They &lt;die&gt;."), "{before}");
        assert!(after.contains("</VIDEO></details>"), "{after}");
        for picture in ["poster=", "/lazy-static/previews/", "/lazy-static/thumbnails/"] {
            assert!(!text.contains(picture), "{picture} in {text}");
        }
    }
    assert!(server.json(&oembed).await.get("thumbnail_url").is_none());

    let choice = json!({"instance": {"sensitivePolicy": "display"}});
    assert_eq!(server.admin().await.put("/api/v1/server/settings", &choice).await.status(), 200);
    for text in texts().await {
        assert!(!text.contains("<details>") && text.contains("poster="), "{text}");
    }
    assert!(server.json(&oembed).await.get("thumbnail_url").is_some());

    // What does not hurt is not said to be of a kind.
    let path = format!("/api/v1/videos/{}", film.uuid);
    let told = async || {
        let now = server.json(&path).await;
        [now["nsfw"].clone(), now["nsfwFlags"].clone(), now["nsfwSummary"].clone()]
    };
    assert_eq!(told().await, [json!(true), json!(1), json!("They <die>.")]);
    assert_eq!(anne.put(&path, &json!({"nsfw": false})).await.status(), 204);
    assert_eq!(told().await, [json!(false), json!(0), Value::Null]);
    assert_eq!(anne.put(&path, &json!({"nsfwFlags": 2})).await.status(), 204);
    assert_eq!(told().await, [json!(false), json!(0), Value::Null]);
    assert_eq!(anne.put(&path, &json!({"nsfw": true, "nsfwFlags": 4})).await.status(), 400);
    server.stop().await;
}
