//! A mail server that keeps what it gets: one thread, SMTP on loopback, with encryption as a test wants it.

use super::until;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kiosque::config::{Config, MailSecurity};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// A letter as it came.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Address of the receiver, of the envelope.
    pub to: String,
    /// Headers, unfolded.
    pub head: Vec<(String, String)>,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// It came over an encrypted connection.
    pub encrypted: bool,
    /// Name and password of who sent it.
    pub login: Option<(String, String)>,
}

/// How the server protects its connections.
#[derive(Debug, Clone, Default)]
pub enum Way {
    /// Not at all.
    #[default]
    Plain,
    /// When it is asked to.
    Starttls(Arc<ServerConfig>),
    /// From the first byte.
    Tls(Arc<ServerConfig>),
}

impl Letter {
    pub fn header(&self, name: &str) -> &str {
        let found = self.head.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// The one address of this server that it names, without its scheme and host.
    pub fn link(&self, base: &str) -> String {
        let mut lines = self.text.lines().filter(|line| line.starts_with(base));
        lines.next().unwrap_or_else(|| panic!("no link in:\n{}", self.text))[base.len()..].to_owned()
    }

    /// A part of the query of that address.
    pub fn part(&self, base: &str, name: &str) -> String {
        let link = self.link(base);
        let (_, query) = link.split_once('?').expect("a query");
        let parts = query.split('&').filter_map(|part| part.split_once('='));
        parts.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).next().expect(name)
    }
}

/// The server.
#[derive(Clone)]
pub struct Letters {
    port: u16,
    got: Arc<Mutex<Vec<Letter>>>,
    refuse: Arc<Mutex<Option<String>>>,
    way: Arc<Mutex<Way>>,
    login: Arc<Mutex<Option<(String, String)>>>,
    readable: Arc<Mutex<Vec<String>>>,
}

impl Letters {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Self {
            port,
            got: Arc::default(),
            refuse: Arc::default(),
            way: Arc::default(),
            login: Arc::default(),
            readable: Arc::default(),
        };
        let keeper = letters.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that goes away in the middle is its own affair.
                let _ = keeper.talk(stream);
            }
        });
        letters
    }

    /// Makes an instance send here.
    pub fn configure(&self, config: &mut Config) {
        config.mail.host = Some("127.0.0.1".to_owned());
        config.mail.port = self.port;
        config.mail.security = MailSecurity::None;
        config.mail.from = Some("kiosque@example.org".to_owned());
    }

    /// Answers every letter so until told otherwise, as in `550 no such person`.
    pub fn refuse(&self, answer: Option<&str>) {
        *self.refuse.lock().unwrap() = answer.map(str::to_owned);
    }

    /// Protects connections so from now on.
    pub fn protect(&self, way: Way) {
        *self.way.lock().unwrap() = way;
    }

    /// Takes letters only from who gives this name and password.
    pub fn let_in(&self, name: &str, password: &str) {
        *self.login.lock().unwrap() = Some((name.to_owned(), password.to_owned()));
    }

    /// Takes out what anybody on the way could have read.
    pub fn readable(&self) -> Vec<String> {
        std::mem::take(&mut self.readable.lock().unwrap())
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn all(&self) -> Vec<Letter> {
        self.got.lock().unwrap().clone()
    }

    /// Takes the letters to an address out as soon as there is one, and gives the newest.
    pub async fn to(&self, address: &str) -> Letter {
        until(&format!("a letter to {address}"), || async {
            let mut got = self.got.lock().unwrap();
            let found = got.iter().rfind(|letter| letter.to == address).cloned()?;
            got.retain(|letter| letter.to != address);
            Some(found)
        })
        .await
    }

    fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let way = self.way.lock().unwrap().clone();
        let wanted = self.login.lock().unwrap().clone();
        let mut line = match &way {
            Way::Tls(config) => Line::encrypted(stream, config)?,
            Way::Plain | Way::Starttls(_) => {
                Line { ends: BufReader::new(Box::new(stream)), encrypted: false }
            }
        };
        line.say("220 letters.test")?;
        let (mut to, mut login) = (String::new(), None);
        while let Some(heard) = line.hear()? {
            if !line.encrypted {
                self.readable.lock().unwrap().push(heard.clone());
            }
            match (heard.split([' ', ':']).next().unwrap_or_default(), &way) {
                ("EHLO", _) => {
                    line.say("250-letters.test")?;
                    if wanted.is_some() {
                        line.say("250-AUTH PLAIN")?;
                    }
                    if matches!(way, Way::Starttls(_)) && !line.encrypted {
                        line.say("250-STARTTLS")?;
                    }
                    line.say("250 8BITMIME")?;
                }
                ("STARTTLS", Way::Starttls(config)) if !line.encrypted => {
                    line.say("220 go on")?;
                    line = Line::encrypted(line.ends.into_inner(), config)?;
                }
                ("AUTH", _) => {
                    login = heard.split(' ').nth(2).and_then(plain);
                    let right = login.is_some() && login == wanted;
                    line.say(if right { "235 welcome" } else { "535 wrong name or password" })?;
                }
                ("MAIL", _) if wanted.is_some() && login != wanted => line.say("530 who are you")?,
                ("MAIL" | "RSET" | "NOOP", _) => line.say("250 good")?,
                ("RCPT", _) => {
                    heard.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                    let refused = self.refuse.lock().unwrap().clone();
                    line.say(refused.as_deref().unwrap_or("250 good"))?;
                }
                ("DATA", _) => {
                    line.say("354 go on")?;
                    let mut body = Vec::new();
                    while let Some(text) = line.hear()?.filter(|text| text != ".") {
                        body.push(text.strip_prefix('.').map_or(text.clone(), str::to_owned));
                    }
                    let mut letter = read(&to, &body);
                    (letter.encrypted, letter.login) = (line.encrypted, login.clone());
                    self.got.lock().unwrap().push(letter);
                    line.say("250 taken")?;
                }
                ("QUIT", _) => return line.say("221 bye"),
                _ => line.say("502 not here")?,
            }
        }
        Ok(())
    }
}

trait Ends: Read + Write {}

impl<T: Read + Write> Ends for T {}

/// One conversation.
struct Line {
    ends: BufReader<Box<dyn Ends>>,
    encrypted: bool,
}

impl Line {
    fn encrypted(ends: impl Ends + 'static, config: &Arc<ServerConfig>) -> std::io::Result<Self> {
        let connection = ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
        Ok(Self { ends: BufReader::new(Box::new(StreamOwned::new(connection, ends))), encrypted: true })
    }

    fn say(&mut self, text: &str) -> std::io::Result<()> {
        let ends = self.ends.get_mut();
        ends.write_all(format!("{text}\r\n").as_bytes())?;
        ends.flush()
    }

    fn hear(&mut self) -> std::io::Result<Option<String>> {
        let mut text = String::new();
        let some = self.ends.read_line(&mut text)? > 0;
        Ok(some.then(|| text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

/// Name and password, as RFC 4616 writes them.
fn plain(text: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let mut parts = text.split('\0').skip(1).map(str::to_owned);
    Some((parts.next()?, parts.next()?))
}

fn read(to: &str, lines: &[String]) -> Letter {
    let (head, body) = part(lines);
    let kind = find(&head, "content-type");
    let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect(&kind);
    let border = format!("--{boundary}");
    let mut letter = Letter {
        to: to.to_owned(),
        head,
        text: String::new(),
        html: String::new(),
        encrypted: false,
        login: None,
    };
    for one in body.split(|line| line.starts_with(&border)).filter(|one| !one.is_empty()) {
        let (head, body) = part(one);
        let text = decode(&find(&head, "content-transfer-encoding"), body);
        let kind = find(&head, "content-type");
        if kind.starts_with("text/plain") {
            letter.text = text;
        } else if kind.starts_with("text/html") {
            letter.html = text;
        }
    }
    letter
}

fn find(head: &[(String, String)], name: &str) -> String {
    head.iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or(String::new(), |found| found.1.clone())
}

/// Headers, with folded lines put together, and what follows the empty line.
fn part(lines: &[String]) -> (Vec<(String, String)>, &[String]) {
    let end = lines.iter().position(String::is_empty).unwrap_or(lines.len());
    let mut head: Vec<(String, String)> = Vec::new();
    for line in &lines[..end] {
        match (line.starts_with([' ', '\t']), head.last_mut(), line.split_once(':')) {
            (true, Some(last), _) => last.1.push_str(line),
            (false, _, Some((name, value))) => head.push((name.to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    (head, lines.get(end + 1..).unwrap_or_default())
}

fn decode(encoding: &str, lines: &[String]) -> String {
    match encoding.to_lowercase().as_str() {
        "base64" => {
            let bytes = STANDARD.decode(lines.concat()).unwrap();
            String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
        }
        "quoted-printable" => {
            let mut bytes = Vec::new();
            for line in lines {
                let (soft, line) = line.strip_suffix('=').map_or((false, line.as_str()), |line| (true, line));
                let mut rest = line.as_bytes();
                while let Some((first, after)) = rest.split_first() {
                    if *first == b'=' {
                        let hex = std::str::from_utf8(&after[..2]).unwrap();
                        bytes.push(u8::from_str_radix(hex, 16).unwrap());
                        rest = &after[2..];
                    } else {
                        bytes.push(*first);
                        rest = after;
                    }
                }
                if !soft {
                    bytes.push(b'\n');
                }
            }
            String::from_utf8(bytes).unwrap()
        }
        _ => lines.join("\n") + "\n",
    }
}
