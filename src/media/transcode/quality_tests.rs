//! What is seen and heard of a film after it was made, measured against its source.

use std::sync::{Arc, Mutex};

use super::*;

/// A picture: nanoseconds from the beginning, and its light without padding.
struct Picture {
    time: i64,
    light: Vec<u16>,
}

/// Pictures of a file as they come out of its decoder, in grey of 8 bits, or of 16 where `deep`.
fn pictures(path: &Path, deep: bool) -> (usize, Vec<Picture>) {
    let format = if deep { "I420_10LE" } else { "GRAY8" };
    let seen = Arc::new(Mutex::new((0, Vec::new())));
    let noting = seen.clone();
    decode(path, &format!("video/x-raw ! videoconvert ! video/x-raw,format={format}"), move |sample| {
        let buffer = sample.buffer().unwrap();
        let caps = sample.caps().unwrap().structure(0).unwrap();
        let side = |name| usize::try_from(caps.get::<i32>(name).unwrap()).unwrap();
        let (width, height) = (side("width"), side("height"));
        let map = buffer.map_readable().unwrap();
        let bytes = if deep { 2 } else { 1 };
        let stride = (width * bytes).div_ceil(4) * 4;
        let rows = map.chunks(stride).take(height);
        let light = rows.flat_map(|row| {
            row[..width * bytes]
                .chunks(bytes)
                .map(|b| u16::from(b[0]) + b.get(1).map_or(0, |b| u16::from(*b) << 8))
        });
        let mut noting = noting.lock().unwrap();
        noting.0 = width;
        noting.1.push(Picture { time: time_of(sample), light: light.collect() });
    });
    Arc::into_inner(seen).unwrap().into_inner().unwrap()
}

/// The sound of a file: nanoseconds of the first sample, and the samples of left and right.
fn stereo(path: &Path) -> (i64, [Vec<f32>; 2]) {
    let seen = Arc::new(Mutex::new((None, [Vec::new(), Vec::new()])));
    let noting = seen.clone();
    let wanted = "audio/x-raw ! audioconvert ! audio/x-raw,format=F32LE,layout=interleaved,channels=2";
    decode(path, wanted, move |sample| {
        let map = sample.buffer().unwrap().map_readable().unwrap();
        let mut noting = noting.lock().unwrap();
        noting.0.get_or_insert_with(|| time_of(sample));
        for (nth, four) in map.chunks_exact(4).enumerate() {
            noting.1[nth % 2].push(f32::from_le_bytes(four.try_into().unwrap()));
        }
    });
    let (begin, samples) = Arc::into_inner(seen).unwrap().into_inner().unwrap();
    (begin.unwrap(), samples)
}

fn time_of(sample: &gst::Sample) -> i64 {
    let segment = sample.segment().unwrap().downcast_ref::<gst::ClockTime>().unwrap();
    segment.to_stream_time(sample.buffer().unwrap().pts()).unwrap().nseconds() as i64
}

/// Hands every sample of the stream that fits to `take`; other streams go nowhere.
fn decode(path: &Path, wanted: &str, take: impl FnMut(&gst::Sample) + Send + 'static) {
    crate::media::init::init().unwrap();
    let (kind, wanted) = wanted.split_once(" ! ").unwrap();
    let line =
        format!("filesrc name=in ! decodebin name=d queue name=q ! {wanted} ! appsink name=s sync=false");
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    crate::media::init::one_thread_decoders(&pipeline);
    pipeline.by_name("in").unwrap().set_property("location", path.to_str().unwrap());
    let (weak, kind) = (pipeline.downgrade(), kind.to_owned());
    pipeline.by_name("d").unwrap().connect_pad_added(move |_, pad| {
        let pipeline = weak.upgrade().unwrap();
        let fits = pad.current_caps().unwrap().structure(0).unwrap().name() == kind.as_str();
        let next = if fits {
            pipeline.by_name("q").unwrap()
        } else {
            let nowhere = gst::ElementFactory::make("fakesink").property("sync", false).build().unwrap();
            pipeline.add(&nowhere).unwrap();
            nowhere.sync_state_with_parent().unwrap();
            nowhere
        };
        pad.link(&next.static_pad("sink").unwrap()).unwrap();
    });
    let sink = pipeline.by_name("s").unwrap().downcast::<gst_app::AppSink>().unwrap();
    let take = Mutex::new(take);
    sink.set_callbacks(
        gst_app::AppSinkCallbacks::builder()
            .new_sample(move |sink| {
                (take.lock().unwrap())(&sink.pull_sample().unwrap());
                Ok(gst::FlowSuccess::Ok)
            })
            .build(),
    );
    pipeline.set_state(gst::State::Playing).unwrap();
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(30), &kinds);
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(
        matches!(message.as_ref().map(|m| m.view()), Some(gst::MessageView::Eos(_))),
        "{path:?} {message:?}"
    );
    sink.set_callbacks(gst_app::AppSinkCallbacks::builder().build());
}

/// A film made by a line of GStreamer.
fn film(folder: &Path, name: &str, line: &str) -> PathBuf {
    crate::media::init::init().unwrap();
    let path = folder.join(name);
    let line = format!("{line} ! filesink location={}", path.display());
    let pipeline = gst::parse::launch(&line).unwrap_or_else(|e| panic!("{line}: {e}"));
    pipeline.set_state(gst::State::Playing).unwrap_or_else(|e| panic!("{line}: {e}"));
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(60), &kinds);
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(
        matches!(message.as_ref().map(|m| m.view()), Some(gst::MessageView::Eos(_))),
        "{line} {message:?}"
    );
    path
}

fn made_of(path: &Path, resolutions: &[u32]) -> Bench {
    let options = LadderOptions { resolutions: resolutions.to_vec(), ..LadderOptions::default() };
    bench_of(path, options).encode_all().done()
}

/// Points whose upper and lower neighbours are both much lighter, or both much darker: teeth of a comb.
fn teeth(width: usize, picture: &Picture) -> usize {
    let rows: Vec<&[u16]> = picture.light.chunks(width).collect();
    let tooth = |above: u16, here: u16, below: u16| {
        let (up, down) = (i32::from(here) - i32::from(above), i32::from(here) - i32::from(below));
        up.signum() == down.signum() && up.abs() > 40 && down.abs() > 40
    };
    rows.windows(3)
        .map(|three| (0..width).filter(|x| tooth(three[0][*x], three[1][*x], three[2][*x])).count())
        .sum()
}

#[test]
fn no_comb_is_left_of_an_interlaced_film() {
    let source = clip("interlaced.mp4");
    let bench = made_of(&source, &[240]);
    let combed = |path: &Path| {
        let (width, pictures) = pictures(path, false);
        pictures.iter().map(|picture| teeth(width, picture)).sum::<usize>() / pictures.len()
    };
    let (before, after) = (combed(&source), combed(&bench.path(240)));
    assert!(before >= 20, "the source has a comb to lose: {before}");
    assert!(after * 20 <= before, "{after} teeth in each picture are left of {before}");
}

/// The light of a screen, in eight-bit values of a picture, that a grey of a film with high dynamic range should give:
/// computed anew from ITU-R BT.2100 and BT.2408 (paper white 203 cd/m², peak 1000 cd/m², display gamma 2.2).
fn reference(pq: bool, signal: f64) -> f64 {
    let nits = if pq {
        let e = signal.powf(1.0 / 78.843_75);
        10_000.0
            * ((e - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.687_5 * e)).powf(1.0 / 0.159_301_757_812_5)
    } else {
        let scene = if signal <= 0.5 {
            signal * signal / 3.0
        } else {
            (((signal - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
        };
        1000.0 * scene.powf(1.2)
    };
    16.0 + 219.0 * (nits / 203.0).min(1.0).powf(1.0 / 2.2)
}

#[test]
fn light_of_high_dynamic_range_comes_out_as_bright_as_it_should() {
    let folder = tempfile::tempdir().unwrap();
    for (name, colours, pq) in [("hlg.mp4", "bt2100-hlg", false), ("pq.mp4", "bt2100-pq", true)] {
        // From night to what is brighter than paper.
        for grey in [0x18_u32, 0x40, 0x60, 0x80, 0xa0, 0xc8] {
            let colour = 0xff00_0000 | grey << 16 | grey << 8 | grey;
            let source = film(
                folder.path(),
                &format!("{grey}-{name}"),
                &format!(
                    "videotestsrc num-buffers=12 pattern=solid-color foreground-color={colour} ! \
                     video/x-raw,width=320,height=240,framerate=12/1,format=I420_10LE ! \
                     capssetter caps=video/x-raw,colorimetry={colours} ! x265enc speed-preset=ultrafast ! h265parse ! mp4mux"
                ),
            );
            let bench = made_of(&source, &[240]);
            assert!(bench.job.info.video.as_ref().unwrap().hdr.is_some());
            let middle = |path: &Path, deep| {
                let (width, pictures) = pictures(path, deep);
                f64::from(pictures[pictures.len() / 2].light[120 * width + 160])
            };
            let signal = (middle(&source, true) - 64.0) / 876.0;
            // Grey of 8 bits has the whole range.
            let made = middle(&bench.path(240), false) / 255.0 * 219.0 + 16.0;
            let wanted = reference(pq, signal);
            if wanted < 200.0 {
                assert!((made - wanted).abs() <= 6.0, "{name} {signal:.3}: {made:.0} and not {wanted:.0}");
            } else {
                // What is brighter than paper is bent below white, and paper stays light.
                assert!(
                    (195.0..=wanted + 3.0).contains(&made),
                    "{name} {signal:.3}: {made:.0} of {wanted:.0}"
                );
            }
        }
    }
}

#[test]
fn ten_bits_become_eight_of_the_same_light() {
    let source = clip("ten-bit.mkv");
    let bench = made_of(&source, &[240]);
    let mean = |path: &Path| {
        let (_, pictures) = pictures(path, false);
        let of = |p: &Picture| p.light.iter().map(|l| f64::from(*l)).sum::<f64>() / p.light.len() as f64;
        pictures.iter().map(of).sum::<f64>() / pictures.len() as f64
    };
    let (before, after) = (mean(&source), mean(&bench.path(240)));
    assert!((before - after).abs() <= 1.5, "{before} {after}");
}

const FRAME: i64 = 1_000_000_000 / 30;

#[test]
fn a_film_of_uneven_steps_shows_each_moment_at_its_time() {
    for name in ["variable.mp4", "variable.mkv"] {
        let source = clip(name);
        let bench = made_of(&source, &[240]);
        let places = |path: &Path| -> Vec<(i64, i64)> {
            let (width, pictures) = pictures(path, false);
            let grey = |p: &Picture| p.light.iter().map(|l| *l as u8).collect::<Vec<_>>();
            pictures.iter().map(|p| (p.time, ball(&grey(p), (width as i32, 240)))).collect()
        };
        let (before, after) = (places(&source), places(&bench.path(240)));
        assert!(before.len() < 80, "{name} has gaps");
        for (time, place) in &after {
            // Each frame from its time until that of the next, a frame of the film sooner or later.
            let shown = before.iter().enumerate().filter(|(nth, (at, _))| {
                let until = before.get(nth + 1).map_or(i64::MAX / 2, |next| next.0);
                at - FRAME <= *time && *time <= until + FRAME
            });
            let nearest = shown.map(|(_, (_, there))| (there - place).abs()).min();
            assert!(nearest.is_some_and(|far| far <= 60), "{name} at {} ms: {nearest:?}", time / 1_000_000);
        }
    }
}

/// Black from the beginning, white from the fourth second on, in pictures as far apart as in the recording of a talk.
fn slides(folder: &Path, name: &str, muxer: &str) -> PathBuf {
    let plain = "video/x-raw,width=320,height=240,framerate=1/4,format=I420";
    film(
        folder,
        name,
        &format!(
            "videotestsrc num-buffers=1 pattern=black ! {plain} ! c. videotestsrc num-buffers=2 pattern=white ! {plain} ! c. \
             concat name=c ! x264enc speed-preset=ultrafast key-int-max=60 ! h264parse ! {muxer} name=m"
        ),
    )
}

fn light_at_four_seconds(bench: &Bench) {
    let (_, pictures) = pictures(&bench.path(240), false);
    let light_from = pictures.iter().find(|p| p.light[0] > 128).unwrap().time;
    assert!((light_from - 4_000_000_000).abs() <= 4 * FRAME, "{} ms", light_from / 1_000_000);
}

#[test]
fn a_slide_stays_until_the_next_one_is_due() {
    let folder = tempfile::tempdir().unwrap();
    for (name, muxer) in [("slides.mp4", "mp4mux"), ("slides.mkv", "matroskamux")] {
        let source = slides(folder.path(), name, muxer);
        let mut bench = made_of(&source, &[240]);
        light_at_four_seconds(&bench);
        // As if a run had ended in the middle of the first slide.
        let record = Record::path(&bench.path(240));
        let text = std::fs::read_to_string(&record).unwrap();
        let lines: Vec<&str> = text.lines().take(2).collect();
        std::fs::write(&record, lines.join("\n") + "\n").unwrap();
        bench.events.clear();
        light_at_four_seconds(&bench.done());
    }
}

#[test]
fn sound_and_picture_of_an_uneven_film_stay_together() {
    let folder = tempfile::tempdir().unwrap();
    let plain = "video/x-raw,width=320,height=240,framerate=30/1,format=I420";
    let tone = "audio/x-raw,rate=48000,channels=2,format=F32LE,layout=interleaved";
    // It gets light and loud at three seconds.
    let source = film(
        folder.path(),
        "flash.mp4",
        &format!(
            "videotestsrc num-buffers=90 pattern=black ! {plain} ! c. videotestsrc num-buffers=60 pattern=white ! {plain} ! c. \
             audiotestsrc num-buffers=90 samplesperbuffer=1600 wave=silence ! {tone} ! a. \
             audiotestsrc num-buffers=60 samplesperbuffer=1600 volume=0.5 ! {tone} ! a. \
             concat name=a ! audioconvert ! avenc_aac ! aacparse ! m. \
             concat name=c ! identity drop-probability=0.4 ! x264enc speed-preset=ultrafast key-int-max=60 ! h264parse ! mp4mux name=m"
        ),
    );
    let bench = made_of(&source, &[240]);
    let light_from = |path: &Path| {
        let (_, pictures) = pictures(path, false);
        pictures.iter().find(|p| p.light[0] > 128).unwrap().time
    };
    let loud_from = |path: &Path| {
        let (begin, [left, _]) = stereo(path);
        begin + left.iter().position(|s| s.abs() > 0.1).unwrap() as i64 * 1_000_000_000 / 48_000
    };
    let (made, light) = (bench.path(240), light_from(&source));
    assert!((light_from(&made) - light).abs() <= FRAME, "{} {light}", light_from(&made));
    let (before, after) = (loud_from(&source), loud_from(&made));
    assert!((before - after).abs() <= 25_000_000, "{before} {after}");
    assert!((after - 3_000_000_000).abs() <= 60_000_000, "{after}");
}

/// How loud a tone is in samples of 48 kHz: its amplitude (Goertzel).
fn loudness(samples: &[f32], hertz: f64) -> f64 {
    // Half a second in the middle.
    let middle = &samples[samples.len() / 2 - 12_000..samples.len() / 2 + 12_000];
    let step = std::f64::consts::TAU * hertz / 48_000.0;
    let (mut sine, mut cosine) = (0.0, 0.0);
    for (nth, sample) in middle.iter().enumerate() {
        sine += f64::from(*sample) * (step * nth as f64).sin();
        cosine += f64::from(*sample) * (step * nth as f64).cos();
    }
    2.0 * (sine * sine + cosine * cosine).sqrt() / middle.len() as f64
}

#[test]
fn every_speaker_of_a_cinema_is_heard_in_stereo() {
    let folder = tempfile::tempdir().unwrap();
    // Left, right, centre, deep, left and right behind; each with a tone of its own, all loud.
    let speakers = [(0x1, 400), (0x2, 600), (0x4, 1000), (0x8, 60), (0x10, 1400), (0x20, 2000)];
    let tones: Vec<String> = speakers
        .iter()
        .enumerate()
        .map(|(nth, (mask, hertz))| {
            format!(
                "audiotestsrc num-buffers=90 samplesperbuffer=1600 volume=0.8 freq={hertz} ! \
                 audio/x-raw,rate=48000,channels=1,format=F32LE,layout=interleaved,channel-mask=(bitmask){mask:#x} ! i.sink_{nth}"
            )
        })
        .collect();
    let line =
        format!("{} interleave name=i ! audioconvert ! flacenc ! flacparse ! matroskamux", tones.join(" "));
    let source = film(folder.path(), "cinema.mkv", &line);
    let bench = bench_of(&source, LadderOptions { resolutions: vec![0], ..LadderOptions::default() }).done();
    assert_eq!(bench.job.info.audio.as_ref().unwrap().channels, 6);
    let (_, [left, right]) = stereo(&bench.path(0));
    let heard = |hertz: i32| (loudness(&left, f64::from(hertz)), loudness(&right, f64::from(hertz)));
    for (mask, hertz) in speakers {
        let (left, right) = heard(hertz);
        assert!(left.max(right) > 0.05, "speaker {mask}: {left:.3} {right:.3}");
        match mask {
            0x1 | 0x10 => assert!(left > 10.0 * right, "speaker {mask} is on the left: {left:.3} {right:.3}"),
            0x2 | 0x20 => {
                assert!(right > 10.0 * left, "speaker {mask} is on the right: {left:.3} {right:.3}");
            }
            _ => assert!(
                (left / right - 1.0).abs() < 0.1,
                "speaker {mask} is in the middle: {left:.3} {right:.3}"
            ),
        }
    }
    let peak = left.iter().chain(&right).fold(0.0_f32, |most, sample| most.max(sample.abs()));
    assert!((0.5..=1.0).contains(&peak), "loud, and not cut off: {peak}");
}

#[test]
fn one_channel_is_as_loud_on_both_sides_and_silence_is_silent() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, line: &str| {
        let source = film(folder.path(), name, line);
        let bench =
            bench_of(&source, LadderOptions { resolutions: vec![0], ..LadderOptions::default() }).done();
        stereo(&bench.path(0)).1
    };
    let tone = "audiotestsrc num-buffers=90 samplesperbuffer=1600 freq=800";
    let mono = "audio/x-raw,rate=48000,channels=1";
    let [left, right] = made(
        "mono.mkv",
        &format!("{tone} volume=0.5 ! audioconvert ! {mono} ! flacenc ! flacparse ! matroskamux"),
    );
    let (left, right) = (loudness(&left, 800.0), loudness(&right, 800.0));
    assert!((left - 0.5).abs() < 0.05 && (left - right).abs() < 0.01, "{left} {right}");
    let [left, right] = made(
        "silence.mkv",
        &format!("{tone} wave=silence ! audioconvert ! {mono} ! flacenc ! flacparse ! matroskamux"),
    );
    assert!(left.len() > 100_000 && left.iter().chain(&right).all(|sample| sample.abs() < 0.001));
}
