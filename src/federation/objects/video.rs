//! Videos, as PeerTube 6 to 9 accept them. Each rule that a receiver applies in silence is named where it is kept.

use super::{Context, PUBLIC, document, image};
use crate::{
    text::tables,
    urls::Urls,
    videos::{Caption, MediaFile, Picture, Pictures, Playlist, Privacy, State, Video},
};
use serde_json::{Map, Value, json};

/// A video of this instance with all that others are told of it.
#[derive(Debug, Clone, Copy)]
pub struct Film<'a> {
    /// The video.
    pub video: &'a Video,
    /// Handle of its group.
    pub group: &'a str,
    /// Handle of the account that acts for it.
    pub account: &'a str,
    /// Words it is found by.
    pub tags: &'a [String],
    /// Its pictures.
    pub pictures: &'a Pictures,
    /// Subtitles.
    pub captions: &'a [Caption],
    /// Renditions.
    pub files: &'a [MediaFile],
    /// What ties the fragmented ones together.
    pub playlist: Option<&'a Playlist>,
}

/// Whether others may be told of a video at all. Restricted ones never leave: PeerTube 6.3 takes any audience for everybody.
pub fn federates(video: &Video) -> bool {
    video.privacy == Privacy::Public && video.state == State::Published && video.origin.is_none()
}

impl Film<'_> {
    /// Its address.
    pub fn id(&self, urls: &Urls) -> String {
        urls.video(self.video.uuid)
    }

    /// The video on its own.
    pub fn document(&self, urls: &Urls) -> Value {
        document(Context::Video, self.json(urls))
    }

    /// The video.
    pub fn json(&self, urls: &Urls) -> Value {
        let video = self.video;
        let id = self.id(urls);
        let mut film = Map::new();
        let mut put = |name: &str, value: Value| drop(film.insert(name.to_owned(), value));
        put("to", json!([PUBLIC]));
        put("cc", json!([format!("{}/followers", urls.account(self.account))]));
        put("type", json!("Video"));
        put("id", json!(id));
        put("name", json!(video.name));
        // Whole seconds only: `PT1M30S` is read as 130 seconds, and stored as 1.
        put("duration", json!(format!("PT{}S", video.duration())));
        put("uuid", json!(video.uuid));
        if let Some(category) = video.category {
            put("category", named(category.to_string(), tables::category(category)));
        }
        if let Some(licence) = video.licence {
            put("licence", named(licence.to_string(), tables::licence(licence)));
        }
        if let Some(language) = &video.language {
            put("language", named(language.clone(), tables::language(language)));
        }
        put("views", json!(video.views));
        put("sensitive", json!(video.sensitive));
        if let Some(summary) = &video.sensitive_summary {
            put("summary", json!(summary));
        }
        put("waitTranscoding", json!(video.wait_transcoding));
        put("state", json!(video.state.id()));
        // Up to 7.3 the truth is read, from 8.0 on the policy; without either, comments are off there.
        let open = video.comments_policy != 2;
        put("commentsEnabled", json!(open));
        put("canReply", if video.comments_policy == 1 { Value::Null } else { json!(PUBLIC) });
        put("commentsPolicy", json!(video.comments_policy));
        put("downloadEnabled", json!(video.download_enabled));
        put("published", json!(video.published_at.unwrap_or(video.created_at)));
        put("originallyPublishedAt", json!(video.originally_published_at));
        put("updated", json!(video.updated_at));
        put("tag", self.tag());
        put("mediaType", json!("text/markdown"));
        // One or two characters would have the whole video refused.
        put("content", json!(video.description.as_deref().filter(|text| text.trim().chars().count() >= 3)));
        put("support", json!(video.support));
        put("subtitleLanguage", self.captions.iter().map(|caption| subtitles(urls, caption)).collect());
        put("icon", self.icon(urls));
        put("preview", self.pictures.storyboard.iter().map(|board| storyboard(urls, board)).collect());
        put("aspectRatio", json!(video.aspect_ratio()));
        put("url", self.url(urls));
        for part in ["likes", "dislikes", "shares", "comments"] {
            let path = if part == "shares" { "announces" } else { part };
            put(part, json!(format!("{id}/{path}")));
        }
        put("hasParts", json!(format!("{id}/chapters")));
        // Objects, as up to 7.2: Mastodon shows the first person as the author.
        put(
            "attributedTo",
            json!([
                { "type": "Person", "id": urls.account(self.account) },
                { "type": "Group", "id": urls.group(self.group) },
            ]),
        );
        put("isLiveBroadcast", json!(false));
        put("liveSaveReplay", Value::Null);
        put("permanentLive", Value::Null);
        put("latencyMode", Value::Null);
        Value::Object(film)
    }

    fn tag(&self) -> Value {
        let mut all: Vec<Value> =
            self.tags.iter().map(|name| json!({ "type": "Hashtag", "name": name })).collect();
        for (bit, name) in [(1, "violent"), (2, "explicitSex")] {
            if self.video.sensitive_flags & bit != 0 {
                all.push(json!({ "type": "SensitiveTag", "name": name }));
            }
        }
        Value::Array(all)
    }

    /// JPEG only: up to 8.0 a video whose pictures are all of another type is refused.
    fn icon(&self, urls: &Urls) -> Value {
        let kinds = [("thumbnails", &self.pictures.thumbnail), ("previews", &self.pictures.preview)];
        let all = kinds.into_iter().filter_map(|(folder, picture)| {
            let picture = picture.as_ref()?;
            Some(image(
                &urls.absolute(&Urls::lazy_static_path(folder, &picture.file)),
                (picture.width, picture.height),
            ))
        });
        all.collect()
    }

    /// The page first, which Mastodon opens; then what plays.
    fn url(&self, urls: &Urls) -> Value {
        let uuid = self.video.uuid;
        let page = |href: String| json!({ "type": "Link", "mediaType": "text/html", "href": href });
        let mut all = vec![page(urls.watch(uuid)), page(urls.video(uuid))];
        let (hls, web): (Vec<&MediaFile>, Vec<&MediaFile>) = self.files.iter().partition(|file| file.hls);
        for file in web {
            all.extend(self.file(urls, file));
        }
        if let Some(playlist) = self.playlist {
            let at = |file: &str| urls.absolute(&Urls::hls_path(uuid, false, file));
            let mut tag = Vec::new();
            if let Some(hashes) = &playlist.hashes {
                tag.push(json!({ "type": "Link", "name": "sha256", "mediaType": "application/json", "href": at(hashes) }));
            }
            for file in hls {
                tag.extend(self.file(urls, file));
            }
            all.push(json!({ "type": "Link", "mediaType": "application/x-mpegURL", "href": at(&playlist.master), "tag": tag }));
        }
        Value::Array(all)
    }

    /// A rendition, and where its measures are told. No torrents: players since 6.0 need none, and each link makes the
    /// document larger, of which nginx before a PeerTube takes 100 kB.
    fn file(&self, urls: &Urls, file: &MediaFile) -> [Value; 2] {
        let uuid = self.video.uuid;
        let path = if file.hls {
            Urls::hls_path(uuid, false, &file.file)
        } else {
            Urls::web_video_path(false, &file.file)
        };
        let kind = if file.has_video { "video/mp4" } else { "audio/mp4" };
        let property =
            |name: &str, value: &str| json!({ "type": "PropertyValue", "name": name, "value": value });
        let mut attachment = Vec::new();
        if file.has_audio {
            attachment.push(property("ffprobe_codec_type", "audio"));
        }
        if file.has_video {
            attachment.push(property("ffprobe_codec_type", "video"));
        }
        attachment.push(property("peertube_format_flag", if file.hls { "fragmented" } else { "web-video" }));
        [
            json!({
                "type": "Link",
                "mediaType": kind,
                "href": urls.absolute(&path),
                "height": file.resolution,
                "width": file.width,
                "size": file.size,
                "fps": file.fps,
                "attachment": attachment,
            }),
            json!({
                "type": "Link",
                "rel": ["metadata", kind],
                "mediaType": "application/json",
                "href": urls.absolute(&Urls::video_metadata_path(uuid, file.id)),
                "height": file.resolution,
                "width": file.width,
                "fps": file.fps,
            }),
        ]
    }
}

fn named(identifier: String, name: Option<&str>) -> Value {
    json!({ "identifier": identifier, "name": name.unwrap_or("Unknown") })
}

/// The address as one string: from 7.2 on a list is read too, before it is not.
fn subtitles(urls: &Urls, caption: &Caption) -> Value {
    json!({
        "identifier": caption.language,
        "name": tables::language(&caption.language).unwrap_or("Unknown"),
        "automaticallyGenerated": caption.generated,
        "url": urls.absolute(&Urls::lazy_static_path("video-captions", &caption.file)),
    })
}

fn storyboard(urls: &Urls, board: &Picture) -> Value {
    json!({
        "type": "Image",
        "rel": ["storyboard"],
        "url": [{
            "mediaType": "image/jpeg",
            "href": urls.absolute(&Urls::lazy_static_path("storyboards", &board.file)),
            "width": board.width,
            "height": board.height,
            "tileWidth": board.sprite_width,
            "tileHeight": board.sprite_height,
            "tileDuration": format!("PT{}S", board.sprite_seconds),
        }],
    })
}
