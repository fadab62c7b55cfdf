//! Videos of other servers, as PeerTube 6 to 9 and Kiosque write them. What is missing is taken for the usual; what is wrong makes it no
//! video.

use super::{PUBLIC, activity};
use crate::{
    clock::Timestamp,
    ids,
    text::{html, tables},
    videos::elsewhere::{File, Film, Place},
};
use serde_json::Value;
use url::Url;

/// Characters of an address.
const URL_LONGEST: usize = 2000;
/// Files of one video that are kept.
const MOST_FILES: usize = 40;
/// Tags of one video that are kept.
const MOST_TAGS: usize = 5;

/// What the document of a video says; with the addresses of those whose it is. `uri` is where it was read.
///
/// # Errors
/// A sentence that says what is missing.
pub fn read(document: &Value, uri: &Url) -> Result<(Film, Vec<String>), &'static str> {
    let get = |name: &str| document.get(name).filter(|value| !value.is_null());
    let text = |name: &str| get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let cut = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
    let time = |name: &str| text(name).and_then(Timestamp::parse);
    let truth = |name: &str| get(name).and_then(Value::as_bool);
    if text("type") != Some("Video") {
        return Err("it is no video");
    }
    if text("id") != Some(uri.as_str()) {
        return Err("its id is another address");
    }
    if !addresses(document, "to").any(|to| to == PUBLIC || to == "as:Public") {
        return Err("it is not for everybody");
    }
    if truth("isLiveBroadcast") == Some(true) {
        return Err("it is a live, which is not understood yet");
    }
    let named = |name: &str| get(name).and_then(|one| one.get("identifier")).and_then(Value::as_str);
    let number = |name: &str| named(name).and_then(|id| id.parse::<i64>().ok());
    let mut flags = 0;
    let mut tags = Vec::new();
    for tag in list(document, "tag").take(50) {
        let name = tag.get("name").and_then(Value::as_str).unwrap_or_default().trim_start_matches('#');
        match (tag.get("type").and_then(Value::as_str), name) {
            (Some("SensitiveTag"), "violent") => flags |= 1,
            (Some("SensitiveTag"), "explicitSex") => flags |= 2,
            (Some("Hashtag"), name) if (2..=30).contains(&name.chars().count()) && tags.len() < MOST_TAGS => {
                tags.push(name.to_owned());
            }
            _ => {}
        }
    }
    tags.dedup();
    let published_at = time("published").ok_or("it does not say when it was published")?;
    let film = Film {
        uri: uri.as_str().to_owned(),
        uuid: text("uuid").and_then(ids::parse_uuid).ok_or("it has no UUID")?,
        name: text("name").map(|name| cut(name, 120)).ok_or("it has no name")?,
        description: text("content").map(|content| cut(&html::to_text(content), 10_000)),
        support: text("support").map(|support| cut(support, 1000)),
        category: number("category").filter(|id| tables::category(*id).is_some()),
        licence: number("licence").filter(|id| tables::licence(*id).is_some()),
        language: named("language").filter(|id| tables::language(id).is_some()).map(str::to_owned),
        sensitive: truth("sensitive").unwrap_or(false),
        sensitive_flags: flags,
        sensitive_summary: text("summary").map(|summary| cut(summary, 250)),
        // What is said there is not read yet, and what would be said here would not arrive.
        comments_policy: 2,
        download_enabled: truth("downloadEnabled").unwrap_or(true),
        seconds: text("duration").and_then(seconds).ok_or("it does not say how long it is")?,
        views: get("views").and_then(Value::as_i64).unwrap_or(0).max(0),
        published_at,
        updated_at: time("updated").unwrap_or(published_at),
        originally_published_at: time("originallyPublishedAt"),
        tags,
        place: place(document, uri)?,
    };
    Ok((film, addresses(document, "attributedTo").take(5).collect()))
}

/// All of a list; one alone is one.
fn list<'a>(document: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let all: &[Value] = match document.get(name) {
        Some(Value::Array(all)) => all,
        Some(Value::Null) | None => &[],
        Some(one) => std::slice::from_ref(one),
    };
    all.iter()
}

fn addresses(document: &Value, name: &str) -> impl Iterator<Item = String> {
    list(document, name).filter_map(activity::id_of).map(str::to_owned)
}

/// Seconds of `PT80S`, and of what others write: hours, minutes, parts of a second.
fn seconds(text: &str) -> Option<u32> {
    let mut rest = text.strip_prefix("PT")?;
    let mut all = 0.0_f64;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
        let (number, unit) = rest.split_at(end);
        let number: f64 = number.parse().ok()?;
        all += number
            * match unit.chars().next()? {
                'H' => 3600.0,
                'M' => 60.0,
                'S' => 1.0,
                _ => return None,
            };
        rest = unit.get(1..)?;
    }
    (0.0..1e8).contains(&all).then_some(all.round() as u32)
}

/// An address that a browser may be given.
fn address(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str().filter(|text| text.len() <= URL_LONGEST)?;
    let url = Url::parse(text).ok()?;
    let fits = ["http", "https"].contains(&url.scheme()) && url.has_host() && url.username().is_empty();
    fits.then(|| text.to_owned())
}

fn place(document: &Value, uri: &Url) -> Result<Place, &'static str> {
    let mut place = Place { page: uri.as_str().to_owned(), ..Place::default() };
    let mut page = None;
    for link in list(document, "url").take(200) {
        let Some(href) = address(link.get("href")) else { continue };
        match link.get("mediaType").and_then(Value::as_str) {
            Some("text/html") => page = page.or(Some(href)),
            Some("application/x-mpegURL") if place.master.is_none() => {
                place.master = Some(href);
                for part in list(link, "tag").take(200) {
                    if part.get("name").and_then(Value::as_str) == Some("sha256") {
                        place.hashes = address(part.get("href"));
                    }
                    place.files.extend(file(part, true));
                }
            }
            _ => place.files.extend(file(link, false)),
        }
    }
    place.page = page.unwrap_or(place.page);
    place.files.truncate(MOST_FILES);
    if place.master.is_none() && place.files.is_empty() {
        return Err("it has nothing to play");
    }
    let mut pictures: Vec<(u64, String)> = list(document, "icon")
        .filter(|one| {
            let kind = one.get("mediaType").and_then(Value::as_str).unwrap_or_default();
            ["image/jpeg", "image/png", "image/webp"].contains(&kind)
        })
        .filter_map(|one| {
            Some((one.get("width").and_then(Value::as_u64).unwrap_or(0), address(one.get("url"))?))
        })
        .collect();
    pictures.sort();
    // As PeerTube does: the smallest that is no stamp, and the largest.
    let small = pictures.iter().find(|(width, _)| *width > 150).or(pictures.first());
    place.thumbnail = small.map(|(_, url)| url.clone());
    place.preview = pictures.last().map(|(_, url)| url.clone());
    Ok(place)
}

fn file(link: &Value, hls: bool) -> Option<File> {
    let kind = link.get("mediaType").and_then(Value::as_str)?;
    if !["video/mp4", "video/webm", "video/ogg", "audio/mp4"].contains(&kind) {
        return None;
    }
    let number =
        |name: &str| link.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    let height = number("height")?;
    let streams: Vec<&str> = list(link, "attachment")
        .filter(|one| one.get("name").and_then(Value::as_str) == Some("ffprobe_codec_type"))
        .filter_map(|one| one.get("value").and_then(Value::as_str))
        .collect();
    let has = |stream: &str, otherwise: bool| {
        if streams.is_empty() { otherwise } else { streams.contains(&stream) }
    };
    Some(File {
        id: 0,
        hls,
        url: address(link.get("href"))?,
        resolution: height,
        width: number("width").unwrap_or(height * 16 / 9),
        height,
        fps: number("fps").unwrap_or(0),
        size: link.get("size").and_then(Value::as_i64).unwrap_or(0).max(0),
        has_video: has("video", height > 0),
        has_audio: has("audio", true),
    })
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn lengths_are_read_in_every_form() {
        for (text, length) in
            [("PT80S", Some(80)), ("PT1H1M1.6S", Some(3662)), ("PT0S", Some(0)), ("PT", Some(0))]
        {
            assert_eq!(seconds(text), length, "{text}");
        }
        for text in ["", "80", "PT8", "P1D", "PTxS", "PT1e99S", "PT-5S"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
