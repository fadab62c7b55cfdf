//! Compares answers with those of a real PeerTube: the same keys and JSON types.

use serde_json::{Map, Value};
use std::{collections::BTreeSet, path::PathBuf};

/// A deliberate difference: where (as `data[].account.pluginAuth`; `*` stands for any one name), and why.
pub type Exceptions<'a> = &'a [(&'a str, &'a str)];

/// Differences that hold for every answer.
const EVERYWHERE: Exceptions<'static> = &[
    ("docs", "our errors do not point into PeerTube's documentation by endpoint"),
    ("fileUrl", "pictures and files have it since PeerTube 8; the recorded one is 6.3"),
    ("height", "pictures have it since PeerTube 8; the recorded one is 6.3"),
];

/// The folder of recorded answers: `KIOSQUE_FIXTURES`, or `../shared/fixtures` beside the checkout. Without one the
/// test that asks says so and has nothing to compare.
pub fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures");
    let folder = std::env::var_os("KIOSQUE_FIXTURES").map_or(beside, PathBuf::from).join("peertube-6.3-rest");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("not run: there are no recorded answers at {} (KIOSQUE_FIXTURES)", folder.display());
    None
}

/// One recorded request with its answer, as in `auth/token-password.json`.
pub fn recorded(file: &str) -> Value {
    let path = folder().expect("the folder of recorded answers").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Whether two bodies have the same keys with the same types, at every depth. Lists are compared by the union of
/// their items; an empty list says nothing; `null` may stand where the other has a value only when the recorded list
/// has both, or an exception says so.
///
/// # Errors
/// One line per difference, as `data[].account.avatars: …`.
pub fn same(recorded: &Value, ours: &Value, exceptions: Exceptions<'_>) -> Result<(), Vec<String>> {
    let mut found = Vec::new();
    compare("", &[recorded], &[ours], exceptions, &mut found);
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn compare(
    path: &str,
    recorded: &[&Value],
    ours: &[&Value],
    exceptions: Exceptions<'_>,
    found: &mut Vec<String>,
) {
    if is_excepted(path, exceptions) || recorded.is_empty() || ours.is_empty() {
        return;
    }
    let (theirs, mine) = (types(recorded), types(ours));
    if let Some(strange) = mine.iter().find(|name| !theirs.contains(*name)) {
        let theirs: Vec<_> = theirs.iter().collect();
        found.push(format!("{path}: ours is {strange}, recorded {theirs:?}"));
        return;
    }
    let maps =
        |values: &[&Value]| values.iter().filter_map(|value| value.as_object().cloned()).collect::<Vec<_>>();
    let (theirs, mine) = (maps(recorded), maps(ours));
    if !theirs.is_empty() && !mine.is_empty() {
        keys(path, &theirs, &mine, exceptions, found);
    }
    let items = |values: &[&Value]| {
        values.iter().filter_map(|value| value.as_array()).flatten().cloned().collect::<Vec<_>>()
    };
    let (theirs, mine) = (items(recorded), items(ours));
    compare(&format!("{path}[]"), &refs(&theirs), &refs(&mine), exceptions, found);
}

fn refs(values: &[Value]) -> Vec<&Value> {
    values.iter().collect()
}

fn keys(
    path: &str,
    recorded: &[Map<String, Value>],
    ours: &[Map<String, Value>],
    exceptions: Exceptions<'_>,
    found: &mut Vec<String>,
) {
    let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let all = |maps: &[Map<String, Value>], key: &str| {
        maps.iter().filter_map(|map| map.get(key).cloned()).collect::<Vec<_>>()
    };
    let mut names: Vec<&String> = recorded.iter().chain(ours).flat_map(Map::keys).collect();
    names.sort();
    names.dedup();
    for key in names {
        let place = at(key);
        if is_excepted(&place, exceptions) {
            continue;
        }
        let (theirs, mine) = (all(recorded, key), all(ours, key));
        if mine.is_empty() {
            // A key that only some recorded items have may be missing.
            if theirs.len() == recorded.len() {
                found.push(format!("{place}: ours has no such key"));
            }
        } else if theirs.is_empty() {
            found.push(format!("{place}: the recorded answer has no such key"));
        } else {
            compare(&place, &refs(&theirs), &refs(&mine), exceptions, found);
        }
    }
}

fn types(values: &[&Value]) -> BTreeSet<&'static str> {
    values
        .iter()
        .map(|value| match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a fraction",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        })
        .collect()
}

/// An exception names the end of a path, or the whole of it.
fn is_excepted(path: &str, exceptions: Exceptions<'_>) -> bool {
    let names: Vec<&str> = path.split('.').collect();
    exceptions.iter().chain(EVERYWHERE).any(|(exception, _)| {
        let wanted: Vec<&str> = exception.split('.').collect();
        wanted.len() <= names.len()
            && names[names.len() - wanted.len()..]
                .iter()
                .zip(&wanted)
                .all(|(name, wanted)| *wanted == "*" || name == wanted)
    })
}

#[test]
fn differences_are_found_at_any_depth() {
    use serde_json::json;
    let recorded = json!({"total": 2, "data": [{"id": 1, "name": "a", "tags": ["x"], "more": null}, {"id": 2, "name": null, "tags": []}]});
    let like = json!({"total": 0, "data": [{"id": 9, "name": null, "tags": []}]});
    same(&recorded, &like, &[]).unwrap();
    let empty = json!({"total": 0, "data": []});
    same(&recorded, &empty, &[]).unwrap();
    let other = json!({"total": "0", "data": [{"id": 9, "tags": [1], "extra": true}]});
    let found = same(&recorded, &other, &[]).unwrap_err();
    assert_eq!(found.len(), 4, "{found:#?}");
    same(&recorded, &other, &[("total", ""), ("data[].name", ""), ("tags[]", ""), ("data[].extra", "")])
        .unwrap();
}
