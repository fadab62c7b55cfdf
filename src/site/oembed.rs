//! oEmbed 1.0: the frame that other sites put where somebody pasted a link. Answers as PeerTube's.

use super::{
    film::{self, Film},
    page::escape,
    playlist,
    query::Query,
};
use crate::{
    app::App,
    error::{Error, InvalidField, Kind, Location, Result},
    ids,
    urls::Urls,
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

pub(super) fn router() -> Router<App> {
    Router::new().route("/services/oembed", get(oembed))
}

#[derive(Debug, Deserialize)]
struct Asked {
    url: Option<String>,
    format: Option<String>,
    maxwidth: Option<String>,
    maxheight: Option<String>,
}

async fn oembed(State(app): State<App>, asked: Result<Query<Asked>>) -> Response {
    let answer = match asked {
        Ok(Query(asked)) => answer(&app, &asked).await,
        Err(error) => Err(error),
    };
    let remembered = HeaderValue::from_static("public, max-age=900");
    let mut response = match answer {
        Ok(answer) => ([(header::CACHE_CONTROL, remembered)], Json(answer)).into_response(),
        Err(error) => error.into_response(),
    };
    // Pages of other sites ask from the browser.
    response
        .headers_mut()
        .insert(HeaderName::from_static("access-control-allow-origin"), HeaderValue::from_static("*"));
    response
}

async fn answer(app: &App, asked: &Asked) -> Result<Value> {
    let urls = app.urls();
    let url = asked.url.as_deref().filter(|url| !url.is_empty()).ok_or_else(|| invalid("url"))?;
    let largest_width = pixels(asked.maxwidth.as_deref(), "maxwidth")?;
    let largest_height = pixels(asked.maxheight.as_deref(), "maxheight")?;
    if asked.format.as_deref().is_some_and(|format| format != "json") {
        return Err(Error::refused(Kind::NotImplemented, "Requested format is not implemented on server."));
    }
    let write = |framed: Framed<'_>| {
        framed.write(&app.settings().instance.name, &urls, largest_width, largest_height)
    };
    match named(&urls, url)? {
        Named::Film(uuid) => Ok(write(Framed::film(&film::public(app, uuid).await?, &urls, url))),
        Named::Playlist(uuid) => {
            let row = playlist::open(app, uuid).await.map_err(not_public)?;
            Ok(write(Framed::playlist(&row, &urls)))
        }
    }
}

/// A playlist that asks who one is, is not for all.
fn not_public(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.kind == Kind::Unauthenticated => {
            Error::refused(Kind::Forbidden, "Playlist is not publicly available")
        }
        other => other,
    }
}

fn invalid(field: &'static str) -> Error {
    let rule = "Invalid value".into();
    Error::Invalid(vec![InvalidField { field: field.into(), rule, location: Location::Query, value: None }])
}

fn pixels(text: Option<&str>, field: &'static str) -> Result<Option<u32>> {
    text.map(|text| text.parse::<u32>().ok().filter(|pixels| *pixels > 0).ok_or_else(|| invalid(field)))
        .transpose()
}

/// What an address of ours names.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Film(Uuid),
    Playlist(Uuid),
}

fn named(urls: &Urls, address: &str) -> Result<Named> {
    let wrong = || Error::refused(Kind::Bad, "Invalid url.");
    let url = Url::parse(address).map_err(|_| wrong())?;
    if Urls::new(&url).host() != urls.host() {
        return Err(wrong());
    }
    let path = url.path();
    let behind = |begins: &[&str]| begins.iter().find_map(|begin| path.strip_prefix(begin));
    let read = |id: &str| {
        ids::parse_uuid(id.trim_end_matches('/'))
            .ok_or_else(|| Error::refused(Kind::Bad, "Invalid video or playlist id."))
    };
    if let Some(id) = behind(&["/w/p/", "/videos/watch/playlist/"]) {
        return Ok(Named::Playlist(read(id)?));
    }
    Ok(Named::Film(read(behind(&["/w/", "/videos/watch/"]).ok_or_else(wrong)?)?))
}

/// What stands in a frame, and what is told beside it.
struct Framed<'a> {
    title: &'a str,
    /// Address of the page in the frame.
    source: String,
    /// Handle and name of the group.
    author: Option<(&'a str, &'a str)>,
    /// Path of a picture, with its size.
    picture: Option<(&'a str, u32, u32)>,
}

impl<'a> Framed<'a> {
    fn film(film: &'a Film, urls: &Urls, address: &str) -> Self {
        let mut source = urls.embed(film.uuid);
        // A link that starts in the middle makes a frame that does.
        let start = Url::parse(address).ok().and_then(|url| {
            url.query_pairs().find(|(name, _)| name == "start").map(|(_, value)| value.into_owned())
        });
        if let Some(start) =
            start.filter(|start| start.len() < 20 && start.bytes().all(|b| b.is_ascii_alphanumeric()))
        {
            source = format!("{source}?start={start}");
        }
        Self {
            title: &film.title,
            source,
            author: Some((&film.group, &film.group_name)),
            picture: film.preview.as_ref().map(|(path, width, height)| (path.as_str(), *width, *height)),
        }
    }

    fn playlist(row: &'a playlist::Row, urls: &Urls) -> Self {
        Self {
            title: &row.title,
            source: urls.absolute(&Urls::playlist_embed_path(row.uuid)),
            author: row.group.as_ref().map(|(name, shown)| (name.as_str(), shown.as_str())),
            picture: row.image.as_ref().map(|(path, width, height)| (path.as_str(), *width, *height)),
        }
    }

    fn write(
        &self,
        provider: &str,
        urls: &Urls,
        largest_width: Option<u32>,
        largest_height: Option<u32>,
    ) -> Value {
        let width = largest_width.map_or(film::FRAME.0, |most| most.min(film::FRAME.0));
        let height = largest_height.map_or(film::FRAME.1, |most| most.min(film::FRAME.1));
        let html = format!(
            "<iframe width=\"{width}\" height=\"{height}\" sandbox=\"allow-same-origin allow-scripts allow-popups allow-forms\" title=\"{}\" src=\"{}\" frameborder=\"0\" allowfullscreen></iframe>",
            escape(self.title),
            escape(&self.source)
        );
        let mut answer = json!({
            "type": "video",
            "version": "1.0",
            "html": html,
            "width": width,
            "height": height,
            "title": self.title,
            "provider_name": provider,
            "provider_url": urls.base()
        });
        if let Some((name, shown)) = self.author {
            answer["author_name"] = shown.into();
            answer["author_url"] = urls.group(name).into();
        }
        if let Some((path, wide, high)) = self.picture
            && largest_width.is_none_or(|most| wide <= most)
            && largest_height.is_none_or(|most| high <= most)
        {
            answer["thumbnail_url"] = urls.absolute(path).into();
            answer["thumbnail_width"] = wide.into();
            answer["thumbnail_height"] = high.into();
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_framed() {
        let urls = Urls::new(&Url::parse("https://k.example").unwrap());
        let uuid = Uuid::from_u128(7);
        assert_eq!(named(&urls, &urls.watch(uuid)).unwrap(), Named::Film(uuid));
        assert_eq!(named(&urls, &urls.playlist_page(uuid)).unwrap(), Named::Playlist(uuid));
        assert_eq!(named(&urls, &format!("{}?start=1m", urls.video(uuid))).unwrap(), Named::Film(uuid));
        for bad in ["https://other.example/w/x", "x", &urls.embed(uuid), "https://k.example/w/x"] {
            assert!(named(&urls, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_frame_fits_and_starts_where_the_link_does() {
        let urls = Urls::new(&Url::parse("https://k.example").unwrap());
        let film = Film {
            title: "\"><script>".into(),
            preview: Some(("/p.jpg".into(), 850, 480)),
            ..Film::default()
        };
        let address = format!("{}?start=1m30s", urls.watch(film.uuid));
        let framed = Framed::film(&film, &urls, &address);
        let small = framed.write("K", &urls, Some(200), Some(100));
        assert_eq!((small["width"].as_u64(), small["height"].as_u64()), (Some(200), Some(100)));
        assert!(small.get("thumbnail_url").is_none());
        let html = small["html"].as_str().unwrap();
        assert!(html.contains("?start=1m30s") && !html.contains("<script>"), "{html}");
        let whole = framed.write("K", &urls, None, None);
        assert_eq!(whole["thumbnail_url"], "https://k.example/p.jpg");
    }
}
