//! Query strings: what cannot be read is refused with a problem document, as everywhere.

use crate::error::{Error, InvalidField, Location};
use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

/// The query string.
pub(super) struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let axum::extract::Query(query) =
            axum::extract::Query::try_from_uri(&parts.uri).map_err(|error| {
                Error::Invalid(vec![InvalidField {
                    field: "query".into(),
                    rule: error.body_text().into(),
                    location: Location::Query,
                    value: None,
                }])
            })?;
        Ok(Self(query))
    }
}
