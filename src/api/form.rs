//! Multipart forms. Their fields become the JSON object that the same request would carry as a JSON body, so that one
//! set of rules reads both; names are nested as PeerTube's clients write them: `tags[0]`, `tags[]`,
//! `scheduleUpdate[updateAt]`.

use crate::error::{Error, Kind, Result};
use axum::extract::multipart::{Field, Multipart};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Characters of one text field; a description has 10 000.
const MOST_TEXT: usize = 64 << 10;
/// Fields of one form.
const MOST_FIELDS: usize = 200;
/// Levels of nesting.
const MOST_DEPTH: usize = 4;

/// A small file of a form, in memory.
#[derive(Debug, Clone)]
pub struct FormFile {
    /// What the sender calls it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A form that was read.
#[derive(Debug, Default)]
pub struct Form {
    fields: Map<String, Value>,
    count: usize,
    /// Files by the name of their field.
    pub files: HashMap<String, FormFile>,
}

impl Form {
    /// Reads a whole form whose files have at most `most` bytes each.
    ///
    /// # Errors
    /// 400 when it is no form, 413 when a part is too large.
    pub async fn read(multipart: &mut Multipart, most: usize) -> Result<Self> {
        let mut form = Self::default();
        while let Some(field) = multipart.next_field().await.map_err(not_a_form)? {
            form.take(field, most).await?;
        }
        Ok(form)
    }

    /// A form without files, from a JSON body.
    ///
    /// # Errors
    /// 400 when it is no object.
    pub fn of(fields: Value) -> Result<Self> {
        match fields {
            Value::Object(fields) => Ok(Self { fields, ..Self::default() }),
            _ => Err(Error::refused(Kind::Bad, "The body is to be an object.")),
        }
    }

    /// Reads one part: a text, or a file of at most `most` bytes.
    pub async fn take(&mut self, mut field: Field<'_>, most: usize) -> Result<()> {
        self.count += 1;
        let name = field.name().unwrap_or_default().to_owned();
        if self.count > MOST_FIELDS || name.is_empty() || name.len() > 200 {
            return Err(Error::refused(Kind::Bad, "The form has too many fields, or one without a name."));
        }
        let file = field.file_name().map(str::to_owned);
        let most = if file.is_some() { most } else { MOST_TEXT };
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(not_a_form)? {
            if bytes.len() + chunk.len() > most {
                return Err(Error::coded(
                    Kind::TooLarge,
                    "max_file_size_reached",
                    format!("{name} is too large: at most {} kB.", most / 1000),
                ));
            }
            bytes.extend_from_slice(&chunk);
        }
        if let Some(file) = file {
            // Browsers send an empty part for a file that was not chosen.
            if !bytes.is_empty() {
                self.files.insert(name, FormFile { name: file, bytes });
            }
            return Ok(());
        }
        let text = String::from_utf8(bytes).map_err(|_| Error::invalid(name.clone(), "A text in UTF-8."))?;
        put(&mut self.fields, &name, text);
        Ok(())
    }

    /// The fields as the JSON body that they stand for. All values are texts.
    pub fn fields(&self) -> Value {
        Value::Object(self.fields.clone())
    }
}

fn not_a_form(error: axum::extract::multipart::MultipartError) -> Error {
    Error::refused(Kind::Bad, format!("The form cannot be read: {}.", error.body_text()))
}

fn put(fields: &mut Map<String, Value>, name: &str, text: String) {
    let (first, rest) = name.split_once('[').unwrap_or((name, ""));
    let keys: Vec<&str> =
        rest.split('[').filter(|_| !rest.is_empty()).map(|key| key.trim_end_matches(']')).collect();
    if keys.len() > MOST_DEPTH {
        return;
    }
    put_below(fields.entry(first).or_insert(Value::Null), &keys, text);
}

fn put_below(at: &mut Value, keys: &[&str], text: String) {
    let Some((key, rest)) = keys.split_first() else {
        // The same name again makes a list.
        match at {
            Value::Null => *at = Value::String(text),
            Value::Array(list) => list.push(Value::String(text)),
            other => {
                let first = other.take();
                *other = Value::Array(vec![first, Value::String(text)]);
            }
        }
        return;
    };
    if key.is_empty() || key.bytes().all(|byte| byte.is_ascii_digit()) {
        if !at.is_array() {
            *at = Value::Array(Vec::new());
        }
        let Value::Array(list) = at else { return };
        // Numbers give the order in which clients write them anyway; a gap would only cost memory.
        let index = key.parse().unwrap_or(list.len()).min(list.len());
        if index == list.len() {
            list.push(Value::Null);
        }
        put_below(&mut list[index], rest, text);
    } else {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(object) = at else { return };
        put_below(object.entry(*key).or_insert(Value::Null), rest, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_nested() {
        let mut fields = Map::new();
        for (name, text) in [
            ("name", "A"),
            ("tags[0]", "a"),
            ("tags[1]", "b"),
            ("videoPasswords[]", "x"),
            ("videoPasswords[]", "y"),
            ("languages", "fr"),
            ("languages", "en"),
            ("scheduleUpdate[updateAt]", "2026-12-22"),
            ("scheduleUpdate[privacy]", "1"),
            ("far[4000000000]", "near"),
            ("deep[a][b][c][d][e]", "too deep"),
        ] {
            put(&mut fields, name, text.to_owned());
        }
        assert_eq!(
            Value::Object(fields),
            json!({
                "name": "A", "tags": ["a", "b"], "videoPasswords": ["x", "y"], "languages": ["fr", "en"],
                "scheduleUpdate": {"updateAt": "2026-12-22", "privacy": "1"}, "far": ["near"],
            })
        );
    }
}
