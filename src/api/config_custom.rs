//! `/config/custom`: the settings in PeerTube's words, for its clients and scripts. What both have follows the settings; for
//! what Kiosque does not have, the answer says so, whatever was sent.

mod shape;

use super::{auth::Caller, extract::Body, server};
use crate::{
    app::App,
    error::{Error, InvalidField, Location, Result},
    settings::{RESOLUTIONS, Settings, SignupMode},
};
use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Map, Value};
use shape::CustomConfig;

/// Addresses of this file.
pub fn router() -> Router<App> {
    Router::new().route("/config/custom", get(read).put(change).delete(reset))
}

/// What this file answers, for the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(read, change, reset))]
pub struct Doc;

/// Their name and ours of what is the same in both.
const SAME: &[(&str, &str)] = &[
    ("instance.name", "instance.name"),
    ("instance.shortDescription", "instance.shortDescription"),
    ("instance.description", "instance.description"),
    ("instance.terms", "instance.terms"),
    ("instance.codeOfConduct", "about.codeOfConduct"),
    ("instance.creationReason", "about.creationReason"),
    ("instance.moderationInformation", "about.moderationInformation"),
    ("instance.administrator", "about.administrator"),
    ("instance.maintenanceLifetime", "about.maintenanceLifetime"),
    ("instance.businessModel", "about.businessModel"),
    ("instance.hardwareInformation", "about.hardwareInformation"),
    ("instance.defaultLanguage", "instance.language"),
    ("instance.languages", "about.languages"),
    ("instance.categories", "about.categories"),
    ("instance.isNSFW", "instance.sensitive"),
    ("instance.defaultNSFWPolicy", "instance.sensitivePolicy"),
    ("instance.serverCountry", "about.country"),
    ("instance.support.text", "about.support"),
    ("instance.social.externalLink", "about.website"),
    ("instance.social.mastodonLink", "about.mastodon"),
    ("instance.social.blueskyLink", "about.bluesky"),
    ("instance.customizations.css", "look.css"),
    ("theme.customization.primaryColor", "look.action"),
    ("theme.customization.headerBackgroundColor", "look.roof"),
    ("signup.limit", "signup.limit"),
    ("signup.requiresEmailVerification", "signup.verifyEmail"),
    ("signup.minimumAge", "signup.minimumAge"),
    ("admin.email", "contact.email"),
    ("contactForm.enabled", "contact.enabled"),
    ("autoBlacklist.videos.ofUsers.enabled", "review.newVideos"),
    ("user.videoQuota", "uploads.defaultQuota"),
    ("user.videoQuotaDaily", "uploads.defaultQuotaDaily"),
    ("videoChannels.maxPerUser", "uploads.groupsPerAccount"),
    ("transcoding.originalFile.keep", "transcoding.keepOriginal"),
    ("transcoding.fps.max", "transcoding.maxFps"),
    ("transcoding.webVideos.enabled", "transcoding.progressive"),
    ("broadcastMessage.enabled", "broadcast.enabled"),
    ("broadcastMessage.message", "broadcast.message"),
    ("broadcastMessage.level", "broadcast.level"),
    ("broadcastMessage.dismissable", "broadcast.dismissable"),
    ("defaults.publish.downloadEnabled", "publish.downloadEnabled"),
    ("defaults.publish.commentsPolicy", "publish.commentsPolicy"),
    ("defaults.publish.privacy", "publish.privacy"),
    ("defaults.publish.licence", "publish.licence"),
    ("defaults.p2p.webapp.enabled", "p2p.webapp"),
    ("defaults.p2p.embed.enabled", "p2p.embed"),
];

/// The settings.
#[utoipa::path(get, path = "/config/custom", tag = "config", security(("token" = [])), responses((status = 200, body = CustomConfig), (status = 403)))]
async fn read(State(app): State<App>, caller: Caller) -> Result<Json<CustomConfig>> {
    caller.administrator()?;
    Ok(Json(shape::of(&app.settings())))
}

/// Changes the parts that the body names.
#[utoipa::path(put, path = "/config/custom", request_body = CustomConfig, tag = "config", security(("token" = [])),
    responses((status = 200, body = CustomConfig), (status = 400), (status = 403)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Body(change): Body<Value>,
) -> Result<Json<CustomConfig>> {
    caller.administrator()?;
    let changed = server::choose(&app, move |settings| changed(settings, &change)).await?;
    Ok(Json(shape::of(&changed)))
}

/// The settings of a new instance, but for its address.
#[utoipa::path(delete, path = "/config/custom", tag = "config", security(("token" = [])), responses((status = 200, body = CustomConfig), (status = 403)))]
async fn reset(State(app): State<App>, caller: Caller) -> Result<Json<CustomConfig>> {
    caller.administrator()?;
    let anew = server::choose(&app, |settings| Ok(settings.anew())).await?;
    Ok(Json(shape::of(&anew)))
}

/// What a change in PeerTube's words makes of the settings.
fn changed(settings: &Settings, change: &Value) -> Result<Settings> {
    let present = serde_json::to_value(shape::of(settings))?;
    let mut wrong = Vec::new();
    compare(&present, change, String::new(), &mut wrong);
    let mut ours = Value::Object(Map::new());
    for (theirs, mine) in SAME {
        if let Some(value) = at(change, theirs) {
            put(&mut ours, mine, value.clone());
        }
    }
    signup(settings, change, &mut ours);
    if let Some(Value::Object(sides)) = at(change, "transcoding.resolutions") {
        let has = |side: &u32| sides.get(&format!("{side}p")).and_then(Value::as_bool);
        let kept = |side: &u32| settings.transcoding.resolutions.contains(side);
        let chosen: Vec<u32> =
            RESOLUTIONS.into_iter().filter(|side| has(side).unwrap_or_else(|| kept(side))).collect();
        put(&mut ours, "transcoding.resolutions", chosen.into());
    }
    // A colour that is none is an empty text there.
    for colour in ["look.action", "look.roof"] {
        if at(&ours, colour).and_then(Value::as_str) == Some("") {
            put(&mut ours, colour, Value::Null);
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    settings.changed(&ours).map_err(|error| match error {
        Error::Invalid(fields) => Error::Invalid(fields.into_iter().map(in_their_words).collect()),
        other => other,
    })
}

/// Two switches there are one choice here.
fn signup(settings: &Settings, change: &Value, ours: &mut Value) {
    let flag = |path: &str| at(change, path).and_then(Value::as_bool);
    let (open, approval) = (flag("signup.enabled"), flag("signup.requiresApproval"));
    if open.is_none() && approval.is_none() {
        return;
    }
    let open = open.unwrap_or(settings.signup.mode != SignupMode::Closed);
    let approval = approval.unwrap_or(settings.signup.mode == SignupMode::Approval);
    let mode = match (open, approval) {
        (false, _) => "closed",
        (true, true) => "approval",
        (true, false) => "open",
    };
    put(ours, "signup.mode", mode.into());
}

/// Names every part whose JSON type is another than the one that stands there.
fn compare(present: &Value, change: &Value, path: String, wrong: &mut Vec<InvalidField>) {
    match (present, change) {
        (Value::Object(present), Value::Object(change)) => {
            for (key, value) in change {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                if let Some(present) = present.get(key) {
                    compare(present, value, path, wrong);
                }
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        (present, change) if std::mem::discriminant(present) == std::mem::discriminant(change) => {}
        _ => wrong.push(InvalidField {
            field: path.into(),
            rule: "Invalid value".into(),
            location: Location::Body,
            value: Some(change.clone()).filter(|value| value.to_string().len() <= 200),
        }),
    }
}

fn in_their_words(field: InvalidField) -> InvalidField {
    let theirs = SAME.iter().find(|(_, ours)| *ours == field.field).map(|(theirs, _)| *theirs);
    InvalidField { field: theirs.map_or(field.field, Into::into), ..field }
}

/// The value at `a.b.c`.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

/// Puts a value at `section.field`.
fn put(whole: &mut Value, path: &str, value: Value) {
    if let Some((section, field)) = path.split_once('.') {
        whole[section][field] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_name_is_there_in_both() {
        let settings = Settings::default();
        let theirs = serde_json::to_value(shape::of(&settings)).unwrap();
        let ours = serde_json::to_value(&settings).unwrap();
        for (their, mine) in SAME {
            assert!(at(&theirs, their).is_some(), "{their}");
            assert!(at(&ours, mine).is_some(), "{mine}");
        }
    }

    #[test]
    fn what_was_read_may_be_sent_back() {
        let settings = Settings::default();
        let whole = serde_json::to_value(shape::of(&settings)).unwrap();
        assert_eq!(changed(&settings, &whole).unwrap(), settings);
    }

    #[test]
    fn switches_and_sides_are_translated() {
        let change = json!({
            "signup": {"enabled": true, "requiresApproval": true},
            "transcoding": {"resolutions": {"1080p": false, "2160p": true}},
            "theme": {"customization": {"primaryColor": "#0e5a46"}},
            "live": {"enabled": true},
        });
        let settings = changed(&Settings::default(), &change).unwrap();
        assert_eq!(settings.signup.mode, SignupMode::Approval);
        assert_eq!(settings.transcoding.resolutions, [0, 144, 240, 360, 480, 720, 2160]);
        assert_eq!(settings.look.action.as_deref(), Some("#0e5a46"));
        let closed = changed(&settings, &json!({"signup": {"enabled": false}})).unwrap();
        assert_eq!(closed.signup.mode, SignupMode::Closed);
    }

    #[test]
    fn what_is_wrong_is_named_as_it_was_sent() {
        let names = |change: Value| {
            let Err(Error::Invalid(wrong)) = changed(&Settings::default(), &change) else {
                panic!("refused")
            };
            wrong.into_iter().map(|wrong| wrong.field.into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(json!({"instance": {"name": ""}})), ["instance.name"]);
        assert_eq!(names(json!({"admin": {"email": "root"}})), ["admin.email"]);
        assert_eq!(names(json!({"cache": {"previews": {"size": "many"}}})), ["cache.previews.size"]);
    }
}
