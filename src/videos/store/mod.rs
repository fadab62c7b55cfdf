//! Tables of videos.

pub(super) mod making;
