//! Other servers: who we are to them, what we send, what we believe of what they send. It maps, it does not decide:
//! documents are read and written in `objects` without database or network, and rights are the domain's.

pub mod address;
pub mod deliver;
mod discovery;
pub mod documents;
mod fetch;
pub mod films;
pub mod follow;
mod inbox;
pub mod keys;
pub mod objects;
pub mod receive;
pub mod share;
pub mod signature;

use crate::app::App;
use axum::Router;

/// All addresses of this edge that are no pages; none where other servers are not spoken with.
pub fn router(app: &App) -> Router<App> {
    if is_on(app) { discovery::router().merge(inbox::router()) } else { Router::new() }
}

/// Whether other servers are spoken with at all.
pub fn is_on(app: &App) -> bool {
    app.config.federation.enabled
}
