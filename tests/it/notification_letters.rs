//! Notifications by letter: at once or gathered, and stopped with one request.

use crate::common::{
    Server, choir,
    letters::{Letter, Letters},
    people::Person,
};
use kiosque::{
    accounts::Role,
    clock::Clock,
    jobs::{self, Lane},
};
use serde_json::{Value, json};

const CHOICES: &str = "/api/v1/users/me/notification-settings";
const LETTERS: &str = "/api/v1/users/me/notification-letters";

struct Scene {
    server: Server,
    letters: Letters,
    clock: Clock,
    anne: Person,
    zoe: Person,
}

impl Scene {
    /// Zoe follows Anne, speaks English, and wants to be told of her videos by letter.
    async fn new() -> Self {
        let clock = choir::clock();
        let (server, letters) = Server::start_with_letters(clock.clone()).await;
        let (anne, zoe) = (server.user("anne").await, server.user("zoe").await);
        let uri = format!("anne_channel@{}", server.base.strip_prefix("http://").unwrap());
        let followed = zoe.post("/api/v1/users/me/subscriptions", &json!({ "uri": uri })).await;
        assert_eq!(followed.status(), 204);
        assert_eq!(zoe.put("/api/v1/users/me", &json!({"language": "en"})).await.status(), 204);
        let scene = Self { server, letters, clock, anne, zoe };
        scene.choose("newVideoFromSubscription", 3).await;
        scene
    }

    async fn choose(&self, name: &str, value: u8) {
        let mut all = self.zoe.json("/api/v1/users/me").await["notificationSettings"].clone();
        all[name] = value.into();
        assert_eq!(self.zoe.put(CHOICES, &all).await.status(), 204);
    }

    async fn rhythm(&self, rhythm: &str) {
        // Days go by: nobody stays signed in that long.
        let zoe = self.server.user("zoe").await;
        assert_eq!(zoe.put(LETTERS, &json!({ "rhythm": rhythm })).await.status(), 204);
    }

    async fn film(&self, name: &str) {
        self.server.db_video(&self.anne, json!({ "name": name })).await;
        self.settled().await;
    }

    /// Waits until everybody is told.
    async fn settled(&self) {
        let db = &self.server.app.db;
        crate::common::until("everybody to be told", || async {
            let busy = db.read(|conn| jobs::is_busy(conn, Lane::News)).await.unwrap();
            (!busy).then_some(())
        })
        .await;
    }

    /// Lets time pass, and waits until no letter is due.
    async fn pass(&self, seconds: i64) {
        self.clock.advance(seconds);
        // Whatever is written wakes the workers.
        self.server.app.db.write(|_| Ok(())).await.unwrap();
        let (db, now) = (&self.server.app.db, self.clock.now());
        crate::common::until("letters to go", || async {
            let due = db.read(move |conn| jobs::is_due(conn, now, Lane::Mail)).await.unwrap();
            let active = "select count(*) from jobs where lane = 'mail' and state = 'active'";
            let active: i64 =
                db.read(move |conn| Ok(conn.query_row(active, [], |row| row.get(0))?)).await.unwrap();
            (!due && active == 0).then_some(())
        })
        .await;
    }

    /// Letters to Zoe.
    fn hers(&self) -> Vec<Letter> {
        self.letters.all().into_iter().filter(|letter| letter.to == "zoe@example.org").collect()
    }

    fn latest(&self) -> Letter {
        self.hers().pop().unwrap()
    }

    fn subjects(&self) -> Vec<String> {
        self.hers().iter().map(|letter| letter.header("subject").to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_together_comes_in_one_letter() {
    let scene = Scene::new().await;
    scene.film("One").await;
    scene.pass(30).await;
    assert_eq!(scene.subjects(), Vec::<String>::new());
    scene.film("Two").await;
    scene.pass(31).await;
    assert_eq!(scene.subjects().len(), 1, "{:?}", scene.subjects());
    let letter = scene.latest();
    assert!(letter.header("subject").ends_with(": 2 things are new"), "{letter:?}");
    for words in ["anne has a new video: One", "anne has a new video: Two", "/my/notifications"] {
        assert!(letter.text.contains(words) && letter.html.contains(words), "{words}: {}", letter.text);
    }
    // The next one keeps a distance.
    scene.film("Three").await;
    scene.pass(120).await;
    assert_eq!(scene.subjects().len(), 1);
    scene.pass(15 * 60).await;
    assert_eq!(scene.subjects().len(), 2);
    let letter = scene.latest();
    assert!(letter.header("subject").ends_with("anne has a new video: Three"), "{letter:?}");
    // What was read on the site is no news.
    scene.film("Four").await;
    assert_eq!(scene.zoe.post("/api/v1/users/me/notifications/read-all", &json!({})).await.status(), 204);
    scene.pass(3600).await;
    assert_eq!(scene.subjects().len(), 2);
    // By letter alone: nothing in the page.
    scene.choose("newVideoFromSubscription", 2).await;
    scene.film("Five").await;
    assert_eq!(scene.zoe.json("/api/v1/users/me").await["unreadNotificationsCount"], 0);
    scene.pass(3600).await;
    assert_eq!(scene.subjects().len(), 3);
    scene.choose("newVideoFromSubscription", 1).await;
    scene.film("Six").await;
    scene.pass(3600).await;
    assert_eq!(scene.subjects().len(), 3);
    scene.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_gathered_for_a_morning() {
    let scene = Scene::new().await;
    scene.rhythm("daily").await;
    assert_eq!(scene.zoe.json(LETTERS).await, json!({"rhythm": "daily", "mail": true}));
    // It is Monday, one in the night.
    scene.film("One").await;
    scene.pass(3 * 3600).await;
    assert_eq!(scene.subjects().len(), 0);
    scene.pass(3600 + 1).await;
    assert_eq!(scene.subjects().len(), 1);
    scene.rhythm("weekly").await;
    scene.film("Two").await;
    scene.pass(6 * 24 * 3600).await;
    assert_eq!(scene.subjects().len(), 1);
    scene.pass(24 * 3600).await;
    assert_eq!(scene.subjects().len(), 2);
    // Who wants none is not told later of what happened meanwhile.
    scene.film("Three").await;
    scene.rhythm("never").await;
    scene.film("Four").await;
    scene.rhythm("at-once").await;
    scene.pass(3600).await;
    assert_eq!(scene.subjects().len(), 2);
    // Who wants them at once does not wait for the Monday that was meant before, and the other way round.
    scene.rhythm("weekly").await;
    scene.film("Five").await;
    scene.rhythm("at-once").await;
    scene.pass(61).await;
    assert_eq!(scene.subjects().len(), 3);
    scene.film("Six").await;
    scene.rhythm("weekly").await;
    scene.pass(24 * 3600).await;
    assert_eq!(scene.subjects().len(), 3);
    let zoe = scene.server.user("zoe").await;
    assert_eq!(zoe.put(LETTERS, &json!({"rhythm": "hourly"})).await.status(), 400);
    scene.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_meanwhile_stands_in_no_letter() {
    let scene = Scene::new().await;
    scene.film("One").await;
    let draft = scene.server.db_video(&scene.anne, json!({"name": "A draft"})).await;
    scene.film("Two").await;
    let path = format!("/api/v1/videos/{}", draft.uuid);
    assert_eq!(scene.anne.put(&path, &json!({"privacy": 3})).await.status(), 204);
    scene.pass(61).await;
    let letter = scene.latest();
    assert!(letter.header("subject").ends_with(": 2 things are new"), "{letter:?}");
    assert!(!letter.text.contains("draft") && !letter.html.contains("draft"), "{}", letter.text);
    scene.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_stops_them() {
    let scene = Scene::new().await;
    scene.film("One").await;
    scene.pass(61).await;
    let letter = scene.latest();
    assert_eq!(letter.header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    let link = letter.header("list-unsubscribe").trim_matches(['<', '>']).to_owned();
    assert!(link.starts_with(&scene.server.base) && letter.text.contains(&link), "{letter:?}");
    let rhythm = async || scene.zoe.json(LETTERS).await["rhythm"].clone();
    // Looking at the link stops nothing, nor does a guess.
    let page = scene.server.http.get(&link).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("<form method=\"post\">") && !page.contains("type=\"module\""), "{page}");
    let guess = format!("{}x", &link[..link.len() - 1]);
    let mangled = link.replace("account=", "account=%3D");
    for (link, status) in [(&guess, 404), (&link.replace("account=", "account=9"), 404), (&mangled, 404)] {
        let form = [("List-Unsubscribe", "One-Click")];
        let answer = scene.server.http.post(link).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), status);
    }
    assert_eq!(rhythm().await, "at-once");
    // As mail programs send it: without cookies, token or scripts.
    let answer =
        scene.server.http.post(&link).form(&[("List-Unsubscribe", "One-Click")]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(rhythm().await, "never");
    scene.film("Two").await;
    scene.pass(3600).await;
    assert_eq!(scene.subjects().len(), 1);
    let told: Value = scene.zoe.json("/api/v1/users/me/notifications").await;
    assert_eq!(told["total"], 2, "the page goes on");
    scene.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_write_and_are_written_to() {
    let scene = Scene::new().await;
    let marie = scene.server.person("marie", Role::Moderator).await;
    assert_eq!(marie.put("/api/v1/users/me", &json!({"language": "en"})).await.status(), 204);
    // What moderators write reaches who wants to be told of nothing.
    let settings = scene.zoe.json("/api/v1/users/me").await["notificationSettings"].clone();
    let none: serde_json::Map<_, _> =
        settings.as_object().unwrap().keys().map(|name| (name.clone(), json!(0))).collect();
    assert_eq!(scene.zoe.put(CHOICES, &json!(none)).await.status(), 204);
    let warn = json!({"accountName": "zoe", "text": "Be kind to the sopranos."});
    assert_eq!(marie.post("/api/v1/moderation/warnings", &warn).await.status(), 200);
    scene.settled().await;
    let unread = "/api/v1/users/me/notifications?unread=true";
    let told = scene.zoe.json(unread).await;
    assert_eq!((&told["total"], &told["data"][0]["type"]), (&json!(1), &json!(1007)), "{told}");
    assert_eq!(told["data"][0]["account"], Value::Null, "who of them is not told");
    scene.pass(61).await;
    let letter = scene.latest();
    assert!(letter.header("subject").ends_with(": The moderators have written to you"), "{letter:?}");
    assert!(letter.text.contains("/my/reports") && !letter.text.contains("sopranos"), "{}", letter.text);
    // With the warning it is read.
    let warnings = scene.zoe.json("/api/v1/users/me/warnings").await;
    let read = json!({"ids": [warnings["data"][0]["id"]]});
    assert_eq!(scene.zoe.post("/api/v1/users/me/warnings/read", &read).await.status(), 204);
    assert_eq!(scene.zoe.json(unread).await["total"], 0);
    // Of a report they are told what it is about.
    let film = scene.server.db_video(&scene.anne, json!({"name": "The solo"})).await;
    let report = json!({"reason": "It is out of tune.", "video": {"id": film.id}});
    assert_eq!(scene.zoe.post("/api/v1/abuses", &report).await.status(), 200);
    let report = json!({"reason": "So is she.", "account": {"id": scene.anne.json("/api/v1/users/me").await["account"]["id"]}});
    assert_eq!(scene.zoe.post("/api/v1/abuses", &report).await.status(), 200);
    scene.settled().await;
    scene.pass(15 * 60).await;
    let letters = scene.letters.all();
    let letter = letters.iter().rfind(|letter| letter.to == "marie@example.org").unwrap();
    for line in
        ["A report waits for an answer: the video The solo", "A report waits for an answer: the account anne"]
    {
        assert!(letter.text.contains(line), "{}", letter.text);
    }
    scene.server.stop().await;
}
