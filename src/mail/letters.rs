//! What letters say, in each language. Links and names come ready; who gets which letter is the worker's affair.

use super::{
    Letter,
    form::{self, Words},
    news::{self, News},
};

/// What a letter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Whether letters arrive.
    Test,
    /// Somebody forgot the password.
    Password {
        /// Handle of the account.
        name: String,
        /// Where a new one is chosen.
        link: String,
    },
    /// An administrator made an account for somebody.
    Invitation {
        /// Handle of the account.
        name: String,
        /// Where its password is chosen.
        link: String,
    },
    /// Somebody is to prove the address of an account.
    ConfirmAddress {
        /// Handle of the account.
        name: String,
        /// The proof.
        link: String,
    },
    /// Somebody is to prove the address that the account wants to have.
    NewAddress {
        /// Handle of the account.
        name: String,
        /// The proof.
        link: String,
    },
    /// To the present address, when another is to take its place.
    AddressMoving {
        /// Handle of the account.
        name: String,
    },
    /// Somebody who wants an account is to prove the address.
    ProveAddress {
        /// The handle that is wanted.
        name: String,
        /// The proof.
        link: String,
        /// A moderator decides after that.
        needs_approval: bool,
    },
    /// Somebody asked for a second account with an address that has one.
    AlreadyHere {
        /// Handle of the account that is there.
        name: String,
        /// Where a forgotten password is asked for.
        link: String,
    },
    /// To those who decide: somebody waits.
    RegistrationArrived {
        /// The handle that is wanted.
        name: String,
        /// Why.
        reason: String,
        /// Where it is decided.
        link: String,
    },
    /// The account is made.
    RegistrationAccepted {
        /// Its handle.
        name: String,
        /// What the moderator says.
        answer: Option<String>,
        /// Where to sign in.
        link: String,
    },
    /// The account is not made.
    RegistrationRejected {
        /// What the moderator says.
        answer: Option<String>,
    },
    /// What somebody is told.
    News(News),
    /// From a stranger to those who run the instance.
    Contact {
        /// As the stranger wants to be called.
        name: String,
        /// Where an answer goes.
        email: String,
        /// One line.
        subject: String,
        /// Plain text.
        body: String,
    },
}

/// Who writes to whom.
#[derive(Debug, Clone, Copy)]
pub struct Between<'a> {
    /// Language of the letter: `fr` or `en`.
    pub lang: &'a str,
    /// Name of the instance.
    pub site: &'a str,
    /// Address of the instance.
    pub base: &'a str,
    /// Address of the receiver.
    pub to: &'a str,
}

/// The letter.
pub fn write(between: Between<'_>, about: &About) -> Letter {
    let words = match between.lang {
        "fr" => french(between.site, about),
        _ => english(between.site, about),
    };
    let answered = matches!(about, About::Contact { .. });
    let foot = match between.lang {
        "fr" if answered => {
            format!("{}, {}, par le formulaire de la page À propos.", between.site, between.base)
        }
        _ if answered => format!("{}, {}, by the form of the page About.", between.site, between.base),
        "fr" => format!(
            "{}, {}. Ce message est parti tout seul : personne ne lirait une réponse.",
            between.site, between.base
        ),
        _ => format!(
            "{}, {}. A machine sent this message: nobody would read an answer.",
            between.site, between.base
        ),
    };
    let words = form::typeset(between.lang, Words { foot, ..words });
    Letter {
        to: between.to.to_owned(),
        subject: words.subject.clone(),
        text: form::text(&words),
        html: form::html(between.lang, &words),
        reply_to: match about {
            About::Contact { email, .. } => Some(email.clone()),
            _ => None,
        },
        stop: match about {
            About::News(news) => Some(news.stop.clone()),
            _ => None,
        },
    }
}

fn lines<const N: usize>(lines: [&str; N]) -> Vec<String> {
    lines.map(str::to_owned).to_vec()
}

fn english(site: &str, about: &About) -> Words {
    let link = |label: &str, url: &String| Some((label.to_owned(), url.clone()));
    match about {
        About::News(news) => news::words("en", site, news),
        About::Test => Words {
            subject: format!("{site} can send mail"),
            before: lines(["Hello,", "if you read this, the mail server of your kiosk works."]),
            ..Words::default()
        },
        About::Password { name, link: url } => Words {
            subject: format!("A new password for {site}"),
            before: vec![
                "Hello,".into(),
                format!("somebody, probably you, forgot the password of the account @{name}."),
            ],
            link: link("Choose a new password", url),
            after: lines([
                "The link works once, within two hours. If it was not you, do nothing: your password stays as it is.",
            ]),
            ..Words::default()
        },
        About::Invitation { name, link: url } => Words {
            subject: format!("Your account on {site}"),
            before: vec![
                "Hello,".into(),
                format!("an account has been made for you: @{name}. Choose its password to come in."),
            ],
            link: link("Choose a password", url),
            after: lines(["The link works once, within a week. If you expected nothing, do nothing."]),
            ..Words::default()
        },
        About::ConfirmAddress { name, link: url } => Words {
            subject: format!("Confirm your address for {site}"),
            before: vec![
                "Hello,".into(),
                format!("please confirm that this address belongs to the account @{name}."),
            ],
            link: link("Confirm the address", url),
            after: lines(["The link works once, within three days."]),
            ..Words::default()
        },
        About::NewAddress { name, link: url } => Words {
            subject: format!("Confirm your new address for {site}"),
            before: vec![
                "Hello,".into(),
                format!("the account @{name} wants to have this address. Please confirm it."),
            ],
            link: link("Confirm the new address", url),
            after: lines([
                "The link works once, within three days. Until then letters go to the old address. If it was not you, do nothing.",
            ]),
            ..Words::default()
        },
        About::AddressMoving { name } => Words {
            subject: format!("Your account on {site} is to have another address"),
            before: vec![
                "Hello,".into(),
                format!(
                    "somebody who knows the password of @{name} asked for another e-mail address. It takes the place of this one when it is confirmed."
                ),
            ],
            after: lines([
                "If it was not you, sign in and change your password, or tell those who look after the kiosk.",
            ]),
            ..Words::default()
        },
        About::ProveAddress { name, link: url, needs_approval } => Words {
            subject: format!("Confirm your address for {site}"),
            before: vec![
                "Hello,".into(),
                format!("you asked for the account @{name}. Please confirm that this is your address."),
            ],
            link: link("Confirm the address", url),
            after: lines([
                if *needs_approval {
                    "Your request is read by a person after that; you will get an answer here."
                } else {
                    "Your account is made with that."
                },
                "The link works once, within three days. If you asked for nothing, do nothing.",
            ]),
            ..Words::default()
        },
        About::AlreadyHere { name, link: url } => Words {
            subject: format!("You have an account on {site} already"),
            before: vec![
                "Hello,".into(),
                format!(
                    "somebody, perhaps you, gave this address for an account here. It has one already: @{name}. Nothing was changed."
                ),
            ],
            link: link("I forgot my password", url),
            after: lines(["If it was not you, do nothing."]),
            ..Words::default()
        },
        About::RegistrationArrived { name, reason, link: url } => Words {
            subject: format!("{site}: @{name} asks for an account"),
            before: vec![
                "Hello,".into(),
                format!("somebody asks for the account @{name} and waits for your answer:"),
            ],
            quote: Some(reason.clone()),
            link: link("Read the requests", url),
            ..Words::default()
        },
        About::RegistrationAccepted { name, answer, link: url } => Words {
            subject: format!("Welcome to {site}"),
            before: vec![
                "Hello,".into(),
                format!("your account @{name} is made. You can sign in with the password that you chose."),
            ],
            quote: answer.clone(),
            link: link("Sign in", url),
            ..Words::default()
        },
        About::Contact { name, email, subject, body } => Words {
            subject: format!("{site}: {subject}"),
            before: vec![
                "Hello,".into(),
                format!(
                    "{name} ({email}) writes to you. Your answer goes to this address, which nobody has proven."
                ),
            ],
            quote: Some(body.clone()),
            ..Words::default()
        },
        About::RegistrationRejected { answer } => Words {
            subject: format!("Your request to {site}"),
            before: lines([
                "Hello,",
                "those who look after the kiosk read your request for an account and did not accept it.",
            ]),
            quote: answer.clone(),
            ..Words::default()
        },
    }
}

fn french(site: &str, about: &About) -> Words {
    let link = |label: &str, url: &String| Some((label.to_owned(), url.clone()));
    match about {
        About::News(news) => news::words("fr", site, news),
        About::Test => Words {
            subject: format!("{site} sait envoyer du courriel"),
            before: lines([
                "Bonjour,",
                "si vous lisez ceci, le serveur de courriel de votre kiosque fonctionne.",
            ]),
            ..Words::default()
        },
        About::Password { name, link: url } => Words {
            subject: format!("Un nouveau mot de passe pour {site}"),
            before: vec![
                "Bonjour,".into(),
                format!("quelqu'un, sans doute vous, a oublié le mot de passe du compte @{name}."),
            ],
            link: link("Choisir un nouveau mot de passe", url),
            after: lines([
                "Le lien sert une fois, dans les deux heures. Si ce n'était pas vous, ne faites rien : votre mot de passe reste le même.",
            ]),
            ..Words::default()
        },
        About::Invitation { name, link: url } => Words {
            subject: format!("Votre compte sur {site}"),
            before: vec![
                "Bonjour,".into(),
                format!("un compte a été créé pour vous : @{name}. Choisissez son mot de passe pour entrer."),
            ],
            link: link("Choisir un mot de passe", url),
            after: lines([
                "Le lien sert une fois, dans la semaine. Si vous n'attendiez rien, ne faites rien.",
            ]),
            ..Words::default()
        },
        About::ConfirmAddress { name, link: url } => Words {
            subject: format!("Confirmez votre adresse pour {site}"),
            before: vec![
                "Bonjour,".into(),
                format!("confirmez que cette adresse est bien celle du compte @{name}."),
            ],
            link: link("Confirmer l'adresse", url),
            after: lines(["Le lien sert une fois, dans les trois jours."]),
            ..Words::default()
        },
        About::NewAddress { name, link: url } => Words {
            subject: format!("Confirmez votre nouvelle adresse pour {site}"),
            before: vec![
                "Bonjour,".into(),
                format!("le compte @{name} veut prendre cette adresse. Confirmez-la."),
            ],
            link: link("Confirmer la nouvelle adresse", url),
            after: lines([
                "Le lien sert une fois, dans les trois jours. D'ici là, les messages vont à l'ancienne adresse. Si ce n'était pas vous, ne faites rien.",
            ]),
            ..Words::default()
        },
        About::AddressMoving { name } => Words {
            subject: format!("Votre compte sur {site} va changer d'adresse"),
            before: vec![
                "Bonjour,".into(),
                format!(
                    "quelqu'un qui connaît le mot de passe de @{name} a demandé une autre adresse courriel. Elle remplacera celle-ci une fois confirmée."
                ),
            ],
            after: lines([
                "Si ce n'était pas vous, connectez-vous et changez le mot de passe, ou prévenez l'équipe du kiosque.",
            ]),
            ..Words::default()
        },
        About::ProveAddress { name, link: url, needs_approval } => Words {
            subject: format!("Confirmez votre adresse pour {site}"),
            before: vec![
                "Bonjour,".into(),
                format!("vous avez demandé le compte @{name}. Confirmez que cette adresse est la vôtre."),
            ],
            link: link("Confirmer l'adresse", url),
            after: lines([
                if *needs_approval {
                    "Une personne lira ensuite votre demande ; la réponse viendra ici."
                } else {
                    "Votre compte sera alors créé."
                },
                "Le lien sert une fois, dans les trois jours. Si vous n'avez rien demandé, ne faites rien.",
            ]),
            ..Words::default()
        },
        About::AlreadyHere { name, link: url } => Words {
            subject: format!("Vous avez déjà un compte sur {site}"),
            before: vec![
                "Bonjour,".into(),
                format!(
                    "quelqu'un, peut-être vous, a donné cette adresse pour un compte d'ici. Elle en a déjà un : @{name}. Rien n'a changé."
                ),
            ],
            link: link("J'ai oublié mon mot de passe", url),
            after: lines(["Si ce n'était pas vous, ne faites rien."]),
            ..Words::default()
        },
        About::RegistrationArrived { name, reason, link: url } => Words {
            subject: format!("{site} : @{name} demande un compte"),
            before: vec![
                "Bonjour,".into(),
                format!("quelqu'un demande le compte @{name} et attend votre réponse :"),
            ],
            quote: Some(reason.clone()),
            link: link("Lire les demandes", url),
            ..Words::default()
        },
        About::RegistrationAccepted { name, answer, link: url } => Words {
            subject: format!("Bienvenue sur {site}"),
            before: vec![
                "Bonjour,".into(),
                format!(
                    "votre compte @{name} est créé. Vous pouvez vous connecter avec le mot de passe que vous avez choisi."
                ),
            ],
            quote: answer.clone(),
            link: link("Se connecter", url),
            ..Words::default()
        },
        About::Contact { name, email, subject, body } => Words {
            subject: format!("{site} : {subject}"),
            before: vec![
                "Bonjour,".into(),
                format!(
                    "{name} ({email}) vous écrit. Votre réponse ira à cette adresse, que rien ne prouve."
                ),
            ],
            quote: Some(body.clone()),
            ..Words::default()
        },
        About::RegistrationRejected { answer } => Words {
            subject: format!("Votre demande à {site}"),
            before: lines([
                "Bonjour,",
                "l'équipe du kiosque a lu votre demande de compte et ne l'a pas acceptée.",
            ]),
            quote: answer.clone(),
            ..Words::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_is_written_in_both_languages() {
        let (name, link) = ("anne".to_owned(), "https://example.org/x?t=1".to_owned());
        let answer = Some("Bienvenue !".to_owned());
        let all = [
            About::Test,
            About::Password { name: name.clone(), link: link.clone() },
            About::Invitation { name: name.clone(), link: link.clone() },
            About::ConfirmAddress { name: name.clone(), link: link.clone() },
            About::NewAddress { name: name.clone(), link: link.clone() },
            About::AddressMoving { name: name.clone() },
            About::ProveAddress { name: name.clone(), link: link.clone(), needs_approval: true },
            About::ProveAddress { name: name.clone(), link: link.clone(), needs_approval: false },
            About::AlreadyHere { name: name.clone(), link: link.clone() },
            About::RegistrationArrived { name: name.clone(), reason: "I sing".into(), link: link.clone() },
            About::RegistrationAccepted { name, answer: answer.clone(), link },
            About::RegistrationRejected { answer },
            About::Contact {
                name: "Jo".into(),
                email: "jo@example.net".into(),
                subject: "The hall".into(),
                body: "Is it open?".into(),
            },
        ];
        for about in &all {
            let letter = |lang| {
                let between =
                    Between { lang, site: "Le Grillon", base: "https://example.org", to: "a@example.org" };
                write(between, about)
            };
            let (fr, en) = (letter("fr"), letter("en"));
            assert!(fr.text.starts_with("Bonjour,") && en.text.starts_with("Hello,"), "{about:?}");
            assert!(fr.subject != en.subject && !fr.subject.contains('\''), "{about:?}");
            for letter in [&fr, &en] {
                assert!(letter.subject.contains("Le Grillon") && letter.html.contains("https://example.org"));
                let linked = !matches!(
                    about,
                    About::Test
                        | About::AddressMoving { .. }
                        | About::RegistrationRejected { .. }
                        | About::Contact { .. }
                );
                assert_eq!(letter.reply_to.is_some(), matches!(about, About::Contact { .. }), "{about:?}");
                assert_eq!(letter.text.contains("\nhttps://example.org/x?t=1\n"), linked, "{}", letter.text);
                // Nothing is fetched and nobody is counted.
                assert!(!letter.html.contains("<img") && !letter.html.contains("src="), "{}", letter.html);
            }
        }
    }
}
