//! What people think of videos: like, dislike, or nothing.

use super::{
    accounts::by_handle,
    auth::{Caller, MaybeCaller},
    fields::Fields,
    list_query::{ListQuery, invalid, video_key},
    shapes::List,
    video_shapes::VideoItem,
    videos::{password, write_with},
};
use crate::{
    app::App,
    error::{Error, Kind, Result},
    videos::{
        self, Viewer,
        ratings::{self, Rating, RatingFilter},
    },
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{get, put},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/{id}/rate", put(rate))
        .route("/users/me/videos/{id}/rating", get(mine))
        .route("/accounts/{name}/ratings", get(of_account))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(rate, mine, of_account))]
pub struct Doc;

/// As clients write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = VideoRateType)]
enum RatingLabel {
    Like,
    Dislike,
    None,
}

impl RatingLabel {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "like" => Some(Self::Like),
            "dislike" => Some(Self::Dislike),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    fn rating(self) -> Option<Rating> {
        match self {
            Self::Like => Some(Rating::Like),
            Self::Dislike => Some(Rating::Dislike),
            Self::None => None,
        }
    }
}

impl From<Option<Rating>> for RatingLabel {
    fn from(rating: Option<Rating>) -> Self {
        match rating {
            Some(Rating::Like) => Self::Like,
            Some(Rating::Dislike) => Self::Dislike,
            None => Self::None,
        }
    }
}

/// What to think of a video from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UserVideoRateUpdate)]
#[expect(dead_code, reason = "read field by field, so that the answer names what is wrong")]
struct RateJson {
    rating: RatingLabel,
}

/// What somebody thinks of a video.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserVideoRate)]
struct MyRating {
    video_id: i64,
    rating: RatingLabel,
}

/// A video and what its viewer thinks of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountVideoRate)]
struct Rated {
    video: VideoItem,
    rating: RatingLabel,
}

/// Says what the caller thinks of a video it may see.
#[utoipa::path(put, path = "/videos/{id}/rate", tag = "videos", security(("token" = [])), params(("id" = String, Path)),
    request_body = RateJson, responses((status = 204), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn rate(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<StatusCode> {
    let (key, password, viewer) = (video_key(&id)?, password(&headers), Viewer::from(&caller));
    let wanted = fields.text("rating").as_deref().and_then(RatingLabel::parse);
    if wanted.is_none() {
        fields.wrong("rating", "Should be like, dislike or none");
    }
    fields.end()?;
    let (account, now) = (caller.account_id, app.clock.now());
    app.db
        .write(move |tx| {
            let video = videos::watch(tx, &key, &viewer, password.as_deref())?;
            ratings::rate(tx, &video, account, wanted.and_then(RatingLabel::rating), now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the caller thinks of a video.
#[utoipa::path(get, path = "/users/me/videos/{id}/rating", tag = "me", security(("token" = [])), params(("id" = String, Path)),
    responses((status = 200, body = MyRating), (status = 401), (status = 403), (status = 404)))]
async fn mine(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<MyRating>> {
    let (key, viewer) = (video_key(&id)?, Viewer::from(&caller));
    app.db
        .read(move |conn| {
            let video = videos::find(conn, &key)?;
            // Passwords do not matter for one's own opinion; privacy does.
            if video.privacy != videos::Privacy::Password {
                videos::may_watch(conn, &video, &viewer, None)?;
            }
            let rating = ratings::rating(conn, video.id, caller.account_id)?.into();
            Ok(Json(MyRating { video_id: video.id, rating }))
        })
        .await
}

/// The videos that the caller rated; nobody else may ask.
#[utoipa::path(get, path = "/accounts/{name}/ratings", tag = "accounts", security(("token" = [])), params(("name" = String, Path)),
    responses((status = 200, body = List<Rated>), (status = 401), (status = 403), (status = 404)))]
async fn of_account(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    query: ListQuery,
) -> Result<Json<List<Rated>>> {
    let slice = query.slice()?;
    let newest = match slice.sort.as_deref() {
        Some("createdAt") => false,
        None | Some("-createdAt") => true,
        Some(other) => return Err(invalid("sort", "Ratings are sorted by createdAt.", other)),
    };
    let rating = match query.text("rating") {
        Some("like") => Some(Rating::Like),
        Some("dislike") => Some(Rating::Dislike),
        None => None,
        Some(other) => return Err(invalid("rating", "Should be like or dislike", other)),
    };
    let filter = RatingFilter { rating, newest, start: slice.start, count: slice.count };
    let (account, urls) = (caller.account_id, app.urls());
    write_with(&app, Viewer::from(&MaybeCaller(Some(caller))), move |conn, writing| {
        if by_handle(conn, &urls, &name)?.id != account {
            return Err(Error::refused(
                Kind::Forbidden,
                "Only the owner of this account can manage this account resource.",
            ));
        }
        let (total, rated) = ratings::rated(conn, account, &filter)?;
        let (found, given): (Vec<_>, Vec<_>) = rated.into_iter().unzip();
        let items = writing.items(conn, &found)?;
        let data =
            items.into_iter().zip(given).map(|(video, rating)| Rated { video, rating: Some(rating).into() });
        Ok(Json(List { total, data: data.collect() }))
    })
    .await
}
