//! How much videos are watched.

use crate::clock::Timestamp;

/// Days after which a view weighs half as much in what is hot.
const HALF_LIFE_DAYS: f64 = 3.0;

/// Heat of a video that was seen once, now. Heat is log2 of a sum over all views, each weighing 2^(its day / half-life):
/// old views fade against new ones without any row being touched.
pub(super) fn heat_of_one_view(now: Timestamp) -> f64 {
    now.0 as f64 / (86_400_000.0 * HALF_LIFE_DAYS)
}
