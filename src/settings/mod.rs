//! What an administrator chooses in the browser, kept in the database: one typed document per section. What belongs to
//! the machine is in [`crate::config`].

mod store;

use crate::error::{Error, Result};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

/// All sections. In an answer every field is there; a change names those that it is about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Name and texts.
    #[schema(required)]
    pub instance: InstanceSettings,
    /// Which renditions are made.
    #[schema(required)]
    pub transcoding: TranscodingSettings,
    /// What may be sent.
    #[schema(required)]
    pub uploads: UploadSettings,
    /// Viewers who help each other.
    #[schema(required)]
    pub p2p: P2pSettings,
    /// How people get an account.
    #[schema(required)]
    pub signup: SignupSettings,
}

/// Who we are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceSettings {
    /// Name in the head of every page.
    #[schema(required)]
    pub name: String,
    /// One line.
    #[schema(required)]
    pub short_description: String,
    /// Markdown.
    #[schema(required)]
    pub description: String,
    /// Terms of use, Markdown.
    #[schema(required)]
    pub terms: String,
    /// Language of pages for visitors who ask for none of ours: `fr` or `en`.
    #[schema(required)]
    pub language: String,
    /// Address chosen at set-up; the configuration's counts more.
    #[schema(required)]
    pub public_url: Option<Url>,
}

/// Which renditions are made of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct TranscodingSettings {
    /// Short sides of the ladder, 0 for sound only. Never above the source's own.
    #[schema(required)]
    pub resolutions: Vec<u32>,
    /// Frames per second at most.
    #[schema(required)]
    pub max_fps: u32,
    /// A source fit for copying may have this many times the bit rate of its rung.
    #[schema(required)]
    pub copy_factor: f64,
    /// Also make a progressive MP4, for download and old players.
    #[schema(required)]
    pub progressive: bool,
    /// Keep the file as it was sent.
    #[schema(required)]
    pub keep_original: bool,
}

/// What may be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadSettings {
    /// Bytes of one file.
    #[schema(required)]
    pub max_file_size: u64,
    /// Bytes of a new account in all; -1 without limit.
    #[schema(required)]
    pub default_quota: i64,
    /// Bytes of a new account in a day; -1 without limit.
    #[schema(required)]
    pub default_quota_daily: i64,
    /// Bytes of the disk that uploads leave free, for what is made of them. A sixteenth of it is left free in any case.
    #[schema(required)]
    pub reserve: u64,
    /// Groups one account may make.
    #[schema(required)]
    pub groups_per_account: u32,
}

/// Viewers who help each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct P2pSettings {
    /// The tracker answers.
    #[schema(required)]
    pub enabled: bool,
    /// On the pages, for viewers who did not choose.
    #[schema(required)]
    pub webapp: bool,
    /// In frames on other sites.
    #[schema(required)]
    pub embed: bool,
}

/// How people get an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SignupSettings {
    /// Who may come.
    #[schema(required)]
    pub mode: SignupMode,
    /// An address is proven by a letter before the account is made.
    #[schema(required)]
    pub verify_email: bool,
    /// Accounts at most, those of the administration included; -1 without limit.
    #[schema(required)]
    pub limit: i64,
    /// Years that people say they have; 0 does not ask.
    #[schema(required)]
    pub minimum_age: u32,
}

/// Who may get an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignupMode {
    /// Those for whom an administrator makes one.
    #[default]
    Closed,
    /// Whoever asks and gives a reason that a moderator likes.
    Approval,
    /// Whoever wants one.
    Open,
}

impl Default for InstanceSettings {
    fn default() -> Self {
        Self {
            name: "Kiosque".to_owned(),
            short_description: String::new(),
            description: String::new(),
            terms: String::new(),
            language: "fr".to_owned(),
            public_url: None,
        }
    }
}

impl Default for TranscodingSettings {
    fn default() -> Self {
        Self {
            resolutions: vec![0, 144, 240, 360, 480, 720, 1080],
            max_fps: 60,
            copy_factor: 1.5,
            progressive: true,
            keep_original: false,
        }
    }
}

impl Default for UploadSettings {
    fn default() -> Self {
        Self {
            max_file_size: 40 << 30,
            default_quota: -1,
            default_quota_daily: -1,
            reserve: 1 << 30,
            groups_per_account: 20,
        }
    }
}

impl Default for SignupSettings {
    fn default() -> Self {
        Self { mode: SignupMode::Closed, verify_email: true, limit: -1, minimum_age: 0 }
    }
}

impl Default for P2pSettings {
    fn default() -> Self {
        Self { enabled: true, webapp: true, embed: false }
    }
}

/// Short sides that PeerTube knows; the ladder is chosen from them.
pub const RESOLUTIONS: [u32; 9] = [0, 144, 240, 360, 480, 720, 1080, 1440, 2160];

/// Languages that the interface speaks.
pub const LANGUAGES: [&str; 2] = ["fr", "en"];

impl Settings {
    /// The rules of all sections.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the first field that breaks one, as `section.field`.
    pub fn check(&self) -> Result<()> {
        let name = self.instance.name.trim();
        if name.is_empty() || name.chars().count() > 80 {
            return Err(Error::invalid("instance.name", "The name has 1 to 80 characters."));
        }
        if self.instance.short_description.chars().count() > 250 {
            return Err(Error::invalid("instance.shortDescription", "At most 250 characters."));
        }
        for (field, text) in
            [("instance.description", &self.instance.description), ("instance.terms", &self.instance.terms)]
        {
            if text.chars().count() > 20_000 {
                return Err(Error::invalid(field, "At most 20 000 characters."));
            }
        }
        if !LANGUAGES.contains(&self.instance.language.as_str()) {
            return Err(Error::invalid("instance.language", "The interface speaks fr and en."));
        }
        if let Some(url) = &self.instance.public_url
            && (!["http", "https"].contains(&url.scheme()) || url.host_str().is_none())
        {
            return Err(Error::invalid(
                "instance.publicUrl",
                "An address that begins with http:// or https://.",
            ));
        }
        let transcoding = &self.transcoding;
        if let Some(unknown) = transcoding.resolutions.iter().find(|side| !RESOLUTIONS.contains(side)) {
            return Err(Error::invalid(
                "transcoding.resolutions",
                format!("{unknown} is none of 0, 144, 240, 360, 480, 720, 1080, 1440 and 2160."),
            ));
        }
        if !transcoding.resolutions.iter().any(|side| *side > 0) {
            return Err(Error::invalid("transcoding.resolutions", "At least one with a picture."));
        }
        if !(10..=120).contains(&transcoding.max_fps) {
            return Err(Error::invalid("transcoding.maxFps", "From 10 to 120 frames per second."));
        }
        if !(0.0..=10.0).contains(&transcoding.copy_factor) {
            return Err(Error::invalid("transcoding.copyFactor", "From 0 (never copy) to 10."));
        }
        if self.uploads.max_file_size < 1 << 20 {
            return Err(Error::invalid("uploads.maxFileSize", "At least 1 MiB."));
        }
        for (field, quota) in [
            ("uploads.defaultQuota", self.uploads.default_quota),
            ("uploads.defaultQuotaDaily", self.uploads.default_quota_daily),
        ] {
            if quota < -1 {
                return Err(Error::invalid(field, "A number of bytes, or -1 for no limit."));
            }
        }
        if !(1..=1000).contains(&self.uploads.groups_per_account) {
            return Err(Error::invalid("uploads.groupsPerAccount", "From 1 to 1000."));
        }
        if self.signup.limit < -1 {
            return Err(Error::invalid("signup.limit", "A number of accounts, or -1 for no limit."));
        }
        if self.signup.minimum_age > 100 {
            return Err(Error::invalid("signup.minimumAge", "From 0 to 100 years."));
        }
        Ok(())
    }

    /// These settings with the parts that `change` names replaced; parts it leaves out stay.
    ///
    /// # Errors
    /// [`Error::Invalid`] for unknown keys, wrong types and broken rules.
    pub fn changed(&self, change: &serde_json::Value) -> Result<Self> {
        let mut whole = serde_json::to_value(self)?;
        merge(&mut whole, change)?;
        let changed: Self = serde_json::from_value(whole)
            .map_err(|error| Error::invalid("settings", format!("Not understood: {error}.")))?;
        changed.check()?;
        Ok(changed)
    }
}

fn merge(whole: &mut serde_json::Value, change: &serde_json::Value) -> Result<()> {
    match (whole, change) {
        (serde_json::Value::Object(whole), serde_json::Value::Object(change)) => {
            for (key, value) in change {
                merge(whole.entry(key.clone()).or_insert(serde_json::Value::Null), value)?;
            }
        }
        // serde would take a list for a section, by the order of its fields.
        (serde_json::Value::Object(_), _) => {
            return Err(Error::invalid("settings", "A section is an object with its fields."));
        }
        (whole, change) => *whole = change.clone(),
    }
    Ok(())
}

/// Reads all sections; what was never chosen has its default.
pub fn load(conn: &Connection) -> Result<Settings> {
    let mut document = serde_json::Map::new();
    for (section, text) in store::sections(conn)? {
        document.insert(section, serde_json::from_str(&text)?);
    }
    Ok(serde_json::from_value(serde_json::Value::Object(document))?)
}

/// Stores all sections.
pub fn save(tx: &Transaction<'_>, settings: &Settings) -> Result<()> {
    settings.check()?;
    if let serde_json::Value::Object(sections) = serde_json::to_value(settings)? {
        for (section, document) in sections {
            store::put(tx, &section, &document.to_string())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_leaves_the_rest_and_refuses_what_it_does_not_know() {
        let settings = Settings::default();
        let changed = settings
            .changed(&json!({"instance": {"name": "Le Grillon"}, "transcoding": {"resolutions": [0, 480]}}))
            .unwrap();
        assert_eq!(changed.instance.name, "Le Grillon");
        assert_eq!(changed.transcoding.resolutions, [0, 480]);
        assert_eq!(changed.uploads, settings.uploads);
        for bad in [
            json!({"instance": {"nme": "x"}}),
            json!({"instance": {"name": " "}}),
            json!({"instance": []}),
            json!({"transcoding": {"resolutions": [500]}}),
            json!({"transcoding": {"resolutions": [0]}}),
            json!({"uploads": {"defaultQuota": -2}}),
            json!(7),
        ] {
            assert!(settings.changed(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kiosque.sqlite3");
        let mut conn = Connection::open(&path).unwrap();
        crate::db::migrate(&mut conn, &path).unwrap();
        assert_eq!(load(&conn).unwrap(), Settings::default());
        let settings = Settings::default().changed(&json!({"p2p": {"embed": true}})).unwrap();
        let tx = conn.transaction().unwrap();
        save(&tx, &settings).unwrap();
        tx.commit().unwrap();
        assert_eq!(load(&conn).unwrap(), settings);
    }
}
