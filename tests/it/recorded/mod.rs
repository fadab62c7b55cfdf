//! Answers of a real PeerTube 6.3, request by request: each recorded request is sent to a world like the recorded one,
//! and what comes back has the same status, headers that matter, content type, keys and JSON types. What differs on
//! purpose is listed with its reason, and so is every recorded answer that is not compared.

mod accounts;
mod administration;
mod auth;
mod comments;
mod feeds;
mod files;
mod following;
mod instance;
mod markup;
mod moderation;
mod notifications;
mod pages;
mod people;
mod playlists;
mod replay;
mod uploads;
mod videos;
mod world;

use crate::common::shape;
use serde_json::Value;

/// The sources that compare, for the count of what is compared.
const SOURCES: &[&str] = &[
    accounts::SOURCE,
    administration::SOURCE,
    auth::SOURCE,
    comments::SOURCE,
    feeds::SOURCE,
    files::SOURCE,
    following::SOURCE,
    instance::SOURCE,
    moderation::SOURCE,
    notifications::SOURCE,
    pages::SOURCE,
    people::SOURCE,
    playlists::SOURCE,
    uploads::SOURCE,
    videos::SOURCE,
];

/// What users have had since the recorded version.
const NEWER_USERS: shape::Exceptions<'static> = &[
    ("unreadNotificationsCount", "ours: the bell has it without another question"),
    ("unreadWarnings", "ours: what moderators tell somebody stands above every page"),
    ("groupPeople", "ours: who comes into groups"),
    ("language", "since PeerTube 8"),
    ("newFeaturesInfoRead", "since PeerTube 8"),
    ("ownerAccountId", "since PeerTube 8"),
    ("videoChannelCollaborations", "since PeerTube 8"),
    ("nsfwFlagsDisplayed", "since PeerTube 7.2"),
    ("nsfwFlagsHidden", "since PeerTube 7.2"),
    ("nsfwFlagsBlurred", "since PeerTube 7.2"),
    ("nsfwFlagsWarned", "since PeerTube 7.2"),
];

/// Recorded answers that are not compared, with the reason; `*` at the end stands for all that begin so.
const NOT_COMPARED: &[(&str, &str)] = &[
    ("accounts/syncs.json", "not built: channels that are copied from elsewhere"),
    ("admin/audit-logs.json", "not built: reading logs in the browser"),
    ("admin/debug*", "not built: running commands of the server by REST"),
    ("admin/follow*", "not built: federation"),
    ("admin/logs.json", "not built: reading logs in the browser"),
    ("admin/plugin*", "there are no plugins"),
    ("admin/redundancy.json", "not built: mirroring"),
    ("admin/runner*", "not built: runners"),
    ("channels/import-videos-off-channel.json", "not built: copying from elsewhere"),
    ("errors/rate-limit-429.json", "a problem document instead of a text; tests/it/floods.rs looks at it"),
    ("imports/*", "not built: importing and exporting"),
    ("live/create*", "not built: lives"),
    ("live/ended*", "not built: lives"),
    ("live/get*", "not built: lives"),
    ("live/hls*", "not built: lives"),
    ("live/replay*", "not built: lives"),
    ("live/session*", "not built: lives"),
    ("live/update.json", "not built: lives"),
    ("live/video*", "not built: lives"),
    ("moderation/automatic*", "not built: automatic tags"),
    ("moderation/watched*", "not built: words that are watched"),
    ("pages/account-activitypub.json", "not built: federation"),
    (
        "pages/change-password.json",
        "leads to another page, and the replay goes where it is led: see tests/it/site.rs",
    ),
    ("pages/dnt.json", "nobody is tracked, and the standard is dead"),
    ("pages/host-meta.json", "not built: federation"),
    ("pages/nodeinfo*", "not built: federation"),
    ("pages/redirect-account.json", "not built: federation"),
    (
        "pages/security-redirect.json",
        "leads to another page, and the replay goes where it is led: see tests/it/site.rs",
    ),
    ("pages/socket-io-polling.json", "not built: telling the page without being asked"),
    ("pages/watch-activitypub.json", "not built: federation"),
    ("pages/webfinger*", "not built: federation"),
    ("upload/replace*", "asked of real films in tests/it/replacing.rs: those of this world hold nothing"),
    ("videos/get-in-edition.json", "not built: cutting"),
    ("videos/hls-delete*", "not built: removing renditions one by one"),
    ("videos/stats*", "not built: statistics of a video"),
    ("videos/studio.json", "not built: cutting"),
    (
        "videos/transcoding-again*",
        "asked of real films in tests/it/remaking.rs: those of this world hold nothing",
    ),
    ("videos/web-file*", "not built: removing renditions one by one"),
];

/// The recorded answers that a source names, as in `"videos/get.json"`.
fn named(source: &str) -> Vec<&str> {
    source
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.ends_with(".json") && text.contains('/') && !text.contains([' ', '{', ':']))
        .collect()
}

#[test]
fn every_recorded_answer_is_compared_or_has_a_reason_not_to_be() {
    let Some(folder) = shape::folder() else { return };
    let index = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let index: Value = serde_json::from_str(&index).unwrap();
    let all: Vec<&str> =
        index.as_array().unwrap().iter().map(|entry| entry["file"].as_str().unwrap()).collect();
    let mut compared: Vec<&str> = SOURCES.iter().flat_map(|source| named(source)).collect();
    compared.extend(administration::MADE);
    let excused = |file: &str| {
        NOT_COMPARED.iter().any(|(name, _)| match name.strip_suffix('*') {
            Some(begin) => file.starts_with(begin),
            None => file == *name,
        })
    };
    let mut wrong = Vec::new();
    for file in &all {
        match (compared.contains(file), excused(file)) {
            (false, false) => wrong.push(format!("{file}: neither compared nor excused")),
            (true, true) => wrong.push(format!("{file}: compared, and excused as well")),
            _ => {}
        }
    }
    for (name, _) in NOT_COMPARED {
        if !all
            .iter()
            .any(|file| name.strip_suffix('*').map_or(file == name, |begin| file.starts_with(begin)))
        {
            wrong.push(format!("{name}: no such recorded answer"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    let compared = all.iter().filter(|file| compared.contains(file)).count();
    eprintln!("{compared} of {} recorded answers are compared", all.len());
}
