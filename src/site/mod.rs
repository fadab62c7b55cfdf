//! What browsers get besides the API: page heads and readable cores, the embedded client, embeds, feeds, media files.

use crate::app::App;
use axum::Router;

/// All addresses of this edge.
pub fn router(_app: &App) -> Router<App> {
    Router::new()
}
