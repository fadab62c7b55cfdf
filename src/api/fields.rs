//! A JSON or form body as a bag of fields, read one by one: what breaks a rule is collected, so that the answer names
//! all of it at once. Numbers and booleans may come as texts, as forms send them; fields nobody asks for are ignored,
//! as PeerTube does.

use super::extract::Body;
use crate::error::{Error, InvalidField, Location, Result};
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The fields of a body and what is wrong with them.
#[derive(Debug, Default)]
pub struct Fields {
    map: Map<String, Value>,
    wrong: Vec<InvalidField>,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        // A body may be missing where all fields may.
        let empty = request.headers().get(axum::http::header::CONTENT_TYPE).is_none();
        if empty {
            return Ok(Self::default());
        }
        let Body(map) = Body::<Map<String, Value>>::from_request(request, state).await?;
        Ok(Self { map, wrong: Vec::new() })
    }
}

impl Fields {
    /// The fields of a JSON body, or of a form that stands for one.
    pub fn of(map: Map<String, Value>) -> Self {
        Self { map, wrong: Vec::new() }
    }

    /// A text; an empty one for `null`; `None` when it was not sent.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        match self.map.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => Some(String::new()),
            Value::Number(number) => Some(number.to_string()),
            _ => {
                self.wrong(name, "A text.");
                None
            }
        }
    }

    /// A text that must be there.
    pub fn needed_text(&mut self, name: &'static str) -> String {
        let text = self.text(name).unwrap_or_default();
        if text.trim().is_empty() && !self.is_wrong(name) {
            self.wrong(name, "This is needed.");
        }
        text
    }

    /// One of some words, which `rule` names; `None` when it was not sent or is none of them.
    pub fn word<T: DeserializeOwned>(&mut self, name: &'static str, rule: &'static str) -> Option<T> {
        let word = serde_json::from_value(self.text(name)?.into()).ok();
        if word.is_none() && !self.is_wrong(name) {
            self.wrong(name, rule);
        }
        word
    }

    /// The same of a field that must be there.
    pub fn needed_word<T: DeserializeOwned>(&mut self, name: &'static str, rule: &'static str) -> Option<T> {
        let word = self.word(name, rule);
        if word.is_none() && !self.is_wrong(name) {
            self.wrong(name, rule);
        }
        word
    }

    /// The handle of an account as people write it, with or without `@` before it. It must be there.
    pub fn handle(&mut self, name: &'static str) -> String {
        let handle = self.text(name).unwrap_or_default();
        let handle = handle.trim().trim_start_matches('@');
        if handle.is_empty() && !self.is_wrong(name) {
            self.wrong(name, "The name of an account.");
        }
        handle.to_owned()
    }

    /// Yes or no.
    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        match self.map.get(name)? {
            Value::Bool(value) => Some(*value),
            Value::String(text) if text == "true" => Some(true),
            Value::String(text) if text == "false" => Some(false),
            Value::Null => None,
            _ => {
                self.wrong(name, "true or false.");
                None
            }
        }
    }

    /// The fields of an object; none when it was not sent.
    pub fn object(&mut self, name: &'static str) -> Map<String, Value> {
        match self.map.get(name) {
            Some(Value::Object(map)) => map.clone(),
            None | Some(Value::Null) => Map::new(),
            Some(_) => {
                self.wrong(name, "An object with fields.");
                Map::new()
            }
        }
    }

    /// A whole number.
    pub fn integer(&mut self, name: &'static str) -> Option<i64> {
        let value = self.map.get(name)?;
        let number = match value {
            Value::Null => return None,
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong(name, "A whole number.");
        }
        number
    }

    /// A whole number or nothing, also as forms write nothing; `None` when it was not sent.
    pub fn integer_or_null(&mut self, name: &'static str) -> Option<Option<i64>> {
        match self.text(name)?.as_str() {
            "" | "null" => Some(None),
            text => {
                let number = text.parse().ok();
                if number.is_none() {
                    self.wrong(name, "A whole number.");
                }
                Some(number)
            }
        }
    }

    /// What was sent, for a shape of its own.
    pub fn value(&self, name: &'static str) -> Option<Value> {
        self.map.get(name).cloned()
    }

    /// A list of texts; an empty one for `null`.
    pub fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let texts = match self.map.get(name)? {
            Value::Null => Some(Vec::new()),
            Value::Array(items) => {
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
            }
            Value::String(text) => Some(vec![text.clone()]),
            _ => None,
        };
        if texts.is_none() {
            self.wrong(name, "A list of texts.");
        }
        texts
    }

    /// Notes that a field breaks a rule. Its value is repeated in the answer, except for secrets and long ones.
    pub fn wrong(&mut self, name: &'static str, rule: impl Into<Cow<'static, str>>) {
        let secret = name.to_lowercase().contains("password") || name.to_lowercase().contains("token");
        let value = self.map.get(name).filter(|_| !secret).filter(|value| value.to_string().len() <= 200);
        self.wrong.push(InvalidField {
            field: name.into(),
            rule: rule.into(),
            location: Location::Body,
            value: value.cloned(),
        });
    }

    /// Takes over what a rule of the domain found.
    pub fn also(&mut self, found: impl IntoIterator<Item = InvalidField>) {
        self.wrong.extend(found);
    }

    /// Whether a field was found wrong.
    pub fn is_wrong(&self, name: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong.field == name)
    }

    /// To be called when all fields are read.
    ///
    /// # Errors
    /// 400 that names everything wrong.
    pub fn end(self) -> Result<()> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(self.wrong)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        let Value::Object(map) = value else { panic!("an object") };
        Fields { map, wrong: Vec::new() }
    }

    #[test]
    fn everything_wrong_is_named_at_once_and_secrets_are_not_repeated() {
        let mut fields =
            fields(json!({"a": 1, "b": "2", "c": [], "password": {"x": 1}, "yes": "true", "none": null,
                "who": " @anne ", "nobody": "@"}));
        assert_eq!(fields.integer("a"), Some(1));
        assert_eq!(fields.integer("b"), Some(2));
        assert_eq!(fields.boolean("yes"), Some(true));
        assert_eq!(fields.text("none"), Some(String::new()));
        assert_eq!(fields.text("missing"), None);
        assert_eq!(fields.integer("c"), None);
        assert_eq!(fields.text("password"), None);
        fields.needed_text("missing");
        assert_eq!(fields.word::<bool>("missing word", "yes or no"), None);
        assert_eq!(fields.needed_word::<u8>("missing word", "yes or no"), None);
        assert_eq!(fields.handle("who"), "anne");
        assert_eq!(fields.handle("nobody"), "");
        let Err(Error::Invalid(wrong)) = fields.end() else { panic!("refused") };
        let names: Vec<_> = wrong.iter().map(|wrong| (wrong.field.as_ref(), wrong.value.is_some())).collect();
        assert_eq!(
            names,
            [("c", true), ("password", false), ("missing", false), ("missing word", false), ("nobody", true)]
        );
    }
}
