//! Pictures and sound: what a file holds, which renditions to make of it, and making them.
//!
//! Knows files and pipelines; nothing of HTTP, of the database or of the domain's rules. Pipelines run in a child
//! process of the same binary (`kiosque media VERB`, a description on standard input, one JSON event per line on
//! standard output), so that a decoder that crashes, hangs or eats memory costs one job and never the server.

pub mod board;
pub mod child;
pub mod cli;
pub mod encoder;
pub mod filter;
pub mod fmp4;
pub mod frames;
pub mod h264;
pub mod hls;
pub mod init;
pub mod ladder;
pub mod limits;
pub mod matroska;
pub mod memory;
pub mod mp4;
pub mod padding;
pub mod pictures;
pub mod probe;
pub mod record;
pub mod remux;
pub mod scaler;
pub mod source;
#[cfg(any(test, debug_assertions))]
pub mod standin;
pub mod stop;
pub mod storyboard;
pub mod thumbnail;
pub mod timing;
pub mod tonemap;
pub mod transcode;
pub mod walk;

#[cfg(test)]
#[path = "../../tests/it/common/clips.rs"]
mod clips;

use thiserror::Error;

/// What went wrong with a file or a pipeline. The text is for the log; [`MediaError::code`] is stable and is what the
/// interface translates for the person who sent the file.
#[derive(Debug, Error, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "code", content = "detail", rename_all = "kebab-case")]
pub enum MediaError {
    /// The file is not a film, a sound or anything else we can read.
    #[error("not a film or a sound recording: {0}")]
    NotMedia(String),
    /// The file begins well and ends too early, or is damaged inside.
    #[error("the file is damaged or incomplete: {0}")]
    Damaged(String),
    /// A known format that this machine has no decoder for.
    #[error("no decoder for this format: {0}")]
    Unsupported(String),
    /// The encoder refused or failed in the middle; another one may do.
    #[error("the encoder failed: {0}")]
    Encoder(String),
    /// The encoder has no room for one more session; with fewer at once, or another one, it may go.
    #[error("the encoder has no room: {0}")]
    EncoderFull(String),
    /// Nothing moved any more.
    #[error("it came to a standstill: {0}")]
    Stalled(String),
    /// More time or memory than such a file may take.
    #[error("stopped at a limit: {0}")]
    Limit(String),
    /// No room left for what is made.
    #[error("the disk is full: {0}")]
    DiskFull(String),
    /// File gone, permission.
    #[error("reading or writing failed: {0}")]
    Io(String),
    /// The process that did the work crashed; the signal is named.
    #[error("the media process crashed: {0}")]
    Crashed(String),
    /// Cancelled from outside.
    #[error("cancelled")]
    Cancelled,
    /// A fault of ours or of a plug-in that is missing.
    #[error("{0}")]
    Internal(String),
}

impl MediaError {
    /// Stable name, for the interface and for tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotMedia(_) => "not-media",
            Self::Damaged(_) => "damaged",
            Self::Unsupported(_) => "unsupported",
            Self::Encoder(_) | Self::EncoderFull(_) => "encoder",
            Self::Stalled(_) => "stalled",
            Self::Limit(_) => "limit",
            Self::DiskFull(_) => "disk-full",
            Self::Io(_) => "io",
            Self::Crashed(_) => "crashed",
            Self::Cancelled => "cancelled",
            Self::Internal(_) => "internal",
        }
    }

    /// What reading or writing a file gave.
    pub fn of_file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let text = format!("{}: {error}", path.display());
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull(text),
            _ => Self::Io(text),
        }
    }

    /// Whether the same work may succeed later or in another way, without another file.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Encoder(_)
                | Self::EncoderFull(_)
                | Self::Stalled(_)
                | Self::Crashed(_)
                | Self::DiskFull(_)
                | Self::Io(_)
                | Self::Internal(_)
        )
    }
}

/// Result of media work.
pub type Result<T, E = MediaError> = std::result::Result<T, E>;
