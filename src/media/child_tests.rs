//! The child is a shell script here: `$0` is `media`, `$1` the verb.

use serde_json::{Value, json};

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::running::KEPT_STDERR;
use super::*;
use crate::media::Result;
use crate::media::memory::Shares;

fn script(text: &str) -> Launcher {
    Launcher::of("/bin/sh").with_arguments(["-c", text])
}

async fn call(text: &str) -> Result<Value> {
    script(text).call(Verb::Probe, &json!({"file": "x"}), Limits::look(), &CancellationToken::new()).await
}

#[tokio::test]
async fn the_job_goes_in_and_events_and_the_result_come_out() {
    let text = r#"read line; echo '{"event":1}'; echo '{"event":2}'; echo "{\"done\":[$line,\"$1\"]}""#;
    let mut events = Vec::new();
    let never = CancellationToken::new();
    let ended = script(text)
        .run::<_, u32, Value>(Verb::Storyboard, &json!({"a": 1}), Limits::look(), &never, &never, |e| {
            events.push(e);
        })
        .await
        .unwrap();
    assert_eq!(events, [1, 2]);
    let Ended::Done(done) = ended else { panic!("{ended:?}") };
    assert_eq!(done[0]["job"], json!({"a": 1}));
    assert_eq!((&done[0]["watched"], &done[1]), (&json!(true), &json!("storyboard")));
}

#[tokio::test]
async fn a_refusal_keeps_its_kind() {
    let error = call(r#"echo '{"failed":{"code":"not-media","detail":"a text"}}'"#).await.unwrap_err();
    assert_eq!(error, MediaError::NotMedia("a text".into()));
}

#[tokio::test]
async fn deaths_are_told_apart() {
    let crashed = call("kill -SEGV $$").await.unwrap_err();
    assert!(matches!(&crashed, MediaError::Crashed(why) if why.contains("SIGSEGV")), "{crashed:?}");
    let starved = call("kill -KILL $$").await.unwrap_err();
    assert!(matches!(&starved, MediaError::Limit(why) if why.contains("memory")), "{starved:?}");
    let busy = call("kill -XCPU $$").await.unwrap_err();
    assert!(matches!(&busy, MediaError::Limit(why) if why.contains("processor")), "{busy:?}");
    let greedy = call("echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$").await.unwrap_err();
    assert!(matches!(greedy, MediaError::Limit(_)), "{greedy:?}");
    let quiet = call("echo one >&2; echo two >&2; exit 3").await.unwrap_err();
    assert_eq!(quiet, MediaError::Internal("probe ended with code 3: two".into()));
    let absent = Launcher::of("/nowhere/kiosque");
    let absent = absent.start::<_, Value, Value>(Verb::Probe, &(), Limits::look()).await.err().unwrap();
    assert!(matches!(absent, MediaError::Internal(_)), "{absent:?}");
}

#[tokio::test]
async fn a_child_that_babbles_is_ended() {
    let error =
        call("while :; do echo -n 0123456789012345678901234567890123456789; done | tr -d '\\n'").await;
    assert!(matches!(error.unwrap_err(), MediaError::Internal(why) if why.contains("too much")));
    let error = call("echo hello").await.unwrap_err();
    assert!(matches!(error, MediaError::Internal(why) if why.contains("understand")));
    let tail = call("head -c 5000000 /dev/zero | tr '\\0' x >&2; exit 1").await.unwrap_err();
    assert!(tail.to_string().len() < 2 * KEPT_STDERR);
}

#[tokio::test]
async fn children_wait_until_there_is_memory_for_them() {
    let shares = Shares { making: 100 << 20, look: 1 << 30, looks: 1 };
    let launcher = script("exec sleep 600").with_shares(shares);
    let start = async |verb, mebibytes: u64| {
        let limits = Limits { expected: mebibytes << 20, ..Limits::look() };
        let starting = launcher.start::<_, Value, Value>(verb, &(), limits);
        tokio::time::timeout(Duration::from_millis(300), starting).await.ok().map(Result::unwrap)
    };
    let large = start(Verb::Transcode, 60).await.unwrap();
    let small = start(Verb::Remux, 40).await.unwrap();
    assert!(start(Verb::Transcode, 50).await.is_none(), "both shares are taken");
    drop(large);
    assert!(start(Verb::Transcode, 50).await.is_some());
    drop(small);
    assert!(
        start(Verb::Transcode, 5000).await.is_some(),
        "more than there is waits for all of it, not for ever"
    );

    let look = start(Verb::Probe, 0).await.unwrap();
    assert!(start(Verb::Thumbnail, 0).await.is_none());
    assert!(start(Verb::Storyboard, 0).await.is_some());
    let late = launcher.start::<_, Value, Value>(Verb::Thumbnail, &(), Limits::look()).await;
    assert!(late.is_ok(), "a look does not wait for one that hangs");
    drop(look);
}

#[tokio::test]
async fn the_limit_on_memory_is_the_share() {
    let shares = Shares { making: 300 << 20, look: 200 << 20, looks: 1 };
    let launcher = script(r#"read line; echo "{\"done\":$line}""#).with_shares(shares);
    for (verb, most) in [(Verb::Probe, 392 << 20), (Verb::Transcode, 492 << 20)] {
        let never = CancellationToken::new();
        let order: Value = launcher.call(verb, &(), Limits::look(), &never).await.unwrap();
        assert_eq!(order["limits"]["memory"], json!(most));
    }
}

#[tokio::test]
async fn a_child_that_hangs_is_ended() {
    let limits = Limits { wall_seconds: 1, ..Limits::look() };
    let mut child =
        script("exec sleep 600").start::<_, Value, Value>(Verb::Probe, &(), limits).await.unwrap();
    let error = child.next().await.unwrap_err();
    assert!(matches!(error, MediaError::Limit(_)), "{error:?}");
    assert!(child.id().is_none());
}

#[tokio::test]
async fn parking_waits_for_the_word_and_cancelling_does_not() {
    let text = r#"read job; echo '{"event":null}'; read word; [ "$word" = park ] && echo '"parked"'"#;
    let (park, cancel) = (CancellationToken::new(), CancellationToken::new());
    let ended = script(text)
        .run::<_, Value, Value>(Verb::Transcode, &(), Limits::look(), &park, &cancel, |_| park.cancel())
        .await
        .unwrap();
    assert_eq!(ended, Ended::Parked);

    let (park, cancel) = (CancellationToken::new(), CancellationToken::new());
    let error = script("read job; echo '{\"event\":null}'; exec sleep 600")
        .run::<_, Value, Value>(Verb::Transcode, &(), Limits::look(), &park, &cancel, |_| cancel.cancel())
        .await
        .unwrap_err();
    assert_eq!(error, MediaError::Cancelled);
}

#[tokio::test]
async fn a_dropped_child_is_gone() {
    let text = "read job; echo '{\"event\":null}'; exec sleep 600";
    let mut child = script(text).start::<_, Value, Value>(Verb::Probe, &(), Limits::look()).await.unwrap();
    child.next().await.unwrap();
    let process = format!("/proc/{}/stat", child.id().unwrap());
    drop(child);
    // Dead means gone, or waiting to be reaped.
    let dead = || match std::fs::read_to_string(&process) {
        Ok(stat) => stat.contains(") Z "),
        Err(_) => true,
    };
    tokio::time::timeout(Duration::from_secs(10), async {
        while !dead() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn secrets_of_the_environment_stay_here() {
    let text = r#"read job; echo "{\"done\":\"$(env | cut -d= -f1 | tr '\n' ' ')\"}""#;
    let names = call(text).await.unwrap();
    let names = names.as_str().unwrap();
    assert!(names.contains("PATH") && names.contains("MALLOC_ARENA_MAX"), "{names}");
    assert!(!names.contains("CARGO"), "{names}");
}

#[tokio::test]
async fn the_last_word_is_heard_by_who_asks_again() {
    // It lives on for a while after its last line, during which the question is dropped and asked again.
    let text = "read job; echo '{\"done\":7}'; exec 1>&-; sleep 0.3";
    let mut child = script(text).start::<_, Value, Value>(Verb::Probe, &(), Limits::look()).await.unwrap();
    let said = loop {
        tokio::select! {
            biased;
            said = child.next() => break said,
            () = tokio::time::sleep(Duration::from_millis(5)) => {}
        }
    };
    assert_eq!(said.unwrap(), Said::Ended(Ended::Done(7.into())));
    // After that there is nothing more.
    assert!(matches!(child.next().await, Err(MediaError::Internal(_))));
}
