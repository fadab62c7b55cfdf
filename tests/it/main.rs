//! Tests at the doors that people use, one module per noun.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

mod accounts;
mod addresses;
mod administration;
mod auth;
mod boards;
mod bytes;
mod captions;
mod cli;
mod clients;
mod contract;
mod crash;
mod damage;
mod disk;
mod downloads;
mod floods;
mod foundation;
mod full_disk;
mod groups;
mod instance;
mod leaving;
mod letters;
mod mail_server;
mod making;
mod media;
mod media_files;
mod my_videos;
mod permissions;
mod plans;
mod playlists;
mod privacy;
mod ratings;
mod recorded;
mod registrations;
mod remaking;
mod search;
mod setup;
mod site;
mod standstill;
mod stopping;
mod torrents;
mod uploads;
mod videos;
