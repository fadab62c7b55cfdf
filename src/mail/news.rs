//! What letters say of what happened.

use super::form::{self, Words};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// What one follows has a new video.
    NewVideo,
    /// One's video can be watched.
    Published,
    /// Somebody commented one's video.
    Comment,
    /// The same, and it waits for approval.
    CommentHeld,
    /// Somebody speaks to oneself.
    Mention,
    /// Somebody follows oneself.
    FollowsYou,
    /// Somebody follows one's group.
    FollowsGroup,
    /// There is a new account.
    Account,
    /// Somebody wants one.
    Registration,
    /// Somebody reports something that is gone meanwhile.
    Reported,
    /// Somebody reports a video.
    ReportedVideo,
    /// Somebody reports a comment below a video.
    ReportedComment,
    /// Somebody reports an account.
    ReportedAccount,
    /// One's report was accepted.
    ReportAccepted,
    /// One's report was rejected.
    ReportRejected,
    /// There is a message about a report.
    ReportMessage,
    /// Moderators hide one's video.
    VideoHidden,
    /// They show it again.
    VideoShown,
    /// Somebody invites into a group.
    Invited,
    /// Somebody accepts an invitation.
    Accepted,
    /// Somebody refuses an invitation.
    Refused,
    /// Somebody asks to come into a group.
    JoinAsked,
    /// A group lets one in.
    JoinAccepted,
    /// A group does not let one in.
    JoinRefused,
    /// A new video waits for a moderator.
    VideoHeld,
    /// Somebody wants to give one a video.
    VideoOffered,
    /// Somebody takes the video that one has offered.
    OfferAccepted,
    /// Somebody does not take it.
    OfferRefused,
    /// Moderators write to one; what, is read on the site only.
    Warned,
}

/// One line of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What happened.
    pub what: What,
    /// Who did it; empty where nobody did.
    pub name: String,
    /// The group that it is about.
    pub group: String,
    /// The video that it is about.
    pub video: String,
    /// Where it leads.
    pub link: String,
}

/// What a letter tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The latest first.
    pub items: Vec<Item>,
    /// How many there are beside them.
    pub more: u64,
    /// Page with all of them.
    pub list: String,
    /// Page where one chooses what to be told.
    pub choices: String,
    /// Stops these letters at once.
    pub stop: String,
}

/// Letters of a title in a subject.
const MOST_SUBJECT: usize = 120;

/// One line, in English or French.
pub fn line(lang: &str, item: &Item) -> String {
    if lang == "fr" { form::french(&french_line(item)) } else { english_line(item) }
}

pub(super) fn words(lang: &str, site: &str, news: &News) -> Words {
    let french = lang == "fr";
    let say = if french { french_line } else { english_line };
    let list: Vec<(String, String)> = news.items.iter().map(|item| (say(item), item.link.clone())).collect();
    let all = news.items.len() as u64 + news.more;
    let colon = if french { " :" } else { ":" };
    let subject = match &list[..] {
        [(line, _)] if news.more == 0 => format!("{site}{colon} {line}").chars().take(MOST_SUBJECT).collect(),
        _ if french => format!("{site}{colon} {all} nouvelles"),
        _ => format!("{site}{colon} {all} things are new"),
    };
    let more = match news.more {
        0 => None,
        more if french => Some(format!("Il y en a {more} de plus sur la page des notifications.")),
        1 => Some("There is one more on the page of notifications.".to_owned()),
        more => Some(format!("There are {more} more on the page of notifications.")),
    };
    let (hello, label, choose, stop) = if french {
        (
            format!("Bonjour, voici ce qu'il y a de nouveau sur {site}."),
            "Voir toutes les notifications",
            "Choisir ce qui vous est annoncé :",
            "Ne plus recevoir ces messages :",
        )
    } else {
        (
            format!("Hello, this is new on {site}."),
            "See all notifications",
            "Choose what you are told:",
            "Get no more of these messages:",
        )
    };
    let mut after: Vec<String> = more.into_iter().collect();
    after.push(format!("{choose} {}", news.choices));
    after.push(format!("{stop} {}", news.stop));
    Words {
        subject,
        before: vec![hello],
        list,
        link: Some((label.to_owned(), news.list.clone())),
        after,
        ..Words::default()
    }
}

fn english_line(item: &Item) -> String {
    let Item { name, group, video, .. } = item;
    match item.what {
        What::NewVideo => format!("{group} has a new video: {video}"),
        What::Published => format!("Your video is online: {video}"),
        What::Comment => format!("{name} commented on {video}"),
        What::CommentHeld => format!("{name} commented on {video}. The comment waits for approval."),
        What::Mention => format!("{name} speaks to you below {video}"),
        What::FollowsYou => format!("{name} follows you"),
        What::FollowsGroup => format!("{name} follows {group}"),
        What::Account => format!("{name} has made an account"),
        What::Registration => format!("{name} asks for an account"),
        What::Reported => "A report waits for an answer".to_owned(),
        What::ReportedVideo => format!("A report waits for an answer: the video {video}"),
        What::ReportedComment => format!("A report waits for an answer: a comment below {video}"),
        What::ReportedAccount => format!("A report waits for an answer: the account {name}"),
        What::ReportAccepted => "Your report was accepted".to_owned(),
        What::ReportRejected => "Your report was rejected".to_owned(),
        What::ReportMessage => "There is a new message about a report".to_owned(),
        What::VideoHidden => format!("The moderators have hidden your video: {video}"),
        What::VideoShown => format!("The moderators show your video again: {video}"),
        What::Invited => format!("{name} invites you into {group}"),
        What::Accepted => format!("{name} has accepted your invitation into {group}"),
        What::Refused => format!("{name} has refused your invitation into {group}"),
        What::JoinAsked => format!("{name} asks to come into {group}"),
        What::JoinAccepted => format!("You are in {group} now"),
        What::JoinRefused => format!("{group} has turned down your request to come in"),
        What::VideoHeld => format!("A new video waits to be looked at: {video}"),
        What::VideoOffered => format!("{name} wants to give you a video: {video}"),
        What::OfferAccepted => format!("{name} has taken your video {video}"),
        What::OfferRefused => format!("{name} has not taken your video {video}"),
        What::Warned => "The moderators have written to you".to_owned(),
    }
}

fn french_line(item: &Item) -> String {
    let Item { name, group, video, .. } = item;
    match item.what {
        What::NewVideo => format!("{group} a une nouvelle vidéo : {video}"),
        What::Published => format!("Votre vidéo est en ligne : {video}"),
        What::Comment => format!("{name} a commenté {video}"),
        What::CommentHeld => format!("{name} a commenté {video}. Le commentaire attend votre accord."),
        What::Mention => format!("{name} vous répond sous {video}"),
        What::FollowsYou => format!("{name} vous suit"),
        What::FollowsGroup => format!("{name} suit {group}"),
        What::Account => format!("{name} a créé un compte"),
        What::Registration => format!("{name} demande un compte"),
        What::Reported => "Un signalement attend une réponse".to_owned(),
        What::ReportedVideo => format!("Un signalement attend une réponse : la vidéo {video}"),
        What::ReportedComment => format!("Un signalement attend une réponse : un commentaire sous {video}"),
        What::ReportedAccount => format!("Un signalement attend une réponse : le compte {name}"),
        What::ReportAccepted => "Votre signalement a été accepté".to_owned(),
        What::ReportRejected => "Votre signalement a été refusé".to_owned(),
        What::ReportMessage => "Un signalement a un nouveau message".to_owned(),
        What::VideoHidden => format!("La modération a caché votre vidéo : {video}"),
        What::VideoShown => format!("La modération montre à nouveau votre vidéo : {video}"),
        What::Invited => format!("{name} vous invite dans {group}"),
        What::Accepted => format!("{name} a accepté votre invitation dans {group}"),
        What::Refused => format!("{name} a refusé votre invitation dans {group}"),
        What::JoinAsked => format!("{name} demande à entrer dans {group}"),
        What::JoinAccepted => format!("Vous faites maintenant partie de {group}"),
        What::JoinRefused => format!("{group} n'a pas accepté votre demande"),
        What::VideoHeld => format!("Une vidéo nouvelle attend d'être vue : {video}"),
        What::VideoOffered => format!("{name} veut vous donner une vidéo : {video}"),
        What::OfferAccepted => format!("{name} a pris votre vidéo {video}"),
        What::OfferRefused => format!("{name} n'a pas pris votre vidéo {video}"),
        What::Warned => "La modération vous a écrit".to_owned(),
    }
}
