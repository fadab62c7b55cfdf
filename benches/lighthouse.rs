//! The pages as Lighthouse sees them: home and a film on its throttled phone, out of a hundred in each category.
//!
//! Lighthouse is pinned in `benches/lighthouse` and installed below `target/`, where nothing else sees it.

use crate::{Figure, figure, films, instance::Instance, process};
use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// Lighthouse's own names, as its report has them, and ours.
const CATEGORIES: [(&str, &str); 4] = [
    ("performance", "performance"),
    ("accessibility", "accessibility"),
    ("best-practices", "best practices"),
    ("seo", "search engines"),
];
/// A page is measured so often; the middle one counts, since the machine is never quite quiet.
const TIMES: usize = 3;

/// Home with one film, and that film's page.
pub fn lighthouse() -> Vec<Figure> {
    let missing = |what: &str| vec![figure("Lighthouse", format!("not measured: {what}"))];
    let chromium = PathBuf::from(env::var_os("CHROME_PATH").unwrap_or_else(|| "/usr/bin/chromium".into()));
    if !chromium.is_file() {
        return missing("apt-get install chromium, or name one in CHROME_PATH");
    }
    if !(process::is_there("npm") && process::is_there("ffmpeg")) {
        return missing("npm, which installs it, or ffmpeg, which makes the film, is not there");
    }
    let tool = install();
    let folder = tempfile::tempdir().unwrap();
    let clip = folder.path().join("clip.mp4");
    films::noisy(&clip, 10);
    let instance = Instance::start();
    let film = instance.upload(&clip);
    wait(&instance, &film);
    let home = format!("http://{}", instance.address());
    let pages = [("home, one film", format!("{home}/")), ("watch", format!("{home}/w/{film}"))];
    pages
        .iter()
        .map(|(name, address)| {
            let scores = middle((0..TIMES).map(|_| look(&tool, &chromium, address, folder.path())).collect());
            let words: Vec<_> = CATEGORIES
                .iter()
                .zip(scores)
                .map(|((_, word), score)| format!("{word} {score:.0}"))
                .collect();
            figure(format!("Lighthouse, its throttled phone: {name}"), words.join(", "))
        })
        .collect()
}

/// Its script, after its packages are where they belong.
fn install() -> PathBuf {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/lighthouse");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lighthouse");
    let list = "package-lock.json";
    // An installation counts when it is whole and of this list.
    let whole = place.join("installed");
    if fs::read(&whole).ok() != Some(fs::read(pinned.join(list)).unwrap()) {
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(&place).unwrap();
        for name in ["package.json", list] {
            fs::copy(pinned.join(name), place.join(name)).unwrap();
        }
        eprintln!("installing Lighthouse from npm into {}", place.display());
        process::run(
            Command::new("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .args(["--loglevel=error", "--prefix"])
                .arg(&place),
        );
        fs::copy(pinned.join(list), whole).unwrap();
    }
    place.join("node_modules/lighthouse/cli/index.js")
}

/// Until nothing of a film is left to be made: encoding beside it would be measured too.
fn wait(instance: &Instance, film: &str) {
    let started = Instant::now();
    while instance.get(&format!("/api/v1/videos/{film}/progress"))["stage"] != "ready" {
        assert!(started.elapsed() < Duration::from_mins(5), "the film is not ready after five minutes");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// One run: what it says of each category, out of a hundred.
fn look(tool: &Path, chromium: &Path, address: &str, folder: &Path) -> [f64; 4] {
    let report = folder.join("report.json");
    process::run(
        Command::new("node")
            .arg(tool)
            .arg(address)
            .args(["--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"])
            .arg(format!("--output-path={}", report.display()))
            .env("CHROME_PATH", chromium),
    );
    let report: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    CATEGORIES.map(|(id, _)| 100.0 * report["categories"][id]["score"].as_f64().unwrap())
}

/// The middle of each category.
fn middle(runs: Vec<[f64; 4]>) -> [f64; 4] {
    std::array::from_fn(|at| {
        let mut scores: Vec<f64> = runs.iter().map(|run| run[at]).collect();
        scores.sort_by(f64::total_cmp);
        scores[scores.len() / 2]
    })
}
