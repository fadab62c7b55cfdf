//! Bytes: films, playlists, pictures, captions, downloads.

use super::{replay::Replay, world::World};
use crate::common::shape::{self, Exceptions};
use serde_json::Value;

pub const SOURCE: &str = include_str!("files.rs");

const DIFFERENCES: Exceptions<'static> = &[];

/// A problem document instead of a bare word.
const PROBLEM: Exceptions<'static> = &[("header content-type", ""), ("body", "")];

/// Words of the file system do not leave the machine.
const NOT_THERE: Exceptions<'static> = &[("code", ""), ("title", "")];

/// Below the root, of an address of ours.
fn path(address: &Value) -> String {
    let url = url::Url::parse(address.as_str().unwrap()).unwrap();
    url.path().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_sent_like_the_recorded_ones() {
    if shape::folder().is_none() {
        return;
    }
    let world = World::whole().await;
    let (root, member) = (world.person("root").clone(), world.person("member1").clone());
    let of = |begin: &str| format!("/api/v1/videos/{}", world.video(begin).uuid);
    let (public, private, locked) = (of("cf2356ad"), of("9bbd5456"), of("3a984b3c"));
    let internal = of("64959860");
    for number in [1, 4] {
        world.server.hash_files(world.video(["", "cf2356ad", "", "", "9bbd5456"][number])).await;
    }
    let details = world.server.json(&public).await;
    let hls = &details["streamingPlaylists"][0];
    let mut replay = Replay::new(world, DIFFERENCES);
    replay
        .all(&[
            "videos/caption-put-en.json",
            "videos/caption-put-fr-srt.json",
            "channels/avatar-pick.json",
            "channels/banner-pick.json",
        ])
        .await;
    let captions = replay.world.server.json(&format!("{public}/captions")).await;
    let channel = replay.world.server.json("/api/v1/video-channels/member1_music").await;
    let storyboards = replay.world.server.json(&format!("{public}/storyboards")).await;

    let film = path(&hls["files"][0]["fileUrl"]);
    let (master, web) = (path(&hls["playlistUrl"]), path(&details["files"][0]["fileUrl"]));
    let saved = |file: &Value| path(&file["fileDownloadUrl"]);
    for (file, path) in [
        ("static/hls-master.json", master.clone()),
        ("static/hls-resolution.json", path(&hls["files"][0]["playlistUrl"])),
        ("static/hls-sha256.json", path(&hls["segmentsSha256Url"])),
        ("static/hls-head.json", film.clone()),
        ("static/hls-range.json", film.clone()),
        ("static/hls-range-suffix.json", film.clone()),
        ("static/hls-range-bad.json", film.clone()),
        ("static/web-range.json", web.clone()),
        ("static/webseed-legacy.json", web.replace("web-videos", "webseed")),
        ("static/lazy-thumbnail.json", details["thumbnailPath"].as_str().unwrap().to_owned()),
        ("static/lazy-preview.json", details["previewPath"].as_str().unwrap().to_owned()),
        (
            "static/lazy-storyboard.json",
            storyboards["storyboards"][0]["storyboardPath"].as_str().unwrap().to_owned(),
        ),
        ("static/lazy-caption.json", captions["data"][0]["captionPath"].as_str().unwrap().to_owned()),
        (
            "static/lazy-caption-from-srt.json",
            captions["data"][1]["captionPath"].as_str().unwrap().to_owned(),
        ),
        ("static/lazy-avatar.json", channel["avatars"][0]["path"].as_str().unwrap().to_owned()),
        ("static/lazy-banner.json", channel["banners"][0]["path"].as_str().unwrap().to_owned()),
        ("static/torrent.json", path(&details["files"][0]["torrentUrl"])),
        ("static/download-web.json", saved(&details["files"][0])),
        ("static/download-hls.json", saved(&hls["files"][0])),
        (
            "static/download-generate.json",
            format!(
                "/download/videos/generate/{}?videoFileIds={}",
                details["uuid"].as_str().unwrap(),
                hls["files"][0]["id"]
            ),
        ),
    ] {
        let differences: Exceptions<'_> = match file {
            "static/hls-sha256.json" => &[("body", "files have names of their own")],
            "static/hls-range-bad.json" => &[("header last-modified", "of an answer without the file")],
            "static/lazy-avatar.json" => &[("header content-type", "avatars are all made JPEG")],
            "static/torrent.json" => {
                &[("header accept-ranges", "written when it is asked for"), ("header last-modified", "")]
            }
            "static/download-generate.json" => &[
                ("header x-ratelimit-limit", "bytes are not counted"),
                ("header x-ratelimit-remaining", ""),
                ("header x-ratelimit-reset", ""),
                ("header content-disposition", "with the quotes closed, and the name for old clients too"),
            ],
            _ => &[],
        };
        replay.with(file, differences, |request| request["path"] = path.into()).await;
    }
    let tag = replay.world.server.get(&master).await.headers()["etag"].to_str().unwrap().to_owned();
    replay
        .with(
            "static/hls-not-modified.json",
            &[("header accept-ranges", "of an answer without the file"), ("header last-modified", "")],
            |request| {
                request["path"] = master.clone().into();
                request["headers"]["If-None-Match"] = tag.into();
            },
        )
        .await;
    let reading = &[("header access-control-allow-methods", "files are read only")];
    replay.with("static/options-hls.json", reading, |request| request["path"] = master.clone().into()).await;
    let sensitive =
        replay.world.server.json(&format!("/api/v1/videos/{}", replay.world.video("98ce85b9").uuid)).await;
    replay.at("static/download-off.json", &saved(&sensitive["files"][0])).await;
    replay
        .all(&[
            "static/lazy-avatar-unknown.json",
            "static/lazy-thumbnail-unknown.json",
            "static/head-api.json",
            "static/file-token-anonymous.json",
        ])
        .await;

    let later = &[("header access-control-expose-headers", "said with the answer that is read")];
    replay.but("static/options-api.json", later).await;
    replay.but("static/hls-unknown.json", NOT_THERE).await;
    replay.but("static/web-unknown.json", NOT_THERE).await;
    replay
        .but(
            "static/download-generate-bad.json",
            &[
                ("header x-ratelimit-limit", "bytes are not counted"),
                ("header x-ratelimit-remaining", ""),
                ("header x-ratelimit-reset", ""),
                ("invalid-params.videoFileIds.value", "nothing was sent"),
            ],
        )
        .await;

    // What is not for everyone.
    let token =
        replay.one("static/file-token.json").await.body["files"]["token"].as_str().unwrap().to_owned();
    replay.one("static/file-token-password.json").await;
    replay.world.say("<FILE_TOKEN-1>", &token);
    let ours = member.json(&private).await;
    let (film, list) = (path(&ours["files"][0]["fileUrl"]), &ours["streamingPlaylists"][0]);
    let master = path(&list["playlistUrl"]);
    let one = path(&list["files"][0]["playlistUrl"]);
    let with = |path: &str| format!("{path}?videoFileToken={token}");
    let injected = |path: &str| format!("{path}?videoFileToken={token}&reinjectVideoFileToken=true");
    for (file, path) in [
        ("static/private-web-anonymous.json", film.clone()),
        ("static/private-web-bad-token.json", format!("{film}?videoFileToken=bad")),
        ("static/private-web-bearer.json", film.clone()),
        ("static/private-web-other.json", film.clone()),
        ("static/private-web-token.json", with(&film)),
        ("static/private-hls-anonymous.json", master.clone()),
        ("static/private-hls-token.json", with(&master)),
        ("static/private-hls-reinject.json", injected(&master)),
        ("static/private-hls-resolution-reinject.json", injected(&one)),
        ("static/internal-web-user.json", path(&root.json(&internal).await["files"][0]["fileUrl"])),
    ] {
        let differences = if file.ends_with("bad-token.json") { PROBLEM } else { &[] };
        replay.with(file, differences, |request| request["path"] = path.into()).await;
    }
    let film = path(&member.json(&locked).await["files"][0]["fileUrl"]);
    replay.at("static/password-web-none.json", &film).await;
    replay.at("static/password-web-header.json", &film).await;
    let sent = path(&member.json(&format!("{public}/source")).await["fileDownloadUrl"]);
    replay
        .with("static/original-file-anonymous.json", PROBLEM, |request| request["path"] = sent.clone().into())
        .await;
    for file in ["static/original-file-bearer.json", "static/original-file-owner.json"] {
        replay.at(file, &sent).await;
    }
    replay.end(SOURCE).await;
}
