//! Who may use whom, and who may know what. `ARCHITECTURE.md` says why.
//!
//! The sources are read as tokens, so comments and texts do not count, `use` trees are followed into their branches,
//! and macros are seen like other code. Modules under `#[cfg(test)]` may do as they like.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod walk;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use std::{iter::Peekable, vec::IntoIter};

/// The floors of the house, from the ground up, and the rooms on each.
const FLOORS: &[(Floor, &[&str])] = &[
    (Floor::Core, &["clock", "error", "ids", "urls", "config", "db"]),
    (Floor::Common, &["jobs", "limiter", "text"]),
    (
        Floor::Domain,
        &[
            "accounts",
            "actors",
            "contact",
            "groups",
            "videos",
            "uploads",
            "captions",
            "chapters",
            "playlists",
            "settings",
            "home",
            "live",
            "events",
            "comments",
            "posts",
            "moderation",
            "notifications",
            "peers",
            "search",
            "runners",
            "views",
            "following",
            "history",
        ],
    ),
    (Floor::Machinery, &["storage", "media", "mail", "outgoing", "push", "doctor"]),
    (Floor::Edge, &["federation", "api", "site", "ingest", "worker", "appliance"]),
    (Floor::Roof, &["app", "cli", "lib", "main"]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Floor {
    Core,
    Common,
    Domain,
    Machinery,
    Edge,
    Roof,
}

fn floor(room: &str) -> Option<Floor> {
    FLOORS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(floor, _)| *floor)
}

/// Whether a room may name something of another. `rest` is what follows the other room's name in the path.
fn may_use(room: &str, other: &str, rest: &[String]) -> bool {
    // The one error of the program gathers those of the machinery.
    let named = |name: &str| rest.first().is_some_and(|first| first == name);
    if room == "error"
        && ((other == "media" && named("MediaError")) || (other == "mail" && named("MailError")))
    {
        return true;
    }
    let (Some(mine), Some(its)) = (floor(room), floor(other)) else { return false };
    if room == other {
        return true;
    }
    match mine {
        Floor::Core | Floor::Common | Floor::Domain => its <= mine,
        // Machinery knows files and pipelines, and nothing of the rules of the domain.
        Floor::Machinery => its <= mine && its != Floor::Domain,
        Floor::Edge => match its {
            // An edge is handed the application; it does not build or run one.
            Floor::Roof => other == "app" && rest.first().is_some_and(|name| name == "App"),
            Floor::Edge => other == "federation" && ["worker", "site", "api"].contains(&room),
            _ => true,
        },
        Floor::Roof => true,
    }
}

/// Crates and parts of std that only some rooms may know: who is asked about, its names, the rooms that may.
const KNOWS: &[(&str, &[&str], &[&str])] = &[
    (
        "HTTP",
        &["axum", "axum_extra", "tower", "tower_http", "hyper", "http"],
        &["api", "site", "federation", "appliance", "app"],
    ),
    (
        "the network",
        &["reqwest", "std::net::TcpStream", "std::net::UdpSocket", "tokio::net"],
        &["outgoing", "federation", "site", "ingest", "worker", "appliance", "app", "cli", "api", "doctor"],
    ),
    (
        "the async runtime",
        &["tokio", "tokio_util", "futures"],
        &[
            "db",
            "storage",
            "media",
            "mail",
            "outgoing",
            "federation",
            "api",
            "site",
            "ingest",
            "worker",
            "appliance",
            "app",
            "cli",
        ],
    ),
    ("GStreamer and V4L2", &["gst", "gst_app", "gst_base", "gst_pbutils", "gst_video", "v4l"], &["media"]),
    (
        "other processes",
        &["std::process::Command", "std::process::Child", "std::process::Stdio", "tokio::process"],
        &["media"],
    ),
    (
        "files",
        &["std::fs", "tokio::fs", "tempfile", "rustix::fs"],
        &[
            "config",
            "db",
            "storage",
            "media",
            "mail",
            "doctor",
            "api",
            "site",
            "federation",
            "ingest",
            "worker",
            "appliance",
            "app",
            "cli",
        ],
    ),
    ("mail", &["lettre"], &["mail"]),
];

/// What the rooms outside of `db` may name of rusqlite: the hands they are given, and how a value is stored.
const RUSQLITE: &[&str] = &["Transaction", "Connection", "ToSql", "types"];

/// Methods that run SQL.
const RUNS_SQL: &[&str] = &[
    "prepare",
    "prepare_cached",
    "query_row",
    "query_map",
    "query_and_then",
    "query_one",
    "execute_batch",
    "pragma_update",
    "pragma_query_value",
];

/// All that is wrong in a source file. `path` is from the top: `src/videos/mod.rs`.
fn findings(path: &str, source: &str) -> Vec<String> {
    let parts: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    let room = parts[0];
    // A large store is a folder: `src/videos/store/lists.rs`.
    let file = if parts.contains(&"store") { "store" } else { parts[parts.len() - 1] };
    let module: Vec<String> = parts
        .iter()
        .filter(|part| !["mod", "lib", "main"].contains(part))
        .map(|part| (*part).to_owned())
        .collect();
    let mut seen = Seen::default();
    look(source.parse().expect("Rust"), &module, &mut seen);

    let mut wrong = Vec::new();
    let mut say = |line: usize, text: String| wrong.push(format!("{path}:{line}: {text}"));
    let Some(mine) = floor(room) else {
        return vec![format!(
            "{path}: the room `{room}` has no floor; put it into FLOORS in tests/architecture.rs"
        )];
    };
    for (line, names) in &seen.paths {
        let full = names.join("::");
        if names[0] == "crate" {
            if let Some(other) = names.get(1)
                && floor(other).is_some()
                && !may_use(room, other, &names[2..])
            {
                say(
                    *line,
                    format!(
                        "`{room}` may not use `{full}`: imports point down, edges do not use one another"
                    ),
                );
            }
            continue;
        }
        for (what, crates, rooms) in KNOWS {
            if !rooms.contains(&room)
                && crates.iter().any(|name| full == *name || full.starts_with(&format!("{name}::")))
            {
                say(*line, format!("`{room}` may not know {what}: `{full}`"));
            }
        }
        if names[0] == "rusqlite" && room != "db" && file != "store" && path != "src/error.rs" {
            let fine = names.get(1).is_some_and(|name| RUSQLITE.contains(&name.as_str()));
            if !fine {
                say(*line, format!("`{full}` outside of `db` and of a `store.rs`"));
            }
        }
    }
    let may_run_sql = room == "db" || file == "store";
    for (line, name) in &seen.calls {
        if !may_run_sql && RUNS_SQL.contains(&name.as_str()) {
            say(*line, format!("`.{name}(…)` runs SQL outside of `db` and of a `store.rs`"));
        }
    }
    for (line, text) in &seen.texts {
        if !may_run_sql && is_sql(text) {
            say(*line, format!("SQL outside of `db` and of a `store.rs`: {text:?}"));
        }
    }
    for (line, text) in &seen.formats {
        if room != "urls" && is_address(text) {
            say(*line, format!("an address is written outside of `urls.rs`: {text:?}"));
        }
    }
    if mine == Floor::Domain {
        for line in &seen.asyncs {
            say(*line, "the domain is synchronous: no `async` in it".to_owned());
        }
    }
    for line in &seen.public_stores {
        say(*line, "`store` is private to its room: `mod store;` without `pub`".to_owned());
    }
    wrong
}

/// What the tokens of a file say.
#[derive(Default)]
struct Seen {
    /// Paths from their root, `crate` and `super` resolved: line and names.
    paths: Vec<(usize, Vec<String>)>,
    /// Names of called methods.
    calls: Vec<(usize, String)>,
    /// String literals, without those in attributes.
    texts: Vec<(usize, String)>,
    /// The first literal of formatting macros.
    formats: Vec<(usize, String)>,
    /// Where `async` stands.
    asyncs: Vec<usize>,
    /// Where `pub mod store` stands.
    public_stores: Vec<usize>,
}

/// Macros whose first literal is a format.
const FORMATS: &[&str] = &["format", "write", "writeln", "format_args"];

fn look(tokens: TokenStream, module: &[String], seen: &mut Seen) {
    let mut tokens = tokens.into_iter().collect::<Vec<_>>().into_iter().peekable();
    // What stood before, as text, to tell `a.b(` from `b(` and `::b` from `b`.
    let mut before = String::new();
    let mut for_tests = false;
    let mut public = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if matches!(tokens.peek(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!') {
                    tokens.next();
                }
                if let Some(TokenTree::Group(attribute)) = tokens.next() {
                    for_tests |= attribute.stream().to_string().replace(' ', "") == "cfg(test)";
                }
                "#".clone_into(&mut before);
            }
            TokenTree::Punct(punct) => {
                before.push(punct.as_char());
                if punct.as_char() == ';' {
                    for_tests = false;
                }
            }
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                match ident.to_string().as_str() {
                    "async" => seen.asyncs.push(line),
                    "pub" => {
                        public = true;
                        if matches!(tokens.peek(), Some(TokenTree::Group(_))) {
                            tokens.next();
                        }
                        continue;
                    }
                    "use" => {
                        use_tree(&mut tokens, &mut Vec::new(), module, seen);
                        for_tests = false;
                    }
                    "mod" => inner_module(&mut tokens, module, std::mem::take(&mut for_tests), public, seen),
                    _ if before.ends_with("::") => {}
                    name => {
                        if before.ends_with('.') && matches!(tokens.peek(), Some(TokenTree::Group(_))) {
                            seen.calls.push((line, name.to_owned()));
                        }
                        let mut names = vec![name.to_owned()];
                        while let Some(next) = path_goes_on(&mut tokens) {
                            names.push(next.to_string());
                        }
                        if names.len() > 1 {
                            seen.paths.push((line, resolve(names, module)));
                        } else if FORMATS.contains(&name) {
                            formatting(&tokens, seen);
                        }
                    }
                }
                public = false;
                "name".clone_into(&mut before);
            }
            TokenTree::Group(group) => {
                if for_tests && group.delimiter() == Delimiter::Brace {
                    for_tests = false;
                } else if for_tests {
                    // The arguments of a function under `#[cfg(test)]`.
                } else {
                    look(group.stream(), module, seen);
                }
                "group".clone_into(&mut before);
            }
            TokenTree::Literal(literal) => {
                if let Some(text) = text_of(&literal.to_string()) {
                    seen.texts.push((literal.span().start().line, text));
                }
                "literal".clone_into(&mut before);
            }
        }
    }
}

type Tokens = Peekable<IntoIter<TokenTree>>;

/// Takes `::name` if it comes next. A `::<…>` or `::{…}` ends the path.
fn path_goes_on(tokens: &mut Tokens) -> Option<Ident> {
    let mut ahead = tokens.clone();
    for _ in 0..2 {
        match ahead.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => {}
            _ => return None,
        }
    }
    match ahead.next() {
        Some(TokenTree::Ident(ident)) => {
            *tokens = ahead;
            Some(ident)
        }
        _ => None,
    }
}

/// Follows `a::{b, c::d as e}` into each branch.
fn use_tree(tokens: &mut Tokens, stem: &mut Vec<String>, module: &[String], seen: &mut Seen) {
    let mut names = stem.clone();
    let mut line = 0;
    let mut complete = |line: usize, names: &mut Vec<String>| {
        if names.len() > stem.len() {
            seen.paths.push((line, resolve(names.clone(), module)));
        }
        names.clone_from(stem);
    };
    let mut branches = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "as" => {
                tokens.next();
            }
            TokenTree::Ident(ident) => {
                line = ident.span().start().line;
                names.push(ident.to_string());
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => complete(line, &mut names),
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Group(group) => {
                branches.push((group.stream(), names.clone()));
                names.clone_from(stem);
            }
            _ => {}
        }
    }
    complete(line, &mut names);
    for (branch, mut stem) in branches {
        use_tree(&mut branch.into_iter().collect::<Vec<_>>().into_iter().peekable(), &mut stem, module, seen);
    }
}

/// Goes into `mod name { … }`, unless it is for tests.
fn inner_module(tokens: &mut Tokens, module: &[String], for_tests: bool, public: bool, seen: &mut Seen) {
    let Some(TokenTree::Ident(name)) = tokens.next() else { return };
    if name == "store" && public {
        seen.public_stores.push(name.span().start().line);
    }
    if let Some(TokenTree::Group(body)) = tokens.peek().cloned() {
        tokens.next();
        if !for_tests {
            let mut inner = module.to_vec();
            inner.push(name.to_string());
            look(body.stream(), &inner, seen);
        }
    }
}

/// Writes `super::x` and `self::x` as `crate::…`.
fn resolve(mut names: Vec<String>, module: &[String]) -> Vec<String> {
    let mut here = module.to_vec();
    let mut relative = false;
    while let Some(first) = names.first() {
        match first.as_str() {
            "self" => {}
            "super" => {
                here.pop();
            }
            _ => break,
        }
        relative = true;
        names.remove(0);
    }
    if !relative {
        return names;
    }
    let mut full = vec!["crate".to_owned()];
    full.extend(here);
    full.extend(names);
    full
}

fn formatting(tokens: &Tokens, seen: &mut Seen) {
    let mut ahead = tokens.clone();
    if !matches!(ahead.next(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!') {
        return;
    }
    let Some(TokenTree::Group(arguments)) = ahead.next() else { return };
    let literal = arguments.stream().into_iter().find_map(|token| match token {
        TokenTree::Literal(literal) => Some((literal.span().start().line, text_of(&literal.to_string())?)),
        _ => None,
    });
    seen.formats.extend(literal);
}

/// The text of a string literal as it is written; nothing for numbers and letters.
fn text_of(literal: &str) -> Option<String> {
    let text = literal.trim_start_matches(['r', 'c', 'b']).trim_matches('#');
    Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

/// Statements, not sentences that begin with the same word: "Select a file from your phone." is none.
fn is_sql(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let follows = |word: &str| words.contains(&word);
    match words.as_slice() {
        ["insert", "into" | "or", ..]
        | ["delete", "from", ..]
        | ["pragma", ..]
        | ["create" | "drop" | "alter", "table" | "index" | "view" | "trigger" | "virtual" | "unique", ..] => {
            true
        }
        ["update", ..] => follows("set") && text.contains('='),
        ["select" | "with", ..] => follows("from") && !text.ends_with('.') && !text.ends_with('…'),
        _ => false,
    }
}

/// An address that is put together: with a scheme, or below one of the places where ours begin.
fn is_address(format: &str) -> bool {
    let with_scheme =
        ["http://", "https://", "ws://", "wss://"].iter().any(|scheme| format.starts_with(scheme));
    format.contains('{') && (with_scheme || OURS.iter().any(|place| format.contains(place)))
}

/// How the paths of our addresses begin.
const OURS: &[&str] = &[
    "/accounts/",
    "/video-channels/",
    "/videos/watch/",
    "/videos/embed/",
    "/w/",
    "/@",
    "/api/v1/",
    "/static/",
    "/lazy-static/",
    "/download/",
    "/feeds/",
    "/events/",
    "/services/oembed",
];

#[test]
fn the_house_keeps_its_rules() {
    let sources = walk::texts("src", &[".rs"]);
    assert!(sources.len() > 5, "the sources were not found");
    let wrong: Vec<String> = sources.iter().flat_map(|(path, source)| findings(path, source)).collect();
    walk::none("Rules of ARCHITECTURE.md are broken:", &wrong);
}

/// A file that breaks a rule, and a word of the finding; or that is in order, and nothing.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("src/videos/mod.rs", "use crate::api::problem::Problem;", "imports point down"),
    ("src/videos/mod.rs", "use crate::{clock::Timestamp, api::{self, x}};", "imports point down"),
    ("src/videos/mod.rs", "use super::media::Source;", "imports point down"),
    ("src/videos/rules/mod.rs", "use super::super::media::Source;", "imports point down"),
    ("src/videos/mod.rs", "fn f() { crate::storage::write(); }", "imports point down"),
    ("src/videos/mod.rs", "fn f() { tracing::info!(\"{}\", crate::storage::free()); }", "imports point down"),
    ("src/videos/mod.rs", "mod deep { use super::super::worker::run; }", "imports point down"),
    ("src/videos/mod.rs", "use crate::{groups, jobs::{self, Job}, clock::Timestamp};", ""),
    ("src/videos/mod.rs", "use self::rules::check; mod deep { use super::Video; }", ""),
    ("src/videos/mod.rs", "#[cfg(test)]\nmod tests { use crate::api::x; async fn f() {} }", ""),
    ("src/videos/mod.rs", "#[cfg(test)]\nmod tests { }\nuse crate::api::x;", "imports point down"),
    (
        "src/videos/mod.rs",
        "#[cfg(test)]\nuse crate::clock::Clock;\nfn f() { crate::api::x(); }",
        "imports point down",
    ),
    (
        "src/videos/mod.rs",
        "// use crate::api::x;\n/// [`crate::api`]\nfn f() -> &'static str { \"crate::api::x\" }",
        "",
    ),
    ("src/jobs/mod.rs", "use crate::videos;", "imports point down"),
    ("src/db/mod.rs", "use crate::jobs;", "imports point down"),
    ("src/media/mod.rs", "use crate::videos::Video;", "imports point down"),
    ("src/api/videos.rs", "use crate::site::page;", "edges do not"),
    ("src/api/videos.rs", "use crate::worker;", "edges do not"),
    ("src/worker/run.rs", "use crate::federation::deliver;", ""),
    ("src/site/mod.rs", "use crate::federation::objects;", ""),
    ("src/api/videos.rs", "use crate::federation::follow;", ""),
    ("src/api/videos.rs", "use crate::app::App;", ""),
    ("src/api/videos.rs", "use crate::app::serve;", "imports point down"),
    ("src/attic/mod.rs", "", "no floor"),
    ("src/videos/mod.rs", "use axum::Json;", "HTTP"),
    ("src/videos/mod.rs", "fn f() -> axum::Json<()> { todo() }", "HTTP"),
    ("src/videos/mod.rs", "use tokio::sync::Mutex;", "async runtime"),
    ("src/videos/mod.rs", "async fn f() {}", "synchronous"),
    ("src/videos/mod.rs", "use std::{collections::BTreeMap, fs};", "files"),
    ("src/videos/mod.rs", "fn f() { let _ = std::fs::read(\"x\"); }", "files"),
    ("src/settings/mod.rs", "use reqwest::Client;", "network"),
    ("src/api/videos.rs", "use gst::prelude::*;", "GStreamer"),
    ("src/appliance/doctor.rs", "use std::process::Command;", "processes"),
    ("src/worker/mod.rs", "use tokio::{process::Command, sync::Mutex};", "processes"),
    ("src/cli/mod.rs", "use std::process::ExitCode;", ""),
    ("src/media/child.rs", "use tokio::process::Command;", ""),
    ("src/videos/mod.rs", "use rusqlite::{Connection, Transaction};", ""),
    ("src/videos/mod.rs", "use rusqlite::{Connection, params};", "outside of `db`"),
    (
        "src/videos/store.rs",
        "use rusqlite::{Connection, params}; const A: &str = \"select 1 from video\";",
        "",
    ),
    ("src/videos/store/lists.rs", "const A: &str = \"select id from video\";", ""),
    ("src/videos/mod.rs", "pub mod store;", "private to its room"),
    ("src/videos/mod.rs", "pub(crate) mod store;", "private to its room"),
    ("src/videos/mod.rs", "mod store;", ""),
    ("src/videos/mod.rs", "fn f(tx: &T) { tx.query_row(X, [], g); }", "runs SQL"),
    ("src/api/videos.rs", "const A: &str = \"select id\n from video where id = ?\";", "SQL outside"),
    ("src/api/videos.rs", "const A: &str = \"INSERT INTO video VALUES (1)\";", "SQL outside"),
    ("src/api/videos.rs", "const A: &str = \"update video set title = ?\";", "SQL outside"),
    ("src/api/videos.rs", "const A: &str = r#\"delete from video\"#;", "SQL outside"),
    ("src/api/videos.rs", "const A: &str = \"Select a file from your phone.\";", ""),
    ("src/api/videos.rs", "const A: &str = \"Update the settings.\";", ""),
    ("src/api/videos.rs", "fn f(id: u8) -> String { format!(\"/videos/watch/{id}\") }", "address"),
    ("src/site/feeds.rs", "fn f(host: &str) -> String { format!(\"https://{host}\") }", "address"),
    ("src/api/videos.rs", "fn f() { router.route(\"/api/v1/videos/{id}\", get(show)); }", ""),
    ("src/api/videos.rs", "#[utoipa::path(get, path = \"/api/v1/videos/{id}\")] fn f() {}", ""),
    ("src/site/feeds.rs", "fn f(b: &str, n: &str) -> String { format!(\"{b}/@{n}/feed\") }", "address"),
    ("src/media/board.rs", "fn f(n: u8) -> String { format!(\"/dev/video{n}\") }", ""),
    ("src/urls.rs", "fn f(id: u8) -> String { format!(\"/videos/watch/{id}\") }", ""),
];

#[test]
fn each_rule_can_be_broken() {
    for (path, source, expected) in EXAMPLES {
        let found = findings(path, source);
        if expected.is_empty() {
            assert!(found.is_empty(), "{source}\nis in order, but: {found:?}");
        } else {
            assert!(
                found.iter().any(|finding| finding.contains(expected)),
                "{source}\nshould be refused for {expected:?}, but: {found:?}"
            );
        }
    }
}

/// `src/lib.rs` is the map that is read from the top down: it names every room, lower floors first.
#[test]
fn the_map_is_in_order() {
    let map = walk::texts("src", &["lib.rs"]).pop().expect("src/lib.rs").1;
    let rooms: Vec<&str> =
        map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(!rooms.is_empty());
    let floors: Vec<Floor> =
        rooms.iter().map(|room| floor(room).unwrap_or_else(|| panic!("{room} has no floor"))).collect();
    for (at, pair) in floors.windows(2).enumerate() {
        assert!(
            pair[0] <= pair[1],
            "in src/lib.rs `{}` stands above `{}`, which is on a lower floor",
            rooms[at],
            rooms[at + 1]
        );
    }
}
