//! Captions, chapters, passwords and file tokens of videos.

use super::{
    auth::{Caller, MaybeCaller},
    extract::Body,
    form::Form,
    labels::LanguageLabel,
    list_query::{ListQuery, video_key},
    shapes::List,
    video_edit::managed,
    videos::watched,
};
use crate::{
    app::App,
    clock::Timestamp,
    error::{Error, InvalidField, Kind, Location, Result},
    ids,
    storage::Storage,
    text::{captions, tables},
    urls::Urls,
    videos::{self, Chapter, Reach, Viewer},
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Multipart, Path, State},
    http::{HeaderMap, StatusCode},
    routing::{delete, get, post, put},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bytes of a file of captions.
const MOST_CAPTION: usize = super::config::MAX_CAPTION as usize;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/{id}/captions", get(list_captions))
        .route(
            "/videos/{id}/captions/{language}",
            put(put_caption).delete(delete_caption).layer(DefaultBodyLimit::max(MOST_CAPTION + 65_536)),
        )
        .route("/videos/{id}/chapters", get(chapters).put(set_chapters))
        .route("/videos/{id}/passwords", get(passwords).put(set_passwords))
        .route("/videos/{id}/passwords/{password}", delete(delete_password))
        .route("/videos/{id}/token", post(token))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    list_captions,
    put_caption,
    delete_caption,
    chapters,
    set_chapters,
    passwords,
    set_passwords,
    delete_password,
    token
))]
pub struct Doc;

/// Captions in one language.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoCaption)]
pub struct CaptionJson {
    language: LanguageLabel,
    automatically_generated: bool,
    caption_path: String,
    file_url: String,
    #[schema(required)]
    m3u8_url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Captions of a video.
#[utoipa::path(get, path = "/videos/{id}/captions", tag = "videos", params(("id" = String, Path)), responses((status = 200, body = List<CaptionJson>)))]
pub(super) async fn list_captions(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<List<CaptionJson>>> {
    watched(&app, &caller, &headers, &id, |conn, writing, video| {
        let data: Vec<_> = videos::captions(conn, video.id)?
            .into_iter()
            .map(|caption| {
                let path = Urls::lazy_static_path("video-captions", &caption.file);
                CaptionJson {
                    language: LanguageLabel::of(&caption.language),
                    automatically_generated: caption.generated,
                    file_url: writing.urls.absolute(&path),
                    caption_path: path,
                    m3u8_url: None,
                    updated_at: caption.updated_at,
                }
            })
            .collect();
        Ok(Json(List { total: data.len() as u64, data }))
    })
    .await
}

fn known_language(language: &str) -> Result<()> {
    if tables::language(language).is_some() {
        return Ok(());
    }
    Err(Error::Invalid(vec![InvalidField {
        field: "captionLanguage".into(),
        rule: "Invalid value".into(),
        location: Location::Params,
        value: Some(language.chars().take(40).collect::<String>().into()),
    }]))
}

/// Puts captions, WebVTT or SRT, as the part `captionfile` of a form.
#[utoipa::path(put, path = "/videos/{id}/captions/{language}", tag = "videos", params(("id" = String, Path), ("language" = String, Path)), responses((status = 204)))]
pub(super) async fn put_caption(
    State(app): State<App>,
    caller: Caller,
    Path((id, language)): Path<(String, String)>,
    mut multipart: Multipart,
) -> Result<StatusCode> {
    let (key, viewer) = (video_key(&id)?, Viewer::from(&caller));
    known_language(&language)?;
    let video = managed(&app, viewer, key).await?;
    let form = Form::read(&mut multipart, MOST_CAPTION).await?;
    let sent = form.files.get("captionfile").ok_or_else(|| {
        Error::invalid("captionfile", "This file is required: WebVTT (.vtt) or SubRip (.srt).")
    })?;
    let (storage, bytes, language_of_file) = (app.storage.clone(), sent.bytes.clone(), language.clone());
    let file = tokio::task::spawn_blocking(move || {
        let vtt = captions::to_webvtt(&bytes).ok_or_else(|| {
            Error::refused(
                Kind::Unprocessable,
                "There are no subtitles in this file. Please send WebVTT (.vtt) or SubRip (.srt).",
            )
        })?;
        let file = format!("{}-{language_of_file}.vtt", ids::new_uuid());
        storage.write_whole(&Storage::caption(&file), vtt.as_bytes())?;
        Ok::<_, Error>(file)
    })
    .await
    .map_err(Error::internal)??;
    let now = app.clock.now();
    app.db
        .write(move |tx| videos::put_caption(tx, now, &viewer, &video, (&language, &file), App::place_of))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes captions.
#[utoipa::path(delete, path = "/videos/{id}/captions/{language}", tag = "videos", params(("id" = String, Path), ("language" = String, Path)), responses((status = 204)))]
pub(super) async fn delete_caption(
    State(app): State<App>,
    caller: Caller,
    Path((id, language)): Path<(String, String)>,
) -> Result<StatusCode> {
    let (key, viewer, now) = (video_key(&id)?, Viewer::from(&caller), app.clock.now());
    known_language(&language)?;
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            videos::remove_caption(tx, now, &viewer, &video, &language, App::place_of)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A named place.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = VideoChapter)]
pub struct ChapterJson {
    /// Seconds.
    timecode: i64,
    title: String,
}

/// Chapters of a video.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChapterList {
    chapters: Vec<ChapterJson>,
}

/// Chapters of a video: set, from its file, or from time codes in its description.
#[utoipa::path(get, path = "/videos/{id}/chapters", tag = "videos", params(("id" = String, Path)), responses((status = 200, body = ChapterList)))]
pub(super) async fn chapters(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<ChapterList>> {
    watched(&app, &caller, &headers, &id, |conn, _, video| {
        let chapters = videos::chapters(conn, video)?
            .into_iter()
            .map(|chapter| ChapterJson { timecode: chapter.seconds, title: chapter.title })
            .collect();
        Ok(Json(ChapterList { chapters }))
    })
    .await
}

/// Sets all chapters.
#[utoipa::path(put, path = "/videos/{id}/chapters", tag = "videos", params(("id" = String, Path)), request_body = ChapterList, responses((status = 204)))]
pub(super) async fn set_chapters(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(list): Body<ChapterList>,
) -> Result<StatusCode> {
    let (key, viewer, now) = (video_key(&id)?, Viewer::from(&caller), app.clock.now());
    let chapters: Vec<Chapter> = list
        .chapters
        .into_iter()
        .map(|chapter| Chapter { seconds: chapter.timecode, title: chapter.title })
        .collect();
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            videos::set_chapters(tx, now, &viewer, &video, &chapters)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A password of a video.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VideoPassword)]
pub struct PasswordJson {
    id: i64,
    password: String,
    video_id: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// New passwords of a video.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPasswords {
    passwords: Vec<String>,
}

/// The passwords of a video, for who manages it.
#[utoipa::path(get, path = "/videos/{id}/passwords", tag = "videos", params(("id" = String, Path)), responses((status = 200, body = List<PasswordJson>)))]
pub(super) async fn passwords(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    query: ListQuery,
) -> Result<Json<List<PasswordJson>>> {
    let (key, viewer, (start, count)) = (video_key(&id)?, Viewer::from(&caller), query.page()?);
    app.db
        .read(move |conn| {
            let video = videos::find(conn, &key)?;
            let all = videos::passwords(conn, &viewer, &video)?;
            let total = all.len() as u64;
            let page = all.into_iter().skip(start as usize).take(count as usize);
            let data = page
                .map(|password| PasswordJson {
                    id: password.id,
                    password: password.password,
                    video_id: video.id,
                    created_at: password.created_at,
                    updated_at: password.created_at,
                })
                .collect();
            Ok(Json(List { total, data }))
        })
        .await
}

/// Sets all passwords.
#[utoipa::path(put, path = "/videos/{id}/passwords", tag = "videos", params(("id" = String, Path)), request_body = NewPasswords, responses((status = 204)))]
pub(super) async fn set_passwords(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(new): Body<NewPasswords>,
) -> Result<StatusCode> {
    let (key, viewer, now) = (video_key(&id)?, Viewer::from(&caller), app.clock.now());
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            videos::set_passwords(tx, now, &viewer, &video, &new.passwords)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes one password.
#[utoipa::path(delete, path = "/videos/{id}/passwords/{password}", tag = "videos", params(("id" = String, Path), ("password" = i64, Path)), responses((status = 204)))]
pub(super) async fn delete_password(
    State(app): State<App>,
    caller: Caller,
    Path((id, password)): Path<(String, i64)>,
) -> Result<StatusCode> {
    let (key, viewer) = (video_key(&id)?, Viewer::from(&caller));
    app.db
        .write(move |tx| {
            let video = videos::find(tx, &key)?;
            videos::delete_password(tx, &viewer, &video, password)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A token for the files of a video.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileTokenJson {
    token: String,
    #[schema(value_type = String, format = DateTime)]
    expires: Timestamp,
}

/// What [`token`] answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoToken)]
pub struct TokenJson {
    files: FileTokenJson,
}

/// Hands out a token for the files of a video that the caller may watch, good for eight hours. That of somebody who
/// manages the video opens the file as it was sent, too.
#[utoipa::path(post, path = "/videos/{id}/token", tag = "videos", params(("id" = String, Path)), responses((status = 200, body = TokenJson)))]
pub(super) async fn token(
    State(app): State<App>,
    caller: MaybeCaller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<TokenJson>> {
    watched(&app, &caller, &headers, &id, |conn, writing, video| {
        let manages = videos::may_manage(conn, video, &writing.viewer).is_ok();
        let reach = if manages { Reach::Manage } else { Reach::Watch };
        let token = videos::file_token(conn, writing.now, video.uuid, reach)?
            .ok_or_else(|| Error::internal("there is no key to sign tokens"))?;
        Ok(Json(TokenJson { files: FileTokenJson { token: token.token, expires: token.expires } }))
    })
    .await
}
