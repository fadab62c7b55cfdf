//! Comments of many videos: for those who look after them, on the page without scripts and in feeds.

use super::{comment_path, id, member, say, stopped_at_noon, texts, threads_path};
use kiosque::{accounts::Role, groups::MemberRole};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn those_who_look_after_comments_find_and_remove_them() {
    let (server, clock) = stopped_at_noon().await;
    let (owner, spammer, ben) =
        (server.user("owner").await, server.user("spammer").await, server.user("ben").await);
    let (admin, moderator) = (server.admin().await, server.person("guard", Role::Moderator).await);
    let film = server.db_video(&owner, json!({"name": "Concert of the choir"})).await;
    let other = server.db_video(&ben, json!({"name": "Bees"})).await;
    for (video, text) in [(&film, "Buy œuvres d'art now"), (&film, "Buy more"), (&other, "Buy here")] {
        clock.advance(60);
        say(&spammer, video, None, text).await;
    }
    clock.advance(60);
    let kept = say(&ben, &film, None, "How lovely").await;
    let all = "/api/v1/videos/comments";
    assert_eq!(
        texts(&moderator.json(all).await),
        ["How lovely", "Buy here", "Buy more", "Buy œuvres d'art now"]
    );
    let found = async |query: &str| texts(&moderator.json(&format!("{all}?{query}")).await);
    for (query, expected) in [
        ("sort=createdAt&count=1", vec!["Buy œuvres d'art now"]),
        ("start=1&count=2", vec!["Buy here", "Buy more"]),
        ("search=oeuvr", vec!["Buy œuvres d'art now"]),
        ("search=buy", vec!["Buy here", "Buy more", "Buy œuvres d'art now"]),
        ("search=ben", vec!["How lovely"]),
        ("searchAccount=ben", vec!["How lovely"]),
        ("searchAccount=%40ben", vec!["How lovely"]),
        ("searchVideo=bees", vec!["Buy here"]),
        ("searchVideo=bees&search=more", vec![]),
        ("isLocal=false", vec![]),
        ("onLocalVideo=false", vec![]),
        ("isHeldForReview=true", vec![]),
        ("autoTagOneOf=rude", vec![]),
    ] {
        assert_eq!(found(query).await, expected, "{query}");
    }
    let of_film = format!("{all}?videoId={}", film.id);
    assert_eq!(moderator.json(&of_film).await["total"], 3);
    assert_eq!(moderator.json(&format!("{all}?videoChannelId={}", film.group)).await["total"], 3);
    let one = &moderator.json(&format!("{all}?search=bees")).await;
    assert_eq!(one["total"], 0, "a title is searched for by itself");
    let mine = "/api/v1/users/me/videos/comments";
    assert_eq!(texts(&owner.json(mine).await).len(), 3);
    assert_eq!(texts(&owner.json(&format!("{mine}?videoChannelId={}", other.group)).await).len(), 0);
    assert_eq!(owner.get(all).await.status(), 403);
    assert_eq!(server.get(all).await.status(), 401);

    let bulk = "/api/v1/bulk/remove-comments-of";
    let wish = |scope: &str| json!({"accountName": "spammer", "scope": scope});
    assert_eq!(owner.post(bulk, &wish("instance")).await.status(), 403);
    assert_eq!(owner.post(bulk, &wish("everything")).await.status(), 400);
    assert_eq!(owner.post(bulk, &json!({"accountName": "nobody", "scope": "my-videos"})).await.status(), 404);
    assert_eq!(owner.post(bulk, &wish("my-videos")).await.status(), 204);
    assert_eq!(texts(&moderator.json(all).await), ["How lovely", "Buy here"]);
    assert_eq!(moderator.post(bulk, &wish("instance")).await.status(), 204);
    assert_eq!(texts(&admin.json(all).await), ["How lovely"]);
    assert_eq!(server.json(&threads_path(&film)).await["total"], 1);
    // A group that changes hands takes along who looks after its comments: the video moves to another group.
    member(&server, other.group, &owner, MemberRole::Administrator).await;
    clock.advance(60);
    say(&ben, &other, None, "Mine are quiet").await;
    clock.advance(60);
    say(&ben, &film, None, "Encore").await;
    for (query, expected) in [
        ("", vec!["Encore", "Mine are quiet", "How lovely"]),
        ("sort=createdAt", vec!["How lovely", "Mine are quiet", "Encore"]),
        ("start=1&count=1", vec!["Mine are quiet"]),
        ("start=2&count=5", vec!["How lovely"]),
        ("search=quiet", vec!["Mine are quiet"]),
        ("count=0", vec![]),
    ] {
        let list = owner.json(&format!("{mine}?{query}")).await;
        assert_eq!(texts(&list), expected, "{query}");
        assert_eq!(list["total"], if query.contains("search") { 1 } else { 3 }, "{query}");
    }
    let moved = owner.put(&format!("/api/v1/videos/{}", film.uuid), &json!({"channelId": other.group})).await;
    assert_eq!(moved.status(), 204);
    assert_eq!(texts(&ben.json(mine).await), ["Encore", "Mine are quiet", "How lovely"]);
    assert_eq!(ben.delete(&comment_path(&film, id(&kept))).await.status(), 204);
    server.stop().await;
}

/// More than one transaction takes at once, by a moderator and with the account.
#[tokio::test(flavor = "multi_thread")]
async fn all_of_an_account_goes_however_much_it_is() {
    const MANY: u32 = 1200;
    let (server, _) = stopped_at_noon().await;
    let (owner, spammer) = (server.user("owner").await, server.user("spammer").await);
    let (admin, moderator) = (server.admin().await, server.person("guard", Role::Moderator).await);
    let film = server.db_video(&owner, json!({"name": "Concert"})).await;
    say(&owner, &film, None, "How lovely").await;
    let fill = async || {
        let (video, group, account) = (film.id, film.group, spammer.account_id);
        let sql = "with recursive n (n) as (select 1 union all select n + 1 from n where n < ?1)
          insert into comments (video_id, group_id, depth, account_id, text, state, created_at, updated_at)
          select ?2, ?3, 0, ?4, 'Buy ' || n, 1, n, n from n";
        let add = move |tx: &rusqlite::Transaction<'_>| {
            Ok(tx.execute(sql, rusqlite::params![MANY, video, group, account])?)
        };
        server.app.db.write(add).await.unwrap();
    };
    let counted = async || {
        let list = server.json(&threads_path(&film)).await;
        (list["total"].as_u64().unwrap(), list["totalNotDeletedComments"].as_u64().unwrap())
    };
    let everything = u64::from(MANY) + 1;
    fill().await;
    assert_eq!(counted().await, (everything, everything));
    let all = json!({"accountName": "spammer", "scope": "instance"});
    assert_eq!(moderator.post("/api/v1/bulk/remove-comments-of", &all).await.status(), 204);
    assert_eq!(counted().await, (1, 1));
    fill().await;
    assert_eq!(counted().await, (everything, everything));
    assert_eq!(admin.delete(&format!("/api/v1/users/{}", spammer.account_id)).await.status(), 204);
    assert_eq!(counted().await, (1, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_read_without_scripts_and_by_feed() {
    let (server, clock) = stopped_at_noon().await;
    let (owner, zoe) = (server.user("owner").await, server.user("zoe").await);
    let video = server.db_video(&owner, json!({"name": "Concert"})).await;
    let quiet = server.db_video(&owner, json!({"name": "Quiet", "commentsPolicy": 2})).await;
    let strict = server.db_video(&owner, json!({"name": "Strict", "commentsPolicy": 3})).await;
    let private = server.db_video(&owner, json!({"name": "Ours", "privacy": 3})).await;
    let one = id(&say(&zoe, &video, None, "Bravo **all** <script>alert(1)</script>").await);
    clock.advance(60);
    say(&owner, &video, Some(one), "Thanks").await;
    say(&zoe, &strict, None, "waits").await;
    say(&owner, &private, None, "in secret").await;
    let page = server.get(&format!("/w/{}", kiosque::ids::short(video.uuid))).await.text().await.unwrap();
    for part in [
        "2 commentaires",
        &format!("id=\"comment-{one}\""),
        "<strong>all</strong>",
        "Thanks",
        "video-comments.xml",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("<script>alert"));
    let silent = server.get(&format!("/w/{}", kiosque::ids::short(quiet.uuid))).await.text().await.unwrap();
    assert!(!silent.contains("class=\"comments\"") && !silent.contains("video-comments"), "{silent}");
    // The address of a comment leads to it.
    let http = crate::common::http().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let link =
        http.get(server.url(&format!("/videos/watch/{}/comments/{one}", video.uuid))).send().await.unwrap();
    assert_eq!(link.status(), 308);
    let place = link.headers()["location"].to_str().unwrap().to_owned();
    assert!(place.ends_with(&format!("/w/{}#comment-{one}", kiosque::ids::short(video.uuid))), "{place}");
    // PeerTube's way to name a thread.
    assert_eq!(
        server.get(&format!("/w/{};threadId={one}", kiosque::ids::short(video.uuid))).await.status(),
        200
    );

    // A film that visitors are not shown is not named to them.
    let hard = server.db_video(&owner, json!({"name": "Hard to bear", "nsfw": true})).await;
    clock.advance(60);
    say(&zoe, &hard, None, "Oh").await;
    let named = async |query: &str| {
        let feed = server.get(&format!("/feeds/video-comments.rss{query}")).await.text().await.unwrap();
        feed.contains("Hard to bear")
    };
    let hidden = json!({"instance": {"defaultNSFWPolicy": "do_not_list"}});
    assert_eq!(server.admin().await.put("/api/v1/config/custom", &hidden).await.status(), 200);
    assert!(!named("").await && !named(&format!("?videoChannelId={}", hard.group)).await);
    assert!(named("?nsfw=both").await && named("?nsfw=true").await && !named("?nsfw=false").await);
    assert!(named(&format!("?videoId={}", hard.uuid)).await, "who has its address may read");

    let feed = server.get("/feeds/video-comments.xml").await;
    assert_eq!(feed.headers()["content-type"], "application/xml; charset=utf-8");
    let feed = feed.text().await.unwrap();
    assert_eq!(feed.matches("<item>").count(), 2, "{feed}");
    for (query, items) in [
        (format!("?videoId={}", video.uuid), 2),
        (format!("?videoId={}", strict.uuid), 0),
        (format!("?videoId={}", quiet.uuid), 0),
        (format!("?videoChannelId={}", video.group), 2),
        ("?accountName=owner".to_owned(), 2),
        ("?accountName=zoe".to_owned(), 0),
    ] {
        let feed =
            server.get(&format!("/feeds/video-comments.json{query}")).await.json::<Value>().await.unwrap();
        assert_eq!(feed["items"].as_array().unwrap().len(), items, "{query}");
    }
    assert_eq!(
        server.get(&format!("/feeds/video-comments.atom?videoId={}", private.uuid)).await.status(),
        403
    );
    assert_eq!(server.get("/feeds/video-comments.atom?videoId=nothing").await.status(), 400);
    assert_eq!(server.get("/feeds/other-things.xml").await.status(), 404);
    // However much is said, the page stays small.
    for n in 0..15 {
        say(&zoe, &video, None, &format!("n{n:02} {}", "long ".repeat(1990))).await;
    }
    let page = server.get(&format!("/w/{}", kiosque::ids::short(video.uuid))).await.text().await.unwrap();
    assert!((100_000..150_000).contains(&page.len()), "{}", page.len());
    assert!(page.contains("17 commentaires") && page.contains("n14 ") && !page.contains("n00 "));
    server.stop().await;
}
