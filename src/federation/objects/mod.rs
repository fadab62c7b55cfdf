//! What documents look like on the way: one file per kind. Pure: rows of the domain go in, JSON comes out.

pub mod activity;
pub mod actor;
pub mod collection;
mod context;
pub mod foreign_video;
pub mod note;
pub mod video;

pub use context::Context;

use serde_json::{Map, Value, json};

/// Everybody, in the long form: PeerTube takes the short one for no address.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The type of all documents that leave here.
pub const CONTENT_TYPE: &str = "application/activity+json; charset=utf-8";

/// A document on its own: the object with the meaning of its words before it.
pub fn document(context: Context, object: Value) -> Value {
    let mut whole = Map::new();
    whole.insert("@context".to_owned(), context.json());
    if let Value::Object(object) = object {
        whole.extend(object);
    }
    Value::Object(whole)
}

/// What stands in place of something that is gone for ever.
pub fn tombstone(id: &str) -> Value {
    document(Context::Base, json!({ "type": "Tombstone", "id": id }))
}

/// A picture at an address.
fn image(url: &str, (width, height): (u32, u32)) -> Value {
    json!({ "type": "Image", "mediaType": image_type(url), "height": height, "width": width, "url": url })
}

/// The type of a picture by the end of its name.
fn image_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("gif") => "image/gif",
        _ => "image/jpeg",
    }
}
