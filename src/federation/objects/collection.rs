//! Lists in pages, as PeerTube and Mastodon crawl them.

use super::{Context, document};
use serde_json::{Map, Value, json};

/// Things on one page.
pub const PAGE: u32 = 10;

/// The list itself: how many there are, and where the first page is. An empty one has no page.
pub fn collection(id: &str, total: u64) -> Value {
    let mut list = Map::new();
    list.insert("id".to_owned(), json!(id));
    list.insert("type".to_owned(), json!("OrderedCollection"));
    list.insert("totalItems".to_owned(), json!(total));
    if total > 0 {
        list.insert("first".to_owned(), json!(format!("{id}?page=1")));
    }
    document(Context::Base, Value::Object(list))
}

/// One page of a list. `number` counts from 1.
pub fn page(id: &str, number: u32, total: u64, items: Vec<Value>) -> Value {
    let address = |number: u32| json!(format!("{id}?page={number}"));
    let mut page = Map::new();
    page.insert("id".to_owned(), address(number));
    page.insert("type".to_owned(), json!("OrderedCollectionPage"));
    if u64::from(number) * u64::from(PAGE) < total {
        page.insert("next".to_owned(), address(number + 1));
    }
    if number > 1 {
        page.insert("prev".to_owned(), address(number - 1));
    }
    page.insert("partOf".to_owned(), json!(id));
    page.insert("orderedItems".to_owned(), Value::Array(items));
    page.insert("totalItems".to_owned(), json!(total));
    document(Context::Base, Value::Object(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crawl_from_page_to_page_ends() {
        let id = "https://tube.example/accounts/anna/outbox";
        assert_eq!(collection(id, 0).get("first"), None);
        let (mut number, mut seen) = (1, 0);
        loop {
            let here = page(id, number, 25, vec![json!(number)]);
            seen += 1;
            assert_eq!(here["id"], format!("{id}?page={number}"));
            assert_eq!(here.get("prev").is_some(), number > 1);
            if here.get("next").is_none() {
                break;
            }
            number += 1;
        }
        assert_eq!(seen, 3);
        assert_eq!(page(id, 1, 20, Vec::new())["next"], format!("{id}?page=2"));
        assert_eq!(page(id, 2, 20, Vec::new()).get("next"), None);
    }
}
