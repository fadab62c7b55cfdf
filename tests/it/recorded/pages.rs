//! Heads of pages, oEmbed, and what machines ask for first.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};

pub const SOURCE: &str = include_str!("pages.rs");

pub const DIFFERENCES: Exceptions<'static> = &[
    (
        "header access-control-allow-origin",
        "scripts of other sites have oEmbed and the API; pages are for people",
    ),
    ("meta.name", "no such property; the title says it"),
    ("meta.image", "no such property; og:image says it"),
    ("meta.twitter:image:width", "no such property; og:image says it"),
    ("meta.twitter:image:height", "no such property; og:image says it"),
    ("meta.og:video:secure_url", "where the address is secure"),
    ("meta.twitter:site", "the association has no account there"),
    ("link.icon image/png", "the icon is drawn, and a PNG for old telephones"),
];

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::whole().await, DIFFERENCES);
    // Pictures, as the recorded people have.
    replay.all(&["me/avatar-pick.json", "channels/avatar-pick.json"]).await;
    replay
        .all(&[
            "pages/home.json",
            "pages/watch.json",
            "pages/watch-uuid.json",
            "pages/watch-unlisted.json",
            "pages/watch-private.json",
            "pages/watch-unknown.json",
            "pages/embed.json",
            "pages/channel.json",
            "pages/channel-unknown.json",
            "pages/account.json",
            "pages/actor.json",
            "pages/oembed.json",
            "pages/oembed-uuid.json",
            "pages/oembed-max.json",
            "pages/oembed-unlisted.json",
            "pages/oembed-private.json",
            "pages/oembed-password.json",
            "pages/oembed-unknown.json",
            "pages/oembed-no-url.json",
            "pages/robots.json",
            "pages/security.json",
        ])
        .await;
    let open = &[("status", "a page that asks for the password; nothing of the film is in it"), ("body", "")];
    replay.but("pages/watch-password.json", open).await;
    let decoded = &[("status", "a UUID of no known version, and so of no video"), ("body", "")];
    replay.but("pages/oembed-bad-id.json", decoded).await;
    for file in ["pages/oembed-embed-url.json", "pages/oembed-foreign.json"] {
        replay.but(file, &[("url", "who asks knows what was asked")]).await;
    }
    replay.but("pages/oembed-xml.json", &[("format", "who asks knows what was asked")]).await;
    replay
        .but(
            "pages/sitemap.json",
            &[
                ("@xmlns:image", "nothing of that vocabulary is in it"),
                ("@xmlns:news", "nothing of that vocabulary is in it"),
                ("@xmlns:xhtml", "nothing of that vocabulary is in it"),
                ("lastmod", "search engines ask for it"),
                ("video:duration", "search engines ask for it"),
            ],
        )
        .await;
    let manifest =
        &[("header content-type", "its own media type"), ("lang", "what the interface speaks by itself")];
    replay.but("pages/manifest.json", manifest).await;
    replay
        .but("pages/not-found-static.json", &[("header content-type", "a page for people"), ("body", "")])
        .await;
    replay.end(SOURCE).await;
}
