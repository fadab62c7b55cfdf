//! What clients of PeerTube ask for and what they read of the answers (peertube-rest §1): a table. The clients that are
//! programs of their own run against us in `tests/clients`.

use crate::common::{Server, people::Person, picture};
use kiosque::{clock::Timestamp, videos::Video};
use reqwest::{Method, multipart};
use serde_json::{Value, json};

/// Who asks, for what, and what is read: a path in the JSON with its type. `x[]` is each item of a list, which is not
/// empty. A type is text, number, flag, list, object, date, or some text in quotes that the value ends with.
const READS: &[(&str, &str, &[&str])] = &[
    // yt-dlp
    (
        "yt-dlp",
        "/videos/UUID",
        &[
            "name: text",
            "description: text",
            "thumbnailPath: text",
            "publishedAt: date",
            "duration: number",
            "views: number",
            "likes: number",
            "dislikes: number",
            "nsfw: flag",
            "tags[]: text",
            "language.id: text",
            "licence.label: text",
            "category.label: text",
            "account.displayName: text",
            "account.id: number",
            "account.url: text",
            "channel.displayName: text",
            "channel.id: number",
            "channel.url: text",
            "files[].fileUrl: text",
            "files[].size: number",
            "files[].fps: number",
            "files[].resolution.label: 'p'",
            "streamingPlaylists[].playlistUrl: '-master.m3u8'",
            "streamingPlaylists[].files[].fileUrl: '-fragmented.mp4'",
            "streamingPlaylists[].files[].size: number",
            "streamingPlaylists[].files[].resolution.label: 'p'",
        ],
    ),
    ("yt-dlp", "/videos/SHORT", &["name: text"]),
    ("yt-dlp", "/videos/UUID/description", &["description: text"]),
    ("yt-dlp", "/videos/UUID/captions", &["data[].language.id: text", "data[].captionPath: text"]),
    (
        "yt-dlp",
        "/accounts/singer",
        &["displayName: text", "description: text", "createdAt: date", "id: number"],
    ),
    (
        "yt-dlp",
        "/video-channels/singer_channel",
        &[
            "displayName: text",
            "description: text",
            "createdAt: date",
            "id: number",
            "ownerAccount.name: text",
            "ownerAccount.id: number",
        ],
    ),
    (
        "yt-dlp",
        "/accounts/singer/videos?sort=-createdAt&start=0&count=30&nsfw=both",
        &["data[].shortUUID: text", "data[].name: text"],
    ),
    (
        "yt-dlp",
        "/video-channels/singer_channel/videos?sort=-createdAt&start=0&count=30&nsfw=both",
        &["data[].shortUUID: text", "data[].name: text"],
    ),
    (
        "yt-dlp",
        "/video-playlists/LIST",
        &[
            "displayName: text",
            "description: text",
            "createdAt: date",
            "ownerAccount.name: text",
            "ownerAccount.id: number",
            "thumbnailPath: text",
        ],
    ),
    ("yt-dlp", "/video-playlists/LIST/videos?sort=-createdAt&start=0&count=30&nsfw=both", ELEMENTS),
    // NewPipe
    ("NewPipe", "/config", &["instance.name: text"]),
    ("NewPipe", "/videos?sort=-trending&start=0&count=12", ITEMS),
    ("NewPipe", "/videos?sort=-likes&start=0&count=12", ITEMS),
    ("NewPipe", "/videos?sort=-publishedAt&start=0&count=12&isLocal=true", ITEMS),
    ("NewPipe, old", "/videos?sort=-publishedAt&start=0&count=12&filter=local", ITEMS),
    (
        "NewPipe",
        "/videos/UUID",
        &[
            "publishedAt: date",
            "previewPath: text",
            "description: text",
            "nsfw: flag",
            "isLive: flag",
            "duration: number",
            "views: number",
            "likes: number",
            "dislikes: number",
            "account.name: text",
            "account.host: text",
            "account.displayName: text",
            "account.avatars[].path: text",
            "channel.url: text",
            "channel.displayName: text",
            "tags[]: text",
            "support: text",
            "privacy.id: number",
            "category.label: text",
            "licence.label: text",
            "language.id: text",
            "files[].fileUrl: text",
            "files[].fileDownloadUrl: text",
            "files[].resolution.label: text",
            "files[].resolution.id: number",
            // Without it no stream at all is shown.
            "files[].torrentUrl: '.torrent'",
            "streamingPlaylists[].playlistUrl: '-master.m3u8'",
            "streamingPlaylists[].files[].fileUrl: '-fragmented.mp4'",
            "streamingPlaylists[].files[].fileDownloadUrl: text",
            "streamingPlaylists[].files[].resolution.label: text",
            "streamingPlaylists[].files[].resolution.id: number",
            "streamingPlaylists[].files[].torrentUrl: '.torrent'",
        ],
    ),
    ("NewPipe", "/videos/UUID/captions", &["data[].captionPath: text", "data[].language.id: text"]),
    (
        "NewPipe",
        "/videos/UUID/comment-threads?start=0&count=20",
        &["total: number", "totalNotDeletedComments: number", "data: list"],
    ),
    (
        "NewPipe",
        "/accounts/singer@HOST",
        &[
            "displayName: text",
            "name: text",
            "host: text",
            "avatars[].path: text",
            "followersCount: number",
            "description: text",
        ],
    ),
    (
        "NewPipe",
        "/video-channels/singer_channel@HOST",
        &[
            "displayName: text",
            "avatars[].path: text",
            "banners[].path: text",
            "followersCount: number",
            "description: text",
            "ownerAccount.name: text",
            "ownerAccount.host: text",
            "ownerAccount.displayName: text",
            "ownerAccount.avatars[].path: text",
        ],
    ),
    ("NewPipe", "/accounts/singer@HOST/videos?start=0&count=12&sort=-publishedAt", ITEMS),
    ("NewPipe", "/video-channels/singer_channel@HOST/videos?start=0&count=12&sort=-publishedAt", ITEMS),
    ("NewPipe", "/accounts/singer@HOST/video-channels", CHANNELS),
    ("NewPipe", "/search/videos?search=rehearsal&start=0&count=12", ITEMS),
    ("NewPipe, related", "/search/videos?tagsOneOf=choir&start=0&count=8&sort=-createdAt", ITEMS),
    ("NewPipe", "/search/video-channels?search=singer&start=0&count=12", CHANNELS),
    ("NewPipe", "/search/video-playlists?search=evenings&start=0&count=12", PLAYLISTS),
    ("NewPipe", "/video-playlists/LIST", PLAYLIST),
    ("NewPipe", "/video-playlists/LIST/videos?start=0&count=12", ELEMENTS),
    // Kodi
    ("Kodi", "/videos?sort=-views&count=20&start=0&filter=local", KODI),
    ("Kodi", "/search/videos?search=rehearsal&sort=-views&count=20&start=0&filter=local", KODI),
    (
        "Kodi",
        "/videos/UUID",
        &[
            "isLive: flag",
            "files[].torrentUrl: '.torrent'",
            "files[].resolution.id: number",
            "streamingPlaylists[].playlistUrl: '.m3u8'",
            "streamingPlaylists[].files[].torrentUrl: '.torrent'",
            "streamingPlaylists[].files[].resolution.id: number",
        ],
    ),
    // Grayjay
    (
        "Grayjay",
        "/config",
        &["serverVersion: text", "instance.name: text", "instance.shortDescription: text"],
    ),
    ("Grayjay", "/config/about", &["instance.name: text", "instance.description: text"]),
    (
        "Grayjay",
        "/server/stats",
        &[
            "totalUsers: number",
            "totalLocalVideos: number",
            "totalLocalVideoViews: number",
            "totalVideos: number",
        ],
    ),
    ("Grayjay", "/videos?sort=best&start=0&count=20", GRAYJAY),
    ("Grayjay", "/videos?sort=-publishedAt&start=0&count=20&nsfw=false", GRAYJAY),
    ("Grayjay", "/videos?sort=-views&categoryOneOf=1&languageOneOf=fr&isLive=false", GRAYJAY),
    ("Grayjay", "/videos?sort=-publishedAt&isLive=true", &["total: number", "data: list"]),
    ("Grayjay", "/search/videos?search=rehearsal&start=0&count=20&searchTarget=local", GRAYJAY),
    ("Grayjay", "/search/video-channels?search=singer&start=0&count=20", CHANNELS),
    ("Grayjay", "/search/video-playlists?search=evenings", PLAYLISTS),
    ("Grayjay", "/video-playlists/LIST", PLAYLIST),
    ("Grayjay", "/video-playlists/LIST/videos", ELEMENTS),
    ("Grayjay", "/video-channels/singer_channel@HOST/videos?sort=-publishedAt", GRAYJAY),
    ("Grayjay", "/video-channels/singer_channel/video-playlists", PLAYLISTS),
    ("Grayjay", "/accounts/singer/video-playlists", PLAYLISTS),
    (
        "Grayjay",
        "/videos/UUID",
        &[
            "uuid: text",
            "name: text",
            "description: text",
            "publishedAt: date",
            "duration: number",
            "views: number",
            "viewers: number",
            "likes: number",
            "dislikes: number",
            "isLive: flag",
            "url: text",
            "thumbnailPath: text",
            "channel.avatars[].path: text",
            "channel.followersCount: number",
            "files[].fileUrl: text",
            "files[].fileDownloadUrl: text",
            "files[].resolution.label: text",
            "streamingPlaylists[].playlistUrl: text",
            "streamingPlaylists[].files[].fileUrl: text",
        ],
    ),
    (
        "Grayjay",
        "/videos/UUID/captions",
        &["data[].fileUrl: '.vtt'", "data[].captionPath: '.vtt'", "data[].language.label: text"],
    ),
    ("Grayjay", "/videos/UUID/chapters", &["chapters[].timecode: number", "chapters[].title: text"]),
    (
        "Grayjay, signed in",
        "/users/me",
        &["username: text", "account.displayName: text", "account.avatars[].path: text"],
    ),
    (
        "Grayjay, signed in",
        "/users/me/subscriptions?start=0&count=100",
        &[
            "total: number",
            "data[].url: text",
            "data[].name: text",
            "data[].host: text",
            "data[].displayName: text",
        ],
    ),
    // The mobile app
    (
        "mobile app",
        "/config",
        &[
            "serverVersion: text",
            "instance.name: text",
            "instance.defaultNSFWPolicy: text",
            "instance.avatars: list",
            "instance.banners: list",
            "signup.allowed: flag",
            "live.enabled: flag",
            "views.videos.watchingInterval.anonymous: number",
            "views.videos.watchingInterval.users: number",
            "client.videos.resumableUpload.maxChunkSize: number",
            "video.file.extensions: list",
            "search.remoteUri.users: flag",
            "trending.videos.algorithms.enabled[]: text",
        ],
    ),
    (
        "mobile app",
        "/config/about",
        &["instance.banners: list", "instance.avatars: list", "instance.terms: text"],
    ),
    ("mobile app", "/oauth-clients/local", &["client_id: text", "client_secret: text"]),
    ("mobile app", "/videos?start=0&count=25&sort=-publishedAt&skipCount=true", &["data[].uuid: text"]),
    ("mobile app", "/overviews/videos?page=1", &["categories: list", "channels: list", "tags: list"]),
    (
        "mobile app",
        "/videos/UUID",
        &[
            "id: number",
            "uuid: text",
            "shortUUID: text",
            "truncatedDescription: text",
            "aspectRatio: number",
            "state.id: number",
            "embedPath: text",
            "originallyPublishedAt: date",
            "downloadEnabled: flag",
            "commentsEnabled: flag",
            "commentsPolicy.id: number",
            "waitTranscoding: flag",
            "trackerUrls: list",
            "channel.name: text",
            "channel.host: text",
            "files[].id: number",
            "files[].metadataUrl: text",
            "files[].hasAudio: flag",
            "files[].hasVideo: flag",
            "streamingPlaylists[].id: number",
            "streamingPlaylists[].type: number",
            "streamingPlaylists[].files[].playlistUrl: '.m3u8'",
        ],
    ),
    (
        "mobile app",
        "/videos/UUID/storyboards",
        &[
            "storyboards[].storyboardPath: text",
            "storyboards[].totalWidth: number",
            "storyboards[].totalHeight: number",
            "storyboards[].spriteWidth: number",
            "storyboards[].spriteHeight: number",
            "storyboards[].spriteDuration: number",
        ],
    ),
    (
        "mobile app, signed in",
        "/users/me",
        &[
            "id: number",
            "username: text",
            "email: text",
            "role.id: number",
            "videoQuota: number",
            "videoChannels[].id: number",
            "videoChannels[].name: text",
            "videoChannels[].displayName: text",
        ],
    ),
    (
        "mobile app, signed in",
        "/users/me/videos?start=0&count=25",
        &["total: number", "data[].uuid: text", "data[].state.id: number", "data[].privacy.id: number"],
    ),
    (
        "mobile app, signed in",
        "/users/me/video-quota-used",
        &["videoQuotaUsed: number", "videoQuotaUsedDaily: number"],
    ),
    (
        "mobile app, signed in",
        "/users/me",
        &[
            "specialPlaylists[].id: number",
            "specialPlaylists[].name: text",
            "specialPlaylists[].type: number",
        ],
    ),
    (
        "mobile app, signed in",
        "/accounts/singer/video-playlists?start=0&count=100&sort=-updatedAt&playlistType=1",
        PLAYLISTS,
    ),
    (
        "mobile app, signed in",
        "/users/me/video-playlists/videos-exist?videoIds=1",
        &[
            "1[].playlistId: number",
            "1[].playlistElementId: number",
            "1[].playlistDisplayName: text",
            "1[].playlistShortUUID: text",
        ],
    ),
    ("mobile app", "/video-playlists/LIST", PLAYLIST),
    ("mobile app", "/video-playlists/LIST/videos?start=0&count=100", ELEMENTS),
    ("mobile app", "/video-playlists?sort=-createdAt", PLAYLISTS),
    ("mobile app, signed in", "/users/me/videos/UUID/rating", &["videoId: number", "rating: text"]),
    ("mobile app, signed in", "/users/me/subscriptions?start=0&count=25&sort=-createdAt", CHANNELS),
    ("mobile app, signed in", "/users/me/subscriptions/videos?start=0&count=25&sort=-publishedAt", ITEMS),
    (
        "mobile app, signed in",
        "/users/me/history/videos?start=0&count=25",
        &[
            "total: number",
            "data[].uuid: text",
            "data[].duration: number",
            "data[].userHistory.currentTime: number",
        ],
    ),
    (
        "mobile app, signed in",
        "/users/me/notifications?start=0&count=25",
        &[
            "total: number",
            "data[].id: number",
            "data[].type: number",
            "data[].read: flag",
            "data[].createdAt: date",
        ],
    ),
    ("mobile app, signed in", "/users/scoped-tokens", &["feedToken: text"]),
    ("mobile app, signed in", "/videos/UUID", &["userHistory.currentTime: number"]),
    // The app for filming, and uploaders
    ("PeerTube Live", "/videos/categories", &["1: text"]),
    ("PeerTube Live", "/videos/licences", &["1: text"]),
    ("PeerTube Live", "/videos/languages", &["fr: text"]),
    ("PeerTube Live", "/videos/privacies", &["1: text"]),
];

const ITEMS: &[&str] = &[
    "total: number",
    "data[].uuid: text",
    "data[].name: text",
    "data[].thumbnailPath: text",
    "data[].previewPath: text",
    "data[].duration: number",
    "data[].views: number",
    "data[].publishedAt: date",
    "data[].isLive: flag",
    "data[].url: text",
    "data[].account.name: text",
    "data[].account.host: text",
    "data[].account.displayName: text",
    "data[].account.avatars[].path: text",
];

const KODI: &[&str] = &[
    "total: number",
    "data[].uuid: text",
    "data[].name: text",
    "data[].thumbnailPath: text",
    "data[].duration: number",
    "data[].isLive: flag",
];

const GRAYJAY: &[&str] = &[
    "total: number",
    "data[].uuid: text",
    "data[].name: text",
    "data[].thumbnailPath: text",
    "data[].publishedAt: date",
    "data[].duration: number",
    "data[].views: number",
    "data[].viewers: number",
    "data[].isLive: flag",
    "data[].url: text",
    "data[].channel.name: text",
    "data[].channel.host: text",
    "data[].channel.url: text",
    "data[].channel.displayName: text",
    "data[].channel.avatars[].path: text",
];

const PLAYLIST: &[&str] = &[
    "displayName: text",
    "description: text",
    "url: text",
    "uuid: text",
    "shortUUID: text",
    "thumbnailPath: text",
    "createdAt: date",
    "ownerAccount.name: text",
    "ownerAccount.host: text",
    "ownerAccount.displayName: text",
    "ownerAccount.avatars[].path: text",
    "videoChannel.name: text",
    "videoChannel.displayName: text",
    "videosLength: number",
    "privacy.id: number",
    "type.id: number",
];

const PLAYLISTS: &[&str] = &[
    "total: number",
    "data[].displayName: text",
    "data[].url: text",
    "data[].shortUUID: text",
    "data[].thumbnailPath: text",
    "data[].ownerAccount.displayName: text",
    "data[].ownerAccount.host: text",
    "data[].videoChannel.displayName: text",
    // What tells a playlist from anything else that is found.
    "data[].videosLength: number",
];

const ELEMENTS: &[&str] = &[
    "total: number",
    "data[].id: number",
    "data[].position: number",
    "data[].type: number",
    "data[].startTimestamp: number",
    "data[].stopTimestamp: number",
    "data[].video.uuid: text",
    "data[].video.shortUUID: text",
    "data[].video.name: text",
    "data[].video.thumbnailPath: text",
    "data[].video.duration: number",
];

const CHANNELS: &[&str] = &[
    "total: number",
    "data[].name: text",
    "data[].host: text",
    "data[].url: text",
    "data[].displayName: text",
    "data[].description: text",
    "data[].avatars[].path: text",
    // What tells a channel from anything else that is found.
    "data[].followersCount: number",
];

/// What of `path` is missing or of another type.
fn fault(answer: &Value, read: &str) -> Option<String> {
    let (path, kind) = read.split_once(": ").unwrap();
    let mut values = vec![answer];
    for step in path.split('.') {
        let (key, each) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        values = values.into_iter().map(|value| &value[key]).collect();
        if each {
            if values.iter().any(|value| value.as_array().is_none_or(Vec::is_empty)) {
                return Some(format!("{path}: a list is missing or empty"));
            }
            values = values.into_iter().flat_map(|value| value.as_array().unwrap()).collect();
        }
    }
    let is = |value: &&Value| match kind {
        "text" => value.as_str().is_some_and(|text| !text.is_empty()),
        "number" => value.is_number(),
        "flag" => value.is_boolean(),
        "list" => value.is_array(),
        // Parsed strictly by some.
        "date" => value.as_str().is_some_and(|text| text.ends_with('Z') && Timestamp::parse(text).is_some()),
        end => value.as_str().is_some_and(|text| text.ends_with(end.trim_matches('\''))),
    };
    let wrong = values.iter().find(|value| !is(value))?;
    Some(format!("{path} is {wrong}, no {kind}"))
}

/// A film with everything that can be read of it, by somebody with everything that can be read of people.
async fn world(server: &Server) -> (Person, Video, String) {
    let singer = server.user("singer").await;
    let words = json!({"instance": {"name": "Choir", "shortDescription": "Sings", "description": "Sings on Mondays",
        "terms": "Be kind"}});
    assert_eq!(server.admin().await.put("/api/v1/server/settings", &words).await.status(), 200);
    let fields = json!({"name": "Rehearsal", "description": "Words\n\n0:00 Tuning\n0:04 Singing", "tags": ["choir"],
        "licence": 1, "category": 1, "language": "fr", "support": "A cake",
        "originallyPublishedAt": "2020-02-03T04:05:06.000Z"});
    let video = server.db_video(&singer, fields).await;
    server.put_files(&video).await;
    server.hash_files(&video).await;
    let words = json!({"description": "Sings *alto*"});
    assert_eq!(singer.put("/api/v1/users/me", &words).await.status(), 204);
    let channel = "/api/v1/video-channels/singer_channel";
    assert_eq!(singer.put(channel, &words).await.status(), 204);
    for (path, field) in [
        ("/api/v1/users/me/avatar/pick".to_owned(), "avatarfile"),
        (format!("{channel}/avatar/pick"), "avatarfile"),
        (format!("{channel}/banner/pick"), "bannerfile"),
    ] {
        let part =
            multipart::Part::bytes(picture(1920, 1920)).file_name("a.png").mime_str("image/png").unwrap();
        let form = multipart::Form::new().part(field, part);
        assert_eq!(singer.request(Method::POST, &path).multipart(form).send().await.unwrap().status(), 200);
    }
    let uri = format!("singer_channel@{}", server.base.strip_prefix("http://").unwrap());
    let followed = singer.post("/api/v1/users/me/subscriptions", &json!({ "uri": uri })).await;
    assert_eq!(followed.status(), 204);
    let watched = format!("/api/v1/videos/{}/views", video.uuid);
    assert_eq!(singer.post(&watched, &json!({"currentTime": 4})).await.status(), 204);
    let words =
        multipart::Part::bytes(b"WEBVTT\n\n00:01.000 --> 00:02.000\nSalut\n".as_slice()).file_name("a.vtt");
    let form = multipart::Form::new().part("captionfile", words);
    let path = format!("/api/v1/videos/{}/captions/fr", video.uuid);
    assert_eq!(singer.request(Method::PUT, &path).multipart(form).send().await.unwrap().status(), 204);
    let fields = json!({"displayName": "Evenings", "description": "On *Mondays*", "privacy": 1,
        "videoChannelId": singer.group_id().await});
    let made: Value = singer.post("/api/v1/video-playlists", &fields).await.json().await.unwrap();
    let list = made["videoPlaylist"]["uuid"].as_str().unwrap().to_owned();
    let film = json!({"videoId": video.id, "startTimestamp": 1, "stopTimestamp": 4});
    let path = format!("/api/v1/video-playlists/{list}/videos");
    assert_eq!(singer.post(&path, &film).await.status(), 200);
    (singer, video, list)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_clients_read_is_there() {
    let server = Server::start().await;
    let (singer, video, list) = world(&server).await;
    let host = server.base.strip_prefix("http://").unwrap();
    let mut faults = Vec::new();
    for (client, path, reads) in READS {
        let path = path
            .replace("LIST", &list)
            .replace("UUID", &video.uuid.to_string())
            .replace("SHORT", &kiosque::ids::short(video.uuid))
            .replace("HOST", host);
        let path = format!("/api/v1{path}");
        let answer =
            if client.ends_with("signed in") { singer.json(&path).await } else { server.json(&path).await };
        let found = reads.iter().filter_map(|read| fault(&answer, read));
        faults.extend(found.map(|fault| format!("{client}, {path}: {fault}")));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));

    let details = server.json(&format!("/api/v1/videos/{}", video.uuid)).await;
    // NewPipe makes the address of a playlist from that of its file.
    let file = &details["streamingPlaylists"][0]["files"][0];
    let derived = file["fileUrl"].as_str().unwrap().replace("-fragmented.mp4", ".m3u8");
    assert_eq!(file["playlistUrl"], derived);
    assert_eq!(file["resolution"], json!({"id": 720, "label": "720p"}));
    // Kodi and Grayjay compare numbers.
    let version = server.json("/api/v1/config").await["serverVersion"].as_str().unwrap().to_owned();
    assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{version}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_clients_send_and_read_of_refusals_is_there() {
    let server = Server::start().await;
    let (_, video, _) = world(&server).await;
    // Grayjay and the mobile app tell what is watched.
    let views = server.url(&format!("/api/v1/videos/{}/views", video.uuid));
    for told in [
        json!({"currentTime": 0, "client": "GrayJay.app"}),
        json!({"currentTime": 4, "client": "GrayJay.app", "viewEvent": "seek"}),
        json!({"currentTime": 6, "sessionId": "abc", "device": "mobile", "operatingSystem": "Android"}),
    ] {
        assert_eq!(server.http.post(&views).json(&told).send().await.unwrap().status(), 204, "{told}");
    }
    // NewPipe and Kodi show a text of a refusal; yt-dlp and Grayjay go by its number.
    for (path, status) in [("/videos/nothing", 400), ("/video-channels/nobody", 404), ("/users/me", 401)] {
        let refusal = server.get(&format!("/api/v1{path}")).await;
        assert_eq!(refusal.status(), status, "{path}");
        let refusal: Value = refusal.json().await.unwrap();
        for read in ["error: text", "detail: text", "status: number", "type: text"] {
            assert_eq!(fault(&refusal, read), None, "{path}: {refusal}");
        }
    }
    server.stop().await;
}
