//! What becomes of a film: one minute of noisy 1080p30 from its last byte to the whole ladder, encoding all and copying the
//! top, beside what ffmpeg takes rung after rung at PeerTube's settings and what x264 alone takes for the same rungs.

use crate::{
    Figure, figure,
    instance::Instance,
    process::{self, Peak, Spent, Watch},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const SECONDS: u32 = 60;
/// Short side, and the most bits per second as PeerTube has it at 30 frames.
const RUNGS: &[(u32, u32)] = &[
    (1080, 6_220_877),
    (720, 3_040_000),
    (480, 1_470_000),
    (360, 1_040_000),
    (240, 520_000),
    (144, 210_000),
];
const LONGEST: Duration = Duration::from_mins(15);

/// One of ours.
struct Made {
    first_picture: Duration,
    whole: Duration,
    /// Processor seconds of the server and of all its children, from the upload to the end.
    cpu: f64,
    /// Of all processes, the memory that each has for itself and its share of what they share.
    peak: Peak,
    renditions: Vec<(u32, PathBuf)>,
    /// Keeps the files.
    _instance: Instance,
}

/// The whole comparison.
pub fn transcode() -> Vec<Figure> {
    if !(process::is_there("ffmpeg") && process::is_there("x264")) {
        return vec![figure(
            "transcode",
            "not measured: apt-get install ffmpeg x264, which it is compared with",
        )];
    }
    let folder = tempfile::tempdir().unwrap();
    let clip = folder.path().join("noisy.mp4");
    noisy(&clip, SECONDS);

    let decode = decode_once(&clip);
    let sequential = rung_after_rung(&clip, folder.path());
    let alone: Vec<(u32, Spent)> =
        RUNGS.iter().map(|&(side, cap)| (side, x264_alone(&clip, side, cap))).collect();
    let limit = alone.iter().map(|(_, spent)| spent.cpu).sum::<f64>() + decode.cpu;

    let mut figures = vec![
        figure(
            "the clip",
            format!("{SECONDS} s of 1080p30 H.264 with noise and sound, {:.1} MB", megabytes(&clip)),
        ),
        figure(
            "ffmpeg, rung after rung at PeerTube's settings",
            format!(
                "{:.1} s, {:.1} CPU s, {:.0} MiB",
                sequential.0.wall, sequential.0.cpu, sequential.0.peak_mib
            ),
        ),
        figure("decoding once (ffmpeg, one thread)", format!("{:.1} CPU s", decode.cpu)),
        figure(
            "x264 alone on raw pictures, our settings, six rungs",
            format!(
                "{:.1} CPU s ({})",
                limit - decode.cpu,
                alone
                    .iter()
                    .map(|(side, spent)| format!("{side}p {:.1}", spent.cpu))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        ),
    ];
    for (name, copy) in [("encoding all six rungs", 0.0), ("copying the top rung", 1.5)] {
        let made = make(&clip, copy);
        figures.push(figure(
            format!("kiosque, {name}"),
            format!(
                "{:.1} s, {:.1} CPU s, {:.0} MiB at most ({}); first picture {:.2} s after the last byte",
                made.whole.as_secs_f64(),
                made.cpu,
                made.peak.mib,
                made.peak.each.join(", "),
                made.first_picture.as_secs_f64()
            ),
        ));
        figures.push(figure(
            format!("{name}, against ffmpeg rung after rung"),
            format!(
                "wall {:.2} ×, CPU {:.2} ×",
                made.whole.as_secs_f64() / sequential.0.wall,
                made.cpu / sequential.0.cpu
            ),
        ));
        if copy == 0.0 {
            figures.push(figure(
                format!("{name}, against x264 alone and one decode"),
                format!("CPU {:.2} ×", made.cpu / limit),
            ));
        }
        for (side, file) in &made.renditions {
            let Some((_, theirs)) = sequential.1.iter().find(|(theirs, _)| theirs == side) else { continue };
            figures.push(figure(
                format!("{name}, {side}p"),
                format!(
                    "SSIM {:.4}, {:.1} MB; ffmpeg's {:.4}, {:.1} MB",
                    similarity(file, &clip),
                    megabytes(file),
                    similarity(theirs, &clip),
                    megabytes(theirs)
                ),
            ));
        }
    }
    figures
}

/// The first picture of sources that cannot be copied.
pub fn first_picture() -> Vec<Figure> {
    if !process::is_there("ffmpeg") {
        return vec![figure("first picture", "not measured: apt-get install ffmpeg, which makes the clips")];
    }
    let folder = tempfile::tempdir().unwrap();
    let mut figures = Vec::new();
    let kinds: &[(&str, &str, &[&str])] = &[
        (
            "H.264 in MP4, fit for copying",
            "film.mp4",
            &["-c:v", "libx264", "-preset", "veryfast", "-b:v", "8M", "-g", "60"],
        ),
        (
            "HEVC in MP4",
            "hevc.mp4",
            &["-c:v", "libx265", "-preset", "ultrafast", "-b:v", "8M", "-x265-params", "log-level=error"],
        ),
        (
            "VP9 in WebM",
            "film.webm",
            &["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-b:v", "6M"],
        ),
    ];
    for (what, name, codec) in kinds {
        let clip = folder.path().join(name);
        let sound = if name.ends_with("webm") { "libopus" } else { "aac" };
        source(20, &[codec, &["-c:a", sound][..]].concat(), &clip);
        let made = make(&clip, 1.5);
        figures.push(figure(
            format!("first picture, 20 s of 1080p30 {what}"),
            format!(
                "{:.2} s after the last byte; whole ladder after {:.1} s",
                made.first_picture.as_secs_f64(),
                made.whole.as_secs_f64()
            ),
        ));
    }
    figures
}

/// Bytes per second of an upload by pieces, and what the server takes meanwhile.
pub fn upload() -> Vec<Figure> {
    const SIZE: u64 = 2 << 30;
    let instance = Instance::start();
    let before = instance.cpu();
    let started = Instant::now();
    instance.send_zeros(SIZE, 16 << 20);
    let seconds = started.elapsed().as_secs_f64();
    let cpu = instance.cpu() - before;
    vec![figure(
        "upload of 2 GiB in pieces of 16 MiB, each on the disk before its answer",
        format!(
            "{:.0} MB/s, {:.2} CPU s per GB, server {:.1} MiB at most",
            SIZE as f64 / 1e6 / seconds,
            cpu / (SIZE as f64 / 1e9),
            instance.peak_mib()
        ),
    )]
}

fn make(clip: &Path, copy_factor: f64) -> Made {
    let instance = Instance::start();
    instance.put(
        "/api/v1/server/settings",
        &json!({"transcoding": {"copyFactor": copy_factor, "resolutions": [144, 240, 360, 480, 720, 1080], "progressive": false}}),
    );
    let watch = Watch::start(instance.pid());
    let before = instance.cpu();
    let uuid = instance.upload(clip);
    let last_byte = Instant::now();
    let mut first_picture = None;
    let (whole, video) = loop {
        assert!(last_byte.elapsed() < LONGEST, "the ladder was not whole in time");
        let progress = instance.get(&format!("/api/v1/videos/{uuid}/progress"));
        if first_picture.is_none() && instance.plays(&uuid) {
            first_picture = Some(last_byte.elapsed());
        }
        match progress["stage"].as_str() {
            Some("ready") => break (last_byte.elapsed(), instance.get(&format!("/api/v1/videos/{uuid}"))),
            Some("failed") => panic!("the film failed: {progress}"),
            _ => std::thread::sleep(Duration::from_millis(if first_picture.is_some() { 250 } else { 20 })),
        }
    };
    let (cpu, peak) = (instance.cpu() - before, watch.end());
    let folder = instance.data().join("media/hls").join(&uuid);
    let renditions = video["streamingPlaylists"][0]["files"]
        .as_array()
        .map(|files| files.iter().filter_map(|file| rendition(file, &folder)).collect())
        .unwrap_or_default();
    Made {
        first_picture: first_picture.expect("it played"),
        whole,
        cpu,
        peak,
        renditions,
        _instance: instance,
    }
}

fn rendition(file: &Value, folder: &Path) -> Option<(u32, PathBuf)> {
    let side = u32::try_from(file["resolution"]["id"].as_u64()?).ok()?;
    let name = file["fileUrl"].as_str()?.rsplit('/').next()?;
    Some((side, folder.join(name)))
}

/// What PeerTube runs for HLS: one process per rung, the picture scaled from the source, the sound copied.
fn rung_after_rung(clip: &Path, folder: &Path) -> (Spent, Vec<(u32, PathBuf)>) {
    let (mut all, mut files) = (Spent::default(), Vec::new());
    for (side, cap) in RUNGS {
        let file = folder.join(format!("{side}-fragmented.mp4"));
        let spent = process::run(
            Command::new("ffmpeg")
                .args(["-nostdin", "-loglevel", "error", "-y", "-i"])
                .arg(clip)
                .args([
                    "-acodec",
                    "copy",
                    "-vcodec",
                    "libx264",
                    "-threads",
                    "1",
                    "-f",
                    "mp4",
                    "-movflags",
                    "faststart",
                ])
                .args(["-max_muxing_queue_size", "1024", "-map_metadata", "-1", "-pix_fmt", "yuv420p", "-vf"])
                .arg(format!("scale=w=-2:h={side}"))
                .args([
                    "-preset",
                    "veryfast",
                    "-maxrate:v",
                    &cap.to_string(),
                    "-bufsize:v",
                    &(2 * cap).to_string(),
                ])
                .args([
                    "-b_strategy",
                    "1",
                    "-bf",
                    "16",
                    "-r",
                    "30",
                    "-g:v",
                    "60",
                    "-hls_time",
                    "4",
                    "-hls_list_size",
                    "0",
                ])
                .args(["-hls_playlist_type", "vod", "-hls_segment_filename"])
                .arg(&file)
                .args(["-hls_segment_type", "fmp4", "-f", "hls", "-hls_flags", "single_file"])
                .arg(folder.join(format!("{side}.m3u8"))),
        );
        all.wall += spent.wall;
        all.cpu += spent.cpu;
        all.peak_mib = all.peak_mib.max(spent.peak_mib);
        files.push((*side, file));
    }
    (all, files)
}

fn decode_once(clip: &Path) -> Spent {
    process::run(
        Command::new("ffmpeg")
            .args(["-nostdin", "-loglevel", "error", "-threads", "1", "-i"])
            .arg(clip)
            .args(["-map", "0:v", "-f", "null", "-"]),
    )
}

/// The encoder by itself: raw pictures of the rung's size come through a pipe, nothing is kept.
fn x264_alone(clip: &Path, side: u32, cap: u32) -> Spent {
    let mut raw = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-threads", "1", "-i"])
        .arg(clip)
        .args(["-vf", &format!("scale=w=-2:h={side}"), "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "-"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let kilobits = (cap / 1000).to_string();
    let spent = process::run(
        Command::new("x264")
            .args([
                "--demuxer",
                "y4m",
                "--preset",
                "veryfast",
                "--crf",
                "23",
                "--threads",
                "1",
                "--profile",
                "high",
            ])
            .args(["--vbv-maxrate", &kilobits, "--vbv-bufsize", &(2 * cap / 1000).to_string()])
            .args([
                "--keyint",
                "60",
                "--min-keyint",
                "60",
                "--no-scenecut",
                "--rc-lookahead",
                "5",
                "--sync-lookahead",
                "0",
            ])
            .args(["--bframes", "2", "--quiet", "--no-progress", "-o", "/dev/null", "-"])
            .stdin(raw.stdout.take().unwrap()),
    );
    assert!(raw.wait().unwrap().success());
    spent
}

/// So many seconds of 1080p30: a moving test picture under noise, with pink noise to hear, hard to encode as a phone's
/// film in the evening is.
pub fn noisy(file: &Path, seconds: u32) {
    source(
        seconds,
        &[
            "-c:v", "libx264", "-preset", "veryfast", "-b:v", "8M", "-maxrate", "9M", "-bufsize", "16M",
            "-g", "60", "-c:a", "aac", "-b:a", "128k",
        ],
        file,
    );
}

fn source(seconds: u32, codec: &[&str], file: &Path) {
    process::run(
        Command::new("ffmpeg")
            .args(["-nostdin", "-loglevel", "error", "-y"])
            .args(["-f", "lavfi", "-i", &format!("testsrc2=size=1920x1080:rate=30:duration={seconds}")])
            .args([
                "-f",
                "lavfi",
                "-i",
                &format!("anoisesrc=color=pink:amplitude=0.2:sample_rate=48000:duration={seconds}"),
            ])
            .args(["-vf", "noise=alls=18:allf=t", "-pix_fmt", "yuv420p", "-ac", "2"])
            .args(codec)
            .arg(file),
    );
}

/// SSIM of the first ten seconds with the source scaled to the same size, all planes.
fn similarity(file: &Path, clip: &Path) -> f64 {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-hide_banner", "-t", "10", "-i"])
        .arg(file)
        .args(["-t", "10", "-i"])
        .arg(clip)
        .args(["-lavfi", "[1:v][0:v]scale2ref=flags=bicubic[ref][made];[made][ref]ssim", "-f", "null", "-"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let all = text.rsplit("All:").next().and_then(|rest| rest.split_whitespace().next());
    all.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no SSIM: {text}"))
}

fn megabytes(file: &Path) -> f64 {
    fs::metadata(file).unwrap().len() as f64 / 1e6
}
