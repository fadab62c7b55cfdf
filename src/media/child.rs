//! Media work in a process of its own, from the side of the server: [`Launcher`] starts a [`Child`], which is listened to.
//!
//! The server writes one line of JSON (the limits and the job) on the child's standard input and keeps it open: the line
//! `park` asks it to keep what is done and end, and the end of the input means that the server is gone, whereupon the
//! child ends at once. So no child outlives a server that was killed, without `PR_SET_PDEATHSIG`, which follows the thread
//! that started the child and would end it with an idle thread of a pool. On its standard output the child writes one
//! [`Line`] of JSON for each event and one for the end.

mod launcher;
mod running;

use serde::{Deserialize, Serialize};

pub use self::launcher::Launcher;
pub use self::running::Child;
use super::MediaError;
use super::limits::Limits;

/// What can be done in a child process; its name on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// [`super::probe::ProbeJob`] → [`super::source::SourceInfo`].
    Probe,
    /// Renditions out of a source.
    Transcode,
    /// One progressive MP4 out of renditions.
    Remux,
    /// Pictures that stand for a video.
    Thumbnail,
    /// Pictures for the bar of the player.
    Storyboard,
    /// Which encoder there is and how fast it is.
    EncoderTest,
    /// [`super::encoder::FindJob`] → [`super::encoder::Selection`].
    Encoders,
}

impl Verb {
    /// All, in the order of the life of a video.
    pub const ALL: [Self; 7] = [
        Self::Probe,
        Self::Transcode,
        Self::Remux,
        Self::Thumbnail,
        Self::Storyboard,
        Self::EncoderTest,
        Self::Encoders,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Transcode => "transcode",
            Self::Remux => "remux",
            Self::Thumbnail => "thumbnail",
            Self::Storyboard => "storyboard",
            Self::EncoderTest => "encoder-test",
            Self::Encoders => "encoders",
        }
    }
}

/// First line on the child's standard input.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order<J> {
    /// None when a person tries a verb by hand.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// The end of the input is the end of the server.
    #[serde(default)]
    pub watched: bool,
    /// What to do.
    pub job: J,
}

/// One line on the child's standard output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Line<E, D> {
    /// Something happened; there will be more.
    Event(E),
    /// The work is done; the last line.
    Done(D),
    /// The work was asked to park, and has; the last line.
    Parked,
    /// The work failed; the last line.
    Failed(MediaError),
}

/// What a verb without events has for events: nothing.
pub type NoEvent = serde_json::Value;

/// How work ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended<D> {
    /// As it should.
    Done(D),
    /// In the middle, on demand, with what was done kept.
    Parked,
}

/// What a child said next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said<E, D> {
    /// Something happened.
    Event(E),
    /// It is over.
    Ended(Ended<D>),
}

#[cfg(test)]
#[path = "child_tests.rs"]
mod tests;
