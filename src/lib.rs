//! Kiosque: videos, lives and events of an association, federated, on one small machine.
//!
//! Read the modules from the top down; each may use only those above it.

pub mod media;
