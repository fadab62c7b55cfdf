//! Nothing that others write makes reading it fail: it is read, or it is none.

use crate::common::clips;
use kiosque::federation::objects::{activity::Activity, actor, foreign_video};
use serde_json::{Value, json};

/// Every place within a document.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| {
            places(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), all);
        }),
        Value::Array(list) => {
            for (n, value) in list.iter().enumerate() {
                places(value, &format!("{at}/{n}"), all);
            }
        }
        _ => {}
    }
}

#[test]
fn whatever_stands_in_the_place_of_something_is_read_or_refused() {
    let Some(fixtures) = clips::fixtures() else { return };
    let instead = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("é\u{0}\u{202e}"),
        json!("x".repeat(5000)),
        json!("http://"),
        json!("javascript:alert(1)"),
        json!([]),
        json!({}),
        json!([[], {}, null, 7, "https://other.example/x"]),
        json!({"id": {"id": []}, "type": ["Video"], "href": 3}),
    ];
    let (mut tried, mut read) = (0, 0);
    for name in ["video", "actor-account", "actor-channel", "actor-instance"] {
        let file = fixtures.join(format!("peertube-6.3-wire/docs/{name}.json"));
        let document =
            serde_json::from_slice::<Value>(&std::fs::read(file).unwrap()).unwrap()["body"].clone();
        let uri = document["id"].as_str().unwrap().parse().unwrap();
        let mut all = Vec::new();
        places(&document, "", &mut all);
        for place in &all {
            for other in &instead {
                let mut changed = document.clone();
                *changed.pointer_mut(place).unwrap() = other.clone();
                tried += 1;
                if let Ok((film, _)) = foreign_video::read(&changed, &uri) {
                    read += 1;
                    let place = &film.place;
                    let given = [&place.master, &place.hashes, &place.thumbnail, &place.preview];
                    let given = given.into_iter().flatten().chain(place.files.iter().map(|file| &file.url));
                    for url in given.chain([&place.page]) {
                        assert!(url.starts_with("http://") || url.starts_with("https://"), "{url}");
                    }
                    assert!(film.name.chars().count() <= 120 && film.views >= 0);
                }
                if let Ok((told, _)) = actor::read(&changed, &uri) {
                    read += 1;
                    assert!(told.inbox.starts_with("http://127.0.0.1:9001/"), "{}", told.inbox);
                }
                let _ = Activity::of(changed);
            }
        }
    }
    assert!(tried > 3000 && read > 300 && read < tried, "{tried} tried, {read} read");
}
