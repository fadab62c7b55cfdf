//! Videos that need no making: their rows are written by the same functions as if they had been made.

use super::{Server, people::Person};
use kiosque::{
    jobs,
    storage::Storage,
    videos::{
        self, Kept, NewVideo, Video,
        making::{self, Picture, PictureKind, Playlists, Probed, Rendition, Whole},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Seconds of such a video.
pub const SECONDS: u64 = 10;

/// What a film is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Film {
    /// 1280 by 720.
    Wide,
    /// 720 by 1280.
    Vertical,
    /// No picture.
    Sound,
}

impl Film {
    fn size(self) -> Option<(u32, u32)> {
        match self {
            Self::Wide => Some((1280, 720)),
            Self::Vertical => Some((720, 1280)),
            Self::Sound => None,
        }
    }

    fn renditions(self) -> Vec<Rendition> {
        match self {
            Self::Wide => vec![rendition(720, (1280, 720)), rendition(360, (640, 360))],
            Self::Vertical => vec![rendition(720, (720, 1280)), rendition(360, (360, 640))],
            Self::Sound => vec![rendition(0, (0, 0))],
        }
    }
}

impl Server {
    /// A published video of this person's first group. `fields` are those of an upload.
    pub async fn db_video(&self, person: &Person, fields: Value) -> Video {
        self.db_film(person, fields, Film::Wide).await
    }

    /// The same of another form.
    pub async fn db_film(&self, person: &Person, fields: Value, film: Film) -> Video {
        let video = self.db_unmade_video(person, fields).await;
        let (id, now) = (video.id, self.app.clock.now());
        let renditions = film.renditions();
        self.app
            .db
            .write(move |tx| {
                making::probed(tx, now, id, &probed(film, renditions.clone()))?;
                jobs::cancel_subject(tx, now, &jobs::video_subject(id))?;
                let playlists = Playlists {
                    master: format!("{}-master.m3u8", Uuid::new_v4()),
                    hashes: Some(format!("{}-segments-sha256.json", Uuid::new_v4())),
                    growing: false,
                };
                making::playlists_written(tx, now, id, &playlists, str::to_owned)?;
                for rendition in &renditions {
                    making::rendition_ready(tx, now, id, &whole(rendition))?;
                }
                let best = renditions[0].clone();
                let web = Rendition {
                    file: format!("{}-{}.mp4", Uuid::new_v4(), best.resolution),
                    playlist: None,
                    size: Some(900),
                    ..best
                };
                making::progressive_ready(tx, now, id, &web)?;
                let pictures = [
                    (PictureKind::Thumbnail, 280, 157, None),
                    (PictureKind::Preview, 850, 480, None),
                    (PictureKind::Storyboard, 1920, 108, Some((192, 108, 1))),
                ];
                let pictures = &pictures[..if film == Film::Sound { 2 } else { 3 }];
                for (kind, width, height, sprites) in pictures.iter().copied() {
                    let file = format!("{}.jpg", Uuid::new_v4());
                    let picture = Picture { kind, file, width, height, sprites };
                    making::put_picture(tx, now, id, &picture, false, str::to_owned)?;
                }
                // Nothing is to be made, and there is no file that could be.
                jobs::cancel_subject(tx, now, &jobs::video_subject(id))?;
                videos::by_id(tx, id)
            })
            .await
            .unwrap()
    }

    /// A video of which it is known what to make: two renditions, of which so many are whole. No job makes the others.
    pub async fn db_planned_video(&self, person: &Person, fields: Value, whole_ones: usize) -> Video {
        let video = self.db_unmade_video(person, fields).await;
        let (id, now) = (video.id, self.app.clock.now());
        self.app
            .db
            .write(move |tx| {
                let renditions = Film::Wide.renditions();
                making::probed(tx, now, id, &probed(Film::Wide, renditions.clone()))?;
                for rendition in renditions.iter().take(whole_ones) {
                    making::rendition_ready(tx, now, id, &whole(rendition))?;
                }
                jobs::cancel_subject(tx, now, &jobs::video_subject(id))?;
                videos::by_id(tx, id)
            })
            .await
            .unwrap()
    }

    /// Puts bytes where the rows of a video say that its files lie; the names of its largest HLS file and of its master.
    pub async fn put_files(&self, video: &Video) -> (String, String) {
        let video = video.clone();
        let (uuid, db) = (video.uuid, &self.app.db);
        let (files, playlist, kept) = db
            .read(move |conn| {
                let playlist = videos::playlist(conn, video.id)?.unwrap();
                Ok((videos::media_files(conn, video.id)?, playlist, videos::kept(conn, &video)?))
            })
            .await
            .unwrap();
        let put = |relative: String, bytes: &[u8]| {
            let path = self.app.storage.path(&relative).unwrap();
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        for kept in kept {
            match kept {
                Kept::Source(file) => put(Storage::source(&file), &[5; 1000]),
                Kept::Progressive(file) => put(Storage::web_video(&file), &[7; 900]),
                Kept::Picture(file) => put(Storage::picture(&file), &[9; 100]),
                Kept::Caption(file) => put(Storage::caption(&file), b"WEBVTT\n"),
                Kept::Hls(_) | Kept::HlsFile(..) | Kept::HlsRecord(..) | Kept::Upload(_) => {}
            }
        }
        let mut master = "#EXTM3U\n".to_owned();
        for file in files.iter().filter(|file| file.hls) {
            put(Storage::hls(uuid, &file.file), &[7; 1000]);
            let name = file.playlist.clone().unwrap();
            let text = format!(
                "#EXTM3U\n#EXT-X-MAP:URI=\"{0}\",BYTERANGE=\"10@0\"\n#EXTINF:10,\n#EXT-X-BYTERANGE:990@10\n{0}\n#EXT-X-ENDLIST\n",
                file.file
            );
            put(Storage::hls(uuid, &name), text.as_bytes());
            master.push_str(&format!("#EXT-X-STREAM-INF:BANDWIDTH=1\n{name}\n"));
        }
        put(Storage::hls(uuid, &playlist.master), master.as_bytes());
        put(Storage::hls(uuid, &playlist.hashes.unwrap()), b"{}");
        (files.iter().find(|file| file.hls).unwrap().file.clone(), playlist.master)
    }

    /// Hashes the files of a video for its torrents, as the server does when one is whole.
    pub async fn hash_files(&self, video: &Video) {
        let (id, now) = (video.id, self.app.clock.now());
        let job = jobs::Job::Torrents { video: id };
        self.app.db.write(move |tx| jobs::enqueue(tx, now, &job)).await.unwrap();
        super::until("files to be hashed", || async {
            let files = self.app.db.read(move |conn| videos::media_files(conn, id)).await.unwrap();
            files.iter().all(|file| file.info_hash.is_some()).then_some(())
        })
        .await;
    }

    /// A video of which nothing is made yet, nor ever will be.
    pub async fn db_unmade_video(&self, person: &Person, mut fields: Value) -> Video {
        if fields.get("channelId").is_none() {
            fields["channelId"] = person.group_id().await.into();
        }
        let (account, now) = (person.account_id, self.app.clock.now());
        self.app
            .db
            .write(move |tx| {
                let video = videos::create(tx, now, account, &NewVideo::read(&fields)?)?;
                let file = format!("{}.mp4", Uuid::new_v4());
                making::source_received(tx, now, video.id, &file, "choir.mp4", 1_000_000, None)?;
                jobs::cancel_subject(tx, now, &jobs::video_subject(video.id))?;
                videos::by_id(tx, video.id)
            })
            .await
            .unwrap()
    }
}

fn probed(film: Film, renditions: Vec<Rendition>) -> Probed {
    Probed {
        duration_ms: SECONDS * 1000,
        displayed: film.size(),
        info: json!({"video": {"fps": 30.0}}),
        plan: json!({}),
        renditions,
        chapters: Vec::new(),
        first_alone: false,
    }
}

fn rendition(resolution: u32, (width, height): (u32, u32)) -> Rendition {
    let name = Uuid::new_v4();
    Rendition {
        resolution,
        width,
        height,
        fps: if resolution > 0 { 30 } else { 0 },
        file: format!("{name}-{resolution}-fragmented.mp4"),
        playlist: Some(format!("{name}-{resolution}.m3u8")),
        codecs: Some("avc1.64001f,mp4a.40.2".to_owned()),
        has_video: resolution > 0,
        has_audio: true,
        copied: false,
        size: None,
        bit_rate: None,
    }
}

fn whole(rendition: &Rendition) -> Whole {
    Whole {
        resolution: rendition.resolution,
        width: rendition.width,
        height: rendition.height,
        fps: rendition.fps,
        codecs: "avc1.64001f,mp4a.40.2".to_owned(),
        has_video: rendition.has_video,
        has_audio: true,
        size: 1000,
        bit_rate: 800,
        duration_ms: SECONDS * 1000,
    }
}
