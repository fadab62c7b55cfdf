//! The home page's blocks with what there is for them, in one answer.

use super::{
    auth::MaybeCaller,
    list_query::{ListQuery, invalid},
    playlist_shapes::{self, PlaylistItem},
    shapes::{Actors, ChannelJson},
    video_shapes::{VideoItem, Writing},
    videos::write_with,
};
use crate::{
    accounts,
    app::App,
    error::Result,
    home::{self, Reader, Shown},
    settings::BlockOrder,
    videos::{Filter, Viewer},
};
use axum::{Json, Router, extract::State, routing::get};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/home", get(look))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(look))]
pub struct Doc;

/// A part of the home page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[schema(as = HomeBlockShown)]
enum BlockJson {
    /// Markdown.
    Welcome { content: String },
    /// One film in large; where it was not chosen, as the first in which order.
    Billboard {
        #[schema(required)]
        order: Option<BlockOrder>,
        video: Box<VideoItem>,
    },
    /// Films by a rule; an empty heading is for the page to fill.
    Videos { heading: String, order: BlockOrder, videos: Vec<VideoItem> },
    /// Films that were chosen.
    Featured { heading: String, videos: Vec<VideoItem> },
    /// Some groups, and how many there are.
    Groups { total: u64, groups: Vec<ChannelJson> },
    /// A group with its newest films.
    Group { group: Box<ChannelJson>, videos: Vec<VideoItem> },
    /// A playlist with its first films.
    Playlist { playlist: Box<PlaylistItem>, videos: Vec<VideoItem> },
}

/// The home page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HomePage)]
struct HomeJson {
    /// From the top down. What there is nothing of is left out.
    blocks: Vec<BlockJson>,
    /// Handle of the only group, whose page is the home page where nobody arranged another.
    #[schema(required)]
    opens_on: Option<String>,
    /// How many films lists show.
    films: u64,
    /// Somebody has set this instance up.
    claimed: bool,
}

/// What the home page shows. `order` is that in which films without a heading of their own are to stand.
#[utoipa::path(get, path = "/home", tag = "config", params(("order" = Option<BlockOrder>, Query)), responses((status = 200, body = HomeJson)))]
async fn look(State(app): State<App>, caller: MaybeCaller, query: ListQuery) -> Result<Json<HomeJson>> {
    let viewer = Viewer::from(&caller);
    let mut filter = query.filter(viewer, "-publishedAt")?;
    query.sensitive(&app, &caller, &mut filter).await?;
    let order = query
        .text("order")
        .map(|text| serde_json::from_value(text.into()).map_err(|_| invalid("order", "Invalid value", text)));
    let Filter { sensitive, kinds_too, kinds_not, .. } = filter;
    let lists = Filter { viewer, sensitive, kinds_too, kinds_not, ..Filter::default() };
    let reader = Reader { lists, order: order.transpose()? };
    let settings = app.settings();
    write_with(&app, viewer, move |conn, writing| {
        let home = home::look(conn, &settings.home, &reader)?;
        let mut blocks = Vec::new();
        // Who opens a group's page asks for what is on it.
        for block in home.blocks.into_iter().filter(|_| home.only.is_none()) {
            blocks.extend(json(conn, writing, block)?);
        }
        let opens_on = home.only.map(|group| group.name);
        Ok(Json(HomeJson { blocks, opens_on, films: home.films, claimed: accounts::is_claimed(conn)? }))
    })
    .await
}

fn json(conn: &Connection, writing: &Writing<'_>, block: Shown) -> Result<Option<BlockJson>> {
    Ok(Some(match block {
        Shown::Welcome(content) => BlockJson::Welcome { content },
        Shown::Billboard(video, order) => {
            let Some(video) = writing.items(conn, &[*video])?.pop() else { return Ok(None) };
            BlockJson::Billboard { order, video: Box::new(video) }
        }
        Shown::Videos(heading, order, videos) => {
            BlockJson::Videos { heading, order, videos: writing.items(conn, &videos)? }
        }
        Shown::Featured(heading, videos) => {
            BlockJson::Featured { heading, videos: writing.items(conn, &videos)? }
        }
        Shown::Groups(total, groups) => {
            let ids: Vec<i64> = groups.iter().map(|group| group.id).collect();
            let actors = Actors::load(conn, writing.urls, &[], &ids)?;
            let groups = ids.iter().filter_map(|id| actors.group(*id, true)).collect();
            BlockJson::Groups { total, groups }
        }
        Shown::Group(group, videos) => {
            let actors = Actors::load(conn, writing.urls, &[], &[group.id])?;
            let Some(group) = actors.group(group.id, true) else { return Ok(None) };
            BlockJson::Group { group: Box::new(group), videos: writing.items(conn, &videos)? }
        }
        Shown::Playlist(playlist, videos) => {
            let Some(playlist) = playlist_shapes::items(conn, writing.urls, &[*playlist])?.pop() else {
                return Ok(None);
            };
            BlockJson::Playlist { playlist: Box::new(playlist), videos: writing.items(conn, &videos)? }
        }
    }))
}
