//! Requests per second of list, watch page's API and search, among a hundred and among a hundred thousand videos; and
//! two hundred viewers of one film.

use crate::{
    Figure, figure,
    generator::{Generator, rendition, uuid},
    load::{CLIENTS, LENGTH, load},
    server::Server,
};
use std::fs;

/// List, watch and search.
pub fn requests() -> Vec<Figure> {
    let mut figures = Vec::new();
    for videos in [100, 100_000] {
        let server = with_videos(videos);
        let address = server.address.clone();
        let mut measure = |what: &str, request: fn(u64, usize, usize) -> String| {
            let before = server.cpu();
            let outcome =
                load(&address, "", CLIENTS, LENGTH, move |client, nth| (request(videos, client, nth), None));
            let cpu = (server.cpu() - before) * 1e3 / outcome.count() as f64;
            figures.push(figure(format!("{what}, {videos} videos"), outcome.rates(Some(cpu))));
        };
        measure("list of 15", |_, _, _| "/api/v1/videos?count=15&sort=-publishedAt".to_owned());
        measure("list of 15, tenth page", |_, _, _| {
            "/api/v1/videos?count=15&start=135&sort=-publishedAt".to_owned()
        });
        measure("one video with six renditions", |videos, client, nth| {
            format!("/api/v1/videos/{}", uuid((client * 7919 + nth * 104_729) as u64 % videos))
        });
        measure("search for a word in one of a hundred titles", |_, client, nth| {
            format!("/api/v1/search/videos?count=15&search=mot{}", (client * 31 + nth) % 100)
        });
        figures.push(figure(format!("resident memory after that, {videos} videos"), resident(&server)));
    }
    figures
}

/// Two hundred viewers who read one rendition, segment by segment, as fast as they get it.
pub fn viewers() -> Vec<Figure> {
    const SIZE: u64 = 64 << 20;
    const SEGMENT: u64 = 512 << 10;
    let server = with_videos(1);
    let file = server.data().join(format!("media/hls/{}/{}", uuid(0), rendition(0, 720)));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::File::create(&file).unwrap().set_len(SIZE).unwrap();
    let path = format!("/static/streaming-playlists/hls/{}/{}", uuid(0), rendition(0, 720));
    let before = server.cpu();
    let outcome = load(&server.address, "", 200, LENGTH, move |client, nth| {
        let from = ((client + nth) as u64 * SEGMENT) % SIZE;
        (path.clone(), Some((from, from + SEGMENT - 1)))
    });
    let cpu = server.cpu() - before;
    vec![
        figure("200 viewers, segments of 512 KiB", outcome.rates(None)),
        figure(
            "200 viewers, bytes",
            format!(
                "{:.0} MB/s, {:.2} CPU s per GB",
                outcome.bytes as f64 / 1e6 / outcome.seconds,
                cpu / (outcome.bytes as f64 / 1e9)
            ),
        ),
        figure("200 viewers, resident memory at most", format!("{:.1} MiB", server.peak() as f64 / 1024.0)),
    ]
}

/// What the server holds in memory now.
fn resident(server: &Server) -> String {
    format!("{:.1} MiB", server.resident() as f64 / 1024.0)
}

/// A server whose database holds so many public videos of ten groups, each with six renditions and its pictures.
fn with_videos(count: u64) -> Server {
    let data = Server::start().stop();
    let mut generator = Generator::open(data.path());
    let owner = generator.account("ada");
    let groups = generator.groups(owner, 10);
    generator.videos(owner, &groups, count);
    generator.finish();
    Server::start_on(data)
}
