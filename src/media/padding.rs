//! Wider and higher pictures for encoders that take only some sizes: a video filter of ours. What is added repeats the
//! last column and line, because black beside the film would be seen in it as a dark fringe.

use gst::glib;
use gst::prelude::*;

use super::{MediaError, Result};

/// The name under which the filter is registered in this process.
pub const ELEMENT: &str = "kiosquepadding";

/// A filter that makes pictures of this size; what comes in is no larger. The film is in the upper left.
pub fn element(width: u32, height: u32) -> Result<gst::Element> {
    let wrong = |e: glib::BoolError| MediaError::Internal(format!("padding pictures: {e}"));
    if gst::ElementFactory::find(ELEMENT).is_none() {
        gst::Element::register(None, ELEMENT, gst::Rank::NONE, Padding::static_type()).map_err(wrong)?;
    }
    gst::ElementFactory::make(ELEMENT)
        .property("width", width)
        .property("height", height)
        .build()
        .map_err(wrong)
}

glib::wrapper! {
    #[doc = "The filter."]
    pub struct Padding(ObjectSubclass<imp::Padding>)
        @extends gst_video::VideoFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Copies a plane and repeats its last column and line. None when a line is not where it should be.
fn fill(
    from: &[u8],
    stride: usize,
    (width, height): (usize, usize),
    to: &mut [u8],
    to_stride: usize,
    (wide, high): (usize, usize),
) -> Option<()> {
    for line in 0..high {
        let source = from.get(line.min(height.checked_sub(1)?) * stride..)?.get(..width)?;
        let target = to.get_mut(line * to_stride..)?.get_mut(..wide)?;
        let (film, rest) = target.split_at_mut_checked(width)?;
        film.copy_from_slice(source);
        rest.fill(*source.last()?);
    }
    Some(())
}

mod imp {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use gst::glib;
    use gst::prelude::*;
    use gst::subclass::prelude::*;
    use gst_base::subclass::prelude::*;
    use gst_video::prelude::*;
    use gst_video::subclass::prelude::*;

    #[derive(Default)]
    pub struct Padding {
        width: AtomicU32,
        height: AtomicU32,
    }

    impl Padding {
        /// Value of a property.
        fn side(&self, name: &str) -> &AtomicU32 {
            if name == "width" { &self.width } else { &self.height }
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Padding {
        const NAME: &'static str = "KiosquePadding";
        type Type = super::Padding;
        type ParentType = gst_video::VideoFilter;
    }

    impl ObjectImpl for Padding {
        fn properties() -> &'static [glib::ParamSpec] {
            static PROPERTIES: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
                let side = |name| glib::ParamSpecUInt::builder(name).mutable_ready().build();
                vec![side("width"), side("height")]
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

    impl GstObjectImpl for Padding {}

    impl ElementImpl for Padding {
        fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
            static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
                gst::subclass::ElementMetadata::new(
                    "Padding",
                    "Filter/Effect/Video",
                    "Repeats the last column and line of pictures",
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

    impl BaseTransformImpl for Padding {
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
                for name in ["width", "height"] {
                    let most = self.side(name).load(Ordering::Relaxed) as i32;
                    if direction == gst::PadDirection::Sink {
                        structure.set(name, most);
                    } else {
                        structure.set(name, gst::IntRange::new(1, most.max(2)));
                    }
                }
            }
            Some(match filter {
                Some(filter) => filter.intersect_with_mode(&other, gst::CapsIntersectMode::First),
                None => other,
            })
        }
    }

    impl VideoFilterImpl for Padding {
        fn transform_frame(
            &self,
            from: &gst_video::VideoFrameRef<&gst::BufferRef>,
            to: &mut gst_video::VideoFrameRef<&mut gst::BufferRef>,
        ) -> Result<gst::FlowSuccess, gst::FlowError> {
            for plane in 0..3 {
                let part = |pixels: u32| if plane == 0 { pixels } else { pixels.div_ceil(2) } as usize;
                let size = (part(from.width()), part(from.height()));
                let wanted = (part(to.width()), part(to.height()));
                let stride = |strides: &[i32]| strides.get(plane as usize).map_or(0, |s| *s as usize);
                let (stride, to_stride) = (stride(from.plane_stride()), stride(to.plane_stride()));
                let source = from.plane_data(plane).map_err(|_| gst::FlowError::Error)?;
                let target = to.plane_data_mut(plane).map_err(|_| gst::FlowError::Error)?;
                super::fill(source, stride, size, target, to_stride, wanted).ok_or(gst::FlowError::Error)?;
            }
            Ok(gst::FlowSuccess::Ok)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_and_line_are_repeated() {
        let from = [1, 2, 3, 0, 4, 5, 6, 0];
        let mut to = [9; 24];
        fill(&from, 4, (3, 2), &mut to, 6, (5, 4)).unwrap();
        assert_eq!(to, [1, 2, 3, 3, 3, 9, 4, 5, 6, 6, 6, 9, 4, 5, 6, 6, 6, 9, 4, 5, 6, 6, 6, 9]);
        assert_eq!(fill(&from, 4, (3, 3), &mut to, 6, (5, 4)), None, "lines that are not there");
        assert_eq!(fill(&from, 4, (3, 2), &mut to, 6, (7, 4)), None, "wider than its lines");
        assert_eq!(fill(&from, 4, (3, 0), &mut to, 6, (5, 4)), None, "nothing");
    }
}
