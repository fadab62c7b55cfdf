//! Pictures of the instance itself: avatar, banner, and the logos that PeerTube knows by their type.

use super::{
    auth::Caller,
    pictures::{self, Easel},
    shapes::{self, ActorImage},
};
use crate::{
    accounts::images::{self, Image},
    app::App,
    clock::Timestamp,
    error::{Error, Kind as Refused, Result},
    ids,
    media::pictures as media,
    settings::pictures::{self as instance, Kind, Picture},
    storage::Storage,
};
use axum::{
    Extension, Router,
    extract::{Path, Request, State},
    http::StatusCode,
    routing::{delete, post},
};
use std::io::Cursor;

/// Addresses of this file; the room that merges them sees to the size of bodies and the turns.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/config/instance-avatar/pick", post(pick_avatar))
        .route("/config/instance-avatar", delete(delete_avatar))
        .route("/config/instance-banner/pick", post(pick_banner))
        .route("/config/instance-banner", delete(delete_banner))
        .route("/config/instance-logo/{kind}/pick", post(pick_logo))
        .route("/config/instance-logo/{kind}", delete(delete_logo))
}

/// Sides of the favicon: tabs, home screens, and lists of installed pages.
const FAVICONS: [u32; 3] = [32, 192, 512];
/// Sides of the sign in the head of pages, for screens of one to four dots to a pixel.
const SIGNS: [u32; 2] = [68, 136];
/// The widest sign is so many times as wide as high.
const WIDEST_SIGN: u32 = 6;
/// The size that other sites show beside a link.
const PREVIEW: (u32, u32) = (1200, 630);

/// All sizes of a picture, written to the disk.
fn paint(storage: &Storage, kind: Kind, bytes: &[u8], now: Timestamp) -> Result<Vec<Picture>> {
    match kind {
        Kind::Avatar => as_of_people(storage, (kind, images::Kind::Avatar), bytes, now),
        Kind::Banner => as_of_people(storage, (kind, images::Kind::Banner), bytes, now),
        Kind::Favicon => signs(storage, kind, bytes, now, &FAVICONS),
        Kind::Sign => signs(storage, kind, bytes, now, &SIGNS),
        Kind::WideSign => {
            let mut made = Vec::new();
            for (width, height, png) in media::wide_signs(Cursor::new(bytes), &SIGNS, WIDEST_SIGN)? {
                let file = format!("{}.png", ids::new_uuid());
                storage.write_whole(&Storage::picture(&file), &png)?;
                made.push(Picture { kind, file, width, height, created_at: now });
            }
            Ok(made)
        }
        Kind::Preview => {
            let (width, height) = PREVIEW;
            let file = format!("{}.jpg", ids::new_uuid());
            let filled = media::fill(&media::decode(Cursor::new(bytes))?, width, height)?;
            pictures::write(storage, &file, &filled)?;
            Ok(vec![Picture { kind, file, width, height, created_at: now }])
        }
    }
}

/// The sizes that pictures of accounts and groups have.
fn as_of_people(
    storage: &Storage,
    (kind, theirs): (Kind, images::Kind),
    bytes: &[u8],
    now: Timestamp,
) -> Result<Vec<Picture>> {
    let made = pictures::paint(storage, theirs, bytes, now)?.into_iter();
    let of =
        |Image { file, width, height, created_at, .. }| Picture { kind, file, width, height, created_at };
    Ok(made.map(of).collect())
}

fn signs(storage: &Storage, kind: Kind, bytes: &[u8], now: Timestamp, sides: &[u32]) -> Result<Vec<Picture>> {
    let mut made = Vec::new();
    for (side, png) in sides.iter().zip(media::signs(Cursor::new(bytes), sides)?) {
        let file = format!("{}.png", ids::new_uuid());
        storage.write_whole(&Storage::picture(&file), &png)?;
        made.push(Picture { kind, file, width: *side, height: *side, created_at: now });
    }
    Ok(made)
}

async fn pick(
    app: &App,
    easel: &Easel,
    caller: &Caller,
    kind: Kind,
    field: &'static str,
    request: Request,
) -> Result<StatusCode> {
    caller.administrator()?;
    let (storage, now) = (app.storage.clone(), app.clock.now());
    let made = easel.with(app, field, request, move |bytes| paint(&storage, kind, bytes, now)).await?;
    put(app, kind, made).await
}

async fn put(app: &App, kind: Kind, made: Vec<Picture>) -> Result<StatusCode> {
    let now = app.clock.now();
    app.change_pictures(move |tx| instance::replace(tx, now, kind, &made, Storage::picture)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pictures of one kind as PeerTube writes avatars and banners.
pub(super) fn shown(app: &App, kind: Kind) -> Vec<ActorImage> {
    let all = app.pictures();
    let images: Vec<Image> = all
        .iter()
        .filter(|picture| picture.kind == kind)
        .map(|picture| Image {
            kind: if kind == Kind::Banner { images::Kind::Banner } else { images::Kind::Avatar },
            file: picture.file.clone(),
            width: picture.width,
            height: picture.height,
            created_at: picture.created_at,
        })
        .collect();
    shapes::actor_images(&app.urls(), images.iter())
}

/// The type of a logo in an address.
fn logo(name: &str) -> Result<Kind> {
    match Kind::parse(name) {
        Some(kind @ (Kind::Favicon | Kind::Sign | Kind::WideSign | Kind::Preview)) => Ok(kind),
        _ => Err(Error::refused(Refused::Bad, "A logo is favicon, header-square, header-wide or opengraph.")),
    }
}

#[utoipa::path(post, path = "/config/instance-avatar/pick", tag = "config", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403)))]
async fn pick_avatar(
    State(app): State<App>,
    Extension(easel): Extension<Easel>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode> {
    pick(&app, &easel, &caller, Kind::Avatar, "avatarfile", request).await
}

#[utoipa::path(delete, path = "/config/instance-avatar", tag = "config", security(("token" = [])), responses((status = 204), (status = 403)))]
async fn delete_avatar(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    caller.administrator()?;
    put(&app, Kind::Avatar, Vec::new()).await
}

#[utoipa::path(post, path = "/config/instance-banner/pick", tag = "config", security(("token" = [])),
    responses((status = 204), (status = 400), (status = 403)))]
async fn pick_banner(
    State(app): State<App>,
    Extension(easel): Extension<Easel>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode> {
    pick(&app, &easel, &caller, Kind::Banner, "bannerfile", request).await
}

#[utoipa::path(delete, path = "/config/instance-banner", tag = "config", security(("token" = [])), responses((status = 204), (status = 403)))]
async fn delete_banner(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    caller.administrator()?;
    put(&app, Kind::Banner, Vec::new()).await
}

/// `favicon`, `header-square`, `header-wide` or `opengraph`.
#[utoipa::path(post, path = "/config/instance-logo/{kind}/pick", tag = "config", security(("token" = [])), params(("kind" = String, Path)),
    responses((status = 204), (status = 400), (status = 403)))]
async fn pick_logo(
    State(app): State<App>,
    Extension(easel): Extension<Easel>,
    caller: Caller,
    Path(kind): Path<String>,
    request: Request,
) -> Result<StatusCode> {
    caller.administrator()?;
    pick(&app, &easel, &caller, logo(&kind)?, "logofile", request).await
}

#[utoipa::path(delete, path = "/config/instance-logo/{kind}", tag = "config", security(("token" = [])), params(("kind" = String, Path)),
    responses((status = 204), (status = 400), (status = 403)))]
async fn delete_logo(State(app): State<App>, caller: Caller, Path(kind): Path<String>) -> Result<StatusCode> {
    caller.administrator()?;
    put(&app, logo(&kind)?, Vec::new()).await
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(pick_avatar, delete_avatar, pick_banner, delete_banner, pick_logo, delete_logo))]
pub struct Doc;
