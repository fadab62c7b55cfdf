//! Turning a band of lines: what lies below one another comes to lie side by side, and back.
//!
//! Not by moving single bytes, but by putting halves of the band into one another as the two halves of a zip, four times.

/// Lines of a band. A vector of most processors holds as many bytes.
pub const LINES: usize = 16;

/// Lines, one after the other, become columns, one after the other. `room` is as long as `band`; what it holds does not
/// matter.
#[inline(always)]
pub fn to_columns(band: &mut [u8], room: &mut [u8]) {
    let (mut from, mut to) = (band, room);
    let mut pieces = LINES;
    while pieces > 1 {
        let length = from.len() / pieces;
        let (upper, lower) = from.split_at(from.len() / 2);
        for ((zipped, upper), lower) in
            to.chunks_exact_mut(2 * length).zip(upper.chunks_exact(length)).zip(lower.chunks_exact(length))
        {
            zip(upper, lower, zipped);
        }
        std::mem::swap(&mut from, &mut to);
        pieces /= 2;
    }
}

/// The other way.
#[inline(always)]
pub fn to_lines(band: &mut [u8], room: &mut [u8]) {
    let (mut from, mut to) = (band, room);
    let mut pieces = 1;
    while pieces < LINES {
        let length = from.len() / pieces;
        let (upper, lower) = to.split_at_mut(from.len() / 2);
        for ((zipped, upper), lower) in from
            .chunks_exact(length)
            .zip(upper.chunks_exact_mut(length / 2))
            .zip(lower.chunks_exact_mut(length / 2))
        {
            unzip(zipped, upper, lower);
        }
        std::mem::swap(&mut from, &mut to);
        pieces *= 2;
    }
}

#[inline(always)]
fn zip(first: &[u8], second: &[u8], zipped: &mut [u8]) {
    for ((pair, first), second) in zipped.as_chunks_mut::<2>().0.iter_mut().zip(first).zip(second) {
        *pair = (u16::from(*first) | u16::from(*second) << 8).to_le_bytes();
    }
}

#[inline(always)]
fn unzip(zipped: &[u8], first: &mut [u8], second: &mut [u8]) {
    for ((pair, first), second) in zipped.as_chunks::<2>().0.iter().zip(first).zip(second) {
        // As one number: taking the two bytes one by one is three times as slow without AVX.
        let pair = u16::from_le_bytes(*pair);
        (*first, *second) = (pair as u8, (pair >> 8) as u8);
    }
}
