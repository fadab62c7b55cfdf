//! Other servers: who we are to them, what we send, what we believe of what they send. It maps, it does not decide:
//! documents are read and written in `objects` without database or network, and rights are the domain's.

pub mod address;
mod discovery;
pub mod documents;
pub mod keys;
pub mod objects;
pub mod signature;

use crate::app::App;
use axum::Router;

/// All addresses of this edge that are no pages; none where other servers are not spoken with.
pub fn router(app: &App) -> Router<App> {
    if is_on(app) { discovery::router() } else { Router::new() }
}

/// Whether other servers are spoken with at all.
pub fn is_on(app: &App) -> bool {
    app.config.federation.enabled
}
