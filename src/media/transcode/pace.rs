//! How far the work is and how long it will take. Pure arithmetic on pixels per second of film, which encoding time
//! follows closely on one machine.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::media::ladder::{Plan, Treatment};

/// How far one rendition is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RungProgress {
    /// PeerTube's id.
    pub resolution: u32,
    /// 0 to 1.
    pub done: f64,
    /// Seconds until it is whole; nothing while that cannot be said.
    pub seconds_left: Option<u64>,
}

#[derive(Debug)]
struct Rung {
    resolution: u32,
    /// What it costs in all, its share of the decoding included.
    cost: f64,
    /// What is done.
    done: f64,
    /// What an earlier run did.
    found: f64,
}

/// The whole work in the order in which it is done.
#[derive(Debug)]
pub struct Pace {
    passes: Vec<Vec<Rung>>,
}

impl Pace {
    /// For a plan; `decoding` is what decoding the source once costs, in pixels per second of film.
    pub fn new(plan: &Plan, decoding: f64) -> Self {
        let passes = plan
            .passes
            .iter()
            .map(|pass| {
                let renditions: Vec<_> = pass.iter().filter_map(|r| plan.rendition(*r)).collect();
                let encodes = renditions.iter().any(|r| r.video == Treatment::Encode);
                let own: f64 = renditions.iter().map(|r| r.cost()).sum();
                let shared = if encodes { decoding } else { 0.0 };
                renditions
                    .iter()
                    .map(|r| Rung {
                        resolution: r.resolution,
                        cost: r.cost() * (1.0 + shared / own.max(1.0)),
                        done: 0.0,
                        found: 0.0,
                    })
                    .collect()
            })
            .collect();
        Self { passes }
    }

    /// An earlier run left this much of a rendition.
    pub fn found(&mut self, resolution: u32, done: f64) {
        if let Some(rung) = self.rung(resolution) {
            rung.found = done.clamp(0.0, 1.0);
            rung.done = rung.found;
        }
    }

    /// This much of a rendition is done now.
    pub fn reached(&mut self, resolution: u32, done: f64) {
        if let Some(rung) = self.rung(resolution) {
            rung.done = done.clamp(rung.found, 1.0);
        }
    }

    fn rung(&mut self, resolution: u32) -> Option<&mut Rung> {
        self.passes.iter_mut().flatten().find(|r| r.resolution == resolution)
    }

    /// How much of everything is done, the seconds left for everything, and the same per rendition, in rising order.
    pub fn now(&self, elapsed: Duration) -> (f64, Option<u64>, Vec<RungProgress>) {
        let all = || self.passes.iter().flatten();
        let total: f64 = all().map(|r| r.cost).sum();
        let done: f64 = all().map(|r| r.cost * r.done).sum();
        let here: f64 = all().map(|r| r.cost * (r.done - r.found)).sum();
        // Before a hundredth is done a guess would only be wrong.
        let known = here > total * 0.01 && elapsed >= Duration::from_millis(500);
        let speed = here / elapsed.as_secs_f64().max(0.001);
        let seconds = |cost: f64| known.then(|| (cost / speed).ceil() as u64);
        let mut before = 0.0;
        let mut rungs = Vec::new();
        for pass in &self.passes {
            // Rungs of a pass run side by side and end together.
            before += pass.iter().map(|r| r.cost * (1.0 - r.done)).sum::<f64>();
            for rung in pass {
                let seconds_left = if rung.done >= 1.0 { Some(0) } else { seconds(before) };
                rungs.push(RungProgress { resolution: rung.resolution, done: rung.done, seconds_left });
            }
        }
        rungs.sort_by_key(|r| r.resolution);
        (if total > 0.0 { done / total } else { 0.0 }, seconds(total - done), rungs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ladder::Rendition;

    fn plan() -> Plan {
        let rendition = |resolution: u32| Rendition {
            resolution,
            width: resolution * 2,
            height: resolution,
            frame_rate: (30, 1),
            gop: 60,
            bit_rate: 1,
            video: Treatment::Encode,
            audio: Treatment::None,
        };
        Plan {
            renditions: vec![rendition(100), rendition(200)],
            passes: vec![vec![100], vec![200]],
            chip_at_once: None,
        }
    }

    #[test]
    fn time_follows_the_pixels() {
        // Four times the pixels take four times as long: after the first rung a fifth is done.
        let mut pace = Pace::new(&plan(), 0.0);
        assert_eq!(pace.now(Duration::from_secs(1)).1, None);
        pace.reached(100, 1.0);
        let (done, left, rungs) = pace.now(Duration::from_secs(10));
        assert!((done - 0.2).abs() < 1e-9);
        assert_eq!(left, Some(40));
        assert_eq!(rungs[0].seconds_left, Some(0));
        assert_eq!(rungs[1], RungProgress { resolution: 200, done: 0.0, seconds_left: Some(40) });
    }

    #[test]
    fn what_was_found_does_not_count_as_speed() {
        let mut pace = Pace::new(&plan(), 0.0);
        pace.found(100, 1.0);
        pace.found(200, 0.5);
        pace.reached(200, 0.75);
        let (done, left, _) = pace.now(Duration::from_secs(10));
        assert!((done - 0.8).abs() < 1e-9);
        assert_eq!(left, Some(10));
    }
}
