//! `/config` and what describes this instance.

use crate::app::App;
use axum::Router;

/// The level of PeerTube's API that we answer like.
pub const SERVER_VERSION: &str = "8.1.0";

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new()
}
