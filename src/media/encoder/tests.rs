use std::time::Duration;

use gst::prelude::*;

use super::trial::Ending;
use super::*;
use crate::media::standin::{self, FakeBoard, Limits};

fn started() {
    crate::media::init::init().unwrap();
}

fn chosen(board: &FakeBoard, forced: Option<&str>) -> (String, ReasonCode) {
    let selection = select(board, forced);
    let choice = selection.choice().unwrap();
    (choice.id.clone(), choice.reason_code)
}

#[test]
fn boards_with_a_chip_use_it_and_others_do_not() {
    started();
    let chip = ("v4l2:/dev/video11".to_owned(), ReasonCode::Hardware);
    let software = ("x264".to_owned(), ReasonCode::Software);
    assert_eq!(chosen(&FakeBoard::pi3(), None), chip);
    assert_eq!(chosen(&FakeBoard::pi4(), Some("auto")), chip);
    assert_eq!(chosen(&FakeBoard::pi5(), None), software);
    assert_eq!(chosen(&FakeBoard::plain_pc(), None), software);
    assert_eq!(select(&FakeBoard::pi5(), None).candidates.len(), 2, "a decoder is no candidate");
}

#[test]
fn a_device_that_refuses_is_shown_with_what_to_do_and_software_takes_over() {
    started();
    for (refusal, code, word) in [
        (DeviceRefusal::Busy, ReasonCode::Busy, "in use"),
        (DeviceRefusal::Denied, ReasonCode::Denied, "group “video”"),
        (DeviceRefusal::Failed("No such device".into()), ReasonCode::Failed, "No such device"),
    ] {
        let selection = select(&FakeBoard::refusing(refusal), None);
        assert_eq!(selection.choice().unwrap().id, "x264");
        let device = selection.candidates.iter().find(|c| c.hardware).unwrap();
        assert_eq!((device.reason_code, device.available), (code, false));
        assert!(device.reason.contains(word), "{}", device.reason);
    }
}

#[test]
fn a_missing_element_is_named_with_its_package() {
    started();
    let mut board = FakeBoard::pi4();
    board.lacks = vec!["v4l2h264enc".into(), "x264enc".into()];
    let selection = select(&board, None);
    assert_eq!(selection.choice().unwrap().id, "openh264");
    let reasons: Vec<_> = selection.candidates.iter().map(|c| c.reason.as_str()).collect();
    assert!(reasons.iter().any(|r| r.contains("gstreamer1.0-plugins-good")), "{reasons:?}");
    assert!(reasons.iter().any(|r| r.contains("gstreamer1.0-plugins-ugly")), "{reasons:?}");
    board.lacks.push("openh264enc".into());
    let error = select(&board, None).choice().unwrap_err();
    assert!(error.to_string().contains("install"), "{error}");
}

#[test]
fn the_configuration_can_force_one_and_is_told_when_it_cannot() {
    started();
    assert_eq!(chosen(&FakeBoard::pi4(), Some("openh264")), ("openh264".into(), ReasonCode::Forced));
    assert_eq!(chosen(&FakeBoard::pi4(), Some("v4l2")), ("v4l2:/dev/video11".into(), ReasonCode::Forced));
    let selection = select(&FakeBoard::pi5(), Some("v4l2"));
    assert!(!selection.forced);
    assert_eq!(selection.choice().unwrap().id, "x264");
    assert!(selection.warning.unwrap().contains("“v4l2”"));
}

#[test]
fn a_chip_gets_whole_blocks() {
    started();
    let chip = select(&FakeBoard::pi4(), None).choice().unwrap().clone();
    for (size, taken) in [
        ((1280, 720), (1280, 720)),
        ((1920, 1080), (1920, 1088)),
        ((1080, 1920), (1088, 1920)),
        ((854, 480), (864, 480)),
        ((426, 240), (448, 240)),
        ((2, 2), (32, 16)),
    ] {
        assert_eq!(chip.taken_size(size.0, size.1), taken);
    }
    // A driver that says itself that it takes no more lines than these takes these.
    let small = EncoderChoice { largest: Some((1920, 1080)), ..chip.clone() };
    assert_eq!(small.taken_size(1920, 1080), (1920, 1080));
    assert_eq!(EncoderChoice { largest: None, ..chip }.taken_size(1918, 1080), (1920, 1088));
    let software = select(&FakeBoard::pi5(), None).choice().unwrap().clone();
    assert_eq!(software.taken_size(853, 481), (853, 481));
}

#[test]
fn levels_follow_size_rate_and_bit_rate() {
    let level = |width, height, fps, bit_rate| {
        h264_level(&EncoderSettings { width, height, frame_rate: (fps, 1), gop: 60, bit_rate })
    };
    assert_eq!(level(1920, 1080, 30, 6_000_000), "4");
    assert_eq!(level(1920, 1080, 60, 9_000_000), "4.2");
    assert_eq!(level(1280, 720, 30, 3_000_000), "3.1");
    assert_eq!(level(256, 144, 30, 210_000), "1.3");
    assert_eq!(level(3840, 2160, 30, 30_000_000), "5.1");
}

fn quick(choice: &EncoderChoice) -> Result<EncoderTest> {
    test_encode(choice, Duration::from_millis(500), Duration::from_secs(20))
}

#[test]
fn software_encoders_really_encode() {
    started();
    let selection = select(&FakeBoard::plain_pc(), None);
    for choice in selection.candidates {
        let test = quick(&choice).unwrap();
        assert!(test.speed > 0.0 && (test.seconds - 0.5).abs() < 0.01, "{test}");
    }
}

#[test]
fn the_chip_gets_what_its_driver_demands() {
    started();
    let _chip = standin::install(Limits { sessions: 1, ..Limits::default() });
    let choice = select(&FakeBoard::pi4(), None).choice().unwrap().clone();
    for _ in 0..2 {
        let test = quick(&choice).unwrap();
        assert!(test.encoder.hardware, "{test}");
    }
}

#[test]
fn what_the_chip_refuses_is_an_encoder_error_in_words() {
    started();
    let choice = select(&FakeBoard::pi4(), None).choice().unwrap().clone();
    for (limits, words) in [
        (Limits { largest: (640, 480), ..Limits::default() }, "does not support 1280x720"),
        (Limits { sessions: 0, ..Limits::default() }, "allocate"),
        (Limits { fails_after: Some(5), ..Limits::default() }, "Failed to process frame"),
    ] {
        let _chip = standin::install(limits);
        let error = quick(&choice).unwrap_err();
        assert!(matches!(error, MediaError::Encoder(_)) && error.to_string().contains(words), "{error}");
    }
}

#[test]
fn the_stand_in_refuses_a_missing_level_and_missing_controls() {
    started();
    let _chip = standin::install(Limits::default());
    for (line, words) in [
        (
            "v4l2h264enc extra-controls=controls,video_bitrate_mode=0,video_bitrate=1000000,h264_i_frame_period=60,\
             repeat_sequence_header=1 ! video/x-h264,profile=(string)high",
            "level 1 is too low",
        ),
        (
            "v4l2h264enc extra-controls=controls,video_bitrate=1000000 ! \
             video/x-h264,level=(string)4,profile=(string)high",
            "video_bitrate_mode",
        ),
        ("v4l2h264enc ! video/x-h264,level=(string)4,profile=(string)high", "extra-controls"),
    ] {
        let line =
            format!("videotestsrc num-buffers=5 ! video/x-raw,width=1280,height=720 ! {line} ! fakesink");
        let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
        let _ended = Ending(&pipeline);
        let _ = pipeline.set_state(gst::State::Playing);
        let message = pipeline
            .bus()
            .unwrap()
            .timed_pop_filtered(
                gst::ClockTime::from_seconds(10),
                &[gst::MessageType::Eos, gst::MessageType::Error],
            )
            .unwrap();
        let gst::MessageView::Error(error) = message.view() else { panic!("{line} was accepted") };
        let text = format!("{} {:?}", error.error(), error.debug());
        assert!(text.contains(words), "{text}");
    }
}
