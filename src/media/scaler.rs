//! Pictures of another size: a [filter](super::filter) of ours, because GStreamer's takes three times as long for the
//! steps of a ladder.
//!
//! I420 in and out. The arithmetic is a crate of its own, `kiosque_scaling`. Colours of H.264 lie at the first of the two
//! pixels that share them, and stay there; those of other films lie where their caps say.

use gst_video::{VideoChromaSite, VideoInfo};
use kiosque_scaling::{Axis, PlaneScaler};

use super::filter::{self, NewPicture, Picture, PictureFilter};

/// A filter that makes pictures of this size, with square pixels.
pub fn element(width: u32, height: u32) -> gst::Element {
    filter::element(Scaler { width, height, planes: None })
}

struct Scaler {
    width: u32,
    height: u32,
    /// For luma and for both chroma planes, once the sizes are known.
    planes: Option<[PlaneScaler; 2]>,
}

impl PictureFilter for Scaler {
    fn outgoing(&self, caps: &mut gst::StructureRef) {
        caps.set("width", self.width as i32);
        caps.set("height", self.height as i32);
        caps.set("pixel-aspect-ratio", gst::Fraction::new(1, 1));
    }

    fn incoming(&self, caps: &mut gst::StructureRef) {
        caps.set("width", gst::IntRange::new(1, i32::MAX));
        caps.set("height", gst::IntRange::new(1, i32::MAX));
        caps.remove_field("pixel-aspect-ratio");
    }

    fn begin(&mut self, caps: &gst::StructureRef, from: &VideoInfo, to: &VideoInfo) -> Option<()> {
        let told = caps.has_field("chroma-site");
        // Where nothing is said it is as in H.264; what GStreamer assumes is another thing.
        let site = if told { from.chroma_site() } else { VideoChromaSite::H_COSITED };
        let left = site.contains(VideoChromaSite::H_COSITED);
        let top = site.contains(VideoChromaSite::V_COSITED);
        let [width, height] = [(from.width(), to.width()), (from.height(), to.height())]
            .map(|(from, to)| (from as usize, to as usize));
        let luma = PlaneScaler::new(Axis::luma(width.0, width.1), Axis::luma(height.0, height.1));
        let chroma =
            PlaneScaler::new(Axis::chroma(width.0, width.1, left), Axis::chroma(height.0, height.1, top));
        self.planes = Some([luma?, chroma?]);
        Some(())
    }

    fn make(&mut self, from: &Picture<'_>, to: &mut NewPicture<'_>) -> Option<()> {
        let [luma, chroma] = self.planes.as_mut()?;
        for nth in 0..3 {
            let scaler = if nth == 0 { &mut *luma } else { &mut *chroma };
            let (old, stride) = filter::plane(from, nth)?;
            let (new, new_stride) = filter::new_plane(to, nth)?;
            scaler.scale(old, stride, new, new_stride)?;
        }
        Some(())
    }
}

#[cfg(test)]
#[path = "scaler_tests.rs"]
mod tests;
