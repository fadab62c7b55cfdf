//! The files of the repository, for the tests of the house rules.

#![allow(clippy::expect_used, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder that holds `Cargo.toml`.
pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Folders that hold what was built or stored, not what was written. Names, at any depth.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "dist", "data", "test-results", "build"];

/// All files below a folder of the repository, sorted, with their path from the top, written with `/`.
pub fn files(below: &str) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![top().join(below)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let entry = entry.expect("a folder that can be read");
            let kind = entry.file_type().expect("a file type");
            let name = entry.file_name().to_string_lossy().into_owned();
            if kind.is_dir() {
                // `web/build` holds sources; only `cross/build` is made.
                let ours = !NOT_OURS.contains(&name.as_str()) || entry.path() == top().join("web/build");
                if ours {
                    folders.push(entry.path());
                }
            } else if kind.is_file() {
                let path = entry.path();
                let name = path.strip_prefix(top()).expect("below the top").to_string_lossy().into_owned();
                found.push((name, path));
            }
        }
    }
    found.sort();
    found
}

/// The text files below a folder whose names end in one of these, with their text.
pub fn texts(below: &str, endings: &[&str]) -> Vec<(String, String)> {
    files(below)
        .into_iter()
        .filter(|(name, _)| endings.iter().any(|ending| name.ends_with(ending)))
        .map(|(name, path)| (name, fs::read_to_string(path).expect("a text file")))
        .collect()
}

/// Fails with all findings at once, one a line.
pub fn none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}\n  {}\n", findings.join("\n  "));
}
