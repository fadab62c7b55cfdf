//! Avatars and banners. What people send is decoded, cut, and written anew in the sizes of PeerTube, so that no
//! metadata and no surprise inside a file reaches anybody.

use super::{
    auth::Caller,
    form::Form,
    groups::by_handle,
    instance_pictures,
    shapes::{self, ActorImage},
};
use crate::{
    accounts::images::{self, Image, Kind, Whose},
    app::App,
    clock::Timestamp,
    error::{Error, InvalidField, Location, Result},
    groups::{
        self,
        log::{Action, Note},
    },
    ids,
    media::pictures,
    storage::Storage,
};
use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Request, State},
    http::StatusCode,
    routing::{delete, post},
};
use image::RgbImage;
use rusqlite::Transaction;
use serde::Serialize;
use std::{io::Cursor, sync::Arc};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

/// Bytes of a picture, as `/config` says.
const MOST: usize = super::config::MAX_PICTURE as usize;
/// Widths of square avatars.
const AVATARS: [u32; 4] = [48, 120, 600, 1500];
/// Sizes of banners.
const BANNERS: [(u32, u32); 2] = [(600, 99), (1920, 317)];

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/users/me/avatar/pick", post(pick_mine))
        .route("/users/me/avatar", delete(delete_mine))
        .route("/users/me/banner/pick", post(pick_my_banner))
        .route("/users/me/banner", delete(delete_my_banner))
        .route("/video-channels/{handle}/avatar/pick", post(pick_avatar))
        .route("/video-channels/{handle}/avatar", delete(delete_avatar))
        .route("/video-channels/{handle}/banner/pick", post(pick_banner))
        .route("/video-channels/{handle}/banner", delete(delete_banner))
        .merge(instance_pictures::routes())
        // The form has some hundred bytes around the picture.
        .layer(DefaultBodyLimit::max(MOST + (64 << 10)))
        .layer(Extension(Easel(Arc::new(Semaphore::new(1)))))
}

/// One picture is decoded at a time: a large one takes hundreds of megabytes.
#[derive(Clone)]
pub(super) struct Easel(Arc<Semaphore>);

impl Easel {
    /// Reads the picture that a form brings in `field`, and does something with its bytes when it is its turn. What is no
    /// picture is refused with the name of the field.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        app: &App,
        field: &'static str,
        request: Request,
        paint: impl FnOnce(&[u8]) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let Ok(mut multipart) = Multipart::from_request(request, app).await else {
            return Err(refused(field));
        };
        let mut form = Form::read(&mut multipart, MOST).await?;
        let Some(file) = form.files.remove(field) else { return Err(refused(field)) };
        let permit = self.0.acquire().await.map_err(Error::internal)?;
        let made = tokio::task::spawn_blocking(move || paint(&file.bytes)).await.map_err(Error::internal)?;
        drop(permit);
        made.map_err(|error| match error {
            Error::Media(error) if !error.may_pass() => refused_because(field, &error.to_string()),
            other => other,
        })
    }

    /// Decodes, cuts, writes the files and their rows, and answers them as PeerTube does.
    async fn pick(
        &self,
        app: &App,
        (whose, by): (Whose, i64),
        kind: Kind,
        request: Request,
    ) -> Result<Vec<ActorImage>> {
        let field = match kind {
            Kind::Avatar => "avatarfile",
            Kind::Banner => "bannerfile",
        };
        let now = app.clock.now();
        let storage = app.storage.clone();
        let images = self.with(app, field, request, move |bytes| paint(&storage, kind, bytes, now)).await?;
        let rows = images.clone();
        app.db.write(move |tx| put(tx, now, (whose, by), kind, &rows)).await?;
        Ok(shapes::actor_images(&app.urls(), images.iter()))
    }
}

fn refused(field: &'static str) -> Error {
    refused_because(field, "send a JPEG, PNG, WebP or GIF of at most 8 MB")
}

fn refused_because(field: &'static str, why: &str) -> Error {
    let rule = format!("This picture cannot be used: {why}.");
    Error::Invalid(vec![InvalidField {
        field: field.into(),
        rule: rule.into(),
        location: Location::Body,
        value: None,
    }])
}

/// Writes all sizes that the picture is large enough for, and the smallest in any case.
pub(super) fn paint(storage: &Storage, kind: Kind, bytes: &[u8], now: Timestamp) -> Result<Vec<Image>> {
    let picture = pictures::decode(Cursor::new(bytes))?;
    let sizes: Vec<(u32, u32)> = match kind {
        Kind::Avatar => AVATARS.map(|side| (side, side)).to_vec(),
        Kind::Banner => BANNERS.to_vec(),
    };
    let (most_width, most_height) = sizes.last().copied().unwrap_or((1, 1));
    let cut = pictures::cut(&picture, most_width, most_height);
    drop(picture);
    let mut images = Vec::new();
    for (at, (width, height)) in sizes.into_iter().enumerate() {
        // A banner of a small picture is stretched: pages show it over their whole width.
        if at > 0 && cut.width() < width && kind == Kind::Avatar {
            break;
        }
        let file = format!("{}.jpg", ids::new_uuid());
        let scaled = pictures::fill(&cut, width, height)?;
        write(storage, &file, &scaled)?;
        images.push(Image { kind, file, width, height, created_at: now });
    }
    Ok(images)
}

/// Writes a JPEG whose name survives a power cut, so that a row may hold it.
pub(super) fn write(storage: &Storage, file: &str, picture: &RgbImage) -> Result<()> {
    let relative = Storage::picture(file);
    pictures::write_jpeg(picture, &storage.path(&relative)?)?;
    storage.sync_folder_of(&relative)
}

/// Puts pictures in the place of others.
fn put(
    tx: &Transaction<'_>,
    now: Timestamp,
    (whose, by): (Whose, i64),
    kind: Kind,
    images: &[Image],
) -> Result<()> {
    images::replace(tx, now, whose, kind, images)?;
    if let Whose::Group(group) = whose {
        let note = Note { detail: Some(kind.folder()), ..Note::default() };
        groups::log::write(tx, now, group, by, Action::Pictured, &note)?;
    }
    Ok(())
}

async fn clear(app: &App, whose: (Whose, i64), kind: Kind) -> Result<()> {
    let now = app.clock.now();
    app.db.write(move |tx| put(tx, now, whose, kind, &[])).await
}

async fn clear_of_group(app: &App, caller: &Caller, handle: String, kind: Kind) -> Result<StatusCode> {
    let whose = own_group(app, caller, handle).await?;
    clear(app, whose, kind).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn myself(caller: &Caller) -> (Whose, i64) {
    (Whose::Account(caller.account_id), caller.account_id)
}

/// The group of a handle, when the caller may change it.
async fn own_group(app: &App, caller: &Caller, handle: String) -> Result<(Whose, i64)> {
    let (urls, (account, role)) = (app.urls(), caller.acting());
    app.db
        .read(move |conn| {
            let group = by_handle(conn, &urls, &handle)?;
            groups::check(conn, &group, (account, role), groups::Deed::Describe)?;
            Ok((Whose::Group(group.id), account))
        })
        .await
}

/// Avatars in all sizes.
#[derive(Debug, Serialize, ToSchema)]
struct Avatars {
    avatars: Vec<ActorImage>,
}

/// A banner in all sizes.
#[derive(Debug, Serialize, ToSchema)]
struct Banners {
    banners: Vec<ActorImage>,
}

#[utoipa::path(post, path = "/users/me/avatar/pick", tag = "me", security(("token" = [])), responses((status = 200, body = Avatars), (status = 400)))]
async fn pick_mine(
    State(app): State<App>,
    Extension(easel): Extension<Easel>,
    caller: Caller,
    request: Request,
) -> Result<Json<Avatars>> {
    let avatars = easel.pick(&app, myself(&caller), Kind::Avatar, request).await?;
    Ok(Json(Avatars { avatars }))
}

#[utoipa::path(delete, path = "/users/me/avatar", tag = "me", security(("token" = [])), responses((status = 200, body = Avatars)))]
async fn delete_mine(State(app): State<App>, caller: Caller) -> Result<Json<Avatars>> {
    clear(&app, myself(&caller), Kind::Avatar).await?;
    Ok(Json(Avatars { avatars: Vec::new() }))
}

/// PeerTube knows no banners of accounts; these are asked for as those of groups are.
#[utoipa::path(post, path = "/users/me/banner/pick", tag = "me", security(("token" = [])), responses((status = 200, body = Banners), (status = 400)))]
async fn pick_my_banner(
    State(app): State<App>,
    Extension(easel): Extension<Easel>,
    caller: Caller,
    request: Request,
) -> Result<Json<Banners>> {
    Ok(Json(Banners { banners: easel.pick(&app, myself(&caller), Kind::Banner, request).await? }))
}

#[utoipa::path(delete, path = "/users/me/banner", tag = "me", security(("token" = [])), responses((status = 204)))]
async fn delete_my_banner(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    clear(&app, myself(&caller), Kind::Banner).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/video-channels/{handle}/avatar/pick", tag = "groups", security(("token" = [])), responses((status = 200, body = Avatars), (status = 400)))]
async fn pick_avatar(
    State(app): State<App>,
    Extension(easel): Extension<Easel>,
    caller: Caller,
    Path(handle): Path<String>,
    request: Request,
) -> Result<Json<Avatars>> {
    let whose = own_group(&app, &caller, handle).await?;
    Ok(Json(Avatars { avatars: easel.pick(&app, whose, Kind::Avatar, request).await? }))
}

#[utoipa::path(post, path = "/video-channels/{handle}/banner/pick", tag = "groups", security(("token" = [])), responses((status = 200, body = Banners), (status = 400)))]
async fn pick_banner(
    State(app): State<App>,
    Extension(easel): Extension<Easel>,
    caller: Caller,
    Path(handle): Path<String>,
    request: Request,
) -> Result<Json<Banners>> {
    let whose = own_group(&app, &caller, handle).await?;
    Ok(Json(Banners { banners: easel.pick(&app, whose, Kind::Banner, request).await? }))
}

#[utoipa::path(delete, path = "/video-channels/{handle}/avatar", tag = "groups", security(("token" = [])), responses((status = 204)))]
async fn delete_avatar(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
) -> Result<StatusCode> {
    clear_of_group(&app, &caller, handle, Kind::Avatar).await
}

#[utoipa::path(delete, path = "/video-channels/{handle}/banner", tag = "groups", security(("token" = [])), responses((status = 204)))]
async fn delete_banner(
    State(app): State<App>,
    caller: Caller,
    Path(handle): Path<String>,
) -> Result<StatusCode> {
    clear_of_group(&app, &caller, handle, Kind::Banner).await
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    pick_mine,
    delete_mine,
    pick_my_banner,
    delete_my_banner,
    pick_avatar,
    pick_banner,
    delete_avatar,
    delete_banner
))]
pub struct Doc;
