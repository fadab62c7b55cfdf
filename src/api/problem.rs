//! Errors as RFC 7807 `problem+json`, in PeerTube's form, so that its clients find `code`, `detail` and the legacy
//! `error`. The one place that chooses a status.

use crate::error::{Error, InvalidField, Kind, Location};
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => {
                let status = status(refusal.kind);
                respond(status, refusal.code, &refusal.detail, Map::new())
            }
            Self::Invalid(fields) => invalid(&fields),
            Self::Busy { retry_after, detail } => {
                later(StatusCode::SERVICE_UNAVAILABLE, &detail, retry_after)
            }
            Self::TooOften { retry_after } => {
                let wait = match retry_after.div_ceil(60) {
                    0 | 1 => "a minute".to_owned(),
                    minutes => format!("{minutes} minutes"),
                };
                let detail = format!("Too many attempts. Please wait {wait} and try again.");
                later(StatusCode::TOO_MANY_REQUESTS, &detail, retry_after)
            }
            Self::DiskFull => respond(
                StatusCode::INSUFFICIENT_STORAGE,
                Some("disk_full"),
                "The disk of this server is full. Nothing was changed; please tell its administrator.",
                Map::new(),
            ),
            // Causes stay in the log: they may name paths or queries.
            fault @ (Self::Database(_)
            | Self::Io { .. }
            | Self::Internal(_)
            | Self::Media(_)
            | Self::Mail(_)) => {
                tracing::error!(error = %fault, "request failed");
                respond(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    None,
                    "Something went wrong on this server. Please try again; if it happens again, tell its administrator.",
                    Map::new(),
                )
            }
        }
    }
}

/// The answer to a request that may work after some seconds.
fn later(status: StatusCode, detail: &str, retry_after: u32) -> Response {
    let mut response = respond(status, None, detail, Map::new());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Bad => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Timeout => StatusCode::REQUEST_TIMEOUT,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Range => StatusCode::RANGE_NOT_SATISFIABLE,
        Kind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
    }
}

fn invalid(fields: &[InvalidField]) -> Response {
    let names: Vec<_> = fields.iter().map(|field| field.field.as_ref()).collect();
    let detail = format!("Incorrect request parameters: {}", names.join(", "));
    let mut params = Map::new();
    for field in fields {
        let location = match field.location {
            Location::Body => "body",
            Location::Query => "query",
            Location::Params => "params",
            Location::Headers => "headers",
        };
        let mut entry = Map::new();
        entry.insert("type".into(), "field".into());
        if let Some(value) = &field.value {
            entry.insert("value".into(), value.clone());
        }
        entry.insert("msg".into(), field.rule.as_ref().into());
        entry.insert("path".into(), field.field.as_ref().into());
        entry.insert("location".into(), location.into());
        params.insert(field.field.clone().into_owned(), Value::Object(entry));
    }
    let mut extra = Map::new();
    extra.insert("invalid-params".into(), Value::Object(params));
    let mut response = respond(StatusCode::BAD_REQUEST, None, &detail, extra.clone());
    response.extensions_mut().insert(Faulty { detail, params: extra });
    response
}

/// An answer about wrong parameters, until it is known of which request.
#[derive(Debug, Clone)]
struct Faulty {
    detail: String,
    params: Map<String, Value>,
}

/// Adds the address of the request to answers about its parameters (`instance`), as PeerTube does for these only.
pub async fn name_the_request(request: Request, next: Next) -> Response {
    let address = request.uri().to_string();
    let mut response = next.run(request).await;
    let Some(Faulty { detail, params }) = response.extensions_mut().remove::<Faulty>() else {
        return response;
    };
    let mut extra = Map::new();
    extra.insert("instance".into(), address.into());
    extra.extend(params);
    let named = respond(StatusCode::BAD_REQUEST, None, &detail, extra);
    // Who may read it stays as it was.
    let (parts, body) = named.into_parts();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().extend(parts.headers);
    *response.body_mut() = body;
    response
}

/// An error, as RFC 7807 has it with what PeerTube's clients read.
#[derive(utoipa::ToSchema)]
#[schema(as = Problem)]
#[allow(dead_code, reason = "written by `respond`, for the OpenAPI document")]
pub(super) struct ProblemJson {
    /// `about:blank`, or a page about the code.
    #[schema(rename = "type")]
    kind: String,
    /// Name of the status; missing where there is a code.
    title: Option<String>,
    /// A sentence for people, with what to do.
    detail: String,
    status: u16,
    /// Stable name for clients.
    code: Option<String>,
    /// Path of the request, when its parameters are wrong.
    instance: Option<String>,
    /// What is wrong, by parameter.
    #[schema(rename = "invalid-params")]
    invalid_params: Option<std::collections::HashMap<String, InvalidParam>>,
    /// The same as `detail`, for older clients.
    error: String,
}

/// A parameter that breaks a rule.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "written by `invalid`, for the OpenAPI document")]
pub(super) struct InvalidParam {
    /// `field`.
    #[schema(rename = "type")]
    kind: String,
    /// What was sent, when it is short and no secret.
    value: Option<Value>,
    /// The rule.
    msg: String,
    /// Its name.
    path: String,
    /// `body`, `query`, `params` or `headers`.
    location: String,
}

/// A problem document. With a code `type` names it and `title` is missing, without one `type` is `about:blank`
/// (peertube-rest §2).
pub fn respond(status: StatusCode, code: Option<&str>, detail: &str, extra: Map<String, Value>) -> Response {
    let mut body = Map::new();
    match code {
        Some(code) => {
            let page = "https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/";
            body.insert("type".into(), format!("{page}{code}").into());
        }
        None => {
            body.insert("type".into(), "about:blank".into());
            body.insert("title".into(), status.canonical_reason().unwrap_or_default().into());
        }
    }
    body.insert("detail".into(), detail.into());
    body.insert("status".into(), status.as_u16().into());
    if let Some(code) = code {
        body.insert("code".into(), code.into());
    }
    body.insert("error".into(), detail.into());
    body.extend(extra);
    let body = json!(body).to_string();
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json; charset=utf-8"),
        // What is missing or forbidden now may be there in a minute; nobody between is to remember.
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body).into_response()
}
