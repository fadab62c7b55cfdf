//! Whether answers are what the OpenAPI document says of them: the types of the clients are made from it.

use serde_json::{Map, Value};
use std::{collections::BTreeSet, sync::OnceLock};

/// The document.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(&kiosque::api::openapi::document().unwrap()).unwrap())
}

/// The address of the document that a path belongs to, as in `/api/v1/videos/{id}`.
fn template(path: &str) -> Option<&'static str> {
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |known: &&String| {
        let parts: Vec<&str> = known.split('/').collect();
        parts.len() == segments.len()
            && parts.iter().zip(&segments).all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    // Of `/videos/{id}` and `/videos/categories` the one that says more.
    let paths = document()["paths"].as_object().unwrap().keys();
    paths.filter(fits).min_by_key(|known| known.matches('{').count()).map(String::as_str)
}

/// Fails when a JSON answer to a GET is not what the document says. `address` is a path, or a whole address.
pub fn check(address: &str, status: u16, body: &Value) {
    let path = address.find("/api/v1/").map_or(address, |at| &address[at..]);
    let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
    let Some(template) = template(path) else { return };
    let documented = &document()["paths"][template]["get"]["responses"][status.to_string()];
    let schema = &documented["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{template}: the document has no JSON with status {status}");
    let mut wrong = Vec::new();
    compare(schema, body, "", &mut wrong);
    assert!(wrong.is_empty(), "{path} is not what the document says of {template}:\n{}", wrong.join("\n"));
}

/// Fails when an error is not in the form that the document has for all.
pub fn check_problem(address: &str, body: &Value) {
    let mut wrong = Vec::new();
    compare(named("Problem"), body, "", &mut wrong);
    assert!(wrong.is_empty(), "{address}: {body}\n{}", wrong.join("\n"));
}

/// What a value breaks of a schema, one line each.
fn compare(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else { return };
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return compare(named(name), value, at, wrong);
    }
    for choice in ["oneOf", "anyOf"] {
        let Some(schemas) = schema.get(choice).and_then(Value::as_array) else { continue };
        let tries: Vec<Vec<String>> = schemas
            .iter()
            .map(|schema| {
                let mut wrong = Vec::new();
                compare(schema, value, at, &mut wrong);
                wrong
            })
            .collect();
        if tries.iter().all(|wrong| !wrong.is_empty()) {
            wrong.extend(tries.into_iter().min_by_key(|wrong| usize::MAX - wrong.len()).unwrap_or_default());
        }
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array)
        && !values.contains(value)
    {
        wrong.push(format!("{at}: {value} is none of {values:?}"));
    }
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(value, kind)) {
        wrong.push(format!("{at}: {value} is no {}", kinds.join(" nor ")));
        return;
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        if schema.get("maxItems").and_then(Value::as_u64).is_some_and(|most| values.len() as u64 > most) {
            wrong.push(format!("{at}: there are {} of them", values.len()));
        }
        for value in values {
            compare(items, value, &format!("{at}[]"), wrong);
        }
    }
    if let Some(fields) = value.as_object() {
        let mut shape = Shape::default();
        shape.add(schema);
        shape.compare(fields, at, wrong);
    }
}

fn named(reference: &str) -> &'static Value {
    let name = reference.rsplit('/').next().unwrap_or_default();
    let schema = &document()["components"]["schemas"][name];
    assert!(schema.is_object(), "the document has no {name}");
    schema
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// The fields of an object, those of its parts (`allOf`) with it.
#[derive(Default)]
struct Shape<'s> {
    fields: Vec<(&'s String, &'s Value)>,
    required: BTreeSet<&'s str>,
    others: Option<&'s Value>,
}

impl<'s> Shape<'s> {
    fn add(&mut self, schema: &'s Map<String, Value>) {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            return self.add(named(name).as_object().unwrap());
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add(part.as_object().unwrap());
        }
        self.fields.extend(schema.get("properties").and_then(Value::as_object).into_iter().flatten());
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        self.required.extend(required.filter_map(Value::as_str));
        self.others = self.others.or(schema.get("additionalProperties"));
    }

    fn compare(&self, fields: &Map<String, Value>, at: &str, wrong: &mut Vec<String>) {
        // Any object will do.
        if self.fields.is_empty() && self.others.is_none() {
            return;
        }
        for name in self.required.iter().filter(|name| !fields.contains_key(**name)) {
            wrong.push(format!("{at}.{name} is missing"));
        }
        for (name, value) in fields {
            let at = format!("{at}.{name}");
            let known = self.fields.iter().find(|(known, _)| *known == name).map(|(_, schema)| *schema);
            match known.or(self.others) {
                Some(schema) => compare(schema, value, &at, wrong),
                None => wrong.push(format!("{at} is not in the document")),
            }
        }
    }
}

#[test]
fn what_breaks_a_schema_is_found() {
    use serde_json::json;
    let schema = json!({
        "allOf": [{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "enum": [1, 2]}}}],
        "type": "object", "required": ["names"],
        "properties": {"names": {"type": "array", "maxItems": 1, "items": {"type": ["string", "null"]}},
            "more": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Numbered"}]}},
    });
    let breaks = |value: Value| {
        let mut wrong = Vec::new();
        compare(&schema, &value, "", &mut wrong);
        wrong.len()
    };
    assert_eq!(breaks(json!({"id": 1, "names": [null], "more": {"id": 4}})), 0);
    assert_eq!(breaks(json!({"id": 1, "names": ["a"], "more": null})), 0);
    assert_eq!(breaks(json!({"id": 3, "names": []})), 1);
    assert_eq!(breaks(json!({"id": 1.5, "names": [1, "a"]})), 4);
    assert_eq!(breaks(json!({"names": []})), 1);
    assert_eq!(breaks(json!({"id": 1, "names": [], "other": 1})), 1);
    assert_eq!(breaks(json!({"id": 1, "names": [], "more": {"number": 4}})), 2);
    assert_eq!(template("/api/v1/videos/categories"), Some("/api/v1/videos/categories"));
    assert_eq!(template("/api/v1/videos/4a"), Some("/api/v1/videos/{id}"));
}
