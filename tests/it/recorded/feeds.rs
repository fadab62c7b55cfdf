//! Feeds of videos.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};

pub const SOURCE: &str = include_str!("feeds.rs");

const DIFFERENCES: Exceptions<'static> = &[
    ("@xmlns:itunes", "all our RSS names the same vocabularies"),
    ("@xmlns:media", "all our RSS names the same vocabularies"),
    ("copyright", "no rights are claimed for others"),
    ("rights", "no rights are claimed for others"),
    ("channel[].language", "readers ask for it"),
    ("feed[].icon", "the logo says the same"),
    ("entry[].title[].@type", "a plain text, which needs no type"),
    ("entry[].summary[].@type", "a plain text, which needs no type"),
    ("entry[].published", "readers ask for it"),
    ("entry[].category[].@term", "Atom wants it"),
    ("entry[].link[].@rel", "enclosures, which Atom has too"),
    ("entry[].link[].@type", ""),
    ("entry[].link[].@length", ""),
    ("attachments[].duration_in_seconds", "of films, where PeerTube names torrents"),
    ("date_published", "readers ask for it"),
    ("items[].image", "readers ask for it"),
    ("itunes:owner", "an address for letters is nobody's business"),
    ("itunes:author", "podcast directories ask for it"),
    ("itunes:image", "podcast directories ask for it"),
    ("itunes:duration", "podcast directories ask for it"),
];

#[tokio::test(flavor = "multi_thread")]
async fn feeds_are_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::whole().await, DIFFERENCES);
    // Pictures, as the recorded people have.
    replay.one("channels/avatar-pick.json").await;
    replay
        .all(&[
            "feeds/videos-xml.json",
            "feeds/videos-rss.json",
            "feeds/videos-rss2.json",
            "feeds/videos-atom.json",
            "feeds/videos-atom1.json",
            "feeds/videos-json.json",
            "feeds/videos-json1.json",
            "feeds/videos-account.json",
            "feeds/videos-account-unknown.json",
            "feeds/videos-channel.json",
            "feeds/videos-bad-format.json",
            "feeds/podcast.json",
            "feeds/podcast-no-channel.json",
            "errors/rate-limit-feeds.json",
        ])
        .await;
    let asked = &[
        ("header content-type", "the feed that is asked for, not the page that says that there is none"),
        ("body", ""),
    ];
    replay.but("feeds/videos-format-query.json", asked).await;
    replay.end(SOURCE).await;
}
