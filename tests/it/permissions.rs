//! `docs/permissions.md`, cell by cell.

use crate::common::{Server, letters::Letters, people::PASSWORD};
use kiosque::{
    accounts::{
        self, LoginChange, NewAccount, Role, password,
        registrations::{self, NewRegistration, Rules},
        sessions::{self, Device},
    },
    clock::Clock,
    comments::{self, NewComment},
    groups::{self, Joining, MemberRole, NewGroup, invitations, requests},
    jobs,
    moderation::{
        blocks,
        mutes::{self, By, Target as Unheard},
        reports::{self, Target},
    },
    notifications,
    playlists::{self, NewPlaylist, Privacy},
    videos::{self, NewVideo, Video, Viewer, making, offers},
};
use reqwest::Method;
use serde_json::{Value, json};

const TABLE: &str = include_str!("../../docs/permissions.md");

/// Somebody who was just made, with the token of a session that was opened before anything happened to the account.
struct Person {
    id: i64,
    name: String,
    token: Option<String>,
}

/// Makes people and things to act on; each is used once, since most requests change what they are about.
struct World {
    server: Server,
    /// A video of which everything is made.
    video: uuid::Uuid,
    hash: String,
    made: u32,
    /// A public one.
    film: i64,
}

impl World {
    async fn start() -> Self {
        let letters = Letters::start();
        let change = |config: &mut kiosque::config::Config| {
            letters.configure(config);
            config.limits.registrations_per_hour = 1000;
            config.limits.letters_per_hour = 1000;
            config.limits.logins_per_5min = 1000;
        };
        let server = Server::start_in(tempfile::tempdir().unwrap(), Clock::system(), change).await;
        let admin = server.admin().await;
        let signup = json!({"signup": {"mode": "approval", "verifyEmail": true}});
        assert_eq!(admin.put("/api/v1/server/settings", &signup).await.status(), 200);
        let film = server.db_video(&admin, json!({"name": "Bees"})).await.id;
        let video = server.db_video(&admin, json!({"name": "Fanfare", "privacy": 1})).await.uuid;
        Self { server, video, hash: password::hash(PASSWORD).unwrap(), made: 0, film }
    }

    fn name(&mut self) -> String {
        self.made += 1;
        format!("person{}", self.made)
    }

    async fn person(&mut self, kind: &str) -> Person {
        let (name, hash, now) = (self.name(), self.hash.clone(), self.server.app.clock.now());
        let role = match kind {
            "moderator" => Role::Moderator,
            "administrator" => Role::Administrator,
            _ => Role::User,
        };
        let new = NewAccount {
            name: name.clone(),
            email: format!("{name}@example.org"),
            password_hash: hash,
            role,
            video_quota: -1,
            video_quota_daily: -1,
            group_name: None,
            group_display_name: None,
        };
        let (blocked, verified) = (kind == "blocked", kind != "unverified");
        let (id, token) = self
            .server
            .app
            .db
            .write(move |tx| {
                let id = accounts::create(tx, now, &new)?.id;
                let tokens = sessions::open(tx, now, id, &Device::default())?;
                let change = LoginChange { email_verified: Some(verified), ..LoginChange::default() };
                accounts::change_login(tx, id, &change)?;
                if blocked {
                    // As a request blocks: the session that was open is worth nothing then.
                    accounts::block(tx, id, None)?;
                }
                Ok((id, tokens.access))
            })
            .await
            .unwrap();
        let token = match kind {
            "anonymous" => None,
            "unverified" => {
                let (status, body) = self.server.sign_in(&name, PASSWORD, None).await;
                assert_eq!(status, 400, "{body}");
                None
            }
            _ => Some(token),
        };
        Person { id, name, token }
    }

    async fn waiting(&mut self) -> i64 {
        let (name, hash, now) = (self.name(), self.hash.clone(), self.server.app.clock.now());
        let new = NewRegistration {
            email: format!("{name}@example.org"),
            name,
            password_hash: hash,
            reason: "I sing".to_owned(),
            ..NewRegistration::default()
        };
        let rules = Rules {
            needs_approval: true,
            verify_email: true,
            mail: false,
            limit: None,
            video_quota: -1,
            video_quota_daily: -1,
        };
        self.server
            .app
            .db
            .write(move |tx| Ok(registrations::request(tx, now, &new, &rules)?.id))
            .await
            .unwrap()
    }

    /// A video of somebody with comments below it: what stands for the places of the table.
    async fn discussed(&mut self, asking: i64) -> [(&'static str, String); 4] {
        let (owner, third) = (self.person("member").await.id, self.person("member").await.id);
        let now = self.server.app.clock.now();
        self.server
            .app
            .db
            .write(move |tx| {
                let group = groups::of_owner(tx, owner)?[0].id;
                let fields = json!({"name": "Rehearsal", "channelId": group});
                let open = videos::create(tx, now, owner, &NewVideo::read(&fields)?)?;
                let strict = Video { comments_policy: 3, ..open.clone() };
                let say = |account: i64, video: &Video| {
                    let author = Viewer { account: Some(account), moderates: false };
                    let new = NewComment { text: "Bravo".to_owned(), ..NewComment::default() };
                    Ok::<_, kiosque::Error>(
                        comments::write(tx, now, &author, video, &new, "localhost")?.id.to_string(),
                    )
                };
                Ok([
                    ("{mine}", say(asking, &open)?),
                    ("{comment}", say(third, &open)?),
                    ("{held}", say(third, &strict)?),
                    ("{film}", open.uuid.to_string()),
                ])
            })
            .await
            .unwrap()
    }

    /// A report of an account about a public video.
    async fn report(&mut self, account: i64) -> i64 {
        let (now, film) = (self.server.app.clock.now(), self.film);
        self.server
            .app
            .db
            .write(move |tx| {
                let video = videos::by_id(tx, film)?;
                reports::create(tx, now, account, Target::Video(&video, (None, None)), "It is loud", &[])
            })
            .await
            .unwrap()
    }

    /// A video of somebody that moderators hide.
    async fn hidden(&mut self) -> uuid::Uuid {
        let (owner, now) = (self.person("member").await.id, self.server.app.clock.now());
        self.server
            .app
            .db
            .write(move |tx| {
                let group = groups::of_owner(tx, owner)?[0].id;
                let fields = json!({"name": "Rehearsal", "channelId": group});
                let video = videos::create(tx, now, owner, &NewVideo::read(&fields)?)?;
                blocks::block(tx, now, owner, &video, None, false)?;
                Ok(video.uuid)
            })
            .await
            .unwrap()
    }

    /// A video that somebody offers to somebody.
    async fn offer(&mut self) -> i64 {
        let (from, to) = (self.person("member").await.id, self.person("member").await.id);
        let now = self.server.app.clock.now();
        self.server
            .app
            .db
            .write(move |tx| {
                let group = groups::of_owner(tx, from)?[0].id;
                let new = NewVideo::read(&json!({"name": "Rehearsal", "channelId": group}))?;
                let video = videos::create(tx, now, from, &new)?;
                let viewer = Viewer { account: Some(from), moderates: false };
                Ok(offers::give(tx, now, &viewer, &video, to)?.id)
            })
            .await
            .unwrap()
    }

    /// Somebody whom an account and the instance have muted, with a server.
    async fn muted(&mut self, role: &str, by: i64) -> String {
        let (somebody, now) = (self.person(role).await, self.server.app.clock.now());
        self.server
            .app
            .db
            .write(move |tx| {
                for by in [By::Account(by), By::Instance] {
                    mutes::mute(tx, now, by, &Unheard::Account(somebody.id), "localhost")?;
                    mutes::mute(tx, now, by, &Unheard::Host("far.example".to_owned()), "localhost")?;
                }
                Ok(())
            })
            .await
            .unwrap();
        somebody.name
    }

    /// A playlist of an account, with a film in it.
    async fn playlist(&mut self, account: i64, public: bool) -> i64 {
        let now = self.server.app.clock.now();
        self.server
            .app
            .db
            .write(move |tx| {
                let group = groups::of_owner(tx, account)?.first().map(|group| group.id);
                let privacy = if public { Privacy::Public } else { Privacy::Private };
                let new = NewPlaylist {
                    name: "Evenings".to_owned(),
                    description: None,
                    privacy,
                    group: group.filter(|_| public),
                    picture: None,
                };
                Ok(playlists::create(tx, now, account, &new)?.id)
            })
            .await
            .unwrap()
    }

    /// A group with its people and a film. The one who asks is made what the column says.
    async fn group(&mut self, column: &str, person: &Person) -> Vec<(&'static str, String)> {
        let mut others = Vec::new();
        for _ in 0..4 {
            others.push(self.person("member").await);
        }
        let owns = matches!(column, "owner" | "blocked");
        let owner = if owns { person.id } else { others[0].id };
        let (inside, asker, guest) = (others[1].id, others[2].id, others[3].id);
        let role = match column {
            "member" => Some(MemberRole::Member),
            "editor" => Some(MemberRole::Moderator),
            "administrator" => Some(MemberRole::Administrator),
            _ => None,
        };
        let (name, now, me) = (self.name(), self.server.app.clock.now(), person.id);
        let made = name.clone();
        let (id, invitation, film, own) = self
            .server
            .app
            .db
            .write(move |tx| {
                let new = NewGroup { name: made, display_name: "Choir".to_owned(), ..NewGroup::default() };
                let group = groups::create(tx, now, owner, &new, 100)?;
                let owner = (owner, Role::User);
                let group = groups::set_joining(tx, now, owner, &group, Joining::Request)?;
                for (account, role) in [(Some(inside), Some(MemberRole::Member)), (Some(me), role)] {
                    if let (Some(account), Some(role)) = (account, role) {
                        invitations::invite(tx, now, owner, &group, account, role)?;
                        invitations::accept(tx, now, account, &group, false)?;
                    }
                }
                requests::ask(tx, now, asker, &group, "I sing", false)?;
                let made = invitations::make_link(tx, now, owner, &group, MemberRole::Member, (1, 1))?;
                let film = |group: i64| {
                    NewVideo::read(&json!({"name": "Concert", "channelId": group, "privacy": 3}))
                };
                let concert = videos::create(tx, now, owner.0, &film(group.id)?)?;
                let first = groups::of_owner(tx, me)?[0].id;
                let own = videos::create(tx, now, me, &film(first)?)?;
                making::source_received(
                    tx,
                    now,
                    concert.id,
                    &format!("{}.mp4", concert.uuid),
                    "a.mp4",
                    9,
                    None,
                )?;
                jobs::cancel_subject(tx, now, &jobs::video_subject(concert.id))?;
                Ok((group.id, made.id, concert.uuid, own.uuid))
            })
            .await
            .unwrap();
        let handle = |at: usize| others[at].name.clone();
        vec![
            ("{group}", name),
            ("{group id}", id.to_string()),
            ("{inside}", handle(1)),
            ("{asker}", handle(2)),
            ("{guest}", guest.to_string()),
            ("{guest name}", handle(3)),
            ("{invitation}", invitation.to_string()),
            ("{film}", film.to_string()),
            ("{own}", own.to_string()),
            ("{me}", person.name.clone()),
        ]
    }

    /// One cell of the table about groups.
    async fn ask_in_group(&mut self, request: &str, column: &str) -> String {
        let kind = match column {
            "anonymous" | "moderator" | "blocked" => column,
            _ => "member",
        };
        let mut person = self.person(if kind == "blocked" { "member" } else { kind }).await;
        let places = self.group(column, &person).await;
        if kind == "blocked" {
            let id = person.id;
            self.server.app.db.write(move |tx| accounts::block(tx, id, None)).await.unwrap();
        }
        if kind == "anonymous" {
            person.token = None;
        }
        let fill = |text: &str| {
            places.iter().fold(text.to_owned(), |text, (place, value)| text.replace(place, value))
        };
        let body = match request.split_once(' ').unwrap() {
            ("PUT", "/groups/{group}") => r#"{"joining": "open"}"#,
            ("PUT", "/video-channels/{group}") => r#"{"displayName": "Chorale"}"#,
            ("POST", "/groups/{group}/invitations") => r#"{"account": "{guest name}"}"#,
            ("POST", "/video-channels/{group}/collaborators/invite") => {
                r#"{"accountHandle": "{guest name}"}"#
            }
            ("POST", "/groups/{group}/hand-over") => r#"{"account": "{inside}"}"#,
            ("PUT", "/groups/{group}/members/{inside}") => r#"{"role": "moderator"}"#,
            ("PUT", "/videos/{film}") => r#"{"name": "Our concert"}"#,
            ("POST", "/videos/{film}/source/replace-resumable") => r#"{"filename": "concert.mp4"}"#,
            ("POST", "/videos/{film}/give-ownership") => r#"{"username": "{guest name}"}"#,
            ("PUT", "/videos/{own}") => r#"{"channelId": {group id}}"#,
            _ => "{}",
        };
        let body: Value = serde_json::from_str(&fill(body)).unwrap();
        let (method, path) = request.split_once(' ').unwrap();
        let path = format!("/api/v1{}", fill(path));
        self.send(method.parse().unwrap(), &path, &person, &body).await
    }

    async fn send(&self, method: Method, path: &str, person: &Person, body: &Value) -> String {
        let with_body = method != Method::GET;
        let mut asked = self.server.http.request(method, self.server.url(path));
        if let Some(token) = &person.token {
            asked = asked.bearer_auth(token);
        }
        if with_body {
            asked = asked.json(body).header("X-Upload-Content-Length", 1000);
        }
        told(asked.send().await.unwrap().status().as_u16())
    }

    /// What is sent with a request.
    async fn body(&mut self, request: &str, person: &Person) -> Value {
        let name = self.name();
        let new = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "role": 2});
        match request {
            "POST /users/registrations/request" => {
                let mut new = new;
                new["registrationReason"] = json!("I sing");
                new
            }
            "POST /users" => new,
            "POST /users as moderator" => {
                let mut new = new;
                new["role"] = json!(1);
                new
            }
            "POST /users/ask-reset-password" | "POST /users/ask-send-verify-email" => {
                json!({"email": format!("{}@example.org", person.name)})
            }
            "PUT /users/me" => json!({"displayName": "Changed"}),
            "POST /server/disk/clean" => json!({"what": "uploads"}),
            "POST /server/contact" => {
                json!({"fromName": "Anne", "fromEmail": "anne@example.net", "subject": "Hello",
                "body": "Is it open?"})
            }
            "PUT /custom-pages/homepage/instance" => json!({"content": "# Hello"}),
            "POST /videos/{video}/transcoding" => json!({"transcodingType": "web-video"}),
            "POST /bulk/remove-comments-of" => json!({"accountName": person.name, "scope": "my-videos"}),
            "POST /bulk/remove-comments-of everywhere" => {
                json!({"accountName": person.name, "scope": "instance"})
            }
            "POST /users/me/blocklist/accounts" => json!({"accountName": "admin"}),
            _ if request.starts_with("POST /server/blocklist/accounts")
                || request == "POST /moderation/warnings"
                || request == "POST /moderation/warnings of the staff" =>
            {
                let kind = if request.ends_with("staff") { "moderator" } else { "member" };
                json!({"accountName": self.person(kind).await.name, "text": "Please be kind."})
            }
            _ if request.ends_with("/blocklist/servers") => json!({"host": "elsewhere.example"}),
            "POST /users/me/warnings/read" => json!({"ids": [1]}),
            "POST /abuses" => json!({"reason": "It is loud", "video": {"id": self.film}}),
            _ if request.ends_with("/messages") => json!({"message": "When?"}),
            _ if request.ends_with("/blacklist") => json!({"reason": "Off topic"}),
            "PUT /abuses/{report}" => json!({"state": 3}),
            _ if request.contains("/comment") => json!({"text": "A word"}),
            _ if request.ends_with("{offer}/accept") => json!({"channelId": 1}),
            "PUT /config/custom" => json!({"instance": {"terms": "Be kind."}}),
            "POST /users/me/subscriptions" => {
                json!({"uri": format!("{}_channel@{}", person.name, self.server.base.strip_prefix("http://").unwrap())})
            }
            "POST /users/me/notifications/read" => json!({"ids": [1]}),
            "PUT /users/me/push" => json!({"choices": ["commentMention"]}),
            "PUT /users/me/push/device" => json!({
                "endpoint": format!("https://push.example/{}", person.name),
                // The example of RFC 8291.
                "keys": {
                    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
                },
            }),
            "PUT /users/me/notification-letters" => json!({"rhythm": "weekly"}),
            "PUT /users/me/notification-settings" => {
                let needed = notifications::Choice::ALL.into_iter().filter(|choice| choice.is_needed());
                needed.map(|choice| (choice.name().to_owned(), json!(1))).collect()
            }
            "PUT /server/settings" => json!({"p2p": {"embed": false}}),
            "POST /video-playlists" | "PUT /video-playlists/{own}" | "PUT /video-playlists/{public}" => {
                json!({"displayName": "Nights"})
            }
            _ if request.ends_with("}/videos") => json!({"videoId": self.film}),
            _ if request.ends_with("/reorder") => json!({"startPosition": 1, "insertAfterPosition": 0}),
            _ if request.starts_with("PUT /users/") => json!({"videoQuota": 7}),
            _ if request.ends_with("/link") => json!({"for": "password"}),
            _ if request.ends_with("/reset-password") => {
                json!({"password": PASSWORD, "verificationString": "none"})
            }
            _ if request.ends_with("/verify-email") => json!({"verificationString": "none"}),
            _ => json!({"currentPassword": PASSWORD}),
        }
    }

    async fn ask(&mut self, request: &str, kind: &str) -> String {
        let person = self.person(kind).await;
        if request == "POST /users/token" {
            let (status, _) = self.server.sign_in(&person.name, PASSWORD, None).await;
            return told(status);
        }
        let body = self.body(request, &person).await;
        let (method, path) = request
            .trim_end_matches(" as moderator")
            .trim_end_matches(" everywhere")
            .trim_end_matches(" of the staff")
            .split_once(' ')
            .unwrap();
        let mut path = format!("/api/v1{}", path.replace("{me}", &person.id.to_string()));
        for role in ["member", "moderator", "administrator"] {
            let place = format!("{{{role}}}");
            if path.contains(&place) {
                path = path.replace(&place, &self.person(role).await.id.to_string());
            }
        }
        if path.contains("{video}") {
            path = path.replace("{video}", &self.video.to_string());
        }
        if path.contains("{waiting}") {
            path = path.replace("{waiting}", &self.waiting().await.to_string());
        }
        if path.contains("{film}") {
            let places = self.discussed(person.id).await;
            path = places.iter().fold(path, |path, (place, found)| path.replace(place, found));
        }
        if path.contains("{report}") {
            let somebody = self.person("member").await.id;
            path = path.replace("{report}", &self.report(somebody).await.to_string());
        }
        if path.contains("{my report}") {
            path = path.replace("{my report}", &self.report(person.id).await.to_string());
        }
        if path.contains("{hidden}") {
            path = path.replace("{hidden}", &self.hidden().await.to_string());
        }
        if path.contains("{offer}") {
            path = path.replace("{offer}", &self.offer().await.to_string());
        }
        if path.contains("{muted") {
            let role = if path.contains("{muted moderator}") { "moderator" } else { "member" };
            let name = self.muted(role, person.id).await;
            path = path.replace("{muted}", &name).replace("{muted moderator}", &name);
            path = path.replace("{muted host}", "far.example");
        }
        if path.contains("{own}") {
            path = path.replace("{own}", &self.playlist(person.id, false).await.to_string());
        }
        for (place, public) in [("{public}", true), ("{private}", false)] {
            if path.contains(place) {
                let somebody = self.person("member").await.id;
                path = path.replace(place, &self.playlist(somebody, public).await.to_string());
            }
        }
        path = path
            .replace("{my group}", &format!("{}_channel", person.name))
            .replace("{my name}", &person.name);
        if path.contains("{other") {
            let other = self.person("member").await.name;
            path = path.replace("{other group}", &format!("{other}_channel")).replace("{other name}", &other);
        }
        if path.contains("{followed}") {
            let handle =
                format!("{}_channel@{}", person.name, self.server.base.strip_prefix("http://").unwrap());
            if let Some(token) = &person.token {
                let follow = self.server.http.post(self.server.url("/api/v1/users/me/subscriptions"));
                let follow = follow.bearer_auth(token).json(&json!({ "uri": handle }));
                assert!([204, 401].contains(&follow.send().await.unwrap().status().as_u16()));
            }
            path = path.replace("{followed}", &handle);
        }
        self.send(method.parse().unwrap(), &path, &person, &body).await
    }
}

fn told(status: u16) -> String {
    if (200..300).contains(&status) { "yes".to_owned() } else { status.to_string() }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_what_the_table_says_and_nothing_else() {
    let mut world = World::start().await;
    let cells =
        |line: &'static str| -> Vec<&str> { line.trim_matches('|').split('|').map(str::trim).collect() };
    let (mut rows, mut columns) = (0, Vec::new());
    let mut wrong = Vec::new();
    for line in TABLE.lines().filter(|line| line.starts_with("| ")) {
        let row = cells(line);
        if !row[0].starts_with('`') {
            columns = row;
            continue;
        }
        assert_eq!(row.len(), columns.len(), "{row:?}");
        rows += 1;
        let request = row[0].trim_matches('`');
        for (kind, cell) in columns[2..].iter().zip(&row[2..]) {
            if *cell == "–" {
                continue;
            }
            let found = match columns[0] {
                "In a group" => world.ask_in_group(request, kind).await,
                _ => world.ask(request, kind).await,
            };
            if found != *cell {
                wrong.push(format!("{request} as {kind}: the page says {cell}, the server {found}"));
            }
        }
    }
    assert!(rows > 60, "{rows} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Letters of people who were deleted meanwhile are none of this test's.
    world.server.stop_whatever_failed().await;
}
