//! Video filters of ours. To GStreamer they are one element; what it does to pictures is said by a [`PictureFilter`].

use gst::glib;
use gst::subclass::prelude::*;
use gst_video::prelude::*;
use gst_video::{VideoFormat, VideoFrameRef, VideoInfo};

/// A picture to read.
pub type Picture<'a> = VideoFrameRef<&'a gst::BufferRef>;
/// A picture to write.
pub type NewPicture<'a> = VideoFrameRef<&'a mut gst::BufferRef>;

/// What a filter does to pictures.
pub trait PictureFilter: Send + 'static {
    /// Formats of what comes in and of what goes out; of those that [`element`] knows.
    fn formats(&self) -> [VideoFormat; 2] {
        [VideoFormat::I420; 2]
    }

    /// Makes of the caps of what comes in those of what goes out. The format is done.
    fn outgoing(&self, caps: &mut gst::StructureRef);

    /// Makes of the caps of what is to go out those of all that may come in. The format is done.
    fn incoming(&self, caps: &mut gst::StructureRef);

    /// From now on pictures are of these sizes. `caps` tell what is really known of those that come in. None when they
    /// cannot be.
    fn begin(&mut self, _caps: &gst::StructureRef, _from: &VideoInfo, _to: &VideoInfo) -> Option<()> {
        Some(())
    }

    /// Makes a picture. None when one of the two is too short for its size.
    fn make(&mut self, from: &Picture<'_>, to: &mut NewPicture<'_>) -> Option<()>;
}

/// The element that does what a filter says.
pub fn element(filter: impl PictureFilter) -> gst::Element {
    let element: Filter = glib::Object::new();
    element.imp().set(Box::new(filter));
    element.into()
}

/// The bytes of a plane, and how many there are from a line to the next.
pub fn plane<'a>(picture: &'a Picture<'_>, nth: u32) -> Option<(&'a [u8], usize)> {
    let stride = usize::try_from(*picture.plane_stride().get(nth as usize)?).ok()?;
    Some((picture.plane_data(nth).ok()?, stride))
}

/// The same of a picture to write.
pub fn new_plane<'a>(picture: &'a mut NewPicture<'_>, nth: u32) -> Option<(&'a mut [u8], usize)> {
    let stride = usize::try_from(*picture.plane_stride().get(nth as usize)?).ok()?;
    Some((picture.plane_data_mut(nth).ok()?, stride))
}

glib::wrapper! {
    #[doc = "The element."]
    pub struct Filter(ObjectSubclass<imp::Filter>)
        @extends gst_video::VideoFilter, gst_base::BaseTransform, gst::Element, gst::Object;
}

mod imp {
    use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

    use gst::glib;
    use gst::subclass::prelude::*;
    use gst_base::subclass::prelude::*;
    use gst_video::VideoInfo;
    use gst_video::subclass::prelude::*;

    use super::{NewPicture, Picture, PictureFilter, VideoFormat};

    #[derive(Default)]
    pub struct Filter {
        /// There from the first moment on.
        does: Mutex<Option<Box<dyn PictureFilter>>>,
    }

    impl Filter {
        pub fn set(&self, filter: Box<dyn PictureFilter>) {
            *self.lock() = Some(filter);
        }

        fn lock(&self) -> MutexGuard<'_, Option<Box<dyn PictureFilter>>> {
            self.does.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Filter {
        const NAME: &'static str = "KiosqueFilter";
        type Type = super::Filter;
        type ParentType = gst_video::VideoFilter;
    }

    impl ObjectImpl for Filter {}

    impl GstObjectImpl for Filter {}

    impl ElementImpl for Filter {
        fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
            static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
                gst::subclass::ElementMetadata::new(
                    "Filter",
                    "Filter/Converter/Video",
                    "Makes pictures of pictures",
                    "Kiosque",
                )
            });
            Some(&METADATA)
        }

        fn pad_templates() -> &'static [gst::PadTemplate] {
            static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
                let caps = gst_video::VideoCapsBuilder::new()
                    .format_list([VideoFormat::I420, VideoFormat::I42010le])
                    .build();
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

    impl BaseTransformImpl for Filter {
        const MODE: gst_base::subclass::BaseTransformMode =
            gst_base::subclass::BaseTransformMode::NeverInPlace;
        const PASSTHROUGH_ON_SAME_CAPS: bool = true;
        const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

        fn transform_caps(
            &self,
            direction: gst::PadDirection,
            caps: &gst::Caps,
            wanted: Option<&gst::Caps>,
        ) -> Option<gst::Caps> {
            let does = self.lock();
            let does = does.as_ref()?;
            let [taken, given] = does.formats();
            let comes_in = direction == gst::PadDirection::Sink;
            let (here, there) = if comes_in { (taken, given) } else { (given, taken) };
            let mut other = caps.intersect(&gst_video::VideoCapsBuilder::new().format(here).build());
            for structure in other.make_mut().iter_mut() {
                structure.set("format", there.to_str().as_str());
                if comes_in { does.outgoing(structure) } else { does.incoming(structure) }
            }
            Some(match wanted {
                Some(wanted) => wanted.intersect_with_mode(&other, gst::CapsIntersectMode::First),
                None => other,
            })
        }
    }

    impl VideoFilterImpl for Filter {
        fn set_info(
            &self,
            caps: &gst::Caps,
            from: &VideoInfo,
            _new_caps: &gst::Caps,
            to: &VideoInfo,
        ) -> Result<(), gst::LoggableError> {
            let begun = self
                .lock()
                .as_mut()
                .zip(caps.structure(0))
                .and_then(|(does, caps)| does.begin(caps, from, to));
            begun.ok_or_else(|| gst::loggable_error!(gst::CAT_RUST, "pictures that cannot be made"))
        }

        fn transform_frame(
            &self,
            from: &Picture<'_>,
            to: &mut NewPicture<'_>,
        ) -> Result<gst::FlowSuccess, gst::FlowError> {
            let made = self.lock().as_mut().ok_or(gst::FlowError::NotNegotiated)?.make(from, to);
            made.map(|()| gst::FlowSuccess::Ok).ok_or(gst::FlowError::Error)
        }
    }
}
