//! Letters: their words in each language ([`letters`]), their form ([`form`]), and handing them to the mail server.
//!
//! Nothing in a letter is fetched from anywhere: no picture, no style sheet, no link that counts who follows it.

pub mod form;
pub mod letters;
pub mod news;

use crate::{
    clock::Timestamp,
    config::{MailConfig, MailSecurity},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, SmtpTransport, Tokio1Executor,
    address::AddressError,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use std::{
    error::Error as _,
    io::ErrorKind,
    time::{Duration, UNIX_EPOCH},
};
use thiserror::Error;

/// A mail server takes the connection within this time.
const CONNECT: Duration = Duration::from_secs(20);
/// A whole letter is handed over within this time.
const WHOLE: Duration = Duration::from_secs(60);
/// What stands in an error of the connection when a certificate is refused.
const NO_TRUST: &str = "invalid peer certificate";
/// The same when there is no TLS at all.
const NO_TLS: [&str; 3] = ["certificate", "corrupt message", "STARTTLS"];
/// What is said of a server that lets us wait, as one that expects encryption at once does when we wait for its greeting.
const SILENCE: &str = "it stays silent; does the port go with the encryption?";
/// Characters of a mail server's own words that are kept.
const MOST_WORDS: usize = 300;

/// Why a letter did not go. The text is for administrators and holds no secret.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum MailError {
    /// The configuration names no mail server.
    #[error("no mail server is configured: set mail.host and mail.from")]
    NoServer,
    /// The configuration names no sender, or one that is no address.
    #[error("the sender's address is missing or wrong: set mail.from")]
    NoSender,
    /// The address of the receiver cannot be written into a letter.
    #[error("the address cannot be written to: {0}")]
    Address(String),
    /// Nobody answers at the mail server's address.
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(String),
    /// The encrypted connection could not be made.
    #[error("the mail server's encryption is refused: {0}")]
    Tls(String),
    /// It shows a certificate that cannot be trusted.
    #[error("the mail server's certificate cannot be trusted: {0}")]
    Certificate(String),
    /// It wants another user name or password.
    #[error("the mail server refuses the user name or the password: {0}")]
    Login(String),
    /// It takes no letters at this moment.
    #[error("the mail server asks to try again later: {0}")]
    Later(String),
    /// It does not take this letter.
    #[error("the mail server refuses the letter: {0}")]
    Refused(String),
}

impl MailError {
    /// Stable name, for the interface and for tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoServer => "mail-none",
            Self::NoSender => "mail-sender",
            Self::Address(_) => "mail-address",
            Self::Unreachable(_) => "mail-unreachable",
            Self::Tls(_) => "mail-tls",
            Self::Certificate(_) => "mail-certificate",
            Self::Login(_) => "mail-login",
            Self::Later(_) => "mail-later",
            Self::Refused(_) => "mail-refused",
        }
    }

    /// Whether the same letter may go later: the server comes back, its password is mended.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Tls(_) | Self::Certificate(_) | Self::Login(_) | Self::Later(_) => {
                true
            }
            Self::NoServer | Self::NoSender | Self::Address(_) | Self::Refused(_) => false,
        }
    }

    fn of_server(error: &lettre::transport::smtp::Error) -> Self {
        let words: String = error.to_string().chars().take(MOST_WORDS).collect();
        // 530, 534, 535: who we are does not suffice (RFC 4954).
        let code = error.status().map(u16::from);
        match code {
            Some(530 | 534 | 535) => Self::Login(words),
            _ if error.is_permanent() => Self::Refused(words),
            _ if error.is_transient() => Self::Later(words),
            _ if words.contains(NO_TRUST) => Self::Certificate(distrust(&words)),
            _ if error.is_tls() || NO_TLS.iter().any(|sign| words.contains(sign)) => Self::Tls(words),
            // A letter to `été@example.org`, and a server that writes to ASCII only (RFC 6531).
            _ if words.contains("SMTPUTF8") => Self::Address(words),
            // A server that wants no password from us, or only without encryption: nothing to wait for.
            _ if error.is_client() => Self::Login(words),
            _ if is_silence(error) => Self::Unreachable(SILENCE.into()),
            _ => Self::Unreachable(words),
        }
    }
}

/// Why a certificate is refused, for who does not know the words of rustls; they stand behind.
fn distrust(words: &str) -> String {
    let has = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    let why = if has(&["UnknownIssuer", "CaUsedAsEndEntity", "BadSignature"]) {
        "nobody whom this machine trusts has signed it"
    } else if has(&["not valid for name"]) {
        "it is for another name than this server's"
    } else if has(&["expired", "not valid yet"]) {
        "it is out of date, or the clock of this machine is wrong"
    } else {
        return words.to_owned();
    };
    format!("{why} ({words})")
}

/// Whether the mail server took the connection and then let us wait: the system calls that "try again".
fn is_silence(error: &lettre::transport::smtp::Error) -> bool {
    let mut cause = error.source();
    while let Some(found) = cause {
        if let Some(found) = found.downcast_ref::<std::io::Error>() {
            return found.kind() == ErrorKind::WouldBlock;
        }
        cause = found.source();
    }
    false
}

/// What to do about a letter that did not go.
pub fn sentence(code: &str) -> &'static str {
    match code {
        "mail-none" => "No mail server is configured. Hand the link over from the list of accounts.",
        "mail-sender" => "The configuration has no sender's address (mail.from).",
        "mail-address" => "The mail server cannot write to this address.",
        "mail-unreachable" => "The mail server could not be reached.",
        "mail-tls" => "The encrypted connection to the mail server could not be made.",
        "mail-certificate" => "The certificate of the mail server cannot be trusted.",
        "mail-login" => "The mail server refuses the configured user name or password.",
        "mail-later" => "The mail server took no letters at that moment.",
        "mail-refused" => "The mail server refused the letter. Is the address right?",
        _ => "The letter could not be sent.",
    }
}

/// A letter that is ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Address of the receiver.
    pub to: String,
    /// One line.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Where an answer goes, when somebody would read one.
    pub reply_to: Option<String>,
    /// What stops letters of this sort, when they can be stopped.
    pub stop: Option<String>,
}

/// Who writes.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// The mail server.
    pub config: &'a MailConfig,
    /// Name of the instance.
    pub site: &'a str,
    /// Its public host, without port.
    pub host: &'a str,
}

/// Whether letters can go at all.
pub fn is_configured(config: &MailConfig) -> bool {
    config.host.is_some() && config.from.is_some()
}

/// Hands a letter over. When this returns, the mail server has taken it. `id` is a random word that makes the letter
/// tellable from all others.
pub async fn send(
    sender: Sender<'_>,
    now: Timestamp,
    id: &str,
    letter: &Letter,
) -> std::result::Result<(), MailError> {
    let server = sender.config.host.as_deref().ok_or(MailError::NoServer)?;
    let message = write(sender, now, id, letter)?;
    // Reads what this machine trusts from the disk.
    let (config, name) = (sender.config.clone(), server.to_owned());
    let tls = tokio::task::spawn_blocking(move || tls(&config, &name));
    let tls = tls.await.map_err(|error| MailError::Tls(error.to_string()))??;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server)
        .port(sender.config.port())
        .timeout(Some(CONNECT))
        .tls(tls)
        .hello_name(ClientId::Domain(sender.host.to_owned()));
    let transport = match credentials(sender.config) {
        Some(credentials) => transport.credentials(credentials),
        None => transport,
    };
    let transport = transport.build();
    match tokio::time::timeout(WHOLE, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(MailError::of_server(&error)),
        Err(_) => Err(MailError::Unreachable(SILENCE.into())),
    }
}

/// Whether the mail server answers, encrypts and lets us in. Blocks for seconds.
pub fn check(config: &MailConfig, host: &str, wait: Duration) -> std::result::Result<(), MailError> {
    let server = config.host.as_deref().ok_or(MailError::NoServer)?;
    from(config, "")?;
    let transport = SmtpTransport::builder_dangerous(server)
        .port(config.port())
        .timeout(Some(wait))
        .tls(tls(config, server)?)
        .hello_name(ClientId::Domain(host.to_owned()));
    let transport = match credentials(config) {
        Some(credentials) => transport.credentials(credentials),
        None => transport,
    };
    match transport.build().test_connection() {
        Ok(true) => Ok(()),
        Ok(false) => Err(MailError::Later("it does not answer as a mail server".into())),
        Err(error) => Err(MailError::of_server(&error)),
    }
}

fn credentials(config: &MailConfig) -> Option<Credentials> {
    let (name, password) = (config.username.as_ref()?, config.password.as_ref()?);
    Some(Credentials::new(name.clone(), password.clone()))
}

/// A server on this machine may show any certificate: nobody stands between.
fn tls(config: &MailConfig, server: &str) -> std::result::Result<Tls, MailError> {
    if config.security == MailSecurity::None {
        return Ok(Tls::None);
    }
    let here = server.eq_ignore_ascii_case("localhost")
        || server.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    let parameters = TlsParameters::builder(server.to_owned())
        .dangerous_accept_invalid_certs(here)
        .dangerous_accept_invalid_hostnames(here)
        .build()
        .map_err(|error| MailError::of_server(&error))?;
    Ok(match config.security {
        MailSecurity::Tls => Tls::Wrapper(parameters),
        _ => Tls::Required(parameters),
    })
}

fn from(config: &MailConfig, site: &str) -> std::result::Result<Mailbox, MailError> {
    let text = config.from.as_deref().ok_or(MailError::NoSender)?;
    let given: Mailbox = text.trim().parse().map_err(|_: AddressError| MailError::NoSender)?;
    // A header has one line.
    let site = site.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ");
    let name = given.name.or_else(|| Some(site.trim().to_owned()).filter(|site| !site.is_empty()));
    Ok(Mailbox::new(name, given.email))
}

fn write(
    sender: Sender<'_>,
    now: Timestamp,
    id: &str,
    letter: &Letter,
) -> std::result::Result<Message, MailError> {
    let to = letter.to.parse().map_err(|error: AddressError| MailError::Address(error.to_string()))?;
    // An address that cannot be written to stands in the text of the letter all the same.
    let reply_to = letter.reply_to.as_deref().and_then(|address| address.parse().ok());
    let moment = UNIX_EPOCH + Duration::from_millis(now.0.max(0) as u64);
    let header =
        |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    let builder = Message::builder().from(from(sender.config, sender.site)?).to(Mailbox::new(None, to));
    let builder = match reply_to {
        Some(address) => builder.reply_to(Mailbox::new(None, address)),
        None => builder,
    };
    // RFC 8058: mail programs show a button that stops such letters with one request.
    let builder = match &letter.stop {
        Some(stop) => builder
            .raw_header(header("List-Unsubscribe", format!("<{stop}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned())),
        None => builder,
    };
    builder
        .date(moment)
        .message_id(Some(format!("<{id}@{}>", sender.host)))
        .subject(letter.subject.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" "))
        // RFC 3834: a machine wrote this; answers of machines are not wanted. The second is for Exchange.
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", "All".to_owned()))
        // RFC 2919: for those who sort their letters.
        .raw_header(header("List-Id", format!("<letters.{}>", sender.host)))
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|error| MailError::Address(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str) -> Letter {
        Letter {
            to: to.into(),
            subject: "Été, hiver".into(),
            text: "Bonjour".into(),
            html: "<p>Bonjour</p>".into(),
            reply_to: None,
            stop: None,
        }
    }

    #[test]
    fn a_letter_says_that_a_machine_wrote_it_and_has_no_way_in_for_headers() {
        let config = MailConfig { from: Some("kiosque@example.org".into()), ..MailConfig::default() };
        let sender =
            Sender { config: &config, site: "Le Grillon\r\nBcc: x@example.org", host: "example.org" };
        let written = write(sender, Timestamp(0), "a1", &letter("anne@example.org")).unwrap().formatted();
        let written = String::from_utf8(written).unwrap();
        let (head, _) = written.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Message-ID: <a1@example.org>\r\n"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated\r\n"), "{head}");
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(write(sender, Timestamp(0), "a1", &letter("anne@example.org\r\nBcc: b@c")).is_err());
    }

    #[test]
    fn without_a_sender_nothing_is_written() {
        let config = MailConfig { host: Some("localhost".into()), ..MailConfig::default() };
        assert!(!is_configured(&config));
        let sender = Sender { config: &config, site: "x", host: "example.org" };
        assert_eq!(write(sender, Timestamp(0), "a", &letter("a@b.c")).unwrap_err(), MailError::NoSender);
        assert_eq!(check(&config, "example.org", CONNECT), Err(MailError::NoSender));
        assert!(!MailError::NoSender.may_pass());
    }
}
