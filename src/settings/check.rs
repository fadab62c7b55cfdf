//! What the fields of the settings may be.

use super::{LANGUAGES, Settings, colours::Colours, colours::Rgb, css, home};
use crate::{
    accounts,
    error::{InvalidField, Location},
    text::tables,
};
use std::borrow::Cow;
use url::Url;

/// Short sides that PeerTube knows; the ladder is chosen from them.
pub const RESOLUTIONS: [u32; 9] = [0, 144, 240, 360, 480, 720, 1080, 1440, 2160];

/// Characters of a text that is a page.
const PAGE: usize = 20_000;

/// What breaks a rule.
struct Wrong(Vec<InvalidField>);

impl Wrong {
    fn unless(&mut self, holds: bool, field: &'static str, rule: impl Into<Cow<'static, str>>) {
        if !holds {
            let location = Location::Body;
            self.0.push(InvalidField { field: field.into(), rule: rule.into(), location, value: None });
        }
    }

    fn at_most(&mut self, field: &'static str, text: &str, most: usize) {
        self.unless(text.chars().count() <= most, field, format!("At most {most} characters."));
    }
}

/// Every field that breaks a rule, as `section.field`.
pub(super) fn of(settings: &Settings) -> Vec<InvalidField> {
    let mut wrong = Wrong(Vec::new());
    instance(settings, &mut wrong);
    about(settings, &mut wrong);
    making(settings, &mut wrong);
    people(settings, &mut wrong);
    letters(settings, &mut wrong);
    look(settings, &mut wrong);
    wrong.0.extend(home::check(&settings.home.blocks));
    wrong.0
}

fn instance(settings: &Settings, wrong: &mut Wrong) {
    let instance = &settings.instance;
    let name = instance.name.trim();
    let named = !name.is_empty() && name.chars().count() <= 80;
    wrong.unless(named, "instance.name", "The name has 1 to 80 characters.");
    wrong.at_most("instance.shortDescription", &instance.short_description, 250);
    wrong.at_most("instance.description", &instance.description, PAGE);
    wrong.at_most("instance.terms", &instance.terms, PAGE);
    let spoken = LANGUAGES.contains(&instance.language.as_str());
    wrong.unless(spoken, "instance.language", "The interface speaks fr and en.");
    let url = instance.public_url.as_ref().is_none_or(is_web);
    wrong.unless(url, "instance.publicUrl", "An address that begins with http:// or https://.");
}

fn about(settings: &Settings, wrong: &mut Wrong) {
    let about = &settings.about;
    for (field, text) in [
        ("about.administrator", &about.administrator),
        ("about.creationReason", &about.creation_reason),
        ("about.maintenanceLifetime", &about.maintenance_lifetime),
        ("about.businessModel", &about.business_model),
        ("about.codeOfConduct", &about.code_of_conduct),
        ("about.moderationInformation", &about.moderation_information),
        ("about.hardwareInformation", &about.hardware_information),
        ("about.support", &about.support),
        ("home.welcome", &settings.home.welcome),
    ] {
        wrong.at_most(field, text, PAGE);
    }
    wrong.at_most("about.country", &about.country, 100);
    for (field, text) in [
        ("about.website", &about.website),
        ("about.mastodon", &about.mastodon),
        ("about.bluesky", &about.bluesky),
    ] {
        let link = text.is_empty() || (text.len() <= 500 && Url::parse(text).is_ok_and(|url| is_web(&url)));
        wrong.unless(link, field, "An address that begins with http:// or https://.");
    }
    let known = |code: &String| tables::LANGUAGES.iter().any(|(known, _)| *known == code.as_str());
    let languages = about.languages.len() <= 30 && about.languages.iter().all(known);
    wrong.unless(languages, "about.languages", "Codes of languages, as in fr, en; at most 30.");
    let known = |id: &i64| tables::CATEGORIES.iter().any(|(known, _)| known == id);
    wrong.unless(about.categories.iter().all(known), "about.categories", "Numbers of categories.");
}

fn making(settings: &Settings, wrong: &mut Wrong) {
    let transcoding = &settings.transcoding;
    let unknown = transcoding.resolutions.iter().find(|side| !RESOLUTIONS.contains(side));
    if let Some(unknown) = unknown {
        let rule = format!("{unknown} is none of 0, 144, 240, 360, 480, 720, 1080, 1440 and 2160.");
        wrong.unless(false, "transcoding.resolutions", rule);
    }
    let pictures = transcoding.resolutions.iter().any(|side| *side > 0);
    wrong.unless(pictures, "transcoding.resolutions", "At least one with a picture.");
    let fps = (10..=120).contains(&transcoding.max_fps);
    wrong.unless(fps, "transcoding.maxFps", "From 10 to 120 frames per second.");
    let factor = (0.0..=10.0).contains(&transcoding.copy_factor);
    wrong.unless(factor, "transcoding.copyFactor", "From 0 (never copy) to 10.");
    let uploads = &settings.uploads;
    wrong.unless(uploads.max_file_size >= 1 << 20, "uploads.maxFileSize", "At least 1 MiB.");
    for (field, quota) in [
        ("uploads.defaultQuota", uploads.default_quota),
        ("uploads.defaultQuotaDaily", uploads.default_quota_daily),
    ] {
        wrong.unless(quota >= -1, field, "A number of bytes, or -1 for no limit.");
    }
    let groups = (1..=1000).contains(&uploads.groups_per_account);
    wrong.unless(groups, "uploads.groupsPerAccount", "From 1 to 1000.");
    let publish = &settings.publish;
    let privacy = (1..=4).contains(&publish.privacy);
    wrong.unless(privacy, "publish.privacy", "1 public, 2 unlisted, 3 private or 4 internal.");
    let licence = publish.licence.is_none_or(|id| tables::LICENCES.iter().any(|(known, _)| *known == id));
    wrong.unless(licence, "publish.licence", "Number of a licence, or null.");
    let comments = (1..=3).contains(&publish.comments_policy);
    wrong.unless(comments, "publish.commentsPolicy", "1 open, 2 closed or 3 after approval.");
}

fn people(settings: &Settings, wrong: &mut Wrong) {
    let first = settings.review.first_comments;
    wrong.unless(first <= 20, "review.firstComments", "From 0 (none waits) to 20.");
    let signup = &settings.signup;
    wrong.unless(signup.limit >= -1, "signup.limit", "A number of accounts, or -1 for no limit.");
    wrong.unless(signup.minimum_age <= 100, "signup.minimumAge", "From 0 to 100 years.");
}

fn letters(settings: &Settings, wrong: &mut Wrong) {
    let mail = &settings.mail;
    let host = mail.host.len() <= 253
        && mail.host.chars().all(|char| char.is_ascii_alphanumeric() || "-._:[]".contains(char));
    wrong.unless(host, "mail.host", "Name of the mail server, as in mail.example.org, without a port.");
    // A name before the address is welcome: `The kiosk <kiosque@example.org>`.
    let address =
        mail.from.rsplit_once('<').map_or(mail.from.as_str(), |(_, rest)| rest.trim_end_matches('>'));
    let from = mail.from.is_empty() || (mail.from.len() <= 320 && accounts::is_email(address.trim()));
    wrong.unless(from, "mail.from", "An address, as in kiosque@example.org.");
    let told = mail.host.is_empty() || !mail.from.is_empty();
    wrong.unless(told, "mail.from", "The mail server wants to know who writes.");
    wrong.at_most("mail.username", &mail.username, 250);
    wrong.at_most("mail.password", mail.password.as_deref().unwrap_or_default(), 250);
    let email = &settings.contact.email;
    let contact = email.is_empty() || accounts::is_email(email);
    wrong.unless(contact, "contact.email", "An address for letters, as in name@example.org.");
    let broadcast = &settings.broadcast;
    wrong.at_most("broadcast.message", &broadcast.message, 1000);
    let said = !broadcast.enabled || !broadcast.message.trim().is_empty();
    wrong.unless(said, "broadcast.message", "A message to show.");
}

fn look(settings: &Settings, wrong: &mut Wrong) {
    let look = &settings.look;
    for (field, colour) in
        [("look.roof", &look.roof), ("look.action", &look.action), ("look.actionDark", &look.action_dark)]
    {
        let colour = colour.as_deref().is_none_or(|text| Rgb::parse(text).is_some());
        wrong.unless(colour, field, "A colour as #rrggbb.");
    }
    // The weakest of each setting: it is the one to mend.
    for setting in ["look.roof", "look.action", "look.actionDark"] {
        let pairs = Colours::of(look).pairs();
        let weakest = pairs
            .iter()
            .filter(|pair| pair.setting == setting && !pair.holds())
            .min_by(|a, b| (a.contrast / a.needed).total_cmp(&(b.contrast / b.needed)));
        if let Some(pair) = weakest {
            let rule = format!(
                "Too weak: {} on {} has a contrast of {}, and needs {}.",
                pair.text, pair.ground, pair.contrast, pair.needed
            );
            wrong.unless(false, setting, rule);
        }
    }
    if let Some(fault) = css::fault(&look.css) {
        wrong.unless(false, "look.css", fault);
    }
}

fn is_web(url: &Url) -> bool {
    ["http", "https"].contains(&url.scheme()) && url.host_str().is_some()
}
