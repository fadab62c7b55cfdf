//! People, groups and videos like those of the recorded instance, with the same numbers.

use crate::common::{
    Server,
    films::Film,
    people::{PASSWORD, Person},
};
use kiosque::{
    accounts::{self, NewAccount, Role, password},
    videos::Video,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Accounts in the order of their numbers: name, role, and the name of the first group where it is not the usual one.
const PEOPLE: [(&str, Role, Option<&str>); 6] = [
    ("root", Role::Administrator, None),
    ("member1", Role::User, Some("member1_music")),
    ("moderator1", Role::Moderator, None),
    ("member2", Role::User, None),
    ("small1", Role::User, None),
    ("stranger3", Role::User, None),
];

/// Videos in the order of their numbers: the recorded UUID and short UUID, the owner, the group, what the film is, and
/// the fields of its upload.
fn videos() -> Vec<(&'static str, &'static str, &'static str, i64, Film, Value)> {
    let long =
        format!("The **choir** rehearses.\n\nWith a [link](https://example.org/) and {}", "la ".repeat(90));
    let wide = Film::Wide;
    vec![
        (
            "cf2356ad-6323-4f55-b09b-e33bca60cf96",
            "rzxn1BnKUhMoKMHeS3c7dN",
            "member1",
            2,
            wide,
            json!({"name": "Chœur : répétition générale", "privacy": 1, "category": 1, "licence": 2, "language": "fr",
                "description": long, "support": "Bring a cake", "tags": ["choir", "rehearsal", "été"],
                "originallyPublishedAt": "2020-02-03T04:05:06.000Z", "commentsPolicy": 1}),
        ),
        (
            "8f44c1d5-5f13-4256-b528-05ab6f728388",
            "iG6VrjiZKnGBXMFGgeH9H7",
            "member1",
            2,
            Film::Sound,
            json!({"name": "Only a sound", "privacy": 1}),
        ),
        (
            "8b470d4f-4c95-4fee-ac9a-24718e3f9cb7",
            "icw3nfM4hYraXC1URrez9c",
            "root",
            7,
            Film::Vertical,
            json!({"name": "Vertical one", "privacy": 1, "commentsPolicy": 3}),
        ),
        (
            "9bbd5456-27df-4c6e-912f-00c68e07fc78",
            "keqo9Lt1XTZ2ED5BsJcvx7",
            "member1",
            2,
            wide,
            json!({"name": "Private one", "privacy": 3}),
        ),
        (
            "3a984b3c-96b0-4a6e-8462-2d6fc2f3ae02",
            "8eEocRXK2imSbQJoehMXJs",
            "member1",
            2,
            wide,
            json!({"name": "With a password", "privacy": 5, "videoPasswords": VIDEO_PASSWORDS}),
        ),
        (
            "57d77d51-edec-4535-95ca-b3fe49f87bf7",
            "bR8ypoZUBCVR2yhk6Kzfb4",
            "root",
            1,
            wide,
            json!({"name": "Unlisted one", "privacy": 2}),
        ),
        (
            "64959860-a049-41ff-b6f7-d766fca827da",
            "dqoRd1iwDZbaUUTepipEd3",
            "root",
            1,
            wide,
            json!({"name": "Internal one", "privacy": 4}),
        ),
        (
            "98ce85b9-15ae-4d8a-92dd-137b6281addf",
            "jSq5t1Jcq9tuFUWhsnzzSP",
            "member1",
            8,
            wide,
            json!({"name": "Sensitive one", "privacy": 1, "nsfw": true, "downloadEnabled": false, "commentsPolicy": 2}),
        ),
        (
            "38f7c034-e732-43f4-a85a-c81abc440821",
            "831txshQ9wwoXDeKSjsAmz",
            "root",
            1,
            wide,
            json!({"name": "Comes in a month", "privacy": 3,
                "scheduleUpdate": {"updateAt": "2036-12-22T12:27:46.000Z", "privacy": 1}}),
        ),
        (
            "14a5286c-29a1-46a7-b143-72e723add066",
            "3xS1XdBAT6ocRJahZgc4aG",
            "member1",
            8,
            wide,
            json!({"name": "Chapters from the file", "privacy": 1}),
        ),
        (
            "a5d6bd97-bd3d-43bc-b94d-f04f6ee170e3",
            "mtKCjyYytqJ9WmVs1iA4eD",
            "root",
            1,
            wide,
            json!({"name": "Will be deleted", "privacy": 1}),
        ),
    ]
}

const VIDEO_PASSWORDS: [&str; 2] = ["open sesame", "a rosebud"];

/// The world, and how its names differ from the recorded ones.
pub struct World {
    pub server: Server,
    people: BTreeMap<String, Person>,
    videos: BTreeMap<String, Video>,
    /// Texts of recorded requests and what stands for them here.
    words: Vec<(String, String)>,
}

impl World {
    /// Only the people.
    pub async fn people() -> Self {
        // No flood: the limits are looked at elsewhere.
        let server =
            Server::start_in(tempfile::tempdir().unwrap(), kiosque::clock::Clock::system(), |config| {
                config.limits.api_per_10s = 100_000;
                config.limits.pages_per_10s = 100_000;
                config.limits.logins_per_5min = 1000;
                config.limits.comments_per_5min = 1000;
            })
            .await;
        let mut people = BTreeMap::new();
        for (number, (name, role, group)) in (1..).zip(PEOPLE) {
            let person = account(&server, name, role, group).await;
            assert_eq!(person.account_id, number, "{name} has the recorded number");
            people.insert(name.to_owned(), person);
        }
        let host = server.base.strip_prefix("http://").unwrap().to_owned();
        let words = [("video.localhost:9000", host.clone()), ("localhost:9000", host)]
            .map(|(theirs, ours)| (theirs.to_owned(), ours))
            .into_iter()
            .chain(
                [("<VIDEO_PASSWORD-1>", VIDEO_PASSWORDS[0]), ("<VIDEO_PASSWORD-2>", VIDEO_PASSWORDS[1])]
                    .map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned())),
            )
            .chain(
                ["root", "member", "stranger", "stranger-new"]
                    .map(|who| (format!("<PASSWORD-{who}>"), PASSWORD.to_owned())),
            )
            .collect();
        let mut world = Self { server, people, videos: BTreeMap::new(), words };
        let client = world.server.json("/api/v1/oauth-clients/local").await;
        world.say("<CLIENT_ID-1>", client["client_id"].as_str().unwrap());
        world.say("<CLIENT_SECRET-1>", client["client_secret"].as_str().unwrap());
        for (number, name, owner, shown) in
            [(7, "root_second", "root", "Second of root"), (8, "member1_talks", "member1", "Talks")]
        {
            let fields = json!({"name": name, "displayName": shown, "description": format!("Channel **{shown}**"),
                "support": "Bring a cake"});
            let made = world.person(owner).post("/api/v1/video-channels", &fields).await;
            let made: Value = made.json().await.unwrap();
            assert_eq!(made["videoChannel"]["id"], number, "{name}");
        }
        let texts =
            json!({"instance": {"name": "Kiosque reference", "shortDescription": "A throwaway instance."}});
        assert_eq!(world.person("root").put("/api/v1/server/settings", &texts).await.status(), 200);
        let late = account(&world.server, "stranger4", Role::User, None).await;
        world.people.insert("stranger4".to_owned(), late);
        world
    }

    /// People and videos, with bytes in their files.
    pub async fn whole() -> Self {
        let mut world = Self::people().await;
        let described = json!({"description": "Sings **alto**"});
        assert_eq!(world.person("member1").put("/api/v1/users/me", &described).await.status(), 204);
        let described = json!({"description": "Songs, *rehearsals*", "support": "Bring a cake"});
        let music = "/api/v1/video-channels/member1_music";
        assert_eq!(world.person("member1").put(music, &described).await.status(), 204);
        for (number, (uuid, short, owner, group, film, mut fields)) in (1..).zip(videos()) {
            fields["channelId"] = group.into();
            let video = world.server.db_film(&world.people[owner], fields, film).await;
            assert_eq!(video.id, number, "{uuid} has the recorded number");
            world.server.put_files(&video).await;
            world.server.hash_files(&video).await;
            world.know(uuid, short, video);
        }
        let waiting =
            json!({"name": "Waits for transcoding", "privacy": 1, "waitTranscoding": true, "channelId": 2});
        let waiting = world.server.db_unmade_video(&world.people["member1"], waiting).await;
        world.know("20731cc9-0fa9-483b-9bd5-91308028170a", "51pC6DVTakXT2UnMt1U8RU", waiting);
        world
    }

    fn know(&mut self, uuid: &str, short: &str, video: Video) {
        let ours = video.uuid.to_string();
        self.say(uuid, &ours);
        self.say(&uuid.to_uppercase(), &ours.to_uppercase());
        self.say(short, &kiosque::ids::short(video.uuid));
        self.videos.insert(uuid[..8].to_owned(), video);
    }

    /// From now on `ours` stands where a recorded request has `theirs`.
    pub fn say(&mut self, theirs: &str, ours: &str) {
        self.words.retain(|(known, _)| known != theirs);
        self.words.push((theirs.to_owned(), ours.to_owned()));
    }

    /// A text of a recorded request in the words of this world; also where it is encoded for a query.
    pub fn ours(&self, text: &str) -> String {
        let encode = |text: &str| text.replace(':', "%3A");
        self.words.iter().fold(text.to_owned(), |text, (theirs, ours)| {
            text.replace(theirs.as_str(), ours).replace(&encode(theirs), &encode(ours))
        })
    }

    pub fn person(&self, name: &str) -> &Person {
        &self.people[name]
    }

    /// Lets somebody sign in once more under another name of the recording.
    pub async fn sign_in_again(&mut self, name: &str, known_as: &str) {
        let again = self.server.person(name, Role::User).await;
        self.people.insert(known_as.to_owned(), again);
    }

    /// A video by the first part of its recorded UUID.
    pub fn video(&self, begin: &str) -> &Video {
        &self.videos[begin]
    }
}

async fn account(server: &Server, name: &str, role: Role, group: Option<&str>) -> Person {
    let new = NewAccount {
        name: name.to_owned(),
        email: if name == "root" { "admin@example.org".to_owned() } else { format!("{name}@example.org") },
        password_hash: password::hash(PASSWORD).unwrap(),
        role,
        video_quota: if name == "small1" { 20_000 } else { -1 },
        video_quota_daily: -1,
        group_name: group.map(str::to_owned),
        group_display_name: None,
    };
    let now = server.app.clock.now();
    server.app.db.write(move |tx| accounts::create(tx, now, &new)).await.unwrap();
    server.person(name, role).await
}
