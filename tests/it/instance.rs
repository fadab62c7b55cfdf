//! What an administrator says of the instance and how it looks: everything of it in the browser, nothing in a file.

use crate::common::{Server, letters::Letters, people::Person, picture};
use kiosque::clock::Clock;
use reqwest::{Method, multipart};
use serde_json::{Value, json};

const SETTINGS: &str = "/api/v1/server/settings";
const CUSTOM: &str = "/api/v1/config/custom";

async fn wrong(answer: reqwest::Response) -> Vec<String> {
    assert_eq!(answer.status(), 400);
    let problem: Value = answer.json().await.unwrap();
    let mut fields: Vec<_> = problem["invalid-params"].as_object().unwrap().keys().cloned().collect();
    fields.sort();
    fields
}

async fn pick(person: &Person, path: &str, field: &'static str, bytes: Vec<u8>) -> u16 {
    let part = multipart::Part::bytes(bytes).file_name("a.png");
    let form = multipart::Form::new().part(field, part);
    person.request(Method::POST, path).multipart(form).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_about_the_instance_is_written_in_the_browser() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let texts = json!({
        "instance": {"name": "Le Grillon", "description": "Un **ciné-club**.", "terms": "Be kind."},
        "about": {"administrator": "Le bureau", "creationReason": "To show films", "codeOfConduct": "No shouting",
            "moderationInformation": "Two of us read reports", "languages": ["fr", "oc"], "categories": [2, 11],
            "website": "https://grillon.example", "hardwareInformation": "One Raspberry Pi"},
        "home": {"welcome": "# Welcome\n\nCome *in*."},
    });
    assert_eq!(admin.put(SETTINGS, &texts).await.status(), 200);
    let about = &server.json("/api/v1/config/about").await["instance"];
    assert_eq!(about["codeOfConduct"], "No shouting");
    assert_eq!(about["languages"], json!(["fr", "oc"]));
    assert_eq!(about["categories"], json!([2, 11]));
    let config = server.json("/api/v1/config").await;
    assert_eq!(config["homepage"]["enabled"], true);
    assert_eq!(config["instance"]["social"]["externalLink"], "https://grillon.example");
    // Readers without scripts have the same.
    let page = server.get("/about").await.text().await.unwrap();
    for text in
        ["<strong>ciné-club</strong>", "Le bureau", "Two of us read reports", "https://grillon.example"]
    {
        assert!(page.contains(text), "{text} in {page}");
    }
    assert!(!page.contains("noindex"), "{page}");
    let home = server.get("/").await.text().await.unwrap();
    assert!(home.contains("<em>in</em>"), "{home}");
    let bad =
        json!({"about": {"website": "javascript:alert(1)", "languages": ["klingon?"], "categories": [99]}});
    assert_eq!(
        wrong(admin.put(SETTINGS, &bad).await).await,
        ["about.categories", "about.languages", "about.website"]
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peertube_s_settings_are_ours() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut custom = admin.json(CUSTOM).await;
    custom["instance"]["name"] = json!("Le Grillon");
    custom["signup"] = json!({"enabled": true, "requiresApproval": true, "limit": 50, "minimumAge": 15});
    custom["transcoding"]["resolutions"]["1080p"] = json!(false);
    custom["broadcastMessage"] =
        json!({"enabled": true, "message": "Closed **tomorrow**", "level": "warning", "dismissable": false});
    custom["live"]["enabled"] = json!(true);
    let answer = admin.put(CUSTOM, &custom).await;
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["live"]["enabled"], false, "what Kiosque does not have is told as it is");
    let settings = admin.json(SETTINGS).await;
    assert_eq!(settings["signup"]["mode"], "approval");
    assert_eq!(settings["transcoding"]["resolutions"], json!([0, 144, 240, 360, 480, 720]));
    let config = server.json("/api/v1/config").await;
    assert_eq!(config["signup"]["requiresApproval"], true);
    assert_eq!(config["broadcastMessage"]["level"], "warning");
    let page = server.get("/").await.text().await.unwrap();
    assert!(page.contains("notice-warn") && page.contains("<strong>tomorrow</strong>"), "{page}");
    let bad = json!({"instance": {"name": ""}, "signup": {"limit": "many"}});
    assert_eq!(wrong(admin.put(CUSTOM, &bad).await).await, ["signup.limit"]);
    // All that was chosen goes, but where people find it.
    let url = admin.json(SETTINGS).await["instance"]["publicUrl"].clone();
    assert_eq!(admin.delete(CUSTOM).await.status(), 200);
    let settings = admin.json(SETTINGS).await;
    assert_eq!(
        (&settings["instance"]["name"], &settings["instance"]["publicUrl"]),
        (&json!("Kiosque"), &url)
    );
    assert_eq!(settings["broadcast"]["enabled"], false);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_are_refused_where_they_cannot_be_read() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let preview = "/api/v1/server/look/preview";
    let seen: Value =
        admin.post(preview, &json!({"roof": "#5b3a63", "action": "#f2b632"})).await.json().await.unwrap();
    let pairs = seen["pairs"].as_array().unwrap();
    let holds = |setting: &str| {
        pairs
            .iter()
            .filter(|pair| pair["setting"] == setting)
            .all(|pair| pair["contrast"].as_f64() >= pair["needed"].as_f64())
    };
    assert!(holds("look.roof") && !holds("look.action"), "{seen}");
    let bad = json!({"look": {"roof": "#5b3a63", "action": "#f2b632", "actionDark": "blue"}});
    assert_eq!(wrong(admin.put(SETTINGS, &bad).await).await, ["look.action", "look.actionDark"]);
    let good = json!({"look": {"roof": "#5b3a63", "css": "h1 { letter-spacing: 0 }"}});
    assert_eq!(admin.put(SETTINGS, &good).await.status(), 200);
    let home = server.get("/").await.text().await.unwrap();
    let address = |id: &str| {
        let (_, rest) =
            home.split_once(&format!("id=\"{id}\" href=\"")).unwrap_or_else(|| panic!("{id} in {home}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let colours = server.get(&address("look-colours")).await;
    assert_eq!(colours.headers()["content-type"], "text/css; charset=utf-8");
    assert!(colours.text().await.unwrap().contains("--roof:#5b3a63"));
    let style = server.get(&address("look-style")).await;
    let kept = |answer: &reqwest::Response| answer.headers()["cache-control"].to_str().unwrap().to_owned();
    assert!(kept(&style).contains("immutable"), "{}", kept(&style));
    assert_eq!(style.text().await.unwrap(), "h1 { letter-spacing: 0 }");
    for other in ["/look/style.css", "/look/style.css?v=0123456789abcdef"] {
        assert_eq!(kept(&server.get(other).await), "no-cache", "{other}");
    }
    assert!(home.contains("content=\"#5b3a63\""), "{home}");
    // A style that hides everything is mended on a page that it does not reach.
    for path in ["/admin/settings", "/admin", "/sign-in", "/login"] {
        let mending = server.get(path).await.text().await.unwrap();
        assert!(mending.contains("look-colours") && !mending.contains("look-style"), "{path}: {mending}");
    }
    // In frames on other sites nothing of it is seen.
    let list = json!({"displayName": "Films", "privacy": 1, "videoChannelId": admin.group_id().await});
    let list: Value = admin.post("/api/v1/video-playlists", &list).await.json().await.unwrap();
    let video = server.db_video(&admin, json!({"name": "Fanfare", "privacy": 1})).await;
    for path in [
        format!("/video-playlists/embed/{}", list["videoPlaylist"]["uuid"].as_str().unwrap()),
        format!("/videos/embed/{}", video.uuid),
    ] {
        let frame = server.get(&path).await;
        assert_eq!(frame.status(), 200, "{path}");
        assert!(!frame.text().await.unwrap().contains("look-"), "{path}");
    }
    let hidden = json!({"look": {"css": "a { background: url(https://example.org/) }"}});
    assert_eq!(wrong(admin.put(SETTINGS, &hidden).await).await, ["look.css"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_the_instance_are_shown_and_taken_away() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.user("melanie").await;
    let avatar = "/api/v1/config/instance-avatar";
    let icon = "/api/v1/config/instance-logo/favicon";
    let image = || picture(300, 200);
    assert_eq!(pick(&member, &format!("{avatar}/pick"), "avatarfile", image()).await, 403);
    assert_eq!(pick(&admin, &format!("{avatar}/pick"), "avatarfile", image()).await, 204);
    assert_eq!(pick(&admin, "/api/v1/config/instance-banner/pick", "bannerfile", image()).await, 204);
    assert_eq!(pick(&admin, &format!("{icon}/pick"), "logofile", image()).await, 204);
    assert_eq!(pick(&admin, &format!("{icon}/pick"), "logofile", b"no picture".to_vec()).await, 400);
    let tall = "/api/v1/config/instance-logo/header-tall/pick";
    assert_eq!(pick(&admin, tall, "logofile", image()).await, 400);
    let wide = "/api/v1/config/instance-logo/header-wide/pick";
    assert_eq!(pick(&admin, wide, "logofile", picture(900, 100)).await, 204);
    let config = server.json("/api/v1/config").await;
    let path = config["instance"]["avatars"][0]["path"].as_str().unwrap();
    assert_eq!(server.get(path).await.headers()["content-type"], "image/jpeg");
    assert!(config["instance"]["banners"].as_array().is_some_and(|all| !all.is_empty()), "{config}");
    let logos = config["instance"]["logo"].as_array().unwrap();
    let chosen: Vec<_> = logos.iter().filter(|logo| logo["isFallback"] == false).collect();
    assert_eq!(chosen.len(), 5, "{logos:?}");
    // Six times as wide as high at most, in its own shape.
    let shapes: Vec<_> = chosen
        .iter()
        .filter(|logo| logo["type"] == "header-wide")
        .map(|logo| (logo["width"].as_u64().unwrap(), logo["height"].as_u64().unwrap()))
        .collect();
    assert_eq!(shapes, [(408, 45), (816, 90)]);
    let url = chosen[0]["fileUrl"].as_str().unwrap().strip_prefix(&server.base).unwrap();
    assert_eq!(server.get(url).await.headers()["content-type"], "image/png");
    let home = server.get("/").await.text().await.unwrap();
    assert!(home.contains(url) && !home.contains("favicon.svg"), "{home}");
    let manifest = server.json("/manifest.webmanifest").await;
    assert_eq!(manifest["icons"][0]["src"], url);
    for path in [avatar, icon] {
        assert_eq!(admin.delete(path).await.status(), 204);
    }
    let config = server.json("/api/v1/config").await;
    assert_eq!(config["instance"]["avatars"], json!([]));
    assert!(server.get("/").await.text().await.unwrap().contains("favicon.svg"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_write_to_the_administrator() {
    let (server, letters) = Server::start_with_letters(Clock::system()).await;
    let admin = server.admin().await;
    let contact = "/api/v1/server/contact";
    let letter = |more: Value| {
        let mut letter = json!({"fromName": "Anne", "fromEmail": "anne@example.net", "subject": "The hall",
            "body": "Is it open on Sunday?"});
        letter.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        letter
    };
    assert_eq!(server.json("/api/v1/config").await["contactForm"]["enabled"], true);
    assert_eq!(server.post(contact, &letter(json!({}))).await.status(), 204);
    let got = letters.to("admin@example.org").await;
    assert!(got.text.contains("Is it open on Sunday?"), "{}", got.text);
    assert!(got.header("reply-to").contains("anne@example.net"), "{:?}", got.head);
    assert!(got.header("subject").contains("The hall"));
    // Who fills in what nobody sees is answered alike, and nothing goes.
    assert_eq!(server.post(contact, &letter(json!({"website": "https://spam.example"}))).await.status(), 204);
    let faults = wrong(server.post(contact, &letter(json!({"fromEmail": "anne", "body": ""}))).await).await;
    assert_eq!(faults, ["body"]);
    let faults = wrong(server.post(contact, &letter(json!({"fromEmail": "anne"}))).await).await;
    assert_eq!(faults, ["fromEmail"]);
    assert_eq!(admin.put(SETTINGS, &json!({"contact": {"email": "bureau@example.org"}})).await.status(), 200);
    assert_eq!(server.post(contact, &letter(json!({}))).await.status(), 204);
    letters.to("bureau@example.org").await;
    assert!(letters.all().iter().all(|letter| !letter.text.contains("spam")), "nothing of the machine's");
    let mut last = 204;
    for _ in 0..6 {
        last = server.post(contact, &letter(json!({}))).await.status().as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(admin.put(SETTINGS, &json!({"contact": {"enabled": false}})).await.status(), 200);
    assert_eq!(server.json("/api/v1/config").await["contactForm"]["enabled"], false);
    assert_eq!(server.post(contact, &letter(json!({}))).await.status(), 409);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_server_is_chosen_in_the_browser() {
    let letters = Letters::start();
    let mut there = kiosque::config::Config::default();
    letters.configure(&mut there);
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(server.json("/api/v1/config").await["email"]["enabled"], false);
    assert_eq!(admin.post("/api/v1/server/mail/test", &json!({})).await.status(), 422);
    let half = json!({"mail": {"host": "127.0.0.1", "from": ""}});
    assert_eq!(wrong(admin.put(SETTINGS, &half).await).await, ["mail.from"]);
    let mail = json!({"mail": {"host": "127.0.0.1", "port": there.mail.port, "security": "none",
        "from": "Le Grillon <kiosque@example.org>", "password": "not told"}});
    let answer = admin.put(SETTINGS, &mail).await;
    let told: Value = answer.json().await.unwrap();
    assert_eq!((&told["mail"]["password"], &told["mail"]["passwordIsSet"]), (&Value::Null, &json!(true)));
    assert_eq!(admin.post("/api/v1/server/mail/test", &json!({})).await.status(), 200);
    let sender = letters.to("admin@example.org").await.header("from").to_owned();
    assert!(sender.contains("Le Grillon") && sender.contains("<kiosque@example.org>"), "{sender}");
    assert_eq!(server.json("/api/v1/config").await["email"]["enabled"], true);
    let machine = admin.json("/api/v1/server/machine").await;
    assert_eq!(machine["mailIsWrittenDown"], false);
    let key = |name: &str| machine["keys"].as_array().unwrap().iter().find(|key| key["key"] == name).cloned();
    let folder = key("data_dir").unwrap();
    assert_eq!((&folder["variable"], &folder["changed"]), (&json!("KIOSQUE_DATA_DIR"), &json!(true)));
    assert_eq!(key("mail.password").unwrap()["value"], Value::Null);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_s_mail_server_counts_more_and_is_told() {
    let (server, letters) = Server::start_with_letters(Clock::system()).await;
    let admin = server.admin().await;
    let elsewhere = json!({"mail": {"host": "nowhere.invalid", "from": "a@example.org"}});
    assert_eq!(admin.put(SETTINGS, &elsewhere).await.status(), 200);
    assert_eq!(admin.json("/api/v1/server/machine").await["mailIsWrittenDown"], true);
    assert_eq!(admin.post("/api/v1/server/mail/test", &json!({})).await.status(), 200);
    letters.to("admin@example.org").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_welcome_of_the_home_page_is_peertube_s_page() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.user("melanie").await;
    let page = "/api/v1/custom-pages/homepage/instance";
    assert_eq!(server.get(page).await.status(), 404);
    assert_eq!(member.put(page, &json!({"content": "# Hi"})).await.status(), 403);
    assert_eq!(admin.put(page, &json!({"content": "# Hi"})).await.status(), 204);
    assert_eq!(server.json(page).await["content"], "# Hi");
    assert_eq!(admin.put(page, &json!({"content": ""})).await.status(), 204);
    assert_eq!(server.get(page).await.status(), 404);
    server.stop().await;
}
