//! What an administrator chooses in the browser, kept in the database: one typed document per section. What belongs to
//! the machine is in [`crate::config`].

mod check;
pub mod colours;
pub mod css;
mod home;
pub mod pictures;
mod sections;
mod store;

pub use check::RESOLUTIONS;
pub use colours::Colours;
pub use home::{BlockOrder, HomeBlock};
pub use sections::{
    AboutSettings, BroadcastLevel, BroadcastSettings, ContactSettings, HomeSettings, InstanceSettings,
    LookSettings, MailSettings, P2pSettings, PublishSettings, ReviewSettings, SignupMode, SignupSettings,
    TranscodingSettings, UploadSettings,
};

use crate::error::{Error, Result};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All sections. In an answer every field is there; a change names those that it is about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Name, description and terms.
    #[schema(required)]
    pub instance: InstanceSettings,
    /// Who is behind it, and what people ought to know.
    #[schema(required)]
    pub about: AboutSettings,
    /// The home page.
    #[schema(required)]
    pub home: HomeSettings,
    /// Which renditions are made.
    #[schema(required)]
    pub transcoding: TranscodingSettings,
    /// What may be sent.
    #[schema(required)]
    pub uploads: UploadSettings,
    /// What the form of a new video begins with.
    #[schema(required)]
    pub publish: PublishSettings,
    /// What moderators look at first.
    #[schema(required)]
    pub review: ReviewSettings,
    /// Viewers who help each other.
    #[schema(required)]
    pub p2p: P2pSettings,
    /// How people get an account.
    #[schema(required)]
    pub signup: SignupSettings,
    /// The mail server that takes our letters.
    #[schema(required)]
    pub mail: MailSettings,
    /// Letters of strangers to those who run the instance.
    #[schema(required)]
    pub contact: ContactSettings,
    /// A sentence on every page.
    #[schema(required)]
    pub broadcast: BroadcastSettings,
    /// Colours and style.
    #[schema(required)]
    pub look: LookSettings,
}

/// Languages that the interface speaks.
pub const LANGUAGES: [&str; 2] = ["fr", "en"];

impl Settings {
    /// The rules of all sections.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming each field that breaks one, as `section.field`.
    pub fn check(&self) -> Result<()> {
        let wrong = check::of(self);
        if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
    }

    /// These settings with the parts that `change` names replaced; parts it leaves out stay. A password that is `null`
    /// stays as it is: nobody is told it, so nobody can send it back. For another mail server it is written again, so that
    /// nobody learns it by naming a server of their own.
    ///
    /// # Errors
    /// [`Error::Invalid`] for unknown keys, wrong types and broken rules.
    pub fn changed(&self, change: &serde_json::Value) -> Result<Self> {
        let mut whole = serde_json::to_value(self)?;
        merge(&mut whole, change)?;
        let mut changed: Self = serde_json::from_value(whole)
            .map_err(|error| Error::invalid("settings", format!("Not understood: {error}.")))?;
        let written = change.pointer("/mail/password").is_some_and(|password| !password.is_null());
        if !written {
            changed.mail.password.clone_from(&self.mail.password);
            let goes_elsewhere = !changed.mail.host.is_empty() && changed.mail.host != self.mail.host;
            if goes_elsewhere && self.told().mail.password_is_set {
                return Err(Error::invalid(
                    "mail.password",
                    "It would go to another server: write it again, or take it away.",
                ));
            }
        }
        changed.mail.password_is_set = false;
        changed.check()?;
        Ok(changed)
    }

    /// These settings as administrators are told them: without the password, and with whether there is one.
    #[must_use]
    pub fn told(&self) -> Self {
        let mut told = self.clone();
        told.mail.password_is_set = told.mail.password.take().is_some_and(|password| !password.is_empty());
        told
    }

    /// The settings of a new instance, but for its address, without which nobody finds it.
    #[must_use]
    pub fn anew(&self) -> Self {
        let mut anew = Self::default();
        anew.instance.public_url.clone_from(&self.instance.public_url);
        anew
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
    fn everything_wrong_is_named_at_once() {
        let change =
            json!({"instance": {"name": ""}, "about": {"categories": [99]}, "look": {"roof": "red"}});
        let Err(Error::Invalid(wrong)) = Settings::default().changed(&change) else { panic!("refused") };
        let fields: Vec<_> = wrong.iter().map(|wrong| wrong.field.as_ref()).collect();
        assert_eq!(fields, ["instance.name", "about.categories", "look.roof"]);
    }

    #[test]
    fn a_password_is_kept_told_to_nobody_and_taken_away() {
        let settings = Settings::default();
        let set = settings
            .changed(&json!({"mail": {"host": "mail.example", "from": "a@b.example", "password": "secret"}}));
        let set = set.unwrap();
        assert_eq!((set.told().mail.password, set.told().mail.password_is_set), (None, true));
        // What was told comes back with the next form.
        let again = set.changed(&serde_json::to_value(set.told()).unwrap()).unwrap();
        assert_eq!(again, set);
        let gone = set.changed(&json!({"mail": {"password": ""}})).unwrap();
        assert!(!gone.told().mail.password_is_set);
        // A server of somebody else is not handed it, in one step or in two.
        let none = set.changed(&json!({"mail": {"host": ""}})).unwrap();
        for before in [&set, &none] {
            let Err(Error::Invalid(wrong)) = before.changed(&json!({"mail": {"host": "other.example"}}))
            else {
                panic!("refused")
            };
            assert_eq!(wrong[0].field, "mail.password");
            let anew = json!({"mail": {"host": "other.example", "password": "another"}});
            assert!(before.changed(&anew).is_ok());
            assert!(before.changed(&json!({"mail": {"host": "other.example", "password": ""}})).is_ok());
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
