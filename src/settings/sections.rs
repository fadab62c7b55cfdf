//! The sections, with what each field is when nobody chose it.

use super::home::HomeBlock;
use crate::{
    accounts::SensitivePolicy,
    config::{MailConfig, MailSecurity},
};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

/// A section: all its fields with their defaults.
macro_rules! section {
    ($($(#[$about:meta])* $name:ident { $($(#[$of:meta])* $field:ident: $kind:ty = $default:expr,)* })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(default, rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name { $($(#[$of])* #[schema(required)] pub $field: $kind,)* }
        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    )*};
}

section! {
    /// Who we are.
    InstanceSettings {
        /// Name in the head of every page.
        name: String = "Kiosque".to_owned(),
        /// One line.
        short_description: String = String::new(),
        /// Markdown.
        description: String = String::new(),
        /// Terms of use, Markdown.
        terms: String = String::new(),
        /// Language of pages for visitors who ask for none of ours: `fr` or `en`.
        language: String = "fr".to_owned(),
        /// Address chosen at set-up; the configuration's counts more.
        public_url: Option<Url> = None,
        /// Most of what is shown here may hurt or shock.
        sensitive: bool = false,
        /// What visitors, and people who have not chosen, are shown of single videos that may.
        sensitive_policy: SensitivePolicy = SensitivePolicy::default(),
    }

    /// Who is behind it, and what people ought to know. Texts are Markdown.
    AboutSettings {
        /// Who runs it.
        administrator: String = String::new(),
        /// Why it was made.
        creation_reason: String = String::new(),
        /// How long it is meant to last.
        maintenance_lifetime: String = String::new(),
        /// Who pays.
        business_model: String = String::new(),
        /// How people are to treat each other.
        code_of_conduct: String = String::new(),
        /// Who keeps order, and how.
        moderation_information: String = String::new(),
        /// The machine that it runs on.
        hardware_information: String = String::new(),
        /// How to help it.
        support: String = String::new(),
        /// Languages of those who look after it, as codes; none named: that of the interface.
        languages: Vec<String> = Vec::new(),
        /// What is mostly shown: PeerTube's numbers of categories.
        categories: Vec<i64> = Vec::new(),
        /// Where it stands, in a few words.
        country: String = String::new(),
        /// The association's own site.
        website: String = String::new(),
        /// Its page on Mastodon.
        mastodon: String = String::new(),
        /// Its page on Bluesky.
        bluesky: String = String::new(),
    }

    /// The home page.
    HomeSettings {
        /// A welcome, Markdown; nothing is shown without one.
        welcome: String = String::new(),
        /// What stands on it, from the top down.
        blocks: Vec<HomeBlock> = HomeBlock::usual(),
    }

    /// Which renditions are made of a source.
    TranscodingSettings {
        /// Short sides of the ladder, 0 for sound only. Never above the source's own.
        resolutions: Vec<u32> = vec![0, 144, 240, 360, 480, 720, 1080],
        /// Frames per second at most.
        max_fps: u32 = 60,
        /// A source fit for copying may have this many times the bit rate of its rung.
        copy_factor: f64 = 1.5,
        /// Also make a progressive MP4, for download and old players.
        progressive: bool = true,
        /// Keep the file as it was sent.
        keep_original: bool = false,
    }

    /// What may be sent.
    UploadSettings {
        /// Bytes of one file.
        max_file_size: u64 = 40_000_000_000,
        /// Bytes of a new account in all; -1 without limit.
        default_quota: i64 = -1,
        /// Bytes of a new account in a day; -1 without limit.
        default_quota_daily: i64 = -1,
        /// Bytes of the disk that uploads leave free, for what is made of them. A sixteenth of it is left free in any
        /// case.
        reserve: u64 = 1_000_000_000,
        /// Groups one account may make.
        groups_per_account: u32 = 20,
    }

    /// What the form of a new video begins with.
    PublishSettings {
        /// PeerTube's number: 1 public, 2 unlisted, 3 private, 4 internal.
        privacy: i64 = 1,
        /// PeerTube's number of a licence.
        licence: Option<i64> = None,
        /// Viewers may download.
        download_enabled: bool = true,
        /// PeerTube's number of who may comment: 1 everybody with an account, 2 nobody, 3 after approval. It holds for videos that
        /// are sent without a word about it, too.
        comments_policy: i64 = 1,
    }

    /// What moderators look at before others see it. Who looks after the instance never waits.
    ReviewSettings {
        /// New videos wait for a moderator, but those of people who are trusted.
        new_videos: bool = false,
        /// Comments of somebody who came in by open registration, and whom nobody knows, wait until so many were shown; 0: none
        /// waits. In groups that one belongs to, one is known.
        first_comments: u32 = 1,
    }

    /// Viewers who help each other.
    P2pSettings {
        /// The tracker answers.
        enabled: bool = true,
        /// On the pages, for viewers who did not choose.
        webapp: bool = true,
        /// In frames on other sites.
        embed: bool = false,
    }

    /// How people get an account.
    SignupSettings {
        /// Who may come.
        mode: SignupMode = SignupMode::Closed,
        /// An address is proven by a letter before the account is made.
        verify_email: bool = true,
        /// Accounts at most, those of the administration included; -1 without limit.
        limit: i64 = -1,
        /// Years that people say they have; 0 does not ask.
        minimum_age: u32 = 0,
    }

    /// The mail server that takes our letters; that of the configuration counts more.
    MailSettings {
        /// Host name; no mail is sent without one.
        host: String = String::new(),
        /// Port; 0 chooses 587 with STARTTLS, 465 with TLS, 25 without.
        port: u16 = 0,
        /// How the way to it is protected.
        security: MailSecurity = MailSecurity::Starttls,
        /// User name, when the server wants one.
        username: String = String::new(),
        /// Its password. Never told; `null` leaves it as it is, an empty one takes it away.
        password: Option<String> = None,
        /// There is a password; what is sent here counts nothing.
        password_is_set: bool = false,
        /// Sender's address.
        from: String = String::new(),
    }

    /// Letters of strangers to those who run the instance. There is no form without a mail server.
    ContactSettings {
        /// There is a form.
        enabled: bool = true,
        /// Who gets them; the first administrator when nobody is named.
        email: String = String::new(),
    }

    /// A sentence on every page.
    BroadcastSettings {
        /// It is shown.
        enabled: bool = false,
        /// Markdown.
        message: String = String::new(),
        /// How loud it is.
        level: BroadcastLevel = BroadcastLevel::Info,
        /// Readers may close it.
        dismissable: bool = true,
    }

    /// Colours, as `#rrggbb`, and style. What is none has the colours of Kiosque.
    LookSettings {
        /// The roof: the head of every page, day and evening.
        roof: Option<String> = None,
        /// Links and buttons by day.
        action: Option<String> = None,
        /// Links and buttons in the evening.
        action_dark: Option<String> = None,
        /// Style sheet after ours, for every page but those of the administration.
        css: String = String::new(),
    }
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

/// How loud a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BroadcastLevel {
    /// Good to know.
    #[default]
    Info,
    /// Something will be otherwise.
    Warning,
    /// Something does not work.
    Error,
}

impl MailSettings {
    /// As the machinery knows it.
    pub fn config(&self) -> MailConfig {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        MailConfig {
            host: given(&self.host),
            port: self.port,
            security: self.security,
            username: given(&self.username),
            password: self.password.clone().filter(|password| !password.is_empty()),
            from: given(&self.from),
        }
    }
}
