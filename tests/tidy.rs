//! Documents, translations and style sheets that check themselves. Each rule is a function from text to findings, and
//! has beside it the proof that it can find something.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod walk;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

// -- Documents --

/// What a Markdown text points at: links, and paths of this repository in code marks. Not what is in code blocks.
fn named_paths(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_block = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if in_block {
            continue;
        }
        for (at, code) in line.split('`').enumerate() {
            if at % 2 == 1 {
                found.extend(path_in_code(code));
                continue;
            }
            for link in code.split("](").skip(1) {
                let Some(target) = link.split([')', ' ']).next() else { continue };
                let elsewhere = target.contains("://") || target.starts_with("mailto:");
                let path = target.split('#').next().unwrap_or_default();
                if !elsewhere && !path.is_empty() {
                    found.push(path.to_owned());
                }
            }
        }
    }
    found
}

/// A path below one of the repository's folders. `src/NOUN/mod.rs` and `web/src/*` stand for many and are none.
fn path_in_code(code: &str) -> Option<String> {
    const FOLDERS: &[&str] = &[
        "src/",
        "web/",
        "tests/",
        "docs/",
        "scripts/",
        "cross/",
        "migrations/",
        "benches/",
        ".ci/",
        "yunohost/",
        "image/",
    ];
    // Made, not written.
    const MADE: &[&str] = &["web/dist", "web/node_modules", "scripts/node/node_modules", "cross/build"];
    let plain = code.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let stands_for_many = code.split(['/', '.']).any(|part| {
        part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase()) && part != "README" || part == "NNNN"
    });
    let ours = FOLDERS.iter().any(|folder| code.starts_with(folder));
    let made = MADE.iter().any(|made| code.starts_with(made));
    (plain && ours && !made && !stands_for_many).then(|| code.trim_end_matches(['.', '/']).to_owned())
}

#[test]
fn what_documents_name_exists() {
    let mut wrong = Vec::new();
    for (name, text) in walk::texts("", &[".md"]) {
        let folder = walk::top().join(&name).parent().expect("a folder").to_owned();
        for path in named_paths(&text) {
            // In code marks paths are from the top, in links from the document.
            if !folder.join(&path).exists() && !walk::top().join(&path).exists() {
                wrong.push(format!("{name} names {path}"));
            }
        }
    }
    walk::none("Documents name what is not there:", &wrong);
}

#[test]
fn a_dead_link_is_found() {
    let found = named_paths(
        "[a](docs/a.md) and [b](b.md#there), [c](https://example.org/c.md), `src/d.rs`, `src/NOUN/mod.rs`, `web/dist`, `a/b`\n\
         ```\n[e](e.md)\n```\n[f](<f>)",
    );
    assert_eq!(found, ["docs/a.md", "b.md", "src/d.rs", "<f>"]);
}

#[test]
fn the_configuration_reference_is_what_the_program_says() {
    let written = std::fs::read_to_string(walk::top().join("docs/configuration.md")).unwrap_or_default();
    assert!(
        written == kiosque::config::reference(),
        "docs/configuration.md is not what the program says; write it again with `make openapi`"
    );
}

#[test]
fn the_openapi_document_is_what_the_program_says() {
    let written = std::fs::read_to_string(walk::top().join("docs/api/openapi.json")).unwrap_or_default();
    assert!(
        written == kiosque::api::openapi::document().expect("a document"),
        "docs/api/openapi.json is not what the program says; write it again with `make openapi`"
    );
}

/// The paths that are given to `.route(…)`, each with its methods.
fn routes(source: &str) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for rest in source.split(".route(").skip(1) {
        let Some((path, rest)) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'))
        else {
            continue;
        };
        // To the end of the call; nothing in it is a text.
        let mut depth = 1;
        let end = rest.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let handlers = &rest[..end.unwrap_or(rest.len())];
        for method in ["get", "post", "put", "delete", "patch"] {
            let calls = handlers
                .match_indices(&format!("{method}("))
                .any(|(at, _)| !handlers[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            if calls {
                found.push((path.replace("{*", "{"), method));
            }
        }
    }
    found
}

#[test]
fn every_route_is_in_the_openapi_document() {
    let document: Value =
        serde_json::from_str(&kiosque::api::openapi::document().expect("a document")).expect("JSON");
    let routes: Vec<_> =
        walk::texts("src/api", &[".rs"]).iter().flat_map(|(_, source)| routes(source)).collect();
    assert!(!routes.is_empty(), "no routes were found");
    let known = |path: &str, method: &str| document["paths"][path].get(method).is_some();
    let mut wrong = Vec::new();
    for (path, method) in routes {
        if !known(&path, method) && !known(&format!("/api/v1{path}"), method) {
            wrong.push(format!("{method} {path}"));
        }
    }
    walk::none(
        "These routes have no #[utoipa::path], or their file's Doc is not in src/api/openapi.rs:",
        &wrong,
    );
}

/// Answers that have a body of JSON without a type; the types of the clients are made from the document.
fn untyped(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
                let schema = &answer["content"]["application/json"]["schema"];
                let empty = schema.as_object().is_some_and(serde_json::Map::is_empty);
                if empty || (status == "200" && method == "get" && answer["content"].is_null()) {
                    found.push(format!("{method} {path} {status}"));
                }
            }
        }
    }
    found
}

#[test]
fn every_answer_has_a_type() {
    let document: Value =
        serde_json::from_str(&kiosque::api::openapi::document().expect("a document")).expect("JSON");
    walk::none("#[utoipa::path] names no type of these answers (`body = …`):", &untyped(&document));
}

#[test]
fn an_answer_without_a_type_is_found() {
    let answer = |schema: Value| serde_json::json!({"content": {"application/json": {"schema": schema}}});
    let document = serde_json::json!({"paths": {
        "/a": {"get": {"responses": {"200": answer(serde_json::json!({"type": "string"}))}}},
        "/b": {"put": {"responses": {"200": answer(serde_json::json!({})), "204": {}}}},
        "/c": {"get": {"responses": {"200": {}}}, "delete": {"responses": {"204": {}}}},
    }});
    assert_eq!(untyped(&document), ["put /b 200", "get /c 200"]);
}

#[test]
fn routes_on_their_own_line_are_found() {
    let of = |path: &str, method| (path.to_owned(), method);
    assert_eq!(
        routes(".route(\"/a\", get(a)) .route(\n  \"/b/{id}\", get(b).put(forget(c)).layer(d))"),
        [of("/a", "get"), of("/b/{id}", "get"), of("/b/{id}", "put")]
    );
}

/// The names of the variants of an enum.
fn variants(source: &str, name: &str) -> Vec<String> {
    let tokens: Vec<TokenTree> = source.parse::<TokenStream>().expect("Rust").into_iter().collect();
    let body = tokens.windows(3).find_map(|three| match three {
        [TokenTree::Ident(word), TokenTree::Ident(its), TokenTree::Group(body)]
            if word == "enum" && its == name && body.delimiter() == Delimiter::Brace =>
        {
            Some(body.stream())
        }
        _ => None,
    });
    let mut found = Vec::new();
    let mut at_start = true;
    for token in body.unwrap_or_default() {
        match token {
            TokenTree::Ident(ident) if at_start => {
                found.push(ident.to_string());
                at_start = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => at_start = true,
            _ => {}
        }
    }
    found
}

#[test]
fn every_job_is_explained() {
    let sources = walk::texts("src/jobs", &[".rs"]);
    let jobs: Vec<String> = sources.iter().flat_map(|(_, source)| variants(source, "Job")).collect();
    assert!(!jobs.is_empty(), "no `enum Job` in src/jobs");
    let document = std::fs::read_to_string(walk::top().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let wrong: Vec<String> = jobs.into_iter().filter(|job| !document.contains(&format!("`{job}`"))).collect();
    walk::none("ARCHITECTURE.md does not name these jobs in code marks:", &wrong);
}

#[test]
fn every_room_is_on_the_map() {
    let map = std::fs::read_to_string(walk::top().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let named: BTreeSet<String> = named_paths(&map).into_iter().collect();
    let rooms: BTreeSet<String> = walk::texts("src", &[".rs"])
        .into_iter()
        .filter_map(|(path, _)| path.split('/').nth(1).map(|room| format!("src/{room}")))
        .filter(|room| room != "src/main.rs")
        .collect();
    let wrong: Vec<String> = rooms.difference(&named).cloned().collect();
    walk::none("ARCHITECTURE.md does not name these rooms:", &wrong);
}

#[test]
fn variants_of_every_form_are_found() {
    let source = "pub enum Other { No } /// x\n pub enum Job { /// a, b\n Probe { video: i64, first: bool }, #[serde(rename = \"x\")] Pair(u8, u8), Plain }";
    assert_eq!(variants(source, "Job"), ["Probe", "Pair", "Plain"]);
}

// -- Files --

#[test]
fn debian_s_npm_can_read_the_lock_files() {
    // npm 9.2, which Debian 12 and 13 bring, stops at an override by another package's name, as if there were no lock file.
    let with: Vec<String> = walk::files("")
        .into_iter()
        .filter(|(name, _)| name.ends_with("package.json"))
        .filter(|(_, path)| {
            let package: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            package.get("overrides").is_some()
        })
        .map(|(name, _)| name)
        .collect();
    walk::none("npm of Debian cannot read the lock file of:", &with);
}

#[test]
fn no_file_is_large() {
    let large: Vec<String> = walk::files("")
        .into_iter()
        .filter_map(|(name, path)| {
            let size = path.metadata().expect("a file").len();
            (size > 1_000_000).then(|| format!("{name}: {size} bytes"))
        })
        .collect();
    walk::none("A clone stays small; no file over 1 MB:", &large);
}

/// Lines with a mark for work that was put off.
fn put_off(name: &str, text: &str) -> Vec<String> {
    // Written in two parts, so that this file is not found itself.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    text.lines()
        .enumerate()
        .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)))
        .map(|(at, line)| format!("{name}:{}: {}", at + 1, line.trim()))
        .collect()
}

#[test]
fn nothing_is_put_off_in_a_comment() {
    let endings = [".rs", ".ts", ".svelte", ".css", ".md", ".sh", ".sql", ".toml", "Makefile"];
    let wrong: Vec<String> =
        walk::texts("", &endings).iter().flat_map(|(name, text)| put_off(name, text)).collect();
    walk::none("Do it, or file it; a mark in the source is forgotten:", &wrong);
}

#[test]
fn a_mark_is_found() {
    assert_eq!(put_off("a.rs", concat!("x\n// TO", "DO: later\n")).len(), 1);
    assert_eq!(put_off("a.rs", "// To do this, do that.\n").len(), 0);
}

/// Complains unless the files are `0001_name.sql`, `0002_name.sql` and so on.
fn misnumbered(names: &[String]) -> Vec<String> {
    let right = |at: usize, name: &str| {
        let (number, rest) = name.split_once('_').unwrap_or_default();
        number == format!("{:04}", at + 1) && rest.ends_with(".sql") && rest.len() > 4
    };
    names
        .iter()
        .enumerate()
        .filter(|(at, name)| !right(*at, name))
        .map(|(at, name)| format!("{name} should begin with {:04}_", at + 1))
        .collect()
}

#[test]
fn migrations_are_numbered_without_a_gap() {
    let names: Vec<String> = walk::files("migrations")
        .into_iter()
        .filter_map(|(name, _)| Some(name.strip_prefix("migrations/")?.to_owned()))
        .filter(|name| name.ends_with(".sql"))
        .collect();
    assert!(!names.is_empty(), "no migrations were found");
    walk::none("Migrations are misnumbered:", &misnumbered(&names));
}

#[test]
fn a_gap_is_found() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert!(misnumbered(&names(&["0001_a.sql", "0002_b.sql"])).is_empty());
    assert_eq!(misnumbered(&names(&["0001_a.sql", "0003_b.sql"])).len(), 1);
    assert_eq!(misnumbered(&names(&["0001_a.sql", "0001_b.sql"])).len(), 1);
    assert_eq!(misnumbered(&names(&["1_a.sql"])).len(), 1);
}

// -- Translations --

/// Messages of a catalogue by their path: `time.minutes`. A plural is one message; each of its forms is a text.
fn messages(tree: &Value, path: &str, found: &mut BTreeMap<String, Vec<String>>) {
    const FORMS: &[&str] = &["zero", "one", "two", "few", "many", "other"];
    match tree {
        Value::Object(parts)
            if !parts.is_empty() && parts.keys().all(|key| FORMS.contains(&key.as_str())) =>
        {
            // `other` first: it has all placeholders; "one video" may do without its number.
            let other = parts.get("other").and_then(Value::as_str).unwrap_or_default();
            let mut texts = vec![other.to_owned()];
            texts.extend(parts.values().filter_map(Value::as_str).map(str::to_owned));
            found.insert(path.to_owned(), texts);
        }
        Value::Object(parts) => {
            for (key, part) in parts {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                messages(part, &path, found);
            }
        }
        text => {
            found.insert(path.to_owned(), vec![text.as_str().unwrap_or_default().to_owned()]);
        }
    }
}

/// `{name}` in a message.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// How a catalogue differs from the English one.
fn differences(language: &str, english: &Value, other: &Value) -> Vec<String> {
    let (mut ours, mut its) = (BTreeMap::new(), BTreeMap::new());
    messages(english, "", &mut ours);
    messages(other, "", &mut its);
    let mut wrong = Vec::new();
    for (key, texts) in &its {
        if texts.iter().any(|text| text.trim().is_empty()) {
            wrong.push(format!("{language}: {key} is empty"));
        }
        match ours.get(key) {
            None => wrong.push(format!("{language}: {key} is not in the English catalogue")),
            Some(english) if placeholders(&english[0]) != placeholders(&texts[0]) => {
                wrong.push(format!("{language}: {key} has not the same placeholders as in English"));
            }
            Some(_) => {}
        }
    }
    wrong.extend(
        ours.keys().filter(|key| !its.contains_key(*key)).map(|key| format!("{language}: {key} is missing")),
    );
    wrong
}

#[test]
fn every_language_says_everything() {
    // `web/src/i18n/fr/home.json` says what `en/home.json` says.
    let mut languages: BTreeMap<String, serde_json::Map<String, Value>> = BTreeMap::new();
    for (name, text) in walk::texts("web/src/i18n", &[".json"]) {
        let tree = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let path = name.trim_start_matches("web/src/i18n/").trim_end_matches(".json");
        let (language, noun) = path.split_once('/').unwrap_or_else(|| panic!("{name} is in no language"));
        languages.entry(language.to_owned()).or_default().insert(noun.to_owned(), tree);
    }
    let languages: BTreeMap<String, Value> =
        languages.into_iter().map(|(language, nouns)| (language, Value::Object(nouns))).collect();
    assert!(languages.contains_key("fr"), "web/src/i18n/fr");
    let english = languages.get("en").expect("web/src/i18n/en");
    let wrong: Vec<String> =
        languages.iter().flat_map(|(language, tree)| differences(language, english, tree)).collect();
    walk::none("Translations are not complete:", &wrong);
}

#[test]
fn a_missing_translation_is_found() {
    let english = serde_json::json!({
        "a": { "b": "{n} of {all}", "c": "C" },
        "d": { "one": "a film", "other": "{n} films" },
    });
    let same = serde_json::json!({
        "a": { "b": "{n} sur {all}", "c": "C" },
        "d": { "one": "un film", "many": "{n} de films", "other": "{n} films" },
    });
    assert_eq!(differences("fr", &english, &same), Vec::<String>::new());
    let other = serde_json::json!({ "a": { "b": "{m} sur {all}", "c": " ", "e": "E" } });
    assert_eq!(
        differences("fr", &english, &other),
        [
            "fr: a.b has not the same placeholders as in English",
            "fr: a.c is empty",
            "fr: a.e is not in the English catalogue",
            "fr: d is missing",
        ]
    );
}

// -- Style sheets --

/// The declarations of a style sheet, or of the styles in a component: line, property, value.
fn declarations(name: &str, text: &str) -> Vec<(usize, String, String)> {
    let styles = if name.ends_with(".css") { vec![(1, text)] } else { styles_of_component(text) };
    let mut found = Vec::new();
    for (first_line, css) in styles {
        let css = without_comments(css);
        let mut line = first_line;
        for part in css.split_inclusive(['{', '}', ';', '\n']) {
            let declaration = part.trim_end_matches(['{', '}', ';', '\n']);
            // What ends in `{` is a selector or a condition.
            if !part.ends_with('{')
                && let Some((property, value)) = declaration.split_once(':')
            {
                found.push((line, property.trim().to_owned(), value.trim().to_owned()));
            }
            line += part.matches('\n').count();
        }
    }
    found
}

/// The `<style>` element and the `style="…"` attributes of a component, each with the line it begins on.
fn styles_of_component(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (open, close) in [("<style", "</style>"), ("style=\"", "\""), ("style='", "'")] {
        let mut from = 0;
        while let Some(at) = text[from..].find(open) {
            let mut start = from + at + open.len();
            if open == "<style" {
                start += text[start..].find('>').map_or(0, |end| end + 1);
            }
            let end = text[start..].find(close).map_or(text.len(), |end| start + end);
            found.push((1 + text[..start].matches('\n').count(), &text[start..end]));
            from = end;
        }
    }
    found
}

/// Comments become spaces; lines stay where they are.
fn without_comments(css: &str) -> String {
    let mut left = css;
    let mut kept = String::new();
    while let Some((before, rest)) = left.split_once("/*") {
        kept.push_str(before);
        let (comment, after) = rest.split_once("*/").unwrap_or((rest, ""));
        kept.extend(comment.chars().filter(|c| *c == '\n'));
        left = after;
    }
    kept.push_str(left);
    kept
}

/// Why a declaration is wrong in a page that is also read from right to left.
fn is_physical(property: &str, value: &str) -> bool {
    let side = |word: &str| word == "left" || word == "right";
    let by_property = match property {
        "float" | "clear" | "text-align" | "caption-side" => side(value),
        // A shadow or a picture has no reading direction.
        _ => {
            ["margin", "padding", "border", "inset", "scroll-margin", "scroll-padding"].iter().any(|thing| {
                property
                    .strip_prefix(thing)
                    .and_then(|rest| rest.strip_prefix('-'))
                    .is_some_and(|rest| rest.split('-').any(side))
            })
        }
    };
    by_property || side(property)
}

/// Whether a value has a colour of its own instead of a token's.
fn has_colour(value: &str) -> bool {
    let hex = value.split('#').skip(1).any(|rest| {
        let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
        [3, 4, 6, 8].contains(&digits)
            && !rest[digits..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
    });
    let function = ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch("];
    hex || function.iter().any(|name| {
        value
            .match_indices(name)
            .any(|(at, _)| !value[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-'))
    })
}

fn wrong_styles(name: &str, text: &str) -> Vec<String> {
    // Tokens are colours; the modes (print, forced colours, more contrast) give the tokens others.
    let may_colour = ["tokens.css", "modes.css"].iter().any(|file| name.ends_with(file));
    let mut wrong = Vec::new();
    for (line, property, value) in declarations(name, text) {
        if is_physical(&property, &value) {
            wrong.push(format!(
                "{name}:{line}: `{property}: {value}` has a left or a right; use the logical property"
            ));
        }
        let defines_token = property.starts_with("--") && name.ends_with(".css");
        if !may_colour && !defines_token && has_colour(&value) {
            wrong.push(format!("{name}:{line}: `{property}: {value}` has a colour of its own; use a token"));
        }
    }
    wrong
}

#[test]
fn styles_are_logical_and_use_tokens() {
    let styles = walk::texts("web/src", &[".css", ".svelte"]);
    assert!(styles.iter().any(|(name, _)| name.ends_with("tokens.css")), "the style sheets were not found");
    let wrong: Vec<String> = styles.iter().flat_map(|(name, text)| wrong_styles(name, text)).collect();
    walk::none("Styles break a rule:", &wrong);
}

#[test]
fn a_wrong_style_is_found() {
    let wrong = |name: &str, text: &str| wrong_styles(name, text).len();
    assert_eq!(wrong("a.css", "a { margin-left: 1px }"), 1);
    assert_eq!(wrong("a.css", "a { border-top-left-radius: 1px; right: 0; text-align: left; }"), 3);
    assert_eq!(
        wrong(
            "a.css",
            "a { margin-inline-start: 1px; text-align: start; background-position: left } /* left: 0 */"
        ),
        0
    );
    assert_eq!(wrong("a.css", "a { color: #fff; background: rgb(0 0 0); border: 1px solid var(--line) }"), 2);
    assert_eq!(wrong("a.css", "a { --focus: #ffd778; mask: url(\"#curve\") }"), 0);
    assert_eq!(wrong("tokens.css", ":root { --ground: #fff; color: #fff }"), 0);
    assert_eq!(wrong("A.svelte", "<a href=\"#abc\">left: 1</a><style>a { color: #abc }</style>"), 1);
    assert_eq!(wrong("A.svelte", "<a style=\"left: 1px\">x</a>"), 1);
    assert_eq!(
        wrong_styles("A.svelte", "<p>\n</p>\n<style>\na {\n  left: 0;\n}\n</style>")[0].split(':').nth(1),
        Some("5")
    );
}
