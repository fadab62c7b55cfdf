use gst::prelude::*;
use gst_video::prelude::*;
use gst_video::{VideoFormat, VideoFrame, VideoInfo};

use super::*;

/// Three planes with nothing between their lines.
type Planes = [Vec<u8>; 3];

fn parts(side: u32) -> usize {
    side.div_ceil(2) as usize
}

/// Planes from a function of plane, column and line.
fn planes((width, height): (u32, u32), value: impl Fn(usize, usize, usize) -> u8) -> Planes {
    let sizes =
        [(width as usize, height as usize), (parts(width), parts(height)), (parts(width), parts(height))];
    let mut plane = 0;
    sizes.map(|(width, height)| {
        let made = (0..width * height).map(|at| value(plane, at % width, at / width)).collect();
        plane += 1;
        made
    })
}

/// Takes pictures through the element, as the pipeline's caps and buffers are.
struct Bench {
    harness: gst::Pipeline,
    source: gst_app::AppSrc,
    sink: gst_app::AppSink,
    info: VideoInfo,
}

impl Bench {
    fn new(from: (u32, u32), to: (u32, u32), more: &[(&str, &str)]) -> Self {
        crate::media::init::init().unwrap();
        let info = VideoInfo::builder(VideoFormat::I420, from.0, from.1).fps((30, 1)).build().unwrap();
        let mut caps = info.to_caps().unwrap();
        // Nothing is said about where colours lie, as with most decoders, unless a test says it.
        caps.make_mut().structure_mut(0).unwrap().remove_field("chroma-site");
        for (name, value) in more {
            caps.make_mut().structure_mut(0).unwrap().set_value(*name, value.to_send_value());
        }
        let source = gst_app::AppSrc::builder().caps(&caps).format(gst::Format::Time).build();
        let sink = gst_app::AppSink::builder().sync(false).build();
        let harness = gst::Pipeline::new();
        let row = [source.clone().upcast(), element(to.0, to.1), sink.clone().upcast()];
        harness.add_many(&row).unwrap();
        gst::Element::link_many(&row).unwrap();
        harness.set_state(gst::State::Playing).unwrap();
        Self { harness, source, sink, info }
    }

    /// One picture, and the caps that it came with.
    fn scale(&self, planes: &Planes) -> (Planes, gst::Caps) {
        let mut buffer = gst::Buffer::with_size(self.info.size()).unwrap();
        {
            let buffer = buffer.get_mut().unwrap();
            buffer.set_pts(gst::ClockTime::ZERO);
            let mut frame = gst_video::VideoFrameRef::from_buffer_ref_writable(buffer, &self.info).unwrap();
            for (plane, values) in planes.iter().enumerate() {
                let stride = frame.plane_stride()[plane] as usize;
                let width = frame.comp_width(plane as u32) as usize;
                let data = frame.plane_data_mut(plane as u32).unwrap();
                // What is between the lines must not be seen.
                data.fill(255);
                for (line, values) in values.chunks_exact(width).enumerate() {
                    data[line * stride..][..width].copy_from_slice(values);
                }
            }
        }
        self.source.push_buffer(buffer).unwrap();
        let sample = self.sink.pull_sample().unwrap();
        let caps = sample.caps_owned().unwrap();
        let info = VideoInfo::from_caps(&caps).unwrap();
        let frame = VideoFrame::from_buffer_readable(sample.buffer_owned().unwrap(), &info).unwrap();
        let found = [0, 1, 2].map(|plane| {
            let stride = frame.plane_stride()[plane as usize] as usize;
            let (width, height) = (frame.comp_width(plane) as usize, frame.comp_height(plane) as usize);
            let data = frame.plane_data(plane).unwrap();
            (0..height).flat_map(|line| data[line * stride..][..width].to_vec()).collect()
        });
        (found, caps)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.harness.set_state(gst::State::Null).unwrap();
    }
}

fn scaled(from: (u32, u32), to: (u32, u32), value: impl Fn(usize, usize, usize) -> u8) -> Planes {
    Bench::new(from, to, &[]).scale(&planes(from, value)).0
}

/// The steps of ladders, and what nobody would ask for.
const STEPS: &[((u32, u32), (u32, u32))] = &[
    ((1920, 1080), (1280, 720)),
    ((1280, 720), (854, 480)),
    ((1280, 720), (640, 360)),
    ((640, 360), (426, 240)),
    ((426, 240), (256, 144)),
    ((320, 180), (320, 90)),
    ((406, 720), (202, 360)),
    ((427, 241), (255, 143)),
    ((101, 99), (13, 7)),
    ((33, 17), (32, 17)),
    ((40, 30), (99, 77)),
    ((7, 5), (1, 1)),
    ((1, 1), (5, 7)),
    ((2, 300), (1, 10)),
];

#[test]
fn what_is_of_one_colour_stays_so() {
    for (from, to) in STEPS {
        for colour in [[0, 255, 1], [255, 0, 254], [16, 128, 128], [235, 90, 240]] {
            let found = scaled(*from, *to, |plane, _, _| colour[plane]);
            for (plane, values) in found.iter().enumerate() {
                assert!(values.iter().all(|v| *v == colour[plane]), "{from:?} to {to:?}, plane {plane}");
            }
            assert_eq!(found[0].len(), (to.0 * to.1) as usize);
            assert_eq!(found[2].len(), parts(to.0) * parts(to.1));
        }
    }
}

#[test]
fn what_rises_goes_on_rising() {
    for (from, to) in STEPS {
        let (width, height) = (from.0 as usize, from.1 as usize);
        let wide = |plane: usize, side: usize| if plane == 0 { side } else { side.div_ceil(2) };
        let across = scaled(*from, *to, |plane, x, _| (x * 255 / wide(plane, width)) as u8);
        let down = scaled(*from, *to, |plane, _, y| (y * 255 / wide(plane, height)) as u8);
        for plane in 0..3 {
            let new_width = wide(plane, to.0 as usize);
            assert!(
                across[plane].chunks_exact(new_width).all(<[u8]>::is_sorted),
                "{from:?} to {to:?} across"
            );
            for column in 0..new_width {
                let values = down[plane].iter().skip(column).step_by(new_width);
                assert!(values.is_sorted(), "{from:?} to {to:?} down");
            }
        }
    }
}

/// Hamming's window on a sinc, as the scaler has it.
fn weight(distance: f64) -> f64 {
    use std::f64::consts::PI;
    match distance.abs() {
        d if d >= 1.0 => 0.0,
        d if d < 1e-9 => 1.0,
        d => (PI * d).sin() / (PI * d) * (0.54 + 0.46 * (PI * d).cos()),
    }
}

/// Scales one plane along one direction with real numbers. `place` tells where a new value lies among the old ones.
fn exactly(old: &[f64], new: usize, reach: f64, place: impl Fn(usize) -> f64) -> Vec<f64> {
    let value = |at: i64| old[at.clamp(0, old.len() as i64 - 1) as usize];
    (0..new)
        .map(|nth| {
            let place = place(nth);
            let (mut sum, mut all) = (0.0, 0.0);
            for at in (place - reach).floor() as i64..=(place + reach).ceil() as i64 {
                let weight = weight((at as f64 - place) / reach);
                sum += weight * value(at);
                all += weight;
            }
            sum / all
        })
        .collect()
}

/// What a plane should become. `left` says where shared values lie among their pixels.
fn exact_plane(old: &[u8], from: (u32, u32), to: (u32, u32), plane: usize, left: bool) -> Vec<f64> {
    let share = if plane == 0 { 1 } else { 2 };
    let side = |side: u32| (side as usize).div_ceil(share);
    let axis = |from: u32, to: u32, shift: f64| {
        let ratio = f64::from(from) / f64::from(to);
        // From the new pixel to the old pixel, and from there to the old value.
        let share = share as f64;
        (ratio.max(1.0), move |nth: usize| ((nth as f64 * share + shift + 0.5) * ratio - 0.5 - shift) / share)
    };
    let middle = if plane == 0 { 0.0 } else { 0.5 };
    let (reach_across, across) = axis(from.0, to.0, if left { 0.0 } else { middle });
    let (reach_down, down) = axis(from.1, to.1, middle);
    let lines: Vec<Vec<f64>> = old
        .chunks_exact(side(from.0))
        .map(|line| {
            let line: Vec<f64> = line.iter().map(|v| f64::from(*v)).collect();
            exactly(&line, side(to.0), reach_across, across)
        })
        .collect();
    let columns: Vec<Vec<f64>> = (0..side(to.0))
        .map(|column| {
            let column: Vec<f64> = lines.iter().map(|line| line[column]).collect();
            exactly(&column, side(to.1), reach_down, down)
        })
        .collect();
    (0..side(to.1)).flat_map(|line| columns.iter().map(move |column| column[line])).collect()
}

/// Noise on a pattern, the same each time.
fn noise(plane: usize, x: usize, y: usize) -> u8 {
    let mut mixed = (x as u64) << 32 | (y as u64) << 8 | plane as u64;
    for shift in [30, 27, 31] {
        mixed = (mixed ^ mixed >> shift).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    ((mixed >> 56) as u8 / 2) + ((x + y) * 3 % 256) as u8 / 2
}

fn compare(from: (u32, u32), to: (u32, u32), site: &[(&str, &str)], left: bool) {
    let old = planes(from, noise);
    let (found, _) = Bench::new(from, to, site).scale(&old);
    for plane in 0..3 {
        let wanted = exact_plane(&old[plane], from, to, plane, left);
        assert_eq!(found[plane].len(), wanted.len());
        let (mut worst, mut sum) = (0.0_f64, 0.0);
        for (found, wanted) in found[plane].iter().zip(&wanted) {
            let difference = f64::from(*found) - wanted;
            worst = worst.max(difference.abs());
            sum += difference;
        }
        assert!(worst <= 2.0, "{from:?} to {to:?}, plane {plane}: {worst}");
        let mean = sum / wanted.len() as f64;
        assert!(
            wanted.len() < 1000 || mean.abs() < 0.1,
            "{from:?} to {to:?}, plane {plane}: {mean} on average"
        );
    }
}

#[test]
fn noise_comes_out_as_real_numbers_say() {
    for (from, to) in STEPS {
        compare(*from, *to, &[], true);
    }
}

#[test]
fn shared_colours_stay_where_their_caps_say() {
    for (site, left) in [("mpeg2", true), ("jpeg", false)] {
        compare((640, 360), (426, 240), &[("chroma-site", site)], left);
    }
    let of = |site: &str| {
        let edge = planes((640, 360), |_, x, _| if x < 100 { 16 } else { 240 });
        Bench::new((640, 360), (256, 144), &[("chroma-site", site)]).scale(&edge).0
    };
    let (left, middle) = (of("mpeg2"), of("jpeg"));
    assert_eq!(left[0], middle[0]);
    assert_ne!(left[1], middle[1], "or the two comparisons above show nothing");
}

#[test]
fn nothing_else_changes() {
    let colours = [("colorimetry", "bt601"), ("chroma-site", "mpeg2")];
    let (_, caps) = Bench::new((1280, 720), (640, 360), &colours).scale(&planes((1280, 720), noise));
    let structure = caps.structure(0).unwrap();
    assert_eq!(structure.get::<&str>("format").unwrap(), "I420");
    assert_eq!(structure.get::<i32>("width").unwrap(), 640);
    assert_eq!(structure.get::<i32>("height").unwrap(), 360);
    assert_eq!(structure.get::<gst::Fraction>("framerate").unwrap(), gst::Fraction::new(30, 1));
    assert_eq!(structure.get::<gst::Fraction>("pixel-aspect-ratio").unwrap(), gst::Fraction::new(1, 1));
    assert_eq!(structure.get::<&str>("colorimetry").unwrap(), "bt601");
    assert_eq!(structure.get::<&str>("chroma-site").unwrap(), "mpeg2");
    let same = planes((1280, 720), noise);
    assert_eq!(Bench::new((1280, 720), (1280, 720), &[]).scale(&same).0, same);
}
