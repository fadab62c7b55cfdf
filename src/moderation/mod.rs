//! Keeping order: reports and the messages about them, videos that are hidden, who is not heard, what moderators tell
//! members, and the log of who did what.

pub mod blocks;
pub mod log;
pub mod mutes;
pub mod reports;
mod store;
pub mod warnings;

use crate::error::{Error, InvalidField, Location, Result};

/// Characters of a reason, a note or a message, at least and at most (PeerTube's).
const TEXT: std::ops::RangeInclusive<usize> = 2..=3000;

/// The text without the space around it.
fn check_text<'t>(field: &'static str, text: &'t str, least: usize) -> Result<&'t str> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if length < least || length > *TEXT.end() {
        return Err(Error::Invalid(vec![InvalidField {
            field: field.into(),
            rule: "2 to 3000 characters.".into(),
            location: Location::Body,
            value: (length < least).then(|| text.chars().take(20).collect::<String>().into()),
        }]));
    }
    Ok(trimmed)
}
