//! The tables of moderation. Private to the room.

pub(super) mod blocks;
pub(super) mod log;
pub(super) mod mutes;
pub(super) mod reports;
pub(super) mod warnings;
