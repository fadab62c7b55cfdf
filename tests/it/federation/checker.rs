//! What PeerTube 6.3 to 9 accept, as a list of rules: whatever breaks one is dropped there without a word.

use serde_json::Value;

/// An address that PeerTube takes for one. `local` servers may be called as they are.
fn is_address(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        (3..=2000).contains(&text.len())
            && url::Url::parse(text)
                .is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
    })
}

fn is_date(value: &Value) -> bool {
    value.as_str().is_some_and(|text| kiosque::clock::Timestamp::parse(text).is_some())
}

fn host(value: &Value) -> String {
    let url = url::Url::parse(value.as_str().unwrap_or_default()).unwrap();
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// All words of a document are explained by its context: a signature over a word that is not cannot be made.
pub fn is_explained(document: &Value) {
    const KNOWN: &[&str] = &[
        "type",
        "id",
        "to",
        "cc",
        "name",
        "duration",
        "published",
        "updated",
        "tag",
        "mediaType",
        "content",
        "icon",
        "image",
        "url",
        "preview",
        "attributedTo",
        "summary",
        "width",
        "height",
        "href",
        "rel",
        "first",
        "next",
        "prev",
        "partOf",
        "orderedItems",
        "totalItems",
        "actor",
        "object",
        "inReplyTo",
        "attachment",
        "source",
        "formerType",
        "deleted",
        "publicKey",
        "owner",
        "publicKeyPem",
        "preferredUsername",
        "inbox",
        "outbox",
        "followers",
        "following",
        "endpoints",
        "sharedInbox",
    ];
    let own: Vec<&str> = document["@context"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|words| words.keys().map(String::as_str))
        .collect();
    fn walk(value: &Value, own: &[&str], path: &str) {
        match value {
            Value::Object(map) => {
                for (word, value) in map {
                    if word != "@context" {
                        assert!(
                            KNOWN.contains(&word.as_str()) || own.contains(&word.as_str()),
                            "{path}/{word} has no meaning"
                        );
                        walk(value, own, &format!("{path}/{word}"));
                    }
                }
            }
            Value::Array(all) => all.iter().for_each(|value| walk(value, own, path)),
            _ => {}
        }
    }
    walk(document, &own, "");
}

/// An actor document (§1.2 of the protocol facts).
pub fn actor(document: &Value) {
    is_explained(document);
    for key in ["id", "inbox", "outbox", "followers", "following", "playlists"] {
        assert!(is_address(&document[key]), "{key}: {}", document[key]);
    }
    assert_eq!(document["url"], document["id"], "6.3 reads one address only");
    let name = document["preferredUsername"].as_str().unwrap();
    assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "\\-_.:".contains(c)));
    assert!(is_address(&document["endpoints"]["sharedInbox"]));
    let key = &document["publicKey"];
    assert!(is_address(&key["id"]) && key["owner"] == document["id"]);
    let pem = key["publicKeyPem"].as_str().unwrap();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----") && (10..=5000).contains(&pem.len()));
    assert!(is_date(&document["published"]));
    for (key, kinds) in [("icon", ["image/png", "image/jpeg"]), ("image", ["image/png", "image/jpeg"])] {
        if let Some(all) = document.get(key) {
            for one in all.as_array().unwrap() {
                assert!(one["type"] == "Image" && is_address(&one["url"]));
                assert!(kinds.contains(&one["mediaType"].as_str().unwrap()));
            }
        }
    }
    if document["type"] == "Group" {
        let owner = &document["attributedTo"][0];
        assert!(owner["type"] == "Person" && host(&owner["id"]) == host(&document["id"]));
    }
}

/// A video (§5 of the protocol facts).
pub fn video(film: &Value) {
    assert_eq!(film["type"], "Video");
    assert!(is_address(&film["id"]));
    let length = film["name"].as_str().unwrap().chars().count();
    assert!((3..=120).contains(&length));
    let duration = film["duration"].as_str().unwrap();
    let seconds = duration.strip_prefix("PT").and_then(|text| text.strip_suffix('S')).unwrap();
    assert!(seconds.parse::<u64>().is_ok(), "{duration}");
    let uuid = uuid::Uuid::parse_str(film["uuid"].as_str().unwrap()).unwrap();
    assert_eq!(uuid.get_version_num(), 4);
    assert!(is_date(&film["published"]) && is_date(&film["updated"]));
    assert!(film["views"].as_u64().is_some());
    for key in ["originallyPublishedAt", "uploadDate"] {
        assert!(film.get(key).is_none_or(|date| date.is_null() || is_date(date)));
    }
    let icons = film["icon"].as_array().unwrap();
    assert!(icons.iter().any(|icon| {
        icon["type"] == "Image"
            && is_address(&icon["url"])
            && icon["mediaType"] == "image/jpeg"
            && icon["width"].is_u64()
            && icon["height"].is_u64()
    }));
    for list in ["tag", "subtitleLanguage", "preview", "attributedTo", "url"] {
        assert!(film[list].is_array(), "{list}");
    }
    assert!(["text/markdown", "text/html"].contains(&film["mediaType"].as_str().unwrap()));
    assert!(film["content"].as_str().is_none_or(|text| text.chars().count() >= 3));
    for key in ["category", "licence", "language"] {
        if let Some(one) = film.get(key) {
            assert!(one["identifier"].is_string() && one["name"].is_string(), "{key}");
        }
    }
    assert!([1, 4, 5].contains(&film["state"].as_i64().unwrap()));
    assert!(
        (1..=3).contains(&film["commentsPolicy"].as_i64().unwrap()),
        "without it comments are off from 8.0 on"
    );
    assert!(film["commentsEnabled"].is_boolean(), "without it comments are off up to 7.3");
    let whose = |kind: &str| {
        film["attributedTo"].as_array().unwrap().iter().find(|one| one["type"] == kind).unwrap()["id"].clone()
    };
    assert_eq!(host(&whose("Group")), host(&film["id"]));
    assert_eq!(host(&whose("Person")), host(&film["id"]));
    for list in ["likes", "dislikes", "shares", "comments", "hasParts"] {
        assert!(is_address(&film[list]), "{list}");
    }
    assert_eq!(
        film["to"],
        serde_json::json!(["https://www.w3.org/ns/activitystreams#Public"]),
        "6.3 takes any audience for everybody"
    );
    let links = film["url"].as_array().unwrap();
    assert_eq!(links[0]["mediaType"], "text/html", "Mastodon opens the first");
    let mut names = std::collections::HashSet::new();
    for link in links {
        assert!(link["type"] == "Link" && is_address(&link["href"]));
        if link["mediaType"] == "application/x-mpegURL" {
            for one in link["tag"].as_array().unwrap() {
                file(one, &mut names);
            }
        } else {
            file(link, &mut names);
        }
    }
    // Files are matched by the last part of their names, over all videos of a server.
    assert!(!names.is_empty());
    assert!(film.to_string().len() < 100_000, "nginx before PeerTube takes no more");
}

fn file(link: &Value, names: &mut std::collections::HashSet<String>) {
    if ["video/mp4", "audio/mp4"].contains(&link["mediaType"].as_str().unwrap()) {
        assert!(is_address(&link["href"]));
        assert!(
            link["height"].is_u64()
                && link["size"].is_u64()
                && link["fps"].as_i64().is_some_and(|fps| fps >= -1)
        );
        let name = link["href"].as_str().unwrap().rsplit('/').next().unwrap();
        assert!(names.insert(name.to_owned()), "{name} twice");
    }
}
