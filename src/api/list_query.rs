//! The query strings of lists: `start`, `count`, `sort` and PeerTube's filters (peertube-rest §2). What is wrong is named.

use super::auth::MaybeCaller;
use crate::{
    accounts::{self, sensitive},
    app::App,
    clock::Timestamp,
    error::{Error, InvalidField, Kind, Location, Result},
    moderation::mutes::Muting,
    videos::{Filter, Key, Made, Privacy, Scope, Sort, Viewer},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use std::collections::HashMap;

/// Items of a page, when nothing is said.
const COUNT: u32 = 15;
/// Items of a page at most.
const MOST: u32 = 100;

/// Letters of what is looked for that are read.
const WORDS_LONGEST: usize = 200;

/// A query string. Repeated keys, and keys with `[]` or `[0]` behind them, are lists.
#[derive(Debug, Clone, Default)]
pub struct ListQuery(HashMap<String, Vec<String>>);

impl FromRequestParts<App> for ListQuery {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self> {
        let mut values: HashMap<String, Vec<String>> = HashMap::new();
        let query = parts.uri.query().unwrap_or_default();
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()).take(200) {
            let key = key.split('[').next().unwrap_or_default();
            values.entry(key.to_owned()).or_default().push(value.into_owned());
        }
        Ok(Self(values))
    }
}

impl From<&MaybeCaller> for Viewer {
    fn from(caller: &MaybeCaller) -> Self {
        Self { account: caller.account_id(), moderates: caller.is_staff() }
    }
}

impl From<&super::auth::Caller> for Viewer {
    fn from(caller: &super::auth::Caller) -> Self {
        Self { account: Some(caller.account_id), moderates: caller.role.is_staff() }
    }
}

/// A part of a query string that breaks a rule.
pub fn invalid(field: &'static str, rule: &'static str, value: &str) -> Error {
    Error::Invalid(vec![InvalidField {
        field: field.into(),
        rule: rule.into(),
        location: Location::Query,
        value: Some(value.chars().take(200).collect::<String>().into()),
    }])
}

/// Reads the part of a path that names a video.
///
/// # Errors
/// 400 when it is neither a number nor a UUID of either length.
pub fn video_key(text: &str) -> Result<Key> {
    Key::parse(text).ok_or_else(|| {
        Error::Invalid(vec![InvalidField {
            field: "id".into(),
            rule: "Should have a valid video id (id, short UUID or UUID)".into(),
            location: Location::Params,
            value: Some(text.chars().take(200).collect::<String>().into()),
        }])
    })
}

const INVALID: &str = "Invalid value";
/// Since PeerTube 7.2.
const KINDS_TOO: &str = "nsfwFlagsIncluded";
const KINDS_NOT: &str = "nsfwFlagsExcluded";

/// What most lists are asked for.
pub struct Slice {
    /// So many are left out.
    pub start: u32,
    /// At most so many.
    pub count: u32,
    /// In which order, when it is said.
    pub sort: Option<String>,
    /// With which words, when any are said.
    pub search: Option<String>,
}

impl ListQuery {
    /// The first value of a key, when it is not empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.first().map(String::as_str).filter(|text| !text.is_empty())
    }

    /// `search`: what to look for, cut where nobody reads on.
    pub fn words(&self) -> Option<String> {
        let typed = self.text("search").filter(|text| !text.trim().is_empty())?;
        Some(typed.chars().take(WORDS_LONGEST).collect())
    }

    /// All values of a key.
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.0
            .get(key)
            .cloned()
            .unwrap_or_default()
            .into_iter()
            .filter(|text| !text.is_empty())
            .take(100)
            .collect()
    }

    fn number(&self, key: &'static str, rule: &'static str) -> Result<Option<i64>> {
        let Some(text) = self.text(key) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| invalid(key, rule, text))
    }

    /// All values of a key, which are numbers.
    pub fn numbers(&self, key: &'static str) -> Result<Vec<i64>> {
        self.texts(key).iter().map(|text| text.parse().map_err(|_| invalid(key, INVALID, text))).collect()
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &'static str) -> Result<Option<bool>> {
        match self.text(key) {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(other) => Err(invalid(key, INVALID, other)),
        }
    }

    fn date(&self, key: &'static str, rule: &'static str) -> Result<Option<Timestamp>> {
        let Some(text) = self.text(key) else { return Ok(None) };
        Timestamp::parse(text).map(Some).ok_or_else(|| invalid(key, rule, text))
    }

    /// How many to leave out, and how many to show.
    pub fn page(&self) -> Result<(u32, u32)> {
        let start = self.number("start", INVALID)?.unwrap_or(0);
        let start = u32::try_from(start).map_err(|_| invalid("start", INVALID, &start.to_string()))?;
        let count =
            self.number("count", "Should have a number count (max: 100)")?.unwrap_or(i64::from(COUNT));
        match u32::try_from(count) {
            Ok(count) if count <= MOST => Ok((start, count)),
            _ => Err(invalid("count", "Should have a number count (max: 100)", &count.to_string())),
        }
    }

    /// The page with its order and words.
    pub fn slice(&self) -> Result<Slice> {
        let (start, count) = self.page()?;
        let text = |key| self.text(key).filter(|text| !text.trim().is_empty()).map(str::to_owned);
        Ok(Slice { start, count, sort: text("sort"), search: self.words() })
    }

    /// What a list of videos is asked for, apart from its scope. `sort` is used when none is named.
    ///
    /// # Errors
    /// 400 naming the part; 401 for parts that only the staff may use.
    pub fn filter(&self, viewer: Viewer, sort: &str) -> Result<Filter> {
        let (start, count) = self.page()?;
        let (sort, descending) = Sort::parse(self.text("sort").unwrap_or(sort))?;
        let dates = "Should have a start date that conforms to ISO 8601";
        let uuids = self.texts("uuids");
        Ok(Filter {
            viewer,
            muting: Muting::default(),
            muted_too: false,
            scope: Scope::Listed,
            sensitive: match self.text("nsfw") {
                Some("both") | None => None,
                Some(_) => self.flag("nsfw")?,
            },
            kinds_too: self.kinds(KINDS_TOO)?,
            kinds_not: self.kinds(KINDS_NOT)?,
            local: self.local()?,
            live: self.flag("isLive")?,
            privacies: self.privacies()?,
            states: self.numbers("stateOneOf")?,
            categories: self.numbers("categoryOneOf")?,
            licences: self.numbers("licenceOneOf")?,
            languages: self.texts("languageOneOf"),
            tags_one_of: self.texts("tagsOneOf"),
            tags_all_of: self.texts("tagsAllOf"),
            automatic_tags: self.texts("autoTagOneOf"),
            uuids: uuids.iter().filter_map(|uuid| crate::ids::parse_uuid(uuid)).collect(),
            origin: None,
            not_watched_by: self.flag("excludeAlreadyWatched")?.filter(|wish| *wish).and(viewer.account),
            hls: self.flag("hasHLSFiles")?,
            progressive: match self.flag("hasWebVideoFiles")? {
                None => self.flag("hasWebtorrentFiles")?,
                some => some,
            },
            made: None,
            search: self.words(),
            duration: (self.number("durationMin", INVALID)?, self.number("durationMax", INVALID)?),
            published: (
                self.date("startDate", dates)?,
                self.date("endDate", "Should have a end date that conforms to ISO 8601")?,
            ),
            originally: (
                self.date("originallyPublishedStartDate", dates)?,
                self.date("originallyPublishedEndDate", dates)?,
            ),
            sort,
            descending,
            start,
            count,
            skip_total: self.flag("skipCount")?.unwrap_or(false),
        })
    }

    /// `stage`, ours: how far a video is, for those who look after it.
    pub fn made(&self) -> Result<Option<Made>> {
        match self.text("stage") {
            None => Ok(None),
            Some("ready") => Ok(Some(Made::Ready)),
            Some("making") => Ok(Some(Made::UnderWay)),
            Some("failed") => Ok(Some(Made::Failed)),
            Some(other) => Err(invalid("stage", "ready, making or failed.", other)),
        }
    }

    /// `isLocal`, or the `filter` of clients before PeerTube 4.
    fn local(&self) -> Result<Option<bool>> {
        match (self.flag("isLocal")?, self.text("filter")) {
            (None, Some("local" | "all-local")) => Ok(Some(true)),
            (local, _) => Ok(local),
        }
    }

    fn privacies(&self) -> Result<Vec<Privacy>> {
        let ids = self.numbers("privacyOneOf")?;
        ids.into_iter()
            .map(|id| Privacy::from_id(id).ok_or_else(|| invalid("privacyOneOf", INVALID, &id.to_string())))
            .collect()
    }

    /// The bits of `include`, for those who may see all videos.
    ///
    /// # Errors
    /// 401 in PeerTube's words for all others who ask for it.
    pub fn include(&self, viewer: Viewer) -> Result<u32> {
        let asked = ["include", "privacyOneOf", "stateOneOf", "autoTagOneOf"]
            .iter()
            .any(|key| self.text(key).is_some());
        if asked && !viewer.moderates {
            return Err(Error::refused(
                Kind::Unauthenticated,
                "You are not allowed to see all videos, specify a custom include or auto tags filter.",
            ));
        }
        let include = self.number("include", INVALID)?.unwrap_or(0);
        u32::try_from(include).map_err(|_| invalid("include", INVALID, &include.to_string()))
    }

    /// Lists sensitive videos as the one who asks wants to see them, and for visitors as the instance does. Who says `nsfw`
    /// gets what is said.
    pub async fn sensitive(&self, app: &App, caller: &MaybeCaller, filter: &mut Filter) -> Result<()> {
        if self.text("nsfw").is_some() {
            return Ok(());
        }
        let otherwise = app.settings().instance.sensitive_policy;
        let looking = match caller.account_id() {
            Some(account) => {
                let login = app.db.read(move |conn| accounts::find_login(conn, account)).await?;
                login.preferences.looking(otherwise)
            }
            None => otherwise.into(),
        };
        filter.sensitive = looking.policy.lists();
        if self.text(KINDS_TOO).is_none() {
            filter.kinds_too = looking.listed();
        }
        if self.text(KINDS_NOT).is_none() {
            filter.kinds_not = looking.hidden;
        }
        Ok(())
    }

    /// Kinds of sensitive videos, by PeerTube's bits.
    fn kinds(&self, key: &'static str) -> Result<i64> {
        let kinds = self.number(key, INVALID)?.unwrap_or(0);
        if (0..=sensitive::KINDS).contains(&kinds) {
            Ok(kinds)
        } else {
            Err(invalid(key, INVALID, &kinds.to_string()))
        }
    }
}
