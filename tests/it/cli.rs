//! The command line, as the person at the machine uses it.

use crate::common::Server;
use kiosque::clock::Clock;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kiosque");

/// Runs the program with a password on its standard input; whether it succeeded, and what it said.
fn user(folder: &Path, arguments: &[&str], password: &str) -> (bool, String) {
    let mut child = Command::new(PROGRAM)
        .arg("user")
        .args(arguments)
        .arg("--password-stdin")
        .arg("--data-dir")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_made_and_passwords_reset_at_the_machine() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().to_owned();
    let create = |name: &str, role: &str, password: &str| {
        let email = format!("{name}@example.org");
        user(&folder, &["create", "--username", name, "--email", &email, "--role", role], password)
    };
    let (made, said) = create("anne", "administrator", "a long walk at night");
    assert!(made, "{said}");
    for (name, role, password, expected) in [
        ("zoe", "king", "a long walk at night", "king is no role"),
        ("zoe", "user", "short", "8 characters"),
        ("With Space", "user", "a long walk at night", "Lower case letters"),
        ("anne", "user", "a long walk at night", "exists already"),
    ] {
        let (made, said) = create(name, role, password);
        assert!(!made && said.contains(expected), "{name}: {said}");
    }

    // Also while the server runs, which hears of it at once.
    let server = Server::start_in(dir, Clock::system(), |_| {}).await;
    assert_eq!(server.json("/api/v1/setup").await["claimed"], true);
    let (status, tokens) = server.sign_in("anne", "a long walk at night", None).await;
    assert_eq!(status, 200, "{tokens}");
    let (reset, said) = user(&folder, &["reset-password", "anne"], "another long evening");
    assert!(reset, "{said}");
    assert_eq!(server.sign_in("anne", "a long walk at night", None).await.0, 400);
    assert_eq!(server.sign_in("anne", "another long evening", None).await.0, 200);
    let me = server.http.get(server.url("/api/v1/users/me"));
    let old = me.bearer_auth(tokens["access_token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(old.status(), 401);
    server.stop().await;
}

/// Starts a new instance and reads what it prints until `enough`; then asks the first link whether it is one.
async fn first_start(args: &[&str], enough: impl Fn(&[String]) -> bool) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(PROGRAM)
        .args([&["serve", "--data-dir", dir.path().to_str().unwrap()], args].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut links = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        links.extend(
            line.split_once(": ").filter(|_| line.contains("/setup?token=")).map(|(_, link)| link.to_owned()),
        );
        if enough(&links) {
            break;
        }
    }
    let here = links[0].replace("/setup?", "/api/v1/setup?");
    let answer = crate::common::http().build().unwrap().get(&here).send().await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answer.status(), 200, "{here}");
    links
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_prints_the_link() {
    let told = ["--listen", "127.0.0.1:0", "--public-url", "https://kiosque.example.org"];
    let links = first_start(&told, |links| links.len() == 2).await;
    assert!(links[1].starts_with("https://kiosque.example.org/setup?token="), "{links:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_was_told_no_address_prints_those_it_is_reached_at() {
    let links = first_start(&["--listen", "0.0.0.0:0"], |links| !links.is_empty()).await;
    let port = links[0].strip_prefix("http://localhost:").and_then(|rest| rest.split_once('/')).unwrap().0;
    assert_ne!(port, "8080", "{links:?}");
}
