//! Pictures of another size: a video filter of ours, because GStreamer's takes three times as long for the steps of a ladder.
//!
//! I420 in and out. The arithmetic is a crate of its own, `kiosque_scaling`. Colours of H.264 lie at the first of the two
//! pixels that share them, and stay there; those of other films lie where their caps say.

use gst::glib;
use gst::prelude::*;

use super::{MediaError, Result};

/// The name under which the filter is registered in this process.
pub const ELEMENT: &str = "kiosquescaler";

/// A filter that makes pictures of this size, with square pixels.
pub fn element(width: u32, height: u32) -> Result<gst::Element> {
    let wrong = |e: glib::BoolError| MediaError::Internal(format!("scaling pictures: {e}"));
    if gst::ElementFactory::find(ELEMENT).is_none() {
        gst::Element::register(None, ELEMENT, gst::Rank::NONE, Scaler::static_type()).map_err(wrong)?;
    }
    gst::ElementFactory::make(ELEMENT)
        .property("width", width)
        .property("height", height)
        .build()
        .map_err(wrong)
}

glib::wrapper! {
    #[doc = "The filter."]
    pub struct Scaler(ObjectSubclass<imp::Scaler>)
        @extends gst_video::VideoFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

mod imp {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{LazyLock, Mutex, PoisonError};

    use gst::glib;
    use gst::prelude::*;
    use gst::subclass::prelude::*;
    use gst_base::subclass::prelude::*;
    use gst_video::prelude::*;
    use gst_video::subclass::prelude::*;
    use gst_video::{VideoChromaSite, VideoInfo};
    use kiosque_scaling::{Axis, PlaneScaler};

    #[derive(Default)]
    pub struct Scaler {
        width: AtomicU32,
        height: AtomicU32,
        /// For luma and for both chroma planes, once the sizes are known.
        planes: Mutex<Option<[PlaneScaler; 2]>>,
    }

    impl Scaler {
        /// Value of a property.
        fn side(&self, name: &str) -> &AtomicU32 {
            if name == "width" { &self.width } else { &self.height }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Scaler {
        const NAME: &'static str = "KiosqueScaler";
        type Type = super::Scaler;
        type ParentType = gst_video::VideoFilter;
    }

    impl ObjectImpl for Scaler {
        fn properties() -> &'static [glib::ParamSpec] {
            static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
                let side =
                    |name| glib::ParamSpecUInt::builder(name).minimum(1).default_value(1).mutable_ready();
                vec![side("width").build(), side("height").build()]
            });
            PROPERTIES.as_ref()
        }

        fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
            if let Ok(pixels) = value.get() {
                self.side(spec.name()).store(pixels, Ordering::Relaxed);
            }
        }

        fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
            self.side(spec.name()).load(Ordering::Relaxed).to_value()
        }
    }

    impl GstObjectImpl for Scaler {}

    impl ElementImpl for Scaler {
        fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
            static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
                gst::subclass::ElementMetadata::new(
                    "Scaler",
                    "Filter/Converter/Video/Scaler",
                    "Makes pictures of another size",
                    "Kiosque",
                )
            });
            Some(&METADATA)
        }

        fn pad_templates() -> &'static [gst::PadTemplate] {
            static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
                let caps = gst_video::VideoCapsBuilder::new().format(gst_video::VideoFormat::I420).build();
                let template = |name, direction| {
                    gst::PadTemplate::new(name, direction, gst::PadPresence::Always, &caps).ok()
                };
                [template("sink", gst::PadDirection::Sink), template("src", gst::PadDirection::Src)]
                    .into_iter()
                    .flatten()
                    .collect()
            });
            TEMPLATES.as_ref()
        }
    }

    impl BaseTransformImpl for Scaler {
        const MODE: gst_base::subclass::BaseTransformMode =
            gst_base::subclass::BaseTransformMode::NeverInPlace;
        const PASSTHROUGH_ON_SAME_CAPS: bool = true;
        const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

        fn transform_caps(
            &self,
            direction: gst::PadDirection,
            caps: &gst::Caps,
            filter: Option<&gst::Caps>,
        ) -> Option<gst::Caps> {
            let mut other = caps.copy();
            for structure in other.make_mut().iter_mut() {
                if direction == gst::PadDirection::Sink {
                    structure.set("width", self.width.load(Ordering::Relaxed) as i32);
                    structure.set("height", self.height.load(Ordering::Relaxed) as i32);
                    structure.set("pixel-aspect-ratio", gst::Fraction::new(1, 1));
                } else {
                    structure.set("width", gst::IntRange::new(1, i32::MAX));
                    structure.set("height", gst::IntRange::new(1, i32::MAX));
                    structure.remove_field("pixel-aspect-ratio");
                }
            }
            Some(match filter {
                Some(filter) => filter.intersect_with_mode(&other, gst::CapsIntersectMode::First),
                None => other,
            })
        }
    }

    impl VideoFilterImpl for Scaler {
        fn set_info(
            &self,
            in_caps: &gst::Caps,
            from: &VideoInfo,
            _out_caps: &gst::Caps,
            to: &VideoInfo,
        ) -> Result<(), gst::LoggableError> {
            let told = in_caps.structure(0).is_some_and(|caps| caps.has_field("chroma-site"));
            // Where nothing is said it is as in H.264; what GStreamer assumes is another thing.
            let site = if told { from.chroma_site() } else { VideoChromaSite::H_COSITED };
            let planes = scalers(from, to, site)
                .ok_or_else(|| gst::loggable_error!(gst::CAT_RUST, "pictures without pixels"))?;
            *self.planes.lock().unwrap_or_else(PoisonError::into_inner) = Some(planes);
            Ok(())
        }

        fn transform_frame(
            &self,
            from: &gst_video::VideoFrameRef<&gst::BufferRef>,
            to: &mut gst_video::VideoFrameRef<&mut gst::BufferRef>,
        ) -> Result<gst::FlowSuccess, gst::FlowError> {
            let mut planes = self.planes.lock().unwrap_or_else(PoisonError::into_inner);
            let [luma, chroma] = planes.as_mut().ok_or(gst::FlowError::NotNegotiated)?;
            for plane in 0..3 {
                let scaler = if plane == 0 { &mut *luma } else { &mut *chroma };
                let stride = |strides: &[i32]| strides.get(plane as usize).map_or(0, |s| *s as usize);
                let (stride, to_stride) = (stride(from.plane_stride()), stride(to.plane_stride()));
                let source = from.plane_data(plane).map_err(|_| gst::FlowError::Error)?;
                let target = to.plane_data_mut(plane).map_err(|_| gst::FlowError::Error)?;
                scaler.scale(source, stride, target, to_stride).ok_or(gst::FlowError::Error)?;
            }
            Ok(gst::FlowSuccess::Ok)
        }
    }

    /// For luma and for chroma.
    fn scalers(from: &VideoInfo, to: &VideoInfo, site: VideoChromaSite) -> Option<[PlaneScaler; 2]> {
        let left = site.contains(VideoChromaSite::H_COSITED);
        let top = site.contains(VideoChromaSite::V_COSITED);
        let [width, height] = [(from.width(), to.width()), (from.height(), to.height())]
            .map(|(from, to)| (from as usize, to as usize));
        let luma = PlaneScaler::new(Axis::luma(width.0, width.1), Axis::luma(height.0, height.1));
        let chroma =
            PlaneScaler::new(Axis::chroma(width.0, width.1, left), Axis::chroma(height.0, height.1, top));
        Some([luma?, chroma?])
    }
}

#[cfg(test)]
#[path = "scaler_tests.rs"]
mod tests;
