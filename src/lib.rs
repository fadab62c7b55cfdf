//! Kiosque: videos, lives and events of an association, federated, on one small machine.
//!
//! Read the modules from the top down; each may use only those above it.

#![recursion_limit = "256"]

pub mod clock;
pub mod error;
pub mod ids;
pub mod urls;

pub mod config;
pub mod db;
pub mod jobs;
pub mod limiter;
pub mod text;

// What Kiosque is about: rules and private SQL. No web, no pipelines, no files, no network in here.
pub mod accounts;
pub mod actors;
pub mod comments;
pub mod contact;
pub mod following;
pub mod groups;
pub mod history;
pub mod home;
pub mod moderation;
pub mod notifications;
pub mod peers;
pub mod playlists;
pub mod search;
pub mod settings;
pub mod uploads;
pub mod videos;

// Machinery: knows files, pipelines, mail; nothing of HTTP or of the rules above.
pub mod mail;
pub mod media;
pub mod outgoing;
pub mod push;
pub mod storage;

pub mod doctor;

// The edges: translate and call.
pub mod federation;

pub mod api;
pub mod site;
pub mod worker;

pub mod app;
pub mod cli;

pub use error::{Error, Result};
