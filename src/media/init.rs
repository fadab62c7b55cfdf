//! Starting GStreamer, and what of it this machine lacks.

use std::sync::OnceLock;

use gst::prelude::*;
use serde::{Deserialize, Serialize};

use super::{MediaError, Result};

/// Starts GStreamer once per process. Cheap when called again; call it before anything else of GStreamer.
pub fn init() -> Result<()> {
    static STARTED: OnceLock<Result<()>> = OnceLock::new();
    STARTED
        .get_or_init(|| {
            gst::init().map_err(|e| MediaError::Internal(format!("GStreamer does not start: {e}")))
        })
        .clone()
}

/// Lets every decoder of libav in a pipeline work with one thread, also those that are plugged in later. Their frame
/// threads hang for ever now and then under load where the C library loses wake-ups of condition variables (glibc bug
/// 25847, in Debian 12's 2.36). Encoders run beside the decoder anyway.
pub fn one_thread_decoders(bin: &impl IsA<gst::Bin>) {
    bin.connect_deep_element_added(|_, _, element| {
        let of_libav = element.factory().is_some_and(|factory| factory.name().starts_with("avdec_"));
        if of_libav && element.has_property_with_type("max-threads", i32::static_type()) {
            element.set_property("max-threads", 1_i32);
        }
    });
}

/// Lets no pipeline of this process choose the chip of a board, for decoding neither.
pub fn leave_chips_alone() {
    for feature in gst::Registry::get().features(gst::ElementFactory::static_type()) {
        if feature.name().starts_with("v4l2") {
            feature.set_rank(gst::Rank::NONE);
        }
    }
}

/// Takes away every element that could fetch from a network or open a second file. Called in the child processes that
/// open what people sent: a playlist dressed up as a film must not make this machine read an address or a file.
pub fn forget_the_network() {
    let registry = gst::Registry::get();
    let reaches_out = |factory: &gst::ElementFactory| {
        let class = factory.metadata(gst::ELEMENT_METADATA_KLASS).unwrap_or_default();
        class.contains("Network")
            || class.contains("Adaptive")
            || factory.plugin_name().as_deref() == Some("gio")
    };
    for feature in registry.features(gst::ElementFactory::static_type()) {
        if feature.downcast_ref::<gst::ElementFactory>().is_some_and(reaches_out) {
            registry.remove_feature(&feature);
        }
    }
}

/// An element that is not installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// GStreamer's name of it.
    pub element: String,
    /// Debian's package that brings it.
    pub package: String,
    /// What does not work without it, in English.
    pub needed_for: String,
    /// Without it Kiosque cannot make any video at all; otherwise only some files are refused.
    pub essential: bool,
}

const BASE: &str = "gstreamer1.0-plugins-base";
const GOOD: &str = "gstreamer1.0-plugins-good";
const BAD: &str = "gstreamer1.0-plugins-bad";
const UGLY: &str = "gstreamer1.0-plugins-ugly";
const LIBAV: &str = "gstreamer1.0-libav";

/// One line per thing to do: elements of which one is enough, the best first; its package; what for; essential or not.
const NEEDED: &[(&[&str], &str, &str, bool)] = &[
    (&["uridecodebin3"], BASE, "opening any file", true),
    (&["videoconvertscale"], BASE, "scaling pictures", true),
    (&["videorate"], BASE, "keeping a constant frame rate", true),
    (&["audioconvert"], BASE, "converting sound", true),
    (&["audioresample"], BASE, "converting sound", true),
    (&["appsink"], BASE, "receiving what was encoded", true),
    (&["qtdemux"], GOOD, "reading MP4 and MOV files", true),
    (&["matroskademux"], GOOD, "reading MKV and WebM files", true),
    (&["aacparse"], GOOD, "reading AAC sound", true),
    (&["deinterlace"], GOOD, "interlaced films", false),
    (&["videoflip"], GOOD, "turning films of phones upright", true),
    (&["videocrop"], GOOD, "films of odd sizes", false),
    (&["h264parse"], BAD, "reading and writing H.264", true),
    (&["x264enc", "openh264enc"], UGLY, "encoding H.264 in software", true),
    (&["avenc_aac", "voaacenc"], LIBAV, "encoding AAC sound", true),
    (&["avdec_h264", "openh264dec"], LIBAV, "H.264 films", true),
    (&["avdec_aac", "faad"], LIBAV, "AAC sound", true),
    (&["avdec_h265", "libde265dec"], LIBAV, "HEVC films, as new iPhones record them", false),
    (&["h265parse"], BAD, "HEVC films, as new iPhones record them", false),
    (&["vp8dec", "avdec_vp8"], GOOD, "VP8 films (WebM)", false),
    (&["vp9dec", "avdec_vp9"], GOOD, "VP9 films (WebM)", false),
    (&["dav1ddec", "av1dec", "avdec_av1"], BAD, "AV1 films", false),
    (&["theoradec"], BASE, "Theora films (OGV)", false),
    (&["avdec_mpeg4"], LIBAV, "MPEG-4 films (AVI of older cameras)", false),
    (&["oggdemux"], BASE, "OGV and Ogg files", false),
    (&["avidemux"], GOOD, "AVI files", false),
    (&["tsdemux"], BAD, "MPEG transport streams (camcorders, television)", false),
    (&["wavparse"], GOOD, "WAV sound", false),
    (&["flacdec"], GOOD, "FLAC sound", false),
    (&["mpg123audiodec", "avdec_mp3"], GOOD, "MP3 sound", false),
    (&["vorbisdec"], BASE, "Vorbis sound", false),
    (&["opusdec"], BASE, "Opus sound", false),
];

/// What is not installed and which Debian package brings it; empty on a complete machine.
pub fn missing_elements() -> Vec<Missing> {
    missing_by(|element| gst::ElementFactory::find(element).is_some())
}

fn missing_by(installed: impl Fn(&str) -> bool) -> Vec<Missing> {
    NEEDED
        .iter()
        .filter(|(any_of, ..)| !any_of.iter().any(|element| installed(element)))
        .filter_map(|(any_of, package, needed_for, essential)| {
            any_of.first().map(|element| Missing {
                element: (*element).to_owned(),
                package: (*package).to_owned(),
                needed_for: (*needed_for).to_owned(),
                essential: *essential,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_twice() {
        init().unwrap();
        init().unwrap();
    }

    #[test]
    fn a_machine_for_development_lacks_nothing() {
        init().unwrap();
        assert_eq!(missing_elements(), []);
    }

    #[test]
    fn chips_can_be_left_alone() {
        let _chip = crate::media::standin::install(crate::media::standin::Limits::default());
        let rank = || gst::ElementFactory::find("v4l2h264enc").unwrap().rank();
        assert!(rank() > gst::Rank::PRIMARY);
        leave_chips_alone();
        assert_eq!(rank(), gst::Rank::NONE);
    }

    #[test]
    fn names_the_package_and_accepts_the_second_choice() {
        let without_ugly = missing_by(|element| element != "x264enc");
        assert_eq!(without_ugly, [], "openh264 is enough");
        let without_libav =
            missing_by(|element| !element.starts_with("avdec_") && !element.starts_with("avenc_"));
        assert_eq!(without_libav.len(), 1, "{without_libav:?}");
        assert_eq!(without_libav[0].element, "avdec_mpeg4");
        assert_eq!(without_libav[0].package, "gstreamer1.0-libav");
        assert!(!without_libav[0].essential);
    }
}
