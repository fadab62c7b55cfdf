//! What is done: activities of ours, and the parts of theirs that are understood.

use super::{Context, PUBLIC, document};
use serde_json::{Value, json};

/// Brackets within brackets that are read.
const DEEPEST: usize = 32;

/// What somebody of another server did.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Its address.
    pub id: String,
    /// Its word, as in `Follow`.
    pub kind: String,
    /// Address of who did it.
    pub actor: String,
    /// What it was done to: an address, or a thing with its parts.
    pub object: Value,
    /// All of it, to be given back.
    pub whole: Value,
}

impl Activity {
    /// Address of what it was done to.
    pub fn object_id(&self) -> Option<&str> {
        id_of(&self.object)
    }

    /// Kind of what it was done to, where that is told.
    pub fn object_kind(&self) -> Option<&str> {
        self.object.get("type")?.as_str()
    }

    /// The activity that this one is about, as in Undo.
    pub fn inner(&self) -> Option<Self> {
        Self::of(self.object.clone())
    }

    /// Reads an activity: `None` without a kind, an address and an actor.
    pub fn of(whole: Value) -> Option<Self> {
        Some(Self {
            id: whole.get("id")?.as_str().filter(|id| id.len() <= 2000)?.to_owned(),
            kind: whole.get("type")?.as_str()?.to_owned(),
            actor: id_of(whole.get("actor")?)?.to_owned(),
            object: whole.get("object").cloned().unwrap_or(Value::Null),
            whole,
        })
    }

    /// Reads what was sent. `None` for what is no JSON, no activity, or deeper than anybody needs.
    pub fn read(body: &[u8]) -> Option<Self> {
        if !is_shallow(body) {
            return None;
        }
        Self::of(serde_json::from_slice(body).ok()?)
    }
}

/// An address, or that of a thing.
pub fn id_of(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("id")?.as_str()).filter(|id| id.len() <= 2000)
}

/// Whether brackets are not deeper than [`DEEPEST`]; looked at before anything is made of them.
pub fn is_shallow(body: &[u8]) -> bool {
    let (mut depth, mut text, mut escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if text => escaped = true,
            b'"' => text = !text,
            b'{' | b'[' if !text => {
                depth += 1;
                if depth > DEEPEST {
                    return false;
                }
            }
            b'}' | b']' if !text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

/// Somebody wants to follow.
pub fn follow(id: &str, actor: &str, object: &str) -> Value {
    document(Context::Base, json!({ "type": "Follow", "id": id, "actor": actor, "object": object }))
}

/// Somebody may. Peers look for the `Follow` that they sent, with its address.
pub fn accept(id: &str, actor: &str, follow: &Activity) -> Value {
    document(
        Context::Base,
        json!({
            "type": "Accept",
            "id": id,
            "actor": actor,
            "object": { "type": "Follow", "id": follow.id, "actor": follow.actor, "object": follow.object_id() },
        }),
    )
}

/// Somebody takes something back.
pub fn undo(actor: &str, done: &Value) -> Value {
    let mut inner = done.clone();
    if let Some(inner) = inner.as_object_mut() {
        inner.remove("@context");
    }
    let id = format!("{}/undo", done.get("id").and_then(Value::as_str).unwrap_or_default());
    document(Context::Base, json!({ "type": "Undo", "id": id, "actor": actor, "object": inner }))
}

/// Somebody removed something for good. Mastodon wants to know from the address of the activity that it is another than the thing.
pub fn delete(actor: &str, object: &str) -> Value {
    document(
        Context::Base,
        json!({ "type": "Delete", "id": format!("{object}/delete"), "actor": actor, "to": [PUBLIC], "object": object }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_too_deep_or_says_too_little_is_no_activity() {
        let follow = br#"{"type":"Follow","id":"https://a.example/1","actor":{"id":"https://a.example/anna"},"object":"https://b.example/x"}"#;
        let read = Activity::read(follow).unwrap();
        assert_eq!((read.kind.as_str(), read.actor.as_str()), ("Follow", "https://a.example/anna"));
        assert_eq!(read.object_id(), Some("https://b.example/x"));
        for wrong in
            [&b""[..], b"[]", b"{", b"null", br#"{"type":"Follow"}"#, br#"{"type":1,"id":"x","actor":"y"}"#]
        {
            assert_eq!(Activity::read(wrong), None);
        }
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_shallow(deep(DEEPEST).as_bytes()) && !is_shallow(deep(DEEPEST + 1).as_bytes()));
        assert!(is_shallow(br#"{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"["}"#));
    }

    proptest! {
        #[test]
        fn nothing_makes_reading_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in r#"[{}\[\]":,a\\ 1]{0,200}"#) {
            let _ = Activity::read(&bytes);
            let _ = Activity::read(text.as_bytes());
        }
    }
}
