//! A whole file with its description in one form.

use super::{MOST_PICTURE, SILENCE, refuse_by_type};
use crate::{
    api::{auth::Caller, form::Form, received},
    app::App,
    error::{Error, Kind, Result},
    ids, uploads,
};
use axum::{
    Json,
    extract::{FromRequest as _, Multipart, Request, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use tracing::Instrument as _;

/// Takes a video in one form.
#[utoipa::path(post, tag = "uploads", path = "/videos/upload", security(("token" = [])),
    request_body(content = Value, content_type = "multipart/form-data"),
    responses((status = 200, body = received::Uploaded), (status = 400), (status = 413), (status = 415), (status = 422)))]
pub(super) async fn upload(State(app): State<App>, caller: Caller, request: Request) -> Result<Response> {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    // The form is a little longer than its file, so what does not fit now does not fit at all.
    let room = received::room(&app, caller.account_id).await?;
    let pictures = 2 * MOST_PICTURE as u64 + (1 << 20);
    room.check(length.unwrap_or(0_u64).saturating_sub(pictures))?;
    let multipart = Multipart::from_request(request, &app)
        .await
        .map_err(|error| Error::refused(Kind::Bad, error.body_text()))?;
    let account = caller.account_id;
    let id = format!("form-{}", ids::secret(16));
    // In a task of its own: it tidies up also when its sender goes away and nobody waits for the answer.
    let work = async move {
        let answer = take_form(&app, account, &id, multipart, room).await;
        if answer.is_err() {
            received::remove_files(&app, &id).await;
        }
        answer
    };
    let answer = tokio::spawn(work.in_current_span()).await.map_err(Error::internal)?;
    answer.map(|video| Json(video).into_response())
}

async fn take_form(
    app: &App,
    account: i64,
    id: &str,
    mut multipart: Multipart,
    room: uploads::Room,
) -> Result<received::Uploaded> {
    let broken = |error: axum::extract::multipart::MultipartError| {
        Error::refused(Kind::Bad, format!("The form cannot be read: {}.", error.body_text()))
    };
    let _hold = app.storage.hold(id);
    let mut form = Form::default();
    let mut file = None;
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        if field.name() != Some("videofile") {
            form.take(field, MOST_PICTURE).await?;
            continue;
        }
        let filename: String = field.file_name().unwrap_or("video").chars().take(255).collect();
        refuse_by_type(field.content_type().unwrap_or_default(), &filename)?;
        let mut receiving = app.storage.receive(id, 0).await?;
        loop {
            let chunk = tokio::time::timeout(SILENCE, field.chunk())
                .await
                .map_err(|_| Error::refused(Kind::Timeout, "Nothing came for half a minute."))?
                .map_err(broken)?;
            let Some(chunk) = chunk else { break };
            room.check(receiving.length() + chunk.len() as u64)?;
            receiving.add(&chunk).await?;
        }
        file = Some((filename, receiving.sync().await?));
    }
    let Some((filename, size)) = file.filter(|(_, size)| *size > 0) else {
        return Err(Error::invalid("videofile", "A file that is not empty."));
    };
    received::keep_pictures(app, id, &form).await?;
    let finished = received::Received { account, id: id.to_owned(), filename, size, metadata: form.fields() };
    received::finish(app, finished).await
}
