//! Tests at the doors that people use, one module per noun.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

mod administration;
mod auth;
mod crash;
mod foundation;
mod making;
mod media;
mod media_files;
mod uploads;
