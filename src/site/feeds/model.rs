//! What feeds tell, before it is written in one form or another.

use crate::{clock::Timestamp, site::film::Film, urls::Urls};

/// What a feed says of itself.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    /// Its title.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Page that shows the same.
    pub page: String,
    /// Its own address.
    pub address: String,
    /// Picture of the group or instance, absolute.
    pub image: Option<String>,
    /// Two letters.
    pub language: String,
    /// Who answers for it.
    pub author: Option<Person>,
    /// When it was written.
    pub now: Timestamp,
    /// Name and version of this program.
    pub generator: String,
}

/// An account or group with its page.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Name for people.
    pub name: String,
    /// Page.
    pub page: String,
    /// Picture, absolute.
    pub image: Option<String>,
}

/// One film in a feed, or what somebody says about one.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Title.
    pub title: String,
    /// Page, which is also its id.
    pub page: String,
    /// Page for frames.
    pub embed: String,
    /// It is a film.
    pub film: bool,
    /// ActivityPub id.
    pub id: String,
    /// When it was published.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Plain text, short.
    pub summary: String,
    /// HTML, clean.
    pub html: String,
    /// The group.
    pub author: Person,
    /// Category in English, as in PeerTube's feeds.
    pub category: Option<String>,
    /// Language of the film.
    pub language: Option<String>,
    /// Seconds.
    pub duration: u64,
    /// Views.
    pub views: u64,
    /// Marked as sensitive.
    pub sensitive: bool,
    /// Files, the best first; the first is the enclosure.
    pub files: Vec<File>,
    /// Master playlist, absolute.
    pub hls: Option<String>,
    /// Large picture, absolute.
    pub preview: Option<String>,
    /// Small picture, absolute.
    pub thumbnail: Option<String>,
    /// Language and address of captions.
    pub captions: Vec<(String, String)>,
    /// Address of the chapters as JSON, when there are any.
    pub chapters: Option<String>,
    /// Where viewers meet.
    pub tracker: Option<String>,
}

/// A file that can be downloaded.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Absolute address.
    pub address: String,
    /// Bytes.
    pub size: u64,
    /// `video/mp4` or `audio/mp4`.
    pub media_type: &'static str,
    /// `720p`, or `Audio only`.
    pub label: String,
    /// Pixels; 0 for sound.
    pub height: u32,
    /// Frames per second; 0 for sound.
    pub fps: u32,
    /// The same by BitTorrent.
    pub torrent: Option<Torrent>,
}

/// A file by BitTorrent.
#[derive(Debug, Clone, Default)]
pub struct Torrent {
    /// Address of the torrent.
    pub address: String,
    /// Names its swarm.
    pub magnet: String,
}

/// A film as feeds tell of it; `tracker` where viewers may help one another.
pub fn entry(film: &Film, urls: &Urls, tracker: bool) -> Entry {
    let tracker = tracker.then(|| urls.tracker_socket());
    // Clients take the first file: the largest that a phone plays without thinking.
    let mut files: Vec<_> = film
        .files
        .iter()
        .map(|file| File {
            torrent: file.torrent.as_ref().map(|(path, info_hash)| {
                let (address, seed) = (urls.absolute(path), urls.absolute(&file.path));
                let magnet = Urls::magnet(info_hash, &film.title, &address, &seed, tracker.as_deref());
                Torrent { address, magnet }
            }),
            address: urls.absolute(&file.path),
            size: file.size,
            media_type: file.media_type(),
            label: if file.has_video { format!("{}p", file.resolution) } else { "Audio only".to_owned() },
            height: file.resolution,
            fps: file.fps,
        })
        .collect();
    files.dedup_by_key(|file| file.height);
    Entry {
        film: true,
        title: film.title.clone(),
        page: urls.watch(film.uuid),
        embed: urls.embed(film.uuid),
        id: urls.video(film.uuid),
        published: film.published,
        updated: film.updated,
        summary: film.summary.clone(),
        html: film.html.clone(),
        author: Person {
            name: film.group_name.clone(),
            page: urls.group_page(&film.group),
            image: film.group_picture.as_ref().map(|path| urls.absolute(path)),
        },
        category: film.category.map(str::to_owned),
        language: film.language.clone(),
        duration: film.duration,
        views: film.views,
        sensitive: film.sensitive,
        files,
        hls: film.hls.as_ref().map(|path| urls.absolute(path)),
        preview: film.preview.as_ref().map(|(path, ..)| urls.absolute(path)),
        thumbnail: film.thumbnail.as_ref().map(|path| urls.absolute(path)),
        captions: film
            .captions
            .iter()
            .map(|(language, path)| (language.clone(), urls.absolute(path)))
            .collect(),
        chapters: film.has_chapters.then(|| urls.podcast_chapters(film.uuid)),
        tracker,
    }
}
