//! What goes wrong inside a pipeline, in our words.

use gst::prelude::*;

use super::pictures::ENCODER;
use crate::media::MediaError;

/// The error that kept a pipeline from starting.
pub fn first_error(bus: &gst::Bus, otherwise: &str) -> MediaError {
    bus.pop_filtered(&[gst::MessageType::Error])
        .and_then(|m| error_of(&m))
        .unwrap_or_else(|| MediaError::Internal(otherwise.to_owned()))
}

/// What an error on the bus means for us.
pub fn error_of(message: &gst::Message) -> Option<MediaError> {
    let gst::MessageView::Error(error) = message.view() else { return None };
    let from = error.src().map(|s| s.path_string().to_string()).unwrap_or_default();
    let name = error.src().map(|s| s.name().to_string()).unwrap_or_default();
    let debug = error.debug().map(|d| d.to_string()).unwrap_or_default();
    let text = format!("{} ({from}: {debug})", error.error());
    let error = error.error();
    if name.starts_with(ENCODER)
        || ["x264enc", "openh264enc", "v4l2h264enc"].iter().any(|e| name.starts_with(e))
    {
        return Some(MediaError::Encoder(text));
    }
    Some(match (error.kind::<gst::StreamError>(), error.kind::<gst::ResourceError>()) {
        (Some(gst::StreamError::CodecNotFound), _) => MediaError::Unsupported(text),
        (Some(gst::StreamError::TypeNotFound | gst::StreamError::WrongType), _) => MediaError::NotMedia(text),
        (Some(gst::StreamError::Encode), _) => MediaError::Encoder(text),
        (Some(gst::StreamError::Failed), _) if text.contains("not-negotiated") => {
            MediaError::Unsupported(text)
        }
        (Some(_), _) => MediaError::Damaged(text),
        (_, Some(_)) => MediaError::Io(text),
        _ => MediaError::Internal(text),
    })
}
