//! Videos: lists, one of them, what belongs to it, and search.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};

pub const SOURCE: &str = include_str!("videos.rs");

const DIFFERENCES: Exceptions<'static> = &[
    ("comments", "since PeerTube 7.2"),
    ("nsfwFlags", "since PeerTube 7.2"),
    ("nsfwSummary", "since PeerTube 7.2"),
    ("thumbnails", "since PeerTube 8.1"),
    ("embedPrivacyPolicy", "since PeerTube 8"),
    ("files[].playlistUrl", "since PeerTube 7.1"),
    ("m3u8Url", "since PeerTube 7.2"),
    ("descriptionHtml", "ours: safe HTML, so that pages need no Markdown"),
    ("mayManage", "ours: whether to show the way to the editor"),
    ("data[].progress", "ours: how its making goes"),
    ("data[].sizeOnDisk", "ours: what it takes"),
    ("aspectRatio", "a recording of sound has no picture here; PeerTube makes one"),
    ("metadata", "what our own probe finds, not ffprobe's words"),
    ("invalid-params.chapters.value", "a thousand chapters are not sent back"),
];

/// Which video comes first differs, and with it what may be null.
const ANOTHER_FIRST: Exceptions<'static> = &[
    ("data[].category.id", ""),
    ("data[].licence.id", ""),
    ("data[].language.id", ""),
    ("data[].description", ""),
    ("data[].truncatedDescription", ""),
    ("data[].originallyPublishedAt", ""),
];

/// Another film waits here than there, and of ours nothing is made yet.
const WAITING: Exceptions<'static> = &[
    ("category.id", ""),
    ("licence.id", ""),
    ("language.id", ""),
    ("description", ""),
    ("truncatedDescription", ""),
    ("originallyPublishedAt", ""),
    ("support", ""),
    ("thumbnailPath", "made of the first rendition"),
    ("previewPath", "made of the first rendition"),
    ("files[].isSource", "ours: what was sent stands there for its owner only"),
    ("files[].magnetUri", "what was sent has no torrent"),
    ("files[].metadataUrl", "nothing is known of a file until it was looked at"),
    ("files[].torrentUrl", "never null: PeerTube's own client waits for it"),
    ("files[].torrentDownloadUrl", "never null: PeerTube's own client waits for it"),
];

/// A magnet would lead to what nobody may fetch without a right.
const GUARDED: Exceptions<'static> = &[("files[].magnetUri", "")];

/// The part of ffprobe's words that clients show.
const FFPROBE: Exceptions<'static> = &[
    ("streams[]", ""),
    ("format.tags", ""),
    ("format.start_time", ""),
    ("format.nb_programs", ""),
    ("format.probe_score", ""),
    ("format.duration", "whole seconds or not, by chance"),
];

/// Work of ours is other work; `tests/it/making.rs` looks at what is said of it.
const JOBS: Exceptions<'static> = &[
    ("data[].data", "what it is about"),
    ("data[].processedOn", "null of what waits"),
    ("data[].attempts", "ours"),
    ("data[].lane", "ours"),
    ("data[].note", "ours"),
    ("data[].reason", "ours"),
    ("data[].reasonCode", "ours"),
    ("data[].runAt", "ours"),
    ("data[].secondsLeft", "ours"),
    ("data[].videoName", "ours"),
    ("data[].videoUUID", "ours"),
];

#[tokio::test(flavor = "multi_thread")]
async fn videos_are_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::whole().await, DIFFERENCES);
    // What somebody watched, of which lists tell.
    let vertical = format!("/api/v1/videos/{}/views", replay.world.video("8b470d4f").uuid);
    replay.at("videos/view-user.json", &vertical).await;
    replay.world.server.app.write_views().await.unwrap();
    // Before anything is changed.
    replay.all(&["videos/captions-none.json", "videos/chapters-none.json"]).await;
    replay
        .all(&[
            "videos/get.json",
            "videos/get-number.json",
            "videos/get-short.json",
            "videos/get-short-unknown.json",
            "errors/uuid-upper-case.json",
            "videos/get-audio.json",
            "videos/get-vertical.json",
            "videos/get-no-sound.json",
            "videos/get-nsfw.json",
            "videos/get-60fps-ladder.json",
            "videos/get-owner.json",
            "videos/get-unlisted.json",
            "videos/get-unlisted-number.json",
            "videos/get-unlisted-number-other.json",
            "videos/get-private-anonymous.json",
            "videos/get-private-other.json",
            "videos/get-internal-anonymous.json",
            "videos/get-password-none.json",
            "videos/get-password-wrong.json",
            "videos/get-password-user-none.json",
            "videos/description.json",
            "videos/storyboards.json",
            "videos/storyboards-audio.json",
            "videos/source.json",
            "videos/source-anonymous.json",
            "videos/source-other.json",
            "videos/my-rating-none.json",
            "videos/rate-like.json",
            "videos/rate-dislike.json",
            "videos/rate-none.json",
            "errors/rate-invalid.json",
            "videos/my-rating.json",
            "accounts/ratings-other.json",
            "videos/list-auto-tag.json",
            "videos/list-include-blocked-admin.json",
            "live/list-live.json",
            "live/list-on-air.json",
            "videos/passwords.json",
            "videos/passwords-other.json",
            "videos/list.json",
            "videos/list-user.json",
            "videos/list-skip-count.json",
            "videos/list-count-0.json",
            "videos/list-count-101.json",
            "videos/list-start-negative.json",
            "videos/list-bad-sort.json",
            "videos/list-oldest-two.json",
            "videos/list-category.json",
            "videos/list-licence.json",
            "videos/list-language.json",
            "videos/list-tags-one-of.json",
            "videos/list-tags-all-of.json",
            "videos/list-nsfw-both.json",
            "videos/list-nsfw-true.json",
            "videos/list-nsfw-false.json",
            "videos/list-is-live.json",
            "videos/list-is-local.json",
            "videos/list-hls-only.json",
            "videos/list-host.json",
            "videos/list-search-param.json",
            "videos/list-sort-best.json",
            "videos/list-sort-duration.json",
            "videos/list-sort-hot.json",
            "videos/list-sort-likes.json",
            "videos/list-sort-localVideoFilesSize.json",
            "videos/list-sort-name.json",
            "videos/list-sort-originallyPublishedAt.json",
            "videos/list-sort-trending.json",
            "videos/list-sort-views.json",
            "videos/list-include-none-anonymous.json",
            "videos/list-include-files-anonymous.json",
            "videos/list-include-blacklisted-anonymous.json",
            "videos/list-include-member.json",
            "videos/list-privacy-one-of-anonymous.json",
            "videos/list-include-source-admin.json",
            "videos/transcoding-forbidden.json",
            "me/videos-privacy.json",
            "me/videos-filter.json",
            "accounts/videos.json",
            "accounts/videos-owner.json",
            "channels/videos.json",
            "search/videos-match.json",
            "search/videos-accent.json",
            "search/videos-none.json",
            "search/videos-no-term.json",
            "search/videos-sort-match.json",
            "search/videos-filters.json",
            "search/videos-url.json",
            "search/videos-user.json",
            "search/videos-uuids.json",
            "search/videos-bad-date.json",
            "search/videos-index-off.json",
        ])
        .await;
    let pictured = &[
        ("data[].video.thumbnailPath", "of a film that has lost it there"),
        ("data[].video.previewPath", ""),
    ];
    replay.but("accounts/ratings.json", pictured).await;
    let files =
        replay.world.server.json(&format!("/api/v1/videos/{}", replay.world.video("cf2356ad").uuid)).await;
    for (file, id) in [
        ("videos/metadata-hls.json", &files["streamingPlaylists"][0]["files"][0]["id"]),
        ("videos/metadata-web.json", &files["files"][0]["id"]),
    ] {
        let path = format!("/api/v1/videos/{}/metadata/{id}", replay.world.video("cf2356ad").uuid);
        replay.with(file, FFPROBE, |request| request["path"] = path.into()).await;
    }
    for file in ["search/videos-host.json", "videos/list-exclude-watched.json"] {
        replay.but(file, ANOTHER_FIRST).await;
    }
    replay
        .but("videos/list-include-admin.json", &[("data[].scheduledUpdate", "one of ours is scheduled")])
        .await;
    for file in [
        "videos/get-private-owner.json",
        "videos/get-private-admin.json",
        "videos/get-internal-user.json",
        "videos/get-password-good.json",
        "videos/get-password-owner.json",
        "videos/get-scheduled-owner.json",
    ] {
        replay.but(file, GUARDED).await;
    }
    // What waits for its making.
    let waiting = format!("/api/v1/videos/{}", replay.world.video("20731cc9").uuid);
    replay.but("videos/waiting-mine.json", WAITING).await;
    replay.but("me/videos.json", WAITING).await;
    for file in [
        "videos/waiting-anonymous.json",
        "videos/waiting-owner.json",
        "videos/waiting-state-anonymous.json",
        "videos/waiting-state-owner.json",
    ] {
        replay.with(file, WAITING, |request| request["path"] = waiting.clone().into()).await;
    }
    replay.but("admin/jobs.json", JOBS).await;
    // Changes.
    replay
        .all(&[
            "videos/caption-put-en.json",
            "videos/caption-put-fr-srt.json",
            "videos/captions.json",
            "videos/caption-delete.json",
            "videos/caption-delete-again.json",
            "videos/captions-generate-off.json",
            "videos/captions-password-none.json",
            "videos/captions-password-good.json",
            "videos/chapters-put.json",
            "videos/chapters.json",
            "videos/chapters-from-file.json",
            "errors/chapters-invalid.json",
            "errors/caption-bad-language.json",
            "videos/update.json",
            "videos/update-json.json",
            "videos/get-after-update.json",
            "videos/get-hls-only.json",
            "videos/update-not-owner.json",
            "errors/video-update-channel.json",
            "videos/view-anonymous.json",
            "videos/view-session.json",
            "errors/view-invalid.json",
            "videos/watching-legacy.json",
            "videos/get-user-history.json",
            "videos/passwords-put.json",
            "errors/video-delete-not-owner.json",
            "videos/delete.json",
            "videos/gone.json",
        ])
        .await;
    // One password of two.
    let locked = replay.world.video("3a984b3c").uuid;
    let list = replay.world.person("member1").json(&format!("/api/v1/videos/{locked}/passwords")).await;
    for (file, number) in [("videos/passwords-delete.json", 0), ("videos/passwords-delete-last.json", 1)] {
        replay.at(file, &format!("/api/v1/videos/{locked}/passwords/{}", list["data"][number]["id"])).await;
    }
    let refused = &[("status", "what is no subtitle is refused"), ("body", "")];
    replay.but("errors/caption-bad-file.json", refused).await;
    let any_word = &[("invalid-params.language", "PeerTube takes any word for a language of a video")];
    replay.but("errors/video-update-invalid.json", any_word).await;
    let old = &[("status", "old clients still send it"), ("body", ""), ("header content-type", "")];
    replay.but("videos/list-filter-local-legacy.json", old).await;
    replay.but("errors/long-id.json", &[("status", "no fault of the server's"), ("body", "")]).await;
    replay.end(SOURCE).await;
}
