//! The playlists of a video while its renditions are being made.

use crate::{
    error::{Error, Result},
    ids,
    media::{
        hls::{self, Segment, Variant},
        ladder::Plan,
        record::Whole,
    },
    storage::Storage,
    videos::making::{Playlists, Rendition},
};
use std::collections::{BTreeMap, BTreeSet};

/// What is there of each rendition.
pub(super) struct Growing {
    storage: Storage,
    folder: String,
    tracks: BTreeMap<u32, Track>,
    passes: Vec<Vec<u32>>,
    /// Resolutions in the master playlist as last written.
    listed: BTreeSet<u32>,
}

struct Track {
    file: String,
    playlist: String,
    codecs: String,
    size: (u32, u32),
    fps: f64,
    header_len: u64,
    segments: Vec<Segment>,
    /// Since the playlist was written.
    dirty: bool,
    whole: bool,
    /// Whole before this run began: everything of it is written.
    written: bool,
}

impl Track {
    fn is_sound(&self) -> bool {
        self.size.0 == 0
    }

    fn milliseconds(&self) -> u64 {
        self.segments.iter().map(|segment| segment.duration_ms).sum()
    }

    fn variant(&self, resolution: u32) -> Variant {
        let bytes = self.header_len + self.segments.iter().map(|segment| segment.len).sum::<u64>();
        Variant {
            resolution,
            playlist: self.playlist.clone(),
            bandwidth: bytes.saturating_mul(8000) / self.milliseconds().max(1),
            width: self.size.0,
            height: self.size.1,
            frame_rate: self.fps,
            codecs: self.codecs.clone(),
        }
    }
}

impl Growing {
    pub(super) fn new(storage: Storage, folder: String, renditions: &[Rendition], plan: &Plan) -> Self {
        let track = |rendition: &Rendition| Track {
            file: rendition.file.clone(),
            playlist: rendition.playlist.clone().unwrap_or_default(),
            codecs: rendition.codecs.clone().unwrap_or_default(),
            size: (rendition.width, rendition.height),
            fps: f64::from(rendition.fps),
            header_len: 0,
            segments: Vec::new(),
            dirty: false,
            whole: rendition.size.is_some(),
            written: rendition.size.is_some(),
        };
        Self {
            storage,
            folder,
            tracks: renditions.iter().map(|rendition| (rendition.resolution, track(rendition))).collect(),
            passes: plan.passes.clone(),
            listed: BTreeSet::new(),
        }
    }

    pub(super) fn header(
        &mut self,
        resolution: u32,
        codecs: String,
        size: (u32, u32),
        fps: f64,
        header_len: u64,
    ) {
        if let Some(track) = self.tracks.get_mut(&resolution) {
            track.codecs = codecs;
            track.size = size;
            track.fps = fps;
            track.header_len = header_len;
            // What follows is told from the first fragment on.
            track.segments.clear();
        }
    }

    /// Adds a fragment; whether it was the last one that a pass lacked to be shown.
    pub(super) fn fragment(
        &mut self,
        resolution: u32,
        offset: u64,
        len: u64,
        duration_ms: u64,
        sha256: String,
    ) -> bool {
        let Some(track) = self.tracks.get_mut(&resolution) else { return false };
        track.segments.push(Segment { offset, len, duration_ms, sha256 });
        track.dirty = !track.written;
        let first = track.segments.len() == 1;
        first && !self.listed.contains(&resolution) && !self.showable().is_subset(&self.listed)
    }

    /// The rendition is whole: its growing playlist is not written any more.
    pub(super) fn whole(&mut self, resolution: u32) {
        if let Some(track) = self.tracks.get_mut(&resolution) {
            track.whole = true;
            track.dirty = false;
        }
    }

    /// What was told of a rendition does not count any more.
    pub(super) fn begin_anew(&mut self, resolution: u32) {
        if let Some(track) = self.tracks.get_mut(&resolution) {
            track.segments.clear();
            track.dirty = false;
        }
    }

    /// What a master playlist may list now. Once something with pictures is whole, only what is whole: a player that
    /// changes from a whole rendition to one that still grows would jump back. Before, every pass of which each rung
    /// has begun.
    fn showable(&self) -> BTreeSet<u32> {
        let only_sound = self.tracks.values().all(Track::is_sound);
        let written: BTreeSet<u32> = self
            .tracks
            .iter()
            .filter(|(_, track)| track.written)
            .map(|(resolution, _)| *resolution)
            .collect();
        let enough = written.iter().any(|resolution| *resolution > 0 || only_sound);
        if enough {
            return written;
        }
        let begun =
            |resolution: &u32| self.tracks.get(resolution).is_some_and(|track| !track.segments.is_empty());
        let passes = self.passes.iter().filter(|pass| pass.iter().all(begun));
        let growing: BTreeSet<u32> = passes.flatten().copied().collect();
        // Sound alone is made before the pictures, and is not what a film is watched for.
        if growing.iter().any(|resolution| *resolution > 0 || only_sound) {
            &growing | &written
        } else {
            BTreeSet::new()
        }
    }

    /// Writes the playlists that have grown; and a new master playlist when more can be listed, whose names are
    /// answered.
    pub(super) async fn write_growing(&mut self) -> Result<Option<Playlists>> {
        let mut texts = Vec::new();
        for track in self.tracks.values_mut().filter(|track| track.dirty && track.header_len > 0) {
            track.dirty = false;
            let text = hls::resolution_playlist(&track.file, track.header_len, &track.segments, false);
            texts.push((track.playlist.clone(), text));
        }
        let showable = self.showable();
        let mut names = None;
        if !showable.is_empty() && !showable.is_subset(&self.listed) {
            self.recall(&showable).await?;
            let master = hls::master_name(ids::new_uuid());
            texts.push((master.clone(), self.master(&showable)));
            self.listed = showable;
            names = Some(Playlists { master, hashes: None, growing: true });
        }
        // Not synced: after a power cut a new run writes them all again.
        self.write(texts, false).await?;
        Ok(names)
    }

    /// Writes the final playlists of renditions, and a new master playlist with its list of hashes, whose names are
    /// answered; nothing while there is nothing to watch yet.
    pub(super) async fn write_whole(&mut self, fresh: &[Whole]) -> Result<Option<Playlists>> {
        let mut texts = Vec::new();
        for whole in fresh {
            let Some(track) = self.tracks.get_mut(&whole.resolution) else { continue };
            track.codecs.clone_from(&whole.codecs);
            track.size = (whole.width, whole.height);
            track.fps = whole.fps;
            track.whole = true;
            track.written = true;
            track.dirty = false;
            let text = hls::resolution_playlist(&track.file, track.header_len, &track.segments, true);
            texts.push((track.playlist.clone(), text));
        }
        let showable = self.showable();
        if showable.is_empty() {
            self.write(texts, true).await?;
            return Ok(None);
        }
        self.recall(&showable).await?;
        let growing =
            showable.iter().filter_map(|resolution| self.tracks.get(resolution)).any(|track| !track.written);
        let uuid = ids::new_uuid();
        let master = hls::master_name(uuid);
        texts.push((master.clone(), self.master(&showable)));
        // A player does without hashes, but not with a list that lacks what it plays.
        let hashes = (!growing).then(|| hls::hashes_name(uuid));
        if let Some(name) = &hashes {
            let files: Vec<_> = showable
                .iter()
                .filter_map(|resolution| self.tracks.get(resolution))
                .map(|track| (track.file.clone(), track.segments.clone()))
                .collect();
            texts.push((name.clone(), hls::hashes(&files)));
        }
        self.listed = showable;
        self.write(texts, true).await?;
        Ok(Some(Playlists { master, hashes, growing }))
    }

    /// Reads again what an earlier run made and this one did not tell.
    async fn recall(&mut self, resolutions: &BTreeSet<u32>) -> Result<()> {
        for resolution in resolutions {
            let Some(track) = self.tracks.get_mut(resolution).filter(|track| track.segments.is_empty())
            else {
                continue;
            };
            let path = self.storage.path(&format!("{}/{}", self.folder, track.file))?;
            let record = tokio::task::spawn_blocking(move || crate::media::record::Record::read(&path));
            if let Some(record) = record.await.map_err(Error::internal)? {
                track.header_len = record.heading.header_len;
                track.segments = record.segments();
            }
        }
        Ok(())
    }

    fn master(&self, resolutions: &BTreeSet<u32>) -> String {
        let variants: Vec<Variant> = resolutions
            .iter()
            .filter_map(|resolution| Some(self.tracks.get(resolution)?.variant(*resolution)))
            .collect();
        hls::master_playlist(&variants, false)
    }

    async fn write(&self, texts: Vec<(String, String)>, whole: bool) -> Result<()> {
        if texts.is_empty() {
            return Ok(());
        }
        let (storage, folder) = (self.storage.clone(), self.folder.clone());
        tokio::task::spawn_blocking(move || {
            for (name, text) in texts {
                let path = format!("{folder}/{name}");
                if whole {
                    storage.write_whole(&path, text.as_bytes())?;
                } else {
                    storage.replace(&path, text.as_bytes())?;
                }
            }
            Ok(())
        })
        .await
        .map_err(Error::internal)?
    }
}
