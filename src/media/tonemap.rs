//! From high dynamic range to what every screen shows: a [filter](super::filter) of ours, because Debian's GStreamer has
//! none.
//!
//! Ten-bit BT.2020 with the transfer of HLG or PQ in, eight-bit BT.709 out. Colours are computed once for a cube of
//! values; pictures are looked up in it. Reference white is 203 cd/m² (ITU-R BT.2408); what is brighter is bent softly
//! below the white of the screen, hue kept.

use gst_video::VideoFormat;
use gst_video::prelude::*;

use super::filter::{self, NewPicture, Picture, PictureFilter};
use super::source::Hdr;

/// Luminance of paper white in HDR films, cd/m².
const REFERENCE_WHITE: f64 = 203.0;
/// Brightest that is told apart, cd/m²: what films are mastered for.
const PEAK: f64 = 1000.0;
/// Linear light, white being 1, up to which nothing is changed.
const KNEE: f64 = 0.75;
/// Display gamma of ordinary screens.
const GAMMA: f64 = 2.2;

/// Nodes of the cube: luma, and each chroma.
const LUMA: usize = 65;
const CHROMA: usize = 33;

/// A filter for films with this transfer.
pub fn element(hdr: Hdr) -> gst::Element {
    filter::element(ToneMap(Cube::new(hdr)))
}

struct ToneMap(Cube);

impl PictureFilter for ToneMap {
    fn formats(&self) -> [VideoFormat; 2] {
        [VideoFormat::I42010le, VideoFormat::I420]
    }

    fn outgoing(&self, caps: &mut gst::StructureRef) {
        caps.remove_field("chroma-site");
        caps.set("colorimetry", "bt709");
    }

    fn incoming(&self, caps: &mut gst::StructureRef) {
        caps.remove_fields(["colorimetry", "chroma-site"]);
    }

    fn make(&mut self, from: &Picture<'_>, to: &mut NewPicture<'_>) -> Option<()> {
        map(&self.0, from, to)
    }
}

/// Linear light in cd/m² of a picture's red, green and blue, given as PQ (SMPTE ST 2084) or HLG (ITU-R BT.2100).
fn to_light(hdr: Hdr, [r, g, b]: [f64; 3]) -> [f64; 3] {
    match hdr {
        Hdr::Pq => [r, g, b].map(|v| {
            let (m1, m2) = (2610.0 / 16384.0, 2523.0 / 4096.0 * 128.0);
            let (c1, c2, c3) = (3424.0 / 4096.0, 2413.0 / 4096.0 * 32.0, 2392.0 / 4096.0 * 32.0);
            let p = v.clamp(0.0, 1.0).powf(1.0 / m2);
            10_000.0 * ((p - c1).max(0.0) / (c2 - c3 * p)).powf(1.0 / m1)
        }),
        Hdr::Hlg => {
            let (a, b0, c) = (0.178_832_77, 0.284_668_92, 0.559_910_73);
            let [r, g, b] = [r, g, b].map(|v: f64| {
                let v = v.clamp(0.0, 1.0);
                if v <= 0.5 { v * v / 3.0 } else { (((v - c) / a).exp() + b0) / 12.0 }
            });
            let scene = 0.2627 * r + 0.6780 * g + 0.0593 * b;
            // The display's own bend, for a peak of 1000 cd/m².
            let bend = PEAK * scene.max(1e-9).powf(0.2);
            [r * bend, g * bend, b * bend]
        }
    }
}

/// Bends what is brighter than the knee: the slope is 1 there, and the peak becomes white.
fn bent(light: f64) -> f64 {
    if light <= KNEE {
        return light;
    }
    let over = (light - KNEE) / (1.0 - KNEE);
    let peak = (PEAK / REFERENCE_WHITE - KNEE) / (1.0 - KNEE);
    let over = over.min(peak);
    KNEE + (1.0 - KNEE) * over * (1.0 + over / (peak * peak)) / (1.0 + over)
}

/// One colour: ten-bit limited-range Y, Cb, Cr of BT.2020 to the eight-bit values of BT.709, not yet rounded.
fn colour(hdr: Hdr, y: f64, cb: f64, cr: f64) -> [f64; 3] {
    let (y, cb, cr) = ((y - 64.0) / 876.0, (cb - 512.0) / 896.0, (cr - 512.0) / 896.0);
    let rgb = [y + 1.4746 * cr, y - 0.164_55 * cb - 0.571_35 * cr, y + 1.8814 * cb];
    let [r, g, b] = to_light(hdr, rgb).map(|light| light / REFERENCE_WHITE);
    // All three by the same factor, so that the hue stays.
    let brightest = r.max(g).max(b);
    let factor = if brightest > KNEE { bent(brightest) / brightest } else { 1.0 };
    let (r, g, b) = (r * factor, g * factor, b * factor);
    let narrow = [
        1.6605 * r - 0.5876 * g - 0.0728 * b,
        -0.1246 * r + 1.1329 * g - 0.0083 * b,
        -0.0182 * r - 0.1006 * g + 1.1187 * b,
    ];
    let [r, g, b] = narrow.map(|light| light.clamp(0.0, 1.0).powf(1.0 / GAMMA));
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    [16.0 + 219.0 * y, 128.0 + 224.0 * (b - y) / 1.8556, 128.0 + 224.0 * (r - y) / 1.5748]
}

/// The colours of all nodes: 8.6 fixed point, luma running fastest.
struct Cube {
    nodes: Vec<[i32; 3]>,
}

const POINT: i32 = 64;

impl Cube {
    fn new(hdr: Hdr) -> Self {
        let mut nodes = Vec::with_capacity(LUMA * CHROMA * CHROMA);
        for cr in 0..CHROMA {
            for cb in 0..CHROMA {
                for y in 0..LUMA {
                    let at = |index: usize, count: usize| index as f64 * 1024.0 / (count - 1) as f64;
                    let node = colour(hdr, at(y, LUMA), at(cb, CHROMA), at(cr, CHROMA));
                    nodes.push(node.map(|v| (v * f64::from(POINT)).round() as i32));
                }
            }
        }
        Self { nodes }
    }

    /// The nodes at one luma, mixed between the four nearest chroma nodes.
    fn at(&self, y: usize, (cb, cb_part): (usize, i32), (cr, cr_part): (usize, i32)) -> [i32; 3] {
        let node = |cb: usize, cr: usize| {
            self.nodes
                .get((cr.min(CHROMA - 1) * CHROMA + cb.min(CHROMA - 1)) * LUMA + y)
                .copied()
                .unwrap_or_default()
        };
        let (a, b, c, d) = (node(cb, cr), node(cb + 1, cr), node(cb, cr + 1), node(cb + 1, cr + 1));
        let mut mixed = [0; 3];
        for (index, value) in mixed.iter_mut().enumerate() {
            let upper = a[index] * (32 - cb_part) + b[index] * cb_part;
            let lower = c[index] * (32 - cb_part) + d[index] * cb_part;
            *value = (upper * (32 - cr_part) + lower * cr_part) >> 10;
        }
        mixed
    }

    /// Two by two luma values that share their chroma: eight-bit luma of each, and the chroma of all.
    fn block(&self, luma: [u16; 4], cb: u16, cr: u16) -> ([u8; 4], u8, u8) {
        let split = |v: u16| (usize::from(v.min(1023) >> 5), i32::from(v & 31));
        let (cb, cr) = (split(cb), split(cr));
        let mut cell = usize::MAX;
        let (mut low, mut high) = ([0; 3], [0; 3]);
        let (mut out, mut blue, mut red) = ([0; 4], 0, 0);
        for (value, out) in luma.into_iter().zip(&mut out) {
            let value = value.min(1023);
            let y = usize::from(value >> 4);
            if y != cell {
                cell = y;
                low = self.at(y, cb, cr);
                high = self.at((y + 1).min(LUMA - 1), cb, cr);
            }
            let part = i32::from(value & 15);
            let mix = |index: usize| low[index] * (16 - part) + high[index] * part;
            *out = ((mix(0) + 8 * POINT) / (16 * POINT)).clamp(0, 255) as u8;
            blue += mix(1);
            red += mix(2);
        }
        let mean = |sum: i32| ((sum + 32 * POINT) / (64 * POINT)).clamp(0, 255) as u8;
        (out, mean(blue), mean(red))
    }
}

/// Two lines of a plane, the second being the first again where there is none.
fn two_lines(plane: &[u8], stride: usize, line: usize, lines: usize) -> Option<[&[u8]; 2]> {
    let second = (line + 1).min(lines - 1);
    Some([plane.get(line * stride..)?, plane.get(second * stride..)?])
}

fn map(cube: &Cube, from: &Picture<'_>, to: &mut NewPicture<'_>) -> Option<()> {
    let (width, height) = (from.width() as usize, from.height() as usize);
    let [(luma, luma_in), (blue, blue_in), (red, red_in)] =
        [filter::plane(from, 0)?, filter::plane(from, 1)?, filter::plane(from, 2)?];
    let ten = |line: &[u8], column: usize| {
        line.get(column * 2..column * 2 + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
    };
    let mut chroma = Vec::with_capacity(width.div_ceil(2) * height.div_ceil(2));
    let (plane, stride) = filter::new_plane(to, 0)?;
    for line in (0..height).step_by(2) {
        let lines = two_lines(luma, luma_in, line, height)?;
        let (blues, reds) = (blue.get(line / 2 * blue_in..)?, red.get(line / 2 * red_in..)?);
        for column in (0..width).step_by(2) {
            let right = (column + 1).min(width - 1);
            let block =
                [ten(lines[0], column), ten(lines[0], right), ten(lines[1], column), ten(lines[1], right)];
            let (out, cb, cr) = cube.block(block, ten(blues, column / 2), ten(reds, column / 2));
            chroma.push((cb, cr));
            let places = [(line, column), (line, right), (line + 1, column), (line + 1, right)];
            for ((line, column), value) in places.into_iter().zip(out) {
                if line < height
                    && let Some(place) = plane.get_mut(line * stride + column)
                {
                    *place = value;
                }
            }
        }
    }
    let wide = width.div_ceil(2).max(1);
    for (nth, red) in [(1, false), (2, true)] {
        let (plane, stride) = filter::new_plane(to, nth)?;
        for (line, row) in chroma.chunks(wide).enumerate() {
            for (place, (cb, cr)) in plane.get_mut(line * stride..)?.iter_mut().zip(row) {
                *place = if red { *cr } else { *cb };
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pq_signal(nits: f64) -> f64 {
        let (m1, m2) = (2610.0 / 16384.0, 2523.0 / 4096.0 * 128.0);
        let (c1, c2, c3) = (3424.0 / 4096.0, 2413.0 / 4096.0 * 32.0, 2392.0 / 4096.0 * 32.0);
        let p = (nits / 10_000.0_f64).powf(m1);
        ((c1 + c2 * p) / (1.0 + c3 * p)).powf(m2)
    }

    fn grey(hdr: Hdr, signal: f64) -> u8 {
        let code = (64.0 + 876.0 * signal).round() as u16;
        let (luma, cb, cr) = Cube::new(hdr).block([code; 4], 512, 512);
        assert!(cb.abs_diff(128) <= 1 && cr.abs_diff(128) <= 1, "grey stays grey");
        luma[0]
    }

    #[test]
    fn the_curve_of_pq_is_the_standards() {
        // SMPTE ST 2084: 100 cd/m² are 50.8 % of the signal, 203 are 58 %, 1000 are 75 %.
        for (nits, signal) in [(100.0, 0.508), (203.0, 0.5807), (1000.0, 0.7518)] {
            assert!((pq_signal(nits) - signal).abs() < 0.001);
            assert!((to_light(Hdr::Pq, [signal; 3])[0] / nits - 1.0).abs() < 0.01);
        }
    }

    #[test]
    fn reference_white_is_nearly_white_in_both() {
        // BT.2408: 58 % PQ and 75 % HLG are the same white.
        let (pq, hlg) = (grey(Hdr::Pq, 0.5807), grey(Hdr::Hlg, 0.75));
        assert!(pq.abs_diff(hlg) <= 2, "{pq} {hlg}");
        assert!((215..=228).contains(&pq), "{pq}");
    }

    #[test]
    fn ends_and_middle_are_where_they_belong() {
        for hdr in [Hdr::Pq, Hdr::Hlg] {
            assert_eq!(grey(hdr, 0.0), 16);
            assert!(grey(hdr, 1.0) >= 233);
        }
        // 18 % of reference white, an ordinary grey.
        let wanted = 16.0 + 219.0 * 0.18_f64.powf(1.0 / GAMMA);
        assert!((f64::from(grey(Hdr::Pq, pq_signal(0.18 * REFERENCE_WHITE))) - wanted).abs() <= 1.5);
    }

    #[test]
    fn brighter_never_becomes_darker() {
        for hdr in [Hdr::Pq, Hdr::Hlg] {
            let cube = Cube::new(hdr);
            let lumas: Vec<u8> = (64..=940).map(|y| cube.block([y; 4], 512, 512).0[0]).collect();
            assert!(lumas.windows(2).all(|w| w[0] <= w[1]));
        }
    }

    #[test]
    fn colours_of_bt709_come_back_as_they_were() {
        // Linear BT.709 at half of white, put into BT.2020 and PQ, must give the same colour in BT.709.
        for rgb in [[0.5, 0.1, 0.1], [0.1, 0.5, 0.1], [0.1, 0.1, 0.5], [0.4, 0.3, 0.2]] {
            let [r, g, b]: [f64; 3] = rgb;
            let wide = [
                0.6274 * r + 0.3293 * g + 0.0433 * b,
                0.0691 * r + 0.9195 * g + 0.0114 * b,
                0.0164 * r + 0.0880 * g + 0.8956 * b,
            ];
            let [r2, g2, b2] = wide.map(|v| pq_signal(v * REFERENCE_WHITE));
            let y = 0.2627 * r2 + 0.6780 * g2 + 0.0593 * b2;
            let code = |v: f64| v.round() as u16;
            let (cb, cr) = (512.0 + 896.0 * (b2 - y) / 1.8814, 512.0 + 896.0 * (r2 - y) / 1.4746);
            let (luma, blue, red) = Cube::new(Hdr::Pq).block([code(64.0 + 876.0 * y); 4], code(cb), code(cr));
            let [r, g, b] = rgb.map(|v| v.powf(1.0 / GAMMA));
            let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
            let wanted =
                [16.0 + 219.0 * y, 128.0 + 224.0 * (b - y) / 1.8556, 128.0 + 224.0 * (r - y) / 1.5748];
            for (found, wanted) in [luma[0], blue, red].into_iter().zip(wanted) {
                assert!((f64::from(found) - wanted).abs() <= 3.0, "{rgb:?}: {found} {wanted}");
            }
        }
    }
}
