//! Search for videos, groups and people, and what is worth discovering.

use super::{
    auth::MaybeCaller,
    doors::Doors,
    labels::NumberLabel,
    list_query::{ListQuery, invalid},
    shapes::{self, AccountJson, Actors, ChannelJson, List, Summary},
    video_shapes::VideoItem,
    videos::{VideoList, write_with},
};
use crate::{
    accounts,
    app::App,
    error::{Error, Result},
    federation,
    groups::{self, GroupFilter},
    text::tables,
    videos::{self, Filter, Key, Sort, Viewer},
};
use axum::{Extension, Json, Router, extract::State, routing::get};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/search/videos", get(search_videos))
        .route("/search/video-channels", get(search_groups))
        .route("/search/accounts", get(search_accounts))
        .route("/overviews/videos", get(overview))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(search_videos, search_groups, search_accounts, overview))]
pub struct Doc;

/// Refuses search engines of other sites, which we do not ask.
pub(super) fn target(query: &ListQuery) -> Result<()> {
    match query.text("searchTarget") {
        Some(other) if other != "local" => Err(invalid("searchTarget", "Invalid value", other)),
        _ => Ok(()),
    }
}

/// Videos that match words, best first; or the one video whose address was typed.
#[utoipa::path(get, path = "/search/videos", tag = "search", params(("search" = Option<String>, Query)), responses((status = 200, body = VideoList)))]
pub(super) async fn search_videos(
    State(app): State<App>,
    caller: MaybeCaller,
    query: ListQuery,
) -> Result<Json<VideoList>> {
    target(&query)?;
    let viewer = Viewer::from(&caller);
    let mut filter = query.filter(viewer, "-match")?;
    if filter.search.is_none() && filter.sort == Sort::Match {
        filter.sort = Sort::PublishedAt;
    }
    let urls = app.urls();
    let host = query.text("host");
    filter.origin = host.map(|host| (host != urls.host()).then(|| host.to_owned()));
    query.sensitive(&app, &caller, &mut filter).await?;
    let typed = query.text("search").and_then(|text| urls.video_of_address(text)).and_then(Key::parse);
    write_with(&app, viewer, move |conn, writing| {
        if let Some(key) = typed {
            let found = match videos::watch(conn, &key, &viewer, None) {
                Ok(video) => vec![video],
                Err(Error::Refused(_)) => Vec::new(),
                Err(error) => return Err(error),
            };
            let data = writing.items(conn, &found)?;
            return Ok(Json(VideoList { total: Some(found.len() as u64), data }));
        }
        let page = videos::list(conn, &filter)?;
        Ok(Json(VideoList { total: page.total, data: writing.items(conn, &page.videos)? }))
    })
    .await
}

/// Groups that match words, best first; or those whose handles were typed.
#[utoipa::path(get, path = "/search/video-channels", tag = "search", params(("search" = Option<String>, Query)), responses((status = 200, body = List<ChannelJson>)))]
pub(super) async fn search_groups(
    State(app): State<App>,
    doors: Option<Extension<Doors>>,
    caller: MaybeCaller,
    query: ListQuery,
) -> Result<Json<List<ChannelJson>>> {
    target(&query)?;
    let (start, count) = query.page()?;
    let handles = query.texts("handles");
    let text = query.words();
    if let (Some(text), Some(account), Some(Extension(doors))) = (&text, caller.account_id(), doors) {
        ask_elsewhere(&app, &doors, account, text).await?;
    }
    let sort = query.text("sort").map(str::to_owned).filter(|sort| !sort.ends_with("match"));
    let urls = app.urls();
    let elsewhere = query.text("host").is_some_and(|host| host != urls.host());
    let list = app
        .db
        .read(move |conn| {
            // A handle finds its group and nothing else.
            let handles: Vec<String> = match &text {
                Some(text) if text.contains('@') => vec![text.trim().trim_start_matches('@').to_owned()],
                _ => handles,
            };
            let (total, ids): (u64, Vec<i64>) = if elsewhere {
                (0, Vec::new())
            } else if handles.is_empty() {
                let filter = GroupFilter { sort, start, count, ..GroupFilter::default() };
                match text {
                    Some(text) => groups::matching(conn, &text, &filter)?,
                    None => {
                        let (total, found) = groups::list(conn, &filter)?;
                        (total, found.into_iter().map(|group| group.id).collect())
                    }
                }
            } else {
                let named = |handle: &String| {
                    let (name, origin) = shapes::handle(&urls, handle);
                    match groups::by_name(conn, name, origin) {
                        Ok(group) => Some(Ok(group.id)),
                        Err(error) if error.is_not_found() => None,
                        Err(error) => Some(Err(error)),
                    }
                };
                let ids = handles.iter().filter_map(named).collect::<Result<Vec<i64>>>()?;
                (ids.len() as u64, ids)
            };
            let actors = Actors::load(conn, &urls, &[], &ids)?;
            Ok(List { total, data: ids.iter().filter_map(|id| actors.group(*id, true)).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// Has another server say who a handle of its is, for members who look for it. Strangers cannot make this server ask others.
async fn ask_elsewhere(app: &App, doors: &Doors, account: i64, text: &str) -> Result<()> {
    let urls = app.urls();
    let (name, Some(host)) = shapes::handle(&urls, text.trim().trim_start_matches('@')) else {
        return Ok(());
    };
    if name.is_empty() || !federation::is_on(app) {
        return Ok(());
    }
    doors.follow(app.clock.now(), account)?;
    match federation::follow::find(app, name, host).await {
        // Nobody found is an answer too, and so is a server that does not.
        Ok(_) | Err(Error::Refused(_) | Error::Busy { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// People that match words, best first. Without words nobody is found.
#[utoipa::path(get, path = "/search/accounts", tag = "search", params(("search" = Option<String>, Query)), responses((status = 200, body = List<AccountJson>)))]
pub(super) async fn search_accounts(
    State(app): State<App>,
    caller: MaybeCaller,
    query: ListQuery,
) -> Result<Json<List<AccountJson>>> {
    target(&query)?;
    let (start, count) = query.page()?;
    let text = query.words();
    let (urls, viewer) = (app.urls(), caller.account_id());
    let list = app
        .db
        .read(move |conn| {
            // A handle may say that it is one of ours.
            let typed =
                text.as_deref().map(|text| shapes::handle(&urls, text.trim().trim_start_matches('@')));
            let (total, ids) = match typed {
                Some((name, None)) => accounts::matching(conn, viewer, name, start, count)?,
                Some((_, Some(_))) | None => (0, Vec::new()),
            };
            let actors = Actors::load(conn, &urls, &ids, &[])?;
            Ok(List { total, data: ids.iter().filter_map(|id| actors.account(*id)).collect() })
        })
        .await?;
    Ok(Json(list))
}

/// What is worth discovering.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = VideosOverview)]
pub(super) struct Overview {
    categories: Vec<OfCategory>,
    channels: Vec<OfChannel>,
    tags: Vec<OfTag>,
}

/// A category with its newest videos.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryOverview)]
struct OfCategory {
    category: NumberLabel,
    videos: Vec<VideoItem>,
}

/// A group with its newest videos.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelOverview)]
struct OfChannel {
    channel: Summary,
    videos: Vec<VideoItem>,
}

/// A tag with its newest videos.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagOverview)]
struct OfTag {
    tag: String,
    videos: Vec<VideoItem>,
}

/// Groups, categories and tags with their newest videos.
#[utoipa::path(get, path = "/overviews/videos", tag = "search", params(("page" = Option<u32>, Query)), responses((status = 200, body = Overview)))]
pub(super) async fn overview(
    State(app): State<App>,
    caller: MaybeCaller,
    query: ListQuery,
) -> Result<Json<Overview>> {
    const EACH: u32 = 8;
    let page = query.text("page").unwrap_or("1");
    let at: usize =
        page.parse().ok().filter(|at| *at > 0).ok_or_else(|| invalid("page", "Invalid value", page))?;
    let viewer = Viewer::from(&caller);
    let mut newest = Filter { viewer, descending: true, count: EACH, skip_total: true, ..Filter::default() };
    query.sensitive(&app, &caller, &mut newest).await?;
    write_with(&app, viewer, move |conn, writing| {
        let mut overview = Overview::default();
        // One category, tag and group a page, as PeerTube's explore page asks for them.
        if let Some((id, _)) = tables::CATEGORIES.get(at - 1) {
            let found = videos::list(conn, &Filter { categories: vec![*id], ..newest.clone() })?.videos;
            if !found.is_empty() {
                let category = NumberLabel::category(Some(*id));
                overview.categories.push(OfCategory { category, videos: writing.items(conn, &found)? });
            }
        }
        if let Some(tag) = videos::common_tags(conn, 10)?.get(at - 1) {
            let found =
                videos::list(conn, &Filter { tags_one_of: vec![tag.clone()], ..newest.clone() })?.videos;
            if !found.is_empty() {
                overview.tags.push(OfTag { tag: tag.clone(), videos: writing.items(conn, &found)? });
            }
        }
        if let Some(group) = videos::busiest_groups(conn, 10)?.get(at - 1) {
            let scope = videos::Scope::OfGroups(vec![*group]);
            let found = videos::list(conn, &Filter { scope, ..newest })?.videos;
            let actors = Actors::load(conn, writing.urls, &[], &[*group])?;
            if !found.is_empty()
                && let Some(channel) = actors.group_summary(*group)
            {
                overview.channels.push(OfChannel { channel, videos: writing.items(conn, &found)? });
            }
        }
        Ok(Json(overview))
    })
    .await
}
