//! Who asks to come into a group, or comes into an open one.

use crate::common::{
    choir::{CHOIR, acts, choir, clock, of, people},
    people::Person,
};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_closed_asked_for_or_open() {
    let clock = clock();
    let (server, anne, zoe, max) = choir(clock.clone()).await;
    let ask = async |person: &Person, message: &str| {
        let answer = person.post(&of("requests"), &json!({"message": message, "shown": true})).await;
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.ok().and_then(|body| body["joined"].as_bool()))
    };
    assert_eq!(server.json(CHOIR).await["joining"], "invitation");
    assert_eq!(ask(&zoe, "I sing").await.0, 403);
    let open = async |joining: &str| anne.put(CHOIR, &json!({"joining": joining})).await.status().as_u16();
    assert_eq!(zoe.put(CHOIR, &json!({"joining": "open"})).await.status(), 403);
    assert_eq!(open("wide").await, 400);
    assert_eq!(open("request").await, 204);
    assert_eq!(ask(&zoe, &"la ".repeat(400)).await.0, 400);
    assert_eq!(ask(&zoe, "I sing").await, (200, Some(false)));
    assert_eq!(ask(&zoe, "I sing").await.0, 409);
    assert_eq!(ask(&max, "So do I").await, (200, Some(false)));
    assert_eq!(zoe.json(CHOIR).await["me"]["asked"], "waits");
    assert_eq!(zoe.get(&of("requests")).await.status(), 403);
    let waiting = anne.json(&of("requests")).await;
    assert_eq!(
        (
            waiting["total"].as_u64(),
            waiting["data"][0]["account"]["name"].as_str(),
            waiting["data"][0]["message"].as_str()
        ),
        (Some(2), Some("zoe"), Some("I sing"))
    );
    assert_eq!(anne.json(CHOIR).await["me"]["requests"], 2);
    // One is let in, one is not and may not ask again at once.
    assert_eq!(zoe.post(&of("requests/zoe/accept"), &json!({})).await.status(), 403);
    assert_eq!(anne.post(&of("requests/zoe/accept"), &json!({"role": "moderator"})).await.status(), 204);
    assert_eq!(anne.post(&of("requests/max/reject"), &json!({})).await.status(), 204);
    assert_eq!(anne.post(&of("requests/max/accept"), &json!({})).await.status(), 404);
    assert_eq!(max.json(CHOIR).await["me"]["asked"], "refused");
    assert_eq!(ask(&max, "Please").await.0, 409);
    assert_eq!(people(&max).await.len(), 2, "Zoe wanted to be named");
    clock.advance(31 * 24 * 3600);
    let max = server.user("max").await;
    assert_eq!(ask(&max, "Please").await, (200, Some(false)));
    // What was asked can be taken back.
    assert_eq!(max.delete(&of("requests/me")).await.status(), 204);
    assert_eq!(max.delete(&of("requests/me")).await.status(), 404);
    let anne = server.user("anne").await;
    assert_eq!(anne.put(CHOIR, &json!({"joining": "open"})).await.status(), 204);
    assert_eq!(ask(&max, "").await, (200, Some(true)));
    assert_eq!(people(&max).await.len(), 3);
    // Who came by themselves publishes nothing.
    assert_eq!(max.json("/api/v1/users/me").await["videoChannelCollaborations"], json!([]));
    let log = acts(&anne).await;
    assert_eq!(log[..4], ["joined", "opened", "unasked", "asked"]);
    server.stop().await;
}
