//! Comments below a video: threads, answers, and what is done with them.

use super::{
    address::Client,
    auth::{Caller, MaybeCaller},
    comment_shapes::{self, CommentJson, TreeJson},
    doors::Doors,
    fields::Fields,
    list_query::{ListQuery, invalid, video_key},
    shapes::List,
    videos::{password, watched},
};
use crate::{
    app::App,
    clock::Timestamp,
    comments::{self, Comment, NewComment, Order, RemovedBy},
    error::{Error, InvalidField, Location, Result},
    limiter::Asker,
    moderation::log::{self, About, Action},
    videos::{self, Video, Viewer},
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post, put},
};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/{id}/comment-threads", get(threads).post(begin))
        .route("/videos/{id}/comment-threads/{threadId}", get(thread))
        .route("/videos/{id}/comments/{commentId}", get(way).post(reply).put(edit).delete(remove))
        .route("/videos/{id}/comments/{commentId}/replies", get(replies))
        .route("/videos/{id}/comments/{commentId}/approve", post(approve))
        .route("/videos/{id}/comments/{commentId}/pin", put(pin).delete(unpin))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(threads, begin, thread, way, reply, edit, remove, replies, approve, pin, unpin))]
pub struct Doc;

/// A page of threads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoCommentThreads)]
struct ThreadsJson {
    total: u64,
    data: Vec<CommentJson>,
    /// Threads and answers.
    total_not_deleted_comments: u64,
}

/// A comment that was just written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoCommentMade)]
struct Made {
    comment: CommentJson,
}

/// What somebody says.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = VideoCommentCreate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct TextJson {
    /// Markdown.
    text: String,
}

/// Reads the part of a path that names a comment.
pub(super) fn comment_id(name: &'static str, text: &str) -> Result<i64> {
    text.parse().ok().filter(|id| *id > 0).ok_or_else(|| {
        Error::Invalid(vec![InvalidField {
            field: name.into(),
            rule: "Invalid value".into(),
            location: Location::Params,
            value: Some(text.chars().take(50).collect::<String>().into()),
        }])
    })
}

/// Threads of a video, newest first where no other order is asked for; a pinned one is before all others.
#[utoipa::path(get, path = "/videos/{id}/comment-threads", tag = "comments",
    params(("id" = String, Path), ("start" = Option<u32>, Query), ("count" = Option<u32>, Query),
        ("sort" = Option<String>, Query, description = "createdAt or totalReplies, `-` before it for downwards")),
    responses((status = 200, body = ThreadsJson), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn threads(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<ThreadsJson>> {
    let slice = query.slice()?;
    let order = match slice.sort.as_deref() {
        None | Some("-createdAt") => Order::Newest,
        Some("createdAt") => Order::Oldest,
        Some("-totalReplies") => Order::Busiest,
        Some("totalReplies") => Order::Quietest,
        Some(other) => {
            return Err(invalid("sort", "Threads are sorted by createdAt or totalReplies.", other));
        }
    };
    watched(&app, &caller, &headers, &id, move |conn, writing, video| {
        let found = comments::threads(conn, &writing.viewer, video, order, slice.start, slice.count)?;
        Ok(Json(ThreadsJson {
            total: found.total,
            total_not_deleted_comments: found.comments,
            data: comment_shapes::comments(conn, writing.urls, video, &found.page)?,
        }))
    })
    .await
}

/// A thread with its answers: all of them, where there are not more than some hundred.
#[utoipa::path(get, path = "/videos/{id}/comment-threads/{threadId}", tag = "comments",
    params(("id" = String, Path), ("threadId" = i64, Path)),
    responses((status = 200, body = TreeJson), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn thread(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path((id, thread)): Path<(String, String)>,
) -> Result<Json<TreeJson>> {
    let thread = comment_id("threadId", &thread)?;
    tree(&app, &caller, &headers, &id, move |conn, viewer, video| {
        comments::thread(conn, viewer, video, thread)
    })
    .await
}

/// The way from the first comment of a thread to one comment, for links to it.
#[utoipa::path(get, path = "/videos/{id}/comments/{commentId}", tag = "comments",
    params(("id" = String, Path), ("commentId" = i64, Path)),
    responses((status = 200, body = TreeJson), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn way(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path((id, comment)): Path<(String, String)>,
) -> Result<Json<TreeJson>> {
    let comment = comment_id("commentId", &comment)?;
    tree(&app, &caller, &headers, &id, move |conn, viewer, video| {
        comments::way_to(conn, viewer, video, comment)
    })
    .await
}

async fn tree(
    app: &App,
    caller: &MaybeCaller,
    headers: &HeaderMap,
    id: &str,
    find: impl FnOnce(&rusqlite::Connection, &Viewer, &Video) -> Result<comments::Node> + Send + 'static,
) -> Result<Json<TreeJson>> {
    watched(app, caller, headers, id, move |conn, writing, video| {
        let node = find(conn, &writing.viewer, video)?;
        let trees = comment_shapes::trees(conn, writing.urls, video, &[node])?;
        trees.into_iter().next().map(Json).ok_or_else(|| Error::internal("no tree of one node"))
    })
    .await
}

/// Answers to a comment, oldest first, each with some of what answers it.
#[utoipa::path(get, path = "/videos/{id}/comments/{commentId}/replies", tag = "comments",
    params(("id" = String, Path), ("commentId" = i64, Path), ("start" = Option<u32>, Query), ("count" = Option<u32>, Query)),
    responses((status = 200, body = List<TreeJson>), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn replies(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path((id, comment)): Path<(String, String)>,
    query: ListQuery,
) -> Result<Json<List<TreeJson>>> {
    let comment = comment_id("commentId", &comment)?;
    let (start, count) = query.page()?;
    watched(&app, &caller, &headers, &id, move |conn, writing, video| {
        let (total, nodes) = comments::replies(conn, &writing.viewer, video, comment, start, count)?;
        Ok(Json(List { total, data: comment_shapes::trees(conn, writing.urls, video, &nodes)? }))
    })
    .await
}

/// Begins a thread.
#[utoipa::path(post, path = "/videos/{id}/comment-threads", tag = "comments", security(("token" = [])),
    params(("id" = String, Path)), request_body = TextJson,
    responses((status = 200, body = Made), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 429)))]
async fn begin(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Json<Made>> {
    write(&app, &doors, client, &caller, &headers, &id, None, fields).await
}

/// Answers a comment.
#[utoipa::path(post, path = "/videos/{id}/comments/{commentId}", tag = "comments", security(("token" = [])),
    params(("id" = String, Path), ("commentId" = i64, Path)), request_body = TextJson,
    responses((status = 200, body = Made), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 429)))]
async fn reply(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    headers: HeaderMap,
    Path((id, comment)): Path<(String, String)>,
    fields: Fields,
) -> Result<Json<Made>> {
    let comment = comment_id("commentId", &comment)?;
    write(&app, &doors, client, &caller, &headers, &id, Some(comment), fields).await
}

#[expect(clippy::too_many_arguments, reason = "what the two requests before share")]
async fn write(
    app: &App,
    doors: &Doors,
    client: Client,
    caller: &Caller,
    headers: &HeaderMap,
    id: &str,
    reply_to: Option<i64>,
    fields: Fields,
) -> Result<Json<Made>> {
    let first_wait = app.settings().review.first_comments;
    let new =
        NewComment { text: said(app, doors, client, caller, fields)?, reply_to, origin: None, first_wait };
    let (now, urls, viewer) = (app.clock.now(), app.urls(), Viewer::from(caller));
    told(app, caller, headers, id, move |tx, video| {
        comments::write(tx, now, &viewer, video, &new, urls.host())
    })
    .await
}

/// Ours: changes the text of one's own comment.
#[utoipa::path(put, path = "/videos/{id}/comments/{commentId}", tag = "comments", security(("token" = [])),
    params(("id" = String, Path), ("commentId" = i64, Path)), request_body = TextJson,
    responses((status = 200, body = Made), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 429)))]
async fn edit(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    headers: HeaderMap,
    Path((id, comment)): Path<(String, String)>,
    fields: Fields,
) -> Result<Json<Made>> {
    let comment = comment_id("commentId", &comment)?;
    let first_wait = app.settings().review.first_comments;
    let text = said(&app, &doors, client, &caller, fields)?;
    let new = NewComment { text, first_wait, ..NewComment::default() };
    let (now, urls, viewer) = (app.clock.now(), app.urls(), Viewer::from(&caller));
    told(&app, &caller, &headers, &id, move |tx, video| {
        comments::edit(tx, now, &viewer, video, comment, &new, urls.host())
    })
    .await
}

/// Reads what somebody says, who does not say too much in a short time.
fn said(app: &App, doors: &Doors, client: Client, caller: &Caller, mut fields: Fields) -> Result<String> {
    let text = fields.text("text").unwrap_or_default();
    fields.end()?;
    if !caller.role.is_staff() {
        doors.comment(app.clock.now(), Asker::of(client.0), caller.account_id)?;
    }
    Ok(text)
}

/// Writes or changes a comment, and tells how it is now.
async fn told<F>(app: &App, caller: &Caller, headers: &HeaderMap, id: &str, work: F) -> Result<Json<Made>>
where
    F: FnOnce(&Transaction<'_>, &Video) -> Result<Comment> + Send + 'static,
{
    let urls = app.urls();
    changed(app, caller, headers, id, move |tx, video| {
        let comment = work(tx, video)?;
        Ok(Json(Made { comment: comment_shapes::one(tx, &urls, video, comment)? }))
    })
    .await
}

/// Removes a comment: its author may, and who looks after the video or the instance.
#[utoipa::path(delete, path = "/videos/{id}/comments/{commentId}", tag = "comments", security(("token" = [])),
    params(("id" = String, Path), ("commentId" = i64, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409)))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode> {
    let me = caller.account_id;
    done(&app, &caller, &headers, path, move |tx, now, viewer, video, comment| {
        let (author, by) = comments::remove(tx, now, viewer, video, comment)?;
        if by == RemovedBy::Staff {
            let about = About {
                account: author,
                video: Some(video.uuid),
                detail: Some(video.name.clone()),
                ..About::default()
            };
            log::write(tx, now, me, Action::CommentRemoved, &about)?;
        }
        Ok(())
    })
    .await
}

/// Shows a held comment to everybody.
#[utoipa::path(post, path = "/videos/{id}/comments/{commentId}/approve", tag = "comments", security(("token" = [])),
    params(("id" = String, Path), ("commentId" = i64, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409)))]
async fn approve(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode> {
    done(&app, &caller, &headers, path, comments::approve).await
}

/// Ours: puts the first comment of a thread above all others of its video.
#[utoipa::path(put, path = "/videos/{id}/comments/{commentId}/pin", tag = "comments", security(("token" = [])),
    params(("id" = String, Path), ("commentId" = i64, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409)))]
async fn pin(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode> {
    done(&app, &caller, &headers, path, |tx, now, viewer, video, comment| {
        comments::pin(tx, now, viewer, video, comment, true)
    })
    .await
}

/// Ours: takes it down again.
#[utoipa::path(delete, path = "/videos/{id}/comments/{commentId}/pin", tag = "comments", security(("token" = [])),
    params(("id" = String, Path), ("commentId" = i64, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn unpin(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode> {
    done(&app, &caller, &headers, path, |tx, now, viewer, video, comment| {
        comments::pin(tx, now, viewer, video, comment, false)
    })
    .await
}

/// Does something with the comment that a path names.
async fn done<F>(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    (id, comment): (String, String),
    work: F,
) -> Result<StatusCode>
where
    F: FnOnce(&Transaction<'_>, Timestamp, &Viewer, &Video, i64) -> Result<()> + Send + 'static,
{
    let comment = comment_id("commentId", &comment)?;
    let (now, viewer) = (app.clock.now(), Viewer::from(caller));
    changed(app, caller, headers, &id, move |tx, video| work(tx, now, &viewer, video, comment)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Does something below a video that the caller may see.
async fn changed<T, F>(app: &App, caller: &Caller, headers: &HeaderMap, id: &str, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&Transaction<'_>, &Video) -> Result<T> + Send + 'static,
{
    let (key, password, viewer) = (video_key(id)?, password(headers), Viewer::from(caller));
    app.db
        .write(move |tx| {
            let video = videos::watch(tx, &key, &viewer, password.as_deref())?;
            work(tx, &video)
        })
        .await
}
