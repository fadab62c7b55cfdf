//! Asking work to end from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// A switch that every loop of media work looks at several times a second. Cloning gives another handle on the same
/// switch; once set it stays set, and cancelling wins over parking.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicU8>);

/// Why to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Keep what is done, sync it, tell it; the work goes on later from there.
    Park,
    /// Nobody wants the result any more: end at once, keep nothing.
    Cancel,
}

impl Stop {
    /// A switch that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks to end soon and to keep what is done.
    pub fn park(&self) {
        self.0.fetch_max(1, Ordering::SeqCst);
    }

    /// Asks to end at once.
    pub fn cancel(&self) {
        self.0.fetch_max(2, Ordering::SeqCst);
    }

    /// What was asked, if anything.
    pub fn reason(&self) -> Option<StopReason> {
        match self.0.load(Ordering::SeqCst) {
            0 => None,
            1 => Some(StopReason::Park),
            _ => Some(StopReason::Cancel),
        }
    }

    /// Whether to end, whatever the reason.
    pub fn is_set(&self) -> bool {
        self.reason().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancelling_wins_over_parking() {
        let stop = Stop::new();
        let other = stop.clone();
        assert_eq!(stop.reason(), None);
        other.cancel();
        other.park();
        assert_eq!(stop.reason(), Some(StopReason::Cancel));
    }
}
