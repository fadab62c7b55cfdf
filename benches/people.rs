//! A place with more people than any association has: 10,000 members, 100,000 videos of 500 groups, a million comments and
//! 200,000 subscriptions. What one sees who is signed in.

use crate::{
    Figure, figure,
    generator::{Generator, uuid},
    instance::Instance,
    load::{CLIENTS, LENGTH, load},
};

const MEMBERS: u64 = 10_000;
const VIDEOS: u64 = 100_000;
const GROUPS: u64 = 500;
/// Of each member, and of the one who asks.
const FOLLOWED: usize = 20;
const FOLLOWED_BY_ADA: usize = 200;
/// Below each video, of which so many begin a thread.
const COMMENTS: u64 = 9;
const THREADS: u64 = 3;
/// Below the one that everybody talks about. With it there are a million.
const BUSY: u64 = 100_000;
const BUSY_THREADS: u64 = 99_000;

/// Subscriptions, threads and search.
pub fn people() -> Vec<Figure> {
    let mut busy_thread = 0;
    let instance = Instance::start_with(|data| {
        let mut generator = Generator::open(data);
        let ada = generator.account("ada");
        let members = generator.members(MEMBERS);
        let groups = generator.groups(ada, GROUPS);
        let videos = generator.videos(ada, &groups, VIDEOS);
        let every = GROUPS as usize / FOLLOWED;
        generator.follows(&members, |nth| groups.iter().skip(nth % every).step_by(every).collect());
        generator.follows(&[ada], |_| groups.iter().take(FOLLOWED_BY_ADA).collect());
        generator.comments(&videos[1..], &members, THREADS, COMMENTS);
        let begun = generator.comments(&videos[..1], &members, BUSY_THREADS, BUSY);
        busy_thread = *begun.last().unwrap();
        generator.finish();
    });
    let authorization = instance.authorization();
    let measure = |what: &str, request: Box<dyn Fn(usize, usize) -> String + Send + Sync>| {
        let before = instance.cpu();
        let outcome = load(instance.address(), &authorization, CLIENTS, LENGTH, move |client, nth| {
            (request(client, nth), None)
        });
        let cpu = (instance.cpu() - before) * 1e3 / outcome.count() as f64;
        figure(what, outcome.rates(Some(cpu)))
    };
    let busy = uuid(0);
    let feed = |start: u32| {
        format!("/api/v1/users/me/subscriptions/videos?count=15&sort=-publishedAt&start={start}")
    };
    vec![
        measure("newest of 200 groups that one follows", Box::new(move |_, _| feed(0))),
        measure("the same, tenth page", Box::new(move |_, _| feed(135))),
        measure(
            "threads of a video with nine comments",
            Box::new(|client, nth| {
                let video = uuid(1 + (client * 7919 + nth * 104_729) as u64 % (VIDEOS - 1));
                format!("/api/v1/videos/{video}/comment-threads?count=10&sort=-createdAt")
            }),
        ),
        measure(
            "ten newest threads of 99,000",
            Box::new(move |_, _| format!("/api/v1/videos/{busy}/comment-threads?count=10&sort=-createdAt")),
        ),
        measure(
            "one thread with a thousand answers",
            Box::new(move |_, _| format!("/api/v1/videos/{busy}/comment-threads/{busy_thread}")),
        ),
        measure(
            "search for a word in one of a hundred titles",
            Box::new(|client, nth| {
                format!("/api/v1/search/videos?count=15&search=mot{}", (client * 31 + nth) % 100)
            }),
        ),
        measure(
            "search for a word in every title",
            Box::new(|_, _| "/api/v1/search/videos?count=15&search=fanfare".to_owned()),
        ),
    ]
}
