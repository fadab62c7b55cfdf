//! Which old values make a new one, and adding them up.

use super::Axis;
use super::band::LINES;

/// All weights of a new value together. Sums of bytes times weights just fit into sixteen bits.
const WHOLE: u16 = 256;
const HALF: u16 = WHOLE / 2;

/// For each new value the first old one that takes part, and the weights of it and of those after it.
#[derive(Debug)]
pub struct Taps {
    /// Old values.
    pub from: usize,
    starts: Vec<usize>,
    weights: Vec<u16>,
    /// Weights per new value.
    each: usize,
}

impl Taps {
    pub fn new(axis: &Axis) -> Self {
        let rows: Vec<_> = (0..axis.to).map(|nth| row(axis, nth)).collect();
        let each = rows.iter().map(|(_, weights)| weights.len()).max().unwrap_or(1);
        let (mut starts, mut all) = (Vec::with_capacity(axis.to), Vec::with_capacity(axis.to * each));
        for (start, weights) in rows {
            // All have as many; those that would reach past the end begin earlier.
            let earlier = (start + each).saturating_sub(axis.from);
            starts.push(start - earlier);
            all.resize(all.len() + earlier, 0);
            all.extend_from_slice(&weights);
            all.resize(starts.len() * each, 0);
        }
        Self { from: axis.from, starts, weights: all, each }
    }

    /// New values.
    pub fn to(&self) -> usize {
        self.starts.len()
    }

    pub fn of(&self, nth: usize) -> Option<(usize, &[u16])> {
        Some((*self.starts.get(nth)?, self.weights.get(nth * self.each..(nth + 1) * self.each)?))
    }
}

/// The first old value that takes part in a new one, and the weights. What lies before the first or after the last value is
/// taken to be like it.
fn row(axis: &Axis, nth: usize) -> (usize, Vec<u16>) {
    let place = nth as f64 * axis.ratio + axis.first;
    let reach = axis.ratio.max(1.0);
    let inside = |place: f64| (place.max(0.0) as usize).min(axis.from - 1);
    let (begin, end) = ((place - reach).floor(), (place + reach).ceil());
    let start = inside(begin);
    let mut parts = vec![0.0; inside(end) - start + 1];
    for old in begin as i64..=end as i64 {
        parts[inside(old as f64) - start] += part((old as f64 - place) / reach);
    }
    let sum: f64 = parts.iter().sum();
    // Rounding the sums so far, not each part, keeps the whole exact: what is of one colour stays so.
    let (mut so_far, mut given) = (0.0, 0);
    let mut weights: Vec<u16> = Vec::with_capacity(parts.len());
    for part in parts {
        so_far += part / sum;
        let until = (so_far * f64::from(WHOLE)).round() as u16;
        weights.push(until - given);
        given = until;
    }
    let none = weights.iter().take_while(|weight| **weight == 0).count();
    weights.drain(..none);
    while weights.last() == Some(&0) {
        weights.pop();
    }
    (start + none, weights)
}

/// How much of an old value is in a new one, by their distance; 1 and more is too far away.
fn part(distance: f64) -> f64 {
    let turn = std::f64::consts::PI * distance.abs();
    if distance.abs() >= 1.0 {
        0.0
    } else if turn < 1e-9 {
        1.0
    } else {
        turn.sin() / turn * (0.54 + 0.46 * turn.cos())
    }
}

/// One line of the new height: `from` begins with the first line that takes part.
#[inline(always)]
pub fn down(from: &[u8], stride: usize, weights: &[u16], line: &mut [u8]) -> Option<()> {
    match weights {
        [a] => few([from], [*a], line),
        [a, b] => few([from, from.get(stride..)?], [*a, *b], line),
        [a, b, c] => few([from, from.get(stride..)?, from.get(2 * stride..)?], [*a, *b, *c], line),
        [a, b, c, d] => few(
            [from, from.get(stride..)?, from.get(2 * stride..)?, from.get(3 * stride..)?],
            [*a, *b, *c, *d],
            line,
        ),
        _ => {
            const PIECE: usize = 256;
            for (nth, piece) in line.chunks_mut(PIECE).enumerate() {
                let mut sums = [HALF; PIECE];
                for (old, weight) in weights.iter().enumerate() {
                    let old = from.get(old * stride + nth * PIECE..)?.get(..piece.len())?;
                    for (sum, value) in sums.iter_mut().zip(old) {
                        *sum = sum.wrapping_add(u16::from(*value).wrapping_mul(*weight));
                    }
                }
                for (new, sum) in piece.iter_mut().zip(sums) {
                    *new = (sum / WHOLE) as u8;
                }
            }
            Some(())
        }
    }
}

#[inline(always)]
fn few<const COUNT: usize>(old: [&[u8]; COUNT], weights: [u16; COUNT], line: &mut [u8]) -> Option<()> {
    let width = line.len();
    // Told once that all lines are long enough, the compiler does not look again at each byte.
    if old.iter().any(|old| old.len() < width) {
        return None;
    }
    let old = old.map(|old| &old[..width]);
    for (column, new) in line.iter_mut().enumerate() {
        let mut sum = HALF;
        for (old, weight) in old.iter().zip(weights) {
            sum = sum.wrapping_add(u16::from(old[column]).wrapping_mul(weight));
        }
        *new = (sum / WHOLE) as u8;
    }
    Some(())
}

type Column = [u8; LINES];

/// All new columns of a band.
#[inline(always)]
pub fn along(old: &[Column], taps: &Taps, new: &mut [Column]) -> Option<()> {
    match taps.each {
        1 => each::<1>(old, taps, new),
        2 => each::<2>(old, taps, new),
        3 => each::<3>(old, taps, new),
        4 => each::<4>(old, taps, new),
        many => {
            for ((new, start), weights) in
                new.iter_mut().zip(&taps.starts).zip(taps.weights.chunks_exact(many))
            {
                *new = mean(old.get(*start..start + many)?, weights);
            }
            Some(())
        }
    }
}

/// The same with the number of weights known beforehand, which is twice as fast.
#[allow(
    clippy::needless_range_loop,
    reason = "two arrays zipped are not taken apart by the compiler: half as fast"
)]
#[inline(always)]
fn each<const COUNT: usize>(old: &[Column], taps: &Taps, new: &mut [Column]) -> Option<()> {
    let weights = taps.weights.as_chunks::<COUNT>().0;
    for ((new, start), weights) in new.iter_mut().zip(&taps.starts).zip(weights) {
        let old: &[Column; COUNT] = old.get(*start..start + COUNT)?.first_chunk()?;
        let mut sums = [HALF; LINES];
        for tap in 0..COUNT {
            for (sum, value) in sums.iter_mut().zip(old[tap]) {
                *sum = sum.wrapping_add(u16::from(value).wrapping_mul(weights[tap]));
            }
        }
        *new = sums.map(|sum| (sum / WHOLE) as u8);
    }
    Some(())
}

#[inline(always)]
fn mean(old: &[Column], weights: &[u16]) -> Column {
    let mut sums = [HALF; LINES];
    for (old, weight) in old.iter().zip(weights) {
        for (sum, value) in sums.iter_mut().zip(old) {
            *sum = sum.wrapping_add(u16::from(*value).wrapping_mul(*weight));
        }
    }
    sums.map(|sum| (sum / WHOLE) as u8)
}
