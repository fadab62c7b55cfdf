//! How SQLite finds what is asked for. Every statement that a request runs is written down as it runs and explained: on
//! ten thousand videos nothing reads a large table from end to end or sorts more than a page, but what is listed here.

use crate::common::Server;
use kiosque::videos::{self, Filter, Scope, Sort, Viewer};
use rusqlite::{
    Connection,
    trace::{TraceEvent, TraceEventCodes},
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Statements since the last look. One test of this file runs at a time in its process.
static RUN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(event: TraceEvent<'_>) {
    // What SQLite runs inside of a statement comes as a comment.
    if let TraceEvent::Stmt(_, sql) = event
        && !sql.starts_with("--")
    {
        RUN.lock().unwrap_or_else(PoisonError::into_inner).push(sql.to_owned());
    }
}

/// As many as `src/db` opens.
const READERS: usize = 4;

/// Tables that may be read whole: they have a row or some dozens.
const SMALL: [&str; 9] = [
    "settings",
    "instance_images",
    "video_counts",
    "comment_counts",
    "signing_keys",
    "oauth_client",
    "json_each",
    "sqlite_schema",
    "merged",
];

/// What reads or sorts a lot, and why it may: a part of the statement and the reason.
const MAY: &[(&str, &str)] = &[
    ("from actor_images", "a few pictures of each actor of a page"),
    ("from renditions where video_id", "a few renditions of one video"),
    ("from members where group_id", "the members of one group"),
    ("from groups g join members m", "the groups of one person"),
    ("from members where account_id", "the groups of one person"),
    ("from invitations where group_id", "a group has two hundred of them at most"),
    ("from group_log where group_id", "a thousand are kept of a group"),
    ("from groups g", "an association has some hundreds at most, and words are looked for inside of names"),
    ("from members where group_id", "the members of one group"),
    ("comments.account_id in", "what a few people said, who are looked for by name"),
    ("comments.video_id in", "what was said below a few videos, which are looked for by name"),
    ("comments.state = 2", "what waits for approval is somebody's work: some hundreds at most"),
    ("state = 2 and (:manages", "what waits for approval below one video"),
    ("from comments where state = 2", "what waits for approval is somebody's work: some hundreds at most"),
    (
        "from videos where comments > 0",
        "words are looked for inside of titles, for those who look after comments",
    ),
    ("comments.id in", "what was found, of which there is a limit"),
    ("from moderation_log", "ten thousand are kept"),
    ("from reports", "reports are read by people: some thousands at most"),
    ("from mutes left join", "an account mutes a thousand at most, the instance ten thousand"),
    ("from mutes where by_id is null or by_id", "the same: who is muted is read once"),
    (
        "with recursive lost",
        "what muted people answered below one video, with what hangs on it, is counted by thread",
    ),
    ("from warnings where ?1 is null", "moderators warn some dozens"),
    ("from video_blocks", "hidden videos are looked at one by one: some hundreds at most"),
    ("from accounts", "an association has some hundreds at most"),
    ("from logins l", "an association has some hundreds at most"),
    ("from jobs where (?1", "work that is done is forgotten after a while"),
    ("from video_counts", "a row or two for each group"),
    ("from tags group by tag", "which are common has to be counted, for one page"),
    ("from tags where tag", "as many as have this tag"),
    (
        "select count(*) from videos where videos.id not in (select id from videos where replaces is not null)",
        "the staff's list says how many there are: an index is read to its end",
    ),
    ("from contact_letters", "letters that wait, of which there are 200 at most"),
    ("kind = 'hls' and size is null", "as many as are not whole, or failed"),
    ("from json_each(?) found", "what was found, of which there is a limit"),
    (
        "from playlists p where p.privacy = 1",
        "an association has some hundreds at most, and a page counts them",
    ),
    ("from playlists p where p.account_id", "an account has a limit"),
    ("from playlists p where (p.account_id", "an account has a limit"),
    ("from playlists p where p.group_id", "as many as a group publishes"),
    ("with mine as", "an account has a limit"),
    ("from json_each(?1) found cross join playlists", "what was found, of which there is a limit"),
    ("with recursive merged", "the page is put in order; that the rest is read off is looked at below"),
    ("follows.account_id = ?2", "who follows one person and this person's groups"),
];

/// Ten thousand videos of a hundred groups, ten thousand jobs.
fn fill(conn: &Connection) -> rusqlite::Result<()> {
    const NUMBERS: &str = "with recursive n(n) as (select 1 union all select n + 1 from n where n < ?1)";
    let many = |sql: &str, count: i64| conn.execute(&format!("{NUMBERS} {sql}"), [count]).map(drop);
    many(
        "insert into accounts (name, display_name, created_at, updated_at) select 'a' || n, 'A', n, n from n where true",
        1000,
    )?;
    many(
        "insert into logins (account_id, email, password_hash, role, video_quota, video_quota_daily)
          select id, name || '@example.org', 'x', 2, -1, -1 from accounts, n where name = 'a' || n",
        1000,
    )?;
    many(
        "insert into groups (name, display_name, owner_id, created_at, updated_at)
          select 'g' || n, 'G', (select id from accounts where name = 'a' || n), n, n from n where true",
        1000,
    )?;
    many(
        "insert into members (group_id, account_id, role, since) select id, owner_id, 0, 1 from groups, n where name = 'g' || n",
        1000,
    )?;
    many("insert into sessions (account_id, access_hash, access_expires_at, refresh_hash, refresh_expires_at, created_at, last_used_at)
          select id, randomblob(32), 9000000000000, randomblob(32), 9000000000000, 1, 1 from accounts, n where name = 'a' || n", 1000)?;
    many("insert into videos (uuid, group_id, author_id, name, privacy, state, duration_ms, views, category, language, created_at,
                              updated_at, published_at)
          select printf('00000000-0000-4000-8000-%012d', n), (select id from groups where name = 'g' || (n % 1000 + 1)),
                 (select id from accounts where name = 'a' || (n % 1000 + 1)),
                 'Film ' || n, 1, 1, 60000 + n, n % 977, n % 18 + 1, substr('frendeesitptnlbrcaeu', n % 10 * 2 + 1, 2), n, n, n from n", 10_000)?;
    many(
        "insert into search_fts (rowid, title, tags, names, text)
          select (1 << 40) + id, name, 'tag', 'G', '' from videos where ?1 > 0",
        1,
    )?;
    many("insert into renditions (video_id, kind, resolution, width, height, fps, file, playlist, has_video, has_audio, size,
                                  created_at)
          select videos.id, 'hls', 720, 1280, 720, 30, videos.id || '-720-fragmented.mp4', videos.id || '-720.m3u8', 1, 1, 9, 1
          from videos where ?1 > 0", 1)?;
    many(
        "insert into hls_playlists (video_id, master, hashes, growing, updated_at)
          select id, id || '-master.m3u8', id || '-segments-sha256.json', 0, 1 from videos where ?1 > 0",
        1,
    )?;
    many(
        "insert into tags (video_id, position, tag) select id, 0, 'tag' || (id % 100) from videos where ?1 > 0",
        1,
    )?;
    // Everybody follows twenty groups, the first five hundred of them, and everybody the first.
    many(
        "insert into follows (follower_id, group_id, state, created_at)
          select a.id, g.id, 'accepted', 1 from n cross join accounts a on a.name = 'a' || n
            cross join groups g on g.id % 50 = a.id % 50 or (a.name = 'a1' and g.id % 2 = 0) or g.name = 'g1'",
        1000,
    )?;
    // What everybody was told of a hundred videos.
    many(
        "insert into notifications (account_id, kind, video_id, web, read, created_at, updated_at)
          select a.id, 1, videos.id, 1, videos.id % 3 = 0, videos.id, videos.id
          from n cross join accounts a on a.name = 'a' || n cross join videos on videos.id % 100 = n % 100",
        1000,
    )?;
    many(
        "insert into watch_positions (account_id, video_id, seconds, updated_at)
          select a.id, videos.id, 7, videos.id from n cross join accounts a on a.name = 'a' || n
            cross join videos on videos.id % 500 = n",
        500,
    )?;
    many("insert into jobs (kind, job, lane, priority, state, subject, run_at, created_at, finished_at)
          select 'pictures', '{\"job\":\"pictures\",\"video\":1}', 'soon', 6, 'done', 'video:' || n, n, n, n from n", 10_000)?;
    // Two thousand public playlists, twenty of them of one account, and one of five thousand films.
    many("insert into playlists (uuid, account_id, group_id, group_position, name, privacy, kind, created_at, updated_at)
          select printf('00000000-0000-4000-9000-%012d', n), (select id from accounts where name = 'a' || (n % 100 + 1)),
                 (select id from groups where name = 'g' || (n % 100 + 1)), n / 100 + 1, 'List ' || n, 1, 1, n, n from n", 2000)?;
    many(
        "insert into search_fts (rowid, title, tags, names, text)
          select (3 << 40) + id, name, '', 'G', '' from playlists where kind = ?1",
        1,
    )?;
    many("insert into playlist_elements (playlist_id, position, video_id, created_at)
          select (select id from playlists where name = 'List 77'), n, (select min(id) from videos) + n, n from n", 5000)?;
    many(
        "insert into members (group_id, account_id, role, since, shown)
          select (select id from groups where name = 'g77'), a.id, 2, n, n % 2 from n join accounts a on a.name = 'a' || n
          where a.name <> 'a77'",
        1000,
    )?;
    many(
        "insert into join_requests (group_id, account_id, message, shown, created_at)
          select (select id from groups where name = 'g78'), a.id, 'I sing', 0, n from n join accounts a on a.name = 'a' || n",
        1000,
    )?;
    many(
        "insert into invitations (group_id, account_id, role, created_at, expires_at)
          select (select id from groups where name = 'g' || n), a.id, 2, n, 9000000000000 from n join accounts a on a.name = 'a' || (1001 - n)",
        1000,
    )?;
    many(
        "insert into group_log (group_id, at, actor_id, action)
          select (select id from groups where name = 'g' || (n % 10 + 1)), n, 1, 'made' from n",
        10_000,
    )?;
    // Threads below ten videos, and answers to the first of each.
    many("insert into comments (video_id, group_id, depth, account_id, text, state, created_at, updated_at)
          select videos.id, videos.group_id, 0, (select id from accounts where name = 'a' || (n % 1000 + 1)), 'Comment ' || n,
                 case when n % 50 = 0 then 2 else 1 end, n, n
          from n join videos on videos.name = 'Film ' || (n % 10 + 1)", 10_000)?;
    many("insert into comments (video_id, group_id, thread_id, reply_to, depth, account_id, text, state, created_at, updated_at)
          select videos.id, videos.group_id, first.id, first.id, 1, (select id from accounts where name = 'a' || (n % 1000 + 1)),
                 'Answer ' || n, 1, n, n
          from n join videos on videos.name = 'Film ' || (n % 10 + 1)
            join (select min(id) as id, video_id from comments group by video_id) first on first.video_id = videos.id", 10_000)?;
    many("insert into comments_fts (rowid, text) select id, text from comments where ?1 > 0", 1)?;
    conn.execute_batch("analyze")
}

/// Three hundred people whom the administrator or the instance mutes, three hundred servers, a thousand warnings.
fn mute(conn: &Connection) -> rusqlite::Result<()> {
    const NUMBERS: &str = "with recursive n(n) as (select 1 union all select n + 1 from n where n < ?1)";
    let many = |sql: &str, count: i64| conn.execute(&format!("{NUMBERS} {sql}"), [count]).map(drop);
    many(
        "insert into mutes (by_id, account_id, created_at)
          select case when n % 2 = 0 then (select id from accounts where name = 'admin') end, a.id, n
          from n join accounts a on a.name = 'a' || (n * 2)",
        300,
    )?;
    many("insert into mutes (host, created_at) select 'far' || n || '.example', n from n", 300)?;
    many(
        "insert into warnings (account_id, kind, text, created_at) select a.id, 1, 'Please', n
          from n join accounts a on a.name = 'a' || (n % 100 + 1)",
        1000,
    )?;
    conn.execute_batch("analyze mutes; analyze warnings")
}

/// What of a plan reads or sorts a lot.
fn faults(sql: &str, plan: &[String]) -> Vec<String> {
    let counts = sql.contains("count(");
    let bad = |line: &&String| {
        let scans = line.strip_prefix("SCAN ").is_some_and(|rest| {
            let table = rest.split(' ').next().unwrap_or_default();
            let small = SMALL.contains(&table) || rest.contains("VIRTUAL TABLE") || rest.contains("SUBQUERY");
            // In the order of an index a page is read off; to count is to read to the end.
            !small
                && table.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                && (counts || !rest.contains("USING"))
        });
        scans || line.contains("TEMP B-TREE")
    };
    // A page that was found is put in order by its few numbers.
    let page = plan.iter().position(|line| line.starts_with("SCAN (subquery"));
    plan.iter().take(page.unwrap_or(plan.len())).filter(bad).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_from_end_to_end() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.app.db.write(|tx| Ok(fill(tx)?)).await.unwrap();
    let film = server.db_video(&admin, json!({"name": "Fanfare", "privacy": 1, "tags": ["choir"]})).await;
    server.app.db.write(|tx| Ok(mute(tx)?)).await.unwrap();
    // The administrator follows and has watched as much as anybody.
    let account = admin.account_id;
    let as_much = format!(
        "insert or ignore into follows (follower_id, group_id, state, created_at)
           select {account}, id, 'accepted', 1 from groups where id % 2 = 0;
         insert into watch_positions (account_id, video_id, seconds, updated_at)
           select {account}, id, 3, id from videos where id % 3 = 0;
         analyze follows; analyze watch_positions"
    );
    server.app.db.write(move |tx| Ok(tx.execute_batch(&as_much)?)).await.unwrap();
    let token = admin.json("/api/v1/users/scoped-tokens").await["feedToken"].as_str().unwrap().to_owned();
    let host = server.base.strip_prefix("http://").unwrap().to_owned();
    // All readers at once, so that none is left out.
    let all = std::sync::Arc::new(std::sync::Barrier::new(READERS));
    let traced = (0..READERS).map(|_| {
        let all = all.clone();
        server.app.db.read(move |conn| {
            all.wait();
            conn.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note));
            Ok(())
        })
    });
    futures::future::try_join_all(traced).await.unwrap();
    let video = format!("/api/v1/videos/{}", film.uuid);
    let mut requests: Vec<(&str, String)> = vec![
        ("list", "/api/v1/videos".into()),
        ("list far down", "/api/v1/videos?start=9000&count=100".into()),
        ("list of a category", "/api/v1/videos?categoryOneOf=3".into()),
        ("list of a language", "/api/v1/videos?languageOneOf=fr".into()),
        ("list of a tag", "/api/v1/videos?tagsOneOf=tag7".into()),
        ("watch", video.clone()),
        ("captions", format!("{video}/captions")),
        ("chapters", format!("{video}/chapters")),
        ("storyboards", format!("{video}/storyboards")),
        ("description", format!("{video}/description")),
        ("search", "/api/v1/search/videos?search=fanfare".into()),
        ("search of a common word", "/api/v1/search/videos?search=film".into()),
        ("search of groups", "/api/v1/search/video-channels?search=g77".into()),
        ("groups", "/api/v1/video-channels".into()),
        ("groups by name", "/api/v1/video-channels?sort=name&start=500".into()),
        ("a group", "/api/v1/video-channels/g77".into()),
        ("videos of a group", "/api/v1/video-channels/g77/videos".into()),
        ("a group's people", "/api/v1/groups/g77".into()),
        ("who is in a group", "/api/v1/groups/g77/members?start=400".into()),
        ("who asks to come in", "/api/v1/groups/g78/requests".into()),
        ("invitations of a group", "/api/v1/groups/g77/invitations".into()),
        ("collaborators", "/api/v1/video-channels/g77/collaborators".into()),
        ("what was done in a group", "/api/v1/groups/g7/log".into()),
        ("my invitations", "/api/v1/users/me/invitations".into()),
        ("my groups", "/api/v1/users/me/groups".into()),
        ("what a link opens", "/api/v1/invitations/guessed".into()),
        ("videos of an account, newest first", "/api/v1/accounts/a77/videos?sort=-publishedAt".into()),
        ("profile of an account", "/api/v1/accounts/a77/profile".into()),
        ("accounts", "/api/v1/accounts".into()),
        ("an account", "/api/v1/accounts/a77".into()),
        ("videos of an account", "/api/v1/accounts/a77/videos".into()),
        ("groups of an account", "/api/v1/accounts/a77/video-channels".into()),
        ("overview", "/api/v1/overviews/videos".into()),
        ("my videos", "/api/v1/users/me/videos".into()),
        ("my videos that are ready", "/api/v1/users/me/videos?stage=ready".into()),
        ("my videos on the way", "/api/v1/users/me/videos?stage=making".into()),
        ("my videos that failed", "/api/v1/users/me/videos?stage=failed".into()),
        ("me", "/api/v1/users/me".into()),
        ("quota", "/api/v1/users/me/video-quota-used".into()),
        ("what I follow", "/api/v1/users/me/subscriptions".into()),
        ("people I follow", "/api/v1/users/me/subscriptions/accounts?search=a".into()),
        ("whether I follow", format!("/api/v1/users/me/subscriptions/exist?uris=g7@{host}&uris=a7@{host}")),
        ("my feed", "/api/v1/users/me/subscriptions/videos".into()),
        ("my feed far down", "/api/v1/users/me/subscriptions/videos?start=100&count=100".into()),
        ("who follows a group", "/api/v1/video-channels/g1/followers?start=500".into()),
        ("who follows me", "/api/v1/accounts/admin/followers".into()),
        ("token of my feed", "/api/v1/users/scoped-tokens".into()),
        (
            "my feed for readers",
            format!("/feeds/subscriptions.xml?accountId={}&token={token}", admin.account_id),
        ),
        ("what I am told", "/api/v1/users/me/notifications?start=100".into()),
        ("what I have not read", "/api/v1/users/me/notifications?unread=true&typeOneOf=1".into()),
        ("what I am offered", "/api/v1/videos/ownership".into()),
        ("to whom a video is offered", format!("{video}/give-ownership")),
        ("what I watched", "/api/v1/users/me/history/videos".into()),
        ("what I watched, by word", "/api/v1/users/me/history/videos?search=film".into()),
        ("what goes with me", "/api/v1/users/me/deletion".into()),
        ("jobs", "/api/v1/jobs".into()),
        ("jobs in a state", "/api/v1/jobs/failed".into()),
        ("jobs of a kind", "/api/v1/jobs?jobType=probe".into()),
        ("users", "/api/v1/users".into()),
        ("users by the room that they use", "/api/v1/users?sort=-videoQuotaUsed".into()),
        ("users with a role", "/api/v1/users?role=1&blocked=false".into()),
        ("page", format!("/w/{}", film.uuid)),
        ("home", "/".into()),
        ("page of a group", "/@g77".into()),
        ("playlists", "/api/v1/video-playlists".into()),
        ("playlists far down", "/api/v1/video-playlists?sort=-updatedAt&start=1900".into()),
        ("playlists by name", "/api/v1/video-playlists?sort=name".into()),
        ("playlists of an account", "/api/v1/accounts/a77/video-playlists".into()),
        ("one's own playlists", "/api/v1/accounts/admin/video-playlists?includeCollaborations=true".into()),
        (
            "playlists of a group",
            "/api/v1/video-channels/g77/video-playlists?sort=videoChannelPosition".into(),
        ),
        ("a playlist", "/api/v1/video-playlists/00000000-0000-4000-9000-000000000077".into()),
        (
            "the end of a playlist",
            "/api/v1/video-playlists/00000000-0000-4000-9000-000000000077/videos?start=4900&count=100".into(),
        ),
        ("where a film is", "/api/v1/users/me/video-playlists/videos-exist?videoIds=3&videoIds=4".into()),
        ("search of playlists", "/api/v1/search/video-playlists?search=list".into()),
        ("page of a playlist", "/w/p/00000000-0000-4000-9000-000000000077".into()),
        ("feed", "/feeds/videos.xml".into()),
        ("feed of a group", "/feeds/podcast/videos.xml?videoChannelName=g77".into()),
    ];
    let commented = server.json("/api/v1/videos?sort=-comments&count=1").await["data"][0].clone();
    let threads = format!("/api/v1/videos/{}/comment-threads", commented["uuid"].as_str().unwrap());
    let busiest =
        server.json(&format!("{threads}?sort=-totalReplies&count=1")).await["data"][0]["id"].clone();
    let comment = format!("/api/v1/videos/{}/comments/{busiest}", commented["uuid"].as_str().unwrap());
    let all = "/api/v1/videos/comments";
    requests.extend([
        ("who kept order", "/api/v1/moderation/log".to_owned()),
        ("reports", "/api/v1/abuses?search=film".to_owned()),
        ("whom I muted", "/api/v1/users/me/blocklist/accounts?search=a".to_owned()),
        ("which servers are muted", "/api/v1/server/blocklist/servers?sort=createdAt".to_owned()),
        ("who is muted", format!("/api/v1/blocklist/status?accounts=a7@{host}&hosts=far7.example")),
        ("what I was told", "/api/v1/users/me/warnings?unread=true".to_owned()),
        ("what somebody was told", "/api/v1/moderation/warnings?account=a7".to_owned()),
        ("my reports", "/api/v1/users/me/abuses".to_owned()),
        ("hidden videos", "/api/v1/videos/blacklist".to_owned()),
        ("threads", threads.clone()),
        ("threads far down", format!("{threads}?start=800&sort=createdAt")),
        ("busiest threads", format!("{threads}?sort=-totalReplies")),
        ("a thread", format!("{threads}/{busiest}")),
        ("a comment", comment.clone()),
        ("answers", format!("{comment}/replies?start=900")),
        ("page with comments", format!("/w/{}", commented["uuid"].as_str().unwrap())),
        ("comments", all.to_owned()),
        ("comments far down", format!("{all}?start=15000&sort=createdAt")),
        ("comments that wait", format!("{all}?isHeldForReview=true")),
        ("comments that do not wait", format!("{all}?isHeldForReview=false")),
        ("comments of a video", format!("{all}?videoId={}", commented["id"])),
        ("comments of a group", format!("{all}?videoChannelId={}", commented["channel"]["id"])),
        (
            "comments that wait in a group",
            format!("{all}?videoChannelId={}&isHeldForReview=true", commented["channel"]["id"]),
        ),
        ("search of comments", format!("{all}?search=comment")),
        ("comments of an account", format!("{all}?searchAccount=a77")),
        ("comments of named videos", format!("{all}?searchVideo=film%207")),
        ("comments on my videos", "/api/v1/users/me/videos/comments".into()),
        ("what goes with me", "/api/v1/users/me/deletion".into()),
        ("feed of comments", "/feeds/video-comments.xml".into()),
        (
            "feed of a video",
            format!("/feeds/video-comments.xml?videoId={}", commented["uuid"].as_str().unwrap()),
        ),
    ]);
    for sort in [
        "comments",
        "createdAt",
        "originallyPublishedAt",
        "views",
        "likes",
        "trending",
        "hot",
        "best",
        "name",
        "duration",
        "localVideoFilesSize",
    ] {
        requests.push(("sorted list", format!("/api/v1/videos?sort=-{sort}&nsfw=false")));
    }
    for sort in ["createdAt", "views", "name", "localVideoFilesSize"] {
        requests.push(("every video", format!("/api/v1/videos?sort=-{sort}&include=1&nsfw=both")));
    }
    let details = server.json(&video).await;
    for key in ["fileUrl", "fileDownloadUrl", "torrentUrl"] {
        let address = details["files"][0][key].as_str().unwrap().strip_prefix(&server.base).unwrap();
        requests.push((key, address.to_owned()));
    }
    let mut run: BTreeMap<String, &str> = BTreeMap::new();
    for (what, path) in &requests {
        RUN.lock().unwrap().clear();
        let status = admin.get(path).await.status();
        assert!([200, 404, 503].contains(&status.as_u16()), "{what} {path}: {status}");
        for sql in RUN.lock().unwrap().drain(..) {
            run.entry(sql).or_insert(what);
        }
    }
    assert!(run.len() > 30, "statements are written down: {run:?}");
    let mut wrong = Vec::new();
    for (sql, what) in run {
        let explain = format!("explain query plan {sql}");
        let plan = server
            .app
            .db
            .read(move |conn| {
                let mut statement = conn.prepare(&explain)?;
                let mut rows = statement.raw_query();
                let mut plan = Vec::new();
                while let Some(row) = rows.next()? {
                    plan.push(row.get::<_, String>(3)?);
                }
                Ok(plan)
            })
            .await
            .unwrap();
        let faults = faults(&sql, &plan);
        if !faults.is_empty() && !MAY.iter().any(|(part, _)| sql.contains(part)) {
            wrong.push(format!("{what}: {faults:?}\n  {sql}\n  {}", plan.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n\n"));
    server.stop().await;
}

/// The newest of five hundred groups, as somebody follows them: merged out of what each has in order, so that neither
/// what they published in all these years is read for a page, nor what others published.
#[tokio::test(flavor = "multi_thread")]
async fn a_feed_of_many_groups_is_merged() {
    let server = Server::start().await;
    server.app.db.write(|tx| Ok(fill(tx)?)).await.unwrap();
    let groups = "select id from groups where id % 2 = 0";
    // Half of these sent what lies in a followed group too: it comes once.
    let authors = "select author_id from videos where author_id % 3 = 0";
    for (descending, sort, time, authors) in [
        (true, Sort::PublishedAt, "published_at", None),
        (false, Sort::PublishedAt, "published_at", Some(authors)),
        (true, Sort::PublishedAt, "published_at", Some(authors)),
        (true, Sort::CreatedAt, "created_at", Some(authors)),
    ] {
        let (plan, total, pages, whole) = server
            .app
            .db
            .read(move |conn| {
                let ids = |sql: &str| -> kiosque::Result<Vec<i64>> {
                    let mut statement = conn.prepare(sql)?;
                    let rows = statement.query_map([], |row| row.get(0))?;
                    Ok(rows.collect::<rusqlite::Result<_>>()?)
                };
                let followed = authors.unwrap_or("select 0");
                let mut filter = Filter {
                    scope: Scope::Feed {
                        groups: ids(groups)?,
                        authors: authors.map(ids).transpose()?.unwrap_or_default(),
                    },
                    viewer: Viewer { account: Some(1), moderates: false },
                    sensitive: Some(false),
                    sort,
                    descending,
                    count: 100,
                    ..Filter::default()
                };
                let plan = videos::explain(conn, &filter)?;
                let mut pages = Vec::new();
                for start in [0, 100, 4_950] {
                    filter.start = start;
                    pages.extend(videos::list(conn, &filter)?.videos.into_iter().map(|video| video.id));
                }
                let order = if descending { "desc" } else { "asc" };
                let whole = ids(&format!(
                    "select id from videos where group_id in ({groups}) or author_id in ({followed})
                     order by {time} {order}, id {order}"
                ))?;
                let total = videos::list(conn, &filter)?.total;
                Ok((plan, total, pages, whole))
            })
            .await
            .unwrap();
        let text = plan.join("\n");
        assert_eq!(total, Some(whole.len() as u64));
        assert!(whole.len() == if authors.is_some() { 6_670 } else { 5_000 }, "{}", whole.len());
        let expected: Vec<i64> = [&whole[..200], &whole[4_950..whole.len().min(5_050)]].concat();
        assert_eq!(pages, expected, "{sort:?} {descending}");
        assert!(!text.contains("SCAN videos"), "{text}");
        let (of_group, of_author) = if sort == Sort::PublishedAt {
            ("videos_of_group", "videos_of_author")
        } else {
            ("videos_of_group_by_creation", "videos_of_author_created")
        };
        let beyond = |index, column| format!("USING COVERING INDEX {index} ({column}=? AND");
        assert!(text.contains(&beyond(of_group, "group_id")), "{text}");
        assert_eq!(text.contains(&beyond(of_author, "author_id")), authors.is_some(), "{text}");
    }
    server.stop().await;
}
