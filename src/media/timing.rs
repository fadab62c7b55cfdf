//! From distances between frames to a frame rate.

use std::collections::HashMap;

/// How frames follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameTiming {
    /// Usual frames per second as a fraction; 0/1 when unknown.
    pub frame_rate: (u32, u32),
    /// More than one distance in a hundred is far from the usual one.
    pub variable: bool,
}

/// Counts distances between frames, in units of a clock of `per_second` ticks. Bounded: distances beyond the first
/// few thousand different ones are counted as unusual.
#[derive(Debug, Clone)]
pub struct Distances {
    per_second: u64,
    /// Timestamps were rounded to so many ticks.
    rounding: u64,
    seen: HashMap<u64, u64>,
    others: u64,
}

const MOST_DISTANCES: usize = 4096;

impl Distances {
    /// None yet. `rounding` is the grain of the timestamps in ticks: Matroska's are whole milliseconds.
    pub fn new(per_second: u64, rounding: u64) -> Self {
        Self { per_second, rounding, seen: HashMap::new(), others: 0 }
    }

    /// Counts `times` frames that came `ticks` after their predecessor. Zero is no distance and is left out.
    pub fn add(&mut self, ticks: u64, times: u64) {
        if ticks == 0 || times == 0 {
            return;
        }
        if self.seen.len() < MOST_DISTANCES || self.seen.contains_key(&ticks) {
            let count = self.seen.entry(ticks).or_default();
            *count = count.saturating_add(times);
        } else {
            self.others = self.others.saturating_add(times);
        }
    }

    /// The usual rate, and whether it is kept.
    pub fn timing(&self) -> FrameTiming {
        let mut sorted: Vec<(u64, u64)> = self.seen.iter().map(|(ticks, times)| (*ticks, *times)).collect();
        sorted.sort_unstable();
        let total = sorted.iter().fold(self.others, |sum, (_, times)| sum.saturating_add(*times));
        let mut before = 0_u64;
        let median = sorted.iter().find(|(_, times)| {
            before = before.saturating_add(*times);
            before.saturating_mul(2) >= total
        });
        let Some(&(median, _)) = median else {
            return FrameTiming { frame_rate: (0, 1), variable: false };
        };
        let tolerance = (median / 5).max(self.rounding + self.rounding / 2);
        let (mut near_ticks, mut near) = (0_u128, 0_u64);
        for (ticks, times) in sorted.iter().filter(|(ticks, _)| ticks.abs_diff(median) <= tolerance) {
            near_ticks += u128::from(*ticks) * u128::from(*times);
            near = near.saturating_add(*times);
        }
        let seconds = near_ticks as f64 / self.per_second as f64;
        let unusual = total - near.min(total);
        let variable = unusual.saturating_mul(100) > total;
        // Where distances vary, the last digits of the usual one are chance.
        let tolerance = if variable { 0.01 } else { 0.0005 };
        FrameTiming { frame_rate: as_fraction(near as f64 / seconds, tolerance), variable }
    }
}

/// The customary fraction nearest to a rate, else thousandths.
fn as_fraction(rate: f64, tolerance: f64) -> (u32, u32) {
    const CUSTOMARY: &[(u32, u32)] =
        &[(24000, 1001), (30000, 1001), (60000, 1001), (120_000, 1001), (15000, 1001), (25, 2), (15, 2)];
    if !rate.is_finite() || rate <= 0.0 {
        return (0, 1);
    }
    let whole = rate.round().clamp(1.0, 1000.0) as u32;
    std::iter::once(&(whole, 1))
        .chain(CUSTOMARY)
        .map(|&(n, d)| ((n, d), (f64::from(n) / f64::from(d) / rate - 1.0).abs()))
        .filter(|(_, error)| *error < tolerance)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or_else(
            || {
                let thousandths = (rate * 1000.0).round().clamp(1.0, 1_000_000.0) as u32;
                let divisor = greatest_common(thousandths, 1000);
                (thousandths / divisor, 1000 / divisor)
            },
            |(fraction, _)| fraction,
        )
}

fn greatest_common(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(per_second: u64, rounding: u64, distances: &[(u64, u64)]) -> FrameTiming {
        let mut all = Distances::new(per_second, rounding);
        for (ticks, times) in distances {
            all.add(*ticks, *times);
        }
        all.timing()
    }

    #[test]
    fn constant_rates_are_found_through_rounding() {
        let constant = |n, d| FrameTiming { frame_rate: (n, d), variable: false };
        assert_eq!(timing(90_000, 0, &[(3000, 500)]), constant(30, 1));
        assert_eq!(timing(30_000, 0, &[(1001, 500)]), constant(30000, 1001));
        assert_eq!(timing(1000, 1, &[(33, 200), (34, 100)]), constant(30, 1));
        assert_eq!(timing(1000, 1, &[(16, 100), (17, 200)]), constant(60, 1));
        assert_eq!(timing(1000, 1, &[(41, 292), (42, 708)]), constant(24000, 1001));
        assert_eq!(timing(1000, 1, &[(83, 4), (84, 2)]), constant(12, 1));
    }

    #[test]
    fn a_jittering_phone_is_constant_and_gaps_are_not() {
        let phone: Vec<_> = (0..40).map(|i| (19_900 + i * 5, 10)).collect();
        let phone = timing(600_000, 0, &phone);
        assert!(!phone.variable);
        assert_eq!(phone.frame_rate, (30, 1));
        let gaps = timing(90_000, 0, &[(3000, 50), (6000, 20), (9000, 5)]);
        assert_eq!(gaps, FrameTiming { frame_rate: (30, 1), variable: true });
        let one_gap = timing(90_000, 0, &[(3000, 1000), (90_000, 1)]);
        assert!(!one_gap.variable);
    }

    #[test]
    fn nothing_is_unknown() {
        assert_eq!(timing(90_000, 0, &[]), FrameTiming { frame_rate: (0, 1), variable: false });
        assert_eq!(timing(90_000, 0, &[(0, 50)]), FrameTiming { frame_rate: (0, 1), variable: false });
    }
}
