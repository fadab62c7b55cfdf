//! What a style sheet of one's own may hold: anything about looks, and nothing that fetches from elsewhere. A picture that
//! a rule fetches can tell another server what somebody types (`input[value^="a"]`), so addresses are data or files of
//! this instance. The policy of pages (`src/site/page.rs`) has browsers fetch nothing else in any case; here it is said to
//! whoever writes the style sheet.

use std::{iter::Peekable, str::Chars};
use url::Url;

/// Characters of it.
pub const LONGEST: usize = 50_000;
/// Blocks in one another.
const DEEPEST: u32 = 20;

/// Why a style sheet is not taken; none when it is.
pub fn fault(css: &str) -> Option<&'static str> {
    if css.chars().count() > LONGEST {
        return Some("At most 50 000 characters.");
    }
    let mut depth = 0;
    for token in Reader(css.replace("\r\n", "\n").chars().peekable()) {
        match token {
            Token::Rule(name) if ["import", "charset", "namespace"].contains(&name.as_str()) => {
                return Some("Rules are written here, not fetched: no @import, @charset or @namespace.");
            }
            Token::Function(name)
                if name.ends_with("image-set") || ["image", "src"].contains(&name.as_str()) =>
            {
                return Some("Addresses stand in url(…).");
            }
            Token::Address(address) if !is_ours(&address) => {
                return Some("Pictures and fonts come from this kiosk (/…) or stand in the text (data:…).");
            }
            Token::Open if depth == DEEPEST => return Some("Blocks stand in each other too deeply."),
            Token::Open => depth += 1,
            Token::Close if depth == 0 => return Some("There is a } without its {."),
            Token::Close => depth -= 1,
            _ => {}
        }
    }
    (depth > 0).then_some("There is a { without its }.")
}

/// Whether an address stands for data, or from its first letter for something of this instance, as browsers read it: they
/// overlook tabs, and take `\` for `/`.
fn is_ours(address: &str) -> bool {
    let Ok(here) = Url::parse("https://here.invalid/") else { return false };
    here.join(address).is_ok_and(|url| {
        url.scheme() == "data" || (address.starts_with(['/', '#']) && url.origin() == here.origin())
    })
}

/// What matters here of what a style sheet is made of.
enum Token {
    /// `@name`.
    Rule(String),
    /// `name(`, but for `url(`.
    Function(String),
    /// What stands in `url(…)`.
    Address(String),
    /// `{`.
    Open,
    /// `}`.
    Close,
}

/// Reads a style sheet as browsers do (CSS Syntax §4): names in small letters, escapes as what they stand for. Comments and
/// texts in quotes are passed over.
struct Reader<'c>(Peekable<Chars<'c>>);

impl Iterator for Reader<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            match self.0.next()? {
                '/' if self.0.next_if_eq(&'*').is_some() => self.comment(),
                quote @ ('"' | '\'') => drop(self.text(quote)),
                '{' => return Some(Token::Open),
                '}' => return Some(Token::Close),
                '@' => {
                    if let Some(first) = self.0.next_if(|char| is_of_word(*char)) {
                        return Some(Token::Rule(self.word(first)));
                    }
                }
                first if is_of_word(first) => {
                    let word = self.word(first);
                    if self.0.next_if_eq(&'(').is_some() {
                        let of_address = word == "url";
                        return Some(if of_address {
                            Token::Address(self.address())
                        } else {
                            Token::Function(word)
                        });
                    }
                }
                _ => {}
            }
        }
    }
}

impl Reader<'_> {
    fn comment(&mut self) {
        while let Some(char) = self.0.next() {
            if char == '*' && self.0.next_if_eq(&'/').is_some() {
                return;
            }
        }
    }

    /// A name or a number with its unit.
    fn word(&mut self, first: char) -> String {
        let mut word = String::new();
        let mut next = Some(first);
        while let Some(char) = next {
            match char {
                // Escapes nothing.
                '\\' if self.0.peek().is_none_or(|next| is_newline(*next)) => break,
                '\\' => word.push(self.escaped()),
                char => word.push(char),
            }
            next = self.0.next_if(|char| is_of_word(*char));
        }
        word.to_ascii_lowercase()
    }

    /// What stands in quotes; it ends with its line.
    fn text(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some(char) = self.0.next_if(|char| !is_newline(*char)) {
            match char {
                '\\' if self.0.next_if(|next| is_newline(*next)).is_some() => {}
                '\\' => text.push(self.escaped()),
                char if char == quote => break,
                char => text.push(char),
            }
        }
        text
    }

    /// After `url(`.
    fn address(&mut self) -> String {
        while self.0.next_if(char::is_ascii_whitespace).is_some() {}
        if let Some(quote) = self.0.next_if(|char| ['"', '\''].contains(char)) {
            return self.text(quote);
        }
        let mut address = String::new();
        while let Some(char) = self.0.next().filter(|char| *char != ')') {
            address.push(if char == '\\' { self.escaped() } else { char });
        }
        address.trim_end().to_owned()
    }

    /// After `\`: up to six digits and a space, or the letter itself.
    fn escaped(&mut self) -> char {
        let mut code = None;
        for _ in 0..6 {
            let Some(digit) = self.0.next_if(char::is_ascii_hexdigit) else { break };
            code = Some(code.unwrap_or(0) * 16 + digit.to_digit(16).unwrap_or(0));
        }
        let char = match code {
            None => self.0.next(),
            Some(code) => {
                self.0.next_if(char::is_ascii_whitespace);
                char::from_u32(code)
            }
        };
        char.unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

fn is_of_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || !char.is_ascii() || ['-', '_', '\\'].contains(&char)
}

fn is_newline(char: char) -> bool {
    ['\n', '\r', '\x0c'].contains(&char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_free_and_nothing_is_fetched() {
        for good in [
            "",
            "main { color: red } @media (min-width: 40rem) { .card { display: grid } }",
            "body { background: url(/lazy-static/avatars/a.png) } a { mask: url('#b'); b: url( \"data:image/png;base64,AA\") }",
            "/* url(https://example.org) */ .a::before { content: '→' }",
            "q::before { content: '} @import url(https://example.org)' }",
            "q::before { content: 'it\\'s {' } .image-set, #src { color: red }",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "@import url(/a.css);",
            "@IMPORT '/a.css';",
            "@\\69mport '/a.css';",
            "a { background: url(https://example.org/a) }",
            "a { background: URL( //example.org/a) }",
            "a { background: \\75 rl(https://example.org) }",
            "a { background: image-set('https://example.org' 1x) }",
            "a { background: url(a.png) }",
            // What stands in quotes is no comment.
            "q { content: '/*' } a { background: url(https://example.org) } q { content: '*/' }",
            "a { mask: url(/*) } a { background: url(https://example.org) } a { mask: url(*/) }",
            "q { content: '\\'/*' } a { background: url(https://example.org) } /**/",
            "q { content: 'ends with its line\n } a { background: url('https://example.org') }",
            // Browsers overlook tabs in addresses, and take one stroke for the other.
            "a { background: url('/\\9 /example.org') }",
            "a { background: url(/\\\\example.org) }",
            "a { background: url('\\\\\\\\example.org') }",
            "a { background: url(' https://example.org') }",
            "a { background: -webkit-image-set('/a' 1x) }",
            "@\\000049 MPORT '/a.css';",
            "a { color: red",
            "} a { color: red }",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
        assert!(fault(&"a".repeat(LONGEST + 1)).is_some());
        assert!(fault(&format!("{}{}", "a{".repeat(30), "}".repeat(30))).is_some());
    }
}
