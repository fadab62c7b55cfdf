//! Scaling planes of bytes, one picture after the other of the same sizes.
//!
//! Each new value is the mean of those old ones that lie within one new distance of its place (one old distance when the
//! picture grows), the nearer the more: by a sinc within Hamming's window, as wide as the step needs. First down the
//! columns, then along the lines. The second would read single bytes here and there; so bands of sixteen lines are turned
//! first, such that sixteen values lie side by side that take part in the same way. All loops are of a kind that compilers
//! turn into vector instructions, on any processor that has some.

mod band;
mod taps;

use band::{LINES, to_columns, to_lines};
use taps::{Taps, along, down};

/// How the places of one direction of the new plane lie in the old one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    from: usize,
    to: usize,
    /// Old distances per new one.
    ratio: f64,
    /// Where the first new value lies, in old distances from the first old value.
    first: f64,
}

impl Axis {
    /// For values of whole pixels.
    pub fn luma(from: usize, to: usize) -> Self {
        let ratio = from as f64 / to.max(1) as f64;
        Self { from, to, ratio, first: (ratio - 1.0) / 2.0 }
    }

    /// For values that two pixels share, of which there are `from` and will be `to` in this direction. A shared value
    /// belongs to the place of the first of the two, or else to the middle between them.
    pub fn chroma(from: usize, to: usize, at_first: bool) -> Self {
        let luma = Self::luma(from, to);
        let first = if at_first { luma.first / 2.0 } else { luma.first };
        Self { from: from.div_ceil(2), to: to.div_ceil(2), first, ..luma }
    }
}

/// Scales planes of one size to another, and keeps what it needs for the next one.
#[derive(Debug)]
pub struct PlaneScaler {
    across: Taps,
    down: Taps,
    /// Lines of the new height and the old width, and room to turn them.
    tall: [Vec<u8>; 2],
    /// The same of the new width.
    small: [Vec<u8>; 2],
}

impl PlaneScaler {
    /// Works out what takes part in what. None for planes without values.
    pub fn new(across: Axis, down: Axis) -> Option<Self> {
        if [across.from, across.to, down.from, down.to].contains(&0) {
            return None;
        }
        let lines = |width: usize| [vec![0; width * LINES], vec![0; width * LINES]];
        Some(Self {
            tall: lines(across.from),
            small: lines(across.to),
            across: Taps::new(&across),
            down: Taps::new(&down),
        })
    }

    /// Scales one plane. `stride` is the distance in bytes from a line to the next. None when a plane is too short for its
    /// size.
    #[allow(unsafe_code, reason = "what only some processors can has to be asked for at run time")]
    pub fn scale(&mut self, from: &[u8], stride: usize, to: &mut [u8], to_stride: usize) -> Option<()> {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: this processor has what the function is compiled for, which is all that it asks.
            return unsafe { self.scale_with_avx2(from, stride, to, to_stride) };
        }
        self.bands(from, stride, to, to_stride)
    }

    /// The same with vectors of twice the length.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn scale_with_avx2(&mut self, from: &[u8], stride: usize, to: &mut [u8], to_stride: usize) -> Option<()> {
        self.bands(from, stride, to, to_stride)
    }

    /// Inlined with all that it calls, so that it is compiled for what its caller may use.
    #[inline(always)]
    fn bands(&mut self, from: &[u8], stride: usize, to: &mut [u8], to_stride: usize) -> Option<()> {
        let (wide, width, height) = (self.across.from, self.across.to(), self.down.to());
        let [tall, tall_room] = &mut self.tall;
        let [small, small_room] = &mut self.small;
        for first in (0..height).step_by(LINES) {
            let lines = (height - first).min(LINES);
            for (nth, line) in tall.chunks_exact_mut(wide).take(lines).enumerate() {
                let (start, weights) = self.down.of(first + nth)?;
                down(from.get(start * stride..)?, stride, weights, line)?;
            }
            to_columns(tall, tall_room);
            along(tall.as_chunks().0, &self.across, small.as_chunks_mut().0)?;
            to_lines(small, small_room);
            for (nth, line) in small.chunks_exact(width).take(lines).enumerate() {
                to.get_mut((first + nth) * to_stride..)?.get_mut(..width)?.copy_from_slice(line);
            }
        }
        Some(())
    }
}
