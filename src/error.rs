//! The one error of Kiosque.
//!
//! A variant or kind exists only where some caller acts on it: `api::problem` chooses the status from it, `worker`
//! whether to try again. `detail` is a sentence for the person who asked; causes that must not leave the machine
//! (SQL, paths, library texts) are in the variants that become a plain "internal error" outside.

use std::borrow::Cow;
use thiserror::Error;

/// Result with Kiosque's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What was found, where it is no fault that something is not there.
///
/// # Errors
/// All but 404.
pub fn there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What went wrong.
#[derive(Debug, Error)]
pub enum Error {
    /// The request is understood and refused.
    #[error("{}", .0.detail)]
    Refused(Box<Refusal>),

    /// Parts of the request break a rule.
    #[error("incorrect request parameters: {}", fields(.0))]
    Invalid(Vec<InvalidField>),

    /// Too much at once; the same request may work after some seconds.
    #[error("{detail}")]
    Busy {
        /// Seconds to wait before trying again.
        retry_after: u32,
        /// The sentence.
        detail: Cow<'static, str>,
    },

    /// Somebody tried too often; the same request may work later.
    #[error("too many attempts")]
    TooOften {
        /// Seconds to wait before trying again.
        retry_after: u32,
    },

    /// The disk is full: nothing was written.
    #[error("the disk is full")]
    DiskFull,

    /// SQLite failed.
    #[error("database: {0}")]
    Database(rusqlite::Error),

    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },

    /// A file or pipeline of pictures and sound.
    #[error(transparent)]
    Media(#[from] crate::media::MediaError),

    /// A letter that did not go.
    #[error(transparent)]
    Mail(#[from] crate::mail::MailError),

    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

/// Why a request is refused, in a form that clients can act on.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Which sort of refusal; decides the HTTP status.
    pub kind: Kind,
    /// Stable name for clients; PeerTube's where it has one (`quota_reached`, `missing_two_factor` …).
    pub code: Option<&'static str>,
    /// A sentence for the person who asked, with what to do.
    pub detail: Cow<'static, str>,
}

/// Sorts of refusal, one per HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 400
    Bad,
    /// 401
    Unauthenticated,
    /// 403
    Forbidden,
    /// 404
    NotFound,
    /// 408
    Timeout,
    /// 409
    Conflict,
    /// 410
    Gone,
    /// 413
    TooLarge,
    /// 415
    UnsupportedMedia,
    /// 416
    Range,
    /// 422
    Unprocessable,
    /// 429
    TooMany,
    /// 501
    NotImplemented,
}

/// One part of a request that breaks a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct InvalidField {
    /// Name as the client sent it.
    pub field: Cow<'static, str>,
    /// The rule, as a sentence.
    pub rule: Cow<'static, str>,
    /// Where it stood.
    pub location: Location,
    /// What was sent, when it is short and no secret.
    pub value: Option<serde_json::Value>,
}

/// Where a part of a request stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the body.
    Body,
    /// In the query string.
    Query,
    /// In the path.
    Params,
    /// In the headers.
    Headers,
}

fn fields(invalid: &[InvalidField]) -> String {
    invalid.iter().map(|invalid| invalid.field.as_ref()).collect::<Vec<_>>().join(", ")
}

impl Error {
    /// A refusal without a code.
    pub fn refused(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(Box::new(Refusal { kind, code: None, detail: detail.into() }))
    }

    /// A refusal that clients know by its code.
    pub fn coded(kind: Kind, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(Box::new(Refusal { kind, code: Some(code), detail: detail.into() }))
    }

    /// `what` (as in "Video") is not there, or is not for the one who asks.
    pub fn not_found(what: &str) -> Self {
        Self::refused(Kind::NotFound, format!("{what} not found"))
    }

    /// The one who asks may not do this.
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::refused(Kind::Forbidden, detail)
    }

    /// Something that already is prevents this.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::refused(Kind::Conflict, detail)
    }

    /// One field of the body breaks a rule.
    pub fn invalid(field: impl Into<Cow<'static, str>>, rule: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![InvalidField {
            field: field.into(),
            rule: rule.into(),
            location: Location::Body,
            value: None,
        }])
    }

    /// A fault of ours; the text goes to the log only.
    pub fn internal(text: impl ToString) -> Self {
        Self::Internal(text.to_string())
    }

    /// Names the file in an input/output error. Use with `map_err(Error::io(&path))`.
    pub fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| {
            if source.kind() == std::io::ErrorKind::StorageFull {
                return Self::DiskFull;
            }
            Self::Io { path, source }
        }
    }

    /// Whether this is the refusal of something that is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.kind == Kind::NotFound)
    }

    /// Whether the same work may succeed later without anyone changing anything.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Busy { .. } | Self::DiskFull | Self::Database(_) | Self::Io { .. } | Self::Internal(_) => {
                true
            }
            Self::Media(error) => error.may_pass(),
            Self::Mail(error) => error.may_pass(),
            Self::Refused(_) | Self::Invalid(_) | Self::TooOften { .. } => false,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Busy {
                retry_after: 5,
                detail: "The database is busy, please try again in a moment.".into(),
            },
            _ => Self::Database(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("JSON: {error}"))
    }
}
