//! The only place that writes an address. Paths are PeerTube's where it has one, so that its clients and peers find
//! what they look for.

use crate::ids;
use std::net::SocketAddr;
use url::Url;
use uuid::Uuid;

/// Where an instance is found that was told nothing.
pub const LOCAL: &str = "http://localhost:8080";

/// A listening socket, as people type it into a browser on this machine.
pub fn listening(at: SocketAddr) -> String {
    if at.ip().is_unspecified() { format!("http://localhost:{}", at.port()) } else { format!("http://{at}") }
}

/// Where anyone may ask whether Kiosque answers.
pub const PING: &str = "/api/v1/ping";

/// Writes addresses under the public URL of this instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urls {
    base: String,
    host: String,
}

impl Urls {
    /// Style sheet with the colours that were chosen.
    pub const COLOURS: &str = "/look/colours.css";
    /// Style sheet that the administrator wrote.
    pub const STYLE: &str = "/look/style.css";

    /// Addresses under `base` (scheme, host and perhaps a port; a path is ignored).
    pub fn new(base: &Url) -> Self {
        let host = match (base.host_str(), base.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            _ => "localhost".to_owned(),
        };
        Self { base: format!("{}://{host}", base.scheme()), host }
    }

    /// Addresses under the host that a request named; `None` when that is none.
    pub fn of_host(host: &str, https: bool) -> Option<Self> {
        let scheme = if https { "https" } else { "http" };
        let url = Url::parse(&format!("{scheme}://{host}")).ok()?;
        (url.path() == "/" && url.username().is_empty() && url.query().is_none()).then(|| Self::new(&url))
    }

    /// Addresses under another host, for what came from there with no address of its own.
    #[must_use]
    pub fn elsewhere(&self, host: &str) -> Self {
        Self { base: format!("https://{host}"), host: host.to_owned() }
    }

    /// Scheme and host, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Host, with the port when it is not the scheme's own. What stands after `@` in a handle.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Host without a port: what stands after `@` in addresses for letters.
    pub fn name(&self) -> &str {
        match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => &self.host,
        }
    }

    /// Whether the public address is https.
    pub fn is_https(&self) -> bool {
        self.base.starts_with("https:")
    }

    /// Makes a path absolute.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// ActivityPub id of an account.
    pub fn account(&self, name: &str) -> String {
        format!("{}/accounts/{name}", self.base)
    }

    /// Name of a version of NodeInfo, as its specification has it.
    pub fn nodeinfo_schema(version: &str) -> String {
        format!("http://nodeinfo.diaspora.software/ns/schema/{version}")
    }

    /// Where other servers bring what is for several here at once.
    pub fn shared_inbox(&self) -> String {
        self.absolute("/inbox")
    }

    /// Where a server says whom a handle names; `None` when its host is none.
    pub fn webfinger(host: &str, resource: &str, https: bool) -> Option<Url> {
        let there = Self::of_host(host, https)?;
        Url::parse_with_params(&there.absolute("/.well-known/webfinger"), [("resource", resource)]).ok()
    }

    /// ActivityPub id of the act by which an actor lets somebody follow it, who has a number here.
    pub fn accept(&self, actor: &str, follower: i64) -> String {
        format!("{actor}/accepts/{follower}")
    }

    /// ActivityPub id of the act by which an account asks to follow, by the number of the following.
    pub fn follow(&self, account: &str, follow: i64) -> String {
        format!("{}/follows/{follow}", self.account(account))
    }

    /// ActivityPub id of the act by which a group, or the instance, told others of a video.
    pub fn announce(&self, uuid: Uuid, actor: &str) -> String {
        format!("{}/videos/watch/{uuid}/announces/{actor}", self.base)
    }

    /// Name of the key of an actor of this instance, by its address.
    pub fn key(&self, actor: &str) -> String {
        format!("{actor}#main-key")
    }

    /// ActivityPub id of a group.
    pub fn group(&self, name: &str) -> String {
        format!("{}/video-channels/{name}", self.base)
    }

    /// Page of a group.
    pub fn group_page(&self, name: &str) -> String {
        self.absolute(&Self::group_page_path(name))
    }

    /// Path of the page of a group.
    pub fn group_page_path(name: &str) -> String {
        format!("/@{name}")
    }

    /// Page of the playlists of a group.
    pub fn group_playlists_page(&self, name: &str) -> String {
        format!("{}/@{name}/playlists", self.base)
    }

    /// Page of the playlists of an account.
    pub fn account_playlists_page(&self, name: &str) -> String {
        format!("{}/a/{name}/playlists", self.base)
    }

    /// Page that lets people into a group by a link.
    pub fn group_invitation(&self, token: &str) -> String {
        format!("{}/join/{token}", self.base)
    }

    /// Page of an account.
    pub fn account_page(&self, name: &str) -> String {
        self.absolute(&Self::account_page_path(name))
    }

    /// Path of the page of an account.
    pub fn account_page_path(name: &str) -> String {
        format!("/a/{name}")
    }

    /// ActivityPub id of a video, and its long address.
    pub fn video(&self, uuid: Uuid) -> String {
        format!("{}/videos/watch/{uuid}", self.base)
    }

    /// ActivityPub id of a comment below a video.
    pub fn comment(&self, uuid: Uuid, id: i64) -> String {
        format!("{}/videos/watch/{uuid}/comments/{id}", self.base)
    }

    /// Page of a video, at one of its comments.
    pub fn comment_page(&self, uuid: Uuid, id: i64) -> String {
        format!("{}#comment-{id}", self.watch(uuid))
    }

    /// Comments below a video as RSS.
    pub fn comments_feed(&self, uuid: Uuid) -> String {
        format!("{}/feeds/video-comments.xml?videoId={uuid}", self.base)
    }

    /// Page of a video: the address that people share.
    pub fn watch(&self, uuid: Uuid) -> String {
        format!("{}/w/{}", self.base, ids::short(uuid))
    }

    /// ActivityPub id of a playlist, and its long address.
    pub fn playlist(&self, uuid: Uuid) -> String {
        format!("{}/video-playlists/{uuid}", self.base)
    }

    /// Path of the page of a playlist.
    pub fn playlist_page_path(uuid: Uuid) -> String {
        format!("/w/p/{}", ids::short(uuid))
    }

    /// Page of a playlist: the address that people share.
    pub fn playlist_page(&self, uuid: Uuid) -> String {
        self.absolute(&Self::playlist_page_path(uuid))
    }

    /// Path of the page of a playlist that begins with one of its films, by its place from 1.
    pub fn playlist_page_at(uuid: Uuid, position: i64) -> String {
        format!("/w/p/{}?playlistPosition={position}", ids::short(uuid))
    }

    /// Path of the page of a playlist that other sites frame.
    pub fn playlist_embed_path(uuid: Uuid) -> String {
        format!("/video-playlists/embed/{uuid}")
    }

    /// What a text names when it is the address of one of our playlists' pages.
    pub fn playlist_of_address<'t>(&self, text: &'t str) -> Option<&'t str> {
        let rest = text.trim().strip_prefix(&self.base)?;
        let begins = ["/w/p/", "/videos/watch/playlist/", "/video-playlists/embed/", "/video-playlists/"];
        let id = begins.iter().find_map(|begin| rest.strip_prefix(begin))?;
        id.split(['?', '#', '/', ';']).next().filter(|id| !id.is_empty())
    }

    /// Path of the page that other sites frame.
    pub fn embed_path(uuid: Uuid) -> String {
        format!("/videos/embed/{uuid}")
    }

    /// The same, absolute.
    pub fn embed(&self, uuid: Uuid) -> String {
        self.absolute(&Self::embed_path(uuid))
    }

    /// A file of a video's HLS: playlists, fragmented MP4, hashes. Private ones have a path of their own.
    pub fn hls_path(uuid: Uuid, private: bool, file: &str) -> String {
        let private = if private { "private/" } else { "" };
        format!("/static/streaming-playlists/hls/{private}{uuid}/{file}")
    }

    /// A progressive MP4.
    pub fn web_video_path(private: bool, file: &str) -> String {
        let private = if private { "private/" } else { "" };
        format!("/static/web-videos/{private}{file}")
    }

    /// An HLS rendition as an attachment. Named after the video, so that it stays the same when the file is made anew.
    pub fn hls_download_path(uuid: Uuid, resolution: u32) -> String {
        format!("/download/streaming-playlists/hls/videos/{uuid}-{resolution}-fragmented.mp4")
    }

    /// A progressive MP4 as an attachment.
    pub fn web_video_download_path(uuid: Uuid, resolution: u32) -> String {
        format!("/download/web-videos/{uuid}-{resolution}.mp4")
    }

    /// A picture or caption: `kind` is `thumbnails`, `previews`, `avatars`, `banners`, `video-captions`, `torrents` or `storyboards`.
    pub fn lazy_static_path(kind: &str, file: &str) -> String {
        format!("/lazy-static/{kind}/{file}")
    }

    /// Name of the torrent of a media file, as PeerTube derives it.
    pub fn torrent_name(file: &str) -> String {
        let stem = file.strip_suffix(".mp4").unwrap_or(file);
        match stem.strip_suffix("-fragmented") {
            Some(stem) => format!("{stem}-hls.torrent"),
            None => format!("{stem}.torrent"),
        }
    }

    /// The media file that a torrent of this name is of.
    pub fn file_of_torrent(name: &str) -> Option<String> {
        let stem = name.strip_suffix(".torrent")?;
        Some(match stem.strip_suffix("-hls") {
            Some(stem) => format!("{stem}-fragmented.mp4"),
            None => format!("{stem}.mp4"),
        })
    }

    /// A torrent as an attachment.
    pub fn torrent_download_path(name: &str) -> String {
        format!("/download/torrents/{name}")
    }

    /// The address of a swarm (BEP 9), with the torrent itself, the server as its web seed, and where viewers meet.
    pub fn magnet(info_hash: &str, title: &str, torrent: &str, seed: &str, tracker: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("xs", torrent).append_pair("dn", title);
        if let Some(tracker) = tracker {
            query.append_pair("tr", tracker);
        }
        query.append_pair("ws", seed);
        format!("magnet:?xt=urn:btih:{info_hash}&{}", query.finish())
    }

    /// The whole description of a video.
    pub fn video_description_path(uuid: Uuid) -> String {
        format!("/api/v1/videos/{uuid}/description")
    }

    /// What a media file holds.
    pub fn video_metadata_path(uuid: Uuid, file: i64) -> String {
        format!("/api/v1/videos/{uuid}/metadata/{file}")
    }

    /// The file as it was sent, as an attachment.
    pub fn original_download_path(file: &str) -> String {
        format!("/download/original-video-files/{file}")
    }

    /// What a text names when it is the address of one of our videos' pages: the part that stands for the video.
    pub fn video_of_address<'t>(&self, text: &'t str) -> Option<&'t str> {
        let rest = text.trim().strip_prefix(&self.base)?;
        let id =
            ["/w/", "/videos/watch/", "/videos/embed/"].iter().find_map(|begin| rest.strip_prefix(begin))?;
        id.split(['?', '#', '/', ';']).next().filter(|id| !id.is_empty())
    }

    /// What other sites ask for the frame of a page.
    pub fn oembed(&self, page: &str) -> String {
        let page: String =
            percent_encoding::utf8_percent_encode(page, percent_encoding::NON_ALPHANUMERIC).collect();
        format!("{}/services/oembed?url={page}", self.base)
    }

    /// Path of the page of a video.
    pub fn watch_path(uuid: Uuid) -> String {
        format!("/w/{}", ids::short(uuid))
    }

    /// The name in a handle of ours: `name`, or `name@host` with our own host.
    pub fn local_name<'h>(&self, handle: &'h str) -> &'h str {
        match handle.split_once('@') {
            Some((name, host)) if host == self.host => name,
            _ => handle,
        }
    }

    /// All videos as RSS.
    pub fn feed(&self) -> String {
        self.absolute("/feeds/videos.xml")
    }

    /// Videos of a group as RSS.
    pub fn group_feed(&self, name: &str) -> String {
        format!("{}/feeds/videos.xml?videoChannelName={name}", self.base)
    }

    /// Chapters of a video as podcast clients read them.
    pub fn podcast_chapters(&self, uuid: Uuid) -> String {
        format!("{}/feeds/podcast/chapters/{uuid}", self.base)
    }

    /// Where players meet: the WebSocket of the tracker.
    pub fn tracker_socket(&self) -> String {
        format!("{}/tracker/socket", self.base.replacen("http", "ws", 1))
    }

    /// Where the pieces of an upload are to be sent: relative to the scheme, as PeerTube's clients expect, at the host that
    /// the client used.
    pub fn resumable_upload(host: &str, id: &str) -> String {
        format!("//{host}/api/v1/videos/upload-resumable?upload_id={id}")
    }

    /// Where the pieces of another file of a video are sent.
    pub fn resumable_source(host: &str, video: Uuid, id: &str) -> String {
        format!("//{host}/api/v1/videos/{video}/source/replace-resumable?upload_id={id}")
    }

    /// Page where a new password is chosen, as PeerTube's letters name it.
    pub fn new_password(&self, account: i64, token: &str) -> String {
        format!("{}/reset-password?userId={account}&verificationString={token}", self.base)
    }

    /// Page where a forgotten password is asked for.
    pub fn forgotten_password(&self) -> String {
        self.absolute("/forgot-password")
    }

    /// Page that proves the address of an account: that which it has, or with `pending` that which it wants.
    pub fn prove_email(&self, account: i64, token: &str, pending: bool) -> String {
        let pending = if pending { "&isPendingEmail=true" } else { "" };
        format!("{}/verify-account/email?userId={account}&verificationString={token}{pending}", self.base)
    }

    /// Page that proves the address of somebody who wants an account.
    pub fn prove_registration(&self, registration: i64, token: &str) -> String {
        format!("{}/verify-account/email?registrationId={registration}&verificationString={token}", self.base)
    }

    /// Page where it is decided who gets an account.
    pub fn registrations(&self) -> String {
        self.absolute("/admin/registrations")
    }

    /// Page of what one is told.
    pub fn notifications(&self) -> String {
        format!("{}/my/notifications", self.base)
    }

    /// Page where one chooses what to be told.
    pub fn notification_choices(&self) -> String {
        self.absolute(&Self::notification_choices_path())
    }

    /// The same without the host.
    pub fn notification_choices_path() -> String {
        "/my/notifications?part=choices".to_owned()
    }

    /// Stops the letters with what somebody is told.
    pub fn stop_letters(&self, account: i64, token: &str) -> String {
        format!("{}/letters/stop?account={account}&token={token}", self.base)
    }

    /// Page of one's own reports.
    pub fn my_reports(&self) -> String {
        format!("{}/my/reports", self.base)
    }

    /// Page of a report, for those who look after the instance.
    pub fn report(&self, id: i64) -> String {
        format!("{}/admin/reports?id={id}", self.base)
    }

    /// Page of videos that are hidden, and of those that wait to be looked at.
    pub fn hidden_videos(&self) -> String {
        format!("{}/admin/hidden", self.base)
    }

    /// Page of one's own videos, and of those that one is offered.
    pub fn my_videos(&self) -> String {
        format!("{}/my/videos", self.base)
    }

    /// Page where one answers invitations into groups.
    pub fn my_invitations(&self) -> String {
        format!("{}/my/settings?part=groups", self.base)
    }

    /// Page of the people of a group, for those who look after it.
    pub fn group_people(&self, name: &str) -> String {
        format!("{}/my/groups/{name}", self.base)
    }

    /// Page of those who ask to come into a group, for the same.
    pub fn group_requests(&self, name: &str) -> String {
        format!("{}/my/groups/{name}/requests", self.base)
    }

    /// Page where people sign in.
    pub fn sign_in(&self) -> String {
        self.absolute("/sign-in")
    }

    /// The one-time link that claims a new instance.
    pub fn setup(&self, token: &str) -> String {
        format!("{}/setup?token={token}", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_keep_a_port_of_their_own() {
        let urls = Urls::new(&Url::parse("http://localhost:8080/").unwrap());
        assert_eq!((urls.base(), urls.host()), ("http://localhost:8080", "localhost:8080"));
        assert_eq!(urls.name(), "localhost");
        assert_eq!(urls.tracker_socket(), "ws://localhost:8080/tracker/socket");
        for file in ["a-720-fragmented.mp4", "a-720.mp4"] {
            assert_eq!(Urls::file_of_torrent(&Urls::torrent_name(file)).as_deref(), Some(file));
        }
        let urls = Urls::new(&Url::parse("https://tube.example:443/x").unwrap());
        assert_eq!((urls.base(), urls.host()), ("https://tube.example", "tube.example"));
        assert_eq!(urls.tracker_socket(), "wss://tube.example/tracker/socket");
    }
}
