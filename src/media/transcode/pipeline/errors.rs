//! What goes wrong inside a pipeline, in our words.

use gst::prelude::*;

use crate::media::{MediaError, encoder};

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
    let debug = error.debug().map(|d| d.to_string()).unwrap_or_default();
    let text = format!("{} ({from}: {debug})", error.error());
    let of_encoder = error.src().is_some_and(is_of_encoder);
    let error = error.error();
    let (stream, resource) = (error.kind::<gst::StreamError>(), error.kind::<gst::ResourceError>());
    if of_encoder {
        // So the elements of V4L2 say that the kernel has no memory, or the chip no session left.
        let full = matches!(
            resource,
            Some(gst::ResourceError::Settings | gst::ResourceError::NoSpaceLeft | gst::ResourceError::Busy)
        );
        return Some(if full { MediaError::EncoderFull(text) } else { MediaError::Encoder(text) });
    }
    Some(match (stream, resource) {
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

/// An encoder of ours, a part of one, or anything else that works on a chip.
fn is_of_encoder(source: &gst::Object) -> bool {
    let mut here = Some(source.clone());
    while let Some(object) = here {
        let factory = object.downcast_ref::<gst::Element>().and_then(gst::Element::factory);
        if object.name().starts_with(encoder::NAME) || factory.is_some_and(|f| f.name().starts_with("v4l2")) {
            return true;
        }
        here = object.parent();
    }
    false
}
