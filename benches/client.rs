//! The web client: what the first view of the front page costs on the line.

use crate::{Figure, figure};
use std::{collections::BTreeSet, fs, path::Path};

/// The front page, and all scripts and styles that it names or that those import, in their Brotli form.
pub fn first_view() -> Vec<Figure> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/dist");
    let page = fs::read_to_string(dist.join("index.html")).expect("web/dist; run scripts/web.sh first");
    let mut wanted: Vec<String> = names(&page);
    let mut taken = BTreeSet::new();
    let mut bytes = page.len() as u64;
    while let Some(name) = wanted.pop() {
        let path = dist.join("assets").join(&name);
        if !path.is_file() || !taken.insert(name) {
            continue;
        }
        let compressed = path.with_file_name(format!("{}.br", path.file_name().unwrap().to_string_lossy()));
        bytes += fs::metadata(if compressed.is_file() { &compressed } else { &path }).unwrap().len();
        // Static imports only: `import("…")` is loaded when it is needed.
        let text = fs::read_to_string(&path).unwrap_or_default();
        for part in text.split("from\"./").skip(1).chain(text.split("import\"./").skip(1)) {
            wanted.extend(part.split('"').next().map(str::to_owned));
        }
    }
    vec![figure(
        "first view of the front page, Brotli",
        format!("{:.1} kB in {} files", bytes as f64 / 1e3, taken.len() + 1),
    )]
}

/// File names below `/assets/` in a page.
fn names(page: &str) -> Vec<String> {
    page.split("/assets/").skip(1).filter_map(|part| part.split('"').next()).map(str::to_owned).collect()
}
