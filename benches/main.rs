//! `make bench`: measures this machine and prints rows for `docs/measures.md`.
//!
//! `scripts/bench.sh` takes names of measures; without any, all run. A measure that lacks something (ffmpeg to
//! compare with, say) says so and has no figure.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "a bench stops where a test would")]

mod client;
mod films;
mod generator;
mod instance;
mod lighthouse;
mod load;
mod machine;
mod people;
mod process;
mod requests;
mod server;

/// One row of the table.
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// The value with its unit.
    pub value: String,
}

/// A row.
pub fn figure(what: impl Into<String>, value: impl Into<String>) -> Figure {
    Figure { what: what.into(), value: value.into() }
}

/// A name, and what measures.
type Measure = (&'static str, fn() -> Vec<Figure>);

const MEASURES: &[Measure] = &[
    ("start", server::start),
    ("client", client::first_view),
    ("requests", requests::requests),
    ("viewers", requests::viewers),
    ("people", people::people),
    ("upload", films::upload),
    ("lighthouse", lighthouse::lighthouse),
    ("first-picture", films::first_picture),
    ("transcode", films::transcode),
];

fn main() {
    // Cargo adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = wanted.iter().find(|name| MEASURES.iter().all(|(known, _)| known != name)) {
        let known: Vec<_> = MEASURES.iter().map(|(name, _)| *name).collect();
        eprintln!("no measure is called {unknown}; there are: {}", known.join(", "));
        std::process::exit(1);
    }
    println!("{}\n\n| Measure | Figure |\n|---|---|", machine::describe());
    for (name, measure) in MEASURES {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            for Figure { what, value } in measure() {
                println!("| {what} | {value} |");
            }
        }
    }
}
