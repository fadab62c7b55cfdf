//! Files that are sent.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};
use serde_json::Value;

pub const SOURCE: &str = include_str!("uploads.rs");

const DIFFERENCES: Exceptions<'static> = &[
    ("header x-ratelimit-limit", "pieces are bytes, which are not counted"),
    ("header x-ratelimit-remaining", ""),
    ("header x-ratelimit-reset", ""),
];

/// A gap is not taken: what is missing would never come.
const NO_GAPS: Exceptions<'static> = &[("header range", "")];

/// A code of ours, by which the interface says it in the reader's language; with one there is no title.
const CODED: Exceptions<'static> = &[("code", ""), ("title", "")];

impl Replay {
    /// Announces a file; the recorded id of the upload is ours from then on.
    async fn announce(&mut self, file: &str, differences: Exceptions<'_>) {
        let id = |location: &str| location.split_once("upload_id=").unwrap().1.to_owned();
        let recorded = shape::recorded(file);
        let theirs = recorded["headers"].as_array().unwrap().iter().find(|header| header[0] == "Location");
        let theirs = id(theirs.unwrap()[1].as_str().unwrap());
        let answer = self.with(file, differences, |_| {}).await;
        let ours = id(answer.headers["location"].to_str().unwrap());
        self.world.say(&theirs, &ours);
    }

    /// Ends a video, so that nobody waits for its making.
    async fn forget(&self, answer: &Value) {
        let path = format!("/api/v1/videos/{}", answer["video"]["uuid"].as_str().unwrap());
        assert_eq!(self.world.person("root").delete(&path).await.status(), 204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let mut replay = Replay::new(World::people().await, DIFFERENCES);
    // By pieces, numbered in their order.
    replay.announce("upload/resumable-01-init.json", &[]).await;
    replay.one("upload/resumable-02-first.json").await;
    replay.but("upload/resumable-03-gap.json", NO_GAPS).await;
    replay.but("upload/resumable-04-ask.json", NO_GAPS).await;
    replay
        .all(&[
            "upload/resumable-05-again.json",
            "upload/resumable-06-other-user.json",
            "upload/resumable-07-anonymous.json",
            "upload/resumable-08-wrong-total.json",
            "upload/resumable-09-checksum-wrong.json",
        ])
        .await;
    replay.announce("upload/resumable-10-init-again.json", &[]).await;
    replay
        .with("upload/resumable-11-second.json", &[], |request| {
            // Of other bytes.
            request["headers"].as_object_mut().unwrap().remove("Digest");
        })
        .await;
    let made = replay.one("upload/resumable-13-last.json").await.body;
    replay.forget(&made).await;
    replay.all(&["upload/resumable-14-last-again.json", "upload/resumable-15-delete-after.json"]).await;
    replay.announce("upload/resumable-20-init.json", &[]).await;
    replay
        .all(&[
            "upload/resumable-21-first.json",
            "upload/resumable-22-cancel.json",
            "upload/resumable-23-after-cancel.json",
        ])
        .await;
    replay.announce("upload/resumable-30-init-multipart-none.json", &[]).await;
    let made = replay.one("upload/resumable-31-one-go.json").await.body;
    replay.forget(&made).await;
    replay.announce("upload/resumable-40-init-multipart.json", &[]).await;
    replay
        .all(&[
            "upload/resumable-50-unknown-id.json",
            "upload/resumable-51-no-id.json",
            "upload/resumable-60-no-length.json",
            "upload/resumable-61-bad-type.json",
            "upload/resumable-62-no-filename.json",
            "upload/resumable-63-quota.json",
            "upload/resumable-64-anonymous.json",
            "upload/resumable-66-bad-channel.json",
        ])
        .await;
    replay.announce("upload/resumable-70-noise-init.json", &[]).await;
    replay
        .but(
            "upload/resumable-65-too-big.json",
            &[
                ("header content-type", "the same problem document as for the quota"),
                ("code", ""),
                ("detail", ""),
                ("error", ""),
                ("status", ""),
                ("type", ""),
            ],
        )
        .await;
    replay.but("upload/resumable-71-noise.json", CODED).await;
    let later = &[("header access-control-expose-headers", "said with the answer that is read")];
    replay.but("upload/resumable-80-options.json", later).await;
    let nothing =
        &[("header content-type", "an empty answer, as to any method that a path lacks"), ("body", "")];
    replay.but("upload/resumable-81-get.json", nothing).await;
    replay.announce("upload/resumable-90-init-last-modified.json", &[]).await;
    replay.announce("upload/resumable-91-init-same-nothing-sent.json", &[]).await;
    replay.one("upload/resumable-92-first.json").await;
    replay.announce("upload/resumable-93-init-same-partial.json", &[]).await;
    let made = replay.one("upload/resumable-95-end.json").await.body;
    replay.forget(&made).await;
    replay
        .all(&[
            "upload/resumable-96-no-content-range.json",
            "upload/resumable-97-delete-unknown.json",
            "upload/resumable-98-delete-other-user.json",
        ])
        .await;

    // In one form.
    for file in [
        "upload/legacy-public.json",
        "upload/legacy-audio.json",
        "upload/legacy-vertical.json",
        "upload/legacy-private.json",
        "upload/legacy-password.json",
        "upload/legacy-unlisted.json",
        "upload/legacy-internal.json",
        "upload/legacy-nsfw.json",
        "upload/legacy-scheduled.json",
        "upload/legacy-chapters.json",
        "upload/legacy-gone.json",
        "upload/legacy-black.json",
        "upload/legacy-waiting.json",
    ] {
        let made = replay.one(file).await.body;
        replay.forget(&made).await;
    }
    replay
        .all(&[
            "errors/upload-anonymous.json",
            "errors/upload-bad-type.json",
            "errors/upload-no-file.json",
            "errors/upload-other-channel.json",
            "errors/upload-password-missing.json",
            "errors/upload-quota.json",
        ])
        .await;
    replay.but("errors/upload-not-a-video.json", CODED).await;
    let named = &[
        ("status", "a file has a name, which is a title to begin with"),
        ("body", ""),
        ("header content-type", ""),
    ];
    let made = replay.but("errors/upload-no-name.json", named).await.body;
    replay.forget(&made).await;
    replay.end(SOURCE).await;
}
