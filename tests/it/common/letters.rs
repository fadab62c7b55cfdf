//! A mail server that keeps what it gets: one thread, plain SMTP on loopback.

use super::until;
use kiosque::config::{Config, MailSecurity};
use std::{
    io::{BufRead as _, BufReader, Write as _},
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
}

impl Letters {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Self { port, got: Arc::default(), refuse: Arc::default() };
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
        let mut answers = stream.try_clone()?;
        let mut say = |text: &str| write!(answers, "{text}\r\n");
        let mut lines = BufReader::new(stream).lines();
        say("220 letters.test")?;
        let mut to = String::new();
        while let Some(line) = lines.next().transpose()? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            match verb.as_str() {
                "EHLO" => say("250-letters.test\r\n250 8BITMIME")?,
                "RCPT" => {
                    line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                    let refused = self.refuse.lock().unwrap().clone();
                    say(refused.as_deref().unwrap_or("250 good"))?;
                }
                "DATA" => {
                    say("354 go on")?;
                    let mut body = Vec::new();
                    for line in lines.by_ref() {
                        let line = line?;
                        if line == "." {
                            break;
                        }
                        body.push(line.strip_prefix('.').map_or(line.clone(), str::to_owned));
                    }
                    self.got.lock().unwrap().push(read(&to, &body));
                    say("250 taken")?;
                }
                "QUIT" => return say("221 bye"),
                _ => say("250 good")?,
            }
        }
        Ok(())
    }
}

fn read(to: &str, lines: &[String]) -> Letter {
    let (head, body) = part(lines);
    let kind = find(&head, "content-type");
    let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect(&kind);
    let border = format!("--{boundary}");
    let mut letter = Letter { to: to.to_owned(), head, text: String::new(), html: String::new() };
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
    use base64::Engine as _;
    match encoding.to_lowercase().as_str() {
        "base64" => {
            let bytes = base64::engine::general_purpose::STANDARD.decode(lines.concat()).unwrap();
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
