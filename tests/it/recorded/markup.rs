//! XML and HTML as JSON, so that they are compared as JSON is.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use serde_json::{Map, Value, json};

/// An XML document: each element is an object with its attributes as `@name`, its text as `#`, and its children as
/// lists.
pub fn xml(text: &Value) -> Value {
    let Some(text) = text.as_str() else { return text.clone() };
    let mut reader = Reader::from_str(text);
    let mut open: Vec<(String, Map<String, Value>)> = vec![(String::new(), Map::new())];
    let close = |open: &mut Vec<(String, Map<String, Value>)>| {
        let (name, element) = open.pop().unwrap();
        let parent = &mut open.last_mut().unwrap().1;
        let list = parent.entry(name).or_insert_with(|| json!([]));
        list.as_array_mut().unwrap().push(element.into());
    };
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push(begun(&tag)),
            Event::Empty(tag) => {
                open.push(begun(&tag));
                close(&mut open);
            }
            Event::End(_) => close(&mut open),
            Event::Text(text) if !text.trim_ascii().is_empty() => {
                open.last_mut().unwrap().1.insert("#".to_owned(), "text".into());
            }
            Event::CData(_) | Event::GeneralRef(_) => {
                open.last_mut().unwrap().1.insert("#".to_owned(), "text".into());
            }
            Event::Eof => return open.pop().unwrap().1.into(),
            _ => {}
        }
    }
}

fn begun(tag: &BytesStart<'_>) -> (String, Map<String, Value>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let attributes = tag.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        (format!("@{}", text(attribute.key.as_ref())), Value::from(text(&attribute.value)))
    });
    (text(tag.name().as_ref()), attributes.collect())
}

/// What the head of a page says: its language, titles, `meta` and `link` elements, and its description for search
/// engines.
pub fn head(text: &Value) -> Value {
    let Some(text) = text.as_str() else { return text.clone() };
    let mut head = Map::new();
    let (mut meta, mut link) = (Map::new(), Map::new());
    for tag in tags(text) {
        let of = |name: &str| attribute(tag, name);
        if tag.starts_with("meta ") {
            let name =
                of("property").or_else(|| of("name")).or_else(|| of("charset").map(|_| "charset".into()));
            meta.extend(name.map(|name| (name, "text".into())));
        } else if tag.starts_with("link ") {
            let name = format!("{} {}", of("rel").unwrap_or_default(), of("type").unwrap_or_default());
            link.insert(name.trim().to_owned(), "text".into());
        } else if tag.starts_with("html") {
            head.insert("lang".to_owned(), Value::from(of("lang").is_some()));
        } else if tag == "title" {
            head.insert("title".to_owned(), "text".into());
        }
    }
    head.insert("meta".to_owned(), meta.into());
    head.insert("link".to_owned(), link.into());
    if let Some((_, rest)) = text.split_once("application/ld+json\">") {
        let json = rest.split("</script>").next().unwrap();
        head.insert("ld".to_owned(), serde_json::from_str(json).unwrap());
    }
    head.into()
}

/// What stands between `<` and `>`, of elements that begin.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).filter_map(|rest| Some(rest.split('>').next()?.trim_end_matches(['/', ' '])))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.to_owned())
}
