//! Reading videos: lists, one of them, what belongs to it.

use super::{
    auth::{Caller, MaybeCaller},
    file_shapes,
    list_query::{ListQuery, video_key},
    video_shapes::{More, VideoDetails, VideoItem, Writing, scheduled},
};
use crate::{
    app::App,
    error::Result,
    groups,
    moderation::{
        blocks::{self, Block},
        mutes::{self, By, Target},
    },
    text::tables,
    urls::Urls,
    videos::{self, Filter, Scope, Video, Viewer, making},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    routing::get,
};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos", get(list))
        .route("/videos/categories", get(categories))
        .route("/videos/licences", get(licences))
        .route("/videos/languages", get(languages))
        .route("/videos/privacies", get(privacies))
        .route("/videos/{id}/description", get(description))
        .route("/videos/{id}/storyboards", get(storyboards))
        .route("/accounts/{name}/videos", get(of_account))
        .route("/video-channels/{name}/videos", get(of_group))
        .route("/users/me/videos", get(mine))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    list,
    of_account,
    of_group,
    mine,
    description,
    storyboards,
    categories,
    licences,
    languages,
    privacies
))]
pub struct Doc;

/// A page of videos.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoList {
    /// How many there are in all; missing where `skipCount` was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) total: Option<u64>,
    /// The videos.
    pub(super) data: Vec<VideoItem>,
}

/// Bits of `include` (peertube-rest §2).
mod include {
    pub(super) const UNPUBLISHED: u32 = 1;
    pub(super) const BLACKLISTED: u32 = 2;
    pub(super) const BLOCKED_OWNER: u32 = 4;
    pub(super) const FILES: u32 = 8;
    pub(super) const SOURCE: u32 = 32;
    pub(super) const AUTO_TAGS: u32 = 64;
}

/// Labels of categories.
#[utoipa::path(get, path = "/videos/categories", tag = "videos", responses((status = 200, body = HashMap<String, String>)))]
async fn categories() -> Json<Labels> {
    labels(tables::CATEGORIES)
}

/// Labels of licences.
#[utoipa::path(get, path = "/videos/licences", tag = "videos", responses((status = 200, body = HashMap<String, String>)))]
async fn licences() -> Json<Labels> {
    labels(tables::LICENCES)
}

/// Labels of languages.
#[utoipa::path(get, path = "/videos/languages", tag = "videos", responses((status = 200, body = HashMap<String, String>)))]
async fn languages() -> Json<Labels> {
    labels(tables::LANGUAGES)
}

/// Labels of privacies.
#[utoipa::path(get, path = "/videos/privacies", tag = "videos", responses((status = 200, body = HashMap<String, String>)))]
async fn privacies() -> Json<Labels> {
    labels(tables::PRIVACIES)
}

/// What each number or code means, in the order of the table.
type Labels = Map<String, Value>;

fn labels<K: ToString>(table: &[(K, &str)]) -> Json<Labels> {
    Json(table.iter().map(|(id, label)| (id.to_string(), Value::from(*label))).collect())
}

/// The password of a video, when the client sends one.
pub(super) fn password(headers: &HeaderMap) -> Option<String> {
    super::extract::text_header(headers, "x-peertube-video-password")
}

/// Does something with [`Writing`] on a reader.
pub(super) async fn write_with<T, F>(app: &App, viewer: Viewer, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&Connection, &Writing<'_>) -> Result<T> + Send + 'static,
{
    let (urls, viewers, now) = (app.urls(), app.viewers.clone(), app.clock.now());
    let tracker = app.settings().p2p.enabled;
    app.db
        .read(move |conn| {
            let writing = Writing { urls: &urls, viewer, now, viewers: &viewers, tracker };
            work(conn, &writing)
        })
        .await
}

/// Finds a video for someone who wants to see it, and does something with it.
pub(super) async fn watched<T, F>(
    app: &App,
    caller: &MaybeCaller,
    headers: &HeaderMap,
    id: &str,
    work: F,
) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&Connection, &Writing<'_>, &Video) -> Result<T> + Send + 'static,
{
    let (key, password, viewer) = (video_key(id)?, password(headers), Viewer::from(caller));
    write_with(app, viewer, move |conn, writing| {
        let video = videos::watch(conn, &key, &viewer, password.as_deref())?;
        work(conn, writing, &video)
    })
    .await
}

/// A page of videos; `include` are PeerTube's bits of what items have beyond.
pub(super) async fn page(app: &App, mut filter: Filter, include: u32) -> Result<Json<VideoList>> {
    filter.muted_too = include & include::BLOCKED_OWNER != 0;
    write_with(app, filter.viewer, move |conn, writing| {
        let page = videos::list(conn, &filter)?;
        let mut data = writing.items(conn, &page.videos)?;
        if include > 0 {
            for (item, video) in data.iter_mut().zip(&page.videos) {
                item.more = more(conn, writing, video, include)?;
            }
        }
        Ok(Json(VideoList { total: page.total, data }))
    })
    .await
}

/// Says whether moderators hide a video, and the reason that they give.
fn say_hidden(conn: &Connection, video: &Video, more: &mut More) -> Result<()> {
    let block = if video.blocked.is_some() { blocks::of_video(conn, video.id)? } else { None };
    more.blacklisted = Some(block.is_some());
    more.blacklisted_reason = Some(block.as_ref().and_then(Block::told_reason).map(str::to_owned));
    more.waits_for_review = block.is_some_and(|block| block.waits());
    Ok(())
}

/// Whether the one who asks does not hear somebody, or nobody does.
fn is_muted(conn: &Connection, viewer: Option<i64>, target: Option<Target>) -> Result<bool> {
    let Some(target) = target else { return Ok(false) };
    for by in [Some(By::Instance), viewer.map(By::Account)].into_iter().flatten() {
        if mutes::is_muted(conn, by, &target)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn more(conn: &Connection, writing: &Writing<'_>, video: &Video, include: u32) -> Result<More> {
    let has = |bit: u32| include & bit != 0;
    let mut more = More::default();
    if has(include::UNPUBLISHED) {
        more.state = Some(video.state.into());
        more.wait_transcoding = Some(video.wait_transcoding);
        more.scheduled_update = scheduled(video);
    }
    if has(include::BLACKLISTED) {
        say_hidden(conn, video, &mut more)?;
    }
    if has(include::BLOCKED_OWNER) {
        let viewer = writing.viewer.account;
        more.blocked_owner = Some(is_muted(conn, viewer, video.author.map(Target::Account))?);
        more.blocked_server = Some(is_muted(conn, viewer, video.origin.clone().map(Target::Host))?);
    }
    if has(include::FILES) {
        let (playlists, files) = writing.files(conn, video)?;
        more.streaming_playlists = Some(playlists);
        more.files = Some(files);
    }
    if has(include::SOURCE) {
        let source = making::source(conn, video.id)?;
        more.video_source = Some(source.map(|source| file_shapes::source(writing.urls, video, &source)));
    }
    if has(include::AUTO_TAGS) {
        more.automatic_tags = Some(Vec::new());
    }
    Ok(more)
}

/// Videos of this instance.
#[utoipa::path(get, path = "/videos", tag = "videos", responses((status = 200, body = VideoList)))]
pub(super) async fn list(
    State(app): State<App>,
    caller: MaybeCaller,
    query: ListQuery,
) -> Result<Json<VideoList>> {
    let viewer = Viewer::from(&caller);
    let include = query.include(viewer)?;
    let mut filter = query.filter(viewer, "-publishedAt")?;
    if filter.sort == videos::Sort::Match {
        return Err(super::list_query::invalid(
            "sort",
            "Invalid value",
            query.text("sort").unwrap_or_default(),
        ));
    }
    if viewer.moderates && (include & include::UNPUBLISHED != 0 || asks_for_hidden(&filter)) {
        filter.scope = Scope::All;
    }
    let host = query.text("host");
    filter.origin = host.map(|host| (host != app.urls().host()).then(|| host.to_owned()));
    query.sensitive(&app, &caller, &mut filter).await?;
    page(&app, filter, include).await
}

/// Whether a filter names what lists do not show to everyone.
fn asks_for_hidden(filter: &Filter) -> bool {
    !filter.privacies.is_empty() || !filter.states.is_empty()
}

/// What an account sent, in whichever groups.
#[utoipa::path(get, path = "/accounts/{name}/videos", tag = "videos", params(("name" = String, Path)), responses((status = 200, body = VideoList)))]
pub(super) async fn of_account(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<VideoList>> {
    let account = super::accounts::named(&app, name).await?;
    published(&app, &caller, &query, Scope::OfAuthor(account.id)).await
}

/// What a group published.
#[utoipa::path(get, path = "/video-channels/{name}/videos", tag = "videos", params(("name" = String, Path)), responses((status = 200, body = VideoList)))]
pub(super) async fn of_group(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<VideoList>> {
    let group = super::groups::named(&app, name).await?;
    published(&app, &caller, &query, Scope::OfGroups(vec![group.id])).await
}

async fn published(
    app: &App,
    caller: &MaybeCaller,
    query: &ListQuery,
    scope: Scope,
) -> Result<Json<VideoList>> {
    let viewer = Viewer::from(caller);
    let include = query.include(viewer)?;
    let mut filter = query.filter(viewer, "-createdAt")?;
    let all = viewer.moderates && (include & include::UNPUBLISHED != 0 || asks_for_hidden(&filter));
    filter.scope = if all { scope.unlisted_too() } else { scope };
    query.sensitive(app, caller, &mut filter).await?;
    page(app, filter, include).await
}

/// All videos of the groups that the caller may publish in, with how their making goes.
#[utoipa::path(get, path = "/users/me/videos", tag = "videos", responses((status = 200, body = VideoList)))]
pub(super) async fn mine(
    State(app): State<App>,
    caller: Caller,
    query: ListQuery,
) -> Result<Json<VideoList>> {
    let viewer = Viewer::from(&caller);
    let mut filter = query.filter(viewer, "-createdAt")?;
    filter.made = query.made()?;
    let wanted = query.text("channelId").and_then(|id| id.parse::<i64>().ok());
    let (account, board) = (caller.account_id, app.board.clone());
    write_with(&app, viewer, move |conn, writing| {
        let mut groups: Vec<i64> =
            groups::of_publisher(conn, account)?.into_iter().map(|group| group.id).collect();
        if let Some(wanted) = wanted {
            groups.retain(|group| *group == wanted);
        }
        filter.scope = Scope::Managed(groups);
        let page = videos::list(conn, &filter)?;
        let mut data = writing.items(conn, &page.videos)?;
        let ids: Vec<i64> = page.videos.iter().map(|video| video.id).collect();
        let sizes = making::sizes(conn, &ids)?;
        for (item, video) in data.iter_mut().zip(&page.videos) {
            item.more = More {
                size_on_disk: sizes.get(&video.id).copied(),
                state: Some(video.state.into()),
                wait_transcoding: Some(video.wait_transcoding),
                scheduled_update: scheduled(video),
                progress: Some(super::progress::of(conn, &board, writing.now, video)?),
                ..More::default()
            };
            say_hidden(conn, video, &mut item.more)?;
        }
        Ok(Json(VideoList { total: page.total, data }))
    })
    .await
}

/// One video.
#[utoipa::path(get, path = "/videos/{id}", tag = "videos", params(("id" = String, Path, description = "number, UUID or short UUID")), responses((status = 200, body = VideoDetails)))]
pub(super) async fn one(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<VideoDetails>> {
    let details =
        watched(&app, &caller, &headers, &id, |conn, writing, video| writing.details(conn, video)).await?;
    Ok(Json(details))
}

/// The whole description of a video.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoDescription)]
pub(super) struct Description {
    description: String,
}

/// The whole description.
#[utoipa::path(get, path = "/videos/{id}/description", tag = "videos", params(("id" = String, Path)), responses((status = 200, body = Description)))]
pub(super) async fn description(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Description>> {
    watched(&app, &caller, &headers, &id, |_, _, video| {
        Ok(Json(Description { description: video.description.clone().unwrap_or_default() }))
    })
    .await
}

/// Preview sprites of a video: one sheet, or none yet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Storyboards {
    storyboards: Vec<Sheet>,
}

/// A sheet of small pictures, line by line.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Storyboard)]
struct Sheet {
    file_url: String,
    storyboard_path: String,
    total_height: u32,
    total_width: u32,
    sprite_width: u32,
    sprite_height: u32,
    /// Seconds of film that each picture stands for.
    sprite_duration: u32,
}

/// Preview sprites.
#[utoipa::path(get, path = "/videos/{id}/storyboards", tag = "videos", params(("id" = String, Path)), responses((status = 200, body = Storyboards)))]
pub(super) async fn storyboards(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Storyboards>> {
    watched(&app, &caller, &headers, &id, |conn, writing, video| {
        let pictures = videos::pictures(conn, &[video.id])?;
        let storyboard = pictures.get(&video.id).and_then(|pictures| pictures.storyboard.as_ref());
        let storyboards = storyboard
            .map(|picture| {
                let path = Urls::lazy_static_path("storyboards", &picture.file);
                Sheet {
                    file_url: writing.urls.absolute(&path),
                    storyboard_path: path,
                    total_height: picture.height,
                    total_width: picture.width,
                    sprite_width: picture.sprite_width,
                    sprite_height: picture.sprite_height,
                    sprite_duration: picture.sprite_seconds,
                }
            })
            .into_iter()
            .collect();
        Ok(Json(Storyboards { storyboards }))
    })
    .await
}
