//! Release builds carry the web client; cargo does not see by itself that a folder got its first files.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Debug builds read the folder at run time, and need not be compiled again for it.
    if std::env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=web/dist");
    }
}
