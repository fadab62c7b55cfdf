//! Videos that one gives to somebody else, and those that one is given, as PeerTube's changes of ownership.

use super::{
    accounts,
    address::Client,
    auth::Caller,
    doors::Doors,
    fields::Fields,
    list_query::{ListQuery, invalid, video_key},
    shapes::{AccountJson, Actors, List},
    video_shapes::{VideoItem, Writing},
    videos::write_with,
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, Result},
    videos::{
        self, Video, Viewer,
        offers::{self, Offer, State as OfferState},
    },
};
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/{id}/give-ownership", post(give).get(given).delete(withdraw))
        .route("/videos/ownership", get(list))
        .route("/videos/ownership/{id}/accept", post(accept))
        .route("/videos/ownership/{id}/refuse", post(refuse))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(give, given, withdraw, list, accept, refuse))]
pub struct Doc;

/// That somebody wants to give a video to somebody else.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoChangeOwnership)]
struct OfferJson {
    id: i64,
    status: Status,
    initiator_account: AccountJson,
    next_owner_account: AccountJson,
    video: VideoItem,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// PeerTube's word for what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = VideoChangeOwnershipStatus)]
enum Status {
    Waiting,
    Accepted,
    Refused,
}

impl From<OfferState> for Status {
    fn from(state: OfferState) -> Self {
        match state {
            OfferState::Waiting => Self::Waiting,
            OfferState::Accepted => Self::Accepted,
            OfferState::Refused => Self::Refused,
        }
    }
}

/// To whom a video is offered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoOwnershipOffer)]
struct Given {
    /// Null when it is offered to nobody.
    #[schema(required)]
    offer: Option<OfferJson>,
}

/// Who is to have a video.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = VideoOwnershipGive)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Give {
    username: String,
}

/// Where a video is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoChangeOwnershipAccept)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct Accept {
    /// A group for which one publishes.
    channel_id: i64,
}

fn json(conn: &Connection, writing: &Writing<'_>, found: &[Offer]) -> Result<Vec<OfferJson>> {
    let accounts: Vec<i64> = found.iter().flat_map(|offer| [offer.from, offer.to]).collect();
    let actors = Actors::load(conn, writing.urls, &accounts, &[])?;
    let ids: Vec<i64> = found.iter().map(|offer| offer.video).collect();
    let films: Vec<Video> = videos::find_many(conn, &ids)?.into_values().collect();
    let mut items: HashMap<i64, VideoItem> =
        films.iter().map(|film| film.id).zip(writing.items(conn, &films)?).collect();
    let mut offers = Vec::new();
    for offer in found {
        let missing = || Error::internal("an offer of what is not there");
        // The same video may have been offered before.
        let video = match items.remove(&offer.video) {
            Some(item) => item,
            None => {
                let film = videos::by_id(conn, offer.video)?;
                writing.items(conn, &[film])?.pop().ok_or_else(missing)?
            }
        };
        offers.push(OfferJson {
            id: offer.id,
            status: offer.state.into(),
            initiator_account: actors.account(offer.from).ok_or_else(missing)?,
            next_owner_account: actors.account(offer.to).ok_or_else(missing)?,
            video,
            created_at: offer.created_at,
        });
    }
    Ok(offers)
}

/// Offers a video to an account of this server. One that was offered to somebody else is taken back.
#[utoipa::path(post, path = "/videos/{id}/give-ownership", tag = "ownership", security(("token" = [])),
    params(("id" = String, Path)), request_body = Give,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404), (status = 429)))]
async fn give(
    State(app): State<App>,
    Extension(doors): Extension<Doors>,
    client: Client,
    caller: Caller,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let key = video_key(&id)?;
    let name = fields.handle("username");
    fields.end()?;
    let (now, viewer, urls) = (app.clock.now(), Viewer::from(&caller), app.urls());
    doors.approach(now, client, caller.account_id)?;
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            videos::may_manage(tx, &video, &viewer)?;
            let to = match accounts::by_handle(tx, &urls, &name) {
                Ok(account) => account.id,
                Err(error) if error.is_not_found() => {
                    return Err(Error::invalid("username", "Nobody here has this name."));
                }
                Err(error) => return Err(error),
            };
            offers::give(tx, now, &viewer, &video, to).map(drop)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// To whom a video is offered.
#[utoipa::path(get, path = "/videos/{id}/give-ownership", tag = "ownership", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Given), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn given(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Given>> {
    let (key, viewer) = (video_key(&id)?, Viewer::from(&caller));
    write_with(&app, viewer, move |conn, writing| {
        let video = videos::find(conn, &key)?;
        videos::may_manage(conn, &video, &viewer)?;
        let waiting: Vec<Offer> = offers::waiting(conn, video.id)?.into_iter().collect();
        Ok(Json(Given { offer: json(conn, writing, &waiting)?.pop() }))
    })
    .await
}

/// Takes an offer back that nobody has answered.
#[utoipa::path(delete, path = "/videos/{id}/give-ownership", tag = "ownership", security(("token" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn withdraw(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    let (key, viewer) = (video_key(&id)?, Viewer::from(&caller));
    app.db.write(move |tx| offers::withdraw(tx, &viewer, &videos::find(tx, &key)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What one was offered, what waits first; with `status=WAITING` only that.
#[utoipa::path(get, path = "/videos/ownership", tag = "ownership", security(("token" = [])),
    params(("start" = Option<u32>, Query), ("count" = Option<u32>, Query), ("sort" = Option<String>, Query),
        ("status" = Option<String>, Query)),
    responses((status = 200, body = List<OfferJson>), (status = 400), (status = 401)))]
async fn list(State(app): State<App>, caller: Caller, query: ListQuery) -> Result<Json<List<OfferJson>>> {
    let slice = query.slice()?;
    if let Some(sort) = slice.sort.as_deref().filter(|sort| *sort != "-createdAt") {
        return Err(invalid("sort", "-createdAt", sort));
    }
    let waiting = match query.text("status") {
        None => false,
        Some("WAITING") => true,
        Some(other) => return Err(invalid("status", "WAITING", other)),
    };
    let account = caller.account_id;
    write_with(&app, Viewer::from(&caller), move |conn, writing| {
        let (total, found) = offers::list(conn, account, waiting, slice.start, slice.count)?;
        Ok(Json(List { total, data: json(conn, writing, &found)? }))
    })
    .await
}

/// Takes a video that one was offered into a group.
#[utoipa::path(post, path = "/videos/ownership/{id}/accept", tag = "ownership", security(("token" = [])),
    params(("id" = i64, Path)), request_body = Accept,
    responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409), (status = 413)))]
async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let group = fields.integer("channelId");
    if group.is_none() && !fields.is_wrong("channelId") {
        fields.wrong("channelId", "The number of a group that you publish for.");
    }
    fields.end()?;
    let (now, account, group) = (app.clock.now(), caller.account_id, group.unwrap_or_default());
    app.db.write(move |tx| offers::accept(tx, now, account, id, group).map(drop)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Does not take a video that one was offered.
#[utoipa::path(post, path = "/videos/ownership/{id}/refuse", tag = "ownership", security(("token" = [])),
    params(("id" = i64, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
async fn refuse(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    let (now, account) = (app.clock.now(), caller.account_id);
    app.db.write(move |tx| offers::refuse(tx, now, account, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
