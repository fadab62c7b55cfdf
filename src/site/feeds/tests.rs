use super::{
    atom,
    model::{Entry, Feed, File, Person, Torrent},
    podcast, rss, sitemap,
};
use crate::clock::Timestamp;
use quick_xml::{Reader, events::Event};

fn world() -> (Feed, Vec<Entry>) {
    let feed = Feed {
        title: "Fanfare & <compagnie>".into(),
        page: "https://k.example/@fanfare".into(),
        address: "https://k.example/feeds/videos.xml?a=1&b=2".into(),
        image: Some("https://k.example/a.jpg".into()),
        author: Some(Person {
            name: "Fanfare".into(),
            page: "https://k.example/@fanfare".into(),
            image: None,
        }),
        ..Feed::default()
    };
    let entry = Entry {
        title: "]]> & <b>\u{0}\u{b}\u{fffe}\u{ffff}".into(),
        page: "https://k.example/w/x".into(),
        summary: "Été".into(),
        html: "<p>Été ]]&gt;</p>".into(),
        duration: 10,
        published: Timestamp(1_795_351_048_000),
        files: vec![File {
            address: "https://k.example/f.mp4".into(),
            size: 1000,
            media_type: "video/mp4",
            label: "720p".into(),
            height: 720,
            fps: 30,
            torrent: Some(Torrent {
                address: "https://k.example/f.torrent".into(),
                magnet: "magnet:?a&b".into(),
            }),
        }],
        captions: vec![("fr".into(), "https://k.example/c.vtt".into())],
        chapters: Some("https://k.example/ch.json".into()),
        thumbnail: Some("https://k.example/t.jpg".into()),
        hls: Some("https://k.example/m.m3u8".into()),
        ..Entry::default()
    };
    (feed, vec![entry])
}

/// Reads the text whole; names of elements in order.
fn names(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                names.push(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
            }
            Event::Eof => return names,
            _ => {}
        }
    }
}

#[test]
fn every_feed_is_well_formed_whatever_the_title() {
    let (feed, entries) = world();
    for text in [
        rss::write(&feed, &entries).unwrap(),
        podcast::write(&feed, &entries).unwrap(),
        atom::write(&feed, &entries).unwrap(),
        sitemap::write(std::slice::from_ref(&feed.page), &entries).unwrap(),
    ] {
        assert!(names(&text).len() > 5, "{text}");
        assert!(!text.contains(['\u{0}', '\u{b}', '\u{fffe}', '\u{ffff}']), "{text}");
        assert!(!text.contains("<b>") && !text.contains("<compagnie>"), "{text}");
    }
}

#[test]
fn a_podcast_has_what_its_clients_read() {
    let (feed, entries) = world();
    let text = podcast::write(&feed, &entries).unwrap();
    let names = names(&text);
    for name in [
        "enclosure",
        "podcast:alternateEnclosure",
        "podcast:transcript",
        "podcast:chapters",
        "podcast:person",
        "itunes:duration",
        "itunes:explicit",
    ] {
        assert!(names.iter().any(|found| found == name), "{name} in {text}");
    }
    assert!(text.contains("Sun, 22 Nov 2026 12:37:28 GMT"), "{text}");
    assert!(text.contains("bitrate=\"800\""), "{text}");
}
