//! What may be said about a video: reading it from a JSON body or a form, with PeerTube's limits.

use super::Privacy;
use crate::{
    accounts::sensitive::KINDS,
    clock::Timestamp,
    error::{Error, InvalidField, Kind, Location, Result},
    text::tables,
};
use serde_json::Value;

/// What is said about a video when it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVideo {
    /// The group that publishes it.
    pub group: i64,
    /// Title, 3 to 120 characters.
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown.
    pub support: Option<String>,
    /// Of PeerTube's table.
    pub category: Option<i64>,
    /// Of PeerTube's table.
    pub licence: Option<i64>,
    /// Of PeerTube's table.
    pub language: Option<String>,
    /// Who may see it.
    pub privacy: Privacy,
    /// At least one when the privacy is [`Privacy::Password`].
    pub passwords: Vec<String>,
    /// Up to five.
    pub tags: Vec<String>,
    /// Publish only when every rendition is there.
    pub wait_transcoding: bool,
    /// Not for everyone's eyes.
    pub sensitive: bool,
    /// PeerTube's bits.
    pub sensitive_flags: i64,
    /// What is sensitive in it.
    pub sensitive_summary: Option<String>,
    /// 1 enabled, 2 disabled, 3 after approval.
    pub comments_policy: i64,
    /// Whether the interface offers its files for download.
    pub download_enabled: bool,
    /// When it was first published, here or elsewhere.
    pub originally_published_at: Option<Timestamp>,
    /// When it is to get another privacy.
    pub schedule: Option<Schedule>,
}

/// A privacy to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub privacy: Privacy,
}

/// What is to change about a video; `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// The group that publishes it.
    pub group: Option<i64>,
    /// Title.
    pub name: Option<String>,
    /// Markdown, or nothing.
    pub description: Option<Option<String>>,
    /// Markdown, or nothing.
    pub support: Option<Option<String>>,
    /// Of PeerTube's table, or unknown.
    pub category: Option<Option<i64>>,
    /// Of PeerTube's table, or unknown.
    pub licence: Option<Option<i64>>,
    /// Of PeerTube's table, or unknown.
    pub language: Option<Option<String>>,
    /// Who may see it.
    pub privacy: Option<Privacy>,
    /// All passwords.
    pub passwords: Option<Vec<String>>,
    /// All tags.
    pub tags: Option<Vec<String>>,
    /// Publish only when every rendition is there.
    pub wait_transcoding: Option<bool>,
    /// Not for everyone's eyes.
    pub sensitive: Option<bool>,
    /// PeerTube's bits.
    pub sensitive_flags: Option<i64>,
    /// What is sensitive in it.
    pub sensitive_summary: Option<Option<String>>,
    /// 1 enabled, 2 disabled, 3 after approval.
    pub comments_policy: Option<i64>,
    /// Whether the interface offers its files for download.
    pub download_enabled: Option<bool>,
    /// When it was first published, here or elsewhere.
    pub originally_published_at: Option<Option<Timestamp>>,
    /// When it is to get another privacy, or that it is not.
    pub schedule: Option<Option<Schedule>>,
}

impl NewVideo {
    /// Reads the fields of an upload, as a JSON object or what a form becomes. Without a privacy the video is public.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every field that breaks a rule; 400 when a password is missing.
    pub fn read(fields: &Value) -> Result<Self> {
        let mut reader = Reader { fields, invalid: Vec::new() };
        let change = reader.change();
        if change.name.is_none() {
            reader.refuse("name", NAME_RULE);
        }
        if change.group.is_none() {
            reader.refuse("channelId", "Should have correct video channel id");
        }
        reader.done()?;
        let privacy = change.privacy.unwrap_or(Privacy::Public);
        let passwords = change.passwords.unwrap_or_default();
        if privacy == Privacy::Password && passwords.is_empty() {
            return Err(Error::refused(Kind::Bad, "Video passwords are missing."));
        }
        Ok(Self {
            group: change.group.unwrap_or_default(),
            name: change.name.unwrap_or_default(),
            description: change.description.flatten(),
            support: change.support.flatten(),
            category: change.category.flatten(),
            licence: change.licence.flatten(),
            language: change.language.flatten(),
            privacy,
            passwords: if privacy == Privacy::Password { passwords } else { Vec::new() },
            tags: change.tags.unwrap_or_default(),
            wait_transcoding: change.wait_transcoding.unwrap_or_default(),
            sensitive: change.sensitive.unwrap_or_default(),
            sensitive_flags: change.sensitive_flags.unwrap_or_default(),
            sensitive_summary: change.sensitive_summary.flatten(),
            comments_policy: change.comments_policy.unwrap_or(1),
            download_enabled: change.download_enabled.unwrap_or(true),
            originally_published_at: change.originally_published_at.flatten(),
            schedule: change.schedule.flatten(),
        })
    }
}

impl Change {
    /// Reads the fields of an edit. Unknown fields are passed over, as PeerTube does.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming every field that breaks a rule.
    pub fn read(fields: &Value) -> Result<Self> {
        let mut reader = Reader { fields, invalid: Vec::new() };
        let change = reader.change();
        reader.done()?;
        Ok(change)
    }
}

const NAME_RULE: &str = "Should have a video name between 3 and 120 characters long";
const TAGS_RULE: &str = "Should have an array of up to 5 tags between 2 and 30 characters each";
const INVALID: &str = "Invalid value";

/// Collects what is wrong while it reads.
struct Reader<'a> {
    fields: &'a Value,
    invalid: Vec<InvalidField>,
}

impl Reader<'_> {
    fn change(&mut self) -> Change {
        let comments = self.number("commentsPolicy", |policy| (1..=3).contains(&policy));
        let enabled = self.flag("commentsEnabled").map(|enabled| if enabled { 1 } else { 2 });
        Change {
            category: self.nullable_number("category", |id| tables::category(id).is_some()),
            licence: self.nullable_number("licence", |id| tables::licence(id).is_some()),
            language: self.language(),
            privacy: self.privacy(),
            tags: self.texts("tags", 5, 2..=30, TAGS_RULE),
            name: self.name(),
            group: self.number("channelId", |id| id > 0),
            description: self.long_text("description", 10_000),
            support: self.long_text("support", 1_000),
            passwords: self.texts("videoPasswords", 100, 2..=100, "Passwords have 2 to 100 characters"),
            wait_transcoding: self.flag("waitTranscoding"),
            sensitive: self.flag("nsfw"),
            sensitive_flags: self.number("nsfwFlags", |flags| (0..=KINDS).contains(&flags)),
            sensitive_summary: self.long_text("nsfwSummary", 250),
            comments_policy: comments.or(enabled),
            download_enabled: self.flag("downloadEnabled"),
            originally_published_at: self.date("originallyPublishedAt"),
            schedule: self.schedule(),
        }
    }

    fn done(self) -> Result<()> {
        if self.invalid.is_empty() { Ok(()) } else { Err(Error::Invalid(self.invalid)) }
    }

    fn refuse(&mut self, field: &'static str, rule: &'static str) {
        if self.invalid.iter().any(|invalid| invalid.field == field) {
            return;
        }
        let value = self.fields.get(field).filter(|_| field != "videoPasswords").cloned();
        let location = Location::Body;
        self.invalid.push(InvalidField { field: field.into(), rule: rule.into(), location, value });
    }

    /// `None` when the field is not there; `Some(None)` when it is empty.
    fn field(&self, name: &str) -> Option<Option<&Value>> {
        let value = self.fields.get(name)?;
        let empty = value.is_null() || value.as_str().is_some_and(|text| text.is_empty() || text == "null");
        Some(if empty { None } else { Some(value) })
    }

    fn name(&mut self) -> Option<String> {
        let value = self.field("name")?;
        let name = value.and_then(Value::as_str).map(str::trim).unwrap_or_default();
        if (3..=120).contains(&name.chars().count()) {
            return Some(name.to_owned());
        }
        self.refuse("name", NAME_RULE);
        None
    }

    fn long_text(&mut self, field: &'static str, most: usize) -> Option<Option<String>> {
        match self.field(field)? {
            None => Some(None),
            Some(Value::String(text)) if text.chars().count() <= most => {
                Some(Some(text.clone()).filter(|text| !text.trim().is_empty()))
            }
            Some(_) => {
                self.refuse(field, "Should be a text that is not too long");
                None
            }
        }
    }

    fn language(&mut self) -> Option<Option<String>> {
        match self.field("language")? {
            None => Some(None),
            Some(Value::String(id)) if tables::language(id).is_some() => Some(Some(id.clone())),
            Some(_) => {
                self.refuse("language", INVALID);
                None
            }
        }
    }

    fn privacy(&mut self) -> Option<Privacy> {
        let id = self.number("privacy", |id| Privacy::from_id(id).is_some())?;
        Privacy::from_id(id)
    }

    fn number(&mut self, field: &'static str, rule: impl Fn(i64) -> bool) -> Option<i64> {
        match self.field(field)?.map(as_number) {
            None => None,
            Some(Some(number)) if rule(number) => Some(number),
            Some(_) => {
                self.refuse(field, INVALID);
                None
            }
        }
    }

    fn nullable_number(&mut self, field: &'static str, rule: impl Fn(i64) -> bool) -> Option<Option<i64>> {
        match self.field(field)? {
            None => Some(None),
            Some(_) => self.number(field, rule).map(Some),
        }
    }

    fn flag(&mut self, field: &'static str) -> Option<bool> {
        match self.field(field)?? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text == "true" || text == "1" => Some(true),
            Value::String(text) if text == "false" || text == "0" => Some(false),
            _ => {
                self.refuse(field, INVALID);
                None
            }
        }
    }

    /// A list of texts; one text alone is a list of it.
    fn texts(
        &mut self,
        field: &'static str,
        most: usize,
        lengths: std::ops::RangeInclusive<usize>,
        rule: &'static str,
    ) -> Option<Vec<String>> {
        let list = match self.field(field)? {
            None => return Some(Vec::new()),
            Some(Value::Array(list)) => list.iter().map(Value::as_str).collect::<Option<Vec<_>>>(),
            Some(Value::String(one)) => Some(vec![one.as_str()]),
            Some(_) => None,
        };
        let mut texts: Vec<String> = Vec::new();
        for text in list.iter().flatten() {
            if !texts.iter().any(|known| known == text) {
                texts.push((*text).to_owned());
            }
        }
        let fits = list.is_some()
            && texts.len() <= most
            && texts.iter().all(|text| lengths.contains(&text.chars().count()));
        if fits {
            return Some(texts);
        }
        self.refuse(field, rule);
        None
    }

    fn date(&mut self, field: &'static str) -> Option<Option<Timestamp>> {
        let value = self.field(field)?;
        match value.map(|value| value.as_str().and_then(Timestamp::parse)) {
            None => Some(None),
            Some(Some(at)) => Some(Some(at)),
            Some(None) => {
                self.refuse(field, "Should be a date in ISO 8601");
                None
            }
        }
    }

    fn schedule(&mut self) -> Option<Option<Schedule>> {
        let Some(wish) = self.field("scheduleUpdate")? else { return Some(None) };
        let at = wish.get("updateAt").and_then(Value::as_str).and_then(Timestamp::parse);
        let privacy = match wish.get("privacy") {
            None | Some(Value::Null) => Some(Privacy::Public),
            Some(value) => as_number(value).and_then(Privacy::from_id),
        };
        let fits =
            |privacy: &Privacy| matches!(privacy, Privacy::Public | Privacy::Unlisted | Privacy::Internal);
        match (at, privacy.filter(fits)) {
            (Some(at), Some(privacy)) => Some(Some(Schedule { at, privacy })),
            _ => {
                self.refuse("scheduleUpdate", "Should have a date, and a privacy of 1, 2 or 4");
                None
            }
        }
    }
}

fn as_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_form_and_a_json_body_say_the_same() {
        let json = NewVideo::read(&json!({
            "name": "  Répétition ", "channelId": 2, "category": 1, "licence": null, "nsfw": false, "tags": ["chœur", "chœur"],
            "privacy": 2, "waitTranscoding": true, "commentsEnabled": false, "somethingElse": {},
            "scheduleUpdate": {"updateAt": "2026-12-22T12:27:46Z"}
        }));
        let form = NewVideo::read(&json!({
            "name": "Répétition", "channelId": "2", "category": "1", "licence": "", "nsfw": "false", "tags": "chœur",
            "privacy": "2", "waitTranscoding": "true", "commentsPolicy": "2",
            "scheduleUpdate": {"updateAt": "2026-12-22T12:27:46.000Z", "privacy": "1"}
        }));
        let json = json.unwrap();
        assert_eq!(json, form.unwrap());
        assert_eq!((json.name.as_str(), json.tags.as_slice()), ("Répétition", &["chœur".to_owned()][..]));
        assert_eq!((json.privacy, json.comments_policy), (Privacy::Unlisted, 2));
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let error = Change::read(&json!({
            "name": "x", "category": 99, "licence": 99, "language": "zzz", "tags": ["a"], "privacy": 9, "nsfw": "perhaps"
        }))
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "incorrect request parameters: category, licence, language, privacy, tags, name, nsfw"
        );
        assert_eq!(
            NewVideo::read(&json!({})).unwrap_err().to_string(),
            "incorrect request parameters: name, channelId"
        );
        let error = NewVideo::read(&json!({"name": "Secret", "channelId": 1, "privacy": 5})).unwrap_err();
        assert_eq!(error.to_string(), "Video passwords are missing.");
    }

    #[test]
    fn what_is_not_named_stays_and_null_empties() {
        let change = Change::read(&json!({"description": null, "language": ""})).unwrap();
        assert_eq!(change, Change { description: Some(None), language: Some(None), ..Change::default() });
    }
}
