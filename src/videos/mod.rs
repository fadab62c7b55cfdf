//! Videos.

pub mod making;
mod store;
