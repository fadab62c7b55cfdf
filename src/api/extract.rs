//! Reading requests so that bad input is a problem document with a reason, never a bare text.

use crate::{
    error::{Error, InvalidField, Kind, Location},
    text,
};
use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    http::{HeaderMap, request::Parts},
};
use serde::de::DeserializeOwned;

/// The text of a header; `None` when it is missing or empty.
pub fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = text::of_header(headers.get(name)?.as_bytes());
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A JSON or form-encoded body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let form = request
            .headers()
            .get(axum::http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        if form {
            let axum::Form(body) = axum::Form::<T>::from_request(request, state)
                .await
                .map_err(|error| Error::refused(Kind::Bad, error.body_text()))?;
            return Ok(Self(body));
        }
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::JsonDataError(error)) => Err(Error::refused(Kind::Bad, error.body_text())),
            Err(JsonRejection::JsonSyntaxError(error)) => {
                Err(Error::coded(Kind::Bad, "SyntaxError", error.body_text()))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Error::refused(Kind::UnsupportedMedia, "Send JSON, with its content type."))
            }
            Err(error) => Err(Error::refused(Kind::Bad, error.body_text())),
        }
    }
}

/// The query string; repeated keys make lists.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let axum_extra::extract::Query(query) =
            axum_extra::extract::Query::<T>::from_request_parts(parts, state).await.map_err(|error| {
                Error::Invalid(vec![InvalidField {
                    field: "query".into(),
                    rule: error.to_string().into(),
                    location: Location::Query,
                    value: None,
                }])
            })?;
        Ok(Self(query))
    }
}
