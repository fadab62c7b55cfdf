//! What of H.264 is written anew by hand (ITU-T H.264, 7.3.2.1.1): which part of the pictures is to be seen.
//!
//! A chip takes pictures whose sides are multiples of 16 or 32, so a rendition of 854×480 goes into it as 864×480. Its
//! header then says 864; here it is made to say which part of that is the film.

use bytes::Bytes;

/// Kinds of units (table 7-1).
const SEQUENCE: u8 = 7;
const PICTURE: u8 = 8;

/// A decoder's configuration (ISO/IEC 14496-15, 5.3.3.1) whose pictures show only the upper left `width` × `height`.
/// None when it is not understood, or its pictures are smaller than that.
pub fn with_visible_size(avcc: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let mut out = avcc.get(..6)?.to_vec();
    let mut rest = avcc.get(6..)?;
    for _ in 0..(*avcc.get(5)? & 0x1f) {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (unit, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let shown = with_crop(unit, width, height)?;
        out.extend_from_slice(&u16::try_from(shown.len()).ok()?.to_be_bytes());
        out.extend_from_slice(&shown);
        rest = after;
    }
    out.extend_from_slice(rest);
    Some(out)
}

/// Pixels of the pictures that a decoder's configuration shows.
pub fn visible_size(avcc: &[u8]) -> Option<(u32, u32)> {
    let (length, rest) = avcc.get(6..)?.split_first_chunk::<2>()?;
    let unit = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
    let found = Sequence::parse(&unescaped(unit))?;
    let (width, height) = found.coded()?;
    let (unit_x, unit_y) = found.crop_units();
    let [left, right, top, bottom] = found.crop;
    Some((
        width.checked_sub(left.checked_add(right)?.checked_mul(unit_x)?)?,
        height.checked_sub(top.checked_add(bottom)?.checked_mul(unit_y)?)?,
    ))
}

/// A coded picture without the headers that are in the decoder's configuration anyway. An encoder that repeats them
/// would contradict what [`with_visible_size`] says. Units have four bytes of length before them.
pub fn without_headers(picture: Bytes) -> Bytes {
    let is_header =
        |unit: &[u8]| unit.first().is_some_and(|kind| [SEQUENCE, PICTURE].contains(&(kind & 0x1f)));
    if !units(&picture).any(is_header) {
        return picture;
    }
    let mut out = Vec::with_capacity(picture.len());
    for unit in units(&picture).filter(|unit| !is_header(unit)) {
        out.extend_from_slice(&(unit.len() as u32).to_be_bytes());
        out.extend_from_slice(unit);
    }
    out.into()
}

/// The units of a coded picture; ends at the first whose length is wrong.
fn units(picture: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = picture;
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (unit, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        rest = after;
        Some(unit)
    })
}

fn with_crop(unit: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let plain = unescaped(unit);
    let found = Sequence::parse(&plain)?;
    let (coded_width, coded_height) = found.coded()?;
    let (unit_x, unit_y) = found.crop_units();
    let (right, bottom) = (coded_width.checked_sub(width)?, coded_height.checked_sub(height)?);
    let crop = [0, right / unit_x, 0, bottom / unit_y];
    if (right % unit_x, bottom % unit_y) != (0, 0) {
        return None;
    }
    let mut out = Writer::default();
    let mut bits = Reader::new(&plain);
    for _ in 0..found.before_crop {
        out.bit(bits.bit()?);
    }
    out.bit(crop != [0; 4]);
    if crop != [0; 4] {
        crop.into_iter().for_each(|value| out.golomb(value));
    }
    bits.at = found.after_crop;
    // The last one of the bits ends the unit; zeroes fill its byte.
    let end = plain.iter().rposition(|byte| *byte != 0)?;
    let end = end * 8 + 7 - plain.get(end)?.trailing_zeros() as usize;
    while bits.at < end {
        out.bit(bits.bit()?);
    }
    out.bit(true);
    Some(escaped(&out.bytes))
}

/// What of a sequence's header matters here. Places are counted in bits of the unit, its first byte included.
#[derive(Debug, PartialEq, Eq)]
struct Sequence {
    chroma_format: u32,
    width_in_blocks: u32,
    height_in_units: u32,
    frames_only: bool,
    /// Left, right, top, bottom.
    crop: [u32; 4],
    before_crop: usize,
    after_crop: usize,
}

impl Sequence {
    fn parse(plain: &[u8]) -> Option<Self> {
        let mut bits = Reader::new(plain);
        if bits.bits(8)? & 0x1f != u32::from(SEQUENCE) {
            return None;
        }
        let profile = bits.bits(8)?;
        // Flags and level.
        bits.bits(16)?;
        bits.golomb()?;
        let mut chroma_format = 1;
        if [44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244].contains(&profile) {
            chroma_format = bits.golomb()?;
            if chroma_format == 3 {
                bits.bit()?;
            }
            // Bit depths, and a flag.
            bits.golomb()?;
            bits.golomb()?;
            bits.bit()?;
            if bits.bit()? {
                for list in 0..if chroma_format == 3 { 12 } else { 8 } {
                    if bits.bit()? {
                        skip_scaling_list(&mut bits, if list < 6 { 16 } else { 64 })?;
                    }
                }
            }
        }
        bits.golomb()?;
        match bits.golomb()? {
            0 => {
                bits.golomb()?;
            }
            1 => {
                bits.bit()?;
                bits.golomb()?;
                bits.golomb()?;
                for _ in 0..bits.golomb()?.min(255) {
                    bits.golomb()?;
                }
            }
            _ => {}
        }
        bits.golomb()?;
        bits.bit()?;
        let width_in_blocks = bits.golomb()?.checked_add(1)?;
        let height_in_units = bits.golomb()?.checked_add(1)?;
        let frames_only = bits.bit()?;
        if !frames_only {
            bits.bit()?;
        }
        bits.bit()?;
        let before_crop = bits.at;
        let mut crop = [0; 4];
        if bits.bit()? {
            for value in &mut crop {
                *value = bits.golomb()?;
            }
        }
        let after_crop = bits.at;
        Some(Self {
            chroma_format,
            width_in_blocks,
            height_in_units,
            frames_only,
            crop,
            before_crop,
            after_crop,
        })
    }

    fn coded(&self) -> Option<(u32, u32)> {
        let lines = if self.frames_only { 16 } else { 32 };
        Some((self.width_in_blocks.checked_mul(16)?, self.height_in_units.checked_mul(lines)?))
    }

    /// Pixels per unit of the crop.
    fn crop_units(&self) -> (u32, u32) {
        let (x, y) = match self.chroma_format {
            1 => (2, 2),
            2 => (2, 1),
            _ => (1, 1),
        };
        (x, if self.frames_only { y } else { 2 * y })
    }
}

/// 7.3.2.1.1.1
fn skip_scaling_list(bits: &mut Reader<'_>, size: u32) -> Option<()> {
    let (mut last, mut next) = (8_i64, 8_i64);
    for _ in 0..size {
        if next != 0 {
            let code = i64::from(bits.golomb()?);
            let delta = if code % 2 == 0 { -(code / 2) } else { code / 2 + 1 };
            next = (last + delta).rem_euclid(256);
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

/// Without the bytes that keep start codes from appearing inside (7.4.1).
fn unescaped(unit: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(unit.len());
    let mut zeroes = 0;
    for byte in unit {
        if zeroes >= 2 && *byte == 3 {
            zeroes = 0;
            continue;
        }
        zeroes = if *byte == 0 { zeroes + 1 } else { 0 };
        out.push(*byte);
    }
    out
}

/// With them.
fn escaped(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(plain.len() + 4);
    let mut zeroes = 0;
    for byte in plain {
        if zeroes >= 2 && *byte <= 3 {
            out.push(3);
            zeroes = 0;
        }
        zeroes = if *byte == 0 { zeroes + 1 } else { 0 };
        out.push(*byte);
    }
    out
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn bit(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    fn bits(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.bit()?);
        }
        Some(value)
    }

    /// An unsigned number in Exp-Golomb code (9.1).
    fn golomb(&mut self) -> Option<u32> {
        let mut zeroes = 0;
        while !self.bit()? {
            zeroes += 1;
            if zeroes > 31 {
                return None;
            }
        }
        Some((1_u32 << zeroes) - 1 + self.bits(zeroes)?)
    }
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    used: usize,
}

impl Writer {
    fn bit(&mut self, bit: bool) {
        if self.used.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (7 - self.used % 8);
        }
        self.used += 1;
    }

    fn golomb(&mut self, value: u32) {
        let code = u64::from(value) + 1;
        let length = 64 - code.leading_zeros();
        for _ in 1..length {
            self.bit(false);
        }
        for place in (0..length).rev() {
            self.bit(code >> place & 1 == 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What x264 writes for 864×480 at High.
    const WIDE: &str = "6764001facd940d83db016a0c0c0d4a0000003002000000791e30632c0";

    fn configuration(unit: &[u8]) -> Vec<u8> {
        let mut avcc = vec![1, unit[1], unit[2], unit[3], 0xff, 0xe1];
        avcc.extend_from_slice(&(unit.len() as u16).to_be_bytes());
        avcc.extend_from_slice(unit);
        avcc.extend_from_slice(&[1, 0, 4, 0x68, 0xeb, 0xe3, 0xcb, 0xfd, 0xf8, 0xf8, 0]);
        avcc
    }

    #[test]
    fn a_header_is_made_to_show_less_and_the_rest_stays() {
        let unit = hex::decode(WIDE).unwrap();
        let avcc = configuration(&unit);
        assert_eq!(visible_size(&avcc), Some((864, 480)));
        let shown = with_visible_size(&avcc, 854, 480).unwrap();
        assert_eq!(visible_size(&shown), Some((854, 480)));
        assert!(shown.ends_with(&avcc[avcc.len() - 11..]), "the other units are as they were");
        assert_eq!(with_visible_size(&shown, 864, 480).unwrap(), avcc, "and back");
        assert_eq!(with_visible_size(&avcc, 866, 480), None, "more than there is");
        assert_eq!(with_visible_size(&avcc, 853, 480), None, "half a sample of colour");
        assert_eq!(with_visible_size(&avcc[..12], 854, 480), None);
    }

    #[test]
    fn headers_inside_pictures_go() {
        let unit = |kind: u8, rest: &[u8]| {
            let mut bytes = (rest.len() as u32 + 1).to_be_bytes().to_vec();
            bytes.push(kind);
            bytes.extend_from_slice(rest);
            bytes
        };
        let (sequence, picture, slice) = (unit(0x67, b"abc"), unit(0x68, b"d"), unit(0x65, b"efgh"));
        let whole = Bytes::from([sequence, picture, slice.clone(), slice.clone()].concat());
        assert_eq!(without_headers(whole), [slice.clone(), slice.clone()].concat());
        assert_eq!(without_headers(Bytes::from(slice.clone())), slice);
    }

    proptest! {
        #[test]
        fn escaping_comes_back(bytes in proptest::collection::vec(0u8..5, 0..60)) {
            let mut bytes = bytes;
            bytes.push(0x80);
            let there = escaped(&bytes);
            prop_assert!(!there.windows(3).any(|three| three[..2] == [0, 0] && three[2] < 3));
            prop_assert_eq!(unescaped(&there), bytes);
        }

        #[test]
        fn numbers_come_back(values in proptest::collection::vec(0u32..u32::MAX, 1..20)) {
            let mut out = Writer::default();
            values.iter().for_each(|value| out.golomb(*value));
            let mut bits = Reader::new(&out.bytes);
            for value in values {
                prop_assert_eq!(bits.golomb(), Some(value));
            }
        }

        #[test]
        fn anything_is_parsed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80), width in 0u32..2000, height in 0u32..2000) {
            let _ = visible_size(&bytes);
            let _ = with_visible_size(&bytes, width, height);
            let _ = without_headers(bytes.into());
        }
    }
}
