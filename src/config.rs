//! What the machine's administrator writes down: flags over environment over a TOML file, typed and strict. What is
//! chosen in the browser lives in [`crate::settings`] instead.
//!
//! Any key `a.b` of the file is `KIOSQUE_A__B` in the environment. A key that nobody knows is refused with its name,
//! so that a misspelt one does not go unnoticed. `docs/configuration.md` is made from [`reference`].

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};
use url::Url;

/// The configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of the database and all files.
    pub data_dir: PathBuf,
    /// `ADDRESS:PORT`, or `unix:/path/to.sock`.
    pub listen: String,
    /// Where the world finds this instance. When not given, what set-up stored, else `http://localhost:8080`.
    pub public_url: Option<Url>,
    /// What is logged, as `tracing` filters are written.
    pub log: String,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Who hands out public media files.
    pub media: MediaConfig,
    /// Encoding.
    pub transcoding: TranscodingConfig,
    /// Other servers.
    pub federation: FederationConfig,
    /// Outgoing letters.
    pub mail: MailConfig,
    /// Guards against floods.
    pub limits: LimitsConfig,
}

/// How media files reach the reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediaConfig {
    /// Answer media requests with `X-Accel-Redirect` below this location of nginx.
    pub accel_redirect: Option<String>,
}

/// How renditions are made on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TranscodingConfig {
    /// `auto`, `v4l2`, `x264` or `openh264`.
    pub encoder: String,
    /// Memory one pipeline may take, in MiB; 0 chooses by the machine's memory.
    pub memory_mib: u32,
    /// Seconds without progress after which a pipeline is stopped.
    pub stall_seconds: u32,
}

/// Federation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FederationConfig {
    /// Answer other servers, and follow them. Off while it is being built: what is there is tried in tests.
    pub enabled: bool,
    /// Permit http and private or loopback peers. For tests and closed networks only.
    pub allow_insecure: bool,
}

/// The mail server that takes our letters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// Host name; no mail is sent without one.
    pub host: Option<String>,
    /// Port; 0 chooses 587 with STARTTLS, 465 with TLS, 25 without.
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    pub security: MailSecurity,
    /// User name, when the server wants one.
    pub username: Option<String>,
    /// Its password.
    #[serde(skip_serializing)]
    pub password: Option<String>,
    /// Sender's address.
    pub from: Option<String>,
}

impl MailConfig {
    /// The port in force.
    pub fn port(&self) -> u16 {
        match (self.port, self.security) {
            (0, MailSecurity::Starttls) => 587,
            (0, MailSecurity::Tls) => 465,
            (0, MailSecurity::None) => 25,
            (port, _) => port,
        }
    }
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// Plain connection that is then encrypted.
    #[default]
    Starttls,
    /// Encrypted from the first byte.
    Tls,
    /// Not encrypted; for a server on the same machine.
    None,
}

/// Guards against floods, per address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// API requests in ten seconds.
    pub api_per_10s: u32,
    /// Pages and feeds in ten seconds.
    pub pages_per_10s: u32,
    /// Attempts to sign in, and wrong passwords of videos, within five minutes.
    pub logins_per_5min: u32,
    /// Accounts that are asked for in an hour.
    pub registrations_per_hour: u32,
    /// Letters that strangers may make the server write, in an hour.
    pub letters_per_hour: u32,
    /// Comments that one account may write in five minutes.
    pub comments_per_5min: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            listen: "0.0.0.0:8080".to_owned(),
            public_url: None,
            log: "info".to_owned(),
            trusted_proxies: vec![
                std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
                std::net::IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
            ],
            media: MediaConfig::default(),
            transcoding: TranscodingConfig::default(),
            federation: FederationConfig::default(),
            mail: MailConfig::default(),
            limits: LimitsConfig::default(),
        }
    }
}

impl Default for TranscodingConfig {
    fn default() -> Self {
        Self { encoder: "auto".to_owned(), memory_mib: 0, stall_seconds: 120 }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            api_per_10s: 200,
            pages_per_10s: 100,
            logins_per_5min: 20,
            registrations_per_hour: 20,
            letters_per_hour: 20,
            comments_per_5min: 20,
        }
    }
}

/// What flags of the command line say; each stands above environment and file.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--data-dir`
    pub data_dir: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<String>,
    /// `--public-url`
    pub public_url: Option<Url>,
}

impl Config {
    /// Puts file, environment and flags together.
    ///
    /// # Errors
    /// A sentence that names the file or variable, the key and what is wrong with it.
    pub fn load(flags: &Flags, environment: &BTreeMap<String, String>) -> Result<Self> {
        let file = flags.config.clone().or_else(|| environment.get("KIOSQUE_CONFIG").map(PathBuf::from));
        let mut table = match &file {
            Some(path) => read_file(path)?,
            None => toml::Table::new(),
        };
        for (name, value) in environment {
            if let Some(key) = name.strip_prefix("KIOSQUE_")
                && !NOT_KEYS.contains(&key)
            {
                put(&mut table, name, &key.to_lowercase(), value)?;
            }
        }
        let mut config: Self = table.try_into().map_err(|error: toml::de::Error| {
            Error::internal(format!("configuration{}: {}", named(file.as_deref()), error.message()))
        })?;
        if let Some(data_dir) = &flags.data_dir {
            config.data_dir.clone_from(data_dir);
        }
        if let Some(listen) = &flags.listen {
            config.listen.clone_from(listen);
        }
        if let Some(public_url) = &flags.public_url {
            config.public_url = Some(public_url.clone());
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        if !["auto", "v4l2", "x264", "openh264"].contains(&self.transcoding.encoder.as_str()) {
            return Err(Error::internal(format!(
                "configuration: transcoding.encoder is {:?}; it can be auto, v4l2, x264 or openh264",
                self.transcoding.encoder
            )));
        }
        if let Some(url) = &self.public_url
            && (!["http", "https"].contains(&url.scheme()) || url.host_str().is_none())
        {
            return Err(Error::internal(format!(
                "configuration: public_url {url} is no http or https address"
            )));
        }
        Ok(())
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.data_dir.join("kiosque.sqlite3")
    }
}

/// Variables of the environment that begin like ours and are no keys of the file.
const NOT_KEYS: &[&str] = &["CONFIG", "FIXTURES", "BIN", "TEST_BOARD", "URL"];

fn named(file: Option<&Path>) -> String {
    file.map(|path| format!(" {}", path.display())).unwrap_or_default()
}

fn read_file(path: &Path) -> Result<toml::Table> {
    let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
    text.parse().map_err(|error: toml::de::Error| Error::internal(format!("{}: {error}", path.display())))
}

/// Puts `value` at the place that `a__b` names. It is read as TOML where it can be, else taken as text.
fn put(table: &mut toml::Table, variable: &str, key: &str, value: &str) -> Result<()> {
    let mut table = table;
    let mut names = key.split("__").peekable();
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            table.insert(name.to_owned(), parse_value(value));
            return Ok(());
        }
        table = table
            .entry(name)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()))
            .as_table_mut()
            .ok_or_else(|| Error::internal(format!("{variable}: {name} is no section")))?;
    }
    Ok(())
}

fn parse_value(value: &str) -> toml::Value {
    format!("value = {value}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| toml::Value::String(value.to_owned()))
}

/// Explanations of the keys, in the order of the reference.
const KEYS: &[(&str, &str)] = &[
    ("data_dir", "Folder of the database and all media. Also `--data-dir`."),
    ("listen", "`ADDRESS:PORT` to listen on, or `unix:/path/to.sock`. Also `--listen`."),
    (
        "public_url",
        "Where the world finds this instance, for example `https://kiosque.example.org`. When it is not given, the address chosen at set-up counts, else `http://localhost:8080`. Also `--public-url`.",
    ),
    ("log", "What is logged, as `tracing` filters are written: `warn`, `info`, `info,kiosque::jobs=debug`."),
    (
        "trusted_proxies",
        "Addresses of reverse proxies whose `X-Forwarded-For` is believed. Nobody else's is.",
    ),
    (
        "media.accel_redirect",
        "Location of nginx marked `internal` whose `alias` is `DATA_DIR/media/`, for example `/kiosque-media/`. Kiosque then checks each request and lets nginx send the bytes.",
    ),
    (
        "transcoding.encoder",
        "`auto` takes the hardware encoder when there is one, else x264, else openh264. `v4l2`, `x264` or `openh264` forces one.",
    ),
    (
        "transcoding.memory_mib",
        "Memory in MiB that one encoding process may take. 0 chooses by the memory of the machine.",
    ),
    (
        "transcoding.stall_seconds",
        "Seconds without any progress after which an encoding process is stopped and its job counted as failed.",
    ),
    (
        "federation.enabled",
        "Answer other servers of the fediverse. Off by default, since it is being built: people can follow groups of other servers and be followed, but comments and likes do not travel yet. `FEDERATION.md` says what does.",
    ),
    (
        "federation.allow_insecure",
        "Permit http and private or loopback peers. For tests and closed networks only: with it, strangers can make this server ask addresses of your network.",
    ),
    (
        "mail.host",
        "Host name of the mail server. Without one the mail server that was chosen in the browser counts; with one, all of these keys count and none of those.",
    ),
    ("mail.port", "Its port. 0 chooses 587 for `starttls`, 465 for `tls`, 25 for `none`."),
    (
        "mail.security",
        "`starttls`, `tls` or `none`. With the first two, the certificate must be for `mail.host` and from an authority that this machine trusts, unless the server is on this machine.",
    ),
    ("mail.username", "User name at the mail server, when it wants one."),
    (
        "mail.password",
        "Its password. Better given as `KIOSQUE_MAIL__PASSWORD`, or in a file that only the service may read.",
    ),
    ("mail.from", "Sender of all letters, for example `kiosque@example.org`."),
    (
        "limits.api_per_10s",
        "API requests that one address may make in ten seconds. Files and pieces of uploads are not counted, nor what comes from a trusted proxy that names nobody.",
    ),
    ("limits.pages_per_10s", "Pages and feeds that one address may fetch in ten seconds."),
    (
        "limits.logins_per_5min",
        "Attempts to sign in that one address may make in five minutes; as often it may be wrong about the password of a video.",
    ),
    (
        "limits.registrations_per_hour",
        "Accounts that may be asked for from one address in an hour. A workshop where people register together comes from one address.",
    ),
    (
        "limits.letters_per_hour",
        "Letters about a forgotten password or a proof of an address that may be asked for from one address in an hour.",
    ),
    (
        "limits.comments_per_5min",
        "Comments that an account may write or change in five minutes; five times as many may come from one address. Those of moderators are not counted.",
    ),
];

/// The reference of all keys, in Markdown; `docs/configuration.md` is this text.
pub fn reference() -> String {
    let defaults = toml::Table::try_from(Config::default()).unwrap_or_default();
    let mut text = String::from(
        "# Configuration\n\n\
         Kiosque starts without any configuration. What an association chooses (name, texts, renditions, quotas) is chosen in\n\
         the browser; this page lists what belongs to the machine. Keys go into a TOML file named by `--config` or\n\
         `KIOSQUE_CONFIG`; each has a variable of the environment, which counts more, and some have a flag, which counts most.\n\
         A key that does not exist is refused.\n\n\
         This page is made from the program (`kiosque config-reference`); a test fails when they differ.\n\n",
    );
    for (key, explanation) in KEYS {
        let value =
            default_of(&defaults, key).map_or_else(|| "not set".to_owned(), |value| format!("`{value}`"));
        let variable = variable(key);
        let _ =
            writeln!(text, "## `{key}`\n\n{explanation}\n\nDefault: {value}. Environment: `{variable}`.\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// One key as it is in force, for those who look and cannot change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MachineKey)]
pub struct KeyInForce {
    /// `a.b` of the file.
    pub key: &'static str,
    /// Its variable of the environment.
    pub variable: String,
    /// Its value as TOML writes it; none when there is none, or when it is a secret.
    #[schema(required)]
    pub value: Option<String>,
    /// Somebody wrote it down.
    pub changed: bool,
    /// What it is for, in English.
    pub explanation: &'static str,
}

impl Config {
    /// Every key with its value. Secrets are left out.
    pub fn in_force(&self) -> Vec<KeyInForce> {
        let defaults = toml::Table::try_from(Self::default()).unwrap_or_default();
        let mine = toml::Table::try_from(self).unwrap_or_default();
        KEYS.iter()
            .map(|(key, explanation)| {
                let (value, default) = (default_of(&mine, key), default_of(&defaults, key));
                KeyInForce {
                    key,
                    variable: variable(key),
                    value: value.map(ToString::to_string),
                    changed: value != default,
                    explanation,
                }
            })
            .collect()
    }
}

/// Variable of the environment that stands for a key.
fn variable(key: &str) -> String {
    format!("KIOSQUE_{}", key.replace('.', "__").to_uppercase())
}

fn default_of<'a>(table: &'a toml::Table, key: &str) -> Option<&'a toml::Value> {
    let mut names = key.split('.');
    let mut value = table.get(names.next()?)?;
    for name in names {
        value = value.get(name)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Config> {
        let environment =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::load(&Flags::default(), &environment)
    }

    #[test]
    fn flags_stand_above_environment_and_that_above_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("kiosque.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nlog = \"warn\"\n[mail]\nhost = \"mail.example\"\n")
            .unwrap();
        let environment = BTreeMap::from([
            ("KIOSQUE_CONFIG".to_owned(), file.display().to_string()),
            ("KIOSQUE_LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
            ("KIOSQUE_MAIL__PORT".to_owned(), "2525".to_owned()),
            ("KIOSQUE_FEDERATION__ALLOW_INSECURE".to_owned(), "true".to_owned()),
            ("PATH".to_owned(), "/bin".to_owned()),
        ]);
        let config =
            Config::load(&Flags { listen: Some("[::1]:3".into()), ..Flags::default() }, &environment)
                .unwrap();
        assert_eq!(config.listen, "[::1]:3");
        assert_eq!(config.log, "warn");
        assert_eq!((config.mail.host.as_deref(), config.mail.port), (Some("mail.example"), 2525));
        assert!(config.federation.allow_insecure);
        let config = Config::load(&Flags::default(), &environment).unwrap();
        assert_eq!(config.listen, "127.0.0.1:2");
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let error = load(&[("KIOSQUE_TRANSCODING__ENCODR", "x264")]).unwrap_err().to_string();
        assert!(error.contains("encodr"), "{error}");
        let error = load(&[("KIOSQUE_TRANSCODING__ENCODER", "ffmpeg")]).unwrap_err().to_string();
        assert!(error.contains("openh264"), "{error}");
        let error = load(&[("KIOSQUE_PUBLIC_URL", "ftp://x")]).unwrap_err().to_string();
        assert!(error.contains("ftp://x"), "{error}");
    }

    #[test]
    fn the_reference_explains_every_key_and_no_other() {
        // Every optional key set, so that each is written out.
        let whole = Config {
            public_url: Url::parse("https://kiosque.example").ok(),
            media: MediaConfig { accel_redirect: Some(String::new()) },
            mail: MailConfig {
                host: Some(String::new()),
                username: Some(String::new()),
                from: Some(String::new()),
                ..MailConfig::default()
            },
            ..Config::default()
        };
        let mut keys = Vec::new();
        for (name, value) in toml::Table::try_from(whole).unwrap() {
            match value {
                toml::Value::Table(section) => keys.extend(section.keys().map(|key| format!("{name}.{key}"))),
                _ => keys.push(name),
            }
        }
        // Never written out, so that no dump of the configuration shows it.
        keys.push("mail.password".to_owned());
        let mut explained: Vec<_> = KEYS.iter().map(|(key, _)| (*key).to_owned()).collect();
        keys.sort();
        explained.sort();
        assert_eq!(keys, explained);
    }
}
