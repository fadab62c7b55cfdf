//! oEmbed 1.0: the frame that other sites put where somebody pasted a link. Answers as PeerTube's.

use super::{
    film::{self, Film},
    page::escape,
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
    let uuid = named(&urls, url)?;
    let film = film::public(app, uuid).await?;
    Ok(frame(&film, &app.settings().instance.name, &urls, url, largest_width, largest_height))
}

fn invalid(field: &'static str) -> Error {
    let rule = "Invalid value".into();
    Error::Invalid(vec![InvalidField { field: field.into(), rule, location: Location::Query, value: None }])
}

fn pixels(text: Option<&str>, field: &'static str) -> Result<Option<u32>> {
    text.map(|text| text.parse::<u32>().ok().filter(|pixels| *pixels > 0).ok_or_else(|| invalid(field)))
        .transpose()
}

/// The video that an address of ours names.
fn named(urls: &Urls, address: &str) -> Result<Uuid> {
    let wrong = || Error::refused(Kind::Bad, "Invalid url.");
    let url = Url::parse(address).map_err(|_| wrong())?;
    if Urls::new(&url).host() != urls.host() {
        return Err(wrong());
    }
    let path = url.path();
    let id = path.strip_prefix("/w/").or_else(|| path.strip_prefix("/videos/watch/")).ok_or_else(wrong)?;
    ids::parse_uuid(id.trim_end_matches('/'))
        .ok_or_else(|| Error::refused(Kind::Bad, "Invalid video or playlist id."))
}

fn frame(
    film: &Film,
    provider: &str,
    urls: &Urls,
    address: &str,
    largest_width: Option<u32>,
    largest_height: Option<u32>,
) -> Value {
    let width = largest_width.map_or(film::FRAME.0, |most| most.min(film::FRAME.0));
    let height = largest_height.map_or(film::FRAME.1, |most| most.min(film::FRAME.1));
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
    let html = format!(
        "<iframe width=\"{width}\" height=\"{height}\" sandbox=\"allow-same-origin allow-scripts allow-popups allow-forms\" title=\"{}\" src=\"{}\" frameborder=\"0\" allowfullscreen></iframe>",
        escape(&film.title),
        escape(&source)
    );
    let mut answer = json!({
        "type": "video",
        "version": "1.0",
        "html": html,
        "width": width,
        "height": height,
        "title": film.title,
        "author_name": film.group_name,
        "author_url": urls.group(&film.group),
        "provider_name": provider,
        "provider_url": urls.base()
    });
    if let Some((path, wide, high)) = &film.preview
        && largest_width.is_none_or(|most| *wide <= most)
        && largest_height.is_none_or(|most| *high <= most)
    {
        answer["thumbnail_url"] = urls.absolute(path).into();
        answer["thumbnail_width"] = (*wide).into();
        answer["thumbnail_height"] = (*high).into();
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_framed() {
        let urls = Urls::new(&Url::parse("https://k.example").unwrap());
        let uuid = Uuid::from_u128(7);
        assert_eq!(named(&urls, &urls.watch(uuid)).unwrap(), uuid);
        assert_eq!(named(&urls, &format!("{}?start=1m", urls.video(uuid))).unwrap(), uuid);
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
        let small = frame(&film, "K", &urls, &address, Some(200), Some(100));
        assert_eq!((small["width"].as_u64(), small["height"].as_u64()), (Some(200), Some(100)));
        assert!(small.get("thumbnail_url").is_none());
        let html = small["html"].as_str().unwrap();
        assert!(html.contains("?start=1m30s") && !html.contains("<script>"), "{html}");
        let whole = frame(&film, "K", &urls, &address, None, None);
        assert_eq!(whole["thumbnail_url"], "https://k.example/p.jpg");
    }
}
