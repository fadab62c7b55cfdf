//! A choir: the group that tests about the people of groups are about.

use super::{Server, people::Person};
use kiosque::clock::{Clock, Timestamp};
use serde_json::{Value, json};

pub fn clock() -> Clock {
    Clock::stopped(Timestamp::parse("2026-11-23T01:00:00Z").unwrap())
}

pub const CHOIR: &str = "/api/v1/groups/choir";

pub fn of(path: &str) -> String {
    format!("{CHOIR}/{path}")
}

/// A server with Anne, who has made a choir, Zoe and Max.
pub async fn choir(clock: Clock) -> (Server, Person, Person, Person) {
    let server = Server::start_in(tempfile::tempdir().unwrap(), clock, |_| {}).await;
    let (anne, zoe, max) = (server.user("anne").await, server.user("zoe").await, server.user("max").await);
    let made =
        anne.post("/api/v1/video-channels", &json!({"name": "choir", "displayName": "The choir"})).await;
    assert_eq!(made.status(), 200);
    (server, anne, zoe, max)
}

pub async fn choir_id(server: &Server) -> i64 {
    server.json("/api/v1/video-channels/choir").await["id"].as_i64().unwrap()
}

/// Names and roles of who is in the choir, as this person sees it.
pub async fn people(person: &Person) -> Vec<(String, String)> {
    let list = person.json(&of("members")).await;
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let members = list["data"].as_array().unwrap();
    members.iter().map(|member| (word(&member["account"]["name"]), word(&member["role"]))).collect()
}

pub async fn invite(by: &Person, whom: &str, role: &str) -> u16 {
    by.post(&of("invitations"), &json!({"account": whom, "role": role})).await.status().as_u16()
}

pub async fn accept(person: &Person) -> u16 {
    person.post(&of("invitation/accept"), &json!({})).await.status().as_u16()
}

/// Invites and accepts.
pub async fn take_in(by: &Person, whom: &Person, role: &str) {
    assert_eq!(invite(by, &whom.name, role).await, 200);
    assert_eq!(accept(whom).await, 204);
}

/// Acts of the choir's log, newest first.
pub async fn acts(person: &Person) -> Vec<String> {
    let log = person.json(&of("log?count=100")).await;
    log["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}
